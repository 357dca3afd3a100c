//! What is held of documents.

use std::collections::BTreeSet;

use faelled_proto::opening::DocumentOpening;
use faelled_proto::{DocId, FeedId, Kind};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::column::id;
use crate::entry::{StoredEntry, check, of_columns};
use crate::error::{Failure, StoreError};
use crate::store::Store;

/// The documents that a stretch of the order of arrival touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Each document once, with the first row that touches it, in that order. So when all documents before
    /// one of them have been dealt with, everything before its row has.
    pub documents: Vec<(i64, DocId)>,
    /// The last row of the stretch; the row asked after where nothing is newer.
    pub up_to: i64,
}

impl Store {
    /// All document openings that can be read, in the order of arrival, with the feed that each stands in.
    /// One whose body was erased, or is none, opens nothing and is left out.
    ///
    /// # Errors
    /// When the store cannot be read or an entry is not the one that was stored.
    pub async fn document_openings(
        &self,
    ) -> Result<Vec<(DocId, DocumentOpening, FeedId)>, StoreError> {
        self.read_openings()
            .await
            .map_err(|failure| failure.at(self.path()))
    }

    /// The documents touched by the next `max_entries` entries behind a row.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn documents_after(&self, row: i64, max_entries: u32) -> Result<Touched, StoreError> {
        self.read_touched(row, max_entries)
            .await
            .map_err(|failure| failure.at(self.path()))
    }

    /// The documents that a feed's entries behind a place are about, each once, sorted; without a place those
    /// of all its entries.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn documents_of_feed_after(
        &self,
        feed: FeedId,
        seq: Option<u64>,
    ) -> Result<Vec<DocId>, StoreError> {
        // No entry is behind a place that the table cannot hold.
        let after = seq.map_or(-1, |seq| i64::try_from(seq).unwrap_or(i64::MAX));
        let documents: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT DISTINCT document.id FROM entry JOIN document ON document.row = entry.document \
             WHERE entry.feed = (SELECT row FROM feed WHERE id = ?) AND entry.seq > ? \
             ORDER BY document.id",
        )
        .bind(feed.as_bytes().to_vec())
        .bind(after)
        .fetch_all(self.readers())
        .await
        .map_err(|error| self.failed(error))?;
        documents
            .iter()
            .map(|document| id(document))
            .collect::<Result<_, _>>()
            .map_err(|failure| failure.at(self.path()))
    }

    /// All entries about a document at one moment, sorted by feed and seq.
    ///
    /// # Errors
    /// When the store cannot be read or an entry is not the one that was stored.
    pub async fn document(&self, document: DocId) -> Result<Vec<StoredEntry>, StoreError> {
        self.document_after(document, 0).await
    }

    /// The entries about a document behind a row at one moment, sorted by feed and seq.
    ///
    /// # Errors
    /// When the store cannot be read or an entry is not the one that was stored.
    pub async fn document_after(
        &self,
        document: DocId,
        row: i64,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        self.read_document(document, row)
            .await
            .map_err(|failure| failure.at(self.path()))
    }

    async fn read_openings(&self) -> Result<Vec<(DocId, DocumentOpening, FeedId)>, Failure> {
        // The kind is written out so that SQLite sees that the partial index will do.
        let rows = sqlx::query(
            "SELECT feed.id, entry.seq, entry.id, entry.header, entry.signature, entry.body \
             FROM entry JOIN feed ON feed.row = entry.feed WHERE entry.kind = 1 ORDER BY entry.row",
        )
        .fetch_all(self.readers())
        .await?;
        let mut openings = Vec::with_capacity(rows.len());
        for row in rows {
            let feed: FeedId = id(row.try_get(0)?)?;
            let columns = (
                row.try_get(1)?,
                row.try_get(2)?,
                row.try_get(3)?,
                row.try_get(4)?,
                row.try_get(5)?,
            );
            let checked = check(feed, columns)?;
            let (Kind::DOCUMENT_OPENING, Some(document), Some(body)) = (
                checked.header.kind,
                checked.header.document,
                &checked.signed.body,
            ) else {
                continue;
            };
            if let Ok(opening) = DocumentOpening::decode(body) {
                openings.push((document, opening, feed));
            }
        }
        Ok(openings)
    }

    async fn read_touched(&self, after: i64, max_entries: u32) -> Result<Touched, Failure> {
        let rows: Vec<(i64, Option<Vec<u8>>)> = sqlx::query_as(
            "SELECT entry.row, document.id FROM entry \
             LEFT JOIN document ON document.row = entry.document \
             WHERE entry.row > ? ORDER BY entry.row LIMIT ?",
        )
        .bind(after)
        .bind(max_entries)
        .fetch_all(self.readers())
        .await?;
        let mut touched = Touched {
            documents: Vec::new(),
            up_to: after,
        };
        let mut seen = BTreeSet::new();
        for (row, document) in rows {
            touched.up_to = row;
            let Some(document) = document else { continue };
            let document: DocId = id(&document)?;
            if seen.insert(document) {
                touched.documents.push((row, document));
            }
        }
        Ok(touched)
    }

    async fn read_document(
        &self,
        document: DocId,
        after: i64,
    ) -> Result<Vec<StoredEntry>, Failure> {
        let rows = sqlx::query(
            "SELECT feed.id, entry.row, entry.received_ms, feed.member, feed.node_key, feed.space, \
             entry.seq, entry.id, entry.header, entry.signature, entry.body \
             FROM entry JOIN feed ON feed.row = entry.feed \
             WHERE entry.document = (SELECT row FROM document WHERE id = ?) AND entry.row > ? \
             ORDER BY feed.id, entry.seq",
        )
        .bind(document.as_bytes().to_vec())
        .bind(after)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(stored).collect()
    }
}

fn stored(row: &SqliteRow) -> Result<StoredEntry, Failure> {
    let origin = (
        row.try_get(0)?,
        row.try_get(1)?,
        row.try_get(2)?,
        row.try_get(3)?,
        row.try_get(4)?,
        row.try_get(5)?,
    );
    let columns = (
        row.try_get(6)?,
        row.try_get(7)?,
        row.try_get(8)?,
        row.try_get(9)?,
        row.try_get(10)?,
    );
    of_columns(origin, columns)
}
