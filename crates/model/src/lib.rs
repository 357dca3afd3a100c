//! What Fælled's documents hold: typed values, their conversion to and from Automerge, the rules that
//! they must satisfy before they are shared, and the code lists that they use.
//!
//! Terms are those of public procurement (EU GPP, eForms, the Danish *udbudslov*). Nothing here reads a
//! clock, a file or a socket.

pub mod adoption;
pub mod attachment;
pub mod basket;
pub mod codes;
pub mod compare;
pub mod cosignature;
pub mod disclosure;
pub mod discussion;
pub mod field;
pub mod following;
pub mod ids;
pub mod kind;
pub mod language;
pub mod pack;
pub mod pilot;
pub mod profile;
pub mod project;
mod record;
pub mod release;
pub mod requirement;
pub mod resource;
pub mod schema;
pub mod shape;
pub mod terms;
pub mod text;
pub mod validate;

pub use adoption::Adoption;
pub use basket::Basket;
pub use cosignature::Cosignature;
pub use disclosure::Disclosure;
pub use discussion::{Answer, Comment, Question};
pub use following::Following;
pub use kind::DocumentKind;
pub use language::Language;
pub use pack::Pack;
pub use pilot::Pilot;
pub use profile::Profile;
pub use project::{Participation, Project};
pub use release::ReleaseContent;
pub use requirement::Requirement;
pub use resource::Resource;
pub use text::{Localized, LocalizedText};
pub use validate::{Finding, Severity};
