//! Values as the JSON of the vectors shows them: bytes as lowercase hexadecimal, everything else by name.

use faelled_proto::certificate::NodeCertificate;
use faelled_proto::comparison::{Branch, Comparison, Range, Turn};
use faelled_proto::feed::RunHeader;
use faelled_proto::frontier::ShortDigest;
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::message::{Hello, JoinAnswer, Message, Summary};
use faelled_proto::opening::{DocumentOpening, FeedOpening};
use faelled_proto::release::Release;
use faelled_proto::statement::{Equivocation, SignedRevocation, Verdict, Vote};
use faelled_proto::{
    Charter, Cut, Header, Prefix, Roster, SignedCharter, SignedEntry, SignedRoster, Space,
    Statement, Ticket, Tip,
};
use serde_json::{Value, json};

pub(crate) fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

pub(crate) fn space(space: &Space) -> Value {
    match space {
        Space::Commons => json!("commons"),
        Space::Private(member) => json!({ "private": member.as_str() }),
        Space::Group(id) => json!({ "group": id.to_string() }),
    }
}

pub(crate) fn certificate(certificate: &NodeCertificate) -> Value {
    let claim = &certificate.claim;
    json!({
        "member": claim.member.as_str(),
        "identity_key": claim.identity_key.to_string(),
        "node_key": claim.node_key.to_string(),
        "expires_ms": claim.expires_ms,
        "signature": hex(certificate.signature.as_bytes()),
    })
}

pub(crate) fn header(header: &Header) -> Value {
    json!({
        "version": header.version,
        "feed": header.feed.to_string(),
        "seq": header.seq,
        "previous": header.previous.to_string(),
        "kind": header.kind.0,
        "document": header.document.map(|document| document.to_string()),
        "body_hash": header.body_hash.to_string(),
        "body_length": header.body_length,
        "claimed_ms": header.claimed_ms,
    })
}

pub(crate) fn entry(entry: &SignedEntry) -> Value {
    json!({
        "header": hex(&entry.header),
        "signature": hex(entry.signature.as_bytes()),
        "body": entry.body.as_deref().map(hex),
    })
}

pub(crate) fn tip(tip: &Tip) -> Value {
    json!({ "feed": tip.feed.to_string(), "seq": tip.seq, "entry": tip.entry.to_string() })
}

fn prefix(prefix: &Prefix) -> String {
    prefix
        .digits()
        .iter()
        .map(|digit| format!("{digit:x}"))
        .collect()
}

pub(crate) fn digests(digests: &[ShortDigest; 16]) -> Vec<String> {
    digests.iter().map(|digest| hex(&digest.0)).collect()
}

fn comparison(of: &Space, part: &Comparison) -> Value {
    let branch = |branch: &Branch| json!({ "prefix": prefix(&branch.prefix), "digests": digests(&branch.digests) });
    let range = |range: &Range| json!({ "prefix": prefix(&range.prefix), "tips": range.tips.iter().map(tip).collect::<Vec<_>>() });
    json!({
        "space": space(of),
        "branches": part.branches.iter().map(branch).collect::<Vec<_>>(),
        "ranges": part.ranges.iter().map(range).collect::<Vec<_>>(),
        "tips": part.tips.iter().map(tip).collect::<Vec<_>>(),
        "turn": match part.turn {
            Turn::First => "First",
            Turn::More => "More",
            Turn::Last => "Last",
        },
    })
}

pub(crate) fn cut(cut: &Cut) -> Value {
    json!({
        "member": cut.member.as_str(),
        "identity_key": cut.identity_key.map(|key| key.to_string()),
        "last_good": cut.last_good.iter().map(tip).collect::<Vec<_>>(),
    })
}

pub(crate) fn grant(grant: &Grant) -> Value {
    json!({ "member": grant.member.as_str(), "round": grant.round })
}

pub(crate) fn withdrawal(withdrawal: &Withdrawal) -> Value {
    json!({
        "member": withdrawal.member.as_str(),
        "round": withdrawal.round,
        "last_good": withdrawal.last_good.iter().map(tip).collect::<Vec<_>>(),
    })
}

