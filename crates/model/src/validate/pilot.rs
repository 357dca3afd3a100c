//! Rules for pilots.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::limits::{MAX_COUNT, MAX_DURATION_MONTHS, MAX_HOURS, MAX_PRICE_PERCENT};
use super::rules;
use super::values::{Findings, shown};
use crate::Pilot;
use crate::codes::eforms;
use crate::pilot::{Check, Effect, Tender, Tried};
use crate::terms::{Complaint, PilotState, PriceEffect, Verdict};
use crate::text::InLanguages;

/// What stands against a pilot: all of [`pilot_draft`], and that it names the exact releases and documents.
#[must_use]
pub fn pilot(pilot: &Pilot) -> Vec<Finding> {
    let mut findings = Findings(pilot_draft(pilot));
    for (index, tried) in pilot.tried.iter().enumerate() {
        let field = format!("tried[{}]", index + 1);
        findings.release(&format!("{field}.release"), &tried.release);
        findings.id(&format!("{field}.requirement"), &tried.requirement);
    }
    findings.0
}

/// What stands against a pilot whose releases and documents are not looked up yet.
#[must_use]
pub fn pilot_draft(pilot: &Pilot) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.required_term("state", &pilot.state);
    findings.before_standstill(pilot);
    findings.tender(&pilot.tender);
    if pilot.tried.is_empty() {
        findings.add(&rules::PILOT_EMPTY, "tried", []);
    }
    let is_over = matches!(pilot.state, PilotState::InContract | PilotState::Done);
    let mut seen = BTreeSet::new();
    for (index, tried) in pilot.tried.iter().enumerate() {
        let field = format!("tried[{}]", index + 1);
        findings.tried(&field, tried);
        if is_over && tried.verdict.is_unsaid() {
            findings.add(&rules::VERDICT_MISSING, &format!("{field}.verdict"), []);
        }
        if !tried.number.is_empty() && !seen.insert(tried.number.as_str()) {
            findings.add(
                &rules::NUMBER_REPEATED,
                &format!("{field}.number"),
                [("number", shown(&tried.number))],
            );
        }
    }
    for (index, effect) in pilot.effects.iter().enumerate() {
        findings.effect(&format!("effects[{}]", index + 1), effect);
    }
    for (index, check) in pilot.checks.iter().enumerate() {
        findings.check(&format!("checks[{}]", index + 1), check, &seen);
    }
    findings.attachments("attachments", &pilot.attachments);
    findings.text("follow_up", &pilot.follow_up);
    findings.text("lessons", &pilot.lessons);
    findings.text("first_advice", &pilot.first_advice);
    findings.every_text(pilot);
    findings.0
}

impl Findings {
    fn before_standstill(&mut self, pilot: &Pilot) {
        let running = matches!(pilot.state, PilotState::InTender | PilotState::Standstill);
        let early = pilot.state == PilotState::Planned && pilot.tried.iter().any(has_result);
        if running || early {
            self.add(&rules::BEFORE_STANDSTILL, "state", []);
        }
    }

    fn tender(&mut self, tender: &Tender) {
        self.required_text("tender.title", &tender.title);
        self.eforms_code(
            "tender.procedure",
            eforms::PROCEDURE_TYPE,
            &tender.procedure,
        );
        self.term("tender.framework", &tender.framework);
        self.cpv("tender.cpv", &tender.cpv);
        self.term("tender.value_band", &tender.value_band);
        self.count("tender.lots", tender.lots, 1, MAX_COUNT);
        self.members("tender.joint_buyers", &tender.joint_buyers);
        self.count(
            "tender.duration_months",
            tender.duration_months,
            1,
            MAX_DURATION_MONTHS,
        );
    }

    fn check(&mut self, field: &str, check: &Check, tried: &BTreeSet<&str>) {
        self.required_text(&format!("{field}.how"), &check.how);
        self.text(&format!("{field}.remedy"), &check.remedy);
        if !check.number.is_empty() && !tried.contains(check.number.as_str()) {
            let number = ("number", shown(&check.number));
            self.add(&rules::TRIED_ABSENT, &format!("{field}.number"), [number]);
        }
        if check.complied == Some(false) && check.remedy.is_blank() {
            self.add(&rules::REMEDY_MISSING, &format!("{field}.remedy"), []);
        }
    }

