//! Who is trusted: rosters and votes, keys, editors, what was voided: what is answered.

use faelled_mirror::read;
use serde::Serialize;

use crate::failure::Said;

/// An answer. As JSON it is what is in it.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Data {
    /// To `Proposals`.
    Proposals(Proposals),
    /// To `Plan` and `Proposal`.
    Planned(Planned),
    /// What a command read by itself in a roster that it was handed to sign; no node answers so.
    Reading(Reading),
    /// What a command is about to sign for this node's key; no node answers so.
    Certifying(Certifying),
    /// To `Decline`, `Renew` and other deeds that say nothing more.
    Done(Done),
    /// To `State`.
    Stated(Stated),
    /// To `PlanRevocation`.
    Revocations(Revocations),
    /// To `Voided`.
    Voided(Vec<Voided>),
    /// To `VoidedIn`.
    VoidedIn(Box<VoidedIn>),
    /// To `Recover`.
    Recovered(Vec<Recovered>),
    /// To `Editors`.
    Editors(Editors),
    /// To `Doctor`.
    Doctor(Checkup),
}

/// What stewards are deciding on, and how the roster stands.
#[derive(Debug, Clone, Serialize)]
pub struct Proposals {
    /// The roster's version that holds.
    pub roster_version: u64,
    /// Stewards, by id.
    pub stewards: Vec<String>,
    /// How many of them must sign.
    pub threshold: u16,
    /// Whether this node's member is one of them.
    pub is_steward: bool,
    /// What they vote on.
    pub proposals: Vec<Proposed>,
    /// Where the roster has two branches.
    pub fork: Option<Forked>,
}

/// Two branches of the roster.
#[derive(Debug, Clone, Serialize)]
pub struct Forked {
    /// The last version on which they agree; it holds.
    pub base_version: u64,
    /// The branches.
    pub heads: Vec<Head>,
    /// Stewards that signed both.
    pub signed_both: Vec<String>,
}

/// The end of a branch of the roster.
#[derive(Debug, Clone, Serialize)]
pub struct Head {
    /// Its version.
    pub version: u64,
    /// Its hash.
    pub hash: String,
    /// What it says otherwise than the version that holds.
    pub changes: Said,
}

/// A proposed next version of the roster.
#[derive(Debug, Clone, Serialize)]
pub struct Proposed {
    /// Its hash.
    pub hash: String,
    /// Its version.
    pub version: u64,
    /// What it changes.
    pub changes: Said,
    /// What its proposer has to say.
    pub note: Option<String>,
    /// When it was made, by its proposer's clock: `YYYY-MM-DD HH:MM` in UTC.
    pub claimed: String,
    /// Stewards that approved.
    pub approved: Vec<String>,
    /// Stewards that rejected it, and why.
    pub rejected: Vec<(String, String)>,
    /// How many must approve in all, as the votes stand.
    pub needed: u16,
    /// Stewards whose approval would bring it nearer.
    pub missing: Vec<String>,
}

/// A roster to be signed.
#[derive(Debug, Clone, Serialize)]
pub struct Planned {
    /// Its bytes, in base64: what a steward's identity key signs.
    pub roster: String,
    /// The member in whose name it is signed here.
    pub steward: String,
    /// That member's identity key as the roster knows it, hexadecimal: another one's signature counts for
    /// nothing.
    pub identity_key: String,
    /// What is said of it.
    pub proposal: Proposed,
}

/// What the bytes of a roster to be signed say.
#[derive(Debug, Clone, Serialize)]
pub struct Reading {
    /// The member in whose name it is signed.
    pub steward: String,
    /// Whether it is to be approved; else it is to be rejected.
    pub approves: bool,
    /// The federation's name.
    pub federation: String,
    /// The roster's hash.
    pub hash: String,
    /// Its version.
    pub version: u64,
    /// The version that holds.
    pub held: u64,
    /// What it says otherwise than that one, one by one.
    pub changes: Vec<Said>,
    /// The stewards before, by id, where they or the threshold become others.
    pub stewards_before: Vec<String>,
    /// How many of those must sign.
    pub threshold_before: u16,
    /// The stewards that it names, by id.
    pub stewards: Vec<String>,
    /// How many of those must sign.
    pub threshold: u16,
    /// What its proposer has to say.
    pub note: Option<String>,
    /// When it was made, by its proposer's clock: `YYYY-MM-DD HH:MM` in UTC.
    pub claimed: String,
}

/// A certificate that is about to be signed.
#[derive(Debug, Clone, Serialize)]
pub struct Certifying {
    /// The member in whose name it is signed.
    pub member: String,
    /// The node key that it is about, hexadecimal.
    pub node_key: String,
    /// Whether that key is to be replaced by a new one; else its certificate is renewed.
    pub replaces: bool,
    /// When what is signed runs out: `YYYY-MM-DD HH:MM` in UTC.
    pub expires: String,
}

/// It is done.
#[derive(Debug, Clone, Serialize)]
pub struct Done {
    /// What.
    pub done: Said,
}

