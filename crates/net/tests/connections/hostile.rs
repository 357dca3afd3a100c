//! Peers that break the rules lose their own connection, for a named reason, and nothing else.

use faelled_net::{CloseReason, Misbehaviour, NetLimits};
use faelled_proto::Message;
use faelled_proto::canonical::{DecodeError, encode};
use faelled_proto::feed::{RunHeader, encode_frame};
use faelled_proto::limits::{
    MAX_COMPRESSED_FRAME_BYTES, MAX_ENTRIES_PER_FRAME, MAX_FRAME_BYTES, MAX_MESSAGE_BYTES,
    MAX_STRANGER_MESSAGE_BYTES,
};
use faelled_proto::message::Bye;

use crate::support::{
    Guise, Node, assert_works, befriend, entries, feed, frontier, introduce, piece, rogue, small,
    trusted_rogue,
};

/// Sends bytes on the control stream of a trusted rogue peer and returns why it was closed. A connection of
/// honest nodes must go on.
async fn say(bytes: &[u8], end: bool) -> CloseReason {
    let (mut honest, mut node) = (Node::start(1), Node::start(2));
    let (at_honest, at_node) = befriend(&mut honest, &mut node).await;
    let (_endpoint, connection, (mut send, mut receive), id) = trusted_rogue(&mut node).await;
    send.write_all(bytes).await.unwrap();
    if end {
        send.finish().unwrap();
    }
    let (closed, reason) = node.closed().await;
    assert_eq!(closed, id);
    if matches!(reason, CloseReason::Misbehaviour(_)) {
        let goodbye = receive.read_to_end(100).await.unwrap_or_default();
        let told = goodbye == piece(&Message::Bye(Bye::BadMessage).encode());
        let code = match connection.closed().await {
            quinn::ConnectionError::ApplicationClosed(close) => close.error_code.into_inner(),
            other => panic!("closed otherwise: {other}"),
        };
        assert!(
            told || code == 0x103,
            "the peer was not told: {goodbye:?}, {code}"
        );
    }
    assert_works(&honest, at_honest, &mut node, at_node).await;
    reason
}

/// The same on a run's stream.
async fn run(bytes: &[u8], end: bool) -> CloseReason {
    let (mut honest, mut node) = (Node::start(1), Node::start(2));
    let (at_honest, at_node) = befriend(&mut honest, &mut node).await;
    let (_endpoint, connection, _control, id) = trusted_rogue(&mut node).await;
    let mut send = connection.open_uni().await.unwrap();
    send.write_all(bytes).await.unwrap();
    if end {
        send.finish().unwrap();
    }
    let (closed, reason) = node.closed().await;
    assert_eq!(closed, id);
    assert_works(&honest, at_honest, &mut node, at_node).await;
    reason
}

fn header(from: u64) -> Vec<u8> {
    piece(&encode(&RunHeader { feed: feed(), from }))
}

