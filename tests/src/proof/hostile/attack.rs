//! The hostile node as a process.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use super::network::Network;
use crate::hostile::{Case, Deeds};
use crate::program::{self, Broken};

/// Guards against hanging only.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long is looked for a line that need not be there.
const GLANCE: Duration = Duration::from_millis(5);

/// A hostile node at work.
#[derive(Debug)]
pub(super) struct Attack {
    pub(super) name: &'static str,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    log: PathBuf,
    is_done: bool,
}

impl Attack {
    /// Sends one of the hostile members against the honest ones, a different one of them first for each.
    pub(super) fn start(
        network: &Network,
        number: usize,
        case: &'static Case,
        ticket: Option<&str>,
        quick: bool,
        place: &Path,
    ) -> Result<Self, Broken> {
        let log = place.join(format!("{}-{number}.log", case.name));
        let mut command = Command::new(program::hostile()?);
        command
            .arg("--data")
            .arg(&network.hostile[number])
            .arg("--stolen")
            .arg(network.honest[0].daemon.path())
            .arg("--accomplice")
            .arg(&network.visitor_path)
            .args(["--case", case.name]);
        for place in 0..network.honest.len() {
            let peer = &network.honest[(place + number) % network.honest.len()];
            command.arg("--peer").arg(peer.address.to_string());
        }
        if let Some(ticket) = ticket {
            command.args(["--ticket", ticket]);
        }
        if quick {
            command.arg("--quick");
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take();
        let stdout = stdout.ok_or_else(|| Broken::new("nothing to read from"))?;
        Ok(Self {
            name: case.name,
            child,
            lines: BufReader::new(stdout).lines(),
            log,
            is_done: false,
        })
    }

    /// Waits until it is under way.
    pub(super) async fn under_way(&mut self) -> Result<(), Broken> {
        let line = timeout(PATIENCE, self.lines.next_line()).await;
        match line {
            Ok(Ok(Some(line))) if line.contains("under_way") => Ok(()),
            Ok(Ok(line)) => Err(self.failed(&format!("it said {line:?}"))),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(self.failed("it does not begin")),
        }
    }

    /// Whether all of it was done once.
    pub(super) async fn is_done_once(&mut self) -> Result<bool, Broken> {
        if self.is_done {
            return Ok(true);
        }
        // Reading a line can be given up and taken up again.
        match timeout(GLANCE, self.lines.next_line()).await {
            Err(_) => {}
            Ok(Ok(Some(line))) => self.is_done = line.contains("done_once"),
            Ok(Ok(None)) => return Err(self.failed("it ended")),
            Ok(Err(error)) => return Err(error.into()),
        }
        Ok(self.is_done)
    }

    /// Ends it, and hears what it did and saw.
    pub(super) async fn end(mut self) -> Result<Deeds, Broken> {
        drop(self.child.stdin.take());
        let deeds = async {
            while let Some(line) = self.lines.next_line().await? {
                let mut line: Value = serde_json::from_str(&line)?;
                if line.get("deeds").is_some() {
                    return Ok(serde_json::from_value::<Deeds>(line["deeds"].take())?);
                }
            }
            Err(Broken::new("it ended without a word"))
        };
        match timeout(PATIENCE, deeds).await {
            Ok(Ok(deeds)) => {
                self.child.wait().await?;
                Ok(deeds)
            }
            Ok(Err(broken)) => Err(self.failed(&broken.0)),
            Err(_) => Err(self.failed("it does not end")),
        }
    }

    fn failed(&self, what: &str) -> Broken {
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        Broken(format!(
            "the hostile node ({}): {what}; {}",
            self.name,
            said.trim()
        ))
    }
}
