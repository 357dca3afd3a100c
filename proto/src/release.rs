//! Releases: immutable, signed versions of a requirement pack.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ReleaseHash;
use crate::canonical::{DecodeError, decode, encode};
use crate::id::ContentHash;
use crate::limits::MAX_BODY_BYTES;

/// The body of a release entry. The entry's document is the pack's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Semantic version: three numbers.
    pub version: (u32, u32, u32),
    /// The release before it.
    pub previous: Option<ReleaseHash>,
    /// Change notes, language to text.
    pub notes: BTreeMap<String, String>,
    /// The day from which it is valid, as days since 1970.
    pub valid_from_day: u32,
    /// The day by which it is reviewed, as days since 1970.
    pub review_by_day: u32,
    /// The body that approved it and the day, where one did.
    pub approval: Option<(String, u32)>,
    /// Co-signatures of this many distinct members are needed before it counts.
    pub cosigners_needed: u16,
    /// The hash of the content.
    pub content_hash: ContentHash,
    /// The rendered content: JSON, see MODEL. Kept and hashed as it came.
    pub content: Vec<u8>,
}

impl Release {
    /// Encodes the body.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }

    /// Decodes a body.
    ///
    /// # Errors
    /// When it is not canonical or its content does not hash to what it says.
    pub fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let release: Self = decode(body, MAX_BODY_BYTES)?;
        if ContentHash::of(&[&release.content]) != release.content_hash {
            return Err(DecodeError::Invalid(
                "the release's content does not hash to what it says",
            ));
        }
        Ok(release)
    }

    /// The hash that adoptions pin and citations name.
    #[must_use]
    pub fn hash_of_body(body: &[u8]) -> ReleaseHash {
        ReleaseHash::of(&[body])
    }

    /// The version as people write it.
    #[must_use]
    pub fn version_text(&self) -> String {
        let (major, minor, patch) = self.version;
        format!("{major}.{minor}.{patch}")
    }
}
