//! Four municipalities that share a commons and a group, and write in both and in drafts of their own.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use faelled::directory::Directory;
use faelled::request::Request;
use faelled::request::drafting::Request as Drafting;
use faelled::request::joint::{ProfileGiven, Request as Joint};
use faelled_model::Localized;
use faelled_model::attachment::FileBytes;
use faelled_proto::ticket::NodeAddress;
use faelled_store::{AddressRow, Store};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sqlx::{Connection, Row};

use super::backup::Image;
use super::ledger::{Ledger, read_only};
use super::machine::Machine;
use crate::daemon::patience;
use crate::member::{joined, make_founder, municipality};
use crate::program::{Broken, example};

const GROUP: &str = "Genbrug";
const CODES: [&str; 4] = ["0159", "0151", "0165", "0219"];
/// Between two writes of one who writes all the time.
const PAUSE: Duration = Duration::from_millis(60);

/// The four machines. The first founded the federation and is dialled by all; the third dials the second, too.
pub(super) struct World {
    pub(super) machines: Vec<Machine>,
    pub(super) image: Option<Image>,
    directory: tempfile::TempDir,
}

impl World {
    /// Founds the federation. Where an image can be mounted and is wanted, the last machine's disk is one.
    pub(super) async fn found(with_image: bool) -> Result<Self, Broken> {
        let directory = tempfile::tempdir()?;
        let image = if with_image {
            Image::make(directory.path())?
        } else {
            None
        };
        let place = |code: &str| match &image {
            Some(image) if code == CODES[3] => image.path().join("node"),
            _ => directory.path().join(code),
        };
        let memory = |code: &str| directory.path().join(format!("memory-{code}"));
        make_founder(&place(CODES[0]), CODES[0]).await?;
        let mut machines = vec![Machine::of(
            CODES[0],
            &place(CODES[0]),
            &memory(CODES[0]),
            "127.0.0.1:0",
        )?];
        machines[0].start().await?;
        for code in &CODES[1..] {
            joined(&place(code), code, machines[0].daemon()?)
                .await?
                .stop()?;
            let mut machine = Machine::of(code, &place(code), &memory(code), "127.0.0.1:0")?;
            if let [_, second] = &machines[..] {
                knows(&machine, second).await?;
            }
            machine.start().await?;
            machines.push(machine);
        }
        let world = Self {
            machines,
            image,
            directory,
        };
        world.begin().await?;
        Ok(world)
    }

    pub(super) const fn has_image(&self) -> bool {
        self.image.is_some()
    }

    /// A new path in the world's own directory.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A group of all with a draft in it, and a draft of each one's own.
    async fn begin(&self) -> Result<(), Broken> {
        let members = CODES[1..].iter();
        let members = members
            .map(|code| municipality(code).map(|member| member.id))
            .collect::<Result<_, _>>()?;
        let first = self.machines[0].daemon()?;
        let name = GROUP.to_owned();
        first
            .ask(Request::Drafting(Drafting::GroupNew { name, members }))
            .await?;
        import(&self.machines[0], "packs/packaging.toml", Some(GROUP)).await?;
        for machine in &self.machines {
            import(machine, "packs/furniture.toml", None).await?;
        }
        let all: Vec<&Machine> = self.machines.iter().collect();
        converge(&all).await
    }

    /// Notes every disk.
    pub(super) async fn note_in(&self, ledger: &mut Ledger) -> Result<(), Broken> {
        for machine in &self.machines {
            machine.note_in(ledger).await?;
        }
        Ok(())
    }

    /// Ends all nodes in order.
    pub(super) fn end(mut self) -> Result<(), Broken> {
        self.machines.iter_mut().rev().try_for_each(Machine::stop)
    }
}

/// Tells a node that is off where another one is reached.
async fn knows(machine: &Machine, other: &Machine) -> Result<(), Broken> {
    let address = other.address().parse();
    let node = NodeAddress {
        address: address.map_err(|error| Broken(format!("{error}")))?,
        node_key: Directory::at(&other.path).keys()?.node.node_key(),
    };
    let store = Store::open(machine.node_db()).await?;
    store
        .put_address(&AddressRow {
            node,
            member: Some(municipality(&other.name)?.id),
            last_ok_ms: None,
        })
        .await?;
    store.close().await?;
    Ok(())
}

async fn import(machine: &Machine, file: &str, group: Option<&str>) -> Result<(), Broken> {
    let text = std::fs::read_to_string(example(file))?;
    let request = Request::PackImport {
        file_name: file.into(),
        bytes: FileBytes(text.into()),
        group: group.map(str::to_owned),
        over: false,
    };
    machine.daemon()?.ask(request).await?;
    Ok(())
}

/// Somebody who writes at a node, each time something else.
pub(super) struct Scribe {
    rng: ChaCha12Rng,
    pub(super) writes: u64,
}

impl Scribe {
    pub(super) fn new(rng: &mut ChaCha12Rng) -> Self {
        Self {
            rng: ChaCha12Rng::seed_from_u64(rng.next_u64()),
            writes: 0,
        }
    }

