//! `inbox`: what happened since the reading mark and concerns this member.
//!
//! The mark is a place in this node's own order of arrival. It is kept in `node.db`, so that it outlives
//! restarts and mirrors; what arrives while somebody reads lies behind it.

use std::collections::{BTreeMap, BTreeSet};

use faelled_mirror::Mirror;
use faelled_mirror::read::{Arrival, ArrivalHead, Group, ProposalFilter, ReleaseSummary};
use faelled_model::pack::Hearing;
use faelled_model::schema;
use faelled_model::{Pack, Pilot};
use faelled_proto::DocId;

use super::concern::{Interests, PackNews, ReleaseState, Row, concerns};
use super::sentence::{sentence, show};
use crate::data::joint::{Data, Inbox, InboxLine};
use crate::failure::{Failure, Said};
use crate::reading;
use crate::service::{Service, document_id};
use crate::view::{build, judge};

/// The setting that keeps the reading mark.
const MARK: &str = "inbox.read";
/// The setting that keeps which groups were shown: a charter is no entry and has no place in the order.
const GROUPS: &str = "inbox.groups";

impl Service {
    pub(super) async fn inbox(&self, all: bool, limit: u32) -> Result<Data, Failure> {
        Ok(Data::Inbox(self.gathered(all, limit).await?.0))
    }

    pub(super) async fn inbox_read(&self, up_to: Option<i64>, limit: u32) -> Result<Data, Failure> {
        let (mut inbox, groups) = self.gathered(false, limit).await?;
        let newest = self.committed.borrow().row;
        let mark = match up_to {
            // Nothing that has not come yet can have been read.
            Some(given) if given > newest => return Err(not_arrived(given, newest)),
            Some(given) => {
                inbox
                    .lines
                    .retain(|line| line.arrival.is_none_or(|arrival| arrival <= given));
                inbox.more = 0;
                given
            }
            None => inbox.up_to,
        };
        let held = self.mark().await?;
        if mark > held {
            self.store
                .set_setting(MARK, mark.to_string().as_bytes())
                .await?;
        }
        self.store
            .set_setting(GROUPS, groups.join("\n").as_bytes())
            .await?;
        inbox.up_to = mark.max(held);
        inbox.is_read = true;
        Ok(Data::Inbox(inbox))
    }

    /// How much is unread.
    pub(in crate::service) async fn unread(&self) -> Result<usize, Failure> {
        let (inbox, _) = self.gathered(false, 1).await?;
        Ok(inbox.lines.len() + inbox.more)
    }

    /// What concerns this member after the mark, and the groups that it is in now.
    async fn gathered(&self, all: bool, limit: u32) -> Result<(Inbox, Vec<String>), Failure> {
        let mirror = self.mirror().await?;
        let mark = if all { 0 } else { self.mark().await? };
        let own = self.own.as_str();
        // First how far this goes: what comes while it is read lies behind it.
        let reach = mirror.watermark().await?.row;
        let interests = Interests::of(&mirror.interests(own).await?);
        let mut arrivals = mirror.arrivals(mark, Some(own)).await?;
        arrivals.retain(|arrival| arrival.head.arrival <= reach);
        arrivals.reverse();
        let mut lines = Vec::new();
        for row in self.rows(&mirror, arrivals, mark).await? {
            for concern in concerns(own, &interests, &row) {
                lines.push(InboxLine {
                    arrival: Some(row.head.arrival),
                    date: day(&row.head),
                    event: concern.event.code(),
                    why: concern.why.code(),
                    member: row.head.member.clone(),
                    member_name: row.head.member_name.clone(),
                    document: row.head.document.clone(),
                    said: sentence(&row.head, &concern.event, concern.why),
                    show: show(&row.head, &concern.event),
                });
            }
        }
        let inbox = bounded(lines, limit, all, reach.max(mark));
        let (groups, joined) = self.joined_groups(&mirror, all).await?;
        Ok((with_groups(inbox, joined), groups))
    }

