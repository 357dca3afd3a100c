//! The test vectors hold for this implementation, and are what the generator makes.

#![expect(
    clippy::unwrap_used,
    reason = "a vector that is not as it should be fails the test"
)]

mod accepted;
mod fields;
mod file;
#[path = "../../examples/vectors/generator/mod.rs"]
mod generator;
mod refused;

#[test]
fn the_generator_makes_the_vectors_byte_for_byte() {
    let made = generator::files();
    for (name, text) in &made {
        assert!(
            *text == file::text(name),
            "{name} differs: run cargo vectors proto/vectors"
        );
    }
    let mut names: Vec<String> = made.iter().map(|(name, _)| (*name).to_owned()).collect();
    names.sort();
    assert_eq!(names, file::names());
}
