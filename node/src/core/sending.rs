//! Runs to peers: of one feed one after the other, so that what is written in one feed without end holds up no other.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

use faelled_engine::ConnectionId;
use faelled_proto::FeedId;

/// Entries of a feed to be sent to a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) connection: ConnectionId,
    pub(super) feed: FeedId,
    pub(super) from: u64,
    pub(super) to: u64,
    /// How many runs that were asked for it is: those that follow upon each other become one.
    pub(super) asked: usize,
}

/// Runs under way, each with those of its feed to its peer that wait for it.
#[derive(Debug, Default)]
pub(super) struct Sending(BTreeMap<(ConnectionId, FeedId), VecDeque<Run>>);

impl Sending {
    /// Takes a run. Returns it where it can begin at once.
    pub(super) fn take(&mut self, run: Run) -> Option<Run> {
        let waiting = match self.0.entry((run.connection, run.feed)) {
            Entry::Vacant(place) => {
                place.insert(VecDeque::new());
                return Some(run);
            }
            Entry::Occupied(place) => place.into_mut(),
        };
        match waiting.back_mut() {
            Some(last) if last.to.checked_add(1) == Some(run.from) => {
                last.to = run.to;
                last.asked += run.asked;
            }
            _ => waiting.push_back(run),
        }
        None
    }

    /// A run is over. Returns the next one of its feed to its peer.
    pub(super) fn ended(&mut self, run: Run) -> Option<Run> {
        let key = (run.connection, run.feed);
        let next = self.0.get_mut(&key)?.pop_front();
        if next.is_none() {
            self.0.remove(&key);
        }
        next
    }

    /// A connection is gone, and with it all that was to be sent there.
    pub(super) fn closed(&mut self, connection: ConnectionId) {
        self.0.retain(|(of, _), _| *of != connection);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(connection: u64, feed: u8, from: u64, to: u64) -> Run {
        Run {
            connection: ConnectionId(connection),
            feed: FeedId::from_bytes([feed; 32]),
            from,
            to,
            asked: 1,
        }
    }

    #[test]
    fn of_one_feed_runs_go_one_after_the_other_and_those_that_join_as_one() {
        let mut sending = Sending::default();
        let first = run(1, 1, 0, 9);
        assert_eq!(sending.take(first), Some(first));
        assert_eq!(sending.take(run(1, 1, 10, 19)), None);
        assert_eq!(sending.take(run(1, 1, 20, 29)), None);
        assert_eq!(sending.take(run(1, 1, 5, 7)), None);
        let joined = Run {
            asked: 2,
            ..run(1, 1, 10, 29)
        };
        assert_eq!(sending.ended(first), Some(joined));
        assert_eq!(sending.ended(joined), Some(run(1, 1, 5, 7)));
        assert_eq!(sending.ended(run(1, 1, 5, 7)), None);
        assert_eq!(sending.take(first), Some(first));
    }

    #[test]
    fn other_feeds_and_other_peers_do_not_wait() {
        let mut sending = Sending::default();
        for begun in [run(1, 1, 0, 9), run(1, 2, 0, 9), run(2, 1, 0, 9)] {
            assert_eq!(sending.take(begun), Some(begun));
        }
    }

    #[test]
    fn what_was_for_a_peer_that_is_gone_is_forgotten() {
        let mut sending = Sending::default();
        let first = run(1, 1, 0, 9);
        sending.take(first);
        sending.take(run(1, 1, 20, 29));
        sending.closed(ConnectionId(1));
        assert_eq!(sending.ended(first), None);
        assert!(sending.0.is_empty());
    }
}
