//! What `faelled doctor` finds, and what it lets programs know.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::pair::{ask, faelled, pair, serve, until};

/// What is found, and whether the command says that all is well.
pub(crate) fn doctor(data: &Path) -> (Vec<Value>, bool) {
    let output = faelled(data, &["doctor"]).output().unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 3)), "{code:?}");
    (
        found["findings"].as_array().unwrap().clone(),
        code == Some(0),
    )
}

/// How grave the gravest finding of a kind is.
pub(crate) fn severity(found: &[Value], code: &str) -> String {
    let mut of = found.iter().filter(|finding| finding["code"] == code);
    let gravest = of
        .next()
        .unwrap_or_else(|| unreachable!("nothing is said of {code}"));
    gravest["severity"].as_str().unwrap().to_owned()
}

#[test]
fn a_healthy_node_has_no_problem_and_one_that_is_not_running_is_warned_of() {
    let pair = pair();
    until(pair.lead.path(), &["status"], |status| {
        status["peers"]
            .as_array()
            .is_some_and(|peers| peers.len() == 1)
    });
    let (found, is_well) = doctor(pair.lead.path());
    assert!(is_well, "{found:?}");
    for finding in &found {
        // There may be little room on the machine that tests.
        assert!(
            finding["severity"] == "good" || finding["code"] == "disk",
            "{finding}"
        );
        for language in ["en", "da"] {
            assert!(finding["what"][language].is_string(), "{finding}");
        }
    }
    drop(pair.daemons);
    let (found, is_well) = doctor(pair.lead.path());
    assert!(is_well);
    assert_eq!(severity(&found, "peers"), "warning");
}

#[test]
fn a_daemon_that_reaches_nobody_is_a_problem() {
    let pair = pair();
    let [lead, other] = pair.daemons;
    drop(other);
    until(pair.lead.path(), &["status"], |status| {
        status["peers"].as_array().is_some_and(Vec::is_empty)
    });
    let (found, is_well) = doctor(pair.lead.path());
    assert!(!is_well);
    assert_eq!(severity(&found, "peers"), "problem");
    drop(lead);
}

#[test]
fn keys_in_plain_or_open_to_others_and_a_short_certificate_are_told_with_what_to_do() {
    let place = TempDir::new().unwrap();
    let data = place.path().join("node");
    ask(&data, &["init", "--member", "0159", "--unsealed"]);
    ask(&data, &["key", "renew", "--days", "59", "--yes"]);
    fs::set_permissions(data.join("node.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let (found, is_well) = doctor(&data);
    assert!(!is_well);
    assert_eq!(severity(&found, "files"), "problem");
    assert_eq!(severity(&found, "identity-key"), "warning");
    assert_eq!(severity(&found, "certificate"), "warning");
    assert_eq!(found[0]["severity"], "problem", "the gravest comes first");
    for finding in &found {
        let is_good = finding["severity"] == "good";
        assert_eq!(finding["todo"].is_null(), is_good, "{finding}");
    }
    let status = ask(&data, &["status"]);
    assert_eq!(status["certificate_expires_soon"], true);

    fs::set_permissions(data.join("node.key"), fs::Permissions::from_mode(0o600)).unwrap();
    ask(&data, &["key", "seal"]);
    ask(&data, &["key", "renew", "--yes"]);
    let (found, is_well) = doctor(&data);
    assert!(is_well, "{found:?}");
    for code in ["files", "identity-key", "certificate"] {
        assert_eq!(severity(&found, code), "good");
    }
    assert_eq!(ask(&data, &["status"])["certificate_expires_soon"], false);
}

#[test]
fn who_asks_to_join_waits_until_the_steward_decides() {
    let (place, newcomer) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let data = place.path().join("node");
    ask(&data, &["init", "--member", "0159"]);
    let (_daemon, _lines, address) = serve(&data);
    let invited = ask(&data, &["invite", "--address", &address]);
    let ticket = invited["ticket"].as_str().unwrap();
    ask(
        newcomer.path(),
        &["join", ticket, "--member", "0151", "--no-wait"],
    );
    let (found, _) = doctor(newcomer.path());
    assert_eq!(severity(&found, "membership"), "warning");
    let _joining = serve(newcomer.path());
    until(&data, &["doctor"], |checkup| {
        let found = checkup["findings"].as_array().unwrap();
        severity(found, "joins") == "warning"
    });
    ask(&data, &["members", "decline", "0151"]);
    assert_eq!(severity(&doctor(&data).0, "joins"), "good");
}
