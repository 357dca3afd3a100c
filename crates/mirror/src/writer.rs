//! Rows and watermark into the file, in one transaction.

use std::fmt::Write as _;

use faelled_proto::DocId;
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection, Transaction};

use crate::delta::{Delta, DocumentView};
use crate::derive::{
    DOCUMENT_TABLES, TRUST_TABLES, group_rows, roster_rows, rows_of, searchable, trust_rows,
};
use crate::row::{Rows, Value, relation};

/// Rows in one statement. Few sizes, so that the statements stay prepared.
const BATCHES: [usize; 3] = [32, 6, 1];

/// Writes a delta. The caller commits.
pub(crate) async fn write(
    tx: &mut Transaction<'_, Sqlite>,
    delta: &Delta,
) -> Result<(), sqlx::Error> {
    let documents = last_of_each(&delta.documents);
    if !documents.is_empty() {
        forget(tx, &documents).await?;
        let mut rows = Rows::default();
        documents
            .iter()
            .for_each(|document| rows_of(&mut rows, document));
        insert(tx, rows).await?;
        index(tx, &documents).await?;
    }
    if let Some(roster) = &delta.roster {
        sqlx::query("DELETE FROM federation")
            .execute(&mut **tx)
            .await?;
        sqlx::query("DELETE FROM member").execute(&mut **tx).await?;
        insert(tx, roster_rows(roster)).await?;
    }
    if let Some(groups) = &delta.groups {
        sqlx::query("DELETE FROM group_space")
            .execute(&mut **tx)
            .await?;
        sqlx::query("DELETE FROM group_member")
            .execute(&mut **tx)
            .await?;
        insert(tx, group_rows(groups)).await?;
    }
    if let Some(trust) = &delta.trust {
        for table in TRUST_TABLES {
            sqlx::query(AssertSqlSafe(format!("DELETE FROM {table}")))
                .execute(&mut **tx)
                .await?;
        }
        insert(tx, trust_rows(trust)).await?;
    }
    mark(tx, delta).await
}

/// Sets the watermark.
async fn mark(connection: &mut SqliteConnection, delta: &Delta) -> Result<(), sqlx::Error> {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let version = delta
        .roster
        .as_ref()
        .map(|roster| number(roster.roster.version));
    let statements = delta.trust.as_ref().map(|trust| number(trust.statements));
    let sql = "UPDATE watermark SET row = ?1, roster_version = coalesce(?2, roster_version), \
               statements = coalesce(?3, statements)";
    sqlx::query(sql)
        .bind(delta.row)
        .bind(version)
        .bind(statements)
        .execute(connection)
        .await?;
    Ok(())
}

/// Inserts rows, many in one statement.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    rows: Rows,
) -> Result<(), sqlx::Error> {
    for (table, rows) in rows.into_tables() {
        let columns: Vec<&str> = relation(table)
            .columns
            .iter()
            .map(|column| column.name)
            .collect();
        insert_into(connection, table, &columns, rows).await?;
    }
    Ok(())
}

/// A delta names a document once; where it does not, what it says last holds.
fn last_of_each(documents: &[DocumentView]) -> Vec<&DocumentView> {
    let mut last: std::collections::BTreeMap<DocId, &DocumentView> =
        std::collections::BTreeMap::new();
    last.extend(documents.iter().map(|document| (document.id, document)));
    last.into_values().collect()
}

/// Deletes what the mirror holds of these documents.
async fn forget(
    connection: &mut SqliteConnection,
    documents: &[&DocumentView],
) -> Result<(), sqlx::Error> {
    let ids = json_ids(documents.iter().map(|document| document.id.to_string()));
    let known: Vec<String> = sqlx::query_scalar(
        "SELECT document FROM document WHERE document IN (SELECT value FROM json_each(?1))",
    )
    .bind(ids)
    .fetch_all(&mut *connection)
    .await?;
    if known.is_empty() {
        return Ok(());
    }
    let known = json_ids(known);
    let searched = "DELETE FROM search WHERE rowid IN (SELECT place FROM search_place \
                    WHERE document IN (SELECT value FROM json_each(?1)))";
    sqlx::query(searched)
        .bind(known.as_str())
        .execute(&mut *connection)
        .await?;
    let places = "DELETE FROM search_place WHERE document IN (SELECT value FROM json_each(?1))";
    sqlx::query(places)
        .bind(known.as_str())
        .execute(&mut *connection)
        .await?;
    for table in DOCUMENT_TABLES {
        let key = relation(table)
            .columns
            .first()
            .map_or("document", |column| column.name);
        let delete =
            format!("DELETE FROM {table} WHERE {key} IN (SELECT value FROM json_each(?1))");
        sqlx::query(AssertSqlSafe(delete))
            .bind(known.as_str())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Adds the documents' rows to the search table.
async fn index(
    connection: &mut SqliteConnection,
    documents: &[&DocumentView],
) -> Result<(), sqlx::Error> {
    let first: i64 = sqlx::query_scalar("SELECT coalesce(max(place), 0) + 1 FROM search_place")
        .fetch_one(&mut *connection)
        .await?;
    let mut places = Vec::new();
    let mut rows = Vec::new();
    let found = documents
        .iter()
        .filter_map(|document| searchable(document).map(|row| (*document, row)));
    for (place, (document, row)) in (first..).zip(found) {
        places.push(vec![
            Value::Integer(place),
            Value::Text(document.id.to_string()),
        ]);
        let mut cells = vec![Value::Integer(place)];
        cells.extend(row.into_row(document).into_cells());
        rows.push(cells);
    }
    insert_into(connection, "search_place", &["place", "document"], places).await?;
    let columns: Vec<&str> = std::iter::once("rowid")
        .chain(relation("search").columns.iter().map(|column| column.name))
        .collect();
    insert_into(connection, "search", &columns, rows).await
}

async fn insert_into(
    connection: &mut SqliteConnection,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
) -> Result<(), sqlx::Error> {
    let mut rows = rows.into_iter();
    while let Some(size) = BATCHES.into_iter().find(|size| *size <= rows.len()) {
        let mut query = sqlx::query(AssertSqlSafe(insert_statement(table, columns, size)));
        for value in rows.by_ref().take(size).flatten() {
            query = match value {
                Value::Null => query.bind(None::<String>),
                Value::Integer(number) => query.bind(number),
                Value::Real(number) => query.bind(number),
                Value::Text(text) => query.bind(text),
            };
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Table and columns come from the contract; every value is a parameter.
fn insert_statement(table: &str, columns: &[&str], rows: usize) -> String {
    let parameters = vec!["?"; columns.len()].join(", ");
    let mut sql = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
    for row in 0..rows {
        let separator = if row == 0 { "" } else { ", " };
        // Writing to a String cannot fail.
        _ = write!(sql, "{separator}({parameters})");
    }
    sql
}

/// Ids are hexadecimal, so quotes are all that JSON needs.
fn json_ids(ids: impl IntoIterator<Item = String>) -> String {
    let quoted: Vec<String> = ids.into_iter().map(|id| format!("\"{id}\"")).collect();
    format!("[{}]", quoted.join(","))
}
