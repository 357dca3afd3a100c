//! What others hold of the core: a way to ask it, and what it tells.

use std::sync::Arc;

use faelled_engine::{Answer, Event, JoinRow, Notice, PeerStatus, RequestId, Standing};
use faelled_net::Traffic;
use faelled_proto::message::Bye;
use faelled_proto::{MemberId, Roster, RosterHash};
use tokio::sync::{mpsc, oneshot, watch};

use crate::failure::Failure;
use crate::trust::Trust;

/// What is on the disk: what the mirror has to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Committed {
    /// The newest entry's row.
    pub row: i64,
    /// The revision of what decides which entries count.
    pub trust: u64,
}

/// How the node stands, as its core sees it.
#[derive(Debug, Clone)]
pub struct CoreStatus {
    /// Whether it is a member.
    pub standing: Standing,
    /// Its member.
    pub member: MemberId,
    /// The newest roster and its hash.
    pub roster: Option<(Roster, RosterHash)>,
    /// Its connections.
    pub peers: Vec<PeerStatus>,
    /// Bytes that went over the network.
    pub traffic: Traffic,
    /// Where it listens, if it does.
    pub listening: Option<std::net::SocketAddr>,
    /// What was noticed lately, oldest first: milliseconds since 1970, and what.
    pub notices: Vec<(u64, Notice)>,
    /// Runs that were refused since the start.
    pub refused_runs: u64,
    /// The last time that a node sent this one away for something that its people can mend.
    pub sent_away: Option<SentAway>,
    /// The last time that a node sent this one away for another connection with its key, which is not this node's.
    pub displaced: Option<SentAway>,
    /// Requests to join that were made here.
    pub joins: Vec<JoinRow>,
}

/// A node sent this one away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentAway {
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// Where that node is.
    pub address: std::net::SocketAddr,
    /// Why.
    pub bye: Bye,
}

pub(super) enum Command {
    Ask {
        event: Box<dyn FnOnce(RequestId) -> Event + Send>,
        reply: oneshot::Sender<Answer>,
    },
    Status {
        reply: oneshot::Sender<CoreStatus>,
    },
    Stop,
}

/// A way to the core. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CoreHandle {
    pub(super) commands: mpsc::Sender<Command>,
    pub(super) trust: watch::Receiver<Arc<Trust>>,
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ask { .. } => "Ask",
            Self::Status { .. } => "Status",
            Self::Stop => "Stop",
        })
    }
}

impl CoreHandle {
    /// Asks the engine, and waits for its answer.
    ///
    /// # Errors
    /// What the engine says; that the node is stopping.
    pub async fn ask(
        &self,
        event: impl FnOnce(RequestId) -> Event + Send + 'static,
    ) -> Result<Answer, Failure> {
        let (reply, answer) = oneshot::channel();
        let command = Command::Ask {
            event: Box::new(event),
            reply,
        };
        self.commands
            .send(command)
            .await
            .map_err(|_| Failure::stopping())?;
        match answer.await.map_err(|_| Failure::stopping())? {
            Answer::Failed(failure) => Err(failure.into()),
            answer => Ok(answer),
        }
    }

    /// What decides which entries count, now.
    pub(crate) fn trust(&self) -> Arc<Trust> {
        Arc::clone(&self.trust.borrow())
    }

    /// The same, and whatever follows.
    pub(crate) fn watch_trust(&self) -> watch::Receiver<Arc<Trust>> {
        self.trust.clone()
    }

    /// How the node stands.
    ///
    /// # Errors
    /// That the node is stopping.
    pub async fn status(&self) -> Result<CoreStatus, Failure> {
        let (reply, status) = oneshot::channel();
        self.commands
            .send(Command::Status { reply })
            .await
            .map_err(|_| Failure::stopping())?;
        status.await.map_err(|_| Failure::stopping())
    }

    /// Tells the core to end, after what it is doing.
    pub async fn stop(&self) {
        if self.commands.send(Command::Stop).await.is_err() {
            tracing::debug!("the core has stopped already");
        }
    }
}

/// How a newcomer's own request stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum JoinProgress {
    /// Nobody has answered yet; the last reason why, where there is one.
    #[default]
    Asking,
    /// Nobody could be reached.
    Unreachable(String),
    /// A steward has to decide.
    Waiting,
    /// It is in.
    Admitted,
    /// It is not let in.
    Refused(faelled_proto::message::JoinRefusal),
    /// The node that was asked hands out another roster than the ticket's.
    BadRoster(String),
}
