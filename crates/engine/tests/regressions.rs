//! What once went wrong between honest nodes, or with a hostile one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod world;

use faelled_engine::event::RequestFailure;
use faelled_engine::limits::SUMMARY_PERIOD_MS;
use faelled_engine::{
    Action, Answer, Change, Config, ConnectionId, Despite, Engine, Event, JoinState, Loaded,
    Notice, RequestId, Standing,
};
use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::message::{JoinRequest, Want};
use faelled_proto::opening::FeedOpening;
use faelled_proto::statement::Vote;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{
    EntryId, FederationId, FeedId, Kind, Message, NodeCertificate, SecretKey, SignedRoster, Space,
    Statement, Tip, VerifiedEntry,
};
use world::{START_MS, World, YEAR_MS, address, certificate, config, first_roster, keys};

fn link(world: &World) -> ConnectionId {
    *world.nodes[0].links.keys().next().unwrap()
}

fn feed(world: &World, texts: &[&str]) -> Vec<VerifiedEntry> {
    let opening = FeedOpening {
        certificate: certificate(world.federation, 1),
        space: Space::Commons,
        incarnation: [5; 16],
        known_tips: Vec::new(),
    };
    let key = keys(1).node;
    let mut writer = Writer::new(world.federation, &key, None);
    let mut entries = vec![writer.open(&opening, START_MS)];
    for text in texts {
        entries.push(writer.write(Kind(900), None, (*text).into(), START_MS));
    }
    entries
}

fn frame(world: &mut World, entries: &[VerifiedEntry]) {
    let (connection, feed) = (link(world), entries[0].feed());
    let entries = entries.iter().map(|entry| entry.signed().clone()).collect();
    let frame = Event::Frame {
        connection,
        feed,
        entries,
    };
    world.event(0, frame);
}

fn wants(world: &World) -> Vec<Want> {
    let mut found = Vec::new();
    for (_, message) in &world.nodes[0].sent {
        if let Message::Want(wants) = message {
            found.extend(wants);
        }
    }
    found
}

fn tell_frontier(world: &mut World, tips: Vec<Tip>) {
    let (connection, space) = (link(world), Space::Commons);
    let message = Message::telling(space, tips);
    world.event(
        0,
        Event::Received {
            connection,
            message,
        },
    );
}

#[test]
fn the_rest_of_a_refused_run_is_not_taken_for_a_push_and_asked_for_anew() {
    let mut world = World::new(2);
    world.connect(1, 0);
    let held = feed(&world, &["here"]);
    let branch = feed(&world, &["1", "2", "3", "4", "5"]);
    frame(&mut world, &held);
    frame(&mut world, &branch[2..4]);
    let refused = |notice: &Notice| matches!(notice, Notice::RunRefused { .. });
    assert!(world.nodes[0].notices.iter().any(refused));
    let asked = wants(&world);
    assert_eq!(asked.len(), 1, "where the two part");
    assert_eq!(asked[0].from, 1);
    frame(&mut world, &branch[4..]);
    assert_eq!(wants(&world), asked);
    assert_eq!(world.nodes[0].disk.feeds[&held[0].feed()].len(), held.len());
}

#[test]
fn a_run_that_keeps_coming_is_not_asked_for_twice() {
    let mut world = World::new(2);
    world.connect(1, 0);
    let entries = feed(&world, &["x"; 49]);
    let tip = entries.last().unwrap().tip();
    tell_frontier(&mut world, vec![tip]);
    for part in entries.chunks(5) {
        world.now_ms += SUMMARY_PERIOD_MS / 2;
        frame(&mut world, part);
        tell_frontier(&mut world, vec![tip]);
    }
    assert_eq!(wants(&world).len(), 1);
}

#[test]
fn nobody_asks_for_more_at_once_than_a_peer_lets_wait() {
    let mut world = World::new(2);
    world.connect(1, 0);
    let tip = |number: u64| Tip {
        feed: FeedId::of(&[&number.to_le_bytes()]),
        seq: 5,
        entry: EntryId::ZERO,
    };
    let mut tips: Vec<Tip> = (0..24_000).map(tip).collect();
    tips.sort_unstable();
    for part in tips.chunks(8_000) {
        tell_frontier(&mut world, part.to_vec());
    }
    let first = wants(&world);
    assert!(first.len() <= 8_000, "{} at once", first.len());
    let connection = link(&world);
    for feed in first.iter().map(|want| want.feed) {
        world.event(0, Event::RunEnded { connection, feed });
    }
    assert!(
        wants(&world).len() > first.len(),
        "and goes on with the rest"
    );
}

