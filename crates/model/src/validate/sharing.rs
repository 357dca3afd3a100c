//! Rules for what is given to others: disclosures, co-signatures, recipients and grounds.

use super::finding::Finding;
use super::rules;
use super::values::{Findings, shown};
use crate::text::InLanguages;
use crate::{Cosignature, Disclosure, Localized};

/// What stands against the record of a sharing.
#[must_use]
pub fn disclosure(disclosure: &Disclosure) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.required_term("kind", &disclosure.kind);
    findings.text("title", &disclosure.title);
    if disclosure.code.trim().is_empty() {
        findings.add(&rules::NAME_MISSING, "code", []);
    }
    findings.id("document", &disclosure.document);
    if !disclosure.version.is_empty() {
        findings.version("version", &disclosure.version);
    }
    findings.space("space", &disclosure.space);
    findings.recipients("recipients", &disclosure.recipients);
    findings.ground("ground", &disclosure.ground);
    findings.required_day("date", &disclosure.date);
    findings.every_text(disclosure);
    findings.0
}

/// What stands against a co-signature.
#[must_use]
pub fn cosignature(cosignature: &Cosignature) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.release("release", &cosignature.release);
    findings.required_day("date", &cosignature.date);
    findings.required_text("capacity", &cosignature.capacity);
    findings.every_text(cosignature);
    findings.0
}

impl Findings {
    /// Members' ids or the names of associations; at least one.
    pub(super) fn recipients(&mut self, field: &str, recipients: &[String]) {
        if recipients.is_empty() {
            self.add(&rules::RECIPIENTS_MISSING, field, []);
        }
        for (index, recipient) in recipients.iter().enumerate() {
            if recipient.trim().is_empty() {
                let field = format!("{field}[{}]", index + 1);
                self.add(&rules::NAME_MISSING, &field, []);
            }
        }
        self.repeated(field, recipients.iter().map(String::as_str));
    }

    /// The ground on which something is given to others.
    pub(super) fn ground(&mut self, field: &str, ground: &Localized) {
        if ground.is_blank() {
            self.add(&rules::GROUND_MISSING, field, []);
        }
        self.text(field, ground);
    }

    fn space(&mut self, field: &str, space: &str) {
        match space.strip_prefix("group:") {
            Some(id) => self.id(field, id),
            None if space == "commons" => {}
            None => self.add(&rules::SPACE_FORM, field, [("value", shown(space))]),
        }
    }
}
