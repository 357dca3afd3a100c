//! Claimed times as people and SQLite read them.

use jiff::Timestamp;

/// ISO 8601 in UTC with milliseconds; `None` for what lies beyond the year 9999, which only a false
/// clock claims.
pub(crate) fn iso_time(ms: u64) -> Option<String> {
    let time = Timestamp::from_millisecond(i64::try_from(ms).ok()?).ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

/// `YYYY-MM-DD` of a day counted from 1970; `None` beyond the year 9999.
pub(crate) fn iso_day(day: u32) -> Option<String> {
    let time = Timestamp::from_second(i64::from(day) * 86_400).ok()?;
    Some(time.strftime("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_iso_8601_and_absurd_ones_are_left_out() {
        assert_eq!(
            iso_time(1_767_225_600_005).as_deref(),
            Some("2026-01-01T00:00:00.005Z")
        );
        assert_eq!(iso_time(u64::MAX), None);
        assert_eq!(iso_day(20_454).as_deref(), Some("2026-01-01"));
        assert_eq!(iso_day(u32::MAX), None);
    }
}
