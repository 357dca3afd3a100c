//! Spaces: who sees what.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::MemberId;

/// A space. Every feed belongs to exactly one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Space {
    /// Every member of the roster.
    Commons,
    /// The member's own nodes only.
    Private(MemberId),
    /// A named set of members; the id is the hash of the charter's first version.
    Group([u8; 32]),
}

impl Space {
    /// Whether this member's nodes may see the space. Groups have no members until a charter says so,
    /// which this version does not read: nobody sees them.
    #[must_use]
    pub fn is_visible_to(&self, member: &MemberId) -> bool {
        match self {
            Self::Commons => true,
            Self::Private(owner) => owner == member,
            Self::Group(_) => false,
        }
    }

    /// The name of its sort: `commons`, `private`, `group`.
    #[must_use]
    pub const fn sort(&self) -> &'static str {
        match self {
            Self::Commons => "commons",
            Self::Private(_) => "private",
            Self::Group(_) => "group",
        }
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commons => f.write_str("commons"),
            Self::Private(member) => write!(f, "private:{member}"),
            Self::Group(id) => write!(f, "group:{}", data_encoding::HEXLOWER.encode(id)),
        }
    }
}
