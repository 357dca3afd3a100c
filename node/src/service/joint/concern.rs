//! What concerns a member, among what arrived: a pure function over rows.

use std::collections::{BTreeMap, BTreeSet};

use faelled_mirror::read::{Arrival, ArrivalHead, Interest};
use faelled_model::pack::Hearing;

/// Why something concerns a member; the strongest reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// It is about what the member wrote.
    Own,
    /// The member was asked, or let in.
    Asked,
    /// The member adopted it.
    Adopted,
    /// The member adapted it.
    Adapted,
    /// The member has it in a basket.
    Basket,
    /// The member follows it.
    Followed,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    Released,
    CosignatureWanted,
    Disputed,
    Withdrawn {
        version: String,
        replaced_by: String,
    },
    Hearing {
        until: String,
    },
    ProposalAnswered {
        number: String,
        version: String,
    },
    Pilot,
    Proposal,
    Answered,
    Asked,
    Commented,
    Offered,
    Cosigned,
    Participation,
    Drafted,
}

/// One thing that concerns the member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Concern {
    pub(super) event: Event,
    pub(super) why: Why,
}

/// Something that arrived, with what the rules need to know of it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) head: ArrivalHead,
    /// What it is about, named as in a follow.
    pub(super) concerns: Vec<String>,
    pub(super) news: PackNews,
    pub(super) release: ReleaseState,
    /// Whether a pilot proposes a change to one of the member's packs that it has not dealt with.
    pub(super) proposes: bool,
}

/// How a release stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum ReleaseState {
    /// It may be adopted, or nothing is known against it.
    #[default]
    Fine,
    /// Other members are to co-sign it.
    Waits,
    /// The lead released something else under the same version.
    Disputed,
}

/// What a pack's document says that it did not say at the mark.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct PackNews {
    /// Versions that were withdrawn, with what replaces them.
    pub(super) withdrawn: Vec<(String, String)>,
    /// Hearings in which the member is asked, and of which nothing that it sees told before.
    pub(super) hearings: Vec<Hearing>,
    /// Numbers and versions of proposals from the member's pilots that were dealt with.
    pub(super) answered: Vec<(String, String)>,
}

/// What a member has to do with.
#[derive(Debug, Default)]
pub(super) struct Interests {
    known: BTreeMap<String, Why>,
    /// What is followed, also where there is a stronger reason.
    followed: BTreeSet<String>,
    /// Beginnings of CPV codes that are followed.
    branches: Vec<String>,
}

impl Interests {
    pub(super) fn of(rows: &[Interest]) -> Self {
        let mut interests = Self::default();
        for row in rows {
            let why = match row.why.as_str() {
                "own" => Why::Own,
                "adopted" => Why::Adopted,
                "adapted" => Why::Adapted,
                "basket" => Why::Basket,
                _ => Why::Followed,
            };
            if let Some(code) = row.target.strip_prefix("cpv:") {
                interests.branches.push(branch(code).to_owned());
            }
            if why == Why::Followed {
                interests.followed.insert(row.target.clone());
            }
            interests
                .known
                .entry(row.target.clone())
                .and_modify(|known| *known = why.min(*known))
                .or_insert(why);
        }
        interests
    }

    fn why(&self, target: &str) -> Option<Why> {
        match target.strip_prefix("cpv:") {
            Some(code) => self.is_on_branch(code).then_some(Why::Followed),
            None => self.known.get(target).copied(),
        }
    }

    fn is_on_branch(&self, code: &str) -> bool {
        self.branches
            .iter()
            .any(|branch| code.starts_with(branch.as_str()))
    }

    /// Whether anything that a row is about is followed.
    fn follow(&self, row: &Row) -> bool {
        row.concerns
            .iter()
            .any(|target| match target.strip_prefix("cpv:") {
                Some(code) => self.is_on_branch(code),
                None => self.followed.contains(target),
            })
    }

    /// The strongest reason among what a row is about, as far as it is of these sorts.
    fn strongest(&self, row: &Row, sorts: &[&str]) -> Option<Why> {
        let fits = |target: &&String| sorts.iter().any(|sort| target.starts_with(sort));
        row.concerns
            .iter()
            .filter(fits)
            .filter_map(|target| self.why(target))
            .min()
    }
}

