//! From a document to its rows: pure, so that the same documents always give the same rows.

mod document;
mod experience;
mod group;
mod own;
mod pack;
mod requirement;
mod roster;
mod searchable;
mod together;
mod trust;

pub(crate) use document::rows_of;
pub(crate) use group::group_rows;
pub(crate) use roster::{roster_rows, shipped_rows};
pub(crate) use searchable::searchable;
pub(crate) use trust::{TRUST_TABLES, trust_rows};

/// Tables whose rows belong to one document, which their first column names.
pub(crate) const DOCUMENT_TABLES: &[&str] = &[
    "document",
    "entry",
    "refused_entry",
    "editor",
    "conflict",
    "pack",
    "pack_contract_type",
    "pack_section",
    "pack_requirement",
    "pack_hearing",
    "pack_hearing_recipient",
    "pack_withdrawal",
    "pack_answered",
    "release",
    "released_requirement",
    "cosignature",
    "requirement",
    "requirement_strategy",
    "requirement_cpv",
    "requirement_environmental_impact",
    "requirement_social_objective",
    "requirement_sdg",
    "requirement_kle",
    "requirement_goal",
    "requirement_placeholder",
    "requirement_measure",
    "requirement_award",
    "requirement_evidence",
    "requirement_evidence_label",
    "requirement_follow_up",
    "requirement_risk",
    "requirement_legal_basis",
    "requirement_source",
    "requirement_supersedes",
    "requirement_history",
    "adoption",
    "adoption_level",
    "adoption_deviation",
    "pilot",
    "pilot_cpv",
    "pilot_joint_buyer",
    "pilot_tried",
    "pilot_reason",
    "pilot_check",
    "pilot_effect",
    "pilot_attachment",
    "question",
    "answer",
    "comment",
    "resource",
    "resource_attachment",
    "project",
    "project_indicator",
    "participation",
    "participation_goal",
    "profile",
    "profile_region",
    "disclosure",
    "disclosure_recipient",
    "following",
    "follow",
    "basket",
    "basket_line",
    "basket_value",
];
