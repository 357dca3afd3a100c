//! What a basket says, in the order of a tender, before it takes the form of a file.

use faelled_model::basket::Filled;
use faelled_model::requirement::{Award, Evidence, FollowUp};
use faelled_model::terms::RequirementType;
use faelled_model::text::InLanguages;
use faelled_model::{Finding, Language, Localized, Requirement, validate};
use serde::Serialize;

use super::fill::{Piece, fill};
use crate::clean::clean;
use crate::sheet::write::ExportError;

/// Digits of a release's hash that people compare.
const SHORT_HASH: usize = 12;

/// A basket that is to be written for a tender.
#[derive(Debug, Clone, PartialEq)]
pub struct BasketDocument {
    /// The tender.
    pub title: String,
    /// Who buys.
    pub buyer: String,
    /// The language in which it is written; what is not there in it stands in another.
    pub language: Language,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Whether the motives are written too.
    pub with_motives: bool,
    /// The requirements, in order; they are grouped by type.
    pub entries: Vec<BasketEntry>,
}

/// A requirement in a basket.
#[derive(Debug, Clone, PartialEq)]
pub struct BasketEntry {
    /// Its content as in the release from which it is taken.
    pub requirement: Requirement,
    /// What was filled in.
    pub values: Vec<Filled>,
    /// Where it comes from; `None` for a draft of one's own.
    pub source: Option<Provenance>,
    /// From what it was adapted; `None` where it was not.
    pub adapted: Option<AdaptedSource>,
}

/// Where a requirement comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The name of the member that owns it.
    pub owner: String,
    /// The code of the pack.
    pub pack: String,
    /// The version of the release.
    pub version: String,
    /// The release's hash, hexadecimal.
    pub hash: String,
    /// The release as it is cited; see [`faelled_model::release::citation`].
    pub citation: String,
    /// How many pilots tried it, where that is to be said.
    pub pilots: Option<u64>,
}

/// The requirement from which another was adapted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdaptedSource {
    /// Its number.
    pub number: String,
    /// The name of the member that owns it.
    pub owner: String,
    /// The code of the pack from whose release it was taken.
    pub pack: String,
    /// The version of that release.
    pub version: String,
    /// The release's hash, hexadecimal.
    pub hash: String,
    /// The release as it is cited; see [`faelled_model::release::citation`].
    pub citation: String,
    /// What was changed, and why.
    pub changes: Localized,
}

/// A value that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfilledValue {
    /// The requirement's number.
    pub number: String,
    /// What is wrong with it.
    pub finding: Finding,
}

impl BasketDocument {
    /// All values that are missing, unknown or outside their range.
    #[must_use]
    pub fn unfilled(&self) -> Vec<UnfilledValue> {
        let of_entry = |entry: &BasketEntry| {
            let number = entry.requirement.number.clone();
            validate::filled(&entry.requirement, &entry.values)
                .into_iter()
                .map(move |finding| UnfilledValue {
                    number: number.clone(),
                    finding,
                })
                .collect::<Vec<_>>()
        };
        self.entries.iter().flat_map(of_entry).collect()
    }
}

/// The basket, rendered in one language. What is hostile in texts of others is gone.
#[derive(Debug, Serialize)]
pub(super) struct Content {
    pub(super) title: String,
    pub(super) buyer: String,
    pub(super) date: String,
    #[serde(serialize_with = "code")]
    pub(super) language: Language,
    pub(super) parts: Vec<Part>,
}

/// The requirements of one type.
#[derive(Debug, Serialize)]
pub(super) struct Part {
    pub(super) r#type: String,
    pub(super) title: String,
    pub(super) requirements: Vec<Entry>,
}

#[derive(Debug, Serialize)]
pub(super) struct Entry {
    pub(super) number: String,
    pub(super) title: String,
    pub(super) level: String,
    pub(super) wording: Vec<Piece>,
    pub(super) tables: Vec<Table>,
    pub(super) motive: Option<String>,
    pub(super) provenance: Option<Provenance>,
    pub(super) adapted_from: Option<Adapted>,
    pub(super) provenance_line: String,
}

/// An [`AdaptedSource`] in one language.
#[derive(Debug, Serialize)]
pub(super) struct Adapted {
    pub(super) number: String,
    pub(super) owner: String,
    pub(super) pack: String,
    pub(super) version: String,
    pub(super) hash: String,
    pub(super) citation: String,
    pub(super) changes: String,
}

