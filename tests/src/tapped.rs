//! A node in a process of its own of which all that it sends is recorded, before compression and encryption.
//!
//! The product's daemon has no such thing. The program `tapped` is its parts, put together here; it is asked on its
//! standard input, and its log goes to standard error as a daemon's does.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use faelled::request::Request;
use faelled_proto::NodeKey;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::daemon::patience;
use crate::program::{self, Broken};
use crate::proof::recorded;

/// What the program is asked, one a line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Asked {
    /// What a person asks of a node.
    Node(Box<Request>),
    /// Writes all that was sent to a node into a file.
    Sent { to: [u8; 32], into: PathBuf },
}

/// Runs such a node until the standard input ends.
///
/// # Errors
/// When it cannot be opened or stopped.
pub async fn play(data: &Path, listen: SocketAddr) -> Result<(), Broken> {
    let sent = recorded::Sent::default();
    let node = recorded::open(data, &sent, Some(listen)).await?;
    answer(&json!({ "listening": node.listening() }))?;
    let (lines, mut asked) = tokio::sync::mpsc::channel(1);
    // A read of the standard input cannot be taken back: it has a thread of its own, which the process ends.
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if lines.blocking_send(line).is_err() {
                break;
            }
        }
    });
    while let Some(line) = asked.recv().await {
        match serde_json::from_str(&line)? {
            Asked::Node(request) => match node.service().data(*request).await {
                Ok(data) => answer(&json!({ "ok": data }))?,
                Err(failure) => answer(&json!({ "failed": failure }))?,
            },
            Asked::Sent { to, into } => {
                let pieces = sent.since(0, NodeKey::from_bytes(to));
                let bytes: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.bytes).collect();
                std::fs::write(into, &bytes)?;
                answer(&json!({ "ok": bytes.len() }))?;
            }
        }
    }
    Ok(node.stop().await?)
}

fn answer(value: &Value) -> Result<(), Broken> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}")?;
    Ok(out.flush()?)
}

/// Such a process, for whoever started it. Killed when dropped.
#[derive(Debug)]
pub struct Tapped {
    /// Its data directory.
    pub path: PathBuf,
    /// Where it listens.
    pub listening: String,
    child: Child,
    asked: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Tapped {
    /// Starts one at an address, with its log in a file and what a reboot takes away in a directory.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(data: &Path, listen: &str, log: &Path, run_time: &Path) -> Result<Self, Broken> {
        let mut child = Command::new(program::tapped()?)
            .arg(data)
            .arg(listen)
            .env("FAELLED_LOG", "trace")
            .env("CREDENTIALS_DIRECTORY", program::CREDENTIALS)
            .env("RUNTIME_DIRECTORY", run_time)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(log)?)
            .spawn()?;
        let no_pipe = || Broken::new("a process without its pipes");
        let asked = child.stdin.take().ok_or_else(no_pipe)?;
        let answers = child.stdout.take().ok_or_else(no_pipe)?;
        let mut tapped = Self {
            path: data.to_owned(),
            listening: String::new(),
            child,
            asked: Some(asked),
            answers: BufReader::new(answers),
        };
        let ready = tapped.answer()?;
        ready["listening"]
            .as_str()
            .unwrap_or_default()
            .clone_into(&mut tapped.listening);
        Ok(tapped)
    }

    /// Asks the node.
    ///
    /// # Errors
    /// When it is gone, or says no.
    pub fn ask(&mut self, request: Request) -> Result<Value, Broken> {
        self.say(&Asked::Node(Box::new(request)))
    }

    /// Asks until the answer is as it should be.
    ///
    /// # Errors
    /// When it never is, with the last one.
    pub async fn until(
        &mut self,
        what: &str,
        request: Request,
        holds: impl Fn(&Value) -> bool,
    ) -> Result<Value, Broken> {
        let begun = Instant::now();
        loop {
            let answer = self.ask(request.clone());
            if let Ok(answer) = &answer
                && holds(answer)
            {
                return Ok(answer.clone());
            }
            if let Err(broken) = patience(begun, what).await {
                return Err(Broken(format!("{broken}: {answer:?}")));
            }
        }
    }

    /// All that it sent to a node since its start.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn sent_to(&mut self, node_key: NodeKey, into: &Path) -> Result<Vec<u8>, Broken> {
        self.say(&Asked::Sent {
            to: *node_key.as_bytes(),
            into: into.to_owned(),
        })?;
        Ok(std::fs::read(into)?)
    }

    /// Ends it in order.
    ///
    /// # Errors
    /// When it does not end well.
    pub fn stop(mut self) -> Result<(), Broken> {
        self.asked = None;
        let status = self.child.wait()?;
        if status.success() {
            Ok(())
        } else {
            Err(Broken(format!("a node ended with {status}")))
        }
    }

    fn say(&mut self, asked: &Asked) -> Result<Value, Broken> {
        let line = serde_json::to_string(asked)?;
        let pipe = self.asked.as_mut();
        let pipe = pipe.ok_or_else(|| Broken::new("the node is stopping"))?;
        writeln!(pipe, "{line}")?;
        let answer = self.answer()?;
        match answer.get("ok") {
            Some(said) => Ok(said.clone()),
            None => Err(Broken(answer.to_string())),
        }
    }

    fn answer(&mut self) -> Result<Value, Broken> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(Broken(format!(
                "the node of {} is gone",
                self.path.display()
            )));
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Tapped {
    fn drop(&mut self) {
        if self.child.kill().is_ok() && self.child.wait().is_err() {
            eprintln!("a node may still run");
        }
    }
}
