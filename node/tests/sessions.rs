//! The command line as people see it: each session in `sessions/` is run and has to come out as written.
//!
//! After a wanted change, `TRYCMD=overwrite cargo test -p faelled --test sessions` writes them anew; what
//! differs from run to run (times, keys, hashes) is then put back to `[..]` by hand.

#![expect(
    clippy::unwrap_used,
    reason = "what is not as it should be fails the test"
)]

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use trycmd::TestCases;

const FAELLED: &str = env!("CARGO_BIN_EXE_faelled");
/// Holds the passphrase of every identity key that is made here.
const CREDENTIALS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/credentials");

fn sessions(glob: &str, data: &Path) -> TestCases {
    let cases = TestCases::new();
    cases.register_bin("faelled", Path::new(FAELLED));
    for (name, value) in [
        ("FAELLED_DATA", data.display().to_string()),
        ("FAELLED_LANG", "en".to_owned()),
        ("FAELLED_LOG", "warn".to_owned()),
        ("COLUMNS", "100".to_owned()),
        ("NO_COLOR", "1".to_owned()),
        ("CREDENTIALS_DIRECTORY", CREDENTIALS.to_owned()),
    ] {
        cases.env(name, value);
    }
    cases
        .insert_var("[DATA]", data.display().to_string())
        .unwrap();
    cases.case(glob);
    cases
}

#[test]
fn help_and_failures_read_as_documented() {
    let nowhere = TempDir::new().unwrap();
    sessions(
        "tests/sessions/without_node/*.trycmd",
        &nowhere.path().join("none"),
    )
    .run();
    assert!(
        !nowhere.path().join("none").exists(),
        "a command that failed left a directory behind"
    );
}

#[test]
fn one_member_can_found_import_publish_list_and_search() {
    let data = TempDir::new().unwrap();
    sessions("tests/sessions/lead.trycmd", data.path()).run();
}

#[test]
fn a_key_can_be_shown_sealed_copied_and_taken_out() {
    let data = TempDir::new().unwrap();
    sessions("tests/sessions/keys.trycmd", data.path()).run();
}

#[test]
fn a_founder_sees_what_stewards_decide_and_cannot_leave_the_federation_without_one() {
    let data = TempDir::new().unwrap();
    sessions("tests/sessions/stewards.trycmd", data.path()).run();
}

#[test]
fn a_lead_can_compare_verify_withdraw_and_adapt() {
    let data = TempDir::new().unwrap();
    sessions("tests/sessions/releasing.trycmd", data.path()).run();
}

#[test]
fn a_lead_can_found_groups_draft_in_them_and_hold_hearings() {
    let data = TempDir::new().unwrap();
    sessions("tests/sessions/drafting.trycmd", data.path()).run();
}

#[test]
fn one_member_can_open_projects_take_part_ask_offer_and_follow() {
    let data = TempDir::new().unwrap();
    sessions("tests/sessions/joint.trycmd", data.path()).run();
}

#[test]
fn requirements_are_put_into_a_basket_filled_in_and_written_as_a_file() {
    let data = TempDir::new().unwrap();
    sessions("tests/sessions/baskets.trycmd", data.path()).run();
}

