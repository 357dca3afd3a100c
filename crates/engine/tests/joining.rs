//! Who is let in, and what a stranger gets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod world;

use faelled_engine::event::RequestFailure;
use faelled_engine::{Answer, Change, Event, Notice, PlanRefusal, Standing, StatementRefusal};
use faelled_proto::message::{Bye, JoinAnswer, JoinRefusal, JoinRequest};
use faelled_proto::{Message, SecretKey, Space};
use world::{START_MS, World, certificate, first_roster, keys};

fn decide(world: &mut World, index: usize, admit: bool) -> Answer {
    let member = keys(index).member;
    if admit {
        return world.admit(0, &member);
    }
    world.ask(0, |request| Event::Decline { request, member })
}

#[test]
fn a_newcomer_waits_is_admitted_and_gets_everything() {
    let mut world = World::new(2);
    world.connect(1, 0);
    world.write(1, &Space::Commons, "earlier");
    let secret = world.invite(START_MS + 1_000);
    let newcomer = world.newcomer(2, secret);
    world.connect(newcomer, 0);
    assert!(world.nodes[newcomer].notices.contains(&Notice::JoinWaits));
    assert!(world.bodies(newcomer).is_empty());
    assert_eq!(world.nodes[newcomer].engine.standing(), Standing::Joining);
    assert_eq!(decide(&mut world, 2, true), Answer::Done);
    assert_eq!(world.nodes[0].engine.rosters().head().0, 2);
    assert_eq!(world.nodes[newcomer].engine.standing(), Standing::Member);
    assert_eq!(world.bodies(newcomer), ["earlier"]);
    world.write(newcomer, &Space::Commons, "new");
    assert_eq!(
        world.bodies(1),
        ["earlier", "new"],
        "others learn of the newcomer by the roster"
    );
    assert_eq!(
        world.nodes[1].engine.rosters().head(),
        world.nodes[0].engine.rosters().head()
    );
}

#[test]
fn a_stranger_gets_nothing_but_a_goodbye() {
    let mut world = World::new(1);
    world.write(0, &Space::Commons, "x");
    let stranger = world.newcomer(1, [9; 16]);
    world.connect(stranger, 0);
    assert_eq!(world.refusal(stranger), Some(JoinRefusal::UnknownTicket));
    let said: Vec<&Message> = world.nodes[0]
        .sent
        .iter()
        .map(|(_, message)| message)
        .collect();
    assert_eq!(
        said,
        [&Message::JoinAnswer(JoinAnswer::Refused(
            JoinRefusal::UnknownTicket
        ))]
    );
    assert!(world.nodes[0].sent_entries.is_empty());
    assert!(world.nodes[0].links.is_empty());
}

#[test]
fn a_stranger_that_greets_like_a_member_is_sent_away_before_anything_is_said() {
    let mut world = World::new(2);
    world.write(0, &Space::Commons, "x");
    // Member 1's certificate, but the connection is held by another key.
    let other = SecretKey::from_seed(&[77; 32]).node_key();
    world.connect_as(1, 0, other);
    assert!(world.nodes[0].sent.is_empty(), "{:?}", world.nodes[0].sent);
    assert!(
        world.nodes[0]
            .byes
            .iter()
            .any(|(_, bye)| *bye == Bye::NotAMember)
    );
}

#[test]
fn a_member_whose_certificate_has_expired_is_sent_away() {
    let mut world = World::new(2);
    world.now_ms = START_MS + world::YEAR_MS + 1;
    world.connect(1, 0);
    assert!(
        world.nodes[0]
            .byes
            .iter()
            .any(|(_, bye)| *bye == Bye::ExpiredCertificate)
    );
    assert!(world.nodes[0].sent.is_empty());
}

#[test]
fn an_expired_a_used_and_a_mistaken_ticket_are_told_apart() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + 1_000);
    let first = world.newcomer(1, secret);
    world.connect(first, 0);
    let second = world.newcomer(2, secret);
    world.connect(second, 0);
    assert_eq!(world.refusal(second), Some(JoinRefusal::UsedTicket));
    let late = world.invite(START_MS + 1_000);
    world.now_ms += 2000;
    let third = world.newcomer(3, late);
    world.connect(third, 0);
    assert_eq!(world.refusal(third), Some(JoinRefusal::ExpiredTicket));
    // The first one asked in time, and may come back after the end of its ticket.
    world.cut_all(first);
    world.connect(first, 0);
    assert_eq!(world.refusal(first), None);
    assert_eq!(decide(&mut world, 1, true), Answer::Done);
    assert_eq!(world.nodes[0].engine.rosters().head().0, 2);
}

