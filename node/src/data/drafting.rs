//! Groups, shared drafts, hearings, single edits and conflicts: what is answered.

use faelled_mirror::read;
use serde::Serialize;

use crate::failure::Said;

/// An answer. As JSON it is what is in it.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Data {
    /// To `GroupList`.
    Groups(Vec<read::Group>),
    /// To `GroupNew`, `GroupShow` and `GroupChange`.
    Group(ShownGroup),
    /// To `PackNew`.
    Begun(Begun),
    /// To `Share` and `Hearing`.
    Shared(Shared),
    /// To `Edit`.
    Edited(Edited),
    /// To `Conflicts`.
    Conflicts(Vec<read::Conflict>),
    /// To `Resolve`.
    Resolved(Resolved),
    /// To `Disclosures`.
    Disclosures(Vec<read::Disclosure>),
}

/// A group, with what waits to be decided in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownGroup {
    /// The group.
    #[serde(flatten)]
    pub group: read::Group,
    /// Charters that nobody confirmed; nothing where there are none.
    pub unconfirmed: Option<Unconfirmed>,
}

/// Charters that were signed with a key that is no longer its owner's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unconfirmed {
    /// What the last of them says; nothing where they contradict each other.
    pub says: Option<UnconfirmedCharter>,
}

/// What such a charter says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnconfirmedCharter {
    /// Its version.
    pub version: u64,
    /// Who signed it.
    pub signer: String,
    /// Who would come in by it.
    pub comes: Vec<String>,
    /// Who is out by it already.
    pub goes: Vec<String>,
    /// Who would own the group by it, and does not now.
    pub appointed: Vec<String>,
}

/// A pack that was begun.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Begun {
    /// Its document.
    pub document: String,
    /// Its code.
    pub code: String,
}

/// A draft that was given to others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shared {
    /// Only a preview: nothing was done.
    pub preview: bool,
    /// How, as a code of the model.
    pub kind: String,
    /// The pack's code.
    pub code: String,
    /// The document that those who were asked see; nothing in a preview, and where the network carries
    /// nothing.
    pub document: Option<String>,
    /// The group's name; nothing where the network carries nothing.
    pub group: Option<String>,
    /// Requirements in it, by number.
    pub requirements: Vec<String>,
    /// Who sees it.
    pub recipients: Vec<String>,
    /// The last day for answers.
    pub until: Option<String>,
    /// What a person should look at.
    pub warnings: Vec<Said>,
}

/// A draft that was changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Edited {
    /// The document.
    pub document: String,
    /// Its number or code.
    pub number: String,
    /// Whether anything is different now.
    pub changed: bool,
    /// The fields that were set.
    pub fields: Vec<String>,
    /// What a person should look at.
    pub warnings: Vec<Said>,
}

/// A conflict that was settled.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resolved {
    /// The document.
    pub document: String,
    /// The place in it.
    pub place: String,
    /// What stands there now, as JSON.
    pub value: String,
    /// Conflicts that are left in the document.
    pub left: usize,
}
