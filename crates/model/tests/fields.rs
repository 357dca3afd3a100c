//! Single fields are set by the path that people write, and what differs between two versions is named.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use faelled_model::compare::{
    Change, FieldDiff, PieceKind, RequirementFate, pack_diff, release_diff, requirement_diff,
};
use faelled_model::field::{field_name, set_field};
use faelled_model::pack::{RequirementRef, Section};
use faelled_model::release::ReleasedRequirement;
use faelled_model::requirement::{AdaptedFrom, Evidence, Placeholder, StateChange};
use faelled_model::terms::{EvidenceKind, Level, PilotState, Strategy, WordingState};
use faelled_model::{Language, Pack, Pilot, ReleaseContent, Requirement};

fn evidence(id: &str, text: &str) -> Evidence {
    Evidence {
        id: id.to_owned(),
        kind: EvidenceKind::Declaration,
        text: [("da", text)].into(),
        ..Evidence::default()
    }
}

fn requirement() -> Requirement {
    Requirement {
        schema: 2,
        number: "GLX-EMB-001".to_owned(),
        title: [("da", "Genbrug"), ("en", "Reuse")].into(),
        wording: [("da", "Mindst {andel} % genbrug.")].into(),
        cpv: vec!["44617100".to_owned()],
        placeholders: vec![Placeholder {
            name: "andel".to_owned(),
            max: Some(80.0),
            ..Placeholder::default()
        }],
        evidence: vec![evidence("a", "Erklæring"), evidence("b", "Prøve")],
        risks: vec![[("da", "Få tilbud")].into()],
        level: Level::Basic,
        ..Requirement::default()
    }
}

fn set(path: &str, text: &str) -> Requirement {
    let mut value = requirement();
    set_field(&mut value, path, text).unwrap_or_else(|error| panic!("{path}: {error}"));
    value
}

/// What a person is told in English and Danish; the value stays as it was.
fn refused(path: &str, text: &str) -> [String; 2] {
    let mut value = requirement();
    let error = set_field(&mut value, path, text).unwrap_err();
    assert_eq!(value, requirement(), "{path}");
    assert_eq!(error.to_string(), error.message(Language::English));
    [
        error.message(Language::English),
        error.message(Language::Danish),
    ]
}

#[test]
fn every_sort_of_field_is_set_by_its_path() {
    assert_eq!(set("level", "advanced").level, Level::Advanced);
    assert_eq!(set("level", "").level, Level::default());
    assert_eq!(set("number", "GLX-EMB-002").number, "GLX-EMB-002");
    assert_eq!(set("wording.da", "Alt").wording, [("da", "Alt")].into());
    assert_eq!(set("title.en", "").title, [("da", "Genbrug")].into());
    assert_eq!(set("title.de", "Ja").title.0.len(), 3);
    assert_eq!(
        set("placeholders[andel].max", "42,5").placeholders[0].max,
        Some(42.5)
    );
    assert_eq!(set("placeholders[andel].max", "").placeholders[0].max, None);
    assert_eq!(
        set("evidence[2].text.da", "Test").evidence[1],
        evidence("b", "Test")
    );
    assert_eq!(
        set("evidence[b].text.da", "Test").evidence[1],
        evidence("b", "Test")
    );
    assert_eq!(set("risks[1].en", "Few").risks[0].0.len(), 2);
}

#[test]
fn items_are_added_and_taken_out() {
    assert_eq!(set("cpv[+]", "39222100").cpv, ["44617100", "39222100"]);
    assert_eq!(set("cpv[-]", "44617100").cpv, [""; 0]);
    assert_eq!(set("cpv[1]", "39222100").cpv, ["39222100"]);
    assert_eq!(set("strategies[+]", "reuse").strategies, [Strategy::Reuse]);
    assert_eq!(
        set("placeholders[+]", "frist").placeholders[1].name,
        "frist"
    );
    assert_eq!(set("placeholders[-]", "andel").placeholders, []);
    assert_eq!(
        set("evidence[+].text.da", "Audit").evidence[2].text,
        [("da", "Audit")].into()
    );
    assert_eq!(set("evidence[-]", "1").evidence, [evidence("b", "Prøve")]);
    assert_eq!(set("risks[+].da", "Pris").risks.len(), 2);
    assert_eq!(set("risks[-]", "1").risks, []);
}

#[test]
fn what_cannot_be_set_is_said_with_what_is_known_there() {
    let messages: String = [
        ("niveau", "basic"),
        ("level", "ekspert"),
        ("level.da", "basic"),
        ("level[1]", "basic"),
        ("wording", "Alt"),
        ("wording.dansk", "Alt"),
        ("placeholders[frist].max", "1"),
        ("placeholders[andel].maks", "1"),
        ("placeholders[andel].max", "mange"),
        ("placeholders[andel]", "x"),
        ("placeholders", "x"),
        ("measures[1].number", "1"),
        ("evidence[3].text.da", "x"),
        ("evidence[+]", "x"),
        ("evidence[1].id", "x"),
        ("strategies[+]", ""),
        ("cpv", "39222100"),
        ("cpv[-]", "39222100"),
        ("schema", "1"),
        ("state", "released"),
        ("history[+].note.da", "x"),
        ("adapted_from.owner", "dk-0101"),
        ("adapted_from.changes.da", "Intet"),
        ("cpv.da", "x"),
        ("evidence[1].labels[+].x", "x"),
        ("..", "x"),
    ]
    .into_iter()
    .flat_map(|(path, text)| refused(path, text))
    .map(|message| message + "\n")
    .collect();
    insta::assert_snapshot!(messages);
}

