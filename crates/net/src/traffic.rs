//! How many bytes went which way.

use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of one connection, or of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Put on streams: messages and frames as compressed, with their lengths.
    pub stream_sent: u64,
    /// Taken from streams, likewise.
    pub stream_received: u64,
    /// In UDP datagrams sent, of connections that were established.
    pub udp_sent: u64,
    /// In UDP datagrams received, likewise.
    pub udp_received: u64,
}

/// Counts what goes over one connection's streams.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    sent: AtomicU64,
    received: AtomicU64,
}

impl Traffic {
    pub(crate) fn add(&mut self, other: Self) {
        self.stream_sent += other.stream_sent;
        self.stream_received += other.stream_received;
        self.udp_sent += other.udp_sent;
        self.udp_received += other.udp_received;
    }
}

impl Meter {
    pub(crate) fn sent(&self, bytes: usize) {
        self.sent.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn read(&self, connection: &quinn::Connection) -> Traffic {
        let stats = connection.stats();
        Traffic {
            stream_sent: self.sent.load(Ordering::Relaxed),
            stream_received: self.received.load(Ordering::Relaxed),
            udp_sent: stats.udp_tx.bytes,
            udp_received: stats.udp_rx.bytes,
        }
    }
}
