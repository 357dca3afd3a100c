//! `SPEC.md` says what the code does, as far as a test can compare them.

use faelled_proto::limits::*;
use faelled_proto::message::PROTOCOL_VERSION;
use faelled_proto::roster::Extension;

const SPECIFICATION: &str = include_str!("../SPEC.md");
const LIMITS: &str = include_str!("../src/limits.rs");
const IDS: &str = include_str!("../src/id.rs");
const KEYS: &str = include_str!("../src/key.rs");

#[test]
fn every_limit_is_in_the_specification_with_its_value() {
    let limits = [
        ("MAX_HEADER_BYTES", MAX_HEADER_BYTES),
        ("MAX_BODY_BYTES", MAX_BODY_BYTES),
        ("MAX_DOCUMENT_BYTES", MAX_DOCUMENT_BYTES as usize),
        ("MAX_FRAME_BYTES", MAX_FRAME_BYTES),
        ("MAX_COMPRESSED_FRAME_BYTES", MAX_COMPRESSED_FRAME_BYTES),
        ("MAX_ENTRIES_PER_FRAME", MAX_ENTRIES_PER_FRAME),
        ("MAX_MESSAGE_BYTES", MAX_MESSAGE_BYTES),
        ("MAX_STRANGER_MESSAGE_BYTES", MAX_STRANGER_MESSAGE_BYTES),
        ("MAX_MEMBER_ID_BYTES", MAX_MEMBER_ID_BYTES),
        ("MAX_NAME_BYTES", MAX_NAME_BYTES),
        ("MAX_MEMBERS", MAX_MEMBERS),
        ("MAX_ROSTER_BYTES", MAX_ROSTER_BYTES),
        ("MAX_STEWARDS", MAX_STEWARDS),
        ("MAX_GROUP_MEMBERS", MAX_GROUP_MEMBERS),
        ("MAX_CHARTER_BYTES", MAX_CHARTER_BYTES),
        ("MAX_CHARTER_VERSIONS", MAX_CHARTER_VERSIONS),
        ("MAX_GROUPS", MAX_GROUPS),
        ("MAX_TIPS_PER_MESSAGE", MAX_TIPS_PER_MESSAGE),
        ("MAX_LEAF_TIPS", MAX_LEAF_TIPS),
        ("MAX_BRANCHES_PER_MESSAGE", MAX_BRANCHES_PER_MESSAGE),
        ("MAX_RANGES_PER_MESSAGE", MAX_RANGES_PER_MESSAGE),
        ("MAX_SPACES", MAX_SPACES),
        ("MAX_KNOWN_TIPS", MAX_KNOWN_TIPS),
        ("MAX_TICKET_BYTES", MAX_TICKET_BYTES),
        ("MAX_TICKET_ADDRESSES", MAX_TICKET_ADDRESSES),
        ("MAX_KIND_NAME_BYTES", MAX_KIND_NAME_BYTES),
        ("MAX_CUT_FEEDS", MAX_CUT_FEEDS),
        ("MAX_CUTS", MAX_CUTS),
        ("MAX_REVOKED_CHARTERS", MAX_REVOKED_CHARTERS),
        ("MAX_PROOF_ENTRIES", MAX_PROOF_ENTRIES),
        ("MAX_VOTE_REASON_BYTES", MAX_VOTE_REASON_BYTES),
        ("MAX_NOTE_BYTES", MAX_NOTE_BYTES),
        ("MAX_MARKS_PER_MESSAGE", MAX_MARKS_PER_MESSAGE),
    ];
    for (name, value) in limits {
        let row = format!("| `{name}` | {value} |");
        assert!(SPECIFICATION.contains(&row), "{row} is not in SPEC.md");
    }
    assert_eq!(
        LIMITS.matches("pub const ").count(),
        limits.len(),
        "a limit is not compared here"
    );
}

#[test]
fn every_hash_context_is_in_the_specification_beside_its_id() {
    let contexts: Vec<(&str, &str)> = IDS
        .lines()
        .filter_map(|line| line.trim().strip_suffix("\";")?.split_once(" = \""))
        .collect();
    assert_eq!(contexts.len(), 13, "{contexts:?}");
    for (id, context) in contexts {
        let row = format!("| `{id}` | `{context}` |");
        assert!(SPECIFICATION.contains(&row), "{row} is not in SPEC.md");
    }
}

#[test]
fn every_signature_domain_is_in_the_specification() {
    let domains: Vec<&str> = KEYS
        .lines()
        .filter_map(|line| line.split_once("=> b\"")?.1.split_once("\\0\""))
        .map(|(domain, _)| domain)
        .collect();
    assert_eq!(domains.len(), 7, "{domains:?}");
    for domain in domains {
        assert!(
            SPECIFICATION.contains(&format!("| `{domain}` |")),
            "{domain} is not in SPEC.md"
        );
    }
}

#[test]
fn the_protocols_version_and_the_roster_extensions_are_in_the_specification() {
    let title = format!("# The Fælled protocol, version {PROTOCOL_VERSION}\n");
    assert!(SPECIFICATION.starts_with(&title), "{title}");
    for (number, what) in [(Extension::CUTS, "cuts"), (Extension::NOTE, "note")] {
        let row = format!("| {number} | {what} |");
        assert!(SPECIFICATION.contains(&row), "{row} is not in SPEC.md");
    }
}

#[test]
fn every_file_of_vectors_is_in_the_specification() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors");
    for file in std::fs::read_dir(directory).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(
            SPECIFICATION.contains(&format!("`{name}`")),
            "{name} is not in SPEC.md"
        );
    }
}
