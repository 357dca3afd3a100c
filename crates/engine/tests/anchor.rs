//! Signatures do not age: a version that has held for long is not given up, whoever signs a rival.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod rosters;
mod world;

use faelled_engine::limits::ANCHOR_AFTER_MS;
use faelled_engine::{Change, Event};
use faelled_proto::{Message, Roster, SignedRoster};
use world::{World, config, first_roster, keys};

/// The founder lets in member 3, and then member 4.
fn grown() -> World {
    let mut world = World::connected(3);
    for index in [3, 4] {
        let record = first_roster(&[index]).decode().unwrap().members.remove(0);
        let roster = world.plan(0, Change::Admit(record));
        world.approve(0, &roster);
    }
    world
}

/// Another second version by the founder alone, with a member that it invented.
fn rival(world: &World) -> SignedRoster {
    let first = first_roster(&[0, 1, 2]);
    let invented = first_roster(&[9]).decode().unwrap().members.remove(0);
    let mut roster: Roster = first.decode().unwrap();
    roster.version = 2;
    roster.federation = Some(world.federation);
    roster.previous = vec![first.hash()];
    roster.members = vec![roster.members[0].clone(), invented];
    let mut signed = SignedRoster::unsigned(&roster);
    signed.sign(keys(0).member, &keys(0).identity);
    signed
}

fn tell(world: &mut World, node: usize, rosters: Vec<SignedRoster>) {
    let connection = *world.nodes[node].links.keys().next().unwrap();
    let message = Message::Rosters(rosters);
    world.event(
        node,
        Event::Received {
            connection,
            message,
        },
    );
}

fn invented_is_known(world: &World, node: usize) -> bool {
    let keys = keys(9);
    let rosters = world.nodes[node].engine.rosters();
    rosters.ever_had_key(&keys.member, &keys.identity.identity_key())
}

#[test]
fn a_founder_that_signs_a_rival_soon_freezes_membership() {
    let mut world = grown();
    let rival = rival(&world);
    tell(&mut world, 1, vec![rival]);
    for node in 0..3 {
        let rosters = world.nodes[node].engine.rosters();
        assert_eq!(rosters.fork().unwrap().base_version, 1, "node {node}");
        assert_eq!(rosters.head().0, 1);
    }
    assert!(invented_is_known(&world, 1));
}

#[test]
fn a_founder_that_signs_a_rival_later_changes_nothing() {
    let mut world = grown();
    let head = world.nodes[1].engine.rosters().head();
    // The version that held at the start becomes the anchor, then the one that held then.
    for _ in 0..2 {
        world.pass(ANCHOR_AFTER_MS);
    }
    assert_eq!(head.0, 3);
    let rival = rival(&world);
    tell(&mut world, 1, vec![rival.clone()]);
    for node in 0..3 {
        let rosters = world.nodes[node].engine.rosters();
        assert_eq!(rosters.fork(), None, "node {node}");
        assert_eq!(rosters.head(), head, "node {node}");
        assert!(
            rosters.get(&rival.hash()).is_some(),
            "it is kept as a proof"
        );
        assert!(!invented_is_known(&world, node), "node {node}");
    }
    // Also after a restart, and when the clock went back.
    let disk = world.nodes[1].disk.clone();
    world.now_ms -= ANCHOR_AFTER_MS;
    world.restart(1, config(world.federation, 1), disk);
    assert_eq!(world.nodes[1].engine.rosters().head(), head);
    assert!(!invented_is_known(&world, 1));
}

#[test]
fn the_anchor_waits_for_its_time_and_for_what_still_holds() {
    let mut world = grown();
    world.pass(ANCHOR_AFTER_MS - 1);
    assert_eq!(world.nodes[1].engine.rosters().anchored(), None);
    world.pass(1);
    let anchored = world.nodes[1].engine.rosters().anchored().unwrap();
    assert_eq!(anchored, first_roster(&[0, 1, 2]).hash());
}

#[test]
fn a_version_that_was_contradicted_in_time_does_not_become_the_anchor() {
    let mut world = grown();
    // The first version is the anchor, and the third, that holds now, would be the next.
    world.pass(ANCHOR_AFTER_MS);
    let rival = rival(&world);
    tell(&mut world, 1, vec![rival]);
    for _ in 0..2 {
        world.pass(ANCHOR_AFTER_MS);
        for node in 0..3 {
            let rosters = world.nodes[node].engine.rosters();
            assert_eq!(rosters.anchored(), Some(first_roster(&[0, 1, 2]).hash()));
            assert!(rosters.fork().is_some(), "only stewards end it");
        }
    }
}

#[test]
fn a_newcomer_follows_the_branch_that_its_ticket_names() {
    let mut world = grown();
    let held: Vec<SignedRoster> = world.nodes[1].disk.rosters.clone();
    let mut disk = world::Disk {
        anchor: Some(held.last().unwrap().hash()),
        ..world::Disk::default()
    };
    let rival = rival(&world);
    disk.rosters = vec![held[0].clone(), rival];
    disk.rosters.extend(held[1..].iter().cloned());
    world.restart(2, config(world.federation, 2), disk);
    let rosters = world.nodes[2].engine.rosters();
    assert_eq!(rosters.fork(), None);
    assert_eq!(rosters.head().0, 3);
}

#[test]
fn who_was_a_member_before_the_anchor_or_is_one_since_stays_known() {
    let one = rosters::first();
    let two = rosters::without(rosters::next(&one, "Without 3"), 3, 1);
    let two = rosters::signed(&two, &[0, 1]);
    let mut three = rosters::next(&two, "With 9");
    three.members.push(rosters::record(9));
    let three = rosters::signed(&three, &[0, 1]);
    let mut chain = rosters::holding(&[&one, &two, &three]);
    chain.anchor(two.hash());
    for index in [3, 9] {
        let keys = keys(index);
        let key = keys.identity.identity_key();
        assert!(chain.ever_had_key(&keys.member, &key), "member {index}");
    }
}
