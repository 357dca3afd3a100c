//! What the command line and the pages ask of the mirror.
//!
//! All texts come from members and are data: nothing here is to be printed to a terminal or a page
//! without the care that the place needs. Codes are those of `faelled_model::terms`.

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, SqliteConnection};

mod adoptions;
mod figures;
mod found;
mod members;
mod packs;
mod parts;
mod pilots;
mod provenance;
mod requirements;
mod search;

pub use adoptions::AdoptionSummary;
pub use figures::Figures;
pub use found::{Candidate, Found};
pub use members::Member;
pub use packs::{PackDetail, PackEntry, PackSection, PackSummary, PackTexts, ReleaseSummary};
pub use parts::{
    Award, CpvCode, Evidence, FollowUp, Measure, Placeholder, ReleasedIn, Risk, Source,
};
pub use pilots::{PilotDetail, PilotEffect, PilotFilter, PilotHead, PilotResult};
pub use provenance::{DocumentSummary, Provenance, ProvenanceEntry, RefusedEntry};
pub use requirements::{
    Practice, RequirementDetail, RequirementFilter, RequirementSummary, RequirementTexts,
};
pub use search::{Hit, SnippetPart};

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
