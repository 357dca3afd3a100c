//! Frontiers: all that a node holds of a space, as feed -> newest entry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::canonical::encode;
use crate::id::{CharterHash, FrontierDigest, Mark};
use crate::{EntryId, FeedId};

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

/// What a node holds of one space.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier(BTreeMap<FeedId, (u64, EntryId)>);

impl Frontier {
    /// Moves a feed's tip.
    pub fn set(&mut self, tip: Tip) {
        self.0.insert(tip.feed, (tip.seq, tip.entry));
    }

    /// A feed's newest entry.
    #[must_use]
    pub fn get(&self, feed: &FeedId) -> Option<Tip> {
        self.0.get(feed).map(|&(seq, entry)| Tip {
            feed: *feed,
            seq,
            entry,
        })
    }

    /// Takes a feed out.
    pub fn remove(&mut self, feed: &FeedId) {
        self.0.remove(feed);
    }

    /// All tips, sorted by feed.
    pub fn tips(&self) -> impl Iterator<Item = Tip> + '_ {
        self.0
            .iter()
            .map(|(&feed, &(seq, entry))| Tip { feed, seq, entry })
    }

    /// Number of feeds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// 32 bytes that are equal exactly when two frontiers are: the hash of the canonical encodings of all
    /// tips, sorted by feed.
    #[must_use]
    pub fn digest(&self) -> FrontierDigest {
        self.digest_with([], [])
    }

    /// The same with what a space holds beside its entries: the hashes of a group's charters, ascending, then
    /// the marks of the space's statements, ascending, and the tips behind them.
    #[must_use]
    pub fn digest_with(
        &self,
        charters: impl IntoIterator<Item = CharterHash>,
        marks: impl IntoIterator<Item = Mark>,
    ) -> FrontierDigest {
        let charters = charters.into_iter().map(|charter| *charter.as_bytes());
        let marks = marks.into_iter().map(|mark| *mark.as_bytes());
        let beside: Vec<u8> = charters.chain(marks).flatten().collect();
        let tips: Vec<u8> = self.tips().flat_map(|tip| encode(&tip)).collect();
        FrontierDigest::of(&[&beside, &tips])
    }
}
