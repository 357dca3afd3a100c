//! The mirror is a function of what the documents say, not of how they came.

use faelled_mirror::{Content, Delta, DocumentView, Mirror};
use proptest::prelude::*;

use crate::complete::{complete, complete_documents, groups};
use crate::fixture::{count, documents, empty, filled, requirement, roster};
use crate::trust::{earlier_trust, reversed, trust};

/// Earlier states of the documents, which a mirror that was there all the time has seen.
fn earlier(documents: &[DocumentView]) -> Vec<DocumentView> {
    let mut earlier = documents.to_vec();
    for document in &mut earlier {
        document.conflicts.clear();
        document.refused.clear();
        document.editors.clear();
        document.entries.truncate(1);
        document.content = Content::Requirement(Box::new(requirement("OLD-001")));
    }
    earlier
}

async fn built(order: &[usize], batch: usize, with_history: bool) -> (tempfile::TempDir, Mirror) {
    let documents = complete_documents();
    let (directory, mirror) = empty().await;
    if with_history {
        mirror
            .apply(&Delta {
                row: 0,
                roster: None,
                groups: None,
                trust: Some(earlier_trust()),
                documents: earlier(&documents),
            })
            .await
            .unwrap();
    }
    for indices in order.chunks(batch) {
        let documents = indices
            .iter()
            .map(|index| documents[*index].clone())
            .collect();
        mirror
            .apply(&Delta {
                row: 0,
                roster: None,
                groups: None,
                trust: None,
                documents,
            })
            .await
            .unwrap();
    }
    mirror
        .apply(&Delta {
            row: 1,
            roster: Some(roster()),
            groups: Some(groups()),
            trust: Some(if with_history { reversed() } else { trust() }),
            documents: Vec::new(),
        })
        .await
        .unwrap();
    (directory, mirror)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_order_and_any_batching_give_the_same_mirror(
        order in Just((0..complete_documents().len()).collect::<Vec<_>>()).prop_shuffle(),
        batch in 1_usize..6,
        with_history: bool,
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let (_one, expected) = complete().await;
            let (_other, mirror) = built(&order, batch, with_history).await;
            let (expected, found) = (expected.dump().await.unwrap(), mirror.dump().await.unwrap());
            assert_eq!(expected.differing_tables(&found), Vec::<String>::new());
            assert_eq!(expected.digest(), found.digest());
            mirror.verify().await.unwrap();
        });
    }
}

#[tokio::test]
async fn the_same_delta_twice_is_the_same_as_once() {
    let (_directory, mirror) = complete().await;
    let once = mirror.dump_digest().await.unwrap();
    mirror
        .apply(&Delta {
            row: 1,
            roster: Some(roster()),
            groups: Some(groups()),
            trust: Some(trust()),
            documents: complete_documents(),
        })
        .await
        .unwrap();
    assert_eq!(mirror.dump_digest().await.unwrap(), once);
}

#[tokio::test]
async fn a_dump_tells_where_two_mirrors_differ() {
    let (_one, expected) = filled().await;
    let (_other, mirror) = filled().await;
    let mut changed = documents().remove(1);
    let Content::Requirement(requirement) = &mut changed.content else {
        panic!("the fixture's second is a requirement")
    };
    requirement.goals = vec!["SDG 6".to_owned()];
    mirror
        .apply(&Delta {
            row: 1,
            roster: None,
            groups: None,
            trust: None,
            documents: vec![changed],
        })
        .await
        .unwrap();
    let (expected, found) = (expected.dump().await.unwrap(), mirror.dump().await.unwrap());
    assert_eq!(
        expected.differing_tables(&found),
        ["requirement_goal", "search"]
    );
    assert_ne!(expected.digest(), found.digest());
}

#[tokio::test]
async fn a_replaced_document_leaves_no_old_rows() {
    let (_directory, mirror) = complete().await;
    let (_other, nothing) = empty().await;
    let emptied = complete_documents()
        .into_iter()
        .map(|document| DocumentView {
            content: Content::Void,
            conflicts: Vec::new(),
            entries: Vec::new(),
            refused: Vec::new(),
            editors: Vec::new(),
            ..document
        });
    mirror
        .apply(&Delta {
            row: 2,
            roster: None,
            groups: None,
            trust: None,
            documents: emptied.collect(),
        })
        .await
        .unwrap();
    let (emptied, nothing) = (mirror.dump().await.unwrap(), nothing.dump().await.unwrap());
    assert_eq!(
        emptied.differing_tables(&nothing),
        [
            "cut",
            "document",
            "equivocation",
            "federation",
            "group_member",
            "group_space",
            "member",
            "revocation",
            "roster_fork",
            "roster_fork_head",
            "roster_fork_signer",
            "roster_proposal",
            "roster_vote",
            "watermark"
        ]
    );
    assert_eq!(count(&mirror, "search_place").await, 0);
    mirror.verify().await.unwrap();
}

#[tokio::test]
async fn the_mirror_never_goes_back() {
    let (_directory, mirror) = filled().await;
    mirror
        .apply(&Delta {
            row: 7,
            roster: None,
            groups: None,
            trust: None,
            documents: Vec::new(),
        })
        .await
        .unwrap();
    let error = mirror
        .apply(&Delta {
            row: 6,
            roster: None,
            groups: None,
            trust: None,
            documents: Vec::new(),
        })
        .await
        .unwrap_err();
    assert!(error.is_cured_by_rebuild(), "{error}");
    let watermark = mirror.watermark().await.unwrap();
    assert_eq!((watermark.row, watermark.roster_version), (7, 3));
}
