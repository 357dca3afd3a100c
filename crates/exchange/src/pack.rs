//! Pack files.

use std::collections::BTreeMap;

use faelled_model::pack::{RequirementRef, Section};
use faelled_model::terms::WordingState;
use faelled_model::{Localized, Pack, Requirement, pack, requirement, validate};
use serde::{Deserialize, Serialize};

use crate::limits::{MAX_REQUIREMENTS, MAX_SECTIONS};
use crate::place::{Step, steps_of_field};
use crate::problem::{FileError, Problem};
use crate::source::{Kind, other_kind};
use crate::tree::Tree;

/// What a pack file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct PackFile {
    /// The pack. Its sections name the requirements by number; their documents are not known yet.
    pub pack: Pack,
    /// Every requirement, in the order of the file.
    pub requirements: Vec<Requirement>,
    /// What a person should look at; none of it stands in the way.
    pub warnings: Vec<Problem>,
}

/// Keys that only the software sets.
const SET_BY_SOFTWARE: &[&str] = &["schema", "hearing_of", "published_as"];

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct FileSection {
    #[serde(skip_serializing_if = "String::is_empty")]
    id: String,
    title: Localized,
    requirements: Vec<String>,
    /// Requirement to the one for which it stands at another level.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    alternatives: BTreeMap<String, String>,
}

/// Reads a pack file: `[pack]`, then `[[section]]` and `[[requirement]]` as often as needed.
///
/// # Errors
/// When the file is too large, not TOML, has keys that are not known, or does not satisfy the rules of
/// [`validate`]: every problem, with its line.
pub fn read_pack(text: &str, file_name: &str) -> Result<PackFile, FileError> {
    let mut tree = Tree::parse(text, file_name)?;
    if !tree.has("pack") && (tree.has("pilot") || tree.has("tried")) {
        return Err(other_kind(file_name, Kind::Pilot));
    }
    tree.only(&["pack", "section", "requirement"]);
    let denied: Vec<&str> = SET_BY_SOFTWARE
        .iter()
        .copied()
        .chain(["sections"])
        .collect();
    let mut pack: Pack = tree.table("pack", &denied, true);
    pack.schema = pack::SCHEMA;
    pack.sections = sections(&mut tree);
    // What could not be read has been named; its absence is not a second problem.
    if tree.is_readable() {
        tree.findings("[pack]", validate::pack(&pack), place_in_pack);
    }
    let requirements = requirements(&mut tree);
    tree.findings("", validate::contents(&pack, &requirements), place_in_pack);
    let warnings = FileError::check(file_name, tree.problems)?;
    Ok(PackFile {
        pack,
        requirements,
        warnings,
    })
}

/// Writes a pack and its requirements as a file that [`read_pack`] reads back. What only the software sets
/// is left out.
///
/// # Errors
/// When a value has no TOML form.
pub fn pack_to_toml(of: &Pack, requirements: &[Requirement]) -> Result<String, toml::ser::Error> {
    #[derive(Serialize)]
    struct File {
        pack: Pack,
        section: Vec<FileSection>,
        requirement: Vec<Requirement>,
    }
    let section = of.sections.iter().map(|section| FileSection {
        id: section.id.clone(),
        title: section.title.clone(),
        requirements: section
            .requirements
            .iter()
            .map(|reference| reference.number.clone())
            .collect(),
        alternatives: section
            .requirements
            .iter()
            .filter(|reference| !reference.alternative_to.is_empty())
            .map(|reference| (reference.number.clone(), reference.alternative_to.clone()))
            .collect(),
    });
    let requirement = requirements.iter().map(|requirement| Requirement {
        schema: 0,
        hearing_of: String::new(),
        published_as: String::new(),
        ..requirement.clone()
    });
    toml::to_string_pretty(&File {
        pack: Pack {
            schema: 0,
            sections: Vec::new(),
            hearing_of: String::new(),
            published_as: String::new(),
            ..of.clone()
        },
        section: section.collect(),
        requirement: requirement.collect(),
    })
}

fn sections(tree: &mut Tree<'_>) -> Vec<Section> {
    let entries = tree.entries("section", MAX_SECTIONS);
    let mut sections = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let at = [Step::Key("section".to_owned()), Step::Index(index)];
        let subject = format!("[[section]] {}", index + 1);
        let section: FileSection = tree.read(&subject, &at, entry, &[]);
        for number in section.alternatives.keys() {
            if !section.requirements.contains(number) {
                let number: String = number.chars().take(60).collect();
                let at: Vec<Step> = at
                    .iter()
                    .cloned()
                    .chain(steps_of_field("alternatives"))
                    .collect();
                tree.file_problem(
                    &subject,
                    "alternatives",
                    &at,
                    "unknown-key",
                    format!("names {number}, which is not among the section's requirements"),
                    format!("nævner {number}, som ikke er blandt afsnittets krav"),
                );
            }
        }
        let mut alternatives = section.alternatives;
        let reference = |number: String| RequirementRef {
            alternative_to: alternatives.remove(&number).unwrap_or_default(),
            number,
            document: String::new(),
        };
        sections.push(Section {
            id: section.id,
            title: section.title,
            requirements: section.requirements.into_iter().map(reference).collect(),
        });
    }
    sections
}

fn requirements(tree: &mut Tree<'_>) -> Vec<Requirement> {
    let entries = tree.entries("requirement", MAX_REQUIREMENTS);
    let mut requirements = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let at = [Step::Key("requirement".to_owned()), Step::Index(index)];
        let unread = tree.problems.len();
        let number = entry
            .get_ref()
            .get("number")
            .and_then(|number| number.get_ref().as_str());
        let subject = match number {
            Some(number) if !number.is_empty() => number.chars().take(60).collect(),
            _ => format!("[[requirement]] {}", index + 1),
        };
        let mut requirement: Requirement = tree.read(&subject, &at, entry, SET_BY_SOFTWARE);
        requirement.schema = requirement::SCHEMA;
        requirement.normalize();
        if requirement.state.is_unsaid() {
            requirement.state = WordingState::Draft;
        }
        // What could not be read has been named; its absence is not a second problem.
        let unreadable = tree
            .problems
            .iter()
            .skip(unread)
            .any(|problem| problem.code() == "wrong-kind");
        if unreadable {
            requirement.number = subject;
        } else {
            tree.findings(&subject, validate::requirement(&requirement), |field| {
                at.iter().cloned().chain(steps_of_field(field)).collect()
            });
        }
        requirements.push(requirement);
    }
    requirements
}

fn place_in_pack(field: &str) -> Vec<Step> {
    let mut steps = steps_of_field(field);
    match steps.first_mut() {
        Some(Step::Key(name)) if name == "sections" => "section".clone_into(name),
        Some(Step::Key(name)) if name == "requirement" => {}
        _ => steps.insert(0, Step::Key("pack".to_owned())),
    }
    steps
}
