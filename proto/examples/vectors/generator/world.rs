//! The small federation of which the vectors tell: three members, three roster versions, a group with three
//! charters, one feed in the commons and one private. Every seed and nonce is fixed.

#![expect(
    clippy::expect_used,
    reason = "the scenario is fixed; what cannot be built is a mistake in it"
)]

use std::collections::BTreeMap;

use faelled_proto::canonical::encode;
use faelled_proto::certificate::NodeCertificate;
use faelled_proto::entry::ENTRY_VERSION;
use faelled_proto::id::ContentHash;
use faelled_proto::opening::{DocumentOpening, Editors, FeedOpening};
use faelled_proto::release::Release;
use faelled_proto::roster::{Extension, MemberRecord};
use faelled_proto::{
    BodyHash, Charter, Cut, DocId, EntryId, FederationId, FeedId, Header, IdentityKey, Kind,
    MemberId, ReleaseHash, Roster, SecretKey, SignedCharter, SignedEntry, SignedRoster, Space, Tip,
};

/// The first second of 2026.
pub(crate) const START_MS: u64 = 1_767_225_600_000;
/// The first day of 2026.
pub(crate) const START_DAY: u32 = 20_454;

pub(crate) fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

pub(crate) fn member(id: &str) -> MemberId {
    id.parse().expect("the vectors' own ids are ids")
}

pub(crate) fn record(id: &str, kind: &str, name: &str, identity_key: IdentityKey) -> MemberRecord {
    MemberRecord {
        id: member(id),
        kind: kind.into(),
        name: name.into(),
        identity_key,
        valid_from_day: START_DAY,
        valid_until_day: None,
    }
}

/// Identity keys have the seeds 1, 2, 3 and 5 (which takes the place of 2), node keys 11, 12, 13.
pub(crate) struct World {
    pub(crate) first: Roster,
    pub(crate) first_signed: SignedRoster,
    pub(crate) second: Roster,
    pub(crate) second_signed: SignedRoster,
    /// Removes a member and replaces the key of another, with cuts.
    pub(crate) third: Roster,
    pub(crate) third_signed: SignedRoster,
    pub(crate) federation: FederationId,
    pub(crate) charters: [Charter; 3],
    pub(crate) charters_signed: [SignedCharter; 3],
    pub(crate) certificate: NodeCertificate,
    pub(crate) opening: FeedOpening,
    pub(crate) document: DocumentOpening,
    pub(crate) release: Release,
    pub(crate) feed: FeedId,
    /// Opening, document opening, release, and one of an unknown kind whose body has been erased.
    pub(crate) entries: Vec<SignedEntry>,
    pub(crate) private_opening: FeedOpening,
    pub(crate) private_entry: SignedEntry,
}

impl World {
    pub(crate) fn new() -> Self {
        let (first, first_signed) = first_roster();
        let federation = first_signed.federation();
        let (second, second_signed) = second_roster(&first_signed);
        let (third, third_signed) = third_roster(&second, &second_signed);

        let charters = charters(federation);
        let charters_signed = charters
            .each_ref()
            .map(|charter| sign_charter(charter, "dk-0159", 2, 12));
        let certificate = certify(federation, "dk-0159", 2, 12);
        let opening = FeedOpening {
            certificate: certificate.clone(),
            space: Space::Commons,
            incarnation: [0xa1; 16],
            known_tips: vec![Tip {
                feed: FeedId::of(&[b"earlier"]),
                seq: 300,
                entry: EntryId::of(&[b"newest"]),
            }],
        };
        let document = DocumentOpening {
            kind: "pack".into(),
            owner: member("dk-0159"),
            space: Space::Commons,
            editors: Editors::OwnerOnly,
            nonce: [0xb2; 16],
        };
        let release = release();

        let mut feed = FeedWriter::new(federation, key(12));
        feed.write(Kind::FEED_OPENING, None, encode(&opening));
        feed.write(
            Kind::DOCUMENT_OPENING,
            Some(document.id()),
            encode(&document),
        );
        feed.write(Kind::RELEASE, Some(document.id()), release.encode());
        feed.write(Kind(900), None, b"what a later version may write".to_vec());
        let mut entries = feed.entries;
        entries[3].body = None;

        let private_opening = FeedOpening {
            space: Space::Private(member("dk-0159")),
            incarnation: [0xa2; 16],
            known_tips: Vec::new(),
            ..opening.clone()
        };
        let mut private = FeedWriter::new(federation, key(12));
        private.write(Kind::FEED_OPENING, None, encode(&private_opening));

        Self {
            first,
            first_signed,
            second,
            second_signed,
            third,
            third_signed,
            federation,
            charters,
            charters_signed,
            certificate,
            opening,
            document,
            release,
            feed: entries[0].id().into(),
            entries,
            private_opening,
            private_entry: private.entries.remove(0),
        }
    }
}

