//! The charters' rules, each with what breaks it, and what holds where owners contradict each other.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod world;

use faelled_engine::limits::{MAX_CHARTER_BYTES_PER_SIGNER, MAX_GROUPS_PER_FOUNDER};
use faelled_engine::{Answer, Event, Groups, Notice, RequestFailure, RosterChain};
use faelled_proto::canonical::DecodeError;
use faelled_proto::charter::CharterRefusal;
use faelled_proto::limits::{MAX_CHARTER_VERSIONS, MAX_CUT_FEEDS, MAX_GROUPS};
use faelled_proto::{
    Charter, CharterHash, Cut, EntryId, FederationId, FeedId, GroupId, MemberId, Message,
    NodeCertificate, SecretKey, SignedCharter, Space, Tip,
};
use proptest::prelude::*;
use world::{START_MS, World, YEAR_MS, certificate, charter, first_roster, keys};

fn rosters() -> RosterChain {
    let first = first_roster(&[0, 1, 2, 3]);
    let mut rosters = RosterChain::pinned(first.federation());
    rosters.accept(first).unwrap();
    rosters
}

fn members(of: &[usize]) -> Vec<MemberId> {
    of.iter().map(|index| keys(*index).member).collect()
}

/// The first charter: members 0, 1 and 2, owned by 0 and 1.
fn first(federation: FederationId) -> Charter {
    charter(federation, &[0, 1], &[0, 1, 2])
}

/// The version after one, with these members.
fn next(before: &Charter, of: &[usize]) -> Charter {
    let members = members(of);
    let mut owners = before.owners.clone();
    owners.retain(|owner| members.contains(owner));
    Charter {
        version: before.version + 1,
        group: Some(before.group()),
        previous: Some(before.hash()),
        owners,
        members,
        ..before.clone()
    }
}

fn signed(charter: &Charter, by: usize) -> SignedCharter {
    let certificate = certificate(charter.federation, by);
    SignedCharter::sign(charter, certificate, &keys(by).node)
}

fn held(rosters: &RosterChain, charters: &[SignedCharter]) -> Groups {
    Groups::load(rosters, charters.to_vec()).unwrap()
}

fn seeing(rosters: &RosterChain, groups: &Groups, group: GroupId) -> Vec<usize> {
    let sees = |index: &usize| groups.sees(rosters, &keys(*index).member, &Space::Group(group));
    (0..9).filter(sees).collect()
}