#[test]
fn the_changes_of_an_adapted_requirement_are_set_and_its_origin_is_not() {
    let mut value = Requirement {
        adapted_from: Some(AdaptedFrom::default()),
        ..requirement()
    };
    set_field(&mut value, "adapted_from.changes.da", "Andelen er hævet").unwrap();
    let changes = &value.adapted_from.as_ref().unwrap().changes;
    assert_eq!(*changes, [("da", "Andelen er hævet")].into());
    assert!(set_field(&mut value, "adapted_from.number", "X-1").is_err());
}

#[test]
fn a_packs_fields_are_set_alike() {
    let mut pack = Pack::default();
    set_field(&mut pack, "review_cycle_months", "12").unwrap();
    set_field(&mut pack, "introduction.da", "Velkommen").unwrap();
    set_field(&mut pack, "sections[+].title.da", "Genbrug").unwrap();
    set_field(&mut pack, "sections[1].requirements[+]", "GLX-EMB-001").unwrap();
    assert_eq!(pack.review_cycle_months, Some(12));
    assert_eq!(pack.sections[0].requirements[0].number, "GLX-EMB-001");
    assert!(set_field(&mut pack, "review_cycle_months", "-1").is_err());
}

#[test]
fn a_pilot_s_state_is_set_by_hand() {
    let mut pilot = Pilot::default();
    set_field(&mut pilot, "state", "done").unwrap();
    set_field(&mut pilot, "tried[+]", "GLX-EMB-001").unwrap();
    set_field(&mut pilot, "tried[GLX-EMB-001].bidders", "4").unwrap();
    set_field(&mut pilot, "checks[+].complied", "nej").unwrap();
    assert_eq!(pilot.state, PilotState::Done);
    assert_eq!(pilot.tried[0].bidders, Some(4));
    assert_eq!(pilot.checks[0].complied, Some(false));
}

fn shown(diffs: &[FieldDiff]) -> Vec<String> {
    let line = |diff: &FieldDiff| {
        let change = match &diff.change {
            Change::Words(pieces) => pieces
                .iter()
                .map(|piece| match piece.kind {
                    PieceKind::Same => piece.text.clone(),
                    PieceKind::Removed => format!("[-{}-]", piece.text),
                    PieceKind::Added => format!("[+{}+]", piece.text),
                })
                .collect(),
            Change::Value { before, after } => format!(
                "{} → {}",
                before.as_deref().unwrap_or("–"),
                after.as_deref().unwrap_or("–")
            ),
            Change::Order { before, after } => format!("{before:?} → {after:?}"),
        };
        let language = diff.language.as_deref().unwrap_or("-");
        format!("{} ({language}): {change}", diff.field)
    };
    diffs.iter().map(line).collect()
}

#[test]
fn what_differs_in_a_requirement_is_named_field_by_field() {
    let old = requirement();
    let mut new = old.clone();
    new.level = Level::Advanced;
    new.wording = [("da", "Mindst {andel} % genbrug hvert år."), ("en", "All")].into();
    new.cpv = vec!["39222100".to_owned()];
    new.placeholders[0].max = None;
    new.placeholders[0].unit = "%".to_owned();
    new.evidence = vec![evidence("b", "Prøve og test"), evidence("a", "Erklæring")];
    new.risks.clear();
    assert_eq!(
        shown(&requirement_diff(&old, &new)),
        [
            "cpv (-): 44617100 → –",
            "cpv (-): – → 39222100",
            "level (-): basic → advanced",
            "wording (da): Mindst {andel} % genbrug[+ hvert år+].",
            "wording (en): [+All+]",
            "placeholders[andel].unit (-): – → %",
            "placeholders[andel].max (-): 80.0 → –",
            "evidence[b].text (da): Prøve[+ og test+]",
            "evidence (-): [\"a\", \"b\"] → [\"b\", \"a\"]",
            "risks[1] (da): [-Få tilbud-]",
        ]
    );
    assert_eq!(
        field_name("placeholders[andel].max", Language::Danish),
        "pladsholder andel – højst"
    );
}

#[test]
fn what_only_says_how_a_document_is_kept_is_no_difference() {
    let old = requirement();
    let mut new = old.clone();
    new.schema = 99;
    new.state = WordingState::Released;
    new.published_as = "ab".repeat(32);
    new.history.push(StateChange::default());
    assert_eq!(requirement_diff(&old, &new), []);
}

