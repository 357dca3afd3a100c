//! Packs in tables.

use std::collections::BTreeMap;

use faelled_model::pack::{self, RequirementRef};
use faelled_model::terms::WordingState;
use faelled_model::{Language, Pack, Requirement, requirement, validate};
use serde_json::{Map, Value};

use super::book::Book;
use super::column::{Form, OWNER, Table};
use super::layout::{ALTERNATIVE, ORDER, PACK, SECTION};
use super::scan::{Places, Record, Scan};
use super::value;
use super::write::{ExportError, Filled, items};
use crate::limits::{MAX_REQUIREMENTS, MAX_SECTIONS};
use crate::pack::PackFile;
use crate::problem::{FileError, Problem};

/// Reads the tables of a pack.
pub(crate) fn read(book: &Book, file: &str) -> Result<PackFile, FileError> {
    let mut scan = Scan::new(book, PACK);
    let mut reading = Reading::new(&scan);
    for table in PACK {
        let mut records = scan.read(table);
        match table.form {
            Form::Fields => reading.head(&mut scan, table, records),
            Form::Records => reading.requirements(&mut scan, table, records),
            Form::Items(list) => {
                bounded(&mut scan, table, &mut records, MAX_SECTIONS);
                reading.items(list, records);
            }
            Form::ItemsOf(list) => reading.items_of(&mut scan, list, records),
        }
    }
    reading.place_requirements(&mut scan);
    let (pack, requirements) = reading.judge(&mut scan);
    let warnings = FileError::check(file, scan.into_problems())?;
    Ok(PackFile {
        pack,
        requirements,
        warnings,
    })
}

#[derive(Debug)]
struct Reading {
    pack: Record,
    /// The numbers and titles by which rows name a section.
    sections: Vec<Vec<String>>,
    requirements: Vec<Record>,
    /// The first requirement with a number.
    by_number: BTreeMap<String, usize>,
}

impl Reading {
    fn new(scan: &Scan<'_>) -> Self {
        Self {
            pack: Record {
                value: Map::new(),
                places: Places::at(scan.start()),
            },
            sections: Vec::new(),
            requirements: Vec::new(),
            by_number: BTreeMap::new(),
        }
    }

    fn head(&mut self, scan: &mut Scan<'_>, table: &Table, records: Vec<Record>) {
        match records.into_iter().next() {
            Some(record) => self.pack = record,
            None => missing(scan, table),
        }
    }

    fn requirements(&mut self, scan: &mut Scan<'_>, table: &Table, mut records: Vec<Record>) {
        if records.is_empty() {
            missing(scan, table);
        }
        bounded(scan, table, &mut records, MAX_REQUIREMENTS);
        for (index, record) in records.iter().enumerate() {
            if let Some(number) = record.value.get("number").and_then(Value::as_str) {
                self.by_number.entry(number.to_owned()).or_insert(index);
            }
        }
        self.requirements = records;
    }

    /// Items of the pack itself.
    fn items(&mut self, list: &str, records: Vec<Record>) {
        for (index, mut record) in records.into_iter().enumerate() {
            if list == "sections" {
                self.sections.push(names_of_section(index, &mut record));
            }
            push(&mut self.pack, list, record.value, &record.places);
        }
    }

    /// Items of the requirement that their row names.
    fn items_of(&mut self, scan: &mut Scan<'_>, list: &str, records: Vec<Record>) {
        for mut record in records {
            let number = value::take(&mut record.value, OWNER);
            let owner = self
                .by_number
                .get(&number)
                .and_then(|index| self.requirements.get_mut(*index));
            match owner {
                Some(owner) => push(owner, list, record.value, &record.places),
                None => unknown_owner(scan, &record.places, &number),
            }
        }
    }

