//! Which statements a node takes, and which of too many it keeps.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod rosters;
mod world;

use faelled_engine::limits::{MAX_FORKS_PER_MEMBER, MAX_REVOKED_NODE_KEYS, MAX_VOTES_PER_STEWARD};
use faelled_engine::statements::Taken;
use faelled_engine::{Groups, RosterChain, StatementRefusal, Statements};
use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::id::Mark;
use faelled_proto::opening::FeedOpening;
use faelled_proto::statement::{BadStatement, Equivocation, Revocation, Vote};
use faelled_proto::{
    EntryId, FeedId, GroupId, Kind, NodeKey, Roster, SecretKey, Space, Statement, Tip,
};
use rosters::{first, holding, next};
use world::{START_MS, certificate, keys};

/// Stewards 0, 1 and 2 of members 0 to 4.
fn chain() -> RosterChain {
    holding(&[&first()])
}

fn accept(
    held: &mut Statements,
    chain: &RosterChain,
    statement: &Statement,
) -> Result<Taken, StatementRefusal> {
    held.accept(chain, &Groups::default(), statement.clone())
}

/// The same, where all that matters is what is kept.
fn offer(held: &mut Statements, chain: &RosterChain, statement: &Statement) {
    match accept(held, chain, statement) {
        Ok(_) | Err(StatementRefusal::TooMany) => {}
        Err(other) => panic!("{other}"),
    }
}

/// The proof that a feed of a member has two branches behind a place.
fn fork(
    chain: &RosterChain,
    index: usize,
    space: &Space,
    incarnation: u8,
    common: usize,
) -> Statement {
    let (federation, key) = (chain.federation(), keys(index).node);
    let opening = FeedOpening {
        certificate: certificate(federation, index),
        space: space.clone(),
        incarnation: [incarnation; 16],
        known_tips: Vec::new(),
    };
    let mut writer = Writer::new(federation, &key, None);
    let mut entries = vec![writer.open(&opening, START_MS)];
    for number in 0..4_u8 {
        entries.push(writer.write(Kind(900), None, vec![number], START_MS));
    }
    let mut beside = Writer::new(federation, &key, Some(entries[common].tip()));
    let rival = beside.write(Kind(900), None, vec![9], START_MS);
    let held = entries[common + 1..].iter();
    let held = held.map(|entry| entry.signed().clone()).collect();
    let opening = entries[0].signed().clone();
    let rival = vec![rival.signed().clone()];
    let proof = Equivocation::make(federation, opening, held, rival);
    Statement::Equivocation(proof.unwrap())
}

fn revocation(
    chain: &RosterChain,
    by: usize,
    node_key: NodeKey,
    space: &Space,
    (last_good, claimed_ms): (&[Tip], u64),
) -> Statement {
    let said = Revocation {
        federation: chain.federation(),
        member: keys(by).member,
        identity_key: keys(by).identity.identity_key(),
        node_key,
        space: space.clone(),
        last_good: last_good.to_vec(),
        charters: Vec::new(),
        successor: None,
        claimed_ms,
    };
    Statement::Revocation(said.sign(&keys(by).identity))
}

fn approval(roster: &Roster, by: usize) -> Vote {
    let keys = keys(by);
    Vote::approve(encode(roster), keys.member, &keys.identity)
}

/// A proposal that makes all members stewards.
fn all_stewards(name: &str) -> Roster {
    let mut roster = next(&first(), name);
    roster.stewards = (0..5).map(|index| keys(index).member).collect();
    roster.threshold = 3;
    roster
}

