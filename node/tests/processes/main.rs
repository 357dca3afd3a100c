//! Real processes, and the commands that people type at them.

#![expect(
    clippy::unwrap_used,
    reason = "what is not as it should be fails the test"
)]

mod doctor;
mod groups;
#[cfg(target_env = "gnu")]
mod heaps;
mod joining;
mod joint;
mod keys;
mod pair;
mod recover;
mod releasing;
mod rotation;
mod stewards;
