//! Documents of older and newer shapes: read as far as they are known, written back without loss.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use std::collections::BTreeMap;

use autosurgeon::{Hydrate, Reconcile};
use faelled_documents::{Document, WrittenChange};
use faelled_model::requirement::Evidence;
use faelled_model::schema::{self, Record};
use faelled_model::terms::{EvidenceKind, Level, WordingState};
use faelled_model::{DocumentKind, Following, Pack, Pilot, Requirement, requirement};
use faelled_proto::{DocId, EntryId, FeedId};

fn document() -> Document {
    Document::new(DocId::from_bytes([7; 32]))
}

fn feed(number: u8) -> FeedId {
    FeedId::from_bytes([number; 32])
}

fn change(entry: u8, author: u8, body: &[u8]) -> WrittenChange<'_> {
    WrittenChange {
        entry: EntryId::from_bytes([entry; 32]),
        feed: feed(author),
        body,
    }
}

fn texts(text: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("da".to_owned(), text.to_owned())])
}

/// A requirement as shape 1 wrote it, field by field in Automerge: lists without ids.
#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct ShapeOne {
    schema: u64,
    number: String,
    evidence: Vec<EvidenceOne>,
}

#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct EvidenceOne {
    kind: String,
    text: BTreeMap<String, String>,
}

fn shape_one() -> ShapeOne {
    let evidence = |text| EvidenceOne {
        kind: "declaration".to_owned(),
        text: texts(text),
    };
    ShapeOne {
        schema: 1,
        number: "GLX-EMB-001".to_owned(),
        evidence: vec![evidence("Erklæring"), evidence("Prøverapport")],
    }
}

#[derive(Debug, Hydrate)]
struct Ids {
    schema: u64,
    evidence: Vec<Id>,
}

#[derive(Debug, Hydrate)]
struct Id {
    id: String,
}

#[test]
fn a_document_of_shape_one_is_read_with_ids_and_written_back_as_shape_two() {
    let mut document = document();
    let opening = document
        .edit(feed(1), &shape_one(), 1_000)
        .unwrap()
        .unwrap();

    let held: Requirement = schema::read(&document).unwrap();
    assert_eq!(held.schema, 1);
    let read: Vec<String> = held.evidence.iter().map(|item| item.id.clone()).collect();
    assert!(read.iter().all(|id| id.len() == 12) && read[0] != read[1]);
    let mut elsewhere = self::document();
    assert_eq!(elsewhere.apply(&[change(1, 1, &opening)]), []);
    assert_eq!(schema::read::<Requirement>(&elsewhere).unwrap(), held);

    let mut edited = held.clone();
    edited.level = Level::Basic;
    edited.evidence[1].text = [("da", "Prøverapport fra et laboratorium")].into();
    schema::prepare(&mut edited, &held);
    document.edit(feed(1), &edited, 2_000).unwrap();
    let stored: Ids = document.read().unwrap();
    assert_eq!(stored.schema, requirement::SCHEMA);
    assert_eq!(
        stored
            .evidence
            .iter()
            .map(|item| item.id.clone())
            .collect::<Vec<_>>(),
        read
    );
    assert_eq!(schema::read::<Requirement>(&document).unwrap(), edited);
}

#[test]
fn two_who_bring_a_document_to_the_new_shape_at_once_show_every_item_once() {
    let mut one = document();
    let opening = one.edit(feed(1), &shape_one(), 1_000).unwrap().unwrap();
    let mut two = document();
    two.apply(&[change(1, 1, &opening)]);
    let migrate = |document: &mut Document, author| {
        let held: Requirement = schema::read(document).unwrap();
        let mut value = held.clone();
        schema::prepare(&mut value, &held);
        document.edit(feed(author), &value, 2_000).unwrap().unwrap()
    };
    let (first, second) = (migrate(&mut one, 1), migrate(&mut two, 2));
    one.apply(&[change(2, 2, &second)]);
    two.apply(&[change(3, 1, &first)]);
    let merged: Requirement = schema::read(&one).unwrap();
    assert_eq!(schema::read::<Requirement>(&two).unwrap(), merged);
    assert_eq!(merged.evidence.len(), 2);

    // The next edit takes the doubles out of the document.
    let mut next = merged.clone();
    next.level = Level::Basic;
    schema::prepare(&mut next, &merged);
    one.edit(feed(1), &next, 3_000).unwrap();
    assert_eq!(one.read::<Ids>().unwrap().evidence.len(), 2);
    assert_eq!(schema::read::<Requirement>(&one).unwrap(), next);
}

/// A requirement as a version to come may write it: fields that are unknown here at the top, in a nested record,
/// in items of lists with ids and with names, and codes that are on no list here.
#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct Newer {
    schema: u64,
    number: String,
    state: String,
    wording: BTreeMap<String, String>,
    adapted_from: NewerOrigin,
    evidence: Vec<NewerEvidence>,
    sources: Vec<NewerSource>,
    lifecycle: NewerLifecycle,
    carbon: f64,
}

#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct NewerOrigin {
    number: String,
    release: NewerRelease,
    kinship: String,
}

#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct NewerRelease {
    version: String,
    channel: String,
}

#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct NewerEvidence {
    #[key]
    id: String,
    kind: String,
    text: BTreeMap<String, String>,
    validity_months: u64,
    issuer: NewerLifecycle,
}

#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct NewerSource {
    #[key]
    title: String,
    archive: String,
}

#[derive(Debug, Clone, PartialEq, Reconcile, Hydrate)]
struct NewerLifecycle {
    stages: Vec<String>,
}

