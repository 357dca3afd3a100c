//! Whoever writes what, and in whatever order it comes: all see the same, and the same conflicts.

use proptest::prelude::*;

use crate::writers::{Merging, Sent, Sheet, Writer, item};

const NAMES: [&str; 3] = ["andel", "år", "vægt"];
const LANGUAGES: [&str; 2] = ["da", "en"];

#[derive(Debug, Clone)]
enum Edit {
    Level(u8),
    Weight(u64),
    Text(usize, u8),
    Letter(usize, char),
    Word(usize, usize, u8),
    PutInWord(usize, usize, u8),
    CutWord(usize, usize),
    Rewrite(usize, u8),
    PutIn(usize, u64),
    Max(usize, u64),
    Note(usize, u8),
    TakeOut(usize),
    Reverse,
    Code(u8),
}

#[derive(Debug, Clone)]
enum Step {
    Edit(usize, Edit),
    /// One node gets another's next change.
    Send(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (0..3_u8).prop_map(Edit::Level),
        (0..3_u64).prop_map(Edit::Weight),
        (0..2_usize, 0..3_u8).prop_map(|(language, text)| Edit::Text(language, text)),
        (0..2_usize, prop::char::range('a', 'f')).prop_map(|(at, letter)| Edit::Letter(at, letter)),
        (0..2_usize, 0..8_usize, 0..4_u8).prop_map(|(at, place, word)| Edit::Word(at, place, word)),
        (0..2_usize, 0..8_usize, 0..4_u8)
            .prop_map(|(at, place, word)| Edit::PutInWord(at, place, word)),
        (0..2_usize, 0..8_usize).prop_map(|(at, place)| Edit::CutWord(at, place)),
        (0..2_usize, 0..3_u8).prop_map(|(at, text)| Edit::Rewrite(at, text)),
        (0..3_usize, 0..3_u64).prop_map(|(name, max)| Edit::PutIn(name, max)),
        (0..3_usize, 0..3_u64).prop_map(|(name, max)| Edit::Max(name, max)),
        (0..3_usize, 0..3_u8).prop_map(|(name, note)| Edit::Note(name, note)),
        (0..3_usize).prop_map(Edit::TakeOut),
        Just(Edit::Reverse),
        (0..3_u8).prop_map(Edit::Code),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..4_usize, edit()).prop_map(|(node, edit)| Step::Edit(node, edit)),
        2 => (0..4_usize, 0..4_usize).prop_map(|(from, to)| Step::Send(from, to)),
    ]
}

fn apply(edit: &Edit, sheet: &mut Sheet) {
    let named = |sheet: &Sheet, name: usize| {
        let mut names = sheet.items.iter();
        names.position(|item| item.name == NAMES[name])
    };
    match edit {
        Edit::Level(level) => sheet.level = format!("level {level}"),
        Edit::Weight(weight) => sheet.weight = *weight,
        Edit::Text(language, text) => {
            let text = Merging(format!("text {text}"));
            sheet.wording.insert(LANGUAGES[*language].to_owned(), text);
        }
        Edit::Letter(language, letter) => {
            if let Some(text) = sheet.wording.get_mut(LANGUAGES[*language]) {
                text.0.push(*letter);
            }
        }
        Edit::Word(language, place, word) => change_words(sheet, *language, |words| {
            let place = place % words.len();
            words[place] = format!("ord{word}");
        }),
        Edit::PutInWord(language, place, word) => change_words(sheet, *language, |words| {
            let place = place % (words.len() + 1);
            words.insert(place, format!("mere{word}"));
        }),
        Edit::CutWord(language, place) => change_words(sheet, *language, |words| {
            words.remove(place % words.len());
        }),
        Edit::Rewrite(language, text) => change_words(sheet, *language, |words| {
            *words = (0..6).map(|word| format!("ny{text}{word}")).collect();
        }),
        Edit::PutIn(name, max) => {
            if named(sheet, *name).is_none() {
                sheet.items.push(item(NAMES[*name], *max));
            }
        }
        Edit::Max(name, max) => {
            if let Some(index) = named(sheet, *name) {
                sheet.items[index].max = *max;
            }
        }
        Edit::Note(name, note) => {
            if let Some(index) = named(sheet, *name) {
                let note = format!("note {note}");
                sheet.items[index].note.insert("da".to_owned(), note);
            }
        }
        Edit::TakeOut(name) => {
            if let Some(index) = named(sheet, *name) {
                sheet.items.remove(index);
            }
        }
        Edit::Reverse => sheet.items.reverse(),
        Edit::Code(code) => sheet.codes.push(code.to_string()),
    }
}

