//! What the command line and the pages ask of the mirror.
//!
//! All texts come from members and are data: nothing here is to be printed to a terminal or a page
//! without the care that the place needs. Codes are those of `faelled_model::terms`.

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, SqliteConnection};

mod adoptions;
mod arrivals;
mod baskets;
mod conflicts;
mod disclosures;
mod discussion;
mod drafts;
mod figures;
mod following;
mod found;
mod grounds;
mod groups;
mod interests;
mod members;
mod outdated;
mod packs;
mod parts;
mod pilots;
mod profiles;
mod projects;
mod proposals;
mod provenance;
mod released;
mod requirements;
mod resources;
mod search;
mod targets;
mod tried;
mod trust;
mod voided;

pub use adoptions::AdoptionSummary;
pub use arrivals::{Arrival, ArrivalHead};
pub use baskets::{BasketDetail, BasketLine, BasketLineHead, BasketSummary, FilledValue};
pub use conflicts::{Conflict, ConflictPlace, ConflictValue};
pub use disclosures::{Disclosure, DisclosureHead};
pub use discussion::{AnswerEntry, DiscussionEntry, DiscussionFilter, Thread};
pub use figures::Figures;
pub use following::FollowedThing;
pub use found::{Candidate, Found, MIN_ID_DIGITS, begins_an_id};
pub use grounds::Grounds;
pub use groups::{Group, GroupHead, GroupMember};
pub use interests::Interest;
pub use members::Member;
pub use outdated::{OutdatedAdaptation, OutdatedAdoption};
pub use packs::{
    CosignatureSummary, Hearing, HearingHead, PackDetail, PackEntry, PackSection, PackSummary,
    PackTexts, ReleaseSummary,
};
pub use parts::{
    Award, CpvCode, Evidence, FollowUp, Measure, Placeholder, ReleasedIn, Risk, Source,
    StateChange, SupplierReason,
};
pub use pilots::{PilotCheck, PilotDetail, PilotEffect, PilotFilter, PilotHead, PilotResult};
pub use profiles::{ProfileDetail, ProfileHead, ProfileRegion};
pub use projects::{
    MatrixCell, ParticipationDetail, ParticipationGoal, ParticipationHead, ProjectDetail,
    ProjectIndicator, ProjectSummary,
};
pub use proposals::{ChangeProposal, ProposalFilter};
pub use provenance::{
    DocumentSummary, Editor, Provenance, ProvenanceEntry, RefusedEntry, SetAside,
};
pub use requirements::{
    Practice, RequirementDetail, RequirementFilter, RequirementSummary, RequirementTexts,
};
pub use resources::{AttachmentSummary, ResourceDetail, ResourceFilter, ResourceSummary};
pub use search::{Hit, SearchFilter, SnippetPart};
pub use targets::{Target, TargetCopy};
pub use tried::TriedMore;
pub use trust::{
    CastVote, CutFeed, CutMember, CutMemberHead, Equivocation, ForkBase, ForkBranch, ForkSigner,
    Revocation, RosterFork, RosterProposal, RosterProposalHead, Trust,
};
pub use voided::VoidedDocument;

/// The most rows that any list returns.
pub const MAX_ROWS: i64 = 10_000;

/// Declares structs that are read from rows by their fields' names and written as JSON.
macro_rules! rows {
    ($(
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $( $(#[$field_meta:meta])* $field_vis:vis $field:ident : $type:ty ),* $(,)?
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        $vis struct $name { $( $(#[$field_meta])* $field_vis $field: $type, )* }

        impl<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow> for $name {
            fn from_row(row: &'r sqlx::sqlite::SqliteRow) -> Result<Self, sqlx::Error> {
                Ok(Self { $(
                    $field: sqlx::Row::try_get(row, stringify!($field).trim_start_matches("r#"))?,
                )* })
            }
        }
    )*};
}
use rows;

/// All rows that a statement gives for one document.
async fn rows_of<T>(
    connection: &mut SqliteConnection,
    sql: &'static str,
    document: &str,
) -> Result<Vec<T>, sqlx::Error>
where
    T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
{
    sqlx::query_as(sql)
        .bind(document)
        .fetch_all(connection)
        .await
}

/// All values of one column that a statement gives for one document.
async fn values_of(
    connection: &mut SqliteConnection,
    sql: &'static str,
    document: &str,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(sql)
        .bind(document)
        .fetch_all(connection)
        .await
}
