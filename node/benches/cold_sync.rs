//! A cold sync: a newcomer gets everything that a federation holds, from its admission until its mirror
//! shows it. Beside it, each stage of the same data alone: what the whole is made of.

#[path = "support/documents.rs"]
mod documents;
#[path = "support/federation.rs"]
mod federation;
#[path = "support/setting.rs"]
mod setting;
#[path = "support/stages.rs"]
mod stages;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use faelled::directory::Directory;
use serde_json::json;

use federation::{joined, lead, shows, status, until};
use setting::{Failed, directory, exit, is_trial};
use stages::{Stage, stages};

const DOCUMENTS: usize = 10_000;
const TRIAL_DOCUMENTS: usize = 20;

fn main() -> ExitCode {
    exit(run())
}

fn run() -> Result<(), Failed> {
    let asked = Asked::read()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let directory = directory()?;
        let lead_path = directory.path().join("lead");
        let whole = whole(
            &lead_path,
            &directory.path().join("newcomer"),
            asked.documents,
        )
        .await?;
        let stages = stages(&Directory::at(&lead_path), directory.path()).await?;
        if asked.json {
            println!("{}", as_json(&asked, &whole, &stages));
        } else {
            tell(&asked, &whole, &stages);
        }
        Ok(())
    })
}

/// What the command line asks for.
struct Asked {
    documents: usize,
    json: bool,
}

impl Asked {
    fn read() -> Result<Self, Failed> {
        let mut asked = Self {
            documents: if is_trial() {
                TRIAL_DOCUMENTS
            } else {
                DOCUMENTS
            },
            json: false,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--documents" => {
                    asked.documents = arguments
                        .next()
                        .ok_or("--documents needs a number")?
                        .parse()?
                }
                "--json" => asked.json = true,
                "--bench" | "--test" => {}
                other => {
                    eprintln!("cold_sync does not know {other}; it is left to the other benches")
                }
            }
        }
        if asked.documents == 0 {
            Err("at least one document".into())
        } else {
            Ok(asked)
        }
    }
}

/// What a newcomer saw.
struct Whole {
    stored: Duration,
    mirrored: Duration,
    entries: u64,
    bytes_received: u64,
    store_bytes: u64,
}

/// A newcomer comes to a lead with so many documents; both are daemons in this process.
async fn whole(lead_path: &Path, newcomer_path: &Path, documents: usize) -> Result<Whole, Failed> {
    let lead = lead(lead_path, documents).await?;
    let expected = status(&lead).await?.entries;
    let newcomer = joined(newcomer_path, "dk-0151", (&lead, lead_path)).await?;
    let begun = Instant::now();
    let before = status(&newcomer).await?.bytes_received;
    until(&newcomer, |status| status.entries == expected).await?;
    let stored = begun.elapsed();
    let status = until(&newcomer, |status| shows(status, documents)).await?;
    let mirrored = begun.elapsed();
    newcomer.stop().await?;
    lead.stop().await?;
    Ok(Whole {
        stored,
        mirrored,
        entries: expected,
        bytes_received: status.bytes_received - before,
        store_bytes: status.bytes,
    })
}

fn sum(stages: &[Stage]) -> Duration {
    stages.iter().map(|stage| stage.taken).sum()
}

fn tell(asked: &Asked, whole: &Whole, stages: &[Stage]) {
    let sum = sum(stages).as_secs_f64();
    let mirrored = whole.mirrored.as_secs_f64();
    println!(
        "cold sync of {} documents ({} entries)",
        asked.documents, whole.entries
    );
    println!("  stored after      {:>9.3} s", whole.stored.as_secs_f64());
    println!(
        "  mirrored after    {mirrored:>9.3} s   {:.0} documents/s",
        asked.documents as f64 / mirrored
    );
    println!(
        "  bytes received    {:>9}     {:.0} a document",
        whole.bytes_received,
        per_document(asked, whole)
    );
    println!("  node.db           {:>9}", whole.store_bytes);
    println!("\neach stage of the same data alone, in this run:");
    for stage in stages {
        let taken = stage.taken.as_secs_f64();
        println!(
            "  {:<44} {taken:>9.3} s {:>5.1} %",
            stage.name,
            100.0 * taken / sum
        );
    }
    println!("  {:<44} {sum:>9.3} s", "sum");
    println!(
        "\nthe whole against the sum of its stages: {:.2}",
        mirrored / sum
    );
}

fn as_json(asked: &Asked, whole: &Whole, stages: &[Stage]) -> serde_json::Value {
    let stages_ms: serde_json::Map<String, serde_json::Value> = stages
        .iter()
        .map(|stage| (stage.key.to_owned(), json!(milliseconds(stage.taken))))
        .collect();
    json!({
        "bench": "cold_sync",
        "documents": asked.documents,
        "entries": whole.entries,
        "stored_ms": milliseconds(whole.stored),
        "mirrored_ms": milliseconds(whole.mirrored),
        "bytes_received": whole.bytes_received,
        "store_bytes": whole.store_bytes,
        "stages_ms": stages_ms,
        "sum_ms": milliseconds(sum(stages)),
        "whole_to_sum": whole.mirrored.as_secs_f64() / sum(stages).as_secs_f64(),
    })
}

fn per_document(asked: &Asked, whole: &Whole) -> f64 {
    whole.bytes_received as f64 / asked.documents as f64
}

fn milliseconds(taken: Duration) -> f64 {
    (taken.as_secs_f64() * 1e6).round() / 1e3
}
