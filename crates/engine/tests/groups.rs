//! Groups: what is written in one reaches its members, and nobody else learns of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod world;

use faelled_engine::authority::{self, Grants, Writer};
use faelled_engine::event::{Draft, RequestFailure};
use faelled_engine::limits::MAX_GROUPS_PER_FOUNDER;
use faelled_engine::{Action, Answer, Ceilings, Event, Notice, Refusal};
use faelled_proto::canonical::encode;
use faelled_proto::limits::MAX_NAME_BYTES;
use faelled_proto::message::{Summary, Want};
use faelled_proto::opening::{DocumentOpening, Editors};
use faelled_proto::{FeedId, GroupId, Kind, MemberId, Message, Space, Tip};
use world::{World, config, keys};

fn member(index: usize) -> MemberId {
    keys(index).member
}

fn failure(answer: Answer) -> RequestFailure {
    match answer {
        Answer::Failed(failure) => failure,
        other => panic!("{other:?}"),
    }
}

/// Nothing that any node sent to this one speaks of the group: not its id, none of its feeds, no entry.
fn assert_knows_nothing(world: &World, outside: usize, group: GroupId) {
    let mut secrets = vec![*group.as_bytes()];
    for node in &world.nodes {
        let feeds = node.engine.feeds().iter();
        let of_group = feeds.filter(|(_, feed)| feed.space == Space::Group(group));
        secrets.extend(of_group.map(|(id, _)| *id.as_bytes()));
    }
    let names = |bytes: &[u8]| {
        let mut windows = bytes.windows(32);
        windows.any(|window| secrets.iter().any(|secret| secret == window))
    };
    for node in &world.nodes {
        for (to, message) in &node.sent {
            if *to != outside {
                continue;
            }
            assert!(!names(&message.encode()), "{message:?}");
            assert!(!matches!(message, Message::Charters(_)), "{message:?}");
            if let Message::Summary { summary, .. } = message {
                let spaces: Vec<&Space> = summary.digests.iter().map(|(space, _)| space).collect();
                assert_eq!(spaces, [&Space::Commons]);
            }
        }
        for (to, entry) in &node.sent_entries {
            let told = *to == outside && (names(&entry.header) || names(&encode(entry)));
            assert!(!told, "an entry of the group");
        }
    }
    assert!(world.nodes[outside].disk.charters.is_empty());
    assert!(world.nodes[outside].engine.groups().is_empty());
}

#[test]
fn what_a_group_writes_reaches_its_members_and_a_third_node_never_learns_of_it() {
    let mut world = World::connected(3);
    let group = world.found(0, &[1]);
    let space = Space::Group(group);
    world.write(0, &space, "from the founder");
    world.write(1, &space, "from the other");
    world.write(2, &Space::Commons, "public");
    world.pass(70_000);
    let both = ["from the founder", "from the other", "public"];
    assert_eq!(world.bodies(0), both);
    assert_eq!(world.bodies(1), both);
    assert_eq!(world.bodies(2), ["public"]);
    for node in [0, 1] {
        let groups = world.nodes[node].engine.groups();
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].group, group);
        assert_eq!(groups[0].charter.members, [member(0), member(1)]);
        assert!(groups[0].is_member && !groups[0].is_frozen);
    }
    assert_knows_nothing(&world, 2, group);
    // And not in a new greeting either, whoever dials.
    world.cut_all(2);
    world.connect(2, 0);
    world.connect(1, 2);
    world.pass(70_000);
    assert_knows_nothing(&world, 2, group);
}

#[test]
fn what_happens_in_a_group_makes_nobody_say_anything_to_others() {
    let mut world = World::connected(3);
    world.forget_what_was_sent();
    let group = world.found(0, &[1]);
    world.write(0, &Space::Group(group), "x");
    world.write(1, &Space::Group(group), "y");
    world.change(0, group, &[], &[1]);
    let outside = |sent: &[(usize, Message)]| sent.iter().filter(|(to, _)| *to == 2).count();
    for node in &world.nodes {
        assert_eq!(outside(&node.sent), 0, "{:?}", node.sent);
        assert!(node.sent_entries.iter().all(|(to, _)| *to != 2));
    }
}

