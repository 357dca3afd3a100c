//! What holds for every value and for any bytes.

#![expect(
    clippy::unwrap_used,
    reason = "what is not as it should be fails the test"
)]

mod arbitrary;
mod changed;
mod forks;

use std::fmt::Debug;

use faelled_proto::canonical::{decode, encode};
use faelled_proto::feed::{RunHeader, decode_frame, encode_frame, frame_bytes_of};
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::limits::{
    MAX_FRAME_BYTES, MAX_HEADER_BYTES, MAX_MESSAGE_BYTES, MAX_TICKET_BYTES,
};
use faelled_proto::opening::{DocumentOpening, FeedOpening};
use faelled_proto::release::Release;
use faelled_proto::statement::{BadStatement, Revocation, SignedRevocation};
use faelled_proto::{
    Charter, FederationId, Frontier, Header, Mark, MemberId, Message, NodeCertificate, NodeKey,
    Roster, SecretKey, Signature, SignedCharter, SignedEntry, SignedRoster, Space, Statement,
    Ticket, Tip,
};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The value comes back, from its bytes alone: not one less, not one more.
fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(
    value: &T,
) -> Result<(), TestCaseError> {
    let mut bytes = encode(value);
    let decoded = decode::<T>(&bytes, bytes.len());
    prop_assert_eq!(decoded.as_ref(), Ok(value));
    prop_assert!(
        decode::<T>(&bytes, bytes.len() - 1).is_err(),
        "over the limit"
    );
    prop_assert!(
        decode::<T>(&bytes[..bytes.len() - 1], bytes.len()).is_err(),
        "cut short"
    );
    bytes.push(0);
    prop_assert!(decode::<T>(&bytes, bytes.len()).is_err(), "longer");
    Ok(())
}

