//! Several values at one place.

use std::collections::BTreeSet;

use automerge::transaction::Transactable;
use automerge::{ObjType, ROOT, ScalarValue};
use autosurgeon::{Hydrate, Reconcile};
use faelled_documents::conflict::{MAX_CONFLICTS, MAX_TOLD_BYTES};
use faelled_documents::{Choice, EditError};
use serde_json::json;

use crate::writers::{Merging, Sheet, Writer, feed, item, path, three};

#[test]
fn two_levels_written_at_once_are_both_told_with_who_set_them_and_when() {
    let [mut one, mut other, mut reader] = three(&Sheet::of_level("basis"));
    let high = one.edit(|sheet| sheet.level = "high".to_owned()).unwrap();
    let low = other.edit(|sheet| sheet.level = "low".to_owned()).unwrap();
    reader.take(&[low.clone(), high.clone()]);
    let conflicts = reader.conflicts();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].path, path("level"));
    let values = &conflicts[0].values;
    let told: BTreeSet<(String, Option<_>, u64)> = values
        .iter()
        .map(|value| (value.value.to_string(), value.feed, value.claimed_ms))
        .collect();
    let expected = [
        ("\"high\"".to_owned(), Some(feed(1)), 10_000),
        ("\"low\"".to_owned(), Some(feed(2)), 20_000),
    ];
    assert_eq!(told, BTreeSet::from(expected));
    assert!(values.iter().all(|value| value.is_whole));
    assert!(values[0].is_shown && !values[1].is_shown);
    assert_eq!(values[0].value, json!(reader.sheet().level));
    one.take(&[low]);
    other.take(&[high]);
    assert_eq!(one.conflicts(), conflicts);
    assert_eq!(other.conflicts(), conflicts);
}

#[test]
fn three_numbers_written_at_once_are_all_told() {
    let [mut one, mut two, mut three] = three(&Sheet::of_items(&[("andel", 10), ("år", 2)]));
    let sent = [
        one.edit(|sheet| sheet.items[0].max = 20).unwrap(),
        two.edit(|sheet| sheet.items[0].max = 30).unwrap(),
    ];
    three.edit(|sheet| sheet.items[0].max = 40).unwrap();
    three.take(&sent);
    let (place, values) = three.conflict();
    assert_eq!(place, "items[andel].max");
    assert_eq!(values[0].0, json!(three.sheet().items[0].max));
    let values: BTreeSet<_> = values
        .into_iter()
        .map(|(value, feed)| (value.as_u64(), feed))
        .collect();
    let expected = [(Some(20), 1), (Some(30), 2), (Some(40), 3)];
    assert_eq!(values, BTreeSet::from(expected));
}

#[test]
fn one_value_written_by_two_is_no_conflict() {
    let [mut one, mut other, _] = three(&Sheet::of_level("basis"));
    let sent = one.edit(|sheet| sheet.level = "high".to_owned()).unwrap();
    other.edit(|sheet| sheet.level = "high".to_owned()).unwrap();
    other.take(&[sent]);
    assert_eq!(other.conflicts(), []);
}

#[test]
fn words_written_at_once_into_one_text_merge() {
    let mut opening = Sheet::default();
    let text = Merging("Mindst 30 % genbrug.".to_owned());
    opening.wording.insert("da".to_owned(), text);
    let [mut one, mut other, _] = three(&opening);
    let sent = one
        .edit(|sheet| set(sheet, "da", "Mindst 40 % genbrug."))
        .unwrap();
    other.edit(|sheet| set(sheet, "da", "Mindst 30 % genbrug i alt."));
    other.take(&[sent]);
    assert_eq!(other.conflicts(), []);
    assert_eq!(other.sheet().wording["da"].0, "Mindst 40 % genbrug i alt.");
}

fn set(sheet: &mut Sheet, language: &str, text: &str) {
    let text = Merging(text.to_owned());
    sheet.wording.insert(language.to_owned(), text);
}