pub(crate) fn certify(
    federation: FederationId,
    id: &str,
    identity: u8,
    node: u8,
) -> NodeCertificate {
    NodeCertificate::issue(
        federation,
        member(id),
        &key(identity),
        key(node).node_key(),
        START_MS + 31_536_000_000,
    )
}

/// A node of a member signs a charter.
pub(crate) fn sign_charter(charter: &Charter, id: &str, identity: u8, node: u8) -> SignedCharter {
    let certificate = certify(charter.federation, id, identity, node);
    SignedCharter::sign(charter, certificate, &key(node))
}

/// Made-up tips, sorted by feed.
pub(crate) fn last_good(names: &[&str]) -> Vec<Tip> {
    let mut tips: Vec<Tip> = names
        .iter()
        .zip(127..)
        .map(|(name, seq)| Tip {
            feed: FeedId::of(&[name.as_bytes()]),
            seq,
            entry: EntryId::of(&[name.as_bytes()]),
        })
        .collect();
    tips.sort_unstable();
    tips
}

/// A cut with made-up tips.
pub(crate) fn cut(id: &str, identity_key: Option<IdentityKey>, feeds: &[&str]) -> Cut {
    Cut {
        member: member(id),
        identity_key,
        last_good: last_good(feeds),
    }
}

/// Cuts as they stand in a roster.
pub(crate) fn cuts(cuts: &[Cut]) -> Extension {
    Extension {
        number: Extension::CUTS,
        bytes: encode(&cuts),
    }
}

/// A group that its owner founds with one other, then opens to a third, and from which it removes the other.
fn charters(federation: FederationId) -> [Charter; 3] {
    let first = Charter {
        version: 1,
        federation,
        group: None,
        previous: None,
        name: "Emballage i køkkener".into(),
        owners: vec![member("dk-0159")],
        members: vec![member("dk-0147"), member("dk-0159")],
        removed: Vec::new(),
        claimed_ms: START_MS + 172_800_000,
        nonce: [0xd4; 16],
    };
    let second = Charter {
        version: 2,
        group: Some(first.group()),
        previous: Some(first.hash()),
        members: vec![member("dk-0147"), member("dk-0159"), member("dk-1084")],
        claimed_ms: START_MS + 259_200_000,
        nonce: [0xd5; 16],
        ..first.clone()
    };
    let third = Charter {
        version: 3,
        previous: Some(second.hash()),
        members: vec![member("dk-0159"), member("dk-1084")],
        removed: vec![cut("dk-0147", None, &["in the group"])],
        claimed_ms: START_MS + 345_600_000,
        nonce: [0xd6; 16],
        ..second.clone()
    };
    [first, second, third]
}

fn first_roster() -> (Roster, SignedRoster) {
    let roster = Roster {
        version: 1,
        federation: None,
        previous: Vec::new(),
        name: "Grønne indkøb".into(),
        claimed_ms: START_MS,
        threshold: 1,
        stewards: vec![member("dk-0147")],
        members: vec![record(
            "dk-0147",
            "municipality",
            "Frederiksberg Kommune",
            key(1).identity_key(),
        )],
        extensions: Vec::new(),
    };
    let mut signed = SignedRoster::unsigned(&roster);
    signed.sign(member("dk-0147"), &key(1));
    (roster, signed)
}

