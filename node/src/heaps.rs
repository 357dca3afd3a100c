//! How much memory a process that runs for long keeps and does not use.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// What glibc reads when a process begins: mallopt(3), `M_ARENA_MAX`.
const ARENAS: &str = "MALLOC_ARENA_MAX";
/// One for each of two threads that work at the same time.
const FEW: &str = "2";

/// Begins this process anew with few heaps, where nobody said how many. glibc gives up to eight threads a core one of
/// their own, and each keeps what the largest piece of work took there: members who write long histories took an
/// honest node to twice the memory so (the case `dependency-chain` of the proof `hostile`).
///
/// Returns in the process that has them, and where it cannot be done: then the node only takes more memory.
pub(crate) fn keep_few() {
    if !cfg!(target_env = "gnu") || std::env::var_os(ARENAS).is_some() {
        return;
    }
    let mut words = std::env::args_os();
    let name = words.next();
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return tracing::warn!(%error, "this program's own file is not known"),
    };
    let mut anew = Command::new(program);
    anew.args(words).env(ARENAS, FEW);
    anew.arg0(name.as_deref().unwrap_or_else(|| OsStr::new("faelled")));
    // Nothing is open yet; descriptors that were handed over stay.
    let error = anew.exec();
    tracing::warn!(%error, "the node could not begin with few heaps");
}
