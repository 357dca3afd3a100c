//! The shape of these commands. What stands here in English stands in `danish/joint.rs` in Danish.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Commands of their own.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Joint projects
    #[command(subcommand)]
    Project(Project),
    /// Who takes part in which project, and how
    #[command(subcommand)]
    Participation(Participation),
    /// What members say of themselves
    #[command(subcommand)]
    Profile(Profile),
    /// Questions to all, about anything
    #[command(subcommand)]
    Question(Question),
    /// Answer a question or a comment
    Answer(Answer),
    /// Comment on anything, or list comments
    Comment(Comment),
    /// Tools, templates, guides and links
    #[command(subcommand)]
    Resource(Resource),
    /// Follow a pack, requirement, project, category or CPV branch
    Follow {
        /// A code or number; project:CODE, category:CODE or cpv:CODE
        #[arg(value_name = "TARGET")]
        target: String,
    },
    /// Follow something no longer
    Unfollow {
        /// As for follow
        #[arg(value_name = "TARGET")]
        target: String,
    },
    /// What you follow
    Following,
    /// What happened since last time that concerns you
    Inbox(Inbox),
}

/// Before others see something.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Sharing {
    /// Share it without asking
    #[arg(short, long)]
    pub(super) yes: bool,
    /// Only show who would see it
    #[arg(long, conflicts_with = "yes")]
    pub(super) preview: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Project {
    /// List projects
    List,
    /// Show one project and who takes part
    Show {
        /// Its code, owner/code or document id
        #[arg(value_name = "PROJECT")]
        project: String,
    },
    /// Open a project that you lead, or bring it up to date
    Create(Box<ProjectCreate>),
    /// Open projects from a file, or bring them up to date
    Import {
        /// A project file in TOML; - reads standard input
        #[arg(value_name = "FILE")]
        file: String,
        #[command(flatten)]
        sharing: Sharing,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ProjectCreate {
    /// The code by which packs and participations name it, such as cirkulaere-indkoeb
    #[arg(value_name = "CODE")]
    pub(super) code: String,
    /// Its title, in the language of this command
    #[arg(long, value_name = "TEXT")]
    pub(super) title: Option<String>,
    /// Its title in Danish
    #[arg(long, value_name = "TEXT")]
    pub(super) title_da: Option<String>,
    /// Its title in English
    #[arg(long, value_name = "TEXT")]
    pub(super) title_en: Option<String>,
    /// What it is to reach, in the language of this command
    #[arg(long, value_name = "TEXT")]
    pub(super) aim: Option<String>,
    /// What it is to reach, in Danish
    #[arg(long, value_name = "TEXT")]
    pub(super) aim_da: Option<String>,
    /// What it is to reach, in English
    #[arg(long, value_name = "TEXT")]
    pub(super) aim_en: Option<String>,
    /// Its first day or year
    #[arg(long, value_name = "DATE")]
    pub(super) from: Option<String>,
    /// Its last day or year
    #[arg(long, value_name = "DATE")]
    pub(super) until: Option<String>,
    /// How it is seen whether it gets there; may be given several times
    #[arg(long, value_name = "TEXT")]
    pub(super) indicator: Vec<String>,
    #[command(flatten)]
    pub(super) sharing: Sharing,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Participation {
    /// Say how you take part in a project; what you leave out stays as it was
    Set(Box<ParticipationSet>),
    /// Show how members take part
    Show {
        /// Only one member: code, name or id
        #[arg(value_name = "MEMBER")]
        member: Option<String>,
        /// Only one project
        #[arg(value_name = "PROJECT")]
        project: Option<String>,
    },
    /// Members by projects
    Matrix,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ParticipationSet {
    /// The project's code, owner/code or document id
    #[arg(value_name = "PROJECT")]
    pub(super) project: String,
    /// How fast: following, trying, implementing or leading
    #[arg(long, value_name = "CODE")]
    pub(super) speed: Option<String>,
    /// How much you give to it: high, medium or low
    #[arg(long, value_name = "CODE")]
    pub(super) priority: Option<String>,
    /// Where you are: not-begun, under-way, paused or done
    #[arg(long, value_name = "CODE")]
    pub(super) state: Option<String>,
    /// How it goes; dated today; - reads standard input
    #[arg(long, value_name = "TEXT")]
    pub(super) status: Option<String>,
    /// Who stands behind it: none-yet, committee, council or mayors-forum
    #[arg(long, value_name = "CODE")]
    pub(super) backing: Option<String>,
    /// The day of that decision
    #[arg(long, value_name = "DATE")]
    pub(super) backing_date: Option<String>,
    /// Where that decision is found: a case or item number
    #[arg(long, value_name = "TEXT")]
    pub(super) backing_reference: Option<String>,
    /// A goal of your own, instead of those before; may be given several times
    #[arg(long, value_name = "TEXT")]
    pub(super) goal: Vec<String>,
    /// The next step
    #[arg(long, value_name = "TEXT")]
    pub(super) next_step: Option<String>,
    /// When that is
    #[arg(long, value_name = "DATE")]
    pub(super) next_step_date: Option<String>,
    /// The role to turn to, never a person
    #[arg(long, value_name = "TEXT")]
    pub(super) contact_role: Option<String>,
    /// A functional mailbox
    #[arg(long, value_name = "MAIL")]
    pub(super) mailbox: Option<String>,
    /// In what part: participant or partner; participant unless said
    #[arg(long, value_name = "CODE")]
    pub(super) part: Option<String>,
    #[command(flatten)]
    pub(super) sharing: Sharing,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Profile {
    /// Say something of yourself; what you leave out stays as it was
    Set(ProfileSet),
    /// Show what members say of themselves
    Show {
        /// Only one member: code, name or id
        #[arg(value_name = "MEMBER")]
        member: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ProfileSet {
    /// Your name in Danish
    #[arg(long, value_name = "NAME")]
    pub(super) name_da: Option<String>,
    /// Your name in English
    #[arg(long, value_name = "NAME")]
    pub(super) name_en: Option<String>,
    /// A functional mailbox
    #[arg(long, value_name = "MAIL")]
    pub(super) mailbox: Option<String>,
    /// Your web page
    #[arg(long, value_name = "URL")]
    pub(super) web: Option<String>,
    /// Your CVR number: eight digits
    #[arg(long, value_name = "DIGITS")]
    pub(super) cvr: Option<String>,
    /// Your GLN: thirteen digits
    #[arg(long, value_name = "DIGITS")]
    pub(super) gln: Option<String>,
    /// The region that you lie in, instead of those before: code or id, with its days where known
    /// (1084@2007-01-01/2026-12-31); may be given several times
    #[arg(long, value_name = "REGION")]
    pub(super) region: Vec<String>,
    #[command(flatten)]
    pub(super) sharing: Sharing,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Question {
    /// Ask
    Ask(Ask),
    /// List questions
    List {
        /// Only those that are not settled
        #[arg(long)]
        open: bool,
        /// Only those about one thing: a number, code or id
        #[arg(long, value_name = "TARGET")]
        about: Option<String>,
    },
    /// Show one question with its answers
    Show {
        /// Its id, or the beginning of it
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Say that a question or comment of yours is settled
    Settle {
        /// Its id, or the beginning of it
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        sharing: Sharing,
    },
    /// Say that a question of yours was taken to a committee
    Escalate {
        /// Its id, or the beginning of it
        #[arg(value_name = "ID")]
        id: String,
        /// The committee
        #[arg(long, value_name = "NAME")]
        to: String,
        #[command(flatten)]
        sharing: Sharing,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Ask {
    /// The question; - reads standard input
    #[arg(value_name = "TEXT")]
    pub(super) text: String,
    /// Its title
    #[arg(long, value_name = "TEXT", required_unless_present = "about")]
    pub(super) title: Option<String>,
    /// What it is about: a number, code or id
    #[arg(long, value_name = "TARGET")]
    pub(super) about: Option<String>,
    /// The field in it, such as wording.da
    #[arg(long, value_name = "FIELD", requires = "about")]
    pub(super) field: Option<String>,
    #[command(flatten)]
    pub(super) sharing: Sharing,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Answer {
    /// The question or comment: its id, or the beginning of it
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// The answer; - reads standard input
    #[arg(value_name = "TEXT")]
    pub(super) text: String,
    #[command(flatten)]
    pub(super) sharing: Sharing,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(in crate::cli) struct Comment {
    #[command(subcommand)]
    pub(super) command: Option<Comments>,
    /// What on: a number, code or id
    #[arg(value_name = "TARGET", required = true)]
    pub(super) target: Option<String>,
    /// The comment; - reads standard input
    #[arg(value_name = "TEXT", required = true)]
    pub(super) text: Option<String>,
    /// The field in it, such as wording.da
    #[arg(long, value_name = "FIELD")]
    pub(super) field: Option<String>,
    #[command(flatten)]
    pub(super) sharing: Sharing,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Comments {
    /// List the comments on something
    List {
        /// On what: a number, code or id
        #[arg(value_name = "TARGET")]
        target: String,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Resource {
    /// Offer a resource
    Add(ResourceAdd),
    /// List resources
    List(ResourceList),
    /// Show one resource
    Show {
        /// Its id, or the beginning of it
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Save the files of a resource on this machine
    Save {
        /// Its id, or the beginning of it
        #[arg(value_name = "ID")]
        id: String,
        /// A directory, or for one file its name; else the present directory
        #[arg(long, value_name = "PATH")]
        output: Option<PathBuf>,
        /// Write over what is there
        #[arg(long)]
        force: bool,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ResourceAdd {
    /// What it is: tool, template, guide, calculation, reuse-scheme or link
    #[arg(long, value_name = "CODE")]
    pub(super) kind: String,
    /// Its title
    #[arg(long, value_name = "TEXT")]
    pub(super) title: String,
    /// What it is for, and how it is used; - reads standard input
    #[arg(long, value_name = "TEXT")]
    pub(super) description: String,
    /// What it is about: a number, code or id
    #[arg(long, value_name = "TARGET")]
    pub(super) about: Option<String>,
    /// The project that it belongs to
    #[arg(long, value_name = "PROJECT")]
    pub(super) project: Option<String>,
    /// What is bought with it: packaging, furniture, food, ...
    #[arg(long, value_name = "CODE")]
    pub(super) category: Option<String>,
    /// Its licence, such as CC BY 4.0
    #[arg(long, value_name = "TEXT")]
    pub(super) licence: Option<String>,
    /// Where it is
    #[arg(long, value_name = "URL")]
    pub(super) address: Option<String>,
    /// A small file to put into it; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(super) file: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) sharing: Sharing,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ResourceList {
    /// Only those about one thing: a number, code or id
    #[arg(long, value_name = "TARGET")]
    pub(super) about: Option<String>,
    /// Only of one kind: tool, template, guide, calculation, reuse-scheme or link
    #[arg(long, value_name = "CODE")]
    pub(super) kind: Option<String>,
    /// Only of one project
    #[arg(long, value_name = "PROJECT")]
    pub(super) project: Option<String>,
    /// Only for what is bought: packaging, furniture, food, ...
    #[arg(long, value_name = "CODE")]
    pub(super) category: Option<String>,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct Inbox {
    #[command(subcommand)]
    pub(super) command: Option<InboxCommand>,
    /// Also what you have read
    #[arg(long)]
    pub(super) all: bool,
    /// Lines at most, 1 to 1000; 50 unless said
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(super) limit: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum InboxCommand {
    /// Show what is new and mark it as read
    Read {
        /// Only up to the number that inbox named
        #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(i64).range(0..))]
        up_to: Option<i64>,
        /// Lines at most, 1 to 1000; 50 unless said
        #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: Option<u32>,
    },
}
