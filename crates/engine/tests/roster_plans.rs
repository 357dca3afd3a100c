//! The next version of the roster, as it is proposed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod rosters;
mod world;

use faelled_engine::RosterChain;
use faelled_engine::roster::{Change, Needed, PlanRefusal};
use faelled_proto::limits::{MAX_CUTS, MAX_MEMBERS, MAX_NOTE_BYTES, MAX_STEWARDS};
use faelled_proto::{Cut, IdentityKey, MemberId, Roster, RosterHash, SecretKey, SignedRoster};
use rosters::{
    first, head, holding, next, record, resolution, resolved, signed, then, tip, without,
};
use world::keys;

const NOW_MS: u64 = 1_800_000_000_000;

fn plan(chain: &RosterChain, change: &Change) -> Result<Roster, PlanRefusal> {
    chain.plan(change, None, NOW_MS)
}

fn members(indices: &[usize]) -> Vec<MemberId> {
    indices.iter().map(|index| keys(*index).member).collect()
}

fn remove(member: usize) -> Change {
    Change::Remove {
        member: keys(member).member,
        last_good: vec![tip(2), tip(1)],
    }
}

fn rekey(member: usize, identity_key: IdentityKey) -> Change {
    Change::Rekey {
        member: keys(member).member,
        identity_key,
        last_good: vec![tip(1)],
    }
}

fn stewards(indices: &[usize], threshold: Option<u16>) -> Change {
    Change::Stewards {
        stewards: members(indices),
        threshold,
    }
}

fn cut(member: usize) -> Cut {
    Cut {
        member: keys(member).member,
        identity_key: Some(keys(member).identity.identity_key()),
        last_good: vec![tip(1), tip(2)],
    }
}

#[test]
fn an_admission_follows_what_holds_and_is_taken_when_it_is_signed() {
    let first = first();
    let mut chain = holding(&[&first]);
    let change = Change::Admit(record(5));
    let planned = chain.plan(&change, Some("Velkommen"), NOW_MS).unwrap();
    assert_eq!(planned.version, 2);
    assert_eq!(planned.previous, [first.hash()]);
    assert_eq!(planned.claimed_ms, NOW_MS);
    assert_eq!(planned.note(), Some("Velkommen"));
    assert_eq!(planned.cuts(), Ok(Vec::new()));
    assert!(chain.is_live(&planned));
    chain.accept(signed(&planned, &[1, 2])).unwrap();
    assert_eq!(chain.member(&keys(5).member), Some(&record(5)));
    assert!(!chain.is_live(&planned), "it is held");
    let rename = plan(&chain, &Change::Admit(record(6))).unwrap();
    assert_eq!(rename.note(), None, "a note is not carried over");
}

#[test]
fn an_admission_of_a_member_or_with_a_members_key_is_refused() {
    let chain = holding(&[&first()]);
    assert_eq!(
        plan(&chain, &Change::Admit(record(4))),
        Err(PlanRefusal::AlreadyMember(keys(4).member))
    );
    let mut copied = record(5);
    copied.identity_key = keys(3).identity.identity_key();
    assert_eq!(
        plan(&chain, &Change::Admit(copied)),
        Err(PlanRefusal::KeyInUse(keys(3).member))
    );
    let mut long = record(5);
    long.name = "x".repeat(201);
    assert!(matches!(
        plan(&chain, &Change::Admit(long)),
        Err(PlanRefusal::Invalid(_))
    ));
}

#[test]
fn a_removed_member_is_cut_and_no_steward_any_longer() {
    let first = first();
    let mut chain = holding(&[&first]);
    let planned = plan(&chain, &remove(3)).unwrap();
    assert!(planned.member(&keys(3).member).is_none());
    assert_eq!(planned.cuts(), Ok(vec![cut(3)]), "sorted by feed");
    assert_eq!((planned.stewards.len(), planned.threshold), (3, 2));

    let four = plan(&chain, &stewards(&[0, 1, 2, 3], None)).unwrap();
    let four = holding(&[&first, &signed(&four, &[0, 1, 2])]);
    let planned = plan(&four, &remove(3)).unwrap();
    assert_eq!((planned.stewards.len(), planned.threshold), (3, 2));

    let planned = plan(&chain, &remove(0)).unwrap();
    assert_eq!(planned.stewards, members(&[1, 2]));
    assert_eq!(planned.threshold, 2, "more than half of those left");
    chain.accept(signed(&planned, &[1, 2])).unwrap();
    assert_eq!(chain.cuts(), [&cut(0)]);
    let planned = plan(&chain, &Change::Admit(record(0))).unwrap();
    assert_eq!(planned.cuts(), Ok(Vec::new()), "cuts are not carried over");
    chain.accept(signed(&planned, &[1, 2])).unwrap();
    assert_eq!(chain.cuts(), [&cut(0)], "they stay in force");
}

