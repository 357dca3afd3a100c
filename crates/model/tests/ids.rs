//! Items of lists keep their ids through every edit, and no two of a list have the same.

use std::collections::BTreeSet;

use faelled_model::ids::{HasItems, settle, take_over};
use faelled_model::requirement::Evidence;
use faelled_model::terms::EvidenceKind;
use faelled_model::{Pack, Requirement};
use proptest::prelude::*;

fn evidence(text: &str) -> Evidence {
    Evidence {
        kind: EvidenceKind::Declaration,
        text: [("da", text)].into(),
        ..Evidence::default()
    }
}

fn list(texts: &[&str]) -> Vec<Evidence> {
    texts.iter().map(|text| evidence(text)).collect()
}

/// The list as a file says it, with the ids of the one before.
fn reread(before: &[Evidence], texts: &[&str]) -> Vec<Evidence> {
    let mut now = list(texts);
    take_over(before, &mut now);
    now
}

fn ids(items: &[Evidence]) -> Vec<&str> {
    items.iter().map(|item| item.id.as_str()).collect()
}

#[test]
fn a_file_that_is_read_again_gives_the_same_ids() {
    let first = reread(&[], &["a", "b", "c"]);
    assert_eq!(reread(&[], &["a", "b", "c"]), first);
    assert_eq!(reread(&first, &["a", "b", "c"]), first);
    assert!(first.iter().all(|item| item.id.len() == 12));
}

#[test]
fn an_item_that_is_edited_keeps_its_id() {
    let before = reread(&[], &["a", "b", "c"]);
    let after = reread(&before, &["a", "b, rettet", "c"]);
    assert_eq!(ids(&after), ids(&before));
}

#[test]
fn items_that_change_places_take_their_ids_along() {
    let before = reread(&[], &["a", "b", "c"]);
    let after = reread(&before, &["c", "a", "b"]);
    assert_eq!(
        ids(&after),
        [&*before[2].id, &*before[0].id, &*before[1].id]
    );
}

#[test]
fn an_item_that_is_put_in_front_takes_no_id_from_the_others() {
    let before = reread(&[], &["a", "b"]);
    let after = reread(&before, &["ny", "a", "b"]);
    assert_eq!(ids(&after)[1..], ids(&before));
    assert!(!ids(&before).contains(&&*after[0].id));
}

#[test]
fn an_item_that_is_taken_out_leaves_the_others_their_ids() {
    let before = reread(&[], &["a", "b", "c"]);
    let after = reread(&before, &["a", "c"]);
    assert_eq!(ids(&after), [&*before[0].id, &*before[2].id]);
}

#[test]
fn equal_items_of_one_list_get_ids_of_their_own() {
    let items = reread(&[], &["a", "a", "a"]);
    assert_eq!(ids(&items).into_iter().collect::<BTreeSet<_>>().len(), 3);
    assert_eq!(reread(&items, &["a", "a", "a"]), items);
}

#[test]
fn an_item_added_by_two_at_the_same_time_is_shown_once() {
    let one = reread(&[], &["a"]);
    let mut merged = [one.clone(), one.clone()].concat();
    settle(&mut merged);
    assert_eq!(merged, one);
}

#[test]
fn items_that_were_edited_apart_since_are_both_shown() {
    let mut one = reread(&[], &["a"]).remove(0);
    let mut merged = vec![one.clone(), one.clone()];
    merged[1].text = [("da", "a, rettet")].into();
    settle(&mut merged);
    assert_eq!(merged.len(), 2);
    assert_eq!(merged[0], one);
    assert_ne!(merged[1].id, one.id);
    one.text = [("da", "a, rettet")].into();
    let mut again = vec![merged[0].clone(), one];
    settle(&mut again);
    assert_eq!(again, merged);
}

#[test]
fn lists_beyond_all_rules_are_left_alone_and_cost_no_time() {
    let mut requirement = Requirement {
        evidence: vec![evidence("a"); 200_000],
        ..Requirement::default()
    };
    requirement.settle_ids();
    requirement.take_ids(&Requirement::default());
    assert!(requirement.evidence.iter().all(|item| item.id.is_empty()));
    Pack::default().settle_ids();
}

proptest! {
    #[test]
    fn ids_are_distinct_there_and_kept_by_what_is_equal(
        before in proptest::collection::vec("[ab]{0,2}", 0..8),
        after in proptest::collection::vec("[ab]{0,2}", 0..8),
    ) {
        let texts = |texts: &[String]| list(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let mut old = texts(&before);
        take_over(&[], &mut old);
        let mut new = texts(&after);
        take_over(&old, &mut new);
        let distinct: BTreeSet<&str> = ids(&new).into_iter().collect();
        prop_assert_eq!(distinct.len(), new.len());
        prop_assert!(!distinct.contains(""));
        // As many equal items as both have keep their ids.
        for text in &after {
            let count = |texts: &[String]| texts.iter().filter(|other| *other == text).count();
            let kept = new.iter().filter(|item| old.contains(item) && item.text == evidence(text).text).count();
            prop_assert_eq!(kept, count(&before).min(count(&after)));
        }
        let mut again = texts(&after);
        take_over(&old, &mut again);
        prop_assert_eq!(&again, &new);
        let mut settled = new.clone();
        settle(&mut settled);
        prop_assert_eq!(settled, new);
    }
}

#[test]
fn a_list_longer_than_any_that_the_rules_allow_is_left_as_it_came() {
    let texts: Vec<String> = (0..1_001).map(|number| number.to_string()).collect();
    let mut long: Vec<Evidence> = texts.iter().map(|text| evidence(text)).collect();
    for item in &mut long {
        item.id = "a".to_owned();
    }
    let came = long.clone();
    settle(&mut long);
    assert_eq!(long, came);
    for item in &mut long {
        item.id.clear();
    }
    let bare = long.clone();
    take_over(&came, &mut long);
    assert_eq!(long, bare);
}
