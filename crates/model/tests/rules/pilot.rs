//! Faults of pilots.

use faelled_model::terms::{Complaint, PilotState, PriceEffect, Verdict};
use faelled_model::{Pilot, validate};

use crate::{Case, base};

fn case(rule: &'static str, field: &'static str, fault: impl FnOnce(&mut Pilot)) -> Case {
    let mut pilot = base::pilot();
    fault(&mut pilot);
    Case {
        rule,
        field,
        findings: validate::pilot(&pilot),
    }
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("pilot-empty", "tried", |p| {
            p.tried.clear();
            p.checks.clear();
        }),
        case("text-missing", "tender.title", |p| {
            p.tender.title = [].into()
        }),
        case("code-unknown", "tender.procedure", |p| {
            p.tender.procedure = "miniudbud".to_owned()
        }),
        case("cpv-unknown", "tender.cpv[1]", |p| {
            p.tender.cpv[0] = "30192001".to_owned()
        }),
        case("member-form", "tender.joint_buyers[1]", |p| {
            p.tender.joint_buyers[0] = "Ballerup".to_owned()
        }),
        case("outside", "tender.lots", |p| p.tender.lots = Some(0)),
        case("outside", "tried[1].burden", |p| {
            p.tried[0].burden = Some(6)
        }),
        case("outside", "tried[1].buyer_hours", |p| {
            p.tried[0].buyer_hours = Some(-1.0)
        }),
        case("not-finite", "effects[1].number", |p| {
            p.effects[0].number = f64::NEG_INFINITY
        }),
        case("percent-outside", "tried[1].weight_percent", |p| {
            p.tried[0].weight_percent = Some(110.0)
        }),
        case("number-repeated", "tried[2].number", |p| {
            p.tried.push(p.tried[0].clone())
        }),
        case("id-form", "tried[1].requirement", |p| {
            p.tried[0].requirement = "GLX-EMB-001".to_owned()
        }),
        case("more-than-bidders", "tried[1].bidders_met", |p| {
            p.tried[0].bidders_met = Some(5)
        }),
        case("more-than-bidders", "tried[1].small_firms", |p| {
            p.tried[0].small_firms = Some(5)
        }),
        case("price-mismatch", "tried[1].price_percent", |p| {
            p.tried[0].price_percent = Some(12.0)
        }),
        case("price-mismatch", "tried[1].price_percent", |p| {
            p.tried[0].price_effect = PriceEffect::Lower
        }),
        case("verdict-missing", "tried[1].verdict", |p| {
            p.tried[0].verdict = Verdict::default()
        }),
        case("proposal-missing", "tried[1].proposed_wording", |p| {
            p.tried[0].verdict = Verdict::Adjust
        }),
        case("code-unknown", "tried[1].price_certainty", |p| {
            p.tried[0].price_certainty = "sure".to_owned().into()
        }),
        case("code-unknown", "tried[1].evidence_outcome", |p| {
            p.tried[0].evidence_outcome = "maybe".to_owned().into()
        }),
        case("case-missing", "tried[1].complaint_case", |p| {
            p.tried[0].complaint = Complaint::Klagenaevnet
        }),
        case("text-missing", "checks[1].how", |p| {
            p.checks[0].how = [].into()
        }),
        case("tried-absent", "checks[1].number", |p| {
            p.checks[0].number = "GLX-EMB-009".to_owned()
        }),
        case("remedy-missing", "checks[1].remedy", |p| {
            p.checks[0].complied = Some(false)
        }),
        case("attachment-empty", "attachments[1]", |p| {
            p.attachments[0].content.0.clear()
        }),
        case("method-missing", "effects[1].method", |p| {
            p.effects[0].method = [].into()
        }),
        case("before-standstill", "state", |p| {
            p.state = PilotState::Standstill
        }),
        case("before-standstill", "state", |p| {
            p.state = PilotState::InTender
        }),
        case("before-standstill", "state", |p| {
            p.state = PilotState::Planned
        }),
        case("person-cpr", "lessons.da", |p| {
            p.lessons = [("da", "0102031234")].into()
        }),
    ]
}

#[test]
fn a_planned_pilot_without_results_needs_no_second_confirmation() {
    let mut pilot = base::pilot();
    pilot.state = PilotState::Planned;
    let tried = &mut pilot.tried[0];
    *tried = faelled_model::pilot::Tried {
        release: tried.release.clone(),
        requirement: tried.requirement.clone(),
        number: tried.number.clone(),
        r#type: tried.r#type.clone(),
        level: tried.level.clone(),
        ..Default::default()
    };
    assert_eq!(validate::pilot(&pilot), []);
}

#[test]
fn a_draft_need_not_know_the_documents_yet() {
    let mut pilot = base::pilot();
    pilot.tried[0].release = Default::default();
    pilot.tried[0].requirement.clear();
    assert_eq!(validate::pilot_draft(&pilot), []);
    assert_eq!(validate::pilot(&pilot).len(), 4);
}

#[test]
fn digits_in_an_id_are_never_taken_for_a_person() {
    let mut pilot = base::pilot();
    // 010190-1234 and the like stand in hashes by chance.
    pilot.tried[0].requirement = "0101901234ab".repeat(6)[..64].to_owned();
    pilot.tried[0].release.hash = "0101901234cd".repeat(6)[..64].to_owned();
    let findings = validate::pilot(&pilot);
    assert!(
        findings.iter().all(|finding| finding.code != "person-cpr"),
        "{findings:?}"
    );
    pilot.lessons = [("da", "Spørg 010190-1234")].into();
    let findings = validate::pilot(&pilot);
    assert!(findings.iter().any(|finding| finding.code == "person-cpr"));
}

#[test]
fn a_notice_whose_number_looks_like_a_persons_is_a_notice() {
    const NUMBER: &str = "010126-2026";
    let mut pilot = base::pilot();
    pilot.tender.publication_number = NUMBER.to_owned();
    assert_eq!(validate::pilot(&pilot), []);
    pilot.tender.title = [("da", NUMBER), ("en", NUMBER)].into();
    assert_ne!(validate::pilot(&pilot), []);
}
