//! The misdeeds: each goes through itself once and says what it did and saw.

pub(super) mod documents;
pub(super) mod encodings;
pub(super) mod entries;
pub(super) mod floods;
pub(super) mod newcomers;
pub(super) mod replays;
pub(super) mod rosters;
pub(super) mod slow;
pub(super) mod spaces;
pub(super) mod statements;

use std::future::Future;
use std::pin::Pin;

use faelled_proto::{FeedId, SignedEntry};

use super::deeds::Deeds;
use super::feed::Feed;
use super::villain::Villain;
use crate::program::Broken;

/// A misdeed under way.
pub(super) type Acting<'a> = Pin<Box<dyn Future<Output = Result<Deeds, Broken>> + Send + 'a>>;

/// Sends a whole feed as one run.
async fn whole(villain: &Villain, feed: &Feed) -> Result<Deeds, Broken> {
    let mut deeds = part(villain, feed.id, 0, &feed.entries).await?;
    deeds.feed(feed.id);
    Ok(deeds)
}

/// Sends entries under a feed's name.
async fn part(
    villain: &Villain,
    feed: FeedId,
    from: u64,
    entries: &[SignedEntry],
) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let link = villain.enter().await?;
    link.run(feed, from, entries).await?;
    deeds.send(1);
    link.leave(&mut deeds).await;
    Ok(deeds)
}
