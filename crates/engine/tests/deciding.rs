//! Who may write, invite, decide and ask to join, and how many of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod world;

use faelled_engine::event::{Draft, RequestFailure};
use faelled_engine::limits::{MAX_DRAFTS_PER_WRITE, MAX_JOIN_REQUESTS, MAX_TICKETS};
use faelled_engine::{
    Action, Answer, ConnectionId, Engine, Event, JoinRow, JoinState, Loaded, Notice, Standing,
    TicketRow,
};
use faelled_proto::id::SecretHash;
use faelled_proto::limits::{MAX_BODY_BYTES, MAX_MESSAGE_BYTES};
use faelled_proto::message::{Bye, JoinAnswer, JoinRefusal, JoinRequest};
use faelled_proto::opening::FeedOpening;
use faelled_proto::roster::MemberRecord;
use faelled_proto::{
    FederationId, Kind, MemberId, Message, NodeCertificate, SecretKey, SignedRoster, Space,
};
use world::{Disk, START_MS, World, YEAR_MS, address, certificate, config, first_roster, keys};

fn decide(world: &mut World, index: usize, admit: bool) -> Answer {
    let member = keys(index).member;
    if admit {
        return world.admit(0, &member);
    }
    world.ask(0, |request| Event::Decline { request, member })
}

fn draft(body: Vec<u8>) -> Draft {
    Draft {
        kind: Kind(900),
        document: None,
        body,
    }
}

/// Shows a request to node 0 on a connection held by a key; returns the answer.
fn ask_to_join(
    world: &mut World,
    number: u64,
    key: &SecretKey,
    request: JoinRequest,
) -> Option<JoinAnswer> {
    let connection = ConnectionId(6_000 + number);
    let connected = Event::Connected {
        connection,
        node_key: key.node_key(),
        address: address(9).address,
        dialled: false,
    };
    world.event(0, connected);
    let event = Event::Received {
        connection,
        message: Message::Join(request),
    };
    let mut events = vec![event];
    let mut answer = None;
    while let Some(event) = events.pop() {
        for action in world.nodes[0].engine.handle(world.now_ms, event) {
            match action {
                Action::Store { operation, .. } => events.push(Event::Stored { operation }),
                Action::Send {
                    message: Message::JoinAnswer(given),
                    ..
                } => answer = Some(given),
                _ => {}
            }
        }
    }
    answer
}

/// A request under any keys.
fn request(
    federation: FederationId,
    member: MemberId,
    identity: &SecretKey,
    node: &SecretKey,
    secret: [u8; 16],
) -> JoinRequest {
    let certificate = NodeCertificate::issue(
        federation,
        member,
        identity,
        node.node_key(),
        START_MS + YEAR_MS,
    );
    JoinRequest::sign(
        secret,
        "municipality".into(),
        "x".into(),
        certificate,
        federation,
        identity,
    )
}

#[test]
fn a_request_is_signed_by_the_identity_that_it_names() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + YEAR_MS);
    let request = JoinRequest::sign(
        secret,
        "municipality".into(),
        "x".into(),
        certificate(world.federation, 3),
        world.federation,
        &keys(4).identity,
    );
    let answer = ask_to_join(&mut world, 1, &keys(3).node, request);
    assert_eq!(answer, Some(JoinAnswer::Refused(JoinRefusal::BadRequest)));
}

#[test]
fn a_request_is_shown_by_the_node_that_it_names() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + YEAR_MS);
    let request = world.join_request(3, secret);
    let answer = ask_to_join(&mut world, 1, &keys(4).node, request.clone());
    assert_eq!(answer, Some(JoinAnswer::Refused(JoinRefusal::BadRequest)));
    let answer = ask_to_join(&mut world, 2, &keys(3).node, request);
    assert_eq!(answer, Some(JoinAnswer::Waiting));
}

#[test]
fn whoever_was_declined_is_told_so_when_it_comes_back() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + YEAR_MS);
    let request = world.join_request(3, secret);
    let node = keys(3).node;
    ask_to_join(&mut world, 1, &node, request.clone());
    decide(&mut world, 3, false);
    let answer = ask_to_join(&mut world, 2, &node, request);
    assert_eq!(answer, Some(JoinAnswer::Refused(JoinRefusal::Declined)));
}

#[test]
fn nobody_takes_the_place_of_a_newcomer_that_waits() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + YEAR_MS);
    let first = world.join_request(3, secret);
    ask_to_join(&mut world, 1, &keys(3).node, first);
    let secret = world.invite(START_MS + YEAR_MS);
    let (identity, node) = (
        SecretKey::from_seed(&[70; 32]),
        SecretKey::from_seed(&[71; 32]),
    );
    let second = request(world.federation, keys(3).member, &identity, &node, secret);
    let answer = ask_to_join(&mut world, 2, &node, second);
    assert_eq!(answer, Some(JoinAnswer::Refused(JoinRefusal::MemberExists)));
    let rows: Vec<&JoinRow> = world.nodes[0].engine.join_requests().collect();
    let key = rows[0].certificate.claim.identity_key;
    assert_eq!(key, keys(3).identity.identity_key());
}

