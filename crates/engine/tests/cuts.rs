//! How far feeds count is a function of what is held, whatever the order in which it came.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod stated;
mod world;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use faelled_engine::{Ceiling, Ceilings, Event, FeedFacts, Ground};
use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::id::{FrontierDigest, Mark};
use faelled_proto::opening::FeedOpening;
use faelled_proto::roster::Extension;
use faelled_proto::statement::Equivocation;
use faelled_proto::{
    Charter, CharterHash, Cut, FederationId, FeedId, GroupId, Kind, Message, NodeCertificate,
    Roster, RosterHash, SecretKey, SignedCharter, SignedEntry, SignedRoster, Space, Statement, Tip,
    VerifiedEntry,
};
use proptest::prelude::*;
use stated::{link, receive, revocation, rounds};
use world::{START_MS, World, YEAR_MS, certificate, charter, first_roster, keys};

/// Something that comes from a peer.
#[derive(Debug, Clone)]
enum Item {
    Roster(SignedRoster),
    Charter(SignedCharter),
    Statement(Statement),
    Run(Vec<VerifiedEntry>),
}

/// All that may come: rosters, charters and statements that cut feeds and contradict each other, and the feeds.
struct Pool {
    items: Vec<Item>,
    feeds: Vec<Vec<VerifiedEntry>>,
    group: GroupId,
}

fn new_identity() -> SecretKey {
    SecretKey::from_seed(&[210; 32])
}

fn feed(
    certificate: NodeCertificate,
    index: usize,
    space: &Space,
    nonce: u8,
) -> Vec<VerifiedEntry> {
    let opening = FeedOpening {
        certificate,
        space: space.clone(),
        incarnation: [nonce; 16],
        known_tips: Vec::new(),
    };
    let key = keys(index).node;
    let federation = first_roster(&[0, 1, 2, 3, 4]).federation();
    let mut writer = Writer::new(federation, &key, None);
    let mut entries = vec![writer.open(&opening, START_MS)];
    for number in 0..4_u8 {
        entries.push(writer.write(Kind(900), None, vec![number], START_MS));
    }
    entries
}

fn cut(index: usize, with_key: bool, tips: &[Tip]) -> Cut {
    let mut last_good = tips.to_vec();
    last_good.sort_unstable_by_key(|tip| tip.feed);
    let keys = keys(index);
    Cut {
        member: keys.member,
        identity_key: with_key.then(|| keys.identity.identity_key()),
        last_good,
    }
}

fn next_roster(
    before: &[&SignedRoster],
    cuts: &[Cut],
    change: impl FnOnce(&mut Roster),
) -> SignedRoster {
    let mut next = before[0].decode().unwrap();
    let versions = before.iter().map(|signed| signed.decode().unwrap().version);
    next.version = versions.max().unwrap() + 1;
    next.federation = Some(first_roster(&[0, 1, 2, 3, 4]).federation());
    next.previous = before.iter().map(|signed| signed.hash()).collect();
    next.previous.sort_unstable();
    next.extensions.clear();
    if !cuts.is_empty() {
        next.extensions.push(Extension {
            number: Extension::CUTS,
            bytes: encode(&cuts),
        });
    }
    change(&mut next);
    let mut signed = SignedRoster::unsigned(&next);
    signed.sign(keys(0).member, &keys(0).identity);
    signed
}

/// Member 3 is removed and comes back, that is contradicted and resolved, and member 2 gets another key.
fn rosters(first: &SignedRoster, of: &impl Fn(usize, usize, usize) -> Tip) -> Vec<SignedRoster> {
    let gone = cut(3, true, &[of(3, 0, 2)]);
    let without = next_roster(&[first], &[gone], |roster| {
        roster.members.remove(3);
    });
    let whole = first.decode().unwrap();
    let again = next_roster(&[&without], &[], |roster| roster.members = whole.members);
    let rival = next_roster(&[first], &[], |roster| roster.name = "Rival".into());
    let resolved = next_roster(&[&again, &rival], &[], |_| {});
    let lost = cut(2, true, &[of(2, 0, 3), of(2, 1, 0)]);
    let rekeyed = next_roster(&[&resolved], &[lost], |roster| {
        roster.members[2].identity_key = new_identity().identity_key();
    });
    vec![without, again, rival, resolved, rekeyed]
}

