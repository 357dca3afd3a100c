//! No byte of what is signed can be changed unnoticed.

use faelled_proto::canonical::{decode, encode};
use faelled_proto::chain::{Writer, verify_new_feed};
use faelled_proto::limits::{MAX_FRAME_BYTES, MAX_STRANGER_MESSAGE_BYTES};
use faelled_proto::message::JoinRequest;
use faelled_proto::opening::FeedOpening;
use faelled_proto::roster::MemberRecord;
use faelled_proto::statement::{Equivocation, Revocation, Vote};
use faelled_proto::{
    Charter, CharterHash, Cut, EntryId, FederationId, FeedId, GroupId, Header, Kind, MemberId,
    Message, NodeCertificate, Roster, SecretKey, Signature, SignedCharter, SignedEntry,
    SignedRoster, Space, Statement, Tip,
};
use proptest::prelude::*;

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

fn federation() -> FederationId {
    FederationId::of(&[b"federation"])
}

fn certificate() -> NodeCertificate {
    let member = "dk-0159".parse().unwrap();
    NodeCertificate::issue(
        federation(),
        member,
        &key(1),
        key(2).node_key(),
        1_800_000_000_000,
    )
}

fn entry(header: Header, body: Vec<u8>) -> SignedEntry {
    let header = Header {
        body_hash: faelled_proto::BodyHash::of(&[&body]),
        body_length: u32::try_from(body.len()).unwrap(),
        version: 1,
        ..header
    };
    SignedEntry::sign(federation(), &key(2), &header, body)
}

fn roster() -> SignedRoster {
    let member = |id: &str, seed| MemberRecord {
        id: id.parse().unwrap(),
        kind: "municipality".into(),
        name: id.into(),
        identity_key: key(seed).identity_key(),
        valid_from_day: 20_000,
        valid_until_day: None,
    };
    let members = vec![
        member("dk-0147", 1),
        member("dk-0151", 2),
        member("dk-0159", 3),
    ];
    let mut signed = SignedRoster::unsigned(&Roster {
        version: 1,
        federation: None,
        previous: Vec::new(),
        name: "Fællesskab".into(),
        claimed_ms: 1_800_000_000_000,
        threshold: 2,
        stewards: members.iter().map(|member| member.id.clone()).collect(),
        members,
        extensions: Vec::new(),
    });
    signed.sign("dk-0147".parse().unwrap(), &key(1));
    signed.sign("dk-0159".parse().unwrap(), &key(3));
    signed
}

fn entry_holds(bytes: &[u8]) -> bool {
    decode::<SignedEntry>(bytes, MAX_FRAME_BYTES).is_ok_and(|entry| {
        entry.decode_header().is_ok() && entry.verify(federation(), &key(2).node_key()).is_ok()
    })
}

fn certificate_holds(bytes: &[u8]) -> bool {
    decode::<NodeCertificate>(bytes, MAX_FRAME_BYTES)
        .is_ok_and(|certificate| certificate.verify(federation()).is_ok())
}

fn roster_holds(bytes: &[u8]) -> bool {
    decode::<SignedRoster>(bytes, MAX_FRAME_BYTES).is_ok_and(|signed| {
        // Judged by itself, as the first version of a federation that a ticket names is not.
        signed.decode().is_ok_and(|roster| {
            roster.valid_signatures(&signed.roster, &signed.signatures)
                >= usize::from(roster.threshold)
        })
    })
}

fn charter() -> SignedCharter {
    let charter = Charter {
        version: 1,
        federation: federation(),
        group: None,
        previous: None,
        name: "Gruppe".into(),
        owners: vec!["dk-0159".parse().unwrap()],
        members: vec!["dk-0151".parse().unwrap(), "dk-0159".parse().unwrap()],
        removed: vec![Cut {
            member: "dk-0147".parse().unwrap(),
            identity_key: None,
            last_good: last_good(),
        }],
        claimed_ms: 1_800_000_000_000,
        nonce: [4; 16],
    };
    SignedCharter::sign(&charter, certificate(), &key(2))
}

fn charter_holds(bytes: &[u8]) -> bool {
    decode::<SignedCharter>(bytes, MAX_FRAME_BYTES)
        .is_ok_and(|signed| signed.check(federation(), None).is_ok())
}

fn last_good() -> Vec<Tip> {
    vec![Tip {
        feed: FeedId::of(&[b"feed"]),
        seq: 300,
        entry: EntryId::of(&[b"entry"]),
    }]
}

fn revocation() -> Statement {
    let revocation = Revocation {
        federation: federation(),
        member: "dk-0159".parse().unwrap(),
        identity_key: key(1).identity_key(),
        node_key: key(3).node_key(),
        space: Space::Group(GroupId::of(&[b"group"])),
        last_good: last_good(),
        charters: vec![CharterHash::of(&[b"charter"])],
        successor: Some(certificate()),
        claimed_ms: 1_800_000_000_000,
    };
    Statement::Revocation(revocation.sign(&key(1)))
}

/// Two branches; one has an entry with a wrong signature before its last.
fn equivocation() -> Statement {
    let key = key(2);
    let opening = FeedOpening {
        certificate: certificate(),
        space: Space::Commons,
        incarnation: [3; 16],
        known_tips: Vec::new(),
    };
    let mut writer = Writer::new(federation(), &key, None);
    let opening = writer.open(&opening, 1);
    let branch = |text: &str, wrong: bool| {
        let mut tip = opening.tip();
        let one = |index: usize| {
            let mut writer = Writer::new(federation(), &key, Some(tip));
            let entry = writer.write(Kind(900), None, text.into(), 2);
            let mut signed = entry.signed().clone();
            if wrong && index == 0 {
                signed.signature = Signature::from_bytes([9; 64]);
            }
            tip = Tip {
                seq: tip.seq + 1,
                entry: signed.id(),
                ..tip
            };
            signed
        };
        (0..2).map(one).collect::<Vec<_>>()
    };
    let proof = Equivocation::make(
        federation(),
        opening.signed().clone(),
        branch("one", true),
        branch("other", false),
    );
    Statement::Equivocation(proof.unwrap())
}

