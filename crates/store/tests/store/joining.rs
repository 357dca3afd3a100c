//! Tickets, requests, addresses and settings.

use faelled_proto::ticket::NodeAddress;
use faelled_proto::{NodeCertificate, SecretKey};
use faelled_store::{
    AddressRow, JoinRow, JoinState, MAX_ADDRESSES_PER_NODE, Store, StoreError, TicketRow,
};

use crate::world::{Place, federation};

fn ticket(number: u8) -> TicketRow {
    TicketRow {
        secret_hash: [number; 32],
        created_ms: u64::from(number),
        expires_ms: 1_800_000_000_000,
        used_by: None,
        revoked: false,
    }
}

#[tokio::test]
async fn a_ticket_serves_one_newcomer_only() {
    let place = Place::new();
    let store = place.store().await;
    for number in [2, 1, 3] {
        store.put_ticket(&ticket(number)).await.unwrap();
    }
    let error = store.put_ticket(&ticket(1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
    let (one, two) = (
        SecretKey::from_seed(&[1; 32]).identity_key(),
        SecretKey::from_seed(&[2; 32]).identity_key(),
    );
    assert!(store.set_ticket_used(&[1; 32], &one).await.unwrap());
    assert!(store.set_ticket_used(&[1; 32], &one).await.unwrap());
    assert!(!store.set_ticket_used(&[1; 32], &two).await.unwrap());
    assert!(!store.set_ticket_used(&[9; 32], &two).await.unwrap());
    assert!(store.revoke_ticket(&[2; 32]).await.unwrap());
    assert!(!store.revoke_ticket(&[9; 32]).await.unwrap());
    assert!(!store.set_ticket_used(&[2; 32], &two).await.unwrap());

    store.close().await.unwrap();
    let store = Store::open(&place.path).await.unwrap();
    let expected = [
        TicketRow {
            used_by: Some(one),
            ..ticket(1)
        },
        TicketRow {
            revoked: true,
            ..ticket(2)
        },
        ticket(3),
    ];
    assert_eq!(store.tickets().await.unwrap(), expected);
}

fn request(number: u8) -> JoinRow {
    let identity = SecretKey::from_seed(&[number; 32]);
    let node = SecretKey::from_seed(&[99; 32]).node_key();
    let member = format!("dk-{number:04}").parse().unwrap();
    JoinRow {
        certificate: NodeCertificate::issue(federation(), member, &identity, node, 5),
        kind: "municipality".to_owned(),
        name: "Æ'rø; DROP TABLE".to_owned(),
        secret_hash: [number; 32],
        asked_ms: u64::from(number),
        address: "[::1]:4040".to_owned(),
        state: JoinState::Waiting,
    }
}

#[tokio::test]
async fn requests_are_kept_one_for_each_newcomer_with_what_was_decided() {
    let place = Place::new();
    let store = place.store().await;
    for number in [2, 1, 3] {
        store.put_join_request(&request(number)).await.unwrap();
    }
    let (two, three) = (request(2).identity_key(), request(3).identity_key());
    assert!(
        store
            .set_join_state(&two, JoinState::Approved)
            .await
            .unwrap()
    );
    assert!(
        store
            .set_join_state(&three, JoinState::Declined)
            .await
            .unwrap()
    );
    let stranger = request(9).identity_key();
    assert!(
        !store
            .set_join_state(&stranger, JoinState::Approved)
            .await
            .unwrap()
    );
    let again = JoinRow {
        asked_ms: 9,
        ..request(1)
    };
    store.put_join_request(&again).await.unwrap();
    let expected = [
        JoinRow {
            state: JoinState::Approved,
            ..request(2)
        },
        JoinRow {
            state: JoinState::Declined,
            ..request(3)
        },
        again,
    ];
    assert_eq!(store.join_requests().await.unwrap(), expected);
}

fn address(port: u16, last_ok_ms: Option<u64>) -> AddressRow {
    AddressRow {
        node: NodeAddress {
            address: ([127, 0, 0, 1], port).into(),
            node_key: SecretKey::from_seed(&[1; 32]).node_key(),
        },
        member: None,
        last_ok_ms,
    }
}

#[tokio::test]
async fn what_is_known_of_an_address_is_completed_and_never_unlearned() {
    let place = Place::new();
    let store = place.store().await;
    store.put_address(&address(1, None)).await.unwrap();
    assert_eq!(store.addresses().await.unwrap(), [address(1, None)]);
    let member: faelled_proto::MemberId = "dk-0159".parse().unwrap();
    let known = AddressRow {
        member: Some(member.clone()),
        ..address(1, None)
    };
    store.put_address(&known).await.unwrap();
    for (said, kept) in [(Some(0), 0), (Some(5), 5), (Some(4), 5), (None, 5)] {
        store.put_address(&address(1, said)).await.unwrap();
        let expected = AddressRow {
            member: Some(member.clone()),
            ..address(1, Some(kept))
        };
        assert_eq!(store.addresses().await.unwrap(), [expected]);
    }
}

#[tokio::test]
async fn of_too_many_addresses_the_newest_and_those_that_served_last_stay() {
    let place = Place::new();
    let store = place.store().await;
    for port in 1..=20 {
        store
            .put_address(&address(port, Some(u64::from(port))))
            .await
            .unwrap();
    }
    store.put_address(&address(99, None)).await.unwrap();
    let mut other = address(7, None);
    other.node.node_key = SecretKey::from_seed(&[2; 32]).node_key();
    store.put_address(&other).await.unwrap();

    let found = store.addresses().await.unwrap();
    assert!(found.contains(&other));
    let ports: Vec<u16> = found
        .iter()
        .filter(|row| row.node.node_key != other.node.node_key)
        .map(|row| row.node.address.port())
        .collect();
    assert_eq!(ports, [20, 19, 18, 17, 16, 15, 14, 99]);
    assert_eq!(ports.len(), MAX_ADDRESSES_PER_NODE as usize);
}

#[tokio::test]
async fn settings_are_kept_by_name() {
    let place = Place::new();
    let store = place.store().await;
    assert_eq!(store.setting("federation").await.unwrap(), None);
    store.set_setting("federation", b"one").await.unwrap();
    store.set_setting("member", b"").await.unwrap();
    store.set_setting("federation", b"two").await.unwrap();
    store.close().await.unwrap();
    let store = Store::open(&place.path).await.unwrap();
    assert_eq!(store.setting("federation").await.unwrap().unwrap(), b"two");
    assert_eq!(store.setting("member").await.unwrap().unwrap(), b"");
}

#[tokio::test]
async fn nothing_secret_is_printed() {
    let printed = format!("{:?}", ticket(200));
    assert!(!printed.contains("200, 200"), "{printed}");
    assert!(!format!("{:?}", request(1)).contains("rø"));
}
