//! What the engine wants on the disk, in its order.

use faelled_engine::{AnchorCandidate, Event, OperationId, StoreOperation};
use faelled_proto::RosterHash;
use faelled_proto::canonical::encode;
use faelled_store::{Append, SignedRosterAtVersion, StoreError};

use super::Core;
use super::rows::{stored_join, stored_ticket};
use crate::clock::now_ms;

/// The setting that holds the version of the roster behind which this node does not go back.
pub(crate) const ANCHOR: &str = "roster-anchor";
/// The setting that holds the one that comes next, and since when it holds.
pub(crate) const ANCHOR_NEXT: &str = "roster-anchor-next";

impl Core {
    /// Writes in order; entries that follow one another in one commit.
    pub(super) async fn store(&mut self, writes: Vec<(OperationId, StoreOperation)>) -> Vec<Event> {
        let mut outcomes = Vec::new();
        let mut writes = writes.into_iter().peekable();
        while let Some((operation, write)) = writes.next() {
            let StoreOperation::Entries { openings, entries } = write else {
                outcomes.push(outcome(operation, self.store_other(write).await));
                continue;
            };
            let mut operations = vec![(operation, openings.clone(), entries.clone())];
            let mut batch = Append {
                openings,
                entries,
                rosters: Vec::new(),
                received_ms: now_ms(),
            };
            while let Some((operation, StoreOperation::Entries { openings, entries })) =
                writes.next_if(|(_, write)| matches!(write, StoreOperation::Entries { .. }))
            {
                batch.openings.extend(openings.iter().cloned());
                batch.entries.extend(entries.iter().cloned());
                operations.push((operation, openings, entries));
            }
            match self.append(&batch).await {
                Ok(()) => outcomes.extend(
                    operations
                        .into_iter()
                        .map(|(operation, ..)| Event::Stored { operation }),
                ),
                Err(error) if operations.len() == 1 => {
                    outcomes.push(outcome(operation, Err(error)))
                }
                Err(_) => {
                    // One of them does not fit: each by itself, so that it disturbs no other.
                    for (operation, openings, entries) in operations {
                        let batch = Append {
                            openings,
                            entries,
                            rosters: Vec::new(),
                            received_ms: now_ms(),
                        };
                        outcomes.push(outcome(operation, self.append(&batch).await));
                    }
                }
            }
        }
        outcomes
    }

    async fn append(&self, batch: &Append) -> Result<(), StoreError> {
        // Between the commit and the note the witness knows less than the disk: a backup of just that moment would
        // be believed. So it is silent until the note.
        if batch
            .entries
            .iter()
            .any(|entry| self.engine.is_own_feed(entry.feed()))
        {
            self.witness.forget();
        }
        let appended = self.store.append(batch).await?;
        self.committed
            .send_modify(|committed| committed.row = appended.last_row);
        Ok(())
    }

    async fn store_other(&self, write: StoreOperation) -> Result<(), StoreError> {
        match write {
            StoreOperation::Entries { .. } => Ok(()),
            StoreOperation::Rosters(rosters) => self.append_rosters(rosters).await,
            StoreOperation::Charters(charters) => self.store.put_charters(&charters).await,
            StoreOperation::Statements(statements, dropped) => {
                self.store.put_statements(&statements, &dropped).await
            }
            StoreOperation::Expired(key, expires_ms) => {
                self.store.put_expired(&key, expires_ms).await
            }
            StoreOperation::Certificate(certificate) => {
                self.store
                    .set_setting("certificate", &encode(&certificate))
                    .await
            }
            StoreOperation::Anchor(anchor, next) => self.put_anchor(anchor, next).await,
            StoreOperation::Retract { feed, from } => {
                self.store.retract(feed, from, now_ms()).await.map(drop)
            }
            StoreOperation::Ticket(row) if row.revoked => {
                let hash = row.secret.as_bytes();
                self.store.revoke_ticket(hash).await.map(drop)
            }
            StoreOperation::Ticket(row) => self.store.put_ticket(&stored_ticket(&row)).await,
            StoreOperation::Join(row, ticket) => {
                if let Some(user) = ticket.used_by {
                    self.store
                        .set_ticket_used(ticket.secret.as_bytes(), &user)
                        .await?;
                }
                self.store.put_join_request(&stored_join(&row)).await
            }
            StoreOperation::Decision(row) => self.store.put_join_request(&stored_join(&row)).await,
        }
    }

    async fn put_anchor(
        &self,
        anchor: Option<RosterHash>,
        next: AnchorCandidate,
    ) -> Result<(), StoreError> {
        if let Some(anchor) = anchor {
            self.store.set_setting(ANCHOR, anchor.as_bytes()).await?;
        }
        let next = encode(&(next.roster, next.since_ms));
        self.store.set_setting(ANCHOR_NEXT, &next).await
    }

    async fn append_rosters(
        &self,
        rosters: Vec<(u64, faelled_proto::SignedRoster)>,
    ) -> Result<(), StoreError> {
        let rosters = rosters
            .into_iter()
            .map(|(version, signed)| SignedRosterAtVersion { version, signed })
            .collect();
        let batch = Append {
            rosters,
            received_ms: now_ms(),
            ..Append::default()
        };
        self.store.append(&batch).await.map(drop)
    }
}

/// Whether which entries count may be another matter once this is on the disk.
pub(super) const fn may_change_trust(write: &StoreOperation) -> bool {
    match write {
        StoreOperation::Entries { openings, .. } => !openings.is_empty(),
        StoreOperation::Rosters(_)
        | StoreOperation::Charters(_)
        | StoreOperation::Statements(..)
        | StoreOperation::Retract { .. } => true,
        StoreOperation::Ticket(_)
        | StoreOperation::Join(..)
        | StoreOperation::Decision(_)
        | StoreOperation::Expired(..)
        | StoreOperation::Anchor(..)
        | StoreOperation::Certificate(_) => false,
    }
}

fn outcome(operation: OperationId, result: Result<(), StoreError>) -> Event {
    match result {
        Ok(()) => Event::Stored { operation },
        Err(error) => Event::StoreFailed {
            operation,
            reason: error.to_string(),
        },
    }
}
