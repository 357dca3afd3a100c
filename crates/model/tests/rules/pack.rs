//! Faults of packs.

use faelled_model::pack::RequirementRef;
use faelled_model::terms::{HearingKind, Level};
use faelled_model::{Pack, Requirement, validate};

use crate::{Case, base};

fn case(rule: &'static str, field: &'static str, fault: impl FnOnce(&mut Pack)) -> Case {
    let mut pack = base::pack();
    fault(&mut pack);
    Case {
        rule,
        field,
        findings: validate::pack(&pack),
    }
}

fn together(
    rule: &'static str,
    field: &'static str,
    fault: impl FnOnce(&mut Pack, &mut Vec<Requirement>),
) -> Case {
    let mut pack = base::pack();
    let mut requirements = vec![base::requirement()];
    fault(&mut pack, &mut requirements);
    Case {
        rule,
        field,
        findings: validate::contents(&pack, &requirements),
    }
}

/// A second requirement at this level that stands for the one with this number.
fn alternative(to: &str, rule: &'static str, level: Level) -> Case {
    together(
        rule,
        "sections[1].requirements[2].alternative_to",
        |pack, requirements| {
            pack.sections[0].requirements.push(RequirementRef {
                number: "GLX-EMB-002".to_owned(),
                alternative_to: to.to_owned(),
                ..RequirementRef::default()
            });
            requirements.push(Requirement {
                number: "GLX-EMB-002".to_owned(),
                level,
                ..base::requirement()
            });
        },
    )
}

#[test]
fn an_alternative_at_another_level_passes() {
    let case = alternative("GLX-EMB-001", "alternative-level", Level::Advanced);
    assert_eq!(case.findings, []);
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("number-form", "code", |p| p.code = "glx".to_owned()),
        case("text-missing", "title", |p| p.title = [].into()),
        case("text-missing", "sections[1].title", |p| {
            p.sections[0].title = [].into()
        }),
        case("code-unknown", "contract_types[1]", |p| {
            p.contract_types[0] = "goods".to_owned()
        }),
        case("outside", "review_cycle_months", |p| {
            p.review_cycle_months = Some(0)
        }),
        case("licence-missing", "licence", |p| p.licence.clear()),
        case("pack-empty", "sections", |p| p.sections.clear()),
        case("section-empty", "sections[1].requirements", |p| {
            p.sections[0].requirements.clear()
        }),
        case("number-repeated", "sections[2].requirements[1]", |p| {
            p.sections.push(p.sections[0].clone())
        }),
        case("id-form", "sections[1].requirements[1]", |p| {
            p.sections[0].requirements[0].document = "AB".repeat(32)
        }),
        case("project-form", "project", |p| p.project = "A B".to_owned()),
        case("code-missing", "hearings[1].kind", |p| {
            p.hearings[0].kind = HearingKind::default()
        }),
        case("day-missing", "hearings[1].until", |p| {
            p.hearings[0].until.clear()
        }),
        case("day-form", "hearings[1].from", |p| {
            p.hearings[0].from = "2026-09".to_owned()
        }),
        case("days-inverted", "hearings[1].until", |p| {
            p.hearings[0].until = "2026-08-31".to_owned()
        }),
        case("recipients-missing", "hearings[1].recipients", |p| {
            p.hearings[0].recipients.clear()
        }),
        case("name-missing", "hearings[1].recipients[1]", |p| {
            p.hearings[0].recipients[0] = " ".to_owned()
        }),
        case("ground-missing", "hearings[1].ground", |p| {
            p.hearings[0].ground = [].into()
        }),
        case("withdrawal-reason", "withdrawals[1].reason", |p| {
            p.withdrawals[0].reason = [].into()
        }),
        case("version-form", "withdrawals[1].version", |p| {
            p.withdrawals[0].version = "1.0".to_owned()
        }),
        case("replaced-by-lower", "withdrawals[1].replaced_by", |p| {
            p.withdrawals[0].replaced_by = "1.0.0".to_owned()
        }),
        case("version-form", "withdrawals[1].replaced_by", |p| {
            p.withdrawals[0].replaced_by = "den næste".to_owned()
        }),
        case("day-missing", "withdrawals[1].date", |p| {
            p.withdrawals[0].date.clear()
        }),
        case("repeated", "withdrawals", |p| {
            p.withdrawals.push(p.withdrawals[0].clone())
        }),
        case("id-form", "answered[1].pilot", |p| {
            p.answered[0].pilot.clear()
        }),
        case("number-missing", "answered[1].number", |p| {
            p.answered[0].number.clear()
        }),
        case("version-form", "answered[1].version", |p| {
            p.answered[0].version = "næste".to_owned()
        }),
        case("answer-missing", "answered[1].answer", |p| {
            p.answered[0].answer = [].into()
        }),
        case("id-form", "hearing_of", |p| p.hearing_of = "ja".to_owned()),
        case("id-form", "published_as", |p| {
            p.published_as = "ja".to_owned()
        }),
        alternative("GLX-EMB-009", "alternative-absent", Level::Advanced),
        alternative("GLX-EMB-002", "alternative-absent", Level::Advanced),
        alternative("GLX-EMB-001", "alternative-level", Level::Basic),
        together(
            "requirement-absent",
            "sections[1].requirements[1]",
            |_, requirements| requirements.clear(),
        ),
        together(
            "requirement-unplaced",
            "requirement[2]",
            |_, requirements| {
                requirements.push(Requirement {
                    number: "GLX-EMB-002".to_owned(),
                    ..base::requirement()
                });
            },
        ),
        together(
            "number-repeated",
            "requirement[2].number",
            |_, requirements| requirements.push(base::requirement()),
        ),
    ]
}
