//! Groups, shared drafts, hearings, single edits and conflicts: what is asked.

use faelled_model::Localized;
use faelled_proto::MemberId;
use serde::{Deserialize, Serialize};

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
        /// Who comes in.
        add: Vec<MemberId>,
        /// Who leaves.
        remove: Vec<MemberId>,
        /// Who owns it from now on too.
        appoint: Vec<MemberId>,
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
