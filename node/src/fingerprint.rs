//! How a key or a federation is written where two people compare it by telephone.

use std::fmt::Display;

/// The first 80 bits of what is written in hexadecimal, in groups that can be read aloud.
pub(crate) fn fingerprint(of: &impl Display) -> String {
    let hex = of.to_string();
    let groups: Vec<&str> = (0..5)
        .filter_map(|group| hex.get(group * 4..group * 4 + 4))
        .collect();
    groups.join(" ")
}
