//! What should count, written a second time: straight from SPEC sections 7.4, 9.1, 13 and 14, over the plain set of
//! what was signed, without the engine.

use std::collections::{BTreeMap, BTreeSet};

use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::opening::{DocumentOpening, Editors, FeedOpening};
use faelled_proto::statement::Revocation;
use faelled_proto::{
    Charter, CharterHash, Cut, DocId, EntryId, FeedId, GroupId, Header, IdentityKey, Kind,
    MemberId, NodeKey, Roster, RosterHash, Space, Statement, Tip,
};

use super::held::Item;

/// Up to which entry a feed counts; the inner `None` says that nothing does, the outer one that all does.
pub(super) type Limit = Option<Option<(u64, EntryId)>>;

/// What is so by the rules.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ruled {
    pub(super) newest: Option<RosterHash>,
    pub(super) is_frozen: bool,
    /// Of each group the newest charter, whether it is frozen, and who sees it.
    pub(super) groups: BTreeMap<GroupId, (CharterHash, bool, BTreeSet<MemberId>)>,
    pub(super) limits: BTreeMap<FeedId, Limit>,
    /// The entries about documents that their authors may write, and that are not cut.
    pub(super) counting: BTreeSet<EntryId>,
}

/// The signed things, read.
#[derive(Debug, Default)]
pub(super) struct Facts {
    rosters: BTreeMap<RosterHash, Roster>,
    charters: BTreeMap<CharterHash, Owned>,
    revocations: Vec<Revocation>,
    /// Of each feed the entry before its lowest fork.
    forks: BTreeMap<FeedId, (u64, EntryId)>,
    feeds: BTreeMap<FeedId, FeedOpening>,
    entries: BTreeMap<EntryId, Written>,
}

#[derive(Debug)]
struct Owned {
    charter: Charter,
    group: GroupId,
    signer: MemberId,
    identity: IdentityKey,
    key: NodeKey,
}

#[derive(Debug)]
struct Written {
    feed: FeedId,
    header: Header,
    body: Vec<u8>,
}

impl Facts {
    /// Reads items. In a history all of them are well formed and signed by whom they should be.
    pub(super) fn of(items: &[Item]) -> Self {
        let mut facts = Self::default();
        for item in items {
            facts.take(item);
        }
        facts
    }

    fn take(&mut self, item: &Item) -> Option<()> {
        match item {
            Item::Roster(signed) => {
                self.rosters.insert(signed.hash(), signed.decode().ok()?);
            }
            Item::Charter(signed) => {
                let charter = signed.decode().ok()?;
                let claim = &signed.certificate.claim;
                let owned = Owned {
                    group: charter.group(),
                    charter,
                    signer: claim.member.clone(),
                    identity: claim.identity_key,
                    key: claim.node_key,
                };
                self.charters.insert(signed.hash(), owned);
            }
            Item::Statement(Statement::Revocation(signed)) => {
                self.revocations.push(signed.revocation.clone());
            }
            Item::Statement(Statement::Equivocation(proof)) => {
                let first = proof.left.first()?.decode_header().ok()?;
                let common = (first.seq - 1, first.previous);
                let lowest = self.forks.entry(first.feed).or_insert(common);
                *lowest = common.min(*lowest);
            }
            Item::Statement(Statement::Vote(_)) => {}
            Item::Entry(feed, signed) => {
                let (header, body) = (signed.decode_header().ok()?, signed.body.clone()?);
                if header.kind == Kind::FEED_OPENING {
                    self.feeds.insert(*feed, FeedOpening::decode(&body).ok()?);
                }
                let written = Written {
                    feed: *feed,
                    header,
                    body,
                };
                self.entries.insert(signed.id(), written);
            }
        }
        Some(())
    }

