//! Batches go in whole or not at all.

use std::time::Duration;

use faelled_proto::chain::{Writer, verify_new_feed};
use faelled_proto::roster::{MemberRecord, Roster};
use faelled_proto::{Kind, SecretKey, SignedRoster};
use faelled_store::{Append, SignedRosterAtVersion, Store, StoreError};
use sqlx::AssertSqlSafe;

use crate::world::{Feed, Place, batch, document, federation, signed};

fn roster(name: &str) -> SignedRosterAtVersion {
    roster_after(name, 1, &[])
}

fn roster_after(
    name: &str,
    version: u64,
    previous: &[&SignedRosterAtVersion],
) -> SignedRosterAtVersion {
    let identity = SecretKey::from_seed(&[1; 32]);
    let member: faelled_proto::MemberId = "dk-0159".parse().unwrap();
    let mut previous: Vec<_> = previous.iter().map(|before| before.signed.hash()).collect();
    previous.sort_unstable();
    let roster = Roster {
        version,
        federation: (version > 1).then(federation),
        previous,
        name: name.to_owned(),
        claimed_ms: 1,
        threshold: 1,
        stewards: vec![member.clone()],
        members: vec![MemberRecord {
            id: member.clone(),
            kind: "municipality".to_owned(),
            name: "Gladsaxe".to_owned(),
            identity_key: identity.identity_key(),
            valid_from_day: 1,
            valid_until_day: None,
        }],
        extensions: Vec::new(),
    };
    let mut signed = SignedRoster::unsigned(&roster);
    signed.sign(member, &identity);
    SignedRosterAtVersion { version, signed }
}

/// All that the store holds, to compare before and after.
async fn everything(store: &Store) -> String {
    let rows = store.last_row().await.unwrap();
    let feeds = store.feeds().await.unwrap();
    let rosters = store.rosters().await.unwrap();
    let figures = store.figures().await.unwrap();
    format!(
        "{rows} {feeds:?} {rosters:?} {} {}",
        figures.entries, figures.documents
    )
}

#[tokio::test]
async fn what_was_appended_reads_back_equal_and_still_verifies() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::of("dk-0159", 1);
    let mut entries = vec![feed.open()];
    entries.extend(feed.changes(&[document(1), document(2)], 100));
    let appended = store
        .append(&feed.beginning(entries.clone()))
        .await
        .unwrap();
    assert_eq!(appended.last_row, 101);
    assert_eq!(store.last_row().await.unwrap(), 101);

    let held = feed.held(&store).await;
    assert_eq!(held, signed(&entries));
    let (opening, verified) = verify_new_feed(federation(), feed.id(), held).unwrap();
    assert_eq!((&opening, &verified), (feed.opening(), &entries));

    let feeds = store.feeds().await.unwrap();
    assert_eq!(feeds.len(), 1);
    assert_eq!((feeds[0].feed, feeds[0].tip), (feed.id(), feed.tip()));
    assert_eq!(&feeds[0].opening, feed.opening());
    let figures = store.figures().await.unwrap();
    assert_eq!(
        (figures.entries, figures.feeds, figures.documents),
        (101, 1, 2)
    );
    assert!(figures.bytes > 0);
}

#[tokio::test]
async fn it_is_all_there_after_reopening_and_the_feed_goes_on() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 2).await;
    let first = batch(feed.changes(&[document(1)], 5));
    store
        .append(&Append {
            rosters: vec![roster("one")],
            ..first
        })
        .await
        .unwrap();
    let before = everything(&store).await;
    store.close().await.unwrap();

    let store = Store::open(&place.path).await.unwrap();
    assert_eq!(everything(&store).await, before);
    assert_eq!(store.rosters().await.unwrap(), [roster("one").signed]);
    store
        .append(&batch(feed.changes(&[document(1)], 5)))
        .await
        .unwrap();
    assert_eq!(store.feeds().await.unwrap()[0].tip, feed.tip());
    assert_eq!(feed.held(&store).await.len(), 11);
}

