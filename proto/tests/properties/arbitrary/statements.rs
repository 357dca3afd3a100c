//! What is said of feeds that do not count any more, and votes.

use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::statement::{Equivocation, Revocation, SignedRevocation, Verdict, Vote};
use faelled_proto::{CharterHash, Cut, FederationId, IdentityKey, NodeKey, Space, Statement};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use super::{bytes, certificate, entry, hash, member, signature, space, text, tips};

/// Cuts as a roster may have them.
pub(crate) fn cuts() -> impl Strategy<Value = Vec<Cut>> {
    btree_map((member(), hash()), tips(), 0..4).prop_map(|cuts| {
        cuts.into_iter()
            .map(|((member, key), last_good)| Cut {
                member,
                identity_key: Some(IdentityKey::from_bytes(key)),
                last_good,
            })
            .collect()
    })
}

pub(crate) fn cut() -> impl Strategy<Value = Cut> {
    (member(), option::of(hashed!(IdentityKey)), tips()).prop_map(
        |(member, identity_key, last_good)| Cut {
            member,
            identity_key,
            last_good,
        },
    )
}

pub(crate) fn grant() -> impl Strategy<Value = Grant> {
    (member(), any::<u32>()).prop_map(|(member, round)| Grant { member, round })
}

pub(crate) fn withdrawal() -> impl Strategy<Value = Withdrawal> {
    (member(), any::<u32>(), tips()).prop_map(|(member, round, last_good)| Withdrawal {
        member,
        round,
        last_good,
    })
}

pub(crate) fn revocation() -> impl Strategy<Value = Revocation> {
    (
        (
            hashed!(FederationId),
            member(),
            hashed!(IdentityKey),
            hashed!(NodeKey),
        ),
        (space(), tips(), btree_set(hashed!(CharterHash), 0..5)),
        (option::of(certificate()), any::<u64>()),
    )
        .prop_map(
            |(
                (federation, member, identity_key, node_key),
                (space, last_good, charters),
                (successor, claimed_ms),
            )| {
                let charters = match space {
                    Space::Group(_) => charters.into_iter().collect(),
                    Space::Commons | Space::Private(_) => Vec::new(),
                };
                Revocation {
                    federation,
                    member,
                    identity_key,
                    node_key,
                    space,
                    last_good,
                    charters,
                    successor,
                    claimed_ms,
                }
            },
        )
}

fn equivocation() -> impl Strategy<Value = Equivocation> {
    (entry(), vec(entry(), 0..4), vec(entry(), 0..4)).prop_map(|(opening, left, right)| {
        Equivocation {
            opening,
            left,
            right,
        }
    })
}

fn vote() -> impl Strategy<Value = Vote> {
    let verdict = prop_oneof![
        Just(Verdict::Approve),
        text().prop_map(|reason| Verdict::Reject { reason })
    ];
    (bytes(), member(), verdict, signature()).prop_map(|(roster, steward, verdict, signature)| {
        Vote {
            roster,
            steward,
            verdict,
            signature,
        }
    })
}

/// Every statement, as it may cross the wire: that it holds is another matter.
pub(crate) fn statement() -> impl Strategy<Value = Statement> {
    prop_oneof![
        (revocation(), signature()).prop_map(|(revocation, signature)| {
            Statement::Revocation(SignedRevocation {
                revocation,
                signature,
            })
        }),
        equivocation().prop_map(Statement::Equivocation),
        vote().prop_map(Statement::Vote),
    ]
}
