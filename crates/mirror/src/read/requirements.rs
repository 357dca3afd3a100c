//! Requirements, and how they did in practice.

use serde::Serialize;
use sqlx::SqliteConnection;

use super::found::resolve_or_begin;
use super::{
    Award, CpvCode, Evidence, FollowUp, Found, MAX_ROWS, Measure, PilotResult, Placeholder,
    ReleasedIn, Risk, Source, StateChange, SupplierReason, rows, rows_of, values_of,
};
use crate::{Mirror, MirrorError};

/// Which requirements are asked for; what is not set does not narrow. Values are codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequirementFilter {
    /// What is bought.
    pub category: Option<String>,
    /// Where it works on the waste hierarchy.
    pub strategy: Option<String>,
    /// A CPV code or the beginning of one: everything on that branch.
    pub cpv: Option<String>,
    /// The part it plays in a tender.
    pub r#type: Option<String>,
    /// How far it goes.
    pub level: Option<String>,
    /// The document or code of a pack that holds it.
    pub pack: Option<String>,
    /// Whether a pilot tried it.
    pub tried: Option<bool>,
    /// Its owner.
    pub owner: Option<String>,
}

/// A requirement with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RequirementDetail {
    /// As in the list.
    #[serde(flatten)]
    pub summary: RequirementSummary,
    /// Its texts and codes.
    #[serde(flatten)]
    pub texts: RequirementTexts,
    /// Strategies.
    pub strategies: Vec<String>,
    /// CPV codes.
    pub cpv: Vec<CpvCode>,
    /// Environmental impacts (BT-774).
    pub environmental_impact: Vec<String>,
    /// Social objectives (BT-775).
    pub social_objectives: Vec<String>,
    /// Targets of the sustainable development goals.
    pub sdg: Vec<String>,
    /// Other goals.
    pub goals: Vec<String>,
    /// KLE subject codes.
    pub kle: Vec<String>,
    /// What a buyer fills in.
    pub placeholders: Vec<Placeholder>,
    /// Measured values.
    pub measures: Vec<Measure>,
    /// How it is scored.
    pub awards: Vec<Award>,
    /// Evidence.
    pub evidence: Vec<Evidence>,
    /// Follow-up in the contract.
    pub follow_up: Vec<FollowUp>,
    /// Risks.
    pub risks: Vec<Risk>,
    /// Legal basis.
    pub legal_basis: Vec<String>,
    /// Sources.
    pub sources: Vec<Source>,
    /// Numbers that it replaces.
    pub supersedes: Vec<String>,
    /// How the wording came to its state, oldest first.
    pub history: Vec<StateChange>,
    /// Releases that hold it, the highest version first.
    pub releases: Vec<ReleasedIn>,
    /// What pilots say together; nothing for a private draft.
    pub practice: Option<Practice>,
    /// What suppliers said why they did not bid.
    pub supplier_reasons: Vec<SupplierReason>,
    /// What each pilot says.
    pub pilots: Vec<PilotResult>,
}

