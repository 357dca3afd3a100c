//! `members`: who is one, and what stewards propose and decide.
//!
//! What a steward signs is signed here, in the command's own process: the node is asked what would be signed, its bytes
//! are held against what was asked for and shown, the identity key is unsealed, and the vote is handed over.

use super::identity::{Signing, unsealed_identity};
use super::session::Session;
use super::{consent, values};
use crate::asked::Asked;
use crate::data::trust::Data;
use crate::failure::Failure;
use crate::node;
use crate::request::trust::{self, Change};
use crate::request::{Reply, Request};
use crate::steward::{self, ToSign};
use clap::{Args, Subcommand};

/// Members, and what stewards decide about them.
#[derive(Debug, Subcommand)]
pub(super) enum Members {
    /// List members and requests to join
    List,
    /// Let a newcomer in, or approve what another steward proposes
    Approve {
        /// The newcomer's code, name or id; or the beginning of a proposal's hash
        #[arg(value_name = "MEMBER|PROPOSAL")]
        subject: String,
        /// It is a member that lost its key and asks with a new one: the old key ends for good
        #[arg(long)]
        rekey: bool,
        #[command(flatten)]
        voting: Voting,
    },
    /// Propose to the other stewards to let a newcomer in
    Propose {
        /// The newcomer's code, name or id
        #[arg(value_name = "MEMBER")]
        member: String,
        /// It is a member that lost its key and asks with a new one: the old key ends for good
        #[arg(long)]
        rekey: bool,
        #[command(flatten)]
        voting: Voting,
    },
    /// Vote against what another steward proposes
    Reject {
        /// The beginning of the proposal's hash, or the member that it is about
        #[arg(value_name = "PROPOSAL")]
        proposal: String,
        /// Why, for the other stewards
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Sign although this node has met no other since the machine started: only if it was not restored
        #[arg(long)]
        unmet: bool,
        #[command(flatten)]
        signing: Signing,
    },
    /// Do not let a newcomer in that asked at this node
    Decline {
        /// The newcomer's code, name or id
        #[arg(value_name = "MEMBER")]
        member: String,
    },
    /// Propose to remove a member: what it shared so far stays, what it writes from now on counts for nobody
    Remove {
        /// The member's code, name or id
        #[arg(value_name = "MEMBER")]
        member: String,
        #[command(flatten)]
        voting: Voting,
    },
    /// Propose who the stewards are
    Stewards {
        /// All of them: code, name or id
        #[arg(value_name = "MEMBER", required = true)]
        members: Vec<String>,
        /// How many of them must sign; more than half, the smallest such number unless said
        #[arg(long, value_name = "COUNT")]
        threshold: Option<u16>,
        #[command(flatten)]
        voting: Voting,
    },
    /// Propose which branch of a forked roster goes on
    Resolve {
        /// The beginning of the hash of the branch whose members are kept
        #[arg(value_name = "HASH")]
        keep: String,
        #[command(flatten)]
        voting: Voting,
    },
    /// What stewards are deciding on, and who has voted
    Proposals,
}

/// How a vote is signed.
#[derive(Debug, Args)]
pub(super) struct Voting {
    /// What the other stewards should know
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Approve although you approved another proposal for the same version; that approval cannot be taken back
    #[arg(long)]
    instead: bool,
    /// Sign although this node has met no other since the machine started: only if it was not restored
    #[arg(long)]
    unmet: bool,
    #[command(flatten)]
    signing: Signing,
}