/// Changes the words of a text that has any.
fn change_words(sheet: &mut Sheet, language: usize, change: impl FnOnce(&mut Vec<String>)) {
    if let Some(text) = sheet.wording.get_mut(LANGUAGES[language]) {
        let mut words: Vec<String> = text.0.split_whitespace().map(str::to_owned).collect();
        if !words.is_empty() {
            change(&mut words);
            text.0 = words.join(" ");
        }
    }
}

/// Nodes with all changes that each wrote.
struct World {
    nodes: Vec<Writer>,
    feeds: Vec<Vec<Sent>>,
    /// How many of each feed's changes a node has.
    got: Vec<Vec<usize>>,
}

impl World {
    fn new(count: usize, is_opened_by_one: bool) -> Self {
        let mut world = Self {
            nodes: (1..).take(count).map(Writer::new).collect(),
            feeds: vec![Vec::new(); count],
            got: vec![vec![0; count]; count],
        };
        if is_opened_by_one {
            let mut sheet = Sheet::default();
            let text = Merging("Kasserne er af mindst 40 % genbrugt plast.".to_owned());
            sheet.wording.insert(LANGUAGES[0].to_owned(), text);
            let opening = world.nodes[0].write(&sheet);
            world.wrote(0, opening);
            for other in 1..count {
                world.send(0, other);
            }
        }
        world
    }

    fn wrote(&mut self, node: usize, sent: Option<Sent>) {
        if let Some(sent) = sent {
            self.feeds[node].push(sent);
            self.got[node][node] += 1;
        }
    }

    fn send(&mut self, from: usize, to: usize) {
        let place = self.got[to][from];
        if let Some(sent) = self.feeds[from].get(place) {
            self.nodes[to].take(std::slice::from_ref(sent));
            self.got[to][from] += 1;
        }
    }

    fn step(&mut self, step: &Step) {
        let count = self.nodes.len();
        match step {
            Step::Edit(node, edit) => {
                let node = node % count;
                let sent = self.nodes[node].edit(|sheet| apply(edit, sheet));
                self.wrote(node, sent);
            }
            Step::Send(from, to) => self.send(from % count, to % count),
        }
    }

    fn send_all(&mut self) {
        for to in 0..self.nodes.len() {
            for from in 0..self.nodes.len() {
                for _ in 0..self.feeds[from].len() {
                    self.send(from, to);
                }
            }
        }
    }

    /// Somebody who gets all changes, each feed's in its order, the feeds as the picks say.
    fn late_reader(&self, picks: &[usize]) -> Writer {
        let mut reader = Writer::new(200);
        let mut rest: Vec<&[Sent]> = self.feeds.iter().map(Vec::as_slice).collect();
        let mut picks = picks.iter().cycle();
        while rest.iter().any(|feed| !feed.is_empty()) {
            rest.retain(|feed| !feed.is_empty());
            let pick = picks.next().unwrap() % rest.len();
            let (next, after) = rest[pick].split_first().unwrap();
            reader.take(std::slice::from_ref(next));
            rest[pick] = after;
        }
        reader
    }

    fn check(&self, picks: &[usize]) -> Result<(), TestCaseError> {
        let late = self.late_reader(picks);
        for node in &self.nodes {
            prop_assert_eq!(node.sheet(), late.sheet());
            prop_assert_eq!(node.conflicts(), late.conflicts());
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn all_see_the_same_value_and_conflicts_and_settling_them_settles_them_for_all(
        count in 2..5_usize,
        is_opened_by_one in any::<bool>(),
        steps in prop::collection::vec(step(), 1..40),
        picks in prop::collection::vec(any::<usize>(), 1..20),
    ) {
        let mut world = World::new(count, is_opened_by_one);
        for step in &steps {
            world.step(step);
        }
        world.send_all();
        world.check(&picks)?;
        for round in 0.. {
            prop_assert!(round < 100);
            let conflicts = world.nodes[0].conflicts();
            let Some(conflict) = conflicts.first() else {
                break;
            };
            let node = picks[0] % count;
            let choice = picks[round % picks.len()] % conflict.values.len();
            let place = conflict.path.to_string();
            let sent = world.nodes[node].resolve(&place, choice);
            world.wrote(node, Some(sent));
            world.send_all();
            let left = world.nodes[0].conflicts();
            prop_assert!(left.iter().all(|other| other.path != conflict.path));
        }
        world.check(&picks)?;
    }

    #[test]
    fn an_edit_of_one_thing_leaves_all_conflicts_elsewhere(
        steps in prop::collection::vec(step(), 1..30),
    ) {
        let mut world = World::new(3, true);
        for step in &steps {
            world.step(step);
        }
        world.send_all();
        let before = world.nodes[0].conflicts();
        let sheet = world.nodes[0].sheet();
        world.nodes[0].edit(|sheet| sheet.codes.push("new".to_owned()));
        prop_assert_eq!(world.nodes[0].conflicts(), before);
        prop_assert_eq!(world.nodes[0].sheet().items, sheet.items);
    }
}
