//! Every refused vector is refused, and for a reason of the sort that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use faelled_proto::canonical::{DecodeError, decode};
use faelled_proto::chain::{RunRefusal, verify_new_feed, verify_run};
use faelled_proto::charter::CharterRefusal;
use faelled_proto::feed::decode_frame;
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::key::BadSignature;
use faelled_proto::limits::MAX_FRAME_BYTES;
use faelled_proto::opening::{DocumentOpening, FeedOpening};
use faelled_proto::release::Release;
use faelled_proto::statement::BadStatement;
use faelled_proto::ticket::TicketError;
use faelled_proto::{
    FederationId, MemberId, Message, NodeCertificate, Roster, RosterHash, SignedCharter,
    SignedEntry, SignedRoster, Space, Statement, Ticket,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fields;
use crate::file::{array, bytes, each, json, list, number, option, parsed, string};

/// The sort of reason for which something is refused.
type Judgement = Result<(), &'static str>;

fn decoding(error: DecodeError) -> &'static str {
    match error {
        DecodeError::TooLong { .. } => "limit",
        DecodeError::Malformed | DecodeError::NotCanonical => "encoding",
        DecodeError::Invalid(_) => "rule",
    }
}

fn plain<T: Serialize + DeserializeOwned>(encoded: &[u8]) -> Judgement {
    decode::<T>(encoded, MAX_FRAME_BYTES)
        .map(drop)
        .map_err(decoding)
}

#[test]
fn every_refused_vector_is_refused_for_its_reason() {
    let vectors = json("refused.json");
    let federation: FederationId = parsed(&vectors["federation"]);
    let mut reasons = BTreeSet::new();
    for vector in list(&vectors["refused"]) {
        let (of, stage, why) = (
            string(&vector["of"]),
            string(&vector["stage"]),
            string(&vector["why"]),
        );
        assert_eq!(
            judge(&of, vector, federation),
            Err(stage.as_str()),
            "{of}: {why}"
        );
        assert!(
            reasons.insert((of.clone(), why.clone())),
            "{of}: {why}: twice"
        );
    }
    assert!(reasons.len() > 220, "{} refused vectors", reasons.len());
}

fn judge(of: &str, vector: &Value, federation: FederationId) -> Judgement {
    if of == "ticket" {
        return ticket(&string(&vector["text"]));
    }
    if of == "signature" {
        return bare_signature(vector);
    }
    let encoded = bytes(&vector["bytes"]);
    match of {
        "u8" => plain::<u8>(&encoded),
        "u16" => plain::<u16>(&encoded),
        "u32" => plain::<u32>(&encoded),
        "u64" => plain::<u64>(&encoded),
        "bool" => plain::<bool>(&encoded),
        "option u32" => plain::<Option<u32>>(&encoded),
        "string" => plain::<String>(&encoded),
        "bytes" => plain::<Vec<u8>>(&encoded),
        "list u32" => plain::<Vec<u32>>(&encoded),
        "map string string" => plain::<BTreeMap<String, String>>(&encoded),
        "address" => plain::<SocketAddr>(&encoded),
        "space" => plain::<Space>(&encoded),
        "member id" => plain::<MemberId>(&encoded),
        "certificate" => {
            let certificate: NodeCertificate =
                decode(&encoded, MAX_FRAME_BYTES).map_err(decoding)?;
            certificate.verify(federation).map_err(signature)
        }
        "entry" => {
            let entry: SignedEntry = decode(&encoded, MAX_FRAME_BYTES).map_err(decoding)?;
            entry.decode_header().map_err(decoding)?;
            entry
                .verify(federation, &fields::node_key(&vector["node_key"]))
                .map_err(signature)
        }
        "feed opening" => FeedOpening::decode(&encoded).map(drop).map_err(decoding),
        "document opening" => DocumentOpening::decode(&encoded)
            .map(drop)
            .map_err(decoding),
        "release" => Release::decode(&encoded).map(drop).map_err(decoding),
        "frame" => decode_frame(&encoded).map(drop).map_err(decoding),
        "run" => run(&encoded, vector, federation),
        "roster" => signed_roster(&encoded).decode().map(drop).map_err(decoding),
        "roster step" => roster_step(
            &signed_roster(&bytes(&vector["previous"])),
            &signed_roster(&encoded),
        ),
        "roster resolution" => roster_resolution(
            &each(&vector["held"], |held| signed_roster(&bytes(held))),
            &signed_roster(&encoded),
        ),
        "statement" => statement(&encoded, vector, federation),
        "grant" => Grant::decode(&encoded).map(drop).map_err(decoding),
        "withdrawal" => Withdrawal::decode(&encoded).map(drop).map_err(decoding),
        "charter" => signed_charter(&encoded)
            .decode()
            .map(drop)
            .map_err(decoding),
        "charter step" => charter_step(&encoded, vector, federation),
        "message" => Message::decode(&encoded, number(&vector["limit"]))
            .map(drop)
            .map_err(decoding),
        "join" => match Message::decode(&encoded, 4096).map_err(decoding)? {
            Message::Join(request) => request.verify(federation).map_err(signature),
            other => panic!("{other:?} is no request to join"),
        },
        other => panic!("{other} is not a sort of vector"),
    }
}

