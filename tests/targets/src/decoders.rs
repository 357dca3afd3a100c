//! Every decoder of the protocol: nothing panics, and what decodes encodes to the same bytes.

use std::fmt::Debug;
use std::str::FromStr;

use faelled_proto::canonical::{decode, encode};
use faelled_proto::chain::{verify_new_feed, verify_run};
use faelled_proto::feed::{RunHeader, decode_frame, encode_frame};
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::limits::{MAX_FRAME_BYTES, MAX_MESSAGE_BYTES, MAX_STRANGER_MESSAGE_BYTES};
use faelled_proto::opening::{DocumentOpening, FeedOpening};
use faelled_proto::release::Release;
use faelled_proto::{
    Charter, Cut, FeedId, Header, MemberId, Message, NodeCertificate, Roster, SignedCharter,
    SignedEntry, SignedRoster, Statement, Ticket,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cast::{federation, first_roster, keys};
use crate::input::ignore;

type Decoder = fn(&[u8]);

/// The first byte of the input chooses one.
pub(crate) const DECODERS: [(&str, Decoder); 17] = [
    ("entry", |bytes| {
        ignore(value::<SignedEntry>(bytes).map(|entry| take_entry(&entry)))
    }),
    ("header", |bytes| ignore(value::<Header>(bytes))),
    ("feed-opening", |bytes| {
        same(bytes, FeedOpening::decode(bytes).ok())
    }),
    ("document-opening", |bytes| {
        let opening = DocumentOpening::decode(bytes).ok();
        same(bytes, opening.inspect(|opening| ignore(opening.id())));
    }),
    ("roster", |bytes| {
        ignore(value::<Roster>(bytes).map(|roster| take_roster(&roster)))
    }),
    ("signed-roster", |bytes| {
        ignore(value(bytes).map(|signed| take_signed_roster(&signed)))
    }),
    ("charter", |bytes| {
        ignore(value::<Charter>(bytes).map(|charter| charter.group()))
    }),
    ("signed-charter", |bytes| {
        ignore(value(bytes).map(|signed| take_charter(&signed)))
    }),
    ("certificate", |bytes| {
        ignore(value::<NodeCertificate>(bytes).map(|certificate| certificate.verify(federation())));
    }),
    ("statement", |bytes| {
        ignore(value(bytes).map(|statement| take_statement(&statement)))
    }),
    ("grant", |bytes| same(bytes, Grant::decode(bytes).ok())),
    ("withdrawal", |bytes| {
        same(bytes, Withdrawal::decode(bytes).ok())
    }),
    ("cut", |bytes| {
        ignore(value::<Cut>(bytes).map(|cut| cut.check()))
    }),
    ("release", |bytes| {
        let release = Release::decode(bytes).ok();
        same(
            bytes,
            release.inspect(|release| ignore(release.version_text())),
        );
    }),
    ("message", take_message),
    ("text", |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return;
        };
        text_of::<Ticket>(text);
        text_of::<MemberId>(text);
        text_of::<FeedId>(text);
    }),
    ("frame", |bytes| {
        ignore(value::<RunHeader>(bytes));
        if let Ok(entries) = decode_frame(bytes) {
            assert_eq!(
                encode_frame(&entries),
                bytes,
                "a frame has another encoding"
            );
            take_run(entries);
        }
    }),
];

/// Decodes, with the decoder that the first byte chooses.
pub fn proto(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let (_, decoder) = DECODERS[usize::from(*first) % DECODERS.len()];
    decoder(rest);
}

fn value<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let value = decode::<T>(bytes, MAX_FRAME_BYTES).ok()?;
    assert_eq!(encode(&value), bytes, "a value has another encoding");
    Some(value)
}

fn same<T: Serialize>(bytes: &[u8], value: Option<T>) {
    if let Some(value) = value {
        assert_eq!(encode(&value), bytes, "a value has another encoding");
    }
}

