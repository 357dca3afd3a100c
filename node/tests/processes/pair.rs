//! A daemon, a command, and two members that have joined.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Holds the passphrase of every identity key that is made here.
pub(crate) const CREDENTIALS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/credentials");
const FAELLED: &str = env!("CARGO_BIN_EXE_faelled");
/// Only guards against hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
pub(crate) const POLL: Duration = Duration::from_millis(50);

/// A process that does not outlive its test.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

pub(crate) fn faelled(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(FAELLED);
    command
        .args(arguments)
        .arg("--json")
        .env("FAELLED_DATA", data)
        .env("FAELLED_LANG", "en")
        .env("CREDENTIALS_DIRECTORY", CREDENTIALS)
        .stdin(Stdio::null());
    command
}

pub(crate) fn json(output: &Output) -> Value {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

pub(crate) fn ask(data: &Path, arguments: &[&str]) -> Value {
    json(&faelled(data, arguments).output().unwrap())
}

/// What a command that is refused says: its code, and its message in English.
pub(crate) fn refused(data: &Path, arguments: &[&str]) -> (String, String) {
    let output = faelled(data, arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    let failure: Value = serde_json::from_slice(&output.stderr).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (
        text(&failure["error"]["code"]),
        text(&failure["error"]["message"]["en"]),
    )
}

/// Asks until the answer fits.
pub(crate) fn until(data: &Path, arguments: &[&str], fits: impl Fn(&Value) -> bool) -> Value {
    let started = Instant::now();
    loop {
        let output = faelled(data, arguments).output().unwrap();
        let answer = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        if output.status.success() && fits(&answer) {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "{arguments:?}: {answer}");
        std::thread::sleep(POLL);
    }
}

/// A daemon, its output, and the address that it listens on.
pub(crate) type Daemon = (Running, BufReader<ChildStdout>, String);

/// Starts a daemon and gives the address that it says it listens on.
pub(crate) fn serve(data: &Path) -> Daemon {
    let mut command = faelled(data, &["serve", "--listen", "127.0.0.1:0"]);
    let mut daemon = Running(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(daemon.0.stdout.take().unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let address = ready["listening"].as_str().unwrap().to_owned();
    (daemon, lines, address)
}

/// Gladsaxe that leads, and Ballerup; both run.
pub(crate) struct Pair {
    pub(crate) lead: TempDir,
    pub(crate) other: TempDir,
    pub(crate) daemons: [Daemon; 2],
}

pub(crate) fn pair() -> Pair {
    let (lead, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    ask(lead.path(), &["init", "--member", "0159"]);
    let serving = serve(lead.path());
    let ticket = ask(lead.path(), &["invite", "--address", &serving.2]);
    let ticket = ticket["ticket"].as_str().unwrap();
    let join = ["join", ticket, "--member", "0151", "--no-wait"];
    ask(other.path(), &join);
    let joining = serve(other.path());
    until(lead.path(), &["members"], |members| {
        members["requests"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    });
    ask(lead.path(), &["members", "approve", "0151", "--yes"]);
    until(other.path(), &["status"], |status| {
        status["standing"] == "member"
    });
    Pair {
        lead,
        other,
        daemons: [serving, joining],
    }
}