fn dials(actions: &[Action]) -> usize {
    let dial = |action: &&Action| matches!(action, Action::Dial { .. });
    actions.iter().filter(dial).count()
}

fn engine(
    config: Config,
    federation: FederationId,
    rosters: Vec<SignedRoster>,
    targets: Vec<NodeAddress>,
) -> Engine {
    let loaded = Loaded {
        anchor: None,
        anchor_candidate: None,
        federation,
        rosters,
        charters: Vec::new(),
        statements: Vec::new(),
        expired: Vec::new(),
        feeds: Vec::new(),
        tickets: Vec::new(),
        joins: Vec::new(),
    };
    Engine::new(Config { targets, ..config }, loaded).unwrap()
}

#[test]
fn a_peer_that_was_sent_away_is_dialled_again() {
    let roster = first_roster(&[0, 1]);
    let federation = roster.federation();
    let config = config(federation, 0);
    let mut engine = engine(config, federation, vec![roster], vec![address(1)]);
    assert_eq!(dials(&engine.handle(START_MS, Event::Tick)), 1);
    let connection = ConnectionId(1);
    let connected = Event::Connected {
        connection,
        node_key: keys(1).node.node_key(),
        address: address(1).address,
        dialled: true,
    };
    engine.handle(START_MS, connected);
    let silent = engine.handle(START_MS + 21_000, Event::Tick);
    let closes = |action: &Action| matches!(action, Action::Close { .. });
    assert!(silent.iter().any(closes));
    let reason = String::new();
    engine.handle(START_MS + 21_000, Event::Closed { connection, reason });
    assert_eq!(dials(&engine.handle(START_MS + 100_000, Event::Tick)), 1);
}

#[test]
fn a_node_outside_rests_between_two_tries() {
    let roster = first_roster(&[0]);
    let federation = roster.federation();
    let config = config(federation, 1);
    let mut engine = engine(config, federation, vec![roster], vec![address(0)]);
    engine.handle(START_MS, Event::Tick);
    assert!(engine.next_deadline().is_none_or(|at| at > START_MS));
}

/// The next version of node 0's roster, changed and signed by member 0.
fn next_roster(world: &World, change: impl FnOnce(&mut faelled_proto::Roster)) -> SignedRoster {
    let rosters = world.nodes[0].engine.rosters();
    let (version, hash) = rosters.head();
    let mut next = rosters.newest().unwrap().clone();
    next.version = version + 1;
    next.federation = Some(world.federation);
    next.previous = vec![hash];
    change(&mut next);
    let mut signed = SignedRoster::unsigned(&next);
    signed.sign(keys(0).member, &keys(0).identity);
    signed
}

#[test]
fn a_newcomer_cut_off_between_two_parts_of_the_chain_goes_on() {
    let world = World::new(2);
    let federation = world.federation;
    let mut config = config(federation, 2);
    config.join_request = Some(world.join_request(2, [1; 16]));
    let rosters = world.nodes[0].disk.rosters.clone();
    let mut engine = engine(config, federation, rosters, vec![address(0)]);
    assert_eq!(dials(&engine.handle(START_MS, Event::Tick)), 1);
}

#[test]
fn two_signed_rosters_of_one_version_on_the_disk_do_not_keep_a_node_from_starting() {
    let world = World::new(2);
    let federation = world.federation;
    let first = world.nodes[0].disk.rosters[0].clone();
    let one = next_roster(&world, |roster| roster.name = "One".into());
    let other = next_roster(&world, |roster| roster.name = "Other".into());
    let config = config(federation, 0);
    let engine = engine(config, federation, vec![first, one, other], Vec::new());
    assert_eq!(engine.rosters().head().0, 1);
    assert!(engine.rosters().fork().is_some());
    assert_eq!(engine.standing(), Standing::Member);
}

