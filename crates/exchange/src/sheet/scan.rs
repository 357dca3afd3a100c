//! Reading tables: each row a record, each value with the cell it came from, everything wrong with its cell.

use std::collections::{BTreeMap, BTreeSet};

use faelled_model::{Finding, Language};
use serde_json::{Map, Value};

use super::book::{Book, Cell, Row, Sheet};
use super::code::CodeList;
use super::column::{Column, Form, Head, Kind, OWNER, Table};
use super::value::{self, Misfit};
use crate::limits::MAX_CELLS;
use crate::problem::{Place, Problem, What};

/// Sheets that are for people only.
const PROSE: &[&str] = &["vejledning", "instructions", "koder", "codes"];
/// What a form may have above its fields.
const FORM_HEADS: &[&str] = &["felt", "field"];

/// A record as it was read.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) value: Map<String, Value>,
    pub(crate) places: Places,
}

/// Where the values of a record stand.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The record as a whole.
    pub(crate) root: Place,
    fields: BTreeMap<String, Place>,
}

impl Places {
    pub(crate) fn at(root: Place) -> Self {
        Self {
            root,
            fields: BTreeMap::new(),
        }
    }

    pub(crate) fn set(&mut self, field: impl Into<String>, place: Place) {
        self.fields.entry(field.into()).or_insert(place);
    }

    /// Takes over the places of a record that stands at this field.
    pub(crate) fn take(&mut self, field: &str, inner: &Self) {
        self.set(field, inner.root.clone());
        for (name, place) in &inner.fields {
            let joined = if name.is_empty() {
                field.to_owned()
            } else {
                format!("{field}.{name}")
            };
            self.set(joined, place.clone());
        }
    }

    /// Where a field stands, or the nearest that is around it.
    pub(crate) fn find(&self, field: &str) -> &Place {
        let mut field = field;
        loop {
            if let Some(place) = self.fields.get(field) {
                return place;
            }
            match field.rfind(['.', '[']) {
                Some(end) => field = field.get(..end).unwrap_or_default(),
                None => return self.fields.get("").unwrap_or(&self.root),
            }
        }
    }
}

/// A file that is being read.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    book: &'a Book,
    tables: &'static [Table],
    pub(crate) problems: Vec<Problem>,
    /// The cells that could not be read.
    unread: Option<BTreeSet<Place>>,
}

impl<'a> Scan<'a> {
    /// Begins, and names the sheets that are not known.
    pub(crate) fn new(book: &'a Book, tables: &'static [Table]) -> Self {
        let mut scan = Self {
            book,
            tables,
            problems: Vec::new(),
            unread: None,
        };
        for (index, sheet) in book.sheets.iter().enumerate() {
            let is_prose = PROSE.contains(&sheet.name.trim().to_lowercase().as_str())
                || sheet.name.starts_with('#')
                || sheet.rows.iter().all(Row::is_blank);
            let known = tables.iter().find(|table| table.is_named(&sheet.name));
            let is_second = known.is_some_and(|table| {
                book.sheets
                    .iter()
                    .take(index)
                    .any(|other| table.is_named(&other.name))
            });
            if is_second {
                scan.sheet_problem(
                    sheet,
                    "is there twice; put the rows together",
                    "findes to gange; saml rækkerne",
                );
            } else if known.is_none() && !is_prose {
                scan.sheet_problem(
                    sheet,
                    "is not a sheet that is known here; correct its name, or begin it with # so that it is passed over",
                    "er ikke et ark, der kendes her; ret navnet, eller begynd det med #, så det springes over",
                );
            }
        }
        scan
    }

    fn sheet_problem(&mut self, sheet: &Sheet, english: &str, danish: &str) {
        let place = cell_place(&sheet.name, 1, 0, "");
        self.problems.push(Problem::of_file(
            place,
            &sheet.name,
            "unknown-sheet",
            english,
            danish,
        ));
    }

    /// Where the file begins.
    pub(crate) fn start(&self) -> Place {
        let sheet = self.book.sheets.first();
        cell_place(sheet.map_or("", |sheet| &sheet.name), 1, 0, "")
    }

