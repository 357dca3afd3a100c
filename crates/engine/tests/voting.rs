//! Votes: how a proposed roster travels, is approved, and becomes the roster at every node.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod stated;
mod voted;
mod world;

use faelled_engine::event::RequestFailure;
use faelled_engine::{Action, Answer, Change, Despite, Event, Notice, RequestId, StatementRefusal};
use faelled_proto::canonical::encode;
use faelled_proto::key::Domain;
use faelled_proto::statement::{BadStatement, Verdict, Vote};
use faelled_proto::{FederationId, Message, Space, Statement};
use stated::{assert_agreed, receive, record, revocation, rounds};
use voted::{
    admission, approval, approve_instead, connected, head, proposals, rejection, three_stewards,
};
use world::{Disk, World, config, keys};

#[test]
fn a_proposal_travels_and_with_enough_votes_becomes_the_roster_at_every_node() {
    let mut world = connected(5);
    let roster = admission(&mut world, 0, 7);
    assert_eq!(world.approve(0, &roster), Answer::Done);
    for node in 0..5 {
        let seen = proposals(&world, node);
        assert_eq!(seen.len(), 1, "node {node}");
        assert_eq!((&seen[0].roster, seen[0].approved.len()), (&roster, 1));
        assert_eq!(head(&world, node), 1);
        let rosters = &world.nodes[node].disk.rosters;
        assert_eq!(rosters.len(), 1, "one of two votes is no roster");
    }
    // The second steward signs what reached its node.
    let seen = proposals(&world, 1)[0].roster.clone();
    assert_eq!(world.approve(1, &seen), Answer::Done);
    for node in 0..5 {
        let engine = &world.nodes[node].engine;
        assert_eq!(engine.rosters().head(), (2, roster.hash()), "node {node}");
        assert!(engine.rosters().member(&keys(7).member).is_some());
        assert!(
            engine.statements().is_empty(),
            "the votes have done their work"
        );
        assert!(world.nodes[node].disk.statements.is_empty());
    }
    assert_agreed(&world, &[0, 1, 2, 3, 4]);
    // And a node that was away gets it without them.
    let disk = Disk {
        rosters: world.nodes[4].disk.rosters[..1].to_vec(),
        ..Disk::default()
    };
    world.restart(4, config(world.federation, 4), disk);
    world.connect(4, 3);
    assert_agreed(&world, &[0, 4]);
}

#[test]
fn votes_that_meet_at_a_node_of_no_steward_make_the_roster_there() {
    let mut world = three_stewards(4);
    world.connect(3, 0);
    world.connect(3, 1);
    let roster = admission(&mut world, 0, 7);
    world.approve(0, &roster);
    world.cut_all(0);
    assert_eq!(world.approve(1, &roster), Answer::Done);
    assert_eq!([head(&world, 1), head(&world, 3)], [2, 2]);
    assert_eq!(head(&world, 0), 1, "it was away");
    world.connect(3, 0);
    assert_agreed(&world, &[0, 1, 3]);
    assert_eq!(head(&world, 0), 2);
}

#[test]
fn a_rejection_is_shown_to_all_with_its_reason_and_keeps_nobody_from_approving() {
    let mut world = connected(4);
    let roster = admission(&mut world, 0, 7);
    world.approve(0, &roster);
    let no = rejection(&roster, 2, "not agreed on");
    assert_eq!(world.state(2, no), Answer::Done);
    for node in 0..4 {
        let seen = proposals(&world, node).remove(0);
        assert_eq!(seen.approved, [keys(0).member]);
        assert_eq!(
            seen.rejected,
            [(keys(2).member, "not agreed on".to_owned())]
        );
        assert_eq!(head(&world, node), 1);
    }
    world.approve(1, &roster);
    assert_eq!((0..4).map(|node| head(&world, node)).max(), Some(2));
    assert_agreed(&world, &[0, 1, 2, 3]);
    assert!(proposals(&world, 3).is_empty());
}

#[test]
fn a_rejection_never_counts_as_an_approval() {
    let mut world = connected(3);
    let roster = admission(&mut world, 0, 7);
    world.approve(0, &roster);
    for steward in [1, 2] {
        let no = rejection(&roster, steward, "");
        assert_eq!(world.state(steward, no), Answer::Done);
    }
    assert!((0..3).all(|node| head(&world, node) == 1));
}

