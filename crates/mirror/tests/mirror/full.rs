//! Documents that say something in every field: nothing that a document says is missing in the mirror.

use faelled_mirror::contract::{Sort, contract};
use faelled_mirror::read::{Found, MIN_ID_DIGITS};
use faelled_mirror::{Content, Delta};
use faelled_model::Requirement;
use faelled_proto::Space;
use serde_json::{Value, json};

use crate::complete::{complete_documents, furniture_release, groups};
use crate::fixture::{GLADSAXE, ask, document, empty, filled, member, roster, view};
use crate::trust::trust;

/// A text in three languages.
fn said() -> Value {
    json!({ "da": "på dansk", "en": "in English", "de": "auf Deutsch" })
}

fn pinned() -> Value {
    json!({ "pack": "p", "version": "1.0.0", "hash": "h" })
}

fn file() -> Value {
    json!([{ "id": "f", "title": said(), "file_name": "a.pdf", "media_type": "application/pdf",
        "address": "https://example.org", "content": "JVBERg==" }])
}

fn pack() -> Value {
    json!({ "schema": 2, "code": "X", "title": said(), "purpose": said(), "introduction": said(),
        "how_to_use": said(), "project": "p", "licence": "CC0", "review_cycle_months": 12,
        "contract_types": ["supplies"], "hearing_of": "d", "published_as": "d",
        "sections": [{ "id": "s", "title": said(),
            "requirements": [{ "number": "1", "document": "d", "alternative_to": "2" }] }],
        "hearings": [{ "id": "h", "kind": "trade", "from": "2026-01-01", "until": "2026-02-01",
            "recipients": ["r"], "ground": said() }],
        "withdrawals": [{ "version": "1.0.0", "reason": said(), "replaced_by": "1.0.1",
            "date": "2026-03-01" }],
        "answered": [{ "id": "a", "pilot": "d", "number": "1", "version": "1.0.1",
            "answer": said() }] })
}

fn requirement() -> Value {
    json!({ "schema": 2, "number": "1", "title": said(), "category": "packaging",
        "product_group": said(), "project": "p", "strategies": ["reuse"], "cpv": ["44617100"],
        "environmental_impact": ["circ-econ"], "social_objectives": ["acc-all"], "sdg": ["12.5"],
        "goals": ["g"], "kle": ["88.08"], "gpp_basis": "eu", "type": "award-criterion",
        "level": "basic", "level_relation": "adds", "wording": said(), "motive": said(),
        "placeholders": [{ "name": "n", "meaning": said(), "unit": "%", "min": 1.0, "max": 2.0,
            "default": "1" }],
        "measures": [{ "id": "m", "property": said(), "comparison": "at-least", "number": 1.0,
            "unit": "%" }],
        "awards": [{ "id": "a", "method": said(), "scale": "0-10", "weight_percent": 10.0 }],
        "evidence": [{ "id": "e", "kind": "label", "text": said(), "labels": ["FSC"] }],
        "follow_up": [{ "id": "f", "what": said(), "when": said(), "who": said() }],
        "readiness": "few", "market_dialogue": said(), "risks": [said()], "legal_basis": ["l"],
        "sources": [{ "title": "t", "address": "a", "version": "v", "date": "2026" }],
        "supersedes": ["0"], "state": "released", "hearing_of": "d", "published_as": "d",
        "adapted_from": { "requirement": "d", "number": "1", "owner": "dk-0159",
            "release": pinned(), "changes": said() },
        "history": [{ "id": "s", "state": "released", "date": "2026-01-01", "by": "dk-0159",
            "note": said() }] })
}

fn pilot() -> Value {
    json!({ "schema": 2, "state": "done", "follow_up": said(), "lessons": said(),
        "first_advice": said(), "attachments": file(),
        "tender": { "title": said(), "publication_number": "1-2026", "procedure": "open",
            "framework": "own", "cpv": ["30192000"], "value_band": "1-5m", "lots": 2,
            "joint_buyers": ["dk-0151"], "duration_months": 24 },
        "tried": [{ "release": pinned(), "requirement": "d", "number": "1", "level": "basic",
            "local_wording": said(), "type": "award-criterion", "weight_percent": 10.0,
            "bidders": 3, "bidders_last_time": 2, "bidders_met": 1, "small_firms": 1,
            "reasons_not_bidding": [said()], "questions": 4, "changes": said(),
            "price_effect": "under-5", "price_percent": 2.0, "price_basis": said(),
            "price_certainty": "measured", "buyer_hours": 5.0, "burden": 2,
            "evidence_outcome": "partly", "evidence_result": said(), "complaint": "clarification",
            "complaint_case": "26/1", "complaint_outcome": said(), "dropped": said(),
            "verdict": "adjust", "proposed_wording": said() }],
        "checks": [{ "id": "c", "number": "1", "how": said(), "complied": true,
            "remedy": said() }],
        "effects": [{ "id": "e", "what": said(), "number": 1.0, "unit": "kg", "measured": true,
            "method": said() }] })
}

