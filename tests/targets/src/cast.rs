//! Who takes part: members with fixed keys, in one federation.

use std::sync::LazyLock;

use faelled_proto::opening::FeedOpening;
use faelled_proto::roster::MemberRecord;
use faelled_proto::{
    FederationId, MemberId, NodeCertificate, Roster, SecretKey, SignedRoster, Space,
};

/// When the federation began, in milliseconds since 1970.
pub(crate) const START_MS: u64 = 1_790_000_000_000;
/// A year in milliseconds.
pub(crate) const YEAR_MS: u64 = 31_536_000_000;
/// Members of the first roster; whoever has a higher number is a stranger.
pub(crate) const MEMBERS: u8 = 4;

/// A member, or a stranger, with its keys.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) member: MemberId,
    pub(crate) identity: SecretKey,
    pub(crate) node: SecretKey,
}

pub(crate) fn keys(number: u8) -> Keys {
    Keys {
        member: format!("dk-{number:04}").parse().unwrap(),
        identity: SecretKey::from_seed(&[100 + number; 32]),
        node: SecretKey::from_seed(&[number + 1; 32]),
    }
}

pub(crate) fn record(number: u8) -> MemberRecord {
    let keys = keys(number);
    MemberRecord {
        id: keys.member,
        kind: "municipality".into(),
        name: format!("Member {number}"),
        identity_key: keys.identity.identity_key(),
        valid_from_day: 20_000,
        valid_until_day: None,
    }
}

/// The first roster: three stewards, of whom two must sign what follows.
pub(crate) fn first_roster() -> &'static SignedRoster {
    static FIRST: LazyLock<SignedRoster> = LazyLock::new(|| {
        let roster = Roster {
            version: 1,
            federation: None,
            previous: Vec::new(),
            name: "Test".into(),
            claimed_ms: START_MS,
            threshold: 2,
            stewards: (0..3).map(|number| keys(number).member).collect(),
            members: (0..MEMBERS).map(record).collect(),
            extensions: Vec::new(),
        };
        signed(&roster, &[0, 1])
    });
    &FIRST
}

pub(crate) fn signed(roster: &Roster, signers: &[u8]) -> SignedRoster {
    let mut signed = SignedRoster::unsigned(roster);
    for signer in signers {
        let keys = keys(*signer);
        signed.sign(keys.member, &keys.identity);
    }
    signed
}

pub(crate) fn federation() -> FederationId {
    static FEDERATION: LazyLock<FederationId> = LazyLock::new(|| first_roster().federation());
    *FEDERATION
}

pub(crate) fn certificate(number: u8) -> NodeCertificate {
    let keys = keys(number);
    let node_key = keys.node.node_key();
    let expires_ms = START_MS + YEAR_MS;
    NodeCertificate::issue(
        federation(),
        keys.member,
        &keys.identity,
        node_key,
        expires_ms,
    )
}

pub(crate) fn opening(number: u8, space: Space, incarnation: u8) -> FeedOpening {
    FeedOpening {
        certificate: certificate(number),
        space,
        incarnation: [incarnation; 16],
        known_tips: Vec::new(),
    }
}