    /// What the rules make of it.
    pub(super) fn ruled(&self) -> Ruled {
        let Some((newest, is_frozen)) = self.newest() else {
            return Ruled::default();
        };
        let charters = self.charter_ways(newest);
        let limits = self
            .feeds
            .iter()
            .map(|(id, opening)| (*id, self.limit(*id, opening, newest, &charters)))
            .collect();
        let counting = self.counting(&limits);
        let groups = charters
            .into_iter()
            .filter_map(|(group, (way, is_frozen, seen))| {
                let seen = seen.into_iter().filter(|member| self.has(newest, member));
                Some((group, (*way.last()?, is_frozen, seen.collect())))
            })
            .collect();
        Ruled {
            newest: Some(newest),
            is_frozen,
            groups,
            limits,
            counting,
        }
    }

    fn has(&self, roster: RosterHash, member: &MemberId) -> bool {
        self.rosters[&roster]
            .members
            .iter()
            .any(|record| record.id == *member)
    }

    fn key(&self, roster: RosterHash, member: &MemberId) -> Option<IdentityKey> {
        let mut members = self.rosters[&roster].members.iter();
        members
            .find(|record| record.id == *member)
            .map(|record| record.identity_key)
    }

    // Rosters (7.4).

    fn newest(&self) -> Option<(RosterHash, bool)> {
        let first = self.rosters.iter().find(|(_, roster)| roster.version == 1);
        let mut at = *first?.0;
        loop {
            let next: Vec<RosterHash> = self
                .rosters
                .iter()
                .filter(|(_, roster)| roster.previous == [at])
                .map(|(hash, _)| *hash)
                .collect();
            match next[..] {
                [] => return Some((at, false)),
                [only] => at = only,
                _ => match self.last_resolutions(at)[..] {
                    [only] => at = only,
                    _ => return Some((at, true)),
                },
            }
        }
    }

    fn last_resolutions(&self, base: RosterHash) -> Vec<RosterHash> {
        let all: Vec<RosterHash> = self
            .rosters
            .iter()
            .filter(|(hash, roster)| roster.previous.len() == 2 && self.base(**hash) == Some(base))
            .map(|(hash, _)| *hash)
            .collect();
        let is_last = |one: &RosterHash| {
            all.iter()
                .all(|other| other == one || !self.before(*other).contains(one))
        };
        all.iter().filter(|one| is_last(one)).copied().collect()
    }

    /// The last version through which every way from the first one leads.
    fn base(&self, hash: RosterHash) -> Option<RosterHash> {
        match self.rosters[&hash].previous[..] {
            [before] => Some(before),
            [one, other] => {
                let other = self.bases(other);
                self.bases(one)
                    .into_iter()
                    .find(|base| other.contains(base))
            }
            _ => None,
        }
    }

    /// A version and its bases, down to the first one.
    fn bases(&self, hash: RosterHash) -> Vec<RosterHash> {
        let mut bases = vec![hash];
        while let Some(base) = bases.last().and_then(|last| self.base(*last)) {
            bases.push(base);
        }
        bases
    }

    /// A version and all that it follows.
    fn before(&self, hash: RosterHash) -> BTreeSet<RosterHash> {
        let mut all = BTreeSet::from([hash]);
        for before in &self.rosters[&hash].previous {
            all.extend(self.before(*before));
        }
        all
    }

    fn roster_cuts(&self, newest: RosterHash) -> Vec<Cut> {
        let in_force = self.before(newest);
        let cuts = in_force
            .iter()
            .filter_map(|hash| self.rosters[hash].cuts().ok());
        cuts.flatten().collect()
    }

    // Charters (9.1).

    fn is_void(&self, hash: CharterHash) -> bool {
        let owned = &self.charters[&hash];
        let space = Space::Group(owned.group);
        owned.charter.version != 1
            && self
                .revocations
                .iter()
                .filter(|said| {
                    said.space == space
                        && said.identity_key == owned.identity
                        && said.node_key == owned.key
                })
                .any(|said| {
                    let mut borne_out = said.charters.iter();
                    !borne_out.any(|good| self.charter_before(*good).contains(&hash))
                })
    }

