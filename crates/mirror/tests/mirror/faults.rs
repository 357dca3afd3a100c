//! Crashes, damage, other versions, and readers that take their time.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use faelled_mirror::{Delta, Mirror, MirrorError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _};

use crate::fixture::{count, documents, empty, filled, roster, tool};

async fn change(path: &Path, sql: &str) {
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path))
            .await
            .unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn an_apply_that_is_dropped_at_any_point_leaves_all_or_nothing() {
    let (directory, mirror) = empty().await;
    let before = mirror.dump_digest().await.unwrap();
    let (_other, whole) = filled().await;
    let after = whole.dump_digest().await.unwrap();
    let delta = Delta {
        row: 1,
        roster: Some(roster()),
        groups: None,
        trust: None,
        documents: documents(),
    };
    let mut was_cut_short = 0;
    for polls in 0..60 {
        let mut apply = Box::pin(mirror.apply(&delta));
        let mut left = polls;
        let finished = std::future::poll_fn(|context| {
            if left == 0 {
                return std::task::Poll::Ready(false);
            }
            left -= 1;
            apply.as_mut().poll(context).map(|result| result.is_ok())
        })
        .await;
        drop(apply);
        let reopened = Mirror::open_read_only(mirror.path()).await.unwrap();
        let found = reopened.dump_digest().await.unwrap();
        if finished {
            assert_eq!(found, after);
            break;
        }
        was_cut_short += 1;
        assert!(
            found == before || found == after,
            "cut short after {polls} steps"
        );
    }
    assert!(was_cut_short > 5);
    mirror.apply(&delta).await.unwrap();
    assert_eq!(mirror.dump_digest().await.unwrap(), after);
    drop(directory);
}

#[tokio::test]
async fn a_file_copied_in_the_middle_of_a_transaction_holds_nothing_of_it() {
    let (directory, mirror) = filled().await;
    let before = mirror.dump_digest().await.unwrap();
    let options = SqliteConnectOptions::new()
        .filename(mirror.path())
        .pragma("cache_size", "1");
    let mut writer = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(
        "BEGIN IMMEDIATE; DELETE FROM cpv; DELETE FROM entry; UPDATE watermark SET row = 99;",
    )
    .execute(&mut writer)
    .await
    .unwrap();
    let copy = directory.path().join("after-a-crash.db");
    for suffix in ["", "-wal"] {
        let from = directory.path().join(format!("mirror.db{suffix}"));
        std::fs::copy(
            from,
            directory.path().join(format!("after-a-crash.db{suffix}")),
        )
        .unwrap();
    }
    let recovered = Mirror::open(&copy).await.unwrap();
    assert_eq!(recovered.dump_digest().await.unwrap(), before);
    recovered.verify().await.unwrap();
}

#[tokio::test]
async fn a_reader_with_a_long_transaction_does_not_stop_the_writer() {
    let (_directory, mirror) = empty().await;
    let mut reader = tool(&mirror).await;
    let mut slow = reader.begin().await.unwrap();
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM document")
        .fetch_one(&mut *slow)
        .await
        .unwrap();
    assert_eq!(seen, 0);
    mirror
        .apply(&Delta {
            row: 1,
            roster: Some(roster()),
            groups: None,
            trust: None,
            documents: documents(),
        })
        .await
        .unwrap();
    let still: i64 = sqlx::query_scalar("SELECT count(*) FROM document")
        .fetch_one(&mut *slow)
        .await
        .unwrap();
    assert_eq!(still, 0, "the reader sees the moment at which it began");
    slow.commit().await.unwrap();
    assert_eq!(count(&mirror, "document").await, 10);
}

#[tokio::test]
async fn a_mirror_survives_being_closed_and_opened() {
    let (directory, mirror) = filled().await;
    let before = mirror.dump_digest().await.unwrap();
    let path = mirror.path().to_owned();
    mirror.close().await;
    assert!(
        !directory.path().join("mirror.db-wal").exists(),
        "the log is laid into the file"
    );
    let mirror = Mirror::open(&path).await.unwrap();
    assert_eq!(mirror.dump_digest().await.unwrap(), before);
    assert_eq!(mirror.watermark().await.unwrap().row, 1);
}

