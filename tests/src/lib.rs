//! Whole nodes, real processes: what the proofs and tests of the project share.
//!
//! `cargo evidence list` names every proof; each is a module of [`proof`].

pub mod country;
pub mod daemon;
pub mod hostile;
pub mod member;
pub mod memory;
pub mod pair;
pub mod program;
pub mod proof;
pub mod tapped;
