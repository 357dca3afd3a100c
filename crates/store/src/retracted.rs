//! Entries of one's own that were taken back.

use std::fmt;

use faelled_proto::{DocId, EntryId, FeedId, Kind};
use sqlx::AssertSqlSafe;

use crate::column::{id, integer, unsigned};
use crate::entry::{Columns, check};
use crate::error::{Failure, StoreError};
use crate::rows::{filled, look_up};
use crate::store::Store;
use crate::writer::Writing;

/// An entry that was taken back.
#[derive(Clone, PartialEq, Eq)]
pub struct RetractedEntry {
    /// The place that it had in the order of arrival.
    pub row: i64,
    /// Its feed.
    pub feed: FeedId,
    /// The place that it had in the feed.
    pub seq: u64,
    /// Its id.
    pub entry: EntryId,
    /// What the body is.
    pub kind: Kind,
    /// The document that it is about.
    pub document: Option<DocId>,
    /// Milliseconds since 1970 by the author's clock: a claim.
    pub claimed_ms: u64,
    /// The body; `None` where it was erased.
    pub body: Option<Vec<u8>>,
    /// Milliseconds since 1970 by this node's clock when it was taken back.
    pub taken_back_ms: u64,
}

impl fmt::Debug for RetractedEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetractedEntry")
            .field("row", &self.row)
            .field("feed", &self.feed)
            .field("seq", &self.seq)
            .field("entry", &self.entry)
            .field("kind", &self.kind)
            .field("document", &self.document)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Takes the entries of a feed back from a place on: they are entries no longer, are kept aside as
    /// [`Self::retracted`] gives them, and the feed ends before that place. All of it or nothing. Says how
    /// many there were; where there is none (they were taken back before), nothing changes. Their rows in the
    /// order of arrival are never given out again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for a feed that is not stored, and for its opening; when it cannot be
    /// written.
    pub async fn retract(
        &self,
        feed: FeedId,
        from_seq: u64,
        now_ms: u64,
    ) -> Result<u64, StoreError> {
        let mut writing = self.begin().await?;
        let result = retract(&mut writing, feed, from_seq, now_ms).await;
        writing.finish(result).await
    }

    /// All entries that were taken back and not dropped since, in the order in which they once arrived.
    ///
    /// # Errors
    /// When the store cannot be read or an entry is not the one that was stored.
    pub async fn retracted(&self) -> Result<Vec<RetractedEntry>, StoreError> {
        let rows: Vec<RetractedColumns> = sqlx::query_as(
            "SELECT row, feed, taken_back_ms, seq, entry, header, signature, body FROM retracted \
             ORDER BY row",
        )
        .fetch_all(self.readers())
        .await
        .map_err(|error| self.failed(error))?;
        rows.into_iter()
            .map(of_columns)
            .collect::<Result<_, _>>()
            .map_err(|failure| failure.at(self.path()))
    }

    /// Drops entries that were taken back, by [`RetractedEntry::row`], all or none. One that is not there is
    /// passed over.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn drop_retracted(&self, rows: &[i64]) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        let result = delete(&mut writing, rows).await;
        writing.finish(result).await
    }
}

async fn retract(
    writing: &mut Writing<'_>,
    feed: FeedId,
    from_seq: u64,
    now_ms: u64,
) -> Result<u64, Failure> {
    let refused = |what: &str| Failure::Conflict(format!("feed {} {what}", feed.short()));
    let Some(last_kept) = from_seq.checked_sub(1) else {
        return Err(refused("cannot lose its opening"));
    };
    let found: Option<(i64, i64)> = sqlx::query_as("SELECT row, tip_seq FROM feed WHERE id = ?")
        .bind(feed.as_bytes().to_vec())
        .fetch_optional(writing.connection()?)
        .await?;
    let (row, tip_seq) = found.ok_or_else(|| refused("is not stored"))?;
    if from_seq > unsigned(tip_seq)? {
        return Ok(0);
    }
    let from = integer(from_seq)?;
    let statement = sqlx::query(
        "INSERT INTO retracted (row, feed, seq, entry, header, signature, body, taken_back_ms) \
         SELECT row, ?1, seq, id, header, signature, body, ?2 FROM entry \
         WHERE feed = ?3 AND seq >= ?4 ORDER BY row",
    )
    .bind(feed.as_bytes().to_vec())
    .bind(integer(now_ms)?)
    .bind(row)
    .bind(from);
    let taken = writing.run(statement).await?;
    let statement = sqlx::query("DELETE FROM entry WHERE feed = ? AND seq >= ?");
    writing.run(statement.bind(row).bind(from)).await?;
    let statement = sqlx::query(
        "DELETE FROM document WHERE NOT EXISTS \
         (SELECT 1 FROM entry WHERE entry.document = document.row)",
    );
    writing.run(statement).await?;
    let statement = sqlx::query(
        "UPDATE feed SET tip_seq = last.seq, tip_entry = last.id FROM entry AS last \
         WHERE feed.row = ?1 AND last.feed = ?1 AND last.seq = ?2",
    );
    let moved = writing
        .run(statement.bind(row).bind(integer(last_kept)?))
        .await?;
    if moved == 1 {
        Ok(taken)
    } else {
        let feed = feed.short();
        Err(Failure::Damaged(format!(
            "feed {feed} has lost its entry {last_kept}"
        )))
    }
}

async fn delete(writing: &mut Writing<'_>, rows: &[i64]) -> Result<(), Failure> {
    for piece in filled(rows) {
        let sql = look_up("DELETE FROM retracted WHERE row IN");
        let mut statement = sqlx::query(AssertSqlSafe(sql));
        for row in piece {
            statement = statement.bind(row);
        }
        writing.run(statement).await?;
    }
    Ok(())
}

/// row, feed, `taken_back_ms`, then as [`Columns`].
type RetractedColumns = (
    i64,
    Vec<u8>,
    i64,
    i64,
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
    Option<Vec<u8>>,
);

fn of_columns(columns: RetractedColumns) -> Result<RetractedEntry, Failure> {
    let (row, feed, taken_back_ms, seq, entry, header, signature, body) = columns;
    let feed = id(&feed)?;
    let columns: Columns = (seq, entry, header, signature, body);
    let checked = check(feed, columns)?;
    Ok(RetractedEntry {
        row,
        feed,
        seq: checked.header.seq,
        entry: checked.id,
        kind: checked.header.kind,
        document: checked.header.document,
        claimed_ms: checked.header.claimed_ms,
        body: checked.signed.body,
        taken_back_ms: unsigned(taken_back_ms)?,
    })
}