    fn is_weak(&self, hash: CharterHash, newest: RosterHash) -> bool {
        let owned = &self.charters[&hash];
        self.is_void(hash) || self.key(newest, &owned.signer) != Some(owned.identity)
    }

    /// By charters behind it that are not weak.
    fn borne_by(&self, hash: CharterHash, newest: RosterHash) -> impl Iterator<Item = &MemberId> {
        let later = self.charters.iter().filter(move |(later, _)| {
            **later != hash
                && self.charter_before(**later).contains(&hash)
                && !self.is_weak(**later, newest)
        });
        later.map(|(_, owned)| &owned.signer)
    }

    fn is_built_on(&self, hash: CharterHash, newest: RosterHash) -> bool {
        let signer = &self.charters[&hash].signer;
        self.borne_by(hash, newest).any(|other| other != signer)
    }

    /// Whether nobody takes notice of a charter.
    fn is_gone(&self, hash: CharterHash, newest: RosterHash) -> bool {
        self.is_void(hash) && !self.is_built_on(hash, newest)
    }

    /// Whether a charter that follows `before` stands.
    fn stands(&self, hash: CharterHash, before: CharterHash, newest: RosterHash) -> bool {
        let (before, signer) = (
            &self.charters[&before].charter,
            &self.charters[&hash].signer,
        );
        let mut others = before.owners.iter().filter(|owner| *owner != signer);
        let is_left_alone = others.all(|owner| !self.has(newest, owner));
        !self.is_weak(hash, newest)
            || self.borne_by(hash, newest).any(|member| {
                before.owners.contains(member) || (is_left_alone && before.members.contains(member))
            })
    }

    /// Of the charters that follow one those that stand, and whether one of them is its member's second word.
    fn standing(&self, at: CharterHash, newest: RosterHash) -> (Vec<CharterHash>, bool) {
        let following: Vec<CharterHash> = self
            .charters
            .iter()
            .filter(|(_, owned)| owned.charter.previous == Some(at))
            .map(|(hash, _)| *hash)
            .filter(|hash| !self.is_gone(*hash, newest))
            .collect();
        let mut standing = following.clone();
        standing.retain(|hash| self.stands(*hash, at, newest));
        let is_given_up = |hash: &CharterHash| {
            let owned = &self.charters[hash];
            self.revocations.iter().any(|said| {
                said.space == Space::Commons
                    && said.identity_key == owned.identity
                    && said.node_key == owned.key
            })
        };
        let mut kept = standing.clone();
        kept.retain(|hash| !is_given_up(hash) || self.is_built_on(*hash, newest));
        if !kept.is_empty() {
            standing = kept;
        }
        let is_second_word = |hash: &CharterHash| {
            let mut others = following.iter().filter(|other| *other != hash);
            !self.is_weak(*hash, newest)
                && others.any(|other| {
                    self.charters[other].signer == self.charters[hash].signer
                        && self.is_built_on(*other, newest)
                })
        };
        let is_second = standing.iter().any(is_second_word);
        (standing, is_second)
    }

    /// A charter and those that it follows.
    fn charter_before(&self, hash: CharterHash) -> Vec<CharterHash> {
        let mut all = vec![hash];
        while let Some(previous) = all
            .last()
            .and_then(|last| self.charters.get(last))
            .and_then(|owned| owned.charter.previous)
        {
            all.push(previous);
        }
        all
    }

    /// Of each group the charters in force, whether it is frozen, and whom they name.
    fn charter_ways(
        &self,
        newest: RosterHash,
    ) -> BTreeMap<GroupId, (Vec<CharterHash>, bool, BTreeSet<MemberId>)> {
        let firsts = self
            .charters
            .iter()
            .filter(|(_, owned)| owned.charter.version == 1);
        firsts
            .map(|(hash, owned)| (owned.group, self.charter_way(*hash, newest)))
            .collect()
    }

