//! CSV files: the tables of a workbook below each other, each under its name in square brackets.
//!
//! A cell that a spreadsheet program could take for a formula, or this reader for the name of a table, is
//! written with an apostrophe before it, and read without.

use faelled_model::Language;

use super::book::{Book, Cell, Room, Sheet};
use super::column::Form;
use super::value::text_of;
use super::write::{ExportError, Filled};
use crate::limits::{MAX_CELL_BYTES, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, MAX_SHEETS};
use crate::problem::{FileError, Place, Problem};
use crate::tree::too_large;

/// What a cell must not begin with as it is.
const UNSAFE: &[char] = &['=', '+', '-', '@', '\t', '\r', '[', '\''];
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Reads the tables of a CSV file.
pub(crate) fn read(bytes: &[u8], file: &str) -> Result<Book, FileError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(too_large(file, bytes.len(), MAX_FILE_BYTES));
    }
    let fail = |place, code, english: &str, danish: &str| {
        FileError::only(file, Problem::of_file(place, "", code, english, danish))
    };
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        fail(
            Place::Text { line, column: 1 },
            "not-text",
            "this is not text in UTF-8; save it as \"CSV UTF-8\"",
            "dette er ikke tekst i UTF-8; gem den som \"CSV UTF-8\"",
        )
    })?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    tables(text).map_err(|refusal| match refusal {
        Refusal::TooLarge(row) => fail(
            Place::Text { line: row, column: 1 },
            "too-large",
            "the file holds more than is read; divide it",
            "filen indeholder mere, end der læses; del den",
        ),
        Refusal::NoTable(row) => fail(
            Place::Text { line: row, column: 1 },
            "not-a-table",
            "begin every table with its name in square brackets on a line of its own, such as [Requirements]",
            "begynd hver tabel med dens navn i kantede parenteser på en linje for sig, fx [Krav]",
        ),
    })
}

enum Refusal {
    TooLarge(usize),
    NoTable(usize),
}

fn tables(text: &str) -> Result<Book, Refusal> {
    let (text, delimiter, skipped) = without_separator_line(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut room = Room::default();
    let mut book = Book::default();
    let mut row = skipped;
    loop {
        let before = reader.position().line();
        // Text that is text cannot fail here; it would be the end of the file.
        if !reader.read_record(&mut record).unwrap_or(false) {
            return Ok(book);
        }
        // The reader passes over empty lines; spreadsheet programs count them.
        let breaks: usize = record.iter().map(|cell| cell.matches('\n').count()).sum();
        let lines = usize::try_from(reader.position().line() - before).unwrap_or(usize::MAX);
        row += 1 + lines.saturating_sub(breaks + 1);
        if row > MAX_ROWS || record.len() > MAX_COLUMNS {
            return Err(Refusal::TooLarge(row));
        }
        let first = record.get(0).unwrap_or_default().trim();
        let name = first
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'));
        if let Some(name) = name {
            if book.sheets.len() >= MAX_SHEETS {
                return Err(Refusal::TooLarge(row));
            }
            book.sheets.push(Sheet {
                name: name.trim().to_owned(),
                rows: Vec::new(),
            });
            continue;
        }
        let is_blank = record.iter().all(|cell| cell.trim().is_empty());
        let Some(sheet) = book.sheets.last_mut() else {
            if is_blank {
                continue;
            }
            return Err(Refusal::NoTable(row));
        };
        for (column, cell) in record
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.is_empty())
        {
            if cell.len() > MAX_CELL_BYTES {
                return Err(Refusal::TooLarge(row));
            }
            room.put(sheet, row, column, Cell::text(bare(cell)))
                .map_err(|_| Refusal::TooLarge(row))?;
        }
    }
}

/// Excel may write `sep=;` into the first line: what follows it, what it names, and how many lines it took.
fn without_separator_line(text: &str) -> (&str, u8, usize) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.trim_end().strip_prefix("sep=").map(str::as_bytes) {
        Some([named]) if named.is_ascii() => (rest, *named, 1),
        _ => (text, delimiter(text), 0),
    }
}

/// What stands first between two cells. The first cells are names of tables and fields, in which none of these
/// stands; in the texts beside them any of these may stand more often than what divides the cells.
fn delimiter(text: &str) -> u8 {
    let mut in_quotes = false;
    let first = text.bytes().find(|byte| match byte {
        b'"' => {
            in_quotes = !in_quotes;
            false
        }
        b';' | b',' | b'\t' => !in_quotes,
        _ => false,
    });
    first.unwrap_or(b';')
}

fn bare(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(UNSAFE) => rest,
        _ => cell,
    }
}

fn safe(text: String) -> String {
    if text.starts_with(UNSAFE) {
        format!("'{text}")
    } else {
        text
    }
}

