//! A member with a real key sends a real daemon what it should not; a stranger tries to get in.

use faelled::request::{PublishTerms, Request};
use faelled_net::{ConnectionId, Net, NetConfig, NetEvent, NetLimits};
use faelled_proto::chain::Writer;
use faelled_proto::feed::RunHeader;
use faelled_proto::id::FrontierDigest;
use faelled_proto::message::{Bye, Hello, PROTOCOL_VERSION, Summary};
use faelled_proto::opening::FeedOpening;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{FeedId, Kind, Message, NodeKey, SecretKey, Signature, SignedEntry, Space};
use serde_json::Value;
use tokio::sync::mpsc;

use super::{Report, ensure};
use crate::daemon::Daemon;
use crate::member::{Credentials, admit, ask, founder, joined};
use crate::program::{Broken, example};

/// Every how many-th byte is changed in the quick form.
const QUICK_STEP: usize = 11;

pub(super) async fn run(mut report: Report, quick: bool) -> Result<Report, Broken> {
    let directory = tempfile::tempdir()?;
    let path = |name: &str| directory.path().join(name);
    let lead = founder(&path("lead"), "0159").await?;
    let honest = joined(&path("honest"), "0151", &lead).await?;
    let hostile = hostile_member(&path("hostile"), &lead).await?;
    let mut attacker = Attacker::connect(&hostile, &lead).await?;

    let feed = Feed::of(&hostile);
    let mut refused = lead.status().await?["refused_runs"].as_u64().unwrap_or(0);
    let mut cases = 0_u64;
    for case in feed.cases(if quick { QUICK_STEP } else { 1 }) {
        attacker.send(feed.id, case.from, &case.entries).await?;
        let wanted = refused + 1;
        let status = lead
            .until("a refusal", |status| {
                status["refused_runs"].as_u64() >= Some(wanted)
            })
            .await?;
        let reason = last_notice(&status);
        ensure(reason.contains(case.reason), || {
            format!(
                "{}: refused with {reason:?}, not with {:?}",
                case.what, case.reason
            )
        })?;
        ensure(status["entries"] == 0, || {
            format!("{}: something of it was stored", case.what)
        })?;
        refused = wanted;
        cases += 1;
        if case.is_told {
            report.saw(format!("{}: {reason}", case.what));
        }
    }
    report.saw(format!(
        "{cases} runs with something wrong: each refused, none stored"
    ));
    report.figure("refused_runs", cases);

    // A run that begins too far on is not held against the peer: the daemon asks it for what lies between.
    attacker.send(feed.id, 0, &feed.entries[..2]).await?;
    attacker.send(feed.id, 3, &feed.entries[3..]).await?;
    let want = attacker.next_want().await?;
    ensure(want == (feed.id, 2), || {
        format!("after a gap the daemon asked for {want:?}")
    })?;
    report.saw(
        "a run that begins behind what is held: not stored, and the missing entries are asked for",
    );
    attacker.send(feed.id, 2, &feed.entries[2..]).await?;
    let entries = feed.entries.len() as u64;
    lead.until("the whole feed", |status| {
        status["entries"].as_u64() >= Some(entries)
    })
    .await?;
    report.saw("the same feed, unchanged: taken, on the same connection");

    let strangers = stranger(&lead, &hostile).await?;
    report.saw(format!("a stranger with a key of its own: {strangers}"));

    let text = std::fs::read_to_string(example("packs/packaging.toml"))?;
    honest
        .ask(Request::PackImport {
            file_name: "packaging.toml".into(),
            bytes: faelled_model::attachment::FileBytes(text.into()),
            group: None,
            over: false,
        })
        .await?;
    let notes = faelled_model::Localized::default();
    honest
        .ask(Request::PackPublish {
            pack: "GLX-EMB".into(),
            terms: PublishTerms {
                notes,
                ..PublishTerms::default()
            },
            preview: false,
        })
        .await?;
    lead.until("an honest member's pack", |status| {
        status["figures"]["packs"] == 1
    })
    .await?;
    report.saw("meanwhile an honest member's pack arrived as if nothing had happened");
    attacker.net.shutdown().await;
    honest.stop()?;
    lead.stop()?;
    Ok(report)
}

async fn hostile_member(path: &std::path::Path, lead: &Daemon) -> Result<Credentials, Broken> {
    let invited = lead
        .ask(Request::Invite {
            hours: 24,
            addresses: Vec::new(),
            note: None,
        })
        .await?;
    ask(path, "0165", invited["ticket"].as_str().unwrap_or_default()).await?;
    let daemon = Daemon::start(path).await?;
    admit("0165", lead).await?;
    daemon
        .until("its admission", |status| status["standing"] == "member")
        .await?;
    daemon.stop()?;
    Credentials::read(path).await
}

