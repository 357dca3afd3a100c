//! Feeds.

use faelled_proto::canonical::encode;
use faelled_proto::opening::FeedOpening;
use faelled_proto::{EntryId, FeedId, NodeKey, Tip};
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

    /// Of each feed of a node key, sorted, the last entry up to which all were stored here before a time, in
    /// milliseconds since 1970 by this node's clock. Feeds of which nothing was are left out.
    ///
    /// # Errors
    /// When the store cannot be read or one of these entries is not what was stored.
    pub async fn tips_received_before(
        &self,
        node_key: &NodeKey,
        received_ms: u64,
    ) -> Result<Vec<(FeedId, Tip)>, StoreError> {
        let rows: Vec<TipColumns> = sqlx::query_as(
            "SELECT feed.id, last.seq, last.id, last.header, last.signature FROM feed \
             JOIN entry AS last ON last.feed = feed.row AND last.seq = coalesce( \
               (SELECT min(late.seq) FROM entry AS late \
                WHERE late.feed = feed.row AND late.received_ms >= ?2), feed.tip_seq + 1) - 1 \
             WHERE feed.node_key = ?1 ORDER BY feed.id",
        )
        .bind(node_key.as_bytes().to_vec())
        // Nothing was stored later than the table can say.
        .bind(i64::try_from(received_ms).unwrap_or(i64::MAX))
        .fetch_all(self.readers())
        .await
        .map_err(|error| self.failed(error))?;
        rows.into_iter()
            .map(tip_of)
            .collect::<Result<_, _>>()
            .map_err(|f| f.at(self.path()))
    }
}

type TipColumns = (Vec<u8>, i64, Vec<u8>, Vec<u8>, Vec<u8>);

fn tip_of((feed, seq, entry, header, signature): TipColumns) -> Result<(FeedId, Tip), Failure> {
    let feed: FeedId = id(&feed)?;
    let checked = check(feed, (seq, entry, header, signature, None))?;
    let tip = Tip {
        feed,
        seq: checked.header.seq,
        entry: checked.id,
    };
    Ok((feed, tip))
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
