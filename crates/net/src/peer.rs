//! One established connection, as everybody in this crate sees it.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use faelled_proto::NodeKey;
use faelled_proto::limits::MAX_MESSAGE_BYTES;
use quinn::VarInt;
use tokio::sync::{Semaphore, mpsc, watch};

use crate::traffic::Meter;
use crate::{CloseReason, ConnectionId, NetLimits};

/// What a stream may send before we have read it: a frame or message of the greatest length fits.
pub(crate) const STREAM_WINDOW: u32 = 5 << 18;

/// What a stranger may send before we have read it.
pub(crate) const STRANGER_WINDOW: u32 = 64 << 10;

/// What is known of a peer's membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Stranger,
    /// A stranger who waits for a decision on purpose.
    Kept,
    Trusted,
}

/// The near end of a connection.
pub(crate) struct Peer {
    pub(crate) id: ConnectionId,
    pub(crate) node_key: NodeKey,
    pub(crate) address: SocketAddr,
    pub(crate) dialled: bool,
    pub(crate) quinn: quinn::Connection,
    pub(crate) meter: Meter,
    pub(crate) run_slots: Arc<Semaphore>,
    standing: watch::Sender<Standing>,
    ending: watch::Sender<Option<CloseReason>>,
    outbox: mpsc::Sender<Vec<u8>>,
    outbox_bytes: AtomicUsize,
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer")
            .field("id", &self.id)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Peer {
    /// Returns the peer and the messages that are to be written to it.
    pub(crate) fn new(
        id: ConnectionId,
        node_key: NodeKey,
        dialled: bool,
        quinn: quinn::Connection,
        limits: &NetLimits,
    ) -> (Arc<Self>, mpsc::Receiver<Vec<u8>>) {
        let (outbox, queue) = mpsc::channel(limits.outbox_messages.max(1));
        let remote = quinn.remote_address();
        let peer = Self {
            id,
            node_key,
            address: SocketAddr::new(remote.ip().to_canonical(), remote.port()),
            dialled,
            quinn,
            meter: Meter::default(),
            run_slots: Arc::new(Semaphore::new(limits.runs)),
            standing: watch::Sender::new(Standing::Stranger),
            ending: watch::Sender::new(None),
            outbox,
            outbox_bytes: AtomicUsize::new(0),
        };
        (Arc::new(peer), queue)
    }

    /// Queues a message, or ends the connection when the peer lets too many pile up.
    pub(crate) fn enqueue(&self, message: Vec<u8>, limits: &NetLimits) {
        let length = message.len();
        if length > MAX_MESSAGE_BYTES {
            self.end(CloseReason::OwnMessageTooLong { length });
            return;
        }
        let waiting = self.outbox_bytes.fetch_add(length, Ordering::AcqRel);
        // A closed outbox means that the connection ends already, whose reason stays.
        if waiting + length > limits.outbox_bytes || self.outbox.try_send(message).is_err() {
            self.end(CloseReason::SlowReader);
        }
    }

    /// A queued message has been written.
    pub(crate) fn dequeued(&self, length: usize) {
        self.outbox_bytes.fetch_sub(length, Ordering::AcqRel);
    }

    /// Ends the connection. The first reason stays.
    pub(crate) fn end(&self, reason: CloseReason) {
        self.ending.send_if_modified(|ending| {
            let first = ending.is_none();
            if first {
                *ending = Some(reason);
            }
            first
        });
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.ending.borrow().is_some()
    }

    /// Waits until the connection is to end, and says why.
    pub(crate) async fn ended(&self) -> CloseReason {
        match self
            .ending
            .subscribe()
            .wait_for(Option::is_some)
            .await
            .map(|ending| ending.clone())
        {
            Ok(Some(reason)) => reason,
            // The sender lives as long as `self`, so this does not happen.
            Ok(None) | Err(_) => CloseReason::PeerLeft,
        }
    }

    /// The peer is a member: it may send runs and long messages.
    pub(crate) fn trust(&self, limits: &NetLimits) {
        self.standing.send_replace(Standing::Trusted);
        let runs = u32::try_from(limits.runs).unwrap_or(u32::MAX);
        // Every stream's window fits in at once, so that one that we are slow to read starves no other.
        self.quinn.set_receive_window(VarInt::from_u32(
            runs.saturating_add(1)
                .saturating_mul(STREAM_WINDOW)
                .min(1 << 30),
        ));
        self.quinn
            .set_max_concurrent_uni_streams(VarInt::from_u32(runs));
    }

    /// The peer may remain a stranger.
    pub(crate) fn keep(&self) {
        self.standing.send_if_modified(|standing| {
            let stranger = *standing == Standing::Stranger;
            if stranger {
                *standing = Standing::Kept;
            }
            stranger
        });
    }

    pub(crate) fn standing(&self) -> Standing {
        *self.standing.borrow()
    }

    /// Waits until somebody has decided on the peer.
    pub(crate) async fn decided(&self) -> Standing {
        match self
            .standing
            .subscribe()
            .wait_for(|standing| *standing != Standing::Stranger)
            .await
        {
            Ok(standing) => *standing,
            Err(_) => Standing::Stranger,
        }
    }
}