fn last_notice(status: &Value) -> String {
    let notices = status["notices"].as_array();
    notices
        .and_then(|all| all.last())
        .and_then(|last| last["what"]["en"].as_str())
        .unwrap_or_default()
        .to_owned()
}

/// A connection that speaks the protocol with a member's real key.
struct Attacker {
    net: Net,
    events: mpsc::Receiver<NetEvent>,
    connection: ConnectionId,
}

impl Attacker {
    async fn connect(hostile: &Credentials, lead: &Daemon) -> Result<Self, Broken> {
        let (net, mut events) = network(&hostile.keys.node)?;
        net.dial(target(lead).await?);
        let connection = connected(&mut events).await?;
        let hello = Hello {
            oldest_version: PROTOCOL_VERSION,
            newest_version: PROTOCOL_VERSION,
            software: "hostile".into(),
            certificate: hostile.certificate.clone(),
            summary: Summary {
                roster_version: 0,
                marks: FrontierDigest::ZERO,
                digests: Vec::new(),
            },
        };
        net.send(connection, &Message::Hello(hello));
        loop {
            match next(&mut events).await? {
                NetEvent::Message {
                    message: Message::Hello(_),
                    ..
                } => break,
                NetEvent::Closed { reason, .. } => {
                    return Err(Broken(format!("a member was sent away: {reason}")));
                }
                _ => {}
            }
        }
        net.trust(connection);
        Ok(Self {
            net,
            events,
            connection,
        })
    }

    async fn send(&self, feed: FeedId, from: u64, entries: &[SignedEntry]) -> Result<(), Broken> {
        let broken = |error: faelled_net::RunError| Broken(error.to_string());
        let mut run = self
            .net
            .open_run(self.connection, RunHeader { feed, from })
            .await
            .map_err(broken)?;
        run.send(entries).await.map_err(broken)?;
        run.finish().await.map_err(broken)
    }

    async fn next_want(&mut self) -> Result<(FeedId, u64), Broken> {
        loop {
            match next(&mut self.events).await? {
                NetEvent::Message {
                    message: Message::Want(wants),
                    ..
                } => {
                    let want = wants.first().ok_or_else(|| Broken::new("an empty want"))?;
                    return Ok((want.feed, want.from));
                }
                NetEvent::Closed { reason, .. } => {
                    return Err(Broken(format!("the connection ended: {reason}")));
                }
                _ => {}
            }
        }
    }
}

/// Somebody outside the roster: greets like a member, and is told to go before anything is said to it.
async fn stranger(lead: &Daemon, hostile: &Credentials) -> Result<String, Broken> {
    let key = SecretKey::from_seed(&[9; 32]);
    let (net, mut events) = network(&key)?;
    net.dial(target(lead).await?);
    let connection = connected(&mut events).await?;
    // With a member's certificate, which anybody can copy, but not with the key that it names.
    let hello = Hello {
        oldest_version: PROTOCOL_VERSION,
        newest_version: PROTOCOL_VERSION,
        software: "stranger".into(),
        certificate: hostile.certificate.clone(),
        summary: Summary {
            roster_version: 0,
            marks: FrontierDigest::ZERO,
            digests: Vec::new(),
        },
    };
    net.send(connection, &Message::Hello(hello));
    match next(&mut events).await? {
        NetEvent::Closed { reason, .. } => {
            ensure(
                reason == faelled_net::CloseReason::ByPeer(Bye::NotAMember),
                || format!("a stranger was sent away with: {reason}"),
            )?;
            net.shutdown().await;
            Ok(reason.to_string())
        }
        NetEvent::Message { message, .. } => {
            Err(Broken(format!("a stranger was told {message:?}")))
        }
        other => Err(Broken(format!("a stranger saw {other:?}"))),
    }
}

fn network(key: &SecretKey) -> Result<(Net, mpsc::Receiver<NetEvent>), Broken> {
    let bind = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    Ok(Net::start(NetConfig {
        bind,
        node_key: key.clone(),
        tap: None,
        limits: NetLimits::default(),
    })?)
}

async fn target(lead: &Daemon) -> Result<NodeAddress, Broken> {
    let address = lead.status().await?["listening"]
        .as_str()
        .and_then(|text| text.parse().ok());
    let directory = faelled::directory::Directory::at(lead.path());
    let node_key: NodeKey = directory.keys()?.node.node_key();
    Ok(NodeAddress {
        address: address.ok_or_else(|| Broken::new("no address"))?,
        node_key,
    })
}

async fn connected(events: &mut mpsc::Receiver<NetEvent>) -> Result<ConnectionId, Broken> {
    match next(events).await? {
        NetEvent::Connected { connection, .. } => Ok(connection),
        other => Err(Broken(format!("not connected: {other:?}"))),
    }
}

