//! Who else may write a document: what its owner grants and takes back.
//!
//! Both are bodies of entries about the document, in its owner's feeds. Rounds tell which came later, whatever
//! the order of arrival: a grant of a higher round than a withdrawal gives again what that took.

use serde::{Deserialize, Serialize};

use crate::canonical::{DecodeError, decode};
use crate::cut::check_last_good;
use crate::limits::MAX_BODY_BYTES;
use crate::{MemberId, Tip};

/// The body of an entry of kind [`crate::Kind::GRANT`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Who may write.
    pub member: MemberId,
    /// Counts from 1; a later grant to the same member has a higher one.
    pub round: u32,
}

/// The body of an entry of kind [`crate::Kind::WITHDRAWAL`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// Who may no longer write.
    pub member: MemberId,
    /// The round of the grant that it takes back.
    pub round: u32,
    /// The last entry of each of the member's feeds that still counts for the document, sorted by feed, each
    /// once. Of others nothing counts, unless a grant of a higher round exists.
    pub last_good: Vec<Tip>,
}

impl Grant {
    /// Decodes a body.
    ///
    /// # Errors
    /// When it is not canonical.
    pub fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        decode(body, 1024)
    }
}

impl Withdrawal {
    /// Decodes a body.
    ///
    /// # Errors
    /// When it is not canonical or breaks a rule.
    pub fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let withdrawal: Self = decode(body, MAX_BODY_BYTES)?;
        check_last_good(&withdrawal.last_good)?;
        Ok(withdrawal)
    }
}
