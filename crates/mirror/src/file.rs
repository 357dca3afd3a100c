//! The file: made, opened, and checked to be what it should be.

use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Sqlite, Transaction};

use crate::MirrorError;
use crate::contract::{APPLICATION_ID, VERSION, build, contract, schema_sql};
use crate::derive::shipped_rows;
use crate::writer::insert;

const MADE_BY: &str = concat!("faelled ", env!("CARGO_PKG_VERSION"));
/// How long a writer waits for another one: there should be none.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const READERS: u32 = 4;
/// Every insert comes in three sizes, and reads come on top.
const PREPARED_STATEMENTS: usize = 256;
/// What the write-ahead log is cut back to once no reader holds it any more.
const WAL_BYTES: &str = "67108864";

/// Opens the one connection that writes; makes the file when it is missing or empty.
pub(crate) async fn open_writer(path: &Path) -> Result<SqlitePool, MirrorError> {
    create(path)?;
    // The mirror can be built anew at any time: after a power cut it may lack its last
    // transactions, never a part of one, and the watermark says which. So it need not wait for the
    // disk at every commit.
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(PREPARED_STATEMENTS)
        .pragma("journal_size_limit", WAL_BYTES)
        .pragma("temp_store", "MEMORY");
    let one = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1);
    let pool = one
        .connect_with(options)
        .await
        .map_err(|error| MirrorError::of(path, "open", error))?;
    match prepare(path, &pool).await {
        Ok(()) => Ok(pool),
        Err(error) => {
            pool.close().await;
            Err(error)
        }
    }
}

/// Opens connections that can only read.
pub(crate) async fn open_readers(path: &Path) -> Result<SqlitePool, MirrorError> {
    if !path.exists() {
        return Err(MirrorError::Missing {
            path: path.to_owned(),
        });
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(PREPARED_STATEMENTS)
        .pragma("temp_store", "MEMORY");
    let several = SqlitePoolOptions::new().max_connections(READERS);
    several
        .connect_with(options)
        .await
        .map_err(|error| MirrorError::of(path, "open", error))
}

/// Checks that the file follows this contract.
pub(crate) async fn check(path: &Path, pool: &SqlitePool) -> Result<(), MirrorError> {
    let failed = |error| MirrorError::of(path, "read", error);
    let other = |found: String| MirrorError::OtherContract {
        path: path.to_owned(),
        found,
        expected: format!("{VERSION} ({})", build()),
    };
    let application: i64 = pragma(pool, "PRAGMA application_id")
        .await
        .map_err(failed)?;
    if application != APPLICATION_ID {
        return Err(MirrorError::Foreign {
            path: path.to_owned(),
        });
    }
    let version: i64 = pragma(pool, "PRAGMA user_version").await.map_err(failed)?;
    if version != VERSION {
        return Err(other(version.to_string()));
    }
    let damaged = |reason: String| MirrorError::Damaged {
        path: path.to_owned(),
        reason,
    };
    let there: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            .fetch_all(pool)
            .await
            .map_err(failed)?;
    if let Some(missing) = contract()
        .relations
        .iter()
        .find(|relation| !there.iter().any(|name| name == relation.name))
    {
        return Err(damaged(format!("{} is missing", missing.name)));
    }
    let found: Option<String> = sqlx::query_scalar("SELECT build FROM contract")
        .fetch_optional(pool)
        .await
        .map_err(failed)?;
    let found = found.ok_or_else(|| damaged("the contract's row is missing".to_owned()))?;
    if found != build() {
        return Err(other(format!("{version} ({found})")));
    }
    let marks: i64 = sqlx::query_scalar("SELECT count(*) FROM watermark")
        .fetch_one(pool)
        .await
        .map_err(failed)?;
    if marks == 1 {
        Ok(())
    } else {
        Err(damaged("the watermark is missing".to_owned()))
    }
}

/// Drafts lie in the mirror, so it is for this user alone from its first byte. SQLite gives its
/// companion files the same mode.
fn create(path: &Path) -> Result<(), MirrorError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|source| MirrorError::Io {
            path: path.to_owned(),
            source,
        })
}

/// Fills an empty file, checks any other.
async fn prepare(path: &Path, pool: &SqlitePool) -> Result<(), MirrorError> {
    let failed = |error| MirrorError::of(path, "open", error);
    let objects: i64 = pragma(pool, "SELECT count(*) FROM sqlite_master")
        .await
        .map_err(failed)?;
    let application: i64 = pragma(pool, "PRAGMA application_id")
        .await
        .map_err(failed)?;
    if objects == 0 && application == 0 {
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
        fill(&mut tx).await.map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        tracing::info!("made an empty mirror");
    } else {
        check(path, pool).await?;
        sqlx::query("UPDATE contract SET made_by = ?1 WHERE made_by <> ?1")
            .bind(MADE_BY)
            .execute(pool)
            .await
            .map_err(failed)?;
    }
    Ok(())
}

async fn fill(tx: &mut Transaction<'_, Sqlite>) -> Result<(), sqlx::Error> {
    let marks =
        format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};");
    sqlx::raw_sql(AssertSqlSafe(marks))
        .execute(&mut **tx)
        .await?;
    sqlx::raw_sql(AssertSqlSafe(schema_sql()))
        .execute(&mut **tx)
        .await?;
    sqlx::query("INSERT INTO contract (version, build, made_by) VALUES (?1, ?2, ?3)")
        .bind(VERSION)
        .bind(build())
        .bind(MADE_BY)
        .execute(&mut **tx)
        .await?;
    let start = "INSERT INTO watermark (only, row, roster_version, statements) VALUES (1, 0, 0, 0)";
    sqlx::query(start).execute(&mut **tx).await?;
    insert(tx, shipped_rows()).await
}

async fn pragma(pool: &SqlitePool, sql: &'static str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(sql).fetch_one(pool).await
}
