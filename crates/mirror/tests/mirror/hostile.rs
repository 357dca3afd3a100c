//! What members write is data, whatever it looks like.

use faelled_mirror::contract::contract;
use faelled_mirror::read::{DiscussionFilter, ProposalFilter, SearchFilter};
use faelled_mirror::{Content, Delta, DocumentView, Mirror};
use faelled_model::{Localized, LocalizedText};

use crate::complete::{apply, complete, complete_documents, groups};
use crate::fixture::{
    BALLERUP, GLADSAXE, ask, count, document, empty, filled, requirement, tool, view,
};
use faelled_proto::Space;

pub(crate) const TEXTS: [&str; 8] = [
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
            groups: None,
            trust: None,
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
        mirror
            .search(query, &SearchFilter::default(), 10)
            .await
            .unwrap();
        mirror.requirement(query).await.unwrap();
        mirror.pack(query).await.unwrap();
    }
    let long = "kasser ".repeat(100_000);
    mirror
        .search(&long, &SearchFilter::default(), 10)
        .await
        .unwrap();
    mirror
        .search(&"k".repeat(1_000_000), &SearchFilter::default(), 10)
        .await
        .unwrap();
    assert_eq!(mirror.dump_digest().await.unwrap(), before);
    assert!(
        !mirror
            .search("kasser\" OR \"x", &SearchFilter::default(), 10)
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
    let hits = mirror
        .search("nåleiøjet", &SearchFilter::default(), 10)
        .await
        .unwrap();
    assert_eq!(hits.len(), 1);
    assert!(
        hits[0]
            .snippet
            .iter()
            .map(|part| part.text.len())
            .sum::<usize>()
            < 10_000
    );
    assert_eq!(
        mirror
            .search("naaleioejet", &SearchFilter::default(), 10)
            .await
            .unwrap()
            .len(),
        1
    );
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
            groups: None,
            trust: None,
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

#[tokio::test]
async fn hostile_text_in_every_kind_is_data_for_every_view_and_question() {
    for text in TEXTS {
        let (_directory, mirror) = complete().await;
        let twisted = complete_documents()
            .into_iter()
            .map(|mut document| {
                twist(&mut document, text);
                document
            })
            .collect();
        let mut groups = groups();
        groups[0].name = text.to_owned();
        mirror
            .apply(&Delta {
                row: 2,
                roster: None,
                groups: Some(groups),
                trust: None,
                documents: twisted,
            })
            .await
            .unwrap();
        for relation in &contract().relations {
            count(&mirror, relation.name).await;
        }
        assert_eq!(
            mirror.groups().await.unwrap()[0].head.name.as_deref(),
            Some(text)
        );
        let conflict = &mirror.conflicts(None).await.unwrap()[0];
        assert_eq!(
            (
                conflict.place.path.as_str(),
                conflict.values[0].value.as_str()
            ),
            (text, text)
        );
        let followed = mirror.following().await.unwrap();
        assert!(followed.iter().any(|thing| thing.target == text));
        let about = DiscussionFilter {
            target: Some(text.to_owned()),
            ..DiscussionFilter::default()
        };
        assert_eq!(mirror.discussions(&about).await.unwrap().len(), 2);
        mirror.project(text).await.unwrap();
        assert!(mirror.basket(text).await.unwrap().is_some());
        assert!(!mirror.arrivals(0, Some(text)).await.unwrap().is_empty());
        mirror.outdated_adoptions(None).await.unwrap();
        mirror.outdated_adaptations(None).await.unwrap();
        mirror.proposals(&ProposalFilter::default()).await.unwrap();
        mirror.verify().await.unwrap();
    }
}

/// Puts a text into what other documents are named by, and into dates.
fn twist(document: &mut DocumentView, text: &str) {
    let said = text.to_owned();
    match &mut document.content {
        Content::Pack { pack, .. } => {
            for withdrawal in &mut pack.withdrawals {
                withdrawal.date.clone_from(&said);
                withdrawal.version.clone_from(&said);
            }
            for answered in &mut pack.answered {
                answered.pilot.clone_from(&said);
            }
        }
        Content::Requirement(requirement) => {
            requirement.project.clone_from(&said);
            if let Some(source) = &mut requirement.adapted_from {
                source.release.hash.clone_from(&said);
            }
        }
        Content::Question(question) => question.target.document = said,
        Content::Answer(answer) => answer.question = said,
        Content::Comment(comment) => comment.target.document = said,
        Content::Resource(resource) => resource.target.document = said,
        Content::Project(project) => project.code = said,
        Content::Participation(participation) => participation.project_document = said,
        Content::Cosignature(cosignature) => cosignature.release.hash = said,
        Content::Following(following) => following.follows[0].target = said,
        Content::Basket(basket) => basket.name = said,
        _ => {}
    }
    for conflict in &mut document.conflicts {
        text.clone_into(&mut conflict.path);
        text.clone_into(&mut conflict.values[0].value);
    }
}

#[tokio::test]
async fn papers_that_another_puts_into_a_shared_space_are_not_taken_for_ones_own() {
    let (_directory, mirror) = complete().await;
    let papers: Vec<DocumentView> = complete_documents()
        .into_iter()
        .filter(|paper| matches!(paper.space, Space::Private(_)))
        .filter(|paper| ["disclosure", "following", "basket"].contains(&paper.kind.as_str()))
        .collect();
    assert_eq!(papers.len(), 3);
    let spaces = [Space::Commons, Space::Group(groups()[0].id)];
    for (number, space) in spaces.into_iter().enumerate() {
        let planted = papers.iter().map(|paper| {
            let name = format!("planted {} {number}", paper.kind);
            let content = paper.content.clone();
            view(&name, &paper.kind, GLADSAXE, space.clone(), 95, content)
        });
        apply(&mirror, planted.collect()).await;
    }
    assert_eq!(mirror.disclosures(None).await.unwrap().len(), 1);
    let pack = mirror.pack("BAL-MØB").await.unwrap().one().unwrap();
    assert_eq!(pack.disclosures.len(), 1);
    assert_eq!(mirror.following().await.unwrap().len(), 4);
    let baskets = mirror.baskets().await.unwrap();
    assert_eq!(baskets.len(), 1);
    assert_eq!(baskets[0].document, document("basket").to_string());
    assert!(
        mirror
            .interests(GLADSAXE)
            .await
            .unwrap()
            .iter()
            .all(|interest| interest.why != "followed"),
    );
}

#[tokio::test]
async fn a_release_of_another_member_does_not_say_which_of_my_requirements_is_meant() {
    use crate::complete::{chairs, furniture_release};
    let (_directory, mirror) = complete().await;
    // Ballerup's own release holds the first; Gladsaxe claims to have released the second, written later.
    let second = Content::Requirement(Box::new(chairs("Andre stole")));
    let second = view(
        "other-chairs",
        "requirement",
        BALLERUP,
        Space::Commons,
        80,
        second,
    );
    let mut release = furniture_release((1, 0, 0), "Andre stole", 0);
    let content = release.content.as_mut().unwrap();
    content.requirements[0].document = document("other-chairs").to_string();
    let pack = Content::Pack {
        pack: Box::new(crate::fixture::pack()),
        releases: vec![release],
    };
    let pack = view("planted-pack", "pack", GLADSAXE, Space::Commons, 81, pack);
    apply(&mirror, vec![second, pack]).await;
    let meant = document("chairs").to_string();
    let found = mirror
        .requirement("BAL-MØB-001")
        .await
        .unwrap()
        .one()
        .unwrap();
    assert_eq!(found.summary.document, meant);
    let found = mirror.target("BAL-MØB-001").await.unwrap().one().unwrap();
    assert_eq!(found.document, meant);
    let other = document("other-chairs").to_string();
    let other = mirror.requirement(&other).await.unwrap().one().unwrap();
    assert_eq!(other.practice.unwrap().pack, None);
}
