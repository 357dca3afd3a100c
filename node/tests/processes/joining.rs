//! A newcomer's way in, by the commands that people type, between two real processes.

use std::process::Stdio;
use std::time::Instant;

use serde_json::Value;
use tempfile::TempDir;

use super::pair::{PATIENCE, POLL, Running, ask, faelled, json, serve};

#[test]
fn a_newcomer_asks_waits_and_is_a_member_once_a_steward_approves() {
    let (lead, newcomer) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    ask(lead.path(), &["init", "--member", "0159"]);
    let (_daemon, _lines, address) = serve(lead.path());
    let ticket = ask(lead.path(), &["invite", "--address", &address]);
    let ticket = ticket["ticket"].as_str().unwrap();

    let prepared = ask(
        newcomer.path(),
        &["join", ticket, "--member", "Ballerup", "--no-wait"],
    );
    assert_eq!(
        (&prepared["member"], &prepared["standing"]),
        (&"dk-0151".into(), &"joining".into())
    );

    let join = [
        "join",
        ticket,
        "--member",
        "Ballerup",
        "--listen",
        "127.0.0.1:0",
    ];
    let mut waiting = faelled(newcomer.path(), &join);
    let mut waiting = Running(
        waiting
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let started = Instant::now();
    let request = loop {
        assert!(started.elapsed() < PATIENCE, "the request never came");
        let members = ask(lead.path(), &["members"]);
        if let Some(request) = members["requests"]
            .as_array()
            .and_then(|requests| requests.first())
        {
            break request.clone();
        }
        std::thread::sleep(POLL);
    };
    assert_eq!(request["member"], "dk-0151");
    assert_eq!(
        request["fingerprint"], prepared["fingerprint"],
        "steward and newcomer compare the same key"
    );

    ask(lead.path(), &["members", "approve", "0151", "--yes"]);
    while waiting.0.try_wait().unwrap().is_none() {
        assert!(
            started.elapsed() < PATIENCE,
            "the newcomer never learned that it is in"
        );
        std::thread::sleep(POLL);
    }
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut waiting.0.stdout.take().unwrap(), &mut answer).unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["standing"], "member");

    let again = ask(newcomer.path(), &join);
    assert_eq!(again["standing"], "member", "joining again changes nothing");
}

#[test]
fn a_second_federation_in_one_directory_is_refused() {
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    ask(one.path(), &["init", "--member", "0159"]);
    ask(other.path(), &["init", "--member", "0151"]);
    let ticket = ask(one.path(), &["invite", "--address", "127.0.0.1:9"]);
    let ticket = ticket["ticket"].as_str().unwrap();
    let output = faelled(other.path(), &["join", ticket, "--member", "0151"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let failure: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(failure["error"]["code"], "node-exists");
}

#[test]
fn a_directory_that_asks_already_takes_no_other_ticket_or_member() {
    let (lead, newcomer) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    ask(lead.path(), &["init", "--member", "0159"]);
    let invite = || {
        let invited = ask(lead.path(), &["invite", "--address", "127.0.0.1:9"]);
        invited["ticket"].as_str().unwrap().to_owned()
    };
    let (first, second) = (invite(), invite());
    let join = |ticket: &str, member: &str| {
        faelled(
            newcomer.path(),
            &["join", ticket, "--member", member, "--no-wait"],
        )
        .output()
        .unwrap()
    };
    json(&join(&first, "0151"));
    for running in [false, true] {
        let _daemon = running.then(|| serve(newcomer.path()));
        for (ticket, member) in [(&second, "0151"), (&first, "0153")] {
            let output = join(ticket, member);
            assert_eq!(output.status.code(), Some(3));
            let failure: Value = serde_json::from_slice(&output.stderr).unwrap();
            assert_eq!(failure["error"]["code"], "other-request");
            let said = failure["error"]["message"]["en"].as_str().unwrap();
            assert!(said.contains("dk-0151"), "{said}");
        }
        let same = json(&join(&first, "0151"));
        assert_eq!(same["standing"], "joining");
    }
}
