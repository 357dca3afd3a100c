//! One connection: greeting, who it is, what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use faelled_proto::id::FrontierDigest;
use faelled_proto::message::{Bye, Hello, PROTOCOL_VERSION};
use faelled_proto::{
    FeedId, GroupId, IdentityKey, MemberId, Message, NodeCertificate, NodeKey, Space,
};

use crate::dispute::Disputes;
use crate::engine::{Engine, Standing};
use crate::event::{Action, ConnectionId, Notice};
use crate::limits::{GREETING_PATIENCE_MS, MAX_SPACES_IN_GREETING, SUMMARY_PERIOD_MS};
use crate::roster::CertificateRefusal;
use crate::summary::Came;

/// How far a connection has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The other side's greeting is awaited.
    Greeting,
    /// The other side asked to join; a steward has not decided, or has and it may fetch the roster.
    Newcomer(MemberId, IdentityKey),
    /// This node asked to join.
    Asking,
    /// Both sides are members.
    Open(MemberId),
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) node_key: NodeKey,
    pub(crate) address: SocketAddr,
    pub(crate) dialled: bool,
    pub(crate) phase: Phase,
    pub(crate) since_ms: u64,
    pub(crate) software: String,
    pub(crate) next_summary_ms: u64,
    /// Runs that the peer asked for and that are not sent yet.
    pub(crate) runs_queued: usize,
    /// The roster version that the peer has, as it said.
    pub(crate) roster_version: u64,
    /// What the peer holds, as far as it said or was sent it.
    pub(crate) known: BTreeMap<FeedId, u64>,
    /// Feeds of which a run that is still coming was refused: the rest of it is not looked at.
    pub(crate) refused: BTreeSet<FeedId>,
    /// Feeds of which a run is coming that lies ahead of what is held.
    pub(crate) early: BTreeSet<FeedId>,
    /// Of each group the charters of this node that the peer showed to hold too, as a digest.
    pub(crate) charters: BTreeMap<GroupId, FrontierDigest>,
    /// Groups of which something was not pushed, since the peer had not shown to hold the charters.
    pub(crate) withheld: BTreeSet<GroupId>,
    /// Branches of the peer that are being looked at.
    pub(crate) disputes: Disputes,
    /// Feeds of this node of which the peer told another branch.
    pub(crate) doubted: BTreeSet<FeedId>,
    /// How often the peer was asked about a space and has not answered.
    pub(crate) comparing: BTreeMap<Space, usize>,
    /// Spaces of which it is known what the peer holds.
    pub(crate) told_spaces: BTreeSet<Space>,
    /// A summary was asked for and its answer has not come.
    pub(crate) asked: bool,
    /// Something happened since: the two are to compare again once the answer is there.
    pub(crate) ask_again: bool,
    /// The last group that the peer was told of, where there were more than are told at once.
    pub(crate) told_last: Option<GroupId>,
    /// The identity key that certified the peer, once both sides are verified.
    pub(crate) identity_key: Option<IdentityKey>,
    /// When the peer's certificate ends, in milliseconds since 1970.
    pub(crate) expires_ms: u64,
}

/// A connection, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerStatus {
    /// The connection.
    pub connection: ConnectionId,
    /// The member, once verified.
    pub member: Option<MemberId>,
    /// The node's key.
    pub node_key: NodeKey,
    /// Its address.
    pub address: SocketAddr,
    /// Whether this node dialled.
    pub dialled: bool,
    /// Since when, in milliseconds since 1970.
    pub since_ms: u64,
    /// The peer's software.
    pub software: String,
    /// Feeds of which entries were asked for here and have not come.
    pub wanted_feeds: usize,
}

impl Session {
    pub(crate) fn new(node_key: NodeKey, address: SocketAddr, dialled: bool, now_ms: u64) -> Self {
        Self {
            node_key,
            address,
            dialled,
            phase: Phase::Greeting,
            since_ms: now_ms,
            software: String::new(),
            next_summary_ms: now_ms + SUMMARY_PERIOD_MS,
            runs_queued: 0,
            roster_version: 0,
            known: BTreeMap::new(),
            refused: BTreeSet::new(),
            early: BTreeSet::new(),
            charters: BTreeMap::new(),
            withheld: BTreeSet::new(),
            disputes: Disputes::default(),
            doubted: BTreeSet::new(),
            comparing: BTreeMap::new(),
            told_spaces: BTreeSet::new(),
            asked: false,
            ask_again: false,
            told_last: None,
            identity_key: None,
            expires_ms: u64::MAX,
        }
    }

    /// The member, once both sides are verified.
    pub(crate) const fn member(&self) -> Option<&MemberId> {
        match &self.phase {
            Phase::Open(member) => Some(member),
            _ => None,
        }
    }

