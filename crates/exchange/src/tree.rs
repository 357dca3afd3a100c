//! A TOML file as its tree of values with their places, and what is wrong with it so far.

use faelled_model::Finding;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::limits::MAX_FILE_BYTES;
use crate::place::{Step, field_of_steps, line_and_column, locate, steps_of_path};
use crate::problem::{FileError, Place, Problem, What};

/// A file that is being read.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    text: &'a str,
    root: DeTable<'a>,
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Tree<'a> {
    /// Parses a file of bounded size.
    pub(crate) fn parse(text: &'a str, file: &str) -> Result<Self, FileError> {
        if text.len() > MAX_FILE_BYTES {
            return Err(too_large(file, text.len(), MAX_FILE_BYTES));
        }
        match DeTable::parse(text) {
            Ok(root) => Ok(Self {
                text,
                root: root.into_inner(),
                problems: Vec::new(),
            }),
            Err(error) => {
                let (line, column) =
                    line_and_column(text, error.span().map_or(0, |span| span.start));
                let reason = one_line(error.message());
                Err(FileError::only(
                    file,
                    Problem::of_file(
                        Place::Text { line, column },
                        "",
                        "not-toml",
                        format!("this is not TOML: {reason}"),
                        format!("dette er ikke TOML: {reason}"),
                    ),
                ))
            }
        }
    }

    /// Whether the file has this key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.root.contains_key(key)
    }

    /// Whether every value so far was of the right kind.
    pub(crate) fn is_readable(&self) -> bool {
        self.problems
            .iter()
            .all(|problem| problem.code() != "wrong-kind")
    }

    /// The keys of the file itself that are not among those known.
    pub(crate) fn only(&mut self, known: &[&str]) {
        let unknown: Vec<String> = self
            .root
            .keys()
            .map(|key| key.get_ref().to_string())
            .filter(|key| !known.contains(&key.as_str()))
            .collect();
        for key in unknown {
            self.unknown_key("", &[], &[Step::Key(key)]);
        }
    }

    /// The table under a key of the file; a missing one is a problem where it is required.
    pub(crate) fn table<T: DeserializeOwned + Default>(
        &mut self,
        key: &str,
        denied: &[&str],
        required: bool,
    ) -> T {
        match self.root.get(key).cloned() {
            Some(value) => self.read(
                &format!("[{key}]"),
                &[Step::Key(key.to_owned())],
                value,
                denied,
            ),
            None => {
                if required {
                    self.missing(&format!("[{key}]"), "");
                }
                T::default()
            }
        }
    }

    /// The tables of an array of tables, at most so many.
    pub(crate) fn entries(&mut self, key: &str, limit: usize) -> Vec<Spanned<DeValue<'a>>> {
        let Some(value) = self.root.get(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.file_problem(
                &format!("[[{key}]]"),
                "",
                &[Step::Key(key.to_owned())],
                "wrong-kind",
                format!("write it as [[{key}]], once for each"),
                format!("skriv det som [[{key}]], én gang for hver"),
            );
            return Vec::new();
        };
        let count = items.len();
        let taken: Vec<Spanned<DeValue<'a>>> = items.iter().take(limit).cloned().collect();
        if count > limit {
            self.file_problem(
                &format!("[[{key}]]"),
                "",
                &[Step::Key(key.to_owned())],
                "too-many-entries",
                format!("there are {count}; at most {limit} are read; divide the file"),
                format!("der er {count}; der læses højst {limit}; del filen"),
            );
        }
        taken
    }

    /// Reads one value as a record. A wrong kind of value, a key that is not known and a key that only the
    /// software sets are problems; what cannot be read is the record's default.
    pub(crate) fn read<T: DeserializeOwned + Default>(
        &mut self,
        subject: &str,
        at: &[Step],
        mut value: Spanned<DeValue<'a>>,
        denied: &[&str],
    ) -> T {
        if let DeValue::Table(table) = value.get_mut() {
            for key in denied {
                if table.remove(*key).is_some() {
                    self.unknown_key(subject, at, &[Step::Key((*key).to_owned())]);
                }
            }
        }
        let start = value.span().start;
        let mut unknown = Vec::new();
        let read = serde_ignored::deserialize(ValueDeserializer::from(value), |path| {
            unknown.push(steps_of_path(&path))
        });
        for steps in unknown {
            self.unknown_key(subject, at, &steps);
        }
        read.unwrap_or_else(|error: toml::de::Error| {
            let (line, column) =
                line_and_column(self.text, error.span().map_or(start, |span| span.start));
            let reason = one_line(error.message());
            self.problems.push(Problem {
                place: Place::Text { line, column },
                subject: subject.to_owned(),
                field: String::new(),
                what: What::File {
                    code: "wrong-kind",
                    english: format!("has a value of the wrong kind: {reason}"),
                    danish: format!("har en værdi af forkert slags: {reason}"),
                },
            });
            T::default()
        })
    }

    /// Findings of the model on a value that lies at these steps; `place` turns a field into the steps from
    /// there.
    pub(crate) fn findings(
        &mut self,
        subject: &str,
        found: Vec<Finding>,
        place: impl Fn(&str) -> Vec<Step>,
    ) {
        for finding in found {
            let (line, column) =
                line_and_column(self.text, locate(&self.root, &place(&finding.field)));
            self.problems.push(Problem {
                place: Place::Text { line, column },
                subject: subject.to_owned(),
                field: finding.field.clone(),
                what: What::Finding(finding),
            });
        }
    }

    /// A key that must be there is not.
    pub(crate) fn missing(&mut self, subject: &str, field: &str) {
        let at = [Step::Key(subject.trim_matches(['[', ']']).to_owned())];
        self.file_problem(
            subject,
            field,
            &at,
            "missing",
            "is missing; add it".to_owned(),
            "mangler; tilføj det".to_owned(),
        );
    }

    /// A problem of the file itself.
    pub(crate) fn file_problem(
        &mut self,
        subject: &str,
        field: &str,
        at: &[Step],
        code: &'static str,
        english: String,
        danish: String,
    ) {
        let (line, column) = line_and_column(self.text, locate(&self.root, at));
        self.problems.push(Problem {
            place: Place::Text { line, column },
            subject: subject.to_owned(),
            field: field.to_owned(),
            what: What::File {
                code,
                english,
                danish,
            },
        });
    }

    fn unknown_key(&mut self, subject: &str, at: &[Step], steps: &[Step]) {
        let full: Vec<Step> = at.iter().chain(steps).cloned().collect();
        self.file_problem(
            subject,
            &shortened(&field_of_steps(steps)),
            &full,
            "unknown-key",
            "is not a key that is known here; correct or delete it".to_owned(),
            "er ikke en nøgle, der kendes her; ret eller slet den".to_owned(),
        );
    }
}

/// A file beyond the bound is not read at all.
pub(crate) fn too_large(file: &str, bytes: usize, limit: usize) -> FileError {
    FileError::only(
        file,
        Problem::of_file(
            Place::START,
            "",
            "too-large",
            format!("the file has {bytes} bytes; at most {limit} are read; divide it"),
            format!("filen er på {bytes} bytes; der læses højst {limit}; del den"),
        ),
    )
}

/// A message of the parser in one line of bounded length.
fn one_line(message: &str) -> String {
    shortened(&message.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 200;
    text.chars().take(MAX_CHARS).collect()
}
