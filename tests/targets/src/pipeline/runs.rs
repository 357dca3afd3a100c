//! Runs that reach each part once: what a corpus begins with.

use crate::seeds::Seed;

/// The hostile member opens a feed in the commons and writes three entries in it.
const OPEN: &[u8] = &[4, 0, 0, 0, 1, 3, 0, 0, 7, 0, 8, 0, 9];
/// It sends all of it.
const FRAME: &[u8] = &[7, 1, 0, 0, 0, 0, 0, 0, 1];
/// From its second entry on it writes another four.
const BRANCH: &[u8] = &[6, 0, 1, 3, 0, 0, 5, 0, 6, 0, 7, 0, 8];
/// It sends the second branch.
const OTHER_FRAME: &[u8] = &[7, 1, 1, 0, 0, 0, 0, 0, 0, 1];
/// It shows that there are two.
const PROOF: &[u8] = &[13, 1, 0, 1, 0, 1];
/// It revokes its own key, up to its first entry.
const REVOCATION: &[u8] = &[13, 1, 0, 0, 0, 1, 1, 0, 0, 9];
/// It founds a group with this node's member and the honest one.
const CHARTER: &[u8] = &[12, 1, 1, 7, 0, 0, 0, 0];
/// Another charter of it, and one more that contradicts it.
const CHARTERS: &[u8] = &[12, 1, 2, 6, 1, 0, 0, 0, 12, 1, 3, 5, 1, 0, 0, 0, 1];
/// Two stewards let a stranger in.
const ROSTER: &[u8] = &[15, 1, 0, 1, 0, 3, 2];
/// And give the first roster another name: a fork.
const FORK: &[u8] = &[15, 1, 1, 0, 0, 7, 3, 2];

const MESSAGES: &[u8] = &[
    16, 1, 0, 2, 3, 2, 1, 0, 2, 3, 1, 1, 16, 1, 0, 5, 2, 1, 0, 0, 3, 16, 1, 1, 1, 1, 1,
];
const LOCAL: &[u8] = &[
    20, 0, 2, 0, 1, 20, 0, 9, 0, 20, 0, 4, 33, 21, 0, 6, 1, 0, 1, 22, 0, 7, 1, 1, 1,
];
const FAILING: &[u8] = &[18, 0, 2, 20, 0, 2, 0, 1, 20, 0, 2, 1, 3, 20, 0, 0, 1];
const RESTART: &[u8] = &[
    24, 0, 0, 20, 0, 2, 0, 1, 24, 0, 1, 0, 1, 0, 0, 1, 20, 0, 0, 0, 24, 0, 3,
];
const TIME: &[u8] = &[19, 0, 16, 1, 19, 0, 36, 1, 19, 0, 38, 0, 25, 0, 1, 2];

pub(crate) fn seeds() -> Vec<Seed> {
    let runs: [(&str, &[&[u8]]); 12] = [
        ("feed", &[OPEN, FRAME]),
        ("branch", &[OPEN, FRAME, BRANCH, OTHER_FRAME]),
        ("proof", &[OPEN, FRAME, BRANCH, PROOF]),
        ("revocation", &[OPEN, FRAME, REVOCATION]),
        ("charter", &[CHARTER, CHARTERS]),
        ("roster", &[ROSTER]),
        ("fork", &[ROSTER, FORK]),
        ("messages", &[OPEN, FRAME, MESSAGES]),
        ("local", &[LOCAL]),
        ("failing", &[FAILING, OPEN, FRAME]),
        ("restart", &[RESTART, OPEN, FRAME]),
        ("time", &[OPEN, FRAME, TIME]),
    ];
    let made = runs
        .iter()
        .map(|(name, parts)| ((*name).to_owned(), parts.concat()));
    made.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{Play, play};

    fn after(parts: &[&[u8]]) -> Play {
        play(&parts.concat())
    }

    #[test]
    fn entries_of_the_hostile_member_are_taken_in() {
        let before = after(&[]).world.engine.feeds().len();
        assert_eq!(after(&[OPEN, FRAME]).world.engine.feeds().len(), before + 1);
    }

    #[test]
    fn two_branches_are_proven_and_a_key_is_revoked() {
        let runs: [&[&[u8]]; 2] = [&[OPEN, FRAME, BRANCH, PROOF], &[OPEN, FRAME, REVOCATION]];
        for parts in runs {
            assert_eq!(after(parts).world.engine.statements().len(), 1);
        }
    }

    #[test]
    fn groups_of_the_hostile_member_are_held_and_freeze_where_it_contradicts_itself() {
        let before = after(&[]).world.engine.groups().len();
        let engine = after(&[CHARTER]).world.engine;
        assert_eq!(engine.groups().len(), before + 1);
        let engine = after(&[CHARTER, CHARTERS]).world.engine;
        let frozen = engine
            .groups()
            .iter()
            .filter(|group| group.is_frozen)
            .count();
        assert_eq!(frozen, 1);
    }

    #[test]
    fn rosters_of_two_stewards_are_taken_and_fork() {
        let engine = after(&[ROSTER]).world.engine;
        assert_eq!(engine.rosters().highest(), 2);
        assert!(
            after(&[ROSTER, FORK])
                .world
                .engine
                .rosters()
                .fork()
                .is_some()
        );
    }
}
