//! The head of an Automerge change chunk, read by ourselves before Automerge reads the whole
//! (<https://automerge.org/automerge-binary-format-spec/>).

use automerge::{ActorId, ChangeHash};
use sha2::{Digest, Sha256};

use crate::columns;

/// A change, in bytes.
pub const MAX_CHANGE_BYTES: usize = 1_000_000;
/// Changes that one change builds on.
pub const MAX_DEPENDENCIES: u64 = 1_000;
/// Operations in one change, and rows in one of its columns.
pub const MAX_OPERATIONS: u64 = 200_000;
/// Actors that one change mentions.
pub const MAX_ACTORS: u64 = 1_000;
/// Columns of a change.
const MAX_COLUMNS: u64 = 64;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE_CHUNK: u8 = 1;
const COMPRESSED_CHANGE_CHUNK: u8 = 2;

/// Why a change does not count. The same for everybody who looks at the same entry in its feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefusal {
    /// Longer than [`MAX_CHANGE_BYTES`].
    #[error("the change is larger than {MAX_CHANGE_BYTES} bytes")]
    TooLong,
    /// Not a change chunk.
    #[error("the body is not an Automerge change")]
    Malformed,
    /// The chunk or a column is compressed: it could inflate to any size.
    #[error("the change is compressed inside")]
    Compressed,
    /// The checksum does not fit.
    #[error("the change's checksum does not fit")]
    Checksum,
    /// Over a bound.
    #[error("the change has too many operations, dependencies or actors")]
    TooManyOperations,
    /// Written under an actor that is not the feed's and document's.
    #[error("the change is written under an actor that is not its author's")]
    ForeignActor,
    /// Its number does not follow the feed's earlier changes to the document.
    #[error("the change is number {found} of its author where {expected} was due")]
    Sequence {
        /// What stands in the change.
        found: u64,
        /// What was due.
        expected: u64,
    },
    /// Automerge does not accept it.
    #[error("Automerge does not accept the change: {0}")]
    Rejected(String),
}

/// What is known of a change before Automerge reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeHeader {
    /// Who wrote it.
    pub actor: ActorId,
    /// Which of the actor's changes it is, from 1.
    pub seq: u64,
    /// The changes that it builds on.
    pub dependencies: Vec<ChangeHash>,
    /// Its hash: SHA-256 of the chunk from its type on.
    pub hash: ChangeHash,
}

impl ChangeHeader {
    /// Reads and bounds a change.
    ///
    /// # Errors
    /// See [`ChangeRefusal`]; the last three are not found here.
    pub fn read(change: &[u8]) -> Result<Self, ChangeRefusal> {
        if change.len() > MAX_CHANGE_BYTES {
            return Err(ChangeRefusal::TooLong);
        }
        let mut bytes = Bytes(change);
        if bytes.take(4)? != MAGIC {
            return Err(ChangeRefusal::Malformed);
        }
        let checksum = bytes.take(4)?;
        let hash: [u8; 32] = Sha256::digest(bytes.0).into();
        match bytes.take(1)? {
            [CHANGE_CHUNK] => {}
            [COMPRESSED_CHANGE_CHUNK] => return Err(ChangeRefusal::Compressed),
            _ => return Err(ChangeRefusal::Malformed),
        }
        if bytes.unsigned()? != bytes.0.len() as u64 {
            return Err(ChangeRefusal::Malformed);
        }
        if checksum != &hash[..4] {
            return Err(ChangeRefusal::Checksum);
        }
        let mut dependencies = Vec::new();
        for _ in 0..bytes.count(MAX_DEPENDENCIES)? {
            let dependency: [u8; 32] = bytes
                .take(32)?
                .try_into()
                .map_err(|_| ChangeRefusal::Malformed)?;
            dependencies.push(ChangeHash(dependency));
        }
        let actor = ActorId::from(bytes.prefixed()?);
        let seq = bytes.unsigned()?;
        bytes.unsigned()?; // first operation's counter
        bytes.signed()?; // time
        bytes.prefixed()?; // message
        for _ in 0..bytes.count(MAX_ACTORS)? {
            bytes.prefixed()?;
        }
        let mut lengths = Vec::new();
        for _ in 0..bytes.count(MAX_COLUMNS)? {
            lengths.push((bytes.unsigned()?, bytes.unsigned()?));
        }
        for (number, length) in lengths {
            columns::check(number, bytes.take(length)?, MAX_OPERATIONS)?;
        }
        Ok(Self {
            actor,
            seq,
            dependencies,
            hash: ChangeHash(hash),
        })
    }
}

