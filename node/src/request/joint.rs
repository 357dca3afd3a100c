//! The joint work: projects, participation, questions, resources, following: what is asked.

use faelled_model::Localized;
use serde::{Deserialize, Serialize};

/// A request. Where `preview` is set nothing is done: the answer says what would become visible to whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Request {
    /// All projects.
    Projects,
    /// One project.
    Project {
        /// Its code or document.
        project: String,
    },
    /// Opens projects, or brings own ones with the same code up to date.
    ProjectOpen {
        /// The file's name, for messages.
        file_name: String,
        /// Its text.
        text: String,
        /// See [`Request`].
        preview: bool,
    },
    /// Opens one project, or brings the own one with the same code up to date.
    ProjectCreate {
        /// The project.
        project: ProjectGiven,
        /// See [`Request`].
        preview: bool,
    },
    /// How members take part.
    Participations {
        /// Of one member.
        member: Option<String>,
        /// In one project: its code or document.
        project: Option<String>,
    },
    /// Members by projects.
    Matrix,
    /// Says how this member takes part in a project.
    Participate {
        /// The project's code or document.
        project: String,
        /// What is said.
        given: Box<ParticipationGiven>,
        /// See [`Request`].
        preview: bool,
    },
    /// What members say of themselves.
    Profiles {
        /// Of one member.
        member: Option<String>,
    },
    /// Says something of this member.
    Introduce {
        /// What is said.
        given: ProfileGiven,
        /// See [`Request`].
        preview: bool,
    },
    /// Questions.
    Questions {
        /// About one thing.
        about: Option<String>,
        /// Only those that are not settled.
        open: bool,
    },
    /// One question with its answers.
    Question {
        /// Its document, or the beginning of its id.
        question: String,
    },
    /// Asks.
    Ask {
        /// What it is about.
        about: Option<String>,
        /// The field in it.
        field: String,
        /// Title.
        title: Localized,
        /// What is asked.
        text: Localized,
        /// See [`Request`].
        preview: bool,
    },
    /// Says that an own question or comment is settled, or to whom it was taken.
    Settle {
        /// Its document, or the beginning of its id.
        question: String,
        /// The committee to which it was taken; nothing where it is settled.
        escalated_to: Option<Localized>,
        /// See [`Request`].
        preview: bool,
    },
    /// Answers a question or comment.
    Answer {
        /// Its document, or the beginning of its id.
        question: String,
        /// The answer.
        text: Localized,
        /// See [`Request`].
        preview: bool,
    },
    /// Comments.
    Comment {
        /// What on.
        target: String,
        /// The field in it; empty where it is about the whole.
        field: String,
        /// The comment.
        text: Localized,
        /// See [`Request`].
        preview: bool,
    },
    /// The comments on something.
    Comments {
        /// On what.
        target: String,
    },
    /// Offers a resource.
    Offer {
        /// The resource.
        given: Box<ResourceGiven>,
        /// See [`Request`].
        preview: bool,
    },
    /// Resources that fit.
    Resources {
        /// About one thing.
        about: Option<String>,
        /// Of one kind, as a code of the model.
        kind: Option<String>,
        /// Of one project: its code.
        project: Option<String>,
        /// For what is bought, as a code of the model.
        category: Option<String>,
    },
    /// One resource.
    Resource {
        /// Its document, or the beginning of its id.
        resource: String,
    },
    /// What is in a resource's files.
    ResourceFiles {
        /// Its document, or the beginning of its id.
        resource: String,
    },
    /// Follows something.
    Follow {
        /// A code or number, `project:CODE`, `category:CODE` or `cpv:CODE`.
        target: String,
    },
    /// Does not follow it any more.
    Unfollow {
        /// As in `Follow`.
        target: String,
    },
    /// What is followed.
    Followed,
    /// What happened that concerns this member.
    Inbox {
        /// Also what was read.
        all: bool,
        /// Lines at most.
        limit: u32,
    },
    /// Marks as read.
    InboxRead {
        /// Up to which arrival; what the answer lists where nothing is given.
        up_to: Option<i64>,
        /// Lines at most.
        limit: u32,
    },
}

/// A project as it is given; what is empty stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProjectGiven {
    /// Its code.
    pub code: String,
    /// Title.
    pub title: Localized,
    /// What it is to reach.
    pub aim: Localized,
    /// First day or year.
    pub from: String,
    /// Last day or year.
    pub until: String,
    /// Indicators, in words.
    pub indicators: Vec<Localized>,
}

/// How a member takes part; what is not given stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParticipationGiven {
    /// A code of the model's part.
    pub part: Option<String>,
    /// A code of the model's speed.
    pub speed: Option<String>,
    /// A code of the model's priority.
    pub priority: Option<String>,
    /// A code of the model's progress.
    pub state: Option<String>,
    /// Status; its day is the day on which it is given.
    pub status: Localized,
    /// A code of the model's backing.
    pub backing: Option<String>,
    /// The day of the decision.
    pub backing_date: Option<String>,
    /// Where the decision is found.
    pub backing_reference: Option<String>,
    /// Own goals, instead of those before.
    pub goals: Vec<Localized>,
    /// Next step.
    pub next_step: Localized,
    /// When that is.
    pub next_step_date: Option<String>,
    /// The role to turn to.
    pub contact_role: Localized,
    /// A functional mailbox.
    pub mailbox: Option<String>,
}

/// What a member says of itself; what is not given stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileGiven {
    /// Names.
    pub name: Localized,
    /// A functional mailbox.
    pub mailbox: Option<String>,
    /// Web page.
    pub web_page: Option<String>,
    /// CVR number.
    pub cvr: Option<String>,
    /// GLN.
    pub gln: Option<String>,
    /// Regions instead of those before: member id, first day, last day.
    pub regions: Vec<RegionGiven>,
}

/// A region, for a time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RegionGiven {
    /// The region's member id.
    pub region: String,
    /// First day, or nothing.
    pub from: String,
    /// Last day, or nothing.
    pub until: String,
}

/// A resource as it is given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceGiven {
    /// A code of the model's resource kinds.
    pub kind: String,
    /// Title.
    pub title: Localized,
    /// Description.
    pub description: Localized,
    /// What it is about.
    pub about: Option<String>,
    /// The project's code or document.
    pub project: Option<String>,
    /// A code of the model's categories.
    pub category: Option<String>,
    /// Licence.
    pub licence: String,
    /// Where it is.
    pub address: String,
    /// Files in it.
    pub files: Vec<FileGiven>,
}

/// A file, read by whoever asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileGiven {
    /// Its name without a path.
    pub name: String,
    /// Its bytes, in base64.
    pub content: String,
}