#[test]
fn the_newest_charter_says_who_sees_and_any_who_may_have_written() {
    let rosters = rosters();
    let one = first(rosters.federation());
    let two = next(&one, &[0, 1, 3]);
    let group = one.group();
    let mut groups = held(&rosters, &[signed(&one, 0)]);
    assert_eq!(seeing(&rosters, &groups, group), [0, 1, 2]);
    assert_eq!(groups.accept(&rosters, signed(&two, 1)), Ok(true));
    assert_eq!(groups.accept(&rosters, signed(&two, 1)), Ok(false));
    assert_eq!(seeing(&rosters, &groups, group), [0, 1, 3]);
    let space = Space::Group(group);
    let wrote = |index: &usize| groups.ever_saw(&keys(*index).member, &space);
    assert_eq!((0..5).filter(wrote).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(groups.get(&group).unwrap().newest(), &two);
}

#[test]
fn whoever_is_in_the_charter_but_not_in_the_roster_sees_nothing() {
    let rosters = rosters();
    let mut one = first(rosters.federation());
    one.members = members(&[0, 1, 2, 7]);
    let groups = held(&rosters, &[signed(&one, 0)]);
    assert_eq!(seeing(&rosters, &groups, one.group()), [0, 1, 2]);
}

#[test]
fn a_charter_that_a_member_signed_who_is_no_owner_is_refused() {
    let rosters = rosters();
    let one = first(rosters.federation());
    let mut groups = Groups::default();
    let refusal = CharterRefusal::NotAnOwner(keys(2).member);
    assert_eq!(
        groups.accept(&rosters, signed(&one, 2)),
        Err(refusal.clone())
    );
    groups.accept(&rosters, signed(&one, 0)).unwrap();
    // Not even one that makes its signer an owner.
    let mut two = next(&one, &[0, 1, 2]);
    two.owners = members(&[0, 1, 2]);
    assert_eq!(groups.accept(&rosters, signed(&two, 2)), Err(refusal));
    assert_eq!(groups.get(&one.group()).unwrap().newest(), &one);
}

#[test]
fn an_owner_who_was_removed_signs_no_further_version() {
    let rosters = rosters();
    let one = first(rosters.federation());
    let two = next(&one, &[0, 2]);
    let mut groups = held(&rosters, &[signed(&one, 0), signed(&two, 0)]);
    let three = next(&two, &[0, 1, 2]);
    assert_eq!(
        groups.accept(&rosters, signed(&three, 1)),
        Err(CharterRefusal::NotAnOwner(keys(1).member))
    );
}

#[test]
fn a_signature_in_an_owners_name_by_anybody_else_is_refused() {
    let rosters = rosters();
    let one = first(rosters.federation());
    let mut groups = Groups::default();
    let mut by_another_node = signed(&one, 0);
    by_another_node.signature = signed(&one, 1).signature;
    let federation = rosters.federation();
    let impostor = NodeCertificate::issue(
        federation,
        keys(0).member,
        &SecretKey::from_seed(&[80; 32]),
        keys(0).node.node_key(),
        START_MS + YEAR_MS,
    );
    let mut longer = signed(&one, 0);
    longer.certificate.claim.expires_ms += 1;
    let mut changed = signed(&one, 0);
    changed.charter = signed(&next(&one, &[0, 1]), 0).charter;
    for (forged, refusal) in [
        (by_another_node, CharterRefusal::BadSignature),
        (longer, CharterRefusal::BadSignature),
        (
            SignedCharter::sign(&one, impostor, &keys(0).node),
            CharterRefusal::UnknownMember(keys(0).member),
        ),
        (changed, CharterRefusal::Predecessor { version: 2 }),
    ] {
        assert_eq!(groups.accept(&rosters, forged), Err(refusal));
    }
    assert_eq!(groups.iter().count(), 0);
}

#[test]
fn a_charter_out_of_its_place_is_refused() {
    let rosters = rosters();
    let one = first(rosters.federation());
    let two = next(&one, &[0, 1]);
    let mut groups = Groups::default();
    assert_eq!(
        groups.accept(&rosters, signed(&two, 0)),
        Err(CharterRefusal::Predecessor { version: 2 })
    );
    groups.accept(&rosters, signed(&one, 0)).unwrap();
    let mut unlinked = two.clone();
    unlinked.previous = Some(CharterHash::of(&[b"another"]));
    assert_eq!(
        groups.accept(&rosters, signed(&unlinked, 0)),
        Err(CharterRefusal::Predecessor { version: 2 })
    );
    let mut skipped = two.clone();
    skipped.version = 3;
    assert_eq!(
        groups.accept(&rosters, signed(&skipped, 0)),
        Err(CharterRefusal::Version {
            expected: 2,
            found: 3
        })
    );
    let mut elsewhere = two;
    elsewhere.group = Some(GroupId::of(&[b"another"]));
    assert_eq!(
        groups.accept(&rosters, signed(&elsewhere, 0)),
        Err(CharterRefusal::Predecessor { version: 2 }),
        "a group that is not held has no version to follow"
    );
    let mut foreign = first(FederationId::of(&[b"another"]));
    foreign.nonce = [9; 16];
    assert_eq!(
        groups.accept(&rosters, signed(&foreign, 0)),
        Err(CharterRefusal::OtherFederation)
    );
    let mut ownerless = first(rosters.federation());
    ownerless.owners.clear();
    assert!(matches!(
        groups.accept(&rosters, signed(&ownerless, 0)),
        Err(CharterRefusal::Undecodable(DecodeError::Invalid(_)))
    ));
}

#[test]
fn nobody_fills_the_room_that_all_groups_share() {
    let rosters = rosters();
    let mut groups = Groups::default();
    let found = |number: usize, by: usize| {
        let mut charter = first(rosters.federation());
        charter.nonce[..8].copy_from_slice(&(number as u64).to_le_bytes());
        signed(&charter, by)
    };
    for number in 0..MAX_GROUPS_PER_FOUNDER {
        groups.accept(&rosters, found(number, 0)).unwrap();
    }
    assert_eq!(
        groups.accept(&rosters, found(MAX_GROUPS_PER_FOUNDER, 0)),
        Err(CharterRefusal::TooMany)
    );
    assert_eq!(
        groups.accept(&rosters, found(MAX_GROUPS_PER_FOUNDER, 1)),
        Ok(true)
    );
}

#[test]
fn so_many_groups_are_kept_and_so_many_charters_of_each() {
    let founders = MAX_GROUPS / MAX_GROUPS_PER_FOUNDER;
    let all: Vec<usize> = (0..=founders).collect();
    let roster = first_roster(&all);
    let mut rosters = RosterChain::pinned(roster.federation());
    rosters.accept(roster).unwrap();
    let mut groups = Groups::default();
    let found = |number: usize, by: usize| {
        let mut charter = first(rosters.federation());
        charter.nonce[..8].copy_from_slice(&(number as u64).to_le_bytes());
        charter.members = members(&[by]);
        charter.owners.clone_from(&charter.members);
        charter
    };
    for number in 0..MAX_GROUPS {
        let by = number / MAX_GROUPS_PER_FOUNDER;
        let charter = signed(&found(number, by), by);
        groups.accept(&rosters, charter).unwrap();
    }
    let full = Err(CharterRefusal::TooMany);
    let one_more = signed(&found(MAX_GROUPS, founders), founders);
    assert_eq!(groups.accept(&rosters, one_more), full);
    // Those that are there go on, up to a bound of their own.
    let one = found(0, 0);
    for number in 1..=MAX_CHARTER_VERSIONS {
        let mut two = next(&one, &[0]);
        two.claimed_ms = number as u64;
        let taken = groups.accept(&rosters, signed(&two, 0));
        let expected = if number < MAX_CHARTER_VERSIONS {
            Ok(true)
        } else {
            full.clone()
        };
        assert_eq!(taken, expected, "{number}");
    }
}

#[test]
fn nobody_fills_the_memory_of_others_with_charters() {
    let rosters = rosters();
    let mut groups = Groups::default();
    // As long as a charter may be, nearly: it cuts one member's feeds after the other.
    let long = |number: u8| {
        let mut charter = first(rosters.federation());
        charter.nonce[0] = number;
        let mut two = next(&charter, &[0, 1]);
        let tip = |feed: usize| {
            let mut id = [0; 32];
            id[..8].copy_from_slice(&(feed as u64).to_be_bytes());
            Tip {
                feed: FeedId::from_bytes(id),
                seq: 1,
                entry: EntryId::from_bytes([1; 32]),
            }
        };
        let last_good = (0..MAX_CUT_FEEDS).map(tip).collect();
        two.removed = vec![Cut {
            member: keys(2).member,
            identity_key: None,
            last_good,
        }];
        (charter, two)
    };
    let mut bytes = 0;
    let mut full = None;
    for number in 0..100 {
        let (one, two) = long(number);
        for charter in [signed(&one, 1), signed(&two, 0)] {
            let by_the_first = charter.signer() == &keys(0).member;
            let length = charter.charter.len();
            match groups.accept(&rosters, charter.clone()) {
                Ok(_) => bytes += if by_the_first { length } else { 0 },
                Err(refusal) => {
                    assert_eq!(refusal, CharterRefusal::TooMany);
                    assert!(by_the_first);
                    assert!(bytes <= MAX_CHARTER_BYTES_PER_SIGNER);
                    assert!(bytes + length > MAX_CHARTER_BYTES_PER_SIGNER);
                    full = Some(signed(&two, 1));
                }
            }
        }
    }
    // Others have room of their own.
    let full = full.expect("it was full");
    assert_eq!(groups.accept(&rosters, full), Ok(true));
}

/// Version 2 without member 2, and another version 2, by an owner whom it removes, that has it.
fn contradiction(federation: FederationId) -> [Charter; 3] {
    let one = first(federation);
    let without = next(&one, &[0, 3]);
    let other = next(&one, &[0, 1, 2, 3]);
    [one, without, other]
}

#[test]
fn two_versions_after_one_freeze_the_group_there_and_bring_nobody_back() {
    let rosters = rosters();
    let [one, without, other] = contradiction(rosters.federation());
    let group = one.group();
    let mut groups = held(&rosters, &[signed(&one, 0), signed(&without, 0)]);
    assert_eq!(groups.accept(&rosters, signed(&other, 1)), Ok(true));
    let frozen = groups.get(&group).unwrap();
    assert!(frozen.is_frozen());
    assert_eq!(frozen.newest(), &one);
    // 1 and 2 were removed by one of the two, 3 was not there before: they do not see it.
    assert_eq!(seeing(&rosters, &groups, group), [0]);
    // A later version of either side changes nothing of that.
    let later = next(&other, &[0, 1, 2, 3]);
    groups.accept(&rosters, signed(&later, 1)).unwrap();
    assert_eq!(seeing(&rosters, &groups, group), [0]);
    assert_eq!(groups.get(&group).unwrap().newest(), &one);
}

#[test]
fn a_contradiction_reaches_all_members_and_ends_every_change() {
    let mut world = World::new(4);
    let group = world.found(0, &[1, 2]);
    for index in 1..4 {
        world.connect(index, 0);
    }
    world.connect(2, 1);
    // The owner's node is restored from a copy made before it changed the group, and changes it anew.
    let copy = world.nodes[0].disk.clone();
    assert_eq!(world.change(0, group, &[3], &[]), Answer::Group(group));
    world.cut_all(0);
    world.restart(0, world::config(world.federation, 0), copy);
    assert_eq!(world.remove_unmet(0, group, 2), Answer::Group(group));
    world.connect(1, 0);
    for node in 0..2 {
        let status = &world.nodes[node].engine.groups()[0];
        assert!(status.is_frozen && status.is_member, "node {node}");
        assert_eq!(status.charter.version, 1);
    }
    let Answer::Failed(failure) = world.change(0, group, &[3], &[]) else {
        panic!("a frozen group was changed")
    };
    assert_eq!(failure, RequestFailure::GroupFrozen);
    // What is written goes on between those whom nobody removed.
    world.write(1, &Space::Group(group), "still");
    assert_eq!(world.bodies(0), ["still"]);
    assert!(world.bodies(2).is_empty() && world.bodies(3).is_empty());
}

#[test]
fn an_owner_restored_from_an_old_disk_first_hears_what_it_signed() {
    let mut world = World::new(4);
    let group = world.found(0, &[1, 2]);
    let alone = world.found(0, &[]);
    world.connect(1, 0);
    let copy = world.nodes[0].disk.clone();
    assert_eq!(world.change(0, group, &[], &[2]), Answer::Group(group));
    world.cut_all(0);
    world.restart(0, world::config(world.federation, 0), copy);
    let not_met = Answer::Failed(RequestFailure::GroupNotMet);
    assert_eq!(world.change(0, group, &[3], &[]), not_met);
    // Nor has it met anybody by meeting who is not in the group, or who tells it something that it has yet to store.
    world.connect(3, 0);
    assert_eq!(world.change(0, group, &[3], &[]), not_met);
    world.nodes[0].disk.full = true;
    world.connect(1, 0);
    world.nodes[0].disk.full = false;
    assert_eq!(world.change(0, group, &[3], &[]), not_met);
    // Where nobody else is, there is nobody to ask.
    assert_eq!(world.change(0, alone, &[3], &[]), Answer::Group(alone));
    world.cut_all(1);
    world.connect(1, 0);
    assert_eq!(world.change(0, group, &[3], &[]), Answer::Group(group));
    world.connect(2, 0);
    for node in [0, 1] {
        let groups = world.nodes[node].engine.groups();
        let status = groups.iter().find(|status| status.group == group).unwrap();
        assert!(!status.is_frozen, "node {node}");
        assert_eq!(status.charter.version, 3);
        assert_eq!(status.charter.members, members(&[0, 1, 3]));
    }
}

#[test]
fn a_forged_charter_is_refused_with_its_reason_and_answered_by_nothing() {
    let mut world = World::new(3);
    let group = world.found(0, &[1, 2]);
    world.connect(1, 0);
    let newest = world.nodes[1].engine.groups()[0].charter.clone();
    let forged = signed(&next(&newest, &[0, 1]), 1);
    let link = *world.nodes[0].links.keys().next().unwrap();
    let message = Message::Charters(vec![forged]);
    let event = Event::Received {
        connection: link,
        message,
    };
    let actions = world.nodes[0].engine.handle(world.now_ms, event);
    let refusal = CharterRefusal::NotAnOwner(keys(1).member);
    let notice = Notice::CharterRefused {
        connection: link,
        refusal,
    };
    assert_eq!(actions, [faelled_engine::Action::Notice(notice)]);
    let charter = &world.nodes[0].engine.groups()[0].charter;
    assert_eq!((charter.group(), charter.version), (group, 1));
}

/// A tree of charters: each follows one before it, signed by one of its owners.
fn tree() -> impl Strategy<Value = Vec<SignedCharter>> {
    let step = (any::<prop::sample::Index>(), 1_usize..8, any::<u8>());
    proptest::collection::vec(step, 1..10).prop_map(|steps| {
        let mut charters = vec![first(rosters().federation())];
        for (before, set, nonce) in steps {
            let before = &charters[before.index(charters.len())];
            let of: Vec<usize> = (1..4).filter(|index| set >> (index - 1) & 1 == 1).collect();
            let mut following = next(before, &[&[0], of.as_slice()].concat());
            following.nonce = [nonce; 16];
            if !charters.contains(&following) {
                charters.push(following);
            }
        }
        charters.iter().map(|charter| signed(charter, 0)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn who_sees_a_group_does_not_depend_on_the_order_in_which_its_charters_came(
        (charters, shuffled) in tree().prop_flat_map(|charters| {
            (Just(charters.clone()), Just(charters).prop_shuffle())
        })
    ) {
        let rosters = rosters();
        let whole = held(&rosters, &charters);
        // Whatever comes before what it follows is refused, and comes again.
        let mut groups = Groups::default();
        for _ in 0..charters.len() {
            for signed in &shuffled {
                let accepted = groups.accept(&rosters, signed.clone());
                prop_assert!(
                    matches!(accepted, Ok(_) | Err(CharterRefusal::Predecessor { .. })),
                    "{:?}",
                    accepted
                );
            }
        }
        let group = charters[0].decode().unwrap().group();
        let of = |groups: &Groups| {
            let held = groups.get(&group).unwrap();
            let hashes: Vec<CharterHash> = held.hashes().collect();
            let seeing = seeing(&rosters, groups, group);
            (held.newest().clone(), held.is_frozen(), hashes, seeing)
        };
        let (newest, is_frozen, hashes, seeing) = of(&groups);
        prop_assert_eq!(hashes.len(), charters.len());
        prop_assert_eq!(&(newest.clone(), is_frozen, hashes, seeing.clone()), &of(&whole));
        prop_assert!(seeing.iter().all(|index| newest.names(&keys(*index).member)));
        // What is sent on is taken in by whoever holds nothing, from the first to the last.
        let sent = groups.get(&group).unwrap().charters();
        let mut fresh = Groups::default();
        for signed in sent {
            prop_assert_eq!(fresh.accept(&rosters, signed.clone()), Ok(true));
        }
    }
}
