//! What all tasks of one [`crate::Net`] share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use faelled_proto::NodeKey;
use faelled_proto::message::Bye;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use crate::admission::{Admission, HandshakeId, Verdict};
use crate::peer::Peer;
use crate::tap::{Tap, TapContent, TapEvent};
use crate::tls::Identity;
use crate::traffic::Traffic;
use crate::{CloseReason, ConnectionId, NetEvent, NetLimits};

/// What all tasks share. Its locks are held for a few lines at a time, never while waiting.
pub(crate) struct Shared {
    pub(crate) endpoint: quinn::Endpoint,
    pub(crate) identity: Identity,
    pub(crate) limits: NetLimits,
    tap: Option<Tap>,
    events: mpsc::Sender<NetEvent>,
    stopping: watch::Sender<bool>,
    registry: Mutex<Registry>,
    tasks: Mutex<JoinSet<()>>,
    runtime: tokio::runtime::Handle,
}

#[derive(Debug)]
struct Registry {
    peers: BTreeMap<ConnectionId, Arc<Peer>>,
    admission: Admission,
    /// Ends of handshakes under way, to give them up for others.
    handshakes: BTreeMap<HandshakeId, oneshot::Sender<()>>,
    pending_dials: usize,
    last_id: u64,
    /// The traffic of connections that are gone.
    past: Traffic,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// A connection's place in the registry, until it is dropped.
#[derive(Debug)]
pub(crate) struct Registered {
    shared: Arc<Shared>,
    pub(crate) peer: Arc<Peer>,
}

/// A handshake of somebody else, counted until it is dropped.
#[derive(Debug)]
pub(crate) struct PendingHandshake {
    shared: Arc<Shared>,
    id: HandshakeId,
    given_up: oneshot::Receiver<()>,
}

/// A dial of our own, counted until it is dropped.
#[derive(Debug)]
pub(crate) struct PendingDial(Arc<Shared>);

impl Shared {
    pub(crate) fn new(
        endpoint: quinn::Endpoint,
        identity: Identity,
        limits: NetLimits,
        tap: Option<Tap>,
        events: mpsc::Sender<NetEvent>,
        runtime: tokio::runtime::Handle,
    ) -> Self {
        let registry = Registry {
            peers: BTreeMap::new(),
            admission: Admission::new(limits),
            handshakes: BTreeMap::new(),
            pending_dials: 0,
            last_id: 0,
            past: Traffic::default(),
        };
        Self {
            endpoint,
            identity,
            limits,
            tap,
            events,
            stopping: watch::Sender::new(false),
            registry: Mutex::new(registry),
            tasks: Mutex::new(JoinSet::new()),
            runtime,
        }
    }

    /// Runs a task that ends at the latest with [`Self::join`].
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn_on(task, &self.runtime);
    }