#[test]
fn what_was_written_meets_when_members_meet_later() {
    let mut world = World::new(3);
    let group = world.found(0, &[1, 2]);
    world.write(0, &Space::Group(group), "x");
    world.connect(1, 0);
    assert_eq!(world.bodies(1), ["x"]);
    // Through a member that holds it, without the author.
    world.cut_all(0);
    world.connect(2, 1);
    assert_eq!(world.bodies(2), ["x"]);
}

#[test]
fn a_member_added_later_gets_all() {
    let mut world = World::connected(3);
    let group = world.found(0, &[1]);
    let space = Space::Group(group);
    world.write(0, &space, "one");
    world.write(1, &space, "two");
    assert_eq!(world.change(0, group, &[2], &[]), Answer::Group(group));
    assert_eq!(world.bodies(2), ["one", "two"]);
    world.write(2, &space, "three");
    world.write(1, &space, "four");
    for node in 0..3 {
        assert_eq!(world.bodies(node), ["four", "one", "three", "two"]);
        assert_eq!(world.nodes[node].engine.groups()[0].charter.version, 2);
    }
    let refused = world.nodes.iter().flat_map(|node| &node.notices);
    let refused = refused.filter(|notice| matches!(notice, Notice::CharterRefused { .. }));
    assert_eq!(refused.count(), 0);
}

#[test]
fn what_a_former_member_wrote_stays_and_reaches_later_members() {
    let mut world = World::new(3);
    let group = world.found(0, &[1]);
    world.connect(1, 0);
    world.write(1, &Space::Group(group), "by one who left");
    world.change(0, group, &[2], &[1]);
    world.cut_all(1);
    world.connect(2, 0);
    assert_eq!(world.bodies(2), ["by one who left"]);
}

#[test]
fn a_removed_member_gets_nothing_new() {
    let mut world = World::connected(3);
    let group = world.found(0, &[1, 2]);
    let space = Space::Group(group);
    world.write(0, &space, "before");
    assert_eq!(world.change(0, group, &[], &[2]), Answer::Group(group));
    world.forget_what_was_sent();
    world.write(0, &space, "after");
    world.write(1, &space, "after it too");
    world.pass(70_000);
    world.cut_all(2);
    world.connect(2, 0);
    world.connect(1, 2);
    world.pass(70_000);
    assert_eq!(world.bodies(2), ["before"]);
    assert_eq!(world.bodies(1), ["after", "after it too", "before"]);
    for node in &world.nodes {
        for (to, message) in &node.sent {
            let names = |bytes: &[u8]| bytes.windows(32).any(|w| w == group.as_bytes());
            assert!(*to != 2 || !names(&message.encode()), "{message:?}");
        }
        assert!(node.sent_entries.iter().all(|(to, _)| *to != 2));
    }
    // It does not know, goes on speaking of the group, and stays connected for everything else.
    world.write(2, &Space::Commons, "public");
    assert_eq!(world.nodes[2].engine.peers().len(), 2);
    assert!(world.bodies(0).contains(&"public".to_owned()));
}

#[test]
fn what_a_removed_member_goes_on_writing_is_not_taken_in() {
    let mut world = World::connected(2);
    let group = world.found(0, &[1]);
    let space = Space::Group(group);
    world.write(1, &space, "before");
    world.change(0, group, &[], &[1]);
    world.write(1, &space, "after");
    assert_eq!(world.bodies(0), ["before"]);
    let foreign = |notice: &Notice| {
        matches!(
            notice,
            Notice::RunRefused {
                refusal: Refusal::ForeignSpace,
                ..
            }
        )
    };
    assert!(world.nodes[0].notices.iter().any(foreign));
}

