//! Nodes to keep a connection to, and when to try again.

use std::collections::BTreeMap;

use faelled_proto::NodeKey;
use faelled_proto::ticket::NodeAddress;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::Rng;

use crate::limits::{MAX_BACKOFF_MS, MIN_BACKOFF_MS};

#[derive(Debug)]
struct Target {
    address: NodeAddress,
    /// Failures since a greeting last succeeded.
    failures: u32,
    /// When to dial; `None` while dialling or connected.
    due_ms: Option<u64>,
}

/// Everybody whom this node dials.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    own: Option<NodeKey>,
    targets: BTreeMap<NodeKey, Target>,
}

impl Targets {
    pub(crate) fn new(addresses: &[NodeAddress], own: NodeKey) -> Self {
        let mut targets = Self {
            own: Some(own),
            targets: BTreeMap::new(),
        };
        for address in addresses {
            targets.add(*address);
        }
        targets
    }

    /// A new address replaces the old one of the same node.
    pub(crate) fn add(&mut self, address: NodeAddress) {
        if Some(address.node_key) == self.own {
            return;
        }
        match self.targets.get_mut(&address.node_key) {
            Some(target) => target.address = address,
            None => {
                let target = Target {
                    address,
                    failures: 0,
                    due_ms: Some(0),
                };
                self.targets.insert(address.node_key, target);
            }
        }
    }

    pub(crate) fn deadline_ms(&self) -> Option<u64> {
        self.targets
            .values()
            .filter_map(|target| target.due_ms)
            .min()
    }

    /// Whom to dial now.
    pub(crate) fn due(
        &mut self,
        now_ms: u64,
        connected: impl Fn(NodeKey) -> bool,
    ) -> Vec<NodeAddress> {
        let mut due = Vec::new();
        for (key, target) in &mut self.targets {
            if target.due_ms.is_some_and(|due_ms| due_ms <= now_ms) {
                target.due_ms = None;
                if !connected(*key) {
                    due.push(target.address);
                }
            }
        }
        due
    }

    /// A connection in either direction stands.
    pub(crate) fn connected(&mut self, key: &NodeKey) {
        if let Some(target) = self.targets.get_mut(key) {
            target.due_ms = None;
        }
    }

    /// A greeting succeeded.
    pub(crate) fn opened(&mut self, key: &NodeKey) {
        if let Some(target) = self.targets.get_mut(key) {
            target.failures = 0;
        }
    }

    /// A connection ended.
    pub(crate) fn closed(&mut self, key: &NodeKey, now_ms: u64, rng: &mut ChaCha12Rng) {
        if let Some(target) = self.targets.get_mut(key) {
            target.retry(now_ms, rng);
        }
    }

    /// Nobody answered at the address.
    pub(crate) fn failed(&mut self, address: &NodeAddress, now_ms: u64, rng: &mut ChaCha12Rng) {
        self.closed(&address.node_key, now_ms, rng);
    }
}

impl Target {
    /// Doubles the pause each time; half of it is drawn, so that many nodes do not come back at once.
    fn retry(&mut self, now_ms: u64, rng: &mut ChaCha12Rng) {
        let pause = MIN_BACKOFF_MS
            .saturating_mul(1 << self.failures.min(16))
            .min(MAX_BACKOFF_MS);
        self.failures = self.failures.saturating_add(1);
        let half = pause / 2;
        self.due_ms = Some(now_ms + half + rng.next_u64() % (half + 1));
    }
}
