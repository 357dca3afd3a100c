//! What follows a release: differences, proofs, withdrawals, co-signatures, what moved on, adaptations: what is asked.

use faelled_model::Localized;
use serde::{Deserialize, Serialize};

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Request {
    /// What differs between two versions of a pack.
    Diff {
        /// Its code or document.
        pack: String,
        /// The version before; the newest but one where none is given.
        from: Option<String>,
        /// The version after, or `draft`; the newest where none is given.
        to: Option<String>,
    },
    /// Verifies a release anew from its bytes.
    Verify {
        /// A pack, `PACK@VERSION`, or a citation.
        release: String,
    },
    /// Withdraws a release.
    Withdraw {
        /// The pack's code or document.
        pack: String,
        /// The version.
        version: String,
        /// Why.
        reason: Localized,
        /// The version that replaces it.
        replaced_by: Option<String>,
        /// Only says what would become visible to whom.
        preview: bool,
    },
    /// Co-signs a release.
    Cosign {
        /// The pack's code or document.
        pack: String,
        /// The version; the highest that is here where none is given.
        version: Option<String>,
        /// In what capacity.
        capacity: Localized,
        /// Only says what would become visible to whom.
        preview: bool,
    },
    /// Adoptions from which something has moved on.
    Outdated {
        /// Those of every member.
        all: bool,
    },
    /// Proposals for change that came from pilots.
    Proposals {
        /// The pack's code or document.
        pack: String,
    },
    /// The lead answers a proposal.
    AnswerProposal {
        /// The pilot's document, or the beginning of its id.
        pilot: String,
        /// The requirement's number.
        number: String,
        /// The version that takes it up; none where it is declined.
        version: Option<String>,
        /// What came of it, and why.
        answer: Localized,
    },
    /// Makes an own draft of another requirement, which remembers where it comes from.
    Adapt {
        /// The source's number or document, with `@VERSION` for another release than the newest.
        requirement: String,
        /// The new requirement's number.
        number: String,
        /// What is changed, and why.
        changes: Localized,
        /// The new wording, in the languages in which it is new.
        wording: Localized,
        /// Fields with their new values.
        set: Vec<(String, String)>,
        /// The own draft of a pack into which it is put.
        pack: Option<String>,
    },
    /// Where an adapted requirement comes from.
    Source {
        /// Its number or document.
        requirement: String,
    },
    /// Requirements side by side.
    Compare {
        /// Their numbers or documents.
        requirements: Vec<String>,
    },
}