#[test]
fn a_steward_approves_a_rival_only_when_it_says_so() {
    let mut world = connected(4);
    let one = admission(&mut world, 0, 7);
    let other = admission(&mut world, 0, 8);
    assert_eq!(world.approve(0, &one), Answer::Done);
    let refused = RequestFailure::ApprovedAnother(one.hash());
    assert_eq!(world.approve(0, &other), Answer::Failed(refused));
    assert_eq!(world.approve(0, &one), Answer::Done, "again is no other");
    assert_eq!(approve_instead(&mut world, 0, &other), Answer::Done);
    for node in 0..4 {
        assert_eq!(proposals(&world, node).len(), 2);
    }
    // Another steward is as free as before, and the one that is complete first is the roster.
    assert_eq!(world.approve(1, &other), Answer::Done);
    for node in 0..4 {
        let rosters = world.nodes[node].engine.rosters();
        assert_eq!(rosters.head(), (2, other.hash()));
        assert!(rosters.fork().is_none());
        assert!(
            proposals(&world, node).is_empty(),
            "the rival leads nowhere"
        );
    }
    assert_agreed(&world, &[0, 1, 2, 3]);
}

#[test]
fn two_rivals_that_both_got_enough_freeze_the_roster_at_all_until_it_is_resolved() {
    let mut world = three_stewards(4);
    for node in [1, 2, 3] {
        world.connect(node, 0);
    }
    let one = admission(&mut world, 0, 7);
    let other = admission(&mut world, 0, 8);
    world.approve(0, &one);
    approve_instead(&mut world, 0, &other);
    world.cut_all(2);
    world.approve(1, &one);
    world.approve(2, &other);
    assert_eq!([head(&world, 1), head(&world, 2)], [2, 2]);
    world.connect(2, 3);
    for node in 0..4 {
        let engine = &world.nodes[node].engine;
        assert!(engine.rosters().fork().is_some(), "node {node}");
        assert_eq!(head(&world, node), 1);
        let forked = Notice::RosterForked { version: 1 };
        assert!(world.nodes[node].notices.contains(&forked), "node {node}");
    }
    rounds(&mut world);
    assert_agreed(&world, &[0, 1, 2, 3]);
    // The resolution is voted on like any other.
    let keep = one.hash();
    let resolution = world.plan(0, Change::Resolve { keep });
    assert_eq!(world.approve(0, &resolution), Answer::Done);
    assert_eq!(world.approve(1, &resolution), Answer::Done);
    for node in 0..4 {
        let rosters = world.nodes[node].engine.rosters();
        assert_eq!(rosters.head(), (3, resolution.hash()), "node {node}");
        assert!(rosters.member(&keys(7).member).is_some());
        assert!(rosters.member(&keys(8).member).is_none());
    }
    assert_agreed(&world, &[0, 1, 2, 3]);
}

#[test]
fn stale_votes_are_forgotten_everywhere_and_taken_from_nobody() {
    let mut world = connected(4);
    let stale = admission(&mut world, 0, 7);
    let newer = admission(&mut world, 0, 8);
    world.approve(2, &stale);
    world.cut_all(2);
    world.cut_all(3);
    assert_eq!(proposals(&world, 3).len(), 1);
    world.approve(0, &newer);
    world.approve(1, &newer);
    assert_eq!(head(&world, 0), 2);
    world.connect(2, 0);
    world.connect(3, 2);
    for node in 0..4 {
        assert_eq!(head(&world, node), 2, "node {node}");
        assert!(world.nodes[node].engine.statements().is_empty());
        assert!(world.nodes[node].disk.statements.is_empty());
    }
    let vote = approval(&stale, 2);
    let failed = RequestFailure::Statement(StatementRefusal::Stale);
    assert_eq!(world.state(2, vote.clone()), Answer::Failed(failed));
    receive(&mut world, 0, 2, Message::Statements(vec![vote]));
    rounds(&mut world);
    assert_agreed(&world, &[0, 1, 2, 3]);
}

