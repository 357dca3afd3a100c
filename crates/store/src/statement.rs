//! Statements outside feeds: revocations, proofs of equivocation, votes.

use faelled_proto::canonical::{decode, encode};
use faelled_proto::limits::MAX_MESSAGE_BYTES;
use faelled_proto::{BodyHash, Mark, Statement};

use crate::column::{id, integer, unsigned};
use crate::error::{Failure, StoreError};
use crate::store::Store;
use crate::writer::Writing;

/// A statement travels in one message, so a larger one was never taken in.
const MAX_STATEMENT_BYTES: usize = MAX_MESSAGE_BYTES;

impl Store {
    /// Drops the statements with these marks and stores others, all or nothing. A mark that is not there is
    /// passed over. Of two statements with one mark the first stays; who wants the second drops the mark in
    /// the same call.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for a statement that travels in no space or is too large for a message; when
    /// it cannot be written.
    pub async fn put_statements(
        &self,
        statements: &[Statement],
        dropped: &[Mark],
    ) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        let result = change(&mut writing, statements, dropped).await;
        writing.finish(result).await
    }

    /// All statements, in the order in which they were stored. Their signatures are not verified again.
    ///
    /// # Errors
    /// When the store cannot be read or a statement is not the one that was stored.
    pub async fn statements(&self) -> Result<Vec<Statement>, StoreError> {
        let sql = "SELECT mark, space, body, hash FROM statement ORDER BY row";
        let rows: Vec<Columns> = sqlx::query_as(sql)
            .fetch_all(self.readers())
            .await
            .map_err(|error| self.failed(error))?;
        rows.into_iter()
            .map(of_columns)
            .collect::<Result<_, _>>()
            .map_err(|failure| failure.at(self.path()))
    }

    /// How many statements were stored and dropped so far: while this stays the same, [`Self::statements`]
    /// does.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn statement_changes(&self) -> Result<u64, StoreError> {
        let count: Option<i64> =
            sqlx::query_scalar("SELECT count FROM change_count WHERE name = 'statement'")
                .fetch_optional(self.readers())
                .await
                .map_err(|error| self.failed(error))?;
        count
            .ok_or_else(lost_count)
            .and_then(unsigned)
            .map_err(|failure| failure.at(self.path()))
    }
}

async fn change(
    writing: &mut Writing<'_>,
    statements: &[Statement],
    dropped: &[Mark],
) -> Result<(), Failure> {
    let mut changes = 0;
    for mark in dropped {
        let statement = sqlx::query("DELETE FROM statement WHERE mark = ?");
        changes += writing
            .run(statement.bind(mark.as_bytes().to_vec()))
            .await?;
    }
    for statement in statements {
        changes += insert(writing, statement).await?;
    }
    let statement =
        sqlx::query("UPDATE change_count SET count = count + ? WHERE name = 'statement'")
            .bind(integer(changes)?);
    match writing.run(statement).await? {
        1 => Ok(()),
        _ => Err(lost_count()),
    }
}

async fn insert(writing: &mut Writing<'_>, said: &Statement) -> Result<u64, Failure> {
    let refused =
        |what: &str| Failure::Conflict(format!("statement {} {what}", said.mark().short()));
    let space = said
        .space()
        .ok_or_else(|| refused("names no feed that can be read"))?;
    let body = encode(said);
    if body.len() > MAX_STATEMENT_BYTES {
        return Err(refused("is larger than a message"));
    }
    let statement = sqlx::query(
        "INSERT INTO statement (mark, space, body, hash) VALUES (?, ?, ?, ?) \
         ON CONFLICT (mark) DO NOTHING",
    )
    .bind(said.mark().as_bytes().to_vec())
    .bind(encode(&space))
    .bind(&body)
    .bind(BodyHash::of(&[&body]).as_bytes().to_vec());
    writing.run(statement).await
}

fn lost_count() -> Failure {
    Failure::Damaged("the count of changes to statements is lost".to_owned())
}

/// mark, space, body, hash.
type Columns = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);

fn of_columns((mark, space, body, hash): Columns) -> Result<Statement, Failure> {
    let mark: Mark = id(&mark)?;
    let damaged = |what: String| Failure::Damaged(format!("statement {} {what}", mark.short()));
    if BodyHash::of(&[&body]).as_bytes()[..] != hash[..] {
        return Err(damaged("does not hash to what was stored".to_owned()));
    }
    let statement: Statement = decode(&body, MAX_STATEMENT_BYTES)
        .map_err(|error| damaged(format!("cannot be read: {error}")))?;
    if statement.mark() != mark || statement.space().map(|space| encode(&space)) != Some(space) {
        return Err(damaged("is not where it belongs".to_owned()));
    }
    Ok(statement)
}
