//! An engine with its disk and its connections, and what must hold after each event.

use std::collections::{BTreeMap, BTreeSet};

use faelled_engine::limits::{MAX_JOIN_REQUESTS, MAX_TICKETS};
use faelled_engine::{
    Action, Answer, Compared, Config, ConnectionId, Engine, Event, OperationId, RequestId,
    Standing, StoreOperation,
};
use faelled_proto::limits::{MAX_GROUPS, MAX_MESSAGE_BYTES, MAX_STRANGER_MESSAGE_BYTES};
use faelled_proto::{EntryId, FeedId, GroupId, Message, SignedEntry, Space, Tip};

use super::disk::Disk;
use crate::cast::{START_MS, certificate, keys};

/// Actions that one event may lead to.
const MAX_ACTIONS: usize = 2_000;
/// Messages that one event may lead to for one connection: the network gives up on a peer with 256 waiting.
const MAX_MESSAGES: usize = 128;
/// Rounds until what an event leads to has come to an end.
const MAX_ROUNDS: usize = 200;

/// A connection: whose key it shows, and whether the engine trusts it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    pub(crate) number: u8,
    pub(crate) is_trusted: bool,
}

/// What nobody but some may ever be told.
#[derive(Debug)]
struct Secret {
    bytes: Vec<u8>,
    /// The only member, besides this node's own, that may know.
    shared_with: Option<u8>,
}

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) now_ms: u64,
    pub(crate) disk: Disk,
    pub(crate) peers: BTreeMap<ConnectionId, Peer>,
    pub(crate) answers: BTreeMap<RequestId, Answer>,
    /// Messages that were sent to the peers, for them to send back changed.
    pub(crate) sent: Vec<Message>,
    /// Writes that will fail, one after the other.
    pub(crate) failing: u8,
    handed_out: BTreeMap<(FeedId, u64), EntryId>,
    secrets: Vec<Secret>,
    /// The group of this node and member 1.
    pub(crate) hidden_group: Option<GroupId>,
    next: u64,
}

pub(crate) fn config(incarnation: Option<[u8; 16]>) -> Config {
    Config {
        seed: [0; 32],
        node_key: keys(0).node,
        certificate: certificate(0),
        software: "fuzzing".into(),
        incarnation,
        join_request: None,
        targets: Vec::new(),
    }
}

impl World {
    pub(crate) fn new(disk: Disk, incarnation: Option<[u8; 16]>) -> Self {
        let engine = Engine::new(config(incarnation), disk.loaded()).unwrap();
        Self {
            engine,
            now_ms: START_MS,
            disk,
            peers: BTreeMap::new(),
            answers: BTreeMap::new(),
            sent: Vec::new(),
            failing: 0,
            handed_out: BTreeMap::new(),
            secrets: Vec::new(),
            hidden_group: None,
            next: 1,
        }
    }

    pub(crate) fn request(&mut self) -> RequestId {
        self.next += 1;
        RequestId(self.next)
    }

    pub(crate) fn connection(&mut self) -> ConnectionId {
        self.next += 1;
        ConnectionId(self.next)
    }

    /// From now on nobody may be told these bytes but one.
    pub(crate) fn keep_secret(&mut self, bytes: &[u8], shared_with: Option<u8>) {
        self.secrets.push(Secret {
            bytes: bytes.to_vec(),
            shared_with,
        });
    }

    /// Asks and waits for the answer; only where no write fails.
    pub(crate) fn ask(&mut self, event: impl FnOnce(RequestId) -> Event) -> Answer {
        let request = self.request();
        self.take(vec![event(request)]);
        self.answers
            .remove(&request)
            .expect("a request is answered")
    }

    /// Tells the engine and does what it wants, as the node does: all that was told together first, then the
    /// writes, then what came of them.
    pub(crate) fn take(&mut self, mut events: Vec<Event>) {
        for _ in 0..MAX_ROUNDS {
            if events.is_empty() {
                self.check();
                return;
            }
            let mut writes = Vec::new();
            let mut told = Vec::new();
            for event in std::mem::take(&mut events) {
                let actions = self.engine.handle(self.now_ms, event);
                self.check_amount(&actions);
                for action in actions {
                    self.act(action, &mut writes, &mut told);
                }
            }
            events = self.store(writes);
            events.append(&mut told);
        }
        panic!("what an event leads to never comes to an end");
    }

    fn check_amount(&self, actions: &[Action]) {
        assert!(
            actions.len() <= MAX_ACTIONS,
            "{} actions at once",
            actions.len()
        );
        for connection in self.peers.keys() {
            let to_it = |action: &&Action| matches!(action, Action::Send { connection: to, .. } if to == connection);
            let count = actions.iter().filter(to_it).count();
            assert!(count <= MAX_MESSAGES, "{count} messages at once");
        }
    }

