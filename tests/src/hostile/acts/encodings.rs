//! Bytes that are no message, no run, or not the one form of it.

use faelled_proto::canonical::encode;
use faelled_proto::comparison::{Comparison, Range, Turn};
use faelled_proto::feed::encode_frame;
use faelled_proto::limits::{MAX_ENTRIES_PER_FRAME, MAX_MESSAGE_BYTES};
use faelled_proto::message::JoinAnswer;
use faelled_proto::{FeedId, Message, Prefix, Space, Tip};

use super::super::deeds::Deeds;
use super::super::link::{Link, header, piece};
use super::super::villain::Villain;
use crate::program::Broken;

/// zstd's level: a bomb is to be small.
const LEVEL: i32 = 19;
/// What a bomb becomes.
const BOMB_BYTES: usize = 1 << 28;

/// Says bytes on the control stream of a member, and sees what comes of it.
async fn says(villain: &Villain, bytes: &[u8], finish: bool) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mut link = villain.enter().await?;
    // A peer that has closed meanwhile is seen below.
    drop(link.control.write_all(bytes).await);
    if finish {
        drop(link.control.finish());
    }
    deeds.send(1);
    deeds.end(&link.ended().await);
    Ok(deeds)
}

/// Sends bytes on a stream of runs of a member, and sees what comes of it.
async fn sends(villain: &Villain, bytes: &[u8], finish: bool) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let link = villain.enter().await?;
    link.stream(bytes, finish).await?;
    deeds.send(1);
    deeds.end(&link.ended().await);
    Ok(deeds)
}

fn some_feed(villain: &Villain) -> FeedId {
    villain.feed(0).id
}

/// A frame of a sound feed, before compression.
fn frame(villain: &Villain) -> Vec<u8> {
    let mut feed = villain.feed(0);
    feed.write_unknown(2);
    encode_frame(&feed.entries)
}

async fn sends_frame(villain: &Villain, frame: &[u8], finish: bool) -> Result<Deeds, Broken> {
    let bytes = [header(some_feed(villain), 0), piece(frame)].concat();
    sends(villain, &bytes, finish).await
}

pub(in super::super) async fn huge_message_length(villain: &Villain) -> Result<Deeds, Broken> {
    says(villain, &u32::MAX.to_be_bytes(), false).await
}

pub(in super::super) async fn message_too_long(villain: &Villain) -> Result<Deeds, Broken> {
    says(villain, &piece(&vec![0; MAX_MESSAGE_BYTES + 1]), false).await
}

pub(in super::super) async fn message_cut_short(villain: &Villain) -> Result<Deeds, Broken> {
    says(villain, &[0, 0, 0, 9, 1], true).await
}

pub(in super::super) async fn no_message(villain: &Villain) -> Result<Deeds, Broken> {
    says(villain, &piece(b"GET / HTTP/1.1"), false).await
}

pub(in super::super) async fn padded_message(villain: &Villain) -> Result<Deeds, Broken> {
    let mut bytes = Message::WantRoster { after: 1 }.encode();
    // The last number in two bytes instead of one.
    if let Some(last) = bytes.last_mut() {
        *last |= 0x80;
    }
    bytes.push(0);
    says(villain, &piece(&bytes), false).await
}

pub(in super::super) async fn message_with_more_behind(villain: &Villain) -> Result<Deeds, Broken> {
    let mut bytes = Message::WantRoster { after: 1 }.encode();
    bytes.push(0);
    says(villain, &piece(&bytes), false).await
}

pub(in super::super) async fn unsorted_frontier(villain: &Villain) -> Result<Deeds, Broken> {
    let tip = |byte| Tip {
        feed: FeedId::from_bytes([byte; 32]),
        seq: 1,
        entry: villain.draw("tip"),
    };
    let message = Message::telling(Space::Commons, vec![tip(2), tip(1)]);
    says(villain, &piece(&message.encode()), false).await
}

/// Asks about the whole, and about a part of it: each feed would be told of twice.
pub(in super::super) async fn overlapping_prefixes(villain: &Villain) -> Result<Deeds, Broken> {
    let mut part = Comparison::new(Turn::First);
    for prefix in [Prefix::default(), Prefix::default().child(7)] {
        let tips = Vec::new();
        part.ranges.push(Range { prefix, tips });
    }
    let space = Space::Commons;
    let message = Message::Frontier { space, part };
    says(villain, &piece(&message.encode()), false).await
}

