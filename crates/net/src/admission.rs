//! Who may knock, and who has to go when there are too many: counts only, no I/O.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use crate::{ConnectionId, NetLimits};

/// What to do with somebody who wants to begin a handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accept,
    /// It may begin, and this one has to go for it.
    Instead(HandshakeId),
    /// It must show first that its address is its own (QUIC's Retry).
    Retry,
    Refuse,
}

/// From where somebody comes: an IPv4 address, or an IPv6 network of 64 bits, which one host can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Origin(u64, bool);

/// Names a handshake under way. A later one has a higher number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HandshakeId(u64);

#[derive(Debug)]
struct Handshake {
    origin: Origin,
    proven: bool,
    since: Instant,
}

#[derive(Debug, Default)]
struct Count {
    /// Handshakes from an address that may be forged.
    claimed: usize,
    /// Handshakes and strangers whose address is their own.
    proven: usize,
}

#[derive(Debug)]
struct Stranger {
    origin: Origin,
    kept: bool,
}

/// Handshakes under way and strangers who came to us.
#[derive(Debug)]
pub(crate) struct Admission {
    limits: NetLimits,
    pending: BTreeMap<HandshakeId, Handshake>,
    last_handshake: u64,
    counts: BTreeMap<Origin, Count>,
    strangers: BTreeMap<ConnectionId, Stranger>,
}

impl From<SocketAddr> for Origin {
    fn from(address: SocketAddr) -> Self {
        match address.ip().to_canonical() {
            IpAddr::V4(ip) => Self(u64::from(u32::from(ip)), false),
            IpAddr::V6(ip) => Self((u128::from(ip) >> 64) as u64, true),
        }
    }
}

impl Admission {
    pub(crate) fn new(limits: NetLimits) -> Self {
        Self {
            limits,
            pending: BTreeMap::new(),
            last_handshake: 0,
            counts: BTreeMap::new(),
            strangers: BTreeMap::new(),
        }
    }

    /// Decides on a newcomer while there are `connections`. An accepted one must go on to [`Self::begin`].
    pub(crate) fn judge(
        &self,
        address: SocketAddr,
        proven: bool,
        connections: usize,
        now: Instant,
    ) -> Verdict {
        let origin = Origin::from(address);
        let pending = self.pending.len();
        let no_room = pending + connections >= self.limits.connections;
        if no_room && pending == 0 {
            return Verdict::Refuse;
        }
        let count = self.counts.get(&origin);
        if proven {
            // Forged handshakes never count here: they cannot lock the true holder of an address out.
            let full = count.is_some_and(|count| count.proven >= self.limits.strangers_per_address);
            return if full {
                self.instead_of(origin, origin, now)
            } else if no_room || pending >= self.limits.pending_handshakes {
                let crowded = self.most_crowded();
                crowded.map_or(Verdict::Refuse, |crowded| {
                    self.instead_of(crowded, origin, now)
                })
            } else {
                Verdict::Accept
            };
        }
        let crowded = count
            .is_some_and(|count| count.claimed + count.proven >= self.limits.strangers_per_address);
        if crowded || no_room || pending >= self.limits.retry_from {
            Verdict::Retry
        } else {
            Verdict::Accept
        }
    }

    /// A handshake begins.
    pub(crate) fn begin(&mut self, address: SocketAddr, proven: bool, now: Instant) -> HandshakeId {
        let origin = Origin::from(address);
        self.last_handshake += 1;
        let id = HandshakeId(self.last_handshake);
        let handshake = Handshake {
            origin,
            proven,
            since: now,
        };
        self.pending.insert(id, handshake);
        let count = self.counts.entry(origin).or_default();
        *(if proven {
            &mut count.proven
        } else {
            &mut count.claimed
        }) += 1;
        id
    }

    /// A handshake is over, well or badly. One that had to go is over already.
    pub(crate) fn end(&mut self, id: HandshakeId) {
        if let Some(handshake) = self.pending.remove(&id) {
            self.lower(handshake.origin, handshake.proven);
        }
    }

    /// From where most handshakes under way come; of several such places, where the oldest of them all is from.
    fn most_crowded(&self) -> Option<Origin> {
        let mut crowds: BTreeMap<Origin, usize> = BTreeMap::new();
        for handshake in self.pending.values() {
            *crowds.entry(handshake.origin).or_default() += 1;
        }
        let most = crowds.values().copied().max()?;
        let mut oldest_first = self.pending.values().map(|handshake| handshake.origin);
        oldest_first.find(|origin| crowds.get(origin) == Some(&most))
    }

