//! The files that each corpus begins with: real values, made from fixed keys and from the examples.

use faelled_documents::actor::actor_of;
use faelled_model::release::ReleasedRequirement;
use faelled_model::{ReleaseContent, Requirement};
use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::comparison::{Branch, Comparison, Range, Turn};
use faelled_proto::feed::{RunHeader, encode_frame};
use faelled_proto::frontier::ShortDigest;
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::id::{ContentHash, FrontierDigest};
use faelled_proto::message::{
    Bye, Hello, JoinAnswer, JoinRefusal, JoinRequest, PROTOCOL_VERSION, Summary, Want,
};
use faelled_proto::opening::{DocumentOpening, Editors};
use faelled_proto::release::Release;
use faelled_proto::statement::{Equivocation, Revocation, Vote};
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{
    Charter, Cut, FeedId, Kind, Mark, Message, Prefix, RosterHash, SignedCharter, SignedEntry,
    Space, Statement, Ticket, Tip,
};

use crate::cast::{START_MS, certificate, federation, first_roster, keys, opening};
use crate::changes::content_of;
use crate::decoders::DECODERS;
use crate::documents::{DOCUMENT, History, feed};
use crate::files::small_pack;

/// A seed: its name and its bytes.
pub type Seed = (String, Vec<u8>);

/// The seeds of a target.
///
/// # Panics
/// When there is no such target.
#[must_use]
pub fn seeds(target: &str) -> Vec<Seed> {
    match target {
        "change" => change(),
        "document" => document(),
        "files" => files(),
        "frames" => frames(),
        "pipeline" => crate::pipeline::seeds(),
        "proto" => proto(),
        "release" => vec![("content".into(), content())],
        "requests" => requests(),
        "sealed" => sealed(),
        "tables" => tables(),
        "words" => words(),
        other => panic!("there is no target {other}"),
    }
}

/// A run of the hostile member: the feed's opening and two entries.
pub(crate) fn run() -> Vec<SignedEntry> {
    let key = keys(2).node;
    let mut writer = Writer::new(federation(), &key, None);
    let document = document_opening();
    let entries = [
        writer.open(&opening(2, Space::Commons, 1), START_MS),
        writer.write(
            Kind::DOCUMENT_OPENING,
            Some(document.id()),
            encode(&document),
            START_MS,
        ),
        writer.write(Kind(900), None, b"text".to_vec(), START_MS),
    ];
    entries.iter().map(|entry| entry.signed().clone()).collect()
}

fn document_opening() -> DocumentOpening {
    DocumentOpening {
        kind: "pack".into(),
        owner: keys(2).member,
        space: Space::Commons,
        editors: Editors::Granted,
        nonce: [3; 16],
    }
}

fn tip() -> Tip {
    let entry = run().last().unwrap().id();
    Tip {
        feed: FeedId::from(run()[0].id()),
        seq: 2,
        entry,
    }
}

fn charter() -> SignedCharter {
    let charter = Charter {
        version: 1,
        federation: federation(),
        group: None,
        previous: None,
        name: "Emballage".into(),
        owners: vec![keys(2).member],
        members: vec![keys(1).member, keys(2).member],
        removed: Vec::new(),
        claimed_ms: START_MS,
        nonce: [5; 16],
    };
    SignedCharter::sign(&charter, certificate(2), &keys(2).node)
}

fn revocation() -> Statement {
    let revocation = Revocation {
        federation: federation(),
        member: keys(2).member,
        identity_key: keys(2).identity.identity_key(),
        node_key: keys(2).node.node_key(),
        space: Space::Commons,
        last_good: vec![tip()],
        charters: Vec::new(),
        successor: None,
        claimed_ms: START_MS,
    };
    Statement::Revocation(revocation.sign(&keys(2).identity))
}