#[tokio::test]
async fn only_its_user_can_read_the_mirror() {
    let (directory, mirror) = filled().await;
    for file in std::fs::read_dir(directory.path()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    drop(mirror);
}

#[tokio::test]
async fn another_contract_or_build_is_named_so_that_it_can_be_rebuilt() {
    for sql in [
        "PRAGMA user_version = 1",
        "UPDATE contract SET build = 'older'",
    ] {
        let (_directory, mirror) = filled().await;
        let path = mirror.path().to_owned();
        mirror.close().await;
        change(&path, sql).await;
        for opened in [
            Mirror::open(&path).await,
            Mirror::open_read_only(&path).await,
        ] {
            let error = opened.unwrap_err();
            assert!(
                matches!(error, MirrorError::OtherContract { .. }) && error.is_cured_by_rebuild(),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn damage_is_named_so_that_it_can_be_rebuilt() {
    for sql in [
        "DROP TABLE pilot_reason",
        "DELETE FROM watermark",
        "DELETE FROM contract",
    ] {
        let (_directory, mirror) = filled().await;
        let path = mirror.path().to_owned();
        mirror.close().await;
        change(&path, sql).await;
        let error = Mirror::open(&path).await.unwrap_err();
        assert!(
            matches!(error, MirrorError::Damaged { .. }) && error.is_cured_by_rebuild(),
            "{sql}: {error}"
        );
    }
    let (directory, mirror) = filled().await;
    let path = mirror.path().to_owned();
    mirror.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..100].fill(0xff);
    std::fs::write(&path, &bytes).unwrap();
    assert!(matches!(
        Mirror::open(&path).await.unwrap_err(),
        MirrorError::Damaged { .. }
    ));
    let text = directory.path().join("notes.txt");
    std::fs::write(
        &text,
        "not a database, but long enough to look like one ".repeat(50),
    )
    .unwrap();
    assert!(matches!(
        Mirror::open(&text).await.unwrap_err(),
        MirrorError::Damaged { .. }
    ));
}

#[tokio::test]
async fn a_damaged_page_is_found_when_the_file_is_checked() {
    let (_directory, mirror) = filled().await;
    let path = mirror.path().to_owned();
    mirror.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0x5a);
    std::fs::write(&path, &bytes).unwrap();
    let found = match Mirror::open(&path).await {
        Ok(mirror) => mirror.verify().await.unwrap_err(),
        Err(error) => error,
    };
    assert!(matches!(found, MirrorError::Damaged { .. }), "{found}");
}

#[tokio::test]
async fn another_program_s_database_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("other.db");
    let create = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    SqliteConnection::connect_with(&create)
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
    change(
        &path,
        "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)",
    )
    .await;
    let error = Mirror::open(&path).await.unwrap_err();
    assert!(
        matches!(error, MirrorError::Foreign { .. }) && !error.is_cured_by_rebuild(),
        "{error}"
    );
    change(&path, "INSERT INTO theirs VALUES (2)").await;
}

#[tokio::test]
async fn a_mirror_opened_for_reading_needs_a_file_and_takes_nothing_in() {
    let (directory, mirror) = filled().await;
    let missing = Mirror::open_read_only(directory.path().join("none.db"))
        .await
        .unwrap_err();
    assert!(matches!(missing, MirrorError::Missing { .. }));
    assert!(!directory.path().join("none.db").exists());
    let reader = Mirror::open_read_only(mirror.path()).await.unwrap();
    let error = reader
        .apply(&Delta {
            row: 2,
            roster: None,
            groups: None,
            trust: None,
            documents: Vec::new(),
        })
        .await
        .unwrap_err();
    assert!(matches!(error, MirrorError::ReadOnly));
    assert_eq!(
        reader.dump_digest().await.unwrap(),
        mirror.dump_digest().await.unwrap()
    );
}
