//! Which of a group's charters hold.
//!
//! The way goes from the first version to the one that follows it, as long as exactly one does that stands. One
//! stands when the key that signed it is still its owner's, or when somebody *bore it out*: signed a later version
//! on top of it, with a key that still is its owner's. So whoever was removed from the federation, or whose key
//! was taken, changes nothing in a group any more, whatever it signs and whenever it says that it did; and what
//! others built on while it was there goes on holding.
//!
//! Where what follows does not stand, or contradicts itself, the group is seen only by those whom all of it names
//! too: nobody whom an owner removed comes back by that.

use std::collections::{BTreeMap, BTreeSet};

use faelled_proto::{Charter, CharterHash, GroupId, MemberId, SignedCharter, Space};

use crate::roster::RosterChain;
use crate::statements::Statements;

/// A group's charters, of whatever worth.
pub(super) type Charters = BTreeMap<CharterHash, (Charter, SignedCharter)>;

/// What comes after the newest charter that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Following {
    /// Nothing.
    Nothing,
    /// Versions that contradict each other, by owners whose keys are good. Nothing follows any more: the group is
    /// frozen.
    Contradiction,
    /// Versions by keys that their owners no longer have, and nobody bore them out. Whoever may goes on from `end`
    /// and so bears them out, or from the newest that holds, and so drops them.
    Unconfirmed {
        /// The last of them, where they are one line.
        end: Option<CharterHash>,
    },
}

/// What rosters and statements say about a group's charters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Judged {
    /// By a revoked key, and its revocation does not name them: as if they were not there.
    void: BTreeSet<CharterHash>,
    /// By a key that its owner no longer has: they hold only where somebody bore them out.
    yielding: BTreeSet<CharterHash>,
    /// Of all owners that any charter names, those that the newest roster has.
    present: BTreeSet<MemberId>,
}

/// The charters that hold.
#[derive(Debug, Clone)]
pub(super) struct Path {
    /// From the first to the newest.
    pub(super) hashes: Vec<CharterHash>,
    pub(super) newest: Charter,
    pub(super) following: Following,
    /// Whom the newest charter names, and every later one too. Sorted.
    pub(super) seen_by: Vec<MemberId>,
}

impl Judged {
    pub(super) fn of(
        id: GroupId,
        charters: &Charters,
        rosters: &RosterChain,
        statements: &Statements,
    ) -> Self {
        let space = Space::Group(id);
        let mut judged = Self::default();
        for (hash, (charter, signed)) in charters {
            let claim = &signed.certificate.claim;
            let (identity_key, node_key) = (claim.identity_key, claim.node_key);
            let about_it = || {
                let said = statements.revocations().map(|(_, said)| said);
                said.filter(|said| {
                    said.space == space
                        && said.identity_key == identity_key
                        && said.node_key == node_key
                })
            };
            let names =
                |good: &[CharterHash]| good.iter().any(|good| leads(charters, *hash, *good));
            if !about_it().all(|said| names(&said.charters)) {
                judged.void.insert(*hash);
            }
            // A key that was given up for another has signed what its owner says that it has.
            let is_vouched_for = about_it().next().is_some();
            let is_members = rosters
                .member(&claim.member)
                .is_some_and(|member| member.identity_key == identity_key);
            let is_good =
                is_members && (is_vouched_for || !statements.is_revoked(&identity_key, &node_key));
            if !is_good {
                judged.yielding.insert(*hash);
            }
            let present = charter
                .owners
                .iter()
                .filter(|owner| rosters.member(owner).is_some());
            judged.present.extend(present.cloned());
        }
        judged
    }

    /// Whether a version that a member signs bears out what follows `charter`: its owners do, and where the roster
    /// has none of them, whoever they appointed.
    pub(super) fn may_bear_out(&self, member: &MemberId, charter: &Charter) -> bool {
        charter.is_owner(member)
            || !charter
                .owners
                .iter()
                .any(|owner| self.present.contains(owner))
    }
}

/// Whether a version is `later` or one that it follows.
fn leads(charters: &Charters, version: CharterHash, later: CharterHash) -> bool {
    let mut at = Some(later);
    while let Some(hash) = at {
        if hash == version {
            return true;
        }
        let charter = charters.get(&hash);
        at = charter.and_then(|(charter, _)| charter.previous);
    }
    false
}

/// The charters that are not void, and what they are worth.
struct Walk<'a> {
    charters: &'a Charters,
    judged: &'a Judged,
}

impl Path {
    pub(super) fn of_first(first: &Charter) -> Self {
        Self {
            hashes: vec![first.hash()],
            newest: first.clone(),
            following: Following::Nothing,
            seen_by: first.members.clone(),
        }
    }

    /// `None` where there is no first version.
    pub(super) fn through(charters: &Charters, judged: &Judged) -> Option<Self> {
        let walk = Walk { charters, judged };
        let (first, _) = charters
            .values()
            .find(|(charter, _)| charter.previous.is_none())?;
        let mut path = Self::of_first(first);
        let mut hash = first.hash();
        loop {
            let following = walk.following(hash);
            let mut standing = following
                .iter()
                .filter(|(next, _)| walk.stands(*next, &path.newest));
            match (standing.next(), standing.next()) {
                (Some((next, charter)), None) => {
                    hash = *next;
                    path.hashes.push(hash);
                    path.newest = (*charter).clone();
                }
                (Some(_), Some(_)) => break path.following = Following::Contradiction,
                (None, _) if following.is_empty() => break,
                (None, _) => {
                    let end = walk.end_of_line(hash);
                    break path.following = Following::Unconfirmed { end };
                }
            }
        }
        path.seen_by = path.newest.members.clone();
        for later in walk.after(hash) {
            path.seen_by.retain(|member| later.names(member));
        }
        Some(path)
    }
}

impl<'a> Walk<'a> {
    fn following(&self, hash: CharterHash) -> Vec<(CharterHash, &'a Charter)> {
        self.charters
            .iter()
            .filter(|(_, (charter, _))| charter.previous == Some(hash))
            .map(|(next, (charter, _))| (*next, charter))
            .filter(|(next, _)| !self.judged.void.contains(next))
            .collect()
    }

    /// Whether a version that follows `before` stands: by itself, or because a version behind it bears it out.
    fn stands(&self, version: CharterHash, before: &Charter) -> bool {
        if !self.judged.yielding.contains(&version) {
            return true;
        }
        let mut open = self.following(version);
        while let Some((later, _)) = open.pop() {
            let signer = self.charters.get(&later).map(|(_, signed)| signed.signer());
            let is_good = !self.judged.yielding.contains(&later);
            if is_good && signer.is_some_and(|signer| self.judged.may_bear_out(signer, before)) {
                return true;
            }
            open.extend(self.following(later));
        }
        false
    }

    /// All versions behind this one.
    fn after(&self, hash: CharterHash) -> Vec<&'a Charter> {
        let mut found = Vec::new();
        let mut open = self.following(hash);
        while let Some((later, charter)) = open.pop() {
            found.push(charter);
            open.extend(self.following(later));
        }
        found
    }

    /// The last version behind this one, where each is followed by one only.
    fn end_of_line(&self, mut hash: CharterHash) -> Option<CharterHash> {
        loop {
            match self.following(hash).as_slice() {
                [] => return Some(hash),
                [(only, _)] => hash = *only,
                _ => return None,
            }
        }
    }
}
