//! The feeds that this node holds, and how far.

use std::collections::BTreeMap;

use faelled_proto::limits::MAX_CUT_FEEDS;
use faelled_proto::opening::FeedOpening;
use faelled_proto::{FeedId, Frontier, IdentityKey, MemberId, NodeKey, Space, Tip};

use crate::cuts::{Ceiling, FeedFacts};

/// One feed.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Whose it is.
    pub member: MemberId,
    /// The identity key that certified the key that signs it.
    pub identity_key: IdentityKey,
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
    /// How far it counts. What lies behind is neither taken in nor handed out.
    pub ceiling: Ceiling,
    /// The entry that is held at the ceiling, where more than that is held and it was looked up.
    pub(crate) capped: Option<Tip>,
}

impl Feed {
    /// A feed as its opening describes it.
    #[must_use]
    pub fn new(opening: &FeedOpening, head: Tip, stored: Option<Tip>) -> Self {
        let claim = &opening.certificate.claim;
        Self {
            member: claim.member.clone(),
            identity_key: claim.identity_key,
            node_key: claim.node_key,
            space: opening.space.clone(),
            incarnation: opening.incarnation,
            stored,
            head,
            ceiling: Ceiling::Open,
            capped: None,
        }
    }

    /// What tells it from others.
    #[must_use]
    pub const fn facts(&self, feed: FeedId) -> FeedFacts<'_> {
        FeedFacts {
            feed,
            member: &self.member,
            identity_key: self.identity_key,
            node_key: self.node_key,
            space: &self.space,
        }
    }

    /// The newest entry that is on the disk and counts: what others are told of. While the entry at a new
    /// ceiling is being looked up there is none.
    #[must_use]
    pub fn told(&self) -> Option<Tip> {
        let stored = self.stored?;
        match self.ceiling {
            Ceiling::Open => Some(stored),
            Ceiling::Nothing => None,
            Ceiling::At(tip) if stored.seq <= tip.seq => Some(stored),
            Ceiling::At(tip) => self.capped.filter(|capped| capped.seq == tip.seq),
        }
    }

    /// The place at which the entry has to be looked up before others are told of the feed.
    #[must_use]
    pub fn unknown_cap(&self) -> Option<u64> {
        match (self.ceiling, self.stored) {
            (Ceiling::At(tip), Some(stored)) if stored.seq > tip.seq && self.told().is_none() => {
                Some(tip.seq)
            }
            _ => None,
        }
    }
}

/// All feeds, and the frontier of each space over what is on the disk.
#[derive(Debug, Clone, Default)]
pub struct Feeds {
    feeds: BTreeMap<FeedId, Feed>,
    counts: BTreeMap<MemberId, usize>,
    frontiers: BTreeMap<Space, Frontier>,
    /// The frontier of every other space.
    nothing: Frontier,
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
    pub fn frontier(&self, space: &Space) -> &Frontier {
        self.frontiers.get(space).unwrap_or(&self.nothing)
    }

    /// Spaces of which something is held, sorted.
    pub fn spaces(&self) -> impl Iterator<Item = &Space> {
        self.frontiers.keys()
    }

    /// Takes in a feed as it is on the disk.
    pub fn load(&mut self, opening: &FeedOpening, tip: Tip) {
        self.insert(tip.feed, Feed::new(opening, tip, Some(tip)));
        self.tell(&tip.feed);
    }

    /// Sets how far a feed counts. Says whether that is another place than before.
    pub(crate) fn set_ceiling(&mut self, id: &FeedId, ceiling: Ceiling) -> bool {
        let Some(feed) = self.feeds.get_mut(id) else {
            return false;
        };
        if feed.ceiling == ceiling {
            return false;
        }
        feed.ceiling = ceiling;
        self.tell(id);
        true
    }

    /// An entry that is held: says whether it is the one at its feed's ceiling, and was not known yet.
    pub(crate) fn set_capped(&mut self, tip: Tip) -> bool {
        let Some(feed) = self.feeds.get_mut(&tip.feed) else {
            return false;
        };
        if feed.unknown_cap() != Some(tip.seq) {
            return false;
        }
        feed.capped = Some(tip);
        self.tell(&tip.feed);
        true
    }

    /// Entries behind `tip` were taken from the disk.
    pub(crate) fn retracted(&mut self, tip: Tip) {
        if let Some(feed) = self.feeds.get_mut(&tip.feed) {
            feed.stored = Some(tip);
            feed.head = tip;
            self.tell(&tip.feed);
        }
    }

    /// Puts what others are told of a feed into its space's frontier.
    fn tell(&mut self, id: &FeedId) {
        let Some(feed) = self.feeds.get(id) else {
            return;
        };
        match feed.told() {
            Some(tip) => self
                .frontiers
                .entry(feed.space.clone())
                .or_default()
                .set(tip),
            None => {
                if let Some(frontier) = self.frontiers.get_mut(&feed.space) {
                    frontier.remove(id);
                }
            }
        }
    }

    /// What of the feeds in a space that an identity key certified others are told of, for a cut.
    #[must_use]
    pub fn told_of_key(&self, key: &IdentityKey, space: &Space) -> Vec<Tip> {
        let feeds = self.feeds.values();
        let of_key = feeds.filter(|feed| feed.identity_key == *key && feed.space == *space);
        for_a_cut(of_key.filter_map(Feed::told).collect())
    }

    /// What of a member's feeds in a space others are told of, for a cut.
    #[must_use]
    pub fn told_of(&self, member: &MemberId, space: &Space) -> Vec<Tip> {
        let feeds = self.feeds.values();
        let of_member = feeds.filter(|feed| feed.member == *member && feed.space == *space);
        for_a_cut(of_member.filter_map(Feed::told).collect())
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
        self.tell(&tip.feed);
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

/// As many tips as a cut names, those of the longest feeds, sorted by feed: nobody escapes removal by opening feeds
/// without end. What is left out counts no longer.
fn for_a_cut(mut tips: Vec<Tip>) -> Vec<Tip> {
    if tips.len() > MAX_CUT_FEEDS {
        tips.sort_unstable_by_key(|tip| (std::cmp::Reverse(tip.seq), tip.feed));
        tips.truncate(MAX_CUT_FEEDS);
    }
    tips.sort_unstable_by_key(|tip| tip.feed);
    tips
}
