//! Empty files for people to fill in.

use faelled_model::Language;
use faelled_model::requirement::{
    Award, Evidence, FollowUp, Measure, Placeholder, Requirement, Source,
};
use faelled_model::terms::{
    Category, Comparison, EvidenceKind, Level, PriceEffect, RequirementType, Strategy, Verdict,
};
use faelled_model::{Localized, LocalizedText, pilot::Tried};
use serde_json::{Value, json};

use super::column::{Form, OWNER, Table};
use super::layout::{ORDER, PACK, PILOT, SECTION};
use super::workbook;
use super::write::{ExportError, Filled};

/// An Excel file for a pack.
///
/// # Errors
/// When the library that writes Excel files fails.
pub fn pack_template(language: Language) -> Result<Vec<u8>, ExportError> {
    template(PACK, language, |table| {
        let requirement = example_requirement();
        Ok(match table.form {
            Form::Fields => {
                json!({"licence": faelled_model::pack::DEFAULT_LICENCE, "review_cycle_months": 12})
            }
            Form::Records => {
                let mut record = serde_json::to_value(&requirement)?;
                record["number"] = Value::from(example_of("GLX-EMB-001", language));
                record[SECTION] = Value::from("1");
                record
            }
            Form::Items("sections") => json!({
                ORDER: example_of("1", language),
                "title": {"da": "Genbrug", "en": "Reuse"},
            }),
            Form::ItemsOf(list) => {
                let record = serde_json::to_value(&requirement)?;
                let mut item = record[list][0].clone();
                if item.is_object() {
                    item[OWNER] = Value::from(example_of("GLX-EMB-001", language));
                }
                item
            }
            Form::Items(_) => Value::Null,
        })
    })
}

/// An Excel file for a pilot.
///
/// # Errors
/// As [`pack_template`].
pub fn pilot_template(language: Language) -> Result<Vec<u8>, ExportError> {
    template(PILOT, language, |table| {
        Ok(match table.form {
            Form::Records => {
                let mut record = serde_json::to_value(example_tried())?;
                record["number"] = Value::from(example_of("GLX-EMB-001", language));
                record
            }
            Form::Items("effects") => json!({
                "id": example_of("", language),
                "what": {"da": "Papkasser undgået", "en": "Cardboard boxes avoided"},
                "number": 5200, "unit": "1", "measured": true,
                "method": {"da": "Talt ved levering", "en": "Counted on delivery"},
            }),
            Form::Items("checks") => json!({
                "number": example_of("GLX-EMB-001", language),
                "how": {"da": "Stikprøve af ti leverancer", "en": "Ten deliveries looked at"},
                "complied": true,
            }),
            Form::ItemsOf(_) => json!({
                OWNER: example_of("GLX-EMB-001", language),
                "da": "For kort tid til at skaffe kasser", "en": "Too little time to obtain boxes",
            }),
            Form::Fields | Form::Items(_) => Value::Null,
        })
    })
}

fn template(
    tables: &'static [Table],
    language: Language,
    example: impl Fn(&Table) -> Result<Value, ExportError>,
) -> Result<Vec<u8>, ExportError> {
    let filled: Vec<Filled> = tables
        .iter()
        .map(|table| {
            let record = example(table)?;
            let records: Vec<Value> = Some(record)
                .filter(|record| !record.is_null())
                .into_iter()
                .collect();
            Filled::new(table, &records, language)
        })
        .collect::<Result<_, ExportError>>()?;
    workbook::write(&filled, &prose(tables, language), language)
}

/// Rows that begin so are passed over when the file is read.
fn example_of(what: &str, language: Language) -> String {
    format!("# {} {what}", language.pick("example", "eksempel"))
        .trim_end()
        .to_owned()
}

