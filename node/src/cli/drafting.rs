//! Groups, shared drafts, hearings, single edits and conflicts: how it is asked for.

use clap::{Args, Subcommand};
use faelled_proto::MemberId;

use super::consent::{self, Consent};
use super::session::Session;
use super::values;
use crate::failure::Failure;
use crate::request::Request;
use crate::request::drafting::{GroupChange, HearingCall, Request as Drafting, Settling};

/// Commands of their own.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Groups: members that draft together, unseen by others
    #[command(subcommand)]
    Group(Group),
    /// Places that two people wrote at once, until somebody settles them
    #[command(subcommand)]
    Conflicts(Conflicts),
    /// What you gave to whom, when and on what ground
    Disclosures {
        /// Only of one pack, by its code
        #[arg(value_name = "PACK")]
        pack: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Group {
    /// Found a group; you own it
    New {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// A member of it: code, name or id; may be given several times
        #[arg(long, value_name = "MEMBER")]
        member: Vec<String>,
        /// Every member of the federation
        #[arg(long, conflicts_with = "member")]
        all: bool,
    },
    /// List your groups
    List,
    /// Show one group
    Show {
        /// Its name, or the beginning of its id
        #[arg(value_name = "GROUP")]
        group: String,
    },
    /// Add members to a group; they get all that is in it
    Add {
        /// Its name, or the beginning of its id
        #[arg(value_name = "GROUP")]
        group: String,
        /// Members: code, name or id
        #[arg(value_name = "MEMBER", required = true)]
        member: Vec<String>,
        #[command(flatten)]
        meeting: Meeting,
    },
    /// Let members of a group own it too: they may change who is in it
    Appoint {
        /// Its name, or the beginning of its id
        #[arg(value_name = "GROUP")]
        group: String,
        /// Members: code, name or id
        #[arg(value_name = "MEMBER", required = true)]
        member: Vec<String>,
        #[command(flatten)]
        meeting: Meeting,
    },
    /// Remove members from a group; they get nothing new, and what they write from now on counts for nobody
    Remove {
        /// Its name, or the beginning of its id
        #[arg(value_name = "GROUP")]
        group: String,
        /// Members: code, name or id
        #[arg(value_name = "MEMBER", required = true)]
        member: Vec<String>,
        /// Count of what they wrote only what this node had received before: YYYY-MM-DD, or YYYY-MM-DD HH:MM, in UTC
        #[arg(long, value_name = "TIME")]
        received_before: Option<String>,
        /// Count all that they wrote and this node holds, though they left the federation already
        #[arg(long, conflicts_with = "received_before")]
        all: bool,
        #[command(flatten)]
        meeting: Meeting,
    },
    /// Say whether charters hold that nobody confirmed: who signed them is out of the federation, or has another key
    Settle(Settle),
}

#[derive(Debug, Args)]
pub(super) struct Settle {
    /// Its name, or the beginning of its id
    #[arg(value_name = "GROUP")]
    group: String,
    /// They hold
    #[arg(long, required_unless_present = "drop")]
    keep: bool,
    /// They do not: all is as it was before them
    #[arg(long, conflicts_with = "keep")]
    drop: bool,
    /// Remove a member in the same step; may be given several times
    #[arg(long, value_name = "MEMBER")]
    remove: Vec<String>,
    /// Count of what a removed member wrote only what this node had received before
    #[arg(long, value_name = "TIME")]
    received_before: Option<String>,
    /// Count all that a removed member wrote and this node holds
    #[arg(long, conflicts_with = "received_before")]
    all: bool,
    #[command(flatten)]
    meeting: Meeting,
}

#[derive(Debug, Args)]
pub(super) struct Meeting {
    /// Sign although this node has met no other of the group since the machine started: only if it was not restored
    #[arg(long)]
    unmet: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Conflicts {
    /// List them, each with its values and who wrote them
    List {
        /// Only in one document: its number, code or id
        #[arg(value_name = "DOCUMENT")]
        document: Option<String>,
    },
    /// Settle one: take one of the values
    Resolve {
        /// The document: its number, code or id
        #[arg(value_name = "DOCUMENT")]
        document: String,
        /// The place in it, as conflicts list shows it
        #[arg(value_name = "PLACE")]
        place: String,
        /// Which value, by its place in the list
        #[arg(long, value_name = "COUNT")]
        take: usize,
    },
}

/// What stands below `pack`.
#[derive(Debug, Subcommand)]
pub(super) enum PackCommand {
    /// Begin an empty pack as a draft
    New {
        /// Its code, such as GLX-EMB
        #[arg(value_name = "PACK")]
        pack: String,
        /// Its title, in the language of this command
        #[arg(long, value_name = "TEXT")]
        title: String,
        /// Draft it in this group, not privately
        #[arg(long, value_name = "GROUP")]
        group: Option<String>,
    },
    /// Give a private draft to a group, which drafts on from there
    Share(Share),
    /// Hold a hearing on a draft
    #[command(subcommand)]
    Hearing(Hearing),
    /// Change single fields of a pack's draft
    Edit {
        /// The draft's code or document id
        #[arg(value_name = "PACK")]
        pack: String,
        /// A field and its new value, such as title.da=...; may be given several times
        #[arg(long, value_name = "FIELD=VALUE", required = true)]
        set: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct Share {
    /// The draft's code or document id
    #[arg(value_name = "PACK")]
    pack: String,
    /// The group: its name, or the beginning of its id
    #[arg(long, value_name = "GROUP")]
    group: String,
    #[command(flatten)]
    giving: Giving,
}

#[derive(Debug, Args)]
pub(super) struct Giving {
    /// On what ground it is given, in the language of this command; it stays in your record
    #[arg(long, value_name = "TEXT")]
    ground: String,
    /// Give it without asking
    #[arg(short, long)]
    yes: bool,
    /// Only show who would see it
    #[arg(long, conflicts_with = "yes")]
    preview: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Hearing {
    /// Ask members: those who draft, or a wider group, which gets a copy
    Internal {
        /// The draft's code or document id
        #[arg(value_name = "PACK")]
        pack: String,
        /// The group that is asked; else the one that drafts
        #[arg(long, value_name = "GROUP")]
        group: Option<String>,
        /// The last day for answers
        #[arg(long, value_name = "DATE")]
        until: String,
        #[command(flatten)]
        giving: Giving,
    },
    /// Ask the trade: you send it to them, Fælled keeps the record
    Trade {
        /// The draft's code or document id
        #[arg(value_name = "PACK")]
        pack: String,
        /// Who is asked: an association or firm; may be given several times
        #[arg(long, value_name = "NAME")]
        to: Vec<String>,
        /// The last day for answers
        #[arg(long, value_name = "DATE")]
        until: String,
        #[command(flatten)]
        giving: Giving,
    },
}

/// What stands below `requirement`.
#[derive(Debug, Subcommand)]
pub(super) enum RequirementCommand {
    /// Change single fields of a drafted requirement
    Edit {
        /// Its number or document id
        #[arg(value_name = "NUMBER")]
        requirement: String,
        /// A field and its new value, such as wording.da=... or level=advanced; may be given several times
        #[arg(long, value_name = "FIELD=VALUE", required = true)]
        set: Vec<String>,
    },
}

pub(super) async fn run(session: &Session, command: Command) -> Result<(), Failure> {
    let request = match command {
        Command::Group(group) => group_request(session, group).await?,
        Command::Conflicts(Conflicts::List { document }) => Drafting::Conflicts { document },
        Command::Conflicts(Conflicts::Resolve {
            document,
            place,
            take,
        }) => Drafting::Resolve {
            document,
            place,
            take,
        },
        Command::Disclosures { pack } => Drafting::Disclosures { code: pack },
    };
    session.answer(Request::Drafting(request)).await
}

pub(super) async fn pack(session: &Session, command: PackCommand) -> Result<(), Failure> {
    match command {
        PackCommand::New { pack, title, group } => {
            let title = session.localized(title);
            session
                .answer(Request::Drafting(Drafting::PackNew {
                    code: pack,
                    title,
                    group,
                }))
                .await
        }
        PackCommand::Edit { pack, set } => edit(session, pack, true, &set).await,
        PackCommand::Share(Share {
            pack,
            group,
            giving,
        }) => {
            let ground = session.localized(&giving.ground);
            give(session, &giving, |preview| Drafting::Share {
                pack: pack.clone(),
                group: group.clone(),
                ground: ground.clone(),
                preview,
            })
            .await
        }
        PackCommand::Hearing(hearing) => hold(session, hearing).await,
    }
}

pub(super) async fn requirement(
    session: &Session,
    command: RequirementCommand,
) -> Result<(), Failure> {
    let RequirementCommand::Edit { requirement, set } = command;
    edit(session, requirement, false, &set).await
}

async fn group_request(session: &Session, group: Group) -> Result<Drafting, Failure> {
    Ok(match group {
        Group::New { name, member, all } => Drafting::GroupNew {
            name,
            members: if all {
                everybody(session).await?
            } else {
                members(&member)?
            },
        },
        Group::List => Drafting::GroupList,
        Group::Show { group } => Drafting::GroupShow { group },
        Group::Add {
            group,
            member,
            meeting,
        } => Drafting::GroupChange {
            group,
            change: GroupChange {
                add: members(&member)?,
                unmet: meeting.unmet,
                ..GroupChange::default()
            },
        },
        Group::Appoint {
            group,
            member,
            meeting,
        } => Drafting::GroupChange {
            group,
            change: GroupChange {
                appoint: members(&member)?,
                unmet: meeting.unmet,
                ..GroupChange::default()
            },
        },
        Group::Remove {
            group,
            member,
            received_before,
            all,
            meeting,
        } => Drafting::GroupChange {
            group,
            change: GroupChange {
                remove: members(&member)?,
                counts: values::counts(received_before.as_deref(), all)?,
                unmet: meeting.unmet,
                ..GroupChange::default()
            },
        },
        Group::Settle(settle) => Drafting::GroupChange {
            group: settle.group,
            change: GroupChange {
                remove: members(&settle.remove)?,
                unconfirmed: Some(if settle.keep {
                    Settling::Keep
                } else {
                    Settling::Drop
                }),
                counts: values::counts(settle.received_before.as_deref(), settle.all)?,
                unmet: settle.meeting.unmet,
                ..GroupChange::default()
            },
        },
    })
}

fn members(given: &[String]) -> Result<Vec<MemberId>, Failure> {
    given
        .iter()
        .map(|member| values::member_id(member))
        .collect()
}

/// Every member of the roster.
async fn everybody(session: &Session) -> Result<Vec<MemberId>, Failure> {
    let reply = session.ask(Request::Members).await?;
    let ids = reply
        .json
        .get("members")
        .and_then(|members| members.as_array())
        .into_iter()
        .flatten()
        .filter_map(|member| member.get("member")?.as_str());
    ids.map(values::member_id).collect()
}

async fn hold(session: &Session, hearing: Hearing) -> Result<(), Failure> {
    let (pack, giving, call) = match hearing {
        Hearing::Internal {
            pack,
            group,
            until,
            giving,
        } => {
            let call = HearingCall {
                trade: false,
                group,
                recipients: Vec::new(),
                until,
                ground: session.localized(&giving.ground),
            };
            (pack, giving, call)
        }
        Hearing::Trade {
            pack,
            to,
            until,
            giving,
        } => {
            let call = HearingCall {
                trade: true,
                group: None,
                recipients: to,
                until,
                ground: session.localized(&giving.ground),
            };
            (pack, giving, call)
        }
    };
    give(session, &giving, |preview| Drafting::Hearing {
        pack: pack.clone(),
        hearing: call.clone(),
        preview,
    })
    .await
}

async fn give(
    session: &Session,
    giving: &Giving,
    request: impl Fn(bool) -> Drafting,
) -> Result<(), Failure> {
    let consent = Consent {
        yes: giving.yes,
        preview: giving.preview,
        question: &session.say("Give it to them? [y/N]", "Giv dem den? [j/N]"),
    };
    consent::share(session, consent, |preview| {
        Request::Drafting(request(preview))
    })
    .await
}

async fn edit(
    session: &Session,
    draft: String,
    is_pack: bool,
    set: &[String],
) -> Result<(), Failure> {
    let set = set
        .iter()
        .map(|given| values::assignment(given))
        .collect::<Result<_, _>>()?;
    session
        .answer(Request::Drafting(Drafting::Edit {
            draft,
            is_pack,
            set,
        }))
        .await
}
