//! Nodes, rogue peers and a relay that can fall silent.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use faelled_net::{CloseReason, ConnectionId, DialError, Net, NetConfig, NetEvent, NetLimits, Tap};
use faelled_proto::frontier::Tip;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{EntryId, FeedId, Message, NodeKey, SecretKey, Signature, SignedEntry, Space};
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Guards against hanging only.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

pub(crate) fn secret(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

pub(crate) struct Node {
    pub(crate) net: Net,
    pub(crate) key: NodeKey,
    events: mpsc::Receiver<NetEvent>,
}

impl Node {
    pub(crate) fn start(seed: u8) -> Self {
        Self::start_with(seed, NetLimits::default(), None)
    }

    pub(crate) fn start_with(seed: u8, limits: NetLimits, tap: Option<Tap>) -> Self {
        let node_key = secret(seed);
        let key = node_key.node_key();
        let (net, events) = Net::start(NetConfig {
            bind: loopback(),
            node_key,
            tap,
            limits,
        })
        .unwrap();
        Self { net, key, events }
    }

    pub(crate) fn address(&self) -> NodeAddress {
        NodeAddress {
            address: self.net.local_address(),
            node_key: self.key,
        }
    }

    pub(crate) async fn event(&mut self) -> NetEvent {
        timeout(PATIENCE, self.events.recv())
            .await
            .expect("an event comes")
            .expect("the network lives")
    }

    pub(crate) async fn connected(&mut self) -> (ConnectionId, NodeKey) {
        match self.event().await {
            NetEvent::Connected {
                connection,
                node_key,
                ..
            } => (connection, node_key),
            other => panic!("not a connection: {other:?}"),
        }
    }

    pub(crate) async fn message(&mut self) -> (ConnectionId, Message) {
        match self.event().await {
            NetEvent::Message {
                connection,
                message,
            } => (connection, message),
            other => panic!("not a message: {other:?}"),
        }
    }

    pub(crate) async fn closed(&mut self) -> (ConnectionId, CloseReason) {
        match self.event().await {
            NetEvent::Closed { connection, reason } => (connection, reason),
            other => panic!("not an end: {other:?}"),
        }
    }

    pub(crate) async fn dial_failed(&mut self) -> DialError {
        match self.event().await {
            NetEvent::DialFailed { reason, .. } => reason,
            other => panic!("not a failed dial: {other:?}"),
        }
    }
}

/// Connects two nodes that do not trust each other yet; the ids are the first node's and the second's.
pub(crate) async fn introduce(a: &mut Node, b: &mut Node) -> (ConnectionId, ConnectionId) {
    a.net.dial(b.address());
    let (at_a, b_key) = a.connected().await;
    let (at_b, a_key) = b.connected().await;
    assert_eq!((a_key, b_key), (a.key, b.key));
    (at_a, at_b)
}

/// Connects two nodes that trust each other.
pub(crate) async fn befriend(a: &mut Node, b: &mut Node) -> (ConnectionId, ConnectionId) {
    let (at_a, at_b) = introduce(a, b).await;
    a.net.trust(at_a);
    b.net.trust(at_b);
    (at_a, at_b)
}

/// A connection that works: a message arrives at the other end.
pub(crate) async fn assert_works(
    from: &Node,
    at_from: ConnectionId,
    to: &mut Node,
    at_to: ConnectionId,
) {
    let message = Message::WantRoster { after: 77 };
    from.net.send(at_from, &message);
    assert_eq!(to.message().await, (at_to, message));
}

pub(crate) fn small(number: u64) -> Message {
    Message::WantRoster { after: number }
}

/// A message of about 72 bytes a tip.
pub(crate) fn frontier(tips: u32) -> Message {
    let tips = (0..tips)
        .map(|number| {
            let mut feed = [7; 32];
            feed[..4].copy_from_slice(&number.to_be_bytes());
            Tip {
                feed: FeedId::from_bytes(feed),
                seq: u64::from(number),
                entry: EntryId::of(&[&feed]),
            }
        })
        .collect();
    Message::telling(Space::Commons, tips)
}

pub(crate) fn feed() -> FeedId {
    FeedId::of(&[b"feed"])
}

/// Entries whose bodies do not compress.
pub(crate) fn entries(count: usize, body_bytes: usize) -> Vec<SignedEntry> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut noise = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..count)
        .map(|number| SignedEntry {
            header: number.to_be_bytes().to_vec(),
            signature: Signature::from_bytes([9; 64]),
            body: Some((0..body_bytes).map(|_| noise()).collect()),
        })
        .collect()
}

/// How a rogue peer presents itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guise {
    pub(crate) alpn: &'static [u8],
    /// As a raw public key, or as if it were an X.509 certificate.
    pub(crate) raw_key: bool,
    /// Shows a key at all.
    pub(crate) key: bool,
    /// Whose public key it shows, as a seed; it holds the secret key of 99.
    pub(crate) shown: u8,
}

