//! Taking in what was verified: all of a batch or nothing.

use std::collections::{BTreeMap, BTreeSet};

use faelled_proto::canonical::encode;
use faelled_proto::opening::FeedOpening;
use faelled_proto::{DocId, EntryId, FeedId, SignedRoster, Tip, VerifiedEntry};
use sqlx::AssertSqlSafe;

use crate::column::{id, integer, unsigned};
use crate::error::{Failure, StoreError};
use crate::roster;
use crate::rows::{filled, look_up, pieces, values};
use crate::store::Store;
use crate::writer::Writing;

/// A batch: what should be stored together.
#[derive(Debug, Clone, Default)]
pub struct Append {
    /// The feeds that begin in this batch, each with what its first entry says.
    pub openings: Vec<(FeedId, FeedOpening)>,
    /// New entries, those of one feed in order and without a gap, following what is stored of it. The order
    /// of the whole list is the order of arrival.
    pub entries: Vec<VerifiedEntry>,
    /// New roster versions.
    pub rosters: Vec<SignedRosterAtVersion>,
    /// Milliseconds since 1970 by this node's clock.
    pub received_ms: u64,
}

/// A signed roster with the version that it says to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRosterAtVersion {
    /// Its version.
    pub version: u64,
    /// The roster.
    pub signed: SignedRoster,
}

/// What was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The row of the newest entry in the store; 0 where there is none.
    pub last_row: i64,
}

impl Store {
    /// Stores a batch: all of it, on the disk when this returns, or nothing. If the caller goes away before
    /// that, it is either. A roster that is stored already gets the signatures of the one in the batch.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where an entry does not follow what is stored of its feed (one that is stored
    /// already among them), or a feed begins without its opening; [`StoreError::Full`]; when it cannot be
    /// written.
    pub async fn append(&self, batch: &Append) -> Result<Appended, StoreError> {
        let plan = Plan::of(batch).map_err(|failure| failure.at(self.path()))?;
        let mut writing = self.begin().await?;
        let result = store(&mut writing, batch, &plan).await;
        writing.finish(result).await
    }
}

/// What a batch does to the feeds and documents that it touches.
struct Plan<'a> {
    continued: BTreeMap<FeedId, Run>,
    begun: Vec<(&'a FeedOpening, Run)>,
    documents: BTreeSet<DocId>,
}

/// One feed's entries in a batch.
#[derive(Clone, Copy)]
struct Run {
    first_seq: u64,
    previous: EntryId,
    tip: Tip,
}

impl<'a> Plan<'a> {
    fn of(batch: &'a Append) -> Result<Self, Failure> {
        let mut runs: BTreeMap<FeedId, Run> = BTreeMap::new();
        for entry in &batch.entries {
            let (seq, previous) = (entry.header().seq, entry.header().previous);
            match runs.get_mut(&entry.feed()) {
                Some(run) if seq == run.tip.seq + 1 && previous == run.tip.entry => {
                    run.tip = entry.tip();
                }
                Some(run) => return Err(misplaced(entry.feed(), seq, run.tip.seq)),
                None => {
                    let run = Run {
                        first_seq: seq,
                        previous,
                        tip: entry.tip(),
                    };
                    runs.insert(entry.feed(), run);
                }
            }
        }
        let mut begun = Vec::with_capacity(batch.openings.len());
        for (feed, opening) in &batch.openings {
            match runs.remove(feed) {
                Some(run) if run.first_seq == 0 => begun.push((opening, run)),
                _ => return Err(without_opening(*feed)),
            }
        }
        if let Some((feed, _)) = runs.iter().find(|(_, run)| run.first_seq == 0) {
            return Err(without_opening(*feed));
        }
        let documents = batch
            .entries
            .iter()
            .filter_map(VerifiedEntry::document)
            .collect();
        Ok(Self {
            continued: runs,
            begun,
            documents,
        })
    }
}

fn misplaced(feed: FeedId, seq: u64, after: u64) -> Failure {
    let feed = feed.short();
    Failure::Conflict(format!(
        "entry {seq} of feed {feed} does not follow its entry {after}"
    ))
}

fn without_opening(feed: FeedId) -> Failure {
    Failure::Conflict(format!(
        "feed {} should begin with its opening, given once",
        feed.short()
    ))
}

async fn store(
    writing: &mut Writing<'_>,
    batch: &Append,
    plan: &Plan<'_>,
) -> Result<Appended, Failure> {
    let mut feeds = continue_feeds(writing, plan).await?;
    begin_feeds(writing, plan, &mut feeds).await?;
    let documents = document_rows(writing, plan).await?;
    for roster in &batch.rosters {
        roster::insert(writing, roster).await?;
    }
    let rows = Rows {
        feeds,
        documents,
        received_ms: integer(batch.received_ms)?,
    };
    for piece in pieces(&batch.entries) {
        insert_entries(writing, piece, &rows).await?;
    }
    let last_row: Option<i64> =
        sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'entry'")
            .fetch_optional(writing.connection()?)
            .await?;
    Ok(Appended {
        last_row: last_row.unwrap_or(0),
    })
}

/// Rows of what a batch's entries belong to.
struct Rows {
    feeds: BTreeMap<FeedId, i64>,
    documents: BTreeMap<DocId, i64>,
    received_ms: i64,
}

