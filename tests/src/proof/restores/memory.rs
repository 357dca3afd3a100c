//! Disk and memory set back together, as a virtual machine's snapshot does.
//!
//! Then nothing on the machine can tell the node that it lived already, and it is left to what its peers hold. What comes
//! of it is counted; only that others stay well is required.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::Rng;

use super::backup::{Backup, PuttingBack, copy_directory, copy_store};
use super::ledger::{Ledger, entries};
use super::machine::Machine;
use super::world::{Scribe, World, converge, have_converged};
use crate::program::Broken;
use crate::proof::{Report, ensure};

/// How long nodes are given to come together where it is not certain that they do.
const WAIT: Duration = Duration::from_secs(20);
const VICTIM: usize = 1;

#[derive(Debug, Default)]
struct Count {
    rounds: usize,
    /// Rounds in which the node wrote before anybody could be reached.
    alone: usize,
    doubled_on_own_disk: usize,
    doubled_elsewhere: usize,
    came_together: usize,
}

/// Runs the rounds, and tells what came of them.
pub(super) async fn run(
    rng: &mut ChaCha12Rng,
    rounds: usize,
    report: &mut Report,
) -> Result<(), Broken> {
    let mut count = Count::default();
    let mut world = World::found(false).await?;
    let mut scribe = Scribe::new(rng);
    for round in 0..rounds {
        let mut victim = world.machines.remove(VICTIM);
        let place = world.place(&format!("memory-round-{round}"));
        let outcome = set_back(
            &mut victim,
            &world,
            &mut scribe,
            &place,
            round % 2 == 0,
            rng,
            &mut count,
        )
        .await;
        world.machines.insert(VICTIM, victim);
        let is_well =
            outcome.map_err(|broken| Broken(format!("memory round {round}: {broken}")))?;
        if !is_well {
            world = World::found(false).await?;
        }
    }
    report.saw(format!(
        "disk and memory set back together, {} times (what a virtual machine's snapshot does; counted, not required): the \
         node wrote alone in {} rounds; {} places were taken twice on its own disk, {} of these reached somebody else; all \
         came together again in {} rounds by themselves",
        count.rounds, count.alone, count.doubled_on_own_disk, count.doubled_elsewhere, count.came_together
    ));
    report.figure("memory_rounds", count.rounds);
    report.figure("memory_doubled_on_own_disk", count.doubled_on_own_disk);
    report.figure("memory_doubled_elsewhere", count.doubled_elsewhere);
    report.figure("memory_came_together", count.came_together);
    world.end()
}

/// One round. Says whether the world can be used again.
async fn set_back(
    victim: &mut Machine,
    world: &World,
    scribe: &mut Scribe,
    place: &Path,
    alone: bool,
    rng: &mut ChaCha12Rng,
    count: &mut Count,
) -> Result<bool, Broken> {
    let (old, memory, truth) = (
        place.join("disk"),
        place.join("memory"),
        place.join("truth"),
    );
    scribe.edit_profile(victim).await?;
    scribe.write_several(victim, rng.next_u64() % 3).await?;
    victim.freeze()?;
    let copied = copy_store(&victim.path, &old)
        .and_then(|()| copy_directory(&victim.memory.join("faelled"), &memory));
    victim.thaw()?;
    copied?;
    // All in one feed: what is written again comes to the same places.
    scribe.edit_profile(victim).await?;
    scribe.write_several(victim, rng.next_u64() % 5).await?;
    converge(&everybody(world, victim)).await?;
    let mut ledger = Ledger::default();
    victim.note_in(&mut ledger).await?;
    victim.kill()?;
    copy_store(&victim.path, &truth)?;

    let backup = Backup { path: old };
    backup.put_back(victim, PuttingBack::WrittenOver)?;
    copy_directory(&memory, &victim.memory.join("faelled"))?;
    write_again(victim, world, (scribe, &mut ledger), alone, rng).await?;
    let came_together = waited(&everybody(world, victim)).await?;
    count.rounds += 1;
    count.alone += usize::from(alone);
    count.came_together += usize::from(came_together);
    doubled(&mut ledger, victim, world, count).await?;
    others_are_well(world, scribe).await?;

    // What was true before is put back: the next round begins with it.
    victim.kill()?;
    Backup { path: truth }.put_back(victim, PuttingBack::InPlace)?;
    fs::remove_dir_all(victim.memory.join("faelled"))?;
    victim.start().await?;
    scribe.write(victim).await?;
    let is_well = waited(&everybody(world, victim)).await?;
    fs::remove_dir_all(place)?;
    Ok(is_well)
}

async fn write_again(
    victim: &mut Machine,
    world: &World,
    (scribe, ledger): (&mut Scribe, &mut Ledger),
    alone: bool,
    rng: &mut ChaCha12Rng,
) -> Result<(), Broken> {
    if alone {
        world.machines.iter().try_for_each(Machine::freeze)?;
        victim.start().await?;
        scribe.edit_profile(victim).await?;
        scribe.write_several(victim, rng.next_u64() % 3).await?;
        // What it takes back once it meets the others was there.
        victim.note_in(ledger).await?;
        return world.machines.iter().try_for_each(Machine::thaw);
    }
    victim.start().await?;
    victim
        .daemon()?
        .until("a connection", |status| {
            let peers = status["peers"].as_array();
            peers.is_some_and(|peers| peers.iter().any(|peer| peer["member"].is_string()))
        })
        .await?;
    scribe.edit_profile(victim).await?;
    scribe.write_several(victim, rng.next_u64() % 3).await
}

async fn doubled(
    ledger: &mut Ledger,
    victim: &Machine,
    world: &World,
    count: &mut Count,
) -> Result<(), Broken> {
    victim.note_in(ledger).await?;
    let doubled: Vec<_> = ledger.doubled().iter().cloned().collect();
    count.doubled_on_own_disk += doubled.len();
    for machine in &world.machines {
        let held = entries(&machine.node_db()).await?;
        let reached = doubled.iter().filter(|doubled| {
            held.iter()
                .any(|seen| seen.place == doubled.place && seen.entry == doubled.entries[1])
        });
        count.doubled_elsewhere += reached.count();
    }
    Ok(())
}

/// The others write and hold the same, whatever became of the one.
async fn others_are_well(world: &World, scribe: &mut Scribe) -> Result<(), Broken> {
    for machine in &world.machines {
        scribe.write(machine).await?;
    }
    let others: Vec<&Machine> = world.machines.iter().collect();
    converge(&others).await?;
    for machine in &others {
        let quarantined = machine.daemon()?.status().await?["figures"]["quarantined"].as_i64();
        ensure(quarantined == Some(0), || {
            format!("{} has documents set aside: {quarantined:?}", machine.name)
        })?;
    }
    Ok(())
}

fn everybody<'a>(world: &'a World, victim: &'a Machine) -> Vec<&'a Machine> {
    world.machines.iter().chain([victim]).collect()
}

async fn waited(machines: &[&Machine]) -> Result<bool, Broken> {
    let begun = Instant::now();
    while begun.elapsed() < WAIT {
        if have_converged(machines).await? {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(false)
}