async fn next(events: &mut mpsc::Receiver<NetEvent>) -> Result<NetEvent, Broken> {
    let event = tokio::time::timeout(std::time::Duration::from_secs(60), events.recv()).await;
    event
        .ok()
        .flatten()
        .ok_or_else(|| Broken::new("the daemon fell silent"))
}

/// A sound feed of the hostile member, from which the cases are made.
struct Feed {
    id: FeedId,
    entries: Vec<SignedEntry>,
    federation: faelled_proto::FederationId,
    key: SecretKey,
}

struct Case {
    what: String,
    from: u64,
    entries: Vec<SignedEntry>,
    reason: &'static str,
    is_told: bool,
}

impl Feed {
    fn of(hostile: &Credentials) -> Self {
        let opening = FeedOpening {
            certificate: hostile.certificate.clone(),
            space: Space::Commons,
            incarnation: [1; 16],
            known_tips: Vec::new(),
        };
        let mut writer = Writer::new(hostile.federation, &hostile.keys.node, None);
        let mut entries = vec![writer.open(&opening, 1)];
        for number in 0..4_u8 {
            entries.push(writer.write(Kind(900), None, vec![number; 20], 2));
        }
        Self {
            id: entries[0].feed(),
            entries: entries
                .into_iter()
                .map(|entry| entry.signed().clone())
                .collect(),
            federation: hostile.federation,
            key: hostile.keys.node.clone(),
        }
    }

    fn cases(&self, step: usize) -> Vec<Case> {
        let mut cases = self.changed_bytes(step);
        let mut add = |what: &str, reason, change: &dyn Fn(&mut Vec<SignedEntry>)| {
            let mut entries = self.entries.clone();
            change(&mut entries);
            cases.push(Case {
                what: what.to_owned(),
                from: 0,
                entries,
                reason,
                is_told: true,
            });
        };
        add(
            "the last signature made by another key",
            "signature of entry 4",
            &|entries| {
                let last = entries.len() - 1;
                let foreign = SecretKey::from_seed(&[3; 32]);
                let header = entries[last].decode_header();
                if let (Ok(header), Some(body)) = (header, entries[last].body.clone()) {
                    entries[last] = SignedEntry::sign(self.federation, &foreign, &header, body);
                }
            },
        );
        add(
            "signed for another federation",
            "signature of entry 4",
            &|entries| {
                let last = entries.len() - 1;
                let other = faelled_proto::FederationId::of(&[b"another"]);
                let header = entries[last].decode_header();
                if let (Ok(header), Some(body)) = (header, entries[last].body.clone()) {
                    entries[last] = SignedEntry::sign(other, &self.key, &header, body);
                }
            },
        );
        add(
            "two entries in each other's place",
            "came where entry",
            &|entries| entries.swap(2, 3),
        );
        add(
            "an entry missing in the middle",
            "entry 3 came where entry 2 was due",
            &|entries| {
                entries.remove(2);
            },
        );
        add("the opening twice", "begins with its opening", &|entries| {
            let opening = entries[0].clone();
            entries.insert(1, opening);
        });
        add("an entry twice", "came where entry", &|entries| {
            let twice = entries[2].clone();
            entries.insert(2, twice);
        });
        cases
    }

    fn changed_bytes(&self, step: usize) -> Vec<Case> {
        let mut cases = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let body = entry.body.as_ref().map_or(0, Vec::len);
            let places = [
                ("header", entry.header.len()),
                ("signature", 64),
                ("body", body),
            ];
            for (part, length) in places {
                for place in (0..length).step_by(step) {
                    let mut entries = self.entries.clone();
                    change(&mut entries[index], part, place);
                    let what = format!("entry {index}, {part} byte {place} changed");
                    cases.push(Case {
                        what,
                        from: 0,
                        entries,
                        reason: reason_of(part, index, self.entries.len()),
                        is_told: place == 0,
                    });
                }
            }
        }
        cases
    }
}

/// What a changed byte is refused for. In a header it depends on the field that it belongs to.
fn reason_of(part: &str, index: usize, entries: usize) -> &'static str {
    match part {
        "body" => "the body does not hash to what its header says",
        "signature" if index == 0 => "entry 0 belongs to another feed",
        "signature" if index + 1 == entries => "the signature of entry 4 does not verify",
        "signature" => "does not follow the entry before it",
        _ => "were refused: ",
    }
}

fn change(entry: &mut SignedEntry, part: &str, place: usize) {
    match part {
        "header" => entry.header[place] ^= 1,
        "signature" => {
            let mut bytes = *entry.signature.as_bytes();
            bytes[place] ^= 1;
            entry.signature = Signature::from_bytes(bytes);
        }
        _ => {
            if let Some(byte) = entry.body.as_mut().and_then(|body| body.get_mut(place)) {
                *byte ^= 1;
            }
        }
    }
}
