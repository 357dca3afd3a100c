//! What two nodes tell each other to find in which feeds of a space they differ.
//!
//! One begins with the whole space. Each answers what the other asked, until nothing is asked any more: a prefix of
//! ids with many feeds by the digests of its parts, one with few by their tips.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::frontier::ShortDigest;
use crate::limits::{
    MAX_BRANCHES_PER_MESSAGE, MAX_LEAF_TIPS, MAX_RANGES_PER_MESSAGE, MAX_TIPS_PER_MESSAGE,
};
use crate::{Prefix, Tip};

/// A prefix with more than [`MAX_LEAF_TIPS`] feeds: asks to be told of those parts that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// The first digits of the feeds' ids.
    pub prefix: Prefix,
    /// What is held of each of its sixteen parts.
    pub digests: [ShortDigest; 16],
}

/// All that is held of a prefix, at most [`MAX_LEAF_TIPS`] feeds: asks to be told of what differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// The first digits of the feeds' ids.
    pub prefix: Prefix,
    /// Sorted by feed.
    pub tips: Vec<Tip>,
}

/// Where in the exchange something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Turn {
    /// It begins one.
    First,
    /// A part of an answer; more of that follows.
    More,
    /// The last part of an answer.
    Last,
}

/// One step of comparing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Sorted by prefix.
    pub branches: Vec<Branch>,
    /// Sorted by prefix. No prefix of these and of the branches begins with another one.
    pub ranges: Vec<Range>,
    /// Tips that differ from what the other told of; sorted by feed.
    pub tips: Vec<Tip>,
    /// Where it stands.
    pub turn: Turn,
}

impl Comparison {
    /// Says nothing yet.
    #[must_use]
    pub const fn new(turn: Turn) -> Self {
        Self {
            branches: Vec::new(),
            ranges: Vec::new(),
            tips: Vec::new(),
            turn,
        }
    }

    /// Tells of tips and asks nothing.
    #[must_use]
    pub const fn telling(tips: Vec<Tip>) -> Self {
        Self {
            branches: Vec::new(),
            ranges: Vec::new(),
            tips,
            turn: Turn::Last,
        }
    }

    /// Whether the other is to answer.
    #[must_use]
    pub const fn asks(&self) -> bool {
        !self.branches.is_empty() || !self.ranges.is_empty()
    }

    /// All tips that it tells of.
    pub fn told(&self) -> impl Iterator<Item = &Tip> {
        let ranges = self.ranges.iter().flat_map(|range| &range.tips);
        ranges.chain(&self.tips)
    }

    /// Whether it keeps the bounds and the order of its parts.
    pub(crate) fn is_sound(&self) -> bool {
        let within = |range: &Range| {
            let (first, last) = range.prefix.bounds();
            range.tips.len() <= MAX_LEAF_TIPS
                && range.tips.is_sorted_by(|a, b| a.feed < b.feed)
                && range
                    .tips
                    .iter()
                    .all(|tip| (first..=last).contains(&tip.feed))
        };
        self.branches.len() <= MAX_BRANCHES_PER_MESSAGE
            && self.ranges.len() <= MAX_RANGES_PER_MESSAGE
            && self.told().count() <= MAX_TIPS_PER_MESSAGE
            && self.branches.is_sorted_by(|a, b| a.prefix < b.prefix)
            && self.ranges.is_sorted_by(|a, b| a.prefix < b.prefix)
            && self.tips.is_sorted_by(|a, b| a.feed < b.feed)
            && self.ranges.iter().all(within)
            && self.is_apart()
    }

    /// Whether no feed is asked for twice.
    fn is_apart(&self) -> bool {
        let branches = self.branches.iter().map(|branch| &branch.prefix);
        let ranges = self.ranges.iter().map(|range| &range.prefix);
        let prefixes: BTreeSet<&Prefix> = branches.chain(ranges).collect();
        let mut following = prefixes.iter().skip(1);
        prefixes.len() == self.branches.len() + self.ranges.len()
            && prefixes.iter().all(|prefix| {
                following
                    .next()
                    .is_none_or(|next| !prefix.is_prefix_of(next))
            })
    }
}