fn loaded(
    world: &World,
    tickets: Vec<TicketRow>,
    joins: Vec<JoinRow>,
    rosters: Vec<SignedRoster>,
) -> Engine {
    let loaded = Loaded {
        anchor: None,
        anchor_candidate: None,
        federation: world.federation,
        rosters,
        charters: Vec::new(),
        statements: Vec::new(),
        expired: Vec::new(),
        feeds: Vec::new(),
        tickets,
        joins,
    };
    Engine::new(config(world.federation, 0), loaded).unwrap()
}

fn ticket(number: u64) -> TicketRow {
    TicketRow {
        secret: SecretHash::of(&[&number.to_le_bytes()]),
        created_ms: START_MS,
        expires_ms: START_MS + YEAR_MS,
        used_by: None,
        revoked: false,
    }
}

fn waiting(federation: FederationId, number: u64) -> JoinRow {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    let identity = SecretKey::from_seed(&seed);
    let member: MemberId = format!("dk-9{number:03}").parse().unwrap();
    let request = request(federation, member, &identity, &keys(90).node, [0; 16]);
    JoinRow {
        certificate: request.certificate,
        kind: request.kind,
        name: request.name,
        secret: ticket(number).secret,
        asked_ms: START_MS,
        address: address(9).address,
        state: JoinState::Waiting,
    }
}

#[test]
fn tickets_and_requests_are_bounded() {
    let mut world = World::new(1);
    let rosters = world.nodes[0].disk.rosters.clone();
    let tickets = (0..MAX_TICKETS as u64).map(ticket).collect();
    world.nodes[0].engine = loaded(&world, tickets, Vec::new(), rosters.clone());
    let answer = world.ask(0, |request| Event::Invite {
        request,
        expires_ms: START_MS + YEAR_MS,
    });
    assert_eq!(answer, Answer::Failed(RequestFailure::TooMany));

    let joins = (0..MAX_JOIN_REQUESTS as u64).map(|number| waiting(world.federation, number));
    let joins = joins.collect();
    world.nodes[0].engine = loaded(&world, Vec::new(), joins, rosters);
    let secret = world.invite(START_MS + YEAR_MS);
    let request = world.join_request(3, secret);
    let answer = ask_to_join(&mut world, 1, &keys(3).node, request);
    assert_eq!(answer, Some(JoinAnswer::Refused(JoinRefusal::Busy)));
}

#[test]
fn a_request_under_another_key_than_the_members_is_not_taken_for_decided() {
    let world = World::new(2);
    let mut row = waiting(world.federation, 1);
    row.certificate = request(
        world.federation,
        keys(1).member,
        &SecretKey::from_seed(&[70; 32]),
        &keys(90).node,
        [0; 16],
    )
    .certificate;
    let mut engine = loaded(
        &world,
        Vec::new(),
        vec![row],
        world.nodes[0].disk.rosters.clone(),
    );
    engine.handle(START_MS, Event::Tick);
    assert!(
        engine
            .join_requests()
            .all(|row| row.state == JoinState::Waiting)
    );
}

#[test]
fn a_newcomer_that_waits_gets_no_roster() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + YEAR_MS);
    let request = world.join_request(3, secret);
    ask_to_join(&mut world, 1, &keys(3).node, request);
    let connection = ConnectionId(6_001);
    let event = Event::Received {
        connection,
        message: Message::WantRoster { after: 0 },
    };
    let actions = world.nodes[0].engine.handle(world.now_ms, event);
    let close = Action::Close {
        connection,
        bye: Bye::NotAMember,
    };
    assert!(actions.contains(&close), "{actions:?}");
    let sends = |action: &Action| matches!(action, Action::Send { .. });
    assert!(!actions.iter().any(sends), "{actions:?}");
}

#[test]
fn a_newcomer_that_waits_gets_no_more_than_that() {
    for message in [
        Message::Want(Vec::new()),
        Message::telling(Space::Commons, Vec::new()),
        Message::Rosters(Vec::new()),
    ] {
        let mut world = World::new(1);
        let secret = world.invite(START_MS + YEAR_MS);
        let request = world.join_request(3, secret);
        ask_to_join(&mut world, 1, &keys(3).node, request);
        let connection = ConnectionId(6_001);
        let event = Event::Received {
            connection,
            message,
        };
        let actions = world.nodes[0].engine.handle(world.now_ms, event);
        let close = Action::Close {
            connection,
            bye: Bye::BadMessage,
        };
        assert!(actions.contains(&close), "{actions:?}");
    }
}