fn next_charter(before: &Charter, gone: &[usize], come: &[usize], cuts: Vec<Cut>) -> Charter {
    let mut members: BTreeSet<_> = before.members.iter().cloned().collect();
    members.retain(|member| gone.iter().all(|index| keys(*index).member != *member));
    members.extend(come.iter().map(|index| keys(*index).member));
    let owners = before
        .owners
        .iter()
        .filter(|owner| members.contains(*owner));
    Charter {
        version: before.version + 1,
        group: Some(before.group()),
        previous: Some(before.hash()),
        owners: owners.cloned().collect(),
        members: members.iter().cloned().collect(),
        removed: cuts,
        ..before.clone()
    }
}

fn first_charter(federation: FederationId) -> Charter {
    charter(federation, &[1, 2], &[0, 1, 2, 3, 4])
}

/// Owners 1 and 2 remove each other; 1 removes member 3 too, and has it back, which 2 contradicts.
fn charters(one: &Charter, of: &impl Fn(usize, usize, usize) -> Tip) -> Vec<(Charter, usize)> {
    let by_one = next_charter(one, &[2], &[], vec![cut(2, false, &[of(2, 2, 1)])]);
    let by_two = next_charter(one, &[1], &[], vec![cut(1, false, &[of(1, 2, 1)])]);
    let gone = vec![cut(3, false, &[of(3, 2, 2)])];
    let without = next_charter(one, &[3], &[], gone);
    let again = next_charter(&without, &[], &[3], Vec::new());
    let other = next_charter(&without, &[1], &[], vec![cut(1, false, &[of(1, 3, 3)])]);
    vec![
        (by_one, 1),
        (by_two, 2),
        (without, 1),
        (again, 1),
        (other, 2),
    ]
}

/// The proof that a feed has a second branch behind a place.
fn fork(
    federation: FederationId,
    entries: &[VerifiedEntry],
    common: usize,
    by: usize,
) -> Statement {
    let key = keys(by).node;
    let tip = entries[common].tip();
    let rival = Writer::new(federation, &key, Some(tip)).write(Kind(900), None, vec![9], START_MS);
    let held = entries[common + 1..]
        .iter()
        .map(|entry| entry.signed().clone());
    let opening = entries[0].signed().clone();
    let rival = vec![rival.signed().clone()];
    let proof = Equivocation::make(federation, opening, held.collect(), rival);
    Statement::Equivocation(proof.unwrap())
}

fn pool() -> &'static Pool {
    static POOL: OnceLock<Pool> = OnceLock::new();
    POOL.get_or_init(|| make_pool(&World::new(5)))
}

fn make_pool(world: &World) -> Pool {
    let federation = world.federation;
    let one = first_charter(federation);
    let group = Space::Group(one.group());
    let mut feeds = Vec::new();
    for index in 1..4 {
        for (nonce, space) in [&Space::Commons, &Space::Commons, &group, &group]
            .into_iter()
            .enumerate()
        {
            let nonce = u8::try_from(nonce).unwrap();
            feeds.push(feed(certificate(federation, index), index, space, nonce));
        }
    }
    let (member, node_key) = (keys(2).member, keys(2).node.node_key());
    let expires_ms = START_MS + YEAR_MS;
    let new = NodeCertificate::issue(federation, member, &new_identity(), node_key, expires_ms);
    feeds.push(feed(new, 2, &Space::Commons, 9));
    let of = |index: usize, number: usize, seq: usize| feeds[(index - 1) * 4 + number][seq].tip();

    let mut items: Vec<Item> = rosters(&world.nodes[0].disk.rosters[0], &of)
        .into_iter()
        .map(Item::Roster)
        .collect();
    let later = charters(&one, &of);
    let hashes: Vec<CharterHash> = later.iter().map(|(charter, _)| charter.hash()).collect();
    let all = [vec![(one, 1)], later].concat();
    items.extend(all.iter().map(|(charter, by)| {
        let certificate = certificate(federation, *by);
        Item::Charter(SignedCharter::sign(charter, certificate, &keys(*by).node))
    }));
    let revoked = |by: usize, space: &Space, tips: &[Tip], charters: &[CharterHash]| {
        let mut said = revocation(world, by, keys(by).node.node_key(), space, tips);
        said.charters = charters.to_vec();
        said.charters.sort_unstable();
        Item::Statement(Statement::Revocation(said.sign(&keys(by).identity)))
    };
    items.extend([
        revoked(1, &Space::Commons, &[of(1, 0, 3), of(1, 1, 4)], &[]),
        revoked(1, &Space::Commons, &[of(1, 0, 4), of(1, 1, 2)], &[]),
        revoked(1, &group, &[of(1, 2, 2)], &[hashes[0], hashes[2]]),
        revoked(2, &group, &[of(2, 2, 4), of(2, 3, 2)], &[]),
        revoked(2, &group, &[of(2, 2, 3)], &[hashes[1], hashes[4]]),
        revoked(3, &Space::Commons, &[], &[]),
    ]);
    for (feed, common, by) in [(0, 2, 1), (0, 1, 1), (4, 0, 2), (10, 3, 3)] {
        items.push(Item::Statement(fork(federation, &feeds[feed], common, by)));
    }
    items.extend(feeds.iter().cloned().map(Item::Run));
    let Space::Group(group) = group else {
        panic!("a group")
    };
    Pool {
        items,
        feeds,
        group,
    }
}

