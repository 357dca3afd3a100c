//! Too much of everything.

use faelled_proto::comparison::{Branch, Comparison, Turn};
use faelled_proto::frontier::ShortDigest;
use faelled_proto::limits::{MAX_BRANCHES_PER_MESSAGE, MAX_TIPS_PER_MESSAGE};
use faelled_proto::message::Want;
use faelled_proto::{FeedId, Message, Prefix, RosterHash, Space, Tip};
use quinn::VarInt;
use tokio::task::JoinSet;

use super::super::deeds::Deeds;
use super::super::feed::Feed;
use super::super::link::{name, piece};
use super::super::villain::{Villain, summary};
use crate::program::Broken;

/// More than a member's feeds may be.
const FEEDS: u32 = 10_012;
/// Messages with this many tips each name more feeds than are kept of a peer.
const FRONTIERS: u32 = 32;
/// Questions that wait for an answer.
const QUESTIONS_AT_ONCE: u16 = 16;
const QUESTION_ROUNDS: u16 = 20;
/// Summaries, where nobody ends it before.
const SUMMARIES: u64 = 100_000;

/// Entries without end, each as small as can be, in one feed.
pub(in super::super) async fn entries(villain: &Villain) -> Result<Deeds, Broken> {
    let count = if villain.is_light { 20_000 } else { 100_000 };
    let mut feed = villain.feed(0);
    feed.write_unknown(count);
    let mut deeds = Deeds::default();
    let link = villain.enter().await?;
    villain.stage.under_way();
    deeds.send(link.feed(feed.id, &feed.entries).await?);
    deeds.feed(feed.id);
    link.leave(&mut deeds).await;
    Ok(deeds)
}

/// Documents, each opened and empty.
pub(in super::super) async fn documents(villain: &Villain) -> Result<Deeds, Broken> {
    let count = if villain.is_light { 1_000 } else { 10_000 };
    let mut feed = villain.feed(0);
    for number in 0..count {
        feed.open_document("question", number);
    }
    let mut deeds = Deeds::default();
    let link = villain.enter().await?;
    villain.stage.under_way();
    deeds.send(link.feed(feed.id, &feed.entries).await?);
    deeds.feed(feed.id);
    link.leave(&mut deeds).await;
    Ok(deeds)
}

/// More feeds than a member may have.
pub(in super::super) async fn feeds(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let link = villain.enter().await?;
    villain.stage.under_way();
    // As many at once as the transport lets through.
    for number in (0..FEEDS).step_by(4) {
        let feeds: [Feed; 4] = std::array::from_fn(|place| villain.feed(number + place as u32));
        let run = |place: usize| link.run(feeds[place].id, 0, &feeds[place].entries);
        tokio::try_join!(run(0), run(1), run(2), run(3))?;
        deeds.send(4);
    }
    link.leave(&mut deeds).await;
    Ok(deeds)
}

/// Asks for more runs than may wait.
pub(in super::super) async fn wants(villain: &Villain) -> Result<Deeds, Broken> {
    let held = villain.held(|space| *space == Space::Commons).await?;
    let feed = held
        .first()
        .ok_or_else(|| Broken::new("nothing to ask for"))?;
    let want = Want {
        feed: feed.feed,
        from: 0,
        to: u64::MAX,
    };
    let message = Message::Want(vec![want; MAX_TIPS_PER_MESSAGE]);
    let mut deeds = Deeds::default();
    let mut link = villain.enter().await?;
    for _ in 0..10 {
        if link.say(&message).await.is_err() {
            break;
        }
        deeds.send(1);
    }
    deeds.end(&link.ended().await);
    Ok(deeds)
}

/// Names more feeds than a peer may hold.
pub(in super::super) async fn frontiers(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mut link = villain.enter().await?;
    for number in 0..FRONTIERS {
        let message = frontier(number);
        if link.say(&message).await.is_err() {
            break;
        }
        deeds.send(1);
    }
    deeds.end(&link.ended().await);
    Ok(deeds)
}

/// Asks about as much as a message may, round after round, each once the one before is answered.
pub(in super::super) async fn questions(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mut link = villain.enter().await?;
    villain.stage.under_way();
    for round in 0..QUESTION_ROUNDS {
        for number in 0..QUESTIONS_AT_ONCE {
            link.say(&question(round * QUESTIONS_AT_ONCE + number))
                .await?;
            deeds.send(1);
        }
        let mut answered = 0;
        while answered < QUESTIONS_AT_ONCE {
            match link.next().await {
                Some(Message::Frontier { part, .. }) if part.turn == Turn::Last => answered += 1,
                Some(_) => {}
                None => {
                    deeds.end(&link.ended().await);
                    return Ok(deeds);
                }
            }
        }
    }
    link.leave(&mut deeds).await;
    Ok(deeds)
}

