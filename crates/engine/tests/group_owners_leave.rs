//! What becomes of a group when one of its owners is removed from the federation, and signs on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod stated;
mod world;

use faelled_engine::{Answer, Change, GroupStatus, Membership, RequestFailure, Unconfirmed};
use faelled_proto::limits::MAX_CHARTER_VERSIONS;
use faelled_proto::{Charter, GroupId, MemberId, Message, SignedCharter, Space};
use stated::{receive, rounds, told};
use world::{Disk, World, certificate, config, keys};

fn member(index: usize) -> MemberId {
    keys(index).member
}

fn named(indices: &[usize]) -> Vec<MemberId> {
    indices.iter().map(|index| member(*index)).collect()
}

fn status(world: &World, node: usize) -> GroupStatus {
    world.nodes[node].engine.groups()[0].clone()
}

/// What changes, where nobody comes or goes.
fn settled(unconfirmed: Unconfirmed) -> Membership {
    Membership {
        unconfirmed: Some(unconfirmed),
        ..Membership::default()
    }
}

/// Member 1 founded a group with 2 and 3; 3 owns it too where that is said. Then the steward, 0, removed 1 from the
/// federation. 4 is in the federation, and not in the group.
fn left(other_owner: bool) -> (World, GroupId, Charter) {
    let mut world = World::connected(5);
    let group = world.found(1, &[2, 3]);
    if other_owner {
        let change = Membership {
            appoint: named(&[3]),
            ..Membership::default()
        };
        assert_eq!(world.change_as(1, group, change), Answer::Group(group));
        // So that the version by 1 is borne out.
        assert_eq!(world.change(3, group, &[0], &[]), Answer::Group(group));
    }
    world.write(2, &Space::Group(group), "secret");
    let newest = status(&world, 2).charter;
    let change = Change::Remove {
        member: member(1),
        last_good: Vec::new(),
    };
    let roster = world.plan(0, change);
    assert_eq!(world.approve(0, &roster), Answer::Done);
    rounds(&mut world);
    (world, group, newest)
}

/// A version after one.
fn next(before: &Charter, members: &[usize], owners: &[usize]) -> Charter {
    Charter {
        version: before.version + 1,
        group: Some(before.group()),
        previous: Some(before.hash()),
        members: named(members),
        owners: named(owners),
        removed: Vec::new(),
        nonce: [9; 16],
        ..before.clone()
    }
}

/// Member 1, who was removed, signs.
fn sign(world: &World, charter: &Charter) -> SignedCharter {
    SignedCharter::sign(charter, certificate(world.federation, 1), &keys(1).node)
}

fn signed_on(
    world: &World,
    before: &Charter,
    members: &[usize],
    owners: &[usize],
) -> SignedCharter {
    sign(world, &next(before, members, owners))
}

/// Somebody who is in the group brings a charter to everybody; who is outside gets them all too.
fn spread(world: &mut World, charter: SignedCharter) {
    let all: Vec<SignedCharter> = world.nodes[2]
        .disk
        .charters
        .iter()
        .cloned()
        .chain([charter])
        .collect();
    receive(world, 2, 3, Message::Charters(all.clone()));
    receive(world, 3, 2, Message::Charters(all.clone()));
    receive(world, 4, 2, Message::Charters(all));
    rounds(world);
    rounds(world);
}

#[test]
fn a_removed_owner_lets_nobody_in() {
    for other_owner in [false, true] {
        let (mut world, _, newest) = left(other_owner);
        let charter = signed_on(&world, &newest, &[1, 2, 3, 4], &[1, 4]);
        spread(&mut world, charter);
        assert!(world.bodies(4).is_empty(), "another owner: {other_owner}");
        for node in [2, 3] {
            let status = status(&world, node);
            assert!(status.is_unconfirmed && status.is_member, "{status:?}");
            assert_eq!(status.charter, newest);
        }
        // And who asks for itself to be an owner cannot confirm it while another one is there.
        if other_owner {
            let group = newest.group();
            let failed = world.change_as(4, group, settled(Unconfirmed::Keep));
            assert_eq!(failed, Answer::Failed(RequestFailure::NotAnOwner));
        }
    }
}

