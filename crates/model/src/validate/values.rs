//! Checks of single values: codes, numbers, dates, ids.

use faelled_proto::MemberId;

use super::finding::Finding;
use super::limits::MAX_CODE_CHARS;
use super::rules::{self, Rule};
use crate::codes::cpv::{self, CpvError};
use crate::codes::{eforms, units};
use crate::terms::Term;

/// Findings as they are collected.
#[derive(Debug, Default)]
pub(super) struct Findings(pub(super) Vec<Finding>);

/// An argument of a message, cut to a length that a line can show.
pub(super) fn shown(value: impl ToString) -> String {
    const MAX_SHOWN_CHARS: usize = 60;
    let value = value.to_string();
    match value.char_indices().nth(MAX_SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value,
    }
}

impl Findings {
    pub(super) fn add<const N: usize>(
        &mut self,
        rule: &'static Rule,
        field: &str,
        args: [(&'static str, String); N],
    ) {
        self.0.push(Finding::new(rule, field, args.to_vec()));
    }

    /// A term that must be there.
    pub(super) fn required_term<T: Term>(&mut self, field: &str, term: &T) {
        if term.stored().is_empty() {
            self.add(
                &rules::CODE_MISSING,
                field,
                [("known", T::CODES.join(", "))],
            );
        } else {
            self.term(field, term);
        }
    }

    /// A term that may be unsaid.
    pub(super) fn term<T: Term>(&mut self, field: &str, term: &T) {
        let code = term.stored();
        if !code.is_empty() && !T::CODES.contains(&code) {
            self.unknown_code(field, code, T::CODES.join(", "));
        }
    }

    /// A code of an eForms list; may be empty.
    pub(super) fn eforms_code(&mut self, field: &str, list: &str, code: &str) {
        if !code.is_empty() && eforms::find(list, code).is_none() {
            let known: Vec<&str> = eforms::list(list).iter().map(|row| row.code).collect();
            self.unknown_code(field, code, known.join(", "));
        }
    }

    fn unknown_code(&mut self, field: &str, code: &str, known: String) {
        self.add(
            &rules::CODE_UNKNOWN,
            field,
            [("value", shown(code)), ("known", known)],
        );
    }

    /// CPV codes of a list.
    pub(super) fn cpv(&mut self, field: &str, codes: &[String]) {
        for (index, code) in codes.iter().enumerate() {
            let field = format!("{field}[{}]", index + 1);
            let value = ("value", shown(code));
            match cpv::parse(code) {
                Ok(cpv) if cpv.code == code => {}
                Ok(_) | Err(CpvError::Form(_)) => self.add(&rules::CPV_FORM, &field, [value]),
                Err(CpvError::CheckDigit { expected, .. }) => {
                    self.add(
                        &rules::CPV_CHECK_DIGIT,
                        &field,
                        [value, ("expected", expected.to_string())],
                    );
                }
                Err(CpvError::Unknown(_)) => self.add(&rules::CPV_UNKNOWN, &field, [value]),
            }
        }
        self.repeated(field, codes.iter().map(String::as_str));
    }

    /// Values of which each may be there once.
    pub(super) fn repeated<'a>(&mut self, field: &str, values: impl Iterator<Item = &'a str>) {
        let mut seen = std::collections::BTreeSet::new();
        for value in values {
            if !seen.insert(value) {
                self.add(&rules::REPEATED, field, [("value", shown(value))]);
            }
        }
    }

    /// A number that people cite: `GLX-EMB-014`.
    pub(super) fn number(&mut self, field: &str, number: &str) {
        if number.is_empty() {
            self.add(&rules::NUMBER_MISSING, field, []);
        } else if !is_number(number) {
            self.add(&rules::NUMBER_FORM, field, [("value", shown(number))]);
        }
    }

    /// A percentage from 0 to 100.
    pub(super) fn percent(&mut self, field: &str, value: Option<f64>) {
        if self.finite(field, value)
            && let Some(value) = value
            && !(0.0..=100.0).contains(&value)
        {
            self.add(
                &rules::PERCENT_OUTSIDE,
                field,
                [("value", value.to_string())],
            );
        }
    }

    /// A finite number; `None` is fine. Returns whether it is.
    pub(super) fn finite(&mut self, field: &str, value: Option<f64>) -> bool {
        let fine = value.is_none_or(f64::is_finite);
        if !fine {
            self.add(&rules::NOT_FINITE, field, []);
        }
        fine
    }

    /// A finite number within bounds.
    pub(super) fn within(&mut self, field: &str, value: Option<f64>, min: f64, max: f64) {
        if self.finite(field, value)
            && let Some(value) = value
            && !(min..=max).contains(&value)
        {
            self.outside(field, value, min, max);
        }
    }

    /// A whole number within bounds.
    pub(super) fn count(&mut self, field: &str, value: Option<u64>, min: u64, max: u64) {
        if let Some(value) = value
            && !(min..=max).contains(&value)
        {
            self.outside(field, value, min, max);
        }
    }

    fn outside(
        &mut self,
        field: &str,
        value: impl ToString,
        min: impl ToString,
        max: impl ToString,
    ) {
        let args = [
            ("value", value.to_string()),
            ("min", min.to_string()),
            ("max", max.to_string()),
        ];
        self.add(&rules::OUTSIDE, field, args);
    }

    /// A UCUM unit; may be empty.
    pub(super) fn unit(&mut self, field: &str, unit: &str) {
        if !unit.is_empty() && units::find(unit).is_none() {
            let known: Vec<&str> = units::all().iter().map(|unit| unit.code).collect();
            self.add(
                &rules::UNIT_UNKNOWN,
                field,
                [("value", shown(unit)), ("known", known.join(", "))],
            );
        }
    }

    /// `YYYY-MM-DD` or a part of it; may be empty.
    pub(super) fn date(&mut self, field: &str, date: &str) {
        if !date.is_empty() && !is_date(date) {
            self.add(&rules::DATE_FORM, field, [("value", shown(date))]);
        }
    }

    /// A whole day, `YYYY-MM-DD`, that must be there.
    pub(super) fn required_day(&mut self, field: &str, day: &str) {
        if day.is_empty() {
            self.add(&rules::DAY_MISSING, field, []);
        } else {
            self.day(field, day);
        }
    }

    /// A whole day, `YYYY-MM-DD`; may be empty.
    pub(super) fn day(&mut self, field: &str, day: &str) {
        const CHARS: usize = 10;
        let is_whole = day.len() == CHARS && is_date(day);
        if !day.is_empty() && !is_whole {
            self.add(&rules::DAY_FORM, field, [("value", shown(day))]);
        }
    }

    /// The end of a period, after its form was checked; not before its beginning. Days may be parts of days.
    pub(super) fn not_before(&mut self, field: &str, from: &str, until: &str) {
        // As text, dates stand in their own order; a year is not before a day of it.
        let until_is_before = until < from && !from.starts_with(until);
        if is_date(from) && is_date(until) && until_is_before {
            let args = [("from", shown(from)), ("until", shown(until))];
            self.add(&rules::DAYS_INVERTED, field, args);
        }
    }

    /// The code of a joint project; may be empty.
    pub(super) fn project(&mut self, field: &str, code: &str) {
        if !code.is_empty() && !is_project_code(code) {
            self.add(&rules::PROJECT_FORM, field, [("value", shown(code))]);
        }
    }

    /// The code of a joint project, which must be there.
    pub(super) fn required_project(&mut self, field: &str, code: &str) {
        if code.is_empty() {
            self.add(&rules::PROJECT_MISSING, field, []);
        }
        self.project(field, code);
    }

    /// A mail address; may be empty. Whether it is a person's is asked of every text.
    pub(super) fn mailbox(&mut self, field: &str, mail: &str) {
        if !mail.is_empty() && !is_mail(mail) {
            self.add(&rules::MAIL_FORM, field, [("value", shown(mail))]);
        }
    }

    /// A member's id.
    pub(super) fn member(&mut self, field: &str, id: &str) {
        if id.parse::<MemberId>().is_err() {
            self.add(&rules::MEMBER_FORM, field, [("value", shown(id))]);
        }
    }

    /// `2027-Q1`; may be empty.
    pub(super) fn quarter(&mut self, field: &str, quarter: &str) {
        if !quarter.is_empty() && !is_quarter(quarter) {
            self.add(&rules::QUARTER_FORM, field, [("value", shown(quarter))]);
        }
    }

    /// A web address; may be empty.
    pub(super) fn address(&mut self, field: &str, address: &str) {
        let host = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"));
        let fine = host.is_some_and(|host| !host.is_empty() && !host.contains(char::is_whitespace));
        if !address.is_empty() && !fine {
            self.add(&rules::ADDRESS_FORM, field, [("value", shown(address))]);
        }
    }

    /// A document's id or a hash: 32 bytes in hexadecimal, small letters.
    pub(super) fn id(&mut self, field: &str, id: &str) {
        const CHARS: usize = 64;
        let fine = id.len() == CHARS
            && id
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !fine {
            self.add(
                &rules::ID_FORM,
                field,
                [("value", shown(id)), ("chars", CHARS.to_string())],
            );
        }
    }

    /// A document's id; may be empty.
    pub(super) fn document(&mut self, field: &str, id: &str) {
        if !id.is_empty() {
            self.id(field, id);
        }
    }

    /// A version as semantic versioning writes it.
    pub(super) fn version(&mut self, field: &str, version: &str) {
        if version.parse::<semver::Version>().is_err() {
            self.add(&rules::VERSION_FORM, field, [("value", shown(version))]);
        }
    }

    /// Members' ids.
    pub(super) fn members(&mut self, field: &str, ids: &[String]) {
        for (index, id) in ids.iter().enumerate() {
            self.member(&format!("{field}[{}]", index + 1), id);
        }
        self.repeated(field, ids.iter().map(String::as_str));
    }
}

/// Whether the text is a number or code that people cite: `GLX-EMB-014`, `GLX-EMB`.
#[must_use]
pub fn is_number(number: &str) -> bool {
    let part_fits = |part: &str| {
        !part.is_empty()
            && part.chars().all(|char| {
                char.is_ascii_uppercase() || char.is_ascii_digit() || "ÆØÅ".contains(char)
            })
    };
    number.contains('-')
        && number.chars().count() <= MAX_CODE_CHARS
        && number.split('-').all(part_fits)
}

/// Whether the text is a joint project's code: `circular-procurement`.
#[must_use]
pub fn is_project_code(code: &str) -> bool {
    let part_fits = |part: &str| {
        !part.is_empty()
            && part.chars().all(|char| {
                char.is_ascii_lowercase() || char.is_ascii_digit() || "æøå".contains(char)
            })
    };
    code.chars().count() <= MAX_CODE_CHARS && code.split('-').all(part_fits)
}

/// Whether the text has the form of a mail address, as procurement uses them: no quotes, no comments.
fn is_mail(mail: &str) -> bool {
    let Some((local, domain)) = mail.split_once('@') else {
        return false;
    };
    let sign = |char: char| char.is_alphanumeric() || ".-_+".contains(char);
    let label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|char| char.is_alphanumeric() || char == '-')
    };
    !local.is_empty()
        && local.chars().all(sign)
        && domain.contains('.')
        && domain.split('.').all(label)
}

