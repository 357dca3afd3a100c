//! What goes out, opened by other programs: LibreOffice, python-docx, openpyxl, Python's csv, libcoveocds, rdflib.

mod lawless;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use faelled_exchange::{PilotFile, pack_to_toml, pilot_to_xlsx, read_pack, read_pilot};
use faelled_model::Language;
use serde_json::Value;

use super::round_trips::{other_pilot, other_texts};
use super::texts::Texts;
use super::{Report, ensure};
use crate::program::{self, Broken, example};

const PACKS: [&str; 2] = ["packs/packaging.toml", "packs/furniture.toml"];
const PILOT: &str = "pilots/0159-gladsaxe-kontormoebler.toml";
/// What a buyer may write where a placeholder takes any text.
const FILLED: &str = "=1+1";

pub(super) async fn run(mut report: Report) -> Result<Report, Broken> {
    let office = Office::find()?;
    let directory = tempfile::tempdir()?;
    for (name, texts) in [("examples", None), ("hostile", Some(Texts::hostile()))] {
        let place = directory.path().join(name);
        let files = place.join("files");
        std::fs::create_dir_all(&files)?;
        write_all(&place, &files, texts)?;
        let figures = office.look(&files, &place)?;
        tell(&mut report, name, &figures);
    }
    let place = directory.path().join("lawless");
    let files = place.join("files");
    std::fs::create_dir_all(&files)?;
    lawless::write_all(&files)?;
    let figures = office.look(&files, &place)?;
    tell(&mut report, "lawless", &figures);
    Ok(report)
}

fn tell(report: &mut Report, name: &str, figures: &Value) {
    let figures: Vec<_> = figures.as_object().into_iter().flatten().collect();
    let told: Vec<String> = figures
        .iter()
        .map(|(what, count)| format!("{what} {count}"))
        .collect();
    report.saw(format!("{name}: {}", told.join(", ")));
    for (what, count) in figures {
        report.figure(&format!("{name}_{what}"), count.clone());
    }
}

/// Makes a node with packs, pilots and a basket, and writes everything that it can write.
fn write_all(place: &Path, files: &Path, texts: Option<Texts>) -> Result<(), Broken> {
    let node = Node(place.join("node"));
    node.json(&["init", "--member", "0159"])?;
    let mut numbers = Vec::new();
    for file in PACKS {
        let (path, own) = match &texts {
            None => (example(file), read_numbers(file)?),
            Some(texts) => hostile_pack(place, file, texts.clone())?,
        };
        let imported = node.json(&["pack", "import", &path.to_string_lossy()])?;
        let code = imported["code"].as_str().unwrap_or_default().to_owned();
        node.json(&["pack", "publish", &code, "--yes"])?;
        numbers.extend(own);
        for format in ["json", "docx", "xlsx", "csv", "md", "toml"] {
            let file = files.join(format!("{code}.{format}"));
            node.write(&["pack", "export", &code, "--format", format], &file)?;
        }
    }
    for path in pilots(place, texts)? {
        let recorded = node.json(&[
            "pilot",
            "record",
            &path.to_string_lossy(),
            "--before-standstill",
        ])?;
        let id = recorded["document"].as_str().unwrap_or_default();
        let name: String = id.chars().take(8).collect();
        for format in ["json", "xlsx", "csv"] {
            let file = files.join(format!("pilot-{name}.{format}"));
            node.write(&["pilot", "export", id, "--format", format], &file)?;
        }
    }
    basket(&node, &numbers)?;
    for language in ["da", "en"] {
        for format in ["json", "docx", "xlsx", "csv", "md"] {
            let file = files.join(format!("basket-{language}.{format}"));
            node.write(
                &[
                    "basket",
                    "export",
                    "--format",
                    format,
                    "--motives",
                    "--language",
                    language,
                ],
                &file,
            )?;
        }
        for (of, format) in [
            ("pack", "xlsx"),
            ("pack", "csv"),
            ("pilot", "xlsx"),
            ("pilot", "csv"),
        ] {
            let file = files.join(format!("{of}-template-{language}.{format}"));
            node.write(
                &[of, "template", "--format", format, "--language", language],
                &file,
            )?;
        }
    }
    node.write(&["export", "ocds"], &files.join("tenders-ocds.json"))?;
    node.write(&["export", "linked-data"], &files.join("open.jsonld"))
}

fn read_numbers(file: &str) -> Result<Vec<String>, Broken> {
    let text = std::fs::read_to_string(example(file))?;
    let pack = read_pack(&text, file).map_err(|error| Broken(error.to_string()))?;
    Ok(pack
        .requirements
        .into_iter()
        .map(|requirement| requirement.number)
        .collect())
}

/// An example pack in which every text is hostile.
fn hostile_pack(
    place: &Path,
    file: &str,
    mut texts: Texts,
) -> Result<(PathBuf, Vec<String>), Broken> {
    let text = std::fs::read_to_string(example(file))?;
    let read = read_pack(&text, file).map_err(|error| Broken(error.to_string()))?;
    let (pack, requirements) = other_texts(&read.pack, &read.requirements, &mut texts)
        .map_err(|error| Broken(error.to_string()))?;
    let path = place.join(format!("{}.toml", pack.code));
    let toml = pack_to_toml(&pack, &requirements).map_err(|error| Broken(error.to_string()))?;
    std::fs::write(&path, toml)?;
    Ok((path, read_numbers(file)?))
}

