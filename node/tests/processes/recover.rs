//! What does not count any more is found and written again, and editors are granted and withdrawn, by the commands
//! that people type, between real processes.

use std::path::Path;

use faelled::directory::Directory;
use faelled_engine::{Change, RosterChain};
use faelled_proto::chain::Writer;
use faelled_proto::limits::{MAX_BODY_BYTES, MAX_DOCUMENT_BYTES};
use faelled_proto::opening::FeedOpening;
use faelled_proto::roster::MemberRecord;
use faelled_proto::{FederationId, Kind, SignedRoster, Space, Tip};
use faelled_store::{Append, SignedRosterAtVersion, Store};
use serde_json::Value;
use tempfile::TempDir;

use super::pair::{Daemon, ask, faelled, refused, serve, until};

const PACK: &str = "../examples/packs/packaging.toml";
const DRAFT: &str = "../examples/packs/furniture.toml";
const NUMBER: &str = "GLX-EMB-001";
const NOW_MS: u64 = 1_800_000_000_000;
/// When a flood is received: in 2096, after all else.
const FLOODED_MS: u64 = 4_000_000_000_000;

/// Gladsaxe that leads, with its identity key unsealed.
fn founder() -> (TempDir, Daemon) {
    let data = TempDir::new().unwrap();
    ask(data.path(), &["init", "--member", "0159", "--unsealed"]);
    let daemon = serve(data.path());
    (data, daemon)
}

/// A member that has joined there.
fn joined(lead: &Path, address: &str, code: &str) -> (TempDir, Daemon) {
    let data = TempDir::new().unwrap();
    let ticket = ask(lead, &["invite", "--address", address]);
    let ticket = ticket["ticket"].as_str().unwrap();
    ask(
        data.path(),
        &["join", ticket, "--member", code, "--no-wait"],
    );
    let daemon = serve(data.path());
    let member = format!("dk-{code}");
    until(lead, &["members"], |members| {
        let requests = members["requests"].as_array();
        requests.is_some_and(|all| all.iter().any(|one| one["member"] == *member))
    });
    ask(lead, &["members", "approve", code, "--yes"]);
    until(data.path(), &["status"], |status| {
        status["standing"] == "member"
    });
    (data, daemon)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The English title of a requirement, as a node shows it.
fn titled(data: &Path, requirement: &str, title: &str) {
    until(data, &["requirement", "show", requirement], |shown| {
        shown["title_en"] == title
    });
}

fn title(data: &Path, requirement: &str) -> String {
    text(&ask(data, &["requirement", "show", requirement])["title_en"])
}

fn edit(data: &Path, requirement: &str, title: &str) {
    let set = format!("title.en={title}");
    ask(data, &["requirement", "edit", requirement, "--set", &set]);
}

fn asked(data: &Path, title: &str) -> String {
    let words = ["question", "ask", "Hvem?", "--title", title, "--yes"];
    text(&ask(data, &words)["documents"][0])
}

/// Waits until a question has come.
fn hears(data: &Path, title: &str) {
    until(data, &["question", "list"], |list| {
        list.to_string().contains(title)
    });
}

/// What is lost, once something is.
fn lost(data: &Path) -> Value {
    until(data, &["recover", "list"], |list| {
        list.as_array().is_some_and(|all| !all.is_empty())
    })
}

fn nothing_is_lost(data: &Path) {
    assert_eq!(ask(data, &["recover", "list"]), Value::Array(Vec::new()));
}

fn difference<'a>(shown: &'a Value, field: &str) -> &'a Value {
    let all = shown["differences"].as_array().unwrap();
    all.iter().find(|one| one["field"] == field).unwrap()
}

