//! Feeds with two branches: noticed, proven, cut at the common entry at all; and what was never handed out, taken
//! back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod stated;
mod world;

use faelled_engine::limits::{DOUBT_PATIENCE_MS, MAX_DISPUTES_PER_PEER, WANT_PATIENCE_MS};
use faelled_engine::{Action, Answer, Ceiling, Config, Event, Notice, Refusal};
use faelled_proto::chain::Writer;
use faelled_proto::opening::FeedOpening;
use faelled_proto::{
    FeedId, Kind, Message, Signature, SignedEntry, Space, Statement, Tip, VerifiedEntry,
};
use stated::{assert_agreed, link, marks, receive, rounds, told};
use world::{Disk, START_MS, World, certificate, config, keys};

/// A feed of member 1, never on any disk.
fn feed(world: &World, space: &Space, incarnation: u8, texts: &[&str]) -> Vec<VerifiedEntry> {
    let opening = FeedOpening {
        certificate: certificate(world.federation, 1),
        space: space.clone(),
        incarnation: [incarnation; 16],
        known_tips: Vec::new(),
    };
    let key = keys(1).node;
    let first = Writer::new(world.federation, &key, None).open(&opening, START_MS);
    let tip = first.tip();
    [vec![first], after(world, tip, texts)].concat()
}

/// Entries of member 1 behind a place.
fn after(world: &World, tip: Tip, texts: &[&str]) -> Vec<VerifiedEntry> {
    let key = keys(1).node;
    let mut writer = Writer::new(world.federation, &key, Some(tip));
    let entry = |text: &&str| writer.write(Kind(900), None, (*text).into(), START_MS);
    texts.iter().map(entry).collect()
}

fn signed(entries: &[VerifiedEntry]) -> Vec<SignedEntry> {
    entries.iter().map(|entry| entry.signed().clone()).collect()
}

/// A run of entries comes to a node as if another one had sent it.
fn send(world: &mut World, to: usize, from: usize, feed: FeedId, entries: Vec<SignedEntry>) {
    let connection = link(world, to, from);
    let frame = Event::Frame {
        connection,
        feed,
        entries,
    };
    world.event(to, frame);
    world.event(to, Event::RunEnded { connection, feed });
}

/// Puts a feed on a node's disk, as if the node had taken it in.
fn put(world: &mut World, node: usize, entries: &[VerifiedEntry]) {
    let mut disk = world.nodes[node].disk.clone();
    let feed = entries[0].feed();
    let opening = FeedOpening::decode(entries[0].signed().body.as_ref().unwrap()).unwrap();
    disk.openings.insert(feed, opening);
    disk.feeds.insert(feed, entries.to_vec());
    world.restart(node, config(world.federation, node), disk);
}

fn is_proven(world: &World, node: usize, feed: FeedId, common: u64) -> bool {
    let fork = world.nodes[node].engine.statements().fork(&feed);
    fork.is_some_and(|shown| shown.common.seq == common)
}

fn assert_cut(world: &World, nodes: &[usize], feed: FeedId, common: u64) {
    for node in nodes {
        assert!(is_proven(world, *node, feed, common), "node {node}");
        assert_eq!(told(world, *node, feed), Some(common), "node {node}");
        let feeds = world.nodes[*node].engine.feeds();
        let ceiling = feeds.get(&feed).unwrap().ceiling;
        assert!(matches!(ceiling, Ceiling::At(tip) if tip.seq == common));
    }
}

/// Nodes 0 and 2 on one side and 3 and 4 on the other, each with its branch behind a common part.
fn halves(space: &Space, common: usize, one: usize, other: usize) -> (World, FeedId) {
    let mut world = World::new(5);
    let start = feed(&world, space, 5, &vec!["common"; common]);
    let tip = start.last().unwrap().tip();
    let branch = |text: &'static str, length| after(&world, tip, &vec![text; length]);
    let branches = [branch("one", one), branch("other", other)];
    for (node, branch) in [0, 2, 3, 4].into_iter().zip([0, 0, 1, 1]) {
        let whole = [start.clone(), branches[branch].clone()].concat();
        put(&mut world, node, &whole);
    }
    world.connect(2, 0);
    world.connect(4, 3);
    (world, tip.feed)
}

