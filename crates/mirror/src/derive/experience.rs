//! Rows of adoptions and pilots.

use faelled_model::pilot::Tried;
use faelled_model::{Adoption, Pilot};

use super::document::kind_row;
use super::requirement::{list, place};
use super::together::attachment_rows;
use crate::delta::DocumentView;
use crate::row::{Row, Rows};

pub(super) fn adoption_rows(
    rows: &mut Rows,
    document: &DocumentView,
    id: &str,
    adoption: &Adoption,
) {
    rows.add(
        kind_row("adoption", document, id)
            .set("pack", &adoption.release.pack)
            .set("version", &adoption.release.version)
            .set("release", &adoption.release.hash)
            .set("stance", adoption.stance.code())
            .localized("reason", &adoption.reason)
            .set("planned_quarter", &adoption.planned_quarter)
            .set("schema", adoption.schema),
    );
    for (position, chosen) in adoption.levels.iter().enumerate() {
        rows.add(
            place("adoption_level", id, position)
                .set("number", &chosen.number)
                .set("level", chosen.level.code()),
        );
    }
    for (position, deviation) in adoption.deviations.iter().enumerate() {
        rows.add(
            place("adoption_deviation", id, position)
                .set("number", &deviation.number)
                .localized("text", &deviation.text),
        );
    }
}

pub(super) fn pilot_rows(rows: &mut Rows, document: &DocumentView, id: &str, pilot: &Pilot) {
    let tender = &pilot.tender;
    rows.add(
        kind_row("pilot", document, id)
            .set("state", pilot.state.code())
            .localized("title", &tender.title)
            .set("publication_number", &tender.publication_number)
            .set("procedure", &tender.procedure)
            .set("framework", tender.framework.code())
            .set("value_band", tender.value_band.code())
            .set("lots", tender.lots)
            .set("duration_months", tender.duration_months)
            .localized("follow_up", &pilot.follow_up)
            .localized("lessons", &pilot.lessons)
            .localized("first_advice", &pilot.first_advice)
            .set("schema", pilot.schema),
    );
    list(rows, "pilot_cpv", id, "cpv", &tender.cpv);
    list(
        rows,
        "pilot_joint_buyer",
        id,
        "member",
        &tender.joint_buyers,
    );
    for (position, tried) in pilot.tried.iter().enumerate() {
        rows.add(tried_row(id, position, tried));
        for (index, reason) in tried.reasons_not_bidding.iter().enumerate() {
            rows.add(
                place("pilot_reason", id, index)
                    .set("tried", position)
                    .localized("reason", reason),
            );
        }
    }
    for (position, effect) in pilot.effects.iter().enumerate() {
        rows.add(
            place("pilot_effect", id, position)
                .set("id", &effect.id)
                .localized("what", &effect.what)
                .set("number", effect.number)
                .set("unit", &effect.unit)
                .set("measured", effect.measured)
                .localized("method", &effect.method),
        );
    }
    for (position, check) in pilot.checks.iter().enumerate() {
        rows.add(
            place("pilot_check", id, position)
                .set("id", &check.id)
                .set("number", &check.number)
                .localized("how", &check.how)
                .set("complied", check.complied)
                .localized("remedy", &check.remedy),
        );
    }
    attachment_rows(rows, "pilot_attachment", id, &pilot.attachments);
}

fn tried_row(id: &str, position: usize, tried: &Tried) -> Row {
    place("pilot_tried", id, position)
        .set("pack", &tried.release.pack)
        .set("version", &tried.release.version)
        .set("release", &tried.release.hash)
        .set("requirement", &tried.requirement)
        .set("number", &tried.number)
        .localized("local_wording", &tried.local_wording)
        .set("type", tried.r#type.code())
        .set("level", tried.level.code())
        .set("weight_percent", tried.weight_percent)
        .set("bidders", tried.bidders)
        .set("bidders_last_time", tried.bidders_last_time)
        .set("bidders_met", tried.bidders_met)
        .set("small_firms", tried.small_firms)
        .set("questions", tried.questions)
        .localized("changes", &tried.changes)
        .set("price_effect", tried.price_effect.code())
        .set("price_percent", tried.price_percent)
        .localized("price_basis", &tried.price_basis)
        .set("price_certainty", tried.price_certainty.code())
        .set("buyer_hours", tried.buyer_hours)
        .set("burden", tried.burden)
        .set("evidence_outcome", tried.evidence_outcome.code())
        .localized("evidence_result", &tried.evidence_result)
        .set("complaint", tried.complaint.code())
        .set("complaint_case", &tried.complaint_case)
        .localized("complaint_outcome", &tried.complaint_outcome)
        .localized("dropped", &tried.dropped)
        .set("verdict", tried.verdict.code())
        .localized("proposed_wording", &tried.proposed_wording)
}
