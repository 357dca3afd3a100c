//! Forks of feeds are proven where there is one, and never where there is none.

use faelled_proto::chain::{CHECKED_EVERY, RunRefusal, Writer, verify_run};
use faelled_proto::limits::MAX_PROOF_ENTRIES;
use faelled_proto::opening::FeedOpening;
use faelled_proto::statement::{BadStatement, Equivocation};
use faelled_proto::{
    EntryId, FederationId, FeedId, Kind, NodeCertificate, SecretKey, Signature, SignedEntry, Space,
    Statement, Tip,
};
use proptest::collection::vec;
use proptest::prelude::*;

const UNSIGNED: Signature = Signature::from_bytes([0x5a; 64]);

fn federation() -> FederationId {
    FederationId::of(&[b"federation"])
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

/// A feed's opening, by a node of the member that owns the identity key.
fn opening(node: u8, incarnation: u8) -> SignedEntry {
    let member = "dk-0159".parse().unwrap();
    let certificate =
        NodeCertificate::issue(federation(), member, &key(1), key(node).node_key(), 1);
    let opening = FeedOpening {
        certificate,
        space: Space::Commons,
        incarnation: [incarnation; 16],
        known_tips: Vec::new(),
    };
    let key = key(node);
    let mut writer = Writer::new(federation(), &key, None);
    writer.open(&opening, 1).signed().clone()
}

fn tip(opening: &SignedEntry) -> Tip {
    Tip {
        feed: opening.id().into(),
        seq: 0,
        entry: opening.id(),
    }
}

/// Goes on after a tip with one entry for each element, with a good signature where it says so.
fn run(node: u8, after: Tip, text: &str, signed: &[bool]) -> Vec<SignedEntry> {
    let key = key(node);
    let mut tip = after;
    let one = |(index, is_signed): (usize, &bool)| {
        let mut writer = Writer::new(federation(), &key, Some(tip));
        let body = format!("{text} {index}").into_bytes();
        let mut entry = writer.write(Kind(900), None, body, 2).signed().clone();
        if !is_signed {
            entry.signature = UNSIGNED;
        }
        tip = Tip {
            seq: tip.seq + 1,
            entry: entry.id(),
            ..tip
        };
        entry
    };
    signed.iter().enumerate().map(one).collect()
}

fn last(after: Tip, run: &[SignedEntry]) -> Tip {
    run.last().map_or(after, |entry| Tip {
        seq: after.seq + run.len() as u64,
        entry: entry.id(),
        ..after
    })
}

/// Which entries of a branch are signed: the last one is, as it is of every run that is taken.
fn signed() -> impl Strategy<Value = Vec<bool>> {
    vec(any::<bool>(), 0..6).prop_map(|mut signed| {
        signed.push(true);
        signed
    })
}

/// How long a branch is down to its first good signature.
fn proven(signed: &[bool]) -> usize {
    signed.iter().position(|is_signed| *is_signed).unwrap() + 1
}

fn bare(run: &[SignedEntry]) -> Vec<SignedEntry> {
    let mut run = run.to_vec();
    run.iter_mut().for_each(|entry| entry.body = None);
    run
}

fn make(
    opening: &SignedEntry,
    one: &[SignedEntry],
    other: &[SignedEntry],
) -> Result<Equivocation, BadStatement> {
    Equivocation::make(federation(), opening.clone(), one.to_vec(), other.to_vec())
}

proptest! {
    #[test]
    fn two_branches_of_a_feed_are_proven_whoever_brings_which(
        before in vec(any::<bool>(), 0..5),
        one in signed(),
        other in signed(),
    ) {
        let opening = opening(2, 1);
        let start = tip(&opening);
        let common = last(start, &run(2, start, "before", &before));
        let (left, right) = (run(2, common, "one", &one), run(2, common, "other", &other));

        let proof = make(&opening, &left, &right).unwrap();
        prop_assert_eq!(make(&opening, &right, &left), Ok(proof.clone()), "it is symmetric");
        let shown = proof.verify(federation()).unwrap();
        prop_assert_eq!(shown.common, common);
        let mut branches = [left[0].id(), right[0].id()];
        branches.sort_unstable();
        prop_assert_eq!(shown.branches, branches);
        let mut lengths = [proof.left.len(), proof.right.len()];
        if branches[0] != left[0].id() {
            lengths.reverse();
        }
        prop_assert_eq!(lengths, [proven(&one), proven(&other)], "no longer than need be");
        prop_assert!(proof.left.iter().chain(&proof.right).all(|entry| entry.body.is_none()));

        // Bodies may be gone already, and other branches at the same place say the same.
        prop_assert_eq!(make(&opening, &bare(&left), &bare(&right)), Ok(proof.clone()));
        let third = run(2, common, "third", &[true]);
        let again = make(&opening, &left, &third).unwrap();
        let mark = Statement::Equivocation(proof.clone()).mark();
        prop_assert_eq!(Statement::Equivocation(again).mark(), mark);
        prop_assert_eq!(Statement::Equivocation(proof).space(), Some(Space::Commons));
    }

    #[test]
    fn another_place_or_another_feed_has_another_mark(at in 0_usize..6, elsewhere in 0_usize..6) {
        let proven = |incarnation: u8, length: usize| {
            let opening = opening(2, incarnation);
            let start = tip(&opening);
            let common = last(start, &run(2, start, "before", &vec![true; length]));
            let branch = |text: &str| run(2, common, text, &[true]);
            Statement::Equivocation(make(&opening, &branch("one"), &branch("other")).unwrap()).mark()
        };
        prop_assert_eq!(proven(1, at) == proven(1, elsewhere), at == elsewhere);
        prop_assert_ne!(proven(1, at), proven(2, at));
    }

    #[test]
    fn no_runs_of_feeds_without_a_fork_prove_one(
        signed in vec(any::<bool>(), 1..8),
        openings in 0_usize..3,
        feeds in (0_usize..3, 0_usize..3),
        from in (0_usize..8, 0_usize..8),
        lengths in (0_usize..8, 0_usize..8),
    ) {
        // Two feeds of one key and one of another, none of them forked.
        let all: Vec<(SignedEntry, Vec<SignedEntry>)> = [(2, 1), (2, 2), (3, 1)]
            .into_iter()
            .map(|(node, incarnation)| {
                let opening = opening(node, incarnation);
                let rest = run(node, tip(&opening), "entry", &signed);
                let mut entries = vec![opening.clone()];
                entries.extend(rest);
                (opening, entries)
            })
            .collect();
        let part = |feed: usize, from: usize, length: usize| {
            let entries = &all[feed].1;
            let from = from.min(entries.len());
            let to = (from + length).min(entries.len());
            bare(&entries[from..to])
        };
        let (one, other) = (
            part(feeds.0, from.0, lengths.0),
            part(feeds.1, from.1, lengths.1),
        );
        let opening = &all[openings].0;
        prop_assert!(make(opening, &one, &other).is_err());
        for (left, right) in [(&one, &other), (&other, &one)] {
            let proof = Equivocation {
                opening: opening.clone(),
                left: left.clone(),
                right: right.clone(),
            };
            prop_assert!(proof.verify(federation()).is_err());
        }
    }

    #[test]
    fn nobody_but_the_feeds_key_makes_a_fork(
        signed in signed(),
        by in prop::sample::select(vec![1_u8, 3, 4]),
    ) {
        let opening = opening(2, 1);
        let good = run(2, tip(&opening), "one", &signed);
        let forged = run(by, tip(&opening), "other", &signed);
        prop_assert!(make(&opening, &good, &forged).is_err());
        // Nor do good signatures of another federation.
        let elsewhere = FederationId::of(&[b"elsewhere"]);
        let other = run(2, tip(&opening), "other", &signed);
        prop_assert!(make(&opening, &good, &other).is_ok());
        let there = Equivocation::make(elsewhere, opening, good, other);
        prop_assert!(there.is_err());
    }

    #[test]
    fn a_run_is_taken_when_the_signatures_that_must_verify_do(
        after in 0_u64..2_000,
        signed in vec(any::<bool>(), 1..40),
    ) {
        let tip = Tip {
            feed: FeedId::of(&[b"feed"]),
            seq: after,
            entry: EntryId::of(&[b"before"]),
        };
        let entries = run(2, tip, "entry", &signed);
        let places = (after + 1..).zip(&signed);
        let end = after + signed.len() as u64;
        let refused = places
            .filter(|(seq, _)| *seq == end || seq.is_multiple_of(CHECKED_EVERY))
            .find(|(_, is_signed)| !**is_signed)
            .map(|(seq, _)| RunRefusal::BadSignature { seq });
        let judged = verify_run(federation(), &key(2).node_key(), tip, entries);
        prop_assert_eq!(judged.err(), refused);
    }
}

/// Wherever two branches part, each is taken only in a form that a proof has room for.
#[test]
fn every_fork_of_branches_that_are_taken_is_proven() {
    let opening = opening(2, 1);
    let feed = FeedId::from(opening.id());
    for before in [0_u64, 1, 254, 255, 256, 257] {
        let common = Tip {
            feed,
            seq: before,
            entry: if before == 0 {
                opening.id()
            } else {
                EntryId::of(&[b"before"])
            },
        };
        let branch = |text: &str| {
            // Signed where it must be, and nowhere else.
            let signed: Vec<bool> = (before + 1..=before + 300)
                .map(|seq| seq.is_multiple_of(CHECKED_EVERY) || seq == before + 300)
                .collect();
            let entries = run(2, common, text, &signed);
            let taken = verify_run(federation(), &key(2).node_key(), common, entries.clone());
            assert_eq!(taken.err(), None);
            entries
        };
        let proof = make(&opening, &branch("one"), &branch("other")).unwrap();
        let length = usize::try_from(CHECKED_EVERY - before % CHECKED_EVERY).unwrap();
        assert_eq!((proof.left.len(), proof.right.len()), (length, length));
        assert!(length <= MAX_PROOF_ENTRIES);
        assert_eq!(proof.verify(federation()).unwrap().common, common);
    }
}

#[test]
fn a_branch_longer_than_a_proof_has_room_for_proves_nothing() {
    let opening = opening(2, 1);
    let start = tip(&opening);
    for (unsigned, is_proven) in [(MAX_PROOF_ENTRIES - 1, true), (MAX_PROOF_ENTRIES, false)] {
        let mut signed = vec![false; unsigned];
        signed.push(true);
        let long = run(2, start, "long", &signed);
        let short = run(2, start, "short", &[true]);
        assert_eq!(make(&opening, &long, &short).is_ok(), is_proven);
        let (left, right) = if long[0].id() < short[0].id() {
            (bare(&long), bare(&short))
        } else {
            (bare(&short), bare(&long))
        };
        let proof = Equivocation {
            opening: opening.clone(),
            left,
            right,
        };
        assert_eq!(proof.verify(federation()).is_ok(), is_proven);
    }
}

#[test]
fn a_beginning_of_the_other_branch_is_no_fork() {
    let opening = opening(2, 1);
    let start = tip(&opening);
    let entries = run(2, start, "entry", &[true; 6]);
    for length in 0..=entries.len() {
        let part = &entries[..length];
        assert!(make(&opening, part, &entries).is_err());
        assert!(make(&opening, &entries, part).is_err());
    }
}
