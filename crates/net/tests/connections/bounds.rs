//! Strangers and numbers are bounded.

use std::time::Duration;

use faelled_net::{CloseReason, DialError, NetEvent, NetLimits, Refusal, RunError};
use faelled_proto::feed::RunHeader;
use faelled_proto::message::Bye;

use crate::support::{Node, assert_works, entries, feed, introduce, small};

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_has_little_time_unless_it_is_kept_or_trusted() {
    let limits = NetLimits {
        stranger: Duration::from_secs(3),
        ..NetLimits::default()
    };
    let mut node = Node::start_with(1, limits, None);
    let (mut kept, mut trusted, mut other) = (Node::start(2), Node::start(3), Node::start(4));
    let (at_kept, kept_id) = introduce(&mut kept, &mut node).await;
    node.net.keep_stranger(kept_id);
    let (at_trusted, trusted_id) = introduce(&mut trusted, &mut node).await;
    node.net.trust(trusted_id);
    let (at_other, other_id) = introduce(&mut other, &mut node).await;
    assert_eq!(
        node.closed().await,
        (other_id, CloseReason::StrangerForTooLong)
    );
    assert_eq!(
        other.closed().await,
        (at_other, CloseReason::ByPeer(Bye::NotAMember))
    );
    assert_works(&kept, at_kept, &mut node, kept_id).await;
    assert_works(&trusted, at_trusted, &mut node, trusted_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_stranger_gives_way_to_a_new_one_and_members_never_do() {
    let limits = NetLimits {
        strangers: 1,
        ..NetLimits::default()
    };
    let mut node = Node::start_with(1, limits, None);
    let (mut member, mut first, mut second) = (Node::start(2), Node::start(3), Node::start(4));
    let (at_member, member_id) = introduce(&mut member, &mut node).await;
    node.net.trust(member_id);
    let (at_first, first_id) = introduce(&mut first, &mut node).await;
    second.net.dial(node.address());
    let (at_second, _) = second.connected().await;
    let (mut gone, mut second_id) = (false, None);
    while !gone || second_id.is_none() {
        match node.event().await {
            NetEvent::Closed { connection, reason } => {
                assert_eq!((connection, reason), (first_id, CloseReason::CrowdedOut));
                gone = true;
            }
            NetEvent::Connected { connection, .. } => second_id = Some(connection),
            other => panic!("neither comes nor goes: {other:?}"),
        }
    }
    assert_eq!(
        first.closed().await,
        (at_first, CloseReason::SentAway(Refusal::CrowdedOut))
    );
    assert_works(&second, at_second, &mut node, second_id.unwrap()).await;
    assert_works(&member, at_member, &mut node, member_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_few_strangers() {
    let limits = NetLimits {
        strangers_per_address: 2,
        ..NetLimits::default()
    };
    let mut node = Node::start_with(1, limits, None);
    let (mut a, mut b, mut c) = (Node::start(2), Node::start(3), Node::start(4));
    let (at_a, a_id) = introduce(&mut a, &mut node).await;
    introduce(&mut b, &mut node).await;
    c.net.dial(node.address());
    assert_eq!(c.dial_failed().await, DialError::Refused);
    node.net.trust(a_id);
    introduce(&mut c, &mut node).await;
    assert_works(&a, at_a, &mut node, a_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_whose_address_must_be_shown_first_still_gets_in() {
    let limits = NetLimits {
        retry_from: 0,
        ..NetLimits::default()
    };
    let (mut a, mut b) = (Node::start(1), Node::start_with(2, limits, None));
    let (at_a, at_b) = introduce(&mut a, &mut b).await;
    assert_works(&a, at_a, &mut b, at_b).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_node_refuses_and_does_not_dial() {
    let limits = NetLimits {
        connections: 1,
        ..NetLimits::default()
    };
    let mut full = Node::start_with(1, limits, None);
    let (mut a, mut b) = (Node::start(2), Node::start(3));
    introduce(&mut a, &mut full).await;
    b.net.dial(full.address());
    assert_eq!(b.dial_failed().await, DialError::Refused);
    full.net.dial(b.address());
    assert_eq!(full.dial_failed().await, DialError::Busy);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_run_waits_for_trust_and_ends_with_the_connection() {
    let (mut a, mut b) = (Node::start(1), Node::start(2));
    let (at_a, at_b) = introduce(&mut a, &mut b).await;
    let net = a.net.clone();
    let opening = tokio::spawn(async move {
        let mut run = net
            .open_run(
                at_a,
                RunHeader {
                    feed: feed(),
                    from: 0,
                },
            )
            .await?;
        run.send(&entries(1, 10)).await?;
        run.finish().await
    });
    a.net.send(at_a, &small(1));
    assert_eq!(b.message().await, (at_b, small(1)));
    b.net.close(at_b, Bye::NotAMember);
    // Nothing of the run has come between the message and the end.
    assert_eq!(b.closed().await, (at_b, CloseReason::Here(Bye::NotAMember)));
    assert_eq!(
        a.closed().await,
        (at_a, CloseReason::ByPeer(Bye::NotAMember))
    );
    assert!(matches!(opening.await.unwrap(), Err(RunError::Closed)));
}
