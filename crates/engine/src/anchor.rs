//! The version of the roster behind which this node does not go back.
//!
//! Signatures do not age: whoever holds the keys of a threshold of the stewards of any version, the founder's alone
//! for the first, can sign another version after it at any time, with invented members and its own resolution. So
//! a version that has held here without contradiction for [`ANCHOR_AFTER_MS`] is this node's anchor: what
//! contradicts it is kept as proof and changes nothing. A newcomer's first anchor is in its ticket. Within that time
//! a fork freezes the roster at every node until it is resolved.

use faelled_proto::RosterHash;

use crate::commit::Pending;
use crate::engine::Engine;
use crate::event::{Action, StoreOperation};
use crate::limits::ANCHOR_AFTER_MS;

/// A version that becomes the anchor once it has held long enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnchorCandidate {
    /// The version.
    pub roster: RosterHash,
    /// Since when it holds here, in milliseconds since 1970 by this node's clock.
    pub since_ms: u64,
}

impl Engine {
    /// Moves the anchor on where its time has come. A clock that was set back makes it wait longer, no more.
    pub(crate) fn move_anchor(&mut self, out: &mut Vec<Action>) {
        let (version, head) = self.rosters.head();
        if version == 0 {
            return;
        }
        let holds = |candidate: &AnchorCandidate| self.rosters.is_settled(&candidate.roster);
        let Some(candidate) = self.anchor_candidate.filter(holds) else {
            self.set_candidate(head, out);
            return;
        };
        if self.now_ms.saturating_sub(candidate.since_ms) < ANCHOR_AFTER_MS {
            return;
        }
        self.rosters.anchor(candidate.roster);
        self.set_candidate(head, out);
    }

    fn set_candidate(&mut self, roster: RosterHash, out: &mut Vec<Action>) {
        let candidate = AnchorCandidate {
            roster,
            since_ms: self.now_ms,
        };
        self.anchor_candidate = Some(candidate);
        let operation = self.operation(Pending::Forgotten);
        out.push(Action::Store {
            operation,
            write: StoreOperation::Anchor(self.rosters.anchored(), candidate),
        });
    }
}
