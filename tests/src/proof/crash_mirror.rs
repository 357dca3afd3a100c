//! `kill -9` between commit and mirror, with real processes.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use faelled_mirror::Mirror;
use faelled_store::Store;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::{Report, ensure};
use crate::daemon::{Daemon, patience};
use crate::member::make_founder;
use crate::program::{self, Broken, example};

pub(super) async fn run(mut report: Report, quick: bool) -> Result<Report, Broken> {
    let directory = tempfile::tempdir()?;
    let node = directory.path().join("node");
    make_founder(&node, "0159").await?;
    held_mirror(&node, &report).await?;
    report.figure("held", 1);

    let rounds = if quick { 6 } else { 60 };
    let mut behind = 0_u64;
    let mut acknowledged = Vec::new();
    for round in 0..rounds {
        behind += u64::from(random_kill(&node, directory.path(), round, &mut acknowledged).await?);
    }
    let last = rebuilt(&node, &report).await?;
    report.saw(format!(
        "{rounds} kills while drafts were imported: {behind} between commit and mirror, {} acknowledged drafts, none lost",
        acknowledged.len()
    ));
    report.figure("kills", rounds);
    report.figure("kills_behind_commit", behind);
    report.figure("acknowledged_drafts", acknowledged.len());
    report.figure("store_row", last);
    Ok(report)
}

/// Keeps the mirror from being written while something is committed, kills the daemon in that moment, and
/// looks at what the next start makes of it.
async fn held_mirror(node: &Path, report: &Report) -> Result<(), Broken> {
    let daemon = Daemon::start(node).await?;
    let mut holder = hold(&node.join("mirror.db")).await?;
    let mut import = Command::new(program::faelled()?)
        .args(["pack", "import", "--data"])
        .arg(node)
        .arg(example("packs/packaging.toml"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let begun = Instant::now();
    let committed = loop {
        let row = store_row(node).await?;
        if row > 20 {
            break row;
        }
        patience(begun, "the import's commit").await?;
    };
    daemon.kill()?;
    import.kill().and_then(|()| import.wait().map(|_| ()))?;
    sqlx::query("ROLLBACK").execute(&mut holder).await?;
    holder.close().await?;
    let at = mirror_row(node).await?;
    ensure(at < committed, || {
        format!("the mirror stood at {at}, the store at {committed}: not between the two")
    })?;
    report.saw(format!(
        "killed when the store was at row {committed} and the mirror at row {at}"
    ));
    let row = rebuilt(node, report).await?;
    ensure(row >= committed, || {
        format!("row {committed} was committed, the store is at {row}")
    })
}

/// Imports drafts one after the other and kills the daemon at some moment. Says whether the store was
/// ahead of the mirror then.
async fn random_kill(
    node: &Path,
    place: &Path,
    round: u64,
    acknowledged: &mut Vec<String>,
) -> Result<bool, Broken> {
    let daemon = Daemon::start(node).await?;
    let text = std::fs::read_to_string(example("packs/furniture.toml"))?;
    let importer = tokio::task::spawn_blocking({
        let (node, place) = (node.to_owned(), place.to_owned());
        move || import_until_killed(&node, &place, &text, round)
    });
    // Some moment: which one is left to the machine.
    tokio::time::sleep(Duration::from_millis(40 + (round * 97) % 700)).await;
    daemon.kill()?;
    let done = importer
        .await
        .map_err(|error| Broken(error.to_string()))??;
    let is_behind = mirror_row(node).await? < store_row(node).await?;
    acknowledged.extend(done);
    let daemon = Daemon::start(node).await?;
    daemon
        .until("the mirror", |status| status["mirror_behind"] == 0)
        .await?;
    let packs = daemon.ask(faelled::request::Request::PackList).await?;
    let there: Vec<&str> = packs
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|pack| pack["code"].as_str())
        .collect();
    for code in acknowledged.iter() {
        ensure(there.contains(&code.as_str()), || {
            format!("the draft {code} was acknowledged and is gone")
        })?;
    }
    daemon.stop()?;
    Ok(is_behind)
}

/// Returns the codes of the drafts whose import was acknowledged by the daemon before it died.
fn import_until_killed(
    node: &Path,
    place: &Path,
    text: &str,
    round: u64,
) -> Result<Vec<String>, Broken> {
    let mut done = Vec::new();
    for number in 0..20 {
        let code = format!("T{round}-{number}");
        let file = place.join("pack.toml");
        std::fs::write(&file, text.replace("GLX-MOB", &code))?;
        if !node.join("faelled.sock").exists() {
            break;
        }
        let arguments = [
            "pack".as_ref(),
            "import".as_ref(),
            "--data".as_ref(),
            node.as_os_str(),
            file.as_os_str(),
        ];
        // The daemon dies under one of these: that one is not acknowledged.
        if !program::run(arguments)?.status.success() {
            break;
        }
        done.push(code);
    }
    Ok(done)
}

/// Starts the daemon, waits for its mirror, and compares that with one built anew. Returns the store's row.
async fn rebuilt(node: &Path, report: &Report) -> Result<i64, Broken> {
    let daemon = Daemon::start(node).await?;
    daemon
        .until("the mirror", |status| status["mirror_behind"] == 0)
        .await?;
    let rebuilt = daemon.ask(faelled::request::Request::MirrorRebuild).await?;
    let same = rebuilt["differing_tables"]
        .as_array()
        .is_some_and(Vec::is_empty);
    ensure(same, || {
        format!("the mirror differs from one built anew: {rebuilt:#}")
    })?;
    report.saw(format!(
        "after a restart the mirror equals one built anew: {} documents, digest {}",
        rebuilt["documents"],
        rebuilt["digest"]
            .as_str()
            .and_then(|digest| digest.get(..16))
            .unwrap_or_default()
    ));
    daemon.stop()?;
    Ok(rebuilt["row"].as_i64().unwrap_or(0))
}

/// Holds the mirror's write lock, as a tool that writes where it should not would.
async fn hold(mirror: &Path) -> Result<SqliteConnection, Broken> {
    let options = SqliteConnectOptions::new()
        .filename(mirror)
        .busy_timeout(Duration::from_secs(60));
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut connection)
        .await?;
    Ok(connection)
}

async fn store_row(node: &Path) -> Result<i64, Broken> {
    let store = Store::open_read_only(node.join("node.db")).await?;
    let row = store.last_row().await?;
    store.close().await?;
    Ok(row)
}

async fn mirror_row(node: &Path) -> Result<i64, Broken> {
    let mirror = Mirror::open_read_only(node.join("mirror.db")).await?;
    let row = mirror.watermark().await?.row;
    mirror.close().await;
    Ok(row)
}
