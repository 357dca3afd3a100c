//! What the stewards of a network decide, by the commands that people type.

use std::ffi::OsStr;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::network::{CODES, Network};
use crate::daemon::patience;
use crate::program::{Broken, json};

/// Between two looks at the proposals.
const POLL: Duration = Duration::from_millis(20);

impl Network {
    /// The only steward removes the hostile members, and all honest ones learn of it.
    pub(super) async fn remove_hostile(&self) -> Result<(), Broken> {
        for code in &self.hostile_codes {
            self.members(0, &["remove", code, "--yes"])?;
        }
        self.all_follow(0).await
    }

    /// The first two honest members and the first hostile one become the stewards, of whom two decide.
    pub(super) async fn appoint_hostile(&self) -> Result<(), Broken> {
        let [one, other] = [CODES[0], CODES[1]];
        self.both_decide(&["stewards", one, other, self.hostile_codes[0], "--yes"])
            .await
    }

    /// The two honest stewards remove the hostile one.
    pub(super) async fn outvote_hostile(&self) -> Result<(), Broken> {
        self.both_decide(&["remove", self.hostile_codes[0], "--yes"])
            .await
    }

    /// The first honest steward proposes, the second one approves what reached its node, and all honest members
    /// follow.
    async fn both_decide(&self, proposal: &[&str]) -> Result<(), Broken> {
        let proposed = self.members(0, proposal)?;
        let hash = proposed["voted"][0]["hash"].as_str();
        let hash = hash.ok_or_else(|| Broken(format!("nothing was proposed: {proposed}")))?;
        let begun = Instant::now();
        loop {
            let seen = self.members(1, &["proposals"])?;
            let is_there = |one: &Value| one["hash"] == hash;
            if seen["proposals"]
                .as_array()
                .is_some_and(|seen| seen.iter().any(is_there))
            {
                break;
            }
            patience(begun, "the other steward's proposal").await?;
            tokio::time::sleep(POLL).await;
        }
        let approved = self.members(1, &["approve", hash, "--yes"])?;
        let decided = approved["decided"].as_array().map(Vec::len);
        if decided != Some(1) {
            return Err(Broken(format!("two do not decide: {approved}")));
        }
        self.all_follow(1).await
    }

    fn members(&self, number: usize, arguments: &[&str]) -> Result<Value, Broken> {
        let path = self.honest[number].daemon.path();
        let arguments = arguments.iter().map(OsStr::new);
        let data = [OsStr::new("--data"), path.as_os_str()];
        json(
            [OsStr::new("members")]
                .into_iter()
                .chain(arguments)
                .chain(data),
        )
    }

    /// Waits until all honest members have the roster that one of them has.
    async fn all_follow(&self, number: usize) -> Result<(), Broken> {
        let version = self.honest[number].daemon.status().await?["roster_version"].clone();
        for honest in &self.honest {
            honest
                .daemon
                .until("the roster that was decided on", |status| {
                    status["roster_version"] == version
                })
                .await?;
        }
        Ok(())
    }
}
