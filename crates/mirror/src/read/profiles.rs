//! What members say of themselves.

use serde::Serialize;

use super::{MAX_ROWS, rows, rows_of};
use crate::{Mirror, MirrorError};

/// A member's profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileDetail {
    /// The profile.
    #[serde(flatten)]
    pub head: ProfileHead,
    /// The regions that it lies in.
    pub regions: Vec<ProfileRegion>,
}

rows! {
    /// A profile, without its regions.
    pub struct ProfileHead {
        /// Its document.
        pub document: String,
        /// The member.
        pub owner: String,
        /// commons, group or private.
        pub space: String,
        /// Its name in Danish.
        pub name_da: Option<String>,
        /// Its name in English.
        pub name_en: Option<String>,
        /// A functional mailbox.
        pub mailbox: Option<String>,
        /// Its web page, unchecked.
        pub web_page: Option<String>,
        /// Its CVR number.
        pub cvr: Option<String>,
        /// Its GLN.
        pub gln: Option<String>,
        /// When it was written last, by its author's clock.
        pub last_claimed: Option<String>,
    }

    /// A region, for a time.
    pub struct ProfileRegion {
        /// The region's member id.
        pub region: Option<String>,
        /// First day.
        pub valid_from: Option<String>,
        /// Last day.
        pub valid_until: Option<String>,
    }
}

// A member may have written several; what it shared and wrote last comes first.
const HEADS: &str = "\
     SELECT * FROM profile WHERE ?1 IS NULL OR owner = ?1 \
     ORDER BY owner, space = 'private', last_claimed_ms DESC, document LIMIT ?2";

const REGIONS: &str =
    "SELECT * FROM profile_region WHERE document = ?1 ORDER BY position LIMIT 1000";

impl Mirror {
    /// All profiles, by member; of one member where it is given. Of several of one member the one to go by
    /// comes first.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn profiles(&self, member: Option<&str>) -> Result<Vec<ProfileDetail>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let heads: Vec<ProfileHead> = sqlx::query_as(HEADS)
            .bind(member)
            .bind(MAX_ROWS)
            .fetch_all(&mut *tx)
            .await
            .map_err(failed)?;
        let mut profiles = Vec::with_capacity(heads.len());
        for head in heads {
            let regions = rows_of(&mut tx, REGIONS, &head.document)
                .await
                .map_err(failed)?;
            profiles.push(ProfileDetail { head, regions });
        }
        Ok(profiles)
    }
}
