//! A node's disk.

use std::collections::BTreeMap;

use faelled_engine::{AnchorCandidate, Compared, JoinRow, Loaded, StoreOperation, TicketRow};
use faelled_proto::id::SecretHash;
use faelled_proto::opening::FeedOpening;
use faelled_proto::{
    FederationId, FeedId, NodeKey, RosterHash, SignedCharter, SignedEntry, SignedRoster, Statement,
    VerifiedEntry,
};

/// What is on a node's disk.
#[derive(Default, Clone)]
pub(crate) struct Disk {
    pub(crate) feeds: BTreeMap<FeedId, Vec<VerifiedEntry>>,
    pub(crate) openings: BTreeMap<FeedId, FeedOpening>,
    pub(crate) rosters: Vec<SignedRoster>,
    pub(crate) charters: Vec<SignedCharter>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) expired: Vec<(NodeKey, u64)>,
    pub(crate) anchor: Option<RosterHash>,
    pub(crate) anchor_candidate: Option<AnchorCandidate>,
    pub(crate) tickets: BTreeMap<SecretHash, TicketRow>,
    pub(crate) joins: Vec<JoinRow>,
    pub(crate) full: bool,
}

impl Disk {
    pub(super) fn write(&mut self, write: &StoreOperation) {
        match write {
            StoreOperation::Entries { openings, entries } => {
                self.openings.extend(openings.iter().cloned());
                for entry in entries {
                    let feed = self.feeds.entry(entry.feed()).or_default();
                    assert_eq!(
                        entry.header().seq,
                        feed.len() as u64,
                        "a gap would be stored"
                    );
                    feed.push(entry.clone());
                }
            }
            StoreOperation::Rosters(rosters) => self
                .rosters
                .extend(rosters.iter().map(|(_, signed)| signed.clone())),
            StoreOperation::Charters(charters) => {
                for signed in charters {
                    if !self.charters.contains(signed) {
                        self.charters.push(signed.clone());
                    }
                }
            }
            StoreOperation::Statements(statements, dropped) => {
                self.statements
                    .retain(|held| !dropped.contains(&held.mark()));
                self.statements.extend(statements.iter().cloned());
            }
            StoreOperation::Expired(key, expires_ms) => self.expired.push((*key, *expires_ms)),
            StoreOperation::Retract { feed, from } => {
                let held = self.feeds.get_mut(feed).unwrap();
                held.truncate(usize::try_from(*from).unwrap());
            }
            StoreOperation::Anchor(anchor, next) => {
                self.anchor = *anchor;
                self.anchor_candidate = Some(*next);
            }
            StoreOperation::Ticket(row) => drop(self.tickets.insert(row.secret, row.clone())),
            StoreOperation::Join(row, ticket) => {
                self.tickets.insert(ticket.secret, ticket.clone());
                self.put_join(row);
            }
            StoreOperation::Decision(row) => self.put_join(row),
            StoreOperation::Certificate(_) => {}
        }
    }

    /// As in the store, there is one for each identity key.
    fn put_join(&mut self, row: &JoinRow) {
        let key = row.certificate.claim.identity_key;
        self.joins
            .retain(|held| held.certificate.claim.identity_key != key);
        self.joins.push(row.clone());
        self.joins.sort_by_key(|held| held.asked_ms);
    }

    pub(crate) fn loaded(&self, federation: FederationId) -> Loaded {
        Loaded {
            federation,
            rosters: self.rosters.clone(),
            charters: self.charters.clone(),
            anchor: self.anchor,
            anchor_candidate: self.anchor_candidate,
            statements: self.statements.clone(),
            expired: self.expired.clone(),
            feeds: self
                .feeds
                .iter()
                .map(|(feed, entries)| (self.openings[feed].clone(), entries.last().unwrap().tip()))
                .collect(),
            tickets: self.tickets.values().cloned().collect(),
            joins: self.joins.clone(),
        }
    }
}

/// How a branch stands to what is held of its feed.
pub(super) fn compare(held: &[VerifiedEntry], branch: &[SignedEntry]) -> Compared {
    let place = |entry: &SignedEntry| usize::try_from(entry.decode_header().unwrap().seq).unwrap();
    let parts = branch.iter().position(|entry| {
        held.get(place(entry))
            .is_some_and(|held| held.id() != entry.id())
    });
    let Some(parts) = parts else {
        return Compared::Same;
    };
    let seq = place(&branch[parts]);
    let linked = branch[parts].decode_header().unwrap().previous == held[seq - 1].id();
    if parts == 0 && !linked {
        return Compared::EarlierThan { seq: seq as u64 };
    }
    let bodiless = |entry: &SignedEntry| SignedEntry {
        body: None,
        ..entry.clone()
    };
    Compared::Differs {
        opening: held[0].signed().clone(),
        held: held[seq..]
            .iter()
            .map(|entry| bodiless(entry.signed()))
            .collect(),
        rival: branch[parts..].iter().map(bodiless).collect(),
    }
}
