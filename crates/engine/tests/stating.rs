//! Revocations: what a member says of its node keys, how far that goes and what it ends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod stated;
mod world;

use faelled_engine::event::RequestFailure;
use faelled_engine::limits::{MAX_REVOCATIONS_PER_NODE_KEY, MAX_REVOKED_NODE_KEYS};
use faelled_engine::{
    Action, Answer, Ceiling, Config, ConnectionId, Despite, Event, Groups, Notice, Refusal,
    RequestId, Standing, StatementRefusal, Statements,
};
use faelled_proto::id::Mark;
use faelled_proto::message::Bye;
use faelled_proto::statement::BadStatement;
use faelled_proto::{FeedId, Message, NodeCertificate, SecretKey, Space, Statement};
use stated::{assert_agreed, link, marks, receive, revocation, revoked, rounds, tip, told};
use world::{START_MS, World, YEAR_MS, config, keys};

/// Member 1's node begins a new incarnation.
fn begin_anew(world: &mut World) {
    let disk = world.nodes[1].disk.clone();
    world.restart(1, config(world.federation, 1), disk);
}

/// Member 1 writes an opening and three entries in each of two feeds of the commons.
fn two_feeds(world: &mut World) -> [FeedId; 2] {
    let mut feed = |text: &str| {
        for number in 0..3 {
            world.write(1, &Space::Commons, &format!("{text} {number}"));
        }
        let feed = world.feed(1, &Space::Commons);
        begin_anew(world);
        feed
    };
    [feed("one"), feed("other")]
}

fn ceiling(world: &World, node: usize, feed: FeedId) -> Ceiling {
    world.nodes[node].engine.feeds().get(&feed).unwrap().ceiling
}

fn says_bye(world: &World, node: usize, bye: Bye) -> bool {
    world.nodes[node].byes.iter().any(|(_, said)| *said == bye)
}

fn refused(world: &World, node: usize) -> Vec<StatementRefusal> {
    let notices = world.nodes[node].notices.iter();
    let refusal = |notice: &Notice| match notice {
        Notice::StatementRefused { refusal, .. } => Some(refusal.clone()),
        _ => None,
    };
    notices.filter_map(refusal).collect()
}

#[test]
fn a_revoked_key_loses_its_connections_and_opens_none_again() {
    let mut world = World::connected(3);
    let statement = revoked(&world, 1, &World::private(1), &[]);
    assert_eq!(world.state(1, statement), Answer::Done);
    assert_eq!(
        world.nodes[0].engine.peers().len(),
        2,
        "only a private space"
    );

    let statement = revoked(&world, 1, &Space::Commons, &[]);
    assert_eq!(world.state(0, statement), Answer::Done);
    for node in [0, 2] {
        assert!(says_bye(&world, node, Bye::Revoked), "node {node}");
        let peers = world.nodes[node].engine.peers();
        assert!(peers.iter().all(|peer| peer.member != Some(keys(1).member)));
    }
    let disk = world.nodes[0].disk.clone();
    world.restart(0, config(world.federation, 0), disk);
    for (from, to) in [(1, 0), (0, 1), (1, 2)] {
        world.nodes[from].byes.clear();
        world.nodes[to].byes.clear();
        world.connect(from, to);
        let knows = if from == 1 { to } else { from };
        assert!(says_bye(&world, knows, Bye::Revoked), "{from} to {to}");
        assert!(
            world.nodes[knows]
                .engine
                .peers()
                .iter()
                .all(|peer| { peer.member != Some(keys(1).member) })
        );
    }
}

#[test]
fn a_node_that_knows_its_key_revoked_writes_nothing() {
    let mut world = World::connected(2);
    world.write(1, &Space::Commons, "x");
    let feed = world.feed(1, &Space::Commons);
    let statement = revoked(&world, 1, &Space::Commons, &[tip(&world, 1, feed, 1)]);
    assert_eq!(world.state(1, statement), Answer::Done);
    assert_eq!(world.nodes[1].engine.standing(), Standing::Revoked);
    assert!(world.nodes[1].notices.contains(&Notice::KeyRevoked));
    let revoked = Answer::Failed(RequestFailure::KeyRevoked);
    assert_eq!(world.try_feed(1, &Space::Commons), revoked);
    assert_eq!(world.try_feed(1, &World::private(1)), revoked);
}