fn meet(world: &mut World) {
    world.connect(3, 0);
    rounds(world);
}

#[test]
fn two_halves_with_two_branches_agree_on_the_common_part() {
    for (one, other) in [(1, 1), (1, 4), (4, 1), (3, 3), (2, 300)] {
        let (mut world, feed) = halves(&Space::Commons, 2, one, other);
        world.write(0, &Space::Commons, "undisturbed");
        world.write(4, &Space::Commons, "neither");
        meet(&mut world);
        let all = [0, 2, 3, 4];
        assert_cut(&world, &all, feed, 2);
        assert_agreed(&world, &all);
        for node in all {
            let bodies = world.bodies(node);
            assert!(bodies.contains(&"undisturbed".to_owned()), "node {node}");
            assert!(bodies.contains(&"neither".to_owned()), "node {node}");
            let told = Notice::Equivocated {
                member: keys(1).member,
                feed,
                seq: 3,
            };
            assert!(world.nodes[node].notices.contains(&told), "node {node}");
            let cut = world.nodes[node].engine.feeds().iter();
            let cut = cut.filter(|(_, held)| held.ceiling != Ceiling::Open);
            assert_eq!(cut.count(), 1, "other feeds are undisturbed");
        }
        assert_eq!(marks(&world, 0).1.len(), 1, "one proof is enough");
        // A node that holds nothing gets the common part alone, and the author itself writes elsewhere.
        world.forget_what_was_sent();
        world.connect(1, 0);
        assert_eq!(told(&world, 1, feed), Some(2));
        assert_ne!(world.feed(1, &Space::Commons), feed);
        let beyond = |entry: &SignedEntry| {
            let header = entry.decode_header().unwrap();
            header.feed == feed && header.seq > 2
        };
        let mut sent = world.nodes.iter().flat_map(|node| &node.sent_entries);
        assert!(!sent.any(|(_, entry)| beyond(entry)));
        assert_agreed(&world, &[0, 1, 2, 3, 4]);
    }
}

#[test]
fn a_proof_holds_after_a_start_from_the_disk() {
    let (mut world, feed) = halves(&Space::Commons, 2, 2, 2);
    meet(&mut world);
    for node in [0, 4] {
        let disk = world.nodes[node].disk.clone();
        world.restart(node, config(world.federation, node), disk);
        world.event(node, Event::Tick);
    }
    assert_cut(&world, &[0, 4], feed, 2);
    assert_agreed(&world, &[0, 2, 3, 4]);
}

#[test]
fn one_disk_run_twice_is_proven() {
    let mut world = World::new(4);
    world.connect(1, 0);
    world.write(1, &Space::Commons, "common");
    let (incarnation, _) = world.nodes[1].engine.own_tips();
    let copy = world.nodes[1].disk.clone();
    let feed = world.feed(1, &Space::Commons);
    world.write(1, &Space::Commons, "one");
    world.cut_all(1);
    let same = Config {
        incarnation,
        ..config(world.federation, 1)
    };
    world.restart(1, same, copy);
    world.connect(1, 2);
    world.write(1, &Space::Commons, "other");
    world.write(1, &Space::Commons, "other");
    world.cut_all(1);
    world.connect(2, 0);
    rounds(&mut world);
    assert_cut(&world, &[0, 2], feed, 1);
    assert_agreed(&world, &[0, 2]);
    // The author learns of it, and goes on in a new incarnation.
    world.connect(1, 0);
    rounds(&mut world);
    assert_cut(&world, &[1], feed, 1);
    world.write(1, &Space::Commons, "again");
    assert!(world.bodies(2).contains(&"again".to_owned()));
    assert_agreed(&world, &[0, 1, 2]);
}

/// An entry with a signature that says nothing.
fn garbled(entry: &SignedEntry) -> SignedEntry {
    let mut signature = *entry.signature.as_bytes();
    signature[7] ^= 1;
    SignedEntry {
        signature: Signature::from_bytes(signature),
        ..entry.clone()
    }
}

