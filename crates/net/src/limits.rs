//! Every bound that this crate sets by itself. Lengths on the wire are bounded in `faelled_proto::limits`.

use std::time::Duration;

/// Bounds on time, number and memory. The defaults are for a node with a few hundred peers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetLimits {
    /// A handshake, from the first packet to the last.
    pub handshake: Duration,
    /// How long a handshake may take that others wait for: after it, it is given up for any of them.
    pub handshake_patience: Duration,
    /// Silence after which a peer counts as lost. The lower of both sides' values holds.
    pub idle: Duration,
    /// How often a packet is sent on a silent connection; well under `idle`.
    pub keep_alive: Duration,
    /// How long a message or frame that has begun, or one that is being written, may stand still.
    pub stall: Duration,
    /// How long a peer may remain a stranger, unless [`crate::Net::keep_stranger`] says so.
    pub stranger: Duration,
    /// How long a last message may take to arrive before the connection is closed regardless.
    pub goodbye: Duration,
    /// Connections of all sorts.
    pub connections: usize,
    /// Strangers who came to us. One more drives out the oldest.
    pub strangers: usize,
    /// Strangers and handshakes from one address (IPv6: from one /64).
    pub strangers_per_address: usize,
    /// Handshakes of others under way. One more drives out the oldest from where most of them come.
    pub pending_handshakes: usize,
    /// Handshakes under way from which on a newcomer must first show that its address is its own.
    pub retry_from: usize,
    /// Our own dials under way.
    pub pending_dials: usize,
    /// Runs at the same time on one connection, each way.
    pub runs: usize,
    /// Messages that wait to be written to one peer.
    pub outbox_messages: usize,
    /// Bytes of messages that wait to be written to one peer.
    pub outbox_bytes: usize,
    /// Events that wait for the decider; when there are more, nothing more is read from the network.
    pub events: usize,
}

impl Default for NetLimits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            handshake_patience: Duration::from_secs(1),
            idle: Duration::from_secs(30),
            keep_alive: Duration::from_secs(10),
            stall: Duration::from_secs(30),
            stranger: Duration::from_secs(15),
            goodbye: Duration::from_secs(2),
            connections: 512,
            strangers: 64,
            strangers_per_address: 16,
            pending_handshakes: 128,
            retry_from: 16,
            pending_dials: 64,
            runs: 4,
            outbox_messages: 256,
            outbox_bytes: 16 << 20,
            events: 16,
        }
    }
}