#[test]
fn a_removed_member_learns_nothing_by_speaking_of_what_it_knows() {
    let mut world = World::connected(2);
    let group = world.found(0, &[1]);
    let space = Space::Group(group);
    world.write(0, &space, "x");
    world.write(1, &space, "x");
    let feed = world.feed(0, &space);
    let own = world.feed(1, &space);
    world.change(0, group, &[], &[1]);
    world.forget_what_was_sent();
    let link = *world.nodes[0].links.keys().next().unwrap();
    let digest = faelled_proto::id::FrontierDigest::ZERO;
    let (_, head) = world.nodes[0].engine.rosters().head();
    let roster = faelled_proto::id::Mark::from_bytes(*head.as_bytes());
    let tips = |feeds: &[FeedId]| {
        let mut feeds = feeds.to_vec();
        feeds.sort_unstable();
        let tip = |feed| Tip {
            feed,
            seq: 9,
            entry: faelled_proto::EntryId::ZERO,
        };
        feeds.into_iter().map(tip).collect::<Vec<_>>()
    };
    let frontier = |space| Message::telling(space, tips(&[feed, own]));
    let summary = Summary {
        roster_version: 1,
        marks: faelled_proto::Frontier::default().digest_with([], [roster]),
        digests: vec![
            (Space::Commons, faelled_proto::Frontier::default().digest()),
            (space.clone(), digest),
        ],
    };
    let charters = world.nodes[1].disk.charters.clone();
    for message in [
        frontier(space),
        frontier(Space::Commons),
        Message::Want(vec![Want {
            feed,
            from: 0,
            to: 9,
        }]),
        Message::Charters(charters),
        Message::Summary {
            summary,
            answer: true,
        },
    ] {
        let event = Event::Received {
            connection: link,
            message: message.clone(),
        };
        let actions = world.nodes[0].engine.handle(world.now_ms, event);
        let tells = |action: &Action| {
            matches!(
                action,
                Action::Send { .. } | Action::SendRun { .. } | Action::Close { .. }
            )
        };
        assert!(!actions.iter().any(tells), "{message:?}: {actions:?}");
    }
}

#[test]
fn what_is_missing_is_asked_of_those_who_still_see_it() {
    let mut world = World::new(4);
    let group = world.found(0, &[1, 2, 3]);
    let space = Space::Group(group);
    for index in [2, 3, 1] {
        world.connect(index, 0);
    }
    world.write(1, &space, "x");
    let feed = world.feed(1, &space);
    let says_that_it_holds_more = |world: &mut World, index: usize| {
        let mut links = world.nodes[0].links.iter();
        let (connection, _) = links.find(|(_, (other, _))| *other == index).unwrap();
        let entry = faelled_proto::EntryId::ZERO;
        let message = Message::telling(
            space.clone(),
            vec![Tip {
                feed,
                seq: 5,
                entry,
            }],
        );
        let connection = *connection;
        let event = Event::Received {
            connection,
            message,
        };
        world.event(0, event);
    };
    says_that_it_holds_more(&mut world, 1);
    says_that_it_holds_more(&mut world, 2);
    world.change(0, group, &[], &[2]);
    says_that_it_holds_more(&mut world, 3);
    world.forget_what_was_sent();
    world.cut_all(1);
    let wants: Vec<usize> = world.nodes[0]
        .sent
        .iter()
        .filter(|(_, message)| matches!(message, Message::Want(_)))
        .map(|(to, _)| *to)
        .collect();
    assert_eq!(wants, [3]);
}

#[test]
fn only_an_owner_changes_a_group() {
    let mut world = World::connected(3);
    let group = world.found(0, &[1]);
    let add = world.change(1, group, &[2], &[]);
    assert_eq!(failure(add), RequestFailure::NotAnOwner);
    let outside = world.change(2, group, &[2], &[]);
    assert_eq!(failure(outside), RequestFailure::UnknownGroup(group));
    for node in 0..2 {
        assert_eq!(world.nodes[node].engine.groups()[0].charter.version, 1);
    }
}

