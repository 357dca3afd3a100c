//! The roster against the attacks that TUF names
//! (<https://theupdateframework.github.io/specification/latest/#goals-to-protect-against-specific-attacks>), each with
//! what keeps it off.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod rosters;
mod world;

use faelled_engine::roster::CertificateRefusal;
use faelled_engine::{RosterChain, RosterRefusal};
use faelled_proto::canonical::DecodeError;
use faelled_proto::key::Domain;
use faelled_proto::limits::{MAX_ROSTER_BYTES, MAX_STEWARDS};
use faelled_proto::statement::Vote;
use faelled_proto::{NodeCertificate, NodeKey, Roster, SecretKey, SignedRoster};
use rosters::{first, head, holding, next, resolved, signed, then};
use world::{certificate, first_roster, keys};

const fn old(needed: u16, found: usize) -> Result<Roster, RosterRefusal> {
    Err(RosterRefusal::OldThreshold { needed, found })
}

const fn new(needed: u16, found: usize) -> Result<Roster, RosterRefusal> {
    Err(RosterRefusal::NewThreshold { needed, found })
}

#[test]
fn the_next_version_is_taken_once_and_keeps_the_signatures_it_came_with() {
    let first = first();
    let mut chain = holding(&[&first]);
    let second = next(&first, "Second");
    assert_eq!(chain.accept(signed(&second, &[0, 1])), Ok(true));
    assert_eq!(chain.accept(signed(&second, &[1, 2])), Ok(false));
    assert_eq!(
        chain.get(&second.hash()),
        Some(&signed(&second, &[0, 1])),
        "the first that came stays"
    );
    assert_eq!(chain.head(), (2, second.hash()));
    assert_eq!(chain.newest(), Some(&second));
}

#[test]
fn rollback_an_older_version_shown_again_changes_nothing() {
    let first = first();
    let second = then(&first, "Second");
    let third = then(&second, "Third");
    let mut chain = holding(&[&first, &second, &third]);
    assert_eq!(chain.accept(second), Ok(false));
    assert_eq!(chain.accept(first.clone()), Ok(false));
    assert!(chain.check(&first).is_ok(), "what is held is valid still");
    assert_eq!(chain.head(), (3, third.hash()));

    let mut again = next(&third, "Second again");
    again.version = 2;
    assert_eq!(
        chain.accept(signed(&again, &[0, 1])),
        Err(RosterRefusal::Version {
            expected: 4,
            found: 2
        }),
        "a lower number does not follow a higher one"
    );
    let mut same = next(&third, "Third again");
    same.version = 3;
    assert!(chain.accept(signed(&same, &[0, 1])).is_err());
    let mut one = first_roster(&[0, 1]).decode().unwrap();
    one.name = "Another beginning".into();
    assert_eq!(
        chain.accept(signed(&one, &[0, 1])),
        Err(RosterRefusal::OtherFederation)
    );
    assert_eq!(chain.head(), (3, third.hash()));
}

#[test]
fn freeze_a_peer_that_shows_an_old_chain_changes_nothing() {
    let first = first();
    let second = then(&first, "Second");
    let third = then(&second, "Third");
    let mut chain = holding(&[&first, &second, &third]);
    let old = holding(&[&first, &second]);
    for version in old.after(0) {
        assert_eq!(chain.accept(version.clone()), Ok(false));
    }
    assert_eq!(chain.head(), (3, third.hash()));
    let told = old.hashes().copied().collect();
    assert_eq!(
        chain.lacking(&told),
        [&third],
        "and it is told what it lacks"
    );
}