#[test]
fn one_languages_text_begun_by_two_is_told_with_both_texts() {
    let [mut one, mut other, _] = three(&Sheet::default());
    let sent = one
        .edit(|sheet| set(sheet, "en", "At least 30 %."))
        .unwrap();
    other.edit(|sheet| set(sheet, "en", "No less than 30 %."));
    other.take(&[sent]);
    let (place, mut values) = other.conflict();
    assert_eq!(place, "wording.en");
    assert_eq!(values[0].0, json!(other.sheet().wording["en"].0));
    values.sort_by_key(|(_, feed)| *feed);
    let expected = [
        (json!("At least 30 %."), 1),
        (json!("No less than 30 %."), 2),
    ];
    assert_eq!(values, expected);
}

#[test]
fn room_that_two_made_at_once_is_told_only_where_it_hides_something() {
    // Both make the whole document: every map and list is there twice.
    let (mut one, mut other) = (Writer::new(1), Writer::new(2));
    let mut sheet = Sheet::of_level("basis");
    let first = one.write(&sheet).unwrap();
    let second = other.write(&sheet).unwrap();
    one.take(&[second]);
    other.take(&[first]);
    assert_eq!(one.conflicts(), []);
    sheet.items.push(item("andel", 5));
    let sent = one.write(&sheet).unwrap();
    other.take(&[sent]);
    assert_eq!(other.sheet(), sheet);
    assert_eq!(other.conflicts(), []);
}

#[test]
fn a_list_that_is_hidden_by_an_empty_one_is_told() {
    let (mut one, mut other) = (Writer::new(1), Writer::new(2));
    let full = one.write(&Sheet::of_items(&[("andel", 5)])).unwrap();
    let empty = other.write(&Sheet::default()).unwrap();
    one.take(&[empty]);
    other.take(&[full]);
    let is_hidden = one.sheet().items.is_empty();
    let told = one.conflicts();
    assert_eq!(told, other.conflicts());
    assert_eq!(told.len(), usize::from(is_hidden));
}

#[test]
fn writing_something_else_settles_no_conflict() {
    let [mut one, mut other, _] = three(&Sheet::of_level("basis"));
    let sent = one.edit(|sheet| sheet.level = "high".to_owned()).unwrap();
    other.edit(|sheet| sheet.level = "low".to_owned());
    other.take(&[sent]);
    let before = other.conflicts();
    assert_eq!(before.len(), 1);
    other.edit(|sheet| sheet.weight = 7).unwrap();
    assert_eq!(other.conflicts(), before);
    assert!(other.edit(|_| {}).is_none());
}

#[test]
fn writing_another_value_settles_the_conflict_at_its_place() {
    let [mut one, mut other, _] = three(&Sheet::of_level("basis"));
    let sent = one.edit(|sheet| sheet.level = "high".to_owned()).unwrap();
    other.edit(|sheet| sheet.level = "low".to_owned());
    other.take(&[sent]);
    let sent = other
        .edit(|sheet| sheet.level = "middle".to_owned())
        .unwrap();
    assert_eq!(other.conflicts(), []);
    one.take(&other.held[1..2]);
    assert_eq!(one.conflicts().len(), 1);
    one.take(&[sent]);
    assert_eq!(one.conflicts(), []);
}

#[test]
fn settling_holds_on_every_node_in_whatever_order_the_changes_came() {
    for choice in 0..3 {
        let [mut one, mut two, mut three] = three(&Sheet::of_level("basis"));
        let opening = one.held[0].clone();
        let first = one.edit(|sheet| sheet.level = "high".to_owned()).unwrap();
        let second = two.edit(|sheet| sheet.level = "low".to_owned()).unwrap();
        let third = three.edit(|sheet| sheet.level = "none".to_owned()).unwrap();
        three.take(&[first.clone(), second.clone()]);
        let chosen = three.conflicts()[0].values[choice].value.clone();
        let settled = three.resolve("level", choice);
        assert_eq!(json!(three.sheet().level), chosen);
        let mut late = Writer::new(4);
        late.take(&[
            third.clone(),
            settled.clone(),
            second.clone(),
            opening,
            first.clone(),
        ]);
        one.take(&[third.clone(), settled.clone(), second]);
        two.take(&[first, third, settled]);
        for node in [one, two, three, late] {
            assert_eq!(node.conflicts(), []);
            assert_eq!(json!(node.sheet().level), chosen);
        }
    }
}

