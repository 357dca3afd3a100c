//! What stewards decide, by the commands that people type, between real processes: who is let in, removed, given a
//! new key, and who the stewards are.

use std::fs::File;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use faelled::request::{Envelope, Request, Screen, trust};
use serde_json::Value;
use tempfile::TempDir;

use super::pair::{CREDENTIALS, Daemon, POLL, Running, ask, faelled, pair, refused, serve, until};

/// A node that runs.
struct Member {
    data: TempDir,
    daemon: Daemon,
}

impl Member {
    fn path(&self) -> &Path {
        self.data.path()
    }
}

fn founder() -> Member {
    let data = TempDir::new().unwrap();
    ask(data.path(), &["init", "--member", "0159"]);
    let daemon = serve(data.path());
    Member { data, daemon }
}

/// Asks to join at a steward's node, and runs on; it is not let in yet.
fn asking(steward: &Member, code: &str) -> Member {
    let data = TempDir::new().unwrap();
    let ticket = ask(steward.path(), &["invite", "--address", &steward.daemon.2]);
    let ticket = ticket["ticket"].as_str().unwrap();
    ask(
        data.path(),
        &["join", ticket, "--member", code, "--no-wait"],
    );
    let daemon = serve(data.path());
    let member = format!("dk-{code}");
    until(steward.path(), &["members"], |members| {
        let requests = members["requests"].as_array();
        requests.is_some_and(|all| {
            all.iter()
                .any(|one| one["member"] == *member && one["state"] == "waiting")
        })
    });
    Member { data, daemon }
}

fn is_member(data: &Path) {
    until(data, &["status"], |status| status["standing"] == "member");
}

fn knows(data: &Path, member: &str) {
    until(data, &["members"], |answer| names(answer, member));
}

fn names(members: &Value, member: &str) -> bool {
    let all = members["members"].as_array();
    all.is_some_and(|all| all.iter().any(|one| one["member"] == member))
}

fn joined(steward: &Member, code: &str) -> Member {
    let newcomer = asking(steward, code);
    let approved = ask(steward.path(), &["members", "approve", code, "--yes"]);
    assert_eq!(approved["decided"].as_array().unwrap().len(), 1);
    is_member(newcomer.path());
    newcomer
}

/// The proposal that changes this, as this node sees it.
fn proposed(data: &Path, change: &str) -> Value {
    let fits = |proposal: &Value| proposal["changes"]["en"].as_str().unwrap().contains(change);
    let seen = until(data, &["members", "proposals"], |answer| {
        let all = answer["proposals"].as_array();
        all.is_some_and(|all| all.iter().any(fits))
    });
    let all = seen["proposals"].as_array().unwrap();
    all.iter().find(|proposal| fits(proposal)).unwrap().clone()
}

fn hash(proposal: &Value) -> String {
    proposal["hash"].as_str().unwrap()[..32].to_owned()
}

