//! The engine as a whole: a steward's node with two members connected to it, one of whom is hostile and holds
//! real keys, and a stranger. The input says what happens.

mod disk;
mod hostile;
mod local;
mod message;
mod runs;
mod world;

use std::sync::LazyLock;

use faelled_engine::{Answer, ConnectionId, Event};
use faelled_proto::feed::{decode_frame, encode_frame};
use faelled_proto::limits::{MAX_MESSAGE_BYTES, MAX_STRANGER_MESSAGE_BYTES};
use faelled_proto::message::{Hello, JoinRequest};
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{Charter, FeedId, Message, Roster, Space};

use self::disk::Disk;
use self::hostile::Hostile;
use self::local::draft;
use self::world::{Peer, World};
use crate::cast::{MEMBERS, START_MS, certificate, federation, first_roster, keys};
use crate::input::{Input, mutate};

pub(crate) use self::runs::seeds;

/// Steps of one run.
const MAX_STEPS: usize = 400;
/// Connections at a time.
const MAX_CONNECTIONS: usize = 8;
/// Past this time no clock goes: the year 4000.
const LAST_MS: u64 = 64_000_000_000_000;
/// What is written where only this node, or its group with member 1, may read it.
const CANARY: &[u8] = b"kanariefugl";

/// What the node under test holds before anybody is connected: the same for every run.
struct Ground {
    disk: Disk,
    incarnation: Option<[u8; 16]>,
    own_feeds: Vec<FeedId>,
    spaces: Vec<Space>,
    shared: Charter,
    hidden: Charter,
}

impl Ground {
    /// Two groups, one with the honest member and one with the hostile, and a feed with an entry in each space.
    fn lay() -> Self {
        let mut world = World::new(Disk::new(first_roster()), None);
        let (hidden, shared) = (found(&mut world, 1), found(&mut world, 2));
        let spaces = vec![
            Space::Commons,
            Space::Group(shared.group()),
            Space::Group(hidden.group()),
            Space::Private(keys(0).member),
            Space::Private(keys(2).member),
        ];
        let mut own_feeds = Vec::new();
        for space in &spaces[..4] {
            let open = |request| Event::OpenFeed {
                request,
                space: space.clone(),
            };
            let Answer::Feed(feed) = world.ask(open) else {
                panic!("no feed is opened");
            };
            own_feeds.push(feed);
            let drafts = vec![draft(space)];
            world.ask(|request| Event::Write {
                request,
                feed,
                drafts,
            });
        }
        Self {
            incarnation: world.engine.own_tips().0,
            disk: world.disk,
            own_feeds,
            spaces,
            shared,
            hidden,
        }
    }
}

fn found(world: &mut World, other: u8) -> Charter {
    let answer = world.ask(|request| Event::FoundGroup {
        request,
        name: format!("Gruppe {other}"),
        members: vec![keys(other).member],
    });
    let Answer::Group(group) = answer else {
        panic!("no group is founded");
    };
    let group = world.engine.held_groups().get(&group);
    group
        .expect("a group that was founded is held")
        .newest()
        .clone()
}

/// Everything that goes on.
struct Play {
    world: World,
    hostile: Hostile,
    /// The feeds of this node, which peers may guess or remember.
    own_feeds: Vec<FeedId>,
    spaces: Vec<Space>,
    shared: Charter,
    hidden: Charter,
    /// Secrets of tickets.
    tickets: Vec<[u8; 16]>,
    /// The roster that this node's steward planned last.
    planned: Option<Roster>,
    snapshot: Disk,
    /// Events that are told together.
    batch: Vec<Event>,
}

/// Plays what the bytes say. See [`World`] for what must hold.
pub fn pipeline(bytes: &[u8]) {
    play(bytes).end();
}

fn play(bytes: &[u8]) -> Play {
    let mut input = Input::new(bytes);
    let mut play = Play::begin();
    for _ in 0..MAX_STEPS {
        if input.is_empty() {
            break;
        }
        play.step(&mut input);
    }
    play.flush();
    play
}

