//! Baskets and linked data: what is written, and that nobody's text gets out of its place.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use faelled_exchange::{
    AdaptedSource, BasketDocument, BasketEntry, ExportError, OpenContent, OpenMember, OpenPilot,
    OpenRelease, Provenance, linked_data,
};
use faelled_model::Language::{self, Danish, English};
use faelled_model::basket::Filled;
use faelled_model::release::ReleasedRequirement;
use faelled_model::terms::RequirementType;
use faelled_model::{Localized, LocalizedText, ReleaseContent};
use serde_json::{Value, json};
use support::{Texts, full_pack, full_pilot, full_requirement, id};

const HOSTILE: &str = "=cmd|'/c'!A1 </w:t><w:fldSimple w:instr=\"INCLUDETEXT x\"/> [x](javascript:a) # h \u{202e}\u{0}\u{b}";

fn texts() -> Texts {
    Texts::new(vec![
        HOSTILE.to_owned(),
        "linje 1\n\nlinje 2\tslut".to_owned(),
    ])
}

fn filled(value: &str) -> Vec<Filled> {
    vec![Filled {
        name: "andel".to_owned(),
        value: value.to_owned(),
    }]
}

fn basket(language: Language) -> BasketDocument {
    let entry = |number: &str, kind: RequirementType, values: Vec<Filled>, released: bool| {
        let mut requirement = full_requirement(number, &mut texts(), 1.0);
        requirement.r#type = kind;
        BasketEntry {
            requirement,
            values,
            source: released.then(|| Provenance {
                owner: "Gladsaxe Kommune".to_owned(),
                pack: "GLX-EMB".to_owned(),
                version: "1.2.0".to_owned(),
                hash: id('b'),
                citation: format!("faelled:{}@1.2.0#{}", id('a'), id('b')),
                pilots: Some(3),
            }),
            adapted: Some(AdaptedSource {
                number: "ALB-EMB-001".to_owned(),
                owner: "Albertslund Kommune".to_owned(),
                pack: "ALB-EMB".to_owned(),
                version: "1.1.0".to_owned(),
                hash: id('d'),
                citation: format!("faelled:{}@1.1.0#{}", id('c'), id('d')),
                changes: Localized::from([("da", "Højere andel"), ("en", "Larger share")]),
            }),
        }
    };
    BasketDocument {
        title: "Kontorartikler 2027".to_owned(),
        buyer: "Ballerup Kommune".to_owned(),
        language,
        date: "2026-11-24".to_owned(),
        with_motives: true,
        entries: vec![
            entry(
                "GLX-EMB-003",
                RequirementType::ContractPerformanceClause,
                filled("55"),
                true,
            ),
            entry(
                "GLX-EMB-001",
                RequirementType::TechnicalSpecification,
                Vec::new(),
                true,
            ),
            entry(
                "GLX-EMB-002",
                RequirementType::ContractPerformanceClause,
                filled("60"),
                false,
            ),
        ],
    }
}

