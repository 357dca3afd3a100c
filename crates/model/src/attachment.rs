//! Files that belong to a document: in it where they are small, else by their address.

use autosurgeon::{Hydrate, HydrateError, Reconcile, Reconciler};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::record::record;
use crate::text::Localized;

record! {
    /// A file or an address.
    pub struct Attachment {
        /// Tells it from others; see [`crate::ids`].
        #[key]
        pub id: String,
        /// What it is.
        pub title: Localized,
        /// The file's name.
        pub file_name: String,
        /// The file's media type: `application/pdf`.
        pub media_type: String,
        /// Where it is, where it is not in the document.
        pub address: String,
        /// The file, where it is in the document; see [`crate::validate::limits::MAX_FILE_BYTES`].
        pub content: FileBytes,
    }
}

/// A small file's bytes. In JSON and TOML they are base64.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileBytes(pub Vec<u8>);

impl Serialize for FileBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&data_encoding::BASE64.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for FileBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        data_encoding::BASE64
            .decode(text.as_bytes())
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

impl Reconcile for FileBytes {
    type Key<'a> = autosurgeon::reconcile::NoKey;

    fn reconcile<R: Reconciler>(&self, mut reconciler: R) -> Result<(), R::Error> {
        reconciler.bytes(&self.0)
    }
}

impl Hydrate for FileBytes {
    fn hydrate_bytes(bytes: &[u8]) -> Result<Self, HydrateError> {
        Ok(Self(bytes.to_vec()))
    }

    fn hydrate_none() -> Result<Self, HydrateError> {
        Ok(Self::default())
    }
}
