//! The versions of the roster that this node holds.
//!
//! The steps of [`RosterChain::check`] are those of TUF's client workflow for the root role
//! (<https://theupdateframework.github.io/specification/latest/#update-root>). Unlike there, two versions may
//! follow one, because stewards signed twice: then both are kept, as proof, and membership stays as it was before
//! them until a resolution names both.
//!
//! Signatures do not age: who has the keys of a threshold of the stewards of *any* version can make another one
//! follow it, and so a fork, whenever it likes, and can sign the resolution too. After version 1 that is the founder
//! alone. So a node does not go back behind its *anchor*, a version that has held for long; see [`crate::anchor`].

mod fork;
mod plan;
mod refusal;
mod tree;

use std::collections::BTreeSet;

use faelled_proto::roster::MemberRecord;
use faelled_proto::{
    Cut, FederationId, IdentityKey, MemberId, NodeCertificate, NodeKey, Roster, RosterHash,
    SignedRoster,
};

pub use fork::RosterFork;
pub use plan::{Change, Needed, PlanRefusal};
pub use refusal::{CertificateRefusal, RosterRefusal};
pub use tree::{MAX_RIVALS_OFF_PATH, MAX_SIBLINGS};

use tree::{Held, Settled, Tree};

/// All versions of the roster, from the first.
///
/// What counts is the *settled path*. It leads from the first version on while exactly one follows. Where several
/// do, it goes on with a resolution of that fork, if there is exactly one that no other resolution of it follows;
/// else the roster is frozen there. After a resolution the cuts of *both* branches that it names are in force:
/// a feed that either branch cut stays cut, and a member that one branch removed and the resolution names
/// is a member again with feeds that no cut lists.
///
/// All this depends on the anchor and on the set of versions that are held, not on the order in which they came. Which are held
/// depends on it only when stewards contradict themselves more often than [`MAX_SIBLINGS`] after one version or
/// [`MAX_RIVALS_OFF_PATH`] elsewhere. How many versions follow one another is not limited: each needs the
/// threshold's signatures.
#[derive(Debug, Clone)]
pub struct RosterChain {
    federation: FederationId,
    tree: Tree,
    settled: Settled,
    /// The settled end and all that it follows, by number.
    in_force: Vec<RosterHash>,
    /// A version that is not given up once it is held.
    anchor: Option<RosterHash>,
    /// Versions that contradict the anchor: proof, and no more.
    dead: BTreeSet<RosterHash>,
    fork: Option<RosterFork>,
}

impl RosterChain {
    /// An empty chain that takes only the federation's first roster.
    #[must_use]
    pub fn pinned(federation: FederationId) -> Self {
        Self {
            federation,
            tree: Tree::default(),
            settled: Settled::default(),
            in_force: Vec::new(),
            anchor: None,
            dead: BTreeSet::new(),
            fork: None,
        }
    }

    /// The stored versions, in any order.
    ///
    /// # Errors
    /// When one of them is not this federation's, or does not follow the others.
    pub fn load(
        federation: FederationId,
        stored: impl IntoIterator<Item = SignedRoster>,
    ) -> Result<Self, RosterRefusal> {
        let mut chain = Self::pinned(federation);
        let mut versions = stored
            .into_iter()
            .map(|signed| Ok((signed.decode()?.version, signed)))
            .collect::<Result<Vec<_>, RosterRefusal>>()?;
        versions.sort_by_key(|(version, _)| *version);
        // Trimmed at the end: what is stored may follow any of them.
        for (_, signed) in versions {
            let hash = signed.hash();
            if chain.tree.get(&hash).is_none() {
                let held = chain.checked(signed)?;
                chain.tree.insert(hash, held);
            }
        }
        let hashes: Vec<RosterHash> = chain.hashes().copied().collect();
        for hash in &hashes {
            chain.tree.trim_beside(hash);
        }
        chain.settle();
        Ok(chain)
    }

    /// Does not give up this version any more: what contradicts it changes nothing. Where it is not held yet, from
    /// when it is.
    pub fn anchor(&mut self, version: RosterHash) {
        self.anchor = Some(version);
        self.settle();
    }

    /// The version that is not given up.
    #[must_use]
    pub const fn anchored(&self) -> Option<RosterHash> {
        self.anchor
    }

    /// Whether a version holds, or held before the one that does.
    #[must_use]
    pub fn is_settled(&self, version: &RosterHash) -> bool {
        self.settled.path.contains(version)
    }

    /// The federation.
    #[must_use]
    pub const fn federation(&self) -> FederationId {
        self.federation
    }

