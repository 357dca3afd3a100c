//! Which of a group's charters hold.
//!
//! The way goes from the first version to the one that follows it, as long as exactly one does that stands. A
//! version is *weak* when its signer's identity key is not that member's any more, or when the member itself
//! revoked the node key in the group and did not name the version. A weak one stands only where somebody *bore it
//! out*: signed a later version on top of it. So whoever was removed from the federation, or lost a key, changes
//! nothing in a group any more, whatever it signs and whenever it says that it did; and nobody takes away what others
//! built on its own versions, by giving up a key or otherwise.
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
    /// By a node key that its member revoked in the group, without naming them.
    void: BTreeSet<CharterHash>,
    /// By an identity key that is not their signer's any more, or void.
    weak: BTreeSet<CharterHash>,
    /// By a node key that its member revoked for the commons.
    given_up: BTreeSet<CharterHash>,
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
            let mut about_it = statements.of_node_key(&identity_key, &node_key, &space);
            let names =
                |good: &[CharterHash]| good.iter().any(|good| leads(charters, *hash, *good));
            if statements.is_spent(&identity_key, &space)
                || !about_it.all(|(_, said)| names(&said.charters))
            {
                judged.void.insert(*hash);
            }
            if statements.is_revoked(&identity_key, &node_key) {
                judged.given_up.insert(*hash);
            }
            let is_members = rosters
                .member(&claim.member)
                .is_some_and(|member| member.identity_key == identity_key);
            if !is_members || judged.void.contains(hash) {
                judged.weak.insert(*hash);
            }
            let present = charter
                .owners
                .iter()
                .filter(|owner| rosters.member(owner).is_some());
            judged.present.extend(present.cloned());
        }
        judged
    }

    /// Whether a version that a member signs bears out one by `signer` that follows `before`: its owners do. Where
    /// the roster has none of them besides the signer itself, those do who were in the group before.
    pub(super) fn may_bear_out(
        &self,
        member: &MemberId,
        before: &Charter,
        signer: Option<&MemberId>,
    ) -> bool {
        let mut others = before.owners.iter().filter(|owner| Some(*owner) != signer);
        let is_left_alone = !others.any(|owner| self.present.contains(owner));
        before.is_owner(member) || (is_left_alone && before.names(member))
    }
}

/// Whether a version is `later` or one that it follows.
pub(super) fn leads(charters: &Charters, version: CharterHash, later: CharterHash) -> bool {
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

/// The charters, and what they are worth.
struct Walk<'a> {
    charters: &'a Charters,
    judged: &'a Judged,
    /// Of each version those that follow it.
    after: BTreeMap<CharterHash, Vec<CharterHash>>,
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
        let walk = Walk::over(charters, judged);
        let (first, _) = charters
            .values()
            .find(|(charter, _)| charter.previous.is_none())?;
        let mut path = Self::of_first(first);
        let mut hash = first.hash();
        loop {
            let following = walk.following(hash);
            match walk.standing(&following, &path.newest).as_slice() {
                [] if following.is_empty() => break,
                [] => {
                    let end = walk.end_of_line(hash);
                    break path.following = Following::Unconfirmed { end };
                }
                [(next, charter)] if !walk.takes_back(*next, &following) => {
                    hash = *next;
                    path.hashes.push(hash);
                    path.newest = (*charter).clone();
                }
                _ => break path.following = Following::Contradiction,
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
    fn over(charters: &'a Charters, judged: &'a Judged) -> Self {
        let mut after: BTreeMap<CharterHash, Vec<CharterHash>> = BTreeMap::new();
        for (hash, (charter, _)) in charters {
            if let Some(previous) = charter.previous {
                after.entry(previous).or_default().push(*hash);
            }
        }
        Self {
            charters,
            judged,
            after,
        }
    }

    /// The versions that follow one. A void one on which nobody else built is as if it were not there.
    fn following(&self, hash: CharterHash) -> Vec<(CharterHash, &'a Charter)> {
        let after = self.after.get(&hash).into_iter().flatten();
        after
            .filter(|next| !self.judged.void.contains(next) || self.is_built_on(**next))
            .filter_map(|next| Some((*next, &self.charters.get(next)?.0)))
            .collect()
    }

    fn signer(&self, version: CharterHash) -> Option<&'a MemberId> {
        let (_, signed) = self.charters.get(&version)?;
        Some(signed.signer())
    }

    /// The versions behind one whose signers' keys are good.
    fn good_behind(&self, version: CharterHash) -> Vec<CharterHash> {
        let mut good = Vec::new();
        let mut open = vec![version];
        while let Some(hash) = open.pop() {
            let after = self.after.get(&hash).into_iter().flatten();
            open.extend(after.clone());
            good.extend(after.filter(|later| !self.judged.weak.contains(later)));
        }
        good
    }

    /// Whether a version that follows `before` stands: by itself, or because one behind it bears it out.
    fn stands(&self, version: CharterHash, before: &Charter) -> bool {
        let signer = self.signer(version);
        let bears_out = |later: CharterHash| {
            self.signer(later)
                .is_some_and(|member| self.judged.may_bear_out(member, before, signer))
        };
        !self.judged.weak.contains(&version) || self.good_behind(version).into_iter().any(bears_out)
    }

    /// Of the versions that follow `before` those that stand. Where others do, those by keys that were given up since
    /// do not, unless somebody else built on them: whoever stole a key freezes nothing.
    fn standing(
        &self,
        following: &[(CharterHash, &'a Charter)],
        before: &Charter,
    ) -> Vec<(CharterHash, &'a Charter)> {
        let stand = following
            .iter()
            .filter(|(next, _)| self.stands(*next, before));
        let is_kept =
            |next: &CharterHash| !self.judged.given_up.contains(next) || self.is_built_on(*next);
        let (kept, others): (Vec<_>, Vec<_>) = stand.copied().partition(|(next, _)| is_kept(next));
        if kept.is_empty() { others } else { kept }
    }

    /// Whether somebody else than who signed a version built on it.
    fn is_built_on(&self, version: CharterHash) -> bool {
        let signer = self.signer(version);
        let good = self.good_behind(version);
        good.into_iter().any(|later| self.signer(later) != signer)
    }

    /// Whether a version stands beside another one by the same member, on which somebody else built: nobody takes
    /// that back by giving up the key that signed it.
    fn takes_back(&self, version: CharterHash, following: &[(CharterHash, &Charter)]) -> bool {
        !self.judged.weak.contains(&version)
            && following.iter().any(|(other, _)| {
                *other != version
                    && self.signer(*other) == self.signer(version)
                    && self.is_built_on(*other)
            })
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
