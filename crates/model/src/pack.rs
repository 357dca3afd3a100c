//! Requirement packs (*kravpakker*).

use crate::record::record;
use crate::terms::HearingKind;
use crate::text::{Localized, LocalizedText};

/// The newest shape of pack documents that this version writes.
pub const SCHEMA: u64 = 2;

/// The licence of a pack that names none.
pub const DEFAULT_LICENCE: &str = "CC BY 4.0";

record! {
    /// A pack of requirements that its lead releases together.
    pub struct Pack {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// The short code that people cite, unique in its lead: `GLX-EMB`.
        pub code: String,
        /// Its title.
        pub title: Localized,
        /// What it is for.
        pub purpose: Localized,
        /// Introduction.
        pub introduction: LocalizedText,
        /// The joint project that it belongs to.
        pub project: String,
        /// Contract types that it suits (eForms contract nature: works, supplies, services).
        pub contract_types: Vec<String>,
        /// Sections, with their requirements in order.
        pub sections: Vec<Section>,
        /// How to use it.
        pub how_to_use: Localized,
        /// Licence; see [`DEFAULT_LICENCE`].
        pub licence: String,
        /// Months between reviews.
        pub review_cycle_months: Option<u64>,
        /// Hearings that were held on it, oldest first.
        pub hearings: Vec<Hearing>,
        /// Releases that were withdrawn.
        pub withdrawals: Vec<Withdrawal>,
        /// Proposals from pilots, with the release that answers them.
        pub answered: Vec<AnsweredProposal>,
        /// In a copy that was given to a hearing: the draft's document.
        pub hearing_of: String,
        /// In a draft: the document of the commons that carries its releases.
        pub published_as: String,
    }

    /// A section of a pack.
    pub struct Section {
        /// Tells the item from others of the list, wherever it stands; see [`crate::ids`].
        #[key]
        pub id: String,
        /// Its title.
        pub title: Localized,
        /// Its requirements, in order.
        pub requirements: Vec<RequirementRef>,
    }

    /// A requirement's place in a pack.
    pub struct RequirementRef {
        /// The requirement's number.
        #[key]
        pub number: String,
        /// The requirement's document, as hexadecimal id.
        pub document: String,
        /// The number of the requirement for which this one stands at another level: a tender takes one of
        /// the two. Empty where it stands by itself.
        pub alternative_to: String,
    }

    /// A hearing (*høring*).
    pub struct Hearing {
        /// Tells the hearing from others; see [`crate::ids`].
        #[key]
        pub id: String,
        /// Among members, or with the trade.
        pub kind: HearingKind,
        /// The day it began, `YYYY-MM-DD`.
        pub from: String,
        /// The last day for answers, `YYYY-MM-DD`.
        pub until: String,
        /// Who was asked: members' ids, or the names of associations.
        pub recipients: Vec<String>,
        /// On what ground it was given to them.
        pub ground: Localized,
    }

    /// A release that no longer stands.
    pub struct Withdrawal {
        /// The version.
        #[key]
        pub version: String,
        /// Why.
        pub reason: Localized,
        /// The version that replaces it, where one does.
        pub replaced_by: String,
        /// The day, `YYYY-MM-DD`.
        pub date: String,
    }

    /// A pilot's proposal that the lead has dealt with.
    pub struct AnsweredProposal {
        /// Tells it from others; see [`crate::ids`].
        #[key]
        pub id: String,
        /// The pilot's document, hexadecimal.
        pub pilot: String,
        /// The requirement's number.
        pub number: String,
        /// The version that takes it up; empty where none will.
        pub version: String,
        /// What came of it, and why.
        pub answer: Localized,
    }
}

impl Pack {
    /// All requirements of the pack in the order of its sections.
    pub fn requirement_refs(&self) -> impl Iterator<Item = &RequirementRef> {
        self.sections
            .iter()
            .flat_map(|section| &section.requirements)
    }
}
