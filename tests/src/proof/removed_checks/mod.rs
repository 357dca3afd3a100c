//! Each check in the pipeline has a test that fails without it.
//!
//! `tests/removed-checks.toml` names the checks, one rule each, as a text in a source file and the same text
//! without the rule. In a copy of the sources one after the other is taken out and put back; the tests that the
//! list names for it must fail meanwhile. What survives is a rule that nobody would miss: never one that says
//! what is trusted, counted or shown.

mod list;
mod workshop;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{Report, ensure};
use crate::program::Broken;
use list::Check;
use workshop::{Outcome, Workshop};

/// The workspace.
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// How many checks the quick form takes out.
const QUICK: usize = 8;

pub(super) async fn run(mut report: Report, quick: bool) -> Result<Report, Broken> {
    let sources = Path::new(SOURCES);
    let checks = list::read(sources)?;
    let faults = list::faults(&checks, sources);
    ensure(faults.is_empty(), || faults.join("; "))?;
    report.saw(format!(
        "{} checks are listed, and each is where the list says",
        checks.len()
    ));
    let chosen = if quick {
        let seed = report.seed();
        report.saw(format!(
            "{QUICK} of them are taken out, chosen by seed {seed} (the same again with --seed {seed})"
        ));
        some_of(checks, seed)
    } else {
        checks
    };
    let workshop = Workshop::open(sources)?;
    all_pass(&workshop, &chosen, &report).await?;
    let mut seen = Seen::default();
    let begun = Instant::now();
    for check in &chosen {
        seen.take_out(check, &workshop, &report).await?;
    }
    report.figure("entries", chosen.len());
    report.figure("caught", seen.caught);
    report.figure("hung", seen.hung.len());
    report.figure("survivors", seen.survivors.len());
    report.figure("seconds", begun.elapsed().as_secs());
    seen.verdict(&report)?;
    Ok(report)
}

/// A few, chosen by the seed, in the list's order.
fn some_of(mut checks: Vec<Check>, seed: u64) -> Vec<Check> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    while checks.len() > QUICK {
        let count = checks.len() as u64;
        let gone = usize::try_from(rng.next_u64() % count).unwrap_or_default();
        checks.remove(gone);
    }
    checks
}

/// The tests pass as long as nothing is taken out.
async fn all_pass(workshop: &Workshop, checks: &[Check], report: &Report) -> Result<(), Broken> {
    let tests: BTreeSet<&str> = checks.iter().map(|check| check.tests.as_str()).collect();
    for named in &tests {
        match workshop.test(named).await? {
            Outcome::Passed => {}
            Outcome::Failed(failed) => {
                let failed = failed.join(", ");
                return Err(Broken(format!(
                    "cargo test {named} fails before anything is taken out: {failed}"
                )));
            }
            Outcome::Hung => {
                return Err(Broken(format!("cargo test {named} does not end")));
            }
        }
    }
    report.saw(format!(
        "{} selections of tests pass while nothing is taken out",
        tests.len()
    ));
    Ok(())
}

/// What became of the checks that were taken out.
#[derive(Debug, Default)]
struct Seen {
    caught: usize,
    /// Without these a test did not end, which is no verdict: another test must tell.
    hung: Vec<String>,
    /// Nobody missed these.
    survivors: Vec<String>,
    /// Those of them that say what is trusted, counted or shown.
    missed: Vec<String>,
    /// Without these the sources cannot be built: the list is wrong.
    unbuilt: Vec<String>,
}

impl Seen {
    async fn take_out(
        &mut self,
        check: &Check,
        workshop: &Workshop,
        report: &Report,
    ) -> Result<(), Broken> {
        let begun = Instant::now();
        let outcome = workshop.without(check).await?;
        let name = format!("{:?} ({})", check.name, check.file);
        let told = match outcome {
            None => {
                self.unbuilt.push(name.clone());
                "CANNOT BE BUILT".to_owned()
            }
            Some(Outcome::Failed(tests)) => {
                self.caught += 1;
                let by = tests.first().map_or("a test binary", String::as_str);
                format!("caught by {by}")
            }
            Some(Outcome::Hung) => {
                self.hung.push(name.clone());
                "NOT TOLD: a test does not end".to_owned()
            }
            Some(Outcome::Passed) => {
                self.survivors.push(name.clone());
                if check.security {
                    self.missed.push(name.clone());
                }
                check.because.as_ref().map_or_else(
                    || "SURVIVES".to_owned(),
                    |because| format!("survives, as it may: {because}"),
                )
            }
        };
        let seconds = begun.elapsed().as_secs_f64();
        report.saw(format!("without {name}: {told} ({seconds:.1} s)"));
        Ok(())
    }

    fn verdict(&self, report: &Report) -> Result<(), Broken> {
        for (what, names) in [("hung", &self.hung), ("survivors", &self.survivors)] {
            if !names.is_empty() {
                report.saw(format!("{what}: {}", names.join(", ")));
            }
        }
        ensure(self.unbuilt.is_empty(), || {
            format!("the list is wrong: {}", self.unbuilt.join(", "))
        })?;
        ensure(self.hung.is_empty(), || {
            format!("no verdict without {}", self.hung.join(", "))
        })?;
        ensure(self.missed.is_empty(), || {
            format!("no test fails without {}", self.missed.join(", "))
        })
    }
}
