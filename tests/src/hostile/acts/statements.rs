//! Statements that prove nothing, or are not the hostile member's to make; and going on after a cut.

use faelled_proto::chain::Writer;
use faelled_proto::statement::{Equivocation, Revocation, Vote};
use faelled_proto::{MemberId, Message, NodeKey, SecretKey, SignedRoster, Space, Statement};

use super::super::broken;
use super::super::deeds::Deeds;
use super::super::feed::{CLAIMED_MS, UNKNOWN};
use super::super::link::Link;
use super::super::mask::Mask;
use super::super::villain::Villain;
use crate::program::Broken;

/// More node keys than an identity key may revoke.
const REVOCATIONS: u32 = 2_000;
/// Rosters that a steward proposes: more than are kept of its votes.
const PROPOSALS: u64 = 20;
const WINDOW: u32 = 1 << 20;

/// Shows statements to the first peer.
async fn shows(villain: &Villain, statements: Vec<Statement>) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mut link = villain.enter().await?;
    for statement in statements {
        link.say(&Message::Statements(vec![statement])).await?;
        deeds.send(1);
    }
    link.heard_out().await?;
    link.leave(&mut deeds).await;
    Ok(deeds)
}

pub(super) fn revocation(
    villain: &Villain,
    member: MemberId,
    node_key: NodeKey,
    identity: &SecretKey,
) -> Statement {
    let said = Revocation {
        federation: villain.credentials.federation,
        member,
        identity_key: identity.identity_key(),
        node_key,
        space: Space::Commons,
        last_good: Vec::new(),
        charters: Vec::new(),
        successor: None,
        claimed_ms: CLAIMED_MS,
    };
    Statement::Revocation(said.sign(identity))
}

/// Revokes the node key of another in its own name: the feed is then said to have ended before it began.
pub(in super::super) async fn revokes_anothers_key(villain: &Villain) -> Result<Deeds, Broken> {
    let victim = villain.quiet_feed().await?.opening.certificate.claim;
    let statement = revocation(
        villain,
        victim.member,
        victim.node_key,
        &villain.identity()?,
    );
    shows(villain, vec![statement]).await
}

/// Proves that another signed twice, with entries that it signed itself.
pub(in super::super) async fn proves_nothing(villain: &Villain) -> Result<Deeds, Broken> {
    let victim = villain.quiet_feed().await?;
    let entries = villain.entries_of(victim.feed).await?;
    let opening = entries
        .first()
        .ok_or_else(|| Broken::new("an empty feed"))?;
    let forged = |body: &[u8]| {
        let federation = villain.credentials.federation;
        let mut writer = Writer::new(federation, &villain.key, Some(victim.tip));
        vec![
            writer
                .write(UNKNOWN, None, body.to_vec(), CLAIMED_MS)
                .signed()
                .clone(),
        ]
    };
    let proof = Equivocation {
        opening: opening.clone(),
        left: forged(b"one"),
        right: forged(b"other"),
    };
    shows(villain, vec![Statement::Equivocation(proof)]).await
}

/// Votes on the roster without being a steward.
pub(in super::super) async fn votes(villain: &Villain) -> Result<Deeds, Broken> {
    let rosters = villain.rosters().await?;
    let newest = rosters
        .last()
        .ok_or_else(|| Broken::new("it holds no roster"))?;
    let mut roster = newest.decode().map_err(broken)?;
    roster.version += 1;
    roster.federation = Some(villain.credentials.federation);
    roster.previous = vec![newest.hash()];
    roster.extensions = Vec::new();
    roster.claimed_ms += 1;
    let bytes = faelled_proto::canonical::encode(&roster);
    let vote = Vote::approve(bytes, villain.member(), &villain.identity()?);
    shows(villain, vec![Statement::Vote(vote)]).await
}

/// One of the stewards proposes rosters in which the others have keys of its making, and votes with those in their
/// names, for and against.
pub(in super::super) async fn votes_for_the_others(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    for peer in &villain.peers {
        let mut link = villain.enter_at(*peer).await?;
        let newest = newest(&mut link).await?;
        for number in 1..=PROPOSALS {
            for vote in votes_of_all(villain, &newest, number)? {
                let statement = Statement::Vote(vote);
                link.say(&Message::Statements(vec![statement])).await?;
                deeds.send(1);
            }
        }
        link.heard_out().await?;
        link.leave(&mut deeds).await;
    }
    Ok(deeds)
}

