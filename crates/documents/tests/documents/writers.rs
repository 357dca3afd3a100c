//! Several people who write one document, and the values that they write.

use std::collections::BTreeMap;

use automerge::transaction::CommitOptions;
use automerge::{AutoCommit, Change, ObjId};
use autosurgeon::reconcile::{NoKey, TextReconciler};
use autosurgeon::{Hydrate, HydrateError, ReadDoc, Reconcile, Reconciler};
use faelled_documents::actor::actor_of;
use faelled_documents::{Choice, Conflict, ConflictPath, Document, WrittenChange};
use faelled_proto::{DocId, EntryId, FeedId};

pub(crate) fn feed(number: u8) -> FeedId {
    FeedId::from_bytes([number; 32])
}

pub(crate) fn id() -> DocId {
    DocId::from_bytes([9; 32])
}

pub(crate) fn path(text: &str) -> ConflictPath {
    text.parse().unwrap()
}

/// A text that merges word by word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Merging(pub(crate) String);

impl Reconcile for Merging {
    type Key<'a> = NoKey;

    fn reconcile<R: Reconciler>(&self, mut reconciler: R) -> Result<(), R::Error> {
        reconciler.text()?.update(&self.0)
    }
}

impl Hydrate for Merging {
    fn hydrate_text<D: ReadDoc>(doc: &D, obj: &ObjId) -> Result<Self, HydrateError> {
        Ok(Self(doc.text(obj)?))
    }

    fn hydrate_string(text: &str) -> Result<Self, HydrateError> {
        Ok(Self(text.to_owned()))
    }
}

/// A document with a value of every sort.
#[derive(Debug, Clone, PartialEq, Default, Reconcile, Hydrate)]
pub(crate) struct Sheet {
    #[autosurgeon(missing = "Default::default")]
    pub(crate) level: String,
    #[autosurgeon(missing = "Default::default")]
    pub(crate) weight: u64,
    #[autosurgeon(missing = "Default::default")]
    pub(crate) wording: BTreeMap<String, Merging>,
    #[autosurgeon(missing = "Default::default")]
    pub(crate) items: Vec<Item>,
    #[autosurgeon(missing = "Default::default")]
    pub(crate) codes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Reconcile, Hydrate)]
pub(crate) struct Item {
    #[key]
    #[autosurgeon(missing = "Default::default")]
    pub(crate) name: String,
    #[autosurgeon(missing = "Default::default")]
    pub(crate) max: u64,
    #[autosurgeon(missing = "Default::default")]
    pub(crate) note: BTreeMap<String, String>,
}

impl Sheet {
    pub(crate) fn of_level(level: &str) -> Self {
        Self {
            level: level.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn of_items(items: &[(&str, u64)]) -> Self {
        Self {
            items: items.iter().map(|(name, max)| item(name, *max)).collect(),
            ..Self::default()
        }
    }
}

pub(crate) fn item(name: &str, max: u64) -> Item {
    Item {
        name: name.to_owned(),
        max,
        note: BTreeMap::new(),
    }
}

/// A change in its feed.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) feed: u8,
    pub(crate) body: Vec<u8>,
}

/// One person's node.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) feed: u8,
    pub(crate) document: Document,
    /// All changes that are applied here.
    pub(crate) held: Vec<Sent>,
}

impl Writer {
    pub(crate) fn new(feed: u8) -> Self {
        Self {
            feed,
            document: Document::new(id()),
            held: Vec::new(),
        }
    }

    /// Reads, changes, writes.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Sheet)) -> Option<Sent> {
        let mut sheet = self.sheet();
        change(&mut sheet);
        self.write(&sheet)
    }

    /// Writes at a time that is told from the number of the feed.
    pub(crate) fn write<T: Reconcile>(&mut self, value: &T) -> Option<Sent> {
        let claimed_ms = u64::from(self.feed) * 10_000;
        let body = self
            .document
            .edit(feed(self.feed), value, claimed_ms)
            .unwrap();
        body.map(|body| self.keep(body))
    }

    pub(crate) fn resolve(&mut self, place: &str, choice: impl Into<Choice>) -> Sent {
        let body = self
            .document
            .resolve(feed(self.feed), &path(place), choice, 0)
            .unwrap()
            .unwrap();
        self.keep(body)
    }

    /// Writes with Automerge itself, as software of another version would.
    pub(crate) fn raw(&mut self, work: impl FnOnce(&mut AutoCommit)) -> Sent {
        let mut automerge = AutoCommit::new();
        let changes = self.held.iter().map(|sent| {
            let body = sent.body.clone();
            Change::from_bytes(body).unwrap()
        });
        automerge.apply_changes(changes).unwrap();
        automerge.set_actor(actor_of(feed(self.feed), id()));
        work(&mut automerge);
        automerge.commit_with(CommitOptions::default().with_time(i64::from(self.feed)));
        let change = automerge.get_last_local_change().unwrap();
        let sent = Sent {
            feed: self.feed,
            body: change.raw_bytes().to_vec(),
        };
        self.take(std::slice::from_ref(&sent));
        sent
    }

    fn keep(&mut self, body: Vec<u8>) -> Sent {
        let sent = Sent {
            feed: self.feed,
            body,
        };
        self.held.push(sent.clone());
        sent
    }

    pub(crate) fn take(&mut self, changes: &[Sent]) {
        for sent in changes {
            let change = WrittenChange {
                entry: EntryId::from_bytes([0; 32]),
                feed: feed(sent.feed),
                body: &sent.body,
            };
            assert_eq!(self.document.apply(&[change]), []);
            assert_eq!(self.document.quarantine(), None);
            self.held.push(sent.clone());
        }
    }

    pub(crate) fn sheet(&self) -> Sheet {
        self.document.read().unwrap()
    }

    pub(crate) fn conflicts(&self) -> Vec<Conflict> {
        self.document.conflicts().unwrap()
    }

    /// The only conflict: its place, and its values with their feeds, 0 for nobody's.
    pub(crate) fn conflict(&self) -> (String, Vec<(serde_json::Value, u8)>) {
        let mut conflicts = self.conflicts();
        let conflict = conflicts.pop().unwrap();
        assert_eq!(conflicts, []);
        let values = conflict.values.into_iter().map(|value| {
            let feed = value.feed.map_or(0, |feed| feed.as_bytes()[0]);
            (value.value, feed)
        });
        (conflict.path.to_string(), values.collect())
    }
}

/// Three people who all have what the first one wrote.
pub(crate) fn three(opening: &Sheet) -> [Writer; 3] {
    let mut writers = [Writer::new(1), Writer::new(2), Writer::new(3)];
    let opening = writers[0].write(opening).unwrap();
    for other in &mut writers[1..] {
        other.take(std::slice::from_ref(&opening));
    }
    writers
}
