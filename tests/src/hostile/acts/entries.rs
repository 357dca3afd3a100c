//! Entries that are not what they should be.

use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::entry::Header;
use faelled_proto::{
    FederationId, FeedId, Kind, MemberId, Message, NodeCertificate, SignedEntry, Space, Tip,
};
use tokio::task::JoinSet;
use tokio::time::{Duration, timeout};

use super::super::broken;
use super::super::deeds::Deeds;
use super::super::feed::{CLAIMED_MS, Feed, UNKNOWN};
use super::super::link::Link;
use super::super::villain::Villain;
use super::{part, whole};
use crate::program::Broken;

/// Feeds with two branches that are tried until one is proven.
const FORKS: u32 = 30;
/// How long a proof is waited for before another feed is tried.
const PROOF_TIME: Duration = Duration::from_secs(5);

/// A feed of five entries with one thing spoilt, in a run.
async fn spoilt(
    villain: &Villain,
    spoil: impl FnOnce(&mut Feed) -> Result<(), Broken>,
) -> Result<Deeds, Broken> {
    let mut feed = villain.feed(0);
    feed.write_unknown(4);
    spoil(&mut feed)?;
    part(villain, feed.id, 0, &feed.entries).await
}

pub(in super::super) async fn forged_signature(villain: &Villain) -> Result<Deeds, Broken> {
    spoilt(villain, |feed| {
        resign(
            feed,
            &villain.secret("another key"),
            feed.federation,
            |_| {},
        )
    })
    .await
}

pub(in super::super) async fn another_federation(villain: &Villain) -> Result<Deeds, Broken> {
    spoilt(villain, |feed| {
        let key = feed.key.clone();
        resign(feed, &key, FederationId::of(&[b"another"]), |_| {})
    })
    .await
}

pub(in super::super) async fn another_federations_feed(villain: &Villain) -> Result<Deeds, Broken> {
    let federation = FederationId::of(&[b"another"]);
    let mut opening = villain.opening(Space::Commons, 0);
    opening.certificate = NodeCertificate::issue(
        federation,
        villain.member(),
        &villain.identity()?,
        villain.key.node_key(),
        u64::MAX,
    );
    let mut feed = Feed::open(federation, villain.key.clone(), &opening);
    feed.write_unknown(4);
    part(villain, feed.id, 0, &feed.entries).await
}

pub(in super::super) async fn forged_body(villain: &Villain) -> Result<Deeds, Broken> {
    spoilt(villain, |feed| {
        if let Some(body) = feed.entries[2].body.as_mut() {
            body[0] ^= 1;
        }
        Ok(())
    })
    .await
}

pub(in super::super) async fn forged_header(villain: &Villain) -> Result<Deeds, Broken> {
    spoilt(villain, |feed| {
        let mut header = feed.entries[2].decode_header().map_err(broken)?;
        header.claimed_ms += 1;
        feed.entries[2].header = encode(&header);
        Ok(())
    })
    .await
}

pub(in super::super) async fn reordered(villain: &Villain) -> Result<Deeds, Broken> {
    spoilt(villain, |feed| {
        feed.entries.swap(2, 3);
        Ok(())
    })
    .await
}

pub(in super::super) async fn entry_left_out(villain: &Villain) -> Result<Deeds, Broken> {
    spoilt(villain, |feed| {
        feed.entries.remove(2);
        Ok(())
    })
    .await
}

pub(in super::super) async fn opening_twice(villain: &Villain) -> Result<Deeds, Broken> {
    spoilt(villain, |feed| {
        feed.entries.insert(1, feed.entries[0].clone());
        Ok(())
    })
    .await
}

pub(in super::super) async fn padded_header(villain: &Villain) -> Result<Deeds, Broken> {
    spoilt(villain, |feed| {
        // The place, behind the version and the feed, in two bytes instead of one.
        let header = &mut feed.entries[2].header;
        header[33] |= 0x80;
        header.insert(34, 0);
        Ok(())
    })
    .await
}

