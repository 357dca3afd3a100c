//! The schema's versions: which one a file has, and how it comes to the newest.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sqlx::SqlSafeStr;
use sqlx::SqliteConnection;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::error::{Failure, StoreError, io};
use crate::store::{make_copy_file, sync_directory};

/// Marks a SQLite file as a node's authority: "Fael" in ASCII.
const APPLICATION_ID: i64 = 0x4661_656c;

/// Earlier ones can corrupt a write-ahead log with two connections: <https://www.sqlite.org/wal.html#walresetbug>.
const OLDEST_SQLITE: (&str, [u32; 3]) = ("3.51.3", [3, 51, 3]);

/// Every step from an empty file to the newest schema. Steps are added, never changed.
const STEPS: [(i64, &str, &str); 3] = [
    (
        1,
        "authority",
        include_str!("../migrations/0001_authority.sql"),
    ),
    (2, "charter", include_str!("../migrations/0002_charter.sql")),
    (
        3,
        "statement",
        include_str!("../migrations/0003_statement.sql"),
    ),
];

pub(crate) fn migrator() -> Migrator {
    let steps = STEPS.map(|(version, name, sql)| step(version, name, sql));
    Migrator::with_migrations(steps.into())
}

fn step(version: i64, name: &'static str, sql: &'static str) -> Migration {
    Migration::new(
        version,
        name.into(),
        MigrationType::Simple,
        sql.into_sql_str(),
        false,
    )
}

/// The newest schema version that is known.
pub(crate) fn newest(migrator: &Migrator) -> i64 {
    migrator
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

/// Checks that the library will do, that the file is a node's authority, of a version that is known, and
/// whole. Returns its version.
pub(crate) async fn check(
    connection: &mut SqliteConnection,
    path: &Path,
    migrator: &Migrator,
) -> Result<i64, StoreError> {
    check_library(connection)
        .await
        .map_err(|error| error.at(path))?;
    let found = identify(connection)
        .await
        .map_err(|failure| failure.at(path))?;
    let known = newest(migrator);
    if found > known {
        return Err(StoreError::NewerVersion {
            path: path.to_owned(),
            found,
            known,
        });
    }
    check_pages(connection)
        .await
        .map_err(|failure| failure.at(path))?;
    Ok(found)
}

/// Brings the file to the newest version, step by step: each is done whole or not at all, after a copy was
/// laid aside.
pub(crate) async fn upgrade(
    connection: &mut SqliteConnection,
    path: &Path,
    migrator: &Migrator,
) -> Result<(), StoreError> {
    let mut found = identify(connection)
        .await
        .map_err(|failure| failure.at(path))?;
    let steps: Vec<i64> = migrator
        .iter()
        .map(|step| step.version)
        .filter(|to| *to > found)
        .collect();
    for to in steps {
        copy_aside(connection, path, to).await?;
        let done = migrator.run_to(to, &mut *connection).await;
        done.map_err(|error| Failure::from(error).at(path))?;
        tracing::info!(path = %path.display(), from = found, to, "brought the store's schema up to date");
        found = to;
    }
    // Nothing is left to do; this compares what was done with what should have been.
    let compared = migrator.run(&mut *connection).await;
    compared.map_err(|error| Failure::from(error).at(path))
}

/// What the library check found.
#[derive(Debug)]
pub(crate) enum LibraryFailure {
    Old(String),
    Failed(Failure),
}

impl LibraryFailure {
    pub(crate) fn at(self, path: &Path) -> StoreError {
        match self {
            Self::Old(found) => StoreError::OldSqlite {
                found,
                needed: OLDEST_SQLITE.0,
            },
            Self::Failed(failure) => failure.at(path),
        }
    }
}

/// Checks that the SQLite that was linked is not one that can corrupt the file.
pub(crate) async fn check_library(connection: &mut SqliteConnection) -> Result<(), LibraryFailure> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(connection)
        .await
        .map_err(|error| LibraryFailure::Failed(error.into()))?;
    if is_new_enough(&version) {
        Ok(())
    } else {
        Err(LibraryFailure::Old(version))
    }
}

fn is_new_enough(version: &str) -> bool {
    let numbers: Result<Vec<u32>, _> = version.split('.').map(str::parse).collect();
    numbers.is_ok_and(|numbers| numbers.as_slice() >= OLDEST_SQLITE.1.as_slice())
}

/// The schema version of a node's authority.
async fn identify(connection: &mut SqliteConnection) -> Result<i64, Failure> {
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await?;
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut *connection)
        .await?;
    if application != APPLICATION_ID || version < 1 {
        return Err(Failure::Damaged(
            "it is a SQLite file, but not a node's store".to_owned(),
        ));
    }
    Ok(version)
}

