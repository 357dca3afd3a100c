//! Counts too large for vectors: at its bound a value is accepted, one above it is refused.

#![expect(
    clippy::unwrap_used,
    reason = "what is not as it should be fails the test"
)]

use faelled_proto::canonical::{DecodeError, encode};
use faelled_proto::feed::{decode_frame, encode_frame};
use faelled_proto::id::FrontierDigest;
use faelled_proto::limits::*;
use faelled_proto::message::{Message, Summary, Want};
use faelled_proto::opening::FeedOpening;
use faelled_proto::roster::MemberRecord;
use faelled_proto::{
    Charter, CharterHash, EntryId, FederationId, FeedId, GroupId, IdentityKey, MemberId,
    NodeCertificate, NodeKey, Roster, RosterHash, SecretKey, Signature, SignedCharter, SignedEntry,
    SignedRoster, Space, Tip,
};

/// Ids in ascending order.
fn id(number: usize) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[..8].copy_from_slice(&(number as u64).to_be_bytes());
    bytes
}

fn tips(count: usize) -> Vec<Tip> {
    let entry = EntryId::from_bytes([0xff; 32]);
    (0..count)
        .map(|number| Tip {
            feed: FeedId::from_bytes(id(number)),
            seq: u64::MAX,
            entry,
        })
        .collect()
}

fn at_most<T>(limit: usize, decode: impl Fn(usize) -> Result<T, DecodeError>) {
    assert_eq!(decode(limit).err(), None, "{limit}");
    assert!(
        matches!(decode(limit + 1), Err(DecodeError::Invalid(_))),
        "{limit} and one"
    );
}

fn message(message: &Message) -> Result<Message, DecodeError> {
    Message::decode(&message.encode(), MAX_MESSAGE_BYTES)
}

#[test]
fn a_frontier_message_holds_so_many_tips_and_no_more() {
    at_most(MAX_TIPS_PER_MESSAGE, |count| {
        message(&Message::Frontier {
            space: Space::Commons,
            tips: tips(count),
            last: true,
        })
    });
}

#[test]
fn a_message_asks_for_so_many_runs_and_no_more() {
    at_most(MAX_TIPS_PER_MESSAGE, |count| {
        let want = Want {
            feed: FeedId::from_bytes(id(0)),
            from: u64::MAX,
            to: u64::MAX,
        };
        message(&Message::Want(vec![want; count]))
    });
}

#[test]
fn a_summary_names_so_many_spaces_and_no_more() {
    at_most(MAX_SPACES, |count| {
        let digest = FrontierDigest::from_bytes([0xff; 32]);
        let digests = (0..count)
            .map(|number| (Space::Group(GroupId::from_bytes(id(number))), digest))
            .collect();
        let roster_hash = RosterHash::ZERO;
        let summary = Summary {
            roster_version: 1,
            roster_hash,
            digests,
        };
        message(&Message::Summary {
            summary,
            answer: false,
        })
    });
}

#[test]
fn an_opening_names_so_many_tips_and_no_more() {
    let member = "dk-0159".parse().unwrap();
    let identity = SecretKey::from_seed(&[1; 32]);
    let node_key = NodeKey::from_bytes([2; 32]);
    let certificate = NodeCertificate::issue(FederationId::ZERO, member, &identity, node_key, 0);
    at_most(MAX_KNOWN_TIPS, |count| {
        FeedOpening::decode(&encode(&FeedOpening {
            certificate: certificate.clone(),
            space: Space::Commons,
            incarnation: [0; 16],
            known_tips: tips(count),
        }))
    });
}

#[test]
fn a_frame_holds_so_many_entries_and_no_more() {
    let signature = Signature::from_bytes([0; 64]);
    let entry = SignedEntry {
        header: Vec::new(),
        signature,
        body: None,
    };
    at_most(MAX_ENTRIES_PER_FRAME, |count| {
        decode_frame(&encode_frame(&vec![entry.clone(); count]))
    });
}

