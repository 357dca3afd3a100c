//! Counts too large for vectors: at its bound a value is accepted, one above it is refused.

#![expect(
    clippy::unwrap_used,
    reason = "what is not as it should be fails the test"
)]

use faelled_proto::canonical::{DecodeError, encode};
use faelled_proto::comparison::{Branch, Comparison, Range, Turn};
use faelled_proto::feed::{decode_frame, encode_frame};
use faelled_proto::frontier::ShortDigest;
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::id::FrontierDigest;
use faelled_proto::limits::*;
use faelled_proto::message::{Message, Summary, Want};
use faelled_proto::opening::FeedOpening;
use faelled_proto::roster::{Extension, MemberRecord};
use faelled_proto::statement::{BadStatement, Equivocation, Revocation, SignedRevocation, Vote};
use faelled_proto::{
    Charter, CharterHash, Cut, EntryId, FederationId, FeedId, GroupId, IdentityKey, Mark, MemberId,
    NodeCertificate, NodeKey, Prefix, Roster, SecretKey, Signature, SignedCharter, SignedEntry,
    SignedRoster, Space, Statement, Tip,
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
        message(&Message::telling(Space::Commons, tips(count)))
    });
}

/// Different prefixes of one length, in order.
fn prefix(number: usize) -> Prefix {
    let mut digits = vec![0; 64];
    for (place, digit) in digits.iter_mut().take(4).enumerate() {
        *digit = u8::try_from(number >> (12 - 4 * place) & 15).unwrap();
    }
    digits.try_into().unwrap()
}

fn compares(part: Comparison) -> Result<Message, DecodeError> {
    let space = Space::Group(GroupId::from_bytes([0xff; 32]));
    message(&Message::Frontier { space, part })
}

/// All that a message may hold at once, each at its longest: it fits.
fn fullest() -> Comparison {
    let branch = |number| Branch {
        prefix: prefix(number),
        digests: [ShortDigest([0xff; 16]); 16],
    };
    let range = |number| Range {
        prefix: prefix(number),
        tips: Vec::new(),
    };
    let ranges = MAX_BRANCHES_PER_MESSAGE..MAX_BRANCHES_PER_MESSAGE + MAX_RANGES_PER_MESSAGE;
    Comparison {
        branches: (0..MAX_BRANCHES_PER_MESSAGE).map(branch).collect(),
        ranges: ranges.map(range).collect(),
        tips: tips(MAX_TIPS_PER_MESSAGE),
        turn: Turn::More,
    }
}

