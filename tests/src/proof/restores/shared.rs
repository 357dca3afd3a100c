//! What all nodes show of what they share: it must be the same everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use faelled_mirror::contract::{Relation, Sort, contract};
use sqlx::{AssertSqlSafe, Connection, Row};

use super::ledger::read_only;
use crate::program::Broken;

/// Columns in which every node has its own: when and in which order things came to it.
const OWN_COLUMNS: [&str; 4] = ["received_ms", "received", "arrival", "place"];
/// Tables about the file itself and the shipped lists.
const OWN_TABLES: [&str; 5] = ["contract", "watermark", "code", "cpv", "search_place"];

/// The shared part of a mirror: rows by table.
pub(super) type Shown = BTreeMap<String, BTreeSet<String>>;

/// Everything that a mirror shows of the commons and of groups.
pub(super) async fn shown(mirror: &Path) -> Result<Shown, Broken> {
    let mut connection = read_only(mirror).await?;
    let mut shown = Shown::new();
    let relations = contract().relations.iter();
    for relation in relations
        .filter(|relation| relation.sort != Sort::View && !OWN_TABLES.contains(&relation.name))
    {
        let rows = sqlx::query(AssertSqlSafe(select(relation)))
            .fetch_all(&mut connection)
            .await?;
        let rows = rows.iter().map(|row| row.try_get::<String, _>(0));
        shown.insert(relation.name.to_owned(), rows.collect::<Result<_, _>>()?);
    }
    connection.close().await?;
    Ok(shown)
}

/// Where two differ, in words; nothing where they do not.
pub(super) fn difference(one: &Shown, other: &Shown) -> Option<String> {
    one.iter().find_map(|(table, rows)| {
        let none = BTreeSet::new();
        let there = other.get(table).unwrap_or(&none);
        let row = rows.symmetric_difference(there).next()?;
        let beginning: String = row.chars().take(300).collect();
        Some(format!(
            "{table}: {} rows and {} rows; only in one: {beginning}",
            rows.len(),
            there.len()
        ))
    })
}

fn select(relation: &Relation) -> String {
    let columns: Vec<&str> = relation
        .columns
        .iter()
        .map(|column| column.name)
        .filter(|column| !OWN_COLUMNS.contains(column))
        .collect();
    let is_of_documents = columns.contains(&"document");
    let only = if is_of_documents {
        " WHERE document IN (SELECT document FROM document WHERE space <> 'private')"
    } else {
        ""
    };
    format!(
        "SELECT json_array({}) FROM {}{only}",
        columns.join(", "),
        relation.name
    )
}
