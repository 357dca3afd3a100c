//! Own documents, made and changed: typed value -> Automerge change -> entries, committed together.

use std::collections::BTreeMap;

use autosurgeon::Reconcile;
use faelled_documents::{ConflictPath, Document, EditError};
use faelled_engine::authority::{self, Grants, Void, Writer};
use faelled_engine::event::Draft;
use faelled_engine::{Answer, Ceilings, Event};
use faelled_model::DocumentKind;
use faelled_model::schema::{self, Record};
use faelled_proto::canonical::encode;
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::limits::MAX_DOCUMENT_BYTES;
use faelled_proto::opening::{DocumentOpening, Editors};
use faelled_proto::release::Release;
use faelled_proto::{DocId, EntryId, FeedId, Kind, MemberId, ReleaseHash, Space};
use faelled_store::Store;

use crate::clock::now_ms;
use crate::core::CoreHandle;
use crate::failure::{Failure, Said};
use crate::reading;
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
    /// Whom its owner allowed to write, now or once.
    pub(crate) editors: Vec<authority::Editor>,
    grants: Grants,
}

/// Who may write a document from now on, or no longer.
#[derive(Debug, Clone)]
pub(crate) enum Entitlement {
    /// May.
    Grant(Grant),
    /// May no longer.
    Withdrawal(Withdrawal),
}

/// Edits that will be committed together, in one space.
#[derive(Debug)]
pub(crate) struct Edits<'a> {
    editor: &'a Editor,
    space: Space,
    feed: FeedId,
    drafts: Vec<Draft>,
}

