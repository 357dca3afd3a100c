//! One line of the table.

use std::time::Duration;

use super::network::Network;
use super::pace::median;
use super::{Disturbed, FLOOR, MOST_MEMORY_KIB, MOST_RATIO, MOST_VISIT};
use crate::hostile::Case;

/// What came of a case.
#[derive(Debug, Clone)]
pub(super) struct Row {
    case: &'static Case,
    size: String,
    pub(super) answer: String,
    pub(super) ratio: f64,
    undisturbed: Duration,
    floor: Duration,
    marker: Duration,
    pub(super) peak_kib: u64,
    visit: Option<Duration>,
    /// What is too slow.
    slow: Vec<String>,
    /// What is wrong whatever the machine has to do besides.
    faults: Vec<String>,
}

/// What stands above the table.
pub(super) fn heading() -> String {
    format!(
        "{:<29} {:>8} {:>8} {:>6} {:>9} {:>8}  what honest nodes made of it",
        "misdeed", "sync ms", "meanwh.", "ratio", "peak MiB", "visit ms"
    )
}

impl Row {
    pub(super) fn new(
        case: &'static Case,
        network: &Network,
        undisturbed: Duration,
        peak_kib: u64,
    ) -> Self {
        let honest = u32::try_from(network.honest.len()).unwrap_or(u32::MAX);
        let mut row = Self {
            case,
            size: format!("{}+{}", network.honest.len(), network.hostile.len()),
            answer: String::new(),
            undisturbed,
            floor: FLOOR * honest,
            ratio: 0.0,
            marker: Duration::ZERO,
            peak_kib,
            visit: None,
            slow: Vec::new(),
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
        self.ratio = self.marker.as_secs_f64() / self.undisturbed.max(self.floor).as_secs_f64();
        if self.ratio > MOST_RATIO {
            self.slow.push(format!(
                "a sync took {} ms, {:.1} times as long as undisturbed (counted as at least {} ms)",
                self.marker.as_millis(),
                self.ratio,
                self.floor.as_millis()
            ));
        }
        self.visit = disturbed.visits.iter().max().copied();
        if let Some(visit) = self.visit.filter(|visit| *visit > MOST_VISIT) {
            self.slow.push(format!(
                "an honest peer took {} ms to get in",
                visit.as_millis()
            ));
        }
    }

    /// Something fell short.
    pub(super) fn fault(&mut self, what: String) {
        self.faults.push(what);
    }

    /// Nothing but the pace falls short.
    pub(super) fn is_merely_slow(&self) -> bool {
        self.faults.is_empty() && !self.slow.is_empty()
    }

    /// As it is printed.
    pub(super) fn line(&self) -> String {
        let visit = self
            .visit
            .map_or_else(|| "-".to_owned(), |visit| visit.as_millis().to_string());
        let mut line = format!(
            "{:<29} {:>8} {:>8} {:>6.2} {:>9} {visit:>8}  {}",
            self.case.name,
            self.undisturbed.as_millis(),
            self.marker.as_millis(),
            self.ratio,
            self.peak_kib >> 10,
            self.answer
        );
        let short = self.short();
        if !short.is_empty() {
            line.push_str("  FALLS SHORT: ");
            line.push_str(&short);
        }
        line
    }

    /// What fell short, if anything.
    pub(super) fn shortcoming(&self) -> Option<String> {
        let short = self.short();
        (!short.is_empty()).then(|| format!("{} ({}): {short}", self.case.name, self.size))
    }

    fn short(&self) -> String {
        let all: Vec<&str> = self
            .faults
            .iter()
            .chain(&self.slow)
            .map(String::as_str)
            .collect();
        all.join("; ")
    }
}
