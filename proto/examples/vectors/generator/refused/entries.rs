//! Entries, their bodies, and runs of them.

use faelled_proto::canonical::encode;
use faelled_proto::feed::encode_frame;
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::id::ContentHash;
use faelled_proto::key::Domain;
use faelled_proto::limits::MAX_BODY_BYTES;
use faelled_proto::opening::{DocumentOpening, FeedOpening};
use faelled_proto::{EntryId, FederationId, FeedId, Header, Kind, SecretKey, SignedEntry, Tip};
use serde_json::{Value, json};

use super::list::{List, Stage};
use super::signatures::malleated;
use crate::generator::render::{self, hex};
use crate::generator::statements::branch;
use crate::generator::world::{FeedWriter, World, certify, key, member};

pub(crate) fn add(list: &mut List, world: &World) {
    headers(list, world);
    signed(list, world);
    bodies(list, world);
    frames(list, world);
    openings(list, world);
    continuations(list, world);
    signed_places(list, world);
}

const BODY: &[u8] = b"body";

/// The header of a sound entry that follows the opening.
fn header(world: &World) -> Header {
    FeedWriter::after(world, &world.entries[..1]).header(Kind(900), None, BODY)
}

fn sign(world: &World, header: &[u8], body: Option<&[u8]>) -> SignedEntry {
    let signature = key(12).sign(Domain::Entry, &[world.federation.as_bytes(), header]);
    SignedEntry {
        header: header.to_vec(),
        signature,
        body: body.map(<[u8]>::to_vec),
    }
}

fn entry(entry: &SignedEntry) -> Value {
    json!({ "bytes": hex(&encode(entry)), "node_key": key(12).node_key().to_string() })
}

fn headers(list: &mut List, world: &World) {
    let mut refuse = |stage: Stage, signed: &SignedEntry, why: &str| {
        list.input("entry", stage, entry(signed), why)
    };
    let good = header(world);
    let bytes = encode(&good);

    let mut longer = bytes.clone();
    longer.splice(33..34, [0x81, 0x00]);
    refuse(
        Stage::Encoding,
        &sign(world, &longer, Some(BODY)),
        "seq 1 is written in two bytes, though signed so",
    );
    let trailing = [bytes.as_slice(), &[0]].concat();
    refuse(
        Stage::Encoding,
        &sign(world, &trailing, Some(BODY)),
        "a byte follows the header, though signed so",
    );
    refuse(
        Stage::Limit,
        &sign(world, &[1; 513], Some(BODY)),
        "the header is longer than 512 bytes",
    );

    let mut other = good.clone();
    other.version = 2;
    refuse(
        Stage::Rule,
        &sign(world, &encode(&other), Some(BODY)),
        "the entry is of a version that is not known",
    );
    let mut other = good.clone();
    other.body_length += 1;
    refuse(
        Stage::Rule,
        &sign(world, &encode(&other), Some(BODY)),
        "the body is shorter than the header says",
    );
    refuse(
        Stage::Rule,
        &sign(world, &bytes, Some(b"b0dy")),
        "the body does not hash to what the header says",
    );
    refuse(
        Stage::Rule,
        &sign(world, &bytes, Some(b"")),
        "an empty body is not an erased one",
    );
    let mut other = good;
    other.body_length = u32::try_from(MAX_BODY_BYTES).unwrap_or(u32::MAX) + 1;
    refuse(
        Stage::Limit,
        &sign(world, &encode(&other), None),
        "the header speaks of a body over the limit",
    );
}

fn signed(list: &mut List, world: &World) {
    let mut refuse = |signed: &SignedEntry, why: &str| {
        list.input("entry", Stage::Signature, entry(signed), why);
    };
    let good = header(world);
    let by = |federation: FederationId, key: &SecretKey| {
        SignedEntry::sign(federation, key, &good, BODY.to_vec())
    };
    let sound = by(world.federation, &key(12));
    refuse(
        &by(world.federation, &key(13)),
        "the entry is signed by another node",
    );
    refuse(
        &by(world.federation, &key(2)),
        "the entry is signed by the identity key in place of the node key",
    );
    refuse(
        &by(FederationId::of(&[b"another federation"]), &key(12)),
        "the entry is signed for another federation",
    );
    let mut other = sound.clone();
    other.signature = key(12).sign(
        Domain::Roster,
        &[world.federation.as_bytes(), &sound.header],
    );
    refuse(&other, "the entry is signed under another domain");
    let mut other = sound.clone();
    other.signature = malleated(&sound.signature);
    refuse(&other, "the entry's signature has s + L in place of s");

    let mut changed = good.clone();
    changed.claimed_ms += 1;
    let mut other = sound;
    other.header = encode(&changed);
    refuse(&other, "the header was changed after it was signed");
}