impl Default for Guise {
    fn default() -> Self {
        Self {
            alpn: faelled_net::ALPN,
            raw_key: true,
            key: true,
            shown: 99,
        }
    }
}

/// Dials a node with quinn alone, ready to break any rule.
pub(crate) async fn rogue(
    target: SocketAddr,
    guise: Guise,
) -> Result<(quinn::Endpoint, quinn::Connection), String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody {
            raw_key: guise.raw_key,
        }));
    let mut config = if guise.key {
        config.with_client_cert_resolver(Arc::new(Mask::new(guise)))
    } else {
        config.with_no_client_auth()
    };
    config.alpn_protocols = vec![guise.alpn.to_vec()];
    let config = quinn::ClientConfig::new(Arc::new(QuicClientConfig::try_from(config).unwrap()));
    let endpoint = quinn::Endpoint::client(loopback()).unwrap();
    let connecting = endpoint
        .connect_with(config, target, "rogue.invalid")
        .unwrap();
    let connection = connecting.await.map_err(|error| error.to_string())?;
    Ok((endpoint, connection))
}

/// A rogue connection whose control stream is open and that the node trusts.
pub(crate) async fn trusted_rogue(
    node: &mut Node,
) -> (
    quinn::Endpoint,
    quinn::Connection,
    (quinn::SendStream, quinn::RecvStream),
    ConnectionId,
) {
    let (endpoint, connection) = rogue(node.net.local_address(), Guise::default())
        .await
        .unwrap();
    let (id, _) = node.connected().await;
    node.net.trust(id);
    let (mut send, receive) = connection.open_bi().await.unwrap();
    send.write_all(&piece(&small(1).encode())).await.unwrap();
    assert_eq!(node.message().await, (id, small(1)));
    (endpoint, connection, (send, receive), id)
}

/// A server that is no proper node. Its connections live as long as the endpoint.
pub(crate) fn rogue_server(guise: Guise) -> quinn::Endpoint {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_client_cert_verifier(Arc::new(Anybody { raw_key: true }))
        .with_cert_resolver(Arc::new(Mask::new(guise)));
    config.alpn_protocols = vec![guise.alpn.to_vec()];
    let config = QuicServerConfig::try_from(config).unwrap();
    let config = quinn::ServerConfig::with_crypto(Arc::new(config));
    let endpoint = quinn::Endpoint::server(config, loopback()).unwrap();
    let server = endpoint.clone();
    tokio::spawn(async move {
        while let Some(incoming) = server.accept().await {
            tokio::spawn(async move {
                if let Ok(connection) = incoming.await {
                    connection.closed().await;
                }
            });
        }
    });
    endpoint
}

/// A piece as it goes over the wire.
pub(crate) fn piece(bytes: &[u8]) -> Vec<u8> {
    [
        &u32::try_from(bytes.len()).unwrap().to_be_bytes()[..],
        bytes,
    ]
    .concat()
}

/// Passes UDP packets to a node and back, until the task is aborted: then silence.
pub(crate) async fn relay(to: SocketAddr) -> (SocketAddr, JoinHandle<()>) {
    let front = UdpSocket::bind(loopback()).await.unwrap();
    let back = UdpSocket::bind(loopback()).await.unwrap();
    back.connect(to).await.unwrap();
    let address = front.local_addr().unwrap();
    let task = tokio::spawn(async move {
        let (mut there, mut here) = (vec![0; 65_536], vec![0; 65_536]);
        let mut client = None;
        loop {
            tokio::select! {
                Ok((length, from)) = front.recv_from(&mut there) => {
                    client = Some(from);
                    back.send(&there[..length]).await.unwrap();
                }
                Ok(length) = back.recv(&mut here) => {
                    if let Some(client) = client {
                        front.send_to(&here[..length], client).await.unwrap();
                    }
                }
            }
        }
    });
    (address, task)
}

#[derive(Debug)]
struct Mask {
    key: Arc<CertifiedKey>,
    raw_key: bool,
}

impl Mask {
    fn new(guise: Guise) -> Self {
        let (secret, secret_shown) = (secret(99), secret(guise.shown));
        let pkcs8 = [
            &b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"[..],
            &secret.seed(),
        ]
        .concat();
        let spki = [
            &b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"[..],
            secret_shown.node_key().as_bytes(),
        ]
        .concat();
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pkcs8));
        let key = rustls::crypto::ring::sign::any_supported_type(&der).unwrap();
        Self {
            key: Arc::new(CertifiedKey::new(vec![CertificateDer::from(spki)], key)),
            raw_key: guise.raw_key,
        }
    }
}

impl ResolvesClientCert for Mask {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.key))
    }

    fn only_raw_public_keys(&self) -> bool {
        self.raw_key
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl ResolvesServerCert for Mask {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.key))
    }

    fn only_raw_public_keys(&self) -> bool {
        self.raw_key
    }
}

/// Believes everybody.
#[derive(Debug)]
struct Anybody {
    raw_key: bool,
}

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.raw_key
    }
}

impl ClientCertVerifier for Anybody {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.raw_key
    }
}
