//! The rules that a document must satisfy before it is shared.
//!
//! A finding names the field, the rule and what to do, in Danish and English. Errors stand in the way;
//! warnings are for a person to judge. Documents of other members are shown as they come: rules bind who
//! writes.

mod adoption;
mod finding;
pub mod limits;
mod pack;
mod person;
mod pilot;
mod requirement;
mod rules;
mod texts;
mod values;
mod walk;
mod wording;

pub use adoption::adoption;
pub use finding::{Finding, Severity, has_errors};
pub use pack::{contents, pack};
pub use pilot::{pilot, pilot_draft};
pub use requirement::{releasable, requirement};
pub use rules::{Rule, every_rule};
pub use values::is_number;
