//! The project's proofs: each shows something that an issue asked for, prints what it saw and fails when
//! it falls short.

mod canary;
mod cold_sync;
mod crash_mirror;
mod draft_leak;
mod hostile;
mod idle;
mod office_files;
mod one_change;
mod orders;
mod removed_checks;
mod restores;
mod round_trips;
mod search_quality;
mod tamper;
mod texts;
mod whole_way;
mod year;

pub(crate) use draft_leak::sent as recorded;

use std::future::Future;
use std::pin::Pin;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use crate::program::Broken;

/// A proof.
#[derive(Debug, Clone, Copy)]
pub struct Proof {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it proves.
    pub promise: &'static str,
    /// About how long it takes on two cores: quick, whole.
    pub takes: (&'static str, &'static str),
    run: fn(Report, bool) -> Running,
}

type Running = Pin<Box<dyn Future<Output = Result<Report, Broken>>>>;

/// What a proof saw.
#[derive(Debug, Clone)]
pub struct Report {
    silent: bool,
    seed: u64,
    figures: Map<String, Value>,
}

impl Report {
    /// An empty report. A silent one prints nothing on the way.
    #[must_use]
    pub fn new(silent: bool) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let drawn = now.map_or(0, |now| u64::from(now.subsec_nanos()));
        Self::seeded(silent, drawn)
    }

    /// An empty report of a run whose random choices are those of a seed.
    #[must_use]
    pub fn seeded(silent: bool, seed: u64) -> Self {
        Self {
            silent,
            seed,
            figures: Map::new(),
        }
    }

    /// What random choices begin with.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Tells what was seen.
    pub fn saw(&self, what: impl AsRef<str>) {
        if !self.silent {
            println!("  {}", what.as_ref());
        }
    }

    /// Notes a figure.
    pub fn figure(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.to_owned(), value.into());
    }

    /// All figures.
    #[must_use]
    pub const fn figures(&self) -> &Map<String, Value> {
        &self.figures
    }
}

impl Proof {
    /// Runs it.
    ///
    /// # Errors
    /// When it falls short, with what was missing.
    pub async fn run(&self, report: Report, quick: bool) -> Result<Report, Broken> {
        (self.run)(report, quick).await
    }
}

