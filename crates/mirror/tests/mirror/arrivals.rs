//! What came since last time.

use faelled_mirror::read::Arrival;

use crate::complete::{apply, complete, furniture, furniture_pack, second_release};
use crate::fixture::{ALBERTSLUND, BALLERUP, document};
use faelled_mirror::{Content, EntryView};
use faelled_proto::{EntryId, FeedId, Kind, NodeKey};

fn lines(arrivals: &[Arrival]) -> Vec<String> {
    arrivals
        .iter()
        .map(|arrival| {
            let head = &arrival.head;
            format!(
                "{} {} {} {} {}",
                head.what,
                head.kind,
                head.number.as_deref().unwrap_or("-"),
                head.version.as_deref().unwrap_or("-"),
                head.about_number.as_deref().unwrap_or("-"),
            )
        })
        .collect()
}

#[tokio::test]
async fn everything_that_came_after_the_mark_is_told_newest_first_and_nothing_private() {
    let (_directory, mirror) = complete().await;
    let arrivals = mirror.arrivals(439, None).await.unwrap();
    assert_eq!(
        lines(&arrivals),
        [
            "opened profile - - -",
            "opened participation - - cirkulaert",
            "opened project cirkulaert - -",
            "opened resource - - BAL-MØB",
            "opened comment - - BAL-MØB",
            "opened answer - - -",
            "opened question - - BAL-MØB-001",
            "opened pilot - - -",
            "opened adoption - 1.0.0 BAL-MØB",
        ]
    );
    let answer = &arrivals[5].head;
    assert_eq!(
        (
            answer.about_kind.as_deref(),
            answer.about_owner.as_deref(),
            answer.said_da.as_deref()
        ),
        (
            Some("question"),
            Some(ALBERTSLUND),
            Some("Ja, de fleste kan.")
        )
    );
    let without_own = mirror.arrivals(439, Some(BALLERUP)).await.unwrap();
    assert!(
        without_own
            .iter()
            .all(|arrival| arrival.head.member != BALLERUP)
    );
    assert_eq!(without_own.len(), 6);
    assert!(mirror.arrivals(10_000, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn releases_and_withdrawals_are_told_by_their_version() {
    let (_directory, mirror) = complete().await;
    let told = lines(&mirror.arrivals(409, None).await.unwrap());
    for line in [
        "released pack BAL-MØB 1.0.0 -",
        "released pack BAL-MØB 1.1.0 -",
        "withdrawn pack BAL-MØB 1.0.0 -",
        "opened cosignature - 1.1.0 BAL-MØB",
    ] {
        assert!(told.iter().any(|told| told == line), "{line} in {told:?}");
    }

    // A later change does not tell of the withdrawal again.
    let mut changed = furniture(vec![second_release()]);
    let Content::Pack { pack, .. } = &mut changed.content else {
        panic!("it is a pack")
    };
    **pack = furniture_pack();
    let last = changed.entries[1].clone();
    changed.entries.push(EntryView {
        entry: EntryId::of(&[b"much later"]),
        feed: FeedId::of(&[b"much later"]),
        kind: Kind::CHANGE,
        node_key: NodeKey::from_bytes([7; 32]),
        claimed_ms: last.claimed_ms + 100 * 86_400_000,
        arrival: 900,
        ..last
    });
    apply(&mirror, vec![changed]).await;
    let told = lines(&mirror.arrivals(899, None).await.unwrap());
    assert_eq!(told, ["changed pack BAL-MØB - -"]);
}

#[tokio::test]
async fn an_arrival_names_what_a_follower_may_follow() {
    let (_directory, mirror) = complete().await;
    let arrivals = mirror.arrivals(0, None).await.unwrap();
    let concerns = |name: &str| -> Vec<String> {
        let id = document(name).to_string();
        let found = arrivals.iter().find(|arrival| arrival.head.document == id);
        found.map(|arrival| arrival.concerns.clone()).unwrap()
    };
    let pilot = concerns("furniture-pilot");
    for target in [
        format!("pack:{}", document("furniture")),
        format!("requirement:{}", document("chairs")),
        "category:furniture".to_owned(),
        "cpv:30192000".to_owned(),
    ] {
        assert!(pilot.contains(&target), "{target} in {pilot:?}");
    }
    let question = concerns("question");
    assert!(question.contains(&format!("requirement:{}", document("chairs"))));
    assert!(question.contains(&"cpv:39112000".to_owned()));
    assert_eq!(
        concerns("answer"),
        [format!("requirement:{}", document("chairs"))]
    );
    assert!(concerns("participation").contains(&"project:cirkulaert".to_owned()));
    assert!(concerns("furniture").contains(&"category:furniture".to_owned()));
}

#[tokio::test]
async fn a_member_has_to_do_with_what_is_its_own_and_what_it_did_not_decline() {
    let (_directory, mirror) = complete().await;
    let of = async |member: &str, why: &str| -> Vec<String> {
        let found = mirror.interests(member).await.unwrap().into_iter();
        let found = found.filter(|interest| interest.why == why);
        found.map(|interest| interest.target).collect()
    };
    let chairs = format!("requirement:{}", document("chairs"));
    let furniture = format!("pack:{}", document("furniture"));
    assert_eq!(of(BALLERUP, "basket").await, std::slice::from_ref(&chairs));
    assert_eq!(of(BALLERUP, "followed").await.len(), 4);
    assert_eq!(
        of(ALBERTSLUND, "adapted").await,
        [furniture.clone(), chairs.clone()]
    );
    assert_eq!(of(ALBERTSLUND, "adopted").await, [furniture, chairs]);
    for why in ["basket", "followed"] {
        assert_eq!(
            of(ALBERTSLUND, why).await,
            [""; 0],
            "{why} is another member's"
        );
    }
    assert_eq!(of(BALLERUP, "adapted").await, [""; 0]);
    let declined = Content::Adoption(Box::new(faelled_model::Adoption {
        release: crate::complete::pin(&crate::complete::first_release()),
        stance: faelled_model::terms::Stance::Declined,
        ..faelled_model::Adoption::default()
    }));
    let space = faelled_proto::Space::Commons;
    let declined = crate::fixture::view("no", "adoption", ALBERTSLUND, space, 99, declined);
    apply(&mirror, vec![declined]).await;
    assert_eq!(of(ALBERTSLUND, "adopted").await, [""; 0]);
}
