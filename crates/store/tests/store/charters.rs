//! Charters of groups.

use faelled_proto::{Charter, MemberId, NodeCertificate, SecretKey, SignedCharter};
use faelled_store::{Store, StoreError};
use sqlx::Connection;

use crate::world::{Place, execute, federation};

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
pub(crate) fn charters() -> [SignedCharter; 3] {
    let members: Vec<MemberId> = vec!["dk-0151".parse().unwrap(), "dk-0159".parse().unwrap()];
    let first = Charter {
        version: 1,
        federation: federation(),
        group: None,
        previous: None,
        name: "Emballage".to_owned(),
        owners: vec![members[1].clone()],
        members,
        removed: Vec::new(),
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