fn signature(_: BadSignature) -> &'static str {
    "signature"
}

fn bare_signature(vector: &Value) -> Judgement {
    let message = bytes(&vector["message"]);
    let prefix = bytes(&vector["prefix"]);
    assert_eq!(prefix, b"faelled/1 entry\0");
    let signed = message.strip_prefix(prefix.as_slice()).unwrap();
    let key = fields::identity_key(&vector["public_key"]);
    let of = fields::signature(&vector["signature"]);
    // Some of these satisfy the equation: only strictness refuses them.
    let strict = key.verify(faelled_proto::key::Domain::Entry, &[signed], &of);
    if string(&vector["why"]).contains("small order") {
        let key = ed25519_dalek::VerifyingKey::from_bytes(&array(&vector["public_key"])).unwrap();
        let of = ed25519_dalek::Signature::from_bytes(of.as_bytes());
        assert!(
            ed25519_dalek::Verifier::verify(&key, &message, &of).is_ok(),
            "the equation holds"
        );
    }
    strict.map_err(signature)
}

fn ticket(text: &str) -> Judgement {
    text.parse::<Ticket>()
        .map(drop)
        .map_err(|error| match error {
            TicketError::NotATicket | TicketError::Mistyped => "text",
            TicketError::Unreadable(error) => decoding(error),
        })
}

fn signed_roster(encoded: &[u8]) -> SignedRoster {
    decode(encoded, MAX_FRAME_BYTES).unwrap()
}

fn signed_charter(encoded: &[u8]) -> SignedCharter {
    decode(encoded, MAX_FRAME_BYTES).unwrap()
}

fn charter_step(encoded: &[u8], vector: &Value, federation: FederationId) -> Judgement {
    let previous = option(&vector["previous"], bytes);
    let before = previous.map(|previous| signed_charter(&previous).decode().unwrap());
    let checked = signed_charter(encoded).check(federation, before.as_ref());
    checked.map(drop).map_err(|refusal| match refusal {
        CharterRefusal::Undecodable(error) => decoding(error),
        CharterRefusal::NotAnOwner(_)
        | CharterRefusal::UnknownMember(_)
        | CharterRefusal::BadSignature => "signature",
        CharterRefusal::OtherFederation
        | CharterRefusal::OtherGroup
        | CharterRefusal::Predecessor { .. }
        | CharterRefusal::Version { .. } => "chain",
        CharterRefusal::TooMany => "limit",
    })
}

