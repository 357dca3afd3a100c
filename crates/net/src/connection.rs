//! The life of one connection, from the handshake's end to the last event.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use faelled_proto::canonical::{decode, encode};
use faelled_proto::message::Bye;
use quinn::{ConnectionError, RecvStream, SendStream, VarInt};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::control::{read_messages, write_messages};
use crate::event::Refusal;
use crate::peer::{Peer, Standing};
use crate::run::read_run;
use crate::shared::{Registered, Shared};
use crate::{CloseReason, NetEvent};

const CODE_LEFT: u32 = 0;
const CODE_SLOW_READER: u32 = 1;
const CODE_CROWDED_OUT: u32 = 2;
const CODE_GONE_AWAY: u32 = 3;
/// Plus the place of the [`Bye`] among its kind.
const CODE_BYE: u32 = 0x100;

/// Serves a connection until it is gone; `Connected` is its first event and `Closed` its last.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    registered: Registered,
    outbox: mpsc::Receiver<Vec<u8>>,
) {
    let peer = Arc::clone(&registered.peer);
    let connected = NetEvent::Connected {
        connection: peer.id,
        node_key: peer.node_key,
        address: peer.address,
        dialled: peer.dialled,
    };
    tracing::debug!(peer = %peer.id, address = %peer.address, dialled = peer.dialled, "connected");
    let mut runs = JoinSet::new();
    let reason = if shared.emit(connected).await {
        converse(&shared, &peer, outbox, &mut runs).await
    } else {
        CloseReason::Here(Bye::ShuttingDown)
    };
    peer.quinn.close(VarInt::from_u32(close_code(&reason)), b"");
    // Nothing of a connection is told after `Closed`.
    runs.shutdown().await;
    drop(registered);
    tracing::debug!(peer = %peer.id, reason = %reason, "connection closed");
    if !shared
        .emit(NetEvent::Closed {
            connection: peer.id,
            reason,
        })
        .await
    {
        tracing::trace!(peer = %peer.id, "nobody waits for the end of the connection");
    }
}

/// What the transport's error means for the connection.
pub(crate) fn lost(error: &ConnectionError) -> CloseReason {
    match error {
        ConnectionError::TimedOut => CloseReason::TimedOut,
        ConnectionError::Reset => CloseReason::PeerLeft,
        ConnectionError::LocallyClosed => CloseReason::Here(Bye::ShuttingDown),
        ConnectionError::ApplicationClosed(close) => closed_with(close.error_code.into_inner()),
        // The peer's own words are left out: they would reach logs and screens.
        ConnectionError::ConnectionClosed(close) => {
            CloseReason::Transport(close.error_code.to_string())
        }
        ConnectionError::TransportError(_)
        | ConnectionError::VersionMismatch
        | ConnectionError::CidsExhausted => CloseReason::Transport(error.to_string()),
    }
}

/// What is said to the peer before we close for this reason.
pub(crate) fn bye_of(reason: &CloseReason) -> Option<Bye> {
    match reason {
        CloseReason::Here(bye) => Some(*bye),
        CloseReason::Misbehaviour(_) => Some(Bye::BadMessage),
        CloseReason::StrangerForTooLong => Some(Bye::NotAMember),
        CloseReason::ByPeer(_)
        | CloseReason::SentAway(_)
        | CloseReason::SlowReader
        | CloseReason::CrowdedOut
        | CloseReason::TimedOut
        | CloseReason::PeerLeft
        | CloseReason::OwnMessageTooLong { .. }
        | CloseReason::Transport(_) => None,
    }
}

