//! The one task that owns the engine: it turns what happens into events, and actions into deeds.

mod handle;
mod looking;
mod noticing;
mod rows;
mod sending;
mod storing;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use faelled_engine::{Action, Answer, ConnectionId, Engine, Event, Notice, RequestId};
use faelled_net::{CloseReason, Net, NetEvent};
use faelled_proto::MemberId;
use faelled_proto::feed::RunHeader;
use faelled_proto::limits::{MAX_ENTRIES_PER_FRAME, MAX_FRAME_BYTES};
use faelled_proto::message::Bye;
use faelled_proto::ticket::NodeAddress;
use faelled_store::{AddressRow, Store};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinError, JoinSet};

pub use handle::{Committed, CoreHandle, CoreStatus, JoinProgress, SentAway};
pub(crate) use rows::{loaded_join, loaded_ticket};
use sending::{Run, Sending};
use storing::may_change_trust;
pub(crate) use storing::{ANCHOR, ANCHOR_NEXT};

use crate::clock::now_ms;
use crate::trust::Trust;
use crate::witness::Witness;
use handle::Command;

/// Events taken together before the disk is asked: one commit for all of them.
const MAX_EVENTS_TOGETHER: usize = 256;
/// Entries in these, after which no more events are taken: whoever comes next does not wait long.
const MAX_ENTRIES_TOGETHER: usize = 1_000;
/// Notices kept for `status`.
const MAX_NOTICES: usize = 50;
/// Two displacements within this time are no chance.
const SUSPICION_MS: u64 = 3_600_000;
/// Room in a frame for what is around the entries.
const FRAME_MARGIN_BYTES: usize = 64;
/// The core, before it runs.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) engine: Engine,
    pub(crate) store: Store,
    pub(crate) net: Option<Net>,
    pub(crate) witness: Witness,
    connections: BTreeMap<ConnectionId, faelled_net::ConnectionId>,
    requests: BTreeMap<RequestId, oneshot::Sender<Answer>>,
    next_request: u64,
    committed: watch::Sender<Committed>,
    trust: watch::Sender<Arc<Trust>>,
    notices: VecDeque<(u64, Notice)>,
    refused_runs: u64,
    sent_away: Option<SentAway>,
    displaced: Option<SentAway>,
    /// When this node was last sent away so, for the first or another time.
    suspected_ms: Option<u64>,
    joined: watch::Sender<JoinProgress>,
    retracted: watch::Sender<u64>,
    sending: Sending,
    runs: JoinSet<Run>,
}
/// The ends of a core that others hold.
#[derive(Debug)]
pub(crate) struct Ends {
    pub(crate) handle: CoreHandle,
    pub(crate) committed: watch::Receiver<Committed>,
    pub(crate) joined: watch::Receiver<JoinProgress>,
    /// How often entries of this node's own were taken back.
    pub(crate) retracted: watch::Receiver<u64>,
    commands: mpsc::Receiver<Command>,
}

impl Core {
    pub(crate) fn new(
        engine: Engine,
        store: Store,
        net: Option<Net>,
        witness: Witness,
        committed: Committed,
    ) -> (Self, Ends) {
        let (sender, commands) = mpsc::channel(64);
        let (committed, committed_receiver) = watch::channel(committed);
        let (joined, joined_receiver) = watch::channel(JoinProgress::default());
        let (retracted, retracted_receiver) = watch::channel(0);
        let (trust, trust_receiver) =
            watch::channel(Arc::new(Trust::of(&engine, committed.borrow().trust)));
        let core = Self {
            engine,
            store,
            net,
            witness,
            connections: BTreeMap::new(),
            requests: BTreeMap::new(),
            next_request: 0,
            committed,
            trust,
            notices: VecDeque::new(),
            refused_runs: 0,
            sent_away: None,
            displaced: None,
            suspected_ms: None,
            joined,
            retracted,
            sending: Sending::default(),
            runs: JoinSet::new(),
        };
        let ends = Ends {
            handle: CoreHandle {
                commands: sender,
                trust: trust_receiver,
            },
            committed: committed_receiver,
            joined: joined_receiver,
            retracted: retracted_receiver,
            commands,
        };
        (core, ends)
    }

