//! What a document holds comes back from Automerge and JSON as it went in, and what a newer version put
//! there stays.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use std::collections::{BTreeMap, BTreeSet};

use autosurgeon::{Hydrate, Reconcile};
use faelled_documents::Document;
use faelled_model::adoption::{ChosenLevel, Deviation, ReleaseRef};
use faelled_model::pack::{RequirementRef, Section};
use faelled_model::pilot::{Effect, Tender, Tried};
use faelled_model::requirement::{Award, Evidence, FollowUp, Measure, Placeholder, Source};
use faelled_model::terms::{
    self, Category, EvidenceKind, Level, PilotState, PriceEffect, RequirementType, Stance,
    Strategy as Works,
};
use faelled_model::text::Merging;
use faelled_model::{
    Adoption, Localized, LocalizedText, Pack, Pilot, ReleaseContent, Requirement, validate,
};
use faelled_proto::{DocId, FeedId};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

fn document() -> Document {
    Document::new(DocId::from_bytes([7; 32]))
}

fn feed(number: u8) -> FeedId {
    FeedId::from_bytes([number; 32])
}

fn text() -> impl Strategy<Value = Localized> {
    btree_map("[a-z]{2}", "[ -~æøåÆØÅ€😀\\n]{0,12}", 0..3).prop_map(Localized)
}

fn merging() -> impl Strategy<Value = LocalizedText> {
    btree_map(
        "[a-z]{2}",
        "[ -~æøåÆØÅ€😀\\n]{0,20}".prop_map(Merging),
        0..3,
    )
    .prop_map(LocalizedText)
}

fn code() -> impl Strategy<Value = String> {
    "[A-Z0-9ÆØÅ-]{0,8}"
}

fn codes() -> impl Strategy<Value = Vec<String>> {
    vec(code(), 0..3)
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(-0.5), -1e9..1e9_f64]
}

fn count() -> impl Strategy<Value = Option<u64>> {
    option::of(0..=u64::from(u32::MAX))
}

/// A term that is on the list, one that a newer version knows, or nothing.
fn term<T: From<String> + std::fmt::Debug>(
    known: &[&'static str],
) -> impl Strategy<Value = T> + use<T> {
    let known: Vec<String> = known.iter().map(|code| (*code).to_owned()).collect();
    prop_oneof![proptest::sample::select(known), "[a-z]{0,5}"].prop_map(T::from)
}

fn codes_of<T: terms::Term>() -> &'static [&'static str] {
    T::CODES
}

fn placeholder() -> impl Strategy<Value = Placeholder> {
    (
        code(),
        text(),
        code(),
        option::of(number()),
        option::of(number()),
        code(),
    )
        .prop_map(|(name, meaning, unit, min, max, default)| Placeholder {
            name,
            meaning,
            unit,
            min,
            max,
            default,
        })
}

fn requirement() -> impl Strategy<Value = Requirement> {
    let named = (
        code(),
        text(),
        term::<Category>(codes_of::<Category>()),
        vec(term::<Works>(codes_of::<Works>()), 0..3),
        any::<prop::sample::Index>(),
    );
    let bought = (
        codes(),
        term::<Level>(codes_of::<Level>()),
        merging(),
        vec(placeholder(), 0..3),
    );
    let asked = (
        vec((text(), number(), code()), 0..3),
        vec((text(), option::of(number())), 0..2),
        vec(
            (
                term::<EvidenceKind>(codes_of::<EvidenceKind>()),
                text(),
                codes(),
            ),
            0..3,
        ),
        vec((text(), text(), text()), 0..2),
    );
    let why = (
        merging(),
        vec(text(), 0..3),
        vec((code(), code()), 0..2),
        codes(),
    );
    (named, bought, asked, why).prop_map(|(named, bought, asked, why)| Requirement {
        schema: 1,
        number: named.0,
        title: named.1,
        category: named.2,
        strategies: named.3,
        cpv: bought.0,
        r#type: some_type(named.4),
        level: bought.1,
        wording: bought.2,
        placeholders: bought.3,
        measures: asked.0.into_iter().map(measure).collect(),
        awards: asked
            .1
            .into_iter()
            .map(|(method, weight_percent)| Award {
                method,
                weight_percent,
                ..Award::default()
            })
            .collect(),
        evidence: asked
            .2
            .into_iter()
            .map(|(kind, text, labels)| Evidence {
                kind,
                text,
                labels,
                ..Evidence::default()
            })
            .collect(),
        follow_up: asked
            .3
            .into_iter()
            .map(|(what, when, who)| FollowUp {
                what,
                when,
                who,
                ..FollowUp::default()
            })
            .collect(),
        motive: why.0,
        risks: why.1,
        sources: why
            .2
            .into_iter()
            .map(|(title, date)| Source {
                title,
                date,
                ..Source::default()
            })
            .collect(),
        supersedes: why.3,
        ..Requirement::default()
    })
}

