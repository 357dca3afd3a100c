//! The four municipalities: each with a node of its own, asked as people ask it.

use std::ffi::OsString;
use std::net::UdpSocket;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Column, Row};

use crate::daemon::{Daemon, patience};
use crate::member::{joined, make_founder};
use crate::program::{self, Broken};
use crate::proof::ensure;

/// A municipality's node.
pub(super) struct Node {
    pub(super) name: &'static str,
    pub(super) path: PathBuf,
    listen: String,
    daemon: Option<Daemon>,
    /// How often a mirror was asked and said what it should.
    checks: Arc<AtomicUsize>,
}

/// All four. The first one founded the federation and leads the packaging project.
pub(super) struct Town {
    pub(super) gladsaxe: Node,
    pub(super) ballerup: Node,
    pub(super) albertslund: Node,
    pub(super) hilleroed: Node,
    _directory: tempfile::TempDir,
}

impl Town {
    pub(super) async fn found() -> Result<Self, Broken> {
        let directory = tempfile::tempdir()?;
        let path = |name: &str| directory.path().join(name);
        let listen = free_address()?;
        make_founder(&path("gladsaxe"), "0159").await?;
        let lead = Daemon::start_at(&path("gladsaxe"), &listen).await?;
        let checks = Arc::new(AtomicUsize::new(0));
        let mut others = Vec::new();
        for (name, code) in [
            ("ballerup", "0151"),
            ("albertslund", "0165"),
            ("hilleroed", "0219"),
        ] {
            let daemon = joined(&path(name), code, &lead).await?;
            others.push(Node {
                name,
                path: path(name),
                listen: "127.0.0.1:0".to_owned(),
                daemon: Some(daemon),
                checks: Arc::clone(&checks),
            });
        }
        let mut others = others.into_iter();
        let mut next = || {
            others
                .next()
                .ok_or_else(|| Broken::new("a municipality is missing"))
        };
        Ok(Self {
            gladsaxe: Node {
                name: "gladsaxe",
                path: path("gladsaxe"),
                listen,
                daemon: Some(lead),
                checks,
            },
            ballerup: next()?,
            albertslund: next()?,
            hilleroed: next()?,
            _directory: directory,
        })
    }

    pub(super) const fn all(&self) -> [&Node; 4] {
        [
            &self.gladsaxe,
            &self.ballerup,
            &self.albertslund,
            &self.hilleroed,
        ]
    }

    pub(super) fn checks(&self) -> usize {
        self.gladsaxe.checks.load(Ordering::Relaxed)
    }

    pub(super) const fn drafters(&self) -> [&Node; 3] {
        [&self.gladsaxe, &self.ballerup, &self.albertslund]
    }
}

impl Node {
    /// Ends the daemon: from here on the node is alone with its directory.
    pub(super) fn go_offline(&mut self) -> Result<(), Broken> {
        match self.daemon.take() {
            Some(daemon) => daemon.stop(),
            None => Ok(()),
        }
    }

    pub(super) async fn go_online(&mut self) -> Result<(), Broken> {
        self.daemon = Some(Daemon::start_at(&self.path, &self.listen).await?);
        Ok(())
    }

    /// Runs a command, as people do, and returns what it answers as JSON.
    pub(super) fn run(&self, line: &str) -> Result<Value, Broken> {
        program::json(self.arguments(line))
            .map_err(|broken| Broken(format!("{}: {broken}", self.name)))
    }

    /// Runs a command and returns what people read.
    pub(super) fn read(&self, line: &str) -> Result<String, Broken> {
        let output = program::run(self.arguments(line))?;
        ensure(output.status.success(), || {
            format!(
                "{}: {line}: {}",
                self.name,
                String::from_utf8_lossy(&output.stderr).trim()
            )
        })?;
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs a command that must be refused, for this reason.
    pub(super) fn refused(&self, line: &str, code: &str) -> Result<(), Broken> {
        let all = self
            .arguments(line)
            .into_iter()
            .chain([OsString::from("--json")]);
        let output = program::run(all)?;
        ensure(!output.status.success(), || {
            format!("{}: {line} was not refused", self.name)
        })?;
        let said: Value = serde_json::from_slice(&output.stderr)?;
        ensure(said["error"]["code"] == code, || {
            format!(
                "{}: {line} was refused for another reason than {code}: {said}",
                self.name
            )
        })
    }

    /// The words of a command line, quoted as in a shell where they hold blanks, and where the node is.
    fn arguments(&self, line: &str) -> Vec<OsString> {
        let mut words = Vec::new();
        for (part, text) in line.split('\'').enumerate() {
            if part % 2 == 1 {
                words.push(OsString::from(text));
            } else {
                words.extend(text.split_whitespace().map(OsString::from));
            }
        }
        words.extend([OsString::from("--data"), self.path.clone().into_os_string()]);
        words
    }

    /// What the mirror answers, each row's cells as text joined by `|`.
    pub(super) async fn rows(&self, sql: &str) -> Result<Vec<String>, Broken> {
        let options = SqliteConnectOptions::new()
            .filename(self.path.join("mirror.db"))
            .read_only(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
            .fetch_all(&pool)
            .await;
        pool.close().await;
        rows?.iter().map(line).collect()
    }

    /// Waits until the mirror answers so.
    pub(super) async fn shows(&self, sql: &str, expected: &[&str]) -> Result<(), Broken> {
        let begun = Instant::now();
        loop {
            let rows = self.rows(sql).await;
            if rows.as_ref().is_ok_and(|rows| rows == expected) {
                self.checks.fetch_add(1, Ordering::Relaxed);
                return Ok(());
            }
            if let Err(wrong) = &rows
                && wrong.0.contains("no such")
            {
                return Err(Broken(format!("{}: {sql}: {wrong}", self.name)));
            }
            if let Err(broken) = patience(begun, "the mirror").await {
                let name = self.name;
                return Err(Broken(format!(
                    "{broken} of {name}: {sql}\n  answers {rows:?}\n  instead of {expected:?}"
                )));
            }
        }
    }
}

fn line(row: &sqlx::sqlite::SqliteRow) -> Result<String, Broken> {
    let mut cells = Vec::new();
    for column in row.columns() {
        let place = column.ordinal();
        let text = row
            .try_get_unchecked::<Option<String>, _>(place)?
            .unwrap_or_else(|| "-".to_owned());
        cells.push(text);
    }
    Ok(cells.join("|"))
}

/// An address of loopback on which nothing listens: the lead is found there again after it was away.
fn free_address() -> Result<String, Broken> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    Ok(socket.local_addr()?.to_string())
}