    /// Runs until it is told to stop. Everything that the engine is told passes here, in order.
    pub(crate) async fn run(
        mut self,
        mut commands: CommandEnd,
        mut network: Option<mpsc::Receiver<NetEvent>>,
    ) {
        self.handle(vec![Event::Tick]).await;
        loop {
            // First what has ended: under steady traffic the selection below might never come to it.
            while let Some(ended) = self.runs.try_join_next() {
                self.run_ended(ended).await;
            }
            let deadline = self.engine.next_deadline();
            let pause = deadline.map_or(Duration::from_secs(3600), |at| {
                Duration::from_millis(at.saturating_sub(now_ms()).clamp(1, 3_600_000))
            });
            tokio::select! {
                biased;
                command = commands.0.recv() => match command {
                    Some(Command::Ask { event, reply }) => self.ask(event, reply).await,
                    Some(Command::Status { reply }) => self.tell_status(reply),
                    Some(Command::Stop) | None => break,
                },
                event = next_event(&mut network) => {
                    let mut entries = entries_in(&event);
                    let mut events = vec![event];
                    while events.len() < MAX_EVENTS_TOGETHER
                        && entries < MAX_ENTRIES_TOGETHER
                        && let Some(Ok(more)) = network.as_mut().map(mpsc::Receiver::try_recv)
                    {
                        entries += entries_in(&more);
                        events.push(more);
                    }
                    let events = events.into_iter().filter_map(|event| self.translate(event)).collect();
                    self.handle(events).await;
                },
                Some(ended) = self.runs.join_next(), if !self.runs.is_empty() => {
                    self.run_ended(ended).await;
                },
                () = tokio::time::sleep(pause) => self.handle(vec![Event::Tick]).await,
            }
        }
        self.runs.shutdown().await;
        if let Some(net) = &self.net {
            net.shutdown().await;
        }
    }

    async fn run_ended(&mut self, ended: Result<Run, JoinError>) {
        match ended {
            Ok(run) => {
                if let Some(next) = self.sending.ended(run) {
                    self.begin_run(next);
                }
                let Run {
                    connection, asked, ..
                } = run;
                let sent = || Event::RunSent { connection };
                self.handle(std::iter::repeat_with(sent).take(asked).collect())
                    .await;
            }
            Err(error) => tracing::error!(%error, "a run broke off"),
        }
    }

    fn begin_run(&mut self, run: Run) {
        let Some(net) = self.net.clone() else { return };
        let store = self.store.clone();
        let id = self.connections.get(&run.connection).copied();
        self.runs.spawn(async move {
            if let Some(id) = id
                && let Err(problem) = send_run(&net, &store, id, run).await
            {
                let (connection, feed) = (run.connection.0, run.feed);
                tracing::debug!(connection, %feed, %problem, "run broken off");
            }
            run
        });
    }

    async fn ask(
        &mut self,
        event: Box<dyn FnOnce(RequestId) -> Event + Send>,
        reply: oneshot::Sender<Answer>,
    ) {
        let request = RequestId(self.next_request);
        self.next_request += 1;
        self.requests.insert(request, reply);
        self.handle(vec![event(request)]).await;
    }

    fn tell_status(&self, reply: oneshot::Sender<CoreStatus>) {
        let (_, hash) = self.engine.rosters().head();
        let status = CoreStatus {
            standing: self.engine.standing(),
            member: self.engine.member().clone(),
            roster: self
                .engine
                .rosters()
                .newest()
                .cloned()
                .map(|roster| (roster, hash)),
            peers: self.engine.peers(),
            traffic: self.net.as_ref().map(Net::traffic).unwrap_or_default(),
            listening: self.net.as_ref().map(Net::local_address),
            notices: self.notices.iter().cloned().collect(),
            refused_runs: self.refused_runs,
            sent_away: self.sent_away,
            displaced: self.displaced,
            joins: self.engine.join_requests().cloned().collect(),
        };
        if reply.send(status).is_err() {
            tracing::debug!("nobody waits for the status any more");
        }
    }

