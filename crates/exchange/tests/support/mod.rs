//! Packs and pilots in which every field says something, and what people and attackers write into them.

#![allow(dead_code, reason = "each test uses a part of it")]

use faelled_model::adoption::ReleaseRef;
use faelled_model::attachment::{Attachment, FileBytes};
use faelled_model::pack::{AnsweredProposal, Hearing, RequirementRef, Section, Withdrawal};
use faelled_model::pilot::{Check, Effect, Tender, Tried};
use faelled_model::requirement::{
    AdaptedFrom, Award, Evidence, FollowUp, Measure, Placeholder, Source, StateChange,
};
use faelled_model::terms::{
    Category, Certainty, Comparison, Complaint, EvidenceKind, EvidenceOutcome, Framework, GppBasis,
    HearingKind, Level, LevelRelation, PilotState, PriceEffect, Readiness, RequirementType,
    Strategy as Works, ValueBand, Verdict, WordingState,
};
use faelled_model::text::Merging;
use faelled_model::{Localized, LocalizedText, Pack, Pilot, Requirement, pack, pilot, requirement};
use proptest::prelude::*;

/// Texts, one after the other, beginning anew at the end.
pub(crate) struct Texts {
    texts: Vec<String>,
    next: usize,
}

impl Texts {
    pub(crate) fn new(texts: Vec<String>) -> Self {
        Self { texts, next: 0 }
    }

    pub(crate) fn text(&mut self) -> String {
        self.next += 1;
        self.texts[self.next % self.texts.len()].clone()
    }

    /// In Danish or English at least, sometimes in more.
    pub(crate) fn texts(&mut self) -> Localized {
        let languages: &[&str] = match self.next % 4 {
            0 => &["da"],
            1 => &["en", "sv"],
            2 => &["da", "en"],
            _ => &["da", "en", "fo", "kal"],
        };
        Localized(
            languages
                .iter()
                .map(|language| ((*language).to_owned(), self.text()))
                .collect(),
        )
    }

    fn merging(&mut self) -> LocalizedText {
        let texts = self.texts().0.into_iter();
        LocalizedText(
            texts
                .map(|(language, text)| (language, Merging(text)))
                .collect(),
        )
    }

    fn title(&mut self) -> Localized {
        let cut = |text: String| text.chars().take(300).collect::<String>();
        Localized(
            self.texts()
                .0
                .into_iter()
                .map(|(language, text)| (language, cut(text)))
                .map(|(language, text)| {
                    (
                        language,
                        if text.trim().is_empty() {
                            "x".to_owned()
                        } else {
                            text
                        },
                    )
                })
                .collect(),
        )
    }

    fn code(&mut self) -> String {
        let text: String = self.text().chars().take(60).collect();
        if text.trim().is_empty() {
            "x".to_owned()
        } else {
            text
        }
    }

    fn list(&mut self) -> Vec<String> {
        (0..self.next % 3)
            .map(|index| format!("{index}{}", self.text()))
            .collect()
    }
}

/// What is hard to carry through a cell.
pub(crate) fn hard() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "=1+1",
        "=HYPERLINK(\"http://x\")",
        "+45",
        "-",
        "@SUM(A1)",
        "'",
        "''=1",
        "[Krav]",
        "# nej",
        "_x000D_",
        "_x005F_x000D_",
        "_x41",
        " foran",
        "bagved ",
        "\tx",
        "\n",
        "x\n\ny\n",
        "\"",
        "\"\"",
        "a;b",
        "a,b",
        ";",
        "1,5",
        "007",
        "1e5",
        "TRUE",
        "2026-01-01",
        "æøåÆØÅ",
        "😀\u{301}",
        "\u{a0}",
        "\u{fffd}",
        "\u{2028}",
        "<b>&amp;",
        "]]>",
        "sep=;",
        "#REF!",
        "Felt",
    ])
    .prop_map(str::to_owned);
    let plain =
        "[ -z|~æøåÆØÅ€😀ßﬃ中\\n\\t\u{85}]{1,40}".prop_map(|text| text.replace('\u{85}', "x"));
    let long = ("[a-zæøå ]{1,9}", 1_000_usize..2_000)
        .prop_map(|(text, times)| text.repeat(times).chars().take(20_000).collect::<String>());
    prop_oneof![6 => odd, 6 => plain, 1 => long].prop_filter("is said", |text| {
        !text.trim().is_empty() && !text.contains(['{', '}'])
    })
}

pub(crate) fn id(digit: char) -> String {
    digit.to_string().repeat(64)
}

