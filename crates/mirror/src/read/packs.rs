//! Packs and their releases.

use serde::Serialize;
use sqlx::SqliteConnection;

use super::adoptions::in_force;
use super::disclosures::disclosures_of;
use super::found::resolve_or_begin;
use super::{AdoptionSummary, Disclosure, Found, MAX_ROWS, rows, rows_of};
use crate::{Mirror, MirrorError};

/// A pack with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PackDetail {
    /// As in the list.
    #[serde(flatten)]
    pub summary: PackSummary,
    /// Its texts.
    #[serde(flatten)]
    pub texts: PackTexts,
    /// Its sections with their requirements.
    pub sections: Vec<PackSection>,
    /// Hearings that were held on it, in its order.
    pub hearings: Vec<Hearing>,
    /// Its releases, the highest version first.
    pub releases: Vec<ReleaseSummary>,
    /// Who co-signed which of them, in the commons.
    pub cosignatures: Vec<CosignatureSummary>,
    /// To whom this member gave it, as far as it recorded that.
    pub disclosures: Vec<Disclosure>,
    /// Who uses it.
    pub adoptions: Vec<AdoptionSummary>,
}

/// A section of a pack.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PackSection {
    /// Title in Danish.
    pub title_da: Option<String>,
    /// Title in English.
    pub title_en: Option<String>,
    /// Its requirements, in order.
    pub requirements: Vec<PackEntry>,
}

/// A hearing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hearing {
    /// The hearing.
    #[serde(flatten)]
    pub head: HearingHead,
    /// Who was asked.
    pub recipients: Vec<String>,
}

rows! {
    /// A pack in a list.
    pub struct PackSummary {
        /// The pack's document.
        pub document: String,
        /// Its code.
        pub code: Option<String>,
        /// Title in Danish.
        pub title_da: Option<String>,
        /// Title in English.
        pub title_en: Option<String>,
        /// The lead.
        pub owner: String,
        /// The lead's name.
        pub owner_name: Option<String>,
        /// commons, group or private.
        pub space: String,
        /// In a group: its name.
        pub group_name: Option<String>,
        /// In a copy that was given to a hearing: the draft's document.
        pub hearing_of: Option<String>,
        /// In a draft: the document that carries its releases.
        pub published_as: Option<String>,
        /// The release to use now: its version.
        pub version: Option<String>,
        /// Its hash.
        pub release: Option<String>,
        /// How it is cited.
        pub citation: Option<String>,
        /// The day by which it is reviewed.
        pub review_by: Option<String>,
        /// A higher version that the lead released twice.
        pub disputed_version: Option<String>,
        /// Requirements in the document.
        pub requirements: i64,
        /// Members that follow, try or use it.
        pub adopters: i64,
        /// When it was written last, by its author's clock.
        pub last_claimed: Option<String>,
    }

    /// A pack's texts.
    pub struct PackTexts {
        /// What it is for, in Danish.
        pub purpose_da: Option<String>,
        /// What it is for, in English.
        pub purpose_en: Option<String>,
        /// Introduction in Danish.
        pub introduction_da: Option<String>,
        /// Introduction in English.
        pub introduction_en: Option<String>,
        /// How to use it, in Danish.
        pub how_to_use_da: Option<String>,
        /// How to use it, in English.
        pub how_to_use_en: Option<String>,
        /// The joint project.
        pub project: Option<String>,
        /// Its licence.
        pub licence: Option<String>,
        /// Months between reviews.
        pub review_cycle_months: Option<i64>,
    }

    /// A requirement in a pack.
    pub struct PackEntry {
        /// The section's place.
        pub section: i64,
        /// The requirement's number.
        pub number: Option<String>,
        /// Its document.
        pub requirement: Option<String>,
        /// Title in Danish, where the document is here.
        pub title_da: Option<String>,
        /// Title in English.
        pub title_en: Option<String>,
        /// The part it plays in a tender.
        pub r#type: Option<String>,
        /// How far it goes.
        pub level: Option<String>,
        /// The number of the requirement for which it stands at another level.
        pub alternative_to: Option<String>,
    }

    /// A hearing, without whom it asked.
    pub struct HearingHead {
        /// Its place in the pack.
        pub position: i64,
        /// internal or trade.
        pub kind: Option<String>,
        /// The day it began.
        pub begins: Option<String>,
        /// The last day for answers.
        pub ends: Option<String>,
        /// On what ground it was given out, in Danish.
        pub ground_da: Option<String>,
        /// The same in English.
        pub ground_en: Option<String>,
    }

    /// A co-signature.
    pub struct CosignatureSummary {
        /// The co-signature's document.
        pub document: String,
        /// The member that co-signed.
        pub member: String,
        /// Its name.
        pub member_name: Option<String>,
        /// The version.
        pub version: Option<String>,
        /// The release's hash.
        pub release: Option<String>,
        /// The day.
        pub date: Option<String>,
        /// In what capacity, in Danish.
        pub capacity_da: Option<String>,
        /// The same in English.
        pub capacity_en: Option<String>,
    }

    /// A release of a pack.
    pub struct ReleaseSummary {
        /// The pack's document.
        pub pack: String,
        /// The release's hash.
        pub hash: String,
        /// The version.
        pub version: String,
        /// The release before it.
        pub previous: Option<String>,
        /// The pack's code as released.
        pub code: Option<String>,
        /// Change notes in Danish.
        pub notes_da: Option<String>,
        /// Change notes in English.
        pub notes_en: Option<String>,
        /// The day from which it is valid.
        pub valid_from: Option<String>,
        /// The day by which it is reviewed.
        pub review_by: Option<String>,
        /// Other members that must co-sign before it counts.
        pub cosigners_needed: i64,
        /// Other members that did.
        pub cosigned: i64,
        /// Whether the lead withdrew it.
        pub is_withdrawn: bool,
        /// The day of that.
        pub withdrawn_on: Option<String>,
        /// Why, in Danish.
        pub withdrawn_reason_da: Option<String>,
        /// Why, in English.
        pub withdrawn_reason_en: Option<String>,
        /// The version that replaces it.
        pub replaced_by: Option<String>,
        /// Whether it can be read and adopted: co-signed as it should be, not equivocated, not withdrawn.
        pub counts: bool,
        /// Whether its content can be read.
        pub is_readable: bool,
        /// Whether the lead released something else under the same version.
        pub is_equivocated: bool,
        /// Whether it is the release to use now.
        pub is_newest: bool,
        /// How it is cited.
        pub citation: String,
        /// How many requirements it holds.
        pub requirements: i64,
        /// The entry that carries it.
        pub entry: String,
        /// Who signed it.
        pub member: String,
        /// When, by the author's clock.
        pub claimed: Option<String>,
    }

    /// A section's title.
    pub(super) struct SectionTitle {
        /// The section's place.
        pub section: i64,
        /// Title in Danish.
        pub title_da: Option<String>,
        /// Title in English.
        pub title_en: Option<String>,
    }
}

