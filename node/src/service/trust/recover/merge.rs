//! What a document says, and what it would say with this member's lost changes in it.

use std::collections::BTreeMap;

use faelled_documents::conflict::KEYS;
use faelled_documents::{Document, EditError, Quarantine, WrittenChange};
use faelled_model::schema;
use faelled_proto::{EntryId, FeedId};
use serde_json::Value;

use super::lost::Lost;
use crate::clock::now_ms;
use crate::data::trust::Difference;
use crate::kinds::Kept;

/// Fields that are told of one document.
const MAX_DIFFERENCES: usize = 500;
/// Characters of a value that are told.
const MAX_VALUE_CHARS: usize = 2_000;
/// How deep values are looked into; deeper ones are told whole.
const MAX_DEPTH: usize = 12;
/// Under it the lost changes become one, in a copy that is thrown away.
const SCRATCH: FeedId = FeedId::ZERO;

/// Both, read as what the document's kind holds.
#[derive(Debug)]
pub(super) struct Merged<T> {
    /// As it says now.
    pub(super) now: T,
    /// As it would say.
    pub(super) written: T,
    /// Field by field.
    pub(super) differences: Vec<Difference>,
    /// Lost changes that cannot be read any more.
    pub(super) unreadable: usize,
}

/// Why it could not be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotMerged {
    /// The document is set aside.
    #[error(transparent)]
    Quarantined(#[from] Quarantine),
    /// The lost changes do not fit into it.
    #[error(transparent)]
    Edit(#[from] EditError),
}

/// Merges the lost changes into a copy of what counts.
pub(super) fn merge<T: Kept>(lost: &Lost) -> Result<Merged<T>, NotMerged> {
    let mut present = lost.present();
    let now: T = schema::read(&present)?;
    let (mut base, with, unreadable) = lost.before_and_with();
    let held: T = schema::read(&base)?;
    let mut theirs: T = schema::read(&with)?;
    let contested = contested(lost, &base, &with)?;
    schema::prepare(&mut theirs, &held);
    // As one change after what counted before them, so that what was written since stays beside it.
    let written = match base.edit(SCRATCH, &theirs, now_ms())? {
        None => now.clone(),
        Some(body) => {
            let change = WrittenChange {
                entry: EntryId::ZERO,
                feed: SCRATCH,
                body: &body,
            };
            present.apply(&[change]);
            schema::read(&present)?
        }
    };
    let mut differences = differences(&now, &written);
    for difference in &mut differences {
        difference.contested = contested
            .iter()
            .any(|(path, _)| touches(path, &difference.field));
    }
    let told: Vec<String> = differences.iter().map(|told| told.field.clone()).collect();
    let stays = contested.into_iter().filter_map(|(_, stays)| stays);
    differences.extend(stays.filter(|one| !told.iter().any(|told| touches(told, &one.field))));
    differences.truncate(MAX_DIFFERENCES);
    Ok(Merged {
        now,
        written,
        differences,
        unreadable,
    })
}

/// Places that a lost change and somebody else set without knowing of each other; told where the other's value
/// stands.
fn contested(
    lost: &Lost,
    base: &Document,
    with: &Document,
) -> Result<Vec<(String, Option<Difference>)>, Quarantine> {
    let settled: Vec<String> = base
        .conflicts()?
        .iter()
        .map(|conflict| conflict.path.to_string())
        .collect();
    let feeds = lost.feeds();
    let is_ours = |feed: Option<FeedId>| feed.is_some_and(|feed| feeds.contains(&feed));
    let mut found = Vec::new();
    for conflict in with.conflicts()? {
        let path = conflict.path.to_string();
        let ours = conflict.values.iter().find(|value| is_ours(value.feed));
        let theirs = conflict.values.iter().find(|value| !is_ours(value.feed));
        let (Some(ours), Some(theirs)) = (ours, theirs) else {
            continue;
        };
        if settled.contains(&path) {
            continue;
        }
        let shown = conflict.values.iter().find(|value| value.is_shown);
        let stands = shown.is_some_and(|shown| !is_ours(shown.feed));
        let difference = stands.then(|| Difference {
            field: path.clone(),
            now: bounded(&theirs.value),
            written: bounded(&ours.value),
            contested: true,
            stays: true,
        });
        found.push((path, difference));
    }
    Ok(found)
}

/// Whether one of two places is the other or in it.
fn touches(one: &str, other: &str) -> bool {
    let within = |outer: &str, inner: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    within(one, other) || within(other, one)
}

/// What two values say otherwise, field by field.
pub(super) fn differences<T: Kept>(now: &T, written: &T) -> Vec<Difference> {
    let mut found = Vec::new();
    let [now, written] =
        [now, written].map(|value| serde_json::to_value(value).unwrap_or_default());
    walk(&mut found, String::new(), &now, &written, 0);
    found
}

fn walk(found: &mut Vec<Difference>, path: String, now: &Value, written: &Value, depth: usize) {
    if now == written || found.len() >= MAX_DIFFERENCES {
        return;
    }
    let parts = match (parts(now), parts(written)) {
        (Some(now), Some(written)) if depth < MAX_DEPTH => Some((now, written)),
        _ => None,
    };
    let Some((before, after)) = parts else {
        if path != "schema" && !path.ends_with(".id") {
            found.push(Difference {
                field: path,
                now: bounded(now),
                written: bounded(written),
                contested: false,
                stays: false,
            });
        }
        return;
    };
    let mut steps: Vec<&String> = after.keys().collect();
    steps.extend(before.keys().filter(|step| !after.contains_key(*step)));
    for step in steps {
        let of = |parts: &BTreeMap<String, &Value>| {
            parts.get(step).copied().unwrap_or(&Value::Null).clone()
        };
        let inner = if step.starts_with('[') || path.is_empty() {
            format!("{path}{step}")
        } else {
            format!("{path}.{step}")
        };
        walk(found, inner, &of(&before), &of(&after), depth + 1);
    }
}

/// The fields of a record, or the items of a list by what tells them apart; nothing for a single value. What is
/// missing has the parts that the other side has.
fn parts(value: &Value) -> Option<BTreeMap<String, &Value>> {
    match value {
        Value::Null => Some(BTreeMap::new()),
        Value::Object(fields) => Some(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), value))
                .collect(),
        ),
        Value::Array(items) => {
            let mut parts = BTreeMap::new();
            for (place, item) in items.iter().enumerate() {
                let key = KEYS
                    .iter()
                    .filter_map(|key| item.get(key)?.as_str())
                    .find(|key| !key.is_empty());
                // Behind a key that is there twice a change could hide.
                let step = key
                    .map(|key| format!("[{key}]"))
                    .filter(|step| !parts.contains_key(step))
                    .unwrap_or_else(|| format!("[{}]", place + 1));
                parts.insert(step, item);
            }
            Some(parts)
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A value as text, cut where it is long.
fn bounded(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(MAX_VALUE_CHARS) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + "…",
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use autosurgeon::Reconcile;
    use faelled_engine::{Ceilings, Ground};
    use faelled_model::{Localized, Requirement};
    use faelled_proto::canonical::encode;
    use faelled_proto::id::BodyHash;
    use faelled_proto::opening::{DocumentOpening, Editors};
    use faelled_proto::{DocId, Kind, MemberId, NodeKey, Space, Tip};
    use faelled_store::{RetractedEntry, StoredEntry};

    use super::*;

    const OWN: u8 = 1;
    const OTHER: u8 = 2;

    fn own() -> MemberId {
        "dk-0159".parse().unwrap()
    }

    fn feed(name: u8) -> FeedId {
        FeedId::from_bytes([name; 32])
    }

    fn opening() -> DocumentOpening {
        DocumentOpening {
            kind: "requirement".into(),
            owner: own(),
            space: Space::Group(faelled_proto::GroupId::of(&[b"group"])),
            editors: Editors::Members,
            nonce: [1; 16],
        }
    }

    fn stored(name: u8, seq: u64, kind: Kind, body: Vec<u8>) -> StoredEntry {
        StoredEntry {
            row: 1,
            feed: feed(name),
            seq,
            entry: EntryId::of(&[&[name], &seq.to_be_bytes(), &body]),
            kind,
            document: Some(opening().id()),
            claimed_ms: 0,
            received_ms: 0,
            member: if name == OWN {
                own()
            } else {
                "dk-0151".parse().unwrap()
            },
            node_key: NodeKey::from_bytes([name; 32]),
            space: opening().space,
            body_length: u32::try_from(body.len()).unwrap(),
            body: Some(body),
            is_unread: false,
            body_hash: BodyHash::from_bytes([0; 32]),
        }
    }

    fn retracted(entry: &StoredEntry) -> RetractedEntry {
        RetractedEntry {
            row: 7,
            feed: entry.feed,
            seq: entry.seq,
            entry: entry.entry,
            kind: entry.kind,
            document: entry.document,
            claimed_ms: 0,
            body: entry.body.clone(),
            taken_back_ms: 0,
        }
    }

    fn built(changes: &[&StoredEntry]) -> Document {
        let mut document = Document::new(opening().id());
        let changes: Vec<WrittenChange<'_>> = changes
            .iter()
            .map(|entry| WrittenChange {
                entry: entry.entry,
                feed: entry.feed,
                body: entry.body.as_deref().unwrap(),
            })
            .collect();
        assert_eq!(document.apply(&changes), []);
        document
    }

    /// A change of a feed on top of others, which sets fields.
    fn change(
        name: u8,
        seq: u64,
        on: &[&StoredEntry],
        set: impl FnOnce(&mut Requirement),
    ) -> StoredEntry {
        let mut document = built(on);
        let mut value: Requirement = schema::read(&document).unwrap();
        set(&mut value);
        let body = edited(&mut document, feed(name), &value);
        stored(name, seq, Kind::CHANGE, body)
    }

    fn edited<T: Reconcile>(document: &mut Document, feed: FeedId, value: &T) -> Vec<u8> {
        document.edit(feed, value, 0).unwrap().unwrap()
    }

    fn text(text: &str) -> Localized {
        Localized::from([("en", text)])
    }

    fn find(
        stored: Vec<StoredEntry>,
        retracted: &[RetractedEntry],
        ceilings: &Ceilings,
    ) -> Option<Lost> {
        let id: DocId = opening().id();
        Lost::find(&own(), id, stored, retracted, &BTreeSet::new(), ceilings)
    }

    fn cut(seq: u64) -> Ceilings {
        let tip = Tip {
            feed: feed(OWN),
            seq,
            entry: EntryId::ZERO,
        };
        Ceilings::at(tip, Ground::Equivocation)
    }

    fn opened() -> StoredEntry {
        stored(OWN, 1, Kind::DOCUMENT_OPENING, encode(&opening()))
    }

    #[test]
    fn what_was_cut_is_merged_and_what_others_wrote_since_stays() {
        let first = change(OWN, 2, &[], |value| value.number = "A-1".into());
        let mine = change(OWN, 3, &[&first], |value| value.title = text("Mine"));
        let theirs = change(OTHER, 1, &[&first], |value| {
            value.product_group = text("Theirs");
        });
        let all = vec![opened(), first, mine, theirs];
        assert!(find(all.clone(), &[], &Ceilings::default()).is_none());
        let lost = find(all, &[], &cut(2)).unwrap();
        assert!(!lost.reopens);
        let merged: Merged<Requirement> = merge(&lost).unwrap();
        assert_eq!(merged.now.title, Localized::default());
        assert_eq!(merged.written.title, text("Mine"));
        assert_eq!(merged.written.product_group, text("Theirs"));
        let fields: Vec<&str> = merged
            .differences
            .iter()
            .map(|one| one.field.as_str())
            .collect();
        assert_eq!(fields, ["title.en"]);
        assert!(!merged.differences[0].contested);
    }

    #[test]
    fn a_field_that_somebody_else_set_too_is_told_of_whichever_value_stands() {
        let first = change(OWN, 2, &[], |value| value.number = "A-1".into());
        let level = |code: &str| {
            let code = code.to_owned();
            move |value: &mut Requirement| value.project = code
        };
        let mine = change(OWN, 3, &[&first], level("mine"));
        let theirs = change(OTHER, 1, &[&first], level("theirs"));
        let lost = find(vec![opened(), first, mine, theirs], &[], &cut(2)).unwrap();
        let merged: Merged<Requirement> = merge(&lost).unwrap();
        let [one] = merged.differences.as_slice() else {
            panic!("{:?}", merged.differences)
        };
        assert_eq!((one.field.as_str(), one.contested), ("project", true));
        assert_eq!((one.now.as_str(), one.written.as_str()), ("theirs", "mine"));
        assert_eq!(one.stays, merged.written.project == "theirs");
    }

    #[test]
    fn what_was_taken_back_is_merged_though_the_feed_goes_on_otherwise_where_others_held_it() {
        let first = change(OWN, 2, &[], |value| value.number = "A-1".into());
        let mine = change(OWN, 3, &[&first], |value| value.title = text("Mine"));
        let held = change(OWN, 3, &[&first], |value| {
            value.product_group = text("Held")
        });
        let after = change(OWN, 4, &[&first, &held], |value| value.project = "x".into());
        let lost = find(
            vec![opened(), first, held, after],
            &[retracted(&mine)],
            &Ceilings::default(),
        );
        let merged: Merged<Requirement> = merge(&lost.unwrap()).unwrap();
        assert_eq!(merged.unreadable, 0);
        let written = merged.written;
        assert_eq!(
            (written.title, written.product_group),
            (text("Mine"), text("Held"))
        );
        assert_eq!(written.project, "x");
    }

    #[test]
    fn a_document_whose_opening_is_lost_is_opened_again_with_what_others_wrote_in_it() {
        let first = change(OWN, 2, &[], |value| value.number = "A-1".into());
        let theirs = change(OTHER, 1, &[&first], |value| {
            value.product_group = text("Theirs");
        });
        let lost = find(vec![opened(), first, theirs], &[], &cut(0)).unwrap();
        assert!(lost.reopens);
        assert_eq!(lost.entries.len(), 2);
        let merged: Merged<Requirement> = merge(&lost).unwrap();
        assert_eq!(merged.written.number, "A-1");
        assert_eq!(merged.written.product_group, text("Theirs"));
        let opening = vec![retracted(&opened())];
        assert!(
            find(Vec::new(), &opening, &Ceilings::default())
                .unwrap()
                .reopens
        );
    }

    #[test]
    fn long_values_are_told_cut_and_lists_by_what_tells_their_items_apart() {
        let long = Value::String("å".repeat(MAX_VALUE_CHARS + 1));
        assert_eq!(bounded(&long).chars().count(), MAX_VALUE_CHARS + 1);
        assert!(bounded(&long).ends_with('…'));
        let list = serde_json::json!([{"name": "x"}, {"name": "x"}, {"of": 1}]);
        let steps: Vec<String> = parts(&list).unwrap().into_keys().collect();
        assert_eq!(steps, ["[2]", "[3]", "[x]"]);
        assert!(touches("title", "title.en") && touches("a[x].b", "a[x]"));
        assert!(!touches("title", "titles"));
    }
}
