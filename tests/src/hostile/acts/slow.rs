//! Peers that read or write next to nothing, or say nothing at all.

use std::time::Duration;

use faelled_proto::message::Want;
use faelled_proto::{Message, RosterHash, Space};
use tokio::time::{Instant, sleep};

use super::super::deeds::Deeds;
use super::super::link::{Link, header, name, piece};
use super::super::mask::Mask;
use super::super::villain::{Villain, summary};
use crate::program::Broken;

const SECOND: Duration = Duration::from_secs(1);
/// As long as a peer is waited for: longer than any patience of the other side.
const LONGEST: Duration = Duration::from_secs(45);
/// So few bytes are taken of a stream that is not read.
const SMALL_WINDOW: u32 = 1_000;

/// Waits until the connection ends or the longest patience of the other side is over.
async fn sit(villain: &Villain, link: &Link, deeds: &mut Deeds) {
    villain.stage.under_way();
    tokio::select! {
        error = link.connection.closed() => deeds.end(&name(&error)),
        () = sleep(LONGEST) => {}
    }
}

/// Shakes hands and says nothing.
pub(in super::super) async fn silent(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let connection = villain.mask()?.dial(villain.peers[0]).await?;
    deeds.send(1);
    villain.stage.under_way();
    tokio::select! {
        error = connection.closed() => deeds.end(&name(&error)),
        () = sleep(LONGEST) => {}
    }
    Ok(deeds)
}

/// Asks for all there is, and never reads any of it.
pub(in super::super) async fn never_reads_runs(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mask = Mask::new(&villain.key, SMALL_WINDOW)?;
    let (mut link, incoming) = Link::open_deaf(&mask, villain.peers[0]).await?;
    link.say(&Message::Hello(villain.hello())).await?;
    // The control stream is read, or the connection would end for that.
    let mut incoming = incoming;
    let reading =
        tokio::spawn(
            async move { while let Ok(Some(_)) = incoming.read_chunk(1 << 20, true).await {} },
        );
    let held = villain.held(|space| *space == Space::Commons).await?;
    let wants = held.iter().map(|feed| Want {
        feed: feed.feed,
        from: 0,
        to: u64::MAX,
    });
    link.say(&Message::Want(wants.collect())).await?;
    deeds.send(1);
    sit(villain, &link, &mut deeds).await;
    reading.abort();
    Ok(deeds)
}

/// Asks how things stand without end, and never reads an answer.
pub(in super::super) async fn never_reads_messages(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mask = Mask::new(&villain.key, SMALL_WINDOW)?;
    let (mut link, _incoming) = Link::open_deaf(&mask, villain.peers[0]).await?;
    link.say(&Message::Hello(villain.hello())).await?;
    let message = Message::Summary {
        summary: summary(0, RosterHash::ZERO),
        answer: false,
    };
    villain.stage.under_way();
    let begun = Instant::now();
    while begun.elapsed() < LONGEST && link.say(&message).await.is_ok() {
        deeds.send(1);
    }
    deeds.end(&link.ended().await);
    Ok(deeds)
}

/// A message, a byte a second.
pub(in super::super) async fn drips_a_message(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mut link = villain.enter().await?;
    villain.stage.under_way();
    // Never comes to its end.
    let begun = Instant::now();
    for byte in piece(&vec![0x5a; 100_000]).chunks(1) {
        if begun.elapsed() > LONGEST || link.control.write_all(byte).await.is_err() {
            break;
        }
        deeds.send(1);
        sleep(SECOND).await;
    }
    link.leave(&mut deeds).await;
    Ok(deeds)
}

/// A run on each stream that it may open, a byte a second.
pub(in super::super) async fn drips_runs(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let link = villain.enter().await?;
    villain.stage.under_way();
    let mut feed = villain.feed(0);
    feed.write_unknown(4);
    let mut streams = Vec::new();
    for _ in 0..4 {
        if let Ok(mut stream) = link.connection.open_uni().await
            && stream.write_all(&header(feed.id, 0)).await.is_ok()
        {
            streams.push(stream);
        }
    }
    let begun = Instant::now();
    'dripping: for byte in piece(&vec![0x5a; 100_000]).chunks(1) {
        for stream in &mut streams {
            if begun.elapsed() > LONGEST || stream.write_all(byte).await.is_err() {
                break 'dripping;
            }
            deeds.send(1);
        }
        sleep(SECOND).await;
    }
    link.leave(&mut deeds).await;
    Ok(deeds)
}

/// A message that begins and does not go on.
pub(in super::super) async fn stalls_in_a_message(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mut link = villain.enter().await?;
    drop(link.control.write_all(&[0, 0, 0, 9, 1]).await);
    deeds.send(1);
    sit(villain, &link, &mut deeds).await;
    Ok(deeds)
}
