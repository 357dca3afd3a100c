//! Baskets.

use serde::Serialize;

use super::{MAX_ROWS, rows, rows_of};
use crate::{Mirror, MirrorError};

/// A basket with what is in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BasketDetail {
    /// The basket.
    #[serde(flatten)]
    pub summary: BasketSummary,
    /// What is in it, in order.
    pub content: Vec<BasketLine>,
}

/// A requirement in a basket.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BasketLine {
    /// The requirement.
    #[serde(flatten)]
    pub head: BasketLineHead,
    /// What was filled in.
    pub values: Vec<FilledValue>,
}

rows! {
    /// A basket in a list.
    pub struct BasketSummary {
        /// Its document.
        pub document: String,
        /// Its name.
        pub name: Option<String>,
        /// How many requirements are in it.
        pub lines: i64,
        /// When it was written last, by its author's clock.
        pub last_claimed: Option<String>,
    }

    /// A requirement in a basket, without what was filled in.
    pub struct BasketLineHead {
        /// Its place.
        pub position: i64,
        /// The requirement's document.
        pub requirement: Option<String>,
        /// Its number.
        pub number: Option<String>,
        /// The pack of the release from which it is taken.
        pub pack: Option<String>,
        /// That pack's code as released.
        pub pack_code: Option<String>,
        /// That release's version.
        pub version: Option<String>,
        /// That release's hash.
        pub release: Option<String>,
        /// Whether that is the release to use now; unknown where it is not here.
        pub is_newest: Option<bool>,
        /// The requirement's title in Danish, as it is now.
        pub title_da: Option<String>,
        /// The requirement's title in English, as it is now.
        pub title_en: Option<String>,
    }

    /// A placeholder's value.
    pub struct FilledValue {
        /// The placeholder.
        pub name: Option<String>,
        /// What stands there instead.
        pub value: Option<String>,
    }
}

const SUMMARY: &str = "\
     SELECT b.*, (SELECT count(*) FROM basket_line l WHERE l.document = b.document) AS lines \
     FROM basket b WHERE ?1 IS NULL OR b.document = ?1 OR b.name = ?1 COLLATE NOCASE \
     ORDER BY b.document IS NOT ?1, b.last_claimed_ms DESC, b.document LIMIT ?2";

const LINES: &str = "\
     SELECT l.*, r.code AS pack_code, s.is_newest, q.title_da, q.title_en FROM basket_line l \
     LEFT JOIN release r ON r.pack = l.pack AND r.hash = l.release \
     LEFT JOIN release_standing s ON s.pack = r.pack AND s.release = r.hash \
     LEFT JOIN requirement q ON q.document = l.requirement \
     WHERE l.document = ?1 ORDER BY l.position LIMIT 10000";

const VALUES: &str = "SELECT * FROM basket_value WHERE document = ?1 AND line = ?2 \
     ORDER BY position LIMIT 10000";

impl Mirror {
    /// All baskets, the one written last first.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn baskets(&self) -> Result<Vec<BasketSummary>, MirrorError> {
        let found = sqlx::query_as(SUMMARY)
            .bind(None::<String>)
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        found.map_err(|error| self.failed("read", error))
    }

    /// A basket by its document, or by its name: of several of one name the one written last.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn basket(&self, key: &str) -> Result<Option<BasketDetail>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let found: Option<BasketSummary> = sqlx::query_as(SUMMARY)
            .bind(key)
            .bind(1)
            .fetch_optional(&mut *tx)
            .await
            .map_err(failed)?;
        let Some(summary) = found else {
            return Ok(None);
        };
        let heads: Vec<BasketLineHead> = rows_of(&mut tx, LINES, &summary.document)
            .await
            .map_err(failed)?;
        let mut content = Vec::with_capacity(heads.len());
        for head in heads {
            let values = sqlx::query_as(VALUES)
                .bind(&summary.document)
                .bind(head.position)
                .fetch_all(&mut *tx)
                .await
                .map_err(failed)?;
            content.push(BasketLine { head, values });
        }
        Ok(Some(BasketDetail { summary, content }))
    }
}