/// Two stewards who both have to sign.
fn two_stewards() -> SignedRoster {
    let mut roster = first_roster(&[0, 1]).decode().unwrap();
    roster.stewards = vec![keys(0).member, keys(1).member];
    roster.threshold = 2;
    let mut signed = SignedRoster::unsigned(&roster);
    signed.sign(keys(0).member, &keys(0).identity);
    signed.sign(keys(1).member, &keys(1).identity);
    signed
}

#[test]
fn one_of_two_stewards_admits_nobody() {
    let mut world = World::new(1);
    let roster = two_stewards();
    world.federation = roster.federation();
    let disk = Disk {
        rosters: vec![roster],
        ..Disk::default()
    };
    let config = config(world.federation, 0);
    world.restart(0, config, disk);
    let secret = world.invite(START_MS + YEAR_MS);
    let request = world.join_request(3, secret);
    ask_to_join(&mut world, 3, &keys(3).node, request);
    // It is not alone: first it hears from somebody what it may have signed before.
    let not_in_touch = Answer::Failed(RequestFailure::NotInTouch);
    assert_eq!(decide(&mut world, 3, true), not_in_touch);
    let disk = world.nodes[0].disk.clone();
    let other = world.add(world::config(world.federation, 1), disk);
    world.connect(other, 0);
    assert_eq!(decide(&mut world, 3, true), Answer::Done);
    let proposals = world.nodes[0].engine.statements().proposals();
    assert_eq!(proposals[0].approved, [keys(0).member]);
    assert_eq!(world.nodes[0].engine.rosters().head().0, 1);
    assert!(
        world.nodes[0]
            .engine
            .rosters()
            .member(&keys(3).member)
            .is_none()
    );
}

/// Versions of a roster, together larger than one message.
fn long_chain() -> Vec<SignedRoster> {
    let first = first_roster(&[0, 1]);
    let federation = first.federation();
    let mut chain = vec![first.clone()];
    let mut roster = first.decode().unwrap();
    roster.federation = Some(federation);
    for number in 0..400_u64 {
        let mut seed = [9; 32];
        seed[..8].copy_from_slice(&number.to_le_bytes());
        roster.members.push(MemberRecord {
            id: format!("dk-9{number:03}").parse().unwrap(),
            kind: "municipality".into(),
            name: "A name of some length, as names are".into(),
            identity_key: SecretKey::from_seed(&seed).identity_key(),
            valid_from_day: 20_000,
            valid_until_day: None,
        });
    }
    let mut bytes = 0;
    while bytes <= MAX_MESSAGE_BYTES * 2 {
        roster.version += 1;
        roster.previous = vec![chain.last().unwrap().hash()];
        let mut signed = SignedRoster::unsigned(&roster);
        signed.sign(keys(0).member, &keys(0).identity);
        bytes += signed.roster.len();
        chain.push(signed);
    }
    chain
}

#[test]
fn a_chain_longer_than_a_message_comes_in_parts_to_members_and_newcomers() {
    let chain = long_chain();
    let mut world = World::new(2);
    world.federation = chain[0].federation();
    let first = Disk {
        rosters: vec![chain[0].clone()],
        ..Disk::default()
    };
    let all = Disk {
        rosters: chain.clone(),
        ..Disk::default()
    };
    world.restart(0, config(chain[0].federation(), 0), all);
    world.restart(1, config(chain[0].federation(), 1), first);
    world.connect(1, 0);
    let head = world.nodes[0].engine.rosters().head();
    assert_eq!(head.0, chain.len() as u64);
    assert_eq!(world.nodes[1].engine.rosters().head(), head);

    let secret = world.invite(START_MS + YEAR_MS);
    let newcomer = world.newcomer(2, secret);
    world.connect(newcomer, 0);
    decide(&mut world, 2, true);
    let head = world.nodes[0].engine.rosters().head();
    assert_eq!(world.nodes[newcomer].engine.rosters().head(), head);
    assert_eq!(world.nodes[newcomer].engine.standing(), Standing::Member);
    let sizes = world.nodes[0].sent.iter().map(|(_, message)| message);
    assert!(
        sizes
            .map(|message| message.encode().len())
            .all(|size| size <= MAX_MESSAGE_BYTES)
    );
}

