//! One document as its entries show it: who may write what, what Automerge makes of it, what it says.
//!
//! A pure function of the set of the document's entries.

use std::collections::{BTreeMap, BTreeSet};

use faelled_documents::{ChangeRefusal, ConflictValue, Document, WrittenChange};
use faelled_engine::authority::{self, Void, Writer};
use faelled_mirror::{
    ConflictValueView, ConflictView, Content, DocumentView, EntryView, RefusedView, ReleaseView,
};
use faelled_model::{DocumentKind, ReleaseContent, schema};
use faelled_proto::opening::DocumentOpening;
use faelled_proto::release::Release;
use faelled_proto::{DocId, EntryId, FeedId, Kind, MemberId};
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
            conflicts: Vec::new(),
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
        conflicts: conflicts(&document, &judged.counting),
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
    macro_rules! read {
        ($kind:ident) => {
            schema::read(document).map(|value| Content::$kind(Box::new(value)))
        };
    }
    let Some(kind) = DocumentKind::from_code(&opening.kind) else {
        return Content::Unknown;
    };
    let read = match kind {
        DocumentKind::Pack => schema::read(document).map(|pack| Content::Pack {
            pack: Box::new(pack),
            releases: Vec::new(),
        }),
        DocumentKind::Requirement => read!(Requirement),
        DocumentKind::Adoption => read!(Adoption),
        DocumentKind::Pilot => read!(Pilot),
        DocumentKind::Question => read!(Question),
        DocumentKind::Answer => read!(Answer),
        DocumentKind::Comment => read!(Comment),
        DocumentKind::Resource => read!(Resource),
        DocumentKind::Project => read!(Project),
        DocumentKind::Participation => read!(Participation),
        DocumentKind::Profile => read!(Profile),
        DocumentKind::Cosignature => read!(Cosignature),
        DocumentKind::Disclosure => read!(Disclosure),
        DocumentKind::Following => read!(Following),
        DocumentKind::Basket => read!(Basket),
    };
    read.unwrap_or_else(|quarantine| Content::Quarantined {
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
        arrival: entry.row,
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
