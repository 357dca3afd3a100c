//! What fuzzing calls: for each target one function that takes any bytes and panics where it finds something.
//!
//! `tests/fuzz` runs them with libFuzzer; `tests/corpus.rs` here runs them over the corpus, and over changed
//! files of it, as plain tests. [`seeds`] makes the files that a corpus begins with.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a target that finds something panics, and so does one whose own ground is not sound"
)]

mod cast;
mod changes;
mod decoders;
mod documents;
mod files;
mod frames;
mod input;
mod people;
mod pipeline;
mod releases;
mod sealing;
pub mod seeds;

pub use changes::change;
pub use decoders::proto;
pub use documents::document;
pub use files::{files, tables};
pub use frames::frames;
pub use people::{requests, words};
pub use pipeline::pipeline;
pub use releases::release;
pub use sealing::sealed;

/// A target.
pub type Target = fn(&[u8]);

/// Every target, by the name of its corpus.
pub const ALL: &[(&str, Target)] = &[
    ("change", change),
    ("document", document),
    ("files", files),
    ("frames", frames),
    ("pipeline", pipeline),
    ("proto", proto),
    ("release", release),
    ("requests", requests),
    ("sealed", sealed),
    ("tables", tables),
    ("words", words),
];
