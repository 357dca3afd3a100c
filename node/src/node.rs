//! A node: made, opened, running, stopped.

use std::net::SocketAddr;
use std::path::Path;

use faelled_engine::{AnchorCandidate, Config, Engine, Loaded, RosterChain};
use faelled_net::{Net, NetConfig, NetLimits, Tap};
use faelled_proto::canonical::{decode, encode};
use faelled_proto::message::JoinRequest;
use faelled_proto::roster::MemberRecord;
use faelled_proto::{
    FederationId, MemberId, NodeCertificate, Roster, RosterHash, SignedRoster, Ticket,
};
use faelled_store::{Append, SignedRosterAtVersion, Store};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::asked::Pinned;
use crate::clock::{now_ms, today};
use crate::core::{
    ANCHOR, ANCHOR_NEXT, Committed, Core, CoreHandle, JoinProgress, loaded_join, loaded_ticket,
};
use crate::directory::{Directory, Lock};
use crate::failure::{Failure, Said};
use crate::follower::Follower;
use crate::keys::{Keys, NewIdentity, OpenKeys};
use crate::rotation;
use crate::service::Service;
use crate::witness::Witness;

/// A node certificate's life in milliseconds: two years.
pub(crate) const CERTIFICATE_LIFE_MS: u64 = 2 * 365 * 86_400_000;
/// A request to join with its certificate, kind and name.
const MAX_JOIN_REQUEST_BYTES: usize = 4096;
/// A node's certificate, in its canonical encoding.
pub(crate) const MAX_CERTIFICATE_BYTES: usize = 1024;
pub(crate) const SOFTWARE: &str = concat!("faelled ", env!("CARGO_PKG_VERSION"));

/// Who a new node acts for.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// Its id.
    pub id: MemberId,
    /// Its kind, as a code of the model.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// Where a node listens, and where others reach it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// Address and UDP port to listen on.
    pub listen: Option<SocketAddr>,
    /// Addresses under which others reach this node, where they differ.
    pub public: Vec<SocketAddr>,
}

/// What a daemon does that a single command does not.
#[derive(Default)]
pub struct Daemon {
    /// Listens here instead of where the settings say.
    pub listen: Option<SocketAddr>,
    /// Sees all that is sent. For tests.
    pub tap: Option<Tap>,
}

impl std::fmt::Debug for Daemon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Daemon")
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}

/// A running node.
#[derive(Debug)]
pub struct Node {
    service: Service,
    core: CoreHandle,
    joined: watch::Receiver<JoinProgress>,
    tasks: Vec<JoinHandle<()>>,
    store: Store,
    listening: Option<SocketAddr>,
    _lock: Lock,
}

/// Makes a node whose member founds a federation alone.
///
/// # Errors
/// When a node is there already, the directory cannot be written, or an identity key in it cannot be opened.
pub async fn found(
    directory: &Directory,
    federation_name: &str,
    member: &NewMember,
    addresses: &Addresses,
    identity: &NewIdentity,
) -> Result<FederationId, Failure> {
    directory.make()?;
    let _lock = directory.lock()?;
    // Again: another process may have made one before the lock was taken.
    directory.make()?;
    let keys = directory.make_keys(identity)?;
    let roster = Roster {
        version: 1,
        federation: None,
        previous: Vec::new(),
        name: federation_name.to_owned(),
        claimed_ms: now_ms(),
        threshold: 1,
        stewards: vec![member.id.clone()],
        members: vec![MemberRecord {
            id: member.id.clone(),
            kind: member.kind.clone(),
            name: member.name.clone(),
            identity_key: keys.identity.identity_key(),
            valid_from_day: today(),
            valid_until_day: None,
        }],
        extensions: Vec::new(),
    };
    let mut signed = SignedRoster::unsigned(&roster);
    signed.sign(member.id.clone(), &keys.identity);
    let federation = signed.federation();
    let certificate = certify(federation, member, &keys);
    let store = new_store(directory).await?;
    write_settings(&store, federation, &certificate, addresses).await?;
    let rosters = vec![SignedRosterAtVersion { version: 1, signed }];
    store
        .append(&Append {
            rosters,
            received_ms: now_ms(),
            ..Append::default()
        })
        .await?;
    settle(store, directory).await?;
    Ok(federation)
}

