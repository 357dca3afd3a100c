//! What follows a release, by the commands that people type, between two real processes: co-signed, verified,
//! adopted, tried, proposed, released again, adapted, withdrawn.

use std::path::Path;

use super::pair::{Pair, ask, faelled, pair, refused, until};
use serde_json::Value;

const PACK: &str = "../examples/packs/packaging.toml";
const PILOT: &str = "../examples/pilots/0151-ballerup-kontorartikler.toml";

fn releases(data: &Path, count: usize) -> Value {
    until(data, &["pack", "show", "GLX-EMB"], |pack| {
        pack["releases"].as_array().map(Vec::len) == Some(count)
    })
}

/// The steps that do not hold.
fn failing(checked: &Value) -> Vec<&Value> {
    let steps = checked["steps"].as_array().unwrap();
    steps.iter().filter(|step| step["holds"] == false).collect()
}

#[test]
fn a_release_goes_its_way_from_co_signature_to_withdrawal() {
    let Pair {
        lead,
        other,
        daemons: _running,
    } = pair();
    let (lead, other) = (lead.path(), other.path());
    ask(lead, &["pack", "import", PACK]);
    let publish = ["pack", "publish", "GLX-EMB", "--cosigners", "1", "--yes"];
    let published = ask(lead, &publish);
    releases(other, 1);

    co_signed(lead, other, published["citation"].as_str().unwrap());
    tried(lead, other);
    adapted(other);
    moved_on(lead, other);
    withdrawn(lead, other);
}

fn co_signed(lead: &Path, other: &Path, citation: &str) {
    let adopt = ["pack", "adopt", "GLX-EMB", "--stance", "using"];
    let (code, message) = refused(other, &adopt);
    assert_eq!(code, "not-co-signed");
    assert!(message.contains("0 of 1"), "{message}");
    let cosign = ["pack", "cosign", "GLX-EMB@1.0.0", "--yes"];
    assert_eq!(refused(lead, &cosign).0, "the-lead");
    let unconfirmed = ["pack", "cosign", "GLX-EMB"];
    assert_eq!(refused(other, &unconfirmed).0, "not-confirmed");
    let cosigned = ask(
        other,
        &[&cosign[..], &["--capacity", "Steering group"]].concat(),
    );
    assert_eq!(cosigned["standing"]["counts"], true);
    assert_eq!(refused(other, &cosign).0, "co-signed");

    let checked = until(lead, &["pack", "verify", citation], |checked| {
        checked["standing"]["counts"] == true
    });
    assert_eq!(failing(&checked), Vec::<&Value>::new());
    let parts: Vec<&str> = checked["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["part"].as_str().unwrap())
        .collect();
    assert_eq!(
        parts,
        [
            "chain",
            "certificate",
            "roster",
            "signature",
            "content",
            "hash",
            "previous",
            "version",
            "cosignatures",
            "citation"
        ]
    );
    let forged = format!("{}{}", citation.split_once('#').unwrap().0, "#") + &"ab".repeat(32);
    let (code, message) = refused_after_answer(lead, &["pack", "verify", &forged]);
    assert_eq!(code, "not-verified");
    assert!(message.contains("not here under this pack"), "{message}");

    let level = ["--level", "GLX-EMB-002=spearhead"];
    let deviation = ["--deviation", "GLX-EMB-001=6 months"];
    let adopted = ask(other, &[&adopt[..], &level, &deviation].concat());
    assert_eq!(adopted["levels"][0]["level"], "spearhead");
    assert_eq!(adopted["deviations"][0]["text"]["en"], "6 months");
    let unknown = [&adopt[..], &["--level", "GLX-EMB-999=basic"]].concat();
    assert_eq!(refused(other, &unknown).0, "not-in-release");
}

/// As [`refused`], where the command answers before it fails.
fn refused_after_answer(data: &Path, arguments: &[&str]) -> (String, String) {
    let output = faelled(data, arguments).output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["holds"], false, "{answer}");
    refused(data, arguments)
}

