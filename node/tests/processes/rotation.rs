//! A node's key: its certificate renewed, the key replaced, a lost one revoked.

use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Instant;

use faelled_proto::NodeCertificate;
use faelled_proto::canonical::{decode, encode};
use serde_json::Value;
use tempfile::TempDir;

use super::doctor::{doctor, severity};
use super::pair::{PATIENCE, POLL, ask, faelled, pair, refused, serve, until};

const PACKS: [&str; 2] = [
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/packs/furniture.toml"
    ),
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/packs/packaging.toml"
    ),
];
const CODES: [&str; 2] = ["GLX-MOB", "GLX-EMB"];

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn publish(data: &Path, pack: usize) {
    ask(data, &["pack", "import", PACKS[pack]]);
    ask(data, &["pack", "publish", CODES[pack], "--yes"]);
}

fn has_pack(answer: &Value, code: &str) -> bool {
    let packs = answer.as_array().unwrap();
    packs
        .iter()
        .any(|pack| pack["code"] == code && pack["space"] == "commons")
}

fn key(data: &Path) -> String {
    ask(data, &["key", "show"])["node_key"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn code_of(output: &Output) -> String {
    let failure: Value = serde_json::from_slice(&output.stderr).unwrap();
    failure["error"]["code"].as_str().unwrap().to_owned()
}

/// Waits until the doctor says this of something.
fn until_found(data: &Path, code: &str, text: &str) {
    let started = Instant::now();
    loop {
        let (found, _) = doctor(data);
        let says = |finding: &Value| {
            finding["code"] == code && finding["what"]["en"].as_str().unwrap().contains(text)
        };
        if found.iter().any(says) {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "{found:?}");
        std::thread::sleep(POLL);
    }
}

#[test]
fn a_certificate_is_renewed_while_the_node_runs_and_used_from_then_on() {
    let pair = pair();
    let data = pair.other.path();
    let before = ask(data, &["key", "show"]);
    let renewed = ask(data, &["key", "renew", "--days", "1000", "--yes"]);
    assert!(renewed["done"]["en"].is_string());
    let after = ask(data, &["key", "show"]);
    assert_eq!(after["node_key"], before["node_key"]);
    assert!(after["expires"].as_str() > before["expires"].as_str());
    publish(data, 0);
    until(pair.lead.path(), &["pack", "list"], |packs| {
        has_pack(packs, CODES[0])
    });

    let [lead, other] = pair.daemons;
    drop(other);
    assert_eq!(ask(data, &["key", "show"])["expires"], after["expires"]);
    let _again = serve(data);
    until(data, &["status"], |status| {
        status["peers"]
            .as_array()
            .is_some_and(|peers| peers.len() == 1)
    });
    drop(lead);
}

#[test]
fn a_replaced_key_ends_for_whoever_copied_it_and_all_that_it_wrote_counts() {
    let pair = pair();
    let (lead, data) = (pair.lead.path(), pair.other.path());
    publish(data, 0);
    until(lead, &["pack", "list"], |packs| has_pack(packs, CODES[0]));
    let running = faelled(data, &["key", "rotate", "--yes"]).output().unwrap();
    assert_eq!(running.status.code(), Some(3));
    assert_eq!(code_of(&running), "running");

    let [_lead, other] = pair.daemons;
    drop(other);
    let stolen = TempDir::new().unwrap();
    copy(data, stolen.path());
    let old = key(data);
    let rotated = ask(data, &["key", "rotate", "--yes"]);
    assert_eq!(rotated["revoked"], old.as_str());
    assert_eq!(key(data), rotated["node_key"].as_str().unwrap());
    assert!(!data.join("node.key.next").exists());
    let shown = ask(data, &["key", "show"]);
    assert_eq!(shown["other_nodes"][0]["node_key"], *old);
    assert_eq!(shown["other_nodes"][0]["revoked"], true);
    assert_eq!(shown["revoked"], false);
    let _daemon = serve(data);
    publish(data, 1);
    let packs = until(lead, &["pack", "list"], |packs| has_pack(packs, CODES[1]));
    assert!(has_pack(&packs, CODES[0]), "what the old key wrote counts");

    let _thief = serve(stolen.path());
    until(lead, &["status"], |status| {
        let notices = status["notices"].as_array().unwrap();
        notices.iter().any(|notice| {
            let what = notice["what"]["en"].as_str().unwrap();
            what.contains("sent away") && what.contains("revoked")
        })
    });
    // Whoever runs the copy is told why nobody connects to it.
    until_found(stolen.path(), "peers", "sent this one away");
    let (found, _) = doctor(data);
    for code in ["voided", "membership", "equivocation"] {
        assert_eq!(severity(&found, code), "good");
    }
}

#[test]
fn whoever_runs_a_copy_of_a_directory_beside_it_is_told_by_the_doctor_of_both() {
    let pair = pair();
    let data = pair.other.path();
    let [_lead, other] = pair.daemons;
    drop(other);
    let copied = TempDir::new().unwrap();
    copy(data, copied.path());
    let _original = serve(data);
    until(data, &["status"], |status| {
        status["peers"]
            .as_array()
            .is_some_and(|peers| peers.len() == 1)
    });
    assert_eq!(severity(&doctor(data).0, "copies"), "good");
    let _copy = serve(copied.path());
    for node in [data, copied.path()] {
        until_found(node, "copies", "another node connects with this node's key");
    }
}

#[test]
fn a_replacement_that_breaks_off_anywhere_is_finished_or_undone_by_the_next_start() {
    let place = TempDir::new().unwrap();
    let [whole, before, between, torn] =
        ["whole", "before", "between", "torn"].map(|name| place.path().join(name));
    ask(&whole, &["init", "--member", "0159"]);
    publish(&whole, 0);
    let old = key(&whole);
    let old_file = fs::read(whole.join("node.key")).unwrap();
    copy(&whole, &before);
    let rotated = ask(&whole, &["key", "rotate", "--yes"]);
    let new = rotated["node_key"].as_str().unwrap();
    let new_file = fs::read(whole.join("node.key")).unwrap();
    let certificate = ask(&whole, &["key", "show"])["expires"].clone();

    // Only the new key's file was written: nothing happened.
    fs::write(before.join("node.key.next"), &new_file).unwrap();
    assert_eq!(key(&before), old);
    assert!(!before.join("node.key.next").exists());
    publish(&before, 1);

    // Both the statements and the certificate were stored, and the key was not put into its place.
    copy(&whole, &between);
    fs::write(between.join("node.key"), &old_file).unwrap();
    fs::write(between.join("node.key.next"), &new_file).unwrap();
    assert_eq!(key(&between), new);
    assert!(!between.join("node.key.next").exists());
    publish(&between, 1);

    // The statements were stored, and nothing else.
    copy(&whole, &torn);
    fs::write(torn.join("node.key"), &old_file).unwrap();
    fs::write(torn.join("node.key.next"), &new_file).unwrap();
    put_certificate(&torn, &certificate_of(&before));
    assert_eq!(key(&torn), new);
    let shown = ask(&torn, &["key", "show"]);
    assert_eq!(shown["expires"], certificate);
    publish(&torn, 1);
    for data in [&whole, &between, &torn] {
        let (found, _) = doctor(data);
        assert_eq!(severity(&found, "identity-key"), "good");
        assert_eq!(severity(&found, "voided"), "good");
        assert_eq!(severity(&found, "membership"), "good");
    }
}

#[test]
fn a_certificate_that_the_member_never_signed_is_not_renewed() {
    let place = TempDir::new().unwrap();
    let [own, other] = ["own", "other"].map(|name| place.path().join(name));
    for data in [&own, &other] {
        ask(data, &["init", "--member", "0159"]);
    }
    let read = |data| -> NodeCertificate { decode(&certificate_of(data), 1024).unwrap() };
    // Whoever has the daemon can write its settings, and put a key of its own there.
    let mut certificate = read(&own);
    certificate.claim.node_key = read(&other).claim.node_key;
    put_certificate(&own, &encode(&certificate));
    let output = faelled(&own, &["key", "renew", "--yes"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(code_of(&output), "damaged");
    assert_eq!(read(&own), certificate, "nothing was signed");
}

fn certificate_of(data: &Path) -> Vec<u8> {
    sql(data, async |connection| {
        let query = "SELECT value FROM setting WHERE key = 'certificate'";
        sqlx::query_scalar(query)
            .fetch_one(connection)
            .await
            .unwrap()
    })
}

fn put_certificate(data: &Path, certificate: &[u8]) {
    sql(data, async |connection| {
        let query = "UPDATE setting SET value = ? WHERE key = 'certificate'";
        let query = sqlx::query(query).bind(certificate);
        let done = query.execute(connection).await.unwrap();
        assert_eq!(done.rows_affected(), 1);
    });
}

fn sql<T>(data: &Path, work: impl AsyncFnOnce(&mut sqlx::SqliteConnection) -> T) -> T {
    use sqlx::{ConnectOptions, Connection};
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.join("node.db"));
        let mut connection = options.connect().await.unwrap();
        let outcome = work(&mut connection).await;
        connection.close().await.unwrap();
        outcome
    })
}

/// A second node of a member, made with a copy of its identity key.
struct Second {
    place: TempDir,
    copy: std::path::PathBuf,
}

fn second(first: &Path, address: &str, member: &str) -> Second {
    let place = TempDir::new().unwrap();
    let copy = place.path().join("copy.key");
    let file = copy.to_str().unwrap();
    ask(first, &["key", "export", file]);
    let ticket = ask(first, &["invite", "--address", address]);
    let ticket = ticket["ticket"].as_str().unwrap();
    let data = place.path().join("node");
    let join = ["join", ticket, "--member", member, "--identity", file];
    let listen = ["--listen", "127.0.0.1:0"];
    let join: Vec<&str> = join.into_iter().chain(listen).collect();
    ask(&data, &join);
    Second { place, copy }
}

impl Second {
    fn data(&self) -> std::path::PathBuf {
        self.place.path().join("node")
    }
}

#[test]
fn a_second_node_of_a_member_has_its_private_drafts_too() {
    let pair = pair();
    let (lead, other) = (pair.lead.path(), pair.other.path());
    ask(lead, &["pack", "import", PACKS[0]]);
    let second = second(lead, &pair.daemons[0].2, "0159");
    assert!(second.copy.exists());
    let _running = serve(&second.data());
    let has_draft = |packs: &Value| {
        let packs = packs.as_array().unwrap();
        packs
            .iter()
            .any(|pack| pack["code"] == CODES[0] && pack["space"] == "private")
    };
    until(&second.data(), &["pack", "list"], has_draft);
    assert!(!has_draft(&ask(other, &["pack", "list"])));

    // And what the second drafts is with the first.
    ask(&second.data(), &["pack", "import", PACKS[1]]);
    until(lead, &["pack", "list"], |packs| {
        let packs = packs.as_array().unwrap();
        packs
            .iter()
            .any(|pack| pack["code"] == CODES[1] && pack["space"] == "private")
    });
}

#[test]
fn what_a_stolen_node_wrote_after_a_moment_is_gone_from_every_mirror() {
    let pair = pair();
    let (lead, other) = (pair.lead.path(), pair.other.path());
    let second = second(lead, &pair.daemons[0].2, "0159");
    let data = second.data();
    let running = serve(&data);
    publish(&data, 0);
    until(other, &["pack", "list"], |packs| has_pack(packs, CODES[0]));
    until(lead, &["pack", "list"], |packs| has_pack(packs, CODES[0]));
    // The moment is told in whole seconds.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let moment = now();
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    publish(&data, 1);
    until(other, &["pack", "list"], |packs| has_pack(packs, CODES[1]));
    until(lead, &["pack", "list"], |packs| has_pack(packs, CODES[1]));

    let stolen = key(&data);
    assert_eq!(refused(lead, &["key", "revoke", &key(lead)]).0, "own-key");
    assert_eq!(refused(lead, &["key", "revoke", "abc"]).0, "too-short");
    assert_eq!(
        refused(lead, &["key", "revoke", "abcdef0123"]).0,
        "no-such-key"
    );
    let revoke = ["key", "revoke", &stolen[..12], "--received-before", &moment];
    assert_eq!(refused(lead, &revoke).0, "not-confirmed");
    let revoke: Vec<&str> = revoke.into_iter().chain(["--yes"]).collect();
    ask(lead, &revoke);
    for node in [lead, other] {
        let packs = until(node, &["pack", "list"], |packs| !has_pack(packs, CODES[1]));
        assert!(has_pack(&packs, CODES[0]), "what it wrote before counts");
    }
    until(&data, &["status"], |status| status["standing"] == "revoked");
    assert_eq!(ask(&data, &["key", "show"])["revoked"], true);
    let shown = ask(lead, &["key", "show"]);
    let nodes = shown["other_nodes"].as_array().unwrap();
    let revoked = nodes.iter().find(|node| node["node_key"] == *stolen);
    assert_eq!(revoked.unwrap()["revoked"], true, "{shown}");
    assert_eq!(shown["revoked"], false);
    let (found, is_well) = doctor(&data);
    assert!(!is_well);
    assert_eq!(severity(&found, "membership"), "problem");
    assert_eq!(severity(&doctor(lead).0, "voided"), "warning");
    let refused = faelled(&data, &["pack", "import", PACKS[1]])
        .output()
        .unwrap();
    assert!(!refused.status.success(), "a revoked node writes no more");
    drop(running);
}

/// This moment, as the command line takes it.
fn now() -> String {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let seconds = since.as_secs();
    let (day, rest) = (u32::try_from(seconds / 86_400).unwrap(), seconds % 86_400);
    let date = faelled::clock::date(day);
    format!(
        "{date} {:02}:{:02}:{:02}",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}
