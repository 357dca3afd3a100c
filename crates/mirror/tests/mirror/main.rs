//! What the mirror promises to local tools and to the node.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod arrivals;
mod complete;
mod contract;
mod faults;
mod fixture;
mod full;
mod hostile;
mod order;
mod readers;
mod search;
mod standing;
mod together;
mod trust;
mod views;
