//! What a person is told when something is not as it should be: each time with its name, an exit code and
//! what to do.

use std::fs;
use std::net::UdpSocket;
use std::path::Path;

use faelled_proto::ticket::NodeAddress;
use faelled_proto::{FederationId, SecretKey, Ticket};
use faelled_tests::daemon::Daemon;
use faelled_tests::member::make_founder;
use faelled_tests::program;
use serde_json::Value;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// Runs a command that must fail; returns its exit code and the error as JSON.
fn refused(directory: &Path, arguments: &[&str]) -> (i32, Value) {
    let data = ["--json", "--data", directory.to_str().unwrap()];
    let output = program::run(arguments.iter().copied().chain(data)).unwrap();
    assert!(!output.status.success(), "{arguments:?} succeeded");
    let said = String::from_utf8(output.stderr).unwrap();
    let error: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("not JSON: {said}"));
    (output.status.code().unwrap(), error["error"].clone())
}

#[track_caller]
fn is_refused(directory: &Path, arguments: &[&str], exit: i32, code: &str) -> Value {
    let (found, error) = refused(directory, arguments);
    assert_eq!(
        (found, error["code"].as_str()),
        (exit, Some(code)),
        "{error:#}"
    );
    for language in ["en", "da"] {
        assert!(
            error["message"][language]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{error:#}"
        );
        assert!(
            error["hint"][language]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "no hint: {error:#}"
        );
    }
    error
}

fn node() -> (tempfile::TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let node = directory.path().join("node");
    block_on(make_founder(&node, "0159")).unwrap();
    (directory, node)
}

#[test]
fn where_no_node_is_that_is_said_and_nothing_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("nothing");
    for command in [
        &["status"][..],
        &["pack", "list"],
        &["serve"],
        &["mirror", "rebuild"],
    ] {
        is_refused(&path, command, 3, "no-node");
    }
    assert!(!path.exists());
}

#[test]
fn a_second_node_is_not_made_over_the_first() {
    let (_directory, node) = node();
    is_refused(&node, &["init", "--member", "0151"], 3, "node-exists");
}

#[test]
fn an_unknown_municipality_code_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let error = is_refused(
        &directory.path().join("x"),
        &["init", "--member", "0999"],
        1,
        "unknown-member",
    );
    assert!(error["message"]["en"].as_str().unwrap().contains("0999"));
}

#[test]
fn a_wrong_a_mistyped_and_an_expired_ticket_are_told_before_anything_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x");
    let ticket = Ticket {
        federation: FederationId::of(&[b"x"]),
        roster: faelled_proto::RosterHash::of(&[b"y"]),
        addresses: vec![NodeAddress {
            address: "127.0.0.1:9".parse().unwrap(),
            node_key: SecretKey::from_seed(&[1; 32]).node_key(),
        }],
        secret: [1; 16],
        expires_ms: 1_000,
    };
    let expired = ticket.to_string();
    let mistyped = Ticket {
        expires_ms: u64::MAX,
        ..ticket
    }
    .to_string();
    let mistyped = format!("{}a", &mistyped[..mistyped.len() - 1]);
    let join =
        |ticket: &str, code| is_refused(&path, &["join", ticket, "--member", "0151"], 1, code);
    join("hello", "not-a-ticket");
    join(&mistyped, "mistyped-ticket");
    join(&expired, "expired-ticket");
    assert!(!path.exists());
}

#[test]
fn a_taken_port_is_named() {
    let (_directory, node) = node();
    let holder = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    let error = is_refused(&node, &["serve", "--listen", &address], 4, "port-taken");
    assert!(error["message"]["en"].as_str().unwrap().contains(&address));
}

#[test]
fn a_directory_that_another_process_holds_is_named() {
    let (_directory, node) = node();
    let lock = fs::File::options()
        .write(true)
        .open(node.join("lock"))
        .unwrap();
    lock.lock().unwrap();
    let error = is_refused(&node, &["status"], 3, "locked");
    assert!(
        error["message"]["en"]
            .as_str()
            .unwrap()
            .contains(node.to_str().unwrap())
    );
    drop(lock);
    assert!(program::json(["status", "--data", node.to_str().unwrap()]).is_ok());
}

#[test]
fn a_second_daemon_is_refused_and_the_first_goes_on() {
    let (_directory, node) = node();
    let daemon = block_on(Daemon::start(&node)).unwrap();
    is_refused(&node, &["serve", "--listen", "127.0.0.1:0"], 3, "locked");
    assert!(block_on(daemon.status()).is_ok());
    daemon.stop().unwrap();
}

