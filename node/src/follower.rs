//! Keeps the mirror behind the store: reads what is new there, builds the documents, writes their rows and
//! the watermark in one transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use faelled_engine::Ceilings;
use faelled_engine::RosterChain;
use faelled_mirror::{Delta, DocumentView, Mirror, MirrorError};
use faelled_proto::limits::MAX_DOCUMENT_BYTES;
use faelled_proto::{DocId, FeedId};
use faelled_store::{DocumentSize, Store, StoreError, StoredEntry};
use serde::Serialize;
use tokio::sync::{mpsc, oneshot, watch};

use crate::core::Committed;
use crate::failure::{Failure, Said};
use crate::reading;
use crate::trust::{Trust, last_seq};
use crate::view::view;

/// Entries taken in one step: their documents are in memory together.
const ENTRIES_PER_STEP: u32 = 2_000;
/// Entries at the watermark that are looked at to tell whether the mirror is of the store.
const MAX_LOOK_BACK: i64 = 64;
/// What a step holds in memory before it stops loading more documents, in bytes.
const MAX_BYTES_PER_STEP: u64 = 8 << 20;
/// What an entry takes besides its body, until it stands in the mirror, in bytes: about so much.
const ENTRY_BYTES: u64 = 2_000;
/// Documents that are built anew in one step where a cut came or went.
const DOCUMENTS_PER_CUT_STEP: usize = 200;
/// Pause before the next try after a failure.
const RETRY: Duration = Duration::from_secs(5);

/// How far the mirror is, and why it is not further.
#[derive(Debug, Clone)]
pub(crate) struct Followed {
    pub(crate) mirror: Mirror,
    pub(crate) at: Committed,
    pub(crate) problem: Option<String>,
}

/// What came of building the mirror anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rebuilt {
    /// Documents in it.
    pub documents: u64,
    /// The store's row that it stands at.
    pub row: i64,
    /// The digest of all its tables.
    pub digest: String,
    /// Tables that differed from the mirror that was there before; `None` where that could not be read.
    pub differing_tables: Option<Vec<String>>,
}

#[derive(Debug)]
enum Command {
    Rebuild {
        reply: oneshot::Sender<Result<Rebuilt, Failure>>,
    },
    Stop,
}

/// A way to the follower. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct FollowerHandle {
    commands: mpsc::Sender<Command>,
    followed: watch::Receiver<Followed>,
}

impl FollowerHandle {
    /// The mirror, once it shows everything up to `at`.
    pub(crate) async fn caught_up(&self, at: Committed) -> Result<Mirror, Failure> {
        let mut followed = self.followed.clone();
        let reached = followed
            .wait_for(|now| {
                now.problem.is_some() || (now.at.row >= at.row && now.at.trust >= at.trust)
            })
            .await
            .map_err(|_| Failure::stopping())?;
        match &reached.problem {
            None => Ok(reached.mirror.clone()),
            Some(problem) => Err(Failure::internal(
                "mirror-behind",
                Said::new(
                    format!("the mirror cannot follow: {problem}"),
                    format!("spejlet kan ikke følge med: {problem}"),
                ),
            )
            .hint(Said::new(
                "what was written is safe in node.db; see that there is room on the disk, or rebuild the mirror",
                "det skrevne ligger sikkert i node.db; sørg for plads på disken, eller genopbyg spejlet",
            ))),
        }
    }

    /// How far the mirror is now.
    pub(crate) fn now(&self) -> Followed {
        self.followed.borrow().clone()
    }

    /// Builds the mirror anew beside the old one, and puts it in its place.
    pub(crate) async fn rebuild(&self) -> Result<Rebuilt, Failure> {
        let (reply, rebuilt) = oneshot::channel();
        self.commands
            .send(Command::Rebuild { reply })
            .await
            .map_err(|_| Failure::stopping())?;
        rebuilt.await.map_err(|_| Failure::stopping())?
    }

    pub(crate) async fn stop(&self) {
        if self.commands.send(Command::Stop).await.is_err() {
            tracing::debug!("the follower has stopped already");
        }
    }
}

/// The task that writes the mirror.
#[derive(Debug)]
pub(crate) struct Follower {
    store: Store,
    path: PathBuf,
    committed: watch::Receiver<Committed>,
    trust: watch::Receiver<Arc<Trust>>,
    commands: mpsc::Receiver<Command>,
    followed: watch::Sender<Followed>,
}

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FollowError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The mirror could not be written.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    /// Building a document broke off: a fault of this software.
    #[error("a document could not be built")]
    Build,
}

impl From<FollowError> for Failure {
    fn from(error: FollowError) -> Self {
        match error {
            FollowError::Store(error) => error.into(),
            FollowError::Mirror(error) => error.into(),
            FollowError::Build => Self::internal(
                "build",
                Said::new(
                    "a document could not be built",
                    "et dokument kunne ikke bygges",
                ),
            ),
        }
    }
}

