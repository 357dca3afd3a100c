//! What can go wrong with the mirror.

use std::path::{Path, PathBuf};

/// Why the mirror could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// There is no such file.
    #[error("there is no mirror at {}: start the node once, or rebuild the mirror", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file follows another contract or was built in another way: build it anew.
    #[error(
        "the mirror {} follows contract {found}, this software needs {expected}: rebuild the \
         mirror",
        path.display()
    )]
    OtherContract {
        /// The file.
        path: PathBuf,
        /// The file's contract version and build.
        found: String,
        /// This software's.
        expected: String,
    },
    /// The file is an SQLite database of something else. It is left alone.
    #[error("{} is not a mirror: move it away, or choose another path", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged: delete it and build it anew; nothing is lost with it.
    #[error("the mirror {} is damaged ({reason}): rebuild the mirror", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// A delta is older than what is in the mirror: the node's store has gone back, build the
    /// mirror anew.
    #[error("the mirror stands at row {at} and cannot go back to row {to}: rebuild the mirror")]
    Backwards {
        /// The mirror's watermark.
        at: i64,
        /// The delta's.
        to: i64,
    },
    /// The mirror was opened for reading only.
    #[error("the mirror was opened for reading only")]
    ReadOnly,
    /// The file could not be made or reached.
    #[error("cannot open the mirror {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite failed: a full disk, a lock held too long.
    #[error("cannot {doing} the mirror {}: {source}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// Why.
        source: sqlx::Error,
    },
}

impl MirrorError {
    /// Whether deleting the file and building it anew helps.
    #[must_use]
    pub const fn is_cured_by_rebuild(&self) -> bool {
        matches!(
            self,
            Self::OtherContract { .. }
                | Self::Damaged { .. }
                | Self::Backwards { .. }
                | Self::Missing { .. }
        )
    }

    /// Whether the disk has no room left.
    #[must_use]
    pub fn is_full(&self) -> bool {
        match self {
            Self::Io { source, .. } => source.kind() == std::io::ErrorKind::StorageFull,
            Self::Sqlite { source, .. } => {
                let code = source.as_database_error().and_then(|error| error.code());
                code.and_then(|code| code.parse::<u32>().ok())
                    .is_some_and(|code| code & 0xff == 13)
            }
            _ => false,
        }
    }

    /// Tells damage from other failures.
    pub(crate) fn of(path: &Path, doing: &'static str, source: sqlx::Error) -> Self {
        let path = path.to_owned();
        if is_damage(&source) {
            Self::Damaged {
                path,
                reason: source.to_string(),
            }
        } else {
            Self::Sqlite {
                path,
                doing,
                source,
            }
        }
    }
}

/// `SQLITE_CORRUPT` and `SQLITE_NOTADB`, in any of their extended forms.
fn is_damage(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<u32>().ok())
        .is_some_and(|code| matches!(code & 0xff, 11 | 26))
}