#[test]
fn fast_forward_a_skipped_number_is_refused_however_well_it_is_signed() {
    let first = first();
    let mut chain = holding(&[&first]);
    for found in [3, 4, u64::MAX - 1, u64::MAX] {
        let mut skipping = next(&first, "Far");
        skipping.version = found;
        assert_eq!(
            chain.accept(signed(&skipping, &[0, 1, 2])),
            Err(RosterRefusal::Version { expected: 2, found })
        );
    }
    let left = then(&first, "Left");
    let right = then(&first, "Right");
    chain.accept(left.clone()).unwrap();
    chain.accept(right.clone()).unwrap();
    for found in [2, 4, u64::MAX] {
        let mut skipping = rosters::resolution(&left, &right);
        skipping.version = found;
        assert_eq!(
            chain.accept(signed(&skipping, &[0, 1, 2])),
            Err(RosterRefusal::Version { expected: 3, found })
        );
    }
    assert_eq!(chain.highest(), 2);
}

#[test]
fn fast_forward_a_version_whose_predecessor_is_not_held_waits() {
    let first = first();
    let second = then(&first, "Second");
    let third = then(&second, "Third");
    let mut chain = holding(&[&first]);
    assert_eq!(chain.accept(third.clone()), Err(RosterRefusal::Predecessor));
    assert_eq!(
        chain.accept(resolved(&second, &third)),
        Err(RosterRefusal::Predecessor)
    );
    assert_eq!(chain.head().0, 1);
    assert_eq!(chain.accept(second), Ok(true));
    assert_eq!(chain.accept(third.clone()), Ok(true));
    assert_eq!(head(&chain), third.hash());
}

#[test]
fn mix_and_match_signatures_of_another_roster_do_not_count() {
    let first = first();
    let chain = holding(&[&first]);
    let mut mixed = signed(&next(&first, "Wanted"), &[0]);
    let other = signed(&next(&first, "Signed by the second steward"), &[1]);
    mixed.signatures.extend(other.signatures);
    assert_eq!(chain.check(&mixed), old(2, 1));

    let mut old_ones = SignedRoster::unsigned(&next(&first, "Wanted"));
    old_ones.signatures = first.signatures.clone();
    assert_eq!(chain.check(&old_ones), old(2, 0));
}

#[test]
fn mix_and_match_a_roster_of_another_federation_does_not_follow() {
    let first = first();
    let mut chain = holding(&[&first]);
    let mut other = first.decode().unwrap();
    other.name = "Another federation of the same stewards".into();
    let other = signed(&other, &[0, 1]);
    assert_eq!(
        chain.accept(then(&other, "Second")),
        Err(RosterRefusal::OtherFederation)
    );
    let mut grafted = next(&first, "Second");
    grafted.federation = Some(other.federation());
    assert_eq!(
        chain.accept(signed(&grafted, &[0, 1])),
        Err(RosterRefusal::OtherFederation)
    );
    assert_eq!(
        RosterChain::pinned(first.federation()).accept(other),
        Err(RosterRefusal::OtherFederation),
        "only the pinned first roster begins the chain"
    );
}

#[test]
fn mix_and_match_a_signature_for_another_purpose_does_not_count() {
    let first = first();
    let chain = holding(&[&first]);
    let second = next(&first, "Second");
    let bytes = SignedRoster::unsigned(&second).roster;
    for domain in [
        Domain::Entry,
        Domain::NodeCertificate,
        Domain::Join,
        Domain::Charter,
        Domain::Revocation,
        Domain::RosterRejection,
    ] {
        let mut mixed = signed(&second, &[0]);
        let signature = keys(1).identity.sign(domain, &[&bytes]);
        mixed.signatures.push((keys(1).member, signature));
        assert_eq!(chain.check(&mixed), old(2, 1), "{domain:?}");
    }
    let against = Vote::reject(
        bytes.clone(),
        keys(1).member,
        String::new(),
        &keys(1).identity,
    );
    let mut mixed = signed(&second, &[0]);
    mixed.signatures.push((keys(1).member, against.signature));
    assert_eq!(chain.check(&mixed), old(2, 1), "a vote against it");
    let approval = Vote::approve(bytes, keys(1).member, &keys(1).identity);
    let mut whole = signed(&second, &[0]);
    whole.signatures.push((keys(1).member, approval.signature));
    assert!(chain.check(&whole).is_ok(), "a vote for it");
}

