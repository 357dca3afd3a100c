//! How a bench is called, where it works, and how it ends.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use tempfile::TempDir;

/// Whatever stops a bench.
pub(crate) type Failed = Box<dyn Error + Send + Sync>;

/// Whether everything is only to be tried once, small: `cargo bench -- --test`, or run by `cargo test`.
pub(crate) fn is_trial() -> bool {
    let given = |word: &str| std::env::args().any(|argument| argument == word);
    given("--test") || !given("--bench")
}

/// A directory beside what cargo builds: on a real disk, where `/tmp` may be memory.
pub(crate) fn directory() -> Result<TempDir, Failed> {
    std::fs::create_dir_all(env!("CARGO_TARGET_TMPDIR"))?;
    Ok(tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(Path::new(env!("CARGO_TARGET_TMPDIR")))?)
}

/// Says what stopped a bench.
pub(crate) fn exit(outcome: Result<(), Failed>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("the bench stopped: {failed}");
            ExitCode::FAILURE
        }
    }
}
