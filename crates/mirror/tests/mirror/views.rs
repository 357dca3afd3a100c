//! Views and look-ups say what they say.

use faelled_mirror::read::{Found, PilotFilter, RequirementFilter};
use faelled_mirror::{Content, Delta, DocumentView, Mirror, ReleaseView};
use faelled_proto::Space;

use crate::fixture::{
    ALBERTSLUND, BALLERUP, GLADSAXE, ask, document, documents, filled, pack, pilot, release,
    requirement, tried, view,
};

async fn apply(mirror: &Mirror, document: DocumentView) {
    mirror
        .apply(&Delta {
            row: 2,
            roster: None,
            groups: None,
            trust: None,
            documents: vec![document],
        })
        .await
        .unwrap();
}

fn pack_with(releases: Vec<ReleaseView>) -> DocumentView {
    view(
        "pack",
        "pack",
        GLADSAXE,
        Space::Commons,
        2,
        Content::Pack {
            pack: Box::new(pack()),
            releases,
        },
    )
}

async fn flags(mirror: &Mirror) -> Vec<String> {
    ask(
        mirror,
        "SELECT version || ' ' || is_equivocated || is_newest FROM release_standing \
         ORDER BY version, release",
    )
    .await
}

#[tokio::test]
async fn the_highest_version_is_the_newest_whatever_came_last() {
    let (_directory, mirror) = filled().await;
    apply(
        &mirror,
        pack_with(vec![
            release((1, 10, 0), ""),
            release((1, 9, 0), ""),
            release((1, 0, 0), ""),
        ]),
    )
    .await;
    assert_eq!(flags(&mirror).await, ["1.0.0 00", "1.10.0 01", "1.9.0 00"]);
    let now = ask(
        &mirror,
        "SELECT code || ' ' || version || ' ' || requirements || ' ' || \
         owner_name || ' ' || adopters FROM released_now",
    )
    .await;
    assert_eq!(now, ["GLX-EMB 1.10.0 2 Gladsaxe 1"]);
}

#[tokio::test]
async fn two_releases_under_one_version_are_both_flagged_and_neither_is_newest() {
    let (_directory, mirror) = filled().await;
    apply(
        &mirror,
        pack_with(vec![release((2, 0, 0), "a"), release((2, 0, 0), "b")]),
    )
    .await;
    assert_eq!(flags(&mirror).await, ["2.0.0 10", "2.0.0 10"]);
    assert!(
        ask(&mirror, "SELECT code FROM released_now")
            .await
            .is_empty()
    );

    apply(
        &mirror,
        pack_with(vec![
            release((2, 0, 0), "a"),
            release((1, 0, 0), ""),
            release((2, 0, 0), "b"),
        ]),
    )
    .await;
    assert_eq!(flags(&mirror).await, ["1.0.0 01", "2.0.0 10", "2.0.0 10"]);
    assert_eq!(
        ask(
            &mirror,
            "SELECT version || ' not ' || disputed_version FROM released_now"
        )
        .await,
        ["1.0.0 not 2.0.0"]
    );

    apply(
        &mirror,
        pack_with(vec![
            release((2, 0, 0), "a"),
            release((2, 0, 0), "b"),
            release((2, 0, 1), ""),
        ]),
    )
    .await;
    assert_eq!(
        ask(
            &mirror,
            "SELECT version || coalesce(disputed_version, '') FROM released_now"
        )
        .await,
        ["2.0.1"]
    );
}

#[tokio::test]
async fn one_release_published_twice_is_one_release() {
    let (_directory, mirror) = filled().await;
    let mut again = release((1, 0, 0), "");
    again.entry = faelled_proto::EntryId::of(&[b"again"]);
    apply(
        &mirror,
        pack_with(vec![release((1, 0, 0), ""), again.clone()]),
    )
    .await;
    let once = mirror.dump_digest().await.unwrap();
    apply(&mirror, pack_with(vec![again, release((1, 0, 0), "")])).await;
    assert_eq!(flags(&mirror).await, ["1.0.0 01"]);
    assert_eq!(mirror.dump_digest().await.unwrap(), once);
}