fn equivocation() -> Statement {
    let key = keys(2).node;
    let mut run = run();
    let first = Tip {
        feed: FeedId::from(run[0].id()),
        seq: 0,
        entry: run[0].id(),
    };
    let mut other = Writer::new(federation(), &key, Some(first));
    let rival = other.write(Kind(900), None, b"other".to_vec(), START_MS);
    let opening = run.remove(0);
    let rival = vec![rival.signed().clone()];
    Statement::Equivocation(Equivocation::make(federation(), opening, run, rival).unwrap())
}

fn vote() -> Statement {
    let mut next = first_roster().decode().unwrap();
    next.version = 2;
    next.federation = Some(federation());
    next.previous = vec![first_roster().hash()];
    Statement::Vote(Vote::approve(
        encode(&next),
        keys(1).member,
        &keys(1).identity,
    ))
}

fn summary() -> Summary {
    Summary {
        roster_version: 1,
        marks: FrontierDigest::of(&[b"marks"]),
        digests: vec![(Space::Commons, FrontierDigest::of(&[b"digest"]))],
    }
}

fn messages() -> Vec<Message> {
    let request = JoinRequest::sign(
        [7; 16],
        "municipality".into(),
        "Nykøbing".into(),
        certificate(5),
        federation(),
        &keys(5).identity,
    );
    vec![
        Message::Hello(Hello {
            oldest_version: 1,
            newest_version: PROTOCOL_VERSION,
            software: "faelled 0.1.0".into(),
            certificate: certificate(1),
            summary: summary(),
        }),
        Message::Summary {
            summary: summary(),
            answer: true,
        },
        Message::telling(Space::Commons, vec![tip()]),
        Message::Frontier {
            space: Space::Commons,
            part: asking(),
        },
        Message::Want(vec![Want {
            feed: tip().feed,
            from: 0,
            to: 2,
        }]),
        Message::WantRoster { after: 0 },
        Message::Rosters(vec![first_roster().clone()]),
        Message::Join(request),
        Message::JoinAnswer(JoinAnswer::Refused(JoinRefusal::UsedTicket)),
        Message::Bye(Bye::Duplicate),
        Message::Charters(vec![charter()]),
        Message::Marks {
            space: Space::Commons,
            marks: vec![Mark::of(&[b"one"])],
        },
        Message::Statements(vec![revocation(), equivocation(), vote()]),
    ]
}

/// Asks about feeds with another first digit, by their digests, and about one, by its tips.
fn asking() -> Comparison {
    let own = Prefix::of(&tip().feed, 1);
    let other = Prefix::default().child(own.digits()[0] ^ 1);
    let branch = Branch {
        prefix: other,
        digests: [ShortDigest([1; 16]); 16],
    };
    let range = Range {
        prefix: own,
        tips: vec![tip()],
    };
    Comparison {
        branches: vec![branch],
        ranges: vec![range],
        ..Comparison::new(Turn::First)
    }
}

fn proto() -> Vec<Seed> {
    let run = run();
    let cut = Cut {
        member: keys(2).member,
        identity_key: Some(keys(2).identity.identity_key()),
        last_good: vec![tip()],
    };
    let grant = Grant {
        member: keys(1).member,
        round: 1,
    };
    let withdrawal = Withdrawal {
        member: keys(1).member,
        round: 2,
        last_good: vec![tip()],
    };
    let ticket = Ticket {
        federation: federation(),
        roster: RosterHash::of(&[&first_roster().roster]),
        addresses: vec![NodeAddress {
            address: "127.0.0.1:4040".parse().unwrap(),
            node_key: keys(0).node.node_key(),
        }],
        secret: [7; 16],
        expires_ms: START_MS,
    };
    let header = RunHeader {
        feed: tip().feed,
        from: 1,
    };
    let mut seeds = Vec::new();
    let mut add = |name: &str, bytes: Vec<u8>| {
        let number = DECODERS.iter().position(|(decoder, _)| *decoder == name);
        let first = u8::try_from(number.unwrap()).unwrap();
        seeds.push((
            format!("{name}-{}", seeds.len()),
            [&[first], &bytes[..]].concat(),
        ));
    };
    run.iter().for_each(|entry| add("entry", encode(entry)));
    add("header", run[2].header.clone());
    add("feed-opening", run[0].body.clone().unwrap());
    add("document-opening", run[1].body.clone().unwrap());
    add("roster", first_roster().roster.clone());
    add("signed-roster", encode(first_roster()));
    add("charter", charter().charter);
    add("signed-charter", encode(&charter()));
    add("certificate", encode(&certificate(1)));
    for statement in [revocation(), equivocation(), vote()] {
        add("statement", encode(&statement));
    }
    add("grant", encode(&grant));
    add("withdrawal", encode(&withdrawal));
    add("cut", encode(&cut));
    messages()
        .iter()
        .for_each(|message| add("message", message.encode()));
    for text in [
        ticket.to_string(),
        keys(1).member.to_string(),
        tip().feed.to_string(),
    ] {
        add("text", text.into_bytes());
    }
    add("frame", encode_frame(&run));
    add("frame", encode(&header));
    add("release", release().encode());
    seeds
}

