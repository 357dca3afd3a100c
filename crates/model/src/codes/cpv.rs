//! The Common Procurement Vocabulary (CPV): what is bought.

use std::sync::LazyLock;

use super::table::rows;
use crate::Language;

/// One code of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cpv {
    /// Eight digits, as eForms writes them.
    pub code: &'static str,
    /// The Danish name.
    pub danish: &'static str,
    /// The English name.
    pub english: &'static str,
}

/// Text that is not a code of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CpvError {
    /// Not eight digits, with or without a dash and a check digit.
    #[error("{0:?} is not a CPV code; write eight digits, such as 44617100")]
    Form(String),
    /// The check digit is another one, so that one of the digits is probably mistyped.
    #[error(
        "the check digit of CPV code {code} is {expected}, not {found}; look the code up again"
    )]
    CheckDigit {
        /// The eight digits.
        code: String,
        /// The check digit as given.
        found: char,
        /// The check digit that belongs to the code.
        expected: char,
    },
    /// Not on the list.
    #[error("CPV code {0} does not exist; look it up by its name")]
    Unknown(String),
}

static CODES: LazyLock<Vec<Cpv>> = LazyLock::new(|| {
    let mut codes: Vec<Cpv> = rows(include_str!("../../data/cpv.tsv"))
        .map(|[code, danish, english]| Cpv {
            code,
            danish,
            english,
        })
        .collect();
    codes.sort_unstable_by_key(|cpv| cpv.code);
    codes
});

/// All codes, in order.
#[must_use]
pub fn all() -> &'static [Cpv] {
    &CODES
}

/// The code with exactly these eight digits.
#[must_use]
pub fn find(code: &str) -> Option<&'static Cpv> {
    let index = CODES.binary_search_by_key(&code, |cpv| cpv.code).ok()?;
    CODES.get(index)
}

/// Reads a code as people write it: `44617100` or, with its check digit, `44617100-9`.
///
/// # Errors
/// When it is not of this form, the check digit is wrong, or the code is not on the list.
pub fn parse(text: &str) -> Result<&'static Cpv, CpvError> {
    let text = text.trim();
    let form = || CpvError::Form(text.chars().take(40).collect());
    let (code, check) = match text.split_once('-') {
        Some((code, check)) => (code, Some(check)),
        None => (text, None),
    };
    if code.len() != 8 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(form());
    }
    let cpv = find(code).ok_or_else(|| CpvError::Unknown(code.to_owned()))?;
    match check.map(|check| check.parse::<char>()) {
        None => Ok(cpv),
        Some(Ok(found)) if found.is_ascii_digit() => {
            let expected = cpv.check_digit();
            if found == expected {
                Ok(cpv)
            } else {
                Err(CpvError::CheckDigit {
                    code: code.to_owned(),
                    found,
                    expected,
                })
            }
        }
        Some(_) => Err(form()),
    }
}

impl Cpv {
    /// The name on the screen.
    #[must_use]
    pub fn name(&self, language: Language) -> &'static str {
        language.pick(self.english, self.danish)
    }

    /// The branch that the code stands for: its digits without the zeros at the end, but at least the two
    /// of its division. `44617100` is the branch `446171`, `03000000` the branch `03`.
    #[must_use]
    pub fn branch(&self) -> &'static str {
        let end = self.code.trim_end_matches('0').len().max(2);
        self.code.get(..end).unwrap_or(self.code)
    }

    /// Whether the other code is this one or lies in its branch.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.code.starts_with(self.branch())
    }

    /// The ninth digit that printed lists add: the sum of the eight, weighed 3, 7, 1 in turn, modulo ten.
    /// No publication of the EU states this rule; it was found from published codes.
    #[must_use]
    pub fn check_digit(&self) -> char {
        let sum: u32 = self
            .code
            .bytes()
            .zip([3, 7, 1].into_iter().cycle())
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        char::from_digit(sum % 10, 10).unwrap_or('0')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_in_order() {
        assert_eq!(all().len(), 9454);
        assert!(all().is_sorted_by(|a, b| a.code < b.code));
        for cpv in all() {
            assert_eq!(cpv.code.len(), 8);
            assert!(cpv.code.bytes().all(|byte| byte.is_ascii_digit()));
            assert!(!cpv.danish.is_empty() && !cpv.english.is_empty());
        }
    }

    #[test]
    fn a_code_is_found_by_its_digits_with_or_without_the_check_digit() {
        assert_eq!(parse("44617100").map(|cpv| cpv.english), Ok("Cartons"));
        assert_eq!(parse(" 44617100-9 ").map(|cpv| cpv.code), Ok("44617100"));
    }

    #[test]
    fn what_is_not_a_code_is_refused_with_what_to_do() {
        for (text, message) in [
            (
                "4461710",
                "\"4461710\" is not a CPV code; write eight digits, such as 44617100",
            ),
            (
                "44617100-",
                "\"44617100-\" is not a CPV code; write eight digits, such as 44617100",
            ),
            (
                "44617100-99",
                "\"44617100-99\" is not a CPV code; write eight digits, such as 44617100",
            ),
            (
                "44617100-8",
                "the check digit of CPV code 44617100 is 9, not 8; look the code up again",
            ),
            (
                "44617101",
                "CPV code 44617101 does not exist; look it up by its name",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), message);
        }
    }

    // Codes with their check digits as tender notices and lists print them.
    #[test]
    fn the_check_digit_is_that_of_published_codes() {
        for published in [
            "15894210-6",
            "24951311-8",
            "30237131-6",
            "31158000-8",
            "31681500-8",
            "32440000-9",
            "34144900-7",
            "44212321-5",
            "44617100-9",
            "48422000-2",
            "50850000-8",
            "79823000-9",
        ] {
            assert_eq!(
                parse(published).map(|cpv| cpv.code),
                Ok(&published[..8]),
                "{published}"
            );
        }
    }

    #[test]
    fn a_prefix_is_a_branch() {
        let cartons = find("44617100").unwrap();
        let containers = find("44600000").unwrap();
        assert_eq!((cartons.branch(), containers.branch()), ("446171", "446"));
        assert_eq!(find("30000000").unwrap().branch(), "30");
        assert!(
            containers.covers(cartons) && !cartons.covers(containers) && cartons.covers(cartons)
        );
    }
}
