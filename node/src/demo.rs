//! `faelled demo`: the whole way once, with three real daemons over QUIC on loopback.

mod town;

use std::path::{Path, PathBuf};
use std::time::Duration;

use faelled_mirror::Mirror;
use faelled_mirror::read::PilotFilter;
use faelled_model::attachment::FileBytes;
use faelled_model::terms::{PriceEffect, Verdict};
use faelled_model::{Language, Localized};
use serde::Serialize;
use serde_json::Value;

use crate::failure::{Failure, Said};
use crate::request::{AdoptionOf, PublishTerms, Request};
use crate::steward::{self, ToSign};
use town::Town;

const PACKS: [(&str, &str); 2] = [
    (
        "packaging.toml",
        include_str!("../../examples/packs/packaging.toml"),
    ),
    (
        "furniture.toml",
        include_str!("../../examples/packs/furniture.toml"),
    ),
];
const PILOT: (&str, &str) = (
    "0151-ballerup-kontorartikler.toml",
    include_str!("../../examples/pilots/0151-ballerup-kontorartikler.toml"),
);
/// How long the demo waits for what must come: it ends by itself even where something hangs.
const PATIENCE: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(100);

/// What the demo counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Members in Albertslund's mirror.
    pub members: i64,
    /// Packs in it.
    pub packs: i64,
    /// Requirements in it.
    pub requirements: i64,
    /// Pilots in it.
    pub pilots: i64,
    /// Bytes that the three took from one another.
    pub bytes_synced: u64,
    /// Where the three directories lie.
    pub directory: PathBuf,
}

/// Says what happens, in one language, unless a program reads the outcome.
struct Narrator {
    language: Language,
    silent: bool,
    step: u32,
}

impl Narrator {
    fn step(&mut self, en: impl AsRef<str>, da: impl AsRef<str>) {
        self.step += 1;
        if !self.silent {
            println!(
                "{:>2}. {}",
                self.step,
                self.language.pick(en.as_ref(), da.as_ref())
            );
        }
    }

    fn line(&self, en: impl AsRef<str>, da: impl AsRef<str>) {
        if !self.silent {
            println!("    {}", self.language.pick(en.as_ref(), da.as_ref()));
        }
    }
}

/// Runs the demo. Its directories stay, so that one can look further.
///
/// # Errors
/// What the first step that failed says.
pub async fn run(keep: Option<PathBuf>, language: Language, json: bool) -> Result<(), Failure> {
    let directory = place(keep)?;
    let mut narrator = Narrator {
        language,
        silent: json,
        step: 0,
    };
    let counts = play(&directory, &mut narrator).await?;
    if json {
        let text =
            serde_json::to_string_pretty(&counts).map_err(|error| failed(&error.to_string()))?;
        println!("{text}");
        return Ok(());
    }
    look_further(&directory, &narrator)?;
    println!(
        "demo: ok (members {}, packs {}, requirements {}, pilots {}, bytes synced {})",
        counts.members, counts.packs, counts.requirements, counts.pilots, counts.bytes_synced
    );
    Ok(())
}

/// Commands with which one sees more: each can be copied as it stands.
fn look_further(directory: &Path, narrator: &Narrator) -> Result<(), Failure> {
    let program = std::env::current_exe().map_err(|error| failed(&error.to_string()))?;
    let data = directory.join("albertslund");
    let (program, data) = (quoted(&program), quoted(&data));
    println!();
    narrator.line("Look further:", "Se videre:");
    for command in [
        "requirement show GLX-EMB-001",
        "search genbrug",
        "pilot list",
        "status",
    ] {
        let line = format!("{program} --data {data} {command}");
        narrator.line(&line, &line);
    }
    let sql = |language| {
        format!(
            "sqlite3 {data}/mirror.db 'SELECT number, pilots, bidders_avg, latest_advice_{language} \
             FROM requirement_in_practice WHERE pilots > 0'"
        )
    };
    narrator.line(sql("en"), sql("da"));
    Ok(())
}

/// A path as a shell takes it for one word.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
    if text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

