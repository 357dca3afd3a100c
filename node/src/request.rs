//! What a person or a program asks of a node, as it crosses the socket.

pub mod baskets;
pub mod drafting;
pub mod joint;
pub mod key;
pub mod releasing;
pub mod trust;

use std::net::SocketAddr;

use faelled_model::adoption::{ChosenLevel, Deviation};
use faelled_model::attachment::FileBytes;
use faelled_model::{Language, Localized};
use serde::{Deserialize, Serialize};

/// A request. Files are read by whoever asks: the daemon may be another user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Request {
    /// How the node stands.
    Status,
    /// Who is in the roster, and who asks to be.
    Members,
    /// Issues a ticket.
    Invite {
        /// Hours until it expires.
        hours: u32,
        /// Addresses to put into it; none for those in the settings.
        addresses: Vec<SocketAddr>,
        /// Whom it is for: a note that stays here.
        #[serde(default)]
        note: Option<String>,
    },
    /// Tickets that were issued here.
    Tickets,
    /// Takes a ticket back.
    RevokeTicket {
        /// Its code.
        code: String,
    },
    /// Imports a pack file as a private draft; an earlier draft with the same code is brought up to it.
    PackImport {
        /// The file's name, for messages; a table in CSV is told by its `.csv`.
        file_name: String,
        /// What is in it.
        bytes: FileBytes,
        /// The group that drafts it; nothing for a private draft.
        group: Option<String>,
        /// Taken over what others wrote, and over requirements that are not in the file.
        over: bool,
    },
    /// All packs.
    PackList,
    /// One pack.
    PackShow {
        /// Its code or document.
        pack: String,
    },
    /// Releases a draft to every member.
    PackPublish {
        /// Its code or document.
        pack: String,
        /// On what terms.
        terms: PublishTerms,
        /// Only says what would become visible to whom.
        preview: bool,
    },
    /// Adopts a release.
    PackAdopt(AdoptionOf),
    /// Requirements that match.
    RequirementList(RequirementQuery),
    /// One requirement.
    RequirementShow {
        /// Its number or document.
        requirement: String,
    },
    /// Records a pilot from a file and shares it.
    PilotRecord {
        /// The file's name, for messages; a table in CSV is told by its `.csv`.
        file_name: String,
        /// What is in it.
        bytes: FileBytes,
        /// Shared although the standstill period is not over.
        before_standstill: bool,
    },
    /// Results of pilots that match.
    PilotList(PilotQuery),
    /// One pilot, its provenance verified anew.
    PilotShow {
        /// Its document, or the beginning of its id.
        pilot: String,
    },
    /// Searches by words and by what documents are about.
    Search(SearchQuery),
    /// Builds the mirror anew.
    MirrorRebuild,
    /// Groups, shared drafts, hearings, edits, conflicts.
    Drafting(drafting::Request),
    /// What follows a release.
    Releasing(releasing::Request),
    /// The joint work.
    Joint(joint::Request),
    /// Baskets and files.
    Baskets(baskets::Request),
    /// Keys.
    Key(key::Request),
    /// Who is trusted.
    Trust(trust::Request),
}

/// On what terms a draft is released.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PublishTerms {
    /// The version; the next minor one where none is given, `1.0.0` at first.
    pub version: Option<String>,
    /// Change notes.
    pub notes: Localized,
    /// Members besides the lead that must co-sign before it counts; as many as for the release before where
    /// nothing is said.
    pub cosigners: Option<u16>,
    /// The body that approved it.
    pub approved_by: Option<String>,
    /// The day of the approval, `YYYY-MM-DD`.
    pub approved_on: Option<String>,
    /// The day from which it is valid, `YYYY-MM-DD`; today where none is given.
    pub valid_from: Option<String>,
    /// The day by which it is reviewed, `YYYY-MM-DD`; as the pack's cycle says where none is given.
    pub review_by: Option<String>,
    /// On what ground it is given to every member, where there is more to say than that it is released.
    pub ground: Localized,
    /// The draft is put over what editors wrote since the last release.
    pub over: bool,
}

/// What a member says that it does with a release.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AdoptionOf {
    /// The pack's code or document.
    pub pack: String,
    /// The version; the newest where none is given.
    pub version: Option<String>,
    /// What is done with it, as a code of the model; what was said before, else following, where none is given.
    pub stance: Option<String>,
    /// The planned tender's quarter: `2027-Q1`.
    pub quarter: Option<String>,
    /// Why, where it is declined.
    pub reason: Localized,
    /// Levels that are chosen.
    pub levels: Vec<ChosenLevel>,
    /// What is done otherwise, and why.
    pub deviations: Vec<Deviation>,
}

/// Which requirements are asked for; what is not set does not narrow. Values are codes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequirementQuery {
    /// What is bought.
    pub category: Option<String>,
    /// Where it works on the waste hierarchy.
    pub strategy: Option<String>,
    /// A CPV code or the beginning of one.
    pub cpv: Option<String>,
    /// The part it plays in a tender.
    pub r#type: Option<String>,
    /// How far it goes.
    pub level: Option<String>,
    /// A pack's code or document.
    pub pack: Option<String>,
    /// Whether a pilot tried it.
    pub tried: Option<bool>,
}

/// What is searched for; what is not set does not narrow. Values are codes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchQuery {
    /// Words that all occur; none where a filter is enough.
    pub words: String,
    /// The documents' kind.
    pub kind: Option<String>,
    /// The member that owns the document.
    pub member: Option<String>,
    /// What the requirements are about that it is, holds, tried or adopted.
    pub about: RequirementQuery,
    /// A kind of evidence that such a requirement asks for.
    pub evidence: Option<String>,
    /// A verdict on it.
    pub verdict: Option<String>,
    /// Hits at most.
    pub limit: u32,
}

/// Which results of pilots are asked for; what is not set does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PilotQuery {
    /// The member that ran it.
    pub member: Option<String>,
    /// The requirement's number or document.
    pub requirement: Option<String>,
    /// The pack's code or document.
    pub pack: Option<String>,
    /// keep, adjust or drop.
    pub verdict: Option<String>,
}

/// Where the answer will be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screen {
    /// Danish, else English.
    pub danish: bool,
    /// Width in characters.
    pub columns: u16,
}

impl Screen {
    /// The language.
    #[must_use]
    pub const fn language(self) -> Language {
        if self.danish {
            Language::Danish
        } else {
            Language::English
        }
    }
}

/// A request with where its answer will be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// The request.
    pub request: Request,
    /// Where the answer will be read.
    pub screen: Screen,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// For programs.
    pub json: serde_json::Value,
    /// For people.
    pub text: String,
}
