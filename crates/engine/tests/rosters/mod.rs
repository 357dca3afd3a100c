//! Rosters with three stewards, two of whom must sign, and versions after them.

#![allow(dead_code, reason = "each test file uses its part")]

use faelled_engine::RosterChain;
use faelled_proto::canonical::encode;
use faelled_proto::roster::{Extension, MemberRecord};
use faelled_proto::{Cut, FeedId, Roster, RosterHash, SignedRoster, Tip};

use crate::world::{first_roster, keys};

/// Members 0 to 4; 0, 1 and 2 are stewards, and two must sign.
pub(crate) fn first() -> SignedRoster {
    let mut roster = first_roster(&[0, 1, 2, 3, 4]).decode().unwrap();
    roster.stewards = vec![keys(0).member, keys(1).member, keys(2).member];
    roster.threshold = 2;
    signed(&roster, &[0, 1])
}

/// A chain that holds these, of which the first is the federation's first.
pub(crate) fn holding(rosters: &[&SignedRoster]) -> RosterChain {
    let mut chain = RosterChain::pinned(rosters[0].federation());
    for roster in rosters {
        chain.accept((*roster).clone()).unwrap();
    }
    chain
}

pub(crate) fn signed(roster: &Roster, signers: &[usize]) -> SignedRoster {
    let mut signed = SignedRoster::unsigned(roster);
    for index in signers {
        signed.sign(keys(*index).member, &keys(*index).identity);
    }
    signed
}

/// The next version, as the one before but for its name.
pub(crate) fn next(before: &SignedRoster, name: &str) -> Roster {
    let roster = before.decode().unwrap();
    Roster {
        version: roster.version + 1,
        federation: Some(roster.federation.unwrap_or_else(|| before.federation())),
        previous: vec![before.hash()],
        name: name.into(),
        extensions: Vec::new(),
        ..roster
    }
}

/// The next version, signed by stewards 0 and 1.
pub(crate) fn then(before: &SignedRoster, name: &str) -> SignedRoster {
    signed(&next(before, name), &[0, 1])
}

/// A resolution that keeps the first of the two.
pub(crate) fn resolution(keep: &SignedRoster, other: &SignedRoster) -> Roster {
    let mut roster = next(keep, "Resolved");
    roster.version = roster.version.max(other.decode().unwrap().version + 1);
    roster.previous.push(other.hash());
    roster.previous.sort_unstable();
    roster
}

/// A resolution, signed by stewards 0 and 1.
pub(crate) fn resolved(keep: &SignedRoster, other: &SignedRoster) -> SignedRoster {
    signed(&resolution(keep, other), &[0, 1])
}

/// Removes a member and cuts off its key: of its feed number `feed` the entries up to number 5 count.
pub(crate) fn without(mut roster: Roster, member: usize, feed: u8) -> Roster {
    let id = keys(member).member;
    roster.members.retain(|record| record.id != id);
    roster.extensions = vec![Extension {
        number: Extension::CUTS,
        bytes: encode(&vec![Cut {
            member: id,
            identity_key: Some(keys(member).identity.identity_key()),
            last_good: vec![tip(feed)],
        }]),
    }];
    roster
}

pub(crate) fn tip(feed: u8) -> Tip {
    Tip {
        feed: FeedId::from_bytes([feed; 32]),
        seq: 5,
        entry: faelled_proto::EntryId::from_bytes([9; 32]),
    }
}

pub(crate) fn record(index: usize) -> MemberRecord {
    MemberRecord {
        id: keys(index).member,
        kind: "region".into(),
        name: format!("Member {index}"),
        identity_key: keys(index).identity.identity_key(),
        valid_from_day: 20_500,
        valid_until_day: None,
    }
}

pub(crate) fn head(chain: &RosterChain) -> RosterHash {
    chain.head().1
}
