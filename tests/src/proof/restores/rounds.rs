//! One restore after the other.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use faelled::request::Request;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::Rng;
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, Row};

use super::backup::{Backup, Copying, PuttingBack, copy_directory};
use super::ledger::{Ledger, read_only, short};
use super::machine::Machine;
use super::shared::{difference, shown};
use super::world::{Scribe, World, converge, profile};
use crate::program::Broken;
use crate::proof::{Report, ensure};

/// What happens in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scenario {
    /// A backup is put back, after the node was ended.
    Restored(Copying, PuttingBack),
    /// The directory is exchanged for an older copy under the running node, which is then killed.
    Swapped,
    /// The whole disk is set back as an image.
    Image,
    /// The node is killed when its next entry has just reached the disk, and set back to right before it.
    AtCommit,
    /// The same, but certainly before it could note the entry in memory.
    BeforeNote,
    /// A copy of the directory is started while the original runs.
    Twin {
        /// On the same machine, else on another one.
        same_memory: bool,
        /// In the end the copy goes on, else the original.
        copy_stays: bool,
    },
}

impl Scenario {
    /// All, in the order in which they come round.
    pub(super) const ALL: [Self; 12] = [
        Self::Restored(Copying::Files, PuttingBack::InPlace),
        Self::AtCommit,
        Self::Restored(Copying::Vacuum, PuttingBack::WrittenOver),
        Self::Twin {
            same_memory: false,
            copy_stays: false,
        },
        Self::Swapped,
        Self::Restored(Copying::Directory, PuttingBack::Renamed),
        Self::Image,
        Self::Twin {
            same_memory: true,
            copy_stays: true,
        },
        Self::Restored(Copying::Files, PuttingBack::WrittenOver),
        Self::BeforeNote,
        Self::Restored(Copying::Directory, PuttingBack::InPlace),
        Self::Twin {
            same_memory: false,
            copy_stays: true,
        },
    ];
}

/// Every how many rounds all mirrors are read whole.
const ROUNDS_BETWEEN_MIRRORS: usize = 6;
/// Copies that are kept of a node, to put back one of some age.
const MAX_OLDER: usize = 6;
/// Against hanging only.
const WATCH: Duration = Duration::from_secs(30);
/// How long an entry may take to the disk while the note in memory is held up.
const HELD: Duration = Duration::from_secs(2);

/// Runs them, and checks after each.
pub(super) async fn run(
    world: &mut World,
    rng: &mut ChaCha12Rng,
    rounds: usize,
    report: &mut Report,
) -> Result<(), Broken> {
    let mut course = Course {
        own: Scribe::new(rng),
        steady: Scribe::new(rng),
        ledger: Ledger::default(),
        older: Vec::new(),
        caught_at_commit: 0,
    };
    for round in 0..rounds {
        let scenario = Scenario::ALL[round % Scenario::ALL.len()];
        let chosen = choose(scenario, rng);
        let mut victim = world.machines.remove(chosen);
        let outcome = course.round(round, scenario, &mut victim, world, rng).await;
        world.machines.insert(chosen, victim);
        let name = &world.machines[chosen].name;
        outcome
            .map_err(|broken| Broken(format!("round {round}, {scenario:?} at {name}: {broken}")))?;
        let last = round + 1 == rounds;
        course
            .check(
                world,
                last || round % ROUNDS_BETWEEN_MIRRORS == ROUNDS_BETWEEN_MIRRORS - 1,
            )
            .await
            .map_err(|broken| {
                Broken(format!(
                    "after round {round}, {scenario:?} at {name}: {broken}"
                ))
            })?;
    }
    course.nothing_is_wedged(world).await?;
    tell(&course, rounds, report);
    Ok(())
}

