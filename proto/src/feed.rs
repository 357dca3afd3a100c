//! Runs: contiguous entries of one feed, and how they travel.
//!
//! A run's stream begins with a [`RunHeader`], preceded by its length in bytes as a big-endian `u32`; then
//! come frames: each the length of its zstd frame as a big-endian `u32` and the zstd frame, which holds the
//! canonical encoding of a list of [`SignedEntry`]. Every frame's last entry is where the receiver checks a
//! signature: the chain binds what comes before it.

use serde::{Deserialize, Serialize};

use crate::canonical::{DecodeError, decode, encode};
use crate::limits::{MAX_ENTRIES_PER_FRAME, MAX_FRAME_BYTES};
use crate::{FeedId, SignedEntry};

/// What a run's stream holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunHeader {
    /// The feed.
    pub feed: FeedId,
    /// The first entry's place.
    pub from: u64,
}

/// Encodes the entries of one frame, before compression.
#[must_use]
pub fn encode_frame(entries: &[SignedEntry]) -> Vec<u8> {
    encode(&entries)
}

/// Decodes a frame after decompression.
///
/// # Errors
/// When it is too long, not canonical, empty or of too many entries.
pub fn decode_frame(bytes: &[u8]) -> Result<Vec<SignedEntry>, DecodeError> {
    let entries: Vec<SignedEntry> = decode(bytes, MAX_FRAME_BYTES)?;
    if entries.is_empty() || entries.len() > MAX_ENTRIES_PER_FRAME {
        return Err(DecodeError::Invalid("a frame holds one to 4096 entries"));
    }
    Ok(entries)
}

/// How many bytes an entry adds to a frame, at most.
#[must_use]
pub fn frame_bytes_of(entry: &SignedEntry) -> usize {
    // Two length prefixes, the option's mark and the signature.
    entry.header.len() + entry.body.as_ref().map_or(0, Vec::len) + 64 + 16
}
