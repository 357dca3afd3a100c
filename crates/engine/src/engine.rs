//! The engine's state, and which part of it an event is for.

use std::collections::{BTreeMap, BTreeSet};

use faelled_proto::charter::CharterRefusal;
use faelled_proto::message::{Bye, JoinRequest};
use faelled_proto::opening::FeedOpening;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{
    Charter, FederationId, FeedId, GroupId, MemberId, NodeCertificate, NodeKey, Roster, RosterHash,
    SecretKey, SignedCharter, SignedRoster, Statement, Tip,
};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::anchor::AnchorCandidate;
use crate::commit::Pending;
use crate::cuts::Cuts;
use crate::dial::Targets;
use crate::doubt::Doubts;
use crate::event::{Action, Answer, ConnectionId, Event, OperationId};
use crate::feeds::Feeds;
use crate::groups::{Following, GroupStatus, Groups};
use crate::join::{JoinRow, Joining, TicketRow};
use crate::pipeline::Border;
use crate::roster::{RosterChain, RosterRefusal};
use crate::session::{PeerStatus, Session};
use crate::statements::Statements;
use crate::sync::Wanted;
use crate::write::OwnFeeds;

/// What a node is, for as long as it runs.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where all of the engine's randomness comes from.
    pub seed: [u8; 32],
    /// The node's key.
    pub node_key: SecretKey,
    /// The node's certificate.
    pub certificate: NodeCertificate,
    /// Software and version, for people.
    pub software: String,
    /// The incarnation to go on with; `None` begins a new one at the first write.
    pub incarnation: Option<[u8; 16]>,
    /// The request that this node makes while it is no member yet.
    pub join_request: Option<JoinRequest>,
    /// Nodes to keep a connection to.
    pub targets: Vec<NodeAddress>,
}

/// What the store held at the start.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The federation.
    pub federation: FederationId,
    /// Its roster versions, oldest first.
    pub rosters: Vec<SignedRoster>,
    /// Charters of groups, each behind the one that it follows.
    pub charters: Vec<SignedCharter>,
    /// The version of the roster behind which this node does not go back.
    pub anchor: Option<RosterHash>,
    /// The one that comes next.
    pub anchor_candidate: Option<AnchorCandidate>,
    /// Statements.
    pub statements: Vec<Statement>,
    /// Node keys whose certificates were seen expired, with the time at which they did.
    pub expired: Vec<(NodeKey, u64)>,
    /// Every feed's opening and newest entry.
    pub feeds: Vec<(FeedOpening, Tip)>,
    /// Tickets that were issued here.
    pub tickets: Vec<TicketRow>,
    /// Requests to join that were made here.
    pub joins: Vec<JoinRow>,
}

/// What is in the store cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DamagedStore {
    /// The rosters are not a chain of this federation.
    #[error("its rosters do not hold: {0}")]
    Rosters(#[from] RosterRefusal),
    /// A charter does not hold.
    #[error("its charters do not hold: {0}")]
    Charters(#[from] CharterRefusal),
}

/// Whether the node is a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It asks to join.
    Joining,
    /// It is in the newest roster.
    Member,
    /// It was, or its key was another.
    Outside,
    /// It is, but this node's key was revoked.
    Revoked,
}

