//! Charters of groups.

use faelled_proto::canonical::{decode, encode};
use faelled_proto::{CharterHash, SignedCharter};

use crate::column::{id, integer, signature};
use crate::error::{Failure, StoreError};
use crate::store::Store;
use crate::writer::Writing;

/// A node certificate is a member's id, two keys, a time and a signature.
const MAX_CERTIFICATE_BYTES: usize = 512;

impl Store {
    /// All charters, each behind the one that it follows.
    ///
    /// # Errors
    /// When the store cannot be read or a charter is not the one that was stored.
    pub async fn charters(&self) -> Result<Vec<SignedCharter>, StoreError> {
        let sql = "SELECT hash, charter, certificate, signature FROM charter ORDER BY row";
        let rows: Vec<Columns> = sqlx::query_as(sql)
            .fetch_all(self.readers())
            .await
            .map_err(|error| self.failed(error))?;
        rows.into_iter()
            .map(of_columns)
            .collect::<Result<_, _>>()
            .map_err(|failure| failure.at(self.path()))
    }

    /// Stores charters, all or none. One that is there already stays as it is.
    ///
    /// # Errors
    /// When one cannot be decoded, or the store cannot be written.
    pub async fn put_charters(&self, charters: &[SignedCharter]) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        let result = insert(&mut writing, charters).await;
        writing.finish(result).await
    }
}

async fn insert(writing: &mut Writing<'_>, charters: &[SignedCharter]) -> Result<(), Failure> {
    for signed in charters {
        let charter = signed
            .decode()
            .map_err(|error| Failure::Conflict(format!("a charter is not one: {error}")))?;
        let statement = sqlx::query(
            "INSERT INTO charter (group_id, version, hash, charter, certificate, signature) \
             VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING",
        )
        .bind(charter.group().as_bytes().to_vec())
        .bind(integer(charter.version)?)
        .bind(signed.hash().as_bytes().to_vec())
        .bind(&signed.charter)
        .bind(encode(&signed.certificate))
        .bind(signed.signature.as_bytes().to_vec());
        writing.run(statement).await?;
    }
    Ok(())
}

type Columns = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);

fn of_columns((hash, charter, certificate, signed): Columns) -> Result<SignedCharter, Failure> {
    let certificate = decode(&certificate, MAX_CERTIFICATE_BYTES).map_err(|error| {
        Failure::Damaged(format!("a charter's certificate cannot be read: {error}"))
    })?;
    let signed = SignedCharter {
        charter,
        certificate,
        signature: signature(&signed)?,
    };
    let hash: CharterHash = id(&hash)?;
    if signed.hash() != hash {
        return Err(Failure::Damaged(format!(
            "charter {} does not hash to its id",
            hash.short()
        )));
    }
    Ok(signed)
}
