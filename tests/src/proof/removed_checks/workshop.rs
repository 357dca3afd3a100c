//! A copy of the sources in which checks are taken out and tests are run.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;

use super::list::Check;
use crate::program::{Broken, cargo};

/// What of the workspace cargo needs to build a part of it.
const PARTS: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    "proto",
    "crates",
    "node",
    "tests",
    "examples",
];
/// Directories that are no sources: what was built, and what fuzzing keeps.
const NOT_COPIED: [&str; 2] = ["target", "fuzz"];
/// Tests that take this long do not end. All of a binary's take a few seconds.
const PATIENCE: Duration = Duration::from_secs(300);

/// What tests said.
#[derive(Debug)]
pub(super) enum Outcome {
    Passed,
    /// These failed; none is named where a binary broke down as a whole.
    Failed(Vec<String>),
    Hung,
}

/// The copy, with a target directory of its own. Both are kept, so that the next run builds little.
#[derive(Debug)]
pub(super) struct Workshop {
    sources: PathBuf,
    target: PathBuf,
    /// Held as long as this is used: two runs would change each other's sources.
    _lock: File,
}

/// A binary with tests, and the directory in which cargo would run it.
struct TestBinary {
    path: PathBuf,
    directory: PathBuf,
}

impl Workshop {
    /// Makes the copy what the sources are now, whatever an earlier run left in it.
    pub(super) fn open(original: &Path) -> Result<Self, Broken> {
        let place = original.join("target").join("removed-checks");
        let sources = place.join("sources");
        fs::create_dir_all(&sources)?;
        let lock = File::create(place.join("lock"))?;
        lock.try_lock()
            .map_err(|error| Broken(format!("another run is under way: {error}")))?;
        let workshop = Self {
            sources,
            target: place.join("target"),
            _lock: lock,
        };
        for part in PARTS {
            mirror(&original.join(part), &workshop.sources.join(part))?;
        }
        Ok(workshop)
    }

    /// Runs a check's tests without it, and puts it back. `None` where that cannot be built.
    pub(super) async fn without(&self, check: &Check) -> Result<Option<Outcome>, Broken> {
        let file = self.sources.join(&check.file);
        let text = fs::read_to_string(&file)?;
        fs::write(&file, text.replacen(&check.find, &check.replace, 1))?;
        let outcome = match self.build(&check.tests).await {
            Ok(binaries) => self.run(&binaries).await.map(Some),
            Err(_) => Ok(None),
        };
        fs::write(&file, text)?;
        outcome
    }

    /// Builds and runs tests, named as for `cargo test`.
    pub(super) async fn test(&self, named: &str) -> Result<Outcome, Broken> {
        let binaries = self.build(named).await?;
        self.run(&binaries).await
    }

    async fn build(&self, named: &str) -> Result<Vec<TestBinary>, Broken> {
        let mut cargo = cargo();
        cargo
            .args([
                "test",
                "--quiet",
                "--locked",
                "--no-run",
                "--message-format=json-render-diagnostics",
            ])
            .args(named.split_whitespace())
            .current_dir(&self.sources)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "1")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_PROFILE_TEST_DEBUG", "0")
            .stdin(Stdio::null());
        let output = Command::from(cargo).output().await?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(Broken(format!("cargo test {named} is not built: {said}")));
        }
        let said = String::from_utf8(output.stdout)?;
        let binaries: Vec<TestBinary> = said.lines().filter_map(test_binary).collect();
        if binaries.is_empty() {
            return Err(Broken(format!("cargo test {named} has no tests")));
        }
        Ok(binaries)
    }

    async fn run(&self, binaries: &[TestBinary]) -> Result<Outcome, Broken> {
        for binary in binaries {
            let run = Command::new(&binary.path)
                .current_dir(&binary.directory)
                // Else a case that failed once would be tried again for the next check.
                .env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "1")
                .stdin(Stdio::null())
                .kill_on_drop(true)
                .output();
            let Ok(output) = tokio::time::timeout(PATIENCE, run).await else {
                return Ok(Outcome::Hung);
            };
            let output = output?;
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stdout);
                return Ok(Outcome::Failed(said.lines().filter_map(failed).collect()));
            }
        }
        Ok(Outcome::Passed)
    }
}

/// Reads a line in which cargo tells of a binary with tests.
fn test_binary(line: &str) -> Option<TestBinary> {
    let message: Value = serde_json::from_str(line).ok()?;
    let path = message["executable"].as_str()?;
    let manifest = Path::new(message["manifest_path"].as_str()?);
    (message["profile"]["test"] == true).then(|| TestBinary {
        path: path.into(),
        directory: manifest.parent().unwrap_or(manifest).into(),
    })
}

/// Reads a line in which a binary tells that a test failed.
fn failed(line: &str) -> Option<String> {
    let test = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
    Some(test.to_owned())
}

/// Makes a file or directory what another one is. What is so already is not written, or it would be built anew.
fn mirror(from: &Path, to: &Path) -> Result<(), Broken> {
    if !from.is_dir() {
        let bytes = fs::read(from)?;
        if fs::read(to).ok().as_ref() != Some(&bytes) {
            fs::write(to, bytes)?;
        }
        return Ok(());
    }
    fs::create_dir_all(to)?;
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        if NOT_COPIED.iter().all(|not| *not != name) {
            mirror(&from.join(&name), &to.join(&name))?;
            names.insert(name);
        }
    }
    for entry in fs::read_dir(to)? {
        let name = entry?.file_name();
        if !names.contains(&name) {
            remove(&to.join(&name))?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), Broken> {
    if path.is_dir() {
        fs::remove_dir_all(path)?;
    } else {
        fs::remove_file(path)?;
    }
    Ok(())
}
