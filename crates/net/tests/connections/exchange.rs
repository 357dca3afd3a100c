//! What is sent arrives as it was sent.

use std::sync::{Arc, Mutex};

use faelled_net::{CloseReason, ConnectionId, NetEvent, NetLimits, RunError, TapContent};
use faelled_proto::canonical::encode;
use faelled_proto::feed::{RunHeader, decode_frame};
use faelled_proto::message::Bye;
use faelled_proto::{Message, NodeKey, SignedEntry};

use crate::support::{Node, assert_works, befriend, entries, feed, frontier, introduce, small};

/// Takes a run's frames up to its end.
async fn receive_run(
    node: &mut Node,
    at: ConnectionId,
    from: u64,
) -> (Vec<SignedEntry>, usize, bool) {
    let (mut received, mut frames) = (Vec::new(), 0);
    loop {
        match node.event().await {
            NetEvent::Frame {
                connection,
                feed: named,
                from: place,
                entries,
            } => {
                assert_eq!(
                    (connection, named, place),
                    (at, feed(), from + received.len() as u64)
                );
                received.extend(entries);
                frames += 1;
            }
            NetEvent::RunEnded {
                connection,
                feed: named,
                complete,
            } => {
                assert_eq!((connection, named), (at, feed()));
                return (received, frames, complete);
            }
            other => panic!("not a part of a run: {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_arrive_both_ways_in_order() {
    let (mut a, mut b) = (Node::start(1), Node::start(2));
    let (at_a, at_b) = befriend(&mut a, &mut b).await;
    // The side that was dialled speaks first: it has to wait for the control stream.
    b.net.send(at_b, &small(1000));
    let sent: Vec<Message> = (0..50).map(small).chain([frontier(8000)]).collect();
    for message in &sent {
        a.net.send(at_a, message);
    }
    for message in sent {
        assert_eq!(b.message().await, (at_b, message));
    }
    assert_eq!(a.message().await, (at_a, small(1000)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_arrives_whole_in_frames_that_count_on() {
    let (mut a, mut b) = (Node::start(1), Node::start(2));
    let (at_a, at_b) = befriend(&mut a, &mut b).await;
    let sent = entries(3000, 1000);
    let (net, to_send) = (a.net.clone(), sent.clone());
    let sending = tokio::spawn(async move {
        let mut run = net
            .open_run(
                at_a,
                RunHeader {
                    feed: feed(),
                    from: 40,
                },
            )
            .await?;
        run.send(&to_send[..1000]).await?;
        run.send(&to_send[1000..]).await?;
        run.finish().await
    });
    let (received, frames, complete) = receive_run(&mut b, at_b, 40).await;
    sending.await.unwrap().unwrap();
    assert!(complete && frames >= 3, "{frames} frames");
    assert!(received == sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_dropped_is_told_as_incomplete() {
    let (mut a, mut b) = (Node::start(1), Node::start(2));
    let (at_a, at_b) = befriend(&mut a, &mut b).await;
    let mut run = a
        .net
        .open_run(
            at_a,
            RunHeader {
                feed: feed(),
                from: 0,
            },
        )
        .await
        .unwrap();
    run.send(&entries(3, 10)).await.unwrap();
    let first = b.event().await;
    assert!(
        matches!(first, NetEvent::Frame { from: 0, .. }),
        "{first:?}"
    );
    drop(run);
    assert_eq!(
        b.event().await,
        NetEvent::RunEnded {
            connection: at_b,
            feed: feed(),
            complete: false
        }
    );
    assert_works(&a, at_a, &mut b, at_b).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_runs_than_slots_wait_for_their_turn() {
    let limits = NetLimits {
        runs: 2,
        ..NetLimits::default()
    };
    let (mut a, mut b) = (
        Node::start_with(1, limits, None),
        Node::start_with(2, limits, None),
    );
    let (at_a, _) = befriend(&mut a, &mut b).await;
    let mut tasks = tokio::task::JoinSet::new();
    for from in 0..20 {
        let net = a.net.clone();
        tasks.spawn(async move {
            let mut run = net.open_run(at_a, RunHeader { feed: feed(), from }).await?;
            run.send(&entries(1, 200_000)).await?;
            run.finish().await
        });
    }
    let (mut begun, mut ended) = (0, 0);
    while ended < 20 {
        match b.event().await {
            NetEvent::Frame { .. } => begun += 1,
            NetEvent::RunEnded { complete, .. } => {
                assert!(complete);
                ended += 1;
            }
            other => panic!("not a part of a run: {other:?}"),
        }
        assert!(begun - ended <= 3, "{begun} runs begun, {ended} ended");
    }
    while let Some(run) = tasks.join_next().await {
        run.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_fits_into_no_frame_is_refused_before_it_is_sent() {
    let (mut a, mut b) = (Node::start(1), Node::start(2));
    let (at_a, at_b) = befriend(&mut a, &mut b).await;
    let mut run = a
        .net
        .open_run(
            at_a,
            RunHeader {
                feed: feed(),
                from: 0,
            },
        )
        .await
        .unwrap();
    assert!(matches!(
        run.send(&entries(1, 1 << 20)).await,
        Err(RunError::EntryTooLong { .. })
    ));
    drop(run);
    assert_eq!(
        b.event().await,
        NetEvent::RunEnded {
            connection: at_b,
            feed: feed(),
            complete: false
        }
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decider_who_is_slow_loses_nothing() {
    let limits = NetLimits {
        events: 1,
        ..NetLimits::default()
    };
    let (mut a, mut b) = (Node::start(1), Node::start_with(2, limits, None));
    let (at_a, at_b) = befriend(&mut a, &mut b).await;
    let sent = entries(12, 900_000);
    let (net, to_send) = (a.net.clone(), sent.clone());
    let sending = tokio::spawn(async move {
        let mut run = net
            .open_run(
                at_a,
                RunHeader {
                    feed: feed(),
                    from: 0,
                },
            )
            .await?;
        run.send(&to_send).await?;
        run.finish().await
    });
    // Nobody takes events: the sender must be held up by flow control, long before the end.
    while a.net.traffic().stream_sent < 2_000_000 {
        tokio::task::yield_now().await;
    }
    assert!(!sending.is_finished());
    assert!(b.net.traffic().stream_received < 8_000_000);
    let (received, _, complete) = receive_run(&mut b, at_b, 0).await;
    sending.await.unwrap().unwrap();
    assert!(complete && received == sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_sends_what_is_queued_and_then_the_goodbye() {
    let (mut a, mut b) = (Node::start(1), Node::start(2));
    let (at_a, at_b) = befriend(&mut a, &mut b).await;
    a.net.send(at_a, &frontier(8000));
    a.net.send(at_a, &small(2));
    a.net.close(at_a, Bye::Duplicate);
    a.net.send(at_a, &small(3));
    assert_eq!(b.message().await.1, frontier(8000));
    assert_eq!(b.message().await.1, small(2));
    assert_eq!(
        b.closed().await,
        (at_b, CloseReason::ByPeer(Bye::Duplicate))
    );
    assert_eq!(a.closed().await, (at_a, CloseReason::Here(Bye::Duplicate)));
    assert_eq!(a.net.connection_traffic(at_a), None);
    let error = a
        .net
        .open_run(
            at_a,
            RunHeader {
                feed: feed(),
                from: 0,
            },
        )
        .await
        .unwrap_err();
    assert!(matches!(error, RunError::Closed));
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_count_the_same_bytes() {
    let (mut a, mut b) = (Node::start(1), Node::start(2));
    let (at_a, at_b) = befriend(&mut a, &mut b).await;
    a.net.send(at_a, &small(1));
    b.message().await;
    b.net.send(at_b, &frontier(10));
    a.message().await;
    let (here, there) = (
        a.net.connection_traffic(at_a).unwrap(),
        b.net.connection_traffic(at_b).unwrap(),
    );
    assert_eq!(here.stream_sent, 4 + small(1).encode().len() as u64);
    assert_eq!(here.stream_received, 4 + frontier(10).encode().len() as u64);
    assert_eq!(
        (here.stream_sent, here.stream_received),
        (there.stream_received, there.stream_sent)
    );
    assert!(here.udp_sent > here.stream_sent && here.udp_received > here.stream_received);
    let before = a.net.traffic();
    assert_eq!(
        (before.stream_sent, before.stream_received),
        (here.stream_sent, here.stream_received)
    );
    b.net.close(at_b, Bye::Duplicate);
    a.closed().await;
    let after = a.net.traffic();
    assert!(
        after.stream_received > before.stream_received && after.udp_received >= before.udp_received
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tap_sees_all_that_is_sent_before_compression() {
    type Seen = Arc<Mutex<Vec<(NodeKey, TapContent, Vec<u8>)>>>;
    let seen = Seen::default();
    let log = Arc::clone(&seen);
    let tap = Arc::new(move |event: &faelled_net::TapEvent<'_>| {
        log.lock()
            .unwrap()
            .push((event.peer, event.content, event.bytes.to_vec()));
    });
    let mut a = Node::start_with(1, NetLimits::default(), Some(tap));
    let mut b = Node::start(2);
    let (at_a, at_b) = befriend(&mut a, &mut b).await;
    let canary = SignedEntry {
        body: Some(b"canary ".repeat(5000)),
        ..entries(1, 0).remove(0)
    };
    let header = RunHeader {
        feed: feed(),
        from: 5,
    };
    let mut run = a.net.open_run(at_a, header).await.unwrap();
    run.send(&vec![canary.clone(); 40]).await.unwrap();
    run.finish().await.unwrap();
    let (received, frames, _) = receive_run(&mut b, at_b, 5).await;
    assert!(
        received == vec![canary; 40] && frames == 2,
        "{frames} frames"
    );
    a.net.send(at_a, &small(9));
    b.message().await;
    a.net.close(at_a, Bye::Duplicate);
    b.closed().await;

    let seen = seen.lock().unwrap();
    assert!(seen.iter().all(|(peer, ..)| *peer == b.key));
    let of = |wanted: TapContent| {
        seen.iter()
            .filter(move |seen| seen.1 == wanted)
            .map(|seen| seen.2.clone())
    };
    let messages: Vec<Vec<u8>> = of(TapContent::Message).collect();
    assert_eq!(
        messages,
        [small(9).encode(), Message::Bye(Bye::Duplicate).encode()]
    );
    assert_eq!(
        of(TapContent::RunHeader).collect::<Vec<_>>(),
        [encode(&header)]
    );
    let first: Vec<Vec<u8>> = of(TapContent::Frame {
        feed: feed(),
        from: 5,
    })
    .collect();
    let entries_in_first = decode_frame(&first[0]).unwrap().len();
    let second = TapContent::Frame {
        feed: feed(),
        from: 5 + entries_in_first as u64,
    };
    let second: Vec<Vec<u8>> = of(second).collect();
    assert_eq!(
        entries_in_first + decode_frame(&second[0]).unwrap().len(),
        40
    );
    assert_eq!(seen.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_message_close_behind_the_first_waits_for_trust() {
    let (mut a, mut b) = (Node::start(1), Node::start(2));
    let (at_a, at_b) = introduce(&mut a, &mut b).await;
    a.net.send(at_a, &small(1));
    a.net.send(at_a, &frontier(1000));
    assert_eq!(b.message().await, (at_b, small(1)));
    // Both lengths and the first message have been read: the second message waits.
    let read = 4 + small(1).encode().len() as u64 + 4;
    while b.net.traffic().stream_received < read {
        tokio::task::yield_now().await;
    }
    assert_eq!(b.net.traffic().stream_received, read);
    b.net.trust(at_b);
    assert_eq!(b.message().await, (at_b, frontier(1000)));
}
