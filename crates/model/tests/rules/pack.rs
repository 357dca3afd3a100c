//! Faults of packs.

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
