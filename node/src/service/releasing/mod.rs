//! What follows a release: differences, proofs, withdrawals, co-signatures, what moved on, adaptations: what the node does.

mod adapt;
mod compare;
mod cosign;
mod difference;
mod outdated;
mod proof;
mod proposals;
mod shown;
mod source;
mod standing;
mod touched;
mod withdraw;

#[cfg(test)]
pub(crate) use compare::table;
pub(super) use cosign::withdrawn;
pub(super) use standing::{PackStanding, release_at};

use super::Service;
use crate::data::releasing::Data;
use crate::failure::Failure;
use crate::request::releasing::Request;

impl Service {
    pub(super) async fn releasing(&self, request: Request) -> Result<Data, Failure> {
        match request {
            Request::Diff { pack, from, to } => {
                self.difference(&pack, from.as_deref(), to.as_deref()).await
            }
            Request::Verify { release } => self.check_release(&release).await,
            Request::Withdraw {
                pack,
                version,
                reason,
                replaced_by,
                preview,
            } => {
                self.withdraw(&pack, &version, reason, replaced_by, preview)
                    .await
            }
            Request::Cosign {
                pack,
                version,
                capacity,
                preview,
            } => {
                self.cosign(&pack, version.as_deref(), capacity, preview)
                    .await
            }
            Request::Outdated { all } => self.outdated(all).await,
            Request::Proposals { pack } => self.proposals(&pack).await,
            Request::AnswerProposal {
                pilot,
                number,
                version,
                answer,
            } => self.answer_proposal(&pilot, &number, version, answer).await,
            Request::Adapt {
                requirement,
                number,
                changes,
                wording,
                set,
                pack,
            } => {
                let adaptation = adapt::Adaptation {
                    number,
                    changes,
                    wording,
                    set,
                    pack,
                };
                self.adapt(&requirement, adaptation).await
            }
            Request::Source { requirement } => self.source(&requirement).await,
            Request::Compare { requirements } => self.compare(&requirements).await,
        }
    }
}
