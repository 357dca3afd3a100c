//! How long a certificate holds yet.

const DAY_MS: u64 = 86_400_000;
/// From so long before its end on, people are told to renew it.
const SOON_MS: u64 = 60 * DAY_MS;

/// How long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// Nobody need do anything.
    Long,
    /// It is to be renewed.
    Short {
        /// Whole days that are left.
        days: u64,
    },
    /// It has ended.
    Over,
}

impl Lasting {
    /// How long something holds that ends at a time; both in milliseconds since 1970.
    pub(crate) const fn of(expires_ms: u64, now_ms: u64) -> Self {
        match expires_ms.saturating_sub(now_ms) {
            0 => Self::Over,
            left if left < SOON_MS => Self::Short {
                days: left / DAY_MS,
            },
            _ => Self::Long,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_from_sixty_days_before_the_end() {
        let end = 1_000 * DAY_MS;
        for (days_before, told) in [
            (61, Lasting::Long),
            (60, Lasting::Long),
            (59, Lasting::Short { days: 59 }),
            (1, Lasting::Short { days: 1 }),
            (0, Lasting::Over),
        ] {
            assert_eq!(Lasting::of(end, end - days_before * DAY_MS), told);
        }
        assert_eq!(Lasting::of(end, end - 1), Lasting::Short { days: 0 });
        assert_eq!(Lasting::of(end, end + 1), Lasting::Over);
    }
}
