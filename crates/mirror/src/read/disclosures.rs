//! To whom this member gave what.

use serde::Serialize;
use sqlx::SqliteConnection;

use super::{MAX_ROWS, rows, values_of};
use crate::{Mirror, MirrorError};

/// The record of one sharing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Disclosure {
    /// What was shared, when and on what ground.
    #[serde(flatten)]
    pub head: DisclosureHead,
    /// Who saw it from then on.
    pub recipients: Vec<String>,
}

rows! {
    /// A sharing, without its recipients.
    pub struct DisclosureHead {
        /// The record's document.
        pub document: String,
        /// The member that shared.
        pub owner: String,
        /// How it was shared.
        pub kind: Option<String>,
        /// The code or number of what was shared.
        pub code: Option<String>,
        /// Its title in Danish.
        pub title_da: Option<String>,
        /// Its title in English.
        pub title_en: Option<String>,
        /// The document that was made in the wider space.
        pub shared: Option<String>,
        /// The version, where it was a release.
        pub version: Option<String>,
        /// The space.
        pub shared_in: Option<String>,
        /// The space's name.
        pub shared_in_name: Option<String>,
        /// On what ground, in Danish.
        pub ground_da: Option<String>,
        /// On what ground, in English.
        pub ground_en: Option<String>,
        /// The day.
        pub date: Option<String>,
    }
}

// What is shared in a draft's name stands under the document that was made of it; both are asked for.
const HEADS: &str = "\
     SELECT * FROM disclosure WHERE ?1 IS NULL OR shared = ?1 \
     OR shared = (SELECT k.published_as FROM pack k WHERE k.document = ?1) \
     ORDER BY date DESC, last_claimed_ms DESC, document LIMIT ?2";

const RECIPIENTS: &str = "SELECT recipient FROM disclosure_recipient WHERE document = ?1 \
     AND recipient IS NOT NULL ORDER BY position LIMIT 10000";

impl Mirror {
    /// All that this member recorded, the latest day first; of one document where its id is given.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn disclosures(&self, shared: Option<&str>) -> Result<Vec<Disclosure>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        disclosures_of(&mut tx, shared).await.map_err(failed)
    }
}

pub(super) async fn disclosures_of(
    connection: &mut SqliteConnection,
    shared: Option<&str>,
) -> Result<Vec<Disclosure>, sqlx::Error> {
    let heads: Vec<DisclosureHead> = sqlx::query_as(HEADS)
        .bind(shared)
        .bind(MAX_ROWS)
        .fetch_all(&mut *connection)
        .await?;
    let mut disclosures = Vec::with_capacity(heads.len());
    for head in heads {
        let recipients = values_of(connection, RECIPIENTS, &head.document).await?;
        disclosures.push(Disclosure { head, recipients });
    }
    Ok(disclosures)
}
