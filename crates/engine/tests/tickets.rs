//! What becomes of tickets and of requests to join: a ticket serves once and ends for good, and a restart changes
//! nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod stated;
mod world;

use faelled_engine::event::RequestFailure;
use faelled_engine::limits::MAX_TICKETS;
use faelled_engine::{
    Action, Answer, Change, ConnectionId, Event, JoinRow, JoinState, Notice, Standing, TicketRow,
};
use faelled_proto::id::SecretHash;
use faelled_proto::message::{Bye, JoinRefusal, JoinRequest};
use faelled_proto::{Message, NodeCertificate, SecretKey, SignedRoster, Space, Statement};
use stated::{receive, record, revocation, revoked};
use world::{Disk, START_MS, World, YEAR_MS, config, keys};

fn requests(world: &World) -> Vec<JoinRow> {
    let asked = world.nodes[0].engine.join_requests();
    asked.into_iter().cloned().collect()
}

/// Restarts node 0 from its disk and lets it look at what is there.
fn restart(world: &mut World) {
    let disk = world.nodes[0].disk.clone();
    world.restart(0, config(world.federation, 0), disk);
    world.event(0, Event::Tick);
}

/// A node of a member that has a key of the node's own, with a ticket.
fn node_of(
    world: &mut World,
    member: usize,
    identity: &SecretKey,
    node: &SecretKey,
    secret: [u8; 16],
) -> usize {
    let certificate = NodeCertificate::issue(
        world.federation,
        keys(member).member,
        identity,
        node.node_key(),
        START_MS + YEAR_MS,
    );
    let mut config = config(world.federation, member);
    config.node_key = node.clone();
    config.certificate = certificate.clone();
    config.join_request = Some(JoinRequest::sign(
        secret,
        "municipality".into(),
        "x".into(),
        certificate,
        world.federation,
        identity,
    ));
    let index = world.add(config, Disk::default());
    world.connect_as(index, 0, node.node_key());
    index
}

/// Another node of member 1, with its identity key.
fn second_node(world: &mut World, secret: [u8; 16]) -> usize {
    let node = SecretKey::from_seed(&[77; 32]);
    node_of(world, 1, &keys(1).identity, &node, secret)
}

fn remove(world: &mut World, member: usize) {
    let change = Change::Remove {
        member: keys(member).member,
        last_good: Vec::new(),
    };
    let roster = world.plan(0, change);
    assert_eq!(world.approve(0, &roster), Answer::Done);
}

/// Member 1 came in with a ticket of node 0.
fn one_let_in() -> (World, usize, [u8; 16]) {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + 1_000);
    let newcomer = world.newcomer(1, secret);
    world.connect(newcomer, 0);
    assert_eq!(world.admit(0, &keys(1).member), Answer::Done);
    (world, newcomer, secret)
}

#[test]
fn who_was_let_in_and_removed_is_no_open_request_after_a_restart() {
    let (mut world, _, _) = one_let_in();
    remove(&mut world, 1);
    let before = requests(&world);
    assert_eq!(before[0].state, JoinState::Admitted);
    restart(&mut world);
    assert_eq!(requests(&world), before);
    let none = RequestFailure::NoSuchRequest(keys(1).member);
    assert_eq!(world.admit(0, &keys(1).member), Answer::Failed(none));
}

#[test]
fn who_was_let_in_and_removed_at_once_is_no_open_request() {
    let mut world = World::new(2);
    world.connect(1, 0);
    let secret = world.invite(START_MS + 1_000);
    let newcomer = world.newcomer(2, secret);
    world.connect(newcomer, 0);
    let with = world.plan(0, Change::Admit(record(2)));
    let mut without = with.clone();
    without.version += 1;
    without.previous = vec![SignedRoster::unsigned(&with).hash()];
    without.members.retain(|held| held.id != keys(2).member);
    let both = [with, without].map(|roster| {
        let mut signed = SignedRoster::unsigned(&roster);
        signed.sign(keys(0).member, &keys(0).identity);
        signed
    });
    receive(&mut world, 0, 1, Message::Rosters(both.to_vec()));
    assert_eq!(world.nodes[0].engine.rosters().head().0, 3);
    let before = requests(&world);
    assert_eq!(before[0].state, JoinState::Admitted);
    restart(&mut world);
    assert_eq!(requests(&world), before);
}

