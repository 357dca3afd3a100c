//! Excel files.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, Xlsx};
use faelled_model::Language;
use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, Note, Workbook, Worksheet,
    XlsxError,
};

use super::book::{Book, Cell, Room, Sheet, TooManyCells};
use super::code::CodeList;
use super::column::{Column, Form, Kind};
use super::write::{ExportError, Filled};
use crate::limits::{
    MAX_CELL_BYTES, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, MAX_SHEETS, MAX_WORKBOOK_BYTES,
    MAX_WORKBOOK_PARTS, MAX_WORKBOOK_STRINGS,
};
use crate::problem::{FileError, Place, Problem};
use crate::tree::too_large;

/// What every Excel file begins with: it is a ZIP archive.
const MAGIC: &[u8] = b"PK\x03\x04";
const CODES_SHEET: (&str, &str) = ("Codes", "Koder");
/// Rows below the head on which drop-down lists work.
const LIST_ROWS: u32 = 1_000;

/// Whether these bytes want to be an Excel file.
pub(crate) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Reads the cells of an Excel file. Of a formula the value counts that was last computed.
pub(crate) fn read(bytes: &[u8], file: &str) -> Result<Book, FileError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(too_large(file, bytes.len(), MAX_FILE_BYTES));
    }
    let fail = |refusal: Refusal| FileError::only(file, refusal.problem());
    unpack(bytes).map_err(fail)?;
    // The library is not trusted with hostile bytes: a panic of its own refuses the file.
    catch_unwind(AssertUnwindSafe(|| cells(bytes)))
        .unwrap_or(Err(Refusal::Unreadable))
        .map_err(fail)
}

#[derive(Debug)]
enum Refusal {
    Unreadable,
    TooLarge,
    Rows(String),
    LongCell(Place),
}

impl Refusal {
    fn problem(self) -> Problem {
        match self {
            Self::Unreadable => Problem::of_file(
                Place::START,
                "",
                "not-a-workbook",
                "this is not an Excel file that can be read; save it as .xlsx once more",
                "dette er ikke en Excel-fil, der kan læses; gem den som .xlsx en gang til",
            ),
            Self::TooLarge => Problem::of_file(
                Place::START,
                "",
                "too-large",
                "the Excel file holds more than is read; divide it",
                "Excel-filen indeholder mere, end der læses; del den",
            ),
            Self::Rows(sheet) => Problem::of_file(
                Place::START,
                &sheet,
                "too-large",
                format!(
                    "has more than {MAX_ROWS} rows or {MAX_COLUMNS} columns; delete what is not needed"
                ),
                format!(
                    "har mere end {MAX_ROWS} rækker eller {MAX_COLUMNS} kolonner; slet det overflødige"
                ),
            ),
            Self::LongCell(place) => Problem::of_file(
                place,
                "",
                "too-large",
                "holds more text than a cell can; divide it",
                "indeholder mere tekst, end en celle kan; del den",
            ),
        }
    }
}

impl From<calamine::XlsxError> for Refusal {
    fn from(_: calamine::XlsxError) -> Self {
        Self::Unreadable
    }
}

impl From<TooManyCells> for Refusal {
    fn from(_: TooManyCells) -> Self {
        Self::TooLarge
    }
}

/// Unpacks every part within bounds before the library may: the sizes that an archive states need not be
/// true.
fn unpack(bytes: &[u8]) -> Result<(), Refusal> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Unreadable)?;
    if archive.len() > MAX_WORKBOOK_PARTS {
        return Err(Refusal::TooLarge);
    }
    let mut left = MAX_WORKBOOK_BYTES as u64;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| Refusal::Unreadable)?;
        let name = part.name().map_err(|_| Refusal::Unreadable)?.to_lowercase();
        let is_xml = name.ends_with(".xml");
        let mut content = Vec::new();
        part.take(left + 1)
            .read_to_end(&mut content)
            .map_err(|_| Refusal::Unreadable)?;
        left = left
            .checked_sub(content.len() as u64)
            .ok_or(Refusal::TooLarge)?;
        if is_xml {
            announced(&content)?;
        }
    }
    Ok(())
}

