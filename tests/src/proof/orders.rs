//! Whatever order things come in, the same counts: generated histories, delivered in several orders, against each
//! other and against the rules written down a second time.

mod cast;
mod held;
mod history;
mod network;
mod owning;
mod rule;
mod shown;
mod stewarding;
mod writing;

use std::collections::{BTreeMap, BTreeSet};

use faelled_mirror::Mirror;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tokio::runtime::Handle;

use self::held::{Held, Item};
use self::history::{History, THINGS};
use self::rule::Facts;
use self::shown::{Rows, Shown, delta};
use super::{Report, ensure};
use crate::program::Broken;

const HISTORIES: u64 = 10_000;
const QUICK_HISTORIES: u64 = 160;
/// Random orders of arrival for each history, beside the order in which things happened.
const ORDERS: usize = 3;
/// Of how many histories one is also written to mirrors, one for each order.
const MIRRORED: u64 = 20;
/// Of how many histories one is also given to whole engines, joined by a network.
const NETWORKED: u64 = 10;
/// Seeds of the histories of one run lie side by side from here on; see [`base`].
const SEEDS_PER_RUN: u64 = 1 << 20;

pub(super) async fn run(mut report: Report, quick: bool) -> Result<Report, Broken> {
    let histories = if quick { QUICK_HISTORIES } else { HISTORIES };
    let base = base(report.seed());
    let workers = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let tasks: Vec<_> = (0..workers)
        .map(|worker| {
            let runtime = Handle::current();
            tokio::task::spawn_blocking(move || {
                let mut tally = Tally::default();
                for number in (0..histories).filter(|number| number % workers == worker) {
                    let history = History::of(base + number);
                    check(&history, number, &runtime, &mut tally)
                        .map_err(|broken| told(&history, number, report_seed(base), &broken))?;
                }
                Ok::<Tally, Broken>(tally)
            })
        })
        .collect();
    let mut tally = Tally::default();
    for task in tasks {
        let part = task.await.map_err(|error| Broken(error.to_string()))??;
        tally.add(&part);
    }
    report.saw(format!(
        "{histories} histories, {} items, each in {} orders; {} also in mirrors, {} also through engines in a network",
        tally.items,
        ORDERS + 1,
        tally.mirrored,
        tally.networked
    ));
    for thing in THINGS {
        let (of, all) = tally.things.get(thing).copied().unwrap_or_default();
        ensure(of > 0, || format!("no history held: {thing}"))?;
        report.saw(format!("{of} histories with: {thing} ({all} in all)"));
    }
    report.saw(format!(
        "{} feeds cut, {} frozen rosters, {} frozen groups; again with --seed {}",
        tally.cut,
        tally.frozen_rosters,
        tally.frozen_groups,
        report.seed()
    ));
    report.figure("seed", report.seed());
    report.figure("histories", histories);
    report.figure("items", tally.items);
    report.figure("mirrored", tally.mirrored);
    report.figure("networked", tally.networked);
    report.figure("cut_feeds", tally.cut);
    Ok(report)
}

const fn base(seed: u64) -> u64 {
    seed.wrapping_mul(SEEDS_PER_RUN)
}

const fn report_seed(base: u64) -> u64 {
    base / SEEDS_PER_RUN
}

/// What all histories held.
#[derive(Debug, Default)]
struct Tally {
    items: u64,
    mirrored: u64,
    networked: u64,
    cut: u64,
    frozen_rosters: u64,
    frozen_groups: u64,
    /// In how many histories, and how often in all.
    things: BTreeMap<&'static str, (u64, u64)>,
}

impl Tally {
    fn add(&mut self, part: &Self) {
        self.items += part.items;
        self.mirrored += part.mirrored;
        self.networked += part.networked;
        self.cut += part.cut;
        self.frozen_rosters += part.frozen_rosters;
        self.frozen_groups += part.frozen_groups;
        for (thing, (of, all)) in &part.things {
            let sum = self.things.entry(thing).or_default();
            *sum = (sum.0 + of, sum.1 + all);
        }
    }

