//! What every document has: owner, space, times, provenance.

use std::collections::BTreeMap;

use faelled_model::Localized;
use faelled_model::text::InLanguages as _;
use faelled_proto::{Kind, MemberId, Space};

use super::{experience, own, pack, requirement, together};
use crate::delta::{Content, DocumentView, EntryView};
use crate::row::{Row, Rows, Value};
use crate::time::iso_time;
use crate::trust::{EditorView, Ground};

/// Adds all rows of a document, except those of the search table.
pub(crate) fn rows_of(rows: &mut Rows, document: &DocumentView) {
    let id = document.id.to_string();
    rows.add(document_row(document, &id));
    provenance(rows, document, &id);
    editors(rows, document, &id);
    conflicts(rows, document, &id);
    // What another member puts into a shared space must not pass for one's own papers.
    let is_kept = matches!(document.space, Space::Private(_));
    match &document.content {
        Content::Pack { pack, releases } => pack::pack_rows(rows, document, &id, pack, releases),
        Content::Requirement(requirement) => {
            requirement::requirement_rows(rows, document, &id, requirement)
        }
        Content::Adoption(adoption) => experience::adoption_rows(rows, document, &id, adoption),
        Content::Pilot(pilot) => experience::pilot_rows(rows, document, &id, pilot),
        Content::Question(question) => together::question_rows(rows, document, &id, question),
        Content::Answer(answer) => together::answer_rows(rows, document, &id, answer),
        Content::Comment(comment) => together::comment_rows(rows, document, &id, comment),
        Content::Resource(resource) => together::resource_rows(rows, document, &id, resource),
        Content::Project(project) => together::project_rows(rows, document, &id, project),
        Content::Participation(participation) => {
            together::participation_rows(rows, document, &id, participation)
        }
        Content::Profile(profile) => together::profile_rows(rows, document, &id, profile),
        Content::Cosignature(cosignature) => {
            pack::cosignature_rows(rows, document, &id, cosignature)
        }
        Content::Disclosure(disclosure) if is_kept => {
            own::disclosure_rows(rows, document, &id, disclosure)
        }
        Content::Following(following) if is_kept => {
            own::following_rows(rows, document, &id, following)
        }
        Content::Basket(basket) if is_kept => own::basket_rows(rows, document, &id, basket),
        Content::Disclosure(_) | Content::Following(_) | Content::Basket(_) => {}
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
        Content::Unknown => ("unknown-kind", None),
        Content::Quarantined { reason } => ("quarantined", Some(reason)),
        Content::Void => ("void", None),
        _ => ("read", None),
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
        .set("number", number_of(&document.content))
        .set("space", document.space.sort())
        .set("space_id", space_id)
        .set("state", state)
        .set("reason", reason)
        .set("entries", document.entries.len())
        .set("refused", document.refused.len());
    let row = match title_of(&document.content) {
        Some(title) => row
            .set("title_da", title.exact("da"))
            .set("title_en", title.exact("en")),
        None => row,
    };
    with_times(row, document)
}

/// What people cite it by.
fn number_of(content: &Content) -> &str {
    match content {
        Content::Pack { pack, .. } => &pack.code,
        Content::Requirement(requirement) => &requirement.number,
        Content::Pilot(pilot) => &pilot.tender.publication_number,
        Content::Project(project) => &project.code,
        Content::Basket(basket) => &basket.name,
        _ => "",
    }
}

fn title_of(content: &Content) -> Option<&Localized> {
    match content {
        Content::Pack { pack, .. } => Some(&pack.title),
        Content::Requirement(requirement) => Some(&requirement.title),
        Content::Pilot(pilot) => Some(&pilot.tender.title),
        Content::Question(question) => Some(&question.title),
        Content::Resource(resource) => Some(&resource.title),
        Content::Project(project) => Some(&project.title),
        Content::Profile(profile) => Some(&profile.name),
        Content::Disclosure(disclosure) => Some(&disclosure.title),
        _ => None,
    }
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
                .set("received", iso_time(entry.received_ms))
                .set("arrival", entry.arrival),
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
                )
                .set("ground", refused.ground.map(Ground::code)),
        );
    }
}

fn editors(rows: &mut Rows, document: &DocumentView, id: &str) {
    let mut editors: BTreeMap<&MemberId, &EditorView> = BTreeMap::new();
    for editor in &document.editors {
        let known = editors.entry(&editor.member).or_insert(editor);
        // Each member once; where it is not, the later grant.
        *known = (*known).max(editor);
    }
    for (member, editor) in editors {
        rows.add(
            Row::of("editor")
                .set("document", id)
                .set("member", member.as_str())
                .set("granted_ms", editor.granted_ms)
                .set("granted", iso_time(editor.granted_ms))
                .set("is_withdrawn", editor.is_withdrawn),
        );
    }
}

fn conflicts(rows: &mut Rows, document: &DocumentView, id: &str) {
    // Values of one path stand together whatever the order of the paths.
    let mut position_of: BTreeMap<&str, usize> = BTreeMap::new();
    for conflict in &document.conflicts {
        for value in &conflict.values {
            let position = position_of.entry(&conflict.path).or_default();
            rows.add(
                Row::of("conflict")
                    .set("document", id)
                    .set("path", Value::Text(conflict.path.clone()))
                    .set("position", *position)
                    .set("value", Value::Text(value.value.clone()))
                    .set("is_whole", value.is_whole)
                    .set("member", value.member.as_ref().map(MemberId::as_str))
                    .set("claimed_ms", value.claimed_ms)
                    .set("claimed", iso_time(value.claimed_ms))
                    .set("is_shown", value.is_shown),
            );
            *position += 1;
        }
    }
}

fn kind_name(kind: Kind) -> String {
    match kind {
        Kind::FEED_OPENING => "feed-opening".to_owned(),
        Kind::DOCUMENT_OPENING => "document-opening".to_owned(),
        Kind::CHANGE => "change".to_owned(),
        Kind::RELEASE => "release".to_owned(),
        Kind::GRANT => "grant".to_owned(),
        Kind::WITHDRAWAL => "withdrawal".to_owned(),
        Kind::SNAPSHOT => "snapshot".to_owned(),
        Kind::ERASURE => "erasure".to_owned(),
        Kind(number) => number.to_string(),
    }
}