pub(crate) fn release() -> ReleaseRef {
    ReleaseRef {
        pack: id('a'),
        version: "1.2.0".to_owned(),
        hash: id('b'),
    }
}

pub(crate) fn full_requirement(number: &str, texts: &mut Texts, amount: f64) -> Requirement {
    let wording = LocalizedText(
        ["da", "en"]
            .into_iter()
            .map(|language| {
                (
                    language.to_owned(),
                    Merging(format!("{}{{andel}}", texts.text())),
                )
            })
            .collect(),
    );
    let equivalent = |language: &str, text: String| {
        let words = if language == "da" {
            "tilsvarende"
        } else {
            "equivalent"
        };
        (language.to_owned(), format!("{text} {words}"))
    };
    Requirement {
        schema: requirement::SCHEMA,
        number: number.to_owned(),
        title: texts.title(),
        category: Category::Energy,
        product_group: texts.title(),
        project: "cirkulaere-indkoeb".to_owned(),
        strategies: vec![Works::Reuse, Works::RecycledContent],
        cpv: vec!["03000000".to_owned(), "44617100".to_owned()],
        environmental_impact: vec!["circ-econ".to_owned()],
        social_objectives: social_objectives(),
        sdg: vec!["12.5".to_owned()],
        goals: texts.list(),
        kle: vec!["88.00.00".to_owned()],
        gpp_basis: GppBasis::Eu,
        r#type: RequirementType::AwardCriterion,
        level: Level::Spearhead,
        level_relation: LevelRelation::Adds,
        wording,
        placeholders: vec![Placeholder {
            name: "andel".to_owned(),
            meaning: texts.title(),
            unit: "%".to_owned(),
            min: Some(0.5),
            max: Some(99.0),
            default: "40".to_owned(),
        }],
        measures: vec![Measure {
            id: "m1".to_owned(),
            property: texts.title(),
            comparison: Comparison::AtMost,
            number: amount,
            unit: "kg".to_owned(),
        }],
        awards: vec![Award {
            id: String::new(),
            method: texts.texts(),
            scale: texts.code(),
            weight_percent: Some(12.5),
        }],
        evidence: vec![
            Evidence {
                id: "e1".to_owned(),
                kind: EvidenceKind::TestReport,
                text: texts.texts(),
                labels: Vec::new(),
            },
            Evidence {
                id: "e2".to_owned(),
                kind: EvidenceKind::Label,
                text: Localized(
                    texts
                        .texts()
                        .0
                        .into_iter()
                        .map(|(language, text)| equivalent(&language, text))
                        .collect(),
                ),
                labels: vec![faelled_model::codes::labels::all()[0].code.to_owned()],
            },
        ],
        follow_up: vec![FollowUp {
            id: "f1".to_owned(),
            what: texts.texts(),
            when: texts.texts(),
            who: texts.texts(),
        }],
        motive: texts.merging(),
        readiness: Readiness::Few,
        market_dialogue: texts.texts(),
        risks: vec![texts.texts(), texts.texts()],
        legal_basis: texts.list(),
        sources: vec![Source {
            title: texts.code(),
            address: "https://eur-lex.europa.eu/x".to_owned(),
            version: texts.code(),
            date: "2026-08".to_owned(),
        }],
        supersedes: vec!["GLX-GML-1".to_owned()],
        adapted_from: Some(AdaptedFrom {
            requirement: id('c'),
            number: "ALB-EMB-001".to_owned(),
            owner: "dk-0165".to_owned(),
            release: release(),
            changes: texts.texts(),
        }),
        state: WordingState::TradeHearing,
        history: vec![StateChange {
            id: "h1".to_owned(),
            state: WordingState::Draft,
            date: "2026-08-12".to_owned(),
            by: "dk-0159".to_owned(),
            note: texts.texts(),
        }],
        hearing_of: String::new(),
        published_as: String::new(),
    }
}

fn social_objectives() -> Vec<String> {
    let list = faelled_model::codes::eforms::list("social-objective");
    list.iter().take(1).map(|row| row.code.to_owned()).collect()
}

