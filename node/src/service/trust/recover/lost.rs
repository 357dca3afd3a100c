//! What of this member's own does not count in a document: a cut took it out, or it was taken back.

use std::collections::{BTreeMap, BTreeSet};

use faelled_documents::{Document, WrittenChange};
use faelled_engine::Ceilings;
use faelled_mirror::trust::Ground;
use faelled_model::Language;
use faelled_proto::opening::DocumentOpening;
use faelled_proto::{DocId, EntryId, FeedId, Kind, MemberId};
use faelled_store::{RetractedEntry, Store, StoredEntry};

use crate::failure::{Failure, Said};
use crate::view::judge;

/// Why an entry is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// A cut took it out.
    Cut(Ground),
    /// Nobody had got it when the node found that its disk had been rolled back.
    Retracted,
}

/// An entry of this member's own that does not count.
#[derive(Debug, Clone)]
pub(super) struct LostEntry {
    pub(super) entry: EntryId,
    pub(super) feed: FeedId,
    pub(super) seq: u64,
    pub(super) kind: Kind,
    pub(super) body: Option<Vec<u8>>,
    pub(super) why: Why,
    /// Its row among what was taken back.
    row: Option<i64>,
}

/// All of them about one document, and what counts in it beside them.
#[derive(Debug)]
pub(super) struct Lost {
    pub(super) id: DocId,
    /// The opening that counts, else the lost one of this member's own.
    pub(super) opening: Option<DocumentOpening>,
    /// The opening is among what is lost: the document has to be opened again.
    pub(super) reopens: bool,
    /// By feed and place.
    pub(super) entries: Vec<LostEntry>,
    /// What counts, or will once the document is open again; by feed and place.
    counting: Vec<StoredEntry>,
}

impl LostEntry {
    /// Whether it can be written again by itself: the others somebody has to do anew.
    pub(super) const fn is_content(&self) -> bool {
        matches!(self.kind, Kind::DOCUMENT_OPENING | Kind::CHANGE)
    }
}

impl Why {
    pub(super) fn said(self) -> Said {
        match self {
            Self::Cut(ground) => Said::new(
                ground.name(Language::English),
                ground.name(Language::Danish),
            ),
            Self::Retracted => Said::new(
                "taken back after this node's disk was rolled back",
                "taget tilbage, efter at nodens disk var sat tilbage",
            ),
        }
    }
}

impl Lost {
    /// Finds them; nothing where none is left that was not dealt with.
    pub(super) fn find(
        own: &MemberId,
        id: DocId,
        mut stored: Vec<StoredEntry>,
        retracted: &[RetractedEntry],
        dealt_with: &BTreeSet<EntryId>,
        ceilings: &Ceilings,
    ) -> Option<Self> {
        let taken_back = retracted.iter().filter(|entry| entry.document == Some(id));
        let mut entries: Vec<LostEntry> = taken_back.map(of_retracted).collect();
        let counts = judge(id, &stored, ceilings).opening;
        let own_opening = own_opening(own, id, &stored, &entries);
        let reopens = counts.is_none() && own_opening.is_some();
        if reopens && let Some(void) = stored.iter().find(|entry| is_opening(entry, own)) {
            // As it will be once the document is open again, in a feed that nothing cuts.
            let again = StoredEntry {
                feed: FeedId::ZERO,
                seq: 0,
                ..void.clone()
            };
            stored.push(again);
        }
        let judged = judge(id, &stored, ceilings);
        entries.extend(judged.void.iter().filter_map(|void| {
            let why = Why::Cut(void.ground.filter(|_| void.entry.member == *own)?);
            Some(of_void(void.entry, why))
        }));
        entries.retain(|lost| !dealt_with.contains(&lost.entry));
        if entries.is_empty() {
            return None;
        }
        entries.sort_by_key(|lost| (lost.feed, lost.seq));
        let mut counting: Vec<StoredEntry> = judged.counting.into_iter().cloned().collect();
        counting.sort_by_key(|entry| (entry.feed, entry.seq));
        Some(Self {
            id,
            opening: counts.or(own_opening),
            reopens,
            entries,
            counting,
        })
    }

    /// The grounds, each once.
    pub(super) fn grounds(&self) -> BTreeSet<Why> {
        self.entries.iter().map(|lost| lost.why).collect()
    }

    /// The document as it counts.
    pub(super) fn present(&self) -> Document {
        let mut document = Document::new(self.id);
        document.apply(&self.changes(|_| true));
        document
    }

