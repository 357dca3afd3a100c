//! Pilot files.

use faelled_model::adoption::ReleaseRef;
use faelled_model::pilot::{Effect, SCHEMA, Tender, Tried};
use faelled_model::terms::PilotState;
use faelled_model::{Localized, LocalizedText, Pilot, validate};
use faelled_proto::MemberId;
use serde::Deserialize;
use toml::Spanned;
use toml::de::DeValue;

use crate::limits::MAX_ENTRIES;
use crate::place::{Step, steps_of_field};
use crate::problem::{FileError, Problem};
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

/// Reads a pilot file: `[pilot]`, `[tender]`, then `[[tried]]` and `[[effect]]` as often as needed. An entry
/// under `[[tried]]` names its `requirement` by number and may name another `release` (`GLX-MOB@1.0.0`) than
/// that of `[pilot]`.
///
/// # Errors
/// As [`read_pack`](crate::read_pack).
pub fn read_pilot(text: &str, file_name: &str) -> Result<PilotFile, FileError> {
    let mut tree = Tree::parse(text, file_name)?;
    tree.only(&["pilot", "tender", "tried", "effect"]);
    let head: Head = tree.table("pilot", &[], true);
    let tender: Tender = tree.table("tender", &[], true);
    let member = member(&mut tree, &head);
    if tree.is_readable() {
        release_of_head(&mut tree, &head);
    }
    let (tried, references) = tried(&mut tree, &head);
    let effects = effects(&mut tree);
    let mut pilot = Pilot {
        schema: SCHEMA,
        state: head.state,
        tender,
        tried,
        follow_up: head.follow_up,
        effects,
        lessons: head.lessons,
        first_advice: head.first_advice,
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
        tree.file_problem(
            "[pilot]",
            "member",
            &steps_of_field("pilot.member"),
            "member-form",
            "is not a member's id; write it as dk-0159".to_owned(),
            "er ikke en deltagers id; skriv det som dk-0159".to_owned(),
        );
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
            release_form(
                tree,
                "[pilot]",
                field,
                &steps_of_field(&format!("pilot.{field}")),
            );
        }
    }
}

fn release_form(tree: &mut Tree<'_>, subject: &str, field: &str, at: &[Step]) {
    tree.file_problem(
        subject,
        field,
        at,
        "release-form",
        "does not name a release; write the pack as GLX-EMB or dk-0159/GLX-EMB, the version as 1.0.0, both together as GLX-EMB@1.0.0".to_owned(),
        "nævner ikke en udgivelse; skriv pakken som GLX-EMB eller dk-0159/GLX-EMB, versionen som 1.0.0, begge sammen som GLX-EMB@1.0.0".to_owned(),
    );
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
    let named = value
        .get_ref()
        .as_str()
        .and_then(|text| text.split_once('@'));
    match named {
        Some((pack, version)) if is_pack(pack) && is_version(version) => {
            (pack.to_owned(), version.to_owned())
        }
        _ => {
            let at: Vec<Step> = at
                .iter()
                .cloned()
                .chain([Step::Key("release".to_owned())])
                .collect();
            release_form(tree, subject, "release", &at);
            Default::default()
        }
    }
}

fn effects(tree: &mut Tree<'_>) -> Vec<Effect> {
    let entries = tree.entries("effect", MAX_ENTRIES);
    let mut effects = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let at = [Step::Key("effect".to_owned()), Step::Index(index)];
        effects.push(tree.read(&format!("[[effect]] {}", index + 1), &at, entry, &[]));
    }
    effects
}

/// A pack as people name it: its code, with its owner before it where several members use the code.
fn is_pack(text: &str) -> bool {
    match text.split_once('/') {
        Some((owner, code)) => owner.parse::<MemberId>().is_ok() && validate::is_number(code),
        None => validate::is_number(text),
    }
}

fn is_version(version: &str) -> bool {
    version.len() <= 60 && version.parse::<semver::Version>().is_ok()
}

/// Where a field of a pilot stands in its file.
fn place(field: &str) -> Vec<Step> {
    let mut steps = steps_of_field(field);
    match steps.first_mut() {
        Some(Step::Key(name)) if name == "effects" => "effect".clone_into(name),
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
