//! The command line's shape. What stands here in English stands in `danish.rs` in Danish.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

use super::identity::Keeping;

/// Share requirements for circular procurement, and what came of them, between municipalities.
#[derive(Debug, Parser)]
#[command(
    name = "faelled",
    version,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub(super) struct Cli {
    /// Data directory of the node; else FAELLED_DATA, else ~/.local/share/faelled
    #[arg(long, global = true, display_order = 101, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Answer in JSON, for programs; failures too, on standard error
    #[arg(long, global = true, display_order = 102)]
    pub(super) json: bool,
    /// Language: da or en; else FAELLED_LANG, else what LC_ALL, LC_MESSAGES or LANG say
    #[arg(long, global = true, display_order = 103, value_name = "LANGUAGE")]
    pub(super) lang: Option<String>,
    /// Read the identity key's passphrase from this file descriptor, instead of asking at the terminal
    #[arg(long, global = true, hide = true, value_name = "FD")]
    pub(super) passphrase_fd: Option<u32>,
    /// Show this help
    #[arg(short, long, global = true, display_order = 104, action = ArgAction::Help)]
    pub(super) help: Option<bool>,
    /// Show the version
    #[arg(short = 'V', long, display_order = 105, action = ArgAction::Version)]
    pub(super) version: Option<bool>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Found a federation, alone at first
    Init(Init),
    /// Run the node: stay connected and exchange everything that is new
    Serve(Serve),
    /// Make a ticket with which a newcomer may ask to join
    Invite(super::invite::Invite),
    /// Ask to join a federation with a ticket
    Join(Join),
    /// Who is a member, who asks to be, and what stewards decide
    Members {
        #[command(subcommand)]
        command: Option<super::stewards::Members>,
    },
    /// The member's identity key and the node's keys: show, seal, keep elsewhere
    #[command(subcommand)]
    Key(super::key::Key),
    /// Requirement packs: drafts, releases, adoptions
    #[command(subcommand)]
    Pack(Pack),
    /// Requirements, and how they did in practice
    #[command(subcommand)]
    Requirement(Requirement),
    /// Pilots: what came of trying a requirement
    #[command(subcommand)]
    Pilot(Pilot),
    #[command(flatten)]
    Drafting(super::drafting::Command),
    #[command(flatten)]
    Joint(super::joint::Command),
    #[command(flatten)]
    Baskets(super::baskets::Command),
    /// Who may write a document besides its owner; grant it, or take it back
    Editors(super::editors::Editors),
    /// What you wrote that does not count any more: see it, and write it again
    #[command(subcommand)]
    Recover(super::recover::Recover),
    /// Search everything by words, and by what it is about
    Search(Search),
    /// How the node stands
    Status,
    /// What is wrong with the node and the federation, and what to do
    Doctor,
    /// The mirror: the SQLite file for other tools
    #[command(subcommand)]
    Mirror(Mirror),
    /// See the whole way once: three municipalities on this machine
    Demo(Demo),
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// Who founds it: a municipality's or region's code or name, or the id of another body (dk-cvr-12345678)
    #[arg(long, value_name = "MEMBER")]
    pub(super) member: String,
    /// The member's name, where it is on no list or differs
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Kind of a body that is on no list: state-body, central-purchasing-body, network, ...
    #[arg(long, value_name = "KIND")]
    pub(super) kind: Option<String>,
    /// The federation's name
    #[arg(long, value_name = "NAME")]
    pub(super) federation: Option<String>,
    #[command(flatten)]
    pub(super) reached: Reached,
    #[command(flatten)]
    pub(super) keeping: Keeping,
}

