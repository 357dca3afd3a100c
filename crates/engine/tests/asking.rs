//! Who is asked for what, who is sent what, and how much of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod world;

use faelled_engine::limits::{MAX_RUNS_QUEUED_PER_PEER, SUMMARY_PERIOD_MS, WANT_PATIENCE_MS};
use faelled_engine::{Action, ConnectionId, Event, Notice, RequestId};
use faelled_proto::chain::Writer;
use faelled_proto::id::FrontierDigest;
use faelled_proto::message::{Bye, Summary, Want};
use faelled_proto::opening::FeedOpening;
use faelled_proto::{EntryId, Kind, Message, SignedEntry, SignedRoster, Space, Tip, VerifiedEntry};
use world::{Disk, START_MS, World, certificate, config, keys};

/// Entries of a feed of a member in the commons, never seen by anybody.
fn unseen(world: &World, index: usize, count: u8) -> Vec<VerifiedEntry> {
    let opening = FeedOpening {
        certificate: certificate(world.federation, index),
        space: Space::Commons,
        incarnation: [5; 16],
        known_tips: Vec::new(),
    };
    let key = keys(index).node;
    let mut writer = Writer::new(world.federation, &key, None);
    let mut entries = vec![writer.open(&opening, START_MS)];
    for number in 0..count {
        entries.push(writer.write(Kind(900), None, vec![b'a' + number], START_MS));
    }
    entries
}

fn signed(entries: &[VerifiedEntry]) -> Vec<SignedEntry> {
    let entries = entries.iter();
    entries.map(|entry| entry.signed().clone()).collect()
}

/// The connection of node 0 to another.
fn link(world: &World, other: usize) -> ConnectionId {
    let links = &world.nodes[0].links;
    let found = links.iter().find(|(_, (node, _))| *node == other);
    *found.unwrap().0
}

/// What node 0 wants done about an event; nothing of it is done.
fn handle(world: &mut World, event: Event) -> Vec<Action> {
    world.nodes[0].engine.handle(world.now_ms, event)
}

fn message(connection: ConnectionId, message: Message) -> Event {
    Event::Received {
        connection,
        message,
    }
}

fn frontier(connection: ConnectionId, tips: &[Tip]) -> Event {
    let (space, tips) = (Space::Commons, tips.to_vec());
    message(connection, Message::telling(space, tips))
}

fn frame(connection: ConnectionId, entries: &[VerifiedEntry]) -> Event {
    let feed = entries[0].feed();
    let entries = signed(entries);
    Event::Frame {
        connection,
        feed,
        entries,
    }
}

fn wants(actions: &[Action]) -> Vec<(ConnectionId, Want)> {
    let mut found = Vec::new();
    for action in actions {
        if let Action::Send {
            connection,
            message: Message::Want(wants),
        } = action
        {
            found.extend(wants.iter().map(|want| (*connection, *want)));
        }
    }
    found
}

fn runs(actions: &[Action]) -> Vec<(ConnectionId, u64, u64)> {
    let runs = actions.iter();
    runs.filter_map(|action| match action {
        Action::SendRun {
            connection,
            from,
            to,
            ..
        } => Some((*connection, *from, *to)),
        _ => None,
    })
    .collect()
}

fn frontiers(actions: &[Action]) -> Vec<Space> {
    let actions = actions.iter();
    actions
        .filter_map(|action| match action {
            Action::Send {
                message: Message::Frontier { space, .. },
                ..
            } => Some(space.clone()),
            _ => None,
        })
        .collect()
}

fn closes(actions: &[Action]) -> Option<Bye> {
    actions.iter().find_map(|action| match action {
        Action::Close { bye, .. } => Some(*bye),
        _ => None,
    })
}

fn tip(entries: &[VerifiedEntry]) -> Tip {
    entries.last().unwrap().tip()
}

fn three() -> World {
    let mut world = World::new(4);
    world.connect(1, 0);
    world.connect(2, 0);
    world
}

#[test]
fn naming_a_private_space_does_not_open_it() {
    let mut world = World::new(2);
    world.write(0, &World::private(0), "secret");
    world.connect(1, 0);
    let connection = link(&world, 1);
    let digest = FrontierDigest::of(&[b"other"]);
    let summary = Summary {
        roster_version: 1,
        marks: digest,
        digests: vec![(World::private(0), digest), (World::private(1), digest)],
    };
    let asked = Message::Summary {
        summary,
        answer: false,
    };
    let actions = handle(&mut world, message(connection, asked));
    assert_eq!(frontiers(&actions), [Space::Commons]);
    let (space, tips) = (World::private(0), Vec::new());
    let told = Message::telling(space, tips);
    let actions = handle(&mut world, message(connection, told));
    assert_eq!(closes(&actions), Some(Bye::BadMessage));
}

