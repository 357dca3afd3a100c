//! Charters of groups, and a store that was made before there were any.

use std::fs;

use faelled_proto::{Charter, MemberId, NodeCertificate, SecretKey, SignedCharter, VerifiedEntry};
use faelled_store::{Store, StoreError};
use sqlx::Connection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, SqliteConnection};

use crate::world::{Feed, Place, execute, federation};

fn signed(charter: &Charter) -> SignedCharter {
    let (identity, node) = (
        SecretKey::from_seed(&[1; 32]),
        SecretKey::from_seed(&[2; 32]),
    );
    let owner = "dk-0159".parse().unwrap();
    let certificate = NodeCertificate::issue(federation(), owner, &identity, node.node_key(), 1);
    SignedCharter::sign(charter, certificate, &node)
}

/// A first version, and two second ones that contradict each other.
fn charters() -> [SignedCharter; 3] {
    let members: Vec<MemberId> = vec!["dk-0151".parse().unwrap(), "dk-0159".parse().unwrap()];
    let first = Charter {
        version: 1,
        federation: federation(),
        group: None,
        previous: None,
        name: "Emballage".to_owned(),
        owners: vec![members[1].clone()],
        members,
        claimed_ms: 1,
        nonce: [1; 16],
    };
    let second = |nonce| Charter {
        version: 2,
        group: Some(first.group()),
        previous: Some(first.hash()),
        nonce: [nonce; 16],
        ..first.clone()
    };
    [signed(&first), signed(&second(2)), signed(&second(3))]
}

#[tokio::test]
async fn charters_come_back_as_they_were_and_in_the_order_in_which_they_came() {
    let place = Place::new();
    let store = place.store().await;
    assert_eq!(store.charters().await.unwrap(), []);
    let [first, second, other] = charters();
    store
        .put_charters(&[first.clone(), other.clone()])
        .await
        .unwrap();
    // What is there already stays in its place.
    store
        .put_charters(&[first.clone(), second.clone()])
        .await
        .unwrap();
    store.close().await.unwrap();
    let store = Store::open(&place.path).await.unwrap();
    assert_eq!(store.charters().await.unwrap(), [first, other, second]);
}

#[tokio::test]
async fn of_charters_stored_together_all_are_there_or_none() {
    let place = Place::new();
    let store = place.store().await;
    let [first, mut broken, _] = charters();
    broken.charter.push(0);
    let error = store.put_charters(&[first, broken]).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
    assert_eq!(store.charters().await.unwrap(), []);
}

#[tokio::test]
async fn a_charter_that_the_disk_changed_is_found() {
    for sql in [
        "UPDATE charter SET charter = substr(charter, 2)",
        "UPDATE charter SET hash = zeroblob(32)",
        "UPDATE charter SET certificate = x'00'",
        "UPDATE charter SET signature = x'00'",
    ] {
        let place = Place::new();
        let store = place.store().await;
        store.put_charters(&charters()[..1]).await.unwrap();
        store.close().await.unwrap();
        let mut raw = place.raw().await;
        execute(&mut raw, sql).await;
        raw.close().await.unwrap();
        let store = Store::open(&place.path).await.unwrap();
        let error = store.charters().await.expect_err(sql);
        assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    }
}

async fn count(connection: &mut SqliteConnection, table: &str) -> i64 {
    let sql = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    sqlx::query_scalar(sql).fetch_one(connection).await.unwrap()
}

/// A file as the first version of the software left it: its one migration, noted where sqlx notes it, and
/// an entry.
async fn first_schema(place: &Place, opening: &VerifiedEntry, feed: &Feed) {
    let migration = include_str!("../../migrations/0001_authority.sql");
    let mut connection = SqliteConnectOptions::new()
        .filename(&place.path)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    execute(&mut connection, migration).await;
    execute(
        &mut connection,
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
         installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, \
         checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)",
    )
    .await;
    let known = sqlx::migrate::Migration::new(
        1,
        "authority".into(),
        sqlx::migrate::MigrationType::Simple,
        sqlx::SqlSafeStr::into_sql_str(migration),
        false,
    );
    sqlx::query("INSERT INTO _sqlx_migrations VALUES (1, 'authority', CURRENT_TIMESTAMP, 1, ?, 1)")
        .bind(known.checksum.to_vec())
        .execute(&mut connection)
        .await
        .unwrap();
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

#[tokio::test]
async fn a_store_made_before_there_were_groups_keeps_what_it_has_and_takes_charters() {
    let place = Place::new();
    let mut feed = Feed::of("dk-0159", 1);
    let opening = feed.open();
    first_schema(&place, &opening, &feed).await;
    let error = Store::open_read_only(&place.path).await.unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::OlderVersion {
                found: 1,
                known: 2,
                ..
            }
        ),
        "{error:?}"
    );

    let store = Store::open(&place.path).await.unwrap();
    assert_eq!(feed.held(&store).await, [opening.signed().clone()]);
    assert_eq!(store.charters().await.unwrap(), []);
    store.put_charters(&charters()).await.unwrap();
    store.close().await.unwrap();
    let store = Store::open(&place.path).await.unwrap();
    assert_eq!(store.charters().await.unwrap().len(), 3);

    // The copy laid aside is as it was.
    let aside = place.directory.path().join("node.db.before-2");
    assert!(fs::metadata(&aside).unwrap().is_file());
    let mut copy = crate::world::raw(&aside).await;
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut copy)
        .await
        .unwrap();
    assert_eq!((version, count(&mut copy, "entry").await), (1, 1));
}
