//! Files as answers: what they are called, and templates.

use faelled_exchange::{
    ExportError, PilotFile, pack_template, pack_to_csv, pilot_template, pilot_to_csv,
};
use faelled_model::attachment::FileBytes;
use faelled_model::{Language, Pack, Pilot};

use crate::data::baskets::{Data, File};
use crate::failure::{Failure, Said};
use crate::request::baskets::FileForm;

/// Letters of a file's name without its ending, at most.
const MAX_NAME_LETTERS: usize = 60;

/// The forms that a file may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Docx,
    Xlsx,
    Csv,
    Markdown,
    Json,
    Toml,
}

impl Format {
    const ALL: [Self; 6] = [
        Self::Docx,
        Self::Xlsx,
        Self::Csv,
        Self::Markdown,
        Self::Json,
        Self::Toml,
    ];

    /// The code by which it is asked for, and the file's ending.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Toml => "toml",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Json => "application/json",
            Self::Toml => "application/toml",
        }
    }

    /// The format that is asked for, where it is one of these.
    pub(super) fn of(form: &FileForm, allowed: &[Self]) -> Result<Self, Failure> {
        let given = form.format.as_str();
        let asked = Self::ALL.into_iter().find(|format| format.code() == given);
        if let Some(format) = asked.filter(|format| allowed.contains(format)) {
            return Ok(format);
        }
        let names: Vec<&str> = allowed.iter().map(|format| format.code()).collect();
        let names = names.join(", ");
        Err(Failure::user(
            "format",
            Said::new(
                format!("this is not written as {given:?}"),
                format!("dette skrives ikke som {given:?}"),
            ),
        )
        .hint(Said::new(
            format!("choose one of: {names}"),
            format!("vælg en af: {names}"),
        )))
    }
}

/// The language of a file.
pub(super) const fn language(form: &FileForm) -> Language {
    if form.danish {
        Language::Danish
    } else {
        Language::English
    }
}

/// A file with a name that is safe wherever it is written.
pub(super) fn file(name: &str, format: Format, bytes: Vec<u8>) -> File {
    named_file(name, format.code(), format.media_type(), bytes)
}

/// The same, with an ending of its own.
pub(super) fn named_file(name: &str, ending: &str, media_type: &str, bytes: Vec<u8>) -> File {
    File {
        name: format!("{}.{ending}", safe_name(name)),
        media_type: media_type.to_owned(),
        bytes: FileBytes(bytes),
        defaults: Vec::new(),
        warnings: Vec::new(),
    }
}

/// A name of letters, digits and single hyphens: what members call things may be a path, or steer something.
fn safe_name(text: &str) -> String {
    let mut name = String::new();
    for letter in text.chars() {
        if name.chars().count() >= MAX_NAME_LETTERS {
            break;
        }
        let is_letter = letter.is_ascii_alphanumeric() || "æøåÆØÅäöüÄÖÜéÉ".contains(letter);
        if is_letter || (matches!(letter, '.' | '_') && !name.is_empty()) {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_matches(['-', '.', '_']);
    if name.is_empty() {
        "faelled".to_owned()
    } else {
        name.to_owned()
    }
}

/// A file that cannot be written, and why.
pub(super) fn not_written(error: &ExportError) -> Failure {
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        reason = format!("{reason}: {cause}");
        source = cause.source();
    }
    let danish = match error {
        ExportError::RequirementAbsent(number) => {
            format!("kravpakken nævner kravet {number}, som ikke er her")
        }
        ExportError::TooLarge { sheet, limit, .. } => {
            format!("arket {sheet} ville blive større, end der kan skrives ({limit})")
        }
        _ => format!("filen kan ikke skrives: {reason}"),
    };
    Failure::user("export", Said::new(reason, danish)).hint(Said::new(
        "another format may do: json holds everything",
        "et andet format kan måske: json rummer alt",
    ))
}

/// An empty file to fill in.
pub(super) fn template(is_pilot: bool, form: &FileForm) -> Result<Data, Failure> {
    let format = Format::of(form, &[Format::Xlsx, Format::Csv])?;
    let language = language(form);
    let bytes = match (is_pilot, format) {
        // Every column of every table, without a row.
        (false, Format::Csv) => pack_to_csv(&Pack::default(), &[], language),
        (true, Format::Csv) => pilot_to_csv(&no_pilot(), language),
        (false, _) => pack_template(language),
        (true, _) => pilot_template(language),
    };
    let name = if is_pilot {
        language.pick("pilot-template", "afprøvning-skabelon")
    } else {
        language.pick("pack-template", "kravpakke-skabelon")
    };
    let bytes = bytes.map_err(|error| not_written(&error))?;
    Ok(Data::File(Box::new(file(name, format, bytes))))
}

fn no_pilot() -> PilotFile {
    PilotFile::new(
        None,
        String::new(),
        String::new(),
        Vec::new(),
        Pilot::default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_path_whatever_members_call_things() {
        for (text, name) in [
            (
                "Emballage til institutioner 2027",
                "Emballage-til-institutioner-2027",
            ),
            ("../../etc/passwd", "etc-passwd"),
            ("/root/.ssh/id", "root-.ssh-id"),
            ("..", "faelled"),
            (".bashrc", "bashrc"),
            ("\u{202e}gpj.exe\0", "gpj.exe"),
            ("C:\\x", "C-x"),
            ("Køl & frys", "Køl-frys"),
            ("", "faelled"),
        ] {
            assert_eq!(safe_name(text), name, "{text:?}");
        }
        let long = safe_name(&"å".repeat(500));
        assert_eq!(long.chars().count(), MAX_NAME_LETTERS);
    }

    #[test]
    fn a_format_that_a_file_cannot_take_is_refused_with_those_it_can() {
        let form = |format: &str| FileForm {
            format: format.to_owned(),
            danish: false,
        };
        let allowed = [Format::Xlsx, Format::Csv];
        assert_eq!(Format::of(&form("csv"), &allowed).unwrap(), Format::Csv);
        for wrong in ["docx", "CSV", "", "pdf"] {
            let failure = Format::of(&form(wrong), &allowed).unwrap_err();
            assert!(failure.hint.unwrap().da.ends_with("xlsx, csv"), "{wrong}");
        }
    }

    #[test]
    fn templates_can_be_read_as_what_they_are_for() {
        for danish in [true, false] {
            for (format, is_pilot) in [
                ("xlsx", true),
                ("xlsx", false),
                ("csv", true),
                ("csv", false),
            ] {
                let form = FileForm {
                    format: format.to_owned(),
                    danish,
                };
                let Data::File(file) = template(is_pilot, &form).unwrap() else {
                    panic!("no file");
                };
                // Not filled in yet: what is missing is named, and nothing else is wrong with it.
                let problems = if is_pilot {
                    faelled_exchange::read_pilot_file(&file.bytes.0, &file.name).unwrap_err()
                } else {
                    faelled_exchange::read_pack_file(&file.bytes.0, &file.name).unwrap_err()
                };
                for problem in problems.problems {
                    assert!(
                        ![
                            "other-kind",
                            "not-a-table",
                            "not-a-workbook",
                            "unknown-column"
                        ]
                        .contains(&problem.code()),
                        "{format}: {}",
                        problem.message(Language::English)
                    );
                }
            }
        }
    }
}
