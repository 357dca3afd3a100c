//! What is done alike for every kind of document: the one place that tells them apart.

use autosurgeon::Reconcile;
use faelled_mirror::Content;
use faelled_model::schema::Record;
use faelled_model::{
    Adoption, Answer, Basket, Comment, Cosignature, Disclosure, DocumentKind, Following, Pack,
    Participation, Pilot, Profile, Project, Question, Requirement, Resource,
};
use serde::Serialize;

/// What a document of a kind holds.
pub(crate) trait Kept: Record + Reconcile + Clone + PartialEq + Serialize {
    /// As the mirror takes it; a pack without its releases.
    fn into_content(self) -> Content;
}

/// Work on a document whose kind is known only when it is there.
pub(crate) trait Work {
    /// What comes of it.
    type Output;

    /// Does it with what a document of the kind holds.
    fn of<T: Kept>(self) -> Self::Output;
}

impl Kept for Pack {
    fn into_content(self) -> Content {
        Content::Pack {
            pack: Box::new(self),
            releases: Vec::new(),
        }
    }
}

macro_rules! kinds {
    ($( $kind:ident )*) => {
        $(
            impl Kept for $kind {
                fn into_content(self) -> Content {
                    Content::$kind(Box::new(self))
                }
            }
        )*

        /// Does work with the type of a kind.
        pub(crate) fn of_kind<W: Work>(kind: DocumentKind, work: W) -> W::Output {
            match kind {
                DocumentKind::Pack => work.of::<Pack>(),
                $( DocumentKind::$kind => work.of::<$kind>(), )*
            }
        }
    };
}

kinds! {
    Requirement Adoption Pilot Question Answer Comment Resource Project Participation Profile
    Cosignature Disclosure Following Basket
}
