//! Questions, answers and comments: each is its author's own document that points to its target.

use crate::record::record;
use crate::terms::DiscussionState;
use crate::text::{Localized, LocalizedText};

/// The newest shape of these documents that this version writes.
pub const SCHEMA: u64 = 1;

record! {
    /// What a question, comment or resource is about.
    pub struct Target {
        /// The document, hexadecimal; of any kind and any owner.
        pub document: String,
        /// The field in it: `wording.da`, `evidence`; empty where it is about the whole.
        pub field: String,
    }

    /// A question or challenge (*spørgsmål, udfordring*).
    pub struct Question {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// What it is about; nothing where it is about no document.
        pub target: Target,
        /// Its title.
        pub title: Localized,
        /// What is asked.
        pub body: LocalizedText,
        /// Where it stands, as its author says.
        pub state: DiscussionState,
        /// The committee to which it was taken, where it was.
        pub escalated_to: Localized,
        /// The day on which it was taken there, `YYYY-MM-DD`.
        pub escalated_on: String,
    }

    /// An answer (*svar*) to a question, or to a comment.
    pub struct Answer {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// The question's or comment's document, hexadecimal.
        pub question: String,
        /// The answer.
        pub body: LocalizedText,
    }

    /// A comment (*kommentar*); in a hearing, an answer to it (*høringssvar*).
    pub struct Comment {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// What it is about.
        pub target: Target,
        /// What is said.
        pub body: LocalizedText,
        /// Where it stands, as its author says.
        pub state: DiscussionState,
    }
}
