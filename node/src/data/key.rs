//! Keys: what is answered.

use serde::Serialize;

/// An answer. As JSON it is what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Data {
    /// To [`crate::request::key::Request::Show`].
    Shown(Shown),
}

/// The keys of a node and its member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The member.
    pub member: String,
    /// The identity key that certified this node, hexadecimal.
    pub identity_key: String,
    /// Its fingerprint, in words.
    pub fingerprint: String,
    /// How it is kept: `sealed`, `plain`, `elsewhere`, or `other` where the directory holds another one.
    pub kept: &'static str,
    /// This node's key, hexadecimal.
    pub node_key: String,
    /// Its fingerprint, in words.
    pub node_fingerprint: String,
    /// Until when its certificate holds: `YYYY-MM-DD HH:MM` in UTC.
    pub expires: String,
    /// Whole days until then; 0 where it is over.
    pub days_left: u64,
    /// It holds for less than 60 days more.
    pub expires_soon: bool,
    /// Whether the member has revoked this node's key.
    pub revoked: bool,
    /// Other nodes of this member of which anything was seen here.
    pub other_nodes: Vec<OtherNode>,
}

/// Another node of the same member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtherNode {
    /// Its key, hexadecimal.
    pub node_key: String,
    /// Its fingerprint, in words.
    pub fingerprint: String,
    /// Until when its newest certificate that was seen holds: `YYYY-MM-DD HH:MM` in UTC.
    pub expires: Option<String>,
    /// When it wrote last, by its own clock: `YYYY-MM-DD HH:MM` in UTC; nothing where it never did.
    pub last_written: Option<String>,
    /// Whether it is connected to this one now.
    pub connected: bool,
    /// Whether the member has revoked its key.
    pub revoked: bool,
}
