//! Faults of baskets, and of what is filled into placeholders.

use faelled_model::basket::Filled;
use faelled_model::requirement::Placeholder;
use faelled_model::{Basket, Finding, validate};

use crate::{Case, base};

fn basket(rule: &'static str, field: &'static str, fault: impl FnOnce(&mut Basket)) -> Case {
    let mut value = base::basket();
    fault(&mut value);
    Case {
        rule,
        field,
        findings: validate::basket(&value),
    }
}

/// The fault of these values in a requirement with a share from 10 to 100 and a free deadline.
fn filled(rule: &'static str, field: &'static str, values: &[(&str, &str)]) -> Case {
    Case {
        rule,
        field,
        findings: found(values),
    }
}

fn found(values: &[(&str, &str)]) -> Vec<Finding> {
    let mut requirement = base::requirement();
    requirement.placeholders.push(Placeholder {
        name: "frist".to_owned(),
        ..Placeholder::default()
    });
    let values: Vec<Filled> = values
        .iter()
        .map(|(name, value)| Filled {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        })
        .collect();
    validate::filled(&requirement, &values)
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        basket("name-missing", "name", |b| b.name.clear()),
        basket("id-form", "lines[1].requirement", |b| {
            b.lines[0].requirement.clear()
        }),
        basket("number-form", "lines[1].number", |b| {
            b.lines[0].number = "1".to_owned()
        }),
        basket("id-form", "lines[1].release.hash", |b| {
            b.lines[0].release.hash.clear()
        }),
        basket("repeated", "lines", |b| b.lines.push(b.lines[0].clone())),
        basket("repeated", "lines[1].values", |b| {
            b.lines[0].values = vec![b.lines[0].values[0].clone(); 2]
        }),
        filled("value-missing", "values[frist]", &[("frist", " ")]),
        filled(
            "value-unknown",
            "values[anddel]",
            &[("frist", "1 uge"), ("anddel", "40")],
        ),
        filled(
            "value-outside",
            "values[andel]",
            &[("frist", "1 uge"), ("andel", "9,9")],
        ),
        filled(
            "value-not-a-number",
            "values[andel]",
            &[("frist", "1 uge"), ("andel", "halvdelen")],
        ),
        filled(
            "value-braces",
            "values[frist]",
            &[("frist", "{andel} uger")],
        ),
        filled(
            "repeated",
            "values",
            &[("frist", "1 uge"), ("frist", "2 uger")],
        ),
    ]
}

#[test]
fn values_within_their_range_pass_with_point_and_comma() {
    for share in ["10", "42,5", "42.5", " 100 ", ""] {
        assert_eq!(
            found(&[("frist", "1. maj"), ("andel", share)]),
            [],
            "{share}"
        );
    }
    assert_eq!(found(&[("frist", "1. maj")]), []);
    for (share, rule) in [
        ("NaN", "value-not-a-number"),
        ("inf", "value-not-a-number"),
        ("1e999", "value-not-a-number"),
        ("101", "value-outside"),
    ] {
        let found = found(&[("frist", "1. maj"), ("andel", share)]);
        let codes: Vec<&str> = found.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [rule], "{share}");
    }
}
