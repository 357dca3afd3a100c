//! What a node that holds something shows: documents, and what else must be the same whatever came first.

use std::collections::{BTreeMap, BTreeSet};

use faelled::view::{judge, view};
use faelled_engine::{Ceiling, Ceilings, RosterFork};
use faelled_mirror::{
    Content, CutView, Delta, DocumentView, EquivocationView, Ground, GroupView, ProposalView,
    RevocationView, RosterForkView, RosterView, TrustView,
};
use faelled_proto::id::{FrontierDigest, Mark};
use faelled_proto::{
    CharterHash, DocId, EntryId, FeedId, Frontier, GroupId, MemberId, RosterHash, Space,
    VerifiedEntry,
};
use faelled_store::StoredEntry;

use super::cast::id;
use super::held::Held;
use super::history::History;
use super::rule::{Limit, Ruled};

/// Numbers that a node's own diary gives to entries (when and in which order they came) are not compared: here each
/// entry has the same ones everywhere.
pub(super) type Rows = BTreeMap<EntryId, i64>;

/// All that does not depend on the order of arrival.
#[derive(Debug, PartialEq)]
pub(super) struct Shown {
    pub(super) rosters: BTreeSet<RosterHash>,
    pub(super) newest: (u64, RosterHash),
    pub(super) fork: Option<(RosterHash, Vec<(u64, RosterHash)>)>,
    pub(super) groups: BTreeMap<GroupId, (Vec<CharterHash>, CharterHash, bool, BTreeSet<MemberId>)>,
    pub(super) marks: BTreeMap<Space, Vec<Mark>>,
    /// Of the feeds of which something counts.
    pub(super) ceilings: BTreeMap<FeedId, (Ceiling, Vec<faelled_engine::Ground>)>,
    pub(super) digests: BTreeMap<Space, FrontierDigest>,
    pub(super) counting: BTreeSet<EntryId>,
    pub(super) documents: BTreeMap<DocId, DocumentView>,
}

impl Shown {
    /// What one who holds this shows.
    pub(super) fn of(held: &Held, history: &History, rows: &Rows) -> Self {
        let ceilings = held.ceilings();
        let (documents, counting) = documents(held, &ceilings, rows);
        let fork = held.rosters.fork();
        let mut frontiers: BTreeMap<Space, Frontier> = BTreeMap::new();
        for (id, feed) in &held.feeds {
            let frontier = frontiers.entry(feed.opening.space.clone()).or_default();
            if let Some(tip) = held.told(&ceilings, id) {
                frontier.set(tip);
            }
        }
        let mut spaces = held.statements.spaces();
        spaces.insert(Space::Commons);
        Self {
            rosters: held.rosters.hashes().copied().collect(),
            newest: held.rosters.head(),
            fork: fork.map(|fork| (fork.base, fork.heads.clone())),
            groups: groups(held, history.members),
            marks: spaces
                .into_iter()
                .map(|space| {
                    (
                        space.clone(),
                        held.statements.marks(&space).collect::<Vec<_>>(),
                    )
                })
                .filter(|(_, marks)| !marks.is_empty())
                .collect(),
            ceilings: ceilings
                .iter()
                .filter(|(id, ..)| held.told(&ceilings, id).is_some())
                .map(|(id, ceiling, grounds)| (*id, (ceiling, grounds.to_vec())))
                .collect(),
            digests: frontiers
                .into_iter()
                .filter(|(_, frontier)| !frontier.is_empty())
                .map(|(space, frontier)| (space, frontier.digest()))
                .collect(),
            counting,
            documents,
        }
    }

    /// Names the first thing in which two differ.
    pub(super) fn differs(&self, other: &Self) -> Option<String> {
        macro_rules! compare {
            ($($field:ident),* $(,)?) => {$(
                if self.$field != other.$field {
                    let (one, two) = (&self.$field, &other.$field);
                    return Some(format!(
                        concat!(stringify!($field), ": {:#?}\nand: {:#?}"), one, two
                    ));
                }
            )*};
        }
        compare!(
            rosters, newest, fork, groups, marks, ceilings, digests, counting
        );
        let ids: BTreeSet<&DocId> = self
            .documents
            .keys()
            .chain(other.documents.keys())
            .collect();
        let one = |of: &Self, id: &DocId| of.documents.get(id).cloned();
        ids.into_iter()
            .find(|id| one(self, id) != one(other, id))
            .map(|id| {
                let (one, two) = (one(self, id), one(other, id));
                format!("document {id}: {one:#?}\nand: {two:#?}")
            })
    }

