//! Stewards that sign two versions of one number: the roster freezes, and a resolution ends it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod rosters;
mod world;

use faelled_engine::roster::{MAX_RIVALS_OFF_PATH, MAX_SIBLINGS};
use faelled_engine::{RosterChain, RosterRefusal};
use faelled_proto::{Cut, SignedRoster};
use rosters::{
    first, head, holding, next, record, resolution, resolved, signed, then, tip, without,
};
use world::keys;

/// The first version, and two after it.
fn fork() -> [SignedRoster; 3] {
    let first = first();
    let left = signed(&next(&first, "Left"), &[0, 1]);
    let right = signed(&next(&first, "Right"), &[1, 2]);
    [first, left, right]
}

#[test]
fn two_versions_after_one_freeze_the_roster_and_tell_who_signed_both() {
    let [first, left, right] = fork();
    let mut further = next(&right, "Further right");
    further.members.push(record(5));
    let further = signed(&further, &[1, 2]);
    let chain = holding(&[&first, &left, &right, &further]);
    assert_eq!(chain.head(), (1, first.hash()));
    assert_eq!(chain.highest(), 3);
    assert!(
        chain.member(&keys(5).member).is_none(),
        "nobody is admitted"
    );
    let fork = chain.fork().unwrap();
    assert_eq!((fork.base_version, fork.base), (1, first.hash()));
    assert_eq!(fork.heads, [(2, left.hash()), (3, further.hash())]);
    assert_eq!(fork.signed_both, [keys(1).member]);
    assert!(
        chain.ever_had_key(&keys(5).member, &keys(5).identity.identity_key()),
        "a key of any version held"
    );
}

#[test]
fn a_signature_that_does_not_verify_accuses_nobody() {
    let [first, left, mut right] = fork();
    right.sign(keys(0).member, &keys(0).node);
    let chain = holding(&[&first, &left, &right]);
    assert_eq!(chain.fork().unwrap().signed_both, [keys(1).member]);
}

#[test]
fn a_resolution_ends_the_fork_and_the_chain_goes_on_from_it() {
    let [first, left, right] = fork();
    let further = then(&right, "Further right");
    let resolved = resolved(&left, &further);
    let mut chain = holding(&[&first, &left, &right, &further, &resolved]);
    assert_eq!(chain.head(), (4, resolved.hash()), "one above the highest");
    assert!(chain.fork().is_none());
    let fifth = then(&resolved, "Fifth");
    assert_eq!(chain.accept(fifth.clone()), Ok(true));
    assert_eq!(chain.head(), (5, fifth.hash()));
}

#[test]
fn a_resolution_is_signed_by_the_stewards_before_the_fork_and_by_its_own() {
    let first = first();
    let mut left = next(&first, "Left");
    left.stewards = vec![keys(0).member, keys(3).member, keys(4).member];
    let left = signed(&left, &[0, 1, 3]);
    let right = signed(&next(&first, "Right"), &[1, 2]);
    let chain = holding(&[&first, &left, &right]);
    let resolution = resolution(&left, &right);
    assert_eq!(
        chain.check(&signed(&resolution, &[0, 3, 4])),
        Err(RosterRefusal::OldThreshold {
            needed: 2,
            found: 1
        }),
        "a branch's own stewards do not decide between the branches"
    );
    assert_eq!(
        chain.check(&signed(&resolution, &[0, 1, 2])),
        Err(RosterRefusal::NewThreshold {
            needed: 2,
            found: 1
        })
    );
    assert_eq!(
        chain.check(&signed(&resolution, &[0, 2, 4])),
        Ok(resolution.clone())
    );
}

#[test]
fn a_fork_inside_a_branch_is_its_own_stewards_to_resolve() {
    let first = first();
    let mut second = next(&first, "Second");
    second.stewards = vec![keys(2).member, keys(3).member, keys(4).member];
    let second = signed(&second, &[0, 2, 3]);
    let left = signed(&next(&second, "Left"), &[2, 3]);
    let right = signed(&next(&second, "Right"), &[3, 4]);
    let mut chain = holding(&[&first, &second, &left, &right]);
    assert_eq!(chain.head(), (2, second.hash()));
    let resolution = resolution(&left, &right);
    assert!(chain.check(&signed(&resolution, &[0, 1, 2])).is_err());
    assert_eq!(chain.accept(signed(&resolution, &[2, 4])), Ok(true));
    assert_eq!(head(&chain), resolution.hash());
}

#[test]
fn a_resolution_of_a_fork_inside_a_branch_does_not_end_the_fork_before_it() {
    let [first, left, right] = fork();
    let one = then(&left, "One");
    let other = then(&left, "Other");
    let inner = resolved(&one, &other);
    let chain = holding(&[&first, &left, &right, &one, &other, &inner]);
    assert_eq!(chain.head(), (1, first.hash()));
    assert_eq!(
        chain.fork().unwrap().heads,
        [(2, right.hash()), (4, inner.hash())]
    );
}

