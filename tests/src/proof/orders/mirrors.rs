//! Mirrors written of what was held halfway and at the end: in whatever order it came, the same rows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use faelled_mirror::Mirror;
use faelled_mirror::contract::{Relation, Sort, contract};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, Row};
use tempfile::TempDir;
use tokio::runtime::Handle;

use super::held::Held;
use super::shown::{Shown, delta};
use crate::program::Broken;

/// The shipped lists: long, and in every mirror from its beginning.
const SHIPPED: [&str; 2] = ["code", "cpv"];
/// Where a document stands in the search table: that does depend on the order.
const PLACE: &str = "place";
/// Rows told of each side where two tables differ.
const TOLD_ROWS: usize = 4;

/// Where mirrors are written. They begin as copies of one, since the shipped lists take long to write.
pub(super) struct Mirrors {
    directory: TempDir,
    runtime: Handle,
}

/// The rows of a mirror by table, each as often as it is there.
#[derive(Debug, PartialEq)]
pub(super) struct Written(BTreeMap<&'static str, Vec<String>>);

impl Mirrors {
    pub(super) fn new(runtime: &Handle) -> Result<Self, Broken> {
        let mirrors = Self {
            directory: tempfile::tempdir()?,
            runtime: runtime.clone(),
        };
        let empty = runtime.block_on(Mirror::open(mirrors.path("empty")))?;
        runtime.block_on(empty.close());
        Ok(mirrors)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name).with_extension("db")
    }

    /// Writes a mirror in steps and reads what is in it then.
    pub(super) fn write(&self, steps: &[(&Held, &Shown)]) -> Result<Written, Broken> {
        let path = self.path("written");
        std::fs::copy(self.path("empty"), &path)?;
        self.runtime.block_on(async {
            let mirror = Mirror::open(&path).await?;
            for (row, (held, shown)) in (1..).zip(steps) {
                mirror.apply(&delta(held, shown, row)).await?;
            }
            mirror.close().await;
            read(&path).await
        })
    }
}

impl Written {
    /// Names the tables in which two differ, with some of the rows that only one of them has.
    pub(super) fn differs(&self, other: &Self) -> Option<String> {
        let tables: BTreeSet<_> = self.0.keys().chain(other.0.keys()).collect();
        let none = Vec::new();
        let told: Vec<String> = tables
            .into_iter()
            .map(|table| {
                let rows = |of: &Self| of.0.get(table).unwrap_or(&none).clone();
                (table, rows(self), rows(other))
            })
            .filter(|(_, one, two)| one != two)
            .map(|(table, one, two)| {
                format!(
                    "table {table} has {} rows and {}\n  only here: {:#?}\n  only there: {:#?}",
                    one.len(),
                    two.len(),
                    apart(&one, &two),
                    apart(&two, &one),
                )
            })
            .collect();
        (!told.is_empty()).then(|| told.join("\n"))
    }
}

/// Some rows of a table that are not in another one.
fn apart<'a>(rows: &'a [String], other: &[String]) -> Vec<&'a String> {
    let other: BTreeSet<&String> = other.iter().collect();
    let apart = rows.iter().filter(|row| !other.contains(row));
    apart.take(TOLD_ROWS).collect()
}

async fn read(path: &Path) -> Result<Written, Broken> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let mut written = Written(BTreeMap::new());
    let tables = contract()
        .relations
        .iter()
        .filter(|relation| relation.sort != Sort::View && !SHIPPED.contains(&relation.name));
    for table in tables {
        let rows = sqlx::query(AssertSqlSafe(select(table)))
            .fetch_all(&mut connection)
            .await?;
        let rows = rows.iter().map(|row| row.try_get(0));
        let mut rows: Vec<String> = rows.collect::<Result<_, _>>()?;
        rows.sort_unstable();
        written.0.insert(table.name, rows);
    }
    connection.close().await?;
    Ok(written)
}

/// Each row as one JSON object.
fn select(table: &Relation) -> String {
    let names = table.columns.iter().map(|column| column.name);
    let cells: Vec<String> = names
        .filter(|name| *name != PLACE)
        .map(|name| format!("'{name}', {name}"))
        .collect();
    format!(
        "SELECT json_object({}) FROM {}",
        cells.join(", "),
        table.name
    )
}
