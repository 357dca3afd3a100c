//! The versions of the roster that are held, and what follows what.
//!
//! A version has its *base*: the last one through which every way from the first version to it leads. An ordinary
//! version's base is the one that it names. A resolution's is the version before the fork that it resolves, however
//! deep in the branches the two are that it names, and also where it resolves two rival resolutions.

use std::collections::{BTreeMap, BTreeSet};

use faelled_proto::{Cut, Roster, RosterHash, SignedRoster};

/// Ordinary versions that are kept of those that follow one version, and resolutions of one fork.
pub const MAX_SIBLINGS: usize = 16;
/// Versions off the settled path that are kept although another one follows the same version.
pub const MAX_RIVALS_OFF_PATH: usize = 64;

/// A version that is held.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) roster: Roster,
    pub(super) signed: SignedRoster,
    pub(super) cuts: Vec<Cut>,
    /// `None` for the first version.
    pub(super) base: Option<RosterHash>,
}

impl Held {
    fn is_resolution(&self) -> bool {
        self.roster.previous.len() > 1
    }
}

/// How far nothing contradicts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Settled {
    /// From the first version on: each one's base is the one before it.
    pub(super) path: Vec<RosterHash>,
    /// When frozen at the path's end: the versions after it that contradict each other, of which the federation
    /// must choose one: resolutions where there are any, else ordinary ones. Empty when not frozen.
    pub(super) rivals: Vec<RosterHash>,
}

/// The versions that are held.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    held: BTreeMap<RosterHash, Held>,
    by_version: BTreeSet<(u64, RosterHash)>,
    /// Ordinary versions, by the one that they follow.
    next: BTreeMap<RosterHash, BTreeSet<RosterHash>>,
    /// Resolutions, by their base.
    resolutions: BTreeMap<RosterHash, BTreeSet<RosterHash>>,
}

impl Tree {
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    pub(super) fn get(&self, hash: &RosterHash) -> Option<&Held> {
        self.held.get(hash)
    }

    pub(super) fn highest(&self) -> u64 {
        self.by_version.last().map_or(0, |(version, _)| *version)
    }

    /// All versions held, by number and then by hash: none before one that it follows.
    pub(super) fn ascending(&self) -> impl DoubleEndedIterator<Item = (&RosterHash, &Held)> {
        self.by_version
            .iter()
            .filter_map(|(_, hash)| self.held.get_key_value(hash))
    }

    pub(super) fn hashes(&self) -> impl Iterator<Item = &RosterHash> {
        self.held.keys()
    }

    /// Ordinary versions that follow this one.
    pub(super) fn next(&self, hash: &RosterHash) -> impl Iterator<Item = &RosterHash> {
        self.next.get(hash).into_iter().flatten()
    }

    /// Holds a version that was checked.
    pub(super) fn insert(&mut self, hash: RosterHash, held: Held) {
        self.by_version.insert((held.roster.version, hash));
        if let Some(base) = held.base {
            let siblings = self.siblings_mut(held.is_resolution());
            siblings.entry(base).or_default().insert(hash);
        }
        self.held.insert(hash, held);
    }

    fn siblings_mut(
        &mut self,
        resolutions: bool,
    ) -> &mut BTreeMap<RosterHash, BTreeSet<RosterHash>> {
        if resolutions {
            &mut self.resolutions
        } else {
            &mut self.next
        }
    }

    fn remove(&mut self, hash: &RosterHash) {
        let Some(held) = self.held.remove(hash) else {
            return;
        };
        self.by_version.remove(&(held.roster.version, *hash));
        let Some(base) = held.base else { return };
        let siblings = self.siblings_mut(held.is_resolution());
        if let Some(of_base) = siblings.get_mut(&base) {
            of_base.remove(hash);
            if of_base.is_empty() {
                siblings.remove(&base);
            }
        }
    }

    /// Lets go of what is too much beside this version: of those that nothing follows, the ones with the highest
    /// hashes. As long as nothing follows any of them, what is kept is thus a function of what was offered. What a
    /// held version follows stays, or that one would hang in the air; there it depends on the order of arrival
    /// which are kept. A fork stays a fork, since more than two are kept.
    pub(super) fn trim_beside(&mut self, hash: &RosterHash) {
        let Some(held) = self.held.get(hash) else {
            return;
        };
        let (Some(base), is_resolution) = (held.base, held.is_resolution()) else {
            return;
        };
        loop {
            let siblings = self.siblings_mut(is_resolution).get(&base).cloned();
            let siblings = siblings.unwrap_or_default();
            let last = siblings.iter().rev().find(|hash| self.is_leaf(hash));
            match last {
                Some(last) if siblings.len() > MAX_SIBLINGS => self.remove(last),
                _ => return,
            }
        }
    }

