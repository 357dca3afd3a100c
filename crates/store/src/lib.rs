//! `node.db`: the authority. What a node holds of everybody's feeds, and the little that it must remember
//! of itself.
//!
//! The store decides nothing: it takes entries that were verified already, keeps them in the order in which
//! they came, and gives them back. When [`Store::append`] returns, all of it is on the disk; when it fails,
//! nothing of it is there. There is one writer; readers see whole batches only. An entry goes away again in
//! one way only, and only one's own: [`Store::retract`].
//!
//! What is read is checked against the hashes under which it was stored, so a disk that returns something
//! else is found out as [`StoreError::Damaged`] and never served to anybody.

mod address;
mod append;
mod charter;
mod column;
mod comparison;
mod document;
mod entry;
mod error;
mod expired;
mod feed;
mod figures;
mod join;
mod retracted;
mod roster;
mod rows;
mod schema;
mod setting;
mod statement;
mod store;
mod ticket;
mod writer;

pub use address::{AddressRow, MAX_ADDRESSES_PER_NODE};
pub use append::{Append, Appended, SignedRosterAtVersion};
pub use comparison::Comparison;
pub use document::{DocumentSize, Touched};
pub use entry::StoredEntry;
pub use error::StoreError;
pub use feed::FeedRow;
pub use figures::Figures;
pub use join::{JoinRow, JoinState};
pub use retracted::RetractedEntry;
pub use store::Store;
pub use ticket::TicketRow;
