//! The joint work, by the commands that people type, between two real processes: projects and who takes part,
//! questions and answers, comments in a group, files, and an inbox that keeps its mark.

use std::path::Path;

use super::pair::{ask, pair, refused, serve, until};
use serde_json::Value;

const PACK: &str = "../examples/packs/packaging.toml";
const DRAFT: &str = "../examples/packs/furniture.toml";
const PILOT: &str = "../examples/pilots/0151-ballerup-kontorartikler.toml";
const PROJECTS: &str = "../examples/projects/klima-vip.toml";

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The first document that a command made.
fn made(written: &Value) -> String {
    text(&written["documents"][0])
}

/// Gives the draft of the furniture pack to its group.
fn shared(lead: &Path) {
    let line = "pack share GLX-MOB --group Møbelgruppen --ground fælles --yes";
    ask(lead, &line.split(' ').collect::<Vec<_>>());
}

fn events(inbox: &Value) -> Vec<(String, String)> {
    let lines = inbox["lines"].as_array().unwrap();
    lines
        .iter()
        .map(|line| (text(&line["event"]), text(&line["why"])))
        .collect()
}

/// Waits until the inbox lists this event.
fn told(data: &Path, event: &str) -> Value {
    until(data, &["inbox"], |inbox| {
        let lines = inbox["lines"].as_array();
        lines.is_some_and(|lines| lines.iter().any(|line| line["event"] == event))
    })
}

fn has(inbox: &Value, event: &str, why: &str) -> bool {
    events(inbox).contains(&(event.to_owned(), why.to_owned()))
}

fn released(data: &Path, count: usize) {
    until(data, &["pack", "show", "GLX-EMB"], |pack| {
        pack["releases"].as_array().map(Vec::len) == Some(count)
    });
}

#[test]
fn what_concerns_a_member_reaches_its_inbox_once_and_the_mark_outlives_restart_and_mirror() {
    let pair = pair();
    let (lead, other) = (pair.lead.path(), pair.other.path());
    ask(lead, &["project", "import", PROJECTS, "--yes"]);
    ask(lead, &["pack", "import", PACK]);
    ask(lead, &["pack", "publish", "GLX-EMB", "--yes"]);
    released(other, 1);
    assert_eq!(
        events(&ask(other, &["inbox"])),
        [],
        "nothing of it concerns Ballerup yet"
    );

    ask(other, &["pack", "adopt", "GLX-EMB", "--stance", "trying"]);
    let follow = ask(other, &["follow", "project:cirkulaere-indkoeb"]);
    assert_eq!(
        (&follow["is_changed"], &follow["is_followed"]),
        (&true.into(), &true.into())
    );
    assert!(has(&ask(other, &["inbox"]), "released", "adopted"));
    let read = ask(other, &["inbox", "read"]);
    assert_eq!(read["is_read"], true);
    assert_eq!(events(&ask(other, &["inbox"])), []);

    let question = ask(
        other,
        &[
            "question",
            "ask",
            "Må kasserne være af træ?",
            "--about",
            "GLX-EMB-001",
            "--yes",
        ],
    );
    let question = made(&question);
    ask(other, &["pilot", "record", PILOT]);
    let inbox = told(lead, "asked");
    assert!(has(&inbox, "asked", "own"));
    let inbox = told(lead, "proposal");
    assert!(has(&inbox, "proposal", "own"), "{inbox}");

    let inbox = answered_and_joined(lead, other, &question);
    arriving_while_reading(lead, other, &question, &inbox["up_to"]);
    ask(other, &["mirror", "rebuild"]);
    assert_eq!(
        events(&ask(other, &["inbox"])),
        [],
        "a mirror built anew keeps the mark"
    );
    let [_lead, other_daemon] = pair.daemons;
    drop(other_daemon);
    let _again = serve(other);
    assert_eq!(
        events(&ask(other, &["inbox"])),
        [],
        "a restart keeps the mark"
    );

    withdrawn_is_told_once(lead, other);
    assert!(
        ask(other, &["inbox", "--all"])["lines"]
            .as_array()
            .unwrap()
            .len()
            > 4
    );
}

fn answered_and_joined(lead: &Path, other: &Path, question: &str) -> Value {
    ask(
        lead,
        &["answer", question, "Ja, hvis de kan bruges igen.", "--yes"],
    );
    let speed = [
        "participation",
        "set",
        "cirkulaere-indkoeb",
        "--speed",
        "leading",
        "--yes",
    ];
    ask(lead, &speed);
    told(other, "answered");
    let inbox = told(other, "participation");
    assert!(
        has(&inbox, "answered", "own") && has(&inbox, "participation", "followed"),
        "{inbox}"
    );
    let shown = ask(other, &["question", "show", &question[..10]]);
    assert_eq!(shown["state"], "answered");
    assert_eq!(shown["replies"][0]["owner"], "dk-0159");
    inbox
}