    /// The version that holds: the settled path's end.
    #[must_use]
    pub fn newest(&self) -> Option<&Roster> {
        self.settled_end().map(|(_, held)| &held.roster)
    }

    /// The number and hash of the version that holds; 0 and zeros where there is none.
    #[must_use]
    pub fn head(&self) -> (u64, RosterHash) {
        self.settled_end()
            .map_or((0, RosterHash::ZERO), |(hash, held)| {
                (held.roster.version, *hash)
            })
    }

    /// The highest number of a version held, on the settled path or not; 0 where there is none.
    #[must_use]
    pub fn highest(&self) -> u64 {
        self.tree.highest()
    }

    /// The fork at which the roster is frozen, if it is.
    #[must_use]
    pub const fn fork(&self) -> Option<&RosterFork> {
        self.fork.as_ref()
    }

    /// The hashes of all versions held, ascending.
    pub fn hashes(&self) -> impl Iterator<Item = &RosterHash> {
        self.tree.hashes()
    }

    /// A version held, on the settled path or not.
    #[must_use]
    pub fn get(&self, hash: &RosterHash) -> Option<&SignedRoster> {
        self.tree.get(hash).map(|held| &held.signed)
    }

    /// The versions held that are not among these: none before one that it follows.
    #[must_use]
    pub fn lacking(&self, hashes: &BTreeSet<RosterHash>) -> Vec<&SignedRoster> {
        self.tree
            .ascending()
            .filter(|(hash, _)| !hashes.contains(hash))
            .map(|(_, held)| &held.signed)
            .collect()
    }

    /// The versions held with a higher number than this: none before one that it follows.
    #[must_use]
    pub fn after(&self, version: u64) -> Vec<&SignedRoster> {
        self.tree
            .ascending()
            .filter(|(_, held)| held.roster.version > version)
            .map(|(_, held)| &held.signed)
            .collect()
    }

    /// The cuts of the version that holds and of all that it follows, both branches of a resolved fork included.
    #[must_use]
    pub fn cuts(&self) -> Vec<&Cut> {
        self.in_force
            .iter()
            .filter_map(|hash| self.tree.get(hash))
            .flat_map(|held| &held.cuts)
            .collect()
    }

    /// Checks a version, whether it is held already or not.
    ///
    /// # Errors
    /// See [`RosterRefusal`].
    pub fn check(&self, signed: &SignedRoster) -> Result<Roster, RosterRefusal> {
        Ok(self.based(signed)?.0)
    }

    /// Takes a version. `false` when it was held already: then it stays as it was, its signatures too.
    ///
    /// # Errors
    /// See [`RosterRefusal`]; what is held stays as it was.
    pub fn accept(&mut self, signed: SignedRoster) -> Result<bool, RosterRefusal> {
        let hash = signed.hash();
        if self.tree.get(&hash).is_some() {
            return Ok(false);
        }
        let held = self.checked(signed)?;
        if self.is_rival_too_many(&held) {
            return Err(RosterRefusal::TooManyRivals);
        }
        self.tree.insert(hash, held);
        self.tree.trim_beside(&hash);
        if self.tree.get(&hash).is_none() {
            return Err(RosterRefusal::TooManyRivals);
        }
        self.settle();
        Ok(true)
    }

    /// A member of the version that holds.
    #[must_use]
    pub fn member(&self, id: &MemberId) -> Option<&MemberRecord> {
        self.newest().and_then(|roster| roster.member(id))
    }

    /// Whether a member had this identity key in any version held that does not contradict the anchor: then its feeds are its own. What of them
    /// still counts after it left is for cuts to say.
    #[must_use]
    pub fn ever_had_key(&self, id: &MemberId, key: &IdentityKey) -> bool {
        self.tree.ascending().any(|(hash, held)| {
            let member = held.roster.member(id);
            member.is_some_and(|member| member.identity_key == *key) && !self.dead.contains(hash)
        })
    }

    /// Checks that a node may speak for a member now.
    ///
    /// # Errors
    /// See [`CertificateRefusal`].
    pub fn check_certificate(
        &self,
        certificate: &NodeCertificate,
        node_key: &NodeKey,
        now_ms: u64,
    ) -> Result<(), CertificateRefusal> {
        let claim = &certificate.claim;
        let known = self
            .member(&claim.member)
            .is_some_and(|member| member.identity_key == claim.identity_key);
        if !known || certificate.verify(self.federation).is_err() {
            return Err(CertificateRefusal::NotAMember);
        }
        if claim.node_key != *node_key {
            return Err(CertificateRefusal::OtherNode);
        }
        if claim.expires_ms <= now_ms {
            return Err(CertificateRefusal::Expired);
        }
        Ok(())
    }

