//! Members that write, and directories to store it in.

use std::path::{Path, PathBuf};

use faelled_proto::chain::Writer;
use faelled_proto::opening::{DocumentOpening, Editors, FeedOpening};
use faelled_proto::{
    DocId, FederationId, FeedId, Kind, NodeCertificate, SecretKey, SignedEntry, Space, Tip,
    VerifiedEntry,
};
use faelled_store::{Append, Store};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, SqliteConnection};
use tempfile::TempDir;

pub(crate) fn federation() -> FederationId {
    FederationId::of(&[b"federation"])
}

/// A directory with a store in it.
pub(crate) struct Place {
    pub(crate) directory: TempDir,
    pub(crate) path: PathBuf,
}

impl Place {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("node.db");
        Self { directory, path }
    }

    pub(crate) async fn store(&self) -> Store {
        Store::create(&self.path).await.unwrap()
    }

    /// A connection past the store.
    pub(crate) async fn raw(&self) -> SqliteConnection {
        raw(&self.path).await
    }
}

pub(crate) async fn raw(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await
        .unwrap()
}

pub(crate) async fn execute(connection: &mut SqliteConnection, sql: &str) {
    sqlx::query(AssertSqlSafe(sql))
        .execute(connection)
        .await
        .unwrap();
}

/// A member's feed, written but not stored.
pub(crate) struct Feed {
    key: SecretKey,
    opening: FeedOpening,
    tip: Option<Tip>,
}

impl Feed {
    pub(crate) fn of(member: &str, number: u8) -> Self {
        let identity = SecretKey::from_seed(&[number; 32]);
        let key = SecretKey::from_seed(&[number ^ 0xff; 32]);
        let member: faelled_proto::MemberId = member.parse().unwrap();
        let certificate =
            NodeCertificate::issue(federation(), member.clone(), &identity, key.node_key(), 1);
        let space = if number.is_multiple_of(2) {
            Space::Private(member)
        } else {
            Space::Commons
        };
        let opening = FeedOpening {
            certificate,
            space,
            incarnation: [number; 16],
            known_tips: Vec::new(),
        };
        Self {
            key,
            opening,
            tip: None,
        }
    }

    pub(crate) fn id(&self) -> FeedId {
        self.tip.unwrap().feed
    }

    pub(crate) fn tip(&self) -> Tip {
        self.tip.unwrap()
    }

    /// Goes on behind another entry, which may make a second branch.
    pub(crate) fn set_tip(&mut self, tip: Tip) {
        self.tip = Some(tip);
    }

    /// Another feed of the same key, before it is opened.
    pub(crate) fn set_incarnation(&mut self, incarnation: [u8; 16]) {
        self.opening.incarnation = incarnation;
    }

    pub(crate) fn opening(&self) -> &FeedOpening {
        &self.opening
    }

    pub(crate) fn key(&self) -> &SecretKey {
        &self.key
    }

    pub(crate) fn open(&mut self) -> VerifiedEntry {
        let mut writer = Writer::new(federation(), &self.key, None);
        let entry = writer.open(&self.opening, 1);
        self.tip = Some(entry.tip());
        entry
    }

    pub(crate) fn write(
        &mut self,
        kind: Kind,
        document: Option<DocId>,
        body: &[u8],
    ) -> VerifiedEntry {
        let mut writer = Writer::new(federation(), &self.key, self.tip);
        let entry = writer.write(kind, document, body.to_vec(), 7);
        self.tip = Some(entry.tip());
        entry
    }

    /// `count` changes, over documents in turn.
    pub(crate) fn changes(&mut self, documents: &[DocId], count: usize) -> Vec<VerifiedEntry> {
        documents
            .iter()
            .cycle()
            .take(count)
            .enumerate()
            .map(|(number, document)| {
                self.write(
                    Kind::CHANGE,
                    Some(*document),
                    format!("change {number}").as_bytes(),
                )
            })
            .collect()
    }

    /// A batch that begins the feed with these entries.
    pub(crate) fn beginning(&self, entries: Vec<VerifiedEntry>) -> Append {
        Append {
            openings: vec![(entries[0].feed(), self.opening.clone())],
            entries,
            rosters: Vec::new(),
            received_ms: 9,
        }
    }

    /// A feed whose opening is stored.
    pub(crate) async fn stored(store: &Store, member: &str, number: u8) -> Self {
        let mut feed = Self::of(member, number);
        let opening = feed.open();
        store.append(&feed.beginning(vec![opening])).await.unwrap();
        feed
    }

    /// All that is stored of the feed.
    pub(crate) async fn held(&self, store: &Store) -> Vec<SignedEntry> {
        store
            .run(self.id(), 0, u64::MAX, usize::MAX, 100_000)
            .await
            .unwrap()
    }
}

pub(crate) fn batch(entries: Vec<VerifiedEntry>) -> Append {
    Append {
        entries,
        received_ms: 10,
        ..Append::default()
    }
}

pub(crate) fn signed(entries: &[VerifiedEntry]) -> Vec<SignedEntry> {
    entries.iter().map(|entry| entry.signed().clone()).collect()
}

pub(crate) fn document(number: u16) -> DocId {
    DocId::of(&[&number.to_be_bytes()])
}

pub(crate) fn document_opening(nonce: u8) -> DocumentOpening {
    DocumentOpening {
        kind: "requirement".to_owned(),
        owner: "dk-0159".parse().unwrap(),
        space: Space::Commons,
        editors: Editors::OwnerOnly,
        nonce: [nonce; 16],
    }
}
