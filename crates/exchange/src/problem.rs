//! What is wrong with a file, and where.

use std::fmt;

use faelled_model::{Finding, Language, Severity};

use crate::limits::MAX_PROBLEMS;

/// One thing that is wrong with a file, or that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1.
    pub column: usize,
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
    /// The file itself, in English and Danish.
    File {
        code: &'static str,
        english: String,
        danish: String,
    },
}

impl Problem {
    /// Whether it stands in the way.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match &self.what {
            What::Finding(finding) => finding.severity,
            What::File { .. } => Severity::Error,
        }
    }

    /// The rule, for programs: a code of [`faelled_model::validate::every_rule`], or `not-toml`,
    /// `wrong-kind`, `unknown-key`, `missing`, `release-form`, `too-large`, `too-many-entries`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match &self.what {
            What::Finding(finding) => finding.code,
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
            } => language.pick(english, danish).clone(),
        }
    }

    /// Place, subject, field and message in one line, as compilers write them.
    #[must_use]
    pub fn line_of(&self, file: &str, language: Language) -> String {
        let mut line = format!("{file}:{}:{}:", self.line, self.column);
        for part in [&self.subject, &self.field] {
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
}

impl std::error::Error for FileError {}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report(Language::English))
    }
}

impl FileError {
    /// The error of a file, if something stands in the way; otherwise its warnings.
    pub(crate) fn check(file: &str, mut problems: Vec<Problem>) -> Result<Vec<Problem>, Self> {
        problems.sort_by_key(|problem| (problem.line, problem.column));
        let total = problems.len();
        let fails = problems
            .iter()
            .any(|problem| problem.severity() == Severity::Error);
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
            })
        } else {
            Ok(problems)
        }
    }

    /// All problems, one a line, below a line that says what to do.
    #[must_use]
    pub fn report(&self, language: Language) -> String {
        let file = &self.file;
        let total = self.total;
        let mut report = match (language, total) {
            (Language::English, 1) => {
                format!("{file} was not imported; correct this and try again:")
            }
            (Language::English, _) => {
                format!("{file} was not imported; correct these {total} places and try again:")
            }
            (Language::Danish, 1) => format!("{file} blev ikke indlæst; ret dette, og prøv igen:"),
            (Language::Danish, _) => {
                format!("{file} blev ikke indlæst; ret disse {total} steder, og prøv igen:")
            }
        };
        for problem in &self.problems {
            report.push_str("\n  ");
            report.push_str(&problem.line_of(file, language));
        }
        let unlisted = total.saturating_sub(self.problems.len());
        if unlisted > 0 {
            report.push_str(&language.pick(
                format!("\n  and {unlisted} more"),
                format!("\n  og {unlisted} til"),
            ));
        }
        report
    }
}
