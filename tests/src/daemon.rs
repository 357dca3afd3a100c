//! A daemon as a process of its own.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use faelled::client::ask_daemon;
use faelled::directory::Directory;
use faelled::request::{Envelope, Request, Screen};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::program::{self, Broken};

/// Against hanging only: what is waited for must come, however long it takes.
const PATIENCE: Duration = Duration::from_secs(180);
const POLL: Duration = Duration::from_millis(50);

/// A running daemon. Killed when dropped.
#[derive(Debug)]
pub struct Daemon {
    directory: Directory,
    child: Child,
}

impl Daemon {
    /// Starts the daemon of a directory on a free port of loopback, and waits until it answers.
    ///
    /// # Errors
    /// When it ends, with what it said.
    pub async fn start(directory: &Path) -> Result<Self, Broken> {
        Self::start_at(directory, "127.0.0.1:0").await
    }

    /// Starts the daemon at an address.
    ///
    /// # Errors
    /// When it ends, with what it said.
    pub async fn start_at(directory: &Path, listen: &str) -> Result<Self, Broken> {
        Self::start_with(directory, listen, &[]).await
    }

    /// Starts the daemon at an address, with more in its environment.
    ///
    /// # Errors
    /// When it ends, with what it said.
    pub async fn start_with(
        directory: &Path,
        listen: &str,
        environment: &[(&str, OsString)],
    ) -> Result<Self, Broken> {
        let log = directory.join("serve.log");
        let child = Command::new(program::faelled()?)
            .args(["serve", "--listen", listen, "--data"])
            .arg(directory)
            .env("FAELLED_LANG", "en")
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()?;
        let mut daemon = Self {
            directory: Directory::at(directory),
            child,
        };
        let begun = Instant::now();
        while daemon.try_ask(Request::Status).await?.is_none() {
            if let Some(status) = daemon.child.try_wait()? {
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                return Err(Broken(format!(
                    "the daemon ended with {status}: {}",
                    said.trim()
                )));
            }
            patience(begun, "a daemon's start").await?;
        }
        Ok(daemon)
    }

    /// Its data directory.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    /// Asks it.
    ///
    /// # Errors
    /// When it is gone, or says no.
    pub async fn ask(&self, request: Request) -> Result<Value, Broken> {
        self.try_ask(request)
            .await?
            .ok_or_else(|| Broken::new("the daemon is gone"))
    }

    async fn try_ask(&self, request: Request) -> Result<Option<Value>, Broken> {
        let envelope = Envelope {
            request,
            screen: Screen {
                danish: false,
                columns: 100,
            },
        };
        Ok(ask_daemon(&self.directory, &envelope)
            .await?
            .map(|reply| reply.json))
    }

    /// Its status.
    ///
    /// # Errors
    /// See [`Self::ask`].
    pub async fn status(&self) -> Result<Value, Broken> {
        self.ask(Request::Status).await
    }

    /// Waits until its status is as it should be, and returns it.
    ///
    /// # Errors
    /// When it never is, with what it was.
    pub async fn until(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Result<Value, Broken> {
        let begun = Instant::now();
        loop {
            let status = self.status().await?;
            if holds(&status) {
                return Ok(status);
            }
            if let Err(broken) = patience(begun, what).await {
                return Err(Broken(format!(
                    "{broken}; the status is {:#}",
                    shortened(status)
                )));
            }
        }
    }

    /// Its process's number.
    ///
    /// # Errors
    /// When it has none.
    pub fn pid(&self) -> Result<Pid, Broken> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        pid.ok_or_else(|| Broken::new("a process without a number"))
    }

    /// Sends its process a signal.
    ///
    /// # Errors
    /// When there is no such process.
    pub fn signal(&self, signal: Signal) -> Result<(), Broken> {
        kill_process(self.pid()?, signal).map_err(|error| Broken(error.to_string()))
    }

    /// `kill -9`: no word to the process, no time to write anything.
    ///
    /// # Errors
    /// When there is no such process.
    pub fn kill(mut self) -> Result<(), Broken> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Ends it in order.
    ///
    /// # Errors
    /// When it does not end well.
    pub fn stop(mut self) -> Result<(), Broken> {
        self.signal(Signal::TERM)?;
        let status = self.child.wait()?;
        if status.success() {
            Ok(())
        } else {
            Err(Broken(format!("the daemon ended with {status}")))
        }
    }
}

/// A status without all but its newest notices.
fn shortened(mut status: Value) -> Value {
    if let Some(notices) = status["notices"].as_array_mut() {
        let older = notices.len().saturating_sub(3);
        notices.drain(..older);
    }
    status
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if self.child.kill().is_ok() && self.child.wait().is_err() {
            eprintln!("a daemon may still run");
        }
    }
}

/// Waits a little, within the bound against hanging.
///
/// # Errors
/// When the bound is over.
pub async fn patience(begun: Instant, what: &str) -> Result<(), Broken> {
    if begun.elapsed() > PATIENCE {
        return Err(Broken(format!("waited in vain for {what}")));
    }
    tokio::time::sleep(POLL).await;
    Ok(())
}
