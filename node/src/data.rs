//! What a node answers, before it becomes JSON or text.

pub mod baskets;
pub mod drafting;
pub mod joint;
pub mod key;
pub mod releasing;
pub mod trust;

use std::net::SocketAddr;

use faelled_mirror::read;
use faelled_model::adoption::{ChosenLevel, Deviation};
use serde::Serialize;

use crate::failure::Said;
use crate::follower::Rebuilt;

/// An answer. As JSON it is what is in it.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Data {
    /// To [`crate::request::Request::Status`].
    Status(Box<Status>),
    /// To `Members`.
    Members(Members),
    /// To `Invite`.
    Invited(Invited),
    /// To `Tickets`.
    Tickets(Vec<TicketLine>),
    /// To `RevokeTicket`.
    Revoked(TicketLine),
    /// To `PackImport`.
    Imported(Imported),
    /// To `PackList`.
    Packs(Vec<read::PackSummary>),
    /// To `PackShow`.
    Pack(Box<read::PackDetail>),
    /// To `PackPublish`.
    Published(Published),
    /// To `PackAdopt`.
    Adopted(Adopted),
    /// To `RequirementList`.
    Requirements(Vec<read::RequirementSummary>),
    /// To `RequirementShow`.
    Requirement(Box<read::RequirementDetail>),
    /// To `PilotRecord`.
    Recorded(Recorded),
    /// To `PilotList`.
    Pilots(Vec<read::PilotResult>),
    /// To `PilotShow`.
    Pilot(Box<PilotShown>),
    /// To `Search`.
    Hits(Vec<read::Hit>),
    /// To `MirrorRebuild`.
    Rebuilt(Rebuilt),
    /// To `Drafting`.
    Drafting(drafting::Data),
    /// To `Releasing`.
    Releasing(releasing::Data),
    /// To `Joint`.
    Joint(joint::Data),
    /// To `Baskets`.
    Baskets(baskets::Data),
    /// To `Key`.
    Key(key::Data),
    /// To `Trust`.
    Trust(trust::Data),
}

/// How the node stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// `member`, `joining` or `outside`.
    pub standing: &'static str,
    /// Its member's id.
    pub member: String,
    /// Its member's name, where the roster has it.
    pub name: Option<String>,
    /// The federation's id.
    pub federation: String,
    /// The federation's name.
    pub federation_name: Option<String>,
    /// The newest roster's version.
    pub roster_version: u64,
    /// Members in it.
    pub members: usize,
    /// Stewards in it.
    pub stewards: usize,
    /// Requests to join that wait for a decision here.
    pub joins_waiting: usize,
    /// Until when this node's certificate holds: `YYYY-MM-DD HH:MM` in UTC.
    pub certificate_expires: String,
    /// It holds for less than 60 days more, or no longer.
    pub certificate_expires_soon: bool,
    /// The data directory.
    pub directory: String,
    /// Where the daemon listens; nothing where none runs.
    pub listening: Option<SocketAddr>,
    /// Connections.
    pub peers: Vec<Peer>,
    /// Entries on the disk.
    pub entries: u64,
    /// Feeds on the disk.
    pub feeds: u64,
    /// Documents on the disk.
    pub documents: u64,
    /// Size of `node.db` in bytes.
    pub bytes: u64,
    /// Entries that the mirror does not show yet.
    pub mirror_behind: i64,
    /// Why the mirror does not follow, where it does not.
    pub mirror_problem: Option<String>,
    /// What the mirror holds.
    pub figures: read::Figures,
    /// What lies unread in the inbox; unknown while the mirror is behind.
    pub unread: Option<usize>,
    /// Bytes put on and taken from streams since the daemon's start.
    pub bytes_sent: u64,
    /// See `bytes_sent`.
    pub bytes_received: u64,
    /// Runs of entries that were refused since the daemon's start.
    pub refused_runs: u64,
    /// What went wrong lately, newest last.
    pub notices: Vec<NoticeLine>,
}

/// A connection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Peer {
    /// The member; nothing while it has not shown who it is.
    pub member: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// The node's key.
    pub node_key: String,
    /// Its address.
    pub address: SocketAddr,
    /// Whether this node dialled.
    pub dialled: bool,
    /// Since when: `YYYY-MM-DD HH:MM` in UTC.
    pub since: String,
    /// Its software.
    pub software: String,
    /// Feeds of which entries are awaited from it.
    pub wanted_feeds: usize,
}

/// Something noticed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NoticeLine {
    /// When: `YYYY-MM-DD HH:MM` in UTC.
    pub at: String,
    /// What.
    pub what: Said,
}

/// Who is in the roster, and who asks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Members {
    /// The federation's name.
    pub federation_name: Option<String>,
    /// Members, by id.
    pub members: Vec<read::Member>,
    /// Requests to join that were made at this node.
    pub requests: Vec<JoinLine>,
    /// How many proposals stewards are deciding on.
    pub proposals: usize,
}