fn bodies(list: &mut List, world: &World) {
    let mut tips = vec![
        Tip {
            feed: FeedId::of(&[b"a"]),
            seq: 1,
            entry: EntryId::of(&[b"a"]),
        },
        Tip {
            feed: FeedId::of(&[b"b"]),
            seq: 1,
            entry: EntryId::of(&[b"b"]),
        },
    ];
    tips.sort_unstable_by(|a, b| b.cmp(a));
    let opening = |known_tips: Vec<Tip>| {
        encode(&FeedOpening {
            known_tips,
            ..world.opening.clone()
        })
    };
    list.bytes(
        "feed opening",
        Stage::Rule,
        &opening(tips.clone()),
        "the known tips are not sorted by feed",
    );
    list.bytes(
        "feed opening",
        Stage::Rule,
        &opening(vec![tips[0], tips[0]]),
        "a feed stands twice in the known tips",
    );

    let withdrawal = |last_good: Vec<Tip>| {
        encode(&Withdrawal {
            member: member("dk-0147"),
            round: 1,
            last_good,
        })
    };
    list.bytes(
        "withdrawal",
        Stage::Rule,
        &withdrawal(tips.clone()),
        "the last entries that count are not sorted by feed",
    );
    list.bytes(
        "withdrawal",
        Stage::Rule,
        &withdrawal(vec![tips[0], tips[0]]),
        "a feed stands twice among the last entries that count",
    );
    let mut trailing = withdrawal(Vec::new());
    trailing.push(0);
    list.bytes(
        "withdrawal",
        Stage::Encoding,
        &trailing,
        "a byte follows the withdrawal",
    );
    let mut grant = encode(&Grant {
        member: member("dk-0147"),
        round: 1,
    });
    let round = grant.pop().unwrap_or_default();
    grant.extend([round | 0x80, 0]);
    list.bytes(
        "grant",
        Stage::Encoding,
        &grant,
        "the round is written in two bytes where one is enough",
    );

    let document = |kind: &str| {
        encode(&DocumentOpening {
            kind: kind.into(),
            ..world.document.clone()
        })
    };
    list.bytes(
        "document opening",
        Stage::Rule,
        &document(""),
        "the kind has no name",
    );
    list.bytes(
        "document opening",
        Stage::Rule,
        &document(&"k".repeat(41)),
        "the kind's name is longer than 40 bytes",
    );
    let mut editors = document("pack");
    let index = editors.len() - 17;
    editors[index] = 3;
    list.bytes(
        "document opening",
        Stage::Encoding,
        &editors,
        "there is no editors' policy of variant 3",
    );

    let mut release = world.release.clone();
    release.content_hash = ContentHash::of(&[b"other content"]);
    list.bytes(
        "release",
        Stage::Rule,
        &release.encode(),
        "the content does not hash to what the release says",
    );
    let mut unsorted = world.release.encode();
    // The languages da and en, each written as a length and two letters, are exchanged.
    let places: Vec<usize> = [b"\x02da", b"\x02en"]
        .iter()
        .filter_map(|language| unsorted.windows(3).position(|window| window == *language))
        .collect();
    if let [da, en] = places.as_slice() {
        unsorted[*da + 1..*da + 3].copy_from_slice(b"en");
        unsorted[*en + 1..*en + 3].copy_from_slice(b"da");
    }
    list.bytes(
        "release",
        Stage::Encoding,
        &unsorted,
        "the notes are not sorted by language",
    );
}

fn frames(list: &mut List, world: &World) {
    list.bytes(
        "frame",
        Stage::Rule,
        &encode_frame(&[]),
        "a frame holds at least one entry",
    );
    let mut trailing = encode_frame(&world.entries[..1]);
    trailing.push(0);
    list.bytes(
        "frame",
        Stage::Encoding,
        &trailing,
        "a byte follows the entries",
    );
    let mut short = encode_frame(&world.entries[..1]);
    short.truncate(short.len() - 1);
    list.bytes(
        "frame",
        Stage::Encoding,
        &short,
        "the frame ends within an entry",
    );
}

fn run(feed: FeedId, after: Option<Tip>, entries: &[SignedEntry]) -> Value {
    json!({
        "bytes": hex(&encode_frame(entries)),
        "feed": feed.to_string(),
        "after": after.as_ref().map(render::tip),
        "node_key": key(12).node_key().to_string(),
    })
}

/// A feed whose opening entry is made of this header and body.
fn opened(world: &World, header: &Header, body: Vec<u8>) -> (FeedId, SignedEntry) {
    let signed = SignedEntry::sign(world.federation, &key(12), header, body);
    (signed.id().into(), signed)
}

