//! Statements on their way: what is stated here, what others stated, and what follows.

use std::collections::BTreeSet;

use faelled_proto::id::Mark;
use faelled_proto::message::Bye;
use faelled_proto::statement::Vote;
use faelled_proto::{MemberId, Roster, RosterHash, SignedRoster, Space, Statement, Tip};

use crate::commit::Pending;
use crate::cuts::Ceiling;
use crate::engine::Engine;
use crate::event::{
    Action, Answer, ConnectionId, Despite, Notice, RequestFailure, RequestId, StoreOperation,
};
use crate::limits::MAX_VOTES_PER_STEWARD;
use crate::marks::send_statements;
use crate::roster::Change;
use crate::session::Session;
use crate::statements::{StatementRefusal, Taken};

impl Engine {
    /// What the next roster would be.
    pub(crate) fn plan(
        &self,
        request: RequestId,
        change: &Change,
        note: Option<&str>,
        out: &mut Vec<Action>,
    ) {
        // One that is in doubt is planned again as it was, whatever came of a member's feeds since, so that it can be
        // repeated.
        let doubted = self.vote_in_doubt.as_ref().filter(|doubt| {
            let change = with_last_good(change, |member| last_good_in(doubt, member));
            let again = self.rosters.plan(&change, note, doubt.claimed_ms);
            again.is_ok_and(|again| again == **doubt)
        });
        let planned = match doubted {
            Some(doubt) => Ok(doubt.clone()),
            None => {
                let change = with_last_good(change, |member| self.held_of(member));
                self.rosters.plan(&change, note, self.now_ms)
            }
        };
        let answer = match planned {
            Ok(roster) => Answer::Planned(Box::new(roster)),
            Err(refusal) => Answer::Failed(refusal.into()),
        };
        out.push(Action::Answer { request, answer });
    }

    /// What this node holds of a member's feeds in the commons.
    fn held_of(&self, member: &MemberId) -> Vec<Tip> {
        let record = self.rosters.member(member);
        let told = record.map(|record| {
            self.feeds
                .told_of_key(&record.identity_key, &Space::Commons)
        });
        told.unwrap_or_default()
    }

    /// Statements that were signed here.
    pub(crate) fn state(
        &mut self,
        request: RequestId,
        statements: Vec<Statement>,
        despite: Despite,
        out: &mut Vec<Action>,
    ) {
        let checked = statements.iter().enumerate().try_for_each(|(place, one)| {
            let before = statements.get(..place).unwrap_or_default();
            self.may_state(one, before, despite)
        });
        let taken = checked.and_then(|()| {
            let mut held = self.statements.clone();
            let mut dropped = Vec::new();
            for statement in &statements {
                match held.accept(&self.rosters, &self.groups, statement.clone())? {
                    Taken::Known => {}
                    Taken::New { dropped: marks } => dropped.extend(marks),
                }
            }
            Ok(dropped)
        });
        match taken {
            Ok(dropped) => self.store_statements(statements, dropped, Some(request), None, out),
            Err(failure) => out.push(Action::Answer {
                request,
                answer: Answer::Failed(failure),
            }),
        }
    }

    /// Whether this node may put a statement into the world. A steward that signed more than this node knows
    /// of, since it was restored, must first hear of it from somebody.
    fn may_state(
        &self,
        statement: &Statement,
        before: &[Statement],
        despite: Despite,
    ) -> Result<(), RequestFailure> {
        let Statement::Vote(vote) = statement else {
            return Ok(());
        };
        let roster = self.rosters.newest().ok_or(RequestFailure::NotAMember)?;
        let is_alone = roster.members.len() == 1;
        if !is_alone && !self.in_touch && !despite.unmet {
            return Err(RequestFailure::NotInTouch);
        }
        if !vote.is_approval() {
            return Ok(());
        }
        let proposal = vote.proposal();
        let doubt = self.vote_in_doubt.as_ref().map(Roster::hash);
        if let Some(doubt) = doubt.filter(|doubt| *doubt != proposal) {
            return Err(RequestFailure::InDoubt(doubt));
        }
        let held = self.statements.votes().map(|(_, other)| other);
        let known = held.chain(self.votes_on_their_way());
        let others: BTreeSet<RosterHash> = known
            .chain(before.iter().filter_map(as_vote))
            .filter(|other| other.steward == vote.steward && other.is_approval())
            .map(Vote::proposal)
            .filter(|other| *other != proposal)
            .collect();
        // One more would push out one that others may hold, and this steward would not know of it any longer.
        if others.len() >= MAX_VOTES_PER_STEWARD {
            return Err(StatementRefusal::TooMany.into());
        }
        match others.first() {
            Some(other) if !despite.another => Err(RequestFailure::ApprovedAnother(*other)),
            _ => Ok(()),
        }
    }

