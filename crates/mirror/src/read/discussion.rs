//! Questions, comments and answers.

use serde::Serialize;

use super::{MAX_ROWS, rows, rows_of};
use crate::{Mirror, MirrorError};

/// Which questions and comments are asked for; what is not set does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiscussionFilter {
    /// question or comment.
    pub kind: Option<String>,
    /// The document that they are about.
    pub target: Option<String>,
    /// The member that wrote them.
    pub owner: Option<String>,
    /// open, answered or settled.
    pub state: Option<String>,
}

/// A question or comment with its answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Thread {
    /// The question or comment.
    #[serde(flatten)]
    pub head: DiscussionEntry,
    /// Its answers, the oldest claim first.
    pub replies: Vec<AnswerEntry>,
}

rows! {
    /// A question or comment.
    pub struct DiscussionEntry {
        /// Its document.
        pub document: String,
        /// question or comment.
        pub kind: String,
        /// The member that wrote it.
        pub owner: String,
        /// Its name.
        pub owner_name: Option<String>,
        /// commons or group.
        pub space: String,
        /// A question's title in Danish.
        pub title_da: Option<String>,
        /// A question's title in English.
        pub title_en: Option<String>,
        /// What is said, in Danish.
        pub body_da: Option<String>,
        /// What is said, in English.
        pub body_en: Option<String>,
        /// open, answered or settled.
        pub state: Option<String>,
        /// The committee to which it was taken, in Danish.
        pub escalated_to_da: Option<String>,
        /// The same in English.
        pub escalated_to_en: Option<String>,
        /// The day of that.
        pub escalated_on: Option<String>,
        /// The document that it is about.
        pub target: Option<String>,
        /// The field in it.
        pub target_field: Option<String>,
        /// That document's kind, where it is here.
        pub target_kind: Option<String>,
        /// The member that owns it.
        pub target_owner: Option<String>,
        /// Its number or code.
        pub target_number: Option<String>,
        /// Its title in Danish.
        pub target_da: Option<String>,
        /// Its title in English.
        pub target_en: Option<String>,
        /// Answers.
        pub answers: i64,
        /// When the last of them was written.
        pub last_answered: Option<String>,
        /// When it was written first, by its author's clock.
        pub first_claimed: Option<String>,
        /// When it was written last.
        pub last_claimed: Option<String>,
    }

    /// An answer.
    pub struct AnswerEntry {
        /// Its document.
        pub document: String,
        /// The member that answers.
        pub owner: String,
        /// Its name.
        pub owner_name: Option<String>,
        /// commons or group.
        pub space: String,
        /// The answer in Danish.
        pub body_da: Option<String>,
        /// The answer in English.
        pub body_en: Option<String>,
        /// When it was written first, by its author's clock.
        pub first_claimed: Option<String>,
        /// When it was written last.
        pub last_claimed: Option<String>,
    }
}

const ENTRIES: &str = "\
     SELECT * FROM discussion WHERE (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR target = ?2) \
     AND (?3 IS NULL OR owner = ?3) AND (?4 IS NULL OR state = ?4) \
     ORDER BY last_claimed DESC, document LIMIT ?5";

const ANSWERS: &str = "\
     SELECT a.*, m.name AS owner_name FROM answer a LEFT JOIN member m ON m.member = a.owner \
     WHERE a.question = ?1 AND a.space <> 'private' \
     ORDER BY a.first_claimed_ms, a.document LIMIT 10000";

impl Mirror {
    /// Shared questions and comments that fit the filter, the one written last first.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn discussions(
        &self,
        filter: &DiscussionFilter,
    ) -> Result<Vec<DiscussionEntry>, MirrorError> {
        let found = sqlx::query_as(ENTRIES)
            .bind(filter.kind.as_deref())
            .bind(filter.target.as_deref())
            .bind(filter.owner.as_deref())
            .bind(filter.state.as_deref())
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        found.map_err(|error| self.failed("read", error))
    }

    /// A shared question or comment with its answers, by its document.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn thread(&self, document: &str) -> Result<Option<Thread>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let head = "SELECT * FROM discussion WHERE document = ?1";
        let Some(head) = rows_of(&mut tx, head, document)
            .await
            .map_err(failed)?
            .pop()
        else {
            return Ok(None);
        };
        let replies = rows_of(&mut tx, ANSWERS, document).await.map_err(failed)?;
        Ok(Some(Thread { head, replies }))
    }
}
