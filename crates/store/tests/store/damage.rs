//! A file that is not what was written is found out, by name.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use faelled_proto::Kind;
use faelled_store::{Store, StoreError};
use sqlx::Connection;

use crate::world::{Feed, Place, batch, document, execute, raw};

const PAGE: usize = 4096;

/// A closed store with some thirty pages.
async fn written() -> Place {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    store
        .append(&batch(feed.changes(&[document(1), document(2)], 300)))
        .await
        .unwrap();
    store.close().await.unwrap();
    place
}

fn assert_damaged(error: &StoreError, at: &Path) {
    assert!(
        matches!(error, StoreError::Damaged { path, .. } if path == at),
        "{error:?}"
    );
    assert!(error.to_string().contains("node.db"), "{error}");
}

async fn refused(place: &Place) {
    assert_damaged(&Store::open(&place.path).await.unwrap_err(), &place.path);
    assert_damaged(
        &Store::open_read_only(&place.path).await.unwrap_err(),
        &place.path,
    );
}

#[tokio::test]
async fn what_is_not_a_database_is_refused() {
    for content in [&b""[..], b"hello", &[0; 10_000], &[b'x'; 10_000]] {
        let place = Place::new();
        fs::write(&place.path, content).unwrap();
        refused(&place).await;
        assert_eq!(fs::read(&place.path).unwrap(), content);
    }
    let place = Place::new();
    fs::create_dir(&place.path).unwrap();
    refused(&place).await;
}

#[tokio::test]
async fn somebody_elses_database_is_refused_and_left_alone() {
    let place = Place::new();
    fs::write(&place.path, b"").unwrap();
    let mut other = raw(&place.path).await;
    execute(&mut other, "CREATE TABLE book (title TEXT)").await;
    other.close().await.unwrap();
    let before = fs::read(&place.path).unwrap();
    refused(&place).await;
    assert_eq!(fs::read(&place.path).unwrap(), before);
}

#[tokio::test]
async fn a_truncated_file_is_refused() {
    let place = written().await;
    let whole = fs::read(&place.path).unwrap();
    for length in [
        50,
        PAGE / 2,
        PAGE,
        PAGE * 3,
        whole.len() / 2,
        whole.len() - PAGE,
    ] {
        fs::write(&place.path, &whole[..length]).unwrap();
        refused(&place).await;
    }
}

#[tokio::test]
async fn an_overwritten_page_is_found_at_opening_or_when_it_is_read() {
    let place = written().await;
    let whole = fs::read(&place.path).unwrap();
    assert!(whole.len() > 20 * PAGE);
    let mut at_opening = 0;
    for page in 0..whole.len() / PAGE {
        let mut bytes = whole.clone();
        bytes[page * PAGE..(page + 1) * PAGE].fill(0xa5);
        fs::write(&place.path, &bytes).unwrap();
        match Store::open(&place.path).await {
            Err(error) => {
                assert_damaged(&error, &place.path);
                at_opening += 1;
            }
            Ok(store) => {
                let error = read_all(&store).await.expect_err(&format!("page {page}"));
                assert_damaged(&error, &place.path);
                store.close().await.unwrap();
            }
        }
    }
    assert!(
        at_opening > 10,
        "only {at_opening} pages were missed at opening"
    );
}

async fn read_all(store: &Store) -> Result<(), StoreError> {
    for feed in store.feeds().await? {
        store
            .run(feed.feed, 0, u64::MAX, usize::MAX, 10_000)
            .await?;
    }
    store.document_openings().await?;
    store.document(document(1)).await?;
    store.document(document(2)).await?;
    Ok(())
}

#[tokio::test]
async fn a_flipped_bit_in_what_somebody_wrote_is_never_served() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let entry = feed.write(
        Kind::CHANGE,
        Some(document(1)),
        b"a wording that nobody else has",
    );
    store.append(&batch(vec![entry.clone()])).await.unwrap();
    store.close().await.unwrap();

    // SQLite has no checksums: its own check finds none of these.
    let whole = fs::read(&place.path).unwrap();
    let signed = entry.signed();
    for part in [
        &signed.body.as_ref().unwrap()[..],
        &signed.header,
        signed.signature.as_bytes(),
    ] {
        let at = whole
            .windows(part.len())
            .position(|window| window == part)
            .unwrap();
        // The header's last byte is the claimed time: another one would be as canonical.
        let last = at + part.len() - 1;
        let file = OpenOptions::new().write(true).open(&place.path).unwrap();
        file.write_all_at(&[whole[last] ^ 1], last as u64).unwrap();
        let store = Store::open(&place.path).await.unwrap();
        let error = store.document(document(1)).await.unwrap_err();
        assert_damaged(&error, &place.path);
        assert!(error.to_string().contains(&feed.id().short()), "{error}");
        assert_damaged(
            &store.run(feed.id(), 1, 1, 9_000, 9).await.unwrap_err(),
            &place.path,
        );
        // What is whole is still there.
        assert_eq!(store.run(feed.id(), 0, 0, 9_000, 9).await.unwrap().len(), 1);
        store.close().await.unwrap();
        fs::write(&place.path, &whole).unwrap();
    }
}

#[tokio::test]
async fn rows_that_do_not_fit_each_other_are_found_when_feeds_are_loaded() {
    for sql in [
        "UPDATE feed SET member = 'dk-0151'",
        "UPDATE feed SET node_key = zeroblob(32)",
        "UPDATE feed SET space = x'0107646b2d30313531'",
        "UPDATE feed SET tip_seq = tip_seq - 1",
        "UPDATE feed SET tip_seq = tip_seq + 1",
        "UPDATE feed SET tip_entry = zeroblob(32)",
        "DELETE FROM entry WHERE seq = 0",
        "UPDATE entry SET body = NULL WHERE seq = 0",
        "UPDATE entry SET header = (SELECT header FROM entry WHERE seq = 1) WHERE seq = 0",
    ] {
        let place = written().await;
        let mut connection = place.raw().await;
        execute(&mut connection, sql).await;
        connection.close().await.unwrap();
        let store = Store::open(&place.path).await.unwrap();
        let error = store.feeds().await.expect_err(sql);
        assert_damaged(&error, &place.path);
    }
}

#[tokio::test]
async fn entries_that_changed_places_are_found() {
    let place = written().await;
    let mut connection = place.raw().await;
    for sql in [
        "UPDATE entry SET seq = -1 WHERE seq = 5",
        "UPDATE entry SET seq = 5 WHERE seq = 6",
        "UPDATE entry SET seq = 6 WHERE seq = -1",
    ] {
        execute(&mut connection, sql).await;
    }
    connection.close().await.unwrap();
    let store = Store::open(&place.path).await.unwrap();
    let feed = store.feeds().await.unwrap()[0].feed;
    let error = store.run(feed, 4, 8, 9_000, 9).await.unwrap_err();
    assert_damaged(&error, &place.path);
}