    fn charter_way(
        &self,
        first: CharterHash,
        newest: RosterHash,
    ) -> (Vec<CharterHash>, bool, BTreeSet<MemberId>) {
        let mut way = vec![first];
        let mut at = first;
        let is_frozen = loop {
            match self.standing(at, newest) {
                (standing, _) if standing.is_empty() => break false,
                (standing, false) if standing.len() == 1 => at = standing[0],
                _ => break true,
            }
            way.push(at);
        };
        let mut seen: BTreeSet<MemberId> =
            self.charters[&at].charter.members.iter().cloned().collect();
        for (hash, owned) in &self.charters {
            let before = self.charter_before(*hash);
            let behind: Vec<&CharterHash> = before.iter().take_while(|hash| **hash != at).collect();
            let counts =
                before.contains(&at) && behind.iter().all(|hash| !self.is_gone(**hash, newest));
            if counts {
                seen.retain(|member| owned.charter.members.contains(member));
            }
        }
        (way, is_frozen, seen)
    }

    // Cuts (13.1).

    fn limit(
        &self,
        feed: FeedId,
        opening: &FeedOpening,
        newest: RosterHash,
        ways: &BTreeMap<GroupId, (Vec<CharterHash>, bool, BTreeSet<MemberId>)>,
    ) -> Limit {
        let claim = &opening.certificate.claim;
        let mut limits: Vec<Limit> = Vec::new();
        let listed = |tips: &[Tip]| {
            let tip = tips.iter().find(|tip| tip.feed == feed);
            tip.map(|tip| Some((tip.seq, tip.entry)))
        };
        let is_now = self.key(newest, &claim.member) == Some(claim.identity_key);
        let of_roster =
            |cut: &Cut| cut.member == claim.member && cut.identity_key == Some(claim.identity_key);
        let roster_cuts = self.roster_cuts(newest);
        let is_replaced = !is_now && roster_cuts.iter().any(of_roster);
        if opening.space == Space::Commons {
            for cut in roster_cuts.iter().filter(|cut| of_roster(cut)) {
                limits.push(listed(&cut.last_good).or((!is_now).then_some(None)));
            }
        }
        let mut is_cut = false;
        if let Space::Group(group) = &opening.space
            && let Some((way, ..)) = ways.get(group)
            && let Some(last) = way.last()
        {
            let is_named = self.charters[last].charter.members.contains(&claim.member);
            let cuts = way
                .iter()
                .flat_map(|hash| &self.charters[hash].charter.removed);
            for cut in cuts.filter(|cut| cut.member == claim.member) {
                is_cut = true;
                limits.push(listed(&cut.last_good).or((!is_named).then_some(None)));
            }
        }
        let of_key: Vec<&Revocation> = self
            .revocations
            .iter()
            .filter(|said| {
                said.identity_key == claim.identity_key && said.node_key == claim.node_key
            })
            .collect();
        let mut here = of_key
            .iter()
            .filter(|said| said.space == opening.space)
            .peekable();
        let is_given_up = of_key.iter().any(|said| said.space == Space::Commons) && !is_cut;
        if opening.space == Space::Commons && is_replaced {
            // With a key that the stewards took from a member nobody voids anything in the commons any more.
        } else if here.peek().is_none() && is_given_up {
            limits.push(Some(None));
        } else {
            limits.extend(here.map(|said| Some(listed(&said.last_good).flatten())));
        }
        limits.push(self.forks.get(&feed).map(|common| Some(*common)));
        // `None` within sorts below every place.
        limits.into_iter().flatten().min()
    }

    // Which entries count (13).