pub(in super::super) async fn body_too_long(villain: &Villain) -> Result<Deeds, Broken> {
    let mut feed = villain.feed(0);
    feed.write(
        UNKNOWN,
        None,
        vec![0; faelled_proto::limits::MAX_BODY_BYTES + 1],
    );
    part(villain, feed.id, 0, &feed.entries).await
}

pub(in super::super) async fn unsorted_tips(villain: &Villain) -> Result<Deeds, Broken> {
    let mut opening = villain.opening(Space::Commons, 0);
    let tip = |byte| Tip {
        feed: FeedId::from_bytes([byte; 32]),
        seq: 1,
        entry: villain.draw("tip"),
    };
    opening.known_tips = vec![tip(2), tip(1)];
    let feed = Feed::open(
        villain.credentials.federation,
        villain.key.clone(),
        &opening,
    );
    part(villain, feed.id, 0, &feed.entries).await
}

/// Goes on in the feed of another, signed by itself.
pub(in super::super) async fn hijacked_feed(villain: &Villain) -> Result<Deeds, Broken> {
    let victim = villain.quiet_feed().await?;
    let federation = villain.credentials.federation;
    let mut writer = Writer::new(federation, &villain.key, Some(victim.tip));
    let next = writer.write(UNKNOWN, None, b"hijacked".to_vec(), CLAIMED_MS);
    part(
        villain,
        victim.feed,
        victim.tip.seq + 1,
        &[next.signed().clone()],
    )
    .await
}

/// Opens a feed with the certificate of another, which everybody has.
pub(in super::super) async fn borrowed_certificate(villain: &Villain) -> Result<Deeds, Broken> {
    let held = villain.held(|space| *space == Space::Commons).await?;
    let victim = held
        .first()
        .ok_or_else(|| Broken::new("no certificate to borrow"))?;
    let mut opening = villain.opening(Space::Commons, 0);
    opening.certificate = victim.opening.certificate.clone();
    let feed = Feed::open(
        villain.credentials.federation,
        villain.key.clone(),
        &opening,
    );
    part(villain, feed.id, 0, &feed.entries).await
}

/// Opens a feed as another member, certified by its own identity key.
pub(in super::super) async fn another_members_name(villain: &Villain) -> Result<Deeds, Broken> {
    let held = villain.held(|space| *space == Space::Commons).await?;
    let victim = held
        .first()
        .ok_or_else(|| Broken::new("no member to pretend to be"))?;
    let mut opening = villain.opening(Space::Commons, 0);
    opening.certificate = as_member(villain, victim.opening.certificate.claim.member.clone())?;
    let feed = Feed::open(
        villain.credentials.federation,
        villain.key.clone(),
        &opening,
    );
    part(villain, feed.id, 0, &feed.entries).await
}

/// Opens a feed as somebody who is in no roster.
pub(in super::super) async fn unknown_member(villain: &Villain) -> Result<Deeds, Broken> {
    let mut opening = villain.opening(Space::Commons, 0);
    opening.certificate = as_member(villain, "dk-0000".parse().map_err(broken)?)?;
    let feed = Feed::open(
        villain.credentials.federation,
        villain.key.clone(),
        &opening,
    );
    part(villain, feed.id, 0, &feed.entries).await
}

fn as_member(villain: &Villain, member: MemberId) -> Result<NodeCertificate, Broken> {
    Ok(NodeCertificate::issue(
        villain.credentials.federation,
        member,
        &villain.identity()?,
        villain.key.node_key(),
        u64::MAX,
    ))
}

/// A sound feed, dated as one likes: times are claims and decide nothing.
async fn dated(villain: &Villain, claimed_ms: u64) -> Result<Deeds, Broken> {
    let mut feed = villain.feed(0);
    feed.claimed_ms = claimed_ms;
    let document = feed.ask(0, "Et spørgsmål uden tid");
    let mut deeds = whole(villain, &feed).await?;
    deeds.document(document);
    Ok(deeds)
}

pub(in super::super) async fn dated_1970(villain: &Villain) -> Result<Deeds, Broken> {
    dated(villain, 0).await
}

pub(in super::super) async fn dated_5000(villain: &Villain) -> Result<Deeds, Broken> {
    dated(villain, 95_617_584_000_000).await
}

