//! Signed statements outside feeds: revocations of node keys, proofs of equivocation, stewards' votes.
//!
//! Each travels in one space and counts by its own signatures, whoever brings it. [`Statement::mark`] names what
//! a statement says, so that two proofs of one thing are one thing.

use serde::{Deserialize, Serialize};

use crate::canonical::{DecodeError, encode};
use crate::cut::check_last_good;
use crate::id::{CharterHash, Mark};
use crate::key::{BadSignature, Domain};
use crate::limits::{
    MAX_HEADER_BYTES, MAX_PROOF_ENTRIES, MAX_REVOKED_CHARTERS, MAX_VOTE_REASON_BYTES,
};
use crate::opening::FeedOpening;
use crate::{
    EntryId, FederationId, FeedId, Header, IdentityKey, Kind, MemberId, NodeCertificate, NodeKey,
    RosterHash, SecretKey, Signature, SignedEntry, SignedRoster, Space, Tip,
};

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::large_enum_variant,
    reason = "statements are few, and most are held behind a map"
)]
pub enum Statement {
    /// A node key counts no longer.
    Revocation(SignedRevocation),
    /// A feed has two branches.
    Equivocation(Equivocation),
    /// A steward's vote on the next roster.
    Vote(Vote),
}

/// What an identity key says of a node key that it certified and that counts no longer: lost, stolen or
/// replaced. There is one for each space in which the key has feeds; the one for the commons also ends the
/// key's connections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// The federation.
    pub federation: FederationId,
    /// The member.
    pub member: MemberId,
    /// The identity key that certified the node key.
    pub identity_key: IdentityKey,
    /// The node key.
    pub node_key: NodeKey,
    /// The space whose feeds it is about, and in which the statement travels.
    pub space: Space,
    /// The last entry of each of the key's feeds in the space that counts, sorted by feed, each once. Of others
    /// nothing counts.
    pub last_good: Vec<Tip>,
    /// In a group: charters signed with the key that count, sorted; those that they follow do too.
    pub charters: Vec<CharterHash>,
    /// The node that takes the place of the key's.
    pub successor: Option<NodeCertificate>,
    /// Milliseconds since 1970 by the signer's clock: a claim.
    pub claimed_ms: u64,
}

/// A [`Revocation`] with the identity key's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedRevocation {
    /// What is said.
    pub revocation: Revocation,
    /// By the identity key that it names.
    pub signature: Signature,
}

/// The proof that a feed has two branches: two runs of headers after one entry, each of which ends in a
/// signature of the feed's key. Bodies are left out: a proof shows nothing of what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Equivocation {
    /// The feed's opening entry, with its body.
    pub opening: SignedEntry,
    /// The branch whose first entry's id is the lower.
    pub left: Vec<SignedEntry>,
    /// The other.
    pub right: Vec<SignedEntry>,
}

/// What an equivocation shows, once it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownFork {
    /// What the feed's opening says.
    pub opening: FeedOpening,
    /// The last entry that both branches follow.
    pub common: Tip,
    /// The first entries of the two branches.
    pub branches: [EntryId; 2],
}

/// A steward's vote on a proposed next version of the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The canonical encoding of the proposed [`crate::Roster`].
    pub roster: Vec<u8>,
    /// Who votes.
    pub steward: MemberId,
    /// How.
    pub verdict: Verdict,
    /// By the steward's identity key: for an approval the signature that the roster needs, else one over the
    /// roster and the reason.
    pub signature: Signature,
}

/// How a steward votes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// For it.
    Approve,
    /// Against it.
    Reject {
        /// Why, for people; may be empty.
        reason: String,
    },
}

