//! Statements outside feeds, and certificates that were seen expired.

use std::slice::from_ref;

use faelled_proto::statement::{Equivocation, Revocation, Vote};
use faelled_proto::{SecretKey, Space, Statement};
use faelled_store::{Store, StoreError};
use sqlx::Connection;

use crate::world::{Feed, Place, document, execute, federation, signed};

/// A revocation of a node key of its own for each number.
pub(crate) fn revocation(number: u8) -> Statement {
    let identity = SecretKey::from_seed(&[1; 32]);
    let revocation = Revocation {
        federation: federation(),
        member: "dk-0159".parse().unwrap(),
        identity_key: identity.identity_key(),
        node_key: SecretKey::from_seed(&[number; 32]).node_key(),
        space: Space::Commons,
        last_good: Vec::new(),
        charters: Vec::new(),
        successor: None,
        claimed_ms: 1,
    };
    Statement::Revocation(revocation.sign(&identity))
}

fn vote(reason: &str) -> Vote {
    let identity = SecretKey::from_seed(&[1; 32]);
    let steward = "dk-0159".parse().unwrap();
    Vote::reject(vec![1; 9], steward, reason.to_owned(), &identity)
}

/// The proof that a member's private feed has two branches.
fn equivocation() -> Equivocation {
    let (mut one, mut other) = (Feed::of("dk-0159", 2), Feed::of("dk-0159", 2));
    let opening = one.open().signed().clone();
    other.open();
    let left = signed(&one.changes(&[document(1)], 1));
    let right = signed(&other.changes(&[document(2)], 1));
    Equivocation::make(federation(), opening, left, right).unwrap()
}

#[tokio::test]
async fn statements_come_back_as_they_were_until_they_are_dropped() {
    let place = Place::new();
    let store = place.store().await;
    assert_eq!(store.statements().await.unwrap(), []);
    let all = [
        revocation(7),
        Statement::Equivocation(equivocation()),
        Statement::Vote(vote("no")),
        revocation(8),
    ];
    store.put_statements(&all[..2], &[]).await.unwrap();
    store.put_statements(&all[1..], &[]).await.unwrap();
    store.close().await.unwrap();
    let store = Store::open(&place.path).await.unwrap();
    assert_eq!(store.statements().await.unwrap(), all);

    let dropped = [all[0].mark(), all[2].mark(), revocation(9).mark()];
    store.put_statements(&[], &dropped).await.unwrap();
    store.close().await.unwrap();
    let store = Store::open(&place.path).await.unwrap();
    let left = [all[1].clone(), all[3].clone()];
    assert_eq!(store.statements().await.unwrap(), left);
}

#[tokio::test]
async fn every_change_of_the_set_is_counted_and_nothing_else() {
    let place = Place::new();
    let store = place.store().await;
    let [one, two] = [revocation(7), Statement::Vote(vote("no"))];
    for (put, dropped, count) in [
        (vec![], vec![], 0),
        (vec![one.clone(), two.clone()], vec![], 2),
        (vec![one.clone(), two.clone()], vec![], 2),
        (vec![], vec![revocation(9).mark()], 2),
        (vec![], vec![one.mark()], 3),
        (vec![], vec![one.mark()], 3),
        (vec![one.clone()], vec![two.mark()], 5),
    ] {
        store.put_statements(&put, &dropped).await.unwrap();
        assert_eq!(store.statement_changes().await.unwrap(), count);
    }
    store.close().await.unwrap();
    let store = Store::open_read_only(&place.path).await.unwrap();
    assert_eq!(store.statement_changes().await.unwrap(), 5);
    assert_eq!(store.statements().await.unwrap(), [one]);
}

#[tokio::test]
async fn of_two_that_say_the_same_the_first_stays_unless_it_is_dropped() {
    let place = Place::new();
    let store = place.store().await;
    let (first, second) = (
        Statement::Vote(vote("too soon")),
        Statement::Vote(vote("too late")),
    );
    assert_eq!(first.mark(), second.mark());
    store.put_statements(from_ref(&first), &[]).await.unwrap();
    store.put_statements(from_ref(&second), &[]).await.unwrap();
    assert_eq!(store.statements().await.unwrap(), from_ref(&first));
    store
        .put_statements(from_ref(&second), &[first.mark()])
        .await
        .unwrap();
    assert_eq!(store.statements().await.unwrap(), [second]);
}