    fn store(&mut self, writes: Vec<(OperationId, StoreOperation)>) -> Vec<Event> {
        let outcomes = writes.into_iter().map(|(operation, write)| {
            let fails = self.failing > 0;
            self.failing = self.failing.saturating_sub(1);
            let written = if fails {
                self.disk.had_failure = true;
                Err("the disk is full".to_owned())
            } else {
                self.disk.write(&write)
            };
            match written {
                Ok(()) => Event::Stored { operation },
                Err(reason) => Event::StoreFailed { operation, reason },
            }
        });
        let outcomes = outcomes.collect();
        self.disk.had_failure = false;
        outcomes
    }

    fn act(
        &mut self,
        action: Action,
        writes: &mut Vec<(OperationId, StoreOperation)>,
        told: &mut Vec<Event>,
    ) {
        match action {
            Action::Store { operation, write } => {
                self.note_secrets(&write);
                writes.push((operation, write));
            }
            Action::Send {
                connection,
                message,
            } => self.send(connection, message),
            Action::SendRun {
                connection,
                feed,
                from,
                to,
            } => {
                self.hand_out(connection, feed, from, to);
                told.push(Event::RunSent { connection });
            }
            Action::LookUp { places } => {
                let tips = places.into_iter().filter_map(|place| self.disk.tip(place));
                let tips = tips.collect();
                told.push(Event::LookedUp { tips });
            }
            Action::Compare {
                connection,
                feed,
                entries,
            } => {
                if let Some(outcome) = self.compare(feed, &entries) {
                    told.push(Event::Compared {
                        connection,
                        feed,
                        outcome,
                    });
                }
            }
            Action::Trust { connection } => {
                if let Some(peer) = self.peers.get_mut(&connection) {
                    peer.is_trusted = true;
                    let number = peer.number;
                    assert!(self.is_member(number), "a stranger is trusted");
                }
            }
            Action::Close { connection, .. } => {
                if self.peers.remove(&connection).is_some() {
                    told.push(Event::Closed {
                        connection,
                        reason: "sent away".into(),
                    });
                }
            }
            Action::Answer { request, answer } => {
                let before = self.answers.insert(request, answer);
                assert_eq!(before, None, "a request is answered twice");
            }
            Action::Committed | Action::Keep { .. } | Action::Dial { .. } | Action::Notice(_) => {}
        }
    }

    /// Own feeds that not everybody may know of are secrets from the moment when they are written.
    fn note_secrets(&mut self, write: &StoreOperation) {
        let StoreOperation::Entries { openings, .. } = write else {
            return;
        };
        for (feed, opening) in openings {
            match &opening.space {
                Space::Private(_) => self.keep_secret(feed.as_bytes(), None),
                Space::Group(group) if Some(*group) == self.hidden_group => {
                    self.keep_secret(feed.as_bytes(), Some(1));
                }
                Space::Commons | Space::Group(_) => {}
            }
        }
    }

    /// Whether the feed is one that not every peer may know of.
    pub(crate) fn is_secret(&self, feed: &FeedId) -> bool {
        self.secrets
            .iter()
            .any(|secret| secret.bytes == feed.as_bytes())
    }

    /// Whether the key that somebody shows ever was one of a member's.
    fn is_member(&self, number: u8) -> bool {
        let keys = keys(number);
        let key = keys.identity.identity_key();
        self.engine.rosters().ever_had_key(&keys.member, &key)
    }

    fn send(&mut self, connection: ConnectionId, message: Message) {
        let Some(peer) = self.peers.get(&connection).copied() else {
            return;
        };
        let bytes = message.encode();
        let limit = if peer.is_trusted {
            MAX_MESSAGE_BYTES
        } else {
            MAX_STRANGER_MESSAGE_BYTES
        };
        let read = Message::decode(&bytes, limit);
        assert_eq!(read.as_ref(), Ok(&message), "what is sent cannot be read");
        let knows = |secret: &&Secret| secret.shared_with != Some(peer.number);
        for secret in self.secrets.iter().filter(knows) {
            let told = bytes
                .windows(secret.bytes.len())
                .any(|window| window == secret.bytes);
            assert!(!told, "{} is told a secret: {message:?}", peer.number);
        }
        self.check_border(peer, &message);
        if self.sent.len() < 64 {
            self.sent.push(message);
        }
    }

    fn check_border(&self, peer: Peer, message: &Message) {
        let is_for_anybody = matches!(
            message,
            Message::Hello(_) | Message::Join(_) | Message::JoinAnswer(_) | Message::Bye(_)
        );
        assert!(
            is_for_anybody || self.is_member(peer.number),
            "a stranger is told {message:?}"
        );
        let spaces: Vec<&Space> = match message {
            Message::Frontier { space, .. } | Message::Marks { space, .. } => vec![space],
            Message::Summary { summary, .. } => summary.digests.iter().map(|of| &of.0).collect(),
            Message::Hello(hello) => hello.summary.digests.iter().map(|of| &of.0).collect(),
            _ => Vec::new(),
        };
        for space in spaces {
            assert!(
                self.may_see(peer.number, space),
                "{} is told of {space}",
                peer.number
            );
        }
    }

