//! Rows of the federation and its members, and of the lists that ship with the software.

use std::collections::BTreeMap;

use faelled_model::codes::cpv;

use crate::contract::shipped_codes;
use crate::delta::RosterView;
use crate::row::{Row, Rows};
use crate::time::{iso_day, iso_time};

/// Rows of the tables `federation` and `member`.
pub(crate) fn roster_rows(view: &RosterView) -> Rows {
    let mut rows = Rows::default();
    let roster = &view.roster;
    rows.add(
        Row::of("federation")
            .set("federation", view.federation.to_string())
            .set("name", &roster.name)
            .set("roster_version", roster.version)
            .set("roster_hash", view.hash.to_string())
            .set("threshold", u32::from(roster.threshold))
            .set("claimed_ms", roster.claimed_ms)
            .set("claimed", iso_time(roster.claimed_ms)),
    );
    for member in &roster.members {
        rows.add(
            Row::of("member")
                .set("member", member.id.as_str())
                .set("kind", &member.kind)
                .set("name", &member.name)
                .set("is_steward", roster.is_steward(&member.id))
                .set("identity_key", member.identity_key.to_string())
                .set("valid_from", iso_day(member.valid_from_day))
                .set("valid_until", member.valid_until_day.and_then(iso_day)),
        );
    }
    rows
}

/// Rows of the tables `code` and `cpv`.
pub(crate) fn shipped_rows() -> Rows {
    let mut rows = Rows::default();
    let mut next: BTreeMap<String, usize> = BTreeMap::new();
    for (list, code, danish, english) in shipped_codes() {
        let position = next.entry(list.clone()).or_default();
        rows.add(
            Row::of("code")
                .set("position", *position)
                .set("list", list)
                .set("code", code)
                .set("name_da", danish)
                .set("name_en", english),
        );
        *position += 1;
    }
    for row in cpv::all() {
        rows.add(
            Row::of("cpv")
                .set("code", row.code)
                .set("branch", row.branch())
                .set("name_da", row.danish)
                .set("name_en", row.english),
        );
    }
    rows
}
