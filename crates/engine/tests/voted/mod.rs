//! Three stewards of whom two decide, and their votes.

#![allow(dead_code, reason = "each test file uses its part")]

use faelled_engine::{Answer, Change, Despite, Event, Proposal};
use faelled_proto::canonical::encode;
use faelled_proto::statement::Vote;
use faelled_proto::{Roster, SignedRoster, Statement};

use crate::stated::record;
use crate::world::{Disk, World, config, first_roster, keys};

/// Members 0 to `count`; 0, 1 and 2 are stewards, and two of them must sign.
pub(crate) fn three_stewards(count: usize) -> World {
    let members: Vec<usize> = (0..count).collect();
    let mut roster = first_roster(&members).decode().unwrap();
    roster.stewards = (0..3).map(|index| keys(index).member).collect();
    roster.threshold = 2;
    let mut signed = SignedRoster::unsigned(&roster);
    for index in [0, 1] {
        signed.sign(keys(index).member, &keys(index).identity);
    }
    let mut world = World::new(count);
    world.federation = signed.federation();
    for index in members {
        let disk = Disk {
            rosters: vec![signed.clone()],
            ..Disk::default()
        };
        world.restart(index, config(world.federation, index), disk);
    }
    world
}

pub(crate) fn connected(count: usize) -> World {
    let mut world = three_stewards(count);
    for to in 0..count {
        for from in to + 1..count {
            world.connect(from, to);
        }
    }
    world
}

pub(crate) fn proposals(world: &World, node: usize) -> Vec<Proposal> {
    world.nodes[node].engine.statements().proposals()
}

pub(crate) fn head(world: &World, node: usize) -> u64 {
    world.nodes[node].engine.rosters().head().0
}

pub(crate) fn admission(world: &mut World, node: usize, newcomer: usize) -> Roster {
    world.plan(node, Change::Admit(record(newcomer)))
}

pub(crate) fn approval(roster: &Roster, steward: usize) -> Statement {
    let keys = keys(steward);
    let vote = Vote::approve(encode(roster), keys.member, &keys.identity);
    Statement::Vote(vote)
}

pub(crate) fn rejection(roster: &Roster, steward: usize, reason: &str) -> Statement {
    let keys = keys(steward);
    let vote = Vote::reject(encode(roster), keys.member, reason.into(), &keys.identity);
    Statement::Vote(vote)
}

pub(crate) fn approve_instead(world: &mut World, node: usize, roster: &Roster) -> Answer {
    let statements = vec![approval(roster, node)];
    world.ask(node, |request| Event::State {
        request,
        statements,
        despite: Despite {
            another: true,
            unmet: false,
        },
    })
}
