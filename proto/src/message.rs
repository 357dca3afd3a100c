//! What two nodes say to each other on their control stream.

use serde::{Deserialize, Serialize};

use crate::canonical::{DecodeError, decode, encode};
use crate::comparison::Comparison;
use crate::id::FrontierDigest;
use crate::key::{BadSignature, Domain};
use crate::limits::{
    MAX_CHARTER_VERSIONS, MAX_MARKS_PER_MESSAGE, MAX_NAME_BYTES, MAX_SPACES, MAX_TIPS_PER_MESSAGE,
};
use crate::{
    FederationId, FeedId, Mark, NodeCertificate, SecretKey, Signature, SignedCharter, SignedRoster,
    Space, Statement, Tip,
};

/// The protocol version that this crate speaks.
pub const PROTOCOL_VERSION: u16 = 3;

/// One message. On the stream it is preceded by its length in bytes as a big-endian `u32`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// The first message of a member, from both sides.
    Hello(Hello),
    /// How things stand; asked again from time to time.
    Summary {
        /// The state.
        summary: Summary,
        /// This answers a summary: it is not answered again.
        answer: bool,
    },
    /// A part of what is held of a space, to find out in which feeds the two differ.
    Frontier {
        /// The space.
        space: Space,
        /// The part.
        part: Comparison,
    },
    /// Asks for runs of entries.
    Want(Vec<Want>),
    /// Asks for the roster versions after this one.
    WantRoster {
        /// The newest version that the asker has; 0 for none.
        after: u64,
    },
    /// Roster versions, oldest first: as many as fit.
    Rosters(Vec<SignedRoster>),
    /// The first message of a newcomer.
    Join(JoinRequest),
    /// The answer to a newcomer.
    JoinAnswer(JoinAnswer),
    /// The last message before closing, for people.
    Bye(Bye),
    /// All charter versions of a group, each behind the one that it follows: as many as fit, the rest in
    /// further messages.
    Charters(Vec<SignedCharter>),
    /// What is held of a space beside its entries: the marks of statements, in the commons the hashes of
    /// rosters too. The other sends what is not among them.
    Marks {
        /// The space.
        space: Space,
        /// Sorted, each once.
        marks: Vec<Mark>,
    },
    /// Statements.
    Statements(Vec<Statement>),
}

/// Who a node is and how things stand there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Lowest protocol version spoken.
    pub oldest_version: u16,
    /// Highest protocol version spoken.
    pub newest_version: u16,
    /// Software and version, for people: at most 40 bytes.
    pub software: String,
    /// Shows that the TLS connection's key is a member's.
    pub certificate: NodeCertificate,
    /// The state.
    pub summary: Summary,
}

/// The state of a node, as far as the other side may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The highest version of a roster that is held.
    pub roster_version: u64,
    /// The digest of the hashes of all rosters and the marks of all statements of the commons that are held.
    pub marks: FrontierDigest,
    /// For each space that both may see: the frontier's digest, with the charters and statements of a space
    /// that is not the commons. Sorted by space.
    pub digests: Vec<(Space, FrontierDigest)>,
}

/// Asks for the entries `from..=to` of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// The feed.
    pub feed: FeedId,
    /// First entry.
    pub from: u64,
    /// Last entry.
    pub to: u64,
}

/// What a newcomer says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequest {
    /// The ticket's secret.
    pub secret: [u8; 16],
    /// Its kind of body, as a code of the model.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its id, identity key and node key; the node key is the connection's.
    pub certificate: NodeCertificate,
    /// By the identity key, over the federation's id, the secret, the kind and the name.
    pub signature: Signature,
}

/// What a newcomer is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum JoinAnswer {
    /// A steward will decide; the connection may stay or come again.
    Waiting,
    /// It is in the roster now, and may ask for it.
    Admitted,
    /// It is not let in.
    Refused(JoinRefusal),
}