#[test]
fn a_fork_is_taken_of_a_member_and_in_a_space_of_its_own() {
    let chain = chain();
    let mut held = Statements::default();
    let stranger = fork(&chain, 9, &Space::Commons, 1, 1);
    assert_eq!(
        accept(&mut held, &chain, &stranger),
        Err(StatementRefusal::UnknownMember(keys(9).member))
    );
    for space in [
        Space::Private(keys(4).member),
        Space::Group(GroupId::of(&[b"unknown"])),
    ] {
        assert_eq!(
            accept(&mut held, &chain, &fork(&chain, 3, &space, 1, 1)),
            Err(StatementRefusal::OutsideSpace(keys(3).member))
        );
    }
    assert!(held.is_empty());
    let good = fork(&chain, 3, &Space::Commons, 1, 1);
    assert!(accept(&mut held, &chain, &good).is_ok());
}

#[test]
fn of_a_feeds_forks_the_lowest_is_kept_whichever_came_first() {
    let chain = chain();
    let [low, high] = [1, 3].map(|common| fork(&chain, 3, &Space::Commons, 1, common));
    let mut held = Statements::default();
    let none = Taken::New {
        dropped: Vec::new(),
    };
    assert_eq!(accept(&mut held, &chain, &high), Ok(none.clone()));
    let dropped = vec![high.mark()];
    assert_eq!(accept(&mut held, &chain, &low), Ok(Taken::New { dropped }));
    assert_eq!(accept(&mut held, &chain, &high), Ok(Taken::Known));
    assert_eq!(held.forks().next().unwrap().common.seq, 1);
    let mut other = Statements::default();
    assert_eq!(accept(&mut other, &chain, &low), Ok(none));
    assert_eq!(accept(&mut other, &chain, &high), Ok(Taken::Known));
    assert_eq!(other.forks().next().unwrap().common.seq, 1);
}

#[test]
fn of_too_many_forks_the_same_are_kept_and_none_of_another_member_goes() {
    let chain = chain();
    let count = u8::try_from(MAX_FORKS_PER_MEMBER).unwrap() + 2;
    let mut all: Vec<Statement> = (0..count)
        .map(|number| fork(&chain, 3, &Space::Commons, number, 1))
        .collect();
    let feed = |statement: &Statement| match statement {
        Statement::Equivocation(proof) => FeedId::from(proof.opening.id()),
        Statement::Revocation(_) | Statement::Vote(_) => panic!("no proof"),
    };
    all.sort_by_key(feed);
    let others = fork(&chain, 4, &Space::Commons, 1, 1);
    let kept = |order: &mut dyn Iterator<Item = &Statement>| {
        let mut held = Statements::default();
        for statement in order {
            offer(&mut held, &chain, statement);
        }
        held.marks(&Space::Commons).collect::<Vec<_>>()
    };
    let lowest = &all[..MAX_FORKS_PER_MEMBER];
    let expected = sorted_marks(lowest.iter().chain([&others]));
    for first in [true, false] {
        let before = [&others].into_iter().filter(|_| first);
        let after = [&others].into_iter().filter(|_| !first);
        let forward = kept(&mut before.clone().chain(&all).chain(after.clone()));
        assert_eq!(forward, expected);
        assert_eq!(
            kept(&mut before.chain(all.iter().rev()).chain(after)),
            expected
        );
    }
}

#[test]
fn the_revocations_of_one_member_in_one_space_leave_room_for_all_others() {
    let chain = chain();
    let mut held = Statements::default();
    let key = |number: usize| {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
        SecretKey::from_seed(&seed).node_key()
    };
    let say = |by, number, space: &Space| revocation(&chain, by, key(number), space, (&[], 0));
    let last = 2 * MAX_REVOKED_NODE_KEYS;
    for number in 0..last {
        offer(&mut held, &chain, &say(3, number, &Space::Commons));
    }
    assert_eq!(held.len(), MAX_REVOKED_NODE_KEYS + 1);
    let private = Space::Private(keys(3).member);
    for (by, space) in [(4, &Space::Commons), (3, &private)] {
        let taken = accept(&mut held, &chain, &say(by, last, space));
        assert!(matches!(taken, Ok(Taken::New { .. })), "{taken:?}");
    }
}

