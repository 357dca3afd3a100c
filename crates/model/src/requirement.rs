//! Requirements (*krav*): what is asked of suppliers.

use crate::adoption::ReleaseRef;
use crate::record::record;
use crate::terms::{
    Category, Comparison, EvidenceKind, GppBasis, Level, LevelRelation, Readiness, RequirementType,
    Strategy, WordingState,
};
use crate::text::{Localized, LocalizedText};

/// The newest shape of requirement documents that this version writes.
pub const SCHEMA: u64 = 2;

record! {
    /// One requirement.
    pub struct Requirement {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// The number that people cite, unique in its owner: `GLX-EMB-014`.
        pub number: String,
        /// Its title.
        pub title: Localized,
        /// What is bought.
        pub category: Category,
        /// The group of products in its category.
        pub product_group: Localized,
        /// The joint project that it belongs to.
        pub project: String,
        /// Where it works on the waste hierarchy.
        pub strategies: Vec<Strategy>,
        /// CPV codes, eight digits each.
        pub cpv: Vec<String>,
        /// eForms BT-774 codes of the environmental impact that it aims at.
        pub environmental_impact: Vec<String>,
        /// eForms BT-775 codes of the social objective that it aims at.
        pub social_objectives: Vec<String>,
        /// Targets of the UN's sustainable development goals: `12.5`.
        pub sdg: Vec<String>,
        /// Other goals: points of the climate plan.
        pub goals: Vec<String>,
        /// KLE subject codes, as the municipality uses them. The list belongs to KL and is not checked.
        pub kle: Vec<String>,
        /// What the criterion builds on (BT-805).
        pub gpp_basis: GppBasis,
        /// The part it plays in a tender.
        pub r#type as "type": RequirementType,
        /// How far it goes.
        pub level: Level,
        /// What it does to the lower level.
        pub level_relation: LevelRelation,
        /// The wording for the tender documents, with `{placeholders}`.
        pub wording: LocalizedText,
        /// What a buyer fills in.
        pub placeholders: Vec<Placeholder>,
        /// The measured value, where there is one.
        pub measures: Vec<Measure>,
        /// How it is weighed, where it is an award criterion (BT-541/5421).
        pub awards: Vec<Award>,
        /// What the tenderer shows (*dokumentation*).
        pub evidence: Vec<Evidence>,
        /// How it is followed up in the contract (*kontraktopfølgning*).
        pub follow_up: Vec<FollowUp>,
        /// Why it is asked (*begrundelse*).
        pub motive: LocalizedText,
        /// How ready the market is.
        pub readiness: Readiness,
        /// What a market dialogue said, where one was held.
        pub market_dialogue: Localized,
        /// Risks: proportionality, competition.
        pub risks: Vec<Localized>,
        /// Legal basis.
        pub legal_basis: Vec<String>,
        /// Where it comes from.
        pub sources: Vec<Source>,
        /// Numbers of the requirements that it replaces.
        pub supersedes: Vec<String>,
        /// What it was adapted from, where it was; kept through every later change.
        pub adapted_from: Option<AdaptedFrom>,
        /// The state of the wording.
        pub state: WordingState,
        /// How it came to that state, oldest first.
        pub history: Vec<StateChange>,
        /// In a copy that was given to a hearing: the draft's document.
        pub hearing_of: String,
        /// In a draft: the document of the commons that carries its released content.
        pub published_as: String,
    }

    /// A value that a buyer fills in when the wording is laid into a tender document.
    pub struct Placeholder {
        /// The name as it stands in braces in the wording.
        #[key]
        pub name: String,
        /// What it means.
        pub meaning: Localized,
        /// UCUM unit, or empty.
        pub unit: String,
        /// Lowest allowed number.
        pub min: Option<f64>,
        /// Highest allowed number.
        pub max: Option<f64>,
        /// What stands there when nothing is filled in.
        pub default: String,
    }

    /// A measured value: recycled content >= 30 %.
    pub struct Measure {
        /// Tells the item from others of the list, wherever it stands; see [`crate::ids`].
        #[key]
        pub id: String,
        /// What is measured.
        pub property: Localized,
        /// How it compares.
        pub comparison: Comparison,
        /// The number.
        pub number: f64,
        /// UCUM unit.
        pub unit: String,
    }

    /// How an award criterion is scored.
    pub struct Award {
        /// Tells the item from others of the list, wherever it stands; see [`crate::ids`].
        #[key]
        pub id: String,
        /// How points are given.
        pub method: Localized,
        /// The scale: `0-10`.
        pub scale: String,
        /// The weight in percent.
        pub weight_percent: Option<f64>,
    }

    /// Evidence asked for. A label always means "or equivalent".
    pub struct Evidence {
        /// Tells the item from others of the list, wherever it stands; see [`crate::ids`].
        #[key]
        pub id: String,
        /// Its kind.
        pub kind: EvidenceKind,
        /// What is asked for.
        pub text: Localized,
        /// Labels that are accepted, among equivalents.
        pub labels: Vec<String>,
    }

    /// One step of follow-up in the contract.
    pub struct FollowUp {
        /// Tells the item from others of the list, wherever it stands; see [`crate::ids`].
        #[key]
        pub id: String,
        /// What is checked.
        pub what: Localized,
        /// When.
        pub when: Localized,
        /// By which role.
        pub who: Localized,
    }

    /// Where an adapted requirement comes from: exactly what was read when it was adapted.
    pub struct AdaptedFrom {
        /// The source's document in the commons, hexadecimal.
        pub requirement: String,
        /// The source's number.
        pub number: String,
        /// The member that owns the source.
        pub owner: String,
        /// The release from which it was taken.
        pub release: ReleaseRef,
        /// What was changed, and why.
        pub changes: Localized,
    }

    /// A step in the life of a wording.
    pub struct StateChange {
        /// Tells the step from others; see [`crate::ids`].
        #[key]
        pub id: String,
        /// The state that it came to.
        pub state: WordingState,
        /// The day, `YYYY-MM-DD`.
        pub date: String,
        /// The member that said so.
        pub by: String,
        /// What belongs to it: the version released, the deadline of a hearing.
        pub note: Localized,
    }

    /// A source.
    pub struct Source {
        /// Its title.
        #[key]
        pub title: String,
        /// Its address.
        pub address: String,
        /// Its version.
        pub version: String,
        /// Its date, `YYYY-MM-DD` or a part of it.
        pub date: String,
    }
}

impl Requirement {
    /// Writes CPV codes as they are stored: eight digits, without the check digit. What is not a code stays
    /// as it is, for [`crate::validate`] to name.
    pub fn normalize(&mut self) {
        normalize_cpv(&mut self.cpv);
    }
}

pub(crate) fn normalize_cpv(codes: &mut [String]) {
    for code in codes {
        if let Ok(cpv) = crate::codes::cpv::parse(code) {
            cpv.code.clone_into(code);
        }
    }
}
