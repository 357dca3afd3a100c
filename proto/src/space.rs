//! Spaces: who sees what.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{GroupId, MemberId};

/// A space. Every feed belongs to exactly one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Space {
    /// Every member of the roster.
    Commons,
    /// The member's own nodes only.
    Private(MemberId),
    /// The members that the group's charter names.
    Group(GroupId),
}

impl Space {
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
            Self::Group(id) => write!(f, "group:{id}"),
        }
    }
}
