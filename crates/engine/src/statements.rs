//! The statements that this node holds: revocations, proofs of equivocation, votes on the next roster.
//!
//! What is kept is a function of the *set* of statements that were offered, but for votes. Where a member breaks a
//! bound, nothing that voids is given up for something that voids less: whoever stole a key cannot push out its
//! revocation.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use faelled_proto::id::Mark;
use faelled_proto::statement::{
    BadStatement, Revocation, ShownFork, SignedRevocation, Verdict, Vote,
};
use faelled_proto::{
    FeedId, IdentityKey, MemberId, NodeKey, Roster, RosterHash, SignedRoster, Space, Statement,
};

use crate::groups::Groups;
use crate::limits::{
    MAX_FORKS_PER_MEMBER, MAX_REVOCATIONS_PER_NODE_KEY, MAX_REVOKED_NODE_KEYS,
    MAX_VOTES_PER_STEWARD,
};
use crate::roster::RosterChain;

/// All statements that hold.
#[derive(Debug, Clone, Default)]
pub struct Statements {
    held: BTreeMap<Mark, Arc<Statement>>,
    /// Of each feed with a proven fork, the lowest.
    forks: BTreeMap<FeedId, (Mark, ShownFork)>,
    /// The revocations held.
    revoked: Revoked,
}

/// Marks of revocations, by the identity key that signed them, the space and the node key.
type Revoked = BTreeMap<IdentityKey, BTreeMap<Space, BTreeMap<NodeKey, Vec<Mark>>>>;

/// What became of an offered statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It says what is known already, or less.
    Known,
    /// It was not known. What it takes the place of is named.
    New {
        /// Marks of statements that are not kept any more.
        dropped: Vec<Mark>,
    },
}

/// Why a statement is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementRefusal {
    /// It does not hold by itself.
    #[error(transparent)]
    Bad(#[from] BadStatement),
    /// Who signed is not in any roster version that is held, or with another key.
    #[error("{0} is not a member with this key in the roster")]
    UnknownMember(MemberId),
    /// It is about a space to which its member never belonged.
    #[error("the statement is about a space to which {0} never belonged")]
    OutsideSpace(MemberId),
    /// Who votes is no member, or a steward neither of the roster nor of a proposed one that a steward approved.
    #[error("{0} is no steward and does not vote on the roster")]
    NotASteward(MemberId),
    /// The proposal does not follow the roster that holds.
    #[error("the vote is on a roster that cannot follow the one that this node holds")]
    Stale,
    /// More than are kept.
    #[error("there are too many statements of this kind")]
    TooMany,
}

/// A proposed next version of the roster, with the votes on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The hash of the proposed version.
    pub hash: RosterHash,
    /// The proposed version.
    pub roster: Roster,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Stewards that approved, sorted.
    pub approved: Vec<MemberId>,
    /// Stewards that rejected it, with the reason; sorted.
    pub rejected: Vec<(MemberId, String)>,
}

impl Statements {
    /// Takes in what was stored. What no longer leads anywhere stays out.
    #[must_use]
    pub fn load(
        rosters: &RosterChain,
        groups: &Groups,
        stored: impl IntoIterator<Item = Statement>,
    ) -> Self {
        let mut statements = Self::default();
        for statement in stored {
            // What held once and does not now (a vote on an older roster) is no damage.
            if statements.accept(rosters, groups, statement).is_err() {
                continue;
            }
        }
        statements
    }

    /// Takes a statement.
    ///
    /// # Errors
    /// See [`StatementRefusal`]; all stays as it was.
    pub fn accept(
        &mut self,
        rosters: &RosterChain,
        groups: &Groups,
        statement: Statement,
    ) -> Result<Taken, StatementRefusal> {
        let mark = statement.mark();
        if self.held.contains_key(&mark) {
            return Ok(Taken::Known);
        }
        match &statement {
            Statement::Revocation(signed) => {
                check_revocation(rosters, groups, signed)?;
                self.put_revocation(mark, statement)
            }
            Statement::Equivocation(proof) => {
                let shown = proof.verify(rosters.federation())?;
                let claim = &shown.opening.certificate.claim;
                check_member(rosters, &claim.member, &claim.identity_key)?;
                check_space(groups, &claim.member, &shown.opening.space)?;
                self.put_fork(mark, statement, shown)
            }
            Statement::Vote(vote) => {
                self.check_vote(rosters, vote)?;
                self.put_vote(mark, statement)
            }
        }
    }

