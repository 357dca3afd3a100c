//! What a roster changes, in words.

use std::collections::BTreeSet;

use faelled_engine::{Proposal, RosterChain};
use faelled_proto::cut::Cut;
use faelled_proto::roster::MemberRecord;
use faelled_proto::{MemberId, Roster};

use crate::failure::Said;
use crate::fingerprint::fingerprint;

/// Whose approvals a proposal still waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lacking {
    /// How many more must approve, at least.
    pub(crate) votes: u16,
    /// Those whose approval would bring it nearer.
    pub(crate) stewards: Vec<MemberId>,
}

/// What a proposal lacks: enough approvals of the stewards of the version before, and of its own.
pub(crate) fn lacking(rosters: &RosterChain, proposal: &Proposal) -> Lacking {
    let Some(needed) = rosters.votes_needed(&proposal.roster) else {
        return Lacking {
            votes: proposal.roster.threshold,
            stewards: proposal.roster.stewards.clone(),
        };
    };
    let open = |stewards: &[MemberId], threshold: u16| {
        let approved = |steward: &&MemberId| proposal.approved.contains(steward);
        let given = stewards.iter().filter(approved).count();
        let lacking = usize::from(threshold).saturating_sub(given);
        let left = stewards.iter().filter(|steward| !approved(steward));
        let left: BTreeSet<MemberId> = left.cloned().collect();
        (lacking, if lacking == 0 { BTreeSet::new() } else { left })
    };
    let (before, of_before) = open(&needed.before_stewards, needed.before);
    let (own, of_own) = open(&needed.own_stewards, needed.own);
    // Who is a steward of both gives two signatures with one approval.
    let both = of_before.intersection(&of_own).count().min(before).min(own);
    Lacking {
        votes: u16::try_from(before + own - both).unwrap_or(u16::MAX),
        stewards: of_before.union(&of_own).cloned().collect(),
    }
}

/// How many stewards must approve in all, as the votes stand.
pub(crate) fn needed(rosters: &RosterChain, proposal: &Proposal) -> u16 {
    let given = u16::try_from(proposal.approved.len()).unwrap_or(u16::MAX);
    given.saturating_add(lacking(rosters, proposal).votes)
}

/// What the proposed version says otherwise than the one that holds.
pub(crate) fn describe(held: Option<&Roster>, proposed: &Roster) -> Said {
    joined(&changes(held, proposed), Change::proposed)
}

/// The same, one thing at a time: for whoever is about to sign it.
pub(crate) fn points(held: Option<&Roster>, proposed: &Roster) -> Vec<Said> {
    let changes = changes(held, proposed);
    changes.iter().map(Change::proposed).collect()
}

/// What became so by a version, against the one before.
pub(crate) fn outcome(before: Option<&Roster>, now: &Roster) -> Said {
    joined(&changes(before, now), Change::done)
}

enum Change<'a> {
    ResolvesFork,
    Admits(&'a MemberRecord),
    /// With how much that was written with the old key counts.
    Rekeys(&'a MemberRecord, Counted),
    /// With how much of it counts.
    Removes(&'a MemberRecord, Counted),
    /// What is said of it beside its key.
    Alters(&'a MemberRecord),
    /// A key that no member of either version has.
    CutsOff(Cut),
    Appoints(MemberId),
    Relieves(MemberId),
    Threshold(u16, usize),
    Names(&'a str),
    Nothing,
}

/// How much of a member's own still counts once its feeds are cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counted {
    entries: u64,
    feeds: usize,
}

impl Counted {
    fn of<'a>(cuts: impl Iterator<Item = &'a Cut>) -> Self {
        let tips = cuts.flat_map(|cut| &cut.last_good);
        tips.fold(Self::default(), |counted, tip| Self {
            entries: counted.entries.saturating_add(tip.seq.saturating_add(1)),
            feeds: counted.feeds + 1,
        })
    }

    fn said(self) -> Said {
        let Self { entries, feeds } = self;
        Said::new(
            format!("{entries} entries count, in {feeds} feeds"),
            format!("{entries} poster tæller, i {feeds} logge"),
        )
    }
}

fn joined<'a>(changes: &[Change<'a>], say: fn(&Change<'a>) -> Said) -> Said {
    let said: Vec<Said> = changes.iter().map(say).collect();
    let texts = |pick: fn(&Said) -> &str| said.iter().map(pick).collect::<Vec<_>>().join("; ");
    Said::new(texts(|said| &said.en), texts(|said| &said.da))
}

fn changes<'a>(held: Option<&'a Roster>, next: &'a Roster) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    if let Some(held) = held {
        if next.previous.len() == 2 {
            changes.push(Change::ResolvesFork);
        }
        members(held, next, &mut changes);
        stewards(held, next, &mut changes);
        if held.name != next.name {
            changes.push(Change::Names(&next.name));
        }
    }
    if changes.is_empty() {
        changes.push(Change::Nothing);
    }
    changes
}

fn members<'a>(held: &'a Roster, next: &'a Roster, changes: &mut Vec<Change<'a>>) {
    // A roster whose cuts cannot be read is none.
    let mut cuts = next.cuts().unwrap_or_default();
    let mut counted = |record: &MemberRecord| {
        let of = |cut: &Cut| {
            cut.member == record.id
                && cut
                    .identity_key
                    .is_none_or(|key| key == record.identity_key)
        };
        let counted = Counted::of(cuts.iter().filter(|cut| of(cut)));
        cuts.retain(|cut| !of(cut));
        counted
    };
    for record in &next.members {
        match held.member(&record.id) {
            None => changes.push(Change::Admits(record)),
            Some(before) if before.identity_key != record.identity_key => {
                changes.push(Change::Rekeys(record, counted(before)));
            }
            Some(before) if before != record => changes.push(Change::Alters(record)),
            Some(_) => {}
        }
    }
    for record in &held.members {
        if next.member(&record.id).is_none() {
            changes.push(Change::Removes(record, counted(record)));
        }
    }
    changes.extend(cuts.into_iter().map(Change::CutsOff));
}

