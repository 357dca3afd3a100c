//! Joining: tickets and requests here, and this node's own request elsewhere.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use faelled_proto::id::SecretHash;
use faelled_proto::message::{Bye, JoinAnswer, JoinRefusal, JoinRequest};
use faelled_proto::{IdentityKey, MemberId, Message, NodeCertificate, SignedRoster};
use rand_chacha::rand_core::Rng;

use crate::commit::Pending;
use crate::engine::Engine;
use crate::event::{
    Action, Answer, ConnectionId, Notice, RequestFailure, RequestId, StoreOperation,
};
use crate::limits::{MAX_JOIN_REQUESTS, MAX_TICKETS};
use crate::roster::RosterChain;
use crate::session::Phase;

/// A ticket that was issued here. Its secret is known by its hash only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRow {
    /// The secret's hash.
    pub secret: SecretHash,
    /// When it was issued, in milliseconds since 1970.
    pub created_ms: u64,
    /// When it ends, in milliseconds since 1970.
    pub expires_ms: u64,
    /// Who used it.
    pub used_by: Option<IdentityKey>,
    /// It was taken back, or seen expired before anybody used it.
    pub revoked: bool,
}

impl TicketRow {
    /// Nobody used it, and somebody still may.
    const fn is_open(&self) -> bool {
        self.used_by.is_none() && !self.revoked
    }
}

/// A request to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinRow {
    /// The newcomer's id and keys.
    pub certificate: NodeCertificate,
    /// Its kind, as a code of the model.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The ticket that it showed.
    pub secret: SecretHash,
    /// When it asked last, in milliseconds since 1970.
    pub asked_ms: u64,
    /// From where.
    pub address: SocketAddr,
    /// What became of it.
    pub state: JoinState,
}

/// What became of a request to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinState {
    /// A steward has not decided.
    Waiting,
    /// It is in the roster.
    Admitted,
    /// A steward said no.
    Declined,
}

impl JoinRow {
    /// The newcomer's id.
    #[must_use]
    pub const fn member(&self) -> &MemberId {
        &self.certificate.claim.member
    }
}

/// Tickets and requests.
#[derive(Debug, Default)]
pub(crate) struct Joining {
    tickets: BTreeMap<SecretHash, TicketRow>,
    requests: BTreeMap<MemberId, JoinRow>,
}

impl Joining {
    pub(crate) fn new(tickets: Vec<TicketRow>, requests: Vec<JoinRow>) -> Self {
        let mut joining = Self {
            tickets: tickets.into_iter().map(|row| (row.secret, row)).collect(),
            requests: BTreeMap::new(),
        };
        for row in requests {
            joining.put_request(row);
        }
        joining
    }

    /// A request whose member is in the roster is decided, whoever decided it and even where a crash came
    /// before that was noted. Returns those of which that is news: it is to be on the disk, or who is removed later
    /// would stand there as one who asks.
    pub(crate) fn settle(&mut self, rosters: &RosterChain) -> Vec<JoinRow> {
        let mut decided = Vec::new();
        for row in self.requests.values_mut() {
            let key = row.certificate.claim.identity_key;
            let is_in = rosters
                .member(row.member())
                .is_some_and(|member| member.identity_key == key);
            if is_in && row.state != JoinState::Admitted {
                row.state = JoinState::Admitted;
                decided.push(row.clone());
            }
        }
        decided
    }

    pub(crate) fn requests(&self) -> impl Iterator<Item = &JoinRow> {
        self.requests.values()
    }

    pub(crate) fn put_ticket(&mut self, row: TicketRow) {
        self.tickets.insert(row.secret, row);
    }

    /// A further node of a member takes no place from a request under another key that waits for a steward.
    pub(crate) fn put_request(&mut self, row: JoinRow) {
        let key = row.certificate.claim.identity_key;
        let another_waits = self.requests.get(row.member()).is_some_and(|held| {
            held.state == JoinState::Waiting && held.certificate.claim.identity_key != key
        });
        if row.state != JoinState::Admitted || !another_waits {
            self.requests.insert(row.member().clone(), row);
        }
    }

    /// Tickets that nobody used in time end, whatever the clock says later. Returns those that do now.
    pub(crate) fn end_tickets(&mut self, now_ms: u64) -> Vec<TicketRow> {
        let mut ended = Vec::new();
        for row in self.tickets.values_mut() {
            if row.is_open() && row.expires_ms <= now_ms {
                row.revoked = true;
                ended.push(row.clone());
            }
        }
        ended
    }

