//! What pilots propose to change in packs.

use super::{MAX_ROWS, rows};
use crate::{Mirror, MirrorError};

/// Which proposals are asked for; what is not set does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProposalFilter {
    /// The pack's document.
    pub pack: Option<String>,
    /// The pack's lead.
    pub pack_owner: Option<String>,
    /// The requirement's document.
    pub requirement: Option<String>,
    /// Whether the lead has dealt with it.
    pub answered: Option<bool>,
}

rows! {
    /// A proposal.
    pub struct ChangeProposal {
        /// The pack's document.
        pub pack: Option<String>,
        /// The lead.
        pub pack_owner: Option<String>,
        /// The pack's code.
        pub pack_code: Option<String>,
        /// The requirement's document.
        pub requirement: Option<String>,
        /// The requirement's number.
        pub number: Option<String>,
        /// The requirement's title in Danish.
        pub requirement_da: Option<String>,
        /// The requirement's title in English.
        pub requirement_en: Option<String>,
        /// The pilot's document.
        pub pilot: String,
        /// The place of the requirement in the pilot.
        pub position: i64,
        /// The member that ran it.
        pub member: String,
        /// Its name.
        pub member_name: Option<String>,
        /// Where the tender has come to.
        pub state: Option<String>,
        /// The version that was tried.
        pub version: Option<String>,
        /// The release that was tried.
        pub release: Option<String>,
        /// adjust or drop; keep where there is a better wording only.
        pub verdict: Option<String>,
        /// A better wording, in Danish.
        pub proposed_wording_da: Option<String>,
        /// A better wording, in English.
        pub proposed_wording_en: Option<String>,
        /// Why it was dropped on the way, in Danish.
        pub dropped_da: Option<String>,
        /// The same in English.
        pub dropped_en: Option<String>,
        /// Whether the lead has dealt with it.
        pub is_answered: bool,
        /// The version that takes it up.
        pub answered_version: Option<String>,
        /// What came of it, in Danish.
        pub answer_da: Option<String>,
        /// The same in English.
        pub answer_en: Option<String>,
        /// When the pilot was written last, by its author's clock.
        pub last_claimed: Option<String>,
    }
}

const FILTERED: &str = "\
     SELECT * FROM change_proposal WHERE (?1 IS NULL OR pack = ?1) \
     AND (?2 IS NULL OR pack_owner = ?2) AND (?3 IS NULL OR requirement = ?3) \
     AND (?4 IS NULL OR is_answered = ?4) \
     ORDER BY is_answered, pack_code, number, last_claimed DESC, pilot, position LIMIT ?5";

impl Mirror {
    /// Proposals that fit the filter, those that wait for an answer first.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn proposals(
        &self,
        filter: &ProposalFilter,
    ) -> Result<Vec<ChangeProposal>, MirrorError> {
        let found = sqlx::query_as(FILTERED)
            .bind(filter.pack.as_deref())
            .bind(filter.pack_owner.as_deref())
            .bind(filter.requirement.as_deref())
            .bind(filter.answered)
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        found.map_err(|error| self.failed("read", error))
    }
}