fn statement(encoded: &[u8], vector: &Value, federation: FederationId) -> Judgement {
    let judged = match decode(encoded, MAX_FRAME_BYTES).map_err(decoding)? {
        Statement::Revocation(signed) => signed.check(federation),
        Statement::Equivocation(proof) => proof.verify(federation).map(drop),
        Statement::Vote(vote) => {
            let key = fields::identity_key(&vector["identity_key"]);
            vote.decode()
                .map_err(BadStatement::from)
                .and_then(|_| vote.verify(&key))
        }
    };
    judged.map_err(|bad| match bad {
        BadStatement::Undecodable(error) => decoding(error),
        BadStatement::OtherFederation => "chain",
        BadStatement::BadSignature => "signature",
        BadStatement::NoFork(_) => "rule",
    })
}

fn run(encoded: &[u8], vector: &Value, federation: FederationId) -> Judgement {
    let entries = decode_frame(encoded).map_err(decoding)?;
    let verified = match option(&vector["after"], fields::tip) {
        Some(after) => verify_run(
            federation,
            &fields::node_key(&vector["node_key"]),
            after,
            entries,
        ),
        None => verify_new_feed(federation, parsed(&vector["feed"]), entries)
            .map(|(_, verified)| verified),
    };
    verified.map(drop).map_err(|refusal| match refusal {
        RunRefusal::Undecodable { reason, .. } => decoding(reason),
        RunRefusal::BadSignature { .. } | RunRefusal::BadCertificate => "signature",
        RunRefusal::Gap { .. }
        | RunRefusal::BrokenLink { .. }
        | RunRefusal::OtherFeed { .. }
        | RunRefusal::NoOpening
        | RunRefusal::Empty => "chain",
    })
}

/// The rules of the specification for a step from one roster version to the next.
pub(crate) fn roster_step(before: &SignedRoster, step: &SignedRoster) -> Judgement {
    let old = before.decode().map_err(decoding)?;
    let new = step.decode().map_err(decoding)?;
    let federation = old.federation.unwrap_or_else(|| before.federation());
    if new.version != old.version + 1
        || new.federation != Some(federation)
        || new.previous != [before.hash()]
    {
        return Err("chain");
    }
    for roster in [&old, &new] {
        if roster.valid_signatures(&step.roster, &step.signatures) < usize::from(roster.threshold) {
            return Err("signature");
        }
    }
    Ok(())
}

/// The rules of the specification for a version that settles a fork of two branches, each a line of single
/// steps from the fork on.
pub(crate) fn roster_resolution(held: &[SignedRoster], step: &SignedRoster) -> Judgement {
    let by_hash: BTreeMap<RosterHash, Roster> = held
        .iter()
        .map(|signed| (signed.hash(), signed.decode().unwrap()))
        .collect();
    let way_back = |from: RosterHash| {
        let mut way = vec![from];
        while let Some(&before) = by_hash
            .get(&way[way.len() - 1])
            .and_then(|roster| roster.previous.first())
        {
            way.push(before);
        }
        way
    };
    let new = step.decode().map_err(decoding)?;
    let &[one, other] = new.previous.as_slice() else {
        return Err("chain");
    };
    let (Some(left), Some(right)) = (by_hash.get(&one), by_hash.get(&other)) else {
        return Err("chain");
    };
    let (one_way, other_way) = (way_back(one), way_back(other));
    let are_branches = !one_way.contains(&other) && !other_way.contains(&one);
    let federation = held.first().map(SignedRoster::federation);
    if !are_branches
        || new.version != left.version.max(right.version) + 1
        || new.federation != federation
    {
        return Err("chain");
    }
    let common = one_way.iter().find(|hash| other_way.contains(hash));
    for roster in [&by_hash[common.unwrap()], &new] {
        if roster.valid_signatures(&step.roster, &step.signatures) < usize::from(roster.threshold) {
            return Err("signature");
        }
    }
    Ok(())
}
