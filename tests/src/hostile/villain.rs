//! The member gone bad: its keys, what it holds, whom it attacks.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use faelled::directory::Directory;
use faelled_proto::id::FrontierDigest;
use faelled_proto::message::{Hello, PROTOCOL_VERSION, Summary};
use faelled_proto::opening::FeedOpening;
use faelled_proto::{
    EntryId, FeedId, MemberId, NodeCertificate, RosterHash, SecretKey, SignedEntry, SignedRoster,
    Space, Ticket,
};
use faelled_store::{FeedRow, Store};

use super::broken;
use super::feed::Feed;
use super::link::Link;
use super::mask::Mask;
use super::stage::Stage;
use crate::member::Credentials;
use crate::program::Broken;

/// What a peer may send on a stream before it is read.
const WINDOW: u32 = 1 << 20;
/// When its certificates for further nodes end: the year 2096.
const LATER_MS: u64 = 4_000_000_000_000;

/// Who plays.
#[derive(Debug, Clone)]
pub struct Casting {
    /// The data directory of the stopped member node whose keys are taken.
    pub data: PathBuf,
    /// The data directory of another member that it got a copy of.
    pub stolen: Option<PathBuf>,
    /// The data directory of another member that helps it.
    pub accomplice: Option<PathBuf>,
    /// A ticket that it was given and that nobody has used yet.
    pub ticket: Option<String>,
    /// Whom it attacks.
    pub peers: Vec<SocketAddr>,
}

/// The hostile member.
#[derive(Debug)]
pub struct Villain {
    /// The case that it plays, by name.
    pub(super) case: &'static str,
    /// A smaller flood, for a quick look.
    pub(super) is_light: bool,
    pub(super) stage: Stage,
    /// Whom it attacks; the first one more than others.
    pub(super) peers: Vec<SocketAddr>,
    pub(super) credentials: Credentials,
    /// The node's key, or one certified for this case alone.
    pub(super) key: SecretKey,
    pub(super) certificate: NodeCertificate,
    /// Another member, still in the roster, that does as it is told.
    pub(super) accomplice: Option<Credentials>,
    ticket: Option<String>,
    store: Store,
    stolen: Option<Store>,
}

impl Villain {
    /// Reads the data directories of a stopped member node and of whoever helps it.
    pub(super) async fn read(
        casting: Casting,
        case: &'static str,
        is_light: bool,
    ) -> Result<Self, Broken> {
        let Casting {
            data,
            stolen,
            accomplice,
            ticket,
            peers,
        } = casting;
        if peers.is_empty() {
            return Err(Broken::new("nobody to attack"));
        }
        let credentials = Credentials::read(&data).await?;
        let open = |path: &Path| Store::open_read_only(Directory::at(path).node_db());
        let store = open(&data).await?;
        let stolen = match stolen {
            Some(path) => Some(open(&path).await?),
            None => None,
        };
        let accomplice = match accomplice {
            Some(path) => Some(Credentials::read(&path).await?),
            None => None,
        };
        Ok(Self {
            case,
            is_light,
            stage: Stage::begin(),
            peers,
            key: credentials.keys.node.clone(),
            certificate: credentials.certificate.clone(),
            credentials,
            accomplice,
            ticket,
            store,
            stolen,
        })
    }

    /// Goes on under a node key of its own, certified by the member like any other: several cases can then run
    /// at once.
    pub(super) fn take_own_node(&mut self) -> Result<(), Broken> {
        self.key = self.secret("node");
        self.certificate = self.certify(&self.key, LATER_MS)?;
        Ok(())
    }

    /// Its member.
    pub(super) fn member(&self) -> MemberId {
        self.credentials.certificate.claim.member.clone()
    }

    /// The member's identity key.
    pub(super) fn identity(&self) -> Result<SecretKey, Broken> {
        let identity = self.credentials.keys.identity.plain().cloned();
        identity.ok_or_else(|| Broken::new("the member's identity key is not in the directory"))
    }

    /// Certifies a node key with the member's identity key.
    pub(super) fn certify(
        &self,
        node: &SecretKey,
        expires_ms: u64,
    ) -> Result<NodeCertificate, Broken> {
        Ok(NodeCertificate::issue(
            self.credentials.federation,
            self.member(),
            &self.identity()?,
            node.node_key(),
            expires_ms,
        ))
    }

    /// A secret key that this case has each time it is played.
    pub(super) fn secret(&self, what: &str) -> SecretKey {
        SecretKey::from_seed(self.draw(what).as_bytes())
    }

    /// Bytes that this case of this member has each time it is played.
    pub(super) fn draw(&self, what: &str) -> EntryId {
        let parts = [self.case, self.member().as_str(), what].join("/");
        EntryId::of(&[parts.as_bytes()])
    }

    /// A ticket that nobody has used yet.
    pub(super) fn fresh_ticket(&self) -> Result<Ticket, Broken> {
        let ticket = self.ticket.as_ref();
        let ticket = ticket.ok_or_else(|| Broken::new("no ticket: name it with --ticket"))?;
        ticket.parse().map_err(broken)
    }