fn frames() -> Vec<Seed> {
    let frame = encode_frame(&run());
    let modes = (0..4).map(|mode| {
        let compressed = zstd::bulk::compress(&frame, 3).unwrap();
        let rest = if mode == 0 { compressed } else { frame.clone() };
        (format!("mode-{mode}"), [&[mode], &rest[..]].concat())
    });
    let bomb = [&[3, 0xff, 0xff][..], &[0; 64]].concat();
    modes.chain([("bomb".to_owned(), bomb)]).collect()
}

fn change() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for (number, (_, body)) in History::get().changes.iter().enumerate() {
        seeds.push((format!("whole-{number}"), [&[0], &body[..]].concat()));
        seeds.push((
            format!("content-{number}"),
            [&[1], content_of(body)].concat(),
        ));
    }
    // The first change as one of a feed that has written nothing.
    let (_, first) = &History::get().changes[0];
    let head = actor_of(feed(1), DOCUMENT).to_bytes().len() + 4;
    seeds.push(("own".into(), [&[2], &content_of(first)[head..]].concat()));
    seeds
}

fn document() -> Vec<Seed> {
    let mut seeds = vec![("in-order".to_owned(), vec![0; 5])];
    let orders: [&[u8]; 3] = [&[1, 0, 1, 2, 1, 1], &[1, 1, 1, 0], &[0, 0, 0, 0xf0, 2]];
    for (number, order) in orders.iter().enumerate() {
        seeds.push((format!("order-{number}"), order.to_vec()));
    }
    for place in 0..24_u8 {
        // The change at this place of the history, changed once.
        let mut bytes = vec![0; usize::from(place % 4)];
        bytes.extend([2, 0, 60 + place * 7, place % 3, 0, place, 0, 0, 0]);
        seeds.push((format!("changed-{place}"), bytes));
    }
    seeds
}

fn files() -> Vec<Seed> {
    let pack = small_pack();
    let pack = faelled_exchange::pack_to_toml(&pack.pack, &pack.requirements).unwrap();
    let pilot = include_str!("../../../examples/pilots/0240-egedal-saekke.toml");
    let projects = include_str!("../../../examples/projects/klima-vip.toml");
    let named = [
        ("pack", pack.as_str()),
        ("pilot", pilot),
        ("projects", projects),
    ];
    (0..)
        .zip(named)
        .map(|(reader, (name, text))| (name.to_owned(), [&[reader], text.as_bytes()].concat()))
        .collect()
}