/// A question about the most parts of a frontier, none of which is what anybody holds.
fn question(number: u16) -> Message {
    let branch = |place: u16| {
        let [first, second] = place.to_be_bytes();
        let digits = vec![(number % 16) as u8, first, second >> 4, second & 15];
        let prefix = Prefix::try_from(digits).unwrap_or_default();
        Branch {
            prefix,
            digests: [ShortDigest([number as u8; 16]); 16],
        }
    };
    let most = u16::try_from(MAX_BRANCHES_PER_MESSAGE).unwrap_or(u16::MAX);
    let mut part = Comparison::new(Turn::First);
    part.branches = (0..most).map(branch).collect();
    let space = Space::Commons;
    Message::Frontier { space, part }
}

/// A part of a frontier of feeds that there are not.
pub(in super::super) fn frontier(number: u32) -> Message {
    let tips = (0..MAX_TIPS_PER_MESSAGE)
        .map(|place| {
            let mut feed = [0x5a; 32];
            feed[..4].copy_from_slice(&number.to_be_bytes());
            feed[4..12].copy_from_slice(&(place as u64).to_be_bytes());
            Tip {
                feed: FeedId::from_bytes(feed),
                seq: 1_000_000,
                entry: faelled_proto::EntryId::from_bytes(feed),
            }
        })
        .collect();
    Message::telling(Space::Commons, tips)
}

/// Says how things stand, again and again.
pub(in super::super) async fn summaries(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mut link = villain.enter().await?;
    villain.stage.under_way();
    let message = Message::Summary {
        summary: summary(0, RosterHash::ZERO),
        answer: false,
    };
    while deeds.sent < SUMMARIES && link.say(&message).await.is_ok() {
        deeds.send(1);
    }
    deeds.end(&link.ended().await);
    Ok(deeds)
}

/// One connection after the other with the member's key.
pub(in super::super) async fn connections(villain: &Villain) -> Result<Deeds, Broken> {
    let mask = villain.mask()?;
    let hello = piece(&Message::Hello(villain.hello()).encode());
    let count = if villain.is_light { 500 } else { 3_000 };
    let mut deeds = Deeds::default();
    let mut older = JoinSet::new();
    villain.stage.under_way();
    for _ in 0..count {
        let connection = match mask.dial(villain.peers[0]).await {
            Ok(connection) => connection,
            Err(refused) => {
                deeds.foil(&refused.0);
                continue;
            }
        };
        if let Ok((mut control, _incoming)) = connection.open_bi().await {
            drop(control.write_all(&hello).await);
            deeds.send(1);
            older.spawn(async move {
                let end = name(&connection.closed().await);
                drop(control);
                end
            });
        }
        while let Some(Ok(end)) = older.try_join_next() {
            deeds.end(&end);
        }
    }
    older.shutdown().await;
    Ok(deeds)
}

/// Streams without end: the transport lets only a few through.
pub(in super::super) async fn streams(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let link = villain.enter().await?;
    villain.stage.under_way();
    // Opened, a byte, given up; opened, a byte, given up.
    for _ in 0..2_000 {
        let Ok(mut stream) = link.connection.open_uni().await else {
            break;
        };
        drop(stream.write_all(&[0]).await);
        drop(stream.reset(VarInt::from_u32(0)));
        deeds.send(1);
    }
    link.leave(&mut deeds).await;
    Ok(deeds)
}

/// Says that it holds more of everybody's feeds than there is, and never sends any of it.
pub(in super::super) async fn false_tips(villain: &Villain) -> Result<Deeds, Broken> {
    let held = villain.held(|space| *space == Space::Commons).await?;
    let mut tips: Vec<Tip> = held.iter().map(|feed| feed.tip).collect();
    tips.sort_unstable_by_key(|tip| tip.feed);
    tips.dedup_by_key(|tip| tip.feed);
    for tip in &mut tips {
        tip.seq += 1_000_000;
    }
    let message = Message::telling(Space::Commons, tips);
    let mut deeds = Deeds::default();
    for peer in &villain.peers {
        let mut link = villain.enter_at(*peer).await?;
        link.say(&message).await?;
        deeds.send(1);
        link.leave(&mut deeds).await;
    }
    Ok(deeds)
}
