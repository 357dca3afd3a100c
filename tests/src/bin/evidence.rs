//! `cargo evidence`: the project's proofs, by name.

use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};
use faelled_tests::proof::{ALL, Proof, Report};
use serde_json::{Value, json};

/// The project's proofs.
#[derive(Debug, Parser)]
#[command(name = "cargo evidence", subcommand_negates_reqs = true)]
struct Arguments {
    #[command(subcommand)]
    list: Option<Action>,
    /// The proof to run.
    #[arg(required = true)]
    name: Option<String>,
    /// The short form, as CI runs it.
    #[arg(long)]
    quick: bool,
    /// Makes the random choices of an earlier run again.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// For programs.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Names every proof, with what it proves and how long it takes.
    List,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match (&arguments.list, &arguments.name) {
        (None, Some(name)) => run(name, &arguments),
        _ => list(arguments.json),
    }
}

fn list(json: bool) -> ExitCode {
    if json {
        let all: Vec<Value> = ALL
            .iter()
            .map(|proof| {
                let (quick, whole) = proof.takes;
                json!({ "name": proof.name, "promise": proof.promise, "takes": { "quick": quick, "whole": whole } })
            })
            .collect();
        println!("{:#}", Value::from(all));
        return ExitCode::SUCCESS;
    }
    for proof in ALL {
        let (quick, whole) = proof.takes;
        println!(
            "{} (quick {quick}, whole {whole})\n    {}",
            proof.name, proof.promise
        );
    }
    ExitCode::SUCCESS
}

fn run(name: &str, arguments: &Arguments) -> ExitCode {
    let Some(proof) = ALL.iter().find(|proof| proof.name == name) else {
        eprintln!("there is no proof {name}; cargo evidence list names them all");
        return ExitCode::from(2);
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    if !arguments.json {
        println!("{name}: {}", proof.promise);
    }
    let begun = Instant::now();
    let report = match arguments.seed {
        Some(seed) => Report::seeded(arguments.json, seed),
        None => Report::new(arguments.json),
    };
    let outcome = runtime.block_on(proof.run(report, arguments.quick));
    let seconds = (begun.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    tell(
        proof,
        outcome.map_err(|broken| broken.0),
        seconds,
        arguments,
    )
}

fn tell(
    proof: &Proof,
    outcome: Result<Report, String>,
    seconds: f64,
    arguments: &Arguments,
) -> ExitCode {
    let name = proof.name;
    let (report, problem) = match outcome {
        Ok(report) => (report, None),
        Err(problem) => (Report::new(true), Some(problem)),
    };
    if arguments.json {
        let outcome = json!({
            "name": name,
            "promise": proof.promise,
            "quick": arguments.quick,
            "shown": problem.is_none(),
            "problem": problem,
            "seconds": seconds,
            "figures": report.figures(),
        });
        println!("{outcome:#}");
    } else if problem.is_none() {
        let figures: Vec<String> = report
            .figures()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        println!("{name}: shown ({}, {seconds} s)", figures.join(", "));
    }
    match problem {
        None => ExitCode::SUCCESS,
        Some(problem) => {
            eprintln!("{name}: falls short: {problem}");
            ExitCode::FAILURE
        }
    }
}
