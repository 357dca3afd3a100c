//! Charters: who is in a group, as a chain of versions signed by its owners.
//!
//! The id of a group is the hash of the first version's bytes, so nothing about a group has to be believed
//! of whoever tells of it. Which version holds where owners signed two that contradict each other is for
//! whoever keeps the chain to say.

use serde::{Deserialize, Serialize};

use crate::canonical::{DecodeError, decode, encode};
use crate::id::CharterHash;
use crate::key::{BadSignature, Domain};
use crate::limits::{MAX_CHARTER_BYTES, MAX_CHARTER_VERSIONS, MAX_GROUP_MEMBERS, MAX_NAME_BYTES};
use crate::{Cut, FederationId, GroupId, MemberId, NodeCertificate, SecretKey, Signature};

/// One version of a group's charter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charter {
    /// Counts from 1.
    pub version: u64,
    /// The federation of its members.
    pub federation: FederationId,
    /// The group; `None` in version 1, whose hash it is.
    pub group: Option<GroupId>,
    /// The version before; `None` in version 1.
    pub previous: Option<CharterHash>,
    /// The group's name.
    pub name: String,
    /// Members that may sign the next version, sorted.
    pub owners: Vec<MemberId>,
    /// All members, sorted, the owners among them.
    pub members: Vec<MemberId>,
    /// How far the feeds in the group count of members that this version removes, sorted by member, each once.
    pub removed: Vec<Cut>,
    /// Milliseconds since 1970 by the signer's clock: a claim.
    pub claimed_ms: u64,
    /// Drawn at random, so that two groups never share an id.
    pub nonce: [u8; 16],
}

/// A charter as it crosses the wire: the bytes exactly as signed, and who signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedCharter {
    /// The canonical encoding of the [`Charter`].
    pub charter: Vec<u8>,
    /// Of a node of an owner; of which version, [`Self::check`] says.
    pub certificate: NodeCertificate,
    /// By the certificate's node key.
    pub signature: Signature,
}

/// Why a charter is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CharterRefusal {
    /// Its bytes are not what they should be.
    #[error("the charter is not one: {0}")]
    Undecodable(#[from] DecodeError),
    /// It is another federation's.
    #[error("the charter is another federation's")]
    OtherFederation,
    /// It belongs to another group than the version that it names.
    #[error("the charter is another group's")]
    OtherGroup,
    /// The version before it is not here.
    #[error("version {version} of the charter came without the one before it")]
    Predecessor {
        /// The version that came.
        version: u64,
    },
    /// It is not the version after the one that it names.
    #[error("version {found} of the charter came where version {expected} was due")]
    Version {
        /// The version due.
        expected: u64,
        /// The version that came.
        found: u64,
    },
    /// Who signed owns neither the version before it nor, for the first one, this one.
    #[error("{0} does not own the group and cannot sign its charter")]
    NotAnOwner(MemberId),
    /// The signer is not in any roster version that is held, or with another key.
    #[error("{0} is not a member with this key in the roster")]
    UnknownMember(MemberId),
    /// The certificate or the signature does not verify.
    #[error("the charter's signature does not verify")]
    BadSignature,
    /// More than are kept.
    #[error("there are too many groups, or too many charters of this one")]
    TooMany,
}

impl From<BadSignature> for CharterRefusal {
    fn from(_: BadSignature) -> Self {
        Self::BadSignature
    }
}

impl Charter {
    /// The version's hash.
    #[must_use]
    pub fn hash(&self) -> CharterHash {
        CharterHash::of(&[&encode(self)])
    }

    /// The group that the charter is of.
    #[must_use]
    pub fn group(&self) -> GroupId {
        self.group.unwrap_or_else(|| GroupId::of(&[&encode(self)]))
    }

    /// Whether the charter names the member.
    #[must_use]
    pub fn names(&self, member: &MemberId) -> bool {
        self.members.binary_search(member).is_ok()
    }

    /// Whether the member may sign the next version.
    #[must_use]
    pub fn is_owner(&self, member: &MemberId) -> bool {
        self.owners.binary_search(member).is_ok()
    }

