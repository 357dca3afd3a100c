//! Codes in cells: written by their names, read by code or name in either language.

use faelled_model::codes::{eforms, labels, units};
use faelled_model::{Language, terms};

/// A list of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CodeList {
    /// One of the project's own, by its name in [`terms`].
    Term(&'static str),
    /// One of eForms.
    Eforms(&'static str),
    /// UCUM units.
    Units,
    /// Labels.
    Labels,
}

/// A code with its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) code: String,
    pub(crate) english: String,
    pub(crate) danish: String,
}

impl Code {
    pub(crate) fn name(&self, language: Language) -> &str {
        language.pick(&self.english, &self.danish)
    }
}

impl CodeList {
    /// Every code of the list, in its order.
    pub(crate) fn codes(self) -> Vec<Code> {
        let code = |code: &str, english: &str, danish: &str| Code {
            code: code.to_owned(),
            english: english.to_owned(),
            danish: danish.to_owned(),
        };
        match self {
            Self::Term(list) => terms::every_term()
                .into_iter()
                .filter(|(name, ..)| *name == list)
                .map(|(_, code, english, danish)| Code {
                    code,
                    english,
                    danish,
                })
                .collect(),
            Self::Eforms(list) => eforms::list(list)
                .iter()
                .map(|row| code(row.code, row.english, row.danish))
                .collect(),
            Self::Units => units::all()
                .iter()
                .map(|unit| code(unit.code, unit.english, unit.danish))
                .collect(),
            Self::Labels => labels::all()
                .iter()
                .map(|label| code(label.code, label.english, label.danish))
                .collect(),
        }
    }

    /// Whether these are its codes, as the rules of the model name them.
    pub(crate) fn is(self, known: &str) -> bool {
        let codes = self.codes();
        codes
            .iter()
            .map(|code| code.code.as_str())
            .eq(known.split(", "))
    }

    /// All there is to choose from: as drop-downs name it, and what that is called besides.
    pub(crate) fn choices(self, language: Language) -> String {
        let choices: Vec<String> = self
            .codes()
            .iter()
            .map(|code| {
                let name = code.name(language);
                if name == code.code.replace('-', " ") {
                    name.to_owned()
                } else if self.name_of(&code.code, language) == code.code {
                    format!("{} ({name})", code.code)
                } else {
                    format!("{name} ({})", code.code)
                }
            })
            .collect();
        choices.join(", ")
    }

    /// The code that a person means; what is none stays as it is, for the rules to name.
    pub(crate) fn code_of(self, text: &str) -> String {
        let given = text.trim();
        let lower = given.to_lowercase();
        let codes = self.codes();
        let exact = codes.iter().find(|code| code.code == given);
        let found = exact
            .or_else(|| codes.iter().find(|code| code.code.to_lowercase() == lower))
            .or_else(|| {
                codes.iter().find(|code| {
                    code.english.to_lowercase() == lower || code.danish.to_lowercase() == lower
                })
            });
        found.map_or_else(|| given.to_owned(), |code| code.code.clone())
    }

    /// How a code is written for people.
    pub(crate) fn name_of(self, code: &str, language: Language) -> String {
        // Units and labels are known by their codes.
        if matches!(self, Self::Units | Self::Labels) {
            return code.to_owned();
        }
        self.codes()
            .iter()
            .find(|known| known.code == code)
            .map_or_else(|| code.to_owned(), |known| known.name(language).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_list() -> Vec<CodeList> {
        let mut lists: Vec<CodeList> = terms::every_term()
            .into_iter()
            .map(|(list, ..)| CodeList::Term(list))
            .chain(eforms::all().iter().map(|row| CodeList::Eforms(row.list)))
            .chain([CodeList::Units, CodeList::Labels])
            .collect();
        lists.sort();
        lists.dedup();
        lists
    }

    #[test]
    fn every_code_is_found_by_itself_and_as_it_is_written_in_both_languages() {
        let lists = every_list();
        assert!(lists.len() > 20, "{lists:?}");
        for list in lists {
            for code in list.codes() {
                assert_eq!(list.code_of(&code.code), code.code, "{list:?}");
                for language in [Language::Danish, Language::English] {
                    let written = list.name_of(&code.code, language);
                    assert_eq!(list.code_of(&written), code.code, "{list:?} {written}");
                    assert_eq!(
                        list.code_of(&format!(" {} ", written.to_uppercase())),
                        code.code,
                        "{list:?} {written}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_no_code_stays_as_it_is() {
        assert_eq!(CodeList::Term("Level").code_of(" basal "), "basal");
        assert_eq!(
            CodeList::Term("Level").name_of("basal", Language::Danish),
            "basal"
        );
    }
}
