//! Baskets as one table: a row for each requirement.

use super::content::{Content, Entry, Part, Table};
use super::fill::Piece;
use crate::limits::CELL_UNITS;
use crate::sheet::book::Cell;
use crate::sheet::write::ExportError;
use crate::sheet::{comma, workbook};

pub(super) fn xlsx(content: &Content) -> Result<Vec<u8>, ExportError> {
    let mut rows = rows(content);
    for cell in rows.iter_mut().flatten() {
        shorten(cell, content);
    }
    let name = content.language.pick("Requirements", "Krav");
    workbook::write_plain(name, &heads(content), &rows)
}

pub(super) fn csv(content: &Content) -> Result<Vec<u8>, ExportError> {
    comma::write_plain(&heads(content), &rows(content), content.language)
}

fn heads(content: &Content) -> [&'static str; 22] {
    content.language.pick(
        [
            "Type",
            "Number",
            "Title",
            "Level",
            "Wording",
            "Left at default",
            "Evidence",
            "Award",
            "Follow-up",
            "Motive",
            "Pack",
            "Version",
            "Hash",
            "Owner",
            "Pilots",
            "Adapted from",
            "Source: pack",
            "Source: version",
            "Source: hash",
            "Source: owner",
            "Changed",
            "Provenance",
        ],
        [
            "Type",
            "Nummer",
            "Titel",
            "Niveau",
            "Ordlyd",
            "Standardværdier",
            "Dokumentation",
            "Tildeling",
            "Opfølgning",
            "Begrundelse",
            "Pakke",
            "Version",
            "Hash",
            "Ejer",
            "Afprøvninger",
            "Tilpasset fra",
            "Kilde: pakke",
            "Kilde: version",
            "Kilde: hash",
            "Kilde: ejer",
            "Ændret",
            "Herkomst",
        ],
    )
}

fn rows(content: &Content) -> Vec<Vec<Cell>> {
    let of_part = |part: &'_ Part| {
        part.requirements
            .iter()
            .map(|entry| row(content, part, entry))
            .collect::<Vec<_>>()
    };
    content.parts.iter().flat_map(of_part).collect()
}

fn row(content: &Content, part: &Part, entry: &Entry) -> Vec<Cell> {
    let language = content.language;
    let wording: String = entry.wording.iter().map(Piece::text).collect();
    let defaults: Vec<String> = entry
        .wording
        .iter()
        .filter_map(|piece| match piece {
            Piece::Value {
                name,
                text,
                is_default: true,
            } => Some(format!("{name}: {text}")),
            _ => None,
        })
        .collect();
    let table = |title: &str| {
        let found = entry.tables.iter().find(|table| table.title == title);
        found.map_or_else(String::new, lines)
    };
    let mut cells: Vec<Cell> = [
        part.title.clone(),
        entry.number.clone(),
        entry.title.clone(),
        entry.level.clone(),
        wording,
        defaults.join("\n"),
        table(language.pick("Evidence", "Dokumentation")),
        table(language.pick("Award", "Tildeling")),
        table(language.pick("Follow-up", "Opfølgning")),
        entry.motive.clone().unwrap_or_default(),
    ]
    .into_iter()
    .map(Cell::text)
    .collect();
    match &entry.provenance {
        Some(source) => {
            for text in [&source.pack, &source.version, &source.hash, &source.owner] {
                cells.push(Cell::text(text.as_str()));
            }
            cells.push(
                source
                    .pilots
                    .map_or(Cell::Empty, |pilots| Cell::Number(pilots as f64)),
            );
        }
        None => cells.extend((0..5).map(|_| Cell::Empty)),
    }
    match &entry.adapted_from {
        Some(from) => cells.extend(
            [
                &from.number,
                &from.pack,
                &from.version,
                &from.hash,
                &from.owner,
                &from.changes,
            ]
            .map(|text| Cell::text(text.as_str())),
        ),
        None => cells.extend((0..6).map(|_| Cell::Empty)),
    }
    cells.push(Cell::text(entry.provenance_line.clone()));
    cells
}

fn lines(table: &Table) -> String {
    let lines = table.rows.iter().map(|row| {
        let said: Vec<&str> = row
            .iter()
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        said.join(" – ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Excel takes no more text into a cell.
fn shorten(cell: &mut Cell, content: &Content) {
    let Cell::Text(text) = cell else {
        return;
    };
    let mut units = 0;
    let end = text.char_indices().find(|(_, char)| {
        units += char.len_utf16();
        units > CELL_UNITS
    });
    if let Some((end, _)) = end {
        text.truncate(end);
        text.push_str(content.language.pick(
            "… (the rest is in the Word file)",
            "… (resten står i Word-filen)",
        ));
    }
}
