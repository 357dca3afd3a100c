//! Beginning and end of an attack: a line when it is under way, and the end of the input to end it.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tokio::sync::watch;

/// Tells who started the program that the attack is under way, and learns when it has seen enough.
#[derive(Debug)]
pub(super) struct Stage {
    told: AtomicBool,
    end: watch::Receiver<bool>,
}

impl Stage {
    /// The attack goes on until the standard input ends.
    pub(super) fn begin() -> Self {
        let (sender, end) = watch::channel(false);
        std::thread::spawn(move || {
            let mut byte = [0];
            while matches!(std::io::stdin().read(&mut byte), Ok(1)) {}
            sender.send_replace(true);
        });
        Self {
            told: AtomicBool::new(false),
            end,
        }
    }

    /// The attack is under way. Told once.
    pub(super) fn under_way(&self) {
        if !self.told.swap(true, Ordering::Relaxed) {
            tell("under_way");
        }
    }

    /// Everything was done at least once.
    pub(super) fn done_once(&self) {
        tell("done_once");
    }

    /// Waits for the end.
    pub(super) async fn over(&self) {
        let mut end = self.end.clone();
        // The thread that waits for it ends with it, having said so.
        drop(end.wait_for(|end| *end).await);
    }
}

fn tell(what: &str) {
    println!("{}", json!({ "now": what }));
    // Where nobody reads any more, the end of the input follows and ends the program.
    drop(std::io::stdout().flush());
}
