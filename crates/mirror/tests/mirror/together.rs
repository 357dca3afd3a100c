//! What members say to each other, and how the joint work goes.

use faelled_mirror::read::{DiscussionFilter, ProposalFilter, ResourceFilter};
use faelled_mirror::{Content, Delta};
use faelled_model::terms::{Speed, Verdict};
use faelled_proto::Space;

use crate::complete::{apply, chairs, complete, furniture_pilot, groups, participation};
use crate::fixture::{ALBERTSLUND, BALLERUP, GLADSAXE, ask, document, view};

#[tokio::test]
async fn a_question_names_its_target_and_counts_its_answers() {
    let (_directory, mirror) = complete().await;
    let about_chairs = DiscussionFilter {
        target: Some(document("chairs").to_string()),
        ..DiscussionFilter::default()
    };
    let found = mirror.discussions(&about_chairs).await.unwrap();
    assert_eq!(found.len(), 1);
    let question = &found[0];
    assert_eq!(
        (
            question.kind.as_str(),
            question.target_kind.as_deref(),
            question.target_number.as_deref(),
            question.target_field.as_deref(),
            question.target_owner.as_deref(),
            question.answers
        ),
        (
            "question",
            Some("requirement"),
            Some("BAL-MØB-001"),
            Some("wording.da"),
            Some(BALLERUP),
            1
        )
    );
    let thread = mirror.thread(&question.document).await.unwrap().unwrap();
    assert_eq!(
        thread.replies[0].body_da.as_deref(),
        Some("Ja, de fleste kan.")
    );
    let all = mirror.discussions(&DiscussionFilter::default()).await;
    let kinds: Vec<String> = all.unwrap().into_iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, ["comment", "question"]);
    assert_eq!(
        mirror.thread(&document("pack").to_string()).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn the_matrix_has_every_member_beside_every_project() {
    let (_directory, mirror) = complete().await;
    let cells = |cells: Vec<faelled_mirror::read::MatrixCell>| -> Vec<String> {
        cells
            .into_iter()
            .map(|cell| format!("{} {}", cell.member, cell.speed.unwrap_or_default()))
            .collect()
    };
    let matrix = mirror.participation_matrix(None).await.unwrap();
    assert_eq!(cells(matrix), ["dk-0151 trying", "dk-0159 ", "dk-0165 "]);

    // The one written last is in force; a draft is not; a code alone names the project, too.
    let mut later = participation(Speed::Leading);
    later.project_document = String::new();
    let of = |name: &str, owner: &str, space: Space, day: u64, value| {
        let content = Content::Participation(Box::new(value));
        view(name, "participation", owner, space, day, content)
    };
    let draft = participation(Speed::Implementing);
    let private = Space::Private(ALBERTSLUND.parse().unwrap());
    apply(
        &mirror,
        vec![
            of("later", BALLERUP, Space::Commons, 90, later),
            of("draft-part", ALBERTSLUND, private, 91, draft),
        ],
    )
    .await;
    let project = document("project").to_string();
    let matrix = mirror.participation_matrix(Some(&project)).await.unwrap();
    assert_eq!(cells(matrix), ["dk-0151 leading", "dk-0159 ", "dk-0165 "]);
    let project = mirror.project("CIRKULAERT").await.unwrap().one().unwrap();
    assert_eq!(
        (project.summary.participants, project.summary.packs),
        (1, 1)
    );
    assert_eq!(project.indicators[0].target, Some(50.0));
    assert_eq!(project.participations.len(), 3);
    assert_eq!(
        mirror.participations(Some(BALLERUP)).await.unwrap()[0]
            .goals
            .len(),
        1
    );
}

#[tokio::test]
async fn a_proposal_waits_until_the_lead_answers_it() {
    let (_directory, mirror) = complete().await;
    let of = |answered: Option<bool>| ProposalFilter {
        pack: Some(document("furniture").to_string()),
        answered,
        ..ProposalFilter::default()
    };
    let answered = mirror.proposals(&of(Some(true))).await.unwrap();
    assert_eq!(answered.len(), 1);
    assert_eq!(
        (
            answered[0].answered_version.as_deref(),
            answered[0].answer_da.as_deref(),
            answered[0].proposed_wording_da.as_deref()
        ),
        (Some("1.1.0"), Some("Taget med"), Some("Inden 30 dage"))
    );
    let mut again = furniture_pilot();
    again.tried[0].verdict = Verdict::Drop;
    let mut content_with = furniture_pilot();
    content_with.tried[0].verdict = Verdict::Keep;
    content_with.tried[0].proposed_wording = faelled_model::Localized::default();
    let of_pilot = |name: &str, pilot| {
        let content = Content::Pilot(Box::new(pilot));
        view(name, "pilot", ALBERTSLUND, Space::Commons, 60, content)
    };
    apply(
        &mirror,
        vec![
            of_pilot("again", again),
            of_pilot("content-with-it", content_with),
        ],
    )
    .await;
    let open = mirror.proposals(&of(Some(false))).await.unwrap();
    let verdicts: Vec<_> = open
        .iter()
        .map(|proposal| (proposal.member.as_str(), proposal.verdict.as_deref()))
        .collect();
    assert_eq!(verdicts, [(ALBERTSLUND, Some("drop"))]);
    assert!(mirror.proposals(&of(None)).await.unwrap().len() == 2);
}

#[tokio::test]
async fn practice_says_what_suppliers_and_buyers_met() {
    let (_directory, mirror) = complete().await;
    let chairs = mirror
        .requirement("BAL-MØB-001")
        .await
        .unwrap()
        .one()
        .unwrap();
    let practice = chairs.practice.unwrap();
    assert_eq!(
        (
            practice.small_firms,
            practice.questions,
            practice.reasons,
            practice.buyer_hours_avg
        ),
        (2, 5, 1, Some(8.0))
    );
    assert_eq!(
        (
            practice.evidence_accepted,
            practice.evidence_partly,
            practice.evidence_rejected,
            practice.clarifications,
            practice.complaints
        ),
        (0, 1, 0, 0, 1)
    );
    assert_eq!(practice.version.as_deref(), Some("1.1.0"));
    assert_eq!(
        chairs.supplier_reasons[0].reason_da.as_deref(),
        Some("For kort frist")
    );
    let pilot = document("furniture-pilot").to_string();
    let pilot = mirror.pilot(&pilot).await.unwrap().unwrap();
    assert_eq!(pilot.checks[0].complied, Some(false));
    assert_eq!(pilot.attachments[0].size, Some(4));
    assert_eq!(
        pilot.attachments[0].hash,
        Some(blake3::hash(b"%PDF").to_hex().to_string())
    );
}

#[tokio::test]
async fn a_pack_comes_with_hearings_cosignatures_and_disclosures() {
    let (_directory, mirror) = complete().await;
    let pack = mirror.pack("BAL-MØB").await.unwrap().one().unwrap();
    assert_eq!(pack.hearings[0].head.kind.as_deref(), Some("trade"));
    assert_eq!(pack.hearings[0].recipients, ["Dansk Erhverv", GLADSAXE]);
    assert_eq!(pack.cosignatures[0].member, GLADSAXE);
    assert_eq!(pack.disclosures[0].recipients, ["Dansk Erhverv"]);
    assert_eq!(
        pack.sections[0].requirements[0].alternative_to.as_deref(),
        Some("BAL-MØB-002")
    );
    assert_eq!(mirror.disclosures(None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn resources_profiles_baskets_and_what_is_followed_are_read() {
    let (_directory, mirror) = complete().await;
    let templates = ResourceFilter {
        kind: Some("template".to_owned()),
        ..ResourceFilter::default()
    };
    let found = mirror.resources(&templates).await.unwrap();
    assert_eq!(found[0].target_number.as_deref(), Some("BAL-MØB"));
    let resource = mirror.resource(&found[0].document).await.unwrap().unwrap();
    assert_eq!(
        resource.attachments[0].file_name.as_deref(),
        Some("skema.pdf")
    );
    let profile = mirror.profiles(Some(BALLERUP)).await.unwrap().remove(0);
    assert_eq!(profile.regions[0].region.as_deref(), Some("dk-1084"));
    let basket = mirror.basket("stole 2027").await.unwrap().unwrap();
    assert_eq!(basket.summary.lines, 1);
    assert_eq!(
        (
            basket.content[0].head.is_newest,
            basket.content[0].values[0].value.as_deref()
        ),
        (Some(true), Some("30"))
    );
    assert_eq!(mirror.basket("another").await.unwrap(), None);
    let names: Vec<String> = mirror
        .following()
        .await
        .unwrap()
        .into_iter()
        .map(|thing| thing.name_da.unwrap_or_default())
        .collect();
    assert_eq!(
        names[..3],
        ["Emballage", "Cirkulære indkøb", "møbler"].map(str::to_owned)
    );
    assert!(!names[3].is_empty(), "the branch of the CPV has a name");
}

#[tokio::test]
async fn conflicts_show_every_value_and_who_set_it() {
    let (_directory, mirror) = complete().await;
    let conflict = mirror.conflicts(None).await.unwrap().remove(0);
    assert_eq!(
        (
            conflict.place.path.as_str(),
            conflict.place.number.as_deref()
        ),
        ("level", Some("BAL-MØB-001"))
    );
    let values: Vec<_> = conflict
        .values
        .iter()
        .map(|value| {
            (
                value.value.as_str(),
                value.member_name.as_deref(),
                value.is_shown,
            )
        })
        .collect();
    assert_eq!(
        values,
        [
            ("\"basic\"", Some("Ballerup"), true),
            ("\"advanced\"", Some("Gladsaxe"), false)
        ]
    );
    let pack = document("pack").to_string();
    assert!(mirror.conflicts(Some(&pack)).await.unwrap().is_empty());
}

#[tokio::test]
async fn groups_are_replaced_as_a_whole() {
    let (_directory, mirror) = complete().await;
    let group = mirror.groups().await.unwrap().remove(0);
    let members: Vec<_> = group
        .members
        .iter()
        .map(|member| (member.member.as_str(), member.is_owner))
        .collect();
    assert_eq!(members, [(BALLERUP, true), (GLADSAXE, false)]);
    assert_eq!(
        (group.head.name.as_deref(), group.head.version),
        (Some("Møbler"), 2)
    );
    let delta = |groups| Delta {
        row: 3,
        roster: None,
        groups,
        trust: None,
        documents: Vec::new(),
    };
    mirror.apply(&delta(None)).await.unwrap();
    assert_eq!(mirror.groups().await.unwrap().len(), 1);
    let mut frozen = groups();
    frozen[0].is_frozen = true;
    frozen[0].members.truncate(1);
    mirror.apply(&delta(Some(frozen))).await.unwrap();
    let group = mirror.groups().await.unwrap().remove(0);
    assert_eq!((group.head.is_frozen, group.members.len()), (true, 1));
    mirror.apply(&delta(Some(Vec::new()))).await.unwrap();
    assert!(
        ask(&mirror, "SELECT member FROM group_member")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn nobody_but_the_lead_answers_a_proposal_and_only_the_one_that_was_made() {
    use crate::complete::{first_release, furniture_pack, second_release};
    let (_directory, mirror) = complete().await;
    let furniture = |answered: Vec<faelled_model::pack::AnsweredProposal>| {
        let pack = Box::new(faelled_model::Pack {
            answered,
            ..furniture_pack()
        });
        let releases = vec![first_release(), second_release()];
        let content = Content::Pack { pack, releases };
        view("furniture", "pack", BALLERUP, Space::Commons, 41, content)
    };
    let answers = furniture_pack().answered;
    let planted = Content::Pack {
        pack: Box::new(faelled_model::Pack {
            answered: answers.clone(),
            ..crate::fixture::pack()
        }),
        releases: Vec::new(),
    };
    let planted = view("pack", "pack", GLADSAXE, Space::Commons, 70, planted);
    let mut of_another = answers.clone();
    of_another[0].number = "BAL-MØB-002".to_owned();
    for (answered, is_answered) in [(answers, true), (of_another, false), (Vec::new(), false)] {
        apply(&mirror, vec![furniture(answered), planted.clone()]).await;
        let of_pack = ProposalFilter {
            pack: Some(document("furniture").to_string()),
            ..ProposalFilter::default()
        };
        let found = mirror.proposals(&of_pack).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].is_answered, is_answered);
    }
}

#[tokio::test]
async fn a_verdict_or_a_wording_makes_a_proposal_and_a_draft_makes_none() {
    let (_directory, mirror) = complete().await;
    let mut wordless = furniture_pilot();
    wordless.tried[0].verdict = Verdict::Drop;
    wordless.tried[0].proposed_wording = faelled_model::Localized::default();
    let mut worded = furniture_pilot();
    worded.tried[0].verdict = Verdict::Keep;
    let private = Space::Private(ALBERTSLUND.parse().unwrap());
    let of = |name: &str, space: Space, pilot| {
        let content = Content::Pilot(Box::new(pilot));
        view(name, "pilot", ALBERTSLUND, space, 60, content)
    };
    apply(
        &mirror,
        vec![
            of("wordless", Space::Commons, wordless),
            of("worded", Space::Commons, worded),
            of("draft-pilot", private, furniture_pilot()),
        ],
    )
    .await;
    let open = ProposalFilter {
        pack: Some(document("furniture").to_string()),
        answered: Some(false),
        ..ProposalFilter::default()
    };
    let mut found: Vec<String> = mirror
        .proposals(&open)
        .await
        .unwrap()
        .into_iter()
        .map(|proposal| proposal.pilot)
        .collect();
    found.sort();
    let mut expected = ["wordless", "worded"].map(|name| document(name).to_string());
    expected.sort();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn all_documents_of_one_member_with_one_number_are_found_the_released_one_first() {
    let (_directory, mirror) = complete().await;
    let group = Space::Group(groups()[0].id);
    let copy = |name: &str, owner: &str, hearing_of: &str| {
        let mut drafted = chairs("Stole skal kunne repareres");
        drafted.hearing_of = hearing_of.to_owned();
        // People write numbers as they like.
        drafted.number = "bal-MØB-001".to_owned();
        let content = Content::Requirement(Box::new(drafted));
        view(name, "requirement", owner, group.clone(), 60, content)
    };
    let heard = document("drafted chairs").to_string();
    let copies = vec![
        copy("heard chairs", BALLERUP, &heard),
        copy("drafted chairs", BALLERUP, ""),
        copy("other chairs", GLADSAXE, ""),
    ];
    apply(&mirror, copies).await;
    let found = mirror.copies(&heard).await.unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|copy| {
            (
                copy.document.clone(),
                copy.space.as_str(),
                copy.group_name.as_deref(),
                copy.hearing_of.clone(),
            )
        })
        .collect();
    let id = |name: &str| document(name).to_string();
    assert_eq!(
        found,
        [
            (id("chairs"), "commons", None, None),
            (id("drafted chairs"), "group", Some("Møbler"), None),
            (id("heard chairs"), "group", Some("Møbler"), Some(heard)),
        ]
    );
}

#[tokio::test]
async fn who_names_another_project_by_its_document_takes_no_part_in_this_one() {
    let (_directory, mirror) = complete().await;
    let mut elsewhere = participation(Speed::Leading);
    elsewhere.project_document = document("another project").to_string();
    let mut own: Vec<_> = (0..6)
        .map(|number| {
            let speed = [Speed::Following, Speed::Implementing][usize::from(number == 5)].clone();
            let content = Content::Participation(Box::new(participation(speed)));
            let name = format!("part {number}");
            view(
                &name,
                "participation",
                GLADSAXE,
                Space::Commons,
                90 + number,
                content,
            )
        })
        .collect();
    let content = Content::Participation(Box::new(elsewhere));
    own.push(view(
        "elsewhere",
        "participation",
        ALBERTSLUND,
        Space::Commons,
        99,
        content,
    ));
    apply(&mirror, own).await;
    let project = document("project").to_string();
    let cells = mirror.participation_matrix(Some(&project)).await.unwrap();
    let speed_of = |member: &str| {
        let cell = cells.iter().find(|cell| cell.member == member).unwrap();
        cell.speed.as_deref()
    };
    assert_eq!(speed_of(ALBERTSLUND), None);
    assert_eq!(
        speed_of(GLADSAXE),
        Some("implementing"),
        "the one written last"
    );
}
