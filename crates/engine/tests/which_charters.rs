//! Which charters count once a key was revoked or replaced.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod rosters;
mod world;

use faelled_engine::limits::MAX_REVOKED_NODE_KEYS;
use faelled_engine::{Following, Groups, RosterChain, Statements};
use faelled_proto::statement::Revocation;
use faelled_proto::{
    Charter, CharterHash, FederationId, GroupId, MemberId, NodeCertificate, NodeKey, SecretKey,
    SignedCharter, Space, Statement,
};
use rosters::{first, holding, next, signed};
use world::{START_MS, YEAR_MS, certificate, charter, keys};

fn chain() -> RosterChain {
    holding(&[&first()])
}

/// Members 0 to 3 are in the group, 0 and 1 own it.
fn founded(federation: FederationId) -> Charter {
    charter(federation, &[0, 1], &[0, 1, 2, 3])
}

fn then(before: &Charter, name: &str) -> Charter {
    Charter {
        version: before.version + 1,
        group: Some(before.group()),
        previous: Some(before.hash()),
        name: name.into(),
        ..before.clone()
    }
}

fn by(charter: &Charter, owner: usize) -> SignedCharter {
    let certificate = certificate(charter.federation, owner);
    SignedCharter::sign(charter, certificate, &keys(owner).node)
}

fn holding_charters(chain: &RosterChain, charters: &[SignedCharter]) -> Groups {
    let mut groups = Groups::default();
    for signed in charters {
        groups.accept(chain, signed.clone()).unwrap();
    }
    groups
}

/// A member's word that a node key counts no longer, and which charters do.
fn said(
    chain: &RosterChain,
    member: usize,
    node_key: NodeKey,
    space: &Space,
    charters: &[CharterHash],
) -> Statement {
    let keys = keys(member);
    let revocation = Revocation {
        federation: chain.federation(),
        member: keys.member,
        identity_key: keys.identity.identity_key(),
        node_key,
        space: space.clone(),
        last_good: Vec::new(),
        charters: charters.to_vec(),
        successor: None,
        claimed_ms: START_MS,
    };
    Statement::Revocation(revocation.sign(&keys.identity))
}

/// The newest version that holds, and whether the group is frozen there, once something was said.
fn newest(
    groups: &Groups,
    chain: &RosterChain,
    id: GroupId,
    statements: Vec<Statement>,
) -> (u64, String, bool) {
    let mut groups = groups.clone();
    let mut held = Statements::default();
    for statement in statements {
        held.accept(chain, &groups, statement).unwrap();
    }
    groups.judge(chain, &held);
    let group = groups.get(&id).unwrap();
    let charter = group.newest();
    (charter.version, charter.name.clone(), group.is_frozen())
}

#[test]
fn a_revocation_voids_the_charters_of_its_own_key_in_its_own_space() {
    let chain = chain();
    let one = founded(chain.federation());
    let two = then(&one, "Two");
    let three = then(&two, "Three");
    let (id, space) = (one.group(), Space::Group(one.group()));
    let groups = holding_charters(&chain, &[by(&one, 0), by(&two, 1), by(&three, 1)]);
    let key = keys(1).node.node_key();
    let version = |statement| newest(&groups, &chain, id, vec![statement]).0;
    assert_eq!(version(said(&chain, 1, key, &space, &[])), 1);
    // What a charter that is named follows counts too.
    let [second, third] = [&two, &three].map(Charter::hash);
    assert_eq!(version(said(&chain, 1, key, &space, &[second])), 2);
    assert_eq!(version(said(&chain, 1, key, &space, &[third])), 3);
    // In another space, of another node key or by another member it voids none.
    let another = SecretKey::from_seed(&[90; 32]).node_key();
    let private = Space::Private(keys(1).member);
    for statement in [
        said(&chain, 1, key, &private, &[]),
        said(&chain, 1, another, &space, &[]),
        said(&chain, 3, key, &space, &[]),
    ] {
        assert_eq!(version(statement), 3);
    }
}

#[test]
fn of_an_identity_key_that_is_spent_in_the_group_no_charter_counts() {
    let chain = chain();
    let one = founded(chain.federation());
    let two = then(&one, "Two");
    let (id, space) = (one.group(), Space::Group(one.group()));
    let groups = holding_charters(&chain, &[by(&one, 0), by(&two, 1)]);
    let others = |count: usize| -> Vec<Statement> {
        (0..count)
            .map(|number| {
                let mut seed = [251; 32];
                seed[0] = u8::try_from(number).unwrap();
                let another = SecretKey::from_seed(&seed).node_key();
                said(&chain, 1, another, &space, &[two.hash()])
            })
            .collect()
    };
    let version = |said| newest(&groups, &chain, id, said).0;
    assert_eq!(version(others(MAX_REVOKED_NODE_KEYS)), 2);
    assert_eq!(version(others(MAX_REVOKED_NODE_KEYS + 1)), 1);
}