fn tell(course: &Course, rounds: usize, report: &mut Report) {
    report.saw(format!(
        "{rounds} times set back or doubled, in {} ways, while {} edits were written: {} places of feeds seen taken, none of \
         them twice",
        Scenario::ALL.len(),
        course.own.writes + course.steady.writes,
        course.ledger.len(),
    ));
    report.saw(format!(
        "{} entries were on somebody else's disk at some time: all of them are on every disk at the end; all mirrors show \
         the same, equal one built anew, and no document is set aside",
        course.ledger.shared()
    ));
    report.saw(format!(
        "{} times the process was gone when its entry had reached the disk and was not answered",
        course.caught_at_commit
    ));
    report.figure("restores", rounds);
    report.figure("places", course.ledger.len());
    report.figure("doubled", course.ledger.doubled().len());
    report.figure("held_by_others", course.ledger.shared());
    report.figure("killed_at_commit", course.caught_at_commit);
}

/// Whose disk it is. The first is dialled by all others and not taken: they would only wait to dial it again.
fn choose(scenario: Scenario, rng: &mut ChaCha12Rng) -> usize {
    match scenario {
        Scenario::Image => 3,
        _ => 1 + usize::from(rng.next_u64().is_multiple_of(3)),
    }
}

struct Course {
    own: Scribe,
    steady: Scribe,
    ledger: Ledger,
    older: Vec<(String, Backup)>,
    caught_at_commit: u64,
}

impl Course {
    async fn round(
        &mut self,
        round: usize,
        scenario: Scenario,
        victim: &mut Machine,
        world: &World,
        rng: &mut ChaCha12Rng,
    ) -> Result<(), Broken> {
        let copy = world.place(&format!("copy-{round}"));
        match scenario {
            Scenario::Restored(copying, how) => {
                self.restored(victim, world, copying, how, &copy, rng).await
            }
            Scenario::Image if world.has_image() => self.image(victim, world, &copy, rng).await,
            Scenario::Swapped | Scenario::Image => self.swapped(victim, world, &copy, rng).await,
            Scenario::AtCommit => self.at_commit(victim, world, &copy, false, rng).await,
            Scenario::BeforeNote => self.at_commit(victim, world, &copy, true, rng).await,
            Scenario::Twin {
                same_memory,
                copy_stays,
            } => {
                self.twin(victim, world, &copy, (same_memory, copy_stays), rng)
                    .await
            }
        }
    }

    async fn restored(
        &mut self,
        victim: &mut Machine,
        world: &World,
        copying: Copying,
        how: PuttingBack,
        copy: &Path,
        rng: &mut ChaCha12Rng,
    ) -> Result<(), Broken> {
        let (before, after, in_order) = (
            rng.next_u64() % 6,
            rng.next_u64() % 10,
            rng.next_u64().is_multiple_of(2),
        );
        let (own, steady) = (&mut self.own, &mut self.steady);
        let deed = async {
            own.write_several(victim, before).await?;
            let backup = Backup::of(victim, copying, copy).await?;
            own.write_several(victim, after).await?;
            victim.end(in_order)?;
            Ok(backup)
        };
        let backup = meanwhile(steady, world, deed).await?;
        self.note(victim, world).await?;
        self.older.push((victim.name.clone(), backup));
        let backup = self.some_backup(&victim.name, rng);
        backup.put_back(victim, how)?;
        self.live_again(victim, world, rng).await
    }

    /// The newest copy of a node, or an older one.
    fn some_backup(&mut self, name: &str, rng: &mut ChaCha12Rng) -> &Backup {
        if self.older.len() > MAX_OLDER * 2 {
            let (_, dropped) = self.older.remove(0);
            if let Err(error) = fs::remove_dir_all(&dropped.path) {
                eprintln!("{} stays: {error}", dropped.path.display());
            }
        }
        let of_it: Vec<usize> = (0..self.older.len())
            .filter(|index| self.older[*index].0 == name)
            .collect();
        let newest = of_it[of_it.len() - 1];
        let chosen = match rng.next_u64() % 3 {
            0 => of_it[usize::try_from(rng.next_u64()).unwrap_or(0) % of_it.len()],
            _ => newest,
        };
        &self.older[chosen].1
    }

