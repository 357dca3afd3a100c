//! Texts that several change at once: other words merge, the same words are told.

use faelled_documents::{Choice, Conflict};
use proptest::prelude::*;
use serde_json::json;

use crate::writers::{Merging, Sent, Sheet, Writer, feed, path, three};

const OPENING: &str = "Kasserne har mindst 40 % genbrugt plast, og de tages retur.";
const FIFTY: &str = "Kasserne har mindst 50 % genbrugt plast, og de tages retur.";
const SIXTY: &str = "Kasserne har mindst 60 % genbrugt plast, og de tages retur.";

fn sheet(text: &str) -> Sheet {
    let mut sheet = Sheet::default();
    set(&mut sheet, text);
    sheet
}

fn set(sheet: &mut Sheet, text: &str) {
    let text = Merging(text.to_owned());
    sheet.wording.insert("da".to_owned(), text);
}

fn say(writer: &mut Writer, text: &str) -> Sent {
    writer.edit(|sheet| set(sheet, text)).unwrap()
}

fn text(writer: &Writer) -> String {
    writer.sheet().wording["da"].0.clone()
}

/// What two make of a text at once, and what is then shown and told to both.
fn at_once(opening: &str, one: &str, other: &str) -> (String, Vec<Conflict>) {
    let [mut first, mut second, _] = three(&sheet(opening));
    let ones = say(&mut first, one);
    let others = say(&mut second, other);
    first.take(&[others]);
    second.take(&[ones]);
    assert_eq!(text(&first), text(&second));
    assert_eq!(first.conflicts(), second.conflicts());
    (text(&first), first.conflicts())
}

/// The number became 50 in one place and 60 in the other.
fn fifty_or_sixty() -> ([Writer; 3], [Sent; 2]) {
    let mut writers = three(&sheet(OPENING));
    let sent = [say(&mut writers[0], FIFTY), say(&mut writers[1], SIXTY)];
    for writer in &mut writers {
        let others = sent.iter().filter(|sent| sent.feed != writer.feed);
        let others: Vec<Sent> = others.cloned().collect();
        writer.take(&others);
    }
    (writers, sent)
}

#[test]
fn two_numbers_at_one_place_stay_whole_and_are_told_with_both_texts() {
    let ([one, other, reader], _) = fifty_or_sixty();
    let shown = text(&reader);
    let either = |first: u8, second: u8| OPENING.replace("40", &format!("{first} {second}"));
    assert!(
        shown == either(50, 60) || shown == either(60, 50),
        "{shown}"
    );
    let (place, values) = reader.conflict();
    assert_eq!(place, "wording.da");
    let mut told = values;
    assert_eq!(told.remove(0), (json!(shown), 0));
    told.sort_by_key(|(_, feed)| *feed);
    assert_eq!(told, [(json!(FIFTY), 1), (json!(SIXTY), 2)]);
    let told = &reader.conflicts()[0].values;
    let is_shown: Vec<bool> = told.iter().map(|value| value.is_shown).collect();
    assert_eq!(is_shown, [true, false, false]);
    for value in told {
        let expected = value.feed.map_or(20_000, |by| match by == feed(1) {
            true => 10_000,
            false => 20_000,
        });
        assert_eq!((value.claimed_ms, value.is_whole), (expected, true));
    }
    assert_eq!(one.conflicts(), reader.conflicts());
    assert_eq!(other.conflicts(), reader.conflicts());
}

#[test]
fn a_number_at_the_end_of_a_text_stays_whole() {
    let (shown, told) = at_once(
        "Andel genbrug mindst 40",
        "Andel genbrug mindst 50",
        "Andel genbrug mindst 60",
    );
    assert!(
        ["Andel genbrug mindst 50 60", "Andel genbrug mindst 60 50"].contains(&shown.as_str()),
        "{shown}"
    );
    assert_eq!(told.len(), 1);
}