rows! {
    /// A requirement in a list.
    pub struct RequirementSummary {
        /// Its document.
        pub document: String,
        /// Its number.
        pub number: Option<String>,
        /// Its owner.
        pub owner: String,
        /// The owner's name.
        pub owner_name: Option<String>,
        /// commons, group or private.
        pub space: String,
        /// In a group: its name.
        pub group_name: Option<String>,
        /// Title in Danish.
        pub title_da: Option<String>,
        /// Title in English.
        pub title_en: Option<String>,
        /// What is bought.
        pub category: Option<String>,
        /// The part it plays in a tender.
        pub r#type: Option<String>,
        /// How far it goes.
        pub level: Option<String>,
        /// The state of the wording.
        pub state: Option<String>,
        /// In a copy that was given to a hearing: the draft's document.
        pub hearing_of: Option<String>,
        /// The code of the pack whose newest release holds it.
        pub pack_code: Option<String>,
        /// That release's version.
        pub version: Option<String>,
        /// Pilots that tried it.
        pub pilots: i64,
        /// Verdicts to keep it.
        pub keep: i64,
        /// Verdicts to adjust it.
        pub adjust: i64,
        /// Verdicts to drop it.
        pub drop_it: i64,
    }

    /// A requirement's texts and codes.
    pub struct RequirementTexts {
        /// The group of products, in Danish.
        pub product_group_da: Option<String>,
        /// The group of products, in English.
        pub product_group_en: Option<String>,
        /// The joint project.
        pub project: Option<String>,
        /// What it does to the lower level.
        pub level_relation: Option<String>,
        /// What the criterion builds on.
        pub gpp_basis: Option<String>,
        /// Wording in Danish.
        pub wording_da: Option<String>,
        /// Wording in English.
        pub wording_en: Option<String>,
        /// Why it is asked, in Danish.
        pub motive_da: Option<String>,
        /// Why it is asked, in English.
        pub motive_en: Option<String>,
        /// How ready the market is.
        pub readiness: Option<String>,
        /// What a market dialogue said, in Danish.
        pub market_dialogue_da: Option<String>,
        /// The same in English.
        pub market_dialogue_en: Option<String>,
        /// The document of the requirement that it was adapted from.
        pub adapted_from: Option<String>,
        /// That requirement's number.
        pub adapted_from_number: Option<String>,
        /// The member that owns that requirement.
        pub adapted_from_owner: Option<String>,
        /// The pack of the release from which it was taken.
        pub adapted_from_pack: Option<String>,
        /// That release's version.
        pub adapted_from_version: Option<String>,
        /// That release's hash.
        pub adapted_from_release: Option<String>,
        /// What was changed and why, in Danish.
        pub adapted_changes_da: Option<String>,
        /// The same in English.
        pub adapted_changes_en: Option<String>,
        /// In a draft: the document that carries its released content.
        pub published_as: Option<String>,
        /// JSON of other languages.
        pub texts: Option<String>,
        /// When it was written first, by its author's clock.
        pub first_claimed: Option<String>,
        /// When it was written last.
        pub last_claimed: Option<String>,
    }

    /// What all pilots say of a requirement together.
    pub struct Practice {
        /// The pack of the same owner whose newest release holds it.
        pub pack: Option<String>,
        /// Its code.
        pub pack_code: Option<String>,
        /// The release's version.
        pub version: Option<String>,
        /// The release's hash.
        pub release: Option<String>,
        /// Pilots that tried it.
        pub pilots: i64,
        /// Members that ran them.
        pub members: i64,
        /// How often it was a technical specification.
        pub as_minimum_requirement: i64,
        /// How often it was an award criterion.
        pub as_award_criterion: i64,
        /// How often it was a contract clause.
        pub as_contract_clause: i64,
        /// How often it was something else.
        pub as_other: i64,
        /// Tenders received on average.
        pub bidders_avg: Option<f64>,
        /// Tenders received last time on average.
        pub bidders_last_time_avg: Option<f64>,
        /// The difference where both are known.
        pub bidders_change_avg: Option<f64>,
        /// How often the price was lower.
        pub price_lower: i64,
        /// How often it stayed.
        pub price_none: i64,
        /// How often it rose by less than 5 %.
        pub price_under_5: i64,
        /// How often it rose by 5 to 15 %.
        pub price_5_15: i64,
        /// How often it rose by more than 15 %.
        pub price_over_15: i64,
        /// How often the effect is unknown.
        pub price_unknown: i64,
        /// Small and medium-sized firms among the tenderers, all told.
        pub small_firms: i64,
        /// Questions that tenderers asked, all told.
        pub questions: i64,
        /// How often the evidence was accepted.
        pub evidence_accepted: i64,
        /// How often it was accepted in part.
        pub evidence_partly: i64,
        /// How often it was rejected.
        pub evidence_rejected: i64,
        /// Complaints that a clarification settled.
        pub clarifications: i64,
        /// Complaints to the Complaints Board.
        pub complaints: i64,
        /// Reasons that suppliers gave for not bidding.
        pub reasons: i64,
        /// The buyer's extra hours on average.
        pub buyer_hours_avg: Option<f64>,
        /// The bidders' burden on average.
        pub burden_avg: Option<f64>,
        /// Verdicts to keep it.
        pub keep: i64,
        /// Verdicts to adjust it.
        pub adjust: i64,
        /// Verdicts to drop it.
        pub drop_it: i64,
        /// The advice written last, in Danish.
        pub latest_advice_da: Option<String>,
        /// The same in English.
        pub latest_advice_en: Option<String>,
    }
}

macro_rules! summary {
    ($practice:literal, $condition:literal) => {
        concat!(
            "SELECT q.document, q.number, q.owner, m.name AS owner_name, q.space, \
             (SELECT g.name FROM document d JOIN group_space g ON g.space_id = d.space_id \
               WHERE d.document = q.document) AS group_name, \
             q.title_da, q.title_en, q.category, q.type, q.level, q.state, q.hearing_of, \
             p.pack_code, p.version, coalesce(p.pilots, 0) AS pilots, \
             coalesce(p.keep, 0) AS keep, coalesce(p.adjust, 0) AS adjust, \
             coalesce(p.drop_it, 0) AS drop_it \
             FROM requirement q LEFT JOIN member m ON m.member = q.owner LEFT JOIN ",
            $practice,
            " p ON p.document = q.document WHERE ",
            $condition,
        )
    };
}