    /// When the next ticket ends.
    pub(crate) fn deadline_ms(&self) -> Option<u64> {
        let open = self.tickets.values().filter(|row| row.is_open());
        open.map(|row| row.expires_ms).min()
    }

    /// Where there is no room, forgets tickets that ended unused: who shows one is told that it is not known.
    fn make_room(&mut self) {
        if self.tickets.len() >= MAX_TICKETS {
            self.tickets
                .retain(|_, row| row.used_by.is_some() || !row.revoked);
        }
    }

    fn waiting(&self) -> usize {
        self.requests
            .values()
            .filter(|row| row.state == JoinState::Waiting)
            .count()
    }

    /// Whether this key may ask with this ticket now.
    fn check_ticket(&self, secret: SecretHash, key: IdentityKey) -> Result<TicketRow, JoinRefusal> {
        let row = self
            .tickets
            .get(&secret)
            .ok_or(JoinRefusal::UnknownTicket)?;
        match row.used_by {
            Some(user) if user == key => Ok(row.clone()),
            Some(_) => Err(JoinRefusal::UsedTicket),
            None if row.revoked => Err(JoinRefusal::ExpiredTicket),
            None => Ok(TicketRow {
                used_by: Some(key),
                ..row.clone()
            }),
        }
    }
}

impl Engine {
    pub(crate) fn invite(&mut self, request: RequestId, expires_ms: u64, out: &mut Vec<Action>) {
        if let Err(failure) = self.steward() {
            out.push(Action::Answer {
                request,
                answer: Answer::Failed(failure),
            });
            return;
        }
        self.joining.make_room();
        if self.joining.tickets.len() >= MAX_TICKETS {
            out.push(Action::Answer {
                request,
                answer: Answer::Failed(RequestFailure::TooMany),
            });
            return;
        }
        let mut secret = [0; 16];
        self.rng.fill_bytes(&mut secret);
        let row = TicketRow {
            secret: SecretHash::of(&[&secret]),
            created_ms: self.now_ms,
            expires_ms,
            used_by: None,
            revoked: false,
        };
        let operation = self.operation(Pending::Ticket {
            request,
            row: row.clone(),
            secret,
        });
        out.push(Action::Store {
            operation,
            write: StoreOperation::Ticket(row),
        });
    }

    /// Somebody asks to join.
    pub(crate) fn join_asked(
        &mut self,
        connection: ConnectionId,
        request: JoinRequest,
        out: &mut Vec<Action>,
    ) {
        let asked = match self.check_request(connection, &request) {
            Ok(asked) => asked,
            Err(refusal) => {
                let message = Message::JoinAnswer(JoinAnswer::Refused(refusal));
                out.push(Action::Send {
                    connection,
                    message,
                });
                self.send_away(connection, Bye::NotAMember, out);
                return;
            }
        };
        if let Err(bye) = self.check_current(&request.certificate, out) {
            self.send_away(connection, bye, out);
            return;
        }
        let Some((row, ticket)) = asked else {
            self.answer_join(connection, &request.certificate, JoinAnswer::Admitted, out);
            return;
        };
        let operation = self.operation(Pending::Join {
            connection,
            row: row.clone(),
            ticket: ticket.clone(),
        });
        out.push(Action::Store {
            operation,
            write: StoreOperation::Join(row, ticket),
        });
    }

    /// The request is on the disk, and its ticket as used.
    pub(crate) fn join_stored(
        &mut self,
        connection: ConnectionId,
        row: JoinRow,
        ticket: TicketRow,
        out: &mut Vec<Action>,
    ) {
        self.joining.put_ticket(ticket);
        let (certificate, address) = (row.certificate.clone(), row.address);
        self.joining.put_request(row);
        // It may have been let in while this was on its way.
        let decided = self.joining.settle(&self.rosters);
        self.store_decisions(decided, out);
        let claim = &certificate.claim;
        let answer = if self.is_member_now(&claim.member, &claim.identity_key) {
            JoinAnswer::Admitted
        } else {
            JoinAnswer::Waiting
        };
        self.answer_join(connection, &certificate, answer, out);
        let member = certificate.claim.member;
        out.push(Action::Notice(Notice::JoinAsked { member, address }));
    }

