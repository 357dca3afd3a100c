//! What a release renders: a pack and every requirement in it, complete.

use faelled_proto::DocId;
use serde::{Deserialize, Serialize};

use crate::{Pack, Requirement};

/// The complete content of a release, as the JSON whose hash is signed.
///
/// Rendered once by the lead; everybody else keeps and hashes the bytes as they came.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ReleaseContent {
    /// The pack, its sections naming the documents of [`Self::requirements`].
    pub pack: Pack,
    /// Every requirement, in the order of the sections.
    pub requirements: Vec<ReleasedRequirement>,
}

/// A requirement as released.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ReleasedRequirement {
    /// Its document in the commons, as hexadecimal id.
    pub document: String,
    /// Its content.
    pub requirement: Requirement,
}

/// A release's content that is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("the release's content cannot be read: {0}")]
pub struct UnreadableContent(#[from] serde_json::Error);

impl ReleaseContent {
    /// Renders the bytes that are hashed and signed.
    ///
    /// # Errors
    /// When a value has no JSON form (a number that is not finite).
    pub fn to_bytes(&self) -> Result<Vec<u8>, UnreadableContent> {
        Ok(serde_json::to_vec(self)?)
    }

    /// Reads the bytes of a release.
    ///
    /// # Errors
    /// When they are not the JSON of a release; unknown fields are passed over.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, UnreadableContent> {
        Ok(serde_json::from_slice(bytes)?)
    }
}

/// How a release is cited: `faelled:<pack id>@<version>#<hash>`.
#[must_use]
pub fn citation(pack: DocId, version: &str, hash: &impl std::fmt::Display) -> String {
    format!("faelled:{pack}@{version}#{hash}")
}
