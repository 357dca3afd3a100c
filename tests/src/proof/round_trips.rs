//! What goes out as Excel, CSV or TOML and comes in again: the same documents, whatever they say.

use std::path::Path;

use faelled_exchange::{
    FileError, PackFile, PilotFile, pack_to_csv, pack_to_toml, pack_to_xlsx, pilot_to_csv,
    pilot_to_xlsx, read_pack, read_pack_file, read_pilot, read_pilot_file,
};
use faelled_model::{Language, Pack, Pilot, Requirement};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::Value;

use super::texts::{Texts, hard, rewrite};
use super::{Report, ensure};
use crate::program::{self, Broken, example};

const PACKS: [&str; 2] = ["packs/packaging.toml", "packs/furniture.toml"];
const PILOT: &str = "pilots/0159-gladsaxe-kontormoebler.toml";
const LANGUAGES: [Language; 2] = [Language::Danish, Language::English];

/// Packs and a pilot from the examples, to put other texts into.
struct Examples {
    packs: Vec<(Pack, Vec<Requirement>)>,
    pilot: PilotFile,
}

pub(super) async fn run(mut report: Report, quick: bool) -> Result<Report, Broken> {
    let examples = Examples::read()?;
    let (cases, nodes) = if quick { (6, 1) } else { (120, 6) };
    let strategy = || prop::collection::vec(hard(), 8..60);
    let runner = || {
        TestRunner::new(Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        })
    };
    runner()
        .run(&strategy(), |texts| examples.pack_comes_back(texts))
        .map_err(|error| Broken(format!("a pack does not come back: {error}")))?;
    report.saw(format!(
        "{cases} times two packs with other texts: the same after xlsx and csv in both languages, and toml"
    ));
    runner()
        .run(&strategy(), |texts| examples.pilot_comes_back(texts))
        .map_err(|error| Broken(format!("a pilot does not come back: {error}")))?;
    report.saw(format!(
        "{cases} times a pilot with other texts: the same after xlsx and csv in both languages"
    ));
    report.figure("cases", cases);

    let directory = tempfile::tempdir()?;
    let node = directory.path().join("node");
    let node = Node(&node);
    node.json(&["init", "--member", "0159"])?;
    let furniture = example("packs/furniture.toml");
    node.json(&["pack", "import", &furniture.to_string_lossy()])?;
    node.json(&["pack", "publish", "GLX-MOB", "--yes"])?;
    let mut runner = runner();
    for _ in 0..nodes {
        let texts = sample(&mut runner)?;
        examples.through_node(&node, directory.path(), texts)?;
    }
    // Those that are never left to chance.
    examples.through_node(&node, directory.path(), Texts::hostile())?;
    report.saw(format!(
        "{} times through a node: exported as xlsx, csv and toml and imported again, everything is unchanged",
        nodes + 1
    ));
    report.figure("through_node", nodes + 1);
    Ok(report)
}

fn sample(runner: &mut TestRunner) -> Result<Texts, Broken> {
    let tree = prop::collection::vec(hard(), 8..60)
        .new_tree(runner)
        .map_err(|reason| Broken(reason.to_string()))?;
    Ok(Texts::new(proptest::strategy::ValueTree::current(&tree)))
}

impl Examples {
    fn read() -> Result<Self, Broken> {
        let mut packs = Vec::new();
        for file in PACKS {
            let text = std::fs::read_to_string(example(file))?;
            let read = read_pack(&text, file).map_err(unreadable)?;
            packs.push((read.pack, read.requirements));
        }
        let text = std::fs::read_to_string(example(PILOT))?;
        let pilot = read_pilot(&text, PILOT).map_err(unreadable)?;
        Ok(Self { packs, pilot })
    }

    fn pack_comes_back(&self, texts: Vec<String>) -> Result<(), TestCaseError> {
        let mut texts = Texts::new(texts);
        for (pack, requirements) in &self.packs {
            let (pack, requirements) = other_texts(pack, requirements, &mut texts)?;
            let toml = pack_to_toml(&pack, &requirements).map_err(fails)?;
            same(read_pack(&toml, "p.toml"), &pack, &requirements)?;
            for language in LANGUAGES {
                let xlsx = pack_to_xlsx(&pack, &requirements, language).map_err(fails)?;
                same(read_pack_file(&xlsx, "p.xlsx"), &pack, &requirements)?;
                let csv = pack_to_csv(&pack, &requirements, language).map_err(fails)?;
                same(read_pack_file(&csv, "p.csv"), &pack, &requirements)?;
            }
        }
        Ok(())
    }

    fn pilot_comes_back(&self, texts: Vec<String>) -> Result<(), TestCaseError> {
        let file = other_pilot(&self.pilot, &mut Texts::new(texts))?;
        for language in LANGUAGES {
            for (bytes, name) in [
                (pilot_to_xlsx(&file, language).map_err(fails)?, "p.xlsx"),
                (pilot_to_csv(&file, language).map_err(fails)?, "p.csv"),
            ] {
                let read = read_pilot_file(&bytes, name).map_err(fails)?;
                prop_assert_eq!(read.draft(), file.draft());
                prop_assert_eq!(&read.tried, &file.tried);
                prop_assert_eq!(&read.member, &file.member);
            }
        }
        Ok(())
    }