#[test]
fn a_foreign_private_feed_on_the_disk_is_told_to_nobody() {
    let mut world = World::new(2);
    let opening = FeedOpening {
        certificate: certificate(world.federation, 1),
        space: World::private(1),
        incarnation: [5; 16],
        known_tips: Vec::new(),
    };
    let key = keys(1).node;
    let entry = Writer::new(world.federation, &key, None).open(&opening, START_MS);
    let mut disk: Disk = world.nodes[0].disk.clone();
    disk.openings.insert(entry.feed(), opening);
    disk.feeds.insert(entry.feed(), vec![entry]);
    let config = config(world.federation, 0);
    world.restart(0, config, disk);
    world.connect(1, 0);
    let tells = |(_, message): &(usize, Message)| match message {
        Message::Hello(hello) => hello.summary.digests.len() > 1,
        Message::Frontier { space, .. } => *space != Space::Commons,
        _ => false,
    };
    assert!(!world.nodes[0].sent.iter().any(tells));
}

#[test]
fn a_feed_is_asked_for_once_and_elsewhere_when_nothing_comes() {
    let mut world = three();
    let entries = unseen(&world, 3, 2);
    let (first, second) = (link(&world, 1), link(&world, 2));
    let actions = handle(&mut world, frontier(first, &[tip(&entries)]));
    assert_eq!(wants(&actions).len(), 1);
    let actions = handle(&mut world, frontier(second, &[tip(&entries)]));
    assert_eq!(wants(&actions), [], "one asked at a time");
    world.now_ms += WANT_PATIENCE_MS;
    let actions = handle(&mut world, Event::Tick);
    let asked: Vec<ConnectionId> = wants(&actions).into_iter().map(|(to, _)| to).collect();
    assert_eq!(asked, [second]);
}

#[test]
fn a_run_of_nothing_is_not_asked_for_again_at_once() {
    let mut world = World::new(4);
    world.connect(1, 0);
    let entries = unseen(&world, 3, 2);
    let connection = link(&world, 1);
    handle(&mut world, frontier(connection, &[tip(&entries)]));
    let feed = entries[0].feed();
    let actions = handle(&mut world, Event::RunEnded { connection, feed });
    assert_eq!(wants(&actions), []);
}

#[test]
fn a_run_that_was_refused_is_not_asked_for_again_at_once() {
    let mut world = World::new(2);
    world.connect(1, 0);
    let entries = unseen(&world, 7, 2);
    let connection = link(&world, 1);
    handle(&mut world, frontier(connection, &[tip(&entries)]));
    let actions = handle(&mut world, frame(connection, &entries));
    assert_eq!(wants(&actions), [], "a stranger's feed");
    let feed = entries[0].feed();
    let actions = handle(&mut world, Event::RunEnded { connection, feed });
    assert_eq!(wants(&actions), []);
}

#[test]
fn what_was_refused_for_want_of_a_roster_is_asked_for_when_it_comes() {
    let mut world = World::new(2);
    world.connect(1, 0);
    let connection = link(&world, 1);
    let stranger = unseen(&world, 2, 1);
    world.event(0, frame(connection, &stranger));
    let feed = stranger[0].feed();
    world.event(0, Event::RunEnded { connection, feed });
    let (version, hash) = world.nodes[0].engine.rosters().head();
    let mut next = world.nodes[0].engine.rosters().newest().unwrap().clone();
    next.version = version + 1;
    next.federation = Some(world.federation);
    next.previous = vec![hash];
    let admitted = world::first_roster(&[0, 1, 2]).decode().unwrap();
    next.members = admitted.members;
    let mut roster = SignedRoster::unsigned(&next);
    roster.sign(keys(0).member, &keys(0).identity);
    world.nodes[0].sent.clear();
    let rosters = Message::Rosters(vec![roster]);
    world.event(0, message(connection, rosters));
    let compares = |(_, message): &(usize, Message)| matches!(message, Message::Summary { .. });
    assert!(world.nodes[0].sent.iter().any(compares));
}

#[test]
fn another_roster_of_the_same_version_is_noticed_at_both() {
    let mut world = World::new(2);
    let rosters = world.nodes[0].engine.rosters();
    let rival = |name: &str| {
        let mut next = rosters.newest().unwrap().clone();
        next.version = 2;
        next.federation = Some(world.federation);
        next.previous = vec![rosters.head().1];
        next.name = name.into();
        let mut signed = SignedRoster::unsigned(&next);
        signed.sign(keys(0).member, &keys(0).identity);
        signed
    };
    let rivals = [rival("One"), rival("Other")];
    for (node, rival) in rivals.into_iter().enumerate() {
        let mut disk = world.nodes[node].disk.clone();
        disk.rosters.push(rival);
        world.restart(node, config(world.federation, node), disk);
    }
    world.connect(1, 0);
    for node in &world.nodes {
        assert!(node.notices.contains(&Notice::RosterForked { version: 1 }));
        assert_eq!(node.engine.rosters().head().0, 1, "membership is frozen");
    }
}