    /// By the newest charter that the engine holds.
    fn may_see(&self, number: u8, space: &Space) -> bool {
        match space {
            Space::Commons => true,
            Space::Private(owner) => *owner == keys(0).member && number == 0,
            Space::Group(group) => {
                let group = self.engine.held_groups().get(group);
                group.is_some_and(|group| group.newest().names(&keys(number).member))
            }
        }
    }

    fn hand_out(&mut self, connection: ConnectionId, feed: FeedId, from: u64, to: u64) {
        let Some(peer) = self.peers.get(&connection).copied() else {
            return;
        };
        assert!(
            peer.is_trusted,
            "entries are handed to somebody who is not trusted"
        );
        let (opening, entries) = self
            .disk
            .feed(feed)
            .expect("a feed that is not held is handed out");
        let is_own = opening.certificate.claim.node_key == keys(0).node.node_key();
        assert!(
            self.may_see(peer.number, &opening.space),
            "{} gets entries of {}",
            peer.number,
            opening.space
        );
        if opening.space == Space::Group(self.hidden_group.unwrap_or(GroupId::ZERO)) {
            assert_eq!(peer.number, 1, "entries of a group leave it");
        }
        assert!(from <= to, "an empty run is handed out");
        assert!(
            to < entries.len() as u64,
            "entries that are not held are handed out"
        );
        if !is_own {
            return;
        }
        for entry in &entries[usize::try_from(from).unwrap()..=usize::try_from(to).unwrap()] {
            let place = (feed, entry.header().seq);
            let before = self.handed_out.insert(place, entry.id());
            assert!(
                before.is_none_or(|before| before == entry.id()),
                "two own entries are handed out for one place"
            );
        }
    }

    /// How a branch stands to what is held of its feed.
    fn compare(&self, feed: FeedId, branch: &[SignedEntry]) -> Option<Compared> {
        let (_, held) = self.disk.feed(feed)?;
        let mut parts = None;
        for (index, entry) in branch.iter().enumerate() {
            let header = entry
                .decode_header()
                .expect("a branch that cannot be read is compared");
            let here = held.get(usize::try_from(header.seq).ok()?);
            if here.is_some_and(|here| here.id() != entry.id()) {
                parts = Some((index, header));
                break;
            }
        }
        let Some((index, header)) = parts else {
            return Some(Compared::Same);
        };
        let seq = usize::try_from(header.seq).ok()?;
        let before = held.get(seq.checked_sub(1)?)?;
        if index == 0 && header.previous != before.id() {
            return Some(Compared::EarlierThan { seq: header.seq });
        }
        let bodiless = |entry: &SignedEntry| SignedEntry {
            body: None,
            ..entry.clone()
        };
        Some(Compared::Differs {
            opening: held[0].signed().clone(),
            held: held[seq..]
                .iter()
                .map(|entry| bodiless(entry.signed()))
                .collect(),
            rival: branch[index..].iter().map(bodiless).collect(),
        })
    }

    /// What holds between events.
    pub(crate) fn check(&self) {
        assert_ne!(
            self.engine.standing(),
            Standing::Revoked,
            "somebody else revoked this node"
        );
        let open: BTreeSet<ConnectionId> = self.peers.keys().copied().collect();
        let sessions = self.engine.peers();
        assert!(
            sessions.len() <= open.len(),
            "sessions of connections that are gone"
        );
        for session in &sessions {
            assert!(
                open.contains(&session.connection),
                "a session without a connection"
            );
        }
        assert!(
            self.engine.join_requests().count() <= MAX_JOIN_REQUESTS,
            "join requests"
        );
        assert!(self.engine.groups().len() <= MAX_GROUPS, "groups");
        assert!(self.disk.tickets.len() <= MAX_TICKETS, "tickets");
        if let Some(hidden) = self.hidden_group {
            let group = self.engine.held_groups().get(&hidden);
            let members = group.map(|group| group.newest().members.clone());
            let named = vec![keys(0).member, keys(1).member];
            assert_eq!(members, Some(named), "somebody else changed a group");
        }
        if let Some(deadline) = self.engine.next_deadline() {
            assert!(deadline > 0, "a deadline before all time");
        }
    }

    /// The node ends and starts again from what is on its disk.
    pub(crate) fn restart(&mut self, knows_its_end: bool) {
        self.peers.clear();
        let incarnation = self.engine.own_tips().0.filter(|_| knows_its_end);
        let engine = Engine::new(config(incarnation), self.disk.loaded());
        self.engine =
            engine.unwrap_or_else(|damage| panic!("what was stored does not hold: {damage}"));
    }

    /// Own feeds and those of others, with how far each is on the disk.
    pub(crate) fn tips(&self) -> Vec<Tip> {
        self.disk.tips()
    }
}
