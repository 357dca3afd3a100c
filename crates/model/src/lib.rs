//! What Fælled's documents hold: typed values, their conversion to and from Automerge, the rules that
//! they must satisfy before they are shared, and the code lists that they use.
//!
//! Terms are those of public procurement (EU GPP, eForms, the Danish *udbudslov*). Nothing here reads a
//! clock, a file or a socket.

pub mod adoption;
pub mod codes;
pub mod kind;
pub mod language;
pub mod pack;
pub mod pilot;
mod record;
pub mod release;
pub mod requirement;
pub mod terms;
pub mod text;
pub mod validate;

pub use adoption::Adoption;
pub use kind::DocumentKind;
pub use language::Language;
pub use pack::Pack;
pub use pilot::Pilot;
pub use release::ReleaseContent;
pub use requirement::Requirement;
pub use text::{Localized, LocalizedText};
pub use validate::{Finding, Severity};
