//! What is wrong, and what to do.

use super::super::page::Page;
use crate::data::trust::{Checkup, Finding, FindingSeverity};

pub(super) fn checkup(page: &mut Page, checkup: &Checkup) {
    let of = |severity| -> Vec<&Finding> {
        let all = checkup.findings.iter();
        all.filter(|finding| finding.severity == severity).collect()
    };
    let parts = [
        (
            of(FindingSeverity::Problem),
            page.say("Problems", "Problemer"),
        ),
        (
            of(FindingSeverity::Warning),
            page.say("Please look at", "Se venligst på"),
        ),
    ];
    for (findings, heading) in parts {
        if findings.is_empty() {
            continue;
        }
        page.heading(heading);
        for finding in findings {
            page.bullet(finding.what.in_language(page.language));
            if let Some(todo) = &finding.todo {
                let todo = todo.in_language(page.language);
                page.item("", 2, &[todo.to_owned()]);
            }
        }
    }
    let good = of(FindingSeverity::Good);
    if !good.is_empty() {
        page.heading(page.say("All is well with", "Alt er i orden med"));
        for finding in good {
            page.bullet(finding.what.in_language(page.language));
        }
    }
}