#[test]
fn the_last_steward_is_not_removed() {
    let first = world::first_roster(&[0, 1]);
    let chain = holding(&[&first]);
    assert_eq!(
        plan(&chain, &remove(0)),
        Err(PlanRefusal::LastSteward(keys(0).member))
    );
    assert_eq!(
        plan(&chain, &remove(7)),
        Err(PlanRefusal::UnknownMember(keys(7).member))
    );
}

#[test]
fn a_new_identity_key_cuts_the_old_one() {
    let first = first();
    let mut chain = holding(&[&first]);
    let fresh = SecretKey::from_seed(&[77; 32]).identity_key();
    let planned = plan(&chain, &rekey(1, fresh)).unwrap();
    assert_eq!(planned.member(&keys(1).member).unwrap().identity_key, fresh);
    assert_eq!(
        planned.cuts(),
        Ok(vec![Cut {
            last_good: vec![tip(1)],
            ..cut(1)
        }])
    );
    assert_eq!(planned.stewards, members(&[0, 1, 2]), "it stays a steward");
    let other = keys(2).identity.identity_key();
    assert_eq!(
        plan(&chain, &rekey(1, other)),
        Err(PlanRefusal::KeyInUse(keys(2).member))
    );
    assert_eq!(
        plan(&chain, &rekey(9, fresh)),
        Err(PlanRefusal::UnknownMember(keys(9).member))
    );
    chain.accept(signed(&planned, &[0, 2])).unwrap();
    for former in [fresh, keys(1).identity.identity_key()] {
        assert_eq!(
            plan(&chain, &rekey(1, former)),
            Err(PlanRefusal::FormerKey(keys(1).member))
        );
    }
}

#[test]
fn stewards_are_members_and_a_majority_of_them_signs() {
    let chain = holding(&[&first()]);
    let planned = plan(&chain, &stewards(&[4, 3, 1, 0, 3], None)).unwrap();
    assert_eq!(planned.stewards, members(&[0, 1, 3, 4]));
    assert_eq!(planned.threshold, 3, "the smallest majority");
    let planned = plan(&chain, &stewards(&[0, 1, 3, 4], Some(4))).unwrap();
    assert_eq!(planned.threshold, 4);
    for threshold in [0, 2, 5] {
        assert_eq!(
            plan(&chain, &stewards(&[0, 1, 3, 4], Some(threshold))),
            Err(PlanRefusal::Threshold {
                least: 3,
                stewards: 4
            })
        );
    }
    assert_eq!(
        plan(&chain, &stewards(&[0, 8], None)),
        Err(PlanRefusal::UnknownMember(keys(8).member))
    );
    assert_eq!(
        plan(&chain, &stewards(&[], None)),
        Err(PlanRefusal::NoSteward)
    );
    assert_eq!(
        plan(&chain, &stewards(&[2, 1, 0], Some(2))),
        Err(PlanRefusal::NothingChanges)
    );
}

#[test]
fn more_than_a_hundred_stewards_are_refused() {
    let roster = crowded(first().decode().unwrap(), MAX_STEWARDS);
    let chain = holding(&[&signed(&roster, &[0, 1])]);
    let all = roster.members.into_iter().map(|member| member.id).collect();
    let change = Change::Stewards {
        stewards: all,
        threshold: None,
    };
    assert_eq!(
        plan(&chain, &change),
        Err(PlanRefusal::TooMany {
            what: "stewards",
            limit: MAX_STEWARDS
        })
    );
}

/// The roster with this many members more.
fn crowded(mut roster: Roster, more: usize) -> Roster {
    for number in 0..more {
        let mut member = record(5);
        member.id = format!("dk-x{number:05}").parse().unwrap();
        let mut key = [7; 32];
        key[..8].copy_from_slice(&(number as u64).to_le_bytes());
        member.identity_key = IdentityKey::from_bytes(key);
        roster.members.push(member);
    }
    roster
}

