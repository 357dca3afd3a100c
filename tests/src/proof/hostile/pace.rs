//! How long an honest sync takes.

use std::time::Duration;

use super::network::Network;
use crate::program::Broken;

/// The pace of a network that nobody disturbs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) undisturbed: Duration,
    pub(super) count: usize,
}

impl Pace {
    /// Measures it: the median of so many markers.
    pub(super) async fn undisturbed(network: &Network, count: usize) -> Result<Self, Broken> {
        let mut markers = Vec::new();
        // The first one opens a feed, which later ones do not.
        network.marker().await?;
        for _ in 0..count {
            markers.push(network.marker().await?);
        }
        Ok(Self {
            undisturbed: median(&markers),
            count,
        })
    }
}

/// The one in the middle.
pub(super) fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