/// A branch behind a place whose entries link but have no signature that verifies, except the last.
fn garbled_branch(world: &World, tip: Tip, text: &str, length: usize) -> Vec<SignedEntry> {
    let mut at = tip;
    let mut branch = Vec::new();
    for number in 1..=length {
        let entry = after(world, at, &[text]).remove(0);
        let seq = entry.header().seq;
        let signed = entry.signed().clone();
        // A node verifies the last one of a run and those at every 256th place.
        let is_checked = number == length || seq.is_multiple_of(256);
        let signed = if is_checked { signed } else { garbled(&signed) };
        at = Tip {
            feed: tip.feed,
            seq,
            entry: signed.id(),
        };
        branch.push(signed);
    }
    branch
}

#[test]
fn garbage_in_place_of_signatures_inside_the_branches_hides_no_fork() {
    for (one, other) in [(3, 3), (2, 7), (7, 2), (400, 600)] {
        let mut world = World::new(5);
        let start = feed(&world, &Space::Commons, 5, &["common"; 4]);
        let tip = start.last().unwrap().tip();
        world.connect(1, 0);
        world.connect(1, 3);
        for (node, text, length) in [(0, "one", one), (3, "other", other)] {
            let branch = garbled_branch(&world, tip, text, length);
            let whole = [signed(&start), branch].concat();
            send(&mut world, node, 1, tip.feed, whole);
            assert_eq!(told(&world, node, tip.feed), Some(4 + length as u64));
        }
        world.cut_all(1);
        world.connect(2, 0);
        world.connect(4, 3);
        meet(&mut world);
        assert_cut(&world, &[0, 2, 3, 4], tip.feed, 4);
        assert_agreed(&world, &[0, 2, 3, 4]);
    }
}

#[test]
fn a_fork_far_back_is_found() {
    let (mut world, feed) = halves(&Space::Commons, 3, 40_000, 41_000);
    meet(&mut world);
    assert_cut(&world, &[0, 2, 3, 4], feed, 3);
    assert_agreed(&world, &[0, 2, 3, 4]);
}

#[test]
fn many_forks_at_once_are_all_proven() {
    let mut world = World::new(4);
    let mut feeds = Vec::new();
    for number in 0..20 {
        let start = feed(&world, &Space::Commons, number, &["common"]);
        let tip = start[1].tip();
        for (node, text) in [(0, "one"), (3, "other")] {
            let whole = [start.clone(), after(&world, tip, &[text; 2])].concat();
            put(&mut world, node, &whole);
        }
        feeds.push(tip.feed);
    }
    meet(&mut world);
    rounds(&mut world);
    for feed in feeds {
        assert_cut(&world, &[0, 3], feed, 1);
    }
    assert_agreed(&world, &[0, 3]);
}

#[test]
fn a_peer_that_shows_none_of_its_branches_keeps_no_other_from_being_looked_at() {
    let mut world = World::new(4);
    let mut tips = Vec::new();
    for number in 0..=MAX_DISPUTES_PER_PEER {
        let start = feed(
            &world,
            &Space::Commons,
            u8::try_from(number).unwrap(),
            &["1"],
        );
        put(&mut world, 0, &start);
        let (feed, seq) = (start[0].feed(), 1);
        let entry = faelled_proto::EntryId::of(&[b"lie"]);
        tips.push(Tip { feed, seq, entry });
    }
    world.nodes[3].disk.full = true;
    world.connect(3, 0);
    world.nodes[0].sent.clear();
    let ask_all = |world: &mut World| {
        let (space, tips) = (Space::Commons, tips.clone());
        receive(world, 0, 3, Message::telling(space, tips));
        let sent = std::mem::take(&mut world.nodes[0].sent);
        let wants = |(to, message)| match message {
            Message::Want(wants) if to == 3 => wants.len(),
            _ => 0,
        };
        sent.into_iter().map(wants).sum::<usize>()
    };
    assert_eq!(ask_all(&mut world), MAX_DISPUTES_PER_PEER);
    assert_eq!(ask_all(&mut world), 0, "all are open");
    world.pass(WANT_PATIENCE_MS);
    world.nodes[0].sent.clear();
    assert_eq!(ask_all(&mut world), MAX_DISPUTES_PER_PEER);
}

