//! Files that are not meant well or not made well, and texts of others in what is written.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod support;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use faelled_exchange::{
    BasketDocument, BasketEntry, OpenContent, OpenMember, OpenPilot, OpenRelease, PilotTender,
    Provenance, Publication, linked_data, ocds, pack_to_csv, read_pack_file,
};
use faelled_model::Language::{Danish, English};
use faelled_model::basket::Filled;
use faelled_model::release::ReleasedRequirement;
use faelled_model::{LocalizedText, Pilot, ReleaseContent};
use serde_json::{Value, json};
use support::{Texts, full_pack, full_pilot, full_requirement, id};

const MAX_FILE_BYTES: usize = 4 * 1024 * 1024;

fn texts() -> Texts {
    Texts::new(vec!["tekst".to_owned()])
}

/// What is wrong with these tables beside a pack's own.
fn beside_a_pack(tables: &str) -> Vec<(&'static str, String)> {
    problems(&format!("{tables}[Pakke]\nKode;X-P\n"))
}

/// Codes of the problems and where they are.
fn problems(text: &str) -> Vec<(&'static str, String)> {
    let error = read_pack_file(text.as_bytes(), "p.csv").unwrap_err();
    let problems = error.problems.iter();
    problems
        .map(|problem| (problem.code(), problem.place.to_string()))
        .collect()
}

#[test]
fn a_csv_file_beyond_the_bounds_is_refused() {
    let long = "a".repeat(95_000);
    let files = [
        format!("[Krav]{}", "\nx".repeat(20_001)),
        format!("[Krav]\n{}", ";".repeat(1_000)),
        "[Krav]\n".repeat(61),
        format!("[Krav]\n{}", "a".repeat(3 * 32_767 + 1)),
        format!(
            "[Krav]\nNummer\n{}",
            format!("{long}\n").repeat(MAX_FILE_BYTES / 95_000 + 1)
        ),
    ];
    for file in &files {
        let found = problems(file);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "too-large");
    }
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.resize(MAX_FILE_BYTES + 1, 0);
    let error = read_pack_file(&bytes, "p.xlsx").unwrap_err();
    assert_eq!(error.problems[0].code(), "too-large");
}

#[test]
fn more_requirements_or_sections_than_are_read_are_named_by_their_sheet() {
    let rows: String = (0..501).map(|number| format!("X-{number}\n")).collect();
    let found = beside_a_pack(&format!("[Krav]\nNummer\n{rows}"));
    assert!(
        found
            .iter()
            .any(|(code, place)| *code == "too-many-entries" && place == "Krav!A1")
    );
    let found = beside_a_pack(&format!("[Afsnit]\nNr.\n{}", "1\n".repeat(101)));
    assert!(
        found
            .iter()
            .any(|(code, place)| *code == "too-many-entries" && place == "Afsnit!A1")
    );
}

#[test]
fn a_csv_file_begins_so_that_excel_knows_its_encoding_and_is_read_with_it() {
    let (pack, requirements) = full_pack(&mut texts(), 1.0);
    let bytes = pack_to_csv(&pack, &requirements, Danish).unwrap();
    assert!(bytes.starts_with("\u{feff}[".as_bytes()));
    assert_eq!(read_pack_file(&bytes, "p.csv").unwrap().pack, pack);
}

#[test]
fn a_column_that_says_nothing_that_is_known_is_named_by_its_cell() {
    let found = beside_a_pack("[Krav]\nNummer;Nummer;;Type (da)\nX-1;X-2;løs;x\n");
    for place in ["Krav!B2", "Krav!D2", "Krav!C3"] {
        assert!(
            found
                .iter()
                .any(|(code, at)| *code == "unknown-column" && at == place),
            "{place} in {found:?}"
        );
    }
    let name = format!("Bo's {}", "a".repeat(5_000));
    let found = beside_a_pack(&format!("[{name}]\nx\n"));
    let (_, place) = found
        .iter()
        .find(|(code, _)| *code == "unknown-sheet")
        .unwrap();
    assert!(
        place.starts_with("'Bo''s a") && place.len() < 100,
        "{place}"
    );
}

#[test]
fn a_requirement_in_no_section_or_an_unknown_one_is_named() {
    let file = |section: &str| {
        format!("[Afsnit]\nNr.;Titel (da)\n1;Genbrug\n[Krav]\nNummer;Afsnit\nX-1;{section}\n")
    };
    let at_section = |section: &str| -> Vec<&str> {
        let found = beside_a_pack(&file(section)).into_iter();
        found
            .filter(|(_, place)| place == "Krav!B6 (Afsnit)")
            .map(|(code, _)| code)
            .collect()
    };
    assert!(at_section("").contains(&"requirement-unplaced"));
    assert_eq!(at_section("Genburg"), ["unknown-row"]);
    assert_eq!(at_section("Genbrug"), [""; 0]);
}

