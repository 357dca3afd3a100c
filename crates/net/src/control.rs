//! The control stream: messages, one after the other, both ways.

use std::sync::Arc;

use faelled_proto::Message;
use faelled_proto::limits::{MAX_MESSAGE_BYTES, MAX_STRANGER_MESSAGE_BYTES};
use faelled_proto::message::Bye;
use quinn::{RecvStream, SendStream};
use tokio::sync::mpsc;

use crate::connection::{bye_of, lost};
use crate::framing::{ReadFailure, Reader, WriteFailure, write_piece};
use crate::peer::{Peer, Standing};
use crate::shared::Shared;
use crate::tap::TapContent;
use crate::{CloseReason, Misbehaviour, NetEvent};

/// Reads messages until the connection has to end.
pub(crate) async fn read_messages(shared: &Shared, peer: &Peer, stream: RecvStream) -> CloseReason {
    let mut reader = Reader {
        stream,
        meter: &peer.meter,
        stall: shared.limits.stall,
    };
    let mut delivered = false;
    loop {
        let message = match read_message(peer, &mut reader, delivered).await {
            Ok(Message::Bye(bye)) => return CloseReason::ByPeer(bye),
            Ok(message) => message,
            Err(reason) => return reason,
        };
        if !shared
            .emit(NetEvent::Message {
                connection: peer.id,
                message,
            })
            .await
        {
            return CloseReason::Here(Bye::ShuttingDown);
        }
        delivered = true;
    }
}

/// Writes messages until the connection ends, then what is left of them and the goodbye, and waits until the
/// peer has them. Must not be cancelled while a goodbye is wanted: a message cut short garbles what follows.
pub(crate) async fn write_messages(
    shared: &Shared,
    peer: &Arc<Peer>,
    mut stream: SendStream,
    mut outbox: mpsc::Receiver<Vec<u8>>,
) -> CloseReason {
    let stall = shared.limits.stall;
    let mut ending = None;
    loop {
        let message = tokio::select! {
            biased;
            reason = peer.ended(), if ending.is_none() => {
                ending = Some(reason);
                outbox.close();
                continue;
            }
            message = outbox.recv() => message,
        };
        let Some(message) = message else { break };
        if let Err(failure) = write_piece(&mut stream, &message, &peer.meter, stall).await {
            return unwritten(failure);
        }
        peer.dequeued(message.len());
    }
    let reason = ending.unwrap_or(CloseReason::PeerLeft);
    if let Some(bye) = bye_of(&reason) {
        let message = Message::Bye(bye).encode();
        shared.tap(peer, TapContent::Message, &message);
        if let Err(failure) = write_piece(&mut stream, &message, &peer.meter, stall).await {
            return unwritten(failure);
        }
    }
    if stream.finish().is_ok() && stream.stopped().await.is_err() {
        // The peer closed the connection when it had read the goodbye.
        return reason;
    }
    reason
}

async fn read_message(
    peer: &Peer,
    reader: &mut Reader<'_>,
    delivered: bool,
) -> Result<Message, CloseReason> {
    let length = reader.length(true).await.map_err(unread)?;
    let limit = limit_for(peer, length, delivered).await;
    if length > limit {
        return Err(Misbehaviour::MessageTooLong { length, limit }.into());
    }
    let bytes = reader.piece(length).await.map_err(unread)?;
    Message::decode(&bytes, limit).map_err(|error| Misbehaviour::BadMessage(error).into())
}

/// The greatest length allowed to this peer now. A long message may follow closely upon the one that shows
/// membership: it waits, unread, until somebody has decided. The time for strangers bounds the wait.
async fn limit_for(peer: &Peer, length: usize, delivered: bool) -> usize {
    let undecided = peer.standing() == Standing::Stranger;
    let is_worth_waiting =
        delivered && length > MAX_STRANGER_MESSAGE_BYTES && length <= MAX_MESSAGE_BYTES;
    let standing = if undecided && is_worth_waiting {
        peer.decided().await
    } else {
        peer.standing()
    };
    if standing == Standing::Trusted {
        MAX_MESSAGE_BYTES
    } else {
        MAX_STRANGER_MESSAGE_BYTES
    }
}

fn unread(failure: ReadFailure) -> CloseReason {
    match failure {
        ReadFailure::Finished | ReadFailure::Reset => CloseReason::PeerLeft,
        ReadFailure::Truncated => Misbehaviour::Truncated.into(),
        ReadFailure::Stalled => Misbehaviour::MessageStalled.into(),
        ReadFailure::Lost(error) => lost(&error),
    }
}

fn unwritten(failure: WriteFailure) -> CloseReason {
    match failure {
        WriteFailure::Stopped => CloseReason::PeerLeft,
        WriteFailure::Stalled => CloseReason::SlowReader,
        WriteFailure::Lost(error) => lost(&error),
    }
}
