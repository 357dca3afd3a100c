//! Baskets, and what goes out and in as files: how it is asked for.

use clap::{Args, Subcommand};
use faelled_model::Language;

use super::file::{Target, give};
use super::session::Session;
use super::values;
use crate::failure::Failure;
use crate::request::Request;
use crate::request::baskets::{FileForm, Request as Baskets};

/// Commands of their own.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Baskets: requirements picked for a tender, with what you fill in
    #[command(subcommand)]
    Basket(Basket),
    /// Write the open content of all members as a file; drafts and groups are never in it
    #[command(subcommand)]
    Export(Export),
}

#[derive(Debug, Subcommand)]
pub(super) enum Basket {
    /// Make an empty basket
    New {
        /// Its name: the tender that it is for
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// List baskets
    List,
    /// Show one basket: what is filled in, and what is missing
    Show {
        /// Its name, where there are several
        #[arg(value_name = "NAME")]
        basket: Option<String>,
    },
    /// Put requirements into a basket; the first makes one
    Add {
        /// Their numbers, with @VERSION for another release than the newest
        #[arg(value_name = "NUMBER", required = true)]
        requirements: Vec<String>,
        #[command(flatten)]
        which: Which,
    },
    /// Take a requirement out of a basket
    Remove {
        /// Its number or document id
        #[arg(value_name = "NUMBER")]
        requirement: String,
        #[command(flatten)]
        which: Which,
    },
    /// Fill in placeholders of a requirement
    Fill {
        /// Its number or document id
        #[arg(value_name = "NUMBER")]
        requirement: String,
        /// Placeholders with their values; nothing after the = goes back to the default
        #[arg(value_name = "NAME=VALUE", required = true)]
        values: Vec<String>,
        #[command(flatten)]
        which: Which,
    },
    /// Empty a basket, and show it no more
    Delete {
        /// Its name or document id
        #[arg(value_name = "NAME")]
        basket: String,
    },
    /// Write a basket as a file for a tender's documents
    Export {
        /// docx, xlsx, md, csv or json
        #[arg(long, value_name = "FORMAT")]
        format: String,
        /// Write the motives, too
        #[arg(long)]
        motives: bool,
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        written: Written,
    },
}

#[derive(Debug, Args)]
pub(super) struct Which {
    /// The basket's name, where there are several
    #[arg(long, value_name = "NAME")]
    basket: Option<String>,
}

/// How and where a file is written.
#[derive(Debug, Args)]
pub(super) struct Written {
    /// Language of the file: da or en; else that of this command
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Place {
    /// Where to write it; else under its own name in this directory, - writes to standard output
    #[arg(long, value_name = "FILE")]
    output: Option<String>,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Export {
    /// Released packs, requirements and pilots as JSON-LD in the EU's vocabulary for criteria (CCCEV)
    LinkedData {
        #[command(flatten)]
        place: Place,
    },
    /// The tenders of pilots as OCDS releases
    Ocds {
        /// Your registered prefix, such as ocds-a1b2c3
        #[arg(long, value_name = "PREFIX")]
        ocid_prefix: Option<String>,
        /// Where the file will be published
        #[arg(long, value_name = "ADDRESS")]
        uri: Option<String>,
        #[command(flatten)]
        written: Written,
    },
}

/// What stands below `pack`.
#[derive(Debug, Subcommand)]
pub(super) enum PackCommand {
    /// Write an empty file for a pack, to fill in
    Template {
        /// xlsx or csv; xlsx unless said
        #[arg(long, value_name = "FORMAT")]
        format: Option<String>,
        #[command(flatten)]
        written: Written,
    },
    /// Write a pack with its requirements as a file
    Export {
        /// Its code, owner/code or document id, with @VERSION for another release than the newest, or @draft
        #[arg(value_name = "PACK")]
        pack: String,
        /// xlsx, csv or toml to import again; docx, md or json
        #[arg(long, value_name = "FORMAT")]
        format: String,
        #[command(flatten)]
        written: Written,
    },
}

/// What stands below `pilot`.
#[derive(Debug, Subcommand)]
pub(super) enum PilotCommand {
    /// Write an empty file for a pilot, to fill in
    Template {
        /// xlsx or csv; xlsx unless said
        #[arg(long, value_name = "FORMAT")]
        format: Option<String>,
        #[command(flatten)]
        written: Written,
    },
    /// Write a pilot as a file
    Export {
        /// Its document id, or the beginning of it
        #[arg(value_name = "ID")]
        pilot: String,
        /// xlsx or csv to record again; json
        #[arg(long, value_name = "FORMAT")]
        format: String,
        #[command(flatten)]
        written: Written,
    },
}

pub(super) async fn run(session: &Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::Basket(command) => basket(session, command).await,
        Command::Export(Export::LinkedData { place }) => {
            give(session, Baskets::LinkedData, target(&place)).await
        }
        Command::Export(Export::Ocds {
            ocid_prefix,
            uri,
            written,
        }) => {
            let request = Baskets::Ocds {
                prefix: ocid_prefix,
                uri,
                form: form(session, "json".to_owned(), &written)?,
            };
            give(session, request, target(&written.place)).await
        }
    }
}

pub(super) async fn pack(session: &Session, command: PackCommand) -> Result<(), Failure> {
    match command {
        PackCommand::Template { format, written } => {
            template(session, false, format, &written).await
        }
        PackCommand::Export {
            pack,
            format,
            written,
        } => {
            let (pack, version) = values::with_version(pack);
            let request = Baskets::PackExport {
                pack,
                version,
                form: form(session, format, &written)?,
            };
            give(session, request, target(&written.place)).await
        }
    }
}

pub(super) async fn pilot(session: &Session, command: PilotCommand) -> Result<(), Failure> {
    match command {
        PilotCommand::Template { format, written } => {
            template(session, true, format, &written).await
        }
        PilotCommand::Export {
            pilot,
            format,
            written,
        } => {
            let request = Baskets::PilotExport {
                pilot,
                form: form(session, format, &written)?,
            };
            give(session, request, target(&written.place)).await
        }
    }
}

async fn basket(session: &Session, command: Basket) -> Result<(), Failure> {
    let request = match command {
        Basket::New { name } => Baskets::New {
            name: values::checked_name(name)?,
        },
        Basket::List => Baskets::List,
        Basket::Show { basket } => Baskets::Show { basket },
        Basket::Add {
            requirements,
            which,
        } => Baskets::Add {
            requirements,
            basket: which.basket,
            first_name: session.say("Basket", "Kurv").into_owned(),
        },
        Basket::Remove { requirement, which } => Baskets::Remove {
            requirement,
            basket: which.basket,
        },
        Basket::Fill {
            requirement,
            values,
            which,
        } => Baskets::Fill {
            requirement,
            values: values
                .iter()
                .map(|given| values::assignment(given))
                .collect::<Result<_, _>>()?,
            basket: which.basket,
        },
        Basket::Delete { basket } => Baskets::Delete { basket },
        Basket::Export {
            format,
            motives,
            which,
            written,
        } => {
            let request = Baskets::Export {
                basket: which.basket,
                form: form(session, format, &written)?,
                motives,
            };
            return give(session, request, target(&written.place)).await;
        }
    };
    session.answer(Request::Baskets(request)).await
}

async fn template(
    session: &Session,
    is_pilot: bool,
    format: Option<String>,
    written: &Written,
) -> Result<(), Failure> {
    let format = format.unwrap_or_else(|| "xlsx".to_owned());
    let request = Baskets::Template {
        is_pilot,
        form: form(session, format, written)?,
    };
    give(session, request, target(&written.place)).await
}

fn form(session: &Session, format: String, written: &Written) -> Result<FileForm, Failure> {
    let danish = match written.language.as_deref() {
        Some(language) => {
            values::check_language(language)?;
            language == "da"
        }
        None => session.language() == Language::Danish,
    };
    Ok(FileForm {
        format: format.trim().to_lowercase(),
        danish,
    })
}

fn target(place: &Place) -> Target<'_> {
    Target {
        output: place.output.as_deref(),
        force: place.force,
    }
}
