//! One document: the set of its changes, and what they show.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::CommitOptions;
use automerge::{AutoCommit, Change, ChangeHash};
use autosurgeon::{Hydrate, Reconcile, ReconcileError};
use faelled_proto::{DocId, EntryId, FeedId};

use crate::actor::actor_of;
use crate::change::{ChangeHeader, ChangeRefusal};
use crate::path::ConflictPath;
use crate::writer;

/// A change as an entry of a feed carries it.
#[derive(Debug, Clone, Copy)]
pub struct WrittenChange<'a> {
    /// The entry.
    pub entry: EntryId,
    /// Its feed.
    pub feed: FeedId,
    /// Its body.
    pub body: &'a [u8],
}

/// A document that is not shown, because Automerge failed on one of its changes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the document is set aside: {reason}")]
pub struct Quarantine {
    /// The entry on which Automerge failed, where one could be named.
    pub entry: Option<EntryId>,
    /// What happened.
    pub reason: String,
}

/// An edit that was not made.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The document is set aside.
    #[error(transparent)]
    Quarantined(#[from] Quarantine),
    /// The document's shape does not take the value.
    #[error("the document does not take the value: {0}")]
    Reconcile(#[from] ReconcileError),
    /// The edit is over a bound that every reader applies.
    #[error("the edit would be refused by everybody: {0}")]
    Refused(#[from] ChangeRefusal),
    /// The history would be longer than everybody reads.
    #[error(
        "the history of the document has {held} operations, and everybody reads at most {MAX_HISTORY_OPERATIONS}: go on in a new document"
    )]
    HistoryFull {
        /// How many there are.
        held: u64,
    },
    /// Nothing is to be settled there.
    #[error(
        "there is no conflict at {0}: look at the conflicts again, somebody may have settled it"
    )]
    NoConflict(ConflictPath),
    /// The conflict has not that many values.
    #[error("the conflict at {path} has {count} values, and none with index {index}")]
    NoSuchValue {
        /// Where.
        path: ConflictPath,
        /// What was chosen, from 0.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// The value cannot be written in one change.
    #[error("the value chosen for {0} is too large to be written in one change")]
    TooLarge(ConflictPath),
}

/// Operations in all changes of a document: of more, Automerge would need hundreds of megabytes.
pub const MAX_HISTORY_OPERATIONS: u64 = 420_000;

/// A document in memory.
#[derive(Debug)]
pub struct Document {
    pub(crate) id: DocId,
    pub(crate) automerge: AutoCommit,
    pub(crate) written: BTreeMap<FeedId, u64>,
    /// The changes that count, whether or not those that they build on have come.
    pub(crate) made: BTreeMap<ChangeHash, Change>,
    pub(crate) quarantine: Option<Quarantine>,
    /// Operations of all changes that count.
    operations: u64,
}

impl Document {
    /// A document without changes.
    #[must_use]
    pub fn new(id: DocId) -> Self {
        Self {
            id,
            automerge: AutoCommit::new(),
            written: BTreeMap::new(),
            made: BTreeMap::new(),
            quarantine: None,
            operations: 0,
        }
    }