#[test]
fn of_two_charters_after_one_the_one_by_a_key_that_was_taken_yields() {
    let one = founded(chain().federation());
    let id = one.group();
    let charters = [
        by(&one, 0),
        by(&then(&one, "By 0"), 0),
        by(&then(&one, "By 1"), 1),
    ];
    let chain = chain();
    let groups = holding_charters(&chain, &charters);
    assert_eq!(
        newest(&groups, &chain, id, Vec::new()),
        (1, "Emballage".into(), true)
    );
    let held = (2, "By 0".to_owned(), false);
    let key = keys(1).node.node_key();
    for space in [Space::Commons, Space::Group(id)] {
        let revoked = vec![said(&chain, 1, key, &space, &[])];
        assert_eq!(newest(&groups, &chain, id, revoked), held);
    }
    // Stewards replaced its identity key, or removed it.
    let roster = first();
    let mut rekeyed = next(&roster, "Another key");
    rekeyed.members[1].identity_key = SecretKey::from_seed(&[200; 32]).identity_key();
    let mut without = next(&roster, "Without 1");
    without.stewards.remove(1);
    without.members.remove(1);
    for roster_now in [rekeyed, without] {
        let chain = holding(&[&roster, &signed(&roster_now, &[0, 2])]);
        assert_eq!(newest(&groups, &chain, id, Vec::new()), held);
    }
}

/// The newest version that holds, what follows it, and which of members 0 to 5 see the group.
fn standing(
    groups: &Groups,
    chain: &RosterChain,
    said: &[Statement],
) -> (u64, Following, Vec<usize>) {
    let mut groups = groups.clone();
    let mut held = Statements::default();
    for statement in said {
        held.accept(chain, &groups, statement.clone()).unwrap();
    }
    groups.judge(chain, &held);
    let (_, group) = groups.iter().next().unwrap();
    let sees = |index: &usize| group.seen_by().contains(&keys(*index).member);
    (
        group.newest().version,
        group.following().clone(),
        (0..6).filter(sees).collect(),
    )
}

/// Stewards removed these members.
fn chain_without(removed: &[usize]) -> RosterChain {
    let roster = first();
    let mut without = next(&roster, "Without some");
    let is_there = |id: &MemberId| removed.iter().all(|index| keys(*index).member != *id);
    without.stewards.retain(|id| is_there(id));
    without.members.retain(|member| is_there(&member.id));
    without.threshold = u16::try_from(without.stewards.len()).unwrap();
    holding(&[&roster, &signed(&without, &[0, 2])])
}

fn named(before: &Charter, members: &[usize], owners: &[usize]) -> Charter {
    let ids = |of: &[usize]| of.iter().map(|index| keys(*index).member).collect();
    Charter {
        members: ids(members),
        owners: ids(owners),
        ..then(before, "Who")
    }
}

fn unconfirmed(end: &Charter) -> Following {
    Following::Unconfirmed {
        end: Some(end.hash()),
    }
}

#[test]
fn what_a_removed_owner_signed_holds_where_an_owner_that_is_there_bore_it_out() {
    let one = founded(chain().federation());
    let two = named(&one, &[0, 1, 2, 4], &[0, 1]);
    let three = then(&two, "On top");
    let groups = holding_charters(&chain(), &[by(&one, 0), by(&two, 1)]);
    let everybody = vec![0, 1, 2, 4];
    assert_eq!(
        standing(&groups, &chain(), &[]),
        (2, Following::Nothing, everybody.clone())
    );
    // Nobody comes by it, whom it takes out stays out, and more by the same key makes it no better.
    let removed = chain_without(&[1]);
    assert_eq!(
        standing(&groups, &removed, &[]),
        (1, unconfirmed(&two), vec![0, 1, 2])
    );
    let again = then(&two, "Again");
    let groups = holding_charters(&chain(), &[by(&one, 0), by(&two, 1), by(&again, 1)]);
    assert_eq!(
        standing(&groups, &removed, &[]),
        (1, unconfirmed(&again), vec![0, 1, 2])
    );
    let groups = holding_charters(&chain(), &[by(&one, 0), by(&two, 1), by(&three, 0)]);
    assert_eq!(
        standing(&groups, &removed, &[]),
        (3, Following::Nothing, everybody)
    );
    // What it signs on top of that does not hold again.
    let four = named(&three, &[0, 1, 2, 3, 4], &[1]);
    let groups = holding_charters(
        &chain(),
        &[by(&one, 0), by(&two, 1), by(&three, 0), by(&four, 1)],
    );
    assert_eq!(
        standing(&groups, &removed, &[]),
        (3, unconfirmed(&four), vec![0, 1, 2, 4])
    );
}