pub(crate) fn full_pack(texts: &mut Texts, amount: f64) -> (Pack, Vec<Requirement>) {
    let requirements: Vec<Requirement> = ["GLX-EMB-001", "GLX-EMB-002", "GLX-EMB-003"]
        .into_iter()
        .map(|number| full_requirement(number, texts, amount))
        .collect();
    let mut requirements = requirements;
    requirements[1].level = Level::Advanced;
    let reference = |number: &str, alternative: &str| RequirementRef {
        number: number.to_owned(),
        document: String::new(),
        alternative_to: alternative.to_owned(),
    };
    let pack = Pack {
        schema: pack::SCHEMA,
        code: "GLX-EMB".to_owned(),
        title: texts.title(),
        purpose: texts.texts(),
        introduction: texts.merging(),
        project: "cirkulaere-indkoeb".to_owned(),
        contract_types: vec!["supplies".to_owned(), "works".to_owned()],
        sections: vec![
            Section {
                id: "s1".to_owned(),
                title: texts.title(),
                requirements: vec![
                    reference("GLX-EMB-001", ""),
                    reference("GLX-EMB-002", "GLX-EMB-001"),
                ],
            },
            Section {
                id: "s2".to_owned(),
                title: texts.title(),
                requirements: vec![reference("GLX-EMB-003", "")],
            },
        ],
        how_to_use: texts.texts(),
        licence: texts.code(),
        review_cycle_months: Some(12),
        hearings: vec![Hearing {
            id: "hø1".to_owned(),
            kind: HearingKind::Trade,
            from: "2026-08-12".to_owned(),
            until: "2026-09-12".to_owned(),
            recipients: vec!["Dansk Industri".to_owned(), "dk-0165".to_owned()],
            ground: texts.texts(),
        }],
        withdrawals: vec![Withdrawal {
            version: "1.0.0".to_owned(),
            reason: texts.texts(),
            replaced_by: "1.1.0".to_owned(),
            date: "2026-08-12".to_owned(),
        }],
        answered: vec![AnsweredProposal {
            id: "a1".to_owned(),
            pilot: id('d'),
            number: "GLX-EMB-001".to_owned(),
            version: "1.1.0".to_owned(),
            answer: texts.texts(),
        }],
        hearing_of: String::new(),
        published_as: String::new(),
    };
    (pack, requirements)
}

pub(crate) fn full_pilot(texts: &mut Texts, amount: f64) -> Pilot {
    let tried = |texts: &mut Texts, number: &str| Tried {
        release: ReleaseRef::default(),
        requirement: String::new(),
        number: number.to_owned(),
        local_wording: texts.texts(),
        r#type: RequirementType::AwardCriterion,
        level: Level::Basic,
        weight_percent: Some(12.5),
        bidders: Some(4),
        bidders_last_time: Some(0),
        bidders_met: Some(3),
        small_firms: Some(2),
        reasons_not_bidding: vec![texts.texts(), texts.texts()],
        questions: Some(7),
        changes: texts.texts(),
        price_effect: PriceEffect::Under5,
        price_percent: Some(2.5),
        price_basis: texts.texts(),
        price_certainty: Certainty::Estimated,
        buyer_hours: Some(1.25),
        burden: Some(5),
        evidence_outcome: EvidenceOutcome::Partly,
        evidence_result: texts.texts(),
        complaint: Complaint::Klagenaevnet,
        complaint_case: texts.code(),
        complaint_outcome: texts.texts(),
        dropped: texts.texts(),
        verdict: Verdict::Adjust,
        proposed_wording: texts.texts(),
    };
    Pilot {
        schema: pilot::SCHEMA,
        state: PilotState::Done,
        tender: Tender {
            title: texts.title(),
            publication_number: "2026/S 123-456789".to_owned(),
            procedure: "open".to_owned(),
            framework: Framework::Joint,
            cpv: vec!["03000000".to_owned()],
            value_band: ValueBand::From20To100,
            lots: Some(3),
            joint_buyers: vec!["dk-0147".to_owned(), "dk-0165".to_owned()],
            duration_months: Some(48),
        },
        tried: vec![tried(texts, "GLX-EMB-001"), tried(texts, "GLX-MOB-001")],
        follow_up: texts.texts(),
        checks: vec![
            Check {
                id: "k1".to_owned(),
                number: String::new(),
                how: texts.texts(),
                complied: Some(false),
                remedy: texts.texts(),
            },
            Check {
                id: "k2".to_owned(),
                number: "GLX-EMB-001".to_owned(),
                how: texts.texts(),
                complied: None,
                remedy: Localized::default(),
            },
        ],
        effects: vec![Effect {
            id: "v1".to_owned(),
            what: texts.texts(),
            number: amount,
            unit: "kg".to_owned(),
            measured: true,
            method: texts.texts(),
        }],
        lessons: texts.merging(),
        first_advice: texts.texts(),
        attachments: vec![Attachment {
            id: "b1".to_owned(),
            title: texts.title(),
            file_name: "evaluering.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            address: String::new(),
            content: FileBytes((0..60_000_u32).map(|byte| (byte % 251) as u8).collect()),
        }],
    }
}
