//! Hosts Automerge documents safely.
//!
//! Automerge is not trusted with bytes of other members: a change is bounded and its actor, sequence number
//! and checksum are checked by [`change::ChangeHeader`] before Automerge sees it, and a panic or an error in
//! Automerge quarantines the one document. What a document shows is a function of the set of its changes.
//!
//! Where two people wrote one place without knowing of each other, [`Document::read`] shows one of the values
//! and [`Document::conflicts`] all of them, until somebody settles it with [`Document::resolve`] or by writing
//! another value there. Writing anything else settles nothing, and leaves alone what this version does not know.

pub mod actor;
pub mod change;
mod columns;
pub mod conflict;
mod content;
mod contest;
pub mod document;
mod history;
mod item;
pub mod path;
mod words;
mod writer;

pub use change::{ChangeHeader, ChangeRefusal};
pub use conflict::{Choice, Conflict, ConflictValue};
pub use document::{Document, EditError, Quarantine, WrittenChange};
pub use path::{ConflictPath, PathError, PathStep};