fn tried(lead: &Path, other: &Path) {
    ask(other, &["pilot", "record", PILOT]);
    let found = until(lead, &["pack", "proposals", "GLX-EMB"], |found| {
        found["proposals"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    });
    let proposal = &found["proposals"][0];
    assert_eq!(proposal["number"], "GLX-EMB-001");
    assert_eq!(proposal["answer"], Value::Null);
    let pieces = proposal["difference"].to_string();
    assert!(pieces.contains("leverancer"), "{pieces}");
    let pilot = proposal["pilot"].as_str().unwrap();
    let decline = ["--declined", "--answer", "Counted as agreed with the trade"];
    let answer = ["pack", "answer-proposal", &pilot[..10], "GLX-EMB-001"];
    let declined = [&answer[..], &decline].concat();
    assert_eq!(refused(other, &declined).0, "not-the-lead");
    ask(lead, &declined);
    let unknown = [&answer[..], &["--version", "9.0.0", "--answer", "Taken"]].concat();
    assert_eq!(refused(lead, &unknown).0, "no-release");
    let empty = [&answer[..], &["--version", "1.0.0", "--answer", ""]].concat();
    assert_eq!(refused(lead, &empty).0, "answer");
    until(other, &["pack", "proposals", "GLX-EMB"], |found| {
        found["proposals"][0]["answer"]["version"] == ""
    });
}

fn adapted(other: &Path) {
    let adapt = ["requirement", "adapt", "GLX-EMB-002", "--as", "BAL-001"];
    let what = ["--changes", "Our buildings", "--set", "level=spearhead"];
    let made = ask(other, &[&adapt[..], &what].concat());
    assert_eq!(made["adapted_from"]["number"], "GLX-EMB-002");
    assert_eq!(made["adapted_from"]["release"]["version"], "1.0.0");
    assert_eq!(
        refused(other, &[&adapt[..], &what].concat()).0,
        "number-used"
    );
    let source = ask(other, &["requirement", "source", "BAL-001"]);
    assert_eq!(source["local"][0]["field"], "level");
    assert_eq!(source["afterwards"], serde_json::json!([]));
    let shown = ask(other, &["requirement", "show", "BAL-001"]);
    assert_eq!(shown["adapted_from_owner"], "dk-0159");
    let plain = ["requirement", "source", "GLX-EMB-002"];
    assert_eq!(refused(other, &plain).0, "not-adapted");
}

fn moved_on(lead: &Path, other: &Path) {
    let current = ask(other, &["pack", "outdated"]);
    assert_eq!(current["outdated"], serde_json::json!([]));
    let title = "title.en=Higher share of packaging that is used again";
    let edit = ["requirement", "edit", "GLX-EMB-002", "--set", title];
    ask(lead, &edit);
    let draft = ask(lead, &["pack", "diff", "GLX-EMB", "1.0.0", "draft"]);
    let changed = |found: &Value| -> Vec<String> {
        let all = found["requirements"].as_array().unwrap().iter();
        all.filter(|one| one["fate"] != "unchanged")
            .map(|one| one["number"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(changed(&draft), ["GLX-EMB-002"]);
    let notes = ["--notes", "Clearer title", "--cosigners", "0", "--yes"];
    ask(
        lead,
        &[&["pack", "publish", "GLX-EMB"], &notes[..]].concat(),
    );
    releases(other, 2);
    let outdated = ask(other, &["pack", "outdated"]);
    let behind = &outdated["outdated"][0];
    assert_eq!(behind["newer"][0]["version"], "1.1.0");
    assert_eq!(behind["newer"][0]["notes"]["en"], "Clearer title");
    let released = ask(other, &["pack", "diff", "GLX-EMB"]);
    assert_eq!(
        (&released["from"], &released["to"]),
        (&"1.0.0".into(), &"1.1.0".into())
    );
    assert_eq!(changed(&released), ["GLX-EMB-002"]);
    let source = ask(other, &["requirement", "source", "BAL-001"]);
    assert_eq!(source["newest"], "1.1.0");
    assert_eq!(source["afterwards"][0]["field"], "title");
    let adapted = &outdated["adaptations"];
    assert_eq!(adapted[0]["number"], "BAL-001", "{adapted}");
    assert_eq!(adapted.as_array().unwrap().len(), 1, "{adapted}");
    as_released(other);
    // What was answered before is not lost with the next release.
    let proposals = ask(other, &["pack", "proposals", "GLX-EMB"]);
    assert_eq!(proposals["proposals"][0]["answer"]["version"], "");
}

/// What a release says is shown long after another came, by whatever names the pack and the requirement.
fn as_released(other: &Path) {
    let title = |key: &str| {
        let shown = ask(other, &["requirement", "show", key]);
        shown["title_en"].as_str().unwrap().to_owned()
    };
    let (old, new) = (title("GLX-EMB-002@1.0.0"), title("GLX-EMB-002@1.1.0"));
    assert_ne!(old, new);
    assert_eq!(new, "Higher share of packaging that is used again");
    let shown = ask(other, &["requirement", "show", "GLX-EMB-002"]);
    let beginning = &shown["document"].as_str().unwrap()[..8];
    assert_eq!(title(beginning), new);
    assert_eq!(title(&format!("{beginning}@1.0.0")), old);
    let short = refused(other, &["requirement", "show", &beginning[..5]]);
    assert_eq!(short.0, "not-found");

    let then = ask(other, &["pack", "show", "GLX-EMB@1.0.0"]);
    assert!(then["sections"].to_string().contains(&old), "{then}");
    assert!(!then["sections"].to_string().contains(&new), "{then}");
    assert_eq!(
        (&then["version"], &then["standing"]["higher"]),
        (&"1.0.0".into(), &"1.1.0".into())
    );
    let beginning = &then["document"].as_str().unwrap()[..8];
    assert_eq!(ask(other, &["pack", "show", beginning])["code"], "GLX-EMB");
    let missing = ["pack", "show", "GLX-EMB@9.0.0"];
    assert_eq!(refused(other, &missing).0, "no-release");
}

fn withdrawn(lead: &Path, other: &Path) {
    let withdraw = [
        "pack",
        "withdraw",
        "GLX-EMB@1.0.0",
        "--reason",
        "Unclear title",
    ];
    assert_eq!(
        refused(other, &[&withdraw[..], &["--yes"]].concat()).0,
        "not-the-lead"
    );
    assert_eq!(refused(lead, &withdraw).0, "not-confirmed");
    let itself = [&withdraw[..], &["--replaced-by", "1.0.0", "--yes"]].concat();
    assert_eq!(refused(lead, &itself).0, "replaced-by");
    let done = [&withdraw[..], &["--replaced-by", "1.1.0", "--yes"]].concat();
    assert_eq!(
        ask(lead, &done)["adopters"],
        serde_json::json!(["Ballerup Kommune"])
    );
    assert_eq!(refused(lead, &done).0, "withdrawn");
    let outdated = until(other, &["pack", "outdated"], |outdated| {
        outdated["outdated"][0]["standing"]["withdrawn"].is_object()
    });
    let gone = &outdated["outdated"][0]["standing"]["withdrawn"];
    assert_eq!(gone["reason"]["en"], "Unclear title");
    assert_eq!(gone["replaced_by"], "1.1.0");
    let adopt = |version: &str| refused(other, &["pack", "adopt", version]).0;
    assert_eq!(adopt("GLX-EMB@1.0.0"), "withdrawn");
    let adopted = ask(other, &["pack", "adopt", "GLX-EMB"]);
    assert_eq!(
        (&adopted["version"], &adopted["stance"]),
        (&"1.1.0".into(), &"using".into())
    );
    assert_eq!(
        ask(other, &["pack", "outdated"])["outdated"],
        serde_json::json!([])
    );

    // The highest version seen is kept: going back is said, never done by itself.
    let last = [
        "pack",
        "withdraw",
        "GLX-EMB@1.1.0",
        "--reason",
        "Too early",
        "--yes",
    ];
    ask(lead, &last);
    until(other, &["pack", "verify", "GLX-EMB@1.1.0"], |checked| {
        checked["standing"]["withdrawn"].is_object()
    });
    assert_eq!(adopt("GLX-EMB"), "no-release");
}
