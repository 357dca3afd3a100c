//! The joint work, as it reads: hostile content, and what people have to be told.

use faelled_mirror::read;

use super::samples::{hostile, said, some};
use super::*;
use crate::data::joint::{
    Cell, CommentShown, Comments, Data as Joint, Files, FollowLine, Follows, Inbox, InboxLine,
    Matrix, MatrixProject, MatrixRow, ParticipationShown, ProfileShown, ProjectShown,
    QuestionShown, ResourceShown, SavedFile, What, Written,
};

fn project() -> read::ProjectSummary {
    read::ProjectSummary {
        document: hostile(),
        owner: hostile(),
        owner_name: some(),
        space: hostile(),
        code: some(),
        title_da: some(),
        title_en: some(),
        aim_da: some(),
        aim_en: some(),
        begins: some(),
        ends: some(),
        participants: 1,
        packs: 2,
    }
}

fn participation() -> read::ParticipationDetail {
    let head = read::ParticipationHead {
        document: hostile(),
        owner: hostile(),
        owner_name: some(),
        space: hostile(),
        project: some(),
        project_document: some(),
        part: some(),
        speed: some(),
        priority: some(),
        state: some(),
        status_da: some(),
        status_en: some(),
        status_date: some(),
        backing: some(),
        backing_date: some(),
        backing_reference: some(),
        next_step_da: some(),
        next_step_en: some(),
        next_step_date: some(),
        contact_role_da: some(),
        contact_role_en: some(),
        mailbox: some(),
        last_claimed: some(),
    };
    let goal = read::ParticipationGoal {
        goal_da: some(),
        goal_en: some(),
    };
    read::ParticipationDetail {
        head,
        goals: vec![goal],
    }
}

fn resource() -> read::ResourceSummary {
    read::ResourceSummary {
        document: hostile(),
        owner: hostile(),
        owner_name: some(),
        space: hostile(),
        kind: some(),
        title_da: some(),
        title_en: some(),
        description_da: some(),
        description_en: some(),
        target: some(),
        target_field: some(),
        target_kind: some(),
        target_number: some(),
        project: some(),
        category: some(),
        licence: some(),
        address: some(),
        last_claimed: some(),
    }
}

fn attachment() -> read::AttachmentSummary {
    read::AttachmentSummary {
        id: some(),
        title_da: some(),
        title_en: some(),
        file_name: some(),
        media_type: some(),
        address: some(),
        size: Some(-1),
        hash: some(),
    }
}

fn entry() -> read::DiscussionEntry {
    read::DiscussionEntry {
        document: hostile(),
        kind: hostile(),
        owner: hostile(),
        owner_name: some(),
        space: hostile(),
        title_da: some(),
        title_en: some(),
        body_da: some(),
        body_en: some(),
        state: some(),
        escalated_to_da: some(),
        escalated_to_en: some(),
        escalated_on: some(),
        target: some(),
        target_field: some(),
        target_kind: some(),
        target_owner: some(),
        target_number: some(),
        target_da: some(),
        target_en: some(),
        answers: 1,
        last_answered: some(),
        first_claimed: some(),
        last_claimed: some(),
    }
}

fn thread() -> read::Thread {
    let answer = read::AnswerEntry {
        document: hostile(),
        owner: hostile(),
        owner_name: some(),
        space: hostile(),
        body_da: some(),
        body_en: some(),
        first_claimed: some(),
        last_claimed: some(),
    };
    read::Thread {
        head: entry(),
        replies: vec![answer],
    }
}

fn target() -> read::Target {
    read::Target {
        document: hostile(),
        kind: hostile(),
        owner: hostile(),
        owner_name: some(),
        space: hostile(),
        space_id: hostile(),
        number: some(),
        title_da: some(),
        title_en: some(),
    }
}

fn copy(space: &str, is_heard: bool) -> read::TargetCopy {
    read::TargetCopy {
        document: hostile(),
        space: space.to_owned(),
        group_name: some(),
        hearing_of: is_heard.then(hostile),
    }
}

