//! What a member that misbehaves makes with its real keys, and two stewards who do.

use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::roster::Extension;
use faelled_proto::statement::{Equivocation, Revocation, Vote};
use faelled_proto::{
    Charter, Cut, DocId, FeedId, Kind, MemberId, Roster, SecretKey, SignedCharter, SignedEntry,
    SignedRoster, Space, Statement, Tip,
};

use crate::cast::{certificate, federation, keys, opening, record, signed};
use crate::input::Input;

/// Feeds that are made in one run.
const MAX_FEEDS: usize = 12;
/// Entries of one of them.
const MAX_ENTRIES: usize = 600;

/// A feed that is being made, with everything that was signed for it.
#[derive(Debug, Clone)]
pub(crate) struct MadeFeed {
    pub(crate) entries: Vec<SignedEntry>,
    pub(crate) tips: Vec<Tip>,
    by: u8,
}

impl MadeFeed {
    pub(crate) fn id(&self) -> FeedId {
        self.tips[0].feed
    }

    fn extend(&mut self, input: &mut Input<'_>, now_ms: u64, count: usize) {
        let key = keys(self.by).node;
        let count = count.min(MAX_ENTRIES.saturating_sub(self.entries.len()));
        let mut writer = Writer::new(federation(), &key, self.tips.last().copied());
        for number in 0..count {
            let kind = if number == 0 {
                u16::from(input.byte() % 8)
            } else {
                900
            };
            let kind = Kind(if kind == 0 { 900 } else { kind });
            let document = input.flag().then(|| DocId::of(&[&[input.byte() % 4]]));
            let body = vec![input.byte(), u8::try_from(number % 251).unwrap_or(0)];
            let entry = writer.write(kind, document, body, now_ms);
            self.tips.push(entry.tip());
            self.entries.push(entry.signed().clone());
        }
    }
}

/// Everything that was made so far.
#[derive(Debug, Default)]
pub(crate) struct Hostile {
    pub(crate) feeds: Vec<MadeFeed>,
    charters: Vec<Charter>,
    pub(crate) statements: Vec<Statement>,
    rosters: Vec<SignedRoster>,
}

impl Hostile {
    /// Opens a feed, as the hostile member or the honest one, in a space where it may be or not.
    pub(crate) fn open(&mut self, input: &mut Input<'_>, now_ms: u64, spaces: &[Space]) {
        if self.feeds.len() >= MAX_FEEDS {
            return;
        }
        let by = [2, 2, 1, 5][input.index(4)];
        let space = input.pick(spaces).cloned().unwrap_or(Space::Commons);
        let key = keys(by).node;
        let mut writer = Writer::new(federation(), &key, None);
        let first = writer.open(&opening(by, space, input.byte()), now_ms);
        let mut feed = MadeFeed {
            entries: vec![first.signed().clone()],
            tips: vec![first.tip()],
            by,
        };
        let count = input.index(8);
        feed.extend(input, now_ms, count);
        self.feeds.push(feed);
    }

    pub(crate) fn extend(&mut self, input: &mut Input<'_>, now_ms: u64) {
        let index = input.index(self.feeds.len());
        let count = match input.byte() {
            long @ 250.. => usize::from(long),
            short => usize::from(short % 8),
        };
        if let Some(feed) = self.feeds.get_mut(index) {
            feed.extend(input, now_ms, count + 1);
        }
    }

    /// A second branch of a feed from some place on.
    pub(crate) fn branch(&mut self, input: &mut Input<'_>, now_ms: u64) {
        let Some(feed) = input.pick(&self.feeds).cloned() else {
            return;
        };
        if self.feeds.len() >= MAX_FEEDS {
            return;
        }
        let kept = 1 + input.index(feed.entries.len());
        let mut branch = feed;
        branch.entries.truncate(kept);
        branch.tips.truncate(kept);
        let count = 1 + input.index(4);
        branch.extend(input, now_ms + 1, count);
        self.feeds.push(branch);
    }

