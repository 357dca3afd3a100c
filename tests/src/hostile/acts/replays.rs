//! What others wrote, sent again where it does not belong.

use faelled_proto::{FeedId, Kind, SignedEntry, Space};
use faelled_store::FeedRow;

use super::super::broken;
use super::super::deeds::Deeds;
use super::super::villain::Villain;
use super::{part, whole};
use crate::program::Broken;

const MOST: usize = 50;

async fn theirs(
    villain: &Villain,
    is_wanted: impl Fn(&Space) -> bool,
) -> Result<(FeedRow, Vec<SignedEntry>), Broken> {
    let held = villain.held(is_wanted).await?;
    let feed = held.into_iter().next();
    let feed = feed.ok_or_else(|| Broken::new("it holds nothing of others to send again"))?;
    let entries = villain.entries_of(feed.feed).await?;
    Ok((feed, entries))
}

const fn is_group(space: &Space) -> bool {
    matches!(space, Space::Group(_))
}

/// A group's feed to somebody outside the group.
pub(in super::super) async fn group_to_the_outside(villain: &Villain) -> Result<Deeds, Broken> {
    let (feed, entries) = theirs(villain, is_group).await?;
    let outside = villain.peers.last().copied();
    let outside = outside.ok_or_else(|| Broken::new("nobody is outside"))?;
    let mut deeds = Deeds::default();
    let link = villain.enter_at(outside).await?;
    link.run(feed.feed, 0, &entries).await?;
    deeds.send(1);
    link.leave(&mut deeds).await;
    Ok(deeds)
}

/// Private drafts out of a stolen backup, to everybody.
pub(in super::super) async fn private_to_everybody(villain: &Villain) -> Result<Deeds, Broken> {
    let (feed, entries) = villain.stolen_feed().await?;
    let mut deeds = Deeds::default();
    for peer in &villain.peers {
        let link = villain.enter_at(*peer).await?;
        link.run(feed, 0, &entries).await?;
        deeds.send(1);
        link.leave(&mut deeds).await;
    }
    Ok(deeds)
}

/// A group's entry as if it were the next of a feed of the commons.
pub(in super::super) async fn group_into_the_commons(villain: &Villain) -> Result<Deeds, Broken> {
    let (_, entries) = theirs(villain, is_group).await?;
    let victim = villain.quiet_feed().await?;
    let entry = entries
        .last()
        .ok_or_else(|| Broken::new("the group is empty"))?;
    let mut header = entry.decode_header().map_err(broken)?;
    // In the place that is due, or it would not be looked at.
    header.seq = victim.tip.seq + 1;
    let body = entry.body.clone().unwrap_or_default();
    let entry = SignedEntry::sign(villain.credentials.federation, &villain.key, &header, body);
    part(villain, victim.feed, header.seq, &[entry]).await
}

/// The commons' entries as if they were of another feed.
pub(in super::super) async fn commons_elsewhere(villain: &Villain) -> Result<Deeds, Broken> {
    let (_, entries) = theirs(villain, |space| *space == Space::Commons).await?;
    part(
        villain,
        FeedId::from(villain.draw("elsewhere")),
        0,
        &entries,
    )
    .await
}

/// What others wrote of their documents, word for word in a feed of its own.
async fn copied(villain: &Villain, is_wanted: impl Fn(&Space) -> bool) -> Result<Deeds, Broken> {
    let (_, entries) = theirs(villain, is_wanted).await?;
    let mut feed = villain.feed(0);
    let mut documents = Vec::new();
    for entry in entries.iter().take(MOST) {
        let header = entry.decode_header().map_err(broken)?;
        if let (Some(document), Some(body)) = (header.document, entry.body.clone()) {
            feed.write(header.kind, Some(document), body);
            documents.push(document);
        }
    }
    let mut deeds = whole(villain, &feed).await?;
    documents
        .into_iter()
        .for_each(|document| deeds.document(document));
    Ok(deeds)
}

pub(in super::super) async fn copied_in_the_commons(villain: &Villain) -> Result<Deeds, Broken> {
    copied(villain, |space| *space == Space::Commons).await
}

pub(in super::super) async fn copied_from_a_group(villain: &Villain) -> Result<Deeds, Broken> {
    copied(villain, is_group).await
}

/// Changes that others made of their documents, in a document of its own.
pub(in super::super) async fn another_documents_changes(
    villain: &Villain,
) -> Result<Deeds, Broken> {
    let (_, entries) = theirs(villain, |space| *space == Space::Commons).await?;
    let mut feed = villain.feed(0);
    let document = feed.open_document("question", 0);
    for entry in entries.iter().take(MOST) {
        let header = entry.decode_header().map_err(broken)?;
        if header.kind == Kind::CHANGE
            && let Some(body) = entry.body.clone()
        {
            feed.write(Kind::CHANGE, Some(document), body);
        }
    }
    let mut deeds = whole(villain, &feed).await?;
    deeds.document(document);
    Ok(deeds)
}