/// The newest version of the roster that the other side holds.
async fn newest(link: &mut Link) -> Result<SignedRoster, Broken> {
    link.say(&Message::WantRoster { after: 0 }).await?;
    loop {
        match link.next().await {
            Some(Message::Rosters(mut rosters)) if !rosters.is_empty() => {
                return rosters.pop().ok_or_else(|| Broken::new("no roster"));
            }
            Some(_) => {}
            None => return Err(Broken::new("no roster was told")),
        }
    }
}

/// Its own approval of a roster, and whatever the other stewards could say of it, by keys that it gives them there.
fn votes_of_all(
    villain: &Villain,
    newest: &SignedRoster,
    number: u64,
) -> Result<Vec<Vote>, Broken> {
    let mut roster = newest.decode().map_err(broken)?;
    let own = villain.member();
    roster.version += 1;
    roster.federation = Some(villain.credentials.federation);
    roster.previous = vec![newest.hash()];
    roster.extensions = Vec::new();
    roster.claimed_ms += number;
    let made = |steward: &MemberId| villain.secret(&format!("key of {steward}"));
    let others = |id: &MemberId| *id != own && roster.stewards.contains(id);
    let others: Vec<MemberId> = roster
        .members
        .iter()
        .map(|record| record.id.clone())
        .filter(others)
        .collect();
    for record in &mut roster.members {
        if others.contains(&record.id) {
            record.identity_key = made(&record.id).identity_key();
        }
    }
    let bytes = faelled_proto::canonical::encode(&roster);
    let mut votes = vec![Vote::approve(bytes.clone(), own, &villain.identity()?)];
    for other in others {
        let key = made(&other);
        votes.push(Vote::approve(bytes.clone(), other.clone(), &key));
        votes.push(Vote::reject(bytes.clone(), other, "nej".into(), &key));
    }
    Ok(votes)
}

/// Revokes node keys of its own without end: in the end it has none left, its own included.
pub(in super::super) async fn revokes_without_end(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let identity = villain.identity()?;
    let mut link = Link::open(&villain.mask()?, villain.peers[0]).await?;
    link.say(&Message::Hello(villain.hello())).await?;
    for number in 0..REVOCATIONS {
        let key = villain.secret(&format!("revoked {number}")).node_key();
        let said = revocation(villain, villain.member(), key, &identity);
        if link.say(&Message::Statements(vec![said])).await.is_err() {
            break;
        }
        deeds.send(1);
    }
    deeds.end(&link.ended().await);
    Ok(deeds)
}

/// Removed from the roster, it goes on in its feed and opens another: itself, and through another member that is
/// still there.
pub(in super::super) async fn goes_on_removed(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let peer = villain.peers[0];
    let mut link = Link::open(&villain.mask()?, peer).await?;
    link.say(&Message::Hello(villain.hello())).await?;
    deeds.send(1);
    deeds.end(&link.ended().await);
    let mut earlier = villain.own_feed().await?;
    let from = earlier.entries.len();
    let mut anew = villain.feed(0);
    deeds.document(earlier.ask(0, "Et spørgsmål efter snittet"));
    deeds.document(anew.ask(1, "Et spørgsmål i en ny log"));
    let accomplice = villain.accomplice.as_ref();
    let accomplice =
        accomplice.ok_or_else(|| Broken::new("no accomplice: name it with --accomplice"))?;
    let mut link = Link::open(&Mask::new(&accomplice.keys.node, WINDOW)?, peer).await?;
    let mut hello = villain.hello();
    hello.certificate = accomplice.certificate.clone();
    link.greet(hello).await?;
    link.run(earlier.id, from as u64, &earlier.entries[from..])
        .await?;
    link.run(anew.id, 0, &anew.entries).await?;
    deeds.send(2);
    link.leave(&mut deeds).await;
    Ok(deeds)
}
