//! What is wrong with a file, and where.

use std::fmt;

use faelled_model::{Finding, Language, Severity};

use crate::limits::MAX_PROBLEMS;

/// Where in a file something is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In a text.
    Text {
        /// The line, counted from 1.
        line: usize,
        /// The character in the line, counted from 1.
        column: usize,
    },
    /// In a cell of a table.
    Cell {
        /// The sheet; in a CSV file, the table that stands there under this name.
        sheet: String,
        /// The row as spreadsheet programs number it, from 1.
        row: usize,
        /// The column, counted from 1: 4 is `D`.
        column: usize,
        /// What stands at the head of the column; empty where it has none.
        header: String,
    },
}

impl Place {
    /// The first place of a text.
    pub(crate) const START: Self = Self::Text { line: 1, column: 1 };

    /// The row or line.
    #[must_use]
    pub fn line(&self) -> usize {
        match self {
            Self::Text { line, .. } => *line,
            Self::Cell { row, .. } => *row,
        }
    }

    /// Cells are told in the order in which they are given here; only places in a text have one of their own.
    fn order(&self) -> (usize, usize) {
        match self {
            Self::Text { line, column } => (*line, *column),
            Self::Cell { .. } => (0, 0),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { line, column } => write!(f, "{line}:{column}"),
            Self::Cell {
                sheet,
                row,
                column,
                header,
            } => {
                if sheet.chars().all(char::is_alphanumeric) {
                    write!(f, "{sheet}!")?;
                } else {
                    write!(f, "'{}'!", sheet.replace('\'', "''"))?;
                }
                write!(f, "{}{row}", column_letters(*column))?;
                if !header.is_empty() {
                    write!(f, " ({header})")?;
                }
                Ok(())
            }
        }
    }
}

/// The letters of a column counted from 1: `A`, `Z`, `AA`.
fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// One thing that is wrong with a file, or that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// What it is about: a requirement's number, or `[pack]`; empty where it is the file.
    pub subject: String,
    /// The field in it: `wording.en`; may be empty.
    pub field: String,
    pub(crate) what: What,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// A rule of the model.
    Finding(Finding),
    /// A rule on codes, with the values as a table's drop-down names them, in English and Danish.
    Named {
        finding: Finding,
        english: String,
        danish: String,
    },
    /// The file itself, in English and Danish.
    File {
        code: &'static str,
        english: String,
        danish: String,
    },
}

impl Problem {
    /// A problem of the file itself, with its message in English and Danish.
    pub(crate) fn of_file(
        place: Place,
        subject: &str,
        code: &'static str,
        english: impl Into<String>,
        danish: impl Into<String>,
    ) -> Self {
        Self {
            place,
            subject: subject.to_owned(),
            field: String::new(),
            what: What::File {
                code,
                english: english.into(),
                danish: danish.into(),
            },
        }
    }

    /// Whether it stands in the way.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match &self.what {
            What::Finding(finding) | What::Named { finding, .. } => finding.severity,
            What::File { .. } => Severity::Error,
        }
    }

    /// The rule, for programs: a code of [`faelled_model::validate::every_rule`], or one of the file's own:
    /// `not-toml`, `not-text`, `not-a-workbook`, `not-a-table`, `other-kind`, `wrong-kind`, `unknown-key`,
    /// `no-sheets`, `unknown-sheet`, `unknown-column`, `unknown-row`, `missing`, `release-form`, `cell-error`,
    /// `too-large`, `too-many-entries`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match &self.what {
            What::Finding(finding) | What::Named { finding, .. } => finding.code,
            What::File { code, .. } => code,
        }
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match &self.what {
            What::Finding(finding) => finding.message(language),
            What::File {
                english, danish, ..
            }
            | What::Named {
                english, danish, ..
            } => language.pick(english, danish).clone(),
        }
    }

    /// Place, subject, field and message in one line, as compilers write them.
    #[must_use]
    pub fn line_of(&self, file: &str, language: Language) -> String {
        let (mut line, field) = match &self.place {
            Place::Text { .. } => (format!("{file}:{}:", self.place), self.field.as_str()),
            // The head of the column says which field it is.
            Place::Cell { .. } => (format!("{file}: {}:", self.place), ""),
        };
        for part in [self.subject.as_str(), field] {
            if !part.is_empty() {
                line.push(' ');
                line.push_str(part);
            }
        }
        line.push(' ');
        if self.severity() == Severity::Warning {
            line.push_str(language.pick("(warning) ", "(advarsel) "));
        }
        line.push_str(&self.message(language));
        line
    }
}