fn framed(frame: &[u8]) -> Vec<u8> {
    [header(0), piece(&zstd::bulk::compress(frame, 3).unwrap())].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_over_the_limit_is_refused_at_its_length() {
    for length in [u32::MAX, u32::try_from(MAX_MESSAGE_BYTES).unwrap() + 1] {
        let expected = Misbehaviour::MessageTooLong {
            length: length as usize,
            limit: MAX_MESSAGE_BYTES,
        };
        assert_eq!(
            say(&length.to_be_bytes(), false).await,
            CloseReason::Misbehaviour(expected)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_not_canonical_is_refused() {
    let mut bytes = small(5).encode();
    bytes.push(0);
    let expected = Misbehaviour::BadMessage(DecodeError::NotCanonical);
    assert_eq!(
        say(&piece(&bytes), false).await,
        CloseReason::Misbehaviour(expected)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_is_refused() {
    for bytes in [&b"GET / HTTP/1.1"[..], b"", &[0xff; 9]] {
        let expected = Misbehaviour::BadMessage(DecodeError::Malformed);
        assert_eq!(
            say(&piece(bytes), false).await,
            CloseReason::Misbehaviour(expected)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_control_stream_that_ends_ends_the_connection() {
    assert_eq!(
        say(&[0, 0], true).await,
        CloseReason::Misbehaviour(Misbehaviour::Truncated)
    );
    assert_eq!(
        say(&[0, 0, 0, 9, 1], true).await,
        CloseReason::Misbehaviour(Misbehaviour::Truncated)
    );
    assert_eq!(say(&[], true).await, CloseReason::PeerLeft);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_stands_still_is_refused() {
    let limits = NetLimits {
        stall: std::time::Duration::from_millis(300),
        ..NetLimits::default()
    };
    let mut node = Node::start_with(2, limits, None);
    let (_endpoint, _connection, (mut send, _receive), id) = trusted_rogue(&mut node).await;
    send.write_all(&[0, 0, 0, 9, 1]).await.unwrap();
    assert_eq!(
        node.closed().await,
        (id, CloseReason::Misbehaviour(Misbehaviour::MessageStalled))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_over_the_limit_is_refused_at_its_length() {
    let length = u32::try_from(MAX_COMPRESSED_FRAME_BYTES).unwrap() + 1;
    let bytes = [header(0), length.to_be_bytes().to_vec()].concat();
    let expected = Misbehaviour::FrameTooLong {
        length: length as usize,
        limit: MAX_COMPRESSED_FRAME_BYTES,
    };
    assert_eq!(
        run(&bytes, false).await,
        CloseReason::Misbehaviour(expected)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_grows_too_long_is_refused() {
    let bomb = framed(&vec![0; 1 << 28]);
    assert!(bomb.len() < 100_000, "{} bytes", bomb.len());
    let expected = Misbehaviour::FrameGrowsTooLong {
        limit: MAX_FRAME_BYTES,
    };
    assert_eq!(run(&bomb, false).await, CloseReason::Misbehaviour(expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_does_not_hold_entries_is_refused() {
    let too_many = encode_frame(&vec![entries(1, 0).remove(0); MAX_ENTRIES_PER_FRAME + 1]);
    for frame in [encode_frame(&[]), too_many] {
        let reason = run(&framed(&frame), false).await;
        let bad = matches!(
            reason,
            CloseReason::Misbehaviour(Misbehaviour::BadFrame(DecodeError::Invalid(_)))
        );
        assert!(bad, "{reason}");
    }
    let trailing = [encode_frame(&entries(2, 5)), vec![0]].concat();
    let expected = Misbehaviour::BadFrame(DecodeError::NotCanonical);
    assert_eq!(
        run(&framed(&trailing), false).await,
        CloseReason::Misbehaviour(expected)
    );
    let uncompressed = [header(0), piece(&encode_frame(&entries(1, 5)))].concat();
    assert_eq!(
        run(&uncompressed, false).await,
        CloseReason::Misbehaviour(Misbehaviour::BadCompression)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_with_a_bad_header_or_a_cut_frame_is_refused() {
    let too_long = Misbehaviour::BadRunHeader(DecodeError::TooLong {
        length: 43,
        limit: 42,
    });
    assert_eq!(
        run(&piece(&[0; 5000]), false).await,
        CloseReason::Misbehaviour(too_long)
    );
    let malformed = Misbehaviour::BadRunHeader(DecodeError::Malformed);
    assert_eq!(
        run(&piece(&[0; 31]), false).await,
        CloseReason::Misbehaviour(malformed)
    );
    let cut = framed(&encode_frame(&entries(1, 100)));
    let truncated = CloseReason::Misbehaviour(Misbehaviour::Truncated);
    assert_eq!(run(&cut[..cut.len() - 1], true).await, truncated);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_counts_beyond_the_end_is_refused() {
    let frame = zstd::bulk::compress(&encode_frame(&entries(2, 1)), 3).unwrap();
    let bytes = [header(u64::MAX - 1), piece(&frame)].concat();
    assert_eq!(
        run(&bytes, false).await,
        CloseReason::Misbehaviour(Misbehaviour::PlaceOverflow)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_first_message_must_be_short() {
    let (mut a, mut b) = (Node::start(1), Node::start(2));
    let (at_a, at_b) = introduce(&mut a, &mut b).await;
    let long = frontier(100);
    a.net.send(at_a, &long);
    let expected = Misbehaviour::MessageTooLong {
        length: long.encode().len(),
        limit: MAX_STRANGER_MESSAGE_BYTES,
    };
    assert_eq!(
        b.closed().await,
        (at_b, CloseReason::Misbehaviour(expected))
    );
    assert_eq!(
        a.closed().await,
        (at_a, CloseReason::ByPeer(Bye::BadMessage))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_does_not_read_is_dropped_and_holds_nobody_up() {
    let limits = NetLimits {
        outbox_bytes: 1 << 20,
        ..NetLimits::default()
    };
    let (mut honest, mut node) = (Node::start(1), Node::start_with(2, limits, None));
    let (at_honest, at_node) = befriend(&mut honest, &mut node).await;
    assert_works(&honest, at_honest, &mut node, at_node).await;
    let (_endpoint, _connection, _control, slow) = trusted_rogue(&mut node).await;
    let message = frontier(2000);
    // Many times what may pile up, and both get the same.
    for _ in 0..100 {
        node.net.send(slow, &message);
        node.net.send(at_node, &message);
        assert_eq!(honest.message().await.1, message);
    }
    assert_eq!(node.closed().await, (slow, CloseReason::SlowReader));
    assert_works(&honest, at_honest, &mut node, at_node).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_can_open_neither_runs_nor_a_second_control_stream() {
    let mut node = Node::start(2);
    let (_endpoint, connection) = rogue(node.net.local_address(), Guise::default())
        .await
        .unwrap();
    let (id, _) = node.connected().await;
    let (mut send, _receive) = connection.open_bi().await.unwrap();
    send.write_all(&piece(&small(1).encode())).await.unwrap();
    assert_eq!(node.message().await, (id, small(1)));
    // The node has granted no streams at all, which a peer's QUIC obeys or is closed by ours.
    assert!(at_once(connection.open_uni()).await.is_none());
    assert!(at_once(connection.open_bi()).await.is_none());
    node.net.trust(id);
    let mut run = connection.open_uni().await.unwrap();
    run.write_all(&framed(&encode_frame(&entries(1, 5))))
        .await
        .unwrap();
    assert!(matches!(
        node.event().await,
        faelled_net::NetEvent::Frame { from: 0, .. }
    ));
    assert!(at_once(connection.open_bi()).await.is_none());
}

/// What a future yields without waiting.
async fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        value = future => Some(value),
        () = std::future::ready(()) => None,
    }
}
