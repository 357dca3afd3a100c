//! What can go wrong, and with which file.

use std::io;
use std::path::{Path, PathBuf};

use sqlx::migrate::MigrateError;

/// Why the store could not do what it was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is a file already where a new one should be made.
    #[error("{path} is there already")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// There is no such file.
    #[error("{path} is not there")]
    NotThere {
        /// The file.
        path: PathBuf,
    },
    /// The file is not a node's store, or its bytes are not those that were written.
    #[error("{path} is damaged: {what}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// A newer version of the software wrote it.
    #[error("{path} has schema version {found}, this software knows {known}: update faelled")]
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest schema version known here.
        known: i64,
    },
    /// An older version of the software wrote it, and it was opened for reading only.
    #[error(
        "{path} has schema version {found}, this software reads {known}: start the node once, \
         which brings it up to date"
    )]
    OlderVersion {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The schema version that is read here.
        known: i64,
    },
    /// The SQLite library that was linked is one that can corrupt a write-ahead log.
    #[error("SQLite {found} is linked, at least {needed} is needed: build faelled with its own")]
    OldSqlite {
        /// The library's version.
        found: String,
        /// The oldest version that will do.
        needed: &'static str,
    },
    /// No room is left on the disk, or under the store's limit.
    #[error("no room is left for {path}: free some and try again")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Somebody else held the file for too long.
    #[error("{path} is in use by somebody else")]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The file could not be read or written.
    #[error("{path} could not be read or written")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What should be stored does not fit to what is stored.
    #[error("this cannot be stored in {path}: {what}")]
    Conflict {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        what: String,
    },
    /// The store was opened for reading only.
    #[error("{path} was opened for reading only")]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The store was closed.
    #[error("{path} was closed")]
    Closed {
        /// The file.
        path: PathBuf,
    },
    /// SQLite refused a statement: a fault of this software.
    #[error("a statement failed on {path}")]
    Statement {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// A failure before it is known to be of which file.
#[derive(Debug)]
pub(crate) enum Failure {
    Sql(sqlx::Error),
    Damaged(String),
    Conflict(String),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<MigrateError> for Failure {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) => Self::Sql(error),
            // Every statement is ours and tested on whole files: where one does not fit, the tables are not
            // what the version says.
            MigrateError::ExecuteMigration(error, version) => match primary_code(&error) {
                Some(SQLITE_ERROR | SQLITE_CONSTRAINT) => Self::Damaged(format!(
                    "migration {version} does not fit its tables: {error}"
                )),
                _ => Self::Sql(error),
            },
            other => Self::Damaged(format!("its list of migrations does not fit: {other}")),
        }
    }
}

impl Failure {
    /// Names the file.
    pub(crate) fn at(self, path: &Path) -> StoreError {
        let path = path.to_owned();
        match self {
            Self::Damaged(what) => StoreError::Damaged { path, what },
            Self::Conflict(what) => StoreError::Conflict { path, what },
            Self::Sql(error) => of_sql(error, path),
        }
    }
}

/// Names the file of an operating system's error.
pub(crate) fn io(path: &Path, error: io::Error) -> StoreError {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::AlreadyExists => StoreError::Exists { path },
        io::ErrorKind::NotFound => StoreError::NotThere { path },
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full { path },
        _ => StoreError::Io {
            path,
            source: error.into(),
        },
    }
}

// https://www.sqlite.org/rescode.html
const SQLITE_ERROR: i32 = 1;
const SQLITE_PERM: i32 = 3;
const SQLITE_BUSY: i32 = 5;
const SQLITE_LOCKED: i32 = 6;
const SQLITE_READONLY: i32 = 8;
const SQLITE_IOERR: i32 = 10;
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_FULL: i32 = 13;
const SQLITE_CANTOPEN: i32 = 14;
const SQLITE_CONSTRAINT: i32 = 19;
const SQLITE_NOTADB: i32 = 26;

/// SQLite's primary result code: the low byte of the extended one.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code = error.as_database_error()?.code()?;
    code.parse::<i32>().ok().map(|code| code & 0xff)
}

fn of_sql(error: sqlx::Error, path: PathBuf) -> StoreError {
    match (primary_code(&error), &error) {
        (Some(SQLITE_FULL), _) => StoreError::Full { path },
        (Some(SQLITE_CORRUPT | SQLITE_NOTADB), _) => StoreError::Damaged {
            path,
            what: error.to_string(),
        },
        (Some(SQLITE_CONSTRAINT), _) => StoreError::Conflict {
            path,
            what: error.to_string(),
        },
        (Some(SQLITE_BUSY | SQLITE_LOCKED), _) | (_, sqlx::Error::PoolTimedOut) => {
            StoreError::Busy { path }
        }
        (Some(SQLITE_IOERR | SQLITE_CANTOPEN | SQLITE_READONLY | SQLITE_PERM), _)
        | (_, sqlx::Error::Io(_)) => StoreError::Io {
            path,
            source: error.into(),
        },
        (_, sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed) => StoreError::Closed { path },
        // A column of another type than the schema says.
        (_, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => StoreError::Damaged {
            path,
            what: error.to_string(),
        },
        _ => StoreError::Statement {
            path,
            source: error.into(),
        },
    }
}