fn votes() -> [Statement; 2] {
    let steward: MemberId = "dk-0147".parse().unwrap();
    [
        Vote::approve(roster().roster, steward.clone(), &key(1)),
        Vote::reject(roster().roster, steward, "Nej".into(), &key(1)),
    ]
    .map(Statement::Vote)
}

fn statement_holds(bytes: &[u8]) -> bool {
    let Ok(statement) = decode::<Statement>(bytes, MAX_FRAME_BYTES) else {
        return false;
    };
    match statement {
        Statement::Revocation(signed) => signed.check(federation()).is_ok(),
        Statement::Equivocation(proof) => proof.verify(federation()).is_ok(),
        Statement::Vote(vote) => vote.decode().is_ok_and(|roster| {
            roster
                .member(&vote.steward)
                .is_some_and(|member| vote.verify(&member.identity_key).is_ok())
        }),
    }
}

fn join_holds(bytes: &[u8]) -> bool {
    match Message::decode(bytes, MAX_STRANGER_MESSAGE_BYTES) {
        Ok(Message::Join(request)) => request.verify(federation()).is_ok(),
        _ => false,
    }
}

/// Changes each byte in several ways.
fn every_change_is_noticed(bytes: &[u8], holds: fn(&[u8]) -> bool) {
    assert!(holds(bytes), "unchanged it holds");
    for index in 0..bytes.len() {
        for mask in [0x01, 0x20, 0x80] {
            let mut changed = bytes.to_vec();
            changed[index] ^= mask;
            assert!(!holds(&changed), "byte {index} with {mask:02x}");
        }
    }
}

#[test]
fn no_byte_of_a_certificate_can_be_changed_unnoticed() {
    every_change_is_noticed(&encode(&certificate()), certificate_holds);
}

#[test]
fn no_byte_of_a_roster_can_be_changed_unnoticed() {
    every_change_is_noticed(&encode(&roster()), roster_holds);
}

#[test]
fn no_byte_of_a_charter_can_be_changed_unnoticed() {
    every_change_is_noticed(&encode(&charter()), charter_holds);
}

#[test]
fn no_byte_of_a_statement_can_be_changed_unnoticed() {
    for statement in [revocation(), equivocation()].into_iter().chain(votes()) {
        every_change_is_noticed(&encode(&statement), statement_holds);
    }
}

#[test]
fn no_byte_of_a_request_to_join_can_be_changed_unnoticed() {
    let request = JoinRequest::sign(
        [5; 16],
        "region".into(),
        "Navn".into(),
        certificate(),
        federation(),
        &key(1),
    );
    every_change_is_noticed(&Message::Join(request).encode(), join_holds);
}

#[test]
fn no_byte_of_a_feeds_opening_can_be_changed_unnoticed() {
    let opening = FeedOpening {
        certificate: certificate(),
        space: Space::Commons,
        incarnation: [3; 16],
        known_tips: Vec::new(),
    };
    let header = Header {
        version: 1,
        feed: FeedId::ZERO,
        seq: 0,
        previous: EntryId::ZERO,
        kind: Kind::FEED_OPENING,
        document: None,
        body_hash: faelled_proto::BodyHash::ZERO,
        body_length: 0,
        claimed_ms: 1,
    };
    let signed = entry(header, encode(&opening));
    every_change_is_noticed(&encode(&signed), |bytes| {
        // Under the feed's id as it then is: the signature alone must notice it.
        decode::<SignedEntry>(bytes, MAX_FRAME_BYTES).is_ok_and(|entry| {
            verify_new_feed(federation(), entry.id().into(), vec![entry]).is_ok()
        })
    });
}

proptest! {
    #[test]
    fn no_byte_of_an_entry_can_be_changed_unnoticed(
        header in crate::arbitrary::header(),
        body in proptest::collection::vec(any::<u8>(), 0..200),
        erased in any::<bool>(),
        index in any::<prop::sample::Index>(),
        mask in 1_u8..,
    ) {
        let mut signed = entry(header, body);
        if erased {
            signed.body = None;
        }
        let mut bytes = encode(&signed);
        prop_assert!(entry_holds(&bytes));
        let index = index.index(bytes.len());
        bytes[index] ^= mask;
        prop_assert!(!entry_holds(&bytes), "byte {} with {:02x}", index, mask);
    }

    #[test]
    fn no_byte_can_be_changed_to_any_other_unnoticed(
        index in any::<prop::sample::Index>(),
        mask in 1_u8..,
    ) {
        for (mut bytes, holds) in [
            (encode(&certificate()), certificate_holds as fn(&[u8]) -> bool),
            (encode(&roster()), roster_holds),
            (encode(&charter()), charter_holds),
            (encode(&revocation()), statement_holds),
            (encode(&equivocation()), statement_holds),
            (encode(&votes()[0]), statement_holds),
            (encode(&votes()[1]), statement_holds),
        ] {
            let index = index.index(bytes.len());
            bytes[index] ^= mask;
            prop_assert!(!holds(&bytes), "byte {} with {:02x}", index, mask);
        }
    }
}