fn commented() -> Vec<CommentShown> {
    let copies = [
        copy("commons", false),
        copy("group", false),
        copy("group", true),
        copy("private", false),
    ];
    copies
        .into_iter()
        .map(|copy| CommentShown {
            thread: thread(),
            copy,
        })
        .collect()
}

fn profile() -> ProfileShown {
    let head = read::ProfileHead {
        document: hostile(),
        owner: hostile(),
        space: hostile(),
        name_da: some(),
        name_en: some(),
        mailbox: some(),
        web_page: some(),
        cvr: some(),
        gln: some(),
        last_claimed: some(),
    };
    let region = read::ProfileRegion {
        region: some(),
        valid_from: some(),
        valid_until: None,
    };
    ProfileShown {
        profile: read::ProfileDetail {
            head,
            regions: vec![region],
        },
        member_name: some(),
    }
}

fn written(what: What, preview: bool) -> Written {
    Written {
        what,
        preview,
        documents: vec![hostile()],
        updated: false,
        names: vec![hostile()],
        space: "group".to_owned(),
        space_name: some(),
        visible_to: vec![hostile()],
        warnings: vec![said()],
    }
}

fn follow(target: &str, name: &str) -> FollowLine {
    FollowLine {
        target: target.to_owned(),
        name: name.to_owned(),
        title_da: None,
        title_en: None,
        since: "2026-11-24".to_owned(),
    }
}

fn line() -> InboxLine {
    InboxLine {
        arrival: Some(7),
        date: some(),
        event: "pilot",
        why: "own",
        member: hostile(),
        member_name: some(),
        document: hostile(),
        said: said(),
        show: hostile(),
    }
}

fn inbox(lines: Vec<InboxLine>) -> Inbox {
    Inbox {
        is_read: false,
        all: false,
        lines,
        more: 0,
        up_to: 42,
    }
}

fn matrix(projects: usize) -> Matrix {
    let cell = Cell {
        part: Some("participant".to_owned()),
        speed: Some("trying".to_owned()),
        state: Some("under-way".to_owned()),
        status_date: Some("2026-11-24".to_owned()),
    };
    Matrix {
        projects: (1..=projects)
            .map(|number| MatrixProject {
                document: number.to_string(),
                code: Some(format!("indsats-{number}")),
                title_da: Some(format!("Indsats {number}")),
                title_en: None,
            })
            .collect(),
        members: vec![MatrixRow {
            member: "dk-0159".to_owned(),
            name: Some("Gladsaxe Kommune".to_owned()),
            cells: (0..projects)
                .map(|index| (index == 0).then(|| cell.clone()))
                .collect(),
        }],
        absent: vec!["Ballerup Kommune".to_owned()],
    }
}

fn every_answer() -> Vec<Joint> {
    let hostile_matrix = Matrix {
        projects: vec![MatrixProject {
            document: hostile(),
            code: some(),
            title_da: some(),
            title_en: some(),
        }],
        members: vec![MatrixRow {
            member: hostile(),
            name: some(),
            cells: vec![Some(Cell {
                part: some(),
                speed: some(),
                state: some(),
                status_date: some(),
            })],
        }],
        absent: vec![hostile()],
    };
    let detail = read::ProjectDetail {
        summary: project(),
        indicators: vec![read::ProjectIndicator {
            what_da: some(),
            what_en: some(),
            target: Some(29.0),
            unit: some(),
        }],
        participations: vec![participation()],
    };
    let shown = read::ResourceDetail {
        summary: resource(),
        attachments: vec![attachment()],
    };
    let hostile_follow = FollowLine {
        title_da: some(),
        title_en: some(),
        ..follow(&hostile(), &hostile())
    };
    let follows = Follows {
        follow: hostile_follow.clone(),
        is_followed: true,
        is_changed: true,
    };
    let mut answers = vec![
        Joint::Projects(vec![project()]),
        Joint::Project(Box::new(ProjectShown {
            project: detail,
            resources: vec![resource()],
        })),
        Joint::Participations(vec![ParticipationShown {
            participation: participation(),
            project_da: some(),
            project_en: some(),
        }]),
        Joint::Matrix(hostile_matrix),
        Joint::Profiles(vec![profile()]),
        Joint::Questions(vec![entry()]),
        Joint::Question(Box::new(QuestionShown {
            question: thread(),
            comments: vec![thread()],
        })),
        Joint::Comments(Comments {
            target: target(),
            comments: commented(),
        }),
        Joint::Comments(Comments {
            target: read::Target {
                kind: "requirement".to_owned(),
                ..target()
            },
            comments: commented(),
        }),
        Joint::Resources(vec![resource()]),
        Joint::Resource(Box::new(ResourceShown {
            resource: shown,
            comments: vec![thread()],
        })),
        Joint::Files(Files {
            document: hostile(),
            address: some(),
            files: vec![SavedFile {
                name: hostile(),
                content: hostile(),
            }],
        }),
        Joint::Follows(follows),
        Joint::Followed(vec![hostile_follow]),
        Joint::Inbox(inbox(vec![line()])),
    ];
    for what in [
        What::Projects,
        What::Participation,
        What::Profile,
        What::Question,
        What::Settled,
        What::Escalated,
        What::Answer,
        What::Comment,
        What::Resource,
    ] {
        answers.extend([true, false].map(|preview| Joint::Written(written(what, preview))));
    }
    answers
}

