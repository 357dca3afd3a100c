//! Whom a cut concerns: one member, one identity key, one node key, one space.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod rosters;
mod world;

use faelled_engine::limits::MAX_REVOKED_NODE_KEYS;
use faelled_engine::{Ceiling, Cuts, FeedFacts, Ground, Groups, RosterChain, Statements};
use faelled_proto::canonical::encode;
use faelled_proto::roster::Extension;
use faelled_proto::statement::Revocation;
use faelled_proto::{
    Charter, Cut, FederationId, FeedId, GroupId, IdentityKey, MemberId, NodeKey, Roster, SecretKey,
    SignedCharter, SignedRoster, Space, Statement, Tip,
};
use rosters::{first, holding, next, record, signed, tip, without};
use world::{START_MS, certificate, charter, keys};

/// A feed of a member, in the commons, under its first identity key and node key.
#[derive(Clone)]
struct Of {
    feed: FeedId,
    member: MemberId,
    identity_key: IdentityKey,
    node_key: NodeKey,
    space: Space,
}

fn of(member: usize, feed: u8) -> Of {
    let keys = keys(member);
    Of {
        feed: tip(feed).feed,
        member: keys.member,
        identity_key: keys.identity.identity_key(),
        node_key: keys.node.node_key(),
        space: Space::Commons,
    }
}

/// What cuts.
#[derive(Default)]
struct Held {
    groups: Groups,
    statements: Statements,
}

impl Held {
    fn ceiling(&self, rosters: &RosterChain, of: &Of) -> (Ceiling, Vec<Ground>) {
        let cuts = Cuts {
            rosters,
            groups: &self.groups,
            statements: &self.statements,
        };
        cuts.ceiling(FeedFacts {
            feed: of.feed,
            member: &of.member,
            identity_key: of.identity_key,
            node_key: of.node_key,
            space: &of.space,
        })
    }

    /// Of a feed's node key nothing counts in the feed's space, says the identity key under which the feed stands.
    fn revoked(rosters: &RosterChain, of: &Of, identity: &SecretKey) -> Self {
        let mut held = Self::default();
        held.revoke(rosters, of, identity, Vec::new());
        held
    }

    fn revoke(
        &mut self,
        rosters: &RosterChain,
        of: &Of,
        identity: &SecretKey,
        last_good: Vec<Tip>,
    ) {
        let said = Revocation {
            federation: rosters.federation(),
            member: of.member.clone(),
            identity_key: identity.identity_key(),
            node_key: of.node_key,
            space: of.space.clone(),
            last_good,
            charters: Vec::new(),
            successor: None,
            claimed_ms: START_MS,
        };
        let statement = Statement::Revocation(said.sign(identity));
        self.statements
            .accept(rosters, &self.groups, statement)
            .unwrap();
    }
}

/// An identity key that members get later.
fn later(number: u8) -> SecretKey {
    SecretKey::from_seed(&[200 + number; 32])
}

fn rekeyed(before: &SignedRoster, member: usize, key: &SecretKey) -> Roster {
    let mut roster = next(before, "Another key");
    let id = keys(member).member;
    let record = roster.members.iter_mut().find(|record| record.id == id);
    record.unwrap().identity_key = key.identity_key();
    roster
}

/// A roster with a cut of a member's identity key.
fn cutting(mut roster: Roster, member: usize, key: &SecretKey, last_good: Vec<Tip>) -> Roster {
    let cuts = vec![Cut {
        member: keys(member).member,
        identity_key: Some(key.identity_key()),
        last_good,
    }];
    roster.extensions = vec![Extension {
        number: Extension::CUTS,
        bytes: encode(&cuts),
    }];
    roster
}

fn by_two(roster: &Roster) -> SignedRoster {
    signed(roster, &[0, 1])
}

/// Member 9 comes, with the identity key that member 3 had.
fn with_the_key_of_3(before: &SignedRoster) -> SignedRoster {
    let mut roster = next(before, "Member 9");
    let mut newcomer = record(9);
    newcomer.identity_key = keys(3).identity.identity_key();
    roster.members.push(newcomer);
    by_two(&roster)
}

#[test]
fn of_two_replaced_keys_each_keeps_what_its_own_cut_names() {
    let one = first();
    let (second, third) = (later(1), later(2));
    let old = keys(3).identity;
    let two = rekeyed(&one, 3, &second);
    let two = by_two(&cutting(two, 3, &old, vec![tip(1)]));
    let three = rekeyed(&two, 3, &third);
    let three = by_two(&cutting(three, 3, &second, vec![tip(2)]));
    let chain = holding(&[&one, &two, &three]);
    let held = Held::default();
    let replaced = vec![Ground::ReplacedKey];
    let by_first = of(3, 1);
    assert_eq!(
        held.ceiling(&chain, &by_first),
        (Ceiling::At(tip(1)), replaced.clone())
    );
    let by_second = Of {
        identity_key: second.identity_key(),
        ..of(3, 2)
    };
    assert_eq!(
        held.ceiling(&chain, &by_second),
        (Ceiling::At(tip(2)), replaced)
    );
    let by_third = Of {
        identity_key: third.identity_key(),
        ..of(3, 3)
    };
    assert_eq!(held.ceiling(&chain, &by_third).0, Ceiling::Open);
}

