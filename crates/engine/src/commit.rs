//! What is on its way to the disk, and what follows once it is there.

use faelled_proto::message::{Bye, JoinAnswer, JoinRefusal};
use faelled_proto::{
    EntryId, FeedId, GroupId, IdentityKey, MemberId, Message, NodeCertificate, SignedCharter,
    SignedRoster, Statement, Tip,
};

use crate::engine::{Engine, Standing};
use crate::event::{Action, Answer, ConnectionId, Notice, OperationId, RequestFailure, RequestId};
use crate::join::{JoinRow, TicketRow};
use crate::session::Phase;

/// A local request that a write to the disk answers.
#[derive(Debug)]
pub(crate) enum Then {
    Feed(FeedId),
    Written(Vec<EntryId>),
}

#[derive(Debug)]
pub(crate) enum Pending {
    Entries {
        source: Option<ConnectionId>,
        tips: Vec<Tip>,
        request: Option<(RequestId, Then)>,
    },
    Rosters {
        source: Option<ConnectionId>,
        rosters: Vec<SignedRoster>,
    },
    Charters {
        charters: Vec<SignedCharter>,
        request: Option<(RequestId, GroupId)>,
    },
    Ticket {
        request: RequestId,
        row: TicketRow,
        secret: [u8; 16],
    },
    Join {
        connection: ConnectionId,
        row: JoinRow,
        ticket: TicketRow,
    },
    Decision {
        request: RequestId,
        row: JoinRow,
    },
    Statements {
        statements: Vec<Statement>,
        request: Option<RequestId>,
        source: Option<ConnectionId>,
    },
    Certificate {
        request: RequestId,
        certificate: NodeCertificate,
    },
    TicketRevoked {
        request: RequestId,
        row: TicketRow,
    },
    Retracted {
        tip: Tip,
    },
    /// Nothing follows.
    Forgotten,
}

impl Engine {
    pub(crate) fn stored(&mut self, operation: OperationId, out: &mut Vec<Action>) {
        match self.pending.remove(&operation) {
            None => {}
            Some(Pending::Entries {
                source,
                tips,
                request,
            }) => {
                out.push(Action::Committed);
                if let Some((request, then)) = request {
                    let answer = match then {
                        Then::Feed(feed) => Answer::Feed(feed),
                        Then::Written(entries) => Answer::Written(entries),
                    };
                    out.push(Action::Answer { request, answer });
                }
                for tip in tips {
                    if let Some(from) = self.feeds.stored(tip) {
                        self.announce(tip, from, source, out);
                    }
                    let feed = self.feeds.get(&tip.feed);
                    if feed.is_some_and(|feed| feed.unknown_cap().is_some()) {
                        // It was cut while this was on its way.
                        self.look_up(out);
                    }
                }
            }
            Some(Pending::Rosters { source, rosters }) => self.rosters_stored(source, rosters, out),
            Some(Pending::Charters { charters, request }) => {
                self.charters_stored(charters, request, out)
            }
            Some(Pending::Ticket {
                request,
                row,
                secret,
            }) => {
                self.joining.put_ticket(row);
                out.push(Action::Answer {
                    request,
                    answer: Answer::Ticket { secret },
                });
            }
            Some(Pending::Join {
                connection,
                row,
                ticket,
            }) => self.join_stored(connection, row, ticket, out),
            Some(Pending::Decision { request, row }) => self.declined(request, row, out),
            Some(pending) => self.trust_stored(pending, out),
        }
    }

    /// What follows once something about keys and statements is on the disk.
    fn trust_stored(&mut self, pending: Pending, out: &mut Vec<Action>) {
        match pending {
            Pending::Statements {
                statements,
                request,
                source,
            } => self.statements_stored(statements, request, source, out),
            Pending::Certificate {
                request,
                certificate,
            } => {
                self.config.certificate = certificate;
                let answer = Answer::Done;
                out.push(Action::Answer { request, answer });
            }
            Pending::TicketRevoked { request, row } => {
                self.joining.put_ticket(row);
                let answer = Answer::Done;
                out.push(Action::Answer { request, answer });
            }
            Pending::Retracted { tip } => {
                self.feeds.retracted(tip);
                self.settle_doubts_of(tip.feed, out);
                out.push(Action::Committed);
                out.push(Action::Notice(Notice::Retracted {
                    feed: tip.feed,
                    from: tip.seq + 1,
                }));
                self.compare_with_all(out);
            }
            _ => {}
        }
    }

