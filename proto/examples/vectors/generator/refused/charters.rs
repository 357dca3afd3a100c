//! Charters that break a rule of their own, and charters that do not follow the one before.

use faelled_proto::canonical::encode;
use faelled_proto::id::CharterHash;
use faelled_proto::key::Domain;
use faelled_proto::{Charter, Cut, FederationId, GroupId, MemberId, SignedCharter};
use serde_json::{Value, json};

use super::list::{List, Stage};
use super::signatures::malleated;
use crate::generator::render::hex;
use crate::generator::world::{World, certify, cut, key, member, sign_charter};

pub(crate) fn add(list: &mut List, world: &World) {
    rules(list, world);
    removals(list, world);
    form(list, world);
    places(list, world);
    signatures(list, world);
}

/// The second charter with a change, signed again by its owner.
fn changed(world: &World, change: impl FnOnce(&mut Charter)) -> SignedCharter {
    let mut charter = world.charters[1].clone();
    change(&mut charter);
    sign_charter(&charter, "dk-0159", 2, 12)
}

fn rules(list: &mut List, world: &World) {
    let mut refuse = |change: &dyn Fn(&mut Charter), why: &str| {
        let bytes = encode(&changed(world, change));
        list.bytes("charter", Stage::Rule, &bytes, why);
    };
    let first = |charter: &mut Charter| {
        charter.version = 1;
        charter.group = None;
        charter.previous = None;
    };
    refuse(&|charter| charter.version = 0, "versions count from 1");
    refuse(
        &|charter| charter.version = 201,
        "a group has at most 200 charters",
    );
    refuse(
        &|charter| {
            first(charter);
            charter.group = Some(GroupId::of(&[b"some"]));
        },
        "version 1 names no group",
    );
    refuse(
        &|charter| charter.group = None,
        "every version but the first names its group",
    );
    refuse(
        &|charter| {
            first(charter);
            charter.previous = Some(CharterHash::of(&[b"some"]));
        },
        "version 1 names no version before it",
    );
    refuse(
        &|charter| charter.previous = None,
        "every version but the first names the one before it",
    );
    refuse(&|charter| charter.name.clear(), "the group has no name");
    refuse(
        &|charter| charter.name = "n".repeat(201),
        "the group's name is longer than 200 bytes",
    );
    refuse(&|charter| charter.owners.clear(), "there is no owner");
    refuse(
        &|charter| charter.owners = charter.members.iter().rev().cloned().collect(),
        "the owners are not sorted",
    );
    refuse(
        &|charter| charter.owners = vec![member("dk-0159"), member("dk-0159")],
        "an owner stands twice",
    );
    refuse(
        &|charter| charter.owners = vec![member("dk-9999")],
        "an owner is not a member",
    );
    refuse(
        &|charter| charter.members.reverse(),
        "the group's members are not sorted",
    );
    refuse(
        &|charter| charter.members.insert(0, member("dk-0147")),
        "a member of the group stands twice",
    );
    let many = |number: u32| -> MemberId { member(&format!("dk-{number:05}")) };
    refuse(
        &|charter| {
            charter.members = (0..201).map(many).collect();
            charter.owners = vec![many(0)];
        },
        "a group has at most 200 members",
    );
}

fn removals(list: &mut List, world: &World) {
    let mut refuse = |removed: Vec<Cut>, why: &str| {
        let bytes = encode(&changed(world, |charter| charter.removed = removed));
        list.bytes("charter", Stage::Rule, &bytes, why);
    };
    let (one, other) = (cut("dk-0101", None, &["a"]), cut("dk-0151", None, &["b"]));
    refuse(
        vec![other.clone(), one.clone()],
        "the cuts are not sorted by member",
    );
    refuse(
        vec![one.clone(), one.clone()],
        "a member is cut off twice in one charter",
    );
    refuse(
        vec![cut("dk-0147", None, &[])],
        "a cut is about a member that the charter names",
    );
    let key = Some(key(1).identity_key());
    refuse(
        vec![cut("dk-0151", key, &["b"])],
        "a charter's cut names an identity key",
    );
    let mut unsorted = cut("dk-0151", None, &["a", "b"]);
    unsorted.last_good.reverse();
    refuse(vec![unsorted], "a cut's feeds are not sorted");
    let mut twice = other;
    twice.last_good = vec![twice.last_good[0]; 2];
    refuse(vec![twice], "a feed stands twice in a cut");
    let many: Vec<Cut> = (0..201)
        .map(|number| cut(&format!("dk-{number:05}"), None, &[]))
        .collect();
    refuse(many, "a charter has at most 200 cuts");
}

