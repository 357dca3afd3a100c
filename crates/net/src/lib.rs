//! The asynchronous QUIC shell between nodes.
//!
//! It decides nothing: it opens connections whose keys are proven, and moves bounded, decoded messages and
//! runs of entries between them and a channel of [`NetEvent`]s. Who is a member, what is sent and what is
//! believed is decided by its caller. The wire format is that of `faelled_proto::message` and
//! `faelled_proto::feed`.
//!
//! What holds for every connection:
//! - TLS 1.3 over QUIC with raw public keys (RFC 7250) on both sides and ALPN `faelled/1`; no 0-RTT, no
//!   resumption. Who dials names the key that must answer.
//! - The dialler opens the one control stream; runs come on streams of their own, one way.
//! - Everything is bounded before it is read: lengths, counts, time, memory. A peer that breaks a bound
//!   loses its own connection and nothing else.
//! - Until [`Net::trust`] a peer is a stranger: small messages, no runs, little time.

mod admission;
mod connection;
mod control;
mod endpoint;
mod event;
mod framing;
mod limits;
mod peer;
mod run;
mod shared;
mod tap;
mod tls;
mod traffic;

pub use endpoint::{Net, NetConfig, NetError};
pub use event::{CloseReason, ConnectionId, DialError, Misbehaviour, NetEvent, Refusal};
pub use framing::unpack_frame;
pub use limits::NetLimits;
pub use run::{RunError, RunSender};
pub use tap::{Tap, TapContent, TapEvent};
pub use tls::ALPN;
pub use traffic::Traffic;
