//! The roster's rules, each with what breaks it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod world;

use faelled_engine::{RosterChain, RosterRefusal};
use faelled_proto::{Roster, SignedRoster};
use world::{first_roster, keys};

fn chain() -> (RosterChain, Roster) {
    let first = first_roster(&[0, 1, 2]);
    let mut chain = RosterChain::pinned(first.federation());
    chain.accept(first).unwrap();
    let mut next = chain.newest().unwrap().clone();
    next.version = 2;
    next.federation = Some(chain.federation());
    next.previous = vec![chain.head().1];
    (chain, next)
}

fn signed(roster: &Roster, signers: &[usize]) -> SignedRoster {
    let mut signed = SignedRoster::unsigned(roster);
    for index in signers {
        signed.sign(keys(*index).member, &keys(*index).identity);
    }
    signed
}

#[test]
fn the_next_version_is_taken_when_the_old_and_the_new_stewards_sign() {
    let (mut chain, mut next) = chain();
    next.stewards = vec![keys(0).member, keys(1).member, keys(2).member];
    next.threshold = 2;
    assert_eq!(
        chain.check(&signed(&next, &[0])),
        Err(RosterRefusal::NewThreshold {
            needed: 2,
            found: 1
        })
    );
    assert_eq!(
        chain.check(&signed(&next, &[1, 2])),
        Err(RosterRefusal::OldThreshold {
            needed: 1,
            found: 0
        })
    );
    chain.accept(signed(&next, &[0, 2])).unwrap();
    assert_eq!(chain.head().0, 2);
}

#[test]
fn a_threshold_missed_by_one_is_missed() {
    let (mut chain, mut next) = chain();
    next.stewards = vec![keys(0).member, keys(1).member, keys(2).member];
    next.threshold = 2;
    chain.accept(signed(&next, &[0, 1])).unwrap();
    let mut third = next.clone();
    third.version = 3;
    third.previous = vec![chain.head().1];
    third.stewards = vec![keys(2).member];
    third.threshold = 1;
    assert_eq!(
        chain.check(&signed(&third, &[2])),
        Err(RosterRefusal::OldThreshold {
            needed: 2,
            found: 1
        })
    );
    let mut twice = signed(&third, &[2]);
    let again = twice.signatures[0].clone();
    twice.signatures.push(again);
    assert!(
        matches!(chain.check(&twice), Err(RosterRefusal::Undecodable(_))),
        "one steward counts once"
    );
}

#[test]
fn an_older_a_skipped_and_a_second_version_are_refused() {
    let (mut chain, next) = chain();
    chain.accept(signed(&next, &[0])).unwrap();
    let mut other = next.clone();
    other.name = "Another".into();
    assert_eq!(
        chain.check(&signed(&other, &[0])),
        Err(RosterRefusal::Fork { version: 2 })
    );
    let mut skipped = next.clone();
    skipped.version = 4;
    assert_eq!(
        chain.check(&signed(&skipped, &[0])),
        Err(RosterRefusal::Version {
            expected: 3,
            found: 4
        })
    );
    let mut unlinked = next;
    unlinked.version = 3;
    assert_eq!(
        chain.check(&signed(&unlinked, &[0])),
        Err(RosterRefusal::Predecessor)
    );
}

#[test]
fn only_the_pinned_first_roster_begins_the_chain() {
    let pinned = RosterChain::pinned(first_roster(&[0]).federation());
    assert_eq!(
        pinned.check(&first_roster(&[1])),
        Err(RosterRefusal::OtherFederation)
    );
}