impl Play {
    fn begin() -> Self {
        static GROUND: LazyLock<Ground> = LazyLock::new(Ground::lay);
        let ground = &*GROUND;
        let mut world = World::new(ground.disk.clone(), ground.incarnation);
        world.hidden_group = Some(ground.hidden.group());
        world.keep_secret(CANARY, None);
        world.keep_secret(ground.hidden.group().as_bytes(), Some(1));
        world.keep_secret(ground.own_feeds[2].as_bytes(), Some(1));
        world.keep_secret(ground.own_feeds[3].as_bytes(), None);
        let mut play = Self {
            world,
            hostile: Hostile::default(),
            own_feeds: ground.own_feeds.clone(),
            spaces: ground.spaces.clone(),
            shared: ground.shared.clone(),
            hidden: ground.hidden.clone(),
            tickets: vec![[7; 16]],
            planned: None,
            snapshot: ground.disk.clone(),
            batch: Vec::new(),
        };
        for number in [1, 2, 5] {
            play.connect(number, number == 1);
        }
        play.flush();
        play
    }

    /// All that waits is told, the node is started again from its disk, and time passes.
    fn end(&mut self) {
        self.flush();
        self.world.failing = 0;
        self.world.restart(true);
        self.world.take(vec![Event::Tick]);
        self.world.now_ms = (self.world.now_ms + 120_000).min(LAST_MS);
        self.world.take(vec![Event::Tick]);
    }

    fn flush(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        self.world.take(batch);
    }

    fn tell(&mut self, event: Event) {
        self.batch.push(event);
    }

    fn connect(&mut self, number: u8, dialled: bool) {
        if self.world.peers.len() >= MAX_CONNECTIONS {
            return;
        }
        let connection = self.world.connection();
        let peer = Peer {
            number,
            is_trusted: false,
        };
        self.world.peers.insert(connection, peer);
        self.tell(Event::Connected {
            connection,
            node_key: keys(number).node.node_key(),
            address: "127.0.0.1:4000".parse().unwrap(),
            dialled,
        });
        let hello = Message::Hello(Hello {
            oldest_version: 1,
            newest_version: u16::MAX,
            software: "fjendtlig".into(),
            certificate: certificate(number),
            summary: self.summary(&mut Input::new(&[])),
        });
        if number < MEMBERS {
            self.say(connection, hello);
        } else {
            let request = join_request(number, self.tickets[0]);
            self.say(connection, Message::Join(request));
        }
    }

    /// A peer says something, as long as the network lets it through.
    fn say(&mut self, connection: ConnectionId, message: Message) {
        let bytes = message.encode();
        let is_trusted = self
            .world
            .peers
            .get(&connection)
            .is_some_and(|peer| peer.is_trusted);
        let limit = if is_trusted {
            MAX_MESSAGE_BYTES
        } else {
            MAX_STRANGER_MESSAGE_BYTES
        };
        if let Ok(message) = Message::decode(&bytes, limit) {
            self.tell(Event::Received {
                connection,
                message,
            });
        }
    }

    fn step(&mut self, input: &mut Input<'_>) {
        let choice = input.byte();
        // Often it is told together with what comes next.
        if choice & 0x80 == 0 || self.batch.len() > 64 {
            self.flush();
        }
        let connections: Vec<ConnectionId> = self.world.peers.keys().copied().collect();
        let connection = input.pick(&connections).copied().unwrap_or(ConnectionId(0));
        let now_ms = self.world.now_ms;
        match choice % 26 {
            0 => self.connect([1, 2, 2, 3, 5, 6][input.index(6)], input.flag()),
            1 => self.close(connection),
            2 | 3 => self.say_anything(input, connection),
            4 => {
                let spaces = self.spaces();
                self.hostile.open(input, now_ms, &spaces);
            }
            5 => self.hostile.extend(input, now_ms),
            6 => self.hostile.branch(input, now_ms),
            7..=10 => self.frame(input, connection, false),
            11 => self.frame(input, connection, true),
            12 => {
                let foreign = [self.shared.clone(), self.hidden.clone()];
                let charters = self.hostile.charter(input, &foreign);
                self.say(connection, Message::Charters(charters));
            }
            13 | 14 => {
                let (spaces, base) = (self.spaces(), self.base(input));
                let statement = self.hostile.state(input, &spaces, &base);
                self.say(connection, Message::Statements(vec![statement]));
            }
            15 => {
                let base = self.base(input);
                let rosters = self.hostile.roster(input, &base);
                self.say(connection, Message::Rosters(rosters));
            }
            16 | 17 => {
                let message = self.message(input);
                self.say(connection, message);
            }
            18 => self.world.failing = input.byte() % 8,
            19 => self.pass(input),
            20..=23 => self.local(input),
            24 => self.restart(input),
            _ => self.ended(input, connection),
        }
    }

