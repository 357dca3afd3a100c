//! Values out of a document and into it, whole and bounded.

use std::collections::BTreeMap;

use automerge::transaction::Transactable;
use automerge::{AutoCommit, AutomergeError, ObjId, ObjType, Prop, ReadDoc, ScalarValue, Value};

/// How deep a value is read and written.
pub(crate) const MAX_DEPTH: usize = 16;

/// What may still be read of a value.
#[derive(Debug)]
pub(crate) struct Budget {
    values: usize,
    bytes: usize,
    /// Something was left out.
    pub(crate) is_spent: bool,
}

impl Budget {
    pub(crate) const fn new(values: usize, bytes: usize) -> Self {
        Self {
            values,
            bytes,
            is_spent: false,
        }
    }

    fn take_value(&mut self) -> bool {
        match self.values.checked_sub(1) {
            Some(left) => self.values = left,
            None => self.is_spent = true,
        }
        !self.is_spent
    }

    fn take_text(&mut self, mut text: String) -> String {
        if text.len() > self.bytes {
            self.is_spent = true;
            text.truncate(text.floor_char_boundary(self.bytes));
        }
        self.bytes -= text.len();
        text
    }
}

/// A value of a document, read as it is shown: what its inner conflicts do not show is not in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    Scalar(ScalarValue),
    Text(String),
    Map(BTreeMap<String, Self>),
    List(Vec<Self>),
}

impl Content {
    /// Reads a value that Automerge returned together with this id.
    pub(crate) fn read(
        automerge: &AutoCommit,
        value: &Value<'_>,
        id: &ObjId,
        budget: &mut Budget,
    ) -> Result<Self, AutomergeError> {
        Self::read_at(automerge, value, id, budget, 0)
    }

    fn read_at(
        automerge: &AutoCommit,
        value: &Value<'_>,
        id: &ObjId,
        budget: &mut Budget,
        depth: usize,
    ) -> Result<Self, AutomergeError> {
        if depth >= MAX_DEPTH {
            budget.is_spent = true;
        }
        if budget.is_spent || !budget.take_value() {
            return Ok(Self::Scalar(ScalarValue::Null));
        }
        Ok(match value {
            Value::Scalar(scalar) => match scalar.as_ref() {
                ScalarValue::Str(text) => {
                    Self::Scalar(ScalarValue::Str(budget.take_text(text.to_string()).into()))
                }
                ScalarValue::Bytes(bytes) if bytes.len() > budget.bytes => {
                    budget.is_spent = true;
                    Self::Scalar(ScalarValue::Null)
                }
                other => Self::Scalar(other.clone()),
            },
            Value::Object(ObjType::Text) => Self::text(automerge.text(id)?, budget),
            Value::Object(ObjType::List) => {
                let mut items = Vec::new();
                for item in automerge.list_range(id, ..) {
                    if budget.is_spent {
                        break;
                    }
                    let (value, inner) = (item.value.clone().into_value(), item.id());
                    items.push(Self::read_at(automerge, &value, &inner, budget, depth + 1)?);
                }
                Self::List(items)
            }
            Value::Object(ObjType::Map | ObjType::Table) => {
                let mut entries = BTreeMap::new();
                for item in automerge.map_range(id, ..) {
                    let inner = item.id();
                    let key = budget.take_text(item.key.into_owned());
                    if budget.is_spent {
                        break;
                    }
                    let value = item.value.into_value();
                    let content = Self::read_at(automerge, &value, &inner, budget, depth + 1)?;
                    entries.insert(key, content);
                }
                Self::Map(entries)
            }
        })
    }

    pub(crate) fn text(text: String, budget: &mut Budget) -> Self {
        Self::Text(budget.take_text(text))
    }

    /// Takes a value from JSON, of the same sorts of text and number as a value that stands there now.
    pub(crate) fn from_json(
        json: &serde_json::Value,
        like: Option<&Self>,
        budget: &mut Budget,
    ) -> Self {
        Self::from_json_at(json, like, budget, 0)
    }