    fn answer_join(
        &mut self,
        connection: ConnectionId,
        certificate: &NodeCertificate,
        answer: JoinAnswer,
        out: &mut Vec<Action>,
    ) {
        let Some(session) = self.sessions.get_mut(&connection) else {
            return;
        };
        let claim = &certificate.claim;
        session.phase = Phase::Newcomer(claim.member.clone(), claim.identity_key);
        session.expires_ms = claim.expires_ms;
        if answer == JoinAnswer::Waiting {
            out.push(Action::Keep { connection });
        }
        let message = Message::JoinAnswer(answer);
        out.push(Action::Send {
            connection,
            message,
        });
    }

    /// What ended by now has ended before anything else happens.
    pub(crate) fn end_tickets(&mut self, out: &mut Vec<Action>) {
        for ticket in self.joining.end_tickets(self.now_ms) {
            let operation = self.operation(Pending::Forgotten);
            out.push(Action::Store {
                operation,
                write: StoreOperation::Ticket(ticket),
            });
        }
    }

    /// What became of requests goes to the disk.
    pub(crate) fn store_decisions(&mut self, decided: Vec<JoinRow>, out: &mut Vec<Action>) {
        for row in decided {
            let operation = self.operation(Pending::Forgotten);
            out.push(Action::Store {
                operation,
                write: StoreOperation::Decision(row),
            });
        }
    }

    /// `None` where there is nothing to note: who asks is in the roster already, and has used the ticket before.
    fn check_request(
        &self,
        connection: ConnectionId,
        request: &JoinRequest,
    ) -> Result<Option<(JoinRow, TicketRow)>, JoinRefusal> {
        let session = self
            .sessions
            .get(&connection)
            .ok_or(JoinRefusal::BadRequest)?;
        let claim = &request.certificate.claim;
        if request.verify(self.rosters.federation()).is_err() || claim.node_key != session.node_key
        {
            return Err(JoinRefusal::BadRequest);
        }
        let secret = SecretHash::of(&[&request.secret]);
        let ticket = self.joining.check_ticket(secret, claim.identity_key)?;
        let under_way = self.pending.values().any(|pending| {
            matches!(pending, Pending::Join { row, .. } if row.secret == secret
                || *row.member() == claim.member
                || row.certificate.claim.identity_key == claim.identity_key)
        });
        if under_way {
            return Err(JoinRefusal::Busy);
        }
        // A key is one member's: else what was said to it under one id would be forgotten with the next one.
        let has_another_id = |row: &JoinRow| {
            row.certificate.claim.identity_key == claim.identity_key
                && *row.member() != claim.member
        };
        if self.joining.requests().any(has_another_id) {
            return Err(JoinRefusal::MemberExists);
        }
        // With another key than the member's: one that lost its own. The stewards say whether it is the same.
        let state = if self.is_member_now(&claim.member, &claim.identity_key) {
            if self.joining.tickets.get(&secret) == Some(&ticket) {
                return Ok(None);
            }
            JoinState::Admitted
        } else {
            if ticket.revoked {
                return Err(JoinRefusal::ExpiredTicket);
            }
            self.may_wait(&claim.member, claim.identity_key)?;
            JoinState::Waiting
        };
        let row = JoinRow {
            certificate: request.certificate.clone(),
            kind: request.kind.clone(),
            name: request.name.clone(),
            secret,
            asked_ms: self.now_ms,
            address: session.address,
            state,
        };
        Ok(Some((row, ticket)))
    }

    /// Whether a newcomer may wait for a steward.
    fn may_wait(&self, member: &MemberId, key: IdentityKey) -> Result<(), JoinRefusal> {
        let earlier = self.joining.requests.get(member);
        let earlier = earlier.map(|row| (row.certificate.claim.identity_key == key, row.state));
        match earlier {
            Some((true, JoinState::Declined)) => Err(JoinRefusal::Declined),
            Some((false, JoinState::Waiting)) => Err(JoinRefusal::MemberExists),
            None if self.joining.waiting() >= MAX_JOIN_REQUESTS => Err(JoinRefusal::Busy),
            _ => Ok(()),
        }
    }

