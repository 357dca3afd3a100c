//! Documents as the entries of one feed.

use faelled_documents::Document;
use faelled_model::requirement::{Evidence, Measure, SCHEMA, Source};
use faelled_model::terms::{Category, Comparison, EvidenceKind, Level, RequirementType, Strategy};
use faelled_model::{DocumentKind, Localized, LocalizedText, Requirement};
use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::opening::{DocumentOpening, Editors, FeedOpening};
use faelled_proto::{
    DocId, FederationId, FeedId, Kind, NodeCertificate, SecretKey, Space, VerifiedEntry,
};

use crate::setting::Failed;

/// Milliseconds of 2026-01-01.
pub(crate) const NEW_YEAR_MS: u64 = 1_767_225_600_000;

/// Who writes.
pub(crate) struct Author {
    pub(crate) federation: FederationId,
    pub(crate) key: SecretKey,
    pub(crate) certificate: NodeCertificate,
}

/// A feed of the commons.
pub(crate) struct Feed {
    pub(crate) opening: FeedOpening,
    pub(crate) entries: Vec<VerifiedEntry>,
}

impl Feed {
    /// Its opening, and for each of so many documents the document's opening and one change.
    pub(crate) fn write(author: &Author, documents: usize) -> Result<Self, Failed> {
        let opening = FeedOpening {
            certificate: author.certificate.clone(),
            space: Space::Commons,
            incarnation: [7; 16],
            known_tips: Vec::new(),
        };
        let mut writer = Writer::new(author.federation, &author.key, None);
        let mut entries = vec![writer.open(&opening, NEW_YEAR_MS)];
        let bodies = bodies(author, entries[0].feed(), documents)?;
        for (id, opening, change) in bodies {
            entries.push(writer.write(Kind::DOCUMENT_OPENING, Some(id), opening, NEW_YEAR_MS));
            entries.push(writer.write(Kind::CHANGE, Some(id), change, NEW_YEAR_MS));
        }
        Ok(Self { opening, entries })
    }

    pub(crate) fn id(&self) -> FeedId {
        self.entries[0].feed()
    }
}

type Bodies = Vec<(DocId, Vec<u8>, Vec<u8>)>;

/// Openings and changes, made on all cores.
fn bodies(author: &Author, feed: FeedId, documents: usize) -> Result<Bodies, Failed> {
    let numbers: Vec<usize> = (1..=documents).collect();
    let threads = std::thread::available_parallelism()?.get();
    let share = documents.div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = numbers
            .chunks(share)
            .map(|part| {
                scope.spawn(move || {
                    part.iter()
                        .map(|number| body(author, feed, *number))
                        .collect()
                })
            })
            .collect();
        let mut bodies = Vec::with_capacity(documents);
        for part in parts {
            let part: Result<Bodies, Failed> =
                part.join().map_err(|_| "a document could not be made")?;
            bodies.extend(part?);
        }
        Ok(bodies)
    })
}

fn body(author: &Author, feed: FeedId, number: usize) -> Result<(DocId, Vec<u8>, Vec<u8>), Failed> {
    let opening = DocumentOpening {
        kind: DocumentKind::Requirement.code().to_owned(),
        owner: author.certificate.claim.member.clone(),
        space: Space::Commons,
        editors: Editors::OwnerOnly,
        nonce: (number as u128).to_be_bytes(),
    };
    let id = opening.id();
    let change = Document::new(id).edit(feed, &requirement(number), NEW_YEAR_MS)?;
    Ok((
        id,
        encode(&opening),
        change.ok_or("a document without content")?,
    ))
}

/// A short requirement in two languages.
fn requirement(number: usize) -> Requirement {
    let percent = 10 + number % 80;
    Requirement {
        schema: SCHEMA,
        number: format!("BEN-EMB-{number:05}"),
        title: both(
            "Genanvendt plast i transportemballage",
            "Recycled plastic in transport packaging",
        ),
        category: Category::Packaging,
        product_group: both("Transportemballage", "Transport packaging"),
        project: "circular-procurement".into(),
        strategies: vec![Strategy::RecycledContent],
        cpv: vec!["44617100".into(), "44619000".into()],
        r#type: RequirementType::TechnicalSpecification,
        level: Level::Basic,
        wording: LocalizedText::from([
            (
                "da",
                format!("Mindst {percent} % af plasten i emballagen skal være genanvendt.")
                    .as_str(),
            ),
            (
                "en",
                format!("At least {percent} % of the plastic in the packaging shall be recycled.")
                    .as_str(),
            ),
        ]),
        measures: vec![Measure {
            id: String::new(),
            property: both("Genanvendt indhold", "Recycled content"),
            comparison: Comparison::AtLeast,
            number: f64::from(u32::try_from(percent).unwrap_or_default()),
            unit: "%".into(),
        }],
        evidence: vec![Evidence {
            id: String::new(),
            kind: EvidenceKind::Declaration,
            text: both("Erklæring fra producenten", "Declaration by the producer"),
            labels: Vec::new(),
        }],
        motive: LocalizedText::from([
            (
                "da",
                "Genanvendt plast sparer råolie og gør det værd at sortere.",
            ),
            (
                "en",
                "Recycled plastic saves crude oil and makes sorting worth while.",
            ),
        ]),
        sources: vec![Source {
            title: "Regulation (EU) 2025/40".into(),
            address: "https://eur-lex.europa.eu/eli/reg/2025/40/oj".into(),
            ..Source::default()
        }],
        ..Requirement::default()
    }
}

fn both(danish: &str, english: &str) -> Localized {
    Localized::from([("da", danish), ("en", english)])
}
