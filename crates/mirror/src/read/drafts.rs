//! Requirements that are drafted here.

use super::MAX_ROWS;
use crate::{Mirror, MirrorError};

const DRAFTS: &str = "\
     SELECT document FROM requirement WHERE space <> 'commons' \
     AND (document = ?1 OR number = ?1 COLLATE NOCASE) ORDER BY space, document LIMIT ?2";

impl Mirror {
    /// Documents of requirements that are not in the commons, by number or document: drafts in the private space
    /// and in groups, and copies for hearings.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn drafted_requirements(&self, key: &str) -> Result<Vec<String>, MirrorError> {
        let documents = sqlx::query_scalar(DRAFTS)
            .bind(key.trim())
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        documents.map_err(|error| self.failed("read", error))
    }
}
