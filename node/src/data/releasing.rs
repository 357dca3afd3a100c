//! What follows a release: differences, proofs, withdrawals, co-signatures, what moved on, adaptations: what is answered.

use faelled_mirror::read::{OutdatedAdaptation, PackDetail, RequirementDetail};
use faelled_model::Localized;
use faelled_model::compare::{FieldDiff, ReleaseDiff};
use faelled_model::pack::Withdrawal;
use faelled_model::requirement::AdaptedFrom;
use serde::Serialize;
use serde_json::Value;

use crate::data::Verified;
use crate::failure::Said;

/// An answer. As JSON it is what is in it.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Data {
    /// To `Diff`.
    Difference(Box<Difference>),
    /// To `Verify`.
    Checked(Box<Checked>),
    /// To `Withdraw`.
    Withdrawn(Withdrawn),
    /// To `Cosign`.
    Cosigned(Cosigned),
    /// To `Outdated`.
    Outdated(Outdated),
    /// To `Proposals`.
    Proposals(Proposals),
    /// To `AnswerProposal`.
    Answered(Answered),
    /// To `Adapt`.
    Adapted(Adapted),
    /// To `Source`.
    Source(Box<Source>),
    /// To `Compare`.
    Comparison(Comparison),
    /// To `PackShow` of a version.
    PackAt(Box<At<PackDetail>>),
    /// To `RequirementShow` of a version.
    RequirementAt(Box<At<RequirementDetail>>),
}

/// What a release says, from its own bytes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct At<T> {
    /// How the release stands.
    pub standing: Standing,
    /// What it says; what became of it since is as it is now.
    #[serde(flatten)]
    pub said: T,
}

/// How a release stands now: from its own bytes, the pack's document and the co-signatures that are here.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standing {
    /// The pack's document.
    pub pack: String,
    /// The pack's code as released.
    pub code: String,
    /// The version.
    pub version: String,
    /// The release's hash.
    pub hash: String,
    /// How it is cited.
    pub citation: String,
    /// Whether it may be used: it can be read, has one content and the co-signatures that it needs, and was not
    /// withdrawn.
    pub counts: bool,
    /// The highest version that counts, where that is a higher one.
    pub higher: Option<String>,
    /// Other members that must co-sign it before it counts.
    pub cosigners_needed: usize,
    /// Those that did.
    pub cosigners: Vec<Cosigner>,
    /// Why it was withdrawn, where it was.
    pub withdrawn: Option<Withdrawal>,
    /// Another content was released under the same version.
    pub is_equivocated: bool,
    /// This version of the software can read it.
    pub is_readable: bool,
    /// Change notes.
    pub notes: Localized,
    /// The day from which it is valid, `YYYY-MM-DD`.
    pub valid_from: String,
    /// That day has not come yet.
    pub valid_later: bool,
    /// The day by which it is reviewed, `YYYY-MM-DD`.
    pub review_by: String,
    /// That day is over.
    pub review_passed: bool,
}

impl Standing {
    /// Co-signatures that are still missing.
    #[must_use]
    pub fn cosigners_missing(&self) -> usize {
        self.cosigners_needed.saturating_sub(self.cosigners.len())
    }
}

/// A member that co-signed a release.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cosigner {
    /// The co-signature's document.
    pub document: String,
    /// The member.
    pub member: String,
    /// Its name.
    pub name: Option<String>,
}

/// Two releases of a pack, or a release and the draft, word by word.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The pack's code.
    pub code: String,
    /// The one before: a version, or `draft`.
    pub from: String,
    /// The one after.
    pub to: String,
    /// What differs.
    #[serde(flatten)]
    pub difference: ReleaseDiff,
}

/// A release, verified anew from its bytes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// Whether every step holds.
    pub holds: bool,
    /// The steps in their order.
    pub steps: Vec<Step>,
    /// Where the pack comes from, where that could be verified.
    pub provenance: Option<Verified>,
    /// How the release stands now.
    pub standing: Standing,
}

/// A step of verifying a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What is looked at: `content`, `hash`, `signature`, `chain`, `certificate`, `roster`, `previous`, `version`,
    /// `cosignatures`, `citation`.
    pub part: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// What was found.
    pub found: Said,
}

/// A release that was withdrawn, or would be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Withdrawn {
    /// Nothing was written yet.
    pub preview: bool,
    /// The pack's code.
    pub code: String,
    /// What is withdrawn, why, and what replaces it.
    pub withdrawal: Withdrawal,
    /// Members that use the release.
    pub adopters: Vec<String>,
    /// Members that will see it.
    pub visible_to: Vec<String>,
}

