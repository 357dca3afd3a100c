//! The command line: reads what is asked, asks the node, prints what it answers. It decides nothing.

mod arguments;
mod baskets;
mod batch;
mod consent;
mod danish;
mod doctor;
mod drafting;
mod editors;
mod federation;
mod file;
mod help;
mod identity;
mod input;
mod invite;
mod joint;
mod key;
mod key_life;
mod output;
mod packs;
mod passphrase;
mod pilots;
mod recover;
mod releasing;
mod search;
mod session;
mod stewards;
mod usage;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;
use faelled_model::Language;
use tracing_subscriber::EnvFilter;

use arguments::{Cli, Command, Mirror, Requirement, Serve};
use session::Session;

use crate::failure::{Failure, Said};
use crate::heaps;
use crate::request::Request;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let language = help::language(&words, |name| std::env::var(name).ok());
    let json = words.iter().any(|word| word == "--json");
    let parsed = help::command(language)
        .try_get_matches_from(&words)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error, language, json),
    };
    match start(cli, language) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::print_failure(&failure, language, json);
            ExitCode::from(failure.kind.exit_code())
        }
    }
}

fn start(cli: Cli, language: Language) -> Result<(), Failure> {
    if let Some(lang) = &cli.lang {
        values::check_language(lang)?;
    }
    let log_json = matches!(&cli.command, Command::Serve(Serve { log_json: true, .. }));
    start_log(log_json)?;
    if matches!(&cli.command, Command::Serve(_)) {
        heaps::keep_few();
    }
    // What broke off may be Automerge on another member's bytes: the log names the place, and no content.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(%place, "a part of the program broke off");
    }));
    let session = Session::new(cli.data, cli.json, language).with_passphrase_fd(cli.passphrase_fd);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::internal(
                "runtime",
                Said::new(
                    format!("the system gives no threads: {error}"),
                    format!("systemet giver ingen tråde: {error}"),
                ),
            )
        })?;
    runtime.block_on(run(&session, cli.command))
}

/// Logs go to standard error, so that standard output holds answers only.
fn start_log(as_json: bool) -> Result<(), Failure> {
    let wanted = std::env::var("FAELLED_LOG").unwrap_or_else(|_| "warn".to_owned());
    let filter = EnvFilter::try_new(&wanted).map_err(|error| {
        Failure::configuration(
            "log",
            Said::new(
                format!("FAELLED_LOG says what cannot be read: {error}"),
                format!("FAELLED_LOG kan ikke læses: {error}"),
            ),
        )
        .hint(Said::new(
            "write error, warn, info, debug or trace",
            "skriv error, warn, info, debug eller trace",
        ))
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false);
    let started = if as_json {
        log.json().try_init()
    } else {
        log.try_init()
    };
    started.map_err(|error| {
        Failure::internal(
            "log",
            Said::new(
                format!("the log cannot be written: {error}"),
                format!("loggen kan ikke skrives: {error}"),
            ),
        )
    })
}

async fn run(session: &Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::Init(init) => federation::init(session, init).await,
        Command::Serve(serve) => federation::serve(session, serve).await,
        Command::Invite(invite) => invite::invite(session, invite).await,
        Command::Join(join) => federation::join(session, join).await,
        Command::Members { command } => stewards::run(session, command).await,
        Command::Key(command) => key::key(session, command).await,
        Command::Editors(editors) => editors::run(session, editors).await,
        Command::Recover(command) => recover::run(session, command).await,
        Command::Pack(command) => packs::pack(session, command).await,
        Command::Requirement(Requirement::List(list)) => {
            let query = search::requirements(list)?;
            session.answer(Request::RequirementList(query)).await
        }
        Command::Requirement(Requirement::Show { requirement }) => {
            session
                .answer(Request::RequirementShow { requirement })
                .await
        }
        Command::Requirement(Requirement::Drafting(command)) => {
            drafting::requirement(session, command).await
        }
        Command::Requirement(Requirement::Releasing(command)) => {
            releasing::requirement(session, command).await
        }
        Command::Drafting(command) => drafting::run(session, command).await,
        Command::Joint(command) => joint::run(session, command).await,
        Command::Baskets(command) => baskets::run(session, command).await,
        Command::Pilot(command) => pilots::pilot(session, command).await,
        Command::Search(search) => {
            let query = search::query(search)?;
            session.answer(Request::Search(query)).await
        }
        Command::Status => session.answer(Request::Status).await,
        Command::Doctor => doctor::run(session).await,
        Command::Mirror(Mirror::Rebuild) => {
            let said = Said::new("building the mirror anew", "bygger spejlet på ny");
            let _spinner = session.spinner(&said);
            session.answer(Request::MirrorRebuild).await
        }
        Command::Mirror(Mirror::Schema { format }) => {
            let as_json = session.json;
            let format = format
                .as_deref()
                .unwrap_or(if as_json { "json" } else { "markdown" });
            output::print(&schema(format)?)
        }
        Command::Demo(demo) => crate::demo::run(demo.keep, session.language(), session.json).await,
    }
}

fn schema(format: &str) -> Result<String, Failure> {
    match format {
        "markdown" => Ok(faelled_mirror::schema_markdown()),
        "json" => Ok(faelled_mirror::schema_json() + "\n"),
        "sql" => Ok(faelled_mirror::schema_sql()),
        other => Err(Failure::user(
            "format",
            Said::new(
                format!("there is no format {other:?}"),
                format!("formatet {other:?} findes ikke"),
            ),
        )
        .hint(Said::new(
            "choose markdown, json or sql",
            "vælg markdown, json eller sql",
        ))),
    }
}