    fn put_revocation(
        &mut self,
        mark: Mark,
        statement: Statement,
    ) -> Result<Taken, StatementRefusal> {
        let Statement::Revocation(signed) = &statement else {
            return Ok(Taken::Known);
        };
        let said = &signed.revocation;
        let alike: Vec<(u64, Mark)> = self
            .of_node_key(&said.identity_key, &said.node_key, &said.space)
            .map(|(mark, other)| (counted(other), mark))
            .collect();
        let mut dropped = Vec::new();
        if alike.len() >= MAX_REVOCATIONS_PER_NODE_KEY {
            let last = alike.into_iter().max();
            let last = last.filter(|last| *last > (counted(said), mark));
            let (_, last) = last.ok_or(StatementRefusal::TooMany)?;
            dropped.push(last);
        } else if alike.is_empty()
            && let Some(keys) = self.revoked_by(&said.identity_key, &said.space)
            && keys.len() > MAX_REVOKED_NODE_KEYS
        {
            // It is spent as a whole: which of them are kept only has to be the same everywhere.
            let highest = keys.last_key_value();
            let highest = highest.filter(|(highest, _)| **highest > said.node_key);
            let (_, marks) = highest.ok_or(StatementRefusal::TooMany)?;
            dropped.extend(marks);
        }
        let (identity_key, space, node_key) =
            (said.identity_key, said.space.clone(), said.node_key);
        self.drop_marks(&dropped);
        let spaces = self.revoked.entry(identity_key).or_default();
        let keys = spaces.entry(space).or_default();
        keys.entry(node_key).or_default().push(mark);
        self.held.insert(mark, Arc::new(statement));
        Ok(Taken::New { dropped })
    }

    fn put_fork(
        &mut self,
        mark: Mark,
        statement: Statement,
        shown: ShownFork,
    ) -> Result<Taken, StatementRefusal> {
        let feed = shown.common.feed;
        let mut dropped = Vec::new();
        match self.forks.get(&feed) {
            Some((_, held)) if held.common.seq <= shown.common.seq => return Ok(Taken::Known),
            Some((higher, _)) => dropped.push(*higher),
            None => {
                let key = shown.opening.certificate.claim.identity_key;
                let alike = self.forks.iter();
                let alike: Vec<(FeedId, Mark)> = alike
                    .filter(|(_, (_, fork))| fork.opening.certificate.claim.identity_key == key)
                    .map(|(feed, (mark, _))| (*feed, *mark))
                    .collect();
                if alike.len() >= MAX_FORKS_PER_MEMBER {
                    let highest = alike.last().filter(|(highest, _)| *highest > feed);
                    let (_, mark) = highest.ok_or(StatementRefusal::TooMany)?;
                    dropped.push(*mark);
                }
            }
        }
        self.drop_marks(&dropped);
        self.held.insert(mark, Arc::new(statement));
        self.forks.insert(feed, (mark, shown));
        Ok(Taken::New { dropped })
    }

    /// Who votes does so with the key that the roster that holds gives it, never with one that the proposal does:
    /// else whoever proposes would vote in anybody's name. It is a steward of the roster that holds; one of the
    /// proposed roster alone once a steward of today has approved that, or any member could fill every node.
    fn check_vote(&self, rosters: &RosterChain, vote: &Vote) -> Result<(), StatementRefusal> {
        let proposed = vote.decode().map_err(BadStatement::from)?;
        if !rosters.is_live(&proposed) {
            return Err(StatementRefusal::Stale);
        }
        let stranger = || StatementRefusal::NotASteward(vote.steward.clone());
        let newest = rosters.newest().ok_or_else(stranger)?;
        let member = newest.member(&vote.steward).ok_or_else(stranger)?;
        let is_supported = || {
            self.votes().any(|(_, other)| {
                other.is_approval()
                    && other.proposal() == vote.proposal()
                    && newest.is_steward(&other.steward)
            })
        };
        let has_vote = newest.is_steward(&vote.steward)
            || (proposed.is_steward(&vote.steward) && is_supported());
        if !has_vote {
            return Err(stranger());
        }
        Ok(vote.verify(&member.identity_key)?)
    }

    /// Of too many votes of a steward its approvals stay, then those with the lowest marks: what it rejects, however
    /// much others propose, takes no place from a signature that the next roster needs.
    fn put_vote(&mut self, mark: Mark, statement: Statement) -> Result<Taken, StatementRefusal> {
        let Statement::Vote(vote) = &statement else {
            return Ok(Taken::Known);
        };
        let place = |mark: Mark, vote: &Vote| (!vote.is_approval(), mark);
        let alike: Vec<(bool, Mark)> = self
            .votes()
            .filter(|(_, other)| other.steward == vote.steward)
            .map(|(mark, other)| place(mark, other))
            .collect();
        let mut dropped = Vec::new();
        if alike.len() >= MAX_VOTES_PER_STEWARD {
            let last = alike.into_iter().max();
            let last = last.filter(|last| *last > place(mark, vote));
            let (_, last) = last.ok_or(StatementRefusal::TooMany)?;
            dropped.push(last);
        }
        self.drop_marks(&dropped);
        self.held.insert(mark, Arc::new(statement));
        Ok(Taken::New { dropped })
    }

