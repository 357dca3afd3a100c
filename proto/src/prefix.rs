//! Parts of a frontier, named by the hexadecimal digits with which the feeds' ids begin.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::FeedId;

/// Hexadecimal digits of an id.
const DIGITS: usize = 64;

/// The feeds whose ids begin with some hexadecimal digits, at most 64; with none, all of them.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8>")]
pub struct Prefix(Vec<u8>);

/// Bytes that are no digits, or too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a prefix is at most {DIGITS} digits from 0 to 15")]
pub struct NotAPrefix;

impl TryFrom<Vec<u8>> for Prefix {
    type Error = NotAPrefix;

    fn try_from(digits: Vec<u8>) -> Result<Self, NotAPrefix> {
        if digits.len() <= DIGITS && digits.iter().all(|digit| *digit < 16) {
            Ok(Self(digits))
        } else {
            Err(NotAPrefix)
        }
    }
}

impl Prefix {
    /// The first so many digits of a feed's id.
    #[must_use]
    pub fn of(feed: &FeedId, digits: usize) -> Self {
        let both = |byte: &u8| [byte >> 4, byte & 15];
        Self(feed.as_bytes().iter().flat_map(both).take(digits).collect())
    }

    /// One digit more; the same where there are 64 already.
    #[must_use]
    pub fn child(&self, digit: u8) -> Self {
        let digits = self.0.iter().copied().chain([digit & 15]);
        Self(digits.take(DIGITS).collect())
    }

    /// The digits, from 0 to 15 each.
    #[must_use]
    pub fn digits(&self) -> &[u8] {
        &self.0
    }

    /// The lowest and the highest id that begin so.
    #[must_use]
    pub fn bounds(&self) -> (FeedId, FeedId) {
        let filled = |rest: u8| {
            let mut bytes = [0; DIGITS / 2];
            for (place, byte) in bytes.iter_mut().enumerate() {
                let digit = |at: usize| self.0.get(at).copied().unwrap_or(rest);
                *byte = digit(2 * place) << 4 | digit(2 * place + 1);
            }
            FeedId::from_bytes(bytes)
        };
        (filled(0), filled(15))
    }

    /// Whether a feed's id begins so.
    #[must_use]
    pub fn covers(&self, feed: &FeedId) -> bool {
        let (first, last) = self.bounds();
        (first..=last).contains(feed)
    }

    /// Whether the other one begins so.
    #[must_use]
    pub fn is_prefix_of(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prefix(")?;
        self.0.iter().try_for_each(|digit| write!(f, "{digit:x}"))?;
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_covers_exactly_the_ids_that_begin_so() {
        let feed = FeedId::from_bytes([0xab; 32]);
        for digits in [0, 1, 2, 3, 63, 64] {
            let prefix = Prefix::of(&feed, digits);
            assert_eq!(prefix.digits().len(), digits);
            assert!(prefix.covers(&feed));
            let (first, last) = prefix.bounds();
            assert!(prefix.covers(&first) && prefix.covers(&last));
        }
        let other = FeedId::from_bytes([0xac; 32]);
        assert!(Prefix::of(&feed, 1).covers(&other));
        assert!(!Prefix::of(&feed, 2).covers(&other));
    }

    #[test]
    fn what_is_no_digit_is_refused() {
        assert_eq!(Prefix::try_from(vec![16]), Err(NotAPrefix));
        assert_eq!(Prefix::try_from(vec![0; 65]), Err(NotAPrefix));
        assert!(Prefix::try_from(vec![15; 64]).is_ok());
    }
}
