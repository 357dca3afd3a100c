//! Every file of every corpus, and files changed from them in fixed ways, find nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use std::fs;
use std::path::Path;

use faelled_fuzz_targets::{ALL, Target};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Changed files that each target is given. Those of the larger targets cost more each.
const CHANGED: [(&str, usize); 11] = [
    ("change", 1_000),
    ("document", 300),
    ("files", 200),
    ("frames", 1_000),
    ("pipeline", 150),
    ("proto", 10_000),
    ("release", 500),
    ("requests", 2_000),
    ("sealed", 500),
    ("tables", 60),
    ("words", 300),
];

#[test]
fn every_file_of_a_corpus_and_files_changed_from_them_find_nothing() {
    assert!(
        CHANGED
            .iter()
            .map(|(name, _)| name)
            .eq(ALL.iter().map(|(name, _)| name))
    );
    for ((name, target), (_, count)) in ALL.iter().zip(CHANGED) {
        let files = corpus(name);
        for (file, bytes) in &files {
            run(*target, bytes, &format!("{name}/{file}"));
        }
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        for number in 0..count {
            let (file, bytes) = &files[below(&mut rng, files.len())];
            let other = &files[below(&mut rng, files.len())].1;
            let bytes = changed(&mut rng, bytes, other);
            run(*target, &bytes, &format!("{name}/{file}, change {number}"));
        }
    }
}

/// Runs a target; an input that finds something is named, and kept where somebody can look at it.
fn run(target: Target, bytes: &[u8], what: &str) {
    let found = std::panic::catch_unwind(|| target(bytes));
    if found.is_err() {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("finding");
        fs::write(&kept, bytes).unwrap();
        panic!("{what} finds something; the input is in {}", kept.display());
    }
}

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target);
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(&directory)
        .unwrap_or_else(|error| panic!("{}: {error}", directory.display()))
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{target} has no corpus");
    files
}

fn below(rng: &mut ChaCha12Rng, count: usize) -> usize {
    usize::try_from(rng.next_u64()).unwrap() % count.max(1)
}

/// A few bytes set, taken out or put in, or the end of another file put at a place of this one.
fn changed(rng: &mut ChaCha12Rng, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=below(rng, 4) {
        let place = below(rng, bytes.len() + 1);
        let end = (place + 1 + below(rng, 16)).min(bytes.len());
        let byte = rng.next_u32().to_le_bytes()[0];
        match below(rng, 6) {
            0 => bytes.insert(place, byte),
            1 if place < end => drop(bytes.drain(place..end)),
            2 if place < end => {
                let twice = bytes[place..end].to_vec();
                drop(bytes.splice(place..place, twice));
            }
            3 => {
                bytes.truncate(place);
                bytes.extend(&other[below(rng, other.len() + 1)..]);
            }
            _ if place < bytes.len() => bytes[place] = byte,
            _ => bytes.push(byte),
        }
    }
    bytes
}
