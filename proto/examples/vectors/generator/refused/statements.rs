//! Revocations, proofs of equivocation and votes that must be refused.

use faelled_proto::canonical::encode;
use faelled_proto::key::Domain;
use faelled_proto::limits::MAX_PROOF_ENTRIES;
use faelled_proto::opening::FeedOpening;
use faelled_proto::statement::{Equivocation, Revocation, SignedRevocation, Verdict, Vote};
use faelled_proto::{
    CharterHash, EntryId, FederationId, FeedId, Header, IdentityKey, Kind, SecretKey, SignedEntry,
    Statement, Tip,
};
use serde_json::json;

use super::list::{List, Stage};
use super::signatures::malleated;
use crate::generator::render::hex;
use crate::generator::statements::{
    branch, common, proof, proposed, revocation, revocation_in_group, short_proof,
};
use crate::generator::world::{FeedWriter, World, certify, key, last_good, member};

pub(crate) fn add(list: &mut List, world: &World) {
    let mut trailing = encode(&Statement::Equivocation(short_proof(world)));
    trailing.push(0);
    list.bytes(
        "statement",
        Stage::Encoding,
        &trailing,
        "a byte follows the statement",
    );
    revoked(list, world);
    revocation_signatures(list, world);
    branches(list, world);
    places(list, world);
    openings(list, world);
    votes(list, world);
}

fn revoked(list: &mut List, world: &World) {
    let (in_commons, in_group) = (revocation(world), revocation_in_group(world));
    let mut refuse = |stage: Stage, revocation: Revocation, why: &str| {
        let statement = Statement::Revocation(revocation.sign(&key(2)));
        list.bytes("statement", stage, &encode(&statement), why);
    };
    let feeds = |last_good: Vec<Tip>| Revocation {
        last_good,
        ..in_commons.clone()
    };
    let mut tips = last_good(&["one feed", "another feed"]);
    refuse(
        Stage::Rule,
        feeds(vec![tips[0]; 2]),
        "a feed stands twice in the revocation",
    );
    tips.reverse();
    refuse(
        Stage::Rule,
        feeds(tips),
        "the revocation's feeds are not sorted",
    );
    let charters = |charters: Vec<CharterHash>, of: &Revocation| Revocation {
        charters,
        ..of.clone()
    };
    let mut hashes = in_group.charters.clone();
    refuse(
        Stage::Rule,
        charters(hashes.clone(), &in_commons),
        "a revocation outside a group names charters",
    );
    refuse(
        Stage::Rule,
        charters(vec![hashes[0]; 2], &in_group),
        "a charter stands twice in the revocation",
    );
    hashes.reverse();
    refuse(
        Stage::Rule,
        charters(hashes, &in_group),
        "the revocation's charters are not sorted",
    );
    let successor = |federation: FederationId, id: &str, node: u8| Revocation {
        successor: Some(certify(federation, id, 2, node)),
        ..in_commons.clone()
    };
    refuse(
        Stage::Rule,
        successor(world.federation, "dk-0159", 12),
        "the successor has the revoked key",
    );
    refuse(
        Stage::Rule,
        successor(world.federation, "dk-0147", 15),
        "the successor is another member's",
    );
    let another = FederationId::of(&[b"another federation"]);
    refuse(
        Stage::Signature,
        successor(another, "dk-0159", 15),
        "the successor's certificate is for another federation",
    );
    let foreign = Revocation {
        federation: another,
        ..in_commons
    };
    refuse(
        Stage::Chain,
        foreign,
        "the revocation is another federation's",
    );
}

fn revocation_signatures(list: &mut List, world: &World) {
    let mut refuse = |signed: SignedRevocation, why: &str| {
        let statement = Statement::Revocation(signed);
        list.bytes("statement", Stage::Signature, &encode(&statement), why);
    };
    let said = revocation(world);
    let good = said.clone().sign(&key(2));
    refuse(
        said.clone().sign(&key(1)),
        "the revocation is signed by another identity key than it names",
    );
    refuse(
        said.clone().sign(&key(12)),
        "the revocation is signed by the node key that it revokes",
    );
    refuse(
        SignedRevocation {
            signature: key(2).sign(Domain::NodeCertificate, &[&encode(&said)]),
            ..good.clone()
        },
        "the revocation is signed under another domain",
    );
    refuse(
        SignedRevocation {
            signature: malleated(&good.signature),
            ..good.clone()
        },
        "the revocation's signature has s + L in place of s",
    );
    let mut fewer = good;
    fewer.revocation.last_good.pop();
    refuse(
        fewer,
        "a feed was taken from the revocation after it was signed",
    );
}

