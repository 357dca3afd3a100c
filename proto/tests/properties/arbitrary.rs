//! Arbitrary values of every type that crosses the wire, within their rules.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use faelled_proto::canonical::encode;
use faelled_proto::certificate::NodeClaim;
use faelled_proto::comparison::{Branch, Comparison, Range, Turn};
use faelled_proto::feed::RunHeader;
use faelled_proto::frontier::ShortDigest;
use faelled_proto::id::{CharterHash, ContentHash, FrontierDigest};
use faelled_proto::limits::MAX_LEAF_TIPS;
use faelled_proto::message::{
    Bye, Hello, JoinAnswer, JoinRefusal, JoinRequest, Message, Summary, Want,
};
use faelled_proto::opening::{DocumentOpening, Editors, FeedOpening};
use faelled_proto::release::Release;
use faelled_proto::roster::{Extension, MemberRecord};
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{
    BodyHash, Charter, Cut, DocId, EntryId, FederationId, FeedId, GroupId, Header, IdentityKey,
    Kind, Mark, MemberId, NodeCertificate, NodeKey, Prefix, ReleaseHash, Roster, RosterHash,
    Signature, SignedCharter, SignedEntry, SignedRoster, Space, Ticket, Tip,
};
use proptest::array::uniform32;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;

fn hash() -> impl Strategy<Value = [u8; 32]> {
    uniform32(any::<u8>())
}

/// Bytes that become one of the crate's ids.
macro_rules! hashed {
    ($type:ty) => {
        hash().prop_map(<$type>::from_bytes)
    };
}

mod statements;

pub(crate) use statements::{cut, cuts, grant, revocation, statement, withdrawal};

fn signature() -> impl Strategy<Value = Signature> {
    (hash(), hash()).prop_map(|(r, s)| {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&r);
        bytes[32..].copy_from_slice(&s);
        Signature::from_bytes(bytes)
    })
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..300)
}

fn text() -> impl Strategy<Value = String> {
    "\\PC{0,10}"
}

pub(crate) fn member() -> impl Strategy<Value = MemberId> {
    "[a-z]{2}-[a-z0-9-]{1,61}".prop_map(|text| text.parse().unwrap())
}

pub(crate) fn space() -> impl Strategy<Value = Space> {
    prop_oneof![
        Just(Space::Commons),
        member().prop_map(Space::Private),
        hashed!(GroupId).prop_map(Space::Group)
    ]
}

pub(crate) fn tip() -> impl Strategy<Value = Tip> {
    (hash(), any::<u64>(), hash()).prop_map(|(feed, seq, entry)| Tip {
        feed: FeedId::from_bytes(feed),
        seq,
        entry: EntryId::from_bytes(entry),
    })
}

pub(crate) fn tips() -> impl Strategy<Value = Vec<Tip>> {
    btree_map(hash(), tip(), 0..20).prop_map(|tips| {
        let named = tips.into_iter();
        named
            .map(|(feed, tip)| Tip {
                feed: FeedId::from_bytes(feed),
                ..tip
            })
            .collect()
    })
}

/// Prefixes of one length are apart.
fn prefixes() -> impl Strategy<Value = BTreeSet<Prefix>> {
    let length = 1_usize..5;
    (btree_set(hash(), 0..6), length).prop_map(|(feeds, length)| {
        let prefix = |feed| Prefix::of(&FeedId::from_bytes(feed), length);
        feeds.into_iter().map(prefix).collect()
    })
}

fn comparison() -> impl Strategy<Value = Comparison> {
    let turn = prop::sample::select(vec![Turn::First, Turn::More, Turn::Last]);
    (prefixes(), tips(), tips(), any::<u8>(), turn).prop_map(
        |(prefixes, within, tips, chosen, turn)| {
            let mut part = Comparison {
                turn,
                ..Comparison::telling(tips)
            };
            for (place, prefix) in prefixes.into_iter().enumerate() {
                if chosen >> (place % 8) & 1 == 0 {
                    let digests = std::array::from_fn(|digit| ShortDigest([digit as u8; 16]));
                    part.branches.push(Branch { prefix, digests });
                    continue;
                }
                let tips = within.iter().filter(|tip| prefix.covers(&tip.feed));
                let tips = tips.take(MAX_LEAF_TIPS).copied().collect();
                part.ranges.push(Range { prefix, tips });
            }
            part
        },
    )
}

