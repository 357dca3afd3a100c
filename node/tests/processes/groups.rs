//! A group whose owner left the federation.

use serde_json::Value;

use crate::pair::{ask, pair, refused, until};

#[test]
fn what_an_owner_signed_that_left_is_kept_by_who_is_left_and_its_feeds_are_cut() {
    let pair = pair();
    let (lead, other) = (pair.lead.path(), pair.other.path());
    ask(other, &["group", "new", "Møbler", "--member", "0159"]);
    ask(other, &["group", "appoint", "Møbler", "0159"]);
    until(lead, &["group", "list"], |groups| groups[0]["version"] == 2);
    ask(lead, &["members", "remove", "0151", "--yes"]);
    let shown = until(lead, &["group", "show", "Møbler"], |group| {
        group["unconfirmed"].is_object()
    });
    assert_eq!(shown["version"], 1);
    let says = &shown["unconfirmed"]["says"];
    assert_eq!(says["signer"], "dk-0151");
    assert_eq!(says["appointed"], serde_json::json!(["dk-0159"]));
    let doctor = ask(lead, &["doctor"]);
    let findings = doctor["findings"].as_array().unwrap();
    let mut waiting = findings
        .iter()
        .filter(|found| found["code"] == "group-charters");
    assert!(
        waiting.any(|found| found["severity"] == "warning"),
        "{doctor}"
    );

    // Who left may have written since: a person says how much of it counts, and first whether its charter holds.
    let gone = ["group", "remove", "Møbler", "0151"];
    assert_eq!(refused(lead, &gone).0, "left-before");
    let all = [&gone[..], &["--all"]].concat();
    assert_eq!(refused(lead, &all).0, "group-unconfirmed");
    let keep = ["group", "settle", "Møbler", "--keep", "--remove", "0151"];
    assert_eq!(refused(lead, &keep).0, "left-before");
    let keep = [&keep[..], &["--received-before", "2026-01-01"]].concat();
    let settled = ask(lead, &keep);
    assert_eq!(settled["unconfirmed"], Value::Null);
    assert_eq!(settled["version"], 3);
    let members = settled["members"].as_array().unwrap();
    assert_eq!(members.len(), 1, "{settled}");
    assert_eq!(members[0]["member"], "dk-0159");
    let again = ["group", "settle", "Møbler", "--drop"];
    assert_eq!(refused(lead, &again).0, "nothing-unconfirmed");
}
