//! What a member follows.

use crate::record::record;

/// The newest shape of following documents that this version writes.
pub const SCHEMA: u64 = 1;

record! {
    /// Everything that a member follows. One private document.
    pub struct Following {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// What is followed.
        pub follows: Vec<Follow>,
    }

    /// One thing that is followed.
    pub struct Follow {
        /// `pack:` and its document, `requirement:` and its document, `project:` and its code, `category:` and its
        /// code, or `cpv:` and a code or the beginning of one.
        #[key]
        pub target: String,
        /// Since which day, `YYYY-MM-DD`.
        pub since: String,
    }
}