/// What comes between listing and marking stays new.
fn arriving_while_reading(lead: &Path, other: &Path, question: &str, seen: &Value) {
    ask(
        lead,
        &["answer", question, "Og hvis de er mærket.", "--yes"],
    );
    until(other, &["question", "show", question], |shown| {
        shown["replies"].as_array().map(Vec::len) == Some(2)
    });
    let up_to = seen.to_string();
    let marked = ask(other, &["inbox", "read", "--up-to", &up_to]);
    assert_eq!(marked["up_to"], *seen);
    assert_eq!(
        events(&ask(other, &["inbox"])),
        [("answered".to_owned(), "own".to_owned())]
    );
    let beyond = refused(other, &["inbox", "read", "--up-to", "99999999"]);
    assert_eq!(beyond.0, "not-arrived");
    ask(other, &["inbox", "read"]);
    assert_eq!(events(&ask(other, &["inbox"])), []);
}

fn withdrawn_is_told_once(lead: &Path, other: &Path) {
    ask(
        lead,
        &["pack", "publish", "GLX-EMB", "--version", "1.1.0", "--yes"],
    );
    let withdraw = [
        "pack",
        "withdraw",
        "GLX-EMB@1.0.0",
        "--reason",
        "Fejl i krav 6",
        "--yes",
    ];
    ask(lead, &withdraw);
    let inbox = told(other, "withdrawn");
    assert!(
        has(&inbox, "released", "adopted") && has(&inbox, "withdrawn", "adopted"),
        "{inbox}"
    );
    ask(other, &["inbox", "read"]);
    let edit = ["comment", "GLX-EMB", "Se 1.1.0", "--yes"];
    ask(lead, &edit);
    // It follows the pack's project.
    let inbox = told(other, "commented");
    assert_eq!(
        events(&inbox),
        [("commented".to_owned(), "followed".to_owned())]
    );
}

#[test]
fn a_comment_stays_in_the_space_of_what_it_is_about() {
    let pair = pair();
    let (lead, other) = (pair.lead.path(), pair.other.path());
    ask(lead, &["pack", "import", DRAFT]);
    let private = ["comment", "GLX-MOB", "Kun for os", "--yes"];
    assert_eq!(refused(lead, &private).0, "private-target");

    ask(lead, &["group", "new", "Møbelgruppen", "--member", "0151"]);
    told(other, "group");
    shared(lead);
    until(other, &["pack", "show", "GLX-MOB"], |pack| {
        pack["space"] == "group"
    });
    let comment = ask(
        other,
        &[
            "comment",
            "GLX-MOB-001",
            "Hvad med stole?",
            "--field",
            "wording.da",
            "--yes",
        ],
    );
    assert_eq!(
        (&comment["space"], &comment["space_name"]),
        (&"group".into(), &"Møbelgruppen".into())
    );
    let inbox = told(lead, "commented");
    assert!(has(&inbox, "commented", "own"), "{inbox}");
    let listed = ask(lead, &["comment", "list", "GLX-MOB-001"]);
    let held = &listed["comments"][0];
    assert_eq!(
        (&held["space"], &held["target_field"]),
        (&"group".into(), &"wording.da".into())
    );

    let answer = ask(
        lead,
        &["answer", &made(&comment), "Dem tager vi med.", "--yes"],
    );
    assert_eq!(answer["space"], "group");
    let settle = ["question", "settle", &made(&comment), "--yes"];
    assert_eq!(
        refused(lead, &settle).0,
        "not-yours",
        "only its author settles it"
    );
    told(other, "answered");
    ask(other, &settle);
    until(lead, &["comment", "list", "GLX-MOB-001"], |listed| {
        listed["comments"][0]["state"] == "settled"
    });
}

#[test]
fn a_file_goes_from_one_member_to_the_other_as_it_was() {
    let pair = pair();
    let (lead, other) = (pair.lead.path(), pair.other.path());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("regneark.xlsx");
    let bytes: Vec<u8> = (0..=255).cycle().take(50_000).collect();
    std::fs::write(&path, &bytes).unwrap();
    let add = [
        "resource",
        "add",
        "--kind",
        "calculation",
        "--title",
        "Totaløkonomi for kasser",
        "--description",
        "Regn ud, hvornår returkasser kan betale sig",
        "--licence",
        "CC BY 4.0",
        "--category",
        "emballage",
        "--file",
        path.to_str().unwrap(),
        "--yes",
    ];
    let id = made(&ask(lead, &add));
    until(other, &["resource", "list"], |list| {
        list.as_array().is_some_and(|all| all.len() == 1)
    });
    let shown = ask(other, &["resource", "show", &id[..12]]);
    assert_eq!(shown["attachments"][0]["file_name"], "regneark.xlsx");
    assert_eq!(shown["attachments"][0]["size"], 50_000);

    let target = tempfile::tempdir().unwrap();
    let output = target.path().to_str().unwrap();
    let save = ["resource", "save", &id, "--output", output];
    ask(other, &save);
    let saved = target.path().join("regneark.xlsx");
    assert_eq!(std::fs::read(&saved).unwrap(), bytes);
    std::fs::write(&saved, "mine").unwrap();
    assert_eq!(refused(other, &save).0, "file-exists");
    assert_eq!(std::fs::read(&saved).unwrap(), b"mine");
}