#[test]
fn two_rewritten_texts_stand_one_after_the_other_and_are_told() {
    let one = "Al emballage leveres i genbrugskasser, som leverandøren vasker og henter.";
    let other = "Leverandøren bruger kasser, der kan vaskes, og henter dem ved hver levering.";
    let (shown, told) = at_once(OPENING, one, other);
    let orders = [format!("{one}{other}"), format!("{other}{one}")];
    assert!(orders.contains(&shown), "{shown}");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].values.len(), 3);
}

#[test]
fn changes_of_different_words_merge_and_are_not_told() {
    for (one, other, merged) in [
        (
            format!("Alle leverancer: {OPENING}"),
            format!("{OPENING} Kasserne er af ét materiale."),
            format!("Alle leverancer: {OPENING} Kasserne er af ét materiale."),
        ),
        (
            OPENING.replace("40", "50"),
            OPENING.replace("genbrugt", "genanvendt"),
            OPENING.replace("40 % genbrugt", "50 % genanvendt"),
        ),
        (
            OPENING.replace("Kasserne", "Paller"),
            format!("Alle leverancer: {OPENING}"),
            format!("Alle leverancer: {}", OPENING.replace("Kasserne", "Paller")),
        ),
        (
            OPENING.replace("retur", "tilbage"),
            format!("{OPENING} Uden pris."),
            format!("{} Uden pris.", OPENING.replace("retur", "tilbage")),
        ),
        (
            OPENING.replace("mindst ", ""),
            OPENING.replace("plast,", "plast og pap,"),
            OPENING
                .replace("mindst ", "")
                .replace("plast,", "plast og pap,"),
        ),
        (
            OPENING.replace("40", "50"),
            OPENING.replace("mindst ", ""),
            OPENING.replace("mindst 40", "50"),
        ),
        (
            OPENING.replace("genbrugt", "genanvendt"),
            OPENING.replace("plast", "affald"),
            OPENING.replace("genbrugt plast", "genanvendt affald"),
        ),
        (
            OPENING.replace("genbrugt", "genanvendt"),
            OPENING.replace("genbrugt", "rent, genbrugt"),
            OPENING.replace("genbrugt", "rent, genanvendt"),
        ),
        (
            OPENING.replace("mindst ", ""),
            OPENING.replace("mindst ", ""),
            OPENING.replace("mindst ", ""),
        ),
    ] {
        let (shown, told) = at_once(OPENING, &one, &other);
        assert_eq!(shown, merged);
        assert_eq!(told, []);
    }
}

#[test]
fn what_two_add_at_one_place_stands_there_twice_and_is_not_told() {
    let one = format!("{OPENING} Kasserne er af ét materiale.");
    let other = format!("{OPENING} De er grønne.");
    let (shown, told) = at_once(OPENING, &one, &other);
    assert!(shown.starts_with(OPENING), "{shown}");
    assert!(shown.contains(" Kasserne er af ét materiale."), "{shown}");
    assert!(shown.contains(" De er grønne."), "{shown}");
    assert_eq!(told, []);
}

#[test]
fn a_word_within_what_another_replaces_or_takes_out_is_told() {
    let replaced = OPENING.replace("40 % genbrugt plast", "halvt affald");
    let taken_out = OPENING.replace("40 % genbrugt ", "");
    for one in [replaced, taken_out] {
        for other in [
            OPENING.replace("40 % ", "40 % ren og "),
            OPENING.replace("genbrugt", "genanvendt"),
        ] {
            let (_, told) = at_once(OPENING, &one, &other);
            assert_eq!(told.len(), 1, "{one} / {other}");
        }
    }
}

#[test]
fn the_same_number_put_in_by_two_is_told_where_it_stands_twice() {
    let (shown, told) = at_once(OPENING, FIFTY, FIFTY);
    assert_eq!(shown, OPENING.replace("40", "50 50"));
    let values: Vec<_> = told[0].values.iter().map(|value| &value.value).collect();
    assert_eq!(values, [&json!(shown), &json!(FIFTY), &json!(FIFTY)]);
}

