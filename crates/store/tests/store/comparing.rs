//! What somebody else holds of a feed, beside what is stored.

use std::slice::from_ref;

use faelled_proto::limits::{MAX_ENTRIES_PER_FRAME, MAX_PROOF_ENTRIES};
use faelled_proto::statement::Equivocation;
use faelled_proto::{FeedId, Kind, SignedEntry, VerifiedEntry};
use faelled_store::{Comparison, Store, StoreError};

use crate::world::{Feed, Place, batch, document, execute, federation, signed};

/// A feed with two branches: the first differing place, and all entries of both.
struct Forked {
    place: Place,
    store: Store,
    feed: FeedId,
    fork: usize,
    held: Vec<SignedEntry>,
    rival: Vec<SignedEntry>,
}

impl Forked {
    /// Of the one branch `held` places are stored, the opening among them; of the other there are `rival`.
    async fn new(fork: usize, held: usize, rival: usize) -> Self {
        let place = Place::new();
        let store = place.store().await;
        let (mut one, mut other) = (Feed::of("dk-0159", 1), Feed::of("dk-0159", 1));
        let mut mine: Vec<VerifiedEntry> = vec![one.open()];
        let mut theirs = vec![other.open()];
        for place in 1..held.max(rival) {
            let body = if place < fork { "same" } else { "theirs" };
            mine.push(one.write(Kind::CHANGE, Some(document(1)), b"same"));
            theirs.push(other.write(Kind::CHANGE, Some(document(1)), body.as_bytes()));
        }
        store
            .append(&one.beginning(mine[..held].to_vec()))
            .await
            .unwrap();
        Self {
            place,
            store,
            feed: one.id(),
            fork,
            held: signed(&mine),
            rival: signed(&theirs[..rival]),
        }
    }

    async fn compare(&self, entries: &[SignedEntry]) -> Comparison {
        self.store.compare(self.feed, entries).await.unwrap()
    }

    /// What must come out where both differ, for `held` and `rival` places behind the fork.
    fn differs(&self, held: usize, rival: usize) -> Comparison {
        let headers = |entries: &[SignedEntry]| {
            let without_body = |entry: &SignedEntry| SignedEntry {
                body: None,
                ..entry.clone()
            };
            entries.iter().map(without_body).collect()
        };
        Comparison::Differs {
            opening: self.held[0].clone(),
            held: headers(&self.held[self.fork..self.fork + held]),
            rival: headers(&self.rival[self.fork..self.fork + rival]),
        }
    }
}

const fn same(up_to: u64) -> Comparison {
    Comparison::Same { up_to }
}

#[tokio::test]
async fn a_run_that_is_the_same_is_so_as_far_as_both_go() {
    let forked = Forked::new(20, 15, 20).await;
    let run = &forked.rival;
    for (from, to, up_to) in [
        (0, 1, 0),
        (0, 9, 8),
        (1, 2, 1),
        (5, 15, 14),
        (0, 20, 14),
        (14, 20, 14),
    ] {
        assert_eq!(
            forked.compare(&run[from..to]).await,
            same(up_to),
            "{from}..{to}"
        );
    }
    // Right behind the newest one.
    assert_eq!(forked.compare(&run[15..17]).await, same(14));
}

#[tokio::test]
async fn where_two_branches_part_both_sides_come_back_and_prove_it() {
    let forked = Forked::new(300, 600, 700).await;
    for from in [0, 1, 290, 299, 300] {
        let compared = forked.compare(&forked.rival[from..]).await;
        assert_eq!(
            compared,
            forked.differs(MAX_PROOF_ENTRIES, MAX_PROOF_ENTRIES),
            "{from}"
        );
        let Comparison::Differs {
            opening,
            held,
            rival,
        } = compared
        else {
            panic!("it does")
        };
        let proof = Equivocation::make(federation(), opening, held, rival).unwrap();
        let shown = proof.verify(federation()).unwrap();
        assert_eq!((shown.common.feed, shown.common.seq), (forked.feed, 299));
        assert_eq!(shown.common.entry, forked.held[299].id());
    }
    let few = forked.compare(&forked.rival[280..303]).await;
    assert_eq!(few, forked.differs(MAX_PROOF_ENTRIES, 3));
}

#[tokio::test]
async fn the_newest_entry_and_the_first_behind_the_opening_may_be_where_they_part() {
    let newest = Forked::new(9, 10, 12).await;
    assert_eq!(
        newest.compare(&newest.rival[9..]).await,
        newest.differs(1, 3)
    );
    let first = Forked::new(1, 3, 3).await;
    assert_eq!(first.compare(&first.rival).await, first.differs(2, 2));
    assert_eq!(first.compare(&first.rival[1..]).await, first.differs(2, 2));
}

#[tokio::test]
async fn a_run_that_begins_behind_the_fork_asks_for_what_is_before_it() {
    let forked = Forked::new(30, 60, 80).await;
    for (from, seq) in [(31, 31), (59, 59), (60, 60), (61, 60), (79, 60)] {
        let compared = forked.compare(&forked.rival[from..]).await;
        assert_eq!(compared, Comparison::EarlierThan { seq }, "{from}");
    }
    // Going back like that ends at the fork.
    let compared = forked.compare(&forked.rival[20..60]).await;
    assert_eq!(compared, forked.differs(30, 30));
    // Before the first entry behind the opening nothing can differ.
    let short = Forked::new(1, 1, 9).await;
    assert_eq!(short.compare(&short.rival[5..]).await, same(0));
    assert_eq!(short.compare(&short.rival[1..]).await, same(0));
}

