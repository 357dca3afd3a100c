//! Joint projects (*indsatser*) and how each member takes part in them.

use crate::record::record;
use crate::terms::{Backing, Part, Priority, Progress, Speed};
use crate::text::Localized;

/// The newest shape of these documents that this version writes.
pub const SCHEMA: u64 = 1;

record! {
    /// A joint project. Its lead is the document's owner.
    pub struct Project {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// The code by which packs, requirements and participations name it: `cirkulaere-indkoeb`.
        pub code: String,
        /// Its title.
        pub title: Localized,
        /// What it is to reach.
        pub aim: Localized,
        /// Its first day, or the year: `2020`.
        pub from: String,
        /// Its last day, or the year.
        pub until: String,
        /// How it is seen whether it gets there.
        pub indicators: Vec<Indicator>,
    }

    /// An indicator.
    pub struct Indicator {
        /// Tells it from others; see [`crate::ids`].
        #[key]
        pub id: String,
        /// What is counted or measured.
        pub what: Localized,
        /// The number to reach.
        pub target: Option<f64>,
        /// UCUM unit.
        pub unit: String,
    }

    /// How a member takes part in a project (*deltagelse*). The member is the document's owner.
    pub struct Participation {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// The project's code.
        pub project: String,
        /// The project's document, hexadecimal.
        pub project_document: String,
        /// As a participant, or as a partner such as the State, the region or SKI.
        pub part: Part,
        /// How fast.
        pub speed: Speed,
        /// How much is given to it.
        pub priority: Priority,
        /// Where it is.
        pub state: Progress,
        /// What there is to say about that.
        pub status: Localized,
        /// The day of that status, `YYYY-MM-DD`.
        pub status_date: String,
        /// Who stands behind it.
        pub backing: Backing,
        /// The day of the decision, `YYYY-MM-DD`.
        pub backing_date: String,
        /// Where the decision is found: a case or item number.
        pub backing_reference: String,
        /// The member's own goals.
        pub goals: Vec<Localized>,
        /// The next step.
        pub next_step: Localized,
        /// When that is, `YYYY-MM-DD` or a part of it.
        pub next_step_date: String,
        /// The role to turn to, never a person.
        pub contact_role: Localized,
        /// A functional mailbox.
        pub mailbox: String,
    }
}