const SUMMARY: &str = summary!(
    // SQLite gathers the whole view before it joins; named inside, the document keeps that short.
    "(SELECT * FROM requirement_in_practice WHERE document = ?1)",
    "q.document = ?1"
);

const FILTERED: &str = summary!(
    "requirement_in_practice",
    "(?1 IS NULL OR q.category = ?1) \
     AND (?2 IS NULL OR q.type = ?2) \
     AND (?3 IS NULL OR q.level = ?3) \
     AND (?4 IS NULL OR q.owner = ?4) \
     AND (?5 IS NULL OR EXISTS (SELECT 1 FROM requirement_strategy s \
       WHERE s.document = q.document AND s.strategy = ?5)) \
     AND (?6 IS NULL OR EXISTS (SELECT 1 FROM requirement_cpv c \
       WHERE c.document = q.document AND c.cpv >= ?6 AND c.cpv < ?6 || ':')) \
     AND (?7 IS NULL OR EXISTS (SELECT 1 FROM pack_requirement r \
       JOIN pack k ON k.document = r.document \
       WHERE r.requirement = q.document AND (k.document = ?7 OR k.code = ?7 COLLATE NOCASE))) \
     AND (?8 IS NULL OR (coalesce(p.pilots, 0) > 0) = ?8) \
     ORDER BY q.number, q.space, q.document LIMIT ?9"
);

// One of each owner, so that nobody crowds others out.
const CANDIDATES: &str = "\
     SELECT document, owner, space, number, title_da, title_en FROM (\
       SELECT q.*, row_number() OVER (PARTITION BY q.space, q.owner \
         ORDER BY q.document <> ?1, NOT EXISTS (SELECT 1 FROM released_requirement x \
           JOIN release_standing s ON s.pack = x.pack AND s.release = x.release AND s.is_newest \
           AND s.owner = q.owner WHERE x.requirement = q.document), \
         q.last_claimed_ms DESC, q.document) AS place \
       FROM requirement q WHERE q.document = ?1 \
       OR (q.number = ?2 COLLATE NOCASE AND (?3 IS NULL OR q.owner = ?3))) \
     WHERE place = 1 ORDER BY document <> ?1, \
     CASE space WHEN 'commons' THEN 0 WHEN 'group' THEN 1 ELSE 2 END, owner LIMIT 20";

const BY_ID: &str = "\
     SELECT document, owner, space, number, title_da, title_en FROM requirement \
     WHERE document >= ?1 AND document < ?1 || 'g' ORDER BY document LIMIT 20";

impl Mirror {
    /// Requirements that fit the filter, by number; own drafts are marked by their space.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn requirements(
        &self,
        filter: &RequirementFilter,
    ) -> Result<Vec<RequirementSummary>, MirrorError> {
        let found = sqlx::query_as(FILTERED)
            .bind(filter.category.as_deref())
            .bind(filter.r#type.as_deref())
            .bind(filter.level.as_deref())
            .bind(filter.owner.as_deref())
            .bind(filter.strategy.as_deref())
            .bind(filter.cpv.as_deref().map(branch))
            .bind(filter.pack.as_deref())
            .bind(filter.tried)
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        found.map_err(|error| self.failed("read", error))
    }

    /// A requirement by number, `owner/number`, document id or the beginning of one, with its pilots.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn requirement(&self, key: &str) -> Result<Found<RequirementDetail>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let found = resolve_or_begin(&mut tx, CANDIDATES, BY_ID, key)
            .await
            .map_err(failed)?;
        match found {
            Found::Nothing => Ok(Found::Nothing),
            Found::Several(candidates) => Ok(Found::Several(candidates)),
            Found::One(document) => {
                let requirement = detail(&mut tx, &document).await.map_err(failed)?;
                Ok(requirement.map_or(Found::Nothing, |requirement| {
                    Found::One(Box::new(requirement))
                }))
            }
        }
    }
}

/// A table of a requirement's parts, in order.
macro_rules! parts {
    ($table:literal) => {
        concat!(
            "SELECT * FROM ",
            $table,
            " WHERE document = ?1 ORDER BY position"
        )
    };
    ($table:literal, $column:literal) => {
        concat!(
            "SELECT ",
            $column,
            " FROM ",
            $table,
            " WHERE document = ?1 AND ",
            $column,
            " IS NOT NULL ORDER BY position"
        )
    };
}