#[test]
fn of_too_many_revocations_of_a_key_those_that_void_most_are_kept() {
    let chain = chain();
    let node_key = keys(3).node.node_key();
    let far = Tip {
        feed: FeedId::from_bytes([9; 32]),
        seq: 1_000,
        entry: EntryId::ZERO,
    };
    let say =
        |last_good: &[Tip], ms| revocation(&chain, 3, node_key, &Space::Commons, (last_good, ms));
    let weak = [say(&[far], 1), say(&[far], 2)];
    // One whose mark alone would not keep it.
    let strong = (0..)
        .map(|ms| say(&[], ms))
        .find(|said| weak.iter().all(|other| other.mark() < said.mark()))
        .unwrap();
    let mut held = Statements::default();
    for said in &weak {
        accept(&mut held, &chain, said).unwrap();
    }
    assert!(accept(&mut held, &chain, &strong).is_ok());
    assert!(
        held.marks(&Space::Commons)
            .any(|mark| mark == strong.mark())
    );
}

#[test]
fn a_steward_that_a_proposal_makes_votes_on_it_once_a_present_one_approved_it() {
    let chain = chain();
    let (proposed, other) = (all_stewards("This"), all_stewards("That"));
    let vote = Statement::Vote(approval(&proposed, 3));
    let refused = Err(StatementRefusal::NotASteward(keys(3).member));
    let mut held = Statements::default();
    assert_eq!(accept(&mut held, &chain, &vote), refused);
    // Neither a rejection nor the approval of something else is support.
    let no = Vote::reject(
        encode(&proposed),
        keys(0).member,
        String::new(),
        &keys(0).identity,
    );
    for unhelpful in [no, approval(&other, 0)] {
        accept(&mut held, &chain, &Statement::Vote(unhelpful)).unwrap();
        assert_eq!(accept(&mut held, &chain, &vote), refused);
    }
    accept(&mut held, &chain, &Statement::Vote(approval(&proposed, 0))).unwrap();
    let mut forged = approval(&proposed, 4);
    forged.steward = keys(3).member;
    assert_eq!(
        accept(&mut held, &chain, &Statement::Vote(forged)),
        Err(StatementRefusal::Bad(BadStatement::BadSignature))
    );
    assert!(accept(&mut held, &chain, &vote).is_ok());
}

#[test]
fn a_steward_that_a_proposal_makes_is_no_support_for_another_one() {
    let chain = chain();
    let mut proposals: Vec<Roster> = (0..=MAX_VOTES_PER_STEWARD)
        .map(|number| all_stewards(&format!("Number {number}")))
        .collect();
    let of_founder = |roster: &Roster| Statement::Vote(approval(roster, 0));
    proposals.sort_by_key(|roster| of_founder(roster).mark());
    let mut held = Statements::default();
    // The present steward's approval with the highest mark goes where there are too many.
    let last = proposals.pop().unwrap();
    accept(&mut held, &chain, &of_founder(&last)).unwrap();
    accept(&mut held, &chain, &Statement::Vote(approval(&last, 3))).unwrap();
    for roster in &proposals {
        accept(&mut held, &chain, &of_founder(roster)).unwrap();
    }
    assert_eq!(
        accept(&mut held, &chain, &Statement::Vote(approval(&last, 4))),
        Err(StatementRefusal::NotASteward(keys(4).member))
    );
}

#[test]
fn of_too_many_votes_of_a_steward_the_same_are_kept_and_none_of_another_goes() {
    let chain = chain();
    let mut all: Vec<Statement> = (0..MAX_VOTES_PER_STEWARD + 2)
        .map(|number| Statement::Vote(approval(&all_stewards(&number.to_string()), 0)))
        .collect();
    all.sort_by_key(Statement::mark);
    // Of another steward the vote that all of these would push out.
    let others = (0..)
        .map(|number: u32| approval(&all_stewards(&format!("Other {number}")), 1))
        .map(Statement::Vote)
        .find(|vote| all.iter().all(|other| other.mark() < vote.mark()))
        .unwrap();
    let lowest = &all[..MAX_VOTES_PER_STEWARD];
    let expected = sorted_marks(lowest.iter().chain([&others]));
    let mut orders = [all.clone(), all.clone()];
    orders[1].reverse();
    for order in orders {
        let mut held = Statements::default();
        for vote in [vec![others.clone()], order].concat() {
            offer(&mut held, &chain, &vote);
        }
        let kept: Vec<_> = held.marks(&Space::Commons).collect();
        assert_eq!(kept, expected);
    }
}

