//! Conflicts: places for which several values were written by people who did not know of each other's.
//!
//! Nothing is said of values that are all the same, nor of a list, text or map that is not shown and in which
//! nothing is said: it hides nothing.
//!
//! Words that are changed concurrently in one text merge. Where two people changed the same words, or one within
//! what another replaced, the text is told as a conflict: as it is shown, which may be what nobody wrote, and as
//! each of them had it. It is settled by whoever writes into that text and knows of both.
//!
//! Items of a list that were put in concurrently under the same key are all in the list and all read. They are
//! told as a conflict at that key, in which every value is shown, and settling it keeps one of them.

use std::collections::{BTreeMap, BTreeSet};

use automerge::transaction::Transactable;
use automerge::{
    ActorId, AutoCommit, AutomergeError, Change, ChangeHash, ObjId, ObjType, Prop, ROOT, ReadDoc,
    ScalarValue, Value,
};
use faelled_proto::FeedId;

use crate::actor::actor_of;
use crate::change::MAX_CHANGE_BYTES;
use crate::content::{Budget, Content, MAX_DEPTH};
use crate::contest::{Contest, Side};
use crate::document::{Document, EditError, Quarantine, guarded};
use crate::history::History;
use crate::item::{Item, items_of};
use crate::path::{ConflictPath, PathStep};
use crate::words;

/// Conflicts that are told of one document; the first ones, maps by key and lists by place, in a list
/// those of items with the same key first.
pub const MAX_CONFLICTS: usize = 1_000;
/// Values that are told of one conflict: the shown one and the newest of the others.
pub const MAX_VALUES: usize = 32;
/// Places of a document in which conflicts are looked for.
pub const MAX_PLACES: usize = 100_000;
/// What it costs of [`MAX_PLACES`] to see what a list was when a change was made, besides its length.
const LOOK_BACK_PLACES: usize = 100;
/// Values inside one value of a conflict, as it is told.
pub const MAX_TOLD_VALUES: usize = 2_000;
/// Bytes of text in one value of a conflict, as it is told.
pub const MAX_TOLD_BYTES: usize = 20_000;

/// The fields that an item of a list may be known by: the first that holds a text which is not empty is its
/// key. What is an id by design comes first, then what people call things by, then what an item is about.
pub const KEYS: [&str; 10] = [
    "id",
    "number",
    "name",
    "title",
    "target",
    "requirement",
    "region",
    "release",
    "pilot",
    "version",
];

/// A place with several values.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// Where.
    pub path: ConflictPath,
    /// The values, at least two: the shown one first, then the others, newest first; of items with the same
    /// key as they stand in the list.
    pub values: Vec<ConflictValue>,
}

/// One of the values of a conflict.
#[derive(Debug, Clone, PartialEq)]
pub struct ConflictValue {
    /// The value as JSON, texts as strings.
    pub value: serde_json::Value,
    /// The value is told to its end: it is within [`MAX_TOLD_VALUES`] and [`MAX_TOLD_BYTES`].
    pub is_whole: bool,
    /// The feed that put it there. Others may have changed what is inside since. None for a text that came of
    /// what several wrote.
    pub feed: Option<FeedId>,
    /// When its author says to have put it there, in milliseconds since 1970 (whole seconds); of a text that is
    /// nobody's when the newest of the others was written.
    pub claimed_ms: u64,
    /// [`Document::read`] shows it.
    pub is_shown: bool,
}

/// What a conflict is settled with.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// One of the values, by its place in what [`Document::conflicts`] tells of this document as it is now.
    Shown(usize),
    /// Another value. Texts and numbers become of the sort that the first of the values which says something has
    /// there.
    Json(serde_json::Value),
}

impl From<usize> for Choice {
    fn from(index: usize) -> Self {
        Self::Shown(index)
    }
}

