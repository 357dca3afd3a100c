//! Entries as they come back.

use std::fmt;

use faelled_proto::{
    BodyHash, DocId, EntryId, FeedId, Header, Kind, MemberId, NodeKey, SignedEntry, Space,
};

use crate::column::{id, integer, member, signature, space, unsigned};
use crate::error::{Failure, StoreError};
use crate::store::Store;

/// What a frame needs for an entry besides its header and body; see [`faelled_proto::feed::frame_bytes_of`].
const FRAME_OVERHEAD_BYTES: i64 = 80;

/// An entry with what is known of where it came from.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its place in the order of arrival.
    pub row: i64,
    /// Its feed.
    pub feed: FeedId,
    /// Its place in the feed.
    pub seq: u64,
    /// Its id.
    pub entry: EntryId,
    /// What the body is.
    pub kind: Kind,
    /// The document that it is about.
    pub document: Option<DocId>,
    /// Milliseconds since 1970 by the author's clock: a claim.
    pub claimed_ms: u64,
    /// Milliseconds since 1970 by this node's clock when it was stored.
    pub received_ms: u64,
    /// The member that wrote it.
    pub member: MemberId,
    /// The node key that signed it.
    pub node_key: NodeKey,
    /// The space of its feed.
    pub space: Space,
    /// The body; `None` where it was erased, or not read.
    pub body: Option<Vec<u8>>,
    /// The body was left on the disk.
    pub is_unread: bool,
    /// The body's length in bytes, whether it is here or not.
    pub body_length: u32,
    /// The body's hash.
    pub body_hash: BodyHash,
}

impl fmt::Debug for StoredEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredEntry")
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
    /// The row of the newest entry; 0 where there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn last_row(&self) -> Result<i64, StoreError> {
        let row = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'entry'")
            .fetch_optional(self.readers())
            .await
            .map_err(|error| self.failed(error))?;
        Ok(row.unwrap_or(0))
    }

    /// The entries `from..=to` of a feed, in order and without a gap: as many as are there and fit, counted
    /// as [`faelled_proto::feed::frame_bytes_of`] does. The first one is given even if it alone is over
    /// `max_bytes`, so that who asks always gets on.
    ///
    /// # Errors
    /// When the store cannot be read or an entry is not the one that was stored.
    pub async fn run(
        &self,
        feed: FeedId,
        from: u64,
        to: u64,
        max_bytes: usize,
        max_entries: usize,
    ) -> Result<Vec<SignedEntry>, StoreError> {
        let wanted = Wanted {
            feed,
            from,
            to,
            max_bytes,
            max_entries,
        };
        self.read_run(wanted)
            .await
            .map_err(|failure| failure.at(self.path()))
    }

    /// The id of a feed's entry at a place; `None` where there is none.
    ///
    /// # Errors
    /// When the store cannot be read or the entry is not the one that was stored.
    pub async fn entry_id(&self, feed: FeedId, seq: u64) -> Result<Option<EntryId>, StoreError> {
        // Bodies do not take part in ids.
        let Ok(seq) = integer(seq) else {
            return Ok(None);
        };
        let found: Option<Columns> = sqlx::query_as(
            "SELECT seq, id, header, signature, NULL FROM entry \
             WHERE feed = (SELECT row FROM feed WHERE id = ?) AND seq = ?",
        )
        .bind(feed.as_bytes().to_vec())
        .bind(seq)
        .fetch_optional(self.readers())
        .await
        .map_err(|error| self.failed(error))?;
        let checked = found.map(|columns| check(feed, columns)).transpose();
        checked
            .map(|checked| checked.map(|checked| checked.id))
            .map_err(|failure| failure.at(self.path()))
    }

    async fn read_run(&self, wanted: Wanted) -> Result<Vec<SignedEntry>, Failure> {
        let Wanted {
            feed,
            from,
            to,
            max_bytes,
            max_entries,
        } = wanted;
        let last = from
            .saturating_add(max_entries as u64)
            .saturating_sub(1)
            .min(to);
        let (Ok(first), Ok(last)) = (integer(from), integer(last.min(i64::MAX.unsigned_abs())))
        else {
            return Ok(Vec::new());
        };
        if last < first || max_entries == 0 {
            return Ok(Vec::new());
        }
        // What does not fit is not read: a frame's worth of large bodies must not pass through memory to
        // find out that one was wanted.
        let rows: Vec<Columns> = sqlx::query_as(
            "WITH due AS (SELECT row, seq, sum(length(header) + coalesce(length(body), 0) + ?5) \
               OVER (ORDER BY seq ROWS UNBOUNDED PRECEDING) AS bytes FROM entry \
               WHERE feed = (SELECT row FROM feed WHERE id = ?1) AND seq BETWEEN ?2 AND ?3) \
             SELECT entry.seq, entry.id, entry.header, entry.signature, entry.body \
             FROM due JOIN entry ON entry.row = due.row \
             WHERE due.bytes <= ?4 OR due.seq = ?2 ORDER BY due.seq",
        )
        .bind(feed.as_bytes().to_vec())
        .bind(first)
        .bind(last)
        .bind(i64::try_from(max_bytes).unwrap_or(i64::MAX))
        .bind(FRAME_OVERHEAD_BYTES)
        .fetch_all(self.readers())
        .await?;
        let mut entries = Vec::with_capacity(rows.len());
        for (due, columns) in (from..).zip(rows) {
            let checked = check(feed, columns)?;
            if checked.header.seq != due {
                break;
            }
            entries.push(checked.signed);
        }
        Ok(entries)
    }
}