pub(super) async fn run(session: &Session, command: Option<Members>) -> Result<(), Failure> {
    let ask = |request| session.answer(Request::Trust(request));
    match command {
        None | Some(Members::List) => session.answer(Request::Members).await,
        Some(Members::Proposals) => ask(trust::Request::Proposals).await,
        Some(Members::Decline { member }) => {
            let member = values::member_id(&member)?;
            ask(trust::Request::Decline { member }).await
        }
        Some(Members::Approve {
            subject,
            rekey,
            voting,
        }) => {
            let (planned, asked) = approved(session, &subject, rekey, &voting).await?;
            vote(session, &planned, &asked, &voting).await
        }
        Some(Members::Propose {
            member,
            rekey,
            voting,
        }) => {
            let member = values::member_id(&member)?;
            propose(session, Change::Admit { member, rekey }, &voting).await
        }
        Some(Members::Remove { member, voting }) => {
            let member = values::member_id(&member)?;
            propose(session, Change::Remove { member }, &voting).await
        }
        Some(Members::Stewards {
            members,
            threshold,
            voting,
        }) => {
            let stewards = members
                .iter()
                .map(|member| values::member_id(member))
                .collect::<Result<_, _>>()?;
            let change = Change::Stewards {
                stewards,
                threshold,
            };
            propose(session, change, &voting).await
        }
        Some(Members::Resolve { keep, voting }) => {
            propose(session, Change::Resolve { keep }, &voting).await
        }
        Some(Members::Reject {
            proposal,
            reason,
            unmet,
            signing,
        }) => {
            let planned = found(session, &proposal, true).await?;
            let asked = values::member_id(&proposal).map_or(Asked::Named(proposal), |member| {
                let rekey = true;
                Asked::About { member, rekey }
            });
            let Some(to_sign) = agreed(session, &planned, &asked, false, &signing).await? else {
                return Ok(());
            };
            let identity = unsealed_identity(session, signing.identity.identity.as_deref()).await?;
            let vote = to_sign.reject(reason.unwrap_or_default(), &identity)?;
            session
                .answer(steward::statements(&[vote], false, unmet))
                .await
        }
    }
}

async fn propose(session: &Session, change: Change, voting: &Voting) -> Result<(), Failure> {
    let planned = plan(session, change.clone(), voting).await?;
    let asked = Asked::Change(change, voting.note.clone());
    vote(session, &planned, &asked, voting).await
}

async fn plan(session: &Session, change: Change, voting: &Voting) -> Result<Reply, Failure> {
    let note = voting.note.clone();
    let request = trust::Request::Plan { change, note };
    session.ask(Request::Trust(request)).await
}

/// A proposal, by its hash or the member that it is about.
async fn found(session: &Session, subject: &str, rejects: bool) -> Result<Reply, Failure> {
    let proposal =
        values::member_id(subject).map_or_else(|_| subject.to_owned(), |member| member.to_string());
    let request = trust::Request::Proposal { proposal, rejects };
    session.ask(Request::Trust(request)).await
}

/// What is approved: a proposal that waits, else letting in who asked here.
async fn approved(
    session: &Session,
    subject: &str,
    rekey: bool,
    voting: &Voting,
) -> Result<(Reply, Asked), Failure> {
    let found = found(session, subject, false).await;
    let Ok(member) = values::member_id(subject) else {
        return Ok((found?, Asked::Named(subject.to_owned())));
    };
    match found {
        Err(failure) if failure.code == "no-such-proposal" => {
            let change = Change::Admit { member, rekey };
            let planned = plan(session, change.clone(), voting).await?;
            Ok((planned, Asked::Change(change, voting.note.clone())))
        }
        found if rekey => Ok((found?, Asked::Proposed(Change::Admit { member, rekey }))),
        found => Ok((found?, Asked::About { member, rekey })),
    }
}

async fn vote(
    session: &Session,
    planned: &Reply,
    asked: &Asked,
    voting: &Voting,
) -> Result<(), Failure> {
    let Some(to_sign) = agreed(session, planned, asked, true, &voting.signing).await? else {
        return Ok(());
    };
    let file = voting.signing.identity.identity.as_deref();
    let identity = unsealed_identity(session, file).await?;
    let vote = to_sign.approve(&identity)?;
    session
        .answer(steward::statements(&[vote], voting.instead, voting.unmet))
        .await
}

/// What the node handed over to be signed, where it is what was asked for and a person agrees to what its bytes say.
async fn agreed(
    session: &Session,
    planned: &Reply,
    asked: &Asked,
    approves: bool,
    signing: &Signing,
) -> Result<Option<ToSign>, Failure> {
    if signing.yes {
        asked.check_unseen()?;
    }
    let pinned = node::pinned(&session.directory).await?;
    let (to_sign, roster) = ToSign::as_asked(&planned.json, asked, &pinned)?;
    session.show(Data::Reading(pinned.reading(&roster, approves)));
    let question = session.say("Sign it? [y/N]", "Skriv under? [j/N]");
    let agrees = consent::signs(session, signing.yes, &question)?;
    Ok(agrees.then_some(to_sign))
}