#[tokio::test]
async fn one_bad_entry_leaves_nothing_of_its_batch() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let before_branch = feed.tip();
    let stored = feed.changes(&[document(1)], 3);
    store.append(&batch(stored.clone())).await.unwrap();
    let before = everything(&store).await;

    let mut other = Feed::of("dk-0151", 3);
    let mut good = vec![other.open()];
    good.extend(other.changes(&[document(9)], 70));
    let branch = Writer::new(federation(), feed.key(), Some(before_branch)).write(
        Kind::CHANGE,
        Some(document(1)),
        b"other".to_vec(),
        8,
    );
    let next = feed.changes(&[document(1)], 3);
    let unknown = Feed::of("dk-0165", 5);
    let mut stranger = unknown;
    stranger.open();
    let of_stranger = stranger.changes(&[document(1)], 1);

    let bad: [(&str, Vec<_>); 6] = [
        ("stored already", vec![stored[2].clone()]),
        ("a second branch", vec![branch]),
        ("a gap behind what is stored", vec![next[1].clone()]),
        ("a gap inside", vec![next[0].clone(), next[2].clone()]),
        ("twice", vec![next[0].clone(), next[0].clone()]),
        ("a feed that is not there", of_stranger),
    ];
    for (what, bad) in bad {
        let mut whole = other.beginning(good.clone());
        whole.entries.extend(bad);
        whole.rosters.push(roster("two"));
        let error = store.append(&whole).await.unwrap_err();
        assert!(
            matches!(error, StoreError::Conflict { .. }),
            "{what}: {error:?}"
        );
        assert_eq!(everything(&store).await, before, "{what}");
    }
    store.append(&batch(next)).await.unwrap();
    store.append(&other.beginning(good)).await.unwrap();
    assert_eq!(store.last_row().await.unwrap(), 4 + 3 + 71);
}

#[tokio::test]
async fn a_feed_begins_with_its_opening_given_once() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::of("dk-0159", 1);
    let entries = vec![feed.open()];
    let whole = feed.beginning(entries.clone());
    let twice = [whole.openings.clone(), whole.openings.clone()].concat();
    for bad in [
        batch(entries),
        Append {
            entries: Vec::new(),
            ..whole.clone()
        },
        Append {
            openings: twice,
            ..whole.clone()
        },
    ] {
        let error = store.append(&bad).await.unwrap_err();
        assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
    }
    store.append(&whole).await.unwrap();
    let error = store.append(&whole).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
    assert_eq!(store.figures().await.unwrap().entries, 1);
}