#[derive(Debug, Args)]
pub(super) struct Reached {
    /// Address and UDP port to listen on; else 0.0.0.0:4747
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Option<String>,
    /// Address and port under which others reach this node; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    pub(super) address: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Address and UDP port to listen on this time
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Option<String>,
    /// Write the log as JSON; FAELLED_LOG says how much of it (error, warn, info, debug)
    #[arg(long)]
    pub(super) log_json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Join {
    /// The ticket; - reads it from standard input
    #[arg(value_name = "TICKET")]
    pub(super) ticket: String,
    /// Who asks: a municipality's or region's code or name, or the id of another body (dk-cvr-12345678)
    #[arg(long, value_name = "MEMBER")]
    pub(super) member: String,
    /// The member's name, where it is on no list or differs
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Kind of a body that is on no list: state-body, central-purchasing-body, network, ...
    #[arg(long, value_name = "KIND")]
    pub(super) kind: Option<String>,
    #[command(flatten)]
    pub(super) reached: Reached,
    #[command(flatten)]
    pub(super) keeping: Keeping,
    /// Only prepare the request; faelled serve sends it
    #[arg(long)]
    pub(super) no_wait: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Pack {
    /// Import pack files as private drafts, or bring earlier drafts up to them
    Import {
        /// Pack files in TOML, Excel (.xlsx) or CSV; - reads standard input
        #[arg(value_name = "FILE", required = true)]
        files: Vec<String>,
        /// Draft it in this group, not privately
        #[arg(long, value_name = "GROUP")]
        group: Option<String>,
        /// Take the file over what others wrote in the group's draft, and take out what it does not name
        #[arg(long)]
        over: bool,
        /// What standard input (-) is: toml, xlsx or csv; toml unless said
        #[arg(long, value_name = "FORMAT")]
        format: Option<String>,
    },
    /// List packs
    List,
    /// Show one pack
    Show {
        /// Its code, owner/code or document id or its beginning, with @VERSION for what that release says
        #[arg(value_name = "PACK")]
        pack: String,
    },
    /// Release a draft to every member
    Publish(Publish),
    /// Adopt a release: say what you do with it
    Adopt(Adopt),
    #[command(flatten)]
    Drafting(super::drafting::PackCommand),
    #[command(flatten)]
    Releasing(super::releasing::PackCommand),
    #[command(flatten)]
    Baskets(super::baskets::PackCommand),
}

#[derive(Debug, Args)]
pub(super) struct Publish {
    /// The draft's code or document id
    #[arg(value_name = "PACK")]
    pub(super) pack: String,
    /// The version; else 1.0.0, and later the next minor one
    #[arg(long = "version", value_name = "VERSION")]
    pub(super) release: Option<String>,
    /// What is new, in the language of this command
    #[arg(long, alias = "note", value_name = "TEXT")]
    pub(super) notes: Option<String>,
    /// What is new, in Danish
    #[arg(long, value_name = "TEXT")]
    pub(super) note_da: Option<String>,
    /// What is new, in English
    #[arg(long, value_name = "TEXT")]
    pub(super) note_en: Option<String>,
    /// Members besides you that must co-sign before it counts; as for the release before unless said
    #[arg(long, value_name = "COUNT")]
    pub(super) cosigners: Option<u16>,
    /// The body that approved it, such as a steering group
    #[arg(long, value_name = "NAME")]
    pub(super) approved_by: Option<String>,
    /// The day it approved it; today unless said
    #[arg(long, value_name = "DATE", requires = "approved_by")]
    pub(super) approved_on: Option<String>,
    /// The day from which it is valid; today unless said
    #[arg(long, value_name = "DATE")]
    pub(super) valid_from: Option<String>,
    /// The day by which it is reviewed; else as the pack's cycle says
    #[arg(long, value_name = "DATE")]
    pub(super) review_by: Option<String>,
    /// On what ground it is given to every member, in the language of this command; it stays in your record
    #[arg(long, value_name = "TEXT")]
    pub(super) ground: Option<String>,
    /// Release what the draft says, also where editors wrote something else since the last release
    #[arg(long)]
    pub(super) over: bool,
    /// Release without asking
    #[arg(short, long)]
    pub(super) yes: bool,
    /// Only show what would become visible to whom
    #[arg(long, conflicts_with = "yes")]
    pub(super) preview: bool,
}

#[derive(Debug, Args)]
pub(super) struct Adopt {
    /// The pack's code or document id, with @VERSION for another release than the newest
    #[arg(value_name = "PACK")]
    pub(super) pack: String,
    /// What you do with it: following, trying, using or declined; as before, else following unless said
    #[arg(long, value_name = "STANCE")]
    pub(super) stance: Option<String>,
    /// Quarter of the planned tender, such as 2027-Q1
    #[arg(long, value_name = "QUARTER")]
    pub(super) quarter: Option<String>,
    /// Why, in the language of this command, where it is declined
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: Option<String>,
    /// The level you choose for a requirement; may be given several times
    #[arg(long, value_name = "NUMBER=LEVEL")]
    pub(super) level: Vec<String>,
    /// What you do otherwise than a requirement says, and why; may be given several times
    #[arg(long, value_name = "NUMBER=TEXT")]
    pub(super) deviation: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Requirement {
    /// List requirements, each with how it did in practice
    List(About),
    /// Show one requirement with what pilots say of it
    Show {
        /// Its number, owner/number or document id or its beginning, with @VERSION for what that release says
        #[arg(value_name = "NUMBER")]
        requirement: String,
    },
    #[command(flatten)]
    Drafting(super::drafting::RequirementCommand),
    #[command(flatten)]
    Releasing(super::releasing::RequirementCommand),
}

/// What requirements are about.
#[derive(Debug, Args)]
pub(super) struct About {
    /// What is bought: packaging, furniture, food, ...
    #[arg(long, value_name = "CODE")]
    pub(super) category: Option<String>,
    /// Where it works: avoid, reuse, repair, recycled-content, ...
    #[arg(long, value_name = "CODE")]
    pub(super) strategy: Option<String>,
    /// A CPV code, or the beginning of one for its whole branch
    #[arg(long, value_name = "CPV")]
    pub(super) cpv: Option<String>,
    /// Its part in a tender: technical-specification, award-criterion, ...
    #[arg(long, value_name = "CODE")]
    pub(super) r#type: Option<String>,
    /// How far it goes: basic, advanced or spearhead
    #[arg(long, value_name = "CODE")]
    pub(super) level: Option<String>,
    /// Only those of one pack
    #[arg(long, value_name = "PACK")]
    pub(super) pack: Option<String>,
    /// Only those that a pilot tried
    #[arg(long, conflicts_with = "untried")]
    pub(super) tried: bool,
    /// Only those that nobody tried yet
    #[arg(long)]
    pub(super) untried: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Pilot {
    /// Record pilots from files and share them with every member
    Record {
        /// Pilot files in TOML, Excel (.xlsx) or CSV; - reads standard input
        #[arg(value_name = "FILE", required = true)]
        files: Vec<String>,
        /// Share although the standstill period or a time limit for complaints is not over
        #[arg(long)]
        before_standstill: bool,
        /// What standard input (-) is: toml, xlsx or csv; toml unless said
        #[arg(long, value_name = "FORMAT")]
        format: Option<String>,
    },
    /// List results of pilots
    List(PilotList),
    /// Show one pilot, its provenance verified anew
    Show {
        /// Its document id, or the beginning of it
        #[arg(value_name = "ID")]
        pilot: String,
    },
    #[command(flatten)]
    Baskets(super::baskets::PilotCommand),
}

#[derive(Debug, Args)]
pub(super) struct PilotList {
    /// Only those of one member: code, name or id
    #[arg(long, value_name = "MEMBER")]
    pub(super) member: Option<String>,
    /// Only those of one requirement
    #[arg(long, value_name = "NUMBER")]
    pub(super) requirement: Option<String>,
    /// Only those of one pack
    #[arg(long, value_name = "PACK")]
    pub(super) pack: Option<String>,
    /// Only those with this verdict: keep, adjust or drop
    #[arg(long, value_name = "CODE")]
    pub(super) verdict: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Search {
    /// Words that must all occur; the last may be the beginning of one. None where a filter is enough
    #[arg(value_name = "WORD")]
    pub(super) words: Vec<String>,
    /// Only documents of one kind: requirement, pack, pilot, question, resource, project, ...
    #[arg(long, value_name = "CODE")]
    pub(super) kind: Option<String>,
    #[command(flatten)]
    pub(super) about: About,
    /// The evidence that is asked for: declaration, test-report, label, certificate, ...
    #[arg(long, value_name = "CODE")]
    pub(super) evidence: Option<String>,
    /// Only what pilots came to this verdict on: keep, adjust or drop
    #[arg(long, value_name = "CODE")]
    pub(super) verdict: Option<String>,
    /// Only those of one member: code, name or id
    #[arg(long, value_name = "MEMBER")]
    pub(super) member: Option<String>,
    /// Hits at most, 1 to 200; 20 unless said
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=200))]
    pub(super) limit: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Mirror {
    /// Build mirror.db anew from node.db, and compare
    Rebuild,
    /// The tables and views that tools can rely on
    Schema {
        /// markdown, json or sql; markdown unless said
        #[arg(long, value_name = "FORMAT")]
        format: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Keep the three data directories in this one
    #[arg(long, value_name = "DIR")]
    pub(super) keep: Option<PathBuf>,
}
