//! Members.

use super::{MAX_ROWS, rows};
use crate::{Mirror, MirrorError};

rows! {
    /// A member of the federation.
    pub struct Member {
        /// Its id.
        pub member: String,
        /// Its kind.
        pub kind: Option<String>,
        /// Its name.
        pub name: Option<String>,
        /// Whether its signature counts towards the next roster.
        pub is_steward: bool,
        /// Its identity key, hexadecimal.
        pub identity_key: String,
        /// First day of membership.
        pub valid_from: Option<String>,
        /// Last day of membership.
        pub valid_until: Option<String>,
        /// Packs that it shares.
        pub packs: i64,
        /// Pilots that it shares.
        pub pilots: i64,
    }
}

impl Mirror {
    /// All members, by id.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn members(&self) -> Result<Vec<Member>, MirrorError> {
        let sql = "SELECT m.*, \
            (SELECT count(*) FROM pack p \
              WHERE p.owner = m.member AND p.space <> 'private') AS packs, \
            (SELECT count(*) FROM pilot p \
              WHERE p.owner = m.member AND p.space <> 'private') AS pilots \
            FROM member m ORDER BY m.member LIMIT ?1";
        let members = sqlx::query_as(sql)
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        members.map_err(|error| self.failed("read", error))
    }
}
