//! What the engine is told, and what it wants done.

use std::net::SocketAddr;

use faelled_proto::charter::CharterRefusal;
use faelled_proto::message::{Bye, JoinRefusal};
use faelled_proto::opening::FeedOpening;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{
    DocId, EntryId, FeedId, GroupId, Kind, MemberId, Message, NodeKey, SignedCharter, SignedEntry,
    SignedRoster, Space, VerifiedEntry,
};

use crate::join::{JoinRow, TicketRow};
use crate::pipeline::Refusal;
use crate::roster::RosterRefusal;

/// A connection between two nodes, named by the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// A write to the store, named by the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub u64);

/// A local request, named by the shell; answered by one [`Action::Answer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// Something that happened.
#[derive(Debug, Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "an event is handled at once and never kept"
)]
pub enum Event {
    /// A connection stands; TLS showed that the other side holds the key.
    Connected {
        /// The connection.
        connection: ConnectionId,
        /// The other node's key.
        node_key: NodeKey,
        /// Where it is.
        address: SocketAddr,
        /// We dialled, and so pinned the key beforehand.
        dialled: bool,
    },
    /// Nobody answered, or somebody else did.
    DialFailed {
        /// Who was dialled.
        target: NodeAddress,
        /// What happened.
        reason: String,
    },
    /// A message came, decoded and bounded.
    Received {
        /// From whom.
        connection: ConnectionId,
        /// The message.
        message: Message,
    },
    /// A frame of a run came, decoded and bounded.
    Frame {
        /// From whom.
        connection: ConnectionId,
        /// The run's feed.
        feed: FeedId,
        /// The entries.
        entries: Vec<SignedEntry>,
    },
    /// A run's stream ended.
    RunEnded {
        /// From whom.
        connection: ConnectionId,
        /// The run's feed.
        feed: FeedId,
    },
    /// A run of [`Action::SendRun`] was sent, or given up.
    RunSent {
        /// To whom.
        connection: ConnectionId,
    },
    /// A connection ended.
    Closed {
        /// The connection.
        connection: ConnectionId,
        /// Why, for people.
        reason: String,
    },
    /// The operation is on the disk.
    Stored {
        /// The operation.
        operation: OperationId,
    },
    /// The operation is not on the disk and never will be.
    StoreFailed {
        /// The operation.
        operation: OperationId,
        /// Why, for people.
        reason: String,
    },
    /// Asks for the feed in which this node writes in a space; opens one where needed.
    OpenFeed {
        /// The request.
        request: RequestId,
        /// The space.
        space: Space,
    },
    /// Writes entries of this node's own.
    Write {
        /// The request.
        request: RequestId,
        /// The feed that [`Answer::Feed`] named.
        feed: FeedId,
        /// The entries.
        drafts: Vec<Draft>,
    },
    /// Issues a ticket.
    Invite {
        /// The request.
        request: RequestId,
        /// Milliseconds since 1970 after which it is refused.
        expires_ms: u64,
    },
    /// A steward lets a newcomer in, or not.
    Decide {
        /// The request.
        request: RequestId,
        /// The newcomer.
        member: MemberId,
        /// Let in.
        admit: bool,
    },
    /// Founds a group, owned by this node's member.
    FoundGroup {
        /// The request.
        request: RequestId,
        /// The group's name.
        name: String,
        /// Its members; this node's own is one in any case.
        members: Vec<MemberId>,
    },
    /// An owner changes who is in a group.
    ChangeGroup {
        /// The request.
        request: RequestId,
        /// The group.
        group: GroupId,
        /// Members that come.
        add: Vec<MemberId>,
        /// Members that go; an owner among them owns it no longer.
        remove: Vec<MemberId>,
    },
    /// Another node's address became known.
    AddTarget {
        /// The node.
        target: NodeAddress,
    },
    /// Time passed.
    Tick,
}

/// An entry to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What the body is.
    pub kind: Kind,
    /// The document that it is about.
    pub document: Option<DocId>,
    /// The body.
    pub body: Vec<u8>,
}

/// Something to be done. The order matters.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Write this durably, then say [`Event::Stored`] or [`Event::StoreFailed`]. All or nothing.
    Store {
        /// The operation.
        operation: OperationId,
        /// What to write.
        write: StoreOperation,
    },
    /// Entries, a roster or a charter are on the disk: documents and mirror may follow.
    Committed,
    /// Send a message.
    Send {
        /// To whom.
        connection: ConnectionId,
        /// The message.
        message: Message,
    },
    /// Send entries `from..=to` of a feed from the store, then say [`Event::RunSent`].
    SendRun {
        /// To whom.
        connection: ConnectionId,
        /// The feed.
        feed: FeedId,
        /// The first entry.
        from: u64,
        /// The last entry.
        to: u64,
    },
    /// The other side is a member: the limits for strangers no longer hold.
    Trust {
        /// The connection.
        connection: ConnectionId,
    },
    /// The other side is no member yet but may stay, under the limits for strangers.
    Keep {
        /// The connection.
        connection: ConnectionId,
    },
    /// Say why, and close.
    Close {
        /// The connection.
        connection: ConnectionId,
        /// Why.
        bye: Bye,
    },
    /// Connect.
    Dial {
        /// To whom.
        target: NodeAddress,
    },
    /// The answer to a local request.
    Answer {
        /// The request.
        request: RequestId,
        /// The answer.
        answer: Answer,
    },
    /// Something that people may want to know.
    Notice(Notice),
}

