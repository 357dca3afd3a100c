//! Tickets that were issued here.

use std::fmt;

use faelled_proto::IdentityKey;

use crate::column::{hash, id, integer, unsigned};
use crate::error::{Failure, StoreError};
use crate::store::Store;

/// A ticket that was issued here. The secret itself is not kept.
#[derive(Clone, PartialEq, Eq)]
pub struct TicketRow {
    /// A hash of the ticket's secret.
    pub secret_hash: [u8; 32],
    /// Milliseconds since 1970 when it was issued.
    pub created_ms: u64,
    /// Milliseconds since 1970 after which it is refused.
    pub expires_ms: u64,
    /// The newcomer that used it.
    pub used_by: Option<IdentityKey>,
    /// It was taken back.
    pub revoked: bool,
}

impl fmt::Debug for TicketRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TicketRow")
            .field("created_ms", &self.created_ms)
            .field("expires_ms", &self.expires_ms)
            .field("used_by", &self.used_by)
            .field("revoked", &self.revoked)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Keeps a new ticket.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for a secret that is there already; when it cannot be written.
    pub async fn put_ticket(&self, ticket: &TicketRow) -> Result<(), StoreError> {
        let times = integer(ticket.created_ms)
            .and_then(|created| Ok((created, integer(ticket.expires_ms)?)));
        let (created_ms, expires_ms) = times.map_err(|failure| failure.at(self.path()))?;
        self.write(
            sqlx::query(
                "INSERT INTO ticket (secret_hash, created_ms, expires_ms, used_by, revoked) \
                 VALUES (?, ?, ?, ?, ?)",
            )
            .bind(&ticket.secret_hash[..])
            .bind(created_ms)
            .bind(expires_ms)
            .bind(ticket.used_by.map(|key| key.as_bytes().to_vec()))
            .bind(ticket.revoked),
        )
        .await
        .map(drop)
    }

    /// All tickets, in the order in which they were issued.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn tickets(&self) -> Result<Vec<TicketRow>, StoreError> {
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT secret_hash, created_ms, expires_ms, used_by, revoked FROM ticket \
             ORDER BY created_ms, secret_hash",
        )
        .fetch_all(self.readers())
        .await
        .map_err(|error| self.failed(error))?;
        rows.into_iter()
            .map(of_columns)
            .collect::<Result<_, _>>()
            .map_err(|f| f.at(self.path()))
    }

    /// Marks a ticket as used by this newcomer, in one step, so that it serves one only. False where there is
    /// no such ticket, it was taken back or somebody else used it; true again for the same newcomer. Whether
    /// it has expired is not looked at.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn set_ticket_used(
        &self,
        secret_hash: &[u8; 32],
        by: &IdentityKey,
    ) -> Result<bool, StoreError> {
        self.write(
            sqlx::query(
                "UPDATE ticket SET used_by = ?1 \
                 WHERE secret_hash = ?2 AND revoked = 0 AND (used_by IS NULL OR used_by = ?1)",
            )
            .bind(&by.as_bytes()[..])
            .bind(&secret_hash[..]),
        )
        .await
        .map(|changed| changed == 1)
    }

    /// Takes a ticket back. False where there is no such ticket.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn revoke_ticket(&self, secret_hash: &[u8; 32]) -> Result<bool, StoreError> {
        self.write(
            sqlx::query("UPDATE ticket SET revoked = 1 WHERE secret_hash = ?")
                .bind(&secret_hash[..]),
        )
        .await
        .map(|changed| changed == 1)
    }
}

type Columns = (Vec<u8>, i64, i64, Option<Vec<u8>>, bool);

fn of_columns(columns: Columns) -> Result<TicketRow, Failure> {
    let (secret_hash, created_ms, expires_ms, used_by, revoked) = columns;
    Ok(TicketRow {
        secret_hash: hash(&secret_hash)?,
        created_ms: unsigned(created_ms)?,
        expires_ms: unsigned(expires_ms)?,
        used_by: used_by.as_deref().map(id).transpose()?,
        revoked,
    })
}
