//! Nodes to keep a connection to, and when to try again.

use std::collections::BTreeMap;

use faelled_proto::ticket::NodeAddress;
use faelled_proto::{NodeKey, Space};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::Rng;

use crate::engine::Engine;
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

    /// Also dials a node's addresses under the key that took the place of its own. The old key stays a target, and
    /// an address that is known of the new one stays as it is: nobody loses an address by what another says. Says
    /// whether there is a target more.
    pub(crate) fn succeed(&mut self, old: &NodeKey, new: NodeKey) -> bool {
        let Some(target) = self.targets.get(old) else {
            return false;
        };
        if self.targets.contains_key(&new) || Some(new) == self.own {
            return false;
        }
        let address = target.address.address;
        self.add(NodeAddress {
            address,
            node_key: new,
        });
        true
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

impl Engine {
    /// Whoever dials a node whose key was replaced finds it under the new one.
    pub(crate) fn follow_successors(&mut self) {
        let successors: Vec<_> = self
            .statements
            .revocations()
            .filter(|(_, said)| said.space == Space::Commons)
            .filter_map(|(_, said)| {
                let claim = &said.successor.as_ref()?.claim;
                let is_current = self.is_member_now(&claim.member, &claim.identity_key);
                is_current.then_some((said.node_key, claim.node_key))
            })
            .collect();
        // A key may have been replaced more than once, and each round finds at least one target more.
        let mut is_new = true;
        while is_new {
            is_new = false;
            for (old, new) in &successors {
                is_new |= self.targets.succeed(old, *new);
            }
        }
    }
}
