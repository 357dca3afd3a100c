//! OCDS: what is written of the tenders of pilots.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod support;

use std::collections::BTreeMap;

use faelled_exchange::{OcdsError, PilotTender, Publication, UNREGISTERED_PREFIX, ocds};
use faelled_model::Language::Danish;
use faelled_model::Pilot;
use faelled_model::terms::PilotState;
use serde_json::{Value, json};
use support::{Texts, full_pilot, id};

fn texts() -> Texts {
    Texts::new(vec![
        "=1+1 </w:t> \u{202e}\u{0}".to_owned(),
        "linje 1\n\nlinje 2".to_owned(),
    ])
}

fn publication() -> Publication {
    Publication {
        prefix: UNREGISTERED_PREFIX.to_owned(),
        address: "https://example.org/ocds.json".to_owned(),
        publisher: "Gladsaxe Kommune".to_owned(),
        published_ms: 1_795_478_400_000,
        licence: "https://creativecommons.org/licenses/by/4.0/".to_owned(),
        language: Danish,
    }
}

fn tender<'a>(pilot: &'a Pilot, document: &'a str) -> PilotTender<'a> {
    PilotTender {
        document,
        owner: "dk-0151",
        changed_ms: 1_790_000_000_123,
        pilot,
    }
}

#[test]
fn a_tender_is_an_ocds_release_of_the_standards_own_words() {
    let pilot = full_pilot(&mut texts(), 1.0);
    let document = id('9');
    let names = BTreeMap::from([("dk-0151".to_owned(), "Ballerup Kommune".to_owned())]);
    let package = ocds(&publication(), &[tender(&pilot, &document)], &names).unwrap();
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(&package),
        [
            "license",
            "publishedDate",
            "publisher",
            "releases",
            "uri",
            "version"
        ]
    );
    assert_eq!(package["version"], "1.1");
    assert_eq!(package["publishedDate"], "2026-11-24T00:00:00Z");
    let release = &package["releases"][0];
    assert_eq!(
        keys(release),
        [
            "buyer",
            "date",
            "id",
            "initiationType",
            "language",
            "ocid",
            "parties",
            "tag",
            "tender"
        ]
    );
    assert_eq!(release["ocid"], format!("ocds-faelld-{document}"));
    assert_eq!(
        (&release["tag"], &release["initiationType"]),
        (&json!(["tender"]), &json!("tender"))
    );
    assert_eq!(
        release["buyer"],
        json!({"id": "dk-0151", "name": "Ballerup Kommune"})
    );
    let parties: Vec<&Value> = release["parties"]
        .as_array()
        .unwrap()
        .iter()
        .map(|party| &party["id"])
        .collect();
    assert_eq!(parties, ["dk-0151", "dk-0147", "dk-0165"]);
    let tender = &release["tender"];
    assert_eq!(tender["status"], "complete");
    assert_eq!(
        (
            &tender["mainProcurementCategory"],
            &tender["procurementMethod"]
        ),
        (&json!("goods"), &json!("open"))
    );
    assert_eq!(tender["items"][0]["classification"]["scheme"], "CPV");
    assert_eq!(tender["items"][0]["classification"]["id"], "03000000");
    assert_eq!(tender["numberOfTenderers"], 4);
    assert!(!package.to_string().contains('\u{202e}'));
}

#[test]
fn the_state_of_a_pilot_is_a_status_of_the_codelist() {
    let document = id('9');
    for (state, status, tag) in [
        (PilotState::Planned, "planned", "tender"),
        (PilotState::InTender, "active", "tender"),
        (PilotState::Standstill, "active", "tender"),
        (PilotState::InContract, "complete", "tender"),
        (PilotState::Done, "complete", "tender"),
        (PilotState::Stopped, "cancelled", "tenderCancellation"),
    ] {
        let mut pilot = full_pilot(&mut texts(), 1.0);
        pilot.state = state;
        let package = ocds(
            &publication(),
            &[tender(&pilot, &document)],
            &BTreeMap::new(),
        )
        .unwrap();
        let release = &package["releases"][0];
        assert_eq!(
            (&release["tender"]["status"], &release["tag"][0]),
            (&json!(status), &json!(tag))
        );
        let is_over = status == "complete";
        assert_eq!(
            release["tender"].get("numberOfTenderers").is_some(),
            is_over,
            "before it is over nobody learns how many bid"
        );
    }
}

#[test]
fn a_package_that_nobody_could_use_is_not_written() {
    let pilot = full_pilot(&mut texts(), 1.0);
    let document = id('9');
    let names = BTreeMap::new();
    assert_eq!(ocds(&publication(), &[], &names), Err(OcdsError::Nothing));
    let wrong = Publication {
        prefix: "ocds-x".to_owned(),
        ..publication()
    };
    assert_eq!(
        ocds(&wrong, &[tender(&pilot, &document)], &names),
        Err(OcdsError::Prefix("ocds-x".to_owned()))
    );
    let wrong = Publication {
        address: "file".to_owned(),
        ..publication()
    };
    assert_eq!(
        ocds(&wrong, &[tender(&pilot, &document)], &names),
        Err(OcdsError::Address("file".to_owned()))
    );
}

#[test]
fn a_joint_buyer_without_a_name_is_no_party() {
    let mut pilot = full_pilot(&mut texts(), 1.0);
    pilot.tender.joint_buyers = vec![String::new(), "dk-0147".to_owned()];
    let document = id('9');
    let package = ocds(
        &publication(),
        &[tender(&pilot, &document)],
        &BTreeMap::new(),
    )
    .unwrap();
    let parties = package["releases"][0]["parties"].as_array().unwrap();
    let parties: Vec<&Value> = parties.iter().map(|party| &party["id"]).collect();
    assert_eq!(parties, ["dk-0151", "dk-0147"]);
}
