//! From a document to its rows: pure, so that the same documents always give the same rows.

mod document;
mod experience;
mod pack;
mod requirement;
mod roster;
mod searchable;

pub(crate) use document::rows_of;
pub(crate) use roster::{roster_rows, shipped_rows};
pub(crate) use searchable::searchable;

/// Tables whose rows belong to one document, which their first column names.
pub(crate) const DOCUMENT_TABLES: [&str; 33] = [
    "document",
    "entry",
    "refused_entry",
    "pack",
    "pack_contract_type",
    "pack_section",
    "pack_requirement",
    "release",
    "released_requirement",
    "requirement",
    "requirement_strategy",
    "requirement_cpv",
    "requirement_environmental_impact",
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
    "adoption",
    "adoption_level",
    "adoption_deviation",
    "pilot",
    "pilot_cpv",
    "pilot_joint_buyer",
    "pilot_tried",
    "pilot_reason",
    "pilot_effect",
];
