//! Hosts Automerge documents safely.
//!
//! Automerge is not trusted with bytes of other members: a change is bounded and its actor, sequence number
//! and checksum are checked by [`change::ChangeHeader`] before Automerge sees it, and a panic or an error in
//! Automerge quarantines the one document. What a document shows is a function of the set of its changes.

pub mod actor;
pub mod change;
mod columns;
pub mod document;

pub use change::{ChangeHeader, ChangeRefusal};
pub use document::{Document, EditError, Quarantine, WrittenChange};
