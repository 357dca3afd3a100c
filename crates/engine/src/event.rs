//! What the engine is told, and what it wants done.

use std::net::SocketAddr;

use faelled_proto::charter::CharterRefusal;
use faelled_proto::id::{Mark, SecretHash};
use faelled_proto::message::{Bye, JoinRefusal};
use faelled_proto::opening::FeedOpening;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{
    DocId, EntryId, FeedId, GroupId, Kind, MemberId, Message, NodeCertificate, NodeKey, Roster,
    RosterHash, SignedCharter, SignedEntry, SignedRoster, Space, Statement, Tip, VerifiedEntry,
};

use crate::anchor::AnchorCandidate;
use crate::charter::Membership;
use crate::join::{JoinRow, TicketRow};
use crate::pipeline::Refusal;
use crate::roster::{Change, PlanRefusal, RosterRefusal};
use crate::statements::StatementRefusal;

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
    /// From now on this node writes in new feeds, in all spaces: what it writes in the present one would not count
    /// in a document, whose owner had taken back that its member writes there and allows it again.
    BeginAnew {
        /// The request.
        request: RequestId,
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
    /// Takes a ticket back.
    RevokeTicket {
        /// The request.
        request: RequestId,
        /// The ticket.
        secret: SecretHash,
    },
    /// A steward does not let a newcomer in.
    Decline {
        /// The request.
        request: RequestId,
        /// The newcomer.
        member: MemberId,
    },
    /// Asks what the next roster would be. A steward signs it and states the vote.
    Plan {
        /// The request.
        request: RequestId,
        /// What it changes.
        change: Change,
        /// What the proposer has to say to the other stewards.
        note: Option<String>,
    },
    /// A statement that was signed here.
    State {
        /// The request.
        request: RequestId,
        /// The statements: all or none.
        statements: Vec<Statement>,
        /// What the steward says to have thought of.
        despite: Despite,
    },
    /// This node's key has a new certificate.
    Renew {
        /// The request.
        request: RequestId,
        /// The certificate.
        certificate: NodeCertificate,
    },
    /// The entries that are held at places that were to be looked up.
    LookedUp {
        /// What was found.
        tips: Vec<Tip>,
    },
    /// What came of comparing a peer's branch of a feed with what is held.
    Compared {
        /// From whom the branch came.
        connection: ConnectionId,
        /// The feed.
        feed: FeedId,
        /// What was found.
        outcome: Compared,
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
        /// What becomes of it.
        change: Membership,
    },
    /// Another node's address became known.
    AddTarget {
        /// The node.
        target: NodeAddress,
    },
    /// Time passed.
    Tick,
}

/// What keeps a steward from voting until it says to have thought of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Despite {
    /// It has approved another roster with the same version.
    pub another: bool,
    /// This node may hold less than it once signed: it has met nobody since the machine started.
    pub unmet: bool,
}

/// How a peer's branch of a feed stands to what is held of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// They are the same as far as both go.
    Same,
    /// They part before this place.
    EarlierThan {
        /// The first place that was looked at.
        seq: u64,
    },
    /// They part here.
    Differs {
        /// The feed's opening entry, with its body.
        opening: SignedEntry,
        /// What is held from the parting on.
        held: Vec<SignedEntry>,
        /// What the peer sent from the parting on.
        rival: Vec<SignedEntry>,
    },
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
    /// Look up the entries that are held at these places of feeds, then say [`Event::LookedUp`].
    LookUp {
        /// The places.
        places: Vec<(FeedId, u64)>,
    },
    /// Compare a peer's branch of a feed with what is held, then say [`Event::Compared`].
    Compare {
        /// From whom it came.
        connection: ConnectionId,
        /// The feed.
        feed: FeedId,
        /// The branch, ascending, without bodies.
        entries: Vec<SignedEntry>,
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
    /// What became of a request to join.
    Decision(JoinRow),
    /// Statements that are new, and the marks of those that are not kept any more.
    Statements(Vec<Statement>, Vec<Mark>),
    /// A node key whose certificate was seen expired.
    Expired(NodeKey, u64),
    /// The roster behind which this node does not go back, and the one that comes next.
    Anchor(Option<RosterHash>, AnchorCandidate),
    /// This node's certificate.
    Certificate(NodeCertificate),
    /// Take back this node's own entries from a place of a feed on.
    Retract {
        /// The feed.
        feed: FeedId,
        /// The first place.
        from: u64,
    },
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
    /// It is done, and on the disk.
    Done,
    /// What the next roster would be.
    Planned(Box<Roster>),
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
    /// The node's key was revoked by its member.
    #[error("this node's key was revoked: nothing that it writes counts")]
    KeyRevoked,
    /// The next roster cannot be made.
    #[error(transparent)]
    Plan(#[from] PlanRefusal),
    /// A statement does not hold.
    #[error(transparent)]
    Statement(#[from] StatementRefusal),
    /// This node has compared with nobody since its start, and may hold less than it once signed.
    #[error(
        "this node has met no other node since its start, and may not know what was signed before"
    )]
    NotInTouch,
    /// This node has compared with nobody of the group since its start, and may hold less than it once signed.
    #[error(
        "this node has met no other member of the group since its start, and may not know what was signed before"
    )]
    GroupNotMet,
    /// The steward has approved another roster with this version.
    #[error("this steward has approved another roster with the same version ({})", .0.short())]
    ApprovedAnother(RosterHash),
    /// A vote may be on the disk already.
    #[error("whether the vote before was written is not known: repeat that one first")]
    InDoubt(RosterHash),
    /// The certificate is not one for this node.
    #[error("the certificate is not one of this node's key by its member's identity key")]
    NotOurCertificate,
    /// There is no such ticket.
    #[error("no such ticket was issued here")]
    UnknownTicket,
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
    /// Somebody must say what of versions that nobody confirmed.
    #[error(
        "the group's last charters were signed with a key that is no longer its owner's: say first whether they hold"
    )]
    GroupUnconfirmed,
    /// There are several.
    #[error(
        "the group's unconfirmed charters contradict each other: they can only be dropped, not kept"
    )]
    UnconfirmedBranches,
    /// There are none.
    #[error("no charter of the group waits to be confirmed")]
    NothingUnconfirmed,
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
    /// A statement was not taken.
    StatementRefused {
        /// From whom.
        connection: ConnectionId,
        /// Why.
        refusal: StatementRefusal,
    },
    /// A feed was proven to have two branches.
    Equivocated {
        /// Whose it is.
        member: MemberId,
        /// The feed.
        feed: FeedId,
        /// The first place that two entries have.
        seq: u64,
    },
    /// Entries of this node that nobody had got were taken back: the disk was rolled back.
    Retracted {
        /// The feed.
        feed: FeedId,
        /// The first place.
        from: u64,
    },
    /// Two rosters contradict each other: membership is frozen.
    RosterForked {
        /// The version that holds.
        version: u64,
    },
    /// This node's key was revoked.
    KeyRevoked,
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
