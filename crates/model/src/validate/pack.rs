//! Rules for packs, and for what they hold together.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::limits::MAX_REVIEW_MONTHS;
use super::rules;
use super::values::{Findings, shown};
use crate::codes::eforms;
use crate::{Pack, Requirement};

/// What stands against a pack by itself.
#[must_use]
pub fn pack(pack: &Pack) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.number("code", &pack.code);
    findings.required_text("title", &pack.title);
    findings.text("purpose", &pack.purpose);
    findings.text("introduction", &pack.introduction);
    findings.text("how_to_use", &pack.how_to_use);
    for (index, nature) in pack.contract_types.iter().enumerate() {
        findings.eforms_code(
            &format!("contract_types[{}]", index + 1),
            eforms::CONTRACT_NATURE,
            nature,
        );
    }
    findings.repeated(
        "contract_types",
        pack.contract_types.iter().map(String::as_str),
    );
    findings.count(
        "review_cycle_months",
        pack.review_cycle_months,
        1,
        MAX_REVIEW_MONTHS,
    );
    if pack.licence.trim().is_empty() {
        findings.add(&rules::LICENCE_MISSING, "licence", []);
    }
    findings.sections(pack);
    findings.every_text(pack);
    findings.0
}

/// What stands against a pack together with its requirements: each that a section names is there, each is in
/// a section, and every number is there once. The rules for the pack and each requirement by themselves are
/// not repeated here.
#[must_use]
pub fn contents(pack: &Pack, requirements: &[Requirement]) -> Vec<Finding> {
    let mut findings = Findings::default();
    let mut there = BTreeSet::new();
    for (index, requirement) in requirements.iter().enumerate() {
        if !requirement.number.is_empty() && !there.insert(requirement.number.as_str()) {
            let field = format!("requirement[{}].number", index + 1);
            findings.add(
                &rules::NUMBER_REPEATED,
                &field,
                [("number", shown(&requirement.number))],
            );
        }
    }
    let placed: BTreeSet<&str> = pack
        .requirement_refs()
        .map(|reference| reference.number.as_str())
        .collect();
    for (section_index, section) in pack.sections.iter().enumerate() {
        for (index, reference) in section.requirements.iter().enumerate() {
            if !there.contains(reference.number.as_str()) {
                let field = format!(
                    "sections[{}].requirements[{}]",
                    section_index + 1,
                    index + 1
                );
                findings.add(
                    &rules::REQUIREMENT_ABSENT,
                    &field,
                    [("number", shown(&reference.number))],
                );
            }
        }
    }
    for (index, requirement) in requirements.iter().enumerate() {
        if !requirement.number.is_empty() && !placed.contains(requirement.number.as_str()) {
            let field = format!("requirement[{}]", index + 1);
            findings.add(
                &rules::REQUIREMENT_UNPLACED,
                &field,
                [("number", shown(&requirement.number))],
            );
        }
    }
    findings.0
}

impl Findings {
    fn sections(&mut self, pack: &Pack) {
        if pack.sections.is_empty() {
            self.add(&rules::PACK_EMPTY, "sections", []);
        }
        let mut seen = BTreeSet::new();
        for (section_index, section) in pack.sections.iter().enumerate() {
            let field = format!("sections[{}]", section_index + 1);
            self.required_text(&format!("{field}.title"), &section.title);
            if section.requirements.is_empty() {
                self.add(&rules::SECTION_EMPTY, &format!("{field}.requirements"), []);
            }
            for (index, reference) in section.requirements.iter().enumerate() {
                let field = format!("{field}.requirements[{}]", index + 1);
                self.number(&field, &reference.number);
                if !reference.document.is_empty() {
                    self.id(&field, &reference.document);
                }
                if !reference.number.is_empty() && !seen.insert(reference.number.as_str()) {
                    self.add(
                        &rules::NUMBER_REPEATED,
                        &field,
                        [("number", shown(&reference.number))],
                    );
                }
            }
        }
    }
}