#[test]
fn a_text_is_settled_as_a_text_that_merges_on() {
    let [mut one, mut other, _] = three(&Sheet::default());
    let first = one
        .edit(|sheet| set(sheet, "en", "At least 30 %."))
        .unwrap();
    let second = other.edit(|sheet| set(sheet, "en", "No less.")).unwrap();
    one.take(&[second]);
    other.take(&[first]);
    let kept = other.conflict().1.iter().position(|(_, feed)| *feed == 1);
    let settled = other.resolve("wording.en", kept.unwrap());
    one.take(&[settled]);
    assert_eq!(one.sheet().wording["en"].0, "At least 30 %.");
    let more = one
        .edit(|sheet| set(sheet, "en", "At least 40 %."))
        .unwrap();
    other.edit(|sheet| set(sheet, "en", "At least 30 % of it."));
    other.take(&[more]);
    assert_eq!(other.sheet().wording["en"].0, "At least 40 % of it.");
    assert_eq!(other.conflicts(), []);
}

#[test]
fn a_whole_list_is_settled_with_all_that_is_in_it() {
    let (mut one, mut other) = (Writer::new(1), Writer::new(2));
    let first = one.write(&Sheet::of_items(&[("a", 1), ("b", 2)])).unwrap();
    let second = other.write(&Sheet::of_items(&[("c", 3)])).unwrap();
    one.take(&[second]);
    other.take(&[first]);
    let (place, values) = one.conflict();
    assert_eq!(place, "items");
    let kept = values.iter().position(|(_, feed)| *feed == 1).unwrap();
    let settled = one.resolve("items", kept);
    other.take(&[settled]);
    for node in [one, other] {
        assert_eq!(node.sheet().items, [item("a", 1), item("b", 2)]);
        assert_eq!(node.conflicts(), []);
    }
}

#[test]
fn a_value_that_nobody_had_written_settles_too() {
    let [mut one, mut other, _] = three(&Sheet::of_items(&[("andel", 1)]));
    let first = one.edit(|sheet| {
        sheet.items[0].max = 2;
        set(sheet, "da", "et");
    });
    other.edit(|sheet| {
        sheet.items[0].max = 3;
        set(sheet, "da", "to");
    });
    other.take(&[first.unwrap()]);
    other.resolve("items[andel].max", Choice::Json(json!(4)));
    other.resolve("wording.da", Choice::Json(json!("et eller to")));
    assert_eq!(other.conflicts(), []);
    assert_eq!(other.sheet().items, [item("andel", 4)]);
    assert_eq!(other.sheet().wording["da"].0, "et eller to");
}

#[test]
fn two_who_settle_differently_at_once_are_in_conflict_again() {
    let [mut one, mut other, _] = three(&Sheet::of_level("basis"));
    let first = one.edit(|sheet| sheet.level = "high".to_owned()).unwrap();
    let second = other.edit(|sheet| sheet.level = "low".to_owned()).unwrap();
    one.take(&[second]);
    other.take(&[first]);
    let first = one.resolve("level", 0);
    let second = other.resolve("level", 1);
    one.take(&[second]);
    other.take(&[first]);
    assert_eq!(one.conflicts().len(), 1);
    assert_eq!(one.conflicts(), other.conflicts());
}