const SUMMARY: &str = "\
     SELECT p.document, p.code, p.title_da, p.title_en, p.owner, m.name AS owner_name, p.space, \
     (SELECT g.name FROM document d JOIN group_space g ON g.space_id = d.space_id \
       WHERE d.document = p.document) AS group_name, \
     p.hearing_of, p.published_as, n.version, n.release, n.citation, n.review_by, n.disputed_version, \
     (SELECT count(*) FROM pack_requirement q WHERE q.document = p.document) AS requirements, \
     coalesce(n.adopters, 0) AS adopters, p.last_claimed \
     FROM pack p LEFT JOIN member m ON m.member = p.owner \
     LEFT JOIN released_now n ON n.pack = p.document \
     WHERE ?1 IS NULL OR p.document = ?1 ORDER BY p.space, p.code, p.document LIMIT ?2";

// One of each owner, so that nobody crowds others out.
const CANDIDATES: &str = "\
     SELECT document, owner, space, code AS number, title_da, title_en FROM (\
       SELECT p.*, row_number() OVER (PARTITION BY p.space, p.owner \
         ORDER BY p.document <> ?1, \
         NOT EXISTS (SELECT 1 FROM release_standing s WHERE s.pack = p.document AND s.is_newest), \
         p.last_claimed_ms DESC, p.document) AS place \
       FROM pack p WHERE p.document = ?1 \
       OR (p.code = ?2 COLLATE NOCASE AND (?3 IS NULL OR p.owner = ?3))) \
     WHERE place = 1 ORDER BY document <> ?1, \
     CASE space WHEN 'commons' THEN 0 WHEN 'group' THEN 1 ELSE 2 END, owner LIMIT 20";

const BY_ID: &str = "\
     SELECT document, owner, space, code AS number, title_da, title_en FROM pack \
     WHERE document >= ?1 AND document < ?1 || 'g' ORDER BY document LIMIT 20";

impl Mirror {
    /// All packs: shared ones and own drafts.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn packs(&self) -> Result<Vec<PackSummary>, MirrorError> {
        let packs = sqlx::query_as(SUMMARY)
            .bind(None::<String>)
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        packs.map_err(|error| self.failed("read", error))
    }

    /// A pack by code, `owner/code`, document id or the beginning of one.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn pack(&self, key: &str) -> Result<Found<PackDetail>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let found = resolve_or_begin(&mut tx, CANDIDATES, BY_ID, key)
            .await
            .map_err(failed)?;
        match found {
            Found::Nothing => Ok(Found::Nothing),
            Found::Several(candidates) => Ok(Found::Several(candidates)),
            Found::One(document) => {
                let pack = detail(&mut tx, &document).await.map_err(failed)?;
                Ok(pack.map_or(Found::Nothing, |pack| Found::One(Box::new(pack))))
            }
        }
    }

    /// The releases of a pack, by its document; the highest version first.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn releases(&self, pack: &str) -> Result<Vec<ReleaseSummary>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut connection = self.readers.acquire().await.map_err(failed)?;
        rows_of(&mut connection, RELEASES, pack)
            .await
            .map_err(failed)
    }
}