/// The library makes room for as many texts as a file announces, before it has seen one.
fn announced(content: &[u8]) -> Result<(), Refusal> {
    // In another encoding the announcement could hide.
    let text = std::str::from_utf8(content).map_err(|_| Refusal::Unreadable)?;
    let declaration: String = text.chars().take(200).collect();
    let encoding = declaration.split_once("encoding").map(|(_, after)| {
        after
            .trim_start_matches([' ', '=', '"', '\''])
            .to_lowercase()
    });
    if encoding.is_some_and(|name| !name.starts_with("utf-8") && !name.starts_with("us-ascii")) {
        return Err(Refusal::Unreadable);
    }
    for (_, after) in text
        .match_indices("uniqueCount")
        .filter_map(|(at, name)| text.get(at + name.len()..).map(|after| (at, after)))
    {
        let digits: String = after
            .chars()
            .skip_while(|char| !char.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .take(30)
            .collect();
        if digits.parse().unwrap_or(0_u64) > MAX_WORKBOOK_STRINGS || digits.len() > 19 {
            return Err(Refusal::TooLarge);
        }
    }
    Ok(())
}

fn cells(bytes: &[u8]) -> Result<Book, Refusal> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let names = workbook.sheet_names();
    if names.len() > MAX_SHEETS {
        return Err(Refusal::TooLarge);
    }
    let mut room = Room::default();
    let mut book = Book::default();
    let mut text_bytes = 0_usize;
    for name in names {
        let mut sheet = Sheet {
            name: name.clone(),
            rows: Vec::new(),
        };
        let Ok(mut reader) = workbook.worksheet_cells_reader(&name) else {
            // A chart has no cells.
            continue;
        };
        while let Some(record) = reader.next_cell_with_formula_metadata()? {
            let (row, column) = record.pos;
            let (row, column) = (row as usize, column as usize);
            if row >= MAX_ROWS || column >= MAX_COLUMNS {
                if matches!(record.value, DataRef::Empty) {
                    continue;
                }
                return Err(Refusal::Rows(name));
            }
            let length = match &record.value {
                DataRef::String(text) => text.len(),
                DataRef::SharedString(text) => text.len(),
                _ => 0,
            };
            text_bytes = text_bytes.saturating_add(length);
            if text_bytes > MAX_WORKBOOK_BYTES {
                return Err(Refusal::TooLarge);
            }
            if length > MAX_CELL_BYTES {
                return Err(Refusal::LongCell(super::scan::cell_place(
                    &name,
                    row + 1,
                    column,
                    "",
                )));
            }
            let cell = match cell_of(record.value) {
                Cell::Empty if record.formula.is_some() => Cell::Uncomputed,
                Cell::Empty => continue,
                cell => cell,
            };
            room.put(&mut sheet, row + 1, column, cell)?;
        }
        book.sheets.push(sheet);
    }
    Ok(book)
}

fn cell_of(value: DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Number(number as f64),
        DataRef::Float(number) => Cell::Number(number),
        DataRef::String(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Bool(flag) => Cell::Flag(flag),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            Cell::Day(format!("{year:04}-{month:02}-{day:02}"))
        }
        DataRef::DateTime(duration) => Cell::Number(duration.as_f64()),
        DataRef::DateTimeIso(moment) => Cell::Day(moment.chars().take(10).collect()),
        DataRef::DurationIso(duration) => Cell::text(duration),
        DataRef::Error(fault) => Cell::Fault(fault.to_string()),
    }
}

/// Writes tables as an Excel file: heads with notes, drop-down lists for codes, and a sheet that explains them.
pub(crate) fn write(
    tables: &[Filled],
    prose: &[String],
    language: Language,
) -> Result<Vec<u8>, ExportError> {
    let mut workbook = Workbook::new();
    // The same content gives the same file, whenever it is written.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    if !prose.is_empty() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(language.pick("Instructions", "Vejledning"))?;
        sheet.set_column_width(0, 110)?;
        let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        for (row, line) in (0..).zip(prose) {
            sheet.write_string_with_format(row, 0, line, &wrapped)?;
        }
    }
    let lists = Lists::new(tables);
    for filled in tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(filled.table.name(language))?;
        write_table(sheet, filled, &lists, language)?;
    }
    lists.write(workbook.add_worksheet(), language)?;
    Ok(workbook.save_to_buffer()?)
}

/// Writes a plain table: its heads, then its rows.
pub(crate) fn write_plain(
    name: &str,
    heads: &[&str],
    rows: &[Vec<Cell>],
) -> Result<Vec<u8>, ExportError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    for (column, head) in (0..).zip(heads) {
        sheet.write_string_with_format(0, column, *head, &head_format())?;
        sheet.set_column_width(column, 28)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            write_cell(sheet, row, column, cell)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

fn head_format() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_background_color("E2EFDA")
}

fn write_table(
    sheet: &mut Worksheet,
    filled: &Filled,
    lists: &Lists,
    language: Language,
) -> Result<(), ExportError> {
    if filled.table.form == Form::Fields {
        return write_form(sheet, filled, lists, language);
    }
    sheet.set_freeze_panes(1, 1)?;
    for (column, (kind, head)) in (0..).zip(&filled.heads) {
        sheet.write_string_with_format(0, column, head.to_string(), &head_format())?;
        sheet.set_column_width(column, width(kind.kind))?;
        if head.part == 1 {
            sheet.insert_note(0, column, &note(kind, language))?;
        }
        if let Some(list) = lists.validation(kind, language)? {
            sheet.add_data_validation(1, column, LIST_ROWS, column, &list)?;
        }
    }
    for (row, cells) in (1..).zip(&filled.rows) {
        for (column, cell) in (0..).zip(cells) {
            write_cell(sheet, row, column, cell)?;
        }
    }
    Ok(())
}

