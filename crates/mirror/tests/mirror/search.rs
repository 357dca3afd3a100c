//! Words find documents.

use faelled_mirror::{Content, Delta, Mirror};
use faelled_model::LocalizedText;

use crate::fixture::{documents, filled};

async fn numbers(mirror: &Mirror, query: &str) -> Vec<String> {
    let hits = mirror.search(query, 50).await.unwrap();
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
        "årligt OR",
        "små",
        "smaa firmaer",
        "hvert år",
        "hvert aar",
        "tages retur",
    ] {
        let expected: &[&str] = if query == "årligt OR" { &[] } else { &both };
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
    let hits = mirror.search("glx-emb-001", 10).await.unwrap();
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
    assert_eq!(mirror.search("glx-emb-001", 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_hit_says_in_one_line_how_it_did() {
    let (_directory, mirror) = filled().await;
    let hits = mirror.search("retur kasser", 10).await.unwrap();
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
