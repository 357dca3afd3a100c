//! Frontiers, asking for what is missing, handing out what others miss, pushing what is new.

use std::collections::BTreeMap;

use faelled_proto::comparison::{Comparison, Turn};
use faelled_proto::limits::MAX_TIPS_PER_MESSAGE;
use faelled_proto::message::{Bye, Want};
use faelled_proto::{FeedId, Message, SignedEntry, Space, Tip};

use crate::commit::Pending;
use crate::comparing;
use crate::engine::Engine;
use crate::event::{Action, ConnectionId, Notice, StoreOperation};
use crate::feeds::Feed;
use crate::limits::{
    MAX_FEEDS_KNOWN_OF_PEER, MAX_RUNS_QUEUED_PER_PEER, MAX_RUNS_WANTED_PER_PEER, WANT_PATIENCE_MS,
};
use crate::pipeline::{self, Refusal};
use faelled_proto::chain::RunRefusal;

/// Who was asked for what.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    feeds: BTreeMap<FeedId, Asked>,
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    connection: ConnectionId,
    from: u64,
    until_ms: u64,
}

impl Wanted {
    pub(crate) fn count(&self, connection: ConnectionId) -> usize {
        self.feeds
            .values()
            .filter(|asked| asked.connection == connection)
            .count()
    }

    pub(crate) fn deadline_ms(&self) -> Option<u64> {
        self.feeds.values().map(|asked| asked.until_ms).min()
    }

    /// Forgets what a connection owed, and names it.
    pub(crate) fn drop_connection(&mut self, connection: ConnectionId) -> Vec<FeedId> {
        self.drop_where(|asked| asked.connection == connection)
    }

    /// Entries of what a connection was asked for keep coming.
    fn goes_on(&mut self, feed: FeedId, connection: ConnectionId, now_ms: u64) {
        if let Some(asked) = self.feeds.get_mut(&feed)
            && asked.connection == connection
        {
            asked.until_ms = now_ms + WANT_PATIENCE_MS;
        }
    }

    fn drop_where(&mut self, matches: impl Fn(&Asked) -> bool) -> Vec<FeedId> {
        let feeds: Vec<FeedId> = self
            .feeds
            .iter()
            .filter(|(_, asked)| matches(asked))
            .map(|(feed, _)| *feed)
            .collect();
        for feed in &feeds {
            self.feeds.remove(feed);
        }
        feeds
    }
}

impl Engine {
    pub(crate) fn send_part(
        &self,
        connection: ConnectionId,
        space: &Space,
        part: Comparison,
        out: &mut Vec<Action>,
    ) {
        let space = space.clone();
        let message = Message::Frontier { space, part };
        out.push(Action::Send {
            connection,
            message,
        });
    }

    /// A part of what the peer holds: asks for what is missing here, and answers what it asks.
    pub(crate) fn frontier(
        &mut self,
        connection: ConnectionId,
        space: &Space,
        part: &Comparison,
        out: &mut Vec<Action>,
    ) {
        let Some((_, member)) = self.open_session(connection) else {
            return;
        };
        if !self.border(member).lets_through(space) {
            // Who was added to a group or removed from it may know of that before or after this node.
            if !matches!(space, Space::Group(_)) {
                self.send_away(connection, Bye::BadMessage, out);
            }
            return;
        }
        let mut places = Vec::new();
        for tip in part.told() {
            if self.may_know_of(connection, &tip.feed) {
                self.watch_own(tip, out);
                places.extend(self.doubt(connection, *tip));
                let told = self.feeds.get(&tip.feed).and_then(Feed::told);
                if told.is_some_and(|told| told.seq == tip.seq && told.entry != tip.entry) {
                    self.dispute(connection, tip.feed, tip.seq, out);
                }
            }
            if let Some(session) = self.sessions.get_mut(&connection) {
                session.known.insert(tip.feed, tip.seq);
            }
        }
        if !places.is_empty() {
            out.push(Action::LookUp { places });
        }
        self.answer_part(connection, space, part, out);
        if self.tells_too_much(connection, out) {
            return;
        }
        let feeds: Vec<FeedId> = part.told().map(|tip| tip.feed).collect();
        self.want(connection, &feeds, out);
    }

