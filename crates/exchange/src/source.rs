//! Files as they come: TOML, Excel or CSV, told apart by what is in them.

use faelled_model::{Language, Pack, Requirement};

use crate::pack::{PackFile, read_pack};
use crate::pilot::{PilotFile, read_pilot};
use crate::problem::{FileError, Place, Problem};
use crate::sheet::book::Book;
use crate::sheet::column::{Form, Table};
use crate::sheet::layout::{PACK, PILOT};
use crate::sheet::write::ExportError;
use crate::sheet::{comma, pack, pilot, workbook};

/// What a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Pack,
    Pilot,
}

/// Reads a pack file: an Excel file by its first bytes, a CSV file by its name (`.csv`), anything else as
/// TOML.
///
/// # Errors
/// Every problem with its place, as [`read_pack`]; in tables each names sheet, row and column.
pub fn read_pack_file(bytes: &[u8], file_name: &str) -> Result<PackFile, FileError> {
    match tables_of(bytes, file_name)? {
        Some(book) if has_head(&book, PILOT) && !has_head(&book, PACK) => {
            Err(other_kind(file_name, Kind::Pilot))
        }
        Some(book) if !has_head(&book, PACK) => Err(no_file_of(file_name, Kind::Pack)),
        Some(book) => pack::read(&book, file_name),
        None => read_pack(text_of(bytes, file_name)?, file_name),
    }
}

/// Reads a pilot file, as [`read_pack_file`] does a pack file.
///
/// # Errors
/// As [`read_pack_file`].
pub fn read_pilot_file(bytes: &[u8], file_name: &str) -> Result<PilotFile, FileError> {
    match tables_of(bytes, file_name)? {
        Some(book) if has_head(&book, PACK) && !has_head(&book, PILOT) => {
            Err(other_kind(file_name, Kind::Pack))
        }
        Some(book) if !has_head(&book, PILOT) => Err(no_file_of(file_name, Kind::Pilot)),
        Some(book) => pilot::read(&book, file_name),
        None => read_pilot(text_of(bytes, file_name)?, file_name),
    }
}

/// Writes a pack and its requirements as an Excel file that [`read_pack_file`] reads back.
///
/// # Errors
/// When a section names a requirement that is not given, a table is too large, or the library fails.
pub fn pack_to_xlsx(
    of: &Pack,
    requirements: &[Requirement],
    language: Language,
) -> Result<Vec<u8>, ExportError> {
    workbook::write(&pack::tables(of, requirements, language)?, &[], language)
}

/// Writes a pack and its requirements as a CSV file that [`read_pack_file`] reads back.
///
/// # Errors
/// As [`pack_to_xlsx`].
pub fn pack_to_csv(
    of: &Pack,
    requirements: &[Requirement],
    language: Language,
) -> Result<Vec<u8>, ExportError> {
    comma::write(&pack::tables(of, requirements, language)?, language)
}

/// Writes a pilot as an Excel file that [`read_pilot_file`] reads back.
///
/// # Errors
/// As [`pack_to_xlsx`].
pub fn pilot_to_xlsx(of: &PilotFile, language: Language) -> Result<Vec<u8>, ExportError> {
    workbook::write(&pilot::tables(of, language)?, &[], language)
}

/// Writes a pilot as a CSV file that [`read_pilot_file`] reads back.
///
/// # Errors
/// As [`pack_to_xlsx`].
pub fn pilot_to_csv(of: &PilotFile, language: Language) -> Result<Vec<u8>, ExportError> {
    comma::write(&pilot::tables(of, language)?, language)
}

/// The one thing to say of a file of the other kind: all else that could be said of it is beside the point.
pub(crate) fn other_kind(file: &str, is: Kind) -> FileError {
    let (english, danish) = match is {
        Kind::Pack => (
            "this is a pack file, not a pilot file; import it with: faelled pack import",
            "dette er en pakkefil, ikke en afprøvningsfil; indlæs den med: faelled pack import",
        ),
        Kind::Pilot => (
            "this is a pilot file, not a pack file; record it with: faelled pilot record",
            "dette er en afprøvningsfil, ikke en pakkefil; registrér den med: faelled pilot record",
        ),
    };
    FileError::only(
        file,
        Problem::of_file(Place::START, "", "other-kind", english, danish),
    )
}

/// The one thing to say of tables that are about something else: a basket, or any other workbook.
fn no_file_of(file: &str, wanted: Kind) -> FileError {
    let (english, danish) = match wanted {
        Kind::Pack => (
            "this is no pack file: it has no sheet Pack; faelled pack template writes an empty one with every sheet",
            "dette er ikke en pakkefil: den har intet ark Pakke; faelled pack template skriver en tom med alle ark",
        ),
        Kind::Pilot => (
            "this is no pilot file: it has no sheet Pilot; faelled pilot template writes an empty one with every sheet",
            "dette er ikke en afprøvningsfil: den har intet ark Afprøvning; faelled pilot template skriver en tom med alle ark",
        ),
    };
    FileError::only(
        file,
        Problem::of_file(Place::START, "", "no-sheets", english, danish),
    )
}

fn tables_of(bytes: &[u8], file: &str) -> Result<Option<Book>, FileError> {
    let is_csv = file
        .rsplit_once('.')
        .is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("csv"));
    if workbook::is_workbook(bytes) {
        workbook::read(bytes, file).map(Some)
    } else if is_csv {
        comma::read(bytes, file).map(Some)
    } else {
        Ok(None)
    }
}

fn text_of<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str, FileError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        FileError::only(
            file,
            Problem::of_file(
                Place::Text { line, column: 1 },
                "",
                "not-text",
                "this is not text in UTF-8; save it as UTF-8 in the editor, or as .xlsx",
                "dette er ikke tekst i UTF-8; gem den som UTF-8 i editoren eller som .xlsx",
            ),
        )
    })
}

/// Whether a file has the sheet of what the tables are about. That of its records says little: many workbooks
/// have a sheet of requirements.
fn has_head(book: &Book, tables: &[Table]) -> bool {
    tables
        .iter()
        .filter(|table| table.form == Form::Fields)
        .any(|table| book.sheets.iter().any(|sheet| table.is_named(&sheet.name)))
}
