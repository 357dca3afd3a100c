//! What has become of a release: co-signed, withdrawn, replaced; and what that means for those who use it.

use faelled_mirror::{Content, DocumentView};
use faelled_proto::Space;

use crate::complete::{
    apply, chairs, complete, cosignature, first_release, furniture, furniture_pack,
    furniture_release, pin, second_release,
};
use crate::fixture::{ALBERTSLUND, BALLERUP, GLADSAXE, ask, document, empty, member, view};

const STANDING: &str = "SELECT version || ' ' || cosigned || '/' || cosigners_needed || ' ' || \
     is_withdrawn || counts || is_newest FROM release_standing \
     WHERE owner = 'dk-0151' ORDER BY version";

/// The pack with these releases, none of them withdrawn.
fn standing_pack(releases: Vec<faelled_mirror::ReleaseView>) -> DocumentView {
    let mut pack = furniture(releases);
    let Content::Pack { pack: content, .. } = &mut pack.content else {
        panic!("it is a pack")
    };
    content.withdrawals.clear();
    pack
}

#[tokio::test]
async fn a_release_counts_once_enough_other_members_cosigned_it() {
    let (_directory, mirror) = empty().await;
    let release = furniture_release((1, 1, 0), "Stole", 2);
    apply(
        &mirror,
        vec![standing_pack(vec![first_release(), release.clone()])],
    )
    .await;
    assert_eq!(
        ask(&mirror, STANDING).await,
        ["1.0.0 0/0 011", "1.1.0 0/2 000"]
    );

    // The lead's own, a member's second, and one that is only a draft do not count.
    let mut draft = cosignature("draft-cosignature", ALBERTSLUND, &release);
    draft.space = Space::Private(member(ALBERTSLUND));
    apply(
        &mirror,
        vec![
            cosignature("by-the-lead", BALLERUP, &release),
            cosignature("first", GLADSAXE, &release),
            cosignature("again", GLADSAXE, &release),
            draft,
        ],
    )
    .await;
    assert_eq!(
        ask(&mirror, STANDING).await,
        ["1.0.0 0/0 011", "1.1.0 1/2 000"]
    );

    apply(&mirror, vec![cosignature("second", ALBERTSLUND, &release)]).await;
    assert_eq!(
        ask(&mirror, STANDING).await,
        ["1.0.0 0/0 010", "1.1.0 2/2 011"]
    );
    let now = "SELECT version || ' ' || cosigned FROM released_now";
    assert_eq!(ask(&mirror, now).await, ["1.1.0 2"]);
}

#[tokio::test]
async fn a_cosignature_of_another_release_or_pack_does_not_count() {
    let (_directory, mirror) = empty().await;
    let release = furniture_release((1, 1, 0), "Stole", 1);
    let mut elsewhere = cosignature("elsewhere", GLADSAXE, &release);
    let Content::Cosignature(content) = &mut elsewhere.content else {
        panic!("it is a co-signature")
    };
    content.release.pack = document("pack").to_string();
    let other = cosignature("other", ALBERTSLUND, &first_release());
    apply(
        &mirror,
        vec![elsewhere, other, standing_pack(vec![release])],
    )
    .await;
    assert_eq!(ask(&mirror, STANDING).await, ["1.1.0 0/1 000"]);
}

