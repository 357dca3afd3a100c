//! Pieces on a stream: a length as a big-endian `u32`, then so many bytes; and zstd for frames.

use std::time::Duration;

use faelled_proto::SignedEntry;
use faelled_proto::feed::decode_frame;
use faelled_proto::limits::{MAX_COMPRESSED_FRAME_BYTES, MAX_FRAME_BYTES};
use quinn::{ConnectionError, ReadError, RecvStream, SendStream, WriteError};
use tokio::time::timeout;
use zstd::zstd_safe;

use crate::Misbehaviour;
use crate::traffic::Meter;

/// The most that is set aside for a piece before any of it has come.
const FIRST_ALLOCATION: usize = 16 * 1024;

/// A frame of at least so many bytes is compressed or decompressed outside the asynchronous threads.
const BLOCKING_FROM: usize = 64 * 1024;

/// zstd's level: beyond it, entries shrink little and cost much.
const LEVEL: i32 = 3;

/// What every zstd frame begins with (RFC 8878, section 3.1.1). Skippable frames begin otherwise.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Why nothing more was read.
#[derive(Debug)]
pub(crate) enum ReadFailure {
    /// The stream ended between two pieces.
    Finished,
    /// The stream ended within a piece.
    Truncated,
    /// The peer gave the stream up.
    Reset,
    /// Nothing came for too long.
    Stalled,
    /// The connection is gone.
    Lost(ConnectionError),
}

/// Why nothing more was written.
#[derive(Debug)]
pub(crate) enum WriteFailure {
    /// The peer wants no more of this stream.
    Stopped,
    /// The peer took nothing for too long.
    Stalled,
    /// The connection is gone.
    Lost(ConnectionError),
}

/// Reads pieces from a stream.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) stream: RecvStream,
    pub(crate) meter: &'a Meter,
    pub(crate) stall: Duration,
}

impl Reader<'_> {
    /// Reads a piece's length. With `patient`, its first byte may take for ever.
    pub(crate) async fn length(&mut self, patient: bool) -> Result<usize, ReadFailure> {
        let mut bytes = Vec::with_capacity(4);
        while bytes.len() < 4 {
            let at_boundary = bytes.is_empty();
            let more = if patient && at_boundary {
                self.stream
                    .read_chunk(4, true)
                    .await
                    .map_err(read_failure)?
            } else {
                self.chunk(4 - bytes.len()).await?
            };
            match more {
                Some(chunk) => bytes.extend_from_slice(&chunk.bytes),
                None if at_boundary => return Err(ReadFailure::Finished),
                None => return Err(ReadFailure::Truncated),
            }
        }
        self.meter.received(4);
        let bytes: [u8; 4] = bytes.try_into().map_err(|_| ReadFailure::Truncated)?;
        Ok(u32::from_be_bytes(bytes) as usize)
    }

    /// Reads a piece of a length that the caller has checked.
    pub(crate) async fn piece(&mut self, length: usize) -> Result<Vec<u8>, ReadFailure> {
        let mut bytes = Vec::with_capacity(length.min(FIRST_ALLOCATION));
        while bytes.len() < length {
            let chunk = self
                .chunk(length - bytes.len())
                .await?
                .ok_or(ReadFailure::Truncated)?;
            bytes.extend_from_slice(&chunk.bytes);
        }
        self.meter.received(length);
        Ok(bytes)
    }

    async fn chunk(&mut self, most: usize) -> Result<Option<quinn::Chunk>, ReadFailure> {
        match timeout(self.stall, self.stream.read_chunk(most, true)).await {
            Ok(read) => read.map_err(read_failure),
            Err(_) => Err(ReadFailure::Stalled),
        }
    }
}

/// Writes a piece: its length and its bytes.
pub(crate) async fn write_piece(
    stream: &mut SendStream,
    piece: &[u8],
    meter: &Meter,
    stall: Duration,
) -> Result<(), WriteFailure> {
    // Callers keep pieces far under this; a longer one is never sent with a false length.
    let length = u32::try_from(piece.len()).map_err(|_| WriteFailure::Stopped)?;
    for mut rest in [&length.to_be_bytes()[..], piece] {
        while !rest.is_empty() {
            let written = timeout(stall, stream.write(rest))
                .await
                .map_err(|_| WriteFailure::Stalled)?;
            let written = written.map_err(write_failure)?;
            meter.sent(written);
            rest = &rest[written..];
        }
    }
    Ok(())
}

/// Compresses a frame.
pub(crate) async fn compress(frame: Vec<u8>) -> std::io::Result<Vec<u8>> {
    if frame.len() < BLOCKING_FROM {
        return zstd::bulk::compress(&frame, LEVEL);
    }
    tokio::task::spawn_blocking(move || zstd::bulk::compress(&frame, LEVEL)).await?
}

/// Decompresses and decodes a frame.
pub(crate) async fn unpack(compressed: Vec<u8>) -> Result<Vec<SignedEntry>, Misbehaviour> {
    if compressed.len() < BLOCKING_FROM {
        return unpack_frame(&compressed);
    }
    let unpacked = tokio::task::spawn_blocking(move || unpack_frame(&compressed)).await;
    // Only a panic gets here, and hostile bytes must have caused it.
    unpacked.unwrap_or(Err(Misbehaviour::BadCompression))
}

