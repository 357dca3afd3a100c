//! Adoptions.

use sqlx::SqliteConnection;

use super::{MAX_ROWS, rows};
use crate::{Mirror, MirrorError};

rows! {
    /// What a member does with a pack.
    pub struct AdoptionSummary {
        /// The adoption's document.
        pub document: String,
        /// The member.
        pub member: String,
        /// Its name.
        pub member_name: Option<String>,
        /// The pack's document.
        pub pack: Option<String>,
        /// The pack's code as released.
        pub pack_code: Option<String>,
        /// The pack's title in Danish.
        pub pack_da: Option<String>,
        /// The pack's title in English.
        pub pack_en: Option<String>,
        /// The adopted version.
        pub version: Option<String>,
        /// The hash that it pins.
        pub release: Option<String>,
        /// Whether that is the newest release; unknown where the release is not here.
        pub is_newest: Option<bool>,
        /// following, trying, using or declined.
        pub stance: Option<String>,
        /// The planned tender's quarter.
        pub planned_quarter: Option<String>,
        /// When it was written last, by the adopter's clock.
        pub last_claimed: Option<String>,
    }
}

impl Mirror {
    /// The adoption in force for each member and pack; of one pack where its document is given.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn adoptions(&self, pack: Option<&str>) -> Result<Vec<AdoptionSummary>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut connection = self.readers.acquire().await.map_err(failed)?;
        in_force(&mut connection, pack).await.map_err(failed)
    }
}

pub(super) async fn in_force(
    connection: &mut SqliteConnection,
    pack: Option<&str>,
) -> Result<Vec<AdoptionSummary>, sqlx::Error> {
    let sql = "SELECT * FROM adoption_now WHERE ?1 IS NULL OR pack = ?1 ORDER BY pack_code, pack, \
         member LIMIT ?2";
    sqlx::query_as(sql)
        .bind(pack)
        .bind(MAX_ROWS)
        .fetch_all(connection)
        .await
}
