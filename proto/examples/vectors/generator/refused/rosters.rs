//! Rosters that break a rule of their own, and rosters that do not follow the one before.

use faelled_proto::canonical::encode;
use faelled_proto::key::Domain;
use faelled_proto::roster::{Extension, MemberRecord};
use faelled_proto::{FederationId, MemberId, Roster, RosterHash, Signature, SignedRoster};
use serde_json::json;

use super::list::{List, Stage};
use super::signatures::malleated;
use crate::generator::render::hex;
use crate::generator::world::{World, key, member, record};

pub(crate) fn add(list: &mut List, world: &World) {
    names(list, world);
    people(list, world);
    form(list, world);
    steps(list, world);
}

/// The second roster with a change, signed again by two of its stewards.
fn changed(world: &World, change: impl FnOnce(&mut Roster)) -> SignedRoster {
    let mut roster = world.second.clone();
    change(&mut roster);
    signed(&roster, &[("dk-0147", 1), ("dk-0159", 2)])
}

fn signed(roster: &Roster, by: &[(&str, u8)]) -> SignedRoster {
    let mut signed = SignedRoster::unsigned(roster);
    for (steward, seed) in by {
        signed.sign(member(steward), &key(*seed));
    }
    signed
}

fn names(list: &mut List, world: &World) {
    let mut refuse = |change: &dyn Fn(&mut Roster), why: &str| {
        list.bytes("roster", Stage::Rule, &encode(&changed(world, change)), why);
    };
    let some = RosterHash::of(&[b"some"]);
    let mut two = [some, RosterHash::of(&[b"other"])];
    two.sort_unstable_by(|a, b| b.cmp(a));
    refuse(&|roster| roster.version = 0, "versions count from 1");
    refuse(
        &|roster| {
            roster.version = 1;
            roster.previous.clear();
        },
        "version 1 names no federation",
    );
    refuse(
        &|roster| roster.federation = None,
        "every version but the first names its federation",
    );
    refuse(
        &|roster| roster.previous.clear(),
        "every version but the first names the one before it",
    );
    refuse(
        &|roster| {
            roster.version = 1;
            roster.federation = None;
        },
        "version 1 names no version before it",
    );
    refuse(
        &|roster| roster.previous = two.to_vec(),
        "two predecessors are not sorted",
    );
    refuse(
        &|roster| roster.previous = vec![some, some],
        "a predecessor stands twice",
    );
    refuse(
        &|roster| {
            roster.previous = vec![two[1], two[0], RosterHash::from_bytes([0xff; 32])];
        },
        "a roster has at most two predecessors",
    );
    refuse(
        &|roster| roster.name = "n".repeat(201),
        "the federation's name is longer than 200 bytes",
    );
}

fn people(list: &mut List, world: &World) {
    let mut refuse = |change: &dyn Fn(&mut Roster), why: &str| {
        list.bytes("roster", Stage::Rule, &encode(&changed(world, change)), why);
    };
    refuse(
        &|roster| {
            roster.stewards.clear();
            roster.threshold = 0;
        },
        "there is no steward",
    );
    refuse(
        &|roster| roster.stewards.swap(0, 1),
        "the stewards are not sorted",
    );
    refuse(
        &|roster| roster.stewards[1] = member("dk-0147"),
        "a steward stands twice",
    );
    refuse(
        &|roster| roster.stewards[2] = member("dk-9999"),
        "a steward is not a member",
    );
    refuse(
        &|roster| roster.threshold = 1,
        "a threshold of 1 is not more than half of 3 stewards",
    );
    refuse(
        &|roster| roster.threshold = 4,
        "a threshold of 4 is more than there are stewards",
    );
    refuse(
        &|roster| {
            roster.stewards.truncate(2);
            roster.threshold = 1;
        },
        "a threshold of 1 is half of 2 stewards and not more",
    );
    refuse(
        &|roster| roster.members.swap(0, 1),
        "the members are not sorted",
    );
    refuse(
        &|roster| {
            let again = MemberRecord {
                identity_key: key(9).identity_key(),
                ..roster.members[0].clone()
            };
            roster.members.insert(1, again);
        },
        "a member stands twice",
    );
    refuse(
        &|roster| {
            roster
                .members
                .push(record("dk-9999", "region", "X", key(1).identity_key()))
        },
        "two members have one identity key",
    );
    refuse(
        &|roster| roster.members[0].name = "n".repeat(201),
        "a member's name is longer than 200 bytes",
    );
    refuse(
        &|roster| roster.members[0].kind = "k".repeat(41),
        "a member's kind is longer than 40 bytes",
    );
    let extension = |number| Extension {
        number,
        bytes: Vec::new(),
    };
    refuse(
        &|roster| roster.extensions = vec![extension(4), extension(2)],
        "the extensions are not sorted",
    );
    refuse(
        &|roster| roster.extensions = vec![extension(2), extension(2)],
        "an extension stands twice",
    );
    refuse(
        &|roster| roster.extensions = vec![extension(3)],
        "an odd extension must be understood, and 3 is not",
    );
}

