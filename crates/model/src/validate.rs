//! The rules that a document must satisfy before it is shared.
//!
//! A finding names the field, the rule and what to do, in Danish and English. Errors stand in the way;
//! warnings are for a person to judge. Documents of other members are shown as they come: rules bind who
//! writes.

mod adoption;
mod basket;
mod discussion;
mod finding;
mod following;
pub mod limits;
mod pack;
mod person;
mod pilot;
mod project;
mod requirement;
mod resource;
mod rules;
mod sharing;
mod state;
mod texts;
mod values;
mod walk;
mod wording;

pub use adoption::adoption;
pub use basket::{basket, filled, number_of};
pub use discussion::{answer, comment, question};
pub use finding::{Finding, Severity, has_errors};
pub use following::{followed, following};
pub use pack::{contents, pack};
pub use pilot::{pilot, pilot_draft};
pub use project::{participation, profile, project};
pub use requirement::{releasable, requirement};
pub use resource::resource;
pub use rules::{Rule, every_rule};
pub use sharing::{cosignature, disclosure};
pub use state::{step, steps};
pub use values::{is_number, is_project_code};
