//! The round trip when nothing is to do: a member asks a daemon for a comparison, and both hold the same.

#[path = "support/documents.rs"]
mod documents;
#[path = "support/federation.rs"]
mod federation;
#[path = "support/ratio.rs"]
mod ratio;
#[path = "support/setting.rs"]
mod setting;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use criterion::Criterion;
use faelled::directory::Directory;
use faelled::node::Node;
use faelled_net::{ConnectionId, Net, NetConfig, NetEvent, NetLimits, Traffic};
use faelled_proto::id::{FrontierDigest, Mark};
use faelled_proto::message::{Hello, PROTOCOL_VERSION, Summary};
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{Frontier, Message, SecretKey, Space};
use faelled_store::Store;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use documents::Author;
use federation::{author, joined, lead, loopback};
use ratio::{Subject, print_ratios, ratios};
use setting::{Failed, directory, exit, is_trial};

const MANY: usize = 10_000;
const FEW: usize = 100;
/// Round trips of one paired round.
const TRIPS: u32 = 200;
const ROUNDS: usize = 21;
/// The promise: bytes on streams each way when nothing is to do.
const MAX_BYTES: u64 = 200;
/// Against hanging only.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    exit(run())
}

fn run() -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let (few, many, trips, rounds) = if is_trial() {
        (1, 10, 2, 1)
    } else {
        (FEW, MANY, TRIPS, ROUNDS)
    };
    let (few, many, bare) = runtime.block_on(async {
        Ok::<_, Failed>((
            Idle::begin(few).await?,
            Idle::begin(many).await?,
            Bare::begin().await?,
        ))
    })?;
    let mut endpoints = [few.client, many.client, bare.client];
    let bytes = endpoints
        .iter_mut()
        .map(|client| runtime.block_on(client.bytes()))
        .collect::<Result<Vec<_>, _>>()?;
    measure(&runtime, &mut endpoints, trips, rounds);
    tell(&[few.documents, many.documents], &bytes)?;
    runtime.block_on(async {
        for client in &endpoints {
            client.net.shutdown().await;
        }
        bare.echo.shutdown().await;
        few.lead.stop().await?;
        many.lead.stop().await?;
        Ok(())
    })
}

fn measure(runtime: &Runtime, [few, many, bare]: &mut [Client; 3], trips: u32, rounds: usize) {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4))
        .configure_from_args();
    let mut group = criterion.benchmark_group("idle");
    for (name, client) in [
        ("many documents", &mut *many),
        ("few documents", &mut *few),
        ("floor: bare echo", &mut *bare),
    ] {
        let mut subject = Subject::new(name, || runtime.block_on(client.round_trip()));
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|times| subject.times(times))
        });
    }
    group.finish();
    let several = async |client: &mut Client| {
        let mut taken = Duration::ZERO;
        for _ in 0..trips {
            taken += client.round_trip().await?;
        }
        Ok(taken)
    };
    let mut subjects = [
        Subject::new("many documents", || runtime.block_on(several(many))),
        Subject::new("few documents", || runtime.block_on(several(few))),
        Subject::new("floor: the same bytes echoed by a bare Net", || {
            runtime.block_on(several(bare))
        }),
    ];
    print_ratios(
        "the round trip with many documents",
        &ratios(&mut subjects, rounds),
    );
    criterion.final_summary();
}

/// Prints the bytes, and holds them to the promise.
fn tell(documents: &[usize; 2], bytes: &[(u64, u64)]) -> Result<(), Failed> {
    println!(
        "\nbytes on streams, one round trip with equal digests (at most {MAX_BYTES} each way):"
    );
    for (documents, (sent, received)) in documents.iter().zip(bytes) {
        println!("  {documents:>6} documents held: {sent} asked, {received} answered");
    }
    if bytes
        .iter()
        .any(|(sent, received)| *sent.max(received) > MAX_BYTES)
    {
        return Err(format!("more than {MAX_BYTES} bytes one way").into());
    }
    if bytes[0] != bytes[1] {
        return Err("the bytes depend on how many documents are held".into());
    }
    Ok(())
}

/// A daemon, and a member on a warm connection to it that holds what it holds.
struct Idle {
    documents: usize,
    lead: Node,
    client: Client,
    _directory: TempDir,
}

impl Idle {
    async fn begin(documents: usize) -> Result<Self, Failed> {
        let directory = directory()?;
        let (lead_path, member_path) = (
            directory.path().join("lead"),
            directory.path().join("member"),
        );
        let lead = lead(&lead_path, documents).await?;
        joined(&member_path, "dk-0151", (&lead, &lead_path))
            .await?
            .stop()
            .await?;
        let credentials = author(&Directory::at(&member_path)).await?;
        let summary = summary(&lead_path).await?;
        let node_key = Directory::at(&lead_path).keys()?.node.node_key();
        let address = lead.listening().ok_or("the lead does not listen")?;
        let (net, mut events) = network(credentials.key.clone())?;
        net.dial(NodeAddress { address, node_key });
        let connection = connected(&mut events).await?;
        net.send(
            connection,
            &Message::Hello(hello(&credentials, summary.clone())),
        );
        let theirs = loop {
            if let NetEvent::Message {
                message: Message::Hello(hello),
                ..
            } = next(&mut events).await?
            {
                break hello.summary;
            }
        };
        if theirs != summary {
            return Err("the two do not hold the same".into());
        }
        net.trust(connection);
        let client = Client {
            net,
            events,
            connection,
            summary,
        };
        Ok(Self {
            documents,
            lead,
            client,
            _directory: directory,
        })
    }
}

