//! Pack files and pilot files: what is read, and how everything that is wrong is named.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use faelled_exchange::{FileError, Resolved, TriedRef, limits, read_pack, read_pilot};
use faelled_model::adoption::ReleaseRef;
use faelled_model::terms::{Level, Verdict, WordingState};
use faelled_model::{Language, validate};

const PACK: &str = r#"[pack]
code = "GLX-EMB"
licence = "CC BY 4.0"
title.da = "Emballage"

[[section]]
title.da = "Genbrug"
requirements = ["GLX-EMB-001"]

[[requirement]]
number = "GLX-EMB-001"
category = "packaging"
type = "technical-specification"
level = "basic"
cpv = ["44617100-9"]
title.da = "Genbrugelig emballage"
wording.da = "Mindst {andel} %."
motive.da = "Fordi."

[[requirement.placeholders]]
name = "andel"
meaning.da = "Andel"
min = 10
default = "40"

[[requirement.evidence]]
kind = "declaration"
text.da = "Erklæring"

[[requirement.sources]]
title = "Regulation (EU) 2025/40"
"#;

const PILOT: &str = r#"[pilot]
member = "dk-0151"
pack = "GLX-EMB"
version = "1.0.0"
state = "done"
lessons.da = "Tal med pedellerne."

[tender]
title.da = "Kontorartikler"
cpv = ["30192000"]

[[tried]]
requirement = "GLX-EMB-001"
type = "technical-specification"
level = "basic"
bidders = 4
verdict = "keep"

[[tried]]
requirement = "GLX-MOB-001"
release = "GLX-MOB@2.1.0"
type = "award-criterion"
level = "advanced"
verdict = "keep"

[[effect]]
what.da = "Kasser"
number = 5200
unit = "1"
measured = true
method.da = "Talt"
"#;

fn pack_error(text: &str) -> FileError {
    read_pack(text, "pack.toml").unwrap_err()
}

fn pilot_error(text: &str) -> FileError {
    read_pilot(text, "pilot.toml").unwrap_err()
}

#[test]
fn a_pack_file_reads_as_a_pack_and_its_requirements() {
    let file = read_pack(PACK, "pack.toml").unwrap();
    assert_eq!(file.warnings, []);
    assert_eq!(file.pack.code, "GLX-EMB");
    let references: Vec<(&str, &str)> = file
        .pack
        .requirement_refs()
        .map(|reference| (reference.number.as_str(), reference.document.as_str()))
        .collect();
    assert_eq!(references, [("GLX-EMB-001", "")]);
    let requirement = &file.requirements[0];
    assert_eq!(
        (requirement.schema, &requirement.level, &requirement.state),
        (
            faelled_model::requirement::SCHEMA,
            &Level::Basic,
            &WordingState::Draft
        )
    );
    assert_eq!(requirement.cpv, ["44617100"], "the check digit is dropped");
    assert_eq!(requirement.placeholders[0].min, Some(10.0));
    assert_eq!(validate::releasable(requirement), []);
}

