//! Two branches of one feed: finding where they part, proving it, and taking back what nobody got.
//!
//! A peer whose run does not link to what is held, or whose tip is another at the same place, holds another
//! branch, or lies. It is asked for a part before, the shell compares that with the store, and each answer halves
//! where the two can part. There the proof is made: a statement that cuts the feed there for everybody.

use std::collections::BTreeMap;

use faelled_proto::message::Want;
use faelled_proto::statement::Equivocation;
use faelled_proto::{EntryId, FeedId, Message, SignedEntry, Statement, Tip};

use crate::commit::Pending;
use crate::engine::Engine;
use crate::event::{Action, Compared, ConnectionId, StoreOperation};
use crate::limits::{
    DISPUTE_WINDOW, MAX_DISPUTES_PER_FEED, MAX_DISPUTES_PER_PEER, WANT_PATIENCE_MS,
};

/// Entries of a branch that are looked at together: a window, and as many behind it as a proof may need.
const MAX_BRANCH: u64 = 2 * DISPUTE_WINDOW;

/// What a peer's branches are looked at for.
#[derive(Debug, Default)]
pub(crate) struct Disputes {
    open: BTreeMap<FeedId, Branch>,
    searches: BTreeMap<FeedId, Search>,
}

/// A part of a peer's branch that was asked for.
#[derive(Debug)]
struct Branch {
    next: u64,
    entries: Vec<SignedEntry>,
    until_ms: u64,
}

/// Between which places the two branches part.
#[derive(Debug, Default)]
struct Search {
    /// Up to here they are the same.
    same: u64,
    /// Here they are not, where they part at all.
    differ: u64,
    /// Whether it was found that they do.
    do_part: bool,
    /// Up to here the peer's branch goes.
    theirs: u64,
    /// What was asked for last begins here.
    from: u64,
    /// How often in this connection.
    asked: u32,
}

impl Search {
    /// Where to look next: right behind what is the same where that is near, else half way.
    const fn next(&self) -> u64 {
        if self.differ - self.same <= DISPUTE_WINDOW {
            self.same + 1
        } else {
            self.same.midpoint(self.differ)
        }
    }
}

impl Disputes {
    /// Whether what comes of a feed belongs to its branch and not into the pipeline.
    pub(crate) fn is_open(&self, feed: &FeedId) -> bool {
        self.open.contains_key(feed)
    }

    /// Waits no longer for what a peer does not send: others of its feeds want their turn.
    pub(crate) fn drop_late(&mut self, now_ms: u64) {
        self.open.retain(|_, branch| branch.until_ms > now_ms);
    }
}

impl Engine {
    /// A peer's feed goes another way up to `theirs`, or earlier.
    pub(crate) fn dispute(
        &mut self,
        connection: ConnectionId,
        feed: FeedId,
        theirs: u64,
        out: &mut Vec<Action>,
    ) {
        let stored = self.feeds.get(&feed).and_then(|feed| feed.stored);
        let Some(stored) = stored.filter(|stored| stored.seq > 0 && theirs > 0) else {
            return;
        };
        let common = stored.seq.min(theirs);
        let from = common.saturating_sub(DISPUTE_WINDOW - 1).max(1);
        let Some(session) = self.sessions.get_mut(&connection) else {
            return;
        };
        if session.disputes.is_open(&feed) {
            return;
        }
        let search = session.disputes.searches.entry(feed).or_default();
        *search = Search {
            same: 0,
            differ: common + 1,
            do_part: false,
            theirs,
            from,
            asked: search.asked,
        };
        self.ask_branch(connection, feed, from, out);
    }

    fn ask_branch(
        &mut self,
        connection: ConnectionId,
        feed: FeedId,
        from: u64,
        out: &mut Vec<Action>,
    ) {
        if !self.may_know_of(connection, &feed) {
            return;
        }
        let until_ms = self.now_ms.saturating_add(WANT_PATIENCE_MS);
        let Some(session) = self.sessions.get_mut(&connection) else {
            return;
        };
        let disputes = &mut session.disputes;
        let is_free = disputes.open.len() < MAX_DISPUTES_PER_PEER && !disputes.is_open(&feed);
        let search = disputes.searches.get_mut(&feed);
        let may_ask = |search: &&mut Search| {
            is_free && search.asked < MAX_DISPUTES_PER_FEED && from <= search.theirs
        };
        let Some(search) = search.filter(may_ask) else {
            return;
        };
        search.asked += 1;
        search.from = from;
        let to = search.theirs.min(from + MAX_BRANCH - 1);
        disputes.open.insert(
            feed,
            Branch {
                next: from,
                entries: Vec::new(),
                until_ms,
            },
        );
        out.push(Action::Send {
            connection,
            message: Message::Want(vec![Want { feed, from, to }]),
        });
    }

