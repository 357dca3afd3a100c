//! `mirror.db`: what the node's documents say, as SQLite tables and views for local tools.
//!
//! The mirror is derived: it can be deleted at any time and comes back identical. The node reads
//! its own store and hands over typed [`Delta`]s; this crate turns them into rows and writes rows
//! and watermark in one transaction. It decides nothing: who may write, which entries count and
//! what a document says was settled before. Tools open the file read-only while the node runs;
//! [`contract`] is what they can rely on, and [`read`] answers the questions of the command line.

pub mod contract;
pub mod delta;
mod derive;
pub mod dump;
mod error;
mod file;
mod mirror;
pub mod read;
mod row;
mod spelling;
mod time;
pub mod trust;
mod words;
mod writer;

pub use contract::{VERSION, schema_json, schema_markdown, schema_sql};
pub use delta::{
    ConflictValueView, ConflictView, Content, Delta, DocumentView, EntryView, GroupView,
    RefusedView, ReleaseView, RosterView,
};
pub use error::MirrorError;
pub use mirror::{Mirror, Watermark};
pub use trust::{
    CutView, EditorView, EquivocationView, Ground, ProposalView, RevocationView, RosterForkView,
    RosterVote, TrustView,
};