#[test]
fn a_vote_that_is_not_a_stewards_on_the_next_roster_is_refused() {
    let mut world = connected(4);
    let roster = admission(&mut world, 0, 7);
    let mut elsewhere = roster.clone();
    elsewhere.federation = Some(FederationId::of(&[b"another"]));
    let mut far = roster.clone();
    far.version = 3;
    let (steward, bytes) = (keys(1), encode(&roster));
    let vote = |verdict, signature| {
        Statement::Vote(Vote {
            roster: bytes.clone(),
            steward: steward.member.clone(),
            verdict,
            signature,
        })
    };
    let Statement::Vote(no) = rejection(&roster, 1, "") else {
        panic!("a vote")
    };
    let as_reject = Verdict::Reject {
        reason: String::new(),
    };
    let approving = steward.identity.sign(Domain::Roster, &[&bytes]);
    let bad = StatementRefusal::Bad(BadStatement::BadSignature);
    let cases = [
        (
            approval(&roster, 3),
            StatementRefusal::NotASteward(keys(3).member),
        ),
        (approval(&elsewhere, 1), StatementRefusal::Stale),
        (approval(&far, 1), StatementRefusal::Stale),
        (vote(Verdict::Approve, no.signature), bad.clone()),
        (vote(as_reject, approving), bad.clone()),
    ];
    for (statement, refusal) in cases {
        let failed = RequestFailure::Statement(refusal.clone());
        assert_eq!(world.state(1, statement.clone()), Answer::Failed(failed));
        receive(&mut world, 0, 3, Message::Statements(vec![statement]));
        let said = world.nodes[0]
            .notices
            .iter()
            .rev()
            .find_map(|notice| match notice {
                Notice::StatementRefused { refusal, .. } => Some(refusal.clone()),
                _ => None,
            });
        assert_eq!(said, Some(refusal));
    }
    // Another's signature under a steward's name.
    let Statement::Vote(mut forged) = approval(&roster, 3) else {
        panic!("a vote")
    };
    forged.steward = keys(1).member;
    let failed = RequestFailure::Statement(bad);
    assert_eq!(
        world.state(1, Statement::Vote(forged)),
        Answer::Failed(failed)
    );
    assert!((0..4).all(|node| proposals(&world, node).is_empty()));
}

#[test]
fn a_steward_restored_from_an_old_disk_first_hears_what_it_signed() {
    let mut world = connected(4);
    let old = world.nodes[0].disk.clone();
    let one = admission(&mut world, 0, 7);
    let other = admission(&mut world, 0, 8);
    world.approve(0, &one);
    world.restart(0, config(world.federation, 0), old);
    let not_in_touch = Answer::Failed(RequestFailure::NotInTouch);
    assert_eq!(world.approve(0, &other), not_in_touch);
    let no = rejection(&one, 0, "");
    assert_eq!(world.state(0, no), not_in_touch);
    // A peer that says nothing is nobody to be in touch with.
    world.connect(3, 0);
    let refused = RequestFailure::ApprovedAnother(one.hash());
    assert_eq!(world.approve(0, &other), Answer::Failed(refused));
    assert_eq!(proposals(&world, 0)[0].approved, [keys(0).member]);
}

#[test]
fn a_restored_steward_that_lacks_a_vote_is_in_touch_only_once_it_holds_it() {
    let mut world = connected(3);
    let old = world.nodes[0].disk.clone();
    let one = admission(&mut world, 0, 7);
    let other = admission(&mut world, 0, 8);
    world.approve(0, &one);
    world.restart(0, config(world.federation, 0), old);
    // What the peer would send never reaches the disk.
    world.nodes[0].disk.full = true;
    world.connect(1, 0);
    world.nodes[0].disk.full = false;
    assert!(proposals(&world, 0).is_empty());
    let not_in_touch = Answer::Failed(RequestFailure::NotInTouch);
    assert_eq!(world.approve(0, &other), not_in_touch);
    // Who holds nothing, not even the roster, knows nothing of what was signed.
    let nothing = Message::Marks {
        space: Space::Commons,
        marks: Vec::new(),
    };
    receive(&mut world, 0, 1, nothing);
    assert_eq!(world.approve(0, &other), not_in_touch);
    rounds(&mut world);
    let refused = RequestFailure::ApprovedAnother(one.hash());
    assert_eq!(world.approve(0, &other), Answer::Failed(refused));
}