#[tokio::test]
async fn of_statements_given_together_all_are_stored_and_dropped_or_none() {
    let place = Place::new();
    let store = place.store().await;
    let held = revocation(7);
    store.put_statements(from_ref(&held), &[]).await.unwrap();
    let mut nowhere = equivocation();
    nowhere.opening.body = None;
    let mut large = vote("no");
    large.roster = vec![0; 1 << 20];
    for bad in [Statement::Equivocation(nowhere), Statement::Vote(large)] {
        let error = store
            .put_statements(&[revocation(8), bad], &[held.mark()])
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
        assert_eq!(store.statements().await.unwrap(), from_ref(&held));
        assert_eq!(store.statement_changes().await.unwrap(), 1);
    }

    // A full disk in the middle.
    let bytes = store.figures().await.unwrap().bytes;
    store.limit_bytes(Some(bytes)).await.unwrap();
    let many: Vec<Statement> = (10..200).map(revocation).collect();
    let error = store
        .put_statements(&many, &[held.mark()])
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    assert_eq!(store.statements().await.unwrap(), from_ref(&held));
    assert_eq!(store.statement_changes().await.unwrap(), 1);
    store.limit_bytes(None).await.unwrap();
    store.put_statements(&many, &[held.mark()]).await.unwrap();
    assert_eq!(store.statements().await.unwrap(), many);
}

#[tokio::test]
async fn a_statement_that_the_disk_changed_is_found() {
    for sql in [
        "UPDATE statement SET mark = zeroblob(32)",
        "UPDATE statement SET mark = x'00'",
        "UPDATE statement SET space = x'0107646b2d30313531'",
        "UPDATE statement SET body = CAST(body || x'00' AS BLOB)",
        "UPDATE statement SET body = CAST(substr(body, 1, length(body) - 1) || x'ff' AS BLOB)",
        "UPDATE statement SET hash = zeroblob(32)",
        "UPDATE statement SET body = x''",
    ] {
        for statement in [
            revocation(7),
            Statement::Equivocation(equivocation()),
            Statement::Vote(vote("no")),
        ] {
            let place = Place::new();
            let store = place.store().await;
            store.put_statements(&[statement], &[]).await.unwrap();
            store.close().await.unwrap();
            let mut raw = place.raw().await;
            execute(&mut raw, sql).await;
            raw.close().await.unwrap();
            let store = Store::open(&place.path).await.unwrap();
            let error = store.statements().await.expect_err(sql);
            assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_lost_count_of_changes_is_told_and_nothing_is_changed_without_it() {
    let place = Place::new();
    let store = place.store().await;
    let mut raw = place.raw().await;
    execute(&mut raw, "DELETE FROM change_count").await;
    for error in [
        store.statement_changes().await.unwrap_err(),
        store
            .put_statements(&[revocation(7)], &[])
            .await
            .unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    }
    assert_eq!(store.statements().await.unwrap(), []);
}

#[tokio::test]
async fn what_was_seen_expired_stays_so_and_the_latest_time_is_kept() {
    let place = Place::new();
    let store = place.store().await;
    let mut keys = [1, 2, 3].map(|seed| SecretKey::from_seed(&[seed; 32]).node_key());
    keys.sort_unstable_by_key(|key| *key.as_bytes());
    for (key, expires_ms) in [(2, 9), (0, 5), (0, 7), (0, 6), (1, 0)] {
        store.put_expired(&keys[key], expires_ms).await.unwrap();
    }
    let error = store.put_expired(&keys[0], u64::MAX).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
    store.close().await.unwrap();
    let store = Store::open(&place.path).await.unwrap();
    assert_eq!(
        store.expired().await.unwrap(),
        [(keys[0], 7), (keys[1], 0), (keys[2], 9)]
    );
    let mut raw = place.raw().await;
    execute(&mut raw, "UPDATE expired SET expires_ms = -1").await;
    let error = store.expired().await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
}
