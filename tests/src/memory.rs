//! What processes take.

use rustix::process::Pid;

use crate::program::Broken;

/// The most memory that a process ever held, in KiB.
///
/// # Errors
/// When the system does not tell.
pub fn peak_kib(pid: Pid) -> Result<u64, Broken> {
    of(pid, "VmHWM:")
}

fn of(pid: Pid, name: &str) -> Result<u64, Broken> {
    let pid = pid.as_raw_nonzero();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let figure = line.and_then(|line| line.split_whitespace().next());
    let figure = figure.and_then(|figure| figure.parse().ok());
    figure.ok_or_else(|| Broken::new("the system does not tell of a process's memory"))
}
