//! What is taken in, and handed out, of a feed that is cut.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod stated;
mod world;

use faelled_engine::{Event, Notice, Refusal};
use faelled_proto::chain::{RunRefusal, Writer};
use faelled_proto::message::Want;
use faelled_proto::opening::FeedOpening;
use faelled_proto::{
    FederationId, FeedId, Kind, Message, Signature, SignedEntry, Space, Statement, Tip,
};
use stated::{link, receive, revocation};
use world::{START_MS, World, certificate, keys};

/// A feed of member 1: an opening and three entries. The author left out the signature of the one at place 2.
fn feed(federation: FederationId) -> (FeedId, Vec<SignedEntry>) {
    let key = keys(1).node;
    let opening = FeedOpening {
        certificate: certificate(federation, 1),
        space: Space::Commons,
        incarnation: [7; 16],
        known_tips: Vec::new(),
    };
    let mut writer = Writer::new(federation, &key, None);
    let first = writer.open(&opening, START_MS);
    let mut entries = vec![first.signed().clone()];
    for text in ["1", "2"] {
        let entry = writer.write(Kind(900), None, text.into(), START_MS);
        entries.push(entry.signed().clone());
    }
    entries[2].signature = Signature::from_bytes([3; 64]);
    let tip = tip(first.feed(), &entries, 2);
    let last = Writer::new(federation, &key, Some(tip)).write(Kind(900), None, "3".into(), 0);
    entries.push(last.signed().clone());
    (first.feed(), entries)
}

fn tip(feed: FeedId, entries: &[SignedEntry], seq: usize) -> Tip {
    Tip {
        feed,
        seq: seq as u64,
        entry: entries[seq].id(),
    }
}

/// Node 0 knows that the feed counts up to and with a place; node 2 brings what it gets.
fn cut_at(seq: Option<usize>) -> (World, FeedId, Vec<SignedEntry>) {
    let mut world = World::connected(3);
    let (feed, entries) = feed(world.federation);
    if let Some(seq) = seq {
        let node_key = keys(1).node.node_key();
        let last_good = [tip(feed, &entries, seq)];
        let said = revocation(&world, 1, node_key, &Space::Commons, &last_good);
        world.state(0, Statement::Revocation(said.sign(&keys(1).identity)));
    }
    (world, feed, entries)
}

fn send(world: &mut World, feed: FeedId, entries: &[SignedEntry]) {
    let connection = link(world, 0, 2);
    let entries = entries.to_vec();
    world.event(
        0,
        Event::Frame {
            connection,
            feed,
            entries,
        },
    );
    world.event(0, Event::RunEnded { connection, feed });
}

/// Why the last run was refused.
fn refused(world: &World) -> Option<Refusal> {
    let notices = world.nodes[0].notices.iter().rev();
    let refusal = |notice: &Notice| match notice {
        Notice::RunRefused { refusal, .. } => Some(refusal.clone()),
        _ => None,
    };
    notices.filter_map(refusal).next()
}

#[test]
fn a_run_across_a_cut_is_taken_up_to_it() {
    for at_once in [true, false] {
        let (mut world, feed, entries) = cut_at(Some(2));
        if at_once {
            send(&mut world, feed, &entries);
        } else {
            send(&mut world, feed, &entries[..2]);
            assert_eq!(world.bodies(0), ["1"]);
            send(&mut world, feed, &entries[2..]);
        }
        assert_eq!(world.bodies(0), ["1", "2"], "{at_once}");
        assert_eq!(refused(&world), None);
    }
}

#[test]
fn what_cuts_a_feed_stands_for_the_signature_of_the_entry_that_it_names() {
    for at_once in [true, false] {
        let (mut world, feed, entries) = cut_at(Some(2));
        let from = if at_once { 0 } else { 2 };
        send(&mut world, feed, &entries[..from]);
        send(&mut world, feed, &entries[from..3]);
        assert_eq!(world.bodies(0), ["1", "2"], "{at_once}");
    }
}

#[test]
fn nothing_else_stands_for_a_signature() {
    let unsigned = Some(Refusal::Run(RunRefusal::BadSignature { seq: 2 }));
    // Nothing cuts the feed, or something cuts it elsewhere.
    for cut in [None, Some(3)] {
        for from in [0, 2] {
            let (mut world, feed, entries) = cut_at(cut);
            send(&mut world, feed, &entries[..from]);
            send(&mut world, feed, &entries[from..3]);
            let taken: &[&str] = if from == 0 { &[] } else { &["1"] };
            assert_eq!(world.bodies(0), taken, "{cut:?} {from}");
            assert_eq!(refused(&world), unsigned);
        }
    }
}

#[test]
fn nothing_behind_a_cut_is_handed_out_whoever_asks() {
    let (mut world, feed, entries) = cut_at(None);
    send(&mut world, feed, &entries);
    assert_eq!(world.bodies(0), ["1", "2", "3"]);
    let node_key = keys(1).node.node_key();
    let last_good = [tip(feed, &entries, 2)];
    let said = revocation(&world, 1, node_key, &Space::Commons, &last_good);
    world.state(0, Statement::Revocation(said.sign(&keys(1).identity)));
    world.forget_what_was_sent();
    let (from, to) = (0, 9);
    receive(
        &mut world,
        0,
        2,
        Message::Want(vec![Want { feed, from, to }]),
    );
    let sent = world.nodes[0].sent_entries.iter();
    let sent: Vec<u64> = sent
        .map(|(_, entry)| entry.decode_header().unwrap().seq)
        .collect();
    assert_eq!(sent, [0, 1, 2]);
}
