//! Rules for what a member follows.

use super::finding::Finding;
use super::rules;
use super::values::{Findings, shown};
use crate::Following;
use crate::codes::cpv;
use crate::terms::Category;

/// What stands against the list of what a member follows.
#[must_use]
pub fn following(following: &Following) -> Vec<Finding> {
    let mut findings = Findings::default();
    for (index, follow) in following.follows.iter().enumerate() {
        let field = format!("follows[{}]", index + 1);
        findings.followed(&format!("{field}.target"), &follow.target);
        findings.day(&format!("{field}.since"), &follow.since);
    }
    findings.repeated(
        "follows",
        following
            .follows
            .iter()
            .map(|follow| follow.target.as_str()),
    );
    findings.every_text(following);
    findings.0
}

/// What stands against following this: `pack:` and a document, `cpv:39`.
#[must_use]
pub fn followed(target: &str) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.followed("target", target);
    findings.0
}

impl Findings {
    fn followed(&mut self, field: &str, target: &str) {
        match target.split_once(':') {
            Some(("pack" | "requirement", document)) => self.id(field, document),
            Some(("project", code)) => self.required_project(field, code),
            Some(("category", code)) => self.required_term(field, &Category::from(code.to_owned())),
            Some(("cpv", branch)) => {
                if !is_branch(branch) {
                    self.add(&rules::CPV_BRANCH, field, [("value", shown(branch))]);
                }
            }
            _ => self.add(&rules::FOLLOW_FORM, field, [("value", shown(target))]),
        }
    }
}

/// A CPV code or the beginning of one, with which at least one code begins.
fn is_branch(branch: &str) -> bool {
    (2..=8).contains(&branch.len()) && cpv::all().iter().any(|cpv| cpv.code.starts_with(branch))
}