#[tokio::test]
async fn the_tables_themselves_refuse_a_second_entry_in_a_place() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    store
        .append(&batch(feed.changes(&[document(1)], 1)))
        .await
        .unwrap();
    let mut raw = place.raw().await;
    let copy = "INSERT INTO entry (id, feed, seq, kind, received_ms, header, signature) \
                SELECT {id}, {feed}, {seq}, kind, received_ms, header, signature FROM entry WHERE seq = 1";
    for (id, feed, seq, why) in [
        ("id", "feed", "7", "UNIQUE"),
        ("x'00'", "feed", "seq", "UNIQUE"),
        ("x'00'", "99", "seq", "FOREIGN KEY"),
    ] {
        let sql = copy
            .replace("{id}", id)
            .replace("{feed}", feed)
            .replace("{seq}", seq);
        let error = sqlx::query(AssertSqlSafe(sql))
            .execute(&mut raw)
            .await
            .unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[tokio::test]
async fn five_thousand_entries_of_many_feeds_go_in_at_once() {
    let place = Place::new();
    let store = place.store().await;
    let documents: Vec<_> = (0..700).map(document).collect();
    let mut feeds: Vec<Feed> = (0..100).map(|number| Feed::of("dk-0159", number)).collect();
    let mut whole = Append {
        received_ms: 3,
        ..Append::default()
    };
    for feed in &mut feeds {
        let opening = feed.open();
        whole
            .openings
            .push((opening.feed(), feed.opening().clone()));
        whole.entries.push(opening);
    }
    for _ in 0..7 {
        for feed in &mut feeds {
            whole.entries.extend(feed.changes(&documents, 7));
        }
    }
    assert_eq!(whole.entries.len(), 5_000);
    // Half of them begin the feeds, half go on with them.
    let rest = whole.entries.split_off(2_500);
    assert_eq!(store.append(&whole).await.unwrap().last_row, 2_500);
    assert_eq!(store.append(&batch(rest)).await.unwrap().last_row, 5_000);

    let rows = store.feeds().await.unwrap();
    assert_eq!(rows.len(), 100);
    for feed in &feeds {
        assert!(
            rows.iter()
                .any(|row| row.tip == feed.tip() && row.feed == feed.id())
        );
        assert_eq!(feed.held(&store).await.len(), 50);
    }
    assert_eq!(store.figures().await.unwrap().entries, 5_000);
}

#[tokio::test]
async fn two_rosters_of_one_version_are_both_kept_and_signatures_are_added() {
    let place = Place::new();
    let store = place.store().await;
    let (one, two) = (roster("one"), roster("two"));
    let mut unsigned = one.clone();
    unsigned.signed.signatures.clear();
    store
        .append(&Append {
            rosters: vec![unsigned],
            ..Append::default()
        })
        .await
        .unwrap();
    let both = vec![two.clone(), one.clone()];
    store
        .append(&Append {
            rosters: both,
            ..Append::default()
        })
        .await
        .unwrap();
    assert_eq!(store.rosters().await.unwrap(), [one.signed, two.signed]);
}

#[tokio::test]
async fn every_roster_comes_back_behind_those_that_it_names_in_whatever_order_it_came() {
    let first = roster("one");
    let second = roster_after("two", 2, &[&first]);
    let other = roster_after("other", 2, &[&first]);
    let third = roster_after("three", 3, &[&other]);
    let resolved = roster_after("resolved", 4, &[&second, &third]);
    let all = [first, second, other, third, resolved];
    for first in 0..all.len() {
        let place = Place::new();
        let store = place.store().await;
        let mut rosters = all.to_vec();
        rosters.reverse();
        rosters.rotate_left(first);
        let late = rosters.split_off(3);
        for rosters in [rosters, late] {
            let batch = Append {
                rosters,
                ..Append::default()
            };
            store.append(&batch).await.unwrap();
        }
        let mut known = Vec::new();
        for signed in store.rosters().await.unwrap() {
            let previous = signed.decode().unwrap().previous;
            assert!(previous.iter().all(|hash| known.contains(hash)));
            known.push(signed.hash());
        }
        assert_eq!(known.len(), all.len());
    }
}

#[tokio::test]
async fn a_caller_that_goes_away_in_the_middle_leaves_all_or_nothing_and_blocks_nobody() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let mut left = [0, 0];
    for micros in 0..60_u64 {
        let tip = feed.tip();
        let entries = batch(feed.changes(&[document(1)], 80));
        let patience = Duration::from_micros(micros * 100);
        let stored = tokio::time::timeout(patience, store.append(&entries))
            .await
            .is_ok();
        left[usize::from(stored)] += 1;
        // Waits for what may still be running.
        store
            .set_setting("turn", &micros.to_be_bytes())
            .await
            .unwrap();
        let found = store.feeds().await.unwrap()[0].tip;
        assert!(
            found == feed.tip() || (found == tip && !stored),
            "{found:?}"
        );
        if found == tip {
            store.append(&entries).await.unwrap();
        }
    }
    assert!(left[0] > 0, "nobody went away: {left:?}");
    assert_eq!(feed.held(&store).await.len(), 1 + 60 * 80);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_never_sees_half_a_batch() {
    let place = Place::new();
    let store = place.store().await;
    let mut one = Feed::stored(&store, "dk-0159", 1).await;
    let mut two = Feed::stored(&store, "dk-0151", 3).await;
    let writing = store.clone();
    let (read_once, was_read) = tokio::sync::oneshot::channel();
    let writer = tokio::spawn(async move {
        let mut was_read = Some(was_read);
        for turn in 0..100 {
            // So that the reader is there before the end, however busy the machine is.
            if turn == 50 {
                was_read.take().unwrap().await.unwrap();
            }
            let mut entries = one.changes(&[document(1)], 20);
            entries.extend(two.changes(&[document(1)], 20));
            writing.append(&batch(entries)).await.unwrap();
        }
    });
    let mut read_once = Some(read_once);
    let mut seen = std::collections::BTreeSet::new();
    loop {
        let over = writer.is_finished();
        let entries = store.document(document(1)).await.unwrap();
        assert_eq!(entries.len() % 40, 0);
        assert_eq!((store.last_row().await.unwrap() - 2) % 40, 0);
        for pair in store.feeds().await.unwrap().chunks(2) {
            assert_eq!(pair[0].tip.seq, pair[1].tip.seq);
        }
        seen.insert(entries.len());
        if let Some(read_once) = read_once.take() {
            read_once.send(()).unwrap();
        }
        if over {
            break;
        }
    }
    writer.await.unwrap();
    assert!(seen.contains(&4_000) && seen.len() > 1, "{seen:?}");
}