fn heard(data: &Path, ground: &str, arguments: &[&str]) {
    let call = [
        "pack",
        "hearing",
        "internal",
        "GLX-MOB",
        "--until",
        "2099-12-31",
        "--ground",
        ground,
        "--yes",
    ];
    ask(data, &[&call, arguments].concat());
}

fn count(inbox: &Value, event: &str) -> usize {
    let events = events(inbox);
    events.iter().filter(|(one, _)| one == event).count()
}

#[test]
fn each_hearing_is_told_once_and_what_is_answered_on_any_copy_is_found_by_the_number() {
    let pair = pair();
    let (lead, other) = (pair.lead.path(), pair.other.path());
    ask(lead, &["pack", "import", DRAFT]);
    for name in ["Møbelgruppen", "Alle"] {
        ask(lead, &["group", "new", name, "--member", "0151"]);
    }
    shared(lead);
    until(other, &["pack", "list"], |packs| in_group(packs) == 1);
    heard(lead, "høring i gruppen", &[]);
    told(other, "hearing");
    ask(other, &["inbox", "read"]);

    heard(lead, "høring af alle", &["--group", "Alle"]);
    until(other, &["pack", "list"], |packs| in_group(packs) == 2);
    let inbox = told(other, "hearing");
    assert_eq!(count(&inbox, "hearing"), 1, "{inbox}");
    let both = ask(other, &["inbox", "--all"]);
    assert_eq!(count(&both, "hearing"), 2, "{both}");

    let copies = commented_everywhere(lead, other);
    let publish = ["pack", "publish", "GLX-MOB", "--yes"];
    ask(lead, &publish);
    until(other, &["pack", "show", "GLX-MOB"], |pack| {
        pack["space"] == "commons"
    });
    let both = ask(other, &["inbox", "--all"]);
    assert_eq!(
        count(&both, "hearing"),
        2,
        "a release calls nobody to a hearing: {both}"
    );
    // What the other member does in the shared draft does not call its holder.
    ask(
        other,
        &["pack", "edit", "GLX-MOB", "--set", "purpose.da=Bedre stole"],
    );
    until(lead, &["pack", "show", &copies[0]], |pack| {
        pack["purpose_da"] == "Bedre stole"
    });
    ask(other, &["comment", "GLX-MOB", "Og nu?", "--yes"]);
    let listed = until(lead, &["comment", "list", "GLX-MOB"], |listed| {
        listed["comments"].as_array().map(Vec::len) == Some(3)
    });
    assert_eq!(listed["comments"][0]["copy"]["space"], "commons");
    assert_eq!(listed["comments"][0]["body_en"], "Og nu?", "{listed}");
    let one = ask(other, &["comment", "list", &copies[0]]);
    assert_eq!(
        one["comments"].as_array().map(Vec::len),
        Some(1),
        "an id names one document"
    );
    let own = ask(lead, &["inbox", "--all"]);
    assert_eq!(count(&own, "hearing"), 0, "{own}");
}

fn in_group(packs: &Value) -> usize {
    let packs = packs.as_array().unwrap();
    packs.iter().filter(|pack| pack["space"] == "group").count()
}

/// A comment on the draft of the group and one on the copy for the hearing; gives these documents, the draft first.
fn commented_everywhere(lead: &Path, other: &Path) -> Vec<String> {
    let packs = ask(other, &["pack", "list"]);
    let packs = packs.as_array().unwrap();
    let copies: Vec<String> = packs
        .iter()
        .filter(|pack| pack["space"] == "group")
        .map(|pack| text(&pack["document"]))
        .collect();
    for copy in &copies {
        ask(other, &["comment", copy, "Hvad med stole?", "--yes"]);
    }
    let listed = until(lead, &["comment", "list", "GLX-MOB"], |listed| {
        listed["comments"].as_array().map(Vec::len) == Some(2)
    });
    let on: Vec<(&Value, bool)> = listed["comments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|comment| {
            let copy = &comment["copy"];
            (&copy["group_name"], copy["hearing_of"].is_string())
        })
        .collect();
    assert_eq!(
        on,
        [(&"Møbelgruppen".into(), false), (&"Alle".into(), true)],
        "{listed}"
    );
    let on = listed["comments"].as_array().unwrap().iter();
    on.map(|comment| text(&comment["copy"]["document"]))
        .collect()
}

