//! The border of a group where nodes hold different charters, and where members are hostile or gone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod world;

use faelled_engine::limits::MAX_GROUPS_PER_FOUNDER;
use faelled_engine::{Action, Answer, ConnectionId, Event, Notice};
use faelled_proto::limits::MAX_STRANGER_MESSAGE_BYTES;
use faelled_proto::message::Want;
use faelled_proto::{
    Charter, EntryId, FeedId, GroupId, Message, SignedCharter, SignedRoster, Space, Tip,
};
use world::{World, certificate, config, first_roster, keys};

fn link(world: &World, node: usize, to: usize) -> ConnectionId {
    let mut links = world.nodes[node].links.iter();
    *links.find(|(_, (other, _))| *other == to).unwrap().0
}

fn receive(world: &mut World, node: usize, from: usize, message: Message) {
    let connection = link(world, node, from);
    world.event(
        node,
        Event::Received {
            connection,
            message,
        },
    );
}

fn status(world: &World, node: usize) -> (u64, bool, Vec<usize>) {
    let status = world.nodes[node].engine.groups()[0].clone();
    let members = &status.charter.members;
    let named = (0..9).filter(|index| members.contains(&keys(*index).member));
    (status.charter.version, status.is_frozen, named.collect())
}

/// Members 0, 1 and 2 in a group, from which 2 is removed while 1 cannot store that.
fn removal_that_one_does_not_know(world: &mut World) -> GroupId {
    let group = world.found(0, &[1, 2]);
    let space = Space::Group(group);
    for node in 0..3 {
        world.write(node, &space, "before");
    }
    world.nodes[1].disk.full = true;
    assert_eq!(world.change(0, group, &[], &[2]), Answer::Group(group));
    world.nodes[1].disk.full = false;
    assert_eq!(status(world, 0).0, 2);
    assert_eq!(status(world, 1).0, 1);
    group
}

#[test]
fn what_was_written_after_a_removal_is_not_passed_on_by_who_did_not_know_of_it() {
    let mut world = World::connected(3);
    let group = removal_that_one_does_not_know(&mut world);
    let space = Space::Group(group);
    world.write(0, &space, "after");
    world.pass(70_000);
    assert_eq!(world.bodies(1), ["after", "before", "before", "before"]);
    assert_eq!(world.bodies(2), ["before", "before", "before"]);
    let told = |node: usize| {
        let mut sent = world.nodes[node].sent_entries.iter();
        let after = |body: &Option<Vec<u8>>| body.as_deref() == Some(b"after");
        sent.any(|(to, entry)| *to == 2 && after(&entry.body))
    };
    assert!(!told(0) && !told(1));
    // And once it knows, everything is pushed at once again.
    world.write(0, &space, "later");
    world.write(1, &space, "later too");
    assert!(world.bodies(1).contains(&"later".to_owned()));
    assert!(world.bodies(0).contains(&"later too".to_owned()));
}

#[test]
fn what_a_removed_member_wrote_to_one_who_did_not_know_yet_counts_for_nobody() {
    let mut world = World::connected(3);
    let group = removal_that_one_does_not_know(&mut world);
    let space = Space::Group(group);
    let feed = world.feed(2, &space);
    world.write(2, &space, "late");
    let counting = |world: &World, node: usize| {
        let feeds = world.nodes[node].engine.feeds();
        (
            feeds.get(&feed).unwrap().told(),
            feeds.frontier(&space).digest(),
        )
    };
    assert_eq!(
        counting(&world, 1).0.unwrap().seq,
        2,
        "it does not know yet"
    );
    world.pass(70_000);
    assert_eq!(status(&world, 1).0, 2);
    assert!(!world.bodies(0).contains(&"late".to_owned()));
    assert_eq!(counting(&world, 0), counting(&world, 1));
    assert_eq!(counting(&world, 1).0.unwrap().seq, 1);
    // Nor does it once who took it in tells of it again.
    world.cut_all(0);
    world.connect(1, 0);
    assert!(!world.bodies(0).contains(&"late".to_owned()));
}