fn prose(tables: &[Table], language: Language) -> Vec<String> {
    let rules = language.pick(
        [
            "Fill in the sheets and import the file. It is read as a whole: if something is wrong, every cell is named and nothing is imported.",
            "Rows whose first cell begins with # are examples or notes and are passed over. Delete them or leave them.",
            "Texts have a column for each language: (da) or (en) at least. For another language add a column, such as Title (sv).",
            "Cells with a drop-down list take a code or its name in Danish or English; they stand on the sheet Codes. Several in one cell stand with ; between them.",
            "A value with ; or a line break in it stands in quotation marks. A text too long for a cell goes on in a column with the same name and +2.",
            "Do not rename sheets and columns. Columns may be moved, and those that you do not need may be deleted. Dates are written 2026-08-12.",
            "Write roles and functional mailboxes, never names of persons.",
        ],
        [
            "Udfyld arkene, og indlæs filen. Den læses som en helhed: er noget forkert, nævnes hver celle, og intet indlæses.",
            "Rækker, hvis første celle begynder med #, er eksempler eller noter og springes over. Slet dem, eller lad dem stå.",
            "Tekster har en kolonne for hvert sprog: mindst (da) eller (en). Tilføj en kolonne for et andet sprog, fx Titel (sv).",
            "Celler med en rulleliste tager en kode eller dens navn på dansk eller engelsk; de står på arket Koder. Flere i én celle skrives med ; imellem.",
            "En værdi med ; eller linjeskift i står i anførselstegn. En tekst, der er for lang til en celle, fortsætter i en kolonne med samme navn og +2.",
            "Omdøb ikke ark og kolonner. Kolonner må flyttes, og dem, I ikke skal bruge, må slettes. Datoer skrives 2026-08-12.",
            "Skriv roller og funktionspostkasser, aldrig navne på personer.",
        ],
    );
    let about = tables.iter().map(|table| {
        let (english, danish) = table.about;
        format!(
            "{}: {}",
            table.name(language),
            language.pick(english, danish)
        )
    });
    rules.into_iter().map(str::to_owned).chain(about).collect()
}

fn both(danish: &str, english: &str) -> Localized {
    Localized::from([("da", danish), ("en", english)])
}

fn example_requirement() -> Requirement {
    Requirement {
        title: both(
            "Genbrugelig transportemballage",
            "Reusable transport packaging",
        ),
        category: Category::Packaging,
        strategies: vec![Strategy::Reuse, Strategy::Avoid],
        cpv: vec!["44617100".to_owned()],
        r#type: RequirementType::ContractPerformanceClause,
        level: Level::Basic,
        wording: LocalizedText::from([
            (
                "da",
                "Mindst {andel} % af leverancerne leveres i genbrugelige kasser.",
            ),
            (
                "en",
                "At least {andel} % of deliveries come in reusable boxes.",
            ),
        ]),
        motive: LocalizedText::from([
            ("da", "Emballagen fylder hos kommunen."),
            ("en", "Packaging piles up at the municipality."),
        ]),
        evidence: vec![Evidence {
            kind: EvidenceKind::Declaration,
            text: both(
                "Erklæring om retursystem",
                "Declaration on the return system",
            ),
            ..Evidence::default()
        }],
        follow_up: vec![FollowUp {
            what: both("Opgørelse over kolli", "Statement of packages"),
            when: both("Hvert år", "Every year"),
            who: both("Kontraktansvarlig", "Contract manager"),
            ..FollowUp::default()
        }],
        risks: vec![both(
            "Små leverandører kan mangle kasser.",
            "Small suppliers may lack boxes.",
        )],
        sources: vec![Source {
            title: "Forordning (EU) 2025/40".to_owned(),
            date: "2025".to_owned(),
            ..Source::default()
        }],
        history: vec![faelled_model::requirement::StateChange {
            date: "2026-08-12".to_owned(),
            by: "dk-0159".to_owned(),
            ..Default::default()
        }],
        ..example_figures()
    }
}

/// The numbers of the example.
fn example_figures() -> Requirement {
    Requirement {
        placeholders: vec![Placeholder {
            name: "andel".to_owned(),
            meaning: both("Andel af leverancer", "Share of deliveries"),
            unit: "%".to_owned(),
            min: Some(10.0),
            max: Some(100.0),
            default: "40".to_owned(),
        }],
        measures: vec![Measure {
            property: both("Genbrugelig andel", "Reusable share"),
            comparison: Comparison::AtLeast,
            number: 40.0,
            unit: "%".to_owned(),
            ..Measure::default()
        }],
        awards: vec![Award {
            method: both("Point efter andel", "Points by share"),
            scale: "0-10".to_owned(),
            weight_percent: Some(10.0),
            ..Award::default()
        }],
        ..Requirement::default()
    }
}

fn example_tried() -> Tried {
    Tried {
        r#type: RequirementType::ContractPerformanceClause,
        level: Level::Basic,
        bidders: Some(4),
        bidders_met: Some(3),
        price_effect: PriceEffect::Unchanged,
        burden: Some(2),
        verdict: Verdict::Keep,
        ..Tried::default()
    }
}
