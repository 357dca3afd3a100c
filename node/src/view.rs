//! One document as its entries show it: who may write what, what Automerge makes of it, what it says.
//!
//! A pure function of the set of the document's entries.

use std::collections::{BTreeMap, BTreeSet};

use faelled_documents::{ChangeRefusal, ConflictValue, Document, Quarantine, WrittenChange};
use faelled_engine::Ceilings;
use faelled_engine::authority::{self, Grants, Void, Writer};
use faelled_mirror::trust::{EditorView, Ground};
use faelled_mirror::{
    ConflictValueView, ConflictView, Content, DocumentView, EntryView, RefusedView, ReleaseView,
};
use faelled_model::{DocumentKind, ReleaseContent, schema};
use faelled_proto::grant::Grant;
use faelled_proto::opening::DocumentOpening;
use faelled_proto::release::Release;
use faelled_proto::{DocId, EntryId, FeedId, Kind, MemberId};
use faelled_store::StoredEntry;

use crate::kinds::{Kept, Work, of_kind};

/// A document's entries, judged: its opening, what counts and what does not.
#[derive(Debug)]
pub struct Judged<'a> {
    /// The opening that counts; all that count are the same.
    pub opening: Option<DocumentOpening>,
    /// Entries that count, by feed and place.
    pub counting: Vec<&'a StoredEntry>,
    /// Entries that do not, with the reason.
    pub void: Vec<NotCounting<'a>>,
    /// Whom the owner allowed to write.
    pub grants: Grants,
    /// How many bytes the bodies have together of all that counts, but for how large they are.
    pub bytes: u64,
    /// Why nothing is built of it, where its changes and releases would count but for how large they are.
    pub set_aside: Option<Void>,
    /// When each of them was allowed to last, by the owner's clock: milliseconds since 1970.
    granted_ms: BTreeMap<MemberId, u64>,
}

/// An entry that does not count.
#[derive(Debug)]
pub struct NotCounting<'a> {
    /// The entry.
    pub entry: &'a StoredEntry,
    /// Why.
    pub reason: String,
    /// Where a cut took it out: why there is one.
    pub ground: Option<Ground>,
}

impl<'a> NotCounting<'a> {
    fn void(entry: &'a StoredEntry, void: Void) -> Self {
        Self {
            entry,
            reason: void.to_string(),
            ground: match void {
                Void::Cut(ground) => Some(crate::trust::ground(ground)),
                Void::Withdrawn => Some(Ground::WithdrawnEditor),
                _ => None,
            },
        }
    }

    const fn because(entry: &'a StoredEntry, reason: String) -> Self {
        Self {
            entry,
            reason,
            ground: None,
        }
    }
}

/// Judges a document's entries.
#[must_use]
pub fn judge<'a>(id: DocId, entries: &'a [StoredEntry], ceilings: &Ceilings) -> Judged<'a> {
    let mut judged = Judged {
        opening: None,
        counting: Vec::new(),
        void: Vec::new(),
        grants: Grants::default(),
        bytes: 0,
        set_aside: None,
        granted_ms: BTreeMap::new(),
    };
    for entry in entries
        .iter()
        .filter(|entry| entry.kind == Kind::DOCUMENT_OPENING)
    {
        let read = authority::read_opening(ceilings, writer(entry), id, entry.body.as_deref());
        match read.map_err(|void| match void {
            // It was not read because it is another one than the one that counts.
            Void::Erased if entry.is_unread => Void::BadOpening,
            other => other,
        }) {
            Ok(opening) => {
                judged.opening = Some(opening);
                judged.counting.push(entry);
            }
            Err(void) => judged.void.push(NotCounting::void(entry, void)),
        }
    }
    let grants = |entry: &&StoredEntry| matches!(entry.kind, Kind::GRANT | Kind::WITHDRAWAL);
    for entry in entries.iter().filter(grants) {
        let verdict = verdict(&judged, entry, ceilings).and_then(|()| {
            // What is not read is more than all that may count.
            if entry.is_unread {
                return Ok(());
            }
            judged.grants.take(entry.kind, entry.body.as_deref())
        });
        if verdict.is_ok() {
            judged.note_grant(entry);
        }
        judged.put(entry, verdict);
    }
    let others = entries
        .iter()
        .filter(|entry| entry.kind != Kind::DOCUMENT_OPENING)
        .filter(|entry| !grants(entry));
    for entry in others {
        let verdict = verdict(&judged, entry, ceilings);
        judged.put(entry, verdict);
    }
    let lengths = judged
        .counting
        .iter()
        .map(|entry| u64::from(entry.body_length));
    judged.bytes = lengths.sum();
    if let Err(void) = authority::check_size(judged.bytes) {
        judged.set_aside(void);
    }
    judged
}

