//! Every kind of answer, with hostile content and with none.

mod doctor;
mod drafting;
mod joint;
mod reading;
mod recover;
mod releasing;
mod samples;
mod stewards;

use faelled_mirror::read;

use super::*;
use crate::data::*;
use crate::failure::{FailureKind, Said};
use samples::{every_answer, requirement, requirement_summary, said};

fn both_languages(data: &Data) -> [String; 2] {
    [true, false].map(|danish| {
        render(
            data,
            Screen {
                danish,
                columns: 72,
            },
        )
    })
}

fn assert_harmless(data: &Data) {
    for text in both_languages(data) {
        assert!(
            !text.chars().any(|letter| letter != '\n' && steers(letter)),
            "{text:?}"
        );
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{text:?}");
        let forged = text
            .lines()
            .filter(|line| line.starts_with("verified: signed by nobody"));
        assert_eq!(forged.count(), 0, "{text}");
    }
}

#[test]
fn whatever_members_write_cannot_steer_the_terminal_or_forge_a_line() {
    for data in every_answer() {
        assert_harmless(&data);
    }
}

#[test]
fn empty_lists_say_what_to_do_next() {
    for (data, next) in [
        (Data::Packs(Vec::new()), "faelled pack import"),
        (Data::Requirements(Vec::new()), "faelled search"),
        (Data::Pilots(Vec::new()), "faelled pilot record"),
        (Data::Hits(Vec::new()), "faelled requirement list"),
        (Data::Tickets(Vec::new()), "faelled invite"),
        (
            Data::Members(Members {
                federation_name: None,
                members: Vec::new(),
                requests: Vec::new(),
                proposals: 0,
            }),
            "faelled invite",
        ),
    ] {
        for text in both_languages(&data) {
            assert!(text.contains(next), "{text}");
        }
    }
}

#[test]
fn wording_that_is_there_in_one_language_only_says_so() {
    let mut requirement = requirement();
    requirement.texts.wording_da = Some("Emballagen skal kunne bruges igen.".to_owned());
    let data = Data::Requirement(Box::new(requirement.clone()));
    let [danish, english] = both_languages(&data);
    assert!(danish.contains("\nOrdlyd\n  Emballagen"), "{danish}");
    assert!(
        english.contains("\nWording (only in Danish)\n  Emballagen"),
        "{english}"
    );

    requirement.texts.wording_en = Some("Packaging shall be reusable.".to_owned());
    requirement.texts.wording_da = None;
    let [danish, _] = both_languages(&Data::Requirement(Box::new(requirement)));
    assert!(
        danish.contains("\nOrdlyd (kun på engelsk)\n  Packaging"),
        "{danish}"
    );
}

#[test]
fn lists_say_in_one_line_how_a_requirement_did() {
    let data = Data::Requirements(vec![requirement_summary()]);
    let [danish, english] = both_languages(&data);
    assert!(
        danish.contains("afprøvet 2 gange: 1 behold, 1 justér"),
        "{danish}"
    );
    assert!(
        english.contains("tried 2 times: 1 keep, 1 adjust"),
        "{english}"
    );
}

#[test]
fn a_number_that_two_members_use_is_listed_with_its_owner() {
    let of = |owner: &str, number: &str| read::RequirementSummary {
        owner: owner.to_owned(),
        number: Some(number.to_owned()),
        ..requirement_summary()
    };
    let data = Data::Requirements(vec![
        of("dk-0159", "MOB-001"),
        of("dk-0151", "MOB-001"),
        of("dk-0151", "MOB-002"),
    ]);
    for text in both_languages(&data) {
        for key in ["dk-0159/MOB-001  ", "dk-0151/MOB-001  ", "MOB-002  "] {
            let count = text.lines().filter(|line| line.starts_with(key)).count();
            assert_eq!(count, 1, "{key}: {text}");
        }
    }
}

#[test]
fn a_ticket_is_one_line_that_can_be_copied() {
    let ticket = format!("faelled1-{}", "abcdefgh".repeat(40));
    let invited = Invited {
        ticket: ticket.clone(),
        expires: "2026-12-01 10:00".to_owned(),
        addresses: Vec::new(),
        code: "abcdefgh".to_owned(),
        note: None,
    };
    for text in both_languages(&Data::Invited(invited)) {
        assert_eq!(text.lines().next(), Some(ticket.as_str()));
    }
}

#[test]
fn a_failure_says_what_happened_its_points_and_what_to_do() {
    let failure = Failure::new(
        FailureKind::User,
        "x",
        Said::new("it broke", "det gik i stykker"),
    )
    .details(vec![Said::new("line 3", "linje 3"), said()])
    .hint(Said::new("mend it", "lap det"));
    assert!(
        render_failure(&failure, Language::English)
            .starts_with("error: it broke\n  - line 3\n  - Tur\u{fffd}")
    );
    let danish = render_failure(&failure, Language::Danish);
    assert!(danish.starts_with("fejl: det gik i stykker\n  - linje 3\n"));
    assert!(danish.ends_with("råd: lap det\n"));
    assert!(
        !danish
            .chars()
            .any(|letter| letter != '\n' && steers(letter))
    );
}
