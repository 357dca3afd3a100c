//! Words find documents.

use faelled_mirror::read::{Hit, SearchFilter};
use faelled_mirror::{Content, Delta, Mirror};
use faelled_model::{Answer, Localized, LocalizedText, Project, Question, Requirement, Resource};
use faelled_proto::Space;
use proptest::prelude::*;

use crate::fixture::{BALLERUP, GLADSAXE, documents, empty, filled, roster, view};

async fn search(mirror: &Mirror, query: &str, limit: u32) -> Vec<Hit> {
    mirror
        .search(query, &SearchFilter::default(), limit)
        .await
        .unwrap()
}

async fn numbers(mirror: &Mirror, query: &str) -> Vec<String> {
    let hits = search(mirror, query, 50).await;
    let mut found: Vec<String> = hits
        .into_iter()
        .filter(|hit| hit.space == "commons")
        .map(|hit| hit.number.or(hit.title_da).unwrap_or(hit.kind))
        .collect();
    found.sort_unstable();
    found
}

#[tokio::test]
async fn danish_words_are_found_with_their_letters_and_without_such_keys() {
    let (_directory, mirror) = filled().await;
    let both = ["GLX-EMB-001", "GLX-EMB-002"];
    for query in [
        "mærke",
        "MÆRKE",
        "maerke",
        "svanemærket",
        "kvartalsvis OR",
        "små",
        "smaa firmaer",
        "hvert år",
        "hvert aar",
        "tages retur",
    ] {
        let expected: &[&str] = if query == "kvartalsvis OR" {
            &[]
        } else {
            &both
        };
        assert_eq!(numbers(&mirror, query).await, expected, "{query}");
    }
    assert_eq!(numbers(&mirror, "mrke").await, Vec::<String>::new());
    assert_eq!(
        numbers(&mirror, "smo").await,
        Vec::<String>::new(),
        "å is not o"
    );
    assert_eq!(
        numbers(&mirror, "rengøringsmid").await,
        ["Rengøringsmidler"]
    );
    assert_eq!(numbers(&mirror, "spørg undvær").await, ["GLX-EMB"]);
    assert_eq!(
        numbers(&mirror, "mehrwegkisten").await,
        both,
        "other languages"
    );
    assert_eq!(
        numbers(&mirror, "genbrug emballage").await,
        ["GLX-EMB", "GLX-EMB-001", "GLX-EMB-002"],
        "names of codes"
    );
}

#[tokio::test]
async fn a_number_finds_its_requirement_first() {
    let (_directory, mirror) = filled().await;
    let hits = search(&mirror, "glx-emb-001", 10).await;
    assert!(
        hits[..2]
            .iter()
            .all(|hit| hit.kind == "requirement" && hit.number.as_deref() == Some("GLX-EMB-001"))
    );
    let kinds: Vec<&str> = hits[2..].iter().map(|hit| hit.kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["pack", "pilot", "pilot"],
        "whoever names it comes after it: {hits:?}"
    );
    assert_eq!(search(&mirror, "glx-emb-001", 1).await.len(), 1);
}

#[tokio::test]
async fn a_hit_says_in_one_line_how_it_did() {
    let (_directory, mirror) = filled().await;
    let hits = search(&mirror, "retur kasser", 10).await;
    let hit = hits
        .iter()
        .find(|hit| hit.space == "commons" && hit.number.as_deref() == Some("GLX-EMB-001"))
        .unwrap();
    assert_eq!(
        hit.summary_da,
        "afprøvet 2 gange af 2 deltagere; 1 behold, 1 justér; 4,5 tilbud i snit (sidst 4); dyrere i 1 af 2"
    );
    assert_eq!(
        hit.summary_en,
        "tried 2 times by 2 members; 1 keep, 1 adjust; 4.5 tenders on average (last time 4); dearer in 1 \
         of 2"
    );
    assert!(
        hit.snippet
            .iter()
            .any(|part| part.is_match && part.text == "retur"),
        "{:?}",
        hit.snippet
    );
    let other = hits
        .iter()
        .find(|hit| hit.number.as_deref() == Some("GLX-EMB-002"))
        .unwrap();
    assert_eq!(other.summary_en, "not tried yet");
    let draft = hits.iter().find(|hit| hit.space == "private").unwrap();
    assert_eq!(draft.summary_en, "draft, only with you");
}