    fn from_json_at(
        json: &serde_json::Value,
        like: Option<&Self>,
        budget: &mut Budget,
        depth: usize,
    ) -> Self {
        if depth >= MAX_DEPTH {
            budget.is_spent = true;
        }
        if budget.is_spent || !budget.take_value() {
            return Self::Scalar(ScalarValue::Null);
        }
        match json {
            serde_json::Value::Null => Self::Scalar(ScalarValue::Null),
            serde_json::Value::Bool(truth) => Self::Scalar(ScalarValue::Boolean(*truth)),
            serde_json::Value::Number(number) => Self::Scalar(scalar_number(number, like)),
            serde_json::Value::String(text) => {
                let text = budget.take_text(text.clone());
                match like {
                    Some(Self::Text(_)) => Self::Text(text),
                    _ => Self::Scalar(ScalarValue::Str(text.into())),
                }
            }
            serde_json::Value::Array(items) => {
                let like = match like {
                    Some(Self::List(likes)) => likes.first(),
                    _ => None,
                };
                let items = items
                    .iter()
                    .map(|item| Self::from_json_at(item, like, budget, depth + 1));
                Self::List(items.collect())
            }
            serde_json::Value::Object(entries) => {
                let likes = match like {
                    Some(Self::Map(likes)) => Some(likes),
                    _ => None,
                };
                let mut map = BTreeMap::new();
                for (key, value) in entries {
                    let like = likes.and_then(|likes| likes.get(key));
                    let content = Self::from_json_at(value, like, budget, depth + 1);
                    map.insert(budget.take_text(key.clone()), content);
                }
                Self::Map(map)
            }
        }
    }

    /// The value as JSON: texts of both sorts as strings, bytes as numbers.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(entries) => entries
                .iter()
                .map(|(key, value)| (key.clone(), value.to_json()))
                .collect(),
            Self::Scalar(scalar) => match scalar {
                ScalarValue::Str(text) => text.as_str().into(),
                ScalarValue::Bytes(bytes) => bytes.as_slice().into(),
                ScalarValue::Int(number) | ScalarValue::Timestamp(number) => (*number).into(),
                ScalarValue::Uint(number) => (*number).into(),
                ScalarValue::F64(number) => (*number).into(),
                ScalarValue::Counter(counter) => i64::from(counter).into(),
                ScalarValue::Boolean(truth) => (*truth).into(),
                ScalarValue::Unknown { .. } | ScalarValue::Null => serde_json::Value::Null,
            },
        }
    }

    /// A text, list or map in which nothing is said: as it is when somebody made room for something.
    pub(crate) fn is_blank_object(&self) -> bool {
        match self {
            Self::Scalar(_) => false,
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.values().all(|value| match value {
                Self::Scalar(scalar) => says_nothing(scalar),
                object => object.is_blank_object(),
            }),
        }
    }

    /// Writes the value at a place that is there, or under a key.
    pub(crate) fn put(
        &self,
        automerge: &mut AutoCommit,
        obj: &ObjId,
        prop: Prop,
    ) -> Result<(), AutomergeError> {
        let sort = match self {
            Self::Scalar(scalar) => return automerge.put(obj, prop, scalar.clone()),
            object => object.sort(),
        };
        let id = automerge.put_object(obj, prop, sort)?;
        self.fill(automerge, &id)
    }

    fn insert(
        &self,
        automerge: &mut AutoCommit,
        list: &ObjId,
        index: usize,
    ) -> Result<(), AutomergeError> {
        let sort = match self {
            Self::Scalar(scalar) => return automerge.insert(list, index, scalar.clone()),
            object => object.sort(),
        };
        let id = automerge.insert_object(list, index, sort)?;
        self.fill(automerge, &id)
    }

    const fn sort(&self) -> ObjType {
        match self {
            Self::List(_) => ObjType::List,
            Self::Text(_) => ObjType::Text,
            Self::Map(_) | Self::Scalar(_) => ObjType::Map,
        }
    }

    fn fill(&self, automerge: &mut AutoCommit, id: &ObjId) -> Result<(), AutomergeError> {
        match self {
            Self::Scalar(_) => Ok(()),
            Self::Text(text) => automerge.splice_text(id, 0, 0, text),
            Self::List(items) => items
                .iter()
                .enumerate()
                .try_for_each(|(index, item)| item.insert(automerge, id, index)),
            Self::Map(entries) => entries
                .iter()
                .try_for_each(|(key, value)| value.put(automerge, id, Prop::Map(key.clone()))),
        }
    }
}

