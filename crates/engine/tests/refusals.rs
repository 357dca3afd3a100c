//! What is refused on the way in, each with the reason that names it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod world;

use faelled_engine::event::StoreOperation;
use faelled_engine::pipeline::{Border, admit};
use faelled_engine::roster::CertificateRefusal;
use faelled_engine::{
    Action, ConnectionId, Event, Feeds, Groups, Notice, Refusal, RosterChain, RosterRefusal,
    Statements,
};
use faelled_proto::chain::{RunRefusal, Writer};
use faelled_proto::id::FrontierDigest;
use faelled_proto::message::{Bye, Hello, JoinAnswer, PROTOCOL_VERSION, Summary, Want};
use faelled_proto::opening::FeedOpening;
use faelled_proto::{
    EntryId, FederationId, FeedId, Kind, Message, NodeCertificate, SecretKey, SignedEntry,
    SignedRoster, Space, Tip,
};
use world::{Disk, START_MS, World, YEAR_MS, address, certificate, config, first_roster, keys};

/// A feed of an opening and some entries.
fn feed(
    federation: FederationId,
    key: &SecretKey,
    certificate: NodeCertificate,
    space: Space,
    bodies: &[&str],
) -> Vec<SignedEntry> {
    let opening = FeedOpening {
        certificate,
        space,
        incarnation: [5; 16],
        known_tips: Vec::new(),
    };
    let mut writer = Writer::new(federation, key, None);
    let mut entries = vec![writer.open(&opening, START_MS).signed().clone()];
    for body in bodies {
        let entry = writer.write(Kind(900), None, (*body).into(), START_MS);
        entries.push(entry.signed().clone());
    }
    entries
}

fn feed_of(world: &World, index: usize, space: Space, bodies: &[&str]) -> Vec<SignedEntry> {
    let federation = world.federation;
    feed(
        federation,
        &keys(index).node,
        certificate(federation, index),
        space,
        bodies,
    )
}

fn id(entries: &[SignedEntry]) -> FeedId {
    entries[0].id().into()
}

fn link(world: &World, node: usize) -> ConnectionId {
    *world.nodes[node].links.keys().next_back().unwrap()
}

/// Node 0 gets a frame from its newest connection.
fn send(world: &mut World, feed: FeedId, entries: &[SignedEntry]) {
    let connection = link(world, 0);
    let entries = entries.to_vec();
    let frame = Event::Frame {
        connection,
        feed,
        entries,
    };
    world.event(0, frame);
}

fn refusals(world: &World) -> Vec<Refusal> {
    let notices = world.nodes[0].notices.iter();
    notices
        .filter_map(|notice| match notice {
            Notice::RunRefused { refusal, .. } => Some(refusal.clone()),
            _ => None,
        })
        .collect()
}

fn connected() -> World {
    let mut world = World::new(2);
    world.connect(1, 0);
    world
}

#[test]
fn a_feed_of_somebody_outside_the_roster_is_refused() {
    let mut world = connected();
    let entries = feed_of(&world, 7, Space::Commons, &["x"]);
    send(&mut world, id(&entries), &entries);
    assert_eq!(refusals(&world), [Refusal::UnknownMember(keys(7).member)]);
    assert!(world.nodes[0].disk.feeds.is_empty());
}

#[test]
fn a_feed_in_a_members_name_under_another_identity_key_is_refused() {
    let mut world = connected();
    let impostor = SecretKey::from_seed(&[80; 32]);
    let node = keys(1).node;
    let certificate = NodeCertificate::issue(
        world.federation,
        keys(1).member,
        &impostor,
        node.node_key(),
        START_MS + YEAR_MS,
    );
    let entries = feed(world.federation, &node, certificate, Space::Commons, &["x"]);
    send(&mut world, id(&entries), &entries);
    assert_eq!(refusals(&world), [Refusal::UnknownMember(keys(1).member)]);
}

#[test]
fn a_peers_private_feed_is_not_taken() {
    let mut world = connected();
    let entries = feed_of(&world, 1, World::private(1), &["x"]);
    send(&mut world, id(&entries), &entries);
    assert_eq!(refusals(&world), [Refusal::ForeignSpace]);
    assert!(world.nodes[0].disk.feeds.is_empty());
}