const RELEASES: &str = "\
     SELECT r.*, s.cosigned, s.is_withdrawn, s.withdrawn_on, s.withdrawn_reason_da, \
     s.withdrawn_reason_en, s.replaced_by, s.counts, s.is_newest \
     FROM release r JOIN release_standing s ON s.pack = r.pack AND s.release = r.hash \
     WHERE r.pack = ?1 AND s.pack = ?1 \
     ORDER BY r.major DESC, r.minor DESC, r.patch DESC, r.hash LIMIT 10000";

const COSIGNATURES: &str = "\
     SELECT c.document, c.owner AS member, m.name AS member_name, c.version, c.release, c.date, \
     c.capacity_da, c.capacity_en FROM cosignature c \
     JOIN release r ON r.pack = c.pack AND r.hash = c.release \
     LEFT JOIN member m ON m.member = c.owner \
     WHERE c.pack = ?1 AND c.space = 'commons' AND NOT EXISTS (\
       SELECT 1 FROM cosignature o WHERE o.pack = c.pack AND o.release = c.release AND o.owner = c.owner \
       AND o.space = 'commons' AND o.document < c.document) \
     ORDER BY r.major DESC, r.minor DESC, r.patch DESC, c.owner LIMIT 10000";

const RECIPIENTS: &str = "SELECT recipient FROM pack_hearing_recipient WHERE document = ?1 \
     AND hearing = ?2 AND recipient IS NOT NULL ORDER BY position LIMIT 10000";

const ENTRIES: &str = "\
     SELECT r.section, r.number, r.requirement, q.title_da, q.title_en, q.type, q.level, r.alternative_to \
     FROM pack_requirement r LEFT JOIN requirement q ON q.document = r.requirement \
     WHERE r.document = ?1 ORDER BY r.position LIMIT 10000";

async fn detail(
    connection: &mut SqliteConnection,
    document: &str,
) -> Result<Option<PackDetail>, sqlx::Error> {
    let summary: Option<PackSummary> = sqlx::query_as(SUMMARY)
        .bind(document)
        .bind(1)
        .fetch_optional(&mut *connection)
        .await?;
    let texts: Option<PackTexts> = rows_of(
        connection,
        "SELECT * FROM pack WHERE document = ?1",
        document,
    )
    .await?
    .pop();
    let (Some(summary), Some(texts)) = (summary, texts) else {
        return Ok(None);
    };
    Ok(Some(PackDetail {
        summary,
        texts,
        sections: sections(connection, document).await?,
        hearings: hearings(connection, document).await?,
        releases: rows_of(connection, RELEASES, document).await?,
        cosignatures: rows_of(connection, COSIGNATURES, document).await?,
        disclosures: disclosures_of(connection, Some(document)).await?,
        adoptions: in_force(connection, Some(document)).await?,
    }))
}

async fn hearings(
    connection: &mut SqliteConnection,
    document: &str,
) -> Result<Vec<Hearing>, sqlx::Error> {
    let heads = "SELECT * FROM pack_hearing WHERE document = ?1 ORDER BY position LIMIT 1000";
    let heads: Vec<HearingHead> = rows_of(connection, heads, document).await?;
    let mut hearings = Vec::with_capacity(heads.len());
    for head in heads {
        let recipients = sqlx::query_scalar(RECIPIENTS)
            .bind(document)
            .bind(head.position)
            .fetch_all(&mut *connection)
            .await?;
        hearings.push(Hearing { head, recipients });
    }
    Ok(hearings)
}

async fn sections(
    connection: &mut SqliteConnection,
    document: &str,
) -> Result<Vec<PackSection>, sqlx::Error> {
    let titles = "SELECT * FROM pack_section WHERE document = ?1 ORDER BY section LIMIT 10000";
    let titles: Vec<SectionTitle> = rows_of(connection, titles, document).await?;
    let entries: Vec<PackEntry> = rows_of(connection, ENTRIES, document).await?;
    let of_section = |section: i64| {
        entries
            .iter()
            .filter(move |entry| entry.section == section)
            .cloned()
            .collect()
    };
    Ok(titles
        .into_iter()
        .map(|title| PackSection {
            requirements: of_section(title.section),
            title_da: title.title_da,
            title_en: title.title_en,
        })
        .collect())
}
