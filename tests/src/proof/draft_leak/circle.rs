//! Three members in this process, each connected to both others.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use faelled::Node;
use faelled::directory::Directory;
use faelled::request::Request;
use faelled::steward::ToSign;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{MemberId, NodeKey};
use faelled_store::{AddressRow, Store};
use serde_json::Value;

use super::sent::{Sent, open};
use crate::daemon::patience;
use crate::member::{approval, ask, make_founder, municipality};
use crate::program::Broken;
use crate::proof::ensure;

/// A member's node.
pub(super) struct Member {
    pub(super) id: MemberId,
    pub(super) path: PathBuf,
    pub(super) key: NodeKey,
    pub(super) sent: Sent,
    node: Option<Node>,
}

/// All three. Whoever is outside dials both others.
pub(super) struct Circle {
    pub(super) lead: Member,
    pub(super) inside: Member,
    pub(super) outside: Member,
    _directory: tempfile::TempDir,
}

impl Circle {
    pub(super) async fn found() -> Result<Self, Broken> {
        let directory = tempfile::tempdir()?;
        let path = |code: &str| directory.path().join(code);
        make_founder(&path("0159"), "0159").await?;
        let lead = Member::open("0159", path("0159")).await?;
        let inside = lead.admit("0151", path("0151")).await?;
        let mut outside = lead.admit("0165", path("0165")).await?;
        let address = inside.address()?;
        outside.go_offline().await?;
        let store = Store::open(Directory::at(&outside.path).node_db()).await?;
        let row = AddressRow {
            node: NodeAddress {
                address,
                node_key: inside.key,
            },
            member: Some(inside.id.clone()),
            last_ok_ms: None,
        };
        store.put_address(&row).await?;
        store.close().await?;
        outside.go_online(None).await?;
        let circle = Self {
            lead,
            inside,
            outside,
            _directory: directory,
        };
        circle.connected().await?;
        Ok(circle)
    }

    /// Waits until each is connected to both others.
    pub(super) async fn connected(&self) -> Result<(), Broken> {
        for member in [&self.lead, &self.inside, &self.outside] {
            let both = |status: &Value| {
                let peers = status["peers"].as_array().cloned().unwrap_or_default();
                let others = [&self.lead, &self.inside, &self.outside];
                let mut others = others.into_iter().filter(|other| other.id != member.id);
                others.all(|other| peers.iter().any(|peer| peer["member"] == other.id.as_str()))
            };
            member.until("both others", Request::Status, both).await?;
        }
        Ok(())
    }

    /// Whoever is outside leaves, comes again at another place, and greets both anew.
    pub(super) async fn outside_comes_again(&mut self) -> Result<(), Broken> {
        self.outside.go_offline().await?;
        self.outside.go_online(None).await?;
        self.connected().await
    }

    pub(super) async fn stop(mut self) -> Result<(), Broken> {
        for member in [&mut self.outside, &mut self.inside, &mut self.lead] {
            member.go_offline().await?;
        }
        Ok(())
    }
}

impl Member {
    async fn open(code: &str, path: PathBuf) -> Result<Self, Broken> {
        let key = Directory::at(&path).keys()?.node.node_key();
        let mut member = Self {
            id: municipality(code)?.id,
            path,
            key,
            sent: Sent::default(),
            node: None,
        };
        member.go_online(None).await?;
        Ok(member)
    }

    /// Invites and admits another one.
    async fn admit(&self, code: &str, path: PathBuf) -> Result<Self, Broken> {
        let hours = 24;
        let addresses = Vec::new();
        let note = None;
        let invite = Request::Invite {
            hours,
            addresses,
            note,
        };
        let invited = self.ask(invite).await?;
        let ticket = invited["ticket"].as_str().unwrap_or_default();
        ask(&path, code, ticket).await?;
        let newcomer = Self::open(code, path).await?;
        let waits = |members: &Value| {
            let requests = members["requests"].as_array().cloned().unwrap_or_default();
            let mut requests = requests.iter();
            requests.any(|request| request["member"] == newcomer.id.as_str())
        };
        self.until("a request to join", Request::Members, waits)
            .await?;
        let member = newcomer.id.clone();
        let planned = self.ask(ToSign::admission(member)).await?;
        self.ask(approval(&planned, &self.path)?).await?;
        let is_member = |status: &Value| status["standing"] == "member";
        newcomer
            .until("its admission", Request::Status, is_member)
            .await?;
        Ok(newcomer)
    }

    pub(super) fn address(&self) -> Result<SocketAddr, Broken> {
        let listening = self.node.as_ref().and_then(Node::listening);
        listening.ok_or_else(|| Broken::new("a node that does not listen"))
    }

    pub(super) async fn go_offline(&mut self) -> Result<(), Broken> {
        match self.node.take() {
            Some(node) => Ok(node.stop().await?),
            None => Ok(()),
        }
    }

    /// Listens, and is recorded.
    pub(super) async fn go_online(&mut self, listen: Option<SocketAddr>) -> Result<(), Broken> {
        self.go_offline().await?;
        self.node = Some(open(&self.path, &self.sent, listen).await?);
        Ok(())
    }

    /// Asks the node alone with its directory, as a command does while no daemon runs.
    pub(super) async fn ask_offline(path: &Path, request: Request) -> Result<(), Broken> {
        let node = Node::open(&Directory::at(path), None).await?;
        let answer = node.service().data(request).await;
        node.stop().await?;
        answer?;
        Ok(())
    }

    pub(super) async fn ask(&self, request: Request) -> Result<Value, Broken> {
        let node = self.node.as_ref().ok_or_else(|| Broken::new("offline"))?;
        let answer = node.service().data(request).await?;
        serde_json::to_value(answer).map_err(|error| Broken(error.to_string()))
    }

    /// Asks until the answer is as it should be.
    pub(super) async fn until(
        &self,
        what: &str,
        request: Request,
        holds: impl Fn(&Value) -> bool,
    ) -> Result<Value, Broken> {
        let begun = Instant::now();
        loop {
            let answer = self.ask(request.clone()).await;
            if let Ok(answer) = &answer
                && holds(answer)
            {
                return Ok(answer.clone());
            }
            if let Err(broken) = patience(begun, what).await {
                return Err(Broken(format!("{broken} at {}: {answer:?}", self.id)));
            }
        }
    }

    /// Waits until an answer speaks of something.
    pub(super) async fn until_it_reads(&self, text: &str, request: Request) -> Result<(), Broken> {
        let reads = |answer: &Value| answer.to_string().contains(text);
        self.until(text, request, reads).await?;
        Ok(())
    }

    /// Fails when the node answers.
    pub(super) async fn does_not_know(&self, request: Request) -> Result<(), Broken> {
        let answer = self.ask(request).await;
        ensure(answer.is_err(), || format!("{} knows: {answer:?}", self.id))
    }
}