/// A release that was co-signed, or would be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cosigned {
    /// Nothing was written yet.
    pub preview: bool,
    /// The co-signature's document.
    pub document: Option<String>,
    /// In what capacity.
    pub capacity: Localized,
    /// Members that will see it.
    pub visible_to: Vec<String>,
    /// How the release stands; the new co-signature among those there once it is written.
    pub standing: Standing,
}

/// What has moved on since it was adopted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outdated {
    /// Adoptions that were looked at.
    pub adoptions: usize,
    /// Whether those of other members were, too.
    pub all: bool,
    /// Those from which something has moved on.
    pub outdated: Vec<OutdatedAdoption>,
    /// This member's adapted requirements whose source has moved on.
    pub adaptations: Vec<OutdatedAdaptation>,
}

/// An adoption from which something has moved on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutdatedAdoption {
    /// The member.
    pub member: String,
    /// Its name.
    pub name: Option<String>,
    /// What it does with the release, as a code of the model.
    pub stance: String,
    /// The pack's code; its document where the release is not here.
    pub code: String,
    /// The adopted version.
    pub version: String,
    /// How the adopted release stands; nothing where it is not here.
    pub standing: Option<Standing>,
    /// Higher versions that count, the next one first.
    pub newer: Vec<NewerVersion>,
}

/// A version that came later.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewerVersion {
    /// The version.
    pub version: String,
    /// Its change notes.
    pub notes: Localized,
}

/// Proposals for change that came from pilots.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposals {
    /// The pack's code.
    pub code: String,
    /// Whether this member leads the pack, and so answers.
    pub is_lead: bool,
    /// Proposals: those that wait for an answer first.
    pub proposals: Vec<Proposal>,
}

/// A proposal for change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// The pilot's document.
    pub pilot: String,
    /// The member that ran it.
    pub member: String,
    /// Its name.
    pub name: Option<String>,
    /// The tender's title.
    pub tender: Localized,
    /// The requirement's number.
    pub number: String,
    /// The version that was tried.
    pub version: String,
    /// The verdict, as a code of the model.
    pub verdict: String,
    /// Why it was dropped on the way, where it was.
    pub dropped: Localized,
    /// The proposed wording.
    pub proposed_wording: Localized,
    /// The proposed wording beside the released one.
    pub difference: Vec<FieldDiff>,
    /// What the lead answered.
    pub answer: Option<ProposalAnswer>,
}

/// What a lead answered to a proposal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProposalAnswer {
    /// The version that takes it up; empty where none will.
    pub version: String,
    /// What came of it, and why.
    pub answer: Localized,
}

/// A proposal that was answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answered {
    /// The pack's code.
    pub code: String,
    /// The pilot's document.
    pub pilot: String,
    /// The requirement's number.
    pub number: String,
    /// The answer.
    #[serde(flatten)]
    pub answer: ProposalAnswer,
    /// There was an answer before.
    pub replaced: bool,
}

/// A requirement that was adapted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Adapted {
    /// The new draft's document.
    pub document: String,
    /// Its number.
    pub number: String,
    /// The draft of a pack into which it was put.
    pub pack: Option<String>,
    /// That is drafted in a group, which sees it.
    pub in_group: bool,
    /// Where it comes from.
    pub adapted_from: AdaptedFrom,
    /// What a person should look at.
    pub warnings: Vec<Said>,
    /// What stands in the way of its release.
    pub to_do: Vec<Said>,
}

/// Where an adapted requirement comes from, and what has changed since.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Source {
    /// The requirement's number.
    pub number: String,
    /// Its title.
    pub title: Localized,
    /// Where it comes from.
    pub adapted_from: AdaptedFrom,
    /// The name of the member that owns the source.
    pub owner_name: Option<String>,
    /// How the release stands from which it was taken; nothing where it is not here.
    pub standing: Option<Standing>,
    /// What was changed locally; nothing where the source is not here.
    pub local: Option<Vec<FieldDiff>>,
    /// The newest version that counts, where that is a higher one.
    pub newest: Option<String>,
    /// The newest version does not hold the source any more.
    pub source_dropped: bool,
    /// What changed at the source afterwards.
    pub afterwards: Vec<FieldDiff>,
}

/// Requirements side by side, as a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The requirements' numbers, with their owners where two have the same.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<ComparedRow>,
    /// What they are made of.
    #[serde(skip)]
    pub requirements: Vec<RequirementDetail>,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedRow {
    /// What is compared: `title`, `type`, `level`, `strategy`, `wording`, `evidence`, `follow_up`, `measure`,
    /// `award`, `practice`.
    pub row: &'static str,
    /// One value for each column.
    pub values: Vec<Value>,
    /// Whether the values differ.
    pub differs: bool,
}