/// What came of a vote or another statement.
#[derive(Debug, Clone, Serialize)]
pub struct Stated {
    /// The version of the roster that holds now.
    pub roster_version: u64,
    /// The votes that were given by this.
    pub voted: Vec<Voted>,
    /// The votes on proposals, as they stand now; one that became the roster is gone.
    pub proposals: Vec<Proposed>,
    /// Proposals that became the roster by this.
    pub decided: Vec<Decided>,
}

/// A vote that was given.
#[derive(Debug, Clone, Serialize)]
pub struct Voted {
    /// The proposal's hash.
    pub hash: String,
    /// Whether it approves; else it rejects.
    pub approved: bool,
}

/// A proposal that became the roster.
#[derive(Debug, Clone, Serialize)]
pub struct Decided {
    /// Its hash.
    pub hash: String,
    /// Its version.
    pub version: u64,
    /// What is so now.
    pub outcome: Said,
}

/// Revocations to be signed.
#[derive(Debug, Clone, Serialize)]
pub struct Revocations {
    /// The node key, hexadecimal.
    pub node_key: String,
    /// The identity key that must sign, hexadecimal.
    pub identity_key: String,
    /// One for each space, each in base64.
    pub revocations: Vec<String>,
    /// Where only what was received here before a moment counts: `YYYY-MM-DD HH:MM` in UTC.
    pub received_before: Option<String>,
    /// Feeds that count up to an entry.
    pub feeds: usize,
    /// Entries that count.
    pub entries: u64,
    /// Entries held here that would count no longer.
    pub voided: u64,
    /// Charters of groups that the key signed, and that count: of these it is not known when they came.
    pub charters: usize,
    /// It is this node's own key.
    pub is_own: bool,
}

/// A document in which something of this member's own does not count.
#[derive(Debug, Clone, Serialize)]
pub struct Voided {
    /// The document.
    pub document: String,
    /// Its kind, where that is known.
    pub kind: Option<String>,
    /// Its number or code, and its title.
    pub title: Said,
    /// On what grounds, in words.
    pub grounds: Vec<Said>,
    /// Entries that do not count.
    pub entries: usize,
    /// Whether it can be written again in its place.
    pub may_write: bool,
    /// Why not, where it cannot.
    pub refused: Option<Said>,
    /// Whether it can become a private draft instead.
    pub may_draft: bool,
}

/// What of this member's own does not count in a document.
#[derive(Debug, Clone, Serialize)]
pub struct VoidedIn {
    /// The document.
    #[serde(flatten)]
    pub head: Voided,
    /// Its opening is among it: writing it again opens it again, under its own id.
    pub reopens: bool,
    /// What the document would say otherwise than it says now, and what was written and stays away.
    pub differences: Vec<Difference>,
    /// What is not written again by itself, and what to do about it.
    pub by_hand: Vec<Said>,
    /// Changes that cannot be read any more.
    pub unreadable: usize,
}

/// A field that a change which does not count set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The field's path.
    pub field: String,
    /// What the document says.
    pub now: String,
    /// What was written.
    pub written: String,
    /// Somebody else set it too, without knowing of it.
    pub contested: bool,
    /// What the document says stays: the other's value holds.
    pub stays: bool,
}

/// A document in which something was to be written again.
#[derive(Debug, Clone, Serialize)]
pub struct Recovered {
    /// The document in which it did not count.
    pub document: String,
    /// The document in which it stands now; nothing where nothing was missing.
    pub into: Option<String>,
    /// Its number or code, and its title.
    pub title: Said,
    /// It stands in a new private draft.
    pub is_private: bool,
    /// What was not written again by itself, and what to do about it.
    pub by_hand: Vec<Said>,
    /// Fields that stay as somebody else set them.
    pub kept: Vec<String>,
    /// Why it was not written again, where it was not.
    pub refused: Option<Said>,
    /// It can become a private draft instead.
    pub may_draft: bool,
}

/// Who may write a document.
#[derive(Debug, Clone, Serialize)]
pub struct Editors {
    /// The document.
    pub document: String,
    /// Its number or code, and its title.
    pub title: Said,
    /// Its owner.
    pub owner: String,
    /// This node's member owns it.
    pub is_own: bool,
    /// Who writes it: `granted` its owner and whom it lets, `members` all of its group, `owner-only`.
    pub by: &'static str,
    /// Members that its owner lets write, now or once.
    pub editors: Vec<read::Editor>,
}

/// How a node and its federation are.
#[derive(Debug, Clone, Serialize)]
pub struct Checkup {
    /// What was looked at, the gravest first.
    pub findings: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// A name for programs: `stewards`, `certificate`, `equivocation`, …
    pub code: &'static str,
    /// How grave.
    pub severity: FindingSeverity,
    /// What was found.
    pub what: Said,
    /// What to do.
    pub todo: Option<Said>,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingSeverity {
    /// Something does not work, or is not safe.
    Problem,
    /// It works, and will not, or could be safer.
    Warning,
    /// All is well.
    Good,
}
