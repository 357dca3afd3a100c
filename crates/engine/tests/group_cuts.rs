//! What counts in a group after somebody was removed from it, and who changes it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod stated;
mod world;

use faelled_engine::{Answer, Ceiling, Change, Config, Event, Ground, Membership, RequestFailure};
use faelled_proto::{
    Charter, CharterHash, Cut, FeedId, GroupId, MemberId, Message, SignedCharter, Space, Statement,
};
use stated::{link, receive, revocation, revoked, rounds, told};
use world::{World, YEAR_MS, certificate, config, keys};

fn member(index: usize) -> MemberId {
    keys(index).member
}

fn restart(world: &mut World, node: usize, goes_on: bool) {
    let (incarnation, _) = world.nodes[node].engine.own_tips();
    let disk = world.nodes[node].disk.clone();
    let config = Config {
        incarnation: incarnation.filter(|_| goes_on),
        ..config(world.federation, node)
    };
    world.restart(node, config, disk);
}

/// Members 0 to 3 in a group. 2 wrote where all took it in, and then where only 1 did, there in a second feed too;
/// then 0 removed it, and only 3 knows.
fn removed() -> (World, GroupId, [FeedId; 2]) {
    let mut world = World::new(5);
    let group = world.found(0, &[1, 2, 3]);
    let space = Space::Group(group);
    for node in 1..4 {
        world.connect(node, 0);
    }
    world.write(2, &space, "known");
    world.cut_all(1);
    restart(&mut world, 2, true);
    world.connect(2, 1);
    world.write(2, &space, "late");
    let first = world.feed(2, &space);
    restart(&mut world, 2, false);
    world.connect(2, 1);
    world.write(2, &space, "unknown");
    let second = world.feed(2, &space);
    assert_eq!(world.change(0, group, &[], &[2]), Answer::Group(group));
    assert_eq!(world.bodies(1), ["known", "late", "unknown"]);
    (world, group, [first, second])
}

fn assert_group_agreed(world: &World, group: GroupId, nodes: &[usize]) {
    let space = Space::Group(group);
    let of = |node: usize| {
        let engine = &world.nodes[node].engine;
        let held = engine.held_groups().get(&group).unwrap();
        let hashes: Vec<CharterHash> = held.hashes().collect();
        let marks: Vec<_> = engine.statements().marks(&space).collect();
        (hashes, engine.feeds().frontier(&space).digest(), marks)
    };
    for node in nodes {
        assert_eq!(of(*node), of(nodes[0]), "node {node}");
    }
}

#[test]
fn what_a_removed_member_wrote_later_counts_at_nobody_whoever_passes_it_on() {
    let (mut world, group, feeds) = removed();
    assert_eq!(feeds.map(|feed| told(&world, 1, feed)), [Some(2), Some(1)]);
    // The one that did not know passes it on to another that does not, and to one that does.
    let (space, charters) = (Space::Group(group), world.nodes[3].disk.charters.clone());
    world.connect(3, 1);
    for node in [1, 3] {
        assert_eq!(
            feeds.map(|feed| told(&world, node, feed)),
            [Some(1), None],
            "node {node}"
        );
    }
    let engine = &world.nodes[1].engine;
    for (feed, ceiling) in [(feeds[0], Some(1)), (feeds[1], None)] {
        let held = engine.feeds().get(&feed).unwrap();
        let (found, grounds) = engine.cuts().ceiling(held.facts(feed));
        match (found, ceiling) {
            (Ceiling::At(tip), Some(seq)) => assert_eq!(tip.seq, seq),
            (found, _) => assert_eq!(found, Ceiling::Nothing),
        }
        assert_eq!(grounds, [Ground::RemovedFromGroup]);
    }
    for feed in feeds {
        let entries = world.nodes[1].disk.feeds[&feed].iter();
        let entries = entries.map(|entry| entry.signed().clone()).collect();
        let connection = link(&world, 3, 1);
        let frame = Event::Frame {
            connection,
            feed,
            entries,
        };
        world.event(3, frame);
        world.event(3, Event::RunEnded { connection, feed });
    }
    assert_eq!(world.bodies(3), ["known"]);
    world.connect(1, 0);
    rounds(&mut world);
    assert_eq!(world.bodies(0), ["known"]);
    assert_group_agreed(&world, group, &[0, 1, 3]);
    // It holds after a start, and nothing of it reaches who was removed.
    restart(&mut world, 1, true);
    world.connect(1, 0);
    assert_group_agreed(&world, group, &[0, 1, 3]);
    receive(&mut world, 0, 1, Message::Charters(charters));
    world.write(0, &space, "inside");
    assert!(!world.bodies(2).contains(&"inside".to_owned()));
}