#[test]
fn of_too_many_votes_of_a_steward_its_approvals_are_kept_in_any_order() {
    let chain = chain();
    let rejected = |number: usize| {
        let (bytes, id) = (encode(&all_stewards(&number.to_string())), keys(0).member);
        Statement::Vote(Vote::reject(bytes, id, String::new(), &keys(0).identity))
    };
    let mut all: Vec<Statement> = (0..3 * MAX_VOTES_PER_STEWARD).map(rejected).collect();
    let yes = (0..4).map(|number| all_stewards(&format!("Yes {number}")));
    let yes: Vec<Statement> = yes
        .map(|roster| Statement::Vote(approval(&roster, 0)))
        .collect();
    all.sort_by_key(Statement::mark);
    let lowest = &all[..MAX_VOTES_PER_STEWARD - yes.len()];
    let expected = sorted_marks(lowest.iter().chain(&yes));
    let forward = [all.clone(), yes.clone()].concat();
    let mut orders = [forward.clone(), forward, [yes, all].concat()];
    orders[0].reverse();
    for order in orders {
        let mut held = Statements::default();
        for vote in &order {
            offer(&mut held, &chain, vote);
        }
        let kept: Vec<_> = held.marks(&Space::Commons).collect();
        assert_eq!(kept, expected);
    }
}

#[test]
fn a_node_key_is_revoked_in_the_commons_by_the_key_that_certified_it() {
    let chain = chain();
    let (key, node_key) = (keys(3).identity.identity_key(), keys(3).node.node_key());
    let mut held = Statements::default();
    let private = Space::Private(keys(3).member);
    let elsewhere = revocation(&chain, 3, node_key, &private, (&[], 0));
    let by_another = revocation(&chain, 4, node_key, &Space::Commons, (&[], 0));
    let another = keys(4).node.node_key();
    let of_another = revocation(&chain, 3, another, &Space::Commons, (&[], 0));
    for said in [elsewhere, by_another, of_another] {
        accept(&mut held, &chain, &said).unwrap();
        assert!(!held.is_revoked(&key, &node_key));
    }
    let own = revocation(&chain, 3, node_key, &Space::Commons, (&[], 0));
    accept(&mut held, &chain, &own).unwrap();
    assert!(held.is_revoked(&key, &node_key));
}

#[test]
fn the_signatures_of_a_roster_are_those_of_approvals_whoever_rejected_it_before() {
    let chain = chain();
    // Which of two votes comes first is up to their marks.
    for number in 0..8 {
        let proposed = all_stewards(&number.to_string());
        let (steward, bytes) = (keys(0), encode(&proposed));
        let reason = String::new();
        let no = Vote::reject(bytes, steward.member.clone(), reason, &steward.identity);
        let yes = approval(&proposed, 0);
        let mut held = Statements::default();
        accept(&mut held, &chain, &Statement::Vote(no)).unwrap();
        assert_eq!(held.assembled(), []);
        let signatures = vec![(steward.member, yes.signature)];
        accept(&mut held, &chain, &Statement::Vote(yes)).unwrap();
        assert_eq!(held.assembled()[0].signatures, signatures);
    }
}

fn sorted_marks<'a>(statements: impl Iterator<Item = &'a Statement>) -> Vec<Mark> {
    let mut marks: Vec<Mark> = statements.map(Statement::mark).collect();
    marks.sort_unstable();
    marks
}
