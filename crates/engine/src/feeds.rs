//! The feeds that this node holds, and how far.

use std::collections::BTreeMap;

use faelled_proto::id::FrontierDigest;
use faelled_proto::opening::FeedOpening;
use faelled_proto::{FeedId, Frontier, MemberId, NodeKey, Space, Tip};

/// One feed.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Whose it is.
    pub member: MemberId,
    /// The key that signs it.
    pub node_key: NodeKey,
    /// Where it belongs.
    pub space: Space,
    /// The incarnation that writes it.
    pub incarnation: [u8; 16],
    /// The newest entry on the disk.
    pub stored: Option<Tip>,
    /// The newest verified entry, on the disk or on its way there.
    pub head: Tip,
}

impl Feed {
    /// A feed as its opening describes it.
    #[must_use]
    pub fn new(opening: &FeedOpening, head: Tip, stored: Option<Tip>) -> Self {
        let claim = &opening.certificate.claim;
        Self {
            member: claim.member.clone(),
            node_key: claim.node_key,
            space: opening.space.clone(),
            incarnation: opening.incarnation,
            stored,
            head,
        }
    }
}

/// All feeds, and the frontier of each space over what is on the disk.
#[derive(Debug, Clone, Default)]
pub struct Feeds {
    feeds: BTreeMap<FeedId, Feed>,
    counts: BTreeMap<MemberId, usize>,
    frontiers: BTreeMap<Space, Frontier>,
}

impl Feeds {
    /// A feed.
    #[must_use]
    pub fn get(&self, id: &FeedId) -> Option<&Feed> {
        self.feeds.get(id)
    }

    /// All feeds, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = (&FeedId, &Feed)> {
        self.feeds.iter()
    }

    /// Number of feeds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.feeds.len()
    }

    /// No feed at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.feeds.is_empty()
    }

    /// Feeds of one member.
    #[must_use]
    pub fn count_of(&self, member: &MemberId) -> usize {
        self.counts.get(member).copied().unwrap_or(0)
    }

    /// What is on the disk of a space.
    #[must_use]
    pub fn frontier(&self, space: &Space) -> Option<&Frontier> {
        self.frontiers.get(space)
    }

    /// The digest of a space's frontier; that of an empty one where nothing is held.
    #[must_use]
    pub fn digest(&self, space: &Space) -> FrontierDigest {
        self.frontiers
            .get(space)
            .map_or_else(|| Frontier::default().digest(), Frontier::digest)
    }

    /// Spaces of which something is held, sorted.
    pub fn spaces(&self) -> impl Iterator<Item = &Space> {
        self.frontiers.keys()
    }

    /// Takes in a feed as it is on the disk.
    pub fn load(&mut self, opening: &FeedOpening, tip: Tip) {
        self.insert(tip.feed, Feed::new(opening, tip, Some(tip)));
        self.frontiers
            .entry(opening.space.clone())
            .or_default()
            .set(tip);
    }

    /// Entries up to `head` are verified and on their way to the disk.
    pub(crate) fn advance(&mut self, opening: Option<&FeedOpening>, head: Tip) {
        if let Some(opening) = opening {
            self.insert(head.feed, Feed::new(opening, head, None));
        } else if let Some(feed) = self.feeds.get_mut(&head.feed) {
            feed.head = head;
        }
    }

    /// Entries up to `tip` are on the disk. Returns the place of the first one that was not before.
    pub(crate) fn stored(&mut self, tip: Tip) -> Option<u64> {
        let feed = self.feeds.get_mut(&tip.feed)?;
        let from = feed.stored.map_or(0, |stored| stored.seq + 1);
        feed.stored = Some(tip);
        self.frontiers
            .entry(feed.space.clone())
            .or_default()
            .set(tip);
        Some(from)
    }

    /// What was on its way to the disk did not arrive.
    pub(crate) fn revert(&mut self, id: &FeedId) {
        let Some(feed) = self.feeds.get_mut(id) else {
            return;
        };
        match feed.stored {
            Some(stored) => feed.head = stored,
            None => {
                let removed = self.feeds.remove(id);
                if let Some(count) = removed.and_then(|feed| self.counts.get_mut(&feed.member)) {
                    *count -= 1;
                }
            }
        }
    }

    fn insert(&mut self, id: FeedId, feed: Feed) {
        *self.counts.entry(feed.member.clone()).or_default() += 1;
        self.feeds.insert(id, feed);
    }
}