/// A table beside a requirement.
#[derive(Debug, Serialize)]
pub(super) struct Table {
    pub(super) title: String,
    pub(super) heads: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

fn code<S: serde::Serializer>(language: &Language, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(language.code())
}

impl Content {
    pub(super) fn new(document: &BasketDocument) -> Result<Self, ExportError> {
        let unfilled = document.unfilled();
        if !unfilled.is_empty() {
            return Err(ExportError::Unfilled(unfilled));
        }
        let language = document.language;
        let mut types: Vec<RequirementType> = RequirementType::all();
        for entry in &document.entries {
            if !types.contains(&entry.requirement.r#type) {
                types.push(entry.requirement.r#type.clone());
            }
        }
        let parts = types.iter().filter_map(|kind| {
            let requirements: Vec<Entry> = document
                .entries
                .iter()
                .filter(|entry| entry.requirement.r#type == *kind)
                .map(|entry| rendered(entry, document))
                .collect();
            (!requirements.is_empty()).then(|| Part {
                r#type: clean(kind.code()),
                title: part_title(kind, language),
                requirements,
            })
        });
        Ok(Self {
            title: clean(&document.title),
            buyer: clean(&document.buyer),
            date: clean(&document.date),
            language,
            parts: parts.collect(),
        })
    }

    /// Whether a value was left at its default.
    pub(super) fn has_defaults(&self) -> bool {
        self.parts
            .iter()
            .flat_map(|part| &part.requirements)
            .flat_map(|entry| &entry.wording)
            .any(Piece::is_default)
    }
}

fn part_title(kind: &RequirementType, language: Language) -> String {
    match kind {
        RequirementType::ExclusionGround => {
            language.pick("Exclusion grounds", "Udelukkelsesgrunde")
        }
        RequirementType::SelectionCriterion => language.pick("Selection criteria", "Egnethedskrav"),
        RequirementType::TechnicalSpecification => language.pick(
            "Technical specifications",
            "Tekniske specifikationer og mindstekrav",
        ),
        RequirementType::AwardCriterion => language.pick("Award criteria", "Tildelingskriterier"),
        RequirementType::ContractPerformanceClause => {
            language.pick("Contract performance clauses", "Kontraktvilkår")
        }
        RequirementType::Other(_) => language.pick("Other requirements", "Andre krav"),
    }
    .to_owned()
}

fn rendered(entry: &BasketEntry, document: &BasketDocument) -> Entry {
    let language = document.language;
    let requirement = &entry.requirement;
    let said = |text: &dyn InLanguagesOf| clean(text.best_in(language));
    let wording = requirement.wording.best(language.code());
    let pieces = fill(wording, &requirement.placeholders, &entry.values);
    let motive = said(&requirement.motive);
    Entry {
        number: clean(&requirement.number),
        title: said(&requirement.title),
        level: clean(requirement.level.name(language)),
        wording: pieces.into_iter().map(cleaned).collect(),
        tables: [
            evidence(&requirement.evidence, language),
            awards(&requirement.awards, language),
            follow_up(&requirement.follow_up, language),
        ]
        .into_iter()
        .flatten()
        .collect(),
        motive: Some(motive).filter(|motive| document.with_motives && !motive.trim().is_empty()),
        provenance_line: clean(&provenance_line(entry, language)),
        provenance: entry.source.as_ref().map(cleaned_source),
        adapted_from: entry
            .adapted
            .as_ref()
            .map(|source| adapted(source, language)),
    }
}

/// Both kinds of text in languages.
trait InLanguagesOf {
    fn best_in(&self, language: Language) -> &str;
}

impl<T: InLanguages> InLanguagesOf for T {
    fn best_in(&self, language: Language) -> &str {
        self.best(language.code())
    }
}

fn cleaned(piece: Piece) -> Piece {
    match piece {
        Piece::Text { text } => Piece::Text { text: clean(&text) },
        Piece::Value {
            name,
            text,
            is_default,
        } => Piece::Value {
            name: clean(&name),
            text: clean(&text),
            is_default,
        },
    }
}

fn cleaned_source(source: &Provenance) -> Provenance {
    Provenance {
        owner: clean(&source.owner),
        pack: clean(&source.pack),
        version: clean(&source.version),
        hash: clean(&source.hash),
        citation: clean(&source.citation),
        pilots: source.pilots,
    }
}

fn adapted(source: &AdaptedSource, language: Language) -> Adapted {
    Adapted {
        number: clean(&source.number),
        owner: clean(&source.owner),
        pack: clean(&source.pack),
        version: clean(&source.version),
        hash: clean(&source.hash),
        citation: clean(&source.citation),
        changes: clean(source.changes.best(language.code())),
    }
}

fn table(title: &str, heads: &[&str], rows: Vec<Vec<String>>) -> Option<Table> {
    (!rows.is_empty()).then(|| Table {
        title: title.to_owned(),
        heads: heads.iter().map(|head| (*head).to_owned()).collect(),
        rows,
    })
}

fn evidence(evidence: &[Evidence], language: Language) -> Option<Table> {
    let rows = evidence.iter().map(|evidence| {
        let labels: Vec<String> = evidence
            .labels
            .iter()
            .map(|label| label_name(label, language))
            .collect();
        let mut labels = labels.join(", ");
        if !labels.is_empty() {
            labels.push_str(language.pick(" or equivalent", " eller tilsvarende"));
        }
        vec![
            clean(evidence.kind.name(language)),
            clean(evidence.text.best(language.code())),
            clean(&labels),
        ]
    });
    table(
        language.pick("Evidence", "Dokumentation"),
        &language.pick(
            ["Kind", "What the tenderer shows", "Labels"],
            ["Slags", "Hvad tilbudsgiveren viser", "Mærker"],
        ),
        rows.collect(),
    )
}

fn label_name(label: &str, language: Language) -> String {
    let known = faelled_model::codes::labels::find(label);
    known.map_or(label, |label| label.name(language)).to_owned()
}

fn awards(awards: &[Award], language: Language) -> Option<Table> {
    let rows = awards.iter().map(|award| {
        let weight = award.weight_percent.map_or_else(String::new, |weight| {
            format!("{} %", number(weight, language))
        });
        vec![
            clean(award.method.best(language.code())),
            clean(&award.scale),
            weight,
        ]
    });
    table(
        language.pick("Award", "Tildeling"),
        &language.pick(["Method", "Scale", "Weight"], ["Metode", "Skala", "Vægt"]),
        rows.collect(),
    )
}

fn follow_up(steps: &[FollowUp], language: Language) -> Option<Table> {
    let rows = steps.iter().map(|step| {
        [&step.what, &step.when, &step.who]
            .into_iter()
            .map(|text| clean(text.best(language.code())))
            .collect()
    });
    table(
        language.pick("Follow-up", "Opfølgning"),
        &language.pick(["What", "When", "Who"], ["Hvad", "Hvornår", "Hvem"]),
        rows.collect(),
    )
}

fn number(number: f64, language: Language) -> String {
    match language {
        Language::Danish => number.to_string().replace('.', ","),
        Language::English => number.to_string(),
    }
}

fn provenance_line(entry: &BasketEntry, language: Language) -> String {
    let number = &entry.requirement.number;
    let mut line = match &entry.source {
        None => language.pick(
            format!("Requirement {number}, a draft that is not released."),
            format!("Krav {number}, en kladde, der ikke er udgivet."),
        ),
        Some(source) => {
            let hash: String = source.hash.chars().take(SHORT_HASH).collect();
            let Provenance {
                owner,
                pack,
                version,
                citation,
                ..
            } = source;
            language.pick(
                format!("Requirement {number}, pack {pack} version {version} ({hash}), {owner}. {citation}"),
                format!("Krav {number}, kravpakke {pack} version {version} ({hash}), {owner}. {citation}"),
            )
        }
    };
    if let Some(adapted) = &entry.adapted {
        line.push_str(&adapted_line(adapted, language));
    }
    match entry.source.as_ref().and_then(|source| source.pilots) {
        None => {}
        Some(1) => line.push_str(language.pick(" Tried in 1 pilot.", " Afprøvet 1 gang.")),
        Some(pilots) => line.push_str(&language.pick(
            format!(" Tried in {pilots} pilots."),
            format!(" Afprøvet {pilots} gange."),
        )),
    }
    line
}

fn adapted_line(source: &AdaptedSource, language: Language) -> String {
    let hash: String = source.hash.chars().take(SHORT_HASH).collect();
    let AdaptedSource {
        number,
        owner,
        pack,
        version,
        citation,
        ..
    } = source;
    let mut line = language.pick(
        format!(" Adapted from {number}, pack {pack} version {version} ({hash}), {owner}. {citation}"),
        format!(" Tilpasset fra {number}, kravpakke {pack} version {version} ({hash}), {owner}. {citation}"),
    );
    let changes = source.changes.best(language.code()).trim();
    if !changes.is_empty() {
        line.push_str(language.pick(" Changed: ", " Ændret: "));
        line.push_str(changes);
    }
    line
}
