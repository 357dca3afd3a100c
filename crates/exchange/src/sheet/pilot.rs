//! Pilots in tables.

use std::collections::BTreeMap;

use faelled_model::{Language, Pilot, pilot, validate};
use serde_json::Value;

use super::book::Book;
use super::column::{Form, OWNER, Table};
use super::layout::{MEMBER, PACK_CODE, PILOT, RELEASE, VERSION};
use super::pack::{bounded, missing, owned_items, push, typed, unknown_owner};
use super::scan::{Places, Record, Scan};
use super::value;
use super::write::{ExportError, Filled, items};
use crate::limits::MAX_ENTRIES;
use crate::pilot::{
    PilotFile, TriedRef, is_pack, is_version, member_form, release_form, release_of_text,
};
use crate::problem::{FileError, Problem};

/// Reads the tables of a pilot.
pub(crate) fn read(book: &Book, file: &str) -> Result<PilotFile, FileError> {
    let mut scan = Scan::new(book, PILOT);
    let mut head = Record {
        value: serde_json::Map::new(),
        places: Places::at(scan.start()),
    };
    let mut tried: Vec<Record> = Vec::new();
    let mut by_number = BTreeMap::new();
    for table in PILOT {
        let mut records = scan.read(table);
        match table.form {
            Form::Fields if records.is_empty() => missing(&mut scan, table),
            Form::Fields => fields(&mut head, table, records),
            Form::Records => {
                bounded(&mut scan, table, &mut records, MAX_ENTRIES);
                for (index, record) in records.iter().enumerate() {
                    if let Some(number) = record.value.get("number").and_then(Value::as_str) {
                        by_number.entry(number.to_owned()).or_insert(index);
                    }
                }
                tried = records;
            }
            Form::Items(list) => {
                bounded(&mut scan, table, &mut records, MAX_ENTRIES);
                for record in records {
                    push(&mut head, list, record.value, &record.places);
                }
            }
            Form::ItemsOf(list) => {
                for mut record in records {
                    let number = value::take(&mut record.value, OWNER);
                    let owner = by_number
                        .get(&number)
                        .and_then(|index| tried.get_mut(*index));
                    match owner {
                        Some(owner) => push(owner, list, record.value, &record.places),
                        None => unknown_owner(&mut scan, &record.places, &number),
                    }
                }
            }
        }
    }
    finish(scan, head, tried, file)
}

fn fields(head: &mut Record, table: &Table, records: Vec<Record>) {
    for record in records {
        if table.is_named("tender") {
            let tender = Value::Object(record.value);
            head.value.insert("tender".to_owned(), tender);
            head.places.take("tender", &record.places);
        } else {
            *head = record;
        }
    }
}

fn finish(
    mut scan: Scan<'_>,
    mut head: Record,
    tried: Vec<Record>,
    file: &str,
) -> Result<PilotFile, FileError> {
    let pack = value::take(&mut head.value, PACK_CODE);
    let version = value::take(&mut head.value, VERSION);
    let member = value::take(&mut head.value, MEMBER);
    for (text, field, fits) in [
        (&pack, PACK_CODE, is_pack(&pack)),
        (&version, VERSION, is_version(&version)),
    ] {
        if text.is_empty() {
            said(
                &mut scan,
                &head.places,
                field,
                "",
                (
                    "missing",
                    "is missing; add it".to_owned(),
                    "mangler; tilføj det".to_owned(),
                ),
            );
        } else if !fits {
            said(&mut scan, &head.places, field, "", release_form());
        }
    }
    let known_member = member.parse().ok();
    if known_member.is_none() && !member.is_empty() {
        said(&mut scan, &head.places, MEMBER, "", member_form());
    }
    let mut references = Vec::with_capacity(tried.len());
    for mut record in tried {
        let number = super::scan::subject(&record.value);
        let release = value::take(&mut record.value, RELEASE);
        let named = match release_of_text(&release) {
            _ if release.is_empty() => (pack.clone(), version.clone()),
            Some(named) => named,
            None => {
                said(&mut scan, &record.places, RELEASE, &number, release_form());
                Default::default()
            }
        };
        references.push(TriedRef {
            number,
            pack: named.0,
            version: named.1,
        });
        push(&mut head, "tried", record.value, &record.places);
    }
    let mut pilot: Pilot = typed(&mut scan, &head);
    pilot.schema = pilot::SCHEMA;
    pilot.normalize();
    scan.findings("", validate::pilot_draft(&pilot), &head.places);
    let warnings = FileError::check(file, scan.into_problems())?;
    Ok(PilotFile::new(known_member, pack, version, references, pilot).with_warnings(warnings))
}

fn said(
    scan: &mut Scan<'_>,
    places: &Places,
    field: &str,
    subject: &str,
    (code, english, danish): value::Misfit,
) {
    let place = places.find(field).clone();
    scan.problems
        .push(Problem::of_file(place, subject, code, english, danish));
}

/// Lays a pilot out in tables. Releases are named as people do; what only the software knows is left out.
pub(crate) fn tables(file: &PilotFile, language: Language) -> Result<Vec<Filled>, ExportError> {
    let mut head = serde_json::to_value(file.draft())?;
    if let Value::Object(fields) = &mut head {
        let member = file.member.as_ref().map_or("", |member| member.as_str());
        for (field, text) in [
            (PACK_CODE, file.pack.as_str()),
            (VERSION, &file.version),
            (MEMBER, member),
        ] {
            fields.insert(field.to_owned(), Value::from(text));
        }
    }
    let mut tried: Vec<Value> = head
        .get("tried")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    for (record, reference) in tried.iter_mut().zip(&file.tried) {
        if let Value::Object(fields) = record
            && (&reference.pack, &reference.version) != (&file.pack, &file.version)
        {
            let release = format!("{}@{}", reference.pack, reference.version);
            fields.insert(RELEASE.to_owned(), Value::from(release));
        }
    }
    let tender = head.get("tender").cloned().unwrap_or_default();
    PILOT
        .iter()
        .map(|table| {
            let rows = match table.form {
                Form::Fields if table.is_named("tender") => vec![tender.clone()],
                Form::Fields => vec![head.clone()],
                Form::Records => tried.clone(),
                Form::Items(_) => items(&head, table),
                Form::ItemsOf(_) => owned_items(&tried, table),
            };
            Filled::new(table, &rows, language)
        })
        .collect()
}
