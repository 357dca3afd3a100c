//! Members made for a proof: directories with keys, founded and joined.

use std::path::Path;

use faelled::directory::Directory;
use faelled::keys::{Keys, NewIdentity};
use faelled::node::{Addresses, NewMember, ask_to_join, found};
use faelled::request::Request;
use faelled::steward::{self, ToSign};
use faelled_proto::canonical::decode;
use faelled_proto::{FederationId, NodeCertificate, Ticket};
use faelled_store::Store;
use serde_json::Value;

use crate::daemon::{Daemon, patience};
use crate::program::Broken;

/// What speaks for a member: its keys, and the certificate that its identity key gave its node key.
#[derive(Debug)]
pub struct Credentials {
    /// The federation.
    pub federation: FederationId,
    /// Its secret keys.
    pub keys: Keys,
    /// The certificate.
    pub certificate: NodeCertificate,
}

impl Credentials {
    /// Reads them from a data directory that no process uses.
    ///
    /// # Errors
    /// When they are not there.
    pub async fn read(path: &Path) -> Result<Self, Broken> {
        let directory = Directory::at(path);
        let store = Store::open_read_only(directory.node_db()).await?;
        let setting = async |key: &str| -> Result<Vec<u8>, Broken> {
            store
                .setting(key)
                .await?
                .ok_or_else(|| Broken(format!("no setting {key}")))
        };
        let federation = FederationId::try_from(setting("federation").await?.as_slice());
        let certificate = decode(&setting("certificate").await?, 1024);
        let credentials = Self {
            federation: federation.map_err(|error| Broken(error.to_string()))?,
            keys: directory.keys()?,
            certificate: certificate.map_err(|error| Broken(error.to_string()))?,
        };
        store.close().await?;
        Ok(credentials)
    }
}

/// Founds a federation for a municipality, and starts its daemon.
///
/// # Errors
/// When a step fails.
pub async fn founder(path: &Path, code: &str) -> Result<Daemon, Broken> {
    make_founder(path, code).await?;
    Daemon::start(path).await
}

/// Founds a federation for a municipality.
///
/// # Errors
/// When a step fails.
pub async fn make_founder(path: &Path, code: &str) -> Result<(), Broken> {
    found(
        &Directory::at(path),
        "Proof",
        &municipality(code)?,
        &Addresses::default(),
        &NewIdentity::Unsealed,
    )
    .await?;
    Ok(())
}

/// Joins a municipality to the federation of a lead, and starts its daemon.
///
/// # Errors
/// When a step fails.
pub async fn joined(path: &Path, code: &str, lead: &Daemon) -> Result<Daemon, Broken> {
    let invited = lead
        .ask(Request::Invite {
            hours: 24,
            addresses: Vec::new(),
            note: None,
        })
        .await?;
    ask(path, code, invited["ticket"].as_str().unwrap_or_default()).await?;
    let daemon = Daemon::start(path).await?;
    admit(code, lead).await?;
    daemon
        .until("its admission", |status| status["standing"] == "member")
        .await?;
    Ok(daemon)
}

/// Makes a directory that asks to join.
///
/// # Errors
/// When the ticket is none or the directory cannot be made.
pub async fn ask(path: &Path, code: &str, ticket: &str) -> Result<(), Broken> {
    let ticket: Ticket = ticket.parse().map_err(|error| Broken(format!("{error}")))?;
    ask_to_join(
        &Directory::at(path),
        &ticket,
        &municipality(code)?,
        &Addresses::default(),
        &NewIdentity::Unsealed,
    )
    .await?;
    Ok(())
}

/// Waits until a municipality has asked, and lets it in.
///
/// # Errors
/// When it never asks, or the lead says no.
pub async fn admit(code: &str, lead: &Daemon) -> Result<(), Broken> {
    let member = municipality(code)?.id;
    let begun = std::time::Instant::now();
    loop {
        let members = lead.ask(Request::Members).await?;
        let waits =
            |request: &Value| request["member"] == member.as_str() && request["state"] == "waiting";
        if members["requests"]
            .as_array()
            .is_some_and(|requests| requests.iter().any(waits))
        {
            break;
        }
        patience(begun, "a request to join").await?;
    }
    let planned = lead.ask(ToSign::admission(member)).await?;
    lead.ask(approval(&planned, &lead.path())?).await?;
    Ok(())
}

/// The approval of what a node plans, signed with the unsealed identity key in a data directory.
///
/// # Errors
/// When no such key lies there, or nothing is planned.
pub fn approval(planned: &Value, path: &Path) -> Result<Request, Broken> {
    let keys = Directory::at(path).keys()?;
    let identity = keys.identity.plain();
    let identity = identity.ok_or_else(|| Broken::new("no unsealed identity key"))?;
    let vote = ToSign::read(planned)?.approve(identity)?;
    Ok(steward::statements(&[vote], false, false))
}

/// A municipality by its code.
///
/// # Errors
/// When there is none.
pub fn municipality(code: &str) -> Result<NewMember, Broken> {
    Ok(NewMember {
        id: format!("dk-{code}")
            .parse()
            .map_err(|error| Broken(format!("{error}")))?,
        kind: "municipality".into(),
        name: format!("Kommune {code}"),
    })
}
