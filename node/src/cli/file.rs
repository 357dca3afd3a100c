//! Files that the node made, written where whoever asked wants them. Nothing of them goes to anybody else.

use std::ffi::OsStr;
use std::fs::Permissions;
use std::io::{self, IsTerminal, Write, stdout};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use faelled_model::attachment::FileBytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::output;
use super::session::Session;
use crate::failure::{Failure, Said};
use crate::request::baskets::Request as Baskets;
use crate::request::{Reply, Request};
use crate::text::steers;

const STANDARD_OUTPUT: &str = "-";

/// Where a file is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    /// A path, or `-`; under its own name in the current directory where none is given.
    pub(super) output: Option<&'a str>,
    /// Over a file that is there.
    pub(super) force: bool,
}

/// A file as the node answers it.
#[derive(Debug, Deserialize)]
struct Made {
    name: String,
    media_type: String,
    bytes: FileBytes,
}

/// Asks the node for a file, and writes it.
pub(super) async fn give(
    session: &Session,
    request: Baskets,
    target: Target<'_>,
) -> Result<(), Failure> {
    let to_output = target.output == Some(STANDARD_OUTPUT);
    if to_output && session.json {
        return Err(Failure::user(
            "output",
            Said::new(
                "standard output cannot hold the file and an answer in JSON",
                "standardoutput kan ikke rumme både filen og et svar i JSON",
            ),
        )
        .hint(Said::new(
            "leave out --json, or name a file with --output",
            "udelad --json, eller angiv en fil med --output",
        )));
    }
    if let Some(path) = target.output.filter(|_| !to_output) {
        check_free(Path::new(path), target.force)?;
    }
    let spinner = session.spinner(&Said::new("writing the file", "skriver filen"));
    let mut reply = session.ask(Request::Baskets(request)).await?;
    let made: Made = serde_json::from_value(reply.json.take()).map_err(|error| {
        Failure::internal(
            "answer",
            Said::new(
                format!("the node's answer is no file: {error}"),
                format!("nodens svar er ikke en fil: {error}"),
            ),
        )
    })?;
    drop(spinner);
    if to_output {
        print(&made)?;
        reply.text.lines().for_each(output::note);
        return Ok(());
    }
    let path = match target.output {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(own_name(&made.name)?),
    };
    write(&path, &made.bytes.0, target.force)?;
    tell(session, &path, &made, &reply)
}

fn tell(session: &Session, path: &Path, made: &Made, reply: &Reply) -> Result<(), Failure> {
    let size = made.bytes.0.len();
    if session.json {
        return output::print_json(&json!({
            "path": path.display().to_string(),
            "size": size,
            "blake3": blake3::hash(&made.bytes.0).to_hex().as_str(),
            "media_type": made.media_type,
            "notes": lines(&reply.text),
        }));
    }
    let path = path.display();
    let mut text = session
        .say(
            format!("Written: {path} ({size} bytes). It stays on this machine."),
            format!("Skrevet: {path} ({size} byte). Den bliver på denne maskine."),
        )
        .chars()
        .map(harmless)
        .collect::<String>();
    text.push('\n');
    if !reply.text.is_empty() {
        text.push('\n');
        text.push_str(&reply.text);
    }
    output::print(&text)
}

fn lines(text: &str) -> Value {
    text.lines().filter(|line| !line.is_empty()).collect()
}

/// The name that the node gave it, where it is a name and nothing else.
fn own_name(name: &str) -> Result<&OsStr, Failure> {
    let path = Path::new(name);
    let plain = path.file_name().filter(|plain| *plain == path.as_os_str());
    plain
        .filter(|_| !name.starts_with('.') && !name.chars().any(steers))
        .ok_or_else(|| {
            Failure::user(
                "output",
                Said::new(
                    "the file has no name that can be used here",
                    "filen har ikke noget navn, der kan bruges her",
                ),
            )
            .hint(Said::new(
                "name it with --output",
                "navngiv den med --output",
            ))
        })
}