pub(crate) fn certificate() -> impl Strategy<Value = NodeCertificate> {
    (
        member(),
        hashed!(IdentityKey),
        hashed!(NodeKey),
        any::<u64>(),
        signature(),
    )
        .prop_map(
            |(member, identity_key, node_key, expires_ms, signature)| NodeCertificate {
                claim: NodeClaim {
                    member,
                    identity_key,
                    node_key,
                    expires_ms,
                },
                signature,
            },
        )
}

pub(crate) fn header() -> impl Strategy<Value = Header> {
    (
        (any::<u8>(), hash(), any::<u64>(), hash(), any::<u16>()),
        (option::of(hash()), hash(), any::<u32>(), any::<u64>()),
    )
        .prop_map(
            |(
                (version, feed, seq, previous, kind),
                (document, body_hash, body_length, claimed_ms),
            )| {
                Header {
                    version,
                    feed: FeedId::from_bytes(feed),
                    seq,
                    previous: EntryId::from_bytes(previous),
                    kind: Kind(kind),
                    document: document.map(DocId::from_bytes),
                    body_hash: BodyHash::from_bytes(body_hash),
                    body_length,
                    claimed_ms,
                }
            },
        )
}

pub(crate) fn entry() -> impl Strategy<Value = SignedEntry> {
    (bytes(), signature(), option::of(bytes())).prop_map(|(header, signature, body)| SignedEntry {
        header,
        signature,
        body,
    })
}

pub(crate) fn feed_opening() -> impl Strategy<Value = FeedOpening> {
    (certificate(), space(), any::<[u8; 16]>(), tips()).prop_map(
        |(certificate, space, incarnation, known_tips)| FeedOpening {
            certificate,
            space,
            incarnation,
            known_tips,
        },
    )
}

pub(crate) fn document_opening() -> impl Strategy<Value = DocumentOpening> {
    let editors = prop_oneof![
        Just(Editors::OwnerOnly),
        Just(Editors::Granted),
        Just(Editors::Members)
    ];
    (
        "[a-z ]{1,40}",
        member(),
        space(),
        editors,
        any::<[u8; 16]>(),
    )
        .prop_map(|(kind, owner, space, editors, nonce)| DocumentOpening {
            kind,
            owner,
            space,
            editors,
            nonce,
        })
}

pub(crate) fn release() -> impl Strategy<Value = Release> {
    (
        (
            any::<(u32, u32, u32)>(),
            option::of(hashed!(ReleaseHash)),
            btree_map(text(), text(), 0..5),
        ),
        (
            any::<u32>(),
            any::<u32>(),
            option::of((text(), any::<u32>())),
            any::<u16>(),
            bytes(),
        ),
    )
        .prop_map(
            |(
                (version, previous, notes),
                (valid_from_day, review_by_day, approval, cosigners, content),
            )| {
                Release {
                    version,
                    previous,
                    notes,
                    valid_from_day,
                    review_by_day,
                    approval,
                    cosigners_needed: cosigners,
                    content_hash: ContentHash::of(&[&content]),
                    content,
                }
            },
        )
}

fn record() -> impl Strategy<Value = MemberRecord> {
    let days = (any::<u32>(), option::of(any::<u32>()));
    (member(), "[a-z_]{0,40}", text(), hashed!(IdentityKey), days).prop_map(
        |(id, kind, name, identity_key, (valid_from_day, valid_until_day))| MemberRecord {
            id,
            kind,
            name,
            identity_key,
            valid_from_day,
            valid_until_day,
        },
    )
}

fn extensions() -> impl Strategy<Value = Vec<Extension>> {
    btree_map(any::<u16>(), bytes(), 0..3).prop_map(|extensions| {
        let mut even: BTreeMap<u16, Vec<u8>> = BTreeMap::new();
        for (number, bytes) in extensions {
            even.insert(number & !1, bytes);
        }
        even.into_iter()
            .map(|(number, bytes)| Extension { number, bytes })
            .collect()
    })
}

