//! Entries find their way to everybody who may see them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends"
)]

mod world;

use faelled_engine::{Answer, Event, Notice, Refusal};
use faelled_proto::chain::RunRefusal;
use faelled_proto::{Message, Space};
use proptest::prelude::*;
use world::{Disk, World, config, keys};

#[test]
fn an_entry_reaches_a_node_that_never_met_its_author() {
    let mut world = World::new(3);
    world.connect(1, 0);
    world.connect(2, 0);
    world.write(1, &Space::Commons, "from one");
    assert_eq!(world.bodies(2), ["from one"]);
    world.write(2, &Space::Commons, "from two");
    assert_eq!(world.bodies(1), ["from one", "from two"]);
}

#[test]
fn a_node_that_was_away_gets_what_it_missed_from_anybody() {
    let mut world = World::new(3);
    world.connect(1, 0);
    for number in 0..20 {
        world.write(1, &Space::Commons, &format!("{number:02}"));
    }
    world.cut_all(1);
    world.connect(2, 0);
    assert_eq!(world.bodies(2).len(), 20);
    assert_eq!(world.tips(2), world.tips(1));
}

#[test]
fn nothing_to_do_costs_one_greeting_each_way() {
    let mut world = World::new(2);
    world.connect(1, 0);
    world.write(0, &Space::Commons, "x");
    world.cut_all(0);
    for node in &mut world.nodes {
        node.sent.clear();
        node.sent_entries.clear();
    }
    world.connect(1, 0);
    for node in &world.nodes {
        assert_eq!(node.sent.len(), 1, "{:?}", node.sent);
        assert!(node.sent_entries.is_empty());
        let bytes = node.sent[0].1.encode().len();
        assert!(bytes <= 400, "a greeting of {bytes} bytes");
    }
}

#[test]
fn private_entries_never_leave_and_neither_does_their_existence() {
    let mut world = World::new(2);
    world.write(0, &World::private(0), "secret");
    world.connect(1, 0);
    world.connect(0, 1);
    world.write(0, &World::private(0), "more");
    world.write(0, &Space::Commons, "public");
    world.pass(70_000);
    assert_eq!(world.bodies(1), ["public"]);
    let private_feed = world.feed(0, &World::private(0));
    for (_, message) in &world.nodes[0].sent {
        let bytes = message.encode();
        let names = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        assert!(
            !names(private_feed.as_bytes()),
            "{message:?} names the private feed"
        );
        if let Message::Frontier { space, .. } = message {
            assert_eq!(*space, Space::Commons);
        }
        if let Message::Summary { summary, .. } = message {
            assert!(
                summary
                    .digests
                    .iter()
                    .all(|(space, _)| *space == Space::Commons)
            );
        }
    }
    for (_, entry) in &world.nodes[0].sent_entries {
        assert!(
            entry
                .body
                .as_deref()
                .is_none_or(|body| body != b"secret" && body != b"more")
        );
    }
}

#[test]
fn asking_for_a_private_feed_by_its_id_gives_nothing() {
    let mut world = World::new(2);
    world.write(0, &World::private(0), "secret");
    let feed = world.feed(0, &World::private(0));
    world.connect(1, 0);
    let (_, far) = *world.nodes[1].links.values().next().unwrap();
    let want = faelled_proto::message::Want {
        feed,
        from: 0,
        to: 1,
    };
    world.event(
        0,
        Event::Received {
            connection: far,
            message: Message::Want(vec![want]),
        },
    );
    assert!(world.nodes[0].sent_entries.is_empty());
}

#[test]
fn a_changed_byte_is_refused_with_its_reason_and_disturbs_nothing_else() {
    let mut world = World::new(3);
    world.write(1, &Space::Commons, "spoilt on the way");
    world.write(2, &Space::Commons, "sound");
    world.connect(2, 0);
    let spoilt = world.feed(1, &Space::Commons);
    world.meddler = Some(Box::new(move |_, _, feed, entries| {
        if feed == spoilt {
            entries[1].body.as_mut().unwrap()[0] ^= 1;
        }
    }));
    world.connect(1, 0);
    let refused = world.nodes[0].notices.iter().any(|notice| {
        matches!(notice, Notice::RunRefused { feed, refusal: Refusal::Run(RunRefusal::Undecodable { seq: 1, .. }), .. }
            if *feed == spoilt)
    });
    assert!(refused, "{:?}", world.nodes[0].notices);
    assert_eq!(world.bodies(0), ["sound"]);
    world.meddler = None;
    world.pass(70_000);
    assert_eq!(world.bodies(0), ["sound", "spoilt on the way"]);
    assert_eq!(world.bodies(2), ["sound", "spoilt on the way"]);
}

#[test]
fn a_wrong_signature_is_refused_with_its_reason() {
    let mut world = World::new(2);
    world.write(1, &Space::Commons, "x");
    world.meddler = Some(Box::new(|_, _, _, entries| {
        let last = entries.last_mut().unwrap();
        last.signature = faelled_proto::Signature::from_bytes([7; 64]);
    }));
    world.connect(1, 0);
    let refused = world.nodes[0].notices.iter().any(|notice| {
        matches!(
            notice,
            Notice::RunRefused {
                refusal: Refusal::Run(RunRefusal::BadSignature { seq: 1 }),
                ..
            }
        )
    });
    assert!(refused, "{:?}", world.nodes[0].notices);
    assert!(world.bodies(0).is_empty());
}

