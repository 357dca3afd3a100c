//! Feeds.

use faelled_proto::canonical::encode;
use faelled_proto::opening::FeedOpening;
use faelled_proto::{EntryId, FeedId, Tip};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::column::{id, unsigned};
use crate::entry::check;
use crate::error::{Failure, StoreError};
use crate::store::Store;

/// A feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRow {
    /// Its id.
    pub feed: FeedId,
    /// What its first entry says.
    pub opening: FeedOpening,
    /// Its newest entry.
    pub tip: Tip,
}

impl Store {
    /// All feeds, sorted by id. What is kept of each beside its entries is compared with them.
    ///
    /// # Errors
    /// When the store cannot be read or a feed is not what was stored.
    pub async fn feeds(&self) -> Result<Vec<FeedRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT feed.id, first.seq, first.id, first.header, first.signature, first.body, \
             feed.member, feed.node_key, feed.space, feed.tip_seq, feed.tip_entry, last.id \
             FROM feed \
             LEFT JOIN entry AS first ON first.feed = feed.row AND first.seq = 0 \
             LEFT JOIN entry AS last ON last.feed = feed.row AND last.seq = feed.tip_seq \
             ORDER BY feed.id",
        )
        .fetch_all(self.readers())
        .await
        .map_err(|error| self.failed(error))?;
        rows.iter()
            .map(of_row)
            .collect::<Result<_, _>>()
            .map_err(|f| f.at(self.path()))
    }
}

fn of_row(row: &SqliteRow) -> Result<FeedRow, Failure> {
    let feed: FeedId = id(row.try_get(0)?)?;
    let damaged = |what: &str| Failure::Damaged(format!("feed {} {what}", feed.short()));
    let seq: Option<i64> = row.try_get(1)?;
    let seq = seq.ok_or_else(|| damaged("has lost its opening"))?;
    let columns = (
        seq,
        row.try_get(2)?,
        row.try_get(3)?,
        row.try_get(4)?,
        row.try_get(5)?,
    );
    let body = check(feed, columns)?.signed.body;
    let opening = body
        .and_then(|body| FeedOpening::decode(&body).ok())
        .ok_or_else(|| damaged("has an opening that cannot be read"))?;

    let claim = &opening.certificate.claim;
    let (member, node_key, space): (&str, &[u8], &[u8]) =
        (row.try_get(6)?, row.try_get(7)?, row.try_get(8)?);
    if member != claim.member.as_str()
        || node_key != claim.node_key.as_bytes()
        || space != encode(&opening.space)
    {
        return Err(damaged("is not what its opening says"));
    }

    let tip_entry: EntryId = id(row.try_get(10)?)?;
    let tip = Tip {
        feed,
        seq: unsigned(row.try_get(9)?)?,
        entry: tip_entry,
    };
    let last: Option<&[u8]> = row.try_get(11)?;
    if last != Some(&tip_entry.as_bytes()[..]) {
        return Err(damaged("has lost its newest entry"));
    }
    Ok(FeedRow { feed, opening, tip })
}