fn refuse_proof(list: &mut List, stage: Stage, proof: Equivocation, why: &str) {
    let statement = Statement::Equivocation(proof);
    list.bytes("statement", stage, &encode(&statement), why);
}

fn branches(list: &mut List, world: &World) {
    let mut refuse =
        |stage: Stage, proof: Equivocation, why: &str| refuse_proof(list, stage, proof, why);
    let good = short_proof(world);
    let opening = &world.entries[0];
    let (one, other) = (&good.left, &good.right);
    refuse(
        Stage::Rule,
        Equivocation {
            left: other.clone(),
            right: one.clone(),
            ..good.clone()
        },
        "the branches are not in their order",
    );
    refuse(
        Stage::Rule,
        proof(opening, one.clone(), one.clone()),
        "the two branches are one",
    );
    let longer = Tip {
        seq: 2,
        entry: one[0].id(),
        ..common(world)
    };
    let prefix = [one.clone(), branch(world, longer, "further", 0)].concat();
    refuse(
        Stage::Rule,
        proof(opening, one.clone(), prefix),
        "one branch is the beginning of the other",
    );
    refuse(
        Stage::Rule,
        proof(opening, one.clone(), Vec::new()),
        "a branch is empty",
    );
    let mut with_body = good.clone();
    with_body.left[0].body = Some(b"one 0".to_vec());
    if good.left[0].id() != branch(world, common(world), "one", 0)[0].id() {
        with_body.left[0].body = Some(b"other 0".to_vec());
    }
    refuse(
        Stage::Rule,
        with_body,
        "a branch carries the body of an entry",
    );
    let long = branch(world, common(world), "long", MAX_PROOF_ENTRIES);
    refuse(
        Stage::Rule,
        proof(opening, one.clone(), long),
        "a branch has more than 256 headers",
    );
    let mut unsigned = branch(world, common(world), "unsigned", 1);
    unsigned.pop();
    refuse(
        Stage::Signature,
        proof(opening, one.clone(), unsigned),
        "a branch's last signature does not verify",
    );
    let mut stranger = other[0].clone();
    stranger.signature = key(13).sign(
        Domain::Entry,
        &[world.federation.as_bytes(), &stranger.header],
    );
    refuse(
        Stage::Signature,
        proof(opening, one.clone(), vec![stranger]),
        "a branch is signed by another node",
    );
}

fn places(list: &mut List, world: &World) {
    let mut refuse = |proof: Equivocation, why: &str| refuse_proof(list, Stage::Rule, proof, why);
    let opening = &world.entries[0];
    let after = |seq: u64, entry: EntryId| Tip {
        seq,
        entry,
        ..common(world)
    };
    let one = branch(world, common(world), "one", 0);
    let next = branch(world, after(2, one[0].id()), "next", 0);
    let later = branch(world, after(2, common(world).entry), "later", 0);
    refuse(
        proof(opening, one.clone(), later),
        "the branches name one entry before them, but begin at two places",
    );
    let elsewhere = branch(world, after(1, EntryId::of(&[b"another"])), "other", 0);
    refuse(
        proof(opening, one.clone(), elsewhere),
        "the branches follow two entries",
    );
    let other = branch(world, common(world), "other", 0);
    refuse(
        proof(opening, one.clone(), [other, next].concat()),
        "a branch's second entry does not follow its first",
    );
    let third = branch(world, after(3, one[0].id()), "third", 0);
    let other = branch(world, common(world), "other", 0);
    refuse(
        proof(opening, [one.clone(), third].concat(), other),
        "an entry is missing within a branch",
    );
    let at_start = |body: &[u8]| {
        let header = Header {
            feed: world.feed,
            ..FeedWriter::new(world.federation, key(12)).header(Kind(900), None, body)
        };
        vec![SignedEntry::sign(
            world.federation,
            &key(12),
            &header,
            body.to_vec(),
        )]
    };
    refuse(
        proof(opening, at_start(b"one"), at_start(b"other")),
        "the branches begin in place of the opening",
    );
    let foreign = Tip {
        feed: FeedId::of(&[b"another"]),
        ..common(world)
    };
    let foreign = branch(world, foreign, "other", 0);
    refuse(proof(opening, one, foreign), "a branch is of another feed");
}

/// A feed that its opening makes, and the proof of a fork behind it.
fn forked(world: &World, opening: SignedEntry) -> Equivocation {
    let after = Tip {
        feed: opening.id().into(),
        seq: 0,
        entry: opening.id(),
    };
    let (one, other) = (
        branch(world, after, "one", 0),
        branch(world, after, "other", 0),
    );
    proof(&opening, one, other)
}