#[test]
fn what_is_written_while_a_member_has_not_shown_its_charters_comes_without_waiting() {
    let mut world = World::connected(3);
    let group = world.found(0, &[1]);
    // Each write comes between two changes of the group, in both directions.
    for round in 0..3 {
        let space = Space::Group(group);
        world.write(0, &space, &format!("from 0 in round {round}"));
        let change: (&[usize], &[usize]) = if round % 2 == 0 {
            (&[2], &[])
        } else {
            (&[], &[2])
        };
        world.change(0, group, change.0, change.1);
        world.write(1, &space, &format!("from 1 in round {round}"));
        assert_eq!(world.bodies(0), world.bodies(1));
        assert_eq!(world.bodies(0).len(), 2 * (round + 1));
    }
    // Nor after a new greeting, whoever dialled.
    for (from, to) in [(0, 1), (1, 0)] {
        world.cut_all(1);
        world.connect(from, to);
        for node in [0, 1] {
            world.write(node, &Space::Group(group), "again");
            assert_eq!(world.bodies(0), world.bodies(1));
        }
    }
}

/// Gives four members, apart from each other, charters up to different versions; one changed the group from a
/// copy that was older, if so wanted.
fn apart(world: &mut World, contradicts: bool) -> GroupId {
    let group = world.found(0, &[1, 2, 3]);
    for node in 1..4 {
        world.connect(node, 0);
        world.write(node, &Space::Group(group), "each its own");
        world.cut_all(node);
    }
    let copy = world.nodes[0].disk.clone();
    let steps: [(&[usize], &[usize]); 4] = [(&[], &[3]), (&[3], &[]), (&[], &[3]), (&[3], &[])];
    for (step, (add, remove)) in steps.into_iter().enumerate() {
        world.change(0, group, add, remove);
        if step == 1 || step == 3 {
            let node = step / 2 + 1;
            world.connect(node, 0);
            world.cut_all(node);
        }
    }
    assert_eq!((status(world, 1).0, status(world, 2).0), (3, 5));
    if contradicts {
        world.restart(0, config(world.federation, 0), copy);
        assert_eq!(world.remove_unmet(0, group, 2), Answer::Group(group));
    }
    group
}

#[test]
fn nodes_with_different_charters_agree_and_fall_silent() {
    for contradicts in [false, true] {
        let mut world = World::new(4);
        apart(&mut world, contradicts);
        world.forget_what_was_sent();
        for to in 0..4 {
            for from in to + 1..4 {
                world.connect(from, to);
            }
        }
        let sent = |world: &World| {
            let nodes = world.nodes.iter();
            nodes.map(|node| node.sent.len()).sum::<usize>()
        };
        // Six pairs. Two rounds of greetings, charters and frontiers each, and a round of summaries at each
        // of the few nodes that took in something, answered and compared.
        let until_silent = sent(&world);
        assert!(until_silent <= 250, "{until_silent} messages");
        let (newest, inside): (_, &[usize]) = if contradicts {
            ((1, true, vec![0, 1, 2, 3]), &[0, 1])
        } else {
            ((5, false, vec![0, 1, 2, 3]), &[0, 1, 2, 3])
        };
        for node in inside {
            assert_eq!(status(&world, *node), newest, "node {node}");
        }
        world.pass(70_000);
        world.forget_what_was_sent();
        world.pass(70_000);
        let mut said = world.nodes.iter().flat_map(|node| &node.sent);
        assert!(
            contradicts || said.all(|(_, message)| matches!(message, Message::Summary { .. })),
            "equals say no more than summaries"
        );
        assert!(sent(&world) <= 24 + 24, "{}", sent(&world));
    }
}

#[test]
fn a_greeting_stays_as_short_as_a_strangers_must_be_however_many_groups_there_are() {
    let mut world = World::new(2);
    let groups: Vec<GroupId> = (0..MAX_GROUPS_PER_FOUNDER)
        .map(|_| world.found(0, &[1]))
        .collect();
    for (from, to) in [(1, 0), (0, 1)] {
        world.cut_all(0);
        world.connect(from, to);
        for group in [groups[0], groups[MAX_GROUPS_PER_FOUNDER - 1]] {
            world.write(0, &Space::Group(group), "x");
        }
        assert_eq!(world.bodies(1), world.bodies(0));
    }
    let mut greetings = 0;
    for (_, message) in world.nodes.iter().flat_map(|node| &node.sent) {
        if matches!(message, Message::Hello(_)) {
            greetings += 1;
            // With room for longer names of the member and of the software.
            assert!(message.encode().len() + 512 < MAX_STRANGER_MESSAGE_BYTES);
        }
    }
    assert_eq!(greetings, 4);
}

