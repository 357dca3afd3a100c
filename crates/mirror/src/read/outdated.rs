//! What has moved on since it was adopted or adapted.

use super::{MAX_ROWS, rows};
use crate::{Mirror, MirrorError};

rows! {
    /// An adoption in force whose release is no longer the one to use.
    pub struct OutdatedAdoption {
        /// The adoption's document.
        pub document: String,
        /// The member.
        pub member: String,
        /// Its name.
        pub member_name: Option<String>,
        /// The pack's document.
        pub pack: String,
        /// The pack's code as released.
        pub pack_code: Option<String>,
        /// The pack's title in Danish.
        pub pack_da: Option<String>,
        /// The pack's title in English.
        pub pack_en: Option<String>,
        /// following, trying or using.
        pub stance: String,
        /// The adopted version.
        pub version: String,
        /// The hash that it pins.
        pub release: String,
        /// withdrawn, equivocated, uncounted or newer.
        pub why: String,
        /// How many higher versions count.
        pub behind: i64,
        /// The version to use now.
        pub newest_version: Option<String>,
        /// Its hash.
        pub newest_release: Option<String>,
        /// The day on which the adopted one was withdrawn.
        pub withdrawn_on: Option<String>,
        /// Why, in Danish.
        pub withdrawn_reason_da: Option<String>,
        /// Why, in English.
        pub withdrawn_reason_en: Option<String>,
        /// The version that the lead says replaces it.
        pub replaced_by: Option<String>,
    }

    /// An adapted requirement whose source has moved on.
    pub struct OutdatedAdaptation {
        /// The adapted requirement's document.
        pub document: String,
        /// Its number.
        pub number: Option<String>,
        /// The member that adapted it.
        pub owner: String,
        /// commons, group or private.
        pub space: String,
        /// Its title in Danish.
        pub title_da: Option<String>,
        /// Its title in English.
        pub title_en: Option<String>,
        /// The source's document.
        pub source: Option<String>,
        /// The source's number.
        pub source_number: Option<String>,
        /// The member that owns the source.
        pub source_owner: Option<String>,
        /// The pack from whose release it was taken.
        pub pack: String,
        /// That pack's code as released.
        pub pack_code: Option<String>,
        /// The version from which it was taken.
        pub version: String,
        /// That release's hash.
        pub release: String,
        /// The version to use now.
        pub newest_version: Option<String>,
        /// Its hash.
        pub newest_release: Option<String>,
        /// Whether the release from which it was taken was withdrawn.
        pub is_withdrawn: bool,
        /// Whether the newest release no longer holds the source.
        pub is_gone: bool,
        /// Whether the newest release holds it with another content; nothing where it is gone.
        pub is_changed: Option<bool>,
    }
}

impl Mirror {
    /// Outdated adoptions; those of one member where it is given.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn outdated_adoptions(
        &self,
        member: Option<&str>,
    ) -> Result<Vec<OutdatedAdoption>, MirrorError> {
        let sql = "SELECT * FROM adoption_outdated WHERE ?1 IS NULL OR member = ?1 \
            ORDER BY pack_code, pack, member LIMIT ?2";
        let found = sqlx::query_as(sql)
            .bind(member)
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        found.map_err(|error| self.failed("read", error))
    }

    /// Outdated adaptations, own drafts among them; those of one member where it is given.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn outdated_adaptations(
        &self,
        owner: Option<&str>,
    ) -> Result<Vec<OutdatedAdaptation>, MirrorError> {
        let sql = "SELECT * FROM adaptation_outdated WHERE ?1 IS NULL OR owner = ?1 \
            ORDER BY number, space, document LIMIT ?2";
        let found = sqlx::query_as(sql)
            .bind(owner)
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        found.map_err(|error| self.failed("read", error))
    }
}
