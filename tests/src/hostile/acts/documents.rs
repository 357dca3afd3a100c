//! Documents whose changes are meant to break Automerge, or whoever hosts it.

use automerge::ActorId;
use faelled_documents::actor::actor_of;
use faelled_proto::limits::MAX_BODY_BYTES;
use faelled_proto::{DocId, Kind};

use super::super::changes::{Author, COLUMN_KEY, DEFLATED, deflated_part, resealed, unsigned};
use super::super::deeds::Deeds;
use super::super::feed::Feed;
use super::super::villain::Villain;
use super::whole;
use crate::program::Broken;

/// What a compressed change becomes.
const BOMB_BYTES: usize = 64 << 20;
/// More than a change may have.
const TOO_MANY_OPERATIONS: usize = 200_001;
/// As many as a change may have, nearly.
const MANY_OPERATIONS: usize = 199_000;
/// As long a chain as changes are made one upon the other.
const CHAIN: i64 = 10_000;

/// Three times as many of the longest bodies as may count about one document.
const LONG_BODIES: usize = 100;

/// A document of its own with changes that somebody makes for it.
async fn with(
    villain: &Villain,
    changes: impl FnOnce(&mut Feed, DocId) -> Result<(), Broken>,
) -> Result<Deeds, Broken> {
    let mut feed = villain.feed(0);
    let document = feed.open_document("question", 0);
    changes(&mut feed, document)?;
    let mut deeds = Deeds::default();
    let link = villain.enter().await?;
    deeds.send(link.feed(feed.id, &feed.entries).await?);
    deeds.feed(feed.id);
    deeds.document(document);
    link.leave(&mut deeds).await;
    Ok(deeds)
}

fn add(feed: &mut Feed, document: DocId, change: Vec<u8>) {
    feed.write(Kind::CHANGE, Some(document), change);
}

fn author(feed: &Feed, document: DocId) -> Author {
    Author::new(actor_of(feed.id, document))
}

pub(in super::super) async fn chunk_bomb(villain: &Villain) -> Result<Deeds, Broken> {
    with(villain, |feed, document| {
        let bomb = author(feed, document).bomb(BOMB_BYTES)?;
        add(feed, document, bomb);
        Ok(())
    })
    .await
}

/// A deflated column inside of a plain chunk.
pub(in super::super) async fn column_bomb(villain: &Villain) -> Result<Deeds, Broken> {
    with(villain, |feed, document| {
        let bomb = author(feed, document).bomb(BOMB_BYTES)?;
        let mut chunk = feed.chunk(document, 1);
        chunk.columns = vec![(COLUMN_KEY | DEFLATED, deflated_part(&bomb).to_vec())];
        add(feed, document, chunk.encode());
        Ok(())
    })
    .await
}

/// A run of a billion equal rows, in a few bytes.
pub(in super::super) async fn row_bomb(villain: &Villain) -> Result<Deeds, Broken> {
    with(villain, |feed, document| {
        let mut chunk = feed.chunk(document, 1);
        let mut rows = unsigned(1_000_000_000);
        rows.extend([1, b'k']);
        chunk.columns = vec![(COLUMN_KEY, rows)];
        add(feed, document, chunk.encode());
        Ok(())
    })
    .await
}

pub(in super::super) async fn too_many_operations(villain: &Villain) -> Result<Deeds, Broken> {
    with(villain, |feed, document| {
        let change = author(feed, document).fill("list", TOO_MANY_OPERATIONS)?;
        add(feed, document, change);
        Ok(())
    })
    .await
}

/// Changes that each are just within the bound, one after the other.
pub(in super::super) async fn many_operations(villain: &Villain) -> Result<Deeds, Broken> {
    with(villain, |feed, document| {
        let mut author = author(feed, document);
        // As a node would take them that has no bound, they are most of a gigabyte already.
        for number in 0..10 {
            let change = author.fill(&format!("list {number}"), MANY_OPERATIONS)?;
            add(feed, document, change);
        }
        Ok(())
    })
    .await
}

