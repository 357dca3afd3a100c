//! What is held of documents.

use std::collections::{BTreeMap, BTreeSet};

use faelled_proto::opening::DocumentOpening;
use faelled_proto::{DocId, FeedId, Kind};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row};

use crate::column::{id, unsigned};
use crate::entry::{StoredEntry, check, of_columns};
use crate::error::{Failure, StoreError};
use crate::rows::{filled, look_up};
use crate::store::Store;

/// How many bodies are read at once.
const BODIES_READ_AT_ONCE: usize = 256;

/// The documents that a stretch of the order of arrival touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Each document once, with the first row that touches it, in that order. So when all documents before
    /// one of them have been dealt with, everything before its row has.
    pub documents: Vec<(i64, DocId)>,
    /// The last row of the stretch; the row asked after where nothing is newer.
    pub up_to: i64,
}

/// How much is held about a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentSize {
    /// The document.
    pub document: DocId,
    /// Entries.
    pub entries: u64,
    /// Bytes of their bodies.
    pub bytes: u64,
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

    /// The documents touched by the next `max_entries` entries behind a row, none behind `last_row`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn documents_after(
        &self,
        row: i64,
        last_row: i64,
        max_entries: u32,
    ) -> Result<Touched, StoreError> {
        self.read_touched(row, last_row, max_entries)
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
        let read = self.read_document(document, true).await;
        read.map_err(|failure| failure.at(self.path()))
    }

    /// How much is held about several documents, in any order. One about which nothing is held is left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn sizes(&self, documents: &[DocId]) -> Result<Vec<DocumentSize>, StoreError> {
        let read = self.read_sizes(documents).await;
        read.map_err(|failure| failure.at(self.path()))
    }

    /// All entries about several documents, those of each at one moment, sorted by feed and seq. One about which nothing
    /// is held is left out.
    ///
    /// # Errors
    /// When the store cannot be read or an entry is not the one that was stored.
    pub async fn documents(
        &self,
        documents: &[DocId],
    ) -> Result<BTreeMap<DocId, Vec<StoredEntry>>, StoreError> {
        let read = self.read_documents(documents).await;
        read.map_err(|failure| failure.at(self.path()))
    }

    /// How many bytes the bodies have together that are held about a document.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn document_bytes(&self, document: DocId) -> Result<u64, StoreError> {
        // SQLite knows a body's length without reading it.
        let bytes: i64 = sqlx::query_scalar(
            "SELECT coalesce(sum(length(entry.body)), 0) FROM entry \
             WHERE entry.document = (SELECT row FROM document WHERE id = ?)",
        )
        .bind(document.as_bytes().to_vec())
        .fetch_one(self.readers())
        .await
        .map_err(|error| self.failed(error))?;
        unsigned(bytes).map_err(|failure| failure.at(self.path()))
    }

    /// All entries about a document at one moment, sorted by feed and seq, their bodies left on the disk.
    ///
    /// # Errors
    /// When the store cannot be read or an entry is not the one that was stored.
    pub async fn document_unread(&self, document: DocId) -> Result<Vec<StoredEntry>, StoreError> {
        let read = self.read_document(document, false).await;
        read.map_err(|failure| failure.at(self.path()))
    }

    /// Reads bodies that were left on the disk.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read_bodies(&self, entries: &mut [&mut StoredEntry]) -> Result<(), StoreError> {
        for part in entries.chunks_mut(BODIES_READ_AT_ONCE) {
            let rows: Vec<String> = part.iter().map(|entry| entry.row.to_string()).collect();
            let bodies: Vec<(i64, Option<Vec<u8>>)> = sqlx::query_as(
                "SELECT row, body FROM entry WHERE row IN (SELECT value FROM json_each(?))",
            )
            .bind(format!("[{}]", rows.join(",")))
            .fetch_all(self.readers())
            .await
            .map_err(|error| self.failed(error))?;
            let mut bodies: BTreeMap<i64, Option<Vec<u8>>> = bodies.into_iter().collect();
            for entry in part {
                if let Some(body) = bodies.remove(&entry.row) {
                    (entry.body, entry.is_unread) = (body, false);
                }
            }
        }
        Ok(())
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

    async fn read_touched(
        &self,
        after: i64,
        last_row: i64,
        max_entries: u32,
    ) -> Result<Touched, Failure> {
        let rows: Vec<(i64, Option<Vec<u8>>)> = sqlx::query_as(
            "SELECT entry.row, document.id FROM entry \
             LEFT JOIN document ON document.row = entry.document \
             WHERE entry.row > ? AND entry.row <= ? ORDER BY entry.row LIMIT ?",
        )
        .bind(after)
        .bind(last_row)
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

    async fn read_sizes(&self, documents: &[DocId]) -> Result<Vec<DocumentSize>, Failure> {
        let mut sizes = Vec::with_capacity(documents.len());
        for piece in filled(documents) {
            let sql = look_up(
                "SELECT document.id, count(*), coalesce(sum(length(entry.body)), 0) \
                 FROM document JOIN entry ON entry.document = document.row WHERE document.id IN",
            );
            let mut query = sqlx::query_as(AssertSqlSafe(sql + " GROUP BY document.row"));
            for document in piece {
                query = query.bind(document.as_bytes().to_vec());
            }
            let found: Vec<(Vec<u8>, i64, i64)> = query.fetch_all(self.readers()).await?;
            for (document, entries, bytes) in found {
                sizes.push(DocumentSize {
                    document: id(&document)?,
                    entries: unsigned(entries)?,
                    bytes: unsigned(bytes)?,
                });
            }
        }
        Ok(sizes)
    }

    async fn read_documents(
        &self,
        documents: &[DocId],
    ) -> Result<BTreeMap<DocId, Vec<StoredEntry>>, Failure> {
        let mut read: BTreeMap<DocId, Vec<StoredEntry>> = BTreeMap::new();
        for piece in filled(documents) {
            let sql = look_up(
                "SELECT feed.id, entry.row, entry.received_ms, feed.member, feed.node_key, feed.space, \
                 entry.seq, entry.id, entry.header, entry.signature, entry.body, 0, document.id \
                 FROM document JOIN entry ON entry.document = document.row \
                 JOIN feed ON feed.row = entry.feed WHERE document.id IN",
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for document in piece {
                query = query.bind(document.as_bytes().to_vec());
            }
            for row in query.fetch_all(self.readers()).await? {
                let document = id(row.try_get(12)?)?;
                read.entry(document).or_default().push(stored(&row)?);
            }
        }
        for entries in read.values_mut() {
            entries.sort_unstable_by_key(|entry| (entry.feed, entry.seq));
        }
        Ok(read)
    }

    async fn read_document(
        &self,
        document: DocId,
        with_bodies: bool,
    ) -> Result<Vec<StoredEntry>, Failure> {
        let rows = sqlx::query(
            "SELECT feed.id, entry.row, entry.received_ms, feed.member, feed.node_key, feed.space, \
             entry.seq, entry.id, entry.header, entry.signature, \
             CASE WHEN ?2 THEN entry.body END, NOT ?2 AND entry.body IS NOT NULL \
             FROM entry JOIN feed ON feed.row = entry.feed \
             WHERE entry.document = (SELECT row FROM document WHERE id = ?1) \
             ORDER BY feed.id, entry.seq",
        )
        .bind(document.as_bytes().to_vec())
        .bind(with_bodies)
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
    Ok(StoredEntry {
        is_unread: row.try_get(11)?,
        ..of_columns(origin, columns)?
    })
}
