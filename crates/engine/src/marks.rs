//! What a space holds beside its entries, compared with a peer: rosters and statements, named by marks.

use std::collections::BTreeSet;

use faelled_proto::canonical::encode;
use faelled_proto::id::Mark;
use faelled_proto::limits::{MAX_MARKS_PER_MESSAGE, MAX_MESSAGE_BYTES};
use faelled_proto::{Message, RosterHash, SignedRoster, Space, Statement};

use crate::engine::Engine;
use crate::event::{Action, ConnectionId};

impl Engine {
    /// Tells every peer that sees their space.
    pub(crate) fn push_statements(
        &self,
        statements: &[Statement],
        source: Option<ConnectionId>,
        out: &mut Vec<Action>,
    ) {
        for (connection, session) in &self.sessions {
            let Some(peer) = session.member().filter(|_| Some(*connection) != source) else {
                continue;
            };
            let border = self.border(peer);
            let visible = statements.iter().filter(|statement| {
                statement
                    .space()
                    .is_some_and(|space| border.lets_through(&space))
            });
            send_statements(*connection, visible, out);
        }
    }

    /// The hashes of all rosters and the marks of all statements of the commons, as marks.
    pub(crate) fn commons_marks(&self) -> BTreeSet<Mark> {
        let rosters = self
            .rosters
            .hashes()
            .map(|hash| Mark::from_bytes(*hash.as_bytes()));
        rosters
            .chain(self.statements.marks(&Space::Commons))
            .collect()
    }

    /// Says what is held of a space beside its entries.
    pub(crate) fn send_marks(
        &self,
        connection: ConnectionId,
        space: &Space,
        out: &mut Vec<Action>,
    ) {
        let marks = match space {
            Space::Commons => self.commons_marks(),
            Space::Group(_) | Space::Private(_) => self.statements.marks(space).collect(),
        };
        let message = Message::Marks {
            space: space.clone(),
            marks: marks.into_iter().take(MAX_MARKS_PER_MESSAGE).collect(),
        };
        out.push(Action::Send {
            connection,
            message,
        });
    }

    /// A peer said what it holds of a space beside its entries: it gets what it lacks.
    pub(crate) fn marks_came(
        &mut self,
        connection: ConnectionId,
        space: &Space,
        marks: &[Mark],
        out: &mut Vec<Action>,
    ) {
        let visible = self
            .open_session(connection)
            .is_some_and(|(_, peer)| self.border(peer).lets_through(space));
        if !visible {
            return;
        }
        let theirs: BTreeSet<Mark> = marks.iter().copied().collect();
        if *space == Space::Commons {
            // What this node once signed and lost would be among them, if this peer knew of it.
            let (_, head) = self.rosters.head();
            let is_as_new = theirs.contains(&Mark::from_bytes(*head.as_bytes()));
            self.in_touch |= is_as_new && self.commons_marks().is_superset(&theirs);
            let known: BTreeSet<RosterHash> = theirs
                .iter()
                .map(|mark| RosterHash::from_bytes(*mark.as_bytes()))
                .collect();
            self.send_rosters(connection, self.rosters.lacking(&known), out);
        }
        let lacking = self
            .statements
            .in_space(space)
            .filter(|(mark, _)| !theirs.contains(mark))
            .map(|(_, statement)| statement);
        send_statements(connection, lacking, out);
    }

    /// Sends as many versions as fit into one message, where there are any.
    pub(crate) fn send_rosters(
        &self,
        connection: ConnectionId,
        rosters: Vec<&SignedRoster>,
        out: &mut Vec<Action>,
    ) {
        let mut bytes = 16;
        let rosters: Vec<SignedRoster> = rosters
            .into_iter()
            .take_while(|signed| {
                bytes += encode(*signed).len();
                bytes <= MAX_MESSAGE_BYTES
            })
            .cloned()
            .collect();
        if !rosters.is_empty() {
            out.push(Action::Send {
                connection,
                message: Message::Rosters(rosters),
            });
        }
    }
}

/// Sends statements in as many messages as it takes.
pub(crate) fn send_statements<'a>(
    connection: ConnectionId,
    statements: impl IntoIterator<Item = &'a Statement>,
    out: &mut Vec<Action>,
) {
    let mut parts: Vec<Vec<Statement>> = Vec::new();
    let mut bytes = usize::MAX;
    for statement in statements {
        let length = encode(statement).len();
        if bytes.saturating_add(length) > MAX_MESSAGE_BYTES {
            // Room for the message's mark and count.
            bytes = 16;
            parts.push(Vec::new());
        }
        bytes += length;
        if let Some(part) = parts.last_mut() {
            part.push(statement.clone());
        }
    }
    out.extend(parts.into_iter().map(|part| Action::Send {
        connection,
        message: Message::Statements(part),
    }));
}
