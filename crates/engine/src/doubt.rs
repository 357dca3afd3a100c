//! Looking whether a peer holds the same of this node's own feeds before more of them is handed out.
//!
//! A disk that was rolled back and then written to has another branch than others hold. As long as nobody got
//! it, it can be taken back (see `dispute`); once somebody did, it is an equivocation for good. So where a peer
//! tells of an own feed up to some place, the entry there is compared first, and what is asked for waits.

use std::collections::BTreeMap;

use faelled_proto::message::Want;
use faelled_proto::{FeedId, Tip};

use crate::engine::Engine;
use crate::event::{Action, ConnectionId, Notice};
use crate::limits::{DOUBT_PATIENCE_MS, MAX_WANTS_HELD_BACK};

/// Own feeds of which a peer may hold another branch, by feed and peer.
#[derive(Debug, Default)]
pub(crate) struct Doubts(BTreeMap<(FeedId, ConnectionId), Doubt>);

#[derive(Debug)]
struct Doubt {
    /// What the peer tells of.
    tip: Tip,
    until_ms: u64,
    /// What was asked for meanwhile, by whomever.
    wants: Vec<(ConnectionId, Want)>,
    /// Something was written meanwhile and not pushed.
    is_withheld: bool,
}

impl Doubts {
    fn of(&mut self, feed: FeedId) -> impl Iterator<Item = (ConnectionId, &mut Doubt)> {
        let peers = (feed, ConnectionId(0))..=(feed, ConnectionId(u64::MAX));
        let doubts = self.0.range_mut(peers);
        doubts.map(|((_, connection), doubt)| (*connection, doubt))
    }

    pub(crate) fn deadline_ms(&self) -> Option<u64> {
        self.0.values().map(|doubt| doubt.until_ms).min()
    }

    /// Whether the feed is in doubt; then what is asked for is kept for later.
    pub(crate) fn hold_back(&mut self, connection: ConnectionId, want: Want) -> bool {
        let Some((_, doubt)) = self.of(want.feed).next() else {
            return false;
        };
        if doubt.wants.len() < MAX_WANTS_HELD_BACK {
            doubt.wants.push((connection, want));
        }
        true
    }

    /// Whether the feed is in doubt; then its peers compare later.
    pub(crate) fn withhold(&mut self, feed: FeedId) -> bool {
        let Some((_, doubt)) = self.of(feed).next() else {
            return false;
        };
        doubt.is_withheld = true;
        true
    }
}

impl Engine {
    /// A peer tells of a feed up to a place. Returns the place that is to be looked up, where the feed is this
    /// node's own and goes further here.
    pub(crate) fn doubt(&mut self, connection: ConnectionId, tip: Tip) -> Option<(FeedId, u64)> {
        let held = self.feeds.get(&tip.feed)?;
        let told = held.told().filter(|_| self.is_own(held.node_key))?;
        let is_rival = told.seq == tip.seq && told.entry != tip.entry;
        if tip.seq >= told.seq && !is_rival {
            return None;
        }
        if is_rival && !self.may_hold_up(connection, tip.feed) {
            return None;
        }
        let until_ms = self.now_ms + DOUBT_PATIENCE_MS;
        let doubt = Doubt {
            tip,
            until_ms,
            wants: Vec::new(),
            is_withheld: false,
        };
        let before = self.doubts.0.entry((tip.feed, connection)).or_insert(doubt);
        before.tip = tip;
        (!is_rival).then_some((tip.feed, tip.seq))
    }

    /// A peer holds up a feed by telling of another branch once; more often it may lie.
    fn may_hold_up(&mut self, connection: ConnectionId, feed: FeedId) -> bool {
        let session = self.sessions.get_mut(&connection);
        session.is_some_and(|session| session.doubted.insert(feed))
    }

    /// An own entry was looked up: those who tell of the same one get what they asked for, with others it is
    /// found out where the two part.
    pub(crate) fn doubt_looked_up(&mut self, held: Tip, out: &mut Vec<Action>) {
        let told: Vec<(ConnectionId, Tip)> = self
            .doubts
            .of(held.feed)
            .filter(|(_, doubt)| doubt.tip.seq == held.seq)
            .map(|(connection, doubt)| (connection, doubt.tip))
            .collect();
        for (connection, tip) in told {
            if tip.entry == held.entry || !self.may_hold_up(connection, held.feed) {
                self.settle_doubt(connection, held.feed, out);
                continue;
            }
            if self.own_feeds.is_current(&held.feed) {
                self.own_feeds.begin_anew();
                out.push(Action::Notice(Notice::RolledBack { feed: held.feed }));
            }
            self.dispute(connection, held.feed, tip.seq, out);
        }
    }

    /// What a peer tells of a feed keeps nothing back any more.
    pub(crate) fn settle_doubt(
        &mut self,
        connection: ConnectionId,
        feed: FeedId,
        out: &mut Vec<Action>,
    ) {
        let Some(doubt) = self.doubts.0.remove(&(feed, connection)) else {
            return;
        };
        for (asking, want) in doubt.wants {
            self.wants(asking, &[want], out);
        }
        if doubt.is_withheld && !self.doubts.withhold(feed) {
            self.compare_with_all(out);
        }
    }

    /// All that was held back of a feed is handed out.
    pub(crate) fn settle_doubts_of(&mut self, feed: FeedId, out: &mut Vec<Action>) {
        self.settle_doubts(|of, _, _| of == feed, out);
    }

    /// A peer is gone: nothing waits for it.
    pub(crate) fn settle_doubts_with(&mut self, connection: ConnectionId, out: &mut Vec<Action>) {
        self.settle_doubts(|_, with, _| with == connection, out);
    }

    /// Nothing is held back without end.
    pub(crate) fn settle_late_doubts(&mut self, out: &mut Vec<Action>) {
        let now_ms = self.now_ms;
        self.settle_doubts(|_, _, until_ms| until_ms <= now_ms, out);
    }

    fn settle_doubts(
        &mut self,
        are: impl Fn(FeedId, ConnectionId, u64) -> bool,
        out: &mut Vec<Action>,
    ) {
        let settled: Vec<(FeedId, ConnectionId)> = self
            .doubts
            .0
            .iter()
            .filter(|((feed, connection), doubt)| are(*feed, *connection, doubt.until_ms))
            .map(|(key, _)| *key)
            .collect();
        for (feed, connection) in settled {
            self.settle_doubt(connection, feed, out);
        }
    }
}
