//! The node's end of the network: one UDP socket, many connections.

use std::fmt;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;

use faelled_proto::feed::RunHeader;
use faelled_proto::message::Bye;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{Message, SecretKey};
use quinn::{
    ClientConfig, ConnectionError, EndpointConfig, Incoming, ServerConfig, TokioRuntime,
    TransportConfig, VarInt,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::admission::Verdict;
use crate::connection::serve;
use crate::peer::{STRANGER_WINDOW, STREAM_WINDOW};
use crate::shared::{PendingHandshake, Registered, Shared};
use crate::tap::{Tap, TapContent};
use crate::tls::{Identity, SERVER_NAME, TlsError, peer_key};
use crate::{
    CloseReason, ConnectionId, DialError, NetEvent, NetLimits, RunError, RunSender, Traffic,
};

/// QUIC version 1 (RFC 9000), and no draft of it.
const QUIC_VERSIONS: [u32; 1] = [1];

/// TLS alert `no_application_protocol` and its neighbours, as QUIC carries them (RFC 9001, section 4.8).
const CRYPTO_ERROR: u64 = 0x100;
const ALERT_HANDSHAKE_FAILURE: u64 = CRYPTO_ERROR + 40;
const ALERT_UNSUPPORTED_CERTIFICATE: u64 = CRYPTO_ERROR + 43;
const ALERT_NO_APPLICATION_PROTOCOL: u64 = CRYPTO_ERROR + 120;

/// With what a [`Net`] starts.
pub struct NetConfig {
    /// Address and UDP port to listen on; port 0 lets the system choose.
    pub bind: SocketAddr,
    /// The node's key.
    pub node_key: SecretKey,
    /// Sees all that is sent. For tests.
    pub tap: Option<Tap>,
    /// Bounds.
    pub limits: NetLimits,
}

/// Why a [`Net`] does not start.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// Something else listens there.
    #[error(
        "{address} is taken: another program, perhaps another node, listens there; stop it or choose another port"
    )]
    PortTaken {
        /// The address.
        address: SocketAddr,
    },
    /// The machine has no such address.
    #[error(
        "{address} is not an address of this machine; listen on one that is, or on 0.0.0.0 or [::]"
    )]
    AddressNotAvailable {
        /// The address.
        address: SocketAddr,
    },
    /// The system does not allow it.
    #[error("this user may not listen on {address}; choose a port from 1024 up")]
    NotAllowed {
        /// The address.
        address: SocketAddr,
    },
    /// The system refuses the socket for another reason.
    #[error("cannot listen on {address}")]
    Socket {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// TLS cannot be set up: the program was built without something it needs.
    #[error("cannot set up TLS: {0}")]
    Tls(String),
    /// A limit is not possible.
    #[error("the idle time of {0} ms is more than QUIC can express")]
    IdleTime(u128),
    /// Called outside a tokio runtime.
    #[error("the network needs a tokio runtime")]
    NoRuntime,
}

/// The network of one node. Clones are handles to the same; when the last is dropped, connections end
/// without waiting for anything. [`Net::shutdown`] is the orderly end.
#[derive(Debug, Clone)]
pub struct Net(Arc<Handle>);

#[derive(Debug)]
struct Handle {
    shared: Arc<Shared>,
    local: SocketAddr,
}

impl fmt::Debug for NetConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetConfig")
            .field("bind", &self.bind)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.stop();
    }
}

impl Net {
    /// Listens, and returns the network and what happens there. While nobody takes events, nothing is read
    /// from the network. The events end when all handles and [`RunSender`]s are gone.
    ///
    /// # Errors
    /// See [`NetError`].
    pub fn start(config: NetConfig) -> Result<(Self, mpsc::Receiver<NetEvent>), NetError> {
        let NetConfig {
            bind: address,
            node_key,
            tap,
            limits,
        } = config;
        let runtime = tokio::runtime::Handle::try_current().map_err(|_| NetError::NoRuntime)?;
        let identity =
            Identity::new(&node_key).map_err(|error| NetError::Tls(error.to_string()))?;
        let server = server_config(&identity, &limits)?;
        let socket = UdpSocket::bind(address).map_err(|source| socket_error(address, source))?;
        let mut endpoint_config = EndpointConfig::default();
        endpoint_config.supported_versions(QUIC_VERSIONS.to_vec());
        let endpoint = quinn::Endpoint::new(
            endpoint_config,
            Some(server),
            socket,
            Arc::new(TokioRuntime),
        )
        .map_err(|source| NetError::Socket { address, source })?;
        let local = endpoint
            .local_addr()
            .map_err(|source| NetError::Socket { address, source })?;
        let (events, receiver) = mpsc::channel(limits.events.max(1));
        let shared = Arc::new(Shared::new(
            endpoint, identity, limits, tap, events, runtime,
        ));
        shared.spawn(accept(Arc::clone(&shared)));
        Ok((Self(Arc::new(Handle { shared, local })), receiver))
    }

