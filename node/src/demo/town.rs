//! One municipality of the demo: a directory and a daemon of its own.

use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use faelled_model::codes::resolve_member;
use faelled_proto::{SecretKey, Ticket};
use serde_json::Value;
use tokio::process::{Child, Command};

use super::{PATIENCE, POLL, failed};
use crate::client::ask_daemon;
use crate::directory::Directory;
use crate::failure::{Failure, Said};
use crate::keys::NewIdentity;
use crate::node::{Addresses, NewMember, ask_to_join, found};
use crate::request::{Envelope, Request, Screen};

const SCREEN: Screen = Screen {
    danish: false,
    columns: 80,
};

pub(super) struct Town {
    pub(super) name: String,
    pub(super) member: String,
    pub(super) directory: Directory,
    daemon: Child,
}

impl Town {
    pub(super) async fn found(place: &Path, code: &str, federation: &str) -> Result<Self, Failure> {
        let (directory, member) = new(place, code)?;
        found(
            &directory,
            federation,
            &member,
            &Addresses::default(),
            &NewIdentity::Unsealed,
        )
        .await?;
        Self::start(directory, &member).await
    }

    pub(super) async fn join(place: &Path, code: &str, ticket: &str) -> Result<Self, Failure> {
        let (directory, member) = new(place, code)?;
        let ticket: Ticket = ticket
            .parse()
            .map_err(|error| failed(&format!("{error}")))?;
        ask_to_join(
            &directory,
            &ticket,
            &member,
            &Addresses::default(),
            &NewIdentity::Unsealed,
        )
        .await?;
        Self::start(directory, &member).await
    }

    async fn start(directory: Directory, member: &NewMember) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(|error| failed(&error.to_string()))?;
        let log = std::fs::File::create(directory.path().join("serve.log"))
            .map_err(|error| failed(&error.to_string()))?;
        let daemon = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(&format!("a daemon cannot be started: {error}")))?;
        let mut town = Self {
            name: member.name.trim_end_matches(" Kommune").to_owned(),
            member: member.id.to_string(),
            directory,
            daemon,
        };
        town.until_up().await?;
        Ok(town)
    }

    async fn until_up(&mut self) -> Result<(), Failure> {
        let begun = Instant::now();
        let envelope = Envelope {
            request: Request::Status,
            screen: SCREEN,
        };
        while ask_daemon(&self.directory, &envelope).await?.is_none() {
            if let Ok(Some(status)) = self.daemon.try_wait() {
                let log = std::fs::read_to_string(self.directory.path().join("serve.log"))
                    .unwrap_or_default();
                return Err(failed(&format!(
                    "{}'s daemon ended ({status}): {}",
                    self.name,
                    log.trim()
                )));
            }
            self.patience(begun, "its start").await?;
        }
        Ok(())
    }

    /// The identity key, which the demo keeps unsealed.
    pub(super) fn identity(&self) -> Result<SecretKey, Failure> {
        let keys = self.directory.keys()?;
        let plain = keys.identity.plain().cloned();
        plain.ok_or_else(|| failed("the identity key"))
    }

    pub(super) async fn ask(&self, request: Request) -> Result<Value, Failure> {
        let envelope = Envelope {
            request,
            screen: SCREEN,
        };
        let reply = ask_daemon(&self.directory, &envelope).await?;
        reply
            .map(|reply| reply.json)
            .ok_or_else(|| failed(&format!("{}'s daemon is gone", self.name)))
    }

    /// Waits until the mirror's figures are as they should be.
    pub(super) async fn until(
        &self,
        what: &str,
        holds: impl Fn(&Value) -> bool,
    ) -> Result<(), Failure> {
        let begun = Instant::now();
        while !holds(&self.ask(Request::Status).await?["figures"]) {
            self.patience(begun, what).await?;
        }
        Ok(())
    }

    /// Waits until a newcomer has asked here.
    pub(super) async fn until_asked(&self, member: &str) -> Result<(), Failure> {
        let begun = Instant::now();
        loop {
            let members = self.ask(Request::Members).await?;
            let requests = members["requests"].as_array().cloned().unwrap_or_default();
            if requests
                .iter()
                .any(|request| request["member"] == member && request["state"] == "waiting")
            {
                return Ok(());
            }
            self.patience(begun, member).await?;
        }
    }

    async fn patience(&self, begun: Instant, what: &str) -> Result<(), Failure> {
        if begun.elapsed() > PATIENCE {
            let log = self.directory.path().join("serve.log");
            return Err(
                failed(&format!("{} waited in vain for {what}", self.name)).hint(Said::new(
                    format!("see {}", log.display()),
                    format!("se {}", log.display()),
                )),
            );
        }
        tokio::time::sleep(POLL).await;
        Ok(())
    }

    /// Ends the daemon in order.
    pub(super) async fn stop(mut self) -> Result<(), Failure> {
        if let Some(id) = self
            .daemon
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(rustix::process::Pid::from_raw)
        {
            rustix::process::kill_process(id, rustix::process::Signal::TERM).map_err(|error| {
                failed(&format!(
                    "{}'s daemon cannot be stopped: {error}",
                    self.name
                ))
            })?;
        }
        let status = self
            .daemon
            .wait()
            .await
            .map_err(|error| failed(&error.to_string()))?;
        if status.success() {
            return Ok(());
        }
        Err(failed(&format!(
            "{}'s daemon ended with {status}",
            self.name
        )))
    }
}

fn new(place: &Path, code: &str) -> Result<(Directory, NewMember), Failure> {
    let known = resolve_member(code).map_err(|error| failed(&error.to_string()))?;
    let directory = Directory::at(place.join(known.name.to_lowercase()));
    let member = NewMember {
        id: known.id.clone(),
        kind: known.kind.code().to_owned(),
        name: known.official_name.clone(),
    };
    Ok((directory, member))
}
