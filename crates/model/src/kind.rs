//! Kinds of documents.

/// What a document is, as its opening entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// A [`crate::Pack`].
    Pack,
    /// A [`crate::Requirement`].
    Requirement,
    /// An [`crate::Adoption`].
    Adoption,
    /// A [`crate::Pilot`].
    Pilot,
}

impl DocumentKind {
    /// The name in opening entries.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pack => "pack",
            Self::Requirement => "requirement",
            Self::Adoption => "adoption",
            Self::Pilot => "pilot",
        }
    }

    /// The kind with this name; `None` for one that a newer version made.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Pack, Self::Requirement, Self::Adoption, Self::Pilot]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}
