//! Texts of which several people changed the same place without knowing of each other.
//!
//! A text is looked at as the newest changes left it that wrote into it. What two of them have in common is what
//! both of their authors knew; where what each made of that is at odds, both are told. Whoever writes into the
//! text and knows of both has settled it.

use std::collections::BTreeMap;
use std::rc::Rc;

use automerge::{ActorId, AutoCommit, AutomergeError, ChangeHash, ObjId, ReadDoc};

use crate::conflict::{MAX_VALUES, claimed_ms};
use crate::history::History;
use crate::words::{self, MAX_PAIRS, Splice};

/// Steps that are spent on the texts of one document; then no more is told.
const MAX_STEPS: usize = 40_000_000;
/// How often people may in turn have settled a text differently until it is looked at without what was before.
const MAX_ROUNDS: usize = 8;

/// One of the versions of a text.
#[derive(Debug)]
pub(crate) struct Side {
    /// The text.
    pub(crate) text: String,
    /// Who had it so; nobody where it came of what several wrote.
    pub(crate) actor: Option<ActorId>,
    /// When its author says to have written it, in milliseconds since 1970.
    pub(crate) claimed_ms: u64,
}

/// Looks at one text after the other.
#[derive(Debug)]
pub(crate) struct Contest<'a> {
    automerge: &'a AutoCommit,
    history: History<'a>,
    steps: usize,
}

impl<'a> Contest<'a> {
    pub(crate) const fn new(automerge: &'a AutoCommit, history: History<'a>) -> Self {
        Self {
            automerge,
            history,
            steps: MAX_STEPS,
        }
    }

    /// The versions of a text that are at odds, newest first: none, or at least two.
    pub(crate) fn sides(&mut self, text: &ObjId) -> Result<Vec<Side>, AutomergeError> {
        let writers = self.history.writers(text);
        let actor = |place: &usize| self.history.change(*place).actor_id();
        if writers
            .iter()
            .all(|place| actor(place) == actor(&writers[0]))
        {
            return Ok(Vec::new());
        }
        let count = self.history.len();
        let mut did_write = vec![false; count];
        for place in writers {
            did_write[*place] = true;
        }
        let mut looked = Looked {
            automerge: self.automerge,
            history: &self.history,
            text,
            did_write,
            texts: BTreeMap::new(),
            splices: BTreeMap::new(),
            contested: BTreeMap::new(),
            steps: &mut self.steps,
        };
        let all = vec![true; count];
        let contested = looked.contested(&all, 0);
        let sides: Vec<Side> = contested
            .into_iter()
            .map(|place| Side {
                text: looked.text_at(&[place]).to_string(),
                actor: Some(self.history.change(place).actor_id().clone()),
                claimed_ms: claimed_ms(self.history.change(place)),
            })
            .collect();
        // All wanted the same, and it is there.
        let shown = self.automerge.text(text)?;
        if sides.iter().all(|side| side.text == shown) {
            return Ok(Vec::new());
        }
        Ok(sides)
    }
}

/// One text, and what was found out of it.
struct Looked<'l, 'a> {
    automerge: &'a AutoCommit,
    history: &'l History<'a>,
    text: &'l ObjId,
    did_write: Vec<bool>,
    texts: BTreeMap<Vec<usize>, Rc<str>>,
    splices: BTreeMap<(Vec<usize>, usize), Rc<[Splice]>>,
    contested: BTreeMap<Vec<usize>, Vec<usize>>,
    steps: &'l mut usize,
}

impl Looked<'_, '_> {
    /// The newest writers among changes whose versions are at odds.
    fn contested(&mut self, among: &[bool], round: usize) -> Vec<usize> {
        self.spend(self.history.len());
        let mut newest = self.history.newest_writers(among, &self.did_write);
        newest.truncate(MAX_VALUES - 1);
        if let Some(known) = self.contested.get(&newest) {
            return known.clone();
        }
        let mut is_contested = vec![false; newest.len()];
        for one in 0..newest.len() {
            for other in 0..one {
                if self.are_at_odds(newest[one], newest[other], round) {
                    is_contested[one] = true;
                    is_contested[other] = true;
                }
            }
        }
        let contested = newest.iter().zip(is_contested).filter(|(_, is)| *is);
        let contested: Vec<usize> = contested.map(|(place, _)| *place).collect();
        self.contested.insert(newest, contested.clone());
        contested
    }

    fn are_at_odds(&mut self, one: usize, other: usize, round: usize) -> bool {
        let actor = |place: usize| self.history.change(place).actor_id();
        self.spend(4 * self.history.len());
        if actor(one) == actor(other) || *self.steps == 0 {
            return false;
        }
        let mut common = self.history.known_with(one);
        for (is_common, is_known) in common.iter_mut().zip(self.history.known_with(other)) {
            *is_common &= is_known;
        }
        let base = self.history.newest_writers(&common, &common);
        let is_one = self.text_at(&[one]) == self.text_at(&[other]);
        // Both knew that the text was at odds, and each settled it.
        if !is_one && round < MAX_ROUNDS && !self.contested(&common, round + 1).is_empty() {
            return true;
        }
        let (ones, others) = (self.splices(&base, one), self.splices(&base, other));
        self.spend(ones.len().saturating_mul(others.len()));
        // Nothing was there, and each wrote a whole text.
        let were_both_begun = !words::is_word(&self.text_at(&base))
            && [&ones, &others]
                .iter()
                .all(|of| of.iter().any(|splice| words::is_word(&splice.text)));
        were_both_begun
            || ones
                .iter()
                .any(|one| others.iter().any(|other| one.is_at_odds_with(other)))
    }

    /// The text as it was after these changes; empty where there was none.
    fn text_at(&mut self, places: &[usize]) -> Rc<str> {
        if let Some(text) = self.texts.get(places) {
            return Rc::clone(text);
        }
        let heads: Vec<ChangeHash> = places
            .iter()
            .map(|place| self.history.change(*place).hash())
            .collect();
        let text = match heads[..] {
            [] => String::new(),
            _ => self
                .automerge
                .text_at(self.text, &heads)
                .unwrap_or_default(),
        };
        self.spend(text.len() + self.history.len());
        let text: Rc<str> = text.into();
        self.texts.insert(places.to_vec(), Rc::clone(&text));
        text
    }

    /// What the author of a change had made of the text.
    fn splices(&mut self, base: &[usize], side: usize) -> Rc<[Splice]> {
        let key = (base.to_vec(), side);
        if let Some(splices) = self.splices.get(&key) {
            return Rc::clone(splices);
        }
        let (old, new) = (self.text_at(base), self.text_at(&[side]));
        self.spend(old.len() + new.len());
        let most = MAX_PAIRS.min(*self.steps);
        let mut left = most;
        let splices: Rc<[Splice]> = words::splices(&old, &new, &mut left).into();
        self.spend(most - left);
        self.splices.insert(key, Rc::clone(&splices));
        splices
    }

    const fn spend(&mut self, steps: usize) {
        *self.steps = self.steps.saturating_sub(steps);
    }
}