/// A request to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JoinLine {
    /// The newcomer's id.
    pub member: String,
    /// Its name, as it says.
    pub name: String,
    /// Its kind, as a code of the model.
    pub kind: String,
    /// When it asked: `YYYY-MM-DD HH:MM` in UTC.
    pub asked: String,
    /// From where.
    pub address: String,
    /// The fingerprint of its identity key, in words: to be compared by telephone.
    pub fingerprint: String,
    /// The code of the ticket that it showed.
    pub ticket: String,
    /// The note that was kept with that ticket.
    pub note: Option<String>,
    /// `waiting`, `admitted` or `declined`.
    pub state: &'static str,
    /// It is a member already, with another key than it asks with.
    pub has_new_key: bool,
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Invited {
    /// The ticket: one line.
    pub ticket: String,
    /// Until when it can be used: `YYYY-MM-DD HH:MM` in UTC.
    pub expires: String,
    /// The addresses in it.
    pub addresses: Vec<SocketAddr>,
    /// What it is called here: no secret.
    pub code: String,
    /// The note that is kept with it.
    pub note: Option<String>,
}

/// A ticket that was issued here, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TicketLine {
    /// What it is called here.
    pub code: String,
    /// `open`, `used`, `expired` or `revoked`.
    pub state: &'static str,
    /// When it was issued: `YYYY-MM-DD HH:MM` in UTC.
    pub issued: String,
    /// Until when it can be used.
    pub expires: String,
    /// The member that used it; where its request is forgotten, its key's fingerprint.
    pub used_by: Option<String>,
    /// That member's name, as it says.
    pub used_by_name: Option<String>,
    /// The note that is kept with it.
    pub note: Option<String>,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Imported {
    /// The draft's document.
    pub document: String,
    /// The pack's code.
    pub code: String,
    /// The group that drafts it; nothing for a private draft.
    pub group: Option<String>,
    /// Requirements that are new in the draft.
    pub created: usize,
    /// Requirements that were changed.
    pub changed: usize,
    /// Requirements that were the same already.
    pub unchanged: usize,
    /// What a person should look at.
    pub warnings: Vec<Said>,
}

/// A release.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Published {
    /// Only a preview: nothing was done.
    pub preview: bool,
    /// The pack's document in the commons; nothing in the preview of a first release.
    pub pack: Option<String>,
    /// The pack's code.
    pub code: String,
    /// The version.
    pub version: String,
    /// The release's hash; nothing in a preview.
    pub release: Option<String>,
    /// How it is cited; nothing in a preview.
    pub citation: Option<String>,
    /// Requirements in it, by number.
    pub requirements: Vec<String>,
    /// Members that see it from now on.
    pub visible_to: Vec<String>,
    /// The day by which it is reviewed.
    pub review_by: String,
    /// Members besides the lead that must co-sign before it counts.
    pub cosigners_needed: u16,
    /// The body that approved it, and the day.
    pub approval: Option<(String, String)>,
    /// What a person should look at.
    pub warnings: Vec<Said>,
}

/// An adoption.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Adopted {
    /// The adoption's document.
    pub document: String,
    /// The pack's code.
    pub code: String,
    /// The version.
    pub version: String,
    /// The release's hash, pinned.
    pub release: String,
    /// What is done with it, as a code of the model.
    pub stance: String,
    /// Levels that are chosen.
    pub levels: Vec<ChosenLevel>,
    /// What is done otherwise, and why.
    pub deviations: Vec<Deviation>,
    /// What a person should look at.
    pub warnings: Vec<Said>,
}

/// A recorded pilot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recorded {
    /// The pilot's document.
    pub document: String,
    /// A pilot of the same tender was here and was brought up to date.
    pub updated: bool,
    /// What was tried, by number.
    pub requirements: Vec<String>,
    /// Members that see it from now on.
    pub visible_to: Vec<String>,
    /// What a person should look at.
    pub warnings: Vec<Said>,
}

/// A pilot with where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PilotShown {
    /// The pilot.
    pub pilot: read::PilotDetail,
    /// Where it comes from.
    pub provenance: Verified,
}

/// A document's entries, verified anew from their bytes: each signature, each link of the chain, each
/// certificate against the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The member that wrote it.
    pub member: String,
    /// Its name.
    pub name: Option<String>,
    /// The node keys that signed.
    pub node_keys: Vec<String>,
    /// Entries of the document that were verified.
    pub entries: usize,
    /// Entries in all of the chains that were verified for it.
    pub chain_entries: u64,
    /// When it was written last, by its author's clock: `YYYY-MM-DD HH:MM` in UTC.
    pub claimed: String,
}