    /// Whether the oldest handshake from one place goes for a newcomer from another: it does where the newcomer's is
    /// the smaller crowd even then, so that those who come in crowds hold up nobody else, and where it has had time
    /// enough. What is given up lingers in the transport for seconds, so a crowd may not push on at any pace.
    fn instead_of(&self, crowded: Origin, newcomer: Origin, now: Instant) -> Verdict {
        let mut oldest_first = self.pending.iter();
        let oldest = oldest_first.find(|(_, handshake)| handshake.origin == crowded);
        let goes = oldest.filter(|(_, handshake)| {
            let age = now.saturating_duration_since(handshake.since);
            self.crowd(crowded) > self.crowd(newcomer) + 1 || age >= self.limits.handshake_patience
        });
        goes.map_or(Verdict::Refuse, |(id, _)| Verdict::Instead(*id))
    }

    fn crowd(&self, origin: Origin) -> usize {
        let handshakes = self.pending.values();
        handshakes
            .filter(|handshake| handshake.origin == origin)
            .count()
    }

    /// A stranger stands at the door. Returns the stranger who has to go for it: the oldest, and of those
    /// kept on purpose only when there are no others.
    pub(crate) fn welcome(
        &mut self,
        id: ConnectionId,
        address: SocketAddr,
    ) -> Option<ConnectionId> {
        let crowded_out = (self.strangers.len() >= self.limits.strangers)
            .then(|| self.oldest())
            .flatten();
        if let Some(oldest) = crowded_out {
            self.forget(oldest);
        }
        let origin = Origin::from(address);
        self.counts.entry(origin).or_default().proven += 1;
        self.strangers.insert(
            id,
            Stranger {
                origin,
                kept: false,
            },
        );
        crowded_out
    }

    /// This stranger waits for a decision on purpose.
    pub(crate) fn keep(&mut self, id: ConnectionId) {
        if let Some(stranger) = self.strangers.get_mut(&id) {
            stranger.kept = true;
        }
    }

    /// Trusted, or gone: no stranger any more.
    pub(crate) fn forget(&mut self, id: ConnectionId) {
        if let Some(stranger) = self.strangers.remove(&id) {
            self.lower(stranger.origin, true);
        }
    }

    fn oldest(&self) -> Option<ConnectionId> {
        let unkept = self.strangers.iter().find(|(_, stranger)| !stranger.kept);
        unkept
            .or_else(|| self.strangers.iter().next())
            .map(|(id, _)| *id)
    }

