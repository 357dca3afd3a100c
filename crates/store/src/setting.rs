//! Small things that a node remembers of itself, by name.

use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// The value kept under this name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn setting(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        sqlx::query_scalar("SELECT value FROM setting WHERE key = ?")
            .bind(key)
            .fetch_optional(self.readers())
            .await
            .map_err(|error| self.failed(error))
    }

    /// Keeps a value under this name, in place of the one before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn set_setting(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.write(
            sqlx::query(
                "INSERT INTO setting (key, value) VALUES (?, ?) \
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )
            .bind(key)
            .bind(value),
        )
        .await
        .map(drop)
    }
}