/// The engine. One task owns it.
#[derive(Debug)]
pub struct Engine {
    pub(crate) config: Config,
    pub(crate) own: MemberId,
    pub(crate) rng: ChaCha12Rng,
    pub(crate) rosters: RosterChain,
    pub(crate) groups: Groups,
    pub(crate) statements: Statements,
    /// The roster that was approved here and of which it is not known whether the vote is on the disk.
    pub(crate) vote_in_doubt: Option<Roster>,
    /// Certificates that were seen expired, by node key: none of them is good again, whatever the clock says.
    pub(crate) expired: BTreeMap<NodeKey, u64>,
    /// Whether this node knows all that it ever signed: its store's life is unbroken, or it has compared with
    /// another node since its start.
    pub(crate) in_touch: bool,
    /// Groups of whose charters the same is so.
    pub(crate) groups_in_touch: BTreeSet<GroupId>,
    /// How far this node's own feeds were handed out since its start.
    pub(crate) own_sent: BTreeMap<FeedId, u64>,
    pub(crate) anchor_candidate: Option<AnchorCandidate>,
    /// Whether the ceilings have been looked at since the start.
    pub(crate) is_settled: bool,
    /// Charters that were signed here and of which it is not known whether they are on the disk.
    pub(crate) charters_ahead: BTreeMap<GroupId, Charter>,
    pub(crate) feeds: Feeds,
    pub(crate) own_feeds: OwnFeeds,
    pub(crate) doubts: Doubts,
    pub(crate) joining: Joining,
    pub(crate) sessions: BTreeMap<ConnectionId, Session>,
    pub(crate) wanted: Wanted,
    pub(crate) targets: Targets,
    pub(crate) pending: BTreeMap<OperationId, Pending>,
    pub(crate) next_operation: u64,
    /// The time of the event at hand, in milliseconds since 1970.
    pub(crate) now_ms: u64,
}

impl Engine {
    /// Starts from what the store holds.
    ///
    /// # Errors
    /// When the stored rosters are not a chain of this federation, or a charter does not hold: the store
    /// is damaged.
    pub fn new(config: Config, loaded: Loaded) -> Result<Self, DamagedStore> {
        let mut rosters = RosterChain::load(loaded.federation, loaded.rosters)?;
        if let Some(anchor) = loaded.anchor {
            rosters.anchor(anchor);
        }
        let mut groups = Groups::load(&rosters, loaded.charters)?;
        let statements = Statements::load(&rosters, &groups, loaded.statements);
        groups.judge(&rosters, &statements);
        let mut feeds = Feeds::default();
        for (opening, tip) in &loaded.feeds {
            feeds.load(opening, *tip);
        }
        let groups_in_touch = match config.incarnation {
            Some(_) => groups.iter().map(|(id, _)| id).collect(),
            None => BTreeSet::new(),
        };
        let own_feeds = OwnFeeds::new(config.incarnation, config.node_key.node_key(), &feeds);
        let targets = Targets::new(&config.targets, config.node_key.node_key());
        Ok(Self {
            own: config.certificate.claim.member.clone(),
            rng: ChaCha12Rng::from_seed(config.seed),
            groups,
            statements,
            vote_in_doubt: None,
            expired: loaded.expired.into_iter().collect(),
            // An unbroken life of the store knows all that it signed.
            in_touch: config.incarnation.is_some(),
            groups_in_touch,
            own_sent: BTreeMap::new(),
            anchor_candidate: loaded.anchor_candidate,
            is_settled: false,
            charters_ahead: BTreeMap::new(),
            feeds,
            own_feeds,
            doubts: Doubts::default(),
            joining: Joining::new(loaded.tickets, loaded.joins),
            rosters,
            sessions: BTreeMap::new(),
            wanted: Wanted::default(),
            targets,
            pending: BTreeMap::new(),
            next_operation: 0,
            now_ms: 0,
            config,
        })
    }

