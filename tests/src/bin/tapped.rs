//! `tapped DIRECTORY ADDRESS`: a node that records all that it sends. For the project's proofs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use faelled_tests::program::Broken;
use tracing_subscriber::EnvFilter;

/// A node that records all that it sends.
#[derive(Debug, Parser)]
#[command(name = "tapped")]
struct Arguments {
    /// Its data directory.
    data: PathBuf,
    /// Address and UDP port to listen on.
    listen: SocketAddr,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(broken) => {
            eprintln!("tapped: {broken}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Broken> {
    let filter = EnvFilter::try_from_env("FAELLED_LOG");
    tracing_subscriber::fmt()
        .with_env_filter(filter.map_err(|error| Broken(error.to_string()))?)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(faelled_tests::tapped::play(
        &arguments.data,
        arguments.listen,
    ))
}
