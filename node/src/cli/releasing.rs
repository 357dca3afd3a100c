//! What follows a release: differences, proofs, withdrawals, co-signatures, what moved on, adaptations: how it is asked for.

use clap::{Args, Subcommand};
use faelled_model::Localized;

use super::consent::{self, Consent};
use super::session::Session;
use super::values;
use crate::failure::{Failure, Said};
use crate::request::Request;
use crate::request::releasing::Request as Releasing;

/// What stands below `pack`.
#[derive(Debug, Subcommand)]
pub(super) enum PackCommand {
    /// Show what one version says otherwise than another, word by word
    Diff {
        /// Its code, owner/code or document id
        #[arg(value_name = "PACK")]
        pack: String,
        /// The version before; the one before the other unless said
        #[arg(value_name = "VERSION")]
        from: Option<String>,
        /// The version after, or draft for your own draft; the newest unless said
        #[arg(value_name = "VERSION")]
        to: Option<String>,
    },
    /// Verify a release anew from its bytes: signatures, chain, hashes, co-signatures
    Verify {
        /// A pack, with @VERSION for another release than the one to use now, or a citation in quotes
        #[arg(value_name = "RELEASE")]
        release: String,
    },
    /// Say that a release no longer stands, and why; only its lead may
    Withdraw(Withdraw),
    /// Co-sign another member's release
    Cosign(Cosign),
    /// Show which releases in use something has moved on from
    Outdated {
        /// Those of every member
        #[arg(long)]
        all: bool,
    },
    /// Show what pilots propose to change, and how it was answered
    Proposals {
        /// Its code, owner/code or document id
        #[arg(value_name = "PACK")]
        pack: String,
    },
    /// Answer a pilot's proposal; only the pack's lead may
    AnswerProposal(AnswerProposal),
}

#[derive(Debug, Args)]
pub(super) struct Withdraw {
    /// The pack with @VERSION
    #[arg(value_name = "RELEASE")]
    release: String,
    /// Why, in the language of this command
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The version that replaces it
    #[arg(long, value_name = "VERSION")]
    replaced_by: Option<String>,
    #[command(flatten)]
    assent: Assent,
}

#[derive(Debug, Args)]
pub(super) struct Cosign {
    /// The pack, with @VERSION for another release than the highest
    #[arg(value_name = "RELEASE")]
    release: String,
    /// In what capacity, such as the steering group, in the language of this command
    #[arg(long, value_name = "TEXT")]
    capacity: Option<String>,
    #[command(flatten)]
    assent: Assent,
}

/// Whether it is done without asking, or only shown.
#[derive(Debug, Args)]
struct Assent {
    /// Do it without asking
    #[arg(short, long)]
    yes: bool,
    /// Only show what would become visible to whom
    #[arg(long, conflicts_with = "yes")]
    preview: bool,
}

#[derive(Debug, Args)]
pub(super) struct AnswerProposal {
    /// The pilot's document id, or the beginning of it
    #[arg(value_name = "ID")]
    pilot: String,
    /// The requirement's number
    #[arg(value_name = "NUMBER")]
    number: String,
    /// The version that takes it up
    #[arg(
        long = "version",
        value_name = "VERSION",
        required_unless_present = "declined"
    )]
    taken_up_in: Option<String>,
    /// No version will take it up
    #[arg(long, conflicts_with = "taken_up_in")]
    declined: bool,
    /// What came of it, in the language of this command
    #[arg(long, value_name = "TEXT")]
    answer: String,
}

