//! Items of lists that are the same to people and not to Automerge.

use automerge::transaction::Transactable;
use automerge::{ObjType, ROOT, ReadDoc};
use faelled_documents::Choice;
use serde_json::json;

use crate::writers::{Sheet, Writer, item, three};

/// Two who put in an item of one name at once.
fn twice() -> (Writer, Writer) {
    let [mut one, mut other, _] = three(&Sheet::of_items(&[("first", 0)]));
    let first = one
        .edit(|sheet| sheet.items.push(item("andel", 1)))
        .unwrap();
    let second = other
        .edit(|sheet| sheet.items.push(item("andel", 2)))
        .unwrap();
    one.take(&[second]);
    other.take(&[first]);
    (one, other)
}

#[test]
fn items_of_one_key_that_two_put_in_are_both_read_and_told() {
    let (one, other) = twice();
    let sheet = one.sheet();
    assert_eq!(sheet.items.len(), 3);
    let conflicts = one.conflicts();
    assert_eq!(conflicts, other.conflicts());
    let (place, mut values) = one.conflict();
    assert_eq!(place, "items[andel]");
    assert_eq!(values[0].0["max"], json!(sheet.items[1].max));
    assert!(conflicts[0].values.iter().all(|value| value.is_shown));
    values.sort_by_key(|(_, feed)| *feed);
    let expected = [
        (json!({"name": "andel", "max": 1, "note": {}}), 1),
        (json!({"name": "andel", "max": 2, "note": {}}), 2),
    ];
    assert_eq!(values, expected);
}

#[test]
fn settling_items_of_one_key_keeps_the_chosen_one_everywhere() {
    for kept in 0..2 {
        let (mut one, mut other) = twice();
        let chosen = one.sheet().items[1 + kept].clone();
        let settled = one.resolve("items[andel]", kept);
        other.take(&[settled]);
        for node in [one, other] {
            assert_eq!(node.sheet().items, [item("first", 0), chosen.clone()]);
            assert_eq!(node.conflicts(), []);
        }
    }
}

#[test]
fn items_of_one_key_are_settled_with_another_value_too() {
    let (mut one, _) = twice();
    one.resolve(
        "items[andel]",
        Choice::Json(json!({"name": "andel", "max": 3, "note": {}})),
    );
    assert_eq!(one.sheet().items, [item("first", 0), item("andel", 3)]);
    assert_eq!(one.conflicts(), []);
}

#[test]
fn two_who_keep_different_items_at_once_lose_neither() {
    let (mut one, mut other) = twice();
    let first = one.resolve("items[andel]", 0);
    let second = other.resolve("items[andel]", 1);
    one.take(&[second]);
    other.take(&[first]);
    assert_eq!(one.sheet().items.len(), 3);
    assert_eq!(one.conflicts(), other.conflicts());
    assert_eq!(one.conflict().0, "items[andel]");
}

#[test]
fn editing_one_of_two_items_of_one_key_leaves_the_other() {
    let (mut one, _) = twice();
    let mut expected = one.sheet();
    expected.items[2].max = 9;
    one.edit(|sheet| sheet.items[2].max = 9).unwrap();
    assert_eq!(one.sheet(), expected);
    assert_eq!(one.conflict().0, "items[andel]");
}

#[test]
fn items_of_one_name_that_one_person_wrote_are_no_conflict_and_have_places() {
    let mut one = Writer::new(1);
    let mut other = Writer::new(2);
    let opening = one.raw(|automerge| {
        let list = automerge
            .put_object(ROOT, "sources", ObjType::List)
            .unwrap();
        for index in 0..2 {
            let item = automerge.insert_object(&list, index, ObjType::Map).unwrap();
            automerge.put(&item, "title", "Rapport").unwrap();
        }
    });
    other.take(&[opening]);
    let set = |url: &'static str| {
        move |automerge: &mut automerge::AutoCommit| {
            let list = automerge.get(ROOT, "sources").unwrap().unwrap().1;
            let item = automerge.get(&list, 1).unwrap().unwrap().1;
            automerge.put(&item, "url", url).unwrap();
        }
    };
    let sent = one.raw(set("a"));
    other.raw(set("b"));
    other.take(&[sent]);
    assert_eq!(other.conflict().0, "sources[1].url");
    other.resolve("sources[1].url", 0);
    assert_eq!(other.conflicts(), []);
}

#[test]
fn one_place_of_a_list_written_by_two_is_told_by_its_number() {
    let (mut one, mut other) = (Writer::new(1), Writer::new(2));
    let opening = one.raw(|automerge| {
        let list = automerge
            .put_object(ROOT, "numbers", ObjType::List)
            .unwrap();
        automerge.insert(&list, 0, 1_u64).unwrap();
        automerge.insert(&list, 1, 2_u64).unwrap();
    });
    other.take(&[opening]);
    let set = |value: u64| {
        move |automerge: &mut automerge::AutoCommit| {
            let list = automerge.get(ROOT, "numbers").unwrap().unwrap().1;
            automerge.put(&list, 1, value).unwrap();
        }
    };
    let first = one.raw(set(3));
    let second = other.raw(set(4));
    one.take(&[second]);
    other.take(&[first]);
    assert_eq!(other.conflict().0, "numbers[1]");
    let settled = other.resolve("numbers[1]", 1);
    one.take(&[settled]);
    assert_eq!(one.conflicts(), []);
    assert_eq!(other.conflicts(), []);
}

#[test]
fn thousands_of_items_of_one_key_each_are_told_up_to_a_number() {
    let (mut one, mut other) = (Writer::new(1), Writer::new(2));
    let opening = one.raw(|automerge| {
        automerge.put_object(ROOT, "items", ObjType::List).unwrap();
    });
    other.take(&[opening]);
    let fill = |automerge: &mut automerge::AutoCommit| {
        let list = automerge.get(ROOT, "items").unwrap().unwrap().1;
        for index in 0..2_000 {
            let item = automerge.insert_object(&list, index, ObjType::Map).unwrap();
            automerge.put(&item, "id", format!("{index}")).unwrap();
        }
    };
    let sent = one.raw(fill);
    other.raw(fill);
    other.take(&[sent]);
    // Each takes two looks at what the list was: no more than a number of places are looked at.
    let most = faelled_documents::conflict::MAX_PLACES / (2 * 4_000);
    let told = other.conflicts().len();
    assert!((1..=most).contains(&told), "{told}");
}

#[test]
fn items_of_one_key_are_told_up_to_a_number_and_settled_all() {
    use faelled_documents::conflict::MAX_VALUES;
    let mut opening = Writer::new(1);
    let opened = opening.write(&Sheet::of_items(&[("first", 0)])).unwrap();
    let mut all = Writer::new(200);
    all.take(std::slice::from_ref(&opened));
    let count = MAX_VALUES as u8 + 8;
    for number in 2..2 + count {
        let mut writer = Writer::new(number);
        writer.take(std::slice::from_ref(&opened));
        let own = item("andel", u64::from(number));
        let sent = writer.edit(|sheet| sheet.items.push(own)).unwrap();
        all.take(&[sent]);
    }
    assert_eq!(all.sheet().items.len(), 1 + usize::from(count));
    assert_eq!(all.conflict().1.len(), MAX_VALUES);
    let kept = all.sheet().items[1].clone();
    all.resolve("items[andel]", 0);
    assert_eq!(all.sheet().items, [item("first", 0), kept]);
}
