//! The daemon, and a newcomer's wait.

use std::net::SocketAddr;
use std::time::Duration;

use faelled_proto::message::JoinRefusal;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::client::{CommandSocket, open_daemon};
use crate::core::JoinProgress;
use crate::danish;
use crate::data::Data;
use crate::directory::Directory;
use crate::failure::{Failure, Said};
use crate::lasting::Lasting;
use crate::node::Node;
use crate::request::Request;

const DAY: Duration = Duration::from_secs(86_400);

/// A daemon that is up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// Its member's name, where the roster has it.
    pub name: Option<String>,
    /// Its member's id.
    pub member: String,
    /// Where it listens for other nodes.
    pub listening: SocketAddr,
    /// `member`, `joining` or `outside`.
    pub standing: &'static str,
}

/// Runs the daemon until it is told to stop (SIGTERM or SIGINT).
///
/// # Errors
/// When the node cannot be opened, the port is taken, or a steward refuses it while it is a newcomer.
pub async fn serve(
    directory: &Directory,
    listen: Option<SocketAddr>,
    on_ready: impl FnOnce(&Ready),
) -> Result<(), Failure> {
    let node = open_daemon(directory, listen).await?;
    let outcome = attend(directory, &node, on_ready).await;
    if let Err(error) = std::fs::remove_file(directory.socket()) {
        tracing::debug!(%error, "the socket is gone already");
    }
    node.stop().await?;
    outcome
}

async fn attend(
    directory: &Directory,
    node: &Node,
    on_ready: impl FnOnce(&Ready),
) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| no_signals(&error))?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| no_signals(&error))?;
    let socket = CommandSocket::listen(directory)?;
    on_ready(&ready(node).await?);
    tokio::select! {
        () = socket.serve(node.service()) => Ok(()),
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        failure = refused(node.join_progress()) => Err(failure),
        () = watch_certificate(node) => Ok(()),
    }
}

/// Says in the log once a day that the certificate is to be renewed, from when on it is.
async fn watch_certificate(node: &Node) {
    loop {
        match node.service().lasting().await {
            Ok(Lasting::Long) => {}
            Ok(Lasting::Short { days }) => tracing::warn!(
                days,
                "this node's certificate runs out soon: renew it with faelled key renew"
            ),
            Ok(Lasting::Over) => tracing::error!(
                "this node's certificate ran out, nobody connects to it: renew it with faelled key renew"
            ),
            Err(failure) => tracing::warn!(%failure, "the certificate cannot be read"),
        }
        tokio::time::sleep(DAY).await;
    }
}

async fn ready(node: &Node) -> Result<Ready, Failure> {
    let Data::Status(status) = node.service().data(Request::Status).await? else {
        return Err(Failure::stopping());
    };
    let listening = node.listening().ok_or_else(Failure::stopping)?;
    Ok(Ready {
        name: status.name,
        member: status.member,
        listening,
        standing: status.standing,
    })
}

/// Keeps asking to join until a steward has decided, telling of every step.
///
/// # Errors
/// When the node cannot be opened, a steward refuses, or the user breaks off.
pub async fn wait_until_admitted(
    directory: &Directory,
    listen: Option<SocketAddr>,
    mut on_progress: impl FnMut(&JoinProgress),
) -> Result<(), Failure> {
    let node = open_daemon(directory, listen).await?;
    let mut progress = node.join_progress();
    let outcome = loop {
        let now = progress.borrow_and_update().clone();
        on_progress(&now);
        if let Some(settled) = settled(&now) {
            break settled;
        }
        tokio::select! {
            changed = progress.changed() => if changed.is_err() {
                break Err(Failure::stopping());
            },
            _ = tokio::signal::ctrl_c() => break Err(Failure::user(
                "interrupted",
                Said::new("you broke off; the request is kept", "du afbrød; anmodningen er gemt"),
            )
            .hint(Said::new(
                "faelled serve goes on asking, and then stays connected",
                "faelled serve bliver ved med at spørge og forbliver derefter forbundet",
            ))),
        }
    };
    node.stop().await?;
    outcome
}

async fn refused(mut progress: watch::Receiver<JoinProgress>) -> Failure {
    loop {
        let now = progress.borrow_and_update().clone();
        if let Some(Err(failure)) = settled(&now) {
            return failure;
        }
        if progress.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Whether a request to join has come to its end.
fn settled(progress: &JoinProgress) -> Option<Result<(), Failure>> {
    match progress {
        JoinProgress::Admitted => Some(Ok(())),
        JoinProgress::Refused(JoinRefusal::Busy) => None,
        JoinProgress::Refused(refusal) => Some(Err(Failure::network(
            join_code(*refusal),
            Said::new(
                format!("the federation does not let this node in: {refusal}"),
                format!(
                    "fællesskabet lukker ikke denne node ind: {}",
                    danish::join_refusal(*refusal)
                ),
            ),
        )
        .hint(Said::new(
            "ask a steward for a new ticket, and join with a new directory",
            "bed en tovholder om en ny billet, og deltag med en ny mappe",
        )))),
        JoinProgress::Asking
        | JoinProgress::Unreachable(_)
        | JoinProgress::Waiting
        | JoinProgress::BadRoster(_) => None,
    }
}

const fn join_code(refusal: JoinRefusal) -> &'static str {
    match refusal {
        JoinRefusal::UnknownTicket => "unknown-ticket",
        JoinRefusal::ExpiredTicket => "expired-ticket",
        JoinRefusal::UsedTicket => "used-ticket",
        JoinRefusal::BadRequest => "bad-request",
        JoinRefusal::MemberExists => "member-exists",
        JoinRefusal::Declined => "declined",
        JoinRefusal::Busy => "busy",
    }
}

fn no_signals(error: &std::io::Error) -> Failure {
    Failure::internal(
        "signals",
        Said::new(
            format!("the system's signals cannot be heard: {error}"),
            format!("systemets signaler kan ikke høres: {error}"),
        ),
    )
}
