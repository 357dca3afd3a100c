//! What people say something about, or follow: by what they cite it by.

use super::found::resolve_or_begin;
use super::{Found, rows};
use crate::{Mirror, MirrorError};

rows! {
    /// A document that something can be about.
    pub struct Target {
        /// The document.
        pub document: String,
        /// Its kind.
        pub kind: String,
        /// Its owner.
        pub owner: String,
        /// Its owner's name.
        pub owner_name: Option<String>,
        /// commons, group or private.
        pub space: String,
        /// Which space of that sort.
        pub space_id: String,
        /// What it is cited by.
        pub number: Option<String>,
        /// Title in Danish.
        pub title_da: Option<String>,
        /// Title in English.
        pub title_en: Option<String>,
    }

    /// One of the documents in which a member wrote the same thing: a release, a draft, a copy for a hearing.
    pub struct TargetCopy {
        /// The document.
        pub document: String,
        /// commons, group or private.
        pub space: String,
        /// The group's name, where it is in one.
        pub group_name: Option<String>,
        /// In a copy for a hearing: the draft's document.
        pub hearing_of: Option<String>,
    }
}

// One of each owner, so that nobody crowds others out.
const BY_CODE: &str = "\
     SELECT document, owner, space, number, title_da, title_en FROM (\
       SELECT d.*, row_number() OVER (PARTITION BY d.space, d.owner \
         ORDER BY d.document <> ?1, \
         NOT EXISTS (SELECT 1 FROM release r WHERE r.pack = d.document), \
         NOT EXISTS (SELECT 1 FROM released_requirement r JOIN pack k ON k.document = r.pack \
           AND k.owner = d.owner WHERE r.requirement = d.document), \
         d.last_claimed_ms DESC, d.document) AS place \
       FROM document d WHERE d.kind IN ('requirement', 'pack', 'project') AND d.state = 'read' \
       AND (d.document = ?1 OR (d.number = ?2 COLLATE NOCASE AND (?3 IS NULL OR d.owner = ?3)))) \
     WHERE place = 1 ORDER BY document <> ?1, \
     CASE space WHEN 'commons' THEN 0 WHEN 'group' THEN 1 ELSE 2 END, owner LIMIT 20";

const BY_ID: &str = "\
     SELECT document, owner, space, number, title_da, title_en FROM document \
     WHERE document >= ?1 AND document < ?1 || 'g' AND state = 'read' \
     AND kind IN ('requirement', 'pack', 'project', 'pilot', 'question', 'answer', 'comment', \
       'resource') \
     ORDER BY document LIMIT 20";

const ONE: &str = "SELECT d.*, m.name AS owner_name FROM document d \
     LEFT JOIN member m ON m.member = d.owner WHERE d.document = ?1";

const OWNED: &str = "SELECT d.*, m.name AS owner_name FROM document d \
     LEFT JOIN member m ON m.member = d.owner \
     WHERE d.owner = ?1 AND d.kind = ?2 AND d.space = ?3 AND d.state = 'read' \
     ORDER BY d.last_claimed_ms DESC, d.document LIMIT ?4";

const COPIES: &str = "\
     SELECT d.document, d.space, g.name AS group_name, \
     nullif(coalesce(p.hearing_of, q.hearing_of), '') AS hearing_of FROM document t \
     JOIN document d ON d.document = t.document OR (d.owner = t.owner AND d.kind = t.kind \
       AND d.number = t.number COLLATE NOCASE AND d.state = 'read') \
     LEFT JOIN group_space g ON g.space_id = d.space_id \
     LEFT JOIN pack p ON p.document = d.document \
     LEFT JOIN requirement q ON q.document = d.document \
     WHERE t.document = ?1 \
     ORDER BY CASE d.space WHEN 'commons' THEN 0 WHEN 'group' THEN 1 ELSE 2 END, \
     coalesce(p.hearing_of, q.hearing_of, '') <> '', g.name, d.document LIMIT 100";

impl Mirror {
    /// The requirement, pack or project with this number or code (`owner/number` where several members
    /// use it), else the document whose id begins so.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn target(&self, key: &str) -> Result<Found<Target>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let key = key.trim();
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let found = resolve_or_begin(&mut tx, BY_CODE, BY_ID, key)
            .await
            .map_err(failed)?;
        match found {
            Found::Nothing => Ok(Found::Nothing),
            Found::Several(candidates) => Ok(Found::Several(candidates)),
            Found::One(document) => {
                let row: Option<Target> = sqlx::query_as(ONE)
                    .bind(*document)
                    .fetch_optional(&mut *tx)
                    .await
                    .map_err(failed)?;
                Ok(row.map_or(Found::Nothing, |row| Found::One(Box::new(row))))
            }
        }
    }

    /// The document and all others of its owner with its kind and number: what is released first, then drafts of
    /// groups, copies for hearings, own drafts.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn copies(&self, document: &str) -> Result<Vec<TargetCopy>, MirrorError> {
        sqlx::query_as(COPIES)
            .bind(document)
            .fetch_all(&self.readers)
            .await
            .map_err(|error| self.failed("read", error))
    }

    /// Documents of one kind that a member owns in one sort of space, the one written last first.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn owned(
        &self,
        owner: &str,
        kind: &str,
        space: &str,
    ) -> Result<Vec<Target>, MirrorError> {
        sqlx::query_as(OWNED)
            .bind(owner)
            .bind(kind)
            .bind(space)
            .bind(super::MAX_ROWS)
            .fetch_all(&self.readers)
            .await
            .map_err(|error| self.failed("read", error))
    }
}