    /// The document as it stood before the first lost change of each feed, and with the lost changes; and how many
    /// of these cannot be read any more.
    pub(super) fn before_and_with(&self) -> (Document, Document, usize) {
        let mut first: BTreeMap<FeedId, u64> = BTreeMap::new();
        for lost in &self.entries {
            let seq = first.entry(lost.feed).or_insert(lost.seq);
            *seq = lost.seq.min(*seq);
        }
        // After a rollback others' copy of a feed goes on where what was taken back stood.
        let before = |entry: &StoredEntry| {
            let seq = first.get(&entry.feed);
            seq.is_none_or(|seq| entry.seq < *seq)
        };
        let mut base = Document::new(self.id);
        base.apply(&self.changes(before));
        let mut with = Document::new(self.id);
        with.apply(&self.changes(before));
        let lost: Vec<WrittenChange<'_>> = self
            .entries
            .iter()
            .filter(|lost| lost.kind == Kind::CHANGE)
            .filter_map(|lost| {
                Some(WrittenChange {
                    entry: lost.entry,
                    feed: lost.feed,
                    body: lost.body.as_deref()?,
                })
            })
            .collect();
        let refused = with.apply(&lost).len();
        (base, with, refused)
    }

    /// The feeds in which something is lost.
    pub(super) fn feeds(&self) -> BTreeSet<FeedId> {
        self.entries.iter().map(|lost| lost.feed).collect()
    }

    fn changes(&self, takes: impl Fn(&StoredEntry) -> bool) -> Vec<WrittenChange<'_>> {
        self.counting
            .iter()
            .filter(|entry| entry.kind == Kind::CHANGE && takes(entry))
            .filter_map(|entry| {
                Some(WrittenChange {
                    entry: entry.entry,
                    feed: entry.feed,
                    body: entry.body.as_deref()?,
                })
            })
            .collect()
    }

    /// Notes that these entries are dealt with: they are not told of again.
    pub(super) async fn settle(
        &self,
        store: &Store,
        is_settled: impl Fn(&LostEntry) -> bool,
    ) -> Result<(), Failure> {
        let settled = || self.entries.iter().filter(|lost| is_settled(lost));
        let mut settled_ids = dealt_with(store, self.id).await?;
        let voided = settled().filter(|lost| lost.row.is_none());
        settled_ids.extend(voided.map(|lost| lost.entry));
        let ids: Vec<u8> = settled_ids
            .iter()
            .flat_map(|entry| *entry.as_bytes())
            .collect();
        store.set_setting(&setting(self.id), &ids).await?;
        let rows: Vec<i64> = settled().filter_map(|lost| lost.row).collect();
        store.drop_retracted(&rows).await?;
        Ok(())
    }
}

/// The entries of a document that were dealt with before.
pub(super) async fn dealt_with(store: &Store, id: DocId) -> Result<BTreeSet<EntryId>, Failure> {
    let held = store.setting(&setting(id)).await?.unwrap_or_default();
    let ids = held.as_chunks::<32>().0.iter();
    Ok(ids.map(|id| EntryId::from_bytes(*id)).collect())
}

fn setting(id: DocId) -> String {
    format!("recovered-{id}")
}

fn is_opening(entry: &StoredEntry, own: &MemberId) -> bool {
    entry.kind == Kind::DOCUMENT_OPENING && entry.member == *own
}

fn own_opening(
    own: &MemberId,
    id: DocId,
    stored: &[StoredEntry],
    taken_back: &[LostEntry],
) -> Option<DocumentOpening> {
    let stored = stored.iter().filter(|entry| is_opening(entry, own));
    let taken_back = taken_back
        .iter()
        .filter(|lost| lost.kind == Kind::DOCUMENT_OPENING);
    stored
        .map(|entry| &entry.body)
        .chain(taken_back.map(|lost| &lost.body))
        .filter_map(|body| DocumentOpening::decode(body.as_deref()?).ok())
        .find(|opening| opening.id() == id && opening.owner == *own)
}

fn of_void(entry: &StoredEntry, why: Why) -> LostEntry {
    LostEntry {
        entry: entry.entry,
        feed: entry.feed,
        seq: entry.seq,
        kind: entry.kind,
        body: entry.body.clone(),
        why,
        row: None,
    }
}

fn of_retracted(entry: &RetractedEntry) -> LostEntry {
    LostEntry {
        entry: entry.entry,
        feed: entry.feed,
        seq: entry.seq,
        kind: entry.kind,
        body: entry.body.clone(),
        why: Why::Retracted,
        row: Some(entry.row),
    }
}
