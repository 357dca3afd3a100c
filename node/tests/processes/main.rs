//! Real processes, and the commands that people type at them.

#![expect(
    clippy::unwrap_used,
    reason = "what is not as it should be fails the test"
)]

mod joining;
mod joint;
mod pair;
mod releasing;