/// Somebody asks in a member's name, with an identity key of its own.
fn another_in_the_name_of(world: &mut World, member: usize, secret: [u8; 16]) -> usize {
    let identity = SecretKey::from_seed(&[88; 32]);
    let node = keys(7).node;
    let federation = world.federation;
    let certificate = faelled_proto::NodeCertificate::issue(
        federation,
        keys(member).member,
        &identity,
        node.node_key(),
        START_MS + world::YEAR_MS,
    );
    let mut config = world::config(federation, 7);
    config.certificate = certificate.clone();
    config.join_request = Some(JoinRequest::sign(
        secret,
        "municipality".into(),
        "x".into(),
        certificate,
        federation,
        &identity,
    ));
    let index = world.add(config, world::Disk::default());
    world.connect_as(index, 0, node.node_key());
    index
}

#[test]
fn a_ticket_serves_one_key_of_one_member() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + 1_000);
    let newcomer = world.newcomer(1, secret);
    world.connect(newcomer, 0);
    assert_eq!(decide(&mut world, 1, false), Answer::Done);
    let other = another_in_the_name_of(&mut world, 1, secret);
    assert_eq!(world.refusal(other), Some(JoinRefusal::UsedTicket));
}

#[test]
fn nobody_takes_the_place_of_a_member() {
    let mut world = World::new(2);
    let secret = world.invite(START_MS + 1_000);
    let index = another_in_the_name_of(&mut world, 1, secret);
    // It may be the member that lost its key: the stewards say so, and as a newcomer it comes in never.
    assert_eq!(world.refusal(index), None);
    let exists = PlanRefusal::AlreadyMember(keys(1).member);
    let failed = Answer::Failed(RequestFailure::Plan(exists));
    assert_eq!(decide(&mut world, 1, true), failed);
    let rosters = world.nodes[0].engine.rosters();
    let key = rosters.member(&keys(1).member).unwrap().identity_key;
    assert_eq!(key, keys(1).identity.identity_key());
    assert!(world.nodes[index].disk.rosters.is_empty());
}

#[test]
fn a_request_that_others_signed_is_refused() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + 1_000);
    let mut config = world::config(world.federation, 3);
    // Signed by another identity than the certificate names.
    config.join_request = Some(JoinRequest::sign(
        secret,
        "municipality".into(),
        "x".into(),
        certificate(world.federation, 3),
        world.federation,
        &keys(4).identity,
    ));
    let index = world.add(config, world::Disk::default());
    world.connect(index, 0);
    assert_eq!(world.refusal(index), Some(JoinRefusal::BadRequest));
}

#[test]
fn a_declined_newcomer_stays_out() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + 1_000);
    let newcomer = world.newcomer(1, secret);
    world.connect(newcomer, 0);
    assert_eq!(decide(&mut world, 1, false), Answer::Done);
    assert_eq!(world.refusal(newcomer), Some(JoinRefusal::Declined));
    let none = Answer::Failed(RequestFailure::NoSuchRequest(keys(1).member));
    for admit in [true, false] {
        assert_eq!(decide(&mut world, 1, admit), none);
    }
}

#[test]
fn a_newcomer_is_admitted_with_its_own_key() {
    let mut world = World::new(1);
    let secret = world.invite(START_MS + 1_000);
    let newcomer = world.newcomer(1, secret);
    world.connect(newcomer, 0);
    let mut record = first_roster(&[1]).decode().unwrap().members.remove(0);
    record.identity_key = SecretKey::from_seed(&[88; 32]).identity_key();
    let roster = world.plan(0, Change::Admit(record));
    assert_eq!(world.approve(0, &roster), Answer::Done);
    let admitted = Message::JoinAnswer(JoinAnswer::Admitted);
    assert!(
        world.nodes[0]
            .sent
            .iter()
            .all(|(_, message)| *message != admitted)
    );
    assert!(world.nodes[newcomer].disk.rosters.is_empty());
}

#[test]
fn only_a_steward_invites_and_decides() {
    let mut world = World::new(2);
    let answer = world.ask(1, |request| Event::Invite {
        request,
        expires_ms: u64::MAX,
    });
    assert_eq!(answer, Answer::Failed(RequestFailure::NotASteward));
    world.connect(1, 0);
    let secret = world.invite(START_MS + 1_000);
    let newcomer = world.newcomer(2, secret);
    world.connect(newcomer, 0);
    let member = keys(2).member;
    let declined = world.ask(1, |request| Event::Decline { request, member });
    assert_eq!(declined, Answer::Failed(RequestFailure::NotASteward));
    let record = first_roster(&[2]).decode().unwrap().members.remove(0);
    let planned = world.plan(1, Change::Admit(record));
    let refusal = StatementRefusal::NotASteward(keys(1).member);
    let failed = Answer::Failed(RequestFailure::Statement(refusal));
    assert_eq!(world.approve(1, &planned), failed);
}
