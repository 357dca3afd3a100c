//! Feeds of the hostile member: sound as they are made here, to be spoilt by whoever takes them.

use faelled_documents::Document;
use faelled_documents::actor::actor_of;
use faelled_model::discussion::Question;
use faelled_model::{Localized, discussion};
use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::opening::{DocumentOpening, Editors, FeedOpening};
use faelled_proto::{
    DocId, FederationId, FeedId, Kind, MemberId, SecretKey, SignedEntry, Space, Tip,
};

use faelled_store::FeedRow;

use super::changes::Chunk;

/// When its entries claim to be from, in milliseconds since 1970: a day in 2026.
pub(super) const CLAIMED_MS: u64 = 1_790_000_000_000;
/// A kind of entry that nobody interprets.
pub(super) const UNKNOWN: Kind = Kind(900);

/// A feed with all its entries.
#[derive(Debug, Clone)]
pub(super) struct Feed {
    pub(super) id: FeedId,
    pub(super) entries: Vec<SignedEntry>,
    pub(super) federation: FederationId,
    pub(super) key: SecretKey,
    pub(super) claimed_ms: u64,
    member: MemberId,
    space: Space,
    tip: Tip,
}

impl Feed {
    /// Opens it.
    pub(super) fn open(federation: FederationId, key: SecretKey, opening: &FeedOpening) -> Self {
        let first = Writer::new(federation, &key, None).open(opening, CLAIMED_MS);
        Self {
            id: first.feed(),
            entries: vec![first.signed().clone()],
            federation,
            member: opening.certificate.claim.member.clone(),
            space: opening.space.clone(),
            tip: first.tip(),
            claimed_ms: CLAIMED_MS,
            key,
        }
    }

    /// One that is there already, to be gone on with.
    pub(super) fn held(
        federation: FederationId,
        key: SecretKey,
        feed: &FeedRow,
        entries: Vec<SignedEntry>,
    ) -> Self {
        Self {
            id: feed.feed,
            entries,
            federation,
            key,
            claimed_ms: CLAIMED_MS,
            member: feed.opening.certificate.claim.member.clone(),
            space: feed.opening.space.clone(),
            tip: feed.tip,
        }
    }

    /// Writes an entry.
    pub(super) fn write(&mut self, kind: Kind, document: Option<DocId>, body: Vec<u8>) {
        let mut writer = Writer::new(self.federation, &self.key, Some(self.tip));
        let entry = writer.write(kind, document, body, self.claimed_ms);
        self.tip = entry.tip();
        self.entries.push(entry.signed().clone());
    }

    /// Writes so many entries that nobody interprets.
    pub(super) fn write_unknown(&mut self, count: u32) {
        for number in 0..count {
            self.write(UNKNOWN, None, number.to_be_bytes().to_vec());
        }
    }

    /// Opens a document of a kind, owned by the feed's member.
    pub(super) fn open_document(&mut self, kind: &str, nonce: u32) -> DocId {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&nonce.to_be_bytes());
        bytes[4..].copy_from_slice(&self.id.as_bytes()[..12]);
        let opening = DocumentOpening {
            kind: kind.to_owned(),
            owner: self.member.clone(),
            space: self.space.clone(),
            editors: Editors::OwnerOnly,
            nonce: bytes,
        };
        let document = opening.id();
        self.write(Kind::DOCUMENT_OPENING, Some(document), encode(&opening));
        document
    }

    /// Opens a question and asks it: a document like any other.
    pub(super) fn ask(&mut self, nonce: u32, title: &str) -> DocId {
        let document = self.open_document("question", nonce);
        if let Some(body) = question(self.id, document, title) {
            self.write(Kind::CHANGE, Some(document), body);
        }
        document
    }

    /// A change of this feed to a document, to be filled.
    pub(super) fn chunk(&self, document: DocId, seq: u64) -> Chunk {
        Chunk {
            actor: actor_of(self.id, document).to_bytes().to_vec(),
            seq,
            ..Chunk::default()
        }
    }
}

/// The change that asks a question.
fn question(feed: FeedId, document: DocId, title: &str) -> Option<Vec<u8>> {
    let asked = Question {
        schema: discussion::SCHEMA,
        title: Localized([("da".to_owned(), title.to_owned())].into()),
        ..Question::default()
    };
    let mut automerge = Document::new(document);
    automerge.edit(feed, &asked, CLAIMED_MS).ok().flatten()
}