#[test]
fn a_fork_in_a_group_is_told_inside_the_group_alone() {
    let mut world = World::new(5);
    for node in [1, 2, 3, 4] {
        world.connect(node, 0);
    }
    let group = world.found(0, &[1, 2]);
    let space = Space::Group(group);
    let start = feed(&world, &space, 5, &["common"]);
    let tip = start[1].tip();
    world.cut_all(0);
    for (node, text) in [(0, "one"), (2, "other")] {
        let whole = [start.clone(), after(&world, tip, &[text; 2])].concat();
        put(&mut world, node, &whole);
    }
    world.forget_what_was_sent();
    for (from, to) in [(3, 0), (4, 2), (2, 0), (3, 2)] {
        world.connect(from, to);
    }
    rounds(&mut world);
    assert_cut(&world, &[0, 2], tip.feed, 1);
    let digest = |node: usize| world.nodes[node].engine.feeds().frontier(&space).digest();
    assert_eq!(digest(0), digest(2));
    world.connect(1, 0);
    assert!(is_proven(&world, 1, tip.feed, 1));
    for node in [3, 4] {
        assert!(world.nodes[node].engine.statements().is_empty());
    }
    let tells = |(to, message): &&(usize, Message)| {
        let is_proof = matches!(message, Message::Statements(said)
            if said.iter().any(|said| matches!(said, Statement::Equivocation(_))));
        is_proof && [3, 4].contains(to)
    };
    let mut sent = world.nodes.iter().flat_map(|node| &node.sent);
    assert_eq!(sent.find(tells), None);
}

#[test]
fn a_liar_whose_branch_does_not_verify_proves_nothing_and_disturbs_nothing() {
    let mut world = World::new(4);
    world.connect(1, 0);
    world.connect(3, 0);
    world.connect(2, 0);
    let entries = feed(&world, &Space::Commons, 5, &["1", "2", "3"]);
    let id = entries[0].feed();
    send(&mut world, 0, 1, id, signed(&entries));
    // Node 3 claims another branch, and sends one that another key signed whenever it is asked.
    let key = keys(3).node;
    let mut writer = Writer::new(world.federation, &key, Some(entries[1].tip()));
    let write = |_| writer.write(Kind(900), None, b"lie".to_vec(), START_MS);
    let lies: Vec<VerifiedEntry> = (0..4).map(write).collect();
    for round in 0..3 {
        let tips = vec![lies[round % 2 + 1].tip()];
        let space = Space::Commons;
        receive(&mut world, 0, 3, Message::telling(space, tips));
        send(&mut world, 0, 3, id, signed(&lies[1..]));
        send(&mut world, 0, 3, id, signed(&entries[1..2]));
        let branch = [signed(&entries[1..2]), signed(&lies)].concat();
        send(&mut world, 0, 3, id, branch);
    }
    assert!(world.nodes[0].engine.statements().is_empty());
    assert_eq!(told(&world, 0, id), Some(3));
    // What its author writes goes on coming, and reaches others.
    let more = after(&world, entries[3].tip(), &["4"]);
    send(&mut world, 0, 1, id, signed(&more));
    assert_eq!(world.bodies(0), ["1", "2", "3", "4"]);
    assert_eq!(world.bodies(2), ["1", "2", "3", "4"]);
    let cut = |notice: &Notice| {
        matches!(
            notice,
            Notice::RunRefused {
                refusal: Refusal::Cut { .. },
                ..
            }
        )
    };
    assert!(!world.nodes[0].notices.iter().any(cut));
}

/// Member 1 wrote four entries that node 0 holds, and its disk was set back to where only two were there.
fn rolled_back() -> (World, FeedId) {
    let mut world = World::new(4);
    world.connect(1, 0);
    world.write(1, &Space::Commons, "1");
    let (incarnation, _) = world.nodes[1].engine.own_tips();
    let feed = world.feed(1, &Space::Commons);
    let old = world.nodes[1].disk.clone();
    for text in ["lost 2", "lost 3", "lost 4"] {
        world.write(1, &Space::Commons, text);
    }
    let same = Config {
        incarnation,
        ..config(world.federation, 1)
    };
    world.restart(1, same, old);
    world.nodes[1].sent_entries.clear();
    (world, feed)
}