fn openings(list: &mut List, world: &World) {
    let mut refuse = |stage: Stage, (feed, entry): (FeedId, SignedEntry), why: &str| {
        list.input("run", stage, run(feed, None, &[entry]), why);
    };
    let body = encode(&world.opening);
    let good = FeedWriter::new(world.federation, key(12)).header(Kind::FEED_OPENING, None, &body);
    let with = |change: &dyn Fn(&mut Header)| {
        let mut header = good.clone();
        change(&mut header);
        opened(world, &header, body.clone())
    };
    refuse(
        Stage::Chain,
        with(&|header| header.seq = 1),
        "a feed begins at 0",
    );
    refuse(
        Stage::Chain,
        with(&|header| header.kind = Kind::CHANGE),
        "a feed begins with its opening",
    );
    refuse(
        Stage::Chain,
        with(&|header| header.feed = world.feed),
        "an opening names no feed",
    );
    refuse(
        Stage::Chain,
        with(&|header| header.previous = world.entries[1].id()),
        "an opening names no predecessor",
    );
    refuse(
        Stage::Chain,
        with(&|header| header.document = Some(world.document.id())),
        "an opening names no document",
    );
    let (_, sound) = with(&|_| {});
    refuse(
        Stage::Chain,
        (FeedId::of(&[b"another"]), sound.clone()),
        "the opening does not hash to the feed's id",
    );
    let mut erased = sound.clone();
    erased.body = None;
    refuse(
        Stage::Chain,
        (world.feed, erased),
        "an opening's body is never erased",
    );
    let stranger = SignedEntry::sign(world.federation, &key(13), &good, body.clone());
    refuse(
        Stage::Signature,
        (stranger.id().into(), stranger),
        "the opening is not signed by the node key in it",
    );
    let certificate = certify(FederationId::of(&[b"another federation"]), "dk-0159", 2, 12);
    let foreign = encode(&FeedOpening {
        certificate,
        ..world.opening.clone()
    });
    let header =
        FeedWriter::new(world.federation, key(12)).header(Kind::FEED_OPENING, None, &foreign);
    refuse(
        Stage::Signature,
        opened(world, &header, foreign),
        "the opening's certificate is for another federation",
    );
}

fn continuations(list: &mut List, world: &World) {
    let mut refuse = |stage: Stage, after: Option<usize>, entries: &[SignedEntry], why: &str| {
        let after = after.map(|seq| Tip {
            feed: world.feed,
            seq: seq as u64,
            entry: world.entries[seq].id(),
        });
        list.input("run", stage, run(world.feed, after, entries), why);
    };
    let all = &world.entries;
    refuse(
        Stage::Chain,
        Some(0),
        &all[2..],
        "entry 1 is missing before the run",
    );
    refuse(
        Stage::Chain,
        Some(0),
        &[all[1].clone(), all[3].clone()],
        "entry 2 is missing within the run",
    );
    refuse(
        Stage::Chain,
        None,
        &[all[0].clone(), all[2].clone()],
        "entry 1 is missing behind the opening",
    );
    refuse(
        Stage::Chain,
        Some(1),
        &all[1..],
        "the run begins with an entry that is there already",
    );
    refuse(
        Stage::Chain,
        Some(0),
        &[all[2].clone(), all[1].clone()],
        "the entries are not in order",
    );

    let next = |change: &dyn Fn(&mut Header)| {
        let mut header = header(world);
        change(&mut header);
        SignedEntry::sign(world.federation, &key(12), &header, BODY.to_vec())
    };
    let other = next(&|header| header.previous = all[1].id());
    refuse(
        Stage::Chain,
        Some(0),
        &[other],
        "the entry names another predecessor",
    );
    let other = next(&|header| header.seq = 2);
    refuse(
        Stage::Chain,
        Some(0),
        &[other],
        "the entry names its predecessor, but another place",
    );
    let other = next(&|header| header.feed = FeedId::ZERO);
    refuse(
        Stage::Chain,
        Some(0),
        &[other],
        "only an opening names no feed",
    );
    let other = next(&|header| header.feed = FeedId::of(&[b"another"]));
    refuse(
        Stage::Chain,
        Some(0),
        &[other],
        "the entry belongs to another feed",
    );
    let other = next(&|header| header.kind = Kind::FEED_OPENING);
    refuse(Stage::Chain, Some(0), &[other], "a feed is opened once");
    let branch = next(&|header| header.claimed_ms += 1);
    refuse(
        Stage::Chain,
        Some(0),
        &[branch, all[2].clone()],
        "an entry was exchanged, so that the next does not follow it",
    );

    let stranger = SignedEntry::sign(world.federation, &key(13), &header(world), BODY.to_vec());
    refuse(
        Stage::Signature,
        Some(0),
        &[stranger],
        "the run's last entry is signed by another node",
    );
}

/// Places whose signature is verified wherever they stand in a run.
fn signed_places(list: &mut List, world: &World) {
    let mut refuse = |feed: FeedId, after: Option<Tip>, entries: &[SignedEntry], why: &str| {
        list.input("run", Stage::Signature, run(feed, after, entries), why);
    };
    let mut opening = world.entries[0].clone();
    opening.signature = key(13).sign(
        Domain::Entry,
        &[world.federation.as_bytes(), &opening.header],
    );
    let first = Tip {
        feed: opening.id().into(),
        seq: 0,
        entry: opening.id(),
    };
    let next = branch(world, first, "next", 0);
    refuse(
        first.feed,
        None,
        &[vec![opening], next].concat(),
        "the opening's signature does not verify, though that of the run's last entry does",
    );
    let after = Tip {
        feed: world.feed,
        seq: 254,
        entry: EntryId::of(&[b"entry 254"]),
    };
    refuse(
        world.feed,
        Some(after),
        &branch(world, after, "places 255 to 257", 2),
        "entry 256 is in the middle of the run, and its signature does not verify",
    );
}
