//! Roster versions.

use faelled_proto::canonical::{decode, encode};
use faelled_proto::limits::MAX_ROSTER_BYTES;
use faelled_proto::{RosterHash, SignedRoster};

use crate::append::SignedRosterAtVersion;
use crate::column::{id, integer};
use crate::error::{Failure, StoreError};
use crate::store::Store;
use crate::writer::Writing;

impl Store {
    /// All roster versions, oldest first, so that each stands behind those that it names; of two with one
    /// version the one that came first.
    ///
    /// # Errors
    /// When the store cannot be read or a roster is not the one that was stored.
    pub async fn rosters(&self) -> Result<Vec<SignedRoster>, StoreError> {
        let rows: Vec<Columns> =
            sqlx::query_as("SELECT hash, roster, signatures FROM roster ORDER BY version, row")
                .fetch_all(self.readers())
                .await
                .map_err(|error| self.failed(error))?;
        rows.into_iter()
            .map(of_columns)
            .collect::<Result<_, _>>()
            .map_err(|f| f.at(self.path()))
    }
}

/// Stores a roster version. The same roster again replaces its signatures.
pub(crate) async fn insert(
    writing: &mut Writing<'_>,
    roster: &SignedRosterAtVersion,
) -> Result<(), Failure> {
    let statement = sqlx::query(
        "INSERT INTO roster (version, hash, roster, signatures) VALUES (?, ?, ?, ?) \
         ON CONFLICT (hash) DO UPDATE SET signatures = excluded.signatures",
    )
    .bind(integer(roster.version)?)
    .bind(roster.signed.hash().as_bytes().to_vec())
    .bind(&roster.signed.roster)
    .bind(encode(&roster.signed.signatures));
    writing.run(statement).await.map(drop)
}

type Columns = (Vec<u8>, Vec<u8>, Vec<u8>);

fn of_columns((hash, roster, signatures): Columns) -> Result<SignedRoster, Failure> {
    let signatures = decode(&signatures, MAX_ROSTER_BYTES).map_err(|error| {
        Failure::Damaged(format!("a roster's signatures cannot be read: {error}"))
    })?;
    let signed = SignedRoster { roster, signatures };
    let hash: RosterHash = id(&hash)?;
    if signed.hash() != hash {
        return Err(Failure::Damaged(format!(
            "roster {} does not hash to its id",
            hash.short()
        )));
    }
    Ok(signed)
}
