//! Rules for baskets, and for what is filled into placeholders.

use super::finding::Finding;
use super::rules;
use super::values::{Findings, shown};
use super::wording::bound_name;
use crate::adoption::ReleaseRef;
use crate::basket::Filled;
use crate::requirement::Placeholder;
use crate::{Basket, Requirement};

/// What stands against a basket by itself; whether values fit the requirements is said by [`filled`].
#[must_use]
pub fn basket(basket: &Basket) -> Vec<Finding> {
    let mut findings = Findings::default();
    if basket.name.trim().is_empty() {
        findings.add(&rules::NAME_MISSING, "name", []);
    }
    for (index, line) in basket.lines.iter().enumerate() {
        let field = format!("lines[{}]", index + 1);
        findings.id(&format!("{field}.requirement"), &line.requirement);
        findings.number(&format!("{field}.number"), &line.number);
        if line.release != ReleaseRef::default() {
            findings.release(&format!("{field}.release"), &line.release);
        }
        let names = line.values.iter().map(|filled| filled.name.as_str());
        findings.repeated(&format!("{field}.values"), names);
    }
    findings.repeated(
        "lines",
        basket.lines.iter().map(|line| line.requirement.as_str()),
    );
    findings.every_text(basket);
    findings.0
}

/// What stands against these values in this requirement's placeholders: each is known, those without a default are
/// filled in, and where a range is given a number in it stands there. Fields are named `values[andel]`.
#[must_use]
pub fn filled(requirement: &Requirement, values: &[Filled]) -> Vec<Finding> {
    let mut findings = Findings::default();
    let known: Vec<&str> = requirement
        .placeholders
        .iter()
        .map(|placeholder| placeholder.name.as_str())
        .collect();
    for value in values
        .iter()
        .filter(|value| !known.contains(&value.name.as_str()))
    {
        let known = if known.is_empty() {
            "–".to_owned()
        } else {
            known.join(", ")
        };
        let field = format!("values[{}]", shown(&value.name));
        findings.add(&rules::VALUE_UNKNOWN, &field, [("known", known)]);
    }
    findings.repeated("values", values.iter().map(|value| value.name.as_str()));
    for placeholder in &requirement.placeholders {
        let given = values.iter().find(|value| value.name == placeholder.name);
        let given = given
            .map(|given| given.value.trim())
            .filter(|given| !given.is_empty());
        findings.value(placeholder, given);
    }
    findings.0
}

/// The number that a person wrote, with a decimal point or a decimal comma; `None` where it is none.
#[must_use]
pub fn number_of(text: &str) -> Option<f64> {
    let number = text.trim().replace(',', ".").parse::<f64>().ok();
    number.filter(|number| number.is_finite())
}

impl Findings {
    fn value(&mut self, placeholder: &Placeholder, given: Option<&str>) {
        let field = format!("values[{}]", placeholder.name);
        let Some(given) = given else {
            if placeholder.default.trim().is_empty() {
                self.add(&rules::VALUE_MISSING, &field, []);
            }
            return;
        };
        let value = || ("value", shown(given));
        if given.contains(['{', '}']) {
            self.add(&rules::VALUE_BRACES, &field, [value()]);
        }
        if placeholder.min.is_none() && placeholder.max.is_none() {
            return;
        }
        let range = [
            ("min", bound_name(placeholder.min)),
            ("max", bound_name(placeholder.max)),
        ];
        let [min, max] = range;
        let allowed =
            placeholder.min.unwrap_or(f64::NEG_INFINITY)..=placeholder.max.unwrap_or(f64::INFINITY);
        match number_of(given) {
            Some(number) if allowed.contains(&number) => {}
            Some(_) => self.add(&rules::VALUE_OUTSIDE, &field, [value(), min, max]),
            None => self.add(&rules::VALUE_NOT_A_NUMBER, &field, [value(), min, max]),
        }
    }
}