#[tokio::test]
async fn a_release_that_waits_for_cosigners_or_cannot_be_read_is_not_the_newest() {
    let (_directory, mirror) = filled().await;
    let mut waiting = release((2, 0, 0), "");
    waiting.release.cosigners_needed = 2;
    let mut unreadable = release((3, 0, 0), "");
    unreadable.content = None;
    apply(
        &mirror,
        pack_with(vec![waiting, unreadable, release((1, 0, 0), "")]),
    )
    .await;
    assert_eq!(flags(&mirror).await, ["1.0.0 01", "2.0.0 00", "3.0.0 00"]);
}

#[tokio::test]
async fn practice_gathers_what_all_pilots_say() {
    let (_directory, mirror) = filled().await;
    let practice = ask(
        &mirror,
        "SELECT number || ' ' || pack_code || ' ' || version || ' ' || pilots || members || ' ' \
         || as_minimum_requirement || \
         as_award_criterion || as_contract_clause || as_other || ' ' || bidders_avg || ' ' || \
         bidders_last_time_avg || ' ' || \
         bidders_change_avg || ' ' || price_lower || price_none || price_under_5 || price_5_15 || \
         price_over_15 || \
         price_unknown || ' ' || burden_avg || ' ' || keep || adjust || drop_it || ' ' || \
         latest_advice_da \
         FROM requirement_in_practice WHERE number = 'GLX-EMB-001'",
    )
    .await;
    assert_eq!(
        practice,
        ["GLX-EMB-001 GLX-EMB 1.0.0 22 1100 4.5 4.0 -1.0 011000 2.5 110 Hold dialog"]
    );
    let untried = ask(
        &mirror,
        "SELECT version || ' ' || pilots || as_other || price_unknown || coalesce(bidders_avg, ' \
         nothing') \
         FROM requirement_in_practice WHERE number = 'GLX-EMB-002'",
    )
    .await;
    assert_eq!(untried, ["1.0.0 000 nothing"]);
}

#[tokio::test]
async fn an_own_draft_of_a_pilot_does_not_count_in_practice() {
    let (_directory, mirror) = filled().await;
    let draft = Content::Pilot(Box::new(pilot("Kladde", vec![tried("GLX-EMB-002")], "x")));
    let owner = Space::Private(GLADSAXE.parse().unwrap());
    apply(
        &mirror,
        view("draft-pilot", "pilot", GLADSAXE, owner, 20, draft),
    )
    .await;
    let counted =
        "SELECT CAST(pilots AS TEXT) FROM requirement_in_practice WHERE number = 'GLX-EMB-002'";
    assert_eq!(ask(&mirror, counted).await, ["0"]);
    assert_eq!(
        ask(
            &mirror,
            "SELECT space FROM pilot_result WHERE number = 'GLX-EMB-002'"
        )
        .await,
        ["private"]
    );
    assert_eq!(mirror.figures().await.unwrap().pilots, 2);
}

#[tokio::test]
async fn results_name_member_pack_release_and_requirement() {
    let (_directory, mirror) = filled().await;
    let results = ask(
        &mirror,
        "SELECT member_name || '|' || tender_da || '|' || number || '|' || requirement_en || '|' \
         || pack_code || '|' || \
         version || '|' || is_newest || '|' || verdict || '|' || first_advice_da FROM \
         pilot_result ORDER BY member_name",
    )
    .await;
    assert_eq!(
        results,
        [
            "Albertslund|Rengøringsmidler|GLX-EMB-001|Reusable crates|GLX-EMB|1.0.0|1|adjust|Hold \
             dialog",
            "Ballerup|Kontorartikler|GLX-EMB-001|Reusable crates|GLX-EMB|1.0.0|1|keep|Spørg \
             tidligt",
        ]
    );
}