    fn counting(&self, limits: &BTreeMap<FeedId, Limit>) -> BTreeSet<EntryId> {
        let mut openings: BTreeMap<DocId, DocumentOpening> = BTreeMap::new();
        let mut counting = BTreeSet::new();
        let uncut = |written: &Written| match limits.get(&written.feed) {
            Some(None) => true,
            Some(Some(limit)) => limit.is_some_and(|(seq, _)| written.header.seq <= seq),
            None => false,
        };
        let standing: Vec<(&EntryId, &Written)> = self
            .entries
            .iter()
            .filter(|(_, written)| uncut(written))
            .collect();
        for (id, written) in &standing {
            if let Some((document, opening)) = self.opened(written) {
                openings.insert(document, opening);
                counting.insert(**id);
            }
        }
        let about = |written: &Written| {
            let document = written.header.document?;
            Some((document, openings.get(&document)?))
        };
        let by_owner = |written: &Written| {
            let opening = about(written)?.1;
            let feed = &self.feeds[&written.feed];
            let is_there = opening.space == feed.space;
            (is_there && opening.owner == feed.certificate.claim.member).then_some(())
        };
        for (id, written) in &standing {
            let is_owners = matches!(
                written.header.kind,
                Kind::RELEASE | Kind::GRANT | Kind::WITHDRAWAL
            );
            if is_owners && by_owner(written).is_some() {
                counting.insert(**id);
            }
        }
        let granted = self.granted(&counting);
        for (id, written) in &standing {
            let Some((document, opening)) = about(written) else {
                continue;
            };
            let feed = &self.feeds[&written.feed];
            let counts = opening.space == feed.space
                && (by_owner(written).is_some()
                    || match opening.editors {
                        Editors::OwnerOnly => false,
                        Editors::Members => true,
                        Editors::Granted => granted.lets(document, feed, written),
                    });
            if written.header.kind == Kind::CHANGE && counts {
                counting.insert(**id);
            }
        }
        counting
    }

    fn opened(&self, written: &Written) -> Option<(DocId, DocumentOpening)> {
        if written.header.kind != Kind::DOCUMENT_OPENING {
            return None;
        }
        let opening = DocumentOpening::decode(&written.body).ok()?;
        let feed = self.feeds.get(&written.feed)?;
        let document = written.header.document?;
        let is_shared_at_large =
            opening.editors == Editors::Members && !matches!(opening.space, Space::Group(_));
        let counts = opening.id() == document
            && opening.owner == feed.certificate.claim.member
            && opening.space == feed.space
            && !is_shared_at_large;
        counts.then_some((document, opening))
    }

    fn granted(&self, counting: &BTreeSet<EntryId>) -> Granted {
        let mut granted = Granted::default();
        for id in counting {
            let Some(written) = self.entries.get(id) else {
                continue;
            };
            let Some(document) = written.header.document else {
                continue;
            };
            match written.header.kind {
                Kind::GRANT => granted.given.extend(
                    Grant::decode(&written.body)
                        .ok()
                        .map(|given| (document, given)),
                ),
                Kind::WITHDRAWAL => granted.withdrawn.extend(
                    Withdrawal::decode(&written.body)
                        .ok()
                        .map(|taken| (document, taken)),
                ),
                _ => {}
            }
        }
        granted
    }
}

/// The grants and withdrawals that count.
#[derive(Debug, Default)]
struct Granted {
    given: Vec<(DocId, Grant)>,
    withdrawn: Vec<(DocId, Withdrawal)>,
}

impl Granted {
    fn lets(&self, document: DocId, feed: &FeedOpening, written: &Written) -> bool {
        let member = &feed.certificate.claim.member;
        let given: Vec<u32> = self
            .given
            .iter()
            .filter(|(of, given)| *of == document && given.member == *member)
            .map(|(_, given)| given.round)
            .collect();
        let lets = |taken: &Withdrawal| {
            let named = taken.last_good.iter().find(|tip| tip.feed == written.feed);
            match named {
                Some(tip) => written.header.seq <= tip.seq,
                None => given.iter().any(|round| *round > taken.round),
            }
        };
        let mut withdrawn = self
            .withdrawn
            .iter()
            .filter(|(of, taken)| *of == document && taken.member == *member);
        !given.is_empty() && withdrawn.all(|(_, taken)| lets(taken))
    }
}
