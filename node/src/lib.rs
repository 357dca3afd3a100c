//! A node of Fælled: the daemon that wires the crates together, and its command line.
//!
//! An entry's way through a node: [`editor`] or the network -> [`core`] (which owns the engine) -> the store
//! -> [`follower`] -> [`view`] (which entries count, what the document says) -> the mirror. What people ask
//! goes through [`client`] to [`service`], in the daemon or in the command's own process.

mod asked;
pub mod cli;
pub mod client;
pub mod clock;
pub mod core;
mod danish;
pub mod data;
pub mod demo;
pub mod directory;
mod editor;
pub mod failure;
mod fingerprint;
mod follower;
mod heaps;
pub mod keys;
mod kinds;
mod lasting;
pub mod node;
mod reading;
pub mod request;
mod rotation;
pub mod sealed;
pub mod serve;
pub mod service;
pub mod steward;
mod text;
mod trust;
pub mod view;
mod witness;

pub use failure::{Failure, FailureKind, Said};
pub use follower::Rebuilt;
pub use node::Node;

/// Random bytes from the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::internal(
            "random",
            Said::new(
                format!("the system gives no random numbers: {error}"),
                format!("systemet giver ingen tilfældige tal: {error}"),
            ),
        )
    })?;
    Ok(bytes)
}