#[test]
fn a_vote_in_doubt_stays_so_whatever_else_is_stated() {
    let mut world = connected(3);
    let one = admission(&mut world, 0, 7);
    world.nodes[0].disk.full = true;
    world.approve(0, &one);
    world.nodes[0].disk.full = false;
    world.now_ms += 1_000;
    let other = admission(&mut world, 0, 8);
    let doubt = Answer::Failed(RequestFailure::InDoubt(one.hash()));
    assert_eq!(world.approve(0, &other), doubt);
    let lost = keys(60).node.node_key();
    let said = revocation(&world, 0, lost, &Space::Commons, &[]);
    let said = Statement::Revocation(said.sign(&keys(0).identity));
    assert_eq!(world.state(0, said), Answer::Done);
    assert_eq!(world.approve(0, &other), doubt);
    assert_eq!(admission(&mut world, 0, 7), one, "the same decision again");
    assert_eq!(world.approve(0, &one), Answer::Done);
    let refused = RequestFailure::ApprovedAnother(one.hash());
    assert_eq!(world.approve(0, &other), Answer::Failed(refused));
}

#[test]
fn a_removal_in_doubt_can_be_repeated_whatever_came_of_the_member_since() {
    let mut world = connected(4);
    world.write(3, &Space::Commons, "1");
    let gone = |world: &mut World| {
        let (member, last_good) = (keys(3).member, Vec::new());
        world.plan(0, Change::Remove { member, last_good })
    };
    let removal = gone(&mut world);
    world.nodes[0].disk.full = true;
    world.approve(0, &removal);
    world.nodes[0].disk.full = false;
    world.write(3, &Space::Commons, "2");
    world.now_ms += 1_000;
    assert_eq!(gone(&mut world), removal);
    assert_eq!(world.approve(0, &removal), Answer::Done);
}

#[test]
fn two_approvals_that_contradict_each_other_are_not_given_at_once() {
    let mut world = connected(3);
    let one = admission(&mut world, 0, 7);
    let other = admission(&mut world, 0, 8);
    let both = vec![approval(&one, 0), approval(&other, 0)];
    let event = |request, despite| Event::State {
        request,
        statements: both.clone(),
        despite,
    };
    let refused = Answer::Failed(RequestFailure::ApprovedAnother(one.hash()));
    let answer = world.ask(0, |request| event(request, Despite::default()));
    assert_eq!(answer, refused);
    assert!(proposals(&world, 0).is_empty());
}

#[test]
fn a_vote_in_doubt_holds_up_nothing_once_another_roster_holds() {
    let mut world = connected(3);
    let one = admission(&mut world, 0, 7);
    let other = admission(&mut world, 1, 8);
    world.nodes[0].disk.full = true;
    world.approve(0, &one);
    world.nodes[0].disk.full = false;
    world.approve(1, &other);
    world.approve(2, &other);
    assert_eq!(head(&world, 0), 2);
    let next = admission(&mut world, 0, 7);
    assert_eq!(world.approve(0, &next), Answer::Done);
}

/// The disk has what was to be stored, and nothing that may not be told before was.
fn stored(
    world: &mut World,
    actions: &[Action],
    too_early: impl Fn(&Action) -> bool,
) -> Vec<Action> {
    assert!(!actions.iter().any(too_early), "{actions:?}");
    let operation = actions.iter().find_map(|action| match action {
        Action::Store { operation, .. } => Some(*operation),
        _ => None,
    });
    let operation = operation.expect("something to be stored");
    let stored = Event::Stored { operation };
    world.nodes[0].engine.handle(world.now_ms, stored)
}

#[test]
fn a_new_roster_is_told_to_who_is_connected() {
    let mut world = World::new(2);
    world.connect(1, 0);
    let record = record(3);
    let next = world.plan(0, Change::Admit(record));
    let keys = keys(0);
    let vote = Vote::approve(encode(&next), keys.member, &keys.identity);
    let event = Event::State {
        request: RequestId(9_000),
        statements: vec![Statement::Vote(vote)],
        despite: Despite::default(),
    };
    let actions = world.nodes[0].engine.handle(world.now_ms, event);
    let tells_any = |action: &Action| {
        matches!(
            action,
            Action::Send {
                message: Message::Rosters(_) | Message::Statements(_),
                ..
            }
        )
    };
    // First the vote, then the roster that it completes: each is told once it is on the disk.
    let actions = stored(&mut world, &actions, tells_any);
    let is_roster = |action: &Action| {
        matches!(
            action,
            Action::Send {
                message: Message::Rosters(_),
                ..
            }
        )
    };
    let actions = stored(&mut world, &actions, is_roster);
    let member = *world.nodes[0].links.keys().next().unwrap();
    let tells = |action: &Action| {
        matches!(action, Action::Send { connection, message: Message::Rosters(rosters) }
            if *connection == member && rosters.len() == 1)
    };
    assert!(actions.iter().any(tells), "{actions:?}");
}