/// A roster that satisfies all of its own rules.
pub(crate) fn roster() -> impl Strategy<Value = Roster> {
    let members = btree_map(hash(), record(), 1..8).prop_map(|records| {
        let mut members: BTreeMap<MemberId, MemberRecord> = BTreeMap::new();
        for (key, record) in records {
            let record = MemberRecord {
                identity_key: IdentityKey::from_bytes(key),
                ..record
            };
            members.insert(record.id.clone(), record);
        }
        members.into_values().collect::<Vec<_>>()
    });
    let before = (hashed!(FederationId), btree_set(hashed!(RosterHash), 1..3));
    (
        1_u64..,
        before,
        text(),
        any::<u64>(),
        members,
        any::<prop::sample::Index>(),
        (extensions(), cuts()),
    )
        .prop_map(
            |(
                version,
                (federation, previous),
                name,
                claimed_ms,
                members,
                stewards,
                (mut extensions, mut cuts),
            )| {
                cuts.retain(|cut| {
                    !members.iter().any(|member| {
                        member.id == cut.member && Some(member.identity_key) == cut.identity_key
                    })
                });
                if !cuts.is_empty() {
                    extensions.push(Extension {
                        number: Extension::CUTS,
                        bytes: encode(&cuts),
                    });
                    extensions.sort_unstable_by_key(|extension| extension.number);
                }
                let stewards: Vec<MemberId> = members
                    .iter()
                    .take(stewards.index(members.len()) + 1)
                    .map(|member| member.id.clone())
                    .collect();
                let first = version == 1;
                Roster {
                    version,
                    federation: (!first).then_some(federation),
                    previous: if first {
                        Vec::new()
                    } else {
                        previous.into_iter().collect()
                    },
                    name,
                    claimed_ms,
                    threshold: u16::try_from(stewards.len() / 2 + 1).unwrap(),
                    stewards,
                    members,
                    extensions,
                }
            },
        )
}

pub(crate) fn signed_roster() -> impl Strategy<Value = SignedRoster> {
    (bytes(), btree_map(member(), signature(), 0..5)).prop_map(|(roster, signatures)| {
        SignedRoster {
            roster,
            signatures: signatures.into_iter().collect(),
        }
    })
}

/// A charter that satisfies all of its own rules.
pub(crate) fn charter() -> impl Strategy<Value = Charter> {
    let members = btree_set(member(), 1..8);
    (
        (1_u64..=200, "[a-zæøå ]{1,40}", any::<u64>()),
        (
            hashed!(FederationId),
            hashed!(GroupId),
            hashed!(CharterHash),
        ),
        members,
        any::<prop::sample::Index>(),
        btree_map(member(), tips(), 0..3),
        any::<[u8; 16]>(),
    )
        .prop_map(
            |(
                (version, name, claimed_ms),
                (federation, group, previous),
                members,
                owners,
                removed,
                nonce,
            )| {
                let removed = removed
                    .into_iter()
                    .filter(|(member, _)| !members.contains(member))
                    .map(|(member, last_good)| Cut {
                        member,
                        identity_key: None,
                        last_good,
                    })
                    .collect();
                let members: Vec<MemberId> = members.into_iter().collect();
                let first = version == 1;
                Charter {
                    version,
                    federation,
                    group: (!first).then_some(group),
                    previous: (!first).then_some(previous),
                    name,
                    owners: members[owners.index(members.len())..].to_vec(),
                    members,
                    removed,
                    claimed_ms,
                    nonce,
                }
            },
        )
}

pub(crate) fn signed_charter() -> impl Strategy<Value = SignedCharter> {
    (bytes(), certificate(), signature()).prop_map(|(charter, certificate, signature)| {
        SignedCharter {
            charter,
            certificate,
            signature,
        }
    })
}

