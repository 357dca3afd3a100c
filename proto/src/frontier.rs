//! Frontiers: all that a node holds of a space, as feed -> newest entry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::canonical::encode;
use crate::id::{CharterHash, FrontierDigest};
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
        self.group_digest([])
    }

    /// The same for a group: over the hashes of all its charters, ascending, and the tips behind them.
    #[must_use]
    pub fn group_digest(&self, charters: impl IntoIterator<Item = CharterHash>) -> FrontierDigest {
        let charters: Vec<u8> = charters
            .into_iter()
            .flat_map(|charter| *charter.as_bytes())
            .collect();
        let tips: Vec<u8> = self.tips().flat_map(|tip| encode(&tip)).collect();
        FrontierDigest::of(&[&charters, &tips])
    }
}
