//! A few engines, joined by a network that delivers at once, with disks that never fail unless told.

#![allow(dead_code, reason = "each test file uses its part")]

mod cast;
mod disk;

use std::collections::{BTreeMap, VecDeque};

use faelled_engine::{
    Action, Answer, Change, Config, ConnectionId, Despite, Engine, Event, JoinRow, JoinState,
    Membership, Notice, RequestFailure, RequestId,
};
use faelled_proto::canonical::encode;
use faelled_proto::message::{Bye, JoinRefusal, JoinRequest};
use faelled_proto::opening::{DocumentOpening, Editors};
use faelled_proto::roster::MemberRecord;
use faelled_proto::statement::Vote;
use faelled_proto::{
    FederationId, FeedId, GroupId, Kind, MemberId, Message, NodeKey, Roster, SignedEntry, Space,
    Statement, Tip,
};

#[allow(unused_imports, reason = "each test file uses its part")]
pub(crate) use cast::{Keys, address, certificate, charter, config, first_roster, keys};
pub(crate) use disk::Disk;
use disk::compare;

pub(crate) const START_MS: u64 = 1_790_000_000_000;
pub(crate) const YEAR_MS: u64 = 31_536_000_000;

/// What a frame on its way looks like to somebody who may change it.
pub(crate) type Meddler = Box<dyn FnMut(usize, usize, FeedId, &mut Vec<SignedEntry>)>;

pub(crate) struct Node {
    pub(crate) engine: Engine,
    pub(crate) disk: Disk,
    pub(crate) notices: Vec<Notice>,
    pub(crate) answers: BTreeMap<RequestId, Answer>,
    /// Connection -> (other node, other end).
    pub(crate) links: BTreeMap<ConnectionId, (usize, ConnectionId)>,
    pub(crate) sent: Vec<(usize, Message)>,
    pub(crate) sent_entries: Vec<(usize, SignedEntry)>,
    pub(crate) byes: Vec<(ConnectionId, Bye)>,
}

pub(crate) struct World {
    pub(crate) nodes: Vec<Node>,
    pub(crate) now_ms: u64,
    pub(crate) federation: FederationId,
    pub(crate) meddler: Option<Meddler>,
    /// Whether a message from a node does not arrive.
    pub(crate) is_lost: fn(usize, &Message) -> bool,
    queue: VecDeque<(usize, Event)>,
    next: u64,
}

impl World {
    /// Members 0..count in the first roster; the first one is the steward.
    pub(crate) fn new(count: usize) -> Self {
        let members: Vec<usize> = (0..count).collect();
        let roster = first_roster(&members);
        let federation = roster.federation();
        let mut world = Self {
            nodes: Vec::new(),
            now_ms: START_MS,
            federation,
            meddler: None,
            is_lost: |_, _| false,
            queue: VecDeque::new(),
            next: 1,
        };
        for index in members {
            let disk = Disk {
                rosters: vec![roster.clone()],
                ..Disk::default()
            };
            world.add(config(federation, index), disk);
        }
        world
    }

    /// All of them connected to each other.
    pub(crate) fn connected(count: usize) -> Self {
        let mut world = Self::new(count);
        for to in 0..count {
            for from in to + 1..count {
                world.connect(from, to);
            }
        }
        world
    }

    pub(crate) fn forget_what_was_sent(&mut self) {
        for node in &mut self.nodes {
            node.sent.clear();
            node.sent_entries.clear();
        }
    }

    pub(crate) fn add(&mut self, config: Config, disk: Disk) -> usize {
        let engine = Engine::new(config, disk.loaded(self.federation)).unwrap();
        self.nodes.push(Node {
            engine,
            disk,
            notices: Vec::new(),
            answers: BTreeMap::new(),
            links: BTreeMap::new(),
            sent: Vec::new(),
            sent_entries: Vec::new(),
            byes: Vec::new(),
        });
        self.nodes.len() - 1
    }

    pub(crate) fn newcomer(&mut self, index: usize, secret: [u8; 16]) -> usize {
        let mut config = config(self.federation, index);
        config.join_request = Some(self.join_request(index, secret));
        self.add(config, Disk::default())
    }