#[test]
fn a_cut_is_of_one_member_also_where_another_gets_its_key() {
    let one = first();
    let two = by_two(&without(next(&one, "Without 3"), 3, 1));
    let three = with_the_key_of_3(&two);
    let mut gone = next(&three, "Without 9");
    gone.members.retain(|member| member.id != keys(9).member);
    let four = by_two(&cutting(gone, 9, &keys(3).identity, vec![tip(2)]));
    let chain = holding(&[&one, &two, &three, &four]);
    let of_nine = Of {
        member: keys(9).member,
        ..of(3, 2)
    };
    let removed = vec![Ground::RemovedMember];
    assert_eq!(
        Held::default().ceiling(&chain, &of_nine),
        (Ceiling::At(tip(2)), removed)
    );
}

#[test]
fn a_roster_cuts_in_the_commons_alone() {
    let one = first();
    let two = by_two(&without(next(&one, "Without 3"), 3, 1));
    let chain = holding(&[&one, &two]);
    let held = Held::default();
    assert_eq!(held.ceiling(&chain, &of(3, 2)).0, Ceiling::Nothing);
    for space in [
        Space::Group(GroupId::of(&[b"group"])),
        Space::Private(keys(3).member),
    ] {
        let elsewhere = Of { space, ..of(3, 2) };
        assert_eq!(held.ceiling(&chain, &elsewhere).0, Ceiling::Open);
    }
}

#[test]
fn a_revocation_is_of_one_node_key() {
    let chain = holding(&[&first()]);
    let held = Held::revoked(&chain, &of(3, 1), &keys(3).identity);
    assert_eq!(
        held.ceiling(&chain, &of(3, 1)),
        (Ceiling::Nothing, vec![Ground::RevokedKey])
    );
    let by_another = Of {
        node_key: keys(4).node.node_key(),
        ..of(3, 2)
    };
    assert_eq!(held.ceiling(&chain, &by_another).0, Ceiling::Open);
}

#[test]
fn what_was_voided_in_a_group_stays_so_when_its_author_is_removed() {
    let one = first();
    let chain = holding(&[&one]);
    let founder = founded(chain.federation());
    let in_group = Of {
        space: Space::Group(founder.group()),
        ..of(3, 1)
    };
    let certificate = certificate(chain.federation(), 0);
    let mut held = Held::default();
    let signed = SignedCharter::sign(&founder, certificate, &keys(0).node);
    held.groups.accept(&chain, signed).unwrap();
    held.revoke(&chain, &in_group, &keys(3).identity, Vec::new());
    let void = (Ceiling::Nothing, vec![Ground::RevokedKey]);
    assert_eq!(held.ceiling(&chain, &in_group), void);
    let two = by_two(&without(next(&one, "Without 3"), 3, 1));
    let chain = holding(&[&one, &two]);
    assert_eq!(held.ceiling(&chain, &in_group), void);
}

#[test]
fn who_gives_up_a_key_after_leaving_a_group_voids_nothing_that_its_owner_listed() {
    let chain = holding(&[&first()]);
    let one = founded(chain.federation());
    let two = charter_without(&one, 2, tip(2));
    let of_two = Of {
        space: Space::Group(one.group()),
        ..of(2, 2)
    };
    let mut held = Held::revoked(&chain, &of(2, 1), &keys(2).identity);
    for charter in [&one, &two] {
        let certificate = certificate(chain.federation(), 0);
        let signed = SignedCharter::sign(charter, certificate, &keys(0).node);
        held.groups.accept(&chain, signed).unwrap();
    }
    let removed = vec![Ground::RemovedFromGroup];
    let counts = (Ceiling::At(tip(2)), removed);
    assert_eq!(held.ceiling(&chain, &of_two), counts);
}

#[test]
fn of_a_key_that_was_given_up_counts_where_its_owner_says_so() {
    let chain = holding(&[&first()]);
    let mut held = Held::revoked(&chain, &of(3, 1), &keys(3).identity);
    let private = Of {
        space: Space::Private(keys(3).member),
        ..of(3, 2)
    };
    let void = (Ceiling::Nothing, vec![Ground::RevokedKey]);
    assert_eq!(held.ceiling(&chain, &private), void);
    held.revoke(&chain, &private, &keys(3).identity, vec![tip(2)]);
    // Said of a private space alone, it gives up no key.
    let mut alone = Held::default();
    alone.revoke(&chain, &private, &keys(3).identity, vec![tip(2)]);
    assert_eq!(alone.ceiling(&chain, &of(3, 1)).0, Ceiling::Open);
    let (ceiling, _) = held.ceiling(&chain, &private);
    assert_eq!(ceiling, Ceiling::At(tip(2)));
}

