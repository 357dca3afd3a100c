//! What decides which entries count, and what the stewards are deciding: as the node hands it over.
//!
//! How far a feed counts was settled before: the mirror shows it, with the grounds.

use faelled_model::Language;
use faelled_proto::{EntryId, FeedId, IdentityKey, MemberId, NodeKey, RosterHash, Space};

/// Declares a list of codes with their names, as the mirror's table `code` holds it.
macro_rules! codes {
    ($(
        $(#[$meta:meta])*
        $name:ident in $list:literal {
            $( $variant:ident = $code:literal, $en:literal, $da:literal; )*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( #[doc = $en] $variant, )* }

        impl $name {
            /// What the list is called in the mirror's table `code`.
            pub const LIST: &'static str = $list;

            /// All of them, in the list's order.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )*];

            /// The code as it stands in the mirror.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $( Self::$variant => $code, )* }
            }

            /// The one with this code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.code() == code)
            }

            /// The name on the screen.
            #[must_use]
            pub fn name(self, language: Language) -> &'static str {
                match self { $( Self::$variant => language.pick($en, $da), )* }
            }

            /// List, code, Danish name and English name of each.
            pub(crate) fn shipped() -> impl Iterator<Item = (String, String, String, String)> {
                Self::ALL.iter().map(|known| {
                    (
                        Self::LIST.to_owned(),
                        known.code().to_owned(),
                        known.name(Language::Danish).to_owned(),
                        known.name(Language::English).to_owned(),
                    )
                })
            }
        }
    )*};
}

codes! {
    /// Why a feed, or an author's part in a document, counts no further.
    Ground in "cut-ground" {
        RevokedKey = "revoked-key", "revoked key", "tilbagekaldt nøgle";
        RemovedMember = "removed-member", "removed from the federation",
            "fjernet fra fællesskabet";
        ReplacedKey = "replaced-key", "replaced identity key", "udskiftet identitetsnøgle";
        RemovedFromGroup = "removed-from-group", "removed from the group", "fjernet fra gruppen";
        Equivocation = "equivocation", "two entries in one place", "to poster på samme plads";
        WithdrawnEditor = "withdrawn-editor", "may no longer write in the document",
            "må ikke længere skrive i dokumentet";
    }

    /// How a steward voted on a proposed next version of the roster.
    RosterVote in "roster-vote" {
        Approve = "approve", "approved", "godkendt";
        Reject = "reject", "rejected", "afvist";
    }
}

/// The whole of it, as it is now. Lists are in any order; what is named twice counts once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustView {
    /// How many changes the node's statements had seen when this was made; the new watermark.
    pub statements: u64,
    /// The feeds that do not count to their end.
    pub cuts: Vec<CutView>,
    /// The feeds that are proven to have two branches.
    pub equivocations: Vec<EquivocationView>,
    /// The node keys that were revoked.
    pub revocations: Vec<RevocationView>,
    /// Where the roster has two branches.
    pub fork: Option<RosterForkView>,
    /// The next versions of the roster that stewards vote on.
    pub proposals: Vec<ProposalView>,
}

/// How far a feed counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CutView {
    /// The feed.
    pub feed: FeedId,
    /// Whose it is.
    pub member: MemberId,
    /// The key that signs it.
    pub node_key: NodeKey,
    /// Its space.
    pub space: Space,
    /// The place of the last entry that counts; `None` where nothing does.
    pub last_seq: Option<u64>,
    /// Why.
    pub grounds: Vec<Ground>,
}

/// A feed with two branches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EquivocationView {
    /// The feed.
    pub feed: FeedId,
    /// Whose it is.
    pub member: MemberId,
    /// The key that signed both.
    pub node_key: NodeKey,
    /// Its space.
    pub space: Space,
    /// The first place that has two entries.
    pub seq: u64,
    /// The two, in any order.
    pub entries: [EntryId; 2],
}

/// A revoked node key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RevocationView {
    /// The node key.
    pub node_key: NodeKey,
    /// The space whose feeds it is about.
    pub space: Space,
    /// When, by the signer's clock; milliseconds since 1970.
    pub claimed_ms: u64,
    /// Whose key it is.
    pub member: MemberId,
    /// The identity key that signed the revocation.
    pub identity_key: IdentityKey,
    /// The node key that takes its place.
    pub successor: Option<NodeKey>,
}

/// Two branches of the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterForkView {
    /// The last version on which they agree.
    pub base_version: u64,
    /// Its hash.
    pub base_hash: RosterHash,
    /// The newest version of each branch, with its hash.
    pub heads: Vec<(u64, RosterHash)>,
    /// Stewards that signed more than one of them.
    pub signed_both: Vec<MemberId>,
}

/// A proposed next version of the roster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProposalView {
    /// Its hash.
    pub roster_hash: RosterHash,
    /// Its version.
    pub version: u64,
    /// What it changes, in Danish.
    pub summary_da: String,
    /// What it changes, in English.
    pub summary_en: String,
    /// What its proposer has to say; may be empty.
    pub note: String,
    /// Stewards that approve it.
    pub approvals: Vec<MemberId>,
    /// Stewards that reject it, each with its reason, which may be empty.
    pub rejections: Vec<(MemberId, String)>,
    /// How many stewards must approve it.
    pub needed: u16,
    /// When it was made, by its proposer's clock; milliseconds since 1970.
    pub claimed_ms: u64,
}

/// A member that a document's owner lets write in it, or once did.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EditorView {
    /// The member.
    pub member: MemberId,
    /// When it was allowed last, by the owner's clock; milliseconds since 1970.
    pub granted_ms: u64,
    /// Whether the owner took it back since.
    pub is_withdrawn: bool,
}
