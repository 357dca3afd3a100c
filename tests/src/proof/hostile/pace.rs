//! How long an honest sync takes.

use std::time::Duration;

use super::network::Network;
use crate::program::Broken;

/// So many syncs of a network that nobody disturbs.
pub(super) async fn undisturbed(network: &Network, count: usize) -> Result<Vec<Duration>, Broken> {
    let mut markers = Vec::new();
    for _ in 0..count {
        markers.push(network.marker().await?);
    }
    Ok(markers)
}

/// The one in the middle.
pub(super) fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
