//! Rows on their way into the mirror.

use std::collections::BTreeMap;

use faelled_model::text::InLanguages;
use serde_json::{Map, Value as Json};

use crate::contract::{Relation, contract};

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
}

/// Rows of several tables, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    tables: BTreeMap<&'static str, Vec<Vec<Value>>>,
}

/// A row that is being filled in; cells that nobody fills in are NULL.
#[derive(Debug)]
pub(crate) struct Row {
    relation: &'static Relation,
    cells: Vec<Value>,
    other_languages: Map<String, Json>,
}

impl Rows {
    pub(crate) fn add(&mut self, row: Row) {
        let relation = row.relation;
        self.tables
            .entry(relation.name)
            .or_default()
            .push(row.into_cells());
    }

    pub(crate) fn into_tables(self) -> impl Iterator<Item = (&'static str, Vec<Vec<Value>>)> {
        self.tables.into_iter()
    }
}

impl Row {
    /// An empty row of this table.
    pub(crate) fn of(table: &str) -> Self {
        let relation = relation(table);
        Self {
            relation,
            cells: vec![Value::Null; relation.columns.len()],
            other_languages: Map::new(),
        }
    }

    pub(crate) fn set(mut self, column: &str, value: impl Into<Value>) -> Self {
        self.put(column, value.into());
        self
    }

    /// The Danish and English text in `<field>_da` and `<field>_en`; other languages are collected
    /// for the column `texts`.
    pub(crate) fn localized(mut self, field: &str, text: &impl InLanguages) -> Self {
        let mut others = Map::new();
        for language in text.languages() {
            let said = text.exact(language).unwrap_or_default();
            match language {
                "da" | "en" => self.put(&format!("{field}_{language}"), said.into()),
                other => {
                    others.insert(other.to_owned(), Json::from(said));
                }
            }
        }
        if !others.is_empty() {
            self.other_languages
                .insert(field.to_owned(), Json::Object(others));
        }
        self
    }

    fn put(&mut self, column: &str, value: Value) {
        let index = self
            .relation
            .columns
            .iter()
            .position(|known| known.name == column);
        debug_assert!(
            index.is_some(),
            "{} has no column {column}",
            self.relation.name
        );
        if let Some(cell) = index.and_then(|index| self.cells.get_mut(index)) {
            *cell = value;
        }
    }

    /// The cells in the order of the table's columns.
    pub(crate) fn into_cells(mut self) -> Vec<Value> {
        if !self.other_languages.is_empty() {
            let texts = Json::Object(std::mem::take(&mut self.other_languages)).to_string();
            self.put("texts", Value::Text(texts));
        }
        self.cells
    }
}

/// The table's description. Table names are written in this crate only, and every one is used in a
/// test.
pub(crate) fn relation(table: &str) -> &'static Relation {
    static NONE: Relation = Relation {
        name: "",
        sort: crate::contract::Sort::Table,
        danish: "",
        description: "",
        columns: Vec::new(),
    };
    let found = contract()
        .relations
        .iter()
        .find(|relation| relation.name == table);
    debug_assert!(found.is_some(), "there is no table {table}");
    found.unwrap_or(&NONE)
}

impl From<&str> for Value {
    /// What is empty was not said.
    fn from(text: &str) -> Self {
        if text.is_empty() {
            Self::Null
        } else {
            Self::Text(text.to_owned())
        }
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.is_empty() {
            Self::Null
        } else {
            Self::Text(text)
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u64> for Value {
    /// SQLite's integers end at 2^63 - 1; only absurd claims lie beyond.
    fn from(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        (number as u64).into()
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Integer(yes.into())
    }
}

impl From<f64> for Value {
    /// SQLite has no NaN.
    fn from(number: f64) -> Self {
        if number.is_nan() {
            Self::Null
        } else {
            Self::Real(number)
        }
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
