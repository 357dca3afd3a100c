//! What holds is a function of the set of rosters held: generated trees, in several orders of arrival, against the
//! rule written down a second time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod rosters;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use faelled_engine::RosterChain;
use faelled_proto::{Roster, RosterHash, SignedRoster};
use proptest::prelude::*;
use rosters::{first, next, resolution, signed, without};

/// A step in making a tree: places of versions made before, taken modulo their number.
#[derive(Debug, Clone)]
enum Step {
    Follow { before: usize, removes: bool },
    Resolve { one: usize, other: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let place = 0..24_usize;
    let step = prop_oneof![
        (place.clone(), any::<bool>())
            .prop_map(|(before, removes)| Step::Follow { before, removes }),
        (place.clone(), place).prop_map(|(one, other)| Step::Resolve { one, other }),
    ];
    prop::collection::vec(step, 1..24)
}

/// All versions that the steps make, each after those that it follows.
fn tree(steps: &[Step]) -> Vec<SignedRoster> {
    let mut made = vec![first()];
    let mut chain = rosters::holding(&[&made[0]]);
    for (number, step) in steps.iter().enumerate() {
        let at = |place: usize| &made[place % made.len()];
        let mut roster = match *step {
            Step::Follow { before, removes } => {
                let next = next(at(before), "");
                if removes {
                    without(next, 3 + number % 2, u8::try_from(number).unwrap())
                } else {
                    next
                }
            }
            Step::Resolve { one, other } if at(one) == at(other) => continue,
            Step::Resolve { one, other } => resolution(at(one), at(other)),
        };
        roster.name = format!("Step {number}");
        let signed = signed(&roster, &[0, 1]);
        if chain.accept(signed.clone()).is_ok() {
            made.push(signed);
        }
    }
    made
}

/// A chain that was offered all of them in this order, again and again while it took any.
fn offered(versions: &[SignedRoster], first: &SignedRoster) -> RosterChain {
    let mut chain = RosterChain::pinned(first.federation());
    loop {
        let taken = versions
            .iter()
            .filter(|version| chain.accept((*version).clone()) == Ok(true))
            .count();
        if taken == 0 {
            return chain;
        }
    }
}

/// The rule, by sets: of each version what it follows, and what every way to it leads through, itself included.
struct Rule {
    rosters: BTreeMap<RosterHash, Roster>,
    ancestry: BTreeMap<RosterHash, BTreeSet<RosterHash>>,
    passed: BTreeMap<RosterHash, BTreeSet<RosterHash>>,
}

impl Rule {
    /// The versions are in an order in which each comes after those that it follows.
    fn of(versions: &[SignedRoster]) -> Self {
        let mut rule = Self {
            rosters: BTreeMap::new(),
            ancestry: BTreeMap::new(),
            passed: BTreeMap::new(),
        };
        for version in versions {
            let (hash, roster) = (version.hash(), version.decode().unwrap());
            let mut ancestry: BTreeSet<RosterHash> = roster
                .previous
                .iter()
                .flat_map(|before| rule.ancestry[before].clone())
                .collect();
            let mut passed = rule.passed_before(&roster);
            ancestry.insert(hash);
            passed.insert(hash);
            rule.ancestry.insert(hash, ancestry);
            rule.passed.insert(hash, passed);
            rule.rosters.insert(hash, roster);
        }
        rule
    }

    fn passed_before(&self, roster: &Roster) -> BTreeSet<RosterHash> {
        let ways = roster.previous.iter().map(|before| &self.passed[before]);
        ways.cloned()
            .reduce(|one, other| &one & &other)
            .unwrap_or_default()
    }

    fn settled(&self, mut at: RosterHash) -> (RosterHash, bool) {
        loop {
            let children: Vec<RosterHash> = self
                .rosters
                .iter()
                .filter(|(_, roster)| roster.previous == [at])
                .map(|(hash, _)| *hash)
                .collect();
            match children[..] {
                [] => return (at, false),
                [only] => at = only,
                _ => match self.last_resolutions(at)[..] {
                    [only] => at = only,
                    _ => return (at, true),
                },
            }
        }
    }

    /// The resolutions of the fork after this version that no other one of it follows.
    fn last_resolutions(&self, base: RosterHash) -> Vec<RosterHash> {
        let is_of_this_fork = |roster: &Roster| {
            let passed = self.passed_before(roster);
            let last = passed.iter().max_by_key(|hash| self.rosters[*hash].version);
            roster.previous.len() == 2 && last == Some(&base)
        };
        let all: Vec<RosterHash> = self
            .rosters
            .iter()
            .filter(|(_, roster)| is_of_this_fork(roster))
            .map(|(hash, _)| *hash)
            .collect();
        all.iter()
            .filter(|one| {
                all.iter()
                    .all(|other| other == *one || !self.ancestry[other].contains(*one))
            })
            .copied()
            .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_order_rosters_come_in_the_same_version_holds(
        (versions, shuffled) in steps().prop_flat_map(|steps| {
            let versions = tree(&steps);
            (Just(versions.clone()), Just(versions).prop_shuffle())
        })
    ) {
        let first = &versions[0];
        let chain = offered(&versions, first);
        let other = offered(&shuffled, first);
        let loaded = RosterChain::load(first.federation(), shuffled).unwrap();
        let (head, frozen) = Rule::of(&versions).settled(first.hash());
        prop_assert_eq!(chain.head().1, head);
        prop_assert_eq!(chain.fork().is_some(), frozen);
        for other in [other, loaded] {
            prop_assert_eq!(chain.head(), other.head());
            prop_assert_eq!(chain.highest(), other.highest());
            prop_assert_eq!(chain.fork(), other.fork());
            prop_assert_eq!(chain.cuts(), other.cuts());
            prop_assert!(chain.hashes().eq(other.hashes()));
            prop_assert_eq!(chain.after(0), other.after(0));
        }
    }

    #[test]
    fn a_fork_that_is_planned_away_is_gone(steps in steps()) {
        let mut chain = offered(&tree(&steps), &first());
        // Each plan makes two rivals one.
        for _ in 0..24 {
            let Some(fork) = chain.fork() else { break };
            let keep = fork.heads.iter().find_map(|(_, keep)| {
                chain.plan(&faelled_engine::roster::Change::Resolve { keep: *keep }, None, 7).ok()
            });
            let plan = keep.expect("one branch can be kept");
            prop_assert!(chain.is_live(&plan));
            prop_assert_eq!(chain.accept(signed(&plan, &[0, 1])), Ok(true));
            prop_assert!(!chain.is_live(&plan));
        }
        prop_assert!(chain.fork().is_none());
    }
}
