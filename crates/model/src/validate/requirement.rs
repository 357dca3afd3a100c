//! Rules for requirements.

use super::finding::Finding;
use super::rules;
use super::values::{Findings, shown};
use crate::codes::{eforms, labels};
use crate::requirement::{
    AdaptedFrom, Award, Evidence, FollowUp, Measure, Requirement, Source, StateChange,
};
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
    findings.project("project", &requirement.project);
    if let Some(from) = &requirement.adapted_from {
        findings.adapted(from);
    }
    for (index, change) in requirement.history.iter().enumerate() {
        findings.change_of_state(&format!("history[{}]", index + 1), change);
    }
    for (field, document) in [
        ("published_as", &requirement.published_as),
        ("hearing_of", &requirement.hearing_of),
    ] {
        findings.document(field, document);
    }
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
        for (index, code) in requirement.social_objectives.iter().enumerate() {
            let field = format!("social_objectives[{}]", index + 1);
            self.eforms_code(&field, eforms::SOCIAL_OBJECTIVE, code);
        }
        for (index, target) in requirement.sdg.iter().enumerate() {
            if !is_sdg(target) {
                let field = format!("sdg[{}]", index + 1);
                self.add(&rules::SDG_FORM, &field, [("value", shown(target))]);
            }
        }
        for (field, values) in [
            ("social_objectives", &requirement.social_objectives),
            ("sdg", &requirement.sdg),
            ("goals", &requirement.goals),
            ("kle", &requirement.kle),
        ] {
            self.repeated(field, values.iter().map(String::as_str));
        }
    }

    fn adapted(&mut self, from: &AdaptedFrom) {
        self.id("adapted_from.requirement", &from.requirement);
        self.number("adapted_from.number", &from.number);
        self.member("adapted_from.owner", &from.owner);
        self.release("adapted_from.release", &from.release);
        if from.changes.is_blank() {
            self.add(&rules::CHANGES_MISSING, "adapted_from.changes", []);
        }
        self.text("adapted_from.changes", &from.changes);
    }

    fn change_of_state(&mut self, field: &str, change: &StateChange) {
        self.required_term(&format!("{field}.state"), &change.state);
        self.required_day(&format!("{field}.date"), &change.date);
        self.member(&format!("{field}.by"), &change.by);
        self.text(&format!("{field}.note"), &change.note);
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

/// One of the UN's seventeen goals, or a target of one: `12`, `12.5`, `12.a`.
fn is_sdg(target: &str) -> bool {
    let (goal, part) = match target.split_once('.') {
        Some((goal, part)) => (goal, Some(part)),
        None => (target, None),
    };
    let number = |text: &str, highest: u32| {
        let digits = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
        digits && text.parse::<u32>().is_ok_and(|number| number <= highest)
    };
    // Goal 17 has the most numbered targets, goals 3 and 8 the furthest letters.
    let part_fits = |part: &str| number(part, 19) || matches!(part, "a" | "b" | "c" | "d");
    number(goal, 17) && part.is_none_or(part_fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_of_the_un_are_numbers_with_targets() {
        for target in ["1", "17", "12.5", "12.a", "17.19", "3.d"] {
            assert!(is_sdg(target), "{target}");
        }
        for target in [
            "", "0", "18", "12.", ".5", "12.05", "12.e", "SDG 12", "12.5.1", "+1", "12.20", "01",
        ] {
            assert!(!is_sdg(target), "{target}");
        }
    }
}
