//! What it costs two nodes that hold the same to see that, however much it is.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::{Report, ensure};
use crate::country::{Content, Country};
use crate::daemon::patience;
use crate::pair::{Pair, Traffic};
use crate::program::Broken;

/// The first two members run the nodes.
const NODES: usize = 2;
const AUTHORS: usize = 100;
/// The promise, each way.
const MAX_BYTES: u64 = 200;
/// A question and its answer cross together, long before the next ones.
const TOGETHER: Duration = Duration::from_secs(2);

pub(super) async fn run(mut report: Report, quick: bool) -> Result<Report, Broken> {
    let place = tempfile::tempdir()?;
    let country = Country::new(NODES + AUTHORS)?;
    let authors: Vec<(usize, u32)> = (0..AUTHORS).map(|author| (NODES + author, 0)).collect();
    let counts: &[usize] = if quick { &[1, 10] } else { &[1, 100, 1_000] };
    let mut pairs = Vec::new();
    for per_author in counts {
        let content = Content {
            documents: *per_author,
            changes: 1,
            text_in: 0,
        };
        let feeds = country.feeds(&authors, content)?;
        let path = place.path().join(per_author.to_string());
        pairs.push((
            AUTHORS * per_author,
            Pair::meet(&country, &path, &feeds, &feeds).await?,
        ));
    }
    let mut rounds = JoinSet::new();
    for (documents, pair) in pairs {
        rounds.spawn(async move { round(&pair).await.map(|round| (documents, round)) });
    }
    let mut seen = Vec::new();
    for (documents, round) in rounds
        .join_all()
        .await
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?
    {
        report.saw(format!(
            "{documents:>7} documents, nothing to do: {} bytes there and {} back",
            round.sent, round.received
        ));
        ensure(round.sent.max(round.received) <= MAX_BYTES, || {
            format!("{documents} documents: {round:?}")
        })?;
        seen.push(round);
    }
    report.figure("bytes", seen[0].sent.max(seen[0].received));
    ensure(seen.iter().all(|round| *round == seen[0]), || {
        format!("it depends on how many documents there are: {seen:?}")
    })?;
    Ok(report)
}

/// What crosses when two that are connected compare, as they do from time to time.
async fn round(pair: &Pair) -> Result<Traffic, Broken> {
    let traffic = async || Ok::<_, Broken>(Traffic::of(&pair.taker.status().await?));
    // Both sides ask; the first question is waited for, and the next one stays out.
    let (begun, before) = (Instant::now(), traffic().await?);
    while traffic().await? == before {
        patience(begun, "the next comparison").await?;
    }
    tokio::time::sleep(TOGETHER).await;
    Ok(traffic().await?.since(before))
}