#[test]
fn a_revoked_key_does_not_go_on_in_a_feed_that_nothing_cuts() {
    let mut world = World::new(2);
    let feed = world.feed(1, &World::private(1));
    let statement = revoked(&world, 1, &Space::Commons, &[]);
    assert_eq!(world.state(1, statement), Answer::Done);
    let wrote = world.ask(1, |request| Event::Write {
        request,
        feed,
        drafts: Vec::new(),
    });
    assert_eq!(wrote, Answer::Failed(RequestFailure::KeyRevoked));
}

#[test]
fn of_a_revoked_keys_feeds_what_is_named_counts_and_of_others_nothing() {
    let mut world = World::new(4);
    world.connect(1, 0);
    world.connect(2, 0);
    let [named, other] = two_feeds(&mut world);
    world.connect(1, 0);
    assert_eq!(told(&world, 2, named), Some(3));
    let statement = revoked(&world, 1, &Space::Commons, &[tip(&world, 1, named, 2)]);
    world.state(0, statement);
    for node in [0, 2] {
        assert_eq!(told(&world, node, named), Some(2), "node {node}");
        assert_eq!(told(&world, node, other), None, "node {node}");
        assert_eq!(ceiling(&world, node, other), Ceiling::Nothing);
    }
    assert_agreed(&world, &[0, 2]);
    // It stays so after a start from the disk.
    let disk = world.nodes[2].disk.clone();
    world.restart(2, config(world.federation, 2), disk);
    world.connect(2, 0);
    assert_agreed(&world, &[0, 2]);

    // Nothing of the rest is handed out, and a node that lacked all gets no more.
    world.forget_what_was_sent();
    world.connect(3, 0);
    assert_eq!(world.bodies(3), ["one 0", "one 1"]);
    let beyond = |entry: &faelled_proto::SignedEntry| {
        let header = entry.decode_header().unwrap();
        header.feed == other || (header.feed == named && header.seq > 2)
    };
    let mut sent = world.nodes.iter().flat_map(|node| &node.sent_entries);
    assert!(!sent.any(|(_, entry)| beyond(entry)));
    assert_agreed(&world, &[0, 2, 3]);
}