    /// Applies changes, each feed's in the order of the feed; the feeds in any order. Returns those that do
    /// not count, with the reason, sorted by feed.
    ///
    /// A hostile change may name what it replaces in a way that Automerge never writes, and then Automerge shows one
    /// thing or another, depending on what it took together. So everybody builds a document of all of its changes at
    /// once, and they are always taken in the same order.
    pub fn apply(&mut self, changes: &[WrittenChange<'_>]) -> Vec<(EntryId, ChangeRefusal)> {
        let mut refused = Vec::new();
        let mut accepted: Vec<(EntryId, ChangeHash)> = Vec::new();
        let mut changes: Vec<&WrittenChange<'_>> = changes.iter().collect();
        changes.sort_by_key(|change| change.feed);
        for change in changes {
            match self.admit(change) {
                Ok(hash) => accepted.push((change.entry, hash)),
                Err(refusal) => refused.push((change.entry, refusal)),
            }
        }
        if self.operations > MAX_HISTORY_OPERATIONS {
            self.quarantine.get_or_insert_with(|| Quarantine {
                entry: None,
                reason: format!(
                    "its history has {} operations, and at most {MAX_HISTORY_OPERATIONS} are read",
                    self.operations
                ),
            });
        }
        if self.quarantine.is_none()
            && let Err(reason) = self.apply_all(&accepted)
        {
            self.quarantine = Some(Quarantine {
                entry: self.find_culprit(&accepted),
                reason,
            });
        }
        refused
    }

    /// Checks a change against its feed before Automerge sees more than its head.
    fn admit(&mut self, change: &WrittenChange<'_>) -> Result<ChangeHash, ChangeRefusal> {
        let header = ChangeHeader::read(change.body)?;
        if header.actor != actor_of(change.feed, self.id) {
            return Err(ChangeRefusal::ForeignActor);
        }
        let expected = self.written.get(&change.feed).copied().unwrap_or(0) + 1;
        if header.seq != expected {
            return Err(ChangeRefusal::Sequence {
                found: header.seq,
                expected,
            });
        }
        let read =
            guarded(|| Change::from_bytes(change.body.to_vec()).map_err(|error| error.to_string()))
                .map_err(ChangeRefusal::Rejected)?;
        self.written.insert(change.feed, expected);
        self.operations = self.operations.saturating_add(read.len() as u64);
        let hash = read.hash();
        self.made.insert(hash, read);
        Ok(hash)
    }

    fn apply_all(&mut self, changes: &[(EntryId, ChangeHash)]) -> Result<(), String> {
        let (automerge, made) = (&mut self.automerge, &self.made);
        let changes = changes
            .iter()
            .filter_map(|(_, hash)| made.get(hash).cloned());
        guarded(|| {
            automerge
                .apply_changes(changes)
                .map_err(|error| error.to_string())
        })
    }

    /// Applies the changes one by one to an empty document, in the given order, until Automerge fails.
    fn find_culprit(&self, changes: &[(EntryId, ChangeHash)]) -> Option<EntryId> {
        let mut automerge = AutoCommit::new();
        changes
            .iter()
            .find(|(_, hash)| {
                guarded(|| {
                    automerge
                        .apply_changes(self.made.get(hash).cloned())
                        .map_err(|error| error.to_string())
                })
                .is_err()
            })
            .map(|(entry, _)| *entry)
    }

    /// Why the document is not shown, where it is not.
    #[must_use]
    pub fn quarantine(&self) -> Option<&Quarantine> {
        self.quarantine.as_ref()
    }

    /// Reads the document as a typed value.
    ///
    /// # Errors
    /// When it is set aside, or is not of this type.
    pub fn read<T: Hydrate>(&self) -> Result<T, Quarantine> {
        if let Some(quarantine) = &self.quarantine {
            return Err(quarantine.clone());
        }
        guarded(|| autosurgeon::hydrate(&self.automerge).map_err(|error| error.to_string()))
            .map_err(|reason| Quarantine {
                entry: None,
                reason,
            })
    }

    /// Writes a typed value as one change under the feed's actor, touching only what differs. Returns the
    /// change's bytes, or `None` where nothing differs.
    ///
    /// What the type does not know stays. A conflict stays where the value is the one that is shown; another
    /// value settles it. Items of a list are the same where their `#[key]` is the same; one that moved within
    /// its list is put in anew, with all that it shows. Items without a key are the same where they stand at the
    /// same place.
    ///
    /// `claimed_ms` are milliseconds since 1970; Automerge keeps whole seconds.
    ///
    /// # Errors
    /// When the document is set aside, does not take the value, or the change is over a bound. It then still
    /// has the change that nobody takes: build it anew.
    pub fn edit<T: Reconcile>(
        &mut self,
        feed: FeedId,
        value: &T,
        claimed_ms: u64,
    ) -> Result<Option<Vec<u8>>, EditError> {
        self.write(feed, claimed_ms, |automerge| {
            writer::write(automerge, value)
        })
    }

    /// Makes one change under the feed's actor of what the work writes.
    pub(crate) fn write<E: Into<ReconcileError>>(
        &mut self,
        feed: FeedId,
        claimed_ms: u64,
        work: impl FnOnce(&mut AutoCommit) -> Result<(), E>,
    ) -> Result<Option<Vec<u8>>, EditError> {
        if let Some(quarantine) = &self.quarantine {
            return Err(quarantine.clone().into());
        }
        self.automerge.set_actor(actor_of(feed, self.id));
        let automerge = &mut self.automerge;
        match guarded(|| Ok(work(automerge))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                self.automerge.rollback();
                return Err(EditError::Reconcile(error.into()));
            }
            Err(reason) => {
                let quarantine = Quarantine {
                    entry: None,
                    reason,
                };
                self.quarantine = Some(quarantine.clone());
                return Err(quarantine.into());
            }
        }
        let seconds = i64::try_from(claimed_ms / 1000).unwrap_or(i64::MAX);
        let Some(_) = self
            .automerge
            .commit_with(CommitOptions::default().with_time(seconds))
        else {
            return Ok(None);
        };
        let Some(change) = self.automerge.get_last_local_change() else {
            return Ok(None);
        };
        let bytes = change.raw_bytes().to_vec();
        let held = self.operations;
        self.operations = held.saturating_add(change.len() as u64);
        self.made.insert(change.hash(), change);
        ChangeHeader::read(&bytes)?;
        if self.operations > MAX_HISTORY_OPERATIONS {
            return Err(EditError::HistoryFull { held });
        }
        *self.written.entry(feed).or_insert(0) += 1;
        Ok(Some(bytes))
    }
}

