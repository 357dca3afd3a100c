//! A secret key sealed with a passphrase: Argon2id (RFC 9106) makes a key of the passphrase,
//! XChaCha20-Poly1305 seals with it.
//!
//! A file of seven lines, each a name and its values, numbers in decimal and bytes in hexadecimal:
//!
//! ```text
//! faelled-sealed-key-1
//! public   the public half, which may be read without the passphrase
//! argon2id memory in KiB, passes, lanes
//! salt     16 bytes
//! nonce    24 bytes
//! sealed   the key and 16 bytes that authenticate it and all lines above
//! check    8 bytes of a hash of all lines above: damage is told from a wrong passphrase
//! ```

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use faelled_proto::{IdentityKey, SecretKey};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::failure::Failure;

/// The first line of a sealed key.
pub const FIRST_LINE: &str = "faelled-sealed-key-1";
/// A file of which more than this would have to be read is none.
pub const MAX_SEALED_BYTES: usize = 1024;
/// A passphrase that is set has at least this many characters.
pub const MIN_PASSPHRASE_CHARACTERS: usize = 10;
/// A passphrase in bytes.
pub const MAX_PASSPHRASE_BYTES: usize = 1024;

const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;
const SEALED_BYTES: usize = 48;
const CHECK_BYTES: usize = 8;
const CHECK_CONTEXT: &str = "faelled 2026 sealed key check";
/// What whoever wrote a file may make its reader spend: 1 GiB, 16 passes, 16 lanes.
const MAX_COST: Cost = Cost {
    memory_kib: 1 << 20,
    passes: 16,
    lanes: 16,
};

/// What a person remembers. Wiped from memory when dropped, and never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Passphrase(String);

/// A key that was sealed: what stands in the file, read and within its bounds.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedKey {
    public: IdentityKey,
    cost: Cost,
    salt: [u8; SALT_BYTES],
    nonce: [u8; NONCE_BYTES],
    sealed: [u8; SEALED_BYTES],
}

/// Why a sealed key cannot be read or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A byte of it is not as it was written.
    #[error("it is damaged: it is not as it was written")]
    Damaged,
    /// It asks for more memory or time than is given.
    #[error("it asks for {memory_kib} KiB of memory, {passes} passes and {lanes} lanes: too much")]
    TooCostly {
        /// Memory in KiB.
        memory_kib: u32,
        /// Passes over it.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
    /// It was sealed with another passphrase.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
}

/// What it costs to make a key of a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Passphrase {
    /// Takes this text as a passphrase.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// How many characters it has.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

impl fmt::Debug for SealedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

impl SealedKey {
    /// Seals a key.
    ///
    /// # Errors
    /// When the system gives no random numbers or no memory.
    pub fn seal(key: &SecretKey, passphrase: &Passphrase) -> Result<Self, Failure> {
        Self::seal_at(Cost::default(), key, passphrase)
    }

    /// Opens it.
    ///
    /// # Errors
    /// [`SealError::WrongPassphrase`].
    pub fn unseal(&self, passphrase: &Passphrase) -> Result<SecretKey, SealError> {
        let cipher = self.cipher(passphrase).ok_or(SealError::WrongPassphrase)?;
        let header = self.header();
        let payload = Payload {
            msg: &self.sealed,
            aad: header.as_bytes(),
        };
        let opened = cipher
            .decrypt(&XNonce::from(self.nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| SealError::WrongPassphrase)?;
        let seed: Zeroizing<[u8; 32]> = Zeroizing::new(
            opened
                .as_slice()
                .try_into()
                .map_err(|_| SealError::Damaged)?,
        );
        let key = SecretKey::from_seed(&seed);
        if key.identity_key() == self.public {
            Ok(key)
        } else {
            Err(SealError::Damaged)
        }
    }

    /// Reads a file. Nothing is spent on it yet.
    ///
    /// # Errors
    /// When anything in it is not as [`SealedKey::text`] writes it, or it asks for too much.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let found = Self::read(text).ok_or(SealError::Damaged)?;
        // One way to write it: whatever else the bytes are, they are not what was written.
        if found.text() != text {
            return Err(SealError::Damaged);
        }
        let Cost {
            memory_kib,
            passes,
            lanes,
        } = found.cost;
        if memory_kib > MAX_COST.memory_kib || passes > MAX_COST.passes || lanes > MAX_COST.lanes {
            return Err(SealError::TooCostly {
                memory_kib,
                passes,
                lanes,
            });
        }
        found.cost.params().ok_or(SealError::Damaged)?;
        Ok(found)
    }