    /// Writes once: a new document or an edit, for all, for the group or for oneself.
    pub(super) async fn write(&mut self, machine: &Machine) -> Result<(), Broken> {
        let request = self.request(&machine.name);
        self.writes += 1;
        machine
            .daemon()?
            .ask(request.clone())
            .await
            .map_err(|broken| {
                Broken(format!(
                    "{} cannot write {request:?}: {broken}",
                    machine.name
                ))
            })?;
        Ok(())
    }

    /// Edits the profile of the writer: each time in the same feed.
    pub(super) async fn edit_profile(&mut self, machine: &Machine) -> Result<(), Broken> {
        self.writes += 1;
        let request = profile(&word(self.rng.next_u64()));
        machine.daemon()?.ask(request).await?;
        Ok(())
    }

    pub(super) async fn write_several(
        &mut self,
        machine: &Machine,
        count: u64,
    ) -> Result<(), Broken> {
        for _ in 0..count {
            self.write(machine).await?;
        }
        Ok(())
    }

    /// Writes at one after the other until it is dropped; returns what went wrong.
    pub(super) async fn write_on(&mut self, machines: &[Machine]) -> Broken {
        loop {
            for machine in machines {
                if let Err(broken) = self.write(machine).await {
                    return broken;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    pub(super) fn request(&mut self, writer: &str) -> Request {
        let text = format!("{writer} {} {}", self.writes, word(self.rng.next_u64()));
        let number = self.rng.next_u64() % 3 + 1;
        match self.rng.next_u64() % 8 {
            0 | 1 => Request::Joint(Joint::Ask {
                about: None,
                field: String::new(),
                title: both(&text),
                text: both(&format!("{text}: hvem har prøvet det?")),
                preview: false,
            }),
            2 | 3 => profile(&word(self.rng.next_u64())),
            4..=6 => edit(&format!("GLX-EMB-00{number}"), text),
            _ => edit(&format!("GLX-MOB-00{number}"), text),
        }
    }
}

/// Letters only: digits might be taken for somebody's number.
fn word(number: u64) -> String {
    let letter = |digit: u8| char::from(b'a' + digit % 16);
    number.to_le_bytes().into_iter().map(letter).collect()
}

/// An edit of the writer's own profile, which all see.
pub(super) fn profile(page: &str) -> Request {
    Request::Joint(Joint::Introduce {
        given: ProfileGiven {
            name: both("En kommune"),
            web_page: Some(format!("https://www.example.dk/{page}")),
            ..ProfileGiven::default()
        },
        preview: false,
    })
}

fn edit(draft: &str, text: String) -> Request {
    Request::Drafting(Drafting::Edit {
        draft: draft.into(),
        is_pack: false,
        set: vec![("title.da".into(), text)],
    })
}

fn both(text: &str) -> Localized {
    let said = |language: &str| (language.to_owned(), text.to_owned());
    Localized([said("da"), said("en")].into())
}

/// Waits until all hold the same of what they share, and every mirror shows it.
pub(super) async fn converge(machines: &[&Machine]) -> Result<(), Broken> {
    let begun = Instant::now();
    loop {
        if have_converged(machines).await? {
            return Ok(());
        }
        if let Err(broken) = patience(begun, "all nodes to hold the same").await {
            return Err(Broken(format!("{broken}: {}", apart(machines).await?)));
        }
    }
}

/// Whether they hold the same, and every mirror shows it.
pub(super) async fn have_converged(machines: &[&Machine]) -> Result<bool, Broken> {
    let mut all = None;
    for machine in machines {
        let here = tips(&machine.node_db()).await?;
        if *all.get_or_insert_with(|| here.clone()) != here {
            return Ok(false);
        }
        if machine.daemon()?.status().await?["mirror_behind"] != 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

type Tips = Vec<(Vec<u8>, i64, Vec<u8>)>;

async fn tips(node_db: &Path) -> Result<Tips, Broken> {
    let mut connection = read_only(node_db).await?;
    let rows = sqlx::query(
        "SELECT id, tip_seq, tip_entry FROM feed WHERE space_sort <> 'private' ORDER BY id",
    )
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    let tip =
        |row: &sqlx::sqlite::SqliteRow| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
    let tips: Result<Tips, sqlx::Error> = rows.iter().map(tip).collect();
    Ok(tips?)
}

/// How far they are apart, for people.
async fn apart(machines: &[&Machine]) -> Result<String, Broken> {
    let mut said = String::new();
    for machine in machines {
        let tips = tips(&machine.node_db()).await?;
        let status = machine.daemon()?.status().await?;
        let entries: i64 = tips.iter().map(|(_, seq, _)| seq + 1).sum();
        let notices = status["notices"].as_array().cloned().unwrap_or_default();
        let last: Vec<&str> = notices
            .iter()
            .rev()
            .take(3)
            .filter_map(|notice| notice["what"]["en"].as_str())
            .collect();
        said.push_str(&format!(
            "\n  {}: {} feeds, {entries} shared entries, {} connections, mirror {} behind; {last:?}",
            machine.name,
            tips.len(),
            status["peers"].as_array().map_or(0, Vec::len),
            status["mirror_behind"],
        ));
    }
    Ok(said)
}
