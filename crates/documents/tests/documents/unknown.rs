//! What a newer version wrote, when an older one writes.

use std::collections::BTreeMap;

use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjId, ObjType, ROOT, ReadDoc};
use autosurgeon::{Hydrate, Reconcile};

use crate::writers::{Merging, Sheet, Writer, item, three};

/// What the newer version knows beyond [`Sheet`].
#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct NewerSheet {
    level: String,
    weight: u64,
    wording: BTreeMap<String, Merging>,
    items: Vec<NewerItem>,
    codes: Vec<String>,
    climate: Climate,
    hearings: Vec<Hearing>,
}

#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct NewerItem {
    #[key]
    name: String,
    max: u64,
    note: BTreeMap<String, String>,
    carbon: u64,
    reason: Merging,
    hearings: Vec<Hearing>,
}

#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct Climate {
    goal: String,
    years: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct Hearing {
    #[key]
    name: String,
    until: String,
}

fn hearing(name: &str) -> Hearing {
    Hearing {
        name: name.to_owned(),
        until: "2026-12-01".to_owned(),
    }
}

fn newer_item(name: &str, carbon: u64) -> NewerItem {
    NewerItem {
        name: name.to_owned(),
        max: 1,
        note: BTreeMap::from([("da".to_owned(), "n".to_owned())]),
        carbon,
        reason: Merging(format!("fordi {carbon}")),
        hearings: vec![hearing(name)],
    }
}

fn newer_sheet() -> NewerSheet {
    NewerSheet {
        level: "basis".to_owned(),
        weight: 1,
        wording: BTreeMap::new(),
        items: vec![newer_item("a", 1), newer_item("b", 2), newer_item("c", 3)],
        codes: vec!["x".to_owned()],
        climate: Climate {
            goal: "halv".to_owned(),
            years: BTreeMap::from([("2030".to_owned(), 5)]),
        },
        hearings: vec![hearing("intern")],
    }
}

/// A newer document and one person with the older version who has it.
fn opened() -> (NewerSheet, Writer) {
    let newer = newer_sheet();
    let opening = Writer::new(1).write(&newer).unwrap();
    let mut older = Writer::new(2);
    older.take(&[opening]);
    (newer, older)
}

#[test]
fn fields_that_an_older_version_does_not_know_survive_its_edits() {
    let (mut newer, mut older) = opened();
    older.edit(|sheet| {
        sheet.level = "high".to_owned();
        sheet.items[1].max = 7;
        sheet.items[2].note.insert("en".to_owned(), "m".to_owned());
        sheet.codes.push("y".to_owned());
    });
    newer.level = "high".to_owned();
    newer.items[1].max = 7;
    newer.items[2].note.insert("en".to_owned(), "m".to_owned());
    newer.codes.push("y".to_owned());
    assert_eq!(older.document.read::<NewerSheet>().unwrap(), newer);
}

#[test]
fn unknown_fields_stay_with_their_items_when_others_are_taken_out_or_put_in() {
    let (mut newer, mut older) = opened();
    older.edit(|sheet| {
        sheet.items.remove(0);
        sheet.items.insert(1, item("d", 4));
    });
    let mut read: BTreeMap<String, Option<u64>> = BTreeMap::new();
    older.raw(|automerge| {
        let list = automerge.get(ROOT, "items").unwrap().unwrap().1;
        for index in 0..automerge.length(&list) {
            let item = automerge.get(&list, index).unwrap().unwrap().1;
            let carbon = automerge.get(&item, "carbon").unwrap();
            let name = automerge.get(&item, "name").unwrap().unwrap().0;
            let name = name.into_string().unwrap();
            read.insert(name, carbon.and_then(|(value, _)| value.as_u64()));
        }
        automerge.put(ROOT, "done", true).unwrap();
    });
    let carbon = |name: &str, carbon| (name.to_owned(), carbon);
    let expected = [
        carbon("b", Some(2)),
        carbon("c", Some(3)),
        carbon("d", None),
    ];
    assert_eq!(read, BTreeMap::from(expected));
    older.edit(|sheet| sheet.items.retain(|item| item.name != "d"));
    newer.items.remove(0);
    assert_eq!(older.document.read::<NewerSheet>().unwrap(), newer);
}

#[test]
fn unknown_fields_stay_with_items_that_are_moved() {
    for order in [[2, 1, 0], [1, 2, 0], [2, 0, 1], [0, 2, 1], [1, 0, 2]] {
        let (mut newer, mut older) = opened();
        older.edit(|sheet| {
            let items = &sheet.items;
            sheet.items = order.map(|index| items[index].clone()).to_vec();
            sheet.items[0].max = 9;
            sheet.items[2].note.clear();
        });
        newer.items = order.map(|index| newer.items[index].clone()).to_vec();
        newer.items[0].max = 9;
        newer.items[2].note.clear();
        assert_eq!(older.document.read::<NewerSheet>().unwrap(), newer);
    }
}

