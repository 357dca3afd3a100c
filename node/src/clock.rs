//! The node's clock: the only place where time is read.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY_MS: u64 = 86_400_000;

/// Milliseconds since 1970.
#[must_use]
pub fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Days since 1970.
#[must_use]
pub fn today() -> u32 {
    u32::try_from(now_ms() / DAY_MS).unwrap_or(u32::MAX)
}

/// A day as `YYYY-MM-DD`.
#[must_use]
pub fn date(day: u32) -> String {
    let second = i64::from(day) * 86_400;
    jiff::Timestamp::from_second(second).map_or_else(
        |_| day.to_string(),
        |time| time.strftime("%Y-%m-%d").to_string(),
    )
}

/// The day that is written as `YYYY-MM-DD`, as days since 1970; nothing where it is none.
#[must_use]
pub fn day(text: &str) -> Option<u32> {
    let written: jiff::civil::Date = text.trim().parse().ok()?;
    let span = jiff::civil::date(1970, 1, 1).until(written).ok()?;
    u32::try_from(span.get_days()).ok()
}

/// Whether a day, `YYYY-MM-DD`, is over. What is not a day is never over.
#[must_use]
pub fn has_passed(day: &str) -> bool {
    day.parse::<jiff::civil::Date>()
        .is_ok_and(|_| day < date(today()).as_str())
}

/// A moment as `YYYY-MM-DD HH:MM`, in UTC.
#[must_use]
pub fn moment(ms: u64) -> String {
    i64::try_from(ms)
        .ok()
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
        .map_or_else(
            || ms.to_string(),
            |time| time.strftime("%Y-%m-%d %H:%M").to_string(),
        )
}

/// The moment that is written as `YYYY-MM-DD`, `YYYY-MM-DD HH:MM` or `YYYY-MM-DD HH:MM:SS`, in UTC, as milliseconds
/// since 1970; nothing where it is none.
#[must_use]
pub fn moment_ms(text: &str) -> Option<u64> {
    let written: jiff::civil::DateTime = text.trim().parse().ok()?;
    let moment = jiff::tz::Offset::UTC.to_timestamp(written).ok()?;
    u64::try_from(moment.as_millisecond()).ok()
}

/// The same day some months later, as days since 1970.
#[must_use]
pub fn months_later(day: u32, months: u64) -> u32 {
    let months = i64::try_from(months.min(1200)).unwrap_or(0);
    let start = jiff::civil::date(1970, 1, 1);
    let later = start
        .checked_add(jiff::Span::new().days(i64::from(day.min(1_000_000))))
        .and_then(|date| date.checked_add(jiff::Span::new().months(months)))
        .and_then(|date| start.until(date));
    later
        .ok()
        .and_then(|span| u32::try_from(span.get_days()).ok())
        .unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_over_once_the_next_has_begun() {
        assert!(has_passed("2020-01-01"));
        assert!(!has_passed(&date(today())));
        assert!(!has_passed("9999-12-31"));
        for odd in ["", "2020", "0000", "soon"] {
            assert!(!has_passed(odd), "{odd}");
        }
    }

    #[test]
    fn a_year_later_is_the_same_day() {
        assert_eq!(date(months_later(20_454, 12)), "2027-01-01");
        assert_eq!(date(20_454), "2026-01-01");
        assert_eq!(day("2026-01-01"), Some(20_454));
        assert_eq!(day("2026-02-30"), None);
        assert_eq!(moment(1_767_225_600_000), "2026-01-01 00:00");
        for (text, ms) in [
            ("2026-01-01", Some(1_767_225_600_000)),
            ("2026-01-01 00:01", Some(1_767_225_660_000)),
            (" 2026-01-01T00:00:01 ", Some(1_767_225_601_000)),
            ("1969-12-31", None),
            ("00:01", None),
            ("yesterday", None),
            ("2026-13-01", None),
        ] {
            assert_eq!(moment_ms(text), ms, "{text}");
        }
    }
}
