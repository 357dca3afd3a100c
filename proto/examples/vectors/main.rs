//! Writes the test vectors that `SPEC.md` promises, or with `--check` compares those that are there:
//! `cargo vectors [--check] proto/vectors`

mod generator;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = arguments.first().is_some_and(|first| first == "--check");
    if check {
        arguments.remove(0);
    }
    let directory = match arguments.as_slice() {
        [directory] if !directory.starts_with('-') => directory,
        _ => {
            eprintln!("usage: vectors [--check] DIR");
            return ExitCode::from(2);
        }
    };
    match run(Path::new(directory), check) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(directory: &Path, check: bool) -> Result<(), String> {
    if !check {
        std::fs::create_dir_all(directory)
            .map_err(|error| format!("{} cannot be made: {error}", directory.display()))?;
    }
    for (name, text) in generator::files() {
        let path = directory.join(name);
        if !check {
            std::fs::write(&path, text)
                .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
            continue;
        }
        let there = std::fs::read_to_string(&path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        if there != text {
            return Err(format!(
                "{} differs from what the code makes",
                path.display()
            ));
        }
    }
    Ok(())
}