    /// What stands in the file.
    #[must_use]
    pub fn text(&self) -> String {
        let body = format!("{}sealed {}\n", self.header(), hex(&self.sealed));
        let check = check(&body);
        format!("{body}check {}\n", hex(&check))
    }

    /// The public half, for which no passphrase is needed.
    #[must_use]
    pub const fn public(&self) -> IdentityKey {
        self.public
    }

    fn seal_at(cost: Cost, key: &SecretKey, passphrase: &Passphrase) -> Result<Self, Failure> {
        let mut sealed = Self {
            public: key.identity_key(),
            cost,
            salt: crate::random()?,
            nonce: crate::random()?,
            sealed: [0; SEALED_BYTES],
        };
        let seed = Zeroizing::new(key.seed());
        let header = sealed.header();
        let payload = Payload {
            msg: seed.as_slice(),
            aad: header.as_bytes(),
        };
        sealed.sealed = sealed
            .cipher(passphrase)
            .and_then(|cipher| cipher.encrypt(&XNonce::from(sealed.nonce), payload).ok())
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(not_sealed)?;
        Ok(sealed)
    }

    /// `None` where there is no memory for it.
    fn cipher(&self, passphrase: &Passphrase) -> Option<XChaCha20Poly1305> {
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.cost.params()?);
        let mut key = Zeroizing::new([0; 32]);
        argon
            .hash_password_into(passphrase.0.as_bytes(), &self.salt, key.as_mut())
            .ok()?;
        Some(XChaCha20Poly1305::new(&Key::from(*key)))
    }

    /// The lines that are authenticated with the key.
    fn header(&self) -> String {
        let Cost {
            memory_kib,
            passes,
            lanes,
        } = self.cost;
        format!(
            "{FIRST_LINE}\npublic {}\nargon2id {memory_kib} {passes} {lanes}\nsalt {}\nnonce {}\n",
            self.public,
            hex(&self.salt),
            hex(&self.nonce),
        )
    }

    fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if text.len() > MAX_SEALED_BYTES || lines.next()? != FIRST_LINE {
            return None;
        }
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let public = bytes(value("public")?)?;
        let mut numbers = value("argon2id")?.split(' ').map(|word| word.parse().ok());
        let cost = Cost {
            memory_kib: numbers.next()??,
            passes: numbers.next()??,
            lanes: numbers.next()??,
        };
        Some(Self {
            public: IdentityKey::from_bytes(public),
            cost,
            salt: bytes(value("salt")?)?,
            nonce: bytes(value("nonce")?)?,
            sealed: bytes(value("sealed")?)?,
        })
    }
}

impl Default for Cost {
    /// What RFC 9106 recommends where memory is scarce: 64 MiB, three passes; one lane.
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }
}

impl Cost {
    fn params(self) -> Option<Params> {
        Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()
    }
}

fn not_sealed() -> Failure {
    Failure::internal(
        "seal",
        crate::failure::Said::new(
            "the key could not be sealed: the system gives too little memory",
            "nøglen kunne ikke forsegles: systemet giver for lidt hukommelse",
        ),
    )
}

