//! Every test of whole nodes. A file that is not named here is an error: see [`nothing_is_forgotten`].

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod arrows;
mod network;
mod proofs;
mod refusals;

/// A test file that nobody runs would pass for ever.
#[test]
fn nothing_is_forgotten() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    let own = include_str!("all.rs");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        let is_named = module == "all" || own.contains(&format!("\nmod {module};"));
        assert!(is_named, "{name} is not run by tests/all.rs");
    }
}
