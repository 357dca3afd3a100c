//! Grounds of cuts as a statement gathers them.

use serde::Serialize;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Sqlite, Type};

/// Why something does not count: codes of [`crate::Ground`], sorted, each once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Grounds(pub Vec<String>);

impl Type<Sqlite> for Grounds {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl<'r> Decode<'r, Sqlite> for Grounds {
    /// Reads what `group_concat` gives. No code holds a comma.
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        let codes = <&str as Decode<'r, Sqlite>>::decode(value)?;
        let mut codes: Vec<String> = codes
            .split(',')
            .filter(|code| !code.is_empty())
            .map(str::to_owned)
            .collect();
        codes.sort_unstable();
        codes.dedup();
        Ok(Self(codes))
    }
}
