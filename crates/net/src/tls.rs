//! TLS 1.3 with raw Ed25519 public keys on both sides (RFC 7250).

use std::sync::{Arc, OnceLock};

use faelled_proto::{NodeKey, SecretKey};
use quinn::crypto::rustls::{NoInitialCipherSuite, QuicClientConfig, QuicServerConfig};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::crypto::{CryptoProvider, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer,
    UnixTime,
};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use rustls::sign::CertifiedKey;
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, PeerIncompatible,
    SignatureScheme,
};

/// The application protocol that both sides must name in the handshake.
pub const ALPN: &[u8] = b"faelled/1";

/// Never sent (no SNI) and never checked: the key is the name.
pub(crate) const SERVER_NAME: &str = "faelled.invalid";

/// DER of `SubjectPublicKeyInfo` for Ed25519 (RFC 8410, section 4) up to the key's 32 bytes.
const SPKI_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// DER of `OneAsymmetricKey` version 1 for Ed25519 (RFC 8410, section 7) up to the seed's 32 bytes.
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// A TLS set-up that could not be made: the crypto provider lacks something.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error(transparent)]
    Rustls(#[from] Error),
    #[error(transparent)]
    Suite(#[from] NoInitialCipherSuite),
}

/// Our side of every handshake.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    provider: Arc<CryptoProvider>,
    key: Arc<CertifiedKey>,
}

/// The key that a dialled node showed where another was expected.
pub(crate) type ShownKey = Arc<OnceLock<NodeKey>>;

impl Identity {
    pub(crate) fn new(secret: &SecretKey) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut pkcs8 = PKCS8_PREFIX.to_vec();
        pkcs8.extend_from_slice(&secret.seed());
        // The provider wipes these bytes when it has read them.
        let key = provider
            .key_provider
            .load_private_key(PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pkcs8)))?;
        let mut spki = SPKI_PREFIX.to_vec();
        spki.extend_from_slice(secret.node_key().as_bytes());
        let key = Arc::new(CertifiedKey::new(vec![CertificateDer::from(spki)], key));
        Ok(Self { provider, key })
    }

    pub(crate) fn server(&self) -> Result<QuicServerConfig, TlsError> {
        let verifier = AnyNode {
            provider: Arc::clone(&self.provider),
        };
        let mut config = rustls::ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_client_cert_verifier(Arc::new(verifier))
            .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(
                Arc::clone(&self.key),
            )));
        config.alpn_protocols = vec![ALPN.to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        config.max_early_data_size = 0;
        Ok(config.try_into()?)
    }

    /// A client that goes on only with the holder of `expected`; another key is left in the cell.
    pub(crate) fn client(
        &self,
        expected: NodeKey,
    ) -> Result<(QuicClientConfig, ShownKey), TlsError> {
        let shown = ShownKey::default();
        let verifier = ExactNode {
            provider: Arc::clone(&self.provider),
            expected,
            shown: Arc::clone(&shown),
        };
        let mut config = rustls::ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(
                Arc::clone(&self.key),
            )));
        config.alpn_protocols = vec![ALPN.to_vec()];
        config.resumption = Resumption::disabled();
        config.enable_early_data = false;
        config.enable_sni = false;
        Ok((config.try_into()?, shown))
    }
}

/// The key that the peer of an established connection has proven to hold.
pub(crate) fn peer_key(connection: &quinn::Connection) -> Option<NodeKey> {
    let identity = connection
        .peer_identity()?
        .downcast::<Vec<CertificateDer<'static>>>()
        .ok()?;
    let [key] = identity.as_slice() else {
        return None;
    };
    node_key(key).ok()
}

fn node_key(spki: &CertificateDer<'_>) -> Result<NodeKey, Error> {
    let bad = Error::InvalidCertificate(CertificateError::BadEncoding);
    let key = spki
        .as_ref()
        .strip_prefix(&SPKI_PREFIX)
        .ok_or_else(|| bad.clone())?;
    NodeKey::try_from(key).map_err(|_| bad)
}

fn only_key(
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
) -> Result<NodeKey, Error> {
    if !intermediates.is_empty() {
        return Err(Error::InvalidCertificate(CertificateError::BadEncoding));
    }
    node_key(end_entity)
}

fn verify_signature(
    provider: &CryptoProvider,
    message: &[u8],
    spki: &CertificateDer<'_>,
    signature: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, Error> {
    if signature.scheme != SignatureScheme::ED25519 {
        return Err(Error::InvalidCertificate(CertificateError::BadSignature));
    }
    let key = SubjectPublicKeyInfoDer::from(spki.as_ref());
    verify_tls13_signature_with_raw_key(
        message,
        &key,
        signature,
        &provider.signature_verification_algorithms,
    )
}

fn only_tls13() -> Error {
    Error::PeerIncompatible(PeerIncompatible::Tls13RequiredForQuic)
}

/// The server's view of clients: any Ed25519 key that its holder proves. Membership is decided above.
#[derive(Debug)]
struct AnyNode {
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for AnyNode {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        only_key(end_entity, intermediates).map(|_| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(only_tls13())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_signature(&self.provider, message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

/// The client's view of a server: one key and no other.
#[derive(Debug)]
struct ExactNode {
    provider: Arc<CryptoProvider>,
    expected: NodeKey,
    shown: ShownKey,
}

impl ServerCertVerifier for ExactNode {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let key = only_key(end_entity, intermediates)?;
        if key != self.expected {
            self.shown.get_or_init(|| key);
            return Err(Error::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            ));
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(only_tls13())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_signature(&self.provider, message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spki(key: &[u8]) -> CertificateDer<'static> {
        CertificateDer::from([&SPKI_PREFIX[..], key].concat())
    }

    #[test]
    fn only_an_ed25519_key_of_44_bytes_is_a_node_key() {
        assert_eq!(node_key(&spki(&[7; 32])), Ok(NodeKey::from_bytes([7; 32])));
        assert!(node_key(&spki(&[7; 31])).is_err());
        assert!(node_key(&spki(&[7; 33])).is_err());
        let mut other_curve = spki(&[7; 32]).to_vec();
        other_curve[8] = 0x6e;
        assert!(node_key(&CertificateDer::from(other_curve)).is_err());
        assert!(node_key(&CertificateDer::from(Vec::new())).is_err());
    }

    #[test]
    fn the_tls_key_is_the_node_key() {
        let secret = SecretKey::from_seed(&[3; 32]);
        let identity = Identity::new(&secret).unwrap();
        let public = identity.key.key.public_key().unwrap();
        assert_eq!(
            node_key(&CertificateDer::from(public.to_vec())),
            Ok(secret.node_key())
        );
    }

    #[test]
    fn a_key_with_anything_after_it_is_refused() {
        assert!(only_key(&spki(&[7; 32]), &[spki(&[8; 32])]).is_err());
    }
}
