//! Excel and CSV: what goes out comes back, and what is wrong is named by its cell.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod support;

use faelled_exchange::{
    ExportError, FileError, PackFile, PilotFile, TriedRef, pack_template, pack_to_csv,
    pack_to_toml, pack_to_xlsx, pilot_template, pilot_to_csv, pilot_to_xlsx, read_pack,
    read_pack_file, read_pilot_file,
};
use faelled_model::Language::{Danish, English};
use faelled_model::{Localized, Pack, Requirement};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use support::{Texts, full_pack, full_pilot, hard};

fn texts() -> Texts {
    Texts::new(vec![
        "Hør, \"her\"; =1+1".to_owned(),
        "anden\nlinje".to_owned(),
        "tredje".to_owned(),
    ])
}

fn pilot_file(texts: &mut Texts, amount: f64) -> PilotFile {
    let tried = |number: &str, pack: &str, version: &str| TriedRef {
        number: number.to_owned(),
        pack: pack.to_owned(),
        version: version.to_owned(),
    };
    PilotFile::new(
        Some("dk-0151".parse().unwrap()),
        "GLX-EMB".to_owned(),
        "1.0.0".to_owned(),
        vec![
            tried("GLX-EMB-001", "GLX-EMB", "1.0.0"),
            tried("GLX-MOB-001", "dk-0159/GLX-MOB", "2.1.0"),
        ],
        full_pilot(texts, amount),
    )
}

