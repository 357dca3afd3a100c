//! Every kind of document, with anything in any of its fields, comes back from Automerge and JSON as it went in.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use autosurgeon::Reconcile;
use faelled_documents::Document;
use faelled_model::schema::{self, Record};
use faelled_model::shape::{Shape, Shaped};
use faelled_model::{
    Adoption, Answer, Basket, Comment, Cosignature, Disclosure, DocumentKind, Following, Language,
    Pack, Participation, Pilot, Profile, Project, Question, Requirement, Resource, validate,
};
use faelled_proto::{DocId, FeedId};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Any JSON that a field of this shape can hold.
fn any_of(shape: &'static Shape) -> BoxedStrategy<Value> {
    match shape {
        Shape::Text => proptest::collection::btree_map("[a-z]{2}", "[ -~æøåÆØÅ€😀\\n]{0,12}", 0..3)
            .prop_map(|texts| {
                texts
                    .into_iter()
                    .map(|(code, text)| (code, Value::from(text)))
                    .collect()
            })
            .boxed(),
        Shape::Line => "[A-Za-z0-9æøå@.:=-]{0,10}".prop_map(Value::from).boxed(),
        Shape::Term(codes) => {
            prop_oneof![proptest::sample::select(*codes), Just("from-the-future")]
                .prop_map(Value::from)
                .boxed()
        }
        Shape::Number => (-1e9..1e9_f64).prop_map(Value::from).boxed(),
        Shape::Count => (0..=u64::from(u32::MAX)).prop_map(Value::from).boxed(),
        Shape::Flag => any::<bool>().prop_map(Value::from).boxed(),
        Shape::Bytes => proptest::sample::select(vec!["", "AA==", "/w==", "c2tvbGU7a2Fzc2Vy"])
            .prop_map(Value::from)
            .boxed(),
        Shape::Record(fields) => fields
            .iter()
            .map(|field| proptest::option::of(any_of(field.shape)))
            .collect::<Vec<_>>()
            .prop_map(|values| {
                let named = fields.iter().zip(values);
                let there =
                    named.filter_map(|(field, value)| Some((field.name.to_owned(), value?)));
                Value::Object(there.collect::<Map<_, _>>())
            })
            .boxed(),
        Shape::List(item) => proptest::collection::vec(any_of(item), 0..3)
            .prop_map(Value::from)
            .boxed(),
    }
}

fn any_value<T: Shaped + serde::de::DeserializeOwned + std::fmt::Debug>() -> impl Strategy<Value = T>
{
    any_of(&T::SHAPE).prop_map(|json| serde_json::from_value(json).unwrap())
}

fn comes_back<T>(
    values: [T; 2],
    rules: fn(&T) -> Vec<validate::Finding>,
) -> Result<(), TestCaseError>
where
    T: Record
        + Reconcile
        + Shaped
        + serde::Serialize
        + serde::de::DeserializeOwned
        + Clone
        + PartialEq
        + std::fmt::Debug,
{
    let mut document = Document::new(DocId::from_bytes([7; 32]));
    for (round, value) in values.iter().enumerate() {
        document
            .edit(FeedId::from_bytes([1; 32]), value, round as u64 * 1_000)
            .unwrap();
        prop_assert_eq!(&document.read::<T>().unwrap(), value);
        let json = serde_json::to_vec(value).unwrap();
        prop_assert_eq!(&serde_json::from_slice::<T>(&json).unwrap(), value);
        // No content stops the rules, and each finding can be said.
        for finding in rules(value) {
            prop_assert!(!finding.message(Language::Danish).is_empty());
        }
        // What was read is written back as it is shown.
        let held: T = schema::read(&document).unwrap();
        let mut written = held.clone();
        schema::prepare(&mut written, &held);
        document
            .edit(
                FeedId::from_bytes([1; 32]),
                &written,
                round as u64 * 1_000 + 500,
            )
            .unwrap();
        prop_assert_eq!(&schema::read::<T>(&document).unwrap(), &written);
    }
    prop_assert_eq!(serde_json::to_string(&T::default()).unwrap(), "{}");
    Ok(())
}

macro_rules! every_kind {
    ($( $name:ident: $value:ident by $rules:path; )*) => {
        proptest! {
            #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

            $(
                #[test]
                fn $name(one in any_value::<$value>(), two in any_value::<$value>()) {
                    comes_back([one, two], $rules)?;
                }
            )*
        }

        #[test]
        fn no_kind_is_forgotten() {
            let mut here = vec![$( <$value as Record>::KIND ),*];
            here.sort();
            let mut all = DocumentKind::ALL.to_vec();
            all.sort();
            assert_eq!(here, all);
        }
    };
}
every_kind! {
    requirements_come_back: Requirement by validate::releasable;
    packs_come_back: Pack by validate::pack;
    adoptions_come_back: Adoption by validate::adoption;
    pilots_come_back: Pilot by validate::pilot;
    questions_come_back: Question by validate::question;
    answers_come_back: Answer by validate::answer;
    comments_come_back: Comment by validate::comment;
    resources_come_back: Resource by validate::resource;
    projects_come_back: Project by validate::project;
    participations_come_back: Participation by validate::participation;
    profiles_come_back: Profile by validate::profile;
    cosignatures_come_back: Cosignature by validate::cosignature;
    disclosures_come_back: Disclosure by validate::disclosure;
    followings_come_back: Following by validate::following;
    baskets_come_back: Basket by validate::basket;
}
