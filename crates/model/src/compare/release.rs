//! Two releases of a pack.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fields::{FieldDiff, pack_diff, requirement_diff};
use crate::release::ReleasedRequirement;
use crate::{Localized, ReleaseContent};

/// What differs between two releases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReleaseDiff {
    /// What differs in the pack's own fields.
    pub pack: Vec<FieldDiff>,
    /// What became of each requirement: those of the newer release in its order, then those that it dropped.
    pub requirements: Vec<RequirementChange>,
}

/// What became of a requirement from one release to the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequirementChange {
    /// Its number; in the newer release, where it is there.
    pub number: String,
    /// Its document, hexadecimal.
    pub document: String,
    /// Its title; as the number.
    pub title: Localized,
    /// What became of it.
    pub fate: RequirementFate,
}

/// What became of a requirement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequirementFate {
    /// It is new.
    Added,
    /// It is no longer there.
    Removed,
    /// It differs in these fields.
    Changed(Vec<FieldDiff>),
    /// It asks the same.
    Unchanged,
}

/// Compares two releases of a pack. A requirement is the same where its document is, else where its number is.
#[must_use]
pub fn release_diff(old: &ReleaseContent, new: &ReleaseContent) -> ReleaseDiff {
    let mut left: BTreeMap<usize, &ReleasedRequirement> =
        old.requirements.iter().enumerate().collect();
    let documents = places(&old.requirements, |of| &of.document);
    let numbers = places(&old.requirements, |of| &of.requirement.number);
    let mut take = |places: &BTreeMap<&str, usize>, key: &str| {
        places.get(key).and_then(|place| left.remove(place))
    };
    // Documents first: a number may have gone over to another requirement.
    let mut before: Vec<Option<&ReleasedRequirement>> = new
        .requirements
        .iter()
        .map(|now| take(&documents, &now.document))
        .collect();
    for (now, before) in new.requirements.iter().zip(&mut before) {
        *before = before.or_else(|| take(&numbers, &now.requirement.number));
    }
    let kept = new
        .requirements
        .iter()
        .zip(before)
        .map(|(now, before)| change(now, fate(before, now)));
    let mut requirements: Vec<RequirementChange> = kept.collect();
    let gone = left
        .into_values()
        .map(|gone| change(gone, RequirementFate::Removed));
    requirements.extend(gone);
    ReleaseDiff {
        pack: pack_diff(&old.pack, &new.pack),
        requirements,
    }
}

fn fate(before: Option<&ReleasedRequirement>, now: &ReleasedRequirement) -> RequirementFate {
    let Some(before) = before else {
        return RequirementFate::Added;
    };
    let fields = requirement_diff(&before.requirement, &now.requirement);
    if fields.is_empty() {
        RequirementFate::Unchanged
    } else {
        RequirementFate::Changed(fields)
    }
}

/// Where each key that is not empty stands.
fn places<'a>(
    requirements: &'a [ReleasedRequirement],
    key: impl Fn(&'a ReleasedRequirement) -> &'a String,
) -> BTreeMap<&'a str, usize> {
    let keyed = requirements
        .iter()
        .enumerate()
        .map(|(place, of)| (key(of).as_str(), place));
    keyed.filter(|(key, _)| !key.is_empty()).collect()
}

fn change(of: &ReleasedRequirement, fate: RequirementFate) -> RequirementChange {
    RequirementChange {
        number: of.requirement.number.clone(),
        document: of.document.clone(),
        title: of.requirement.title.clone(),
        fate,
    }
}
