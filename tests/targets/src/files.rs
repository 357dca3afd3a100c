//! Files that people import: TOML, Excel, CSV.

use std::io::{Cursor, Read, Write};
use std::sync::LazyLock;

use faelled_exchange::{
    FileError, PackFile, pack_to_csv, pack_to_toml, pack_to_xlsx, projects_to_toml, read_pack,
    read_pack_file, read_pilot, read_pilot_file, read_projects,
};
use faelled_model::Language;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::input::{Input, mutate};

/// The first byte chooses the reader; the rest is a file in TOML.
pub fn files(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let reader = input.byte() % 3;
    let Ok(text) = std::str::from_utf8(input.rest()) else {
        return;
    };
    match reader {
        0 => {
            if let Ok(file) = said(read_pack(text, "pakke.toml")) {
                let written =
                    pack_to_toml(&file.pack, &file.requirements).expect("a pack is written");
                let again = read_pack(&written, "pakke.toml");
                let again =
                    again.unwrap_or_else(|error| panic!("what was written is refused: {error}"));
                assert_eq!(
                    (again.pack, again.requirements),
                    (file.pack, file.requirements)
                );
            }
        }
        1 => drop(said(read_pilot(text, "afprøvning.toml"))),
        _ => {
            if let Ok(file) = said(read_projects(text, "projekter.toml")) {
                let written = projects_to_toml(&file.projects).expect("projects are written");
                let again = read_projects(&written, "projekter.toml");
                let again =
                    again.unwrap_or_else(|error| panic!("what was written is refused: {error}"));
                assert_eq!(again.projects, file.projects);
            }
        }
    }
}

/// The first byte chooses: bytes as they are, or a real workbook with changed parts.
pub fn tables(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    match input.byte() % 4 {
        0 => read(input.rest(), "tabel.csv"),
        1 => read(input.rest(), "tabel.xlsx"),
        2 => {
            let mut csv = base().csv.clone();
            mutate(&mut input, &mut csv);
            read(&csv, "tabel.csv");
        }
        _ => read(&workbook(&mut input), "tabel.xlsx"),
    }
}

fn read(bytes: &[u8], name: &str) {
    if let Ok(file) = said(read_pack_file(bytes, name)) {
        let csv = pack_to_csv(&file.pack, &file.requirements, Language::Danish);
        if let Ok(csv) = csv {
            let again = read_pack_file(&csv, "tabel.csv");
            let again =
                again.unwrap_or_else(|error| panic!("what was written is refused: {error}"));
            assert_eq!(
                (again.pack, again.requirements),
                (file.pack, file.requirements)
            );
        }
    }
    drop(said(read_pilot_file(bytes, name)));
}

/// What a person would be told can be told.
fn said<T>(read: Result<T, FileError>) -> Result<T, String> {
    read.map_err(|error| error.to_string())
}

/// A pack of two requirements, as a workbook taken apart and as CSV.
struct Base {
    parts: Vec<(String, Vec<u8>)>,
    csv: Vec<u8>,
}

/// A real pack with so few requirements that reading it is fast.
pub(crate) fn small_pack() -> PackFile {
    let text = include_str!("../../../examples/packs/packaging.toml");
    let mut file = read_pack(text, "packaging.toml").unwrap();
    file.requirements.truncate(2);
    let kept: Vec<String> = file
        .requirements
        .iter()
        .map(|of| of.number.clone())
        .collect();
    for section in &mut file.pack.sections {
        section.requirements.retain(|of| kept.contains(&of.number));
    }
    file.pack
        .sections
        .retain(|section| !section.requirements.is_empty());
    file
}

fn base() -> &'static Base {
    static BASE: LazyLock<Base> = LazyLock::new(|| {
        let file = small_pack();
        let xlsx = pack_to_xlsx(&file.pack, &file.requirements, Language::Danish).unwrap();
        let mut archive = ZipArchive::new(Cursor::new(xlsx)).unwrap();
        let mut parts = Vec::new();
        for index in 0..archive.len() {
            let mut part = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            parts.push((part.name().unwrap().into_owned(), bytes));
        }
        let csv = pack_to_csv(&file.pack, &file.requirements, Language::Danish).unwrap();
        Base { parts, csv }
    });
    &BASE
}

fn workbook(input: &mut Input<'_>) -> Vec<u8> {
    let mut parts = base().parts.clone();
    for _ in 0..1 + input.index(3) {
        let index = input.index(parts.len());
        match input.byte() % 8 {
            0 => drop(parts.remove(index)),
            1 => parts[index].1 = input.take(64).to_vec(),
            2 => {
                let other = input.index(parts.len());
                parts[index].1 = parts[other].1.clone();
            }
            _ => mutate(input, &mut parts[index].1),
        }
        if parts.is_empty() {
            break;
        }
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in &parts {
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
