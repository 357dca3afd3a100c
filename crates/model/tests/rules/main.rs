//! Every rule of validation refuses what it is for, in both languages, and lets the rest pass.

mod adoption;
mod base;
mod basket;
mod discussion;
mod following;
mod pack;
mod pilot;
mod project;
mod requirement;
mod resource;
mod sharing;
mod state;

use std::collections::BTreeSet;
use std::fmt::Write;

use faelled_model::following::Follow;
use faelled_model::validate::{self, every_rule};
use faelled_model::{
    Adoption, Answer, Basket, Comment, Cosignature, Disclosure, DocumentKind, Finding, Following,
    Language, Pack, Participation, Pilot, Profile, Project, Question, Requirement, Resource,
    Severity,
};

/// A document with one fault, and what is found of it.
pub(crate) struct Case {
    pub(crate) rule: &'static str,
    pub(crate) field: &'static str,
    pub(crate) findings: Vec<Finding>,
}

fn cases() -> Vec<Case> {
    let mut cases = requirement::cases();
    cases.extend(pack::cases());
    cases.extend(adoption::cases());
    cases.extend(pilot::cases());
    cases.extend(discussion::cases());
    cases.extend(resource::cases());
    cases.extend(project::cases());
    cases.extend(sharing::cases());
    cases.extend(following::cases());
    cases.extend(basket::cases());
    cases.extend(state::cases());
    cases
}

#[test]
fn documents_without_a_fault_pass() {
    let requirement = base::requirement();
    assert_eq!(validate::releasable(&requirement), []);
    assert_eq!(validate::pack(&base::pack()), []);
    assert_eq!(validate::contents(&base::pack(), &[requirement]), []);
    assert_eq!(validate::adoption(&base::adoption()), []);
    assert_eq!(validate::pilot(&base::pilot()), []);
    assert_eq!(validate::question(&base::question()), []);
    assert_eq!(validate::answer(&base::answer()), []);
    assert_eq!(validate::comment(&base::comment()), []);
    assert_eq!(validate::resource(&base::resource()), []);
    assert_eq!(validate::project(&base::project()), []);
    assert_eq!(validate::participation(&base::participation()), []);
    assert_eq!(validate::profile(&base::profile()), []);
    assert_eq!(validate::cosignature(&base::cosignature()), []);
    assert_eq!(validate::disclosure(&base::disclosure()), []);
    assert_eq!(validate::following(&base::following()), []);
    assert_eq!(validate::basket(&base::basket()), []);
}

#[test]
fn a_hidden_character_is_found_in_documents_of_every_kind() {
    const HIDDEN: &str = "kort\u{202e}tgal";
    let said = || [("da", HIDDEN)].into();
    let findings = [
        validate::requirement(&Requirement {
            title: said(),
            ..base::requirement()
        }),
        validate::pack(&Pack {
            title: said(),
            ..base::pack()
        }),
        validate::adoption(&Adoption {
            planned_quarter: HIDDEN.to_owned(),
            ..base::adoption()
        }),
        validate::pilot(&Pilot {
            follow_up: [("da", HIDDEN)].into(),
            ..base::pilot()
        }),
        validate::question(&Question {
            title: said(),
            ..base::question()
        }),
        validate::answer(&Answer {
            body: [("da", HIDDEN)].into(),
            ..base::answer()
        }),
        validate::comment(&Comment {
            body: [("da", HIDDEN)].into(),
            ..base::comment()
        }),
        validate::resource(&Resource {
            title: said(),
            ..base::resource()
        }),
        validate::project(&Project {
            title: said(),
            ..base::project()
        }),
        validate::participation(&Participation {
            contact_role: said(),
            ..base::participation()
        }),
        validate::profile(&Profile {
            name: said(),
            ..base::profile()
        }),
        validate::cosignature(&Cosignature {
            capacity: said(),
            ..base::cosignature()
        }),
        validate::disclosure(&Disclosure {
            code: HIDDEN.to_owned(),
            ..base::disclosure()
        }),
        validate::following(&Following {
            follows: vec![Follow {
                target: HIDDEN.to_owned(),
                ..Follow::default()
            }],
            ..base::following()
        }),
        validate::basket(&Basket {
            name: HIDDEN.to_owned(),
            ..base::basket()
        }),
    ];
    for (kind, findings) in DocumentKind::ALL.iter().zip(&findings) {
        let found = findings
            .iter()
            .any(|finding| finding.code == "control-character");
        assert!(found, "{kind:?}: {findings:?}");
    }
    assert_eq!(findings.len(), DocumentKind::ALL.len());
}

#[test]
fn every_fault_is_found_at_its_field_and_nothing_else_is() {
    for Case {
        rule,
        field,
        findings,
    } in cases()
    {
        assert!(
            findings.iter().all(|finding| finding.code == rule),
            "{rule} at {field}: {findings:#?}"
        );
        assert!(
            findings.iter().any(|finding| finding.field == field),
            "{rule} at {field}: {findings:#?}"
        );
    }
}

#[test]
fn every_rule_has_a_document_that_it_refuses() {
    let refused: BTreeSet<&str> = cases().iter().map(|case| case.rule).collect();
    let rules: BTreeSet<&str> = every_rule().iter().map(|rule| rule.code).collect();
    assert_eq!(rules.len(), every_rule().len(), "two rules have one code");
    assert_eq!(rules.difference(&refused).collect::<Vec<_>>(), [&""; 0]);
}

#[test]
fn the_message_of_every_rule_is_among_those_that_were_read() {
    // What a person sees of each rule stands in the snapshot below, in both languages; a rule that is not in it
    // was read by nobody.
    let read = include_str!(
        "snapshots/rules__messages_say_what_is_wrong_and_what_to_do_in_both_languages.snap"
    );
    for rule in every_rule() {
        let heads = ["error", "warning"].map(|severity| format!("\n{} ({severity})\n", rule.code));
        assert!(
            heads.iter().any(|head| read.contains(head)),
            "{}",
            rule.code
        );
    }
}

#[test]
fn messages_say_what_is_wrong_and_what_to_do_in_both_languages() {
    let mut messages = String::new();
    for case in cases() {
        let finding = case
            .findings
            .iter()
            .find(|finding| finding.field == case.field)
            .unwrap();
        let severity = if finding.severity == Severity::Error {
            "error"
        } else {
            "warning"
        };
        let (english, danish) = (
            finding.message(Language::English),
            finding.message(Language::Danish),
        );
        assert!(
            !english.contains("  ") && !danish.contains("  "),
            "{english} / {danish}"
        );
        writeln!(
            messages,
            "{} ({severity})\n  {} {english}\n  {} {danish}",
            case.rule, case.field, case.field
        )
        .unwrap();
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn a_message_names_only_arguments_that_are_given() {
    for rule in every_rule() {
        let names = |text: &'static str| {
            text.split('{')
                .skip(1)
                .filter_map(|part| part.split('}').next())
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(names(rule.english), names(rule.danish), "{}", rule.code);
    }
    for case in cases() {
        let rule = every_rule()
            .iter()
            .find(|rule| rule.code == case.rule)
            .unwrap();
        for finding in &case.findings {
            let named = rule
                .english
                .split('{')
                .skip(1)
                .filter_map(|part| part.split('}').next());
            for name in named {
                assert!(
                    finding.args.iter().any(|(arg, _)| *arg == name),
                    "{}: {name}",
                    rule.code
                );
            }
        }
    }
}
