//! The binary `faelled`, built in the same profile as what uses it.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// Holds the passphrase of every identity key that a command of the tests makes: the credential
/// `faelled-passphrase`.
pub const CREDENTIALS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/credentials");

/// Something that was needed did not happen.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub String);

impl Broken {
    /// Says what.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

macro_rules! from_error {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for Broken {
            fn from(error: $error) -> Self {
                Self(error.to_string())
            }
        }
    )*};
}
from_error!(
    std::io::Error,
    serde_json::Error,
    sqlx::Error,
    faelled::Failure,
    faelled_store::StoreError,
    faelled_mirror::MirrorError,
    faelled_net::NetError,
    std::string::FromUtf8Error,
);

/// The binary's path. Built once a process; cargo does nothing where it is up to date.
///
/// # Errors
/// When it cannot be built.
pub fn faelled() -> Result<PathBuf, Broken> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BUILT
        .get_or_init(|| build("faelled", "faelled").map_err(|broken| broken.0))
        .clone()
        .map_err(Broken)
}

/// The path of the hostile node's binary, built like [`faelled`].
///
/// # Errors
/// When it cannot be built.
pub fn hostile() -> Result<PathBuf, Broken> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BUILT
        .get_or_init(|| build(env!("CARGO_PKG_NAME"), "hostile").map_err(|broken| broken.0))
        .clone()
        .map_err(Broken)
}

/// The path of the binary of a node that is recorded, built like [`faelled`].
///
/// # Errors
/// When it cannot be built.
pub fn tapped() -> Result<PathBuf, Broken> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BUILT
        .get_or_init(|| build(env!("CARGO_PKG_NAME"), "tapped").map_err(|broken| broken.0))
        .clone()
        .map_err(Broken)
}

fn build(package: &str, binary: &str) -> Result<PathBuf, Broken> {
    let own = std::env::current_exe()?;
    let profile = own
        .ancestors()
        .find(|path| {
            path.file_name()
                .is_some_and(|name| name == "release" || name == "debug")
        })
        .ok_or_else(|| Broken::new("this program does not lie where cargo puts it"))?;
    let mut cargo = cargo();
    cargo.args(["build", "--quiet", "--package", package, "--bin", binary]);
    cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    let status = cargo.stdin(Stdio::null()).status()?;
    if !status.success() {
        return Err(Broken(format!("the binary {binary} cannot be built")));
    }
    Ok(profile.join(binary))
}

/// The cargo that runs this, to be given arguments.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What the outer cargo says of this package is not for the inner one: build scripts that look at it would
    // run anew, and with them half of the dependencies.
    for (name, _) in std::env::vars_os() {
        let of_package = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_CRATE_",
            "CARGO_BIN_",
        ];
        if of_package
            .iter()
            .any(|prefix| name.to_string_lossy().starts_with(prefix))
        {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Runs `faelled` and waits for its end.
///
/// # Errors
/// When it cannot be started.
pub fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Result<Output, Broken> {
    Ok(Command::new(faelled()?)
        .args(arguments)
        .env("FAELLED_LANG", "en")
        .env("CREDENTIALS_DIRECTORY", CREDENTIALS)
        .env_remove("FAELLED_DATA")
        .stdin(Stdio::null())
        .output()?)
}

/// Runs `faelled --json` and reads what it prints.
///
/// # Errors
/// When it fails, with what it said.
pub fn json<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Result<Value, Broken> {
    let arguments: Vec<S> = arguments.into_iter().collect();
    let all = arguments
        .iter()
        .map(AsRef::as_ref)
        .chain([OsStr::new("--json")]);
    let output = run(all)?;
    if output.status.success() {
        return Ok(serde_json::from_slice(&output.stdout)?);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let asked: Vec<_> = arguments
        .iter()
        .map(|argument| argument.as_ref().to_string_lossy())
        .collect();
    Err(Broken(format!(
        "faelled {} ended with {}: {}",
        asked.join(" "),
        output.status,
        said.trim()
    )))
}

/// A file of the examples.
#[must_use]
pub fn example(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples")).join(path)
}
