//! Each stage of a sync alone, over what a store holds.

use std::path::Path;
use std::time::{Duration, Instant};

use faelled::directory::Directory;
use faelled::view::view;
use faelled_engine::Ceilings;
use faelled_mirror::{Delta, DocumentView, Mirror};
use faelled_proto::chain::{verify_new_feed, verify_run};
use faelled_proto::feed::{decode_frame, encode_frame};
use faelled_proto::limits::{MAX_ENTRIES_PER_FRAME, MAX_FRAME_BYTES};
use faelled_proto::opening::FeedOpening;
use faelled_proto::{DocId, FederationId, FeedId, SignedEntry, Tip, VerifiedEntry};
use faelled_store::{Append, FeedRow, Store, StoredEntry};

use crate::setting::Failed;

/// Documents whose rows go into the mirror in one transaction, as the node does it.
const DOCUMENTS_PER_STEP: usize = 1_000;
/// What the node's network uses.
const ZSTD_LEVEL: i32 = 3;
/// Room in a frame for what is around the entries.
const FRAME_MARGIN_BYTES: usize = 64;

/// What one stage took.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) key: &'static str,
    pub(crate) taken: Duration,
}

/// Takes what a directory's store holds through every stage, into new files in a scratch directory.
pub(crate) async fn stages(held: &Directory, scratch: &Path) -> Result<Vec<Stage>, Failed> {
    let store = Store::open_read_only(held.node_db()).await?;
    let federation = store
        .setting("federation")
        .await?
        .ok_or("no federation in the settings")?;
    let federation = FederationId::try_from(federation.as_slice())?;
    let mut clock = Clock::default();

    let feeds = store.feeds().await?;
    clock.start();
    let mut frames = Vec::new();
    for feed in &feeds {
        frames.extend(read(&store, feed).await?);
    }
    clock.stop("the lead's store read in runs", "read");
    let packed = frames
        .iter()
        .map(|frame| zstd::bulk::compress(&encode_frame(&frame.entries), ZSTD_LEVEL))
        .collect::<Result<Vec<_>, _>>()?;
    clock.stop("frames encoded and packed", "packed");
    for (frame, packed) in frames.iter_mut().zip(&packed) {
        frame.entries = decode_frame(&zstd::bulk::decompress(packed, MAX_FRAME_BYTES)?)?;
    }
    clock.stop("frames unpacked and decoded", "unpacked");
    let batches = verify(federation, &feeds, frames)?;
    clock.stop("entries verified", "verified");

    let copy = Store::create(scratch.join("stages.db")).await?;
    clock.start();
    for batch in &batches {
        copy.append(batch).await?;
    }
    clock.stop("entries stored, a commit for each frame", "stored");
    drop(batches);
    let all = u32::try_from(copy.last_row().await?)?;
    let ids: Vec<DocId> = copy
        .documents_after(0, i64::MAX, all)
        .await?
        .documents
        .into_iter()
        .map(|(_, id)| id)
        .collect();
    clock.start();
    let mut loaded = Vec::with_capacity(ids.len());
    for id in ids {
        loaded.push((id, copy.document(id).await?));
    }
    clock.stop("documents' entries read back", "loaded");
    let views = views(&loaded)?;
    clock.stop("documents built, on all cores", "built");
    drop(loaded);
    let mirror = Mirror::open(scratch.join("stages-mirror.db")).await?;
    clock.start();
    apply(&mirror, views).await?;
    clock.stop("mirror written", "mirrored");
    mirror.close().await;
    copy.close().await?;
    store.close().await?;
    Ok(clock.stages)
}

#[derive(Default)]
struct Clock {
    begun: Option<Instant>,
    stages: Vec<Stage>,
}

impl Clock {
    fn start(&mut self) {
        self.begun = Some(Instant::now());
    }

    /// Ends a stage; the next one begins.
    fn stop(&mut self, name: &'static str, key: &'static str) {
        let taken = self.begun.map_or(Duration::ZERO, |begun| begun.elapsed());
        self.stages.push(Stage { name, key, taken });
        self.start();
    }
}

struct Frame {
    feed: FeedId,
    entries: Vec<SignedEntry>,
}

async fn read(store: &Store, feed: &FeedRow) -> Result<Vec<Frame>, Failed> {
    let mut frames = Vec::new();
    let (mut next, last) = (0, feed.tip.seq);
    while next <= last {
        let bytes = MAX_FRAME_BYTES - FRAME_MARGIN_BYTES;
        let entries = store
            .run(feed.feed, next, last, bytes, MAX_ENTRIES_PER_FRAME)
            .await?;
        if entries.is_empty() {
            return Err("a feed has a gap".into());
        }
        next += entries.len() as u64;
        frames.push(Frame {
            feed: feed.feed,
            entries,
        });
    }
    Ok(frames)
}

/// Verifies frame by frame; each becomes a batch.
fn verify(
    federation: FederationId,
    feeds: &[FeedRow],
    frames: Vec<Frame>,
) -> Result<Vec<Append>, Failed> {
    let mut batches = Vec::with_capacity(frames.len());
    let mut after: Option<Tip> = None;
    for Frame { feed, entries } in frames {
        let row = feeds
            .iter()
            .find(|row| row.feed == feed)
            .ok_or("a frame of another feed")?;
        let (opening, entries): (Option<FeedOpening>, Vec<VerifiedEntry>) =
            match after.filter(|tip| tip.feed == feed) {
                Some(tip) => {
                    let node_key = row.opening.certificate.claim.node_key;
                    (None, verify_run(federation, &node_key, tip, entries)?)
                }
                None => {
                    let (opening, entries) = verify_new_feed(federation, feed, entries)?;
                    (Some(opening), entries)
                }
            };
        after = entries.last().map(VerifiedEntry::tip);
        let openings = opening.map(|opening| (feed, opening)).into_iter().collect();
        batches.push(Append {
            openings,
            entries,
            ..Append::default()
        });
    }
    Ok(batches)
}

fn views(loaded: &[(DocId, Vec<StoredEntry>)]) -> Result<Vec<DocumentView>, Failed> {
    let threads = std::thread::available_parallelism()?.get();
    let share = loaded.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = loaded
            .chunks(share)
            .map(|part| {
                scope.spawn(move || {
                    part.iter()
                        .filter_map(|(id, entries)| view(*id, entries, &Ceilings::default()))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let mut views = Vec::with_capacity(loaded.len());
        for part in parts {
            views.extend(part.join().map_err(|_| "a document could not be built")?);
        }
        Ok(views)
    })
}

async fn apply(mirror: &Mirror, views: Vec<DocumentView>) -> Result<(), Failed> {
    let mut views = views.into_iter().peekable();
    let mut row = 0;
    while views.peek().is_some() {
        row += 1;
        let documents = views.by_ref().take(DOCUMENTS_PER_STEP).collect();
        mirror
            .apply(&Delta {
                row,
                roster: None,
                groups: None,
                trust: None,
                documents,
            })
            .await?;
    }
    Ok(())
}
