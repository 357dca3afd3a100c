//! Makes a fuzz target of a function.

use std::panic::{catch_unwind, set_hook, take_hook};
use std::sync::Mutex;

pub use libfuzzer_sys;

/// Where and why the last panic was.
static LAST: Mutex<String> = Mutex::new(String::new());

/// A target that runs this function.
#[macro_export]
macro_rules! target {
    ($function:path) => {
        $crate::libfuzzer_sys::fuzz_target!(init: $crate::let_panics_unwind(), |bytes: &[u8]| {
            $crate::run($function, bytes);
        });
    };
}

/// libFuzzer's runtime ends the process at every panic, also at one that is caught: at Automerge's on a hostile
/// change, which sets the document aside and is no finding.
pub fn let_panics_unwind() {
    drop(take_hook());
    set_hook(Box::new(|panic| {
        if let Ok(mut last) = LAST.lock() {
            *last = panic.to_string();
        }
    }));
}

/// What gets out of a target is a finding.
pub fn run(target: fn(&[u8]), bytes: &[u8]) {
    if catch_unwind(|| target(bytes)).is_err() {
        let last = LAST.lock().map(|last| last.clone());
        eprintln!("finding: {}", last.unwrap_or_default());
        std::process::abort();
    }
}