#[test]
fn whoever_is_in_the_group_again_writes_in_another_feed_and_keeps_what_no_cut_names() {
    let (mut world, group, feeds) = removed();
    world.connect(3, 1);
    world.connect(1, 0);
    assert_eq!(world.change(0, group, &[2], &[]), Answer::Group(group));
    rounds(&mut world);
    for node in [0, 1, 3] {
        assert_eq!(
            feeds.map(|feed| told(&world, node, feed)),
            [Some(1), Some(1)]
        );
        assert_eq!(world.bodies(node)[0], "known");
    }
    assert_eq!(world.bodies(0), ["known", "unknown"]);
    world.connect(2, 0);
    let space = Space::Group(group);
    world.write(2, &space, "again");
    for node in [0, 1, 3] {
        assert!(
            world.bodies(node).contains(&"again".to_owned()),
            "node {node}"
        );
    }
    assert_group_agreed(&world, group, &[0, 1, 2, 3]);
}

#[test]
fn whoever_leaves_by_itself_cuts_its_own_feed_where_it_stood() {
    let mut world = World::connected(3);
    let group = world.found(0, &[1, 2]);
    let space = Space::Group(group);
    appoint(&mut world, 0, group, &[1]);
    world.write(1, &space, "mine");
    let feed = world.feed(1, &space);
    assert_eq!(world.change(1, group, &[], &[1]), Answer::Group(group));
    for node in [0, 2] {
        assert_eq!(told(&world, node, feed), Some(1), "node {node}");
        assert_eq!(world.bodies(node), ["mine"]);
    }
    assert_group_agreed(&world, group, &[0, 2]);
    // And the group is nothing to it any more.
    let unknown = Answer::Failed(RequestFailure::UnknownGroup(group));
    assert_eq!(world.change(1, group, &[1], &[]), unknown);
}

fn appoint(world: &mut World, node: usize, group: GroupId, whom: &[usize]) -> Answer {
    let appoint = whom.iter().map(|index| member(*index)).collect();
    let change = Membership {
        appoint,
        ..Membership::default()
    };
    world.change_as(node, group, change)
}

#[test]
fn an_owner_that_was_appointed_changes_the_group_too() {
    let mut world = World::connected(5);
    let group = world.found(0, &[1, 2]);
    let not_an_owner = Answer::Failed(RequestFailure::NotAnOwner);
    assert_eq!(appoint(&mut world, 1, group, &[1]), not_an_owner);
    assert_eq!(world.change(1, group, &[3], &[]), not_an_owner);
    let stranger = Answer::Failed(RequestFailure::UnknownMember(member(4)));
    assert_eq!(appoint(&mut world, 0, group, &[4]), stranger);
    assert_eq!(appoint(&mut world, 0, group, &[1]), Answer::Group(group));
    let version = |world: &World, node: usize| world.nodes[node].engine.groups()[0].charter.clone();
    for node in 0..3 {
        let charter = version(&world, node);
        assert_eq!(charter.version, 2, "node {node}");
        assert_eq!(charter.owners, [member(0), member(1)]);
        assert!(charter.removed.is_empty());
    }
    assert_eq!(appoint(&mut world, 0, group, &[1]), Answer::Group(group));
    assert_eq!(version(&world, 0).version, 2, "it is so already");
    assert_eq!(world.change(1, group, &[3], &[]), Answer::Group(group));
    // Even who founded it may be taken out, as long as an owner is left.
    assert_eq!(world.change(1, group, &[], &[0]), Answer::Group(group));
    assert_eq!(version(&world, 3).owners, [member(1)]);
    let last = Answer::Failed(RequestFailure::LastOwner);
    assert_eq!(world.change(1, group, &[], &[1]), last);
    // Whoever comes may own it at once.
    let change = Membership {
        add: vec![member(4)],
        appoint: vec![member(4)],
        ..Membership::default()
    };
    let answer = world.change_as(1, group, change);
    assert_eq!(answer, Answer::Group(group));
    assert_eq!(version(&world, 4).owners, [member(1), member(4)]);
}

/// A charter by an owner after another one, as hostile nodes may make it.
fn charter(world: &World, before: &Charter, of: &[usize], by: usize, nonce: u8) -> SignedCharter {
    let members: Vec<MemberId> = of.iter().map(|index| member(*index)).collect();
    let owners = before.owners.iter().filter(|owner| members.contains(owner));
    let next = Charter {
        version: before.version + 1,
        group: Some(before.group()),
        previous: Some(before.hash()),
        owners: owners.cloned().collect(),
        members,
        removed: Vec::new(),
        nonce: [nonce; 16],
        ..before.clone()
    };
    SignedCharter::sign(&next, certificate(world.federation, by), &keys(by).node)
}