    /// Forgets votes on rosters that cannot follow any more, and names what it forgot.
    pub fn settle(&mut self, rosters: &RosterChain) -> Vec<Mark> {
        let stale: Vec<Mark> = self
            .votes()
            .filter(|(_, vote)| self.check_vote(rosters, vote).is_err())
            .map(|(mark, _)| mark)
            .collect();
        self.drop_marks(&stale);
        stale
    }

    fn drop_marks(&mut self, marks: &[Mark]) {
        for mark in marks {
            let dropped = self.held.remove(mark);
            if let Some(Statement::Revocation(signed)) = dropped.as_deref() {
                self.forget_revoked(mark, &signed.revocation);
            }
        }
        self.forks.retain(|_, (mark, _)| !marks.contains(mark));
    }

    fn forget_revoked(&mut self, mark: &Mark, said: &Revocation) {
        let spaces = self.revoked.get_mut(&said.identity_key);
        let Some(keys) = spaces.and_then(|spaces| spaces.get_mut(&said.space)) else {
            return;
        };
        if let Some(marks) = keys.get_mut(&said.node_key) {
            marks.retain(|other| other != mark);
        }
        keys.retain(|_, marks| !marks.is_empty());
    }

    /// How many are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// None is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// The marks of a space's statements, ascending.
    pub fn marks(&self, space: &Space) -> impl Iterator<Item = Mark> {
        self.in_space(space).map(|(mark, _)| mark)
    }

    /// The statements of a space, ascending by mark.
    pub fn in_space(&self, space: &Space) -> impl Iterator<Item = (Mark, &Statement)> {
        self.held
            .iter()
            .filter(move |(_, statement)| self.is_of(statement, space))
            .map(|(mark, statement)| (*mark, statement.as_ref()))
    }

    fn is_of(&self, statement: &Statement, space: &Space) -> bool {
        match statement {
            Statement::Revocation(signed) => signed.revocation.space == *space,
            Statement::Vote(_) => *space == Space::Commons,
            Statement::Equivocation(proof) => self
                .forks
                .get(&FeedId::from(proof.opening.id()))
                .is_some_and(|(_, shown)| shown.opening.space == *space),
        }
    }

    /// Spaces of which statements are held.
    #[must_use]
    pub fn spaces(&self) -> BTreeSet<Space> {
        let revoked = self.revocations().map(|(_, said)| said.space.clone());
        let forked = self.forks().map(|shown| shown.opening.space.clone());
        revoked.chain(forked).collect()
    }

    /// All revocations.
    pub fn revocations(&self) -> impl Iterator<Item = (Mark, &Revocation)> {
        self.held
            .iter()
            .filter_map(|(mark, statement)| match statement.as_ref() {
                Statement::Revocation(signed) => Some((*mark, &signed.revocation)),
                Statement::Equivocation(_) | Statement::Vote(_) => None,
            })
    }

    fn revoked_by(
        &self,
        identity_key: &IdentityKey,
        space: &Space,
    ) -> Option<&BTreeMap<NodeKey, Vec<Mark>>> {
        self.revoked.get(identity_key)?.get(space)
    }

    /// How many node keys an identity key revoked in a space.
    #[must_use]
    pub fn revoked_keys(&self, identity_key: &IdentityKey, space: &Space) -> usize {
        self.revoked_by(identity_key, space)
            .map_or(0, BTreeMap::len)
    }

    /// Whether an identity key revoked more node keys in a space than are kept: no key that it certified counts there
    /// any more. Only whoever stole it does that.
    #[must_use]
    pub fn is_spent(&self, identity_key: &IdentityKey, space: &Space) -> bool {
        self.revoked_keys(identity_key, space) > MAX_REVOKED_NODE_KEYS
    }

    /// What is said in a space of a node key, by the identity key that certified it.
    pub fn of_node_key(
        &self,
        identity_key: &IdentityKey,
        node_key: &NodeKey,
        space: &Space,
    ) -> impl Iterator<Item = (Mark, &Revocation)> {
        let keys = self.revoked_by(identity_key, space);
        let marks = keys.and_then(|keys| keys.get(node_key));
        marks
            .into_iter()
            .flatten()
            .filter_map(|mark| match self.held.get(mark)?.as_ref() {
                Statement::Revocation(signed) => Some((*mark, &signed.revocation)),
                Statement::Equivocation(_) | Statement::Vote(_) => None,
            })
    }

