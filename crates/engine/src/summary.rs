//! Comparing: how things stand here and at a peer, and telling it of what differs.

use std::collections::{BTreeMap, BTreeSet};

use faelled_proto::id::FrontierDigest;
use faelled_proto::message::Summary;
use faelled_proto::{Frontier, MemberId, Message, Space};

use crate::comparing;
use crate::engine::Engine;
use crate::event::{Action, ConnectionId};
use crate::groups::Group;

/// How a peer's summary came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Came {
    /// In the greeting of who dialled.
    FromDialler,
    /// In the answer to this node's greeting.
    FromDialled,
    /// The peer asks for this node's.
    Question,
    /// This node asked for it.
    Answer,
}

impl Came {
    /// Whether this node is the one that begins to find out where they differ in a space: of two, the one that knows
    /// first how the other's stands to its own. The greeting of who dialled names the commons alone.
    const fn begins(self, space: &Space) -> bool {
        match self {
            Self::FromDialler => matches!(space, Space::Commons),
            Self::FromDialled => !matches!(space, Space::Commons),
            Self::Question => true,
            Self::Answer => false,
        }
    }

    /// Whether this node goes on by asking, where too much differs to be told at once: two that both did and never
    /// agree would not fall silent.
    pub(crate) const fn goes_on(self) -> bool {
        !matches!(self, Self::Question)
    }
}

impl Engine {
    /// The state as far as the peer may know it. Every member may know of the commons.
    pub(crate) fn summary_for(&self, peer: Option<&MemberId>) -> Summary {
        let spaces = self.shared_spaces(peer);
        let digests = spaces
            .into_iter()
            .map(|space| (space.clone(), self.digest(&space)))
            .collect();
        Summary {
            roster_version: self.rosters.highest(),
            marks: self.marks_digest(),
            digests,
        }
    }

    pub(crate) fn summary(&self, connection: ConnectionId) -> Summary {
        self.summary_for(self.open_session(connection).map(|(_, member)| member))
    }

    /// Spaces that both may see: the commons always, others where something is held.
    pub(crate) fn shared_spaces(&self, peer: Option<&MemberId>) -> BTreeSet<Space> {
        let groups = self.groups.iter().map(|(id, _)| Space::Group(id));
        let held = self.feeds.spaces().cloned().chain(groups);
        let held = held.chain(self.statements.spaces());
        let visible =
            |space: &Space| peer.is_some_and(|peer| self.border(peer).lets_through(space));
        let mut spaces: BTreeSet<Space> = held.filter(visible).collect();
        spaces.insert(Space::Commons);
        spaces
    }

    /// The state of a space here: of one that is not the commons its charters and statements too.
    fn digest(&self, space: &Space) -> FrontierDigest {
        let frontier = self.feeds.frontier(space);
        let group = match space {
            Space::Commons => return frontier.digest(),
            Space::Group(id) => self.groups.get(id),
            Space::Private(_) => None,
        };
        let charters = group.into_iter().flat_map(Group::hashes);
        frontier.digest_with(charters, self.statements.marks(space))
    }

    /// The state of what belongs to the commons beside its entries.
    fn marks_digest(&self) -> FrontierDigest {
        Frontier::default().digest_with([], self.commons_marks())
    }

    /// Tells the peer of each space in which the two differ: what is held beside entries, as the peer does, and, as one
    /// of them, what begins the comparison of their frontiers.
    pub(crate) fn compare(
        &mut self,
        connection: ConnectionId,
        theirs: &Summary,
        came: Came,
        out: &mut Vec<Action>,
    ) {
        let Some((_, member)) = self.open_session(connection) else {
            return;
        };
        let border = self.border(member);
        let mut spaces = self.shared_spaces(Some(member));
        let told: BTreeMap<&Space, _> = theirs
            .digests
            .iter()
            .map(|(space, digest)| (space, digest))
            .collect();
        spaces.extend(
            told.keys()
                .copied()
                .filter(|space| border.lets_through(space))
                .cloned(),
        );
        let differs = |space: &Space| told.get(space).copied() != Some(&self.digest(space));
        let (spaces, equal): (BTreeSet<Space>, BTreeSet<Space>) =
            spaces.into_iter().partition(differs);
        for space in &equal {
            if let Space::Group(group) = space {
                self.shows_charters(connection, *group);
                self.groups_in_touch.insert(*group);
            }
        }
        if theirs.marks == self.marks_digest() {
            self.in_touch = true;
        } else {
            self.send_marks(connection, &Space::Commons, out);
        }
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.roster_version = theirs.roster_version;
            session.told_spaces.extend(equal);
        }
        let mut groups = Vec::new();
        for space in spaces {
            match space {
                Space::Group(group) => groups.push(group),
                Space::Commons => self.begin_to_compare(connection, &space, came, out),
                Space::Private(_) => {
                    self.send_marks(connection, &space, out);
                    self.begin_to_compare(connection, &space, came, out);
                }
            }
        }
        self.tell_of_groups(connection, &groups, came, out);
    }

    /// Begins to find out with a peer in which feeds of a space the two differ, where that is this node's to do.
    pub(crate) fn begin_to_compare(
        &mut self,
        connection: ConnectionId,
        space: &Space,
        came: Came,
        out: &mut Vec<Action>,
    ) {
        if !came.begins(space) {
            return;
        }
        if let Some(session) = self.sessions.get_mut(&connection) {
            // An earlier one that was not answered is not waited for any more.
            session.comparing.insert(space.clone(), 1);
        }
        let part = comparing::first(self.feeds.frontier(space));
        self.send_part(connection, space, part, out);
    }

    /// A summary came, or the answer to one.
    pub(crate) fn summary_came(
        &mut self,
        connection: ConnectionId,
        theirs: &Summary,
        answer: bool,
        out: &mut Vec<Action>,
    ) {
        let mut again = false;
        let came = if answer { Came::Answer } else { Came::Question };
        if !answer {
            self.send_summary(connection, true, out);
        }
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.compared(self.now_ms);
            if answer {
                session.asked = false;
                again = std::mem::take(&mut session.ask_again);
            }
        }
        self.compare(connection, theirs, came, out);
        if again {
            self.ask_summary_once(connection, out);
        }
    }

    /// The slow round that repairs whatever live pushes missed.
    pub(crate) fn summaries(&mut self, out: &mut Vec<Action>) {
        let due: Vec<ConnectionId> = self
            .sessions
            .iter()
            .filter(|(_, session)| {
                session.member().is_some() && session.next_summary_ms <= self.now_ms
            })
            .map(|(connection, _)| *connection)
            .collect();
        for connection in due {
            if let Some(session) = self.sessions.get_mut(&connection) {
                session.compared(self.now_ms);
            }
            self.ask_summary(connection, out);
        }
    }

    pub(crate) fn ask_summary(&mut self, connection: ConnectionId, out: &mut Vec<Action>) {
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.asked = true;
            session.ask_again = false;
        }
        self.send_summary(connection, false, out);
    }

    /// The same, but once the answer to an earlier one is there: much that happens at once is compared once.
    pub(crate) fn ask_summary_once(&mut self, connection: ConnectionId, out: &mut Vec<Action>) {
        match self.sessions.get_mut(&connection) {
            Some(session) if session.asked => session.ask_again = true,
            _ => self.ask_summary(connection, out),
        }
    }

    pub(crate) fn send_summary(
        &self,
        connection: ConnectionId,
        answer: bool,
        out: &mut Vec<Action>,
    ) {
        let summary = self.summary(connection);
        let message = Message::Summary { summary, answer };
        out.push(Action::Send {
            connection,
            message,
        });
    }
}
