//! Real connections on the loopback interface, between nodes and against peers that break the rules.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail by panicking"
)]

mod bounds;
mod exchange;
mod handshake;
mod hostile;
mod support;
