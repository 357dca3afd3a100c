//! Nodes that get an old disk back: no place of a feed is ever taken twice, and nothing that others hold is lost.
//!
//! Four real nodes write all the time. Again and again one of them is set back to an earlier copy of its disk, or a copy of
//! it is started beside it. Every entry that any disk ever held is kept in a [`ledger::Ledger`].

mod backup;
pub(super) mod ledger;
mod machine;
mod memory;
mod rounds;
mod shared;
mod world;

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

use super::Report;
use crate::program::Broken;
use rounds::Scenario;
use world::World;

/// Rounds in the whole form and in the quick one, which has each scenario once.
const ROUNDS: [usize; 2] = [100, Scenario::ALL.len()];
/// Rounds in which memory is set back with the disk.
const MEMORY_ROUNDS: [usize; 2] = [20, 4];

pub(super) async fn run(mut report: Report, quick: bool) -> Result<Report, Broken> {
    let seed = report.seed();
    report.saw(format!(
        "seed {seed} (the same again with --seed {seed}; when processes are killed is up to the machine, too)"
    ));
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let rounds = ROUNDS[usize::from(quick)];
    let mut world = World::found(true).await?;
    report.saw(if world.has_image() {
        "four nodes write all the time; the disk of one is an image file that is mounted and can be set back as a whole"
    } else {
        "four nodes write all the time; no image can be mounted here, so directories stand for disks that are set back"
    });
    rounds::run(&mut world, &mut rng, rounds, &mut report).await?;
    world.end()?;
    memory::run(&mut rng, MEMORY_ROUNDS[usize::from(quick)], &mut report).await?;
    Ok(report)
}
