//! What honest nodes made of a misdeed.

use std::time::{Duration, Instant};

use faelled_proto::{EntryId, FeedId};
use faelled_store::Store;
use serde_json::Value;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Column, Connection, Row as _};

use super::network::{Honest, Network};
use crate::daemon::patience;
use crate::hostile::{Answer, Case, Deeds};
use crate::program::Broken;
use crate::proof::ensure;

/// Documents of the commons of which there is an opening: others are shown as what each node knows of them.
const DOCUMENTS: &str = "SELECT document FROM document WHERE space = 'commons' AND state <> 'void'";
/// What every honest node must show alike.
const ALIKE: [&str; 3] = [
    "SELECT document, kind, owner, state, entries, refused, title_da, last_claimed_ms FROM document",
    "SELECT document, feed, seq, entry, kind, member, claimed_ms FROM entry",
    "SELECT document, feed, seq, entry, member, reason FROM refused_entry",
];
/// Between two looks.
const POLL: Duration = Duration::from_millis(20);

/// Where the honest nodes stood before.
#[derive(Debug)]
pub(super) struct Marks {
    logs: Vec<usize>,
    refused: Vec<u64>,
    roster: u64,
}

impl Marks {
    /// Notes it, and begins to measure memory anew.
    pub(super) async fn take(network: &Network) -> Result<Self, Broken> {
        let mut marks = Self {
            logs: Vec::new(),
            refused: Vec::new(),
            roster: 0,
        };
        for honest in &network.honest {
            let status = honest.daemon.status().await?;
            marks.logs.push(honest.log()?.len());
            marks
                .refused
                .push(status["refused_runs"].as_u64().unwrap_or(0));
            marks.roster = status["roster_version"].as_u64().unwrap_or(0);
        }
        network.forget_peaks()?;
        Ok(marks)
    }
}

/// Whether the honest nodes did what they must. Says what they did.
pub(super) async fn judge(
    network: &Network,
    marks: &Marks,
    case: &Case,
    deeds: &[Result<Deeds, Broken>],
) -> Result<String, Broken> {
    let mut all = Vec::new();
    for one in deeds {
        let one = one.as_ref().map_err(|broken| Broken(broken.0.clone()))?;
        ensure(one.sent > 0, || format!("nothing was sent: {one:?}"))?;
        all.push(one);
    }
    for honest in &network.honest {
        let version = honest.daemon.status().await?["roster_version"].as_u64();
        ensure(version == Some(marks.roster), || {
            "the roster has changed".to_owned()
        })?;
    }
    match case.answer {
        Answer::Refused(reason) => {
            logged(network, marks, &["entries refused", reason])?;
            noticed(network, marks, reason).await?;
            Ok(format!("refused: {reason}"))
        }
        Answer::RosterRefused(reason) => {
            logged(network, marks, &["roster refused", reason])?;
            Ok(format!("roster refused: {reason}"))
        }
        Answer::StatementRefused(reason) => {
            logged(network, marks, &["statement refused", reason])?;
            Ok(format!("statement refused: {reason}"))
        }
        Answer::Outvoted(reason) => {
            logged(network, marks, &["statement refused", reason])?;
            network.outvote_hostile().await?;
            Ok(format!("statement refused: {reason}; the others decide"))
        }
        Answer::Uncounted => {
            for honest in &network.honest {
                for one in &all {
                    ensure(one.ended.contains_key("NotAMember"), || {
                        format!("not sent away: {:?}", one.ended)
                    })?;
                    uncounted(honest, one).await?;
                }
            }
            Ok("sent away (NotAMember), and shown nowhere".to_owned())
        }
        Answer::SentAway(bye, why) => {
            for one in all {
                // Where the last word was lost the transport says later that there is no such connection.
                let is_over = one.ended.contains_key(bye) || one.ended.contains_key("Reset");
                ensure(is_over, || {
                    format!("not sent away with {bye}: {:?} {:?}", one.ended, one.foiled)
                })?;
            }
            logged(network, marks, &["connection closed", why])?;
            Ok(format!("sent away ({bye}): {why}"))
        }
        Answer::Told(what) => {
            for one in all {
                ensure(one.heard.contains_key(what), || {
                    format!("not told {what}: {:?} {:?}", one.heard, one.ended)
                })?;
            }
            Ok(format!("told: {what}"))
        }
        Answer::Void(reason) => {
            for honest in &network.honest {
                for one in &all {
                    void(honest, one, reason).await?;
                }
            }
            Ok(format!("counts for nothing: {reason}"))
        }
        Answer::Counts => {
            for honest in &network.honest {
                for one in &all {
                    read(honest, one).await?;
                }
            }
            Ok("lawful: counts everywhere".to_owned())
        }
        Answer::Kept => {
            for one in &all {
                held(network, one).await?;
            }
            Ok("kept, and nothing is the worse for it".to_owned())
        }
        Answer::Nothing => Ok("nothing came of it".to_owned()),
        Answer::Cut => {
            for honest in &network.honest {
                for one in &all {
                    cut(honest, one).await?;
                }
            }
            Ok("proven, and cut everywhere".to_owned())
        }
    }
}