    pub(crate) fn join_request(&self, index: usize, secret: [u8; 16]) -> JoinRequest {
        JoinRequest::sign(
            secret,
            "municipality".into(),
            format!("Member {index}"),
            certificate(self.federation, index),
            self.federation,
            &keys(index).identity,
        )
    }

    /// Restarts a node from a disk.
    pub(crate) fn restart(&mut self, index: usize, config: Config, disk: Disk) {
        self.cut_all(index);
        let engine = Engine::new(config, disk.loaded(self.federation)).unwrap();
        let node = &mut self.nodes[index];
        node.engine = engine;
        node.disk = disk;
    }

    pub(crate) fn connect(&mut self, from: usize, to: usize) {
        self.connect_as(from, to, keys(from).node.node_key());
    }

    /// Connects with any key shown to the other side.
    pub(crate) fn connect_as(&mut self, from: usize, to: usize, shown: NodeKey) {
        let (a, b) = (ConnectionId(self.next), ConnectionId(self.next + 1));
        self.next += 2;
        self.nodes[from].links.insert(a, (to, b));
        self.nodes[to].links.insert(b, (from, a));
        let node_key = keys(to).node.node_key();
        let connected = |connection, node_key, index, dialled| Event::Connected {
            connection,
            node_key,
            address: address(index).address,
            dialled,
        };
        self.queue
            .push_back((from, connected(a, node_key, to, true)));
        self.queue.push_back((to, connected(b, shown, from, false)));
        self.run();
    }

    pub(crate) fn cut_all(&mut self, index: usize) {
        for (connection, (other, far)) in std::mem::take(&mut self.nodes[index].links) {
            self.nodes[other].links.remove(&far);
            self.event(
                index,
                Event::Closed {
                    connection,
                    reason: "cut".into(),
                },
            );
            self.event(
                other,
                Event::Closed {
                    connection: far,
                    reason: "cut".into(),
                },
            );
        }
    }

    pub(crate) fn event(&mut self, node: usize, event: Event) {
        self.queue.push_back((node, event));
        self.run();
    }

    pub(crate) fn run(&mut self) {
        let mut steps = 0;
        while let Some((index, event)) = self.queue.pop_front() {
            steps += 1;
            assert!(steps < 100_000, "the nodes never fall silent");
            let actions = self.nodes[index].engine.handle(self.now_ms, event);
            let said = actions
                .iter()
                .filter(|action| matches!(action, Action::Send { .. }));
            // The network keeps 256 for a peer that is slow, and gives up on it when there are more.
            assert!(said.count() < 128, "too much is said at once");
            for action in actions {
                self.act(index, action);
            }
        }
    }

    pub(crate) fn pass(&mut self, ms: u64) {
        self.now_ms += ms;
        for index in 0..self.nodes.len() {
            self.event(index, Event::Tick);
        }
    }

    fn act(&mut self, index: usize, action: Action) {
        match action {
            Action::Store { operation, write } => {
                let event = if self.nodes[index].disk.full {
                    Event::StoreFailed {
                        operation,
                        reason: "the disk is full".into(),
                    }
                } else {
                    self.nodes[index].disk.write(&write);
                    Event::Stored { operation }
                };
                self.queue.push_back((index, event));
            }
            Action::Send {
                connection,
                message,
            } => {
                // Every message crosses as bytes.
                let message = Message::decode(&message.encode(), 1 << 20).unwrap();
                if let Some(&(to, far)) = self.nodes[index].links.get(&connection) {
                    self.nodes[index].sent.push((to, message.clone()));
                    if (self.is_lost)(index, &message) {
                        return;
                    }
                    self.queue.push_back((
                        to,
                        Event::Received {
                            connection: far,
                            message,
                        },
                    ));
                }
            }
            Action::SendRun {
                connection,
                feed,
                from,
                to,
            } => self.send_run(index, connection, feed, from, to),
            Action::Close { connection, bye } => {
                self.nodes[index].byes.push((connection, bye));
                if let Some((to, far)) = self.nodes[index].links.remove(&connection) {
                    self.nodes[to].links.remove(&far);
                    self.queue.push_back((
                        to,
                        Event::Closed {
                            connection: far,
                            reason: bye.to_string(),
                        },
                    ));
                }
            }
            Action::Answer { request, answer } => {
                self.nodes[index].answers.insert(request, answer);
            }
            Action::Notice(notice) => self.nodes[index].notices.push(notice),
            Action::LookUp { places } => {
                let feeds = &self.nodes[index].disk.feeds;
                let tips = places
                    .iter()
                    .map(|(feed, seq)| feeds[feed][usize::try_from(*seq).unwrap()].tip())
                    .collect();
                self.queue.push_back((index, Event::LookedUp { tips }));
            }
            Action::Compare {
                connection,
                feed,
                entries,
            } => {
                let held = self.nodes[index].disk.feeds.get(&feed);
                let outcome = compare(held.map_or(&[], Vec::as_slice), &entries);
                let event = Event::Compared {
                    connection,
                    feed,
                    outcome,
                };
                self.queue.push_back((index, event));
            }
            Action::Committed
            | Action::Trust { .. }
            | Action::Keep { .. }
            | Action::Dial { .. } => {}
        }
    }

