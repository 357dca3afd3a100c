//! Kinds of documents.

macro_rules! kinds {
    ($( $(#[$meta:meta])* $name:ident = $code:literal, )*) => {
        /// What a document is, as its opening entry says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum DocumentKind {
            $( $(#[$meta])* $name, )*
        }

        impl DocumentKind {
            /// Every kind that this version reads.
            pub const ALL: &[Self] = &[$( Self::$name, )*];

            /// The name in opening entries.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $( Self::$name => $code, )*
                }
            }

            /// The kind with this name; `None` for one that a newer version made.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $( $code => Some(Self::$name), )*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// A [`crate::Pack`].
    Pack = "pack",
    /// A [`crate::Requirement`].
    Requirement = "requirement",
    /// An [`crate::Adoption`].
    Adoption = "adoption",
    /// A [`crate::Pilot`].
    Pilot = "pilot",
    /// A [`crate::Question`].
    Question = "question",
    /// An [`crate::Answer`].
    Answer = "answer",
    /// A [`crate::Comment`].
    Comment = "comment",
    /// A [`crate::Resource`].
    Resource = "resource",
    /// A [`crate::Project`].
    Project = "project",
    /// A [`crate::Participation`].
    Participation = "participation",
    /// A [`crate::Profile`].
    Profile = "profile",
    /// A [`crate::Cosignature`].
    Cosignature = "cosignature",
    /// A [`crate::Disclosure`].
    Disclosure = "disclosure",
    /// A [`crate::Following`].
    Following = "following",
    /// A [`crate::Basket`].
    Basket = "basket",
}