#[test]
fn a_follower_is_told_what_others_say_and_offer_about_what_it_follows() {
    let pair = pair();
    let (lead, other) = (pair.lead.path(), pair.other.path());
    ask(lead, &["project", "import", PROJECTS, "--yes"]);
    ask(lead, &["pack", "import", PACK]);
    ask(lead, &["pack", "publish", "GLX-EMB", "--yes"]);
    released(other, 1);
    ask(other, &["inbox", "read"]);
    for target in ["GLX-EMB", "project:plast-og-emballage"] {
        ask(other, &["follow", target]);
    }
    let say: [&[&str]; 3] = [
        &["comment", "GLX-EMB-001", "Se også vejledningen", "--yes"],
        &[
            "question",
            "ask",
            "Hvem er med?",
            "--about",
            "plast-og-emballage",
            "--yes",
        ],
        &[
            "resource",
            "add",
            "--kind",
            "link",
            "--title",
            "Vejledning",
            "--description",
            "Om kasser",
            "--licence",
            "CC BY 4.0",
            "--address",
            "https://example.org/kasser",
            "--project",
            "plast-og-emballage",
            "--yes",
        ],
    ];
    for said in say {
        ask(lead, said);
    }
    for event in ["commented", "asked", "resource"] {
        let inbox = told(other, event);
        assert!(has(&inbox, event, "followed"), "{inbox}");
    }
}

#[test]
fn a_cpr_number_is_never_shared_in_whatever_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    ask(data, &["init", "--member", "0159"]);
    let _daemon = serve(data);
    let projects = data.join("indsats.toml");
    let said = "Ringet til 010180-1234";
    let file = std::fs::read_to_string(PROJECTS).unwrap();
    let file = file.replacen("Energi- og klimaplaner", said, 1);
    assert!(file.contains(said), "{file}");
    std::fs::write(&projects, file).unwrap();
    ask(data, &["project", "import", PROJECTS, "--yes"]);
    let project = "cirkulaere-indkoeb";
    let question = ["question", "ask", "Hvem?", "--about", project, "--yes"];
    let question = made(&ask(data, &question));
    let writings: [&[&str]; 9] = [
        &["participation", "set", project, "--status", said],
        &["comment", project, said],
        &["question", "ask", said, "--title", "Hvem?"],
        &["question", "ask", "Hvem?", "--title", said],
        &["question", "escalate", &question, "--to", said],
        &["answer", &question, said],
        &[
            "resource",
            "add",
            "--kind",
            "link",
            "--title",
            "Vejledning",
            "--description",
            said,
            "--licence",
            "CC BY 4.0",
            "--address",
            "https://example.org",
        ],
        &["profile", "set", "--name-da", said],
        &["project", "create", "ny", "--title", "Ny", "--aim", said],
    ];
    let import: &[&str] = &["project", "import", projects.to_str().unwrap()];
    for writing in writings.into_iter().chain([import]) {
        for how in ["--yes", "--preview"] {
            let refused = refused(data, &[writing, &[how]].concat());
            assert_eq!(refused.0, "person-cpr", "{writing:?} {refused:?}");
        }
    }
    let shared = [
        ask(data, &["participation", "show"]),
        ask(data, &["comment", "list", project]),
        ask(data, &["question", "list"]),
        ask(data, &["question", "show", &question]),
        ask(data, &["resource", "list"]),
        ask(data, &["profile", "show"]),
        ask(data, &["project", "list"]),
    ];
    for shown in shared {
        assert!(!shown.to_string().contains("010180"), "{shown}");
    }
}

#[test]
fn only_a_field_that_is_there_is_spoken_of() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    ask(data, &["init", "--member", "0159"]);
    let _daemon = serve(data);
    ask(data, &["pack", "import", PACK]);
    ask(data, &["pack", "publish", "GLX-EMB", "--yes"]);
    let about = [
        "question",
        "ask",
        "Hvad menes?",
        "--about",
        "GLX-EMB-001",
        "--yes",
        "--field",
    ];
    let comment = ["comment", "GLX-EMB-001", "Uklart", "--yes", "--field"];
    for field in ["nosuch.field", "evidence[99].text.da"] {
        for say in [about.as_slice(), &comment] {
            assert_eq!(refused(data, &[say, &[field]].concat()).0, "field");
        }
    }
    for say in [about.as_slice(), &comment] {
        ask(data, &[say, &["evidence[1].text.da"]].concat());
    }
}