async fn play(directory: &Path, narrator: &mut Narrator) -> Result<Counts, Failure> {
    narrator.step(
        "Gladsaxe (0159) founds the federation and starts its node.",
        "Gladsaxe (0159) grundlægger fællesskabet og starter sin node.",
    );
    let gladsaxe = Town::found(directory, "0159", "Cirkulære indkøb i hovedstaden").await?;
    let mut others = Vec::new();
    for code in ["0151", "0165"] {
        others.push(join(directory, &gladsaxe, code, narrator).await?);
    }
    let [ballerup, albertslund] = others.as_slice() else {
        return Err(failed("two towns should have joined"));
    };
    publish(&gladsaxe, narrator).await?;
    for town in [ballerup, albertslund] {
        town.until("2 packs", |figures| {
            figures["packs"] == 2 && figures["requirements"].as_i64() > Some(0)
        })
        .await?;
    }
    narrator.step(
        "Both packs have reached Ballerup and Albertslund. Ballerup tries the packaging pack, Albertslund follows it.",
        "Begge pakker er nået frem til Ballerup og Albertslund. Ballerup afprøver emballagepakken, Albertslund følger den.",
    );
    for (town, stance) in [(ballerup, "trying"), (albertslund, "following")] {
        let adopt = Request::PackAdopt(AdoptionOf {
            pack: "GLX-EMB".into(),
            stance: Some(stance.into()),
            quarter: Some("2027-Q1".into()),
            ..AdoptionOf::default()
        });
        let adopted = town.ask(adopt).await?;
        narrator.line(
            format!(
                "{}: {} {} pinned as {}",
                town.name,
                text(&adopted["code"]),
                text(&adopted["version"]),
                short(&adopted["release"])
            ),
            format!(
                "{}: {} {} fastholdt som {}",
                town.name,
                text(&adopted["code"]),
                text(&adopted["version"]),
                short(&adopted["release"])
            ),
        );
    }
    narrator.step(
        "Ballerup records how it went in a tender (an invented example).",
        "Ballerup registrerer, hvordan det gik i et udbud (et opdigtet eksempel).",
    );
    let (file_name, file) = PILOT;
    let record = Request::PilotRecord {
        file_name: file_name.into(),
        bytes: FileBytes(file.into()),
        before_standstill: false,
    };
    let recorded = ballerup.ask(record).await?;
    albertslund
        .until("the pilot", |figures| figures["pilots"] == 1)
        .await?;
    show(&recorded, ballerup, albertslund, narrator).await?;
    finish(gladsaxe, others, directory, narrator).await
}

async fn join(
    directory: &Path,
    lead: &Town,
    code: &str,
    narrator: &mut Narrator,
) -> Result<Town, Failure> {
    let invited = lead
        .ask(Request::Invite {
            hours: 24,
            addresses: Vec::new(),
            note: None,
        })
        .await?;
    let ticket = text(&invited["ticket"]).to_owned();
    let town = Town::join(directory, code, &ticket).await?;
    let (name, id) = (town.name.clone(), town.member.clone());
    narrator.step(
        format!(
            "{name} ({code}) gets a ticket from {}, starts its node and asks to join.",
            lead.name
        ),
        format!(
            "{name} ({code}) får en billet af {}, starter sin node og beder om at deltage.",
            lead.name
        ),
    );
    lead.until_asked(&id).await?;
    let member = id.parse().map_err(|_| failed("a member's id"))?;
    let planned = lead.ask(ToSign::admission(member)).await?;
    let vote = ToSign::read(&planned)?.approve(&lead.identity()?)?;
    lead.ask(steward::statements(&[vote], false, false)).await?;
    town.until("its admission", |figures| {
        figures["members"].as_i64() > Some(1)
    })
    .await?;
    narrator.line(
        format!("{} approves: {name} is a member.", lead.name),
        format!("{} godkender: {name} er deltager.", lead.name),
    );
    Ok(town)
}

async fn publish(lead: &Town, narrator: &mut Narrator) -> Result<(), Failure> {
    narrator.step(
        "Gladsaxe imports two packs as private drafts, and releases them to every member.",
        "Gladsaxe importerer to pakker som private kladder og udgiver dem til alle deltagere.",
    );
    for (file_name, file) in PACKS {
        let imported = lead
            .ask(Request::PackImport {
                file_name: file_name.into(),
                bytes: FileBytes(file.into()),
                group: None,
                over: false,
            })
            .await?;
        let pack = text(&imported["code"]).to_owned();
        let notes = Localized::from([("da", "Første udgave"), ("en", "First edition")]);
        let release = Request::PackPublish {
            pack: pack.clone(),
            terms: PublishTerms {
                notes,
                ..PublishTerms::default()
            },
            preview: false,
        };
        let published = lead.ask(release).await?;
        let count = published["requirements"].as_array().map_or(0, Vec::len);
        let citation = text(&published["citation"]);
        narrator.line(
            format!("{pack}: {count} requirements, cited as {citation}"),
            format!("{pack}: {count} krav, citeres som {citation}"),
        );
    }
    Ok(())
}

