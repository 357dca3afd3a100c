//! The member's identity key: sealed, changed, kept elsewhere; and tickets with their notes, taken back.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use super::pair::{CREDENTIALS, ask, faelled, json, refused, serve, until};

const SECRET: &str = "only for tests: a quiet pond";

fn identity(data: &Path) -> PathBuf {
    data.join("identity.key")
}

/// Runs a command that gets passphrases, one a line, from descriptor 0.
fn given(data: &Path, arguments: &[&str], passphrases: &str) -> Output {
    let given = data.parent().unwrap().join("given");
    fs::write(&given, passphrases).unwrap();
    let mut command = faelled(data, arguments);
    command
        .args(["--passphrase-fd", "0"])
        .env_remove("CREDENTIALS_DIRECTORY")
        .stdin(fs::File::open(&given).unwrap());
    command.output().unwrap()
}

fn failure(output: &Output, exit: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(exit), "{said}");
    let failure: Value = serde_json::from_str(&said).unwrap();
    assert!(failure["error"]["hint"]["da"].is_string(), "{failure}");
    failure["error"]["code"].as_str().unwrap().to_owned()
}

#[test]
fn a_member_s_key_is_sealed_unless_one_says_otherwise() {
    let place = TempDir::new().unwrap();
    let sealed = place.path().join("sealed");
    let made = ask(&sealed, &["init", "--member", "0159"]);
    let text = fs::read_to_string(identity(&sealed)).unwrap();
    assert!(text.starts_with("faelled-sealed-key-1\n"), "{text}");
    let mode = fs::metadata(identity(&sealed))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let shown = ask(&sealed, &["key", "show"]);
    assert_eq!(shown["kept"], "sealed");
    assert_eq!(shown["fingerprint"], made["fingerprint"]);
    let words = shown["fingerprint"].as_str().unwrap();
    assert_eq!(words.split(' ').count(), 8, "{words}");
    assert_eq!(shown["expires_soon"], false);
    assert_eq!(shown["other_nodes"], serde_json::json!([]));

    let plain = place.path().join("plain");
    ask(&plain, &["init", "--member", "0159", "--unsealed"]);
    assert_eq!(ask(&plain, &["key", "show"])["kept"], "plain");
}

#[test]
fn a_passphrase_comes_from_a_descriptor_and_is_long_enough() {
    let place = TempDir::new().unwrap();
    let data = place.path().join("node");
    let init = ["init", "--member", "0159"];
    for (passphrase, code) in [
        ("short\n", "short-passphrase"),
        ("\n", "passphrase"),
        ("a quiet pond\nand a second line\n", "passphrase"),
    ] {
        assert_eq!(failure(&given(&data, &init, passphrase), 1), code);
        assert!(
            !data.exists(),
            "a command that failed left a directory behind"
        );
    }
    json(&given(&data, &init, "a quiet pond\n"));

    let copy = place.path().join("copy.key");
    let take_out = ["key", "export", copy.to_str().unwrap(), "--move"];
    assert_eq!(
        failure(&given(&data, &take_out, "a quiet lake\n"), 1),
        "wrong-passphrase"
    );
    assert!(!copy.exists() && identity(&data).exists());
    json(&given(&data, &take_out, "a quiet pond"));
    assert!(copy.exists() && !identity(&data).exists());
    assert_eq!(ask(&data, &["key", "show"])["kept"], "elsewhere");
}

#[test]
fn without_a_passphrase_nothing_is_made_and_one_is_told_what_to_do() {
    let place = TempDir::new().unwrap();
    let data = place.path().join("node");
    let output = faelled(&data, &["init", "--member", "0159"])
        .env_remove("CREDENTIALS_DIRECTORY")
        .output()
        .unwrap();
    assert_eq!(failure(&output, 1), "no-passphrase");
    assert!(!data.exists());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--passphrase-fd"), "{said}");
}

