//! What documents promise where several people write them, and where versions of the software differ.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod conflicts;
mod convergence;
mod items;
mod texts;
mod unknown;
mod writers;
