//! Rows of packs and their releases.

use std::collections::BTreeMap;

use faelled_model::release::{ReleasedRequirement, citation};
use faelled_model::{Cosignature, Localized, Pack};
use faelled_proto::ReleaseHash;

use super::document::kind_row;
use super::requirement::place;
use crate::delta::{DocumentView, ReleaseView};
use crate::row::{Row, Rows};
use crate::time::{iso_day, iso_time};

pub(super) fn pack_rows(
    rows: &mut Rows,
    document: &DocumentView,
    id: &str,
    pack: &Pack,
    releases: &[ReleaseView],
) {
    rows.add(
        kind_row("pack", document, id)
            .set("code", &pack.code)
            .localized("title", &pack.title)
            .localized("purpose", &pack.purpose)
            .localized("introduction", &pack.introduction)
            .localized("how_to_use", &pack.how_to_use)
            .set("project", &pack.project)
            .set("licence", &pack.licence)
            .set("review_cycle_months", pack.review_cycle_months)
            .set("hearing_of", &pack.hearing_of)
            .set("published_as", &pack.published_as)
            .set("schema", pack.schema),
    );
    for (position, contract_type) in pack.contract_types.iter().enumerate() {
        rows.add(
            Row::of("pack_contract_type")
                .set("document", id)
                .set("position", position)
                .set("contract_type", contract_type),
        );
    }
    let mut position = 0_usize;
    for (index, section) in pack.sections.iter().enumerate() {
        rows.add(
            Row::of("pack_section")
                .set("document", id)
                .set("section", index)
                .set("id", &section.id)
                .localized("title", &section.title),
        );
        for requirement in &section.requirements {
            rows.add(
                Row::of("pack_requirement")
                    .set("document", id)
                    .set("position", position)
                    .set("section", index)
                    .set("number", &requirement.number)
                    .set("requirement", &requirement.document)
                    .set("alternative_to", &requirement.alternative_to),
            );
            position += 1;
        }
    }
    life_rows(rows, id, pack);
    release_rows(rows, document, id, releases);
}

pub(super) fn cosignature_rows(
    rows: &mut Rows,
    document: &DocumentView,
    id: &str,
    cosignature: &Cosignature,
) {
    rows.add(
        kind_row("cosignature", document, id)
            .set("pack", &cosignature.release.pack)
            .set("version", &cosignature.release.version)
            .set("release", &cosignature.release.hash)
            .set("date", &cosignature.date)
            .localized("capacity", &cosignature.capacity)
            .set("schema", cosignature.schema),
    );
}

/// Hearings, withdrawals and answered proposals.
fn life_rows(rows: &mut Rows, id: &str, pack: &Pack) {
    for (position, hearing) in pack.hearings.iter().enumerate() {
        rows.add(
            place("pack_hearing", id, position)
                .set("id", &hearing.id)
                .set("kind", hearing.kind.code())
                .set("begins", &hearing.from)
                .set("ends", &hearing.until)
                .localized("ground", &hearing.ground),
        );
        for (index, recipient) in hearing.recipients.iter().enumerate() {
            rows.add(
                place("pack_hearing_recipient", id, index)
                    .set("hearing", position)
                    .set("recipient", recipient),
            );
        }
    }
    for (position, withdrawal) in pack.withdrawals.iter().enumerate() {
        rows.add(
            place("pack_withdrawal", id, position)
                .set("version", &withdrawal.version)
                .localized("reason", &withdrawal.reason)
                .set("replaced_by", &withdrawal.replaced_by)
                .set("date", &withdrawal.date),
        );
    }
    for (position, answered) in pack.answered.iter().enumerate() {
        rows.add(
            place("pack_answered", id, position)
                .set("id", &answered.id)
                .set("pilot", &answered.pilot)
                .set("number", &answered.number)
                .set("version", &answered.version)
                .localized("answer", &answered.answer),
        );
    }
}

