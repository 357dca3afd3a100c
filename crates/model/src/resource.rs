//! Resources (*redskaber*): tools, templates, guides, links.

use crate::attachment::Attachment;
use crate::discussion::Target;
use crate::record::record;
use crate::terms::{Category, ResourceKind};
use crate::text::Localized;

/// The newest shape of resource documents that this version writes.
pub const SCHEMA: u64 = 1;

record! {
    /// A resource.
    pub struct Resource {
        /// The shape of this document; see [`SCHEMA`].
        pub schema: u64,
        /// What it is.
        pub kind: ResourceKind,
        /// Its title.
        pub title: Localized,
        /// What it is for, and how it is used.
        pub description: Localized,
        /// What it is about; nothing where it stands by itself.
        pub target: Target,
        /// The code of the project that it belongs to.
        pub project: String,
        /// What is bought with it.
        pub category: Category,
        /// Its licence.
        pub licence: String,
        /// Where it is.
        pub address: String,
        /// Files in it.
        pub attachments: Vec<Attachment>,
    }
}