#[test]
fn an_identity_key_that_stewards_replaced_revokes_nothing_any_more() {
    let (one, old) = (first(), keys(3).identity);
    let two = rekeyed(&one, 3, &later(1));
    let two = by_two(&cutting(two, 3, &old, vec![tip(1)]));
    let mut chain = holding(&[&one]);
    let held = Held::revoked(&chain, &of(3, 1), &old);
    assert_eq!(held.ceiling(&chain, &of(3, 1)).0, Ceiling::Nothing);
    chain.accept(two).unwrap();
    let replaced = vec![Ground::ReplacedKey];
    assert_eq!(
        held.ceiling(&chain, &of(3, 1)),
        (Ceiling::At(tip(1)), replaced)
    );
}

#[test]
fn a_key_that_no_roster_cut_still_revokes_what_it_certified() {
    let (one, old, second) = (first(), keys(3).identity, later(1));
    let two = rekeyed(&one, 3, &second);
    let two = by_two(&cutting(two, 3, &old, Vec::new()));
    // It goes, but nothing is cut.
    let three = by_two(&rekeyed(&two, 3, &later(2)));
    let chain = holding(&[&one, &two, &three]);
    let by_second = Of {
        identity_key: second.identity_key(),
        ..of(3, 2)
    };
    let held = Held::revoked(&chain, &by_second, &second);
    assert_eq!(
        held.ceiling(&chain, &by_second),
        (Ceiling::Nothing, vec![Ground::RevokedKey])
    );
}

#[test]
fn of_an_identity_key_that_is_spent_in_a_space_nothing_counts_there() {
    let (chain, key) = (holding(&[&first()]), keys(3).identity);
    let commons = of(3, 2);
    let private = Of {
        space: Space::Private(commons.member.clone()),
        ..of(3, 4)
    };
    // One that another space is about counts on.
    for spent in [&commons, &private] {
        let mut held = Held::default();
        for number in 0..=MAX_REVOKED_NODE_KEYS {
            let mut seed = [251; 32];
            seed[0] = u8::try_from(number).unwrap();
            let another = Of {
                node_key: SecretKey::from_seed(&seed).node_key(),
                ..spent.clone()
            };
            assert_eq!(held.ceiling(&chain, spent), (Ceiling::Open, vec![]));
            held.revoke(&chain, &another, &key, vec![tip(2), tip(4)]);
        }
        let nothing = (Ceiling::Nothing, vec![Ground::RevokedKey]);
        assert_eq!(held.ceiling(&chain, spent), nothing);
        // Who gave up a key in the commons gave it up everywhere.
        let other = match spent.space {
            Space::Commons => nothing,
            _ => (Ceiling::Open, vec![]),
        };
        for of in [&commons, &private] {
            if of.space != spent.space {
                assert_eq!(held.ceiling(&chain, of), other);
            }
        }
    }
}

#[test]
fn a_key_that_was_cut_with_one_member_still_revokes_for_another() {
    let (one, key) = (first(), keys(3).identity);
    let two = by_two(&without(next(&one, "Without 3"), 3, 1));
    let three = with_the_key_of_3(&two);
    let four = by_two(&rekeyed(&three, 9, &later(1)));
    let chain = holding(&[&one, &two, &three, &four]);
    let of_nine = Of {
        member: keys(9).member,
        ..of(3, 2)
    };
    let held = Held::revoked(&chain, &of_nine, &key);
    assert_eq!(
        held.ceiling(&chain, &of_nine),
        (Ceiling::Nothing, vec![Ground::RevokedKey])
    );
}

/// The next version of a charter, without a member of whose feed this one counts.
fn charter_without(before: &Charter, member: usize, last_good: Tip) -> Charter {
    let member = keys(member).member;
    let members = before.members.iter().filter(|other| **other != member);
    Charter {
        version: before.version + 1,
        group: Some(before.group()),
        previous: Some(before.hash()),
        members: members.cloned().collect(),
        removed: vec![Cut {
            member: member.clone(),
            identity_key: None,
            last_good: vec![last_good],
        }],
        ..before.clone()
    }
}

fn founded(federation: FederationId) -> Charter {
    charter(federation, &[0], &[0, 1, 2, 3])
}

#[test]
fn a_charter_cuts_the_member_that_it_names() {
    let chain = holding(&[&first()]);
    let one = founded(chain.federation());
    let two = charter_without(&one, 2, tip(2));
    let three = charter_without(&two, 3, tip(3));
    let mut held = Held::default();
    for charter in [&one, &two, &three] {
        let certificate = certificate(chain.federation(), 0);
        let signed = SignedCharter::sign(charter, certificate, &keys(0).node);
        held.groups.accept(&chain, signed).unwrap();
    }
    for (member, feed) in [(2, 2), (3, 3)] {
        let space = Space::Group(one.group());
        let removed = vec![Ground::RemovedFromGroup];
        assert_eq!(
            held.ceiling(
                &chain,
                &Of {
                    space,
                    ..of(member, feed)
                }
            ),
            (Ceiling::At(tip(feed)), removed)
        );
    }
}
