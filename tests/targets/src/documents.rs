//! A document built of changes that hostile members made of real ones.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use faelled_documents::{ChangeHeader, Document, WrittenChange};
use faelled_model::schema::{self, Record};
use faelled_model::{Comment, Localized, LocalizedText, Pack, Pilot, Requirement, validate};
use faelled_proto::{DocId, EntryId, FeedId};

use crate::changes::{chunk, content_of};
use crate::input::{Input, mutate};

/// The document.
pub(crate) const DOCUMENT: DocId = DocId::from_bytes([9; 32]);
/// Changes that one input applies.
const MAX_CHANGES: usize = 24;

/// A real history of a requirement, by three members.
#[derive(Debug)]
pub(crate) struct History {
    /// Whose change, and its bytes; in an order in which they can be applied.
    pub(crate) changes: Vec<(u8, Vec<u8>)>,
}

pub(crate) fn feed(number: u8) -> FeedId {
    FeedId::from_bytes([number; 32])
}

impl History {
    pub(crate) fn get() -> &'static Self {
        static HISTORY: LazyLock<History> = LazyLock::new(History::make);
        &HISTORY
    }

    /// One member begins; two go on without knowing of each other, and the first again with all of it.
    fn make() -> Self {
        let pack = include_str!("../../../examples/packs/furniture.toml");
        let pack = faelled_exchange::read_pack(pack, "furniture.toml").unwrap();
        let mut value = pack.requirements[0].clone();
        let mut changes = Vec::new();
        let mut one = Document::new(DOCUMENT);
        edit(&mut one, 1, &mut value, &mut changes);
        let mut two = Document::new(DOCUMENT);
        apply(&mut two, &changes);
        let mut other = value.clone();
        other.wording =
            LocalizedText::from([("da", "Leverandøren skal genbruge mindst 40 % af stolene.")]);
        other.number = "M-2".into();
        edit(&mut two, 2, &mut other, &mut changes);
        value.wording =
            LocalizedText::from([("da", "Leverandøren skal genbruge mindst 60 % af bordene.")]);
        value.number = "M-3".into();
        value.placeholders.clear();
        edit(&mut one, 1, &mut value, &mut changes);
        let mut three = Document::new(DOCUMENT);
        apply(&mut three, &changes);
        let mut settled: Requirement = schema::read(&three).unwrap();
        settled.number = "M-4".into();
        edit(&mut three, 3, &mut settled, &mut changes);
        settled.title = Localized::from([("da", "Genbrug")]);
        edit(&mut three, 3, &mut settled, &mut changes);
        Self { changes }
    }

    /// The first so many changes, as entries of their feeds.
    pub(crate) fn written(&self, count: usize) -> Vec<WrittenChange<'_>> {
        let numbered = (0_u8..).zip(&self.changes).take(count);
        let written = numbered.map(|(number, (by, body))| WrittenChange {
            entry: EntryId::from_bytes([number; 32]),
            feed: feed(*by),
            body,
        });
        written.collect()
    }
}

fn edit(document: &mut Document, by: u8, value: &mut Requirement, into: &mut Vec<(u8, Vec<u8>)>) {
    let held = schema::read(document).unwrap();
    schema::prepare(value, &held);
    let change = document.edit(feed(by), value, 1_790_000_000_000).unwrap();
    into.push((by, change.unwrap()));
}

fn apply(document: &mut Document, changes: &[(u8, Vec<u8>)]) {
    let history = History {
        changes: changes.to_vec(),
    };
    assert_eq!(document.apply(&history.written(changes.len())), []);
}

/// The input says which changes of a real history come, in which order, and what is changed in them.
pub fn document(bytes: &[u8]) {
    let (changes, is_sound) = changed(&mut Input::new(bytes));
    let numbered: Vec<WrittenChange<'_>> = (0_u8..)
        .zip(&changes)
        .map(|(number, (by, body))| WrittenChange {
            entry: EntryId::from_bytes([number; 32]),
            feed: feed(*by),
            body,
        })
        .collect();
    let mut at_once = Document::new(DOCUMENT);
    let mut otherwise = Document::new(DOCUMENT);
    let refused = at_once.apply(&numbered);
    let mut other_order = numbered.clone();
    other_order.sort_by_key(|change| std::cmp::Reverse(change.feed));
    assert_eq!(
        otherwise.apply(&other_order),
        refused,
        "what is refused depends on the order"
    );
    same(&at_once, &otherwise);
    let mut one_by_one = Document::new(DOCUMENT);
    for change in &numbered {
        one_by_one.apply(std::slice::from_ref(change));
    }
    if is_sound {
        same(&at_once, &one_by_one);
    }
    read_all(&one_by_one);
    let pack = schema::read::<Pack>(&one_by_one);
    drop(validate::pack(&pack.unwrap_or_default()));
    go_on(at_once, otherwise);
}

