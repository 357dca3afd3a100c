//! What peers say: messages that are well made, with contents of every sort.

use faelled_proto::comparison::{Branch, Comparison, Range, Turn};
use faelled_proto::frontier::ShortDigest;
use faelled_proto::id::FrontierDigest;
use faelled_proto::message::{Bye, Hello, JoinAnswer, Summary, Want};
use faelled_proto::{EntryId, FeedId, Mark, Message, Prefix, Roster, Space, Statement, Tip};

use super::{Play, join_request};
use crate::cast::{certificate, first_roster};
use crate::input::Input;

impl Play {
    pub(super) fn spaces(&self) -> Vec<Space> {
        [self.spaces.clone(), self.hostile.groups()].concat()
    }

    pub(super) fn base(&self, input: &mut Input<'_>) -> Roster {
        let rosters = self.world.engine.rosters();
        let hashes: Vec<_> = rosters.hashes().copied().collect();
        let newest = rosters.newest().cloned();
        let chosen = match (input.flag(), newest) {
            (false, Some(newest)) => Some(newest),
            _ => {
                let held = input.pick(&hashes).and_then(|hash| rosters.get(hash));
                held.and_then(|held| held.decode().ok())
            }
        };
        chosen.unwrap_or_else(|| first_roster().decode().unwrap())
    }

    /// Feeds that a peer may name: its own, this node's, and some that nobody has. Those that nobody may know
    /// of are left out: no peer can guess them, and what it says itself is no secret.
    fn tip(&self, input: &mut Input<'_>) -> Tip {
        let known = self.world.tips();
        let tip = match (input.byte() % 4, input.pick(&self.hostile.feeds)) {
            (0 | 1, Some(feed)) => input.pick(&feed.tips).copied(),
            (2, _) => input
                .pick(&known)
                .copied()
                .filter(|tip| !self.world.is_secret(&tip.feed)),
            _ => None,
        };
        let mut tip = tip.unwrap_or_else(|| Tip {
            feed: FeedId::of(&[&[input.byte()]]),
            seq: input.far(),
            entry: EntryId::of(&[b"entry"]),
        });
        match input.byte() % 4 {
            0 => tip.seq = input.far(),
            1 => tip.entry = EntryId::from_bytes([input.byte(); 32]),
            _ => {}
        }
        tip
    }

    pub(super) fn tips(&self, input: &mut Input<'_>) -> Vec<Tip> {
        let mut tips: Vec<Tip> = (0..input.index(12)).map(|_| self.tip(input)).collect();
        tips.sort_by_key(|tip| tip.feed);
        tips.dedup_by_key(|tip| tip.feed);
        tips
    }

    /// What a peer tells of a frontier and asks about it.
    fn part(&self, input: &mut Input<'_>) -> Comparison {
        let mut part = Comparison::telling(self.tips(input));
        part.turn = [Turn::First, Turn::More, Turn::Last][input.index(3)];
        // Prefixes of one length are apart.
        let length = input.index(3);
        let prefix = |feed| Prefix::of(&feed, length);
        let mut prefixes: Vec<Prefix> = self
            .tips(input)
            .iter()
            .map(|tip| prefix(tip.feed))
            .collect();
        prefixes.sort();
        prefixes.dedup();
        for prefix in prefixes {
            if input.flag() {
                let digests = [ShortDigest([input.byte(); 16]); 16];
                part.branches.push(Branch { prefix, digests });
            } else {
                let mut tips = self.tips(input);
                tips.retain(|tip| prefix.covers(&tip.feed));
                part.ranges.push(Range { prefix, tips });
            }
        }
        part
    }

    pub(super) fn summary(&self, input: &mut Input<'_>) -> Summary {
        let mut digests: Vec<(Space, FrontierDigest)> = Vec::new();
        for space in self.spaces() {
            if input.flag() {
                digests.push((space, FrontierDigest::of(&[&[input.byte()]])));
            }
        }
        digests.sort();
        digests.dedup_by(|one, other| one.0 == other.0);
        Summary {
            roster_version: input.far(),
            marks: FrontierDigest::of(&[&[input.byte()]]),
            digests,
        }
    }

    pub(super) fn message(&self, input: &mut Input<'_>) -> Message {
        let spaces = self.spaces();
        let space = input.pick(&spaces).cloned().unwrap_or(Space::Commons);
        match input.byte() % 10 {
            0 => Message::Hello(Hello {
                oldest_version: input.far().min(u16::MAX.into()).try_into().unwrap_or(0),
                newest_version: input.number(),
                software: "x".into(),
                certificate: certificate(input.byte() % 7),
                summary: self.summary(input),
            }),
            1 => Message::Summary {
                summary: self.summary(input),
                answer: input.flag(),
            },
            2..=4 => Message::Frontier {
                space,
                part: self.part(input),
            },
            5 | 6 => Message::Want(self.wants(input)),
            7 => Message::WantRoster { after: input.far() },
            8 => {
                let mut marks: Vec<Mark> = self
                    .hostile
                    .statements
                    .iter()
                    .map(Statement::mark)
                    .collect();
                marks.truncate(input.index(8));
                marks.sort();
                marks.dedup();
                Message::Marks { space, marks }
            }
            _ => match input.byte() % 4 {
                0 => Message::Bye(Bye::Duplicate),
                1 => Message::JoinAnswer(JoinAnswer::Admitted),
                _ => {
                    let secret = input.pick(&self.tickets).copied().unwrap_or([1; 16]);
                    Message::Join(join_request(input.byte() % 7, secret))
                }
            },
        }
    }

    /// Any of this node's feeds may be asked for: a former member of a group knows their ids.
    fn wants(&self, input: &mut Input<'_>) -> Vec<Want> {
        let want = |input: &mut Input<'_>| {
            let feed = match input.flag() {
                true => input.pick(&self.own_feeds).copied(),
                false => None,
            };
            let feed = feed.unwrap_or_else(|| self.tip(input).feed);
            let from = input.far();
            let to = from.saturating_add(input.far());
            Want { feed, from, to }
        };
        (0..input.index(6)).map(|_| want(input)).collect()
    }
}
