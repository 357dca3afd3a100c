//! One line of the table.

use std::time::Duration;

use super::network::Network;
use super::pace::{Pace, median};
use super::{Disturbed, FLOOR, MOST_MEMORY_KIB, MOST_RATIO, MOST_VISIT};
use crate::hostile::Case;

/// What came of a case.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) case: &'static Case,
    size: String,
    pub(super) answer: String,
    pub(super) ratio: f64,
    undisturbed: Duration,
    marker: Duration,
    pub(super) peak_kib: u64,
    visit: Option<Duration>,
    faults: Vec<String>,
}

/// What stands above the table.
pub(super) fn heading() -> String {
    format!(
        "{:<5} {:<29} {:>8} {:>6} {:>9} {:>8}  what honest nodes made of it",
        "", "misdeed", "sync ms", "ratio", "peak MiB", "visit ms"
    )
}

impl Row {
    pub(super) fn new(case: &'static Case, network: &Network, pace: &Pace, peak_kib: u64) -> Self {
        let mut row = Self {
            case,
            size: format!("{}+{}", network.honest.len(), network.hostile.len()),
            answer: String::new(),
            undisturbed: pace.undisturbed,
            ratio: 0.0,
            marker: Duration::ZERO,
            peak_kib,
            visit: None,
            faults: Vec::new(),
        };
        if peak_kib >= MOST_MEMORY_KIB {
            row.fault(format!("an honest node took {} MiB", peak_kib >> 10));
        }
        row
    }

    /// Notes how honest nodes fared meanwhile.
    pub(super) fn disturbed(&mut self, disturbed: &Disturbed) {
        self.marker = median(&disturbed.markers);
        self.ratio = self.marker.as_secs_f64() / self.undisturbed.max(FLOOR).as_secs_f64();
        if self.ratio > MOST_RATIO {
            self.fault(format!(
                "a sync took {} ms, {:.1} times as long as undisturbed (counted as at least {} ms)",
                self.marker.as_millis(),
                self.ratio,
                FLOOR.as_millis()
            ));
        }
        self.visit = disturbed.visits.iter().max().copied();
        if let Some(visit) = self.visit.filter(|visit| *visit > MOST_VISIT) {
            self.fault(format!(
                "an honest peer took {} ms to get in",
                visit.as_millis()
            ));
        }
    }

    /// Something fell short.
    pub(super) fn fault(&mut self, what: String) {
        self.faults.push(what);
    }

    /// As it is printed.
    pub(super) fn line(&self) -> String {
        let visit = self
            .visit
            .map_or_else(|| "-".to_owned(), |visit| visit.as_millis().to_string());
        let mut line = format!(
            "{:<5} {:<29} {:>8} {:>6.2} {:>9} {visit:>8}  {}",
            self.size,
            self.case.name,
            self.marker.as_millis(),
            self.ratio,
            self.peak_kib >> 10,
            self.answer
        );
        if !self.faults.is_empty() {
            line.push_str("  FALLS SHORT: ");
            line.push_str(&self.faults.join("; "));
        }
        line
    }

    /// What fell short, if anything.
    pub(super) fn shortcoming(&self) -> Option<String> {
        let faults = self.faults.join("; ");
        (!faults.is_empty()).then(|| format!("{} ({}): {faults}", self.case.name, self.size))
    }
}