fn second_roster(first: &SignedRoster) -> (Roster, SignedRoster) {
    let mut region = record(
        "dk-1084",
        "region",
        "Region Hovedstaden",
        key(3).identity_key(),
    );
    region.valid_until_day = Some(START_DAY + 364);
    let roster = Roster {
        version: 2,
        federation: Some(first.federation()),
        previous: vec![first.hash()],
        name: "Grønne indkøb".into(),
        claimed_ms: START_MS + 86_400_000,
        threshold: 2,
        stewards: vec![member("dk-0147"), member("dk-0159"), member("dk-1084")],
        members: vec![
            record(
                "dk-0147",
                "municipality",
                "Frederiksberg Kommune",
                key(1).identity_key(),
            ),
            record(
                "dk-0159",
                "municipality",
                "Gladsaxe Kommune",
                key(2).identity_key(),
            ),
            region,
        ],
        extensions: vec![Extension {
            number: 2,
            bytes: b"passed over".to_vec(),
        }],
    };
    let mut signed = SignedRoster::unsigned(&roster);
    signed.sign(member("dk-0159"), &key(2));
    signed.sign(member("dk-0147"), &key(1));
    (roster, signed)
}

fn third_roster(second: &Roster, second_signed: &SignedRoster) -> (Roster, SignedRoster) {
    let mut members = second.members[..2].to_vec();
    members[1].identity_key = key(5).identity_key();
    let roster = Roster {
        version: 3,
        previous: vec![second_signed.hash()],
        claimed_ms: START_MS + 432_000_000,
        threshold: 1,
        stewards: vec![member("dk-0147")],
        members,
        extensions: vec![
            cuts(&[
                cut(
                    "dk-0159",
                    Some(key(2).identity_key()),
                    &["one feed", "another feed"],
                ),
                cut("dk-1084", Some(key(3).identity_key()), &[]),
            ]),
            Extension {
                number: Extension::NOTE,
                bytes: "Ny nøgle til Gladsaxe".as_bytes().to_vec(),
            },
        ],
        ..second.clone()
    };
    let mut signed = SignedRoster::unsigned(&roster);
    signed.sign(member("dk-0147"), &key(1));
    signed.sign(member("dk-0159"), &key(2));
    (roster, signed)
}

fn release() -> Release {
    let content = "{\"title\":{\"da\":\"Emballage\"}}".as_bytes().to_vec();
    Release {
        version: (1, 2, 300),
        previous: Some(ReleaseHash::of(&[b"the release before it"])),
        notes: BTreeMap::from([
            ("da".into(), "Første udgave".into()),
            ("en".into(), "First edition".into()),
        ]),
        valid_from_day: START_DAY + 30,
        review_by_day: START_DAY + 395,
        approval: Some(("Klima- og Miljøudvalget".into(), START_DAY + 20)),
        cosigners_needed: 2,
        content_hash: ContentHash::of(&[&content]),
        content,
    }
}

/// Writes entries one after the other.
pub(crate) struct FeedWriter {
    federation: FederationId,
    key: SecretKey,
    pub(crate) entries: Vec<SignedEntry>,
}

impl FeedWriter {
    pub(crate) fn new(federation: FederationId, key: SecretKey) -> Self {
        Self {
            federation,
            key,
            entries: Vec::new(),
        }
    }

    /// Goes on after these.
    pub(crate) fn after(world: &World, entries: &[SignedEntry]) -> Self {
        Self {
            federation: world.federation,
            key: key(12),
            entries: entries.to_vec(),
        }
    }

    pub(crate) fn header(&self, kind: Kind, document: Option<DocId>, body: &[u8]) -> Header {
        Header {
            version: ENTRY_VERSION,
            feed: self
                .entries
                .first()
                .map_or(FeedId::ZERO, |opening| opening.id().into()),
            seq: self.entries.len() as u64,
            previous: self.entries.last().map_or(EntryId::ZERO, SignedEntry::id),
            kind,
            document,
            body_hash: BodyHash::of(&[body]),
            body_length: u32::try_from(body.len()).unwrap_or(u32::MAX),
            claimed_ms: START_MS + 1_000 * self.entries.len() as u64,
        }
    }

    pub(crate) fn write(&mut self, kind: Kind, document: Option<DocId>, body: Vec<u8>) {
        let header = self.header(kind, document, &body);
        self.write_header(&header, body);
    }

    pub(crate) fn write_header(&mut self, header: &Header, body: Vec<u8>) {
        self.entries
            .push(SignedEntry::sign(self.federation, &self.key, header, body));
    }
}
