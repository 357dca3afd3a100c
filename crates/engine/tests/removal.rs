//! Who is taken from the roster, gets another key, or has an expired certificate or a ticket that was taken back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod stated;
mod world;

use faelled_engine::{
    Answer, Ceiling, Change, Config, Event, Ground, Notice, Refusal, RequestFailure, Standing,
};
use faelled_proto::chain::Writer;
use faelled_proto::id::SecretHash;
use faelled_proto::limits::MAX_CUT_FEEDS;
use faelled_proto::message::{Bye, JoinRefusal};
use faelled_proto::opening::FeedOpening;
use faelled_proto::{FeedId, Kind, NodeCertificate, SecretKey, Space};
use stated::{assert_agreed, link, record, revoked, told};
use world::{START_MS, World, YEAR_MS, certificate, config, keys};

fn decide(world: &mut World, change: Change) {
    let roster = world.plan(0, change);
    assert_eq!(world.approve(0, &roster), Answer::Done);
}

/// Node 0's member, the only steward, removes a member as far as its node knows its feeds.
fn remove(world: &mut World, index: usize) {
    let (member, last_good) = (keys(index).member, Vec::new());
    decide(world, Change::Remove { member, last_good });
}

fn grounds(world: &World, node: usize, feed: FeedId) -> Vec<Ground> {
    let engine = &world.nodes[node].engine;
    let held = engine.feeds().get(&feed).unwrap();
    engine.cuts().ceiling(held.facts(feed)).1
}

fn said(world: &World, node: usize, bye: Bye) -> bool {
    world.nodes[node].byes.iter().any(|(_, said)| *said == bye)
}

/// Member 3 writes where all take it in, then where only node 2 does, there in a second feed too; then node 0 removes
/// it, and 1 knows that.
fn removed() -> (World, [FeedId; 2]) {
    let mut world = World::new(4);
    for node in 1..4 {
        world.connect(node, 0);
    }
    world.write(3, &Space::Commons, "known");
    let (incarnation, _) = world.nodes[3].engine.own_tips();
    let disk = world.nodes[3].disk.clone();
    let same = Config {
        incarnation,
        ..config(world.federation, 3)
    };
    world.cut_all(2);
    world.restart(3, same, disk);
    world.connect(3, 2);
    world.write(3, &Space::Commons, "late");
    let first = world.feed(3, &Space::Commons);
    let disk = world.nodes[3].disk.clone();
    world.restart(3, config(world.federation, 3), disk);
    world.connect(3, 2);
    world.write(3, &Space::Commons, "unknown");
    let second = world.feed(3, &Space::Commons);
    assert_eq!(world.bodies(2), ["known", "late", "unknown"]);
    remove(&mut world, 3);
    (world, [first, second])
}

#[test]
fn of_a_removed_members_feeds_counts_what_the_roster_names_at_all() {
    let (mut world, [first, second]) = removed();
    let fed = [first, second];
    assert_eq!(fed.map(|feed| told(&world, 2, feed)), [Some(2), Some(1)]);
    world.connect(2, 0);
    assert_eq!(world.nodes[2].engine.rosters().head().0, 2);
    assert_eq!(fed.map(|feed| told(&world, 2, feed)), [Some(1), None]);
    assert_eq!(grounds(&world, 2, first), [Ground::RemovedMember]);
    assert_eq!(grounds(&world, 2, second), [Ground::RemovedMember]);
    assert!(said(&world, 2, Bye::NotAMember), "and it is sent away");
    for node in [0, 1] {
        assert_eq!(world.bodies(node), ["known"]);
    }
    assert_agreed(&world, &[0, 1, 2]);
    // Who knows refuses what comes of them all the same.
    for (feed, from) in [(first, 2), (second, 0)] {
        let entries = world.nodes[2].disk.feeds[&feed].iter();
        let entries = entries.map(|entry| entry.signed().clone()).collect();
        let connection = link(&world, 0, 2);
        let frame = Event::Frame {
            connection,
            feed,
            entries,
        };
        world.event(0, frame);
        let refusal = Refusal::Cut { from };
        let notice = Notice::RunRefused {
            connection,
            feed,
            refusal,
        };
        assert!(world.nodes[0].notices.contains(&notice), "{feed:?}");
    }
    assert_eq!(world.bodies(0), ["known"]);
}

#[test]
fn whoever_is_admitted_again_gets_back_what_no_cut_names_and_writes_elsewhere() {
    let (mut world, [first, second]) = removed();
    world.connect(2, 0);
    decide(&mut world, Change::Admit(record(3)));
    for node in [0, 1, 2] {
        assert_eq!(told(&world, node, first), Some(1), "node {node}");
        assert_eq!(told(&world, node, second), Some(1), "node {node}");
        assert_eq!(world.bodies(node)[0], "known");
    }
    assert_eq!(world.bodies(1), ["known", "unknown"]);
    // The cut stays where it names a feed: what the member writes comes in another one.
    let (incarnation, _) = world.nodes[3].engine.own_tips();
    let disk = world.nodes[3].disk.clone();
    let same = Config {
        incarnation,
        ..config(world.federation, 3)
    };
    world.restart(3, same, disk);
    world.connect(3, 0);
    world.write(3, &Space::Commons, "again");
    for node in [0, 1, 2] {
        assert!(world.bodies(node).contains(&"again".to_owned()));
    }
    assert_agreed(&world, &[0, 1, 2, 3]);
    assert_eq!(told(&world, 3, first), Some(1));
}

