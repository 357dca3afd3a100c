//! Frontiers: all that a node holds of a space, as feed -> newest entry, and as a hash tree over that.
//!
//! The tree's shape depends on the set of feeds alone: a prefix of ids with at most [`MAX_LEAF_TIPS`] feeds is a leaf,
//! the hash of their tips; one with more is the hash of its sixteen children. So two nodes whose frontiers differ in d
//! of n feeds find them in O(d log n) bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::canonical::encode;
use crate::id::{CharterHash, FrontierDigest, Mark};
use crate::limits::MAX_LEAF_TIPS;
use crate::{EntryId, FeedId, Prefix};

/// What a digest is over, as its first byte.
const LEAF: [u8; 1] = [0];
const BRANCH: [u8; 1] = [1];
const SPACE: [u8; 1] = [2];

/// The newest entry of a feed that somebody holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tip {
    /// The feed.
    pub feed: FeedId,
    /// The newest entry's place.
    pub seq: u64,
    /// The newest entry's id.
    pub entry: EntryId,
}

/// The first half of a digest: enough to see whether two are equal. Who wanted two that are not to look equal would
/// have to try 2^64 feeds, and would only make two nodes compare again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShortDigest(pub [u8; 16]);

impl From<FrontierDigest> for ShortDigest {
    fn from(digest: FrontierDigest) -> Self {
        let mut short = [0; 16];
        short.copy_from_slice(&digest.as_bytes()[..16]);
        Self(short)
    }
}

/// What a node holds of one space.
#[derive(Debug, Clone, Default)]
pub struct Frontier {
    tips: BTreeMap<FeedId, (u64, EntryId)>,
    /// The digest of every prefix that is a branch, or a child of one with feeds; kept up with each tip that moves.
    digests: BTreeMap<Prefix, FrontierDigest>,
}

impl PartialEq for Frontier {
    fn eq(&self, other: &Self) -> bool {
        self.tips == other.tips
    }
}

impl Eq for Frontier {}

impl Frontier {
    /// Moves a feed's tip.
    pub fn set(&mut self, tip: Tip) {
        self.tips.insert(tip.feed, (tip.seq, tip.entry));
        self.refresh(&tip.feed);
    }

    /// A feed's newest entry.
    #[must_use]
    pub fn get(&self, feed: &FeedId) -> Option<Tip> {
        self.tips
            .get(feed)
            .map(|(seq, entry)| tip((feed, &(*seq, *entry))))
    }

    /// Takes a feed out.
    pub fn remove(&mut self, feed: &FeedId) {
        self.tips.remove(feed);
        self.refresh(feed);
    }

