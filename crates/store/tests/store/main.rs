//! The store against real files.

#![expect(
    clippy::unwrap_used,
    reason = "a failed step is a failed test, helpers included"
)]

mod append;
mod charters;
mod comparing;
mod damage;
mod files;
mod full;
mod joining;
mod migrations;
mod reading;
mod retracting;
mod statements;
mod world;
