//! What the node hands over: documents and roster as they are now.

use faelled_model::{
    Adoption, Answer, Basket, Comment, Cosignature, Disclosure, Following, Pack, Participation,
    Pilot, Profile, Project, Question, ReleaseContent, Requirement, Resource,
};
use faelled_proto::release::Release;
use faelled_proto::{
    DocId, EntryId, FederationId, FeedId, GroupId, Kind, MemberId, NodeKey, ReleaseHash, Roster,
    RosterHash, Space,
};

use crate::trust::{EditorView, Ground, TrustView};

/// A step of the mirror: everything that changed up to a row of the node's store.
#[derive(Debug, Clone, PartialEq)]
pub struct Delta {
    /// The last row of the node's store that this takes in; the new watermark.
    pub row: i64,
    /// The roster, where it changed.
    pub roster: Option<RosterView>,
    /// All groups that this member sees, where any of them changed.
    pub groups: Option<Vec<GroupView>>,
    /// Everything that decides what counts, where any of it changed: it replaces what the mirror
    /// held.
    pub trust: Option<TrustView>,
    /// Every document that changed, whole. What the mirror held of them before is replaced.
    pub documents: Vec<DocumentView>,
}

/// The federation and its newest roster.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterView {
    /// The federation.
    pub federation: FederationId,
    /// The roster.
    pub roster: Roster,
    /// The hash of its bytes.
    pub hash: RosterHash,
}

/// A group as its newest charter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupView {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// The charter's version.
    pub version: u64,
    /// Members that may change who is in it.
    pub owners: Vec<MemberId>,
    /// All who see it, the owners among them.
    pub members: Vec<MemberId>,
    /// Whether its owners signed two next charters that contradict each other.
    pub is_frozen: bool,
}

/// One document as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentView {
    /// Its id.
    pub id: DocId,
    /// Its kind, as its opening says.
    pub kind: String,
    /// Its owner.
    pub owner: MemberId,
    /// Its space.
    pub space: Space,
    /// What it says.
    pub content: Content,
    /// Fields that were set to different values at once.
    pub conflicts: Vec<ConflictView>,
    /// The entries that count for it.
    pub entries: Vec<EntryView>,
    /// Authentic entries that do not count.
    pub refused: Vec<RefusedView>,
    /// Members that its owner lets write in it, or once did, each once.
    pub editors: Vec<EditorView>,
}

/// What a document says.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A pack and its releases.
    Pack {
        /// The pack as its document says now.
        pack: Box<Pack>,
        /// Its releases, in any order.
        releases: Vec<ReleaseView>,
    },
    /// A requirement.
    Requirement(Box<Requirement>),
    /// An adoption.
    Adoption(Box<Adoption>),
    /// A pilot.
    Pilot(Box<Pilot>),
    /// A question.
    Question(Box<Question>),
    /// An answer.
    Answer(Box<Answer>),
    /// A comment.
    Comment(Box<Comment>),
    /// A resource.
    Resource(Box<Resource>),
    /// A project.
    Project(Box<Project>),
    /// A participation.
    Participation(Box<Participation>),
    /// A profile.
    Profile(Box<Profile>),
    /// A co-signature.
    Cosignature(Box<Cosignature>),
    /// A disclosure.
    Disclosure(Box<Disclosure>),
    /// What a member follows.
    Following(Box<Following>),
    /// A basket.
    Basket(Box<Basket>),
    /// A kind that newer software made: kept and listed, not read.
    Unknown,
    /// It could not be built safely.
    Quarantined {
        /// Why, and which entry is to blame.
        reason: String,
    },
    /// No opening of it counts.
    Void,
}

/// A field that was set to different values at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictView {
    /// The field, as people name it: `level`, `placeholders[andel].max`.
    pub path: String,
    /// The values, the shown one among them.
    pub values: Vec<ConflictValueView>,
}

/// One of the values that a field was set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictValueView {
    /// The value as JSON.
    pub value: String,
    /// Whether that is all of it.
    pub is_whole: bool,
    /// Who set it, where that is known.
    pub member: Option<MemberId>,
    /// When, by the author's clock; milliseconds since 1970.
    pub claimed_ms: u64,
    /// Whether it is the one that the document shows.
    pub is_shown: bool,
}

/// A release of a pack.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseView {
    /// Its hash.
    pub hash: ReleaseHash,
    /// The body.
    pub release: Release,
    /// The content, where it can be read.
    pub content: Option<ReleaseContent>,
    /// The entry that carries it.
    pub entry: EntryId,
    /// Who signed it.
    pub member: MemberId,
    /// When, by the author's clock; milliseconds since 1970.
    pub claimed_ms: u64,
}

/// Where a part of a document comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// The entry.
    pub entry: EntryId,
    /// Its feed.
    pub feed: FeedId,
    /// Its place in the feed.
    pub seq: u64,
    /// What its body is.
    pub kind: Kind,
    /// Who signed it.
    pub member: MemberId,
    /// With which key.
    pub node_key: NodeKey,
    /// When, by the author's clock; milliseconds since 1970.
    pub claimed_ms: u64,
    /// When this node stored it; milliseconds since 1970.
    pub received_ms: u64,
    /// Its place in the order of arrival: the row of the node's store.
    pub arrival: i64,
}

/// An entry that does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedView {
    /// The entry.
    pub entry: EntryId,
    /// Its feed.
    pub feed: FeedId,
    /// Its place in the feed.
    pub seq: u64,
    /// Who signed it.
    pub member: MemberId,
    /// Why it does not count, in words.
    pub reason: String,
    /// Where a cut took it out of what counts: why there is one.
    pub ground: Option<Ground>,
}