    /// How many versions are held that follow the same one as another that is held, those after the settled
    /// path's versions not counted.
    pub(super) fn rivals_off(&self, path: &[RosterHash]) -> usize {
        self.next
            .iter()
            .filter(|(hash, _)| !path.contains(hash))
            .map(|(_, siblings)| siblings.len() - 1)
            .sum()
    }

    /// Whether nothing that is held names this version.
    pub(super) fn is_leaf(&self, hash: &RosterHash) -> bool {
        let is_resolved = || {
            self.resolutions
                .values()
                .flatten()
                .filter_map(|resolution| self.held.get(resolution))
                .any(|resolution| resolution.roster.previous.contains(hash))
        };
        !self.next.contains_key(hash) && !is_resolved()
    }

    /// A version and all that it follows.
    pub(super) fn ancestry(&self, hash: &RosterHash) -> BTreeSet<RosterHash> {
        self.ancestry_from(hash, 0)
    }

    /// Of a version and all that it follows, those with at least this number.
    fn ancestry_from(&self, hash: &RosterHash, version: u64) -> BTreeSet<RosterHash> {
        let mut found = BTreeSet::new();
        let mut open = vec![*hash];
        while let Some(hash) = open.pop() {
            if let Some(held) = self.held.get(&hash)
                && held.roster.version >= version
                && found.insert(hash)
            {
                open.extend(&held.roster.previous);
            }
        }
        found
    }

    /// Whether `later` is `earlier`, or follows it.
    pub(super) fn follows(&self, later: &RosterHash, earlier: &RosterHash) -> bool {
        self.held.get(earlier).is_some_and(|held| {
            self.ancestry_from(later, held.roster.version)
                .contains(earlier)
        })
    }

    /// The versions that neither follow this one nor are followed by it; none where it is not held.
    pub(super) fn apart_from(&self, anchor: &RosterHash) -> BTreeSet<RosterHash> {
        if !self.held.contains_key(anchor) {
            return BTreeSet::new();
        }
        let before = self.ancestry(anchor);
        let is_apart = |hash: &&RosterHash| !before.contains(*hash) && !self.follows(hash, anchor);
        self.held.keys().filter(is_apart).copied().collect()
    }

    /// The last version through which every way from the first to each of the two leads.
    pub(super) fn common_base(&self, one: &RosterHash, other: &RosterHash) -> Option<RosterHash> {
        let (mut one, mut other) = (*one, *other);
        while one != other {
            let (left, right) = (self.held.get(&one)?, self.held.get(&other)?);
            if left.roster.version >= right.roster.version {
                one = left.base?;
            } else {
                other = right.base?;
            }
        }
        Some(one)
    }

    /// From the first version to this one, each the base of the next; none where it is not held.
    fn bases(&self, hash: RosterHash) -> Vec<RosterHash> {
        let mut path = Vec::new();
        let mut at = self.held.contains_key(&hash).then_some(hash);
        while let Some(hash) = at {
            path.push(hash);
            at = self.held.get(&hash).and_then(|held| held.base);
        }
        path.reverse();
        path
    }

    /// The resolutions of the fork after this version that no other resolution of it follows.
    fn last_resolutions(&self, base: &RosterHash) -> Vec<RosterHash> {
        let all = self.resolutions.get(base).cloned().unwrap_or_default();
        let is_last = |one: &RosterHash| {
            all.iter()
                .all(|other| other == one || !self.follows(other, one))
        };
        all.iter().filter(|one| is_last(one)).copied().collect()
    }

    /// How far nothing contradicts: from the first version on while one version follows. Where several do, it goes on
    /// with the resolution of this fork, if there is exactly one that no other resolution of it follows. Else
    /// the roster is frozen there. This depends on the set of versions alone, and on the anchor: up to that one
    /// nothing is a fork.
    pub(super) fn settled(&self, first: RosterHash, anchor: Option<RosterHash>) -> Settled {
        let mut settled = Settled {
            path: anchor.map_or_else(Vec::new, |anchor| self.bases(anchor)),
            rivals: Vec::new(),
        };
        let start = settled.path.pop().unwrap_or(first);
        let mut at = self.held.contains_key(&start).then_some(start);
        while let Some(hash) = at.take() {
            settled.path.push(hash);
            let next: Vec<RosterHash> = self.next(&hash).copied().collect();
            let resolutions = self.last_resolutions(&hash);
            let candidates = if resolutions.is_empty() {
                next
            } else {
                resolutions
            };
            match candidates[..] {
                [] => {}
                [only] => at = Some(only),
                _ => settled.rivals = candidates,
            }
        }
        settled
    }
}
