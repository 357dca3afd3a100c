//! Typed values that several edit at once become the same on every node, conflicts included, whatever comes in
//! what order.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use faelled_documents::{Document, WrittenChange};
use faelled_model::pack::{RequirementRef, Section};
use faelled_model::pilot::{Effect, Tried};
use faelled_model::requirement::{Evidence, Placeholder};
use faelled_model::schema::{self, Record};
use faelled_model::terms::{Category, EvidenceKind, Level, PilotState, Verdict};
use faelled_model::text::Merging;
use faelled_model::{Pack, Pilot, Requirement};
use faelled_proto::{DocId, EntryId, FeedId};
use proptest::prelude::*;

/// Nodes that write, each in a feed of its own.
const NODES: usize = 3;

/// A thing that a member does to a value; numbers choose what and where.
type Act = (u8, u8, u8);

/// A node writes (`None`), or takes in what another has written up to now.
type Happening = (usize, Option<usize>, Act);

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let happening = (0..NODES, proptest::option::of(0..NODES), any::<Act>());
    proptest::collection::vec(happening, 1..14)
}

fn feed(node: usize) -> FeedId {
    FeedId::from_bytes([u8::try_from(node).unwrap() + 1; 32])
}

/// What each feed holds, and how far each node has read it.
#[derive(Default)]
struct Feeds {
    written: [Vec<Vec<u8>>; NODES],
}

impl Feeds {
    fn entry(&self, node: usize, place: usize) -> WrittenChange<'_> {
        let mut id = [u8::try_from(node).unwrap(); 32];
        id[0] = u8::try_from(place).unwrap();
        WrittenChange {
            entry: EntryId::from_bytes(id),
            feed: feed(node),
            body: &self.written[node][place],
        }
    }
}

fn document() -> Document {
    Document::new(DocId::from_bytes([5; 32]))
}

/// Lets it all happen, then gives every feed to new nodes in two orders, and to those that wrote.
fn converges<T>(
    happenings: &[Happening],
    order: &[usize],
    act: impl Fn(&mut T, Act),
) -> Result<(), TestCaseError>
where
    T: Record + autosurgeon::Reconcile + Clone + PartialEq + std::fmt::Debug,
{
    let mut feeds = Feeds::default();
    let mut nodes: Vec<Document> = (0..NODES).map(|_| document()).collect();
    let mut seen = [[0_usize; NODES]; NODES];
    for (step, (node, from, what)) in happenings.iter().enumerate() {
        if let Some(from) = from.filter(|from| from != node) {
            let known = seen[*node][from];
            for place in known..feeds.written[from].len() {
                prop_assert_eq!(nodes[*node].apply(&[feeds.entry(from, place)]), vec![]);
            }
            seen[*node][from] = feeds.written[from].len();
            continue;
        }
        let held: T = schema::read(&nodes[*node]).unwrap();
        let mut value = held.clone();
        act(&mut value, *what);
        schema::prepare(&mut value, &held);
        let written = nodes[*node].edit(feed(*node), &value, step as u64 * 1_000);
        if let Some(change) = written.unwrap() {
            feeds.written[*node].push(change);
        }
        // Changes may build on ones that came before theirs were read; what was just written is what is read.
        if nodes[*node].quarantine().is_none() {
            prop_assert!(schema::read::<T>(&nodes[*node]).is_ok());
        }
    }
    // Every entry in the given mixture of feeds, each feed in its own order.
    let mut next = [0; NODES];
    let mut mixed = document();
    let rest = (0..NODES).flat_map(|node| std::iter::repeat_n(node, 64));
    for node in order.iter().copied().chain(rest) {
        if next[node] < feeds.written[node].len() {
            prop_assert_eq!(mixed.apply(&[feeds.entry(node, next[node])]), vec![]);
            next[node] += 1;
        }
    }
    let mut backwards = document();
    for node in (0..NODES).rev() {
        for place in 0..feeds.written[node].len() {
            prop_assert_eq!(backwards.apply(&[feeds.entry(node, place)]), vec![]);
        }
    }
    let expected: T = schema::read(&mixed).unwrap();
    let conflicts = mixed.conflicts().unwrap();
    prop_assert_eq!(&schema::read::<T>(&backwards).unwrap(), &expected);
    prop_assert_eq!(&backwards.conflicts().unwrap(), &conflicts);
    for (node, document) in nodes.iter_mut().enumerate() {
        for other in (0..NODES).filter(|other| *other != node) {
            for place in seen[node][other]..feeds.written[other].len() {
                prop_assert_eq!(document.apply(&[feeds.entry(other, place)]), vec![]);
            }
        }
        prop_assert_eq!(&schema::read::<T>(document).unwrap(), &expected);
        prop_assert_eq!(&document.conflicts().unwrap(), &conflicts);
    }
    // What is shown is what the next edit writes: nothing is lost by writing it back.
    let mut value = expected.clone();
    schema::prepare(&mut value, &expected);
    mixed.edit(feed(0), &value, 99_000).unwrap();
    prop_assert_eq!(&schema::read::<T>(&mixed).unwrap(), &value);
    Ok(())
}

fn edit_text(text: &mut Merging, at: u8, with: u8) {
    let mut chars: Vec<char> = text.0.chars().collect();
    let at = usize::from(at) % (chars.len() + 1);
    chars.splice(
        at..(at + 1).min(chars.len()),
        [char::from(b'a' + with % 26), 'ø'],
    );
    text.0 = chars.into_iter().collect();
}

