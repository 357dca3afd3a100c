//! Runs: entries of one feed on a stream of their own.

use std::sync::Arc;

use faelled_proto::SignedEntry;
use faelled_proto::canonical::{decode, encode};
use faelled_proto::chain::CHECKED_EVERY;
use faelled_proto::feed::{RunHeader, encode_frame, frame_bytes_of};
use faelled_proto::limits::{MAX_COMPRESSED_FRAME_BYTES, MAX_ENTRIES_PER_FRAME, MAX_FRAME_BYTES};
use faelled_proto::message::Bye;
use quinn::{RecvStream, SendStream, VarInt};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use crate::connection::lost;
use crate::framing::{ReadFailure, Reader, WriteFailure, compress, unpack, write_piece};
use crate::peer::Peer;
use crate::shared::Shared;
use crate::tap::TapContent;
use crate::{CloseReason, Misbehaviour, NetEvent};

/// A run's header: 32 bytes and a number of at most 10.
const MAX_RUN_HEADER_BYTES: usize = 42;

/// The length of a frame's list takes at most so many bytes.
const LIST_LENGTH_BYTES: usize = 5;

/// Streams that are given up bear this code; it means nothing further.
const GIVEN_UP: VarInt = VarInt::from_u32(0);

/// Why a run cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The connection is gone; its `Closed` event says why.
    #[error("the connection is gone")]
    Closed,
    /// The peer wants no more of this run.
    #[error("the peer gave the run up")]
    Stopped,
    /// The peer took nothing for too long.
    #[error("the peer took nothing of the run for too long")]
    Stalled,
    /// An entry that fits into no frame.
    #[error("an entry of {length} bytes does not fit into a frame of at most {limit}")]
    EntryTooLong {
        /// Length in bytes.
        length: usize,
        /// Limit in bytes.
        limit: usize,
    },
    /// zstd failed.
    #[error("a frame cannot be compressed")]
    Compression(#[source] std::io::Error),
}

/// The sending end of a run. Dropped before [`Self::finish`], the run counts as broken off.
#[derive(Debug)]
pub struct RunSender {
    shared: Arc<Shared>,
    peer: Arc<Peer>,
    stream: SendStream,
    header: RunHeader,
    next: u64,
    finished: bool,
    _slot: OwnedSemaphorePermit,
}

impl RunSender {
    pub(crate) async fn open(
        shared: Arc<Shared>,
        peer: Arc<Peer>,
        header: RunHeader,
    ) -> Result<Self, RunError> {
        let slot = Arc::clone(&peer.run_slots).acquire_owned();
        let stream = async {
            let slot = slot.await.map_err(|_| RunError::Closed)?;
            let stream = peer.quinn.open_uni().await.map_err(|_| RunError::Closed)?;
            Ok((slot, stream))
        };
        let (slot, stream) = tokio::select! {
            opened = stream => opened?,
            _ = peer.quinn.closed() => return Err(RunError::Closed),
        };
        let next = header.from;
        let mut run = Self {
            shared,
            peer: Arc::clone(&peer),
            stream,
            header,
            next,
            finished: false,
            _slot: slot,
        };
        let bytes = encode(&header);
        run.shared.tap(&peer, TapContent::RunHeader, &bytes);
        run.write(&bytes).await?;
        Ok(run)
    }

    /// Sends the next entries, in as many frames as they need. Waits for the peer to take them.
    ///
    /// # Errors
    /// See [`RunError`]; the run cannot go on after one.
    pub async fn send(&mut self, entries: &[SignedEntry]) -> Result<(), RunError> {
        let mut rest = entries;
        while !rest.is_empty() {
            let (frame, after) = rest.split_at(first_frame(rest)?);
            self.send_frame(frame).await?;
            rest = after;
        }
        Ok(())
    }

    /// Ends the run, and waits until the peer's transport has all of it.
    ///
    /// # Errors
    /// See [`RunError`]; the peer may have got a part.
    pub async fn finish(mut self) -> Result<(), RunError> {
        self.stream.finish().map_err(|_| RunError::Stopped)?;
        self.finished = true;
        match timeout(self.shared.limits.stall, self.stream.stopped()).await {
            Ok(Ok(None)) => Ok(()),
            Ok(Ok(Some(_))) => Err(RunError::Stopped),
            Ok(Err(_)) => Err(RunError::Closed),
            Err(_) => Err(RunError::Stalled),
        }
    }