fn form(list: &mut List, world: &World) {
    let mut refuse = |stage: Stage, signed: &SignedRoster, why: &str| {
        list.bytes("roster", stage, &encode(signed), why);
    };
    let good = &world.second_signed;
    let mut other = good.clone();
    other.signatures.reverse();
    refuse(
        Stage::Rule,
        &other,
        "the signatures are not sorted by member",
    );
    let mut other = good.clone();
    other.signatures[1] = other.signatures[0].clone();
    refuse(Stage::Rule, &other, "one member's signature stands twice");
    let signed_again = |mut other: SignedRoster| {
        other.sign(member("dk-0147"), &key(1));
        other.sign(member("dk-0159"), &key(2));
        other
    };
    let mut other = good.clone();
    other.roster.push(0);
    let other = signed_again(other);
    refuse(Stage::Encoding, &other, "a byte follows the roster");
    let mut other = good.clone();
    other.roster.splice(0..1, [0x82, 0x00]);
    let other = signed_again(other);
    refuse(
        Stage::Encoding,
        &other,
        "the version is written in two bytes where one is enough",
    );
}

fn steps(list: &mut List, world: &World) {
    let good = &world.second_signed;
    let third = third(world);
    let mut refuse = |stage: Stage, before: &SignedRoster, step: &SignedRoster, why: &str| {
        let input = json!({ "previous": hex(&encode(before)), "bytes": hex(&encode(step)) });
        list.input("roster step", stage, input, why);
    };
    let first = &world.first_signed;
    let third_signed = signed(&third, &[("dk-0147", 1), ("dk-0159", 2)]);
    refuse(
        Stage::Chain,
        first,
        &third_signed,
        "version 2 is missing between",
    );
    refuse(
        Stage::Chain,
        good,
        good,
        "the version is the one that is there already",
    );
    let other = changed(world, |roster| {
        roster.previous = vec![RosterHash::of(&[b"another"])]
    });
    refuse(Stage::Chain, first, &other, "it names another predecessor");
    let other = changed(world, |roster| {
        roster.federation = Some(FederationId::of(&[b"another"]))
    });
    refuse(
        Stage::Chain,
        first,
        &other,
        "it belongs to another federation",
    );

    let by = |by: &[(&str, u8)]| signed(&world.second, by);
    refuse(Stage::Signature, first, &by(&[]), "nobody signed it");
    refuse(
        Stage::Signature,
        first,
        &by(&[("dk-0147", 1)]),
        "the new threshold of 2 is not met",
    );
    refuse(
        Stage::Signature,
        first,
        &by(&[("dk-0159", 2), ("dk-1084", 3)]),
        "no steward of the version before signed it",
    );
    refuse(
        Stage::Signature,
        first,
        &by(&[("dk-0147", 1), ("dk-0159", 1)]),
        "one key signed in two stewards' names",
    );
    refuse(
        Stage::Signature,
        first,
        &by(&[("dk-0147", 1), ("dk-9999", 9)]),
        "one of two signatures is not a steward's",
    );
    let other = signed(&third, &[("dk-0147", 1)]);
    refuse(
        Stage::Signature,
        good,
        &other,
        "the old threshold of 2 is not met, though the new one of 1 is",
    );
    signature_forms(
        &mut |step, why| refuse(Stage::Signature, first, step, why),
        good,
    );
}

fn signature_forms(refuse: &mut dyn FnMut(&SignedRoster, &str), good: &SignedRoster) {
    let with = |signature: Signature| {
        let mut other = good.clone();
        other.signatures[0].1 = signature;
        other
    };
    let steward: &MemberId = &good.signatures[0].0;
    debug_assert_eq!(steward.as_str(), "dk-0147");
    refuse(
        &with(malleated(&good.signatures[0].1)),
        "a signature has s + L in place of s",
    );
    refuse(
        &with(key(1).sign(Domain::Entry, &[&good.roster])),
        "a signature was made under another domain",
    );
}

/// A third version in which one steward is left, with a threshold of 1.
fn third(world: &World) -> Roster {
    Roster {
        version: 3,
        previous: vec![world.second_signed.hash()],
        threshold: 1,
        stewards: vec![member("dk-0147")],
        ..world.second.clone()
    }
}
