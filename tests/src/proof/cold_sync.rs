//! An empty node gets everything that a federation holds: on its disk, in its mirror, searchable. Beside it, in the same
//! run and over the same data, what no implementation can leave out.

mod floors;

use std::path::Path;
use std::time::{Duration, Instant};

use faelled::request::{Request, SearchQuery};
use serde_json::Value;

use super::{Report, ensure};
use crate::country::{Content, Country, Feed};
use crate::daemon::Daemon;
use crate::memory::peak_kib;
use crate::pair::address;
use crate::program::Broken;

/// The first two members run the nodes.
const NODES: usize = 2;
const AUTHORS: usize = 100;
const CHANGES: usize = 10;
pub(super) async fn run(mut report: Report, quick: bool) -> Result<Report, Broken> {
    let per_author = if quick { 10 } else { 100 };
    for (name, text_in) in [("scalar", 0), ("texts", 10)] {
        let place = tempfile::tempdir()?;
        let content = Content {
            documents: per_author,
            changes: CHANGES,
            text_in,
        };
        one(&mut report, place.path(), name, content).await?;
    }
    Ok(report)
}

async fn one(
    report: &mut Report,
    place: &Path,
    name: &str,
    content: Content,
) -> Result<(), Broken> {
    let country = Country::new(NODES + AUTHORS)?;
    let authors: Vec<(usize, u32)> = (0..AUTHORS).map(|author| (NODES + author, 0)).collect();
    let feeds = country.feeds(&authors, content)?;
    let documents = AUTHORS * content.documents;
    let whole = whole(&country, place, &feeds, documents).await?;
    let floors = floors::measure(&country, place, &feeds, &place.join("taker")).await?;
    report.saw(format!(
        "{name}: {documents} documents, {} changes: on the disk after {:.2} s, in the mirror after {:.2} s",
        documents * content.changes,
        whole.stored.as_secs_f64(),
        whole.shown.as_secs_f64()
    ));
    let mut sum = Duration::ZERO;
    for (floor, taken) in &floors {
        sum += *taken;
        report.saw(format!(
            "    floor: {floor:<44} {:>7.3} s",
            taken.as_secs_f64()
        ));
    }
    let ratio = whole.shown.as_secs_f64() / sum.as_secs_f64();
    report.saw(format!(
        "    sum of the floors {:.2} s; the whole is {ratio:.2} times that; at most {} MiB at who gives and {} at who takes",
        sum.as_secs_f64(),
        whole.peak_mib[0],
        whole.peak_mib[1]
    ));
    report.figure(&format!("{name}_ratio"), (ratio * 100.0).round() / 100.0);
    report.figure(&format!("{name}_peak_mib"), whole.peak_mib[1]);
    Ok(())
}

struct Whole {
    stored: Duration,
    shown: Duration,
    peak_mib: [u64; 2],
}

async fn whole(
    country: &Country,
    place: &Path,
    feeds: &[Feed],
    documents: usize,
) -> Result<Whole, Broken> {
    let (path, empty) = (place.join("giver"), place.join("taker"));
    country.node(&path, 0, feeds, None).await?;
    let giver = Daemon::start(&path).await?;
    let all = |status: &Value| shows(status, documents);
    let status = giver.until("its own mirror", all).await?;
    country
        .node(&empty, 1, &[], Some(address(&giver).await?))
        .await?;
    let begun = Instant::now();
    let taker = Daemon::start(&empty).await?;
    let stored = |now: &Value| now["entries"] == status["entries"];
    taker.until("all entries", stored).await?;
    let stored = begun.elapsed();
    taker.until("all documents", all).await?;
    let shown = begun.elapsed();
    let found = taker.ask(Request::Search(SearchQuery {
        words: "genanvendt".into(),
        limit: 10,
        ..SearchQuery::default()
    }));
    ensure(
        found.await?.as_array().is_some_and(|hits| !hits.is_empty()),
        || "what came is not found".into(),
    )?;
    let peak_mib = [peak_kib(giver.pid()?)? >> 10, peak_kib(taker.pid()?)? >> 10];
    taker.stop()?;
    giver.stop()?;
    Ok(Whole {
        stored,
        shown,
        peak_mib,
    })
}

fn shows(status: &Value, documents: usize) -> bool {
    status["mirror_behind"] == 0 && status["figures"]["requirements"] == documents
}
