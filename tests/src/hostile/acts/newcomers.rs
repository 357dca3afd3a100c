//! Who is let in, and who is not: strangers, borrowed and expired certificates, handshakes that never end.

use faelled_proto::message::{Hello, JoinAnswer, JoinRequest};
use faelled_proto::{Message, NodeCertificate, SecretKey, Ticket};
use tokio::net::UdpSocket;
use tokio::time::{Duration, Instant, sleep, sleep_until};

use super::super::broken;
use super::super::deeds::Deeds;
use super::super::initial::{HalfOpen, addressee, sockets};
use super::super::link::Link;
use super::super::mask::Mask;
use super::super::villain::Villain;
use super::statements::revocation;
use crate::program::Broken;

/// Hosts from which handshakes come.
const HOSTS: u8 = 32;
/// Handshakes in one round.
const HANDSHAKES: u64 = 10_000;
/// Bytes by which each goes on, one a second.
const BYTES: u32 = 5;
/// Handshakes after which it is looked what came back.
const PORTION: usize = 50;
const WINDOW: u32 = 1 << 16;

/// Greets with this key and greeting, and sees how it ends.
async fn greets(villain: &Villain, key: &SecretKey, hello: Hello) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mut link = Link::open(&Mask::new(key, WINDOW)?, villain.peers[0]).await?;
    link.say(&Message::Hello(hello)).await?;
    deeds.send(1);
    deeds.end(&link.ended().await);
    link.leave(&mut deeds).await;
    Ok(deeds)
}

/// The certificate of another member, which everybody has, without the key that it names.
pub(in super::super) async fn anothers_certificate(villain: &Villain) -> Result<Deeds, Broken> {
    let victim = villain.quiet_feed().await?;
    let hello = Hello {
        certificate: victim.opening.certificate.clone(),
        ..villain.hello()
    };
    greets(villain, &villain.key, hello).await
}

/// Its own certificate, from another node.
pub(in super::super) async fn another_node(villain: &Villain) -> Result<Deeds, Broken> {
    greets(villain, &villain.secret("another node"), villain.hello()).await
}

pub(in super::super) async fn expired(villain: &Villain) -> Result<Deeds, Broken> {
    let hello = Hello {
        certificate: villain.certify(&villain.key, 1)?,
        ..villain.hello()
    };
    greets(villain, &villain.key, hello).await
}

/// A certificate by an identity key that is in no roster.
pub(in super::super) async fn self_made(villain: &Villain) -> Result<Deeds, Broken> {
    let hello = Hello {
        certificate: NodeCertificate::issue(
            villain.credentials.federation,
            villain.member(),
            &villain.secret("identity"),
            villain.key.node_key(),
            u64::MAX,
        ),
        ..villain.hello()
    };
    greets(villain, &villain.key, hello).await
}

pub(in super::super) async fn no_common_version(villain: &Villain) -> Result<Deeds, Broken> {
    let hello = Hello {
        oldest_version: 900,
        newest_version: 900,
        ..villain.hello()
    };
    greets(villain, &villain.key, hello).await
}

/// Newcomers with tickets that nobody issued.
pub(in super::super) async fn wrong_tickets(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let key = villain.secret("newcomer");
    let identity = villain.secret("newcomer's identity");
    let mask = Mask::new(&key, WINDOW)?;
    for number in 0..20_u8 {
        let member = format!("dk-99{number:02}").parse().map_err(broken)?;
        let federation = villain.credentials.federation;
        let certificate =
            NodeCertificate::issue(federation, member, &identity, key.node_key(), u64::MAX);
        let request = JoinRequest::sign(
            [number; 16],
            "municipality".into(),
            "Ingen".into(),
            certificate,
            federation,
            &identity,
        );
        let mut link = match Link::open(&mask, villain.peers[0]).await {
            Ok(link) => link,
            Err(refused) => {
                deeds.foil(&refused.0);
                continue;
            }
        };
        link.say(&Message::Join(request)).await?;
        deeds.send(1);
        if let Some(message) = link.next().await {
            deeds.hear(&message);
        }
        villain.stage.under_way();
        link.leave(&mut deeds).await;
    }
    Ok(deeds)
}

/// Asks at the node that issued the ticket, under any keys.
async fn asks_to_join(
    villain: &Villain,
    ticket: &Ticket,
    certificate: NodeCertificate,
    (node, identity): (&SecretKey, &SecretKey),
) -> Result<Link, Broken> {
    let issuer = ticket.addresses.first();
    let issuer = issuer.ok_or_else(|| Broken::new("a ticket of nobody"))?;
    let mut link = Link::open(&Mask::new(node, WINDOW)?, issuer.address).await?;
    let (kind, name) = ("municipality".into(), "Ingen".into());
    let federation = villain.credentials.federation;
    let request = JoinRequest::sign(ticket.secret, kind, name, certificate, federation, identity);
    link.say(&Message::Join(request)).await?;
    Ok(link)
}