#[test]
fn every_fault_of_a_pack_is_named_with_its_line_at_once() {
    let text = PACK
        .replace("level = \"basic\"", "level = \"basal\"")
        .replace("Mindst {andel} %.", "Mindst {andle} %.")
        .replace("44617100-9", "44617100-8")
        .replace("motive.da", "motiv.da")
        .replace(
            "kind = \"declaration\"",
            "kind = \"declaration\"\nlevel = 3",
        )
        .replace(
            "requirements = [\"GLX-EMB-001\"]",
            "requirements = [\"GLX-EMB-001\", \"GLX-EMB-002\"]",
        );
    let error = pack_error(&text);
    let expected = "\
pack.toml was not imported; correct 7 places and try again:
  pack.toml:8:32: sections[1].requirements[2] names GLX-EMB-002, but the pack has no requirement with this number
  pack.toml:14:1: GLX-EMB-001 level has the code basal, which is not on the list; choose one of basic, advanced, spearhead
  pack.toml:15:8: GLX-EMB-001 cpv[1] has the CPV code 44617100-8, whose check digit should be 9; look the code up again
  pack.toml:17:9: GLX-EMB-001 wording.da uses {andle}, which is not among the placeholders; declare it or delete the braces
  pack.toml:18:1: GLX-EMB-001 motiv is not a key that is known here; correct or delete it
  pack.toml:20:15: GLX-EMB-001 placeholders declares andel, which the wording does not use; use it or delete it
  pack.toml:28:1: GLX-EMB-001 evidence[1].level is not a key that is known here; correct or delete it";
    assert_eq!(error.to_string(), expected);
    assert!(
        error
            .report(Language::Danish)
            .starts_with("pack.toml blev ikke indlæst; ret 7 steder, og prøv igen:\n")
    );
    assert!(
        error
            .report(Language::Danish)
            .contains("er ikke en nøgle, der kendes her")
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_named_and_the_rest_is_still_checked() {
    let text = PACK.replace("min = 10", "min = \"ti\"").replace(
        "licence = \"CC BY 4.0\"",
        "licence = \"CC BY 4.0\"\ncolour = 1",
    );
    let error = pack_error(&text);
    let found: Vec<(usize, &str)> = error
        .problems
        .iter()
        .map(|problem| (problem.place.line(), problem.code()))
        .collect();
    assert_eq!(found, [(4, "unknown-key"), (24, "wrong-kind")]);
    assert_eq!(
        error.problems[1].line_of("pack.toml", Language::English),
        "pack.toml:24:7: GLX-EMB-001 has a value of the wrong kind: invalid type: string \"ti\", expected f64"
    );
}

#[test]
fn keys_that_only_the_software_sets_are_refused() {
    for (near, key) in [
        ("code = \"GLX-EMB\"", "schema = 1"),
        ("code = \"GLX-EMB\"", "published_as = \"ab\""),
        ("code = \"GLX-EMB\"", "sections = []"),
        ("category = \"packaging\"", "published_as = \"ab\""),
    ] {
        let error = pack_error(&PACK.replace(near, &format!("{near}\n{key}")));
        let found: Vec<(&str, &str)> = error
            .problems
            .iter()
            .map(|problem| (problem.code(), problem.field.as_str()))
            .collect();
        assert_eq!(found, [("unknown-key", key.split(' ').next().unwrap())]);
    }
}

#[test]
fn what_is_not_toml_is_named_with_its_place() {
    let error = pack_error("[pack]\ncode = \"GLX\n");
    assert_eq!(
        (
            error.total,
            error.problems[0].place.line(),
            error.problems[0].code()
        ),
        (1, 2, "not-toml")
    );
    assert!(
        error
            .to_string()
            .starts_with("pack.toml was not imported; correct this and try again:\n  pack.toml:2:")
    );
}

#[test]
fn a_file_without_its_tables_says_what_is_missing() {
    let codes = |error: FileError| {
        error
            .problems
            .iter()
            .map(|problem| (problem.subject.clone(), problem.code()))
            .collect::<Vec<_>>()
    };
    assert!(codes(pack_error("")).contains(&("[pack]".to_owned(), "missing")));
    let pilot = codes(pilot_error(""));
    assert!(
        pilot.contains(&("[pilot]".to_owned(), "missing"))
            && pilot.contains(&("[tender]".to_owned(), "missing")),
        "{pilot:?}"
    );
}

#[test]
fn warnings_do_not_stand_in_the_way() {
    let file = read_pack(&PACK.replace("licence = \"CC BY 4.0\"", ""), "pack.toml").unwrap();
    let warnings: Vec<String> = file
        .warnings
        .iter()
        .map(|warning| warning.line_of("pack.toml", Language::Danish))
        .collect();
    assert_eq!(
        warnings,
        [
            "pack.toml:1:2: [pack] licence (advarsel) er tomt; uden en licens ved andre ikke, hvad de må; CC BY 4.0 er det sædvanlige"
        ]
    );
}

#[test]
fn a_pilot_file_reads_and_is_resolved_by_the_node() {
    let file = read_pilot(PILOT, "pilot.toml").unwrap();
    assert_eq!(file.warnings, []);
    assert_eq!(
        file.member.as_ref().map(|member| member.as_str()),
        Some("dk-0151")
    );
    assert_eq!(
        (file.pack.as_str(), file.version.as_str()),
        ("GLX-EMB", "1.0.0")
    );
    let tried = |number: &str, pack: &str, version: &str| TriedRef {
        number: number.to_owned(),
        pack: pack.to_owned(),
        version: version.to_owned(),
    };
    assert_eq!(
        file.tried,
        [
            tried("GLX-EMB-001", "GLX-EMB", "1.0.0"),
            tried("GLX-MOB-001", "GLX-MOB", "2.1.0")
        ]
    );
    assert_eq!(file.draft().tried[0].number, "GLX-EMB-001");

    let unknown = file
        .clone()
        .into_pilot(|tried| Err::<Resolved, _>(tried.number.clone()));
    assert_eq!(unknown, Err("GLX-EMB-001".to_owned()));
    let pilot = file
        .into_pilot(|tried| {
            Ok::<_, ()>(Resolved {
                release: ReleaseRef {
                    pack: "0a".repeat(32),
                    version: tried.version.clone(),
                    hash: "0b".repeat(32),
                },
                requirement: "0c".repeat(32),
            })
        })
        .unwrap();
    assert_eq!(validate::pilot(&pilot), []);
    assert_eq!(
        (
            pilot.tried[1].release.version.as_str(),
            &pilot.tried[1].verdict
        ),
        ("2.1.0", &Verdict::Keep)
    );
    assert_eq!(
        (pilot.tried[0].bidders, pilot.effects[0].number),
        (Some(4), 5200.0)
    );
}

#[test]
fn every_fault_of_a_pilot_is_named_with_its_line_at_once() {
    let text = PILOT
        .replace("dk-0151", "Ballerup")
        .replace("version = \"1.0.0\"", "version = \"1\"")
        .replace("GLX-MOB@2.1.0", "GLX-MOB 2.1")
        .replace(
            "requirement = \"GLX-EMB-001\"",
            "requirement = \"emballage\"\nnumber = \"GLX-EMB-001\"",
        )
        .replace("bidders = 4", "bidders = 4\nburden = 9")
        .replace("unit = \"1\"", "unit = \"stk\"");
    let found: Vec<(usize, &str)> = pilot_error(&text)
        .problems
        .iter()
        .map(|problem| (problem.place.line(), problem.code()))
        .collect();
    let expected = [
        (2, "member-form"),
        (4, "release-form"),
        (13, "number-form"),
        (14, "unknown-key"),
        (18, "outside"),
        (23, "release-form"),
        (31, "unit-unknown"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_pilot_before_standstill_asks_for_a_second_confirmation() {
    let file = read_pilot(
        &PILOT.replace("state = \"done\"", "state = \"standstill\""),
        "pilot.toml",
    )
    .unwrap();
    let codes: Vec<&str> = file.warnings.iter().map(|warning| warning.code()).collect();
    assert_eq!(codes, ["before-standstill"]);
}

#[test]
fn a_file_over_the_bound_is_not_even_parsed() {
    let error = pack_error(&"[".repeat(limits::MAX_FILE_BYTES + 1));
    assert_eq!(error.problems[0].code(), "too-large");
    let error = pack_error(&format!(
        "{PACK}{}",
        "[[requirement]]\n".repeat(limits::MAX_REQUIREMENTS)
    ));
    assert!(
        error
            .problems
            .iter()
            .any(|problem| problem.code() == "too-many-entries")
    );
    assert_eq!(error.problems.len(), limits::MAX_PROBLEMS);
    assert!(error.total > limits::MAX_PROBLEMS);
    assert!(error.to_string().ends_with(&format!(
        "\n  and {} more",
        error.total - limits::MAX_PROBLEMS
    )));
}

#[test]
fn no_text_stops_the_reader() {
    let mut texts = vec![
        "pack = 1\nsection = 2\nrequirement = \"x\"".to_owned(),
        "pilot = []\ntender = 0\ntried = [1, [2], {}]\neffect = {}".to_owned(),
        format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("a{} = 1", ".a".repeat(100_000)),
        "\u{feff}[pack]\n".to_owned(),
        "[pack]\r\ncode = \"A-B\"\r\n".to_owned(),
    ];
    for text in [PACK, PILOT] {
        let ends = text.char_indices().map(|(at, _)| at).step_by(7);
        texts.extend(ends.clone().map(|end| text[..end].to_owned()));
        texts.extend(ends.map(|at| {
            format!(
                "{}{}",
                &text[..at],
                text[at..].replacen(['"', '=', '['], "]", 1)
            )
        }));
    }
    for text in texts {
        for error in [read_pack(&text, "x").err(), read_pilot(&text, "x").err()]
            .into_iter()
            .flatten()
        {
            assert!(!error.problems.is_empty());
            let lines = text.matches('\n').count() + 1;
            assert!(
                error
                    .problems
                    .iter()
                    .all(|problem| (1..=lines).contains(&problem.place.line()))
            );
        }
    }
}

#[test]
fn a_pilot_says_whose_pack_it_means_where_two_members_use_one_code() {
    let text = PILOT.replace("pack = \"GLX-EMB\"", "pack = \"dk-0159/GLX-EMB\"");
    let file = read_pilot(&text, "pilot.toml").unwrap();
    assert_eq!(file.tried[0].pack, "dk-0159/GLX-EMB");
    let text = PILOT.replace("pack = \"GLX-EMB\"", "pack = \"Gladsaxe/GLX-EMB\"");
    assert_eq!(pilot_error(&text).problems[0].code(), "release-form");
}
