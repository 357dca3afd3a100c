//! The vectors of what must be refused, each with the reason. Each breaks one rule and no other: what can
//! be signed is signed, whatever else is in it is sound.

mod charters;
mod encodings;
mod entries;
mod list;
mod messages;
pub(crate) mod rosters;
mod signatures;
mod statements;
mod tickets;

pub(crate) use list::vectors;
