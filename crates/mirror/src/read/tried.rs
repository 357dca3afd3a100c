//! What a pilot says of a requirement beside its results in short.

use sqlx::SqliteConnection;

use super::{rows, rows_of};

rows! {
    /// The rest of what a pilot says of one requirement.
    pub struct TriedMore {
        /// The place of the requirement in the pilot.
        pub position: i64,
        /// The wording as used where it differs, in Danish.
        pub local_wording_da: Option<String>,
        /// The same in English.
        pub local_wording_en: Option<String>,
        /// Small and medium-sized firms among the tenderers.
        pub small_firms: Option<i64>,
        /// Questions that were asked.
        pub questions: Option<i64>,
        /// What was changed because of them, in Danish.
        pub changes_da: Option<String>,
        /// The same in English.
        pub changes_en: Option<String>,
        /// Against what the price was held, in Danish.
        pub price_basis_da: Option<String>,
        /// The same in English.
        pub price_basis_en: Option<String>,
        /// How certain the effect on the price is.
        pub price_certainty: Option<String>,
        /// The buyer's extra hours.
        pub buyer_hours: Option<f64>,
        /// Which evidence was accepted or not, and why, in Danish.
        pub evidence_result_da: Option<String>,
        /// The same in English.
        pub evidence_result_en: Option<String>,
        /// The complaint's case number.
        pub complaint_case: Option<String>,
        /// What became of it, in Danish.
        pub complaint_outcome_da: Option<String>,
        /// The same in English.
        pub complaint_outcome_en: Option<String>,
        /// Why it was dropped on the way, in Danish.
        pub dropped_da: Option<String>,
        /// The same in English.
        pub dropped_en: Option<String>,
        /// A better wording, in Danish.
        pub proposed_wording_da: Option<String>,
        /// The same in English.
        pub proposed_wording_en: Option<String>,
    }
}

pub(super) async fn of_pilot(
    connection: &mut SqliteConnection,
    document: &str,
) -> Result<Vec<TriedMore>, sqlx::Error> {
    let sql = "SELECT * FROM pilot_tried WHERE document = ?1 ORDER BY position LIMIT 10000";
    rows_of(connection, sql, document).await
}