#[test]
fn what_cannot_be_a_group_is_not_made_one() {
    let mut world = World::new(2);
    let group = world.found(0, &[1]);
    let stranger = world.change(0, group, &[7], &[]);
    assert_eq!(failure(stranger), RequestFailure::UnknownMember(member(7)));
    let ownerless = world.change(0, group, &[], &[0]);
    assert_eq!(failure(ownerless), RequestFailure::LastOwner);
    let found = |world: &mut World, name: String, members: Vec<MemberId>| {
        failure(world.ask(0, |request| Event::FoundGroup {
            request,
            name,
            members,
        }))
    };
    let unknown = found(&mut world, "x".into(), vec![member(7)]);
    assert_eq!(unknown, RequestFailure::UnknownMember(member(7)));
    for name in ["".to_owned(), "n".repeat(MAX_NAME_BYTES + 1)] {
        let unnamed = found(&mut world, name, Vec::new());
        assert_eq!(unnamed, RequestFailure::BadName);
    }
    // What is so already makes no new version.
    assert_eq!(world.change(0, group, &[1], &[7]), Answer::Group(group));
    assert_eq!(world.nodes[0].engine.groups()[0].charter.version, 1);
    for _ in 1..MAX_GROUPS_PER_FOUNDER {
        world.found(0, &[]);
    }
    let one_more = found(&mut world, "x".into(), Vec::new());
    assert_eq!(one_more, RequestFailure::TooMany);
}

#[test]
fn nobody_writes_in_a_group_that_it_is_not_in() {
    let mut world = World::connected(3);
    let group = world.found(0, &[1]);
    let space = Space::Group(group);
    let outside = world.try_feed(2, &space);
    assert_eq!(failure(outside), RequestFailure::UnknownGroup(group));
    // Whoever takes itself out of it (as an owner could) writes there no longer.
    let feed = world.feed(1, &space);
    world.cut_all(0);
    let second = world.nodes[0].disk.clone();
    world.change(0, group, &[], &[1]);
    let removal = world.nodes[0].disk.charters[1].clone();
    world.restart(0, config(world.federation, 0), second);
    world.connect(1, 0);
    let link = *world.nodes[1].links.keys().next().unwrap();
    let event = Event::Received {
        connection: link,
        message: Message::Charters(vec![removal]),
    };
    world.event(1, event);
    let answer = world.ask(1, |request| Event::Write {
        request,
        feed,
        drafts: vec![Draft {
            kind: Kind(900),
            document: None,
            body: vec![1],
        }],
    });
    assert_eq!(
        failure(answer),
        RequestFailure::FeedMoved,
        "its feed is cut"
    );
    let outside = world.try_feed(1, &space);
    assert_eq!(failure(outside), RequestFailure::UnknownGroup(group));
    assert!(!world.nodes[1].engine.groups()[0].is_member);
}

#[test]
fn a_charter_that_did_not_reach_the_disk_does_not_hold_and_is_not_signed_twice() {
    let mut world = World::connected(3);
    let group = world.found(0, &[1]);
    world.nodes[0].disk.full = true;
    let lost = world.change(0, group, &[2], &[]);
    assert!(matches!(failure(lost), RequestFailure::Store(_)));
    assert_eq!(world.nodes[0].engine.groups()[0].charter.version, 1);
    assert_knows_nothing(&world, 2, group);
    world.nodes[0].disk.full = false;
    let other = world.change(0, group, &[], &[1]);
    assert_eq!(failure(other), RequestFailure::GroupInDoubt);
    assert_eq!(world.change(0, group, &[2], &[]), Answer::Group(group));
    assert_eq!(world.nodes[2].engine.groups()[0].charter.version, 2);
    assert_eq!(world.change(0, group, &[], &[1]), Answer::Group(group));
    assert_eq!(world.nodes[2].engine.groups()[0].charter.version, 3);
}

#[test]
fn groups_are_there_after_a_restart() {
    let mut world = World::connected(2);
    let group = world.found(0, &[1]);
    world.write(0, &Space::Group(group), "x");
    let before = world.nodes[1].engine.groups();
    let disk = world.nodes[1].disk.clone();
    world.restart(1, config(world.federation, 1), disk);
    assert_eq!(world.nodes[1].engine.groups(), before);
    world.connect(1, 0);
    world.write(0, &Space::Group(group), "y");
    assert_eq!(world.bodies(1), ["x", "y"]);
}

