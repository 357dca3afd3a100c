//! What every document has: owner, space, times, provenance.

use std::collections::BTreeMap;

use faelled_proto::{Kind, Space};

use super::{experience, pack, requirement};
use crate::delta::{Content, DocumentView, EntryView};
use crate::row::{Row, Rows};
use crate::time::iso_time;

/// Adds all rows of a document, except those of the search table.
pub(crate) fn rows_of(rows: &mut Rows, document: &DocumentView) {
    let id = document.id.to_string();
    rows.add(document_row(document, &id));
    provenance(rows, document, &id);
    match &document.content {
        Content::Pack { pack, releases } => pack::pack_rows(rows, document, &id, pack, releases),
        Content::Requirement(requirement) => {
            requirement::requirement_rows(rows, document, &id, requirement)
        }
        Content::Adoption(adoption) => experience::adoption_rows(rows, document, &id, adoption),
        Content::Pilot(pilot) => experience::pilot_rows(rows, document, &id, pilot),
        Content::Unknown | Content::Quarantined { .. } | Content::Void => {}
    }
}

/// Begins the row of a kind's own table: id, owner, sort of space and times.
pub(super) fn kind_row(table: &str, document: &DocumentView, id: &str) -> Row {
    let row = Row::of(table)
        .set("document", id)
        .set("owner", document.owner.as_str())
        .set("space", document.space.sort());
    with_times(row, document)
}

fn document_row(document: &DocumentView, id: &str) -> Row {
    let (state, reason) = match &document.content {
        Content::Pack { .. }
        | Content::Requirement(_)
        | Content::Adoption(_)
        | Content::Pilot(_) => ("read", None),
        Content::Unknown => ("unknown-kind", None),
        Content::Quarantined { reason } => ("quarantined", Some(reason)),
        Content::Void => ("void", None),
    };
    let space_id = match &document.space {
        Space::Commons => "commons".to_owned(),
        other => other.to_string(),
    };
    let row = Row::of("document")
        .set("document", id)
        .set(
            "kind",
            if document.kind.is_empty() {
                "unknown"
            } else {
                &document.kind
            },
        )
        .set("owner", document.owner.as_str())
        .set("space", document.space.sort())
        .set("space_id", space_id)
        .set("state", state)
        .set("reason", reason)
        .set("entries", document.entries.len())
        .set("refused", document.refused.len());
    with_times(row, document)
}

fn with_times(row: Row, document: &DocumentView) -> Row {
    let times = || document.entries.iter().map(|entry| entry.claimed_ms);
    let (first, last) = (times().min(), times().max());
    row.set("first_claimed_ms", first)
        .set("first_claimed", first.and_then(iso_time))
        .set("last_claimed_ms", last)
        .set("last_claimed", last.and_then(iso_time))
}

fn provenance(rows: &mut Rows, document: &DocumentView, id: &str) {
    // Each place of a feed once: the store cannot hold two, and the table's key would refuse them.
    let places: BTreeMap<_, &EntryView> = document
        .entries
        .iter()
        .map(|entry| ((entry.feed, entry.seq), entry))
        .collect();
    for entry in places.into_values() {
        rows.add(
            Row::of("entry")
                .set("document", id)
                .set("feed", entry.feed.to_string())
                .set("seq", entry.seq)
                .set("entry", entry.entry.to_string())
                .set("kind", kind_name(entry.kind))
                .set("member", entry.member.as_str())
                .set("node_key", entry.node_key.to_string())
                .set("claimed_ms", entry.claimed_ms)
                .set("claimed", iso_time(entry.claimed_ms))
                .set("received_ms", entry.received_ms)
                .set("received", iso_time(entry.received_ms)),
        );
    }
    let refused: BTreeMap<_, _> = document
        .refused
        .iter()
        .map(|refused| ((refused.feed, refused.seq, refused.entry), refused))
        .collect();
    for refused in refused.into_values() {
        rows.add(
            Row::of("refused_entry")
                .set("document", id)
                .set("feed", refused.feed.to_string())
                .set("seq", refused.seq)
                .set("entry", refused.entry.to_string())
                .set("member", refused.member.as_str())
                .set(
                    "reason",
                    if refused.reason.is_empty() {
                        "not said"
                    } else {
                        &refused.reason
                    },
                ),
        );
    }
}

fn kind_name(kind: Kind) -> String {
    match kind {
        Kind::FEED_OPENING => "feed-opening".to_owned(),
        Kind::DOCUMENT_OPENING => "document-opening".to_owned(),
        Kind::CHANGE => "change".to_owned(),
        Kind::RELEASE => "release".to_owned(),
        Kind::GRANT => "grant".to_owned(),
        Kind::CUT => "cut".to_owned(),
        Kind::SNAPSHOT => "snapshot".to_owned(),
        Kind::ERASURE => "erasure".to_owned(),
        Kind(number) => number.to_string(),
    }
}