    /// The two have just compared, or are about to: when this node asks next. Who was dialled waits longer, so that one
    /// question does for both.
    pub(crate) const fn compared(&mut self, now_ms: u64) {
        let longer = if self.dialled {
            0
        } else {
            SUMMARY_PERIOD_MS / 2
        };
        self.next_summary_ms = now_ms + SUMMARY_PERIOD_MS + longer;
    }

    pub(crate) fn greeting_is_late(&self, now_ms: u64) -> bool {
        self.phase == Phase::Greeting && now_ms >= self.since_ms + GREETING_PATIENCE_MS
    }

    pub(crate) fn is_expired(&self, now_ms: u64) -> bool {
        self.expires_ms <= now_ms
    }

    pub(crate) fn deadline_ms(&self) -> u64 {
        match self.phase {
            Phase::Greeting => self.since_ms + GREETING_PATIENCE_MS,
            Phase::Newcomer(..) | Phase::Asking => self.expires_ms,
            Phase::Open(_) => self.next_summary_ms.min(self.expires_ms),
        }
    }

    pub(crate) fn status(&self, connection: ConnectionId, wanted_feeds: usize) -> PeerStatus {
        PeerStatus {
            connection,
            member: self.member().cloned(),
            node_key: self.node_key,
            address: self.address,
            dialled: self.dialled,
            since_ms: self.since_ms,
            software: self.software.clone(),
            wanted_feeds,
        }
    }
}

impl Engine {
    /// Who dialled has pinned the key of the other side and speaks first. Who was dialled says nothing
    /// before it knows to whom.
    pub(crate) fn connected(
        &mut self,
        connection: ConnectionId,
        mut session: Session,
        out: &mut Vec<Action>,
    ) {
        self.targets.connected(&session.node_key);
        if self.is_own(session.node_key) {
            out.push(Action::Close {
                connection,
                bye: Bye::Duplicate,
            });
            return;
        }
        if session.dialled {
            match (self.standing(), &self.config.join_request) {
                (Standing::Joining, Some(request)) => {
                    session.phase = Phase::Asking;
                    out.push(Action::Keep { connection });
                    out.push(Action::Send {
                        connection,
                        message: Message::Join(request.clone()),
                    });
                }
                _ => out.push(Action::Send {
                    connection,
                    message: Message::Hello(self.hello(None)),
                }),
            }
        }
        self.sessions.insert(connection, session);
    }

    pub(crate) fn received(
        &mut self,
        connection: ConnectionId,
        message: Message,
        out: &mut Vec<Action>,
    ) {
        let Some(session) = self.sessions.get(&connection) else {
            return;
        };
        match (session.phase.clone(), message) {
            (Phase::Greeting | Phase::Newcomer(..), Message::Hello(hello)) => {
                self.greeted(connection, hello, out);
            }
            (Phase::Greeting, Message::Join(request)) if !session.dialled => {
                self.join_asked(connection, request, out);
            }
            (Phase::Newcomer(member, key), Message::WantRoster { after }) => {
                self.newcomer_wants_roster(connection, &member, &key, after, out);
            }
            (Phase::Asking, Message::JoinAnswer(answer)) => {
                self.join_answered(connection, answer, out)
            }
            (Phase::Asking, Message::Rosters(rosters)) => {
                self.first_rosters(connection, rosters, out)
            }
            (Phase::Open(_), Message::Summary { summary, answer }) => {
                self.summary_came(connection, &summary, answer, out);
            }
            (Phase::Open(_), Message::Frontier { space, part }) => {
                self.frontier(connection, &space, &part, out);
            }
            (Phase::Open(_), Message::Want(wants)) => self.wants(connection, &wants, out),
            (Phase::Open(_), Message::WantRoster { after }) => {
                self.wants_roster(connection, after, out)
            }
            (Phase::Open(_), Message::Rosters(rosters)) => {
                self.rosters_came(connection, rosters, out)
            }
            (Phase::Open(_), Message::Charters(charters)) => {
                self.charters_came(connection, charters, out)
            }
            (Phase::Open(_), Message::Marks { space, marks }) => {
                self.marks_came(connection, &space, &marks, out);
            }
            (Phase::Open(_), Message::Statements(statements)) => {
                self.statements_came(connection, statements, out);
            }
            (_, Message::Bye(_)) => {}
            _ => self.send_away(connection, Bye::BadMessage, out),
        }
    }