fn revocation(signed: &SignedRevocation) -> Value {
    let said = &signed.revocation;
    json!({
        "federation": said.federation.to_string(),
        "member": said.member.as_str(),
        "identity_key": said.identity_key.to_string(),
        "node_key": said.node_key.to_string(),
        "space": space(&said.space),
        "last_good": said.last_good.iter().map(tip).collect::<Vec<_>>(),
        "charters": said.charters.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "successor": said.successor.as_ref().map(certificate),
        "claimed_ms": said.claimed_ms,
        "signature": hex(signed.signature.as_bytes()),
    })
}

fn equivocation(proof: &Equivocation) -> Value {
    let branch = |run: &[SignedEntry]| run.iter().map(entry).collect::<Vec<_>>();
    json!({
        "opening": entry(&proof.opening),
        "left": branch(&proof.left),
        "right": branch(&proof.right),
    })
}

fn vote(vote: &Vote) -> Value {
    let verdict = match &vote.verdict {
        Verdict::Approve => json!("Approve"),
        Verdict::Reject { reason } => json!({ "Reject": reason }),
    };
    json!({
        "roster": hex(&vote.roster),
        "steward": vote.steward.as_str(),
        "verdict": verdict,
        "signature": hex(vote.signature.as_bytes()),
    })
}

/// The statement's kind and what it holds.
pub(crate) fn statement(statement: &Statement) -> (&'static str, Value) {
    match statement {
        Statement::Revocation(signed) => ("Revocation", revocation(signed)),
        Statement::Equivocation(proof) => ("Equivocation", equivocation(proof)),
        Statement::Vote(said) => ("Vote", vote(said)),
    }
}

pub(crate) fn feed_opening(opening: &FeedOpening) -> Value {
    json!({
        "certificate": certificate(&opening.certificate),
        "space": space(&opening.space),
        "incarnation": hex(&opening.incarnation),
        "known_tips": opening.known_tips.iter().map(tip).collect::<Vec<_>>(),
    })
}

pub(crate) fn document_opening(opening: &DocumentOpening) -> Value {
    json!({
        "kind": opening.kind,
        "owner": opening.owner.as_str(),
        "space": space(&opening.space),
        "editors": format!("{:?}", opening.editors),
        "nonce": hex(&opening.nonce),
    })
}

pub(crate) fn release(release: &Release) -> Value {
    let (major, minor, patch) = release.version;
    json!({
        "version": [major, minor, patch],
        "previous": release.previous.map(|previous| previous.to_string()),
        "notes": release.notes,
        "valid_from_day": release.valid_from_day,
        "review_by_day": release.review_by_day,
        "approval": release.approval.as_ref().map(|(body, day)| json!({ "body": body, "day": day })),
        "cosigners_needed": release.cosigners_needed,
        "content_hash": release.content_hash.to_string(),
        "content": hex(&release.content),
    })
}

pub(crate) fn roster(roster: &Roster) -> Value {
    let members: Vec<Value> = roster
        .members
        .iter()
        .map(|member| {
            json!({
                "id": member.id.as_str(),
                "kind": member.kind,
                "name": member.name,
                "identity_key": member.identity_key.to_string(),
                "valid_from_day": member.valid_from_day,
                "valid_until_day": member.valid_until_day,
            })
        })
        .collect();
    let extensions: Vec<Value> = roster
        .extensions
        .iter()
        .map(|extension| json!({ "number": extension.number, "bytes": hex(&extension.bytes) }))
        .collect();
    json!({
        "version": roster.version,
        "federation": roster.federation.map(|federation| federation.to_string()),
        "previous": roster.previous.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "name": roster.name,
        "claimed_ms": roster.claimed_ms,
        "threshold": roster.threshold,
        "stewards": roster.stewards.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "members": members,
        "extensions": extensions,
    })
}

pub(crate) fn signed_roster(signed: &SignedRoster) -> Value {
    let signatures: Vec<Value> = signed
        .signatures
        .iter()
        .map(|(member, signature)| json!({ "member": member.as_str(), "signature": hex(signature.as_bytes()) }))
        .collect();
    json!({ "roster": hex(&signed.roster), "signatures": signatures })
}

