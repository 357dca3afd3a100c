//! Statements to be stated, and what nodes hold of them.

#![allow(dead_code, reason = "each test file uses its part")]

use faelled_engine::{ConnectionId, Event};
use faelled_proto::id::{FrontierDigest, Mark};
use faelled_proto::roster::MemberRecord;
use faelled_proto::statement::Revocation;
use faelled_proto::{FeedId, Message, NodeKey, RosterHash, Space, Statement, Tip};

use crate::world::{World, first_roster, keys};

/// A member's own word that a node key counts no longer.
pub(crate) fn revocation(
    world: &World,
    by: usize,
    node_key: NodeKey,
    space: &Space,
    last_good: &[Tip],
) -> Revocation {
    let mut last_good = last_good.to_vec();
    last_good.sort_unstable_by_key(|tip| tip.feed);
    Revocation {
        federation: world.federation,
        member: keys(by).member,
        identity_key: keys(by).identity.identity_key(),
        node_key,
        space: space.clone(),
        last_good,
        charters: Vec::new(),
        successor: None,
        claimed_ms: world.now_ms,
    }
}

/// The same of the member's own node key, signed.
pub(crate) fn revoked(world: &World, by: usize, space: &Space, last_good: &[Tip]) -> Statement {
    let node_key = keys(by).node.node_key();
    let said = revocation(world, by, node_key, space, last_good);
    Statement::Revocation(said.sign(&keys(by).identity))
}

/// The tip of a feed on a node's disk at a place.
pub(crate) fn tip(world: &World, node: usize, feed: FeedId, seq: usize) -> Tip {
    world.nodes[node].disk.feeds[&feed][seq].tip()
}

/// The last place of a feed that a node tells others of.
pub(crate) fn told(world: &World, node: usize, feed: FeedId) -> Option<u64> {
    let feeds = world.nodes[node].engine.feeds();
    feeds.get(&feed).and_then(|feed| Some(feed.told()?.seq))
}

/// The rosters and the marks of the commons' statements that a node holds.
pub(crate) fn marks(world: &World, node: usize) -> (Vec<RosterHash>, Vec<Mark>) {
    let engine = &world.nodes[node].engine;
    let marks = engine.statements().marks(&Space::Commons).collect();
    (engine.rosters().hashes().copied().collect(), marks)
}

/// Asserts that nodes hold and count the same in the commons.
pub(crate) fn assert_agreed(world: &World, nodes: &[usize]) {
    let of = |node: usize| {
        let digest: FrontierDigest = world.nodes[node]
            .engine
            .feeds()
            .frontier(&Space::Commons)
            .digest();
        (marks(world, node), digest)
    };
    for node in nodes {
        assert_eq!(of(*node), of(nodes[0]), "node {node} and node {}", nodes[0]);
    }
}

pub(crate) fn link(world: &World, node: usize, to: usize) -> ConnectionId {
    let mut links = world.nodes[node].links.iter();
    *links.find(|(_, (other, _))| *other == to).unwrap().0
}

/// A message comes to a node as if another one had sent it.
pub(crate) fn receive(world: &mut World, node: usize, from: usize, message: Message) {
    let connection = link(world, node, from);
    world.event(
        node,
        Event::Received {
            connection,
            message,
        },
    );
}

/// Everybody compares with everybody it is connected to.
pub(crate) fn rounds(world: &mut World) {
    for _ in 0..3 {
        world.pass(faelled_engine::limits::SUMMARY_PERIOD_MS + 1);
    }
}

pub(crate) fn record(index: usize) -> MemberRecord {
    first_roster(&[index]).decode().unwrap().members.remove(0)
}
