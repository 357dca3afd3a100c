//! Ids of list items that people do not know by a number or a name.
//!
//! An item keeps its id through every edit, so that concurrent edits meet in it wherever it stands. Ids are
//! derived, never drawn: a file that is read twice makes the same document.

use std::collections::BTreeSet;

use faelled_proto::id::ContentHash;
use serde::Serialize;

use crate::attachment::Attachment;
use crate::pack::{AnsweredProposal, Hearing, Section};
use crate::pilot::{Check, Effect};
use crate::project::Indicator;
use crate::requirement::{Award, Evidence, FollowUp, Measure, StateChange};
use crate::{Pack, Pilot, Project, Requirement, Resource};

/// Hexadecimal digits of an id.
const ID_CHARS: usize = 12;
/// Items of a list up to which ids are given; the rules allow far fewer. What others wrote may be longer, and
/// looking for equals takes time with the square.
const MAX_ITEMS: usize = 1_000;

/// An item that is told from others by an id.
pub trait Identified: Clone + PartialEq + Serialize {
    /// Its id; empty where it has none yet.
    fn id(&self) -> &str;

    /// Gives it an id.
    fn set_id(&mut self, id: String);
}

/// A value that holds such items.
pub trait HasItems {
    /// Gives every item without an id the one of the same item in the value before; new ones get one of
    /// their own.
    fn take_ids(&mut self, before: &Self);

    /// Gives items of a value that was read the ids that they lack, and makes all distinct; see [`settle`].
    fn settle_ids(&mut self);
}

/// Gives items without an id one: that of an equal item before, else of the item that stood at the same
/// place and is not there any more, else one made of its content.
pub fn take_over<T: Identified>(before: &[T], now: &mut [T]) {
    if before.len() > MAX_ITEMS || now.len() > MAX_ITEMS {
        return;
    }
    let mut taken: BTreeSet<String> = now
        .iter()
        .map(|item| item.id().to_owned())
        .filter(|id| !id.is_empty())
        .collect();
    for item in now.iter_mut().filter(|item| item.id().is_empty()) {
        let equal = before
            .iter()
            .find(|old| !taken.contains(old.id()) && without_id(*old) == *item);
        if let Some(old) = equal.filter(|old| !old.id().is_empty()) {
            taken.insert(old.id().to_owned());
            item.set_id(old.id().to_owned());
        }
    }
    for (place, item) in now.iter_mut().enumerate() {
        if !item.id().is_empty() {
            continue;
        }
        let id = before
            .get(place)
            .map(|old| old.id().to_owned())
            .filter(|id| !id.is_empty() && !taken.contains(id))
            .unwrap_or_else(|| fresh(item, &taken));
        taken.insert(id.clone());
        item.set_id(id);
    }
}

/// Gives the items of a list that was read the ids that they lack, and makes all distinct.
///
/// Members that add the same item at the same time give it the same id, and after the merge the list has it
/// twice. Equal items are one: the first stands, and the next edit takes the other out of the document. Where
/// the two were edited apart since, both stay and the later gets an id of its own, so that no words are lost.
/// Every node does this alike, so all show the same.
pub fn settle<T: Identified>(items: &mut Vec<T>) {
    if items.len() > MAX_ITEMS {
        return;
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut settled: Vec<T> = Vec::with_capacity(items.len());
    for mut item in items.drain(..) {
        if !item.id().is_empty() && !taken.insert(item.id().to_owned()) {
            if settled.contains(&item) {
                continue;
            }
            item.set_id(String::new());
        }
        settled.push(item);
    }
    take_over(&[], &mut settled);
    *items = settled;
}

fn without_id<T: Identified>(item: &T) -> T {
    let mut plain = item.clone();
    plain.set_id(String::new());
    plain
}

/// An id for an item that has none: made of the content, and of a count where that is taken.
fn fresh<T: Identified>(item: &T, taken: &BTreeSet<String>) -> String {
    let content = serde_json::to_vec(item).unwrap_or_default();
    let mut id = String::new();
    for count in 0..=taken.len() as u64 {
        id = ContentHash::of(&[&content, &count.to_be_bytes()]).to_string();
        id.truncate(ID_CHARS);
        if !taken.contains(&id) {
            break;
        }
    }
    id
}

macro_rules! identified {
    ($( $item:ty ),* $(,)?) => {$(
        impl Identified for $item {
            fn id(&self) -> &str {
                &self.id
            }

            fn set_id(&mut self, id: String) {
                self.id = id;
            }
        }
    )*};
}
identified!(
    AnsweredProposal,
    Attachment,
    Award,
    Check,
    Effect,
    Evidence,
    FollowUp,
    Hearing,
    Indicator,
    Measure,
    Section,
    StateChange,
);

macro_rules! has_items {
    ($( $value:ty { $( $list:ident ),* } )*) => {$(
        impl HasItems for $value {
            fn take_ids(&mut self, before: &Self) {
                $( take_over(&before.$list, &mut self.$list); )*
            }

            fn settle_ids(&mut self) {
                $( settle(&mut self.$list); )*
            }
        }
    )*};
}
has_items! {
    Requirement { measures, awards, evidence, follow_up, history }
    Pack { sections, hearings, answered }
    Pilot { checks, effects, attachments }
    Project { indicators }
    Resource { attachments }
}
