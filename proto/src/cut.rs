//! Cuts: how far somebody's feeds still count.
//!
//! A cut stands in a signed statement (a roster, a charter, a [`crate::statement::Revocation`], the withdrawal of
//! an editor) and names the last entry of each feed that counts. Where several hold for a feed, the lowest does,
//! so that what counts is a function of the *set* of statements, in whatever order they came.

use serde::{Deserialize, Serialize};

use crate::canonical::DecodeError;
use crate::limits::MAX_CUT_FEEDS;
use crate::{IdentityKey, MemberId, Tip};

/// How far a member's feeds still count, in the space that the statement around it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// Whose feeds.
    pub member: MemberId,
    /// Only those that were certified with this identity key; `None` for all of the member's.
    pub identity_key: Option<IdentityKey>,
    /// The last entry of each feed that counts, sorted by feed, each once. Of a feed that is not named nothing
    /// counts, unless the statement's kind of membership was given to the member again.
    pub last_good: Vec<Tip>,
}

impl Cut {
    /// Checks the rules that a cut must satisfy by itself.
    ///
    /// # Errors
    /// When it breaks one.
    pub fn check(&self) -> Result<(), DecodeError> {
        check_last_good(&self.last_good)
    }
}

/// Checks a list of last entries that count.
///
/// # Errors
/// When it is too long or not sorted.
pub fn check_last_good(tips: &[Tip]) -> Result<(), DecodeError> {
    if tips.len() > MAX_CUT_FEEDS {
        return Err(DecodeError::Invalid("a cut names too many feeds"));
    }
    if !tips.is_sorted_by(|a, b| a.feed < b.feed) {
        return Err(DecodeError::Invalid(
            "a cut's feeds are not sorted, each once",
        ));
    }
    Ok(())
}
