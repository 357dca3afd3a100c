//! How far each feed counts: the one place that says so.
//!
//! Rosters, charters, revocations and proofs of equivocation cut feeds; where several do, the lowest cut holds.
//! So the answer is a function of the *set* of statements, in whatever order they came, and frontiers, what is
//! taken in, what is sent and what documents are built of all ask here.

use std::collections::BTreeMap;

use faelled_proto::{Cut, FeedId, IdentityKey, MemberId, NodeKey, Space, Tip};

use crate::groups::Groups;
use crate::roster::RosterChain;
use crate::statements::Statements;

/// How far a feed counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ceiling {
    /// All of it.
    #[default]
    Open,
    /// Up to and with this entry.
    At(Tip),
    /// Nothing of it.
    Nothing,
}

/// Why a feed is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Ground {
    /// Its author revoked the key that signs it.
    #[error("its author revoked the key that signed it")]
    RevokedKey,
    /// Its author was removed from the roster.
    #[error("its author was removed from the federation before")]
    RemovedMember,
    /// Its author's identity key was replaced by the stewards.
    #[error("the stewards replaced its author's key before")]
    ReplacedKey,
    /// Its author was removed from the group.
    #[error("its author was removed from the group before")]
    RemovedFromGroup,
    /// It has two branches.
    #[error("its author signed two entries for one place")]
    Equivocation,
}

/// What tells a feed from others, as its opening says.
#[derive(Debug, Clone, Copy)]
pub struct FeedFacts<'a> {
    /// Its id.
    pub feed: FeedId,
    /// Whose it is.
    pub member: &'a MemberId,
    /// The identity key that certified its key.
    pub identity_key: IdentityKey,
    /// The key that signs it.
    pub node_key: NodeKey,
    /// Where it belongs.
    pub space: &'a Space,
}

/// All that cuts.
#[derive(Debug, Clone, Copy)]
pub struct Cuts<'a> {
    /// Removed members and replaced keys.
    pub rosters: &'a RosterChain,
    /// Members removed from groups.
    pub groups: &'a Groups,
    /// Revoked keys and feeds with two branches.
    pub statements: &'a Statements,
}

/// The feeds that are cut, with the grounds. Every other feed counts whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ceilings(BTreeMap<FeedId, (Ceiling, Vec<Ground>)>);

impl Ceiling {
    /// Whether an entry at a place counts.
    #[must_use]
    pub const fn counts(&self, seq: u64) -> bool {
        match self {
            Self::Open => true,
            Self::At(tip) => seq <= tip.seq,
            Self::Nothing => false,
        }
    }

    /// The lower of two: of two at one place the one whose entry has the lower id, so that all agree.
    #[must_use]
    pub fn lowest(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            (Self::Open, one) | (one, Self::Open) => one,
            (Self::At(a), Self::At(b)) => Self::At(if (a.seq, a.entry) <= (b.seq, b.entry) {
                a
            } else {
                b
            }),
        }
    }
}