    fn translate(&mut self, event: NetEvent) -> Option<Event> {
        let connection = |id: faelled_net::ConnectionId| ConnectionId(id.number());
        Some(match event {
            NetEvent::Connected {
                connection: id,
                node_key,
                address,
                dialled,
            } => {
                self.connections.insert(connection(id), id);
                Event::Connected {
                    connection: connection(id),
                    node_key,
                    address,
                    dialled,
                }
            }
            NetEvent::DialFailed { target, reason } => {
                tracing::debug!(address = %target.address, %reason, "nobody was reached");
                self.progress(JoinProgress::Unreachable(format!(
                    "{}: {reason}",
                    target.address
                )));
                Event::DialFailed {
                    target,
                    reason: reason.to_string(),
                }
            }
            NetEvent::Message {
                connection: id,
                message,
            } => Event::Received {
                connection: connection(id),
                message,
            },
            NetEvent::Frame {
                connection: id,
                feed,
                entries,
                ..
            } => Event::Frame {
                connection: connection(id),
                feed,
                entries,
            },
            NetEvent::RunEnded {
                connection: id,
                feed,
                ..
            } => Event::RunEnded {
                connection: connection(id),
                feed,
            },
            NetEvent::Closed {
                connection: id,
                reason,
            } => {
                self.connections.remove(&connection(id));
                self.sending.closed(connection(id));
                self.note_sent_away(connection(id), &reason);
                tracing::debug!(connection = id.number(), %reason, "connection closed");
                Event::Closed {
                    connection: connection(id),
                    reason: reason.to_string(),
                }
            }
        })
    }

    /// Keeps who sent this node away for what its people can mend.
    fn note_sent_away(&mut self, connection: ConnectionId, reason: &CloseReason) {
        let CloseReason::ByPeer(bye) = reason else {
            return;
        };
        let peers = self.engine.peers();
        let Some(peer) = peers.iter().find(|peer| peer.connection == connection) else {
            return;
        };
        let noted = SentAway {
            at_ms: now_ms(),
            address: peer.address,
            bye: *bye,
        };
        let is_the_only_one = || {
            let others = peers.iter().filter(|other| other.connection != connection);
            others
                .into_iter()
                .all(|other| other.node_key != peer.node_key)
        };
        match bye {
            Bye::NotAMember | Bye::ExpiredCertificate | Bye::Revoked => {
                self.sent_away = Some(noted);
            }
            // The other connection that the peer keeps is none of this node's.
            Bye::Duplicate if is_the_only_one() => self.note_displaced(noted),
            _ => {}
        }
    }

    /// Once may be two dials that crossed; whoever uses this node's key as well comes again.
    fn note_displaced(&mut self, noted: SentAway) {
        let before = self.suspected_ms.replace(noted.at_ms);
        let again = before.is_some_and(|before| before + SUSPICION_MS > noted.at_ms);
        if again && self.displaced.replace(noted).is_none() {
            let address = noted.address;
            tracing::error!(%address, "another node connects with this node's key");
        }
    }

    /// Tells the engine, does what it wants, and tells it what came of that, until it wants nothing more.
    async fn handle(&mut self, events: Vec<Event>) {
        let mut events = events;
        let mut changes_trust = false;
        while !events.is_empty() {
            let now = now_ms();
            let mut writes = Vec::new();
            let mut told = Vec::new();
            for event in events.drain(..) {
                for action in self.engine.handle(now, event) {
                    match action {
                        Action::Store { operation, write } => writes.push((operation, write)),
                        Action::LookUp { places } => told.push(self.look_up(places).await),
                        Action::Compare {
                            connection,
                            feed,
                            entries,
                        } => told.extend(self.compare(connection, feed, &entries).await),
                        // An answer comes after all that it promises: what counts is told before.
                        Action::Answer { .. } if changes_trust => {
                            self.publish_trust();
                            self.act(action).await;
                        }
                        action => self.act(action).await,
                    }
                }
            }
            changes_trust |= writes.iter().any(|(_, write)| may_change_trust(write));
            events = self.store(writes).await;
            events.extend(told);
        }
        if changes_trust {
            self.publish_trust();
        }
    }

    /// Tells the follower and the service what counts now.
    fn publish_trust(&self) {
        let revision = self.trust.borrow().revision + 1;
        self.trust
            .send_replace(Arc::new(Trust::of(&self.engine, revision)));
        self.committed
            .send_modify(|committed| committed.trust = revision);
    }

