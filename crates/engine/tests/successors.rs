//! A node whose key was replaced is found under the new one by those that dial it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what is not as it should be fails the test"
)]

mod world;

use faelled_engine::{Action, Answer, Event};
use faelled_proto::statement::Revocation;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{FederationId, NodeCertificate, NodeKey, SecretKey, Space, Statement};
use world::{START_MS, World, YEAR_MS, address, config, keys};

/// The certificate of another node key of a member.
fn another(federation: FederationId, index: usize, seed: u8) -> NodeCertificate {
    let Keys { member, identity } = of(index);
    let key = SecretKey::from_seed(&[seed; 32]).node_key();
    NodeCertificate::issue(federation, member, &identity, key, START_MS + YEAR_MS)
}

struct Keys {
    member: faelled_proto::MemberId,
    identity: SecretKey,
}

fn of(index: usize) -> Keys {
    let world::Keys {
        member, identity, ..
    } = keys(index);
    Keys { member, identity }
}

/// What a member says of one of its node keys, or of anybody's.
fn revoked(
    federation: FederationId,
    index: usize,
    node_key: NodeKey,
    successor: Option<NodeCertificate>,
) -> Statement {
    let Keys { member, identity } = of(index);
    let said = Revocation {
        federation,
        member,
        identity_key: identity.identity_key(),
        node_key,
        space: Space::Commons,
        last_good: Vec::new(),
        charters: Vec::new(),
        successor,
        claimed_ms: START_MS,
    };
    Statement::Revocation(said.sign(&identity))
}

/// Two members; the first dials these.
fn dialling(targets: &[NodeAddress]) -> World {
    let mut world = World::new(2);
    let mut config = config(world.federation, 0);
    config.targets = targets.to_vec();
    let disk = world.nodes[0].disk.clone();
    world.restart(0, config, disk);
    world
}

/// Whom of these the first dials when it tries again after everything failed.
fn dialled(world: &mut World, known: &[NodeAddress]) -> Vec<NodeAddress> {
    let engine = &mut world.nodes[0].engine;
    for target in known {
        let (target, reason) = (*target, String::new());
        engine.handle(world.now_ms, Event::DialFailed { target, reason });
    }
    // Longer than the longest pause between two tries.
    world.now_ms += YEAR_MS / 100;
    let actions = engine.handle(world.now_ms, Event::Tick).into_iter();
    let mut dialled: Vec<NodeAddress> = actions
        .filter_map(|action| match action {
            Action::Dial { target } => Some(target),
            _ => None,
        })
        .collect();
    dialled.sort_unstable();
    dialled
}

fn at(node: usize, node_key: NodeKey) -> NodeAddress {
    NodeAddress {
        node_key,
        ..address(node)
    }
}

#[test]
fn whoever_dials_a_replaced_node_also_dials_its_address_under_the_new_key() {
    let mut world = dialling(&[address(1)]);
    let federation = world.federation;
    // Replaced twice, and heard of in the other order.
    let (second, third) = (another(federation, 1, 201), another(federation, 1, 202));
    let (old, second_key, third_key) = (
        address(1).node_key,
        second.claim.node_key,
        third.claim.node_key,
    );
    let mut all = vec![address(1), at(1, second_key), at(1, third_key)];
    all.sort_unstable();
    assert_eq!(dialled(&mut world, &all), [address(1)]);
    let later = revoked(federation, 1, second_key, Some(third));
    assert_eq!(world.state(0, later), Answer::Done);
    assert_eq!(dialled(&mut world, &all), [address(1)]);
    let earlier = revoked(federation, 1, old, Some(second));
    assert_eq!(world.state(0, earlier), Answer::Done);
    assert_eq!(dialled(&mut world, &all), all);

    // After a restart it knows no more than the address of before.
    let mut config = config(federation, 0);
    config.targets = vec![address(1)];
    let disk = world.nodes[0].disk.clone();
    world.restart(0, config, disk);
    assert_eq!(dialled(&mut world, &all), all);
}

#[test]
fn nobody_takes_an_address_from_another_by_naming_its_key() {
    let own = SecretKey::from_seed(&[1; 32]).node_key();
    assert_eq!(own, keys(0).node.node_key());
    let other = at(2, SecretKey::from_seed(&[210; 32]).node_key());
    let mut world = dialling(&[address(1), other]);
    let federation = world.federation;
    for (revoked_key, seed) in [
        (address(1).node_key, 210),
        (address(1).node_key, 1),
        (other.node_key, 211),
    ] {
        let successor = another(federation, 1, seed);
        let said = revoked(federation, 1, revoked_key, Some(successor));
        assert_eq!(world.state(0, said), Answer::Done);
    }
    let mut all = vec![
        address(1),
        other,
        at(2, SecretKey::from_seed(&[211; 32]).node_key()),
    ];
    all.sort_unstable();
    let mut known = all.clone();
    known.extend([at(1, other.node_key), at(1, own), at(2, own)]);
    assert_eq!(dialled(&mut world, &known), all);
}

#[test]
fn a_successor_that_its_member_s_present_key_did_not_certify_is_not_dialled() {
    let mut world = dialling(&[address(1)]);
    let federation = world.federation;
    let said = revoked(federation, 1, address(1).node_key, None);
    assert_eq!(world.state(0, said), Answer::Done);
    let stranger = SecretKey::from_seed(&[220; 32]);
    let key = SecretKey::from_seed(&[221; 32]).node_key();
    let successor =
        NodeCertificate::issue(federation, of(1).member, &stranger, key, START_MS + YEAR_MS);
    let said = revoked(federation, 1, address(1).node_key, Some(successor));
    assert_eq!(world.state(0, said), Answer::Done);
    let known = [address(1), at(1, key)];
    assert_eq!(dialled(&mut world, &known), [address(1)]);
}
