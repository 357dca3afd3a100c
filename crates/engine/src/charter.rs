//! Charters on their way: founding and changing groups here, and what others signed.

use std::collections::{BTreeMap, BTreeSet};

use faelled_proto::canonical::encode;
use faelled_proto::limits::{
    MAX_CHARTER_VERSIONS, MAX_CUT_FEEDS, MAX_GROUP_MEMBERS, MAX_GROUPS, MAX_MESSAGE_BYTES,
    MAX_NAME_BYTES,
};
use faelled_proto::{
    Charter, CharterHash, Cut, GroupId, MemberId, Message, SignedCharter, Space, Tip,
};
use rand_chacha::rand_core::Rng;

use crate::commit::Pending;
use crate::engine::{Engine, Standing};
use crate::event::{
    Action, Answer, ConnectionId, Notice, RequestFailure, RequestId, StoreOperation,
};
use crate::groups::{Following, Group};
use crate::limits::{
    MAX_CHARTER_BYTES_TOLD_AT_ONCE, MAX_GROUPS_PER_FOUNDER, MAX_GROUPS_TOLD_AT_ONCE,
};
use crate::summary::Came;

/// How a group's membership changes.
#[derive(Debug, Clone, Default)]
pub struct Membership {
    /// Members that come.
    pub add: Vec<MemberId>,
    /// Members that go; an owner among them owns it no longer.
    pub remove: Vec<MemberId>,
    /// Members that own it from now on too.
    pub appoint: Vec<MemberId>,
    /// What of versions that nobody confirmed. Needed where there are some, and only there.
    pub unconfirmed: Option<Unconfirmed>,
    /// How far the feeds in the group count of those that go. Of whom this does not name, all that is held.
    pub last_good: BTreeMap<MemberId, Vec<Tip>>,
    /// Although this node may hold less than it once signed: it has met nobody of the group since the machine started.
    pub unmet: bool,
}

/// What to do with versions by a key that its owner no longer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unconfirmed {
    /// They hold: the next version follows them.
    Keep,
    /// They do not: the next version follows the last one that holds.
    Drop,
}

impl Engine {
    pub(crate) fn found_group(
        &mut self,
        request: RequestId,
        name: String,
        members: Vec<MemberId>,
        out: &mut Vec<Action>,
    ) {
        match self.first_charter(name, members) {
            Ok(charter) => self.store_charter(request, charter, out),
            Err(failure) => answer(request, Answer::Failed(failure), out),
        }
    }

    fn first_charter(
        &mut self,
        name: String,
        members: Vec<MemberId>,
    ) -> Result<Charter, RequestFailure> {
        self.check_may_sign()?;
        if name.is_empty() || name.len() > MAX_NAME_BYTES {
            return Err(RequestFailure::BadName);
        }
        if self.groups.iter().count() >= MAX_GROUPS
            || self.groups.founded_by(&self.own) >= MAX_GROUPS_PER_FOUNDER
        {
            return Err(RequestFailure::TooMany);
        }
        self.check_in_roster(&members)?;
        let mut members: BTreeSet<MemberId> = members.into_iter().collect();
        members.insert(self.own.clone());
        if members.len() > MAX_GROUP_MEMBERS {
            return Err(RequestFailure::TooMany);
        }
        let mut nonce = [0; 16];
        self.rng.fill_bytes(&mut nonce);
        Ok(Charter {
            version: 1,
            federation: self.rosters.federation(),
            group: None,
            previous: None,
            name,
            owners: vec![self.own.clone()],
            members: members.into_iter().collect(),
            removed: Vec::new(),
            claimed_ms: self.now_ms,
            nonce,
        })
    }

    pub(crate) fn change_group(
        &mut self,
        request: RequestId,
        group: GroupId,
        change: &Membership,
        out: &mut Vec<Action>,
    ) {
        match self.next_charter(group, change) {
            Ok(Some(next)) => self.store_charter(request, next, out),
            Ok(None) => answer(request, Answer::Group(group), out),
            Err(failure) => answer(request, Answer::Failed(failure), out),
        }
    }