    /// Takes all tasks, to wait for them.
    pub(crate) fn join(&self) -> JoinSet<()> {
        std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Hands an event over, waiting for room. False when nobody wants events any more.
    pub(crate) async fn emit(&self, event: NetEvent) -> bool {
        tokio::select! {
            biased;
            sent = self.events.send(event) => sent.is_ok(),
            () = self.stopped() => false,
        }
    }

    /// Waits until this node shuts down.
    pub(crate) async fn stopped(&self) {
        // The sender is in `self`, so waiting does not fail.
        if self
            .stopping
            .subscribe()
            .wait_for(|stopping| *stopping)
            .await
            .is_err()
        {
            std::future::pending::<()>().await;
        }
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Ends everything that runs. What it ends says goodbye by itself.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
        for peer in self.registry().peers.values() {
            peer.end(CloseReason::Here(Bye::ShuttingDown));
        }
    }

    pub(crate) fn tap(&self, peer: &Peer, content: TapContent, bytes: &[u8]) {
        if let Some(tap) = &self.tap {
            tap(&TapEvent {
                connection: peer.id,
                peer: peer.node_key,
                content,
                bytes,
            });
        }
    }

    pub(crate) fn peer(&self, id: ConnectionId) -> Option<Arc<Peer>> {
        self.registry().peers.get(&id).cloned()
    }

    /// Decides on an incoming handshake and counts it when it may begin.
    pub(crate) fn knock(
        self: &Arc<Self>,
        incoming: &quinn::Incoming,
    ) -> Result<PendingHandshake, Verdict> {
        let (address, proven) = (
            incoming.remote_address(),
            incoming.remote_address_validated(),
        );
        let mut registry = self.registry();
        let connections = registry.peers.len() + registry.pending_dials;
        let now = Instant::now();
        match registry.admission.judge(address, proven, connections, now) {
            Verdict::Accept => {}
            Verdict::Instead(other) => registry.end_handshake(other),
            Verdict::Retry if !incoming.may_retry() => return Err(Verdict::Refuse),
            verdict => return Err(verdict),
        }
        let id = registry.admission.begin(address, proven, now);
        let (end, given_up) = oneshot::channel();
        registry.handshakes.insert(id, end);
        drop(registry);
        Ok(PendingHandshake {
            shared: Arc::clone(self),
            id,
            given_up,
        })
    }

    /// Counts a dial when there is room for one.
    pub(crate) fn begin_dial(self: &Arc<Self>) -> Option<PendingDial> {
        let mut registry = self.registry();
        let room = registry.pending_dials < self.limits.pending_dials
            && registry.peers.len() + registry.pending_dials < self.limits.connections;
        if !room {
            return None;
        }
        registry.pending_dials += 1;
        Some(PendingDial(Arc::clone(self)))
    }

    /// Enters an established connection. `None` when this node shuts down.
    pub(crate) fn register(
        self: &Arc<Self>,
        quinn: quinn::Connection,
        node_key: NodeKey,
        dialled: bool,
    ) -> Option<(Registered, mpsc::Receiver<Vec<u8>>)> {
        let mut registry = self.registry();
        if self.is_stopping() {
            return None;
        }
        registry.last_id += 1;
        let id = ConnectionId(registry.last_id);
        let (peer, outbox) = Peer::new(id, node_key, dialled, quinn, &self.limits);
        if !dialled
            && let Some(oldest) = registry.admission.welcome(id, peer.address)
            && let Some(oldest) = registry.peers.get(&oldest)
        {
            oldest.end(CloseReason::CrowdedOut);
        }
        registry.peers.insert(id, Arc::clone(&peer));
        Some((
            Registered {
                shared: Arc::clone(self),
                peer,
            },
            outbox,
        ))
    }

    /// The peer is a member.
    pub(crate) fn trust(&self, id: ConnectionId) {
        let mut registry = self.registry();
        registry.admission.forget(id);
        if let Some(peer) = registry.peers.get(&id) {
            peer.trust(&self.limits);
        }
    }

    /// The peer waits for a decision on purpose.
    pub(crate) fn keep(&self, id: ConnectionId) {
        let mut registry = self.registry();
        registry.admission.keep(id);
        if let Some(peer) = registry.peers.get(&id) {
            peer.keep();
        }
    }

    /// The traffic of all connections, present and past.
    pub(crate) fn traffic(&self) -> Traffic {
        let registry = self.registry();
        let mut total = registry.past;
        for peer in registry.peers.values() {
            total.add(peer.meter.read(&peer.quinn));
        }
        total
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registry {
    /// A handshake counts no more. Whoever waits for it learns of that.
    fn end_handshake(&mut self, id: HandshakeId) {
        self.admission.end(id);
        self.handshakes.remove(&id);
    }
}

impl PendingHandshake {
    /// Waits until it is given up for another.
    pub(crate) async fn given_up(&mut self) {
        // Nothing is ever sent: the other end is dropped.
        drop((&mut self.given_up).await);
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let mut registry = self.shared.registry();
        registry.admission.forget(self.peer.id);
        if let Some(peer) = registry.peers.remove(&self.peer.id) {
            registry.past.add(peer.meter.read(&peer.quinn));
        }
    }
}

impl Drop for PendingHandshake {
    fn drop(&mut self) {
        self.shared.registry().end_handshake(self.id);
    }
}

impl Drop for PendingDial {
    fn drop(&mut self) {
        let mut registry = self.0.registry();
        registry.pending_dials = registry.pending_dials.saturating_sub(1);
    }
}