impl Document {
    /// All conflicts, each at its outermost place: what is in conflict inside a value of a conflict is not
    /// told of before that is settled. The same for everybody who has the same changes.
    ///
    /// # Errors
    /// When the document is set aside.
    pub fn conflicts(&self) -> Result<Vec<Conflict>, Quarantine> {
        let found = self.find_conflicts()?;
        Ok(found.into_iter().map(|found| found.conflict).collect())
    }

    /// Settles a conflict: writes the chosen value again at its place, instead of all that stand there, for
    /// everybody who applies the change. Returns the change's bytes. What two people settle differently without
    /// knowing of each other is a conflict again.
    ///
    /// A chosen text, list or map is written as a copy of what it shows now. What somebody who does not know
    /// of that yet still writes into the old one is not in the copy. Of a text that was changed at one place by
    /// several, only what differs is written, so that what is still to come merges into it.
    ///
    /// `claimed_ms` are milliseconds since 1970; Automerge keeps whole seconds.
    ///
    /// # Errors
    /// When the document is set aside, there is no conflict at the place or no such value in it, or the value
    /// is over a bound.
    pub fn resolve(
        &mut self,
        feed: FeedId,
        path: &ConflictPath,
        choice: impl Into<Choice>,
        claimed_ms: u64,
    ) -> Result<Option<Vec<u8>>, EditError> {
        let found = self.find_conflicts()?;
        let Some(found) = found.into_iter().find(|found| found.conflict.path == *path) else {
            return Err(EditError::NoConflict(path.clone()));
        };
        let choice = choice.into();
        let content = self.chosen(&found, &choice)?;
        let kept = match choice {
            Choice::Shown(index) => index,
            Choice::Json(_) => 0,
        };
        self.write(feed, claimed_ms, |automerge| {
            found.place.settle(automerge, &content, kept)
        })
    }

    fn find_conflicts(&self) -> Result<Vec<Found>, Quarantine> {
        if let Some(quarantine) = &self.quarantine {
            return Err(quarantine.clone());
        }
        // One feed alone, in its order, knows all that it wrote.
        if self.written.len() < 2 {
            return Ok(Vec::new());
        }
        guarded(|| {
            let mut walk = Walk::new(self);
            walk.map(&ROOT).map_err(|error| error.to_string())?;
            Ok(walk.found)
        })
        .map_err(|reason| Quarantine {
            entry: None,
            reason,
        })
    }

    fn chosen(&self, found: &Found, choice: &Choice) -> Result<Content, EditError> {
        let read = |source: &Source| {
            let mut budget = writing_budget();
            guarded(|| {
                let content = source.read(&self.automerge, &mut budget);
                content.map_err(|error| error.to_string())
            })
            .map(|content| (content, budget.is_spent))
            .map_err(|reason| Quarantine {
                entry: None,
                reason,
            })
        };
        let (content, is_cut) = match choice {
            Choice::Shown(index) => {
                let source = found.sources.get(*index);
                read(source.ok_or_else(|| EditError::NoSuchValue {
                    path: found.conflict.path.clone(),
                    index: *index,
                    count: found.sources.len(),
                })?)?
            }
            Choice::Json(json) => {
                // What says nothing does not show the sort of the others.
                let nothing = Content::Scalar(ScalarValue::Null);
                let mut contents = Vec::with_capacity(found.sources.len());
                for source in &found.sources {
                    contents.push(read(source)?.0);
                }
                let like = contents.iter().find(|content| **content != nothing);
                let mut budget = writing_budget();
                (Content::from_json(json, like, &mut budget), budget.is_spent)
            }
        };
        if is_cut {
            return Err(EditError::TooLarge(found.conflict.path.clone()));
        }
        Ok(content)
    }
}

const fn told_budget() -> Budget {
    Budget::new(MAX_TOLD_VALUES, MAX_TOLD_BYTES)
}

const fn writing_budget() -> Budget {
    Budget::new(50_000, MAX_CHANGE_BYTES)
}

