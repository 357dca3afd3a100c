//! Whatever order things come in, the same counts: generated histories, delivered in several orders, against each
//! other and against the rules written down a second time.

mod cast;
mod held;
mod history;
mod mirrors;
mod network;
mod owning;
mod rule;
mod shown;
mod stewarding;
mod writing;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tokio::runtime::Handle;

use self::held::{Held, Item};
use self::history::{History, THINGS};
use self::mirrors::{Mirrors, Written};
use self::rule::Facts;
use self::shown::{Rows, Shown};
use super::{Report, ensure};
use crate::program::Broken;

const HISTORIES: u64 = 10_000;
/// So many that the rarest of [`THINGS`] comes up as good as always.
const QUICK_HISTORIES: u64 = 1_000;
/// After so many histories it is told how far the proof has come.
const TELL_EVERY: u64 = 1_000;
/// Random orders of arrival for each history, beside the order in which things happened.
const ORDERS: usize = 3;
/// Of how many histories one is also given to whole engines, joined by a network.
const NETWORKED: u64 = 5;
/// Seeds of the histories of one run lie side by side from here on; see [`base`].
const SEEDS_PER_RUN: u64 = 1 << 20;

pub(super) async fn run(mut report: Report, quick: bool) -> Result<Report, Broken> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let run = Arc::new(Run {
        histories: if quick { QUICK_HISTORIES } else { HISTORIES },
        report: report.clone(),
        runtime: Handle::current(),
        next: AtomicU64::new(0),
        is_broken: AtomicBool::new(false),
    });
    let tasks: Vec<_> = (0..workers)
        .map(|_| {
            let run = Arc::clone(&run);
            tokio::task::spawn_blocking(move || {
                let done = run.work();
                run.is_broken.fetch_or(done.is_err(), Ordering::Relaxed);
                done
            })
        })
        .collect();
    let mut parts = Vec::new();
    for task in tasks {
        parts.push(task.await.map_err(|error| Broken(error.to_string()))?);
    }
    let mut tally = Tally::default();
    for part in parts {
        tally.add(&part?);
    }
    let histories = run.histories;
    report.saw(format!(
        "{histories} histories, {} items, each in {} orders and as many mirrors; {} also through engines in a network",
        tally.items,
        ORDERS + 1,
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
    report.figure("networked", tally.networked);
    report.figure("cut_feeds", tally.cut);
    Ok(report)
}

const fn base(seed: u64) -> u64 {
    seed.wrapping_mul(SEEDS_PER_RUN)
}

/// What all workers of one run go by.
struct Run {
    histories: u64,
    report: Report,
    runtime: Handle,
    /// The history that nobody has taken yet.
    next: AtomicU64,
    /// One of them found that something does not hold: the others need not go on.
    is_broken: AtomicBool,
}

impl Run {
    fn work(&self) -> Result<Tally, Broken> {
        let mirrors = Mirrors::new(&self.runtime)?;
        let mut tally = Tally::default();
        while !self.is_broken.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.histories {
                break;
            }
            if number > 0 && number.is_multiple_of(TELL_EVERY) {
                self.report
                    .saw(format!("{number} of {} histories", self.histories));
            }
            let history = History::of(base(self.report.seed()) + number);
            check(&history, number, &mirrors, &mut tally)
                .map_err(|broken| told(&history, number, self.report.seed(), &broken))?;
        }
        Ok(tally)
    }
}

/// What all histories held.
#[derive(Debug, Default)]
struct Tally {
    items: u64,
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
    mirrors: &Mirrors,
    tally: &mut Tally,
) -> Result<(), Broken> {
    let rows = rows(history);
    let mut rng = ChaCha12Rng::seed_from_u64(history.seed ^ u64::MAX);
    let mut items: Vec<&Item> = history.items.iter().collect();
    let (held, first, written) = delivered(history, &[], &items, &rows, mirrors)?;
    let (is, should) = (first.ruled(&held), Facts::of(&history.items).ruled());
    ensure(is == should, || {
        format!("the engine says {is:#?}\nby the rules it is {should:#?}")
    })?;
    for order in 1..=ORDERS {
        shuffle(&mut items, &mut rng);
        let (early, late) = items.split_at(items.len() / 2);
        let (_, shown, next) = delivered(history, early, late, &rows, mirrors)?;
        same(first.differs(&shown), || {
            format!("in order {order} what is shown")
        })?;
        same(written.differs(&next), || {
            format!("in order {order} the mirror")
        })?;
    }
    tally.count(history, &first);
    if number.is_multiple_of(NETWORKED) {
        network::check(history, &first, &rows, &mut rng)?;
        tally.networked += 1;
    }
    Ok(())
}

/// Delivers some of a history, writes a mirror, delivers the rest (and anew what came too early) and writes the mirror on.
fn delivered(
    history: &History,
    early: &[&Item],
    late: &[&Item],
    rows: &Rows,
    mirrors: &Mirrors,
) -> Result<(Held, Shown, Written), Broken> {
    let mut held = Held::empty(history.federation);
    held.deliver(early)?;
    let halfway = (held.clone(), Shown::of(&held, history, rows));
    held.deliver(&[late, early].concat())?;
    let shown = Shown::of(&held, history, rows);
    let written = mirrors.write(&[(&halfway.0, &halfway.1), (&held, &shown)])?;
    Ok((held, shown, written))
}

fn same(differs: Option<String>, what: impl FnOnce() -> String) -> Result<(), Broken> {
    match differs {
        None => Ok(()),
        Some(differs) => Err(Broken(format!("{} is otherwise: {differs}", what()))),
    }
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