    /// Where a table begins; the first sheet where it is not there.
    pub(crate) fn place_of(&self, table: &Table) -> Place {
        let name = self
            .sheet(table)
            .map_or(table.danish, |sheet| sheet.name.as_str());
        cell_place(name, 1, 0, "")
    }

    fn sheet(&self, table: &Table) -> Option<&'a Sheet> {
        self.book
            .sheets
            .iter()
            .find(|sheet| table.is_named(&sheet.name))
    }

    /// The records of a table; of a table of fields there is one.
    pub(crate) fn read(&mut self, table: &Table) -> Vec<Record> {
        let Some(sheet) = self.sheet(table) else {
            return Vec::new();
        };
        if table.form == Form::Fields {
            return vec![self.fields(table, sheet)];
        }
        let mut rows = sheet.rows.iter().filter(|row| !row.is_blank());
        let Some(head) = rows.next() else {
            return Vec::new();
        };
        let columns = self.columns(table, sheet, head);
        let rows: Vec<&Row> = rows.filter(|row| !is_example(row)).collect();
        // Every cell gets its place, also one that is not written in the file.
        if rows.len().saturating_mul(columns.len()) > MAX_CELLS {
            self.problems.push(Problem::of_file(
                cell_place(&sheet.name, 1, 0, ""),
                &sheet.name,
                "too-large",
                "has more rows and columns than are read; delete what is not needed",
                "har flere rækker og kolonner, end der læses; slet det overflødige",
            ));
            return Vec::new();
        }
        rows.into_iter()
            .map(|row| self.row(sheet, head, row, &columns))
            .collect()
    }

    /// Finds out what each column is.
    fn columns<'t>(&mut self, table: &'t Table, sheet: &Sheet, head: &Row) -> Vec<Found<'t>> {
        let mut found: Vec<Found<'t>> = Vec::new();
        for (index, cell) in head.cells.iter().enumerate() {
            let text = value::text_of(cell);
            let place = cell_place(&sheet.name, head.number, index, "");
            if text.trim().is_empty() || text.starts_with('#') {
                continue;
            }
            match recognise(table, &text) {
                Ok((column, head)) => {
                    let is_second = found
                        .iter()
                        .any(|other| other.column.field == column.field && other.head == head);
                    if is_second {
                        self.column_problem(
                            place,
                            &text,
                            "is there twice; delete one of the columns",
                            "findes to gange; slet den ene kolonne",
                        );
                    } else {
                        found.push(Found {
                            index,
                            text: text.trim().to_owned(),
                            column,
                            head,
                        });
                    }
                }
                Err((english, danish)) => self.column_problem(place, &text, english, danish),
            }
        }
        found.sort_by_key(|found| found.head.part);
        found
    }

    fn column_problem(&mut self, place: Place, text: &str, english: &str, danish: &str) {
        let subject: String = text.trim().chars().take(60).collect();
        self.problems.push(Problem::of_file(
            place,
            &subject,
            "unknown-column",
            english,
            danish,
        ));
    }

    fn row(&mut self, sheet: &Sheet, head: &Row, row: &Row, columns: &[Found<'_>]) -> Record {
        let first = columns.iter().min_by_key(|found| found.index);
        let root = cell_place(
            &sheet.name,
            row.number,
            first.map_or(0, |found| found.index),
            first.map_or("", |found| &found.text),
        );
        let mut record = Record {
            value: Map::new(),
            places: Places::at(root),
        };
        for found in columns {
            let place = cell_place(&sheet.name, row.number, found.index, &found.text);
            self.cell(&mut record, found, row.cell(found.index), place);
        }
        for (index, cell) in row.cells.iter().enumerate() {
            if head.cell(index).is_empty() && !value::text_of(cell).trim().is_empty() {
                self.problems.push(Problem::of_file(
                    cell_place(&sheet.name, row.number, index, ""),
                    "",
                    "unknown-column",
                    "stands in a column without a name; move or delete it",
                    "står i en kolonne uden navn; flyt eller slet det",
                ));
            }
        }
        record
    }

    fn fields(&mut self, table: &Table, sheet: &Sheet) -> Record {
        let mut record = Record {
            value: Map::new(),
            places: Places::at(cell_place(&sheet.name, 1, 0, "")),
        };
        let mut seen: Vec<(&str, Head)> = Vec::new();
        for row in sheet.rows.iter().filter(|row| !row.is_blank()) {
            let text = value::text_of(row.cell(0));
            let name = text.trim().to_lowercase();
            if name.starts_with('#') || FORM_HEADS.contains(&name.as_str()) {
                continue;
            }
            let label = cell_place(&sheet.name, row.number, 0, "");
            match recognise(table, &text) {
                Ok((column, head)) => {
                    let key = (column.field, head.clone());
                    if seen.contains(&key) {
                        let (english, danish) = (
                            "is there twice; delete one of the rows",
                            "findes to gange; slet den ene række",
                        );
                        self.column_problem(label, &text, english, danish);
                        continue;
                    }
                    seen.push(key);
                    let found = Found {
                        index: 1,
                        text: text.trim().to_owned(),
                        column,
                        head,
                    };
                    let place = cell_place(&sheet.name, row.number, 1, &found.text);
                    self.cell(&mut record, &found, row.cell(1), place);
                }
                Err((english, danish)) => self.column_problem(label, &text, english, danish),
            }
        }
        record
    }

    /// Takes one cell into its record.
    fn cell(&mut self, record: &mut Record, found: &Found<'_>, cell: &Cell, place: Place) {
        let column = found.column;
        let field = match &found.head.language {
            Some(language) if column.field.is_empty() => language.clone(),
            Some(language) => format!("{}.{language}", column.field),
            None => column.field.to_owned(),
        };
        record.places.set(column.field, place.clone());
        record.places.set(field.clone(), place.clone());
        match value::read(column.kind, cell) {
            Ok(None) => {}
            Ok(Some(Value::String(more))) if found.head.part > 1 => {
                let before = value::get(&Value::Object(record.value.clone()), &field)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned();
                value::set(&mut record.value, &field, Value::from(before + &more));
            }
            Ok(Some(value)) => value::set(&mut record.value, &field, value),
            Err(misfit) => self.misfit(record, place, misfit),
        }
    }

    fn misfit(&mut self, record: &Record, place: Place, (code, english, danish): Misfit) {
        let subject = subject(&record.value);
        self.problems
            .push(Problem::of_file(place, &subject, code, english, danish));
    }

    /// Findings of the model, each at its cell; a cell that could not be read is not named twice.
    pub(crate) fn findings(&mut self, subject: &str, found: Vec<Finding>, places: &Places) {
        // Cells are all read before the model judges the first of them.
        if self.unread.is_none() {
            let places = self.problems.iter().map(|problem| problem.place.clone());
            self.unread = Some(places.collect());
        }
        for finding in found {
            let place = places.find(&finding.field).clone();
            let is_named = self
                .unread
                .as_ref()
                .is_some_and(|unread| unread.contains(&place));
            if !is_named {
                self.problems.push(Problem {
                    place,
                    subject: subject.to_owned(),
                    field: finding.field.clone(),
                    what: named(self.tables, finding),
                });
            }
        }
    }

    /// All that is wrong, in the order of the sheets, their rows and columns.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems;
        let sheet_order = |name: &str| {
            self.book
                .sheets
                .iter()
                .position(|sheet| sheet.name == name)
                .unwrap_or(usize::MAX)
        };
        problems.sort_by_key(|problem| match &problem.place {
            Place::Cell {
                sheet, row, column, ..
            } => (sheet_order(sheet), *row, *column),
            Place::Text { line, column } => (0, *line, *column),
        });
        problems
    }
}