#[test]
fn what_is_not_in_conflict_cannot_be_settled_and_the_refusal_says_so() {
    let [mut one, mut other, _] = three(&Sheet::of_level("basis"));
    let sent = one.edit(|sheet| sheet.level = "high".to_owned()).unwrap();
    other.edit(|sheet| sheet.level = "low".to_owned());
    other.take(&[sent]);
    let before = other.conflicts();
    let mut resolve = |place: &str, choice: Choice| {
        let document = &mut other.document;
        document
            .resolve(feed(2), &path(place), choice, 0)
            .unwrap_err()
    };
    for place in ["weight", "items[andel].max", "level.da", ""] {
        let refused = resolve(place, Choice::Shown(0));
        assert!(matches!(refused, EditError::NoConflict(at) if at == path(place)));
    }
    let refused = resolve("level", Choice::Shown(2)).to_string();
    assert_eq!(
        refused,
        "the conflict at level has 2 values, and none with index 2"
    );
    let refused = resolve("level", Choice::Json(json!("x".repeat(2_000_000))));
    assert!(matches!(refused, EditError::TooLarge(at) if at == path("level")));
    assert_eq!(other.conflicts(), before);
}

#[test]
fn a_conflict_inside_a_value_of_another_is_told_when_the_outer_one_is_settled_or_not_at_all() {
    let (mut one, mut other) = (Writer::new(1), Writer::new(2));
    let first = one.write(&Sheet::of_items(&[("a", 1)])).unwrap();
    let second = other.write(&Sheet::of_items(&[("b", 2)])).unwrap();
    one.take(std::slice::from_ref(&second));
    other.take(std::slice::from_ref(&first));
    let mut third = Writer::new(3);
    third.take(&[first, second]);
    let first = one.edit(|sheet| sheet.items[0].max = 5).unwrap();
    third.edit(|sheet| sheet.items[0].max = 6);
    third.take(&[first]);
    assert_eq!(third.conflict().0, "items");
    third.resolve("items", 0);
    assert_eq!(third.conflicts(), []);
}

#[test]
fn a_long_value_is_cut_in_what_is_told_and_whole_in_what_is_written() {
    let [mut one, mut other, _] = three(&Sheet::default());
    let long = "å".repeat(50_000);
    let sent = one.edit(|sheet| set(sheet, "da", &long)).unwrap();
    other.edit(|sheet| set(sheet, "da", "kort"));
    other.take(&[sent]);
    let conflicts = other.conflicts();
    let kept = conflicts[0]
        .values
        .iter()
        .position(|value| !value.is_whole)
        .unwrap();
    let told = conflicts[0].values[kept].value.as_str().unwrap();
    assert_eq!(told.len(), MAX_TOLD_BYTES);
    other.resolve("wording.da", kept);
    assert_eq!(other.sheet().wording["da"].0, long);
}

#[test]
fn conflicts_and_their_values_are_told_up_to_a_number() {
    let (mut one, mut other) = (Writer::new(1), Writer::new(2));
    let fill = |value: u64| {
        move |automerge: &mut automerge::AutoCommit| {
            let map = automerge.put_object(ROOT, "map", ObjType::Map).unwrap();
            for key in 0..5 {
                automerge.put(&map, format!("{key}"), value).unwrap();
            }
            for key in 0..2_000 {
                automerge.put(ROOT, format!("key {key}"), value).unwrap();
            }
        }
    };
    let first = one.raw(fill(1));
    other.raw(fill(2));
    other.take(&[first]);
    let told = other.conflicts();
    assert_eq!(told.len(), MAX_CONFLICTS);
    assert_eq!(told[0].path, path("\"key 0\""));
    let mut many = Writer::new(100);
    for number in 1..60 {
        let mut writer = Writer::new(number);
        let sent = writer.write(&Sheet::of_level(&number.to_string())).unwrap();
        many.take(&[sent]);
    }
    let level = many
        .conflicts()
        .into_iter()
        .find(|conflict| conflict.path == path("level"))
        .unwrap();
    assert_eq!(level.values.len(), faelled_documents::conflict::MAX_VALUES);
    assert_eq!(level.values[0].value, json!(many.sheet().level));
}

#[test]
fn places_that_nest_without_end_are_looked_through_to_a_depth() {
    let (mut one, mut other) = (Writer::new(1), Writer::new(2));
    let sent = one.raw(|automerge| {
        let mut inner = ROOT;
        for _ in 0..2_000 {
            inner = automerge.put_object(&inner, "in", ObjType::Map).unwrap();
        }
    });
    other.write(&Sheet::of_level("basis")).unwrap();
    other.take(&[sent]);
    assert_eq!(other.conflicts(), []);
}