    fn tried(&mut self, field: &str, tried: &Tried) {
        let at = |name: &str| format!("{field}.{name}");
        self.number(&at("number"), &tried.number);
        self.required_term(&at("type"), &tried.r#type);
        self.required_term(&at("level"), &tried.level);
        self.percent(&at("weight_percent"), tried.weight_percent);
        self.counts(field, tried);
        self.price(field, tried);
        self.within(&at("buyer_hours"), tried.buyer_hours, 0.0, MAX_HOURS);
        self.count(&at("burden"), tried.burden, 1, 5);
        self.term(&at("price_certainty"), &tried.price_certainty);
        self.term(&at("evidence_outcome"), &tried.evidence_outcome);
        self.term(&at("complaint"), &tried.complaint);
        if tried.complaint == Complaint::Klagenaevnet && tried.complaint_case.trim().is_empty() {
            self.add(&rules::CASE_MISSING, &at("complaint_case"), []);
        }
        self.term(&at("verdict"), &tried.verdict);
        if tried.verdict == Verdict::Adjust && tried.proposed_wording.is_blank() {
            self.add(&rules::PROPOSAL_MISSING, &at("proposed_wording"), []);
        }
        for (name, text) in [
            ("local_wording", &tried.local_wording),
            ("changes", &tried.changes),
            ("price_basis", &tried.price_basis),
            ("evidence_result", &tried.evidence_result),
            ("complaint_outcome", &tried.complaint_outcome),
            ("dropped", &tried.dropped),
            ("proposed_wording", &tried.proposed_wording),
        ] {
            self.text(&at(name), text);
        }
        for (index, reason) in tried.reasons_not_bidding.iter().enumerate() {
            self.required_text(
                &format!("{field}.reasons_not_bidding[{}]", index + 1),
                reason,
            );
        }
    }

    fn counts(&mut self, field: &str, tried: &Tried) {
        for (name, count) in [
            ("bidders", tried.bidders),
            ("bidders_last_time", tried.bidders_last_time),
            ("bidders_met", tried.bidders_met),
            ("small_firms", tried.small_firms),
            ("questions", tried.questions),
        ] {
            self.count(&format!("{field}.{name}"), count, 0, MAX_COUNT);
        }
        let Some(bidders) = tried.bidders else {
            return;
        };
        for (name, count) in [
            ("bidders_met", tried.bidders_met),
            ("small_firms", tried.small_firms),
        ] {
            if let Some(count) = count.filter(|count| *count > bidders) {
                let args = [
                    ("value", count.to_string()),
                    ("bidders", bidders.to_string()),
                ];
                self.add(&rules::MORE_THAN_BIDDERS, &format!("{field}.{name}"), args);
            }
        }
    }

    fn price(&mut self, field: &str, tried: &Tried) {
        self.term(&format!("{field}.price_effect"), &tried.price_effect);
        let place = format!("{field}.price_percent");
        self.within(&place, tried.price_percent, -100.0, MAX_PRICE_PERCENT);
        let Some(percent) = tried.price_percent else {
            return;
        };
        let fits = match tried.price_effect {
            PriceEffect::Lower => percent < 0.0,
            PriceEffect::Unchanged => percent == 0.0,
            PriceEffect::Under5 => percent > 0.0 && percent < 5.0,
            PriceEffect::From5To15 => (5.0..=15.0).contains(&percent),
            PriceEffect::Over15 => percent > 15.0,
            PriceEffect::Unknown => false,
            PriceEffect::Other(_) => true,
        };
        if !fits && percent.is_finite() {
            let args = [
                ("value", percent.to_string()),
                ("effect", tried.price_effect.code().to_owned()),
            ];
            self.add(&rules::PRICE_MISMATCH, &place, args);
        }
    }

    fn effect(&mut self, field: &str, effect: &Effect) {
        self.required_text(&format!("{field}.what"), &effect.what);
        self.finite(&format!("{field}.number"), Some(effect.number));
        self.unit(&format!("{field}.unit"), &effect.unit);
        if effect.method.is_blank() {
            self.add(&rules::METHOD_MISSING, &format!("{field}.method"), []);
        }
        self.text(&format!("{field}.method"), &effect.method);
    }
}

/// Whether the entry says how the requirement did.
fn has_result(tried: &Tried) -> bool {
    let counts = [
        tried.bidders,
        tried.bidders_met,
        tried.small_firms,
        tried.questions,
        tried.burden,
    ];
    counts.iter().any(Option::is_some)
        || tried.price_percent.is_some()
        || [
            tried.price_effect.is_unsaid(),
            tried.evidence_outcome.is_unsaid(),
            tried.complaint.is_unsaid(),
            tried.verdict.is_unsaid(),
        ]
        .contains(&false)
}