fn is_retracted(world: &World, feed: FeedId) -> bool {
    let retracted = Notice::Retracted { feed, from: 2 };
    world.nodes[1].notices.contains(&retracted)
}

#[test]
fn a_rolled_back_node_takes_back_what_nobody_got_and_gets_back_what_it_lost() {
    for new in 1..=5 {
        let (mut world, feed) = rolled_back();
        for _ in 0..new {
            world.write(1, &Space::Commons, "new");
        }
        assert_eq!(world.feed(1, &Space::Commons), feed);
        world.connect(1, 0);
        assert!(is_retracted(&world, feed), "{new} new ones");
        assert_eq!(world.bodies(1), ["1", "lost 2", "lost 3", "lost 4"]);
        let now = world.feed(1, &Space::Commons);
        assert_ne!(now, feed, "what was written goes into a new incarnation");
        world.write(1, &Space::Commons, "again");
        assert_eq!(world.bodies(0), world.bodies(1));
        world.connect(2, 0);
        world.connect(3, 1);
        rounds(&mut world);
        for node in 0..4 {
            assert!(world.nodes[node].engine.statements().is_empty());
            assert_eq!(told(&world, node, feed), Some(4));
            assert_eq!(world.bodies(node), world.bodies(0));
        }
        assert_agreed(&world, &[0, 1, 2, 3]);
        assert_no_place_twice(&world);
    }
}

/// No two entries with one place in one feed were ever handed out.
fn assert_no_place_twice(world: &World) {
    let mut places = std::collections::BTreeMap::new();
    for (_, entry) in world.nodes.iter().flat_map(|node| &node.sent_entries) {
        let header = entry.decode_header().unwrap();
        if header.seq > 0 {
            let id = places
                .entry((header.feed, header.seq))
                .or_insert(entry.id());
            assert_eq!(*id, entry.id(), "place {}", header.seq);
        }
    }
}

#[test]
fn a_rolled_back_node_goes_on_after_a_start_as_if_nothing_had_been() {
    let (mut world, feed) = rolled_back();
    world.write(1, &Space::Commons, "new");
    world.connect(1, 0);
    assert!(is_retracted(&world, feed));
    let disk = world.nodes[1].disk.clone();
    assert_eq!(disk.feeds[&feed].len(), 5);
    world.restart(1, config(world.federation, 1), disk);
    world.connect(1, 0);
    assert_agreed(&world, &[0, 1]);
    assert_ne!(world.feed(1, &Space::Commons), feed);
}

#[test]
fn a_rolled_back_node_that_handed_out_what_it_wrote_is_proven() {
    let (mut world, feed) = rolled_back();
    world.connect(1, 2);
    world.write(1, &Space::Commons, "new");
    assert!(world.bodies(2).contains(&"new".to_owned()));
    world.connect(1, 0);
    rounds(&mut world);
    assert!(!is_retracted(&world, feed));
    world.connect(2, 0);
    rounds(&mut world);
    assert_cut(&world, &[0, 1, 2], feed, 1);
    assert_agreed(&world, &[0, 1, 2]);
    assert_ne!(world.feed(1, &Space::Commons), feed);
    let answer = world.try_write(1, &Space::Commons, "new");
    assert!(matches!(answer, Answer::Written(_)));
    rounds(&mut world);
    assert_agreed(&world, &[0, 1, 2]);
}