/// A rule on codes tells the codes that there are; whoever fills in tables knows them by their names.
fn named(tables: &[Table], finding: Finding) -> What {
    let known = finding.args.iter().find(|(name, _)| *name == "known");
    let list = known.and_then(|(_, known)| list_of(tables, &finding.field, known));
    let Some(list) = list else {
        return What::Finding(finding);
    };
    let message = |language| {
        let mut finding = finding.clone();
        for (name, value) in &mut finding.args {
            if *name == "known" {
                *value = list.choices(language);
            }
        }
        finding.message(language)
    };
    What::Named {
        english: message(Language::English),
        danish: message(Language::Danish),
        finding,
    }
}

/// The list with exactly these codes, of the column for this field where several have them.
fn list_of(tables: &[Table], field: &str, known: &str) -> Option<CodeList> {
    let fitting: Vec<(&Column, CodeList)> = tables
        .iter()
        .flat_map(|table| table.columns)
        .filter_map(|column| match column.kind {
            Kind::One(list) | Kind::Many(list) => Some((column, list)),
            _ => None,
        })
        .filter(|(_, list)| list.is(known))
        .collect();
    let own = fitting
        .iter()
        .find(|(column, _)| field.split(['.', '[']).any(|part| part == column.field));
    own.or(fitting.first()).map(|(_, list)| *list)
}

