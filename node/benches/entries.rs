//! Entries verified and stored a second: one feed, as it comes in a first sync, into an empty store on the
//! disk, beside what no implementation can leave out and what this one avoids.

#[path = "support/documents.rs"]
mod documents;
#[path = "support/ratio.rs"]
mod ratio;
#[path = "support/setting.rs"]
mod setting;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use faelled_proto::chain::verify_new_feed;
use faelled_proto::feed::{encode_frame, frame_bytes_of};
use faelled_proto::limits::{MAX_ENTRIES_PER_FRAME, MAX_FRAME_BYTES};
use faelled_proto::{FederationId, NodeCertificate, SecretKey, SignedEntry};
use faelled_store::{Append, Store};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use documents::{Author, Feed, NEW_YEAR_MS};
use ratio::{Subject, print_ratios, ratios};
use setting::{Failed, directory, exit, is_trial};

/// With its opening and their changes: 4,001 entries.
const DOCUMENTS: usize = 2_000;
const ROUNDS: usize = 11;
const WHOLE: &str = "verified and stored";
/// Rows in one statement, as the store writes them.
const ROWS: usize = 64;
/// What the node's network uses.
const ZSTD_LEVEL: i32 = 3;

fn main() -> ExitCode {
    exit(run())
}

fn run() -> Result<(), Failed> {
    let bench = Bench::new(if is_trial() { 20 } else { DOCUMENTS })?;
    let mut subjects = bench.subjects();
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4))
        .configure_from_args();
    let mut group = criterion.benchmark_group("entries");
    group.throughput(Throughput::Elements(bench.signed.len() as u64));
    for subject in &mut subjects {
        group.bench_function(subject.name, |bencher| {
            bencher.iter_custom(|times| subject.times(times))
        });
    }
    group.finish();
    let found = ratios(&mut subjects, if is_trial() { 1 } else { ROUNDS });
    println!(
        "{} entries of {:.0} bytes on average",
        bench.signed.len(),
        bench.mean_bytes()
    );
    print_ratios(WHOLE, &found);
    criterion.final_summary();
    Ok(())
}

struct Bench {
    author: Author,
    feed: Feed,
    signed: Vec<SignedEntry>,
    directory: TempDir,
    runtime: Runtime,
}

impl Bench {
    fn new(documents: usize) -> Result<Self, Failed> {
        let federation = FederationId::of(&[b"bench"]);
        let (identity, key) = (
            SecretKey::from_seed(&[1; 32]),
            SecretKey::from_seed(&[2; 32]),
        );
        let certificate = NodeCertificate::issue(
            federation,
            "dk-0159".parse()?,
            &identity,
            key.node_key(),
            u64::MAX,
        );
        let author = Author {
            federation,
            key,
            certificate,
        };
        let feed = Feed::write(&author, documents)?;
        let signed = feed
            .entries
            .iter()
            .map(|entry| entry.signed().clone())
            .collect();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        Ok(Self {
            author,
            feed,
            signed,
            directory: directory()?,
            runtime,
        })
    }

    fn mean_bytes(&self) -> f64 {
        self.signed.iter().map(frame_bytes_of).sum::<usize>() as f64 / self.signed.len() as f64
    }

