//! The one writer, and its transactions.

use std::path::Path;

use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Mutex, MutexGuard};

use crate::error::{Failure, StoreError};

/// The connection that writes.
///
/// Its transactions are begun and ended by plain statements. sqlx counts the depth of its own, and that
/// count goes wrong when SQLite rolls back by itself, which it does when the disk is full.
#[derive(Debug)]
pub(crate) struct Writer {
    /// `None` once it is closed.
    connection: Option<SqliteConnection>,
    /// A transaction was begun and not seen to end: whoever wrote went away in the middle, or ending it failed.
    in_doubt: bool,
}

/// A transaction. Dropped without [`Self::finish`] it leaves nothing behind.
pub(crate) struct Writing<'a> {
    writer: MutexGuard<'a, Writer>,
    path: &'a Path,
}

impl Writer {
    pub(crate) const fn new(connection: SqliteConnection) -> Self {
        Self {
            connection: Some(connection),
            in_doubt: false,
        }
    }

    /// The connection outside of any transaction.
    pub(crate) async fn settled(&mut self) -> Option<&mut SqliteConnection> {
        let connection = self.connection.as_mut()?;
        if self.in_doubt {
            // Fails where nothing is open any more. Where something stays open, the next BEGIN says so.
            drop(sqlx::query("ROLLBACK").execute(&mut *connection).await);
            self.in_doubt = false;
        }
        Some(connection)
    }

    pub(crate) async fn close(&mut self) -> Result<(), sqlx::Error> {
        match self.connection.take() {
            Some(connection) => connection.close().await,
            None => Ok(()),
        }
    }
}

impl<'a> Writing<'a> {
    /// Begins a transaction that may write.
    pub(crate) async fn begin(
        writer: &'a Mutex<Writer>,
        path: &'a Path,
    ) -> Result<Self, StoreError> {
        let mut writer = writer.lock().await;
        if writer.settled().await.is_none() {
            return Err(StoreError::Closed {
                path: path.to_owned(),
            });
        }
        // Before the statement is sent: who waits for it may be dropped while it runs.
        writer.in_doubt = true;
        let mut writing = Self { writer, path };
        writing
            .run(sqlx::query("BEGIN IMMEDIATE"))
            .await
            .map_err(|failure| failure.at(path))?;
        Ok(writing)
    }

    /// The connection, inside the transaction.
    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, Failure> {
        self.writer
            .connection
            .as_mut()
            .ok_or(Failure::Sql(sqlx::Error::PoolClosed))
    }

    /// Runs a statement and says how many rows it changed.
    pub(crate) async fn run(
        &mut self,
        statement: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<u64, Failure> {
        Ok(statement.execute(self.connection()?).await?.rows_affected())
    }

    /// Commits what went well, else takes all of it back.
    pub(crate) async fn finish<T>(mut self, result: Result<T, Failure>) -> Result<T, StoreError> {
        let result = match result {
            Ok(value) => self.run(sqlx::query("COMMIT")).await.map(|_| value),
            Err(failure) => Err(failure),
        };
        match result {
            Ok(value) => {
                self.writer.in_doubt = false;
                Ok(value)
            }
            Err(failure) => {
                // Where this fails too, SQLite has rolled back already, or the next writer tries again.
                if self.run(sqlx::query("ROLLBACK")).await.is_ok() {
                    self.writer.in_doubt = false;
                }
                Err(failure.at(self.path))
            }
        }
    }
}
