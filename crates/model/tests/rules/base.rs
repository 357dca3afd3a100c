//! Documents without a fault.

use faelled_model::adoption::{ChosenLevel, Deviation, ReleaseRef};
use faelled_model::attachment::{Attachment, FileBytes};
use faelled_model::basket::{BasketLine, Filled};
use faelled_model::discussion::Target;
use faelled_model::following::Follow;
use faelled_model::pack::{AnsweredProposal, Hearing, RequirementRef, Section, Withdrawal};
use faelled_model::pilot::{Check, Effect, Tender, Tried};
use faelled_model::profile::InRegion;
use faelled_model::project::Indicator;
use faelled_model::requirement::{
    AdaptedFrom, Evidence, FollowUp, Measure, Placeholder, Source, StateChange,
};
use faelled_model::terms::{
    Backing, DisclosureKind, DiscussionState, HearingKind, Progress, ResourceKind, Speed,
};
use faelled_model::terms::{
    Category, Comparison, Complaint, EvidenceKind, Framework, GppBasis, Level, PilotState,
    PriceEffect, Readiness, RequirementType, Stance, Strategy, ValueBand, Verdict, WordingState,
};
use faelled_model::{
    Adoption, Answer, Basket, Comment, Cosignature, Disclosure, Following, Pack, Participation,
    Pilot, Profile, Project, Question, Requirement, Resource,
};

pub(crate) fn requirement() -> Requirement {
    Requirement {
        schema: 2,
        number: "GLX-EMB-001".to_owned(),
        title: [("da", "Genbrug"), ("en", "Reuse")].into(),
        category: Category::Packaging,
        strategies: vec![Strategy::Reuse],
        cpv: vec!["44617100".to_owned()],
        environmental_impact: vec!["circ-econ".to_owned()],
        social_objectives: vec!["work-cond".to_owned()],
        sdg: vec!["12.5".to_owned()],
        goals: vec!["Klimaplan 4.2".to_owned()],
        kle: vec!["88.08.04".to_owned()],
        project: "circular-procurement".to_owned(),
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
            id: "a1".to_owned(),
            property: [("da", "Andel")].into(),
            comparison: Comparison::AtLeast,
            number: 40.0,
            unit: "%".to_owned(),
        }],
        evidence: vec![Evidence {
            id: "b1".to_owned(),
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
        adapted_from: Some(AdaptedFrom {
            requirement: "0d".repeat(32),
            number: "KBH-EMB-003".to_owned(),
            owner: "dk-0101".to_owned(),
            release: release(),
            changes: [("da", "Andelen er hævet, da markedet er modent")].into(),
        }),
        state: WordingState::Draft,
        history: vec![StateChange {
            id: "e1".to_owned(),
            state: WordingState::Draft,
            date: "2026-08-12".to_owned(),
            by: "dk-0159".to_owned(),
            ..StateChange::default()
        }],
        ..Requirement::default()
    }
}

pub(crate) fn pack() -> Pack {
    Pack {
        schema: 2,
        code: "GLX-EMB".to_owned(),
        title: [("da", "Emballage")].into(),
        contract_types: vec!["supplies".to_owned()],
        sections: vec![Section {
            id: "c1".to_owned(),
            title: [("en", "Reuse")].into(),
            requirements: vec![RequirementRef {
                number: "GLX-EMB-001".to_owned(),
                document: "ab".repeat(32),
                ..RequirementRef::default()
            }],
        }],
        licence: "CC BY 4.0".to_owned(),
        review_cycle_months: Some(12),
        project: "circular-procurement".to_owned(),
        hearings: vec![Hearing {
            id: "f1".to_owned(),
            kind: HearingKind::Trade,
            from: "2026-09-01".to_owned(),
            until: "2026-09-30".to_owned(),
            recipients: vec!["Emballageindustrien".to_owned()],
            ground: [("da", "Markedsdialog")].into(),
        }],
        withdrawals: vec![Withdrawal {
            version: "1.0.0".to_owned(),
            reason: [("da", "Fejl i mindsteandelen")].into(),
            replaced_by: "1.0.1".to_owned(),
            date: "2026-10-01".to_owned(),
        }],
        answered: vec![AnsweredProposal {
            id: "f2".to_owned(),
            pilot: "0e".repeat(32),
            number: "GLX-EMB-001".to_owned(),
            version: "1.1.0".to_owned(),
            answer: [("da", "Taget med")].into(),
        }],
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
        schema: 2,
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
        schema: 2,
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
            id: "d1".to_owned(),
            what: [("da", "Kasser")].into(),
            number: 5200.0,
            unit: "1".to_owned(),
            measured: true,
            method: [("da", "Talt")].into(),
        }],
        lessons: [("da", "Tal med pedellerne.")].into(),
        checks: vec![Check {
            id: "d2".to_owned(),
            number: "GLX-EMB-001".to_owned(),
            how: [("da", "Stikprøve")].into(),
            complied: Some(true),
            ..Check::default()
        }],
        attachments: vec![attachment()],
        ..Pilot::default()
    }
}

