//! A fork of the roster that is not resolved.

use std::collections::BTreeSet;

use faelled_proto::key::Domain;
use faelled_proto::{MemberId, RosterHash};

use super::tree::{Held, Settled, Tree};

/// Versions of the roster that contradict each other, until stewards resolve it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterFork {
    /// The number of the version before them: membership is as it says.
    pub base_version: u64,
    /// The version before them.
    pub base: RosterHash,
    /// The ends of all branches, by number and then by hash.
    pub heads: Vec<(u64, RosterHash)>,
    /// Stewards of the version before that signed two that contradict each other, sorted.
    pub signed_both: Vec<MemberId>,
}

impl RosterFork {
    /// The fork at which the roster is frozen, if it is.
    pub(super) fn at_the_end_of(settled: &Settled, tree: &Tree) -> Option<Self> {
        let base = settled.path.last()?;
        let held = tree.get(base)?;
        if settled.rivals.is_empty() {
            return None;
        }
        let heads = tree
            .ascending()
            .filter(|(hash, _)| *hash != base && tree.is_leaf(hash) && tree.follows(hash, base))
            .map(|(hash, held)| (held.roster.version, *hash))
            .collect();
        let next: Vec<RosterHash> = tree.next(base).copied().collect();
        let mut signed_both = signed_twice(held, tree, &next);
        signed_both.extend(signed_twice(held, tree, &settled.rivals));
        Some(Self {
            base_version: held.roster.version,
            base: *base,
            heads,
            signed_both: signed_both.into_iter().collect(),
        })
    }
}

/// The stewards whose verified signatures two or more of these carry. A signature that does not verify is no
/// evidence: whoever passes a roster on can add one.
fn signed_twice(base: &Held, tree: &Tree, rivals: &[RosterHash]) -> BTreeSet<MemberId> {
    let signed = |steward: &MemberId, rival: &RosterHash| {
        let (Some(member), Some(rival)) = (base.roster.member(steward), tree.get(rival)) else {
            return false;
        };
        let signatures = &rival.signed.signatures;
        signatures
            .iter()
            .filter(|(signer, _)| signer == steward)
            .any(|(_, signature)| {
                member
                    .identity_key
                    .verify(Domain::Roster, &[&rival.signed.roster], signature)
                    .is_ok()
            })
    };
    base.roster
        .stewards
        .iter()
        .filter(|steward| rivals.iter().filter(|rival| signed(steward, rival)).count() > 1)
        .cloned()
        .collect()
}
