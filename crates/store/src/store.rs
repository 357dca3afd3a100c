//! The file: making it, opening it, closing it.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::query::Query;
use sqlx::sqlite::{
    Sqlite, SqliteArguments, SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, SqliteConnection};
use tokio::sync::Mutex;

use crate::error::{Failure, StoreError, io};
use crate::schema;
use crate::writer::{Writer, Writing};

/// Each reader is a thread and a page cache of 2 MB.
const READERS: u32 = 4;

/// How long a statement waits for somebody else, such as a backup, to let go of the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// After a large sync the write-ahead log is cut back to this many bytes.
const LOG_BYTES: &str = "67108864";

/// Owner only: drafts lie in it.
const MODE: u32 = 0o600;

/// A node's authority, `node.db`. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    readers: SqlitePool,
    /// `None` where it was opened for reading only.
    writer: Option<Mutex<Writer>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.inner.path)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Makes a new, empty store that its owner alone can read.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where there is a file already; when it cannot be written.
    pub async fn create(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = absolute(path.as_ref())?;
        make_file(&path)?;
        match Self::begin_empty(&path).await {
            Ok(store) => Ok(store),
            Err(error) => {
                remove(&path);
                Err(error)
            }
        }
    }

    /// Opens a store, checks it and brings an older one up to date. Before that a copy is laid aside as
    /// `PATH.before-N`, where N is the schema version that it leads to.
    ///
    /// # Errors
    /// [`StoreError::NotThere`], [`StoreError::Damaged`], [`StoreError::NewerVersion`]; when it cannot be
    /// read or written.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = absolute(path.as_ref())?;
        check_file(&path)?;
        restrict(&path)?;
        let mut connection = connect(&path, false).await?;
        let migrator = schema::migrator();
        schema::check(&mut connection, &path, &migrator).await?;
        schema::upgrade(&mut connection, &path, &migrator).await?;
        Self::ready(connection, path).await
    }

    /// Opens a store for reading only: it may be in use by a node meanwhile.
    ///
    /// # Errors
    /// As [`Self::open`], and [`StoreError::OlderVersion`] where it would have to be brought up to date.
    pub async fn open_read_only(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = absolute(path.as_ref())?;
        check_file(&path)?;
        let mut connection = connect(&path, true).await?;
        let migrator = schema::migrator();
        let found = schema::check(&mut connection, &path, &migrator).await?;
        let known = schema::newest(&migrator);
        if found < known {
            return Err(StoreError::OlderVersion { path, found, known });
        }
        let readers = readers(&path);
        Ok(Self {
            inner: Arc::new(Inner {
                path,
                readers,
                writer: None,
            }),
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Lets the file grow to no more than about this many bytes, or again as far as the disk goes. What does
    /// not fit is refused as [`StoreError::Full`]. Holds until the store is closed.
    ///
    /// # Errors
    /// When the store is closed or was opened for reading only.
    pub async fn limit_bytes(&self, bytes: Option<u64>) -> Result<(), StoreError> {
        let mut writer = self.writer()?.lock().await;
        let Some(connection) = writer.settled().await else {
            return Err(StoreError::Closed {
                path: self.inner.path.clone(),
            });
        };
        let page_size: i64 = sqlx::query_scalar("PRAGMA page_size")
            .fetch_one(&mut *connection)
            .await
            .map_err(|error| self.failed(error))?;
        let pages = bytes.map_or(u64::from(u32::MAX - 1), |bytes| {
            (bytes / page_size.unsigned_abs().max(1)).clamp(1, u64::from(u32::MAX - 1))
        });
        sqlx::query(AssertSqlSafe(format!("PRAGMA max_page_count = {pages}")))
            .execute(&mut *connection)
            .await
            .map_err(|error| self.failed(error))?;
        Ok(())
    }

    /// Closes the file once what is running has ended, and empties the write-ahead log into it. Everything
    /// asked afterwards fails as [`StoreError::Closed`].
    ///
    /// # Errors
    /// When the last connection cannot be closed; what was committed is safe all the same.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.inner.readers.close().await;
        match &self.inner.writer {
            Some(writer) => writer
                .lock()
                .await
                .close()
                .await
                .map_err(|error| self.failed(error)),
            None => Ok(()),
        }
    }

    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.inner.readers
    }

    /// Names the store's file in an error.
    pub(crate) fn failed(&self, error: sqlx::Error) -> StoreError {
        Failure::Sql(error).at(&self.inner.path)
    }

    /// Begins a transaction that may write.
    pub(crate) async fn begin(&self) -> Result<Writing<'_>, StoreError> {
        Writing::begin(self.writer()?, &self.inner.path).await
    }

    /// Commits one statement and says how many rows it changed.
    pub(crate) async fn write(
        &self,
        statement: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<u64, StoreError> {
        let mut writing = self.begin().await?;
        let result = writing.run(statement).await;
        writing.finish(result).await
    }

    fn writer(&self) -> Result<&Mutex<Writer>, StoreError> {
        let path = &self.inner.path;
        self.inner
            .writer
            .as_ref()
            .ok_or_else(|| StoreError::ReadOnly { path: path.clone() })
    }

    async fn begin_empty(path: &Path) -> Result<Self, StoreError> {
        let mut connection = connect(path, false).await?;
        schema::check_library(&mut connection)
            .await
            .map_err(|error| error.at(path))?;
        schema::migrator()
            .run(&mut connection)
            .await
            .map_err(|error| Failure::from(error).at(path))?;
        Self::ready(connection, path.to_owned()).await
    }

    async fn ready(mut connection: SqliteConnection, path: PathBuf) -> Result<Self, StoreError> {
        let mode: String = sqlx::query_scalar("PRAGMA journal_mode = WAL")
            .fetch_one(&mut connection)
            .await
            .map_err(|error| Failure::Sql(error).at(&path))?;
        if mode != "wal" {
            let source = format!("a write-ahead log is not possible here (got {mode})").into();
            return Err(StoreError::Io { path, source });
        }
        let readers = readers(&path);
        let writer = Some(Mutex::new(Writer::new(connection)));
        Ok(Self {
            inner: Arc::new(Inner {
                path,
                readers,
                writer,
            }),
        })
    }
}