impl Follower {
    /// Opens the mirror, or makes it anew where it is missing or damaged.
    pub(crate) async fn open(
        store: Store,
        path: PathBuf,
        committed: watch::Receiver<Committed>,
        trust: watch::Receiver<Arc<Trust>>,
    ) -> Result<(Self, FollowerHandle), FollowError> {
        let mut mirror = open_or_remove(&path).await?;
        let target = *committed.borrow();
        if !is_of(&store, &mirror, target, &trust.borrow().rosters.clone()).await? {
            tracing::warn!("the mirror is not of this store, which was restored: it is built anew");
            mirror.close().await;
            remove_mirror(&path)?;
            mirror = Mirror::open(&path).await?;
        }
        let watermark = mirror.watermark().await?;
        let at = Committed {
            row: watermark.row,
            // Revisions are of one run: what cuts is written anew at each start.
            trust: 0,
        };
        let (sender, commands) = mpsc::channel(8);
        let (followed, receiver) = watch::channel(Followed {
            mirror,
            at,
            problem: None,
        });
        let follower = Self {
            store,
            path,
            committed,
            trust,
            commands,
            followed,
        };
        Ok((
            follower,
            FollowerHandle {
                commands: sender,
                followed: receiver,
            },
        ))
    }

    pub(crate) async fn run(mut self) {
        loop {
            let target = *self.committed.borrow_and_update();
            let failed = self.step_to(target).await;
            tokio::select! {
                changed = self.committed.changed() => if changed.is_err() { break },
                command = self.commands.recv() => match command {
                    Some(Command::Rebuild { reply }) => {
                        let rebuilt = self.rebuild().await;
                        if reply.send(rebuilt).is_err() {
                            tracing::debug!("nobody waits for the rebuilt mirror any more");
                        }
                    }
                    Some(Command::Stop) | None => break,
                },
                () = tokio::time::sleep(RETRY), if failed => {}
            }
        }
        let mirror = self.followed.borrow().mirror.clone();
        mirror.close().await;
    }

    /// Follows up to the target. Says whether it failed.
    async fn step_to(&mut self, target: Committed) -> bool {
        let (mirror, revision) = {
            let followed = self.followed.borrow();
            (followed.mirror.clone(), followed.at.trust)
        };
        let following = Following {
            store: &self.store,
            mirror: &mirror,
            trust: self.trust.borrow_and_update().clone(),
        };
        let result = following
            .follow(revision, target, |at| {
                self.followed.send_modify(|followed| {
                    followed.at = at;
                    followed.problem = None;
                });
            })
            .await;
        let Err(error) = result else { return false };
        tracing::error!(%error, "the mirror cannot follow");
        if let FollowError::Mirror(broken) = &error
            && broken.is_cured_by_rebuild()
        {
            match self.replace().await {
                Ok(_) => return false,
                Err(again) => tracing::error!(error = %again, "the mirror cannot be rebuilt"),
            }
        }
        self.followed
            .send_modify(|followed| followed.problem = Some(error.to_string()));
        true
    }

    async fn rebuild(&mut self) -> Result<Rebuilt, Failure> {
        let target = *self.committed.borrow_and_update();
        self.step_to(target).await;
        let old = self.followed.borrow().clone();
        let before = if old.at == target {
            old.mirror.dump().await.ok()
        } else {
            None
        };
        let mirror = self.replace().await?;
        let after = mirror.dump().await?;
        let figures = self.store.figures().await?;
        Ok(Rebuilt {
            documents: figures.documents,
            row: target.row,
            digest: after.digest(),
            differing_tables: before.map(|before| before.differing_tables(&after)),
        })
    }

    /// Builds a whole new mirror beside the old one and renames it into its place: a reader never sees a
    /// half of it. Whoever still reads the old one may go on: SQLite sees that the file has moved and leaves
    /// the new one's log alone. The old file goes before its log: without the log it could be torn.
    async fn replace(&mut self) -> Result<Mirror, FollowError> {
        let target = *self.committed.borrow_and_update();
        let next = self.path.with_extension("db.next");
        remove_mirror(&next)?;
        let building = Mirror::open(&next).await?;
        let following = Following {
            store: &self.store,
            mirror: &building,
            trust: self.trust.borrow_and_update().clone(),
        };
        following.follow(0, target, |_| {}).await?;
        building.close().await;
        remove_mirror(&self.path)?;
        std::fs::rename(&next, &self.path).map_err(|source| MirrorError::Io {
            path: self.path.clone(),
            source,
        })?;
        let mirror = Mirror::open(&self.path).await?;
        self.followed.send_modify(|followed| {
            followed.mirror = mirror.clone();
            followed.at = target;
            followed.problem = None;
        });
        Ok(mirror)
    }
}