fn openings(list: &mut List, world: &World) {
    let mut refuse =
        |stage: Stage, proof: Equivocation, why: &str| refuse_proof(list, stage, proof, why);
    let mut erased = short_proof(world);
    erased.opening.body = None;
    refuse(Stage::Rule, erased, "the opening has no body");
    refuse(
        Stage::Rule,
        forked(world, world.entries[1].clone()),
        "the first entry is no opening",
    );
    let body = encode(&world.opening);
    let good = FeedWriter::new(world.federation, key(12)).header(Kind::FEED_OPENING, None, &body);
    let by = |key: &SecretKey, header: &Header, body: &[u8]| {
        SignedEntry::sign(world.federation, key, header, body.to_vec())
    };
    let mut refuse_header = |change: &dyn Fn(&mut Header), why: &str| {
        let mut header = good.clone();
        change(&mut header);
        refuse(
            Stage::Rule,
            forked(world, by(&key(12), &header, &body)),
            why,
        );
    };
    refuse_header(
        &|header| header.document = Some(world.document.id()),
        "the opening names a document",
    );
    refuse_header(
        &|header| header.kind = Kind::CHANGE,
        "the opening is of another kind",
    );
    refuse_header(&|header| header.seq = 1, "the opening is not at place 0");
    refuse_header(
        &|header| header.feed = world.feed,
        "the opening names a feed",
    );
    refuse_header(
        &|header| header.previous = world.entries[1].id(),
        "the opening names a predecessor",
    );
    refuse(
        Stage::Signature,
        forked(world, by(&key(13), &good, &body)),
        "the opening is not signed by the node key in it",
    );
    let foreign = encode(&FeedOpening {
        certificate: certify(FederationId::of(&[b"another federation"]), "dk-0159", 2, 12),
        ..world.opening.clone()
    });
    let header =
        FeedWriter::new(world.federation, key(12)).header(Kind::FEED_OPENING, None, &foreign);
    refuse(
        Stage::Signature,
        forked(world, by(&key(12), &header, &foreign)),
        "the certificate in the opening is for another federation",
    );
}

fn votes(list: &mut List, world: &World) {
    let (voter, by) = (member("dk-0147"), key(1));
    let mut refuse = |stage: Stage, vote: Vote, why: &str| {
        let key: IdentityKey = key(1).identity_key();
        let bytes = encode(&Statement::Vote(vote));
        let input = json!({ "bytes": hex(&bytes), "identity_key": key.to_string() });
        list.input("statement", stage, input, why);
    };
    let roster = proposed(world);
    let approval = Vote::approve(roster.clone(), voter.clone(), &by);
    let rejection = |reason: &str| Vote::reject(roster.clone(), voter.clone(), reason.into(), &by);
    refuse(
        Stage::Signature,
        Vote::approve(roster.clone(), voter.clone(), &key(2)),
        "the approval is signed by another identity key than the steward's",
    );
    refuse(
        Stage::Signature,
        Vote {
            signature: by.sign(Domain::RosterRejection, &[&roster]),
            ..approval.clone()
        },
        "the approval's signature is in the domain of rejections",
    );
    refuse(
        Stage::Signature,
        Vote {
            signature: rejection("").signature,
            ..approval.clone()
        },
        "the approval's signature is that of a rejection",
    );
    refuse(
        Stage::Signature,
        Vote {
            verdict: Verdict::Reject {
                reason: String::new(),
            },
            ..approval.clone()
        },
        "the rejection's signature is that of an approval",
    );
    refuse(
        Stage::Signature,
        Vote {
            verdict: Verdict::Reject {
                reason: "Another".into(),
            },
            ..rejection("One")
        },
        "the reason was changed after the rejection was signed",
    );
    refuse(
        Stage::Signature,
        Vote {
            signature: malleated(&approval.signature),
            ..approval
        },
        "the approval's signature has s + L in place of s",
    );
    refuse(
        Stage::Rule,
        rejection(&"r".repeat(501)),
        "the reason is longer than 500 bytes",
    );
    let mut trailing = roster.clone();
    trailing.push(0);
    refuse(
        Stage::Encoding,
        Vote::approve(trailing, voter.clone(), &by),
        "a byte follows the proposed roster",
    );
    let mut unsound = world.third.clone();
    unsound.threshold = 0;
    refuse(
        Stage::Rule,
        Vote::approve(encode(&unsound), voter, &by),
        "the proposed roster breaks a rule of rosters",
    );
}