    async fn send_frame(&mut self, entries: &[SignedEntry]) -> Result<(), RunError> {
        let frame = encode_frame(entries);
        if frame.len() > MAX_FRAME_BYTES {
            return Err(RunError::EntryTooLong {
                length: frame.len(),
                limit: MAX_FRAME_BYTES,
            });
        }
        let content = TapContent::Frame {
            feed: self.header.feed,
            from: self.next,
        };
        self.shared.tap(&self.peer, content, &frame);
        let compressed = compress(frame).await.map_err(RunError::Compression)?;
        debug_assert!(
            compressed.len() <= MAX_COMPRESSED_FRAME_BYTES,
            "zstd adds little to what it cannot shrink"
        );
        self.write(&compressed).await?;
        self.next = self.next.saturating_add(entries.len() as u64);
        Ok(())
    }

    async fn write(&mut self, piece: &[u8]) -> Result<(), RunError> {
        let stall = self.shared.limits.stall;
        write_piece(&mut self.stream, piece, &self.peer.meter, stall)
            .await
            .map_err(|failure| match failure {
                WriteFailure::Stopped => RunError::Stopped,
                WriteFailure::Stalled => RunError::Stalled,
                WriteFailure::Lost(_) => RunError::Closed,
            })
    }
}

impl Drop for RunSender {
    fn drop(&mut self) {
        // Left alone, quinn would finish the stream, and the peer would take the part for the whole.
        if !self.finished && self.stream.reset(GIVEN_UP).is_err() {
            tracing::trace!(peer = %self.peer.id, feed = %self.header.feed.short(), "the run had ended already");
        }
    }
}

/// Reads a run and hands its frames over. An error is a reason to close the connection.
pub(crate) async fn read_run(
    shared: Arc<Shared>,
    peer: Arc<Peer>,
    stream: RecvStream,
) -> Result<(), CloseReason> {
    let mut reader = Reader {
        stream,
        meter: &peer.meter,
        stall: shared.limits.stall,
    };
    let Some(header) = read_header(&mut reader).await? else {
        return Ok(());
    };
    let (connection, feed) = (peer.id, header.feed);
    let mut from = header.from;
    let complete = loop {
        let compressed = match read_frame(&mut reader).await? {
            Piece::Whole(compressed) => compressed,
            Piece::End { complete } => break complete,
        };
        let entries = unpack(compressed).await?;
        let next = from
            .checked_add(entries.len() as u64)
            .ok_or(Misbehaviour::PlaceOverflow)?;
        for (from, entries) in portions(from, entries) {
            let frame = NetEvent::Frame {
                connection,
                feed,
                from,
                entries,
            };
            emit(&shared, frame).await?;
        }
        from = next;
    };
    emit(
        &shared,
        NetEvent::RunEnded {
            connection,
            feed,
            complete,
        },
    )
    .await
}

enum Piece {
    Whole(Vec<u8>),
    End { complete: bool },
}

async fn read_header(reader: &mut Reader<'_>) -> Result<Option<RunHeader>, CloseReason> {
    let read = async {
        let length = reader.length(false).await?;
        // A longer one is read no further than needed to refuse it.
        reader.piece(length.min(MAX_RUN_HEADER_BYTES + 1)).await
    };
    match read.await {
        Ok(bytes) => match decode(&bytes, MAX_RUN_HEADER_BYTES) {
            Ok(header) => Ok(Some(header)),
            Err(error) => Err(Misbehaviour::BadRunHeader(error).into()),
        },
        // A stream without a header is no run that anybody could have been told of.
        Err(failure) => ended(failure).map(|_| None),
    }
}

async fn read_frame(reader: &mut Reader<'_>) -> Result<Piece, CloseReason> {
    let length = match reader.length(false).await {
        Ok(length) => length,
        Err(failure) => {
            return Ok(Piece::End {
                complete: ended(failure)?,
            });
        }
    };
    if length > MAX_COMPRESSED_FRAME_BYTES {
        return Err(Misbehaviour::FrameTooLong {
            length,
            limit: MAX_COMPRESSED_FRAME_BYTES,
        }
        .into());
    }
    match reader.piece(length).await {
        Ok(compressed) => Ok(Piece::Whole(compressed)),
        Err(failure) => Ok(Piece::End {
            complete: ended(failure)?,
        }),
    }
}

/// A frame in portions, each with the place of its first entry: what others send meanwhile is not to wait for all
/// of a full one. Each but the last ends at a place whose signature is verified anyway.
fn portions(from: u64, entries: Vec<SignedEntry>) -> Vec<(u64, Vec<SignedEntry>)> {
    let mut portions = Vec::new();
    let (mut place, mut rest) = (from, entries.into_iter());
    loop {
        // Up to and with the next such place.
        let length = (CHECKED_EVERY - place % CHECKED_EVERY) as usize + 1;
        let portion: Vec<SignedEntry> = rest.by_ref().take(length).collect();
        if portion.is_empty() {
            return portions;
        }
        let next = place.saturating_add(portion.len() as u64);
        portions.push((place, portion));
        place = next;
    }
}

