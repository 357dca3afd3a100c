//! Rows of groups and who is in them.

use std::collections::{BTreeMap, BTreeSet};

use faelled_proto::Space;

use crate::delta::GroupView;
use crate::row::{Row, Rows};

/// Rows of the tables `group_space` and `group_member`.
pub(crate) fn group_rows(groups: &[GroupView]) -> Rows {
    let mut rows = Rows::default();
    // Each group once: the tables' keys would refuse a second.
    let groups: BTreeMap<_, &GroupView> = groups.iter().map(|group| (group.id, group)).collect();
    for (id, group) in groups {
        let space = Space::Group(id).to_string();
        rows.add(
            Row::of("group_space")
                .set("space_id", space.as_str())
                .set("group_id", id.to_string())
                .set("name", &group.name)
                .set("version", group.version)
                .set("is_frozen", group.is_frozen),
        );
        let members: BTreeSet<_> = group.members.iter().chain(&group.owners).collect();
        for member in members {
            rows.add(
                Row::of("group_member")
                    .set("space_id", space.as_str())
                    .set("member", member.as_str())
                    .set("is_owner", group.owners.contains(member)),
            );
        }
    }
    rows
}
