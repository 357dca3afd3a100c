//! Versions of the documents' shapes.
//!
//! Each kind counts its shapes. A document of an older shape is brought to the newest when it is read, and
//! written so at its next edit. A document of a newer shape is read as far as it is known here; an edit touches
//! only what is known, and the document keeps its number: what newer software put there stays.
//!
//! Shape 2 of requirements, packs and pilots added the ids of list items; reading derives those that are
//! missing, alike on every node. Fields that a shape adds read as empty, so they need no step here; a shape that
//! changes what a field means needs one in [`read`], after those of the shapes before it.

use autosurgeon::Hydrate;
use faelled_documents::{Document, Quarantine};

use crate::ids::HasItems;
use crate::{
    Adoption, Answer, Basket, Comment, Cosignature, Disclosure, DocumentKind, Following, Pack,
    Participation, Pilot, Profile, Project, Question, Requirement, Resource,
};

/// A value that a document holds.
pub trait Record: Hydrate + Default {
    /// The kind of its documents.
    const KIND: DocumentKind;
    /// The newest shape.
    const SCHEMA: u64;

    /// The shape of the document that it was read from.
    fn schema(&self) -> u64;

    /// Sets the shape.
    fn set_schema(&mut self, schema: u64);

    /// Gives list items that have none their ids and makes all distinct; see [`crate::ids::settle`].
    fn settle(&mut self);

    /// Gives list items their ids, as in the value before.
    fn keep_items(&mut self, before: &Self);
}

/// Reads a document in the newest shape.
///
/// # Errors
/// When the document is set aside, or is not of this type.
pub fn read<T: Record>(document: &Document) -> Result<T, Quarantine> {
    let mut value: T = document.read()?;
    value.settle();
    Ok(value)
}

/// Makes a value ready to be written over what the document held; `T::default()` where it held nothing.
pub fn prepare<T: Record>(value: &mut T, held: &T) {
    value.set_schema(T::SCHEMA.max(held.schema()));
    value.keep_items(held);
}

macro_rules! records {
    ($( $value:ident in $module:ident { $settle:expr, $keep:expr } )*) => {$(
        impl Record for $value {
            const KIND: DocumentKind = DocumentKind::$value;
            const SCHEMA: u64 = crate::$module::SCHEMA;

            fn schema(&self) -> u64 {
                self.schema
            }

            fn set_schema(&mut self, schema: u64) {
                self.schema = schema;
            }

            fn settle(&mut self) {
                let settle: fn(&mut Self) = $settle;
                settle(self);
            }

            fn keep_items(&mut self, before: &Self) {
                let keep: fn(&mut Self, &Self) = $keep;
                keep(self, before);
            }
        }
    )*};
}
records! {
    Requirement in requirement { HasItems::settle_ids, HasItems::take_ids }
    Pack in pack { HasItems::settle_ids, HasItems::take_ids }
    Pilot in pilot { HasItems::settle_ids, HasItems::take_ids }
    Project in project { HasItems::settle_ids, HasItems::take_ids }
    Resource in resource { HasItems::settle_ids, HasItems::take_ids }
    Adoption in adoption { settled, no_items }
    Question in discussion { settled, no_items }
    Answer in discussion { settled, no_items }
    Comment in discussion { settled, no_items }
    Participation in project { settled, no_items }
    Profile in profile { settled, no_items }
    Cosignature in cosignature { settled, no_items }
    Disclosure in disclosure { settled, no_items }
    Following in following { settled, no_items }
    Basket in basket { settled, no_items }
}

fn settled<T>(_: &mut T) {}

fn no_items<T>(_: &mut T, _: &T) {}
