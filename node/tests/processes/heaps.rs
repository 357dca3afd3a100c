//! How the daemon begins, where the library is glibc, which has heaps for threads.

use std::fs;

use tempfile::TempDir;

use super::pair::{ask, serve};

#[test]
fn a_daemon_keeps_few_heaps_and_the_number_of_its_process() {
    let data = TempDir::new().unwrap();
    ask(data.path(), &["init", "--member", "0159"]);
    let (daemon, _, _) = serve(data.path());
    // It listens: what was started is what serves.
    let process = daemon.0.id();
    let environment = fs::read(format!("/proc/{process}/environ")).unwrap();
    let mut set = environment.split(|byte| *byte == 0);
    assert!(set.any(|variable| variable.starts_with(b"MALLOC_ARENA_MAX=")));
    assert_eq!(ask(data.path(), &["status"])["standing"], "member");
}
