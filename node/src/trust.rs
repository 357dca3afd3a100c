//! What decides which entries count, as the engine holds it at one moment: for whoever builds documents and for
//! the mirror.

mod describe;

use faelled_engine::{
    Ceiling, Ceilings, Engine, Ground, Groups, Proposal, RosterChain, Statements,
};
use faelled_mirror::trust as mirror;
use faelled_mirror::{GroupView, RosterView};
use faelled_proto::{FeedId, MemberId, NodeKey, Space};

pub(crate) use describe::{describe, lacking, needed, outcome, points};

/// One moment of it.
#[derive(Debug, Clone)]
pub(crate) struct Trust {
    /// Grows with every moment that differs from the one before, within one run of the node.
    pub(crate) revision: u64,
    /// Who is and was a member.
    pub(crate) rosters: RosterChain,
    /// Who is in which group.
    pub(crate) groups: Groups,
    /// What is stated.
    pub(crate) statements: Statements,
    /// How far feeds count.
    pub(crate) ceilings: Ceilings,
    cut: Vec<CutFeed>,
}

/// A feed that is cut, as people are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct CutFeed {
    feed: FeedId,
    member: MemberId,
    node_key: NodeKey,
    space: Space,
    last_seq: Option<u64>,
    grounds: Vec<Ground>,
}

impl Trust {
    pub(crate) fn of(engine: &Engine, revision: u64) -> Self {
        let feeds = engine.feeds();
        let ceilings = Ceilings::of(
            &engine.cuts(),
            feeds.iter().map(|(id, feed)| feed.facts(*id)),
        );
        let cut = ceilings
            .iter()
            .filter_map(|(id, ceiling, grounds)| {
                let feed = feeds.get(id)?;
                Some(CutFeed {
                    feed: *id,
                    member: feed.member.clone(),
                    node_key: feed.node_key,
                    space: feed.space.clone(),
                    last_seq: last_seq(ceiling),
                    grounds: grounds.to_vec(),
                })
            })
            .collect();
        Self {
            revision,
            rosters: engine.rosters().clone(),
            groups: engine.held_groups().clone(),
            statements: engine.statements().clone(),
            ceilings,
            cut,
        }
    }

    /// What holds where nothing was said yet.
    #[cfg(test)]
    pub(crate) fn of_nobody(federation: faelled_proto::FederationId) -> Self {
        Self {
            revision: 1,
            rosters: RosterChain::pinned(federation),
            groups: Groups::default(),
            statements: Statements::default(),
            ceilings: Ceilings::default(),
            cut: Vec::new(),
        }
    }

    /// The roster that holds, for the mirror.
    pub(crate) fn roster_view(&self) -> Option<RosterView> {
        let (_, hash) = self.rosters.head();
        self.rosters.newest().cloned().map(|roster| RosterView {
            federation: self.rosters.federation(),
            roster,
            hash,
        })
    }

    /// All groups, for the mirror.
    pub(crate) fn group_views(&self) -> Vec<GroupView> {
        let view = |(id, group): (_, &faelled_engine::Group)| {
            let charter = group.newest();
            let owners = charter.owners.iter();
            let owners = owners.filter(|owner| group.seen_by().contains(owner));
            GroupView {
                id,
                name: charter.name.clone(),
                version: charter.version,
                owners: owners.cloned().collect(),
                members: group.seen_by().to_vec(),
                is_frozen: group.is_frozen(),
            }
        };
        self.groups.iter().map(view).collect()
    }

    /// Cuts, proofs, revocations, forks and proposals, for the mirror. A function of the set of statements: a
    /// rebuilt mirror says the same.
    pub(crate) fn mirror_view(&self) -> mirror::TrustView {
        mirror::TrustView {
            statements: self.statements.len() as u64,
            cuts: self.cut.iter().map(CutFeed::view).collect(),
            equivocations: self.statements.forks().map(fork_view).collect(),
            revocations: self
                .statements
                .revocations()
                .map(|(_, said)| mirror::RevocationView {
                    node_key: said.node_key,
                    space: said.space.clone(),
                    claimed_ms: said.claimed_ms,
                    member: said.member.clone(),
                    identity_key: said.identity_key,
                    successor: said.successor.as_ref().map(|next| next.claim.node_key),
                })
                .collect(),
            fork: self.rosters.fork().map(|fork| mirror::RosterForkView {
                base_version: fork.base_version,
                base_hash: fork.base,
                heads: fork.heads.clone(),
                signed_both: fork.signed_both.clone(),
            }),
            proposals: self
                .statements
                .proposals()
                .into_iter()
                .map(|proposal| self.proposal_view(proposal))
                .collect(),
        }
    }

    fn proposal_view(&self, proposal: Proposal) -> mirror::ProposalView {
        let said = describe(self.rosters.newest(), &proposal.roster);
        mirror::ProposalView {
            roster_hash: proposal.hash,
            version: proposal.roster.version,
            summary_da: said.da,
            summary_en: said.en,
            note: proposal.roster.note().unwrap_or_default().to_owned(),
            needed: needed(&self.rosters, &proposal),
            claimed_ms: proposal.roster.claimed_ms,
            approvals: proposal.approved,
            rejections: proposal.rejected,
        }
    }
}

impl CutFeed {
    fn view(&self) -> mirror::CutView {
        mirror::CutView {
            feed: self.feed,
            member: self.member.clone(),
            node_key: self.node_key,
            space: self.space.clone(),
            last_seq: self.last_seq,
            grounds: self.grounds.iter().copied().map(ground).collect(),
        }
    }
}

/// The place of the last entry that counts under a ceiling.
pub(crate) const fn last_seq(ceiling: Ceiling) -> Option<u64> {
    match ceiling {
        Ceiling::Open => Some(u64::MAX),
        Ceiling::At(tip) => Some(tip.seq),
        Ceiling::Nothing => None,
    }
}

/// A ground as the mirror names it.
pub(crate) const fn ground(ground: Ground) -> mirror::Ground {
    match ground {
        Ground::RevokedKey => mirror::Ground::RevokedKey,
        Ground::RemovedMember => mirror::Ground::RemovedMember,
        Ground::ReplacedKey => mirror::Ground::ReplacedKey,
        Ground::RemovedFromGroup => mirror::Ground::RemovedFromGroup,
        Ground::Equivocation => mirror::Ground::Equivocation,
    }
}

fn fork_view(shown: &faelled_proto::statement::ShownFork) -> mirror::EquivocationView {
    let claim = &shown.opening.certificate.claim;
    mirror::EquivocationView {
        feed: shown.common.feed,
        member: claim.member.clone(),
        node_key: claim.node_key,
        space: shown.opening.space.clone(),
        seq: shown.common.seq + 1,
        entries: shown.branches,
    }
}