/// Makes a node that asks to join a federation. The request is signed here: the node that sends it later
/// needs no identity key.
///
/// # Errors
/// When a node is there already, the directory cannot be written, or an identity key in it cannot be opened.
pub async fn ask_to_join(
    directory: &Directory,
    ticket: &Ticket,
    member: &NewMember,
    addresses: &Addresses,
    identity: &NewIdentity,
) -> Result<(), Failure> {
    directory.make()?;
    let _lock = directory.lock()?;
    // Again: another process may have made one before the lock was taken.
    directory.make()?;
    let keys = directory.make_keys(identity)?;
    let certificate = certify(ticket.federation, member, &keys);
    let request = JoinRequest::sign(
        ticket.secret,
        member.kind.clone(),
        member.name.clone(),
        certificate.clone(),
        ticket.federation,
        &keys.identity,
    );
    let store = new_store(directory).await?;
    write_settings(&store, ticket.federation, &certificate, addresses).await?;
    store
        .set_setting("ticket", ticket.to_string().as_bytes())
        .await?;
    store.set_setting("join-request", &encode(&request)).await?;
    settle(store, directory).await
}

fn certify(federation: FederationId, member: &NewMember, keys: &OpenKeys) -> NodeCertificate {
    let expires_ms = now_ms() + CERTIFICATE_LIFE_MS;
    NodeCertificate::issue(
        federation,
        member.id.clone(),
        &keys.identity,
        keys.node.node_key(),
        expires_ms,
    )
}

/// The store of a node in the making: it takes its name when all is in it.
async fn new_store(directory: &Directory) -> Result<Store, Failure> {
    let path = directory.node_db().with_extension("db.making");
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        if std::fs::remove_file(&name).is_ok() {
            tracing::debug!("a node that was never finished is removed");
        }
    }
    Ok(Store::create(path).await?)
}

async fn settle(store: Store, directory: &Directory) -> Result<(), Failure> {
    let path = store.path().to_owned();
    store.close().await?;
    std::fs::rename(&path, directory.node_db())
        .and_then(|()| std::fs::File::open(directory.path())?.sync_all())
        .map_err(|error| {
            let path = directory.path().display();
            Failure::configuration(
                "directory",
                Said::new(
                    format!("{path} cannot be written: {error}"),
                    format!("{path} kan ikke skrives: {error}"),
                ),
            )
        })
}

async fn write_settings(
    store: &Store,
    federation: FederationId,
    certificate: &NodeCertificate,
    addresses: &Addresses,
) -> Result<(), Failure> {
    store
        .set_setting("federation", federation.as_bytes())
        .await?;
    store
        .set_setting("certificate", &encode(certificate))
        .await?;
    if let Some(listen) = addresses.listen {
        store
            .set_setting("listen", listen.to_string().as_bytes())
            .await?;
    }
    let public: Vec<String> = addresses.public.iter().map(ToString::to_string).collect();
    store
        .set_setting("public-addresses", public.join("\n").as_bytes())
        .await?;
    Ok(())
}

/// The certificate of the node in a directory, whether it runs or not.
///
/// # Errors
/// When no node is there or its settings cannot be read.
pub async fn certificate(directory: &Directory) -> Result<NodeCertificate, Failure> {
    Ok(settings(directory).await?.certificate)
}

/// The settings of the node in a directory, whether it runs or not.
///
/// # Errors
/// When no node is there or they cannot be read.
pub(crate) async fn settings(directory: &Directory) -> Result<Settings, Failure> {
    directory.require_node()?;
    let store = Store::open_read_only(directory.node_db()).await?;
    let settings = Settings::read(&store).await;
    store.close().await?;
    settings
}

/// What the directory holds that a command can verify by itself, without the daemon's word.
///
/// # Errors
/// When no node is there, or what is there does not hold together.
pub(crate) async fn pinned(directory: &Directory) -> Result<Pinned, Failure> {
    directory.require_node()?;
    let store = Store::open_read_only(directory.node_db()).await?;
    let read = async {
        let settings = Settings::read(&store).await?;
        let anchor = anchor(&store, &settings.ticket).await?;
        Ok::<_, Failure>((settings, store.rosters().await?, anchor))
    };
    let read = read.await;
    store.close().await?;
    let (settings, versions, anchor) = read?;
    let path = directory.node_db();
    let verified = settings.certificate.verify(settings.federation);
    verified.map_err(|error| incoherent(&path, &error))?;
    let rosters = RosterChain::load(settings.federation, versions);
    let mut rosters = rosters.map_err(|refusal| incoherent(&path, &refusal))?;
    if let Some(anchor) = anchor {
        rosters.anchor(anchor);
    }
    Ok(Pinned {
        certificate: settings.certificate,
        rosters,
    })
}

