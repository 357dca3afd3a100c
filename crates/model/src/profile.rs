//! What a member says of itself, beside what the roster says.

use crate::record::record;
use crate::text::Localized;

/// The newest shape of profile documents that this version writes.
pub const SCHEMA: u64 = 1;

record! {
    /// A member's profile. The member is the document's owner.
    pub struct Profile {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// Its names.
        pub name: Localized,
        /// A functional mailbox.
        pub mailbox: String,
        /// Its web page.
        pub web_page: String,
        /// Its CVR number: eight digits.
        pub cvr: String,
        /// Its GLN: thirteen digits.
        pub gln: String,
        /// The member id of the region that it lies in, with the days between which that holds.
        pub regions: Vec<InRegion>,
    }

    /// A region, for a time.
    pub struct InRegion {
        /// The region's member id: `dk-1084`.
        #[key]
        pub region: String,
        /// First day, `YYYY-MM-DD`; empty where it always was.
        pub from: String,
        /// Last day, `YYYY-MM-DD`; empty where no end is known.
        pub until: String,
    }
}