/// What a command that fails says: its exit code, the failure's code and its hint.
fn failed(output: &Output) -> (Option<i32>, String, String) {
    let failure: Value = serde_json::from_slice(&output.stderr).unwrap();
    let error = &failure["error"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (
        output.status.code(),
        text(&error["code"]),
        text(&error["hint"]["en"]),
    )
}

fn question(data: &Path, title: &str) {
    let words = [
        "question",
        "ask",
        "Hvem har prøvet?",
        "--title",
        title,
        "--yes",
    ];
    ask(data, &words);
}

fn titles(questions: &Value) -> Vec<String> {
    let all = questions.as_array().unwrap().iter();
    all.map(|one| one["title_en"].as_str().unwrap_or_default().to_owned())
        .collect()
}

fn sees(data: &Path, title: &str) {
    until(data, &["question", "list"], |questions| {
        questions.is_array() && titles(questions).iter().any(|one| one == title)
    });
}

#[test]
fn two_of_three_stewards_decide_and_a_proposal_travels_to_them_by_itself() {
    let founder = founder();
    let (second, third) = (joined(&founder, "0151"), joined(&founder, "0161"));
    let appoint = [
        "members", "stewards", "0159", "0151", "0161", "--note", "we three", "--yes",
    ];
    let stated = ask(founder.path(), &appoint);
    assert_eq!(stated["decided"], serde_json::json!([]), "{stated}");

    let appointment = proposed(second.path(), "dk-0151 a steward");
    assert_eq!(appointment["needed"], 2, "one of before, two of its own");
    assert_eq!(appointment["approved"], serde_json::json!(["dk-0159"]));
    assert_eq!(
        appointment["missing"],
        serde_json::json!(["dk-0151", "dk-0161"])
    );
    assert_eq!(appointment["note"], "we three");
    let short = &hash(&appointment)[..31];
    let mut too_short = faelled(second.path(), &["members", "approve", short, "--yes"]);
    let (_, code, _) = failed(&too_short.output().unwrap());
    assert_eq!(code, "too-short");
    let approved = ask(
        second.path(),
        &["members", "approve", &hash(&appointment), "--yes"],
    );
    assert_eq!(
        approved["decided"].as_array().unwrap().len(),
        1,
        "{approved}"
    );
    for data in [founder.path(), second.path(), third.path()] {
        until(data, &["members", "proposals"], |answer| {
            answer["threshold"] == 2 && answer["stewards"].as_array().map(Vec::len) == Some(3)
        });
    }

    let newcomer = asking(&second, "0167");
    let stated = ask(second.path(), &["members", "propose", "0167", "--yes"]);
    assert_eq!(
        stated["decided"],
        serde_json::json!([]),
        "one is not enough"
    );
    let admission = proposed(third.path(), "dk-0167");
    let shown = admission["changes"]["en"].as_str().unwrap();
    let key = ask(newcomer.path(), &["key", "show"]);
    let key = key["fingerprint"].as_str().unwrap();
    assert!(shown.contains(key), "{shown} names the key {key}");
    let waiting = ask(third.path(), &["members"]);
    assert_eq!(waiting["proposals"], 1);
    assert!(!names(&waiting, "dk-0167"));
    let approved = ask(third.path(), &["members", "approve", "0167", "--yes"]);
    assert_eq!(
        approved["decided"].as_array().unwrap().len(),
        1,
        "{approved}"
    );
    is_member(newcomer.path());
    for data in [founder.path(), second.path(), third.path(), newcomer.path()] {
        knows(data, "dk-0167");
    }

    // A rejection is seen by whoever proposed, with its reason.
    ask(
        second.path(),
        &["members", "remove", "0167", "--note", "too big", "--yes"],
    );
    let removal = proposed(founder.path(), "removes");
    let no = [
        "members",
        "reject",
        &hash(&removal),
        "--reason",
        "not agreed",
        "--yes",
    ];
    let stated = ask(founder.path(), &no);
    assert_eq!(stated["decided"], serde_json::json!([]));
    let seen = until(second.path(), &["members", "proposals"], |answer| {
        answer["proposals"][0]["rejected"]
            .as_array()
            .is_some_and(|rejected| !rejected.is_empty())
    });
    assert_eq!(
        seen["proposals"][0]["rejected"],
        serde_json::json!([["dk-0159", "not agreed"]])
    );
    assert!(names(&ask(founder.path(), &["members"]), "dk-0167"));

    // No second reason is taken, and an approval is not taken back: both are told, and nothing changes.
    let once_more = ["members", "reject", &hash(&removal), "--reason", "still"];
    let once_more: Vec<&str> = once_more.into_iter().chain(["--yes"]).collect();
    for (node, code) in [
        (founder.path(), "rejected-already"),
        (second.path(), "approved-already"),
    ] {
        assert_eq!(refused(node, &once_more).0, code);
        let now = ask(node, &["members", "proposals"]);
        assert_eq!(now["proposals"], seen["proposals"], "{code}");
    }
}

#[test]
fn a_removed_member_is_disconnected_and_what_it_writes_afterwards_counts_nowhere() {
    let founder = founder();
    let (removed, third) = (joined(&founder, "0151"), joined(&founder, "0161"));
    question(removed.path(), "Before");
    for data in [founder.path(), third.path()] {
        sees(data, "Before");
    }
    ask(founder.path(), &["members", "remove", "0151", "--yes"]);
    let is_gone = |status: &Value| {
        let peers = status["peers"].as_array().unwrap();
        peers.iter().all(|peer| peer["member"] != "dk-0151")
    };
    for data in [founder.path(), third.path()] {
        until(data, &["members"], |members| !names(members, "dk-0151"));
        until(data, &["status"], is_gone);
    }
    // It may refuse to write, where it has heard of it; then there is nothing that could count.
    let words = ["question", "ask", "Og nu?", "--title", "After", "--yes"];
    drop(faelled(removed.path(), &words).output().unwrap());
    // What a present member writes goes all the way, and what the removed one wrote did not come with it.
    question(third.path(), "Later");
    sees(founder.path(), "Later");
    for data in [founder.path(), third.path()] {
        let seen = titles(&ask(data, &["question", "list"]));
        assert!(
            seen.contains(&"Before".to_owned()),
            "what was shared stays: {seen:?}"
        );
        assert!(!seen.contains(&"After".to_owned()), "{seen:?}");
        assert!(is_gone(&ask(data, &["status"])));
    }
}

#[test]
fn a_member_that_lost_everything_gets_a_new_key_and_its_own_entries_back() {
    let founder = founder();
    let lost = joined(&founder, "0151");
    question(lost.path(), "Before");
    sees(founder.path(), "Before");
    drop(lost);

    let again = asking(&founder, "0151");
    let members = ask(founder.path(), &["members"]);
    assert_eq!(members["requests"][0]["has_new_key"], true);
    let (code, said) = refused(founder.path(), &["members", "approve", "0151"]);
    assert_eq!(code, "asks-with-another-key", "{said}");
    let approved = ask(
        founder.path(),
        &["members", "approve", "0151", "--rekey", "--yes"],
    );
    assert_eq!(
        approved["decided"].as_array().unwrap().len(),
        1,
        "{approved}"
    );
    is_member(again.path());
    sees(again.path(), "Before");
    question(again.path(), "After");
    for data in [founder.path(), again.path()] {
        sees(data, "After");
        sees(data, "Before");
    }
}

/// Runs a daemon in a life of its own: no witness of an earlier one is there.
fn serve_anew(data: &Path, run_time: &Path) -> Running {
    use std::io::{BufRead, BufReader};
    let mut command = faelled(data, &["serve", "--listen", "127.0.0.1:0"]);
    command
        .env_remove("RUNTIME_DIRECTORY")
        .env("XDG_RUNTIME_DIR", run_time);
    let mut daemon = Running(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    let mut lines = BufReader::new(daemon.0.stdout.take().unwrap());
    lines.read_line(&mut line).unwrap();
    assert!(line.contains("listening"), "{line}");
    daemon
}

#[test]
fn a_steward_s_node_that_has_met_nobody_since_it_was_started_anew_signs_only_when_told_to() {
    let pair = pair();
    let (lead, other) = (pair.lead, pair.other);
    drop(pair.daemons);
    let run_time = TempDir::new().unwrap();
    let _daemon = serve_anew(lead.path(), run_time.path());
    let remove = ["members", "remove", "0151", "--yes"];
    let output = faelled(lead.path(), &remove).output().unwrap();
    let (exit, code, hint) = failed(&output);
    assert_eq!((exit, code.as_str()), (Some(4), "not-in-touch"));
    assert!(hint.contains("--unmet"), "{hint}");
    assert!(names(&ask(lead.path(), &["members"]), "dk-0151"));
    let told = [&remove[..], &["--unmet"]].concat();
    let stated = ask(lead.path(), &told);
    assert_eq!(stated["decided"].as_array().unwrap().len(), 1, "{stated}");
    assert!(!names(&ask(lead.path(), &["members"]), "dk-0151"));
    drop(other);
}

#[test]
fn an_approval_of_a_second_proposal_for_the_same_version_must_be_meant() {
    let pair = pair();
    let lead = pair.lead.path();
    let stated = ask(lead, &["members", "stewards", "0159", "0151", "--yes"]);
    assert_eq!(stated["proposals"][0]["needed"], 2, "{stated}");
    let remove = ["members", "remove", "0151", "--yes"];
    let output = faelled(lead, &remove).output().unwrap();
    let (exit, code, hint) = failed(&output);
    assert_eq!((exit, code.as_str()), (Some(1), "approved-another"));
    assert!(hint.contains("--instead"), "{hint}");
    assert!(names(&ask(lead, &["members"]), "dk-0151"));
    let stated = ask(lead, &[&remove[..], &["--instead"]].concat());
    assert_eq!(stated["decided"].as_array().unwrap().len(), 1, "{stated}");
}

#[test]
fn who_is_no_steward_is_told_so_and_signs_nothing() {
    let pair = pair();
    let other = pair.other.path();
    for words in [
        ["members", "remove", "0159"],
        ["members", "propose", "0161"],
        ["members", "approve", "0161"],
        ["members", "stewards", "0151"],
        ["members", "decline", "0161"],
    ] {
        let (code, said) = refused(other, &words);
        assert_eq!(code, "not-a-steward", "{words:?}: {said}");
    }
    let (code, _) = refused(other, &["members", "reject", "abcdef"]);
    assert_eq!(code, "no-such-proposal");
    let shown = ask(other, &["members", "proposals"]);
    assert_eq!(shown["proposals"], serde_json::json!([]));
    assert_eq!(shown["is_steward"], false);
}

#[test]
fn only_the_steward_s_own_key_and_the_right_passphrase_sign() {
    let pair = pair();
    let lead = pair.lead.path();
    let before = ask(lead, &["members", "proposals"])["roster_version"].clone();
    let wrong: PathBuf = pair.other.path().join("wrong");
    File::create(&wrong)
        .unwrap()
        .write_all(b"a deep dark forest\n")
        .unwrap();
    let mut command = faelled(lead, &["members", "remove", "0151", "--yes"]);
    let output = command
        .args(["--passphrase-fd", "0"])
        .env_remove("CREDENTIALS_DIRECTORY")
        .stdin(File::open(&wrong).unwrap())
        .output()
        .unwrap();
    assert_eq!(failed(&output).1, "wrong-passphrase");

    let another = pair.other.path().join("identity.key");
    let another = another.to_str().unwrap();
    let words = ["members", "remove", "0151", "--yes", "--identity", another];
    assert_eq!(refused(lead, &words).0, "another-identity-key");
    let now = ask(lead, &["members", "proposals"]);
    assert_eq!(now["roster_version"], before);
    assert_eq!(now["proposals"], serde_json::json!([]));

    let kept = TempDir::new().unwrap();
    let kept = kept.path().join("gladsaxe.key");
    let kept = kept.to_str().unwrap();
    ask(lead, &["key", "export", kept, "--move"]);
    let (exit, code, hint) = failed(
        &faelled(lead, &["members", "remove", "0151", "--yes"])
            .output()
            .unwrap(),
    );
    assert_eq!((exit, code.as_str()), (Some(3), "no-identity-key"));
    assert!(hint.contains("--identity"), "{hint}");
    let stated = ask(
        lead,
        &["members", "remove", "0151", "--yes", "--identity", kept],
    );
    assert_eq!(stated["decided"].as_array().unwrap().len(), 1, "{stated}");
}

#[test]
fn what_is_about_to_be_signed_is_shown_before_it_is_signed() {
    let pair = pair();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_faelled"))
            .args(arguments)
            .env("FAELLED_DATA", pair.lead.path())
            .env("FAELLED_LANG", "en")
            .env("CREDENTIALS_DIRECTORY", CREDENTIALS)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    // Without a passphrase nothing is signed, and what would have been is shown all the same.
    let remove = ["members", "remove", "0151", "--note", "merged", "--yes"];
    let unsigned = Command::new(env!("CARGO_BIN_EXE_faelled"))
        .args(remove)
        .env("FAELLED_DATA", pair.lead.path())
        .env("FAELLED_LANG", "en")
        .env_remove("CREDENTIALS_DIRECTORY")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(!unsigned.status.success());
    let signed = run(&remove);
    for output in [&unsigned, &signed] {
        let shown = String::from_utf8_lossy(&output.stderr);
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        for told in [
            "About to be signed for dk-0159",
            "removes Ballerup",
            "merged",
        ] {
            assert!(shown.contains(told), "{told}: {shown}");
        }
    }
    let answer = String::from_utf8(signed.stdout).unwrap();
    let answer = answer.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        answer,
        "Ballerup Kommune (dk-0151) is a member no longer, in version 3 of the roster."
    );
}

#[test]
fn without_a_person_who_agrees_nothing_is_signed() {
    let pair = pair();
    let lead = pair.lead.path();
    let before = ask(lead, &["members", "proposals"]);
    for words in [
        &["members", "remove", "0151"][..],
        &["members", "stewards", "0159", "0151"],
        &["key", "renew"],
    ] {
        let output = faelled(lead, words).output().unwrap();
        let (exit, code, hint) = failed(&output);
        assert_eq!((exit, code.as_str()), (Some(1), "not-confirmed"));
        assert!(hint.contains("--yes"), "{hint}");
    }
    assert_eq!(ask(lead, &["members", "proposals"]), before);
}

/// Answers one command with what another asked for.
fn answer_with(socket: &Path, answer: &[u8]) {
    let listener = UnixListener::bind(socket).unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
    stream.write_all(answer).unwrap();
}

/// What a daemon answers to a request, as it stands on the socket.
fn answered(socket: &Path, request: &Request) -> Vec<u8> {
    let screen = Screen {
        danish: false,
        columns: 100,
    };
    let envelope = Envelope {
        request: request.clone(),
        screen,
    };
    let mut stream = UnixStream::connect(socket).unwrap();
    stream
        .write_all(&serde_json::to_vec(&envelope).unwrap())
        .unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

#[test]
fn a_daemon_in_other_hands_gets_no_signature_on_what_nobody_asked_for() {
    let pair = pair();
    let lead = pair.lead.path();
    let socket = lead.join("faelled.sock");
    let change = trust::Change::Stewards {
        stewards: vec!["dk-0151".parse().unwrap()],
        threshold: None,
    };
    let request = Request::Trust(trust::Request::Plan { change, note: None });
    let planned = answered(&socket, &request);
    drop(pair.daemons);
    std::fs::remove_file(&socket).unwrap();

    let hostile = {
        let socket = socket.clone();
        std::thread::spawn(move || answer_with(&socket, &planned))
    };
    while !socket.exists() {
        std::thread::sleep(POLL);
    }
    let remove = ["members", "remove", "0151", "--yes"];
    let output = faelled(lead, &remove).output().unwrap();
    let (exit, code, _) = failed(&output);
    assert_eq!((exit, code.as_str()), (Some(3), "not-as-asked"));
    hostile.join().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    for told in ["removes Ballerup", "makes dk-0159 a steward no longer"] {
        assert!(said.contains(told), "{told}: {said}");
    }
}