#[test]
fn two_whole_texts_for_an_empty_one_are_told() {
    let (_, told) = at_once("", FIFTY, SIXTY);
    assert_eq!(told.len(), 1);
    let (_, told) = at_once("", FIFTY, " ");
    assert_eq!(told, []);
}

#[test]
fn what_one_alone_wrote_is_shown_as_theirs() {
    // One takes out more than the other: what is left is what the first one wants.
    let less = "Kasserne tages retur.";
    let (shown, told) = at_once(
        "Kasserne og låg tages retur.",
        less,
        "Kasserne og tages retur.",
    );
    assert_eq!(shown, less);
    let values = &told[0].values;
    assert_eq!(values.len(), 2);
    assert_eq!(
        (&values[0].value, values[0].feed),
        (&json!(less), Some(feed(1)))
    );
    assert!(values[0].is_shown && !values[1].is_shown);
}

#[test]
fn of_three_writers_those_are_told_who_changed_the_same_place() {
    let [mut one, mut two, mut three] = three(&sheet(OPENING));
    let sent = [say(&mut one, FIFTY), say(&mut two, SIXTY)];
    say(&mut three, &OPENING.replace("retur", "tilbage"));
    three.take(&sent);
    let (_, mut values) = three.conflict();
    assert!(values[0].0.as_str().unwrap().ends_with("tages tilbage."));
    values.sort_by_key(|(_, feed)| *feed);
    assert_eq!(values[1..], [(json!(FIFTY), 1), (json!(SIXTY), 2)]);
}

#[test]
fn three_numbers_at_one_place_are_all_told() {
    let [mut one, mut two, mut three] = three(&sheet(OPENING));
    let seventy = OPENING.replace("40", "70");
    let sent = [say(&mut one, FIFTY), say(&mut two, SIXTY)];
    let last = say(&mut three, &seventy);
    three.take(&sent);
    let (_, mut values) = three.conflict();
    values.sort_by_key(|(_, feed)| *feed);
    let expected = [(json!(FIFTY), 1), (json!(SIXTY), 2), (json!(seventy), 3)];
    assert_eq!(values[1..], expected);
    one.take(&[last, sent[1].clone()]);
    assert_eq!(one.conflicts(), three.conflicts());
}

#[test]
fn each_version_and_the_shown_one_settle_it_on_every_node_in_whatever_order_it_comes() {
    for choice in 0..3 {
        let ([mut one, mut other, mut third], sent) = fifty_or_sixty();
        let chosen = one.conflicts()[0].values[choice].value.clone();
        let settled = one.resolve("wording.da", choice);
        other.take(std::slice::from_ref(&settled));
        third.take(std::slice::from_ref(&settled));
        let opening = third.held[0].clone();
        let mut late = Writer::new(4);
        late.take(&[sent[1].clone(), opening, sent[0].clone(), settled]);
        for node in [one, other, third, late] {
            assert_eq!(json!(text(&node)), chosen);
            assert_eq!(node.conflicts(), []);
        }
    }
}

#[test]
fn another_text_settles_it_and_what_somebody_writes_elsewhere_meanwhile_is_kept() {
    let ([mut one, mut other, _], sent) = fifty_or_sixty();
    let mut away = Writer::new(5);
    away.take(&[one.held[0].clone(), sent[0].clone()]);
    let meanwhile = say(&mut away, &FIFTY.replace("retur", "tilbage"));
    let settled = one.resolve(
        "wording.da",
        Choice::Json(json!(OPENING.replace("40", "55"))),
    );
    for node in [&mut one, &mut away] {
        let held: Vec<u8> = node.held.iter().map(|sent| sent.feed).collect();
        let all = [sent[1].clone(), meanwhile.clone(), settled.clone()];
        let new = all
            .into_iter()
            .filter(|sent| !held.contains(&sent.feed) || sent.feed == 1);
        let new: Vec<Sent> = new.filter(|sent| node.feed != sent.feed).collect();
        node.take(&new);
    }
    other.take(&[meanwhile, settled]);
    let expected = OPENING.replace("40", "55").replace("retur", "tilbage");
    for node in [one, other, away] {
        assert_eq!(text(&node), expected);
        assert_eq!(node.conflicts(), []);
    }
}

