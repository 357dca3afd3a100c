//! What owners of groups do in a history, with and without knowing of each other.

use std::collections::BTreeSet;

use faelled_engine::Following;
use faelled_proto::{Charter, CharterHash, Cut, GroupId, MemberId, SignedCharter, Space};
use rand_chacha::rand_core::Rng;

use super::cast::id;
use super::held::Item;
use super::history::Author;

/// What a next charter changes.
#[derive(Debug, Default)]
struct Step {
    add: Vec<MemberId>,
    remove: Vec<MemberId>,
    appoint: Vec<MemberId>,
}

impl Author {
    /// A member founds a group. The first member is in every group and stays: some node holds all.
    pub(super) fn found(&mut self) {
        if self.groups.len() >= 2 {
            return;
        }
        let founder = self.member();
        let mut members: BTreeSet<MemberId> = [id(0), id(founder)].into();
        for member in 0..self.history.members {
            if self.chance(60) {
                members.insert(id(member));
            }
        }
        let charter = Charter {
            version: 1,
            federation: self.history.federation,
            group: None,
            previous: None,
            name: format!("Group {}", self.groups.len()),
            owners: vec![id(founder)],
            members: members.into_iter().collect(),
            removed: Vec::new(),
            claimed_ms: self.now_ms,
            nonce: self.nonce(),
        };
        let group = charter.group();
        if self.sign(&charter, founder) {
            self.say(format!("member {founder} founds group {}", group.short()));
            self.saw("group");
            self.groups.push(group);
        }
    }

    fn nonce(&mut self) -> [u8; 16] {
        let mut nonce = [0; 16];
        self.rng.fill_bytes(&mut nonce);
        nonce
    }

    /// Signs and puts a charter, if anybody would take it.
    fn sign(&mut self, charter: &Charter, member: usize) -> bool {
        let pen = self.pen(member);
        let pen = &self.pens[pen];
        let signed = SignedCharter::sign(charter, pen.certificate.clone(), &pen.key);
        let item = Item::Charter(signed);
        self.held.clone().offer(&item) && self.put(item)
    }

    /// An owner changes who is in a group; seldom without knowing of what was changed before.
    pub(super) fn change_group(&mut self) {
        let groups = self.groups.clone();
        let Some(group) = self.one_of(&groups) else {
            return;
        };
        let is_late = self.chance(15);
        let Some(before) = self.charter(group, is_late) else {
            return;
        };
        let was_unconfirmed = self.is_unconfirmed(group);
        let (step, what) = self.drawn_step(&before);
        let owners = before.owners.clone();
        let Some(owner) = self.one_of(&owners).and_then(|owner| self.number(&owner)) else {
            return;
        };
        if self.follow(&before, &step, owner) {
            self.say(format!(
                "member {owner} signs a charter of {}: {what}",
                group.short()
            ));
            self.saw(what);
            let is_again = step
                .add
                .iter()
                .any(|member| self.was_removed(group, member));
            if is_again {
                self.saw("member added again");
            }
            let held = self.held.groups.get(&group);
            if held.is_some_and(|group| group.is_frozen()) {
                self.saw("contradicting charters");
            }
            match (was_unconfirmed, self.is_unconfirmed(group)) {
                (_, true) => self.saw("charter that nobody bore out"),
                (true, false) => self.saw("unconfirmed charters settled"),
                (false, false) => {}
            }
        }
    }

    fn drawn_step(&mut self, before: &Charter) -> (Step, &'static str) {
        let others: Vec<MemberId> = before
            .members
            .iter()
            .filter(|member| **member != id(0))
            .cloned()
            .collect();
        let outside: Vec<MemberId> = (0..self.history.members)
            .map(id)
            .filter(|member| !before.names(member))
            .collect();
        let mut step = Step::default();
        let what = match self.below(10) {
            0..=3 => {
                step.add.extend(self.one_of(&outside));
                "addition to a group"
            }
            4..=7 => {
                step.remove.extend(self.one_of(&others));
                "removal from a group with cuts"
            }
            _ => {
                step.appoint.extend(self.one_of(&others));
                "owner appointed"
            }
        };
        (step, what)
    }

