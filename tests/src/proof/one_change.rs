//! What it costs two nodes to find and exchange what differs, in bytes on their streams, both ways together.

mod fit;
mod plot;

use std::path::Path;

use faelled::directory::Directory;
use faelled::request::Request;
use faelled::request::joint::Request as Joint;
use faelled_model::Localized;
use faelled_proto::{FeedId, VerifiedEntry};
use faelled_store::Store;

use super::{Report, ensure};
use crate::country::{Content, Country, Feed};
use crate::daemon::Daemon;
use crate::pair::{Pair, Traffic};
use crate::program::Broken;
use fit::{Fit, Point};

/// The first two members run the nodes.
const NODES: usize = 2;
const AUTHORS: usize = 100;
/// Beside twice the change itself.
const ALLOWANCE_BYTES: u64 = 1024;
/// What a tip takes where a whole frontier is told.
const TIP_BYTES: u64 = 67;
/// The fitted curve explains so much of what was measured.
const MIN_R2: f64 = 0.95;

pub(super) async fn run(mut report: Report, quick: bool) -> Result<Report, Broken> {
    let place = tempfile::tempdir()?;
    let country = Country::new(NODES + AUTHORS)?;
    let per_author = if quick { 10 } else { 100 };
    one_document(&mut report, &country, place.path(), per_author).await?;
    feeds_that_differ(&mut report, &country, place.path(), quick).await?;
    Ok(report)
}

/// One changed document among many, found by comparing, and then pushed.
async fn one_document(
    report: &mut Report,
    country: &Country,
    place: &Path,
    per_author: usize,
) -> Result<(), Broken> {
    let authors: Vec<(usize, u32)> = (0..AUTHORS).map(|author| (NODES + author, 0)).collect();
    let content = Content {
        documents: per_author,
        changes: 2,
        text_in: 0,
    };
    let all = country.feeds(&authors, content)?;
    let mut less = all.clone();
    less[AUTHORS / 2] = all[AUTHORS / 2].without_last(1);
    let changed = signed_bytes(all[AUTHORS / 2].entries.last());
    let equal = Pair::meet(country, &place.join("equal"), &all, &all).await?;
    let greeting = equal.traffic.both();
    let pair = Pair::meet(country, &place.join("one"), &all, &less).await?;
    let compared = pair.traffic.both() - greeting;
    let documents = AUTHORS * per_author;
    report.saw(format!(
        "{documents} documents by {AUTHORS} authors: a greeting {greeting} bytes; one change of {changed} bytes signed costs {compared} more, found by comparing"
    ));
    let pushed = push(&pair).await?;
    report.saw(format!(
        "a document opened and changed, {} bytes signed: {} pushed",
        pushed.signed, pushed.bytes
    ));
    report.figure("changed", changed);
    report.figure("compared", compared);
    report.figure("pushed", pushed.bytes);
    for (what, bytes, signed) in [
        ("found by comparing", compared, changed),
        ("pushed", pushed.bytes, pushed.signed),
    ] {
        ensure(bytes <= 2 * signed + ALLOWANCE_BYTES, || {
            format!("{signed} bytes, {what}, cost {bytes}")
        })?;
    }
    Ok(())
}

