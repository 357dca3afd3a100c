//! What people have to be told when they look things up.

use faelled_mirror::read;

use super::samples::{
    heard_pack, heard_requirement, pack_summary, requirement, requirement_summary, status,
};
use super::*;

fn in_space(space: &str, group: Option<&str>, code: &str) -> read::PackSummary {
    read::PackSummary {
        code: Some(code.to_owned()),
        group_name: group.map(str::to_owned),
        title_da: None,
        title_en: None,
        document: format!("{space}{code}"),
        published_as: None,
        ..pack_summary(space)
    }
}

#[test]
fn packs_of_a_group_stand_under_its_name_copies_say_so_and_each_can_be_opened() {
    let copy = read::PackSummary {
        hearing_of: Some("ab".to_owned()),
        ..in_space("group", Some("Alle"), "GLX-EMB")
    };
    let packs = vec![
        in_space("commons", None, "GLX-EMB"),
        copy,
        in_space("group", Some("Emballage"), "GLX-NEW"),
        in_space("private", None, "GLX-OWN"),
    ];
    let [danish, english] = both_languages(&Data::Packs(packs));
    for (text, expected) in [
        (
            &danish,
            "I gruppen Alle, set af dens deltagere\n\nGLX-EMB  kopi til høring hos gruppen Alle",
        ),
        (
            &danish,
            "I gruppen Emballage, set af dens deltagere\n\nGLX-NEW  kladde hos gruppen Emballage",
        ),
        (
            &english,
            "In the group Alle, seen by its members\n\nGLX-EMB  copy for a hearing, with the group",
        ),
        (
            &english,
            "Own drafts, only with you\n\nGLX-OWN  draft, not shared yet",
        ),
        // Its code finds the one that every member sees.
        (&english, "         faelled pack show groupGLX-EMB\n"),
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(!english.contains("groupGLX-NEW"), "{english}");
}

#[test]
fn a_requirement_is_listed_once_where_drafts_say_it_again() {
    let of = |space: &str, hearing: Option<&str>| read::RequirementSummary {
        number: Some("GLX-EMB-001".to_owned()),
        owner: "dk-0159".to_owned(),
        space: space.to_owned(),
        group_name: Some("Alle".to_owned()),
        hearing_of: hearing.map(str::to_owned),
        ..requirement_summary()
    };
    let everywhere = vec![
        of("commons", None),
        of("group", None),
        of("group", Some("ab")),
        of("private", None),
    ];
    let [danish, english] = both_languages(&Data::Requirements(everywhere.clone()));
    assert!(
        danish.contains("1 krav og 3 kladder til de samme"),
        "{danish}"
    );
    assert!(
        english.contains("1 requirement, and 3 drafts of the same"),
        "{english}"
    );
    let drafted = everywhere.into_iter().skip(1).collect();
    let [danish, english] = both_languages(&Data::Requirements(drafted));
    assert!(danish.contains("kladde hos gruppen Alle"), "{danish}");
    assert!(english.contains("draft of the group Alle"), "{english}");
    assert!(!english.contains("copy for a hearing"), "{english}");
}

#[test]
fn a_hearing_is_answered_by_the_id_of_its_copy_as_the_number_may_find_what_everybody_sees() {
    let (mut pack, mut requirement) = (heard_pack(), heard_requirement());
    let id = "ab".repeat(32);
    pack.summary.document.clone_from(&id);
    requirement.summary.document.clone_from(&id);
    for data in [
        Data::Pack(Box::new(pack)),
        Data::Requirement(Box::new(requirement)),
    ] {
        for text in both_languages(&data) {
            assert!(
                text.contains(&format!("\n  faelled comment {id} \"...\"\n")),
                "{text}"
            );
        }
    }
}

#[test]
fn practice_tells_what_a_buyer_has_to_know() {
    let mut requirement = requirement();
    for reason in &mut requirement.supplier_reasons {
        reason.reason_en = Some("Too few boxes.".to_owned());
        reason.member_name = Some("Ballerup".to_owned());
    }
    requirement.practice = requirement.practice.map(|practice| read::Practice {
        evidence_accepted: 2,
        evidence_partly: 1,
        evidence_rejected: 1,
        clarifications: 1,
        complaints: 2,
        questions: 7,
        ..practice
    });
    let [danish, english] = both_languages(&Data::Requirement(Box::new(requirement)));
    for expected in [
        "accepted (2), accepted in part (1), rejected (1)",
        "1 clarification, 2 complaints to the Complaints Board",
        "  - Too few boxes. (Ballerup)",
        "8 extra on average",
        "2.5 of 5 on average",
    ] {
        assert!(english.contains(expected), "{expected}: {english}");
    }
    for expected in [
        "godtaget (2), delvist godtaget (1), afvist (1)",
        "1 afklaring, 2 klager til Klagenævnet",
        "Hvorfor leverandører ikke bød",
        "8 ekstra i snit",
    ] {
        assert!(danish.contains(expected), "{expected}: {danish}");
    }
}

#[test]
fn practice_is_told_of_what_every_member_sees_and_not_of_drafts() {
    for space in ["group", "private"] {
        let mut requirement = requirement();
        requirement.summary.space = space.to_owned();
        for text in both_languages(&Data::Requirement(Box::new(requirement))) {
            assert!(
                !text.contains("In practice") && !text.contains("I praksis"),
                "{text}"
            );
        }
    }
}

#[test]
fn the_status_says_what_waits_for_a_person() {
    let [danish, english] = both_languages(&Data::Status(Box::new(status())));
    assert!(
        english.contains("2 conflicts wait to be settled: faelled conflicts list\n"),
        "{english}"
    );
    assert!(
        english.contains("3 things in the inbox are unread: faelled inbox\n"),
        "{english}"
    );
    assert!(
        danish.contains("2 konflikter venter på at blive afgjort"),
        "{danish}"
    );
    assert!(
        danish.contains("3 nyheder i indbakken er ulæste: faelled inbox\n"),
        "{danish}"
    );
    assert!(danish.contains("1 med 14 dokumenter"), "{danish}");
}
