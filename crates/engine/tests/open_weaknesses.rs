//! What is known to be weak and not mended: each of these says what should hold, and fails. ARCHITECTURE.md has them under
//! *Known and open*. Whoever mends one takes its `ignore` away and moves it to where it belongs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod rosters;
mod world;

use faelled_engine::limits::MAX_FEEDS_PER_MEMBER;
use faelled_engine::pipeline::{Border, admit};
use faelled_engine::{
    Change, Cuts, Event, FeedFacts, Feeds, Groups, Refusal, RosterChain, Statements,
};
use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::opening::FeedOpening;
use faelled_proto::roster::Extension;
use faelled_proto::statement::{Equivocation, Revocation};
use faelled_proto::{
    Charter, Cut, EntryId, FederationId, FeedId, Kind, Message, NodeCertificate, Roster, SecretKey,
    SignedCharter, SignedEntry, SignedRoster, Space, Statement, Tip,
};
use rosters::{first, holding, next, resolved, signed, then, without};
use world::{Disk, START_MS, World, YEAR_MS, certificate, charter, config, first_roster, keys};

const DAY_MS: u64 = 86_400_000;
/// As many versions that no threshold of today signed as a node may be made to keep.
const FEW: usize = 100;

/// A first version by the founder alone, one that replaces it as a steward, and one that removes it.
fn founder_replaced() -> [SignedRoster; 3] {
    let one = first_roster(&[0, 1, 2]);
    let mut two = next(&one, "Two");
    two.stewards = vec![keys(1).member, keys(2).member];
    two.threshold = 2;
    let two = signed(&two, &[0, 1, 2]);
    let three = signed(&without(next(&two, "Three"), 0, 1), &[1, 2]);
    [one, two, three]
}

fn by_founder(roster: &Roster) -> SignedRoster {
    signed(roster, &[0])
}

#[test]
#[ignore = "known and open: one line of versions behind the anchor is kept without end, at a cost that grows with its cube"]
fn a_founders_old_key_makes_nobody_keep_rosters_without_end() {
    let [one, two, three] = founder_replaced();
    let mut chain = holding(&[&one, &two, &three]);
    chain.anchor(three.hash());
    let mut last = one;
    for _ in 0..2 * FEW {
        last = by_founder(&next(&last, "x"));
        // Whether it is taken or not.
        chain.accept(last.clone()).ok();
    }
    assert!(chain.hashes().count() < FEW);
}

#[test]
#[ignore = "known and open: of rivals that differ none is taken, and what stands behind them is not looked at"]
fn a_founders_old_key_keeps_no_removal_from_anybody() {
    let [one, two, three] = founder_replaced();
    let mut world = World::new(3);
    for (node, tag) in [(1, "A"), (2, "B")] {
        let mut rosters = vec![one.clone(), two.clone()];
        for number in 0..8 {
            let rival = by_founder(&next(&one, &format!("{tag}{number}")));
            rosters.push(by_founder(&next(&rival, "behind it")));
            rosters.push(rival);
        }
        rosters.sort_by_key(|roster| roster.decode().unwrap().version);
        if node == 2 {
            rosters.push(three.clone());
        }
        let disk = Disk {
            rosters,
            anchor: Some(two.hash()),
            ..Disk::default()
        };
        world.restart(node, config(world.federation, node), disk);
    }
    world.connect(1, 2);
    for _ in 0..10 {
        world.pass(61_000);
    }
    let is_member = |node: usize| {
        let rosters = world.nodes[node].engine.rosters();
        rosters.member(&keys(0).member).is_some()
    };
    assert!(!is_member(2));
    assert!(!is_member(1));
}

#[test]
#[ignore = "known and open: who anchored a branch follows no resolution that keeps it"]
fn an_anchored_node_follows_a_resolution_that_keeps_its_branch() {
    let one = first();
    let left = then(&one, "Left");
    let right = signed(&next(&one, "Right"), &[1, 2]);
    let ended = resolved(&left, &right);
    let after = then(&ended, "After");
    let mut anchored = RosterChain::pinned(one.federation());
    anchored.anchor(left.hash());
    for roster in [&one, &left, &right, &ended, &after] {
        anchored.accept(roster.clone()).ok();
    }
    assert_eq!(anchored.head().1, after.hash());
}

#[test]
#[ignore = "known and open: a node that was off for two weeks anchors before it has heard anybody"]
fn a_node_that_was_off_for_three_weeks_follows_the_resolution() {
    let mut world = World::connected(3);
    let record = first_roster(&[3]).decode().unwrap().members.remove(0);
    let left = world.plan(0, Change::Admit(record));
    world.approve(0, &left);
    let left = left.hash();
    world.pass(1_000);
    world.pass(14 * DAY_MS);
    world.cut_all(2);
    let off = world.nodes[2].disk.clone();
    world.now_ms += DAY_MS;
    let right = signed(&next(&first_roster(&[0, 1, 2]), "Right"), &[0]);
    let connection = *world.nodes[1].links.keys().next().unwrap();
    let message = Message::Rosters(vec![right]);
    let event = Event::Received {
        connection,
        message,
    };
    world.event(1, event);
    let resolution = world.plan(0, Change::Resolve { keep: left });
    world.approve(0, &resolution);
    let head = |world: &World, node: usize| world.nodes[node].engine.rosters().head().1;
    assert_eq!(head(&world, 0), resolution.hash());
    world.now_ms += 20 * DAY_MS;
    world.restart(2, config(world.federation, 2), off);
    world.event(2, Event::Tick);
    world.connect(2, 0);
    world.connect(2, 1);
    for _ in 0..5 {
        world.pass(61_000);
    }
    assert_eq!(head(&world, 2), resolution.hash());
}

