//! Files of resources: read from this machine, and saved to it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use faelled_model::validate::limits::{MAX_ATTACHMENTS, MAX_FILE_BYTES};
use serde_json::{Value, json};

use super::super::output;
use super::super::session::Session;
use crate::failure::{Failure, Said};
use crate::request::joint::FileGiven;

/// Characters of a file's name that are kept; the end, which says what it is, always is.
const MAX_NAME_CHARS: usize = 120;
/// What a file is called whose name has nothing to keep.
const NAMELESS: &str = "file";

/// Reads files that are to be shared.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<FileGiven>, Failure> {
    if paths.len() > MAX_ATTACHMENTS {
        return Err(Failure::user(
            "too-many-files",
            Said::new(
                format!("a resource holds {MAX_ATTACHMENTS} files at most"),
                format!("et redskab har højst {MAX_ATTACHMENTS} filer"),
            ),
        ));
    }
    paths.iter().map(|path| read_one(path)).collect()
}

fn read_one(path: &Path) -> Result<FileGiven, Failure> {
    let shown = path.display();
    let bytes = bounded(path).map_err(|error| {
        Failure::user(
            "file",
            Said::new(
                format!("{shown} cannot be read: {error}"),
                format!("{shown} kan ikke læses: {error}"),
            ),
        )
    })?;
    let Some(bytes) = bytes else {
        let kilobytes = MAX_FILE_BYTES / 1024;
        return Err(Failure::user(
            "file-too-large",
            Said::new(
                format!("{shown} is larger than {kilobytes} KiB"),
                format!("{shown} er større end {kilobytes} KiB"),
            ),
        )
        .hint(Said::new(
            "put it where everybody can fetch it, and give its --address",
            "læg den, hvor alle kan hente den, og angiv dens --address",
        )));
    };
    Ok(FileGiven {
        name: path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        content: BASE64.encode(&bytes),
    })
}

fn bounded(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_FILE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() <= MAX_FILE_BYTES))
}

/// Saves what came from another member: into the directory that was named, else the present one, under
/// the cleaned name; or into the file that was named, where there is one file only.
pub(super) fn save(
    session: &Session,
    reply: &Value,
    output: Option<&Path>,
    force: bool,
) -> Result<(), Failure> {
    let files: Vec<(String, Vec<u8>)> = reply
        .get("files")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|file| {
            let content = file.get("content")?.as_str()?;
            let bytes = BASE64.decode(content.as_bytes()).ok()?;
            let name = file.get("name").and_then(Value::as_str).unwrap_or_default();
            Some((clean(name), bytes))
        })
        .collect();
    if files.is_empty() {
        return Err(no_files(reply));
    }
    let paths = targets(&files, output)?;
    if !force && let Some(path) = paths.iter().find(|path| fs::symlink_metadata(path).is_ok()) {
        return Err(there_already(path));
    }
    for (path, (_, bytes)) in paths.iter().zip(&files) {
        write(path, bytes, force)?;
    }
    report(session, &paths)
}

/// Where each file goes. Two of the same name are told apart by their place.
fn targets(files: &[(String, Vec<u8>)], output: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
    let directory = match output {
        Some(path) if !path.is_dir() => {
            if files.len() > 1 {
                return Err(several(path));
            }
            return Ok(vec![path.to_owned()]);
        }
        Some(path) => path.to_owned(),
        None => PathBuf::from("."),
    };
    let mut paths: Vec<PathBuf> = Vec::new();
    for (index, (name, _)) in files.iter().enumerate() {
        let mut path = directory.join(name);
        if paths.contains(&path) {
            path = directory.join(format!("{}-{name}", index + 1));
        }
        paths.push(path);
    }
    Ok(paths)
}

fn write(path: &Path, bytes: &[u8], force: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        // Whatever came to be there in the meantime is not written over either.
        options.create_new(true);
    }
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(bytes));
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(there_already(path)),
        Err(error) => Err(Failure::user(
            "file",
            Said::new(
                format!("{} cannot be written: {error}", path.display()),
                format!("{} kan ikke skrives: {error}", path.display()),
            ),
        )),
    }
}

fn report(session: &Session, paths: &[PathBuf]) -> Result<(), Failure> {
    let names: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    if session.json {
        return output::print_json(&json!({ "saved": names }));
    }
    for name in &names {
        let line = session.say(format!("{name} is saved."), format!("{name} er gemt."));
        output::print(&format!("{}\n", crate::text::plain(&line)))?;
    }
    let caution = session.say(
        "It comes from another member: open it as you would open a file from a mail.",
        "Den kommer fra en anden deltager: åbn den med samme omtanke som en fil fra en mail.",
    );
    output::print(&format!("{caution}\n"))
}