/// Two ends of the network with nothing behind them: one sends back what it gets.
struct Bare {
    echo: Net,
    client: Client,
}

impl Bare {
    async fn begin() -> Result<Self, Failed> {
        let key = SecretKey::from_seed(&[2; 32]);
        let node_key = key.node_key();
        let (echo, mut asked) = network(key)?;
        let (net, mut events) = network(SecretKey::from_seed(&[3; 32]))?;
        net.dial(NodeAddress {
            address: echo.local_address(),
            node_key,
        });
        let there = connected(&mut asked).await?;
        echo.trust(there);
        let answers = echo.clone();
        tokio::spawn(async move {
            while let Some(event) = asked.recv().await {
                if let NetEvent::Message {
                    connection,
                    message: Message::Summary { summary, .. },
                } = event
                {
                    answers.send(
                        connection,
                        &Message::Summary {
                            summary,
                            answer: true,
                        },
                    );
                }
            }
        });
        let connection = connected(&mut events).await?;
        net.trust(connection);
        let digests = vec![(Space::Commons, Frontier::default().digest())];
        let summary = Summary {
            roster_version: 2,
            marks: FrontierDigest::ZERO,
            digests,
        };
        Ok(Self {
            echo,
            client: Client {
                net,
                events,
                connection,
                summary,
            },
        })
    }
}

/// The end that asks.
struct Client {
    net: Net,
    events: mpsc::Receiver<NetEvent>,
    connection: ConnectionId,
    summary: Summary,
}

impl Client {
    async fn round_trip(&mut self) -> Result<Duration, Failed> {
        let message = Message::Summary {
            summary: self.summary.clone(),
            answer: false,
        };
        let begun = Instant::now();
        self.net.send(self.connection, &message);
        loop {
            // The daemon's own slow round asks, too: that is not the answer.
            if let NetEvent::Message {
                message:
                    Message::Summary {
                        summary,
                        answer: true,
                    },
                ..
            } = next(&mut self.events).await?
            {
                let taken = begun.elapsed();
                return if summary == self.summary {
                    Ok(taken)
                } else {
                    Err("they hold something else".into())
                };
            }
        }
    }

    /// What one round trip puts on the streams: sent, received.
    async fn bytes(&mut self) -> Result<(u64, u64), Failed> {
        self.round_trip().await?;
        let before = self.traffic()?;
        self.round_trip().await?;
        let after = self.traffic()?;
        Ok((
            after.stream_sent - before.stream_sent,
            after.stream_received - before.stream_received,
        ))
    }

    fn traffic(&self) -> Result<Traffic, Failed> {
        Ok(self
            .net
            .connection_traffic(self.connection)
            .ok_or("the connection is gone")?)
    }
}

/// What a node that holds all that is in this directory would say of it.
async fn summary(lead: &Path) -> Result<Summary, Failed> {
    let store = Store::open_read_only(Directory::at(lead).node_db()).await?;
    let mut frontier = Frontier::default();
    for feed in store.feeds().await? {
        frontier.set(feed.tip);
    }
    let rosters = store.rosters().await?;
    let newest = rosters.last().ok_or("no roster")?;
    let marks: BTreeSet<Mark> = rosters
        .iter()
        .map(|roster| Mark::from_bytes(*roster.hash().as_bytes()))
        .collect();
    let summary = Summary {
        roster_version: newest.decode()?.version,
        marks: Frontier::default().digest_with([], marks),
        digests: vec![(Space::Commons, frontier.digest())],
    };
    store.close().await?;
    Ok(summary)
}

fn hello(credentials: &Author, summary: Summary) -> Hello {
    Hello {
        oldest_version: PROTOCOL_VERSION,
        newest_version: PROTOCOL_VERSION,
        software: "bench".into(),
        certificate: credentials.certificate.clone(),
        summary,
    }
}

fn network(node_key: SecretKey) -> Result<(Net, mpsc::Receiver<NetEvent>), Failed> {
    let config = NetConfig {
        bind: loopback(),
        node_key,
        tap: None,
        limits: NetLimits::default(),
    };
    Ok(Net::start(config)?)
}

async fn connected(events: &mut mpsc::Receiver<NetEvent>) -> Result<ConnectionId, Failed> {
    match next(events).await? {
        NetEvent::Connected { connection, .. } => Ok(connection),
        other => Err(format!("not connected: {other:?}").into()),
    }
}

async fn next(events: &mut mpsc::Receiver<NetEvent>) -> Result<NetEvent, Failed> {
    match tokio::time::timeout(PATIENCE, events.recv()).await {
        Ok(Some(NetEvent::Closed { reason, .. })) => {
            Err(format!("the connection ended: {reason}").into())
        }
        Ok(Some(event)) => Ok(event),
        _ => Err("nothing was heard any more".into()),
    }
}