/// A run of a feed that begins, with one entry behind its opening.
fn run(
    federation: FederationId,
    node: &SecretKey,
    certificate: NodeCertificate,
    space: Space,
) -> (FeedId, Vec<SignedEntry>) {
    let opening = FeedOpening {
        certificate,
        space,
        incarnation: [5; 16],
        known_tips: Vec::new(),
    };
    let mut writer = Writer::new(federation, node, None);
    let first = writer.open(&opening, START_MS);
    let second = writer.write(Kind(900), None, "x".into(), START_MS);
    let entries = [&first, &second].map(|entry| entry.signed().clone());
    (first.feed(), entries.to_vec())
}

#[test]
#[ignore = "known and open: feeds are counted by member, whatever key opened them and whether they count"]
fn a_member_with_a_new_key_writes_although_a_thief_filled_its_feeds() {
    let one = first();
    let federation = one.federation();
    let (new, node) = (
        SecretKey::from_seed(&[222; 32]),
        SecretKey::from_seed(&[223; 32]),
    );
    let member = keys(3).member;
    let mut two = next(&one, "Another key");
    let mut records = two.members.iter_mut();
    let record = records.find(|record| record.id == member).unwrap();
    record.identity_key = new.identity_key();
    let cut = Cut {
        member: member.clone(),
        identity_key: Some(keys(3).identity.identity_key()),
        last_good: Vec::new(),
    };
    two.extensions = vec![Extension {
        number: Extension::CUTS,
        bytes: encode(&vec![cut]),
    }];
    let rosters = holding(&[&one, &signed(&two, &[0, 1])]);
    let mut feeds = Feeds::default();
    let opening = FeedOpening {
        certificate: certificate(federation, 3),
        space: Space::Commons,
        incarnation: [1; 16],
        known_tips: Vec::new(),
    };
    for number in 0..MAX_FEEDS_PER_MEMBER as u64 {
        let tip = Tip {
            feed: FeedId::of(&[&number.to_le_bytes()]),
            seq: 0,
            entry: EntryId::ZERO,
        };
        feeds.load(&opening, tip);
    }
    let border = Border {
        rosters: &rosters,
        groups: &Groups::default(),
        statements: &Statements::default(),
        own: &keys(0).member,
        peer: &member,
    };
    let ends = START_MS + YEAR_MS;
    let certificate =
        NodeCertificate::issue(federation, member.clone(), &new, node.node_key(), ends);
    let (feed, entries) = run(federation, &node, certificate, Space::Commons);
    let taken = admit(&feeds, border, feed, entries);
    assert_ne!(taken, Err(Refusal::TooManyFeeds));
}

fn charter_by(charter: &Charter, by: usize, federation: FederationId) -> SignedCharter {
    SignedCharter::sign(charter, certificate(federation, by), &keys(by).node)
}

/// The version after a first one, with another random part.
fn second(first: &Charter, random: u8) -> Charter {
    Charter {
        version: 2,
        group: Some(first.group()),
        previous: Some(first.hash()),
        nonce: [random; 16],
        ..first.clone()
    }
}

#[test]
#[ignore = "known and open: whoever any charter that is held ever named may write, also one that holds nowhere"]
fn whom_no_charter_that_holds_ever_named_writes_nothing_in_a_group() {
    let one = first();
    let two = then(&one, "Two");
    let federation = one.federation();
    let mut rosters = holding(&[&one, &two]);
    let mut groups = Groups::default();
    let opens = charter(federation, &[0, 1], &[0, 1, 2]);
    let group = opens.group();
    let mut removal = second(&opens, 1);
    removal.owners = vec![keys(0).member];
    removal.members = vec![keys(0).member, keys(2).member];
    removal.removed = vec![Cut {
        member: keys(1).member,
        identity_key: None,
        last_good: Vec::new(),
    }];
    let mut rival = second(&opens, 2);
    rival.members = [0, 1, 2, 4].map(|index| keys(index).member).to_vec();
    for (charter, by) in [(&opens, 0), (&removal, 0), (&rival, 1)] {
        let charter = charter_by(charter, by, federation);
        groups.accept(&rosters, charter).unwrap();
    }
    let mut gone = without(next(&two, "Gone"), 1, 9);
    gone.stewards = vec![keys(0).member, keys(2).member];
    rosters.accept(signed(&gone, &[0, 2])).unwrap();
    let statements = Statements::default();
    groups.judge(&rosters, &statements);
    let border = Border {
        rosters: &rosters,
        groups: &groups,
        statements: &statements,
        own: &keys(0).member,
        peer: &keys(2).member,
    };
    let space = Space::Group(group);
    let (feed, entries) = run(federation, &keys(4).node, certificate(federation, 4), space);
    assert!(admit(&Feeds::default(), border, feed, entries).is_err());
}