/// A name from another member, made harmless: no path, no leading dot or dash, nothing that a system or a
/// terminal takes for anything but a letter of a name.
fn clean(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = base
        .chars()
        .filter(|letter| !crate::text::steers(*letter) && !":*?\"<>|".contains(*letter))
        .collect();
    let kept = kept
        .trim()
        .trim_start_matches(['.', '-', ' '])
        .trim_end_matches(['.', ' ']);
    let letters: Vec<char> = kept.chars().collect();
    // Of a long name the end is kept: it says what the file is.
    let kept: String = letters
        .iter()
        .skip(letters.len().saturating_sub(MAX_NAME_CHARS))
        .collect();
    let kept = kept.trim_start_matches(['.', '-', ' ']);
    if kept.is_empty() || is_device(kept) {
        NAMELESS.to_owned()
    } else {
        kept.to_owned()
    }
}

/// Names that some systems take for a device.
fn is_device(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|last: char| last.is_ascii_digit()))
}

fn no_files(reply: &Value) -> Failure {
    let failure = Failure::user(
        "no-files",
        Said::new(
            "there is no file in this resource",
            "der er ingen fil i dette redskab",
        ),
    );
    match reply.get("address").and_then(Value::as_str) {
        Some(address) => failure.hint(Said::new(
            format!("it says that it is found at {address}"),
            format!("det siger, at det findes på {address}"),
        )),
        None => failure,
    }
}

fn several(path: &Path) -> Failure {
    let shown = path.display();
    Failure::user(
        "several-files",
        Said::new(
            format!("there are several files in it, and {shown} is no directory"),
            format!("der er flere filer i det, og {shown} er ikke en mappe"),
        ),
    )
    .hint(Said::new(
        "name a directory that is there",
        "angiv en mappe, der findes",
    ))
}

fn there_already(path: &Path) -> Failure {
    let shown = path.display();
    Failure::user(
        "file-exists",
        Said::new(
            format!("{shown} is there already"),
            format!("{shown} findes allerede"),
        ),
    )
    .hint(Said::new(
        "name another with --output, or write over it with --force",
        "angiv en anden med --output, eller skriv over den med --force",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_another_member_stays_in_the_directory_and_steers_nothing() {
        for (given, kept) in [
            ("skema.xlsx", "skema.xlsx"),
            ("Måling 2026.pdf", "Måling 2026.pdf"),
            ("../../.ssh/authorized_keys", "authorized_keys"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("/etc/passwd", "passwd"),
            (".bashrc", "bashrc"),
            ("...", NAMELESS),
            ("", NAMELESS),
            ("a/", NAMELESS),
            ("-rf", "rf"),
            ("a\u{1b}[2J\u{202e}\nb.txt", "a[2Jb.txt"),
            ("C:evil.exe", "Cevil.exe"),
            ("nul.txt", NAMELESS),
            ("COM1", NAMELESS),
            ("x. ", "x"),
        ] {
            assert_eq!(clean(given), kept, "{given:?}");
        }
        let long = format!("{}.pdf", "å".repeat(500));
        let kept = clean(&long);
        assert!(
            kept.chars().count() <= MAX_NAME_CHARS && kept.ends_with(".pdf"),
            "{kept}"
        );
    }

    #[test]
    fn files_of_one_name_do_not_write_over_each_other() {
        let files = [("a".to_owned(), vec![1]), ("a".to_owned(), vec![2])];
        let paths = targets(&files, None).unwrap();
        assert_eq!(paths, [PathBuf::from("./a"), PathBuf::from("./2-a")]);
        assert_eq!(
            targets(&files, Some(Path::new("none/x"))).unwrap_err().code,
            "several-files"
        );
    }

    #[test]
    fn what_is_there_is_written_over_only_when_that_is_asked_for() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        assert_eq!(write(&path, b"new", false).unwrap_err().code, "file-exists");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        write(&path, b"new", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_file_beyond_the_bound_is_not_taken() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("big.bin");
        fs::write(&path, vec![0; MAX_FILE_BYTES + 1]).unwrap();
        assert_eq!(
            read(std::slice::from_ref(&path)).unwrap_err().code,
            "file-too-large"
        );
        fs::write(&path, vec![0; 3]).unwrap();
        let files = read(&[path]).unwrap();
        assert_eq!(
            (files[0].name.as_str(), files[0].content.as_str()),
            ("big.bin", "AAAA")
        );
    }
}
