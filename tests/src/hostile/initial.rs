//! QUIC handshakes that begin and do not go on, packet by packet (RFC 9000 and RFC 9001): without any key.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::quic::{ClientConnection, Suite, Version};
use rustls::{CipherSuite, Side, SupportedCipherSuite};
use tokio::net::UdpSocket;

use super::broken;
use super::mask::{SERVER_NAME, tls};
use crate::program::Broken;

/// An Initial packet fills a datagram of at least so many bytes.
const DATAGRAM_BYTES: usize = 1_200;
const LONG_INITIAL: u8 = 0b1100_0000;
const LONG_RETRY: u8 = 0b1111_0000;
const QUIC_1: [u8; 4] = [0, 0, 0, 1];
/// The number of each packet takes so many bytes.
const NUMBER_BYTES: usize = 2;
const CRYPTO_FRAME: u8 = 6;
/// A client's transport parameters: its own connection id (RFC 9000, section 18.2), filled in below.
const INITIAL_SOURCE_CONNECTION_ID: u8 = 0x0f;

/// A handshake that one side began.
#[derive(Debug)]
pub(super) struct HalfOpen {
    hello: Vec<u8>,
    /// How much of the hello was sent.
    sent: usize,
    destination: Vec<u8>,
    source: [u8; 8],
    token: Vec<u8>,
    packets: u16,
}

impl HalfOpen {
    /// The next one, told apart by its number.
    pub(super) fn new(number: u64) -> Result<Self, Broken> {
        let source = number.to_be_bytes();
        let parameters = [&[INITIAL_SOURCE_CONNECTION_ID, 8][..], &source].concat();
        let config = Arc::new(tls(None)?);
        let name = ServerName::try_from(SERVER_NAME).map_err(broken)?;
        let mut client =
            ClientConnection::new(config, Version::V1, name, parameters).map_err(broken)?;
        let mut hello = Vec::new();
        drop(client.write_hs(&mut hello));
        Ok(Self {
            hello,
            sent: 0,
            destination: [&source[..], b"hostile"].concat(),
            source,
            token: Vec::new(),
            packets: 0,
        })
    }

    /// A datagram with the next bytes of the hello, at most so many.
    pub(super) fn datagram(&mut self, bytes: usize) -> Result<Vec<u8>, Broken> {
        let end = (self.sent + bytes).min(self.hello.len());
        let part = self.hello[self.sent..end].to_vec();
        let mut payload = vec![CRYPTO_FRAME];
        payload.extend(variable(self.sent));
        payload.extend(variable(part.len()));
        payload.extend(part);
        self.sent = end;
        self.packet(payload)
    }

    /// The other side wants to see that the address is our own: begin anew with what it sent.
    pub(super) fn take_retry(&mut self, datagram: &[u8]) -> bool {
        let is_retry = datagram
            .first()
            .is_some_and(|first| first & LONG_RETRY == LONG_RETRY);
        let parts = if is_retry { retry(datagram) } else { None };
        let Some((source, token)) = parts else {
            return false;
        };
        self.destination = source.to_vec();
        self.token = token.to_vec();
        self.sent = 0;
        true
    }

    fn packet(&mut self, mut payload: Vec<u8>) -> Result<Vec<u8>, Broken> {
        let mut header = vec![LONG_INITIAL | (NUMBER_BYTES as u8 - 1)];
        header.extend(QUIC_1);
        for id in [&self.destination[..], &self.source] {
            header.push(u8::try_from(id.len()).map_err(broken)?);
            header.extend(id);
        }
        header.extend(variable(self.token.len()));
        header.extend(&self.token);
        let keys = suite()?.keys(&self.destination, Side::Client, Version::V1);
        let key = &keys.local;
        let overhead = header.len() + 2 + NUMBER_BYTES + key.packet.tag_len();
        payload.resize(
            DATAGRAM_BYTES.saturating_sub(overhead).max(payload.len()),
            0,
        );
        let length = NUMBER_BYTES + payload.len() + key.packet.tag_len();
        // The length in its form of two bytes, whatever it is.
        header.extend((0x4000 | u16::try_from(length).map_err(broken)?).to_be_bytes());
        let number_at = header.len();
        header.extend(self.packets.to_be_bytes());
        let tag = key
            .packet
            .encrypt_in_place(u64::from(self.packets), &header, &mut payload)
            .map_err(broken)?;
        self.packets += 1;
        let mut datagram = [&header[..], &payload, tag.as_ref()].concat();
        let sample_at = number_at + 4;
        let sample = datagram[sample_at..sample_at + key.header.sample_len()].to_vec();
        let (first, rest) = datagram.split_at_mut(1);
        let number = &mut rest[number_at - 1..number_at - 1 + NUMBER_BYTES];
        key.header
            .encrypt_in_place(&sample, &mut first[0], number)
            .map_err(broken)?;
        Ok(datagram)
    }
}

/// To which of our handshakes a datagram is an answer, by its number.
pub(super) fn addressee(datagram: &[u8]) -> Option<u64> {
    let (length, rest) = datagram.get(5..)?.split_first()?;
    let id = rest.get(..usize::from(*length))?;
    Some(u64::from_be_bytes(id.try_into().ok()?))
}

/// Sockets at different addresses of loopback, as if they were as many hosts.
pub(super) async fn sockets(count: u8, peer: SocketAddr) -> Result<Vec<UdpSocket>, Broken> {
    let mut sockets = Vec::new();
    for host in 0..count {
        let address = IpAddr::V4(Ipv4Addr::new(127, 66, host, 1));
        let socket = UdpSocket::bind((address, 0)).await?;
        socket.connect(peer).await?;
        sockets.push(socket);
    }
    Ok(sockets)
}

/// Initial packets are protected with AES-128-GCM (RFC 9001, section 5.2).
fn suite() -> Result<Suite, Broken> {
    let provider = rustls::crypto::ring::default_provider();
    let mut suites = provider.cipher_suites.iter();
    let found = suites.find_map(|suite| match suite {
        SupportedCipherSuite::Tls13(suite)
            if suite.common.suite == CipherSuite::TLS13_AES_128_GCM_SHA256 =>
        {
            suite.quic_suite()
        }
        _ => None,
    });
    found.ok_or_else(|| Broken::new("no AES-128-GCM"))
}

/// The new connection id and the token of a Retry packet (RFC 9000, section 17.2.5).
fn retry(datagram: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut rest = datagram.get(5..)?;
    let mut ids = [&[][..]; 2];
    for id in &mut ids {
        let (length, after) = rest.split_first()?;
        let (taken, after) = after.split_at_checked(usize::from(*length))?;
        *id = taken;
        rest = after;
    }
    let token = rest.get(..rest.len().checked_sub(16)?)?;
    Some((ids[1], token))
}

/// QUIC's numbers (RFC 9000, section 16), up to what is needed here.
fn variable(number: usize) -> Vec<u8> {
    let number = u16::try_from(number).unwrap_or(u16::MAX >> 2);
    if number < 64 {
        vec![u8::try_from(number).unwrap_or(0)]
    } else {
        (0x4000 | number).to_be_bytes().to_vec()
    }
}
