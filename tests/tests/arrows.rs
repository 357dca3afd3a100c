//! The arrows between the crates, as ARCHITECTURE.md draws them: one way only, and never into the node.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

/// Each crate, and those that it may use, in its tests too.
const ARROWS: [(&str, &[&str]); 8] = [
    ("faelled-proto", &[]),
    ("faelled-engine", &["faelled-proto"]),
    ("faelled-documents", &["faelled-proto"]),
    ("faelled-model", &["faelled-proto", "faelled-documents"]),
    ("faelled-exchange", &["faelled-proto", "faelled-model"]),
    ("faelled-store", &["faelled-proto"]),
    ("faelled-mirror", &["faelled-proto", "faelled-model"]),
    ("faelled-net", &["faelled-proto"]),
];

/// The node uses every crate; these use the node as well, and nothing uses them.
const NODE: &str = "faelled";
const OUTSIDE: [&str; 3] = ["faelled-examples", "faelled-fuzz-targets", "faelled-tests"];

/// Crates that decide: they reach no disk, no network and no runtime, however far one follows.
const DECIDES: [&str; 5] = [
    "faelled-proto",
    "faelled-engine",
    "faelled-documents",
    "faelled-model",
    "faelled-exchange",
];
const DOES_IO: [&str; 9] = [
    "tokio",
    "mio",
    "socket2",
    "async-io",
    "quinn",
    "rustls",
    "sqlx",
    "libsqlite3-sys",
    "tempfile",
];

/// Crates that may not even draw a random number.
const DRAWS_NOTHING: [&str; 2] = ["faelled-proto", "faelled-engine"];
const RANDOM: [&str; 3] = ["getrandom", "rand", "fastrand"];

#[test]
fn arrows_between_crates_go_one_way_and_never_into_the_node() {
    let metadata = metadata();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        let Some(allowed) = allowed(name) else {
            wrong.push(format!(
                "{name} has no place in the drawing: give it one here and in ARCHITECTURE.md"
            ));
            continue;
        };
        let used = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.path.is_some());
        wrong.extend(
            used.filter(|dependency| !allowed.contains(&dependency.name.as_str()))
                .map(|dependency| format!("{name} -> {}", dependency.name)),
        );
    }
    assert_eq!(wrong, Vec::<String>::new());
    let drawn = ARROWS.len() + 1 + OUTSIDE.len();
    assert_eq!(
        metadata.workspace_packages().len(),
        drawn,
        "a package that is drawn is gone"
    );
}

#[test]
fn what_decides_does_no_io_however_far_one_follows_it() {
    assert_reaches_none(&DECIDES, &DOES_IO);
}

#[test]
fn protocol_and_engine_draw_no_random_numbers() {
    assert_reaches_none(&DRAWS_NOTHING, &RANDOM);
}

#[test]
fn what_the_other_tests_look_for_is_found_where_it_is() {
    let metadata = metadata();
    let node = reached(&metadata, NODE);
    for name in ["tokio", "quinn", "sqlx", "getrandom"] {
        assert!(node.contains(name), "the node reaches {name}");
    }
}

fn allowed(package: &str) -> Option<Vec<&'static str>> {
    let crates = || ARROWS.iter().map(|(name, _)| *name);
    match package {
        NODE => Some(crates().collect()),
        package if OUTSIDE.contains(&package) => Some(crates().chain([NODE]).collect()),
        package => ARROWS
            .iter()
            .find(|(name, _)| *name == package)
            .map(|(_, used)| used.to_vec()),
    }
}

fn assert_reaches_none(crates: &[&str], forbidden: &[&str]) {
    let metadata = metadata();
    for name in crates {
        let reached = reached(&metadata, name);
        let wrong: Vec<&&str> = forbidden
            .iter()
            .filter(|name| reached.contains(**name))
            .collect();
        assert!(wrong.is_empty(), "{name} reaches {wrong:?}");
    }
}

/// Every crate that one needs to build another for this platform, without what its own tests need.
fn reached<'a>(metadata: &'a Metadata, name: &str) -> BTreeSet<&'a str> {
    let nodes: BTreeMap<&PackageId, &cargo_metadata::Node> = metadata
        .resolve
        .as_ref()
        .unwrap()
        .nodes
        .iter()
        .map(|node| (&node.id, node))
        .collect();
    let start = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name.as_str() == name)
        .unwrap();
    let mut seen = BTreeSet::new();
    let mut open = vec![&start.id];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let used = nodes[id].deps.iter().filter(|dependency| {
            dependency
                .dep_kinds
                .iter()
                .any(|kind| kind.kind == DependencyKind::Normal)
        });
        open.extend(used.map(|dependency| &dependency.pkg));
    }
    seen.into_iter()
        .map(|id| metadata[id].name.as_str())
        .collect()
}

fn metadata() -> Metadata {
    // Of this platform only: crates of others would have to be fetched first.
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .other_options(["--locked", "--filter-platform", "host-tuple"].map(String::from))
        .exec()
        .unwrap()
}