    fn votes_on_their_way(&self) -> impl Iterator<Item = &Vote> {
        let statements = self.pending.values().filter_map(|pending| match pending {
            Pending::Statements { statements, .. } => Some(statements),
            _ => None,
        });
        statements.flatten().filter_map(as_vote)
    }

    fn store_statements(
        &mut self,
        statements: Vec<Statement>,
        dropped: Vec<Mark>,
        request: Option<RequestId>,
        source: Option<ConnectionId>,
        out: &mut Vec<Action>,
    ) {
        let operation = self.operation(Pending::Statements {
            statements: statements.clone(),
            request,
            source,
        });
        out.push(Action::Store {
            operation,
            write: StoreOperation::Statements(statements, dropped),
        });
    }

    /// Statements came: checked one after the other, then stored.
    pub(crate) fn statements_came(
        &mut self,
        connection: ConnectionId,
        statements: Vec<Statement>,
        out: &mut Vec<Action>,
    ) {
        let mut held = self.statements.clone();
        let (mut new, mut dropped) = (Vec::new(), Vec::new());
        for statement in statements {
            let visible = statement.space().is_some_and(|space| {
                self.open_session(connection)
                    .is_some_and(|(_, peer)| self.border(peer).lets_through(&space))
            });
            if !visible {
                // Of a group that one of the two does not see (any more, or yet).
                continue;
            }
            match held.accept(&self.rosters, &self.groups, statement.clone()) {
                Ok(Taken::Known) => {}
                Ok(Taken::New { dropped: marks }) => {
                    new.push(statement);
                    dropped.extend(marks);
                }
                Err(refusal) => out.push(Action::Notice(Notice::StatementRefused {
                    connection,
                    refusal,
                })),
            }
        }
        if !new.is_empty() {
            self.store_statements(new, dropped, None, Some(connection), out);
        }
    }

    /// This node made a statement by itself: the proof of an equivocation.
    pub(crate) fn prove(&mut self, statement: Statement, out: &mut Vec<Action>) {
        let mut held = self.statements.clone();
        if let Ok(Taken::New { dropped }) =
            held.accept(&self.rosters, &self.groups, statement.clone())
        {
            self.store_statements(vec![statement], dropped, None, None, out);
        }
    }

    /// The statements hold from here on.
    pub(crate) fn statements_stored(
        &mut self,
        statements: Vec<Statement>,
        request: Option<RequestId>,
        source: Option<ConnectionId>,
        out: &mut Vec<Action>,
    ) {
        let mut new = Vec::new();
        for statement in statements {
            if let (Statement::Vote(vote), Some(doubt)) = (&statement, &self.vote_in_doubt)
                && vote.proposal() == doubt.hash()
            {
                self.vote_in_doubt = None;
            }
            let taken = self
                .statements
                .accept(&self.rosters, &self.groups, statement.clone());
            if let Ok(Taken::New { .. }) = taken {
                self.tell_of(&statement, out);
                new.push(statement);
            }
        }
        out.push(Action::Committed);
        self.cuts_changed(out);
        if let Some(request) = request {
            let answer = Answer::Done;
            out.push(Action::Answer { request, answer });
        }
        self.push_statements(&new, source, out);
        self.assemble(out);
        if let Some(source) = source {
            self.ask_summary_once(source, out);
        }
    }

    fn tell_of(&self, statement: &Statement, out: &mut Vec<Action>) {
        match statement {
            Statement::Equivocation(proof) => {
                if let Ok(shown) = proof.verify(self.rosters.federation()) {
                    out.push(Action::Notice(Notice::Equivocated {
                        member: shown.opening.certificate.claim.member,
                        feed: shown.common.feed,
                        seq: shown.common.seq + 1,
                    }));
                }
            }
            Statement::Revocation(signed) => {
                if self.is_own(signed.revocation.node_key)
                    && signed.revocation.space == Space::Commons
                {
                    out.push(Action::Notice(Notice::KeyRevoked));
                }
            }
            Statement::Vote(_) => {}
        }
    }

    /// A proposal with enough approvals is the next roster: every node that holds them takes it.
    pub(crate) fn assemble(&mut self, out: &mut Vec<Action>) {
        let complete = self
            .statements
            .assembled()
            .into_iter()
            .filter(|signed| self.rosters.get(&signed.hash()).is_none())
            .filter_map(|signed| {
                let roster = self.rosters.check(&signed).ok()?;
                Some((roster.version, signed))
            });
        for (version, signed) in complete.collect::<Vec<_>>() {
            self.store_rosters(None, vec![(version, signed)], out);
        }
    }