    /// The part of it that the rules speak of; each feed's limit from the one who holds it.
    pub(super) fn ruled(&self, held: &Held) -> Ruled {
        let ceilings = held.ceilings();
        let limit = |id: &FeedId| -> Limit {
            match ceilings.get(id) {
                Ceiling::Open => None,
                Ceiling::At(tip) => Some(Some((tip.seq, tip.entry))),
                Ceiling::Nothing => Some(None),
            }
        };
        let groups = self.groups.iter();
        Ruled {
            newest: Some(self.newest.1),
            is_frozen: self.fork.is_some(),
            groups: groups
                .map(|(id, (_, newest, is_frozen, seen))| {
                    (*id, (*newest, *is_frozen, seen.clone()))
                })
                .collect(),
            limits: held.feeds.keys().map(|id| (*id, limit(id))).collect(),
            counting: self.counting.clone(),
        }
    }
}

fn groups(
    held: &Held,
    members: usize,
) -> BTreeMap<GroupId, (Vec<CharterHash>, CharterHash, bool, BTreeSet<MemberId>)> {
    let group = |(id_of, group): (GroupId, &faelled_engine::Group)| {
        let sees = |member: &MemberId| {
            held.groups
                .sees(&held.rosters, member, &Space::Group(id_of))
        };
        let seen = (0..members).map(id).filter(sees).collect();
        let newest = group.newest().hash();
        (
            id_of,
            (group.hashes().collect(), newest, group.is_frozen(), seen),
        )
    };
    held.groups.iter().map(group).collect()
}

/// The documents of which something is shown, and the entries about them that count before Automerge looks.
fn documents(
    held: &Held,
    ceilings: &Ceilings,
    rows: &Rows,
) -> (BTreeMap<DocId, DocumentView>, BTreeSet<EntryId>) {
    let mut views = BTreeMap::new();
    let mut counting = BTreeSet::new();
    for (id, entries) in stored(held, rows) {
        let judged = judge(id, &entries, ceilings);
        counting.extend(judged.counting.iter().map(|entry| entry.entry));
        let Some(mut shown) = view(id, &entries, ceilings) else {
            continue;
        };
        // What lies behind a cut some hold and others do not: it is told to nobody.
        shown
            .refused
            .retain(|refused| ceilings.check(&refused.feed, refused.seq).is_ok());
        if shown.content == Content::Void
            && let Some(first) = entries
                .iter()
                .find(|entry| ceilings.check(&entry.feed, entry.seq).is_ok())
        {
            shown.owner = first.member.clone();
            shown.space = first.space.clone();
        }
        if shown.content != Content::Void || !shown.refused.is_empty() {
            views.insert(id, shown);
        }
    }
    (views, counting)
}

/// The entries about each document, by feed and place, as the store gives them.
fn stored(held: &Held, rows: &Rows) -> BTreeMap<DocId, Vec<StoredEntry>> {
    let mut documents: BTreeMap<DocId, Vec<StoredEntry>> = BTreeMap::new();
    for (id, feed) in &held.feeds {
        let claim = &feed.opening.certificate.claim;
        for entry in &feed.entries {
            let Some(document) = entry.document() else {
                continue;
            };
            let row = rows.get(&entry.id()).copied().unwrap_or_default();
            documents.entry(document).or_default().push(StoredEntry {
                row,
                feed: *id,
                seq: entry.header().seq,
                entry: entry.id(),
                kind: entry.header().kind,
                document: Some(document),
                claimed_ms: entry.header().claimed_ms,
                received_ms: entry.header().claimed_ms,
                member: claim.member.clone(),
                node_key: claim.node_key,
                space: feed.opening.space.clone(),
                body: entry.signed().body.clone(),
                is_unread: false,
                body_length: entry.header().body_length,
                body_hash: entry.header().body_hash,
            });
        }
    }
    documents
}