fn same(
    file: Result<PackFile, FileError>,
    pack: &Pack,
    requirements: &[Requirement],
) -> Result<(), TestCaseError> {
    let file = file.map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(&file.pack, pack);
    for (read, written) in file.requirements.iter().zip(requirements) {
        prop_assert_eq!(read, written);
    }
    prop_assert_eq!(file.requirements.len(), requirements.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_pack_comes_back_as_it_went_out(
        contents in prop::collection::vec(hard(), 5..20),
        amount in prop_oneof![any::<f64>().prop_filter("finite", |number| number.is_finite()), Just(-0.5), Just(1e300)],
    ) {
        let (pack, requirements) = full_pack(&mut Texts::new(contents), amount);
        for language in [Danish, English] {
            let xlsx = pack_to_xlsx(&pack, &requirements, language).unwrap();
            same(read_pack_file(&xlsx, "p.xlsx"), &pack, &requirements)?;
            let csv = pack_to_csv(&pack, &requirements, language).unwrap();
            same(read_pack_file(&csv, "p.csv"), &pack, &requirements)?;
        }
        let toml = pack_to_toml(&pack, &requirements).unwrap();
        same(read_pack(&toml, "p.toml"), &pack, &requirements)?;
    }

    #[test]
    fn a_pilot_comes_back_as_it_went_out(contents in prop::collection::vec(hard(), 5..20), amount in -1e9..1e9_f64) {
        let pilot = pilot_file(&mut Texts::new(contents), amount);
        for language in [Danish, English] {
            for (bytes, name) in [
                (pilot_to_xlsx(&pilot, language).unwrap(), "p.xlsx"),
                (pilot_to_csv(&pilot, language).unwrap(), "p.csv"),
            ] {
                let read = read_pilot_file(&bytes, name).map_err(|error| TestCaseError::fail(error.to_string()))?;
                prop_assert_eq!(read.draft(), pilot.draft());
                prop_assert_eq!((&read.member, &read.pack, &read.version), (&pilot.member, &pilot.pack, &pilot.version));
                prop_assert_eq!(&read.tried, &pilot.tried);
            }
        }
    }

    #[test]
    fn no_cell_of_a_csv_file_is_a_formula(contents in prop::collection::vec(hard(), 5..20)) {
        let (pack, requirements) = full_pack(&mut Texts::new(contents), 1.0);
        let bytes = pack_to_csv(&pack, &requirements, Danish).unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(b';').from_reader(&bytes[3..]);
        for record in reader.records() {
            for cell in &record.unwrap() {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
            }
        }
    }

    #[test]
    fn no_bytes_stop_the_reader(at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>()) {
        let (pack, requirements) = full_pack(&mut texts(), 1.0);
        for (mut bytes, name) in [
            (pack_to_xlsx(&pack, &requirements, Danish).unwrap(), "p.xlsx"),
            (pack_to_csv(&pack, &requirements, Danish).unwrap(), "p.csv"),
        ] {
            let whole = bytes.len();
            bytes[at.index(whole)] ^= byte;
            for bytes in [&bytes[..], &bytes[..cut.index(whole)]] {
                if let Err(error) = read_pack_file(bytes, name) {
                    prop_assert!(!error.problems.is_empty());
                }
            }
        }
    }
}

#[test]
fn a_text_longer_than_a_cell_goes_on_beside_it() {
    let (mut pack, requirements) = full_pack(&mut texts(), 1.0);
    // As long as a text may be, and twice as many UTF-16 units.
    pack.purpose = Localized::from([("da", "😀".repeat(20_000).as_str()), ("en", "short")]);
    let xlsx = pack_to_xlsx(&pack, &requirements, Danish).unwrap();
    assert_eq!(read_pack_file(&xlsx, "p.xlsx").unwrap().pack, pack);
}

/// A CSV file with one thing wrong, and what is said of it.
fn said(change: impl Fn(String) -> String) -> Vec<String> {
    let (pack, requirements) = full_pack(&mut Texts::new(vec!["tekst".to_owned()]), 1.0);
    let bytes = pack_to_csv(&pack, &requirements, Danish).unwrap();
    let text = change(String::from_utf8(bytes).unwrap());
    match read_pack_file(text.as_bytes(), "p.csv") {
        Ok(_) => Vec::new(),
        Err(error) => error
            .problems
            .iter()
            .filter(|problem| problem.severity() == faelled_model::Severity::Error)
            .map(|problem| problem.line_of("p.csv", Danish))
            .collect(),
    }
}

#[test]
fn every_wrong_cell_is_named_at_once() {
    let found = said(|text| {
        text.replacen(";spydspids;", ";spidsspyd;", 1)
            .replacen("03000000; 44617100", "03000001; 44617100", 1)
            .replacen(";0,5;99;", ";en halv;99;", 1)
            .replacen("GLX-EMB-001;testrapport", "GLX-EMB-009;testrapport", 1)
            .replacen("[Kilder]", "[Kildre]", 1)
    });
    let expected = [
        "p.csv: Krav!V29 (Niveau): GLX-EMB-001 har koden spidsspyd, som ikke står på listen; vælg en af basis (basic), avanceret (advanced), spydspids (spearhead)",
        "p.csv: Pladsholdere!",
        "p.csv: Dokumentation!A",
        "p.csv: Kildre!A1: Kildre er ikke et ark, der kendes her",
    ];
    for start in expected {
        assert!(
            found.iter().any(|line| line.starts_with(start)),
            "{start}\n{}",
            found.join("\n")
        );
    }
    assert!(
        found.iter().any(|line| line
            .contains("(CPV-koder): GLX-EMB-001 har CPV-koden 03000001, som ikke findes")),
        "{found:?}"
    );
    assert!(
        found.iter().any(
            |line| line.contains("(Mindst): GLX-EMB-001 er \"en halv\"; skriv et tal, fx 12,5")
        ),
        "{found:?}"
    );
    assert!(
        found.iter().any(
            |line| line.contains("(Krav): GLX-EMB-009 er ikke nummeret på et krav i denne fil")
        ),
        "{found:?}"
    );
    assert_eq!(found.len(), 5, "{}", found.join("\n"));
}

#[test]
fn a_workbook_about_something_else_is_refused_in_one_line() {
    let mut sheets = rust_xlsxwriter::Workbook::new();
    let sheet = sheets.add_worksheet();
    // As in a basket that was written out.
    sheet.set_name("Krav").unwrap();
    for (row, texts) in [["Nummer", "Ordlyd"], ["X-1", "Tekst"], ["X-2", "Tekst"]]
        .iter()
        .enumerate()
    {
        for (column, text) in texts.iter().enumerate() {
            sheet.write(row as u32, column as u16, *text).unwrap();
        }
    }
    let bytes = sheets.save_to_buffer().unwrap();
    for (error, template) in [
        (
            read_pack_file(&bytes, "kurv.xlsx").unwrap_err(),
            "faelled pack template",
        ),
        (
            read_pilot_file(&bytes, "kurv.xlsx").unwrap_err(),
            "faelled pilot template",
        ),
    ] {
        assert_eq!((error.total, error.problems[0].code()), (1, "no-sheets"));
        assert!(error.report(Danish).contains(template), "{error}");
    }
    let codes = |bytes: &[u8]| read_pack_file(bytes, "p.csv").unwrap_err().problems[0].code();
    assert_eq!(codes(b"[Budget]\r\nPost;Beloeb\r\n"), "no-sheets");
}

#[test]
fn warnings_are_not_counted_among_what_is_to_be_corrected() {
    let (mut pack, mut requirements) = full_pack(&mut texts(), 1.0);
    requirements[0].level = faelled_model::terms::Level::from("sky-high".to_owned());
    pack.licence.clear();
    let bytes = pack_to_xlsx(&pack, &requirements, Danish).unwrap();
    let error = read_pack_file(&bytes, "p.xlsx").unwrap_err();
    assert!(error.total > error.errors, "{error}");
    assert_eq!(error.errors, 1, "{error}");
    assert!(
        error
            .report(Danish)
            .starts_with("p.xlsx blev ikke indlæst; ret ét sted,")
    );
}

#[test]
fn unknown_and_repeated_columns_and_sheets_are_named() {
    let found = said(|text| text.replacen("Niveau;Forhold", "Nivo;Forhold", 1));
    assert!(
        found[0].contains("Nivo er ikke en kolonne, der kendes her"),
        "{found:?}"
    );
    let found = said(|text| text.replacen("Kode;GLX-EMB", "Kode;GLX-EMB\r\nKode;GLX-EMB", 1));
    assert!(
        found[0].contains("findes to gange; slet den ene række"),
        "{found:?}"
    );
    let found = said(|text| format!("{text}[Krav]\r\nNummer\r\nGLX-EMB-001\r\n"));
    assert!(
        found[0].contains("findes to gange; saml rækkerne"),
        "{found:?}"
    );
    let found = said(|text| text.replacen("Titel (da)", "Titel", 1));
    assert!(found[0].contains("siger intet sprog"), "{found:?}");
}

#[test]
fn sheets_are_read_by_either_language_and_by_codes() {
    let (pack, requirements) = full_pack(&mut Texts::new(vec!["tekst".to_owned()]), 1.0);
    let bytes = pack_to_csv(&pack, &requirements, Danish).unwrap();
    let text = String::from_utf8(bytes)
        .unwrap()
        .replace("[Krav]", "[ requirements ]")
        .replace("Niveau;", "LEVEL;")
        .replace("spydspids", "Spearhead")
        .replace("tildelingskriterium", "award-criterion");
    let read = read_pack_file(text.as_bytes(), "p.csv").unwrap();
    assert_eq!((&read.pack, &read.requirements), (&pack, &requirements));
}

#[test]
fn the_sections_of_a_pack_may_be_named_by_title() {
    let csv = "[Pack]\nCode,GLX-EMB\nTitle (da),Emballage\nLicence,CC BY 4.0\n[Sections]\nNo.,Title (da)\n,Genbrug\n[Requirements]\nNumber,Section,Title (da),Category,Type,Level\nGLX-EMB-001,Genbrug,Kasser,packaging,contract performance clause,basic\n# GLX-EMB-002,,,,,\n";
    let read = read_pack_file(csv.as_bytes(), "p.csv").unwrap();
    assert_eq!(read.pack.sections[0].requirements[0].number, "GLX-EMB-001");
    assert_eq!(
        read.requirements.len(),
        1,
        "rows that begin with # are passed over"
    );
}

#[test]
fn an_empty_template_says_what_to_fill_in() {
    for language in [Danish, English] {
        let error = read_pack_file(&pack_template(language).unwrap(), "p.xlsx").unwrap_err();
        let codes: Vec<&str> = error
            .problems
            .iter()
            .map(|problem| problem.code())
            .collect();
        assert!(
            codes.contains(&"missing") && codes.contains(&"number-missing"),
            "{error}"
        );
        assert!(
            !codes.iter().any(|code| code.starts_with("unknown")),
            "{error}"
        );
        let error = read_pilot_file(&pilot_template(language).unwrap(), "p.xlsx").unwrap_err();
        let codes: Vec<&str> = error
            .problems
            .iter()
            .map(|problem| problem.code())
            .collect();
        assert!(
            codes.contains(&"pilot-empty") && codes.contains(&"missing"),
            "{error}"
        );
        assert!(
            !codes.iter().any(|code| code.starts_with("unknown")),
            "{error}"
        );
    }
}

#[test]
fn a_file_of_the_other_kind_gets_one_hint() {
    let (pack, requirements) = full_pack(&mut texts(), 1.0);
    let pilot = pilot_file(&mut texts(), 1.0);
    let toml = pack_to_toml(&pack, &requirements).unwrap();
    for (bytes, name) in [
        (
            pack_to_xlsx(&pack, &requirements, Danish).unwrap(),
            "p.xlsx",
        ),
        (pack_to_csv(&pack, &requirements, Danish).unwrap(), "p.csv"),
        (toml.into_bytes(), "p.toml"),
    ] {
        let error = read_pilot_file(&bytes, name).unwrap_err();
        assert_eq!((error.total, error.problems[0].code()), (1, "other-kind"));
        assert!(error.to_string().contains("faelled pack import"));
    }
    for (bytes, name) in [
        (pilot_to_xlsx(&pilot, Danish).unwrap(), "p.xlsx"),
        (b"[pilot]\npack = \"GLX-EMB\"\n".to_vec(), "p.toml"),
    ] {
        let error = read_pack_file(&bytes, name).unwrap_err();
        assert_eq!((error.total, error.problems[0].code()), (1, "other-kind"));
        assert!(error.report(Danish).contains("faelled pilot record"));
    }
}

#[test]
fn a_pack_whose_sections_name_what_is_not_there_is_not_written() {
    let (pack, requirements) = full_pack(&mut texts(), 1.0);
    let error = pack_to_xlsx(&pack, &requirements[1..], Danish).unwrap_err();
    assert!(matches!(error, ExportError::RequirementAbsent(number) if number == "GLX-EMB-001"));
}

/// A workbook of one sheet with these parts, the sheet's rows and the shared texts as given.
fn workbook(rows: &str, strings: &str) -> Vec<u8> {
    workbook_of("Krav", rows, strings)
}

fn workbook_of(sheet: &str, rows: &str, strings: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    let parts = [
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{relations}\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"{sheet}\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{relations}\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/sharedStrings.xml", strings.to_owned()),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ];
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        std::io::Write::write_all(&mut archive, text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const STRINGS: &str = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" uniqueCount=\"1\"><si><t>Nummer</t></si></sst>";

fn codes(bytes: &[u8]) -> Vec<&'static str> {
    let error = read_pack_file(bytes, "p.xlsx").unwrap_err();
    error
        .problems
        .iter()
        .map(|problem| problem.code())
        .collect()
}

#[test]
fn a_formula_counts_by_its_value_and_one_without_is_named() {
    let strings = STRINGS.replace("Nummer", "Kode");
    let code = |cell: &str| {
        let label = "<c r=\"A1\" t=\"s\"><v>0</v></c>";
        workbook_of(
            "Pakke",
            &format!("<row r=\"1\">{label}{cell}</row>"),
            &strings,
        )
    };
    let computed = code("<c r=\"B1\" t=\"str\"><f>\"GLX-\"&amp;\"EMB\"</f><v>GLX-EMB</v></c>");
    let of_code = |bytes: &[u8]| -> Vec<&'static str> {
        let error = read_pack_file(bytes, "p.xlsx").unwrap_err();
        let all = error.problems.iter();
        all.filter(|problem| problem.place.to_string() == "Pakke!B1 (Kode)")
            .map(|problem| problem.code())
            .collect()
    };
    assert_eq!(of_code(&computed), Vec::<&str>::new());
    assert_ne!(of_code(&code("")), Vec::<&str>::new());
    for fault in [
        "<c r=\"B1\"><f>B2</f></c>",
        "<c r=\"B1\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>",
    ] {
        assert_eq!(of_code(&code(fault)), ["cell-error"]);
    }
}

