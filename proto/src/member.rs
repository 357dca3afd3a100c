//! Members' ids.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits::MAX_MEMBER_ID_BYTES;

/// A member's id: `dk-0159`, `dk-cvr-12345678`, `<iso country>-<scheme>-<id>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MemberId(String);

/// Text that is not a member's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a member's id is a country code, a dash and lowercase letters, digits and dashes, such as dk-0159"
)]
pub struct NotAMemberId;

impl MemberId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MemberId {
    type Err = NotAMemberId;

    fn from_str(text: &str) -> Result<Self, NotAMemberId> {
        let (country, rest) = text.split_once('-').ok_or(NotAMemberId)?;
        let plain = |part: &str| {
            part.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        let fits = text.len() <= MAX_MEMBER_ID_BYTES
            && country.len() == 2
            && country.bytes().all(|byte| byte.is_ascii_lowercase())
            && !rest.is_empty()
            && plain(rest);
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAMemberId)
        }
    }
}

impl TryFrom<String> for MemberId {
    type Error = NotAMemberId;

    fn try_from(text: String) -> Result<Self, NotAMemberId> {
        text.parse()
    }
}

impl From<MemberId> for String {
    fn from(id: MemberId) -> Self {
        id.0
    }
}

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
