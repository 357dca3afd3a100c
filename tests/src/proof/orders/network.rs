//! Whole engines in a network in memory: each is told a part of a history, in an order of its own; then they meet.

use std::collections::{BTreeMap, VecDeque};

use faelled_engine::{
    Action, Compared, Config, ConnectionId, Engine, Event, Loaded, StoreOperation,
};
use faelled_proto::id::FrontierDigest;
use faelled_proto::message::{Hello, PROTOCOL_VERSION, Summary};
use faelled_proto::opening::FeedOpening;
use faelled_proto::{FeedId, Message, NodeKey, SignedEntry, SignedRoster, VerifiedEntry};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::Rng;

use super::cast::Pen;
use super::held::{Held, HeldFeed, Item};
use super::history::{History, START_MS};
use super::shown::{Rows, Shown};
use super::shuffle;
use crate::program::Broken;

const NODES: usize = 3;
/// Numbers of the observers' node keys: far above those that the history's own nodes have.
const OBSERVER: usize = 1_000;
/// Longer than anything that an engine waits for: an answer, the next comparison.
const PAUSE_MS: u64 = 130_000;
const MAX_EVENTS: usize = 200_000;
const MAX_ROUNDS: usize = 20;

/// A node: its engine and its disk.
struct Node {
    engine: Engine,
    feeds: BTreeMap<FeedId, Vec<VerifiedEntry>>,
    openings: BTreeMap<FeedId, FeedOpening>,
    links: BTreeMap<ConnectionId, (usize, ConnectionId)>,
    /// From whom it hears what happened.
    teller: ConnectionId,
}

struct Network {
    nodes: Vec<Node>,
    queue: VecDeque<(usize, Event)>,
    now_ms: u64,
    next: u64,
    events: usize,
}

/// Gives a history to engines, each a part of it, joins them and compares each with what was shown.
pub(super) fn check(
    history: &History,
    shown: &Shown,
    rows: &Rows,
    rng: &mut ChaCha12Rng,
) -> Result<(), Broken> {
    let mut network = Network::of(history)?;
    let mut items: Vec<&Item> = history.items.iter().collect();
    shuffle(&mut items, rng);
    for item in &items {
        for _ in 0..=rng.next_u32() % 2 {
            let node = rng.next_u32() as usize % NODES;
            network.tell(node, item)?;
        }
    }
    for to in 0..NODES {
        for from in to + 1..NODES {
            network.join(history, from, to)?;
        }
    }
    network.pause(2)?;
    for round in 0..MAX_ROUNDS {
        // What was refused because it came too early is offered once more, to one of them.
        for item in &history.items {
            network.tell(round % NODES, item)?;
        }
        network.pause(1)?;
        let is_agreed =
            (0..NODES).all(|node| shown.differs(&network.shown(node, history, rows)).is_none());
        if is_agreed {
            return network.digests(shown);
        }
    }
    for node in 0..NODES {
        if let Some(differs) = shown.differs(&network.shown(node, history, rows)) {
            return Err(Broken(format!(
                "engine {node} of the network has otherwise: {differs}"
            )));
        }
    }
    Ok(())
}

impl Network {
    /// Nodes of the first member, who sees everything, each with the first roster and a connection to a teller.
    fn of(history: &History) -> Result<Self, Broken> {
        let first = history.items.iter().find_map(|item| match item {
            Item::Roster(signed) => Some(signed.clone()),
            _ => None,
        });
        let first = first.ok_or_else(|| Broken::new("a history without a roster"))?;
        let mut network = Self {
            nodes: Vec::new(),
            queue: VecDeque::new(),
            now_ms: START_MS + 86_400_000,
            next: 1,
            events: 0,
        };
        for number in 0..NODES {
            network.add(history, number, &first)?;
        }
        Ok(network)
    }