async fn detail(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<Option<RequirementDetail>, sqlx::Error> {
    let Some(summary) = rows_of(connection, SUMMARY, id).await?.pop() else {
        return Ok(None);
    };
    let Some(texts) = rows_of(
        connection,
        "SELECT * FROM requirement WHERE document = ?1",
        id,
    )
    .await?
    .pop() else {
        return Ok(None);
    };
    Ok(Some(RequirementDetail {
        summary,
        texts,
        strategies: values_of(connection, parts!("requirement_strategy", "strategy"), id).await?,
        cpv: rows_of(connection, CPV, id).await?,
        environmental_impact: values_of(
            connection,
            parts!("requirement_environmental_impact", "impact"),
            id,
        )
        .await?,
        social_objectives: values_of(
            connection,
            parts!("requirement_social_objective", "objective"),
            id,
        )
        .await?,
        sdg: values_of(connection, parts!("requirement_sdg", "sdg"), id).await?,
        kle: values_of(connection, parts!("requirement_kle", "kle"), id).await?,
        goals: values_of(connection, parts!("requirement_goal", "goal"), id).await?,
        placeholders: rows_of(connection, parts!("requirement_placeholder"), id).await?,
        measures: rows_of(connection, parts!("requirement_measure"), id).await?,
        awards: rows_of(connection, parts!("requirement_award"), id).await?,
        evidence: rows_of(connection, EVIDENCE, id).await?,
        follow_up: rows_of(connection, parts!("requirement_follow_up"), id).await?,
        risks: rows_of(connection, parts!("requirement_risk"), id).await?,
        legal_basis: values_of(connection, parts!("requirement_legal_basis", "basis"), id).await?,
        sources: rows_of(connection, parts!("requirement_source"), id).await?,
        supersedes: values_of(connection, parts!("requirement_supersedes", "number"), id).await?,
        history: rows_of(connection, parts!("requirement_history"), id).await?,
        releases: rows_of(connection, RELEASED_IN, id).await?,
        practice: rows_of(
            connection,
            "SELECT * FROM requirement_in_practice WHERE document = ?1",
            id,
        )
        .await?
        .pop(),
        supplier_reasons: rows_of(connection, REASONS, id).await?,
        pilots: rows_of(connection, PILOTS, id).await?,
    }))
}

const PILOTS: &str = "SELECT * FROM pilot_result WHERE requirement = ?1 \
     ORDER BY last_claimed DESC, document, position LIMIT 10000";

const REASONS: &str = "SELECT * FROM supplier_reason WHERE requirement = ?1 \
     ORDER BY last_claimed DESC, pilot, tried, position LIMIT 10000";

const CPV: &str = "SELECT c.cpv, n.name_da, n.name_en FROM requirement_cpv c \
     LEFT JOIN cpv n ON n.code = c.cpv WHERE c.document = ?1 ORDER BY c.position";

const EVIDENCE: &str = "\
     SELECT e.*, (SELECT json_group_array(l.label) FROM (SELECT label \
       FROM requirement_evidence_label \
       WHERE document = e.document AND evidence = e.position ORDER BY position) l) AS labels \
     FROM requirement_evidence e WHERE e.document = ?1 ORDER BY e.position";

const RELEASED_IN: &str = "\
     SELECT DISTINCT r.pack, r.code, r.version, r.hash, s.is_newest, r.is_equivocated, \
     s.is_withdrawn, r.major, r.minor, r.patch FROM released_requirement x \
     JOIN release r ON r.pack = x.pack AND r.hash = x.release \
     JOIN release_standing s ON s.pack = r.pack AND s.release = r.hash WHERE x.requirement = ?1 \
     ORDER BY r.major DESC, r.minor DESC, r.patch DESC, r.pack, r.hash LIMIT 1000";

/// The branch that a code stands for: its digits without closing zeros, but for those of a
/// division.
pub(super) fn branch(code: &str) -> String {
    let code = code.trim();
    let digits = code.split_once('-').map_or(code, |(digits, _)| digits);
    if digits.len() < 8 {
        return digits.to_owned();
    }
    let kept = digits.trim_end_matches('0').len().max(2);
    digits.chars().take(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_for_its_branch() {
        assert_eq!(branch("44610000-9"), "4461");
        assert_eq!(branch("30000000"), "30");
        assert_eq!(branch("446"), "446");
    }
}