#[test]
fn a_workbook_beyond_the_bounds_is_refused_before_it_is_unpacked() {
    let bomb = workbook(&format!("<!--{}-->", "a".repeat(60 * 1024 * 1024)), STRINGS);
    assert!(bomb.len() < 1024 * 1024, "it looks small");
    assert_eq!(codes(&bomb), ["too-large"]);
    for announced in [
        "9999999999",
        "18446744073709551615",
        "99999999999999999999999",
    ] {
        let strings = STRINGS.replace(
            "uniqueCount=\"1\"",
            &format!("uniqueCount = \"{announced}\""),
        );
        assert_eq!(codes(&workbook("", &strings)), ["too-large"]);
    }
    let hidden = format!("<?xml version=\"1.0\" encoding=\"utf-16\"?>{STRINGS}");
    assert_eq!(codes(&workbook("", &hidden)), ["not-a-workbook"]);
    let far = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    assert_eq!(codes(&workbook(far, STRINGS)), ["too-large"]);
    let long = format!(
        "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{}</t></is></c></row>",
        "a".repeat(200_000)
    );
    let error = read_pack_file(&workbook(&long, STRINGS), "p.xlsx").unwrap_err();
    assert_eq!(
        (
            error.problems[0].code(),
            error.problems[0].place.to_string().as_str()
        ),
        ("too-large", "Krav!A1")
    );
    let mut sheets = rust_xlsxwriter::Workbook::new();
    for _ in 0..61 {
        sheets.add_worksheet();
    }
    assert_eq!(codes(&sheets.save_to_buffer().unwrap()), ["too-large"]);
    let cell = |at: &str, value: &str| {
        workbook(
            &format!("<row r=\"1\"/><row><c r=\"{at}\">{value}</c></row>"),
            STRINGS,
        )
    };
    for at in ["A20001", "ALM2"] {
        assert_eq!(codes(&cell(at, "<v>1</v>")), ["too-large"], "{at}");
        // Formats reach further than what is said.
        assert_ne!(codes(&cell(at, "")), ["too-large"], "{at}");
    }
    let mut archive =
        zip::ZipWriter::new_append(std::io::Cursor::new(workbook("", STRINGS))).unwrap();
    for number in 0..200 {
        let options = zip::write::SimpleFileOptions::default();
        archive
            .start_file(format!("{number}.bin"), options)
            .unwrap();
    }
    let parts = archive.finish().unwrap().into_inner();
    assert_eq!(codes(&parts), ["too-large"]);
    let many: String = (1..600)
        .map(|row| format!("<row r=\"{row}\"><c r=\"ALK{row}\"><v>1</v></c></row>"))
        .collect();
    assert_eq!(codes(&workbook(&many, STRINGS)), ["too-large"]);
}