/// Puts an item into the list, changes one or takes one out.
fn edit_list<T>(
    items: &mut Vec<T>,
    at: u8,
    with: u8,
    item: impl Fn(u8) -> T,
    change: impl Fn(&mut T, u8),
) {
    let len = items.len();
    let at = usize::from(at) % (len + 1);
    match with % 4 {
        0 if at < len => drop(items.remove(at)),
        1 if at < len => change(&mut items[at], with),
        2 if at < len => items.swap(at, 0),
        _ => items.insert(at, item(with / 4 % 3)),
    }
}

fn act_on_requirement(value: &mut Requirement, (what, at, with): Act) {
    match what % 6 {
        0 => edit_text(
            value.wording.0.entry("da".to_owned()).or_default(),
            at,
            with,
        ),
        1 => value.level = Level::all()[usize::from(with) % 3].clone(),
        2 => value.title = [("da", ["a", "b", "c"][usize::from(with) % 3])].into(),
        3 => {
            let evidence = |n: u8| Evidence {
                kind: EvidenceKind::all()[usize::from(n)].clone(),
                ..Evidence::default()
            };
            edit_list(&mut value.evidence, at, with, evidence, |e, n| {
                e.text = [("da", ["x", "y"][usize::from(n / 4) % 2])].into();
            });
        }
        4 => {
            let placeholder = |n: u8| Placeholder {
                name: ["andel", "frist", "antal"][usize::from(n)].to_owned(),
                ..Placeholder::default()
            };
            edit_list(&mut value.placeholders, at, with, placeholder, |p, n| {
                p.max = Some(f64::from(n))
            });
        }
        _ => value.category = Category::all()[usize::from(with) % 4].clone(),
    }
}

fn act_on_pack(value: &mut Pack, (what, at, with): Act) {
    match what % 4 {
        0 => edit_text(
            value.introduction.0.entry("da".to_owned()).or_default(),
            at,
            with,
        ),
        1 => value.review_cycle_months = Some(u64::from(with)),
        2 => {
            let section = |n: u8| Section {
                title: [("da", ["a", "b", "c"][usize::from(n)])].into(),
                ..Section::default()
            };
            edit_list(&mut value.sections, at, with, section, |s, n| {
                s.requirements.push(RequirementRef {
                    number: format!("GLX-{}", n / 4 % 3),
                    ..RequirementRef::default()
                });
            });
        }
        _ => value.licence = ["CC BY 4.0", "CC0"][usize::from(with) % 2].to_owned(),
    }
}

fn act_on_pilot(value: &mut Pilot, (what, at, with): Act) {
    match what % 5 {
        0 => edit_text(
            value.lessons.0.entry("da".to_owned()).or_default(),
            at,
            with,
        ),
        1 => value.state = PilotState::all()[usize::from(with) % 4].clone(),
        2 => {
            let tried = |n: u8| Tried {
                number: format!("GLX-{n}"),
                ..Tried::default()
            };
            edit_list(&mut value.tried, at, with, tried, |t, n| {
                t.verdict = Verdict::all()[usize::from(n / 4) % 3].clone();
                t.bidders = Some(u64::from(n));
            });
        }
        3 => {
            let effect = |n: u8| Effect {
                number: f64::from(n),
                ..Effect::default()
            };
            edit_list(&mut value.effects, at, with, effect, |e, n| {
                e.measured = n % 8 < 4
            });
        }
        _ => value.tender.lots = Some(u64::from(with)),
    }
}

#[test]
fn a_level_that_two_set_at_once_is_a_conflict_on_both_nodes() {
    let level = |level: Level| Requirement {
        level,
        ..Requirement::default()
    };
    let mut one = document();
    let opening = one.edit(feed(0), &level(Level::Basic), 1_000).unwrap();
    let mut two = document();
    let mut feeds = Feeds::default();
    feeds.written[0].extend(opening);
    assert_eq!(two.apply(&[feeds.entry(0, 0)]), []);
    feeds.written[0].extend(one.edit(feed(0), &level(Level::Advanced), 2_000).unwrap());
    feeds.written[1].extend(two.edit(feed(1), &level(Level::Spearhead), 2_000).unwrap());
    assert_eq!(one.apply(&[feeds.entry(1, 0)]), []);
    assert_eq!(two.apply(&[feeds.entry(0, 1)]), []);
    let conflicts = one.conflicts().unwrap();
    assert_eq!(two.conflicts().unwrap(), conflicts);
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].values.len(), 2);
    let shown = schema::read::<Requirement>(&one).unwrap();
    assert_eq!(schema::read::<Requirement>(&two).unwrap(), shown);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn requirements_edited_at_once_become_the_same_everywhere(
        happenings in happenings(), order in proptest::collection::vec(0..NODES, 0..16)
    ) {
        converges(&happenings, &order, act_on_requirement)?;
    }

    #[test]
    fn packs_edited_at_once_become_the_same_everywhere(
        happenings in happenings(), order in proptest::collection::vec(0..NODES, 0..16)
    ) {
        converges(&happenings, &order, act_on_pack)?;
    }

    #[test]
    fn pilots_edited_at_once_become_the_same_everywhere(
        happenings in happenings(), order in proptest::collection::vec(0..NODES, 0..16)
    ) {
        converges(&happenings, &order, act_on_pilot)?;
    }
}
