//! How well words find what a buyer wants among the example packs and pilots: a judged set of
//! searches, measured, beside the same searches by bare words.

use std::collections::BTreeSet;
use std::path::Path;

use faelled_exchange::{PackFile, PilotFile, Resolved, read_pack, read_pilot};
use faelled_mirror::read::SearchFilter;
use faelled_mirror::{Content, Delta, DocumentView, Mirror, RosterView};
use faelled_model::adoption::ReleaseRef;
use faelled_model::codes::members;
use faelled_model::{Localized, Requirement};
use faelled_proto::roster::MemberRecord;
use faelled_proto::{DocId, FederationId, IdentityKey, MemberId, Roster, Space};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _};

use super::{Report, ensure};
use crate::program::{Broken, example};

/// Who leads the example packs.
const LEAD: &str = "dk-0159";
const JUDGED: &str = include_str!("../../data/search/judged.tsv");
/// Hits of a search that are looked at.
const SEEN: usize = 10;
const FEWEST_DANISH: usize = 20;
const FEWEST_ENGLISH: usize = 15;
const FEWEST: usize = 40;

/// What must be reached in each language, a little under what was measured when it was set. Bare
/// words reach none of it.
const FLOORS: [(&str, Measured); 2] = [
    ("da", Measured::of(0.86, 0.78, 0.96)),
    ("en", Measured::of(0.90, 0.78, 0.94)),
];

/// Compounds, and a word that must find each.
const COMPOUNDS: [(&str, &[&str]); 4] = [
    (
        "Genbrugsemballage",
        &["emballage", "emballager", "emballagen", "genbrug"],
    ),
    ("Møbelreparation", &["reparation", "moebler"]),
    ("Madspildsplan", &["madspild", "planer", "spild"]),
    ("Transportkasser", &["kasse", "kasserne", "transport"]),
];

/// A search and what it should find.
struct Judged {
    language: &'static str,
    query: &'static str,
    wanted: BTreeSet<&'static str>,
}

/// How well one search did, or all of them on average.
#[derive(Debug, Clone, Copy, Default)]
struct Measured {
    /// The share of what is wanted that is among the first ten; of ten where more are wanted.
    recall: f64,
    /// The share of what is wanted among as many hits as there are documents wanted.
    precision: f64,
    /// One divided by the place of the first that is wanted; 0 where none is among the first ten.
    rank: f64,
}

pub(super) async fn run(mut report: Report) -> Result<Report, Broken> {
    let directory = tempfile::tempdir()?;
    compounds(directory.path(), &report).await?;
    let mirror = examples(directory.path()).await?;
    let options = SqliteConnectOptions::new()
        .filename(mirror.path())
        .read_only(true);
    let mut bare = SqliteConnection::connect_with(&options).await?;
    let judged = judged(&mut bare).await?;
    let mut all: Vec<(&str, Measured, Measured)> = Vec::new();
    report.saw(
        "recall in the first ten / R-precision / reciprocal rank, and the recall of bare words",
    );
    for search in &judged {
        let hits = mirror
            .search(search.query, &SearchFilter::default(), 10)
            .await?;
        let found: Vec<String> = hits
            .into_iter()
            .map(|hit| name(&hit.kind, hit.number.as_deref(), &hit.owner))
            .collect();
        let words = bare_words(&mut bare, search.query).await?;
        let (measured, without) = (search.measure(&found), search.measure(&words));
        report.saw(format!(
            "{} {:<34} {measured}  (bare {:.2})  {}",
            search.language,
            search.query,
            without.recall,
            search.told(&found)
        ));
        all.push((search.language, measured, without));
    }
    for (language, floor) in FLOORS {
        let of_language = all.iter().filter(|(of, ..)| *of == language);
        let (with, without): (Vec<_>, Vec<_>) = of_language
            .map(|(_, with, without)| (*with, *without))
            .unzip();
        let (mean, bare) = (Measured::mean(&with), Measured::mean(&without));
        report.saw(format!(
            "{language}: {} searches: {mean}; bare words: {bare}",
            with.len()
        ));
        report.figure(&format!("{language}_recall"), mean.recall_percent());
        report.figure(&format!("{language}_bare_recall"), bare.recall_percent());
        ensure(mean.reaches(floor), || {
            format!("searches in {language} reach {mean}; the floor is {floor}")
        })?;
        ensure(bare.recall < floor.recall, || {
            format!("bare words reach the floor in {language} too: {bare}; it shows nothing")
        })?;
    }
    report.figure("searches", all.len());
    Ok(report)
}