#[test]
fn a_decision_that_a_crash_kept_from_the_disk_is_noted_at_the_next_start() {
    let (mut world, newcomer, _) = one_let_in();
    world.nodes[0].disk.joins[0].state = JoinState::Waiting;
    restart(&mut world);
    assert_eq!(requests(&world)[0].state, JoinState::Admitted);
    world.connect(newcomer, 0);
    remove(&mut world, 1);
    restart(&mut world);
    assert_eq!(requests(&world)[0].state, JoinState::Admitted);
}

#[test]
fn a_ticket_is_used_up_by_a_members_second_node() {
    let mut world = World::new(2);
    let secret = world.invite(START_MS + 1_000);
    let second = second_node(&mut world, secret);
    assert_eq!(world.nodes[second].engine.standing(), Standing::Member);
    // The steward sees who came with it.
    let key = keys(1).identity.identity_key();
    let hash = SecretHash::of(&[&secret]);
    let asked = requests(&world);
    assert_eq!((asked.len(), asked[0].secret), (1, hash));
    assert_eq!(asked[0].member(), &keys(1).member);
    assert_eq!(asked[0].state, JoinState::Admitted);
    let told = |world: &World| {
        let asked = |notice: &&Notice| matches!(notice, Notice::JoinAsked { .. });
        world.nodes[0].notices.iter().filter(asked).count()
    };
    assert_eq!(told(&world), 1);
    assert_eq!(world.nodes[0].disk.tickets[&hash].used_by, Some(key));
    restart(&mut world);
    assert_eq!(requests(&world), asked);
    // It may come back with it, nobody else comes.
    let again = second_node(&mut world, secret);
    assert_eq!(world.nodes[again].engine.standing(), Standing::Member);
    assert_eq!(told(&world), 1);
    let other = world.newcomer(3, secret);
    world.connect_as(other, 0, keys(3).node.node_key());
    assert_eq!(world.refusal(other), Some(JoinRefusal::UsedTicket));
}

#[test]
fn the_ticket_of_a_second_node_is_used_only_once_that_is_on_the_disk() {
    let mut world = World::new(2);
    let secret = world.invite(START_MS + 1_000);
    world.nodes[0].disk.full = true;
    let second = second_node(&mut world, secret);
    assert_eq!(world.refusal(second), Some(JoinRefusal::Busy));
    assert!(world.nodes[second].disk.rosters.is_empty());
    world.nodes[0].disk.full = false;
    let again = second_node(&mut world, secret);
    assert_eq!(world.nodes[again].engine.standing(), Standing::Member);
}

#[test]
fn a_members_second_node_settles_no_request_under_another_key() {
    let mut world = World::new(2);
    let secret = world.invite(START_MS + 1_000);
    let [identity, node] = [[88; 32], [89; 32]].map(|seed| SecretKey::from_seed(&seed));
    node_of(&mut world, 1, &identity, &node, secret);
    let waits = requests(&world);
    assert_eq!(waits[0].state, JoinState::Waiting);
    world.now_ms += 1;
    let secret = world.invite(START_MS + 1_000);
    let second = second_node(&mut world, secret);
    assert_eq!(world.nodes[second].engine.standing(), Standing::Member);
    assert_eq!(requests(&world), waits);
    restart(&mut world);
    assert_eq!(requests(&world), waits);
}

/// The node of member 1 begins with an empty disk, and asks with the ticket that it used. Whether it got a roster,
/// and how it was sent away.
fn asks_again(world: &mut World, newcomer: usize, secret: [u8; 16]) -> (bool, Vec<Bye>) {
    let mut config = config(world.federation, 1);
    config.join_request = Some(world.join_request(1, secret));
    world.restart(newcomer, config, Disk::default());
    world.forget_what_was_sent();
    world.nodes[0].byes.clear();
    world.connect(newcomer, 0);
    got(world)
}

/// Whether node 0 sent a roster to anybody, and how it sent others away.
fn got(world: &World) -> (bool, Vec<Bye>) {
    let sent = world.nodes[0].sent.iter();
    let mut rosters = sent.filter(|(_, message)| matches!(message, Message::Rosters(_)));
    let byes = world.nodes[0].byes.iter().map(|(_, bye)| *bye);
    (rosters.next().is_some(), byes.collect())
}