fn print(made: &Made) -> Result<(), Failure> {
    let is_text = made.media_type.starts_with("text/")
        || made.media_type.ends_with("json")
        || made.media_type.ends_with("toml");
    if !stdout().is_terminal() {
        let mut out = stdout().lock();
        return match out.write_all(&made.bytes.0).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(not_written(Path::new(STANDARD_OUTPUT), &error))
            }
            _ => Ok(()),
        };
    }
    if !is_text {
        return Err(Failure::user(
            "output",
            Said::new(
                "this file is no text: a screen cannot show it",
                "denne fil er ikke tekst: en skærm kan ikke vise den",
            ),
        )
        .hint(Said::new(
            "name a file with --output",
            "angiv en fil med --output",
        )));
    }
    // What stands in it comes from other members.
    let text = String::from_utf8_lossy(&made.bytes.0);
    output::print(&text.chars().map(harmless).collect::<String>())
}

fn harmless(letter: char) -> char {
    if letter != '\n' && steers(letter) {
        char::REPLACEMENT_CHARACTER
    } else {
        letter
    }
}

fn check_free(path: &Path, force: bool) -> Result<(), Failure> {
    match path.symlink_metadata() {
        Ok(there) if there.is_dir() => Err(is_directory(path)),
        Ok(_) if !force => Err(exists(path)),
        _ => Ok(()),
    }
}

/// Writes all of a file or nothing: under another name first, so that nobody ever reads half of it.
fn write(path: &Path, bytes: &[u8], force: bool) -> Result<(), Failure> {
    check_free(path, force)?;
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let failed = |error: io::Error| not_written(path, &plain(error));
    let mut file = tempfile::Builder::new()
        .prefix(".faelled-")
        // As any other file of this person's; the system's mask narrows it.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(directory)
        .map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    let written = if force {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    match written {
        Ok(_) => Ok(()),
        Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => Err(exists(path)),
        Err(refused) => Err(not_written(path, &plain(refused.error))),
    }
}

/// What the system says, without the name under which the file was first written.
fn plain(error: io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::from(error.kind()),
    }
}

fn exists(path: &Path) -> Failure {
    let path = path.display();
    Failure::user(
        "file-exists",
        Said::new(
            format!("{path} is there already"),
            format!("{path} findes i forvejen"),
        ),
    )
    .hint(Said::new(
        "name another with --output, or write over it with --force",
        "angiv en anden med --output, eller overskriv den med --force",
    ))
}

fn is_directory(path: &Path) -> Failure {
    let path = path.display();
    Failure::user(
        "file-exists",
        Said::new(
            format!("{path} is a directory"),
            format!("{path} er en mappe"),
        ),
    )
    .hint(Said::new(
        "name a file in it with --output",
        "angiv en fil i den med --output",
    ))
}

fn not_written(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    Failure::user(
        "file",
        Said::new(
            format!("{path} cannot be written: {error}"),
            format!("{path} kan ikke skrives: {error}"),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_and_never_over_another_one_unasked() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("krav.csv");
        write(&path, b"one", false).unwrap();
        assert_eq!(write(&path, b"two", false).unwrap_err().code, "file-exists");
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        write(&path, b"two", true).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        let there = std::fs::read_dir(directory.path()).unwrap().count();
        assert_eq!(there, 1, "a temporary file was left behind");
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o600, 0o600);
    }

    #[test]
    fn a_place_where_nothing_can_be_written_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let nowhere = directory.path().join("none").join("krav.csv");
        let failure = write(&nowhere, b"x", false).unwrap_err();
        assert_eq!(failure.code, "file");
        assert!(failure.message.en.contains("none/krav.csv"), "{failure:?}");
        assert!(!failure.message.en.contains(".faelled-"), "{failure:?}");
        let failure = write(directory.path(), b"x", true).unwrap_err();
        assert_eq!(failure.code, "file-exists");
    }

    #[test]
    fn a_link_is_not_written_through() {
        let directory = tempfile::tempdir().unwrap();
        let (aim, link) = (directory.path().join("aim"), directory.path().join("link"));
        std::fs::write(&aim, b"mine").unwrap();
        std::os::unix::fs::symlink(&aim, &link).unwrap();
        assert_eq!(write(&link, b"x", false).unwrap_err().code, "file-exists");
        write(&link, b"x", true).unwrap();
        assert_eq!(std::fs::read(&aim).unwrap(), b"mine");
    }

    #[test]
    fn the_name_that_the_node_gives_is_never_a_path() {
        assert_eq!(own_name("Kurv.docx").unwrap(), "Kurv.docx");
        for wrong in ["", "..", "/etc/x", "a/b", "../x", ".x", "a\u{202e}b", "x\n"] {
            assert_eq!(own_name(wrong).unwrap_err().code, "output", "{wrong:?}");
        }
    }
}