/// Every example pilot as this node's own; or one in which every text is hostile.
fn pilots(place: &Path, texts: Option<Texts>) -> Result<Vec<PathBuf>, Broken> {
    if let Some(mut texts) = texts {
        let text = std::fs::read_to_string(example(PILOT))?;
        let pilot = read_pilot(&text, PILOT).map_err(|error| Broken(error.to_string()))?;
        let pilot: PilotFile =
            other_pilot(&pilot, &mut texts).map_err(|error| Broken(error.to_string()))?;
        let bytes =
            pilot_to_xlsx(&pilot, Language::English).map_err(|error| Broken(error.to_string()))?;
        let path = place.join("pilot.xlsx");
        std::fs::write(&path, bytes)?;
        return Ok(vec![path]);
    }
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(example("pilots"))? {
        let from = entry?.path();
        let text = std::fs::read_to_string(&from)?;
        // Each member records its own: here all are Gladsaxe's.
        let own: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with("member = "))
            .collect();
        let to = place.join(from.file_name().unwrap_or_default());
        std::fs::write(&to, own.join("\n"))?;
        paths.push(to);
    }
    paths.sort();
    Ok(paths)
}

/// Puts every requirement into a basket, and fills in what takes any text or has no default.
fn basket(node: &Node, numbers: &[String]) -> Result<(), Broken> {
    let add = ["basket", "add"].into_iter();
    let add: Vec<&str> = add.chain(numbers.iter().map(String::as_str)).collect();
    let added = node.json(&add)?;
    let lines = added["basket"]["lines"].as_array().cloned();
    let lines = lines.unwrap_or_default();
    ensure(lines.len() == numbers.len(), || {
        format!(
            "{} requirements are not {} lines",
            numbers.len(),
            lines.len()
        )
    })?;
    for line in &lines {
        let number = line["number"].as_str().unwrap_or_default();
        for place in line["places"].as_array().into_iter().flatten() {
            let name = place["name"].as_str().unwrap_or_default();
            let is_free = place["min"].is_null() && place["max"].is_null();
            let value = match place["min"].as_f64() {
                _ if is_free => FILLED.to_owned(),
                Some(min) if place["default"].is_null() => min.to_string(),
                _ => continue,
            };
            node.json(&["basket", "fill", number, &format!("{name}={value}")])?;
        }
    }
    Ok(())
}

/// A node's directory, and the program on it.
struct Node(PathBuf);

impl Node {
    fn json(&self, arguments: &[&str]) -> Result<Value, Broken> {
        let data = self.0.to_string_lossy();
        program::json(arguments.iter().copied().chain(["--data", &data]))
    }

    fn write(&self, arguments: &[&str], file: &Path) -> Result<(), Broken> {
        let file = file.to_string_lossy();
        let all: Vec<&str> = arguments
            .iter()
            .copied()
            .chain(["--output", &file])
            .collect();
        let written = self.json(&all)?;
        let size = std::fs::metadata(&*file)?.len();
        ensure(written["size"] == size && size > 0, || {
            format!("{file} holds {size} bytes, and was told as {written}")
        })
    }
}

/// The programs that open the files.
struct Office {
    python: PathBuf,
    standard: PathBuf,
}

impl Office {
    fn find() -> Result<Self, Broken> {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let office = root.join("target/office");
        let found = Self {
            python: office.join("venv/bin/python"),
            standard: office.join("standard.zip"),
        };
        ensure(office.join("stamp").exists(), || {
            "this proof needs Python libraries that are not here: run tests/office/environment \
             (it needs python3-venv, and the network once)"
                .to_owned()
        })?;
        let version = Command::new("soffice")
            .arg("--version")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        ensure(version.is_ok_and(|status| status.success()), || {
            "this proof needs LibreOffice (soffice), which cannot be started: \
             apt-get install libreoffice-writer-nogui libreoffice-calc-nogui"
                .to_owned()
        })?;
        Ok(found)
    }

    /// Has LibreOffice convert all files, and all libraries read them.
    fn look(&self, files: &Path, place: &Path) -> Result<Value, Broken> {
        let converted = place.join("converted");
        let profile = place.join("profile");
        for (from, to) in [
            ("docx", "pdf"),
            ("docx", "txt:Text (encoded):UTF8"),
            ("xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1"),
            ("csv", "xlsx"),
        ] {
            convert(files, &converted, &profile, from, to)?;
        }
        let vocabulary = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../crates/exchange/data/vocabulary.tsv"
        );
        let output = Command::new(&self.python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/office/look.py"))
            .args([files, &converted, &self.standard, Path::new(vocabulary)])
            .stdin(Stdio::null())
            .output()?;
        ensure(output.status.success(), || {
            format!(
                "not every file is as it should be:\n{}",
                String::from_utf8_lossy(&output.stderr).trim()
            )
        })?;
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

/// Converts all files of one ending. Where LibreOffice makes nothing of one, that is told later.
fn convert(
    files: &Path,
    converted: &Path,
    profile: &Path,
    from: &str,
    to: &str,
) -> Result<(), Broken> {
    let made = converted.join(format!("of-{from}"));
    std::fs::create_dir_all(&made)?;
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(files)? {
        let path = entry?.path();
        if path.extension().and_then(OsStr::to_str) == Some(from) {
            sources.push(path);
        }
    }
    let output = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}",
            profile.display()
        ))
        .args(["--headless", "--convert-to", to, "--outdir"])
        .arg(&made)
        .args(&sources)
        .stdin(Stdio::null())
        .output()?;
    ensure(output.status.success(), || {
        format!(
            "LibreOffice fails to convert {from} to {to}: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )
    })?;
    for entry in std::fs::read_dir(&made)? {
        let path = entry?.path();
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        // A table of the same name in the other format must not be taken for what was made of this one.
        let name = match (from, name.rsplit_once('.')) {
            ("docx", _) | (_, None) => name.to_owned(),
            (_, Some((stem, ending))) => format!("{stem}.{from}.{ending}"),
        };
        std::fs::rename(&path, converted.join(name))?;
    }
    Ok(())
}