/// Waits until the honest nodes show the same.
pub(super) async fn converged(network: &Network) -> Result<(), Broken> {
    let begun = Instant::now();
    loop {
        let mut shown = Vec::new();
        for honest in &network.honest {
            let behind = honest.daemon.status().await?["mirror_behind"].as_i64();
            shown.push((behind, digest(honest).await?));
        }
        let first = &shown[0];
        if first.0 == Some(0) && shown.iter().all(|one| one == first) {
            return Ok(());
        }
        patience(begun, "honest nodes that show the same").await?;
    }
}

async fn digest(honest: &Honest) -> Result<EntryId, Broken> {
    let mut mirror = honest.mirror().await?;
    let mut text = String::new();
    for alike in ALIKE {
        let sql = format!("{alike} WHERE document IN ({DOCUMENTS}) ORDER BY 1, 2, 3, 4");
        for row in sqlx::query(AssertSqlSafe(sql))
            .fetch_all(&mut mirror)
            .await?
        {
            for column in row.columns() {
                let cell: Option<String> = row.try_get_unchecked(column.ordinal())?;
                text.push_str(cell.as_deref().unwrap_or("-"));
                text.push('|');
            }
            text.push('\n');
        }
    }
    mirror.close().await?;
    Ok(EntryId::of(&[text.as_bytes()]))
}

/// Whether a line of some honest node's log has all of this.
fn logged(network: &Network, marks: &Marks, parts: &[&str]) -> Result<(), Broken> {
    let mut last = Vec::new();
    for (honest, mark) in network.honest.iter().zip(&marks.logs) {
        let log = honest.log()?;
        let log = String::from_utf8_lossy(log.get(*mark..).unwrap_or_default()).into_owned();
        if log
            .lines()
            .any(|line| parts.iter().all(|part| line.contains(part)))
        {
            return Ok(());
        }
        last.extend(
            log.lines()
                .rfind(|line| line.contains(parts[0]))
                .map(str::to_owned),
        );
    }
    Err(Broken(format!(
        "no log says {parts:?}; the last that are like it: {last:?}"
    )))
}

/// Whether some honest node counts and shows the refusal.
async fn noticed(network: &Network, marks: &Marks, reason: &str) -> Result<(), Broken> {
    for (honest, before) in network.honest.iter().zip(&marks.refused) {
        let status = honest.daemon.status().await?;
        let notices = status["notices"].as_array();
        let says = |notice: &Value| {
            let what = notice["what"]["en"].as_str();
            what.is_some_and(|what| what.contains(reason))
        };
        if status["refused_runs"].as_u64() > Some(*before)
            && notices.is_some_and(|notices| notices.iter().any(says))
        {
            return Ok(());
        }
    }
    Err(Broken(format!("no status tells of it: {reason}")))
}