#[test]
fn what_a_stolen_key_signed_in_a_group_is_void_but_for_what_its_revocation_names() {
    let mut world = World::connected(4);
    let group = world.found(0, &[1, 2]);
    let space = Space::Group(group);
    appoint(&mut world, 0, group, &[1]);
    world.write(1, &space, "mine");
    let feed = world.feed(1, &space);
    assert_eq!(world.change(1, group, &[3], &[]), Answer::Group(group));
    let good = world.nodes[0].engine.groups()[0].charter.clone();
    // Whoever has the key removes all others, and writes.
    world.write(2, &space, "theirs");
    let theirs = world.feed(2, &space);
    let mut stolen = charter(&world, &good, &[1], 1, 7).decode().unwrap();
    stolen.removed = vec![Cut {
        member: member(2),
        identity_key: None,
        last_good: vec![stated::tip(&world, 0, theirs, 0)],
    }];
    let stolen = SignedCharter::sign(&stolen, certificate(world.federation, 1), &keys(1).node);
    receive(&mut world, 0, 1, Message::Charters(vec![stolen]));
    assert_eq!(told(&world, 0, theirs), Some(0));
    world.write(1, &space, "not mine");
    assert_eq!(world.nodes[0].engine.groups()[0].charter.version, 4);
    assert!(!world.nodes[0].engine.groups()[0].is_member);
    let mut said = revocation(
        &world,
        1,
        keys(1).node.node_key(),
        &space,
        &[stated::tip(&world, 1, feed, 1)],
    );
    said.charters = vec![good.hash()];
    let said = Statement::Revocation(said.sign(&keys(1).identity));
    assert_eq!(world.state(0, said.clone()), Answer::Done);
    let status = world.nodes[0].engine.groups()[0].clone();
    assert_eq!((status.charter.version, status.is_frozen), (3, false));
    assert!(status.is_member);
    rounds(&mut world);
    for node in [0, 2, 3] {
        let charter = &world.nodes[node].engine.groups()[0].charter;
        assert_eq!(charter.hash(), good.hash(), "node {node}");
        assert_eq!(told(&world, node, feed), Some(1), "node {node}");
        // What a void charter cuts is not cut.
        assert_eq!(told(&world, node, theirs), Some(1), "node {node}");
    }
    assert_group_agreed(&world, group, &[0, 2, 3]);
    assert_eq!(world.change(0, group, &[], &[1]), Answer::Group(group));
}

#[test]
fn a_contradiction_by_a_stolen_key_freezes_nothing_once_the_key_is_revoked() {
    let mut world = World::connected(4);
    let group = world.found(0, &[1, 2]);
    appoint(&mut world, 0, group, &[1]);
    let before = world.nodes[0].engine.groups()[0].charter.clone();
    assert_eq!(world.change(0, group, &[3], &[]), Answer::Group(group));
    let rival = charter(&world, &before, &[0, 1], 1, 7);
    for node in [0, 2] {
        receive(&mut world, node, 1, Message::Charters(vec![rival.clone()]));
        assert!(world.nodes[node].engine.groups()[0].is_frozen);
    }
    let said = revoked(&world, 1, &Space::Commons, &[]);
    assert_eq!(world.state(0, said), Answer::Done);
    for node in [0, 2] {
        let status = world.nodes[node].engine.groups()[0].clone();
        assert_eq!((status.charter.version, status.is_frozen), (3, false));
    }
    assert_eq!(world.change(0, group, &[], &[2]), Answer::Group(group));
}

/// Whether node 1 founds a group and changes one, and if not, why.
fn signs(world: &mut World, group: GroupId) -> [Answer; 2] {
    let founded = world.ask(1, |request| Event::FoundGroup {
        request,
        name: "Another".into(),
        members: vec![member(2)],
    });
    [founded, world.change(1, group, &[0], &[])]
}

#[test]
fn whoever_may_not_sign_founds_and_changes_no_group() {
    let world = || {
        let mut world = World::connected(3);
        let group = world.found(1, &[2]);
        (world, group)
    };
    let refused = |failure: RequestFailure| [1, 2].map(|_| Answer::Failed(failure.clone()));

    let (mut expired, group) = world();
    expired.now_ms += YEAR_MS + 1;
    let failure = RequestFailure::CertificateExpired;
    assert_eq!(signs(&mut expired, group), refused(failure));

    let (mut without_key, group) = world();
    let said = revoked(&without_key, 1, &Space::Commons, &[]);
    assert_eq!(without_key.state(1, said), Answer::Done);
    let failure = RequestFailure::NotAMember;
    assert_eq!(signs(&mut without_key, group), refused(failure.clone()));

    let (mut outside, group) = world();
    let removal = Change::Remove {
        member: member(1),
        last_good: Vec::new(),
    };
    let roster = outside.plan(0, removal);
    outside.approve(0, &roster);
    assert_eq!(signs(&mut outside, group), refused(failure));

    let (mut world, group) = world();
    let [founded, changed] = signs(&mut world, group);
    assert!(matches!(founded, Answer::Group(_)), "{founded:?}");
    assert_eq!(changed, Answer::Group(group));
}
