//! Pilots.

use serde::Serialize;
use sqlx::SqliteConnection;

use super::{AttachmentSummary, MAX_ROWS, TriedMore, rows, rows_of, values_of};
use crate::{Mirror, MirrorError};

/// Which results of pilots are asked for; what is not set does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PilotFilter {
    /// The member that ran it.
    pub member: Option<String>,
    /// The requirement's number or document.
    pub requirement: Option<String>,
    /// The pack's code or document.
    pub pack: Option<String>,
    /// keep, adjust or drop.
    pub verdict: Option<String>,
    /// Where the tender has come to.
    pub state: Option<String>,
}

/// A pilot with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PilotDetail {
    /// The pilot.
    #[serde(flatten)]
    pub head: PilotHead,
    /// CPV codes of the tender.
    pub cpv: Vec<String>,
    /// Members that bought together.
    pub joint_buyers: Vec<String>,
    /// What was tried.
    pub tried: Vec<PilotResult>,
    /// The rest of what is said of it, in the same order.
    pub tried_more: Vec<TriedMore>,
    /// Checks in the contract.
    pub checks: Vec<PilotCheck>,
    /// Effects.
    pub effects: Vec<PilotEffect>,
    /// Files.
    pub attachments: Vec<AttachmentSummary>,
}

rows! {
    /// A pilot.
    pub struct PilotHead {
        /// Its document.
        pub document: String,
        /// The member that ran it.
        pub owner: String,
        /// commons, group or private.
        pub space: String,
        /// Where the tender has come to.
        pub state: Option<String>,
        /// The tender's title in Danish.
        pub title_da: Option<String>,
        /// The tender's title in English.
        pub title_en: Option<String>,
        /// Publication number.
        pub publication_number: Option<String>,
        /// Procedure.
        pub procedure: Option<String>,
        /// Own, joint or SKI.
        pub framework: Option<String>,
        /// Band of contract value.
        pub value_band: Option<String>,
        /// Number of lots.
        pub lots: Option<i64>,
        /// Duration in months.
        pub duration_months: Option<i64>,
        /// What the check in the contract showed, in Danish.
        pub follow_up_da: Option<String>,
        /// The same in English.
        pub follow_up_en: Option<String>,
        /// Lessons in Danish.
        pub lessons_da: Option<String>,
        /// Lessons in English.
        pub lessons_en: Option<String>,
        /// What another municipality should know first, in Danish.
        pub first_advice_da: Option<String>,
        /// The same in English.
        pub first_advice_en: Option<String>,
        /// When it was written last, by its author's clock.
        pub last_claimed: Option<String>,
    }

    /// What a pilot says of one requirement.
    pub struct PilotResult {
        /// The pilot's document.
        pub document: String,
        /// The place of the requirement in the pilot.
        pub position: i64,
        /// commons, group or private.
        pub space: String,
        /// The member that ran it.
        pub member: String,
        /// Its name.
        pub member_name: Option<String>,
        /// Where the tender has come to.
        pub state: Option<String>,
        /// The tender's title in Danish.
        pub tender_da: Option<String>,
        /// The tender's title in English.
        pub tender_en: Option<String>,
        /// Publication number.
        pub publication_number: Option<String>,
        /// Band of contract value.
        pub value_band: Option<String>,
        /// The requirement's document.
        pub requirement: Option<String>,
        /// The requirement's number.
        pub number: Option<String>,
        /// The requirement's title in Danish.
        pub requirement_da: Option<String>,
        /// The requirement's title in English.
        pub requirement_en: Option<String>,
        /// The pack's document.
        pub pack: Option<String>,
        /// The pack's code.
        pub pack_code: Option<String>,
        /// The version that was tried.
        pub version: Option<String>,
        /// The release that was tried.
        pub release: Option<String>,
        /// Whether that is the newest; unknown where the release is not here.
        pub is_newest: Option<bool>,
        /// The part it played.
        pub r#type: Option<String>,
        /// The level as used.
        pub level: Option<String>,
        /// The weight as used.
        pub weight_percent: Option<f64>,
        /// Tenders received.
        pub bidders: Option<i64>,
        /// Tenders received last time.
        pub bidders_last_time: Option<i64>,
        /// How many met the requirement.
        pub bidders_met: Option<i64>,
        /// Effect on price.
        pub price_effect: Option<String>,
        /// Effect on price in percent.
        pub price_percent: Option<f64>,
        /// The bidders' burden, 1 to 5.
        pub burden: Option<i64>,
        /// What became of a complaint.
        pub complaint: Option<String>,
        /// Whether the evidence was accepted.
        pub evidence_outcome: Option<String>,
        /// keep, adjust or drop.
        pub verdict: Option<String>,
        /// Lessons in Danish.
        pub lessons_da: Option<String>,
        /// Lessons in English.
        pub lessons_en: Option<String>,
        /// What another municipality should know first, in Danish.
        pub first_advice_da: Option<String>,
        /// The same in English.
        pub first_advice_en: Option<String>,
        /// When the pilot was written last, by its author's clock.
        pub last_claimed: Option<String>,
    }

    /// A check in the contract.
    pub struct PilotCheck {
        /// The requirement's number, where it concerns one.
        pub number: Option<String>,
        /// How it was checked, in Danish.
        pub how_da: Option<String>,
        /// The same in English.
        pub how_en: Option<String>,
        /// Whether the supplier complied.
        pub complied: Option<bool>,
        /// What was done where not, in Danish.
        pub remedy_da: Option<String>,
        /// The same in English.
        pub remedy_en: Option<String>,
    }

    /// A measured or estimated effect.
    pub struct PilotEffect {
        /// What, in Danish.
        pub what_da: Option<String>,
        /// What, in English.
        pub what_en: Option<String>,
        /// The number.
        pub number: Option<f64>,
        /// Its unit.
        pub unit: Option<String>,
        /// Measured, not estimated.
        pub measured: bool,
        /// How it was found, in Danish.
        pub method_da: Option<String>,
        /// How it was found, in English.
        pub method_en: Option<String>,
    }
}

