//! Rules for questions, answers and comments.

use super::finding::Finding;
use super::rules;
use super::values::{Findings, shown};
use crate::discussion::Target;
use crate::field;
use crate::text::{InLanguages, LocalizedText};
use crate::{Answer, Comment, Question};

/// What stands against a question.
#[must_use]
pub fn question(question: &Question) -> Vec<Finding> {
    let mut findings = Findings::default();
    if question.target.document.is_empty() && question.title.is_blank() {
        findings.add(&rules::TARGET_OR_TITLE, "target", []);
    }
    findings.target("target", &question.target);
    findings.text("title", &question.title);
    findings.body(&question.body);
    findings.term("state", &question.state);
    findings.text("escalated_to", &question.escalated_to);
    if question.escalated_to.is_blank() {
        if !question.escalated_on.is_empty() {
            findings.add(&rules::TEXT_MISSING, "escalated_to", []);
        }
    } else {
        findings.required_day("escalated_on", &question.escalated_on);
    }
    findings.every_text(question);
    findings.0
}

/// What stands against an answer.
#[must_use]
pub fn answer(answer: &Answer) -> Vec<Finding> {
    let mut findings = Findings::default();
    if answer.question.is_empty() {
        findings.add(&rules::TARGET_MISSING, "question", []);
    } else {
        findings.id("question", &answer.question);
    }
    findings.body(&answer.body);
    findings.every_text(answer);
    findings.0
}

/// What stands against a comment.
#[must_use]
pub fn comment(comment: &Comment) -> Vec<Finding> {
    let mut findings = Findings::default();
    if comment.target.document.is_empty() {
        findings.add(&rules::TARGET_MISSING, "target", []);
    }
    findings.target("target", &comment.target);
    findings.body(&comment.body);
    findings.term("state", &comment.state);
    findings.every_text(comment);
    findings.0
}

impl Findings {
    /// What something is about; nothing is fine.
    pub(super) fn target(&mut self, place: &str, target: &Target) {
        self.document(&format!("{place}.document"), &target.document);
        if target.field.is_empty() {
            return;
        }
        if target.document.is_empty() {
            self.add(&rules::TARGET_MISSING, &format!("{place}.document"), []);
        }
        if !field::is_path(&target.field) {
            let value = ("value", shown(&target.field));
            self.add(&rules::FIELD_FORM, &format!("{place}.field"), [value]);
        }
    }

    fn body(&mut self, body: &LocalizedText) {
        if body.is_blank() {
            self.add(&rules::BODY_MISSING, "body", []);
        }
        self.text("body", body);
    }
}
