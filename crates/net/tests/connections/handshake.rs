//! Who gets a connection and who does not.

use std::net::{Ipv6Addr, SocketAddr};
use std::time::Duration;

use faelled_net::{CloseReason, DialError, Net, NetConfig, NetError, NetEvent, NetLimits};
use faelled_proto::message::Bye;
use faelled_proto::ticket::NodeAddress;

use crate::support::{
    Guise, Node, assert_works, befriend, introduce, loopback, relay, rogue, rogue_server, secret,
};

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_learn_the_key_that_the_other_has_proven() {
    let (mut a, mut b) = (Node::start(1), Node::start(2));
    a.net.dial(b.address());
    let NetEvent::Connected {
        node_key,
        address,
        dialled,
        ..
    } = a.event().await
    else {
        panic!("no connection")
    };
    assert_eq!(
        (node_key, address, dialled),
        (b.key, b.net.local_address(), true)
    );
    let NetEvent::Connected {
        node_key,
        address,
        dialled,
        ..
    } = b.event().await
    else {
        panic!("no connection")
    };
    assert_eq!(
        (node_key, address, dialled),
        (a.key, a.net.local_address(), false)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_another_key_than_the_one_dialled_is_refused() {
    let (mut a, mut b) = (Node::start(1), Node::start(2));
    a.net.dial(NodeAddress {
        address: b.net.local_address(),
        node_key: secret(3).node_key(),
    });
    assert_eq!(a.dial_failed().await, DialError::WrongKey { shown: b.key });
    // The other node has not taken it for a connection either: the next one is its first.
    introduce(&mut a, &mut b).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_a_raw_public_key_or_with_another_protocol_is_refused() {
    let (mut a, mut b) = (Node::start(1), Node::start(2));
    let bad = [
        Guise {
            raw_key: false,
            ..Guise::default()
        },
        Guise {
            key: false,
            ..Guise::default()
        },
        Guise {
            alpn: b"faelled/2",
            ..Guise::default()
        },
        Guise {
            alpn: b"h3",
            ..Guise::default()
        },
    ];
    for guise in bad {
        match rogue(b.net.local_address(), guise).await {
            Err(_) => {}
            // In TLS 1.3 a client may be done before the server has looked at its key.
            Ok((_endpoint, connection)) => {
                let error = connection.closed().await;
                assert!(
                    matches!(error, quinn::ConnectionError::ConnectionClosed(_)),
                    "{guise:?}: {error}"
                );
            }
        }
    }
    introduce(&mut a, &mut b).await;
    let (_endpoint, _connection) = rogue(b.net.local_address(), Guise::default())
        .await
        .unwrap();
    assert_eq!(b.connected().await.1, secret(99).node_key());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_no_node_is_told_from_one_that_does_not_answer() {
    let mut a = Node::start(1);
    for guise in [
        Guise {
            alpn: b"h3",
            ..Guise::default()
        },
        Guise {
            raw_key: false,
            ..Guise::default()
        },
    ] {
        let server = rogue_server(guise);
        a.net.dial(NodeAddress {
            address: server.local_addr().unwrap(),
            node_key: secret(99).node_key(),
        });
        assert_eq!(a.dial_failed().await, DialError::OtherProtocol, "{guise:?}");
    }
    let limits = NetLimits {
        handshake: Duration::from_millis(300),
        ..NetLimits::default()
    };
    let mut a = Node::start_with(1, limits, None);
    let silent = std::net::UdpSocket::bind(loopback()).unwrap();
    a.net.dial(NodeAddress {
        address: silent.local_addr().unwrap(),
        node_key: secret(2).node_key(),
    });
    assert_eq!(a.dial_failed().await, DialError::NoAnswer);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_shown_and_not_proven_is_refused_on_both_sides() {
    let (mut a, mut b) = (Node::start(1), Node::start(2));
    let thief = Guise {
        shown: 1,
        ..Guise::default()
    };
    let server = rogue_server(thief);
    b.net.dial(NodeAddress {
        address: server.local_addr().unwrap(),
        node_key: a.key,
    });
    let reason = b.dial_failed().await;
    assert!(matches!(reason, DialError::Handshake(_)), "{reason}");
    // With its own key the same server is a node: what was refused is the key.
    let honest = rogue_server(Guise::default());
    b.net.dial(NodeAddress {
        address: honest.local_addr().unwrap(),
        node_key: secret(99).node_key(),
    });
    assert_eq!(b.connected().await.1, secret(99).node_key());
    if let Ok((_endpoint, connection)) = rogue(b.net.local_address(), thief).await {
        let error = connection.closed().await;
        assert!(
            matches!(error, quinn::ConnectionError::ConnectionClosed(_)),
            "{error}"
        );
    }
    // The next connection is the first that the node tells of.
    introduce(&mut a, &mut b).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_cannot_be_dialled_is_told_at_once() {
    let mut a = Node::start(1);
    a.net.dial(NodeAddress {
        address: SocketAddr::from((Ipv6Addr::LOCALHOST, 9)),
        node_key: secret(2).node_key(),
    });
    assert!(matches!(a.dial_failed().await, DialError::Address(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_told_as_such_and_is_free_after_shutdown() {
    let a = Node::start(1);
    let address = a.net.local_address();
    let config = || NetConfig {
        bind: address,
        node_key: secret(2),
        tap: None,
        limits: NetLimits::default(),
    };
    assert!(
        matches!(Net::start(config()), Err(NetError::PortTaken { address: taken }) if taken == address)
    );
    let elsewhere = NetConfig {
        bind: SocketAddr::from(([192, 0, 2, 1], 0)),
        ..config()
    };
    assert!(matches!(
        Net::start(elsewhere),
        Err(NetError::AddressNotAvailable { .. })
    ));
    a.net.shutdown().await;
    drop(a);
    let mut last = Net::start(config());
    // The system lets go of the socket when the last task that holds it has been dropped.
    for _ in 0..1000 {
        if last.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        last = Net::start(config());
    }
    last.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_says_goodbye_to_all() {
    let (mut a, mut b, mut c) = (Node::start(1), Node::start(2), Node::start(3));
    let (_, at_b) = befriend(&mut a, &mut b).await;
    let (at_c, at_a) = introduce(&mut c, &mut a).await;
    // One of them has a control stream, the other not yet.
    assert_works(&c, at_c, &mut a, at_a).await;
    a.net.shutdown().await;
    assert_eq!(
        b.closed().await,
        (at_b, CloseReason::ByPeer(Bye::ShuttingDown))
    );
    assert_eq!(
        c.closed().await,
        (at_c, CloseReason::ByPeer(Bye::ShuttingDown))
    );
    for _ in 0..2 {
        assert_eq!(a.closed().await.1, CloseReason::Here(Bye::ShuttingDown));
    }
    b.net.dial(a.address());
    assert!(matches!(
        b.dial_failed().await,
        DialError::Refused | DialError::NoAnswer
    ));
    a.net.dial(b.address());
    assert_eq!(a.dial_failed().await, DialError::ShuttingDown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_falls_silent_is_told_as_lost() {
    let limits = NetLimits {
        idle: Duration::from_secs(3),
        keep_alive: Duration::from_millis(500),
        ..NetLimits::default()
    };
    let (mut a, mut b) = (
        Node::start_with(1, limits, None),
        Node::start_with(2, limits, None),
    );
    let (address, relay) = relay(b.net.local_address()).await;
    a.net.dial(NodeAddress {
        address,
        node_key: b.key,
    });
    let (at_a, _) = a.connected().await;
    let (at_b, _) = b.connected().await;
    assert_works(&a, at_a, &mut b, at_b).await;
    relay.abort();
    assert_eq!(a.closed().await, (at_a, CloseReason::TimedOut));
    assert_eq!(b.closed().await, (at_b, CloseReason::TimedOut));
}
