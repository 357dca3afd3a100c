//! What people may want to know: into the log and the status.

use faelled_engine::Notice;

use super::{Core, JoinProgress, MAX_NOTICES};
use crate::clock::now_ms;

impl Core {
    pub(super) fn progress(&self, progress: JoinProgress) {
        self.joined.send_if_modified(|held| {
            let moves = !matches!(
                (&*held, &progress),
                (JoinProgress::Admitted, _) | (JoinProgress::Waiting, JoinProgress::Unreachable(_))
            );
            if moves {
                *held = progress;
            }
            moves
        });
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        match &notice {
            Notice::PeerJoined { member, .. } => tracing::debug!(peer = %member, "peer connected"),
            Notice::RunRefused { feed, refusal, .. } => {
                self.refused_runs += 1;
                tracing::warn!(%feed, reason = %refusal, "entries refused");
            }
            Notice::RosterRefused { refusal, .. } => {
                tracing::warn!(reason = %refusal, "roster refused");
                self.progress(JoinProgress::BadRoster(refusal.to_string()));
            }
            Notice::CharterRefused { refusal, .. } => {
                tracing::warn!(reason = %refusal, "charter refused");
            }
            Notice::StatementRefused { refusal, .. } => {
                tracing::warn!(reason = %refusal, "statement refused");
            }
            Notice::Equivocated { member, feed, seq } => {
                tracing::warn!(%member, %feed, seq, "a feed has two branches; it counts no further");
            }
            Notice::Retracted { feed, from } => {
                self.witness.forget();
                tracing::warn!(%feed, from, "entries that nobody had got were taken back");
                self.retracted.send_modify(|count| *count += 1);
            }
            Notice::RosterForked { version } => {
                tracing::error!(
                    version,
                    "two rosters contradict each other; membership is frozen"
                );
            }
            // A command in which somebody revokes it says so itself.
            Notice::KeyRevoked if self.net.is_none() => {}
            Notice::KeyRevoked => {
                tracing::error!(
                    "this node's key was revoked by its member: nothing that it writes counts"
                );
            }
            Notice::RolledBack { feed } => {
                self.witness.forget();
                tracing::warn!(%feed, "this node's disk was rolled back; it goes on in a new incarnation");
            }
            Notice::JoinAsked { member, address } => {
                tracing::info!(peer = %member, %address, "a newcomer asks to join");
            }
            Notice::JoinWaits => self.progress(JoinProgress::Waiting),
            Notice::JoinRefused(refusal) => self.progress(JoinProgress::Refused(*refusal)),
            Notice::Admitted => self.progress(JoinProgress::Admitted),
            Notice::StrangerRefused { address, bye } => {
                tracing::debug!(%address, reason = %bye, "stranger sent away");
            }
            Notice::StoreFailed(reason) => tracing::error!(%reason, "the store could not write"),
        }
        if self.notices.len() == MAX_NOTICES {
            self.notices.pop_front();
        }
        self.notices.push_back((now_ms(), notice));
    }
}
