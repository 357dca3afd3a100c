//! What to tell of a frontier, so that two nodes find where they differ at the cost of what differs.

use std::collections::BTreeMap;

use faelled_proto::comparison::{Branch, Comparison, Range, Turn};
use faelled_proto::frontier::ShortDigest;
use faelled_proto::limits::{
    MAX_BRANCHES_PER_MESSAGE, MAX_RANGES_PER_MESSAGE, MAX_TIPS_PER_MESSAGE,
};
use faelled_proto::{FeedId, Frontier, Prefix, Tip};

/// Tells of a whole space.
pub(crate) fn first(frontier: &Frontier) -> Comparison {
    let mut parts = Parts::new(Turn::First);
    parts.tell(frontier, Prefix::default());
    parts.current
}

/// Answers what a peer asked, in as many parts as that takes.
pub(crate) fn answer(frontier: &Frontier, asked: &Comparison) -> Vec<Comparison> {
    let mut parts = Parts::new(Turn::Last);
    for Branch { prefix, digests } in &asked.branches {
        for (digit, theirs) in (0..).zip(digests) {
            let child = prefix.child(digit);
            if *theirs != ShortDigest::from(frontier.digest_of(&child)) {
                parts.tell(frontier, child);
            }
        }
    }
    for Range { prefix, tips } in &asked.ranges {
        let theirs: BTreeMap<FeedId, &Tip> = tips.iter().map(|tip| (tip.feed, tip)).collect();
        for tip in frontier.within(prefix) {
            if theirs.get(&tip.feed) != Some(&&tip) {
                parts.push_tip(tip);
            }
        }
    }
    parts.done.push(parts.current);
    parts.done
}

/// Parts of an answer, each within the bounds of a message.
struct Parts {
    done: Vec<Comparison>,
    current: Comparison,
    tips: usize,
}

impl Parts {
    const fn new(turn: Turn) -> Self {
        Self {
            done: Vec::new(),
            current: Comparison::new(turn),
            tips: 0,
        }
    }

    /// A prefix with many feeds by the digests of its parts, one with few by their tips.
    fn tell(&mut self, frontier: &Frontier, prefix: Prefix) {
        if frontier.is_branch(&prefix) {
            if self.current.branches.len() == MAX_BRANCHES_PER_MESSAGE {
                self.turn();
            }
            let digests = frontier.branches(&prefix);
            self.current.branches.push(Branch { prefix, digests });
            return;
        }
        let tips: Vec<Tip> = frontier.within(&prefix).collect();
        if self.current.ranges.len() == MAX_RANGES_PER_MESSAGE
            || self.tips + tips.len() > MAX_TIPS_PER_MESSAGE
        {
            self.turn();
        }
        self.tips += tips.len();
        self.current.ranges.push(Range { prefix, tips });
    }

    fn push_tip(&mut self, tip: Tip) {
        if self.tips == MAX_TIPS_PER_MESSAGE {
            self.turn();
        }
        self.tips += 1;
        self.current.tips.push(tip);
    }

    fn turn(&mut self) {
        let last = Comparison::new(self.current.turn);
        let mut full = std::mem::replace(&mut self.current, last);
        full.turn = Turn::More;
        self.done.push(full);
        self.tips = 0;
    }
}

#[cfg(test)]
mod tests {
    use faelled_proto::limits::MAX_MESSAGE_BYTES;
    use faelled_proto::{EntryId, Message, Space};

    use super::*;

    fn tip(number: u64, seq: u64) -> Tip {
        let feed = FeedId::from(EntryId::of(&[&number.to_be_bytes()]));
        let entry = EntryId::of(&[&number.to_be_bytes(), &seq.to_be_bytes()]);
        Tip { feed, seq, entry }
    }

    fn frontier(tips: impl IntoIterator<Item = Tip>) -> Frontier {
        let mut frontier = Frontier::default();
        tips.into_iter().for_each(|tip| frontier.set(tip));
        frontier
    }

    /// What two told each other until neither asked any more.
    struct Exchange {
        /// Told by the one that began, and by the other.
        told: [BTreeMap<FeedId, Tip>; 2],
        bytes: usize,
        turns: usize,
    }

    fn exchange(sides: [&Frontier; 2]) -> Exchange {
        let mut exchange = Exchange {
            told: Default::default(),
            bytes: 0,
            turns: 0,
        };
        let mut said = vec![first(sides[0])];
        while !said.is_empty() {
            let (speaks, hears) = (exchange.turns % 2, (exchange.turns + 1) % 2);
            exchange.turns += 1;
            let mut answers = Vec::new();
            for part in said {
                let message = Message::Frontier {
                    space: Space::Commons,
                    part: part.clone(),
                };
                let bytes = message.encode();
                // Within the bounds, and canonical.
                assert_eq!(Message::decode(&bytes, MAX_MESSAGE_BYTES).unwrap(), message);
                exchange.bytes += bytes.len();
                exchange.told[speaks].extend(part.told().map(|tip| (tip.feed, *tip)));
                if part.asks() {
                    answers.extend(answer(sides[hears], &part));
                }
            }
            said = answers;
        }
        exchange
    }

    /// Whoever lacks something of the other was told of it.
    fn finds_all(sides: [&Frontier; 2]) -> Exchange {
        let exchange = exchange(sides);
        for side in [0, 1] {
            for tip in sides[side].tips() {
                let told = exchange.told[side].get(&tip.feed);
                assert!(
                    told == Some(&tip) || sides[1 - side].get(&tip.feed) == Some(tip),
                    "side {side} did not tell of {tip:?}"
                );
            }
        }
        exchange
    }

    #[test]
    fn whatever_differs_is_found_by_both_sides() {
        let all = || (0..3_000).map(|number| tip(number, 1));
        let (whole, nothing) = (frontier(all()), frontier([]));
        let few = frontier(all().take(9));
        let half = frontier(all().filter(|tip| tip.feed.as_bytes()[5] < 128));
        let moved = frontier((0..3_000).map(|number| tip(number, 1 + number % 2)));
        let others = frontier((10_000..12_000).map(|number| tip(number, 1)));
        let sides = [&whole, &nothing, &few, &half, &moved, &others];
        for one in sides {
            for other in sides {
                finds_all([one, other]);
            }
        }
    }

    #[test]
    fn two_that_are_equal_say_it_once() {
        let held = frontier((0..3_000).map(|number| tip(number, 1)));
        let exchange = finds_all([&held, &held]);
        assert_eq!(exchange.turns, 2);
        assert!(exchange.bytes < 300, "{} bytes", exchange.bytes);
    }

    #[test]
    fn what_differs_costs_by_the_depth_of_the_tree_and_not_by_the_number_of_feeds() {
        let mut bytes = Vec::new();
        for feeds in [1_000, 10_000, 100_000] {
            let mut one = frontier((0..feeds).map(|number| tip(number, 1)));
            let other = one.clone();
            one.set(tip(7, 2));
            bytes.push(finds_all([&one, &other]).bytes);
        }
        // Ten times as many feeds are less than one level more.
        assert!(bytes[2] < bytes[0] + 3 * 300 + 16 * 70, "{bytes:?}");
        assert!(bytes[2] < 4_000, "{bytes:?}");
    }

    #[test]
    fn a_newcomer_is_told_of_everything_in_messages_that_fit() {
        let held = frontier((0..40_000).map(|number| tip(number, 1)));
        let nothing = Frontier::default();
        finds_all([&held, &nothing]);
        finds_all([&nothing, &held]);
    }
}