    /// Entries of a branch came.
    pub(crate) fn branch_came(
        &mut self,
        connection: ConnectionId,
        feed: FeedId,
        entries: Vec<SignedEntry>,
    ) {
        let session = self.sessions.get_mut(&connection);
        let Some(branch) = session.and_then(|session| session.disputes.open.get_mut(&feed)) else {
            return;
        };
        for mut entry in entries {
            // Another run of the feed may still be coming: only what was asked for is looked at.
            let is_next = entry
                .decode_header()
                .is_ok_and(|header| header.seq == branch.next && header.feed == feed);
            if is_next && (branch.entries.len() as u64) < MAX_BRANCH {
                entry.body = None;
                branch.entries.push(entry);
                branch.next += 1;
            }
        }
    }

    /// A run of the feed ended: what came of the branch is compared with what is held.
    pub(crate) fn branch_ended(
        &mut self,
        connection: ConnectionId,
        feed: FeedId,
        out: &mut Vec<Action>,
    ) {
        let Some(session) = self.sessions.get_mut(&connection) else {
            return;
        };
        let open = &mut session.disputes.open;
        if open
            .get(&feed)
            .is_none_or(|branch| branch.entries.is_empty())
        {
            return;
        }
        if let Some(branch) = open.remove(&feed) {
            out.push(Action::Compare {
                connection,
                feed,
                entries: branch.entries,
            });
        }
    }

    /// What came of comparing.
    pub(crate) fn compared(
        &mut self,
        connection: ConnectionId,
        feed: FeedId,
        outcome: Compared,
        out: &mut Vec<Action>,
    ) {
        match outcome {
            Compared::Same => {
                let from = self.search(connection, feed).and_then(|search| {
                    search.same = search.same.max(search.from);
                    (search.do_part && search.same + 1 < search.differ).then(|| search.next())
                });
                match from {
                    Some(from) => self.ask_branch(connection, feed, from, out),
                    None => self.settle_doubt(connection, feed, out),
                }
            }
            Compared::EarlierThan { seq } => {
                let from = self.search(connection, feed).and_then(|search| {
                    search.differ = search.differ.min(seq);
                    search.do_part = true;
                    (search.same + 1 < search.differ).then(|| search.next())
                });
                if let Some(from) = from {
                    self.ask_branch(connection, feed, from, out);
                }
            }
            Compared::Differs {
                opening,
                held,
                rival,
            } => {
                let first = held.first().and_then(|entry| entry.decode_header().ok());
                let proof = Equivocation::make(self.rosters.federation(), opening, held, rival);
                match (proof, first.filter(|first| first.seq > 0)) {
                    (Ok(_), Some(first)) if self.is_unsent(&feed, first.seq) => {
                        // What is held back waits until it is taken back.
                        return self.retract(feed, first.seq, first.previous, out);
                    }
                    (Ok(proof), Some(_)) => self.prove(Statement::Equivocation(proof), out),
                    (Err(_), Some(first)) if self.was_asked_before(connection, feed, first.seq) => {
                        // A proof may need what is behind, up to a signature that was checked.
                        return self.ask_branch(connection, feed, first.seq, out);
                    }
                    // The peer's branch is not its author's: what it sent was refused already.
                    _ => {}
                }
                self.settle_doubt(connection, feed, out);
            }
        }
    }

    fn search(&mut self, connection: ConnectionId, feed: FeedId) -> Option<&mut Search> {
        let session = self.sessions.get_mut(&connection)?;
        session.disputes.searches.get_mut(&feed)
    }

    /// Whether what was asked for last begins before a place.
    fn was_asked_before(&mut self, connection: ConnectionId, feed: FeedId, seq: u64) -> bool {
        let search = self.search(connection, feed);
        search.is_some_and(|search| search.from < seq)
    }

    /// Whether this node wrote the feed and handed out nothing from a place on since its start.
    fn is_unsent(&self, feed: &FeedId, seq: u64) -> bool {
        let is_own = self
            .feeds
            .get(feed)
            .is_some_and(|held| self.is_own(held.node_key));
        is_own && self.own_sent.get(feed).is_none_or(|sent| *sent < seq)
    }

    /// The disk was rolled back and then written to: what others hold of this node's feed was first. What nobody
    /// got is taken back, and written again in a new incarnation.
    fn retract(&mut self, feed: FeedId, from: u64, previous: EntryId, out: &mut Vec<Action>) {
        self.own_feeds.begin_anew();
        let tip = Tip {
            feed,
            seq: from - 1,
            entry: previous,
        };
        let operation = self.operation(Pending::Retracted { tip });
        out.push(Action::Store {
            operation,
            write: StoreOperation::Retract { feed, from },
        });
    }
}
