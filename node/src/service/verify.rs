//! Provenance, verified anew: from the bytes in `node.db` up, believing nothing that was noted before.

use std::collections::BTreeSet;

use faelled_engine::RosterChain;
use faelled_proto::chain::{verify_new_feed, verify_run};
use faelled_proto::limits::{MAX_ENTRIES_PER_FRAME, MAX_FRAME_BYTES};
use faelled_proto::{DocId, FeedId, NodeKey, RunRefusal, Tip};
use faelled_store::StoreError;

use super::Service;
use crate::clock::moment;
use crate::data::Verified;
use crate::failure::{Failure, Said};
use crate::reading;
use crate::view::judge;

/// What is verified of a document's entries, in the order in which it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// They are here, and their author was allowed to write them.
    Entries,
    /// Each feed is one unbroken chain from its opening.
    Chain,
    /// The feed's opening holds a certificate of the author's identity key.
    Certificate,
    /// The roster knew the author by that key.
    Roster,
    /// Each entry is signed by the certificate's node key.
    Signature,
}

/// Why a document's entries do not verify.
#[derive(Debug)]
pub(super) enum Unverified {
    /// Something about them does not hold.
    Entries {
        /// What.
        part: Part,
        /// Why.
        reason: String,
    },
    /// They could not be read.
    Unread(StoreError),
}

impl Service {
    /// Verifies a document's entries; see [`Self::verify_entries`].
    pub(super) async fn verify(&self, document: DocId) -> Result<Verified, Failure> {
        self.verify_entries(document)
            .await
            .map_err(|unverified| match unverified {
                Unverified::Entries { reason, .. } => not_verified(&reason),
                Unverified::Unread(error) => error.into(),
            })
    }

    /// Verifies the whole chain of every feed that wrote a document, and each of the document's entries
    /// that count by its own signature.
    pub(super) async fn verify_entries(&self, document: DocId) -> Result<Verified, Unverified> {
        let rosters = RosterChain::load(self.settings.federation, self.store.rosters().await?)
            .map_err(|refusal| broken(Part::Roster, &refusal.to_string()))?;
        let trust = self.core.trust();
        let entries = reading::entries(&self.store, document, &trust.ceilings).await?;
        let counting = judge(document, &entries, &trust.ceilings).counting;
        let newest = counting.iter().max_by_key(|entry| entry.claimed_ms);
        let Some(newest) = newest else {
            return Err(broken(Part::Entries, "no entry of it counts"));
        };
        let member = newest.member.clone();
        let claimed = moment(newest.claimed_ms);
        let mut node_keys = BTreeSet::new();
        let mut chain_entries = 0;
        let feeds: BTreeSet<FeedId> = counting.iter().map(|entry| entry.feed).collect();
        for feed in feeds {
            let places: BTreeSet<u64> = counting
                .iter()
                .filter(|entry| entry.feed == feed)
                .map(|entry| entry.seq)
                .collect();
            let (key, length) = self.verify_feed(&rosters, feed, &places).await?;
            node_keys.insert(key.to_string());
            chain_entries += length;
        }
        let name = rosters.member(&member).map(|record| record.name.clone());
        Ok(Verified {
            member: member.to_string(),
            name,
            node_keys: node_keys.into_iter().collect(),
            entries: counting.len(),
            chain_entries,
            claimed,
        })
    }

    /// Verifies a feed from its opening up to the last of these places. Returns its key and how many entries
    /// were verified.
    async fn verify_feed(
        &self,
        rosters: &RosterChain,
        feed: FeedId,
        places: &BTreeSet<u64>,
    ) -> Result<(NodeKey, u64), Unverified> {
        let last = places.last().copied().unwrap_or(0);
        let federation = rosters.federation();
        let mut held: Option<(NodeKey, Tip)> = None;
        let mut next = 0;
        while next <= last {
            let run = self
                .store
                .run(feed, next, last, MAX_FRAME_BYTES, MAX_ENTRIES_PER_FRAME)
                .await?;
            let (key, verified) = match held {
                Some((key, tip)) => (
                    key,
                    verify_run(federation, &key, tip, run).map_err(chain_broken)?,
                ),
                None => {
                    let (opening, verified) =
                        verify_new_feed(federation, feed, run).map_err(chain_broken)?;
                    let claim = &opening.certificate.claim;
                    if !rosters.ever_had_key(&claim.member, &claim.identity_key) {
                        return Err(broken(Part::Roster, "its author is not in the roster"));
                    }
                    (claim.node_key, verified)
                }
            };
            for entry in verified
                .iter()
                .filter(|entry| places.contains(&entry.header().seq))
            {
                entry
                    .signed()
                    .verify(federation, &key)
                    .map_err(|error| broken(Part::Signature, &error.to_string()))?;
            }
            let Some(tip) = verified.last().map(faelled_proto::VerifiedEntry::tip) else {
                break;
            };
            next = tip.seq + 1;
            held = Some((key, tip));
        }
        held.map(|(key, _)| (key, last + 1))
            .ok_or_else(|| broken(Part::Entries, "its feed is not here"))
    }
}

impl From<StoreError> for Unverified {
    fn from(error: StoreError) -> Self {
        Self::Unread(error)
    }
}

fn chain_broken(refusal: RunRefusal) -> Unverified {
    let part = match refusal {
        RunRefusal::BadSignature { .. } => Part::Signature,
        RunRefusal::BadCertificate => Part::Certificate,
        _ => Part::Chain,
    };
    broken(part, &refusal.to_string())
}

fn broken(part: Part, reason: &str) -> Unverified {
    Unverified::Entries {
        part,
        reason: reason.to_owned(),
    }
}

fn not_verified(reason: &str) -> Failure {
    Failure::internal(
        "not-verified",
        Said::new(
            format!("the provenance does not verify: {reason}"),
            format!("oprindelsen kan ikke bekræftes: {reason}"),
        ),
    )
    .hint(Said::new(
        "node.db may be damaged: restore it from a backup, or join anew; others hold the entries too",
        "node.db er måske beskadiget: gendan den fra en sikkerhedskopi, eller deltag på ny; de andre har også posterne",
    ))
}