    /// A part of a feed, for a frame: as it is, or out of order.
    pub(crate) fn run(&self, input: &mut Input<'_>) -> Option<(FeedId, Vec<SignedEntry>)> {
        let feed = input.pick(&self.feeds)?;
        let from = match input.byte() % 4 {
            0 | 1 => 0,
            _ => input.index(feed.entries.len()),
        };
        let to = feed.entries.len() - input.index(3).min(feed.entries.len() - from - 1);
        let mut entries = feed.entries[from..to].to_vec();
        let (one, other) = (input.index(entries.len()), input.index(entries.len()));
        match input.byte() {
            0..=159 => {}
            160..=179 => entries.swap(one, other),
            180..=199 => drop(entries.remove(one)),
            200..=219 => entries.insert(other, entries[one].clone()),
            220..=234 => entries[one].body = None,
            _ => {
                let strange = input.pick(&self.feeds)?.entries.last()?;
                entries[one] = strange.clone();
            }
        }
        let named = if input.byte() < 240 {
            feed.id()
        } else {
            FeedId::of(&[b"other"])
        };
        (!entries.is_empty()).then_some((named, entries))
    }

    /// A charter: a new group, the next version of one, another next version, or one of a group that is not the
    /// signer's.
    pub(crate) fn charter(
        &mut self,
        input: &mut Input<'_>,
        foreign: &[Charter],
    ) -> Vec<SignedCharter> {
        let members = |input: &mut Input<'_>| {
            let chosen = input.byte() | 4;
            let named = (0..6).filter(|number| chosen & (1 << number) != 0);
            named
                .map(|number| keys(number).member)
                .collect::<Vec<MemberId>>()
        };
        let next = |before: &Charter, members: Vec<MemberId>, nonce: u8| {
            let owners = before.owners.iter().filter(|owner| members.contains(owner));
            Charter {
                version: before.version + 1,
                group: Some(before.group()),
                previous: Some(before.hash()),
                owners: owners.cloned().collect(),
                removed: before
                    .members
                    .iter()
                    .filter(|member| !members.contains(member))
                    .map(|member| Cut {
                        member: member.clone(),
                        identity_key: None,
                        last_good: Vec::new(),
                    })
                    .collect(),
                members,
                nonce: [nonce; 16],
                ..before.clone()
            }
        };
        let nonce = input.byte();
        let chosen = members(input);
        let made = match (
            input.byte() % 4,
            input.pick(&self.charters),
            input.pick(foreign),
        ) {
            (1 | 2, Some(before), _) => next(before, chosen, nonce),
            (3, _, Some(before)) => next(before, chosen, nonce),
            _ => Charter {
                version: 1,
                federation: federation(),
                group: None,
                previous: None,
                name: "Fjendtlig".into(),
                owners: vec![keys(2).member],
                members: chosen,
                removed: Vec::new(),
                claimed_ms: 0,
                nonce: [nonce; 16],
            },
        };
        if self.charters.len() < 32 {
            self.charters.push(made.clone());
        }
        let signer = [2, 2, 2, 1][input.index(4)];
        let sign = |charter| SignedCharter::sign(charter, certificate(signer), &keys(signer).node);
        let from = self.charters.len().saturating_sub(1 + input.index(6));
        self.charters[from..]
            .iter()
            .chain([&made])
            .map(sign)
            .collect()
    }

    pub(crate) fn groups(&self) -> Vec<Space> {
        self.charters
            .iter()
            .map(|charter| Space::Group(charter.group()))
            .collect()
    }

    /// A statement by keys of the hostile member: about itself, or about somebody else.
    pub(crate) fn state(
        &mut self,
        input: &mut Input<'_>,
        spaces: &[Space],
        base: &Roster,
    ) -> Statement {
        let made = match input.byte() % 4 {
            0 => self.revocation(input, spaces),
            1 => match self.equivocation(input) {
                Some(proof) => Statement::Equivocation(proof),
                None => self.revocation(input, spaces),
            },
            2 => match input.pick(&self.statements) {
                Some(known) => known.clone(),
                None => self.revocation(input, spaces),
            },
            _ => {
                let roster = encode(&self.next_roster(input, base));
                let steward = keys([1, 2, 2, 0][input.index(4)]).member;
                let by: SecretKey = keys([1, 2][input.index(2)]).identity;
                Statement::Vote(if input.flag() {
                    Vote::reject(roster, steward, "nej".into(), &by)
                } else {
                    Vote::approve(roster, steward, &by)
                })
            }
        };
        if self.statements.len() < 32 {
            self.statements.push(made.clone());
        }
        made
    }

    fn revocation(&self, input: &mut Input<'_>, spaces: &[Space]) -> Statement {
        let about = [2, 2, 2, 0, 1][input.index(5)];
        let mut last_good: Vec<Tip> = Vec::new();
        for feed in &self.feeds {
            if input.flag() {
                last_good.extend(input.pick(&feed.tips));
            }
        }
        last_good.sort_by_key(|tip| tip.feed);
        last_good.dedup_by_key(|tip| tip.feed);
        let revocation = Revocation {
            federation: federation(),
            member: keys(about).member,
            identity_key: keys(about).identity.identity_key(),
            node_key: keys(about).node.node_key(),
            space: input.pick(spaces).cloned().unwrap_or(Space::Commons),
            last_good,
            charters: Vec::new(),
            successor: input.flag().then(|| certificate(about)),
            claimed_ms: input.far(),
        };
        Statement::Revocation(revocation.sign(&keys(2).identity))
    }

    fn equivocation(&self, input: &mut Input<'_>) -> Option<Equivocation> {
        let (one, other) = (input.pick(&self.feeds)?, input.pick(&self.feeds)?);
        let ids = one.entries.iter().zip(&other.entries);
        let common = ids
            .take_while(|(one, other)| one.id() == other.id())
            .count();
        let (left, right) = (one.entries.get(common..)?, other.entries.get(common..)?);
        let opening = one.entries.first()?.clone();
        Equivocation::make(federation(), opening, left.to_vec(), right.to_vec()).ok()
    }

    fn next_roster(&self, input: &mut Input<'_>, base: &Roster) -> Roster {
        let mut next = base.clone();
        next.version = base.version.saturating_add(1);
        next.federation = Some(federation());
        next.previous = vec![base.hash()];
        next.extensions.clear();
        let mut cut = None;
        match input.byte() % 6 {
            0 => next.name = format!("Navn {}", input.byte()),
            1 => {
                let record = record(4 + input.byte() % 3);
                if let Err(place) = next.members.binary_search_by(|of| of.id.cmp(&record.id)) {
                    next.members.insert(place, record);
                }
            }
            2 => {
                let gone = keys([1, 2, 3][input.index(3)]);
                next.members.retain(|member| member.id != gone.member);
                next.stewards.retain(|steward| *steward != gone.member);
                cut = Some(gone);
            }
            3 => next.threshold = input.number(),
            4 => next.stewards = vec![keys(1).member, keys(2).member],
            _ => next
                .previous
                .extend(self.rosters.iter().map(SignedRoster::hash)),
        }
        next.previous.sort();
        next.previous.dedup();
        if let Some(gone) = cut {
            let mut last_good: Vec<Tip> = Vec::new();
            for feed in self
                .feeds
                .iter()
                .filter(|feed| keys(feed.by).member == gone.member)
            {
                last_good.extend(input.pick(&feed.tips));
            }
            last_good.sort_by_key(|tip| tip.feed);
            last_good.dedup_by_key(|tip| tip.feed);
            let cut = Cut {
                member: gone.member,
                identity_key: Some(gone.identity.identity_key()),
                last_good,
            };
            next.extensions.push(Extension {
                number: Extension::CUTS,
                bytes: encode(&vec![cut]),
            });
        }
        next
    }

    /// A roster after some version, signed by one steward, by two, or by somebody who is none.
    pub(crate) fn roster(&mut self, input: &mut Input<'_>, base: &Roster) -> Vec<SignedRoster> {
        let next = self.next_roster(input, base);
        let signers: &[u8] = match input.byte() % 6 {
            0 => &[2],
            1 => &[2, 3],
            2 => &[2, 2],
            _ => &[1, 2],
        };
        let made = signed(&next, signers);
        if self.rosters.len() < 24 {
            self.rosters.push(made.clone());
        }
        match input.byte() % 4 {
            0 => self.rosters.clone(),
            1 => self.rosters.iter().rev().cloned().collect(),
            _ => vec![made],
        }
    }
}
