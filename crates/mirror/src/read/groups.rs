//! Groups that this member sees.

use serde::Serialize;

use super::{MAX_ROWS, rows, rows_of};
use crate::{Mirror, MirrorError};

/// A group with its members.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The group.
    #[serde(flatten)]
    pub head: GroupHead,
    /// Who is in it, by id.
    pub members: Vec<GroupMember>,
}

rows! {
    /// A group.
    pub struct GroupHead {
        /// Its space: `group:` and its id.
        pub space_id: String,
        /// Its id, hexadecimal.
        pub group_id: String,
        /// Its name.
        pub name: Option<String>,
        /// The charter's version.
        pub version: i64,
        /// Whether its owners contradicted each other.
        pub is_frozen: bool,
        /// Documents in it.
        pub documents: i64,
    }

    /// A member of a group.
    pub struct GroupMember {
        /// Its id.
        pub member: String,
        /// Its name.
        pub name: Option<String>,
        /// Whether it may change who is in the group.
        pub is_owner: bool,
    }
}

impl Mirror {
    /// All groups, by name.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn groups(&self) -> Result<Vec<Group>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let heads = "SELECT g.*, (SELECT count(*) FROM document d WHERE d.space = 'group' \
            AND d.space_id = g.space_id) AS documents \
            FROM group_space g ORDER BY g.name, g.space_id LIMIT ?1";
        let heads: Vec<GroupHead> = sqlx::query_as(heads)
            .bind(MAX_ROWS)
            .fetch_all(&mut *tx)
            .await
            .map_err(failed)?;
        let members = "SELECT g.member, m.name, g.is_owner FROM group_member g \
            LEFT JOIN member m ON m.member = g.member WHERE g.space_id = ?1 \
            ORDER BY g.member LIMIT 10000";
        let mut groups = Vec::with_capacity(heads.len());
        for head in heads {
            let members = rows_of(&mut tx, members, &head.space_id)
                .await
                .map_err(failed)?;
            groups.push(Group { head, members });
        }
        Ok(groups)
    }
}