#[test]
fn a_revoked_key_gets_no_roster_by_the_ticket_that_it_used() {
    let (mut world, newcomer, secret) = one_let_in();
    assert_eq!(asks_again(&mut world, newcomer, secret), (true, vec![]));
    let said = revoked(&world, 1, &Space::Commons, &[]);
    assert_eq!(world.state(0, said), Answer::Done);
    let sent_away = (false, vec![Bye::Revoked]);
    assert_eq!(asks_again(&mut world, newcomer, secret), sent_away);
    restart(&mut world);
    assert_eq!(asks_again(&mut world, newcomer, secret), sent_away);
}

#[test]
fn a_ticket_that_a_revoked_key_shows_is_not_used() {
    let mut world = World::new(2);
    let secret = world.invite(START_MS + 1_000);
    let node = SecretKey::from_seed(&[77; 32]);
    let said = revocation(&world, 1, node.node_key(), &Space::Commons, &[]);
    let said = Statement::Revocation(said.sign(&keys(1).identity));
    assert_eq!(world.state(0, said), Answer::Done);
    second_node(&mut world, secret);
    assert_eq!(got(&world), (false, vec![Bye::Revoked]));
    assert!(requests(&world).is_empty());
    let other = world.newcomer(3, secret);
    world.connect_as(other, 0, keys(3).node.node_key());
    assert!(world.nodes[other].notices.contains(&Notice::JoinWaits));
}

#[test]
fn an_expired_certificate_gets_no_roster_by_the_ticket_that_it_used() {
    let (mut world, newcomer, secret) = one_let_in();
    world.now_ms += YEAR_MS;
    let sent_away = (false, vec![Bye::ExpiredCertificate]);
    assert_eq!(asks_again(&mut world, newcomer, secret), sent_away);
    // Nor when the clock goes back.
    world.now_ms = START_MS;
    assert_eq!(asks_again(&mut world, newcomer, secret), sent_away);
    restart(&mut world);
    assert_eq!(asks_again(&mut world, newcomer, secret), sent_away);
}

/// Member 1 was let in, and its connection asks for the roster only after something has happened to its node.
fn wants_the_roster_after(happens: impl FnOnce(&mut World)) -> (bool, Vec<Bye>) {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + 1_000);
    let keys = keys(1);
    let connection = ConnectionId(9_000);
    let connected = Event::Connected {
        connection,
        node_key: keys.node.node_key(),
        address: world::address(1).address,
        dialled: false,
    };
    world.event(0, connected);
    let message = Message::Join(world.join_request(1, secret));
    let says = |message| Event::Received {
        connection,
        message,
    };
    world.event(0, says(message));
    assert_eq!(world.admit(0, &keys.member), Answer::Done);
    happens(&mut world);
    let event = says(Message::WantRoster { after: 0 });
    let mut rosters = false;
    for action in world.nodes[0].engine.handle(world.now_ms, event) {
        match action {
            Action::Send {
                message: Message::Rosters(_),
                ..
            } => rosters = true,
            Action::Close { bye, .. } => world.nodes[0].byes.push((connection, bye)),
            _ => {}
        }
    }
    (rosters, got(&world).1)
}

#[test]
fn a_newcomer_whose_key_is_no_good_any_more_gets_no_roster_on_the_connection_that_it_has() {
    assert_eq!(wants_the_roster_after(|_| ()), (true, vec![]));
    let revokes = |world: &mut World| {
        let said = revoked(world, 1, &Space::Commons, &[]);
        assert_eq!(world.state(0, said), Answer::Done);
    };
    let sent_away = (false, vec![Bye::Revoked]);
    assert_eq!(wants_the_roster_after(revokes), sent_away);
    let expires = |world: &mut World| world.now_ms += YEAR_MS;
    let sent_away = (false, vec![Bye::ExpiredCertificate]);
    assert_eq!(wants_the_roster_after(expires), sent_away);
}

#[test]
fn a_ticket_that_ended_while_nobody_showed_it_is_good_no_more_when_the_clock_goes_back() {
    for restarts in [false, true] {
        let mut world = World::new(1);
        let secret = world.invite(START_MS + 1_000);
        // The node looks at its clock when a ticket ends.
        let due = world.nodes[0].engine.next_deadline();
        assert_eq!(due, Some(START_MS + 1_000));
        world.pass(1_000);
        assert_eq!(world.nodes[0].engine.next_deadline(), None);
        world.now_ms = START_MS;
        if restarts {
            restart(&mut world);
        }
        let newcomer = world.newcomer(1, secret);
        world.connect(newcomer, 0);
        assert_eq!(world.refusal(newcomer), Some(JoinRefusal::ExpiredTicket));
        assert!(requests(&world).is_empty());
    }
}

