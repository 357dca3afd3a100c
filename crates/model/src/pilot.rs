//! Pilots (*afprøvninger*): what happened when requirements met a real tender.

use crate::adoption::ReleaseRef;
use crate::attachment::Attachment;
use crate::record::record;
use crate::terms::{
    Certainty, Complaint, EvidenceOutcome, Framework, Level, PilotState, PriceEffect,
    RequirementType, ValueBand, Verdict,
};
use crate::text::{Localized, LocalizedText};

/// The newest shape of pilot documents that this version writes.
pub const SCHEMA: u64 = 2;

record! {
    /// One pilot. The member that ran it is the document's owner.
    pub struct Pilot {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// Where the tender has come to.
        pub state: PilotState,
        /// The tender.
        pub tender: Tender,
        /// What was tried, requirement by requirement.
        pub tried: Vec<Tried>,
        /// What the check in the contract showed.
        pub follow_up: Localized,
        /// Checks made while the contract runs.
        pub checks: Vec<Check>,
        /// Measured or estimated effects.
        pub effects: Vec<Effect>,
        /// Lessons.
        pub lessons: LocalizedText,
        /// What another municipality should know first.
        pub first_advice: Localized,
        /// What belongs to it: an evaluation, a template.
        pub attachments: Vec<Attachment>,
    }

    /// A check in the contract.
    pub struct Check {
        /// Tells the check from others; see [`crate::ids`].
        #[key]
        pub id: String,
        /// The requirement's number; empty where it concerns all.
        pub number: String,
        /// How it was checked.
        pub how: Localized,
        /// Whether the supplier complied, where it is known.
        pub complied: Option<bool>,
        /// What was done where not.
        pub remedy: Localized,
    }

    /// The tender in which it was tried.
    pub struct Tender {
        /// Its title.
        pub title: Localized,
        /// Publication number (TED or udbud.dk; BT-04).
        pub publication_number: String,
        /// eForms procedure type.
        pub procedure: String,
        /// Own, joint or SKI.
        pub framework: Framework,
        /// CPV codes.
        pub cpv: Vec<String>,
        /// Band of value.
        pub value_band: ValueBand,
        /// Number of lots.
        pub lots: Option<u64>,
        /// Ids of the members that bought together.
        pub joint_buyers: Vec<String>,
        /// The contract's duration in months.
        pub duration_months: Option<u64>,
    }

    /// One requirement as tried.
    pub struct Tried {
        /// The exact release.
        pub release: ReleaseRef,
        /// The requirement's document in the commons, hexadecimal.
        pub requirement: String,
        /// The requirement's number.
        #[key]
        pub number: String,
        /// The wording as used, where it differs.
        pub local_wording: Localized,
        /// The part it played.
        pub r#type as "type": RequirementType,
        /// The level as used.
        pub level: Level,
        /// The weight as used, in percent.
        pub weight_percent: Option<f64>,
        /// Tenders received.
        pub bidders: Option<u64>,
        /// Tenders received last time.
        pub bidders_last_time: Option<u64>,
        /// How many of them met the requirement.
        pub bidders_met: Option<u64>,
        /// Small and medium-sized firms among them.
        pub small_firms: Option<u64>,
        /// Reasons given for not bidding.
        pub reasons_not_bidding: Vec<Localized>,
        /// Questions that were asked.
        pub questions: Option<u64>,
        /// What was changed because of them.
        pub changes: Localized,
        /// Effect on price.
        pub price_effect: PriceEffect,
        /// Effect on price in percent, where known.
        pub price_percent: Option<f64>,
        /// Against what the price was held.
        pub price_basis: Localized,
        /// How certain the effect on the price is.
        pub price_certainty: Certainty,
        /// The buyer's extra hours.
        pub buyer_hours: Option<f64>,
        /// The bidders' burden, 1 (none) to 5 (heavy).
        pub burden: Option<u64>,
        /// Whether the evidence was accepted.
        pub evidence_outcome: EvidenceOutcome,
        /// Which evidence was accepted or not, and why.
        pub evidence_result: Localized,
        /// Complaint.
        pub complaint: Complaint,
        /// The complaint's case number.
        pub complaint_case: String,
        /// What became of a complaint.
        pub complaint_outcome: Localized,
        /// Why it was dropped on the way, where it was.
        pub dropped: Localized,
        /// Verdict.
        pub verdict: Verdict,
        /// A better wording.
        pub proposed_wording: Localized,
    }

    /// An effect.
    pub struct Effect {
        /// Tells the item from others of the list, wherever it stands; see [`crate::ids`].
        #[key]
        pub id: String,
        /// CO2e, waste, packaging, items reused.
        pub what: Localized,
        /// The number.
        pub number: f64,
        /// UCUM unit, or `1` for pieces.
        pub unit: String,
        /// Measured, not estimated.
        pub measured: bool,
        /// How it was found.
        pub method: Localized,
    }
}

impl Pilot {
    /// Writes CPV codes as they are stored: eight digits, without the check digit.
    pub fn normalize(&mut self) {
        crate::requirement::normalize_cpv(&mut self.tender.cpv);
    }
}
