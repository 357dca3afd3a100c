//! Values built from the fields that the vectors show.

use faelled_proto::certificate::NodeClaim;
use faelled_proto::comparison::{Branch, Comparison, Range, Turn};
use faelled_proto::feed::RunHeader;
use faelled_proto::frontier::ShortDigest;
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::message::{
    Bye, Hello, JoinAnswer, JoinRefusal, JoinRequest, Message, Summary, Want,
};
use faelled_proto::opening::{DocumentOpening, Editors, FeedOpening};
use faelled_proto::release::Release;
use faelled_proto::roster::{Extension, MemberRecord};
use faelled_proto::statement::{Equivocation, Revocation, SignedRevocation, Verdict, Vote};
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{
    Charter, Cut, Header, IdentityKey, Kind, NodeCertificate, NodeKey, Prefix, Roster, Signature,
    SignedCharter, SignedEntry, SignedRoster, Space, Statement, Ticket, Tip,
};
use serde_json::Value;

use crate::file::{array, bytes, each, number, option, parsed, string};

pub(crate) fn signature(value: &Value) -> Signature {
    Signature::from_bytes(array(value))
}

pub(crate) fn node_key(value: &Value) -> NodeKey {
    NodeKey::from_bytes(array(value))
}

pub(crate) fn identity_key(value: &Value) -> IdentityKey {
    IdentityKey::from_bytes(array(value))
}

pub(crate) fn space(value: &Value) -> Space {
    if value == "commons" {
        Space::Commons
    } else if let Some(member) = value.get("private") {
        Space::Private(parsed(member))
    } else {
        Space::Group(parsed(&value["group"]))
    }
}

pub(crate) fn certificate(value: &Value) -> NodeCertificate {
    NodeCertificate {
        claim: NodeClaim {
            member: parsed(&value["member"]),
            identity_key: identity_key(&value["identity_key"]),
            node_key: node_key(&value["node_key"]),
            expires_ms: number(&value["expires_ms"]),
        },
        signature: signature(&value["signature"]),
    }
}

pub(crate) fn header(value: &Value) -> Header {
    Header {
        version: number(&value["version"]),
        feed: parsed(&value["feed"]),
        seq: number(&value["seq"]),
        previous: parsed(&value["previous"]),
        kind: Kind(number(&value["kind"])),
        document: option(&value["document"], parsed),
        body_hash: parsed(&value["body_hash"]),
        body_length: number(&value["body_length"]),
        claimed_ms: number(&value["claimed_ms"]),
    }
}

pub(crate) fn entry(value: &Value) -> SignedEntry {
    SignedEntry {
        header: bytes(&value["header"]),
        signature: signature(&value["signature"]),
        body: option(&value["body"], bytes),
    }
}

pub(crate) fn tip(value: &Value) -> Tip {
    Tip {
        feed: parsed(&value["feed"]),
        seq: number(&value["seq"]),
        entry: parsed(&value["entry"]),
    }
}

fn prefix(value: &Value) -> Prefix {
    let digits = string(value)
        .chars()
        .map(|digit| digit.to_digit(16).unwrap() as u8)
        .collect::<Vec<u8>>();
    digits.try_into().unwrap()
}

pub(crate) fn digests(value: &Value) -> [ShortDigest; 16] {
    let digests = each(value, |digest| {
        ShortDigest(bytes(digest).try_into().unwrap())
    });
    digests.try_into().unwrap()
}

fn comparison(value: &Value) -> Comparison {
    Comparison {
        branches: each(&value["branches"], |branch| Branch {
            prefix: prefix(&branch["prefix"]),
            digests: digests(&branch["digests"]),
        }),
        ranges: each(&value["ranges"], |range| Range {
            prefix: prefix(&range["prefix"]),
            tips: each(&range["tips"], tip),
        }),
        tips: each(&value["tips"], tip),
        turn: match string(&value["turn"]).as_str() {
            "First" => Turn::First,
            "More" => Turn::More,
            "Last" => Turn::Last,
            other => panic!("no turn: {other}"),
        },
    }
}

pub(crate) fn cut(value: &Value) -> Cut {
    Cut {
        member: parsed(&value["member"]),
        identity_key: option(&value["identity_key"], identity_key),
        last_good: each(&value["last_good"], tip),
    }
}

pub(crate) fn grant(value: &Value) -> Grant {
    Grant {
        member: parsed(&value["member"]),
        round: number(&value["round"]),
    }
}

