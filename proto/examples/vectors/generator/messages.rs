//! One of every message.

use faelled_proto::canonical::encode;
use faelled_proto::comparison::{Branch, Comparison, Range, Turn};
use faelled_proto::id::FrontierDigest;
use faelled_proto::message::{
    Bye, Hello, JoinAnswer, JoinRefusal, JoinRequest, Message, PROTOCOL_VERSION, Summary, Want,
};
use faelled_proto::{FeedId, Frontier, GroupId, Prefix, Space, Tip};
use serde_json::{Value, json};

use super::files::{marks, tips, tree};
use super::render::hex;
use super::world::{World, certify, key, member};
use super::{render, statements};

pub(crate) fn summary(world: &World) -> Summary {
    Summary {
        roster_version: 3,
        marks: Frontier::default().digest_with([], marks(world, Space::Commons)),
        digests: vec![
            (Space::Commons, FrontierDigest::of(&[b"commons"])),
            (
                Space::Private(member("dk-0159")),
                FrontierDigest::of(&[b"private"]),
            ),
        ],
    }
}

pub(crate) fn hello(world: &World) -> Hello {
    Hello {
        oldest_version: PROTOCOL_VERSION,
        newest_version: PROTOCOL_VERSION,
        software: "faelled 0.1.0".into(),
        certificate: world.certificate.clone(),
        summary: summary(world),
    }
}

pub(crate) fn join(world: &World) -> JoinRequest {
    let certificate = certify(world.federation, "dk-0173", 4, 14);
    JoinRequest::sign(
        [0xc3; 16],
        "municipality".into(),
        "Lyngby-Taarbæk Kommune".into(),
        certificate,
        world.federation,
        &key(4),
    )
}

/// What begins to compare a space with many feeds.
fn begins() -> Comparison {
    let mut part = Comparison::new(Turn::First);
    part.branches.push(Branch {
        prefix: Prefix::default(),
        digests: tree().branches(&Prefix::default()),
    });
    part
}

/// A part of an answer that asks on.
fn answers(world: &World) -> Comparison {
    let tips = tips(world);
    let of = |tip: &Tip| Prefix::of(&tip.feed, 2);
    let mut part = Comparison::new(Turn::More);
    part.branches.push(Branch {
        prefix: of(&tips[0]).child(0),
        digests: tree().branches(&Prefix::default().child(0)),
    });
    part.ranges.push(Range {
        prefix: of(&tips[0]).child(1),
        tips: Vec::new(),
    });
    part.ranges.push(Range {
        prefix: of(&tips[1]),
        tips: vec![tips[1]],
    });
    part.tips.push(tips[0]);
    part
}

pub(crate) fn vectors(world: &World) -> Value {
    let wants = vec![
        Want {
            feed: world.feed,
            from: 0,
            to: 3,
        },
        Want {
            feed: FeedId::of(&[b"another"]),
            from: 128,
            to: 128,
        },
    ];
    let mut all = vec![
        Message::Hello(hello(world)),
        Message::Summary {
            summary: summary(world),
            answer: true,
        },
        Message::Frontier {
            space: Space::Commons,
            part: begins(),
        },
        Message::Frontier {
            space: Space::Group(GroupId::from_bytes([9; 32])),
            part: answers(world),
        },
        Message::telling(Space::Commons, tips(world)),
        Message::Want(wants),
        Message::WantRoster { after: 0 },
        Message::Rosters(vec![
            world.first_signed.clone(),
            world.second_signed.clone(),
        ]),
        Message::Join(join(world)),
        Message::JoinAnswer(JoinAnswer::Waiting),
        Message::JoinAnswer(JoinAnswer::Admitted),
    ];
    let refusals = [
        JoinRefusal::UnknownTicket,
        JoinRefusal::ExpiredTicket,
        JoinRefusal::UsedTicket,
        JoinRefusal::BadRequest,
        JoinRefusal::MemberExists,
        JoinRefusal::Declined,
        JoinRefusal::Busy,
    ];
    all.extend(refusals.map(|why| Message::JoinAnswer(JoinAnswer::Refused(why))));
    let byes = [
        Bye::NoCommonVersion,
        Bye::NotAMember,
        Bye::ExpiredCertificate,
        Bye::BadMessage,
        Bye::ShuttingDown,
        Bye::Duplicate,
        Bye::Revoked,
    ];
    all.extend(byes.map(Message::Bye));
    all.push(Message::Charters(world.charters_signed.to_vec()));
    all.extend([
        Message::Marks {
            space: Space::Commons,
            marks: marks(world, Space::Commons),
        },
        Message::Marks {
            space: Space::Private(member("dk-0159")),
            marks: Vec::new(),
        },
        Message::Statements(Vec::new()),
        Message::Statements(
            statements::all(world)
                .into_iter()
                .map(|(_, statement)| statement)
                .filter(|statement| encode(statement).len() < 5_000)
                .collect(),
        ),
    ]);
    let vectors: Vec<Value> = all
        .iter()
        .map(|message| {
            let (name, fields) = render::message(message);
            let bytes = message.encode();
            let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            json!({
                "message": name,
                "variant": bytes[0],
                "bytes": hex(&bytes),
                "on_the_stream": hex(&[&length.to_be_bytes(), bytes.as_slice()].concat()),
                "fields": fields,
            })
        })
        .collect();
    json!({ "federation": world.federation.to_string(), "messages": vectors })
}