/// Why a statement is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadStatement {
    /// Its bytes are not what they should be.
    #[error("the statement is not one: {0}")]
    Undecodable(#[from] DecodeError),
    /// It is another federation's.
    #[error("the statement is another federation's")]
    OtherFederation,
    /// Its signature does not verify.
    #[error("the statement's signature does not verify")]
    BadSignature,
    /// The two branches are not two branches of one feed after one entry.
    #[error("the proof shows no fork: {0}")]
    NoFork(&'static str),
}

impl From<BadSignature> for BadStatement {
    fn from(_: BadSignature) -> Self {
        Self::BadSignature
    }
}

impl Statement {
    /// Names what it says. Two statements with one mark say the same.
    #[must_use]
    pub fn mark(&self) -> Mark {
        match self {
            Self::Revocation(signed) => Mark::of(&[b"revocation", &encode(&signed.revocation)]),
            Self::Equivocation(proof) => Mark::of(&[b"equivocation", &encode(&proof.place())]),
            Self::Vote(vote) => Mark::of(&[
                b"vote",
                vote.proposal().as_bytes(),
                &encode(&(&vote.steward, vote.is_approval())),
            ]),
        }
    }

    /// The space in which it travels; `None` where an equivocation's opening cannot be read.
    #[must_use]
    pub fn space(&self) -> Option<Space> {
        match self {
            Self::Revocation(signed) => Some(signed.revocation.space.clone()),
            Self::Equivocation(proof) => proof.read_opening().ok().map(|opening| opening.space),
            Self::Vote(_) => Some(Space::Commons),
        }
    }
}

impl Revocation {
    /// Signs it.
    #[must_use]
    pub fn sign(self, identity: &SecretKey) -> SignedRevocation {
        let signature = identity.sign(Domain::Revocation, &[&encode(&self)]);
        SignedRevocation {
            revocation: self,
            signature,
        }
    }
}

impl SignedRevocation {
    /// Checks its rules and its signatures. Whether the identity key was ever the member's is the roster's to
    /// say.
    ///
    /// # Errors
    /// See [`BadStatement`].
    pub fn check(&self, federation: FederationId) -> Result<(), BadStatement> {
        let said = &self.revocation;
        if said.federation != federation {
            return Err(BadStatement::OtherFederation);
        }
        check_last_good(&said.last_good)?;
        let is_group = matches!(said.space, Space::Group(_));
        if said.charters.len() > MAX_REVOKED_CHARTERS
            || !said.charters.is_sorted_by(|a, b| a < b)
            || (!is_group && !said.charters.is_empty())
        {
            return Err(DecodeError::Invalid(
                "a revocation names charters in a group alone: sorted, each once, not too many",
            )
            .into());
        }
        if let Some(successor) = &said.successor {
            successor.verify(federation)?;
            if successor.claim.member != said.member || successor.claim.node_key == said.node_key {
                return Err(DecodeError::Invalid(
                    "a revoked key's successor is another key of the same member",
                )
                .into());
            }
        }
        Ok(said
            .identity_key
            .verify(Domain::Revocation, &[&encode(said)], &self.signature)?)
    }
}

impl Equivocation {
    /// Makes the proof from two runs after one entry, each trimmed to its first entry whose signature
    /// verifies. Bodies are taken out.
    ///
    /// # Errors
    /// When they show no fork; see [`BadStatement`].
    pub fn make(
        federation: FederationId,
        opening: SignedEntry,
        one: Vec<SignedEntry>,
        other: Vec<SignedEntry>,
    ) -> Result<Self, BadStatement> {
        let key = read_opening(&opening)?.certificate.claim.node_key;
        let trim = |mut run: Vec<SignedEntry>| {
            let signed = run
                .iter()
                .take(MAX_PROOF_ENTRIES)
                .position(|entry| entry.verify(federation, &key).is_ok());
            run.truncate(signed.map_or(0, |last| last + 1));
            run.iter_mut().for_each(|entry| entry.body = None);
            run
        };
        let (one, other) = (trim(one), trim(other));
        let first = |run: &[SignedEntry]| run.first().map(SignedEntry::id);
        let (left, right) = if first(&one) <= first(&other) {
            (one, other)
        } else {
            (other, one)
        };
        let proof = Self {
            opening,
            left,
            right,
        };
        proof.verify(federation)?;
        Ok(proof)
    }

    /// Verifies the proof. Whether the feed's member was ever one is the roster's to say.
    ///
    /// # Errors
    /// See [`BadStatement`].
    pub fn verify(&self, federation: FederationId) -> Result<ShownFork, BadStatement> {
        let opening = self.read_opening()?;
        opening.certificate.verify(federation)?;
        let key = opening.certificate.claim.node_key;
        self.opening.verify(federation, &key)?;
        let feed = FeedId::from(self.opening.id());
        let (left, right) = (
            check_branch(federation, &key, feed, &self.left)?,
            check_branch(federation, &key, feed, &self.right)?,
        );
        if left.seq != right.seq || left.previous != right.previous {
            return Err(BadStatement::NoFork("its branches do not follow one entry"));
        }
        let ids = |run: &[SignedEntry]| run.first().map_or(EntryId::ZERO, SignedEntry::id);
        let branches = [ids(&self.left), ids(&self.right)];
        if branches[0] >= branches[1] {
            return Err(BadStatement::NoFork(
                "its branches are one, or not in their order",
            ));
        }
        Ok(ShownFork {
            opening,
            common: Tip {
                feed,
                seq: left.seq - 1,
                entry: left.previous,
            },
            branches,
        })
    }

    /// The feed, and the first place at which it has two entries; 0 where that cannot be read.
    fn place(&self) -> (FeedId, u64) {
        let first = self.left.first().map(SignedEntry::decode_header);
        let seq = first.and_then(Result::ok).map_or(0, |header| header.seq);
        (FeedId::from(self.opening.id()), seq)
    }

    fn read_opening(&self) -> Result<FeedOpening, BadStatement> {
        read_opening(&self.opening)
    }
}

fn read_opening(entry: &SignedEntry) -> Result<FeedOpening, BadStatement> {
    let header = entry.decode_header()?;
    let opens = header.kind == Kind::FEED_OPENING
        && header.seq == 0
        && header.feed == FeedId::ZERO
        && header.previous == EntryId::ZERO
        && header.document.is_none();
    match (&entry.body, opens) {
        (Some(body), true) => Ok(FeedOpening::decode(body)?),
        _ => Err(BadStatement::NoFork("it holds no opening of the feed")),
    }
}

/// Checks that a run of headers is one of the feed, linked, and ends in a signature. Returns its first header.
fn check_branch(
    federation: FederationId,
    key: &NodeKey,
    feed: FeedId,
    run: &[SignedEntry],
) -> Result<Header, BadStatement> {
    if run.is_empty() || run.len() > MAX_PROOF_ENTRIES {
        return Err(BadStatement::NoFork("a branch is empty, or too long"));
    }
    let mut first: Option<Header> = None;
    let mut before: Option<(u64, EntryId)> = None;
    for entry in run {
        if entry.body.is_some() || entry.header.len() > MAX_HEADER_BYTES {
            return Err(BadStatement::NoFork("a branch carries more than headers"));
        }
        let header = entry.decode_header()?;
        let follows = before.is_none_or(|(seq, id)| {
            Some(header.seq) == u64::checked_add(seq, 1) && header.previous == id
        });
        if header.feed != feed || header.seq == 0 || !follows {
            return Err(BadStatement::NoFork("a branch is no run of the feed"));
        }
        before = Some((header.seq, entry.id()));
        first.get_or_insert(header);
    }
    match (run.last(), first) {
        (Some(last), Some(first)) => {
            last.verify(federation, key)?;
            Ok(first)
        }
        _ => Err(BadStatement::NoFork("a branch is empty")),
    }
}

impl Vote {
    /// Votes for a roster.
    #[must_use]
    pub fn approve(roster: Vec<u8>, steward: MemberId, identity: &SecretKey) -> Self {
        let signature = identity.sign(Domain::Roster, &[&roster]);
        Self {
            roster,
            steward,
            verdict: Verdict::Approve,
            signature,
        }
    }

    /// Votes against a roster.
    #[must_use]
    pub fn reject(
        roster: Vec<u8>,
        steward: MemberId,
        reason: String,
        identity: &SecretKey,
    ) -> Self {
        let signature = identity.sign(Domain::RosterRejection, &[&encode(&(&roster, &reason))]);
        Self {
            roster,
            steward,
            verdict: Verdict::Reject { reason },
            signature,
        }
    }

    /// The hash of the proposed roster.
    #[must_use]
    pub fn proposal(&self) -> RosterHash {
        RosterHash::of(&[&self.roster])
    }

    /// Whether it is for the proposal.
    #[must_use]
    pub const fn is_approval(&self) -> bool {
        matches!(self.verdict, Verdict::Approve)
    }

    /// Reads the proposed roster and checks its own rules.
    ///
    /// # Errors
    /// When it is none.
    pub fn decode(&self) -> Result<crate::Roster, DecodeError> {
        SignedRoster {
            roster: self.roster.clone(),
            signatures: Vec::new(),
        }
        .decode()
    }

    /// Verifies the signature with the steward's identity key.
    ///
    /// # Errors
    /// See [`BadStatement`].
    pub fn verify(&self, key: &IdentityKey) -> Result<(), BadStatement> {
        match &self.verdict {
            Verdict::Approve => key.verify(Domain::Roster, &[&self.roster], &self.signature)?,
            Verdict::Reject { reason } => {
                if reason.len() > MAX_VOTE_REASON_BYTES {
                    return Err(DecodeError::Invalid("a vote's reason is too long").into());
                }
                key.verify(
                    Domain::RosterRejection,
                    &[&encode(&(&self.roster, reason))],
                    &self.signature,
                )?;
            }
        }
        Ok(())
    }
}
