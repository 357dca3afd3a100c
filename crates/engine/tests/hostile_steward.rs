//! One steward of three is hostile: what it proposes, and in whose name it votes, keeps the other two from nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod stated;
mod voted;
mod world;

use faelled_engine::event::RequestFailure;
use faelled_engine::limits::MAX_VOTES_PER_STEWARD;
use faelled_engine::{Answer, Change, Notice, StatementRefusal};
use faelled_proto::canonical::encode;
use faelled_proto::statement::{BadStatement, Vote};
use faelled_proto::{MemberId, Message, Roster, SecretKey, Statement};
use stated::{assert_agreed, receive, rounds};
use voted::{admission, approval, approve_instead, connected, head, proposals, rejection};
use world::{World, keys};

/// The hostile one.
const VILLAIN: usize = 2;

/// An identity key that the hostile steward made for another.
fn made(for_member: usize) -> SecretKey {
    SecretKey::from_seed(&[200 + u8::try_from(for_member).unwrap(); 32])
}

/// A next roster in which the others have keys of the hostile steward's making.
fn rekeying(world: &mut World, number: u64) -> Roster {
    let mut roster = admission(world, VILLAIN, 9);
    roster.claimed_ms += number;
    for member in [0, 1] {
        let id = keys(member).member;
        let mut records = roster.members.iter_mut();
        let record = records.find(|record| record.id == id).unwrap();
        record.identity_key = made(member).identity_key();
    }
    roster
}

/// A vote in a member's name, with any key.
fn in_the_name_of(roster: &Roster, member: usize, is_approval: bool, key: &SecretKey) -> Statement {
    let (bytes, id) = (encode(roster), keys(member).member);
    Statement::Vote(if is_approval {
        Vote::approve(bytes, id, key)
    } else {
        Vote::reject(bytes, id, "no".into(), key)
    })
}

/// All that can be said of a roster with the hostile steward's own key and those that it made. Its approval comes
/// first: it may be support for what follows.
fn all_that_can_be_said(roster: &Roster, approves: bool) -> Vec<Statement> {
    let own = &keys(VILLAIN).identity;
    let mut said = vec![in_the_name_of(roster, VILLAIN, approves, own)];
    for is_approval in [true, false] {
        for (member, key) in [(0, &made(0)), (1, &made(1)), (0, own), (1, own)] {
            said.push(in_the_name_of(roster, member, is_approval, key));
        }
        // An accomplice that is no steward yet.
        said.push(in_the_name_of(roster, 3, is_approval, &keys(3).identity));
    }
    said
}

fn sends_to_all(world: &mut World, said: &[Statement]) {
    for node in [0, 1, 3, 4] {
        receive(world, node, VILLAIN, Message::Statements(said.to_vec()));
    }
}

/// Proposes without end, and votes on all of it in everybody's name.
fn proposes_without_end(world: &mut World, from: u64) {
    for number in from..from + 20 {
        let roster = rekeying(world, number);
        sends_to_all(world, &all_that_can_be_said(&roster, true));
        let mut crowd = rekeying(world, number);
        crowd.stewards = (0..5).map(|member| keys(member).member).collect();
        crowd.threshold = 3;
        sends_to_all(world, &all_that_can_be_said(&crowd, true));
    }
}

fn refused(world: &World, node: usize) -> Option<StatementRefusal> {
    let mut notices = world.nodes[node].notices.iter().rev();
    notices.find_map(|notice| match notice {
        Notice::StatementRefused { refusal, .. } => Some(refusal.clone()),
        _ => None,
    })
}

#[test]
fn nobody_votes_with_a_key_that_a_proposal_gives_it() {
    let mut world = connected(5);
    let roster = rekeying(&mut world, 0);
    let support = approval(&roster, VILLAIN);
    receive(&mut world, 0, VILLAIN, Message::Statements(vec![support]));
    for is_approval in [true, false] {
        let forged = in_the_name_of(&roster, 1, is_approval, &made(1));
        receive(&mut world, 0, VILLAIN, Message::Statements(vec![forged]));
        let bad = StatementRefusal::Bad(BadStatement::BadSignature);
        assert_eq!(refused(&world, 0), Some(bad));
    }
    let seen = proposals(&world, 0).remove(0);
    assert_eq!(seen.approved, [keys(VILLAIN).member]);
    assert!(seen.rejected.is_empty());
    // With the key that holds it votes on that as on anything.
    let no = rejection(&roster, 1, "not my key");
    assert_eq!(world.state(1, no), Answer::Done);
    let seen = proposals(&world, 0).remove(0);
    assert_eq!(seen.rejected, [(keys(1).member, "not my key".to_owned())]);
}

