//! `key show`: the keys of this node and its member.

use std::collections::BTreeMap;

use faelled_proto::canonical::decode;
use faelled_proto::limits::MAX_HEADER_BYTES;
use faelled_proto::{Header, NodeKey};
use faelled_store::FeedRow;

use super::Service;
use crate::clock::{moment, now_ms};
use crate::data::key::{Data, OtherNode, Shown};
use crate::failure::Failure;
use crate::fingerprint::fingerprint;
use crate::keys::Identity;
use crate::lasting::Lasting;
use crate::request::key::Request;

const DAY_MS: u64 = 86_400_000;
/// Other nodes that are shown at most.
const MAX_OTHER_NODES: usize = 100;

/// What was seen of another node.
#[derive(Default)]
struct Seen {
    expires_ms: Option<u64>,
    written_ms: Option<u64>,
    connected: bool,
    revoked: bool,
}

impl Service {
    pub(super) async fn key(&self, request: Request) -> Result<Data, Failure> {
        match request {
            Request::Show => self.keys_shown().await.map(Data::Shown),
        }
    }

    async fn keys_shown(&self) -> Result<Shown, Failure> {
        let claim = self.certificate().await?.claim;
        let kept = match self.directory.identity()? {
            Identity::Absent => "elsewhere",
            identity if identity.public() != Some(claim.identity_key) => "other",
            Identity::Sealed(_) => "sealed",
            Identity::Plain(_) => "plain",
        };
        let days_left = claim.expires_ms.saturating_sub(now_ms()) / DAY_MS;
        Ok(Shown {
            member: self.own.to_string(),
            identity_key: claim.identity_key.to_string(),
            fingerprint: fingerprint(&claim.identity_key),
            kept,
            node_key: claim.node_key.to_string(),
            node_fingerprint: fingerprint(&claim.node_key),
            expires: moment(claim.expires_ms),
            days_left,
            expires_soon: Lasting::of(claim.expires_ms, now_ms()) != Lasting::Long,
            revoked: self
                .core
                .trust()
                .statements
                .is_revoked(&claim.identity_key, &claim.node_key),
            other_nodes: self.other_nodes(claim.node_key).await?,
        })
    }

    /// Other nodes of this member, as far as anything of them is here: what they wrote, a connection now, or what the
    /// member revoked. One that never wrote and is not connected left no trace.
    async fn other_nodes(&self, own: NodeKey) -> Result<Vec<OtherNode>, Failure> {
        let mut nodes: BTreeMap<NodeKey, Seen> = BTreeMap::new();
        for feed in self.store.feeds().await? {
            let claim = &feed.opening.certificate.claim;
            if claim.member != self.own || claim.node_key == own {
                continue;
            }
            if nodes.len() >= MAX_OTHER_NODES && !nodes.contains_key(&claim.node_key) {
                continue;
            }
            let written_ms = self.written_ms(&feed).await?;
            let seen = nodes.entry(claim.node_key).or_default();
            seen.expires_ms = seen.expires_ms.max(Some(claim.expires_ms));
            seen.written_ms = seen.written_ms.max(written_ms);
        }
        for peer in self.core.status().await?.peers {
            if peer.member.as_ref() == Some(&self.own) {
                nodes.entry(peer.node_key).or_default().connected = true;
            }
        }
        let trust = self.core.trust();
        let revocations = trust.statements.revocations();
        for (_, said) in revocations.filter(|(_, said)| said.member == self.own) {
            nodes.entry(said.node_key).or_default().revoked = true;
            if let Some(next) = &said.successor {
                let seen = nodes.entry(next.claim.node_key).or_default();
                seen.expires_ms = seen.expires_ms.max(Some(next.claim.expires_ms));
            }
        }
        nodes.remove(&own);
        let line = |(key, seen): (NodeKey, Seen)| OtherNode {
            node_key: key.to_string(),
            fingerprint: fingerprint(&key),
            expires: seen.expires_ms.map(moment),
            last_written: seen.written_ms.map(moment),
            connected: seen.connected,
            revoked: seen.revoked,
        };
        Ok(nodes.into_iter().map(line).collect())
    }

    /// When the newest entry of a feed was written, by its author's clock.
    pub(in crate::service) async fn written_ms(
        &self,
        feed: &FeedRow,
    ) -> Result<Option<u64>, Failure> {
        self.claimed_ms(feed, feed.tip.seq).await
    }

    /// When an entry of a feed was written, by its author's clock.
    pub(in crate::service) async fn claimed_ms(
        &self,
        feed: &FeedRow,
        seq: u64,
    ) -> Result<Option<u64>, Failure> {
        let found = self.store.run(feed.feed, seq, seq, 1, 1).await?;
        let header = found
            .first()
            .and_then(|entry| decode::<Header>(&entry.header, MAX_HEADER_BYTES).ok());
        Ok(header.map(|header| header.claimed_ms))
    }
}
