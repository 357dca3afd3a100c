//! Two nodes that meet: one that gives and one that takes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use faelled::directory::Directory;
use faelled_proto::ticket::NodeAddress;
use serde_json::Value;

use crate::country::{Country, Feed};
use crate::daemon::Daemon;
use crate::program::Broken;

/// Bytes that do not move for so long have come to rest.
const REST: Duration = Duration::from_millis(600);

/// Two nodes that met and hold the same.
#[derive(Debug)]
pub struct Pair {
    /// Was there first.
    pub giver: Daemon,
    /// Dialled it.
    pub taker: Daemon,
    /// What it took to meet, on the taker's streams.
    pub traffic: Traffic,
}

/// Bytes on a node's streams, since it started or between two moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes that it sent.
    pub sent: u64,
    /// Bytes that it got.
    pub received: u64,
}

impl Traffic {
    /// What a node's status says.
    #[must_use]
    pub fn of(status: &Value) -> Self {
        let bytes = |name: &str| status[name].as_u64().unwrap_or(0);
        Self {
            sent: bytes("bytes_sent"),
            received: bytes("bytes_received"),
        }
    }

    /// Both ways together.
    #[must_use]
    pub const fn both(self) -> u64 {
        self.sent + self.received
    }

    /// What came since an earlier moment.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self {
            sent: self.sent - earlier.sent,
            received: self.received - earlier.received,
        }
    }
}

/// Where a node is, and with which key: what another one dials.
///
/// # Errors
/// When it does not listen.
pub async fn address(node: &Daemon) -> Result<NodeAddress, Broken> {
    let listening = node.status().await?["listening"].as_str().map(str::parse);
    let Some(Ok(address)) = listening else {
        return Err(Broken::new("a node does not listen"));
    };
    let node_key = Directory::at(node.path()).keys()?.node.node_key();
    Ok(NodeAddress { address, node_key })
}

impl Pair {
    /// Makes the directories of the first two members' nodes, one with all feeds and one with what is held, starts
    /// both, and waits until they hold the same.
    ///
    /// # Errors
    /// When they never do.
    pub async fn meet(
        country: &Country,
        place: &Path,
        all: &[Feed],
        held: &[Feed],
    ) -> Result<Self, Broken> {
        let paths: [PathBuf; 2] = [place.join("giver"), place.join("taker")];
        std::fs::create_dir_all(place)?;
        country.node(&paths[0], 0, all, None).await?;
        let giver = Daemon::start(&paths[0]).await?;
        let giving = address(&giver).await?;
        country.node(&paths[1], 1, held, Some(giving)).await?;
        let taker = Daemon::start(&paths[1]).await?;
        let entries: usize = all.iter().map(|feed| feed.entries.len()).sum();
        let mut pair = Self {
            giver,
            taker,
            traffic: Traffic {
                sent: 0,
                received: 0,
            },
        };
        pair.traffic = pair.at_rest(entries as u64).await?;
        Ok(pair)
    }

    /// What crossed the taker's streams once it holds so many entries and nothing moves any more.
    ///
    /// # Errors
    /// When it never does.
    pub async fn at_rest(&self, entries: u64) -> Result<Traffic, Broken> {
        let holds = |status: &Value| {
            status["entries"] == entries && status["peers"][0]["member"].is_string()
        };
        let mut before = self.taker.until("all entries", holds).await?;
        loop {
            tokio::time::sleep(REST).await;
            let now = self.taker.status().await?;
            if Traffic::of(&now) == Traffic::of(&before) {
                return Ok(Traffic::of(&now));
            }
            before = now;
        }
    }
}
