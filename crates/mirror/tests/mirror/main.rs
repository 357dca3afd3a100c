//! What the mirror promises to local tools and to the node.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod contract;
mod faults;
mod fixture;
mod hostile;
mod order;
mod readers;
mod search;
mod views;
