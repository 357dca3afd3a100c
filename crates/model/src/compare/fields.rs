//! Two values, field by field.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::words::{Piece, words};
use crate::ids::HasItems;
use crate::shape::{Field, Shape, Shaped};
use crate::{Pack, Requirement};

/// Fields that say how a document is kept and not what it asks: they are not compared.
const BOOKKEEPING: &[&str] = &[
    "schema",
    "state",
    "history",
    "published_as",
    "hearing_of",
    "hearings",
    "withdrawals",
    "answered",
];

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldDiff {
    /// The field, its list items by key: `level`, `placeholders[andel].max`, `evidence[3f…].text`. Its name for
    /// people is that of [`crate::field::field_name`].
    pub field: String,
    /// The language, where it is a text.
    pub language: Option<String>,
    /// What differs.
    pub change: Change,
}

/// What differs in a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// A text, word by word.
    Words(Vec<Piece>),
    /// A value, or one of a list of them: as it was and as it is; `None` where there is none.
    Value {
        /// As it was.
        before: Option<String>,
        /// As it is.
        after: Option<String>,
    },
    /// The order of a list's items: the keys of those that both have.
    Order {
        /// As it was.
        before: Vec<String>,
        /// As it is.
        after: Vec<String>,
    },
}

/// What differs between two states of a requirement, in the order of its fields. Texts are compared word by word
/// in each language. States, history and the like are not compared.
#[must_use]
pub fn requirement_diff(old: &Requirement, new: &Requirement) -> Vec<FieldDiff> {
    diff(old, new)
}

/// What differs between two states of a pack; as [`requirement_diff`].
#[must_use]
pub fn pack_diff(old: &Pack, new: &Pack) -> Vec<FieldDiff> {
    diff(old, new)
}

fn diff<T: HasItems + Shaped + Serialize + Clone>(old: &T, new: &T) -> Vec<FieldDiff> {
    let (mut old, mut new) = (old.clone(), new.clone());
    // One of them may be of a shape without ids: then equal items, or those at the same place, are the same.
    old.take_ids(&new);
    new.take_ids(&old);
    let mut found = Found::default();
    if let (Ok(old), Ok(new)) = (serde_json::to_value(&old), serde_json::to_value(&new)) {
        let fields = T::SHAPE.fields().iter();
        for field in fields.filter(|field| !BOOKKEEPING.contains(&field.name)) {
            found.field("", field, old.get(field.name), new.get(field.name));
        }
    }
    found.0
}

#[derive(Debug, Default)]
struct Found(Vec<FieldDiff>);

impl Found {
    fn field(&mut self, path: &str, field: &Field, old: Option<&Value>, new: Option<&Value>) {
        let path = if path.is_empty() {
            field.name.to_owned()
        } else {
            format!("{path}.{}", field.name)
        };
        self.walk(&path, field.shape, old, new);
    }

    fn walk(&mut self, path: &str, shape: &Shape, old: Option<&Value>, new: Option<&Value>) {
        if old == new {
            return;
        }
        match shape {
            Shape::Record(fields) => {
                for field in fields.iter() {
                    let old = old.and_then(|record| record.get(field.name));
                    let new = new.and_then(|record| record.get(field.name));
                    self.field(path, field, old, new);
                }
            }
            Shape::Text => self.text(
                path,
                old.and_then(Value::as_object),
                new.and_then(Value::as_object),
            ),
            Shape::List(item) => {
                let (old, new) = (items(old), items(new));
                match (item.key(), item) {
                    (Some(key), _) => self.keyed(path, item, key, old, new),
                    (None, Shape::Record(_) | Shape::Text) => self.placed(path, item, old, new),
                    (None, _) => self.set(path, old, new),
                }
            }
            _ => self.push(
                path,
                Change::Value {
                    before: old.and_then(line),
                    after: new.and_then(line),
                },
            ),
        }
    }

    fn text(
        &mut self,
        path: &str,
        old: Option<&Map<String, Value>>,
        new: Option<&Map<String, Value>>,
    ) {
        let languages: BTreeSet<&String> = [old, new]
            .into_iter()
            .flatten()
            .flat_map(Map::keys)
            .collect();
        for language in languages {
            let of = |texts: Option<&Map<String, Value>>| {
                let text = texts
                    .and_then(|texts| texts.get(language))
                    .and_then(Value::as_str);
                text.unwrap_or_default().to_owned()
            };
            let (old, new) = (of(old), of(new));
            if old != new {
                self.0.push(FieldDiff {
                    field: path.to_owned(),
                    language: Some(language.clone()),
                    change: Change::Words(words(&old, &new)),
                });
            }
        }
    }

    fn keyed(&mut self, path: &str, item: &Shape, key: &Field, old: &[Value], new: &[Value]) {
        let (before, after) = (keys(key, old), keys(key, new));
        let (before_at, after_at) = (places(&before), places(&after));
        // Behind a key that is there twice a change could hide.
        if before_at.len() < before.len() || after_at.len() < after.len() {
            self.placed(path, item, old, new);
            return;
        }
        let gone = before.iter().filter(|key| !after_at.contains_key(**key));
        for key in after.iter().chain(gone) {
            let old = before_at.get(key).and_then(|place| old.get(*place));
            let new = after_at.get(key).and_then(|place| new.get(*place));
            self.walk(&format!("{path}[{key}]"), item, old, new);
        }
        let common = |keys: &[&str], others: &BTreeMap<&str, usize>| -> Vec<String> {
            let both = keys.iter().filter(|key| others.contains_key(**key));
            both.map(|key| (*key).to_owned()).collect()
        };
        let (before, after) = (common(&before, &after_at), common(&after, &before_at));
        if before != after {
            self.push(path, Change::Order { before, after });
        }
    }

    /// Items that no key tells apart are the same where they stand at the same place.
    fn placed(&mut self, path: &str, item: &Shape, old: &[Value], new: &[Value]) {
        for place in 0..old.len().max(new.len()) {
            self.walk(
                &format!("{path}[{}]", place + 1),
                item,
                old.get(place),
                new.get(place),
            );
        }
    }

    /// Single values, whose order says nothing.
    fn set(&mut self, path: &str, old: &[Value], new: &[Value]) {
        let (before, after): (BTreeSet<String>, BTreeSet<String>) = (
            old.iter().filter_map(line).collect(),
            new.iter().filter_map(line).collect(),
        );
        for value in before.difference(&after) {
            self.push(
                path,
                Change::Value {
                    before: Some(value.clone()),
                    after: None,
                },
            );
        }
        for value in after.difference(&before) {
            self.push(
                path,
                Change::Value {
                    before: None,
                    after: Some(value.clone()),
                },
            );
        }
    }

    fn push(&mut self, path: &str, change: Change) {
        self.0.push(FieldDiff {
            field: path.to_owned(),
            language: None,
            change,
        });
    }
}

fn items(value: Option<&Value>) -> &[Value] {
    value
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn line(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn keys<'a>(key: &Field, items: &'a [Value]) -> Vec<&'a str> {
    let of = |item: &'a Value| item.get(key.name).and_then(Value::as_str);
    items
        .iter()
        .map(|item| of(item).unwrap_or_default())
        .collect()
}

/// Where each key stands.
fn places<'a>(keys: &[&'a str]) -> BTreeMap<&'a str, usize> {
    let placed = keys.iter().enumerate();
    placed.map(|(place, key)| (*key, place)).collect()
}
