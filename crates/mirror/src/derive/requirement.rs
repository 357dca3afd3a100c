//! Rows of requirements.

use faelled_model::Requirement;

use super::document::kind_row;
use crate::delta::DocumentView;
use crate::row::{Row, Rows, Value};

pub(super) fn requirement_rows(
    rows: &mut Rows,
    document: &DocumentView,
    id: &str,
    requirement: &Requirement,
) {
    let row = kind_row("requirement", document, id)
        .set("number", &requirement.number)
        .localized("title", &requirement.title)
        .set("category", requirement.category.code())
        .localized("product_group", &requirement.product_group)
        .set("project", &requirement.project)
        .set("type", requirement.r#type.code())
        .set("level", requirement.level.code())
        .set("level_relation", requirement.level_relation.code())
        .set("gpp_basis", requirement.gpp_basis.code())
        .localized("wording", &requirement.wording)
        .localized("motive", &requirement.motive)
        .set("readiness", requirement.readiness.code())
        .localized("market_dialogue", &requirement.market_dialogue)
        .set("state", requirement.state.code())
        .set("hearing_of", &requirement.hearing_of)
        .set("published_as", &requirement.published_as)
        .set("schema", requirement.schema);
    let row = match &requirement.adapted_from {
        Some(source) => row
            .set("adapted_from", &source.requirement)
            .set("adapted_from_number", &source.number)
            .set("adapted_from_owner", &source.owner)
            .set("adapted_from_pack", &source.release.pack)
            .set("adapted_from_version", &source.release.version)
            .set("adapted_from_release", &source.release.hash)
            .localized("adapted_changes", &source.changes),
        None => row,
    };
    rows.add(row);
    codes(rows, id, requirement);
    asked(rows, id, requirement);
    shown(rows, id, requirement);
    grounds(rows, id, requirement);
}

/// Adds one row for each of the values, with its place and the value in one column.
pub(super) fn list<T: Into<Value>>(
    rows: &mut Rows,
    table: &str,
    id: &str,
    column: &str,
    values: impl IntoIterator<Item = T>,
) {
    for (position, value) in values.into_iter().enumerate() {
        rows.add(place(table, id, position).set(column, value));
    }
}

/// Begins a row of a table with the key (document, position).
pub(super) fn place(table: &str, id: &str, position: usize) -> Row {
    Row::of(table).set("document", id).set("position", position)
}

fn codes(rows: &mut Rows, id: &str, requirement: &Requirement) {
    let strategies = requirement
        .strategies
        .iter()
        .map(|strategy| strategy.code());
    list(rows, "requirement_strategy", id, "strategy", strategies);
    for (position, cpv) in requirement.cpv.iter().enumerate() {
        let mut row = place("requirement_cpv", id, position).set("cpv", cpv);
        for (branch, digits) in [
            ("division", 2),
            ("cpv_group", 3),
            ("class", 4),
            ("category", 5),
        ] {
            row = row.set(branch, cpv.get(..digits));
        }
        rows.add(row);
    }
    list(
        rows,
        "requirement_environmental_impact",
        id,
        "impact",
        &requirement.environmental_impact,
    );
    list(
        rows,
        "requirement_social_objective",
        id,
        "objective",
        &requirement.social_objectives,
    );
    list(rows, "requirement_sdg", id, "sdg", &requirement.sdg);
    list(rows, "requirement_goal", id, "goal", &requirement.goals);
    list(rows, "requirement_kle", id, "kle", &requirement.kle);
    list(
        rows,
        "requirement_supersedes",
        id,
        "number",
        &requirement.supersedes,
    );
}

fn asked(rows: &mut Rows, id: &str, requirement: &Requirement) {
    for (position, placeholder) in requirement.placeholders.iter().enumerate() {
        rows.add(
            place("requirement_placeholder", id, position)
                .set("name", &placeholder.name)
                .localized("meaning", &placeholder.meaning)
                .set("unit", &placeholder.unit)
                .set("min", placeholder.min)
                .set("max", placeholder.max)
                .set("default_value", &placeholder.default),
        );
    }
    for (position, measure) in requirement.measures.iter().enumerate() {
        rows.add(
            place("requirement_measure", id, position)
                .set("id", &measure.id)
                .localized("property", &measure.property)
                .set("comparison", measure.comparison.code())
                .set("number", measure.number)
                .set("unit", &measure.unit),
        );
    }
    for (position, award) in requirement.awards.iter().enumerate() {
        rows.add(
            place("requirement_award", id, position)
                .set("id", &award.id)
                .localized("method", &award.method)
                .set("scale", &award.scale)
                .set("weight_percent", award.weight_percent),
        );
    }
}

fn shown(rows: &mut Rows, id: &str, requirement: &Requirement) {
    for (position, evidence) in requirement.evidence.iter().enumerate() {
        rows.add(
            place("requirement_evidence", id, position)
                .set("id", &evidence.id)
                .set("kind", evidence.kind.code())
                .localized("text", &evidence.text),
        );
        for (index, label) in evidence.labels.iter().enumerate() {
            rows.add(
                place("requirement_evidence_label", id, index)
                    .set("evidence", position)
                    .set("label", label),
            );
        }
    }
    for (position, step) in requirement.follow_up.iter().enumerate() {
        rows.add(
            place("requirement_follow_up", id, position)
                .set("id", &step.id)
                .localized("what", &step.what)
                .localized("when", &step.when)
                .localized("who", &step.who),
        );
    }
}

fn grounds(rows: &mut Rows, id: &str, requirement: &Requirement) {
    for (position, risk) in requirement.risks.iter().enumerate() {
        rows.add(place("requirement_risk", id, position).localized("risk", risk));
    }
    list(
        rows,
        "requirement_legal_basis",
        id,
        "basis",
        &requirement.legal_basis,
    );
    for (position, source) in requirement.sources.iter().enumerate() {
        rows.add(
            place("requirement_source", id, position)
                .set("title", &source.title)
                .set("address", &source.address)
                .set("version", &source.version)
                .set("date", &source.date),
        );
    }
    for (position, step) in requirement.history.iter().enumerate() {
        rows.add(
            place("requirement_history", id, position)
                .set("id", &step.id)
                .set("state", step.state.code())
                .set("date", &step.date)
                .set("member", &step.by)
                .localized("note", &step.note),
        );
    }
}