/// What the settings in `node.db` say.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) federation: FederationId,
    pub(crate) certificate: NodeCertificate,
    pub(crate) addresses: Addresses,
    /// The ticket with which this node asked to join: where it is reached who was asked.
    ticket: Option<Ticket>,
    join_request: Option<JoinRequest>,
}

impl Settings {
    pub(crate) async fn read(store: &Store) -> Result<Self, Failure> {
        let damaged = || {
            let path = store.path().display();
            Failure::configuration(
                "damaged",
                Said::new(
                    format!("{path} is damaged: its settings cannot be read"),
                    format!("{path} er beskadiget: indstillingerne kan ikke læses"),
                ),
            )
            .hint(Said::new(
                "restore it from a backup",
                "gendan den fra en sikkerhedskopi",
            ))
        };
        let federation = store.setting("federation").await?.ok_or_else(damaged)?;
        let certificate = store.setting("certificate").await?.ok_or_else(damaged)?;
        let text = async |key: &str| -> Result<Option<String>, Failure> {
            let value = store.setting(key).await?;
            value
                .map(|bytes| String::from_utf8(bytes).map_err(|_| damaged()))
                .transpose()
        };
        let listen = text("listen")
            .await?
            .map(|text| text.parse().map_err(|_| damaged()))
            .transpose()?;
        let public = text("public-addresses").await?.unwrap_or_default();
        let public = public
            .lines()
            .map(|line| line.parse().map_err(|_| damaged()))
            .collect::<Result<_, _>>()?;
        let ticket = text("ticket")
            .await?
            .map(|text| text.parse().map_err(|_| damaged()))
            .transpose()?;
        let join_request = store
            .setting("join-request")
            .await?
            .map(|bytes| decode(&bytes, MAX_JOIN_REQUEST_BYTES).map_err(|_| damaged()))
            .transpose()?;
        Ok(Self {
            federation: federation.as_slice().try_into().map_err(|_| damaged())?,
            certificate: decode(&certificate, MAX_CERTIFICATE_BYTES).map_err(|_| damaged())?,
            addresses: Addresses { listen, public },
            ticket,
            join_request,
        })
    }
}

impl Node {
    /// Opens the node in a directory. With `daemon` it listens and dials; without, it only answers
    /// commands.
    ///
    /// # Errors
    /// When no node is there, another process has it, something in it is damaged, or the port is taken.
    pub async fn open(directory: &Directory, daemon: Option<Daemon>) -> Result<Self, Failure> {
        directory.require_node()?;
        let lock = directory.lock()?;
        let store = Store::open(directory.node_db()).await?;
        rotation::finish(directory, &store).await?;
        let keys = directory.keys()?;
        let settings = Settings::read(&store).await?;
        let witness = Witness::of(&directory.node_db(), keys.node.node_key());
        let engine = engine(&store, &settings, &keys, &witness, daemon.is_some()).await?;
        let committed = Committed {
            row: store.last_row().await?,
            trust: 1,
        };
        let (net, events) = match daemon {
            None => (None, None),
            Some(daemon) => {
                let bind = daemon
                    .listen
                    .or(settings.addresses.listen)
                    .unwrap_or(default_listen());
                let limits = NetLimits::default();
                let config = NetConfig {
                    bind,
                    node_key: keys.node.clone(),
                    tap: daemon.tap,
                    limits,
                };
                let (net, events) = Net::start(config)?;
                (Some(net), Some(events))
            }
        };
        let listening = net.as_ref().map(Net::local_address);
        let (core, ends) = Core::new(engine, store.clone(), net, witness, committed);
        let retracted = ends.retracted.clone();
        let (handle, commands, committed, joined) = ends.split();
        let (follower, mirror) = Follower::open(
            store.clone(),
            directory.mirror_db(),
            committed.clone(),
            handle.watch_trust(),
        )
        .await?;
        let service = Service::new(
            handle.clone(),
            mirror,
            store.clone(),
            committed,
            settings,
            directory.clone(),
        );
        let mut tasks = vec![
            tokio::spawn(core.run(commands, events)),
            tokio::spawn(follower.run()),
        ];
        if listening.is_some() {
            let service = service.clone();
            tasks.push(tokio::spawn(
                async move { service.write_again(retracted).await },
            ));
        }
        Ok(Self {
            service,
            core: handle,
            joined,
            tasks,
            store,
            listening,
            _lock: lock,
        })
    }