    /// Puts each requirement into its section, in the order of the rows.
    fn place_requirements(&mut self, scan: &mut Scan<'_>) {
        let mut placed: Vec<Vec<Value>> = vec![Vec::new(); self.sections.len()];
        for record in &mut self.requirements {
            let section = value::take(&mut record.value, SECTION);
            let alternative = value::take(&mut record.value, ALTERNATIVE);
            let number = record.value.get("number").and_then(Value::as_str);
            let found = self
                .sections
                .iter()
                .position(|names| names.contains(&section));
            let Some(index) = found else {
                if !section.is_empty() {
                    unknown_section(scan, record, &section);
                }
                continue;
            };
            let Some(section) = placed.get_mut(index) else {
                continue;
            };
            section.push(serde_json::json!({
                "number": number.unwrap_or_default(),
                "alternative_to": alternative,
            }));
            let field = format!("sections[{}].requirements[{}]", index + 1, section.len());
            let cell = record.places.find(SECTION).clone();
            let alternative = record.places.find(ALTERNATIVE).clone();
            self.pack.places.set(field.clone(), cell);
            self.pack
                .places
                .set(format!("{field}.alternative_to"), alternative);
        }
        let sections = self.pack.value.get_mut("sections");
        let sections = sections.and_then(Value::as_array_mut);
        for (section, placed) in sections.into_iter().flatten().zip(placed) {
            if let Value::Object(section) = section {
                section.insert("requirements".to_owned(), Value::Array(placed));
            }
        }
    }

    /// Makes typed values and has the model judge them.
    fn judge(self, scan: &mut Scan<'_>) -> (Pack, Vec<Requirement>) {
        let Self {
            pack: mut head,
            requirements: records,
            ..
        } = self;
        let mut pack: Pack = typed(scan, &head);
        pack.schema = pack::SCHEMA;
        let mut requirements = Vec::with_capacity(records.len());
        for (index, record) in records.iter().enumerate() {
            let mut requirement: Requirement = typed(scan, record);
            requirement.schema = requirement::SCHEMA;
            requirement.normalize();
            if requirement.state.is_unsaid() {
                requirement.state = WordingState::Draft;
            }
            let number = super::scan::subject(&record.value);
            scan.findings(&number, validate::requirement(&requirement), &record.places);
            let unplaced = record.places.find(SECTION).clone();
            let field = format!("requirement[{}]", index + 1);
            head.places
                .set(format!("{field}.number"), record.places.root.clone());
            head.places.set(field, unplaced);
            requirements.push(requirement);
        }
        scan.findings("", validate::pack(&pack), &head.places);
        scan.findings("", validate::contents(&pack, &requirements), &head.places);
        (pack, requirements)
    }
}

/// What requirements may call a section: its number, its title in any language.
fn names_of_section(index: usize, record: &mut Record) -> Vec<String> {
    let mut order = value::take(&mut record.value, ORDER);
    if order.is_empty() {
        order = (index + 1).to_string();
    }
    let titles = record.value.get("title").and_then(Value::as_object);
    let titles = titles
        .into_iter()
        .flat_map(|titles| titles.values())
        .filter_map(|title| Some(title.as_str()?.trim().to_owned()));
    std::iter::once(order).chain(titles).collect()
}

/// Adds an item to a list of a record.
pub(crate) fn push(owner: &mut Record, list: &str, item: Map<String, Value>, places: &Places) {
    let items = owner
        .value
        .entry(list)
        .or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(items) = items {
        items.push(Value::Object(item));
        let field = format!("{list}[{}]", items.len());
        owner.places.take(&field, places);
    }
}

/// A record as its type. Every cell was read as its column asks for, so this cannot fail unless a column asks
/// for what the type does not have.
pub(crate) fn typed<T: serde::de::DeserializeOwned + Default>(
    scan: &mut Scan<'_>,
    record: &Record,
) -> T {
    let value = Value::Object(record.value.clone());
    serde_json::from_value(value).unwrap_or_else(|error| {
        scan.problems.push(Problem::of_file(
            record.places.root.clone(),
            &super::scan::subject(&record.value),
            "wrong-kind",
            format!("has a value of the wrong kind: {error}"),
            format!("har en værdi af forkert slags: {error}"),
        ));
        T::default()
    })
}

/// A table that must be there is not, or is empty.
pub(crate) fn missing(scan: &mut Scan<'_>, table: &Table) {
    let place = scan.place_of(table);
    scan.problems.push(Problem::of_file(
        place,
        "",
        "missing",
        format!(
            "the sheet {} is missing or empty; fill it in",
            table.english
        ),
        format!("arket {} mangler eller er tomt; udfyld det", table.danish),
    ));
}