fn joint() -> Vec<(&'static str, Value)> {
    let target = json!({ "document": "d", "field": "wording.da" });
    vec![
        (
            "adoption",
            json!({ "schema": 1, "release": pinned(), "stance": "declined", "reason": said(),
                "planned_quarter": "2027-Q1", "levels": [{ "number": "1", "level": "basic" }],
                "deviations": [{ "number": "1", "text": said() }] }),
        ),
        (
            "question",
            json!({ "schema": 1, "target": target, "title": said(), "body": said(),
                "state": "open", "escalated_to": said(), "escalated_on": "2026-01-01" }),
        ),
        (
            "answer",
            json!({ "schema": 1, "question": "d", "body": said() }),
        ),
        (
            "comment",
            json!({ "schema": 1, "target": target, "body": said(), "state": "open" }),
        ),
        (
            "resource",
            json!({ "schema": 1, "kind": "tool", "title": said(), "description": said(),
                "target": target, "project": "p", "category": "packaging", "licence": "CC0",
                "address": "a", "attachments": file() }),
        ),
        (
            "project",
            json!({ "schema": 1, "code": "p", "title": said(), "aim": said(), "from": "2020",
                "until": "2030", "indicators": [{ "id": "i", "what": said(), "target": 1.0,
                    "unit": "t" }] }),
        ),
        (
            "participation",
            json!({ "schema": 1, "project": "p", "project_document": "d", "part": "participant",
                "speed": "trying", "priority": "high", "state": "paused", "status": said(),
                "status_date": "2026-01-01", "backing": "council", "backing_date": "2026-01-01",
                "backing_reference": "26/2", "goals": [said()], "next_step": said(),
                "next_step_date": "2026-06", "contact_role": said(), "mailbox": "a@example.org" }),
        ),
        (
            "profile",
            json!({ "schema": 1, "name": said(), "mailbox": "a@example.org", "web_page": "w",
                "cvr": "12345678", "gln": "1234567890123", "regions": [{ "region": "dk-1084",
                    "from": "2026-01-01", "until": "2026-12-31" }] }),
        ),
        (
            "cosignature",
            json!({ "schema": 1, "release": pinned(), "date": "2026-01-01", "capacity": said() }),
        ),
        (
            "disclosure",
            json!({ "schema": 1, "kind": "shared", "code": "X", "title": said(), "document": "d",
                "version": "1.0.0", "space": "commons", "space_name": "n", "recipients": ["r"],
                "ground": said(), "date": "2026-01-01" }),
        ),
        (
            "following",
            json!({ "schema": 1, "follows": [{ "target": "cpv:44", "since": "2026-01-01" }] }),
        ),
        (
            "basket",
            json!({ "schema": 1, "name": "b", "lines": [{ "requirement": "d", "number": "1",
                "release": pinned(), "values": [{ "name": "n", "value": "1" }] }] }),
        ),
    ]
}

fn content(kind: &str, value: Value) -> Content {
    macro_rules! read {
        ($value:expr, $( $kind:literal => $variant:ident, )*) => {
            match kind {
                $( $kind => Content::$variant(serde_json::from_value($value).unwrap()), )*
                other => panic!("{other} is none of the kinds"),
            }
        };
    }
    read!(value,
        "requirement" => Requirement, "pilot" => Pilot, "adoption" => Adoption,
        "question" => Question, "answer" => Answer, "comment" => Comment, "resource" => Resource,
        "project" => Project, "participation" => Participation, "profile" => Profile,
        "cosignature" => Cosignature, "disclosure" => Disclosure, "following" => Following,
        "basket" => Basket,
    )
}