#[test]
fn what_an_editor_wrote_before_it_was_withdrawn_stays_and_what_it_wrote_after_counts_nowhere() {
    let (lead, leading) = founder();
    let lead = lead.path();
    let (other, writing) = joined(lead, &leading.2, "0151");
    let (third, _reading) = joined(lead, &leading.2, "0165");
    let (other, third) = (other.path(), third.path());
    ask(lead, &["pack", "import", PACK]);
    ask(lead, &["pack", "publish", "GLX-EMB", "--yes"]);
    let number = "GLX-EMB-001";
    until(other, &["requirement", "show", number], |shown| {
        shown["number"] == number
    });
    let set = ["requirement", "edit", number, "--set", "title.en=Mine"];
    assert_eq!(refused(other, &set).0, "no-draft");
    assert_eq!(
        refused(other, &["editors", number, "--grant", "0165"]).0,
        "not-yours"
    );

    let granted = ask(lead, &["editors", number, "--grant", "0151"]);
    assert_eq!(granted["editors"][0]["is_withdrawn"], false);
    until(other, &["editors", number], |shown| {
        shown["editors"][0]["member"] == "dk-0151"
    });
    edit(other, number, "Before");
    for data in [lead, third] {
        titled(data, number, "Before");
    }

    // Ballerup writes on before it hears of the withdrawal.
    drop(writing);
    let withdrawn = ask(lead, &["editors", number, "--withdraw", "0151"]);
    assert_eq!(withdrawn["editors"][0]["is_withdrawn"], true);
    edit(other, number, "After");
    asked(other, "Later");
    let writing = serve(other);
    for data in [lead, third] {
        hears(data, "Later");
        assert_eq!(title(data, number), "Before");
    }

    let list = lost(other);
    assert_eq!(list[0]["may_write"], false);
    assert!(text(&list[0]["grounds"][0]["en"]).contains("no longer write"));
    assert_eq!(title(other, number), "Before");
    let shown = ask(other, &["recover", "show", number]);
    assert_eq!(difference(&shown, "title.en")["written"], "After");
    assert_eq!(difference(&shown, "title.en")["now"], "Before");
    let tried = ask(other, &["recover", "apply"]);
    assert!(text(&tried[0]["refused"]["en"]).contains("dk-0159 owns it"));
    assert_eq!(tried[0]["may_draft"], true);
    assert_eq!(refused(other, &set).0, "no-draft");

    // Allowed again it writes in a new feed, and gets back what it wrote in between.
    ask(lead, &["editors", number, "--grant", "0151"]);
    until(other, &["editors", number], |shown| {
        shown["editors"][0]["is_withdrawn"] == false
    });
    let applied = ask(other, &["recover", "apply", number]);
    assert_eq!(applied[0]["into"], list[0]["document"]);
    nothing_is_lost(other);
    for data in [lead, third] {
        titled(data, number, "After");
    }
    drop(writing);

    // The lead's draft does not say so: it is not put over it unseen.
    ask(
        lead,
        &["requirement", "edit", number, "--set", "level=advanced"],
    );
    let publish = ["pack", "publish", "GLX-EMB", "--yes"];
    let (code, told) = refused(lead, &publish);
    assert_eq!(code, "touched");
    assert!(told.contains("GLX-EMB"), "{told}");
    edit(lead, number, "After");
    ask(lead, &publish);
    assert_eq!(title(lead, number), "After");
}

/// Gladsaxe took back that Ballerup writes one of its requirements, while Ballerup, whose node does not run, wrote on.
/// Both, and the requirement's document.
fn withdrawn() -> (TempDir, Daemon, TempDir, String) {
    let (lead, leading) = founder();
    let (other, writing) = joined(lead.path(), &leading.2, "0151");
    ask(lead.path(), &["pack", "import", PACK]);
    ask(lead.path(), &["pack", "publish", "GLX-EMB", "--yes"]);
    ask(lead.path(), &["editors", NUMBER, "--grant", "0151"]);
    let granted = until(other.path(), &["editors", NUMBER], |shown| {
        shown["editors"][0]["member"] == "dk-0151"
    });
    drop(writing);
    ask(lead.path(), &["editors", NUMBER, "--withdraw", "0151"]);
    edit(other.path(), NUMBER, "After");
    (lead, leading, other, text(&granted["document"]))
}

