//! Ed25519 keys (RFC 8032), verified strictly, each signature under a domain of its own.

use std::fmt;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a signature is for. The domain's name is a part of what is signed, so that a signature made for
/// one purpose never counts for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// An entry's header, by a node key.
    Entry,
    /// A node certificate, by an identity key.
    NodeCertificate,
    /// A roster version, by a steward's identity key.
    Roster,
    /// A request to join, by an identity key.
    Join,
    /// A group's charter, by a node key of an owner.
    Charter,
    /// A revocation of a node key, by an identity key.
    Revocation,
    /// A steward's vote against a roster, by its identity key.
    RosterRejection,
}

impl Domain {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::Entry => b"faelled/1 entry\0",
            Self::NodeCertificate => b"faelled/1 node certificate\0",
            Self::Roster => b"faelled/1 roster\0",
            Self::Join => b"faelled/1 join\0",
            Self::Charter => b"faelled/1 charter\0",
            Self::Revocation => b"faelled/1 revocation\0",
            Self::RosterRejection => b"faelled/1 roster rejection\0",
        }
    }

    /// What is signed: the domain's name, then the parts.
    fn message(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut message = self.name().to_vec();
        for part in parts {
            message.extend_from_slice(part);
        }
        message
    }
}

/// A signature that does not verify, or a key that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
pub struct BadSignature;

/// An Ed25519 signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl Signature {
    /// Takes these bytes as a signature.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Signature({}…)",
            data_encoding::HEXLOWER.encode(&self.0[..5])
        )
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(64)?;
        for byte in &self.0 {
            tuple.serialize_element(byte)?;
        }
        tuple.end()
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Signature;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("64 bytes")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Signature, A::Error> {
                let mut bytes = [0; 64];
                for byte in &mut bytes {
                    *byte = sequence
                        .next_element()?
                        .ok_or_else(|| A::Error::custom("64 bytes"))?;
                }
                Ok(Signature(bytes))
            }
        }
        deserializer.deserialize_tuple(64, Bytes)
    }
}

macro_rules! public_key {
    ($( $(#[$meta:meta])* $name:ident; )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name([u8; 32]);

        impl $name {
            /// Takes these bytes as a key. A key that is none verifies nothing.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// Verifies a signature over the parts, strictly: no malleable form of a signature and no
            /// key of small order counts.
            ///
            /// # Errors
            /// When it does not verify.
            pub fn verify(&self, domain: Domain, parts: &[&[u8]], signature: &Signature) -> Result<(), BadSignature> {
                let key = VerifyingKey::from_bytes(&self.0).map_err(|_| BadSignature)?;
                let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
                key.verify_strict(&domain.message(parts), &signature).map_err(|_| BadSignature)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({}…)"), data_encoding::HEXLOWER.encode(&self.0[..5]))
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = crate::id::NotAnId;

            fn try_from(bytes: &[u8]) -> Result<Self, crate::id::NotAnId> {
                bytes.try_into().map(Self).map_err(|_| crate::id::NotAnId)
            }
        }
    )*};
}

public_key! {
    /// A member's identity key: certifies node keys, signs rosters. May be kept offline.
    IdentityKey;
    /// A node's key: signs entries and speaks QUIC.
    NodeKey;
}

/// A secret key. Wiped from memory when dropped; never printed.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl SecretKey {
    /// Makes a key of 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The 32 bytes of [`Self::from_seed`], to be stored.
    #[must_use]
    pub fn seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The public half, as an identity key.
    #[must_use]
    pub fn identity_key(&self) -> IdentityKey {
        IdentityKey(self.0.verifying_key().to_bytes())
    }

    /// The public half, as a node key.
    #[must_use]
    pub fn node_key(&self) -> NodeKey {
        NodeKey(self.0.verifying_key().to_bytes())
    }

    /// Signs the parts under a domain.
    #[must_use]
    pub fn sign(&self, domain: Domain, parts: &[&[u8]]) -> Signature {
        Signature(self.0.sign(&domain.message(parts)).to_bytes())
    }
}