    async fn swapped(
        &mut self,
        victim: &mut Machine,
        world: &World,
        copy: &Path,
        rng: &mut ChaCha12Rng,
    ) -> Result<(), Broken> {
        let (before, after) = (rng.next_u64() % 4, 1 + rng.next_u64() % 10);
        let (own, steady) = (&mut self.own, &mut self.steady);
        let away = copy.with_extension("away");
        let deed = async {
            own.write_several(victim, before).await?;
            Backup::of(victim, Copying::Directory, copy).await?;
            own.write_several(victim, after).await?;
            fs::rename(&victim.path, &away)?;
            fs::rename(copy, &victim.path)?;
            victim.kill()
        };
        meanwhile(steady, world, deed).await?;
        let ledger = &mut self.ledger;
        ledger
            .note(&away.join("node.db"), &victim.node_key, &victim.name)
            .await?;
        fs::remove_dir_all(&away)?;
        self.note(victim, world).await?;
        self.live_again(victim, world, rng).await
    }

    async fn image(
        &mut self,
        victim: &mut Machine,
        world: &World,
        copy: &Path,
        rng: &mut ChaCha12Rng,
    ) -> Result<(), Broken> {
        let image = world.image.as_ref();
        let image = image.ok_or_else(|| Broken::new("there is no image"))?;
        let (before, after) = (rng.next_u64() % 4, 1 + rng.next_u64() % 10);
        let (own, steady) = (&mut self.own, &mut self.steady);
        let deed = async {
            own.write_several(victim, before).await?;
            victim.freeze()?;
            let taken = image.snapshot(copy);
            victim.thaw()?;
            taken?;
            own.write_several(victim, after).await?;
            victim.kill()
        };
        meanwhile(steady, world, deed).await?;
        self.note(victim, world).await?;
        image.set_back(copy)?;
        fs::remove_file(copy)?;
        self.live_again(victim, world, rng).await
    }

    async fn at_commit(
        &mut self,
        victim: &mut Machine,
        world: &World,
        copy: &Path,
        hold_note: bool,
        rng: &mut ChaCha12Rng,
    ) -> Result<(), Broken> {
        self.own
            .write_several(victim, 1 + rng.next_u64() % 3)
            .await?;
        let mut all: Vec<&Machine> = world.machines.iter().collect();
        all.push(victim);
        converge(&all).await?;
        // Nothing but the own entry comes to the disk.
        world.machines.iter().try_for_each(Machine::freeze)?;
        let backup = Backup::of(victim, Copying::Directory, copy).await?;
        let held = own_entries(victim).await?;
        // Whether it is answered is left to the moment.
        let answered = if hold_note {
            self.write_with_held_note(victim, held).await?
        } else {
            self.write_and_kill(victim).await?
        };
        victim.kill()?;
        let reached_disk = own_entries(victim).await? > held;
        ensure(reached_disk || !answered, || {
            "an answered entry is not on the disk".into()
        })?;
        self.caught_at_commit += u64::from(reached_disk && !answered);
        self.ledger
            .note(&victim.node_db(), &victim.node_key, &victim.name)
            .await?;
        backup.put_back(victim, PuttingBack::WrittenOver)?;
        victim.start().await?;
        self.own
            .write_several(victim, 1 + rng.next_u64() % 3)
            .await?;
        world.machines.iter().try_for_each(Machine::thaw)
    }

    /// Writes, and kills the node at the first change of its disk. Says whether it still answered.
    async fn write_and_kill(&mut self, victim: &Machine) -> Result<bool, Broken> {
        let log = victim.path.join("node.db-wal");
        let (before, pid) = (state_of(&log), victim.daemon()?.pid()?);
        let watch = tokio::task::spawn_blocking(move || kill_at_change(&log, before, pid));
        let answered = self.own.write(victim).await.is_ok();
        watch.await.map_err(|error| Broken(error.to_string()))??;
        Ok(answered)
    }