pub(in super::super) async fn frontier_of_anothers_private(
    villain: &Villain,
) -> Result<Deeds, Broken> {
    let victim = villain.quiet_feed().await?;
    let mut part = Comparison::new(Turn::First);
    part.ranges.push(Range {
        prefix: Prefix::default(),
        tips: Vec::new(),
    });
    let member = victim.opening.certificate.claim.member.clone();
    let message = Message::Frontier {
        space: Space::Private(member),
        part,
    };
    says(villain, &piece(&message.encode()), false).await
}

pub(in super::super) async fn wrong_phase(villain: &Villain) -> Result<Deeds, Broken> {
    says(
        villain,
        &piece(&Message::JoinAnswer(JoinAnswer::Admitted).encode()),
        false,
    )
    .await
}

pub(in super::super) async fn greeting_twice(villain: &Villain) -> Result<Deeds, Broken> {
    says(
        villain,
        &piece(&Message::Hello(villain.hello()).encode()),
        false,
    )
    .await
}

/// Speaks as a member before it has shown that it is one.
pub(in super::super) async fn no_greeting(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mut link = Link::open(&villain.mask()?, villain.peers[0]).await?;
    link.say(&Message::WantRoster { after: 0 }).await?;
    deeds.send(1);
    deeds.end(&link.ended().await);
    Ok(deeds)
}

pub(in super::super) async fn huge_frame_length(villain: &Villain) -> Result<Deeds, Broken> {
    let bytes = [
        header(some_feed(villain), 0),
        u32::MAX.to_be_bytes().to_vec(),
    ]
    .concat();
    sends(villain, &bytes, false).await
}

pub(in super::super) async fn frame_cut_short(villain: &Villain) -> Result<Deeds, Broken> {
    let frame = zstd::bulk::compress(&frame(villain), LEVEL)?;
    let bytes = [header(some_feed(villain), 0), piece(&frame)].concat();
    sends(villain, &bytes[..bytes.len() - 1], true).await
}

/// A frame that says how large it becomes.
pub(in super::super) async fn bomb(villain: &Villain) -> Result<Deeds, Broken> {
    let bomb = zstd::bulk::compress(&vec![0; BOMB_BYTES], LEVEL)?;
    sends_frame(villain, &bomb, false).await
}

/// A frame that does not.
pub(in super::super) async fn silent_bomb(villain: &Villain) -> Result<Deeds, Broken> {
    let bomb = zstd::stream::encode_all(&vec![0; BOMB_BYTES][..], LEVEL)?;
    sends_frame(villain, &bomb, false).await
}

pub(in super::super) async fn no_frame(villain: &Villain) -> Result<Deeds, Broken> {
    let frame = frame(villain);
    sends_frame(villain, &frame, false).await
}

pub(in super::super) async fn frame_with_more_behind(villain: &Villain) -> Result<Deeds, Broken> {
    let frame = [frame(villain), vec![0]].concat();
    sends_frame(villain, &zstd::bulk::compress(&frame, LEVEL)?, false).await
}

pub(in super::super) async fn empty_frame(villain: &Villain) -> Result<Deeds, Broken> {
    sends_frame(
        villain,
        &zstd::bulk::compress(&encode_frame(&[]), LEVEL)?,
        false,
    )
    .await
}

pub(in super::super) async fn crowded_frame(villain: &Villain) -> Result<Deeds, Broken> {
    let entry = villain.feed(0).entries.remove(0);
    let mut small = entry;
    small.body = None;
    let frame = encode_frame(&vec![small; MAX_ENTRIES_PER_FRAME + 1]);
    sends_frame(villain, &zstd::bulk::compress(&frame, LEVEL)?, false).await
}

pub(in super::super) async fn places_beyond_the_last(villain: &Villain) -> Result<Deeds, Broken> {
    let frame = zstd::bulk::compress(&frame(villain), LEVEL)?;
    let bytes = [header(some_feed(villain), u64::MAX - 1), piece(&frame)].concat();
    sends(villain, &bytes, false).await
}

pub(in super::super) async fn no_run(villain: &Villain) -> Result<Deeds, Broken> {
    sends(villain, &piece(&encode(&villain.draw("run"))[..31]), false).await
}

/// Noise on the control stream and on every stream of runs that it may open.
pub(in super::super) async fn noise(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mut link = villain.enter().await?;
    for number in 0..8_u8 {
        let noise: Vec<u8> = (0..64)
            .flat_map(|place| *villain.draw(&format!("{number} {place}")).as_bytes())
            .collect();
        if number == 0 {
            drop(link.control.write_all(&noise).await);
        } else {
            link.stream(&noise, false).await?;
        }
        deeds.send(1);
    }
    deeds.end(&link.ended().await);
    Ok(deeds)
}
