//! Entries of one's own are taken back whole or not at all, and nothing of them is lost.

use std::time::Duration;

use faelled_proto::{FeedId, Kind, VerifiedEntry};
use faelled_store::{RetractedEntry, Store, StoreError};

use crate::world::{Feed, Place, batch, document, execute};

/// A feed with an opening and nine changes over three documents, a fourth in the last one, beside another
/// member's.
async fn written(store: &Store) -> (Feed, Vec<VerifiedEntry>) {
    let mut feed = Feed::stored(store, "dk-0159", 1).await;
    let mut entries = feed.changes(&[document(1), document(2), document(3)], 8);
    entries.push(feed.write(Kind::CHANGE, Some(document(4)), b"the last one"));
    store.append(&batch(entries.clone())).await.unwrap();
    let mut other = Feed::stored(store, "dk-0151", 3).await;
    let theirs = other.changes(&[document(1)], 2);
    store.append(&batch(theirs)).await.unwrap();
    (feed, entries)
}

fn taken(entry: &VerifiedEntry, taken_back_ms: u64) -> RetractedEntry {
    let header = entry.header();
    RetractedEntry {
        // The opening has the first row.
        row: i64::try_from(header.seq).unwrap() + 1,
        feed: entry.feed(),
        seq: header.seq,
        entry: entry.id(),
        kind: header.kind,
        document: header.document,
        claimed_ms: header.claimed_ms,
        body: entry.signed().body.clone(),
        taken_back_ms,
    }
}

/// All that a retraction touches, to compare before and after.
async fn everything(store: &Store) -> String {
    let mut documents = Vec::new();
    for number in 1..=4 {
        documents.push(store.document(document(number)).await.unwrap());
    }
    let figures = store.figures().await.unwrap();
    format!(
        "{:?} {:?} {documents:?} {} {}",
        store.feeds().await.unwrap(),
        store.retracted().await.unwrap(),
        figures.entries,
        figures.documents
    )
}

#[tokio::test]
async fn what_is_taken_back_is_no_entry_any_more_and_is_kept_aside() {
    let place = Place::new();
    let store = place.store().await;
    let (feed, entries) = written(&store).await;
    assert_eq!(store.retract(feed.id(), 6, 77).await.unwrap(), 4);
    store.close().await.unwrap();

    let store = Store::open(&place.path).await.unwrap();
    let expected: Vec<_> = entries[5..].iter().map(|entry| taken(entry, 77)).collect();
    assert_eq!(store.retracted().await.unwrap(), expected);
    let feeds = store.feeds().await.unwrap();
    let row = feeds.iter().find(|row| row.feed == feed.id()).unwrap();
    assert_eq!(row.tip, entries[4].tip());
    assert_eq!(feed.held(&store).await.len(), 6);
    assert_eq!(store.document(document(4)).await.unwrap(), []);
    assert_eq!(store.document(document(1)).await.unwrap().len(), 4);
    let figures = store.figures().await.unwrap();
    assert_eq!((figures.entries, figures.documents), (9, 3));
}

#[tokio::test]
async fn the_feed_goes_on_before_that_place_and_rows_are_never_given_out_twice() {
    let place = Place::new();
    let store = place.store().await;
    let (mut feed, entries) = written(&store).await;
    let last_row = store.last_row().await.unwrap();
    // The newest rows too.
    feed.set_tip(entries[1].tip());
    let mut newest = Feed::stored(&store, "dk-0165", 5).await;
    let theirs = newest.changes(&[document(1)], 3);
    store.append(&batch(theirs)).await.unwrap();
    store.retract(newest.id(), 1, 5).await.unwrap();
    store.retract(feed.id(), 3, 6).await.unwrap();
    assert_eq!(store.last_row().await.unwrap(), last_row + 4);

    let other = feed.write(Kind::CHANGE, Some(document(9)), b"another branch");
    let appended = store.append(&batch(vec![other.clone()])).await.unwrap();
    assert_eq!(appended.last_row, last_row + 5);
    let held = feed.held(&store).await;
    assert_eq!(held.last(), Some(other.signed()));
    assert_eq!(held.len(), 4);
    let touched = store
        .documents_after(last_row, i64::MAX, 100)
        .await
        .unwrap();
    assert_eq!(touched.documents, [(last_row + 5, document(9))]);

    // The entries may come back: they were one's own.
    store.retract(feed.id(), 3, 7).await.unwrap();
    store.append(&batch(entries[2..].to_vec())).await.unwrap();
    store.retract(feed.id(), 3, 8).await.unwrap();
    let all = store.retracted().await.unwrap();
    assert_eq!(all.len(), 7 + 3 + 1 + 7);
    assert!(all.is_sorted_by(|a, b| a.row < b.row));
}

#[tokio::test]
async fn taking_back_again_changes_nothing_and_an_opening_is_never_taken() {
    let place = Place::new();
    let store = place.store().await;
    let (feed, _) = written(&store).await;
    store.retract(feed.id(), 4, 1).await.unwrap();
    let before = everything(&store).await;
    for from in [4, 5, u64::MAX] {
        assert_eq!(store.retract(feed.id(), from, 2).await.unwrap(), 0);
    }
    let stranger = FeedId::from_bytes([9; 32]);
    for error in [
        store.retract(feed.id(), 0, 3).await.unwrap_err(),
        store.retract(stranger, 1, 3).await.unwrap_err(),
        store.retract(feed.id(), 1, u64::MAX).await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
    }
    assert_eq!(everything(&store).await, before);
    assert_eq!(store.retract(feed.id(), 1, 4).await.unwrap(), 3);
    assert_eq!(feed.held(&store).await.len(), 1);
}