/// Member `index` asks node 0 under any keys; returns what is to be stored.
fn ask_to_join(
    world: &mut World,
    index: usize,
    identity: &SecretKey,
    node: &SecretKey,
    secret: [u8; 16],
) -> (ConnectionId, Vec<Event>) {
    let certificate = NodeCertificate::issue(
        world.federation,
        keys(index).member,
        identity,
        node.node_key(),
        START_MS + YEAR_MS,
    );
    let (kind, name) = ("municipality".into(), "x".into());
    let request = JoinRequest::sign(secret, kind, name, certificate, world.federation, identity);
    let number = u64::from(node.node_key().as_bytes()[0]) * 1_000;
    let connection = ConnectionId(number + index as u64);
    let connected = Event::Connected {
        connection,
        node_key: node.node_key(),
        address: address(index).address,
        dialled: false,
    };
    world.event(0, connected);
    let event = Event::Received {
        connection,
        message: Message::Join(request),
    };
    let actions = world.nodes[0].engine.handle(START_MS, event);
    let stored = actions.iter().filter_map(|action| match action {
        Action::Store { operation, .. } => Some(Event::Stored {
            operation: *operation,
        }),
        _ => None,
    });
    (connection, stored.collect())
}

fn ask_and_store(
    world: &mut World,
    index: usize,
    identity: &SecretKey,
    node: &SecretKey,
    secret: [u8; 16],
) -> ConnectionId {
    let (connection, stored) = ask_to_join(world, index, identity, node, secret);
    for event in stored {
        world.event(0, event);
    }
    connection
}

fn decide(world: &mut World, index: usize, admit: bool) -> Answer {
    let member = keys(index).member;
    if admit {
        return world.admit(0, &member);
    }
    world.ask(0, |request| Event::Decline { request, member })
}

#[test]
fn one_ticket_serves_one_member() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + YEAR_MS);
    let identity = SecretKey::from_seed(&[60; 32]);
    for index in 1..4 {
        ask_and_store(&mut world, index, &identity, &keys(index).node, secret);
    }
    assert_eq!(world.nodes[0].engine.join_requests().count(), 1);
}

#[test]
fn a_ticket_shown_twice_at_once_serves_one() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + YEAR_MS);
    let ask = |world: &mut World, index: usize| {
        let keys = keys(index);
        ask_to_join(world, index, &keys.identity, &keys.node, secret).1
    };
    assert_eq!(ask(&mut world, 1).len(), 1);
    assert_eq!(ask(&mut world, 2).len(), 0);
}

#[test]
fn a_key_that_asks_under_two_ids_at_once_asks_under_one() {
    let mut world = World::new(1);
    let identity = keys(1).identity;
    let mut asked = Vec::new();
    for index in [1, 2] {
        let secret = world.invite(START_MS + YEAR_MS);
        let node = keys(index).node;
        asked.push(
            ask_to_join(&mut world, index, &identity, &node, secret)
                .1
                .len(),
        );
    }
    assert_eq!(asked, [1, 0]);
}

#[test]
fn an_admission_lets_in_only_the_key_that_was_admitted() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + YEAR_MS);
    let (identity, node) = (
        SecretKey::from_seed(&[61; 32]),
        SecretKey::from_seed(&[62; 32]),
    );
    let connection = ask_and_store(&mut world, 1, &identity, &node, secret);
    decide(&mut world, 1, false);
    let secret = world.invite(START_MS + YEAR_MS);
    let newcomer = world.newcomer(1, secret);
    world.connect(newcomer, 0);
    assert_eq!(decide(&mut world, 1, true), Answer::Done);
    assert_eq!(world.nodes[0].engine.rosters().head().0, 2);
    let event = Event::Received {
        connection,
        message: Message::WantRoster { after: 0 },
    };
    let told = world.nodes[0].engine.handle(START_MS, event);
    let rosters = |action: &Action| {
        matches!(
            action,
            Action::Send {
                message: Message::Rosters(_),
                ..
            }
        )
    };
    assert!(!told.iter().any(rosters), "{told:?}");
}

fn tell_roster(world: &mut World, roster: SignedRoster) {
    let connection = link(world);
    let event = Event::Received {
        connection,
        message: Message::Rosters(vec![roster]),
    };
    world.event(0, event);
}

#[test]
fn an_identity_key_that_was_replaced_closes_its_connections() {
    let mut world = World::new(2);
    world.connect(1, 0);
    let key = SecretKey::from_seed(&[70; 32]).identity_key();
    let next = next_roster(&world, |roster| roster.members[1].identity_key = key);
    tell_roster(&mut world, next);
    assert_eq!(world.nodes[0].engine.rosters().head().0, 2);
    assert!(world.nodes[0].engine.peers().is_empty());
}

#[test]
fn a_certificate_that_expires_closes_its_connection() {
    let mut world = World::new(2);
    world.connect(1, 0);
    world.pass(YEAR_MS + 1);
    assert!(world.nodes[0].engine.peers().is_empty());
}