#[test]
fn more_members_or_cuts_than_a_roster_holds_are_refused() {
    let full = crowded(first().decode().unwrap(), MAX_MEMBERS - 5);
    let chain = holding(&[&signed(&full, &[0, 1])]);
    assert_eq!(
        plan(&chain, &Change::Admit(record(5))),
        Err(PlanRefusal::TooMany {
            what: "members",
            limit: MAX_MEMBERS
        })
    );
    let first = first();
    let left = signed(&crowded(next(&first, "Left"), MAX_CUTS + 1), &[0, 1]);
    let right = then(&first, "Right");
    let chain = holding(&[&first, &left, &right]);
    let keep = right.hash();
    assert_eq!(
        plan(&chain, &Change::Resolve { keep }),
        Err(PlanRefusal::TooMany {
            what: "cuts",
            limit: MAX_CUTS
        })
    );
    let keep = left.hash();
    assert!(plan(&chain, &Change::Resolve { keep }).is_ok());
}

#[test]
fn a_note_has_a_limit() {
    let chain = holding(&[&first()]);
    let note = "x".repeat(MAX_NOTE_BYTES);
    let change = Change::Admit(record(5));
    let planned = chain.plan(&change, Some(&note), NOW_MS).unwrap();
    assert_eq!(planned.note(), Some(&note[..]));
    let longer = format!("{note}x");
    assert_eq!(
        chain.plan(&change, Some(&longer), NOW_MS),
        Err(PlanRefusal::NoteTooLong {
            length: MAX_NOTE_BYTES + 1
        })
    );
    let empty = chain.plan(&change, Some(""), NOW_MS).unwrap();
    assert!(empty.extensions.is_empty());
}

#[test]
fn without_a_roster_nothing_is_planned() {
    let chain = RosterChain::pinned(first().federation());
    assert_eq!(
        plan(&chain, &Change::Admit(record(5))),
        Err(PlanRefusal::NoRoster)
    );
}

#[test]
fn while_the_roster_is_frozen_only_a_resolution_is_planned() {
    let first = first();
    let mut left = next(&first, "Left");
    left.members.push(record(5));
    let left = signed(&left, &[0, 1]);
    let right = signed(&without(next(&first, "Right"), 4, 2), &[1, 2]);
    let mut chain = holding(&[&first, &left, &right]);
    assert_eq!(
        plan(&chain, &Change::Admit(record(6))),
        Err(PlanRefusal::Frozen { base_version: 1 })
    );
    assert!(!chain.is_live(&next(&first, "A third one")));
    assert!(!chain.is_live(&next(&left, "Further left")));
    for none in [first.hash(), RosterHash::ZERO] {
        assert_eq!(
            plan(&chain, &Change::Resolve { keep: none }),
            Err(PlanRefusal::NotABranch(none))
        );
    }
    let keep = right.hash();
    let planned = plan(&chain, &Change::Resolve { keep }).unwrap();
    assert!(chain.is_live(&planned));
    assert_eq!(planned.version, 3);
    assert_eq!(planned.name, "Right");
    assert!(planned.member(&keys(4).member).is_none());
    assert_eq!(
        planned.cuts(),
        Ok(vec![Cut {
            last_good: Vec::new(),
            ..cut(5)
        }]),
        "who was admitted on the other branch alone is cut off"
    );
    chain.accept(signed(&planned, &[0, 1])).unwrap();
    assert_eq!(head(&chain), planned.hash());
    assert_eq!(
        plan(&chain, &Change::Resolve { keep }),
        Err(PlanRefusal::NotFrozen)
    );
}

