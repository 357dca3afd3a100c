//! Messages that are none, or break a bound.

use faelled_proto::comparison::{Branch, Comparison, Range, Turn};
use faelled_proto::frontier::ShortDigest;
use faelled_proto::key::Domain;
use faelled_proto::limits::{MAX_MESSAGE_BYTES, MAX_STRANGER_MESSAGE_BYTES};
use faelled_proto::message::{JoinRequest, Message, Want};
use faelled_proto::{FederationId, FeedId, Mark, Prefix, SignedRoster, Space};
use serde_json::json;

use super::list::{List, Stage};
use super::signatures::malleated;
use crate::generator::files::{tips, tree};
use crate::generator::messages::{hello, join, summary};
use crate::generator::render::hex;
use crate::generator::world::{World, certify, key};

pub(crate) fn add(list: &mut List, world: &World) {
    encodings(list);
    bounds(list, world);
    joins(list, world);
}

fn refuse(list: &mut List, stage: Stage, bytes: &[u8], limit: usize, why: &str) {
    list.input(
        "message",
        stage,
        json!({ "bytes": hex(bytes), "limit": limit }),
        why,
    );
}

fn encodings(list: &mut List) {
    let mut refuse =
        |bytes: &[u8], why: &str| refuse(list, Stage::Encoding, bytes, MAX_MESSAGE_BYTES, why);
    refuse(&[], "a message is not empty");
    refuse(&[0x0c], "there is no message of variant 12");
    refuse(
        &[0x85, 0x00, 0x00],
        "the variant is written in two bytes where one is enough",
    );
    refuse(&[0x05, 0x00, 0x00], "a byte follows the message");
    refuse(&[0x08, 0x07], "there is no Bye of variant 7");
    refuse(&[0x0b, 0x01, 0x03], "there is no statement of variant 3");
    refuse(&[0x07, 0x02, 0x07], "there is no refusal of variant 7");
    refuse(
        &[0x02, 0x00, 0x00, 0x00, 0x00, 0x03],
        "there is no turn of variant 3",
    );
    refuse(
        &[0x02, 0x00, 0x00, 0x01, 0x01, 0x10, 0x00, 0x00, 0x02],
        "a digit of a prefix is above 15",
    );
    let long = [
        &[0x02, 0x00, 0x00, 0x01, 0x41][..],
        &[0; 65],
        &[0x00, 0x00, 0x02],
    ]
    .concat();
    refuse(&long, "a prefix has more than 64 digits");
}

fn comparisons(refuse: &mut impl FnMut(&Message, &str), world: &World) {
    let told = tips(world);
    let mut refuse = |change: &dyn Fn(&mut Comparison), why: &str| {
        let mut part = Comparison::new(Turn::Last);
        for tip in &told {
            let prefix = Prefix::of(&tip.feed, 3);
            part.ranges.push(Range {
                prefix,
                tips: vec![*tip],
            });
        }
        change(&mut part);
        let space = Space::Commons;
        refuse(&Message::Frontier { space, part }, why);
    };
    let branch = |prefix| Branch {
        prefix,
        digests: [ShortDigest([0; 16]); 16],
    };
    refuse(&|part| part.ranges.reverse(), "the ranges are not sorted");
    refuse(
        &|part| part.ranges[0].tips[0].feed = FeedId::ZERO,
        "a range has a tip that does not begin so",
    );
    refuse(
        &|part| part.ranges.push(part.ranges[2].clone()),
        "a prefix stands twice in the ranges",
    );
    refuse(
        &|part| part.branches.push(branch(part.ranges[1].prefix.clone())),
        "a prefix stands in the ranges and in the branches",
    );
    refuse(
        &|part| part.branches.push(branch(Prefix::default())),
        "a prefix begins with another one",
    );
    refuse(
        &|part| {
            let tips = tree().tips().take(17).collect();
            let prefix = Prefix::default();
            part.ranges = vec![Range { prefix, tips }];
        },
        "a range has more than 16 tips",
    );
}