pub(in super::super) async fn too_many_dependencies(villain: &Villain) -> Result<Deeds, Broken> {
    with(villain, |feed, document| {
        let mut chunk = feed.chunk(document, 1);
        chunk.dependencies = (0..1_001)
            .map(|number| *villain.draw(&format!("dependency {number}")).as_bytes())
            .collect();
        chunk.dependencies.sort_unstable();
        add(feed, document, chunk.encode());
        Ok(())
    })
    .await
}

/// A question, and then changes that build on some that nobody ever made.
pub(in super::super) async fn dangling_dependencies(villain: &Villain) -> Result<Deeds, Broken> {
    let mut feed = villain.feed(0);
    let document = feed.ask(0, "Et spørgsmål");
    for seq in 2..52 {
        let mut chunk = feed.chunk(document, seq);
        let dependency = villain.draw(&format!("dependency {seq}"));
        chunk.dependencies = vec![*dependency.as_bytes()];
        add(&mut feed, document, chunk.encode());
    }
    let mut deeds = whole(villain, &feed).await?;
    deeds.document(document);
    Ok(deeds)
}

/// Bodies as long as they may be, about a document of its own: all of them are read to build it.
pub(in super::super) async fn long_bodies(villain: &Villain) -> Result<Deeds, Broken> {
    with(villain, |feed, document| {
        for _ in 0..LONG_BODIES {
            add(feed, document, vec![0; MAX_BODY_BYTES]);
        }
        Ok(())
    })
    .await
}

/// The same, about a document of another.
pub(in super::super) async fn long_bodies_elsewhere(villain: &Villain) -> Result<Deeds, Broken> {
    let victim = villain.quiet_feed().await?;
    let entries = villain.entries_of(victim.feed).await?;
    let theirs = entries
        .iter()
        .find_map(|entry| entry.decode_header().ok()?.document);
    let theirs = theirs.ok_or_else(|| Broken::new("a feed about nothing"))?;
    let mut deeds = with(villain, |feed, _| {
        for _ in 0..LONG_BODIES {
            add(feed, theirs, vec![0; MAX_BODY_BYTES]);
        }
        Ok(())
    })
    .await?;
    deeds.document(theirs);
    Ok(deeds)
}

/// Ten thousand changes, each upon the one before it.
pub(in super::super) async fn dependency_chain(villain: &Villain) -> Result<Deeds, Broken> {
    with(villain, |feed, document| {
        let mut author = author(feed, document);
        for number in 0..CHAIN {
            let change = author.set("number", number)?;
            add(feed, document, change);
        }
        Ok(())
    })
    .await
}

/// A change under the actor of another member's feed.
pub(in super::super) async fn anothers_actor(villain: &Villain) -> Result<Deeds, Broken> {
    let victim = villain.quiet_feed().await?;
    with(villain, |feed, document| {
        let actor: ActorId = actor_of(victim.feed, document);
        let change = Author::new(actor).set("title", "forged")?;
        add(feed, document, change);
        Ok(())
    })
    .await
}

/// A change with a number that is not due.
pub(in super::super) async fn number_not_due(villain: &Villain) -> Result<Deeds, Broken> {
    with(villain, |feed, document| {
        let chunk = feed.chunk(document, 7);
        add(feed, document, chunk.encode());
        Ok(())
    })
    .await
}

/// Changes with bytes spoilt and their checksums made right again: two hundred documents of them.
pub(in super::super) async fn spoilt_changes(villain: &Villain) -> Result<Deeds, Broken> {
    let mut feed = villain.feed(0);
    let mut documents = Vec::new();
    for number in 0..200_u32 {
        let document = feed.open_document("question", number);
        let change = author(&feed, document).set("title", "Et spørgsmål")?;
        let spoilt = resealed(&change, |bytes| {
            // The head up to the actor and the number is left: it is what is looked at first.
            let place = 30 + number as usize % bytes.len().saturating_sub(30).max(1);
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << (number / 25);
            }
        });
        add(&mut feed, document, spoilt);
        documents.push(document);
    }
    let mut deeds = whole(villain, &feed).await?;
    documents
        .into_iter()
        .for_each(|document| deeds.document(document));
    Ok(deeds)
}

/// Bodies that are no changes at all.
pub(in super::super) async fn no_change(villain: &Villain) -> Result<Deeds, Broken> {
    with(villain, |feed, document| {
        add(feed, document, b"no change".to_vec());
        Ok(())
    })
    .await
}