#[tokio::test]
async fn a_retraction_that_fails_at_any_step_leaves_everything_as_it_was() {
    for step in [
        "BEFORE INSERT ON retracted WHEN new.seq = 8",
        "BEFORE DELETE ON entry WHEN old.seq = 8",
        "BEFORE DELETE ON document",
        "BEFORE UPDATE ON feed",
    ] {
        let place = Place::new();
        let store = place.store().await;
        let (feed, _) = written(&store).await;
        let before = everything(&store).await;
        let mut raw = place.raw().await;
        let trigger = format!("CREATE TRIGGER stop {step} BEGIN SELECT RAISE(ABORT, 'stop'); END");
        execute(&mut raw, &trigger).await;
        let error = store.retract(feed.id(), 4, 1).await.expect_err(step);
        assert!(error.to_string().contains("stop"), "{error}");
        assert_eq!(everything(&store).await, before, "{step}");
        execute(&mut raw, "DROP TRIGGER stop").await;
        assert_eq!(store.retract(feed.id(), 4, 1).await.unwrap(), 6);
    }
}

#[tokio::test]
async fn a_full_disk_takes_nothing_back() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let large = feed.write(Kind::CHANGE, Some(document(1)), &[7; 30_000]);
    store.append(&batch(vec![large])).await.unwrap();
    let before = everything(&store).await;
    let bytes = store.figures().await.unwrap().bytes;
    store.limit_bytes(Some(bytes)).await.unwrap();
    let error = store.retract(feed.id(), 1, 1).await.unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    assert_eq!(everything(&store).await, before);
    store.limit_bytes(None).await.unwrap();
    assert_eq!(store.retract(feed.id(), 1, 1).await.unwrap(), 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_in_the_middle_leaves_all_or_nothing() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let entries = feed.changes(&[document(1)], 300);
    store.append(&batch(entries.clone())).await.unwrap();
    let mut left = [0, 0];
    for turn in 0..40_u64 {
        let patience = Duration::from_micros(turn * 100);
        let done = tokio::time::timeout(patience, store.retract(feed.id(), 1, 1))
            .await
            .is_ok();
        left[usize::from(done)] += 1;
        // Waits for what may still be running.
        store
            .set_setting("turn", &turn.to_be_bytes())
            .await
            .unwrap();
        let (held, taken) = (feed.held(&store).await, store.retracted().await.unwrap());
        assert!(
            (held.len(), taken.len()) == (1, 300)
                || ((held.len(), taken.len()) == (301, 0) && !done),
            "{} and {}",
            held.len(),
            taken.len()
        );
        if held.len() == 1 {
            let rows: Vec<i64> = taken.iter().map(|entry| entry.row).collect();
            store.drop_retracted(&rows).await.unwrap();
            store.append(&batch(entries.clone())).await.unwrap();
        }
    }
    assert!(left[0] > 0, "nobody went away: {left:?}");
}

#[tokio::test]
async fn what_was_written_anew_is_dropped_and_the_rest_stays() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let entries = feed.changes(&[document(1)], 150);
    store.append(&batch(entries.clone())).await.unwrap();
    store.retract(feed.id(), 1, 9).await.unwrap();
    let rows: Vec<i64> = (2..=131).collect();
    store.drop_retracted(&rows).await.unwrap();
    store.drop_retracted(&rows).await.unwrap();
    store.drop_retracted(&[]).await.unwrap();
    let expected: Vec<_> = entries[130..].iter().map(|entry| taken(entry, 9)).collect();
    assert_eq!(store.retracted().await.unwrap(), expected);
}

#[tokio::test]
async fn what_the_disk_changed_is_never_given_to_be_written_anew() {
    for sql in [
        "UPDATE retracted SET body = x'00' WHERE seq = 7",
        "UPDATE retracted SET header = (SELECT header FROM retracted WHERE seq = 8) WHERE seq = 7",
        "UPDATE retracted SET entry = zeroblob(32) WHERE seq = 7",
        "UPDATE retracted SET feed = zeroblob(32) WHERE seq = 7",
        "UPDATE retracted SET seq = 99 WHERE seq = 7",
        "UPDATE retracted SET taken_back_ms = -1 WHERE seq = 7",
    ] {
        let place = Place::new();
        let store = place.store().await;
        let (feed, _) = written(&store).await;
        store.retract(feed.id(), 6, 1).await.unwrap();
        execute(&mut place.raw().await, sql).await;
        let error = store.retracted().await.expect_err(sql);
        assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_feed_that_has_lost_the_entry_before_that_place_stays_as_it_is() {
    let place = Place::new();
    let store = place.store().await;
    let (feed, _) = written(&store).await;
    execute(&mut place.raw().await, "DELETE FROM entry WHERE seq = 5").await;
    let before = everything(&store).await;
    let error = store.retract(feed.id(), 6, 1).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    assert_eq!(everything(&store).await, before);
}

#[tokio::test]
async fn bodies_are_not_printed() {
    let place = Place::new();
    let store = place.store().await;
    let (feed, _) = written(&store).await;
    store.retract(feed.id(), 9, 1).await.unwrap();
    let printed = format!("{:?}", store.retracted().await.unwrap());
    assert!(
        printed.contains("seq: 9") && !printed.contains("body"),
        "{printed}"
    );
}