#[test]
fn a_file_is_written_where_the_command_stands_and_never_over_another() {
    let place = TempDir::new().unwrap();
    let run = |arguments: &[&str]| {
        Command::new(FAELLED)
            .args(arguments)
            .arg("--json")
            .env("FAELLED_DATA", place.path().join("node"))
            .env("FAELLED_LANG", "da")
            .env("CREDENTIALS_DIRECTORY", CREDENTIALS)
            .current_dir(place.path())
            .output()
            .unwrap()
    };
    let value = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
    let name = "kravpakke-skabelon.xlsx";
    let template: &[&str] = &["pack", "template"];
    assert!(run(&["init", "--member", "0159"]).status.success());

    let written = value(&run(template).stdout);
    let bytes = std::fs::read(place.path().join(name)).unwrap();
    assert_eq!(written["path"], name);
    assert_eq!(written["size"], bytes.len());
    assert_eq!(written["blake3"], blake3::hash(&bytes).to_hex().as_str());

    let refused = run(template);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(value(&refused.stderr)["error"]["code"], "file-exists");
    assert!(run(&["pack", "template", "--force"]).status.success());

    let piped = Command::new(FAELLED)
        .args(["pack", "template", "--output", "-"])
        .env("FAELLED_DATA", place.path().join("node"))
        .env("FAELLED_LANG", "da")
        .output()
        .unwrap();
    assert_eq!(piped.stdout.get(..2), Some(&b"PK"[..]));

    let imported = run(&["pack", "import", name]);
    let failure = value(&imported.stderr);
    let details = failure["error"]["details"].to_string();
    assert!(
        details.contains("kravpakke-skabelon.xlsx: Pakke!B"),
        "{details}"
    );
    assert_eq!(value(&run(&["pack", "list"]).stdout), serde_json::json!([]));
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let mut command = Command::new(FAELLED);
    command
        .args(["mirror", "schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut schema = command.spawn().unwrap();
    drop(schema.stdout.take());
    let output = schema.wait_with_output().unwrap();
    assert!(output.status.success(), "{:?}", output.status);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn failures_are_json_for_programs_and_exit_with_their_kind() {
    let nowhere = TempDir::new().unwrap();
    let output = Command::new(FAELLED)
        .args(["--json", "status", "--data"])
        .arg(nowhere.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let failure: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(failure["error"]["code"], "no-node");
    assert_eq!(failure["error"]["kind"], "configuration");
    assert!(
        failure["error"]["message"]["da"]
            .as_str()
            .unwrap()
            .starts_with("der er ingen node i")
    );
}

#[test]
fn several_files_are_checked_before_one_is_taken_and_those_taken_are_named() {
    let data = TempDir::new().unwrap();
    let node = data.path().join("node");
    let run = |arguments: &[&str]| {
        Command::new(FAELLED)
            .args(arguments)
            .arg("--json")
            .env("FAELLED_DATA", &node)
            .env("CREDENTIALS_DIRECTORY", CREDENTIALS)
            .output()
            .unwrap()
    };
    let value = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
    assert!(run(&["init", "--member", "0159"]).status.success());
    let broken = data.path().join("broken.toml");
    std::fs::write(&broken, "[pack").unwrap();
    let pack = "../examples/packs/furniture.toml";
    let refused = run(&["pack", "import", pack, broken.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stdout.is_empty());
    assert_eq!(value(&refused.stderr)["error"]["code"], "file");
    let packs = run(&["pack", "list"]);
    assert_eq!(value(&packs.stdout), serde_json::json!([]));

    assert!(run(&["pack", "import", pack]).status.success());
    assert!(
        run(&["pack", "publish", "GLX-MOB", "--yes"])
            .status
            .success()
    );
    let own = "../examples/pilots/0159-gladsaxe-kontormoebler.toml";
    let other = "../examples/pilots/0151-ballerup-kontorartikler.toml";
    let partly = run(&["pilot", "record", own, other]);
    assert_eq!(partly.status.code(), Some(1));
    assert_eq!(value(&partly.stdout).as_array().map(Vec::len), Some(1));
    let failure = value(&partly.stderr);
    let detail = failure["error"]["details"][0]["en"].as_str().unwrap();
    assert!(detail.contains(own), "{detail}");
}

#[test]
fn a_schema_comes_in_the_format_that_was_asked_for() {
    let schema = |arguments: &[&str]| {
        let output = Command::new(FAELLED)
            .args(["mirror", "schema"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(schema(&[]).starts_with("# The mirror's contract"));
    assert!(schema(&["--format", "sql"]).contains("CREATE TABLE requirement ("));
    for arguments in [&["--json"][..], &["--format", "json"]] {
        let contract: serde_json::Value = serde_json::from_str(&schema(arguments)).unwrap();
        assert_eq!(contract["version"], faelled_mirror::VERSION);
    }
}