/// More records than are read.
pub(crate) fn bounded(scan: &mut Scan<'_>, table: &Table, records: &mut Vec<Record>, limit: usize) {
    let count = records.len();
    if count > limit {
        let place = scan.place_of(table);
        scan.problems.push(Problem::of_file(
            place,
            "",
            "too-many-entries",
            format!("there are {count}; at most {limit} are read; divide the file"),
            format!("der er {count}; der læses højst {limit}; del filen"),
        ));
        records.truncate(limit);
    }
}

/// A row that belongs to a requirement which is not there.
pub(crate) fn unknown_owner(scan: &mut Scan<'_>, places: &Places, number: &str) {
    let number: String = number.chars().take(60).collect();
    scan.problems.push(Problem::of_file(
        places.find(OWNER).clone(),
        &number,
        "unknown-row",
        "is not the number of a requirement in this file; correct it",
        "er ikke nummeret på et krav i denne fil; ret det",
    ));
}

fn unknown_section(scan: &mut Scan<'_>, record: &Record, section: &str) {
    let section: String = section.chars().take(60).collect();
    scan.problems.push(Problem::of_file(
        record.places.find(SECTION).clone(),
        &super::scan::subject(&record.value),
        "unknown-row",
        format!("names the section {section}, which is not on the sheet Sections; correct it"),
        format!("nævner afsnittet {section}, som ikke står på arket Afsnit; ret det"),
    ));
}

/// Lays a pack out in tables. Requirements stand in the order of their sections; those in none come last.
///
/// What only the software sets is left out: `schema`, `hearing_of`, `published_as`, and the documents of requirements.
pub(crate) fn tables(
    pack: &Pack,
    requirements: &[Requirement],
    language: Language,
) -> Result<Vec<Filled>, ExportError> {
    let head = serde_json::to_value(pack)?;
    let records = records(pack, requirements)?;
    PACK.iter()
        .map(|table| {
            let rows = match table.form {
                Form::Fields => vec![head.clone()],
                Form::Records => records.clone(),
                Form::Items(_) => own_items(&head, table),
                Form::ItemsOf(_) => owned_items(&records, table),
            };
            Filled::new(table, &rows, language)
        })
        .collect()
}

fn own_items(head: &Value, table: &Table) -> Vec<Value> {
    let mut rows = items(head, table);
    for (index, row) in rows.iter_mut().enumerate() {
        if let Value::Object(row) = row {
            row.insert(ORDER.to_owned(), Value::from((index + 1).to_string()));
        }
    }
    rows
}

/// Items of several records, each with the number of its own.
pub(crate) fn owned_items(records: &[Value], table: &Table) -> Vec<Value> {
    let mut rows = Vec::new();
    for record in records {
        let number = record.get("number").cloned().unwrap_or_default();
        for mut item in items(record, table) {
            if let Value::Object(item) = &mut item {
                item.insert(OWNER.to_owned(), number.clone());
            }
            rows.push(item);
        }
    }
    rows
}

fn records(pack: &Pack, requirements: &[Requirement]) -> Result<Vec<Value>, ExportError> {
    let mut left: Vec<Option<&Requirement>> = requirements.iter().map(Some).collect();
    let mut records = Vec::with_capacity(requirements.len());
    for (index, section) in pack.sections.iter().enumerate() {
        for reference in &section.requirements {
            let found = left.iter_mut().find(|requirement| {
                requirement.is_some_and(|requirement| requirement.number == reference.number)
            });
            let requirement = found
                .and_then(Option::take)
                .ok_or_else(|| ExportError::RequirementAbsent(reference.number.clone()))?;
            records.push(record(requirement, Some((index + 1, reference)))?);
        }
    }
    for requirement in left.into_iter().flatten() {
        records.push(record(requirement, None)?);
    }
    Ok(records)
}

fn record(
    requirement: &Requirement,
    place: Option<(usize, &RequirementRef)>,
) -> Result<Value, ExportError> {
    let mut record = serde_json::to_value(requirement)?;
    if let (Value::Object(fields), Some((section, reference))) = (&mut record, place) {
        fields.insert(SECTION.to_owned(), Value::from(section.to_string()));
        let alternative = Value::from(reference.alternative_to.as_str());
        fields.insert(ALTERNATIVE.to_owned(), alternative);
    }
    Ok(record)
}
