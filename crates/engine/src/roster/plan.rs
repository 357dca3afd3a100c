//! The next version of the roster, as a steward proposes it.

use std::collections::BTreeSet;

use faelled_proto::canonical::{DecodeError, encode};
use faelled_proto::limits::{MAX_CUTS, MAX_MEMBERS, MAX_NOTE_BYTES, MAX_STEWARDS};
use faelled_proto::roster::{Extension, MemberRecord};
use faelled_proto::{Cut, IdentityKey, MemberId, Roster, RosterHash, SignedRoster, Tip};

use super::RosterChain;
use super::fork::RosterFork;

/// What a steward proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new member.
    Admit(MemberRecord),
    /// A member goes. It is no steward any longer either.
    Remove {
        /// Who.
        member: MemberId,
        /// The last entries of its feeds in the commons that count.
        last_good: Vec<Tip>,
    },
    /// A member gets a new identity key, because it lost the old one or somebody else has it.
    Rekey {
        /// Who.
        member: MemberId,
        /// The new key.
        identity_key: IdentityKey,
        /// The last entries of its feeds in the commons, certified with the old key, that count.
        last_good: Vec<Tip>,
    },
    /// Others sign rosters.
    Stewards {
        /// Who, in any order.
        stewards: Vec<MemberId>,
        /// How many of them must sign; `None` for the smallest majority.
        threshold: Option<u16>,
    },
    /// The fork at which the roster is frozen is resolved: members, stewards and threshold are those of one branch.
    /// What was admitted on others alone is cut off. The cuts of both branches that the resolution names are in
    /// force.
    Resolve {
        /// The end of that branch.
        keep: RosterHash,
    },
}

/// Why a change cannot be proposed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefusal {
    /// There is no version to follow.
    #[error("this node has no roster yet")]
    NoRoster,
    /// The roster is frozen.
    #[error(
        "two rosters follow version {base_version}: resolve the fork before you propose anything else"
    )]
    Frozen {
        /// The version before the fork.
        base_version: u64,
    },
    /// The roster is not frozen.
    #[error("the roster has no fork, so there is nothing to resolve")]
    NotFrozen,
    /// The branch to be kept is none.
    #[error("no branch that can be kept ends in roster {0}: take one of the fork's ends")]
    NotABranch(RosterHash),
    /// Nobody has this id.
    #[error("{0} is not a member")]
    UnknownMember(MemberId),
    /// Somebody has this id.
    #[error("{0} is a member already")]
    AlreadyMember(MemberId),
    /// The identity key is another member's.
    #[error("the identity key is that of {0}: each member has its own")]
    KeyInUse(MemberId),
    /// The identity key is, or was, the member's.
    #[error("{0} has or had this identity key already: make a new one")]
    FormerKey(MemberId),
    /// Nobody would be left to sign.
    #[error("{0} is the only steward: name another steward first")]
    LastSteward(MemberId),
    /// No stewards are named.
    #[error("a federation needs at least one steward")]
    NoSteward,
    /// The threshold is too low or too high.
    #[error("the threshold for {stewards} stewards is {least} to {stewards}")]
    Threshold {
        /// More than half of them.
        least: u16,
        /// How many there are.
        stewards: u16,
    },
    /// All is so already.
    #[error("the stewards and the threshold are so already")]
    NothingChanges,
    /// More than there may be.
    #[error("a roster has at most {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },
    /// The note is too long.
    #[error("the note is {length} bytes long; at most {MAX_NOTE_BYTES} fit")]
    NoteTooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// The next version breaks another rule of rosters.
    #[error("the next roster would not be valid: {0}")]
    Invalid(#[from] DecodeError),
}

/// Whose signatures a roster needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// How many stewards of the version before; in a resolution, of the version before the fork.
    pub before: u16,
    /// Those.
    pub before_stewards: Vec<MemberId>,
    /// How many of its own stewards.
    pub own: u16,
    /// Those of them whose vote counts here.
    pub own_stewards: Vec<MemberId>,
}

impl RosterChain {
    /// Makes the next version, unsigned. Of the extensions of the version before none is carried over.
    ///
    /// # Errors
    /// See [`PlanRefusal`].
    pub fn plan(
        &self,
        change: &Change,
        note: Option<&str>,
        now_ms: u64,
    ) -> Result<Roster, PlanRefusal> {
        let (head, held) = self.settled_end().ok_or(PlanRefusal::NoRoster)?;
        let (mut next, cuts) = match (change, self.fork()) {
            (Change::Resolve { keep }, Some(fork)) => self.resolved(fork, keep)?,
            (Change::Resolve { .. }, None) => return Err(PlanRefusal::NotFrozen),
            (_, Some(fork)) => {
                return Err(PlanRefusal::Frozen {
                    base_version: fork.base_version,
                });
            }
            (change, None) => {
                let mut next = held.roster.clone();
                next.previous = vec![*head];
                let cuts = self.apply(change, &mut next)?;
                (next, cuts)
            }
        };
        let before = next
            .previous
            .iter()
            .filter_map(|hash| self.tree.get(hash))
            .map(|held| held.roster.version)
            .max()
            .unwrap_or_default();
        next.version = before.saturating_add(1);
        next.federation = Some(self.federation);
        next.claimed_ms = now_ms;
        next.extensions = extensions(cuts, note)?;
        SignedRoster::unsigned(&next).decode()?;
        Ok(next)
    }

