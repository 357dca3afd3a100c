//! The mirror's content in one order: to show that two mirrors are the same, or where they differ.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row as _, TypeInfo as _, ValueRef as _};

use crate::contract::{Relation, Sort, contract};
use crate::{Mirror, MirrorError};

/// Digests of all tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dump {
    /// By table.
    pub tables: BTreeMap<String, TableDigest>,
}

/// One table's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableDigest {
    /// How many rows it has.
    pub rows: u64,
    /// BLAKE3 over all rows in the order of their cells, hexadecimal.
    pub digest: String,
}

impl Dump {
    /// One digest of everything, hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for (table, digest) in &self.tables {
            hasher.update(format!("{table} {} {}\n", digest.rows, digest.digest).as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    /// The tables whose content is not the same in both.
    #[must_use]
    pub fn differing_tables(&self, other: &Self) -> Vec<String> {
        let all = self.tables.keys().chain(other.tables.keys());
        let mut differing: Vec<String> = all
            .filter(|table| self.tables.get(*table) != other.tables.get(*table))
            .cloned()
            .collect();
        differing.sort_unstable();
        differing.dedup();
        differing
    }
}

impl Mirror {
    /// Digests of every table, read in one transaction. Where documents stand in the search table
    /// depends on the order in which they came and is left out; what stands there is not.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn dump(&self) -> Result<Dump, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let mut tables = BTreeMap::new();
        for relation in contract()
            .relations
            .iter()
            .filter(|relation| relation.sort != Sort::View)
        {
            let mut hasher = blake3::Hasher::new();
            let mut count = 0;
            let mut rows = sqlx::query(AssertSqlSafe(select(relation))).fetch(&mut *tx);
            while let Some(row) = rows.try_next().await.map_err(failed)? {
                add_row(&mut hasher, &row).map_err(failed)?;
                count += 1;
            }
            drop(rows);
            let digest = hasher.finalize().to_hex().to_string();
            tables.insert(
                relation.name.to_owned(),
                TableDigest {
                    rows: count,
                    digest,
                },
            );
        }
        Ok(Dump { tables })
    }

    /// [`Dump::digest`] of [`Self::dump`].
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn dump_digest(&self) -> Result<String, MirrorError> {
        Ok(self.dump().await?.digest())
    }
}

fn select(relation: &Relation) -> String {
    let columns: Vec<&str> = relation
        .columns
        .iter()
        .map(|column| column.name)
        .filter(|column| *column != "place")
        .collect();
    let order: Vec<String> = (1..=columns.len())
        .map(|column| column.to_string())
        .collect();
    format!(
        "SELECT {} FROM {} ORDER BY {}",
        columns.join(", "),
        relation.name,
        order.join(", ")
    )
}

/// Type, length and bytes of every cell.
fn add_row(hasher: &mut blake3::Hasher, row: &SqliteRow) -> Result<(), sqlx::Error> {
    for index in 0..row.len() {
        let value = row.try_get_raw(index)?;
        let sort = if value.is_null() {
            "NULL".to_owned()
        } else {
            value.type_info().name().to_owned()
        };
        let bytes = match sort.as_str() {
            "NULL" => Vec::new(),
            "INTEGER" => row.try_get::<i64, _>(index)?.to_le_bytes().to_vec(),
            "REAL" => row
                .try_get::<f64, _>(index)?
                .to_bits()
                .to_le_bytes()
                .to_vec(),
            _ => row.try_get::<String, _>(index)?.into_bytes(),
        };
        hasher.update(sort.as_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    Ok(())
}