/// A value in the document.
#[derive(Debug)]
enum Source {
    /// As it is now.
    Now { value: Value<'static>, id: ObjId },
    /// A text as somebody had it.
    Text(String),
}

impl Source {
    fn read(&self, automerge: &AutoCommit, budget: &mut Budget) -> Result<Content, AutomergeError> {
        match self {
            Self::Now { value, id } => Content::read(automerge, value, id, budget),
            Self::Text(text) => Ok(Content::text(text.clone(), budget)),
        }
    }
}

#[derive(Debug)]
struct Found {
    conflict: Conflict,
    sources: Vec<Source>,
    place: Place,
}

/// Where the values of a conflict stand.
#[derive(Debug)]
enum Place {
    /// All at one place.
    At { obj: ObjId, prop: Prop },
    /// Each at its own place of a list, in rising order.
    Items { list: ObjId, indexes: Vec<usize> },
    /// All in one text, which stands at one place.
    Text { text: ObjId, obj: ObjId, prop: Prop },
}

impl Place {
    /// Writes the content instead of the values; of items instead of the one that is kept.
    fn settle(
        &self,
        automerge: &mut AutoCommit,
        content: &Content,
        kept: usize,
    ) -> Result<(), AutomergeError> {
        match self {
            Self::At { obj, prop } => write_anew(automerge, obj, prop.clone(), content),
            Self::Text { text, obj, prop } => match content {
                Content::Text(chosen) => {
                    if !words::write(automerge, text, chosen)? {
                        words::affirm(automerge, text)?;
                    }
                    Ok(())
                }
                other => write_anew(automerge, obj, prop.clone(), other),
            },
            Self::Items { list, indexes } => {
                // Last one first: the places before it stay.
                for (position, index) in indexes.iter().enumerate().rev() {
                    if position == kept {
                        write_anew(automerge, list, (*index).into(), content)?;
                    } else {
                        automerge.delete(list, *index)?;
                    }
                }
                Ok(())
            }
        }
    }
}

/// Writes a value even where the same is shown already. Automerge would only drop the others then, and this
/// choice would be lost without a trace to another one that somebody makes at the same time.
fn write_anew(
    automerge: &mut AutoCommit,
    obj: &ObjId,
    prop: Prop,
    content: &Content,
) -> Result<(), AutomergeError> {
    if let Content::Scalar(scalar) = content {
        let other = match scalar {
            ScalarValue::Null => ScalarValue::Boolean(false),
            _ => ScalarValue::Null,
        };
        automerge.put(obj, prop.clone(), other)?;
    }
    content.put(automerge, obj, prop)
}

/// Goes through the document as it is shown.
struct Walk<'a> {
    automerge: &'a AutoCommit,
    feeds: BTreeMap<ActorId, FeedId>,
    path: Vec<PathStep>,
    places: usize,
    /// Where some did not know of others' changes.
    contest: Option<Contest<'a>>,
    /// The claimed times of changes: looking one up costs as much as the change is long.
    claimed_ms: BTreeMap<ChangeHash, u64>,
    found: Vec<Found>,
}

impl<'a> Walk<'a> {
    fn new(document: &'a Document) -> Self {
        let automerge = &document.automerge;
        let feeds = document.written.keys();
        let history = History::read(&document.made, automerge.base_heads());
        Self {
            automerge,
            feeds: feeds
                .map(|feed| (actor_of(*feed, document.id), *feed))
                .collect(),
            path: Vec::new(),
            places: MAX_PLACES,
            contest: history.map(|history| Contest::new(automerge, history)),
            claimed_ms: BTreeMap::new(),
            found: Vec::new(),
        }
    }

    fn is_at_end(&self) -> bool {
        self.places == 0 || self.found.len() >= MAX_CONFLICTS
    }

    fn map(&mut self, map: &ObjId) -> Result<(), AutomergeError> {
        let automerge = self.automerge;
        for entry in automerge.map_range(map, ..) {
            if self.is_at_end() {
                break;
            }
            self.places -= 1;
            let (id, is_contested) = (entry.id(), entry.conflict);
            let object = object_of(&entry.value.into_value());
            let key = entry.key.into_owned();
            self.path.push(PathStep::Key(key.clone()));
            let prop = Prop::Map(key);
            let is_told = is_contested && self.place(map, prop.clone())?;
            if !is_told {
                self.inside(object, &id, (map, prop))?;
            }
            self.path.pop();
        }
        Ok(())
    }