#[tokio::test]
async fn a_withdrawn_release_is_never_the_newest_nor_is_a_lower_one_instead() {
    let (_directory, mirror) = complete().await;
    assert_eq!(
        ask(&mirror, STANDING).await,
        ["1.0.0 0/0 100", "1.1.0 1/1 011"]
    );
    let mut pack = furniture_pack();
    pack.withdrawals[0].version = "1.1.0".to_owned();
    pack.withdrawals[0].replaced_by = String::new();
    // Named twice, it is still one release.
    pack.withdrawals.push(pack.withdrawals[0].clone());
    let content = Content::Pack {
        pack: Box::new(pack),
        releases: vec![first_release(), second_release()],
    };
    let withdrawn = view("furniture", "pack", BALLERUP, Space::Commons, 41, content);
    apply(&mirror, vec![withdrawn]).await;
    assert_eq!(
        ask(&mirror, STANDING).await,
        ["1.0.0 0/0 010", "1.1.0 1/1 100"]
    );
    let pack = mirror.pack("BAL-MØB").await.unwrap().one().unwrap();
    // The lower one counts, but never takes the place of the higher one.
    assert_eq!(pack.summary.version, None);
    let highest = &pack.releases[0];
    assert_eq!(
        (highest.is_withdrawn, highest.counts, highest.cosigned),
        (true, false, 1)
    );
    assert_eq!(
        highest.withdrawn_reason_da.as_deref(),
        Some("Fejl i kravet")
    );
    assert_eq!(highest.replaced_by, None);
}

#[tokio::test]
async fn an_adoption_says_why_it_is_outdated() {
    let (_directory, mirror) = complete().await;
    let outdated = mirror
        .outdated_adoptions(Some(ALBERTSLUND))
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (
            outdated.why.as_str(),
            outdated.behind,
            outdated.newest_version.as_deref()
        ),
        ("withdrawn", 1, Some("1.1.0"))
    );
    assert_eq!(outdated.replaced_by.as_deref(), Some("1.1.0"));
    assert!(
        mirror
            .outdated_adoptions(Some(BALLERUP))
            .await
            .unwrap()
            .is_empty(),
        "the newest is not outdated"
    );
    let why = "SELECT why || ' ' || behind FROM adoption_outdated";
    let releases = vec![
        first_release(),
        second_release(),
        furniture_release((1, 2, 0), "Borde", 0),
    ];
    apply(&mirror, vec![standing_pack(releases)]).await;
    assert_eq!(ask(&mirror, why).await, ["newer 2"]);
    let twice = vec![
        first_release(),
        furniture_release((1, 0, 0), "Noget andet", 0),
    ];
    apply(&mirror, vec![standing_pack(twice)]).await;
    assert_eq!(ask(&mirror, why).await, ["equivocated 0"]);
    let waiting = furniture_release((1, 0, 0), "Stole repareres.", 1);
    let mut unsigned = first_release();
    unsigned.release.cosigners_needed = waiting.release.cosigners_needed;
    apply(&mirror, vec![standing_pack(vec![unsigned])]).await;
    assert_eq!(ask(&mirror, why).await, ["uncounted 0"]);
    apply(&mirror, vec![standing_pack(vec![first_release()])]).await;
    assert!(ask(&mirror, why).await.is_empty());
}

#[tokio::test]
async fn an_adaptation_says_whether_its_source_changed_or_is_gone() {
    let (_directory, mirror) = complete().await;
    let outdated = mirror
        .outdated_adaptations(Some(ALBERTSLUND))
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (
            outdated.version.as_str(),
            outdated.newest_version.as_deref(),
            outdated.is_changed,
            outdated.is_withdrawn,
            outdated.is_gone
        ),
        ("1.0.0", Some("1.1.0"), Some(true), true, false)
    );
    let flags = "SELECT coalesce(is_changed, 'unknown') || is_gone FROM adaptation_outdated";
    // Only its history moved on: the content is the same.
    let mut same = furniture_release((1, 1, 0), "Stole repareres.", 0);
    let content = same.content.as_mut().unwrap();
    content.requirements[0].requirement.history.clear();
    apply(&mirror, vec![standing_pack(vec![first_release(), same])]).await;
    assert_eq!(ask(&mirror, flags).await, ["00"]);
    let mut gone = furniture_release((1, 1, 0), "Stole", 0);
    gone.content.as_mut().unwrap().requirements.clear();
    apply(&mirror, vec![standing_pack(vec![first_release(), gone])]).await;
    assert_eq!(ask(&mirror, flags).await, ["unknown1"]);
    apply(&mirror, vec![standing_pack(vec![first_release()])]).await;
    assert!(ask(&mirror, flags).await.is_empty());
}