/// What is to be on the disk.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreOperation {
    /// Verified entries, with the openings of the feeds that begin among them.
    Entries {
        /// Feeds that begin.
        openings: Vec<(FeedId, FeedOpening)>,
        /// Entries, each feed's in order.
        entries: Vec<VerifiedEntry>,
    },
    /// Roster versions, oldest first.
    Rosters(Vec<(u64, SignedRoster)>),
    /// Charters, each behind the one that it follows. One that is there already is no error.
    Charters(Vec<SignedCharter>),
    /// A ticket, new or changed.
    Ticket(TicketRow),
    /// A request to join, new or changed; with the ticket that it used.
    Join(JoinRow, TicketRow),
    /// What became of a request to join, with the roster that admits.
    Decision(JoinRow, Option<(u64, SignedRoster)>),
}

/// The answer to a local request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The feed to write in.
    Feed(FeedId),
    /// The entries are on the disk.
    Written(Vec<EntryId>),
    /// The ticket is valid.
    Ticket {
        /// Its secret.
        secret: [u8; 16],
    },
    /// The decision is on the disk.
    Decided {
        /// The roster version that it made, where it did.
        version: Option<u64>,
    },
    /// The group is as it was asked for.
    Group(GroupId),
    /// It was not done.
    Failed(RequestFailure),
}

/// Why a local request was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestFailure {
    /// The store could not write.
    #[error("it could not be written to the disk: {0}")]
    Store(String),
    /// The feed is not the one in which this node writes now. Ask for it again.
    #[error("this node writes in another feed now")]
    FeedMoved,
    /// The node is not a member yet.
    #[error("this node is not a member of a federation yet")]
    NotAMember,
    /// The node's own certificate has expired.
    #[error("this node's certificate has expired")]
    CertificateExpired,
    /// Only a steward may.
    #[error("only a steward of the federation may do this")]
    NotASteward,
    /// More than one steward must sign, which this version cannot collect.
    #[error("this needs signatures of more than one steward")]
    NeedsMoreStewards,
    /// A roster with the next version may be on the disk already.
    #[error(
        "whether the roster that admits {0} was written is not known: decide on {0} again first"
    )]
    InDoubt(MemberId),
    /// Nobody with this id asked.
    #[error("no request to join by {0} waits here")]
    NoSuchRequest(MemberId),
    /// Too many of them.
    #[error("there are too many already")]
    TooMany,
    /// There is no such group, or not for this node's member.
    #[error("this node's member is in no group {}", .0.short())]
    UnknownGroup(GroupId),
    /// Only an owner may.
    #[error("only an owner of the group may change who is in it")]
    NotAnOwner,
    /// Somebody who is not in the roster.
    #[error("{0} is not a member of the federation")]
    UnknownMember(MemberId),
    /// The group would have no owner.
    #[error("the group would have no owner left")]
    LastOwner,
    /// Owners contradicted each other.
    #[error(
        "the group's owners signed two charters that contradict each other: nothing in it can be changed any more, found a new group"
    )]
    GroupFrozen,
    /// A charter with the next version may be on the disk already.
    #[error(
        "whether the last change of the group was written is not known: ask for that one again first"
    )]
    GroupInDoubt,
    /// A name is over the bound, or empty.
    #[error(
        "a group needs a name of at most {} bytes",
        faelled_proto::limits::MAX_NAME_BYTES
    )]
    BadName,
    /// A body is over the bound.
    #[error("the content is larger than an entry may be")]
    TooLarge,
}

/// Something that people may want to know.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// A peer is connected and verified.
    PeerJoined {
        /// The connection.
        connection: ConnectionId,
        /// The peer's member.
        member: MemberId,
    },
    /// What a peer sent was not taken.
    RunRefused {
        /// From whom.
        connection: ConnectionId,
        /// The feed.
        feed: FeedId,
        /// Why.
        refusal: Refusal,
    },
    /// A roster was not taken.
    RosterRefused {
        /// From whom.
        connection: ConnectionId,
        /// Why.
        refusal: RosterRefusal,
    },
    /// A charter was not taken.
    CharterRefused {
        /// From whom.
        connection: ConnectionId,
        /// Why.
        refusal: CharterRefusal,
    },
    /// A peer holds more of this node's own feed than the node itself: the disk was rolled back.
    RolledBack {
        /// The feed.
        feed: FeedId,
    },
    /// Somebody asks to join.
    JoinAsked {
        /// Who.
        member: MemberId,
        /// From where.
        address: SocketAddr,
    },
    /// Our own request waits for a steward.
    JoinWaits,
    /// Our own request was refused.
    JoinRefused(JoinRefusal),
    /// We are a member.
    Admitted,
    /// Somebody was sent away.
    StrangerRefused {
        /// From where.
        address: SocketAddr,
        /// Why.
        bye: Bye,
    },
    /// A write failed.
    StoreFailed(String),
}