#[test]
fn a_long_text_is_put_together_in_the_order_of_its_parts() {
    let file = "[Krav]\nNummer;Ordlyd (da) +2;Ordlyd (da);CPV-koder\nX-1; to;et;44617100-9\n";
    let csv = format!(
        "[Pakke]\nKode;X-P\nTitel (da);P\nLicens;CC BY 4.0\n[Afsnit]\nNr.;Titel (da)\n1;A\n{file}"
    );
    let csv = csv
        .replace(
            "Nummer;Ordlyd",
            "Nummer;Afsnit;Titel (da);Kategori;Type;Niveau;Ordlyd",
        )
        .replace("X-1; to", "X-1;1;T;emballage;kontraktvilkår;basis; to");
    let read = read_pack_file(csv.as_bytes(), "p.csv").unwrap();
    assert_eq!(
        read.requirements[0].wording,
        LocalizedText::from([("da", "et to")])
    );
    assert_eq!(read.requirements[0].cpv, ["44617100"]);
}

fn basket() -> BasketDocument {
    BasketDocument {
        title: "Udbud".to_owned(),
        buyer: "Ballerup".to_owned(),
        language: Danish,
        date: "2026-11-24".to_owned(),
        with_motives: true,
        entries: vec![BasketEntry {
            requirement: full_requirement("GLX-EMB-001", &mut texts(), 1.0),
            values: Vec::new(),
            source: Some(Provenance {
                owner: "Gladsaxe".to_owned(),
                pack: "GLX-EMB".to_owned(),
                version: "1.2.0".to_owned(),
                hash: id('b'),
                citation: "x".to_owned(),
                pilots: None,
            }),
            adapted: None,
        }],
    }
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn nothing_hidden_gets_into_a_basket_from_anywhere() {
    const HIDDEN: &str = "a\u{202e}b\n# c [x](javascript:a)";
    let mut basket = basket();
    basket.title = HIDDEN.to_owned();
    basket.buyer = HIDDEN.to_owned();
    let entry = &mut basket.entries[0];
    entry.requirement.wording = LocalizedText::from([("da", HIDDEN)]);
    entry.requirement.placeholders.clear();
    entry.source.as_mut().unwrap().owner = HIDDEN.to_owned();
    let markdown = basket.to_markdown().unwrap();
    assert!(
        !markdown.contains("[x](") && !markdown.contains("\n# c"),
        "{markdown}"
    );
    let docx = basket.to_docx().unwrap();
    let csv = String::from_utf8(basket.to_csv().unwrap()).unwrap();
    for written in [
        markdown,
        part(&docx, "word/document.xml"),
        part(&docx, "docProps/core.xml"),
        basket.to_json().unwrap().to_string(),
        csv,
    ] {
        assert!(
            written.contains('a') && !written.contains('\u{202e}'),
            "{written}"
        );
    }
}

#[test]
fn a_basket_says_what_was_asked_for_and_no_more() {
    let mut basket = basket();
    let entry = &mut basket.entries[0];
    entry.requirement.motive = LocalizedText::from([("da", "Motivet")]);
    entry.requirement.evidence[0].labels.clear();
    entry.requirement.evidence.truncate(1);
    entry.requirement.r#type = "nyere".to_owned().into();
    entry.values = vec![Filled {
        name: "andel".to_owned(),
        value: " ".to_owned(),
    }];
    let markdown = basket.to_markdown().unwrap();
    assert!(markdown.contains("## Andre krav") && markdown.contains("Motivet"));
    assert!(
        markdown.contains("**40**"),
        "a blank value is none: {markdown}"
    );
    assert!(!markdown.contains("eller tilsvarende"), "{markdown}");
    basket.with_motives = false;
    assert!(!basket.to_markdown().unwrap().contains("Motivet"));
}

#[test]
fn an_excel_cell_stays_a_text_and_within_what_excel_holds() {
    let mut basket = basket();
    let requirement = &mut basket.entries[0].requirement;
    requirement.placeholders.clear();
    requirement.wording = LocalizedText::from([("da", "x".repeat(40_000).as_str())]);
    requirement.title = [("da", "=1+1")].into();
    let xlsx = basket.to_xlsx().unwrap();
    assert!(part(&xlsx, "xl/styles.xml").contains("quotePrefix=\"1\""));
    assert!(part(&xlsx, "xl/sharedStrings.xml").contains("x… (resten står i Word-filen)"));
}

fn open_content() -> OpenContent {
    let (pack, requirements) = full_pack(&mut texts(), 1.0);
    let requirements = requirements.into_iter().zip(['1', '2', '3']);
    OpenContent {
        members: vec![OpenMember {
            id: "dk-0159".to_owned(),
            web_page: "javascript:alert(1)".to_owned(),
            ..OpenMember::default()
        }],
        releases: vec![OpenRelease {
            pack: id('a'),
            owner: "dk-0159".to_owned(),
            version: "1.2.0".to_owned(),
            previous: "1.1.0".to_owned(),
            issued: "aaaa-bb-cc".to_owned(),
            content: ReleaseContent {
                pack,
                requirements: requirements
                    .map(|(requirement, digit)| ReleasedRequirement {
                        document: id(digit),
                        requirement,
                    })
                    .collect(),
            },
            ..OpenRelease::default()
        }],
        pilots: Vec::new(),
    }
}

fn node<'a>(document: &'a Value, iri: &str) -> &'a Value {
    let graph = document["@graph"].as_array().unwrap();
    graph.iter().find(|node| node["@id"] == *iri).unwrap()
}