fn part(docx: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn a_word_file_has_headings_tables_and_its_language() {
    let docx = basket(Danish).to_docx().unwrap();
    let document = part(&docx, "word/document.xml");
    assert_eq!(document.matches("\"Heading1\"").count(), 2);
    assert_eq!(document.matches("\"Heading2\"").count(), 3);
    // Evidence, award and follow-up of each, every one with a head that is repeated on the next page.
    assert_eq!(document.matches("<w:tbl>").count(), 9);
    assert_eq!(document.matches("<w:tblHeader/>").count(), 9);
    let technical = document.find("Tekniske specifikationer").unwrap();
    let clauses = document.find("Kontraktvilkår").unwrap();
    assert!(technical < clauses, "parts stand in the order of a tender");
    let styles = part(&docx, "word/styles.xml");
    assert!(styles.contains("w:lang w:val=\"da-DK\"") && styles.contains("w:val=\"heading 1\""));
    assert!(part(&docx, "docProps/core.xml").contains("<dc:title>Kontorartikler 2027</dc:title>"));
    let english = basket(English).to_docx().unwrap();
    assert!(part(&english, "word/styles.xml").contains("en-GB"));
    assert_eq!(
        docx,
        basket(Danish).to_docx().unwrap(),
        "the same basket makes the same file"
    );
}

#[test]
fn every_requirement_says_where_it_comes_from_and_what_was_left_at_default() {
    let docx = basket(Danish).to_docx().unwrap();
    let document = part(&docx, "word/document.xml");
    assert!(document.contains("Krav GLX-EMB-001, kravpakke GLX-EMB version 1.2.0 (bbbbbbbbbbbb), Gladsaxe Kommune. faelled:aaaa"));
    assert!(document.contains("Afprøvet 3 gange."));
    assert!(document.contains(
        "Krav GLX-EMB-002, en kladde, der ikke er udgivet. Tilpasset fra ALB-EMB-001, kravpakke ALB-EMB version 1.1.0 (dddddddddddd), Albertslund Kommune. faelled:cccc"
    ));
    assert!(document.contains(" Ændret: Højere andel"));
    // One value was left at its default, and a note at the beginning says what the mark means.
    assert_eq!(document.matches("w:highlight").count(), 2);
    assert!(document.contains(">40</w:t>") && document.contains(">55</w:t>"));
}

#[test]
fn an_adapted_requirement_says_whose_it_was_and_what_was_changed_in_every_form() {
    let basket = basket(English);
    let json = basket.to_json().unwrap();
    let draft = &json["parts"][1]["requirements"][1];
    assert_eq!(draft["provenance"], Value::Null);
    assert_eq!(
        draft["adapted_from"],
        json!({
            "number": "ALB-EMB-001",
            "owner": "Albertslund Kommune",
            "pack": "ALB-EMB",
            "version": "1.1.0",
            "hash": id('d'),
            "citation": format!("faelled:{}@1.1.0#{}", id('c'), id('d')),
            "changes": "Larger share",
        })
    );
    let csv = basket.to_csv().unwrap();
    let mut reader = csv::Reader::from_reader(&csv[3..]);
    let heads = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |head: &str| {
        let column = heads.iter().position(|one| one == head).unwrap();
        rows[2].get(column).unwrap().to_owned()
    };
    for (head, said) in [
        ("Adapted from", "ALB-EMB-001"),
        ("Source: pack", "ALB-EMB"),
        ("Source: version", "1.1.0"),
        ("Source: hash", id('d').as_str()),
        ("Source: owner", "Albertslund Kommune"),
        ("Changed", "Larger share"),
    ] {
        assert_eq!(cell(head), said, "{head}");
    }
}

#[test]
fn citations_are_copied_from_markdown_as_they_are() {
    let markdown = basket(Danish).to_markdown().unwrap();
    for citation in [
        format!("`faelled:{}@1.2.0#{}`", id('a'), id('b')),
        format!("`faelled:{}@1.1.0#{}`", id('c'), id('d')),
    ] {
        assert!(markdown.contains(&citation), "{markdown}");
    }
}

#[test]
fn text_of_others_is_no_more_than_text() {
    let basket = basket(Danish);
    let document = part(&basket.to_docx().unwrap(), "word/document.xml");
    assert!(!document.contains("<w:fldSimple") && document.contains("&lt;w:fldSimple"));
    assert!(!document.contains(['\u{202e}', '\u{0}', '\u{b}']));
    let mut reader = quick_xml::Reader::from_str(&document);
    reader.config_mut().check_end_names = true;
    let elements: BTreeSet<String> = std::iter::from_fn(|| match reader.read_event().unwrap() {
        quick_xml::events::Event::Eof => None,
        quick_xml::events::Event::Start(start) => Some(start.name().as_ref().to_owned()),
        quick_xml::events::Event::Empty(start) => Some(start.name().as_ref().to_owned()),
        _ => Some(String::new()),
    })
    .collect();
    assert!(
        !elements
            .iter()
            .any(|name| name.contains("fld") || name.contains("hyperlink"))
    );

    let markdown = basket.to_markdown().unwrap();
    assert!(!markdown.contains("[x](") && !markdown.contains("</w:t>"));
    assert!(
        markdown
            .lines()
            .filter(|line| line.starts_with('#'))
            .count()
            == 6,
        "{markdown}"
    );

    let csv = basket.to_csv().unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(b';')
        .from_reader(&csv[3..]);
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 4);
    for cell in records.iter().flat_map(|record| record.iter()) {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell:?}"
        );
    }
    let mut workbook: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(basket.to_xlsx().unwrap())).unwrap();
    let range = calamine::Reader::worksheet_range(&mut workbook, "Krav").unwrap();
    assert_eq!(range.get_size(), (4, 22));
    assert_eq!(
        calamine::Reader::worksheet_formula(&mut workbook, "Krav")
            .unwrap()
            .used_cells()
            .count(),
        0
    );
}

