//! Node certificates: an identity key says which node keys act for its member.

use serde::{Deserialize, Serialize};

use crate::canonical::encode;
use crate::key::{BadSignature, Domain};
use crate::{FederationId, IdentityKey, MemberId, NodeKey, SecretKey, Signature};

/// What an identity key says of a node key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeClaim {
    /// The member for which the node acts.
    pub member: MemberId,
    /// The member's identity key.
    pub identity_key: IdentityKey,
    /// The node's key.
    pub node_key: NodeKey,
    /// Milliseconds since 1970 after which the node opens no connection and no feed. It decides nothing
    /// about entries: those count by rosters, grants and cuts alone.
    pub expires_ms: u64,
}

/// A [`NodeClaim`] with the identity key's signature over the federation's id and the claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeCertificate {
    /// What is claimed.
    pub claim: NodeClaim,
    /// By the identity key.
    pub signature: Signature,
}

impl NodeCertificate {
    /// Certifies a node key.
    #[must_use]
    pub fn issue(
        federation: FederationId,
        member: MemberId,
        identity: &SecretKey,
        node_key: NodeKey,
        expires_ms: u64,
    ) -> Self {
        let claim = NodeClaim {
            member,
            identity_key: identity.identity_key(),
            node_key,
            expires_ms,
        };
        let signature = identity.sign(
            Domain::NodeCertificate,
            &[federation.as_bytes(), &encode(&claim)],
        );
        Self { claim, signature }
    }

    /// Verifies the signature. Whether the identity key is the member's is the roster's to say.
    ///
    /// # Errors
    /// When it does not verify.
    pub fn verify(&self, federation: FederationId) -> Result<(), BadSignature> {
        self.claim.identity_key.verify(
            Domain::NodeCertificate,
            &[federation.as_bytes(), &encode(&self.claim)],
            &self.signature,
        )
    }
}