    fn subjects(&self) -> Vec<Subject<'_>> {
        vec![
            Subject::new(WHOLE, || self.whole()),
            Subject::new("part: verified", || self.verified()),
            Subject::new("part: stored", || self.stored()),
            Subject::new("floor: BLAKE3 of the same bytes", || self.hashed()),
            Subject::new("floor: bare SQLite insert", || self.inserted()),
            Subject::new("floor: zstd of the frames, packed", || self.packed()),
            Subject::new("avoided: a strict signature check an entry", || {
                self.signatures()
            }),
        ]
    }

    /// A file that is not there yet.
    fn fresh(&self) -> Result<PathBuf, Failed> {
        let path = self.directory.path().join("fresh.db");
        for suffix in ["", "-wal", "-shm"] {
            let file = PathBuf::from(format!("{}{suffix}", path.display()));
            if file.exists() {
                std::fs::remove_file(file)?;
            }
        }
        Ok(path)
    }

    fn whole(&self) -> Result<Duration, Failed> {
        let entries = self.signed.clone();
        self.in_store(|| {
            let (opening, entries) =
                verify_new_feed(self.author.federation, self.feed.id(), entries)?;
            Ok(Append {
                openings: vec![(self.feed.id(), opening)],
                entries,
                ..Append::default()
            })
        })
    }

    fn stored(&self) -> Result<Duration, Failed> {
        let entries = self.feed.entries.clone();
        let openings = vec![(self.feed.id(), self.feed.opening.clone())];
        self.in_store(|| {
            Ok(Append {
                openings,
                entries,
                ..Append::default()
            })
        })
    }

    /// How long it takes to come by a batch and store it in a fresh file.
    fn in_store(&self, batch: impl FnOnce() -> Result<Append, Failed>) -> Result<Duration, Failed> {
        let path = self.fresh()?;
        let expected = i64::try_from(self.signed.len())?;
        self.runtime.block_on(async {
            let store = Store::create(&path).await?;
            let begun = Instant::now();
            let appended = store.append(&batch()?).await?;
            let taken = begun.elapsed();
            store.close().await?;
            if appended.last_row == expected {
                Ok(taken)
            } else {
                Err("not everything was stored".into())
            }
        })
    }

    fn verified(&self) -> Result<Duration, Failed> {
        let entries = self.signed.clone();
        let begun = Instant::now();
        let verified = verify_new_feed(self.author.federation, self.feed.id(), entries)?;
        let taken = begun.elapsed();
        drop(black_box(verified));
        Ok(taken)
    }

    fn hashed(&self) -> Result<Duration, Failed> {
        let begun = Instant::now();
        for entry in &self.signed {
            let mut hasher = blake3::Hasher::new();
            hasher
                .update(&entry.header)
                .update(entry.signature.as_bytes());
            black_box(hasher.finalize());
            black_box(blake3::hash(entry.body.as_deref().unwrap_or_default()));
        }
        Ok(begun.elapsed())
    }

    fn signatures(&self) -> Result<Duration, Failed> {
        let key = self.author.key.node_key();
        let begun = Instant::now();
        for entry in &self.signed {
            entry.verify(self.author.federation, &key)?;
        }
        Ok(begun.elapsed())
    }

    fn packed(&self) -> Result<Duration, Failed> {
        let mut taken = Duration::ZERO;
        for frame in frames(&self.signed) {
            let encoded = encode_frame(frame);
            let begun = Instant::now();
            black_box(zstd::bulk::compress(&encoded, ZSTD_LEVEL)?);
            taken += begun.elapsed();
        }
        Ok(taken)
    }

    fn inserted(&self) -> Result<Duration, Failed> {
        let path = self.fresh()?;
        self.runtime.block_on(async {
            let mut connection = bare_table(&path).await?;
            let begun = Instant::now();
            insert_all(&mut connection, &self.feed).await?;
            let taken = begun.elapsed();
            connection.close().await?;
            Ok(taken)
        })
    }
}

/// The entries as the network cuts them.
fn frames(mut entries: &[SignedEntry]) -> Vec<&[SignedEntry]> {
    let mut frames = Vec::new();
    while !entries.is_empty() {
        let mut bytes = 0;
        let fit = entries
            .iter()
            .take(MAX_ENTRIES_PER_FRAME)
            .take_while(|entry| {
                bytes += frame_bytes_of(entry);
                bytes < MAX_FRAME_BYTES
            })
            .count();
        let (frame, rest) = entries.split_at(fit.max(1));
        frames.push(frame);
        entries = rest;
    }
    frames
}

/// One plain table without a key or an index, in a file that waits for the disk as the store does.
async fn bare_table(path: &Path) -> Result<SqliteConnection, Failed> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON");
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query(
        "CREATE TABLE entry (id BLOB, feed INTEGER, seq INTEGER, kind INTEGER, document INTEGER, \
         received_ms INTEGER, header BLOB, signature BLOB, body BLOB) STRICT",
    )
    .execute(&mut connection)
    .await?;
    Ok(connection)
}

/// The same rows as the store writes for the entries, in one transaction.
async fn insert_all(connection: &mut SqliteConnection, feed: &Feed) -> Result<(), Failed> {
    let mut transaction = connection.begin().await?;
    let received_ms = i64::try_from(NEW_YEAR_MS)?;
    let mut document = 0_i64;
    for rows in feed.entries.chunks(ROWS) {
        let values = vec!["(?,?,?,?,?,?,?,?,?)"; rows.len()].join(",");
        let mut insert = sqlx::query(AssertSqlSafe(format!("INSERT INTO entry VALUES {values}")));
        for entry in rows {
            document += i64::from(entry.header().kind == faelled_proto::Kind::DOCUMENT_OPENING);
            insert = insert
                .bind(entry.id().as_bytes().to_vec())
                .bind(1_i64)
                .bind(i64::try_from(entry.header().seq)?)
                .bind(entry.header().kind.0)
                .bind(entry.document().map(|_| document))
                .bind(received_ms)
                .bind(&entry.signed().header[..])
                .bind(entry.signed().signature.as_bytes().to_vec())
                .bind(entry.signed().body.as_deref());
        }
        insert.execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}