    fn send_run(
        &mut self,
        index: usize,
        connection: ConnectionId,
        feed: FeedId,
        from: u64,
        to: u64,
    ) {
        self.queue.push_back((index, Event::RunSent { connection }));
        let Some(&(other, far)) = self.nodes[index].links.get(&connection) else {
            return;
        };
        let entries = &self.nodes[index].disk.feeds[&feed];
        let mut entries: Vec<SignedEntry> = entries
            [usize::try_from(from).unwrap()..=usize::try_from(to).unwrap()]
            .iter()
            .map(|entry| entry.signed().clone())
            .collect();
        let sent = entries.iter().map(|entry| (other, entry.clone()));
        self.nodes[index].sent_entries.extend(sent);
        if let Some(meddler) = &mut self.meddler {
            meddler(index, other, feed, &mut entries);
        }
        if !entries.is_empty() {
            self.queue.push_back((
                other,
                Event::Frame {
                    connection: far,
                    feed,
                    entries,
                },
            ));
        }
        self.queue.push_back((
            other,
            Event::RunEnded {
                connection: far,
                feed,
            },
        ));
    }

    fn request(&mut self) -> RequestId {
        self.next += 1;
        RequestId(self.next)
    }

    pub(crate) fn ask(&mut self, node: usize, event: impl FnOnce(RequestId) -> Event) -> Answer {
        let request = self.request();
        self.event(node, event(request));
        self.nodes[node]
            .answers
            .remove(&request)
            .expect("an answer")
    }

    pub(crate) fn try_feed(&mut self, node: usize, space: &Space) -> Answer {
        self.ask(node, |request| Event::OpenFeed {
            request,
            space: space.clone(),
        })
    }