#[test]
fn of_groups_that_are_equal_nothing_is_sent_again() {
    let mut world = World::connected(2);
    let group = world.found(0, &[1]);
    world.write(1, &Space::Group(group), "x");
    world.pass(70_000);
    world.forget_what_was_sent();
    world.pass(70_000);
    let is_summary = |message: &Message| matches!(message, Message::Summary { .. });
    for node in &world.nodes {
        assert!(!node.sent.is_empty());
        let mut sent = node.sent.iter();
        assert!(sent.all(|(_, message)| is_summary(message)), "{sent:?}");
    }
}

#[test]
fn an_entry_that_comes_before_its_charter_is_asked_for_again_after_it() {
    let mut world = World::new(2);
    let group = world.found(0, &[1]);
    let space = Space::Group(group);
    world.write(0, &space, "x");
    let feed = world.feed(0, &space);
    world.nodes[1].disk.full = true;
    world.connect(1, 0);
    assert!(
        world.nodes[1].engine.groups().is_empty(),
        "it was not stored"
    );
    let link = *world.nodes[1].links.keys().next().unwrap();
    let entries = world.nodes[0].disk.feeds[&feed].iter();
    let entries = entries.map(|entry| entry.signed().clone()).collect();
    world.nodes[1].disk.full = false;
    let frame = Event::Frame {
        connection: link,
        feed,
        entries,
    };
    world.event(1, frame);
    let refused = |notice: &Notice| {
        matches!(
            notice,
            Notice::RunRefused {
                refusal: Refusal::ForeignSpace,
                ..
            }
        )
    };
    assert!(world.nodes[1].notices.iter().any(refused));
    let connection = link;
    world.event(1, Event::RunEnded { connection, feed });
    assert!(world.bodies(1).is_empty());
    let charters = world.nodes[0].disk.charters.clone();
    let message = Message::Charters(charters);
    world.event(
        1,
        Event::Received {
            connection,
            message,
        },
    );
    assert_eq!(world.bodies(1), ["x"]);
}

#[test]
fn what_two_members_write_in_one_document_counts_for_both() {
    let mut world = World::new(2);
    let group = world.found(0, &[1]);
    let space = Space::Group(group);
    world.connect(1, 0);
    let opening = DocumentOpening {
        kind: "requirement".into(),
        owner: member(0),
        space: space.clone(),
        editors: Editors::Members,
        nonce: [1; 16],
    };
    let draft = |kind, body| Draft {
        kind,
        document: Some(opening.id()),
        body,
    };
    let write = |world: &mut World, node: usize, draft: Draft| {
        let feed = world.feed(node, &space);
        let drafts = vec![draft];
        let answer = world.ask(node, |request| Event::Write {
            request,
            feed,
            drafts,
        });
        assert!(matches!(answer, Answer::Written(_)), "{answer:?}");
    };
    write(
        &mut world,
        0,
        draft(Kind::DOCUMENT_OPENING, encode(&opening)),
    );
    world.cut_all(0);
    write(&mut world, 0, draft(Kind::CHANGE, b"here".to_vec()));
    write(&mut world, 1, draft(Kind::CHANGE, b"there".to_vec()));
    world.connect(1, 0);
    for node in 0..2 {
        let feeds = world.nodes[node].engine.feeds();
        let mut counting = Vec::new();
        for entry in world.nodes[node].disk.feeds.values().flatten() {
            let feed = feeds.get(&entry.feed()).unwrap();
            let writer = Writer {
                member: &feed.member,
                space: &feed.space,
                feed: entry.feed(),
                seq: entry.header().seq,
            };
            let kind = entry.header().kind;
            if kind == Kind::CHANGE {
                let (none, grants) = (Ceilings::default(), Grants::default());
                let judged = authority::judge(&none, Some(&opening), &grants, writer, kind);
                assert_eq!(judged, Ok(()));
                counting.push(entry.signed().body.clone().unwrap());
            }
        }
        counting.sort();
        assert_eq!(counting, [b"here".to_vec(), b"there".to_vec()]);
    }
}