#[test]
fn a_feed_that_one_may_not_see_is_asked_for_in_vain_like_one_that_never_was() {
    let mut world = World::connected(3);
    let group = world.found(0, &[1]);
    let space = Space::Group(group);
    world.write(0, &space, "x");
    let hidden = world.feed(0, &space);
    let never = FeedId::of(&[b"there is no such feed"]);
    let open = world.feed(0, &Space::Commons);
    let answers: Vec<Vec<Action>> = [hidden, never, open]
        .into_iter()
        .map(|feed| {
            let connection = link(&world, 0, 2);
            let (from, to) = (0, 9);
            let message = Message::Want(vec![Want { feed, from, to }]);
            let event = Event::Received {
                connection,
                message,
            };
            world.nodes[0].engine.handle(world.now_ms, event)
        })
        .collect();
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].is_empty());
    assert!(matches!(answers[2][..], [Action::SendRun { .. }]));
}

#[test]
fn whoever_is_outside_makes_nobody_begin_anew_by_speaking_of_a_groups_feed() {
    let mut world = World::connected(2);
    let group = world.found(0, &[1]);
    let space = Space::Group(group);
    world.write(0, &space, "x");
    let feed = world.feed(0, &space);
    let commons = world.feed(0, &Space::Commons);
    world.change(0, group, &[], &[1]);
    let tip = Tip {
        feed,
        seq: 1_000,
        entry: EntryId::ZERO,
    };
    for space in [Space::Commons, space.clone()] {
        let message = Message::telling(space, vec![tip]);
        receive(&mut world, 0, 1, message);
    }
    assert_eq!(world.feed(0, &space), feed);
    assert_eq!(world.feed(0, &Space::Commons), commons);
    let mut notices = world.nodes[0].notices.iter();
    assert!(!notices.any(|notice| matches!(notice, Notice::RolledBack { .. })));
}

#[test]
fn a_group_of_one_is_nobody_elses_and_can_grow() {
    let mut world = World::connected(2);
    world.forget_what_was_sent();
    let group = world.found(0, &[]);
    world.write(0, &Space::Group(group), "x");
    world.write(0, &Space::Group(group), "y");
    assert!(world.nodes[0].sent.is_empty() && world.nodes[0].sent_entries.is_empty());
    assert_eq!(world.change(0, group, &[1], &[]), Answer::Group(group));
    assert_eq!(world.bodies(1), ["x", "y"]);
}

#[test]
fn what_a_node_wrote_under_two_incarnations_is_there_for_all() {
    let mut world = World::connected(3);
    let group = world.found(0, &[1]);
    let space = Space::Group(group);
    world.write(0, &space, "first");
    let first = world.feed(0, &space);
    let disk = world.nodes[0].disk.clone();
    world.restart(0, config(world.federation, 0), disk);
    world.connect(1, 0);
    world.connect(2, 0);
    world.write(0, &space, "second");
    assert_ne!(world.feed(0, &space), first);
    assert_eq!(world.bodies(1), ["first", "second"]);
    // Who comes later gets both, from somebody else.
    world.change(0, group, &[2], &[]);
    world.cut_all(0);
    assert_eq!(world.bodies(2), ["first", "second"]);
}

/// The second roster: without one member.
fn roster_without(world: &World, first: &[usize], gone: usize) -> SignedRoster {
    let signed = first_roster(first);
    let mut roster = signed.decode().unwrap();
    roster.version = 2;
    roster.federation = Some(world.federation);
    roster.previous = vec![signed.hash()];
    roster
        .members
        .retain(|member| member.id != keys(gone).member);
    let mut next = SignedRoster::unsigned(&roster);
    next.sign(keys(0).member, &keys(0).identity);
    next
}