/// A mirror on its way behind the store.
struct Following<'a> {
    store: &'a Store,
    mirror: &'a Mirror,
    trust: Arc<Trust>,
}

impl Following<'_> {
    /// Brings the mirror from its watermark to the target and no further, telling after each step where it is: the
    /// store may hold more already, of which only a later target speaks. `revision` is that of the trust which the
    /// mirror shows, 0 where nobody knows.
    async fn follow(
        &self,
        revision: u64,
        target: Committed,
        mut reached: impl FnMut(Committed),
    ) -> Result<(), FollowError> {
        let mut at = Committed {
            row: self.mirror.watermark().await?.row,
            trust: revision,
        };
        if at.row > target.row {
            return Err(MirrorError::Backwards {
                at: at.row,
                to: target.row,
            }
            .into());
        }
        if at.trust < target.trust {
            self.apply_trust(at.row).await?;
            at.trust = self.trust.revision;
            reached(at);
        }
        while at.row < target.row {
            let touched = self
                .store
                .documents_after(at.row, target.row, ENTRIES_PER_STEP);
            let touched = touched.await?;
            let loaded = load(self.store, &touched.documents, &self.trust.ceilings).await?;
            let next = touched.documents.get(loaded.len());
            let up_to = next.map_or(touched.up_to, |(first_row, _)| first_row - 1);
            let documents = self.build(loaded).await?;
            // Where nothing is left before the target, what was committed there has been taken back since.
            at.row = if up_to == at.row { target.row } else { up_to };
            self.apply(at.row, documents, false).await?;
            reached(at);
        }
        reached(at);
        Ok(())
    }

    /// Builds the documents anew of which other entries count than the mirror shows, then says what cuts.
    async fn apply_trust(&self, row: i64) -> Result<(), FollowError> {
        let touched = self.touched_by_cuts().await?;
        let touched: Vec<(i64, DocId)> = touched
            .into_iter()
            .map(|document| (row, document))
            .collect();
        let mut rest = touched.as_slice();
        while !rest.is_empty() {
            let part = &rest[..rest.len().min(DOCUMENTS_PER_CUT_STEP)];
            let loaded = load(self.store, part, &self.trust.ceilings).await?;
            rest = &rest[loaded.len()..];
            let documents = self.build(loaded).await?;
            self.apply(row, documents, false).await?;
        }
        self.apply(row, Vec::new(), true).await
    }

    /// Documents with entries between where a feed is cut now and where the mirror shows it cut, and those of
    /// entries that were taken back.
    async fn touched_by_cuts(&self) -> Result<BTreeSet<DocId>, FollowError> {
        let shown = self.mirror.current_cuts().await?;
        let now: BTreeMap<FeedId, Option<u64>> = self
            .trust
            .ceilings
            .iter()
            .map(|(feed, ceiling, _)| (*feed, shown_place(last_seq(ceiling))))
            .collect();
        let mut touched = BTreeSet::new();
        let feeds: BTreeSet<FeedId> = shown.keys().chain(now.keys()).copied().collect();
        for feed in feeds {
            let uncut = Some(u64::MAX);
            let before = shown.get(&feed).copied().unwrap_or(uncut);
            let after = now.get(&feed).copied().unwrap_or(uncut);
            if before != after {
                let behind = before.min(after);
                touched.extend(self.store.documents_of_feed_after(feed, behind).await?);
            }
        }
        let retracted = self.store.retracted().await?;
        touched.extend(retracted.into_iter().filter_map(|entry| entry.document));
        Ok(touched)
    }

    async fn apply(
        &self,
        row: i64,
        documents: Vec<DocumentView>,
        with_trust: bool,
    ) -> Result<(), FollowError> {
        let delta = Delta {
            row,
            roster: self.trust.roster_view().filter(|_| with_trust),
            groups: with_trust.then(|| self.trust.group_views()),
            trust: with_trust.then(|| self.trust.mirror_view()),
            documents,
        };
        Ok(self.mirror.apply(&delta).await?)
    }

    /// Builds documents from their entries, on as many threads as there are cores.
    async fn build(&self, mut loaded: Vec<Loaded>) -> Result<Vec<DocumentView>, FollowError> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = loaded.len().div_ceil(threads).max(1);
        let mut tasks = Vec::new();
        while !loaded.is_empty() {
            let part: Vec<_> = loaded.drain(..share.min(loaded.len())).collect();
            let trust = Arc::clone(&self.trust);
            tasks.push(tokio::task::spawn_blocking(move || {
                part.iter()
                    .filter_map(|(id, entries)| view(*id, entries, &trust.ceilings))
                    .collect::<Vec<_>>()
            }));
        }
        let mut views = Vec::new();
        for task in tasks {
            views.extend(task.await.map_err(|_| FollowError::Build)?);
        }
        Ok(views)
    }
}

