//! A run that somebody else holds of a feed, beside what is stored of it.

use faelled_proto::limits::{MAX_ENTRIES_PER_FRAME, MAX_PROOF_ENTRIES};
use faelled_proto::{EntryId, FeedId, Header, Kind, SignedEntry};
use sqlx::SqliteConnection;

use crate::column::{id, integer, unsigned};
use crate::entry::{Columns, check};
use crate::error::{Failure, StoreError};
use crate::store::Store;

/// How a run of a feed that somebody else holds relates to what is stored of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// As far as both go they are the same.
    Same {
        /// The last place at which they were found to be.
        up_to: u64,
    },
    /// They part before the run begins, or it begins so far behind all that is stored that nobody can say:
    /// earlier entries are needed.
    EarlierThan {
        /// The place before which entries are needed; at least 2.
        seq: u64,
    },
    /// They part here.
    Differs {
        /// The feed's opening entry, with its body.
        opening: SignedEntry,
        /// What is stored from the first place on at which they differ: headers without bodies, at most
        /// [`MAX_PROOF_ENTRIES`].
        held: Vec<SignedEntry>,
        /// The same of the run.
        rival: Vec<SignedEntry>,
    },
    /// Nothing of the feed is stored.
    NotHeld,
    /// The first of the entries given is none of the feed, or none was given.
    NoRun,
}

impl Store {
    /// Compares a run that somebody else holds of a feed with what is stored. Of the run only headers are
    /// looked at, and only as far as it is one: entries of the feed, each linked to the one before it. No
    /// signature is verified.
    ///
    /// # Errors
    /// When the store cannot be read or an entry of its own is not the one that was stored.
    pub async fn compare(
        &self,
        feed: FeedId,
        entries: &[SignedEntry],
    ) -> Result<Comparison, StoreError> {
        self.read_comparison(feed, entries)
            .await
            .map_err(|failure| failure.at(self.path()))
    }

    async fn read_comparison(
        &self,
        feed: FeedId,
        entries: &[SignedEntry],
    ) -> Result<Comparison, Failure> {
        // All at one moment: entries may be taken back meanwhile.
        let mut reading = self.readers().begin().await?;
        let found: Option<(i64, i64)> =
            sqlx::query_as("SELECT row, tip_seq FROM feed WHERE id = ?")
                .bind(feed.as_bytes().to_vec())
                .fetch_optional(&mut *reading)
                .await?;
        let Some((row, tip_seq)) = found else {
            return Ok(Comparison::NotHeld);
        };
        let held = Held {
            feed,
            row,
            tip_seq: unsigned(tip_seq)?,
        };
        let rival = Rival::of(feed, entries);
        held.compare(&rival, &mut reading).await
    }
}

/// What somebody else holds, as far as it is a run of the feed.
struct Rival {
    /// The first entry's place and the entry before it.
    from: u64,
    previous: EntryId,
    ids: Vec<EntryId>,
    headers: Vec<SignedEntry>,
}

impl Rival {
    fn of(feed: FeedId, entries: &[SignedEntry]) -> Self {
        let mut rival = Self {
            from: 0,
            previous: EntryId::ZERO,
            ids: Vec::new(),
            headers: Vec::new(),
        };
        for entry in entries {
            let entry = SignedEntry {
                header: entry.header.clone(),
                signature: entry.signature,
                body: None,
            };
            let Ok(header) = entry.decode_header() else {
                break;
            };
            if !rival.is_next(feed, &header, entry.id()) {
                break;
            }
            if rival.ids.is_empty() {
                (rival.from, rival.previous) = (header.seq, header.previous);
            }
            rival.ids.push(entry.id());
            rival.headers.push(entry);
        }
        rival
    }

    /// Whether an entry of the feed goes on with the run, or can begin one.
    fn is_next(&self, feed: FeedId, header: &Header, id: EntryId) -> bool {
        let follows = match self.ids.last() {
            Some(last) => Some(header.seq) == self.end() && header.previous == *last,
            None => true,
        };
        follows
            && match header.seq {
                0 => FeedId::from(id) == feed && header.kind == Kind::FEED_OPENING,
                1 => header.feed == feed && FeedId::from(header.previous) == feed,
                _ => header.feed == feed,
            }
    }