#[test]
fn nothing_beyond_a_revocation_is_taken_in_from_who_does_not_know_of_it() {
    let mut world = World::new(3);
    world.connect(1, 2);
    let [named, other] = two_feeds(&mut world);
    world.connect(1, 2);
    assert_eq!(world.bodies(2).len(), 6);
    world.cut_all(1);
    let statement = revoked(&world, 1, &Space::Commons, &[tip(&world, 1, named, 2)]);
    world.state(0, statement);
    world.connect(2, 0);
    assert_eq!(world.bodies(0), ["one 0", "one 1"]);
    assert_agreed(&world, &[0, 2]);
    // Nor where it is sent all the same.
    for (feed, from) in [(named, 3), (other, 0)] {
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
    assert_eq!(world.bodies(0), ["one 0", "one 1"]);
}

#[test]
fn what_was_on_its_way_to_the_disk_when_its_feed_was_cut_counts_up_to_the_cut() {
    let mut world = World::new(3);
    world.connect(1, 2);
    for text in ["1", "2", "3"] {
        world.write(1, &Space::Commons, text);
    }
    let feed = world.feed(1, &Space::Commons);
    world.connect(2, 0);
    for text in ["4", "5"] {
        world.write(1, &Space::Commons, text);
    }
    // Node 0 gets them again after it lost them, and the revocation before they are on the disk.
    world.cut_all(0);
    let mut disk = world.nodes[0].disk.clone();
    disk.feeds.get_mut(&feed).unwrap().truncate(3);
    world.restart(0, config(world.federation, 0), disk);
    let entries: Vec<_> = world.nodes[2].disk.feeds[&feed][3..].to_vec();
    let signed = entries.iter().map(|entry| entry.signed().clone()).collect();
    let statement = revoked(&world, 1, &Space::Commons, &[entries[0].tip()]);
    let connection = greet(&mut world);
    let frame = Event::Frame {
        connection,
        feed,
        entries: signed,
    };
    let state = Event::State {
        request: RequestId(9_000),
        statements: vec![statement.clone()],
        despite: Despite::default(),
    };
    let mut stores = Vec::new();
    for event in [state, frame] {
        for action in world.nodes[0].engine.handle(world.now_ms, event) {
            if let Action::Store { operation, .. } = action {
                stores.push(operation);
            }
        }
    }
    assert_eq!(stores.len(), 2);
    let disk = &mut world.nodes[0].disk;
    disk.statements.push(statement);
    disk.feeds.get_mut(&feed).unwrap().extend(entries);
    for operation in stores {
        world.event(0, Event::Stored { operation });
    }
    assert_eq!(told(&world, 0, feed), Some(3));
    world.connect(2, 0);
    assert_agreed(&world, &[0, 2]);
}

/// Node 2 greets node 0 on a connection that is no link of the world.
fn greet(world: &mut World) -> ConnectionId {
    let connection = ConnectionId(7_000);
    world.event(
        0,
        Event::Connected {
            connection,
            node_key: keys(2).node.node_key(),
            address: world::address(2).address,
            dialled: false,
        },
    );
    let greeted = world.nodes[2]
        .sent
        .iter()
        .find_map(|(_, message)| match message {
            Message::Hello(hello) => Some(hello.clone()),
            _ => None,
        });
    let message = Message::Hello(greeted.unwrap());
    world.event(
        0,
        Event::Received {
            connection,
            message,
        },
    );
    connection
}

#[test]
fn nobody_revokes_the_key_of_another_member() {
    let mut world = World::connected(3);
    world.write(1, &Space::Commons, "x");
    let feed = world.feed(1, &Space::Commons);
    let victim = keys(1).node.node_key();
    // In its own name it says nothing about another's key.
    let own_name = revocation(&world, 2, victim, &Space::Commons, &[]);
    let own_name = Statement::Revocation(own_name.sign(&keys(2).identity));
    assert_eq!(world.state(2, own_name), Answer::Done);
    // In the other's name it is refused, with its own key and with the other's.
    let mut with_own_key = revocation(&world, 2, victim, &Space::Commons, &[]);
    with_own_key.member = keys(1).member;
    let with_own_key = Statement::Revocation(with_own_key.sign(&keys(2).identity));
    let forged = revocation(&world, 1, victim, &Space::Commons, &[]);
    let forged = Statement::Revocation(forged.sign(&keys(2).identity));
    let mut elsewhere = revocation(&world, 1, victim, &Space::Commons, &[]);
    elsewhere.federation = faelled_proto::FederationId::of(&[b"another"]);
    let elsewhere = Statement::Revocation(elsewhere.sign(&keys(1).identity));
    for (statement, refusal) in [
        (
            with_own_key,
            StatementRefusal::UnknownMember(keys(1).member),
        ),
        (forged, StatementRefusal::Bad(BadStatement::BadSignature)),
        (
            elsewhere,
            StatementRefusal::Bad(BadStatement::OtherFederation),
        ),
    ] {
        let failed = Answer::Failed(RequestFailure::Statement(refusal.clone()));
        assert_eq!(world.state(2, statement.clone()), failed);
        receive(&mut world, 0, 2, Message::Statements(vec![statement]));
        assert_eq!(refused(&world, 0).last(), Some(&refusal));
    }
    for node in 0..3 {
        assert_eq!(told(&world, node, feed), Some(1));
        assert_eq!(world.nodes[node].engine.peers().len(), 2);
    }
    world.write(1, &Space::Commons, "y");
    assert_eq!(world.bodies(0), ["x", "y"]);
}

/// A second node of member 1, which dials.
fn second_node(world: &mut World) -> (usize, SecretKey) {
    let node_key = SecretKey::from_seed(&[90; 32]);
    let certificate = NodeCertificate::issue(
        world.federation,
        keys(1).member,
        &keys(1).identity,
        node_key.node_key(),
        START_MS + YEAR_MS,
    );
    let config = Config {
        node_key: node_key.clone(),
        certificate,
        ..config(world.federation, 1)
    };
    let disk = world::Disk {
        rosters: world.nodes[0].disk.rosters.clone(),
        ..world::Disk::default()
    };
    (world.add(config, disk), node_key)
}

#[test]
fn what_is_revoked_in_a_private_space_or_a_group_never_leaves_it() {
    let mut world = World::connected(4);
    let group = world.found(0, &[1, 2]);
    let spaces = [World::private(1), Space::Group(group)];
    let (second, key) = second_node(&mut world);
    let lost = SecretKey::from_seed(&[91; 32]).node_key();
    for space in &spaces {
        let said = revocation(&world, 1, lost, space, &[]);
        let said = Statement::Revocation(said.sign(&keys(1).identity));
        assert_eq!(world.state(1, said), Answer::Done);
    }
    world.connect_as(second, 1, key.node_key());
    rounds(&mut world);
    let holds = |world: &World, node: usize, space: &Space| {
        world.nodes[node].engine.statements().marks(space).count() == 1
    };
    for node in 0..=second {
        assert_eq!(holds(&world, node, &spaces[0]), [1, second].contains(&node));
        assert_eq!(holds(&world, node, &spaces[1]), node != 3);
    }
    // Whoever asks for it all the same gets nothing.
    for (node, space) in [(0, &spaces[1]), (1, &spaces[0])] {
        let marks = Vec::new();
        let space = space.clone();
        receive(&mut world, node, 3, Message::Marks { space, marks });
    }
    let says = |(to, message): &(usize, Message)| match message {
        Message::Statements(said) => said.iter().any(|said| {
            let space = said.space().unwrap();
            *to == 3 || (space == spaces[0] && ![1, second].contains(to))
        }),
        Message::Marks { space, .. } => {
            (*space == spaces[0] && ![1, second].contains(to)) || (*space == spaces[1] && *to == 3)
        }
        _ => false,
    };
    let mut sent = world.nodes.iter().flat_map(|node| &node.sent);
    let told = sent.find(|sent| says(sent));
    assert_eq!(told, None);
    // And the private space's of a stranger is refused where it comes.
    let foreign = revocation(&world, 3, lost, &World::private(1), &[]);
    let foreign = Statement::Revocation(foreign.sign(&keys(3).identity));
    let refusal = StatementRefusal::OutsideSpace(keys(3).member);
    let failed = Answer::Failed(RequestFailure::Statement(refusal));
    assert_eq!(world.state(3, foreign), failed);
}

#[test]
fn what_somebody_outside_says_of_a_group_is_not_heard() {
    let mut world = World::connected(4);
    let space = Space::Group(world.found(0, &[1, 2]));
    let said = revoked(&world, 1, &space, &[]);
    receive(&mut world, 0, 3, Message::Statements(vec![said.clone()]));
    let marks = |world: &World| world.nodes[0].engine.statements().marks(&space).count();
    assert_eq!(marks(&world), 0);
    receive(&mut world, 0, 2, Message::Statements(vec![said]));
    assert_eq!(marks(&world), 1);
}

#[test]
fn of_two_revocations_the_lower_wins_in_any_order() {
    let mut world = World::new(3);
    world.connect(1, 0);
    world.connect(1, 2);
    let [feed, other] = two_feeds(&mut world);
    world.connect(1, 0);
    world.connect(1, 2);
    let at = |seq| tip(&world, 1, feed, seq);
    let both = [at(2), tip(&world, 1, other, 3)];
    let low = revoked(&world, 1, &Space::Commons, &[at(1)]);
    let high = revoked(&world, 1, &Space::Commons, &both);
    world.cut_all(1);
    for (node, order) in [(0, [&low, &high]), (2, [&high, &low])] {
        for statement in order {
            assert_eq!(world.state(node, statement.clone()), Answer::Done);
        }
        assert_eq!(told(&world, node, feed), Some(1), "node {node}");
        assert_eq!(
            told(&world, node, other),
            None,
            "the lower does not name it"
        );
    }
    world.connect(2, 0);
    assert_agreed(&world, &[0, 2]);
    assert_eq!(marks(&world, 0).1.len(), 2);
}

#[test]
fn of_too_many_revocations_the_same_are_kept_in_any_order() {
    let world = World::new(2);
    let rosters = world.nodes[0].engine.rosters();
    let kept = |order: &mut dyn Iterator<Item = &Statement>| {
        let mut held = Statements::default();
        for statement in order {
            match held.accept(rosters, &Groups::default(), statement.clone()) {
                Ok(_) | Err(StatementRefusal::TooMany) => {}
                Err(other) => panic!("{other}"),
            }
        }
        held.marks(&Space::Commons).collect::<Vec<Mark>>()
    };
    let said = |number: u8, keys_count: u8| {
        let node_key = SecretKey::from_seed(&[number % keys_count; 32]).node_key();
        let mut said = revocation(&world, 1, node_key, &Space::Commons, &[]);
        said.claimed_ms = u64::from(number);
        Statement::Revocation(said.sign(&keys(1).identity))
    };
    // Many of a few keys: which are kept does not depend on the order.
    let all: Vec<Statement> = (0..200).map(|number| said(number, 2)).collect();
    let forward = kept(&mut all.iter());
    assert_eq!(forward.len(), 2 * MAX_REVOCATIONS_PER_NODE_KEY);
    assert_eq!(kept(&mut all.iter().rev()), forward);
    let mut by_mark: Vec<&Statement> = all.iter().collect();
    by_mark.sort_by_key(|statement| statement.mark());
    assert_eq!(kept(&mut by_mark.iter().copied().rev()), forward);
    assert_eq!(kept(&mut by_mark.iter().copied()), forward);
    // Many keys, some of them more than once: the same, whatever came first.
    let all: Vec<Statement> = (0..250).map(|number| said(number, 180)).collect();
    let forward = kept(&mut all.iter());
    assert!(forward.len() > MAX_REVOKED_NODE_KEYS);
    assert_eq!(kept(&mut all.iter().rev()), forward);
    let mut by_mark: Vec<&Statement> = all.iter().collect();
    by_mark.sort_by_key(|statement| statement.mark());
    assert_eq!(kept(&mut by_mark.iter().copied().rev()), forward);
    assert_eq!(kept(&mut by_mark.iter().copied()), forward);
}

#[test]
fn an_identity_key_that_revoked_too_many_is_spent_and_no_revoked_key_is_good_again() {
    let world = World::connected(3);
    let rosters = world.nodes[0].engine.rosters();
    let identity_key = keys(1).identity.identity_key();
    let node_key = |number: usize| {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
        SecretKey::from_seed(&seed).node_key()
    };
    let mut held = Statements::default();
    let mut accept = |node_key, space: &Space| {
        let said = revocation(&world, 1, node_key, space, &[]);
        let said = Statement::Revocation(said.sign(&keys(1).identity));
        match held.accept(rosters, &Groups::default(), said) {
            Ok(_) | Err(StatementRefusal::TooMany) => {}
            Err(other) => panic!("{other}"),
        }
        held.clone()
    };
    let first = node_key(0);
    let stranger = node_key(1_000);
    for number in 0..MAX_REVOKED_NODE_KEYS {
        let held = accept(node_key(number), &Space::Commons);
        assert!(held.is_revoked(&identity_key, &first));
        assert!(!held.is_revoked(&identity_key, &stranger));
    }
    for number in MAX_REVOKED_NODE_KEYS..2 * MAX_REVOKED_NODE_KEYS {
        let held = accept(node_key(number), &Space::Commons);
        assert_eq!(held.len(), MAX_REVOKED_NODE_KEYS + 1);
        for key in [first, stranger] {
            assert!(held.is_revoked(&identity_key, &key));
        }
        // Another identity key, and the same one in another space, are not.
        assert!(!held.is_revoked(&keys(2).identity.identity_key(), &stranger));
        assert!(!held.is_spent(&identity_key, &World::private(1)));
    }
}

#[test]
fn whoever_stole_a_key_cannot_push_out_its_revocation_by_one_that_voids_less() {
    let world = World::connected(3);
    let rosters = world.nodes[0].engine.rosters();
    let node_key = keys(1).node.node_key();
    let said = |claimed_ms, last_good: &[faelled_proto::Tip]| {
        let mut said = revocation(&world, 1, node_key, &Space::Commons, last_good);
        said.claimed_ms = claimed_ms;
        Statement::Revocation(said.sign(&keys(1).identity))
    };
    let owners = said(0, &[]);
    let far = faelled_proto::Tip {
        feed: FeedId::from_bytes([9; 32]),
        seq: 1_000,
        entry: faelled_proto::EntryId::ZERO,
    };
    let mut held = Statements::default();
    let accept = |held: &mut Statements, statement: &Statement| match held.accept(
        rosters,
        &Groups::default(),
        statement.clone(),
    ) {
        Ok(_) | Err(StatementRefusal::TooMany) => {}
        Err(other) => panic!("{other}"),
    };
    accept(&mut held, &owners);
    for claimed_ms in 1..100 {
        accept(&mut held, &said(claimed_ms, &[far]));
    }
    let kept: Vec<Mark> = held.marks(&Space::Commons).collect();
    assert_eq!(kept.len(), MAX_REVOCATIONS_PER_NODE_KEY);
    assert!(kept.contains(&owners.mark()));
}

#[test]
fn a_revoked_key_stays_so_however_many_others_its_member_revokes() {
    let mut world = World::connected(3);
    let statement = revoked(&world, 1, &Space::Commons, &[]);
    assert_eq!(world.state(0, statement), Answer::Done);
    for number in 0..40 {
        let node_key = SecretKey::from_seed(&[150 + number; 32]).node_key();
        let said = revocation(&world, 1, node_key, &Space::Commons, &[]);
        let said = Statement::Revocation(said.sign(&keys(1).identity));
        assert_eq!(world.state(0, said), Answer::Done);
    }
    let (key, node_key) = (keys(1).identity.identity_key(), keys(1).node.node_key());
    for node in [0, 2] {
        let statements = world.nodes[node].engine.statements();
        assert!(statements.is_revoked(&key, &node_key), "node {node}");
    }
}