#[test]
fn a_damaged_store_and_a_damaged_key_are_named_and_left_as_they_are() {
    let (_directory, node) = node();
    let key = fs::read(node.join("node.key")).unwrap();
    fs::write(node.join("node.key"), "nonsense").unwrap();
    let error = is_refused(&node, &["status"], 3, "damaged");
    assert!(
        error["message"]["en"]
            .as_str()
            .unwrap()
            .contains("node.key")
    );
    fs::write(node.join("node.key"), key).unwrap();
    assert!(program::json(["status", "--data", node.to_str().unwrap()]).is_ok());

    let mut store = fs::read(node.join("node.db")).unwrap();
    let middle = store.len() / 2;
    store[..middle].fill(0x5a);
    fs::write(node.join("node.db"), &store).unwrap();
    let error = is_refused(&node, &["status"], 3, "damaged");
    assert!(error["message"]["en"].as_str().unwrap().contains("node.db"));
    assert_eq!(fs::read(node.join("node.db")).unwrap(), store);
}

#[test]
fn a_damaged_or_missing_mirror_comes_back_by_itself() {
    let (_directory, node) = node();
    let data = node.to_str().unwrap();
    let pack = program::example("packs/packaging.toml");
    program::json(["pack", "import", "--data", data, pack.to_str().unwrap()]).unwrap();
    let before = program::json(["requirement", "list", "--data", data]).unwrap();
    assert!(
        before.as_array().is_some_and(|list| list.len() >= 8),
        "{before:#}"
    );
    fs::write(node.join("mirror.db"), "not a database").unwrap();
    assert_eq!(
        program::json(["requirement", "list", "--data", data]).unwrap(),
        before
    );
    fs::remove_file(node.join("mirror.db")).unwrap();
    assert_eq!(
        program::json(["requirement", "list", "--data", data]).unwrap(),
        before
    );
}

#[test]
fn a_file_with_faults_is_not_imported_and_every_fault_has_its_line() {
    let (directory, node) = node();
    let file = directory.path().join("pack.toml");
    let text = fs::read_to_string(program::example("packs/packaging.toml")).unwrap();
    fs::write(
        &file,
        text.replacen("level = \"basic\"", "level = \"heroic\"", 1)
            .replacen("44617100", "44617199", 1),
    )
    .unwrap();
    let error = is_refused(
        &node,
        &["pack", "import", file.to_str().unwrap()],
        1,
        "file",
    );
    let details: Vec<&str> = error["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|said| said["en"].as_str().unwrap())
        .collect();
    assert!(
        details
            .iter()
            .any(|line| line.contains("pack.toml:") && line.contains("heroic")),
        "{details:#?}"
    );
    assert!(
        details.iter().any(|line| line.contains("44617199")),
        "{details:#?}"
    );
    let packs = program::json(["pack", "list", "--data", node.to_str().unwrap()]).unwrap();
    assert_eq!(packs, serde_json::json!([]));
}

#[test]
fn an_identity_key_that_is_there_is_never_written_over() {
    let (_directory, node) = node();
    let key = fs::read(node.join("identity.key")).unwrap();
    fs::remove_file(node.join("node.db")).unwrap();
    let data = node.to_str().unwrap();
    program::json(["init", "--member", "0159", "--data", data]).unwrap();
    assert_eq!(fs::read(node.join("identity.key")).unwrap(), key);
}

#[test]
fn the_same_content_is_not_released_twice_by_mistake() {
    let (_directory, node) = node();
    let data = node.to_str().unwrap();
    let pack = program::example("packs/packaging.toml");
    program::json(["pack", "import", "--data", data, pack.to_str().unwrap()]).unwrap();
    program::json(["pack", "publish", "GLX-EMB", "--yes", "--data", data]).unwrap();
    is_refused(
        &node,
        &["pack", "publish", "GLX-EMB", "--yes"],
        1,
        "unchanged",
    );
    let again = [
        "pack",
        "publish",
        "GLX-EMB",
        "--yes",
        "--version",
        "1.0.1",
        "--data",
        data,
    ];
    assert_eq!(program::json(again).unwrap()["version"], "1.0.1");
    is_refused(
        &node,
        &["pack", "publish", "GLX-EMB", "--yes", "--version", "1.0.1"],
        1,
        "version",
    );
}

#[test]
fn a_store_that_was_lost_is_told_and_no_new_node_is_made_in_its_place() {
    let (_directory, node) = node();
    let data = node.to_str().unwrap();
    program::json(["status", "--data", data]).unwrap();
    let key = fs::read(node.join("node.key")).unwrap();
    fs::remove_file(node.join("node.db")).unwrap();
    is_refused(&node, &["status"], 3, "store-lost");
    is_refused(&node, &["init", "--member", "0159"], 3, "store-lost");
    assert_eq!(fs::read(node.join("node.key")).unwrap(), key);
}