/// A file that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// The file's name, as given.
    pub file: String,
    /// What is wrong with it, by line; at most [`MAX_PROBLEMS`].
    pub problems: Vec<Problem>,
    /// How many problems there are, listed or not.
    pub total: usize,
    /// How many of them stand in the way, listed or not: the others are warnings.
    pub errors: usize,
}

impl std::error::Error for FileError {}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report(Language::English))
    }
}

impl FileError {
    /// One problem that says all there is to say.
    pub(crate) fn only(file: &str, problem: Problem) -> Self {
        Self {
            file: file.to_owned(),
            problems: vec![problem],
            total: 1,
            errors: 1,
        }
    }

    /// The error of a file, if something stands in the way; otherwise its warnings.
    pub(crate) fn check(file: &str, mut problems: Vec<Problem>) -> Result<Vec<Problem>, Self> {
        problems.sort_by_key(|problem| problem.place.order());
        let total = problems.len();
        let errors = problems
            .iter()
            .filter(|problem| problem.severity() == Severity::Error)
            .count();
        let fails = errors > 0;
        if fails && total > MAX_PROBLEMS {
            // What stands in the way is listed first where not all can be.
            problems.sort_by_key(|problem| problem.severity());
        }
        problems.truncate(MAX_PROBLEMS);
        if fails {
            Err(Self {
                file: file.to_owned(),
                problems,
                total,
                errors,
            })
        } else {
            Ok(problems)
        }
    }

    /// All problems, one a line, below a line that says what to do.
    #[must_use]
    pub fn report(&self, language: Language) -> String {
        let file = &self.file;
        let errors = self.errors;
        let warnings = self.total.saturating_sub(errors);
        let mut report = match (language, errors, warnings) {
            (Language::English, 1, 0) => {
                format!("{file} was not imported; correct this and try again:")
            }
            (Language::English, 1, _) => {
                format!("{file} was not imported; correct one place and try again:")
            }
            (Language::English, ..) => {
                format!("{file} was not imported; correct {errors} places and try again:")
            }
            (Language::Danish, 1, 0) => {
                format!("{file} blev ikke indlæst; ret dette, og prøv igen:")
            }
            (Language::Danish, 1, _) => {
                format!("{file} blev ikke indlæst; ret ét sted, og prøv igen:")
            }
            (Language::Danish, ..) => {
                format!("{file} blev ikke indlæst; ret {errors} steder, og prøv igen:")
            }
        };
        for problem in &self.problems {
            report.push_str("\n  ");
            report.push_str(&problem.line_of(file, language));
        }
        let unlisted = self.total.saturating_sub(self.problems.len());
        if unlisted > 0 {
            report.push_str(&language.pick(
                format!("\n  and {unlisted} more"),
                format!("\n  og {unlisted} til"),
            ));
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_spreadsheet_programs() {
        for (column, letters) in [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")] {
            assert_eq!(column_letters(column), letters);
        }
    }

    #[test]
    fn a_cell_is_named_as_in_a_formula() {
        let cell = |sheet: &str, header: &str| {
            Place::Cell {
                sheet: sheet.to_owned(),
                row: 14,
                column: 4,
                header: header.to_owned(),
            }
            .to_string()
        };
        assert_eq!(cell("Krav", "Niveau"), "Krav!D14 (Niveau)");
        assert_eq!(cell("Prøvede krav", ""), "'Prøvede krav'!D14");
    }
}