#[test]
fn linked_data_names_only_what_it_can_vouch_for() {
    let mut content = open_content();
    let released = &mut content.releases[0].content.requirements[0];
    released.requirement.level = "næste".to_owned().into();
    released.requirement.awards[0].weight_percent = Some(f64::INFINITY);
    released
        .requirement
        .adapted_from
        .as_mut()
        .unwrap()
        .requirement = "<x> \"y\"".repeat(90);
    let own = format!("faelled:{}@1.2.0:{}", id('a'), id('1'));
    let document = linked_data(&content);
    assert!(
        node(&document, "faelled:member:dk-0159")
            .get("foaf:homepage")
            .is_none()
    );
    let pack = node(&document, &format!("faelled:{}@1.2.0", id('a')));
    assert_eq!(pack["dct:issued"], json!(["aaaa-bb-cc"]));
    assert_eq!(
        pack["dct:replaces"][0]["@id"],
        format!("faelled:{}@1.1.0", id('a'))
    );
    let requirement = node(&document, &own);
    assert_eq!(
        requirement["dct:publisher"][0]["@id"],
        "faelled:member:dk-0159"
    );
    assert!(!requirement["dct:type"].to_string().contains("Level"));
    assert!(requirement.get("m8g:weight").is_none());
    let source = requirement["dct:source"][0]["@id"].as_str().unwrap();
    assert!(
        source.ends_with(&format!(":{}", "xy".repeat(90))),
        "{source}"
    );
    let released = &mut content.releases[0].content.requirements[0];
    released
        .requirement
        .adapted_from
        .as_mut()
        .unwrap()
        .requirement = "x".repeat(5_000);
    assert!(!linked_data(&content).to_string().contains(&"x".repeat(201)));
}

#[test]
fn a_review_is_named_by_what_was_tried() {
    let mut pilot = full_pilot(&mut texts(), 1.0);
    pilot.tried[0].number = "X-1 <a> \"b\"".to_owned();
    let content = OpenContent {
        pilots: vec![OpenPilot {
            document: id('9'),
            owner: "dk-0151".to_owned(),
            pilot,
        }],
        ..OpenContent::default()
    };
    let document = linked_data(&content);
    let review = node(&document, &format!("faelled:{}:X-1ab", id('9')));
    assert!(review["schema:itemReviewed"][0]["@id"].as_str().is_some());
}

fn package(pilot: &Pilot, owner: &str, licence: &str, document: &str) -> Value {
    let publication = Publication {
        prefix: "ocds-abc123".to_owned(),
        address: "https://example.org/ocds.json".to_owned(),
        publisher: "Gladsaxe".to_owned(),
        published_ms: 0,
        licence: licence.to_owned(),
        language: English,
    };
    let tender = PilotTender {
        document,
        owner,
        changed_ms: 0,
        pilot,
    };
    ocds(&publication, &[tender], &BTreeMap::new()).unwrap()
}

#[test]
fn a_tender_says_of_its_buyers_and_its_kind_what_is_known() {
    let mut pilot = full_pilot(&mut texts(), 1.0);
    pilot.tender.joint_buyers = vec!["dk-cvr-12345678".to_owned(), "dk-0147".to_owned()];
    pilot.tender.cpv = vec!["45000000".to_owned()];
    let written = package(&pilot, "dk-cvr-12345678", "CC BY", "<9>");
    assert!(written.get("license").is_none());
    let release = &written["releases"][0];
    assert_eq!(release["ocid"], "ocds-abc123-9");
    let parties = release["parties"].as_array().unwrap();
    assert_eq!(parties.len(), 2, "nobody is there twice");
    assert_eq!(
        parties[0]["identifier"],
        json!({"scheme": "DK-CVR", "id": "12345678"})
    );
    assert_eq!(release["tender"]["mainProcurementCategory"], "works");
    // Where what was tried says different numbers, none is the tender's.
    pilot.tried[0].bidders = Some(3);
    pilot.tried[1].bidders = Some(4);
    let written = package(&pilot, "dk-0151", "", "9");
    assert!(
        written["releases"][0]["tender"]
            .get("numberOfTenderers")
            .is_none()
    );
}