    pub(crate) fn store_rosters(
        &mut self,
        source: Option<ConnectionId>,
        rosters: Vec<(u64, SignedRoster)>,
        out: &mut Vec<Action>,
    ) {
        let operation = self.operation(Pending::Rosters {
            source,
            rosters: rosters.iter().map(|(_, signed)| signed.clone()).collect(),
        });
        out.push(Action::Store {
            operation,
            write: StoreOperation::Rosters(rosters),
        });
    }

    /// Rosters, charters or statements are not what they were: what each feed counts for is looked at anew.
    pub(crate) fn cuts_changed(&mut self, out: &mut Vec<Action>) {
        let rosters = &self.rosters;
        self.vote_in_doubt = (self.vote_in_doubt.take()).filter(|doubt| rosters.is_live(doubt));
        let dropped = self.statements.settle(&self.rosters);
        if !dropped.is_empty() {
            let operation = self.operation(Pending::Forgotten);
            out.push(Action::Store {
                operation,
                write: StoreOperation::Statements(Vec::new(), dropped),
            });
        }
        self.groups.judge(&self.rosters, &self.statements);
        let ceilings: Vec<_> = self
            .feeds
            .iter()
            .map(|(id, feed)| (*id, self.cuts().ceiling(feed.facts(*id)).0))
            .collect();
        let mut own_cut = false;
        for (feed, ceiling) in ceilings {
            if self.feeds.set_ceiling(&feed, ceiling) && ceiling != Ceiling::Open {
                own_cut |= self.own_feeds.is_current(&feed);
            }
        }
        if own_cut {
            self.own_feeds.begin_anew();
        }
        self.look_up(out);
        self.follow_successors();
        let certified = |(connection, session): (&ConnectionId, &Session)| {
            let key = session.identity_key?;
            let is_revoked = self.statements.is_revoked(&key, &session.node_key);
            is_revoked.then_some((*connection, key, session.node_key))
        };
        let revoked: Vec<_> = self.sessions.iter().filter_map(certified).collect();
        for (connection, identity_key, node_key) in revoked {
            // It may be the honest one of two: it is shown why.
            let said = self.statements.revocations_of(&identity_key, &node_key);
            send_statements(connection, said, out);
            self.send_away(connection, Bye::Revoked, out);
        }
    }

    pub(crate) fn look_up(&self, out: &mut Vec<Action>) {
        let places: Vec<_> = self
            .feeds
            .iter()
            .filter_map(|(id, feed)| Some((*id, feed.unknown_cap()?)))
            .collect();
        if !places.is_empty() {
            out.push(Action::LookUp { places });
        }
    }

    /// The entries at new ceilings are known: others are told of their feeds again.
    pub(crate) fn looked_up(&mut self, tips: &[Tip], out: &mut Vec<Action>) {
        let mut is_new = false;
        for tip in tips {
            is_new |= self.feeds.set_capped(*tip);
            self.doubt_looked_up(*tip, out);
        }
        if is_new {
            self.compare_with_all(out);
        }
    }

    /// Compares anew with every peer.
    pub(crate) fn compare_with_all(&mut self, out: &mut Vec<Action>) {
        let connections: Vec<ConnectionId> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.member().is_some())
            .map(|(connection, _)| *connection)
            .collect();
        for connection in connections {
            self.ask_summary_once(connection, out);
        }
    }
}

/// A change that says up to where a member's feeds count after it is removed, or its key replaced.
fn with_last_good(change: &Change, told: impl Fn(&MemberId) -> Vec<Tip>) -> Change {
    let mut change = change.clone();
    if let Change::Remove { member, last_good }
    | Change::Rekey {
        member, last_good, ..
    } = &mut change
    {
        *last_good = told(member);
    }
    change
}

/// What a roster lets count of the feeds of a member that it cuts.
fn last_good_in(roster: &Roster, member: &MemberId) -> Vec<Tip> {
    let cuts = roster.cuts().unwrap_or_default();
    let cut = cuts.into_iter().find(|cut| cut.member == *member);
    cut.map(|cut| cut.last_good).unwrap_or_default()
}

const fn as_vote(statement: &Statement) -> Option<&Vote> {
    match statement {
        Statement::Vote(vote) => Some(vote),
        Statement::Revocation(_) | Statement::Equivocation(_) => None,
    }
}
