//! Documents without a fault.

use faelled_model::adoption::{ChosenLevel, Deviation, ReleaseRef};
use faelled_model::pack::{RequirementRef, Section};
use faelled_model::pilot::{Effect, Tender, Tried};
use faelled_model::requirement::{Evidence, FollowUp, Measure, Placeholder, Source};
use faelled_model::terms::{
    Category, Comparison, Complaint, EvidenceKind, Framework, GppBasis, Level, PilotState,
    PriceEffect, Readiness, RequirementType, Stance, Strategy, ValueBand, Verdict, WordingState,
};
use faelled_model::{Adoption, Pack, Pilot, Requirement};

pub(crate) fn requirement() -> Requirement {
    Requirement {
        schema: 1,
        number: "GLX-EMB-001".to_owned(),
        title: [("da", "Genbrug"), ("en", "Reuse")].into(),
        category: Category::Packaging,
        strategies: vec![Strategy::Reuse],
        cpv: vec!["44617100".to_owned()],
        environmental_impact: vec!["circ-econ".to_owned()],
        goals: vec!["SDG 12.5".to_owned()],
        gpp_basis: GppBasis::Eu,
        r#type: RequirementType::ContractPerformanceClause,
        level: Level::Basic,
        wording: [
            ("da", "Mindst {andel} % genbrug."),
            ("en", "At least {andel} % reuse."),
        ]
        .into(),
        placeholders: vec![Placeholder {
            name: "andel".to_owned(),
            meaning: [("da", "Andel"), ("en", "Share")].into(),
            unit: "%".to_owned(),
            min: Some(10.0),
            max: Some(100.0),
            default: "40".to_owned(),
        }],
        measures: vec![Measure {
            property: [("da", "Andel")].into(),
            comparison: Comparison::AtLeast,
            number: 40.0,
            unit: "%".to_owned(),
        }],
        evidence: vec![Evidence {
            kind: EvidenceKind::Label,
            text: [
                ("da", "Svanemærket eller tilsvarende"),
                ("en", "The Nordic Swan or equivalent"),
            ]
            .into(),
            labels: vec!["nordic-swan".to_owned()],
        }],
        follow_up: vec![FollowUp {
            what: [("da", "Stikprøve")].into(),
            ..FollowUp::default()
        }],
        motive: [("da", "Fordi"), ("en", "Because")].into(),
        readiness: Readiness::Several,
        risks: vec![[("da", "Få tilbud")].into()],
        sources: vec![Source {
            title: "Regulation (EU) 2025/40".to_owned(),
            address: "https://eur-lex.europa.eu/eli/reg/2025/40/oj".to_owned(),
            version: String::new(),
            date: "2024-12-19".to_owned(),
        }],
        supersedes: vec!["GLX-EMB-000".to_owned()],
        state: WordingState::Draft,
        ..Requirement::default()
    }
}

pub(crate) fn pack() -> Pack {
    Pack {
        schema: 1,
        code: "GLX-EMB".to_owned(),
        title: [("da", "Emballage")].into(),
        contract_types: vec!["supplies".to_owned()],
        sections: vec![Section {
            title: [("en", "Reuse")].into(),
            requirements: vec![RequirementRef {
                number: "GLX-EMB-001".to_owned(),
                document: "ab".repeat(32),
            }],
        }],
        licence: "CC BY 4.0".to_owned(),
        review_cycle_months: Some(12),
        ..Pack::default()
    }
}

pub(crate) fn release() -> ReleaseRef {
    ReleaseRef {
        pack: "0a".repeat(32),
        version: "1.0.0".to_owned(),
        hash: "0b".repeat(32),
    }
}

pub(crate) fn adoption() -> Adoption {
    Adoption {
        schema: 1,
        release: release(),
        stance: Stance::Trying,
        planned_quarter: "2027-Q1".to_owned(),
        levels: vec![ChosenLevel {
            number: "GLX-EMB-001".to_owned(),
            level: Level::Basic,
        }],
        deviations: vec![Deviation {
            number: "GLX-EMB-001".to_owned(),
            text: [("da", "Kun skoler")].into(),
        }],
        ..Adoption::default()
    }
}

pub(crate) fn pilot() -> Pilot {
    Pilot {
        schema: 1,
        state: PilotState::Done,
        tender: Tender {
            title: [("da", "Kontorartikler")].into(),
            procedure: "open".to_owned(),
            framework: Framework::Own,
            cpv: vec!["30192000".to_owned()],
            value_band: ValueBand::From1To5,
            lots: Some(1),
            joint_buyers: vec!["dk-0151".to_owned()],
            duration_months: Some(48),
            ..Tender::default()
        },
        tried: vec![Tried {
            release: release(),
            requirement: "0c".repeat(32),
            number: "GLX-EMB-001".to_owned(),
            r#type: RequirementType::ContractPerformanceClause,
            level: Level::Basic,
            weight_percent: Some(10.0),
            bidders: Some(4),
            bidders_met: Some(4),
            small_firms: Some(1),
            reasons_not_bidding: vec![[("da", "Fragtmand")].into()],
            price_effect: PriceEffect::Under5,
            price_percent: Some(2.5),
            buyer_hours: Some(10.0),
            burden: Some(2),
            complaint: Complaint::NoComplaint,
            verdict: Verdict::Keep,
            ..Tried::default()
        }],
        effects: vec![Effect {
            what: [("da", "Kasser")].into(),
            number: 5200.0,
            unit: "1".to_owned(),
            measured: true,
            method: [("da", "Talt")].into(),
        }],
        lessons: [("da", "Tal med pedellerne.")].into(),
        ..Pilot::default()
    }
}