/// A step of the mirror: what is shown, and what decides about it.
///
/// A node's mirror also says of each document of which something is on its disk and nothing counts that it is void.
/// Who its owner might be hangs on what the node has behind the cuts, which is not the same everywhere: it is left out.
pub(super) fn delta(held: &Held, shown: &Shown, row: i64) -> Delta {
    let mut documents: Vec<DocumentView> = shown.documents.values().cloned().collect();
    let entries = held.feeds.values().flat_map(|feed| &feed.entries);
    let on_disk: BTreeSet<DocId> = entries.filter_map(VerifiedEntry::document).collect();
    documents.extend(
        on_disk
            .into_iter()
            .filter(|id| !shown.documents.contains_key(id))
            .map(|id| DocumentView {
                id,
                kind: String::new(),
                owner: super::cast::id(0),
                space: Space::Commons,
                content: Content::Void,
                conflicts: Vec::new(),
                entries: Vec::new(),
                refused: Vec::new(),
                editors: Vec::new(),
            }),
    );
    Delta {
        row,
        roster: held.rosters.newest().map(|roster| RosterView {
            federation: held.rosters.federation(),
            roster: roster.clone(),
            hash: held.rosters.head().1,
        }),
        groups: Some(held.groups.iter().map(group_view).collect()),
        trust: Some(trust(held, shown)),
        documents,
    }
}

fn group_view((id, group): (GroupId, &faelled_engine::Group)) -> GroupView {
    let charter = group.newest();
    GroupView {
        id,
        name: charter.name.clone(),
        version: charter.version,
        owners: charter.owners.clone(),
        members: charter.members.clone(),
        is_frozen: group.is_frozen(),
    }
}

fn trust(held: &Held, shown: &Shown) -> TrustView {
    let cut = |(id, (ceiling, grounds)): (&FeedId, &(Ceiling, Vec<faelled_engine::Ground>))| {
        let claim = &held.feeds.get(id)?.opening.certificate.claim;
        Some(CutView {
            feed: *id,
            member: claim.member.clone(),
            node_key: claim.node_key,
            space: held.feeds.get(id)?.opening.space.clone(),
            last_seq: match ceiling {
                Ceiling::Open => Some(u64::MAX),
                Ceiling::At(tip) => Some(tip.seq),
                Ceiling::Nothing => None,
            },
            grounds: grounds.iter().copied().map(ground).collect(),
        })
    };
    TrustView {
        statements: held.statements.len() as u64,
        cuts: shown.ceilings.iter().filter_map(cut).collect(),
        equivocations: held.statements.forks().map(equivocation).collect(),
        revocations: held
            .statements
            .revocations()
            .map(|(_, said)| RevocationView {
                node_key: said.node_key,
                space: said.space.clone(),
                claimed_ms: said.claimed_ms,
                member: said.member.clone(),
                identity_key: said.identity_key,
                successor: said.successor.as_ref().map(|next| next.claim.node_key),
            })
            .collect(),
        fork: held.rosters.fork().map(fork),
        proposals: held
            .statements
            .proposals()
            .into_iter()
            .map(|proposal| ProposalView {
                roster_hash: proposal.hash,
                version: proposal.roster.version,
                summary_da: String::new(),
                summary_en: String::new(),
                note: proposal.roster.note().unwrap_or_default().to_owned(),
                needed: proposal.roster.threshold,
                claimed_ms: proposal.roster.claimed_ms,
                approvals: proposal.approved,
                rejections: proposal.rejected,
            })
            .collect(),
    }
}

fn equivocation(fork: &faelled_proto::statement::ShownFork) -> EquivocationView {
    let claim = &fork.opening.certificate.claim;
    EquivocationView {
        feed: fork.common.feed,
        member: claim.member.clone(),
        node_key: claim.node_key,
        space: fork.opening.space.clone(),
        seq: fork.common.seq + 1,
        entries: fork.branches,
    }
}

/// Which stewards signed both is told by whose signatures came with a version: of two forms of one version a node
/// keeps the one that came first.
fn fork(fork: &RosterFork) -> RosterForkView {
    RosterForkView {
        base_version: fork.base_version,
        base_hash: fork.base,
        heads: fork.heads.clone(),
        signed_both: Vec::new(),
    }
}

const fn ground(ground: faelled_engine::Ground) -> Ground {
    match ground {
        faelled_engine::Ground::RevokedKey => Ground::RevokedKey,
        faelled_engine::Ground::RemovedMember => Ground::RemovedMember,
        faelled_engine::Ground::ReplacedKey => Ground::ReplacedKey,
        faelled_engine::Ground::RemovedFromGroup => Ground::RemovedFromGroup,
        faelled_engine::Ground::Equivocation => Ground::Equivocation,
    }
}