fn deliver(world: &mut World, item: &Item) {
    let message = match item {
        Item::Roster(signed) => Message::Rosters(vec![signed.clone()]),
        Item::Charter(signed) => Message::Charters(vec![signed.clone()]),
        Item::Statement(statement) => Message::Statements(vec![statement.clone()]),
        Item::Run(entries) => {
            let (connection, feed) = (link(world, 4, 0), entries[0].feed());
            let entries: Vec<SignedEntry> =
                entries.iter().map(|entry| entry.signed().clone()).collect();
            let frame = Event::Frame {
                connection,
                feed,
                entries,
            };
            world.event(4, frame);
            return world.event(4, Event::RunEnded { connection, feed });
        }
    };
    receive(world, 4, 0, message);
}

/// What a node makes of what it holds.
#[derive(Debug, PartialEq, Eq)]
struct Made {
    rosters: (BTreeSet<RosterHash>, RosterHash, bool),
    group: Option<(BTreeSet<CharterHash>, CharterHash, bool, Vec<usize>)>,
    marks: [Vec<Mark>; 2],
    ceilings: Vec<(Ceiling, Vec<Ground>)>,
    told: Vec<Option<Tip>>,
    digests: [FrontierDigest; 2],
}

fn made(world: &World, node: usize, pool: &Pool) -> Made {
    let engine = &world.nodes[node].engine;
    let (rosters, groups) = (engine.rosters(), engine.held_groups());
    let space = Space::Group(pool.group);
    let spaces = [&Space::Commons, &space];
    let seeing = || {
        let sees = |index: &usize| groups.sees(rosters, &keys(*index).member, &space);
        (0..5).filter(sees).collect()
    };
    let ceiling = |entries: &Vec<VerifiedEntry>| {
        let body = entries[0].signed().body.as_ref().unwrap();
        let opening = FeedOpening::decode(body).unwrap();
        let claim = &opening.certificate.claim;
        engine.cuts().ceiling(FeedFacts {
            feed: entries[0].feed(),
            member: &claim.member,
            identity_key: claim.identity_key,
            node_key: claim.node_key,
            space: &opening.space,
        })
    };
    let told = |entries: &Vec<VerifiedEntry>| engine.feeds().get(&entries[0].feed())?.told();
    Made {
        rosters: (
            rosters.hashes().copied().collect(),
            rosters.head().1,
            rosters.fork().is_some(),
        ),
        group: groups.get(&pool.group).map(|group| {
            let hashes = group.hashes().collect();
            (hashes, group.newest().hash(), group.is_frozen(), seeing())
        }),
        marks: spaces.map(|space| engine.statements().marks(space).collect()),
        ceilings: pool.feeds.iter().map(ceiling).collect(),
        told: pool.feeds.iter().map(told).collect(),
        digests: spaces.map(|space| engine.feeds().frontier(space).digest()),
    }
}

/// What node 4 makes of items that come from node 0 in this order; what comes before what it needs comes again.
fn delivered(order: &[usize]) -> World {
    let mut world = World::new(5);
    world.connect(4, 0);
    let size = |world: &World| {
        let disk = &world.nodes[4].disk;
        let entries: usize = disk.feeds.values().map(Vec::len).sum();
        let said = disk.rosters.len() + disk.charters.len();
        (entries, said, disk.statements.len())
    };
    loop {
        let before = size(&world);
        for index in order {
            deliver(&mut world, &pool().items[*index]);
        }
        if size(&world) == before {
            return world;
        }
    }
}