/// What people name exactly.
const THINGS: &[&str] = &["pack:", "requirement:"];
/// What people name as a whole.
const FIELDS: &[&str] = &["project:", "category:", "cpv:"];

impl Row {
    pub(super) fn of(arrival: Arrival) -> Self {
        Self {
            head: arrival.head,
            concerns: arrival.concerns,
            news: PackNews::default(),
            release: ReleaseState::default(),
            proposes: false,
        }
    }
}

/// What of a row concerns the member; nothing of its own writings does.
pub(super) fn concerns(own: &str, interests: &Interests, row: &Row) -> Vec<Concern> {
    let head = &row.head;
    if head.member == own {
        return Vec::new();
    }
    let about_own = (head.about_owner.as_deref() == Some(own)).then_some(Why::Own);
    // What is said of things is told to who owns them or follows them: whoever only uses them asked for nothing.
    let said_of = about_own.or_else(|| interests.follow(row).then_some(Why::Followed));
    let found = match (head.kind.as_str(), head.what.as_str()) {
        ("pack", "released") => released(interests, row),
        // What the pack says of withdrawals is compared with what it said at the mark.
        ("pack", "withdrawn") => None,
        ("pack", _) => return pack(interests, row),
        ("requirement", _) => drafted(interests, row),
        ("pilot", _) => interests.strongest(row, THINGS).map(|why| {
            let event = if row.proposes {
                Event::Proposal
            } else {
                Event::Pilot
            };
            (event, why)
        }),
        ("answer", _) => about_own.map(|why| (Event::Answered, why)),
        ("question", _) => said_of.map(|why| (Event::Asked, why)),
        ("comment", _) => said_of.map(|why| (Event::Commented, why)),
        ("resource", _) => said_of.map(|why| (Event::Offered, why)),
        ("cosignature", _) => about_own.map(|why| (Event::Cosigned, why)),
        ("participation", _) => interests
            .strongest(row, &["project:"])
            .map(|why| (Event::Participation, why)),
        _ => None,
    };
    found
        .into_iter()
        .map(|(event, why)| Concern { event, why })
        .collect()
}

/// A release concerns whoever has to do with the pack, with what it holds, or with a field that it is in.
fn released(interests: &Interests, row: &Row) -> Option<(Event, Why)> {
    let why = interests
        .strongest(row, THINGS)
        .or_else(|| interests.strongest(row, FIELDS))?;
    let event = match row.release {
        ReleaseState::Fine => Event::Released,
        ReleaseState::Waits => Event::CosignatureWanted,
        ReleaseState::Disputed => Event::Disputed,
    };
    Some((event, why))
}

fn pack(interests: &Interests, row: &Row) -> Vec<Concern> {
    let news = &row.news;
    let mut concerns: Vec<Concern> = Vec::new();
    if let Some(why) = interests.why(&format!("pack:{}", row.head.document)) {
        concerns.extend(news.withdrawn.iter().map(|(version, replaced_by)| Concern {
            event: Event::Withdrawn {
                version: version.clone(),
                replaced_by: replaced_by.clone(),
            },
            why,
        }));
    }
    concerns.extend(news.hearings.iter().map(|hearing| Concern {
        event: Event::Hearing {
            until: hearing.until.clone(),
        },
        why: Why::Asked,
    }));
    concerns.extend(news.answered.iter().map(|(number, version)| Concern {
        event: Event::ProposalAnswered {
            number: number.clone(),
            version: version.clone(),
        },
        why: Why::Own,
    }));
    if concerns.is_empty() {
        let found = drafted(interests, row);
        concerns.extend(found.map(|(event, why)| Concern { event, why }));
    }
    concerns
}

/// Something new in a followed field, drafted in a group. What is new in the commons came with a release, which
/// tells of it.
fn drafted(interests: &Interests, row: &Row) -> Option<(Event, Why)> {
    if row.head.what != "opened" || row.head.space != "group" {
        return None;
    }
    interests
        .strongest(row, FIELDS)
        .map(|why| (Event::Drafted, why))
}

/// A code's branch: its digits without the zeros at the end, but at least the two of its division.
fn branch(code: &str) -> &str {
    const DIVISION: usize = 2;
    let end = code.trim_end_matches('0').len().max(DIVISION);
    code.get(..end).unwrap_or(code)
}

#[cfg(test)]
mod tests;