    /// `None` where the group is so already.
    fn next_charter(
        &mut self,
        id: GroupId,
        change: &Membership,
    ) -> Result<Option<Charter>, RequestFailure> {
        self.check_may_sign()?;
        let group = self
            .groups
            .get(&id)
            .filter(|group| {
                let later = group.unconfirmed().map(|(charter, _)| charter);
                let mut either = [Some(group.newest()), later].into_iter().flatten();
                either.any(|charter| charter.names(&self.own))
            })
            .ok_or(RequestFailure::UnknownGroup(id))?;
        let before = followed(group, change.unconfirmed)?;
        if !group.may_follow(&self.own, before) {
            return Err(RequestFailure::NotAnOwner);
        }
        if !change.unmet && !self.is_in_touch(id, before) {
            return Err(RequestFailure::GroupNotMet);
        }
        self.check_in_roster(&change.add)?;
        let mut members: BTreeSet<MemberId> =
            before.members.iter().chain(&change.add).cloned().collect();
        members.retain(|member| !change.remove.contains(member));
        let mut owners: BTreeSet<MemberId> = before.owners.iter().cloned().collect();
        let mut appointed = change.appoint.iter();
        if let Some(stranger) = appointed.find(|owner| !members.contains(*owner)) {
            return Err(RequestFailure::UnknownMember(stranger.clone()));
        }
        owners.extend(change.appoint.iter().cloned());
        owners.retain(|owner| members.contains(owner));
        let owners: Vec<MemberId> = owners.into_iter().collect();
        if owners.is_empty() {
            return Err(RequestFailure::LastOwner);
        }
        let version = before.version + 1;
        if members.len() > MAX_GROUP_MEMBERS || version > MAX_CHARTER_VERSIONS as u64 {
            return Err(RequestFailure::TooMany);
        }
        let members: Vec<MemberId> = members.into_iter().collect();
        if let Some(ahead) = self.charters_ahead.get(&id)
            && ahead.previous == Some(before.hash())
        {
            // Whether the disk took it is not known: never two charters with one version.
            return if ahead.members == members && ahead.owners == owners {
                Ok(Some(ahead.clone()))
            } else {
                Err(RequestFailure::GroupInDoubt)
            };
        }
        if change.unconfirmed.is_none() && members == before.members && owners == before.owners {
            return Ok(None);
        }
        let removed = self.cuts_of_those_that_go(before, &members, change)?;
        let mut next = Charter {
            version,
            group: Some(id),
            previous: Some(before.hash()),
            owners,
            members,
            removed,
            claimed_ms: self.now_ms,
            ..before.clone()
        };
        self.rng.fill_bytes(&mut next.nonce);
        self.charters_ahead.insert(id, next.clone());
        Ok(Some(next))
    }

    /// Whether this node knows all that its member signed in a group. One that was restored does not, until it has met
    /// somebody who does: what it signs before that freezes the group.
    fn is_in_touch(&self, id: GroupId, newest: &Charter) -> bool {
        let mut others = newest.members.iter().filter(|other| **other != self.own);
        self.groups_in_touch.contains(&id)
            || !others.any(|other| self.rosters.member(other).is_some())
    }

    fn cuts_of_those_that_go(
        &self,
        before: &Charter,
        members: &[MemberId],
        change: &Membership,
    ) -> Result<Vec<Cut>, RequestFailure> {
        let space = Space::Group(before.group());
        let gone = before
            .members
            .iter()
            .filter(|member| !members.contains(member));
        let removed: Vec<Cut> = gone
            .map(|member| {
                let held = || self.feeds.told_of(member, &space);
                let last_good = change.last_good.get(member).cloned();
                Cut {
                    member: member.clone(),
                    identity_key: None,
                    last_good: last_good.unwrap_or_else(held),
                }
            })
            .collect();
        if removed.iter().map(|cut| cut.last_good.len()).sum::<usize>() > MAX_CUT_FEEDS {
            return Err(RequestFailure::TooMany);
        }
        Ok(removed)
    }

    fn check_may_sign(&self) -> Result<(), RequestFailure> {
        if self.standing() != Standing::Member {
            return Err(RequestFailure::NotAMember);
        }
        if self.config.certificate.claim.expires_ms <= self.now_ms {
            return Err(RequestFailure::CertificateExpired);
        }
        Ok(())
    }

    fn check_in_roster(&self, members: &[MemberId]) -> Result<(), RequestFailure> {
        match members
            .iter()
            .find(|member| self.rosters.member(member).is_none())
        {
            Some(unknown) => Err(RequestFailure::UnknownMember(unknown.clone())),
            None => Ok(()),
        }
    }