    fn lower(&mut self, origin: Origin, proven: bool) {
        let Some(count) = self.counts.get_mut(&origin) else {
            return;
        };
        let number = if proven {
            &mut count.proven
        } else {
            &mut count.claimed
        };
        *number = number.saturating_sub(1);
        if count.proven == 0 && count.claimed == 0 {
            self.counts.remove(&origin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission() -> Admission {
        Admission::new(NetLimits {
            connections: 10,
            strangers: 2,
            strangers_per_address: 2,
            pending_handshakes: 5,
            retry_from: 3,
            ..NetLimits::default()
        })
    }

    fn from(last: u8) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, last], 4000))
    }

    #[test]
    fn many_handshakes_make_newcomers_prove_their_address() {
        let (mut admission, now) = (admission(), Instant::now());
        for last in 0..3 {
            assert_eq!(admission.judge(from(last), false, 0, now), Verdict::Accept);
            admission.begin(from(last), false, now);
        }
        assert_eq!(admission.judge(from(9), false, 0, now), Verdict::Retry);
        assert_eq!(admission.judge(from(9), true, 0, now), Verdict::Accept);
    }

    #[test]
    fn where_handshakes_are_too_many_the_oldest_of_the_greatest_crowd_goes() {
        let (mut admission, now) = (admission(), Instant::now());
        admission.begin(from(1), true, now);
        let crowded = admission.begin(from(2), true, now);
        admission.begin(from(2), true, now);
        admission.begin(from(3), true, now);
        admission.begin(from(4), false, now);
        assert_eq!(admission.judge(from(5), false, 0, now), Verdict::Retry);
        let instead = Verdict::Instead(crowded);
        assert_eq!(admission.judge(from(5), true, 0, now), instead);
        // From where there are as many already it has to wait.
        assert_eq!(admission.judge(from(1), true, 0, now), Verdict::Refuse);
        let later = now + NetLimits::default().handshake_patience;
        assert_eq!(admission.judge(from(1), true, 0, later), instead);
        admission.end(crowded);
        assert_eq!(admission.judge(from(5), true, 0, now), Verdict::Accept);
    }

    #[test]
    fn of_equal_crowds_the_oldest_handshake_goes_when_it_has_had_its_time() {
        let (mut admission, now) = (admission(), Instant::now());
        let oldest = admission.begin(from(1), true, now);
        let later = now + NetLimits::default().handshake_patience;
        for last in 2..6 {
            admission.begin(from(last), true, later);
        }
        assert_eq!(admission.judge(from(9), true, 0, now), Verdict::Refuse);
        let instead = Verdict::Instead(oldest);
        assert_eq!(admission.judge(from(9), true, 0, later), instead);
    }

    #[test]
    fn an_address_with_too_many_handshakes_gives_up_its_own() {
        let (mut admission, now) = (admission(), Instant::now());
        admission.begin(from(2), true, now);
        let oldest = admission.begin(from(1), true, now);
        admission.begin(from(1), true, now);
        assert_eq!(admission.judge(from(1), true, 0, now), Verdict::Refuse);
        let later = now + NetLimits::default().handshake_patience;
        let instead = Verdict::Instead(oldest);
        assert_eq!(admission.judge(from(1), true, 0, later), instead);
    }

    #[test]
    fn forged_handshakes_do_not_lock_out_who_holds_the_address() {
        let (mut admission, now) = (admission(), Instant::now());
        admission.begin(from(1), false, now);
        admission.begin(from(1), false, now);
        assert_eq!(admission.judge(from(1), false, 0, now), Verdict::Retry);
        assert_eq!(admission.judge(from(1), true, 0, now), Verdict::Accept);
    }

    #[test]
    fn one_address_has_few_strangers_until_they_are_trusted() {
        let (mut admission, now) = (admission(), Instant::now());
        assert_eq!(admission.welcome(ConnectionId(1), from(1)), None);
        assert_eq!(admission.welcome(ConnectionId(2), from(1)), None);
        assert_eq!(admission.judge(from(1), true, 2, now), Verdict::Refuse);
        assert_eq!(admission.judge(from(2), true, 2, now), Verdict::Accept);
        admission.forget(ConnectionId(1));
        assert_eq!(admission.judge(from(1), true, 2, now), Verdict::Accept);
    }

    #[test]
    fn the_oldest_stranger_goes_first_and_those_kept_last() {
        let mut admission = admission();
        admission.welcome(ConnectionId(1), from(1));
        admission.welcome(ConnectionId(2), from(2));
        admission.keep(ConnectionId(1));
        assert_eq!(
            admission.welcome(ConnectionId(3), from(3)),
            Some(ConnectionId(2))
        );
        admission.keep(ConnectionId(3));
        assert_eq!(
            admission.welcome(ConnectionId(4), from(4)),
            Some(ConnectionId(1))
        );
    }

    #[test]
    fn no_more_connections_than_allowed() {
        let (mut admission, now) = (admission(), Instant::now());
        assert_eq!(admission.judge(from(1), true, 9, now), Verdict::Accept);
        assert_eq!(admission.judge(from(1), true, 10, now), Verdict::Refuse);
        assert_eq!(admission.judge(from(1), false, 10, now), Verdict::Refuse);
        let handshake = admission.begin(from(2), true, now);
        let later = now + NetLimits::default().handshake_patience;
        let instead = Verdict::Instead(handshake);
        assert_eq!(admission.judge(from(1), true, 9, later), instead);
    }

    #[test]
    fn what_has_ended_is_not_counted() {
        let (mut admission, now) = (admission(), Instant::now());
        for _ in 0..100 {
            let handshake = admission.begin(from(1), false, now);
            admission.end(handshake);
            admission.end(handshake);
            admission.welcome(ConnectionId(1), from(1));
            admission.forget(ConnectionId(1));
        }
        assert!(admission.pending.is_empty());
        assert!(admission.counts.is_empty() && admission.strangers.is_empty());
    }

    #[test]
    fn an_ipv6_network_counts_as_one_origin() {
        let a = SocketAddr::from(([0x2001, 0xdb8, 0, 1, 1, 2, 3, 4], 1));
        let b = SocketAddr::from(([0x2001, 0xdb8, 0, 1, 9, 9, 9, 9], 2));
        let other = SocketAddr::from(([0x2001, 0xdb8, 0, 2, 1, 2, 3, 4], 1));
        let mapped = SocketAddr::from(([0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201], 1));
        assert_eq!(Origin::from(a), Origin::from(b));
        assert_ne!(Origin::from(a), Origin::from(other));
        assert_eq!(Origin::from(mapped), Origin::from(from(1)));
    }
}