#[test]
#[ignore = "known and open: charters by a revoked node key take the place of those by its owner's other ones"]
fn an_owner_whose_stolen_node_key_was_revoked_changes_its_group_again() {
    let one = first();
    let federation = one.federation();
    let rosters = holding(&[&one]);
    let mut groups = Groups::default();
    let opens = charter(federation, &[0], &[0, 1, 2]);
    let group = opens.group();
    let owner = keys(0);
    // The group was founded with another node of its owner.
    let good = SecretKey::from_seed(&[240; 32]);
    let ends = START_MS + YEAR_MS;
    let (member, key) = (owner.member.clone(), good.node_key());
    let by_good = NodeCertificate::issue(federation, member, &owner.identity, key, ends);
    let signed = SignedCharter::sign(&opens, by_good.clone(), &good);
    groups.accept(&rosters, signed).unwrap();
    for random in 0..u8::MAX {
        drop(groups.accept(&rosters, charter_by(&second(&opens, random), 0, federation)));
    }
    let mut statements = Statements::default();
    for space in [Space::Commons, Space::Group(group)] {
        let revocation = revocation(federation, 0, space, Vec::new());
        statements.accept(&rosters, &groups, revocation).unwrap();
    }
    groups.judge(&rosters, &statements);
    let changed = SignedCharter::sign(&second(&opens, u8::MAX), by_good, &good);
    assert!(groups.accept(&rosters, changed).is_ok());
}

fn revocation(
    federation: FederationId,
    index: usize,
    space: Space,
    last_good: Vec<Tip>,
) -> Statement {
    let member = keys(index);
    let revocation = Revocation {
        federation,
        member: member.member,
        identity_key: member.identity.identity_key(),
        node_key: member.node.node_key(),
        space,
        last_good,
        charters: Vec::new(),
        successor: None,
        claimed_ms: START_MS,
    };
    Statement::Revocation(revocation.sign(&member.identity))
}

#[test]
#[ignore = "known and open: a proof of two branches cuts a feed below what a roster or its member vouched for"]
fn a_key_that_was_taken_voids_nothing_that_was_vouched_for() {
    let one = first();
    let federation = one.federation();
    let member = keys(3);
    let opening = FeedOpening {
        certificate: certificate(federation, 3),
        space: Space::Commons,
        incarnation: [1; 16],
        known_tips: Vec::new(),
    };
    let mut writer = Writer::new(federation, &member.node, None);
    let first = writer.open(&opening, START_MS);
    let write = |number| writer.write(Kind(900), None, vec![number], START_MS);
    let entries: Vec<_> = (0..200).map(write).collect();
    let last = entries.last().unwrap().tip();
    let mut gone = next(&one, "Gone");
    gone.members.retain(|record| record.id != member.member);
    let cut = Cut {
        member: member.member.clone(),
        identity_key: Some(member.identity.identity_key()),
        last_good: vec![last],
    };
    gone.extensions = vec![Extension {
        number: Extension::CUTS,
        bytes: encode(&vec![cut]),
    }];
    // Months later whoever has the key signs a second entry for the first place.
    let late = START_MS + YEAR_MS;
    let rival = Writer::new(federation, &member.node, Some(first.tip()));
    let rival = { rival }.write(Kind(900), None, vec![255], late);
    let left = entries.iter().map(|entry| entry.signed().clone()).collect();
    let right = vec![rival.signed().clone()];
    let proof = Equivocation::make(federation, first.signed().clone(), left, right).unwrap();
    let groups = Groups::default();
    let facts = FeedFacts {
        feed: last.feed,
        member: &member.member,
        identity_key: member.identity.identity_key(),
        node_key: member.node.node_key(),
        space: &Space::Commons,
    };
    let removed = (holding(&[&one, &signed(&gone, &[0, 1])]), None);
    let revoked = revocation(federation, 3, Space::Commons, vec![last]);
    let rotated = (holding(&[&one]), Some(revoked));
    for (rosters, revoked) in [removed, rotated] {
        let mut statements = Statements::default();
        if let Some(statement) = revoked {
            statements.accept(&rosters, &groups, statement).unwrap();
        }
        let ceiling = |statements: &Statements| {
            let cuts = Cuts {
                rosters: &rosters,
                groups: &groups,
                statements,
            };
            cuts.ceiling(facts).0
        };
        let before = ceiling(&statements);
        drop(statements.accept(&rosters, &groups, Statement::Equivocation(proof.clone())));
        assert_eq!(ceiling(&statements), before);
    }
}