#[test]
fn a_small_file_does_not_make_a_large_table() {
    let languages = (b'a'..=b'z').flat_map(|one| (b'a'..=b'z').map(move |two| [one, two]));
    let heads = languages.take(600).map(|language| {
        let language = String::from_utf8(language.to_vec()).unwrap();
        format!(";Titel ({language})")
    });
    let heads: String = heads.collect();
    let rows = "\nX-1".repeat(900);
    let file = format!("[Krav]\nNummer{heads}{rows}\n[Pakke]\nKode;X-P\n");
    let error = read_pack_file(file.as_bytes(), "p.csv").unwrap_err();
    let first = &error.problems[0];
    assert_eq!(
        (first.code(), first.place.to_string().as_str()),
        ("too-large", "Krav!A1")
    );
}

#[test]
fn projects_come_back_as_they_went_out() {
    use faelled_exchange::{projects_to_toml, read_projects};
    let text = "[[project]]\ncode = \"madspild\"\nfrom = \"2026\"\ntitle.da = \"Madspild\"\naim.da = \"Halvér\"\n\n[[project.indicators]]\nwhat.da = \"Tons\"\ntarget = 12.5\nunit = \"t\"\n";
    let file = read_projects(text, "p.toml").unwrap();
    assert_eq!(file.projects[0].indicators[0].target, Some(12.5));
    let again = read_projects(&projects_to_toml(&file.projects).unwrap(), "p.toml").unwrap();
    assert_eq!(again.projects, file.projects);
    let error = read_projects(
        &format!("{text}{text}colour = 1\n").replacen("2026", "26", 1),
        "p.toml",
    )
    .unwrap_err();
    let found: Vec<(usize, &str)> = error
        .problems
        .iter()
        .map(|problem| (problem.place.line(), problem.code()))
        .collect();
    assert_eq!(
        found,
        [(3, "date-form"), (12, "repeated"), (21, "unknown-key")]
    );
    assert_eq!(
        read_projects("", "p.toml").unwrap_err().problems[0].code(),
        "missing"
    );
}

#[test]
fn the_example_packs_come_back_as_they_went_out() {
    for text in [
        include_str!("../../../examples/packs/packaging.toml"),
        include_str!("../../../examples/packs/furniture.toml"),
    ] {
        let pack = read_pack(text, "p.toml").unwrap();
        for (bytes, name) in [
            (
                pack_to_xlsx(&pack.pack, &pack.requirements, English).unwrap(),
                "p.xlsx",
            ),
            (
                pack_to_csv(&pack.pack, &pack.requirements, Danish).unwrap(),
                "p.csv",
            ),
            (
                pack_to_toml(&pack.pack, &pack.requirements)
                    .unwrap()
                    .into_bytes(),
                "p.toml",
            ),
        ] {
            let read = read_pack_file(&bytes, name).unwrap();
            assert_eq!(
                (&read.pack, &read.requirements),
                (&pack.pack, &pack.requirements)
            );
        }
    }
}
