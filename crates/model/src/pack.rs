//! Requirement packs (*kravpakker*).

use crate::record::record;
use crate::text::{Localized, LocalizedText};

/// The newest shape of pack documents that this version writes.
pub const SCHEMA: u64 = 1;

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
        /// In a draft: the document of the commons that carries its releases.
        pub published_as: String,
    }

    /// A section of a pack.
    pub struct Section {
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