/// Runs Automerge on bytes of others: its panic is an error of that document.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result,
        Err(panic) => {
            let message = panic
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            Err(format!("Automerge stopped at it ({message})"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn feed(number: u8) -> FeedId {
        FeedId::from_bytes([number; 32])
    }

    fn id() -> DocId {
        DocId::from_bytes([9; 32])
    }

    fn value(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
            .collect()
    }

    fn written(number: u8, feed_number: u8, body: &[u8]) -> WrittenChange<'_> {
        WrittenChange {
            entry: EntryId::from_bytes([number; 32]),
            feed: feed(feed_number),
            body,
        }
    }

    #[test]
    fn a_history_that_takes_too_much_memory_is_not_applied_and_nobody_writes_one() {
        let mut author = Document::new(id());
        let add = |author: &mut Document, key: &str| {
            let list = vec![1_u64; 190_000];
            author.edit(feed(1), &BTreeMap::from([(key, list)]), 1_000)
        };
        let first = add(&mut author, "a").unwrap().unwrap();
        let second = add(&mut author, "b").unwrap().unwrap();
        let mut other = Document::new(id());
        assert_eq!(
            other.apply(&[written(1, 1, &first), written(2, 1, &second)]),
            []
        );
        assert_eq!(other.quarantine(), None);
        let full = add(&mut author, "c");
        assert!(matches!(full, Err(EditError::HistoryFull { held }) if held > 380_000));
        let mut hostile = Document::new(id());
        let third = hostile.edit(
            feed(2),
            &BTreeMap::from([("d", vec![1_u64; 190_000])]),
            1_000,
        );
        let third = third.unwrap().unwrap();
        assert_eq!(other.apply(&[written(3, 2, &third)]), []);
        let reason = other.quarantine().unwrap().reason.clone();
        assert!(reason.starts_with("its history has"), "{reason}");
    }

    #[test]
    fn what_is_written_is_read_by_another() {
        let mut author = Document::new(id());
        let first = author
            .edit(feed(1), &value(&[("a", "x")]), 1_000)
            .unwrap()
            .unwrap();
        let second = author
            .edit(feed(1), &value(&[("a", "y")]), 2_000)
            .unwrap()
            .unwrap();
        assert_eq!(
            author.edit(feed(1), &value(&[("a", "y")]), 3_000).unwrap(),
            None
        );
        let mut reader = Document::new(id());
        assert_eq!(
            reader.apply(&[written(1, 1, &first), written(2, 1, &second)]),
            []
        );
        assert_eq!(
            reader.read::<BTreeMap<String, String>>(),
            Ok(value(&[("a", "y")]))
        );
    }

    #[test]
    fn a_change_under_anothers_actor_never_counts() {
        let mut author = Document::new(id());
        let change = author
            .edit(feed(1), &value(&[("a", "x")]), 0)
            .unwrap()
            .unwrap();
        let mut reader = Document::new(id());
        assert_eq!(
            reader.apply(&[written(1, 2, &change)]),
            [(EntryId::from_bytes([1; 32]), ChangeRefusal::ForeignActor)]
        );
        assert_eq!(
            reader.read::<BTreeMap<String, String>>(),
            Ok(BTreeMap::new())
        );
    }

    #[test]
    fn a_change_out_of_its_turn_never_counts() {
        let mut author = Document::new(id());
        author
            .edit(feed(1), &value(&[("a", "x")]), 0)
            .unwrap()
            .unwrap();
        let second = author
            .edit(feed(1), &value(&[("a", "y")]), 0)
            .unwrap()
            .unwrap();
        let mut reader = Document::new(id());
        assert_eq!(
            reader.apply(&[written(1, 1, &second)]),
            [(
                EntryId::from_bytes([1; 32]),
                ChangeRefusal::Sequence {
                    found: 2,
                    expected: 1
                }
            )]
        );
    }

    #[test]
    fn mutated_changes_never_panic_out_of_the_document() {
        let mut author = Document::new(id());
        let change = author
            .edit(feed(1), &value(&[("a", "x"), ("b", "y")]), 0)
            .unwrap()
            .unwrap();
        for index in 8..change.len() {
            for bit in 0..8 {
                let mut mutated = change.clone();
                mutated[index] ^= 1 << bit;
                let hash: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(&mutated[8..]).into();
                mutated[4..8].copy_from_slice(&hash[..4]);
                let mut reader = Document::new(id());
                reader.apply(&[written(1, 1, &mutated)]);
            }
        }
    }

    /// A change of feed 1 on which Automerge panics while it applies it.
    const CRASHER: [u8; 80] = [
        0x85, 0x6f, 0x4a, 0x83, 0x3d, 0xa1, 0xf2, 0x9b, 0x01, 0x46, 0x00, 0x10, 0xa1, 0x91, 0xb8,
        0xa1, 0xf3, 0x89, 0x93, 0xdf, 0x78, 0xb3, 0x79, 0x7a, 0x47, 0x44, 0xd9, 0x62, 0x01, 0x01,
        0x00, 0x00, 0x00, 0x09, 0x01, 0x04, 0x02, 0x04, 0x13, 0x04, 0x15, 0x05, 0x34, 0x02, 0x42,
        0x03, 0x56, 0x03, 0x57, 0x01, 0x70, 0x02, 0x00, 0x01, 0x7f, 0x00, 0x00, 0x01, 0x7f, 0x19,
        0x00, 0x01, 0x7f, 0x00, 0x7f, 0x01, 0x6c, 0x00, 0x01, 0x01, 0x01, 0x7e, 0x02, 0x01, 0x7e,
        0x00, 0x14, 0x01, 0x02, 0x00,
    ];

    #[test]
    fn a_change_on_which_automerge_stops_sets_aside_its_document_and_names_the_entry() {
        let mut author = Document::new(DocId::from_bytes([8; 32]));
        let sound = author
            .edit(feed(1), &value(&[("a", "x")]), 0)
            .unwrap()
            .unwrap();
        let mut reader = Document::new(id());
        assert_eq!(reader.apply(&[written(1, 1, &CRASHER)]), []);
        let quarantine = reader.quarantine().cloned().unwrap();
        assert_eq!(quarantine.entry, Some(EntryId::from_bytes([1; 32])));
        let read = reader.read::<BTreeMap<String, String>>();
        assert_eq!(read, Err(quarantine.clone()));
        let edited = reader.edit(feed(2), &value(&[("a", "y")]), 0);
        assert!(matches!(edited, Err(EditError::Quarantined(_))));
        assert_eq!(reader.conflicts(), Err(quarantine));
        let place = "a".parse().unwrap();
        let resolved = reader.resolve(feed(2), &place, 0, 0);
        assert!(matches!(resolved, Err(EditError::Quarantined(_))));
        let mut other = Document::new(DocId::from_bytes([8; 32]));
        assert_eq!(other.apply(&[written(2, 1, &sound)]), []);
        assert_eq!(other.quarantine(), None);
    }

    #[test]
    fn a_document_that_is_set_aside_stays_so() {
        let mut reader = Document::new(id());
        reader.apply(&[written(1, 1, &CRASHER)]);
        let quarantine = reader.quarantine().cloned();
        let mut author = Document::new(id());
        let sound = author
            .edit(feed(2), &value(&[("a", "x")]), 0)
            .unwrap()
            .unwrap();
        assert_eq!(reader.apply(&[written(2, 2, &sound)]), []);
        assert_eq!(reader.quarantine().cloned(), quarantine);
    }

    #[test]
    fn an_edit_that_every_reader_would_refuse_is_not_made() {
        let mut author = Document::new(id());
        let long = "x".repeat(crate::change::MAX_CHANGE_BYTES);
        let edited = author.edit(feed(1), &value(&[("a", &long)]), 0);
        assert!(matches!(
            edited,
            Err(EditError::Refused(ChangeRefusal::TooLong))
        ));
    }

    proptest! {
        #[test]
        fn the_order_of_feeds_does_not_matter(order in Just(vec![0_usize, 1, 2]).prop_shuffle()) {
            let mut base = Document::new(id());
            let opening = base.edit(feed(1), &value(&[("a", "x")]), 0).unwrap().unwrap();
            let mut other = Document::new(id());
            other.apply(&[written(1, 1, &opening)]);
            let concurrent = other.edit(feed(2), &value(&[("a", "z")]), 0).unwrap().unwrap();
            let next = base.edit(feed(1), &value(&[("a", "y"), ("b", "w")]), 0).unwrap().unwrap();
            let all = [written(1, 1, &opening), written(2, 1, &next), written(3, 2, &concurrent)];
            let mut expected = Document::new(id());
            expected.apply(&all);
            // A feed's own changes stay in order; everything else may come in any.
            let mut order = order;
            if order.iter().position(|index| *index == 0) > order.iter().position(|index| *index == 1) {
                let (first, second) = (order.iter().position(|i| *i == 0).unwrap(), order.iter().position(|i| *i == 1).unwrap());
                order.swap(first, second);
            }
            let mut reader = Document::new(id());
            for index in order {
                prop_assert_eq!(reader.apply(&all[index..=index]), vec![]);
            }
            prop_assert_eq!(
                reader.read::<BTreeMap<String, String>>(),
                expected.read::<BTreeMap<String, String>>()
            );
        }
    }
}