#[tokio::test]
async fn where_a_requirement_was_adapted_from_is_read_with_it() {
    let (_directory, mirror) = complete().await;
    let adapted = mirror.requirement("ALB-001").await.unwrap().one().unwrap();
    assert_eq!(
        (
            adapted.texts.adapted_from_number.as_deref(),
            adapted.texts.adapted_from_version.as_deref(),
            adapted.texts.adapted_changes_da.as_deref()
        ),
        (Some("BAL-MØB-001"), Some("1.0.0"), Some("Kortere frist"))
    );
    assert_eq!(
        adapted.texts.adapted_from_release.as_deref(),
        Some(pin(&first_release()).hash.as_str())
    );
    assert_eq!(adapted.history[0].date.as_deref(), Some("2026-02-01"));
    assert_eq!(
        (&adapted.sdg, &adapted.kle, &adapted.social_objectives),
        (
            &chairs("").sdg,
            &chairs("").kle,
            &chairs("").social_objectives
        )
    );
}

#[tokio::test]
async fn a_release_of_a_pack_that_nobody_else_sees_is_not_the_one_to_use() {
    let (_directory, mirror) = empty().await;
    let mut pack = standing_pack(vec![first_release()]);
    pack.space = Space::Private(member(BALLERUP));
    apply(&mirror, vec![pack]).await;
    assert!(
        ask(&mirror, "SELECT version FROM released_now")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn an_adoption_that_is_only_a_draft_is_not_counted() {
    let (_directory, mirror) = complete().await;
    let adopters = "SELECT CAST(adopters AS TEXT) FROM released_now WHERE owner = 'dk-0151'";
    let before = ask(&mirror, adopters).await;
    let adoption = Content::Adoption(Box::new(faelled_model::Adoption {
        release: pin(&second_release()),
        stance: faelled_model::terms::Stance::Using,
        ..faelled_model::Adoption::default()
    }));
    let private = Space::Private(member(GLADSAXE));
    let draft = view(
        "draft-use",
        "adoption",
        GLADSAXE,
        private,
        90,
        adoption.clone(),
    );
    apply(&mirror, vec![draft]).await;
    assert_eq!(ask(&mirror, adopters).await, before);
    let shared = view("use", "adoption", GLADSAXE, Space::Commons, 91, adoption);
    apply(&mirror, vec![shared]).await;
    assert_ne!(ask(&mirror, adopters).await, before);
}

#[tokio::test]
async fn only_versions_that_count_leave_an_adoption_behind_and_only_one_in_force() {
    let (_directory, mirror) = complete().await;
    let why = "SELECT why || ' ' || behind FROM adoption_outdated";
    let releases = vec![
        first_release(),
        furniture_release((1, 2, 0), "Borde", 1),
        furniture_release((1, 3, 0), "Senge", 0),
    ];
    apply(&mirror, vec![standing_pack(releases)]).await;
    assert_eq!(ask(&mirror, why).await, ["newer 1"]);
    let declined = Content::Adoption(Box::new(faelled_model::Adoption {
        release: pin(&first_release()),
        stance: faelled_model::terms::Stance::Declined,
        ..faelled_model::Adoption::default()
    }));
    let declined = view(
        "declined",
        "adoption",
        ALBERTSLUND,
        Space::Commons,
        99,
        declined,
    );
    apply(&mirror, vec![declined]).await;
    assert!(ask(&mirror, why).await.is_empty());
}

#[tokio::test]
async fn a_source_is_not_gone_where_no_release_counts() {
    let (_directory, mirror) = complete().await;
    let mut pack = standing_pack(vec![first_release()]);
    let Content::Pack { pack: content, .. } = &mut pack.content else {
        panic!("it is a pack")
    };
    content.withdrawals = furniture_pack().withdrawals;
    apply(&mirror, vec![pack]).await;
    let flags = "SELECT is_withdrawn || is_gone FROM adaptation_outdated";
    assert_eq!(ask(&mirror, flags).await, ["10"]);
}