fn says_nothing(scalar: &ScalarValue) -> bool {
    match scalar {
        ScalarValue::Null | ScalarValue::Boolean(false) => true,
        ScalarValue::Str(text) => text.is_empty(),
        ScalarValue::Int(number) => *number == 0,
        ScalarValue::Uint(number) => *number == 0,
        ScalarValue::F64(number) => *number == 0.0,
        _ => false,
    }
}

fn scalar_number(number: &serde_json::Number, like: Option<&Content>) -> ScalarValue {
    let float = || ScalarValue::F64(number.as_f64().unwrap_or_default());
    match like {
        Some(Content::Scalar(ScalarValue::F64(_))) => float(),
        Some(Content::Scalar(ScalarValue::Int(_))) => {
            number.as_i64().map_or_else(float, ScalarValue::Int)
        }
        _ => number
            .as_u64()
            .map(ScalarValue::Uint)
            .or_else(|| number.as_i64().map(ScalarValue::Int))
            .unwrap_or_else(float),
    }
}

#[cfg(test)]
mod tests {
    use automerge::ROOT;
    use serde_json::json;

    use super::*;

    fn read(automerge: &AutoCommit, budget: &mut Budget) -> Content {
        let value = Value::Object(ObjType::Map);
        Content::read(automerge, &value, &ROOT, budget).unwrap()
    }

    #[test]
    fn what_is_written_is_read_again_with_the_same_sorts() {
        let mut automerge = AutoCommit::new();
        let text = automerge.put_object(ROOT, "text", ObjType::Text).unwrap();
        automerge.splice_text(&text, 0, 0, "Æbler").unwrap();
        automerge.put(ROOT, "int", 3_i64).unwrap();
        automerge.put(ROOT, "float", 1.5).unwrap();
        let list = automerge.put_object(ROOT, "list", ObjType::List).unwrap();
        let item = automerge.insert_object(&list, 0, ObjType::Map).unwrap();
        automerge.put(&item, "flag", true).unwrap();
        let content = read(&automerge, &mut Budget::new(100, 100));
        let mut other = AutoCommit::new();
        content.put(&mut other, &ROOT, "copy".into()).unwrap();
        let Content::Map(copied) = read(&other, &mut Budget::new(100, 100)) else {
            panic!("the root is a map");
        };
        assert_eq!(copied.get("copy"), Some(&content));
        let expected = json!({"text": "Æbler", "int": 3, "float": 1.5, "list": [{"flag": true}]});
        assert_eq!(content.to_json(), expected);
        let mut budget = Budget::new(100, 100);
        assert_eq!(
            Content::from_json(&expected, Some(&content), &mut budget),
            content
        );
    }

    #[test]
    fn a_value_over_a_bound_is_cut_and_says_so() {
        let mut automerge = AutoCommit::new();
        automerge.put(ROOT, "long", "æ".repeat(100)).unwrap();
        let mut budget = Budget::new(10, 21);
        let cut = read(&automerge, &mut budget).to_json();
        assert!(budget.is_spent);
        assert_eq!(cut, json!({"long": "æ".repeat(8)}));
        for key in 0..100 {
            automerge.put(ROOT, key.to_string(), 1_u64).unwrap();
        }
        let mut budget = Budget::new(10, 1_000);
        read(&automerge, &mut budget);
        assert!(budget.is_spent);
    }

    #[test]
    fn a_value_that_is_nested_without_end_is_cut() {
        let mut automerge = AutoCommit::new();
        let mut inner = ROOT;
        for _ in 0..1_000 {
            inner = automerge.put_object(&inner, "in", ObjType::Map).unwrap();
        }
        let mut budget = Budget::new(10_000, 10_000);
        read(&automerge, &mut budget);
        assert!(budget.is_spent);
    }
}