    fn add(
        &mut self,
        history: &History,
        number: usize,
        first: &SignedRoster,
    ) -> Result<(), Broken> {
        let pen = observer(history, number);
        let config = Config {
            seed: [number as u8 + 1; 32],
            node_key: pen.key.clone(),
            certificate: pen.certificate,
            software: "orders".into(),
            incarnation: None,
            join_request: None,
            targets: Vec::new(),
        };
        let loaded = Loaded {
            federation: history.federation,
            rosters: vec![first.clone()],
            charters: Vec::new(),
            anchor: None,
            anchor_candidate: None,
            statements: Vec::new(),
            expired: Vec::new(),
            feeds: Vec::new(),
            tickets: Vec::new(),
            joins: Vec::new(),
        };
        let engine = Engine::new(config, loaded).map_err(|error| Broken(error.to_string()))?;
        let teller = self.connection();
        self.nodes.push(Node {
            engine,
            feeds: BTreeMap::new(),
            openings: BTreeMap::new(),
            links: BTreeMap::new(),
            teller,
        });
        let from = observer(history, NODES + number);
        let hello = Hello {
            oldest_version: PROTOCOL_VERSION,
            newest_version: PROTOCOL_VERSION,
            software: "teller".into(),
            certificate: from.certificate.clone(),
            summary: Summary {
                roster_version: 0,
                marks: FrontierDigest::ZERO,
                digests: Vec::new(),
            },
        };
        self.connected(number, teller, from.key.node_key(), false);
        let message = Message::Hello(hello);
        self.event(
            number,
            Event::Received {
                connection: teller,
                message,
            },
        )
    }

    fn connection(&mut self) -> ConnectionId {
        self.next += 1;
        ConnectionId(self.next)
    }

    fn connected(&mut self, node: usize, connection: ConnectionId, key: NodeKey, dialled: bool) {
        let event = Event::Connected {
            connection,
            node_key: key,
            address: ([127, 0, 0, 1], 4_000).into(),
            dialled,
        };
        self.queue.push_back((node, event));
    }

    fn join(&mut self, history: &History, from: usize, to: usize) -> Result<(), Broken> {
        let (near, far) = (self.connection(), self.connection());
        self.nodes[from].links.insert(near, (to, far));
        self.nodes[to].links.insert(far, (from, near));
        let key = |node| observer(history, node).key.node_key();
        self.connected(from, near, key(to), true);
        self.connected(to, far, key(from), false);
        self.run()
    }

    /// The teller says one thing.
    fn tell(&mut self, node: usize, item: &Item) -> Result<(), Broken> {
        let connection = self.nodes[node].teller;
        let message = match item {
            Item::Roster(signed) => Message::Rosters(vec![signed.clone()]),
            Item::Charter(signed) => Message::Charters(vec![signed.clone()]),
            Item::Statement(statement) => Message::Statements(vec![statement.clone()]),
            Item::Entry(feed, entry) => {
                let feed = *feed;
                let frame = Event::Frame {
                    connection,
                    feed,
                    entries: vec![entry.clone()],
                };
                self.event(node, frame)?;
                return self.event(node, Event::RunEnded { connection, feed });
            }
        };
        self.event(
            node,
            Event::Received {
                connection,
                message,
            },
        )
    }

    fn pause(&mut self, times: usize) -> Result<(), Broken> {
        for _ in 0..times {
            self.now_ms += PAUSE_MS;
            for node in 0..NODES {
                self.event(node, Event::Tick)?;
            }
        }
        Ok(())
    }

    fn event(&mut self, node: usize, event: Event) -> Result<(), Broken> {
        self.queue.push_back((node, event));
        self.run()
    }

    fn run(&mut self) -> Result<(), Broken> {
        while let Some((node, event)) = self.queue.pop_front() {
            self.events += 1;
            if self.events > MAX_EVENTS {
                return Err(Broken::new("the engines never fall silent"));
            }
            for action in self.nodes[node].engine.handle(self.now_ms, event) {
                self.act(node, action)?;
            }
        }
        Ok(())
    }

    fn act(&mut self, node: usize, action: Action) -> Result<(), Broken> {
        match action {
            Action::Store { operation, write } => {
                self.nodes[node].write(write);
                self.queue.push_back((node, Event::Stored { operation }));
            }
            Action::Send {
                connection,
                message,
            } => {
                if let Some(&(to, connection)) = self.nodes[node].links.get(&connection) {
                    let event = Event::Received {
                        connection,
                        message,
                    };
                    self.queue.push_back((to, event));
                }
            }
            Action::SendRun {
                connection,
                feed,
                from,
                to,
            } => self.send_run(node, connection, feed, (from, to)),
            Action::Close { connection, bye } => {
                // All are nodes of a member that stays: nobody has a reason to send another one away.
                let linked = self.nodes[node].links.contains_key(&connection);
                if linked || connection == self.nodes[node].teller {
                    return Err(Broken(format!(
                        "engine {node} sent another one away: {bye}"
                    )));
                }
            }
            Action::LookUp { places } => {
                let feeds = &self.nodes[node].feeds;
                let tips = places
                    .iter()
                    .filter_map(|(feed, seq)| {
                        let at = usize::try_from(*seq).ok()?;
                        Some(feeds.get(feed)?.get(at)?.tip())
                    })
                    .collect();
                self.queue.push_back((node, Event::LookedUp { tips }));
            }
            Action::Compare {
                connection,
                feed,
                entries,
            } => {
                let held = self.nodes[node].feeds.get(&feed);
                let event = Event::Compared {
                    connection,
                    feed,
                    outcome: compared(held.map_or(&[], Vec::as_slice), &entries),
                };
                self.queue.push_back((node, event));
            }
            _ => {}
        }
        Ok(())
    }