/// A place as the mirror can hold it: SQLite counts to 2^63 - 1.
fn shown_place(seq: Option<u64>) -> Option<u64> {
    seq.map(|seq| seq.min(i64::MAX.unsigned_abs()))
}

/// Whether a mirror shows this store: it is not ahead of it, and the newest entry at its watermark that is
/// about a document is the same in both. A store restored from a backup goes back, or goes another way.
async fn is_of(
    store: &Store,
    mirror: &Mirror,
    target: Committed,
    rosters: &RosterChain,
) -> Result<bool, FollowError> {
    let watermark = mirror.watermark().await?;
    if watermark.row > target.row || watermark.roster_version > rosters.highest() {
        return Ok(false);
    }
    for back in 1..=MAX_LOOK_BACK.min(watermark.row) {
        let touched = store.documents_after(watermark.row - back, watermark.row, 1);
        let touched = touched.await?;
        let Some((row, document)) = touched.documents.first().copied() else {
            continue;
        };
        let entries = store.document_unread(document).await?;
        let Some(entry) = entries.iter().find(|entry| entry.row == row) else {
            return Ok(false);
        };
        let id = entry.entry.to_string();
        let shown = mirror.provenance(&document.to_string()).await?;
        return Ok(shown.is_some_and(|shown| {
            shown.entries.iter().any(|entry| entry.entry == id)
                || shown.refused.iter().any(|entry| entry.entry == id)
        }));
    }
    Ok(true)
}

/// A document and all entries about it.
type Loaded = (DocId, Vec<StoredEntry>);

/// Loads documents, at least the first, until there is much of them.
async fn load(
    store: &Store,
    documents: &[(i64, DocId)],
    ceilings: &Ceilings,
) -> Result<Vec<Loaded>, StoreError> {
    let ids: Vec<DocId> = documents.iter().map(|(_, document)| *document).collect();
    let sizes = store.sizes(&ids).await?;
    let sizes: BTreeMap<DocId, DocumentSize> = sizes
        .into_iter()
        .map(|size| (size.document, size))
        .collect();
    let mut bytes = 0;
    let fits = |document: &&DocId| {
        let fits = bytes <= MAX_BYTES_PER_STEP;
        if let Some(size) = sizes.get(document) {
            // Of more than may count as much is read as that, at most.
            bytes += size.bytes.min(MAX_DOCUMENT_BYTES) + size.entries * ENTRY_BYTES;
        }
        fits
    };
    let due: Vec<DocId> = ids.iter().take_while(fits).copied().collect();
    let is_small = |document: &DocId| {
        let size = sizes.get(document);
        size.is_none_or(|size| size.bytes <= MAX_DOCUMENT_BYTES)
    };
    let small: Vec<DocId> = due.iter().copied().filter(is_small).collect();
    let mut together = store.documents(&small).await?;
    let mut loaded = Vec::with_capacity(due.len());
    for document in due {
        let entries = match together.remove(&document) {
            Some(entries) => entries,
            None => reading::entries(store, document, ceilings).await?,
        };
        loaded.push((document, entries));
    }
    Ok(loaded)
}

/// Opens the mirror; one that only a rebuild can cure is removed first: it is derived.
async fn open_or_remove(path: &Path) -> Result<Mirror, MirrorError> {
    match Mirror::open(path).await {
        Err(error) if error.is_cured_by_rebuild() => {
            tracing::warn!(%error, "the mirror is built anew");
            remove_mirror(path)?;
            Mirror::open(path).await
        }
        opened => opened,
    }
}

fn remove_mirror(path: &Path) -> Result<(), MirrorError> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let file = PathBuf::from(name);
        match std::fs::remove_file(&file) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(MirrorError::Io { path: file, source });
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use faelled_proto::FederationId;

    use super::*;
    use crate::reading::tests::{Held, long, opens};

    #[tokio::test]
    async fn the_mirror_goes_no_further_than_it_was_told() {
        let held = Held::new().await;
        held.feed(1, &[vec![opens()], long(3)].concat()).await;
        let last_row = held.store.last_row().await.unwrap();
        let place = tempfile::tempdir().unwrap();
        let mirror = Mirror::open(&place.path().join("mirror.db")).await.unwrap();
        let following = Following {
            store: &held.store,
            mirror: &mirror,
            trust: Arc::new(Trust::of_nobody(FederationId::of(&[b"federation"]))),
        };
        // More is on the disk than it was told of; where it took that, the same target would be a step back.
        for row in [2, 2, 3, last_row] {
            let target = Committed { row, trust: 1 };
            following.follow(1, target, |_| {}).await.unwrap();
            assert_eq!(mirror.watermark().await.unwrap().row, row);
        }
    }
}
