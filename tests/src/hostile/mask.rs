//! The TLS side of the hostile node: any key, and no opinion on whom it talks to.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use faelled_net::ALPN;
use faelled_proto::SecretKey;
use quinn::crypto::rustls::QuicClientConfig;
use quinn::{ClientConfig, Connection, Endpoint, TransportConfig, VarInt};
use rustls::client::AlwaysResolvesClientRawPublicKeys;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, SignatureScheme};
use tokio::time::timeout;

use super::broken;
use crate::program::Broken;

/// A name that nobody checks.
pub(super) const SERVER_NAME: &str = "hostile.invalid";
/// Guards against hanging only.
const PATIENCE: Duration = Duration::from_secs(30);

/// DER of `SubjectPublicKeyInfo` for Ed25519 (RFC 8410, section 4) up to the key.
const SPKI_PREFIX: [u8; 12] = *b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";
/// DER of `OneAsymmetricKey` version 1 for Ed25519 (RFC 8410, section 7) up to the seed.
const PKCS8_PREFIX: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

/// A key to show, and a socket to show it from.
#[derive(Debug)]
pub(super) struct Mask {
    endpoint: Endpoint,
    config: ClientConfig,
}

impl Mask {
    /// With a node key. `window` is how many bytes a peer may send on a stream before it is read.
    pub(super) fn new(key: &SecretKey, window: u32) -> Result<Self, Broken> {
        let crypto = QuicClientConfig::try_from(tls(Some(key))?).map_err(broken)?;
        let mut transport = TransportConfig::default();
        transport
            .keep_alive_interval(Some(Duration::from_secs(5)))
            .stream_receive_window(VarInt::from_u32(window));
        let mut config = ClientConfig::new(Arc::new(crypto));
        config.transport_config(Arc::new(transport));
        let endpoint = Endpoint::client(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        Ok(Self { endpoint, config })
    }

    /// Dials; the handshake is over when this returns.
    pub(super) async fn dial(&self, peer: SocketAddr) -> Result<Connection, Broken> {
        let connecting = self
            .endpoint
            .connect_with(self.config.clone(), peer, SERVER_NAME)
            .map_err(broken)?;
        timeout(PATIENCE, connecting)
            .await
            .map_err(|_| Broken::new("nobody answers"))?
            .map_err(broken)
    }
}

/// What TLS is to do: show this key, or none, and believe everybody.
pub(super) fn tls(key: Option<&SecretKey>) -> Result<rustls::ClientConfig, Broken> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(broken)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody));
    let mut config = match key {
        None => config.with_no_client_auth(),
        Some(key) => {
            let pkcs8 = [&PKCS8_PREFIX[..], &key.seed()].concat();
            let signer = provider
                .key_provider
                .load_private_key(PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pkcs8)))
                .map_err(broken)?;
            let spki = [&SPKI_PREFIX[..], key.node_key().as_bytes()].concat();
            let certified = CertifiedKey::new(vec![CertificateDer::from(spki)], signer);
            let resolver = AlwaysResolvesClientRawPublicKeys::new(Arc::new(certified));
            config.with_client_cert_resolver(Arc::new(resolver))
        }
    };
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.enable_sni = false;
    Ok(config)
}

/// Believes everybody.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}