    /// The place behind the last one.
    fn end(&self) -> Option<u64> {
        self.from.checked_add(self.ids.len() as u64)
    }
}

/// What is stored of a feed.
struct Held {
    feed: FeedId,
    row: i64,
    tip_seq: u64,
}

impl Held {
    async fn compare(
        &self,
        rival: &Rival,
        reading: &mut SqliteConnection,
    ) -> Result<Comparison, Failure> {
        if rival.ids.is_empty() {
            return Ok(Comparison::NoRun);
        }
        let behind_tip = self.tip_seq.saturating_add(1);
        if rival.from > behind_tip {
            // Of one feed everybody has the same opening.
            return Ok(match self.tip_seq {
                0 => Comparison::Same { up_to: 0 },
                _ => Comparison::EarlierThan { seq: behind_tip },
            });
        }
        if let Some(before) = rival.from.checked_sub(1)
            && self.ids(reading, before, 1).await? != [rival.previous]
        {
            return Ok(Comparison::EarlierThan { seq: rival.from });
        }
        let mut due = rival.from;
        for theirs in rival.ids.chunks(MAX_ENTRIES_PER_FRAME) {
            let ours = self.ids(reading, due, theirs.len()).await?;
            for (ours, theirs) in ours.iter().zip(theirs) {
                if ours != theirs {
                    return self.part(reading, rival, due).await;
                }
                due += 1;
            }
        }
        // A run right behind the tip was shown to follow it.
        Ok(Comparison::Same {
            up_to: due.saturating_sub(1),
        })
    }

    /// The ids from a place on: as many as asked for, or up to the tip.
    async fn ids(
        &self,
        reading: &mut SqliteConnection,
        from: u64,
        count: usize,
    ) -> Result<Vec<EntryId>, Failure> {
        let to = from
            .saturating_add(count as u64)
            .min(self.tip_seq.saturating_add(1));
        let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT seq, id FROM entry WHERE feed = ? AND seq >= ? AND seq < ? ORDER BY seq",
        )
        .bind(self.row)
        .bind(integer(from)?)
        .bind(integer(to)?)
        .fetch_all(reading)
        .await?;
        let mut ids = Vec::with_capacity(rows.len());
        for due in from..to {
            let found = rows
                .get(ids.len())
                .filter(|(seq, _)| unsigned(*seq).ok() == Some(due));
            let (_, entry) = found.ok_or_else(|| self.lost(due))?;
            ids.push(id(entry)?);
        }
        Ok(ids)
    }

    /// Both sides from the place on at which they differ.
    async fn part(
        &self,
        reading: &mut SqliteConnection,
        rival: &Rival,
        place: u64,
    ) -> Result<Comparison, Failure> {
        let opening = self.entries(reading, 0, 1).await?.pop();
        let opening = opening.filter(|opening| opening.body.is_some());
        let held = self.entries(reading, place, MAX_PROOF_ENTRIES).await?;
        let agreed = usize::try_from(place - rival.from).unwrap_or(usize::MAX);
        let theirs = rival.headers.iter().skip(agreed).take(MAX_PROOF_ENTRIES);
        Ok(Comparison::Differs {
            opening: opening.ok_or_else(|| self.lost(0))?,
            held,
            rival: theirs.cloned().collect(),
        })
    }

    /// Entries from a place on, without bodies but for the opening's.
    async fn entries(
        &self,
        reading: &mut SqliteConnection,
        from: u64,
        count: usize,
    ) -> Result<Vec<SignedEntry>, Failure> {
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT seq, id, header, signature, CASE seq WHEN 0 THEN body END FROM entry \
             WHERE feed = ? AND seq >= ? ORDER BY seq LIMIT ?",
        )
        .bind(self.row)
        .bind(integer(from)?)
        .bind(integer(count as u64)?)
        .fetch_all(reading)
        .await?;
        rows.into_iter()
            .zip(from..)
            .map(|(columns, due)| {
                let checked = check(self.feed, columns)?;
                if checked.header.seq == due {
                    Ok(checked.signed)
                } else {
                    Err(self.lost(due))
                }
            })
            .collect()
    }

    fn lost(&self, seq: u64) -> Failure {
        let feed = self.feed.short();
        Failure::Damaged(format!(
            "feed {feed} has lost its entry {seq}, or what is in it"
        ))
    }
}
