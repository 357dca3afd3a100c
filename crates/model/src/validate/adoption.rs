//! Rules for adoptions.

use super::finding::Finding;
use super::rules;
use super::values::{Findings, shown};
use crate::Adoption;
use crate::adoption::ReleaseRef;
use crate::terms::Stance;
use crate::text::InLanguages;

/// What stands against an adoption.
#[must_use]
pub fn adoption(adoption: &Adoption) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.release("release", &adoption.release);
    findings.required_term("stance", &adoption.stance);
    if adoption.stance == Stance::Declined && adoption.reason.is_blank() {
        findings.add(&rules::REASON_MISSING, "reason", []);
    }
    findings.text("reason", &adoption.reason);
    findings.quarter("planned_quarter", &adoption.planned_quarter);
    let mut seen = std::collections::BTreeSet::new();
    for (index, chosen) in adoption.levels.iter().enumerate() {
        let field = format!("levels[{}]", index + 1);
        findings.number(&format!("{field}.number"), &chosen.number);
        findings.required_term(&format!("{field}.level"), &chosen.level);
        if !seen.insert(chosen.number.as_str()) {
            findings.add(
                &rules::NUMBER_REPEATED,
                &format!("{field}.number"),
                [("number", shown(&chosen.number))],
            );
        }
    }
    for (index, deviation) in adoption.deviations.iter().enumerate() {
        let field = format!("deviations[{}]", index + 1);
        findings.number(&format!("{field}.number"), &deviation.number);
        findings.required_text(&format!("{field}.text"), &deviation.text);
    }
    findings.every_text(adoption);
    findings.0
}

impl Findings {
    /// A release, pinned by its hash.
    pub(super) fn release(&mut self, field: &str, release: &ReleaseRef) {
        self.id(&format!("{field}.pack"), &release.pack);
        self.version(&format!("{field}.version"), &release.version);
        self.id(&format!("{field}.hash"), &release.hash);
    }
}
