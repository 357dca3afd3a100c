//! Who is trusted: what the node does.

mod doctor;
mod editors;
mod keys;
mod recover;
mod stewards;

use faelled_engine::Despite;

use super::Service;
use crate::data::trust::Data;
use crate::failure::Failure;
use crate::request::trust::Request;

impl Service {
    pub(super) async fn trust(&self, request: Request) -> Result<Data, Failure> {
        match request {
            Request::Proposals => self.roster_proposals().await,
            Request::Plan { change, note } => self.plan(change, note).await,
            Request::Proposal { proposal, rejects } => self.proposal(&proposal, rejects).await,
            Request::Decline { member } => self.decline(member).await,
            Request::State {
                statements,
                instead,
                unmet,
            } => {
                let despite = Despite {
                    another: instead,
                    unmet,
                };
                self.state(&statements, despite).await
            }
            Request::Renew { certificate } => self.renew(&certificate.0).await,
            Request::PlanRevocation {
                node_key,
                received_before_ms,
            } => self.plan_revocation(&node_key, received_before_ms).await,
            Request::Voided => self.voided().await,
            Request::VoidedIn { document } => self.voided_in(&document).await,
            Request::Recover { document, private } => {
                self.recover(document.as_deref(), private).await
            }
            Request::Editors {
                document,
                grant,
                withdraw,
                counts,
            } => self.editors(&document, grant, withdraw, counts).await,
            Request::Doctor => self.doctor().await,
        }
    }
}