/// Writes tables as CSV in UTF-8, as spreadsheet programs in this language expect it.
pub(crate) fn write(tables: &[Filled], language: Language) -> Result<Vec<u8>, ExportError> {
    let mut writer = Writer::new(language);
    for filled in tables {
        let table = filled.table;
        writer.row([format!("[{}]", table.name(language))])?;
        if table.form == Form::Fields {
            let cells = filled.rows.first();
            for (index, (_, head)) in filled.heads.iter().enumerate() {
                let cell = cells
                    .and_then(|cells| cells.get(index))
                    .unwrap_or(&Cell::Empty);
                writer.row([head.to_string(), writer.cell(cell)])?;
            }
        } else {
            writer.row(filled.heads.iter().map(|(_, head)| head.to_string()))?;
            for cells in &filled.rows {
                let cells: Vec<String> = cells.iter().map(|cell| writer.cell(cell)).collect();
                writer.row(cells)?;
            }
        }
    }
    writer.finish()
}

/// Writes a plain table: its heads, then its rows.
pub(crate) fn write_plain(
    heads: &[&str],
    rows: &[Vec<Cell>],
    language: Language,
) -> Result<Vec<u8>, ExportError> {
    let mut writer = Writer::new(language);
    writer.row(heads.iter().map(|head| (*head).to_owned()))?;
    for cells in rows {
        let cells: Vec<String> = cells.iter().map(|cell| writer.cell(cell)).collect();
        writer.row(cells)?;
    }
    writer.finish()
}

struct Writer {
    csv: csv::Writer<Vec<u8>>,
    language: Language,
}

impl Writer {
    fn new(language: Language) -> Self {
        let csv = csv::WriterBuilder::new()
            .delimiter(language.pick(b',', b';'))
            .flexible(true)
            .terminator(csv::Terminator::CRLF)
            // Without it Excel takes the file for another encoding.
            .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
        Self { csv, language }
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) -> Result<(), ExportError> {
        Ok(self.csv.write_record(cells)?)
    }

    /// A number is written as the language writes it: it is no formula, even below zero.
    fn cell(&self, cell: &Cell) -> String {
        match cell {
            Cell::Number(number) if self.language == Language::Danish => {
                number.to_string().replace('.', ",")
            }
            Cell::Number(number) => number.to_string(),
            cell => safe(text_of(cell)),
        }
    }

    fn finish(self) -> Result<Vec<u8>, ExportError> {
        self.csv
            .into_inner()
            .map_err(|error| ExportError::Write(error.into_error()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
        let book = read(text.as_bytes(), "x.csv").unwrap();
        book.sheets
            .iter()
            .flat_map(|sheet| &sheet.rows)
            .map(|row| (row.number, row.cells.iter().map(text_of).collect()))
            .collect()
    }

    #[test]
    fn rows_are_numbered_as_spreadsheet_programs_do() {
        let found = rows("[Krav]\r\na;b\r\n\r\n\r\n\"x\r\ny\";2\r\nc;d\r\n");
        let numbers: Vec<usize> = found.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [2, 5, 6]);
        assert_eq!(found[1].1, ["x\r\ny", "2"]);
        assert_eq!(
            rows("sep=,\n[Krav],\na,b\n")[0],
            (3, vec!["a".to_owned(), "b".to_owned()])
        );
    }

    #[test]
    fn the_delimiter_is_what_the_program_wrote() {
        for text in ["[Krav]\na;b,c;d\n", "[Krav]\na\tb,c\td\n"] {
            assert_eq!(rows(text)[0].1, ["a", "b,c", "d"], "{text:?}");
        }
        assert_eq!(
            rows("[Krav],,\na,b,\"c;d;e;f\"\n")[0].1,
            ["a", "b", "c;d;e;f"]
        );
        let prose = "kasser, bakker, paller, spande, net";
        assert_eq!(
            rows(&format!("[Pakke]\nKode;X-1\nFormål;{prose}\n"))[1].1,
            ["Formål", prose]
        );
    }

    #[test]
    fn no_cell_is_a_formula_and_each_comes_back_as_it_was() {
        for text in [
            "=1+1", "+45", "-x", "@SUM", "\tx", "[Krav]", "'", "'=1", "''", "'s", "a=b",
        ] {
            let written = safe(text.to_owned());
            assert!(
                !written.starts_with(['=', '+', '-', '@', '\t', '\r', '[']),
                "{written}"
            );
            assert_eq!(bare(&written), text);
        }
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_line() {
        let error = read(b"\na;b\n", "x.csv").unwrap_err();
        assert_eq!(
            (error.problems[0].code(), error.problems[0].place.line()),
            ("not-a-table", 2)
        );
        let error = read(b"[Krav]\nm\xf8bler\n", "x.csv").unwrap_err();
        assert_eq!(
            (error.problems[0].code(), error.problems[0].place.line()),
            ("not-text", 2)
        );
    }
}
