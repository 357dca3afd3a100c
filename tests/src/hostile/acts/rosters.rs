//! Rosters that nobody signed, or that are not due.

use faelled_proto::canonical::encode;
use faelled_proto::{Message, Roster, RosterHash, SignedRoster};

use super::super::broken;
use super::super::deeds::Deeds;
use super::super::villain::{Villain, summary};
use crate::program::Broken;

/// Shows rosters to the first peer.
async fn shows(villain: &Villain, rosters: Vec<SignedRoster>) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mut link = villain.enter().await?;
    link.say(&Message::Rosters(rosters)).await?;
    deeds.send(1);
    link.leave(&mut deeds).await;
    Ok(deeds)
}

/// The version after the newest that it holds, with itself as a steward: to be signed.
async fn next(villain: &Villain, change: impl FnOnce(&mut Roster)) -> Result<SignedRoster, Broken> {
    let newest = newest(villain).await?;
    let mut roster = newest.decode().map_err(broken)?;
    roster.version += 1;
    roster.federation = Some(villain.credentials.federation);
    roster.previous = vec![newest.hash()];
    roster.extensions = Vec::new();
    if let Err(place) = roster.stewards.binary_search(&villain.member()) {
        roster.stewards.insert(place, villain.member());
    }
    roster.threshold = u16::try_from(roster.stewards.len() / 2 + 1).map_err(broken)?;
    change(&mut roster);
    Ok(SignedRoster::unsigned(&roster))
}

async fn newest(villain: &Villain) -> Result<SignedRoster, Broken> {
    let mut rosters = villain.rosters().await?;
    rosters
        .pop()
        .ok_or_else(|| Broken::new("it holds no roster"))
}

/// Itself made a steward, by its own signature alone: one too few.
pub(in super::super) async fn one_signature_too_few(villain: &Villain) -> Result<Deeds, Broken> {
    let mut signed = next(villain, |_| {}).await?;
    signed.sign(villain.member(), &villain.identity()?);
    shows(villain, vec![signed]).await
}

/// Itself the only steward.
pub(in super::super) async fn seized(villain: &Villain) -> Result<Deeds, Broken> {
    let member = villain.member();
    let mut signed = next(villain, |roster| {
        roster.stewards = vec![member];
        roster.threshold = 1;
    })
    .await?;
    signed.sign(villain.member(), &villain.identity()?);
    shows(villain, vec![signed]).await
}

/// A signature under the name of a steward, by another key.
pub(in super::super) async fn in_a_stewards_name(villain: &Villain) -> Result<Deeds, Broken> {
    let steward = steward(villain).await?;
    let mut signed = next(villain, |_| {}).await?;
    signed.sign(steward, &villain.identity()?);
    signed.sign(villain.member(), &villain.identity()?);
    shows(villain, vec![signed]).await
}

/// The same signature several times.
pub(in super::super) async fn signed_twice(villain: &Villain) -> Result<Deeds, Broken> {
    let mut signed = next(villain, |_| {}).await?;
    signed.sign(villain.member(), &villain.identity()?);
    signed.signatures.push(signed.signatures[0].clone());
    shows(villain, vec![signed]).await
}

/// Signatures that stewards gave to another version.
pub(in super::super) async fn mixed_and_matched(villain: &Villain) -> Result<Deeds, Broken> {
    let mut signed = next(villain, |_| {}).await?;
    signed.signatures = newest(villain).await?.signatures;
    shows(villain, vec![signed]).await
}

/// A version far ahead.
pub(in super::super) async fn fast_forward(villain: &Villain) -> Result<Deeds, Broken> {
    let mut signed = next(villain, |roster| roster.version = u64::MAX).await?;
    signed.sign(villain.member(), &villain.identity()?);
    shows(villain, vec![signed]).await
}

/// The newest version once more, as something else, signed by itself.
pub(in super::super) async fn another_newest(villain: &Villain) -> Result<Deeds, Broken> {
    let newest = newest(villain).await?;
    let mut roster = newest.decode().map_err(broken)?;
    roster.claimed_ms += 1;
    let mut signed = SignedRoster::unsigned(&roster);
    signed.sign(villain.member(), &villain.identity()?);
    shows(villain, vec![signed]).await
}

/// Not the encoding of a roster.
pub(in super::super) async fn no_roster(villain: &Villain) -> Result<Deeds, Broken> {
    let signed = SignedRoster {
        roster: encode(&"no roster"),
        signatures: Vec::new(),
    };
    shows(villain, vec![signed]).await
}

/// An old version shown as the newest, as a restored node or one that wants to freeze others would.
pub(in super::super) async fn restored(villain: &Villain) -> Result<Deeds, Broken> {
    let rosters = villain.rosters().await?;
    let old = rosters.first().cloned();
    let old = old.ok_or_else(|| Broken::new("it holds no roster"))?;
    let mut deeds = Deeds::default();
    let mut link = villain.enter().await?;
    let message = Message::Summary {
        summary: summary(1_000_000, old.hash()),
        answer: false,
    };
    link.say(&message).await?;
    link.say(&Message::Rosters(vec![old])).await?;
    deeds.send(2);
    link.leave(&mut deeds).await;
    Ok(deeds)
}

/// Says that it has no roster at all, again and again: each time all of them are sent.
pub(in super::super) async fn asks_for_all(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mut link = villain.enter().await?;
    villain.stage.under_way();
    for _ in 0..200 {
        let asked = link.say(&Message::WantRoster { after: 0 }).await;
        if asked.is_err() {
            break;
        }
        deeds.send(1);
    }
    link.say(&Message::Summary {
        summary: summary(0, RosterHash::ZERO),
        answer: true,
    })
    .await
    .unwrap_or_else(|broken| deeds.foil(&broken.0));
    link.leave(&mut deeds).await;
    Ok(deeds)
}

async fn steward(villain: &Villain) -> Result<faelled_proto::MemberId, Broken> {
    let roster = newest(villain).await?.decode().map_err(broken)?;
    let own = villain.member();
    let mut others = roster
        .stewards
        .into_iter()
        .filter(|steward| *steward != own);
    others.next().ok_or_else(|| Broken::new("no other steward"))
}
