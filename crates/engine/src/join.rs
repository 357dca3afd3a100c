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
    /// It was taken back, or seen expired.
    pub revoked: bool,
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
    pub(crate) fn new(
        tickets: Vec<TicketRow>,
        requests: Vec<JoinRow>,
        rosters: &RosterChain,
    ) -> Self {
        let mut joining = Self {
            tickets: tickets.into_iter().map(|row| (row.secret, row)).collect(),
            requests: requests
                .into_iter()
                .map(|row| (row.member().clone(), row))
                .collect(),
        };
        joining.settle(rosters);
        joining
    }

    /// A request whose member is in the roster is decided, whoever decided it and even where a crash came
    /// before that was noted.
    pub(crate) fn settle(&mut self, rosters: &RosterChain) {
        for row in self.requests.values_mut() {
            let key = row.certificate.claim.identity_key;
            if rosters
                .member(row.member())
                .is_some_and(|member| member.identity_key == key)
            {
                row.state = JoinState::Admitted;
            }
        }
    }

    pub(crate) fn requests(&self) -> impl Iterator<Item = &JoinRow> {
        self.requests.values()
    }

    pub(crate) fn put_ticket(&mut self, row: TicketRow) {
        self.tickets.insert(row.secret, row);
    }

    pub(crate) fn put_request(&mut self, row: JoinRow) {
        self.requests.insert(row.member().clone(), row);
    }

    /// Forgets tickets that ended unused: who shows one is told that it is not known.
    fn drop_expired(&mut self, now_ms: u64) {
        if self.tickets.len() >= MAX_TICKETS {
            self.tickets
                .retain(|_, row| row.used_by.is_some() || row.expires_ms > now_ms);
        }
    }

    fn waiting(&self) -> usize {
        self.requests
            .values()
            .filter(|row| row.state == JoinState::Waiting)
            .count()
    }

    /// Whether this key may ask with this ticket now.
    fn check_ticket(
        &self,
        secret: SecretHash,
        key: IdentityKey,
        now_ms: u64,
    ) -> Result<TicketRow, JoinRefusal> {
        let row = self
            .tickets
            .get(&secret)
            .ok_or(JoinRefusal::UnknownTicket)?;
        match row.used_by {
            Some(user) if user == key => Ok(row.clone()),
            Some(_) => Err(JoinRefusal::UsedTicket),
            None if row.revoked => Err(JoinRefusal::ExpiredTicket),
            None if row.expires_ms <= now_ms => Err(JoinRefusal::ExpiredTicket),
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
        self.joining.drop_expired(self.now_ms);
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
        match self.check_request(connection, &request) {
            Ok(Some((row, ticket))) => {
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
            Ok(None) => {
                if let Some(session) = self.sessions.get_mut(&connection) {
                    let claim = request.certificate.claim;
                    session.phase =
                        crate::session::Phase::Newcomer(claim.member, claim.identity_key);
                }
                let message = Message::JoinAnswer(JoinAnswer::Admitted);
                out.push(Action::Send {
                    connection,
                    message,
                });
            }
            Err(refusal) => {
                if refusal == JoinRefusal::ExpiredTicket {
                    // Whatever the clock says later.
                    let secret = SecretHash::of(&[&request.secret]);
                    let ticket = self.joining.tickets.get(&secret);
                    if let Some(row) = ticket.filter(|row| !row.revoked).cloned() {
                        self.store_revoked_ticket(row, None, out);
                    }
                }
                let message = Message::JoinAnswer(JoinAnswer::Refused(refusal));
                out.push(Action::Send {
                    connection,
                    message,
                });
                self.send_away(connection, Bye::NotAMember, out);
            }
        }
    }

    /// `None` where the newcomer is in the roster already.
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
        let ticket = self
            .joining
            .check_ticket(secret, claim.identity_key, self.now_ms)?;
        // One ticket, one newcomer: neither another key nor another id, not even at the same moment.
        if self
            .joining
            .requests()
            .any(|row| row.secret == secret && *row.member() != claim.member)
        {
            return Err(JoinRefusal::UsedTicket);
        }
        let under_way = self.pending.values().any(|pending| {
            matches!(pending, Pending::Join { row, .. } if row.secret == secret || *row.member() == claim.member)
        });
        if under_way {
            return Err(JoinRefusal::Busy);
        }
        match self.rosters.member(&claim.member) {
            Some(member) if member.identity_key == claim.identity_key => return Ok(None),
            // With another key: one that lost its own. The stewards say whether it is the same member.
            Some(_) | None => {}
        }
        let earlier = self.joining.requests.get(&claim.member);
        match earlier.map(|row| {
            (
                row.certificate.claim.identity_key == claim.identity_key,
                row.state,
            )
        }) {
            Some((true, JoinState::Declined)) => return Err(JoinRefusal::Declined),
            Some((false, JoinState::Waiting)) => return Err(JoinRefusal::MemberExists),
            None if self.joining.waiting() >= MAX_JOIN_REQUESTS => return Err(JoinRefusal::Busy),
            _ => {}
        }
        let row = JoinRow {
            certificate: request.certificate.clone(),
            kind: request.kind.clone(),
            name: request.name.clone(),
            secret,
            asked_ms: self.now_ms,
            address: session.address,
            state: JoinState::Waiting,
        };
        Ok(Some((row, ticket)))
    }

    /// Takes a ticket back: nobody asks with it any more.
    pub(crate) fn revoke_ticket(
        &mut self,
        request: RequestId,
        secret: SecretHash,
        out: &mut Vec<Action>,
    ) {
        match self.joining.tickets.get(&secret).cloned() {
            Some(row) => self.store_revoked_ticket(row, Some(request), out),
            None => out.push(Action::Answer {
                request,
                answer: Answer::Failed(RequestFailure::UnknownTicket),
            }),
        }
    }

    fn store_revoked_ticket(
        &mut self,
        row: TicketRow,
        request: Option<RequestId>,
        out: &mut Vec<Action>,
    ) {
        let row = TicketRow {
            revoked: true,
            ..row
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
        if self.is_member_now(member, key) {
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