#[test]
fn a_resolution_cuts_off_only_what_is_given_up_and_not_cut_yet() {
    let first = first();
    let mut second = next(&first, "Second");
    second.members.push(record(5));
    let second = signed(&second, &[0, 1]);
    let mut left = without(next(&second, "Left"), 4, 1);
    left.members[3].identity_key = SecretKey::from_seed(&[77; 32]).identity_key();
    let left = signed(&left, &[0, 1]);
    let right = signed(&without(next(&second, "Right"), 5, 2), &[1, 2]);
    let chain = holding(&[&first, &second, &left, &right]);
    let cuts = |keep: &SignedRoster| {
        let keep = keep.hash();
        let planned = plan(&chain, &Change::Resolve { keep }).unwrap();
        let cuts = planned.cuts().unwrap().into_iter();
        cuts.map(|cut| (cut.member, cut.identity_key))
            .collect::<Vec<_>>()
    };
    let replaced = Some(SecretKey::from_seed(&[77; 32]).identity_key());
    assert_eq!(cuts(&right), [(keys(3).member, replaced)]);
    let former = Some(keys(3).identity.identity_key());
    assert_eq!(cuts(&left), [(keys(3).member, former)]);
}

#[test]
fn a_resolution_names_the_highest_end_that_contradicts_what_is_kept() {
    let first = first();
    let left = then(&first, "Left");
    let inner = then(&left, "Inside left");
    let beside = then(&left, "Beside");
    let higher = then(&beside, "Higher inside left");
    let right = then(&first, "Right");
    let chain = holding(&[&first, &left, &inner, &beside, &higher, &right]);
    let keep = inner.hash();
    let planned = plan(&chain, &Change::Resolve { keep }).unwrap();
    assert!(
        planned.previous.contains(&right.hash()),
        "the higher end is on the same branch"
    );
    let keep = right.hash();
    let planned = plan(&chain, &Change::Resolve { keep }).unwrap();
    assert!(planned.previous.contains(&higher.hash()));
    assert_eq!(planned.version, 5);
    let keep = left.hash();
    assert_eq!(
        plan(&chain, &Change::Resolve { keep }),
        Err(PlanRefusal::NotABranch(keep)),
        "others follow it"
    );
}

#[test]
fn between_rival_resolutions_one_of_them_is_kept() {
    let first = first();
    let [left, right, third] = ["Left", "Right", "Third"].map(|name| then(&first, name));
    let one = resolved(&left, &right);
    let mut other = resolution(&left, &third);
    other.name = "The other way".into();
    let other = signed(&other, &[0, 1]);
    let late = then(&third, "Late");
    let chain = holding(&[&first, &left, &right, &third, &one, &other, &late]);
    assert_eq!(
        plan(&chain, &Change::Resolve { keep: late.hash() }),
        Err(PlanRefusal::NotABranch(late.hash()))
    );
    let mut mixed = resolution(&late, &one);
    mixed.name = "Mixed".into();
    assert!(chain.check(&signed(&mixed, &[0, 1])).is_ok());
    assert!(
        !chain.is_live(&mixed),
        "a resolution that leaves as many rivals as before leads nowhere"
    );
    let keep = one.hash();
    let planned = plan(&chain, &Change::Resolve { keep }).unwrap();
    let mut named = [one.hash(), other.hash()];
    named.sort_unstable();
    assert_eq!(planned.previous, named);
}

#[test]
fn a_vote_on_what_was_overtaken_leads_nowhere() {
    let first = first();
    let mut chain = holding(&[&first]);
    let waiting = next(&first, "Waiting");
    assert!(chain.is_live(&waiting));
    let mut skipping = waiting.clone();
    skipping.version = 3;
    assert!(!chain.is_live(&skipping));
    let mut elsewhere = waiting.clone();
    elsewhere.federation = Some(world::first_roster(&[0]).federation());
    assert!(!chain.is_live(&elsewhere));
    let other = then(&first, "Other");
    chain.accept(other.clone()).unwrap();
    assert!(!chain.is_live(&waiting));
    assert!(chain.is_live(&next(&other, "Third")));
    assert!(!chain.is_live(&resolution(&other, &signed(&waiting, &[]))));
}

#[test]
fn whose_signatures_are_needed_is_told() {
    let first = first();
    let chain = holding(&[&first]);
    let planned = plan(&chain, &stewards(&[2, 3, 4, 0], None)).unwrap();
    assert_eq!(
        chain.votes_needed(&planned),
        Some(Needed {
            before: 2,
            before_stewards: members(&[0, 1, 2]),
            own: 3,
            own_stewards: members(&[0, 2, 3, 4]),
        })
    );
    let unknown = next(&then(&first, "Not held"), "Third");
    assert_eq!(chain.votes_needed(&unknown), None);
}