/// What stands below `requirement`.
#[derive(Debug, Subcommand)]
pub(super) enum RequirementCommand {
    /// Make an own draft of a released requirement, which remembers where it comes from
    Adapt(Adapt),
    /// Show where an adapted requirement comes from, and what has changed since
    Source {
        /// Its number, owner/number or document id
        #[arg(value_name = "NUMBER")]
        requirement: String,
    },
    /// Show two or three requirements side by side
    Compare {
        /// Their numbers, owner/number or document ids
        #[arg(value_name = "NUMBER", num_args = 2..=3, required = true)]
        requirements: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct Adapt {
    /// Its number, with @VERSION for another release than the newest
    #[arg(value_name = "NUMBER")]
    requirement: String,
    /// The number that yours gets
    #[arg(long = "as", value_name = "NUMBER")]
    number: String,
    /// What you change and why, in the language of this command
    #[arg(long, value_name = "TEXT")]
    changes: String,
    /// Your wording in Danish
    #[arg(long, value_name = "TEXT")]
    wording_da: Option<String>,
    /// Your wording in English
    #[arg(long, value_name = "TEXT")]
    wording_en: Option<String>,
    /// A field and its new value, such as level=advanced; may be given several times
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,
    /// Put it at the end of this draft of a pack
    #[arg(long, value_name = "PACK")]
    pack: Option<String>,
}

pub(super) async fn pack(session: &Session, command: PackCommand) -> Result<(), Failure> {
    let request = match command {
        PackCommand::Diff { pack, from, to } => Releasing::Diff { pack, from, to },
        PackCommand::Verify { release } => return verify(session, release).await,
        PackCommand::Withdraw(withdraw) => return self::withdraw(session, withdraw).await,
        PackCommand::Cosign(cosign) => return self::cosign(session, cosign).await,
        PackCommand::Outdated { all } => Releasing::Outdated { all },
        PackCommand::Proposals { pack } => Releasing::Proposals { pack },
        PackCommand::AnswerProposal(answer) => Releasing::AnswerProposal {
            pilot: answer.pilot,
            number: answer.number,
            version: answer.taken_up_in,
            answer: session.localized(answer.answer),
        },
    };
    session.answer(Request::Releasing(request)).await
}

pub(super) async fn requirement(
    session: &Session,
    command: RequirementCommand,
) -> Result<(), Failure> {
    let request = match command {
        RequirementCommand::Source { requirement } => Releasing::Source { requirement },
        RequirementCommand::Compare { requirements } => Releasing::Compare { requirements },
        RequirementCommand::Adapt(adapt) => {
            let mut wording = Localized::default();
            for (language, text) in [("da", adapt.wording_da), ("en", adapt.wording_en)] {
                if let Some(text) = text {
                    wording.0.insert(language.to_owned(), text);
                }
            }
            let set = adapt
                .set
                .iter()
                .map(|given| values::assignment(given))
                .collect::<Result<_, _>>()?;
            Releasing::Adapt {
                requirement: adapt.requirement,
                number: adapt.number,
                changes: session.localized(adapt.changes),
                wording,
                set,
                pack: adapt.pack,
            }
        }
    };
    session.answer(Request::Releasing(request)).await
}

async fn verify(session: &Session, release: String) -> Result<(), Failure> {
    let reply = session
        .ask(Request::Releasing(Releasing::Verify { release }))
        .await?;
    session.print(&reply)?;
    let step = |step: &&serde_json::Value| step.get("holds") == Some(&false.into());
    let failing = reply
        .json
        .get("steps")
        .and_then(serde_json::Value::as_array)
        .and_then(|steps| steps.iter().find(step));
    let Some(failing) = failing else {
        return Ok(());
    };
    let found = |language: &str| {
        failing
            .pointer(&format!("/found/{language}"))
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    Err(Failure::user(
        "not-verified",
        Said::new(
            format!("the release does not verify: {}", found("en")),
            format!("udgivelsen kan ikke bekræftes: {}", found("da")),
        ),
    )
    .hint(Said::new(
        "do not use it; ask its lead by another way which hash is the right one",
        "brug den ikke; spørg tovholderen ad anden vej, hvilken hash der er den rigtige",
    )))
}

async fn withdraw(session: &Session, withdraw: Withdraw) -> Result<(), Failure> {
    let (pack, version) = values::with_version(withdraw.release);
    let version = version.ok_or_else(|| no_version(&pack))?;
    let reason = session.localized(withdraw.reason);
    let question = session.say("Withdraw it? [y/N]", "Træk den tilbage? [j/N]");
    assented(session, &withdraw.assent, &question, |preview| {
        Releasing::Withdraw {
            pack: pack.clone(),
            version: version.clone(),
            reason: reason.clone(),
            replaced_by: withdraw.replaced_by.clone(),
            preview,
        }
    })
    .await
}

async fn cosign(session: &Session, cosign: Cosign) -> Result<(), Failure> {
    let (pack, version) = values::with_version(cosign.release);
    let capacity = session.perhaps(cosign.capacity);
    let question = session.say("Co-sign it? [y/N]", "Medunderskriv den? [j/N]");
    assented(session, &cosign.assent, &question, |preview| {
        Releasing::Cosign {
            pack: pack.clone(),
            version: version.clone(),
            capacity: capacity.clone(),
            preview,
        }
    })
    .await
}

async fn assented(
    session: &Session,
    assent: &Assent,
    question: &str,
    request: impl Fn(bool) -> Releasing,
) -> Result<(), Failure> {
    let consent = Consent {
        yes: assent.yes,
        preview: assent.preview,
        question,
    };
    consent::share(session, consent, |preview| {
        Request::Releasing(request(preview))
    })
    .await
}

fn no_version(pack: &str) -> Failure {
    Failure::user(
        "version",
        Said::new(
            format!("which version of {pack} is withdrawn?"),
            format!("hvilken version af {pack} trækkes tilbage?"),
        ),
    )
    .hint(Said::new(
        format!("name it: {pack}@1.0.0"),
        format!("angiv den: {pack}@1.0.0"),
    ))
}