/// A column of a sheet.
#[derive(Debug)]
struct Found<'t> {
    index: usize,
    text: String,
    column: &'t Column,
    head: Head,
}

/// What a row is about, for messages.
pub(crate) fn subject(record: &Map<String, Value>) -> String {
    [OWNER, "number", "code"]
        .iter()
        .find_map(|field| record.get(*field).and_then(Value::as_str))
        .unwrap_or_default()
        .chars()
        .take(60)
        .collect()
}

/// A place in a sheet; rows are counted from 1, columns from 0.
pub(crate) fn cell_place(sheet: &str, row: usize, column: usize, header: &str) -> Place {
    let short = |text: &str| text.chars().take(60).collect();
    Place::Cell {
        sheet: short(sheet),
        row,
        column: column + 1,
        header: short(header),
    }
}

/// Rows whose first cell begins with `#` are examples and notes. A table's first column never holds free text.
fn is_example(row: &Row) -> bool {
    matches!(row.cell(0), Cell::Text(text) if text.trim_start().starts_with('#'))
}

type Said = (&'static str, &'static str);

fn recognise<'t>(table: &'t Table, text: &str) -> Result<(&'t Column, Head), Said> {
    let mut head = Head::parse(text);
    let find = |name: &str| table.columns.iter().find(|column| column.is_named(name));
    let mut column = find(&head.name);
    if column.is_none() && head.part == 1 {
        // A name that only looks as if it ended with a language.
        column = find(text);
        if column.is_some() {
            head.language = None;
        }
    }
    let column = column.ok_or((
        "is not a column that is known here; correct or delete it, or begin it with # so that it is passed over",
        "er ikke en kolonne, der kendes her; ret eller slet den, eller begynd den med #, så den springes over",
    ))?;
    head.name = column.field.to_owned();
    match (column.kind == Kind::Texts, head.language.is_some()) {
        (true, false) => Err((
            "says no language; write it with one, such as (da) or (en)",
            "siger intet sprog; skriv det med, fx (da) eller (en)",
        )),
        (false, true) => Err((
            "has no languages; delete the brackets",
            "har ingen sprog; slet parentesen",
        )),
        _ => Ok((column, head)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_without_a_cell_stands_at_the_nearest_around_it() {
        let place = |column| cell_place("Krav", 4, column, "");
        let mut evidence = Places::at(place(7));
        evidence.set("text.da", place(8));
        let mut places = Places::at(place(0));
        places.set("cpv", place(1));
        places.take("evidence[2]", &evidence);
        for (field, column) in [
            ("cpv[3]", 1),
            ("evidence[2].text.da", 8),
            ("evidence[2].labels[1]", 7),
            ("evidence[1].text", 0),
            ("sources", 0),
        ] {
            assert_eq!(*places.find(field), place(column), "{field}");
        }
    }
}