impl Judged {
    fn measure(&self, found: &[String]) -> Measured {
        let is_wanted = |name: &String| self.wanted.contains(name.as_str());
        let among = |count: usize| {
            found
                .iter()
                .take(count)
                .filter(|name| is_wanted(name))
                .count()
        };
        let wanted = self.wanted.len();
        let first = found.iter().take(SEEN).position(is_wanted);
        Measured {
            recall: share(among(SEEN), wanted.min(SEEN)),
            precision: share(among(wanted), wanted),
            rank: first.map_or(0.0, |place| share(1, place + 1)),
        }
    }

    /// The hits in order, those not wanted in brackets, and what is missing.
    fn told(&self, found: &[String]) -> String {
        let hits: Vec<String> = found
            .iter()
            .map(|name| {
                if self.wanted.contains(name.as_str()) {
                    name.clone()
                } else {
                    format!("[{name}]")
                }
            })
            .collect();
        let missing: Vec<&str> = self
            .wanted
            .iter()
            .filter(|name| !found.iter().any(|found| found == *name))
            .copied()
            .collect();
        format!("{} | missing: {}", hits.join(" "), missing.join(" "))
    }
}

impl Measured {
    const fn of(recall: f64, precision: f64, rank: f64) -> Self {
        Self {
            recall,
            precision,
            rank,
        }
    }

    fn mean(all: &[Self]) -> Self {
        let mean = |of: fn(&Self) -> f64| {
            let sum: f64 = all.iter().map(of).sum();
            sum / f64::from(u32::try_from(all.len().max(1)).unwrap_or(u32::MAX))
        };
        Self {
            recall: mean(|one| one.recall),
            precision: mean(|one| one.precision),
            rank: mean(|one| one.rank),
        }
    }

    fn reaches(self, floor: Self) -> bool {
        self.recall >= floor.recall && self.precision >= floor.precision && self.rank >= floor.rank
    }

    fn recall_percent(self) -> String {
        format!("{:.0} %", self.recall * 100.0)
    }
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            recall,
            precision,
            rank,
        } = self;
        write!(f, "{recall:.3} / {precision:.3} / {rank:.3}")
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let count = |number| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    if whole == 0 {
        0.0
    } else {
        count(part) / count(whole)
    }
}

/// What people call a document: number or code, and a pilot by the code of who ran it.
fn name(kind: &str, number: Option<&str>, owner: &str) -> String {
    match number.filter(|number| kind != "pilot" && !number.is_empty()) {
        Some(number) => number.to_owned(),
        None => owner.trim_start_matches("dk-").to_owned(),
    }
}

