//! The mirror as the node holds it.

use std::path::{Path, PathBuf};

use serde::Serialize;
use sqlx::sqlite::SqlitePool;

use crate::file::{check, open_readers, open_writer};
use crate::writer::write;
use crate::{Delta, MirrorError};

/// An open mirror.
#[derive(Debug, Clone)]
pub struct Mirror {
    path: PathBuf,
    writer: Option<SqlitePool>,
    pub(crate) readers: SqlitePool,
}

/// How far the mirror has followed the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Watermark {
    /// The last row of the node's store whose effect is in the mirror; 0 in an empty one.
    pub row: i64,
    /// The version of the roster that the members were taken from; 0 before the first.
    pub roster_version: u64,
    /// How many changes the node's statements had seen when the mirror's trust was taken from them;
    /// 0 before the first.
    pub statements: u64,
}

impl Mirror {
    /// Opens the mirror for its one writer and makes it when it is missing.
    ///
    /// # Errors
    /// [`MirrorError::OtherContract`] and [`MirrorError::Damaged`] are cured by deleting the file
    /// with its `-wal` and `-shm` and building it anew; [`MirrorError::Foreign`] is some other
    /// database.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, MirrorError> {
        let path = path.as_ref().to_owned();
        let writer = open_writer(&path).await?;
        let readers = open_readers(&path).await?;
        Ok(Self {
            path,
            writer: Some(writer),
            readers,
        })
    }

    /// Opens an existing mirror beside the node that writes it.
    ///
    /// # Errors
    /// As [`Self::open`], and [`MirrorError::Missing`].
    pub async fn open_read_only(path: impl AsRef<Path>) -> Result<Self, MirrorError> {
        let path = path.as_ref().to_owned();
        let readers = open_readers(&path).await?;
        check(&path, &readers).await?;
        Ok(Self {
            path,
            writer: None,
            readers,
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How far the mirror has come.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn watermark(&self) -> Result<Watermark, MirrorError> {
        let sql = "SELECT row, roster_version, statements FROM watermark";
        let (row, roster, statements): (i64, i64, i64) = sqlx::query_as(sql)
            .fetch_one(&self.readers)
            .await
            .map_err(|error| self.failed("read", error))?;
        Ok(Watermark {
            row,
            roster_version: u64::try_from(roster).unwrap_or_default(),
            statements: u64::try_from(statements).unwrap_or_default(),
        })
    }

    /// Takes in a delta: rows and watermark in one transaction, or nothing. Taking in the same one
    /// again changes nothing.
    ///
    /// # Errors
    /// When the delta is older than the mirror, the mirror was opened for reading, or SQLite fails;
    /// the mirror is then as it was.
    pub async fn apply(&self, delta: &Delta) -> Result<(), MirrorError> {
        let writer = self.writer.as_ref().ok_or(MirrorError::ReadOnly)?;
        let failed = |error| self.failed("write", error);
        let mut tx = writer.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
        let at: i64 = sqlx::query_scalar("SELECT row FROM watermark")
            .fetch_one(&mut *tx)
            .await
            .map_err(failed)?;
        if delta.row < at {
            return Err(MirrorError::Backwards { at, to: delta.row });
        }
        write(&mut tx, delta).await.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    /// Reads the whole file and checks that tables, indices and search agree.
    ///
    /// # Errors
    /// [`MirrorError::Damaged`] with what SQLite found first.
    pub async fn verify(&self) -> Result<(), MirrorError> {
        let found: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
            .fetch_one(&self.readers)
            .await
            .map_err(|error| self.failed("check", error))?;
        if found != "ok" {
            return Err(MirrorError::Damaged {
                path: self.path.clone(),
                reason: found,
            });
        }
        if let Some(writer) = &self.writer {
            sqlx::query("INSERT INTO search (search) VALUES ('integrity-check')")
                .execute(writer)
                .await
                .map_err(|error| self.failed("check", error))?;
        }
        Ok(())
    }

    /// Closes all connections; the write-ahead log is laid into the file.
    pub async fn close(self) {
        self.readers.close().await;
        if let Some(writer) = self.writer {
            writer.close().await;
        }
    }

    pub(crate) fn failed(&self, doing: &'static str, error: sqlx::Error) -> MirrorError {
        MirrorError::of(&self.path, doing, error)
    }
}