#[test]
fn nobody_elses_feed_is_taken_into_a_private_space() {
    let mut world = World::new(2);
    let second = second_node(&mut world);
    let entries = feed_of(&world, 1, World::private(0), &["x"]);
    send(&mut world, id(&entries), &entries);
    assert_eq!(refusals(&world), [Refusal::OutsideSpace]);
    assert_eq!(
        world.nodes[0].engine.peers()[0].member,
        Some(keys(0).member),
        "node {second}"
    );
}

/// A second node of member 0, connected to its first.
fn second_node(world: &mut World) -> usize {
    let node = SecretKey::from_seed(&[90; 32]);
    let (member, identity) = (keys(0).member, keys(0).identity);
    let mut config = config(world.federation, 0);
    config.certificate = NodeCertificate::issue(
        world.federation,
        member,
        &identity,
        node.node_key(),
        START_MS + YEAR_MS,
    );
    config.node_key = node.clone();
    let disk = Disk {
        rosters: world.nodes[0].disk.rosters.clone(),
        ..Disk::default()
    };
    let index = world.add(config, disk);
    world.connect_as(index, 0, node.node_key());
    index
}

#[test]
fn two_nodes_of_one_member_share_its_drafts_and_nobody_else_does() {
    let mut world = World::new(2);
    world.write(0, &World::private(0), "draft");
    world.connect(1, 0);
    let second = second_node(&mut world);
    assert_eq!(world.bodies(second), ["draft"]);
    world.write(second, &World::private(0), "from the second");
    assert_eq!(world.bodies(0), ["draft", "from the second"]);
    assert!(world.bodies(1).is_empty());
    // It was not even sent.
    let mut sent = world.nodes.iter().flat_map(|node| &node.sent_entries);
    assert!(sent.all(|(to, _)| *to != 1));
}

#[test]
fn a_private_feed_is_not_continued_from_outside() {
    let mut world = World::new(2);
    world.write(0, &World::private(0), "secret");
    let private = world.feed(0, &World::private(0));
    world.connect(1, 0);
    let held = world.nodes[0].disk.feeds[&private].clone();
    let key = keys(0).node;
    let tip = held.last().map(faelled_proto::VerifiedEntry::tip);
    let next = Writer::new(world.federation, &key, tip).write(Kind(900), None, vec![1], 1);
    send(&mut world, private, &[next.signed().clone()]);
    assert_eq!(refusals(&world), [Refusal::ForeignSpace]);
}

#[test]
fn another_entry_at_the_place_of_the_newest_is_refused_by_name() {
    let mut world = connected();
    let first = feed_of(&world, 1, Space::Commons, &["a"]);
    let second = feed_of(&world, 1, Space::Commons, &["b"]);
    send(&mut world, id(&first), &first);
    send(&mut world, id(&first), &second[1..]);
    let broken = Refusal::Run(RunRefusal::BrokenLink { seq: 1 });
    assert_eq!(refusals(&world), [broken]);
    assert_eq!(world.bodies(0), ["a"]);
}

#[test]
fn a_gap_inside_a_run_is_refused_by_name() {
    let mut world = connected();
    let entries = feed_of(&world, 1, Space::Commons, &["a", "b", "c"]);
    let with_gap = [entries[0].clone(), entries[1].clone(), entries[3].clone()];
    send(&mut world, id(&entries), &with_gap);
    let gap = Refusal::Run(RunRefusal::Gap {
        expected: 2,
        found: 3,
    });
    assert_eq!(refusals(&world), [gap]);
}

#[test]
fn a_member_opens_only_so_many_feeds() {
    let roster = first_roster(&[0, 1]);
    let federation = roster.federation();
    let mut rosters = RosterChain::pinned(federation);
    rosters.accept(roster).unwrap();
    let opening = FeedOpening {
        certificate: certificate(federation, 1),
        space: Space::Commons,
        incarnation: [1; 16],
        known_tips: Vec::new(),
    };
    let mut feeds = Feeds::default();
    for number in 0..faelled_engine::limits::MAX_FEEDS_PER_MEMBER as u64 {
        let feed = FeedId::of(&[&number.to_le_bytes()]);
        let entry = EntryId::ZERO;
        feeds.load(
            &opening,
            Tip {
                feed,
                seq: 0,
                entry,
            },
        );
    }
    let (own, peer) = (keys(0).member, keys(1).member);
    let (groups, statements) = (Groups::default(), Statements::default());
    let border = Border {
        rosters: &rosters,
        groups: &groups,
        statements: &statements,
        own: &own,
        peer: &peer,
    };
    let entries = feed(
        federation,
        &keys(1).node,
        certificate(federation, 1),
        Space::Commons,
        &[],
    );
    let feed = id(&entries);
    assert_eq!(
        admit(&feeds, border, feed, entries),
        Err(Refusal::TooManyFeeds)
    );
}