#[tokio::test]
async fn after_an_update_the_old_words_find_nothing() {
    let (_directory, mirror) = filled().await;
    assert_eq!(numbers(&mirror, "undværes").await, ["GLX-EMB"]);
    let mut document = documents().remove(0);
    let Content::Pack { pack, .. } = &mut document.content else {
        panic!("the fixture's first is a pack")
    };
    pack.introduction = LocalizedText::from([("da", "Æblegrød øger åndsevnen")]);
    mirror
        .apply(&Delta {
            row: 2,
            roster: None,
            groups: None,
            trust: None,
            documents: vec![document],
        })
        .await
        .unwrap();
    assert_eq!(numbers(&mirror, "undværes").await, Vec::<String>::new());
    assert_eq!(numbers(&mirror, "undvaeres").await, Vec::<String>::new());
    for query in ["æblegrød", "aeblegroed", "øger", "åndsevnen", "aandsevnen"] {
        assert_eq!(numbers(&mirror, query).await, ["GLX-EMB"], "{query}");
    }
    mirror.verify().await.unwrap();
}

/// A mirror with one requirement for each of these Danish titles, which is its number too.
async fn titled(titles: &[&str]) -> (tempfile::TempDir, Mirror) {
    let (directory, mirror) = empty().await;
    let view = |title: &&str| {
        let requirement = Requirement {
            number: (*title).to_owned(),
            title: Localized::from([("da", *title)]),
            ..Requirement::default()
        };
        view(
            title,
            "requirement",
            GLADSAXE,
            Space::Commons,
            1,
            Content::Requirement(Box::new(requirement)),
        )
    };
    let delta = Delta {
        row: 1,
        roster: Some(roster()),
        groups: None,
        trust: None,
        documents: titles.iter().map(view).collect(),
    };
    mirror.apply(&delta).await.unwrap();
    (directory, mirror)
}

async fn shown(mirror: &Mirror, query: &str) -> Vec<String> {
    let hits = search(mirror, query, 50).await;
    let marked = |hit: Hit| {
        let parts = hit.snippet.into_iter();
        parts
            .map(|part| match part.is_match {
                true => format!("[{}]", part.text),
                false => part.text,
            })
            .collect()
    };
    hits.into_iter().map(marked).collect()
}

#[tokio::test]
async fn a_compound_is_found_by_its_parts_and_shown_whole() {
    let (_directory, mirror) = titled(&[
        "Brug genbrugsemballage",
        "Madspildsplanen",
        "Transportkasser af plast",
        "Fælles møbelreparation",
    ])
    .await;
    for (query, expected) in [
        ("emballage", "Brug [genbrugsemballage]"),
        ("emballagerne", "Brug [genbrugsemballage]"),
        ("genbrug emballage", "Brug [genbrugsemballage]"),
        ("madspild", "[Madspildsplanen]"),
        ("spild", "[Madspildsplanen]"),
        ("kasse", "[Transportkasser] af plast"),
        ("transport plastkasser", "[Transportkasser] af [plast]"),
        ("reparation", "Fælles [møbelreparation]"),
        ("reparation moebler", "Fælles [møbelreparation]"),
        ("packaging", "Brug [genbrugsemballage]"),
        ("furniture", "Fælles [møbelreparation]"),
    ] {
        assert_eq!(shown(&mirror, query).await, [expected], "{query}");
    }
    for query in [
        "lageplan",
        "kasse emballage",
        "\"emballage\"",
        "\"plast af\"",
    ] {
        assert_eq!(shown(&mirror, query).await, Vec::<String>::new(), "{query}");
    }
    assert_eq!(
        shown(&mirror, "\"af plast\"").await,
        ["Transportkasser [af] [plast]"]
    );
}

