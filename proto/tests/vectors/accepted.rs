//! Every accepted vector decodes, is what its fields say, encodes to the same bytes and verifies.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::net::SocketAddr;

use faelled_proto::canonical::{decode, encode};
use faelled_proto::certificate::NodeClaim;
use faelled_proto::chain::{verify_new_feed, verify_run};
use faelled_proto::feed::{RunHeader, decode_frame, encode_frame};
use faelled_proto::frontier::ShortDigest;
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::id::{CharterHash, ContentHash, FrontierDigest, SecretHash};
use faelled_proto::key::Domain;
use faelled_proto::limits::MAX_MESSAGE_BYTES;
use faelled_proto::opening::{DocumentOpening, FeedOpening};
use faelled_proto::release::Release;
use faelled_proto::{
    BodyHash, Charter, DocId, EntryId, FederationId, FeedId, Frontier, GroupId, Header, Kind, Mark,
    Message, NodeCertificate, Prefix, ReleaseHash, Roster, RosterHash, SecretKey, SignedEntry,
    SignedRoster, Statement, Ticket, Tip,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fields;
use crate::file::{array, bytes, each, json, list, parsed, string};

/// The bytes decode to the value, and the value encodes to the bytes.
fn same<T: Serialize + DeserializeOwned + PartialEq + Debug>(encoded: &Value, value: &T) {
    let encoded = bytes(encoded);
    assert_eq!(decode::<T>(&encoded, encoded.len()).as_ref(), Ok(value));
    assert_eq!(encode(value), encoded);
}

fn on_the_stream(encoded: &Value) -> Vec<u8> {
    let encoded = bytes(encoded);
    let mut framed = u32::try_from(encoded.len()).unwrap().to_be_bytes().to_vec();
    framed.extend_from_slice(&encoded);
    framed
}

#[test]
fn primitives_are_encoded_as_written() {
    for vector in list(&json("primitives.json")["primitives"]) {
        let (value, encoded) = (&vector["value"], &vector["bytes"]);
        match string(&vector["type"]).as_str() {
            "u8" => same::<u8>(encoded, &parsed(value)),
            "u16" => same::<u16>(encoded, &parsed(value)),
            "u32" => same::<u32>(encoded, &parsed(value)),
            "u64" => same::<u64>(encoded, &parsed(value)),
            "bool" => same(encoded, &value.as_bool().unwrap()),
            "option u32" => {
                same::<Option<u32>>(encoded, &value.as_str().map(|text| text.parse().unwrap()))
            }
            "string" => same(encoded, &string(value)),
            "bytes" => same(encoded, &bytes(value)),
            "list u32" => same::<Vec<u32>>(encoded, &each(value, parsed)),
            "map string string" => same::<BTreeMap<String, String>>(
                encoded,
                &value
                    .as_object()
                    .unwrap()
                    .iter()
                    .map(|(key, value)| (key.clone(), string(value)))
                    .collect(),
            ),
            "address" => same::<SocketAddr>(encoded, &parsed(value)),
            other => panic!("{other} is no primitive"),
        }
    }
}

#[test]
fn ids_are_blake3_hashes_under_their_contexts() {
    for vector in list(&json("ids.json")["ids"]) {
        let input = bytes(&vector["input"]);
        let context = string(&vector["context"]);
        let hash = blake3::derive_key(&context, &input);
        assert_eq!(data_encoding::HEXLOWER.encode(&hash), string(&vector["id"]));
        let parts: &[&[u8]] = &[&input];
        let of = string(&vector["type"]);
        let id = match of.as_str() {
            "RosterHash" => *RosterHash::of(parts).as_bytes(),
            "FederationId" => *FederationId::of(parts).as_bytes(),
            "FeedId" => *FeedId::of(parts).as_bytes(),
            "EntryId" => *EntryId::of(parts).as_bytes(),
            "BodyHash" => *BodyHash::of(parts).as_bytes(),
            "DocId" => *DocId::of(parts).as_bytes(),
            "ReleaseHash" => *ReleaseHash::of(parts).as_bytes(),
            "ContentHash" => *ContentHash::of(parts).as_bytes(),
            "GroupId" => *GroupId::of(parts).as_bytes(),
            "CharterHash" => *CharterHash::of(parts).as_bytes(),
            "Mark" => *Mark::of(parts).as_bytes(),
            "SecretHash" => *SecretHash::of(parts).as_bytes(),
            "FrontierDigest" => *FrontierDigest::of(parts).as_bytes(),
            other => panic!("{other} is no id"),
        };
        assert_eq!(id, hash, "{of}");
    }
}

#[test]
fn keys_and_signatures_are_plain_ed25519_over_prefix_and_parts() {
    let vectors = json("keys.json");
    for vector in list(&vectors["keys"]) {
        let key = SecretKey::from_seed(&array(&vector["seed"]));
        assert_eq!(key.identity_key().as_bytes(), &array(&vector["public_key"]));
        assert_eq!(key.node_key().as_bytes(), &array(&vector["public_key"]));
    }
    for vector in list(&vectors["signatures"]) {
        let domain = match string(&vector["domain"]).as_str() {
            "Entry" => Domain::Entry,
            "NodeCertificate" => Domain::NodeCertificate,
            "Roster" => Domain::Roster,
            "Join" => Domain::Join,
            "Charter" => Domain::Charter,
            "Revocation" => Domain::Revocation,
            "RosterRejection" => Domain::RosterRejection,
            other => panic!("{other} is no domain"),
        };
        let parts = each(&vector["parts"], bytes);
        let message = [bytes(&vector["prefix"]), parts.concat()].concat();
        assert_eq!(message, bytes(&vector["message"]));

        let plain = ed25519_dalek::VerifyingKey::from_bytes(&array(&vector["public_key"])).unwrap();
        let signature = ed25519_dalek::Signature::from_bytes(&array(&vector["signature"]));
        plain.verify_strict(&message, &signature).unwrap();

        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let key = SecretKey::from_seed(&array(&vector["seed"]));
        let signature = fields::signature(&vector["signature"]);
        assert_eq!(key.sign(domain, &parts), signature);
        key.identity_key()
            .verify(domain, &parts, &signature)
            .unwrap();
    }
}

#[test]
fn the_certificate_is_what_it_says_and_verifies() {
    let vector = json("certificate.json");
    let certificate: NodeCertificate = fields::certificate(&vector["fields"]);
    same(&vector["bytes"], &certificate);
    same::<NodeClaim>(&vector["claim"], &certificate.claim);
    certificate.verify(parsed(&vector["federation"])).unwrap();
}

#[test]
fn every_entry_is_what_it_says_and_the_feed_verifies() {
    let vectors = json("entries.json");
    let federation: FederationId = parsed(&vectors["federation"]);
    let node_key = fields::node_key(&vectors["node_key"]);
    for vector in list(&vectors["entries"])
        .iter()
        .chain([&vectors["private"]])
    {
        let entry = fields::entry(&vector["entry"]);
        same(&vector["bytes"], &entry);
        let header = fields::header(&vector["header"]);
        same::<Header>(&vector["entry"]["header"], &header);
        assert_eq!(entry.decode_header().unwrap(), header);
        assert_eq!(entry.id(), parsed(&vector["id"]));
        entry.verify(federation, &node_key).unwrap();
        match (header.kind.0, vector["body"].is_null()) {
            (0, false) => same::<FeedOpening>(
                &vector["entry"]["body"],
                &fields::feed_opening(&vector["body"]),
            ),
            (1, false) => same::<DocumentOpening>(
                &vector["entry"]["body"],
                &fields::document_opening(&vector["body"]),
            ),
            (3, false) => {
                same::<Release>(&vector["entry"]["body"], &fields::release(&vector["body"]))
            }
            (900, true) => assert_eq!(entry.body, None),
            other => panic!("{other:?} is not among the vectors"),
        }
    }
    let entries = each(&vectors["entries"], |vector| {
        fields::entry(&vector["entry"])
    });
    let feed: FeedId = parsed(&vectors["feed"]);
    let (_, verified) = verify_new_feed(federation, feed, entries.clone()).unwrap();
    assert_eq!(verified.len(), entries.len());
    verify_run(
        federation,
        &node_key,
        verified[1].tip(),
        entries[2..].to_vec(),
    )
    .unwrap();
}

#[test]
fn documents_are_named_by_the_hash_of_their_opening() {
    for vector in list(&json("documents.json")["documents"]) {
        let opening = fields::document_opening(&vector["fields"]);
        same(&vector["bytes"], &opening);
        assert_eq!(
            DocumentOpening::decode(&bytes(&vector["bytes"])).as_ref(),
            Ok(&opening)
        );
        assert_eq!(opening.id(), parsed(&vector["id"]));
    }
}

#[test]
fn releases_are_named_by_the_hash_of_their_body() {
    for vector in list(&json("releases.json")["releases"]) {
        let release = fields::release(&vector["fields"]);
        same(&vector["bytes"], &release);
        let body = bytes(&vector["bytes"]);
        assert_eq!(Release::decode(&body).as_ref(), Ok(&release));
        assert_eq!(Release::hash_of_body(&body), parsed(&vector["hash"]));
        assert_eq!(release.version_text(), string(&vector["version_text"]));
    }
}

/// The digest of a part of a frontier, as section 9 says it.
fn tree_digest(tips: &[Tip], depth: usize) -> FrontierDigest {
    if tips.len() <= 16 {
        let encoded: Vec<u8> = tips.iter().flat_map(encode::<Tip>).collect();
        return FrontierDigest::of(&[&[0], &encoded]);
    }
    let digests = children(tips, depth).map(|child| *child.as_bytes());
    FrontierDigest::of(&[&[1], &digests.concat()])
}

fn children(tips: &[Tip], depth: usize) -> [FrontierDigest; 16] {
    let digit = |tip: &Tip| (tip.feed.as_bytes()[depth / 2] >> (4 * (1 - depth % 2))) & 15;
    std::array::from_fn(|child| {
        let of_child = tips.iter().filter(|tip| usize::from(digit(tip)) == child);
        tree_digest(&of_child.copied().collect::<Vec<_>>(), depth + 1)
    })
}

#[test]
fn a_large_frontier_has_the_digest_of_its_tree() {
    for vector in list(&json("frontier.json")["trees"]) {
        let tips = each(&vector["tips"], fields::tip);
        let mut frontier = Frontier::default();
        tips.iter().rev().for_each(|tip| frontier.set(*tip));
        let digest = parsed::<FrontierDigest>(&vector["digest"]);
        assert_eq!(tree_digest(&tips, 0), digest);
        assert_eq!(frontier.digest(), digest);
        let branches = fields::digests(&vector["branches"]);
        assert_eq!(children(&tips, 0).map(ShortDigest::from), branches);
        assert_eq!(frontier.branches(&Prefix::default()), branches);
    }
}

#[test]
fn frontiers_have_the_digest_of_their_sorted_tips() {
    for vector in list(&json("frontier.json")["frontiers"]) {
        let tips = each(&vector["tips"], fields::tip);
        let encoded: Vec<u8> = tips.iter().flat_map(encode::<Tip>).collect();
        assert_eq!(encoded, bytes(&vector["encoded"]));
        let mut frontier = Frontier::default();
        tips.iter().rev().for_each(|tip| frontier.set(*tip));
        assert_eq!(frontier.tips().collect::<Vec<_>>(), tips);
        assert_eq!(frontier.digest(), parsed(&vector["digest"]));
    }
}

#[test]
fn a_spaces_digest_is_over_its_charters_its_marks_and_its_tips() {
    for vector in list(&json("frontier.json")["spaces"]) {
        let mut frontier = Frontier::default();
        let tips = each(&vector["tips"], fields::tip);
        tips.iter().for_each(|tip| frontier.set(*tip));
        let charters = each(&vector["charters"], parsed::<CharterHash>);
        assert!(charters.is_sorted());
        let marks = each(&vector["marks"], parsed::<Mark>);
        assert!(marks.is_sorted());
        let hashes = charters.iter().flat_map(|charter| *charter.as_bytes());
        let said = marks.iter().flat_map(|mark| *mark.as_bytes());
        let beside: Vec<u8> = hashes.chain(said).collect();
        let digest = parsed::<FrontierDigest>(&vector["digest"]);
        let whole = tree_digest(&tips, 0);
        assert_eq!(
            FrontierDigest::of(&[&[2], &beside, whole.as_bytes()]),
            digest
        );
        assert_eq!(frontier.digest_with(charters, marks), digest);
    }
}

#[test]
fn charters_are_what_they_say_and_each_follows_the_one_before() {
    let vectors = json("charters.json");
    let federation: FederationId = parsed(&vectors["federation"]);
    let mut before: Option<Charter> = None;
    for vector in list(&vectors["charters"]) {
        let signed = fields::signed_charter(&vector["signed"]);
        same(&vector["bytes"], &signed);
        let charter = fields::charter(&vector["fields"]);
        same::<Charter>(&vector["signed"]["charter"], &charter);
        assert_eq!(
            signed.check(federation, before.as_ref()),
            Ok(charter.clone())
        );
        assert_eq!(signed.hash(), parsed(&vector["hash"]));
        assert_eq!(charter.hash(), signed.hash());
        assert_eq!(charter.group(), parsed(&vectors["group"]));
        before = Some(charter);
    }
}

#[test]
fn rosters_are_what_they_say_and_each_follows_the_one_before() {
    let vectors = json("rosters.json");
    let mut before: Option<SignedRoster> = None;
    for vector in list(&vectors["rosters"]) {
        let signed = fields::signed_roster(&vector["signed"]);
        same(&vector["bytes"], &signed);
        let roster = fields::roster(&vector["fields"]);
        same::<Roster>(&vector["signed"]["roster"], &roster);
        assert_eq!(signed.decode().as_ref(), Ok(&roster));
        assert_eq!(signed.hash(), parsed(&vector["hash"]));
        assert_eq!(roster.cuts(), Ok(each(&vector["cuts"], fields::cut)));
        assert_eq!(roster.note(), vector["note"].as_str());
        match &before {
            None => assert_eq!(signed.federation(), parsed(&vectors["federation"])),
            Some(before) => assert_eq!(crate::refused::roster_step(before, &signed), Ok(())),
        }
        before = Some(signed);
    }
}

#[test]
fn messages_are_what_they_say() {
    let vectors = json("messages.json");
    let mut seen = [false; 12];
    for vector in list(&vectors["messages"]) {
        let encoded = bytes(&vector["bytes"]);
        let message = fields::message(&string(&vector["message"]), &vector["fields"]);
        same(&vector["bytes"], &message);
        assert_eq!(
            Message::decode(&encoded, MAX_MESSAGE_BYTES).as_ref(),
            Ok(&message)
        );
        assert_eq!(vector["variant"], encoded[0]);
        assert_eq!(
            bytes(&vector["on_the_stream"]),
            on_the_stream(&vector["bytes"])
        );
        if let Message::Join(request) = &message {
            request.verify(parsed(&vectors["federation"])).unwrap();
        }
        seen[usize::from(encoded[0])] = true;
    }
    assert_eq!(seen, [true; 12], "every message has a vector");
}

#[test]
fn runs_are_what_they_say() {
    for vector in list(&json("runs.json")["runs"]) {
        same::<RunHeader>(&vector["header"], &fields::run_header(&vector["fields"]));
        assert_eq!(
            bytes(&vector["header_on_the_stream"]),
            on_the_stream(&vector["header"])
        );
        let entries = each(&vector["entries"], fields::entry);
        assert_eq!(
            decode_frame(&bytes(&vector["frame"])).as_ref(),
            Ok(&entries)
        );
        assert_eq!(encode_frame(&entries), bytes(&vector["frame"]));
        let ids: Vec<EntryId> = entries.iter().map(SignedEntry::id).collect();
        assert_eq!(ids, each(&vector["ids"], parsed::<EntryId>));
    }
}

#[test]
fn a_run_may_hold_wrong_signatures_before_its_last_one() {
    let vector = &json("runs.json")["unsigned"];
    let (federation, node_key) = (
        parsed(&vector["federation"]),
        fields::node_key(&vector["node_key"]),
    );
    let entries = decode_frame(&bytes(&vector["frame"])).unwrap();
    let (last, before) = entries.split_last().unwrap();
    assert!(last.verify(federation, &node_key).is_ok());
    for entry in before {
        assert!(entry.verify(federation, &node_key).is_err());
    }
    let after = fields::tip(&vector["after"]);
    assert!(verify_run(federation, &node_key, after, entries).is_ok());
}

#[test]
fn grants_and_withdrawals_are_what_they_say() {
    let vectors = json("grants.json");
    assert!(Kind::GRANT.is_known() && Kind::WITHDRAWAL.is_known());
    assert!(!Kind::SNAPSHOT.is_known() && !Kind::ERASURE.is_known());
    for vector in list(&vectors["grants"]) {
        let grant = fields::grant(&vector["fields"]);
        same(&vector["bytes"], &grant);
        assert_eq!(Grant::decode(&bytes(&vector["bytes"])), Ok(grant));
    }
    for vector in list(&vectors["withdrawals"]) {
        let withdrawal = fields::withdrawal(&vector["fields"]);
        same(&vector["bytes"], &withdrawal);
        assert_eq!(Withdrawal::decode(&bytes(&vector["bytes"])), Ok(withdrawal));
    }
}

#[test]
fn statements_are_what_they_say_and_hold() {
    let vectors = json("statements.json");
    let federation: FederationId = parsed(&vectors["federation"]);
    let mut kinds = BTreeSet::new();
    for vector in list(&vectors["statements"]) {
        let kind = string(&vector["statement"]);
        let statement = fields::statement(&kind, &vector["fields"]);
        same(&vector["bytes"], &statement);
        assert_eq!(statement.mark(), parsed(&vector["mark"]));
        assert_eq!(statement.space(), Some(fields::space(&vector["space"])));
        let said = match &statement {
            Statement::Revocation(signed) => {
                same(&vector["signed"], &signed.revocation);
                assert_eq!(signed.check(federation), Ok(()));
                encode(&signed.revocation)
            }
            Statement::Equivocation(proof) => {
                let common = fields::tip(&vector["common"]);
                assert_eq!(proof.verify(federation).unwrap().common, common);
                encode(&(common.feed, common.seq + 1))
            }
            Statement::Vote(vote) => {
                assert!(vote.decode().is_ok());
                let key = fields::identity_key(&vector["identity_key"]);
                assert_eq!(vote.verify(&key), Ok(()));
                let proposal: RosterHash = parsed(&vector["proposal"]);
                assert_eq!(RosterHash::of(&[&vote.roster]), proposal);
                encode(&(proposal, &vote.steward, vote.is_approval()))
            }
        };
        let named = [kind.to_lowercase().into_bytes(), said].concat();
        assert_eq!(Mark::of(&[&named]), statement.mark());
        kinds.insert(kind);
    }
    assert_eq!(kinds.len(), 3, "every kind of statement has a vector");
}

#[test]
fn an_approval_is_the_signature_that_the_roster_needs() {
    let rosters = json("rosters.json");
    let mut third = fields::signed_roster(&list(&rosters["rosters"])[2]["signed"]);
    let signature = third.signatures.remove(0);
    let vectors = json("statements.json");
    let approvals: Vec<_> = list(&vectors["statements"])
        .iter()
        .filter(|vector| vector["fields"]["verdict"] == "Approve")
        .map(|vector| fields::statement("Vote", &vector["fields"]))
        .collect();
    let [Statement::Vote(vote)] = approvals.as_slice() else {
        panic!("one vector is an approval");
    };
    assert_eq!(vote.roster, third.roster);
    assert_eq!((vote.steward.clone(), vote.signature), signature);
}

#[test]
fn a_fork_of_the_roster_is_settled_by_a_version_that_names_both() {
    let vectors = json("rosters.json");
    let mut held = each(&vectors["rosters"], |vector| {
        fields::signed_roster(&vector["signed"])
    });
    held.truncate(2);
    for branch in list(&vectors["resolution"]["branches"]) {
        let branch = decode(&bytes(branch), MAX_MESSAGE_BYTES).unwrap();
        assert_eq!(crate::refused::roster_step(&held[1], &branch), Ok(()));
        held.push(branch);
    }
    let settled = &vectors["resolution"]["settled"];
    let signed = fields::signed_roster(&settled["signed"]);
    assert_eq!(signed.decode().unwrap(), fields::roster(&settled["fields"]));
    assert_eq!(crate::refused::roster_resolution(&held, &signed), Ok(()));
}

#[test]
fn tickets_are_what_they_say() {
    for vector in list(&json("tickets.json")["tickets"]) {
        let ticket = fields::ticket(&vector["fields"]);
        same(&vector["bytes"], &ticket);
        assert_eq!(ticket.to_string(), string(&vector["text"]));
        assert_eq!(parsed::<Ticket>(&vector["text"]), ticket);
    }
}

#[test]
fn the_hashes_in_headers_and_references_are_those_of_the_things_named() {
    let entries = json("entries.json");
    let opening = &list(&entries["entries"])[1];
    let body = bytes(&opening["entry"]["body"]);
    assert_eq!(
        BodyHash::of(&[&body]),
        parsed(&opening["header"]["body_hash"])
    );
    assert_eq!(DocId::of(&[&body]), parsed(&opening["header"]["document"]));
    let releases = json("releases.json");
    let release = &list(&releases["releases"])[0];
    assert_eq!(
        ReleaseHash::of(&[&bytes(&release["bytes"])]),
        parsed(&release["hash"])
    );
    let content = bytes(&release["fields"]["content"]);
    assert_eq!(
        ContentHash::of(&[&content]),
        parsed(&release["fields"]["content_hash"])
    );
}
