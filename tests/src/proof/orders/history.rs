//! Generated histories: what members, stewards and owners do, one after the other or without knowing of each
//! other, as a set of items.

use std::collections::BTreeMap;

use faelled_engine::Change;
use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::opening::{DocumentOpening, FeedOpening};
use faelled_proto::roster::Roster;
use faelled_proto::{
    DocId, EntryId, FederationId, FeedId, GroupId, IdentityKey, Kind, MemberId, SecretKey,
    SignedRoster, Space, Tip, VerifiedEntry,
};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::cast::{Cast, Pen, id};
use super::held::{Held, Item};

/// Begins all histories.
pub(super) const START_MS: u64 = 1_790_000_000_000;

/// Everything that a history may hold. Among all histories of a run each must come up.
pub(super) const THINGS: &[&str] = &[
    "document opened",
    "change",
    "change by another than the owner",
    "change by a member of a group",
    "grant",
    "withdrawal",
    "release",
    "new incarnation",
    "admission",
    "removal with cuts",
    "re-keying",
    "change of stewards",
    "fork of the roster",
    "resolution",
    "rival resolution",
    "vote for",
    "vote against",
    "roster made of votes",
    "group",
    "addition to a group",
    "removal from a group with cuts",
    "member added again",
    "owner appointed",
    "mutual removal",
    "contradicting charters",
    "charter that nobody bore out",
    "unconfirmed charters settled",
    "revocation without successor",
    "revocation with successor",
    "revocation of a key that signed charters",
    "revocation of another's key",
    "equivocation",
];

/// A history.
#[derive(Debug)]
pub(super) struct History {
    pub(super) seed: u64,
    pub(super) cast: Cast,
    pub(super) federation: FederationId,
    pub(super) members: usize,
    pub(super) items: Vec<Item>,
    /// What happened, in words.
    pub(super) said: Vec<String>,
    /// How often each of [`THINGS`].
    pub(super) things: BTreeMap<&'static str, u64>,
}

/// A feed as its author has it.
#[derive(Debug)]
pub(super) struct OwnFeed {
    pub(super) id: FeedId,
    pub(super) pen: usize,
    pub(super) space: Space,
    pub(super) entries: Vec<VerifiedEntry>,
    pub(super) is_forked: bool,
    /// The author writes in another one now.
    pub(super) is_left: bool,
    /// How many of a document's changes its author has seen.
    pub(super) seen: BTreeMap<DocId, usize>,
}

/// A document.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) id: DocId,
    pub(super) opening: DocumentOpening,
    pub(super) changes: Vec<Changed>,
    pub(super) rounds: BTreeMap<MemberId, u32>,
}

/// A change of a document.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) feed: usize,
    pub(super) seq: u64,
    pub(super) entry: EntryId,
    pub(super) body: Vec<u8>,
}

/// Makes a history. It knows all that was said; who acts in it often does not.
#[derive(Debug)]
pub(super) struct Author {
    pub(super) rng: ChaCha12Rng,
    pub(super) history: History,
    pub(super) held: Held,
    pub(super) identities: Vec<Vec<SecretKey>>,
    pub(super) secrets: BTreeMap<IdentityKey, SecretKey>,
    pub(super) pens: Vec<Pen>,
    pub(super) revoked: Vec<usize>,
    pub(super) feeds: Vec<OwnFeed>,
    pub(super) documents: Vec<Opened>,
    pub(super) groups: Vec<GroupId>,
    pub(super) now_ms: u64,
}

impl History {
    /// The history of a seed, always the same.
    pub(super) fn of(seed: u64) -> Self {
        let mut author = Author::new(seed);
        let steps = 14 + author.below(20);
        for _ in 0..steps {
            author.now_ms += 60_000;
            author.step();
        }
        author.history
    }
}