#[test]
fn a_gap_is_never_stored_and_the_missing_entries_are_asked_for() {
    let mut world = World::new(2);
    world.connect(1, 0);
    let mut drop_one = true;
    world.meddler = Some(Box::new(move |_, _, _, entries| {
        if drop_one
            && entries
                .iter()
                .any(|entry| entry.body.as_deref() == Some(b"second"))
        {
            drop_one = false;
            entries.clear();
        }
    }));
    for text in ["first", "second", "third"] {
        world.write(1, &Space::Commons, text);
    }
    assert_eq!(world.bodies(0), ["first", "second", "third"]);
}

#[test]
fn a_full_disk_takes_nothing_says_so_and_goes_on_later() {
    let mut world = World::new(2);
    world.connect(1, 0);
    world.write(0, &Space::Commons, "before");
    world.nodes[0].disk.full = true;
    assert!(matches!(
        world.try_write(0, &Space::Commons, "lost"),
        Answer::Failed(_)
    ));
    world.write(1, &Space::Commons, "elsewhere");
    assert_eq!(world.bodies(0), ["before"]);
    assert_eq!(
        world.bodies(1),
        ["before", "elsewhere"],
        "what is not stored is not sent"
    );
    world.nodes[0].disk.full = false;
    world.write(0, &Space::Commons, "after");
    world.pass(70_000);
    assert_eq!(world.bodies(0), ["after", "before", "elsewhere"]);
    assert_eq!(world.bodies(1), ["after", "before", "elsewhere"]);
}

#[test]
fn a_restored_backup_never_writes_a_place_twice() {
    let mut world = World::new(2);
    world.connect(1, 0);
    world.write(1, &Space::Commons, "one");
    let backup: Disk = world.nodes[1].disk.clone();
    let incarnation = world.nodes[1].engine.own_tips().0;
    world.write(1, &Space::Commons, "two");
    // The witness is believed although the disk was rolled back: the peer tells.
    let config = faelled_engine::Config {
        incarnation,
        ..config(world.federation, 1)
    };
    world.restart(1, config, backup);
    world.connect(1, 0);
    world.write(1, &Space::Commons, "three");
    assert_eq!(world.bodies(0), ["one", "three", "two"]);
    assert_eq!(world.bodies(1), ["one", "three", "two"]);
    assert_eq!(
        world.nodes[0].engine.feeds().len(),
        2,
        "a second incarnation has a feed of its own"
    );
}

#[test]
fn without_a_witness_a_new_incarnation_begins() {
    let mut world = World::new(2);
    world.write(1, &Space::Commons, "one");
    let disk = world.nodes[1].disk.clone();
    let config = config(world.federation, 1);
    world.restart(1, config, disk);
    world.write(1, &Space::Commons, "two");
    assert_eq!(world.nodes[1].disk.feeds.len(), 2);
}

#[test]
fn two_nodes_that_dial_each_other_keep_one_connection() {
    let mut world = World::new(2);
    world.connect(0, 1);
    world.connect(1, 0);
    assert_eq!(world.nodes[0].engine.peers().len(), 1);
    assert_eq!(world.nodes[1].engine.peers().len(), 1);
    world.write(1, &Space::Commons, "still");
    assert_eq!(world.bodies(0), ["still"]);
}

#[test]
fn the_same_events_give_the_same_actions() {
    let trace = || {
        let mut world = World::new(3);
        world.connect(1, 0);
        world.connect(2, 0);
        world.write(1, &Space::Commons, "x");
        world.pass(70_000);
        let sent: Vec<_> = world.nodes.iter().map(|node| node.sent.clone()).collect();
        format!("{sent:?}")
    };
    assert_eq!(trace(), trace());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whoever_meets_whom_in_whatever_order_all_end_with_the_same(
        steps in proptest::collection::vec((0..4_usize, 0..4_usize, any::<bool>()), 1..40)
    ) {
        let mut world = World::new(4);
        let mut written = 0;
        for (number, (a, b, write)) in steps.into_iter().enumerate() {
            if write {
                world.write(a, &Space::Commons, &format!("{number}"));
                written += 1;
            } else if a != b {
                world.connect(a, b);
            } else {
                world.cut_all(a);
            }
        }
        for index in 1..4 {
            world.connect(index, 0);
        }
        for index in 0..4 {
            prop_assert_eq!(world.bodies(index).len(), written);
            prop_assert_eq!(world.tips(index), world.tips(0));
        }
        prop_assert!(keys(0).member.as_str() == "dk-0000");
    }
}

#[test]
fn whoever_passes_entries_on_cannot_take_their_bodies_away() {
    let mut world = World::new(3);
    world.connect(1, 0);
    world.write(0, &Space::Commons, "text of 0");
    world.meddler = Some(Box::new(|from, to, _, entries| {
        if (from, to) == (1, 2) {
            entries
                .iter_mut()
                .skip(1)
                .for_each(|entry| entry.body = None);
        }
    }));
    world.connect(2, 1);
    world.pass(70_000);
    let no_body = |notice: &Notice| {
        matches!(
            notice,
            Notice::RunRefused {
                refusal: Refusal::NoBody,
                ..
            }
        )
    };
    assert!(world.nodes[2].notices.iter().any(no_body));
    assert!(world.bodies(2).is_empty());
    world.meddler = None;
    world.connect(2, 0);
    world.pass(70_000);
    assert_eq!(world.bodies(2), ["text of 0"]);
}
