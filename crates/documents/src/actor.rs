//! Automerge actors: each derived from the feed and the document that it writes, so that a new incarnation
//! never writes under an old actor and nobody under another's.

use automerge::ActorId;
use faelled_proto::{DocId, FeedId};

const CONTEXT: &str = "faelled 2026 automerge actor";

/// The actor under which a feed writes a document: the first 16 bytes of BLAKE3 `derive_key` over the feed's
/// and the document's id.
#[must_use]
pub fn actor_of(feed: FeedId, document: DocId) -> ActorId {
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    hasher.update(feed.as_bytes());
    hasher.update(document.as_bytes());
    ActorId::from(&hasher.finalize().as_bytes()[..16])
}
