//! Why a roster is not taken, and why a node is not a member's.

use faelled_proto::canonical::DecodeError;

/// Why a roster is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RosterRefusal {
    /// Its bytes are not what they should be.
    #[error("the roster is not one: {0}")]
    Undecodable(#[from] DecodeError),
    /// Its number is not the next after the one or two that it names.
    #[error("roster version {found} came where version {expected} was due")]
    Version {
        /// The version due.
        expected: u64,
        /// The version that came.
        found: u64,
    },
    /// It is another federation's, or the first one is not the one that was pinned.
    #[error("the roster is another federation's")]
    OtherFederation,
    /// It names a version that is not held here. It may be taken once that one came.
    #[error("the roster follows a version that this node does not hold")]
    Predecessor,
    /// It names two versions that do not contradict each other.
    #[error("the roster resolves no fork: one of the two versions that it names follows the other")]
    NoFork,
    /// Too few stewards of the version before signed.
    #[error("{found} of the {needed} stewards needed from the version before signed")]
    OldThreshold {
        /// Stewards needed.
        needed: u16,
        /// Stewards that signed.
        found: usize,
    },
    /// Too few of its own stewards signed.
    #[error("{found} of the {needed} stewards needed from the new version signed")]
    NewThreshold {
        /// Stewards needed.
        needed: u16,
        /// Stewards that signed.
        found: usize,
    },
    /// So many versions contradict each other already that this one tells nothing new.
    #[error("too many versions of the roster contradict each other")]
    TooManyRivals,
}

/// Why a node is not a member's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateRefusal {
    /// The signature does not verify, or the key is not the roster's.
    #[error("the certificate is not signed by a member of the roster")]
    NotAMember,
    /// The certificate is for another node.
    #[error("the certificate is for another node's key")]
    OtherNode,
    /// Its time is over.
    #[error("the certificate has expired")]
    Expired,
}