    pub(crate) fn feed(&mut self, node: usize, space: &Space) -> FeedId {
        match self.try_feed(node, space) {
            Answer::Feed(feed) => feed,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn try_write(&mut self, node: usize, space: &Space, text: &str) -> Answer {
        let feed = self.feed(node, space);
        let draft = faelled_engine::event::Draft {
            kind: Kind(900),
            document: None,
            body: text.into(),
        };
        self.ask(node, |request| Event::Write {
            request,
            feed,
            drafts: vec![draft],
        })
    }

    pub(crate) fn write(&mut self, node: usize, space: &Space, text: &str) {
        let answer = self.try_write(node, space, text);
        assert!(matches!(answer, Answer::Written(_)), "{answer:?}");
    }

    /// Founds a group of these members, owned by the node's own.
    pub(crate) fn found(&mut self, node: usize, members: &[usize]) -> GroupId {
        let members = members.iter().map(|index| keys(*index).member).collect();
        let answer = self.ask(node, |request| Event::FoundGroup {
            request,
            name: "Emballage".into(),
            members,
        });
        match answer {
            Answer::Group(group) => group,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn change(
        &mut self,
        node: usize,
        group: GroupId,
        add: &[usize],
        remove: &[usize],
    ) -> Answer {
        let members = |indices: &[usize]| indices.iter().map(|index| keys(*index).member).collect();
        let change = Membership {
            add: members(add),
            remove: members(remove),
            ..Membership::default()
        };
        self.change_as(node, group, change)
    }

    /// Somebody leaves a group, by the word of a node that was restored and met nobody yet.
    pub(crate) fn remove_unmet(&mut self, node: usize, group: GroupId, remove: usize) -> Answer {
        let change = Membership {
            remove: vec![keys(remove).member],
            unmet: true,
            ..Membership::default()
        };
        self.change_as(node, group, change)
    }

    pub(crate) fn change_as(&mut self, node: usize, group: GroupId, change: Membership) -> Answer {
        self.ask(node, |request| Event::ChangeGroup {
            request,
            group,
            change,
        })
    }

    /// Node 0 gives a ticket.
    pub(crate) fn invite(&mut self, expires_ms: u64) -> [u8; 16] {
        match self.ask(0, |request| Event::Invite {
            request,
            expires_ms,
        }) {
            Answer::Ticket { secret } => secret,
            other => panic!("{other:?}"),
        }
    }

    /// What a node was told last of its request to join.
    pub(crate) fn refusal(&self, node: usize) -> Option<JoinRefusal> {
        let mut notices = self.nodes[node].notices.iter().rev();
        notices.find_map(|notice| match notice {
            Notice::JoinRefused(refusal) => Some(*refusal),
            _ => None,
        })
    }

    /// The node's member, a steward, plans a change of the roster.
    pub(crate) fn plan(&mut self, node: usize, change: Change) -> Roster {
        let answer = self.ask(node, |request| Event::Plan {
            request,
            change,
            note: None,
        });
        match answer {
            Answer::Planned(roster) => *roster,
            other => panic!("{other:?}"),
        }
    }

    /// The node's member approves a roster.
    pub(crate) fn approve(&mut self, node: usize, roster: &Roster) -> Answer {
        let keys = keys(node);
        let vote = Vote::approve(encode(roster), keys.member, &keys.identity);
        self.state(node, Statement::Vote(vote))
    }

    pub(crate) fn state(&mut self, node: usize, statement: Statement) -> Answer {
        self.ask(node, |request| Event::State {
            request,
            statements: vec![statement],
            despite: Despite::default(),
        })
    }

    /// A steward lets in who asked.
    pub(crate) fn admit(&mut self, node: usize, member: &MemberId) -> Answer {
        let asked = self.nodes[node].engine.join_requests();
        let waits = |row: &&JoinRow| row.member() == member && row.state == JoinState::Waiting;
        let row = asked.into_iter().find(waits);
        let Some(row) = row.cloned() else {
            return Answer::Failed(RequestFailure::NoSuchRequest(member.clone()));
        };
        let record = MemberRecord {
            id: member.clone(),
            kind: row.kind,
            name: row.name,
            identity_key: row.certificate.claim.identity_key,
            valid_from_day: 20_000,
            valid_until_day: None,
        };
        let answer = self.ask(node, |request| Event::Plan {
            request,
            change: Change::Admit(record),
            note: None,
        });
        match answer {
            Answer::Planned(roster) => self.approve(node, &roster),
            other => other,
        }
    }

    /// Bodies of a space on a node's disk, sorted.
    pub(crate) fn bodies(&self, node: usize) -> Vec<String> {
        let mut bodies: Vec<String> = self.nodes[node]
            .disk
            .feeds
            .values()
            .flatten()
            .filter(|entry| entry.header().kind == Kind(900))
            .map(|entry| String::from_utf8(entry.signed().body.clone().unwrap()).unwrap())
            .collect();
        bodies.sort();
        bodies
    }

    pub(crate) fn private(index: usize) -> Space {
        Space::Private(keys(index).member)
    }

    pub(crate) fn tips(&self, node: usize) -> Vec<Tip> {
        let feeds = self.nodes[node].engine.feeds();
        feeds.iter().map(|(_, feed)| feed.head).collect()
    }
}

/// An opening of a document, as a body.
pub(crate) fn document(owner: &MemberId, nonce: u8) -> (DocumentOpening, Vec<u8>) {
    let opening = DocumentOpening {
        kind: "pack".into(),
        owner: owner.clone(),
        space: Space::Commons,
        editors: Editors::OwnerOnly,
        nonce: [nonce; 16],
    };
    let body = encode(&opening);
    (opening, body)
}