#[test]
fn stewards_end_a_contradiction_when_they_remove_who_made_it() {
    let one = founded(chain().federation());
    // An owner is taken out of the group, and signs beside that.
    let without = named(&one, &[0, 2, 3], &[0]);
    let later = named(&without, &[0, 2, 3, 4], &[0]);
    let beside = named(&one, &[1, 2], &[1]);
    let all = [by(&one, 0), by(&without, 0), by(&later, 0), by(&beside, 1)];
    let groups = holding_charters(&chain(), &all);
    assert_eq!(
        standing(&groups, &chain(), &[]),
        (1, Following::Contradiction, vec![2])
    );
    assert_eq!(
        standing(&groups, &chain_without(&[1]), &[]),
        (3, Following::Nothing, vec![0, 2, 3, 4])
    );
}

#[test]
fn whom_a_removed_owner_appointed_bears_nothing_out_while_another_owner_is_there() {
    let one = founded(chain().federation());
    let two = named(&one, &[0, 1, 2, 3, 4], &[1, 4]);
    let three = then(&two, "On top");
    let groups = holding_charters(&chain(), &[by(&one, 0), by(&two, 1), by(&three, 4)]);
    let seeing = vec![0, 1, 2, 3];
    assert_eq!(
        standing(&groups, &chain_without(&[1]), &[]),
        (1, unconfirmed(&three), seeing)
    );
    // Nor does one that was in the group already; and it is the same where the signer voids what it signed.
    let said_void = said(
        &chain(),
        1,
        keys(1).node.node_key(),
        &Space::Group(one.group()),
        &[],
    );
    for appointed in [3, 4] {
        let two = named(&one, &[0, 1, 2, 3, 4], &[1, appointed]);
        let three = then(&two, "On top");
        let charters = [by(&one, 0), by(&two, 1), by(&three, appointed)];
        let groups = holding_charters(&chain(), &charters);
        let open = (1, unconfirmed(&three), vec![0, 1, 2, 3]);
        assert_eq!(standing(&groups, &chain_without(&[1]), &[]), open);
        let void = std::slice::from_ref(&said_void);
        assert_eq!(standing(&groups, &chain(), void), open);
    }
    // Where no owner is left, nobody does who was not in the group before.
    let alone = chain_without(&[0, 1]);
    let (version, following, _) = standing(&groups, &alone, &[]);
    assert_eq!((version, following), (1, unconfirmed(&three)));
    // Whoever founded the group, appointed one of its members and left has left it in good order.
    let two = named(&one, &[0, 1, 2, 3, 4], &[1, 3]);
    let three = then(&two, "On top");
    let groups = holding_charters(&chain(), &[by(&one, 0), by(&two, 1), by(&three, 3)]);
    let (version, following, _) = standing(&groups, &alone, &[]);
    assert_eq!((version, following), (3, Following::Nothing));
}

#[test]
fn an_owner_drops_what_a_removed_one_signed_and_one_that_built_on_it_contradicts_that() {
    let one = founded(chain().federation());
    let two = named(&one, &[0, 1, 2, 4], &[0, 1]);
    let instead = named(&one, &[0, 2], &[0]);
    let removed = chain_without(&[1]);
    let groups = holding_charters(&chain(), &[by(&one, 0), by(&two, 1), by(&instead, 0)]);
    assert_eq!(
        standing(&groups, &removed, &[]),
        (2, Following::Nothing, vec![0, 2])
    );
    let three = then(&two, "On top");
    let groups = holding_charters(
        &chain(),
        &[by(&one, 0), by(&two, 1), by(&three, 0), by(&instead, 0)],
    );
    assert_eq!(
        standing(&groups, &removed, &[]),
        (1, Following::Contradiction, vec![0, 2])
    );
    // It is no better where the first only gave up its key.
    let given_up = said(&chain(), 1, keys(1).node.node_key(), &Space::Commons, &[]);
    let (version, following, _) = standing(&groups, &chain(), &[given_up]);
    assert_eq!((version, following), (1, Following::Contradiction));
    // Several that nobody bore out are not one line.
    let other = named(&one, &[1, 2, 3], &[1]);
    let groups = holding_charters(&chain(), &[by(&one, 0), by(&two, 1), by(&other, 1)]);
    let branches = Following::Unconfirmed { end: None };
    assert_eq!(standing(&groups, &removed, &[]), (1, branches, vec![1, 2]));
}

