//! Pilot files.

use faelled_model::adoption::ReleaseRef;
use faelled_model::pilot::{SCHEMA, Tender, Tried};
use faelled_model::terms::PilotState;
use faelled_model::{Localized, LocalizedText, Pilot, validate};
use faelled_proto::MemberId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::DeValue;

use crate::limits::MAX_ENTRIES;
use crate::place::{Step, steps_of_field};
use crate::problem::{FileError, Problem};
use crate::sheet::value::Misfit;
use crate::source::{Kind, other_kind};
use crate::tree::Tree;

/// What a pilot file holds. It names packs, versions and requirements as people do; the documents and the
/// release's hash are looked up where the pilot is recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct PilotFile {
    /// The member whose experience it is, where the file says so. Another member must not record it.
    pub member: Option<MemberId>,
    /// The code of the pack: `GLX-EMB`.
    pub pack: String,
    /// The version of its release: `1.0.0`.
    pub version: String,
    /// What was tried, in the order of [`Pilot::tried`].
    pub tried: Vec<TriedRef>,
    /// What a person should look at; none of it stands in the way.
    pub warnings: Vec<Problem>,
    pilot: Pilot,
}

/// A requirement of a release, as a pilot file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriedRef {
    /// The requirement's number: `GLX-EMB-001`.
    pub number: String,
    /// The code of the pack.
    pub pack: String,
    /// The version of its release.
    pub version: String,
}

/// What a [`TriedRef`] is in the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The exact release.
    pub release: ReleaseRef,
    /// The requirement's document in the commons, as hexadecimal id.
    pub requirement: String,
}

impl PilotFile {
    /// What is written into a file: a pilot, with the releases that it tried as people name them, in the order
    /// of [`Pilot::tried`].
    #[must_use]
    pub fn new(
        member: Option<MemberId>,
        pack: String,
        version: String,
        tried: Vec<TriedRef>,
        pilot: Pilot,
    ) -> Self {
        Self {
            member,
            pack,
            version,
            tried,
            warnings: Vec::new(),
            pilot,
        }
    }

    pub(crate) fn with_warnings(self, warnings: Vec<Problem>) -> Self {
        Self { warnings, ..self }
    }

    /// The pilot as far as the file tells: releases and documents are empty.
    #[must_use]
    pub fn draft(&self) -> &Pilot {
        &self.pilot
    }

