//! Pack files.

use faelled_model::pack::{RequirementRef, Section};
use faelled_model::terms::WordingState;
use faelled_model::{Localized, Pack, Requirement, pack, requirement, validate};
use serde::Deserialize;

use crate::limits::{MAX_REQUIREMENTS, MAX_SECTIONS};
use crate::place::{Step, steps_of_field};
use crate::problem::{FileError, Problem};
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
const SET_BY_SOFTWARE: &[&str] = &["schema", "published_as"];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FileSection {
    title: Localized,
    requirements: Vec<String>,
}

/// Reads a pack file: `[pack]`, then `[[section]]` and `[[requirement]]` as often as needed.
///
/// # Errors
/// When the file is too large, not TOML, has keys that are not known, or does not satisfy the rules of
/// [`validate`]: every problem, with its line.
pub fn read_pack(text: &str, file_name: &str) -> Result<PackFile, FileError> {
    let mut tree = Tree::parse(text, file_name)?;
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

fn sections(tree: &mut Tree<'_>) -> Vec<Section> {
    let entries = tree.entries("section", MAX_SECTIONS);
    let mut sections = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let at = [Step::Key("section".to_owned()), Step::Index(index)];
        let section: FileSection =
            tree.read(&format!("[[section]] {}", index + 1), &at, entry, &[]);
        let reference = |number| RequirementRef {
            number,
            document: String::new(),
        };
        sections.push(Section {
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