pub(crate) fn ticket() -> impl Strategy<Value = Ticket> {
    let address =
        (any::<IpAddr>(), any::<u16>(), hashed!(NodeKey)).prop_map(|(ip, port, node_key)| {
            NodeAddress {
                address: SocketAddr::new(ip, port),
                node_key,
            }
        });
    (
        hashed!(FederationId),
        hashed!(RosterHash),
        vec(address, 1..=8),
        any::<[u8; 16]>(),
        any::<u64>(),
    )
        .prop_map(
            |(federation, roster, addresses, secret, expires_ms)| Ticket {
                roster,
                federation,
                addresses,
                secret,
                expires_ms,
            },
        )
}

pub(crate) fn run_header() -> impl Strategy<Value = RunHeader> {
    (hash(), any::<u64>()).prop_map(|(feed, from)| RunHeader {
        feed: FeedId::from_bytes(feed),
        from,
    })
}

fn summary() -> impl Strategy<Value = Summary> {
    let digests = btree_map(space(), hash(), 0..5);
    (any::<u64>(), hashed!(FrontierDigest), digests).prop_map(|(roster_version, marks, digests)| {
        Summary {
            roster_version,
            marks,
            digests: digests
                .into_iter()
                .map(|(space, digest)| (space, FrontierDigest::from_bytes(digest)))
                .collect(),
        }
    })
}

fn hello() -> impl Strategy<Value = Hello> {
    (any::<u16>(), any::<u16>(), text(), certificate(), summary()).prop_map(
        |(oldest_version, newest_version, software, certificate, summary)| Hello {
            oldest_version,
            newest_version,
            software,
            certificate,
            summary,
        },
    )
}

fn want() -> impl Strategy<Value = Want> {
    (hash(), any::<u64>(), any::<u64>()).prop_map(|(feed, a, b)| Want {
        feed: FeedId::from_bytes(feed),
        from: a.min(b),
        to: a.max(b),
    })
}

fn join() -> impl Strategy<Value = JoinRequest> {
    (
        any::<[u8; 16]>(),
        "[a-z_]{0,40}",
        text(),
        certificate(),
        signature(),
    )
        .prop_map(|(secret, kind, name, certificate, signature)| JoinRequest {
            secret,
            kind,
            name,
            certificate,
            signature,
        })
}

fn join_answer() -> impl Strategy<Value = JoinAnswer> {
    prop::sample::select(vec![
        JoinAnswer::Waiting,
        JoinAnswer::Admitted,
        JoinAnswer::Refused(JoinRefusal::UnknownTicket),
        JoinAnswer::Refused(JoinRefusal::ExpiredTicket),
        JoinAnswer::Refused(JoinRefusal::UsedTicket),
        JoinAnswer::Refused(JoinRefusal::BadRequest),
        JoinAnswer::Refused(JoinRefusal::MemberExists),
        JoinAnswer::Refused(JoinRefusal::Declined),
        JoinAnswer::Refused(JoinRefusal::Busy),
    ])
}

fn bye() -> impl Strategy<Value = Bye> {
    prop::sample::select(vec![
        Bye::NoCommonVersion,
        Bye::NotAMember,
        Bye::ExpiredCertificate,
        Bye::BadMessage,
        Bye::ShuttingDown,
        Bye::Duplicate,
        Bye::Revoked,
    ])
}

/// Every message, within its bounds.
pub(crate) fn message() -> impl Strategy<Value = Message> {
    prop_oneof![
        hello().prop_map(Message::Hello),
        (summary(), any::<bool>())
            .prop_map(|(summary, answer)| Message::Summary { summary, answer }),
        (space(), comparison()).prop_map(|(space, part)| Message::Frontier { space, part }),
        vec(want(), 0..20).prop_map(Message::Want),
        any::<u64>().prop_map(|after| Message::WantRoster { after }),
        vec(signed_roster(), 0..3).prop_map(Message::Rosters),
        join().prop_map(Message::Join),
        join_answer().prop_map(Message::JoinAnswer),
        bye().prop_map(Message::Bye),
        vec(signed_charter(), 0..3).prop_map(Message::Charters),
        (space(), btree_set(hashed!(Mark), 0..20)).prop_map(|(space, marks)| Message::Marks {
            space,
            marks: marks.into_iter().collect(),
        }),
        vec(statement(), 0..3).prop_map(Message::Statements),
    ]
}
