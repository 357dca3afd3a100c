//! Rules for joint projects, participations and profiles.

use super::finding::Finding;
use super::rules;
use super::values::{Findings, shown};
use crate::terms::Backing;
use crate::text::InLanguages;
use crate::{Participation, Profile, Project};

/// What stands against a joint project.
#[must_use]
pub fn project(project: &Project) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.required_project("code", &project.code);
    findings.required_text("title", &project.title);
    findings.required_text("aim", &project.aim);
    findings.date("from", &project.from);
    findings.date("until", &project.until);
    findings.not_before("until", &project.from, &project.until);
    for (index, indicator) in project.indicators.iter().enumerate() {
        let field = format!("indicators[{}]", index + 1);
        findings.required_text(&format!("{field}.what"), &indicator.what);
        findings.finite(&format!("{field}.target"), indicator.target);
        findings.unit(&format!("{field}.unit"), &indicator.unit);
    }
    findings.every_text(project);
    findings.0
}

/// What stands against a participation.
#[must_use]
pub fn participation(participation: &Participation) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.required_project("project", &participation.project);
    findings.document("project_document", &participation.project_document);
    findings.term("part", &participation.part);
    findings.required_term("speed", &participation.speed);
    findings.term("priority", &participation.priority);
    findings.term("state", &participation.state);
    findings.status(participation);
    findings.backing(participation);
    for (index, goal) in participation.goals.iter().enumerate() {
        findings.required_text(&format!("goals[{}]", index + 1), goal);
    }
    findings.text("next_step", &participation.next_step);
    findings.date("next_step_date", &participation.next_step_date);
    findings.text("contact_role", &participation.contact_role);
    findings.mailbox("mailbox", &participation.mailbox);
    findings.every_text(participation);
    findings.0
}

/// What stands against a member's profile.
#[must_use]
pub fn profile(profile: &Profile) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.required_text("name", &profile.name);
    findings.mailbox("mailbox", &profile.mailbox);
    findings.address("web_page", &profile.web_page);
    if !profile.cvr.is_empty() && !has_digits(&profile.cvr, 8) {
        findings.add(&rules::CVR_FORM, "cvr", [("value", shown(&profile.cvr))]);
    }
    findings.gln("gln", &profile.gln);
    for (index, region) in profile.regions.iter().enumerate() {
        let field = format!("regions[{}]", index + 1);
        findings.member(&format!("{field}.region"), &region.region);
        findings.day(&format!("{field}.from"), &region.from);
        let until = format!("{field}.until");
        findings.day(&until, &region.until);
        findings.not_before(&until, &region.from, &region.until);
    }
    findings.repeated(
        "regions",
        profile.regions.iter().map(|region| region.region.as_str()),
    );
    findings.every_text(profile);
    findings.0
}

impl Findings {
    fn status(&mut self, participation: &Participation) {
        self.text("status", &participation.status);
        let says_something = !participation.status.is_blank() || !participation.state.is_unsaid();
        if says_something && participation.status_date.is_empty() {
            self.add(&rules::STATUS_DATE_MISSING, "status_date", []);
        }
        self.day("status_date", &participation.status_date);
    }

    fn backing(&mut self, participation: &Participation) {
        self.term("backing", &participation.backing);
        let is_decided =
            !participation.backing.is_unsaid() && participation.backing != Backing::NoneYet;
        if is_decided && participation.backing_date.is_empty() {
            self.add(&rules::BACKING_DATE_MISSING, "backing_date", []);
        }
        if is_decided && participation.backing_reference.trim().is_empty() {
            self.add(&rules::BACKING_REFERENCE_MISSING, "backing_reference", []);
        }
        self.day("backing_date", &participation.backing_date);
    }

    /// A global location number; may be empty.
    fn gln(&mut self, field: &str, gln: &str) {
        const DIGITS: usize = 13;
        if gln.is_empty() {
            return;
        }
        let value = ("value", shown(gln));
        if !has_digits(gln, DIGITS) {
            self.add(&rules::GLN_FORM, field, [value]);
            return;
        }
        let expected = check_digit(gln.get(..DIGITS - 1).unwrap_or_default());
        if !gln.ends_with(expected) {
            let expected = ("expected", expected.to_string());
            self.add(&rules::GLN_CHECK_DIGIT, field, [value, expected]);
        }
    }
}

fn has_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The check digit of GS1: from the right, digits weigh 3 and 1 in turn, and the sum goes up to the next ten.
fn check_digit(digits: &str) -> char {
    let from_the_right = digits
        .bytes()
        .rev()
        .map(|byte| u32::from(byte.saturating_sub(b'0')));
    let sum: u32 = from_the_right
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_gs1() {
        // The example in GS1's General Specifications.
        assert_eq!(check_digit("629104150021"), '3');
        assert_eq!(check_digit("579000000000"), '5');
        assert_eq!(check_digit("000000000000"), '0');
    }
}