/// Bytes still to be read.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn take(&mut self, length: u64) -> Result<&'a [u8], ChangeRefusal> {
        let length = usize::try_from(length).map_err(|_| ChangeRefusal::Malformed)?;
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(ChangeRefusal::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn prefixed(&mut self) -> Result<&'a [u8], ChangeRefusal> {
        let length = self.unsigned()?;
        self.take(length)
    }

    fn count(&mut self, limit: u64) -> Result<u64, ChangeRefusal> {
        let count = self.unsigned()?;
        if count > limit {
            Err(ChangeRefusal::TooManyOperations)
        } else {
            Ok(count)
        }
    }

    /// LEB128, unsigned.
    pub(crate) fn unsigned(&mut self) -> Result<u64, ChangeRefusal> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(ChangeRefusal::Malformed);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(ChangeRefusal::Malformed)
    }

    /// LEB128, signed.
    pub(crate) fn signed(&mut self) -> Result<i64, ChangeRefusal> {
        let mut value = 0_i64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                if shift < 57 && byte & 0x40 != 0 {
                    value |= -1 << (shift + 7);
                }
                return Ok(value);
            }
        }
        Err(ChangeRefusal::Malformed)
    }

    pub(crate) fn skip_number(&mut self) -> Result<(), ChangeRefusal> {
        for _ in 0..10 {
            if self.byte()? & 0x80 == 0 {
                return Ok(());
            }
        }
        Err(ChangeRefusal::Malformed)
    }

    fn byte(&mut self) -> Result<u8, ChangeRefusal> {
        self.take(1).map(|byte| byte[0])
    }
}

#[cfg(test)]
mod tests {
    use automerge::{AutoCommit, ROOT, transaction::Transactable};

    use super::*;

    fn change() -> Vec<u8> {
        let mut document = AutoCommit::new().with_actor(ActorId::from(&[7_u8; 16][..]));
        for index in 0..50 {
            document
                .put(ROOT, format!("key {index}"), format!("value {index}"))
                .unwrap();
            document
                .put(ROOT, format!("flag {index}"), index % 3 == 0)
                .unwrap();
        }
        document
            .get_last_local_change()
            .unwrap()
            .raw_bytes()
            .to_vec()
    }

    #[test]
    fn what_automerge_writes_is_read_as_automerge_reads_it() {
        let bytes = change();
        let header = ChangeHeader::read(&bytes).unwrap();
        let read = automerge::Change::from_bytes(bytes).unwrap();
        assert_eq!(header.actor, *read.actor_id());
        assert_eq!(header.seq, read.seq());
        assert_eq!(header.hash, read.hash());
        assert_eq!(header.dependencies, read.deps());
    }

