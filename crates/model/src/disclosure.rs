//! Disclosures: the record of what was given to whom, when and on what ground.
//!
//! A document that was given to outsiders is no longer internal (*offentlighedsloven* §§ 23, 25), so each sharing
//! is an explicit act, and its record stays with the member that shared.

use crate::record::record;
use crate::terms::DisclosureKind;
use crate::text::Localized;

/// The newest shape of disclosure documents that this version writes.
pub const SCHEMA: u64 = 1;

record! {
    /// One sharing. It lives in the private space of the member that shared.
    pub struct Disclosure {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// How it was shared.
        pub kind: DisclosureKind,
        /// The code or number of what was shared.
        pub code: String,
        /// Its title.
        pub title: Localized,
        /// The document that was made in the wider space, hexadecimal.
        pub document: String,
        /// The version, where it was a release.
        pub version: String,
        /// The space: `commons`, or `group:` and its id.
        pub space: String,
        /// The space's name.
        pub space_name: String,
        /// Who saw it from then on: members' ids, or the names of associations.
        pub recipients: Vec<String>,
        /// On what ground.
        pub ground: Localized,
        /// The day, `YYYY-MM-DD`.
        pub date: String,
    }
}