fn stewards<'a>(held: &'a Roster, next: &'a Roster, changes: &mut Vec<Change<'a>>) {
    if held.stewards == next.stewards && held.threshold == next.threshold {
        return;
    }
    let set = |roster: &Roster| {
        roster
            .stewards
            .iter()
            .cloned()
            .collect::<BTreeSet<MemberId>>()
    };
    let (before, after) = (set(held), set(next));
    changes.extend(after.difference(&before).cloned().map(Change::Appoints));
    changes.extend(before.difference(&after).cloned().map(Change::Relieves));
    changes.push(Change::Threshold(next.threshold, next.stewards.len()));
}

impl Change<'_> {
    /// As a proposal says it.
    fn proposed(&self) -> Said {
        match self {
            Self::ResolvesFork => Said::new(
                "resolves the fork of the roster",
                "løser tvedelingen af deltagerlisten",
            ),
            Self::Admits(record) => {
                let (who, key) = (who(record), fingerprint(&record.identity_key));
                Said::new(
                    format!("admits {who}, whose key is: {key}"),
                    format!("optager {who}, hvis nøgle er: {key}"),
                )
            }
            Self::Rekeys(record, counted) => {
                let (who, key) = (who(record), fingerprint(&record.identity_key));
                let Said { en, da } = counted.said();
                Said::new(
                    format!("gives {who} a new key: {key}; of what its old key shared, {en}"),
                    format!(
                        "giver {who} en ny nøgle: {key}; af det, dens gamle nøgle har delt: {da}"
                    ),
                )
            }
            Self::Removes(record, counted) => {
                let (who, Said { en, da }) = (who(record), counted.said());
                Said::new(
                    format!("removes {who}; of what it shared, {en}"),
                    format!("fjerner {who}; af det, den har delt: {da}"),
                )
            }
            Self::Alters(record) => {
                let (who, kind) = (who(record), &record.kind);
                Said::new(
                    format!("writes anew what the roster says of {who}, {kind}"),
                    format!("skriver om, hvad deltagerlisten siger om {who}, {kind}"),
                )
            }
            Self::CutsOff(cut) => {
                let member = &cut.member;
                let Said { en, da } = Counted::of([cut].into_iter()).said();
                Said::new(
                    format!("cuts off a former key of {member}; of what it shared, {en}"),
                    format!("afskærer en tidligere nøgle hos {member}; af det, den har delt: {da}"),
                )
            }
            Self::Appoints(steward) => Said::new(
                format!("makes {steward} a steward"),
                format!("gør {steward} til tovholder"),
            ),
            Self::Relieves(steward) => Said::new(
                format!("makes {steward} a steward no longer"),
                format!("lader {steward} holde op som tovholder"),
            ),
            Self::Threshold(threshold, count) => Said::new(
                format!("lets {threshold} of {count} stewards decide"),
                format!("lader {threshold} af {count} tovholdere afgøre sager"),
            ),
            Self::Names(name) => Said::new(
                format!("names the federation \"{name}\""),
                format!("kalder fællesskabet \"{name}\""),
            ),
            Self::Nothing => Said::new("changes nothing", "ændrer intet"),
        }
    }

    /// As it is once it was decided.
    fn done(&self) -> Said {
        match self {
            Self::ResolvesFork => Said::new(
                "the fork of the roster is resolved",
                "tvedelingen af deltagerlisten er løst",
            ),
            Self::Admits(record) => {
                let who = who(record);
                Said::new(
                    format!("{who} is a member now"),
                    format!("{who} er nu deltager"),
                )
            }
            Self::Rekeys(record, _) => {
                let who = who(record);
                Said::new(
                    format!("{who} has a new key now, and its old one counts no longer"),
                    format!("{who} har nu en ny nøgle, og den gamle tæller ikke mere"),
                )
            }
            Self::Removes(record, _) => {
                let who = who(record);
                Said::new(
                    format!("{who} is a member no longer"),
                    format!("{who} er ikke længere deltager"),
                )
            }
            Self::Alters(record) => {
                let who = who(record);
                Said::new(
                    format!("what the roster says of {who} is written anew"),
                    format!("hvad deltagerlisten siger om {who}, er skrevet om"),
                )
            }
            Self::CutsOff(cut) => {
                let member = &cut.member;
                Said::new(
                    format!("a former key of {member} is cut off"),
                    format!("en tidligere nøgle hos {member} er afskåret"),
                )
            }
            Self::Appoints(steward) => Said::new(
                format!("{steward} is a steward now"),
                format!("{steward} er nu tovholder"),
            ),
            Self::Relieves(steward) => Said::new(
                format!("{steward} is a steward no longer"),
                format!("{steward} er ikke længere tovholder"),
            ),
            Self::Threshold(threshold, count) => Said::new(
                format!("{threshold} of {count} stewards decide from now on"),
                format!("{threshold} af {count} tovholdere afgør sager fra nu af"),
            ),
            Self::Names(name) => Said::new(
                format!("the federation is named \"{name}\""),
                format!("fællesskabet hedder \"{name}\""),
            ),
            Self::Nothing => Said::new("nothing changed", "intet er ændret"),
        }
    }
}

fn who(record: &MemberRecord) -> String {
    format!("{} ({})", record.name, record.id)
}