    async fn mark(&self) -> Result<i64, Failure> {
        let held = self.store.setting(MARK).await?;
        Ok(held
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| text.parse().ok())
            .unwrap_or(0))
    }

    /// Adds to arrivals what the rules need to know beside them.
    async fn rows(
        &self,
        mirror: &Mirror,
        arrivals: Vec<Arrival>,
        mark: i64,
    ) -> Result<Vec<Row>, Failure> {
        let own_proposals = ProposalFilter {
            pack_owner: Some(self.own.to_string()),
            answered: Some(false),
            ..ProposalFilter::default()
        };
        let proposing: BTreeSet<String> = mirror
            .proposals(&own_proposals)
            .await?
            .into_iter()
            .map(|proposal| proposal.pilot)
            .collect();
        let mut releases: BTreeMap<String, Vec<ReleaseSummary>> = BTreeMap::new();
        let mut told: Vec<(String, Option<String>, Hearing)> = Vec::new();
        let mut rows = Vec::with_capacity(arrivals.len());
        for arrival in arrivals {
            let mut row = Row::of(arrival);
            let head = &row.head;
            match (head.kind.as_str(), head.what.as_str()) {
                ("pack", "released") => {
                    if !releases.contains_key(&head.document) {
                        let held = mirror.releases(&head.document).await?;
                        releases.insert(head.document.clone(), held);
                    }
                    row.release = standing(head, releases.get(&head.document));
                }
                ("pack", "opened" | "changed") => {
                    row.news = self.pack_news(mirror, head, mark).await?;
                    // Each hearing is told once, however many documents say it.
                    row.news.hearings.retain(|hearing| {
                        let call = (head.owner.clone(), head.number.clone(), call(hearing));
                        let is_new = !told.contains(&call);
                        told.extend(is_new.then_some(call));
                        is_new
                    });
                }
                ("pilot", _) => row.proposes = proposing.contains(&head.document),
                _ => {}
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// What a pack's document says now and did not say at the mark.
    async fn pack_news(
        &self,
        mirror: &Mirror,
        head: &ArrivalHead,
        mark: i64,
    ) -> Result<PackNews, Failure> {
        let Some(id) = document_id(&head.document) else {
            return Ok(PackNews::default());
        };
        let now = self.pack_when(id, i64::MAX).await?;
        let before = self.pack_when(id, mark).await?;
        let own_pilots: BTreeSet<String> = mirror
            .owned(
                self.own.as_str(),
                <Pilot as schema::Record>::KIND.code(),
                "commons",
            )
            .await?
            .into_iter()
            .map(|pilot| pilot.document)
            .collect();
        let mut news = news(&before, &now, self.own.as_str(), &own_pilots);
        if !is_heard(head, self.own.as_str()) {
            news.hearings.clear();
        } else if !news.hearings.is_empty() {
            // The draft and its copies say the same hearings: what one of them told before is not new in another.
            for copy in mirror.copies(&head.document).await? {
                let Some(other) = document_id(&copy.document).filter(|other| *other != id) else {
                    continue;
                };
                if copy.space == "group" {
                    let told = self.pack_when(other, mark).await?.hearings;
                    let is_told =
                        |hearing: &Hearing| told.iter().any(|one| call(one) == call(hearing));
                    news.hearings.retain(|hearing| !is_told(hearing));
                }
            }
        }
        Ok(news)
    }

    /// What a pack's document said when nothing had come after this arrival.
    async fn pack_when(&self, id: DocId, arrival: i64) -> Result<Pack, Failure> {
        let ceilings = &self.core.trust().ceilings;
        let mut entries = reading::entries(&self.store, id, ceilings).await?;
        entries.retain(|entry| entry.row <= arrival);
        let judged = judge(id, &entries, ceilings);
        let (document, _) = build(id, &judged.counting);
        Ok(schema::read(&document).unwrap_or_default())
    }

    /// All groups that this member is in, and those of others that were not shown yet.
    async fn joined_groups(
        &self,
        mirror: &Mirror,
        all: bool,
    ) -> Result<(Vec<String>, Vec<Group>), Failure> {
        let shown = self.store.setting(GROUPS).await?.unwrap_or_default();
        let shown = String::from_utf8(shown).unwrap_or_default();
        let shown: BTreeSet<&str> = shown.lines().collect();
        let groups = mirror.groups().await?;
        let ids = groups
            .iter()
            .map(|group| group.head.space_id.clone())
            .collect();
        let own = self.own.as_str();
        let joined = groups
            .into_iter()
            .filter(|group| all || !shown.contains(group.head.space_id.as_str()))
            .filter(|group| {
                group
                    .members
                    .iter()
                    .any(|member| member.member == own && !member.is_owner)
            })
            .collect();
        Ok((ids, joined))
    }
}

/// What the one says that the other did not.
fn news(before: &Pack, now: &Pack, own: &str, own_pilots: &BTreeSet<String>) -> PackNews {
    let withdrawn = now
        .withdrawals
        .iter()
        .filter(|one| {
            !before
                .withdrawals
                .iter()
                .any(|known| known.version == one.version)
        })
        .map(|one| (one.version.clone(), one.replaced_by.clone()));
    let hearings = now
        .hearings
        .iter()
        .filter(|one| one.recipients.iter().any(|asked| asked == own))
        .filter(|one| {
            !before.hearings.iter().any(|known| {
                known.id == one.id && known.recipients.iter().any(|asked| asked == own)
            })
        })
        .cloned();
    let answered = now
        .answered
        .iter()
        .filter(|one| own_pilots.contains(&one.pilot) && !before.answered.contains(one))
        .map(|one| (one.number.clone(), one.version.clone()));
    PackNews {
        withdrawn: withdrawn.collect(),
        hearings: hearings.collect(),
        answered: answered.collect(),
    }
}

/// Whether a document calls somebody to a hearing: never the holder, and never what is released, which only keeps
/// the account of its hearings.
fn is_heard(head: &ArrivalHead, own: &str) -> bool {
    head.space == "group" && head.owner != own
}

/// What makes a hearing the same wherever it is said: all but its id, which each document may give anew.
fn call(hearing: &Hearing) -> Hearing {
    Hearing {
        id: String::new(),
        ..hearing.clone()
    }
}

fn standing(head: &ArrivalHead, releases: Option<&Vec<ReleaseSummary>>) -> ReleaseState {
    let found = releases
        .into_iter()
        .flatten()
        .find(|release| Some(&release.version) == head.version.as_ref());
    match found {
        Some(release) if release.is_equivocated => ReleaseState::Disputed,
        Some(release) if release.cosigned < release.cosigners_needed => ReleaseState::Waits,
        _ => ReleaseState::Fine,
    }
}

/// As many lines as fit. Of what is unread the oldest, so that marking them leaves nothing out; of all the
/// newest.
fn bounded(mut lines: Vec<InboxLine>, limit: u32, all: bool, reach: i64) -> Inbox {
    let mut limit = usize::try_from(limit).unwrap_or(usize::MAX).max(1);
    // One arrival can give several lines: they are listed together, so that each listing gets on.
    let place = |line: Option<&InboxLine>| line.and_then(|line| line.arrival);
    while !all && limit < lines.len() && place(lines.get(limit)) == place(lines.get(limit - 1)) {
        limit += 1;
    }
    let more = lines.len().saturating_sub(limit);
    let mut up_to = reach;
    if all {
        lines.drain(..more);
    } else if let Some(first_left_out) = lines.get(limit).and_then(|line| line.arrival) {
        up_to = first_left_out - 1;
        lines.truncate(limit);
    }
    Inbox {
        is_read: false,
        all,
        lines,
        more,
        up_to,
    }
}

fn with_groups(mut inbox: Inbox, joined: Vec<Group>) -> Inbox {
    for group in joined {
        let name = group.head.name.clone().unwrap_or_default();
        let owner = group.members.iter().find(|member| member.is_owner);
        inbox.lines.push(InboxLine {
            arrival: None,
            date: None,
            event: "group",
            why: "asked",
            member: owner.map(|owner| owner.member.clone()).unwrap_or_default(),
            member_name: owner.and_then(|owner| owner.name.clone()),
            document: group.head.space_id,
            said: Said::new(
                format!("you are in the group \u{201c}{name}\u{201d}"),
                format!("I er med i gruppen \u{201c}{name}\u{201d}"),
            ),
            show: format!("faelled group show {}", group.head.group_id),
        });
    }
    inbox
}

fn day(head: &ArrivalHead) -> Option<String> {
    const DAY_CHARS: usize = 10;
    head.claimed
        .as_deref()
        .and_then(|claimed| claimed.get(..DAY_CHARS))
        .map(str::to_owned)
}

fn not_arrived(given: i64, newest: i64) -> Failure {
    Failure::user(
        "not-arrived",
        Said::new(
            format!("nothing with the number {given} has come yet; the newest is {newest}"),
            format!("intet med nummer {given} er kommet endnu; det nyeste er {newest}"),
        ),
    )
    .hint(Said::new(
        "give the number that faelled inbox named",
        "angiv det nummer, som faelled inbox nævnte",
    ))
}

#[cfg(test)]
mod tests {
    use faelled_model::pack::{AnsweredProposal, Withdrawal};

    use super::*;

    fn line(arrival: i64) -> InboxLine {
        InboxLine {
            arrival: Some(arrival),
            date: None,
            event: "pilot",
            why: "own",
            member: String::new(),
            member_name: None,
            document: String::new(),
            said: Said::new("", ""),
            show: String::new(),
        }
    }

    fn arrivals(inbox: &Inbox) -> Vec<i64> {
        inbox.lines.iter().filter_map(|line| line.arrival).collect()
    }

    #[test]
    fn what_is_marked_is_never_more_than_what_was_listed() {
        let lines = || vec![line(3), line(5), line(5), line(9)];
        let whole = bounded(lines(), 10, false, 20);
        assert_eq!(
            (arrivals(&whole), whole.more, whole.up_to),
            (vec![3, 5, 5, 9], 0, 20)
        );
        let one = bounded(lines(), 1, false, 20);
        assert_eq!((arrivals(&one), one.more, one.up_to), (vec![3], 3, 4));
        let part = bounded(lines(), 2, false, 20);
        assert_eq!(
            (arrivals(&part), part.more, part.up_to),
            (vec![3, 5, 5], 1, 8)
        );
        let three = bounded(lines(), 3, false, 20);
        assert_eq!(
            (arrivals(&three), three.more, three.up_to),
            (vec![3, 5, 5], 1, 8)
        );
        let newest = bounded(lines(), 2, true, 20);
        assert_eq!((arrivals(&newest), newest.more), (vec![5, 9], 2));
        let nothing = bounded(Vec::new(), 2, false, 20);
        assert_eq!((nothing.more, nothing.up_to), (0, 20));
    }

    #[test]
    fn a_pack_brings_only_what_it_did_not_say_before() {
        let withdrawal = |version: &str| Withdrawal {
            version: version.to_owned(),
            ..Withdrawal::default()
        };
        let hearing = |id: &str, asked: &str| Hearing {
            id: id.to_owned(),
            until: "2026-12-01".to_owned(),
            recipients: vec![asked.to_owned()],
            ..Hearing::default()
        };
        let answer = |pilot: &str| AnsweredProposal {
            pilot: pilot.to_owned(),
            number: "A-1".to_owned(),
            version: "1.1.0".to_owned(),
            ..AnsweredProposal::default()
        };
        let before = Pack {
            withdrawals: vec![withdrawal("1.0.0")],
            hearings: vec![hearing("a", "dk-0151")],
            answered: vec![answer("p1")],
            ..Pack::default()
        };
        let mut now = before.clone();
        let pilots: BTreeSet<String> = ["p1", "p2"].map(str::to_owned).into();
        assert_eq!(news(&before, &now, "dk-0151", &pilots), PackNews::default());
        now.withdrawals.push(withdrawal("1.1.0"));
        now.hearings.push(hearing("b", "dk-0151"));
        now.hearings.push(hearing("c", "dk-0101"));
        now.answered.push(answer("p2"));
        now.answered.push(answer("p3"));
        let found = news(&before, &now, "dk-0151", &pilots);
        assert_eq!(found.withdrawn, [("1.1.0".to_owned(), String::new())]);
        assert_eq!(found.hearings, [hearing("b", "dk-0151")]);
        assert_eq!(found.answered, [("A-1".to_owned(), "1.1.0".to_owned())]);
    }
}