#[test]
fn who_left_the_roster_sees_the_group_no_more_and_the_others_go_on() {
    let mut world = World::connected(3);
    let group = world.found(0, &[1, 2]);
    let space = Space::Group(group);
    world.write(2, &space, "by who left");
    let roster = roster_without(&world, &[0, 1, 2], 2);
    receive(&mut world, 0, 1, Message::Rosters(vec![roster]));
    world.forget_what_was_sent();
    for (from, to) in [(2, 0), (1, 2)] {
        world.connect(from, to);
    }
    world.write(0, &space, "after");
    world.pass(70_000);
    assert_eq!(world.bodies(1), ["after", "by who left"]);
    assert_eq!(world.bodies(2), ["by who left"]);
    for node in [0, 1] {
        let mut entries = world.nodes[node].sent_entries.iter();
        assert!(entries.all(|(to, _)| *to != 2));
        assert_eq!(world.nodes[node].engine.peers().len(), 1);
    }
    // The group can be changed; that it still names who left harms nobody.
    assert_eq!(world.change(0, group, &[], &[2]), Answer::Group(group));
    assert_eq!(status(&world, 1), (2, false, vec![0, 1]));
}

#[test]
fn what_was_withheld_is_told_as_soon_as_a_member_shows_its_charters() {
    let mut world = World::connected(3);
    let group = removal_that_one_does_not_know(&mut world);
    world.write(0, &Space::Group(group), "after");
    assert!(!world.bodies(1).contains(&"after".to_owned()));
    let charters = world.nodes[0].disk.charters.clone();
    receive(&mut world, 0, 1, Message::Charters(charters));
    assert!(world.bodies(1).contains(&"after".to_owned()));
    // Whoever was removed shows it in vain.
    let charters = world.nodes[0].disk.charters.clone();
    world.forget_what_was_sent();
    receive(&mut world, 0, 2, Message::Charters(charters));
    assert!(world.nodes[0].sent.is_empty());
}

#[test]
fn of_many_groups_a_newcomer_is_told_bit_by_bit_and_no_more_than_needed() {
    let mut world = World::new(2);
    for _ in 0..MAX_GROUPS_PER_FOUNDER {
        let group = world.found(0, &[1]);
        world.write(0, &Space::Group(group), "x");
    }
    world.connect(1, 0);
    assert_eq!(world.bodies(1), vec!["x"; MAX_GROUPS_PER_FOUNDER]);
    let sent: usize = world.nodes.iter().map(|node| node.sent.len()).sum();
    // Of each group its charter, the marks, a tip and the answer, a request; some more than once, and the summaries.
    assert!(sent < 18 * MAX_GROUPS_PER_FOUNDER, "{sent} messages");
}

#[test]
fn nodes_that_can_never_agree_about_many_groups_fall_silent_and_go_on() {
    let mut world = World::new(3);
    let federation = world.federation;
    let founded = |number: usize| {
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&(number as u64).to_le_bytes());
        let charter = Charter {
            name: "x".into(),
            nonce,
            ..world::charter(federation, &[2], &[0, 1, 2])
        };
        SignedCharter::sign(&charter, certificate(federation, 2), &keys(2).node)
    };
    // One member founds more groups than anybody keeps of one, and gives each node others.
    for node in [0, 1] {
        world.connect(2, node);
        for number in 0..MAX_GROUPS_PER_FOUNDER {
            let charter = founded(node * MAX_GROUPS_PER_FOUNDER + number);
            receive(&mut world, node, 2, Message::Charters(vec![charter]));
        }
        world.cut_all(2);
    }
    let group = world.found(0, &[1]);
    world.forget_what_was_sent();
    let sent = |world: &World| -> usize { world.nodes.iter().map(|node| node.sent.len()).sum() };
    world.connect(1, 0);
    assert!(sent(&world) < 2_000, "{} messages", sent(&world));
    world.forget_what_was_sent();
    world.pass(70_000);
    assert!(sent(&world) < 2_000, "{} messages", sent(&world));
    world.write(0, &Space::Group(group), "x");
    world.pass(70_000);
    assert_eq!(world.bodies(1), ["x"]);
}
