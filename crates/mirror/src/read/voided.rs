//! What cuts took out of what counts: kept aside for its author.

use super::{Grounds, MAX_ROWS, rows};
use crate::{Mirror, MirrorError};

rows! {
    /// A document in which a cut voided entries of a member.
    pub struct VoidedDocument {
        /// The document.
        pub document: String,
        /// Its kind; `unknown` where its opening is void as well.
        pub kind: String,
        /// Its owner.
        pub owner: String,
        /// What it is cited by.
        pub number: Option<String>,
        /// Title in Danish.
        pub title_da: Option<String>,
        /// Title in English.
        pub title_en: Option<String>,
        /// Its sort of space.
        pub space: String,
        /// Which space of that sort.
        pub space_id: String,
        /// The group's name.
        pub space_name: Option<String>,
        /// read, unknown-kind, quarantined, or void where nothing is left of it.
        pub state: String,
        /// How many of the member's entries are void.
        pub voided_entries: i64,
        /// Why.
        pub grounds: Grounds,
    }
}

impl Mirror {
    /// The documents in which a cut voided entries of this member, by kind and number.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn voided_of(&self, member: &str) -> Result<Vec<VoidedDocument>, MirrorError> {
        let sql = "SELECT v.*, g.name AS space_name, count(*) AS voided_entries, \
              group_concat(DISTINCT v.ground) AS grounds \
            FROM voided_entry v LEFT JOIN group_space g ON g.space_id = v.space_id \
            WHERE v.member = ?1 GROUP BY v.document \
            ORDER BY v.kind, v.number, v.document LIMIT ?2";
        let documents = sqlx::query_as(sql)
            .bind(member)
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        documents.map_err(|error| self.failed("read", error))
    }
}
