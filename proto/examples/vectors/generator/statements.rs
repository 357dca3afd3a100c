//! Statements outside feeds: one of each kind and shape, and the pieces of which refused ones are made.

#![expect(
    clippy::expect_used,
    reason = "the scenario is fixed; what cannot be built is a mistake in it"
)]

use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::limits::MAX_PROOF_ENTRIES;
use faelled_proto::statement::{Equivocation, Revocation, SignedRevocation, Vote};
use faelled_proto::{CharterHash, Kind, SecretKey, Signature, SignedEntry, Space, Statement, Tip};
use serde_json::{Value, json};

use super::render::{self, hex};
use super::world::{START_MS, World, certify, key, last_good, member};

/// The revocation of a lost node key, with the node that takes its place.
pub(crate) fn revocation(world: &World) -> Revocation {
    Revocation {
        federation: world.federation,
        member: member("dk-0159"),
        identity_key: key(2).identity_key(),
        node_key: key(12).node_key(),
        space: Space::Commons,
        last_good: last_good(&["one feed", "another feed"]),
        charters: Vec::new(),
        successor: Some(certify(world.federation, "dk-0159", 2, 15)),
        claimed_ms: START_MS + 604_800_000,
    }
}

/// The same for a group, with the charters that count.
pub(crate) fn revocation_in_group(world: &World) -> Revocation {
    let [_, second, third] = &world.charters_signed;
    let mut charters: Vec<CharterHash> = vec![second.hash(), third.hash()];
    charters.sort_unstable();
    Revocation {
        space: Space::Group(world.charters[0].group()),
        last_good: Vec::new(),
        charters,
        successor: None,
        ..revocation(world)
    }
}

/// The entry after which the branches of the scenario's feed part.
pub(crate) fn common(world: &World) -> Tip {
    Tip {
        feed: world.feed,
        seq: 1,
        entry: world.entries[1].id(),
    }
}

/// A run by the feed's key after an entry: so many entries whose signatures do not verify, and one whose does.
/// With their bodies.
pub(crate) fn branch(world: &World, after: Tip, text: &str, unsigned: usize) -> Vec<SignedEntry> {
    let key = key(12);
    let mut tip = after;
    let one = |index: usize| {
        let mut writer = Writer::new(world.federation, &key, Some(tip));
        let body = format!("{text} {index}").into_bytes();
        let mut entry = writer
            .write(Kind(900), None, body, START_MS)
            .signed()
            .clone();
        if index < unsigned {
            entry.signature = Signature::from_bytes([0x5a; 64]);
        }
        tip = Tip {
            seq: tip.seq + 1,
            entry: entry.id(),
            ..tip
        };
        entry
    };
    (0..=unsigned).map(one).collect()
}

/// A proof of two branches in their order, without their bodies, whatever they show.
pub(crate) fn proof(
    opening: &SignedEntry,
    one: Vec<SignedEntry>,
    other: Vec<SignedEntry>,
) -> Equivocation {
    let bare = |mut run: Vec<SignedEntry>| {
        run.iter_mut().for_each(|entry| entry.body = None);
        run
    };
    let first = |run: &[SignedEntry]| run.first().map(SignedEntry::id);
    let (left, right) = if first(&one) <= first(&other) {
        (one, other)
    } else {
        (other, one)
    };
    Equivocation {
        opening: opening.clone(),
        left: bare(left),
        right: bare(right),
    }
}

/// A proof of two branches of one entry each.
pub(crate) fn short_proof(world: &World) -> Equivocation {
    let (one, other) = (
        branch(world, common(world), "one", 0),
        branch(world, common(world), "other", 0),
    );
    proof(&world.entries[0], one, other)
}

/// The roster on which stewards vote: the scenario's third.
pub(crate) fn proposed(world: &World) -> Vec<u8> {
    encode(&world.third)
}

fn equivocation(world: &World, unsigned: [usize; 2]) -> Statement {
    let [one, other] = unsigned;
    let made = Equivocation::make(
        world.federation,
        world.entries[0].clone(),
        branch(world, common(world), "one", one),
        branch(world, common(world), "other", other),
    );
    Statement::Equivocation(made.expect("the branches are two"))
}

fn signed(revocation: Revocation, by: &SecretKey) -> SignedRevocation {
    revocation.sign(by)
}

/// One of each kind and shape, each with its name.
pub(crate) fn all(world: &World) -> Vec<(&'static str, Statement)> {
    let private = Revocation {
        space: Space::Private(member("dk-0159")),
        successor: None,
        ..revocation(world)
    };
    let longest = MAX_PROOF_ENTRIES - 1;
    let reason = "Nøglen er ikke bekræftet".to_owned();
    vec![
        (
            "a revocation for the commons, with a successor",
            Statement::Revocation(signed(revocation(world), &key(2))),
        ),
        (
            "a revocation for a private space",
            Statement::Revocation(signed(private, &key(2))),
        ),
        (
            "a revocation for a group, with the charters that count",
            Statement::Revocation(signed(revocation_in_group(world), &key(2))),
        ),
        (
            "a proof of two branches of one entry each",
            equivocation(world, [0, 0]),
        ),
        (
            "a proof of two branches, one of which has wrong signatures before its last",
            equivocation(world, [2, 0]),
        ),
        (
            "a proof whose longer branch has as many headers as may be",
            equivocation(world, [0, longest]),
        ),
        (
            "a vote for a roster",
            Statement::Vote(Vote::approve(proposed(world), member("dk-0147"), &key(1))),
        ),
        (
            "a vote against a roster, with a reason",
            Statement::Vote(Vote::reject(
                proposed(world),
                member("dk-1084"),
                reason,
                &key(3),
            )),
        ),
        (
            "a vote against a roster, without a reason",
            Statement::Vote(Vote::reject(
                proposed(world),
                member("dk-0159"),
                String::new(),
                &key(2),
            )),
        ),
    ]
}

pub(crate) fn vectors(world: &World) -> Value {
    let one = |(name, statement): (&str, Statement)| {
        let (kind, fields) = render::statement(&statement);
        let mut vector = json!({
            "name": name,
            "statement": kind,
            "bytes": hex(&encode(&statement)),
            "fields": fields,
            "mark": statement.mark().to_string(),
            "space": statement.space().as_ref().map(render::space),
        });
        match &statement {
            Statement::Revocation(said) => {
                vector["signed"] = json!(hex(&encode(&said.revocation)));
            }
            Statement::Equivocation(_) => {
                vector["common"] = render::tip(&common(world));
            }
            Statement::Vote(vote) => {
                let voter = world.second.member(&vote.steward);
                vector["identity_key"] = json!(voter.map(|voter| voter.identity_key.to_string()));
                vector["proposal"] = json!(vote.proposal().to_string());
            }
        }
        vector
    };
    let statements: Vec<Value> = all(world).into_iter().map(one).collect();
    json!({ "federation": world.federation.to_string(), "statements": statements })
}
