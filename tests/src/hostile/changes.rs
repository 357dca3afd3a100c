//! Automerge changes made by hand, with a sound length and checksum around anything
//! (<https://automerge.org/automerge-binary-format-spec/>).

use automerge::transaction::Transactable;
use automerge::{ActorId, AutoCommit, ObjType, ROOT};
use sha2::{Digest, Sha256};

use super::broken;
use crate::program::Broken;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE: u8 = 1;
/// Key strings of operations.
pub(super) const COLUMN_KEY: u64 = 0x15;
/// The bit of a column's number that says that it is deflated.
pub(super) const DEFLATED: u64 = 0b1000;

/// A change chunk.
#[derive(Debug, Clone, Default)]
pub(super) struct Chunk {
    pub(super) actor: Vec<u8>,
    pub(super) seq: u64,
    pub(super) dependencies: Vec<[u8; 32]>,
    /// Numbers, sorted, and data.
    pub(super) columns: Vec<(u64, Vec<u8>)>,
}

impl Chunk {
    /// Its bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut content = unsigned(self.dependencies.len() as u64);
        content.extend(self.dependencies.iter().flatten());
        content.extend(prefixed(&self.actor));
        content.extend(unsigned(self.seq));
        content.push(1); // first operation's counter
        content.push(0); // time
        content.push(0); // no message
        content.push(0); // no other actors
        content.extend(unsigned(self.columns.len() as u64));
        for (number, data) in &self.columns {
            content.extend(unsigned(*number));
            content.extend(unsigned(data.len() as u64));
        }
        for (_, data) in &self.columns {
            content.extend(data);
        }
        seal(CHANGE, &content)
    }
}

/// A change with other bytes in it and its checksum made right again.
pub(super) fn resealed(change: &[u8], spoil: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut checked = change.get(8..).unwrap_or_default().to_vec();
    spoil(&mut checked);
    let hash: [u8; 32] = Sha256::digest(&checked).into();
    [&MAGIC[..], &hash[..4], &checked[..]].concat()
}

/// A document that one actor writes.
#[derive(Debug)]
pub(super) struct Author(AutoCommit);

impl Author {
    /// An empty document.
    pub(super) fn new(actor: ActorId) -> Self {
        Self(AutoCommit::new().with_actor(actor))
    }

    /// Sets a value, as one change.
    pub(super) fn set(
        &mut self,
        key: &str,
        value: impl Into<automerge::ScalarValue>,
    ) -> Result<Vec<u8>, Broken> {
        self.0.put(ROOT, key, value).map_err(broken)?;
        self.change(false)
    }

    /// Fills a list with so many equal values, as one change.
    pub(super) fn fill(&mut self, key: &str, count: usize) -> Result<Vec<u8>, Broken> {
        let list = self
            .0
            .put_object(ROOT, key, ObjType::List)
            .map_err(broken)?;
        let values = vec![automerge::hydrate::Value::from(1_u64); count];
        self.0.splice(&list, 0, 0, values).map_err(broken)?;
        self.change(false)
    }

    /// Sets a value that shrinks to next to nothing, as one compressed change.
    pub(super) fn bomb(&mut self, bytes: usize) -> Result<Vec<u8>, Broken> {
        self.0
            .put(ROOT, "bomb", "x".repeat(bytes))
            .map_err(broken)?;
        self.change(true)
    }

    fn change(&mut self, is_compressed: bool) -> Result<Vec<u8>, Broken> {
        self.0.commit();
        let change = self.0.get_last_local_change();
        let mut change = change.ok_or_else(|| Broken::new("Automerge made no change"))?;
        Ok(if is_compressed {
            change.bytes().into_owned()
        } else {
            change.raw_bytes().to_vec()
        })
    }
}

/// The deflated part of a compressed change.
pub(super) fn deflated_part(change: &[u8]) -> &[u8] {
    let after_sort = change.get(9..).unwrap_or_default();
    let length = after_sort
        .iter()
        .take_while(|byte| **byte & 0x80 != 0)
        .count();
    after_sort.get(length + 1..).unwrap_or_default()
}

/// LEB128.
pub(super) fn unsigned(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or(0);
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn prefixed(bytes: &[u8]) -> Vec<u8> {
    [unsigned(bytes.len() as u64), bytes.to_vec()].concat()
}

fn seal(sort: u8, content: &[u8]) -> Vec<u8> {
    let checked = [vec![sort], prefixed(content)].concat();
    resealed(&[&[0; 8][..], &checked].concat(), |_| {})
}
