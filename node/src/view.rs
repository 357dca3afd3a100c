//! One document as its entries show it: who may write what, what Automerge makes of it, what it says.
//!
//! A pure function of the set of the document's entries.

use std::collections::{BTreeMap, BTreeSet};

use faelled_documents::{ChangeRefusal, Document, WrittenChange};
use faelled_engine::authority::{self, Void, Writer};
use faelled_mirror::{Content, DocumentView, EntryView, RefusedView, ReleaseView};
use faelled_model::{Adoption, DocumentKind, Pack, Pilot, ReleaseContent, Requirement};
use faelled_proto::opening::DocumentOpening;
use faelled_proto::release::Release;
use faelled_proto::{DocId, EntryId, Kind};
use faelled_store::StoredEntry;

/// A document's entries, judged: its opening, what counts and what does not.
#[derive(Debug)]
pub struct Judged<'a> {
    /// The opening that counts; all that count are the same.
    pub opening: Option<DocumentOpening>,
    /// Entries that count, by feed and place.
    pub counting: Vec<&'a StoredEntry>,
    /// Entries that do not, with the reason.
    pub void: Vec<(&'a StoredEntry, String)>,
}

/// Judges a document's entries.
#[must_use]
pub fn judge(id: DocId, entries: &[StoredEntry]) -> Judged<'_> {
    let mut judged = Judged {
        opening: None,
        counting: Vec::new(),
        void: Vec::new(),
    };
    for entry in entries
        .iter()
        .filter(|entry| entry.kind == Kind::DOCUMENT_OPENING)
    {
        match authority::read_opening(writer(entry), id, entry.body.as_deref()) {
            Ok(opening) => {
                judged.opening = Some(opening);
                judged.counting.push(entry);
            }
            Err(void) => judged.void.push((entry, void.to_string())),
        }
    }
    for entry in entries
        .iter()
        .filter(|entry| entry.kind != Kind::DOCUMENT_OPENING)
    {
        match authority::judge(judged.opening.as_ref(), writer(entry), entry.kind) {
            Ok(()) if entry.body.is_none() => judged.void.push((entry, Void::Erased.to_string())),
            Ok(()) => judged.counting.push(entry),
            Err(void) => judged.void.push((entry, void.to_string())),
        }
    }
    judged
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
pub fn view(id: DocId, entries: &[StoredEntry]) -> Option<DocumentView> {
    let first = entries.first()?;
    let mut judged = judge(id, entries);
    let Some(opening) = judged.opening.take() else {
        return Some(DocumentView {
            id,
            kind: String::new(),
            owner: first.member.clone(),
            space: first.space.clone(),
            content: Content::Void,
            entries: Vec::new(),
            refused: refused_views(&judged.void),
        });
    };
    let (document, not_applied) = build(id, &judged.counting);
    let reasons: BTreeMap<EntryId, String> = not_applied
        .into_iter()
        .map(|(entry, refusal)| (entry, refusal.to_string()))
        .collect();
    let mut content = content(&opening, &document);
    if let Content::Pack { releases, .. } = &mut content {
        for entry in judged
            .counting
            .iter()
            .filter(|entry| entry.kind == Kind::RELEASE)
        {
            match release(entry) {
                Ok(view) => releases.push(view),
                Err(reason) => judged.void.push((entry, reason)),
            }
        }
    }
    for entry in &judged.counting {
        if let Some(reason) = reasons.get(&entry.entry) {
            judged.void.push((entry, reason.clone()));
        }
    }
    let void: BTreeSet<EntryId> = judged.void.iter().map(|(entry, _)| entry.entry).collect();
    judged.counting.retain(|entry| !void.contains(&entry.entry));
    Some(DocumentView {
        id,
        kind: opening.kind,
        owner: opening.owner,
        space: opening.space,
        content,
        entries: judged
            .counting
            .iter()
            .map(|entry| entry_view(entry))
            .collect(),
        refused: refused_views(&judged.void),
    })
}

fn content(opening: &DocumentOpening, document: &Document) -> Content {
    let read = match DocumentKind::from_code(&opening.kind) {
        None => return Content::Unknown,
        Some(DocumentKind::Pack) => document.read::<Pack>().map(|pack| Content::Pack {
            pack: Box::new(pack),
            releases: Vec::new(),
        }),
        Some(DocumentKind::Requirement) => document
            .read::<Requirement>()
            .map(|value| Content::Requirement(Box::new(value))),
        Some(DocumentKind::Adoption) => document
            .read::<Adoption>()
            .map(|value| Content::Adoption(Box::new(value))),
        Some(DocumentKind::Pilot) => document
            .read::<Pilot>()
            .map(|value| Content::Pilot(Box::new(value))),
    };
    read.unwrap_or_else(|quarantine| Content::Quarantined {
        reason: quarantine.entry.map_or_else(
            || quarantine.reason.clone(),
            |entry| format!("{} (entry {entry})", quarantine.reason),
        ),
    })
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

fn writer(entry: &StoredEntry) -> Writer<'_> {
    Writer {
        member: &entry.member,
        space: &entry.space,
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
    }
}

fn refused_views(void: &[(&StoredEntry, String)]) -> Vec<RefusedView> {
    void.iter()
        .map(|(entry, reason)| RefusedView {
            entry: entry.entry,
            feed: entry.feed,
            seq: entry.seq,
            member: entry.member.clone(),
            reason: reason.clone(),
        })
        .collect()
}
