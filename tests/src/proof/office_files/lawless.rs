//! Texts that every rule refuses. A hostile member's software need not ask the rules, and what it shared is
//! exported like everything else.

use std::collections::BTreeMap;
use std::path::Path;

use faelled_exchange::{
    BasketDocument, BasketEntry, OpenContent, OpenMember, OpenPilot, OpenRelease, PilotTender,
    Provenance, Publication, UNREGISTERED_PREFIX, linked_data, ocds, pack_to_csv, pack_to_xlsx,
    pilot_to_csv, pilot_to_xlsx, read_pack, read_pilot,
};
use faelled_model::basket::Filled;
use faelled_model::release::{ReleaseContent, ReleasedRequirement};
use faelled_model::{Language, Localized, Pack, Requirement};
use serde_json::Value;

use super::super::round_trips::{other_pilot, other_texts};
use super::super::texts::Texts;
use super::{PACKS, PILOT};
use crate::program::{Broken, example};

/// A member's name, a tender's title, a value that somebody filled in.
const NAME: &str = "=1+1 \u{202e}<w:p/> \u{1b}[2J\u{0}&";
const DAY: &str = "2026-08-12";

pub(super) fn write_all(files: &Path) -> Result<(), Broken> {
    let mut texts = Texts::lawless();
    let file = PACKS[0];
    let text = std::fs::read_to_string(example(file))?;
    let read = read_pack(&text, file).map_err(broken)?;
    let (pack, requirements) =
        other_texts(&read.pack, &read.requirements, &mut texts).map_err(broken)?;
    let text = std::fs::read_to_string(example(PILOT))?;
    let pilot = read_pilot(&text, PILOT).map_err(broken)?;
    let pilot = other_pilot(&pilot, &mut texts).map_err(broken)?;
    for (language, code) in [(Language::Danish, "da"), (Language::English, "en")] {
        let write = |name: &str, bytes: Vec<u8>| {
            std::fs::write(files.join(name.replace("LANGUAGE", code)), bytes)
        };
        let document = document(&requirements, language);
        write("basket-LANGUAGE.docx", document.to_docx().map_err(broken)?)?;
        write("basket-LANGUAGE.xlsx", document.to_xlsx().map_err(broken)?)?;
        write("basket-LANGUAGE.csv", document.to_csv().map_err(broken)?)?;
        let json = serde_json::to_vec(&document.to_json().map_err(broken)?)?;
        write("basket-LANGUAGE.json", json)?;
        let xlsx = pack_to_xlsx(&pack, &requirements, language).map_err(broken)?;
        write("pack-LANGUAGE.xlsx", xlsx)?;
        let csv = pack_to_csv(&pack, &requirements, language).map_err(broken)?;
        write("pack-LANGUAGE.csv", csv)?;
        let xlsx = pilot_to_xlsx(&pilot, language).map_err(broken)?;
        write("pilot-LANGUAGE.xlsx", xlsx)?;
        write(
            "pilot-LANGUAGE.csv",
            pilot_to_csv(&pilot, language).map_err(broken)?,
        )?;
        let names = BTreeMap::from([("dk-0159".to_owned(), NAME.to_owned())]);
        let publication = Publication {
            prefix: UNREGISTERED_PREFIX.to_owned(),
            address: "https://example.org/ocds.json".to_owned(),
            publisher: NAME.to_owned(),
            published_ms: 1_786_000_000_000,
            licence: String::new(),
            language,
        };
        let tender = PilotTender {
            document: &"a".repeat(64),
            owner: "dk-0159",
            changed_ms: 1_785_000_000_000,
            pilot: pilot.draft(),
        };
        let package = ocds(&publication, &[tender], &names).map_err(broken)?;
        write("tenders-LANGUAGE-ocds.json", serde_json::to_vec(&package)?)?;
    }
    let open: Value = linked_data(&open_content(pack, requirements, pilot.draft().clone()));
    std::fs::write(files.join("open.jsonld"), serde_json::to_vec(&open)?)?;
    Ok(())
}

fn document(requirements: &[Requirement], language: Language) -> BasketDocument {
    let entries = requirements.iter().map(|requirement| BasketEntry {
        requirement: requirement.clone(),
        values: requirement
            .placeholders
            .iter()
            .filter(|placeholder| placeholder.min.is_none() && placeholder.max.is_none())
            .map(|placeholder| Filled {
                name: placeholder.name.clone(),
                value: NAME.to_owned(),
            })
            .collect(),
        source: Some(Provenance {
            owner: NAME.to_owned(),
            pack: "GLX-EMB".to_owned(),
            version: "1.0.0".to_owned(),
            hash: "b".repeat(64),
            citation: NAME.to_owned(),
            pilots: Some(2),
        }),
        adapted: None,
    });
    BasketDocument {
        title: NAME.to_owned(),
        buyer: NAME.to_owned(),
        language,
        date: DAY.to_owned(),
        with_motives: true,
        entries: entries.collect(),
    }
}

fn open_content(
    pack: Pack,
    requirements: Vec<Requirement>,
    pilot: faelled_model::Pilot,
) -> OpenContent {
    let requirements = requirements
        .into_iter()
        .enumerate()
        .map(|(index, requirement)| ReleasedRequirement {
            document: format!("{index:064x}"),
            requirement,
        });
    OpenContent {
        members: vec![OpenMember {
            id: "dk-0159".to_owned(),
            name: Localized::from([("da", NAME)]),
            web_page: "javascript:alert(1)".to_owned(),
        }],
        releases: vec![OpenRelease {
            pack: "c".repeat(64),
            owner: "dk-0159".to_owned(),
            version: "1.0.0".to_owned(),
            hash: "b".repeat(64),
            issued: DAY.to_owned(),
            previous: String::new(),
            notes: Localized::from([("da", NAME)]),
            content: ReleaseContent {
                pack,
                requirements: requirements.collect(),
            },
        }],
        pilots: vec![OpenPilot {
            document: "a".repeat(64),
            owner: "dk-0159".to_owned(),
            pilot,
        }],
    }
}

fn broken(error: impl std::fmt::Display) -> Broken {
    Broken(error.to_string())
}
