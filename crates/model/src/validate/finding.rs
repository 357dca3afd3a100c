//! What a rule says of a field.

use serde::Serialize;

use super::rules::{self, Rule};
use crate::Language;

/// Whether a finding stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The document is not accepted.
    Error,
    /// A person should look at it.
    Warning,
}

/// One rule that a document does not satisfy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// The field: `wording.en`, `evidence[1].text`. Items are counted from 1, as people do.
    pub field: String,
    /// The rule; see [`every_rule`](super::every_rule).
    pub code: &'static str,
    /// What the message is about, by name.
    pub args: Vec<(&'static str, String)>,
}

impl Finding {
    pub(super) fn new(
        rule: &'static Rule,
        field: impl Into<String>,
        args: Vec<(&'static str, String)>,
    ) -> Self {
        Self {
            severity: rule.severity,
            field: field.into(),
            code: rule.code,
            args,
        }
    }

    /// What is wrong and what to do, in one sentence without the field.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let Some(rule) = rules::find(self.code) else {
            return self.code.to_owned();
        };
        let template = language.pick(rule.english, rule.danish);
        // One pass, so that a brace in a value is never taken for a name.
        let mut message = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            message.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                rest = after;
                break;
            };
            if let Some((_, value)) = self.args.iter().find(|(arg, _)| *arg == name) {
                message.push_str(value);
            }
            rest = after;
        }
        message.push_str(rest);
        message
    }
}

/// Whether a finding among them stands in the way.
#[must_use]
pub fn has_errors(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
}