fn write_form(
    sheet: &mut Worksheet,
    filled: &Filled,
    lists: &Lists,
    language: Language,
) -> Result<(), ExportError> {
    let heads = [
        language.pick("Field", "Felt"),
        language.pick("Value", "Værdi"),
        language.pick("What to write", "Hvad der skrives"),
    ];
    for (column, (head, width)) in (0..).zip(heads.into_iter().zip([30, 80, 60])) {
        sheet.write_string_with_format(0, column, head, &head_format())?;
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    let cells = filled.rows.first();
    for (index, (column, head)) in filled.heads.iter().enumerate() {
        let row = u32::try_from(index + 1).map_err(|_| XlsxError::RowColumnLimitError)?;
        sheet.write_string_with_format(row, 0, head.to_string(), &head_format())?;
        if let Some(cell) = cells.and_then(|cells| cells.get(index)) {
            write_cell(sheet, row, 1, cell)?;
        }
        let (english, danish) = column.help;
        sheet.write_string(row, 2, language.pick(english, danish))?;
        if let Some(list) = lists.validation(column, language)? {
            sheet.add_data_validation(row, 1, row, 1, &list)?;
        }
    }
    Ok(())
}

/// Texts are written as texts whatever they look like, and stay so when somebody edits the cell.
fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
) -> Result<(), ExportError> {
    match cell {
        Cell::Number(number) if number.is_finite() => {
            sheet.write_number(row, column, *number)?;
        }
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) => {
            let quoted = Format::new().set_quote_prefix();
            sheet.write_string_with_format(row, column, text, &quoted)?;
        }
        Cell::Text(text) | Cell::Day(text) | Cell::Fault(text) => {
            sheet.write_string(row, column, text)?;
        }
        Cell::Flag(flag) => {
            sheet.write_boolean(row, column, *flag)?;
        }
        Cell::Number(_) | Cell::Empty | Cell::Uncomputed => {}
    }
    Ok(())
}

fn note(column: &Column, language: Language) -> Note {
    let (english, danish) = column.help;
    Note::new(language.pick(english, danish)).add_author_prefix(false)
}

const fn width(kind: Kind) -> u16 {
    match kind {
        Kind::Texts => 48,
        Kind::Text | Kind::List | Kind::Many(_) | Kind::Cpv => 26,
        Kind::Key | Kind::One(_) => 18,
        Kind::Number | Kind::Count | Kind::Flag => 12,
    }
}

/// The code lists of a workbook, below each other on one sheet.
#[derive(Debug)]
struct Lists {
    lists: Vec<CodeList>,
}

impl Lists {
    fn new(tables: &[Filled]) -> Self {
        let mut lists: Vec<CodeList> = tables
            .iter()
            .flat_map(|filled| filled.table.columns)
            .filter_map(|column| match column.kind {
                Kind::One(list) | Kind::Many(list) => Some(list),
                _ => None,
            })
            .collect();
        lists.sort();
        lists.dedup();
        Self { lists }
    }

    /// A drop-down list where a cell takes one code. Other values are only warned of: a newer version may
    /// know more.
    fn validation(
        &self,
        column: &Column,
        language: Language,
    ) -> Result<Option<DataValidation>, ExportError> {
        let Kind::One(wanted) = column.kind else {
            return Ok(None);
        };
        let mut row = 2;
        for list in &self.lists {
            let count = list.codes().len();
            if *list == wanted {
                let sheet = language.pick(CODES_SHEET.0, CODES_SHEET.1);
                let letter = match wanted {
                    CodeList::Units | CodeList::Labels => "B",
                    _ => language.pick("D", "C"),
                };
                let last = row + count.saturating_sub(1);
                let range = format!("={sheet}!${letter}${row}:${letter}${last}");
                let validation = DataValidation::new()
                    .allow_list_formula(range.as_str().into())
                    .set_error_style(rust_xlsxwriter::DataValidationErrorStyle::Warning);
                return Ok(Some(validation));
            }
            row += count;
        }
        Ok(None)
    }

    fn write(&self, sheet: &mut Worksheet, language: Language) -> Result<(), ExportError> {
        sheet.set_name(language.pick(CODES_SHEET.0, CODES_SHEET.1))?;
        let heads = [
            (language.pick("List", "Liste"), 28),
            (language.pick("Code", "Kode"), 28),
            ("Dansk", 40),
            ("English", 40),
        ];
        for (column, (head, width)) in (0..).zip(heads) {
            sheet.write_string_with_format(0, column, head, &head_format())?;
            sheet.set_column_width(column, width)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        let codes = self.lists.iter().flat_map(|list| {
            let name = match list {
                CodeList::Term(name) | CodeList::Eforms(name) => *name,
                CodeList::Units => "UCUM",
                CodeList::Labels => language.pick("Labels", "Mærker"),
            };
            list.codes().into_iter().map(move |code| (name, code))
        });
        for (row, (name, code)) in (1..).zip(codes) {
            for (column, text) in (0..).zip([name, &code.code, &code.danish, &code.english]) {
                sheet.write_string(row, column, text)?;
            }
        }
        Ok(())
    }
}
