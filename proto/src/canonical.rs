//! The one encoding of what is signed and sent: [postcard](https://postcard.jamesmunns.com/wire-format),
//! and of every value exactly one form.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Bytes that are not the canonical form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Longer than the bound for this kind of value.
    #[error("{length} bytes are over the limit of {limit}")]
    TooLong {
        /// Length in bytes.
        length: usize,
        /// Limit in bytes.
        limit: usize,
    },
    /// Not an encoding of such a value at all.
    #[error("the bytes do not encode such a value")]
    Malformed,
    /// An encoding, but not the one canonical one (a longer number, or bytes left over).
    #[error("the encoding is not canonical")]
    NotCanonical,
    /// A rule of the value itself does not hold.
    #[error("{0}")]
    Invalid(&'static str),
}

/// Encodes a value.
///
/// # Panics
/// Never for the types of this crate: they hold nothing that postcard cannot encode.
#[must_use]
pub fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    #[expect(
        clippy::expect_used,
        reason = "encoding our own plain types into memory cannot fail"
    )]
    postcard::to_allocvec(value).expect("plain types encode")
}

/// Decodes a value of at most `limit` bytes; anything but its one canonical form is an error.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode<T: Serialize + DeserializeOwned>(
    bytes: &[u8],
    limit: usize,
) -> Result<T, DecodeError> {
    if bytes.len() > limit {
        return Err(DecodeError::TooLong {
            length: bytes.len(),
            limit,
        });
    }
    let value: T = postcard::from_bytes(bytes).map_err(|_| DecodeError::Malformed)?;
    // postcard reads numbers written longer than needed and passes over what follows the value.
    if encode(&value) == bytes {
        Ok(value)
    } else {
        Err(DecodeError::NotCanonical)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_written_longer_than_needed_is_refused() {
        assert_eq!(
            decode::<u64>(&[0x81, 0x00], 10),
            Err(DecodeError::NotCanonical)
        );
        assert_eq!(decode::<u64>(&[0x01], 10), Ok(1));
    }

    #[test]
    fn bytes_left_over_are_refused() {
        assert_eq!(
            decode::<u64>(&[0x01, 0x00], 10),
            Err(DecodeError::NotCanonical)
        );
    }

    #[test]
    fn a_length_beyond_the_input_is_refused_without_allocating_it() {
        assert_eq!(
            decode::<Vec<u8>>(&[0xff, 0xff, 0xff, 0xff, 0x0f], 10),
            Err(DecodeError::Malformed)
        );
    }

    #[test]
    fn what_is_over_the_limit_is_not_read() {
        assert_eq!(
            decode::<Vec<u8>>(&[2, 1, 1], 2),
            Err(DecodeError::TooLong {
                length: 3,
                limit: 2
            })
        );
    }
}