    async fn act(&mut self, action: Action) {
        match action {
            Action::Store { .. } | Action::LookUp { .. } | Action::Compare { .. } => {}
            Action::Committed => self.note_witness(),
            Action::Answer { request, answer } => {
                if let Some(reply) = self.requests.remove(&request)
                    && reply.send(answer).is_err()
                {
                    tracing::debug!("nobody waits for the answer any more");
                }
            }
            Action::Notice(notice) => {
                if let Notice::PeerJoined { connection, member } = &notice {
                    self.keep_address(*connection, member).await;
                }
                self.notice(notice);
            }
            action => self.act_on_network(action),
        }
    }

    /// Keeps where a node was reached, to dial it again after a restart.
    async fn keep_address(&self, connection: ConnectionId, member: &MemberId) {
        let peer = self
            .engine
            .peers()
            .into_iter()
            .find(|peer| peer.connection == connection && peer.dialled);
        let Some(peer) = peer else { return };
        let row = AddressRow {
            node: NodeAddress {
                address: peer.address,
                node_key: peer.node_key,
            },
            member: Some(member.clone()),
            last_ok_ms: Some(now_ms()),
        };
        if let Err(error) = self.store.put_address(&row).await {
            tracing::warn!(%error, "a node's address cannot be kept");
        }
    }

    fn act_on_network(&mut self, action: Action) {
        let Some(net) = &self.net else { return };
        let id = |connection| self.connections.get(&connection).copied();
        match action {
            Action::Dial { target } => net.dial(target),
            Action::Send {
                connection,
                message,
            } => {
                if let Some(id) = id(connection) {
                    net.send(id, &message);
                }
            }
            Action::Trust { connection } => {
                if let Some(id) = id(connection) {
                    net.trust(id);
                }
            }
            Action::Keep { connection } => {
                if let Some(id) = id(connection) {
                    net.keep_stranger(id);
                }
            }
            Action::Close { connection, bye } => {
                if let Some(id) = id(connection) {
                    net.close(id, bye);
                }
            }
            Action::SendRun {
                connection,
                feed,
                from,
                to,
            } => {
                let run = Run {
                    connection,
                    feed,
                    from,
                    to,
                    asked: 1,
                };
                if let Some(run) = self.sending.take(run) {
                    self.begin_run(run);
                }
            }
            Action::Store { .. }
            | Action::LookUp { .. }
            | Action::Compare { .. }
            | Action::Committed
            | Action::Answer { .. }
            | Action::Notice(_) => {}
        }
    }

    fn note_witness(&self) {
        if let (Some(incarnation), tips) = self.engine.own_tips() {
            self.witness.note(incarnation, &tips);
        }
    }
}

/// The receiving end of [`CoreHandle`].
#[derive(Debug)]
pub(crate) struct CommandEnd(mpsc::Receiver<Command>);

impl Ends {
    pub(crate) fn split(
        self,
    ) -> (
        CoreHandle,
        CommandEnd,
        watch::Receiver<Committed>,
        watch::Receiver<JoinProgress>,
    ) {
        (
            self.handle,
            CommandEnd(self.commands),
            self.committed,
            self.joined,
        )
    }
}

const fn entries_in(event: &NetEvent) -> usize {
    match event {
        NetEvent::Frame { entries, .. } => entries.len(),
        _ => 0,
    }
}

async fn next_event(network: &mut Option<mpsc::Receiver<NetEvent>>) -> NetEvent {
    if let Some(receiver) = network
        && let Some(event) = receiver.recv().await
    {
        return event;
    }
    *network = None;
    std::future::pending().await
}

/// Sends what the store holds of a run, frame by frame.
async fn send_run(
    net: &Net,
    store: &Store,
    connection: faelled_net::ConnectionId,
    run: Run,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let Run { feed, from, to, .. } = run;
    let mut sender = net.open_run(connection, RunHeader { feed, from }).await?;
    let mut next = from;
    while next <= to {
        let bytes = MAX_FRAME_BYTES - FRAME_MARGIN_BYTES;
        let entries = store
            .run(feed, next, to, bytes, MAX_ENTRIES_PER_FRAME)
            .await?;
        if entries.is_empty() {
            break;
        }
        sender.send(&entries).await?;
        next += entries.len() as u64;
    }
    sender.finish().await?;
    Ok(())
}