/// Every proof, in the order of the issues.
pub const ALL: &[Proof] = &[
    Proof {
        name: "whole-way",
        promise: "a lead's pack and a pilot of it reach the mirror of a municipality that never met the pilot's author, \
                  with provenance; stock SQLite and Python read the mirror while the node runs",
        takes: ("10 s", "10 s"),
        run: |report, _| Box::pin(whole_way::run(report)),
    },
    Proof {
        name: "tamper",
        promise: "a changed byte, a wrong signature, a gap, a stranger: refused with the reason, nothing else disturbed",
        takes: ("15 s", "2 min"),
        run: |report, quick| Box::pin(tamper::run(report, quick)),
    },
    Proof {
        name: "hostile",
        promise: "members with real keys who misbehave in every way of a table, one among three honest nodes and three among ten: \
                  refused for the right reason, honest nodes show the same, stay under 256 MiB and sync on",
        takes: ("5 min", "20 min"),
        run: |report, quick| Box::pin(hostile::run(report, quick)),
    },
    Proof {
        name: "orders",
        promise: "generated histories of 3-6 members who write, grant, cut and remove each other: in whatever order all of it comes, \
                  the same entries count, the same documents and mirror are shown, as the rules say that are written down a second time",
        takes: ("30 s", "5 min"),
        run: |report, quick| Box::pin(orders::run(report, quick)),
    },
    Proof {
        name: "crash-mirror",
        promise: "after kill -9 between commit and mirror, the mirror equals a rebuild and nothing acknowledged is lost",
        takes: ("20 s", "2 min"),
        run: |report, quick| Box::pin(crash_mirror::run(report, quick)),
    },
    Proof {
        name: "draft-leak",
        promise: "no byte of a private draft, and no trace that it exists, leaves the node until it is published; nothing of a group \
                  reaches a member outside it, before, during and after its work",
        takes: ("30 s", "30 s"),
        run: |report, _| Box::pin(draft_leak::run(report)),
    },
    Proof {
        name: "year",
        promise: "a year of the packaging project with four municipalities: drafted together offline, merged, heard, released, \
                  adopted, tried, changed, outdated, withdrawn; each one's mirror says so at each step",
        takes: ("1 min", "1 min"),
        run: |report, _| Box::pin(year::run(report)),
    },
    Proof {
        name: "restores",
        promise: "real nodes set back to old backups, copied, started twice, rolled back under live writing: no place of a feed is \
                  taken twice, all converge, no document wedges, nothing that others hold is lost",
        takes: ("2 min", "15 min"),
        run: |report, quick| Box::pin(restores::run(report, quick)),
    },
    Proof {
        name: "removed-checks",
        promise: "each check of who may write, who sees what, how far feeds count and which roster holds is taken out of the sources \
                  by itself: a test fails; none of security survives",
        takes: ("4 min", "30 min"),
        run: |report, quick| Box::pin(removed_checks::run(report, quick)),
    },
    Proof {
        name: "canary",
        promise: "texts in drafts, groups and records, their ids, hashes and lengths are in no byte sent to whom they do not concern, \
                  in no datagram, file, log, answer or error of another node; a control shows that the search finds",
        takes: ("30 s", "30 s"),
        run: |report, _| Box::pin(canary::run(report)),
    },
    Proof {
        name: "cold-sync",
        promise: "an empty node gets 100,000 changes of 10,000 documents, on its disk, mirrored and searchable",
        takes: ("20 s", "10 min"),
        run: |report, quick| Box::pin(cold_sync::run(report, quick)),
    },
    Proof {
        name: "idle",
        promise: "two nodes that hold the same see it in one question and one answer of at most 200 bytes each, as many with 100 documents \
                  as with 100,000",
        takes: ("1 min", "5 min"),
        run: |report, quick| Box::pin(idle::run(report, quick)),
    },
    Proof {
        name: "one-change",
        promise: "one changed document among 10,000 by 100 authors costs two nodes at most twice its own bytes and 1 KiB, pushed or \
                  found by comparing; of 10,000 feeds those that differ are found in O(d log n) bytes",
        takes: ("20 s", "3 min"),
        run: |report, quick| Box::pin(one_change::run(report, quick)),
    },
    Proof {
        name: "round-trips",
        promise: "packs and pilots with any texts (Danish letters, line breaks, formulas, very long) go out as Excel, CSV \
                  and TOML and come in again as the same documents; an unedited export changes nothing",
        takes: ("1 min", "5 min"),
        run: |report, quick| Box::pin(round_trips::run(report, quick)),
    },
    Proof {
        name: "office-files",
        promise: "what goes out opens elsewhere: Word files in LibreOffice and python-docx with every heading and table, \
                  Excel and CSV without a cell that is evaluated, OCDS valid, JSON-LD of terms that exist; hostile texts too",
        takes: ("1 min", "1 min"),
        run: |report, _| Box::pin(office_files::run(report)),
    },
    Proof {
        name: "search-quality",
        promise: "a judged set of Danish and English searches over the example packs and pilots: recall, precision and \
                  rank above their floors, which bare words do not reach; compounds are found by their parts",
        takes: ("5 s", "5 s"),
        run: |report, _| Box::pin(search_quality::run(report)),
    },
];

/// The demo alone, without the readers that need more than cargo.
///
/// # Errors
/// When it falls short.
pub async fn demo_alone(report: Report) -> Result<Report, Broken> {
    let directory = tempfile::tempdir()?;
    Ok(whole_way::demo(report, directory.path())?.0)
}

/// Fails unless something holds.
fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken(what())) }
}