/// Whether a run that ended so is complete, or why its connection has to end.
fn ended(failure: ReadFailure) -> Result<bool, CloseReason> {
    match failure {
        ReadFailure::Finished => Ok(true),
        ReadFailure::Reset | ReadFailure::Stalled => Ok(false),
        ReadFailure::Truncated => Err(Misbehaviour::Truncated.into()),
        ReadFailure::Lost(error) => Err(lost(&error)),
    }
}

async fn emit(shared: &Shared, event: NetEvent) -> Result<(), CloseReason> {
    if shared.emit(event).await {
        Ok(())
    } else {
        Err(CloseReason::Here(Bye::ShuttingDown))
    }
}

/// How many of these entries, which are not none, fit into one frame.
fn first_frame(entries: &[SignedEntry]) -> Result<usize, RunError> {
    let mut length = LIST_LENGTH_BYTES;
    for (index, entry) in entries.iter().enumerate() {
        length = length.saturating_add(frame_bytes_of(entry));
        if length > MAX_FRAME_BYTES && index == 0 {
            return Err(RunError::EntryTooLong {
                length,
                limit: MAX_FRAME_BYTES,
            });
        }
        if length > MAX_FRAME_BYTES || index == MAX_ENTRIES_PER_FRAME {
            return Ok(index);
        }
    }
    Ok(entries.len())
}

#[cfg(test)]
mod tests {
    use faelled_proto::feed::decode_frame;
    use faelled_proto::limits::{MAX_BODY_BYTES, MAX_HEADER_BYTES};
    use faelled_proto::{FeedId, Signature};

    use super::*;

    fn entry(body: usize) -> SignedEntry {
        SignedEntry {
            header: vec![1; MAX_HEADER_BYTES],
            signature: Signature::from_bytes([2; 64]),
            body: Some(vec![3; body]),
        }
    }

    #[test]
    fn frames_are_as_full_as_allowed_and_never_fuller() {
        let entries = vec![entry(1000); 2000];
        let fit = first_frame(&entries).unwrap();
        let frame = encode_frame(&entries[..fit]);
        assert_eq!(decode_frame(&frame).unwrap().len(), fit);
        // The estimate is at most 16 bytes an entry too high.
        assert!(
            frame.len() + 16 * fit + frame_bytes_of(&entries[0]) + LIST_LENGTH_BYTES
                > MAX_FRAME_BYTES
        );
    }

    #[test]
    fn a_frame_never_holds_too_many_entries() {
        let small = SignedEntry {
            header: vec![1],
            signature: Signature::from_bytes([2; 64]),
            body: None,
        };
        assert_eq!(
            first_frame(&vec![small; MAX_ENTRIES_PER_FRAME + 1]).unwrap(),
            MAX_ENTRIES_PER_FRAME
        );
    }

    #[test]
    fn a_full_frame_comes_in_portions_that_end_where_signatures_are_verified() {
        for (from, count) in [
            (0, 1),
            (0, 257),
            (0, 4096),
            (255, 600),
            (256, 257),
            (300, 4096),
        ] {
            let portions = portions(from, vec![entry(0); count as usize]);
            let mut due = from;
            for (number, (place, entries)) in portions.iter().enumerate() {
                assert_eq!(*place, due);
                assert!(!entries.is_empty() && entries.len() as u64 <= CHECKED_EVERY + 1);
                due += entries.len() as u64;
                let is_last = number + 1 == portions.len();
                assert!(is_last || (due - 1).is_multiple_of(CHECKED_EVERY));
            }
            assert_eq!(due, from + count);
        }
    }

    #[test]
    fn the_longest_entry_fits_and_a_longer_one_is_named() {
        assert_eq!(first_frame(&[entry(MAX_BODY_BYTES)]).unwrap(), 1);
        assert!(matches!(
            first_frame(&[entry(MAX_FRAME_BYTES)]),
            Err(RunError::EntryTooLong { .. })
        ));
    }

    #[test]
    fn the_greatest_header_is_within_its_limit() {
        let header = RunHeader {
            feed: FeedId::from_bytes([0xff; 32]),
            from: u64::MAX,
        };
        assert_eq!(encode(&header).len(), MAX_RUN_HEADER_BYTES);
    }
}