    fn declined(&mut self, request: RequestId, row: JoinRow, out: &mut Vec<Action>) {
        let newcomer = Phase::Newcomer(row.member().clone(), row.certificate.claim.identity_key);
        self.joining.put_request(row);
        let declined: Vec<ConnectionId> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.phase == newcomer)
            .map(|(id, _)| *id)
            .collect();
        for connection in declined {
            let message = Message::JoinAnswer(JoinAnswer::Refused(JoinRefusal::Declined));
            out.push(Action::Send {
                connection,
                message,
            });
            self.send_away(connection, Bye::NotAMember, out);
        }
        let answer = Answer::Done;
        out.push(Action::Answer { request, answer });
    }

    /// New versions hold from here on: peers are told, those who left are sent away, and what was refused
    /// for want of a roster is asked for again.
    fn rosters_stored(
        &mut self,
        source: Option<ConnectionId>,
        rosters: Vec<SignedRoster>,
        out: &mut Vec<Action>,
    ) {
        let was_joining = self.standing() == Standing::Joining;
        let was_forked = self.rosters.fork().is_some();
        let mut is_new = false;
        let mut decided = Vec::new();
        for signed in rosters {
            match self.rosters.accept(signed) {
                Ok(new) => is_new |= new,
                Err(_) => break,
            }
            // After each: the next one may remove again whom this one lets in.
            decided.extend(self.joining.settle(&self.rosters));
        }
        if !is_new {
            return;
        }
        let head = self.rosters.highest();
        out.push(Action::Committed);
        if let Some(fork) = self.rosters.fork()
            && !was_forked
        {
            out.push(Action::Notice(Notice::RosterForked {
                version: fork.base_version,
            }));
        }
        self.store_decisions(decided, out);
        self.cuts_changed(out);
        let standing = self.standing();
        if was_joining && standing == Standing::Member {
            out.push(Action::Notice(Notice::Admitted));
        }
        let connections: Vec<ConnectionId> = self.sessions.keys().copied().collect();
        for connection in connections {
            self.roster_moved(connection, source, head, standing, out);
        }
    }

    fn roster_moved(
        &mut self,
        connection: ConnectionId,
        source: Option<ConnectionId>,
        head: u64,
        standing: Standing,
        out: &mut Vec<Action>,
    ) {
        let Some(session) = self.sessions.get_mut(&connection) else {
            return;
        };
        let peer_version = session.roster_version;
        match session.phase.clone() {
            Phase::Asking if standing == Standing::Member => {
                session.phase = Phase::Greeting;
                session.since_ms = self.now_ms;
                let message = Message::Hello(self.hello(None));
                out.push(Action::Send {
                    connection,
                    message,
                });
            }
            Phase::Asking => {
                out.push(Action::Send {
                    connection,
                    message: Message::WantRoster { after: head },
                });
            }
            Phase::Newcomer(member, key)
                if self
                    .rosters
                    .member(&member)
                    .is_some_and(|m| m.identity_key == key) =>
            {
                out.push(Action::Send {
                    connection,
                    message: Message::JoinAnswer(JoinAnswer::Admitted),
                });
            }
            Phase::Open(member)
                if self
                    .rosters
                    .member(&member)
                    .map(|member| member.identity_key)
                    != session.identity_key =>
            {
                self.send_away(connection, Bye::NotAMember, out);
            }
            Phase::Open(_) => {
                if peer_version < head && Some(connection) != source {
                    self.wants_roster(connection, peer_version, out);
                }
                self.ask_summary(connection, out);
            }
            Phase::Greeting | Phase::Newcomer(..) => {}
        }
    }

    pub(crate) fn store_failed(
        &mut self,
        operation: OperationId,
        reason: &str,
        out: &mut Vec<Action>,
    ) {
        out.push(Action::Notice(Notice::StoreFailed(reason.to_owned())));
        let failed = |request| Action::Answer {
            request,
            answer: Answer::Failed(RequestFailure::Store(reason.to_owned())),
        };
        match self.pending.remove(&operation) {
            Some(Pending::Entries {
                source,
                tips,
                request,
            }) => {
                for tip in tips {
                    self.feeds.revert(&tip.feed);
                    if source.is_none() {
                        // Whether the disk took it is not known: never the same place twice.
                        self.own_feeds.begin_anew();
                    }
                }
                out.extend(request.map(|(request, _)| failed(request)));
            }
            Some(Pending::Charters { request, .. }) => {
                out.extend(request.map(|(request, _)| failed(request)));
            }
            Some(
                Pending::Ticket { request, .. }
                | Pending::Decision { request, .. }
                | Pending::Certificate { request, .. }
                | Pending::TicketRevoked { request, .. },
            ) => out.push(failed(request)),
            Some(Pending::Statements {
                statements,
                request,
                ..
            }) => {
                if let Some(request) = request {
                    // Whether the disk took it is not known: never two approvals of one version unasked.
                    let approved = statements.iter().find_map(|statement| match statement {
                        Statement::Vote(vote) if vote.is_approval() => vote.decode().ok(),
                        _ => None,
                    });
                    self.vote_in_doubt = approved.or(self.vote_in_doubt.take());
                    out.push(failed(request));
                }
            }
            Some(Pending::Join { connection, .. }) => {
                let message = Message::JoinAnswer(JoinAnswer::Refused(JoinRefusal::Busy));
                out.push(Action::Send {
                    connection,
                    message,
                });
            }
            Some(Pending::Retracted { tip }) => self.settle_doubts_of(tip.feed, out),
            Some(Pending::Rosters { .. } | Pending::Forgotten) | None => {}
        }
    }

    pub(crate) fn is_member_now(&self, member: &MemberId, key: &IdentityKey) -> bool {
        self.rosters
            .member(member)
            .is_some_and(|member| member.identity_key == *key)
    }
}