    /// The proven fork of a feed.
    #[must_use]
    pub fn fork(&self, feed: &FeedId) -> Option<&ShownFork> {
        self.forks.get(feed).map(|(_, shown)| shown)
    }

    /// All proven forks, by feed.
    pub fn forks(&self) -> impl Iterator<Item = &ShownFork> {
        self.forks.values().map(|(_, shown)| shown)
    }

    /// Whether a member's node key was revoked, by the identity key that certified it.
    #[must_use]
    pub fn is_revoked(&self, identity_key: &IdentityKey, node_key: &NodeKey) -> bool {
        let mut said = self.of_node_key(identity_key, node_key, &Space::Commons);
        said.next().is_some() || self.is_spent(identity_key, &Space::Commons)
    }

    /// What is said in the commons of a revoked node key, by the identity key that certified it.
    pub(crate) fn revocations_of(
        &self,
        identity_key: &IdentityKey,
        node_key: &NodeKey,
    ) -> impl Iterator<Item = &Statement> {
        self.of_node_key(identity_key, node_key, &Space::Commons)
            .filter_map(|(mark, _)| self.held.get(&mark).map(Arc::as_ref))
    }

    /// All votes.
    pub fn votes(&self) -> impl Iterator<Item = (Mark, &Vote)> {
        self.held
            .iter()
            .filter_map(|(mark, statement)| match statement.as_ref() {
                Statement::Vote(vote) => Some((*mark, vote)),
                Statement::Revocation(_) | Statement::Equivocation(_) => None,
            })
    }

    /// The proposals that can still become the next roster, by hash.
    #[must_use]
    pub fn proposals(&self) -> Vec<Proposal> {
        let mut proposals: BTreeMap<RosterHash, Proposal> = BTreeMap::new();
        for (_, vote) in self.votes() {
            let Ok(roster) = vote.decode() else { continue };
            let hash = vote.proposal();
            let proposal = proposals.entry(hash).or_insert_with(|| Proposal {
                hash,
                roster,
                bytes: vote.roster.clone(),
                approved: Vec::new(),
                rejected: Vec::new(),
            });
            match &vote.verdict {
                Verdict::Approve => {
                    proposal.approved.push(vote.steward.clone());
                }
                Verdict::Reject { reason } => {
                    proposal
                        .rejected
                        .push((vote.steward.clone(), reason.clone()));
                }
            }
        }
        for proposal in proposals.values_mut() {
            proposal.approved.sort_unstable();
            proposal.rejected.sort_unstable();
        }
        proposals.into_values().collect()
    }

    /// Every proposal with the signatures that its approvals are.
    #[must_use]
    pub fn assembled(&self) -> Vec<SignedRoster> {
        let mut rosters: BTreeMap<RosterHash, SignedRoster> = BTreeMap::new();
        for (_, vote) in self.votes().filter(|(_, vote)| vote.is_approval()) {
            let signed = rosters
                .entry(vote.proposal())
                .or_insert_with(|| SignedRoster {
                    roster: vote.roster.clone(),
                    signatures: Vec::new(),
                });
            signed
                .signatures
                .push((vote.steward.clone(), vote.signature));
        }
        for signed in rosters.values_mut() {
            signed.signatures.sort_unstable_by(|a, b| a.0.cmp(&b.0));
            signed.signatures.dedup_by(|a, b| a.0 == b.0);
        }
        rosters.into_values().collect()
    }
}

fn check_member(
    rosters: &RosterChain,
    member: &MemberId,
    key: &IdentityKey,
) -> Result<(), StatementRefusal> {
    if rosters.ever_had_key(member, key) {
        Ok(())
    } else {
        Err(StatementRefusal::UnknownMember(member.clone()))
    }
}

fn check_space(groups: &Groups, member: &MemberId, space: &Space) -> Result<(), StatementRefusal> {
    if groups.ever_saw(member, space) {
        Ok(())
    } else {
        Err(StatementRefusal::OutsideSpace(member.clone()))
    }
}

fn check_revocation(
    rosters: &RosterChain,
    groups: &Groups,
    signed: &SignedRevocation,
) -> Result<(), StatementRefusal> {
    signed.check(rosters.federation())?;
    let said = &signed.revocation;
    check_member(rosters, &said.member, &said.identity_key)?;
    check_space(groups, &said.member, &said.space)
}

/// How many entries count by a revocation.
fn counted(said: &Revocation) -> u64 {
    let places = said.last_good.iter().map(|tip| tip.seq.saturating_add(1));
    places.fold(0, u64::saturating_add)
}