#[test]
fn a_value_outside_its_range_is_refused_by_name_and_all_at_once() {
    let mut basket = basket(Danish);
    basket.entries[0].values = filled("100");
    basket.entries[2].values = filled("mange");
    let ExportError::Unfilled(found) = basket.to_docx().unwrap_err() else {
        panic!("another error");
    };
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|value| (value.number.as_str(), value.finding.code))
        .collect();
    assert_eq!(
        found,
        [
            ("GLX-EMB-003", "value-outside"),
            ("GLX-EMB-002", "value-not-a-number")
        ]
    );
}

#[test]
fn json_holds_the_filled_wording_piece_by_piece() {
    let json = basket(English).to_json().unwrap();
    assert_eq!(json["language"], "en");
    assert_eq!(json["parts"][0]["type"], "technical-specification");
    let wording = &json["parts"][0]["requirements"][0]["wording"];
    assert_eq!(
        wording[1],
        json!({"kind": "value", "name": "andel", "text": "40", "is_default": true})
    );
    assert_eq!(
        json["parts"][1]["requirements"][0]["provenance"]["pilots"],
        3
    );
}

fn open_content() -> OpenContent {
    let (pack, requirements) = full_pack(&mut texts(), 3.5);
    let mut pilot = full_pilot(&mut texts(), 1.0);
    for (tried, digit) in pilot.tried.iter_mut().zip(['1', '2']) {
        tried.requirement = id(digit);
        tried.release = support::release();
    }
    let requirements = requirements
        .into_iter()
        .zip(['1', '2', '3'])
        .map(|(requirement, digit)| ReleasedRequirement {
            document: id(digit),
            requirement,
        });
    OpenContent {
        members: vec![OpenMember {
            id: "dk-0159".to_owned(),
            name: Localized::from([("da", "Gladsaxe Kommune")]),
            web_page: "https://gladsaxe.dk".to_owned(),
        }],
        releases: vec![OpenRelease {
            pack: id('a'),
            owner: "dk-0159".to_owned(),
            version: "1.2.0".to_owned(),
            hash: id('b'),
            issued: "2026-08-12".to_owned(),
            previous: "1.1.0".to_owned(),
            notes: Localized::from([("da", "Nyt"), ("x y", "odd")]),
            content: ReleaseContent {
                pack,
                requirements: requirements.collect(),
            },
        }],
        pilots: vec![OpenPilot {
            document: id('9'),
            owner: "dk-0151".to_owned(),
            pilot,
        }],
    }
}

/// Every key, class and datatype of a JSON-LD document, with its prefix.
fn names_in(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| names_in(item, names)),
        Value::Object(fields) => {
            for (key, value) in fields {
                if key == "@type" {
                    names.insert(value.as_str().unwrap().to_owned());
                } else if !key.starts_with('@') {
                    names.insert(key.clone());
                }
                names_in(value, names);
            }
        }
        _ => {}
    }
}