#[tokio::test]
async fn every_column_of_every_table_has_something_in_it_where_documents_say_everything() {
    let (_directory, mirror) = empty().await;
    let mut release = furniture_release((1, 0, 0), "Stole", 0);
    let notes = [("en", "First"), ("de", "Erste")].map(|(code, text)| (code.into(), text.into()));
    release.release.notes.extend(notes);
    release.release.previous = Some(release.hash);
    release.release.approval = Some(("Rådet".to_owned(), 20_000));
    let released = &mut release.content.as_mut().unwrap().requirements[0].requirement;
    *released = serde_json::from_value(requirement()).unwrap();
    let packed = Content::Pack {
        pack: serde_json::from_value(pack()).unwrap(),
        releases: vec![release],
    };
    let mut documents = complete_documents();
    documents.push(view("full", "pack", GLADSAXE, Space::Commons, 70, packed));
    for (kind, value) in [("requirement", requirement()), ("pilot", pilot())]
        .into_iter()
        .chain(joint())
    {
        let name = format!("full-{kind}");
        let space = Space::Private(member(GLADSAXE));
        let content = content(kind, value);
        documents.push(view(&name, kind, GLADSAXE, space, 71, content));
    }
    let mut roster = roster();
    roster.roster.members[0].valid_until_day = Some(30_000);
    mirror
        .apply(&Delta {
            row: 1,
            roster: Some(roster),
            groups: Some(groups()),
            trust: Some(trust()),
            documents,
        })
        .await
        .unwrap();
    let mut empty_columns = Vec::new();
    let tables = contract().relations.iter();
    for table in tables.filter(|relation| relation.sort == Sort::Table) {
        for column in table.columns.iter().map(|column| column.name) {
            let sql = format!("SELECT CAST(count({column}) AS TEXT) FROM {}", table.name);
            if ask(&mirror, &sql).await == ["0"] {
                empty_columns.push(format!("{}.{column}", table.name));
            }
        }
    }
    assert_eq!(empty_columns, Vec::<String>::new());
}

#[tokio::test]
async fn a_requirement_at_a_release_is_told_as_one_that_says_the_same_now() {
    let (_directory, mirror) = empty().await;
    let full: Requirement = serde_json::from_value(requirement()).unwrap();
    let other = crate::fixture::requirement("GLX-EMB-009");
    let mut documents = Vec::new();
    for (name, value) in [("full", &full), ("other", &other)] {
        let content = Content::Requirement(Box::new(value.clone()));
        let space = Space::Private(member(GLADSAXE));
        documents.push(view(name, "requirement", GLADSAXE, space, 71, content));
    }
    let delta = Delta {
        row: 1,
        roster: Some(roster()),
        groups: None,
        trust: None,
        documents,
    };
    mirror.apply(&delta).await.unwrap();
    let told = async |name: &str| {
        let key = document(name).to_string();
        mirror.requirement(&key).await.unwrap().one().unwrap()
    };
    let (of_full, of_other) = (told("full").await, told("other").await);
    for (told, value, now) in [(&of_full, &full, &of_other), (&of_other, &other, &of_full)] {
        let released = now.clone().as_released("GLX-EMB", "1.0.0", value);
        let mut expected = told.clone();
        expected.summary.document.clone_from(&now.summary.document);
        expected.summary.pack_code = Some("GLX-EMB".to_owned());
        expected.summary.version = Some("1.0.0".to_owned());
        assert_eq!(released, expected);
    }
}

#[tokio::test]
async fn a_pack_at_a_release_says_what_stood_in_it_then() {
    let (_directory, mirror) = filled().await;
    let found = mirror.pack("GLX-EMB").await.unwrap().one().unwrap();
    let mut content = crate::fixture::release((1, 0, 0), "x").content.unwrap();
    content.pack = serde_json::from_value(pack()).unwrap();
    content.requirements[0].document = "d".to_owned();
    let release = found.releases[0].clone();
    let then = found.clone().as_released(&release, &content);
    assert_eq!(then.summary.code.as_deref(), Some("X"));
    assert_eq!(then.summary.version.as_deref(), Some("1.0.0"));
    assert_eq!(then.texts.purpose_en.as_deref(), Some("in English"));
    assert_eq!(then.texts.review_cycle_months, Some(12));
    let entry = &then.sections[0].requirements[0];
    assert_eq!(entry.number.as_deref(), Some("1"));
    assert!(
        entry.title_da.is_some() && entry.level.is_some(),
        "{entry:?}"
    );
    assert_eq!(
        (then.releases, then.adoptions),
        (found.releases, found.adoptions)
    );
}

#[tokio::test]
async fn packs_and_requirements_are_found_by_the_beginning_of_their_ids() {
    let (_directory, mirror) = filled().await;
    let id = document("draft").to_string();
    let found = mirror.requirement(&id[..MIN_ID_DIGITS]).await.unwrap();
    assert_eq!(found.one().unwrap().summary.document, id);
    let upper = id[..12].to_uppercase();
    assert!(mirror.requirement(&upper).await.unwrap().one().is_some());
    let short = mirror.requirement(&id[..MIN_ID_DIGITS - 1]).await.unwrap();
    assert_eq!(short, Found::Nothing);
    let pack = mirror.pack("GLX-EMB").await.unwrap().one().unwrap();
    let id = pack.summary.document;
    let found = mirror.pack(&id[..8]).await.unwrap().one().unwrap();
    assert_eq!(found.summary.document, id);
    assert_eq!(mirror.requirement(&id[..8]).await.unwrap(), Found::Nothing);
}