#[test]
fn a_value_that_is_no_text_can_be_put_in_the_place_of_the_text() {
    let ([mut one, mut other, _], _) = fifty_or_sixty();
    let settled = one.resolve("wording.da", Choice::Json(json!(7)));
    other.take(&[settled]);
    assert_eq!(other.conflicts(), []);
    assert!(other.document.read::<Sheet>().is_err());
}

#[test]
fn a_later_edit_of_the_text_by_who_knows_both_settles_it() {
    let ([mut one, mut other, _], _) = fifty_or_sixty();
    other.edit(|sheet| sheet.weight = 7).unwrap();
    assert_eq!(other.conflicts(), one.conflicts());
    assert_eq!(one.conflicts().len(), 1);
    let settled = say(&mut one, &OPENING.replace("40", "55"));
    assert_eq!(one.conflicts(), []);
    other.take(&[settled]);
    assert_eq!(other.conflicts(), []);
    assert_eq!(text(&other), OPENING.replace("40", "55"));
}

#[test]
fn what_both_write_elsewhere_before_they_know_settles_nothing() {
    let [mut one, mut other, _] = three(&sheet(OPENING));
    let ones = [
        say(&mut one, FIFTY),
        say(&mut one, &FIFTY.replace("retur", "tilbage")),
    ];
    let others = [
        say(&mut other, SIXTY),
        say(&mut other, &SIXTY.replace("Kasserne", "Kasser")),
    ];
    one.take(&others);
    other.take(&ones);
    assert_eq!(one.conflicts(), other.conflicts());
    let (_, mut values) = one.conflict();
    values.sort_by_key(|(_, feed)| *feed);
    let expected = [
        (json!(FIFTY.replace("retur", "tilbage")), 1),
        (json!(SIXTY.replace("Kasserne", "Kasser")), 2),
    ];
    assert_eq!(values[1..], expected);
}

#[test]
fn two_who_settle_differently_at_once_are_in_conflict_again() {
    for (ones, others) in [(0, 1), (1, 2), (2, 0)] {
        let ([mut one, mut other, _], _) = fifty_or_sixty();
        let values = one.conflicts()[0].values.clone();
        let first = one.resolve("wording.da", ones);
        let second = other.resolve("wording.da", others);
        one.take(&[second]);
        other.take(&[first]);
        assert_eq!(one.conflicts(), other.conflicts());
        let told = &one.conflicts()[0].values;
        for choice in [ones, others] {
            let is_told = told.iter().any(|told| told.value == values[choice].value);
            assert!(is_told, "{choice} of {told:?}");
        }
        let settled = one.resolve("wording.da", 0);
        other.take(&[settled]);
        assert_eq!(other.conflicts(), []);
    }
}

#[test]
fn two_who_settle_alike_at_once_have_settled_it() {
    for choice in 0..3 {
        let ([mut one, mut other, _], _) = fifty_or_sixty();
        let chosen = one.conflicts()[0].values[choice].value.clone();
        let first = one.resolve("wording.da", choice);
        let second = other.resolve("wording.da", choice);
        one.take(&[second]);
        other.take(&[first]);
        assert_eq!(json!(text(&one)), chosen);
        assert_eq!(one.conflicts(), []);
        assert_eq!(other.conflicts(), []);
    }
}

