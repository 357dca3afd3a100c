//! Faults of requirements.

use faelled_model::requirement::{AdaptedFrom, Award, Placeholder};
use faelled_model::terms::{Category, EvidenceKind, Level, RequirementType, WordingState};
use faelled_model::{Requirement, validate};

use crate::{Case, base};

fn case(rule: &'static str, field: &'static str, fault: impl FnOnce(&mut Requirement)) -> Case {
    let mut requirement = base::requirement();
    fault(&mut requirement);
    Case {
        rule,
        field,
        findings: validate::requirement(&requirement),
    }
}

fn release(rule: &'static str, field: &'static str, fault: impl FnOnce(&mut Requirement)) -> Case {
    let mut requirement = base::requirement();
    fault(&mut requirement);
    Case {
        rule,
        field,
        findings: validate::releasable(&requirement),
    }
}

fn award(weight_percent: Option<f64>) -> Award {
    Award {
        method: [("en", "Linear")].into(),
        scale: "0-10".to_owned(),
        weight_percent,
        ..Award::default()
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = texts();
    cases.extend(codes());
    cases.extend(numbers());
    cases.extend(placeholders());
    cases.extend(evidence());
    cases.extend(persons());
    cases.extend(releases());
    cases.extend(goals());
    cases.extend(origin());
    cases
}

fn goals() -> Vec<Case> {
    vec![
        case("code-unknown", "social_objectives[1]", |r| {
            r.social_objectives[0] = "fair".to_owned()
        }),
        case("repeated", "social_objectives", |r| {
            r.social_objectives.push("work-cond".to_owned())
        }),
        case("sdg-form", "sdg[1]", |r| r.sdg[0] = "SDG 12.5".to_owned()),
        case("too-long", "kle[1]", |r| r.kle[0] = "8".repeat(61)),
        case("project-form", "project", |r| {
            r.project = "Cirkulære indkøb".to_owned()
        }),
    ]
}

fn origin() -> Vec<Case> {
    fn adapted(fault: impl FnOnce(&mut AdaptedFrom)) -> impl FnOnce(&mut Requirement) {
        |r| fault(r.adapted_from.get_or_insert_default())
    }
    vec![
        case(
            "changes-missing",
            "adapted_from.changes",
            adapted(|a| a.changes = [].into()),
        ),
        case(
            "id-form",
            "adapted_from.requirement",
            adapted(|a| a.requirement.clear()),
        ),
        case(
            "number-missing",
            "adapted_from.number",
            adapted(|a| a.number.clear()),
        ),
        case(
            "member-form",
            "adapted_from.owner",
            adapted(|a| a.owner = "København".to_owned()),
        ),
        case(
            "version-form",
            "adapted_from.release.version",
            adapted(|a| a.release.version = "1".to_owned()),
        ),
        case("code-missing", "history[1].state", |r| {
            r.history[0].state = WordingState::default()
        }),
        case("day-missing", "history[1].date", |r| {
            r.history[0].date.clear()
        }),
        case("member-form", "history[1].by", |r| {
            r.history[0].by = "tovholderen".to_owned()
        }),
        case("id-form", "hearing_of", |r| r.hearing_of = "ja".to_owned()),
        case("id-form", "published_as", |r| {
            r.published_as = "ja".to_owned()
        }),
    ]
}

fn texts() -> Vec<Case> {
    vec![
        case("text-missing", "title", |r| {
            r.title = [("da", " \n")].into()
        }),
        case("text-missing", "measures[1].property", |r| {
            r.measures[0].property = [].into()
        }),
        case("text-missing", "risks[1]", |r| r.risks[0] = [].into()),
        case("text-missing", "sources[1].title", |r| {
            r.sources[0].title.clear()
        }),
        case("language-missing", "title", |r| {
            r.title = [("sv", "Återbruk"), ("de", "Wiederverwendung")].into()
        }),
        case("language-form", "title", |r| {
            r.title = [("da", "Genbrug"), ("Dansk", "Genbrug")].into()
        }),
        case("too-long", "title.da", |r| {
            r.title = [("da", "x".repeat(301).as_str())].into()
        }),
        case("too-long", "motive.da", |r| {
            r.motive = [("da", "x".repeat(20_001).as_str())].into()
        }),
        case("too-many", "goals", |r| {
            r.goals = (0..301).map(|n| n.to_string()).collect()
        }),
        case("too-many", "motive", |r| {
            let languages = (b'a'..=b'z')
                .flat_map(|a| [format!("d{}", char::from(a)), format!("e{}", char::from(a))]);
            r.motive.0 = languages
                .map(|language| (language, faelled_model::text::Merging("x".to_owned())))
                .collect();
        }),
        case("control-character", "motive.da", |r| {
            r.motive = [("da", "Fordi\u{202e}idroF")].into()
        }),
        case("control-character", "title.da", |r| {
            r.title = [("da", "Gen\u{0}brug")].into()
        }),
    ]
}

fn codes() -> Vec<Case> {
    vec![
        case("number-missing", "number", |r| r.number.clear()),
        case("number-form", "number", |r| r.number = "krav 1".to_owned()),
        case("code-missing", "type", |r| {
            r.r#type = RequirementType::default()
        }),
        case("code-missing", "level", |r| r.level = Level::default()),
        case("code-missing", "category", |r| {
            r.category = Category::default()
        }),
        case("code-unknown", "level", |r| {
            r.level = Level::Other("expert".to_owned())
        }),
        case("code-unknown", "strategies[1]", |r| {
            r.strategies[0] = "genbrug".to_owned().into()
        }),
        case("code-unknown", "environmental_impact[1]", |r| {
            r.environmental_impact[0] = "noise".to_owned()
        }),
        case("repeated", "cpv", |r| r.cpv.push("44617100".to_owned())),
        case("repeated", "strategies", |r| {
            r.strategies.push(r.strategies[0].clone())
        }),
        case("cpv-form", "cpv[1]", |r| r.cpv[0] = "papkasser".to_owned()),
        case("cpv-form", "cpv[1]", |r| r.cpv[0] = "44617100-9".to_owned()),
        case("cpv-check-digit", "cpv[1]", |r| {
            r.cpv[0] = "44617100-3".to_owned()
        }),
        case("cpv-unknown", "cpv[1]", |r| {
            r.cpv[0] = "44617199".to_owned()
        }),
        case("cpv-missing", "cpv", |r| r.cpv.clear()),
        case("level-relation-missing", "level_relation", |r| {
            r.level = Level::Spearhead
        }),
        case("supersedes-itself", "supersedes[1]", |r| {
            r.supersedes[0].clone_from(&r.number)
        }),
        case("address-form", "sources[1].address", |r| {
            r.sources[0].address = "javascript:alert(1)".to_owned()
        }),
        case("date-form", "sources[1].date", |r| {
            r.sources[0].date = "19.12.2024".to_owned()
        }),
        case("source-missing", "sources", |r| r.sources.clear()),
    ]
}

fn numbers() -> Vec<Case> {
    vec![
        case("not-finite", "measures[1].number", |r| {
            r.measures[0].number = f64::NAN
        }),
        case("not-finite", "placeholders[1].max", |r| {
            r.placeholders[0].max = Some(f64::INFINITY)
        }),
        case("percent-outside", "measures[1].number", |r| {
            r.measures[0].number = 101.0
        }),
        case("percent-outside", "placeholders[1].max", |r| {
            r.placeholders[0].max = Some(130.0)
        }),
        case("percent-outside", "awards[1].weight_percent", |r| {
            r.r#type = RequirementType::AwardCriterion;
            r.awards = vec![award(Some(-5.0))];
        }),
        case("unit-unknown", "measures[1].unit", |r| {
            r.measures[0].unit = "procent".to_owned()
        }),
        case("award-missing", "awards", |r| {
            r.r#type = RequirementType::AwardCriterion
        }),
        case("award-unfitting", "awards", |r| {
            r.awards = vec![award(Some(5.0))]
        }),
    ]
}

fn placeholders() -> Vec<Case> {
    vec![
        case("placeholder-name", "placeholders[1].name", |r| {
            r.placeholders[0].name = "Andel i %".to_owned();
            r.wording = [("da", "Mindst {Andel i %}")].into();
        }),
        case("placeholder-repeated", "placeholders[2]", |r| {
            r.placeholders.push(r.placeholders[0].clone())
        }),
        case("placeholder-undeclared", "wording.da", |r| {
            r.wording = [
                ("da", "{andel} % inden {frist}"),
                ("en", "{andel} % within {frist}"),
            ]
            .into();
        }),
        case("placeholder-unused", "placeholders", |r| {
            r.placeholders.push(Placeholder {
                name: "frist".to_owned(),
                meaning: [("da", "Frist")].into(),
                ..Placeholder::default()
            });
        }),
        case("placeholder-languages", "wording.en", |r| {
            r.wording = [("da", "{andel} %"), ("en", "40 %")].into()
        }),
        case("brace-unmatched", "wording.en", |r| {
            r.wording = [("da", "{andel} %"), ("en", "{andel % reuse")].into()
        }),
        case("range-inverted", "placeholders[1]", |r| {
            r.placeholders[0].min = Some(100.0);
            r.placeholders[0].max = Some(10.0);
        }),
        case("default-outside", "placeholders[1].default", |r| {
            r.placeholders[0].default = "5,5".to_owned()
        }),
        case("default-not-a-number", "placeholders[1].default", |r| {
            r.placeholders[0].default = "mange".to_owned()
        }),
    ]
}

fn evidence() -> Vec<Case> {
    vec![
        case("or-equivalent", "evidence[1].text.en", |r| {
            r.evidence[0].text = [
                ("da", "Svanemærket eller tilsvarende"),
                ("en", "The Nordic Swan"),
            ]
            .into();
        }),
        case("or-equivalent", "evidence[1].text.da", |r| {
            r.evidence[0].kind = EvidenceKind::Certificate;
            r.evidence[0].text = [
                ("da", "Svanemærket"),
                ("en", "The Nordic Swan or equivalent"),
            ]
            .into();
        }),
        case("label-unknown", "evidence[1].labels[1]", |r| {
            r.evidence[0].labels[0] = "svanen".to_owned()
        }),
        case("code-missing", "evidence[1].kind", |r| {
            r.evidence[0].kind = EvidenceKind::default()
        }),
    ]
}

fn persons() -> Vec<Case> {
    vec![
        case("person-cpr", "motive.da", |r| {
            r.motive = [("da", "Se 010203-1234")].into()
        }),
        case("person-phone", "motive.da", |r| {
            r.motive = [("da", "Ring 12 34 56 78")].into()
        }),
        case("person-mail", "follow_up[1].who.da", |r| {
            r.follow_up[0].who = [("da", "mh@eksempel.dk")].into()
        }),
        case("person-name", "follow_up[1].who.da", |r| {
            r.follow_up[0].who = [("da", "Kontaktperson: Mette Eksempelsen")].into()
        }),
    ]
}

fn releases() -> Vec<Case> {
    vec![
        release("wording-missing", "wording", |r| r.wording = [].into()),
        release("motive-missing", "motive", |r| {
            r.motive = [("da", "  ")].into()
        }),
        release("evidence-missing", "evidence", |r| r.evidence.clear()),
        release("withdrawn", "state", |r| r.state = WordingState::Withdrawn),
    ]
}

#[test]
fn a_draft_may_lack_what_a_release_needs() {
    let mut requirement = base::requirement();
    requirement.wording = [].into();
    requirement.motive = [].into();
    requirement.evidence.clear();
    assert_eq!(validate::requirement(&requirement), []);
    let codes: Vec<&str> = validate::releasable(&requirement)
        .iter()
        .map(|finding| finding.code)
        .collect();
    assert_eq!(
        codes,
        ["wording-missing", "motive-missing", "evidence-missing"]
    );
}