fn release_rows(rows: &mut Rows, document: &DocumentView, id: &str, releases: &[ReleaseView]) {
    let releases = each_once(releases);
    let mut contents_of_version: BTreeMap<(u32, u32, u32), usize> = BTreeMap::new();
    for release in releases.values() {
        *contents_of_version
            .entry(release.release.version)
            .or_default() += 1;
    }
    let is_equivocated = |release: &ReleaseView| {
        contents_of_version
            .get(&release.release.version)
            .is_some_and(|n| *n > 1)
    };
    for release in releases.values() {
        rows.add(release_row(document, id, release).set("is_equivocated", is_equivocated(release)));
        for (position, released) in release
            .content
            .iter()
            .flat_map(|content| &content.requirements)
            .enumerate()
        {
            rows.add(released_row(id, release, position, released));
        }
    }
}

/// One view for each hash. Where one body was published twice, the entry that sorts first stands
/// for it.
fn each_once(releases: &[ReleaseView]) -> BTreeMap<ReleaseHash, &ReleaseView> {
    let mut by_hash: BTreeMap<ReleaseHash, &ReleaseView> = BTreeMap::new();
    for release in releases {
        let place = by_hash.entry(release.hash).or_insert(release);
        if (release.claimed_ms, release.entry) < (place.claimed_ms, place.entry) {
            *place = release;
        }
    }
    by_hash
}

fn release_row(document: &DocumentView, id: &str, view: &ReleaseView) -> Row {
    let release = &view.release;
    let (major, minor, patch) = release.version;
    let version = release.version_text();
    let row = Row::of("release")
        .set("pack", id)
        .set("hash", view.hash.to_string())
        .set("version", version.as_str())
        .set("major", major)
        .set("minor", minor)
        .set("patch", patch)
        .set("previous", release.previous.map(|hash| hash.to_string()))
        .localized("notes", &Localized(release.notes.clone()))
        .set("valid_from", iso_day(release.valid_from_day))
        .set("review_by", iso_day(release.review_by_day))
        .set(
            "approved_by",
            release.approval.as_ref().map(|(body, _)| body),
        )
        .set(
            "approved_on",
            release.approval.as_ref().and_then(|(_, day)| iso_day(*day)),
        )
        .set("cosigners_needed", u32::from(release.cosigners_needed))
        .set("content_hash", release.content_hash.to_string())
        .set("is_readable", view.content.is_some())
        .set("citation", citation(document.id, &version, &view.hash))
        .set(
            "requirements",
            view.content
                .as_ref()
                .map_or(0, |content| content.requirements.len()),
        )
        .set("entry", view.entry.to_string())
        .set("member", view.member.as_str())
        .set("claimed_ms", view.claimed_ms)
        .set("claimed", iso_time(view.claimed_ms));
    match &view.content {
        Some(content) => row
            .set("code", &content.pack.code)
            .localized("title", &content.pack.title),
        None => row,
    }
}

fn released_row(
    id: &str,
    view: &ReleaseView,
    position: usize,
    released: &ReleasedRequirement,
) -> Row {
    let requirement = &released.requirement;
    // Numbers that JSON cannot hold are written as null, so rendering cannot fail.
    let content = serde_json::to_string(requirement).unwrap_or_else(|_| "{}".to_owned());
    Row::of("released_requirement")
        .set("pack", id)
        .set("release", view.hash.to_string())
        .set("position", position)
        .set("requirement", &released.document)
        .set("number", &requirement.number)
        .set("title_da", requirement.title.0.get("da"))
        .set("title_en", requirement.title.0.get("en"))
        .set("category", requirement.category.code())
        .set("type", requirement.r#type.code())
        .set("level", requirement.level.code())
        .set(
            "wording_da",
            requirement.wording.0.get("da").map(|text| &text.0),
        )
        .set(
            "wording_en",
            requirement.wording.0.get("en").map(|text| &text.0),
        )
        .set(
            "motive_da",
            requirement.motive.0.get("da").map(|text| &text.0),
        )
        .set(
            "motive_en",
            requirement.motive.0.get("en").map(|text| &text.0),
        )
        .set("content", content)
}