    /// Takes an event at a time, in milliseconds since 1970.
    pub fn handle(&mut self, now_ms: u64, event: Event) -> Vec<Action> {
        self.now_ms = now_ms;
        let mut out = Vec::new();
        if !self.is_settled {
            self.is_settled = true;
            self.cuts_changed(&mut out);
            let decided = self.joining.settle(&self.rosters);
            self.store_decisions(decided, &mut out);
        }
        self.end_tickets(&mut out);
        match event {
            Event::Connected {
                connection,
                node_key,
                address,
                dialled,
            } => {
                self.connected(
                    connection,
                    Session::new(node_key, address, dialled, now_ms),
                    &mut out,
                );
            }
            Event::DialFailed { target, .. } => self.targets.failed(&target, now_ms, &mut self.rng),
            Event::Received {
                connection,
                message,
            } => self.received(connection, message, &mut out),
            Event::Frame {
                connection,
                feed,
                entries,
            } => self.frame(connection, feed, entries, &mut out),
            Event::RunEnded { connection, feed } => self.run_ended(connection, feed, &mut out),
            Event::RunSent { connection } => self.run_sent(connection),
            Event::Closed { connection, .. } => self.closed(connection, &mut out),
            Event::Stored { operation } => self.stored(operation, &mut out),
            Event::StoreFailed { operation, reason } => {
                self.store_failed(operation, &reason, &mut out)
            }
            Event::OpenFeed { request, space } => self.open_feed(request, space, &mut out),
            Event::BeginAnew { request } => {
                self.own_feeds.begin_anew();
                let answer = Answer::Done;
                out.push(Action::Answer { request, answer });
            }
            Event::Write {
                request,
                feed,
                drafts,
            } => self.write(request, feed, drafts, &mut out),
            Event::Invite {
                request,
                expires_ms,
            } => self.invite(request, expires_ms, &mut out),
            Event::RevokeTicket { request, secret } => {
                self.revoke_ticket(request, secret, &mut out);
            }
            Event::Decline { request, member } => self.decline(request, &member, &mut out),
            Event::Plan {
                request,
                change,
                note,
            } => self.plan(request, &change, note.as_deref(), &mut out),
            Event::State {
                request,
                statements,
                despite,
            } => self.state(request, statements, despite, &mut out),
            Event::Renew {
                request,
                certificate,
            } => self.renew(request, certificate, &mut out),
            Event::LookedUp { tips } => self.looked_up(&tips, &mut out),
            Event::Compared {
                connection,
                feed,
                outcome,
            } => self.compared(connection, feed, outcome, &mut out),
            Event::FoundGroup {
                request,
                name,
                members,
            } => self.found_group(request, name, members, &mut out),
            Event::ChangeGroup {
                request,
                group,
                change,
            } => self.change_group(request, group, &change, &mut out),
            Event::AddTarget { target } => self.targets.add(target),
            Event::Tick => {}
        }
        self.tick(&mut out);
        out
    }

    /// When the engine wants [`Event::Tick`], in milliseconds since 1970.
    #[must_use]
    pub fn next_deadline(&self) -> Option<u64> {
        let sessions = self.sessions.values().map(Session::deadline_ms);
        sessions
            .chain(self.targets.deadline_ms())
            .chain(self.wanted.deadline_ms())
            .chain(self.doubts.deadline_ms())
            .chain(self.joining.deadline_ms())
            .min()
    }