#[test]
fn unknown_fields_in_lists_inside_a_moved_item_stay_too() {
    #[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
    struct Outer<T> {
        outer: Vec<Middle<T>>,
    }
    #[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
    struct Middle<T> {
        #[key]
        id: String,
        inner: Vec<T>,
    }
    #[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
    struct Newer {
        #[key]
        id: String,
        carbon: u64,
    }
    #[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
    struct Older {
        #[key]
        id: String,
    }
    let newer = |id: &str, carbon| Newer {
        id: id.to_owned(),
        carbon,
    };
    let middle = |id: &str, inner| Middle {
        id: id.to_owned(),
        inner,
    };
    let mut writer = Writer::new(1);
    writer.write(&Outer {
        outer: vec![
            middle("a", vec![newer("x", 1), newer("y", 2)]),
            middle("b", vec![]),
        ],
    });
    let mut older: Outer<Older> = writer.document.read().unwrap();
    older.outer.reverse();
    older.outer[1].inner.remove(0);
    writer.write(&older);
    let expected = Outer {
        outer: vec![middle("b", vec![]), middle("a", vec![newer("y", 2)])],
    };
    assert_eq!(writer.document.read::<Outer<Newer>>().unwrap(), expected);
}

#[test]
fn what_another_program_put_anywhere_survives() {
    let mut opening = Sheet::of_items(&[("a", 1), ("b", 2)]);
    let text = Merging("tekst".to_owned());
    opening.wording.insert("da".to_owned(), text);
    let [mut one, mut other, _] = three(&opening);
    let at = |automerge: &AutoCommit| -> (ObjId, ObjId) {
        let list = automerge.get(ROOT, "items").unwrap().unwrap().1;
        let item = automerge.get(&list, 1).unwrap().unwrap().1;
        let climate = automerge.get(&item, "climate").unwrap();
        (item, climate.map_or(ROOT, |(_, id)| id))
    };
    let sent = one.raw(|automerge| {
        automerge.put(ROOT, "carbon", 1.5).unwrap();
        let (item, _) = at(automerge);
        let map = automerge
            .put_object(&item, "climate", ObjType::Map)
            .unwrap();
        automerge.put(&map, "goal", "halv").unwrap();
        let list = automerge.put_object(&map, "years", ObjType::List).unwrap();
        automerge.insert(&list, 0, 2030_u64).unwrap();
    });
    other.take(&[sent]);
    other.edit(|sheet| sheet.weight = 3);
    other.edit(|sheet| sheet.items[1].max = 5);
    other.edit(|sheet| drop(sheet.items.remove(0)));
    other.edit(|sheet| sheet.items.insert(0, item("c", 3)));
    let mut found = Vec::new();
    other.raw(|automerge| {
        let (_, climate) = at(automerge);
        found.push(automerge.get(ROOT, "carbon").unwrap().unwrap().0.as_f64());
        let goal = automerge.get(&climate, "goal").unwrap().unwrap().0;
        assert_eq!(goal.as_str(), Some("halv"));
        let years = automerge.get(&climate, "years").unwrap().unwrap().1;
        found.push(
            automerge
                .get(&years, 0)
                .unwrap()
                .unwrap()
                .0
                .as_u64()
                .map(|_| 2030.0),
        );
        automerge.put(ROOT, "done", true).unwrap();
    });
    assert_eq!(found, [Some(1.5), Some(2030.0)]);
}

#[test]
fn items_of_a_kind_that_only_a_newer_version_knows_survive() {
    let (mut newer, mut older) = opened();
    older.raw(|automerge| {
        let list = automerge.get(ROOT, "hearings").unwrap().unwrap().1;
        let item = automerge.insert_object(&list, 1, ObjType::Map).unwrap();
        automerge.put(&item, "name", "branche").unwrap();
        automerge.put(&item, "until", "2026-12-01").unwrap();
    });
    older.edit(|sheet| sheet.items.clear());
    newer.items.clear();
    newer.hearings.push(hearing("branche"));
    assert_eq!(older.document.read::<NewerSheet>().unwrap(), newer);
}

#[test]
fn a_moved_item_that_is_in_conflict_keeps_what_it_shows() {
    let [mut one, mut other, _] = three(&Sheet::of_items(&[("a", 1), ("b", 2)]));
    let sent = one.edit(|sheet| sheet.items[0].max = 5).unwrap();
    other.edit(|sheet| sheet.items[0].max = 6);
    other.take(&[sent]);
    let mut expected = other.sheet();
    expected.items.reverse();
    other.edit(|sheet| sheet.items.reverse());
    assert_eq!(other.sheet(), expected);
}
