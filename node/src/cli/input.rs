//! What is read from files and standard input, within bounds.

use std::fs::File;
use std::io::{self, BufRead, IsTerminal, Read, Write, stderr, stdin};

use faelled_exchange::limits::MAX_FILE_BYTES;
use faelled_proto::limits::MAX_TICKET_BYTES;

use crate::failure::{Failure, Said};

const STANDARD_INPUT: &str = "-";
/// A ticket is its bytes in base 32, with room for blanks and a line break.
const MAX_TICKET_TEXT_BYTES: usize = 2 * MAX_TICKET_BYTES + 256;

/// A file that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InputFile {
    /// Its name, for messages. What is in it is told by its ending where its bytes do not say.
    pub(super) name: String,
    /// What is in it.
    pub(super) bytes: Vec<u8>,
}

/// The files that a command names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paths<'a> {
    /// Their paths; `-` is standard input, once.
    pub(super) paths: &'a [String],
    /// The format of standard input, where that is said: toml, xlsx or csv.
    pub(super) format: Option<&'a str>,
}

/// Reads files.
pub(super) fn read_files(given: Paths<'_>) -> Result<Vec<InputFile>, Failure> {
    let Paths { paths, format } = given;
    if paths.iter().filter(|path| *path == STANDARD_INPUT).count() > 1 {
        return Err(Failure::user(
            "stdin-twice",
            Said::new(
                "standard input (-) can be read only once",
                "standardinput (-) kan kun læses én gang",
            ),
        ));
    }
    if format.is_some() && !paths.iter().any(|path| path == STANDARD_INPUT) {
        return Err(Failure::user(
            "format",
            Said::new(
                "--format says what standard input (-) is, and it is not read here",
                "--format siger, hvad standardinput (-) er, og det læses ikke her",
            ),
        )
        .hint(Said::new(
            "leave it out: files are told by what is in them, CSV by its name (.csv)",
            "udelad det: filer kendes på indholdet, CSV på navnet (.csv)",
        )));
    }
    let files = paths.iter().map(|path| read_file(path, format));
    files.collect()
}

/// Reads a ticket; `-` is standard input.
pub(super) fn read_ticket(given: &str) -> Result<String, Failure> {
    if given != STANDARD_INPUT {
        return Ok(given.to_owned());
    }
    let bytes = bounded(stdin().lock(), MAX_TICKET_TEXT_BYTES)
        .map_err(|error| unreadable(STANDARD_INPUT, &error))?;
    // What is no text, or longer than a ticket can be, is no ticket; its reader says so.
    Ok(bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default()
        .trim()
        .to_owned())
}

/// Asks a person for yes or no; `None` where there is nobody to ask.
pub(super) fn confirm(question: &str) -> Result<Option<bool>, Failure> {
    if !stdin().is_terminal() {
        return Ok(None);
    }
    let ask = || -> io::Result<String> {
        write!(stderr(), "{question} ")?;
        let mut line = String::new();
        stdin().lock().take(64).read_line(&mut line)?;
        Ok(line)
    };
    let answer = ask().map_err(|error| unreadable(STANDARD_INPUT, &error))?;
    Ok(Some(matches!(
        answer.trim().to_lowercase().as_str(),
        "y" | "yes" | "j" | "ja"
    )))
}

fn read_file(path: &str, format: Option<&str>) -> Result<InputFile, Failure> {
    let read = || -> io::Result<Option<Vec<u8>>> {
        if path == STANDARD_INPUT {
            bounded(stdin().lock(), MAX_FILE_BYTES)
        } else {
            bounded(File::open(path)?, MAX_FILE_BYTES)
        }
    };
    let name = match (path, format) {
        (STANDARD_INPUT, None | Some("toml")) => "standard input",
        (STANDARD_INPUT, Some("csv")) => "standard-input.csv",
        (STANDARD_INPUT, Some("xlsx")) => "standard-input.xlsx",
        (STANDARD_INPUT, Some(other)) => return Err(unknown_format(other, "toml, xlsx, csv")),
        _ => path,
    };
    let bytes = read()
        .map_err(|error| unreadable(name, &error))?
        .ok_or_else(|| too_large(name))?;
    Ok(InputFile {
        name: name.to_owned(),
        bytes,
    })
}

/// A format that is not among those that there are.
pub(super) fn unknown_format(given: &str, known: &str) -> Failure {
    Failure::user(
        "format",
        Said::new(
            format!("there is no format {given:?} here"),
            format!("formatet {given:?} findes ikke her"),
        ),
    )
    .hint(Said::new(
        format!("choose one of: {known}"),
        format!("vælg en af: {known}"),
    ))
}

/// All of it, or nothing where it is more than the bound.
fn bounded(reader: impl Read, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    reader.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() <= limit))
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::NotFound {
        return Failure::user(
            "no-file",
            Said::new(
                format!("there is no file {name}"),
                format!("filen {name} findes ikke"),
            ),
        );
    }
    Failure::user(
        "file",
        Said::new(
            format!("{name} cannot be read: {error}"),
            format!("{name} kan ikke læses: {error}"),
        ),
    )
}

fn too_large(name: &str) -> Failure {
    let megabytes = MAX_FILE_BYTES / (1024 * 1024);
    Failure::user(
        "file-too-large",
        Said::new(
            format!("{name} is larger than a pack or pilot file may be ({megabytes} MiB)"),
            format!(
                "{name} er større, end en pakke- eller afprøvningsfil må være ({megabytes} MiB)"
            ),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_beyond_the_bound_is_not_read_whole() {
        assert_eq!(
            bounded(&[1_u8; 10][..], 10)
                .unwrap()
                .map(|bytes| bytes.len()),
            Some(10)
        );
        assert_eq!(bounded(io::repeat(1), 10).unwrap(), None);
    }

    #[test]
    fn files_that_cannot_be_read_are_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name).display().to_string();
        let read = |paths: &[String], format| read_files(Paths { paths, format });
        let refused = |paths: &[String], format| read(paths, format).unwrap_err().code;
        std::fs::write(path("good.toml"), "navn = \"Møbler\"").unwrap();
        assert_eq!(refused(&[path("none.toml")], None), "no-file");
        assert_eq!(
            refused(&[directory.path().display().to_string()], None),
            "file"
        );
        assert_eq!(
            refused(&["-".to_owned(), "-".to_owned()], None),
            "stdin-twice"
        );
        assert_eq!(refused(&[path("good.toml")], Some("csv")), "format");
        assert_eq!(refused(&["-".to_owned()], Some("pdf")), "format");
        assert_eq!(
            read(&[path("good.toml")], None).unwrap()[0].bytes,
            "navn = \"Møbler\"".as_bytes()
        );
    }
}