#[test]
fn nothing_that_members_write_of_the_joint_work_steers_the_terminal_or_forges_a_line() {
    for data in every_answer() {
        assert_harmless(&Data::Joint(data));
    }
}

#[test]
fn empty_lists_of_the_joint_work_say_what_to_do_next() {
    let comments = Comments {
        target: target(),
        comments: Vec::new(),
    };
    for (data, next) in [
        (Joint::Projects(Vec::new()), "faelled project import"),
        (
            Joint::Participations(Vec::new()),
            "faelled participation set",
        ),
        (Joint::Profiles(Vec::new()), "faelled profile set"),
        (Joint::Questions(Vec::new()), "faelled question ask"),
        (Joint::Comments(comments), "faelled comment"),
        (Joint::Resources(Vec::new()), "faelled resource add"),
        (Joint::Followed(Vec::new()), "faelled follow"),
        (Joint::Inbox(inbox(Vec::new())), "faelled inbox --all"),
    ] {
        for text in both_languages(&Data::Joint(data)) {
            assert!(text.contains(next), "{text}");
        }
    }
}

#[test]
fn a_matrix_that_does_not_fit_becomes_a_list_and_loses_nothing() {
    for (projects, is_table) in [(2, true), (7, false)] {
        let [danish, english] = both_languages(&Data::Joint(Joint::Matrix(matrix(projects))));
        assert_eq!(danish.contains("\n  Deltager "), is_table, "{danish}");
        assert_eq!(
            danish.contains("  - Indsats 1 (indsats-1): "),
            !is_table,
            "{danish}"
        );
        for (text, speed, absent) in [
            (&danish, "afprøver", "I ingen: Ballerup"),
            (&english, "tries", "In none: Ballerup"),
        ] {
            for part in ["Gladsaxe Kommune", speed, "2026-11-24", absent] {
                assert!(text.contains(part), "{part}: {text}");
            }
        }
    }
}

#[test]
fn an_inbox_says_how_to_mark_exactly_what_it_lists() {
    let listed = inbox(vec![InboxLine {
        date: Some("2026-11-24".to_owned()),
        member_name: Some("Ballerup Kommune".to_owned()),
        said: Said::new("you have an answer", "I har fået svar"),
        show: "faelled question show abcdef".to_owned(),
        ..line()
    }]);
    let [danish, english] = both_languages(&Data::Joint(Joint::Inbox(listed.clone())));
    assert!(
        english.starts_with(
            "2026-11-24  Ballerup Kommune: you have an answer\n            faelled question show abcdef\n"
        ),
        "{english}"
    );
    assert!(
        english.contains("faelled inbox read --up-to 42"),
        "{english}"
    );
    assert!(
        danish.contains("Ballerup Kommune: I har fået svar"),
        "{danish}"
    );
    let read = Inbox {
        is_read: true,
        more: 3,
        ..listed
    };
    let [danish, english] = both_languages(&Data::Joint(Joint::Inbox(read)));
    assert!(english.contains("3 newer ones are not listed"), "{english}");
    assert!(!english.contains("--up-to"), "{english}");
    assert!(danish.contains("Dette er markeret som læst."), "{danish}");
}

