//! `hostile`: a member gone bad. It speaks the real protocol with the keys of a stopped member node and misbehaves
//! in one named way until its standard input ends; then it prints what it did and saw, as JSON.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use faelled_tests::hostile::{ALL, Casting, Deeds, play};
use faelled_tests::program::Broken;

/// How much less than honest nodes it gets of a machine that both use: the attacker of a real node has its own.
const NICENESS: i32 = 10;

/// A member gone bad.
#[derive(Debug, Parser)]
#[command(name = "hostile")]
struct Arguments {
    /// The data directory of the stopped member node whose keys it takes.
    #[arg(long)]
    data: PathBuf,
    /// The data directory of another member that it got a copy of.
    #[arg(long)]
    stolen: Option<PathBuf>,
    /// The data directory of another member that helps it.
    #[arg(long)]
    accomplice: Option<PathBuf>,
    /// A ticket that nobody has used yet.
    #[arg(long)]
    ticket: Option<String>,
    /// Whom it attacks; may be given several times.
    #[arg(long = "peer", required = true)]
    peers: Vec<SocketAddr>,
    /// What it does.
    #[arg(long)]
    case: String,
    /// Smaller floods.
    #[arg(long)]
    quick: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(deeds) => {
            println!("{}", serde_json::json!({ "deeds": deeds }));
            ExitCode::SUCCESS
        }
        Err(broken) => {
            eprintln!("hostile: {broken}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<Deeds, Broken> {
    let case = ALL.iter().find(|case| case.name == arguments.case);
    let case = case.ok_or_else(|| {
        let names: Vec<&str> = ALL.iter().map(|case| case.name).collect();
        Broken(format!("no such case; there are: {}", names.join(", ")))
    })?;
    rustix::process::nice(NICENESS).map_err(|error| Broken(error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let casting = Casting {
        data: arguments.data.clone(),
        stolen: arguments.stolen.clone(),
        accomplice: arguments.accomplice.clone(),
        ticket: arguments.ticket.clone(),
        peers: arguments.peers.clone(),
    };
    let played = runtime.block_on(play(case, casting, arguments.quick));
    // A read of the standard input cannot be taken back.
    runtime.shutdown_background();
    played
}
