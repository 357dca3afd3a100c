//! Rows of cuts, their grounds, and what the stewards are deciding.

use std::collections::{BTreeMap, BTreeSet};

use faelled_proto::{EntryId, FeedId, MemberId, NodeKey, RosterHash};

use crate::row::{Row, Rows};
use crate::time::iso_time;
use crate::trust::{
    CutView, EquivocationView, Ground, ProposalView, RevocationView, RosterForkView, RosterVote,
    TrustView,
};

/// Tables that a [`TrustView`] fills, and nothing else does.
pub(crate) const TRUST_TABLES: &[&str] = &[
    "cut",
    "equivocation",
    "revocation",
    "roster_fork",
    "roster_fork_head",
    "roster_fork_signer",
    "roster_proposal",
    "roster_vote",
];

/// Rows of the [`TRUST_TABLES`]: the same in whatever order the view lists things.
pub(crate) fn trust_rows(trust: &TrustView) -> Rows {
    let mut rows = Rows::default();
    cuts(&mut rows, &trust.cuts);
    equivocations(&mut rows, &trust.equivocations);
    revocations(&mut rows, &trust.revocations);
    if let Some(fork) = &trust.fork {
        roster_fork(&mut rows, fork);
    }
    proposals(&mut rows, &trust.proposals);
    rows
}

fn cuts(rows: &mut Rows, cuts: &[CutView]) {
    let mut of_feed: BTreeMap<FeedId, Vec<&CutView>> = BTreeMap::new();
    for cut in cuts.iter().collect::<BTreeSet<_>>() {
        of_feed.entry(cut.feed).or_default().push(cut);
    }
    for (feed, cuts) in of_feed {
        let Some(first) = cuts.first() else { continue };
        // The lowest holds, and `None` is lower than any.
        let last_seq = cuts.iter().map(|cut| cut.last_seq).min().flatten();
        let grounds: BTreeSet<Ground> = cuts.iter().flat_map(|cut| cut.grounds.clone()).collect();
        let mut grounds: Vec<Option<Ground>> = grounds.into_iter().map(Some).collect();
        if grounds.is_empty() {
            // A cut is shown also where nobody says why.
            grounds.push(None);
        }
        for ground in grounds {
            rows.add(
                Row::of("cut")
                    .set("feed", feed.to_string())
                    .set("member", first.member.as_str())
                    .set("node_key", first.node_key.to_string())
                    .set("space", first.space.sort())
                    .set("space_id", first.space.to_string())
                    .set("last_seq", last_seq)
                    .set("ground", ground.map(Ground::code)),
            );
        }
    }
}

fn equivocations(rows: &mut Rows, equivocations: &[EquivocationView]) {
    let mut at: BTreeMap<(FeedId, u64), ([EntryId; 2], &EquivocationView)> = BTreeMap::new();
    for view in equivocations {
        // A proof may name any place, also one beyond what SQLite's integers hold.
        let seq = view.seq.min(i64::MAX.unsigned_abs());
        let mut entries = view.entries;
        entries.sort_unstable();
        let proof = (entries, view);
        let known = at.entry((view.feed, seq)).or_insert(proof);
        *known = proof.min(*known);
    }
    for ((feed, seq), ([entry, other_entry], view)) in at {
        rows.add(
            Row::of("equivocation")
                .set("feed", feed.to_string())
                .set("seq", seq)
                .set("member", view.member.as_str())
                .set("node_key", view.node_key.to_string())
                .set("space", view.space.sort())
                .set("space_id", view.space.to_string())
                .set("entry", entry.to_string())
                .set("other_entry", other_entry.to_string()),
        );
    }
}

fn revocations(rows: &mut Rows, revocations: &[RevocationView]) {
    let mut next: BTreeMap<(NodeKey, String), usize> = BTreeMap::new();
    for view in revocations.iter().collect::<BTreeSet<_>>() {
        let space_id = view.space.to_string();
        let position = next.entry((view.node_key, space_id.clone())).or_default();
        rows.add(
            Row::of("revocation")
                .set("node_key", view.node_key.to_string())
                .set("space_id", space_id)
                .set("position", *position)
                .set("space", view.space.sort())
                .set("member", view.member.as_str())
                .set("identity_key", view.identity_key.to_string())
                .set("successor", view.successor.map(|key| key.to_string()))
                .set("claimed_ms", view.claimed_ms)
                .set("claimed", iso_time(view.claimed_ms)),
        );
        *position += 1;
    }
}

fn roster_fork(rows: &mut Rows, fork: &RosterForkView) {
    rows.add(
        Row::of("roster_fork")
            .set("base_hash", fork.base_hash.to_string())
            .set("base_version", fork.base_version),
    );
    let heads: BTreeMap<RosterHash, u64> = fork
        .heads
        .iter()
        .map(|(version, hash)| (*hash, *version))
        .collect();
    for (hash, version) in heads {
        rows.add(
            Row::of("roster_fork_head")
                .set("hash", hash.to_string())
                .set("version", version),
        );
    }
    for member in fork.signed_both.iter().collect::<BTreeSet<_>>() {
        rows.add(Row::of("roster_fork_signer").set("member", member.as_str()));
    }
}

fn proposals(rows: &mut Rows, proposals: &[ProposalView]) {
    let mut of_hash: BTreeMap<RosterHash, &ProposalView> = BTreeMap::new();
    for view in proposals {
        let known = of_hash.entry(view.roster_hash).or_insert(view);
        *known = view.min(*known);
    }
    for (hash, view) in of_hash {
        let hash = hash.to_string();
        rows.add(
            Row::of("roster_proposal")
                .set("roster_hash", hash.as_str())
                .set("version", view.version)
                .set("summary_da", &view.summary_da)
                .set("summary_en", &view.summary_en)
                .set("note", &view.note)
                .set("needed", u32::from(view.needed))
                .set("claimed_ms", view.claimed_ms)
                .set("claimed", iso_time(view.claimed_ms)),
        );
        for member in view.approvals.iter().collect::<BTreeSet<_>>() {
            rows.add(vote(&hash, member, RosterVote::Approve));
        }
        let mut rejections: BTreeMap<&MemberId, &str> = BTreeMap::new();
        for (member, reason) in &view.rejections {
            let known = rejections.entry(member).or_insert(reason);
            *known = reason.as_str().min(*known);
        }
        for (member, reason) in rejections {
            rows.add(vote(&hash, member, RosterVote::Reject).set("reason", reason));
        }
    }
}

fn vote(hash: &str, member: &MemberId, vote: RosterVote) -> Row {
    Row::of("roster_vote")
        .set("roster_hash", hash)
        .set("member", member.as_str())
        .set("vote", vote.code())
}