    fn tick(&mut self, out: &mut Vec<Action>) {
        self.move_anchor(out);
        let late: Vec<ConnectionId> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.greeting_is_late(self.now_ms))
            .map(|(connection, _)| *connection)
            .collect();
        for connection in late {
            self.send_away(connection, Bye::BadMessage, out);
        }
        let expired: Vec<ConnectionId> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.is_expired(self.now_ms))
            .map(|(connection, _)| *connection)
            .collect();
        for connection in expired {
            if let Some(session) = self.sessions.get(&connection) {
                self.saw_expired(session.node_key, session.expires_ms, out);
            }
            self.send_away(connection, Bye::ExpiredCertificate, out);
        }
        self.summaries(out);
        self.look_elsewhere(out);
        self.settle_late_doubts(out);
        for session in self.sessions.values_mut() {
            session.disputes.drop_late(self.now_ms);
        }
        let sessions = &self.sessions;
        let connected = |key| sessions.values().any(|session| session.node_key == key);
        let due = self.targets.due(self.now_ms, connected);
        out.extend(due.into_iter().map(|target| Action::Dial { target }));
    }

    /// Whether the node is a member.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let key = self.config.certificate.claim.identity_key;
        if self
            .rosters
            .member(&self.own)
            .is_some_and(|member| member.identity_key == key)
        {
            let node_key = self.config.node_key.node_key();
            if self.statements.is_revoked(&key, &node_key) {
                Standing::Revoked
            } else {
                Standing::Member
            }
        } else if self.config.join_request.is_some() && !self.rosters.ever_had_key(&self.own, &key)
        {
            // Also while only a part of the roster chain has come.
            Standing::Joining
        } else {
            Standing::Outside
        }
    }

    /// The member that this node acts for.
    #[must_use]
    pub const fn member(&self) -> &MemberId {
        &self.own
    }

    /// The roster chain.
    #[must_use]
    pub const fn rosters(&self) -> &RosterChain {
        &self.rosters
    }

    /// The feeds that this node holds.
    #[must_use]
    pub const fn feeds(&self) -> &Feeds {
        &self.feeds
    }

    /// The incarnation that this node writes under, and its stored tips: what a witness notes.
    #[must_use]
    pub fn own_tips(&self) -> (Option<[u8; 16]>, Vec<Tip>) {
        let incarnation = self.own_feeds.incarnation();
        let tips = self
            .feeds
            .iter()
            .filter(|(_, feed)| Some(feed.incarnation) == incarnation && self.is_own(feed.node_key))
            .filter_map(|(_, feed)| feed.stored)
            .collect();
        (incarnation, tips)
    }

    /// Every connection.
    #[must_use]
    pub fn peers(&self) -> Vec<PeerStatus> {
        self.sessions
            .iter()
            .map(|(id, session)| session.status(*id, self.wanted.count(*id)))
            .collect()
    }

    /// Requests to join that were made here.
    pub fn join_requests(&self) -> impl Iterator<Item = &JoinRow> {
        self.joining.requests()
    }

    /// Every group of which a charter is held, sorted by id.
    #[must_use]
    pub fn groups(&self) -> Vec<GroupStatus> {
        let status = |(id, group): (GroupId, &crate::groups::Group)| GroupStatus {
            group: id,
            charter: group.newest().clone(),
            is_frozen: group.is_frozen(),
            is_unconfirmed: matches!(group.following(), Following::Unconfirmed { .. }),
            is_member: self
                .groups
                .sees(&self.rosters, &self.own, &faelled_proto::Space::Group(id)),
        };
        self.groups.iter().map(status).collect()
    }

    /// Whether this node writes a feed.
    #[must_use]
    pub fn is_own_feed(&self, feed: FeedId) -> bool {
        let held = self.feeds.get(&feed);
        held.is_some_and(|held| self.is_own(held.node_key))
    }

    /// All groups of which a charter is held.
    #[must_use]
    pub const fn held_groups(&self) -> &Groups {
        &self.groups
    }

    /// The statements that this node holds.
    #[must_use]
    pub const fn statements(&self) -> &Statements {
        &self.statements
    }

    /// All that cuts.
    #[must_use]
    pub const fn cuts(&self) -> Cuts<'_> {
        Cuts {
            rosters: &self.rosters,
            groups: &self.groups,
            statements: &self.statements,
        }
    }

    /// What may cross between this node and one of a member.
    pub(crate) const fn border<'a>(&'a self, peer: &'a MemberId) -> Border<'a> {
        Border {
            rosters: &self.rosters,
            groups: &self.groups,
            statements: &self.statements,
            own: &self.own,
            peer,
        }
    }

    pub(crate) fn is_own(&self, key: NodeKey) -> bool {
        key == self.config.node_key.node_key()
    }

    pub(crate) fn operation(&mut self, pending: Pending) -> OperationId {
        let operation = OperationId(self.next_operation);
        self.next_operation += 1;
        self.pending.insert(operation, pending);
        operation
    }
}