    /// The ticket with which it joined.
    pub(super) async fn used_ticket(&self) -> Result<Ticket, Broken> {
        let kept = self.store.setting("ticket").await?;
        let kept = kept.ok_or_else(|| Broken::new("it joined with no ticket"))?;
        String::from_utf8_lossy(&kept).parse().map_err(broken)
    }

    /// How it shows itself.
    pub(super) fn mask(&self) -> Result<Mask, Broken> {
        Mask::new(&self.key, WINDOW)
    }

    /// Its greeting: it holds nothing.
    pub(super) fn hello(&self) -> Hello {
        Hello {
            oldest_version: PROTOCOL_VERSION,
            newest_version: PROTOCOL_VERSION,
            software: "hostile".into(),
            certificate: self.certificate.clone(),
            summary: summary(0, RosterHash::ZERO),
        }
    }

    /// A connection to the first peer, greeted as a member's.
    pub(super) async fn enter(&self) -> Result<Link, Broken> {
        self.enter_at(self.peers[0]).await
    }

    /// The same to any peer.
    pub(super) async fn enter_at(&self, peer: SocketAddr) -> Result<Link, Broken> {
        let mut link = Link::open(&self.mask()?, peer).await?;
        link.greet(self.hello()).await?;
        Ok(link)
    }

    /// An opening of a feed of its own.
    pub(super) fn opening(&self, space: Space, number: u32) -> FeedOpening {
        let drawn = self.draw(&format!("incarnation {number}"));
        let mut incarnation = [0; 16];
        incarnation.copy_from_slice(&drawn.as_bytes()[..16]);
        FeedOpening {
            certificate: self.certificate.clone(),
            space,
            incarnation,
            known_tips: Vec::new(),
        }
    }

    /// A sound feed of its own in the commons, with its opening.
    pub(super) fn feed(&self, number: u32) -> Feed {
        let opening = self.opening(Space::Commons, number);
        Feed::open(self.credentials.federation, self.key.clone(), &opening)
    }

    /// Feeds of others that it holds.
    pub(super) async fn held(
        &self,
        is_wanted: impl Fn(&Space) -> bool,
    ) -> Result<Vec<FeedRow>, Broken> {
        let own = self.member();
        let mut feeds = self.store.feeds().await?;
        feeds.retain(|feed| {
            feed.opening.certificate.claim.member != own && is_wanted(&feed.opening.space)
        });
        // The one with most to misuse first.
        feeds.sort_by_key(|feed| std::cmp::Reverse(feed.tip.seq));
        Ok(feeds)
    }

    /// A feed of the commons whose author writes nothing meanwhile: the one with the fewest entries.
    pub(super) async fn quiet_feed(&self) -> Result<FeedRow, Broken> {
        let held = self.held(|space| *space == Space::Commons).await?;
        let quiet = held.into_iter().last();
        quiet.ok_or_else(|| Broken::new("it holds no feed of another"))
    }

    /// What it holds of a feed.
    pub(super) async fn entries_of(&self, feed: FeedId) -> Result<Vec<SignedEntry>, Broken> {
        whole(&self.store, feed).await
    }

    /// A private feed of another member, from what was stolen, with its entries.
    pub(super) async fn stolen_feed(&self) -> Result<(FeedId, Vec<SignedEntry>), Broken> {
        let store = self.stolen.as_ref();
        let store =
            store.ok_or_else(|| Broken::new("nothing was stolen: name it with --stolen"))?;
        let feeds = store.feeds().await?;
        let private = feeds
            .iter()
            .filter(|feed| matches!(feed.opening.space, Space::Private(_)))
            .max_by_key(|feed| feed.tip.seq)
            .ok_or_else(|| Broken::new("what was stolen holds nothing private"))?;
        Ok((private.feed, whole(store, private.feed).await?))
    }

    /// The feed in which it wrote to the commons as long as it was honest.
    pub(super) async fn own_feed(&self) -> Result<Feed, Broken> {
        let own = self.credentials.keys.node.node_key();
        let feeds = self.store.feeds().await?;
        let feed = feeds.into_iter().find(|feed| {
            feed.opening.space == Space::Commons && feed.opening.certificate.claim.node_key == own
        });
        let feed = feed.ok_or_else(|| Broken::new("it never wrote to the commons"))?;
        let entries = self.entries_of(feed.feed).await?;
        Ok(Feed::held(
            self.credentials.federation,
            self.key.clone(),
            &feed,
            entries,
        ))
    }

    /// The roster versions that it holds, oldest first.
    pub(super) async fn rosters(&self) -> Result<Vec<SignedRoster>, Broken> {
        Ok(self.store.rosters().await?)
    }
}

/// How things stand, as it claims.
pub(super) fn summary(roster_version: u64, roster_hash: RosterHash) -> Summary {
    Summary {
        roster_version,
        marks: FrontierDigest::from_bytes(*roster_hash.as_bytes()),
        digests: Vec::new(),
    }
}

async fn whole(store: &Store, feed: FeedId) -> Result<Vec<SignedEntry>, Broken> {
    Ok(store.run(feed, 0, u64::MAX, 900_000, 4_096).await?)
}