#[test]
fn what_did_not_reach_the_disk_is_not_counted() {
    let mut world = connected();
    world.nodes[0].disk.full = true;
    let entries = feed_of(&world, 1, Space::Commons, &["x"]);
    send(&mut world, id(&entries), &entries);
    let feeds = world.nodes[0].engine.feeds();
    assert!(feeds.is_empty());
    assert_eq!(feeds.count_of(&keys(1).member), 0);
}

#[test]
fn a_certificate_speaks_only_for_its_member_as_the_roster_has_it() {
    let roster = first_roster(&[0, 1]);
    let federation = roster.federation();
    let mut rosters = RosterChain::pinned(federation);
    rosters.accept(roster).unwrap();
    let check = |certificate: &NodeCertificate, index: usize| {
        let key = keys(index).node.node_key();
        rosters.check_certificate(certificate, &key, START_MS)
    };
    assert_eq!(check(&certificate(federation, 1), 1), Ok(()));
    let stranger = certificate(federation, 7);
    assert_eq!(check(&stranger, 7), Err(CertificateRefusal::NotAMember));
    let other_key = NodeCertificate::issue(
        federation,
        keys(1).member,
        &SecretKey::from_seed(&[81; 32]),
        keys(1).node.node_key(),
        START_MS + YEAR_MS,
    );
    assert_eq!(check(&other_key, 1), Err(CertificateRefusal::NotAMember));
    let mut longer = certificate(federation, 1);
    longer.claim.expires_ms += YEAR_MS;
    assert_eq!(check(&longer, 1), Err(CertificateRefusal::NotAMember));
}

#[test]
fn a_chain_begins_with_the_first_version_signed_by_its_stewards() {
    let first = first_roster(&[0]);
    let chain = RosterChain::pinned(first.federation());
    let unsigned = SignedRoster {
        signatures: Vec::new(),
        ..first.clone()
    };
    assert_eq!(
        chain.check(&unsigned),
        Err(RosterRefusal::NewThreshold {
            needed: 1,
            found: 0
        })
    );
    let mut next = first.decode().unwrap();
    next.version = 2;
    next.federation = Some(first.federation());
    next.previous = vec![first.hash()];
    let mut signed = SignedRoster::unsigned(&next);
    signed.sign(keys(0).member, &keys(0).identity);
    assert_eq!(
        chain.check(&signed),
        Err(RosterRefusal::Version {
            expected: 1,
            found: 2
        })
    );
}

#[test]
fn a_roster_of_another_federation_never_follows() {
    let first = first_roster(&[0]);
    let mut chain = RosterChain::pinned(first.federation());
    chain.accept(first.clone()).unwrap();
    let mut next = first.decode().unwrap();
    next.version = 2;
    next.federation = Some(first_roster(&[1]).federation());
    next.previous = vec![first.hash()];
    let mut signed = SignedRoster::unsigned(&next);
    signed.sign(keys(0).member, &keys(0).identity);
    assert_eq!(chain.check(&signed), Err(RosterRefusal::OtherFederation));
}

/// A connection to node 0 that has said nothing yet.
fn stranger(world: &mut World, dialled: bool) -> ConnectionId {
    let connection = ConnectionId(5_000);
    let connected = Event::Connected {
        connection,
        node_key: keys(9).node.node_key(),
        address: address(9).address,
        dialled,
    };
    world.event(0, connected);
    connection
}

/// What node 0 does with a message: what it sends, and why it closes.
fn said(
    world: &mut World,
    connection: ConnectionId,
    message: Message,
) -> (Vec<Action>, Option<Bye>) {
    let event = Event::Received {
        connection,
        message,
    };
    let actions = world.nodes[0].engine.handle(world.now_ms, event);
    let bye = actions.iter().find_map(|action| match action {
        Action::Close { bye, .. } => Some(*bye),
        _ => None,
    });
    let tells = |action: &Action| {
        matches!(
            action,
            Action::Send { .. } | Action::SendRun { .. } | Action::Store { .. }
        )
    };
    (actions.into_iter().filter(tells).collect(), bye)
}