#[test]
fn a_ticket_that_was_used_in_time_does_not_end() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + 1_000);
    let newcomer = world.newcomer(1, secret);
    world.connect(newcomer, 0);
    let hash = SecretHash::of(&[&secret]);
    let used = world.nodes[0].disk.tickets[&hash].clone();
    world.pass(2_000);
    assert_eq!(world.nodes[0].disk.tickets[&hash], used);
    restart(&mut world);
    world.nodes[newcomer].notices.clear();
    world.connect(newcomer, 0);
    assert!(world.nodes[newcomer].notices.contains(&Notice::JoinWaits));
}

#[test]
fn tickets_that_ended_make_room_and_stay_ended() {
    let mut world = World::new(1);
    let ticket = |number: usize| {
        let secret = SecretHash::of(&[&(number as u64).to_le_bytes()]);
        let row = TicketRow {
            secret,
            created_ms: START_MS,
            expires_ms: START_MS + 1_000,
            used_by: None,
            revoked: false,
        };
        (secret, row)
    };
    let disk = Disk {
        tickets: (0..MAX_TICKETS).map(ticket).collect(),
        ..world.nodes[0].disk.clone()
    };
    world.restart(0, config(world.federation, 0), disk);
    let event = |request| Event::Invite {
        request,
        expires_ms: START_MS + 9_000,
    };
    let too_many = Answer::Failed(RequestFailure::TooMany);
    assert_eq!(world.ask(0, event), too_many);
    world.now_ms += 1_000;
    assert!(matches!(world.ask(0, event), Answer::Ticket { .. }));
    let tickets = world.nodes[0].disk.tickets.values();
    let open = tickets.filter(|row| !row.revoked).count();
    assert_eq!(open, 1);
}

fn take_back(world: &mut World, secret: [u8; 16]) {
    let secret = SecretHash::of(&[&secret]);
    let answer = world.ask(0, |request| Event::RevokeTicket { request, secret });
    assert_eq!(answer, Answer::Done);
}

#[test]
fn a_ticket_that_was_taken_back_lets_no_further_node_of_a_member_in() {
    let (mut world, _, _) = one_let_in();
    let secret = world.invite(START_MS + 1_000);
    take_back(&mut world, secret);
    let second = second_node(&mut world, secret);
    assert_eq!(world.refusal(second), Some(JoinRefusal::ExpiredTicket));
}

#[test]
fn a_ticket_that_was_taken_back_serves_nobody_that_was_not_let_in() {
    for is_let_in in [false, true] {
        let mut world = World::new(1);
        let secret = world.invite(START_MS + 1_000);
        let newcomer = world.newcomer(1, secret);
        world.connect(newcomer, 0);
        assert!(world.nodes[newcomer].notices.contains(&Notice::JoinWaits));
        if is_let_in {
            assert_eq!(world.admit(0, &keys(1).member), Answer::Done);
        }
        take_back(&mut world, secret);
        for _ in 0..2 {
            world.cut_all(newcomer);
            world.nodes[newcomer].notices.clear();
            let (rosters, _) = asks_again(&mut world, newcomer, secret);
            let refusal = (!is_let_in).then_some(JoinRefusal::ExpiredTicket);
            assert_eq!((rosters, world.refusal(newcomer)), (is_let_in, refusal));
            restart(&mut world);
        }
    }
}

#[test]
fn a_key_that_was_declined_does_not_ask_under_another_id() {
    let mut world = World::new(1);
    let secrets = [0; 2].map(|_| world.invite(START_MS + 1_000));
    let newcomer = world.newcomer(1, secrets[0]);
    world.connect(newcomer, 0);
    let member = keys(1).member;
    let declined = world.ask(0, |request| Event::Decline {
        request,
        member: member.clone(),
    });
    assert_eq!(declined, Answer::Done);
    let node = SecretKey::from_seed(&[77; 32]);
    for _ in 0..2 {
        let other = node_of(&mut world, 5, &keys(1).identity, &node, secrets[1]);
        assert_eq!(world.refusal(other), Some(JoinRefusal::MemberExists));
        world.cut_all(other);
        asks_again(&mut world, newcomer, secrets[0]);
        assert_eq!(world.refusal(newcomer), Some(JoinRefusal::Declined));
        restart(&mut world);
    }
}