    /// Writes while the note in memory cannot be written; the node is to be killed then.
    async fn write_with_held_note(
        &mut self,
        victim: &Machine,
        held: usize,
    ) -> Result<bool, Broken> {
        let pipe = victim.hold_note()?;
        let begun = Instant::now();
        let answered = tokio::select! {
            written = self.own.write(victim) => written.is_ok(),
            waited = async {
                // A node that notes before it commits comes no further than that: then it is killed there.
                while own_entries(victim).await? == held && begun.elapsed() < HELD {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                Ok::<_, Broken>(())
            } => {
                waited?;
                false
            }
        };
        victim.daemon()?.signal(Signal::KILL)?;
        fs::remove_file(pipe)?;
        Ok(answered)
    }

    async fn twin(
        &mut self,
        victim: &mut Machine,
        world: &World,
        copy: &Path,
        (same_memory, copy_stays): (bool, bool),
        rng: &mut ChaCha12Rng,
    ) -> Result<(), Broken> {
        let (before, turns) = (rng.next_u64() % 4, 2 + rng.next_u64() % 4);
        self.own.write_several(victim, before).await?;
        victim.freeze()?;
        let copied = copy_directory(&victim.path, copy);
        victim.thaw()?;
        copied?;
        let memory = if same_memory {
            victim.memory.clone()
        } else {
            copy.with_extension("memory")
        };
        let name = format!("{} (copy)", victim.name);
        let mut twin = Machine::of(&name, copy, &memory, "127.0.0.1:0")?;
        let (own, steady) = (&mut self.own, &mut self.steady);
        let (one, other) = (&*victim, &mut twin);
        let deed = async {
            other.start().await?;
            for _ in 0..turns {
                own.write(other).await?;
                own.write(one).await?;
            }
            Ok(())
        };
        meanwhile(steady, world, deed).await?;
        let mut all: Vec<&Machine> = world.machines.iter().collect();
        all.extend([&*victim, &twin]);
        converge(&all).await?;
        self.note(victim, world).await?;
        twin.note_in(&mut self.ledger).await?;
        twin.kill()?;
        if copy_stays {
            victim.kill()?;
            fs::remove_dir_all(&victim.path)?;
            fs::rename(copy, &victim.path)?;
            victim.memory = memory;
            victim.start().await?;
        } else {
            fs::remove_dir_all(copy)?;
        }
        self.own.write_several(victim, 1 + rng.next_u64() % 3).await
    }

    /// Starts a node that was set back: it writes while nobody can be reached, then while all write.
    async fn live_again(
        &mut self,
        victim: &mut Machine,
        world: &World,
        rng: &mut ChaCha12Rng,
    ) -> Result<(), Broken> {
        world.machines.iter().try_for_each(Machine::freeze)?;
        victim.start().await?;
        self.own
            .write_several(victim, 1 + rng.next_u64() % 3)
            .await?;
        world.machines.iter().try_for_each(Machine::thaw)?;
        let (own, steady) = (&mut self.own, &mut self.steady);
        let count = 1 + rng.next_u64() % 4;
        meanwhile(steady, world, own.write_several(victim, count)).await
    }

    async fn note(&mut self, victim: &Machine, world: &World) -> Result<(), Broken> {
        victim.note_in(&mut self.ledger).await?;
        world.note_in(&mut self.ledger).await
    }

    /// All hold the same, nothing is there twice, nothing is lost.
    async fn check(&mut self, world: &World, with_mirrors: bool) -> Result<(), Broken> {
        let all: Vec<&Machine> = world.machines.iter().collect();
        converge(&all).await?;
        world.note_in(&mut self.ledger).await?;
        if let Some(doubled) = self.ledger.doubled().first() {
            let (feed, seq) = &doubled.place;
            let [one, other] = &doubled.entries;
            let count = self.ledger.doubled().len();
            return Err(Broken(format!(
                "place {seq} of feed {} is taken by entry {} and by entry {}, seen at {}; {count} such places",
                short(feed),
                short(one),
                short(other),
                doubled.seen_at,
            )));
        }
        for machine in &all {
            let lost = self.ledger.lost(&machine.node_db()).await?;
            ensure(lost.is_empty(), || {
                let (feed, seq) = &lost[0];
                let (name, count) = (&machine.name, lost.len());
                format!(
                    "{name} lacks {count} entries that others held, such as {seq} of {}",
                    short(feed)
                )
            })?;
        }
        if with_mirrors {
            mirrors_agree(&all).await?;
        }
        Ok(())
    }

    /// Every node edits a document that it edited before each restore, and all see it.
    async fn nothing_is_wedged(&self, world: &World) -> Result<(), Broken> {
        let all: Vec<&Machine> = world.machines.iter().collect();
        for machine in &all {
            let text = format!("sidste-{}", machine.name);
            machine.daemon()?.ask(profile(&text)).await?;
        }
        converge(&all).await?;
        for machine in &all {
            let shown = shown(&machine.path.join("mirror.db")).await?;
            let profiles: Vec<&String> = shown.get("profile").into_iter().flatten().collect();
            for writer in &all {
                let text = format!("sidste-{}", writer.name);
                ensure(profiles.iter().any(|row| row.contains(&text)), || {
                    format!(
                        "the last edit of {} does not show at {}",
                        writer.name, machine.name
                    )
                })?;
            }
            let rebuilt = machine.daemon()?.ask(Request::MirrorRebuild).await?;
            ensure(rebuilt["differing_tables"] == serde_json::json!([]), || {
                format!(
                    "the mirror of {} differs from one built anew: {rebuilt:#}",
                    machine.name
                )
            })?;
        }
        mirrors_agree(&all).await
    }
}

/// Does something while all other nodes write.
async fn meanwhile<T>(
    steady: &mut Scribe,
    world: &World,
    deed: impl Future<Output = Result<T, Broken>>,
) -> Result<T, Broken> {
    tokio::select! {
        done = deed => done,
        broken = steady.write_on(&world.machines) => Err(broken),
    }
}

/// All mirrors show the same of what is shared, and no document is set aside.
async fn mirrors_agree(machines: &[&Machine]) -> Result<(), Broken> {
    let mut first = None;
    for machine in machines {
        let mirror = machine.path.join("mirror.db");
        let here = shown(&mirror).await?;
        let compared = first.get_or_insert_with(|| here.clone());
        if let Some(difference) = difference(compared, &here) {
            let (one, other) = (&machines[0].name, &machine.name);
            return Err(Broken(format!(
                "{one} and {other} show different things: {difference}"
            )));
        }
        let mut connection = read_only(&mirror).await?;
        let aside = sqlx::query(
            "SELECT (SELECT count(*) FROM document WHERE state <> 'read'), (SELECT count(*) FROM refused_entry)",
        )
        .fetch_one(&mut connection)
        .await?;
        connection.close().await?;
        let aside: (i64, i64) = (aside.try_get(0)?, aside.try_get(1)?);
        ensure(aside == (0, 0), || {
            format!(
                "{}: {} documents are not read, {} entries do not count",
                machine.name, aside.0, aside.1
            )
        })?;
    }
    Ok(())
}

/// How many entries the node itself wrote that are on its disk.
async fn own_entries(machine: &Machine) -> Result<usize, Broken> {
    let all = super::ledger::entries(&machine.node_db()).await?;
    Ok(all
        .iter()
        .filter(|seen| seen.author == machine.node_key)
        .count())
}

type FileState = Option<(u64, SystemTime)>;

fn state_of(file: &PathBuf) -> FileState {
    let meta = fs::metadata(file).ok()?;
    Some((meta.len(), meta.modified().ok()?))
}

/// Kills a process at the first change of a file.
fn kill_at_change(file: &PathBuf, before: FileState, pid: Pid) -> Result<(), Broken> {
    let begun = Instant::now();
    while state_of(file) == before {
        if begun.elapsed() > WATCH {
            return Err(Broken::new("nothing came to the disk"));
        }
    }
    kill_process(pid, Signal::KILL).map_err(|error| Broken(error.to_string()))
}