proptest! {
    #[test]
    fn plain_values_come_back_as_they_were(
        member in arbitrary::member(),
        space in arbitrary::space(),
        tip in arbitrary::tip(),
        certificate in arbitrary::certificate(),
        header in arbitrary::header(),
        run in arbitrary::run_header(),
        entry in arbitrary::entry(),
    ) {
        round_trip(&member)?;
        round_trip(&space)?;
        round_trip(&tip)?;
        round_trip(&certificate)?;
        round_trip(&header)?;
        round_trip(&run)?;
        round_trip(&entry)?;
    }

    #[test]
    fn bodies_come_back_as_they_were(
        feed in arbitrary::feed_opening(),
        document in arbitrary::document_opening(),
        release in arbitrary::release(),
    ) {
        round_trip(&feed)?;
        prop_assert_eq!(FeedOpening::decode(&encode(&feed)), Ok(feed));
        round_trip(&document)?;
        prop_assert_eq!(DocumentOpening::decode(&encode(&document)), Ok(document));
        round_trip(&release)?;
        prop_assert_eq!(Release::decode(&release.encode()), Ok(release));
    }

    #[test]
    fn rosters_come_back_as_they_were(roster in arbitrary::roster(), signed in arbitrary::signed_roster()) {
        round_trip(&roster)?;
        round_trip(&signed)?;
        let unsigned = SignedRoster::unsigned(&roster);
        prop_assert_eq!(unsigned.hash(), roster.hash());
        prop_assert_eq!(unsigned.decode(), Ok(roster));
    }

    #[test]
    fn charters_come_back_as_they_were(
        charter in arbitrary::charter(),
        signed in arbitrary::signed_charter(),
        certificate in arbitrary::certificate(),
    ) {
        round_trip(&charter)?;
        round_trip(&signed)?;
        let signed = SignedCharter::sign(&charter, certificate, &SecretKey::from_seed(&[1; 32]));
        prop_assert_eq!(signed.hash(), charter.hash());
        prop_assert_eq!(signed.decode(), Ok(charter));
    }

    #[test]
    fn cuts_grants_and_withdrawals_come_back_as_they_were(
        cut in arbitrary::cut(),
        grant in arbitrary::grant(),
        withdrawal in arbitrary::withdrawal(),
    ) {
        round_trip(&cut)?;
        prop_assert_eq!(cut.check(), Ok(()));
        round_trip(&grant)?;
        prop_assert_eq!(Grant::decode(&encode(&grant)), Ok(grant));
        round_trip(&withdrawal)?;
        prop_assert_eq!(Withdrawal::decode(&encode(&withdrawal)), Ok(withdrawal));
    }

    #[test]
    fn statements_come_back_as_they_were_and_keep_their_mark(statement in arbitrary::statement()) {
        round_trip(&statement)?;
        let bytes = encode(&statement);
        let again: Statement = decode(&bytes, bytes.len()).unwrap();
        prop_assert_eq!(again.mark(), statement.mark());
        prop_assert_eq!(again.space(), statement.space());
    }

    #[test]
    fn a_signed_revocation_says_what_was_signed_and_nothing_else(
        revocation in arbitrary::revocation(),
        other in arbitrary::revocation(),
    ) {
        let key = SecretKey::from_seed(&[1; 32]);
        let revocation = Revocation {
            identity_key: key.identity_key(),
            successor: None,
            ..revocation
        };
        let federation = revocation.federation;
        let signed = revocation.clone().sign(&key);
        prop_assert_eq!(signed.check(federation), Ok(()));
        prop_assert_eq!(
            signed.check(FederationId::of(&[b"some"])),
            Err(BadStatement::OtherFederation)
        );
        // Each field on its own is covered, and a part of the mark.
        let changes: [Revocation; 7] = [
            Revocation { member: other.member, ..revocation.clone() },
            Revocation { node_key: other.node_key, ..revocation.clone() },
            Revocation { space: other.space.clone(), charters: Vec::new(), ..revocation.clone() },
            Revocation { last_good: other.last_good, ..revocation.clone() },
            Revocation {
                space: other.space,
                charters: other.charters,
                ..revocation.clone()
            },
            Revocation { claimed_ms: other.claimed_ms, ..revocation.clone() },
            Revocation { federation: other.federation, ..revocation.clone() },
        ];
        for changed in changes {
            let is_same = changed == revocation;
            let forged = SignedRevocation { revocation: changed, ..signed.clone() };
            prop_assert_eq!(forged.check(forged.revocation.federation).is_ok(), is_same);
            let marks = [forged, signed.clone()].map(|signed| Statement::Revocation(signed).mark());
            prop_assert_eq!(marks[0] == marks[1], is_same);
        }
    }

    #[test]
    fn messages_come_back_as_they_were(message in arbitrary::message()) {
        round_trip(&message)?;
        prop_assert_eq!(Message::decode(&message.encode(), MAX_MESSAGE_BYTES), Ok(message));
    }

    #[test]
    fn tickets_come_back_as_they_were(ticket in arbitrary::ticket()) {
        round_trip(&ticket)?;
        let text = ticket.to_string();
        prop_assert!(encode(&ticket).len() <= MAX_TICKET_BYTES, "every ticket that may be is within the limit");
        prop_assert_eq!(text.parse::<Ticket>(), Ok(ticket));
    }

    #[test]
    fn frames_come_back_and_are_no_longer_than_reckoned(entries in vec(arbitrary::entry(), 1..20)) {
        let frame = encode_frame(&entries);
        let reckoned: usize = entries.iter().map(frame_bytes_of).sum();
        prop_assert!(frame.len() <= reckoned, "{} bytes were reckoned as {reckoned}", frame.len());
        prop_assert_eq!(decode_frame(&frame), Ok(entries));
    }

    #[test]
    fn every_header_is_within_the_limit(header in arbitrary::header()) {
        prop_assert!(encode(&header).len() <= MAX_HEADER_BYTES);
    }

    #[test]
    fn a_frontier_has_one_digest_in_whatever_order_its_tips_came(
        tips in arbitrary::tips().prop_shuffle(),
        other in arbitrary::tip(),
    ) {
        let frontier = |tips: &[Tip]| {
            let mut frontier = Frontier::default();
            tips.iter().for_each(|tip| frontier.set(*tip));
            frontier
        };
        let mut sorted = tips.clone();
        sorted.sort_unstable();
        prop_assert_eq!(frontier(&tips).digest(), frontier(&sorted).digest());
        sorted.push(other);
        prop_assert_ne!(frontier(&tips).digest(), frontier(&sorted).digest());
    }

    #[test]
    fn no_bytes_make_a_decoder_panic(bytes in vec(any::<u8>(), 0..600)) {
        decode_as_everything(&bytes)?;
    }

    #[test]
    fn no_changed_encoding_makes_a_decoder_panic(
        encoded in encodings(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = encoded;
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        decode_as_everything(&bytes)?;
        decode_as_everything(&bytes[..cut.index(bytes.len())])?;
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in ".{0,200}", letters in "[a-z2-7]{0,400}") {
        for text in [text.clone(), letters.clone(), format!("faelled1-{text}"), format!("faelled1-{letters}")] {
            prop_assert!(text.parse::<Ticket>().is_err(), "a checksum of 32 bits fits by chance");
            if let Ok(id) = text.parse::<FederationId>() {
                prop_assert_eq!(id.to_string(), text.as_str());
            }
            if let Ok(id) = text.parse::<MemberId>() {
                prop_assert_eq!(id.as_str(), text.as_str());
            }
        }
    }
}

/// Encodings of the largest types.
fn encodings() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        arbitrary::message().prop_map(|message| message.encode()),
        arbitrary::feed_opening().prop_map(|opening| encode(&opening)),
        arbitrary::document_opening().prop_map(|opening| encode(&opening)),
        arbitrary::release().prop_map(|release| release.encode()),
        arbitrary::roster().prop_map(|roster| encode(&roster)),
        arbitrary::roster().prop_map(|roster| encode(&SignedRoster::unsigned(&roster))),
        arbitrary::charter().prop_map(|charter| encode(&charter)),
        arbitrary::signed_charter().prop_map(|signed| encode(&signed)),
        arbitrary::ticket().prop_map(|ticket| encode(&ticket)),
        arbitrary::statement().prop_map(|statement| encode(&statement)),
        arbitrary::withdrawal().prop_map(|withdrawal| encode(&withdrawal)),
        arbitrary::header().prop_map(|header| encode(&header)),
        vec(arbitrary::entry(), 1..4).prop_map(|entries| encode_frame(&entries)),
    ]
}

