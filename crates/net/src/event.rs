//! What the network tells its caller.

use std::fmt;
use std::net::SocketAddr;

use faelled_proto::canonical::DecodeError;
use faelled_proto::message::Bye;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{FeedId, Message, NodeKey, SignedEntry};

/// One connection of this process. Never used twice by one [`crate::Net`]; later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub(crate) u64);

impl ConnectionId {
    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Something that happened. For one connection: `Connected`, then any number of others, then `Closed`, and
/// nothing after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetEvent {
    /// A connection stands; the peer has proven its key. It is a stranger until [`crate::Net::trust`].
    Connected {
        /// The connection.
        connection: ConnectionId,
        /// The peer's key.
        node_key: NodeKey,
        /// Where it is, as seen from here.
        address: SocketAddr,
        /// We dialled.
        dialled: bool,
    },
    /// A dial led to nothing.
    DialFailed {
        /// Whom we dialled.
        target: NodeAddress,
        /// Why.
        reason: DialError,
    },
    /// A message came. [`Message::Bye`] comes as `Closed` instead.
    Message {
        /// The connection.
        connection: ConnectionId,
        /// The message.
        message: Message,
    },
    /// A part of a run came.
    Frame {
        /// The connection.
        connection: ConnectionId,
        /// The feed, as the peer named it.
        feed: FeedId,
        /// The place of the first entry, as the peer counts.
        from: u64,
        /// The entries: decoded, and nothing more is known of them.
        entries: Vec<SignedEntry>,
    },
    /// A run is over. A connection that closes ends its runs without this.
    RunEnded {
        /// The connection.
        connection: ConnectionId,
        /// The feed.
        feed: FeedId,
        /// The peer sent all that it wanted to send.
        complete: bool,
    },
    /// A connection is gone.
    Closed {
        /// The connection.
        connection: ConnectionId,
        /// Why.
        reason: CloseReason,
    },
}

/// Why a dial led to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    /// Nothing came back in time.
    #[error(
        "nobody answers at this address: is the node running, and does a firewall let UDP through?"
    )]
    NoAnswer,
    /// The other side takes no connection now.
    #[error("the node takes no more connections at present; try again later")]
    Refused,
    /// Another node answered than the one dialled.
    #[error("a node with another key answers at this address: {shown}")]
    WrongKey {
        /// The key that it showed; it has not proven it.
        shown: NodeKey,
    },
    /// Something answers that does not speak this protocol.
    #[error("what answers at this address does not speak faelled/1")]
    OtherProtocol,
    /// The handshake failed for another reason.
    #[error("the handshake failed: {0}")]
    Handshake(String),
    /// The address cannot be dialled from here.
    #[error("the address cannot be dialled from here: {0}")]
    Address(String),
    /// We have as many dials or connections under way as we allow ourselves.
    #[error("too many dials or connections are under way here")]
    Busy,
    /// This node is shutting down.
    #[error("this node is shutting down")]
    ShuttingDown,
}

/// Why a connection is gone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloseReason {
    /// We said goodbye.
    #[error("closed here: {0}")]
    Here(Bye),
    /// The peer said goodbye.
    #[error("closed by the peer: {0}")]
    ByPeer(Bye),
    /// The peer sent us away without a message.
    #[error("closed by the peer: {0}")]
    SentAway(Refusal),
    /// The peer broke the protocol; we closed.
    #[error("the peer broke the protocol: {0}")]
    Misbehaviour(#[from] Misbehaviour),
    /// The peer did not read what we sent; we closed.
    #[error("the peer does not read what is sent to it")]
    SlowReader,
    /// The peer was a stranger for too long; we closed.
    #[error("the peer did not show in time that it is a member")]
    StrangerForTooLong,
    /// The peer was the oldest stranger when there were too many; we closed.
    #[error("too many strangers: the oldest had to go")]
    CrowdedOut,
    /// Nothing was heard of the peer for too long.
    #[error("nothing was heard of the peer for too long")]
    TimedOut,
    /// The peer left without a word.
    #[error("the peer left without a word")]
    PeerLeft,
    /// A message of our own was longer than the protocol allows.
    #[error("a message of our own is too long: {length} bytes")]
    OwnMessageTooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// The transport failed.
    #[error("the transport failed: {0}")]
    Transport(String),
}

/// Why one side sends the other away without a message on the control stream, as a QUIC close code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It did not read.
    #[error("it says that we do not read what it sends")]
    SlowReader,
    /// It was a stranger when there were too many.
    #[error("too many strangers there")]
    CrowdedOut,
    /// It went away or failed.
    #[error("it went away")]
    GoneAway,
    /// A code that this version does not know.
    #[error("code {0}")]
    Unknown(u64),
}

/// How a peer broke the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misbehaviour {
    /// A message longer than allowed.
    #[error("a message of {length} bytes is over the limit of {limit}")]
    MessageTooLong {
        /// Length in bytes.
        length: usize,
        /// Limit in bytes.
        limit: usize,
    },
    /// A message that is none.
    #[error("a message cannot be read: {0}")]
    BadMessage(DecodeError),
    /// A message that began and did not go on.
    #[error("a message stands still")]
    MessageStalled,
    /// The control stream or a run ended within a message or frame.
    #[error("a stream ends in the middle")]
    Truncated,
    /// A run begins with something else than its header.
    #[error("a run's header cannot be read: {0}")]
    BadRunHeader(DecodeError),
    /// A frame longer than allowed, as it crosses the wire.
    #[error("a frame of {length} compressed bytes is over the limit of {limit}")]
    FrameTooLong {
        /// Length in bytes.
        length: usize,
        /// Limit in bytes.
        limit: usize,
    },
    /// A frame that would be longer than allowed once decompressed.
    #[error("a frame grows over the limit of {limit} bytes when decompressed")]
    FrameGrowsTooLong {
        /// Limit in bytes.
        limit: usize,
    },
    /// A frame that is not exactly one zstd frame.
    #[error("a frame cannot be decompressed")]
    BadCompression,
    /// A frame that does not hold entries.
    #[error("a frame cannot be read: {0}")]
    BadFrame(DecodeError),
    /// A run's places go beyond what can be counted.
    #[error("a run counts beyond the last possible place")]
    PlaceOverflow,
}
