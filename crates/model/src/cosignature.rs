//! Co-signatures: another member stands behind a release.

use crate::adoption::ReleaseRef;
use crate::record::record;
use crate::text::Localized;

/// The newest shape of co-signature documents that this version writes.
pub const SCHEMA: u64 = 1;

record! {
    /// A co-signature. It is the signer's own document: its entry's signature is the signature.
    pub struct Cosignature {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// The release that is co-signed, by its hash.
        pub release: ReleaseRef,
        /// The day, `YYYY-MM-DD`.
        pub date: String,
        /// In what capacity: the steering group, the committee.
        pub capacity: Localized,
    }
}