/// The judged set, whole: both languages, and nothing wanted that does not exist.
async fn judged(mirror: &mut SqliteConnection) -> Result<Vec<Judged>, Broken> {
    let rows: Vec<(String, Option<String>, String)> = sqlx::query_as(
        "SELECT s.kind, s.number, d.owner FROM search s JOIN document d ON d.document = s.document",
    )
    .fetch_all(mirror)
    .await?;
    let known: BTreeSet<String> = rows
        .iter()
        .map(|(kind, number, owner)| name(kind, number.as_deref(), owner))
        .collect();
    ensure(known.len() == rows.len(), || {
        "two documents have one name".to_owned()
    })?;
    let mut judged = Vec::new();
    for line in JUDGED.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [language, query, wanted, _why] = columns.as_slice() else {
            return Err(Broken(format!("judged.tsv: {line:?} has not four columns")));
        };
        let wanted: BTreeSet<&str> = wanted.split(' ').collect();
        ensure(wanted.iter().all(|name| known.contains(*name)), || {
            format!("judged.tsv wants what is not there: {line:?}")
        })?;
        judged.push(Judged {
            language,
            query,
            wanted,
        });
    }
    let of = |language| judged.iter().filter(|one| one.language == language).count();
    let (danish, english) = (of("da"), of("en"));
    ensure(
        danish >= FEWEST_DANISH && english >= FEWEST_ENGLISH && danish + english >= FEWEST,
        || format!("judged.tsv has {danish} Danish and {english} English searches only"),
    )?;
    Ok(judged)
}

/// The same search by bare words: all of them, in any of the texts as they were written, the last
/// one and long ones also as beginnings.
async fn bare_words(mirror: &mut SqliteConnection, query: &str) -> Result<Vec<String>, Broken> {
    let words: Vec<&str> = query.split_whitespace().collect();
    let terms: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(index, word)| {
            let is_beginning = index + 1 == words.len() || word.chars().count() >= 4;
            format!("\"{word}\"{}", if is_beginning { "*" } else { "" })
        })
        .collect();
    let expression = format!(
        "{{number title_da title_en body_da body_en body_other spellings}} : ({})",
        terms.join(" AND ")
    );
    let rows: Vec<(String, Option<String>, String)> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT s.kind, s.number, d.owner FROM search s JOIN document d ON d.document = s.document \
         WHERE s.search MATCH ?1 \
         ORDER BY bm25(search, 0, 0, 0, 12, 6, 6, 1, 1, 1, 1, 0, 0, 0, 0), s.document LIMIT {SEEN}"
    )))
    .bind(expression)
    .fetch_all(mirror)
    .await?;
    Ok(rows
        .iter()
        .map(|(kind, number, owner)| name(kind, number.as_deref(), owner))
        .collect())
}

/// Each compound is found by its parts, in whatever form, and by nothing else here.
async fn compounds(directory: &Path, report: &Report) -> Result<(), Broken> {
    let mirror = Mirror::open(directory.join("compounds.db")).await?;
    let documents = COMPOUNDS
        .iter()
        .map(|(compound, _)| {
            let requirement = Requirement {
                number: (*compound).to_owned(),
                title: Localized::from([("da", *compound)]),
                ..Requirement::default()
            };
            view(
                &format!("compound {compound}"),
                "requirement",
                LEAD,
                Content::Requirement(Box::new(requirement)),
            )
        })
        .collect::<Result<_, _>>()?;
    let delta = Delta {
        trust: None,
        row: 1,
        roster: None,
        groups: None,
        documents,
    };
    mirror.apply(&delta).await?;
    for (compound, queries) in COMPOUNDS {
        for query in queries {
            let hits = mirror.search(query, &SearchFilter::default(), 10).await?;
            let is_found = hits.len() == 1
                && hits.iter().all(|hit| {
                    hit.number.as_deref() == Some(compound)
                        && hit
                            .snippet
                            .iter()
                            .any(|part| part.is_match && part.text == compound)
                });
            ensure(is_found, || {
                format!("{query} does not find {compound}, and it alone, marked: {hits:?}")
            })?;
        }
        report.saw(format!("{compound} is found by {}", queries.join(", ")));
    }
    Ok(())
}