#[test]
fn whoever_was_cut_in_the_feed_that_it_writes_begins_another() {
    let mut world = World::new(2);
    world.connect(1, 0);
    world.write(1, &Space::Commons, "x");
    let feed = world.feed(1, &Space::Commons);
    remove(&mut world, 1);
    decide(&mut world, Change::Admit(record(1)));
    world.connect(1, 0);
    assert_eq!(world.nodes[1].engine.standing(), Standing::Member);
    assert_ne!(world.feed(1, &Space::Commons), feed);
    world.write(1, &Space::Commons, "y");
    assert_eq!(world.bodies(0), ["x", "y"]);
}

/// Node `index` with another identity key of its member, and the certificate that goes with it.
fn rekeyed(world: &World, index: usize) -> (SecretKey, Config) {
    let identity = SecretKey::from_seed(&[200; 32]);
    let certificate = NodeCertificate::issue(
        world.federation,
        keys(index).member,
        &identity,
        keys(index).node.node_key(),
        START_MS + YEAR_MS,
    );
    let config = Config {
        certificate,
        ..config(world.federation, index)
    };
    (identity, config)
}

#[test]
fn a_replaced_key_ends_what_it_certified_and_the_new_one_goes_on() {
    let mut world = World::new(3);
    world.connect(1, 0);
    world.connect(2, 0);
    world.write(1, &Space::Commons, "old");
    let feed = world.feed(1, &Space::Commons);
    let (identity, new) = rekeyed(&world, 1);
    world.cut_all(0);
    world.connect(1, 2);
    world.write(1, &Space::Commons, "late");
    decide(
        &mut world,
        Change::Rekey {
            member: keys(1).member,
            identity_key: identity.identity_key(),
            last_good: Vec::new(),
        },
    );
    world.connect(2, 0);
    assert_eq!(told(&world, 2, feed), Some(1));
    assert_eq!(grounds(&world, 2, feed), [Ground::ReplacedKey]);
    assert!(
        said(&world, 2, Bye::NotAMember),
        "the old certificate's connection ends"
    );
    world.nodes[0].byes.clear();
    world.connect(1, 0);
    assert!(said(&world, 0, Bye::NotAMember), "and no other opens");
    let disk = world.nodes[1].disk.clone();
    world.restart(1, new, disk);
    world.connect(1, 0);
    world.write(1, &Space::Commons, "new");
    assert_eq!(world.bodies(0), ["new", "old"]);
    assert_eq!(world.bodies(2), ["late", "new", "old"]);
    assert_agreed(&world, &[0, 1, 2]);
    let ceiling = world.nodes[1].engine.feeds().get(&feed).unwrap().ceiling;
    assert!(matches!(ceiling, Ceiling::At(tip) if tip.seq == 1));
}

fn is_sent_away_as_expired(world: &mut World, from: usize, to: usize) -> bool {
    for node in [from, to] {
        world.cut_all(node);
        world.nodes[node].byes.clear();
    }
    world.connect(from, to);
    said(world, 0, Bye::ExpiredCertificate)
}

#[test]
fn a_certificate_seen_expired_is_good_no_more_when_the_clock_goes_back() {
    for seen_while_connected in [false, true] {
        let mut world = World::new(2);
        if seen_while_connected {
            world.connect(1, 0);
            world.pass(YEAR_MS + 1);
        } else {
            world.now_ms += YEAR_MS + 1;
            world.connect(1, 0);
        }
        assert!(said(&world, 0, Bye::ExpiredCertificate));
        world.now_ms = START_MS;
        assert!(
            is_sent_away_as_expired(&mut world, 1, 0),
            "{seen_while_connected}"
        );
        assert!(is_sent_away_as_expired(&mut world, 0, 1));
        let disk = world.nodes[0].disk.clone();
        world.restart(0, config(world.federation, 0), disk);
        assert!(is_sent_away_as_expired(&mut world, 1, 0), "after a start");
        // A renewed one is another.
        let disk = world.nodes[1].disk.clone();
        let renewed = NodeCertificate::issue(
            world.federation,
            keys(1).member,
            &keys(1).identity,
            keys(1).node.node_key(),
            START_MS + 2 * YEAR_MS,
        );
        let config = Config {
            certificate: renewed,
            ..config(world.federation, 1)
        };
        world.restart(1, config, disk);
        // Node 1 saw the clock too; only node 0's word is asked for here.
        world.nodes[1].disk.expired.clear();
        assert!(!is_sent_away_as_expired(&mut world, 1, 0));
    }
}

