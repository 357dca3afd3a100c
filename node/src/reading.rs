//! Reading all that is held about a document, however much of it there is.

use std::collections::BTreeSet;

use faelled_engine::Ceilings;
use faelled_engine::authority;
use faelled_proto::limits::MAX_DOCUMENT_BYTES;
use faelled_proto::{BodyHash, DocId, Kind, MemberId};
use faelled_store::{Store, StoreError, StoredEntry};

use crate::view::{judge, writer};

/// An opening has at most so many bytes.
const MAX_OPENING_BYTES: u32 = 1024;
/// So many openings are read at once, until one counts.
const OPENINGS_READ_AT_ONCE: usize = 256;

/// All entries about a document, with the bodies that it takes to judge and to build it. Where more is held than
/// may count, those that count are read, as far as they may, and no others: anybody can write any number of bodies
/// about any document.
///
/// # Errors
/// When the store cannot be read.
pub(crate) async fn entries(
    store: &Store,
    id: DocId,
    ceilings: &Ceilings,
) -> Result<Vec<StoredEntry>, StoreError> {
    if store.document_bytes(id).await? <= MAX_DOCUMENT_BYTES {
        return store.document(id).await;
    }
    let mut entries = store.document_unread(id).await?;
    let Some(owner) = read_opening(store, id, ceilings, &mut entries).await? else {
        return Ok(entries);
    };
    let mut bytes = 0;
    let may_be_read = |entry: &StoredEntry| {
        let is_owners = matches!(entry.kind, Kind::GRANT | Kind::WITHDRAWAL)
            && entry.member == owner
            && ceilings.check(&entry.feed, entry.seq).is_ok();
        bytes += u64::from(entry.body_length) * u64::from(is_owners);
        is_owners && bytes <= MAX_DOCUMENT_BYTES
    };
    read(store, &mut entries, may_be_read).await?;
    let judged = judge(id, &entries, ceilings);
    if judged.set_aside.is_some() {
        return Ok(entries);
    }
    let counting: BTreeSet<i64> = judged.counting.iter().map(|entry| entry.row).collect();
    read(store, &mut entries, |entry| counting.contains(&entry.row)).await?;
    Ok(entries)
}

/// Reads the openings that count, all of them the same. Returns the document's owner; `None` where none counts.
async fn read_opening(
    store: &Store,
    id: DocId,
    ceilings: &Ceilings,
    entries: &mut [StoredEntry],
) -> Result<Option<MemberId>, StoreError> {
    let Some((owner, body_hash)) = find_opening(store, id, ceilings, entries).await? else {
        return Ok(None);
    };
    let is_it = |entry: &StoredEntry| {
        entry.kind == Kind::DOCUMENT_OPENING && entry.is_unread && entry.body_hash == body_hash
    };
    read(store, entries, is_it).await?;
    Ok(Some(owner))
}