    /// Answers what the peer asked about a space. Once neither asks any more, each knows how the other's stands to its
    /// own.
    fn answer_part(
        &mut self,
        connection: ConnectionId,
        space: &Space,
        part: &Comparison,
        out: &mut Vec<Action>,
    ) {
        let mut answers = Vec::new();
        if part.asks() {
            answers = comparing::answer(self.feeds.frontier(space), part);
        }
        let asked = answers.iter().filter(|answer| answer.asks()).count();
        if let Some(session) = self.sessions.get_mut(&connection) {
            // Where the peer begins anew, it has passed over what was asked before.
            let before = session.comparing.remove(space);
            let open = before.filter(|_| part.turn != Turn::First).unwrap_or(0);
            let open = open.saturating_sub(usize::from(part.turn == Turn::Last)) + asked;
            let goes_on = part.turn == Turn::More || (part.turn == Turn::First && !part.asks());
            if open > 0 {
                session.comparing.insert(space.clone(), open);
            } else if !goes_on {
                session.told_spaces.insert(space.clone());
            }
        }
        for answer in answers {
            self.send_part(connection, space, answer, out);
        }
    }

    /// Sends away a peer that says of more feeds than a node keeps in mind that it holds them.
    fn tells_too_much(&mut self, connection: ConnectionId, out: &mut Vec<Action>) -> bool {
        let session = self.sessions.get(&connection);
        let too_much = session.is_some_and(|session| session.known.len() > MAX_FEEDS_KNOWN_OF_PEER);
        if too_much {
            self.send_away(connection, Bye::BadMessage, out);
        }
        too_much
    }

    /// Asks a peer for what it holds and this node does not, where nobody else was asked.
    fn want(&mut self, connection: ConnectionId, feeds: &[FeedId], out: &mut Vec<Action>) {
        let Some((session, _)) = self.open_session(connection) else {
            return;
        };
        let mut room = MAX_RUNS_WANTED_PER_PEER.saturating_sub(self.wanted.count(connection));
        let mut wants = Vec::new();
        for feed in feeds {
            if room == 0 {
                break;
            }
            let Some(&to) = session.known.get(feed) else {
                continue;
            };
            // Who may not see a feed (any more) is not told how far it is here.
            let from = self.next_place(feed);
            let counts = self
                .feeds
                .get(feed)
                .is_none_or(|held| held.ceiling.counts(from));
            if self.may_know_of(connection, feed)
                && counts
                && from <= to
                && !self.wanted.feeds.contains_key(feed)
            {
                wants.push(Want {
                    feed: *feed,
                    from,
                    to,
                });
                room -= 1;
            }
        }
        let until_ms = self.now_ms + WANT_PATIENCE_MS;
        for want in &wants {
            let asked = Asked {
                connection,
                from: want.from,
                until_ms,
            };
            self.wanted.feeds.insert(want.feed, asked);
        }
        for part in wants.chunks(MAX_TIPS_PER_MESSAGE) {
            out.push(Action::Send {
                connection,
                message: Message::Want(part.to_vec()),
            });
        }
    }

    /// Hands out runs. A feed that is not here and one that the peer may not see are the same to it.
    pub(crate) fn wants(
        &mut self,
        connection: ConnectionId,
        wants: &[Want],
        out: &mut Vec<Action>,
    ) {
        let Some((session, member)) = self.open_session(connection) else {
            return;
        };
        if session.runs_queued + wants.len() > MAX_RUNS_QUEUED_PER_PEER {
            self.send_away(connection, Bye::BadMessage, out);
            return;
        }
        let border = self.border(member);
        let mut runs = Vec::new();
        for want in wants {
            let Some(feed) = self.feeds.get(&want.feed) else {
                continue;
            };
            let Some(told) = feed.told() else { continue };
            if border.lets_through(&feed.space) && want.from <= told.seq {
                let to = want.to.min(told.seq);
                runs.push(Want { to, ..*want });
            }
        }
        for run in runs {
            if !self.doubts.hold_back(connection, run) {
                self.send_run(connection, run.feed, run.from, run.to, out);
            }
        }
    }

    fn send_run(
        &mut self,
        connection: ConnectionId,
        feed: FeedId,
        from: u64,
        to: u64,
        out: &mut Vec<Action>,
    ) {
        let Some(session) = self.sessions.get_mut(&connection) else {
            return;
        };
        session.runs_queued += 1;
        self.known_at_least(connection, feed, to);
        if self
            .feeds
            .get(&feed)
            .is_some_and(|held| self.is_own(held.node_key))
        {
            let sent = self.own_sent.entry(feed).or_default();
            *sent = to.max(*sent);
        }
        out.push(Action::SendRun {
            connection,
            feed,
            from,
            to,
        });
    }