fn verdict(judged: &Judged<'_>, entry: &StoredEntry, ceilings: &Ceilings) -> Result<(), Void> {
    let opening = judged.opening.as_ref();
    authority::judge(ceilings, opening, &judged.grants, writer(entry), entry.kind)?;
    if entry.body.is_none() && !entry.is_unread {
        return Err(Void::Erased);
    }
    Ok(())
}

impl<'a> Judged<'a> {
    fn set_aside(&mut self, void: Void) {
        let (built, others) = std::mem::take(&mut self.counting)
            .into_iter()
            .partition(|entry| matches!(entry.kind, Kind::CHANGE | Kind::RELEASE));
        let built: Vec<&StoredEntry> = built;
        self.counting = others;
        self.void.extend(
            built
                .into_iter()
                .map(|entry| NotCounting::void(entry, void)),
        );
        self.set_aside = Some(void);
    }

    fn put(&mut self, entry: &'a StoredEntry, verdict: Result<(), Void>) {
        match verdict {
            Ok(()) => self.counting.push(entry),
            Err(void) => self.void.push(NotCounting::void(entry, void)),
        }
    }

    fn note_grant(&mut self, entry: &StoredEntry) {
        let grant = entry.body.as_deref().map(Grant::decode);
        if let (Kind::GRANT, Some(Ok(grant))) = (entry.kind, grant) {
            let at = self.granted_ms.entry(grant.member).or_default();
            *at = entry.claimed_ms.max(*at);
        }
    }

    fn editors(&self) -> Vec<EditorView> {
        let view = |editor: authority::Editor| EditorView {
            granted_ms: self.granted_ms.get(&editor.member).copied().unwrap_or(0),
            member: editor.member,
            is_withdrawn: !editor.may_write,
        };
        self.grants.editors().into_iter().map(view).collect()
    }
}

/// Builds the Automerge document from the changes that count. Changes that Automerge may not see are
/// returned with the reason.
#[must_use]
pub fn build(id: DocId, counting: &[&StoredEntry]) -> (Document, Vec<(EntryId, ChangeRefusal)>) {
    let changes: Vec<WrittenChange<'_>> = counting
        .iter()
        .filter(|entry| entry.kind == Kind::CHANGE)
        .filter_map(|entry| {
            let body = entry.body.as_deref()?;
            Some(WrittenChange {
                entry: entry.entry,
                feed: entry.feed,
                body,
            })
        })
        .collect();
    let mut document = Document::new(id);
    let refused = document.apply(&changes);
    (document, refused)
}