fn is_date(date: &str) -> bool {
    let mut parts = date.split('-');
    let digits = |part: &str, length: usize| {
        let fits = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let Some(year) = parts.next().and_then(|part| digits(part, 4)) else {
        return false;
    };
    let month = parts.next().map(|part| digits(part, 2));
    let day = parts.next().map(|part| digits(part, 2));
    if parts.next().is_some() {
        return false;
    }
    match (month, day) {
        (None, _) => true,
        (Some(Some(month @ 1..=12)), None) => month <= 12,
        (Some(Some(month @ 1..=12)), Some(Some(day))) => (1..=days_in(year, month)).contains(&day),
        _ => false,
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_quarter(quarter: &str) -> bool {
    let Some((year, number)) = quarter.split_once("-Q") else {
        return false;
    };
    year.len() == 4
        && year.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(number, "1" | "2" | "3" | "4")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for date in ["2026", "2026-08", "2026-08-12", "2024-02-29", "2000-02-29"] {
            assert!(is_date(date), "{date}");
        }
        for date in [
            "26",
            "2026-",
            "2026-13",
            "2026-8",
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-08-12-1",
            "12.8.2026",
            "2026-00",
        ] {
            assert!(!is_date(date), "{date}");
        }
    }

    #[test]
    fn quarters_are_the_four_of_a_year() {
        assert!(is_quarter("2027-Q1") && is_quarter("2027-Q4"));
        for quarter in [
            "2027-Q5", "2027Q1", "Q1-2027", "27-Q1", "2027-Q", "2027-q1", "2027-Q11",
        ] {
            assert!(!is_quarter(quarter), "{quarter}");
        }
    }

    #[test]
    fn numbers_are_capitals_and_digits_with_dashes() {
        for number in ["GLX-EMB-014", "KØB-1", "GLX-EMB"] {
            assert!(is_number(number), "{number}");
        }
        for number in [
            "",
            "GLX",
            "glx-emb-1",
            "GLX--1",
            "-GLX",
            "GLX-",
            "GLX EMB-1",
            "GLX-EMB-001\u{202e}",
        ] {
            assert!(!is_number(number), "{number}");
        }
    }

    #[test]
    fn long_values_are_cut_in_messages() {
        assert_eq!(shown("å".repeat(61)), format!("{}…", "å".repeat(60)));
        assert_eq!(shown("å".repeat(60)), "å".repeat(60));
    }
}