fn tables() -> Vec<Seed> {
    use faelled_exchange::{pack_to_csv, pack_to_xlsx, pilot_to_csv, read_pilot};
    use faelled_model::Language;
    let pack = small_pack();
    let of = (&pack.pack, &pack.requirements);
    let pilot = include_str!("../../../examples/pilots/0240-egedal-saekke.toml");
    let pilot = read_pilot(pilot, "egedal.toml").unwrap();
    let mut seeds = vec![
        ("csv", 0, pack_to_csv(of.0, of.1, Language::Danish).unwrap()),
        (
            "csv-en",
            0,
            pack_to_csv(of.0, of.1, Language::English).unwrap(),
        ),
        (
            "csv-pilot",
            0,
            pilot_to_csv(&pilot, Language::Danish).unwrap(),
        ),
        (
            "xlsx",
            1,
            pack_to_xlsx(of.0, of.1, Language::Danish).unwrap(),
        ),
        ("changed-csv", 2, vec![1, 4, 1, 0, 0, 0]),
    ];
    for part in 0..8 {
        seeds.push(("changed-part", 3, vec![0, part, 3, 1, 30 * part, 0, 3, 4]));
    }
    (0..)
        .zip(seeds)
        .map(|(number, (name, mode, bytes)): (u8, (&str, u8, Vec<u8>))| {
            (format!("{name}-{number}"), [&[mode], &bytes[..]].concat())
        })
        .collect()
}

fn requests() -> Vec<Seed> {
    let requests = [
        r#"{"do":"status"}"#,
        r#"{"do":"invite","hours":24,"addresses":["127.0.0.1:4040"],"note":"x"}"#,
        r#"{"do":"pack-import","file_name":"p.toml","bytes":"cGFjaw==","group":null,"over":true}"#,
        r#"{"do":"pack-show","pack":"GLX-EMB"}"#,
        r#"{"do":"search","query":"genbrug","limit":20}"#,
    ];
    (0..)
        .zip(requests)
        .map(|(number, request): (u8, &str)| {
            let envelope =
                format!(r#"{{"request":{request},"screen":{{"danish":true,"columns":80}}}}"#);
            (format!("request-{number}"), envelope.into_bytes())
        })
        .collect()
}

/// A key of these seeds as [`faelled::sealed`] sealed it once, with the passphrase that the target tries.
const SEALED: &str = "\
faelled-sealed-key-1\n\
public d62f016a1efd1e4fdf793eb42cd84471e1ba9f0cf04d1287b5cc71f616287cb8\n\
argon2id 65536 3 1\n\
salt 220c201fc199c2b4d083911036bb36bb\n\
nonce 809a41fa086e9893537705bfaf33247402f50f03779f2764\n\
sealed 395c75e057d310b18939b3306f1eb2d9f421eb82a37ff61941d4244aabd1a2d0b5557e30bddf7b9baedce21dae61f7b4\n\
check 13ccf4c908a3a98a\n\
";

fn sealed() -> Vec<Seed> {
    let cheap = SEALED.replace("argon2id 65536 3 1", "argon2id 8 1 1");
    vec![
        ("sealed".into(), SEALED.into()),
        ("cheap".into(), cheap.into()),
    ]
}

fn words() -> Vec<Seed> {
    let lines = [
        "genbrug møbler",
        "\"cirkulære indkøb\" -plast",
        "emballage* OR (papir NEAR/3 pap)",
        "wording.da\nLeverandøren skal genbruge {andel} procent.",
        "placeholders[andel].max\n40",
        "measures[+]\nx",
        "\"wör\\u0064ing\"[\"7\"].da\ny",
        "number\nGLX-EMB-001",
    ];
    (0..)
        .zip(lines)
        .map(|(number, line): (u8, &str)| (format!("typed-{number}"), line.as_bytes().to_vec()))
        .collect()
}

fn content() -> Vec<u8> {
    let pack = small_pack();
    let released = |requirement: &Requirement| ReleasedRequirement {
        document: DOCUMENT.to_string(),
        requirement: requirement.clone(),
    };
    let content = ReleaseContent {
        requirements: pack.requirements.iter().map(released).collect(),
        pack: pack.pack,
    };
    content.to_bytes().unwrap()
}

fn release() -> Release {
    Release {
        version: (1, 0, 0),
        previous: None,
        notes: [("da".to_owned(), "Første".to_owned())].into(),
        valid_from_day: 20_000,
        review_by_day: 20_365,
        approval: Some(("Økonomiudvalget".into(), 20_001)),
        cosigners_needed: 0,
        content_hash: ContentHash::of(&[&content()]),
        content: content(),
    }
}
