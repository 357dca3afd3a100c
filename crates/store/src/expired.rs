//! Certificates that were seen expired.

use faelled_proto::NodeKey;

use crate::column::{id, integer, unsigned};
use crate::error::{Failure, StoreError};
use crate::store::Store;

impl Store {
    /// Remembers that a certificate of this node key was seen expired, good until `expires_ms` (milliseconds
    /// since 1970). Of several the latest is kept.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn put_expired(&self, node_key: &NodeKey, expires_ms: u64) -> Result<(), StoreError> {
        let expires_ms = integer(expires_ms).map_err(|failure| failure.at(self.path()))?;
        self.write(
            sqlx::query(
                "INSERT INTO expired (node_key, expires_ms) VALUES (?, ?) \
                 ON CONFLICT (node_key) DO UPDATE SET expires_ms = max(expires_ms, excluded.expires_ms)",
            )
            .bind(&node_key.as_bytes()[..])
            .bind(expires_ms),
        )
        .await
        .map(drop)
    }

    /// The node keys of which certificates were seen expired, sorted, with when the latest of those expired.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn expired(&self) -> Result<Vec<(NodeKey, u64)>, StoreError> {
        let rows: Vec<(Vec<u8>, i64)> =
            sqlx::query_as("SELECT node_key, expires_ms FROM expired ORDER BY node_key")
                .fetch_all(self.readers())
                .await
                .map_err(|error| self.failed(error))?;
        rows.iter()
            .map(|(node_key, expires_ms)| Ok((id(node_key)?, unsigned(*expires_ms)?)))
            .collect::<Result<_, _>>()
            .map_err(|failure: Failure| failure.at(self.path()))
    }
}