#[test]
fn a_member_that_was_removed_is_sent_away_and_writes_no_more() {
    let mut world = World::new(2);
    world.connect(1, 0);
    let (version, hash) = world.nodes[0].engine.rosters().head();
    let mut next = world.nodes[0].engine.rosters().newest().unwrap().clone();
    next.version = version + 1;
    next.federation = Some(world.federation);
    next.previous = vec![hash];
    next.members.retain(|member| member.id == keys(0).member);
    let mut signed = SignedRoster::unsigned(&next);
    signed.sign(keys(0).member, &keys(0).identity);
    let connection = *world.nodes[0].links.keys().next().unwrap();
    let far = world.nodes[0].links[&connection].1;
    for (node, connection) in [(1, far), (0, connection)] {
        let message = Message::Rosters(vec![signed.clone()]);
        let event = Event::Received {
            connection,
            message,
        };
        world.event(node, event);
    }
    let away = (connection, Bye::NotAMember);
    assert!(
        world.nodes[0].byes.contains(&away),
        "{:?}",
        world.nodes[0].byes
    );
    assert_eq!(world.nodes[1].engine.standing(), Standing::Outside);
    assert_eq!(
        world.try_feed(1, &Space::Commons),
        Answer::Failed(RequestFailure::NotAMember)
    );
}

#[test]
fn a_node_whose_members_key_is_another_is_outside() {
    let mut world = World::new(2);
    let mut other = config(world.federation, 1);
    let identity = SecretKey::from_seed(&[70; 32]);
    other.certificate = NodeCertificate::issue(
        world.federation,
        keys(1).member,
        &identity,
        other.node_key.node_key(),
        START_MS + YEAR_MS,
    );
    let disk = world.nodes[1].disk.clone();
    world.restart(1, other, disk);
    assert_eq!(world.nodes[1].engine.standing(), Standing::Outside);
}

#[test]
fn nobody_writes_in_a_space_that_it_may_not_see_or_with_an_expired_certificate() {
    let mut world = World::new(2);
    assert_eq!(
        world.try_feed(0, &World::private(1)),
        Answer::Failed(RequestFailure::NotAMember)
    );
    world.now_ms += YEAR_MS + 1;
    assert_eq!(
        world.try_feed(0, &Space::Commons),
        Answer::Failed(RequestFailure::CertificateExpired)
    );
}

#[test]
fn a_write_is_bounded_and_only_in_the_own_current_feed() {
    let mut world = World::new(2);
    world.connect(1, 0);
    world.write(1, &Space::Commons, "x");
    let foreign = world.feed(1, &Space::Commons);
    let feed = world.feed(0, &Space::Commons);
    let mut write = |feed, drafts| {
        world.ask(0, |request| Event::Write {
            request,
            feed,
            drafts,
        })
    };
    let many = vec![draft(Vec::new()); MAX_DRAFTS_PER_WRITE + 1];
    assert_eq!(write(feed, many), Answer::Failed(RequestFailure::TooMany));
    let large = vec![draft(vec![0; MAX_BODY_BYTES + 1])];
    assert_eq!(write(feed, large), Answer::Failed(RequestFailure::TooLarge));
    let moved = Answer::Failed(RequestFailure::FeedMoved);
    assert_eq!(write(foreign, vec![draft(Vec::new())]), moved);
}

#[test]
fn an_opening_tells_nothing_of_other_spaces() {
    let mut world = World::new(1);
    world.write(0, &World::private(0), "secret");
    world.write(0, &Space::Commons, "x");
    let disk = world.nodes[0].disk.clone();
    let private = world.feed(0, &World::private(0));
    let config = config(world.federation, 0);
    world.restart(0, config, disk);
    let feed = world.feed(0, &Space::Commons);
    let opening: &FeedOpening = &world.nodes[0].disk.openings[&feed];
    assert_eq!(
        opening.known_tips.len(),
        1,
        "the commons of the life before"
    );
    assert!(opening.known_tips.iter().all(|tip| tip.feed != private));
}

#[test]
fn after_a_failed_write_never_the_same_feed() {
    let mut world = World::new(1);
    world.write(0, &Space::Commons, "x");
    let feed = world.feed(0, &Space::Commons);
    world.nodes[0].disk.full = true;
    world.try_write(0, &Space::Commons, "lost");
    world.nodes[0].disk.full = false;
    assert_ne!(world.feed(0, &Space::Commons), feed);
}

#[test]
fn a_feed_of_another_key_with_the_same_incarnation_is_never_ones_own() {
    let mut world = World::new(2);
    world.write(1, &Space::Commons, "x");
    let (incarnation, _) = world.nodes[1].engine.own_tips();
    let foreign = world.feed(1, &Space::Commons);
    let disk = world.nodes[1].disk.clone();
    let config = faelled_engine::Config {
        incarnation,
        ..config(world.federation, 0)
    };
    world.restart(0, config, disk);
    assert_ne!(world.feed(0, &Space::Commons), foreign);
    let rolled_back = |notice: &Notice| matches!(notice, Notice::RolledBack { .. });
    assert!(!world.nodes[0].notices.iter().any(rolled_back));
}