#[test]
fn who_may_write_no_longer_keeps_what_it_wrote_later_as_a_private_draft() {
    let (lead, _leading, other, _) = withdrawn();
    let (lead, other) = (lead.path(), other.path());
    let number = NUMBER;
    let _writing = serve(other);
    assert_eq!(lost(other)[0]["may_draft"], true);
    let applied = ask(other, &["recover", "apply", "--private"]);
    assert_eq!(applied[0]["is_private"], true);
    let draft = text(&applied[0]["into"]);
    assert_eq!(title(other, &draft), "After");
    // From now on the draft is meant.
    edit(other, number, "On");
    assert_eq!(title(other, &draft), "On");
    nothing_is_lost(other);
    assert_ne!(title(lead, number), "After");
}

#[test]
fn only_documents_that_were_made_for_it_have_editors() {
    let data = TempDir::new().unwrap();
    let data = data.path();
    ask(data, &["init", "--member", "0159"]);
    ask(data, &["pack", "import", DRAFT]);
    let grant = ["editors", "GLX-MOB", "--grant", "0151"];
    let (code, said) = refused(data, &grant);
    assert_eq!(code, "owner-only");
    assert!(said.contains("private draft"), "{said}");
    ask(data, &["pack", "publish", "GLX-MOB", "--yes"]);
    assert_eq!(refused(data, &grant).0, "not-a-member");
    let own = ["editors", "GLX-MOB", "--grant", "0159"];
    assert_eq!(refused(data, &own).0, "owner");
    let withdraw = ["editors", "GLX-MOB", "--withdraw", "0151"];
    assert_eq!(refused(data, &withdraw).0, "not-an-editor");
    assert_eq!(ask(data, &["editors", "GLX-MOB"])["by"], "granted");
}

#[test]
fn who_comes_back_to_a_group_finds_what_it_wrote_while_it_was_out_of_it() {
    let (lead, leading) = founder();
    let lead = lead.path();
    let (other, writing) = joined(lead, &leading.2, "0151");
    let other = other.path();
    ask(lead, &["group", "new", "Møbelgruppen", "--member", "0151"]);
    ask(lead, &["pack", "import", DRAFT]);
    let share = "pack share GLX-MOB --group Møbelgruppen --ground fælles --yes";
    ask(lead, &share.split(' ').collect::<Vec<_>>());
    let number = "GLX-MOB-001";
    until(other, &["requirement", "show", number], |shown| {
        shown["number"] == number
    });
    edit(other, number, "Before");
    titled(lead, number, "Before");

    // Whoever is removed from a group is not told: it writes on, and that reaches nobody.
    drop(writing);
    ask(lead, &["group", "remove", "Møbelgruppen", "0151"]);
    edit(other, number, "After");
    nothing_is_lost(other);
    ask(lead, &["group", "add", "Møbelgruppen", "0151"]);
    let _writing = serve(other);
    let list = lost(other);
    assert!(text(&list[0]["grounds"][0]["en"]).contains("removed from the group"));
    assert_eq!(list[0]["may_write"], true);
    assert_eq!(title(other, number), "Before");
    let applied = ask(other, &["recover", "apply"]);
    assert_eq!(applied[0]["into"], list[0]["document"]);
    nothing_is_lost(other);
    titled(lead, number, "After");
}

