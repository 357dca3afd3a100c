//! What differs between two versions: of a text, of a requirement, of a release.

mod fields;
mod release;
mod words;

pub use fields::{Change, FieldDiff, pack_diff, requirement_diff};
pub use release::{ReleaseDiff, RequirementChange, RequirementFate, release_diff};
pub use words::{Piece, PieceKind, words};
