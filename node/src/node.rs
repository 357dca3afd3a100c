//! A node: made, opened, running, stopped.

use std::net::SocketAddr;

use faelled_engine::{Config, Engine, Loaded};
use faelled_net::{Net, NetConfig, NetLimits, Tap};
use faelled_proto::canonical::{decode, encode};
use faelled_proto::message::JoinRequest;
use faelled_proto::roster::MemberRecord;
use faelled_proto::{FederationId, MemberId, NodeCertificate, Roster, SignedRoster, Ticket};
use faelled_store::{Append, SignedRosterAtVersion, Store};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::{now_ms, today};
use crate::core::{Committed, Core, CoreHandle, JoinProgress, loaded_join, loaded_ticket};
use crate::directory::{Directory, Keys, Lock};
use crate::failure::{Failure, Said};
use crate::follower::Follower;
use crate::service::Service;
use crate::witness::Witness;

/// A node certificate's life in milliseconds: two years.
const CERTIFICATE_LIFE_MS: u64 = 2 * 365 * 86_400_000;
const SOFTWARE: &str = concat!("faelled ", env!("CARGO_PKG_VERSION"));

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
/// When a node is there already or the directory cannot be written.
pub async fn found(
    directory: &Directory,
    federation_name: &str,
    member: &NewMember,
    addresses: &Addresses,
) -> Result<FederationId, Failure> {
    directory.make()?;
    let _lock = directory.lock()?;
    // Again: another process may have made one before the lock was taken.
    directory.make()?;
    let keys = directory.make_keys()?;
    let identity = keys.identity.as_ref().unwrap_or(&keys.node);
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
            identity_key: identity.identity_key(),
            valid_from_day: today(),
            valid_until_day: None,
        }],
        extensions: Vec::new(),
    };
    let mut signed = SignedRoster::unsigned(&roster);
    signed.sign(member.id.clone(), identity);
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

/// Makes a node that asks to join a federation.
///
/// # Errors
/// When a node is there already or the directory cannot be written.
pub async fn ask_to_join(
    directory: &Directory,
    ticket: &Ticket,
    member: &NewMember,
    addresses: &Addresses,
) -> Result<(), Failure> {
    directory.make()?;
    let _lock = directory.lock()?;
    // Again: another process may have made one before the lock was taken.
    directory.make()?;
    let keys = directory.make_keys()?;
    let certificate = certify(ticket.federation, member, &keys);
    let store = new_store(directory).await?;
    write_settings(&store, ticket.federation, &certificate, addresses).await?;
    store
        .set_setting("ticket", ticket.to_string().as_bytes())
        .await?;
    store.set_setting("kind", member.kind.as_bytes()).await?;
    store.set_setting("name", member.name.as_bytes()).await?;
    settle(store, directory).await
}

fn certify(federation: FederationId, member: &NewMember, keys: &Keys) -> NodeCertificate {
    let identity = keys.identity.as_ref().unwrap_or(&keys.node);
    let expires_ms = now_ms() + CERTIFICATE_LIFE_MS;
    NodeCertificate::issue(
        federation,
        member.id.clone(),
        identity,
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

/// What the settings in `node.db` say.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) federation: FederationId,
    pub(crate) certificate: NodeCertificate,
    pub(crate) addresses: Addresses,
    ticket: Option<Ticket>,
    kind: String,
    name: String,
}

impl Settings {
    async fn read(store: &Store) -> Result<Self, Failure> {
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
        Ok(Self {
            federation: federation.as_slice().try_into().map_err(|_| damaged())?,
            certificate: decode(&certificate, 1024).map_err(|_| damaged())?,
            addresses: Addresses { listen, public },
            ticket,
            kind: text("kind").await?.unwrap_or_default(),
            name: text("name").await?.unwrap_or_default(),
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
        let keys = directory.keys()?;
        let store = Store::open(directory.node_db()).await?;
        let settings = Settings::read(&store).await?;
        let witness = Witness::of(&directory.node_db(), keys.node.node_key());
        let engine = engine(&store, &settings, &keys, &witness, daemon.is_some()).await?;
        let committed = Committed {
            row: store.last_row().await?,
            roster_version: engine.rosters().head().0,
            charters: store.charters().await?.len() as u64,
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
        let (handle, commands, committed, joined) = ends.split();
        let (follower, mirror) =
            Follower::open(store.clone(), directory.mirror_db(), committed.clone()).await?;
        let service = Service::new(
            handle.clone(),
            mirror,
            store.clone(),
            committed,
            settings,
            directory.clone(),
        );
        let tasks = vec![
            tokio::spawn(core.run(commands, events)),
            tokio::spawn(follower.run()),
        ];
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
    let join_request =
        settings
            .ticket
            .as_ref()
            .zip(keys.identity.as_ref())
            .map(|(ticket, identity)| {
                JoinRequest::sign(
                    ticket.secret,
                    settings.kind.clone(),
                    settings.name.clone(),
                    settings.certificate.clone(),
                    settings.federation,
                    identity,
                )
            });
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
        identity: keys.identity.clone(),
        certificate: settings.certificate.clone(),
        software: SOFTWARE.to_owned(),
        incarnation: witness.incarnation(&own),
        join_request,
        targets,
    };
    let loaded = Loaded {
        federation: settings.federation,
        rosters: store.rosters().await?,
        charters: store.charters().await?,
        feeds: feeds
            .into_iter()
            .map(|feed| (feed.opening, feed.tip))
            .collect(),
        tickets: store
            .tickets()
            .await?
            .iter()
            .filter_map(loaded_ticket)
            .collect(),
        joins: store
            .join_requests()
            .await?
            .into_iter()
            .filter_map(loaded_join)
            .collect(),
    };
    Engine::new(config, loaded).map_err(|refusal| {
        let path = store.path().display();
        Failure::configuration(
            "damaged",
            Said::new(
                format!("{path} is damaged: {refusal}"),
                format!(
                    "{path} er beskadiget: deltagerlister eller vedtægter i den hænger ikke sammen ({refusal})"
                ),
            ),
        )
        .hint(Said::new(
            "restore it from a backup",
            "gendan den fra en sikkerhedskopi",
        ))
    })
}
