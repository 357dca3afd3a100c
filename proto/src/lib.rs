//! What crosses the wire and what is signed in Fælled.
//!
//! `SPEC.md` beside this crate says the same for somebody who implements it in another language;
//! `vectors/` holds the test vectors that both must satisfy. Nothing here does I/O, reads a clock or draws
//! a random number.

pub mod canonical;
pub mod certificate;
pub mod chain;
pub mod charter;
pub mod comparison;
pub mod cut;
pub mod entry;
pub mod feed;
pub mod frontier;
pub mod grant;
pub mod id;
pub mod key;
pub mod limits;
pub mod member;
pub mod message;
pub mod opening;
pub mod prefix;
pub mod release;
pub mod roster;
pub mod space;
pub mod statement;
pub mod ticket;

pub use certificate::NodeCertificate;
pub use chain::{RunRefusal, VerifiedEntry};
pub use charter::{Charter, SignedCharter};
pub use cut::Cut;
pub use entry::{Header, Kind, SignedEntry};
pub use frontier::{Frontier, Tip};
pub use id::{
    BodyHash, CharterHash, DocId, EntryId, FederationId, FeedId, GroupId, Mark, ReleaseHash,
    RosterHash,
};
pub use key::{IdentityKey, NodeKey, SecretKey, Signature};
pub use member::MemberId;
pub use message::Message;
pub use prefix::Prefix;
pub use roster::{Roster, SignedRoster};
pub use space::Space;
pub use statement::Statement;
pub use ticket::Ticket;