/// The document as the mirror takes it; `None` where no entry is about it.
#[must_use]
pub fn view(id: DocId, entries: &[StoredEntry], ceilings: &Ceilings) -> Option<DocumentView> {
    let first = entries.first()?;
    let mut judged = judge(id, entries, ceilings);
    let Some(opening) = judged.opening.take() else {
        return Some(DocumentView {
            id,
            kind: String::new(),
            owner: first.member.clone(),
            space: first.space.clone(),
            content: Content::Void,
            conflicts: Vec::new(),
            entries: Vec::new(),
            refused: refused_views(&judged.void),
            editors: Vec::new(),
        });
    };
    let (document, not_applied) = build(id, &judged.counting);
    let reasons: BTreeMap<EntryId, String> = not_applied
        .into_iter()
        .map(|(entry, refusal)| (entry, refusal.to_string()))
        .collect();
    let mut content = match judged.set_aside {
        Some(void) => Content::Quarantined {
            reason: void.to_string(),
        },
        None => content(&opening, &document),
    };
    if let Content::Pack { releases, .. } = &mut content {
        for entry in judged
            .counting
            .iter()
            .filter(|entry| entry.kind == Kind::RELEASE)
        {
            match release(entry) {
                Ok(view) => releases.push(view),
                Err(reason) => judged.void.push(NotCounting::because(entry, reason)),
            }
        }
    }
    for entry in &judged.counting {
        if let Some(reason) = reasons.get(&entry.entry) {
            judged
                .void
                .push(NotCounting::because(entry, reason.clone()));
        }
    }
    let void: BTreeSet<EntryId> = judged.void.iter().map(|void| void.entry.entry).collect();
    judged.counting.retain(|entry| !void.contains(&entry.entry));
    Some(DocumentView {
        id,
        kind: opening.kind,
        owner: opening.owner,
        space: opening.space,
        conflicts: conflicts(&document, &judged.counting),
        content,
        entries: judged
            .counting
            .iter()
            .map(|entry| entry_view(entry))
            .collect(),
        refused: refused_views(&judged.void),
        editors: judged.editors(),
    })
}

/// Reads what a document says.
struct Reading<'a>(&'a Document);

impl Work for Reading<'_> {
    type Output = Result<Content, Quarantine>;

    fn of<T: Kept>(self) -> Self::Output {
        schema::read::<T>(self.0).map(T::into_content)
    }
}

fn content(opening: &DocumentOpening, document: &Document) -> Content {
    let Some(kind) = DocumentKind::from_code(&opening.kind) else {
        return Content::Unknown;
    };
    of_kind(kind, Reading(document)).unwrap_or_else(|quarantine| Content::Quarantined {
        reason: quarantine.entry.map_or_else(
            || quarantine.reason.clone(),
            |entry| format!("{} (entry {entry})", quarantine.reason),
        ),
    })
}

/// The fields that were set to different values at once; none of a document that is set aside.
fn conflicts(document: &Document, counting: &[&StoredEntry]) -> Vec<ConflictView> {
    let members: BTreeMap<FeedId, &MemberId> = counting
        .iter()
        .map(|entry| (entry.feed, &entry.member))
        .collect();
    let value = |value: ConflictValue| ConflictValueView {
        value: value.value.to_string(),
        is_whole: value.is_whole,
        member: value
            .feed
            .and_then(|feed| members.get(&feed).map(|member| (*member).clone())),
        claimed_ms: value.claimed_ms,
        is_shown: value.is_shown,
    };
    let conflicts = document.conflicts().unwrap_or_default();
    conflicts
        .into_iter()
        .map(|conflict| ConflictView {
            path: conflict.path.to_string(),
            values: conflict.values.into_iter().map(value).collect(),
        })
        .collect()
}

fn release(entry: &StoredEntry) -> Result<ReleaseView, String> {
    let body = entry.body.as_deref().unwrap_or_default();
    let release = Release::decode(body).map_err(|error| error.to_string())?;
    let content = ReleaseContent::from_bytes(&release.content).ok();
    Ok(ReleaseView {
        hash: Release::hash_of_body(body),
        release,
        content,
        entry: entry.entry,
        member: entry.member.clone(),
        claimed_ms: entry.claimed_ms,
    })
}

pub(crate) fn writer(entry: &StoredEntry) -> Writer<'_> {
    Writer {
        member: &entry.member,
        space: &entry.space,
        feed: entry.feed,
        seq: entry.seq,
    }
}

fn entry_view(entry: &StoredEntry) -> EntryView {
    EntryView {
        entry: entry.entry,
        feed: entry.feed,
        seq: entry.seq,
        kind: entry.kind,
        member: entry.member.clone(),
        node_key: entry.node_key,
        claimed_ms: entry.claimed_ms,
        received_ms: entry.received_ms,
        arrival: entry.row,
    }
}

fn refused_views(void: &[NotCounting<'_>]) -> Vec<RefusedView> {
    void.iter()
        .map(|void| RefusedView {
            entry: void.entry.entry,
            feed: void.entry.feed,
            seq: void.entry.seq,
            member: void.entry.member.clone(),
            reason: void.reason.clone(),
            ground: void.ground,
        })
        .collect()
}