/// Everybody sees the same, whatever came first.
fn same(one: &Document, other: &Document) {
    assert_eq!(
        one.quarantine(),
        other.quarantine(),
        "who sets it aside depends on the order"
    );
    let shown = |document: &Document| {
        // As text: a number that is none equals nothing, itself included.
        format!("{:?}", schema::read::<Requirement>(document))
    };
    assert_eq!(
        shown(one),
        shown(other),
        "what is shown depends on the order"
    );
    let conflicts = |document: &Document| format!("{:?}", document.conflicts());
    assert_eq!(
        conflicts(one),
        conflicts(other),
        "conflicts depend on the order"
    );
}

/// Whoever reads edits too: a number, and the first conflict. Everybody else takes that.
fn go_on(mut mine: Document, mut theirs: Document) {
    let mut value: Requirement = schema::read(&mine).unwrap_or_default();
    drop(validate::releasable(&value));
    let held = value.clone();
    value.number = "M-9".into();
    schema::prepare(&mut value, &held);
    let edited = mine.edit(feed(9), &value, 1_790_000_001_000).ok().flatten();
    let conflict = mine.conflicts().ok().and_then(|all| all.into_iter().next());
    let settled = conflict.and_then(|conflict| {
        assert!(conflict.values.len() >= 2, "a conflict of one value");
        let settled = mine.resolve(feed(9), &conflict.path, 1, 1_790_000_002_000);
        settled.ok().flatten()
    });
    for (number, body) in (200_u8..).zip(edited.iter().chain(&settled)) {
        let change = WrittenChange {
            entry: EntryId::from_bytes([number; 32]),
            feed: feed(9),
            body,
        };
        let refused = theirs.apply(&[change]);
        assert_eq!(refused, [], "an own edit is refused by others");
    }
}

/// Shows the document as what it is and as what it is not.
fn read_all(document: &Document) {
    fn shows<T: Record>(document: &Document) {
        drop(schema::read::<T>(document));
    }
    shows::<Requirement>(document);
    shows::<Pack>(document);
    shows::<Pilot>(document);
    shows::<Comment>(document);
    drop(document.conflicts());
}

/// The changes, and whether all of them are as they were written.
fn changed(input: &mut Input<'_>) -> (Vec<(u8, Vec<u8>)>, bool) {
    let mut is_sound = true;
    let history = History::get();
    let mut hashes: BTreeMap<[u8; 32], [u8; 32]> = BTreeMap::new();
    let mut changes = Vec::new();
    let mut next = 0;
    while !input.is_empty() && changes.len() < MAX_CHANGES {
        let choice = input.byte();
        let index = if choice & 1 == 0 {
            next
        } else {
            input.index(history.changes.len())
        };
        let Some((by, body)) = history.changes.get(index) else {
            break;
        };
        next = index + 1;
        let mut content = content_of(body).to_vec();
        follow(&mut content, &hashes);
        if choice & 2 != 0 {
            mutate(input, &mut content);
            is_sound = false;
        }
        let by = if choice & 0xf0 == 0xf0 {
            input.byte() % 4
        } else {
            *by
        };
        let made = chunk(&content);
        hashes.insert(hash_of(body), hash_of(&made));
        changes.push((by, made));
    }
    (changes, is_sound)
}

/// What builds on a change builds on what was made of it.
fn follow(content: &mut [u8], hashes: &BTreeMap<[u8; 32], [u8; 32]>) {
    let count = content.first().copied().unwrap_or(0);
    let dependencies = content[1..].chunks_exact_mut(32).take(count.into());
    for dependency in dependencies {
        if let Some(made) = hashes.get::<[u8]>(dependency) {
            dependency.copy_from_slice(made);
        }
    }
}

fn hash_of(change: &[u8]) -> [u8; 32] {
    ChangeHeader::read(change).map_or([0; 32], |header| header.hash.0)
}
