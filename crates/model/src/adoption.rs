//! Adoptions (*ibrugtagninger*): who uses which release, and how.

use crate::record::record;
use crate::terms::{Level, Stance};
use crate::text::Localized;

/// The newest shape of adoption documents that this version writes.
pub const SCHEMA: u64 = 1;

record! {
    /// A member's adoption of one release. The member is the document's owner.
    pub struct Adoption {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// The release that it pins.
        pub release: ReleaseRef,
        /// What the member does with it.
        pub stance: Stance,
        /// Why, where it was declined.
        pub reason: Localized,
        /// The planned tender's quarter: `2027-Q1`.
        pub planned_quarter: String,
        /// Chosen levels, per requirement.
        pub levels: Vec<ChosenLevel>,
        /// What the member does otherwise, and why.
        pub deviations: Vec<Deviation>,
    }

    /// A release, pinned by its hash.
    pub struct ReleaseRef {
        /// The pack's document, as hexadecimal id.
        pub pack: String,
        /// The version.
        pub version: String,
        /// The release's hash, hexadecimal.
        pub hash: String,
    }

    /// The level chosen for one requirement.
    pub struct ChosenLevel {
        /// The requirement's number.
        #[key]
        pub number: String,
        /// The level.
        pub level: Level,
    }

    /// A local deviation from one requirement.
    pub struct Deviation {
        /// The requirement's number.
        #[key]
        pub number: String,
        /// What and why.
        pub text: Localized,
    }
}