#[test]
fn endless_data_what_is_too_long_is_not_read() {
    let first = first();
    let mut chain = holding(&[&first]);
    let mut long = then(&first, "Second");
    long.roster.resize(MAX_ROSTER_BYTES + 1, 0);
    assert_eq!(
        chain.accept(long),
        Err(RosterRefusal::Undecodable(DecodeError::TooLong {
            length: MAX_ROSTER_BYTES + 1,
            limit: MAX_ROSTER_BYTES
        }))
    );
    let mut followed = then(&first, "Second");
    followed.roster.push(0);
    assert_eq!(
        chain.accept(followed),
        Err(RosterRefusal::Undecodable(DecodeError::NotCanonical))
    );
}

#[test]
fn endless_data_too_many_signatures_are_refused_before_one_is_verified() {
    let first = first();
    let mut chain = holding(&[&first]);
    let mut many = then(&first, "Second");
    let signature = many.signatures[0].1;
    for number in 0..2 * MAX_STEWARDS {
        let signer = format!("dk-x{number:04}").parse().unwrap();
        many.signatures.push((signer, signature));
    }
    assert_eq!(
        chain.accept(many.clone()),
        Err(RosterRefusal::Undecodable(DecodeError::Invalid(
            "a roster carries too many signatures"
        )))
    );
    many.signatures.truncate(2 * MAX_STEWARDS);
    assert_eq!(chain.accept(many), Ok(true));
}

#[test]
fn one_steward_counts_once() {
    let first = first();
    let chain = holding(&[&first]);
    let mut twice = signed(&next(&first, "Second"), &[1]);
    twice.signatures.push(twice.signatures[0].clone());
    assert!(matches!(
        chain.check(&twice),
        Err(RosterRefusal::Undecodable(_))
    ));
    let mut under_two_names = signed(&next(&first, "Second"), &[1]);
    let signature = under_two_names.signatures[0].1;
    under_two_names.signatures.push((keys(2).member, signature));
    assert_eq!(chain.check(&under_two_names), old(2, 1));
}

#[test]
fn a_threshold_missed_by_one_is_missed() {
    let first = first();
    let mut chain = holding(&[&first]);
    let mut second = next(&first, "Second");
    assert_eq!(chain.check(&signed(&second, &[2])), old(2, 1));

    second.stewards = vec![keys(2).member, keys(3).member, keys(4).member];
    second.threshold = 3;
    assert_eq!(
        chain.check(&signed(&second, &[2, 3, 4])),
        old(2, 1),
        "the stewards before"
    );
    assert_eq!(
        chain.check(&signed(&second, &[0, 1, 2, 3])),
        new(3, 2),
        "the stewards after"
    );
    let second = signed(&second, &[1, 2, 3, 4]);
    assert_eq!(chain.accept(second), Ok(true));
}

#[test]
fn the_first_version_is_signed_by_its_own_stewards() {
    let roster = first().decode().unwrap();
    let chain = RosterChain::pinned(first().federation());
    assert_eq!(chain.check(&signed(&roster, &[])), new(2, 0));
    assert_eq!(chain.check(&signed(&roster, &[1, 3])), new(2, 1));
    assert!(chain.check(&signed(&roster, &[1, 2])).is_ok());
    assert_eq!(
        chain.check(&then(&first(), "Second")),
        Err(RosterRefusal::Version {
            expected: 1,
            found: 2
        })
    );
}

