//! Groups, shared drafts, hearings, single edits and conflicts: what is asked.

use faelled_model::Localized;
use faelled_proto::MemberId;
use serde::{Deserialize, Serialize};

/// How a group changes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct GroupChange {
    /// Who comes in.
    pub add: Vec<MemberId>,
    /// Who leaves.
    pub remove: Vec<MemberId>,
    /// Who owns it from now on too.
    pub appoint: Vec<MemberId>,
    /// What of versions of its charter that nobody confirmed.
    pub unconfirmed: Option<Settling>,
    /// How much counts of what those wrote who leave. Needed where they left the federation already.
    pub counts: Option<Counts>,
    /// Although this node has met nobody of the group since the machine started.
    pub unmet: bool,
}

/// Whether charters hold that were signed with a key that is no longer its owner's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settling {
    /// They do.
    Keep,
    /// They do not.
    Drop,
}

/// How much counts of what somebody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counts {
    /// All that this node holds.
    All,
    /// What this node had received before a moment, in milliseconds since 1970.
    ReceivedBefore(u64),
}

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Request {
    /// Founds a group.
    GroupNew {
        /// Its name.
        name: String,
        /// Its members, besides this one.
        members: Vec<MemberId>,
    },
    /// All groups of this member.
    GroupList,
    /// One group.
    GroupShow {
        /// Its name, or the beginning of its id.
        group: String,
    },
    /// Adds members to a group and removes others.
    GroupChange {
        /// Its name, or the beginning of its id.
        group: String,
        /// What changes.
        change: GroupChange,
    },
    /// Begins an empty pack as a draft.
    PackNew {
        /// Its code.
        code: String,
        /// Its title.
        title: Localized,
        /// The group that drafts it; nothing for a private draft.
        group: Option<String>,
    },
    /// Gives a private draft to a group, which drafts on from there.
    Share {
        /// The draft's code or document.
        pack: String,
        /// The group.
        group: String,
        /// On what ground.
        ground: Localized,
        /// Only says who would see it.
        preview: bool,
    },
    /// Holds a hearing on a draft.
    Hearing {
        /// The draft's code or document.
        pack: String,
        /// Who is asked, and until when.
        hearing: HearingCall,
        /// Only says who would see it.
        preview: bool,
    },
    /// Changes single fields of a draft.
    Edit {
        /// The requirement's number, or the pack's code; or a document.
        draft: String,
        /// It is a pack.
        is_pack: bool,
        /// `field=value`, each.
        set: Vec<(String, String)>,
    },
    /// Conflicts that a person has to settle.
    Conflicts {
        /// Only in this document: its number, code or id.
        document: Option<String>,
    },
    /// Settles a conflict.
    Resolve {
        /// The document: its number, code or id.
        document: String,
        /// The place in it: `level`, `placeholders[share].max`.
        place: String,
        /// Which of the values is taken, counted from 1 as they are listed.
        take: usize,
    },
    /// What this member gave to whom, when and on what ground.
    Disclosures {
        /// Only of this pack, by its code.
        code: Option<String>,
    },
}

/// A call for a hearing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HearingCall {
    /// With the trade, outside of the network; else among members.
    pub trade: bool,
    /// The group that is asked; nothing for the draft's own.
    pub group: Option<String>,
    /// Who is asked in a trade hearing: associations, by name.
    pub recipients: Vec<String>,
    /// The last day for answers, `YYYY-MM-DD`.
    pub until: String,
    /// On what ground.
    pub ground: Localized,
}
