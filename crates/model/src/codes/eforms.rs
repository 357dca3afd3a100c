//! The code lists of eForms that fit what Fælled holds.

use std::sync::LazyLock;

use super::table::rows;
use crate::Language;

/// The list of contract natures: works, supplies, services.
pub const CONTRACT_NATURE: &str = "contract-nature";
/// The list of environmental impacts (BT-774).
pub const ENVIRONMENTAL_IMPACT: &str = "environmental-impact";
/// The list of social objectives (BT-775).
pub const SOCIAL_OBJECTIVE: &str = "social-objective";
/// The list of procedure types (BT-105).
pub const PROCEDURE_TYPE: &str = "procurement-procedure-type";

/// One code of one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EformsCode {
    /// The list.
    pub list: &'static str,
    /// The code, unique in its list.
    pub code: &'static str,
    /// The Danish name.
    pub danish: &'static str,
    /// The English name.
    pub english: &'static str,
}

static CODES: LazyLock<Vec<EformsCode>> = LazyLock::new(|| {
    let mut codes: Vec<EformsCode> = rows(include_str!("../../data/eforms-codes.tsv"))
        .map(|[list, code, danish, english]| EformsCode {
            list,
            code,
            danish,
            english,
        })
        .collect();
    codes.sort_unstable_by_key(|row| (row.list, row.code));
    codes
});

/// All codes of all lists, in order.
#[must_use]
pub fn all() -> &'static [EformsCode] {
    &CODES
}

/// The codes of one list, in order; none where there is no such list.
#[must_use]
pub fn list(name: &str) -> &'static [EformsCode] {
    let from = CODES.partition_point(|row| row.list < name);
    let to = CODES.partition_point(|row| row.list <= name);
    CODES.get(from..to).unwrap_or_default()
}

/// The code of a list.
#[must_use]
pub fn find(list: &str, code: &str) -> Option<&'static EformsCode> {
    let index = CODES
        .binary_search_by_key(&(list, code), |row| (row.list, row.code))
        .ok()?;
    CODES.get(index)
}

impl EformsCode {
    /// The name on the screen.
    #[must_use]
    pub fn name(&self, language: Language) -> &'static str {
        language.pick(self.english, self.danish)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_whole_and_their_codes_distinct() {
        assert_eq!(all().len(), 155);
        assert!(all().is_sorted_by(|a, b| (a.list, a.code) < (b.list, b.code)));
        assert!(
            all()
                .iter()
                .all(|row| !row.danish.is_empty() && !row.english.is_empty())
        );
        for (name, count) in [
            (CONTRACT_NATURE, 3),
            (ENVIRONMENTAL_IMPACT, 7),
            (SOCIAL_OBJECTIVE, 7),
            (PROCEDURE_TYPE, 10),
            ("no-list", 0),
        ] {
            assert_eq!(list(name).len(), count, "{name}");
        }
    }

    #[test]
    fn a_code_is_found_in_its_own_list_only() {
        assert!(
            find(ENVIRONMENTAL_IMPACT, "circ-econ")
                .is_some_and(|row| row.name(Language::Danish).contains("irkulær"))
        );
        assert_eq!(find(CONTRACT_NATURE, "circ-econ"), None);
    }
}