    fn count(&mut self, history: &History, shown: &Shown) {
        self.items += history.items.len() as u64;
        self.cut += shown.ceilings.len() as u64;
        self.frozen_rosters += u64::from(shown.fork.is_some());
        self.frozen_groups += shown.groups.values().filter(|group| group.2).count() as u64;
        for (thing, all) in &history.things {
            let sum = self.things.entry(thing).or_default();
            *sum = (sum.0 + 1, sum.1 + all);
        }
    }
}

fn told(history: &History, number: u64, seed: u64, broken: &Broken) -> Broken {
    Broken(format!(
        "history {number} of --seed {seed} ({} items):\n  {}\n{broken}",
        history.items.len(),
        history.said.join("\n  ")
    ))
}

/// Delivers a history in several orders and compares.
fn check(
    history: &History,
    number: u64,
    runtime: &Handle,
    tally: &mut Tally,
) -> Result<(), Broken> {
    let rows = rows(history);
    let mut rng = ChaCha12Rng::seed_from_u64(history.seed ^ u64::MAX);
    let all: Vec<&Item> = history.items.iter().collect();
    let is_mirrored = number.is_multiple_of(MIRRORED);
    let mut digests = BTreeSet::new();
    let mut first: Option<Shown> = None;
    for order in 0..=ORDERS {
        let mut items = all.clone();
        if order > 0 {
            shuffle(&mut items, &mut rng);
        }
        let mut held = Held::empty(history.federation);
        let (early, late) = items.split_at(if order > 0 { items.len() / 2 } else { 0 });
        held.deliver(early)?;
        let halfway = is_mirrored.then(|| (held.clone(), Shown::of(&held, history, &rows)));
        held.deliver(&[late, early].concat())?;
        let shown = Shown::of(&held, history, &rows);
        if let Some((before, early)) = halfway {
            let steps = [(before, &early), (held.clone(), &shown)];
            digests.insert(runtime.block_on(mirrored(&steps))?);
        }
        match &first {
            None => {
                let (is, should) = (shown.ruled(&held), Facts::of(&history.items).ruled());
                ensure(is == should, || {
                    format!("the engine says {is:#?}\nby the rules it is {should:#?}")
                })?;
                first = Some(shown);
            }
            Some(first) => {
                let differs = first.differs(&shown);
                ensure(differs.is_none(), || {
                    format!(
                        "in order {order} otherwise: {}",
                        differs.unwrap_or_default()
                    )
                })?;
            }
        }
    }
    ensure(digests.len() <= 1, || {
        "the mirrors differ though the documents do not".to_owned()
    })?;
    tally.mirrored += u64::from(is_mirrored);
    if let Some(first) = first {
        tally.count(history, &first);
        if number.is_multiple_of(NETWORKED) {
            network::check(history, &first, &rows, &mut rng)?;
            tally.networked += 1;
        }
    }
    Ok(())
}

fn rows(history: &History) -> Rows {
    let entries = history.items.iter().filter_map(|item| match item {
        Item::Entry(_, entry) => Some(entry.id()),
        _ => None,
    });
    entries.zip(1..).collect()
}

fn shuffle<T>(items: &mut [T], rng: &mut ChaCha12Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, rng.next_u32() as usize % (last + 1));
    }
}

/// Writes a mirror in two steps and digests all its tables.
async fn mirrored(steps: &[(Held, &Shown)]) -> Result<String, Broken> {
    let directory = tempfile::tempdir()?;
    let mirror = Mirror::open(directory.path().join("mirror.db")).await?;
    let mut written = BTreeSet::new();
    for (row, (held, shown)) in (1..).zip(steps) {
        mirror.apply(&delta(held, shown, row, &written)).await?;
        written.extend(shown.documents.keys().copied());
    }
    let digest = mirror.dump_digest().await?;
    mirror.close().await;
    Ok(digest)
}