    fn list(&mut self, list: &ObjId) -> Result<(), AutomergeError> {
        let items = items_of(self.automerge, list)?;
        let mut by_key: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
        for item in &items {
            if let Some(key) = &item.key {
                by_key.entry(key).or_default().push(item);
            }
        }
        by_key.retain(|_, same| same.len() > 1);
        let mut told: BTreeSet<usize> = BTreeSet::new();
        for (key, same) in &by_key {
            if !self.is_at_end() && self.is_concurrent(list, items.len(), same)? {
                told.extend(same.iter().map(|item| item.index));
                self.path.push(PathStep::Item((*key).to_owned()));
                self.same_items(list, same)?;
                self.path.pop();
            }
        }
        for item in items.iter().filter(|item| !told.contains(&item.index)) {
            if self.is_at_end() {
                break;
            }
            self.places -= 1;
            self.path.push(match &item.key {
                Some(key) if !by_key.contains_key(key.as_str()) => PathStep::Item(key.clone()),
                _ => PathStep::Index(item.index),
            });
            let is_told = item.is_contested && self.place(list, item.index.into())?;
            if !is_told {
                self.inside(item.object, &item.id, (list, item.index.into()))?;
            }
            self.path.pop();
        }
        Ok(())
    }

    fn inside(
        &mut self,
        object: Option<ObjType>,
        id: &ObjId,
        at: (&ObjId, Prop),
    ) -> Result<(), AutomergeError> {
        match object {
            _ if self.path.len() >= MAX_DEPTH => Ok(()),
            Some(ObjType::Map | ObjType::Table) => self.map(id),
            Some(ObjType::List) => self.list(id),
            Some(ObjType::Text) => self.text(id, at),
            None => Ok(()),
        }
    }

    /// Tells of a text where several changed the same place of it.
    fn text(&mut self, text: &ObjId, (obj, prop): (&ObjId, Prop)) -> Result<(), AutomergeError> {
        let Some(contest) = &mut self.contest else {
            return Ok(());
        };
        let mut sides = contest.sides(text)?;
        let Some(claimed_ms) = sides.iter().map(|side| side.claimed_ms).max() else {
            return Ok(());
        };
        let shown = self.automerge.text(text)?;
        let shown = match sides.iter().position(|side| side.text == shown) {
            Some(place) => sides.remove(place),
            None => Side {
                text: shown,
                actor: None,
                claimed_ms,
            },
        };
        sides.insert(0, shown);
        let values = sides.iter().enumerate().map(|(position, side)| {
            let mut budget = told_budget();
            let value = Content::text(side.text.clone(), &mut budget).to_json();
            let feed = side.actor.as_ref().and_then(|actor| self.feeds.get(actor));
            ConflictValue {
                value,
                is_whole: !budget.is_spent,
                feed: feed.copied(),
                claimed_ms: side.claimed_ms,
                is_shown: position == 0,
            }
        });
        let values = values.collect();
        let sources = sides.into_iter().map(|side| Source::Text(side.text));
        let (text, obj) = (text.clone(), obj.clone());
        self.push(values, sources.collect(), Place::Text { text, obj, prop });
        Ok(())
    }

    /// Tells of a place, where its values differ.
    fn place(&mut self, obj: &ObjId, prop: Prop) -> Result<bool, AutomergeError> {
        let mut values = Vec::new();
        let mut sources = Vec::new();
        // Automerge gives them in the order of their ids, and shows the last one.
        let all = self.automerge.get_all(obj, prop.clone())?;
        for (position, (value, id)) in all.into_iter().rev().enumerate() {
            if values.len() >= MAX_VALUES {
                break;
            }
            let is_shown = position == 0;
            let (content, mut told) = self.tell(&value, &id)?;
            if is_shown || !content.is_blank_object() || !told.is_whole {
                told.is_shown = is_shown;
                values.push(told);
                let value = value.into_owned();
                sources.push(Source::Now { value, id });
            }
        }
        let is_same = |told: &ConflictValue| told.is_whole && told.value == values[0].value;
        if values.iter().all(is_same) {
            return Ok(false);
        }
        let obj = obj.clone();
        self.push(values, sources, Place::At { obj, prop });
        Ok(true)
    }

