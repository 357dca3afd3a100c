//! Where what a document says comes from.

use serde::Serialize;

use super::{MAX_ROWS, rows};
use crate::{Mirror, MirrorError};

/// A document with the entries that it is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Provenance {
    /// The document.
    pub document: DocumentSummary,
    /// The entries that count, the oldest claim first.
    pub entries: Vec<ProvenanceEntry>,
    /// The entries that do not.
    pub refused: Vec<RefusedEntry>,
}

rows! {
    /// A document of any kind.
    pub struct DocumentSummary {
        /// Its id.
        pub document: String,
        /// Its kind.
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
        /// read, unknown-kind, quarantined or void.
        pub state: String,
        /// Why it is quarantined.
        pub reason: Option<String>,
        /// Entries that count.
        pub entries: i64,
        /// Entries that do not.
        pub refused: i64,
        /// The earliest claimed time.
        pub first_claimed: Option<String>,
        /// The latest claimed time.
        pub last_claimed: Option<String>,
    }

    /// A document of which nothing is built.
    pub struct SetAside {
        /// The document.
        pub document: String,
        /// Its owner.
        pub owner: String,
        /// commons, group or private.
        pub space: String,
        /// Why.
        pub reason: String,
    }

    /// An entry that counts.
    pub struct ProvenanceEntry {
        /// Its id.
        pub entry: String,
        /// Its feed.
        pub feed: String,
        /// Its place in the feed.
        pub seq: i64,
        /// What its body is.
        pub kind: String,
        /// Who signed it.
        pub member: String,
        /// With which key.
        pub node_key: String,
        /// When, by the author's clock.
        pub claimed: Option<String>,
        /// When this node stored it.
        pub received: Option<String>,
    }

    /// An entry that does not count.
    pub struct RefusedEntry {
        /// Its id.
        pub entry: String,
        /// Its feed.
        pub feed: String,
        /// Its place in the feed.
        pub seq: i64,
        /// Who signed it.
        pub member: String,
        /// Why it does not count.
        pub reason: String,
        /// Where a cut took it out of what counts: why there is one; a code of `cut-ground`.
        pub ground: Option<String>,
    }

    /// A member that a document's owner lets write in it, or once did.
    pub struct Editor {
        /// The member.
        pub member: String,
        /// Its name.
        pub member_name: Option<String>,
        /// When it was allowed last, by the owner's clock.
        pub granted: Option<String>,
        /// Whether the owner took it back since.
        pub is_withdrawn: bool,
    }
}

impl Mirror {
    /// The provenance of a document, by its id.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn provenance(&self, document: &str) -> Result<Option<Provenance>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let found: Option<DocumentSummary> =
            sqlx::query_as("SELECT * FROM document WHERE document = ?1")
                .bind(document)
                .fetch_optional(&mut *tx)
                .await
                .map_err(failed)?;
        let Some(summary) = found else {
            return Ok(None);
        };
        let entries =
            "SELECT * FROM entry WHERE document = ?1 ORDER BY claimed_ms, feed, seq LIMIT ?2";
        let entries = sqlx::query_as(entries)
            .bind(document)
            .bind(MAX_ROWS)
            .fetch_all(&mut *tx)
            .await
            .map_err(failed)?;
        let refused =
            "SELECT * FROM refused_entry WHERE document = ?1 ORDER BY feed, seq, entry LIMIT ?2";
        let refused = sqlx::query_as(refused)
            .bind(document)
            .bind(MAX_ROWS)
            .fetch_all(&mut *tx)
            .await
            .map_err(failed)?;
        Ok(Some(Provenance {
            document: summary,
            entries,
            refused,
        }))
    }

    /// Documents of which nothing is built, those of `first` first.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn set_aside(&self, first: &str) -> Result<Vec<SetAside>, MirrorError> {
        let sql = "SELECT document, owner, space, reason FROM document \
            WHERE state = 'quarantined' ORDER BY owner <> ?1, document LIMIT 100";
        let found = sqlx::query_as(sql)
            .bind(first)
            .fetch_all(&self.readers)
            .await;
        found.map_err(|error| self.failed("read", error))
    }

    /// Members that a document's owner lets write in it, or once did, by id.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn editors(&self, document: &str) -> Result<Vec<Editor>, MirrorError> {
        let sql = "SELECT e.*, m.name AS member_name FROM editor e \
            LEFT JOIN member m ON m.member = e.member \
            WHERE e.document = ?1 ORDER BY e.member LIMIT ?2";
        let editors = sqlx::query_as(sql)
            .bind(document)
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        editors.map_err(|error| self.failed("read", error))
    }
}