    /// All tips, sorted by feed.
    pub fn tips(&self) -> impl Iterator<Item = Tip> + '_ {
        self.tips.iter().map(tip)
    }

    /// The tips of the feeds whose ids begin so, sorted by feed.
    pub fn within(&self, prefix: &Prefix) -> impl Iterator<Item = Tip> + '_ {
        let (first, last) = prefix.bounds();
        self.tips.range(first..=last).map(tip)
    }

    /// Whether more feeds begin so than a leaf has.
    #[must_use]
    pub fn is_branch(&self, prefix: &Prefix) -> bool {
        self.within(prefix).nth(MAX_LEAF_TIPS).is_some()
    }

    /// Number of feeds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tips.len()
    }

    /// Holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tips.is_empty()
    }

    /// 32 bytes that are equal exactly when two frontiers are.
    #[must_use]
    pub fn digest(&self) -> FrontierDigest {
        self.digest_of(&Prefix::default())
    }

    /// The same of the feeds whose ids begin so.
    #[must_use]
    pub fn digest_of(&self, prefix: &Prefix) -> FrontierDigest {
        if let Some(known) = self.digests.get(prefix) {
            return *known;
        }
        if self.is_branch(prefix) {
            branch(self.children(prefix).map(|(_, digest)| digest))
        } else {
            self.leaf(prefix)
        }
    }

    /// The digests of the sixteen parts of a prefix.
    #[must_use]
    pub fn branches(&self, prefix: &Prefix) -> [ShortDigest; 16] {
        self.children(prefix)
            .map(|(_, digest)| ShortDigest::from(digest))
    }

    /// The frontier's digest with what a space holds beside its entries: the hashes of a group's charters, ascending,
    /// then the marks of the space's statements, ascending.
    #[must_use]
    pub fn digest_with(
        &self,
        charters: impl IntoIterator<Item = CharterHash>,
        marks: impl IntoIterator<Item = Mark>,
    ) -> FrontierDigest {
        let charters = charters.into_iter().map(|charter| *charter.as_bytes());
        let marks = marks.into_iter().map(|mark| *mark.as_bytes());
        let beside: Vec<u8> = charters.chain(marks).flatten().collect();
        FrontierDigest::of(&[&SPACE, &beside, self.digest().as_bytes()])
    }

    fn children(&self, prefix: &Prefix) -> [(Prefix, FrontierDigest); 16] {
        std::array::from_fn(|digit| {
            let child = prefix.child(u8::try_from(digit).unwrap_or_default());
            let digest = self.digest_of(&child);
            (child, digest)
        })
    }

    fn leaf(&self, prefix: &Prefix) -> FrontierDigest {
        let tips: Vec<u8> = self.within(prefix).flat_map(|tip| encode(&tip)).collect();
        FrontierDigest::of(&[&LEAF, &tips])
    }

    /// Makes the digests anew from a feed's leaf up to the root.
    fn refresh(&mut self, feed: &FeedId) {
        let mut depth = 0;
        while self.is_branch(&Prefix::of(feed, depth)) {
            depth += 1;
        }
        let leaf = Prefix::of(feed, depth);
        // What was a branch before has children.
        let below: Vec<Prefix> = self
            .digests
            .range(&leaf..)
            .map(|(prefix, _)| prefix)
            .take_while(|prefix| leaf.is_prefix_of(prefix))
            .cloned()
            .collect();
        for prefix in below {
            self.digests.remove(&prefix);
        }
        self.keep(leaf);
        for depth in (0..depth).rev() {
            let prefix = Prefix::of(feed, depth);
            let children = self.children(&prefix);
            let digest = branch(children.each_ref().map(|(_, digest)| *digest));
            for (child, digest) in children {
                // Where a leaf has just become a branch, those of its other children are not there yet.
                if !self.digests.contains_key(&child) && self.within(&child).next().is_some() {
                    self.digests.insert(child, digest);
                }
            }
            self.digests.insert(prefix, digest);
        }
    }

    /// Keeps a leaf's digest, where it has feeds.
    fn keep(&mut self, leaf: Prefix) {
        if self.within(&leaf).next().is_some() {
            let digest = self.leaf(&leaf);
            self.digests.insert(leaf, digest);
        }
    }
}

fn tip((feed, (seq, entry)): (&FeedId, &(u64, EntryId))) -> Tip {
    Tip {
        feed: *feed,
        seq: *seq,
        entry: *entry,
    }
}

fn branch(children: [FrontierDigest; 16]) -> FrontierDigest {
    let children = children.map(|child| *child.as_bytes());
    FrontierDigest::of(&[&BRANCH, children.as_flattened()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(number: u64) -> Tip {
        let hash = EntryId::of(&[&number.to_be_bytes()]);
        Tip {
            feed: FeedId::from(hash),
            seq: number,
            entry: hash,
        }
    }

    /// The digest by its definition, without what is kept.
    fn defined(frontier: &Frontier, prefix: &Prefix) -> FrontierDigest {
        if !frontier.is_branch(prefix) {
            return frontier.leaf(prefix);
        }
        branch(std::array::from_fn(|digit| {
            defined(frontier, &prefix.child(u8::try_from(digit).unwrap()))
        }))
    }

    #[test]
    fn what_is_kept_of_the_tree_is_what_it_is_defined_to_be() {
        let mut frontier = Frontier::default();
        for number in 0..600 {
            frontier.set(some(number));
            assert_eq!(
                frontier.digest(),
                defined(&frontier, &Prefix::default()),
                "{number}"
            );
        }
        for number in 0..300 {
            frontier.set(Tip {
                seq: number + 1,
                ..some(number)
            });
        }
        assert_eq!(frontier.digest(), defined(&frontier, &Prefix::default()));
        for number in 0..590 {
            frontier.remove(&some(number).feed);
            assert_eq!(
                frontier.digest(),
                defined(&frontier, &Prefix::default()),
                "{number}"
            );
        }
        for number in 590..600 {
            frontier.remove(&some(number).feed);
        }
        assert_eq!(frontier.digest(), Frontier::default().digest());
        assert!(frontier.digests.is_empty(), "{:?}", frontier.digests);
    }

    #[test]
    fn one_tip_changes_the_digests_on_its_way_and_no_others() {
        let mut frontier = Frontier::default();
        (0..600).for_each(|number| frontier.set(some(number)));
        let before = frontier.branches(&Prefix::default());
        let moved = some(17);
        frontier.set(Tip { seq: 1000, ..moved });
        let after = frontier.branches(&Prefix::default());
        let way = usize::from(Prefix::of(&moved.feed, 1).digits()[0]);
        for (digit, (before, after)) in before.iter().zip(&after).enumerate() {
            assert_eq!(before == after, digit != way);
        }
    }
}