async fn converse(
    shared: &Arc<Shared>,
    peer: &Arc<Peer>,
    outbox: mpsc::Receiver<Vec<u8>>,
    runs: &mut JoinSet<Result<(), CloseReason>>,
) -> CloseReason {
    let limits = &shared.limits;
    let mut stranger_time = pin!(stranger_time(peer, limits.stranger));
    let mut runs = pin!(accept_runs(shared, peer, runs));
    let (send, receive) = tokio::select! {
        biased;
        // First, so that what is queued before a goodbye is sent wherever there is a stream for it.
        streams = control_stream(peer) => match streams {
            Ok(streams) => streams,
            Err(error) => return lost(&error),
        },
        reason = peer.ended() => return reason,
        reason = &mut runs => return reason,
        reason = &mut stranger_time => return reason,
    };
    let mut writer = pin!(write_messages(shared, peer, send, outbox));
    let reason = tokio::select! {
        biased;
        reason = peer.ended() => reason,
        reason = read_messages(shared, peer, receive) => reason,
        reason = &mut runs => reason,
        reason = &mut writer => return reason,
        reason = &mut stranger_time => reason,
        error = peer.quinn.closed() => lost(&error),
    };
    peer.end(reason);
    let reason = peer.ended().await;
    if bye_of(&reason).is_some() && timeout(limits.goodbye, &mut writer).await.is_err() {
        tracing::debug!(peer = %peer.id, "the goodbye did not arrive in time");
    }
    reason
}

/// The one control stream: the dialler opens it.
async fn control_stream(peer: &Peer) -> Result<(SendStream, RecvStream), ConnectionError> {
    if peer.dialled {
        peer.quinn.open_bi().await
    } else {
        peer.quinn.accept_bi().await
    }
}

async fn accept_runs(
    shared: &Arc<Shared>,
    peer: &Arc<Peer>,
    runs: &mut JoinSet<Result<(), CloseReason>>,
) -> CloseReason {
    // How many there can be is bounded by QUIC's stream limit, which is 0 for strangers.
    loop {
        tokio::select! {
            stream = peer.quinn.accept_uni() => match stream {
                Ok(stream) => {
                    runs.spawn(read_run(Arc::clone(shared), Arc::clone(peer), stream));
                }
                Err(error) => return lost(&error),
            },
            Some(ended) = runs.join_next() => match ended {
                Ok(Ok(())) => {}
                Ok(Err(reason)) => return reason,
                Err(error) => return CloseReason::Transport(error.to_string()),
            },
        }
    }
}

/// Ends when a peer that nobody has decided on has been here for too long.
async fn stranger_time(peer: &Peer, time: Duration) -> CloseReason {
    sleep(time).await;
    if peer.standing() != Standing::Stranger {
        std::future::pending::<()>().await;
    }
    CloseReason::StrangerForTooLong
}

fn close_code(reason: &CloseReason) -> u32 {
    if let Some(bye) = bye_of(reason) {
        return CODE_BYE + encode(&bye).first().map_or(0, |place| u32::from(*place));
    }
    match reason {
        CloseReason::SlowReader => CODE_SLOW_READER,
        CloseReason::CrowdedOut => CODE_CROWDED_OUT,
        CloseReason::ByPeer(_) | CloseReason::PeerLeft => CODE_LEFT,
        _ => CODE_GONE_AWAY,
    }
}

/// A goodbye also comes as a close code, in case its message is overtaken.
fn closed_with(code: u64) -> CloseReason {
    let bye = code
        .checked_sub(u64::from(CODE_BYE))
        .and_then(|place| u8::try_from(place).ok());
    if let Some(bye) = bye.and_then(|place| decode::<Bye>(&[place], 1).ok()) {
        return CloseReason::ByPeer(bye);
    }
    match u32::try_from(code) {
        Ok(CODE_LEFT) => CloseReason::PeerLeft,
        Ok(CODE_SLOW_READER) => CloseReason::SentAway(Refusal::SlowReader),
        Ok(CODE_CROWDED_OUT) => CloseReason::SentAway(Refusal::CrowdedOut),
        Ok(CODE_GONE_AWAY) => CloseReason::SentAway(Refusal::GoneAway),
        _ => CloseReason::SentAway(Refusal::Unknown(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_goodbye_survives_as_a_close_code() {
        let byes = [
            Bye::NoCommonVersion,
            Bye::NotAMember,
            Bye::ExpiredCertificate,
            Bye::BadMessage,
            Bye::ShuttingDown,
            Bye::Duplicate,
        ];
        for bye in byes {
            assert_eq!(
                closed_with(u64::from(close_code(&CloseReason::Here(bye)))),
                CloseReason::ByPeer(bye)
            );
        }
    }

    #[test]
    fn an_unknown_close_code_is_told_as_such() {
        for code in [4, 0x1ff, 0x200, u64::MAX] {
            assert_eq!(
                closed_with(code),
                CloseReason::SentAway(Refusal::Unknown(code))
            );
        }
    }
}
