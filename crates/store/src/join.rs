//! Newcomers that asked to join.

use std::fmt;

use faelled_proto::canonical::{decode, encode};
use faelled_proto::{IdentityKey, MemberId, NodeCertificate};

use crate::column::{hash, integer, unsigned};
use crate::error::{Failure, StoreError};
use crate::store::Store;

/// Two keys, a member's id, a time and a signature, with their lengths.
const MAX_CERTIFICATE_BYTES: usize = 512;

/// A newcomer's request.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinRow {
    /// Its member id, identity key and node key.
    pub certificate: NodeCertificate,
    /// Its kind of body, as a code of the model.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The hash of the ticket's secret that it showed.
    pub secret_hash: [u8; 32],
    /// Milliseconds since 1970 when it asked last.
    pub asked_ms: u64,
    /// Where it asked from, for people.
    pub address: String,
    /// What was decided.
    pub state: JoinState,
}

/// What was decided of a newcomer's request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinState {
    /// Nothing yet.
    Waiting,
    /// It is let in.
    Approved,
    /// It is not let in.
    Declined,
}

impl JoinRow {
    /// The member that it wants to be.
    #[must_use]
    pub const fn member(&self) -> &MemberId {
        &self.certificate.claim.member
    }

    /// Its identity key: requests are kept one for each.
    #[must_use]
    pub const fn identity_key(&self) -> IdentityKey {
        self.certificate.claim.identity_key
    }
}

impl fmt::Debug for JoinRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinRow")
            .field("member", self.member())
            .field("identity_key", &self.identity_key())
            .field("asked_ms", &self.asked_ms)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl JoinState {
    const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }

    fn named(name: &str) -> Result<Self, Failure> {
        [Self::Waiting, Self::Approved, Self::Declined]
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or_else(|| Failure::Damaged("a join request's state is not one".to_owned()))
    }
}

impl Store {
    /// Keeps a request, in place of an earlier one by the same identity key.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn put_join_request(&self, request: &JoinRow) -> Result<(), StoreError> {
        let asked_ms = integer(request.asked_ms).map_err(|failure| failure.at(self.path()))?;
        self.write(
            sqlx::query(
                "INSERT OR REPLACE INTO join_request (identity_key, member, kind, name, certificate, \
                 secret_hash, asked_ms, address, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(request.identity_key().as_bytes().to_vec())
            .bind(request.member().as_str())
            .bind(&request.kind)
            .bind(&request.name)
            .bind(encode(&request.certificate))
            .bind(&request.secret_hash[..])
            .bind(asked_ms)
            .bind(&request.address)
            .bind(request.state.name()),
        )
        .await
        .map(drop)
    }

    /// All requests, in the order in which they were asked.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn join_requests(&self) -> Result<Vec<JoinRow>, StoreError> {
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT certificate, kind, name, secret_hash, asked_ms, address, state \
             FROM join_request ORDER BY asked_ms, identity_key",
        )
        .fetch_all(self.readers())
        .await
        .map_err(|error| self.failed(error))?;
        rows.into_iter()
            .map(of_columns)
            .collect::<Result<_, _>>()
            .map_err(|f| f.at(self.path()))
    }

    /// Says what was decided. False where nobody with this key asked.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn set_join_state(
        &self,
        identity_key: &IdentityKey,
        state: JoinState,
    ) -> Result<bool, StoreError> {
        self.write(
            sqlx::query("UPDATE join_request SET state = ? WHERE identity_key = ?")
                .bind(state.name())
                .bind(&identity_key.as_bytes()[..]),
        )
        .await
        .map(|changed| changed == 1)
    }
}

type Columns = (Vec<u8>, String, String, Vec<u8>, i64, String, String);

fn of_columns(columns: Columns) -> Result<JoinRow, Failure> {
    let (certificate, kind, name, secret_hash, asked_ms, address, state) = columns;
    Ok(JoinRow {
        certificate: decode(&certificate, MAX_CERTIFICATE_BYTES).map_err(|error| {
            Failure::Damaged(format!(
                "a join request's certificate cannot be read: {error}"
            ))
        })?,
        kind,
        name,
        secret_hash: hash(&secret_hash)?,
        asked_ms: unsigned(asked_ms)?,
        address,
        state: JoinState::named(&state)?,
    })
}
