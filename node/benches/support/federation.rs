//! A lead with many documents, and a newcomer that it lets in.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant};

use faelled::core::JoinProgress;
use faelled::data::{Data, Status};
use faelled::directory::Directory;
use faelled::keys::NewIdentity;
use faelled::node::{Addresses, Daemon, NewMember, Node, ask_to_join, found};
use faelled::request::Request;
use faelled::steward::{self, ToSign};
use faelled_proto::Ticket;
use faelled_proto::canonical::decode;
use faelled_store::{Append, Store};

use crate::documents::{Author, Feed, NEW_YEAR_MS};
use crate::setting::Failed;

/// Against hanging only.
const PATIENCE: Duration = Duration::from_secs(1_800);
const POLL: Duration = Duration::from_millis(25);
/// Entries of one commit while the lead's store is filled.
const ENTRIES_PER_COMMIT: usize = 4_000;

/// Where a daemon of a bench listens.
pub(crate) fn loopback() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// Founds a federation in a directory, writes documents into its store, and opens its daemon with a mirror
/// that shows them all.
pub(crate) async fn lead(path: &Path, documents: usize) -> Result<Node, Failed> {
    let directory = Directory::at(path);
    found(
        &directory,
        "Bench",
        &member("dk-0159")?,
        &Addresses::default(),
        &NewIdentity::Unsealed,
    )
    .await?;
    let author = author(&directory).await?;
    let feed = Feed::write(&author, documents)?;
    let store = Store::open(directory.node_db()).await?;
    let mut openings = vec![(feed.id(), feed.opening)];
    for entries in feed.entries.chunks(ENTRIES_PER_COMMIT) {
        let openings = std::mem::take(&mut openings);
        let entries = entries.to_vec();
        store
            .append(&Append {
                openings,
                entries,
                rosters: Vec::new(),
                received_ms: NEW_YEAR_MS,
            })
            .await?;
    }
    store.close().await?;
    let node = daemon(path).await?;
    until(&node, |status| shows(status, documents)).await?;
    Ok(node)
}

/// Opens the daemon of a directory.
pub(crate) async fn daemon(path: &Path) -> Result<Node, Failed> {
    let daemon = Daemon {
        listen: Some(loopback()),
        tap: None,
    };
    Ok(Node::open(&Directory::at(path), Some(daemon)).await?)
}

/// Makes a newcomer's directory, opens its daemon, and returns it in the moment when it is let in.
pub(crate) async fn joined(
    path: &Path,
    id: &str,
    (lead, lead_path): (&Node, &Path),
) -> Result<Node, Failed> {
    let invite = Request::Invite {
        hours: 1,
        addresses: Vec::new(),
        note: None,
    };
    let Data::Invited(invited) = lead.service().data(invite).await? else {
        return Err("no ticket".into());
    };
    let ticket: Ticket = invited.ticket.parse()?;
    let newcomer = member(id)?;
    ask_to_join(
        &Directory::at(path),
        &ticket,
        &newcomer,
        &Addresses::default(),
        &NewIdentity::Unsealed,
    )
    .await?;
    let node = daemon(path).await?;
    let mut progress = node.join_progress();
    progress
        .wait_for(|now| matches!(now, JoinProgress::Waiting | JoinProgress::Refused(_)))
        .await?;
    let planned = lead.service().data(ToSign::admission(newcomer.id)).await?;
    let to_sign = ToSign::read(&serde_json::to_value(planned)?)?;
    let keys = Directory::at(lead_path).keys()?;
    let identity = keys.identity.plain().ok_or("no unsealed identity key")?;
    let vote = to_sign.approve(identity)?;
    lead.service()
        .data(steward::statements(&[vote], false, false))
        .await?;
    progress
        .wait_for(|now| *now == JoinProgress::Admitted)
        .await?;
    Ok(node)
}

/// What speaks for the member in a directory whose settings are written.
pub(crate) async fn author(directory: &Directory) -> Result<Author, Failed> {
    let store = Store::open_read_only(directory.node_db()).await?;
    let federation = store
        .setting("federation")
        .await?
        .ok_or("no federation in the settings")?;
    let certificate = store
        .setting("certificate")
        .await?
        .ok_or("no certificate in the settings")?;
    store.close().await?;
    Ok(Author {
        federation: federation.as_slice().try_into()?,
        key: directory.keys()?.node,
        certificate: decode(&certificate, 1024)?,
    })
}

/// Waits until a node's status is as it should be, and returns it.
pub(crate) async fn until(node: &Node, holds: impl Fn(&Status) -> bool) -> Result<Status, Failed> {
    let begun = Instant::now();
    loop {
        let status = status(node).await?;
        if holds(&status) {
            return Ok(status);
        }
        if let Some(problem) = &status.mirror_problem {
            return Err(problem.clone().into());
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("waited in vain; the status is {status:?}").into());
        }
        tokio::time::sleep(POLL).await;
    }
}

pub(crate) async fn status(node: &Node) -> Result<Status, Failed> {
    match node.service().data(Request::Status).await? {
        Data::Status(status) => Ok(*status),
        other => Err(format!("no status: {other:?}").into()),
    }
}

/// The mirror shows so many documents and lacks nothing of the store.
pub(crate) fn shows(status: &Status, documents: usize) -> bool {
    status.mirror_behind == 0
        && usize::try_from(status.figures.requirements).is_ok_and(|shown| shown == documents)
}

fn member(id: &str) -> Result<NewMember, Failed> {
    Ok(NewMember {
        id: id.parse()?,
        kind: "municipality".into(),
        name: format!("Kommune {id}"),
    })
}