impl Cuts<'_> {
    /// How far a feed counts, and why no further.
    #[must_use]
    pub fn ceiling(&self, facts: FeedFacts<'_>) -> (Ceiling, Vec<Ground>) {
        let mut ceiling = Ceiling::Open;
        let mut grounds = Vec::new();
        let cuts = self
            .of_fork(facts)
            .into_iter()
            .chain(self.of_revocations(facts))
            .chain(self.of_rosters(facts))
            .chain(self.of_charters(facts));
        for (ground, cut) in cuts {
            if cut != Ceiling::Open {
                grounds.push(ground);
            }
            ceiling = ceiling.lowest(cut);
        }
        grounds.sort_unstable();
        grounds.dedup();
        (ceiling, grounds)
    }

    fn of_fork(&self, facts: FeedFacts<'_>) -> Option<(Ground, Ceiling)> {
        let shown = self.statements.fork(&facts.feed)?;
        Some((Ground::Equivocation, Ceiling::At(shown.common)))
    }

    fn of_revocations<'a>(&'a self, facts: FeedFacts<'a>) -> Vec<(Ground, Ceiling)> {
        // In the commons the roster says how far a replaced key's feeds count: whoever stole that key voids nothing
        // there any more. In a group and in private nobody else says it, so what was voided stays so.
        if *facts.space == Space::Commons && self.is_cut_by_roster(facts.member, facts.identity_key)
        {
            return Vec::new();
        }
        let (identity_key, node_key) = (&facts.identity_key, &facts.node_key);
        if self.statements.is_spent(identity_key, facts.space) {
            return vec![(Ground::RevokedKey, Ceiling::Nothing)];
        }
        let here = self
            .statements
            .of_node_key(identity_key, node_key, facts.space);
        let mut cuts: Vec<Ceiling> = here
            .map(|(_, said)| listed(&said.last_good, facts.feed).unwrap_or(Ceiling::Nothing))
            .collect();
        // Whoever gave up a key says for each space what of it is good. Where nothing was said, nobody vouches for it:
        // a thief finds no space that its owner forgot, or did not know.
        // Of whoever was removed from a group the owner has said it, and its own word does not reach the group any more.
        let is_given_up = self.statements.is_revoked(identity_key, node_key);
        if cuts.is_empty() && is_given_up && self.of_charters(facts).next().is_none() {
            cuts.push(Ceiling::Nothing);
        }
        cuts.into_iter()
            .map(|cut| (Ground::RevokedKey, cut))
            .collect()
    }

    fn is_cut_by_roster(&self, member: &MemberId, key: IdentityKey) -> bool {
        let now = self.rosters.member(member);
        now.is_none_or(|now| now.identity_key != key)
            && self
                .rosters
                .cuts()
                .into_iter()
                .any(|cut| cut.member == *member && cut.identity_key == Some(key))
    }

    fn of_rosters<'a>(
        &'a self,
        facts: FeedFacts<'a>,
    ) -> impl Iterator<Item = (Ground, Ceiling)> + 'a {
        let member = self.rosters.member(facts.member);
        let is_member = member.is_some_and(|member| member.identity_key == facts.identity_key);
        let ground = if member.is_some() && !is_member {
            Ground::ReplacedKey
        } else {
            Ground::RemovedMember
        };
        self.rosters
            .cuts()
            .into_iter()
            .filter(move |cut| {
                *facts.space == Space::Commons
                    && cut.member == *facts.member
                    && cut.identity_key == Some(facts.identity_key)
            })
            .map(move |cut| (ground, of_membership(cut, facts.feed, is_member)))
    }

    fn of_charters<'a>(
        &'a self,
        facts: FeedFacts<'a>,
    ) -> impl Iterator<Item = (Ground, Ceiling)> + 'a {
        let group = match facts.space {
            Space::Group(id) => self.groups.get(id),
            Space::Commons | Space::Private(_) => None,
        };
        group.into_iter().flat_map(move |group| {
            let is_member = group.newest().names(facts.member);
            group
                .cuts()
                .filter(move |cut| cut.member == *facts.member)
                .map(move |cut| {
                    let cut = of_membership(cut, facts.feed, is_member);
                    (Ground::RemovedFromGroup, cut)
                })
        })
    }
}

/// A feed that a cut does not name counts while its author has what the cut took again.
fn of_membership(cut: &Cut, feed: FeedId, is_member: bool) -> Ceiling {
    listed(&cut.last_good, feed).unwrap_or(if is_member {
        Ceiling::Open
    } else {
        Ceiling::Nothing
    })
}

fn listed(last_good: &[Tip], feed: FeedId) -> Option<Ceiling> {
    let index = last_good.binary_search_by(|tip| tip.feed.cmp(&feed)).ok()?;
    last_good.get(index).copied().map(Ceiling::At)
}

impl Ceilings {
    /// The ceilings of these feeds.
    #[must_use]
    pub fn of<'a>(cuts: &Cuts<'_>, feeds: impl IntoIterator<Item = FeedFacts<'a>>) -> Self {
        let cut = feeds.into_iter().filter_map(|facts| {
            let (ceiling, grounds) = cuts.ceiling(facts);
            (ceiling != Ceiling::Open).then_some((facts.feed, (ceiling, grounds)))
        });
        Self(cut.collect())
    }

    /// One feed that is cut.
    #[must_use]
    pub fn at(tip: Tip, ground: Ground) -> Self {
        Self([(tip.feed, (Ceiling::At(tip), vec![ground]))].into())
    }

    /// How far a feed counts.
    #[must_use]
    pub fn get(&self, feed: &FeedId) -> Ceiling {
        self.0
            .get(feed)
            .map_or(Ceiling::Open, |(ceiling, _)| *ceiling)
    }

    /// Whether an entry at a place of a feed counts, and if not, why.
    ///
    /// # Errors
    /// The grounds on which it does not.
    pub fn check(&self, feed: &FeedId, seq: u64) -> Result<(), &[Ground]> {
        match self.0.get(feed) {
            Some((ceiling, grounds)) if !ceiling.counts(seq) => Err(grounds),
            _ => Ok(()),
        }
    }

    /// The feeds that are cut, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&FeedId, Ceiling, &[Ground])> {
        self.0
            .iter()
            .map(|(feed, (ceiling, grounds))| (feed, *ceiling, grounds.as_slice()))
    }
}