    fn same_items(&mut self, list: &ObjId, items: &[&Item]) -> Result<(), AutomergeError> {
        let mut values = Vec::new();
        let mut sources = Vec::new();
        for item in items.iter().take(MAX_VALUES) {
            let value = Value::Object(ObjType::Map);
            values.push(self.tell(&value, &item.id)?.1);
            let id = item.id.clone();
            sources.push(Source::Now { value, id });
        }
        let list = list.clone();
        let indexes = items.iter().map(|item| item.index).collect();
        self.push(values, sources, Place::Items { list, indexes });
        Ok(())
    }

    fn push(&mut self, values: Vec<ConflictValue>, sources: Vec<Source>, place: Place) {
        let path = ConflictPath(self.path.clone());
        self.found.push(Found {
            conflict: Conflict { path, values },
            sources,
            place,
        });
    }

    /// Whether two of these items were put in by people who did not know of the other's. Looking into the
    /// past of the list is counted as so many places.
    fn is_concurrent(
        &mut self,
        list: &ObjId,
        length: usize,
        items: &[&Item],
    ) -> Result<bool, AutomergeError> {
        let items = items.get(..MAX_VALUES).unwrap_or(items);
        let is_of_one = |item: &&Item| author_of(&item.id) == author_of(&items[0].id);
        if items.iter().all(is_of_one) {
            return Ok(false);
        }
        let mut known: Vec<BTreeSet<ObjId>> = Vec::new();
        for item in items {
            let cost = LOOK_BACK_PLACES + length;
            self.places = self.places.saturating_sub(cost);
            let hash = self.automerge.hash_for_opid(&item.id);
            let (Some(hash), false) = (hash, self.places == 0) else {
                return Ok(false);
            };
            let then = self.automerge.list_range_at(list, .., &[hash]);
            known.push(then.map(|item| item.id()).collect());
        }
        Ok((0..items.len()).any(|one| {
            (0..one).any(|other| {
                !known[one].contains(&items[other].id) && !known[other].contains(&items[one].id)
            })
        }))
    }

    fn tell(
        &mut self,
        value: &Value<'_>,
        id: &ObjId,
    ) -> Result<(Content, ConflictValue), AutomergeError> {
        let mut budget = told_budget();
        let content = Content::read(self.automerge, value, id, &mut budget)?;
        let feed = author_of(id).and_then(|actor| self.feeds.get(actor).copied());
        let told = ConflictValue {
            value: content.to_json(),
            is_whole: !budget.is_spent,
            feed,
            claimed_ms: self.claimed_ms(id),
            is_shown: true,
        };
        Ok((content, told))
    }

    fn claimed_ms(&mut self, id: &ObjId) -> u64 {
        let automerge = self.automerge;
        let Some(hash) = automerge.hash_for_opid(id) else {
            return 0;
        };
        *self.claimed_ms.entry(hash).or_insert_with(|| {
            automerge
                .get_change_by_hash(&hash)
                .map_or(0, |change| claimed_ms(&change))
        })
    }
}

/// When a change's author says to have made it.
pub(crate) fn claimed_ms(change: &Change) -> u64 {
    let seconds = u64::try_from(change.timestamp()).unwrap_or_default();
    seconds.saturating_mul(1000)
}

const fn author_of(id: &ObjId) -> Option<&ActorId> {
    match id {
        ObjId::Id(_, actor, _) => Some(actor),
        ObjId::Root => None,
    }
}

fn object_of(value: &Value<'_>) -> Option<ObjType> {
    match value {
        Value::Object(object) => Some(*object),
        Value::Scalar(_) => None,
    }
}
