//! Fields that were set to different values at once.

use serde::Serialize;

use super::{MAX_ROWS, rows};
use crate::{Mirror, MirrorError};

/// A conflict, until a person settles it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// Where.
    #[serde(flatten)]
    pub place: ConflictPlace,
    /// The values, the shown one among them.
    pub values: Vec<ConflictValue>,
}

rows! {
    /// A field of a document.
    pub struct ConflictPlace {
        /// The document.
        pub document: String,
        /// Its kind.
        pub kind: String,
        /// Its owner.
        pub owner: String,
        /// commons, group or private.
        pub space: String,
        /// What it is cited by.
        pub number: Option<String>,
        /// Its title in Danish.
        pub title_da: Option<String>,
        /// Its title in English.
        pub title_en: Option<String>,
        /// The field, such as `level` or `placeholders[andel].max`.
        pub path: String,
    }

    /// One of the values.
    pub struct ConflictValue {
        /// The value as JSON.
        pub value: String,
        /// Whether that is all of it.
        pub is_whole: bool,
        /// Who set it, where that is known.
        pub member: Option<String>,
        /// That member's name.
        pub member_name: Option<String>,
        /// When, by the author's clock.
        pub claimed: Option<String>,
        /// Whether it is the one that the document shows.
        pub is_shown: bool,
    }
}

const PLACES: &str = "\
     SELECT DISTINCT c.document, d.kind, d.owner, d.space, d.number, d.title_da, d.title_en, c.path \
     FROM conflict c JOIN document d ON d.document = c.document \
     WHERE ?1 IS NULL OR c.document = ?1 \
     ORDER BY d.kind, d.number, c.document, c.path LIMIT ?2";

const VALUES: &str = "\
     SELECT c.value, c.is_whole, c.member, m.name AS member_name, c.claimed, c.is_shown \
     FROM conflict c LEFT JOIN member m ON m.member = c.member \
     WHERE c.document = ?1 AND c.path = ?2 ORDER BY c.position LIMIT ?3";

impl Mirror {
    /// All conflicts; those of one document where its id is given.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn conflicts(&self, document: Option<&str>) -> Result<Vec<Conflict>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let places: Vec<ConflictPlace> = sqlx::query_as(PLACES)
            .bind(document)
            .bind(MAX_ROWS)
            .fetch_all(&mut *tx)
            .await
            .map_err(failed)?;
        let mut conflicts = Vec::with_capacity(places.len());
        for place in places {
            let values = sqlx::query_as(VALUES)
                .bind(&place.document)
                .bind(&place.path)
                .bind(MAX_ROWS)
                .fetch_all(&mut *tx)
                .await
                .map_err(failed)?;
            conflicts.push(Conflict { place, values });
        }
        Ok(conflicts)
    }
}