#[tokio::test]
async fn a_run_longer_than_a_frame_is_compared_to_its_end() {
    let fork = MAX_ENTRIES_PER_FRAME + 10;
    let forked = Forked::new(fork, fork + 2, fork + 2).await;
    assert_eq!(forked.compare(&forked.rival).await, forked.differs(2, 2));
    let all = same(fork as u64 + 1);
    assert_eq!(forked.compare(&forked.held).await, all);
}

#[tokio::test]
async fn a_feed_that_is_not_stored_is_not_held_whatever_comes() {
    let forked = Forked::new(3, 6, 6).await;
    let stranger = FeedId::from_bytes([9; 32]);
    for entries in [&forked.rival[..], &[]] {
        let compared = forked.store.compare(stranger, entries).await.unwrap();
        assert_eq!(compared, Comparison::NotHeld);
    }
}

#[tokio::test]
async fn what_is_no_run_of_the_feed_is_looked_at_no_further_than_it_is_one() {
    let forked = Forked::new(30, 60, 60).await;
    let mut other = Feed::of("dk-0151", 3);
    let mut strange = signed(&[other.open()]);
    strange.extend(signed(&other.changes(&[document(1)], 5)));
    let good = forked.rival[20].clone();
    let with_header = |header: Vec<u8>| SignedEntry {
        header,
        ..good.clone()
    };
    let mut unlinked = Feed::of("dk-0159", 1);
    unlinked.open();
    unlinked.set_tip(faelled_proto::Tip {
        entry: forked.held[5].id(),
        ..unlinked.tip()
    });
    let unlinked = unlinked.write(Kind::CHANGE, None, b"behind no opening");
    for bad in [
        with_header(Vec::new()),
        with_header(vec![0; 100_000]),
        with_header([&good.header[..], &[0]].concat()),
        strange[0].clone(),
        strange[3].clone(),
        unlinked.signed().clone(),
    ] {
        let alone = forked.compare(from_ref(&bad)).await;
        assert_eq!(alone, Comparison::NoRun);
        let first = [from_ref(&bad), &forked.rival[1..]].concat();
        assert_eq!(forked.compare(&first).await, Comparison::NoRun);
        let inside = [&forked.rival[..10], from_ref(&bad), &forked.rival[10..]].concat();
        assert_eq!(forked.compare(&inside).await, same(9));
        let behind = [&forked.rival[25..32], &[bad]].concat();
        assert_eq!(forked.compare(&behind).await, forked.differs(30, 2));
    }
    assert_eq!(forked.compare(&[]).await, Comparison::NoRun);
    // A gap, an entry twice, and the other branch's next one.
    for (next, up_to) in [(12, 10), (10, 10), (9, 10)] {
        let run = [&forked.rival[5..11], &[forked.rival[next].clone()]].concat();
        assert_eq!(forked.compare(&run).await, same(up_to), "{next}");
    }
    let crossed = [&forked.held[25..31], &forked.rival[31..]].concat();
    assert_eq!(forked.compare(&crossed).await, same(30));
}

#[tokio::test]
async fn bodies_take_no_part_in_it() {
    let forked = Forked::new(30, 60, 60).await;
    let mut run = forked.rival.clone();
    for (place, entry) in run.iter_mut().enumerate() {
        entry.body = (place % 2 == 0).then(|| vec![7; place]);
    }
    assert_eq!(forked.compare(&run[..30]).await, same(29));
    assert_eq!(forked.compare(&run[1..]).await, forked.differs(30, 30));
}

#[tokio::test]
async fn what_the_disk_changed_is_found_and_proves_nothing_against_anybody() {
    for sql in [
        "UPDATE entry SET id = zeroblob(32) WHERE seq = 30",
        "UPDATE entry SET header = (SELECT header FROM entry WHERE seq = 31) WHERE seq = 30",
        "UPDATE entry SET signature = zeroblob(64) WHERE seq = 31",
        "UPDATE entry SET body = NULL WHERE seq = 0",
        "DELETE FROM entry WHERE seq = 28",
        "DELETE FROM entry WHERE seq = 33",
        "DELETE FROM entry WHERE seq = 0",
    ] {
        let forked = Forked::new(30, 60, 60).await;
        execute(&mut forked.place.raw().await, sql).await;
        let compared = forked.store.compare(forked.feed, &forked.rival[20..]).await;
        let error = compared.expect_err(sql);
        assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn what_is_appended_meanwhile_changes_nothing_of_what_they_agree_on() {
    let forked = Forked::new(30, 20, 60).await;
    let mut feed = Feed::of("dk-0159", 1);
    feed.open();
    for _ in 1..20 {
        feed.write(Kind::CHANGE, Some(document(1)), b"same");
    }
    assert_eq!(forked.compare(&forked.rival).await, same(19));
    for _ in 20..40 {
        let next = feed.write(Kind::CHANGE, Some(document(1)), b"same");
        forked.store.append(&batch(vec![next])).await.unwrap();
    }
    assert_eq!(forked.compare(&forked.rival).await, forked.differs(10, 30));
}