/// What finding out costs, beside what is found, by how many feeds there are and how many differ.
async fn feeds_that_differ(
    report: &mut Report,
    country: &Country,
    place: &Path,
    quick: bool,
) -> Result<(), Broken> {
    let counts: &[usize] = if quick {
        &[100, 1_000]
    } else {
        &[100, 1_000, 10_000]
    };
    let content = Content {
        documents: 1,
        changes: 1,
        text_in: 0,
    };
    let mut points = Vec::new();
    for feeds in counts {
        let of: Vec<(usize, u32)> = (0..*feeds)
            .map(|number| (NODES + number % AUTHORS, (number / AUTHORS) as u32))
            .collect();
        let all = country.feeds(&of, content)?;
        let at = place.join(format!("{feeds}"));
        let equal = Pair::meet(country, &at.join("equal"), &all, &all).await?;
        let equal = equal.traffic.both();
        for differ in [1, 3, 10, 30, 100, 300, 1_000] {
            if differ * 10 > *feeds {
                break;
            }
            let step = feeds / differ;
            let less: Vec<Feed> = all
                .iter()
                .enumerate()
                .map(|(number, feed)| {
                    feed.without_last(usize::from(number % step == 0 && number / step < differ))
                })
                .collect();
            let found = all.iter().step_by(step).take(differ);
            let signed: u64 = found.map(|feed| signed_bytes(feed.entries.last())).sum();
            let pair = Pair::meet(country, &at.join(format!("{differ}")), &all, &less).await?;
            let bytes = (pair.traffic.both() - equal).saturating_sub(signed);
            let whole = TIP_BYTES * *feeds as u64;
            report.saw(format!(
                "{feeds:>6} feeds, {differ:>4} differ: {bytes:>7} bytes beside the entries; all tips would be {whole}"
            ));
            points.push(Point {
                feeds: *feeds,
                differ,
                bytes,
            });
        }
    }
    let fit = Fit::of(&points);
    let drawn = plot::draw(&points, &fit)?;
    report.saw(format!(
        "fitted: {:.0} + {:.0} d log16(n/d) + {:.0} d bytes, R2 = {:.3}; drawn in {}",
        fit.constant,
        fit.each_level,
        fit.each,
        fit.r2,
        drawn.display()
    ));
    report.figure("bytes_each_level", fit.each_level.round());
    report.figure("r2", (fit.r2 * 1000.0).round() / 1000.0);
    ensure(fit.r2 >= MIN_R2, || {
        format!(
            "d log n does not explain what was measured: R2 = {:.3}",
            fit.r2
        )
    })
}

/// An entry's header, signature and body.
fn signed_bytes(entry: Option<&VerifiedEntry>) -> u64 {
    entry.map_or(0, |entry| {
        let signed = entry.signed();
        let body = signed.body.as_ref().map_or(0, Vec::len);
        (signed.header.len() + 64 + body) as u64
    })
}

/// What was written once two had met.
struct Pushed {
    signed: u64,
    bytes: u64,
}

/// The giver writes, twice: the first time it opens its feed.
async fn push(pair: &Pair) -> Result<Pushed, Broken> {
    let mut pushed = None;
    for number in 0..2 {
        let before = pair.taker.status().await?;
        let question = Joint::Ask {
            about: None,
            field: String::new(),
            title: Localized::from([("da", format!("Spørgsmål {number}").as_str())]),
            text: Localized::from([("da", "Hvor meget genbrug kan der kræves?")]),
            preview: false,
        };
        pair.giver.ask(Request::Joint(question)).await?;
        let entries = pair.giver.status().await?["entries"].as_u64().unwrap_or(0);
        let bytes = pair.at_rest(entries).await?.since(Traffic::of(&before));
        let new = entries - before["entries"].as_u64().unwrap_or(0);
        let signed = newest(&pair.giver, new).await?;
        pushed = Some(Pushed {
            signed,
            bytes: bytes.both(),
        });
    }
    pushed.ok_or_else(|| Broken::new("nothing was written"))
}

/// The bytes of the newest entries of the giver's own feed.
async fn newest(giver: &Daemon, count: u64) -> Result<u64, Broken> {
    let store = Store::open_read_only(Directory::at(giver.path()).node_db()).await?;
    let feeds = store.feeds().await?;
    let key = Directory::at(giver.path()).keys()?.node.node_key();
    let own = feeds
        .iter()
        .find(|feed| feed.opening.certificate.claim.node_key == key);
    let (id, last): (FeedId, u64) = own
        .map(|feed| (feed.feed, feed.tip.seq))
        .ok_or_else(|| Broken::new("the giver has no feed of its own"))?;
    let entries = store.run(id, last + 1 - count, last, 1 << 20, 100).await?;
    store.close().await?;
    let bytes = entries
        .iter()
        .map(|entry| entry.header.len() + 64 + entry.body.as_ref().map_or(0, Vec::len));
    Ok(bytes.sum::<usize>() as u64)
}