    fn settled_end(&self) -> Option<(&RosterHash, &Held)> {
        let hash = self.settled.path.last()?;
        Some((hash, self.tree.get(hash)?))
    }

    /// The first version is the one whose bytes hash to the federation's id.
    fn first(&self) -> Option<RosterHash> {
        let (hash, _) = self.tree.ascending().next()?;
        Some(*hash)
    }

    fn settle(&mut self) {
        self.settled = self.first().map_or_else(Settled::default, |first| {
            self.tree.settled(first, self.anchor)
        });
        self.dead = self
            .anchor
            .map_or_else(BTreeSet::new, |anchor| self.tree.apart_from(&anchor));
        let followed = self
            .settled
            .path
            .last()
            .map_or_else(BTreeSet::new, |end| self.tree.ancestry(end));
        self.in_force = self
            .tree
            .ascending()
            .map(|(hash, _)| *hash)
            .filter(|hash| followed.contains(hash))
            .collect();
        self.fork = RosterFork::at_the_end_of(&self.settled, &self.tree);
    }

    fn checked(&self, signed: SignedRoster) -> Result<Held, RosterRefusal> {
        let (roster, base) = self.based(&signed)?;
        let cuts = roster.cuts()?;
        Ok(Held {
            roster,
            signed,
            cuts,
            base,
        })
    }

    /// Checks a version and finds its base.
    fn based(&self, signed: &SignedRoster) -> Result<(Roster, Option<RosterHash>), RosterRefusal> {
        let next = signed.decode()?;
        if next.version == 1 || self.tree.is_empty() {
            return Ok((self.check_first(next, signed)?, None));
        }
        if next.federation != Some(self.federation) {
            return Err(RosterRefusal::OtherFederation);
        }
        let (base, before) = self.place(&next)?;
        let expected = before.checked_add(1);
        if expected != Some(next.version) {
            return Err(RosterRefusal::Version {
                expected: expected.unwrap_or(u64::MAX),
                found: next.version,
            });
        }
        let of = self.tree.get(&base).ok_or(RosterRefusal::Predecessor)?;
        let found = of
            .roster
            .valid_signatures(&signed.roster, &signed.signatures);
        if found < usize::from(of.roster.threshold) {
            return Err(RosterRefusal::OldThreshold {
                needed: of.roster.threshold,
                found,
            });
        }
        check_own_threshold(&next, signed)?;
        Ok((next, Some(base)))
    }

    /// Where a version stands: its base, whose stewards must sign it, and the number after which its own comes.
    fn place(&self, next: &Roster) -> Result<(RosterHash, u64), RosterRefusal> {
        let version = |hash: &RosterHash| {
            self.tree
                .get(hash)
                .map(|held| held.roster.version)
                .ok_or(RosterRefusal::Predecessor)
        };
        match &next.previous[..] {
            [before] => Ok((*before, version(before)?)),
            [one, other] => {
                let highest = version(one)?.max(version(other)?);
                if self.tree.follows(one, other) || self.tree.follows(other, one) {
                    return Err(RosterRefusal::NoFork);
                }
                let base = self
                    .tree
                    .common_base(one, other)
                    .ok_or(RosterRefusal::Predecessor)?;
                Ok((base, highest))
            }
            _ => Err(RosterRefusal::Predecessor),
        }
    }

    fn check_first(&self, first: Roster, signed: &SignedRoster) -> Result<Roster, RosterRefusal> {
        if first.version != 1 {
            return Err(RosterRefusal::Version {
                expected: 1,
                found: first.version,
            });
        }
        if signed.federation() != self.federation {
            return Err(RosterRefusal::OtherFederation);
        }
        check_own_threshold(&first, signed)?;
        Ok(first)
    }

    /// A rival on the settled path is always news: it freezes the roster. Elsewhere those that came first are
    /// enough to tell what happened. Resolutions do not count, or there might be no room for the one that helps.
    fn is_rival_too_many(&self, held: &Held) -> bool {
        let [before] = held.roster.previous[..] else {
            return false;
        };
        !self.settled.path.contains(&before)
            && self.tree.next(&before).next().is_some()
            && self.tree.rivals_off(&self.settled.path) >= MAX_RIVALS_OFF_PATH
    }
}

fn check_own_threshold(roster: &Roster, signed: &SignedRoster) -> Result<(), RosterRefusal> {
    let found = roster.valid_signatures(&signed.roster, &signed.signatures);
    if found < usize::from(roster.threshold) {
        return Err(RosterRefusal::NewThreshold {
            needed: roster.threshold,
            found,
        });
    }
    Ok(())
}