/// Which entries of a feed, and how many at most.
struct Wanted {
    feed: FeedId,
    from: u64,
    to: u64,
    max_bytes: usize,
    max_entries: usize,
}

/// seq, id, header, signature, body.
pub(crate) type Columns = (i64, Vec<u8>, Vec<u8>, Vec<u8>, Option<Vec<u8>>);

/// An entry that was shown to be the one that was stored.
pub(crate) struct Checked {
    pub(crate) id: EntryId,
    pub(crate) header: Header,
    pub(crate) signed: SignedEntry,
}

/// Checks an entry's bytes against the id under which they were stored, and its place.
pub(crate) fn check(feed: FeedId, columns: Columns) -> Result<Checked, Failure> {
    let (seq, entry, header, signature_bytes, body) = columns;
    let entry: EntryId = id(&entry)?;
    let damaged =
        |what: String| Failure::Damaged(format!("entry {seq} of feed {} {what}", feed.short()));
    let signed = SignedEntry {
        header,
        signature: signature(&signature_bytes)?,
        body,
    };
    if signed.id() != entry {
        return Err(damaged(format!(
            "does not hash to its id {}",
            entry.short()
        )));
    }
    let header = signed
        .decode_header()
        .map_err(|error| damaged(format!("cannot be read: {error}")))?;
    let at_home = header.feed == feed || (header.seq == 0 && FeedId::from(entry) == feed);
    if !at_home || header.seq != unsigned(seq)? {
        return Err(damaged("is not where it belongs".to_owned()));
    }
    Ok(Checked {
        id: entry,
        header,
        signed,
    })
}

/// feed, row, received_ms, member, node_key, space.
pub(crate) type Origin = (Vec<u8>, i64, i64, String, Vec<u8>, Vec<u8>);

/// Puts an entry and where it came from together.
pub(crate) fn of_columns(origin: Origin, columns: Columns) -> Result<StoredEntry, Failure> {
    let (feed, row, received_ms, member_id, node_key, space_bytes) = origin;
    let feed = id(&feed)?;
    let Checked {
        id: entry,
        header,
        signed,
    } = check(feed, columns)?;
    Ok(StoredEntry {
        row,
        feed,
        seq: header.seq,
        entry,
        kind: header.kind,
        document: header.document,
        claimed_ms: header.claimed_ms,
        received_ms: unsigned(received_ms)?,
        member: member(&member_id)?,
        node_key: id(&node_key)?,
        space: space(&space_bytes)?,
        body: signed.body,
        is_unread: false,
        body_length: header.body_length,
        body_hash: header.body_hash,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use faelled_proto::Signature;
    use faelled_proto::feed::frame_bytes_of;

    #[test]
    fn a_run_counts_bytes_as_frames_do() {
        let signature = Signature::from_bytes([0; 64]);
        for body in [None, Some(vec![1; 300])] {
            let counted = 120 + body.as_ref().map_or(0, Vec::len);
            let entry = SignedEntry {
                header: vec![0; 120],
                signature,
                body,
            };
            assert_eq!(
                frame_bytes_of(&entry),
                counted + usize::try_from(FRAME_OVERHEAD_BYTES).unwrap()
            );
        }
    }
}