/// Why a newcomer is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum JoinRefusal {
    /// The secret is not one of a ticket that was issued here.
    #[error("the ticket is not known to this node")]
    UnknownTicket,
    /// The ticket's time is over, or it was taken back.
    #[error("the ticket has expired, or was taken back")]
    ExpiredTicket,
    /// Somebody else used the ticket.
    #[error("the ticket has been used by somebody else")]
    UsedTicket,
    /// The request's own signature or certificate does not verify.
    #[error("the request is not signed by the keys that it names")]
    BadRequest,
    /// A newcomer waits who has the same id and another identity key, or asked with this key under another id.
    #[error("somebody else asks to join with this id, or this node did with another id")]
    MemberExists,
    /// A steward said no.
    #[error("a steward declined the request")]
    Declined,
    /// Too many requests wait already.
    #[error("too many requests wait here; try again later")]
    Busy,
}

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Bye {
    /// No protocol version is spoken by both.
    #[error("no protocol version is spoken by both sides: one of them needs an update")]
    NoCommonVersion,
    /// The node key is not certified by a member of the roster.
    #[error("the node is not one of a member of this federation")]
    NotAMember,
    /// The node certificate has expired.
    #[error("the node's certificate has expired")]
    ExpiredCertificate,
    /// A message came that does not fit, or is not one.
    #[error("a message came that is not one, or at the wrong time")]
    BadMessage,
    /// The node goes away.
    #[error("the node shuts down")]
    ShuttingDown,
    /// Another connection of the same two nodes is kept instead.
    #[error("another connection to the same node is kept")]
    Duplicate,
    /// The node key was revoked by its member.
    #[error("the node's key was revoked by its member")]
    Revoked,
}

impl std::fmt::Debug for JoinRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JoinRequest")
            .field("name", &self.name)
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

impl JoinRequest {
    fn signed_parts(
        federation: &FederationId,
        secret: &[u8; 16],
        kind: &str,
        name: &str,
    ) -> Vec<u8> {
        encode(&(federation, secret, kind, name))
    }

    /// Makes and signs a request.
    #[must_use]
    pub fn sign(
        secret: [u8; 16],
        kind: String,
        name: String,
        certificate: NodeCertificate,
        federation: FederationId,
        identity: &SecretKey,
    ) -> Self {
        let signature = identity.sign(
            Domain::Join,
            &[&Self::signed_parts(&federation, &secret, &kind, &name)],
        );
        Self {
            secret,
            kind,
            name,
            certificate,
            signature,
        }
    }

    /// Verifies the certificate and the request's signature, both by the identity key that it names.
    ///
    /// # Errors
    /// When one does not verify.
    pub fn verify(&self, federation: FederationId) -> Result<(), BadSignature> {
        self.certificate.verify(federation)?;
        let signed = Self::signed_parts(&federation, &self.secret, &self.kind, &self.name);
        self.certificate
            .claim
            .identity_key
            .verify(Domain::Join, &[&signed], &self.signature)
    }
}

impl Message {
    /// Encodes the message, without the length before it.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }

    /// Tells of tips in a space, and asks nothing.
    #[must_use]
    pub const fn telling(space: Space, tips: Vec<Tip>) -> Self {
        Self::Frontier {
            space,
            part: Comparison::telling(tips),
        }
    }

    /// Decodes a message of at most `limit` bytes.
    ///
    /// # Errors
    /// When it is too long, not canonical or breaks a bound.
    pub fn decode(bytes: &[u8], limit: usize) -> Result<Self, DecodeError> {
        let message: Self = decode(bytes, limit)?;
        let bounds_hold = match &message {
            Self::Hello(hello) => hello.software.len() <= 40 && hello.summary.is_sound(),
            Self::Summary { summary, .. } => summary.is_sound(),
            Self::Frontier { part, .. } => part.is_sound(),
            Self::Want(wants) => {
                wants.len() <= MAX_TIPS_PER_MESSAGE && wants.iter().all(|want| want.from <= want.to)
            }
            Self::Join(request) => request.name.len() <= MAX_NAME_BYTES && request.kind.len() <= 40,
            Self::Charters(charters) => charters.len() <= MAX_CHARTER_VERSIONS,
            Self::Marks { marks, .. } => {
                marks.len() <= MAX_MARKS_PER_MESSAGE && marks.is_sorted_by(|a, b| a < b)
            }
            Self::Statements(statements) => statements.len() <= MAX_MARKS_PER_MESSAGE,
            Self::WantRoster { .. } | Self::Rosters(_) | Self::JoinAnswer(_) | Self::Bye(_) => true,
        };
        if bounds_hold {
            Ok(message)
        } else {
            Err(DecodeError::Invalid(
                "the message breaks a bound of its kind",
            ))
        }
    }
}

impl Summary {
    fn is_sound(&self) -> bool {
        self.digests.len() <= MAX_SPACES && self.digests.is_sorted_by(|a, b| a.0 < b.0)
    }
}