/// Reads Albertslund's mirror as any local tool would, and has the provenance verified from the bytes.
async fn show(
    recorded: &Value,
    ballerup: &Town,
    albertslund: &Town,
    narrator: &mut Narrator,
) -> Result<(), Failure> {
    narrator.step(
        "Albertslund never spoke to Ballerup, only to Gladsaxe. Its mirror.db says:",
        "Albertslund har aldrig talt med Ballerup, kun med Gladsaxe. Dens mirror.db siger:",
    );
    for (town, stranger) in [(albertslund, ballerup), (ballerup, albertslund)] {
        let status = town.ask(Request::Status).await?;
        let peers = status["peers"].as_array().cloned().unwrap_or_default();
        if peers
            .iter()
            .any(|peer| peer["member"] == stranger.member.as_str())
        {
            return Err(failed(&format!(
                "{} is connected to {}",
                town.name, stranger.name
            )));
        }
    }
    let document = text(&recorded["document"]);
    let mirror = Mirror::open_read_only(albertslund.directory.mirror_db()).await?;
    let filter = PilotFilter {
        member: Some(ballerup.member.clone()),
        ..PilotFilter::default()
    };
    let results = mirror.pilots(&filter).await?;
    mirror.close().await;
    if results.is_empty() || results.iter().any(|result| result.document != document) {
        return Err(failed(
            "the pilot in Albertslund's mirror is not the one that Ballerup recorded",
        ));
    }
    for result in &results {
        let count =
            |value: Option<i64>| value.map_or_else(|| "-".to_owned(), |count| count.to_string());
        let number = result.number.clone().unwrap_or_default();
        let verdict = Verdict::from(result.verdict.clone().unwrap_or_default());
        let (now, before) = (count(result.bidders), count(result.bidders_last_time));
        let price = PriceEffect::from(result.price_effect.clone().unwrap_or_default());
        let names = |language| {
            (
                price.name(language).to_owned(),
                verdict.name(language).to_owned(),
            )
        };
        let ((price_en, verdict_en), (price_da, verdict_da)) =
            (names(Language::English), names(Language::Danish));
        narrator.line(
            format!("{number}: {now} bids (last time {before}), effect on price: {price_en}, verdict: {verdict_en}"),
            format!("{number}: {now} tilbud (sidst {before}), effekt på pris: {price_da}, dom: {verdict_da}"),
        );
    }
    let shown = albertslund
        .ask(Request::PilotShow {
            pilot: document.to_owned(),
        })
        .await?;
    let provenance = &shown["provenance"];
    if provenance["member"] != ballerup.member.as_str() {
        return Err(failed("the pilot is not signed by Ballerup"));
    }
    let (entries, chain) = (&provenance["entries"], &provenance["chain_entries"]);
    let key = short(&provenance["node_keys"][0]);
    narrator.line(
        format!("Verified at Albertslund: signed by {} (key {key}), {entries} entries in a chain of {chain}, certified by the roster.", ballerup.name),
        format!("Bekræftet hos Albertslund: underskrevet af {} (nøgle {key}), {entries} poster i en kæde på {chain}, attesteret af deltagerlisten.", ballerup.name),
    );
    Ok(())
}

async fn finish(
    gladsaxe: Town,
    others: Vec<Town>,
    directory: &Path,
    narrator: &mut Narrator,
) -> Result<Counts, Failure> {
    let mut bytes_synced = 0;
    let mut last = Value::Null;
    for town in std::iter::once(&gladsaxe).chain(&others) {
        last = town.ask(Request::Status).await?;
        bytes_synced += last["bytes_received"].as_u64().unwrap_or(0);
    }
    narrator.step(
        "All three nodes stop. Their directories stay.",
        "Alle tre noder stopper. Deres mapper bliver.",
    );
    for town in std::iter::once(gladsaxe).chain(others) {
        town.stop().await?;
    }
    let count = |name: &str| last["figures"][name].as_i64().unwrap_or(0);
    Ok(Counts {
        members: count("members"),
        packs: count("packs"),
        requirements: count("requirements"),
        pilots: count("pilots"),
        bytes_synced,
        directory: directory.to_owned(),
    })
}

/// An empty directory for the three.
fn place(keep: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let directory = match keep {
        Some(directory) => directory,
        None => std::env::temp_dir().join(format!(
            "faelled-demo-{}",
            data_encoding::HEXLOWER.encode(&crate::random::<4>()?)
        )),
    };
    let shown = directory.display();
    std::fs::create_dir_all(&directory).map_err(|error| {
        Failure::configuration(
            "directory",
            Said::new(
                format!("{shown} cannot be made: {error}"),
                format!("{shown} kan ikke oprettes: {error}"),
            ),
        )
    })?;
    let is_empty = std::fs::read_dir(&directory).is_ok_and(|mut entries| entries.next().is_none());
    if !is_empty {
        return Err(Failure::configuration(
            "directory",
            Said::new(
                format!("{shown} is not empty"),
                format!("{shown} er ikke tom"),
            ),
        )
        .hint(Said::new(
            "choose another for the demo",
            "vælg en anden til demoen",
        )));
    }
    std::fs::canonicalize(&directory).map_err(|error| failed(&error.to_string()))
}

fn failed(what: &str) -> Failure {
    Failure::internal(
        "demo",
        Said::new(
            format!("the demo failed: {what}"),
            format!("demoen mislykkedes: {what}"),
        ),
    )
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

fn short(value: &Value) -> &str {
    let text = text(value);
    text.get(..10).unwrap_or(text)
}
