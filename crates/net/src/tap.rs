//! The tap: sees in plaintext what this node sends.

use std::sync::Arc;

use faelled_proto::{FeedId, NodeKey};

use crate::ConnectionId;

/// Called with everything that this node hands to a connection, before compression and encryption, in the
/// task that sends: it must be quick. For tests that look for text which must never leave.
pub type Tap = Arc<dyn Fn(&TapEvent<'_>) + Send + Sync>;

/// One piece of plaintext on its way out.
#[derive(Debug, Clone, Copy)]
pub struct TapEvent<'a> {
    /// The connection.
    pub connection: ConnectionId,
    /// Who will receive it.
    pub peer: NodeKey,
    /// What it is.
    pub content: TapContent,
    /// Its canonical encoding.
    pub bytes: &'a [u8],
}

/// What a piece of plaintext is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TapContent {
    /// A message of the control stream.
    Message,
    /// What a run's stream begins with.
    RunHeader,
    /// A run's frame.
    Frame {
        /// The feed.
        feed: FeedId,
        /// The first entry's place.
        from: u64,
    },
}