pub(crate) fn withdrawal(value: &Value) -> Withdrawal {
    Withdrawal {
        member: parsed(&value["member"]),
        round: number(&value["round"]),
        last_good: each(&value["last_good"], tip),
    }
}

pub(crate) fn statement(kind: &str, value: &Value) -> Statement {
    match kind {
        "Revocation" => Statement::Revocation(SignedRevocation {
            revocation: Revocation {
                federation: parsed(&value["federation"]),
                member: parsed(&value["member"]),
                identity_key: identity_key(&value["identity_key"]),
                node_key: node_key(&value["node_key"]),
                space: space(&value["space"]),
                last_good: each(&value["last_good"], tip),
                charters: each(&value["charters"], parsed),
                successor: option(&value["successor"], certificate),
                claimed_ms: number(&value["claimed_ms"]),
            },
            signature: signature(&value["signature"]),
        }),
        "Equivocation" => Statement::Equivocation(Equivocation {
            opening: entry(&value["opening"]),
            left: each(&value["left"], entry),
            right: each(&value["right"], entry),
        }),
        "Vote" => Statement::Vote(Vote {
            roster: bytes(&value["roster"]),
            steward: parsed(&value["steward"]),
            verdict: match value["verdict"].get("Reject") {
                Some(reason) => Verdict::Reject {
                    reason: string(reason),
                },
                None => {
                    assert_eq!(value["verdict"], "Approve");
                    Verdict::Approve
                }
            },
            signature: signature(&value["signature"]),
        }),
        other => panic!("{other} is no statement"),
    }
}

pub(crate) fn feed_opening(value: &Value) -> FeedOpening {
    FeedOpening {
        certificate: certificate(&value["certificate"]),
        space: space(&value["space"]),
        incarnation: array(&value["incarnation"]),
        known_tips: each(&value["known_tips"], tip),
    }
}

pub(crate) fn document_opening(value: &Value) -> DocumentOpening {
    DocumentOpening {
        kind: string(&value["kind"]),
        owner: parsed(&value["owner"]),
        space: space(&value["space"]),
        editors: match value["editors"].as_str().unwrap() {
            "OwnerOnly" => Editors::OwnerOnly,
            "Granted" => Editors::Granted,
            "Members" => Editors::Members,
            other => panic!("{other} is no policy"),
        },
        nonce: array(&value["nonce"]),
    }
}

pub(crate) fn release(value: &Value) -> Release {
    let version = each(&value["version"], number);
    let notes = value["notes"].as_object().unwrap();
    Release {
        version: (version[0], version[1], version[2]),
        previous: option(&value["previous"], parsed),
        notes: notes
            .iter()
            .map(|(language, text)| (language.clone(), string(text)))
            .collect(),
        valid_from_day: number(&value["valid_from_day"]),
        review_by_day: number(&value["review_by_day"]),
        approval: option(&value["approval"], |of| {
            (string(&of["body"]), number(&of["day"]))
        }),
        cosigners_needed: number(&value["cosigners_needed"]),
        content_hash: parsed(&value["content_hash"]),
        content: bytes(&value["content"]),
    }
}

fn member_record(value: &Value) -> MemberRecord {
    MemberRecord {
        id: parsed(&value["id"]),
        kind: string(&value["kind"]),
        name: string(&value["name"]),
        identity_key: identity_key(&value["identity_key"]),
        valid_from_day: number(&value["valid_from_day"]),
        valid_until_day: option(&value["valid_until_day"], number),
    }
}

pub(crate) fn roster(value: &Value) -> Roster {
    Roster {
        version: number(&value["version"]),
        federation: option(&value["federation"], parsed),
        previous: each(&value["previous"], parsed),
        name: string(&value["name"]),
        claimed_ms: number(&value["claimed_ms"]),
        threshold: number(&value["threshold"]),
        stewards: each(&value["stewards"], parsed),
        members: each(&value["members"], member_record),
        extensions: each(&value["extensions"], |extension| Extension {
            number: number(&extension["number"]),
            bytes: bytes(&extension["bytes"]),
        }),
    }
}

pub(crate) fn signed_roster(value: &Value) -> SignedRoster {
    SignedRoster {
        roster: bytes(&value["roster"]),
        signatures: each(&value["signatures"], |one| {
            (parsed(&one["member"]), signature(&one["signature"]))
        }),
    }
}

pub(crate) fn charter(value: &Value) -> Charter {
    Charter {
        version: number(&value["version"]),
        federation: parsed(&value["federation"]),
        group: option(&value["group"], parsed),
        previous: option(&value["previous"], parsed),
        name: string(&value["name"]),
        owners: each(&value["owners"], parsed),
        members: each(&value["members"], parsed),
        removed: each(&value["removed"], cut),
        claimed_ms: number(&value["claimed_ms"]),
        nonce: array(&value["nonce"]),
    }
}

