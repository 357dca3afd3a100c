//! A full disk loses nothing and wedges nothing.

use faelled_proto::Kind;
use faelled_store::{Store, StoreError};

use crate::world::{Feed, Place, batch, document};

#[tokio::test]
async fn a_full_disk_is_told_and_the_store_goes_on_as_soon_as_there_is_room() {
    let place = Place::new();
    let store = place.store().await;
    let mut feed = Feed::stored(&store, "dk-0159", 1).await;
    let held = store.figures().await.unwrap();
    store.limit_bytes(Some(held.bytes + 65_536)).await.unwrap();

    let mut stored = 0_u64;
    let refused = loop {
        let entries = batch(vec![feed.write(
            Kind::CHANGE,
            Some(document(1)),
            &[7; 3_000],
        )]);
        match store.append(&entries).await {
            Ok(_) => stored += 1,
            Err(error) => {
                assert!(matches!(&error, StoreError::Full { path } if *path == place.path));
                break entries;
            }
        }
        assert!(stored < 1_000, "the limit does nothing");
    };
    assert!(stored > 0, "nothing fitted");

    // Again and again it leaves nothing, and reading goes on.
    for _ in 0..3 {
        let error = store.append(&refused).await.unwrap_err();
        assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
        assert_eq!(
            store.document(document(1)).await.unwrap().len() as u64,
            stored
        );
        assert_eq!(store.feeds().await.unwrap()[0].tip.seq, stored);
    }

    store.limit_bytes(None).await.unwrap();
    store.append(&refused).await.unwrap();
    assert_eq!(store.feeds().await.unwrap()[0].tip, feed.tip());
    store.close().await.unwrap();
    let store = Store::open(&place.path).await.unwrap();
    assert_eq!(feed.held(&store).await.len() as u64, stored + 2);
}