#[test]
fn a_certificate_speaks_for_one_node_of_a_member_until_it_expires() {
    let chain = holding(&[&first()]);
    let issued = certificate(chain.federation(), 1);
    let (node, expires_ms) = (keys(1).node.node_key(), issued.claim.expires_ms);
    let check = |certificate: &NodeCertificate, node: &NodeKey, now_ms| {
        chain.check_certificate(certificate, node, now_ms)
    };
    assert_eq!(check(&issued, &node, expires_ms - 1), Ok(()));
    assert_eq!(
        check(&issued, &node, expires_ms),
        Err(CertificateRefusal::Expired)
    );
    let other = keys(2).node.node_key();
    assert_eq!(
        check(&issued, &other, 0),
        Err(CertificateRefusal::OtherNode)
    );
    let stranger = certificate(chain.federation(), 9);
    assert_eq!(
        check(&stranger, &keys(9).node.node_key(), 0),
        Err(CertificateRefusal::NotAMember)
    );
    let mut longer = issued;
    longer.claim.expires_ms += 1;
    assert_eq!(
        check(&longer, &node, 0),
        Err(CertificateRefusal::NotAMember)
    );
}

#[test]
fn keys_of_another_role_do_not_count() {
    let first = first();
    let mut chain = holding(&[&first]);
    let second = next(&first, "Second");
    assert_eq!(
        chain.check(&signed(&second, &[0, 3, 4])),
        old(2, 1),
        "members that are no stewards"
    );
    assert_eq!(
        chain.check(&signed(&second, &[0, 9])),
        old(2, 1),
        "a stranger"
    );
    let mut by_node = signed(&second, &[0]);
    by_node.sign(keys(1).member, &keys(1).node);
    assert_eq!(chain.check(&by_node), old(2, 1), "a steward's node key");
    let mut by_other = signed(&second, &[0]);
    by_other.sign(keys(1).member, &keys(3).identity);
    assert_eq!(chain.check(&by_other), old(2, 1), "another member's key");

    let mut handed_over = next(&first, "Handed over");
    handed_over.stewards = vec![keys(2).member, keys(3).member, keys(4).member];
    let handed_over = signed(&handed_over, &[0, 2, 3]);
    chain.accept(handed_over.clone()).unwrap();
    let third = next(&handed_over, "Third");
    assert_eq!(
        chain.check(&signed(&third, &[0, 1, 2])),
        old(2, 1),
        "former stewards"
    );
}

#[test]
fn a_replaced_identity_key_signs_no_longer() {
    let first = first();
    let mut chain = holding(&[&first]);
    let fresh = SecretKey::from_seed(&[77; 32]);
    let mut second = next(&first, "Rekeyed");
    second.members[1].identity_key = fresh.identity_key();
    let mut by_old_key = signed(&second, &[0, 1]);
    assert_eq!(chain.check(&by_old_key), new(2, 1));
    by_old_key.sign(keys(2).member, &keys(2).identity);
    chain.accept(by_old_key.clone()).unwrap();
    let mut third = signed(&next(&by_old_key, "Third"), &[0, 1]);
    assert_eq!(chain.check(&third), old(2, 1));
    third.sign(keys(1).member, &fresh);
    assert!(chain.check(&third).is_ok());
}

#[test]
fn a_chain_is_the_same_in_whatever_order_it_was_stored() {
    let first = first();
    let second = then(&first, "Second");
    let third = then(&second, "Third");
    let mut stored = [third, first.clone(), second];
    let chain = RosterChain::load(first.federation(), stored.clone()).unwrap();
    assert_eq!(chain.head(), (3, stored[0].hash()));
    assert_eq!(chain.after(0), [&stored[1], &stored[2], &stored[0]]);
    assert_eq!(chain.after(2), [&stored[0]]);
    stored.reverse();
    let reversed = RosterChain::load(first.federation(), stored.clone()).unwrap();
    assert_eq!(reversed.head(), chain.head());
    let broken = RosterChain::load(first.federation(), stored.into_iter().skip(1));
    assert_eq!(broken.map(|_| ()), Err(RosterRefusal::Predecessor));
}