#[test]
fn the_passphrase_is_changed_in_one_step_and_only_by_who_knows_it() {
    let place = TempDir::new().unwrap();
    let data = place.path().join("node");
    let made = ask(&data, &["init", "--member", "0159"]);
    let before = fs::read(identity(&data)).unwrap();
    let seal = ["key", "seal"];
    let wrong = given(&data, &seal, "a quiet lake\na deep dark forest\n");
    assert_eq!(failure(&wrong, 1), "wrong-passphrase");
    let short = given(&data, &seal, &format!("{SECRET}\nshort\n"));
    assert_eq!(failure(&short, 1), "short-passphrase");
    assert_eq!(fs::read(identity(&data)).unwrap(), before);

    let changed = json(&given(
        &data,
        &seal,
        &format!("{SECRET}\na deep dark forest\n"),
    ));
    assert_eq!(changed["fingerprint"], made["fingerprint"]);
    assert_ne!(fs::read(identity(&data)).unwrap(), before);
    let again = given(&data, &seal, "a deep dark forest\nand so on and on\n");
    assert_eq!(json(&again)["sealed"], true);
    let names = fs::read_dir(&data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = names
        .filter(|name| name.to_string_lossy().contains("faelled-key"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_copy_is_sealed_for_its_user_alone_and_never_over_another_file() {
    let place = TempDir::new().unwrap();
    let data = place.path().join("node");
    ask(&data, &["init", "--member", "0159", "--unsealed"]);
    let copy = place.path().join("copy.key");
    let export = ["key", "export", copy.to_str().unwrap()];
    let written = ask(&data, &export);
    assert_eq!(written["taken_out"], false);
    let text = fs::read_to_string(&copy).unwrap();
    assert!(text.starts_with("faelled-sealed-key-1\n"), "{text}");
    assert_eq!(
        fs::metadata(&copy).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(refused(&data, &export).0, "file-exists");
    assert_eq!(fs::read_to_string(&copy).unwrap(), text);
    assert!(identity(&data).exists());
}

#[test]
fn a_second_node_of_a_member_is_admitted_at_once_by_its_key() {
    let (place, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let data = place.path().join("node");
    ask(&data, &["init", "--member", "0159"]);
    let copy = place.path().join("copy.key");
    ask(&data, &["key", "export", copy.to_str().unwrap()]);
    let (_daemon, _lines, address) = serve(&data);
    let invited = ask(&data, &["invite", "--address", &address]);
    let ticket = invited["ticket"].as_str().unwrap();
    let join = ["join", ticket, "--member", "0159", "--identity"];
    let join: Vec<&str> = join
        .into_iter()
        .chain([copy.to_str().unwrap(), "--listen", "127.0.0.1:0"])
        .collect();
    let joined = ask(other.path(), &join);
    assert_eq!(joined["standing"], "member");
    assert!(
        !identity(other.path()).exists(),
        "the key stays where it is kept"
    );
    let (first, second) = (
        ask(&data, &["key", "show"]),
        ask(other.path(), &["key", "show"]),
    );
    assert_eq!(second["kept"], "elsewhere");
    assert_eq!(second["identity_key"], first["identity_key"]);
    assert_ne!(second["node_key"], first["node_key"]);

    // Once both run, the first knows of the second, which never wrote; and the second of the first that writes.
    let running = serve(other.path());
    let shown = until(&data, &["key", "show"], |shown| {
        shown["other_nodes"][0]["connected"] == true
    });
    let sister = &shown["other_nodes"][0];
    assert_eq!(sister["node_key"], second["node_key"]);
    assert!(sister["last_written"].is_null(), "{sister}");
    let pack = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/packs/furniture.toml"
    );
    ask(&data, &["pack", "import", pack]);
    ask(&data, &["pack", "publish", "GLX-MOB", "--yes"]);
    let shown = until(other.path(), &["key", "show"], |shown| {
        shown["other_nodes"][0]["last_written"].is_string()
    });
    assert_eq!(shown["other_nodes"][0]["node_key"], first["node_key"]);
    assert_eq!(shown["other_nodes"][0]["connected"], true);
    drop(running);
}

#[test]
fn another_member_s_key_is_not_taken_for_this_ones() {
    let (place, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let data = place.path().join("node");
    ask(&data, &["init", "--member", "0159"]);
    ask(other.path(), &["init", "--member", "0151", "--unsealed"]);
    let copy = place.path().join("copy.key");
    let foreign = identity(other.path());
    let export = ["key", "export", copy.to_str().unwrap(), "--identity"];
    let export: Vec<&str> = export
        .into_iter()
        .chain([foreign.to_str().unwrap()])
        .collect();
    assert_eq!(refused(&data, &export).0, "another-identity-key");
    assert!(!copy.exists());
    let nowhere = place.path().join("none");
    let output = faelled(
        &data,
        &["key", "seal", "--identity", nowhere.to_str().unwrap()],
    )
    .output()
    .unwrap();
    assert_eq!(failure(&output, 3), "no-identity-key");
}

#[test]
fn a_ticket_has_a_code_and_a_note_and_can_be_taken_back() {
    let (place, newcomer) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let data = place.path().join("node");
    ask(&data, &["init", "--member", "0159"]);
    let (_daemon, _lines, address) = serve(&data);
    let invite = |note: &str| ask(&data, &["invite", "--address", &address, "--for", note]);
    let (kept, taken_back) = (invite("Ballerup, Dorte ringer"), invite("Albertslund"));
    let code = |invited: &Value| invited["code"].as_str().unwrap().to_owned();
    assert_eq!(
        refused(&data, &["invite", "--for", &"x".repeat(201)]).0,
        "note"
    );

    let revoked = ask(
        &data,
        &["invite", "revoke", &code(&taken_back).to_uppercase()],
    );
    assert_eq!(revoked["state"], "revoked");
    assert_eq!(
        refused(&data, &["invite", "revoke", "aaaaaaaa"]).0,
        "no-such-ticket"
    );

    let ticket = kept["ticket"].as_str().unwrap().to_uppercase();
    let join = ["join", &ticket, "--member", "0151", "--no-wait"];
    ask(newcomer.path(), &join);
    let _joining = serve(newcomer.path());
    let members = until(&data, &["members"], |members| {
        members["requests"][0]["member"] == "dk-0151"
    });
    let request = &members["requests"][0];
    assert_eq!(request["ticket"], code(&kept).as_str());
    assert_eq!(request["note"], "Ballerup, Dorte ringer");
    assert_eq!(
        refused(&data, &["invite", "revoke", &code(&kept)]).0,
        "ticket-used"
    );

    let tickets = ask(&data, &["invite", "list"]);
    let line = |code: &str| {
        let mut all = tickets.as_array().unwrap().iter();
        all.find(|line| line["code"] == code).unwrap().clone()
    };
    let used = line(&code(&kept));
    assert_eq!(
        (&used["state"], &used["used_by"]),
        (&"used".into(), &"dk-0151".into())
    );
    assert_eq!(line(&code(&taken_back))["state"], "revoked");
    let secret = kept["ticket"].as_str().unwrap();
    assert!(!tickets.to_string().contains(&secret[secret.len() - 20..]));
}

#[test]
fn the_passphrase_is_in_no_file_log_or_answer() {
    let place = TempDir::new().unwrap();
    let data = place.path().join("node");
    assert_eq!(
        fs::read_to_string(Path::new(CREDENTIALS).join("faelled-passphrase")).unwrap(),
        format!("{SECRET}\n")
    );
    let copy = place.path().join("copy.key");
    for arguments in [
        &["init", "--member", "0159"][..],
        &["key", "show"],
        &["key", "seal"],
        &["key", "export", copy.to_str().unwrap(), "--move"],
    ] {
        let output = faelled(&data, arguments)
            .env("FAELLED_LOG", "trace")
            .output()
            .unwrap();
        for said in [&output.stdout, &output.stderr] {
            let said = String::from_utf8_lossy(said);
            assert!(!said.contains("quiet pond"), "{arguments:?}: {said}");
        }
    }
    for entry in fs::read_dir(&data)
        .unwrap()
        .chain(fs::read_dir(place.path()).unwrap())
    {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            let found = bytes.windows(10).any(|window| window == b"quiet pond");
            assert!(!found, "{}", path.display());
        }
    }
}

#[test]
fn an_identity_key_that_others_can_read_is_not_used_in_plain_and_told_of_when_sealed() {
    let place = TempDir::new().unwrap();
    let data = place.path().join("node");
    ask(&data, &["init", "--member", "0159", "--unsealed"]);
    let open = fs::Permissions::from_mode(0o644);
    fs::set_permissions(identity(&data), open.clone()).unwrap();
    for words in [&["key", "renew", "--yes"][..], &["key", "seal"]] {
        let output = faelled(&data, words).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{words:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        for told in ["key-open-to-others", "mode 644", "chmod 600"] {
            assert!(said.contains(told), "{told}: {said}");
        }
    }
    fs::set_permissions(identity(&data), fs::Permissions::from_mode(0o600)).unwrap();
    ask(&data, &["key", "seal"]);
    let renew = |mode| {
        fs::set_permissions(identity(&data), fs::Permissions::from_mode(mode)).unwrap();
        let output = faelled(&data, &["key", "renew", "--yes"]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(renew(0o600), "");
    let said = renew(0o640);
    assert!(
        said.contains("mode 640") && said.contains("chmod 600"),
        "{said}"
    );
}