pub(in super::super) async fn dated_beyond_time(villain: &Villain) -> Result<Deeds, Broken> {
    dated(villain, u64::MAX).await
}

/// Two branches of one feed, each to another half of the network.
pub(in super::super) async fn two_branches(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let (links, _) = proven(villain, &mut deeds).await?;
    for link in links {
        link.leave(&mut deeds).await;
    }
    Ok(deeds)
}

/// The same, and once that is proven goes on in one of them.
pub(in super::super) async fn on_behind_a_proof(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let (links, [mut longer, _]) = proven(villain, &mut deeds).await?;
    let from = longer.entries.len();
    longer.write(UNKNOWN, None, b"nevertheless".to_vec());
    for link in links {
        link.run(longer.id, from as u64, &longer.entries[from..])
            .await?;
        deeds.send(1);
        link.leave(&mut deeds).await;
    }
    Ok(deeds)
}

/// Two branches of which the honest nodes have told that there is a proof. Where one of them is everywhere before
/// anybody took the other there is none, and another feed is tried.
async fn proven(villain: &Villain, deeds: &mut Deeds) -> Result<(Vec<Link>, [Feed; 2]), Broken> {
    for number in 0..FORKS {
        let branches = branches(villain, number);
        let mut links = parted(villain, &branches, deeds).await?;
        let told = links[0].until(|message| matches!(message, Message::Statements(_)));
        if timeout(PROOF_TIME, told)
            .await
            .is_ok_and(|told| told.is_ok())
        {
            deeds.feed(branches[0].id);
            return Ok((links, branches));
        }
        for link in links {
            link.leave(deeds).await;
        }
    }
    Err(Broken::new("no proof of two branches was ever told"))
}

fn branches(villain: &Villain, number: u32) -> [Feed; 2] {
    let mut trunk = villain.feed(number);
    trunk.write_unknown(1);
    let mut branches = [trunk.clone(), trunk];
    for (number, branch) in branches.iter_mut().enumerate() {
        branch.write(UNKNOWN, None, format!("branch {number}").into_bytes());
        branch.write(UNKNOWN, None, format!("and on {number}").into_bytes());
    }
    branches
}

/// Sends each half of the network another branch, to all at once: who has one branch already passes it on before the
/// other comes.
async fn parted(
    villain: &Villain,
    branches: &[Feed; 2],
    deeds: &mut Deeds,
) -> Result<Vec<Link>, Broken> {
    let half = villain.peers.len().div_ceil(2);
    let mut links = Vec::new();
    for peer in &villain.peers {
        links.push(villain.enter_at(*peer).await?);
    }
    let mut sending = JoinSet::new();
    for (at, link) in links.into_iter().enumerate() {
        let branch = branches[usize::from(at >= half)].clone();
        sending.spawn(async move {
            link.run(branch.id, 0, &branch.entries).await?;
            Ok::<_, Broken>(link)
        });
    }
    let mut links = Vec::new();
    while let Some(sent) = sending.join_next().await {
        links.push(sent.map_err(broken)??);
        deeds.send(1);
    }
    Ok(links)
}

/// Signs the last entry again, by whom and for which federation one likes.
fn resign(
    feed: &mut Feed,
    key: &faelled_proto::SecretKey,
    federation: FederationId,
    change: impl FnOnce(&mut Header),
) -> Result<(), Broken> {
    let last = feed
        .entries
        .last_mut()
        .ok_or_else(|| Broken::new("a feed without entries"))?;
    let mut header = last.decode_header().map_err(broken)?;
    change(&mut header);
    let body = last.body.clone().unwrap_or_default();
    *last = SignedEntry::sign(federation, key, &header, body);
    Ok(())
}

/// A second opening in the middle of the feed, well signed.
pub(in super::super) async fn opening_in_the_middle(villain: &Villain) -> Result<Deeds, Broken> {
    let mut feed = villain.feed(0);
    let body = encode(&villain.opening(Space::Commons, 1));
    feed.write(Kind::FEED_OPENING, None, body);
    part(villain, feed.id, 0, &feed.entries).await
}
