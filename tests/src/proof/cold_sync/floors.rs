//! What no implementation can leave out, each alone and on one core: the same bytes, rows and documents.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use automerge::AutoCommit;
use faelled::directory::Directory;
use faelled_mirror::Mirror;
use faelled_proto::chain::verify_new_feed;
use faelled_proto::feed::encode_frame;
use faelled_proto::{BodyHash, DocId, EntryId, Kind, SignedEntry};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection};

use crate::country::{Country, Feed};
use crate::program::Broken;

/// What the nodes use.
const ZSTD_LEVEL: i32 = 3;
/// Entries that fill a frame.
const FRAME: usize = 2_000;
const MAX_FRAME_BYTES: usize = 1 << 20;

/// Measures all of them, over the feeds and over the mirror that a node made of them.
pub(super) async fn measure(
    country: &Country,
    place: &Path,
    feeds: &[Feed],
    taker: &Path,
) -> Result<Vec<(&'static str, Duration)>, Broken> {
    let entries: Vec<&SignedEntry> = feeds
        .iter()
        .flat_map(|feed| &feed.entries)
        .map(|entry| entry.signed())
        .collect();
    let mut floors = vec![("BLAKE3 of every entry and body", hashed(&entries))];
    floors.push((
        "a signature for each run, links of the chain",
        verified(country, feeds)?,
    ));
    floors.push(("zstd of the frames, packed and unpacked", packed(feeds)?));
    floors.push((
        "SQLite: the same rows into a bare table",
        inserted(place, &entries).await?,
    ));
    floors.push(("Automerge: the same documents loaded", loaded(feeds)?));
    floors.push((
        "SQLite: the mirror's rows and search index",
        mirrored(place, taker).await?,
    ));
    Ok(floors)
}

fn hashed(entries: &[&SignedEntry]) -> Duration {
    let begun = Instant::now();
    for entry in entries {
        std::hint::black_box(EntryId::of(&[&entry.header, entry.signature.as_bytes()]));
        let body = entry.body.as_deref().unwrap_or_default();
        std::hint::black_box(BodyHash::of(&[body]));
    }
    begun.elapsed()
}

fn verified(country: &Country, feeds: &[Feed]) -> Result<Duration, Broken> {
    let mut taken = Duration::ZERO;
    for feed in feeds {
        let entries: Vec<SignedEntry> = feed.signed().cloned().collect();
        let id = feed.id()?;
        let begun = Instant::now();
        let verified = verify_new_feed(country.federation(), id, entries);
        taken += begun.elapsed();
        verified.map_err(|refusal| Broken(refusal.to_string()))?;
    }
    Ok(taken)
}

fn packed(feeds: &[Feed]) -> Result<Duration, Broken> {
    let mut taken = Duration::ZERO;
    for feed in feeds {
        let entries: Vec<SignedEntry> = feed.signed().cloned().collect();
        for part in entries.chunks(FRAME) {
            let frame = encode_frame(part);
            let begun = Instant::now();
            let packed = zstd::bulk::compress(&frame, ZSTD_LEVEL)?;
            let unpacked = zstd::bulk::decompress(&packed, MAX_FRAME_BYTES)?;
            taken += begun.elapsed();
            std::hint::black_box(unpacked);
        }
    }
    Ok(taken)
}

async fn inserted(place: &Path, entries: &[&SignedEntry]) -> Result<Duration, Broken> {
    let options = SqliteConnectOptions::new()
        .filename(place.join("floor.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("CREATE TABLE entry (header BLOB, signature BLOB, body BLOB)")
        .execute(&mut connection)
        .await?;
    let begun = Instant::now();
    let mut writing = connection.begin().await?;
    for part in entries.chunks(100) {
        let places = vec!["(?, ?, ?)"; part.len()].join(", ");
        let sql = format!("INSERT INTO entry VALUES {places}");
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for entry in part {
            query = query
                .bind(entry.header.as_slice())
                .bind(entry.signature.as_bytes().as_slice())
                .bind(entry.body.as_deref());
        }
        query.execute(&mut *writing).await?;
    }
    writing.commit().await?;
    let taken = begun.elapsed();
    connection.close().await?;
    Ok(taken)
}

fn loaded(feeds: &[Feed]) -> Result<Duration, Broken> {
    let mut changes: BTreeMap<DocId, Vec<&[u8]>> = BTreeMap::new();
    for entry in feeds.iter().flat_map(|feed| &feed.entries) {
        if let (Kind::CHANGE, Some(document), Some(body)) =
            (entry.header().kind, entry.document(), &entry.signed().body)
        {
            changes.entry(document).or_default().push(body);
        }
    }
    let failed = |error: &dyn std::fmt::Display| Broken(error.to_string());
    let mut taken = Duration::ZERO;
    for changes in changes.values() {
        let mut document = AutoCommit::new();
        for change in changes {
            document
                .load_incremental(change)
                .map_err(|error| failed(&error))?;
        }
        let saved = document.save();
        let begun = Instant::now();
        let document = AutoCommit::load(&saved).map_err(|error| failed(&error))?;
        taken += begun.elapsed();
        std::hint::black_box(document);
    }
    Ok(taken)
}

/// The rows of a mirror, copied into an empty one within SQLite.
async fn mirrored(place: &Path, taker: &Path) -> Result<Duration, Broken> {
    let path = place.join("floor-mirror.db");
    Mirror::open(&path).await?.close().await;
    let options = SqliteConnectOptions::new().filename(&path);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("ATTACH ? AS whole")
        .bind(Directory::at(taker).mirror_db().display().to_string())
        .execute(&mut connection)
        .await?;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM whole.sqlite_master WHERE type = 'table' \
         AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'search\\_%' ESCAPE '\\'",
    )
    .fetch_all(&mut connection)
    .await?;
    let begun = Instant::now();
    let mut writing = connection.begin().await?;
    for table in tables {
        let columns: Vec<String> =
            sqlx::query_scalar("SELECT name FROM pragma_table_info(?, 'whole')")
                .bind(&table)
                .fetch_all(&mut *writing)
                .await?;
        let columns = columns.join(", ");
        let sql = format!(
            "INSERT OR REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM whole.{table}"
        );
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut *writing)
            .await?;
    }
    writing.commit().await?;
    let taken = begun.elapsed();
    connection.close().await?;
    Ok(taken)
}