pub(crate) fn charter(charter: &Charter) -> Value {
    json!({
        "version": charter.version,
        "federation": charter.federation.to_string(),
        "group": charter.group.map(|group| group.to_string()),
        "previous": charter.previous.map(|previous| previous.to_string()),
        "name": charter.name,
        "owners": charter.owners.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "members": charter.members.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "removed": charter.removed.iter().map(cut).collect::<Vec<_>>(),
        "claimed_ms": charter.claimed_ms,
        "nonce": hex(&charter.nonce),
    })
}

pub(crate) fn signed_charter(signed: &SignedCharter) -> Value {
    json!({
        "charter": hex(&signed.charter),
        "certificate": certificate(&signed.certificate),
        "signature": hex(signed.signature.as_bytes()),
    })
}

pub(crate) fn ticket(ticket: &Ticket) -> Value {
    let addresses: Vec<Value> = ticket
        .addresses
        .iter()
        .map(|node| json!({ "address": node.address.to_string(), "node_key": node.node_key.to_string() }))
        .collect();
    json!({
        "federation": ticket.federation.to_string(),
        "roster": ticket.roster.to_string(),
        "addresses": addresses,
        "secret": hex(&ticket.secret),
        "expires_ms": ticket.expires_ms,
    })
}

pub(crate) fn run_header(header: &RunHeader) -> Value {
    json!({ "feed": header.feed.to_string(), "from": header.from })
}

fn summary(summary: &Summary) -> Value {
    let digests: Vec<Value> = summary
        .digests
        .iter()
        .map(|(of, digest)| json!({ "space": space(of), "digest": digest.to_string() }))
        .collect();
    json!({
        "roster_version": summary.roster_version,
        "marks": summary.marks.to_string(),
        "digests": digests,
    })
}

fn hello(hello: &Hello) -> Value {
    json!({
        "oldest_version": hello.oldest_version,
        "newest_version": hello.newest_version,
        "software": hello.software,
        "certificate": certificate(&hello.certificate),
        "summary": summary(&hello.summary),
    })
}

/// The message's name and what it holds.
pub(crate) fn message(message: &Message) -> (&'static str, Value) {
    match message {
        Message::Hello(said) => ("Hello", hello(said)),
        Message::Summary { summary: said, answer } => {
            ("Summary", json!({ "summary": summary(said), "answer": answer }))
        }
        Message::Frontier { space: of, part } => ("Frontier", comparison(of, part)),
        Message::Want(wants) => (
            "Want",
            wants
                .iter()
                .map(|want| json!({ "feed": want.feed.to_string(), "from": want.from, "to": want.to }))
                .collect(),
        ),
        Message::WantRoster { after } => ("WantRoster", json!({ "after": after })),
        Message::Rosters(rosters) => ("Rosters", rosters.iter().map(signed_roster).collect()),
        Message::Join(request) => (
            "Join",
            json!({
                "secret": hex(&request.secret),
                "kind": request.kind,
                "name": request.name,
                "certificate": certificate(&request.certificate),
                "signature": hex(request.signature.as_bytes()),
            }),
        ),
        Message::JoinAnswer(JoinAnswer::Refused(why)) => ("JoinAnswer", json!({ "Refused": format!("{why:?}") })),
        Message::JoinAnswer(answer) => ("JoinAnswer", json!(format!("{answer:?}"))),
        Message::Charters(charters) => ("Charters", charters.iter().map(signed_charter).collect()),
        Message::Marks { space: of, marks } => (
            "Marks",
            json!({
                "space": space(of),
                "marks": marks.iter().map(ToString::to_string).collect::<Vec<_>>(),
            }),
        ),
        Message::Statements(statements) => (
            "Statements",
            statements
                .iter()
                .map(|said| {
                    let (kind, fields) = statement(said);
                    json!({ "statement": kind, "fields": fields })
                })
                .collect(),
        ),
        Message::Bye(why) => ("Bye", json!(format!("{why:?}"))),
    }
}
