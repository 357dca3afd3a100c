//! The vectors of what must be accepted, file by file.

#![expect(
    clippy::expect_used,
    reason = "the scenario is fixed; what cannot be built is a mistake in it"
)]

use std::collections::BTreeMap;
use std::net::SocketAddr;

use faelled_proto::canonical::encode;
use faelled_proto::feed::{RunHeader, encode_frame};
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::id::{CharterHash, ContentHash, FrontierDigest, SecretHash};
use faelled_proto::key::Domain;
use faelled_proto::opening::Editors;
use faelled_proto::release::Release;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{
    BodyHash, DocId, EntryId, FederationId, FeedId, Frontier, GroupId, Header, Mark, Prefix,
    ReleaseHash, Roster, RosterHash, SignedCharter, SignedEntry, SignedRoster, Space, Ticket, Tip,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::refused::rosters::{branches, settled};
use super::render::hex;
use super::world::{START_MS, World, key, last_good, member};
use super::{messages, refused, render, statements};

/// Every file of vectors by name.
pub(crate) fn files() -> Vec<(&'static str, String)> {
    let world = World::new();
    let vectors = [
        ("certificate.json", certificate(&world)),
        ("charters.json", charters(&world)),
        ("documents.json", documents(&world)),
        ("entries.json", entries(&world)),
        ("frontier.json", frontier(&world)),
        ("grants.json", grants()),
        ("ids.json", ids()),
        ("keys.json", keys()),
        ("messages.json", messages::vectors(&world)),
        ("primitives.json", primitives()),
        ("refused.json", refused::vectors(&world)),
        ("releases.json", releases(&world)),
        ("rosters.json", rosters(&world)),
        ("runs.json", runs(&world)),
        ("statements.json", statements::vectors(&world)),
        ("tickets.json", tickets(&world)),
    ];
    vectors.map(|(name, vectors)| (name, text(vectors))).into()
}

fn text(mut vectors: Value) -> String {
    // The same order whether or not something in the workspace asks serde_json to keep it.
    vectors.sort_all_objects();
    format!("{vectors:#}\n")
}

fn primitives() -> Value {
    fn one<T: Serialize>(of: &str, value: &T, shown: Value) -> Value {
        json!({ "type": of, "value": shown, "bytes": hex(&encode(value)) })
    }
    let mut vectors = vec![
        one("u8", &0xff_u8, json!("255")),
        one("bool", &false, json!(false)),
        one("bool", &true, json!(true)),
        one("u16", &300_u16, json!("300")),
        one("u16", &u16::MAX, json!(u16::MAX.to_string())),
        one("u32", &u32::MAX, json!(u32::MAX.to_string())),
        one("option u32", &None::<u32>, Value::Null),
        one("option u32", &Some(128_u32), json!("128")),
        one("string", &"", json!("")),
        one("string", &"grøn", json!("grøn")),
        one("bytes", &vec![0_u8, 255], json!("00ff")),
        one("list u32", &vec![1_u32, 128], json!(["1", "128"])),
        one(
            "map string string",
            &BTreeMap::from([("da", "Møbel"), ("en", "Furniture")]),
            json!({ "da": "Møbel", "en": "Furniture" }),
        ),
    ];
    for value in [0_u64, 1, 127, 128, 300, 16_383, 16_384, START_MS, u64::MAX] {
        vectors.push(one("u64", &value, json!(value.to_string())));
    }
    for address in addresses() {
        vectors.push(one("address", &address, json!(address.to_string())));
    }
    json!({ "primitives": vectors })
}

fn addresses() -> [SocketAddr; 3] {
    [
        SocketAddr::from(([192, 0, 2, 1], 4040)),
        SocketAddr::from(([0, 0, 0, 0], 127)),
        SocketAddr::from(([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], 65_535)),
    ]
}

fn ids() -> Value {
    let inputs: [&[u8]; 3] = [b"", b"abc", &[0xff; 100]];
    let mut vectors = Vec::new();
    for input in inputs {
        let mut one = |of: &str, context: &str, id: String| {
            vectors.push(json!({ "type": of, "context": context, "input": hex(input), "id": id }));
        };
        one(
            "RosterHash",
            "faelled 2026 roster version",
            RosterHash::of(&[input]).to_string(),
        );
        one(
            "FederationId",
            "faelled 2026 federation",
            FederationId::of(&[input]).to_string(),
        );
        one(
            "FeedId",
            "faelled 2026 entry",
            FeedId::of(&[input]).to_string(),
        );
        one(
            "EntryId",
            "faelled 2026 entry",
            EntryId::of(&[input]).to_string(),
        );
        one(
            "BodyHash",
            "faelled 2026 entry body",
            BodyHash::of(&[input]).to_string(),
        );
        one(
            "DocId",
            "faelled 2026 document",
            DocId::of(&[input]).to_string(),
        );
        one(
            "ReleaseHash",
            "faelled 2026 release",
            ReleaseHash::of(&[input]).to_string(),
        );
        one(
            "ContentHash",
            "faelled 2026 release content",
            ContentHash::of(&[input]).to_string(),
        );
        one(
            "FrontierDigest",
            "faelled 2026 frontier digest",
            FrontierDigest::of(&[input]).to_string(),
        );
        one(
            "GroupId",
            "faelled 2026 group",
            GroupId::of(&[input]).to_string(),
        );
        one(
            "CharterHash",
            "faelled 2026 charter version",
            CharterHash::of(&[input]).to_string(),
        );
        one(
            "Mark",
            "faelled 2026 statement",
            Mark::of(&[input]).to_string(),
        );
        one(
            "SecretHash",
            "faelled 2026 ticket secret",
            SecretHash::of(&[input]).to_string(),
        );
    }
    json!({ "ids": vectors })
}

fn keys() -> Value {
    let parts: [&[u8]; 2] = [&[7; 32], b"what is signed"];
    let domains: [(Domain, &str); 7] = [
        (Domain::Entry, "faelled/1 entry\0"),
        (Domain::NodeCertificate, "faelled/1 node certificate\0"),
        (Domain::Roster, "faelled/1 roster\0"),
        (Domain::Join, "faelled/1 join\0"),
        (Domain::Charter, "faelled/1 charter\0"),
        (Domain::Revocation, "faelled/1 revocation\0"),
        (Domain::RosterRejection, "faelled/1 roster rejection\0"),
    ];
    let signatures: Vec<Value> = domains
        .into_iter()
        .map(|(domain, prefix)| {
            json!({
                "domain": format!("{domain:?}"),
                "prefix": hex(prefix.as_bytes()),
                "seed": hex(&key(1).seed()),
                "public_key": key(1).identity_key().to_string(),
                "parts": parts.map(hex),
                "message": hex(&[prefix.as_bytes(), parts[0], parts[1]].concat()),
                "signature": hex(key(1).sign(domain, &parts).as_bytes()),
            })
        })
        .collect();
    let keys: Vec<Value> = [1, 2, 3, 11, 12, 13]
        .map(|seed| json!({ "seed": hex(&key(seed).seed()), "public_key": key(seed).identity_key().to_string() }))
        .into();
    json!({ "keys": keys, "signatures": signatures })
}

fn certificate(world: &World) -> Value {
    json!({
        "federation": world.federation.to_string(),
        "claim": hex(&encode(&world.certificate.claim)),
        "bytes": hex(&encode(&world.certificate)),
        "fields": render::certificate(&world.certificate),
    })
}

fn entries(world: &World) -> Value {
    let one = |name: &str, entry: &SignedEntry, body: Value| {
        let header: Header = entry
            .decode_header()
            .expect("the scenario's entries are sound");
        json!({
            "name": name,
            "bytes": hex(&encode(entry)),
            "entry": render::entry(entry),
            "header": render::header(&header),
            "body": body,
            "id": entry.id().to_string(),
        })
    };
    let [opening, document, release, unknown] = world.entries.as_slice() else {
        return Value::Null;
    };
    json!({
        "federation": world.federation.to_string(),
        "node_key": key(12).node_key().to_string(),
        "feed": world.feed.to_string(),
        "entries": [
            one("a feed's opening", opening, render::feed_opening(&world.opening)),
            one("a document's opening", document, render::document_opening(&world.document)),
            one("a release", release, render::release(&world.release)),
            one("an unknown kind whose body has been erased", unknown, Value::Null),
        ],
        "private": one("a private feed's opening", &world.private_entry, render::feed_opening(&world.private_opening)),
    })
}

fn documents(world: &World) -> Value {
    let mut granted = world.document.clone();
    granted.kind = "requirement".into();
    granted.editors = Editors::Granted;
    granted.space = Space::Private(member("dk-0159"));
    let mut shared = world.document.clone();
    shared.editors = Editors::Members;
    shared.space = Space::Group(world.charters[0].group());
    let vectors: Vec<Value> = [&world.document, &granted, &shared]
        .map(|opening| {
            json!({
                "bytes": hex(&encode(opening)),
                "fields": render::document_opening(opening),
                "id": opening.id().to_string(),
            })
        })
        .into();
    json!({ "documents": vectors })
}

fn releases(world: &World) -> Value {
    let mut first = world.release.clone();
    first.version = (1, 0, 0);
    first.previous = None;
    first.approval = None;
    first.notes = BTreeMap::new();
    let vectors: Vec<Value> = [&world.release, &first]
        .map(|release| {
            let body = release.encode();
            json!({
                "bytes": hex(&body),
                "fields": render::release(release),
                "version_text": release.version_text(),
                "hash": Release::hash_of_body(&body).to_string(),
            })
        })
        .into();
    json!({ "releases": vectors })
}

fn grants() -> Value {
    let grants: Vec<Value> = [("dk-0147", 1), ("dk-1084", 300)]
        .map(|(id, round)| {
            let grant = Grant {
                member: member(id),
                round,
            };
            json!({ "bytes": hex(&encode(&grant)), "fields": render::grant(&grant) })
        })
        .into();
    let withdrawals: Vec<Value> = [(1, vec![]), (128, vec!["one feed", "another feed"])]
        .into_iter()
        .map(|(round, feeds)| {
            let withdrawal = Withdrawal {
                member: member("dk-0147"),
                round,
                last_good: last_good(&feeds),
            };
            json!({ "bytes": hex(&encode(&withdrawal)), "fields": render::withdrawal(&withdrawal) })
        })
        .collect();
    json!({ "grants": grants, "withdrawals": withdrawals })
}

pub(crate) fn tips(world: &World) -> Vec<Tip> {
    let mut tips = vec![
        Tip {
            feed: world.feed,
            seq: 3,
            entry: world.entries[3].id(),
        },
        Tip {
            feed: world.private_entry.id().into(),
            seq: 0,
            entry: world.private_entry.id(),
        },
        Tip {
            feed: FeedId::of(&[b"another"]),
            seq: 128,
            entry: EntryId::of(&[b"another"]),
        },
    ];
    tips.sort_unstable();
    tips
}

/// A frontier with so many feeds that its tree has branches below branches.
pub(crate) fn tree() -> Frontier {
    let mut frontier = Frontier::default();
    for number in 0_u16..600 {
        let entry = EntryId::of(&[&number.to_be_bytes()]);
        frontier.set(Tip {
            feed: FeedId::of(&[&number.to_be_bytes()]),
            seq: number.into(),
            entry,
        });
    }
    frontier
}

fn trees() -> Vec<Value> {
    let whole = tree();
    let mut parts = [16, 17, 600].map(|count| {
        let mut frontier = Frontier::default();
        whole.tips().take(count).for_each(|tip| frontier.set(tip));
        frontier
    });
    let vector = |frontier: &mut Frontier| {
        json!({
            "tips": frontier.tips().map(|tip| render::tip(&tip)).collect::<Vec<_>>(),
            "digest": frontier.digest().to_string(),
            "branches": render::digests(&frontier.branches(&Prefix::default())),
        })
    };
    parts.iter_mut().map(vector).collect()
}

fn frontier(world: &World) -> Value {
    let one = |tips: &[Tip]| {
        let mut frontier = Frontier::default();
        tips.iter().for_each(|tip| frontier.set(*tip));
        let encoded: Vec<u8> = frontier.tips().flat_map(|tip| encode(&tip)).collect();
        json!({
            "tips": frontier.tips().map(|tip| render::tip(&tip)).collect::<Vec<_>>(),
            "encoded": hex(&encoded),
            "digest": frontier.digest().to_string(),
        })
    };
    let marks = marks(world, Space::Commons);
    let space = |charters: &[CharterHash], marks: &[Mark], tips: &[Tip]| {
        let mut frontier = Frontier::default();
        tips.iter().for_each(|tip| frontier.set(*tip));
        let digest = frontier.digest_with(charters.iter().copied(), marks.iter().copied());
        json!({
            "charters": charters.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "marks": marks.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "tips": frontier.tips().map(|tip| render::tip(&tip)).collect::<Vec<_>>(),
            "digest": digest.to_string(),
        })
    };
    let mut charters = world.charters_signed.each_ref().map(SignedCharter::hash);
    charters.sort_unstable();
    json!({
        "trees": trees(),
        "frontiers": [one(&[]), one(&tips(world)[..1]), one(&tips(world))],
        "spaces": [
            space(&charters, &[], &[]),
            space(&charters, &[], &tips(world)),
            space(&charters, &marks[..1], &[]),
            space(&charters, &marks[..2], &tips(world)),
            space(&[], &marks, &tips(world)),
        ],
    })
}

/// The marks of the scenario's statements in a space, and in the commons the hashes of its rosters.
pub(crate) fn marks(world: &World, space: Space) -> Vec<Mark> {
    let rosters = [
        &world.first_signed,
        &world.second_signed,
        &world.third_signed,
    ];
    let rosters = rosters.map(|signed| Mark::from_bytes(*signed.hash().as_bytes()));
    let mut marks: Vec<Mark> = statements::all(world)
        .into_iter()
        .map(|(_, statement)| statement)
        .filter(|statement| statement.space().as_ref() == Some(&space))
        .map(|statement| statement.mark())
        .chain(rosters.into_iter().filter(|_| space == Space::Commons))
        .collect();
    marks.sort_unstable();
    marks.dedup();
    marks
}

fn rosters(world: &World) -> Value {
    let one = |signed: &SignedRoster, roster: &Roster| {
        let cuts = roster.cuts().expect("the scenario's rosters are sound");
        json!({
            "bytes": hex(&encode(signed)),
            "signed": render::signed_roster(signed),
            "fields": render::roster(roster),
            "cuts": cuts.iter().map(render::cut).collect::<Vec<_>>(),
            "note": roster.note(),
            "hash": signed.hash().to_string(),
        })
    };
    let (left, right) = branches(world);
    let (settled, settled_signed) = settled(world);
    json!({
        "federation": world.federation.to_string(),
        "rosters": [
            one(&world.first_signed, &world.first),
            one(&world.second_signed, &world.second),
            one(&world.third_signed, &world.third),
        ],
        "resolution": {
            "branches": [hex(&encode(&left)), hex(&encode(&right))],
            "settled": one(&settled_signed, &settled),
        },
    })
}

fn charters(world: &World) -> Value {
    let vectors: Vec<Value> = world
        .charters
        .iter()
        .zip(&world.charters_signed)
        .map(|(charter, signed)| {
            json!({
                "bytes": hex(&encode(signed)),
                "signed": render::signed_charter(signed),
                "fields": render::charter(charter),
                "hash": signed.hash().to_string(),
            })
        })
        .collect();
    json!({
        "federation": world.federation.to_string(),
        "group": world.charters[0].group().to_string(),
        "charters": vectors,
    })
}

fn tickets(world: &World) -> Value {
    let [v4, _, v6] = addresses();
    let ticket = Ticket {
        federation: world.federation,
        roster: RosterHash::of(&[b"the newest roster"]),
        addresses: vec![
            NodeAddress {
                address: v4,
                node_key: key(11).node_key(),
            },
            NodeAddress {
                address: v6,
                node_key: key(12).node_key(),
            },
        ],
        secret: [0xc3; 16],
        expires_ms: START_MS + 604_800_000,
    };
    json!({
        "tickets": [{
            "bytes": hex(&encode(&ticket)),
            "fields": render::ticket(&ticket),
            "text": ticket.to_string(),
        }],
    })
}

fn runs(world: &World) -> Value {
    let header = RunHeader {
        feed: world.feed,
        from: 0,
    };
    let bytes = encode(&header);
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let after = Tip {
        feed: world.feed,
        seq: 256,
        entry: EntryId::of(&[b"entry 256"]),
    };
    let unsigned = statements::branch(world, after, "places 257 to 259", 2);
    json!({
        "runs": [{
            "header": hex(&bytes),
            "header_on_the_stream": hex(&[&length.to_be_bytes(), bytes.as_slice()].concat()),
            "fields": render::run_header(&header),
            "frame": hex(&encode_frame(&world.entries)),
            "entries": world.entries.iter().map(render::entry).collect::<Vec<_>>(),
            "ids": world.entries.iter().map(|entry| entry.id().to_string()).collect::<Vec<_>>(),
        }],
        "unsigned": {
            "federation": world.federation.to_string(),
            "node_key": key(12).node_key().to_string(),
            "after": render::tip(&after),
            "frame": hex(&encode_frame(&unsigned)),
        },
    })
}