impl Mirror {
    /// Results of pilots, one for each requirement tried; own drafts are marked by their space.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn pilots(&self, filter: &PilotFilter) -> Result<Vec<PilotResult>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut connection = self.readers.acquire().await.map_err(failed)?;
        results(&mut connection, filter).await.map_err(failed)
    }

    /// A pilot by its document.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn pilot(&self, document: &str) -> Result<Option<PilotDetail>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let head: Option<PilotHead> = sqlx::query_as("SELECT * FROM pilot WHERE document = ?1")
            .bind(document)
            .fetch_optional(&mut *tx)
            .await
            .map_err(failed)?;
        let Some(head) = head else {
            return Ok(None);
        };
        let detail = rest(&mut tx, head).await.map_err(failed)?;
        Ok(Some(detail))
    }
}

async fn results(
    connection: &mut SqliteConnection,
    filter: &PilotFilter,
) -> Result<Vec<PilotResult>, sqlx::Error> {
    let sql = "SELECT * FROM pilot_result WHERE (?1 IS NULL OR member = ?1) \
         AND (?2 IS NULL OR requirement = ?2 OR number = ?2 COLLATE NOCASE) \
         AND (?3 IS NULL OR pack = ?3 OR pack_code = ?3 COLLATE NOCASE) \
         AND (?4 IS NULL OR verdict = ?4) AND (?5 IS NULL OR state = ?5) \
         ORDER BY number, last_claimed DESC, document, position LIMIT ?6";
    sqlx::query_as(sql)
        .bind(filter.member.as_deref())
        .bind(filter.requirement.as_deref())
        .bind(filter.pack.as_deref())
        .bind(filter.verdict.as_deref())
        .bind(filter.state.as_deref())
        .bind(MAX_ROWS)
        .fetch_all(connection)
        .await
}

async fn rest(
    connection: &mut SqliteConnection,
    head: PilotHead,
) -> Result<PilotDetail, sqlx::Error> {
    let id = head.document.clone();
    let cpv = "SELECT cpv FROM pilot_cpv WHERE document = ?1 AND cpv IS NOT NULL ORDER BY position";
    let buyers = "SELECT member FROM pilot_joint_buyer WHERE document = ?1 AND member IS NOT NULL \
         ORDER BY position";
    let tried = "SELECT * FROM pilot_result WHERE document = ?1 ORDER BY position";
    let effects = "SELECT * FROM pilot_effect WHERE document = ?1 ORDER BY position";
    let checks = "SELECT * FROM pilot_check WHERE document = ?1 ORDER BY position";
    let attachments = "SELECT * FROM pilot_attachment WHERE document = ?1 ORDER BY position";
    Ok(PilotDetail {
        cpv: values_of(connection, cpv, &id).await?,
        joint_buyers: values_of(connection, buyers, &id).await?,
        tried: rows_of(connection, tried, &id).await?,
        tried_more: super::tried::of_pilot(connection, &id).await?,
        checks: rows_of(connection, checks, &id).await?,
        attachments: rows_of(connection, attachments, &id).await?,
        effects: rows_of(connection, effects, &id).await?,
        head,
    })
}