    /// Where this node listens, with the port that the system chose.
    #[must_use]
    pub fn local_address(&self) -> SocketAddr {
        self.0.local
    }

    /// Dials a node that must prove this key. Returns at once; [`NetEvent::Connected`] or
    /// [`NetEvent::DialFailed`] follows.
    pub fn dial(&self, target: NodeAddress) {
        let shared = Arc::clone(&self.0.shared);
        self.0.shared.spawn(dial(shared, target));
    }

    /// Queues a message. Nothing happens when the connection is gone or closing. A peer that lets too much pile up is
    /// closed with [`CloseReason::SlowReader`].
    pub fn send(&self, connection: ConnectionId, message: &Message) {
        let Some(peer) = self
            .0
            .shared
            .peer(connection)
            .filter(|peer| !peer.is_ending())
        else {
            return;
        };
        let bytes = message.encode();
        self.0.shared.tap(&peer, TapContent::Message, &bytes);
        peer.enqueue(bytes, &self.0.shared.limits);
    }

    /// The peer is a member: lifts the limits for strangers. To be called before anything is sent that the
    /// peer will answer with runs or long messages.
    pub fn trust(&self, connection: ConnectionId) {
        self.0.shared.trust(connection);
    }

    /// The peer may remain a stranger, for as long as there is room: a newcomer who waits for approval, or
    /// a node that we dialled to ask for it.
    pub fn keep_stranger(&self, connection: ConnectionId) {
        self.0.shared.keep(connection);
    }

    /// Sends what is queued and a goodbye, and closes; [`NetEvent::Closed`] follows.
    pub fn close(&self, connection: ConnectionId, bye: Bye) {
        if let Some(peer) = self.0.shared.peer(connection) {
            peer.end(CloseReason::Here(bye));
        }
    }

    /// Opens a run to a peer. Waits for a free slot here, and until the peer trusts us and has one.
    ///
    /// # Errors
    /// See [`RunError`].
    pub async fn open_run(
        &self,
        connection: ConnectionId,
        header: RunHeader,
    ) -> Result<RunSender, RunError> {
        let peer = self.0.shared.peer(connection).ok_or(RunError::Closed)?;
        RunSender::open(Arc::clone(&self.0.shared), peer, header).await
    }

    /// The traffic of all connections, present and past.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.0.shared.traffic()
    }

    /// The traffic of a connection, while it stands.
    #[must_use]
    pub fn connection_traffic(&self, connection: ConnectionId) -> Option<Traffic> {
        self.0
            .shared
            .peer(connection)
            .map(|peer| peer.meter.read(&peer.quinn))
    }

    /// Says goodbye to all, ends every task and frees the port. Takes at most a few times
    /// [`NetLimits::goodbye`]; events that find no room meanwhile are dropped.
    pub async fn shutdown(&self) {
        let shared = &self.0.shared;
        shared.stop();
        let mut tasks = shared.join();
        let all = async { while tasks.join_next().await.is_some() {} };
        if timeout(shared.limits.goodbye * 2, all).await.is_err() {
            tracing::warn!(
                count = tasks.len(),
                "connections do not end by themselves: cut off"
            );
            tasks.shutdown().await;
        }
        shared.endpoint.close(VarInt::from_u32(0), b"");
        if timeout(shared.limits.goodbye, shared.endpoint.wait_idle())
            .await
            .is_err()
        {
            tracing::debug!("peers did not acknowledge the end in time");
        }
    }
}

async fn accept(shared: Arc<Shared>) {
    loop {
        let incoming = tokio::select! {
            biased;
            () = shared.stopped() => break,
            incoming = shared.endpoint.accept() => incoming,
        };
        let Some(incoming) = incoming else { break };
        match shared.knock(&incoming) {
            Ok(pending) => shared.spawn(answer(Arc::clone(&shared), incoming, pending)),
            Err(Verdict::Retry) => {
                if let Err(error) = incoming.retry() {
                    error.into_incoming().refuse();
                }
            }
            Err(_) => incoming.refuse(),
        }
    }
}

async fn answer(shared: Arc<Shared>, incoming: Incoming, mut pending: PendingHandshake) {
    let address = incoming.remote_address();
    let handshake = async { incoming.accept()?.await };
    let connection = tokio::select! {
        biased;
        () = shared.stopped() => return,
        connection = timeout(shared.limits.handshake, handshake) => connection,
        () = pending.given_up() => {
            tracing::debug!(%address, "a handshake was given up for another");
            return;
        }
    };
    let Ok(Ok(connection)) = connection else {
        tracing::debug!(%address, "a handshake failed");
        return;
    };
    let Some(node_key) = peer_key(&connection) else {
        return;
    };
    // The connection counts before the handshake stops counting.
    let registered = shared.register(connection, node_key, false);
    drop(pending);
    if let Some((registered, outbox)) = registered {
        serve(shared, registered, outbox).await;
    }
}

