//! The joint work: projects, participation, questions, resources, following: what is answered.

use faelled_mirror::read;
use serde::Serialize;

use crate::failure::Said;

/// An answer. As JSON it is what is in it.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Data {
    /// To [`crate::request::joint::Request::Projects`].
    Projects(Vec<read::ProjectSummary>),
    /// To `Project`.
    Project(Box<ProjectShown>),
    /// To `Participations`.
    Participations(Vec<ParticipationShown>),
    /// To `Matrix`.
    Matrix(Matrix),
    /// To `Profiles`.
    Profiles(Vec<ProfileShown>),
    /// To `Questions`.
    Questions(Vec<read::DiscussionEntry>),
    /// To `Question`.
    Question(Box<QuestionShown>),
    /// To `Comments`.
    Comments(Comments),
    /// To `Resources`.
    Resources(Vec<read::ResourceSummary>),
    /// To `Resource`.
    Resource(Box<ResourceShown>),
    /// To `ResourceFiles`.
    Files(Files),
    /// To everything that writes what others see.
    Written(Written),
    /// To `Follow` and `Unfollow`.
    Follows(Follows),
    /// To `Followed`.
    Followed(Vec<FollowLine>),
    /// To `Inbox` and `InboxRead`.
    Inbox(Inbox),
}

/// A project with what belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProjectShown {
    /// The project.
    #[serde(flatten)]
    pub project: read::ProjectDetail,
    /// Resources of it.
    pub resources: Vec<read::ResourceSummary>,
}

/// How a member takes part in a project, with the project's title.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ParticipationShown {
    /// How it takes part.
    #[serde(flatten)]
    pub participation: read::ParticipationDetail,
    /// The project's title in Danish.
    pub project_da: Option<String>,
    /// The project's title in English.
    pub project_en: Option<String>,
}

/// What a member says of itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileShown {
    /// What it says.
    #[serde(flatten)]
    pub profile: read::ProfileDetail,
    /// Its name in the roster.
    pub member_name: Option<String>,
}

/// A question with its answers and what was said of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionShown {
    /// The question with its answers.
    #[serde(flatten)]
    pub question: read::Thread,
    /// Comments on it.
    pub comments: Vec<read::Thread>,
}

/// A resource with what was said of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResourceShown {
    /// The resource with its files.
    #[serde(flatten)]
    pub resource: read::ResourceDetail,
    /// Comments on it.
    pub comments: Vec<read::Thread>,
}

/// Something that others see, written or only looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Written {
    /// What it is.
    pub what: What,
    /// Only a preview: nothing was done.
    pub preview: bool,
    /// Documents that were made or changed, where it is no preview.
    pub documents: Vec<String>,
    /// It was here and was brought up to date.
    pub updated: bool,
    /// By what people name it.
    pub names: Vec<String>,
    /// commons, group or private.
    pub space: String,
    /// The group's name.
    pub space_name: Option<String>,
    /// Members that see it.
    pub visible_to: Vec<String>,
    /// What a person should look at.
    pub warnings: Vec<Said>,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Projects.
    Projects,
    /// A participation.
    Participation,
    /// A profile.
    Profile,
    /// A question.
    Question,
    /// A question or comment was settled.
    Settled,
    /// A question was taken to a committee.
    Escalated,
    /// An answer.
    Answer,
    /// A comment.
    Comment,
    /// A resource.
    Resource,
}

/// Members by projects.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Matrix {
    /// The projects.
    pub projects: Vec<MatrixProject>,
    /// Members that take part in any, and how.
    pub members: Vec<MatrixRow>,
    /// Members that take part in none.
    pub absent: Vec<String>,
}

/// A project at the head of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatrixProject {
    /// Its document.
    pub document: String,
    /// Its code.
    pub code: Option<String>,
    /// Title in Danish.
    pub title_da: Option<String>,
    /// Title in English.
    pub title_en: Option<String>,
}

/// One member's row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatrixRow {
    /// The member's id.
    pub member: String,
    /// Its name.
    pub name: Option<String>,
    /// How it takes part in each project, in the order of the projects.
    pub cells: Vec<Option<Cell>>,
}

/// How a member takes part in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// participant or partner.
    pub part: Option<String>,
    /// How fast.
    pub speed: Option<String>,
    /// Where it is.
    pub state: Option<String>,
    /// The day of the status.
    pub status_date: Option<String>,
}

/// Comments on something, wherever it is written: released, drafted in a group, copied for a hearing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comments {
    /// On what.
    pub target: read::Target,
    /// The comments, by what they are on.
    pub comments: Vec<CommentShown>,
}

/// A comment, and on which of several documents with the same number it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CommentShown {
    /// The comment with its answers.
    #[serde(flatten)]
    pub thread: read::Thread,
    /// The document.
    pub copy: read::TargetCopy,
}

/// Files of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Files {
    /// The resource's document.
    pub document: String,
    /// Where it is, where it is not in the document.
    pub address: Option<String>,
    /// The files.
    pub files: Vec<SavedFile>,
}

/// A file of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SavedFile {
    /// Its name as its author wrote it: to be cleaned before it is used.
    pub name: String,
    /// Its bytes, in base64.
    pub content: String,
}

/// Following was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Follows {
    /// What is followed, or no longer.
    #[serde(flatten)]
    pub follow: FollowLine,
    /// Whether it is followed now.
    pub is_followed: bool,
    /// Whether that is new.
    pub is_changed: bool,
}

/// Something followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FollowLine {
    /// As it is kept: `pack:…`, `requirement:…`, `project:…`, `category:…` or `cpv:…`.
    pub target: String,
    /// Its code, number or name.
    pub name: String,
    /// Its title in Danish.
    pub title_da: Option<String>,
    /// Its title in English.
    pub title_en: Option<String>,
    /// Since which day.
    pub since: String,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inbox {
    /// It was marked as read.
    pub is_read: bool,
    /// Also what was read before is listed.
    pub all: bool,
    /// What happened, in the order in which it came.
    pub lines: Vec<InboxLine>,
    /// How many more there are behind these.
    pub more: usize,
    /// Up to which arrival everything that concerns this member is listed.
    pub up_to: i64,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InboxLine {
    /// Its place in the order of arrival; nothing where it is no entry.
    pub arrival: Option<i64>,
    /// The day, by its author's clock.
    pub date: Option<String>,
    /// A stable name of it, for programs.
    pub event: &'static str,
    /// Why it is listed: own, asked, adopted, adapted, basket or followed.
    pub why: &'static str,
    /// The member that did it.
    pub member: String,
    /// Its name.
    pub member_name: Option<String>,
    /// The document.
    pub document: String,
    /// What happened, in one sentence.
    pub said: Said,
    /// The command that shows it.
    pub show: String,
}