#[test]
fn a_frontier_message_holds_so_many_branches_and_ranges_and_no_more() {
    at_most(MAX_BRANCHES_PER_MESSAGE, |count| {
        let branch = |number| Branch {
            prefix: prefix(number),
            digests: [ShortDigest([0; 16]); 16],
        };
        let branches = (0..count).map(branch).collect();
        let part = Comparison {
            branches,
            ..Comparison::new(Turn::First)
        };
        compares(part)
    });
    at_most(MAX_RANGES_PER_MESSAGE, |count| {
        let range = |number| Range {
            prefix: prefix(number),
            tips: Vec::new(),
        };
        let ranges = (0..count).map(range).collect();
        let part = Comparison {
            ranges,
            ..Comparison::new(Turn::First)
        };
        compares(part)
    });
    assert_eq!(compares(fullest()).err(), None);
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
        let summary = Summary {
            roster_version: 1,
            marks: digest,
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
        removed: Vec::new(),
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

#[test]
fn the_largest_charter_is_as_large_as_its_limit() {
    let mut signed = signed_charter(&charter(1, 1));
    for (length, is_too_long) in [(MAX_CHARTER_BYTES, false), (MAX_CHARTER_BYTES + 1, true)] {
        signed.charter = vec![0; length];
        let refused = signed.decode();
        assert_eq!(
            matches!(refused, Err(DecodeError::TooLong { .. })),
            is_too_long,
            "{refused:?}"
        );
    }
}

fn longest_member(number: usize) -> MemberId {
    format!("dk-{number:061}").parse().unwrap()
}

fn cut(number: usize, feeds: usize) -> Cut {
    Cut {
        member: longest_member(number),
        identity_key: None,
        last_good: tips(feeds),
    }
}

/// A roster that cuts off so many keys that one member had.
fn roster_with(cuts: usize, feeds: usize) -> SignedRoster {
    let cuts: Vec<Cut> = (0..cuts)
        .map(|number| Cut {
            identity_key: Some(IdentityKey::from_bytes(id(number))),
            ..cut(0, feeds)
        })
        .collect();
    let mut roster = roster(3, 3).decode().unwrap();
    roster.extensions.push(Extension {
        number: Extension::CUTS,
        bytes: encode(&cuts),
    });
    SignedRoster::unsigned(&roster)
}

#[test]
fn a_roster_has_so_many_cuts_and_no_more() {
    at_most(MAX_CUTS, |count| roster_with(count, 0).decode());
}

#[test]
fn a_cut_names_so_many_feeds_and_no_more_wherever_it_stands() {
    at_most(MAX_CUT_FEEDS, |count| roster_with(1, count).decode());
    at_most(MAX_CUT_FEEDS, |count| {
        let mut charter = charter(1, 2);
        charter.removed.push(cut(1, count));
        signed_charter(&charter).decode()
    });
    at_most(MAX_CUT_FEEDS, |count| {
        Withdrawal::decode(&encode(&Withdrawal {
            member: longest_member(0),
            round: u32::MAX,
            last_good: tips(count),
        }))
    });
    at_most(MAX_CUT_FEEDS, |count| checked(&revocation(count, 0)));
}

#[test]
fn a_charter_has_so_many_cuts_and_no_more() {
    at_most(MAX_GROUP_MEMBERS, |count| {
        let mut charter = charter(1, 2);
        charter.removed = (1..=count).map(|number| cut(number, 0)).collect();
        signed_charter(&charter).decode()
    });
}

/// A revocation in a group, as large as its bounds let it be.
fn revocation(feeds: usize, charters: usize) -> SignedRevocation {
    let key = SecretKey::from_seed(&[1; 32]);
    let federation = FederationId::from_bytes([0xff; 32]);
    let member = longest_member(0);
    let node_key = NodeKey::from_bytes([3; 32]);
    let successor = NodeCertificate::issue(federation, member.clone(), &key, node_key, u64::MAX);
    Revocation {
        federation,
        member,
        identity_key: key.identity_key(),
        node_key: NodeKey::from_bytes([2; 32]),
        space: Space::Group(GroupId::from_bytes([0xff; 32])),
        last_good: tips(feeds),
        charters: (0..charters)
            .map(|number| CharterHash::from_bytes(id(number)))
            .collect(),
        successor: Some(successor),
        claimed_ms: u64::MAX,
    }
    .sign(&key)
}

fn checked(signed: &SignedRevocation) -> Result<(), DecodeError> {
    match signed.check(signed.revocation.federation) {
        Ok(()) => Ok(()),
        Err(BadStatement::Undecodable(error)) => Err(error),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_revocation_names_so_many_charters_and_no_more() {
    at_most(MAX_REVOKED_CHARTERS, |count| checked(&revocation(0, count)));
}

#[test]
fn a_votes_reason_and_a_rosters_note_are_so_long_and_no_longer() {
    let key = SecretKey::from_seed(&[1; 32]);
    at_most(MAX_VOTE_REASON_BYTES, |length| {
        let vote = Vote::reject(Vec::new(), longest_member(0), "r".repeat(length), &key);
        match vote.verify(&key.identity_key()) {
            Ok(()) => Ok(()),
            Err(BadStatement::Undecodable(error)) => Err(error),
            Err(other) => panic!("{other}"),
        }
    });
    for (length, is_shown) in [(MAX_NOTE_BYTES, true), (MAX_NOTE_BYTES + 1, false)] {
        let mut roster = roster(1, 1).decode().unwrap();
        roster.extensions.push(Extension {
            number: Extension::NOTE,
            bytes: vec![b'n'; length],
        });
        // Who proposes too long a note is not heard, but the roster holds.
        let roster = SignedRoster::unsigned(&roster).decode().unwrap();
        assert_eq!(roster.note().is_some(), is_shown);
    }
}

#[test]
fn a_proposed_roster_is_no_longer_than_a_roster() {
    let key = SecretKey::from_seed(&[1; 32]);
    for (length, is_too_long) in [(MAX_ROSTER_BYTES, false), (MAX_ROSTER_BYTES + 1, true)] {
        let vote = Vote::approve(vec![0; length], longest_member(0), &key);
        let refused = vote.decode();
        assert_eq!(
            matches!(refused, Err(DecodeError::TooLong { .. })),
            is_too_long,
            "{refused:?}"
        );
    }
}

#[test]
fn a_message_has_so_many_marks_and_no_more() {
    at_most(MAX_MARKS_PER_MESSAGE, |count| {
        let marks = (0..count)
            .map(|number| Mark::from_bytes(id(number)))
            .collect();
        message(&Message::Marks {
            space: Space::Private(longest_member(0)),
            marks,
        })
    });
}

#[test]
fn a_message_has_so_many_statements_and_no_more() {
    let smallest = Statement::Equivocation(Equivocation {
        opening: SignedEntry {
            header: Vec::new(),
            signature: Signature::from_bytes([0; 64]),
            body: None,
        },
        left: Vec::new(),
        right: Vec::new(),
    });
    at_most(MAX_MARKS_PER_MESSAGE, |count| {
        let message = Message::Statements(vec![smallest.clone(); count]);
        Message::decode(&message.encode(), 4 * MAX_MESSAGE_BYTES)
    });
}

#[test]
fn the_largest_of_every_statement_fits_into_a_message() {
    let key = SecretKey::from_seed(&[1; 32]);
    let revocation = revocation(MAX_CUT_FEEDS, MAX_REVOKED_CHARTERS);
    let signature = Signature::from_bytes([0xff; 64]);
    let header = SignedEntry {
        header: vec![0xff; MAX_HEADER_BYTES],
        signature,
        body: None,
    };
    let opening = FeedOpening {
        certificate: revocation.revocation.successor.clone().unwrap(),
        space: revocation.revocation.space.clone(),
        incarnation: [0xff; 16],
        known_tips: tips(MAX_KNOWN_TIPS),
    };
    let proof = Equivocation {
        opening: SignedEntry {
            body: Some(encode(&opening)),
            ..header.clone()
        },
        left: vec![header.clone(); MAX_PROOF_ENTRIES],
        right: vec![header; MAX_PROOF_ENTRIES],
    };
    let vote = Vote::reject(
        vec![0xff; MAX_ROSTER_BYTES],
        longest_member(0),
        "r".repeat(MAX_VOTE_REASON_BYTES),
        &key,
    );
    for statement in [
        Statement::Revocation(revocation),
        Statement::Equivocation(proof),
        Statement::Vote(vote),
    ] {
        assert_eq!(
            message(&Message::Statements(vec![statement.clone()])),
            Ok(Message::Statements(vec![statement]))
        );
    }
}

#[test]
fn the_largest_grant_fits_its_limit() {
    let grant = Grant {
        member: longest_member(0),
        round: u32::MAX,
    };
    assert_eq!(Grant::decode(&encode(&grant)), Ok(grant));
}