/// A text that is read is written to one that reads as the same.
fn text_of<T: FromStr + ToString + PartialEq + Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let again = value.to_string().parse::<T>().ok();
        assert_eq!(again, Some(value), "a text does not come back");
    }
}

fn take_entry(entry: &SignedEntry) {
    if let Ok(header) = entry.decode_header() {
        assert_eq!(
            encode(&header),
            entry.header,
            "a header has another encoding"
        );
        ignore(entry.verify(federation(), &keys(2).node.node_key()));
    }
    ignore(entry.id());
}

/// A run is begun and continued: what is accepted follows itself without a gap.
fn take_run(entries: Vec<SignedEntry>) {
    let Some(feed) = entries.first().map(|entry| FeedId::from(entry.id())) else {
        return;
    };
    let count = entries.len();
    let Ok((opening, verified)) = verify_new_feed(federation(), feed, entries.clone()) else {
        return;
    };
    assert_eq!(verified.len(), count, "a run of another length is accepted");
    for (seq, entry) in (0..).zip(&verified) {
        assert_eq!(
            (entry.feed(), entry.header().seq),
            (feed, seq),
            "a gap is accepted"
        );
    }
    let node_key = opening.certificate.claim.node_key;
    let continued = verify_run(
        federation(),
        &node_key,
        verified[0].tip(),
        entries[1..].to_vec(),
    );
    assert_eq!(
        continued.is_ok(),
        count > 1,
        "a run continues otherwise than it begins"
    );
}

fn take_roster(roster: &Roster) {
    ignore(roster.cuts());
    ignore((roster.note(), roster.hash()));
}

fn take_signed_roster(signed: &SignedRoster) {
    ignore(signed.federation());
    let Ok(roster) = signed.decode() else {
        return;
    };
    assert_eq!(
        encode(&roster),
        signed.roster,
        "a roster has another encoding"
    );
    take_roster(&roster);
    let first = first_roster().decode().unwrap();
    let valid = first.valid_signatures(&signed.roster, &signed.signatures);
    assert!(valid <= first.stewards.len(), "a steward counts twice");
}

fn take_charter(signed: &SignedCharter) {
    if let Ok(charter) = signed.check(federation(), None) {
        assert_eq!(
            encode(&charter),
            signed.charter,
            "a charter has another encoding"
        );
        assert!(
            charter.is_owner(signed.signer()),
            "somebody else signed a charter"
        );
    }
}

fn take_statement(statement: &Statement) {
    ignore(statement.mark());
    let space = statement.space();
    match statement {
        Statement::Revocation(signed) => ignore(signed.check(federation())),
        Statement::Equivocation(proof) => {
            if let Ok(fork) = proof.verify(federation()) {
                assert_eq!(space, Some(fork.opening.space), "a proof travels elsewhere");
                assert!(
                    fork.branches[0] < fork.branches[1],
                    "a fork with one branch"
                );
            }
        }
        Statement::Vote(vote) => {
            ignore(vote.verify(&keys(1).identity.identity_key()));
            ignore(vote.decode());
        }
    }
}

fn take_message(bytes: &[u8]) {
    if let Ok(message) = Message::decode(bytes, MAX_STRANGER_MESSAGE_BYTES) {
        assert!(
            bytes.len() <= MAX_STRANGER_MESSAGE_BYTES,
            "a long message of a stranger is read"
        );
        assert_eq!(message.encode(), bytes, "a message has another encoding");
    }
    let Ok(message) = Message::decode(bytes, MAX_MESSAGE_BYTES) else {
        return;
    };
    assert_eq!(message.encode(), bytes, "a message has another encoding");
    match message {
        Message::Rosters(rosters) => rosters.iter().for_each(take_signed_roster),
        Message::Charters(charters) => charters.iter().for_each(take_charter),
        Message::Statements(statements) => statements.iter().for_each(take_statement),
        Message::Join(request) => ignore(request.verify(federation())),
        Message::Hello(hello) => ignore(hello.certificate.verify(federation())),
        _ => {}
    }
}