#[test]
fn linked_data_uses_only_terms_that_exist() {
    let vocabulary: BTreeSet<&str> = include_str!("../data/vocabulary.tsv")
        .lines()
        .skip(1)
        .map(|line| line.split('\t').next().unwrap())
        .collect();
    let document = linked_data(&open_content());
    let context = document["@context"].as_object().unwrap();
    let mut names = BTreeSet::new();
    names_in(&document["@graph"], &mut names);
    let mut used = BTreeSet::new();
    for name in &names {
        let (prefix, local) = name.split_once(':').unwrap();
        let iri = format!("{}{local}", context[prefix].as_str().unwrap());
        assert!(vocabulary.contains(iri.as_str()), "{iri}");
        used.insert(iri);
    }
    for class in [
        "Criterion",
        "Constraint",
        "EvidenceTypeList",
        "EvidenceType",
        "InformationConcept",
        "InformationRequirement",
        "ReferenceFramework",
    ] {
        assert!(
            used.contains(&format!("http://data.europa.eu/m8g/{class}")),
            "{class}"
        );
    }
}

#[test]
fn linked_data_holds_together() {
    let document = linked_data(&open_content());
    let graph = document["@graph"].as_array().unwrap();
    let find = |iri: &str| graph.iter().find(|node| node["@id"] == *iri).unwrap();
    let pack = find(&format!("faelled:{}@1.2.0", id('a')));
    for part in pack["dct:hasPart"].as_array().unwrap() {
        let requirement = find(part["@id"].as_str().unwrap());
        assert_eq!(requirement["@type"], "m8g:Criterion");
        assert_eq!(requirement["m8g:weight"][0]["@value"], "0.125");
    }
    // What no language is is no language tag: it would make the document unreadable.
    assert_eq!(
        pack["adms:versionNotes"],
        json!([{"@language": "da", "@value": "Nyt"}, "odd"])
    );
    let pilot = find(&format!("faelled:{}", id('9')));
    assert_eq!(
        pilot["prov:used"][0]["@id"],
        format!("faelled:{}@1.2.0:{}", support::release().pack, id('1'))
    );
    let review = graph
        .iter()
        .find(|node| node["@type"] == "schema:Review")
        .unwrap();
    assert_eq!(review["schema:itemReviewed"][0], pilot["prov:used"][0]);
    assert!(!document.to_string().contains('\u{202e}'));
}

#[test]
fn nobody_writes_under_the_identifiers_of_another_members_release() {
    let mut content = open_content();
    let mut planted = content.releases[0].clone();
    // Another member leads a pack of its own, and puts the same requirements into it.
    planted.pack = id('c');
    planted.owner = "dk-0165".to_owned();
    content.releases.push(planted);
    let document = linked_data(&content);
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for node in document["@graph"].as_array().unwrap() {
        if let Some(publisher) = node["dct:publisher"][0]["@id"].as_str() {
            let of = owners.entry(node["@id"].as_str().unwrap()).or_default();
            of.insert(publisher);
        }
    }
    assert_eq!(owners.len(), 8, "two packs of three requirements");
    assert!(
        owners.values().all(|owners| owners.len() == 1),
        "{owners:?}"
    );
}

#[test]
fn a_wording_of_one_language_is_written_where_the_other_is_missing() {
    let mut basket = basket(English);
    basket.entries.truncate(1);
    basket.entries[0].requirement.wording = LocalizedText::from([("da", "Kun dansk {andel}")]);
    assert!(basket.to_markdown().unwrap().contains("Kun dansk 55"));
}

#[test]
fn where_a_requirement_comes_from_is_clean_in_json_too() {
    let mut basket = basket(Danish);
    let source = basket.entries[0].source.as_mut().unwrap();
    source.pack = "GLX\u{202e}-EMB".to_owned();
    source.owner = "Glad\u{0}saxe".to_owned();
    let json = basket.to_json().unwrap();
    let source = &json["parts"][1]["requirements"][0]["provenance"];
    assert_eq!(
        (&source["pack"], &source["owner"]),
        (&json!("GLX-EMB"), &json!("Gladsaxe"))
    );
}