/// SQLite would take a relative name that begins with `file:` for an address.
fn absolute(path: &Path) -> Result<PathBuf, StoreError> {
    std::path::absolute(path).map_err(|error| io(path, error))
}

fn make_file(path: &Path) -> Result<(), StoreError> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(path);
    file.and_then(|file| file.sync_all())
        .map_err(|error| io(path, error))?;
    // The file's name must survive a power loss as its content does.
    sync_directory(path)
}

/// Makes what was done to names in the file's directory permanent.
pub(crate) fn sync_directory(path: &Path) -> Result<(), StoreError> {
    match path.parent() {
        Some(directory) => File::open(directory)
            .and_then(|file| file.sync_all())
            .map_err(|error| io(path, error)),
        None => Ok(()),
    }
}

/// A file for a copy, owner only; what is there already goes.
pub(crate) fn make_copy_file(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io(path, error)),
        _ => make_file(path),
    }
}

fn check_file(path: &Path) -> Result<(), StoreError> {
    let metadata = fs::metadata(path).map_err(|error| io(path, error))?;
    let what = match (metadata.is_file(), metadata.len()) {
        (false, _) => "it is not a file",
        (true, 0) => "it is empty: making it was interrupted, or its content was lost",
        (true, _) => return Ok(()),
    };
    Err(StoreError::Damaged {
        path: path.to_owned(),
        what: what.to_owned(),
    })
}

/// A copy that came back from elsewhere may be open to others; SQLite gives its log the same mode.
fn restrict(path: &Path) -> Result<(), StoreError> {
    let mut permissions = fs::metadata(path)
        .map_err(|error| io(path, error))?
        .permissions();
    if permissions.mode() & 0o077 == 0 {
        return Ok(());
    }
    permissions.set_mode(MODE);
    fs::set_permissions(path, permissions).map_err(|error| io(path, error))
}

/// Removes what was begun. Where that fails too, the next one is told that a file is there.
fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        drop(fs::remove_file(name));
    }
}

/// Rows that are read ahead of whoever asked for them.
const ROWS_AHEAD: usize = 512;

fn options(path: &Path, read_only: bool) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(read_only)
        .create_if_missing(false)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", LOG_BYTES)
        // A file that somebody prepared runs no functions of its own, and a bad page is noticed earlier.
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        // Rows wait for whoever asked for them; a short queue costs a change of threads for each few.
        .row_buffer_size(ROWS_AHEAD)
        .disable_statement_logging()
}

async fn connect(path: &Path, read_only: bool) -> Result<SqliteConnection, StoreError> {
    options(path, read_only)
        .connect()
        .await
        .map_err(|error| Failure::Sql(error).at(path))
}

fn readers(path: &Path) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .test_before_acquire(false)
        .connect_lazy_with(options(path, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_connection_waits_for_the_disk_and_keeps_references_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("node.db");
        Store::create(&path).await.unwrap().close().await.unwrap();
        for read_only in [false, true] {
            let mut connection = connect(&path, read_only).await.unwrap();
            for (pragma, expected) in [
                ("synchronous", 2_i64),
                ("foreign_keys", 1),
                ("busy_timeout", 10_000),
            ] {
                let sql = AssertSqlSafe(format!("PRAGMA {pragma}"));
                let found: i64 = sqlx::query_scalar(sql)
                    .fetch_one(&mut connection)
                    .await
                    .unwrap();
                assert_eq!(found, expected, "{pragma}");
            }
        }
    }
}