#[test]
fn only_what_is_on_the_disk_is_handed_out() {
    let mut world = World::new(2);
    world.connect(1, 0);
    let connection = link(&world, 1);
    let space = Space::Commons;
    let request = RequestId(9_000);
    let actions = handle(&mut world, Event::OpenFeed { request, space });
    let Some(Action::Store { operation, write }) = actions.first() else {
        panic!("{actions:?}")
    };
    let faelled_engine::StoreOperation::Entries { entries, .. } = write else {
        panic!("{write:?}")
    };
    let feed = entries[0].feed();
    let want = |from, to| message(connection, Message::Want(vec![Want { feed, from, to }]));
    let actions = handle(&mut world, want(0, 0));
    assert_eq!(runs(&actions), [], "not stored yet");
    let operation = *operation;
    handle(&mut world, Event::Stored { operation });
    let actions = handle(&mut world, want(0, 1_000));
    assert_eq!(
        runs(&actions),
        [(connection, 0, 0)],
        "no more than there is"
    );
    let actions = handle(&mut world, want(1, 1_000));
    assert_eq!(runs(&actions), [], "beyond the end");
}

#[test]
fn runs_that_wait_for_one_peer_are_bounded() {
    let mut world = World::new(2);
    world.connect(1, 0);
    world.write(0, &Space::Commons, "x");
    let feed = world.feed(0, &Space::Commons);
    let connection = link(&world, 1);
    let want = Want {
        feed,
        from: 0,
        to: 1,
    };
    let half = || {
        let wants = vec![want; MAX_RUNS_QUEUED_PER_PEER / 4];
        message(connection, Message::Want(wants))
    };
    for _ in 0..4 {
        let actions = handle(&mut world, half());
        assert_eq!(closes(&actions), None);
    }
    // A peer that takes nothing is pushed nothing more.
    let kind = Kind(900);
    let draft = faelled_engine::event::Draft {
        kind,
        document: None,
        body: b"y".to_vec(),
    };
    let write = Event::Write {
        request: RequestId(9_001),
        feed,
        drafts: vec![draft],
    };
    let actions = handle(&mut world, write);
    let Some(Action::Store { operation, .. }) = actions.first() else {
        panic!("{actions:?}")
    };
    let operation = *operation;
    let actions = handle(&mut world, Event::Stored { operation });
    assert_eq!(runs(&actions), []);
    let actions = handle(&mut world, half());
    assert_eq!(closes(&actions), Some(Bye::BadMessage));
}

#[test]
fn what_a_peer_holds_is_not_pushed_to_it() {
    let mut world = three();
    let entries = unseen(&world, 3, 1);
    let (first, second) = (link(&world, 1), link(&world, 2));
    world.event(0, frontier(second, &[tip(&entries)]));
    let actions = handle(&mut world, frame(first, &entries));
    let stored = actions.iter().find_map(|action| match action {
        Action::Store { operation, .. } => Some(*operation),
        _ => None,
    });
    let operation = stored.unwrap();
    let actions = handle(&mut world, Event::Stored { operation });
    assert_eq!(runs(&actions), []);
}

#[test]
fn a_tip_of_ones_own_feed_that_differs_moves_on_and_others_tips_never_do() {
    let mut world = World::new(2);
    world.connect(1, 0);
    world.write(0, &Space::Commons, "x");
    let connection = link(&world, 1);
    let feed = world.feed(0, &Space::Commons);
    let others = unseen(&world, 1, 3);
    world.event(0, frame(connection, &others[..2]));
    world.event(0, frontier(connection, &[tip(&others)]));
    assert_eq!(world.feed(0, &Space::Commons), feed);
    let entry = EntryId::of(&[b"another"]);
    world.event(
        0,
        frontier(
            connection,
            &[Tip {
                feed,
                seq: 1,
                entry,
            }],
        ),
    );
    assert!(
        world.nodes[0]
            .notices
            .contains(&Notice::RolledBack { feed })
    );
    assert_ne!(world.feed(0, &Space::Commons), feed);
}

#[test]
fn entries_of_ones_own_feed_that_come_back_move_on() {
    let mut world = World::new(2);
    world.write(0, &Space::Commons, "one");
    let backup = world.nodes[0].disk.clone();
    let (incarnation, _) = world.nodes[0].engine.own_tips();
    world.write(0, &Space::Commons, "two");
    let feed = world.feed(0, &Space::Commons);
    let newest = world.nodes[0].disk.feeds[&feed][2..].to_vec();
    let config = faelled_engine::Config {
        incarnation,
        ..config(world.federation, 0)
    };
    world.restart(0, config, backup);
    world.connect(1, 0);
    // Pushed, before anything was said of frontiers.
    let connection = link(&world, 1);
    world.event(0, frame(connection, &newest));
    assert_ne!(world.feed(0, &Space::Commons), feed);
    world.pass(SUMMARY_PERIOD_MS);
    assert_eq!(world.bodies(1), ["one", "two"]);
}

#[test]
fn the_frontier_alone_tells_of_a_rollback() {
    let mut world = World::new(2);
    world.connect(1, 0);
    world.write(0, &Space::Commons, "x");
    let connection = link(&world, 1);
    let feed = world.feed(0, &Space::Commons);
    let entry = EntryId::of(&[b"later"]);
    let actions = handle(
        &mut world,
        frontier(
            connection,
            &[Tip {
                feed,
                seq: 9,
                entry,
            }],
        ),
    );
    let told = Action::Notice(Notice::RolledBack { feed });
    assert!(actions.contains(&told), "{actions:?}");
}
