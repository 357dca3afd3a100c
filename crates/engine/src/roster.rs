//! The chain of roster versions that this node holds.
//!
//! The steps of [`RosterChain::check`] are those of TUF's client workflow for the root role, in its order
//! (<https://theupdateframework.github.io/specification/latest/#update-root>).

use faelled_proto::canonical::DecodeError;
use faelled_proto::roster::MemberRecord;
use faelled_proto::{
    FederationId, IdentityKey, MemberId, NodeCertificate, NodeKey, Roster, RosterHash, SignedRoster,
};

/// Why a roster is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RosterRefusal {
    /// Its bytes are not what they should be.
    #[error("the roster is not one: {0}")]
    Undecodable(#[from] DecodeError),
    /// It is not the next version.
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
    /// It does not name the version before it.
    #[error("the roster does not follow the one that this node holds")]
    Predecessor,
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
    /// Another version with this number is held already: stewards signed twice.
    #[error("two different rosters have version {version}: a steward signed both")]
    Fork {
        /// The version.
        version: u64,
    },
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

/// All versions of the roster, from the first.
#[derive(Debug, Clone)]
pub struct RosterChain {
    federation: FederationId,
    versions: Vec<(Roster, SignedRoster)>,
}

impl RosterChain {
    /// An empty chain that takes only the federation's first roster.
    #[must_use]
    pub const fn pinned(federation: FederationId) -> Self {
        Self {
            federation,
            versions: Vec::new(),
        }
    }

    /// The chain of stored versions, oldest first. Of two with one version the one that came first holds; the
    /// other is stored as the proof that stewards signed twice.
    ///
    /// # Errors
    /// When they are not a chain of this federation.
    pub fn load(
        federation: FederationId,
        stored: impl IntoIterator<Item = SignedRoster>,
    ) -> Result<Self, RosterRefusal> {
        let mut chain = Self::pinned(federation);
        for signed in stored {
            match chain.accept(signed) {
                Ok(()) | Err(RosterRefusal::Fork { .. }) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(chain)
    }

    /// The federation.
    #[must_use]
    pub const fn federation(&self) -> FederationId {
        self.federation
    }

    /// The newest version.
    #[must_use]
    pub fn newest(&self) -> Option<&Roster> {
        self.versions.last().map(|(roster, _)| roster)
    }

    /// The newest version's number and hash; 0 and zeros where there is none.
    #[must_use]
    pub fn head(&self) -> (u64, RosterHash) {
        self.versions
            .last()
            .map_or((0, RosterHash::ZERO), |(roster, signed)| {
                (roster.version, signed.hash())
            })
    }

    /// Versions after this one, oldest first.
    #[must_use]
    pub fn after(&self, version: u64) -> &[(Roster, SignedRoster)] {
        let from = usize::try_from(version)
            .unwrap_or(usize::MAX)
            .min(self.versions.len());
        self.versions.get(from..).unwrap_or_default()
    }

    /// Checks the next version.
    ///
    /// # Errors
    /// See [`RosterRefusal`].
    pub fn check(&self, signed: &SignedRoster) -> Result<Roster, RosterRefusal> {
        let next = signed.decode()?;
        let Some((current, current_signed)) = self.versions.last() else {
            return self.check_first(next, signed);
        };
        if next.federation.unwrap_or_else(|| signed.federation()) != self.federation {
            return Err(RosterRefusal::OtherFederation);
        }
        if next.version != current.version + 1 {
            let held = usize::try_from(next.version.saturating_sub(1))
                .ok()
                .and_then(|index| self.versions.get(index));
            if held.is_some_and(|(_, held)| held.hash() != signed.hash()) {
                return Err(RosterRefusal::Fork {
                    version: next.version,
                });
            }
            return Err(RosterRefusal::Version {
                expected: current.version + 1,
                found: next.version,
            });
        }
        if next.previous != [current_signed.hash()] {
            return Err(RosterRefusal::Predecessor);
        }
        let found = current.valid_signatures(&signed.roster, &signed.signatures);
        if found < usize::from(current.threshold) {
            return Err(RosterRefusal::OldThreshold {
                needed: current.threshold,
                found,
            });
        }
        check_own_threshold(&next, signed)?;
        Ok(next)
    }

    fn check_first(&self, first: Roster, signed: &SignedRoster) -> Result<Roster, RosterRefusal> {
        if first.version != 1 {
            return Err(RosterRefusal::Version {
                expected: 1,
                found: first.version,
            });
        }
        if signed.federation() != self.federation {
            return Err(RosterRefusal::OtherFederation);
        }
        check_own_threshold(&first, signed)?;
        Ok(first)
    }

    /// Takes the next version.
    ///
    /// # Errors
    /// See [`RosterRefusal`]; the chain stays as it was.
    pub fn accept(&mut self, signed: SignedRoster) -> Result<(), RosterRefusal> {
        let roster = self.check(&signed)?;
        self.versions.push((roster, signed));
        Ok(())
    }

    /// A member of the newest version.
    #[must_use]
    pub fn member(&self, id: &MemberId) -> Option<&MemberRecord> {
        self.newest().and_then(|roster| roster.member(id))
    }

    /// Whether a member had this identity key in any version: then its feeds are its own. What of them
    /// still counts after it left is for cuts to say.
    #[must_use]
    pub fn ever_had_key(&self, id: &MemberId, key: &IdentityKey) -> bool {
        self.versions.iter().any(|(roster, _)| {
            roster
                .member(id)
                .is_some_and(|member| member.identity_key == *key)
        })
    }

    /// Checks that a node may speak for a member now.
    ///
    /// # Errors
    /// See [`CertificateRefusal`].
    pub fn check_certificate(
        &self,
        certificate: &NodeCertificate,
        node_key: &NodeKey,
        now_ms: u64,
    ) -> Result<(), CertificateRefusal> {
        let claim = &certificate.claim;
        let known = self
            .member(&claim.member)
            .is_some_and(|member| member.identity_key == claim.identity_key);
        if !known || certificate.verify(self.federation).is_err() {
            return Err(CertificateRefusal::NotAMember);
        }
        if claim.node_key != *node_key {
            return Err(CertificateRefusal::OtherNode);
        }
        if claim.expires_ms <= now_ms {
            return Err(CertificateRefusal::Expired);
        }
        Ok(())
    }
}

fn check_own_threshold(roster: &Roster, signed: &SignedRoster) -> Result<(), RosterRefusal> {
    let found = roster.valid_signatures(&signed.roster, &signed.signatures);
    if found < usize::from(roster.threshold) {
        return Err(RosterRefusal::NewThreshold {
            needed: roster.threshold,
            found,
        });
    }
    Ok(())
}