/// Whatever a feed counts for is what others are told of it.
fn assert_consistent(pool: &Pool, made: &Made, order: &[usize]) {
    let first_feed = pool.items.len() - pool.feeds.len();
    for (number, entries) in pool.feeds.iter().enumerate() {
        let came = order.contains(&(first_feed + number));
        let last = entries.last().unwrap().tip();
        let Some(told) = made.told[number] else {
            assert!(
                !came
                    || made.ceilings[number].0 != Ceiling::Open
                    || made.group.is_none()
                    || pool.feeds.len() - 1 == number,
                "feed {number} is lost"
            );
            continue;
        };
        let expected = match made.ceilings[number].0 {
            Ceiling::Open => last,
            Ceiling::At(tip) => entries[usize::try_from(tip.seq).unwrap()].tip(),
            Ceiling::Nothing => panic!("feed {number} is told and does not count"),
        };
        assert_eq!(told, expected, "feed {number}");
    }
}

fn two_orders() -> impl Strategy<Value = (Vec<usize>, Vec<usize>)> {
    let count = pool().items.len();
    let all: Vec<usize> = (0..count).collect();
    proptest::sample::subsequence(all, count / 3..=count).prop_flat_map(|chosen| {
        (
            Just(chosen.clone()).prop_shuffle(),
            Just(chosen).prop_shuffle(),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_order_gives_the_same_ceilings_frontiers_and_digests((one, other) in two_orders()) {
        let made_first = made(&delivered(&one), 4, pool());
        assert_consistent(pool(), &made_first, &one);
        let mut second = delivered(&other);
        prop_assert_eq!(&made_first, &made(&second, 4, pool()));
        // A start from the disk changes nothing of it.
        let disk = second.nodes[4].disk.clone();
        let config = world::config(second.federation, 4);
        second.restart(4, config, disk);
        second.event(4, Event::Tick);
        prop_assert_eq!(&made_first, &made(&second, 4, pool()));
        // And who hears of it by comparing makes the same of it.
        second.connect(4, 0);
        rounds(&mut second);
        let heard = made(&second, 0, pool());
        prop_assert_eq!(heard.ceilings, made_first.ceilings);
        prop_assert_eq!(heard.digests, made_first.digests);
        prop_assert_eq!(heard.marks, made_first.marks);
    }
}

#[test]
fn all_of_it_together_cuts_every_feed_that_something_names() {
    let all: Vec<usize> = (0..pool().items.len()).collect();
    let made = made(&delivered(&all), 4, pool());
    assert_eq!(made.rosters.0.len(), 6);
    assert!(!made.rosters.2, "the fork is resolved");
    let at = |number: usize| match made.ceilings[number].0 {
        Ceiling::Open => "open".to_owned(),
        Ceiling::At(tip) => tip.seq.to_string(),
        Ceiling::Nothing => "nothing".to_owned(),
    };
    let commons = [0, 1, 4, 5, 8, 9, 12].map(at);
    // Member 1: a fork at 1 below its revocations; the lower revocation. Member 2: a fork at the opening; what the
    // roster names. Member 3: a revoked key, whatever the roster says. The new key's feed counts whole.
    assert_eq!(commons, ["1", "2", "0", "0", "nothing", "nothing", "open"]);
}

#[test]
fn a_feed_that_no_statement_names_counts_whole() {
    let tip = pool().feeds[0][2].tip();
    let ceilings = Ceilings::at(tip, Ground::Equivocation);
    let other = FeedId::of(&[b"another"]);
    assert_eq!(ceilings.get(&other), Ceiling::Open);
    assert_eq!(ceilings.check(&other, u64::MAX), Ok(()));
    assert_eq!(ceilings.check(&tip.feed, 2), Ok(()));
    assert_eq!(
        ceilings.check(&tip.feed, 3),
        Err(&[Ground::Equivocation][..])
    );
}

#[test]
fn of_two_cuts_the_lower_holds_whichever_came_first() {
    let entries = &pool().feeds[0];
    let [low, high] = [1, 3].map(|seq: usize| Ceiling::At(entries[seq].tip()));
    let mut twin = entries[1].tip();
    twin.entry = faelled_proto::EntryId::from_bytes([0; 32]);
    for (lower, other) in [
        (low, high),
        (low, Ceiling::Open),
        (Ceiling::Nothing, low),
        (Ceiling::Nothing, Ceiling::Open),
        // Of two entries for one place the one with the lower id, so that all agree.
        (Ceiling::At(twin), low),
    ] {
        assert_eq!(lower.lowest(other), lower);
        assert_eq!(other.lowest(lower), lower);
    }
}
