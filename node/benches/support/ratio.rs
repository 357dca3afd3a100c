//! Figures beside their floors.

use std::time::Duration;

use crate::setting::Failed;

/// One thing that is measured: a name, and a run that says how long it took.
pub(crate) struct Subject<'a> {
    pub(crate) name: &'static str,
    pub(crate) run: Box<dyn FnMut() -> Result<Duration, Failed> + 'a>,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(
        name: &'static str,
        run: impl FnMut() -> Result<Duration, Failed> + 'a,
    ) -> Self {
        Self {
            name,
            run: Box::new(run),
        }
    }

    /// Runs that many times; a failure ends the bench.
    pub(crate) fn times(&mut self, times: u64) -> Duration {
        (0..times)
            .map(|_| match (self.run)() {
                Ok(taken) => taken,
                Err(failed) => panic!("{}: {failed}", self.name),
            })
            .sum()
    }
}

/// The first subject against each other one. All take turns, so that whatever else the machine does meets
/// all of them; a ratio is the median over the rounds.
pub(crate) fn ratios(subjects: &mut [Subject<'_>], rounds: usize) -> Vec<(&'static str, f64)> {
    let taken: Vec<Vec<Duration>> = (0..rounds)
        .map(|_| {
            subjects
                .iter_mut()
                .map(|subject| subject.times(1))
                .collect()
        })
        .collect();
    let ratio = |other: usize| {
        median(
            taken
                .iter()
                .map(|round| round[0].as_secs_f64() / round[other].as_secs_f64())
                .collect(),
        )
    };
    subjects
        .iter()
        .enumerate()
        .skip(1)
        .map(|(index, subject)| (subject.name, ratio(index)))
        .collect()
}

/// Prints what [`ratios`] found.
pub(crate) fn print_ratios(whole: &str, ratios: &[(&'static str, f64)]) {
    println!("\n{whole} against, in the same run (medians of paired rounds):");
    for (name, ratio) in ratios {
        println!("  {name:<42} {ratio:>8.2}");
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