#[test]
fn a_resolution_names_versions_that_contradict_each_other() {
    let [first, left, right] = fork();
    let further = then(&left, "Further left");
    let chain = holding(&[&first, &left, &right, &further]);
    for (one, other) in [(&left, &further), (&first, &further), (&first, &right)] {
        assert_eq!(
            chain.check(&resolved(one, other)),
            Err(RosterRefusal::NoFork)
        );
        assert_eq!(
            chain.check(&resolved(other, one)),
            Err(RosterRefusal::NoFork)
        );
    }
    let mut thrice = resolution(&left, &right);
    thrice.previous.push(further.hash());
    thrice.previous.sort_unstable();
    assert!(matches!(
        chain.check(&signed(&thrice, &[0, 1, 2])),
        Err(RosterRefusal::Undecodable(_))
    ));
}

#[test]
fn a_version_below_an_accepted_resolution_changes_nothing() {
    let [first, left, right] = fork();
    let resolved = resolved(&left, &right);
    let mut chain = holding(&[&first, &left, &right, &resolved]);
    let third = then(&first, "A third one");
    for late in [
        third.clone(),
        then(&third, "After the third"),
        then(&left, "Further left"),
        then(&left, "Further left again"),
        then(&right, "Further right"),
    ] {
        assert_eq!(chain.accept(late), Ok(true), "it is kept as proof");
        assert_eq!(chain.head(), (3, resolved.hash()));
        assert!(chain.fork().is_none());
    }
}

#[test]
fn rivals_after_a_resolution_freeze_there_and_not_before_the_fork_that_it_ended() {
    let [first, left, right] = fork();
    let ended = resolved(&left, &right);
    let [one, other] = ["One", "Other"].map(|name| then(&ended, name));
    let this_way = resolved(&one, &other);
    let mut that_way = resolution(&one, &other);
    that_way.name = "That way".into();
    let that_way = signed(&that_way, &[0, 1]);
    let mut chain = holding(&[&first, &left, &right, &ended, &one, &other, &this_way]);
    assert_eq!(head(&chain), this_way.hash());
    chain.accept(that_way).unwrap();
    assert_eq!(head(&chain), ended.hash());
    assert_eq!(chain.fork().unwrap().base, ended.hash());
}

#[test]
fn a_later_fork_tells_of_its_own_branches_alone() {
    let [first, left, right] = fork();
    let resolved = resolved(&left, &right);
    let [one, other] = ["One", "Other"].map(|name| then(&resolved, name));
    let late = then(&left, "Further left");
    let chain = holding(&[&first, &left, &right, &resolved, &late, &one, &other]);
    let mut heads = [(4, one.hash()), (4, other.hash())];
    heads.sort_unstable();
    let fork = chain.fork().unwrap();
    assert_eq!((fork.base, &fork.heads[..]), (resolved.hash(), &heads[..]));
}

#[test]
fn rival_resolutions_freeze_again_until_one_names_both() {
    let [first, left, right] = fork();
    let one = signed(&resolution(&left, &right), &[0, 1]);
    let other = signed(&resolution(&right, &left), &[1, 2]);
    assert_eq!(one.hash(), other.hash(), "they differ in nothing yet");
    let mut other = resolution(&right, &left);
    other.name = "The other way".into();
    let other = signed(&other, &[1, 2]);
    let mut chain = holding(&[&first, &left, &right, &one, &other]);
    assert_eq!(chain.head(), (1, first.hash()));
    let fork = chain.fork().unwrap();
    let mut heads = [(3, one.hash()), (3, other.hash())];
    heads.sort_unstable();
    assert_eq!(fork.heads, heads);
    let last = resolved(&other, &one);
    assert_eq!(chain.accept(last.clone()), Ok(true));
    assert_eq!(chain.head(), (4, last.hash()));
}

#[test]
fn who_signed_two_rival_resolutions_is_told() {
    let first = first();
    let left = signed(&next(&first, "Left"), &[0, 1]);
    let right = signed(&next(&first, "Right"), &[0, 2]);
    let one = signed(&resolution(&left, &right), &[0, 1]);
    let mut other = resolution(&left, &right);
    other.name = "The other way".into();
    let other = signed(&other, &[1, 2]);
    let chain = holding(&[&first, &left, &right, &one, &other]);
    assert_eq!(
        chain.fork().unwrap().signed_both,
        [keys(0).member, keys(1).member]
    );
}