#[tokio::test]
async fn a_word_as_it_was_written_comes_before_its_stem_and_that_before_a_part() {
    let (_directory, mirror) = titled(&[
        "Noget med transportkasser",
        "Noget om kassen",
        "Noget med kasse",
    ])
    .await;
    assert_eq!(
        shown(&mirror, "kasse").await,
        [
            "Noget med [kasse]",
            "Noget om [kassen]",
            "Noget med [transportkasser]"
        ]
    );
}

#[tokio::test]
async fn questions_resources_and_projects_are_found_too() {
    let (_directory, mirror) = empty().await;
    let of =
        |name: &str, kind: &str, content| view(name, kind, BALLERUP, Space::Commons, 1, content);
    let question = Question {
        title: Localized::from([("da", "Hvem har vasket kasser?")]),
        ..Question::default()
    };
    let answer = Answer {
        body: LocalizedText::from([("da", "Vi bruger et kassevaskeri.")]),
        ..Answer::default()
    };
    let resource = Resource {
        title: Localized::from([("en", "Calculator for crates")]),
        ..Resource::default()
    };
    let project = Project {
        code: "plast".to_owned(),
        aim: Localized::from([("da", "Mindre transportemballage")]),
        ..Project::default()
    };
    let documents = vec![
        of("q", "question", Content::Question(Box::new(question))),
        of("a", "answer", Content::Answer(Box::new(answer))),
        of("r", "resource", Content::Resource(Box::new(resource))),
        of("p", "project", Content::Project(Box::new(project))),
    ];
    let delta = Delta {
        row: 1,
        roster: None,
        groups: None,
        trust: None,
        documents,
    };
    mirror.apply(&delta).await.unwrap();
    let kinds = async |query: &str| {
        let hits = search(&mirror, query, 10).await.into_iter();
        let mut kinds: Vec<String> = hits.map(|hit| hit.kind).collect();
        kinds.sort_unstable();
        kinds
    };
    assert_eq!(kinds("kasse").await, ["answer", "question", "resource"]);
    assert_eq!(kinds("emballage").await, ["project"]);
    assert_eq!(kinds("plast").await, ["project"]);
}

async fn narrowed(mirror: &Mirror, words: &str, filter: SearchFilter) -> Vec<String> {
    let hits = mirror.search(words, &filter, 50).await.unwrap();
    hits.into_iter()
        .filter(|hit| hit.space == "commons")
        .map(|hit| {
            format!(
                "{} {}",
                hit.kind,
                hit.number.or(hit.title_da).unwrap_or_default()
            )
        })
        .collect()
}

