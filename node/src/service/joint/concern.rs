//! What concerns a member, among what arrived: a pure function over rows.

use std::collections::BTreeMap;

use faelled_mirror::read::{Arrival, ArrivalHead, Interest};

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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PackNews {
    /// Versions that were withdrawn, with what replaces them.
    pub(super) withdrawn: Vec<(String, String)>,
    /// Last days of hearings in which the member is asked.
    pub(super) hearings: Vec<String>,
    /// Numbers and versions of proposals from the member's pilots that were dealt with.
    pub(super) answered: Vec<(String, String)>,
}

/// What a member has to do with.
#[derive(Debug, Default)]
pub(super) struct Interests {
    known: BTreeMap<String, Why>,
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
            Some(code) => self
                .branches
                .iter()
                .any(|branch| code.starts_with(branch.as_str()))
                .then_some(Why::Followed),
            None => self.known.get(target).copied(),
        }
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
        ("question", _) => about_own.map(|why| (Event::Asked, why)),
        ("comment", _) => about_own.map(|why| (Event::Commented, why)),
        ("resource", _) => about_own.map(|why| (Event::Offered, why)),
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
    concerns.extend(news.hearings.iter().map(|until| Concern {
        event: Event::Hearing {
            until: until.clone(),
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
mod tests {
    use super::*;

    const OWN: &str = "dk-0151";

    /// What arrives, and what of it concerns the member.
    type Case = (&'static str, Row, Option<(Event, Why)>);

    fn row(kind: &str, concerns: &[&str]) -> Row {
        let head = ArrivalHead {
            arrival: 7,
            what: "opened".to_owned(),
            member: "dk-0159".to_owned(),
            member_name: None,
            claimed: None,
            document: "d".to_owned(),
            kind: kind.to_owned(),
            owner: "dk-0159".to_owned(),
            space: "commons".to_owned(),
            space_id: "commons".to_owned(),
            number: None,
            title_da: None,
            title_en: None,
            version: None,
            state: None,
            said_da: None,
            said_en: None,
            about: None,
            about_kind: None,
            about_owner: None,
            about_number: None,
            about_da: None,
            about_en: None,
        };
        Row::of(Arrival {
            head,
            concerns: concerns.iter().map(|target| (*target).to_owned()).collect(),
        })
    }

    fn release(concerns: &[&str]) -> Row {
        with(row("pack", concerns), |row| {
            row.head.what = "released".to_owned()
        })
    }

    fn about(kind: &str, owner: &str) -> Row {
        with(row(kind, &[]), |row| {
            row.head.about_owner = Some(owner.to_owned())
        })
    }

    fn in_group(row: Row) -> Row {
        with(row, |row| row.head.space = "group".to_owned())
    }

    fn with(mut row: Row, change: impl FnOnce(&mut Row)) -> Row {
        change(&mut row);
        row
    }

    fn interests() -> Interests {
        let rows = [
            ("own", "requirement:mine"),
            ("own", "pack:mypack"),
            ("adopted", "pack:adopted"),
            ("adopted", "requirement:held"),
            ("followed", "pack:adopted"),
            ("adapted", "requirement:source"),
            ("basket", "requirement:picked"),
            ("followed", "pack:followed"),
            ("followed", "project:plast"),
            ("followed", "category:furniture"),
            ("followed", "cpv:44610000"),
        ];
        let rows: Vec<Interest> = rows
            .into_iter()
            .map(|(why, target)| Interest {
                why: why.to_owned(),
                target: target.to_owned(),
            })
            .collect();
        Interests::of(&rows)
    }

    #[test]
    fn what_concerns_a_member_is_listed_with_its_strongest_reason_and_nothing_else_is() {
        let table: Vec<Case> = vec![
            (
                "a release of what was adopted, though it is also followed",
                release(&["pack:adopted"]),
                Some((Event::Released, Why::Adopted)),
            ),
            (
                "a release of what is followed",
                release(&["pack:followed"]),
                Some((Event::Released, Why::Followed)),
            ),
            (
                "a release that holds what was adapted",
                release(&["pack:x", "requirement:source"]),
                Some((Event::Released, Why::Adapted)),
            ),
            (
                "a release that holds what is in a basket",
                release(&["pack:x", "requirement:picked"]),
                Some((Event::Released, Why::Basket)),
            ),
            (
                "a release of what nobody here knows",
                release(&["pack:x"]),
                None,
            ),
            (
                "a release in a followed category",
                release(&["pack:x", "category:furniture"]),
                Some((Event::Released, Why::Followed)),
            ),
            (
                "a release on a followed branch",
                release(&["pack:x", "cpv:44617100"]),
                Some((Event::Released, Why::Followed)),
            ),
            (
                "a release on another branch",
                release(&["pack:x", "cpv:44620000"]),
                None,
            ),
            (
                "a release in a followed project",
                release(&["pack:x", "project:plast"]),
                Some((Event::Released, Why::Followed)),
            ),
            (
                "a release that waits for co-signatures",
                with(release(&["pack:adopted"]), |row| {
                    row.release = ReleaseState::Waits
                }),
                Some((Event::CosignatureWanted, Why::Adopted)),
            ),
            (
                "two releases under one version",
                with(release(&["pack:adopted"]), |row| {
                    row.release = ReleaseState::Disputed
                }),
                Some((Event::Disputed, Why::Adopted)),
            ),
            (
                "a pilot on an own requirement",
                row("pilot", &["requirement:mine"]),
                Some((Event::Pilot, Why::Own)),
            ),
            (
                "a proposal on an own pack",
                with(row("pilot", &["pack:mypack"]), |row| row.proposes = true),
                Some((Event::Proposal, Why::Own)),
            ),
            (
                "a pilot on what an adopted release holds",
                row("pilot", &["requirement:held"]),
                Some((Event::Pilot, Why::Adopted)),
            ),
            (
                "a pilot on what is in a basket",
                row("pilot", &["requirement:picked"]),
                Some((Event::Pilot, Why::Basket)),
            ),
            (
                "a pilot on what is followed",
                row("pilot", &["pack:followed"]),
                Some((Event::Pilot, Why::Followed)),
            ),
            (
                "a pilot in a followed category alone",
                row("pilot", &["category:furniture"]),
                None,
            ),
            (
                "an answer to an own question",
                about("answer", OWN),
                Some((Event::Answered, Why::Own)),
            ),
            (
                "an answer to another's question",
                about("answer", "dk-0101"),
                None,
            ),
            (
                "a question on an own document",
                about("question", OWN),
                Some((Event::Asked, Why::Own)),
            ),
            (
                "a comment on an own document",
                about("comment", OWN),
                Some((Event::Commented, Why::Own)),
            ),
            (
                "a comment on another's document",
                about("comment", "dk-0159"),
                None,
            ),
            (
                "a resource for an own document",
                about("resource", OWN),
                Some((Event::Offered, Why::Own)),
            ),
            (
                "a co-signature on an own release",
                about("cosignature", OWN),
                Some((Event::Cosigned, Why::Own)),
            ),
            (
                "participation in a followed project",
                row("participation", &["project:plast"]),
                Some((Event::Participation, Why::Followed)),
            ),
            (
                "participation in another project",
                row("participation", &["project:mad"]),
                None,
            ),
            (
                "a draft of a group in a followed category",
                in_group(row("requirement", &["category:furniture"])),
                Some((Event::Drafted, Why::Followed)),
            ),
            (
                "a requirement that a release brought, told of there",
                row("requirement", &["category:furniture"]),
                None,
            ),
            (
                "a known draft of a group that was edited",
                with(
                    in_group(row("requirement", &["category:furniture"])),
                    |row| row.head.what = "changed".to_owned(),
                ),
                None,
            ),
            (
                "an edit of an adopted pack that says nothing new",
                row("pack", &["pack:adopted"]),
                None,
            ),
            (
                "a withdrawal that may have been told before",
                with(release(&["pack:adopted"]), |row| {
                    row.head.what = "withdrawn".to_owned()
                }),
                None,
            ),
            ("an adoption", row("adoption", &["pack:mypack"]), None),
            (
                "an own writing",
                with(about("comment", OWN), |row| {
                    row.head.member = OWN.to_owned()
                }),
                None,
            ),
            (
                "a kind that newer software made",
                row("vote", &["pack:adopted"]),
                None,
            ),
        ];
        let interests = interests();
        for (what, row, expected) in table {
            let found: Vec<_> = concerns(OWN, &interests, &row)
                .into_iter()
                .map(|concern| (concern.event, concern.why))
                .collect();
            assert_eq!(found, Vec::from_iter(expected), "{what}");
        }
    }

    #[test]
    fn a_pack_tells_of_withdrawals_hearings_and_answers_at_once() {
        let mut row = row("pack", &[]);
        row.head.document = "adopted".to_owned();
        row.news = PackNews {
            withdrawn: vec![("1.0.0".to_owned(), "1.1.0".to_owned())],
            hearings: vec!["2026-12-01".to_owned()],
            answered: vec![("GLX-EMB-001".to_owned(), "1.1.0".to_owned())],
        };
        let whys = |row: &Row| -> Vec<Why> {
            concerns(OWN, &interests(), row)
                .iter()
                .map(|concern| concern.why)
                .collect()
        };
        assert_eq!(whys(&row), [Why::Adopted, Why::Asked, Why::Own]);
        row.head.document = "unknown".to_owned();
        assert_eq!(
            whys(&row),
            [Why::Asked, Why::Own],
            "whose withdrawal it is decides"
        );
    }

    #[test]
    fn a_branch_is_at_least_a_division() {
        assert_eq!(branch("44610000"), "4461");
        assert_eq!(branch("03000000"), "03");
        assert_eq!(branch("30000000"), "30");
        assert_eq!(branch("446"), "446");
    }
}
