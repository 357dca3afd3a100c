//! `members` and decisions on newcomers.

use faelled_engine::{JoinRow, JoinState};

use super::Service;
use super::tickets::ticket_code;
use crate::clock::moment;
use crate::data::{Data, JoinLine, Members};
use crate::failure::Failure;
use crate::fingerprint::fingerprint;

impl Service {
    pub(super) async fn members(&self) -> Result<Data, Failure> {
        let members = self.mirror().await?.members().await?;
        let status = self.core.status().await?;
        let trust = self.core.trust();
        let mut requests = Vec::new();
        for row in &status.joins {
            let note = self.ticket_note(&ticket_code(&row.secret)).await?;
            let present = trust.rosters.member(row.member());
            let has_new_key = present
                .is_some_and(|present| present.identity_key != row.certificate.claim.identity_key);
            requests.push(join_line(row, note, has_new_key));
        }
        Ok(Data::Members(Members {
            federation_name: status.roster.map(|(roster, _)| roster.name),
            members,
            requests,
            proposals: trust.statements.proposals().len(),
        }))
    }
}

fn join_line(row: &JoinRow, note: Option<String>, has_new_key: bool) -> JoinLine {
    JoinLine {
        member: row.member().to_string(),
        name: row.name.clone(),
        kind: row.kind.clone(),
        asked: moment(row.asked_ms),
        address: row.address.to_string(),
        fingerprint: fingerprint(&row.certificate.claim.identity_key),
        ticket: ticket_code(&row.secret),
        note,
        state: match row.state {
            JoinState::Waiting => "waiting",
            JoinState::Admitted => "admitted",
            JoinState::Declined => "declined",
        },
        has_new_key,
    }
}