#[tokio::test]
async fn filters_narrow_to_what_fits_all_of_them() {
    let (_directory, mirror) = filled().await;
    let some = |value: &str| Some(value.to_owned());
    let none = SearchFilter::default;
    assert_eq!(narrowed(&mirror, "", none()).await, Vec::<String>::new());
    let tried = ["requirement GLX-EMB-001"];
    let both = ["requirement GLX-EMB-001", "requirement GLX-EMB-002"];
    let requirements = || SearchFilter {
        kind: some("requirement"),
        ..none()
    };
    for (filter, expected) in [
        (requirements(), both.as_slice()),
        (
            SearchFilter {
                tried: Some(true),
                ..requirements()
            },
            &tried,
        ),
        (
            SearchFilter {
                tried: Some(false),
                ..requirements()
            },
            &both[1..],
        ),
        (
            SearchFilter {
                verdict: some("adjust"),
                ..requirements()
            },
            &tried,
        ),
        (
            SearchFilter {
                verdict: some("drop"),
                ..requirements()
            },
            &[],
        ),
        (
            SearchFilter {
                category: some("packaging"),
                ..requirements()
            },
            &both,
        ),
        (
            SearchFilter {
                category: some("food"),
                ..requirements()
            },
            &[],
        ),
        (
            SearchFilter {
                cpv: some("44610000-9"),
                ..requirements()
            },
            &both,
        ),
        (
            SearchFilter {
                cpv: some("39"),
                ..requirements()
            },
            &[],
        ),
        (
            SearchFilter {
                strategy: some("avoid"),
                ..requirements()
            },
            &both,
        ),
        (
            SearchFilter {
                strategy: some("repair"),
                ..requirements()
            },
            &[],
        ),
        (
            SearchFilter {
                r#type: some("contract-performance-clause"),
                ..requirements()
            },
            &both,
        ),
        (
            SearchFilter {
                level: some("spearhead"),
                ..requirements()
            },
            &[],
        ),
        (
            SearchFilter {
                evidence: some("label"),
                ..requirements()
            },
            &both,
        ),
        (
            SearchFilter {
                evidence: some("audit"),
                ..requirements()
            },
            &[],
        ),
        (
            SearchFilter {
                owner: some(GLADSAXE),
                ..requirements()
            },
            &both,
        ),
        (
            SearchFilter {
                owner: some(BALLERUP),
                ..requirements()
            },
            &[],
        ),
        (
            SearchFilter {
                pack: some("glx-emb"),
                ..requirements()
            },
            &both,
        ),
        (
            SearchFilter {
                pack: some("GLX-MOB"),
                ..requirements()
            },
            &[],
        ),
    ] {
        assert_eq!(
            narrowed(&mirror, "", filter.clone()).await,
            expected,
            "{filter:?}"
        );
        let with_words = narrowed(&mirror, "kasser", filter.clone()).await;
        assert_eq!(with_words.len(), expected.len(), "{filter:?}");
    }
    let pilots = |verdict| SearchFilter {
        kind: some("pilot"),
        verdict: some(verdict),
        ..none()
    };
    assert_eq!(
        narrowed(&mirror, "", pilots("keep")).await,
        ["pilot Kontorartikler"]
    );
    assert_eq!(
        narrowed(&mirror, "", pilots("adjust")).await,
        ["pilot Rengøringsmidler"]
    );
    let tender = SearchFilter {
        cpv: some("3019"),
        ..none()
    };
    assert_eq!(
        narrowed(&mirror, "", tender).await,
        ["pilot Kontorartikler", "pilot Rengøringsmidler"],
        "the tender's own code"
    );
}

#[tokio::test]
async fn a_members_name_finds_what_it_owns_and_follows_the_roster() {
    let (_directory, mirror) = filled().await;
    let owned = narrowed(&mirror, "ballerup kontorartikler", SearchFilter::default()).await;
    assert_eq!(owned, ["pilot Kontorartikler"]);
    let mut renamed = roster();
    renamed.roster.members[0].name = "Hjemby".to_owned();
    let before = mirror.dump().await.unwrap();
    mirror
        .apply(&Delta {
            row: 2,
            roster: Some(renamed),
            groups: None,
            trust: None,
            documents: Vec::new(),
        })
        .await
        .unwrap();
    let by = async |words| narrowed(&mirror, words, SearchFilter::default()).await;
    assert_eq!(by("hjemby kontorartikler").await, ["pilot Kontorartikler"]);
    assert_eq!(by("ballerup kontorartikler").await, Vec::<String>::new());
    let after = mirror.dump().await.unwrap();
    assert!(
        !after
            .differing_tables(&before)
            .contains(&"search".to_owned())
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_typed_is_searched_for_without_a_fault(typed in "[\\PC\"'*:(){}^+\\-a-zæøå ]{0,60}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (_directory, mirror) = empty().await;
            mirror.search(&typed, &SearchFilter::default(), 10).await.unwrap();
        });
    }
}