fn form(list: &mut List, world: &World) {
    let mut refuse = |stage: Stage, charter: Vec<u8>, why: &str| {
        let signature = key(12).sign(Domain::Charter, &[&charter]);
        let signed = SignedCharter {
            charter,
            signature,
            ..world.charters_signed[1].clone()
        };
        list.bytes("charter", stage, &encode(&signed), why);
    };
    let good = &world.charters_signed[1].charter;
    let mut other = good.clone();
    other.push(0);
    refuse(Stage::Encoding, other, "a byte follows the charter");
    let mut other = good.clone();
    other.splice(0..1, [0x82, 0x00]);
    refuse(
        Stage::Encoding,
        other,
        "the version is written in two bytes where one is enough",
    );
}

fn step(before: Option<&SignedCharter>, step: &SignedCharter) -> Value {
    json!({ "previous": before.map(|before| hex(&encode(before))), "bytes": hex(&encode(step)) })
}

fn places(list: &mut List, world: &World) {
    let [first, second, _] = &world.charters_signed;
    let mut refuse = |before: Option<&SignedCharter>, signed: &SignedCharter, why: &str| {
        list.input("charter step", Stage::Chain, step(before, signed), why);
    };
    refuse(None, second, "version 2 comes first");
    refuse(
        Some(first),
        first,
        "the version is the one that is there already",
    );
    refuse(
        Some(first),
        &changed(world, |charter| charter.version = 3),
        "version 2 is missing between",
    );
    refuse(
        Some(first),
        &changed(world, |charter| {
            charter.previous = Some(CharterHash::of(&[b"another"]));
        }),
        "it names another predecessor",
    );
    refuse(
        Some(first),
        &changed(world, |charter| {
            charter.group = Some(GroupId::of(&[b"another"]));
        }),
        "it belongs to another group",
    );
    refuse(
        Some(first),
        &changed(world, |charter| {
            charter.federation = FederationId::of(&[b"another"]);
        }),
        "it belongs to another federation",
    );
}

fn signatures(list: &mut List, world: &World) {
    let [first, second, _] = &world.charters_signed;
    let mut refuse = |before: Option<&SignedCharter>, signed: &SignedCharter, why: &str| {
        list.input("charter step", Stage::Signature, step(before, signed), why);
    };
    let charter = &world.charters[1];
    refuse(
        None,
        &sign_charter(&world.charters[0], "dk-0147", 1, 11),
        "a first charter is signed by a member that does not own it",
    );
    refuse(
        Some(first),
        &sign_charter(charter, "dk-1084", 3, 13),
        "a member signed it that does not own the group",
    );
    let mut owned = charter.clone();
    owned.owners = vec![member("dk-0147"), member("dk-0159")];
    refuse(
        Some(first),
        &sign_charter(&owned, "dk-0147", 1, 11),
        "who signed owns only the version that it signed itself",
    );
    let with = |change: &dyn Fn(&mut SignedCharter)| {
        let mut other = second.clone();
        change(&mut other);
        other
    };
    let another = certify(FederationId::of(&[b"another federation"]), "dk-0159", 2, 12);
    let bytes = second.charter.clone();
    for (other, why) in [
        (
            with(&|other| other.certificate = another.clone()),
            "the certificate is for another federation",
        ),
        (
            with(&|other| other.certificate.claim.expires_ms += 1),
            "the certificate was changed after it was signed",
        ),
        (
            with(&|other| other.signature = key(13).sign(Domain::Charter, &[&bytes])),
            "it is signed by another node than the certificate's",
        ),
        (
            with(&|other| other.signature = key(2).sign(Domain::Charter, &[&bytes])),
            "it is signed by the identity key in place of the node key",
        ),
        (
            with(&|other| other.signature = key(12).sign(Domain::Roster, &[&bytes])),
            "it is signed under another domain",
        ),
        (
            with(&|other| other.signature = malleated(&other.signature)),
            "its signature has s + L in place of s",
        ),
        (
            with(&|other| other.signature = first.signature),
            "the signature is that of the version before",
        ),
    ] {
        refuse(Some(first), &other, why);
    }
}
