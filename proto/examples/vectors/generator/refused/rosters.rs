//! Rosters that break a rule of their own, and rosters that do not follow the one before.

use faelled_proto::canonical::encode;
use faelled_proto::key::Domain;
use faelled_proto::roster::{Extension, MemberRecord};
use faelled_proto::{Cut, FederationId, MemberId, Roster, RosterHash, Signature, SignedRoster};
use serde_json::json;

use super::list::{List, Stage};
use super::signatures::malleated;
use crate::generator::render::hex;
use crate::generator::world::{World, cut, cuts, key, member, record};

pub(crate) fn add(list: &mut List, world: &World) {
    names(list, world);
    people(list, world);
    cut_off(list, world);
    form(list, world);
    steps(list, world);
    resolutions(list, world);
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

fn cut_off(list: &mut List, world: &World) {
    let mut refuse = |extension: Extension, stage: Stage, why: &str| {
        let roster = changed(world, |roster| roster.extensions = vec![extension]);
        list.bytes("roster", stage, &encode(&roster), why);
    };
    let key = |seed| Some(key(seed).identity_key());
    let (one, other) = (
        cut("dk-0101", key(21), &["a"]),
        cut("dk-0151", key(22), &["b"]),
    );
    refuse(
        cuts(&[other.clone(), one.clone()]),
        Stage::Rule,
        "a roster's cuts are not sorted by member",
    );
    refuse(
        cuts(&[one.clone(), one.clone()]),
        Stage::Rule,
        "one key of a member is cut off twice",
    );
    let mut keys = [cut("dk-0101", key(21), &[]), cut("dk-0101", key(22), &[])];
    keys.sort_unstable_by_key(|cut| std::cmp::Reverse(cut.identity_key));
    refuse(
        cuts(&keys),
        Stage::Rule,
        "the cuts of one member are not sorted by key",
    );
    refuse(
        cuts(&[]),
        Stage::Rule,
        "the extension of cuts is there and holds none",
    );
    let many: Vec<Cut> = (0..101)
        .map(|number| cut(&format!("dk-{number:05}"), key(21), &[]))
        .collect();
    refuse(cuts(&many), Stage::Rule, "a roster has at most 100 cuts");
    refuse(
        cuts(&[cut("dk-0159", key(2), &["a"])]),
        Stage::Rule,
        "a cut is about a key that the roster names as a member's",
    );
    refuse(
        cuts(&[cut("dk-0151", None, &["a"])]),
        Stage::Rule,
        "a roster's cut names no identity key",
    );
    let mut unsorted = cut("dk-0151", key(22), &["a", "b"]);
    unsorted.last_good.reverse();
    refuse(
        cuts(&[unsorted]),
        Stage::Rule,
        "a cut's feeds are not sorted",
    );
    let mut twice = other;
    twice.last_good = vec![twice.last_good[0]; 2];
    refuse(cuts(&[twice]), Stage::Rule, "a feed stands twice in a cut");
    let mut trailing = cuts(&[one]);
    trailing.bytes.push(0);
    refuse(trailing, Stage::Encoding, "a byte follows the cuts");
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
    let third = alone(world);
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

/// A fork after the second version, and what would settle it.
fn resolutions(list: &mut List, world: &World) {
    let (left, right) = branches(world);
    let longer = Roster {
        version: 4,
        previous: vec![left.hash()],
        ..world.second.clone()
    };
    let longer = signed(&longer, &[("dk-0147", 1), ("dk-0159", 2)]);
    let resolution = |previous: [RosterHash; 2], version: u64| Roster {
        version,
        previous: sorted(previous),
        ..world.second.clone()
    };
    let by = [("dk-0147", 1), ("dk-1084", 3)];
    let mut refuse = |stage: Stage, held: &[&SignedRoster], step: &SignedRoster, why: &str| {
        let held: Vec<String> = held.iter().map(|held| hex(&encode(*held))).collect();
        let input = json!({ "held": held, "bytes": hex(&encode(step)) });
        list.input("roster resolution", stage, input, why);
    };
    let all = [&world.first_signed, &world.second_signed, &left, &right];
    let sides = [left.hash(), right.hash()];
    refuse(
        Stage::Chain,
        &all[..3],
        &signed(&resolution(sides, 4), &by),
        "a branch that the resolution names is not held",
    );
    refuse(
        Stage::Chain,
        &all,
        &signed(&resolution(sides, 3), &by),
        "a resolution is one version above both branches",
    );
    refuse(
        Stage::Chain,
        &[all.as_slice(), &[&longer]].concat(),
        &signed(&resolution([longer.hash(), right.hash()], 4), &by),
        "a resolution is one version above the higher branch",
    );
    refuse(
        Stage::Chain,
        &[all.as_slice(), &[&longer]].concat(),
        &signed(&resolution([left.hash(), longer.hash()], 5), &by),
        "one of the two predecessors follows the other: they are no two branches",
    );
    refuse(
        Stage::Signature,
        &all,
        &signed(&resolution(sides, 4), &by[..1]),
        "the threshold of the version before the fork is not met",
    );
    let new = Roster {
        stewards: vec![member("dk-0147"), member("dk-0159")],
        ..resolution(sides, 4)
    };
    refuse(
        Stage::Signature,
        &all,
        &signed(&new, &by),
        "the resolution's own threshold is not met",
    );
}

/// Two third versions, each with enough signatures.
pub(crate) fn branches(world: &World) -> (SignedRoster, SignedRoster) {
    let renamed = |name: &str| Roster {
        version: 3,
        previous: vec![world.second_signed.hash()],
        name: name.into(),
        ..world.second.clone()
    };
    (
        signed(
            &renamed("Grønne indkøb i Danmark"),
            &[("dk-0147", 1), ("dk-0159", 2)],
        ),
        signed(
            &renamed("Fælles grønne indkøb"),
            &[("dk-0147", 1), ("dk-1084", 3)],
        ),
    )
}

/// The version that settles [`branches`].
pub(crate) fn settled(world: &World) -> (Roster, SignedRoster) {
    let (left, right) = branches(world);
    let roster = Roster {
        version: 4,
        previous: sorted([left.hash(), right.hash()]),
        ..world.second.clone()
    };
    let signed = signed(&roster, &[("dk-0159", 2), ("dk-1084", 3)]);
    (roster, signed)
}

fn sorted(mut hashes: [RosterHash; 2]) -> Vec<RosterHash> {
    hashes.sort_unstable();
    hashes.to_vec()
}

/// A third version in which one steward is left, with a threshold of 1.
fn alone(world: &World) -> Roster {
    Roster {
        version: 3,
        previous: vec![world.second_signed.hash()],
        threshold: 1,
        stewards: vec![member("dk-0147")],
        ..world.second.clone()
    }
}
