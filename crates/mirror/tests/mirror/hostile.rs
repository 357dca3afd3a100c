//! What members write is data, whatever it looks like.

use faelled_mirror::{Content, Delta, Mirror};
use faelled_model::{Localized, LocalizedText};

use crate::fixture::{GLADSAXE, ask, count, empty, filled, requirement, tool, view};
use faelled_proto::Space;

const TEXTS: [&str; 8] = [
    "'); DROP TABLE requirement; --",
    "\" OR 1=1 --",
    "før\0efter",
    "NEAR(a b) AND NOT ^c* {title_da}: x",
    "?1 :name @x $y",
    "\u{2}\u{3}\u{202e}\u{feff}",
    "<script>alert(1)</script>\u{1b}[2J",
    "{\"$\": [1e999]}",
];

async fn wrote(text: &str) -> (tempfile::TempDir, Mirror) {
    let (directory, mirror) = empty().await;
    let mut hostile = requirement(text);
    hostile.title = Localized::from([("da", text), (text, "i et fremmed sprog")]);
    hostile.wording = LocalizedText::from([("en", text)]);
    hostile.cpv = vec![text.to_owned()];
    hostile.measures[0].number = f64::NAN;
    let content = Content::Requirement(Box::new(hostile));
    let document = view("hostile", text, GLADSAXE, Space::Commons, 1, content);
    mirror
        .apply(&Delta {
            row: 1,
            roster: None,
            documents: vec![document],
        })
        .await
        .unwrap();
    (directory, mirror)
}

#[tokio::test]
async fn hostile_text_is_stored_as_it_came() {
    for text in TEXTS {
        let (_directory, mirror) = wrote(text).await;
        let mut connection = tool(&mirror).await;
        let stored: (String, String, String) = sqlx::query_as(
            "SELECT q.number, q.title_da, d.kind FROM requirement q JOIN document \
            d USING (document)",
        )
        .fetch_one(&mut connection)
        .await
        .unwrap();
        assert_eq!(
            (stored.0.as_str(), stored.1.as_str(), stored.2.as_str()),
            (text, text, text)
        );
        let found = mirror.requirement(text).await.unwrap().one();
        assert_eq!(
            found.and_then(|found| found.summary.title_da).as_deref(),
            (!text.contains('/')).then_some(text)
        );
        mirror.verify().await.unwrap();
    }
}

#[tokio::test]
async fn hostile_queries_are_words_and_nothing_else() {
    let (_directory, mirror) = filled().await;
    let before = mirror.dump_digest().await.unwrap();
    for query in TEXTS.iter().chain(&[
        "*",
        "\"",
        "(",
        "a AND",
        "-a",
        "title_da:kasser",
        "+ + +",
        "kasser*\"",
        "col : \"x",
        "²",
        "\u{300}",
    ]) {
        mirror.search(query, 10).await.unwrap();
        mirror.requirement(query).await.unwrap();
        mirror.pack(query).await.unwrap();
    }
    let long = "kasser ".repeat(100_000);
    mirror.search(&long, 10).await.unwrap();
    mirror.search(&"k".repeat(1_000_000), 10).await.unwrap();
    assert_eq!(mirror.dump_digest().await.unwrap(), before);
    assert!(
        !mirror
            .search("kasser\" OR \"x", 10)
            .await
            .unwrap()
            .iter()
            .any(|hit| hit.kind == "pilot")
    );
}

#[tokio::test]
async fn a_text_of_a_megabyte_is_stored_and_found() {
    let text = format!("{} nåleiøjet", "høstak ".repeat(150_000));
    let (_directory, mirror) = wrote(&text).await;
    assert_eq!(
        ask(
            &mirror,
            "SELECT CAST(length(title_da) AS TEXT) FROM requirement"
        )
        .await,
        [text.chars().count().to_string()]
    );
    let hits = mirror.search("nåleiøjet", 10).await.unwrap();
    assert_eq!(hits.len(), 1);
    assert!(
        hits[0]
            .snippet
            .iter()
            .map(|part| part.text.len())
            .sum::<usize>()
            < 10_000
    );
    assert_eq!(mirror.search("naaleioejet", 10).await.unwrap().len(), 1);
    assert_eq!(count(&mirror, "requirement").await, 1);
}

#[tokio::test]
async fn absurd_numbers_and_times_are_kept_within_what_sqlite_holds() {
    let (_directory, mirror) = empty().await;
    let content = Content::Requirement(Box::new(requirement("X-1")));
    let mut document = view(
        "absurd",
        "requirement",
        GLADSAXE,
        Space::Commons,
        1,
        content,
    );
    document.entries[1].claimed_ms = u64::MAX;
    document.entries[1].seq = u64::MAX;
    mirror
        .apply(&Delta {
            row: 1,
            roster: None,
            documents: vec![document],
        })
        .await
        .unwrap();
    let claimed = ask(
        &mirror,
        "SELECT last_claimed_ms || coalesce(last_claimed, ' beyond') FROM requirement",
    )
    .await;
    assert_eq!(claimed, [format!("{} beyond", i64::MAX)]);
}