fn newer() -> Newer {
    let stages = |stage: &str| NewerLifecycle {
        stages: vec![stage.to_owned()],
    };
    let evidence = |id: &str, kind: &str, validity_months| NewerEvidence {
        id: id.to_owned(),
        kind: kind.to_owned(),
        text: texts("Erklæring"),
        validity_months,
        issuer: stages(id),
    };
    let source = |title: &str| NewerSource {
        title: title.to_owned(),
        archive: format!("arkiv/{title}"),
    };
    Newer {
        schema: 99,
        number: "GLX-EMB-001".to_owned(),
        state: "frozen".to_owned(),
        wording: texts("Mindst 30 %"),
        adapted_from: NewerOrigin {
            number: "KBH-EMB-001".to_owned(),
            release: NewerRelease {
                version: "1.0.0".to_owned(),
                channel: "stabil".to_owned(),
            },
            kinship: "fætter".to_owned(),
        },
        evidence: vec![
            evidence("a", "declaration", 12),
            evidence("b", "satellite-image", 24),
            evidence("c", "audit", 36),
        ],
        sources: vec![source("Forordning"), source("Vejledning")],
        lifecycle: stages("vugge"),
        carbon: 0.25,
    }
}

#[test]
fn a_document_of_a_newer_shape_keeps_all_that_is_unknown_here_through_an_edit() {
    let mut theirs = document();
    let opening = theirs.edit(feed(1), &newer(), 1_000).unwrap().unwrap();
    let mut ours = document();
    assert_eq!(ours.apply(&[change(1, 1, &opening)]), []);

    let held: Requirement = schema::read(&ours).unwrap();
    assert_eq!(held.schema, 99);
    assert_eq!(held.state, WordingState::Other("frozen".to_owned()));
    assert_eq!(
        held.evidence[1].kind,
        EvidenceKind::Other("satellite-image".to_owned())
    );
    let mut edited = held.clone();
    edited.level = Level::Basic;
    edited.number = "GLX-EMB-002".to_owned();
    edited.wording = [("da", "Mindst 40 %")].into();
    edited.adapted_from.as_mut().unwrap().release.version = "1.1.0".to_owned();
    edited.evidence.remove(0);
    edited.evidence[0].text = [("da", "Billede")].into();
    edited.evidence.push(Evidence {
        kind: EvidenceKind::Sample,
        ..Evidence::default()
    });
    edited.sources[1].date = "2026".to_owned();
    schema::prepare(&mut edited, &held);
    let edit = ours.edit(feed(2), &edited, 2_000).unwrap().unwrap();

    // The newer version takes the edit in and finds its own fields as they were.
    assert_eq!(theirs.apply(&[change(2, 2, &edit)]), []);
    let mut expected = newer();
    expected.number = "GLX-EMB-002".to_owned();
    expected.adapted_from.release.version = "1.1.0".to_owned();
    expected.evidence.remove(0);
    expected.evidence[0].text = texts("Billede");
    #[derive(Debug, Hydrate)]
    struct AsStored {
        schema: u64,
        number: String,
        state: String,
        adapted_from: NewerOrigin,
        evidence: Vec<MaybeEvidence>,
        sources: Vec<NewerSource>,
        lifecycle: NewerLifecycle,
        carbon: f64,
    }
    #[derive(Debug, Hydrate)]
    struct MaybeEvidence {
        id: String,
        kind: String,
        text: BTreeMap<String, String>,
        #[autosurgeon(missing = "Default::default")]
        validity_months: u64,
        #[autosurgeon(missing = "Default::default")]
        issuer: Option<NewerLifecycle>,
    }
    let stored: AsStored = theirs.read().unwrap();
    assert_eq!(stored.schema, 99);
    assert_eq!(stored.state, "frozen");
    assert_eq!(stored.number, expected.number);
    assert_eq!(stored.adapted_from, expected.adapted_from);
    assert_eq!(stored.sources, expected.sources);
    assert_eq!(stored.lifecycle, expected.lifecycle);
    assert_eq!(stored.carbon, expected.carbon);
    assert_eq!(stored.evidence.len(), 3);
    for (stored, expected) in stored.evidence.iter().zip(&expected.evidence) {
        assert_eq!(stored.id, expected.id);
        assert_eq!(stored.kind, expected.kind);
        assert_eq!(stored.text, expected.text);
        assert_eq!(stored.validity_months, expected.validity_months);
        assert_eq!(stored.issuer.as_ref(), Some(&expected.issuer));
    }
    assert_eq!(schema::read::<Requirement>(&theirs).unwrap(), edited);
}

#[test]
fn writing_never_lowers_the_shape() {
    let held = Pack {
        schema: 99,
        ..Pack::default()
    };
    let mut value = Pack::default();
    schema::prepare(&mut value, &held);
    assert_eq!(value.schema, 99);
    let mut value = Pilot::default();
    schema::prepare(&mut value, &Pilot::default());
    assert_eq!(value.schema, Pilot::SCHEMA);
    let mut value = Following::default();
    schema::prepare(&mut value, &Following::default());
    assert_eq!(value.schema, Following::SCHEMA);
}

#[test]
fn a_kind_is_read_by_its_name_and_an_unknown_one_is_left_alone() {
    for kind in DocumentKind::ALL {
        assert_eq!(DocumentKind::from_code(kind.code()), Some(*kind));
    }
    assert_eq!(DocumentKind::from_code("satellite"), None);
    assert_eq!(<Pack as Record>::KIND.code(), "pack");
}