pub(crate) fn signed_charter(value: &Value) -> SignedCharter {
    SignedCharter {
        charter: bytes(&value["charter"]),
        certificate: certificate(&value["certificate"]),
        signature: signature(&value["signature"]),
    }
}

pub(crate) fn ticket(value: &Value) -> Ticket {
    Ticket {
        federation: parsed(&value["federation"]),
        roster: parsed(&value["roster"]),
        addresses: each(&value["addresses"], |node| NodeAddress {
            address: parsed(&node["address"]),
            node_key: node_key(&node["node_key"]),
        }),
        secret: array(&value["secret"]),
        expires_ms: number(&value["expires_ms"]),
    }
}

pub(crate) fn run_header(value: &Value) -> RunHeader {
    RunHeader {
        feed: parsed(&value["feed"]),
        from: number(&value["from"]),
    }
}

fn summary(value: &Value) -> Summary {
    Summary {
        roster_version: number(&value["roster_version"]),
        marks: parsed(&value["marks"]),
        digests: each(&value["digests"], |one| {
            (space(&one["space"]), parsed(&one["digest"]))
        }),
    }
}

pub(crate) fn message(name: &str, fields: &Value) -> Message {
    match name {
        "Hello" => Message::Hello(Hello {
            oldest_version: number(&fields["oldest_version"]),
            newest_version: number(&fields["newest_version"]),
            software: string(&fields["software"]),
            certificate: certificate(&fields["certificate"]),
            summary: summary(&fields["summary"]),
        }),
        "Summary" => Message::Summary {
            summary: summary(&fields["summary"]),
            answer: fields["answer"].as_bool().unwrap(),
        },
        "Frontier" => Message::Frontier {
            space: space(&fields["space"]),
            part: comparison(fields),
        },
        "Want" => Message::Want(each(fields, |want| Want {
            feed: parsed(&want["feed"]),
            from: number(&want["from"]),
            to: number(&want["to"]),
        })),
        "WantRoster" => Message::WantRoster {
            after: number(&fields["after"]),
        },
        "Rosters" => Message::Rosters(each(fields, signed_roster)),
        "Join" => Message::Join(JoinRequest {
            secret: array(&fields["secret"]),
            kind: string(&fields["kind"]),
            name: string(&fields["name"]),
            certificate: certificate(&fields["certificate"]),
            signature: signature(&fields["signature"]),
        }),
        "JoinAnswer" => Message::JoinAnswer(join_answer(fields)),
        "Bye" => Message::Bye(bye(fields)),
        "Charters" => Message::Charters(each(fields, signed_charter)),
        "Marks" => Message::Marks {
            space: space(&fields["space"]),
            marks: each(&fields["marks"], parsed),
        },
        "Statements" => Message::Statements(each(fields, |one| {
            statement(&string(&one["statement"]), &one["fields"])
        })),
        other => panic!("{other} is no message"),
    }
}

fn join_answer(fields: &Value) -> JoinAnswer {
    if let Some(why) = fields.get("Refused") {
        return JoinAnswer::Refused(match why.as_str().unwrap() {
            "UnknownTicket" => JoinRefusal::UnknownTicket,
            "ExpiredTicket" => JoinRefusal::ExpiredTicket,
            "UsedTicket" => JoinRefusal::UsedTicket,
            "BadRequest" => JoinRefusal::BadRequest,
            "MemberExists" => JoinRefusal::MemberExists,
            "Declined" => JoinRefusal::Declined,
            "Busy" => JoinRefusal::Busy,
            other => panic!("{other} is no refusal"),
        });
    }
    match fields.as_str().unwrap() {
        "Waiting" => JoinAnswer::Waiting,
        "Admitted" => JoinAnswer::Admitted,
        other => panic!("{other} is no answer"),
    }
}

fn bye(fields: &Value) -> Bye {
    match fields.as_str().unwrap() {
        "NoCommonVersion" => Bye::NoCommonVersion,
        "NotAMember" => Bye::NotAMember,
        "ExpiredCertificate" => Bye::ExpiredCertificate,
        "BadMessage" => Bye::BadMessage,
        "ShuttingDown" => Bye::ShuttingDown,
        "Duplicate" => Bye::Duplicate,
        "Revoked" => Bye::Revoked,
        other => panic!("{other} is no Bye"),
    }
}