/// Who may write a document.
pub(crate) struct Rights {
    /// The opening that counts.
    pub(crate) opening: Option<DocumentOpening>,
    /// Whom its owner lets write, now or once.
    pub(crate) editors: Vec<authority::Editor>,
    /// More would count about it than may.
    pub(crate) is_set_aside: bool,
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
        let ceilings = &self.core.trust().ceilings;
        let entries = reading::entries(&self.store, id, ceilings).await?;
        let judged = judge(id, &entries, ceilings);
        if judged.set_aside.is_some() {
            return Err(too_large(id));
        }
        let (document, _) = build(id, &judged.counting);
        if let Some(quarantine) = document.quarantine() {
            return Err(quarantined(id, &quarantine.to_string()));
        }
        Ok(Loaded {
            document,
            opening: judged.opening,
            editors: judged.grants.editors(),
            grants: judged.grants,
        })
    }

    /// Reads who may write a document, and builds nothing of it: it may be set aside.
    pub(crate) async fn rights(&self, id: DocId) -> Result<Rights, Failure> {
        let ceilings = &self.core.trust().ceilings;
        let entries = reading::entries(&self.store, id, ceilings).await?;
        let judged = judge(id, &entries, ceilings);
        Ok(Rights {
            opening: judged.opening,
            editors: judged.grants.editors(),
            is_set_aside: judged.set_aside.is_some(),
        })
    }

    /// Reads a document as a typed value.
    pub(crate) async fn read<T: Record>(&self, id: DocId) -> Result<T, Failure> {
        let loaded = self.load(id).await?;
        schema::read(&loaded.document).map_err(|error| quarantined(id, &error.to_string()))
    }

    /// Whether this node's member may write a document.
    pub(crate) fn may_write(&self, loaded: &Loaded) -> bool {
        let Some(opening) = &loaded.opening else {
            return false;
        };
        let granted = || {
            opening.editors == Editors::Granted
                && loaded
                    .editors
                    .iter()
                    .any(|editor| editor.member == self.own && editor.may_write)
        };
        let trust = self.core.trust();
        trust.groups.sees(&trust.rosters, &self.own, &opening.space)
            && (opening.owner == self.own || opening.editors == Editors::Members || granted())
    }

    /// Begins edits in a space.
    pub(crate) async fn edit(&self, space: Space) -> Result<Edits<'_>, Failure> {
        Ok(Edits {
            editor: self,
            feed: self.feed(space.clone()).await?,
            space,
            drafts: Vec::new(),
        })
    }

    async fn feed(&self, space: Space) -> Result<FeedId, Failure> {
        let answer = self
            .core
            .ask(move |request| Event::OpenFeed { request, space })
            .await?;
        match answer {
            Answer::Feed(feed) => Ok(feed),
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
                (
                    Space::Commons,
                    DocumentKind::Pack | DocumentKind::Requirement | DocumentKind::Resource,
                ) => Editors::Granted,
                _ => Editors::OwnerOnly,
            },
            nonce: crate::random()?,
        };
        let id = opening.id();
        self.draft(Kind::DOCUMENT_OPENING, id, encode(&opening));
        self.change(Document::new(id), id, value, &T::default())?;
        Ok(id)
    }

    /// Opens a document of this member's own again whose opening does not count any more. It keeps its id.
    pub(crate) fn reopen(&mut self, opening: &DocumentOpening) {
        self.draft(Kind::DOCUMENT_OPENING, opening.id(), encode(opening));
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
    pub(crate) async fn writable(&mut self, id: DocId) -> Result<Document, Failure> {
        let loaded = self.editor.load(id).await?;
        let in_space = |opening: &DocumentOpening| opening.space == self.space;
        if !loaded.opening.as_ref().is_some_and(in_space) || !self.editor.may_write(&loaded) {
            return Err(not_writable(id));
        }
        self.leave_cut_feed(&loaded).await?;
        Ok(loaded.document)
    }

    /// Where the document's owner took back that this member writes in the present feed, and allowed it again
    /// since, that feed stays cut for the document: these edits go into a new one.
    async fn leave_cut_feed(&mut self, loaded: &Loaded) -> Result<(), Failure> {
        let writer = Writer {
            member: &self.editor.own,
            space: &self.space,
            feed: self.feed,
            seq: u64::MAX,
        };
        let (opening, ceilings) = (loaded.opening.as_ref(), Ceilings::default());
        let verdict = authority::judge(&ceilings, opening, &loaded.grants, writer, Kind::CHANGE);
        if verdict != Err(Void::Withdrawn) || !self.drafts.is_empty() {
            return Ok(());
        }
        self.editor
            .core
            .ask(|request| Event::BeginAnew { request })
            .await?;
        self.feed = self.editor.feed(self.space.clone()).await?;
        Ok(())
    }

    /// Lets a member write a document of this member's own, or takes that back.
    pub(crate) fn entitle(&mut self, id: DocId, entitlement: &Entitlement) {
        let (kind, body) = match entitlement {
            Entitlement::Grant(grant) => (Kind::GRANT, encode(grant)),
            Entitlement::Withdrawal(withdrawal) => (Kind::WITHDRAWAL, encode(withdrawal)),
        };
        self.draft(kind, id, body);
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
        self.check_sizes().await?;
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

    /// Fails where so much would count about a document that none of it does.
    async fn check_sizes(&self) -> Result<(), Failure> {
        let mut drafted: BTreeMap<DocId, u64> = BTreeMap::new();
        // A withdrawal takes away more than it adds.
        let adding = self
            .drafts
            .iter()
            .filter(|one| one.kind != Kind::WITHDRAWAL);
        for draft in adding {
            if let Some(document) = draft.document {
                *drafted.entry(document).or_default() += draft.body.len() as u64;
            }
        }
        let store = &self.editor.store;
        for (id, bytes) in drafted {
            if authority::check_size(store.document_bytes(id).await? + bytes).is_ok() {
                continue;
            }
            let ceilings = &self.editor.core.trust().ceilings;
            let entries = reading::entries(store, id, ceilings).await?;
            let held = judge(id, &entries, ceilings).bytes;
            if authority::check_size(held + bytes).is_err() {
                return Err(full(id));
            }
        }
        Ok(())
    }

    /// Writes what differs from what a document holds, which was built of what counts. Says whether anything did.
    pub(crate) fn change<T: Record + Reconcile + Clone>(
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

fn too_large(id: DocId) -> Failure {
    Failure::internal(
        QUARANTINED,
        Said::new(
            format!(
                "document {} is set aside: more than {MAX_DOCUMENT_BYTES} bytes would count about it",
                id.short()
            ),
            format!(
                "dokument {} er sat til side: mere end {MAX_DOCUMENT_BYTES} byte ville tælle om det",
                id.short()
            ),
        ),
    )
}

fn full(id: DocId) -> Failure {
    Failure::user(
        "document-full",
        Said::new(
            format!("document {} would hold more than {MAX_DOCUMENT_BYTES} bytes with its history, and everybody would set it aside: nothing was written", id.short()),
            format!("dokument {} ville med sin historik rumme mere end {MAX_DOCUMENT_BYTES} byte, og alle ville sætte det til side: intet blev skrevet", id.short()),
        ),
    )
    .hint(Said::new(
        "go on in a new document",
        "fortsæt i et nyt dokument",
    ))
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
        "its owner changes it, whomever the owner lets (faelled editors), and in a group all members of the group",
        "ejeren ændrer det, dem, ejeren giver lov (faelled editors), og i en gruppe alle gruppens deltagere",
    ))
}

/// The code of a failure because a document is set aside.
pub(crate) const QUARANTINED: &str = "quarantined";

fn quarantined(id: DocId, reason: &str) -> Failure {
    Failure::internal(
        QUARANTINED,
        Said::new(
            format!("document {} is set aside: {reason}", id.short()),
            format!("dokument {} er sat til side: {reason}", id.short()),
        ),
    )
}