    fn store_charter(&mut self, request: RequestId, charter: Charter, out: &mut Vec<Action>) {
        let certificate = self.config.certificate.clone();
        let signed = SignedCharter::sign(&charter, certificate, &self.config.node_key);
        self.store_charters(vec![signed], Some((request, charter.group())), out);
    }

    fn store_charters(
        &mut self,
        charters: Vec<SignedCharter>,
        request: Option<(RequestId, GroupId)>,
        out: &mut Vec<Action>,
    ) {
        let operation = self.operation(Pending::Charters {
            charters: charters.clone(),
            request,
        });
        out.push(Action::Store {
            operation,
            write: StoreOperation::Charters(charters),
        });
    }

    /// Charters came: checked one after the other, then stored. Nothing is answered, whatever they are. One that is
    /// refused holds up no other: of a signer that has no room left, others' come behind its own.
    pub(crate) fn charters_came(
        &mut self,
        connection: ConnectionId,
        charters: Vec<SignedCharter>,
        out: &mut Vec<Action>,
    ) {
        let mut groups = self.groups.clone();
        let mut new = Vec::new();
        let mut refused = None;
        let mut shown: BTreeMap<GroupId, BTreeSet<CharterHash>> = BTreeMap::new();
        for signed in charters {
            if let Ok(charter) = signed.decode() {
                let hashes = shown.entry(charter.group()).or_default();
                hashes.insert(signed.hash());
            }
            match groups.accept(&self.rosters, signed.clone()) {
                Ok(true) => new.push(signed),
                Ok(false) => {}
                Err(refusal) => refused = refused.or(Some(refusal)),
            }
        }
        out.extend(refused.map(|refusal| {
            Action::Notice(Notice::CharterRefused {
                connection,
                refusal,
            })
        }));
        let is_news = !new.is_empty();
        if is_news {
            self.store_charters(new, None, out);
        }
        for (id, hashes) in shown {
            let held = self.groups.get(&id);
            if held.is_some_and(|group| group.hashes().all(|hash| hashes.contains(&hash))) {
                self.shows_charters(connection, id);
                if !is_news {
                    self.groups_in_touch.insert(id);
                }
                self.tell_what_was_withheld(connection, id, out);
            }
        }
    }

    /// A peer showed that it holds all charters of a group that are held here now.
    pub(crate) fn shows_charters(&mut self, connection: ConnectionId, group: GroupId) {
        let held = self.groups.get(&group);
        if let Some(digest) = held.map(Group::charters_digest)
            && let Some(session) = self.sessions.get_mut(&connection)
        {
            session.charters.insert(group, digest);
        }
    }

    /// Whether a peer has shown that it holds all charters of a group that are held here. Where it has not,
    /// it is noted that something was to be pushed.
    pub(crate) fn may_push(&mut self, connection: ConnectionId, group: GroupId) -> bool {
        let held = self.groups.get(&group).map(Group::charters_digest);
        let Some(session) = self.sessions.get_mut(&connection) else {
            return false;
        };
        let shown = held.is_some() && session.charters.get(&group) == held.as_ref();
        if !shown {
            session.withheld.insert(group);
        }
        shown
    }

    /// Compares again with a peer that may have missed something while it had not shown its charters.
    fn tell_what_was_withheld(
        &mut self,
        connection: ConnectionId,
        group: GroupId,
        out: &mut Vec<Action>,
    ) {
        let session = self.sessions.get_mut(&connection);
        let missed = session.is_some_and(|session| session.withheld.remove(&group));
        let sees = self
            .open_session(connection)
            .is_some_and(|(_, peer)| self.border(peer).lets_through(&Space::Group(group)));
        if missed && sees {
            self.ask_summary_once(connection, out);
        }
    }

