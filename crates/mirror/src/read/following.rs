//! What this member follows.

use super::{MAX_ROWS, rows};
use crate::{Mirror, MirrorError};

rows! {
    /// One thing that is followed, with what it is called where that is known.
    pub struct FollowedThing {
        /// The document that says so.
        pub document: String,
        /// `pack:`, `requirement:`, `project:`, `category:` or `cpv:`, and which.
        pub target: String,
        /// Since which day.
        pub since: Option<String>,
        /// The number or code of what is followed.
        pub number: Option<String>,
        /// Its name in Danish.
        pub name_da: Option<String>,
        /// Its name in English.
        pub name_en: Option<String>,
    }
}

const FOLLOWS: &str = "\
     SELECT f.document, f.target, f.since, \
     coalesce(d.number, j.code, k.code, c.code) AS number, \
     coalesce(d.title_da, j.title_da, k.name_da, c.name_da) AS name_da, \
     coalesce(d.title_en, j.title_en, k.name_en, c.name_en) AS name_en \
     FROM (SELECT *, substr(target, 1, instr(target, ':') - 1) AS sort, \
       substr(target, instr(target, ':') + 1) AS what FROM follow) f \
     LEFT JOIN document d ON f.sort IN ('pack', 'requirement') AND d.document = f.what \
     LEFT JOIN project j ON j.document = (SELECT x.document FROM project x \
       WHERE f.sort = 'project' AND x.code = f.what ORDER BY x.space, x.document LIMIT 1) \
     LEFT JOIN code k ON f.sort = 'category' AND k.list = 'category' AND k.code = f.what \
     LEFT JOIN cpv c ON f.sort = 'cpv' AND c.code = substr(f.what || '00000000', 1, 8) \
     WHERE f.target IS NOT NULL ORDER BY f.document, f.position LIMIT ?1";

impl Mirror {
    /// Everything that this member follows.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn following(&self) -> Result<Vec<FollowedThing>, MirrorError> {
        let found = sqlx::query_as(FOLLOWS)
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        found.map_err(|error| self.failed("read", error))
    }
}