#[test]
fn a_preview_says_that_nothing_is_shared_yet_and_who_would_see_it() {
    let [danish, english] = both_languages(&Data::Joint(Joint::Written(Written {
        names: vec!["GLX-EMB-001".to_owned()],
        visible_to: vec!["Gladsaxe Kommune".to_owned(), "Ballerup Kommune".to_owned()],
        space_name: Some("Emballagegruppen".to_owned()),
        warnings: vec![Said::new("looks like a name", "ligner et navn")],
        ..written(What::Comment, true)
    })));
    for part in [
        "nothing is shared yet",
        "Emballagegruppen",
        "2 members: Gladsaxe Kommune, Ballerup Kommune",
        "looks like a name",
    ] {
        assert!(english.contains(part), "{part}: {english}");
    }
    assert!(danish.contains("intet er delt endnu"), "{danish}");
    assert!(danish.contains("2 deltagere: Gladsaxe"), "{danish}");
}

#[test]
fn each_comment_says_on_which_copy_it_is() {
    let mut comments = commented();
    for comment in &mut comments {
        comment.copy.group_name = Some("Emballagegruppen".to_owned());
    }
    let listed = Comments {
        target: read::Target {
            kind: "requirement".to_owned(),
            ..target()
        },
        comments,
    };
    let [danish, english] = both_languages(&Data::Joint(Joint::Comments(listed)));
    // Lines are broken where the screen ends.
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "on what is released",
        "on the draft of the group Emballagegruppen",
        "on the copy for a hearing with the group Emballagegruppen",
        "on your own draft",
    ] {
        assert!(flat(&english).contains(part), "{part}: {english}");
    }
    for part in [
        "til det udgivne",
        "til kladden hos gruppen Emballagegruppen",
        "til kopien til høring hos gruppen Emballagegruppen",
        "til jeres egen kladde",
    ] {
        assert!(flat(&danish).contains(part), "{part}: {danish}");
    }
}

#[test]
fn what_a_question_is_about_is_said_once() {
    let mut question = thread();
    question.head.target = Some("d".repeat(64));
    question.head.target_number = Some("GLX-EMB-001".to_owned());
    question.head.target_da = Some("Kasser".to_owned());
    question.head.target_en = Some("Boxes".to_owned());
    question.head.target_field = None;
    let shown = Joint::Question(Box::new(QuestionShown {
        question,
        comments: Vec::new(),
    }));
    let [danish, english] = both_languages(&Data::Joint(shown));
    assert!(!english.contains("about GLX"), "{english}");
    assert!(english.contains("  GLX-EMB-001 Boxes"), "{english}");
    assert!(!danish.contains("om GLX"), "{danish}");
}

#[test]
fn the_day_of_a_status_stands_with_a_state_or_with_the_status() {
    for (state, place) in [(None, "Status "), (Some("under-way"), "State ")] {
        let mut shown = participation();
        shown.head.state = state.map(str::to_owned);
        shown.head.status_date = Some("2026-11-25".to_owned());
        let answer = Joint::Participations(vec![ParticipationShown {
            participation: shown,
            project_da: None,
            project_en: None,
        }]);
        let [_, english] = both_languages(&Data::Joint(answer));
        let dated: Vec<&str> = english
            .lines()
            .filter(|line| line.contains("2026-11-25"))
            .collect();
        assert_eq!(dated.len(), 1, "{english}");
        assert!(dated[0].trim_start().starts_with(place), "{english}");
    }
}

#[test]
fn what_was_shared_with_a_doubt_is_not_told_after_it() {
    let [_, english] = both_languages(&Data::Joint(Joint::Written(Written {
        warnings: vec![Said::new("looks like a name", "ligner et navn")],
        ..written(What::Comment, false)
    })));
    assert!(!english.contains("looks like a name"), "{english}");
}