    /// Through the program: a draft, a pilot, each exported, and imported again without a change.
    fn through_node(
        &self,
        node: &Node<'_>,
        directory: &Path,
        mut texts: Texts,
    ) -> Result<(), Broken> {
        let refused = |error: TestCaseError| Broken(error.to_string());
        let (pack, requirements) = self
            .packs
            .first()
            .ok_or_else(|| Broken::new("no example pack"))?;
        let (pack, requirements) = other_texts(pack, requirements, &mut texts).map_err(refused)?;
        let first = directory.join("first.toml");
        let toml = pack_to_toml(&pack, &requirements).map_err(|error| Broken(error.to_string()))?;
        std::fs::write(&first, toml)?;
        node.json(&["pack", "import", &first.to_string_lossy()])?;
        for format in ["xlsx", "csv", "toml"] {
            let file = directory.join(format!("pack.{format}"));
            let file = file.to_string_lossy();
            node.json(&[
                "pack",
                "export",
                "GLX-EMB@draft",
                "--format",
                format,
                "--output",
                &file,
                "--force",
            ])?;
            let again = node.json(&["pack", "import", &file])?;
            ensure(
                again["unchanged"] == requirements.len()
                    && again["changed"] == 0
                    && again["created"] == 0,
                || format!("an unchanged {format} changes something: {again}"),
            )?;
        }
        let pilot = other_pilot(&self.pilot, &mut texts).map_err(refused)?;
        let first = directory.join("first.xlsx");
        let bytes = pilot_to_xlsx(&pilot, Language::Danish);
        std::fs::write(&first, bytes.map_err(|error| Broken(error.to_string()))?)?;
        let recorded = node.record(&first)?;
        let before = node.pilot(directory, &recorded)?;
        for format in ["xlsx", "csv"] {
            let file = directory.join(format!("pilot.{format}"));
            let id = recorded["document"].as_str().unwrap_or_default();
            node.json(&[
                "pilot",
                "export",
                id,
                "--format",
                format,
                "--output",
                &file.to_string_lossy(),
                "--force",
            ])?;
            let again = node.record(&file)?;
            ensure(
                again["updated"] == true && again["document"] == recorded["document"],
                || format!("an unchanged {format} is another pilot: {again}"),
            )?;
            let after = node.pilot(directory, &recorded)?;
            ensure(before == after, || {
                format!("an unchanged {format} changes the pilot: {before} became {after}")
            })?;
        }
        Ok(())
    }
}

/// A node's directory, and the program on it.
struct Node<'a>(&'a Path);

impl Node<'_> {
    fn json(&self, arguments: &[&str]) -> Result<Value, Broken> {
        let data = self.0.to_string_lossy();
        program::json(arguments.iter().copied().chain(["--data", &data]))
    }

    fn record(&self, file: &Path) -> Result<Value, Broken> {
        self.json(&[
            "pilot",
            "record",
            &file.to_string_lossy(),
            "--before-standstill",
        ])
    }

    fn pilot(&self, directory: &Path, recorded: &Value) -> Result<Value, Broken> {
        let file = directory.join("pilot.json");
        let id = recorded["document"].as_str().unwrap_or_default();
        self.json(&[
            "pilot",
            "export",
            id,
            "--format",
            "json",
            "--output",
            &file.to_string_lossy(),
            "--force",
        ])?;
        Ok(serde_json::from_slice(&std::fs::read(file)?)?)
    }
}

/// A pilot of the same tender that says other things.
pub(super) fn other_pilot(of: &PilotFile, texts: &mut Texts) -> Result<PilotFile, TestCaseError> {
    let mut value = serde_json::to_value(of.draft()).map_err(fails)?;
    rewrite(&mut value, texts);
    let pilot: Pilot = serde_json::from_value(value).map_err(fails)?;
    Ok(PilotFile::new(
        of.member.clone(),
        of.pack.clone(),
        of.version.clone(),
        of.tried.clone(),
        pilot,
    ))
}

/// A pack of the same requirements that say other things.
pub(super) fn other_texts(
    pack: &Pack,
    requirements: &[Requirement],
    texts: &mut Texts,
) -> Result<(Pack, Vec<Requirement>), TestCaseError> {
    let mut whole = serde_json::json!([pack, requirements]);
    rewrite(&mut whole, texts);
    serde_json::from_value(whole).map_err(fails)
}

fn same(
    read: Result<PackFile, FileError>,
    pack: &Pack,
    requirements: &[Requirement],
) -> Result<(), TestCaseError> {
    let read = read.map_err(fails)?;
    prop_assert_eq!(&read.pack, pack);
    prop_assert_eq!(read.requirements.len(), requirements.len());
    for (read, written) in read.requirements.iter().zip(requirements) {
        prop_assert_eq!(read, written);
    }
    Ok(())
}

fn fails(error: impl std::fmt::Display) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

fn unreadable(error: FileError) -> Broken {
    Broken(error.to_string())
}