#[test]
fn the_cuts_of_both_branches_outlive_the_resolution() {
    let first = first();
    let left = signed(&without(next(&first, "Left"), 3, 1), &[0, 1]);
    let right = signed(&without(next(&first, "Right"), 4, 2), &[1, 2]);
    let further = signed(&without(next(&right, "Further right"), 3, 3), &[1, 2]);
    let mut chain = holding(&[&first, &left, &right, &further]);
    assert!(chain.cuts().is_empty(), "while frozen neither is in force");
    let resolved = resolved(&left, &further);
    chain.accept(resolved.clone()).unwrap();
    chain.accept(then(&resolved, "Later")).unwrap();
    let late = signed(&without(next(&left, "Too late"), 4, 4), &[0, 1]);
    chain.accept(late).unwrap();
    let cuts: Vec<(&Cut, bool)> = chain
        .cuts()
        .into_iter()
        .map(|cut| (cut, chain.member(&cut.member).is_some()))
        .collect();
    let mut found: Vec<_> = cuts
        .iter()
        .map(|(cut, again)| (cut.last_good.clone(), *again))
        .collect();
    found.sort_by_key(|(tips, _)| tips[0].feed);
    assert_eq!(
        found,
        [
            (vec![tip(1)], false),
            (vec![tip(2)], true),
            (vec![tip(3)], false)
        ],
        "member 4 is a member again, and cut all the same"
    );
}

#[test]
fn endless_data_of_many_versions_after_one_those_with_the_lowest_hashes_are_kept() {
    let first = first();
    let mut rivals: Vec<SignedRoster> = (0..MAX_SIBLINGS + 9)
        .map(|number| then(&first, &format!("Rival {number}")))
        .collect();
    let offer = |rivals: &[SignedRoster]| {
        let mut chain = holding(&[&first]);
        for rival in rivals {
            let taken = chain.accept(rival.clone());
            assert!(matches!(
                taken,
                Ok(true) | Err(RosterRefusal::TooManyRivals)
            ));
        }
        chain
    };
    let one_way = offer(&rivals);
    rivals.reverse();
    let other_way = offer(&rivals);
    rivals.sort_by_key(SignedRoster::hash);
    let mut lowest: Vec<_> = rivals[..MAX_SIBLINGS]
        .iter()
        .map(SignedRoster::hash)
        .collect();
    lowest.push(first.hash());
    lowest.sort_unstable();
    assert!(one_way.hashes().eq(&lowest));
    assert!(other_way.hashes().eq(&lowest));
    rivals.insert(0, first.clone());
    let loaded = RosterChain::load(first.federation(), rivals).unwrap();
    assert!(loaded.hashes().eq(&lowest), "after a restart too");
}

#[test]
fn endless_data_what_others_follow_is_not_let_go() {
    let first = first();
    let mut rivals: Vec<SignedRoster> = (0..=MAX_SIBLINGS)
        .map(|number| then(&first, &format!("Rival {number}")))
        .collect();
    rivals.sort_by_key(SignedRoster::hash);
    let last = rivals[MAX_SIBLINGS].clone();
    let mut chain = holding(&[&first, &last]);
    let follower = then(&last, "After the last");
    chain.accept(follower.clone()).unwrap();
    for rival in &rivals[..MAX_SIBLINGS - 1] {
        assert_eq!(chain.accept(rival.clone()), Ok(true));
    }
    assert_eq!(
        chain.accept(rivals[MAX_SIBLINGS - 1].clone()),
        Err(RosterRefusal::TooManyRivals)
    );
    let resolved = resolved(&follower, &rivals[0]);
    assert_eq!(chain.accept(resolved.clone()), Ok(true), "it has room");
    assert_eq!(head(&chain), resolved.hash());
    let stored: Vec<SignedRoster> = chain.after(0).into_iter().cloned().collect();
    let loaded = RosterChain::load(first.federation(), stored).unwrap();
    assert!(loaded.hashes().eq(chain.hashes()));
    assert_eq!(loaded.head(), chain.head());
}

#[test]
fn endless_data_off_the_path_only_so_many_rivals_are_kept() {
    let [first, left, right] = fork();
    let mut chain = holding(&[&first, &left, &right]);
    let mut branch = left;
    let mut refused = 0;
    for number in 0..MAX_RIVALS_OFF_PATH + 3 {
        let following = then(&branch, &format!("Version {number}"));
        chain.accept(following.clone()).unwrap();
        let rival = then(&branch, &format!("Rival {number}"));
        refused += usize::from(chain.accept(rival) == Err(RosterRefusal::TooManyRivals));
        branch = following;
    }
    assert_eq!(refused, 3);
    let resolved = resolved(&branch, &right);
    assert_eq!(chain.accept(resolved.clone()), Ok(true));
    let rival = then(&resolved, "On the path");
    chain.accept(then(&resolved, "Next")).unwrap();
    assert_eq!(chain.accept(rival), Ok(true), "a rival on the path is news");
    assert_eq!(chain.fork().unwrap().base, resolved.hash());
}