#[tokio::test]
async fn the_adoption_written_last_is_in_force_and_an_outdated_one_shows() {
    let (_directory, mirror) = filled().await;
    let sql = "SELECT member_name || ' ' || pack_code || ' ' || version || ' ' || stance || ' ' \
         || is_newest FROM adoption_now";
    assert_eq!(ask(&mirror, sql).await, ["Ballerup GLX-EMB 1.0.0 trying 1"]);
    let mut later = documents().remove(6);
    later.id = document("adoption-2");
    later.entries[1].claimed_ms += 1_000;
    let Content::Adoption(adoption) = &mut later.content else {
        panic!("the fixture's seventh is an adoption")
    };
    adoption.stance = faelled_model::terms::Stance::Using;
    apply(&mirror, later).await;
    apply(
        &mirror,
        pack_with(vec![release((1, 0, 0), ""), release((1, 1, 0), "")]),
    )
    .await;
    assert_eq!(ask(&mirror, sql).await, ["Ballerup GLX-EMB 1.0.0 using 0"]);
    assert_eq!(
        mirror
            .adoptions(Some(&document("pack").to_string()))
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_branch_holds_everything_below_it() {
    let (_directory, mirror) = filled().await;
    for branch in ["44000000", "44600000", "44617100"] {
        let sql = format!(
            "SELECT number FROM cpv_branch_requirement WHERE branch = '{branch}' ORDER BY number"
        );
        assert_eq!(
            ask(&mirror, &sql).await,
            ["GLX-EMB-001", "GLX-EMB-002"],
            "{branch}"
        );
    }
    assert!(
        ask(
            &mirror,
            "SELECT number FROM cpv_branch_requirement WHERE branch = '45000000'"
        )
        .await
        .is_empty()
    );
}

#[tokio::test]
async fn a_number_means_the_shared_requirement_and_an_id_exactly_one() {
    let (_directory, mirror) = filled().await;
    let shared = mirror
        .requirement("glx-emb-001")
        .await
        .unwrap()
        .one()
        .unwrap();
    assert_eq!(
        (shared.summary.space.as_str(), shared.pilots.len()),
        ("commons", 2)
    );
    assert_eq!(shared.practice.unwrap().pilots, 2);
    assert_eq!(
        shared.evidence[0].labels,
        r#"["Svanemærket","EU Ecolabel"]"#
    );
    assert_eq!(shared.releases[0].version, "1.0.0");
    let draft = mirror
        .requirement(&document("draft").to_string())
        .await
        .unwrap()
        .one()
        .unwrap();
    assert_eq!(
        (draft.summary.space.as_str(), draft.practice),
        ("private", None)
    );
    assert_eq!(
        mirror.requirement("GLX-EMB-999").await.unwrap(),
        Found::Nothing
    );
}

#[tokio::test]
async fn a_number_that_another_member_uses_too_is_not_guessed() {
    let (_directory, mirror) = filled().await;
    let copy = Content::Requirement(Box::new(requirement("GLX-EMB-001")));
    apply(
        &mirror,
        view("copy", "requirement", BALLERUP, Space::Commons, 30, copy),
    )
    .await;
    let Found::Several(candidates) = mirror.requirement("GLX-EMB-001").await.unwrap() else {
        panic!("two members use it")
    };
    let owners: Vec<&str> = candidates
        .iter()
        .map(|candidate| candidate.owner.as_str())
        .collect();
    assert_eq!(owners, [BALLERUP, GLADSAXE]);
    let named = mirror
        .requirement("dk-0151/GLX-EMB-001")
        .await
        .unwrap()
        .one()
        .unwrap();
    assert_eq!(named.summary.owner, BALLERUP);
}

#[tokio::test]
async fn a_member_cannot_crowd_another_one_out_of_its_number_or_id() {
    let (_directory, mirror) = filled().await;
    let gladsaxe = document("GLX-EMB-001").to_string();
    for copy in 0..25 {
        let number = if copy == 0 { &gladsaxe } else { "GLX-EMB-001" };
        let content = Content::Requirement(Box::new(requirement(number)));
        let name = format!("copy-{copy}");
        apply(
            &mirror,
            view(
                &name,
                "requirement",
                BALLERUP,
                Space::Commons,
                900 + copy,
                content,
            ),
        )
        .await;
    }
    let Found::Several(candidates) = mirror.requirement("GLX-EMB-001").await.unwrap() else {
        panic!("two members use it")
    };
    assert!(
        candidates
            .iter()
            .any(|candidate| candidate.document == gladsaxe)
    );
    let by_id = mirror.requirement(&gladsaxe).await.unwrap().one().unwrap();
    assert_eq!(by_id.summary.document, gladsaxe);
}

#[tokio::test]
async fn a_pack_comes_with_sections_releases_and_adoptions() {
    let (_directory, mirror) = filled().await;
    let pack = mirror.pack("glx-emb").await.unwrap().one().unwrap();
    assert_eq!(
        (
            pack.summary.version.as_deref(),
            pack.summary.requirements,
            pack.summary.adopters
        ),
        (Some("1.0.0"), 2, 1)
    );
    let numbers: Vec<_> = pack.sections[0]
        .requirements
        .iter()
        .filter_map(|entry| entry.number.as_deref())
        .collect();
    assert_eq!(numbers, ["GLX-EMB-001", "GLX-EMB-002"]);
    assert_eq!(pack.releases[0].review_by.as_deref(), Some("2027-01-01"));
    assert_eq!(pack.adoptions[0].member, BALLERUP);
    assert_eq!(mirror.packs().await.unwrap().len(), 1);
}

#[tokio::test]
async fn filters_narrow() {
    let (_directory, mirror) = filled().await;
    let of = |change: fn(&mut RequirementFilter)| {
        let mut filter = RequirementFilter::default();
        change(&mut filter);
        filter
    };
    let cases: [(RequirementFilter, usize); 9] = [
        (RequirementFilter::default(), 3),
        (of(|filter| filter.strategy = Some("reuse".to_owned())), 3),
        (of(|filter| filter.strategy = Some("repair".to_owned())), 0),
        (of(|filter| filter.cpv = Some("44610000-9".to_owned())), 3),
        (of(|filter| filter.cpv = Some("45".to_owned())), 0),
        (of(|filter| filter.tried = Some(true)), 1),
        (of(|filter| filter.tried = Some(false)), 2),
        (of(|filter| filter.pack = Some("glx-emb".to_owned())), 2),
        (of(|filter| filter.level = Some("spearhead".to_owned())), 0),
    ];
    for (filter, expected) in cases {
        assert_eq!(
            mirror.requirements(&filter).await.unwrap().len(),
            expected,
            "{filter:?}"
        );
    }
    let by = |member: Option<&str>, verdict: Option<&str>| PilotFilter {
        member: member.map(str::to_owned),
        verdict: verdict.map(str::to_owned),
        ..PilotFilter::default()
    };
    assert_eq!(mirror.pilots(&by(None, None)).await.unwrap().len(), 2);
    assert_eq!(
        mirror
            .pilots(&by(Some(ALBERTSLUND), None))
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        mirror.pilots(&by(None, Some("drop"))).await.unwrap().len(),
        0
    );
}

#[tokio::test]
async fn provenance_names_who_signed_and_what_was_refused() {
    let (_directory, mirror) = filled().await;
    let provenance = mirror
        .provenance(&document("pack").to_string())
        .await
        .unwrap()
        .unwrap();
    let kinds: Vec<&str> = provenance
        .entries
        .iter()
        .map(|entry| entry.kind.as_str())
        .collect();
    assert_eq!(kinds, ["document-opening", "change"]);
    assert_eq!(provenance.entries[0].member, GLADSAXE);
    assert_eq!(
        provenance.refused[0].reason,
        "only the owner may write this document"
    );
    let broken = mirror
        .provenance(&document("broken").to_string())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (
            broken.document.state.as_str(),
            broken.document.reason.as_deref()
        ),
        ("quarantined", Some("entry 12 of dk-0151"))
    );
    let pilot = mirror
        .pilot(&document("pilot-a").to_string())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (pilot.joint_buyers.as_slice(), pilot.tried.len()),
        ([ALBERTSLUND.to_owned()].as_slice(), 1)
    );
}

#[tokio::test]
async fn figures_count_what_is_shared() {
    let (_directory, mirror) = filled().await;
    let figures = mirror.figures().await.unwrap();
    assert_eq!(
        (
            figures.members,
            figures.documents,
            figures.private_documents
        ),
        (3, 10, 1)
    );
    assert_eq!(
        (figures.packs, figures.releases, figures.requirements),
        (1, 1, 2)
    );
    assert_eq!(
        (figures.pilots, figures.tried, figures.adoptions),
        (2, 2, 1)
    );
    assert_eq!(
        (
            figures.entries,
            figures.refused,
            figures.quarantined,
            figures.unknown_kind
        ),
        (20, 1, 1, 1)
    );
    let members = mirror.members().await.unwrap();
    assert_eq!(
        members
            .iter()
            .map(|member| member.pilots)
            .collect::<Vec<_>>(),
        [1, 0, 1]
    );
}
