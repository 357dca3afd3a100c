//! Faults of adoptions.

use faelled_model::terms::Stance;
use faelled_model::{Adoption, validate};

use crate::{Case, base};

fn case(rule: &'static str, field: &'static str, fault: impl FnOnce(&mut Adoption)) -> Case {
    let mut adoption = base::adoption();
    fault(&mut adoption);
    Case {
        rule,
        field,
        findings: validate::adoption(&adoption),
    }
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("id-form", "release.hash", |a| {
            a.release.hash = "abc".to_owned()
        }),
        case("version-form", "release.version", |a| {
            a.release.version = "1.0".to_owned()
        }),
        case("code-missing", "stance", |a| a.stance = Stance::default()),
        case("reason-missing", "reason", |a| a.stance = Stance::Declined),
        case("quarter-form", "planned_quarter", |a| {
            a.planned_quarter = "1. kvartal 2027".to_owned()
        }),
        case("number-repeated", "levels[2].number", |a| {
            a.levels.push(a.levels[0].clone())
        }),
        case("text-missing", "deviations[1].text", |a| {
            a.deviations[0].text = [].into()
        }),
    ]
}