pub(crate) fn attachment() -> Attachment {
    Attachment {
        id: "d3".to_owned(),
        title: [("da", "Skema til optælling")].into(),
        file_name: "optaelling.csv".to_owned(),
        media_type: "text/csv".to_owned(),
        content: FileBytes(b"skole;kasser".to_vec()),
        ..Attachment::default()
    }
}

pub(crate) fn target() -> Target {
    Target {
        document: "0a".repeat(32),
        field: "wording.da".to_owned(),
    }
}

pub(crate) fn question() -> Question {
    Question {
        schema: 1,
        target: target(),
        title: [("da", "Hvem leverer?")].into(),
        body: [("da", "Kender nogen en leverandør?")].into(),
        state: DiscussionState::Open,
        escalated_to: [("da", "Klimaudvalget")].into(),
        escalated_on: "2026-09-03".to_owned(),
    }
}

pub(crate) fn answer() -> Answer {
    Answer {
        schema: 1,
        question: "0a".repeat(32),
        body: [("en", "Ask the central purchasing body")].into(),
    }
}

pub(crate) fn comment() -> Comment {
    Comment {
        schema: 1,
        target: target(),
        body: [("da", "Skriv kasser i stedet for kolli")].into(),
        state: DiscussionState::Open,
    }
}

pub(crate) fn resource() -> Resource {
    Resource {
        schema: 1,
        kind: ResourceKind::Template,
        title: [("da", "Optælling")].into(),
        description: [("da", "Tæl kasser hver måned")].into(),
        licence: "CC BY 4.0".to_owned(),
        category: Category::Packaging,
        attachments: vec![attachment()],
        ..Resource::default()
    }
}

pub(crate) fn project() -> Project {
    Project {
        schema: 1,
        code: "circular-procurement".to_owned(),
        title: [("da", "Cirkulære indkøb")].into(),
        aim: [("da", "Halvt så meget affald")].into(),
        from: "2023".to_owned(),
        until: "2027-06-30".to_owned(),
        indicators: vec![Indicator {
            id: "a2".to_owned(),
            what: [("da", "Afprøvninger")].into(),
            target: Some(20.0),
            unit: "1".to_owned(),
        }],
    }
}

pub(crate) fn participation() -> Participation {
    Participation {
        schema: 1,
        project: "circular-procurement".to_owned(),
        project_document: "0a".repeat(32),
        speed: Speed::Trying,
        state: Progress::UnderWay,
        status: [("da", "To udbud på vej")].into(),
        status_date: "2026-08-12".to_owned(),
        backing: Backing::Council,
        backing_date: "2026-05-20".to_owned(),
        backing_reference: "Punkt 14, sag 2026-0413".to_owned(),
        goals: vec![[("da", "Fire udbud")].into()],
        next_step: [("da", "Udbud af møbler")].into(),
        next_step_date: "2026-11".to_owned(),
        contact_role: [("da", "Udbudskonsulent")].into(),
        mailbox: "udbud@gladsaxe.dk".to_owned(),
        ..Participation::default()
    }
}

pub(crate) fn profile() -> Profile {
    Profile {
        schema: 1,
        name: [("da", "Gladsaxe Kommune")].into(),
        mailbox: "indkoeb@gladsaxe.dk".to_owned(),
        web_page: "https://gladsaxe.dk".to_owned(),
        cvr: "62761113".to_owned(),
        gln: "6291041500213".to_owned(),
        regions: vec![InRegion {
            region: "dk-1084".to_owned(),
            until: "2026-12-31".to_owned(),
            ..InRegion::default()
        }],
    }
}

pub(crate) fn cosignature() -> Cosignature {
    Cosignature {
        schema: 1,
        release: release(),
        date: "2026-10-02".to_owned(),
        capacity: [("da", "Styregruppen")].into(),
    }
}

pub(crate) fn disclosure() -> Disclosure {
    Disclosure {
        schema: 1,
        kind: DisclosureKind::Released,
        code: "GLX-EMB".to_owned(),
        title: [("da", "Emballage")].into(),
        document: "0a".repeat(32),
        version: "1.0.0".to_owned(),
        space: "commons".to_owned(),
        recipients: vec!["dk-0151".to_owned()],
        ground: [("da", "Styregruppens beslutning")].into(),
        date: "2026-10-01".to_owned(),
        ..Disclosure::default()
    }
}

pub(crate) fn following() -> Following {
    let targets = [
        format!("pack:{}", "0a".repeat(32)),
        format!("requirement:{}", "0b".repeat(32)),
        "project:circular-procurement".to_owned(),
        "category:packaging".to_owned(),
        "cpv:39".to_owned(),
        "cpv:44617100".to_owned(),
    ];
    Following {
        schema: 1,
        follows: targets
            .into_iter()
            .map(|target| Follow {
                target,
                since: "2026-08-12".to_owned(),
            })
            .collect(),
    }
}

pub(crate) fn basket() -> Basket {
    Basket {
        schema: 1,
        name: "Udbud af kontorartikler".to_owned(),
        lines: vec![BasketLine {
            requirement: "0a".repeat(32),
            number: "GLX-EMB-001".to_owned(),
            release: release(),
            values: vec![Filled {
                name: "andel".to_owned(),
                value: "42,5".to_owned(),
            }],
        }],
    }
}