#[test]
fn what_a_key_that_was_given_up_signed_is_void_but_for_what_its_owner_names_in_the_group() {
    let chain = chain();
    let one = founded(chain.federation());
    let two = named(&one, &[0, 1, 2, 4], &[0, 1]);
    let groups = holding_charters(&chain, &[by(&one, 0), by(&two, 1)]);
    let key = keys(1).node.node_key();
    let space = Space::Group(one.group());
    let holds = (2, Following::Nothing, vec![0, 1, 2, 4]);
    // In the commons nothing is said about charters: whoever left the group may give up its key.
    let commons = said(&chain, 1, key, &Space::Commons, &[]);
    assert_eq!(standing(&groups, &chain, &[commons]), holds);
    let vouched = said(&chain, 1, key, &space, &[two.hash()]);
    assert_eq!(standing(&groups, &chain, &[vouched]), holds);
    let void = said(&chain, 1, key, &space, &[]);
    let before = (1, Following::Nothing, vec![0, 1, 2, 3]);
    assert_eq!(standing(&groups, &chain, &[void]), before);
}

/// Member 1 signs with a new node key.
fn anew(chain: &RosterChain, charter: &Charter) -> SignedCharter {
    let (keys, next) = (keys(1), SecretKey::from_seed(&[231; 32]));
    let (federation, until_ms) = (chain.federation(), START_MS + YEAR_MS);
    let issued = NodeCertificate::issue(
        federation,
        keys.member,
        &keys.identity,
        next.node_key(),
        until_ms,
    );
    SignedCharter::sign(charter, issued, &next)
}

/// Member 1 alone founded a group, appointed 2, which let 3 go and built on.
fn handed_over(federation: FederationId) -> [Charter; 3] {
    let one = charter(federation, &[1], &[1, 2, 3]);
    let two = named(&one, &[1, 2, 3], &[1, 2]);
    let three = named(&two, &[1, 2], &[2]);
    [one, two, three]
}

#[test]
fn nobody_takes_back_what_another_built_on_by_giving_up_the_key_that_signed_it() {
    let chain = chain();
    let [one, two, three] = handed_over(chain.federation());
    let space = Space::Group(one.group());
    let signed = [by(&one, 1), by(&two, 1), by(&three, 2)];
    let groups = holding_charters(&chain, &signed);
    let void = said(&chain, 1, keys(1).node.node_key(), &space, &[]);
    let holds = (3, Following::Nothing, vec![1, 2]);
    assert_eq!(
        standing(&groups, &chain, std::slice::from_ref(&void)),
        holds
    );
    // Not when it was removed from the federation either, nor for somebody whom it lets in then.
    let removed = chain_without(&[1]);
    assert_eq!(
        standing(&groups, &removed, std::slice::from_ref(&void)),
        holds
    );
    let rival = named(&one, &[1, 4], &[1, 4]);
    let on_top = then(&rival, "On top");
    let more = [by(&rival, 1), by(&on_top, 4)];
    let groups = holding_charters(&chain, &[&signed[..], &more].concat());
    assert_eq!(standing(&groups, &removed, &[]), holds);
    // Who is there with another key contradicts itself, and nobody comes in by that.
    let rival = anew(&chain, &named(&one, &[1, 2, 3, 4], &[1]));
    let groups = holding_charters(&chain, &[&signed[..], &[rival]].concat());
    let frozen = (1, Following::Contradiction, vec![1, 2]);
    let given_up = said(&chain, 1, keys(1).node.node_key(), &Space::Commons, &[]);
    for said in [void, given_up] {
        assert_eq!(standing(&groups, &chain, &[said]), frozen);
    }
}

#[test]
fn nobody_has_a_group_back_by_voiding_what_brought_in_who_built_on_it() {
    let chain = chain();
    let one = charter(chain.federation(), &[1], &[1, 3]);
    let two = named(&one, &[1, 2, 3], &[1, 2]);
    let three = named(&two, &[2, 3], &[2]);
    let key = keys(1).node.node_key();
    let void = said(&chain, 1, key, &Space::Group(one.group()), &[]);
    let rival = anew(&chain, &named(&one, &[1, 3, 4], &[1]));
    let charters = [by(&one, 1), by(&two, 1), by(&three, 2), rival];
    let groups = holding_charters(&chain, &charters);
    let frozen = (1, Following::Contradiction, vec![3]);
    assert_eq!(standing(&groups, &chain, &[void]), frozen);
}
