//! An honest member that wants in while others misbehave.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use faelled_proto::RosterHash;
use faelled_proto::message::{Hello, PROTOCOL_VERSION};

use super::link::Link;
use super::mask::Mask;
use super::villain::summary;
use crate::member::Credentials;
use crate::program::Broken;

/// As a node does that was turned away.
const REDIAL: Duration = Duration::from_millis(500);
/// Guards against hanging only.
const PATIENCE: Duration = Duration::from_secs(60);

/// Connects, from the address that most others come from too, until it is greeted as a member. Says how long that
/// took.
///
/// # Errors
/// When it never gets in.
pub async fn visit(credentials: &Credentials, peer: SocketAddr) -> Result<Duration, Broken> {
    let mask = Mask::new(&credentials.keys.node, 1 << 20)?;
    let begun = Instant::now();
    loop {
        let greeted = async {
            let mut link = Link::open(&mask, peer).await?;
            let hello = Hello {
                oldest_version: PROTOCOL_VERSION,
                newest_version: PROTOCOL_VERSION,
                software: "visitor".into(),
                certificate: credentials.certificate.clone(),
                summary: summary(0, RosterHash::ZERO),
            };
            link.greet(hello).await
        };
        match greeted.await {
            Ok(()) => return Ok(begun.elapsed()),
            Err(broken) if begun.elapsed() > PATIENCE => return Err(broken),
            Err(_) => tokio::time::sleep(REDIAL).await,
        }
    }
}
