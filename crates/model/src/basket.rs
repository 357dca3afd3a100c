//! Baskets: requirements picked for a tender, with what was filled in.

use crate::adoption::ReleaseRef;
use crate::record::record;

/// The newest shape of basket documents that this version writes.
pub const SCHEMA: u64 = 1;

record! {
    /// A basket. It is private.
    pub struct Basket {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// Its name: the tender that it is for.
        pub name: String,
        /// What is in it, in order.
        pub lines: Vec<BasketLine>,
    }

    /// A requirement in a basket.
    pub struct BasketLine {
        /// The requirement's document, hexadecimal.
        #[key]
        pub requirement: String,
        /// Its number.
        pub number: String,
        /// The release from which it is taken; nothing where it is a draft of one's own.
        pub release: ReleaseRef,
        /// What was filled in.
        pub values: Vec<Filled>,
    }

    /// A placeholder's value.
    pub struct Filled {
        /// The placeholder.
        #[key]
        pub name: String,
        /// What stands there instead.
        pub value: String,
    }
}