#[test]
fn a_version_without_ids_is_compared_item_by_item() {
    let mut old = requirement();
    for item in &mut old.evidence {
        item.id.clear();
    }
    let mut new = requirement();
    new.evidence[0].text = [("da", "Erklæring fra tilbudsgiver")].into();
    let expected = ["evidence[a].text (da): Erklæring[+ fra tilbudsgiver+]"];
    assert_eq!(shown(&requirement_diff(&old, &new)), expected);
    let [mut one, mut two] = [old.clone(), new];
    one.evidence.truncate(1);
    two.evidence.truncate(1);
    two.evidence[0].id.clear();
    assert_eq!(requirement_diff(&one, &two).len(), 1);
}

#[test]
fn a_pack_s_own_fields_are_compared() {
    let section = |numbers: &[&str]| Section {
        id: "s".to_owned(),
        title: [("da", "Genbrug")].into(),
        requirements: numbers
            .iter()
            .map(|number| RequirementRef {
                number: (*number).to_owned(),
                ..RequirementRef::default()
            })
            .collect(),
    };
    let pack = |numbers: &[&str]| Pack {
        licence: numbers.concat(),
        sections: vec![section(numbers)],
        ..Pack::default()
    };
    assert_eq!(
        shown(&pack_diff(
            &pack(&["A-1", "A-2"]),
            &pack(&["A-2", "A-1", "A-3"])
        )),
        [
            "sections[s].requirements[A-3].number (-): – → A-3",
            "sections[s].requirements (-): [\"A-1\", \"A-2\"] → [\"A-2\", \"A-1\"]",
            "licence (-): A-1A-2 → A-2A-1A-3",
        ]
    );
}

#[test]
fn two_releases_say_what_became_of_every_requirement() {
    let released = |document: &str, number: &str, level: Level| ReleasedRequirement {
        document: document.to_owned(),
        requirement: Requirement {
            number: number.to_owned(),
            level,
            ..requirement()
        },
    };
    let content = |requirements: Vec<ReleasedRequirement>| ReleaseContent {
        pack: Pack::default(),
        requirements,
    };
    let old = content(vec![
        released("d1", "A-1", Level::Basic),
        released("d2", "A-2", Level::Basic),
        released("d3", "A-3", Level::Basic),
        released("d4", "A-4", Level::Basic),
    ]);
    let new = content(vec![
        released("d5", "A-5", Level::Basic),
        // The same number in another document, and the same document under another number.
        released("d9", "A-4", Level::Basic),
        released("d3", "A-2", Level::Basic),
        released("d1", "A-1", Level::Advanced),
    ]);
    let diff = release_diff(&old, &new);
    assert_eq!(diff.pack, []);
    let fates: Vec<(String, String, String)> = diff
        .requirements
        .iter()
        .map(|change| {
            let fate = match &change.fate {
                RequirementFate::Added => "added".to_owned(),
                RequirementFate::Removed => "removed".to_owned(),
                RequirementFate::Unchanged => "unchanged".to_owned(),
                RequirementFate::Changed(fields) => shown(fields).join("; "),
            };
            (change.document.clone(), change.number.clone(), fate)
        })
        .collect();
    let expected = [
        ("d5", "A-5", "added"),
        ("d9", "A-4", "unchanged"),
        ("d3", "A-2", "number (-): A-3 → A-2"),
        ("d1", "A-1", "level (-): basic → advanced"),
        ("d2", "A-2", "removed"),
    ]
    .map(|(document, number, fate)| (document.to_owned(), number.to_owned(), fate.to_owned()));
    assert_eq!(fates, expected);
}

#[test]
fn an_empty_text_names_no_item_and_empties_none() {
    let mut unnamed = requirement();
    unnamed.evidence[0].id.clear();
    let mut value = unnamed.clone();
    set_field(&mut value, "evidence[-]", "").unwrap_err();
    assert_eq!(value, unnamed);
    let mut value = requirement();
    value.strategies = vec![Strategy::Reuse];
    let error = set_field(&mut value, "strategies[1]", "").unwrap_err();
    assert!(
        error.message(Language::English).contains("avoid"),
        "{error}"
    );
    assert_eq!(value.strategies, [Strategy::Reuse]);
}

#[test]
fn no_change_hides_behind_a_key_that_is_there_twice() {
    let with = |second: &str| Requirement {
        evidence: vec![evidence("a", "Erklæring"), evidence("a", second)],
        ..requirement()
    };
    assert_eq!(requirement_diff(&with("Prøve"), &with("Prøve")), []);
    let found = requirement_diff(&with("Prøve"), &with("Intet"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].field, "evidence[2].text");
}

#[test]
fn requirements_without_a_document_are_the_same_by_their_numbers() {
    let released = |number: &str| ReleasedRequirement {
        document: String::new(),
        requirement: Requirement {
            number: number.to_owned(),
            ..requirement()
        },
    };
    let content = ReleaseContent {
        pack: Pack::default(),
        requirements: vec![released("GLX-EMB-001"), released("GLX-EMB-002")],
    };
    let found = release_diff(&content, &content).requirements;
    assert!(
        found.iter().all(|of| of.fate == RequirementFate::Unchanged),
        "{found:?}"
    );
}
