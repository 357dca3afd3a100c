//! What comes back, in which order and how much.

use faelled_proto::canonical::encode;
use faelled_proto::feed::frame_bytes_of;
use faelled_proto::{FeedId, Kind};

use crate::world::{Feed, Place, batch, document, document_opening, execute, signed};

#[tokio::test]
async fn a_run_gives_what_was_asked_for_and_no_more_than_allowed() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::of("dk-0159", 1);
    let mut entries = vec![feed.open()];
    entries.extend(feed.changes(&[document(1)], 99));
    store
        .append(&feed.beginning(entries.clone()))
        .await
        .unwrap();
    let all = signed(&entries);
    let run = |from, to, bytes, count| store.run(feed.id(), from, to, bytes, count);

    assert_eq!(run(0, 99, usize::MAX, 1_000).await.unwrap(), all);
    assert_eq!(run(10, 19, usize::MAX, 1_000).await.unwrap(), all[10..20]);
    assert_eq!(run(10, 99, usize::MAX, 5).await.unwrap(), all[10..15]);
    assert_eq!(
        run(99, u64::MAX, usize::MAX, usize::MAX).await.unwrap(),
        all[99..]
    );
    for (from, to, count) in [
        (100, 200, 10),
        (5, 4, 10),
        (5, 9, 0),
        (u64::MAX, u64::MAX, 1),
    ] {
        assert_eq!(
            run(from, to, usize::MAX, count).await.unwrap(),
            [],
            "{from}..={to}"
        );
    }
    let stranger = FeedId::from_bytes([9; 32]);
    assert_eq!(store.run(stranger, 0, 9, 1_000, 10).await.unwrap(), []);

    let three: usize = all[40..43].iter().map(frame_bytes_of).sum();
    assert_eq!(run(40, 99, three, 1_000).await.unwrap(), all[40..43]);
    assert_eq!(run(40, 99, three - 1, 1_000).await.unwrap(), all[40..42]);
    assert_eq!(run(40, 99, 1, 1_000).await.unwrap(), all[40..41]);
}

#[tokio::test]
async fn a_run_ends_before_a_gap() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let entries = feed.changes(&[document(1)], 9);
    store.append(&batch(entries.clone())).await.unwrap();
    execute(&mut place.raw().await, "DELETE FROM entry WHERE seq = 5").await;
    let run = store.run(feed.id(), 1, 9, usize::MAX, 100).await.unwrap();
    assert_eq!(run, signed(&entries[..4]));
    assert_eq!(
        store.run(feed.id(), 5, 9, usize::MAX, 100).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn an_erased_body_is_passed_on_as_erased() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let entry = feed.write(Kind::CHANGE, Some(document(1)), b"to be erased");
    store.append(&batch(vec![entry.clone()])).await.unwrap();
    execute(
        &mut place.raw().await,
        "UPDATE entry SET body = NULL WHERE seq = 1",
    )
    .await;
    let run = store.run(feed.id(), 1, 1, usize::MAX, 1).await.unwrap();
    assert_eq!((run[0].id(), &run[0].body), (entry.id(), &None));
    let held = store.document(document(1)).await.unwrap();
    assert_eq!(
        (&held[0].body, held[0].body_hash),
        (&None, entry.header().body_hash)
    );
}

