//! What the outsider's node answers: to everything that can be asked, and to what should not be known.

use faelled::directory::Directory;
use faelled::request::baskets::Request as Baskets;
use faelled::request::drafting::Request as Drafting;
use faelled::request::joint::Request as Joint;
use faelled::request::releasing::Request as Releasing;
use faelled::request::{PilotQuery, Request, RequirementQuery, SearchQuery};
use faelled_proto::Space;
use faelled_store::Store;

use super::stage::{PACK, REQUIREMENT, Stage};
use super::texts::Texts;
use crate::program::Broken;
use crate::proof::ensure;

/// How much is asked for in all.
pub(super) const QUESTIONS: usize = 18;

/// All that it answers, in one text.
pub(super) async fn of_outsider(stage: &Stage, texts: &Texts) -> Result<String, Broken> {
    let outsider = stage.outsider()?;
    let mut said = String::new();
    for request in questions(texts) {
        let answer = outsider.ask(request.clone()).await;
        let answer = answer.map_err(|broken| Broken(format!("{request:?}: {broken}")))?;
        said.push_str(&answer.to_string());
        said.push('\n');
    }
    // A search says what was searched for.
    for (_, text) in texts.of_author().into_iter().chain(texts.of_group()) {
        let words = text.chars().take(60).collect();
        let hits = outsider.ask(Request::Search(search(words))).await?;
        ensure(hits == serde_json::json!([]), || {
            format!("a search finds {hits}")
        })?;
    }
    Ok(said)
}

fn questions(texts: &Texts) -> [Request; QUESTIONS] {
    let all_questions = Joint::Questions {
        about: None,
        open: false,
    };
    let resources = Joint::Resources {
        about: None,
        kind: None,
        project: None,
        category: None,
    };
    [
        Request::Status,
        Request::Members,
        Request::PackList,
        Request::RequirementList(RequirementQuery::default()),
        Request::PilotList(PilotQuery::default()),
        Request::Drafting(Drafting::GroupList),
        Request::Drafting(Drafting::Conflicts { document: None }),
        Request::Drafting(Drafting::Disclosures { code: None }),
        Request::Joint(Joint::Projects),
        Request::Joint(Joint::Participations {
            member: None,
            project: None,
        }),
        Request::Joint(Joint::Profiles { member: None }),
        Request::Joint(all_questions),
        Request::Joint(resources),
        Request::Joint(Joint::Inbox {
            all: true,
            limit: 1000,
        }),
        Request::Releasing(Releasing::Outdated { all: true }),
        Request::Baskets(Baskets::List),
        Request::Search(search(texts.open.clone())),
        Request::MirrorRebuild,
    ]
}

fn search(words: String) -> SearchQuery {
    SearchQuery {
        words,
        limit: 100,
        ..SearchQuery::default()
    }
}

/// Asks for what is there and for what is nowhere: the two answers differ in what was asked for only. Returns how many
/// pairs were asked.
pub(super) async fn no_oracle(stage: &Stage, texts: &Texts) -> Result<usize, Broken> {
    let mut pairs = vec![
        (PACK.to_owned(), "XYZ-ABC".to_owned()),
        (REQUIREMENT.to_owned(), "XYZ-ABC-001".to_owned()),
        (
            texts.group_name.clone(),
            texts.group_name.to_uppercase().chars().rev().collect(),
        ),
        (
            texts.basket.clone(),
            texts.basket.to_uppercase().chars().rev().collect(),
        ),
    ];
    for id in ids(stage).await? {
        let nowhere = id.chars().rev().collect();
        pairs.push((id, nowhere));
    }
    for (there, nowhere) in &pairs {
        let one = refusals(stage, there).await?;
        let other = refusals(stage, nowhere).await?;
        for ((name, one), (_, other)) in one.iter().zip(&other) {
            let (one, other) = (one.replace(there, "IT"), other.replace(nowhere, "IT"));
            ensure(one == other, || {
                format!("{name} tells what is there from what is not: {one} and {other}")
            })?;
        }
    }
    Ok(pairs.len())
}

/// Every document and group that is kept from the outsider, a few of each.
async fn ids(stage: &Stage) -> Result<Vec<String>, Broken> {
    let store = Store::open_read_only(Directory::at(stage.author_path()).node_db()).await?;
    let mut ids = Vec::new();
    for signed in store.charters().await? {
        let charter = signed.decode().map_err(|error| Broken(error.to_string()))?;
        ids.push(charter.group().to_string());
    }
    let documents = store.document_openings().await?;
    store.close().await?;
    let kept = documents
        .into_iter()
        .filter(|(_, opening, _)| opening.space != Space::Commons)
        .map(|(document, ..)| document.to_string());
    ids.extend(kept.step_by(5));
    Ok(ids)
}

async fn refusals(stage: &Stage, id: &str) -> Result<Vec<(String, String)>, Broken> {
    let outsider = stage.outsider()?;
    let comments = Joint::Comments { target: id.into() };
    let questions = [
        ("a pack", Request::PackShow { pack: id.into() }),
        (
            "a requirement",
            Request::RequirementShow {
                requirement: id.into(),
            },
        ),
        ("a pilot", Request::PilotShow { pilot: id.into() }),
        (
            "a group",
            Request::Drafting(Drafting::GroupShow { group: id.into() }),
        ),
        (
            "a question",
            Request::Joint(Joint::Question {
                question: id.into(),
            }),
        ),
        ("comments", Request::Joint(comments)),
        (
            "a resource",
            Request::Joint(Joint::Resource {
                resource: id.into(),
            }),
        ),
        (
            "a project",
            Request::Joint(Joint::Project { project: id.into() }),
        ),
        (
            "a basket",
            Request::Baskets(Baskets::Show {
                basket: Some(id.into()),
            }),
        ),
    ];
    let mut said = Vec::new();
    for (name, request) in questions {
        let answer = match outsider.ask(request).await {
            Ok(answer) => answer.to_string(),
            Err(broken) => broken.0,
        };
        said.push((name.to_owned(), answer));
    }
    Ok(said)
}