/// Another node of an author writes more about a document than may count, and it reaches a node that does not run.
async fn flooded(author: &Path, reached: &Path, document: &str) {
    let certificate = faelled::node::certificate(&Directory::at(author))
        .await
        .unwrap();
    let store = Store::open(Directory::at(reached).node_db()).await.unwrap();
    let federation = store.setting("federation").await.unwrap().unwrap();
    let federation = FederationId::try_from(federation.as_slice()).unwrap();
    let keys = Directory::at(author).keys().unwrap();
    let opens = FeedOpening {
        certificate,
        space: Space::Commons,
        incarnation: [9; 16],
        known_tips: Vec::new(),
    };
    let mut writer = Writer::new(federation, &keys.node, None);
    let mut entries = vec![writer.open(&opens, NOW_MS)];
    let feed = entries[0].feed();
    for _ in 0..=MAX_DOCUMENT_BYTES / MAX_BODY_BYTES as u64 {
        let body = vec![7; MAX_BODY_BYTES];
        entries.push(writer.write(Kind::CHANGE, Some(document.parse().unwrap()), body, NOW_MS));
    }
    let batch = Append {
        openings: vec![(feed, opens)],
        entries,
        rosters: Vec::new(),
        received_ms: FLOODED_MS,
    };
    store.append(&batch).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn an_owner_takes_back_an_editor_that_had_its_document_set_aside() {
    let (lead, leading) = founder();
    let lead = lead.path();
    let (other, writing) = joined(lead, &leading.2, "0151");
    let other = other.path();
    ask(lead, &["pack", "import", PACK]);
    ask(lead, &["pack", "publish", "GLX-EMB", "--yes"]);
    ask(lead, &["editors", NUMBER, "--grant", "0151"]);
    let granted = until(other, &["editors", NUMBER], |shown| {
        shown["editors"][0]["member"] == "dk-0151"
    });
    let document = &text(&granted["document"]);
    edit(other, NUMBER, "Before");
    titled(lead, NUMBER, "Before");
    drop((writing, leading));
    flooded(other, lead, document).await;
    let _leading = serve(lead);

    // Whoever looks after the node hears which document it is, and by what command it comes back.
    let checkup = faelled(lead, &["doctor"]).output().unwrap();
    let checkup = String::from_utf8(checkup.stdout).unwrap();
    let command = format!("faelled editors {document} --withdraw");
    assert!(checkup.contains(&command), "{checkup}");
    let shown = ask(lead, &["editors", document]);
    assert_eq!(shown["editors"][0]["is_withdrawn"], false, "{shown}");

    let withdraw = ["editors", document, "--withdraw", "0151"];
    let (code, message) = refused(lead, &withdraw);
    assert_eq!(code, "set-aside");
    assert!(message.contains("set aside"), "{message}");
    let before = [&withdraw[..], &["--received-before", "2095-01-01"]].concat();
    let withdrawn = ask(lead, &before);
    assert_eq!(withdrawn["editors"][0]["is_withdrawn"], true);
    titled(lead, NUMBER, "Before");
}

#[tokio::test]
async fn a_document_that_its_owner_set_aside_stops_no_recovery() {
    let (lead, _leading, other, document) = withdrawn();
    let (lead, other) = (lead.path(), other.path());
    let writing = serve(other);
    assert_eq!(lost(other)[0]["may_write"], false);
    drop(writing);
    flooded(lead, other, &document).await;
    let _writing = serve(other);
    let list = until(other, &["recover", "list"], |list| {
        list[0]["refused"]["en"]
            .as_str()
            .is_some_and(|reason| reason.contains("set aside"))
    });
    assert_eq!(list[0]["may_write"], false, "{list}");
}

/// The tips of a node's own feeds in the commons.
async fn tips(data: &Path) -> Vec<Tip> {
    let store = Store::open(Directory::at(data).node_db()).await.unwrap();
    let feeds = store.feeds().await.unwrap();
    store.close().await.unwrap();
    let commons = feeds
        .into_iter()
        .filter(|feed| feed.opening.space == Space::Commons)
        .filter(|feed| feed.opening.certificate.claim.member.as_str() == "dk-0151");
    commons.map(|feed| feed.tip).collect()
}

/// Gladsaxe removes Ballerup at these places, and lets it in again. Ballerup's node, which does not run, hears it
/// first, and tells it to the others later.
async fn removed_and_admitted(lead: &Path, other: &Path, last_good: Vec<Tip>) {
    let store = Store::open(Directory::at(other).node_db()).await.unwrap();
    let federation = store.setting("federation").await.unwrap().unwrap();
    let federation = FederationId::try_from(federation.as_slice()).unwrap();
    let held = store.rosters().await.unwrap();
    let keys = Directory::at(lead).keys().unwrap();
    let identity = keys.identity.plain().unwrap();
    let mut chain = RosterChain::load(federation, held).unwrap();
    let member = "dk-0151".parse().unwrap();
    let record: MemberRecord = chain.member(&member).unwrap().clone();
    let mut rosters = Vec::new();
    for change in [Change::Remove { member, last_good }, Change::Admit(record)] {
        let roster = chain.plan(&change, None, NOW_MS).unwrap();
        let mut signed = SignedRoster::unsigned(&roster);
        signed.sign("dk-0159".parse().unwrap(), identity);
        chain.accept(signed.clone()).unwrap();
        rosters.push(SignedRosterAtVersion {
            version: roster.version,
            signed,
        });
    }
    let batch = Append {
        rosters,
        received_ms: NOW_MS,
        ..Append::default()
    };
    store.append(&batch).await.unwrap();
    store.close().await.unwrap();
}

#[test]
fn what_a_removal_took_out_is_written_again_after_readmission_and_documents_keep_their_ids() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (lead, leading) = founder();
    let lead = lead.path();
    let (other, writing) = joined(lead, &leading.2, "0151");
    let other = other.path();
    ask(other, &["pack", "import", DRAFT]);
    ask(other, &["pack", "publish", "GLX-MOB", "--yes"]);
    let number = "GLX-MOB-001";
    until(lead, &["requirement", "show", number], |shown| {
        shown["number"] == number
    });
    drop(writing);
    let last_good = runtime.block_on(tips(other));
    edit(other, number, "After");
    let publish = ["pack", "publish", "GLX-MOB", "--yes", "--version", "1.1.0"];
    ask(other, &publish);
    let question = asked(other, "Later");
    runtime.block_on(removed_and_admitted(lead, other, last_good));

    let list = ask(other, &["recover", "list"]);
    let all = list.as_array().unwrap();
    assert!(all.iter().all(|one| one["may_write"] == true), "{list}");
    let shown = ask(other, &["recover", "show", &question]);
    assert_eq!(shown["reopens"], true);
    let applied = ask(other, &["recover", "apply"]);
    let all = applied.as_array().unwrap();
    let again = all.iter().find(|one| one["document"] == *question).unwrap();
    assert_eq!(again["into"], *question);
    let by_hand = applied.to_string();
    assert!(
        by_hand.contains("release 1.1.0: publish it again"),
        "{by_hand}"
    );
    nothing_is_lost(other);
    let again = ask(other, &["recover", "apply"]);
    assert_eq!(again, Value::Array(Vec::new()), "nothing is applied twice");

    let _writing = serve(other);
    titled(lead, number, "After");
    hears(lead, "Later");
}

#[test]
fn what_was_taken_back_because_nobody_had_it_is_written_again_by_itself() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let data = TempDir::new().unwrap();
    let data = data.path();
    ask(data, &["init", "--member", "0159"]);
    ask(data, &["pack", "import", DRAFT]);
    let number = "GLX-MOB-001";
    edit(data, number, "Kept");
    eprintln!("0");
    runtime.block_on(async {
        let store = Store::open(Directory::at(data).node_db()).await.unwrap();
        let feeds = store.feeds().await.unwrap();
        let feed = feeds.first().unwrap();
        let taken = store
            .retract(feed.feed, feed.tip.seq, NOW_MS)
            .await
            .unwrap();
        assert_eq!(taken, 1);
        store.close().await.unwrap();
    });
    eprintln!("1");
    ask(data, &["mirror", "rebuild"]);
    eprintln!("2");
    assert_ne!(title(data, number), "Kept");
    assert_eq!(lost(data)[0]["may_write"], true);

    let _running = serve(data);
    titled(data, number, "Kept");
    nothing_is_lost(data);
}