fn check(body: &str) -> [u8; CHECK_BYTES] {
    let hash = blake3::derive_key(CHECK_CONTEXT, body.as_bytes());
    let mut check = [0; CHECK_BYTES];
    check.copy_from_slice(&hash[..CHECK_BYTES]);
    check
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).ok()?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };

    fn key() -> SecretKey {
        SecretKey::from_seed(&[7; 32])
    }

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text.to_owned())
    }

    fn sealed() -> SealedKey {
        SealedKey::seal_at(CHEAP, &key(), &passphrase("grøn skov 7")).unwrap()
    }

    /// A file with these lines and a check that fits.
    fn checked(body: &str) -> String {
        format!("{body}check {}\n", hex(&check(body)))
    }

    fn body(text: &str) -> &str {
        &text[..text.rfind("check ").unwrap()]
    }

    #[test]
    fn a_sealed_key_comes_back_with_its_passphrase_and_no_other() {
        let sealed = SealedKey::seal(&key(), &passphrase("grøn skov 7")).unwrap();
        let text = sealed.text();
        assert!(text.starts_with("faelled-sealed-key-1\npublic "));
        assert!(text.contains("\nargon2id 65536 3 1\n"));
        let read = SealedKey::parse(&text).unwrap();
        assert_eq!(read.public(), key().identity_key());
        assert_eq!(
            read.unseal(&passphrase("grøn skov 7")).unwrap().seed(),
            [7; 32]
        );
        for wrong in ["grøn skov 8", "", "grøn skov 7\n"] {
            let refused = read.unseal(&passphrase(wrong)).unwrap_err();
            assert_eq!(refused, SealError::WrongPassphrase, "{wrong:?}");
        }
    }

    #[test]
    fn the_same_key_is_never_sealed_to_the_same_bytes() {
        let (one, other) = (sealed(), sealed());
        assert_ne!(one.salt, other.salt);
        assert_ne!(one.nonce, other.nonce);
        assert_ne!(one.sealed, other.sealed);
    }

    #[test]
    fn every_changed_byte_is_damage() {
        let text = sealed().text();
        for index in 0..text.len() {
            for other in [b'0', b'1', b' ', b'\n', b'f', b'F'] {
                let mut bytes = text.clone().into_bytes();
                if bytes[index] == other {
                    continue;
                }
                bytes[index] = other;
                let changed = String::from_utf8(bytes).unwrap();
                let refused = SealedKey::parse(&changed).unwrap_err();
                assert_eq!(refused, SealError::Damaged, "byte {index}: {changed}");
            }
        }
        for changed in [
            format!("{text}\n"),
            format!(" {text}"),
            text.replace('\n', "\r\n"),
            text.trim_end().to_owned(),
            text[..text.len() / 2].to_owned(),
            String::new(),
            "x".repeat(MAX_SEALED_BYTES + 1),
        ] {
            assert_eq!(
                SealedKey::parse(&changed).unwrap_err(),
                SealError::Damaged,
                "{changed:?}"
            );
        }
    }

    #[test]
    fn every_line_is_authenticated_even_where_the_check_was_made_to_fit() {
        let text = sealed().text();
        let mut refused = 0;
        for (index, letter) in body(&text).bytes().enumerate() {
            if !letter.is_ascii_hexdigit() {
                continue;
            }
            let mut bytes = body(&text).as_bytes().to_vec();
            bytes[index] = if letter == b'1' { b'2' } else { b'1' };
            let forged = checked(&String::from_utf8(bytes).unwrap());
            // What is no file at all any more (the names of lines) is refused before.
            if let Ok(forged) = SealedKey::parse(&forged) {
                let opened = forged.unseal(&passphrase("grøn skov 7"));
                assert_eq!(
                    opened.unwrap_err(),
                    SealError::WrongPassphrase,
                    "byte {index}"
                );
                refused += 1;
            }
        }
        assert!(refused > 2 * (32 + SALT_BYTES + NONCE_BYTES + SEALED_BYTES));
    }

    #[test]
    fn what_asks_for_too_much_is_refused_before_it_is_spent() {
        let text = sealed().text();
        for (cost, refused) in [
            ("1048577 1 1", true),
            ("4294967295 1 1", true),
            ("8 17 1", true),
            ("256 1 17", true),
            ("8 4294967295 1", true),
            ("8 16 1", false),
        ] {
            let body = body(&text).replace("argon2id 8 1 1", &format!("argon2id {cost}"));
            let read = SealedKey::parse(&checked(&body));
            assert_eq!(
                matches!(read, Err(SealError::TooCostly { .. })),
                refused,
                "{cost}"
            );
        }
        for cost in [
            "0 1 1",
            "8 0 1",
            "8 1 0",
            "7 1 1",
            "8 1",
            "8 1 1 1",
            "99999999999 1 1",
        ] {
            let body = body(&text).replace("argon2id 8 1 1", &format!("argon2id {cost}"));
            assert_eq!(
                SealedKey::parse(&checked(&body)).unwrap_err(),
                SealError::Damaged,
                "{cost}"
            );
        }
    }

    #[test]
    fn a_key_that_is_not_the_one_named_is_not_taken() {
        let mut other = sealed();
        other.public = SecretKey::from_seed(&[8; 32]).identity_key();
        let read = SealedKey::parse(&other.text()).unwrap();
        assert!(read.unseal(&passphrase("grøn skov 7")).is_err());
    }

    #[test]
    fn neither_key_nor_passphrase_is_ever_printed() {
        let said = format!(
            "{:?} {:?} {:?}",
            sealed(),
            passphrase("grøn skov 7"),
            SealError::Damaged
        );
        assert!(!said.contains("skov") && !said.contains("0707"), "{said}");
    }
}