    #[test]
    fn a_changed_byte_never_passes_the_checksum() {
        let bytes = change();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            assert!(ChangeHeader::read(&changed).is_err(), "byte {index}");
        }
    }

    #[test]
    fn a_compressed_chunk_is_refused() {
        let mut document = AutoCommit::new();
        document.put(ROOT, "key", "x".repeat(10_000)).unwrap();
        let compressed = document
            .get_last_local_change()
            .unwrap()
            .bytes()
            .into_owned();
        assert!(compressed.len() < 1_000);
        assert_eq!(
            ChangeHeader::read(&compressed),
            Err(ChangeRefusal::Compressed)
        );
    }

    #[test]
    fn a_run_of_a_billion_rows_is_counted_not_expanded() {
        let run = [0x80, 0x94, 0xeb, 0xdc, 0x03, 1];
        assert_eq!(
            columns::check(0x42, &run, MAX_OPERATIONS),
            Err(ChangeRefusal::TooManyOperations)
        );
        assert_eq!(columns::check(0x42, &[5, 1], MAX_OPERATIONS), Ok(()));
    }

    #[test]
    fn a_deflated_column_is_refused() {
        assert_eq!(
            columns::check(0x42 | 8, &[], MAX_OPERATIONS),
            Err(ChangeRefusal::Compressed)
        );
    }

    fn leb128(mut number: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while number >= 0x80 {
            bytes.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
            number >>= 7;
        }
        bytes.push(u8::try_from(number).unwrap());
        bytes
    }

    /// A chunk with a sound length and checksum around any content.
    fn chunk(sort: u8, content: &[u8]) -> Vec<u8> {
        let mut checked = vec![sort];
        checked.extend(leb128(content.len() as u64));
        checked.extend(content);
        let hash: [u8; 32] = Sha256::digest(&checked).into();
        [&MAGIC[..], &hash[..4], &checked[..]].concat()
    }

    /// A change's content: its counts as they say, and what they count as often as they say.
    fn content(dependencies: u64, actors: u64, columns: &[(u64, &[u8])]) -> Vec<u8> {
        let mut bytes = leb128(dependencies);
        bytes.extend(vec![0; usize::try_from(dependencies).unwrap() * 32]);
        bytes.extend([1, 7, 1, 1, 0, 0]); // actor of one byte, seq, first operation, time, message
        bytes.extend(leb128(actors));
        bytes.extend([1, 8].repeat(usize::try_from(actors).unwrap()));
        bytes.extend(leb128(columns.len() as u64));
        for (number, data) in columns {
            bytes.extend(leb128(*number));
            bytes.extend(leb128(data.len() as u64));
        }
        bytes.extend(columns.iter().flat_map(|(_, data)| data.iter().copied()));
        bytes
    }

    fn read(content: &[u8]) -> Result<ChangeHeader, ChangeRefusal> {
        ChangeHeader::read(&chunk(CHANGE_CHUNK, content))
    }

    #[test]
    fn a_change_that_is_too_long_is_not_read() {
        let long = vec![0; MAX_CHANGE_BYTES + 1];
        assert_eq!(ChangeHeader::read(&long), Err(ChangeRefusal::TooLong));
    }

    #[test]
    fn only_a_change_chunk_that_fills_the_body_is_one() {
        let content = content(0, 0, &[]);
        assert!(read(&content).is_ok());
        for sort in [0, 3, 255] {
            let other = ChangeHeader::read(&chunk(sort, &content));
            assert_eq!(other, Err(ChangeRefusal::Malformed), "chunk {sort}");
        }
        let mut shorter = vec![CHANGE_CHUNK];
        shorter.extend(leb128(content.len() as u64 - 1));
        shorter.extend(&content);
        let hash: [u8; 32] = Sha256::digest(&shorter).into();
        let lying = [&MAGIC[..], &hash[..4], &shorter[..]].concat();
        assert_eq!(ChangeHeader::read(&lying), Err(ChangeRefusal::Malformed));
    }

    #[test]
    fn dependencies_actors_and_columns_are_counted() {
        let too_many = Err(ChangeRefusal::TooManyOperations);
        assert!(read(&content(MAX_DEPENDENCIES, MAX_ACTORS, &[])).is_ok());
        assert_eq!(read(&content(MAX_DEPENDENCIES + 1, 0, &[])), too_many);
        assert_eq!(read(&content(0, MAX_ACTORS + 1, &[])), too_many);
        let column: (u64, &[u8]) = (0x42, &[]);
        let most = usize::try_from(MAX_COLUMNS).unwrap();
        assert!(read(&content(0, 0, &vec![column; most])).is_ok());
        assert_eq!(read(&content(0, 0, &vec![column; most + 1])), too_many);
    }

    #[test]
    fn rows_are_counted_in_a_column_of_every_encoding() {
        let too_many = Err(ChangeRefusal::TooManyOperations);
        let booleans = leb128(MAX_OPERATIONS + 1);
        let nulls = [&[0][..], &leb128(MAX_OPERATIONS + 1)].concat();
        let far_too_many_nulls = [&[0][..], &leb128(1 << 40)].concat();
        // -200,001 in signed LEB128: as many single values follow.
        let literals = [&[0xbf, 0xe5, 0x73][..], &vec![0; 200_001]].concat();
        for (number, data) in [
            (0x34, &booleans),
            (0x42, &nulls),
            (0x42, &far_too_many_nulls),
            (0x15, &nulls),
            (0x42, &literals),
        ] {
            let read = read(&content(0, 0, &[(number, data)]));
            assert_eq!(read, too_many, "column {number:x}");
        }
    }

    #[test]
    fn a_number_of_more_than_64_bits_is_refused() {
        let mut longest = [0xff_u8; 10];
        longest[9] = 1;
        assert_eq!(Bytes(&longest).unsigned(), Ok(u64::MAX));
        longest[9] = 2;
        let refused = Bytes(&longest).unsigned();
        assert_eq!(refused, Err(ChangeRefusal::Malformed));
    }
}