    /// Two owners remove each other, neither knowing of the other's charter.
    pub(super) fn remove_each_other(&mut self) {
        let groups = self.groups.clone();
        let Some(group) = self.one_of(&groups) else {
            return;
        };
        let Some(mut before) = self.charter(group, false) else {
            return;
        };
        let is_other = |member: &&MemberId| **member != id(0);
        if before.owners.iter().filter(is_other).count() < 2 {
            let step = Step {
                appoint: before
                    .members
                    .iter()
                    .filter(is_other)
                    .take(3)
                    .cloned()
                    .collect(),
                ..Step::default()
            };
            let owner = before.owners.first().and_then(|owner| self.number(owner));
            let Some(owner) = owner.filter(|owner| self.follow(&before, &step, *owner)) else {
                return;
            };
            self.say(format!(
                "member {owner} appoints owners of {}",
                group.short()
            ));
            self.saw("owner appointed");
            let Some(next) = self.charter(group, false) else {
                return;
            };
            before = next;
        }
        let mut owners: Vec<MemberId> = before.owners.iter().filter(is_other).cloned().collect();
        if owners.len() < 2 {
            return;
        }
        let index = self.below(owners.len());
        let one = owners.remove(index);
        let Some(other) = self.one_of(&owners) else {
            return;
        };
        let mut signed = 0;
        for (by, gone) in [(&one, &other), (&other, &one)] {
            let step = Step {
                remove: vec![gone.clone()],
                ..Step::default()
            };
            let by = self.number(by);
            signed += usize::from(by.is_some_and(|by| self.follow(&before, &step, by)));
        }
        if signed == 2 {
            self.say(format!(
                "{one} and {other} remove each other from {}",
                group.short()
            ));
            self.saw("mutual removal");
        }
    }

    fn follow(&mut self, before: &Charter, step: &Step, by: usize) -> bool {
        let mut members: BTreeSet<MemberId> =
            before.members.iter().chain(&step.add).cloned().collect();
        members.retain(|member| !step.remove.contains(member));
        let mut owners: BTreeSet<MemberId> =
            before.owners.iter().chain(&step.appoint).cloned().collect();
        owners.retain(|owner| members.contains(owner));
        let is_same = members.iter().eq(&before.members) && owners.iter().eq(&before.owners);
        if owners.is_empty() || is_same {
            return false;
        }
        let group = before.group();
        let space = Space::Group(group);
        let gone: Vec<MemberId> = before
            .members
            .iter()
            .filter(|member| !members.contains(*member))
            .cloned()
            .collect();
        let removed = gone
            .into_iter()
            .map(|member| Cut {
                last_good: self
                    .last_good(|feed, pen| feed.space == space && id(pen.member) == member),
                member,
                identity_key: None,
            })
            .collect();
        let next = Charter {
            version: before.version + 1,
            group: Some(group),
            previous: Some(before.hash()),
            owners: owners.into_iter().collect(),
            members: members.into_iter().collect(),
            removed,
            claimed_ms: self.now_ms,
            nonce: self.nonce(),
            ..before.clone()
        };
        self.sign(&next, by)
    }

    /// The newest charter of a group; or any that there is.
    fn charter(&mut self, group: GroupId, any: bool) -> Option<Charter> {
        let held = self.held.groups.get(&group)?;
        let all: Vec<Charter> = held
            .charters()
            .into_iter()
            .filter_map(|signed| signed.decode().ok())
            .collect();
        let newest: CharterHash = held.newest().hash();
        if let Some((end, _)) = held.unconfirmed() {
            let end = end.clone();
            if self.chance(50) {
                return Some(end);
            }
        }
        let drawn = self.one_of(&all)?;
        if any {
            return Some(drawn);
        }
        all.into_iter().find(|charter| charter.hash() == newest)
    }

    fn is_unconfirmed(&self, group: GroupId) -> bool {
        let held = self.held.groups.get(&group);
        held.is_some_and(|group| matches!(group.following(), Following::Unconfirmed { .. }))
    }

    fn was_removed(&self, group: GroupId, member: &MemberId) -> bool {
        let held = self.held.groups.get(&group);
        held.is_some_and(|group| group.cuts().any(|cut| cut.member == *member))
    }

    fn number(&self, member: &MemberId) -> Option<usize> {
        (0..self.history.members).find(|number| id(*number) == *member)
    }
}