    pub(crate) fn run_sent(&mut self, connection: ConnectionId) {
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.runs_queued = session.runs_queued.saturating_sub(1);
        }
    }

    /// Entries came: through the pipeline and to the store.
    pub(crate) fn frame(
        &mut self,
        connection: ConnectionId,
        feed: FeedId,
        entries: Vec<SignedEntry>,
        out: &mut Vec<Action>,
    ) {
        let Some((session, member)) = self.open_session(connection) else {
            return;
        };
        if session.disputes.is_open(&feed) {
            self.branch_came(connection, feed, entries);
            return;
        }
        if session.refused.contains(&feed) {
            return;
        }
        let count = entries.len();
        match pipeline::admit(&self.feeds, self.border(member), feed, entries) {
            Ok(None) => {}
            Ok(Some(accepted)) => {
                let Some(tip) = accepted
                    .entries
                    .last()
                    .map(faelled_proto::VerifiedEntry::tip)
                else {
                    return;
                };
                self.watch_own(&tip, out);
                self.feeds.advance(accepted.opening.as_ref(), tip);
                self.set_ceiling_of(&feed);
                self.known_at_least(connection, feed, tip.seq);
                self.wanted.goes_on(feed, connection, self.now_ms);
                let openings = accepted
                    .opening
                    .into_iter()
                    .map(|opening| (feed, opening))
                    .collect();
                let pending = Pending::Entries {
                    source: Some(connection),
                    tips: vec![tip],
                    request: None,
                };
                let operation = self.operation(pending);
                let write = StoreOperation::Entries {
                    openings,
                    entries: accepted.entries,
                };
                out.push(Action::Store { operation, write });
            }
            Err(Refusal::Run(RunRefusal::Gap { expected, found }))
                if expected == self.next_place(&feed) && found > expected =>
            {
                // A push that came before what it builds on: once it has ended it is asked for what lies between.
                let last = found.saturating_add((count as u64).saturating_sub(1));
                self.known_at_least(connection, feed, last);
                if let Some(session) = self.sessions.get_mut(&connection) {
                    session.early.insert(feed);
                }
                self.tells_too_much(connection, out);
            }
            Err(refusal) => self.refuse_run(connection, feed, refusal, out),
        }
    }

    /// What came of a feed is not taken: the rest of the run is not looked at, and somebody else is asked.
    fn refuse_run(
        &mut self,
        connection: ConnectionId,
        feed: FeedId,
        refusal: Refusal,
        out: &mut Vec<Action>,
    ) {
        self.wanted.feeds.remove(&feed);
        let session = self.sessions.get(&connection);
        let known = session.and_then(|session| session.known.get(&feed).copied());
        self.unknown(connection, &feed);
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.refused.insert(feed);
        }
        if let Refusal::Run(RunRefusal::BrokenLink { seq }) = refusal {
            // To the peer's end: nearer ones may have no signature that proves anything.
            let theirs = known.map_or(seq, |known| known.max(seq));
            self.dispute(connection, feed, theirs, out);
        }
        out.push(Action::Notice(Notice::RunRefused {
            connection,
            feed,
            refusal,
        }));
        self.want_elsewhere(feed, out);
    }

    /// A feed that begins here counts as far as the statements say that were here before it.
    fn set_ceiling_of(&mut self, feed: &FeedId) {
        if let Some(held) = self.feeds.get(feed) {
            let (ceiling, _) = self.cuts().ceiling(held.facts(*feed));
            self.feeds.set_ceiling(feed, ceiling);
        }
    }

    /// Whether what a peer says of a feed is heard: not where the feed is here and not for the peer to see.
    pub(crate) fn may_know_of(&self, connection: ConnectionId, feed: &FeedId) -> bool {
        let Some((_, member)) = self.open_session(connection) else {
            return false;
        };
        let held = self.feeds.get(feed);
        held.is_none_or(|held| self.border(member).lets_through(&held.space))
    }

    /// The place of the feed's next entry.
    fn next_place(&self, feed: &FeedId) -> u64 {
        self.feeds.get(feed).map_or(0, |feed| feed.head.seq + 1)
    }

    fn known_at_least(&mut self, connection: ConnectionId, feed: FeedId, seq: u64) {
        if let Some(session) = self.sessions.get_mut(&connection) {
            let known = session.known.entry(feed).or_insert(seq);
            *known = seq.max(*known);
        }
    }

    pub(crate) fn run_ended(
        &mut self,
        connection: ConnectionId,
        feed: FeedId,
        out: &mut Vec<Action>,
    ) {
        let mut was_early = false;
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.refused.remove(&feed);
            was_early = session.early.remove(&feed);
        }
        self.branch_ended(connection, feed, out);
        if was_early {
            // Not what was asked for, where something was: that still comes.
            return self.want(connection, &[feed], out);
        }
        if self
            .wanted
            .feeds
            .get(&feed)
            .is_some_and(|asked| asked.connection == connection)
        {
            let asked = self.wanted.feeds.remove(&feed);
            let next = self.next_place(&feed);
            if asked.is_some_and(|asked| next <= asked.from) {
                // Nothing came of it: not from this one again before it says anew what it holds.
                self.unknown(connection, &feed);
            }
            self.want_elsewhere(feed, out);
            if self.wanted.count(connection) == 0 {
                self.want_more(connection, out);
            }
        }
    }

    /// Asks for what had to wait because so much was asked for already.
    fn want_more(&mut self, connection: ConnectionId, out: &mut Vec<Action>) {
        let Some((session, _)) = self.open_session(connection) else {
            return;
        };
        let ahead = session.known.iter().filter(|(feed, known)| {
            let next = self.next_place(feed);
            next <= **known
                && self
                    .feeds
                    .get(feed)
                    .is_none_or(|held| held.ceiling.counts(next))
        });
        let feeds: Vec<FeedId> = ahead
            .map(|(feed, _)| *feed)
            .take(MAX_RUNS_WANTED_PER_PEER)
            .collect();
        self.want(connection, &feeds, out);
    }

    fn unknown(&mut self, connection: ConnectionId, feed: &FeedId) {
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.known.remove(feed);
        }
    }

    /// Asks somebody who holds more of the feed, if there is one.
    pub(crate) fn want_elsewhere(&mut self, feed: FeedId, out: &mut Vec<Action>) {
        let head = self.feeds.get(&feed).map(|feed| feed.head.seq);
        let holder = self
            .sessions
            .iter()
            .find(|(connection, session)| {
                let known = session.known.get(&feed);
                self.may_know_of(**connection, &feed)
                    && known.is_some_and(|known| Some(*known) > head)
            })
            .map(|(connection, _)| *connection);
        if let Some(connection) = holder {
            self.want(connection, &[feed], out);
        }
    }

    /// Takes back what was asked for long ago, and asks others.
    pub(crate) fn look_elsewhere(&mut self, out: &mut Vec<Action>) {
        if self
            .wanted
            .deadline_ms()
            .is_none_or(|deadline| deadline > self.now_ms)
        {
            return;
        }
        let late: Vec<(FeedId, ConnectionId)> = self
            .wanted
            .feeds
            .iter()
            .filter(|(_, asked)| asked.until_ms <= self.now_ms)
            .map(|(feed, asked)| (*feed, asked.connection))
            .collect();
        for (feed, connection) in late {
            self.wanted.feeds.remove(&feed);
            self.unknown(connection, &feed);
            self.want_elsewhere(feed, out);
        }
    }

    /// Pushes entries that just reached the disk to every peer that may see them and may lack them. What is
    /// a group's only goes to peers that hold its charters as they are here: another would pass it on to
    /// whoever was removed without its knowing.
    pub(crate) fn announce(
        &mut self,
        tip: Tip,
        from: u64,
        source: Option<ConnectionId>,
        out: &mut Vec<Action>,
    ) {
        let Some(feed) = self.feeds.get(&tip.feed) else {
            return;
        };
        let Some(told) = feed.told().filter(|told| told.seq >= from) else {
            return;
        };
        let tip = if told.seq < tip.seq { told } else { tip };
        let is_own = self.is_own(feed.node_key);
        if self.doubts.withhold(tip.feed) {
            return;
        }
        let peers: Vec<ConnectionId> = self
            .sessions
            .iter()
            .filter(|(connection, session)| {
                let sees = session
                    .member()
                    .is_some_and(|peer| self.border(peer).lets_through(&feed.space));
                sees && Some(**connection) != source
                    && session
                        .known
                        .get(&tip.feed)
                        .is_none_or(|known| *known < tip.seq)
                    && session.runs_queued < MAX_RUNS_QUEUED_PER_PEER
                    // Of one's own nothing before it is known what the peer holds of it.
                    && (!is_own || session.told_spaces.contains(&feed.space))
            })
            .map(|(connection, _)| *connection)
            .collect();
        let group = match feed.space {
            Space::Group(group) => Some(group),
            Space::Commons | Space::Private(_) => None,
        };
        for connection in peers {
            if group.is_none_or(|group| self.may_push(connection, group)) {
                self.send_run(connection, tip.feed, from, tip.seq, out);
            }
        }
    }
}
