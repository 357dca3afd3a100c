//! Rules for packs, and for what they hold together.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::limits::MAX_REVIEW_MONTHS;
use super::rules;
use super::values::{Findings, shown};
use crate::codes::eforms;
use crate::pack::{AnsweredProposal, Hearing, Withdrawal};
use crate::terms::Level;
use crate::text::InLanguages;
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
    findings.project("project", &pack.project);
    for (index, hearing) in pack.hearings.iter().enumerate() {
        findings.hearing(&format!("hearings[{}]", index + 1), hearing);
    }
    for (index, withdrawal) in pack.withdrawals.iter().enumerate() {
        findings.withdrawal(&format!("withdrawals[{}]", index + 1), withdrawal);
    }
    let versions = pack
        .withdrawals
        .iter()
        .map(|withdrawal| withdrawal.version.as_str());
    findings.repeated("withdrawals", versions);
    for (index, proposal) in pack.answered.iter().enumerate() {
        findings.answered(&format!("answered[{}]", index + 1), proposal);
    }
    for (field, document) in [
        ("published_as", &pack.published_as),
        ("hearing_of", &pack.hearing_of),
    ] {
        findings.document(field, document);
    }
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
    findings.alternatives(pack, requirements);
    findings.0
}

impl Findings {
    fn hearing(&mut self, field: &str, hearing: &Hearing) {
        self.required_term(&format!("{field}.kind"), &hearing.kind);
        self.required_day(&format!("{field}.from"), &hearing.from);
        let until = format!("{field}.until");
        self.required_day(&until, &hearing.until);
        self.not_before(&until, &hearing.from, &hearing.until);
        self.recipients(&format!("{field}.recipients"), &hearing.recipients);
        self.ground(&format!("{field}.ground"), &hearing.ground);
    }

    fn withdrawal(&mut self, field: &str, withdrawal: &Withdrawal) {
        self.version(&format!("{field}.version"), &withdrawal.version);
        if withdrawal.reason.is_blank() {
            self.add(&rules::WITHDRAWAL_REASON, &format!("{field}.reason"), []);
        }
        self.text(&format!("{field}.reason"), &withdrawal.reason);
        self.required_day(&format!("{field}.date"), &withdrawal.date);
        if withdrawal.replaced_by.is_empty() {
            return;
        }
        let place = format!("{field}.replaced_by");
        self.version(&place, &withdrawal.replaced_by);
        let versions = (
            withdrawal.replaced_by.parse::<semver::Version>(),
            withdrawal.version.parse::<semver::Version>(),
        );
        if let (Ok(replacement), Ok(withdrawn)) = versions
            && replacement <= withdrawn
        {
            let args = [("value", shown(replacement)), ("version", shown(withdrawn))];
            self.add(&rules::REPLACED_BY_LOWER, &place, args);
        }
    }

    fn answered(&mut self, field: &str, proposal: &AnsweredProposal) {
        self.id(&format!("{field}.pilot"), &proposal.pilot);
        self.number(&format!("{field}.number"), &proposal.number);
        if !proposal.version.is_empty() {
            self.version(&format!("{field}.version"), &proposal.version);
        }
        if proposal.answer.is_blank() {
            self.add(&rules::ANSWER_MISSING, &format!("{field}.answer"), []);
        }
        self.text(&format!("{field}.answer"), &proposal.answer);
    }

    /// Alternatives stand for a requirement of the pack at another level.
    fn alternatives(&mut self, pack: &Pack, requirements: &[Requirement]) {
        let levels: BTreeMap<&str, &Level> = requirements
            .iter()
            .map(|requirement| (requirement.number.as_str(), &requirement.level))
            .collect();
        for (section_index, section) in pack.sections.iter().enumerate() {
            for (index, reference) in section.requirements.iter().enumerate() {
                let other = reference.alternative_to.as_str();
                if other.is_empty() {
                    continue;
                }
                let field = format!(
                    "sections[{}].requirements[{}].alternative_to",
                    section_index + 1,
                    index + 1
                );
                let number = ("number", shown(other));
                let (own, its) = (levels.get(reference.number.as_str()), levels.get(other));
                if its.is_none() || other == reference.number {
                    self.add(&rules::ALTERNATIVE_ABSENT, &field, [number]);
                } else if let Some(level) = its.filter(|_| own == its) {
                    let level = ("level", level.code().to_owned());
                    self.add(&rules::ALTERNATIVE_LEVEL, &field, [number, level]);
                }
            }
        }
    }

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
                self.document(&field, &reference.document);
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