#[test]
fn nobody_makes_a_node_take_back_its_entries_by_lying() {
    let mut world = World::new(4);
    world.connect(3, 1);
    world.write(1, &Space::Commons, "1");
    let feed = world.feed(1, &Space::Commons);
    world.cut_all(1);
    let disk = world.nodes[1].disk.clone();
    world.restart(1, config(world.federation, 1), disk);
    world.connect(3, 1);
    let key = keys(3).node;
    let first = world.nodes[1].disk.feeds[&feed][0].clone();
    let mut writer = Writer::new(world.federation, &key, Some(first.tip()));
    let write = |_| writer.write(Kind(900), None, b"lie".to_vec(), START_MS);
    let lies: Vec<VerifiedEntry> = (0..3).map(write).collect();
    let tips = vec![lies[2].tip()];
    let space = Space::Commons;
    receive(&mut world, 1, 3, Message::telling(space, tips));
    for _ in 0..3 {
        send(&mut world, 1, 3, feed, signed(&lies[1..]));
        send(&mut world, 1, 3, feed, signed(&lies));
    }
    let retracted = |notice: &Notice| matches!(notice, Notice::Retracted { .. });
    assert!(!world.nodes[1].notices.iter().any(retracted));
    assert_eq!(world.bodies(1), ["1"]);
    assert!(world.nodes[1].engine.statements().is_empty());
}

/// What a disk holds is not lost where a fork is proven: it does not count, and it is told to nobody.
#[test]
fn a_fresh_node_between_two_branches_takes_only_the_common_part() {
    let mut world = World::new(5);
    let start = feed(&world, &Space::Commons, 5, &["common"]);
    let tip = start[1].tip();
    for (node, text) in [(0, "one"), (3, "other")] {
        let whole = [start.clone(), after(&world, tip, &[text; 3])].concat();
        put(&mut world, node, &whole);
    }
    let disk = Disk {
        rosters: world.nodes[2].disk.rosters.clone(),
        ..Disk::default()
    };
    world.restart(2, config(world.federation, 2), disk);
    world.connect(2, 0);
    assert_eq!(told(&world, 2, tip.feed), Some(4));
    world.connect(2, 3);
    rounds(&mut world);
    assert_cut(&world, &[0, 2, 3], tip.feed, 1);
    assert_agreed(&world, &[0, 2, 3]);
}

#[test]
fn whoever_tells_of_a_branch_that_it_does_not_show_holds_up_a_feed_once_and_not_for_long() {
    let mut world = World::new(4);
    world.connect(3, 1);
    // Node 3 holds nothing of the feed that it speaks of.
    world.nodes[3].disk.full = true;
    world.write(1, &Space::Commons, "1");
    let feed = world.feed(1, &Space::Commons);
    let lie = Tip {
        feed,
        seq: 1,
        entry: faelled_proto::EntryId::of(&[b"lie"]),
    };
    let told = |world: &mut World| {
        let space = Space::Commons;
        let tips = vec![lie];
        receive(world, 1, 3, Message::telling(space, tips));
    };
    told(&mut world);
    world.connect(2, 1);
    assert!(
        world.bodies(2).is_empty(),
        "it waits for what the peer shows"
    );
    world.pass(DOUBT_PATIENCE_MS);
    assert_eq!(world.bodies(2), ["1"]);
    told(&mut world);
    world.connect(0, 1);
    assert_eq!(world.bodies(0), ["1"], "once");
}

#[test]
fn what_is_written_while_a_peer_is_in_doubt_reaches_others_once_it_is_settled() {
    let mut world = World::new(4);
    world.connect(3, 1);
    world.connect(2, 1);
    world.write(1, &World::private(1), "other");
    world.write(1, &Space::Commons, "1");
    let feed = world.feed(1, &Space::Commons);
    let first = world.nodes[1].disk.feeds[&feed][0].tip();
    let connection = link(&world, 1, 3);
    let frontier = Event::Received {
        connection,
        message: Message::telling(Space::Commons, vec![first]),
    };
    // The place is being looked up.
    let actions = world.nodes[1].engine.handle(world.now_ms, frontier);
    let places = vec![(feed, 0)];
    assert!(actions.contains(&Action::LookUp { places }), "{actions:?}");
    world.write(1, &Space::Commons, "2");
    assert_eq!(world.bodies(2), ["1"]);
    world.event(1, Event::LookedUp { tips: vec![first] });
    assert_eq!(world.bodies(2), ["1", "2"]);
    assert_eq!(world.feed(1, &Space::Commons), feed);
}