fn bounds(list: &mut List, world: &World) {
    let mut refuse = |message: &Message, why: &str| {
        refuse(list, Stage::Rule, &message.encode(), MAX_MESSAGE_BYTES, why);
    };
    let mut long = hello(world);
    long.software = "s".repeat(41);
    refuse(
        &Message::Hello(long),
        "the software's name is longer than 40 bytes",
    );
    let mut unsorted = hello(world);
    unsorted.summary.digests.reverse();
    refuse(
        &Message::Hello(unsorted),
        "the digests are not sorted by space",
    );
    let mut twice = summary(world);
    twice.digests[1] = twice.digests[0].clone();
    refuse(
        &Message::Summary {
            summary: twice,
            answer: false,
        },
        "a space stands twice in the digests",
    );
    let mut unsorted = tips(world);
    unsorted.reverse();
    let frontier = |tips| Message::telling(Space::Commons, tips);
    refuse(&frontier(unsorted), "the tips are not sorted by feed");
    refuse(
        &frontier(vec![tips(world)[0]; 2]),
        "a feed stands twice in the tips",
    );
    comparisons(&mut refuse, world);
    refuse(
        &Message::Charters(vec![world.charters_signed[0].clone(); 201]),
        "a message has at most 200 charters",
    );
    let marks = |marks: [&[u8]; 2]| {
        let marks = marks.map(|mark| Mark::of(&[mark]));
        Message::Marks {
            space: Space::Commons,
            marks: marks.to_vec(),
        }
    };
    let (low, high) = if Mark::of(&[b"a"]) < Mark::of(&[b"b"]) {
        (b"a", b"b")
    } else {
        (b"b", b"a")
    };
    refuse(&marks([high, low]), "the marks are not sorted");
    refuse(&marks([low, low]), "a mark stands twice");
    refuse(
        &Message::Want(vec![Want {
            feed: world.feed,
            from: 2,
            to: 1,
        }]),
        "the first entry is behind the last",
    );
}

fn joins(list: &mut List, world: &World) {
    let mut long = join(world);
    long.name = "n".repeat(201);
    let message = Message::Join(long).encode();
    refuse(
        list,
        Stage::Rule,
        &message,
        MAX_STRANGER_MESSAGE_BYTES,
        "the newcomer's name is longer than 200 bytes",
    );
    let mut long = join(world);
    long.kind = "k".repeat(41);
    let message = Message::Join(long).encode();
    refuse(
        list,
        Stage::Rule,
        &message,
        MAX_STRANGER_MESSAGE_BYTES,
        "the newcomer's kind is longer than 40 bytes",
    );
    let roster = SignedRoster {
        roster: vec![0; MAX_STRANGER_MESSAGE_BYTES],
        signatures: Vec::new(),
    };
    let message = Message::Rosters(vec![roster]).encode();
    refuse(
        list,
        Stage::Limit,
        &message,
        MAX_STRANGER_MESSAGE_BYTES,
        "a stranger's message is longer than 4096 bytes",
    );

    let mut refuse = |request: JoinRequest, why: &str| {
        list.bytes(
            "join",
            Stage::Signature,
            &Message::Join(request).encode(),
            why,
        );
    };
    let good = join(world);
    refuse(
        JoinRequest {
            name: "Another".into(),
            ..good.clone()
        },
        "the name was changed after the request was signed",
    );
    refuse(
        JoinRequest {
            kind: "region".into(),
            ..good.clone()
        },
        "the kind was changed after the request was signed",
    );
    refuse(
        JoinRequest {
            secret: [0; 16],
            ..good.clone()
        },
        "the secret was changed after the request was signed",
    );
    let certificate = certify(FederationId::of(&[b"another federation"]), "dk-0173", 4, 14);
    refuse(
        JoinRequest {
            certificate,
            ..good.clone()
        },
        "the certificate is for another federation",
    );
    let certificate = certify(world.federation, "dk-0173", 5, 14);
    refuse(
        JoinRequest {
            certificate,
            ..good.clone()
        },
        "the request is not signed by the certificate's identity key",
    );
    let signature = malleated(&good.signature);
    refuse(
        JoinRequest {
            signature,
            ..good.clone()
        },
        "the request's signature has s + L in place of s",
    );
    let signature = key(4).sign(Domain::Entry, &[b"something else"]);
    refuse(
        JoinRequest { signature, ..good },
        "the signature is of something else",
    );
}
