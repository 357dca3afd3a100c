//! `faelled demo`, and what other tools read from the mirror that it leaves.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Report, ensure};
use crate::daemon::Daemon;
use crate::program::{self, Broken, example};

pub(super) async fn run(report: Report) -> Result<Report, Broken> {
    let directory = tempfile::tempdir()?;
    let place = directory.path().join("demo");
    let (mut report, hints) = demo(report, &place)?;
    let albertslund = place.join("albertslund");
    for hint in &hints {
        output("sh", [OsStr::new("-c"), OsStr::new(hint)])?;
    }
    ensure(hints.len() >= 4, || {
        format!("the demo hints at {hints:?} only")
    })?;
    report.saw(format!(
        "all {} commands that the demo hints at work as they stand",
        hints.len()
    ));
    let daemon = Daemon::start(&albertslund).await?;
    let mirror = albertslund.join("mirror.db");

    let read = format!(
        ".read '{}'",
        example("mirror/reuse-in-packaging.sql").display()
    );
    let stock = output(
        "sqlite3",
        [
            OsStr::new("-readonly"),
            mirror.as_os_str(),
            OsStr::new(&read),
        ],
    )?;
    let script = example("mirror/reuse_in_packaging.py");
    let python = output("python3", [script.as_os_str(), mirror.as_os_str()])?;
    for (tool, text) in [("sqlite3", &stock), ("python3", &python)] {
        ensure(
            text.contains("GLX-EMB-001") && text.contains("Ballerup"),
            || format!("{tool} does not show Ballerup's pilot of GLX-EMB-001:\n{text}"),
        )?;
        report.saw(format!(
            "{tool} reads it while the node runs: {} lines",
            text.lines().count()
        ));
        report.figure(&format!("{tool}_lines"), text.lines().count());
    }
    daemon.stop()?;
    Ok(report)
}

/// Runs the demo and checks what it says. Returns the commands with which it says that one can look further.
pub(super) fn demo(mut report: Report, place: &Path) -> Result<(Report, Vec<String>), Broken> {
    let output = program::run([OsStr::new("demo"), OsStr::new("--keep"), place.as_os_str()])?;
    let text = String::from_utf8(output.stdout)?;
    for line in text.lines() {
        report.saw(line);
    }
    ensure(output.status.success(), || {
        format!(
            "the demo ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        )
    })?;
    let last = text.lines().last().unwrap_or_default();
    ensure(last.starts_with("demo: ok ("), || {
        format!("the last line is {last:?}")
    })?;
    let counts: Vec<u64> = last
        .split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect();
    let [members, packs, requirements, pilots, bytes] = counts.as_slice() else {
        return Err(Broken(format!("the last line has other counts: {last:?}")));
    };
    ensure(
        (*members, *packs, *pilots) == (3, 2, 1) && *requirements >= 16 && *bytes > 0,
        || format!("the counts are not those of the demo: {last:?}"),
    )?;
    report.figure("members", *members);
    report.figure("packs", *packs);
    report.figure("requirements", *requirements);
    report.figure("pilots", *pilots);
    report.figure("bytes_synced", *bytes);
    let hints = text
        .lines()
        .skip_while(|line| !line.contains("Look further"))
        .skip(1)
        .map(str::trim)
        .filter(|line| !line.is_empty() && *line != last)
        .map(str::to_owned)
        .collect();
    Ok((report, hints))
}

/// What another tool prints; where it is not installed, that is what is said.
fn output<'a>(
    tool: &str,
    arguments: impl IntoIterator<Item = &'a OsStr>,
) -> Result<String, Broken> {
    let output = Command::new(tool).args(arguments).stdin(Stdio::null()).output().map_err(|error| {
        Broken(format!("this proof needs {tool}, which cannot be started ({error}): install it, e.g. apt-get install {tool}"))
    })?;
    ensure(output.status.success(), || {
        format!(
            "{tool} failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )
    })?;
    Ok(String::from_utf8(output.stdout)?)
}
