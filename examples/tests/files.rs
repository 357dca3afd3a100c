//! The example files: read, checked, complete, and fitting each other.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use faelled_documents::Document;
use faelled_exchange::{PackFile, PilotFile, Problem, read_pack, read_pilot, read_projects};
use faelled_model::terms::{RequirementType, Verdict};
use faelled_model::text::InLanguages;
use faelled_model::{Language, Pilot, Project, Requirement, codes, validate};
use faelled_proto::{DocId, FeedId};

fn texts(directory: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut files: Vec<(String, String)> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .map(|path| {
            (
                path.file_name().unwrap().to_str().unwrap().to_owned(),
                fs::read_to_string(path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

fn packs() -> Vec<(String, PackFile)> {
    let read = |(name, text): (String, String)| match read_pack(&text, &name) {
        Ok(pack) => (name, pack),
        Err(error) => panic!("{error}"),
    };
    texts("packs").into_iter().map(read).collect()
}

fn pilots() -> Vec<(String, PilotFile)> {
    let read = |(name, text): (String, String)| match read_pilot(&text, &name) {
        Ok(pilot) => (name, pilot),
        Err(error) => panic!("{error}"),
    };
    texts("pilots").into_iter().map(read).collect()
}

fn projects() -> Vec<Project> {
    let mut all = Vec::new();
    for (name, text) in texts("projects") {
        match read_projects(&text, &name) {
            Ok(file) => {
                assert_eq!(lines(&name, &file.warnings), Vec::<String>::new());
                all.extend(file.projects);
            }
            Err(error) => panic!("{error}"),
        }
    }
    all
}

fn lines(file: &str, problems: &[Problem]) -> Vec<String> {
    problems
        .iter()
        .map(|problem| problem.line_of(file, Language::English))
        .collect()
}

fn in_both(text: &impl InLanguages) -> bool {
    ["da", "en"].iter().all(|language| {
        text.exact(language)
            .is_some_and(|text| !text.trim().is_empty())
    })
}

/// What a requirement of an example lacks.
fn lacks(requirement: &Requirement) -> Vec<&'static str> {
    let evidence = requirement
        .evidence
        .iter()
        .all(|evidence| in_both(&evidence.text));
    let follow_up = requirement
        .follow_up
        .iter()
        .all(|step| in_both(&step.what) && in_both(&step.when) && in_both(&step.who));
    [
        ("title", in_both(&requirement.title)),
        ("product group", in_both(&requirement.product_group)),
        ("wording", in_both(&requirement.wording)),
        ("motive", in_both(&requirement.motive)),
        (
            "risks",
            !requirement.risks.is_empty() && requirement.risks.iter().all(in_both),
        ),
        ("evidence", !requirement.evidence.is_empty() && evidence),
        ("follow-up", !requirement.follow_up.is_empty() && follow_up),
        (
            "placeholders",
            requirement
                .placeholders
                .iter()
                .all(|placeholder| in_both(&placeholder.meaning)),
        ),
        ("cpv", !requirement.cpv.is_empty()),
        ("strategy", !requirement.strategies.is_empty()),
        ("type", requirement.r#type.is_known()),
        ("level", requirement.level.is_known()),
        (
            "source",
            requirement
                .sources
                .iter()
                .any(|source| !source.address.is_empty()),
        ),
    ]
    .into_iter()
    .filter_map(|(what, there)| (!there).then_some(what))
    .collect()
}

#[test]
fn every_pack_reads_without_a_remark() {
    let packs = packs();
    assert!(packs.len() >= 2);
    for (name, file) in packs {
        assert_eq!(lines(&name, &file.warnings), [""; 0]);
        assert!(
            file.requirements.len() >= 8,
            "{name} has {} requirements",
            file.requirements.len()
        );
        assert!(
            in_both(&file.pack.title)
                && in_both(&file.pack.purpose)
                && in_both(&file.pack.introduction),
            "{name}"
        );
        assert!(
            in_both(&file.pack.how_to_use)
                && file
                    .pack
                    .sections
                    .iter()
                    .all(|section| in_both(&section.title)),
            "{name}"
        );
    }
}

#[test]
fn every_requirement_is_complete_in_both_languages_and_can_be_released() {
    for (name, file) in packs() {
        for requirement in &file.requirements {
            assert_eq!(
                lacks(requirement),
                [""; 0],
                "{name}: {}",
                requirement.number
            );
            let findings = validate::releasable(requirement);
            assert!(
                findings.is_empty(),
                "{name}: {}: {findings:?}",
                requirement.number
            );
        }
    }
}

#[test]
fn the_packs_show_every_type_that_a_buyer_uses_and_every_level() {
    let requirements: Vec<Requirement> = packs()
        .into_iter()
        .flat_map(|(_, file)| file.requirements)
        .collect();
    for wanted in [
        RequirementType::SelectionCriterion,
        RequirementType::TechnicalSpecification,
        RequirementType::AwardCriterion,
        RequirementType::ContractPerformanceClause,
    ] {
        assert!(
            requirements
                .iter()
                .any(|requirement| requirement.r#type == wanted),
            "{}",
            wanted.code()
        );
    }
    let levels: BTreeSet<&str> = requirements
        .iter()
        .map(|requirement| requirement.level.code())
        .collect();
    assert_eq!(levels, BTreeSet::from(["advanced", "basic", "spearhead"]));
}

#[test]
fn every_pilot_reads_without_an_error_and_names_requirements_of_the_packs() {
    let packs = packs();
    let pilots = pilots();
    assert!(pilots.len() >= 6);
    for (name, file) in &pilots {
        assert_eq!(lines(name, &file.warnings), [""; 0]);
        assert_eq!(file.tried.len(), file.draft().tried.len());
        for tried in &file.tried {
            let pack = packs.iter().find(|(_, pack)| pack.pack.code == tried.pack);
            let there = pack.is_some_and(|(_, pack)| {
                pack.requirements
                    .iter()
                    .any(|one| one.number == tried.number)
            });
            assert!(there, "{name}: {} is not in {}", tried.number, tried.pack);
        }
    }
}

#[test]
fn pilots_come_from_different_municipalities_of_the_capital_region() {
    let members: BTreeSet<String> = pilots()
        .iter()
        .map(|(name, file)| {
            let member = file
                .member
                .clone()
                .unwrap_or_else(|| panic!("{name} names no member"));
            let known = codes::members::find_id(&member);
            assert_eq!(known.and_then(|known| known.region), Some("1084"), "{name}");
            member.to_string()
        })
        .collect();
    assert!(members.len() >= 6, "{members:?}");
}

#[test]
fn every_pilot_says_that_it_is_an_example() {
    for (name, file) in pilots() {
        let title = &file.draft().tender.title;
        assert!(title.best("da").contains("(eksempel)"), "{name}");
        assert!(
            title.best("en").contains("(example)") || title.exact("en").is_none(),
            "{name}"
        );
    }
}

#[test]
fn the_pilots_are_varied() {
    let pilots: Vec<Pilot> = pilots()
        .into_iter()
        .map(|(_, file)| file.draft().clone())
        .collect();
    let tried: Vec<_> = pilots.iter().flat_map(|pilot| &pilot.tried).collect();
    let verdicts: BTreeSet<&str> = tried.iter().map(|tried| tried.verdict.code()).collect();
    let known: BTreeSet<String> = Verdict::all()
        .iter()
        .map(|verdict| verdict.code().to_owned())
        .collect();
    assert_eq!(verdicts, known.iter().map(String::as_str).collect());
    let types: BTreeSet<&str> = tried.iter().map(|tried| tried.r#type.code()).collect();
    assert!(types.len() >= 3, "{types:?}");
    let prices: BTreeSet<&str> = tried
        .iter()
        .map(|tried| tried.price_effect.code())
        .collect();
    assert!(prices.len() >= 4, "{prices:?}");
    let measured = |wanted: bool| {
        pilots
            .iter()
            .flat_map(|pilot| &pilot.effects)
            .any(|effect| effect.measured == wanted)
    };
    assert!(measured(true) && measured(false));
    for language in ["da", "en"] {
        assert!(
            pilots
                .iter()
                .all(|pilot| pilot.lessons.exact(language).is_some()),
            "{language}"
        );
    }
}

/// Lays a value into a document and reads it back, as a node does.
fn comes_back<T>(value: &T, what: &str)
where
    T: autosurgeon::Reconcile + autosurgeon::Hydrate + PartialEq + std::fmt::Debug,
{
    let mut document = Document::new(DocId::from_bytes([1; 32]));
    document
        .edit(FeedId::from_bytes([2; 32]), value, 1_000)
        .unwrap();
    assert_eq!(document.read::<T>().as_ref(), Ok(value), "{what}");
}

#[test]
fn every_example_comes_back_from_its_document_as_it_was_written() {
    for (file, pack) in packs() {
        comes_back(&pack.pack, &file);
        for requirement in &pack.requirements {
            comes_back(requirement, &requirement.number);
        }
    }
    for (file, pilot) in pilots() {
        comes_back(pilot.draft(), &file);
    }
}

#[test]
fn the_seven_projects_of_the_region_read_without_a_remark_in_both_languages() {
    let projects = projects();
    assert_eq!(projects.len(), 7);
    for project in &projects {
        let said = in_both(&project.title) && in_both(&project.aim);
        assert!(said, "{}", project.code);
        assert!(!project.indicators.is_empty(), "{}", project.code);
    }
}

#[test]
fn every_pack_belongs_to_a_project_that_is_here() {
    let codes: BTreeSet<String> = projects().into_iter().map(|project| project.code).collect();
    for (name, file) in packs() {
        assert!(codes.contains(&file.pack.project), "{name}");
        for requirement in &file.requirements {
            assert!(
                codes.contains(&requirement.project),
                "{}",
                requirement.number
            );
        }
    }
}