    /// Takes a ticket back: nobody asks with it any more.
    pub(crate) fn revoke_ticket(
        &mut self,
        request: RequestId,
        secret: SecretHash,
        out: &mut Vec<Action>,
    ) {
        let Some(row) = self.joining.tickets.get(&secret) else {
            let answer = Answer::Failed(RequestFailure::UnknownTicket);
            out.push(Action::Answer { request, answer });
            return;
        };
        let row = TicketRow {
            revoked: true,
            ..row.clone()
        };
        let operation = self.operation(Pending::TicketRevoked {
            request,
            row: row.clone(),
        });
        out.push(Action::Store {
            operation,
            write: StoreOperation::Ticket(row),
        });
    }

    /// A steward does not let a newcomer in.
    pub(crate) fn decline(&mut self, request: RequestId, member: &MemberId, out: &mut Vec<Action>) {
        let waiting = self.joining.requests.get(member);
        let waiting = waiting.filter(|row| row.state == JoinState::Waiting);
        let row = self
            .steward()
            .and_then(|()| waiting.ok_or_else(|| RequestFailure::NoSuchRequest(member.clone())));
        match row {
            Ok(row) => {
                let row = JoinRow {
                    state: JoinState::Declined,
                    ..row.clone()
                };
                let operation = self.operation(Pending::Decision {
                    request,
                    row: row.clone(),
                });
                out.push(Action::Store {
                    operation,
                    write: StoreOperation::Decision(row),
                });
            }
            Err(failure) => out.push(Action::Answer {
                request,
                answer: Answer::Failed(failure),
            }),
        }
    }

    /// Fails unless this node's member is a steward.
    fn steward(&self) -> Result<(), RequestFailure> {
        let roster = self.rosters.newest().ok_or(RequestFailure::NotAMember)?;
        if roster.is_steward(&self.own) {
            Ok(())
        } else {
            Err(RequestFailure::NotASteward)
        }
    }

    pub(crate) fn newcomer_wants_roster(
        &mut self,
        connection: ConnectionId,
        member: &MemberId,
        key: &IdentityKey,
        after: u64,
        out: &mut Vec<Action>,
    ) {
        let Some(session) = self.sessions.get(&connection) else {
            return;
        };
        if session.is_expired(self.now_ms) {
            // It is sent away at the end of this event.
        } else if self.statements.is_revoked(key, &session.node_key) {
            self.send_away(connection, Bye::Revoked, out);
        } else if self.is_member_now(member, key) {
            self.wants_roster(connection, after, out);
        } else {
            self.send_away(connection, Bye::NotAMember, out);
        }
    }

    /// Hands out the versions behind one, as many as fit.
    pub(crate) fn wants_roster(&self, connection: ConnectionId, after: u64, out: &mut Vec<Action>) {
        self.send_rosters(connection, self.rosters.after(after), out);
    }

    pub(crate) fn join_answered(
        &mut self,
        connection: ConnectionId,
        answer: JoinAnswer,
        out: &mut Vec<Action>,
    ) {
        match answer {
            JoinAnswer::Waiting => out.push(Action::Notice(Notice::JoinWaits)),
            JoinAnswer::Admitted => {
                out.push(Action::Trust { connection });
                let after = self.rosters.head().0;
                out.push(Action::Send {
                    connection,
                    message: Message::WantRoster { after },
                });
            }
            JoinAnswer::Refused(refusal) => out.push(Action::Notice(Notice::JoinRefused(refusal))),
        }
    }

    pub(crate) fn first_rosters(
        &mut self,
        connection: ConnectionId,
        rosters: Vec<SignedRoster>,
        out: &mut Vec<Action>,
    ) {
        self.rosters_came(connection, rosters, out);
    }

    /// Roster versions came: checked one after the other, then stored.
    pub(crate) fn rosters_came(
        &mut self,
        connection: ConnectionId,
        rosters: Vec<SignedRoster>,
        out: &mut Vec<Action>,
    ) {
        let mut chain = self.rosters.clone();
        let mut next = Vec::new();
        for signed in rosters {
            match chain.accept(signed.clone()) {
                Ok(true) => {
                    let version = signed.decode().map_or(0, |roster| roster.version);
                    next.push((version, signed));
                }
                Ok(false) => {}
                Err(refusal) => {
                    out.push(Action::Notice(Notice::RosterRefused {
                        connection,
                        refusal,
                    }));
                    break;
                }
            }
        }
        if !next.is_empty() {
            self.store_rosters(Some(connection), next, out);
        }
    }
}
