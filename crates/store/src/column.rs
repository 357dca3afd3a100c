//! Values as they lie in columns.

use faelled_proto::canonical::decode;
use faelled_proto::{MemberId, Signature, Space};

use crate::error::Failure;

/// A space's canonical encoding is a mark and at most a member's id with its length.
const MAX_SPACE_BYTES: usize = 128;

/// SQLite's integers are signed.
pub(crate) fn integer(value: u64) -> Result<i64, Failure> {
    i64::try_from(value)
        .map_err(|_| Failure::Conflict(format!("{value} is more than SQLite's integers hold")))
}

/// An integer that was stored by [`integer`].
pub(crate) fn unsigned(value: i64) -> Result<u64, Failure> {
    u64::try_from(value)
        .map_err(|_| Failure::Damaged(format!("{value} stands where a count is due")))
}

/// An id or a key of 32 bytes.
pub(crate) fn id<'a, T: TryFrom<&'a [u8]>>(bytes: &'a [u8]) -> Result<T, Failure> {
    T::try_from(bytes)
        .map_err(|_| Failure::Damaged(format!("{} bytes stand where an id is due", bytes.len())))
}

pub(crate) fn hash(bytes: &[u8]) -> Result<[u8; 32], Failure> {
    bytes
        .try_into()
        .map_err(|_| Failure::Damaged(format!("{} bytes stand where a hash is due", bytes.len())))
}

pub(crate) fn signature(bytes: &[u8]) -> Result<Signature, Failure> {
    bytes.try_into().map(Signature::from_bytes).map_err(|_| {
        Failure::Damaged(format!(
            "{} bytes stand where a signature is due",
            bytes.len()
        ))
    })
}

pub(crate) fn member(text: &str) -> Result<MemberId, Failure> {
    text.parse()
        .map_err(|_| Failure::Damaged("a member's id is not one".to_owned()))
}

pub(crate) fn space(bytes: &[u8]) -> Result<Space, Failure> {
    decode(bytes, MAX_SPACE_BYTES)
        .map_err(|error| Failure::Damaged(format!("a feed's space is not one: {error}")))
}
