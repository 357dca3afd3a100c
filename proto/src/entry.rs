//! Entries: one signed header and its body.

use serde::{Deserialize, Serialize};

use crate::canonical::{DecodeError, decode, encode};
use crate::key::{BadSignature, Domain};
use crate::limits::{MAX_BODY_BYTES, MAX_HEADER_BYTES};
use crate::{BodyHash, DocId, EntryId, FederationId, FeedId, NodeKey, SecretKey, Signature};

/// The version of entries that this crate writes.
pub const ENTRY_VERSION: u8 = 1;

/// What an entry's body is. A number that this version does not know is kept and passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Kind(pub u16);

impl Kind {
    /// [`crate::opening::FeedOpening`]: the first entry of a feed, and only that.
    pub const FEED_OPENING: Self = Self(0);
    /// [`crate::opening::DocumentOpening`].
    pub const DOCUMENT_OPENING: Self = Self(1);
    /// One Automerge change.
    pub const CHANGE: Self = Self(2);
    /// [`crate::release::Release`].
    pub const RELEASE: Self = Self(3);
    /// [`crate::grant::Grant`].
    pub const GRANT: Self = Self(4);
    /// [`crate::grant::Withdrawal`].
    pub const WITHDRAWAL: Self = Self(5);
    /// Reserved: a document's history closed into a snapshot.
    pub const SNAPSHOT: Self = Self(6);
    /// Reserved: bodies to be erased.
    pub const ERASURE: Self = Self(7);

    /// Whether this version interprets such bodies.
    #[must_use]
    pub fn is_known(self) -> bool {
        self <= Self::WITHDRAWAL
    }
}

/// An entry's header: what is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`ENTRY_VERSION`].
    pub version: u8,
    /// The feed; [`FeedId::ZERO`] in the opening entry, whose own id the feed's id is.
    pub feed: FeedId,
    /// The place in the feed, from 0 without a gap.
    pub seq: u64,
    /// The entry before it; [`EntryId::ZERO`] in the opening entry.
    pub previous: EntryId,
    /// What the body is.
    pub kind: Kind,
    /// The document that it is about, where it is about one.
    pub document: Option<DocId>,
    /// The body's hash.
    pub body_hash: BodyHash,
    /// The body's length in bytes.
    pub body_length: u32,
    /// Milliseconds since 1970 by the author's clock. A claim, shown as one.
    pub claimed_ms: u64,
}

/// An entry as it crosses the wire and lies in the store: the header's bytes exactly as signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedEntry {
    /// The canonical encoding of the [`Header`].
    pub header: Vec<u8>,
    /// By the node key of the feed.
    pub signature: Signature,
    /// The body; `None` where it has been erased.
    pub body: Option<Vec<u8>>,
}

impl SignedEntry {
    /// Signs a header over a body.
    #[must_use]
    pub fn sign(federation: FederationId, key: &SecretKey, header: &Header, body: Vec<u8>) -> Self {
        let header = encode(header);
        let signature = key.sign(Domain::Entry, &[federation.as_bytes(), &header]);
        Self {
            header,
            signature,
            body: Some(body),
        }
    }

    /// The entry's id: the hash of the header and the signature as received.
    #[must_use]
    pub fn id(&self) -> EntryId {
        EntryId::of(&[&self.header, self.signature.as_bytes()])
    }

    /// Decodes the header and checks that the body is the one that it names.
    ///
    /// # Errors
    /// When the header is not canonical, of another version, or the body does not fit it.
    pub fn decode_header(&self) -> Result<Header, DecodeError> {
        let header: Header = decode(&self.header, MAX_HEADER_BYTES)?;
        if header.version != ENTRY_VERSION {
            return Err(DecodeError::Invalid(
                "the entry is of a version that this software does not know",
            ));
        }
        if header.body_length as usize > MAX_BODY_BYTES {
            return Err(DecodeError::TooLong {
                length: header.body_length as usize,
                limit: MAX_BODY_BYTES,
            });
        }
        if let Some(body) = &self.body {
            if body.len() != header.body_length as usize {
                return Err(DecodeError::Invalid(
                    "the body is not as long as its header says",
                ));
            }
            if BodyHash::of(&[body]) != header.body_hash {
                return Err(DecodeError::Invalid(
                    "the body does not hash to what its header says",
                ));
            }
        }
        Ok(header)
    }

    /// Verifies the signature over the header's bytes as received.
    ///
    /// # Errors
    /// When it does not verify.
    pub fn verify(&self, federation: FederationId, key: &NodeKey) -> Result<(), BadSignature> {
        key.verify(
            Domain::Entry,
            &[federation.as_bytes(), &self.header],
            &self.signature,
        )
    }
}
