//! One way to declare what a document holds.

/// Declares structs that are stored in Automerge documents and written as JSON or TOML.
///
/// A field that is missing reads as its default and a default is not written, so that older and newer
/// documents can be read by each other's software; what a person must fill in is said by
/// [`crate::validate`], not by the decoder. Writing touches only the fields named here: what a newer
/// version put into the same Automerge map stays.
///
/// Items of a list are the same item where their `#[key]` is the same, wherever they stand; items of a record
/// without a key are the same where they stand at the same place, so that taking one out of the middle writes
/// those behind it anew. Give a record a key where people know its items by one.
///
/// A field whose name is a raw identifier says `as "…"` how documents name it: reading and writing would else
/// disagree on it.
macro_rules! record {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident { $( $(#[$field_meta:meta])* pub $field:ident $(as $key:literal)? : $type:ty ),* $(,)? }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize, autosurgeon::Reconcile, autosurgeon::Hydrate)]
        #[serde(default)]
        pub struct $name {
            $(
                $(#[$field_meta])*
                #[serde(skip_serializing_if = "crate::record::is_default")]
                #[autosurgeon(missing = "Default::default" $(, rename = $key)?)]
                pub $field: $type,
            )*
        }

        impl crate::shape::Shaped for $name {
            const SHAPE: crate::shape::Shape = crate::shape::Shape::Record(&[$(
                crate::shape::Field {
                    name: crate::record::field_name!($field $(, $key)?),
                    is_key: crate::shape::has_key(&[$( stringify!($field_meta) ),*]),
                    shape: &<$type as crate::shape::Shaped>::SHAPE,
                },
            )*]);
        }
    )*};
}
pub(crate) use record;

macro_rules! field_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident, $key:literal) => {
        $key
    };
}
pub(crate) use field_name;

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
