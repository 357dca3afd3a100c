//! How much is held.

use crate::column::unsigned;
use crate::error::{Failure, StoreError};
use crate::store::Store;

/// How much the store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Entries.
    pub entries: u64,
    /// Feeds.
    pub feeds: u64,
    /// Documents that some entry is about.
    pub documents: u64,
    /// The file's size in bytes, without its write-ahead log.
    pub bytes: u64,
}

impl Store {
    /// How much is held, counted at one moment.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn figures(&self) -> Result<Figures, StoreError> {
        self.count()
            .await
            .map_err(|failure| failure.at(self.path()))
    }

    async fn count(&self) -> Result<Figures, Failure> {
        let (entries, feeds, documents, bytes): (i64, i64, i64, i64) = sqlx::query_as(
            "SELECT (SELECT coalesce(sum(tip_seq + 1), 0) FROM feed), (SELECT count(*) FROM feed), \
             (SELECT count(*) FROM document), \
             (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size)",
        )
        .fetch_one(self.readers())
        .await?;
        Ok(Figures {
            entries: unsigned(entries)?,
            feeds: unsigned(feeds)?,
            documents: unsigned(documents)?,
            bytes: unsigned(bytes)?,
        })
    }
}
