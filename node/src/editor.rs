//! Own documents, made and changed: typed value -> Automerge change -> entries, committed together.

use autosurgeon::Reconcile;
use faelled_documents::{ConflictPath, Document, EditError};
use faelled_engine::event::Draft;
use faelled_engine::{Answer, Event};
use faelled_model::DocumentKind;
use faelled_model::schema::{self, Record};
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

/// A document as its entries show it.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// What Automerge makes of its changes.
    pub(crate) document: Document,
    /// Its opening; nothing where it has not come.
    pub(crate) opening: Option<DocumentOpening>,
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
    pub(crate) async fn load(&self, id: DocId) -> Result<Loaded, Failure> {
        let entries = self.store.document(id).await?;
        let judged = judge(id, &entries);
        let (document, _) = build(id, &judged.counting);
        if let Some(quarantine) = document.quarantine() {
            return Err(quarantined(id, &quarantine.to_string()));
        }
        Ok(Loaded {
            document,
            opening: judged.opening,
        })
    }

    /// Reads a document as a typed value.
    pub(crate) async fn read<T: Record>(&self, id: DocId) -> Result<T, Failure> {
        let loaded = self.load(id).await?;
        schema::read(&loaded.document).map_err(|error| quarantined(id, &error.to_string()))
    }

    /// Whether this node's member may write a document with this opening in this space.
    fn may_write(&self, opening: &DocumentOpening, space: &Space) -> bool {
        opening.space == *space
            && (opening.owner == self.own || opening.editors == Editors::Members)
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
    /// Makes a new document with this content. What is drafted in a group, all its members may write; what
    /// somebody says there is its author's alone.
    pub(crate) fn create<T: Record + Reconcile + Clone>(
        &mut self,
        value: &T,
    ) -> Result<DocId, Failure> {
        let opening = DocumentOpening {
            kind: T::KIND.code().to_owned(),
            owner: self.editor.own.clone(),
            space: self.space.clone(),
            editors: match (&self.space, T::KIND) {
                (Space::Group(_), DocumentKind::Pack | DocumentKind::Requirement) => {
                    Editors::Members
                }
                _ => Editors::OwnerOnly,
            },
            nonce: crate::random()?,
        };
        let id = opening.id();
        self.draft(Kind::DOCUMENT_OPENING, id, encode(&opening));
        self.change(Document::new(id), id, value, &T::default())?;
        Ok(id)
    }

    /// Writes what differs. Says whether anything did.
    pub(crate) async fn update<T: Record + Reconcile + Clone>(
        &mut self,
        id: DocId,
        value: &T,
    ) -> Result<bool, Failure> {
        let document = self.writable(id).await?;
        let held: T =
            schema::read(&document).map_err(|error| quarantined(id, &error.to_string()))?;
        self.change(document, id, value, &held)
    }

    /// Settles a conflict in a document by writing one of its values again.
    pub(crate) async fn resolve(
        &mut self,
        id: DocId,
        path: &ConflictPath,
        choice: usize,
    ) -> Result<bool, Failure> {
        let mut document = self.writable(id).await?;
        let change = document
            .resolve(self.feed, path, choice, now_ms())
            .map_err(|error| not_edited(id, error))?;
        Ok(self.put_change(id, change))
    }

    /// A document that this member may write in the space of these edits.
    async fn writable(&self, id: DocId) -> Result<Document, Failure> {
        let loaded = self.editor.load(id).await?;
        match loaded.opening {
            Some(opening) if self.editor.may_write(&opening, &self.space) => Ok(loaded.document),
            _ => Err(not_writable(id)),
        }
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

    fn change<T: Record + Reconcile + Clone>(
        &mut self,
        mut document: Document,
        id: DocId,
        value: &T,
        held: &T,
    ) -> Result<bool, Failure> {
        let mut value = value.clone();
        schema::prepare(&mut value, held);
        let change = document
            .edit(self.feed, &value, now_ms())
            .map_err(|error| not_edited(id, error))?;
        Ok(self.put_change(id, change))
    }

    /// Says whether there is a change.
    fn put_change(&mut self, id: DocId, change: Option<Vec<u8>>) -> bool {
        let changed = change.is_some();
        if let Some(body) = change {
            self.draft(Kind::CHANGE, id, body);
        }
        changed
    }

    fn draft(&mut self, kind: Kind, document: DocId, body: Vec<u8>) {
        self.drafts.push(Draft {
            kind,
            document: Some(document),
            body,
        });
    }
}

fn not_edited(id: DocId, error: EditError) -> Failure {
    match error {
        EditError::Quarantined(error) => quarantined(id, &error.to_string()),
        other => Failure::user(
            "cannot-be-written",
            Said::new(
                other.to_string(),
                format!("indholdet kan ikke skrives: {other}"),
            ),
        ),
    }
}

fn not_writable(id: DocId) -> Failure {
    Failure::user(
        "not-yours",
        Said::new(
            format!("document {} is not yours to change", id.short()),
            format!("dokument {} kan I ikke ændre", id.short()),
        ),
    )
    .hint(Said::new(
        "its owner changes it, and in a group all members of the group",
        "ejeren ændrer det, og i en gruppe alle gruppens deltagere",
    ))
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
