//! Stores that earlier versions of the software made.

use std::fs;
use std::path::Path;

use faelled_proto::VerifiedEntry;
use faelled_store::{Store, StoreError};
use sqlx::migrate::{Migration, MigrationType};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqlSafeStr, SqliteConnection};

use crate::charters::charters;
use crate::statements::revocation;
use crate::world::{Feed, Place, batch, document, execute, raw};

const STEPS: [(i64, &str, &str); 2] = [
    (
        1,
        "authority",
        include_str!("../../migrations/0001_authority.sql"),
    ),
    (
        2,
        "charter",
        include_str!("../../migrations/0002_charter.sql"),
    ),
];

async fn number(connection: &mut SqliteConnection, sql: &str) -> i64 {
    let sql = AssertSqlSafe(sql.to_owned());
    sqlx::query_scalar(sql).fetch_one(connection).await.unwrap()
}

/// A file as the version of the software with this schema left it: its migrations, noted where sqlx notes
/// them, and a feed's opening.
async fn old_store(place: &Place, version: i64, feed: &Feed, opening: &VerifiedEntry) {
    let mut connection = SqliteConnectOptions::new()
        .filename(&place.path)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    execute(
        &mut connection,
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
         installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, \
         checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)",
    )
    .await;
    for (version, name, sql) in STEPS.into_iter().filter(|step| step.0 <= version) {
        execute(&mut connection, sql).await;
        let kind = MigrationType::Simple;
        let known = Migration::new(version, name.into(), kind, sql.into_sql_str(), false);
        sqlx::query("INSERT INTO _sqlx_migrations VALUES (?, ?, CURRENT_TIMESTAMP, 1, ?, 1)")
            .bind(version)
            .bind(name)
            .bind(known.checksum.to_vec())
            .execute(&mut connection)
            .await
            .unwrap();
    }
    let claim = &feed.opening().certificate.claim;
    sqlx::query("INSERT INTO feed VALUES (1, ?, ?, ?, ?, 'commons', ?, 0, ?)")
        .bind(opening.feed().as_bytes().to_vec())
        .bind(claim.member.as_str().to_owned())
        .bind(claim.node_key.as_bytes().to_vec())
        .bind(faelled_proto::canonical::encode(&feed.opening().space))
        .bind(feed.opening().incarnation.to_vec())
        .bind(opening.id().as_bytes().to_vec())
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::query("INSERT INTO entry VALUES (1, ?, 1, 0, 0, NULL, 9, ?, ?, ?)")
        .bind(opening.id().as_bytes().to_vec())
        .bind(opening.signed().header.clone())
        .bind(opening.signed().signature.as_bytes().to_vec())
        .bind(opening.signed().body.clone())
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// The schema's version and the number of entries in the copy that was laid aside.
async fn aside(place: &Place, name: &str) -> (i64, i64) {
    let path: &Path = place.directory.path();
    let path = path.join(name);
    assert!(fs::metadata(&path).unwrap().is_file());
    let mut copy = raw(&path).await;
    let version = number(&mut copy, "PRAGMA user_version").await;
    (
        version,
        number(&mut copy, "SELECT count(*) FROM entry").await,
    )
}

#[tokio::test]
async fn a_store_of_every_earlier_version_keeps_its_entries_and_takes_what_is_new() {
    for version in [1, 2] {
        let place = Place::new();
        let mut feed = Feed::of("dk-0159", 1);
        let opening = feed.open();
        old_store(&place, version, &feed, &opening).await;
        let error = Store::open_read_only(&place.path).await.unwrap_err();
        assert!(
            matches!(error, StoreError::OlderVersion { found, known: 3, .. } if found == version),
            "{error:?}"
        );

        let store = Store::open(&place.path).await.unwrap();
        assert_eq!(feed.held(&store).await, [opening.signed().clone()]);
        assert_eq!(store.charters().await.unwrap(), []);
        assert_eq!(store.statements().await.unwrap(), []);
        assert_eq!(store.statement_changes().await.unwrap(), 0);
        store.put_charters(&charters()).await.unwrap();
        store.put_statements(&[revocation(1)], &[]).await.unwrap();
        let node_key = feed.key().node_key();
        store.put_expired(&node_key, 5).await.unwrap();
        let later = batch(feed.changes(&[document(1)], 3));
        assert_eq!(store.append(&later).await.unwrap().last_row, 4);
        store.retract(feed.id(), 3, 7).await.unwrap();
        store.close().await.unwrap();

        let store = Store::open(&place.path).await.unwrap();
        assert_eq!(store.charters().await.unwrap(), charters());
        assert_eq!(store.statements().await.unwrap(), [revocation(1)]);
        assert_eq!(store.expired().await.unwrap(), [(node_key, 5)]);
        assert_eq!(store.retracted().await.unwrap().len(), 1);
        assert_eq!(feed.held(&store).await.len(), 3);

        // The copies laid aside are as they were.
        for to in version + 1..=3 {
            let name = format!("node.db.before-{to}");
            assert_eq!(aside(&place, &name).await, (to - 1, 1), "{name}");
        }
    }
}

#[tokio::test]
async fn charters_of_the_unreleased_encoding_go_and_everything_else_stays() {
    let place = Place::new();
    let mut feed = Feed::of("dk-0159", 1);
    let opening = feed.open();
    old_store(&place, 2, &feed, &opening).await;
    let mut old = place.raw().await;
    execute(
        &mut old,
        "INSERT INTO charter VALUES (1, zeroblob(32), 1, zeroblob(32), x'01', x'02', zeroblob(64))",
    )
    .await;
    execute(&mut old, "INSERT INTO setting VALUES ('who', x'6d65')").await;
    old.close().await.unwrap();

    let store = Store::open(&place.path).await.unwrap();
    assert_eq!(store.charters().await.unwrap(), []);
    assert_eq!(store.setting("who").await.unwrap().unwrap(), b"me");
    assert_eq!(store.feeds().await.unwrap()[0].tip, feed.tip());
    let mut copy = raw(&place.directory.path().join("node.db.before-3")).await;
    assert_eq!(number(&mut copy, "SELECT count(*) FROM charter").await, 1);
}