    /// The pilot, with each requirement that was tried looked up.
    ///
    /// # Errors
    /// The first error of the look-up.
    pub fn into_pilot<E>(
        self,
        mut resolve: impl FnMut(&TriedRef) -> Result<Resolved, E>,
    ) -> Result<Pilot, E> {
        let mut pilot = self.pilot;
        for (tried, reference) in pilot.tried.iter_mut().zip(&self.tried) {
            let resolved = resolve(reference)?;
            tried.release = resolved.release;
            tried.requirement = resolved.requirement;
        }
        Ok(pilot)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Head {
    member: String,
    pack: String,
    version: String,
    state: PilotState,
    follow_up: Localized,
    lessons: LocalizedText,
    first_advice: Localized,
}

/// Reads a pilot file: `[pilot]`, `[tender]`, then `[[tried]]`, `[[check]]`, `[[effect]]`
/// and `[[attachment]]` as often as needed. An entry
/// under `[[tried]]` names its `requirement` by number and may name another `release` (`GLX-MOB@1.0.0`) than
/// that of `[pilot]`.
///
/// # Errors
/// As [`read_pack`](crate::read_pack).
pub fn read_pilot(text: &str, file_name: &str) -> Result<PilotFile, FileError> {
    let mut tree = Tree::parse(text, file_name)?;
    if !tree.has("pilot") && (tree.has("pack") || tree.has("requirement")) {
        return Err(other_kind(file_name, Kind::Pack));
    }
    tree.only(&["pilot", "tender", "tried", "check", "effect", "attachment"]);
    let head: Head = tree.table("pilot", &[], true);
    let tender: Tender = tree.table("tender", &[], true);
    let member = member(&mut tree, &head);
    if tree.is_readable() {
        release_of_head(&mut tree, &head);
    }
    let (tried, references) = tried(&mut tree, &head);
    let checks = entries(&mut tree, "check");
    let effects = entries(&mut tree, "effect");
    let attachments = entries(&mut tree, "attachment");
    let mut pilot = Pilot {
        schema: SCHEMA,
        state: head.state,
        tender,
        tried,
        follow_up: head.follow_up,
        checks,
        effects,
        lessons: head.lessons,
        first_advice: head.first_advice,
        attachments,
    };
    pilot.normalize();
    // What could not be read has been named; its absence is not a second problem.
    if tree.is_readable() {
        tree.findings("", validate::pilot_draft(&pilot), place);
    }
    let warnings = FileError::check(file_name, tree.problems)?;
    Ok(PilotFile {
        member,
        pack: head.pack,
        version: head.version,
        tried: references,
        warnings,
        pilot,
    })
}

fn member(tree: &mut Tree<'_>, head: &Head) -> Option<MemberId> {
    if head.member.is_empty() {
        return None;
    }
    let member = head.member.parse().ok();
    if member.is_none() {
        let at = steps_of_field("pilot.member");
        misfit(tree, "[pilot]", "member", &at, member_form());
    }
    member
}

fn release_of_head(tree: &mut Tree<'_>, head: &Head) {
    for (field, value, fits) in [
        ("pack", &head.pack, is_pack(&head.pack)),
        ("version", &head.version, is_version(&head.version)),
    ] {
        if value.is_empty() {
            tree.missing("[pilot]", field);
        } else if !fits {
            let at = steps_of_field(&format!("pilot.{field}"));
            misfit(tree, "[pilot]", field, &at, release_form());
        }
    }
}

fn misfit(
    tree: &mut Tree<'_>,
    subject: &str,
    field: &str,
    at: &[Step],
    (code, english, danish): Misfit,
) {
    tree.file_problem(subject, field, at, code, english, danish);
}

fn tried(tree: &mut Tree<'_>, head: &Head) -> (Vec<Tried>, Vec<TriedRef>) {
    let entries = tree.entries("tried", MAX_ENTRIES);
    let mut all = Vec::with_capacity(entries.len());
    let mut references = Vec::with_capacity(entries.len());
    for (index, mut entry) in entries.into_iter().enumerate() {
        let at = [Step::Key("tried".to_owned()), Step::Index(index)];
        let subject = format!("[[tried]] {}", index + 1);
        let release = release_of(tree, &subject, &at, &mut entry, head);
        let mut tried: Tried = tree.read(&subject, &at, entry, &["number"]);
        tried.number = std::mem::take(&mut tried.requirement);
        references.push(TriedRef {
            number: tried.number.clone(),
            pack: release.0,
            version: release.1,
        });
        all.push(tried);
    }
    (all, references)
}

/// Takes the `release` out of an entry: there it is text, in a document it is more.
fn release_of(
    tree: &mut Tree<'_>,
    subject: &str,
    at: &[Step],
    entry: &mut Spanned<DeValue<'_>>,
    head: &Head,
) -> (String, String) {
    let DeValue::Table(table) = entry.get_mut() else {
        return Default::default();
    };
    let Some(value) = table.remove("release") else {
        return (head.pack.clone(), head.version.clone());
    };
    match value.get_ref().as_str().and_then(release_of_text) {
        Some(named) => named,
        None => {
            let at: Vec<Step> = at
                .iter()
                .cloned()
                .chain([Step::Key("release".to_owned())])
                .collect();
            misfit(tree, subject, "release", &at, release_form());
            Default::default()
        }
    }
}

/// The records under a key of the file.
fn entries<T: DeserializeOwned + Default>(tree: &mut Tree<'_>, key: &str) -> Vec<T> {
    let found = tree.entries(key, MAX_ENTRIES);
    let mut records = Vec::with_capacity(found.len());
    for (index, entry) in found.into_iter().enumerate() {
        let at = [Step::Key(key.to_owned()), Step::Index(index)];
        records.push(tree.read(&format!("[[{key}]] {}", index + 1), &at, entry, &[]));
    }
    records
}

/// What is wrong with a text that should be a member's id.
pub(crate) fn member_form() -> Misfit {
    (
        "member-form",
        "is not a member's id; write it as dk-0159".to_owned(),
        "er ikke en deltagers id; skriv det som dk-0159".to_owned(),
    )
}

/// What is wrong with a text that should name a release.
pub(crate) fn release_form() -> Misfit {
    (
        "release-form",
        "does not name a release; write the pack as GLX-EMB or dk-0159/GLX-EMB, the version as 1.0.0, both together as GLX-EMB@1.0.0".to_owned(),
        "nævner ikke en udgivelse; skriv pakken som GLX-EMB eller dk-0159/GLX-EMB, versionen som 1.0.0, begge sammen som GLX-EMB@1.0.0".to_owned(),
    )
}

/// Pack and version of a text such as `GLX-EMB@1.0.0`.
pub(crate) fn release_of_text(text: &str) -> Option<(String, String)> {
    let (pack, version) = text.split_once('@')?;
    (is_pack(pack) && is_version(version)).then(|| (pack.to_owned(), version.to_owned()))
}

/// A pack as people name it: its code, with its owner before it where several members use the code.
pub(crate) fn is_pack(text: &str) -> bool {
    match text.split_once('/') {
        Some((owner, code)) => owner.parse::<MemberId>().is_ok() && validate::is_number(code),
        None => validate::is_number(text),
    }
}

pub(crate) fn is_version(version: &str) -> bool {
    version.len() <= 60 && version.parse::<semver::Version>().is_ok()
}

/// Where a field of a pilot stands in its file.
fn place(field: &str) -> Vec<Step> {
    let mut steps = steps_of_field(field);
    match steps.first_mut() {
        Some(Step::Key(name)) if matches!(name.as_str(), "effects" | "checks" | "attachments") => {
            name.truncate(name.len() - 1);
        }
        Some(Step::Key(name)) if matches!(name.as_str(), "tender" | "tried") => {}
        _ => steps.insert(0, Step::Key("pilot".to_owned())),
    }
    if let (Some(Step::Key(first)), Some(Step::Key(last))) =
        (steps.first().cloned(), steps.get_mut(2))
        && first == "tried"
        && last == "number"
    {
        "requirement".clone_into(last);
    }
    steps
}