/// Finds the feeds that go on, checks that the batch follows what is stored of them, and moves their tips.
async fn continue_feeds(
    writing: &mut Writing<'_>,
    plan: &Plan<'_>,
) -> Result<BTreeMap<FeedId, i64>, Failure> {
    let mut rows = BTreeMap::new();
    let ids: Vec<FeedId> = plan.continued.keys().copied().collect();
    for piece in filled(&ids) {
        let sql = look_up("SELECT id, row, tip_seq, tip_entry FROM feed WHERE id IN");
        let mut query = sqlx::query_as(AssertSqlSafe(sql));
        for feed in piece {
            query = query.bind(feed.as_bytes().to_vec());
        }
        let found: Vec<(Vec<u8>, i64, i64, Vec<u8>)> =
            query.fetch_all(writing.connection()?).await?;
        for (feed, row, tip_seq, tip_entry) in found {
            let (feed, tip_seq) = (id::<FeedId>(&feed)?, unsigned(tip_seq)?);
            let Some(run) = plan.continued.get(&feed) else {
                continue;
            };
            if run.first_seq != tip_seq + 1 || run.previous.as_bytes()[..] != tip_entry[..] {
                return Err(misplaced(feed, run.first_seq, tip_seq));
            }
            rows.insert(feed, row);
        }
    }
    let mut moved = Vec::with_capacity(rows.len());
    for (feed, run) in &plan.continued {
        let Some(row) = rows.get(feed) else {
            return Err(Failure::Conflict(format!(
                "feed {} is not stored yet",
                feed.short()
            )));
        };
        moved.push((*row, run.tip));
    }
    for piece in pieces(&moved) {
        move_tips(writing, piece).await?;
    }
    Ok(rows)
}

async fn move_tips(writing: &mut Writing<'_>, moved: &[(i64, Tip)]) -> Result<(), Failure> {
    let sql = values(
        "UPDATE feed SET tip_seq = tip.column2, tip_entry = tip.column3 FROM (VALUES",
        3,
        moved.len(),
        ") AS tip WHERE feed.row = tip.column1",
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (row, tip) in moved {
        query = query
            .bind(*row)
            .bind(integer(tip.seq)?)
            .bind(tip.entry.as_bytes().to_vec());
    }
    writing.run(query).await.map(drop)
}

async fn begin_feeds(
    writing: &mut Writing<'_>,
    plan: &Plan<'_>,
    rows: &mut BTreeMap<FeedId, i64>,
) -> Result<(), Failure> {
    for (opening, run) in &plan.begun {
        let query = sqlx::query(
            "INSERT INTO feed (id, member, node_key, space, space_sort, incarnation, tip_seq, \
             tip_entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(run.tip.feed.as_bytes().to_vec())
        .bind(opening.certificate.claim.member.as_str())
        .bind(opening.certificate.claim.node_key.as_bytes().to_vec())
        .bind(encode(&opening.space))
        .bind(opening.space.sort())
        .bind(opening.incarnation.to_vec())
        .bind(integer(run.tip.seq)?)
        .bind(run.tip.entry.as_bytes().to_vec());
        let done = query.execute(writing.connection()?).await?;
        rows.insert(run.tip.feed, done.last_insert_rowid());
    }
    Ok(())
}

/// Finds the rows of a batch's documents; one that is new gets its row.
async fn document_rows(
    writing: &mut Writing<'_>,
    plan: &Plan<'_>,
) -> Result<BTreeMap<DocId, i64>, Failure> {
    let mut rows = BTreeMap::new();
    let ids: Vec<DocId> = plan.documents.iter().copied().collect();
    for piece in filled(&ids) {
        let sql = values(
            "INSERT INTO document (id) VALUES",
            1,
            piece.len(),
            "ON CONFLICT (id) DO NOTHING",
        );
        let mut insert = sqlx::query(AssertSqlSafe(sql));
        let mut select = sqlx::query_as(AssertSqlSafe(look_up(
            "SELECT id, row FROM document WHERE id IN",
        )));
        for document in piece {
            insert = insert.bind(document.as_bytes().to_vec());
            select = select.bind(document.as_bytes().to_vec());
        }
        writing.run(insert).await?;
        let found: Vec<(Vec<u8>, i64)> = select.fetch_all(writing.connection()?).await?;
        for (document, row) in found {
            rows.insert(id::<DocId>(&document)?, row);
        }
    }
    Ok(rows)
}

async fn insert_entries(
    writing: &mut Writing<'_>,
    entries: &[VerifiedEntry],
    rows: &Rows,
) -> Result<(), Failure> {
    let sql = values(
        "INSERT INTO entry (id, feed, seq, kind, document, received_ms, header, signature, body) VALUES",
        9,
        entries.len(),
        "",
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for entry in entries {
        // Every feed and document of the batch was found or made; a missing one would break the foreign
        // key, or show as an entry about no document, so it is an error of its own.
        let feed = rows
            .feeds
            .get(&entry.feed())
            .ok_or_else(|| unresolved(entry))?;
        let document = match entry.document() {
            Some(document) => Some(
                *rows
                    .documents
                    .get(&document)
                    .ok_or_else(|| unresolved(entry))?,
            ),
            None => None,
        };
        query = query
            .bind(entry.id().as_bytes().to_vec())
            .bind(*feed)
            .bind(integer(entry.header().seq)?)
            .bind(entry.header().kind.0)
            .bind(document)
            .bind(rows.received_ms)
            .bind(&entry.signed().header[..])
            .bind(entry.signed().signature.as_bytes().to_vec())
            .bind(entry.signed().body.as_deref());
    }
    writing.run(query).await.map(drop)
}

fn unresolved(entry: &VerifiedEntry) -> Failure {
    Failure::Damaged(format!(
        "the feed or document of entry {} has no row",
        entry.id().short()
    ))
}
