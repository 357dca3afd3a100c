//! Ids: BLAKE3 hashes, each of its own type, written as lowercase hexadecimal.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Text that is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 64 hexadecimal digits")]
pub struct NotAnId;

macro_rules! hash_id {
    ($( $(#[$meta:meta])* $name:ident = $context:literal; )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name([u8; 32]);

        impl $name {
            /// Stands where there is none: the feed and the predecessor in an opening entry.
            pub const ZERO: Self = Self([0; 32]);

            /// Takes these bytes as an id. Whether anything hashes to them is not known.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// Hashes the parts, one after the other, under this id's own domain (BLAKE3 `derive_key`).
            #[must_use]
            pub fn of(parts: &[&[u8]]) -> Self {
                let mut hasher = blake3::Hasher::new_derive_key($context);
                for part in parts {
                    hasher.update(part);
                }
                Self(*hasher.finalize().as_bytes())
            }

            /// The first ten digits, for people.
            #[must_use]
            pub fn short(&self) -> String {
                data_encoding::HEXLOWER.encode(&self.0[..5])
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.short())
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).map_err(|_| NotAnId)?;
                bytes.try_into().map(Self).map_err(|_| NotAnId)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = NotAnId;

            fn try_from(bytes: &[u8]) -> Result<Self, NotAnId> {
                bytes.try_into().map(Self).map_err(|_| NotAnId)
            }
        }
    )*};
}

hash_id! {
    /// A roster version: the hash of its bytes.
    RosterHash = "faelled 2026 roster version";
    /// A federation: the hash of its first roster version's bytes.
    FederationId = "faelled 2026 federation";
    /// A feed: the hash of its opening entry, under the same domain as [`EntryId`].
    FeedId = "faelled 2026 entry";
    /// An entry: the hash of its header and signature.
    EntryId = "faelled 2026 entry";
    /// An entry's body.
    BodyHash = "faelled 2026 entry body";
    /// A document: the hash of its opening entry's body.
    DocId = "faelled 2026 document";
    /// A release: the hash of its entry's body.
    ReleaseHash = "faelled 2026 release";
    /// A release's rendered content.
    ContentHash = "faelled 2026 release content";
    /// The state of a whole space; see [`crate::Frontier::digest`].
    FrontierDigest = "faelled 2026 frontier digest";
    /// A group: the hash of its first charter version's bytes.
    GroupId = "faelled 2026 group";
    /// A charter version: the hash of its bytes.
    CharterHash = "faelled 2026 charter version";
    /// What a statement says; see [`crate::Statement::mark`].
    Mark = "faelled 2026 statement";
    /// A ticket's secret, as the node that issued it keeps it. Never sent.
    SecretHash = "faelled 2026 ticket secret";
}

impl From<EntryId> for FeedId {
    /// The feed that this entry opens.
    fn from(entry: EntryId) -> Self {
        Self(entry.0)
    }
}