#[test]
fn a_long_text_is_cut_in_what_is_told_and_whole_in_what_is_written() {
    let long = |number: u8| format!("{} {number} slut", "ord ".repeat(10_000));
    let [mut one, mut other, _] = three(&sheet(&long(4)));
    let sent = say(&mut one, &long(5));
    say(&mut other, &long(6));
    other.take(&[sent]);
    let values = other.conflicts()[0].values.clone();
    assert!(values.iter().all(|value| !value.is_whole));
    let kept = values.iter().position(|value| value.feed == Some(feed(1)));
    other.resolve("wording.da", kept.unwrap());
    assert_eq!(text(&other), long(5));
}

#[test]
fn texts_that_differ_in_very_many_words_are_told_without_comparing_them_all() {
    let words = |from: usize| -> String {
        (from..from + 15_000)
            .map(|word| format!("{word} "))
            .collect()
    };
    let [mut one, mut other, _] = three(&sheet(&words(0)));
    let sent = say(&mut one, &words(1));
    say(&mut other, &words(20_000));
    other.take(&[sent]);
    assert_eq!(other.conflicts().len(), 1);
}

#[test]
fn versions_are_told_up_to_a_number_and_the_same_ones_to_everybody() {
    let opening = Writer::new(1).write(&sheet(OPENING)).unwrap();
    let mut sent = vec![opening.clone()];
    for number in 2..60 {
        let mut writer = Writer::new(number);
        writer.take(std::slice::from_ref(&opening));
        sent.push(say(
            &mut writer,
            &OPENING.replace("40", &(number + 60).to_string()),
        ));
    }
    let (mut forwards, mut backwards) = (Writer::new(100), Writer::new(101));
    forwards.take(&sent);
    sent.reverse();
    backwards.take(&sent);
    let told = forwards.conflicts();
    assert_eq!(told, backwards.conflicts());
    assert_eq!(told[0].path, path("wording.da"));
    assert_eq!(
        told[0].values.len(),
        faelled_documents::conflict::MAX_VALUES
    );
    assert_eq!(told[0].values[0].value, json!(text(&forwards)));
}

const WORDS: usize = 12;

/// Replaces a word, puts one in before it, or takes it out; never the first one of the text.
type WordEdit = (usize, u8);

fn edited(by: char, edits: &[WordEdit]) -> String {
    let mut words: Vec<Vec<String>> = (0..WORDS).map(|word| vec![format!("ord{word}")]).collect();
    for (number, (place, sort)) in edits.iter().enumerate() {
        let new = format!("{by}{number}");
        let word = &mut words[*place];
        match sort {
            0 => *word = vec![new],
            1 => word.insert(0, new),
            _ => word.clear(),
        }
    }
    words.concat().join(" ")
}

fn edits() -> impl Strategy<Value = Vec<WordEdit>> {
    prop::collection::vec((1..WORDS, 0..3_u8), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_word_is_shown_that_nobody_wrote_and_none_is_lost_untold(
        ones in edits(), others in edits()
    ) {
        let base = edited(' ', &[]);
        let (one, other) = (edited('a', &ones), edited('b', &others));
        prop_assume!(one != base && other != base);
        let (shown, told) = at_once(&base, &one, &other);
        let is_in = |text: &str, word: &str| text.split(' ').any(|other| other == word);
        for word in shown.split_whitespace() {
            prop_assert!(is_in(&one, word) || is_in(&other, word), "{} in {}", word, shown);
        }
        let wanted = |word: &&str| {
            let is_new = !is_in(&base, word);
            is_new || (is_in(&one, word) && is_in(&other, word))
        };
        if told.is_empty() {
            let written = one.split(' ').chain(other.split(' '));
            for word in written.filter(wanted) {
                prop_assert!(is_in(&shown, word), "{} not in {}", word, shown);
            }
            for word in shown.split_whitespace() {
                prop_assert!(wanted(&word), "{} in {}", word, shown);
            }
        }
    }
}
