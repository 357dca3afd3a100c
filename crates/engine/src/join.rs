//! Joining: tickets and requests here, and this node's own request elsewhere.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use faelled_proto::id::SecretHash;
use faelled_proto::limits::MAX_MESSAGE_BYTES;
use faelled_proto::message::{Bye, JoinAnswer, JoinRefusal, JoinRequest};
use faelled_proto::roster::MemberRecord;
use faelled_proto::{IdentityKey, MemberId, Message, NodeCertificate, Roster, SignedRoster};
use rand_chacha::rand_core::Rng;

use crate::commit::Pending;
use crate::engine::Engine;
use crate::event::{
    Action, Answer, ConnectionId, Notice, RequestFailure, RequestId, StoreOperation,
};
use crate::limits::{MAX_JOIN_REQUESTS, MAX_TICKETS};
use crate::roster::RosterChain;

const DAY_MS: u64 = 86_400_000;

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
    /// A roster that was signed and of which it is not known whether it is on the disk: no other one is
    /// signed with its version.
    pub(crate) in_doubt: Option<(MemberId, SignedRoster)>,
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
            in_doubt: None,
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
            Some(_) => return Err(JoinRefusal::MemberExists),
            None => {}
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

    pub(crate) fn decide(
        &mut self,
        request: RequestId,
        member: &MemberId,
        admit: bool,
        out: &mut Vec<Action>,
    ) {
        match self.decision(member, admit) {
            Ok((row, roster)) => {
                let versioned = roster
                    .clone()
                    .map(|signed| (self.rosters.head().0 + 1, signed));
                let operation = self.operation(Pending::Decision {
                    request,
                    row: row.clone(),
                    roster,
                });
                out.push(Action::Store {
                    operation,
                    write: StoreOperation::Decision(row, versioned),
                });
            }
            Err(failure) => out.push(Action::Answer {
                request,
                answer: Answer::Failed(failure),
            }),
        }
    }

    fn decision(
        &self,
        member: &MemberId,
        admit: bool,
    ) -> Result<(JoinRow, Option<SignedRoster>), RequestFailure> {
        let identity = self.steward()?;
        let row = self
            .joining
            .requests
            .get(member)
            .filter(|row| row.state == JoinState::Waiting && self.rosters.member(member).is_none())
            .ok_or_else(|| RequestFailure::NoSuchRequest(member.clone()))?;
        if !admit {
            return Ok((
                JoinRow {
                    state: JoinState::Declined,
                    ..row.clone()
                },
                None,
            ));
        }
        if let Some((of, signed)) = &self.joining.in_doubt {
            return if of == member {
                Ok((
                    JoinRow {
                        state: JoinState::Admitted,
                        ..row.clone()
                    },
                    Some(signed.clone()),
                ))
            } else {
                Err(RequestFailure::InDoubt(of.clone()))
            };
        }
        let mut next = self.next_roster().ok_or(RequestFailure::NotAMember)?;
        let record = MemberRecord {
            id: member.clone(),
            kind: row.kind.clone(),
            name: row.name.clone(),
            identity_key: row.certificate.claim.identity_key,
            valid_from_day: u32::try_from(self.now_ms / DAY_MS).unwrap_or(u32::MAX),
            valid_until_day: None,
        };
        let place = next.members.partition_point(|other| other.id < *member);
        next.members.insert(place, record);
        let mut signed = SignedRoster::unsigned(&next);
        signed.sign(self.own.clone(), identity);
        self.rosters
            .check(&signed)
            .map_err(|_| RequestFailure::NeedsMoreStewards)?;
        Ok((
            JoinRow {
                state: JoinState::Admitted,
                ..row.clone()
            },
            Some(signed),
        ))
    }

    fn next_roster(&self) -> Option<Roster> {
        let current = self.rosters.newest()?;
        let (version, hash) = self.rosters.head();
        Some(Roster {
            version: version + 1,
            federation: Some(self.rosters.federation()),
            previous: vec![hash],
            claimed_ms: self.now_ms,
            ..current.clone()
        })
    }

    /// The identity key, where this node's member is a steward and may sign here.
    fn steward(&self) -> Result<&faelled_proto::SecretKey, RequestFailure> {
        let roster = self.rosters.newest().ok_or(RequestFailure::NotAMember)?;
        self.config
            .identity
            .as_ref()
            .filter(|_| roster.is_steward(&self.own))
            .ok_or(RequestFailure::NotASteward)
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

    /// Sends as many versions as fit into one message.
    pub(crate) fn wants_roster(&self, connection: ConnectionId, after: u64, out: &mut Vec<Action>) {
        let mut bytes = 16;
        let rosters = self
            .rosters
            .after(after)
            .iter()
            .map(|(_, signed)| signed)
            .take_while(|signed| {
                bytes += faelled_proto::canonical::encode(*signed).len();
                bytes <= MAX_MESSAGE_BYTES
            })
            .cloned()
            .collect();
        out.push(Action::Send {
            connection,
            message: Message::Rosters(rosters),
        });
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
            let held = signed.decode().is_ok_and(|roster| {
                let index = roster.version.saturating_sub(1);
                chain
                    .after(index)
                    .first()
                    .is_some_and(|(_, held)| held.hash() == signed.hash())
            });
            if held {
                continue;
            }
            if let Err(refusal) = chain.accept(signed.clone()) {
                out.push(Action::Notice(Notice::RosterRefused {
                    connection,
                    refusal,
                }));
                break;
            }
            next.push((chain.head().0, signed));
        }
        if next.is_empty() {
            return;
        }
        let signed = next.iter().map(|(_, signed)| signed.clone()).collect();
        let operation = self.operation(Pending::Rosters {
            source: connection,
            rosters: signed,
        });
        out.push(Action::Store {
            operation,
            write: StoreOperation::Rosters(next),
        });
    }
}
