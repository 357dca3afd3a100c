//! Writing tables: records into rows.

use std::collections::BTreeSet;

use faelled_model::Language;
use serde_json::Value;

use super::book::Cell;
use super::column::{Column, Form, Head, Kind, Table};
use super::value;
use crate::basket::UnfilledValue;
use crate::limits::{CELL_UNITS, MAX_COLUMNS, MAX_ROWS};

/// Why something cannot be written into a table.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A section names a requirement that was not given.
    #[error("the pack names the requirement {0}, which was not given")]
    RequirementAbsent(String),
    /// Values of a basket are missing or not allowed: every one of them.
    #[error("{} of the values to fill in are missing or not allowed", .0.len())]
    Unfilled(Vec<UnfilledValue>),
    /// More than a sheet holds.
    #[error("the sheet {sheet} would have {size} {what}; at most {limit} are written")]
    TooLarge {
        /// The sheet.
        sheet: &'static str,
        /// Rows or columns.
        what: &'static str,
        /// How many there are.
        size: usize,
        /// How many are possible.
        limit: usize,
    },
    /// The library that writes Excel files refused.
    #[error("the Excel file cannot be written")]
    Excel(#[from] rust_xlsxwriter::XlsxError),
    /// The library that writes CSV files refused.
    #[error("the CSV file cannot be written")]
    Csv(#[from] csv::Error),
    /// The library that packs Word files refused.
    #[error("the Word file cannot be written")]
    Word(#[from] zip::result::ZipError),
    /// Nothing could be written.
    #[error("the file cannot be written")]
    Write(#[from] std::io::Error),
    /// A value without a JSON form.
    #[error("a value has no JSON form")]
    Json(#[from] serde_json::Error),
    /// A value without a TOML form.
    #[error("a value has no TOML form")]
    Toml(#[from] toml::ser::Error),
}

/// A table as it will stand on its sheet.
#[derive(Debug)]
pub(crate) struct Filled {
    pub(crate) table: &'static Table,
    /// The columns with their heads. In a form each is a row.
    pub(crate) heads: Vec<(&'static Column, Head)>,
    /// A row for each record, a cell for each head.
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Filled {
    /// Lays records out; each is a JSON object with the fields of the table's columns.
    pub(crate) fn new(
        table: &'static Table,
        records: &[Value],
        language: Language,
    ) -> Result<Self, ExportError> {
        let heads = heads(table, records, language);
        let sheet = table.name(language);
        let bounds = [
            ("columns", heads.len(), MAX_COLUMNS),
            ("rows", records.len(), MAX_ROWS - 1),
        ];
        for (what, size, limit) in bounds {
            if size > limit {
                return Err(ExportError::TooLarge {
                    sheet,
                    what,
                    size,
                    limit,
                });
            }
        }
        let rows = records
            .iter()
            .map(|record| {
                heads
                    .iter()
                    .map(|(column, head)| cell(record, column, head, language))
                    .collect()
            })
            .collect();
        Ok(Self { table, heads, rows })
    }
}

fn heads(
    table: &'static Table,
    records: &[Value],
    language: Language,
) -> Vec<(&'static Column, Head)> {
    let mut heads = Vec::new();
    for column in table.columns {
        let languages: Vec<Option<String>> = if column.kind == Kind::Texts {
            languages(column, records)
        } else {
            vec![None]
        };
        for code in languages {
            let first = Head {
                name: column.name(language).to_owned(),
                language: code,
                part: 1,
            };
            let parts = records
                .iter()
                .map(|record| parts(&whole(record, column, &first, language)).len())
                .max()
                .unwrap_or(1)
                .max(1);
            heads.extend((1..=parts).map(|part| {
                let head = Head {
                    part,
                    ..first.clone()
                };
                (column, head)
            }));
        }
    }
    heads
}

/// Danish, English, and what else there is.
fn languages(column: &Column, records: &[Value]) -> Vec<Option<String>> {
    let others: BTreeSet<&String> = records
        .iter()
        .filter_map(|record| value::get(record, column.field)?.as_object())
        .flat_map(|texts| texts.keys())
        .filter(|code| !matches!(code.as_str(), "da" | "en"))
        // In a record that is nothing but its text, what begins with `#` is none of its languages.
        .filter(|code| !code.starts_with('#'))
        .collect();
    ["da", "en"]
        .into_iter()
        .map(str::to_owned)
        .chain(others.into_iter().cloned())
        .map(Some)
        .collect()
}

fn whole(record: &Value, column: &Column, head: &Head, language: Language) -> Cell {
    let found = value::get(record, column.field);
    let found = match &head.language {
        Some(code) => found.and_then(|texts| texts.get(code)),
        None => found,
    };
    found.map_or(Cell::Empty, |value| {
        value::write(column.kind, value, language)
    })
}

fn cell(record: &Value, column: &Column, head: &Head, language: Language) -> Cell {
    match whole(record, column, head, language) {
        whole @ Cell::Text(_) => parts(&whole)
            .into_iter()
            .nth(head.part - 1)
            .map_or(Cell::Empty, Cell::text),
        whole if head.part == 1 => whole,
        _ => Cell::Empty,
    }
}

/// A text in pieces that fit into a cell.
fn parts(cell: &Cell) -> Vec<&str> {
    let Cell::Text(text) = cell else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    let (mut start, mut units) = (0, 0);
    for (at, char) in text.char_indices() {
        if units + char.len_utf16() > CELL_UNITS {
            parts.extend(text.get(start..at));
            (start, units) = (at, 0);
        }
        units += char.len_utf16();
    }
    parts.extend(text.get(start..));
    parts
}

/// The records of a table of items: those of one list of the record.
pub(crate) fn items(record: &Value, table: &Table) -> Vec<Value> {
    let list = match table.form {
        Form::Items(list) | Form::ItemsOf(list) => list,
        Form::Fields | Form::Records => return Vec::new(),
    };
    record
        .get(list)
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let text = format!("a{}", "😀".repeat(CELL_UNITS));
        let cell = Cell::text(text.clone());
        let parts = parts(&cell);
        assert_eq!(parts.concat(), text);
        assert_eq!(parts.len(), 3);
        assert!(
            parts
                .iter()
                .all(|part| part.encode_utf16().count() <= CELL_UNITS)
        );
    }
}
