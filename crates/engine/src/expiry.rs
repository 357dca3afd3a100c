//! Node certificates: a new one for this node's own key, whether one is good now, and those that were seen expired.

use faelled_proto::message::Bye;
use faelled_proto::{NodeCertificate, NodeKey};

use crate::commit::Pending;
use crate::engine::{Engine, Standing};
use crate::event::{Action, Answer, RequestFailure, RequestId, StoreOperation};
use crate::limits::MAX_EXPIRED_REMEMBERED;

impl Engine {
    /// This node's key has a new certificate.
    pub(crate) fn renew(
        &mut self,
        request: RequestId,
        certificate: NodeCertificate,
        out: &mut Vec<Action>,
    ) {
        let claim = &certificate.claim;
        let is_ours = claim.member == self.own
            && self.is_own(claim.node_key)
            && certificate.verify(self.rosters.federation()).is_ok()
            && self.is_member_now(&claim.member, &claim.identity_key);
        let failure = match self.standing() {
            Standing::Revoked => Some(RequestFailure::KeyRevoked),
            Standing::Joining | Standing::Outside => Some(RequestFailure::NotAMember),
            Standing::Member if !is_ours => Some(RequestFailure::NotOurCertificate),
            Standing::Member => None,
        };
        if let Some(failure) = failure {
            let answer = Answer::Failed(failure);
            out.push(Action::Answer { request, answer });
            return;
        }
        let operation = self.operation(Pending::Certificate {
            request,
            certificate: certificate.clone(),
        });
        out.push(Action::Store {
            operation,
            write: StoreOperation::Certificate(certificate),
        });
    }

    /// Whether a certificate that verifies is good now: neither expired, as far as was ever seen, nor of a key that
    /// its member revoked.
    pub(crate) fn check_current(
        &mut self,
        certificate: &NodeCertificate,
        out: &mut Vec<Action>,
    ) -> Result<(), Bye> {
        let claim = &certificate.claim;
        if self.is_expired(certificate, out) {
            return Err(Bye::ExpiredCertificate);
        }
        if (self.statements).is_revoked(&claim.identity_key, &claim.node_key) {
            return Err(Bye::Revoked);
        }
        Ok(())
    }

    /// Whether a certificate was seen expired, or is now: that is remembered.
    fn is_expired(&mut self, certificate: &NodeCertificate, out: &mut Vec<Action>) -> bool {
        let claim = &certificate.claim;
        let seen = self.expired.get(&claim.node_key).copied();
        if seen.is_some_and(|seen| claim.expires_ms <= seen) {
            return true;
        }
        if claim.expires_ms > self.now_ms {
            return false;
        }
        self.saw_expired(claim.node_key, claim.expires_ms, out);
        true
    }

    /// A certificate of a node key has expired: that is remembered, whatever the clock says later.
    pub(crate) fn saw_expired(&mut self, key: NodeKey, expires_ms: u64, out: &mut Vec<Action>) {
        let seen = self.expired.contains_key(&key);
        if self.expired.len() < MAX_EXPIRED_REMEMBERED || seen {
            self.expired.insert(key, expires_ms);
            let operation = self.operation(Pending::Forgotten);
            out.push(Action::Store {
                operation,
                write: StoreOperation::Expired(key, expires_ms),
            });
        }
    }
}
