//! Rows of what members say to each other, and of how the joint work goes.

use faelled_model::attachment::Attachment;
use faelled_model::{Answer, Comment, Participation, Profile, Project, Question, Resource};

use super::document::kind_row;
use super::requirement::place;
use crate::delta::DocumentView;
use crate::row::Rows;

pub(super) fn question_rows(
    rows: &mut Rows,
    document: &DocumentView,
    id: &str,
    question: &Question,
) {
    rows.add(
        kind_row("question", document, id)
            .set("target", &question.target.document)
            .set("target_field", &question.target.field)
            .localized("title", &question.title)
            .localized("body", &question.body)
            .set("state", question.state.code())
            .localized("escalated_to", &question.escalated_to)
            .set("escalated_on", &question.escalated_on)
            .set("schema", question.schema),
    );
}

pub(super) fn answer_rows(rows: &mut Rows, document: &DocumentView, id: &str, answer: &Answer) {
    rows.add(
        kind_row("answer", document, id)
            .set("question", &answer.question)
            .localized("body", &answer.body)
            .set("schema", answer.schema),
    );
}

pub(super) fn comment_rows(rows: &mut Rows, document: &DocumentView, id: &str, comment: &Comment) {
    rows.add(
        kind_row("comment", document, id)
            .set("target", &comment.target.document)
            .set("target_field", &comment.target.field)
            .localized("body", &comment.body)
            .set("state", comment.state.code())
            .set("schema", comment.schema),
    );
}

pub(super) fn resource_rows(
    rows: &mut Rows,
    document: &DocumentView,
    id: &str,
    resource: &Resource,
) {
    rows.add(
        kind_row("resource", document, id)
            .set("kind", resource.kind.code())
            .localized("title", &resource.title)
            .localized("description", &resource.description)
            .set("target", &resource.target.document)
            .set("target_field", &resource.target.field)
            .set("project", &resource.project)
            .set("category", resource.category.code())
            .set("licence", &resource.licence)
            .set("address", &resource.address)
            .set("schema", resource.schema),
    );
    attachment_rows(rows, "resource_attachment", id, &resource.attachments);
}

/// Rows of files: what they are and where, never what is in them.
pub(super) fn attachment_rows(rows: &mut Rows, table: &str, id: &str, attachments: &[Attachment]) {
    for (position, attachment) in attachments.iter().enumerate() {
        let bytes = Some(&attachment.content.0).filter(|bytes| !bytes.is_empty());
        rows.add(
            place(table, id, position)
                .set("id", &attachment.id)
                .localized("title", &attachment.title)
                .set("file_name", &attachment.file_name)
                .set("media_type", &attachment.media_type)
                .set("address", &attachment.address)
                .set("size", bytes.map(Vec::len))
                .set(
                    "hash",
                    bytes.map(|bytes| blake3::hash(bytes).to_hex().to_string()),
                ),
        );
    }
}

pub(super) fn project_rows(rows: &mut Rows, document: &DocumentView, id: &str, project: &Project) {
    rows.add(
        kind_row("project", document, id)
            .set("code", &project.code)
            .localized("title", &project.title)
            .localized("aim", &project.aim)
            .set("begins", &project.from)
            .set("ends", &project.until)
            .set("schema", project.schema),
    );
    for (position, indicator) in project.indicators.iter().enumerate() {
        rows.add(
            place("project_indicator", id, position)
                .set("id", &indicator.id)
                .localized("what", &indicator.what)
                .set("target", indicator.target)
                .set("unit", &indicator.unit),
        );
    }
}

pub(super) fn participation_rows(
    rows: &mut Rows,
    document: &DocumentView,
    id: &str,
    participation: &Participation,
) {
    rows.add(
        kind_row("participation", document, id)
            .set("project", &participation.project)
            .set("project_document", &participation.project_document)
            .set("part", participation.part.code())
            .set("speed", participation.speed.code())
            .set("priority", participation.priority.code())
            .set("state", participation.state.code())
            .localized("status", &participation.status)
            .set("status_date", &participation.status_date)
            .set("backing", participation.backing.code())
            .set("backing_date", &participation.backing_date)
            .set("backing_reference", &participation.backing_reference)
            .localized("next_step", &participation.next_step)
            .set("next_step_date", &participation.next_step_date)
            .localized("contact_role", &participation.contact_role)
            .set("mailbox", &participation.mailbox)
            .set("schema", participation.schema),
    );
    for (position, goal) in participation.goals.iter().enumerate() {
        rows.add(place("participation_goal", id, position).localized("goal", goal));
    }
}

pub(super) fn profile_rows(rows: &mut Rows, document: &DocumentView, id: &str, profile: &Profile) {
    rows.add(
        kind_row("profile", document, id)
            .localized("name", &profile.name)
            .set("mailbox", &profile.mailbox)
            .set("web_page", &profile.web_page)
            .set("cvr", &profile.cvr)
            .set("gln", &profile.gln)
            .set("schema", profile.schema),
    );
    for (position, region) in profile.regions.iter().enumerate() {
        rows.add(
            place("profile_region", id, position)
                .set("region", &region.region)
                .set("valid_from", &region.from)
                .set("valid_until", &region.until),
        );
    }
}