fn members_messages() -> Vec<Message> {
    let feed = FeedId::ZERO;
    let summary = Summary {
        roster_version: 1,
        marks: FrontierDigest::ZERO,
        digests: Vec::new(),
    };
    vec![
        Message::Want(vec![Want {
            feed,
            from: 0,
            to: 0,
        }]),
        Message::Summary {
            summary,
            answer: false,
        },
        Message::telling(Space::Commons, Vec::new()),
        Message::Rosters(Vec::new()),
        Message::Charters(Vec::new()),
        Message::WantRoster { after: 0 },
        Message::JoinAnswer(JoinAnswer::Admitted),
    ]
}

#[test]
fn whoever_has_not_shown_who_it_is_gets_no_answer_to_anything() {
    for message in members_messages() {
        let mut world = World::new(1);
        world.write(0, &Space::Commons, "x");
        let connection = stranger(&mut world, false);
        let (told, bye) = said(&mut world, connection, message.clone());
        assert_eq!(told, [], "{message:?}");
        assert_eq!(bye, Some(Bye::BadMessage), "{message:?}");
    }
}

#[test]
fn entries_of_a_stranger_are_not_looked_at() {
    let mut world = World::new(2);
    let connection = stranger(&mut world, false);
    let entries = feed_of(&world, 1, Space::Commons, &["x"]);
    let feed = id(&entries);
    let frame = Event::Frame {
        connection,
        feed,
        entries,
    };
    let actions = world.nodes[0].engine.handle(START_MS, frame);
    assert_eq!(actions, []);
}

#[test]
fn whoever_was_dialled_does_not_ask_to_join() {
    let mut world = World::new(1);
    let connection = stranger(&mut world, true);
    let request = world.join_request(9, [1; 16]);
    let (told, bye) = said(&mut world, connection, Message::Join(request));
    assert_eq!(told, []);
    assert_eq!(bye, Some(Bye::BadMessage));
}

#[test]
fn a_node_does_not_talk_to_itself() {
    let mut world = World::new(1);
    let connected = Event::Connected {
        connection: ConnectionId(5_000),
        node_key: keys(0).node.node_key(),
        address: address(0).address,
        dialled: true,
    };
    world.event(0, Event::Tick);
    let actions = world.nodes[0].engine.handle(START_MS, connected);
    assert_eq!(
        actions,
        [Action::Close {
            connection: ConnectionId(5_000),
            bye: Bye::Duplicate
        }]
    );
    assert!(world.nodes[0].engine.peers().is_empty());
}

#[test]
fn versions_without_a_common_one_part_and_say_why() {
    for version in [PROTOCOL_VERSION - 1, PROTOCOL_VERSION + 1] {
        let mut world = World::new(10);
        let connection = stranger(&mut world, false);
        let hello = Hello {
            oldest_version: version,
            newest_version: version,
            software: "other".into(),
            certificate: certificate(world.federation, 9),
            summary: Summary {
                roster_version: 1,
                marks: FrontierDigest::ZERO,
                digests: Vec::new(),
            },
        };
        let (told, bye) = said(&mut world, connection, Message::Hello(hello));
        assert_eq!(told, []);
        assert_eq!(bye, Some(Bye::NoCommonVersion), "version {version}");
    }
}

#[test]
fn whoever_stays_silent_is_sent_away() {
    let mut world = World::new(1);
    stranger(&mut world, false);
    world.pass(faelled_engine::limits::GREETING_PATIENCE_MS - 1);
    assert!(world.nodes[0].byes.is_empty());
    world.pass(1);
    assert_eq!(world.nodes[0].byes.len(), 1);
    assert!(world.nodes[0].engine.peers().is_empty());
}

#[test]
fn a_roster_that_is_refused_takes_what_follows_it_along() {
    let mut world = connected();
    let (version, hash) = world.nodes[0].engine.rosters().head();
    let mut next = world.nodes[0].engine.rosters().newest().unwrap().clone();
    next.version = version + 1;
    next.federation = Some(world.federation);
    next.previous = vec![hash];
    let unsigned = SignedRoster::unsigned(&next);
    let connection = link(&world, 0);
    let event = Event::Received {
        connection,
        message: Message::Rosters(vec![unsigned]),
    };
    let actions = world.nodes[0].engine.handle(START_MS, event);
    let stores = |action: &Action| {
        matches!(
            action,
            Action::Store {
                write: StoreOperation::Rosters(_),
                ..
            }
        )
    };
    assert!(!actions.iter().any(stores), "{actions:?}");
}
