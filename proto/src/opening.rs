//! The bodies that open feeds and documents.

use serde::{Deserialize, Serialize};

use crate::canonical::{DecodeError, decode, encode};
use crate::limits::{MAX_BODY_BYTES, MAX_KIND_NAME_BYTES, MAX_KNOWN_TIPS};
use crate::{DocId, MemberId, NodeCertificate, Space, Tip};

/// The body of a feed's first entry: all that is needed to verify the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedOpening {
    /// Who writes it, with which key.
    pub certificate: NodeCertificate,
    /// The space that it belongs to.
    pub space: Space,
    /// The incarnation of the node's store, drawn at random when it begins.
    pub incarnation: [u8; 16],
    /// The tips of the node's own earlier feeds that it knew, sorted by feed, each once.
    pub known_tips: Vec<Tip>,
}

impl FeedOpening {
    /// Decodes a body.
    ///
    /// # Errors
    /// When it is not canonical or breaks a rule.
    pub fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let opening: Self = decode(body, MAX_BODY_BYTES)?;
        if opening.known_tips.len() > MAX_KNOWN_TIPS {
            return Err(DecodeError::Invalid("an opening names too many tips"));
        }
        if !opening.known_tips.is_sorted_by(|a, b| a.feed < b.feed) {
            return Err(DecodeError::Invalid(
                "an opening's tips are not sorted, each once",
            ));
        }
        Ok(opening)
    }
}

/// Who may write a document besides its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Editors {
    /// Nobody.
    OwnerOnly,
    /// Those whom the owner grants it, until it takes that back.
    Granted,
    /// Every member of the group in whose space the document lives; in another space it counts for nothing.
    Members,
}

/// The body of a document's first entry. Its hash is the document's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentOpening {
    /// The kind of document: `pack`, `requirement`, … A kind that a reader does not know is kept.
    pub kind: String,
    /// The member that owns it.
    pub owner: MemberId,
    /// The space that it lives in.
    pub space: Space,
    /// Who else may write.
    pub editors: Editors,
    /// Drawn at random, so that two documents never share an id.
    pub nonce: [u8; 16],
}

impl DocumentOpening {
    /// The document's id.
    #[must_use]
    pub fn id(&self) -> DocId {
        DocId::of(&[&encode(self)])
    }

    /// Decodes a body.
    ///
    /// # Errors
    /// When it is not canonical or breaks a rule.
    pub fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let opening: Self = decode(body, 1024)?;
        if opening.kind.is_empty() || opening.kind.len() > MAX_KIND_NAME_BYTES {
            return Err(DecodeError::Invalid(
                "a document's kind has no name, or too long a one",
            ));
        }
        Ok(opening)
    }
}