/// Whether the node's mirror says of some entry about the documents why it does not count.
async fn void(honest: &Honest, deeds: &Deeds, reason: &str) -> Result<(), Broken> {
    ensure(!deeds.documents.is_empty(), || {
        "no document was written".to_owned()
    })?;
    let mut mirror = honest.mirror().await?;
    let begun = Instant::now();
    loop {
        let mut reasons = Vec::new();
        for document in &deeds.documents {
            reasons.extend(
                texts(
                    &mut mirror,
                    "SELECT DISTINCT reason FROM refused_entry WHERE document = ?",
                    document,
                )
                .await?,
            );
        }
        if reasons.iter().any(|found| found.contains(reason)) {
            return Ok(mirror.close().await?);
        }
        patience(begun, &format!("{reason:?} among {reasons:?}")).await?;
    }
}

/// Whether the node's mirror has read the documents.
async fn read(honest: &Honest, deeds: &Deeds) -> Result<(), Broken> {
    ensure(!deeds.documents.is_empty(), || {
        "no document was written".to_owned()
    })?;
    let mut mirror = honest.mirror().await?;
    let begun = Instant::now();
    for document in &deeds.documents {
        loop {
            let sql = "SELECT state FROM document WHERE document = ?";
            let states = texts(&mut mirror, sql, document).await?;
            if states == ["read"] {
                break;
            }
            patience(begun, &format!("a document that is read; it is {states:?}")).await?;
        }
    }
    Ok(mirror.close().await?)
}

/// Whether the node's mirror, which has caught up, shows none of the documents.
async fn uncounted(honest: &Honest, deeds: &Deeds) -> Result<(), Broken> {
    ensure(!deeds.documents.is_empty(), || {
        "no document was written".to_owned()
    })?;
    let mut mirror = honest.mirror().await?;
    for document in &deeds.documents {
        for sql in [
            "SELECT state FROM document WHERE state = 'read' AND document = ?",
            "SELECT title_da FROM question WHERE document = ?",
        ] {
            let shown = texts(&mut mirror, sql, document).await?;
            ensure(shown.is_empty(), || {
                format!("a removed member's document is shown: {shown:?}")
            })?;
        }
    }
    Ok(mirror.close().await?)
}

async fn texts(
    mirror: &mut SqliteConnection,
    sql: &'static str,
    bound: &str,
) -> Result<Vec<String>, Broken> {
    Ok(sqlx::query_scalar(sql)
        .bind(bound)
        .fetch_all(mirror)
        .await?)
}

/// Whether all honest nodes hold the feeds, and equally far.
async fn held(network: &Network, deeds: &Deeds) -> Result<(), Broken> {
    ensure(!deeds.feeds.is_empty(), || "no feed was written".to_owned())?;
    let begun = Instant::now();
    loop {
        let mut tips = Vec::new();
        for honest in &network.honest {
            let store = Store::open_read_only(honest.daemon.path().join("node.db")).await?;
            let mut feeds = store.feeds().await?;
            feeds.retain(|feed| deeds.feeds.contains(&feed.feed.to_string()));
            let held: Vec<(FeedId, u64)> =
                feeds.iter().map(|feed| (feed.feed, feed.tip.seq)).collect();
            tips.push(held);
            store.close().await?;
        }
        if tips[0].len() == deeds.feeds.len() && tips.iter().all(|held| *held == tips[0]) {
            return Ok(());
        }
        tokio::time::sleep(POLL).await;
        patience(begun, "feeds that all hold").await?;
    }
}

/// Whether the node's mirror has the proof that the feeds' author signed twice.
async fn cut(honest: &Honest, deeds: &Deeds) -> Result<(), Broken> {
    ensure(!deeds.feeds.is_empty(), || "no feed was written".to_owned())?;
    let mut mirror = honest.mirror().await?;
    let begun = Instant::now();
    for feed in &deeds.feeds {
        loop {
            let sql = "SELECT member FROM equivocation WHERE feed = ?";
            if !texts(&mut mirror, sql, feed).await?.is_empty() {
                break;
            }
            patience(begun, "the proof of two branches").await?;
        }
    }
    Ok(mirror.close().await?)
}