    /// What the node does for people.
    #[must_use]
    pub const fn service(&self) -> &Service {
        &self.service
    }

    /// Where it listens.
    #[must_use]
    pub const fn listening(&self) -> Option<SocketAddr> {
        self.listening
    }

    /// How its own request to join stands.
    #[must_use]
    pub fn join_progress(&self) -> watch::Receiver<JoinProgress> {
        self.joined.clone()
    }

    /// Ends in order: nothing that was acknowledged is lost.
    ///
    /// # Errors
    /// When the store cannot be closed.
    pub async fn stop(self) -> Result<(), Failure> {
        self.core.stop().await;
        self.service.stop_mirror().await;
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the node broke off");
            }
        }
        self.store.close().await?;
        Ok(())
    }
}

/// All addresses of this machine, on the port that Fælled uses where nobody says otherwise.
#[must_use]
pub const fn default_listen() -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), 4747)
}

async fn engine(
    store: &Store,
    settings: &Settings,
    keys: &Keys,
    witness: &Witness,
    dials: bool,
) -> Result<Engine, Failure> {
    let feeds = store.feeds().await?;
    let node_key = keys.node.node_key();
    let own: Vec<_> = feeds
        .iter()
        .filter(|feed| feed.opening.certificate.claim.node_key == node_key)
        .map(|feed| (feed.opening.incarnation, feed.tip))
        .collect();
    let mut targets = Vec::new();
    if dials {
        targets.extend(
            settings
                .ticket
                .iter()
                .flat_map(|ticket| ticket.addresses.iter().copied()),
        );
        targets.extend(store.addresses().await?.into_iter().map(|row| row.node));
    }
    let config = Config {
        seed: crate::random()?,
        node_key: keys.node.clone(),
        certificate: settings.certificate.clone(),
        software: SOFTWARE.to_owned(),
        incarnation: witness.incarnation(&own),
        join_request: settings.join_request.clone(),
        targets,
    };
    let loaded = Loaded {
        federation: settings.federation,
        rosters: store.rosters().await?,
        charters: store.charters().await?,
        anchor: anchor(store, &settings.ticket).await?,
        anchor_candidate: anchor_candidate(store).await?,
        statements: store.statements().await?,
        expired: store.expired().await?,
        feeds: feeds
            .into_iter()
            .map(|feed| (feed.opening, feed.tip))
            .collect(),
        tickets: store.tickets().await?.iter().map(loaded_ticket).collect(),
        joins: store
            .join_requests()
            .await?
            .into_iter()
            .filter_map(loaded_join)
            .collect(),
    };
    Engine::new(config, loaded).map_err(|refusal| incoherent(store.path(), &refusal))
}

fn incoherent(path: &Path, refusal: &impl std::fmt::Display) -> Failure {
    let path = path.display();
    Failure::configuration(
        "damaged",
        Said::new(
            format!("{path} is damaged: {refusal}"),
            format!("{path} er beskadiget: det, der står i den, hænger ikke sammen ({refusal})"),
        ),
    )
    .hint(Said::new(
        "restore it from a backup",
        "gendan den fra en sikkerhedskopi",
    ))
}

/// The version of the roster behind which this node does not go back: as noted, else as its ticket says.
async fn anchor(store: &Store, ticket: &Option<Ticket>) -> Result<Option<RosterHash>, Failure> {
    let noted = store.setting(ANCHOR).await?;
    let noted = noted.and_then(|bytes| RosterHash::try_from(bytes.as_slice()).ok());
    Ok(noted.or_else(|| ticket.as_ref().map(|ticket| ticket.roster)))
}

async fn anchor_candidate(store: &Store) -> Result<Option<AnchorCandidate>, Failure> {
    let noted = store.setting(ANCHOR_NEXT).await?;
    let read = |bytes: Vec<u8>| decode::<(RosterHash, u64)>(&bytes, 64).ok();
    Ok(noted
        .and_then(read)
        .map(|(roster, since_ms)| AnchorCandidate { roster, since_ms }))
}