fn some_type(index: prop::sample::Index) -> RequirementType {
    index.get(&RequirementType::all()).clone()
}

fn measure((property, number, unit): (Localized, f64, String)) -> Measure {
    Measure {
        property,
        number,
        unit,
        ..Measure::default()
    }
}

fn pack() -> impl Strategy<Value = Pack> {
    let section = (text(), vec((code(), code()), 0..3)).prop_map(|(title, references)| Section {
        title,
        requirements: references
            .into_iter()
            .map(|(number, document)| RequirementRef {
                number,
                document,
                ..RequirementRef::default()
            })
            .collect(),
        ..Section::default()
    });
    (
        code(),
        text(),
        merging(),
        codes(),
        vec(section, 0..3),
        count(),
        text(),
    )
        .prop_map(
            |(
                code,
                title,
                introduction,
                contract_types,
                sections,
                review_cycle_months,
                how_to_use,
            )| Pack {
                schema: 1,
                code,
                title,
                introduction,
                contract_types,
                sections,
                review_cycle_months,
                how_to_use,
                ..Pack::default()
            },
        )
}

fn release() -> impl Strategy<Value = ReleaseRef> {
    (code(), code(), code()).prop_map(|(pack, version, hash)| ReleaseRef {
        pack,
        version,
        hash,
    })
}

fn adoption() -> impl Strategy<Value = Adoption> {
    let level = (code(), term::<Level>(codes_of::<Level>()))
        .prop_map(|(number, level)| ChosenLevel { number, level });
    let deviation = (code(), text()).prop_map(|(number, text)| Deviation { number, text });
    (
        release(),
        term::<Stance>(codes_of::<Stance>()),
        text(),
        code(),
        vec(level, 0..3),
        vec(deviation, 0..3),
    )
        .prop_map(
            |(release, stance, reason, planned_quarter, levels, deviations)| Adoption {
                schema: 1,
                release,
                stance,
                reason,
                planned_quarter,
                levels,
                deviations,
            },
        )
}

fn pilot() -> impl Strategy<Value = Pilot> {
    let tried = (
        release(),
        code(),
        text(),
        count(),
        vec(text(), 0..3),
        term::<PriceEffect>(codes_of::<PriceEffect>()),
        option::of(number()),
    )
        .prop_map(
            |(
                release,
                number,
                local_wording,
                bidders,
                reasons_not_bidding,
                price_effect,
                price_percent,
            )| Tried {
                release,
                number,
                local_wording,
                bidders,
                reasons_not_bidding,
                price_effect,
                price_percent,
                r#type: RequirementType::AwardCriterion,
                ..Tried::default()
            },
        );
    let effect =
        (text(), number(), code(), any::<bool>()).prop_map(|(what, number, unit, measured)| {
            Effect {
                what,
                number,
                unit,
                measured,
                ..Effect::default()
            }
        });
    (
        term::<PilotState>(codes_of::<PilotState>()),
        text(),
        codes(),
        count(),
        vec(tried, 0..3),
        vec(effect, 0..3),
        merging(),
    )
        .prop_map(|(state, title, cpv, lots, tried, effects, lessons)| Pilot {
            schema: 1,
            state,
            tender: Tender {
                title,
                cpv,
                lots,
                ..Tender::default()
            },
            tried,
            effects,
            lessons,
            ..Pilot::default()
        })
}