/// A further node of its member uses a ticket, and then somebody else shows the same.
pub(in super::super) async fn ticket_for_two(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let ticket = villain.fresh_ticket()?;
    let (node, identity) = (villain.secret("second node"), villain.identity()?);
    let certificate = villain.certify(&node, u64::MAX)?;
    let mut link = asks_to_join(villain, &ticket, certificate, (&node, &identity)).await?;
    link.until(|message| *message == Message::JoinAnswer(JoinAnswer::Admitted))
        .await?;
    link.leave(&mut deeds).await;
    let (node, identity) = (villain.secret("newcomer"), villain.secret("identity"));
    let certificate = NodeCertificate::issue(
        villain.credentials.federation,
        "dk-9900".parse().map_err(broken)?,
        &identity,
        node.node_key(),
        u64::MAX,
    );
    let mut link = asks_to_join(villain, &ticket, certificate, (&node, &identity)).await?;
    deeds.send(2);
    if let Some(message) = link.next().await {
        deeds.hear(&message);
    }
    link.leave(&mut deeds).await;
    Ok(deeds)
}

/// A node key that its member revoked asks once more, with the ticket that the member used.
pub(in super::super) async fn ticket_of_a_revoked_key(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let ticket = villain.used_ticket().await?;
    let (node, identity) = (villain.secret("revoked"), villain.identity()?);
    let revoked = revocation(villain, villain.member(), node.node_key(), &identity);
    let issuer = ticket.addresses.first();
    let issuer = issuer.ok_or_else(|| Broken::new("a ticket of nobody"))?;
    let mut link = villain.enter_at(issuer.address).await?;
    link.say(&Message::Statements(vec![revoked])).await?;
    link.heard_out().await?;
    link.leave(&mut deeds).await;
    let certificate = villain.certify(&node, u64::MAX)?;
    let mut link = asks_to_join(villain, &ticket, certificate, (&node, &identity)).await?;
    // What it is after, where it is let in.
    link.say(&Message::WantRoster { after: 0 })
        .await
        .unwrap_or_else(|broken| deeds.foil(&broken.0));
    deeds.send(3);
    deeds.end(&link.ended().await);
    link.leave(&mut deeds).await;
    Ok(deeds)
}

/// Ten thousand handshakes begun from many hosts, of which nothing further is heard.
pub(in super::super) async fn half_open(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let sockets = sockets(HOSTS, villain.peers[0]).await?;
    for number in 0..HANDSHAKES {
        let mut handshake = HalfOpen::new(number)?;
        let socket = &sockets[number as usize % sockets.len()];
        send(socket, &handshake.datagram(usize::MAX >> 1)?, &mut deeds).await;
        if number == 1_000 {
            villain.stage.under_way();
        }
        if number % 64 == 0 {
            sleep(Duration::from_millis(1)).await;
        }
    }
    Ok(deeds)
}

/// As many handshakes, whose address is shown to be their own where that is asked for, and that then go on by a byte
/// a second, whatever the other side makes of them.
pub(in super::super) async fn dripping(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let sockets = sockets(HOSTS, villain.peers[0]).await?;
    let handshakes: Result<Vec<HalfOpen>, Broken> = (0..HANDSHAKES).map(HalfOpen::new).collect();
    let mut handshakes = handshakes?;
    for round in 0..BYTES {
        let next = Instant::now() + Duration::from_secs(1);
        for number in 0..handshakes.len() {
            let socket = &sockets[number % sockets.len()];
            send(socket, &handshakes[number].datagram(1)?, &mut deeds).await;
            if number % PORTION == 0 {
                answer_retries(&sockets, &mut handshakes, &mut deeds).await?;
            }
            if round > 0 || number > handshakes.len() / 2 {
                villain.stage.under_way();
            }
        }
        sleep_until(next).await;
    }
    Ok(deeds)
}

/// Begins those handshakes anew that were asked to show that their address is their own.
async fn answer_retries(
    sockets: &[UdpSocket],
    handshakes: &mut [HalfOpen],
    deeds: &mut Deeds,
) -> Result<(), Broken> {
    let mut datagram = [0; 2_000];
    for socket in sockets {
        while let Ok(length) = socket.try_recv(&mut datagram) {
            let number = addressee(&datagram[..length]);
            let number = number.and_then(|number| usize::try_from(number).ok());
            let Some(handshake) = number.and_then(|number| handshakes.get_mut(number)) else {
                continue;
            };
            if handshake.take_retry(&datagram[..length]) {
                *deeds.heard.entry("Retry".to_owned()).or_default() += 1;
                send(socket, &handshake.datagram(1)?, deeds).await;
            }
        }
    }
    Ok(())
}

/// A datagram that the system does not take now is one that got lost.
async fn send(socket: &UdpSocket, datagram: &[u8], deeds: &mut Deeds) {
    if socket.send(datagram).await.is_ok() {
        deeds.send(1);
    }
}