#[test]
fn the_places_of_one_list_are_told_up_to_a_number() {
    let (mut one, mut other) = (Writer::new(1), Writer::new(2));
    let places = MAX_CONFLICTS + 100;
    let opening = one.raw(|automerge| {
        let list = automerge.put_object(ROOT, "list", ObjType::List).unwrap();
        for place in 0..places {
            automerge.insert(&list, place, 0_u64).unwrap();
        }
    });
    other.take(&[opening]);
    let fill = |value: u64| {
        move |automerge: &mut automerge::AutoCommit| {
            let (_, list) = automerge::ReadDoc::get(automerge, ROOT, "list")
                .unwrap()
                .unwrap();
            for place in 0..places {
                automerge.put(&list, place, value).unwrap();
            }
        }
    };
    let first = one.raw(fill(1));
    other.raw(fill(2));
    other.take(&[first]);
    assert_eq!(other.conflicts().len(), MAX_CONFLICTS);
}

#[test]
fn long_values_that_differ_only_where_they_are_cut_are_told() {
    let [mut one, mut other, _] = three(&Sheet::default());
    let long = "x".repeat(MAX_TOLD_BYTES);
    let sent = one.edit(|sheet| sheet.level = format!("{long} et"));
    other.edit(|sheet| sheet.level = format!("{long} to"));
    other.take(&[sent.unwrap()]);
    let conflicts = other.conflicts();
    assert_eq!(conflicts.len(), 1);
    let values = &conflicts[0].values;
    assert!(values.iter().all(|value| !value.is_whole));
    assert_eq!(values[0].value, values[1].value);
}

#[test]
fn a_file_that_is_longer_than_what_is_told_is_left_out() {
    let (mut one, mut other) = (Writer::new(1), Writer::new(2));
    let fill = |byte: u8| {
        move |automerge: &mut automerge::AutoCommit| {
            let file = ScalarValue::Bytes(vec![byte; MAX_TOLD_BYTES + 1]);
            automerge.put(ROOT, "content", file).unwrap();
        }
    };
    let first = one.raw(fill(1));
    other.raw(fill(2));
    other.take(&[first]);
    for value in &other.conflicts()[0].values {
        assert_eq!((&value.value, value.is_whole), (&json!(null), false));
    }
}

#[test]
fn a_number_that_is_settled_with_another_stays_of_its_sort() {
    #[derive(Debug, PartialEq, Reconcile, Hydrate)]
    struct Share {
        share: Option<f64>,
    }
    // In either order: the shown value may be the one that says nothing.
    for [first, second] in [[None, Some(5.5)], [Some(5.5), None], [Some(1.5), Some(2.5)]] {
        let (mut one, mut other) = (Writer::new(1), Writer::new(2));
        let opening = one.write(&Share { share: Some(0.5) }).unwrap();
        other.take(&[opening]);
        let sent = one.write(&Share { share: first }).unwrap();
        other.write(&Share { share: second }).unwrap();
        other.take(&[sent]);
        other.resolve("share", Choice::Json(json!(3)));
        let read: Share = other.document.read().unwrap();
        assert_eq!(read, Share { share: Some(3.0) });
    }
}

#[test]
fn a_document_in_which_writing_broke_off_is_set_aside() {
    struct Broken;
    impl Reconcile for Broken {
        type Key<'a> = autosurgeon::reconcile::NoKey;
        fn reconcile<R: autosurgeon::Reconciler>(&self, mut reconciler: R) -> Result<(), R::Error> {
            _ = reconciler.map()?;
            panic!("half of it is written")
        }
    }
    let mut writer = Writer::new(1);
    writer.write(&Sheet::of_level("basis")).unwrap();
    let refused = writer.document.edit(feed(1), &Broken, 0).unwrap_err();
    assert!(matches!(refused, EditError::Quarantined(_)), "{refused}");
    assert!(writer.document.read::<Sheet>().is_err());
    assert!(writer.document.quarantine().is_some());
}