impl Author {
    fn new(seed: u64) -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        let mut draw = |bound: usize| rng.next_u32() as usize % bound;
        let members = 3 + draw(4);
        let initial = 3 + draw(members - 2);
        let cast = Cast { seed };
        let identities: Vec<Vec<SecretKey>> = (0..members)
            .map(|member| vec![cast.identity(member, 0)])
            .collect();
        let secrets = identities
            .iter()
            .flatten()
            .map(|key| (key.identity_key(), key.clone()))
            .collect();
        let roster = Roster {
            version: 1,
            federation: None,
            previous: Vec::new(),
            name: "Orders".into(),
            claimed_ms: START_MS,
            threshold: 2,
            stewards: (0..3).map(id).collect(),
            members: (0..initial)
                .map(|member| cast.record(member, &identities[member][0]))
                .collect(),
            extensions: Vec::new(),
        };
        let mut first = SignedRoster::unsigned(&roster);
        for (member, keys) in identities.iter().enumerate().take(2) {
            first.sign(id(member), &keys[0]);
        }
        let federation = first.federation();
        let mut author = Self {
            rng,
            history: History {
                seed,
                cast,
                federation,
                members,
                items: Vec::new(),
                said: Vec::new(),
                things: BTreeMap::new(),
            },
            held: Held::empty(federation),
            identities,
            secrets,
            pens: Vec::new(),
            revoked: Vec::new(),
            feeds: Vec::new(),
            documents: Vec::new(),
            groups: Vec::new(),
            now_ms: START_MS,
        };
        author.put(Item::Roster(first));
        author.say(format!(
            "{initial} of {members} members found the federation"
        ));
        author
    }

    fn step(&mut self) {
        match self.below(100) {
            0..=10 => self.open_document(),
            11..=40 => self.change_document(),
            41..=46 => self.grant(),
            47..=51 => self.withdraw(),
            52..=54 => self.release(),
            55..=57 => self.leave_feed(),
            58..=69 => self.change_roster(),
            70..=72 => self.fork_or_resolve(),
            73..=77 => self.found(),
            78..=85 => self.change_group(),
            86..=89 => self.remove_each_other(),
            90..=94 => self.revoke(),
            _ => self.equivocate(),
        }
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.rng.next_u32() as usize % bound.max(1)
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them, drawn.
    pub(super) fn one_of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        let index = self.below(all.len());
        all.get(index).cloned()
    }

    pub(super) fn say(&mut self, what: String) {
        self.history.said.push(what);
    }

    pub(super) fn saw(&mut self, thing: &'static str) {
        debug_assert!(THINGS.contains(&thing), "{thing} is not listed");
        *self.history.things.entry(thing).or_default() += 1;
    }

    pub(super) fn put(&mut self, item: Item) -> bool {
        let is_news = self.held.offer(&item);
        self.history.items.push(item);
        is_news
    }

    /// A number for a member that is or was in the roster or will be.
    pub(super) fn member(&mut self) -> usize {
        let members = self.history.members;
        self.below(members)
    }

    /// A node of a member: one that it has, or a new one. As a rule it has the member's present identity key.
    pub(super) fn pen(&mut self, member: usize) -> usize {
        let newest = self.identities[member].len() - 1;
        let number = if self.chance(90) {
            newest
        } else {
            self.below(newest + 1)
        };
        let identity = self.identities[member][number].clone();
        let own: Vec<usize> = (0..self.pens.len())
            .filter(|pen| {
                let pen = &self.pens[*pen];
                pen.member == member && pen.identity.identity_key() == identity.identity_key()
            })
            .collect();
        if self.chance(80)
            && let Some(pen) = self.one_of(&own)
        {
            return pen;
        }
        self.new_pen(member, identity)
    }

    pub(super) fn new_pen(&mut self, member: usize, identity: SecretKey) -> usize {
        let (number, federation) = (self.pens.len(), self.history.federation);
        let pen = self.history.cast.pen(federation, member, identity, number);
        self.pens.push(pen);
        number
    }

    /// The feed in which a node writes in a space; opened where there is none. `None` where nobody would take it.
    pub(super) fn feed(&mut self, pen: usize, space: &Space) -> Option<usize> {
        let found = self
            .feeds
            .iter()
            .position(|feed| feed.pen == pen && feed.space == *space && !feed.is_left);
        if found.is_some() {
            return found;
        }
        let mut incarnation = [0; 16];
        self.rng.fill_bytes(&mut incarnation);
        let opening = FeedOpening {
            certificate: self.pens[pen].certificate.clone(),
            space: space.clone(),
            incarnation,
            known_tips: Vec::new(),
        };
        let key = self.pens[pen].key.clone();
        let entry = Writer::new(self.history.federation, &key, None).open(&opening, self.now_ms);
        let item = Item::Entry(entry.feed(), entry.signed().clone());
        if !self.held.clone().offer(&item) {
            return None;
        }
        self.put(item);
        self.feeds.push(OwnFeed {
            id: entry.feed(),
            pen,
            space: space.clone(),
            entries: vec![entry],
            is_forked: false,
            is_left: false,
            seen: BTreeMap::new(),
        });
        Some(self.feeds.len() - 1)
    }

    /// Signs the next entry of a feed.
    pub(super) fn write(
        &mut self,
        feed: usize,
        kind: Kind,
        document: DocId,
        body: Vec<u8>,
    ) -> VerifiedEntry {
        let own = &self.feeds[feed];
        let tip = own.entries.last().map(VerifiedEntry::tip);
        let key = self.pens[own.pen].key.clone();
        let mut writer = Writer::new(self.history.federation, &key, tip);
        let entry = writer.write(kind, Some(document), body, self.now_ms);
        self.put(Item::Entry(entry.feed(), entry.signed().clone()));
        self.feeds[feed].entries.push(entry.clone());
        entry
    }

    /// How far feeds count, as somebody who cuts says: of some that there are, up to some place.
    pub(super) fn last_good(&mut self, is_meant: impl Fn(&OwnFeed, &Pen) -> bool) -> Vec<Tip> {
        let meant: Vec<usize> = (0..self.feeds.len())
            .filter(|feed| is_meant(&self.feeds[*feed], &self.pens[self.feeds[*feed].pen]))
            .collect();
        let mut tips = Vec::new();
        for feed in meant {
            if self.chance(20) {
                continue;
            }
            let last = self.feeds[feed].entries.len() - 1;
            let at = if self.chance(50) {
                last
            } else {
                self.below(last + 1)
            };
            tips.push(self.feeds[feed].entries[at].tip());
        }
        tips.sort_unstable_by_key(|tip| tip.feed);
        tips
    }

    /// Nodes are set up anew: their next entries are in new feeds.
    fn leave_feed(&mut self) {
        let feed = self.below(self.feeds.len());
        let Some(own) = self.feeds.get_mut(feed) else {
            return;
        };
        own.is_left = true;
        let (pen, space) = (own.pen, own.space.clone());
        if self.feed(pen, &space).is_some() {
            self.saw("new incarnation");
            self.say(format!("node {pen} goes on in a new feed"));
        }
    }

    /// A change of the roster as it would be planned after a version.
    pub(super) fn drawn_change(&mut self, before: &Roster) -> Option<(&'static str, Change)> {
        let inside: Vec<usize> = (1..self.history.members)
            .filter(|member| before.member(&id(*member)).is_some())
            .collect();
        let outside: Vec<usize> = (1..self.history.members)
            .filter(|member| before.member(&id(*member)).is_none())
            .collect();
        Some(match self.below(10) {
            0..=2 => {
                let member = self.one_of(&outside)?;
                let identity = self.identities[member].last()?.clone();
                let record = self.history.cast.record(member, &identity);
                ("admission", Change::Admit(record))
            }
            3..=5 => {
                let member = self.one_of(&inside)?;
                let key = before.member(&id(member))?.identity_key;
                let last_good = self.last_good_of_key(key);
                let member = id(member);
                ("removal with cuts", Change::Remove { member, last_good })
            }
            6..=7 => {
                let member = self.one_of(&inside)?;
                let key = before.member(&id(member))?.identity_key;
                let last_good = self.last_good_of_key(key);
                let number = self.identities[member].len();
                let identity = self.history.cast.identity(member, number);
                let identity_key = identity.identity_key();
                self.secrets.insert(identity_key, identity.clone());
                self.identities[member].push(identity);
                let change = Change::Rekey {
                    member: id(member),
                    identity_key,
                    last_good,
                };
                ("re-keying", change)
            }
            _ => {
                let mut others = inside;
                while others.len() > 2 {
                    let index = self.below(others.len());
                    others.remove(index);
                }
                let stewards = std::iter::once(0).chain(others).map(id).collect();
                let change = Change::Stewards {
                    stewards,
                    threshold: None,
                };
                ("change of stewards", change)
            }
        })
    }

    fn last_good_of_key(&mut self, key: IdentityKey) -> Vec<Tip> {
        self.last_good(|feed, pen| {
            feed.space == Space::Commons && pen.identity.identity_key() == key
        })
    }

    /// Signs a roster with the keys of the stewards of the version before and its own.
    pub(super) fn signed(&self, roster: &Roster, before: &Roster) -> SignedRoster {
        let mut signed = SignedRoster {
            roster: encode(roster),
            signatures: Vec::new(),
        };
        for of in [roster, before] {
            for steward in &of.stewards {
                let record = of.member(steward);
                let secret = record.and_then(|record| self.secrets.get(&record.identity_key));
                if let Some(secret) = secret {
                    signed.sign(steward.clone(), secret);
                }
            }
        }
        signed
    }
}
