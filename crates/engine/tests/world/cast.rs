//! Who takes part, with all that speaks for them.

use faelled_engine::Config;
use faelled_proto::roster::MemberRecord;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{
    Charter, FederationId, MemberId, NodeCertificate, Roster, SecretKey, SignedRoster,
};

use super::{START_MS, YEAR_MS};

/// A member with its keys.
pub(crate) struct Keys {
    pub(crate) member: MemberId,
    pub(crate) identity: SecretKey,
    pub(crate) node: SecretKey,
}

pub(crate) fn keys(index: usize) -> Keys {
    let number = u8::try_from(index).unwrap();
    Keys {
        member: format!("dk-{index:04}").parse().unwrap(),
        identity: SecretKey::from_seed(&[100 + number; 32]),
        node: SecretKey::from_seed(&[number + 1; 32]),
    }
}

pub(crate) fn first_roster(members: &[usize]) -> SignedRoster {
    let records = members
        .iter()
        .map(|index| MemberRecord {
            id: keys(*index).member,
            kind: "municipality".into(),
            name: format!("Member {index}"),
            identity_key: keys(*index).identity.identity_key(),
            valid_from_day: 20_000,
            valid_until_day: None,
        })
        .collect();
    let roster = Roster {
        version: 1,
        federation: None,
        previous: Vec::new(),
        name: "Test".into(),
        claimed_ms: START_MS,
        threshold: 1,
        stewards: vec![keys(members[0]).member],
        members: records,
        extensions: Vec::new(),
    };
    let mut signed = SignedRoster::unsigned(&roster);
    signed.sign(keys(members[0]).member, &keys(members[0]).identity);
    signed
}

/// The first charter of a group.
pub(crate) fn charter(federation: FederationId, owners: &[usize], members: &[usize]) -> Charter {
    let named = |of: &[usize]| of.iter().map(|index| keys(*index).member).collect();
    Charter {
        version: 1,
        federation,
        group: None,
        previous: None,
        name: "Emballage".into(),
        owners: named(owners),
        members: named(members),
        removed: Vec::new(),
        claimed_ms: START_MS,
        nonce: [1; 16],
    }
}

pub(crate) fn certificate(federation: FederationId, index: usize) -> NodeCertificate {
    let keys = keys(index);
    NodeCertificate::issue(
        federation,
        keys.member,
        &keys.identity,
        keys.node.node_key(),
        START_MS + YEAR_MS,
    )
}

pub(crate) fn config(federation: FederationId, index: usize) -> Config {
    Config {
        seed: [u8::try_from(index).unwrap(); 32],
        node_key: keys(index).node,
        certificate: certificate(federation, index),
        software: "test".into(),
        incarnation: None,
        join_request: None,
        targets: Vec::new(),
    }
}

pub(crate) fn address(index: usize) -> NodeAddress {
    NodeAddress {
        address: format!("127.0.0.1:{}", 4000 + index).parse().unwrap(),
        node_key: keys(index).node.node_key(),
    }
}
