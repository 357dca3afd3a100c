//! Decides what a node does: roster, feeds, the one verification pipeline, sync, joining.
//!
//! [`Engine::handle`] takes the time and an [`Event`] and returns [`Action`]s; [`Engine::next_deadline`] says
//! when it wants to be called with [`Event::Tick`]. There is no I/O, no clock and no randomness but that of
//! the seed it was given: the same events give the same actions.
//!
//! What comes in goes one way:
//! bounded decode (the shell) -> [`pipeline`]: chain, signature, roster -> [`Action::Store`] ->
//! [`Event::Stored`] -> [`Action::Committed`] (the shell applies and mirrors) -> announced to peers. Nothing
//! is announced, acknowledged or applied before it is stored. Local edits go the same way from the store on.
//! Which entries of a document count is a function of the set of entries alone: [`authority`].

pub mod authority;
pub mod cuts;
pub mod event;
pub mod feeds;
pub mod groups;
pub mod limits;
pub mod pipeline;
pub mod roster;
pub mod statements;

mod anchor;
mod charter;
mod commit;
mod comparing;
mod dial;
mod dispute;
mod doubt;
mod engine;
mod expiry;
mod join;
mod marks;
mod session;
mod stating;
mod summary;
mod sync;
mod write;

pub use anchor::AnchorCandidate;
pub use charter::{Membership, Unconfirmed};
pub use cuts::{Ceiling, Ceilings, Cuts, FeedFacts, Ground};
pub use engine::{Config, DamagedStore, Engine, Loaded, Standing};
pub use event::{
    Action, Answer, Compared, ConnectionId, Despite, Event, Notice, OperationId, RequestFailure,
    RequestId, StoreOperation,
};
pub use feeds::{Feed, Feeds};
pub use groups::{Following, Group, GroupStatus, Groups};
pub use join::{JoinRow, JoinState, TicketRow};
pub use pipeline::Refusal;
pub use roster::{Change, Needed, PlanRefusal, RosterChain, RosterFork, RosterRefusal};
pub use session::PeerStatus;
pub use statements::{Proposal, StatementRefusal, Statements};
