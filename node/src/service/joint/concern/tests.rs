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

fn about_these(kind: &str, concerns: &[&str]) -> Row {
    with(row(kind, concerns), |row| {
        row.head.about_owner = Some("dk-0159".to_owned())
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
            "a comment on what was adopted alone",
            about_these("comment", &["requirement:held"]),
            None,
        ),
        (
            "a comment on what is followed, though it is also adopted",
            about_these("comment", &["requirement:x", "pack:adopted"]),
            Some((Event::Commented, Why::Followed)),
        ),
        (
            "a question on what is followed",
            about_these("question", &["requirement:x", "pack:followed"]),
            Some((Event::Asked, Why::Followed)),
        ),
        (
            "a question on a followed project",
            about_these("question", &["project:plast"]),
            Some((Event::Asked, Why::Followed)),
        ),
        (
            "a comment in a followed category",
            about_these("comment", &["requirement:x", "category:furniture"]),
            Some((Event::Commented, Why::Followed)),
        ),
        (
            "a question on a followed branch",
            about_these("question", &["requirement:x", "cpv:44617100"]),
            Some((Event::Asked, Why::Followed)),
        ),
        (
            "a resource of a followed project, about nothing else",
            row("resource", &["project:plast"]),
            Some((Event::Offered, Why::Followed)),
        ),
        (
            "a resource in another category",
            row("resource", &["category:food"]),
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
        hearings: vec![Hearing {
            until: "2026-12-01".to_owned(),
            ..Hearing::default()
        }],
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