#[test]
fn a_node_renews_its_own_certificate_and_no_other() {
    let mut world = World::new(2);
    let issue = |index: usize, node: usize, identity: &SecretKey| {
        NodeCertificate::issue(
            world.federation,
            keys(index).member,
            identity,
            keys(node).node.node_key(),
            START_MS + 3 * YEAR_MS,
        )
    };
    let [own, other] = [1, 0].map(|index| keys(index).identity);
    let good = issue(1, 1, &own);
    let mut forged = good.clone();
    forged.claim.expires_ms += 1;
    let not_ours = [
        issue(0, 1, &other),
        issue(1, 0, &own),
        issue(0, 0, &other),
        issue(0, 1, &own),
        issue(1, 1, &SecretKey::from_seed(&[200; 32])),
        forged,
    ];
    let failed = Answer::Failed;
    for (number, certificate) in not_ours.into_iter().enumerate() {
        let answer = renew(&mut world, certificate);
        let refused = failed(RequestFailure::NotOurCertificate);
        assert_eq!(answer, refused, "{number}");
    }
    assert_eq!(renew(&mut world, good.clone()), Answer::Done);
    world.now_ms += YEAR_MS + 1;
    world.connect(1, 0);
    assert!(!said(&world, 0, Bye::ExpiredCertificate));
    // Nor does it once its key was revoked, or its member removed.
    let statement = revoked(&world, 1, &Space::Commons, &[]);
    assert_eq!(world.state(1, statement), Answer::Done);
    let answer = renew(&mut world, good.clone());
    assert_eq!(answer, failed(RequestFailure::KeyRevoked));
    let mut world = World::connected(2);
    remove(&mut world, 1);
    assert_eq!(world.nodes[1].engine.standing(), Standing::Outside);
    let answer = renew(&mut world, good);
    assert_eq!(answer, failed(RequestFailure::NotAMember));
}

fn renew(world: &mut World, certificate: NodeCertificate) -> Answer {
    world.ask(1, |request| Event::Renew {
        request,
        certificate,
    })
}

#[test]
fn nobody_asks_with_a_ticket_that_was_taken_back() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + 1_000);
    let hash = SecretHash::of(&[&secret]);
    let unknown = SecretHash::of(&[b"unknown"]);
    for (secret, answer) in [
        (unknown, Answer::Failed(RequestFailure::UnknownTicket)),
        (hash, Answer::Done),
    ] {
        let given = world.ask(0, |request| Event::RevokeTicket { request, secret });
        assert_eq!(given, answer);
    }
    let newcomer = world.newcomer(1, secret);
    world.connect(newcomer, 0);
    assert_eq!(world.refusal(newcomer), Some(JoinRefusal::ExpiredTicket));
    assert_eq!(world.nodes[0].engine.join_requests().count(), 0);
}

#[test]
fn a_ticket_seen_expired_is_good_no_more_when_the_clock_goes_back() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + 1_000);
    let newcomer = world.newcomer(1, secret);
    world.now_ms += 2_000;
    world.connect(newcomer, 0);
    assert_eq!(world.refusal(newcomer), Some(JoinRefusal::ExpiredTicket));
    world.now_ms = START_MS;
    world.nodes[newcomer].notices.clear();
    world.connect(newcomer, 0);
    assert_eq!(world.refusal(newcomer), Some(JoinRefusal::ExpiredTicket));
    assert_eq!(world.nodes[0].engine.join_requests().count(), 0);
}

#[test]
fn nobody_escapes_removal_by_opening_feeds_without_end() {
    let mut world = World::connected(2);
    let group = world.found(0, &[1]);
    let federation = world.federation;
    let key = keys(1).node;
    for space in [Space::Group(group), Space::Commons] {
        for number in 0..=u32::try_from(MAX_CUT_FEEDS).unwrap() {
            let mut incarnation = [7; 16];
            incarnation[..4].copy_from_slice(&number.to_be_bytes());
            let opens = FeedOpening {
                certificate: certificate(federation, 1),
                space: space.clone(),
                incarnation,
                known_tips: Vec::new(),
            };
            let mut writer = Writer::new(federation, &key, None);
            let first = writer.open(&opens, START_MS);
            let mut entries = vec![first.signed().clone()];
            // The last one is longer than all others.
            if number as usize == MAX_CUT_FEEDS {
                let more = writer.write(Kind(900), None, vec![1], START_MS);
                entries.push(more.signed().clone());
            }
            let connection = link(&world, 0, 1);
            let feed = first.feed();
            let frame = Event::Frame {
                connection,
                feed,
                entries,
            };
            world.event(0, frame);
        }
    }
    assert_eq!(world.change(0, group, &[], &[1]), Answer::Group(group));
    let cut = world.nodes[0].engine.groups()[0].charter.removed[0].clone();
    assert_eq!(cut.last_good.len(), MAX_CUT_FEEDS);
    assert!(cut.last_good.iter().any(|tip| tip.seq == 1));
    remove(&mut world, 1);
    let engine = &world.nodes[0].engine;
    assert!(engine.rosters().member(&keys(1).member).is_none());
    assert_eq!(engine.rosters().cuts()[0].last_good.len(), MAX_CUT_FEEDS);
}
