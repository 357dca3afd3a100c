//! What the node under test has on its disk.

use std::collections::BTreeMap;

use faelled_engine::{AnchorCandidate, JoinRow, Loaded, StoreOperation, TicketRow};
use faelled_proto::id::SecretHash;
use faelled_proto::opening::FeedOpening;
use faelled_proto::{
    FeedId, MemberId, NodeKey, RosterHash, SignedCharter, SignedRoster, Statement, Tip,
    VerifiedEntry,
};

use crate::cast::federation;
use crate::input::ignore;

#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    feeds: BTreeMap<FeedId, (FeedOpening, Vec<VerifiedEntry>)>,
    rosters: Vec<SignedRoster>,
    charters: Vec<SignedCharter>,
    statements: Vec<Statement>,
    expired: BTreeMap<NodeKey, u64>,
    anchor: Option<RosterHash>,
    anchor_candidate: Option<AnchorCandidate>,
    pub(crate) tickets: BTreeMap<SecretHash, TicketRow>,
    joins: BTreeMap<MemberId, JoinRow>,
    /// A write before those at hand failed, which the engine does not know yet: what follows it may not fit.
    pub(crate) had_failure: bool,
}

impl Disk {
    pub(crate) fn new(roster: &SignedRoster) -> Self {
        Self {
            rosters: vec![roster.clone()],
            ..Self::default()
        }
    }

    pub(crate) fn feed(&self, feed: FeedId) -> Option<(&FeedOpening, &[VerifiedEntry])> {
        let (opening, entries) = self.feeds.get(&feed)?;
        Some((opening, entries))
    }

    pub(crate) fn tip(&self, (feed, seq): (FeedId, u64)) -> Option<Tip> {
        let (_, entries) = self.feeds.get(&feed)?;
        entries
            .get(usize::try_from(seq).ok()?)
            .map(VerifiedEntry::tip)
    }

    pub(crate) fn tips(&self) -> Vec<Tip> {
        let newest = self
            .feeds
            .values()
            .filter_map(|(_, entries)| entries.last());
        newest.map(VerifiedEntry::tip).collect()
    }

    /// All or nothing. What does not fit is a finding, unless something before it failed.
    pub(crate) fn write(&mut self, write: &StoreOperation) -> Result<(), String> {
        match write {
            StoreOperation::Entries { openings, entries } => {
                let mut next: BTreeMap<FeedId, u64> = BTreeMap::new();
                for entry in entries {
                    let held = self.feeds.get(&entry.feed());
                    let held = held.map_or(0, |(_, held)| held.len() as u64);
                    let due = next.entry(entry.feed()).or_insert(held);
                    if *due != entry.header().seq {
                        assert!(
                            self.had_failure,
                            "an entry would be stored twice, or with a gap"
                        );
                        return Err("something before it is not there".to_owned());
                    }
                    *due += 1;
                }
                for (feed, opening) in openings {
                    let new = || (opening.clone(), Vec::new());
                    self.feeds.entry(*feed).or_insert_with(new);
                }
                for entry in entries {
                    let held = self.feeds.get_mut(&entry.feed());
                    let (_, held) = held.expect("a feed is stored without its opening");
                    held.push(entry.clone());
                }
            }
            StoreOperation::Rosters(rosters) => {
                self.rosters
                    .extend(rosters.iter().map(|(_, signed)| signed.clone()));
            }
            StoreOperation::Charters(charters) => {
                for signed in charters {
                    if !self.charters.contains(signed) {
                        self.charters.push(signed.clone());
                    }
                }
            }
            StoreOperation::Ticket(row) => drop(self.tickets.insert(row.secret, row.clone())),
            StoreOperation::Join(row, ticket) => {
                self.tickets.insert(ticket.secret, ticket.clone());
                self.joins.insert(row.member().clone(), row.clone());
            }
            StoreOperation::Decision(row) => {
                drop(self.joins.insert(row.member().clone(), row.clone()))
            }
            StoreOperation::Statements(statements, dropped) => {
                self.statements
                    .retain(|held| !dropped.contains(&held.mark()));
                self.statements.extend(statements.iter().cloned());
            }
            StoreOperation::Expired(key, expires_ms) => {
                ignore(self.expired.insert(*key, *expires_ms))
            }
            StoreOperation::Anchor(anchor, next) => {
                self.anchor = *anchor;
                self.anchor_candidate = Some(*next);
            }
            StoreOperation::Retract { feed, from } => {
                let held = self
                    .feeds
                    .get_mut(feed)
                    .expect("a feed that is not held is taken back");
                held.1.truncate(usize::try_from(*from).unwrap());
            }
            StoreOperation::Certificate(_) => {}
        }
        Ok(())
    }

    pub(crate) fn loaded(&self) -> Loaded {
        Loaded {
            federation: federation(),
            rosters: self.rosters.clone(),
            charters: self.charters.clone(),
            anchor: self.anchor,
            anchor_candidate: self.anchor_candidate,
            statements: self.statements.clone(),
            expired: self.expired.iter().map(|(key, at)| (*key, *at)).collect(),
            feeds: self
                .feeds
                .values()
                .filter_map(|(opening, held)| Some((opening.clone(), held.last()?.tip())))
                .collect(),
            tickets: self.tickets.values().cloned().collect(),
            joins: self.joins.values().cloned().collect(),
        }
    }
}