/// Writes `before`, then `after` over it, and checks that the second is what is there, in Automerge and JSON.
fn comes_back<T>(before: &T, after: &T) -> Result<(), TestCaseError>
where
    T: Reconcile
        + Hydrate
        + serde::Serialize
        + serde::de::DeserializeOwned
        + PartialEq
        + std::fmt::Debug,
{
    let mut document = document();
    document.edit(feed(1), before, 1_000).unwrap();
    prop_assert_eq!(&document.read::<T>().unwrap(), before);
    document.edit(feed(2), after, 2_000).unwrap();
    prop_assert_eq!(&document.read::<T>().unwrap(), after);
    prop_assert_eq!(document.edit(feed(2), after, 3_000).unwrap(), None);
    let json = serde_json::to_vec(after).unwrap();
    prop_assert_eq!(&serde_json::from_slice::<T>(&json).unwrap(), after);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn requirements_come_back(before in requirement(), after in requirement()) {
        comes_back(&before, &after)?;
    }

    #[test]
    fn packs_come_back(before in pack(), after in pack()) {
        comes_back(&before, &after)?;
    }

    #[test]
    fn adoptions_come_back(before in adoption(), after in adoption()) {
        comes_back(&before, &after)?;
    }

    #[test]
    fn pilots_come_back(before in pilot(), after in pilot()) {
        comes_back(&before, &after)?;
    }

    #[test]
    fn releases_come_back(pack in pack(), requirement in requirement()) {
        let released = faelled_model::release::ReleasedRequirement { document: "0a".repeat(32), requirement };
        let content = ReleaseContent { pack, requirements: vec![released] };
        prop_assert_eq!(ReleaseContent::from_bytes(&content.to_bytes().unwrap()).unwrap(), content);
    }

    #[test]
    fn no_content_stops_validation(requirement in requirement(), pack in pack(), adoption in adoption(), pilot in pilot()) {
        let findings = [
            validate::releasable(&requirement),
            validate::pack(&pack),
            validate::contents(&pack, &[requirement]),
            validate::adoption(&adoption),
            validate::pilot(&pilot),
        ];
        for finding in findings.iter().flatten() {
            prop_assert!(!finding.message(faelled_model::Language::Danish).is_empty());
        }
    }
}

/// A requirement as a newer version may write it.
#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct NewerRequirement {
    schema: u64,
    number: String,
    title: BTreeMap<String, String>,
    evidence: Vec<NewerEvidence>,
    lifecycle: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct NewerEvidence {
    #[key]
    id: String,
    kind: String,
    text: BTreeMap<String, String>,
    validity_months: u64,
}

fn danish(text: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("da".to_owned(), text.to_owned())])
}

fn newer_evidence(kind: &str, validity_months: u64) -> NewerEvidence {
    NewerEvidence {
        id: format!("id-{kind}"),
        kind: kind.to_owned(),
        text: danish("Erklæring"),
        validity_months,
    }
}

#[test]
fn what_a_newer_version_wrote_survives_an_edit_by_this_one() {
    let mut document = document();
    let newer = NewerRequirement {
        schema: 9,
        number: "GLX-EMB-001".to_owned(),
        title: danish("Genbrug"),
        evidence: vec![
            newer_evidence("declaration", 12),
            newer_evidence("satellite-image", 24),
        ],
        lifecycle: danish("cirkulær"),
    };
    document.edit(feed(1), &newer, 1_000).unwrap();

    let mut ours: Requirement = document.read().unwrap();
    assert_eq!(
        ours.evidence[1].kind,
        EvidenceKind::Other("satellite-image".to_owned())
    );
    ours.title = [("da", "Genbrugelig emballage")].into();
    ours.level = Level::Basic;
    ours.evidence[0].text = [("da", "Erklæring fra tilbudsgiver")].into();
    document.edit(feed(2), &ours, 2_000).unwrap();

    let mut expected = newer;
    expected.title = danish("Genbrugelig emballage");
    expected.evidence[0].text = danish("Erklæring fra tilbudsgiver");
    assert_eq!(document.read::<NewerRequirement>().unwrap(), expected);
    assert_eq!(document.read::<Requirement>().unwrap(), ours);
}