/// Decompresses and decodes a frame as it crosses the wire: exactly one zstd frame, which becomes at most
/// [`MAX_FRAME_BYTES`] long.
///
/// # Errors
/// See [`Misbehaviour`].
pub fn unpack_frame(compressed: &[u8]) -> Result<Vec<SignedEntry>, Misbehaviour> {
    decode_frame(&decompress(compressed)?).map_err(Misbehaviour::BadFrame)
}

/// Decompresses exactly one zstd frame, which may say how long it becomes or not, into at most
/// [`MAX_FRAME_BYTES`].
fn decompress(compressed: &[u8]) -> Result<Vec<u8>, Misbehaviour> {
    if compressed.len() > MAX_COMPRESSED_FRAME_BYTES {
        return Err(Misbehaviour::FrameTooLong {
            length: compressed.len(),
            limit: MAX_COMPRESSED_FRAME_BYTES,
        });
    }
    let is_one_frame = compressed.starts_with(&ZSTD_MAGIC)
        && zstd_safe::find_frame_compressed_size(compressed)
            .is_ok_and(|length| length == compressed.len());
    if !is_one_frame {
        return Err(Misbehaviour::BadCompression);
    }
    let grows_too_long = Misbehaviour::FrameGrowsTooLong {
        limit: MAX_FRAME_BYTES,
    };
    let announced =
        zstd_safe::get_frame_content_size(compressed).map_err(|_| Misbehaviour::BadCompression)?;
    let capacity = match announced {
        Some(length) => usize::try_from(length)
            .ok()
            .filter(|length| *length <= MAX_FRAME_BYTES)
            .ok_or(grows_too_long)?,
        None => MAX_FRAME_BYTES,
    };
    let mut frame = Vec::with_capacity(capacity);
    match zstd_safe::DCtx::create().decompress(&mut frame, compressed) {
        Ok(_) => Ok(frame),
        Err(code)
            if announced.is_none() && zstd_safe::get_error_name(code) == DESTINATION_TOO_SMALL =>
        {
            Err(grows_too_long)
        }
        Err(_) => Err(Misbehaviour::BadCompression),
    }
}

/// How zstd names the error of a destination that is too small; the code itself is not part of its stable
/// interface. A test below notices a change.
const DESTINATION_TOO_SMALL: &str = "Destination buffer is too small";

fn read_failure(error: ReadError) -> ReadFailure {
    match error {
        ReadError::ConnectionLost(error) => ReadFailure::Lost(error),
        ReadError::Reset(_)
        | ReadError::ClosedStream
        | ReadError::IllegalOrderedRead
        | ReadError::ZeroRttRejected => ReadFailure::Reset,
    }
}

fn write_failure(error: WriteError) -> WriteFailure {
    match error {
        WriteError::ConnectionLost(error) => WriteFailure::Lost(error),
        WriteError::Stopped(_) | WriteError::ClosedStream | WriteError::ZeroRttRejected => {
            WriteFailure::Stopped
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const TOO_LONG: Misbehaviour = Misbehaviour::FrameGrowsTooLong {
        limit: MAX_FRAME_BYTES,
    };

    /// A frame that does not say how long it becomes.
    fn stream_compressed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = zstd::stream::Encoder::new(Vec::new(), LEVEL).unwrap();
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_frame_of_the_greatest_length_decompresses() {
        let frame = vec![5; MAX_FRAME_BYTES];
        assert_eq!(
            decompress(&zstd::bulk::compress(&frame, LEVEL).unwrap()),
            Ok(frame.clone())
        );
        assert_eq!(decompress(&stream_compressed(&frame)), Ok(frame));
    }

    #[test]
    fn a_bomb_is_refused_whether_it_says_its_length_or_not() {
        let bomb = vec![0; MAX_FRAME_BYTES + 1];
        assert_eq!(
            decompress(&zstd::bulk::compress(&bomb, LEVEL).unwrap()),
            Err(TOO_LONG)
        );
        let silent = stream_compressed(&bomb);
        assert!(
            zstd_safe::get_frame_content_size(&silent)
                .unwrap()
                .is_none()
        );
        assert_eq!(decompress(&silent), Err(TOO_LONG));
    }

    #[test]
    fn anything_but_exactly_one_zstd_frame_is_refused() {
        let one = zstd::bulk::compress(b"entries", LEVEL).unwrap();
        let two = [one.clone(), one.clone()].concat();
        let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 7][..], &one].concat();
        let cut = &one[..one.len() - 1];
        for bytes in [&two[..], &skippable, cut, b"", b"entries"] {
            assert_eq!(decompress(bytes), Err(Misbehaviour::BadCompression));
        }
    }

    #[tokio::test]
    async fn large_frames_come_back_as_they_went() {
        let frame: Vec<u8> = (0..BLOCKING_FROM * 2)
            .map(|i| (i * i % 251) as u8)
            .collect();
        let compressed = compress(frame.clone()).await.unwrap();
        assert_eq!(decompress(&compressed), Ok(frame));
    }
}