    fn close(&mut self, connection: ConnectionId) {
        self.flush();
        self.world.peers.remove(&connection);
        self.tell(Event::Closed {
            connection,
            reason: "gone".into(),
        });
    }

    /// Bytes as they are, or what was said before with some of its bytes changed.
    fn say_anything(&mut self, input: &mut Input<'_>, connection: ConnectionId) {
        let bytes = if input.flag() {
            let length = input.byte().into();
            input.take(length).to_vec()
        } else {
            let mut bytes = match input.pick(&self.world.sent) {
                Some(message) => message.encode(),
                None => Vec::new(),
            };
            mutate(input, &mut bytes);
            bytes
        };
        if let Ok(message) = Message::decode(&bytes, MAX_STRANGER_MESSAGE_BYTES) {
            self.say(connection, message);
        }
    }

    /// Runs come from peers that are trusted: the network takes them of nobody else.
    fn frame(&mut self, input: &mut Input<'_>, connection: ConnectionId, is_changed: bool) {
        let is_trusted = self
            .world
            .peers
            .get(&connection)
            .is_some_and(|peer| peer.is_trusted);
        let Some((feed, entries)) = self.hostile.run(input).filter(|_| is_trusted) else {
            return;
        };
        let mut bytes = encode_frame(&entries);
        if is_changed {
            mutate(input, &mut bytes);
        }
        let Ok(entries) = decode_frame(&bytes) else {
            return;
        };
        self.tell(Event::Frame {
            connection,
            feed,
            entries,
        });
        if input.flag() {
            self.tell(Event::RunEnded { connection, feed });
        }
    }

    fn ended(&mut self, input: &mut Input<'_>, connection: ConnectionId) {
        match (input.byte() % 3, input.pick(&self.hostile.feeds)) {
            (0, Some(feed)) => {
                let feed = feed.id();
                self.tell(Event::RunEnded { connection, feed });
            }
            (1, _) => self.tell(Event::DialFailed {
                target: address(input.byte() % 4),
                reason: "nobody answers".into(),
            }),
            _ => self.tell(Event::Tick),
        }
    }

    fn pass(&mut self, input: &mut Input<'_>) {
        self.flush();
        let ms = 1_u64 << (input.byte() % 40);
        let now = self.world.now_ms;
        self.world.now_ms = match input.byte() % 8 {
            0 => now.saturating_sub(ms).max(START_MS / 2),
            _ => (now + ms).min(LAST_MS),
        };
        self.tell(Event::Tick);
    }

    /// The disk as it is, as it once was, or that time is kept.
    fn restart(&mut self, input: &mut Input<'_>) {
        self.flush();
        match input.byte() % 4 {
            0 => self.snapshot = self.world.disk.clone(),
            1 => {
                self.world.disk = self.snapshot.clone();
                self.world.restart(false);
            }
            2 => self.world.restart(false),
            _ => self.world.restart(true),
        }
    }
}

fn join_request(number: u8, secret: [u8; 16]) -> JoinRequest {
    JoinRequest::sign(
        secret,
        "municipality".into(),
        format!("Member {number}"),
        certificate(number),
        federation(),
        &keys(number).identity,
    )
}

fn address(number: u8) -> NodeAddress {
    NodeAddress {
        address: format!("127.0.0.1:{}", 4000 + u16::from(number))
            .parse()
            .unwrap(),
        node_key: keys(number).node.node_key(),
    }
}
