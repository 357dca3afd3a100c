//! Who knew of what: the changes of a document, and what each of them builds on.

use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::{ObjectId, OpId};
use automerge::{ActorId, Change, ChangeHash, ObjId};

/// The changes that are applied, of which some did not know of one another.
#[derive(Debug)]
pub(crate) struct History<'a> {
    /// Each after those that it builds on; the same for everybody.
    changes: Vec<&'a Change>,
    parents: Vec<Vec<usize>>,
    /// The changes that wrote into an object, without those before which all were of one mind.
    writers: BTreeMap<(u64, ActorId), Vec<usize>>,
}

impl<'a> History<'a> {
    /// `None` where each change knows of all before it.
    pub(crate) fn read(
        made: &'a BTreeMap<ChangeHash, Change>,
        heads: Vec<ChangeHash>,
    ) -> Option<Self> {
        let changes = in_order(made, heads);
        let places: BTreeMap<ChangeHash, usize> = changes
            .iter()
            .enumerate()
            .map(|(place, change)| (change.hash(), place))
            .collect();
        let parents: Vec<Vec<usize>> = changes
            .iter()
            .map(|change| {
                let known = change.deps().iter().filter_map(|hash| places.get(hash));
                known.copied().collect()
            })
            .collect();
        // What is before the first change that somebody did not know of.
        let agreed = parents
            .iter()
            .enumerate()
            .skip(1)
            .filter(|(place, known)| **known != [place - 1])
            .map(|(_, known)| known.iter().min().map_or(0, |first| first + 1))
            .min()?;
        let mut history = Self {
            changes,
            parents,
            writers: BTreeMap::new(),
        };
        for place in agreed..history.changes.len() {
            history.note_objects(place);
        }
        Some(history)
    }

    fn note_objects(&mut self, place: usize) {
        let mut objects = BTreeSet::new();
        for operation in self.changes[place].decode().operations {
            if let ObjectId::Id(OpId(counter, actor)) = operation.obj {
                objects.insert((counter, actor));
            }
        }
        for object in objects {
            self.writers.entry(object).or_default().push(place);
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.changes.len()
    }

    pub(crate) fn change(&self, place: usize) -> &'a Change {
        self.changes[place]
    }

    /// The changes that wrote into an object, of those that may not have known of one another.
    pub(crate) fn writers(&self, object: &ObjId) -> &[usize] {
        let ObjId::Id(counter, actor, _) = object else {
            return &[];
        };
        let writers = self.writers.get(&(*counter, actor.clone()));
        writers.map_or(&[], Vec::as_slice)
    }

    /// What the author of a change knew with it.
    pub(crate) fn known_with(&self, place: usize) -> Vec<bool> {
        let mut known = vec![false; self.changes.len()];
        known[place] = true;
        for at in (0..=place).rev() {
            if known[at] {
                for parent in &self.parents[at] {
                    known[*parent] = true;
                }
            }
        }
        known
    }

    /// Of changes those that wrote, and of which no other one knows that wrote, newest first. All that the
    /// changes know of are among them.
    pub(crate) fn newest_writers(&self, among: &[bool], did_write: &[bool]) -> Vec<usize> {
        let mut is_known = vec![false; self.changes.len()];
        let mut newest = Vec::new();
        for at in (0..self.changes.len()).rev().filter(|at| among[*at]) {
            if did_write[at] && !is_known[at] {
                newest.push(at);
            }
            if did_write[at] || is_known[at] {
                for parent in &self.parents[at] {
                    is_known[*parent] = true;
                }
            }
        }
        self.sort(&mut newest);
        newest
    }

    fn sort(&self, places: &mut [usize]) {
        let key = |place: &usize| (self.changes[*place].max_op(), self.changes[*place].hash());
        places.sort_by_key(|place| std::cmp::Reverse(key(place)));
    }
}

/// The changes that lead to the heads, each after those that it builds on.
fn in_order(made: &BTreeMap<ChangeHash, Change>, mut heads: Vec<ChangeHash>) -> Vec<&Change> {
    heads.sort_unstable();
    let mut ordered = Vec::with_capacity(made.len());
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<(ChangeHash, bool)> =
        heads.into_iter().map(|hash| (hash, false)).collect();
    while let Some((hash, is_ready)) = waiting.pop() {
        let Some(change) = made.get(&hash) else {
            continue;
        };
        if is_ready {
            ordered.push(change);
        } else if seen.insert(hash) {
            waiting.push((hash, true));
            waiting.extend(change.deps().iter().map(|hash| (*hash, false)));
        }
    }
    ordered
}