/// Goes through all pages once.
async fn check_pages(connection: &mut SqliteConnection) -> Result<(), Failure> {
    let found: Vec<String> = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_all(&mut *connection)
        .await?;
    match found.into_iter().find(|line| line != "ok") {
        Some(line) => Err(Failure::Damaged(line)),
        None => Ok(()),
    }
}

/// Lays a copy aside as `PATH.before-N`: whole, on the disk and under its name only when it is both.
async fn copy_aside(
    connection: &mut SqliteConnection,
    path: &Path,
    to: i64,
) -> Result<(), StoreError> {
    let aside = beside(path, &format!(".before-{to}"));
    let partial = beside(path, &format!(".before-{to}.partial"));
    make_copy_file(&partial)?;
    let Some(name) = partial.to_str() else {
        let source = "its name is not valid UTF-8".into();
        return Err(StoreError::Io {
            path: partial,
            source,
        });
    };
    let copied = sqlx::query("VACUUM INTO ?")
        .bind(name)
        .execute(&mut *connection)
        .await;
    copied.map_err(|error| Failure::Sql(error).at(&partial))?;
    File::open(&partial)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(&partial, &aside))
        .map_err(|error| io(&partial, error))?;
    sync_directory(path)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use sqlx::ConnectOptions;
    use sqlx::sqlite::SqliteConnectOptions;

    use super::*;
    use crate::Store;

    async fn connect(path: &Path) -> SqliteConnection {
        SqliteConnectOptions::new()
            .filename(path)
            .connect()
            .await
            .unwrap()
    }

    async fn store_in(directory: &Path) -> PathBuf {
        let path = directory.join("node.db");
        let store = Store::create(&path).await.unwrap();
        store.set_setting("who", b"me").await.unwrap();
        store.close().await.unwrap();
        path
    }

    fn with_later_step(sql: &'static str) -> Migrator {
        let mut steps: Vec<Migration> = migrator().iter().cloned().collect();
        steps.push(step(newest(&migrator()) + 1, "later", sql));
        Migrator::with_migrations(steps)
    }

    #[test]
    fn every_migration_file_is_a_step() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut files: Vec<String> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let steps: Vec<String> = STEPS
            .iter()
            .map(|(version, name, _)| format!("{version:04}_{name}.sql"))
            .collect();
        assert_eq!(files, steps);
    }

    #[tokio::test]
    async fn a_new_store_has_the_newest_version_and_our_mark() {
        let directory = tempfile::tempdir().unwrap();
        let path = store_in(directory.path()).await;
        assert_eq!(
            identify(&mut connect(&path).await).await.unwrap(),
            newest(&migrator())
        );
    }

    #[tokio::test]
    async fn a_copy_is_laid_aside_before_a_store_is_changed() {
        let directory = tempfile::tempdir().unwrap();
        let path = store_in(directory.path()).await;
        let later = with_later_step("CREATE TABLE later (x) STRICT; PRAGMA user_version = 4;");
        let mut connection = connect(&path).await;
        // STRICT tables need a type: the step fails, and nothing of it stays.
        let error = upgrade(&mut connection, &path, &later).await.unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
        assert_eq!(identify(&mut connection).await.unwrap(), 3);

        let later = with_later_step("CREATE TABLE later (x INT) STRICT; PRAGMA user_version = 4;");
        upgrade(&mut connection, &path, &later).await.unwrap();
        assert_eq!(identify(&mut connection).await.unwrap(), 4);

        let aside = beside(&path, ".before-4");
        assert_eq!(
            fs::metadata(&aside).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert!(!beside(&path, ".before-4.partial").exists());
        let copy = Store::open(&aside).await.unwrap();
        assert_eq!(copy.setting("who").await.unwrap().unwrap(), b"me");
    }

    #[tokio::test]
    async fn a_store_that_is_up_to_date_is_not_copied() {
        let directory = tempfile::tempdir().unwrap();
        let path = store_in(directory.path()).await;
        Store::open(&path).await.unwrap().close().await.unwrap();
        let names: Vec<_> = fs::read_dir(directory.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["node.db"]);
    }

    #[tokio::test]
    async fn a_step_that_was_changed_after_it_was_taken_is_noticed() {
        let directory = tempfile::tempdir().unwrap();
        let path = store_in(directory.path()).await;
        let changed = Migrator::with_migrations(vec![step(1, "authority", "SELECT 1")]);
        let error = upgrade(&mut connect(&path).await, &path, &changed)
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn the_linked_library_is_new_enough_and_an_older_one_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let path = store_in(directory.path()).await;
        assert!(check_library(&mut connect(&path).await).await.is_ok());
        for (version, expected) in [
            ("3.51.3", true),
            ("3.52.0", true),
            ("4.0.0", true),
            ("3.51.2", false),
            ("3.9.9", false),
            ("3.51", false),
            ("new", false),
        ] {
            assert_eq!(is_new_enough(version), expected, "{version}");
        }
    }
}