async fn find_opening(
    store: &Store,
    id: DocId,
    ceilings: &Ceilings,
    entries: &mut [StoredEntry],
) -> Result<Option<(MemberId, BodyHash)>, StoreError> {
    let mut openings: Vec<&mut StoredEntry> = entries
        .iter_mut()
        .filter(|entry| entry.kind == Kind::DOCUMENT_OPENING)
        .filter(|entry| entry.body_length <= MAX_OPENING_BYTES)
        .filter(|entry| ceilings.check(&entry.feed, entry.seq).is_ok())
        .collect();
    for part in openings.chunks_mut(OPENINGS_READ_AT_ONCE) {
        store.read_bodies(part).await?;
        let mut found = part.iter().filter_map(|entry| {
            let body = entry.body.as_deref();
            let opening = authority::read_opening(ceilings, writer(entry), id, body).ok()?;
            Some((opening.owner, entry.body_hash))
        });
        if let Some(found) = found.next() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

async fn read(
    store: &Store,
    entries: &mut [StoredEntry],
    mut is_wanted: impl FnMut(&StoredEntry) -> bool,
) -> Result<(), StoreError> {
    let mut wanted: Vec<&mut StoredEntry> = entries
        .iter_mut()
        .filter(|entry| is_wanted(entry))
        .collect();
    store.read_bodies(&mut wanted).await
}

#[cfg(test)]
pub(crate) mod tests {
    use faelled_engine::Ground;
    use faelled_proto::canonical::encode;
    use faelled_proto::chain::Writer;
    use faelled_proto::grant::{Grant, Withdrawal};
    use faelled_proto::limits::MAX_BODY_BYTES;
    use faelled_proto::opening::{DocumentOpening, Editors, FeedOpening};
    use faelled_proto::{
        EntryId, FederationId, FeedId, NodeCertificate, SecretKey, Space, Tip, VerifiedEntry,
    };
    use faelled_store::Append;
    use tempfile::TempDir;

    use super::*;
    use crate::view::Judged;

    /// So many of the longest bodies may count.
    const FITTING: usize = 33;

    fn member(index: u8) -> MemberId {
        format!("dk-{index:04}").parse().unwrap()
    }

    fn opening() -> DocumentOpening {
        DocumentOpening {
            kind: "pack".into(),
            owner: member(1),
            space: Space::Commons,
            editors: Editors::Granted,
            nonce: [1; 16],
        }
    }

    pub(crate) struct Held {
        pub(crate) store: Store,
        _place: TempDir,
    }

    impl Held {
        pub(crate) async fn new() -> Self {
            let place = tempfile::tempdir().unwrap();
            let store = Store::create(place.path().join("node.db")).await.unwrap();
            Self {
                store,
                _place: place,
            }
        }

        /// A member's feed about the document.
        pub(crate) async fn feed(&self, index: u8, written: &[(Kind, Vec<u8>)]) -> FeedId {
            let federation = FederationId::of(&[b"federation"]);
            let [identity, key] = [100, 0].map(|from| SecretKey::from_seed(&[from + index; 32]));
            let opens = FeedOpening {
                certificate: NodeCertificate::issue(
                    federation,
                    member(index),
                    &identity,
                    key.node_key(),
                    1,
                ),
                space: Space::Commons,
                incarnation: [index; 16],
                known_tips: Vec::new(),
            };
            let mut writer = Writer::new(federation, &key, None);
            let mut entries: Vec<VerifiedEntry> = vec![writer.open(&opens, 1)];
            let feed = entries[0].feed();
            for (kind, body) in written {
                entries.push(writer.write(*kind, Some(opening().id()), body.clone(), 1));
            }
            let batch = Append {
                openings: vec![(feed, opens)],
                entries,
                rosters: Vec::new(),
                received_ms: 1,
            };
            self.store.append(&batch).await.unwrap();
            feed
        }

        async fn read(&self, ceilings: &Ceilings) -> Vec<StoredEntry> {
            entries(&self.store, opening().id(), ceilings)
                .await
                .unwrap()
        }
    }

    pub(crate) fn opens() -> (Kind, Vec<u8>) {
        (Kind::DOCUMENT_OPENING, encode(&opening()))
    }

    pub(crate) fn long(count: usize) -> Vec<(Kind, Vec<u8>)> {
        vec![(Kind::CHANGE, vec![7; MAX_BODY_BYTES]); count]
    }

    fn changes(judged: &Judged<'_>) -> usize {
        let counting = judged.counting.iter();
        counting.filter(|entry| entry.kind == Kind::CHANGE).count()
    }

    fn read_bytes(entries: &[StoredEntry]) -> u64 {
        let bodies = entries.iter().filter_map(|entry| entry.body.as_ref());
        bodies.map(|body| body.len() as u64).sum()
    }

    #[tokio::test]
    async fn a_document_that_is_too_large_is_set_aside_and_not_read() {
        for (count, is_too_large) in [(FITTING, false), (FITTING + 1, true)] {
            let held = Held::new().await;
            held.feed(1, &[vec![opens()], long(count)].concat()).await;
            let entries = held.read(&Ceilings::default()).await;
            let judged = judge(opening().id(), &entries, &Ceilings::default());
            assert_eq!(judged.set_aside.is_some(), is_too_large);
            assert_eq!(changes(&judged), if is_too_large { 0 } else { count });
            assert!(judged.opening.is_some());
            assert!(read_bytes(&entries) <= MAX_DOCUMENT_BYTES);
        }
    }

    #[tokio::test]
    async fn what_others_write_about_a_document_is_no_burden_to_it() {
        let held = Held::new().await;
        let false_openings = vec![(Kind::DOCUMENT_OPENING, vec![1; 900]); 300];
        let withdrawal = |index| Withdrawal {
            member: member(index),
            round: 1,
            last_good: Vec::new(),
        };
        let grant = |index| Grant {
            member: member(index),
            round: 1,
        };
        // A stranger lets itself in, shuts the editor out, and writes more than may count.
        let hostile = [
            false_openings,
            vec![(Kind::GRANT, encode(&grant(2)))],
            vec![(Kind::WITHDRAWAL, encode(&withdrawal(3)))],
            long(FITTING + 8),
        ];
        held.feed(2, &hostile.concat()).await;
        let own = [vec![opens(), (Kind::GRANT, encode(&grant(3)))], long(2)];
        held.feed(1, &own.concat()).await;
        held.feed(3, &long(1)).await;
        let entries = held.read(&Ceilings::default()).await;
        let judged = judge(opening().id(), &entries, &Ceilings::default());
        assert!(judged.set_aside.is_none());
        assert_eq!(changes(&judged), 3);
        let counting = judged.counting.iter();
        assert!(counting.map(|entry| &entry.body).all(Option::is_some));
        assert!(read_bytes(&entries) < 4_000_000);
    }

    #[tokio::test]
    async fn what_a_cut_voids_is_no_burden_any_more() {
        let held = Held::new().await;
        let grant = Grant {
            member: member(2),
            round: 1,
        };
        let own = [vec![opens(), (Kind::GRANT, encode(&grant))], long(1)];
        held.feed(1, &own.concat()).await;
        let feed = held.feed(2, &long(FITTING)).await;
        let entries = held.read(&Ceilings::default()).await;
        let judged = judge(opening().id(), &entries, &Ceilings::default());
        assert!(judged.set_aside.is_some());
        let cut = Tip {
            feed,
            seq: 1,
            entry: EntryId::ZERO,
        };
        let ceilings = Ceilings::at(cut, Ground::RevokedKey);
        let entries = held.read(&ceilings).await;
        let judged = judge(opening().id(), &entries, &ceilings);
        assert!(judged.set_aside.is_none());
        assert_eq!(changes(&judged), 2);
        assert!(read_bytes(&entries) < 3_000_000);
    }
}
