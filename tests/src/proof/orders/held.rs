//! What a node holds after items came in some order: the engine's own chain, groups and statements, and feeds
//! that were verified entry by entry.

use std::collections::BTreeMap;

use faelled_engine::statements::Taken;
use faelled_engine::{Ceilings, Cuts, FeedFacts, Groups, RosterChain, Statements};
use faelled_proto::chain::{verify_new_feed, verify_run};
use faelled_proto::opening::FeedOpening;
use faelled_proto::{
    FederationId, FeedId, SignedCharter, SignedEntry, SignedRoster, Statement, Tip, VerifiedEntry,
};

use crate::program::Broken;

/// Something that travels between nodes.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Roster(SignedRoster),
    Charter(SignedCharter),
    Statement(Statement),
    Entry(FeedId, SignedEntry),
}

/// A feed that is held.
#[derive(Debug, Clone)]
pub(super) struct HeldFeed {
    pub(super) opening: FeedOpening,
    pub(super) entries: Vec<VerifiedEntry>,
}

/// All that is held.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) rosters: RosterChain,
    pub(super) groups: Groups,
    pub(super) statements: Statements,
    pub(super) feeds: BTreeMap<FeedId, HeldFeed>,
}

impl Held {
    pub(super) fn empty(federation: FederationId) -> Self {
        Self {
            rosters: RosterChain::pinned(federation),
            groups: Groups::default(),
            statements: Statements::default(),
            feeds: BTreeMap::new(),
        }
    }

    /// Offers items in this order, and those that came too early again, until nothing is new.
    pub(super) fn deliver(&mut self, items: &[&Item]) -> Result<(), Broken> {
        for _ in 0..=items.len() + 8 {
            let mut is_news = false;
            for item in items {
                is_news |= self.offer(item);
            }
            if !is_news {
                return Ok(());
            }
        }
        Err(Broken::new(
            "offered again and again, items go on being news",
        ))
    }

    /// Says whether it was taken, and was not held.
    pub(super) fn offer(&mut self, item: &Item) -> bool {
        let is_news = match item {
            Item::Roster(signed) => self.rosters.accept(signed.clone()) == Ok(true),
            Item::Charter(signed) => self.groups.accept(&self.rosters, signed.clone()) == Ok(true),
            Item::Statement(statement) => {
                let taken = self
                    .statements
                    .accept(&self.rosters, &self.groups, statement.clone());
                matches!(taken, Ok(Taken::New { .. }))
            }
            Item::Entry(feed, signed) => return self.offer_entry(*feed, signed.clone()),
        };
        if is_news {
            self.settle();
        }
        is_news
    }

    /// As a node does: votes that lead nowhere are forgotten, charters are judged anew, and enough votes are the
    /// next roster.
    fn settle(&mut self) {
        loop {
            self.statements.settle(&self.rosters);
            self.groups.judge(&self.rosters, &self.statements);
            let assembled = self.statements.assembled();
            let is_new = |signed: &SignedRoster| self.rosters.get(&signed.hash()).is_none();
            let new: Vec<SignedRoster> = assembled.into_iter().filter(is_new).collect();
            let taken = new
                .into_iter()
                .filter(|signed| self.rosters.accept(signed.clone()) == Ok(true))
                .count();
            if taken == 0 {
                return;
            }
        }
    }

    fn offer_entry(&mut self, id: FeedId, signed: SignedEntry) -> bool {
        let federation = self.rosters.federation();
        if let Some(feed) = self.feeds.get_mut(&id) {
            let Some(tip) = feed.entries.last().map(VerifiedEntry::tip) else {
                return false;
            };
            let key = feed.opening.certificate.claim.node_key;
            let verified = verify_run(federation, &key, tip, vec![signed]);
            return verified.is_ok_and(|entries| {
                feed.entries.extend(entries);
                true
            });
        }
        let Ok((opening, entries)) = verify_new_feed(federation, id, vec![signed]) else {
            return false;
        };
        let claim = &opening.certificate.claim;
        let is_known = self
            .rosters
            .ever_had_key(&claim.member, &claim.identity_key)
            && self.groups.ever_saw(&claim.member, &opening.space);
        if is_known {
            self.feeds.insert(id, HeldFeed { opening, entries });
        }
        is_known
    }

    /// How far the feeds count.
    pub(super) fn ceilings(&self) -> Ceilings {
        let cuts = Cuts {
            rosters: &self.rosters,
            groups: &self.groups,
            statements: &self.statements,
        };
        Ceilings::of(&cuts, self.feeds.iter().map(|(id, feed)| feed.facts(*id)))
    }

    /// The newest entry of a feed that is held and counts.
    pub(super) fn told(&self, ceilings: &Ceilings, id: &FeedId) -> Option<Tip> {
        let feed = self.feeds.get(id)?;
        let ceiling = ceilings.get(id);
        let mut counting = feed.entries.iter();
        counting
            .rfind(|entry| ceiling.counts(entry.header().seq))
            .map(VerifiedEntry::tip)
    }
}

impl HeldFeed {
    pub(super) fn facts(&self, feed: FeedId) -> FeedFacts<'_> {
        let claim = &self.opening.certificate.claim;
        FeedFacts {
            feed,
            member: &claim.member,
            identity_key: claim.identity_key,
            node_key: claim.node_key,
            space: &self.opening.space,
        }
    }
}
