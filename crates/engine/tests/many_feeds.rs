//! Frontiers with more feeds than are told of at once: what differs is found by their trees.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod world;

use faelled_engine::Config;
use faelled_proto::chain::Writer;
use faelled_proto::comparison::{Comparison, Turn};
use faelled_proto::opening::FeedOpening;
use faelled_proto::{Kind, Message, Space, VerifiedEntry};
use world::{Disk, START_MS, World, certificate, config, keys};

/// Feeds of members 2 and 3, of as many incarnations, each with one entry behind its opening.
fn feeds(world: &World, count: u16) -> Vec<Vec<VerifiedEntry>> {
    let feed = |number: u16| {
        let index = 2 + usize::from(number % 2);
        let mut incarnation = [7; 16];
        incarnation[..2].copy_from_slice(&number.to_be_bytes());
        let opening = FeedOpening {
            certificate: certificate(world.federation, index),
            space: Space::Commons,
            incarnation,
            known_tips: Vec::new(),
        };
        let key = keys(index).node;
        let mut writer = Writer::new(world.federation, &key, None);
        let first = writer.open(&opening, START_MS);
        let text = format!("{number:03}").into_bytes();
        vec![first, writer.write(Kind(900), None, text, START_MS)]
    };
    (0..count).map(feed).collect()
}

fn with(disk: &Disk, feeds: &[Vec<VerifiedEntry>]) -> Disk {
    let mut disk = disk.clone();
    for entries in feeds {
        let opening = entries[0].signed().body.as_ref().unwrap();
        let opening = FeedOpening::decode(opening).unwrap();
        disk.openings.insert(entries[0].feed(), opening);
        disk.feeds.insert(entries[0].feed(), entries.clone());
    }
    disk
}

/// Restarts a node with more on its disk, as another incarnation.
fn put(world: &mut World, node: usize, feeds: &[Vec<VerifiedEntry>]) {
    let disk = with(&world.nodes[node].disk, feeds);
    world.restart(node, config(world.federation, node), disk);
}

/// What two nodes told each other to find out what differs.
fn told(world: &World) -> Vec<&Comparison> {
    let sent = world.nodes.iter().flat_map(|node| &node.sent);
    let part = |(_, message): &'_ (usize, Message)| matches!(message, Message::Frontier { .. });
    sent.filter(|said| part(said))
        .map(|(_, message)| match message {
            Message::Frontier { part, .. } => part,
            _ => unreachable!("only these are left"),
        })
        .collect()
}

fn tips_told(world: &World) -> usize {
    told(world).iter().map(|part| part.told().count()).sum()
}

#[test]
fn two_nodes_of_which_each_lacks_some_of_many_feeds_hold_all_of_them() {
    let mut world = World::new(4);
    let all = feeds(&world, 400);
    // Some whole, of some only the opening, of some nothing.
    let half: Vec<Vec<VerifiedEntry>> = all[150..]
        .iter()
        .enumerate()
        .map(|(place, entries)| entries[..1 + place % 2].to_vec())
        .collect();
    put(&mut world, 0, &all[..300]);
    put(&mut world, 1, &half);
    world.connect(1, 0);
    let texts: Vec<String> = (0..400).map(|number| format!("{number:03}")).collect();
    let held = |world: &World, node: usize| world.bodies(node);
    // The openings alone that only node 1 has stay openings.
    let missing: Vec<String> = (300..400)
        .filter(|number| (number - 150) % 2 == 0)
        .map(|number| format!("{number:03}"))
        .collect();
    let due: Vec<String> = texts
        .into_iter()
        .filter(|text| !missing.contains(text))
        .collect();
    assert_eq!(held(&world, 0), due);
    assert_eq!(held(&world, 1), due);
}

#[test]
fn one_of_many_feeds_that_differs_is_found_without_telling_of_the_others() {
    let mut world = World::new(4);
    let all = feeds(&world, 400);
    put(&mut world, 0, &all);
    put(&mut world, 1, &[&all[..7], &all[8..]].concat());
    world.connect(1, 0);
    assert_eq!(world.bodies(0), world.bodies(1));
    assert!(tips_told(&world) <= 32, "{} tips", tips_told(&world));
    assert!(told(&world).len() <= 4, "{} messages", told(&world).len());
}

#[test]
fn nodes_with_many_equal_feeds_tell_of_none() {
    let mut world = World::new(4);
    let all = feeds(&world, 400);
    put(&mut world, 0, &all);
    put(&mut world, 1, &all);
    world.connect(1, 0);
    world.pass(70_000);
    assert!(told(&world).is_empty());
}

/// Member 1 wrote three entries that node 0 holds, and its disk was set back to where only one was there; beside them
/// both hold many other feeds.
fn rolled_back() -> World {
    let mut world = World::new(4);
    let all = feeds(&world, 400);
    put(&mut world, 0, &all);
    put(&mut world, 1, &all);
    world.connect(1, 0);
    world.write(1, &Space::Commons, "1");
    let (incarnation, _) = world.nodes[1].engine.own_tips();
    let old = world.nodes[1].disk.clone();
    world.write(1, &Space::Commons, "lost 2");
    world.write(1, &Space::Commons, "lost 3");
    let same = Config {
        incarnation,
        ..config(world.federation, 1)
    };
    world.restart(1, same, old);
    world.forget_what_was_sent();
    world
}

#[test]
fn nothing_of_ones_own_is_handed_out_before_it_is_known_what_the_peer_holds() {
    let mut world = rolled_back();
    // It is asked about the whole, and the answer to what it asks in turn does not arrive: the two have not compared.
    world.is_lost = |from, message| match message {
        Message::Frontier { part, .. } => from == 0 && part.turn != Turn::First,
        _ => false,
    };
    world.connect(1, 0);
    world.write(1, &Space::Commons, "new");
    assert!(world.nodes[1].sent_entries.is_empty());
    world.is_lost = |_, _| false;
    world.pass(70_000);
    world.write(1, &Space::Commons, "newer");
    let due = |world: &World, node: usize| -> Vec<String> {
        let bodies = world.bodies(node).into_iter();
        bodies.skip(401).collect()
    };
    assert_eq!(due(&world, 0), due(&world, 1));
    assert_eq!(due(&world, 0), ["lost 2", "lost 3", "newer"]);
    assert!(world.nodes[0].engine.statements().is_empty(), "no fork");
}

#[test]
fn what_is_written_once_two_have_compared_is_pushed_at_once() {
    let mut world = World::new(4);
    let all = feeds(&world, 400);
    put(&mut world, 0, &all);
    put(&mut world, 1, &all[..399]);
    world.connect(1, 0);
    for node in [0, 1] {
        world.write(node, &Space::Commons, "x");
        assert_eq!(world.bodies(0), world.bodies(1), "by node {node}");
    }
}
