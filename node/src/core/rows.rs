//! Tickets and requests to join as the engine knows them, and as the store keeps them.

use faelled_engine::{JoinRow, JoinState};

pub(super) fn stored_ticket(row: &faelled_engine::TicketRow) -> faelled_store::TicketRow {
    faelled_store::TicketRow {
        secret_hash: *row.secret.as_bytes(),
        created_ms: row.created_ms,
        expires_ms: row.expires_ms,
        used_by: row.used_by,
        revoked: row.revoked,
    }
}

pub(super) fn stored_join(row: &JoinRow) -> faelled_store::JoinRow {
    faelled_store::JoinRow {
        certificate: row.certificate.clone(),
        kind: row.kind.clone(),
        name: row.name.clone(),
        secret_hash: *row.secret.as_bytes(),
        asked_ms: row.asked_ms,
        address: row.address.to_string(),
        state: match row.state {
            JoinState::Waiting => faelled_store::JoinState::Waiting,
            JoinState::Admitted => faelled_store::JoinState::Approved,
            JoinState::Declined => faelled_store::JoinState::Declined,
        },
    }
}

/// A ticket as the engine knows it.
pub(crate) fn loaded_ticket(row: &faelled_store::TicketRow) -> faelled_engine::TicketRow {
    faelled_engine::TicketRow {
        secret: faelled_proto::id::SecretHash::from_bytes(row.secret_hash),
        created_ms: row.created_ms,
        expires_ms: row.expires_ms,
        used_by: row.used_by,
        revoked: row.revoked,
    }
}

/// A request as the engine knows it; one whose address cannot be read is left out.
pub(crate) fn loaded_join(row: faelled_store::JoinRow) -> Option<JoinRow> {
    Some(JoinRow {
        address: row.address.parse().ok()?,
        state: match row.state {
            faelled_store::JoinState::Waiting => JoinState::Waiting,
            faelled_store::JoinState::Approved => JoinState::Admitted,
            faelled_store::JoinState::Declined => JoinState::Declined,
        },
        certificate: row.certificate,
        kind: row.kind,
        name: row.name,
        secret: faelled_proto::id::SecretHash::from_bytes(row.secret_hash),
        asked_ms: row.asked_ms,
    })
}
