//! What is wrong, and what a revocation would void: with hostile content and as it is.

use super::samples::{hostile, said, some};
use super::*;
use crate::data::trust::{Checkup, Data as Answer, Finding, FindingSeverity, Revocations};

fn finding(severity: FindingSeverity, what: Said, todo: Option<Said>) -> Finding {
    Finding {
        code: "stewards",
        severity,
        what,
        todo,
    }
}

fn checkup(findings: Vec<Finding>) -> Data {
    Data::Trust(Answer::Doctor(Checkup { findings }))
}

fn revocations(is_own: bool) -> Revocations {
    Revocations {
        node_key: "3f0a91c2ab77d055".repeat(4),
        identity_key: "ab".repeat(32),
        revocations: vec!["AAAA".to_owned()],
        received_before: Some("2026-03-01 14:30".to_owned()),
        feeds: 2,
        entries: 1_200,
        voided: 34,
        charters: 3,
        is_own,
    }
}

#[test]
fn what_members_wrote_cannot_steer_the_terminal_or_forge_a_line_here_either() {
    use FindingSeverity::{Good, Problem, Warning};
    let findings = [Problem, Warning, Good].map(|severity| finding(severity, said(), Some(said())));
    assert_harmless(&checkup(findings.to_vec()));
    let hostile = Revocations {
        node_key: hostile(),
        identity_key: hostile(),
        revocations: vec![hostile()],
        received_before: some(),
        ..revocations(true)
    };
    assert_harmless(&Data::Trust(Answer::Revocations(hostile)));
}

#[test]
fn the_gravest_comes_first_and_each_says_what_to_do() {
    let problem = finding(
        FindingSeverity::Problem,
        Said::new("it is broken", "det er i stykker"),
        Some(Said::new("mend it", "lap det")),
    );
    let good = finding(
        FindingSeverity::Good,
        Said::new("there is room", "der er plads"),
        None,
    );
    let [danish, english] = both_languages(&checkup(vec![problem, good]));
    assert_eq!(
        english,
        "Problems\n  - it is broken\n    mend it\n\nAll is well with\n  - there is room\n"
    );
    assert!(
        danish.starts_with("Problemer\n  - det er i stykker\n    lap det\n"),
        "{danish}"
    );
}

#[test]
fn a_revocation_says_what_counts_and_what_no_longer() {
    let [danish, english] = both_languages(&Data::Trust(Answer::Revocations(revocations(false))));
    for said in [
        "1,200 entries in 2 feeds",
        "34 entries",
        "2026-03-01 14:30 UTC",
        "3 charters",
    ] {
        assert!(english.contains(said), "{english}");
    }
    assert!(danish.contains("1.200 poster i 2 logge"), "{danish}");
    assert!(!english.contains("this very node"), "{english}");
    let [_, own] = both_languages(&Data::Trust(Answer::Revocations(revocations(true))));
    assert!(own.contains("this very node"), "{own}");
}
