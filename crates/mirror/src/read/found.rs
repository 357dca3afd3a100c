//! Looking something up by what people cite.

use serde::Serialize;
use sqlx::SqliteConnection;

use super::rows;

/// The answer to a look-up.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "found", content = "what")]
pub enum Found<T> {
    /// Exactly this.
    One(Box<T>),
    /// Several members use this number: one has to say which, as `owner/number` or by id. Picking
    /// one would let a member pass its own off as another's.
    Several(Vec<Candidate>),
    /// Nothing.
    Nothing,
}

rows! {
    /// One of several documents with one number.
    pub struct Candidate {
        /// The document.
        pub document: String,
        /// Its owner.
        pub owner: String,
        /// Its sort of space.
        pub space: String,
        /// The number or code.
        pub number: Option<String>,
        /// Title in Danish.
        pub title_da: Option<String>,
        /// Title in English.
        pub title_en: Option<String>,
    }
}

impl<T> Found<T> {
    /// The one that was found.
    #[must_use]
    pub fn one(self) -> Option<T> {
        match self {
            Self::One(found) => Some(*found),
            Self::Several(_) | Self::Nothing => None,
        }
    }
}

/// Resolves an id, a number or `owner/number` to one document. What is shared comes before private
/// copies, what is released before what is not, and among one owner's the one written last.
pub(super) async fn resolve(
    connection: &mut SqliteConnection,
    sql: &'static str,
    key: &str,
) -> Result<Found<String>, sqlx::Error> {
    let key = key.trim();
    let (owner, number) = match key.split_once('/') {
        Some((owner, number)) => (Some(owner), number),
        None => (None, key),
    };
    let candidates: Vec<Candidate> = sqlx::query_as(sql)
        .bind(key)
        .bind(number)
        .bind(owner)
        .fetch_all(connection)
        .await?;
    let Some(first) = candidates.first() else {
        return Ok(Found::Nothing);
    };
    if first.document == key {
        return Ok(Found::One(Box::new(first.document.clone())));
    }
    let mut owners: Vec<&str> = candidates
        .iter()
        .filter(|other| other.space == first.space)
        .map(|other| other.owner.as_str())
        .collect();
    owners.sort_unstable();
    owners.dedup();
    if owners.len() == 1 {
        return Ok(Found::One(Box::new(first.document.clone())));
    }
    let space = first.space.clone();
    Ok(Found::Several(
        candidates
            .into_iter()
            .filter(|other| other.space == space)
            .collect(),
    ))
}
