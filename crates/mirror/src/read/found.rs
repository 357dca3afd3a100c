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

/// Digits of an id that name a document at least.
pub const MIN_ID_DIGITS: usize = 6;
/// Digits of a whole id.
const ID_DIGITS: usize = 64;

/// Whether a text can only be the beginning of a document's id, however short: it is made of an id's digits.
#[must_use]
pub fn begins_an_id(text: &str) -> bool {
    (1..=ID_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// As [`resolve`], and where nothing is cited so, by the beginning of an id, for which the second statement looks.
pub(super) async fn resolve_or_begin(
    connection: &mut SqliteConnection,
    by_code: &'static str,
    by_id: &'static str,
    key: &str,
) -> Result<Found<String>, sqlx::Error> {
    let key = key.trim();
    let found = resolve(&mut *connection, by_code, key).await?;
    if found != Found::Nothing || key.len() < MIN_ID_DIGITS || !begins_an_id(key) {
        return Ok(found);
    }
    let candidates: Vec<Candidate> = sqlx::query_as(by_id)
        .bind(key.to_ascii_lowercase())
        .fetch_all(connection)
        .await?;
    Ok(match candidates.as_slice() {
        [] => Found::Nothing,
        [one] => Found::One(Box::new(one.document.clone())),
        _ => Found::Several(candidates),
    })
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
