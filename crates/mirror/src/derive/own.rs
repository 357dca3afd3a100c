//! Rows of what a member keeps for itself.

use faelled_model::{Basket, Disclosure, Following};

use super::document::kind_row;
use super::requirement::{list, place};
use crate::delta::DocumentView;
use crate::row::Rows;

pub(super) fn disclosure_rows(
    rows: &mut Rows,
    document: &DocumentView,
    id: &str,
    disclosure: &Disclosure,
) {
    rows.add(
        kind_row("disclosure", document, id)
            .set("kind", disclosure.kind.code())
            .set("code", &disclosure.code)
            .localized("title", &disclosure.title)
            .set("shared", &disclosure.document)
            .set("version", &disclosure.version)
            .set("shared_in", &disclosure.space)
            .set("shared_in_name", &disclosure.space_name)
            .localized("ground", &disclosure.ground)
            .set("date", &disclosure.date)
            .set("schema", disclosure.schema),
    );
    list(
        rows,
        "disclosure_recipient",
        id,
        "recipient",
        &disclosure.recipients,
    );
}

pub(super) fn following_rows(
    rows: &mut Rows,
    document: &DocumentView,
    id: &str,
    following: &Following,
) {
    rows.add(kind_row("following", document, id).set("schema", following.schema));
    for (position, follow) in following.follows.iter().enumerate() {
        rows.add(
            place("follow", id, position)
                .set("target", &follow.target)
                .set("since", &follow.since),
        );
    }
}

pub(super) fn basket_rows(rows: &mut Rows, document: &DocumentView, id: &str, basket: &Basket) {
    rows.add(
        kind_row("basket", document, id)
            .set("name", &basket.name)
            .set("schema", basket.schema),
    );
    for (position, line) in basket.lines.iter().enumerate() {
        rows.add(
            place("basket_line", id, position)
                .set("requirement", &line.requirement)
                .set("number", &line.number)
                .set("pack", &line.release.pack)
                .set("version", &line.release.version)
                .set("release", &line.release.hash),
        );
        for (index, filled) in line.values.iter().enumerate() {
            rows.add(
                place("basket_value", id, index)
                    .set("line", position)
                    .set("name", &filled.name)
                    .set("value", &filled.value),
            );
        }
    }
}