#[test]
fn a_steward_that_gets_another_key_signs_for_those_of_today_alone() {
    let mut world = connected(5);
    let rekey = |world: &mut World| {
        let identity_key = made(1).identity_key();
        let (member, last_good) = (keys(1).member, Vec::new());
        world.plan(
            0,
            Change::Rekey {
                member,
                identity_key,
                last_good,
            },
        )
    };
    let roster = rekey(&mut world);
    let needed = world.nodes[0].engine.rosters().votes_needed(&roster);
    let needed = needed.unwrap();
    assert_eq!(needed.before_stewards, roster.stewards);
    assert_eq!(needed.own_stewards, [keys(0).member, keys(2).member]);
    // Two of today's, of the next roster's own only one.
    assert_eq!(world.approve(0, &roster), Answer::Done);
    assert_eq!(world.approve(1, &roster), Answer::Done);
    assert_eq!(head(&world, 0), 1);
    assert_eq!(world.approve(2, &roster), Answer::Done);
    assert_eq!(head(&world, 0), 2);
    // From here on it votes with its new key, and no more with the old one.
    let next = admission(&mut world, 0, 7);
    let bad = StatementRefusal::Bad(BadStatement::BadSignature);
    let failed = Answer::Failed(RequestFailure::Statement(bad));
    assert_eq!(world.state(0, approval(&next, 1)), failed);
    assert_eq!(world.approve(0, &next), Answer::Done);
    let vote = in_the_name_of(&next, 1, true, &made(1));
    receive(&mut world, 0, 3, Message::Statements(vec![vote]));
    assert_eq!(head(&world, 0), 3);
}

#[test]
fn who_is_no_member_yet_has_no_vote_though_a_steward_proposes_it_as_one() {
    let mut world = connected(5);
    let mut roster = admission(&mut world, 0, 7);
    roster.stewards.push(keys(7).member);
    roster.threshold = 3;
    assert_eq!(world.approve(0, &roster), Answer::Done);
    let refusal = StatementRefusal::NotASteward(keys(7).member);
    let failed = Answer::Failed(RequestFailure::Statement(refusal));
    assert_eq!(world.state(0, approval(&roster, 7)), failed);
    assert_eq!(proposals(&world, 0)[0].approved, [keys(0).member]);
}

#[test]
fn one_hostile_steward_of_three_keeps_the_others_from_nothing() {
    let mut world = connected(5);
    proposes_without_end(&mut world, 0);
    let roster = admission(&mut world, 0, 7);
    sends_to_all(&mut world, &all_that_can_be_said(&roster, false));
    assert_eq!(world.approve(0, &roster), Answer::Done);
    sends_to_all(&mut world, &all_that_can_be_said(&roster, false));
    proposes_without_end(&mut world, 100);
    rounds(&mut world);
    let seen = proposals(&world, 1);
    let seen = seen.iter().find(|seen| seen.hash == roster.hash());
    let seen = seen.expect("the honest proposal is not there");
    assert_eq!(seen.approved, [keys(0).member]);
    let strangers = |(by, _): &(MemberId, String)| *by != keys(VILLAIN).member;
    assert!(!seen.rejected.iter().any(strangers), "{:?}", seen.rejected);
    assert_eq!(world.approve(1, &seen.roster.clone()), Answer::Done);
    for node in 0..5 {
        let engine = &world.nodes[node].engine;
        assert_eq!(engine.rosters().head(), (2, roster.hash()), "node {node}");
        assert!(engine.rosters().fork().is_none());
    }
    assert_agreed(&world, &[0, 1, 2, 3, 4]);
}

#[test]
fn who_rejects_all_that_is_proposed_still_decides() {
    let mut world = connected(5);
    for number in 0..3 * MAX_VOTES_PER_STEWARD as u64 {
        let roster = rekeying(&mut world, number);
        sends_to_all(&mut world, &[approval(&roster, VILLAIN)]);
        for steward in [0, 1] {
            let answer = world.state(steward, rejection(&roster, steward, "no"));
            let too_many = RequestFailure::Statement(StatementRefusal::TooMany);
            assert!(answer == Answer::Done || answer == Answer::Failed(too_many));
        }
    }
    // Rejections with lower marks are no reason to lose an approval.
    let roster = admission(&mut world, 0, 7);
    assert_eq!(world.approve(0, &roster), Answer::Done);
    for number in 200..240 {
        let roster = rekeying(&mut world, number);
        world.state(0, rejection(&roster, 0, "no"));
    }
    rounds(&mut world);
    assert_eq!(world.approve(1, &roster), Answer::Done);
    for node in 0..5 {
        let head = world.nodes[node].engine.rosters().head();
        assert_eq!(head, (2, roster.hash()), "node {node}");
    }
}

#[test]
fn a_steward_is_told_before_one_of_its_approvals_would_be_lost() {
    let mut world = connected(5);
    let mut hashes = Vec::new();
    for number in 0..MAX_VOTES_PER_STEWARD as u64 {
        let mut roster = admission(&mut world, 0, 7);
        roster.claimed_ms += number;
        assert_eq!(approve_instead(&mut world, 0, &roster), Answer::Done);
        hashes.push(roster.hash());
    }
    let too_many = RequestFailure::Statement(StatementRefusal::TooMany);
    for number in 100..120 {
        let mut roster = admission(&mut world, 0, 7);
        roster.claimed_ms += number;
        let answer = approve_instead(&mut world, 0, &roster);
        assert_eq!(answer, Answer::Failed(too_many.clone()));
    }
    hashes.sort_unstable();
    for node in 0..5 {
        let held: Vec<_> = proposals(&world, node)
            .iter()
            .map(|held| held.hash)
            .collect();
        assert_eq!(held, hashes, "node {node}");
    }
}
