//! Who is trusted: rosters and votes, keys, editors, what was voided.
//!
//! Nothing here carries a secret key: whoever must sign asks for what is to be signed, signs it in its own
//! process and hands over the statement.

use faelled_model::attachment::FileBytes;
use faelled_proto::MemberId;
use serde::{Deserialize, Serialize};

use super::drafting::Counts;

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "trust", rename_all = "kebab-case")]
pub enum Request {
    /// The roster versions that stewards are deciding on.
    Proposals,
    /// What the next roster would be, to be signed.
    Plan {
        /// What it changes.
        change: Change,
        /// What the proposer has to say to the other stewards.
        note: Option<String>,
    },
    /// A proposal, to be signed.
    Proposal {
        /// The beginning of its hash, or the member that it is about.
        proposal: String,
        /// It is to be rejected; else it is to be approved.
        rejects: bool,
    },
    /// A steward does not let a newcomer in.
    Decline {
        /// The newcomer.
        member: MemberId,
    },
    /// Statements that were signed: votes, revocations.
    State {
        /// Each in its canonical encoding.
        statements: Vec<FileBytes>,
        /// An approval may take the place of one of another roster with the same version.
        instead: bool,
        /// Although this node has met nobody since the machine started.
        unmet: bool,
    },
    /// A new certificate of this node's key.
    Renew {
        /// In its canonical encoding.
        certificate: FileBytes,
    },
    /// The revocations that a member would have to sign for one of its node keys.
    PlanRevocation {
        /// The node key, or its beginning.
        node_key: String,
        /// Only what this node had received of it before this moment counts: milliseconds since 1970.
        received_before_ms: Option<u64>,
    },
    /// Documents in which something of this member's own does not count.
    Voided,
    /// What of this member's own does not count in a document.
    VoidedIn {
        /// The document: its id or its beginning, its number or code.
        document: String,
    },
    /// Writes again what does not count.
    Recover {
        /// The document; nothing for all.
        document: Option<String>,
        /// Into new private drafts, where it may not be written any more.
        private: bool,
    },
    /// Who may write a document besides its owner.
    Editors {
        /// The document: its id or its beginning, its number or code.
        document: String,
        /// Members that may write from now on.
        grant: Vec<MemberId>,
        /// Members that may write no longer.
        withdraw: Vec<MemberId>,
        /// How far what they wrote counts; nothing for all of it that counts now.
        counts: Option<Counts>,
    },
    /// What is wrong with this node and the federation, and what to do.
    Doctor,
}

/// What a steward proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Change {
    /// Lets in who asked at this node.
    Admit {
        /// Who.
        member: MemberId,
        /// It is a member that asks with a new key: its old one is replaced.
        rekey: bool,
    },
    /// Removes a member.
    Remove {
        /// Who.
        member: MemberId,
    },
    /// Says who the stewards are.
    Stewards {
        /// All of them.
        stewards: Vec<MemberId>,
        /// How many must sign.
        threshold: Option<u16>,
    },
    /// Resolves a fork of the roster.
    Resolve {
        /// The hash of the end of the branch whose members are kept, or its beginning.
        keep: String,
    },
}