#[test]
fn the_largest_entry_fits_into_a_frame() {
    let entry = SignedEntry {
        header: vec![0; MAX_HEADER_BYTES],
        signature: Signature::from_bytes([0; 64]),
        body: Some(vec![0; MAX_BODY_BYTES]),
    };
    assert!(decode_frame(&encode_frame(&[entry])).is_ok());
}

fn roster(members: usize, stewards: usize) -> SignedRoster {
    let members: Vec<MemberRecord> = (0..members)
        .map(|number| MemberRecord {
            id: format!("dk-{number:05}").parse().unwrap(),
            kind: String::new(),
            name: String::new(),
            identity_key: IdentityKey::from_bytes(id(number)),
            valid_from_day: 0,
            valid_until_day: None,
        })
        .collect();
    let stewards: Vec<_> = members
        .iter()
        .take(stewards)
        .map(|member| member.id.clone())
        .collect();
    SignedRoster::unsigned(&Roster {
        version: 1,
        federation: None,
        previous: Vec::new(),
        name: String::new(),
        claimed_ms: 0,
        threshold: u16::try_from(stewards.len() / 2 + 1).unwrap(),
        stewards,
        members,
        extensions: Vec::new(),
    })
}

#[test]
fn a_roster_has_so_many_members_and_no_more() {
    at_most(MAX_MEMBERS, |count| roster(count, 1).decode());
}

#[test]
fn a_roster_has_so_many_stewards_and_no_more() {
    at_most(MAX_STEWARDS, |count| {
        roster(MAX_STEWARDS + 1, count).decode()
    });
}

#[test]
fn a_roster_carries_so_many_signatures_and_no_more() {
    at_most(2 * MAX_STEWARDS, |count| {
        let mut signed = roster(1, 1);
        let signature = Signature::from_bytes([0; 64]);
        signed.signatures = (0..count)
            .map(|number| (format!("dk-{number:05}").parse().unwrap(), signature))
            .collect();
        signed.decode()
    });
}

/// A charter as large as its bounds let it be.
fn charter(members: usize, version: usize) -> Charter {
    let members: Vec<MemberId> = (0..members)
        .map(|number| format!("dk-{number:061}").parse().unwrap())
        .collect();
    Charter {
        version: version as u64,
        federation: FederationId::from_bytes([0xff; 32]),
        group: (version > 1).then(|| GroupId::from_bytes([0xff; 32])),
        previous: (version > 1).then(|| CharterHash::from_bytes([0xff; 32])),
        name: "n".repeat(MAX_NAME_BYTES),
        owners: members.clone(),
        members,
        claimed_ms: u64::MAX,
        nonce: [0xff; 16],
    }
}

fn signed_charter(charter: &Charter) -> SignedCharter {
    let key = SecretKey::from_seed(&[1; 32]);
    let owner = charter.members[0].clone();
    let certificate = NodeCertificate::issue(charter.federation, owner, &key, key.node_key(), 0);
    SignedCharter::sign(charter, certificate, &key)
}

#[test]
fn a_group_has_so_many_members_and_the_largest_charter_is_within_its_limit() {
    at_most(MAX_GROUP_MEMBERS, |count| {
        signed_charter(&charter(count, MAX_CHARTER_VERSIONS)).decode()
    });
}

#[test]
fn a_group_has_so_many_charters_and_no_more() {
    at_most(MAX_CHARTER_VERSIONS, |version| {
        signed_charter(&charter(1, version)).decode()
    });
}

#[test]
fn a_message_has_so_many_charters_and_no_more() {
    let signed = signed_charter(&charter(1, 1));
    at_most(MAX_CHARTER_VERSIONS, |count| {
        message(&Message::Charters(vec![signed.clone(); count]))
    });
}

#[test]
fn all_groups_that_a_node_keeps_fit_into_a_summary() {
    // With the commons and a private space.
    const { assert!(MAX_GROUPS + 2 <= MAX_SPACES) };
}