#[test]
fn an_owner_that_is_left_keeps_or_drops_what_the_removed_one_signed() {
    for (said, everybody) in [
        (Unconfirmed::Keep, vec![1, 2, 3, 4]),
        (Unconfirmed::Drop, vec![0, 1, 2, 3]),
    ] {
        let (mut world, group, newest) = left(true);
        let failed = world.change_as(3, group, settled(said));
        assert_eq!(failed, Answer::Failed(RequestFailure::NothingUnconfirmed));
        let charter = signed_on(&world, &newest, &[1, 2, 3, 4], &[1, 3]);
        spread(&mut world, charter);
        // Nothing else is done before.
        let failed = Answer::Failed(RequestFailure::GroupUnconfirmed);
        assert_eq!(world.change(3, group, &[4], &[]), failed);
        let failed = world.change_as(2, group, settled(said));
        assert_eq!(failed, Answer::Failed(RequestFailure::NotAnOwner));
        assert_eq!(
            world.change_as(3, group, settled(said)),
            Answer::Group(group)
        );
        rounds(&mut world);
        rounds(&mut world);
        for node in [2, 3] {
            let status = status(&world, node);
            assert!(!status.is_unconfirmed && !status.is_frozen && status.is_member);
            assert_eq!(status.charter.members, named(&everybody), "{said:?}");
        }
        let sees = !world.bodies(4).is_empty();
        assert_eq!(sees, said == Unconfirmed::Keep);
    }
}

#[test]
fn an_owner_whom_the_removed_one_shut_out_takes_the_group_back() {
    let (mut world, group, newest) = left(true);
    let charter = signed_on(&world, &newest, &[1, 4], &[1]);
    spread(&mut world, charter);
    assert!(
        !status(&world, 3).is_member,
        "nobody whom an owner removed comes back by itself"
    );
    let answer = world.change_as(3, group, settled(Unconfirmed::Drop));
    assert_eq!(answer, Answer::Group(group));
    rounds(&mut world);
    rounds(&mut world);
    for node in [2, 3] {
        let status = status(&world, node);
        assert!(status.is_member, "node {node}");
        assert_eq!(status.charter.members, newest.members);
    }
    world.write(2, &Space::Group(group), "and on");
    assert!(world.bodies(3).contains(&"and on".to_owned()));
}

#[test]
fn an_owner_says_how_far_the_feeds_count_of_somebody_who_goes() {
    let mut world = World::connected(3);
    let group = world.found(0, &[1, 2]);
    let space = Space::Group(group);
    world.write(1, &space, "before");
    let feed = world.feed(1, &space);
    let good = world.nodes[0].disk.feeds[&feed][1].tip();
    world.write(1, &space, "after");
    let change = Membership {
        remove: named(&[1]),
        last_good: [(member(1), vec![good])].into(),
        ..Membership::default()
    };
    assert_eq!(world.change_as(0, group, change), Answer::Group(group));
    for node in [0, 2] {
        assert_eq!(told(&world, node, feed), Some(1), "node {node}");
    }
}

#[test]
fn a_removed_owner_takes_the_room_for_charters_from_nobody() {
    let (mut world, group, newest) = left(true);
    let flood: Vec<SignedCharter> = (0..MAX_CHARTER_VERSIONS)
        .map(|number| {
            let mut charter = next(&newest, &[1, 2, 3, 4], &[1, 4]);
            charter.nonce[..8].copy_from_slice(&(number as u64).to_le_bytes());
            sign(&world, &charter)
        })
        .collect();
    // Somebody who is in the group brings it to one node, over everything that this holds already.
    receive(&mut world, 2, 3, Message::Charters(flood));
    rounds(&mut world);
    assert!(status(&world, 2).is_unconfirmed && status(&world, 3).is_unconfirmed);
    let held = world.nodes[3].disk.charters.len();
    assert!(held >= MAX_CHARTER_VERSIONS, "{held}");
    // The owner who is there settles it, and everybody hears of it, also who begins with nothing.
    let change = Membership {
        remove: named(&[0]),
        ..settled(Unconfirmed::Drop)
    };
    assert_eq!(world.change_as(3, group, change), Answer::Group(group));
    rounds(&mut world);
    let empty = Disk {
        charters: Vec::new(),
        ..world.nodes[2].disk.clone()
    };
    world.cut_all(2);
    world.restart(2, config(world.federation, 2), empty);
    assert!(world.nodes[2].engine.groups().is_empty());
    world.connect(2, 3);
    rounds(&mut world);
    for node in [2, 3] {
        let status = status(&world, node);
        assert_eq!(status.charter.previous, Some(newest.hash()), "node {node}");
        assert_eq!(status.charter.members, named(&[1, 2, 3]), "node {node}");
        assert!(!status.is_unconfirmed && !status.is_frozen, "node {node}");
    }
    // What is refused for want of room holds up nothing behind it.
    let refused = signed_on(&world, &newest, &[2], &[2]);
    let later = next(&status(&world, 2).charter, &[2, 3], &[3]);
    let signed = SignedCharter::sign(&later, certificate(world.federation, 3), &keys(3).node);
    receive(&mut world, 2, 3, Message::Charters(vec![refused, signed]));
    assert_eq!(status(&world, 2).charter, later);
}