    fn greeted(&mut self, connection: ConnectionId, hello: Hello, out: &mut Vec<Action>) {
        let Some(session) = self.sessions.get(&connection) else {
            return;
        };
        if hello.newest_version < PROTOCOL_VERSION || hello.oldest_version > PROTOCOL_VERSION {
            self.send_away(connection, Bye::NoCommonVersion, out);
            return;
        }
        let (dialled, node_key) = (session.dialled, session.node_key);
        if let Err(bye) = self.check_peer(&hello.certificate, &node_key, out) {
            self.send_away(connection, bye, out);
            return;
        }
        if !self.settle_duplicate(connection, node_key, dialled, out) {
            return;
        }
        let claim = hello.certificate.claim;
        let member = claim.member;
        out.push(Action::Trust { connection });
        if !dialled {
            out.push(Action::Send {
                connection,
                message: Message::Hello(self.hello(Some(&member))),
            });
        }
        out.push(Action::Notice(Notice::PeerJoined {
            connection,
            member: member.clone(),
        }));
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.phase = Phase::Open(member.clone());
            session.software = hello.software;
            session.identity_key = Some(claim.identity_key);
            session.expires_ms = claim.expires_ms;
            session.compared(self.now_ms);
        }
        self.targets.opened(&node_key);
        let came = if dialled {
            Came::FromDialled
        } else {
            Came::FromDialler
        };
        self.compare(connection, &hello.summary, came, out);
        let shown = |session: &Session| !session.charters.is_empty();
        if self.shared_spaces(Some(&member)).len() > MAX_SPACES_IN_GREETING {
            self.ask_summary_once(connection, out);
        } else if dialled && self.sessions.get(&connection).is_some_and(shown) {
            // The greeting of who dialled names no group: the other does not know yet which are equal.
            self.send_summary(connection, true, out);
        }
    }

    /// Whether a node may speak for a member now.
    fn check_peer(
        &mut self,
        certificate: &NodeCertificate,
        node_key: &NodeKey,
        out: &mut Vec<Action>,
    ) -> Result<(), Bye> {
        match self
            .rosters
            .check_certificate(certificate, node_key, self.now_ms)
        {
            Ok(()) | Err(CertificateRefusal::Expired) => {}
            Err(CertificateRefusal::NotAMember | CertificateRefusal::OtherNode) => {
                return Err(Bye::NotAMember);
            }
        }
        self.check_current(certificate, out)
    }

    /// Two nodes that dialled each other keep the connection that the lower key dialled; of two in one
    /// direction the newer stays. Says whether this one stays.
    fn settle_duplicate(
        &mut self,
        connection: ConnectionId,
        node_key: NodeKey,
        dialled: bool,
        out: &mut Vec<Action>,
    ) -> bool {
        let own = self.config.node_key.node_key();
        let other = self
            .sessions
            .iter()
            .find(|(id, session)| {
                **id != connection && session.node_key == node_key && session.member().is_some()
            })
            .map(|(id, session)| (*id, session.dialled));
        let Some((older, older_dialled)) = other else {
            return true;
        };
        let lower_dialled = |we_dialled: bool| we_dialled == (own < node_key);
        if older_dialled != dialled && lower_dialled(older_dialled) {
            self.send_away(connection, Bye::Duplicate, out);
            return false;
        }
        self.send_away(older, Bye::Duplicate, out);
        true
    }

    /// A greeting for a member; for whoever was dialled (its member is not known by its key alone), what
    /// every member may know. Spaces that it does not name are compared as if the other held nothing.
    pub(crate) fn hello(&self, peer: Option<&MemberId>) -> Hello {
        let mut summary = self.summary_for(peer);
        summary.digests.truncate(MAX_SPACES_IN_GREETING);
        Hello {
            oldest_version: PROTOCOL_VERSION,
            newest_version: PROTOCOL_VERSION,
            software: self.config.software.clone(),
            certificate: self.config.certificate.clone(),
            summary,
        }
    }

    /// Says why and closes. What the peer owed is asked for elsewhere once it is closed.
    pub(crate) fn send_away(&mut self, connection: ConnectionId, bye: Bye, out: &mut Vec<Action>) {
        if let Some(session) = self.sessions.get(&connection)
            && session.member().is_none()
            && !session.dialled
        {
            out.push(Action::Notice(Notice::StrangerRefused {
                address: session.address,
                bye,
            }));
        }
        out.push(Action::Close { connection, bye });
        self.forget(connection, out);
    }

    pub(crate) fn closed(&mut self, connection: ConnectionId, out: &mut Vec<Action>) {
        self.forget(connection, out);
    }

    fn forget(&mut self, connection: ConnectionId, out: &mut Vec<Action>) {
        if let Some(session) = self.sessions.remove(&connection) {
            self.targets
                .closed(&session.node_key, self.now_ms, &mut self.rng);
        }
        self.settle_doubts_with(connection, out);
        let owed = self.wanted.drop_connection(connection);
        for feed in owed {
            self.want_elsewhere(feed, out);
        }
    }

    /// The open session of a connection.
    pub(crate) fn open_session(&self, connection: ConnectionId) -> Option<(&Session, &MemberId)> {
        let session = self.sessions.get(&connection)?;
        session.member().map(|member| (session, member))
    }
}
