//! Own documents, made and changed: typed value -> Automerge change -> entries, committed together.

use faelled_documents::{Document, EditError};
use faelled_engine::event::Draft;
use faelled_engine::{Answer, Event};
use faelled_model::DocumentKind;
use faelled_proto::canonical::encode;
use faelled_proto::opening::{DocumentOpening, Editors};
use faelled_proto::release::Release;
use faelled_proto::{DocId, EntryId, FeedId, Kind, MemberId, ReleaseHash, Space};
use faelled_store::Store;

use crate::clock::now_ms;
use crate::core::CoreHandle;
use crate::failure::{Failure, Said};
use crate::view::{build, judge};

/// Reads and writes this node's own documents. One edit at a time: see [`crate::service`].
#[derive(Debug, Clone)]
pub(crate) struct Editor {
    core: CoreHandle,
    store: Store,
    own: MemberId,
}

/// Edits that will be committed together, in one space.
#[derive(Debug)]
pub(crate) struct Edits<'a> {
    editor: &'a Editor,
    space: Space,
    feed: FeedId,
    drafts: Vec<Draft>,
}

impl Editor {
    pub(crate) const fn new(core: CoreHandle, store: Store, own: MemberId) -> Self {
        Self { core, store, own }
    }

    /// The space of this member's drafts.
    pub(crate) fn private(&self) -> Space {
        Space::Private(self.own.clone())
    }

    /// Reads a document as its entries show it.
    pub(crate) async fn load(&self, id: DocId) -> Result<Document, Failure> {
        let entries = self.store.document(id).await?;
        let (document, _) = build(id, &judge(id, &entries).counting);
        if let Some(quarantine) = document.quarantine() {
            return Err(quarantined(id, &quarantine.to_string()));
        }
        Ok(document)
    }

    /// Reads a document as a typed value.
    pub(crate) async fn read<T: autosurgeon::Hydrate>(&self, id: DocId) -> Result<T, Failure> {
        let document = self.load(id).await?;
        document
            .read()
            .map_err(|error| quarantined(id, &error.to_string()))
    }

    /// Begins edits in a space.
    pub(crate) async fn edit(&self, space: Space) -> Result<Edits<'_>, Failure> {
        let asked = space.clone();
        match self
            .core
            .ask(move |request| Event::OpenFeed {
                request,
                space: asked,
            })
            .await?
        {
            Answer::Feed(feed) => Ok(Edits {
                editor: self,
                space,
                feed,
                drafts: Vec::new(),
            }),
            _ => Err(Failure::stopping()),
        }
    }
}

impl Edits<'_> {
    /// Makes a new document with this content.
    pub(crate) fn create<T: autosurgeon::Reconcile>(
        &mut self,
        kind: DocumentKind,
        value: &T,
    ) -> Result<DocId, Failure> {
        let opening = DocumentOpening {
            kind: kind.code().to_owned(),
            owner: self.editor.own.clone(),
            space: self.space.clone(),
            editors: Editors::OwnerOnly,
            nonce: crate::random()?,
        };
        let id = opening.id();
        self.draft(Kind::DOCUMENT_OPENING, id, encode(&opening));
        self.change(Document::new(id), id, value)?;
        Ok(id)
    }

    /// Writes what differs. Says whether anything did.
    pub(crate) async fn update<T: autosurgeon::Reconcile>(
        &mut self,
        id: DocId,
        value: &T,
    ) -> Result<bool, Failure> {
        let document = self.editor.load(id).await?;
        self.change(document, id, value)
    }

    /// Adds a release of a pack.
    pub(crate) fn release(&mut self, pack: DocId, release: &Release) -> ReleaseHash {
        let body = release.encode();
        let hash = Release::hash_of_body(&body);
        self.draft(Kind::RELEASE, pack, body);
        hash
    }

    /// Commits all of it or nothing.
    pub(crate) async fn commit(self) -> Result<Vec<EntryId>, Failure> {
        let (feed, drafts) = (self.feed, self.drafts);
        match self
            .editor
            .core
            .ask(move |request| Event::Write {
                request,
                feed,
                drafts,
            })
            .await?
        {
            Answer::Written(entries) => Ok(entries),
            _ => Err(Failure::stopping()),
        }
    }

    fn change<T: autosurgeon::Reconcile>(
        &mut self,
        mut document: Document,
        id: DocId,
        value: &T,
    ) -> Result<bool, Failure> {
        let change = document
            .edit(self.feed, value, now_ms())
            .map_err(|error| match error {
                EditError::Quarantined(error) => quarantined(id, &error.to_string()),
                other => Failure::user(
                    "cannot-be-written",
                    Said::new(
                        other.to_string(),
                        format!("indholdet kan ikke skrives: {other}"),
                    ),
                ),
            })?;
        let changed = change.is_some();
        if let Some(body) = change {
            self.draft(Kind::CHANGE, id, body);
        }
        Ok(changed)
    }

    fn draft(&mut self, kind: Kind, document: DocId, body: Vec<u8>) {
        self.drafts.push(Draft {
            kind,
            document: Some(document),
            body,
        });
    }
}

fn quarantined(id: DocId, reason: &str) -> Failure {
    Failure::internal(
        "quarantined",
        Said::new(
            format!("document {} is set aside: {reason}", id.short()),
            format!("dokument {} er sat til side: {reason}", id.short()),
        ),
    )
}
