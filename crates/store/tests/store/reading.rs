//! What comes back, in which order and how much.

use faelled_proto::canonical::encode;
use faelled_proto::feed::frame_bytes_of;
use faelled_proto::{FeedId, Kind, SecretKey, VerifiedEntry};
use faelled_store::{Append, StoreError};

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

    // The same without bodies, which are read later, where they are there.
    let wrote = held.iter().map(|entry| u64::from(entry.body_length));
    let bytes = store.document_bytes(document(1)).await.unwrap();
    assert_eq!(bytes, wrote.sum::<u64>());
    assert_eq!(store.document_bytes(document(3)).await.unwrap(), 0);
    let first = held[0].row;
    let erase = format!("UPDATE entry SET body = NULL WHERE row = {first}");
    execute(&mut place.raw().await, &erase).await;
    let mut unread = store.document_unread(document(1)).await.unwrap();
    for (left, held) in unread.iter().zip(&held) {
        assert_eq!(left.body, None);
        assert_eq!(left.is_unread, left.row != first);
        assert_eq!(left.body_length, held.body_length);
    }
    let (picked, rest) = unread.split_at_mut(2);
    store
        .read_bodies(&mut picked.iter_mut().collect::<Vec<_>>())
        .await
        .unwrap();
    assert_eq!(picked[0].body, None);
    assert_eq!(picked[1], held[1]);
    assert!(rest.iter().all(|entry| entry.is_unread));
}

#[tokio::test]
async fn the_mirror_follows_documents_in_the_order_of_arrival_without_missing_any() {
    let place = Place::new();
    let store = place.store().await;
    let nothing = store.documents_after(0, i64::MAX, 10).await.unwrap();
    assert_eq!((nothing.documents, nothing.up_to), (Vec::new(), 0));

    // Row 1 opens the feed; then documents 1, 2, 3, 1, 2, 3, …
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let documents = [document(1), document(2), document(3)];
    store
        .append(&batch(feed.changes(&documents, 9)))
        .await
        .unwrap();

    let all = store.documents_after(0, i64::MAX, 100).await.unwrap();
    assert_eq!(
        all.documents,
        [(2, document(1)), (3, document(2)), (4, document(3))]
    );
    assert_eq!(all.up_to, 10);
    let opening_only = store.documents_after(0, i64::MAX, 1).await.unwrap();
    assert_eq!(
        (opening_only.documents, opening_only.up_to),
        (Vec::new(), 1)
    );
    let stretch = store.documents_after(4, i64::MAX, 2).await.unwrap();
    assert_eq!(stretch.documents, [(5, document(1)), (6, document(2))]);
    assert_eq!(stretch.up_to, 6);
    let bounded = store.documents_after(4, 5, 100).await.unwrap();
    assert_eq!(bounded.documents, [(5, document(1))]);
    assert_eq!(bounded.up_to, 5);
    let none = store.documents_after(10, i64::MAX, 100).await.unwrap();
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

#[tokio::test]
async fn an_entry_is_named_by_its_place() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let entries = feed.changes(&[document(1)], 3);
    store.append(&batch(entries.clone())).await.unwrap();
    let id = |seq| store.entry_id(feed.id(), seq);
    assert_eq!(id(0).await.unwrap().map(FeedId::from), Some(feed.id()));
    assert_eq!(id(2).await.unwrap(), Some(entries[1].id()));
    assert_eq!(id(4).await.unwrap(), None);
    assert_eq!(id(u64::MAX).await.unwrap(), None);
    let stranger = FeedId::from_bytes([9; 32]);
    assert_eq!(store.entry_id(stranger, 0).await.unwrap(), None);

    // Erased bodies change no id; another id is found out.
    let mut raw = place.raw().await;
    execute(&mut raw, "UPDATE entry SET body = NULL WHERE seq = 2").await;
    assert_eq!(id(2).await.unwrap(), Some(entries[1].id()));
    execute(&mut raw, "UPDATE entry SET id = zeroblob(32) WHERE seq = 2").await;
    let error = id(2).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
}

#[tokio::test]
async fn a_feed_tells_what_it_touches_behind_a_place() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let mut entries = feed.changes(&[document(1), document(2)], 4);
    entries.push(feed.write(Kind::CHANGE, None, b"about nothing"));
    entries.extend(feed.changes(&[document(3), document(1)], 2));
    store.append(&batch(entries)).await.unwrap();
    let mut other = Feed::stored(&store, "dk-0151", 3).await;
    let theirs = other.changes(&[document(7)], 9);
    store.append(&batch(theirs)).await.unwrap();

    for (seq, expected) in [
        (None, vec![1, 2, 3]),
        (Some(0), vec![1, 2, 3]),
        (Some(3), vec![1, 2, 3]),
        (Some(4), vec![1, 3]),
        (Some(6), vec![1]),
        (Some(7), vec![]),
        (Some(u64::MAX), vec![]),
    ] {
        let mut expected: Vec<_> = expected.into_iter().map(document).collect();
        expected.sort_unstable();
        let found = store.documents_of_feed_after(feed.id(), seq).await.unwrap();
        assert_eq!(found, expected, "{seq:?}");
    }
    let stranger = FeedId::from_bytes([9; 32]);
    let found = store.documents_of_feed_after(stranger, None).await.unwrap();
    assert_eq!(found, []);
}

#[tokio::test]
async fn what_a_node_key_wrote_before_a_time_ends_where_the_first_later_entry_begins() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::of("dk-0159", 1);
    let opening = feed.open();
    // Stored at these times: the clock was set back once.
    let mut entries = vec![opening.clone()];
    entries.extend(feed.changes(&[document(1)], 5));
    let begun = feed.beginning(vec![opening]);
    let at = |received_ms, entries: &[VerifiedEntry]| Append {
        received_ms,
        ..batch(entries.to_vec())
    };
    store
        .append(&Append {
            received_ms: 10,
            ..begun
        })
        .await
        .unwrap();
    store.append(&at(20, &entries[1..3])).await.unwrap();
    store.append(&at(50, &entries[3..4])).await.unwrap();
    store.append(&at(30, &entries[4..])).await.unwrap();
    // Another feed of the same key, and another member's.
    let mut second = Feed::of("dk-0159", 1);
    second.set_incarnation([8; 16]);
    let opening = second.open();
    let begun = second.beginning(vec![opening]);
    store
        .append(&Append {
            received_ms: 25,
            ..begun
        })
        .await
        .unwrap();
    Feed::stored(&store, "dk-0151", 3).await;

    let node_key = feed.key().node_key();
    for (received_ms, tip, with_second) in [
        (0, None, false),
        (10, None, false),
        (11, Some(0), false),
        (20, Some(0), false),
        (25, Some(2), false),
        (26, Some(2), true),
        (40, Some(2), true),
        (50, Some(2), true),
        (51, Some(5), true),
        (u64::MAX, Some(5), true),
    ] {
        let mut expected = Vec::new();
        expected.extend(tip.map(|seq: usize| (feed.id(), entries[seq].tip())));
        expected.extend(with_second.then(|| (second.id(), second.tip())));
        expected.sort_unstable();
        let found = store.tips_received_before(&node_key, received_ms).await;
        assert_eq!(found.unwrap(), expected, "{received_ms}");
    }
    let stranger = SecretKey::from_seed(&[99; 32]).node_key();
    let found = store.tips_received_before(&stranger, 99).await.unwrap();
    assert_eq!(found, []);

    let mut raw = place.raw().await;
    execute(&mut raw, "UPDATE entry SET id = zeroblob(32) WHERE seq = 5").await;
    let error = store.tips_received_before(&node_key, 99).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
}