    /// The charters hold from here on: whoever sees their groups now compares anew.
    pub(crate) fn charters_stored(
        &mut self,
        charters: Vec<SignedCharter>,
        request: Option<(RequestId, GroupId)>,
        out: &mut Vec<Action>,
    ) {
        let mut changed = BTreeSet::new();
        let mut is_full = false;
        for signed in charters {
            let Ok(group) = signed.decode().map(|charter| charter.group()) else {
                continue;
            };
            match self.groups.accept(&self.rosters, signed) {
                Ok(true) => {
                    changed.insert(Space::Group(group));
                }
                Ok(false) => {}
                Err(_) => is_full = true,
            }
        }
        out.push(Action::Committed);
        self.cuts_changed(out);
        if let Some((request, group)) = request {
            self.charters_ahead.remove(&group);
            self.groups_in_touch.insert(group);
            let said = match is_full {
                true => Answer::Failed(RequestFailure::TooMany),
                false => Answer::Group(group),
            };
            answer(request, said, out);
        }
        let seeing: Vec<ConnectionId> = self
            .sessions
            .iter()
            .filter(|(_, session)| {
                session.member().is_some_and(|peer| {
                    let border = self.border(peer);
                    changed.iter().any(|space| border.lets_through(space))
                })
            })
            .map(|(connection, _)| *connection)
            .collect();
        for connection in seeing {
            self.ask_summary_once(connection, out);
        }
    }

    /// Tells a peer of groups, ascending, in which the two differ: of a few at once, and where it goes on of
    /// the rest when the two have compared again.
    pub(crate) fn tell_of_groups(
        &mut self,
        connection: ConnectionId,
        groups: &[GroupId],
        came: Came,
        out: &mut Vec<Action>,
    ) {
        let session = self.sessions.get(&connection);
        let last = session.and_then(|session| session.told_last);
        let later = groups.iter().position(|group| Some(*group) > last);
        let due = &groups[later.unwrap_or(0)..];
        let mut bytes = 0;
        let mut told = 0;
        for group in due.iter().take(MAX_GROUPS_TOLD_AT_ONCE) {
            if bytes > MAX_CHARTER_BYTES_TOLD_AT_ONCE {
                break;
            }
            // Before the frontier: it tells nothing to whoever does not know of the group.
            bytes += self.send_charters(connection, *group, out);
            let space = Space::Group(*group);
            self.send_marks(connection, &space, out);
            self.begin_to_compare(connection, &space, came, out);
            told += 1;
        }
        if !came.goes_on() {
            return;
        }
        let is_rest = told < due.len();
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.told_last = due[..told].last().copied().filter(|_| is_rest);
        }
        if is_rest {
            self.ask_summary_once(connection, out);
        }
    }

    /// Sends all charters of a group, in as many messages as it takes. Returns their length in bytes.
    fn send_charters(
        &self,
        connection: ConnectionId,
        group: GroupId,
        out: &mut Vec<Action>,
    ) -> usize {
        let charters = self.groups.get(&group).map(|group| group.charters());
        let mut parts: Vec<Vec<SignedCharter>> = Vec::new();
        let mut total = 0;
        let mut bytes = 0;
        for signed in charters.into_iter().flatten() {
            let length = encode(signed).len();
            total += length;
            let part = parts.pop_if(|part| {
                part.len() < MAX_CHARTER_VERSIONS && bytes + length <= MAX_MESSAGE_BYTES
            });
            // Room for the message's mark and count.
            bytes = length + if part.is_some() { bytes } else { 16 };
            let mut part = part.unwrap_or_default();
            part.push(signed.clone());
            parts.push(part);
        }
        out.extend(parts.into_iter().map(|part| Action::Send {
            connection,
            message: Message::Charters(part),
        }));
        total
    }
}

/// The version that the next one follows.
fn followed(group: &Group, said: Option<Unconfirmed>) -> Result<&Charter, RequestFailure> {
    match (group.following(), said) {
        (Following::Contradiction, _) => Err(RequestFailure::GroupFrozen),
        (Following::Nothing, None) | (Following::Unconfirmed { .. }, Some(Unconfirmed::Drop)) => {
            Ok(group.newest())
        }
        (Following::Nothing, Some(_)) => Err(RequestFailure::NothingUnconfirmed),
        (Following::Unconfirmed { .. }, None) => Err(RequestFailure::GroupUnconfirmed),
        (Following::Unconfirmed { .. }, Some(Unconfirmed::Keep)) => group
            .unconfirmed()
            .map(|(charter, _)| charter)
            .ok_or(RequestFailure::UnconfirmedBranches),
    }
}

fn answer(request: RequestId, answer: Answer, out: &mut Vec<Action>) {
    out.push(Action::Answer { request, answer });
}