async fn dial(shared: Arc<Shared>, target: NodeAddress) {
    let connected = tokio::select! {
        biased;
        () = shared.stopped() => Err(DialError::ShuttingDown),
        connected = connect(&shared, target) => connected,
    };
    match connected {
        Ok((registered, outbox)) => serve(shared, registered, outbox).await,
        Err(reason) => {
            tracing::debug!(address = %target.address, reason = %reason, "a dial failed");
            if !shared.emit(NetEvent::DialFailed { target, reason }).await {
                tracing::trace!("nobody waits for the dial");
            }
        }
    }
}

async fn connect(
    shared: &Arc<Shared>,
    target: NodeAddress,
) -> Result<(Registered, mpsc::Receiver<Vec<u8>>), DialError> {
    let _pending = shared.begin_dial().ok_or(DialError::Busy)?;
    let (crypto, shown) = shared
        .identity
        .client(target.node_key)
        .map_err(|error| DialError::Handshake(error.to_string()))?;
    let mut config = ClientConfig::new(Arc::new(crypto));
    let transport = transport_config(&shared.limits, 0)
        .map_err(|error| DialError::Handshake(error.to_string()))?;
    config.transport_config(Arc::new(transport));
    let connecting = shared
        .endpoint
        .connect_with(config, target.address, SERVER_NAME)
        .map_err(|error| DialError::Address(error.to_string()))?;
    let connection = match timeout(shared.limits.handshake, connecting).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(_)) if let Some(shown) = shown.get() => {
            return Err(DialError::WrongKey { shown: *shown });
        }
        Ok(Err(error)) => return Err(dial_error(&error)),
        Err(_) => return Err(DialError::NoAnswer),
    };
    shared
        .register(connection, target.node_key, true)
        .ok_or(DialError::ShuttingDown)
}

fn dial_error(error: &ConnectionError) -> DialError {
    let code = match error {
        ConnectionError::TimedOut | ConnectionError::Reset => return DialError::NoAnswer,
        ConnectionError::VersionMismatch => return DialError::OtherProtocol,
        ConnectionError::LocallyClosed => return DialError::ShuttingDown,
        ConnectionError::ConnectionClosed(close)
            if close.error_code == quinn::TransportErrorCode::CONNECTION_REFUSED =>
        {
            return DialError::Refused;
        }
        ConnectionError::ConnectionClosed(close) => close.error_code,
        ConnectionError::TransportError(error) => error.code,
        ConnectionError::ApplicationClosed(_) => return DialError::Refused,
        ConnectionError::CidsExhausted => return DialError::Busy,
    };
    match u64::from(code) {
        ALERT_HANDSHAKE_FAILURE | ALERT_UNSUPPORTED_CERTIFICATE | ALERT_NO_APPLICATION_PROTOCOL => {
            DialError::OtherProtocol
        }
        _ => DialError::Handshake(code.to_string()),
    }
}

fn server_config(identity: &Identity, limits: &NetLimits) -> Result<ServerConfig, NetError> {
    let crypto = identity
        .server()
        .map_err(|error: TlsError| NetError::Tls(error.to_string()))?;
    let mut config = ServerConfig::with_crypto(Arc::new(crypto));
    config.transport_config(Arc::new(transport_config(limits, 1)?));
    config.max_incoming(limits.pending_handshakes);
    Ok(config)
}

/// A stranger's transport; [`crate::peer::Peer::trust`] widens it.
fn transport_config(limits: &NetLimits, control_streams: u32) -> Result<TransportConfig, NetError> {
    let idle = limits
        .idle
        .try_into()
        .map_err(|_| NetError::IdleTime(limits.idle.as_millis()))?;
    let streams = u64::try_from(limits.runs)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let mut config = TransportConfig::default();
    config
        .max_concurrent_bidi_streams(VarInt::from_u32(control_streams))
        .max_concurrent_uni_streams(VarInt::from_u32(0))
        .stream_receive_window(VarInt::from_u32(STREAM_WINDOW))
        .receive_window(VarInt::from_u32(STRANGER_WINDOW))
        .send_window(streams.saturating_mul(u64::from(STREAM_WINDOW)))
        .max_idle_timeout(Some(idle))
        .keep_alive_interval(Some(limits.keep_alive))
        .datagram_receive_buffer_size(None);
    Ok(config)
}

fn socket_error(address: SocketAddr, source: io::Error) -> NetError {
    match source.kind() {
        io::ErrorKind::AddrInUse => NetError::PortTaken { address },
        io::ErrorKind::AddrNotAvailable => NetError::AddressNotAvailable { address },
        io::ErrorKind::PermissionDenied => NetError::NotAllowed { address },
        _ => NetError::Socket { address, source },
    }
}