    /// Whether a vote on this roster can still lead anywhere: whether it follows the version that holds, or brings
    /// the present fork nearer to its end.
    #[must_use]
    pub fn is_live(&self, roster: &Roster) -> bool {
        let Ok((base, before)) = self.place(roster) else {
            return false;
        };
        if before.checked_add(1) != Some(roster.version)
            || roster.federation != Some(self.federation)
            || base != self.head().1
        {
            return false;
        }
        let rivals = &self.settled.rivals;
        match &roster.previous[..] {
            [_] => rivals.is_empty(),
            named => {
                let is_named =
                    |rival: &&RosterHash| named.iter().any(|named| self.tree.follows(named, rival));
                rivals.iter().filter(is_named).count() > 1
            }
        }
    }

    /// Whose signatures a roster needs; `None` where it follows nothing that is held. Its own stewards are those whose
    /// vote is one for it too: a steward that gets another key by it still votes with the one that holds.
    #[must_use]
    pub fn votes_needed(&self, roster: &Roster) -> Option<Needed> {
        let (base, _) = self.place(roster).ok()?;
        let before = &self.tree.get(&base)?.roster;
        let keeps_its_key = |steward: &&MemberId| {
            let keys = [before, roster].map(|of| Some(of.member(steward)?.identity_key));
            keys[0] == keys[1]
        };
        let own_stewards = roster.stewards.iter().filter(keeps_its_key);
        Some(Needed {
            before: before.threshold,
            before_stewards: before.stewards.clone(),
            own: roster.threshold,
            own_stewards: own_stewards.cloned().collect(),
        })
    }

    /// Changes the copy of the version that holds.
    fn apply(&self, change: &Change, next: &mut Roster) -> Result<Vec<Cut>, PlanRefusal> {
        match change {
            Change::Admit(record) => admit(record, next).map(|()| Vec::new()),
            Change::Remove { member, last_good } => {
                let index = place_of(member, next)?;
                leave_stewards(member, next)?;
                let gone = next.members.remove(index);
                Ok(vec![cut(&gone, last_good)])
            }
            Change::Rekey {
                member,
                identity_key,
                last_good,
            } => {
                let index = place_of(member, next)?;
                key_is_free(identity_key, member, next)?;
                if self.ever_had_key(member, identity_key) {
                    return Err(PlanRefusal::FormerKey(member.clone()));
                }
                let cut = cut(&next.members[index], last_good);
                next.members[index].identity_key = *identity_key;
                Ok(vec![cut])
            }
            Change::Stewards {
                stewards,
                threshold,
            } => name_stewards(stewards, *threshold, next).map(|()| Vec::new()),
            // Only made where the roster is frozen; see `plan`.
            Change::Resolve { .. } => Err(PlanRefusal::NotFrozen),
        }
    }

    /// The kept branch's content, naming the kept end and the highest end that contradicts it.
    ///
    /// Where there are rival resolutions, both ends must follow one of them, or the new one would be but one
    /// more rival.
    fn resolved(
        &self,
        fork: &RosterFork,
        keep: &RosterHash,
    ) -> Result<(Roster, Vec<Cut>), PlanRefusal> {
        let rival_of = |head: &RosterHash| {
            self.settled
                .rivals
                .iter()
                .find(|rival| self.tree.follows(head, rival))
        };
        let refusal = PlanRefusal::NotABranch(*keep);
        let is_end = fork.heads.iter().any(|(_, head)| head == keep);
        let (true, Some(kept), Some(own)) = (is_end, self.tree.get(keep), rival_of(keep)) else {
            return Err(refusal);
        };
        let other = fork
            .heads
            .iter()
            .rev()
            .map(|(_, head)| head)
            .find(|head| rival_of(head).is_some_and(|rival| rival != own))
            .ok_or(refusal)?;
        let mut next = kept.roster.clone();
        next.previous = vec![*keep, *other];
        next.previous.sort_unstable();
        let cuts = self.given_up(&fork.base, keep, other, &next);
        Ok((next, cuts))
    }