#[test]
fn an_item_that_is_taken_out_of_a_list_takes_nothing_of_the_others_with_it() {
    #[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
    struct NewerPilot {
        tried: Vec<NewerTried>,
    }
    #[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
    struct NewerTried {
        #[key]
        number: String,
        carbon: u64,
    }
    let tried = |number: &str, carbon| NewerTried {
        number: number.to_owned(),
        carbon,
    };
    let mut document = document();
    let newer = NewerPilot {
        tried: vec![tried("A-1", 1), tried("A-2", 2), tried("A-3", 3)],
    };
    document.edit(feed(1), &newer, 1_000).unwrap();
    let mut ours: Pilot = document.read().unwrap();
    ours.tried.remove(0);
    document.edit(feed(2), &ours, 2_000).unwrap();
    let expected = vec![tried("A-2", 2), tried("A-3", 3)];
    assert_eq!(document.read::<NewerPilot>().unwrap().tried, expected);
}

#[test]
fn a_document_of_an_older_version_reads_with_what_it_lacks_empty() {
    #[derive(Debug, Reconcile, Hydrate)]
    struct Older {
        number: String,
    }
    let mut document = document();
    let older = Older {
        number: "GLX-EMB-001".to_owned(),
    };
    document.edit(feed(1), &older, 1_000).unwrap();
    let expected = Requirement {
        number: "GLX-EMB-001".to_owned(),
        ..Requirement::default()
    };
    assert_eq!(document.read::<Requirement>().unwrap(), expected);
}

#[test]
fn concurrent_edits_of_one_wording_merge_letter_by_letter() {
    let wording = |text: &str| Requirement {
        wording: [("da", text)].into(),
        ..Requirement::default()
    };
    let mut one = document();
    let opening = one
        .edit(feed(1), &wording("Mindst 30 % genbrug."), 1_000)
        .unwrap()
        .unwrap();
    let mut other = document();
    let change = |entry: u8, author: u8, body| faelled_documents::WrittenChange {
        entry: faelled_proto::EntryId::from_bytes([entry; 32]),
        feed: feed(author),
        body,
    };
    assert_eq!(other.apply(&[change(1, 1, &opening)]), []);
    one.edit(feed(1), &wording("Mindst 40 % genbrug."), 2_000)
        .unwrap();
    let theirs = other
        .edit(feed(2), &wording("Mindst 30 % genbrug hvert år."), 2_000)
        .unwrap()
        .unwrap();
    assert_eq!(one.apply(&[change(2, 2, &theirs)]), []);
    let merged = one.read::<Requirement>().unwrap();
    assert_eq!(
        merged.wording,
        [("da", "Mindst 40 % genbrug hvert år.")].into()
    );
}

#[test]
fn every_term_has_a_code_of_its_own_and_names_in_both_languages() {
    let mut seen = BTreeSet::new();
    for (list, code, english, danish) in terms::every_term() {
        assert!(
            !code.is_empty() && !english.trim().is_empty() && !danish.trim().is_empty(),
            "{list} {code}"
        );
        assert!(
            code.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{list} {code}"
        );
        assert!(seen.insert((list, code.clone())), "{list} has {code} twice");
        assert!(
            seen.insert((list, format!("name {english}"))),
            "{list} has {english} twice"
        );
    }
    let lists: BTreeSet<&str> = seen.iter().map(|(list, _)| *list).collect();
    assert_eq!(lists.len(), 29);
}

#[test]
fn defaults_are_not_written() {
    assert_eq!(
        serde_json::to_string(&Requirement::default()).unwrap(),
        "{}"
    );
    assert_eq!(serde_json::to_string(&Pilot::default()).unwrap(), "{}");
}