    /// Checks the rules that a charter must satisfy by itself.
    fn check(&self) -> Result<(), DecodeError> {
        let first = self.version == 1;
        let rules: [(bool, &'static str); 9] = [
            (
                (1..=MAX_CHARTER_VERSIONS as u64).contains(&self.version),
                "charter versions count from 1, and not without end",
            ),
            (
                first == self.group.is_none(),
                "only the first charter names no group",
            ),
            (
                first == self.previous.is_none(),
                "only the first charter names none before it",
            ),
            (
                !self.name.is_empty() && self.name.len() <= MAX_NAME_BYTES,
                "a group has no name, or too long a one",
            ),
            (
                self.members.len() <= MAX_GROUP_MEMBERS,
                "a group has too many members",
            ),
            (
                self.members.is_sorted_by(|a, b| a < b),
                "the group's members are not sorted, each once",
            ),
            (
                !self.owners.is_empty() && self.owners.is_sorted_by(|a, b| a < b),
                "a group has at least one owner, sorted, each once",
            ),
            (
                self.owners.iter().all(|owner| self.names(owner)),
                "an owner is not a member of the group",
            ),
            (
                self.removed.len() <= MAX_GROUP_MEMBERS
                    && self.removed.is_sorted_by(|a, b| a.member < b.member)
                    && self
                        .removed
                        .iter()
                        .all(|cut| !self.names(&cut.member) && cut.identity_key.is_none()),
                "a charter cuts off whom it does not name: sorted, each once",
            ),
        ];
        if let Some((_, rule)) = rules.into_iter().find(|(holds, _)| !holds) {
            return Err(DecodeError::Invalid(rule));
        }
        self.removed.iter().try_for_each(Cut::check)
    }
}

impl SignedCharter {
    /// Signs a charter with a node's key, for the member of its certificate.
    #[must_use]
    pub fn sign(charter: &Charter, certificate: NodeCertificate, node_key: &SecretKey) -> Self {
        let charter = encode(charter);
        let signature = node_key.sign(Domain::Charter, &[&charter]);
        Self {
            charter,
            certificate,
            signature,
        }
    }

    /// The member in whose name it is signed.
    #[must_use]
    pub const fn signer(&self) -> &MemberId {
        &self.certificate.claim.member
    }

    /// The version's hash, of its bytes as received.
    #[must_use]
    pub fn hash(&self) -> CharterHash {
        CharterHash::of(&[&self.charter])
    }

    /// Decodes the charter and checks its own rules. Whether it counts is for [`Self::check`] to say.
    ///
    /// # Errors
    /// When it is too long, not canonical or breaks a rule.
    pub fn decode(&self) -> Result<Charter, DecodeError> {
        let charter: Charter = decode(&self.charter, MAX_CHARTER_BYTES)?;
        charter.check()?;
        Ok(charter)
    }

    /// Checks the charter against the version before it, `None` for a first one: its own rules, its place,
    /// who signed, and the signatures. Whether the signer is a member is the roster's to say.
    ///
    /// # Errors
    /// See [`CharterRefusal`].
    pub fn check(
        &self,
        federation: FederationId,
        before: Option<&Charter>,
    ) -> Result<Charter, CharterRefusal> {
        let charter = self.decode()?;
        if charter.federation != federation {
            return Err(CharterRefusal::OtherFederation);
        }
        if charter.previous != before.map(Charter::hash) {
            return Err(CharterRefusal::Predecessor {
                version: charter.version,
            });
        }
        if let Some(before) = before {
            if charter.group != Some(before.group()) {
                return Err(CharterRefusal::OtherGroup);
            }
            if charter.version != before.version + 1 {
                return Err(CharterRefusal::Version {
                    expected: before.version + 1,
                    found: charter.version,
                });
            }
        }
        if !before.unwrap_or(&charter).is_owner(self.signer()) {
            return Err(CharterRefusal::NotAnOwner(self.signer().clone()));
        }
        self.certificate.verify(federation)?;
        let node_key = &self.certificate.claim.node_key;
        node_key.verify(Domain::Charter, &[&self.charter], &self.signature)?;
        Ok(charter)
    }
}
