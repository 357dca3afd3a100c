//! Rules for requirements.

use super::finding::Finding;
use super::rules;
use super::values::{Findings, shown};
use crate::codes::{eforms, labels};
use crate::requirement::{Award, Evidence, FollowUp, Measure, Requirement, Source};
use crate::terms::{EvidenceKind, Level, RequirementType, WordingState};
use crate::text::InLanguages;

/// What stands against a requirement as a draft.
#[must_use]
pub fn requirement(requirement: &Requirement) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.number("number", &requirement.number);
    findings.required_text("title", &requirement.title);
    findings.terms(requirement);
    findings.bought(requirement);
    for (field, text) in [
        ("product_group", &requirement.product_group),
        ("market_dialogue", &requirement.market_dialogue),
    ] {
        findings.text(field, text);
    }
    findings.text("wording", &requirement.wording);
    findings.text("motive", &requirement.motive);
    findings.placeholders(requirement);
    for (index, measure) in requirement.measures.iter().enumerate() {
        findings.measure(&format!("measures[{}]", index + 1), measure);
    }
    findings.awards(requirement);
    for (index, evidence) in requirement.evidence.iter().enumerate() {
        findings.evidence(&format!("evidence[{}]", index + 1), evidence);
    }
    for (index, step) in requirement.follow_up.iter().enumerate() {
        findings.follow_up(&format!("follow_up[{}]", index + 1), step);
    }
    for (index, risk) in requirement.risks.iter().enumerate() {
        findings.required_text(&format!("risks[{}]", index + 1), risk);
    }
    findings.sources(&requirement.sources);
    findings.supersedes(requirement);
    findings.every_text(requirement);
    findings.0
}

/// What stands against the release of a requirement: all of [`requirement`], and that nothing without
/// motive, wording and evidence is released.
#[must_use]
pub fn releasable(of: &Requirement) -> Vec<Finding> {
    let mut findings = Findings(requirement(of));
    if of.wording.is_blank() {
        findings.add(&rules::WORDING_MISSING, "wording", []);
    }
    if of.motive.is_blank() {
        findings.add(&rules::MOTIVE_MISSING, "motive", []);
    }
    if of.evidence.is_empty() {
        findings.add(&rules::EVIDENCE_MISSING, "evidence", []);
    }
    if of.state == WordingState::Withdrawn {
        findings.add(&rules::WITHDRAWN, "state", []);
    }
    findings.0
}

impl Findings {
    fn terms(&mut self, requirement: &Requirement) {
        self.required_term("category", &requirement.category);
        self.required_term("type", &requirement.r#type);
        self.required_term("level", &requirement.level);
        self.term("level_relation", &requirement.level_relation);
        if matches!(requirement.level, Level::Advanced | Level::Spearhead)
            && requirement.level_relation.is_unsaid()
        {
            self.add(&rules::LEVEL_RELATION_MISSING, "level_relation", []);
        }
        for (index, strategy) in requirement.strategies.iter().enumerate() {
            self.required_term(&format!("strategies[{}]", index + 1), strategy);
        }
        self.repeated(
            "strategies",
            requirement
                .strategies
                .iter()
                .map(|strategy| strategy.code()),
        );
        self.term("gpp_basis", &requirement.gpp_basis);
        self.term("readiness", &requirement.readiness);
        self.term("state", &requirement.state);
    }

    fn bought(&mut self, requirement: &Requirement) {
        self.cpv("cpv", &requirement.cpv);
        if requirement.cpv.is_empty() {
            self.add(&rules::CPV_MISSING, "cpv", []);
        }
        for (index, code) in requirement.environmental_impact.iter().enumerate() {
            let field = format!("environmental_impact[{}]", index + 1);
            self.eforms_code(&field, eforms::ENVIRONMENTAL_IMPACT, code);
        }
        self.repeated(
            "environmental_impact",
            requirement.environmental_impact.iter().map(String::as_str),
        );
        self.repeated("goals", requirement.goals.iter().map(String::as_str));
    }

    fn measure(&mut self, field: &str, measure: &Measure) {
        self.required_text(&format!("{field}.property"), &measure.property);
        self.required_term(&format!("{field}.comparison"), &measure.comparison);
        let number = format!("{field}.number");
        if measure.unit == "%" {
            self.percent(&number, Some(measure.number));
        } else {
            self.finite(&number, Some(measure.number));
        }
        self.unit(&format!("{field}.unit"), &measure.unit);
    }

    fn awards(&mut self, requirement: &Requirement) {
        let is_award = requirement.r#type == RequirementType::AwardCriterion;
        if is_award && requirement.awards.is_empty() {
            self.add(&rules::AWARD_MISSING, "awards", []);
        }
        if !is_award && !requirement.awards.is_empty() {
            self.add(&rules::AWARD_UNFITTING, "awards", []);
        }
        for (
            index,
            Award {
                method,
                weight_percent,
                ..
            },
        ) in requirement.awards.iter().enumerate()
        {
            let field = format!("awards[{}]", index + 1);
            self.required_text(&format!("{field}.method"), method);
            self.percent(&format!("{field}.weight_percent"), *weight_percent);
        }
    }

    fn evidence(&mut self, field: &str, evidence: &Evidence) {
        self.required_term(&format!("{field}.kind"), &evidence.kind);
        let text = format!("{field}.text");
        self.required_text(&text, &evidence.text);
        for (index, label) in evidence.labels.iter().enumerate() {
            if labels::find(label).is_none() {
                self.add(
                    &rules::LABEL_UNKNOWN,
                    &format!("{field}.labels[{}]", index + 1),
                    [("value", shown(label))],
                );
            }
        }
        self.repeated(
            &format!("{field}.labels"),
            evidence.labels.iter().map(String::as_str),
        );
        if evidence.kind != EvidenceKind::Label && evidence.labels.is_empty() {
            return;
        }
        for (language, words, root) in [
            ("da", "eller tilsvarende", "tilsvarende"),
            ("en", "or equivalent", "equivalent"),
        ] {
            let exact = evidence
                .text
                .exact(language)
                .filter(|text| !text.trim().is_empty());
            if exact.is_some_and(|exact| !exact.to_lowercase().contains(root)) {
                self.add(
                    &rules::OR_EQUIVALENT,
                    &format!("{text}.{language}"),
                    [("words", words.to_owned())],
                );
            }
        }
    }

    fn follow_up(&mut self, field: &str, step: &FollowUp) {
        self.required_text(&format!("{field}.what"), &step.what);
        self.text(&format!("{field}.when"), &step.when);
        self.text(&format!("{field}.who"), &step.who);
    }

    fn sources(&mut self, sources: &[Source]) {
        if sources.is_empty() {
            self.add(&rules::SOURCE_MISSING, "sources", []);
        }
        for (index, source) in sources.iter().enumerate() {
            let field = format!("sources[{}]", index + 1);
            if source.title.trim().is_empty() {
                self.add(&rules::TEXT_MISSING, &format!("{field}.title"), []);
            }
            self.address(&format!("{field}.address"), &source.address);
            self.date(&format!("{field}.date"), &source.date);
        }
    }

    fn supersedes(&mut self, requirement: &Requirement) {
        for (index, number) in requirement.supersedes.iter().enumerate() {
            let field = format!("supersedes[{}]", index + 1);
            self.number(&field, number);
            if !number.is_empty() && *number == requirement.number {
                self.add(&rules::SUPERSEDES_ITSELF, &field, []);
            }
        }
        self.repeated(
            "supersedes",
            requirement.supersedes.iter().map(String::as_str),
        );
    }
}
