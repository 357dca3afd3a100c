//! The file itself: who can read it, which versions it has, what is not one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use faelled_store::{Store, StoreError};
use sqlx::Connection;

use crate::world::{Feed, Place, batch, document, execute};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn nobody_but_the_owner_can_read_the_file_or_its_log() {
    let place = Place::new();
    let store = place.store().await;
    Feed::stored(&store, "dk-0159", 1).await;
    for name in ["node.db", "node.db-wal", "node.db-shm"] {
        assert_eq!(mode(&place.directory.path().join(name)), 0o600, "{name}");
    }
    store.close().await.unwrap();
    // As a copy that came back from a backup may be.
    fs::set_permissions(&place.path, fs::Permissions::from_mode(0o644)).unwrap();
    let store = Store::open(&place.path).await.unwrap();
    store.set_setting("a", b"b").await.unwrap();
    for name in ["node.db", "node.db-wal", "node.db-shm"] {
        assert_eq!(mode(&place.directory.path().join(name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn closing_empties_the_log_and_ends_everything() {
    let place = Place::new();
    let store = place.store().await;
    let clone = store.clone();
    store.set_setting("a", b"b").await.unwrap();
    store.close().await.unwrap();
    assert!(!place.directory.path().join("node.db-wal").exists());
    for error in [
        clone.set_setting("a", b"c").await.unwrap_err(),
        clone.setting("a").await.unwrap_err(),
        clone.limit_bytes(None).await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::Closed { .. }), "{error:?}");
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn an_existing_file_is_never_made_anew() {
    let place = Place::new();
    let store = place.store().await;
    store.set_setting("a", b"b").await.unwrap();
    let error = Store::create(&place.path).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Exists { path } if *path == place.path),
        "{error:?}"
    );
    assert_eq!(store.setting("a").await.unwrap().unwrap(), b"b");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_made_by_opening_it() {
    let place = Place::new();
    for error in [
        Store::open(&place.path).await.unwrap_err(),
        Store::open_read_only(&place.path).await.unwrap_err(),
    ] {
        assert!(
            matches!(&error, StoreError::NotThere { path } if *path == place.path),
            "{error:?}"
        );
    }
    assert!(!place.path.exists());
}

#[tokio::test]
async fn the_file_says_what_it_is_and_keeps_its_promises_to_the_disk() {
    let place = Place::new();
    drop(place.store().await);
    let mut raw = place.raw().await;
    for (pragma, expected) in [("application_id", 0x4661_656c_i64), ("user_version", 3)] {
        let sql = sqlx::AssertSqlSafe(format!("PRAGMA {pragma}"));
        let found: i64 = sqlx::query_scalar(sql).fetch_one(&mut raw).await.unwrap();
        assert_eq!(found, expected, "{pragma}");
    }
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut raw)
        .await
        .unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn a_newer_version_is_refused_with_both_numbers_and_left_alone() {
    let place = Place::new();
    place.store().await.close().await.unwrap();
    let mut raw = place.raw().await;
    execute(&mut raw, "PRAGMA user_version = 7").await;
    raw.close().await.unwrap();
    let before = fs::read(&place.path).unwrap();
    for error in [
        Store::open(&place.path).await.unwrap_err(),
        Store::open_read_only(&place.path).await.unwrap_err(),
    ] {
        let StoreError::NewerVersion { found, known, .. } = &error else {
            panic!("{error:?}")
        };
        assert_eq!((*found, *known), (7, 3));
        let text = error.to_string();
        assert!(
            text.contains('7') && text.contains('3') && text.contains("node.db"),
            "{text}"
        );
    }
    assert_eq!(fs::read(&place.path).unwrap(), before);
}

#[tokio::test]
async fn a_reader_beside_the_node_sees_what_is_committed_and_writes_nothing() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let reader = Store::open_read_only(&place.path).await.unwrap();
    store
        .append(&batch(feed.changes(&[document(1)], 3)))
        .await
        .unwrap();
    assert_eq!(feed.held(&reader).await.len(), 4);
    for error in [
        reader
            .append(&batch(feed.changes(&[document(1)], 1)))
            .await
            .unwrap_err(),
        reader.set_setting("a", b"b").await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    }
    reader.close().await.unwrap();
    store.close().await.unwrap();

    // And when no node runs.
    let reader = Store::open_read_only(&place.path).await.unwrap();
    assert_eq!(reader.last_row().await.unwrap(), 4);
}

#[tokio::test]
async fn a_making_that_fails_leaves_no_file() {
    let place = Place::new();
    let missing = place.directory.path().join("no/node.db");
    let error = Store::create(&missing).await.unwrap_err();
    assert!(matches!(error, StoreError::NotThere { .. }), "{error:?}");
    // SQLite cannot read a log that is a directory: the making fails behind the point where the file is made.
    fs::create_dir(place.directory.path().join("node.db-wal")).unwrap();
    let error = Store::create(&place.path).await.unwrap_err();
    assert!(matches!(error, StoreError::Io { .. }), "{error:?}");
    assert!(!place.path.exists());
}
