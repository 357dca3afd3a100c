//! What people say something about, or follow: by what they cite it by.

use super::found::{Candidate, resolve};
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
}

// One of each owner, so that nobody crowds others out.
const BY_CODE: &str = "\
     SELECT document, owner, space, number, title_da, title_en FROM (\
       SELECT d.*, row_number() OVER (PARTITION BY d.space, d.owner \
         ORDER BY d.document <> ?1, \
         NOT EXISTS (SELECT 1 FROM release r WHERE r.pack = d.document), \
         NOT EXISTS (SELECT 1 FROM released_requirement r WHERE r.requirement = d.document), \
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

/// Digits of an id that name a document at least.
const MIN_ID_DIGITS: usize = 6;
/// Digits of a whole id.
const ID_DIGITS: usize = 64;

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
        let mut found = resolve(&mut tx, BY_CODE, key).await.map_err(failed)?;
        if found == Found::Nothing && is_id(key) {
            let candidates: Vec<Candidate> = sqlx::query_as(BY_ID)
                .bind(key.to_ascii_lowercase())
                .fetch_all(&mut *tx)
                .await
                .map_err(failed)?;
            found = match candidates.as_slice() {
                [] => Found::Nothing,
                [one] => Found::One(Box::new(one.document.clone())),
                _ => Found::Several(candidates),
            };
        }
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

fn is_id(key: &str) -> bool {
    (MIN_ID_DIGITS..=ID_DIGITS).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_hexdigit())
}