#[test]
fn a_newcomer_that_another_steward_admitted_is_not_admitted_twice() {
    let mut world = World::new(2);
    world.connect(1, 0);
    let secret = world.invite(START_MS + YEAR_MS);
    let newcomer = world.newcomer(2, secret);
    world.connect(newcomer, 0);
    let members = first_roster(&[0, 1, 2]).decode().unwrap().members;
    let next = next_roster(&world, |roster| roster.members = members);
    tell_roster(&mut world, next);
    let waits = |row: &&faelled_engine::JoinRow| row.state == JoinState::Waiting;
    assert_eq!(
        world.nodes[0].engine.join_requests().filter(waits).count(),
        0
    );
    assert_eq!(
        world.nodes[newcomer].engine.rosters().head().0,
        2,
        "and it is told"
    );
}

#[test]
fn no_two_rosters_with_one_version_are_signed() {
    let mut world = World::new(1);
    for index in [1, 2] {
        let secret = world.invite(START_MS + YEAR_MS);
        let newcomer = world.newcomer(index, secret);
        world.connect(newcomer, 0);
    }
    world.nodes[0].disk.full = true;
    let failed = decide(&mut world, 1, true);
    let Answer::Failed(RequestFailure::Store(_)) = failed else {
        panic!("{failed:?}")
    };
    world.nodes[0].disk.full = false;
    // Whether the disk took the vote is not known.
    world.now_ms += 5;
    let other = decide(&mut world, 2, true);
    let Answer::Failed(RequestFailure::InDoubt(doubt)) = other else {
        panic!("{other:?}")
    };
    assert!(world.nodes[0].disk.statements.is_empty());
    world.now_ms += 5;
    assert_eq!(
        decide(&mut world, 1, true),
        Answer::Done,
        "the same decision may be tried again"
    );
    assert_eq!(world.nodes[0].engine.rosters().head(), (2, doubt));
    assert_eq!(decide(&mut world, 2, true), Answer::Done);
    let versions: Vec<u64> = world.nodes[0]
        .disk
        .rosters
        .iter()
        .map(|signed| signed.decode().unwrap().version)
        .collect();
    assert_eq!(versions, [1, 2, 3]);
}

#[test]
fn of_two_decisions_at_once_only_one_is_signed() {
    let mut world = World::new(1);
    let mut events = Vec::new();
    for index in [1, 2] {
        let record = first_roster(&[index]).decode().unwrap().members.remove(0);
        let roster = world.plan(0, Change::Admit(record));
        let vote = Vote::approve(encode(&roster), keys(0).member, &keys(0).identity);
        events.push(Event::State {
            request: RequestId(9_000 + index as u64),
            statements: vec![Statement::Vote(vote)],
            despite: Despite::default(),
        });
    }
    let mut stores = 0;
    let mut failures = Vec::new();
    for event in events {
        for action in world.nodes[0].engine.handle(world.now_ms, event) {
            match action {
                Action::Store { .. } => stores += 1,
                Action::Answer { answer, .. } => failures.push(answer),
                _ => {}
            }
        }
    }
    assert_eq!(stores, 1, "the first one is not on the disk yet");
    assert!(
        matches!(
            failures.as_slice(),
            [Answer::Failed(RequestFailure::ApprovedAnother(_))]
        ),
        "{failures:?}"
    );
}

#[test]
fn pushes_that_overtake_each_other_are_all_taken_in() {
    let mut world = World::new(2);
    world.connect(1, 0);
    let entries = feed(&world, &["1", "2", "3"]);
    let (connection, id) = (link(&world), entries[0].feed());
    let ended = Event::RunEnded {
        connection,
        feed: id,
    };
    // The second push first, then the first.
    frame(&mut world, &entries[1..]);
    world.event(0, ended.clone());
    assert_eq!(
        wants(&world).last().map(|want| (want.from, want.to)),
        Some((0, 3))
    );
    frame(&mut world, &entries[..1]);
    world.event(0, ended.clone());
    assert_eq!(
        wants(&world).last().map(|want| (want.from, want.to)),
        Some((1, 3))
    );
    // A push meanwhile ends nothing that was asked for.
    frame(&mut world, &entries[3..]);
    world.event(0, ended.clone());
    frame(&mut world, &entries[1..3]);
    world.event(0, ended);
    assert_eq!(
        wants(&world).last().map(|want| (want.from, want.to)),
        Some((3, 3))
    );
}
