//! Who takes part in a history, and with which keys. All is drawn from the history's seed.

use faelled_proto::roster::MemberRecord;
use faelled_proto::{FederationId, MemberId, NodeCertificate, SecretKey};

/// Long after everything in a history.
const EXPIRES_MS: u64 = 4_000_000_000_000;

/// The keys of everybody in one history.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cast {
    pub(super) seed: u64,
}

/// One node: with which keys it signs, and for whom.
#[derive(Debug, Clone)]
pub(super) struct Pen {
    pub(super) member: usize,
    pub(super) identity: SecretKey,
    pub(super) key: SecretKey,
    pub(super) certificate: NodeCertificate,
}

/// A member's id.
pub(super) fn id(member: usize) -> MemberId {
    let text = format!("dk-{:04}", 101 + member);
    text.parse()
        .unwrap_or_else(|_| unreachable!("an id of ours is one"))
}

impl Cast {
    fn key(self, what: &str, member: usize, number: usize) -> SecretKey {
        let said = format!("{} {what} {member} {number}", self.seed);
        SecretKey::from_seed(blake3::hash(said.as_bytes()).as_bytes())
    }

    /// An identity key of a member; each replacement has the next number.
    pub(super) fn identity(self, member: usize, number: usize) -> SecretKey {
        self.key("identity", member, number)
    }

    /// A node of a member, certified with an identity key.
    pub(super) fn pen(
        self,
        federation: FederationId,
        member: usize,
        identity: SecretKey,
        number: usize,
    ) -> Pen {
        let key = self.key("node", member, number);
        let certificate = NodeCertificate::issue(
            federation,
            id(member),
            &identity,
            key.node_key(),
            EXPIRES_MS,
        );
        Pen {
            member,
            identity,
            key,
            certificate,
        }
    }

    /// A member as rosters list it.
    pub(super) fn record(self, member: usize, identity: &SecretKey) -> MemberRecord {
        MemberRecord {
            id: id(member),
            kind: "municipality".into(),
            name: format!("Member {member}"),
            identity_key: identity.identity_key(),
            valid_from_day: 20_000,
            valid_until_day: None,
        }
    }
}