    fn send_run(
        &mut self,
        node: usize,
        connection: ConnectionId,
        feed: FeedId,
        (from, to): (u64, u64),
    ) {
        self.queue.push_back((node, Event::RunSent { connection }));
        let Some(&(other, connection)) = self.nodes[node].links.get(&connection) else {
            return;
        };
        let held = self.nodes[node].feeds.get(&feed);
        let entries: Vec<SignedEntry> = held
            .into_iter()
            .flatten()
            .filter(|entry| (from..=to).contains(&entry.header().seq))
            .map(|entry| entry.signed().clone())
            .collect();
        let frame = Event::Frame {
            connection,
            feed,
            entries,
        };
        self.queue.push_back((other, frame));
        self.queue
            .push_back((other, Event::RunEnded { connection, feed }));
    }

    fn shown(&self, node: usize, history: &History, rows: &Rows) -> Shown {
        let node = &self.nodes[node];
        let feeds = node.feeds.iter().filter_map(|(id, entries)| {
            let feed = HeldFeed {
                opening: node.openings.get(id)?.clone(),
                entries: entries.clone(),
            };
            Some((*id, feed))
        });
        let held = Held {
            rosters: node.engine.rosters().clone(),
            groups: node.engine.held_groups().clone(),
            statements: node.engine.statements().clone(),
            feeds: feeds.collect(),
        };
        Shown::of(&held, history, rows)
    }

    /// The engines' own frontiers say the same as well.
    fn digests(&self, shown: &Shown) -> Result<(), Broken> {
        for (number, node) in self.nodes.iter().enumerate() {
            for (space, digest) in &shown.digests {
                if node.engine.feeds().frontier(space).digest() != *digest {
                    return Err(Broken(format!(
                        "engine {number} tells of another frontier in {space:?}"
                    )));
                }
            }
        }
        Ok(())
    }
}

impl Node {
    fn write(&mut self, write: StoreOperation) {
        if let StoreOperation::Entries { openings, entries } = write {
            self.openings.extend(openings);
            for entry in entries {
                self.feeds.entry(entry.feed()).or_default().push(entry);
            }
        }
    }
}

fn observer(history: &History, number: usize) -> Pen {
    let identity = history.cast.identity(0, 0);
    history
        .cast
        .pen(history.federation, 0, identity, OBSERVER + number)
}

/// How a branch stands to what is held of its feed.
fn compared(held: &[VerifiedEntry], branch: &[SignedEntry]) -> Compared {
    let place = |entry: &SignedEntry| {
        let header = entry.decode_header().ok()?;
        usize::try_from(header.seq).ok()
    };
    let parts = branch.iter().enumerate().find_map(|(index, entry)| {
        let at = place(entry)?;
        let other = held.get(at).filter(|other| other.id() != entry.id())?;
        let is_linked = at > 0
            && entry
                .decode_header()
                .is_ok_and(|header| header.previous == held[at - 1].id());
        Some((index, at, is_linked, other.header().seq))
    });
    let Some((index, at, is_linked, seq)) = parts else {
        return Compared::Same;
    };
    if index == 0 && !is_linked {
        return Compared::EarlierThan { seq };
    }
    let bodiless = |entry: &SignedEntry| SignedEntry {
        body: None,
        ..entry.clone()
    };
    Compared::Differs {
        opening: held[0].signed().clone(),
        held: held[at..]
            .iter()
            .map(|entry| bodiless(entry.signed()))
            .collect(),
        rival: branch[index..].iter().map(bodiless).collect(),
    }
}
