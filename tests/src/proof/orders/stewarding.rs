//! What stewards do in a history: next rosters, signed at once or voted for; forks, and what resolves them.

use std::collections::BTreeSet;

use faelled_engine::{Change, RosterChain};
use faelled_proto::canonical::encode;
use faelled_proto::statement::Vote;
use faelled_proto::{Roster, RosterHash, SignedRoster, Statement};

use super::held::Item;
use super::history::Author;

impl Author {
    /// The roster's next version; or, seldom, one after an older version: a fork.
    pub(super) fn change_roster(&mut self) {
        let (_, head) = self.held.rosters.head();
        let base = if self.chance(12) {
            self.older(head)
        } else {
            head
        };
        let Some((planned, before, what)) = self.planned_after(base) else {
            return;
        };
        self.say(format!(
            "{what}: roster version {} after {}",
            planned.version,
            base.short()
        ));
        self.saw(what);
        if self.chance(35) {
            self.put_to_the_vote(&planned, &before);
        } else {
            self.put_roster(&planned, &before);
        }
    }

    fn older(&mut self, head: RosterHash) -> RosterHash {
        let hashes: Vec<RosterHash> = self.held.rosters.hashes().copied().collect();
        self.one_of(&hashes).unwrap_or(head)
    }

    /// A version that follows another one, as those plan it who know of nothing else.
    fn planned_after(&mut self, base: RosterHash) -> Option<(Roster, Roster, &'static str)> {
        let chain = self.chain_to(base);
        let before = chain.newest()?.clone();
        if before.hash() != base {
            return None;
        }
        let (what, change) = self.drawn_change(&before)?;
        let note = self.chance(30).then_some("as agreed");
        let planned = chain.plan(&change, note, self.now_ms).ok()?;
        Some((planned, before, what))
    }

    /// A version and those that it follows, without any other.
    fn chain_to(&self, base: RosterHash) -> RosterChain {
        let rosters = &self.held.rosters;
        let mut meant = BTreeSet::new();
        let mut open = vec![base];
        while let Some(hash) = open.pop() {
            if meant.insert(hash)
                && let Some(Ok(roster)) = rosters.get(&hash).map(SignedRoster::decode)
            {
                open.extend(roster.previous);
            }
        }
        let mut chain = RosterChain::pinned(rosters.federation());
        for signed in rosters.after(0) {
            if meant.contains(&signed.hash()) && chain.accept(signed.clone()).is_err() {
                break;
            }
        }
        chain
    }

    fn put_roster(&mut self, planned: &Roster, before: &Roster) {
        let was_forked = self.held.rosters.fork().is_some();
        let signed = self.signed(planned, before);
        if self.held.clone().offer(&Item::Roster(signed.clone())) {
            self.put(Item::Roster(signed));
        }
        if !was_forked && self.held.rosters.fork().is_some() {
            self.saw("fork of the roster");
            self.say("  the roster is frozen".into());
        }
    }

    /// Stewards vote. Where enough of them are for it, somebody has put their votes together.
    fn put_to_the_vote(&mut self, planned: &Roster, before: &Roster) {
        let bytes = encode(planned);
        let signed = self.signed(planned, before);
        let mut approved = SignedRoster::unsigned(planned);
        for (steward, signature) in &signed.signatures {
            let key = [before, planned].into_iter().find_map(|roster| {
                let record = roster.member(steward)?;
                Some(record.identity_key)
            });
            let Some(secret) = key.and_then(|key| self.secrets.get(&key)).cloned() else {
                continue;
            };
            let vote = match self.below(10) {
                0..=6 => {
                    self.saw("vote for");
                    approved.signatures.push((steward.clone(), *signature));
                    Vote::approve(bytes.clone(), steward.clone(), &secret)
                }
                7..=8 => {
                    self.saw("vote against");
                    Vote::reject(bytes.clone(), steward.clone(), "not now".into(), &secret)
                }
                _ => continue,
            };
            self.say(format!("  {steward} votes"));
            self.put(Item::Statement(Statement::Vote(vote)));
        }
        let is_enough = self.held.rosters.get(&planned.hash()).is_some()
            || self.held.rosters.check(&approved).is_ok();
        if is_enough {
            self.saw("roster made of votes");
            self.put(Item::Roster(approved));
        }
    }

    /// Resolves the fork at which the roster is frozen, or makes one.
    pub(super) fn fork_or_resolve(&mut self) {
        let Some(fork) = self.held.rosters.fork().cloned() else {
            let (_, head) = self.held.rosters.head();
            let before = self.held.rosters.get(&head).map(SignedRoster::decode);
            let base = match before {
                Some(Ok(newest)) => newest.previous.first().copied().unwrap_or(head),
                _ => head,
            };
            for _ in 0..2 {
                if let Some((planned, before, what)) = self.planned_after(base) {
                    self.say(format!("{what}: a rival after {}", base.short()));
                    self.saw(what);
                    self.put_roster(&planned, &before);
                }
            }
            return;
        };
        let rivals = if self.chance(25) { 2 } else { 1 };
        let chain = self.held.rosters.clone();
        let Some(Ok(before)) = chain.get(&fork.base).map(SignedRoster::decode) else {
            return;
        };
        for number in 0..rivals {
            let heads: Vec<RosterHash> = fork.heads.iter().map(|(_, hash)| *hash).collect();
            let Some(keep) = self.one_of(&heads) else {
                return;
            };
            let at_ms = self.now_ms + number;
            let Ok(planned) = chain.plan(&Change::Resolve { keep }, None, at_ms) else {
                continue;
            };
            // Each steward signs once: where one side replaced the keys of some, there may be too few for both.
            let item = Item::Roster(self.signed(&planned, &before));
            if !self.held.clone().offer(&item) {
                continue;
            }
            self.put(item);
            self.say(format!("a resolution that keeps {}", keep.short()));
            self.saw(if number == 0 {
                "resolution"
            } else {
                "rival resolution"
            });
        }
    }
}