/// A mirror of all example packs and pilots.
async fn examples(directory: &Path) -> Result<Mirror, Broken> {
    let mirror = Mirror::open(directory.join("examples.db")).await?;
    let mut documents = Vec::new();
    for (file, text) in texts("packs")? {
        let pack = read_pack(&text, &file).map_err(|error| Broken(error.to_string()))?;
        documents.extend(pack_documents(pack)?);
    }
    let mut owners = BTreeSet::from([LEAD.to_owned()]);
    for (file, text) in texts("pilots")? {
        let pilot = read_pilot(&text, &file).map_err(|error| Broken(error.to_string()))?;
        let document = pilot_document(&file, pilot)?;
        owners.insert(document.owner.to_string());
        documents.push(document);
    }
    let delta = Delta {
        trust: None,
        row: 1,
        roster: Some(roster(&owners)?),
        groups: None,
        documents,
    };
    mirror.apply(&delta).await?;
    Ok(mirror)
}

fn texts(directory: &str) -> Result<Vec<(String, String)>, Broken> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(example(directory))? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            let file = path.file_name().unwrap_or_default();
            texts.push((
                file.to_string_lossy().into_owned(),
                std::fs::read_to_string(&path)?,
            ));
        }
    }
    texts.sort();
    Ok(texts)
}

fn pack_documents(mut file: PackFile) -> Result<Vec<DocumentView>, Broken> {
    for reference in file
        .pack
        .sections
        .iter_mut()
        .flat_map(|section| &mut section.requirements)
    {
        reference.document = document(&reference.number).to_string();
    }
    let mut documents = vec![view(
        &file.pack.code.clone(),
        "pack",
        LEAD,
        Content::Pack {
            pack: Box::new(file.pack),
            releases: Vec::new(),
        },
    )?];
    for requirement in file.requirements {
        documents.push(view(
            &requirement.number.clone(),
            "requirement",
            LEAD,
            Content::Requirement(Box::new(requirement)),
        )?);
    }
    Ok(documents)
}

fn pilot_document(file: &str, pilot: PilotFile) -> Result<DocumentView, Broken> {
    let owner = pilot
        .member
        .as_ref()
        .map(ToString::to_string)
        .ok_or_else(|| Broken(format!("{file} names no member")))?;
    let pilot = pilot.into_pilot(|tried| {
        Ok::<_, Broken>(Resolved {
            release: ReleaseRef {
                pack: document(&tried.pack).to_string(),
                version: tried.version.clone(),
                ..ReleaseRef::default()
            },
            requirement: document(&tried.number).to_string(),
        })
    })?;
    view(file, "pilot", &owner, Content::Pilot(Box::new(pilot)))
}

fn document(name: &str) -> DocId {
    DocId::of(&[name.as_bytes()])
}

fn member(id: &str) -> Result<MemberId, Broken> {
    id.parse()
        .map_err(|_| Broken(format!("{id} is no member's id")))
}

fn view(name: &str, kind: &str, owner: &str, content: Content) -> Result<DocumentView, Broken> {
    Ok(DocumentView {
        id: document(name),
        kind: kind.to_owned(),
        owner: member(owner)?,
        space: Space::Commons,
        content,
        entries: Vec::new(),
        refused: Vec::new(),
        editors: Vec::new(),
        conflicts: Vec::new(),
    })
}

/// A roster in which they have their names.
fn roster(owners: &BTreeSet<String>) -> Result<RosterView, Broken> {
    let mut records = Vec::new();
    for owner in owners {
        let shipped = members::resolve_member(owner).map_err(|error| Broken(error.to_string()))?;
        records.push(MemberRecord {
            id: member(owner)?,
            kind: "municipality".to_owned(),
            name: shipped.name.to_string(),
            identity_key: IdentityKey::from_bytes([0; 32]),
            valid_from_day: 0,
            valid_until_day: None,
        });
    }
    let federation = FederationId::of(&[b"search-quality"]);
    let roster = Roster {
        version: 1,
        federation: Some(federation),
        previous: Vec::new(),
        name: "Examples".to_owned(),
        claimed_ms: 0,
        threshold: 1,
        stewards: vec![member(LEAD)?],
        members: records,
        extensions: Vec::new(),
    };
    Ok(RosterView {
        federation,
        hash: roster.hash(),
        roster,
    })
}
