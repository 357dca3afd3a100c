//! Placeholders in a requirement's wording.

use std::collections::BTreeSet;

use super::basket::number_of;
use super::rules;
use super::values::{Findings, shown};
use crate::requirement::{Placeholder, Requirement};
use crate::text::InLanguages;

impl Findings {
    /// The declared placeholders, and those that each language's wording uses.
    pub(super) fn placeholders(&mut self, requirement: &Requirement) {
        let mut declared = BTreeSet::new();
        for (index, placeholder) in requirement.placeholders.iter().enumerate() {
            let field = format!("placeholders[{}]", index + 1);
            self.placeholder(&field, placeholder);
            if !declared.insert(placeholder.name.as_str()) {
                self.add(
                    &rules::PLACEHOLDER_REPEATED,
                    &field,
                    [("name", shown(&placeholder.name))],
                );
            }
        }
        let wordings: Vec<(&str, BTreeSet<&str>)> = requirement
            .wording
            .languages()
            .into_iter()
            .filter_map(|language| {
                let field = format!("wording.{language}");
                let used = used(requirement.wording.exact(language)?);
                if used.is_none() {
                    self.add(
                        &rules::BRACE_UNMATCHED,
                        &field,
                        [("form", "{navn}".to_owned())],
                    );
                }
                Some((language, used?))
            })
            .collect();
        self.uses(&declared, &wordings);
    }

    fn uses(&mut self, declared: &BTreeSet<&str>, wordings: &[(&str, BTreeSet<&str>)]) {
        for (language, used) in wordings {
            let field = format!("wording.{language}");
            for name in used.difference(declared) {
                self.add(
                    &rules::PLACEHOLDER_UNDECLARED,
                    &field,
                    [("placeholder", shown(format!("{{{name}}}")))],
                );
            }
        }
        for name in declared {
            let Some((other, _)) = wordings.iter().find(|(_, used)| used.contains(name)) else {
                if !wordings.is_empty() {
                    self.add(
                        &rules::PLACEHOLDER_UNUSED,
                        "placeholders",
                        [("name", shown(name))],
                    );
                }
                continue;
            };
            for (language, _) in wordings.iter().filter(|(_, used)| !used.contains(name)) {
                let args = [
                    ("placeholder", shown(format!("{{{name}}}"))),
                    ("other", (*other).to_owned()),
                ];
                self.add(
                    &rules::PLACEHOLDER_LANGUAGES,
                    &format!("wording.{language}"),
                    args,
                );
            }
        }
    }

    fn placeholder(&mut self, field: &str, placeholder: &Placeholder) {
        if !is_name(&placeholder.name) {
            self.add(
                &rules::PLACEHOLDER_NAME,
                &format!("{field}.name"),
                [("name", shown(&placeholder.name))],
            );
        }
        self.required_text(&format!("{field}.meaning"), &placeholder.meaning);
        self.unit(&format!("{field}.unit"), &placeholder.unit);
        let bounds = [("min", placeholder.min), ("max", placeholder.max)];
        for (name, bound) in bounds {
            let field = format!("{field}.{name}");
            if placeholder.unit == "%" {
                self.percent(&field, bound);
            } else {
                self.finite(&field, bound);
            }
        }
        let min = placeholder.min.unwrap_or(f64::NEG_INFINITY);
        let max = placeholder.max.unwrap_or(f64::INFINITY);
        let range = [
            ("min", bound_name(placeholder.min)),
            ("max", bound_name(placeholder.max)),
        ];
        if min > max {
            self.add(&rules::RANGE_INVERTED, field, range);
        } else if !placeholder.default.is_empty()
            && (placeholder.min.is_some() || placeholder.max.is_some())
        {
            self.default(
                &format!("{field}.default"),
                &placeholder.default,
                min..=max,
                range,
            );
        }
    }

    fn default(
        &mut self,
        field: &str,
        default: &str,
        allowed: std::ops::RangeInclusive<f64>,
        range: [(&'static str, String); 2],
    ) {
        let value = ("value", shown(default));
        let [min, max] = range;
        match number_of(default) {
            Some(number) if allowed.contains(&number) => {}
            Some(_) => self.add(&rules::DEFAULT_OUTSIDE, field, [value, min, max]),
            None => self.add(&rules::DEFAULT_NOT_A_NUMBER, field, [value]),
        }
    }
}

pub(super) fn bound_name(bound: Option<f64>) -> String {
    bound.map_or_else(|| "…".to_owned(), |bound| bound.to_string())
}

/// The names in braces; `None` where braces do not match.
fn used(wording: &str) -> Option<BTreeSet<&str>> {
    let mut names = BTreeSet::new();
    let mut rest = wording;
    loop {
        let Some((before, after)) = rest.split_once('{') else {
            return (!rest.contains('}')).then_some(names);
        };
        let (name, after) = after.split_once('}')?;
        if before.contains('}') || name.contains('{') {
            return None;
        }
        names.insert(name);
        rest = after;
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces_are_found() {
        assert_eq!(used("{a} og {b}, {a}"), Some(BTreeSet::from(["a", "b"])));
        assert_eq!(used("ingen"), Some(BTreeSet::new()));
        for broken in ["{a", "a}", "{a{b}}", "}{", "{a} }"] {
            assert_eq!(used(broken), None, "{broken}");
        }
    }
}
