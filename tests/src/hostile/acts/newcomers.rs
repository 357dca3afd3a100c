//! Who is let in, and who is not: strangers, borrowed and expired certificates, handshakes that never end.

use faelled_proto::message::{Hello, JoinRequest};
use faelled_proto::{Message, NodeCertificate, SecretKey};
use tokio::time::{Duration, sleep};

use super::super::broken;
use super::super::deeds::Deeds;
use super::super::initial::{HalfOpen, sockets};
use super::super::link::Link;
use super::super::mask::Mask;
use super::super::villain::Villain;
use crate::program::Broken;

/// Hosts from which handshakes come.
const HOSTS: u8 = 32;
/// Handshakes in one round.
const HANDSHAKES: u64 = 10_000;
/// Handshakes that go on, a byte a second: as many as one host may have, from each host.
const DRIPPING: u64 = 512;
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

/// Handshakes whose address is shown to be their own where that is asked for, and that then go on by a byte a
/// second.
pub(in super::super) async fn dripping(villain: &Villain) -> Result<Deeds, Broken> {
    let mut deeds = Deeds::default();
    let mut dripping = Vec::new();
    for number in 0..DRIPPING {
        let mut host = sockets_of(villain, number).await?;
        let mut handshake = HalfOpen::new(number)?;
        send(&host, &handshake.datagram(1)?, &mut deeds).await;
        answer_retry(&mut host, &mut handshake, &mut deeds).await?;
        dripping.push((host, handshake));
    }
    villain.stage.under_way();
    while !villain.stage.is_over() && deeds.sent < HANDSHAKES {
        tokio::select! {
            () = villain.stage.over() => break,
            () = sleep(Duration::from_secs(1)) => {}
        }
        for (host, handshake) in &mut dripping {
            send(host, &handshake.datagram(1)?, &mut deeds).await;
        }
    }
    Ok(deeds)
}

async fn sockets_of(villain: &Villain, number: u64) -> Result<tokio::net::UdpSocket, Broken> {
    let host = std::net::Ipv4Addr::new(127, 67, (number % u64::from(HOSTS)) as u8, 1);
    let socket = tokio::net::UdpSocket::bind((host, 0)).await?;
    socket.connect(villain.peers[0]).await?;
    Ok(socket)
}

async fn answer_retry(
    host: &mut tokio::net::UdpSocket,
    handshake: &mut HalfOpen,
    deeds: &mut Deeds,
) -> Result<(), Broken> {
    let mut datagram = [0; 2_000];
    let heard = tokio::time::timeout(Duration::from_millis(20), host.recv(&mut datagram)).await;
    if let Ok(Ok(length)) = heard
        && handshake.take_retry(&datagram[..length])
    {
        *deeds.heard.entry("Retry".to_owned()).or_default() += 1;
        send(host, &handshake.datagram(1)?, deeds).await;
    }
    Ok(())
}

/// A datagram that the system does not take now is one that got lost.
async fn send(socket: &tokio::net::UdpSocket, datagram: &[u8], deeds: &mut Deeds) {
    if socket.send(datagram).await.is_ok() {
        deeds.send(1);
    }
}