    /// Cuts off the keys that the version before the fork or one after it names, and that are neither kept nor cut
    /// already. Else their feeds would count, though nobody answers for them.
    fn given_up(
        &self,
        base: &RosterHash,
        keep: &RosterHash,
        other: &RosterHash,
        next: &Roster,
    ) -> Vec<Cut> {
        let cut_already: BTreeSet<(&MemberId, Option<IdentityKey>)> = [keep, other]
            .iter()
            .flat_map(|named| self.tree.ancestry(named))
            .filter_map(|hash| self.tree.get(&hash))
            .flat_map(|held| &held.cuts)
            .map(|cut| (&cut.member, cut.identity_key))
            .collect();
        let is_kept = |member: &MemberRecord| {
            next.member(&member.id)
                .is_some_and(|kept| kept.identity_key == member.identity_key)
        };
        self.tree
            .ascending()
            .filter(|(hash, _)| self.tree.follows(hash, base))
            .flat_map(|(_, held)| &held.roster.members)
            .filter(|member| !is_kept(member))
            .map(|member| (&member.id, Some(member.identity_key)))
            .filter(|cut| !cut_already.contains(cut))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|(member, identity_key)| Cut {
                member: member.clone(),
                identity_key,
                last_good: Vec::new(),
            })
            .collect()
    }
}

fn place_of(member: &MemberId, roster: &Roster) -> Result<usize, PlanRefusal> {
    roster
        .members
        .binary_search_by(|record| record.id.cmp(member))
        .map_err(|_| PlanRefusal::UnknownMember(member.clone()))
}

fn key_is_free(key: &IdentityKey, member: &MemberId, roster: &Roster) -> Result<(), PlanRefusal> {
    let holder = roster
        .members
        .iter()
        .find(|record| record.identity_key == *key && record.id != *member);
    holder.map_or(Ok(()), |holder| {
        Err(PlanRefusal::KeyInUse(holder.id.clone()))
    })
}

fn admit(record: &MemberRecord, next: &mut Roster) -> Result<(), PlanRefusal> {
    let Err(index) = next
        .members
        .binary_search_by(|member| member.id.cmp(&record.id))
    else {
        return Err(PlanRefusal::AlreadyMember(record.id.clone()));
    };
    key_is_free(&record.identity_key, &record.id, next)?;
    at_most(MAX_MEMBERS, "members", next.members.len() + 1)?;
    next.members.insert(index, record.clone());
    Ok(())
}

fn leave_stewards(member: &MemberId, next: &mut Roster) -> Result<(), PlanRefusal> {
    if !next.is_steward(member) {
        return Ok(());
    }
    next.stewards.retain(|steward| steward != member);
    if next.stewards.is_empty() {
        return Err(PlanRefusal::LastSteward(member.clone()));
    }
    next.threshold = majority(count(&next.stewards)?);
    Ok(())
}

fn name_stewards(
    stewards: &[MemberId],
    threshold: Option<u16>,
    next: &mut Roster,
) -> Result<(), PlanRefusal> {
    let named: BTreeSet<MemberId> = stewards.iter().cloned().collect();
    let named: Vec<MemberId> = named.into_iter().collect();
    if let Some(stranger) = named.iter().find(|steward| next.member(steward).is_none()) {
        return Err(PlanRefusal::UnknownMember(stranger.clone()));
    }
    if named.is_empty() {
        return Err(PlanRefusal::NoSteward);
    }
    let stewards = count(&named)?;
    let least = majority(stewards);
    let threshold = threshold.unwrap_or(least);
    if threshold < least || threshold > stewards {
        return Err(PlanRefusal::Threshold { least, stewards });
    }
    if named == next.stewards && threshold == next.threshold {
        return Err(PlanRefusal::NothingChanges);
    }
    next.stewards = named;
    next.threshold = threshold;
    Ok(())
}

/// How many stewards these are, if it is not too many.
fn count(stewards: &[MemberId]) -> Result<u16, PlanRefusal> {
    at_most(MAX_STEWARDS, "stewards", stewards.len())?;
    u16::try_from(stewards.len()).map_err(|_| PlanRefusal::NoSteward)
}

/// The smallest number that is more than half.
const fn majority(stewards: u16) -> u16 {
    stewards / 2 + 1
}

fn at_most(limit: usize, what: &'static str, found: usize) -> Result<(), PlanRefusal> {
    if found > limit {
        return Err(PlanRefusal::TooMany { what, limit });
    }
    Ok(())
}

fn cut(member: &MemberRecord, last_good: &[Tip]) -> Cut {
    let mut last_good = last_good.to_vec();
    last_good.sort_unstable_by_key(|tip| tip.feed);
    Cut {
        member: member.id.clone(),
        identity_key: Some(member.identity_key),
        last_good,
    }
}

fn extensions(cuts: Vec<Cut>, note: Option<&str>) -> Result<Vec<Extension>, PlanRefusal> {
    at_most(MAX_CUTS, "cuts", cuts.len())?;
    let mut extensions = Vec::new();
    if !cuts.is_empty() {
        extensions.push(Extension {
            number: Extension::CUTS,
            bytes: encode(&cuts),
        });
    }
    if let Some(note) = note.filter(|note| !note.is_empty()) {
        if note.len() > MAX_NOTE_BYTES {
            return Err(PlanRefusal::NoteTooLong { length: note.len() });
        }
        extensions.push(Extension {
            number: Extension::NOTE,
            bytes: note.as_bytes().to_vec(),
        });
    }
    Ok(extensions)
}
