//! What each field of a record holds, so that values can be walked field by field without a list of the
//! fields in a second place: to compare them, and to set one of them.

use crate::attachment::FileBytes;
use crate::text::{Localized, LocalizedText};

/// What stands in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A text in languages.
    Text,
    /// Characters: a code, a number that people cite, a day.
    Line,
    /// A term of a list, with the list's codes.
    Term(&'static [&'static str]),
    /// A number.
    Number,
    /// A whole number that is not negative.
    Count,
    /// Yes or no.
    Flag,
    /// A file's bytes.
    Bytes,
    /// A record.
    Record(&'static [Field]),
    /// A list of these.
    List(&'static Self),
}

/// A field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in documents.
    pub name: &'static str,
    /// Whether it tells the record from others of its list.
    pub is_key: bool,
    /// What stands in it.
    pub shape: &'static Shape,
}

/// A value whose fields are known.
pub trait Shaped {
    /// What it holds.
    const SHAPE: Shape;
}

impl Shape {
    /// The fields of a record; none of anything else.
    #[must_use]
    pub const fn fields(&self) -> &'static [Field] {
        match self {
            Self::Record(fields) => fields,
            _ => &[],
        }
    }

    /// The field with this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// The field that tells items of this shape from each other in a list.
    #[must_use]
    pub fn key(&self) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.is_key)
    }
}

macro_rules! shaped {
    ($( $type:ty = $shape:ident ),* $(,)?) => {$(
        impl Shaped for $type {
            const SHAPE: Shape = Shape::$shape;
        }
    )*};
}
shaped!(
    Localized = Text,
    LocalizedText = Text,
    String = Line,
    f64 = Number,
    u64 = Count,
    bool = Flag,
    FileBytes = Bytes,
);

impl<T: Shaped> Shaped for Option<T> {
    const SHAPE: Shape = T::SHAPE;
}

impl<T: Shaped> Shaped for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);
}

/// Whether `key` is among the attributes of a field.
pub(crate) const fn has_key(attributes: &[&str]) -> bool {
    let mut at = 0;
    while at < attributes.len() {
        if matches!(attributes[at].as_bytes(), b"key") {
            return true;
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Pilot, Requirement};

    #[test]
    fn the_shape_of_a_record_is_that_of_its_fields() {
        let shape = Requirement::SHAPE;
        assert_eq!(shape.field("title").map(|f| *f.shape), Some(Shape::Text));
        assert!(
            shape
                .field("type")
                .is_some_and(|f| matches!(f.shape, Shape::Term(codes) if codes.len() == 5))
        );
        let Some(Shape::List(placeholder)) = shape.field("placeholders").map(|f| *f.shape) else {
            panic!("placeholders are a list");
        };
        assert_eq!(placeholder.key().map(|f| f.name), Some("name"));
        assert_eq!(
            placeholder.field("max").map(|f| *f.shape),
            Some(Shape::Number)
        );
        assert_eq!(Pilot::SHAPE.key(), None);
        assert_eq!(shape.field("r#type"), None);
    }
}