#[tokio::test]
async fn a_document_has_its_entries_by_feed_and_seq_with_where_they_came_from() {
    let place = Place::new();
    let store = place.store().await;
    let mut one = Feed::stored(&store, "dk-0159", 1).await;
    let mut two = Feed::stored(&store, "dk-0151", 2).await;
    let mut expected = Vec::new();
    for turn in 0..3_u8 {
        for feed in [&mut one, &mut two] {
            let entry = feed.write(Kind::CHANGE, Some(document(1)), &[turn]);
            let other = feed.write(Kind::CHANGE, Some(document(2)), &[turn]);
            store
                .append(&batch(vec![entry.clone(), other]))
                .await
                .unwrap();
            expected.push((entry, feed.opening().clone()));
        }
    }
    let watermark = store.last_row().await.unwrap();
    expected.sort_by_key(|(entry, _)| (entry.feed(), entry.header().seq));

    let held = store.document(document(1)).await.unwrap();
    assert_eq!(held.len(), expected.len());
    for (held, (entry, opening)) in held.iter().zip(&expected) {
        assert_eq!(
            (held.feed, held.seq, held.entry),
            (entry.feed(), entry.header().seq, entry.id())
        );
        assert_eq!(
            (held.kind, held.document),
            (Kind::CHANGE, Some(document(1)))
        );
        assert_eq!((held.claimed_ms, held.received_ms), (7, 10));
        assert_eq!(held.member, opening.certificate.claim.member);
        assert_eq!(held.node_key, opening.certificate.claim.node_key);
        assert_eq!(held.space, opening.space);
        assert_eq!(held.body, entry.signed().body);
        assert_eq!(held.body_hash, entry.header().body_hash);
    }
    assert_eq!(store.document(document(3)).await.unwrap(), []);

    assert_eq!(
        store.document_after(document(1), watermark).await.unwrap(),
        []
    );
    let newer = one.write(Kind::CHANGE, Some(document(1)), b"newer");
    store.append(&batch(vec![newer.clone()])).await.unwrap();
    let after = store.document_after(document(1), watermark).await.unwrap();
    assert_eq!(
        after.iter().map(|entry| entry.entry).collect::<Vec<_>>(),
        [newer.id()]
    );
    assert_eq!(after[0].row, watermark + 1);
}

#[tokio::test]
async fn the_mirror_follows_documents_in_the_order_of_arrival_without_missing_any() {
    let place = Place::new();
    let store = place.store().await;
    let nothing = store.documents_after(0, 10).await.unwrap();
    assert_eq!((nothing.documents, nothing.up_to), (Vec::new(), 0));

    // Row 1 opens the feed; then documents 1, 2, 3, 1, 2, 3, …
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let documents = [document(1), document(2), document(3)];
    store
        .append(&batch(feed.changes(&documents, 9)))
        .await
        .unwrap();

    let all = store.documents_after(0, 100).await.unwrap();
    assert_eq!(
        all.documents,
        [(2, document(1)), (3, document(2)), (4, document(3))]
    );
    assert_eq!(all.up_to, 10);
    let opening_only = store.documents_after(0, 1).await.unwrap();
    assert_eq!(
        (opening_only.documents, opening_only.up_to),
        (Vec::new(), 1)
    );
    let stretch = store.documents_after(4, 2).await.unwrap();
    assert_eq!(stretch.documents, [(5, document(1)), (6, document(2))]);
    assert_eq!(stretch.up_to, 6);
    let none = store.documents_after(10, 100).await.unwrap();
    assert_eq!((none.documents, none.up_to), (Vec::new(), 10));
}

#[tokio::test]
async fn openings_of_documents_are_found_and_what_opens_nothing_is_left_out() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let mut entries = Vec::new();
    for nonce in 0..3 {
        let opening = document_opening(nonce);
        entries.push(feed.write(
            Kind::DOCUMENT_OPENING,
            Some(opening.id()),
            &encode(&opening),
        ));
        entries.extend(feed.changes(&[opening.id()], 2));
    }
    entries.push(feed.write(Kind::DOCUMENT_OPENING, Some(document(1)), b"not one"));
    entries.push(feed.write(Kind::DOCUMENT_OPENING, None, &encode(&document_opening(9))));
    store.append(&batch(entries)).await.unwrap();
    let expected: Vec<_> = (0..3)
        .map(|nonce| {
            (
                document_opening(nonce).id(),
                document_opening(nonce),
                feed.id(),
            )
        })
        .collect();
    assert_eq!(store.document_openings().await.unwrap(), expected);
}

#[tokio::test]
async fn an_unknown_kind_is_kept_as_it_came() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let entry = feed.write(Kind(u16::MAX), Some(document(1)), &[]);
    store.append(&batch(vec![entry.clone()])).await.unwrap();
    assert_eq!(
        store.document(document(1)).await.unwrap()[0].kind,
        Kind(u16::MAX)
    );
    assert_eq!(feed.held(&store).await[1], *entry.signed());
}