/// What decodes has exactly these bytes as its encoding.
fn decode_as<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<Option<T>, TestCaseError> {
    let value = decode::<T>(bytes, MAX_FRAME_BYTES).ok();
    if let Some(value) = &value {
        prop_assert_eq!(encode(value), bytes);
    }
    Ok(value)
}

fn decode_as_everything(bytes: &[u8]) -> Result<(), TestCaseError> {
    let federation = FederationId::of(&[b"some"]);
    decode_as::<Header>(bytes)?;
    decode_as::<Roster>(bytes)?;
    let charter = decode_as::<Charter>(bytes)?;
    decode_as::<Space>(bytes)?;
    decode_as::<Tip>(bytes)?;
    decode_as::<RunHeader>(bytes)?;
    decode_as::<Ticket>(bytes)?;
    if let Some(certificate) = decode_as::<NodeCertificate>(bytes)? {
        prop_assert!(certificate.verify(federation).is_err(), "nobody signed it");
    }
    if let Some(signed) = decode_as::<SignedRoster>(bytes)? {
        drop(signed.decode());
    }
    if let Some(signed) = decode_as::<SignedCharter>(bytes)? {
        prop_assert!(
            signed.check(federation, charter.as_ref()).is_err(),
            "nobody signed it"
        );
    }
    if let Some(statement) = decode_as::<Statement>(bytes)? {
        no_statement_holds_that_nobody_signed(&statement, federation)?;
    }
    if let Ok(Message::Statements(statements)) = Message::decode(bytes, MAX_MESSAGE_BYTES) {
        for statement in &statements {
            no_statement_holds_that_nobody_signed(statement, federation)?;
        }
    }
    if let Some(entry) = decode_as::<SignedEntry>(bytes)? {
        drop(entry.decode_header());
    }
    let as_header = SignedEntry {
        header: bytes.to_vec(),
        signature: Signature::from_bytes([0; 64]),
        body: None,
    };
    drop(as_header.decode_header());
    prop_assert!(
        as_header
            .verify(federation, &NodeKey::from_bytes([0; 32]))
            .is_err()
    );
    let as_roster = SignedRoster {
        roster: bytes.to_vec(),
        signatures: Vec::new(),
    };
    drop(as_roster.decode());
    drop(decode_frame(bytes));
    drop(FeedOpening::decode(bytes));
    drop(DocumentOpening::decode(bytes));
    drop(Release::decode(bytes));
    drop(Grant::decode(bytes));
    drop(Withdrawal::decode(bytes));
    if let Ok(Message::Join(request)) = Message::decode(bytes, MAX_MESSAGE_BYTES) {
        prop_assert!(request.verify(federation).is_err(), "nobody signed it");
    }
    Ok(())
}

fn no_statement_holds_that_nobody_signed(
    statement: &Statement,
    federation: FederationId,
) -> Result<(), TestCaseError> {
    let _: (Mark, Option<Space>) = (statement.mark(), statement.space());
    let holds = match statement {
        Statement::Revocation(signed) => signed
            .check(federation)
            .or_else(|_| signed.check(signed.revocation.federation))
            .is_ok(),
        Statement::Equivocation(proof) => proof.verify(federation).is_ok(),
        Statement::Vote(vote) => {
            let steward = vote.decode().ok().and_then(|roster| {
                let member = roster.member(&vote.steward).cloned();
                member.map(|member| member.identity_key)
            });
            let key = steward.unwrap_or_else(|| SecretKey::from_seed(&[1; 32]).identity_key());
            vote.verify(&key).is_ok()
        }
    };
    prop_assert!(!holds, "nobody signed it");
    Ok(())
}
