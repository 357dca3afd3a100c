//! `pack publish`: a draft becomes a release that every member sees.
//!
//! What is released are new documents of the commons with the draft's present content: drafting history
//! does not travel.

use std::collections::BTreeMap;

use faelled_mirror::read::ReleaseSummary;
use faelled_model::release::{ReleasedRequirement, citation};
use faelled_model::terms::WordingState;
use faelled_model::validate::{self, Finding};
use faelled_model::{DocumentKind, Localized, Pack, ReleaseContent, Requirement};
use faelled_proto::id::ContentHash;
use faelled_proto::limits::MAX_BODY_BYTES;
use faelled_proto::release::Release;
use faelled_proto::{DocId, ReleaseHash, Space};

use super::import::{Draft, documents_of, link};
use super::{Service, document_id, sort_findings};
use crate::clock::{date, months_later, today};
use crate::data::{Data, Published};
use crate::editor::{Editor, Edits};
use crate::failure::{Failure, Said};

/// Months until the review of a pack that names no cycle.
const DEFAULT_REVIEW_MONTHS: u64 = 12;

/// The pack's documents in the commons, as far as there are any.
#[derive(Default)]
struct Shared {
    pack: Option<DocId>,
    requirements: BTreeMap<String, DocId>,
    releases: Vec<ReleaseSummary>,
}

impl Service {
    pub(super) async fn publish(
        &self,
        key: &str,
        version: Option<&str>,
        notes: Localized,
        preview: bool,
    ) -> Result<Data, Failure> {
        let editor = self.editor.lock().await;
        let draft = self
            .draft(&editor, key)
            .await?
            .ok_or_else(|| no_draft(key))?;
        let mut drafted = Vec::new();
        for document in draft.requirements.values() {
            drafted.push((*document, editor.read::<Requirement>(*document).await?));
        }
        let warnings = check(&draft.pack, &drafted)?;
        let shared = self.shared(&editor, &draft.pack).await?;
        if version.is_none() && is_unchanged(&editor, &draft.pack, &drafted, &shared).await? {
            return Err(unchanged(&draft.pack.code, &shared.releases));
        }
        let version = next_version(version, &shared.releases)?;
        let review_by = months_later(
            today(),
            draft
                .pack
                .review_cycle_months
                .unwrap_or(DEFAULT_REVIEW_MONTHS),
        );
        let mirror = self.mirror().await?;
        let visible_to = mirror
            .members()
            .await?
            .into_iter()
            .map(|member| member.name.unwrap_or(member.member));
        let mut published = Published {
            preview,
            pack: shared.pack.map(|pack| pack.to_string()),
            code: draft.pack.code.clone(),
            version: text_of(version),
            release: None,
            citation: None,
            requirements: draft
                .pack
                .requirement_refs()
                .map(|reference| reference.number.clone())
                .collect(),
            visible_to: visible_to.collect(),
            review_by: date(review_by),
            warnings,
        };
        if preview {
            return Ok(Data::Published(published));
        }
        let (pack, release) =
            release(&editor, &draft, &drafted, shared, version, notes, review_by).await?;
        published.pack = Some(pack.to_string());
        published.release = Some(release.to_string());
        published.citation = Some(citation(pack, &published.version, &release));
        drop(editor);
        self.mirror().await?;
        Ok(Data::Published(published))
    }

    /// What this member shared of the pack before: as the draft says, or, where a crash came before that
    /// was noted, by its code.
    async fn shared(&self, editor: &Editor, draft: &Pack) -> Result<Shared, Failure> {
        let mirror = self.mirror().await?;
        let packs = mirror.packs().await?;
        let found = packs.iter().find(|pack| {
            pack.owner == self.own.as_str()
                && pack.space == "commons"
                && (pack.document == draft.published_as
                    || pack.code.as_deref() == Some(draft.code.as_str()))
        });
        let Some(document) = found.and_then(|pack| document_id(&pack.document)) else {
            return Ok(Shared::default());
        };
        let pack: Pack = editor.read(document).await?;
        let releases = mirror.releases(&document.to_string()).await?;
        Ok(Shared {
            pack: Some(document),
            requirements: documents_of(&pack),
            releases,
        })
    }
}

/// Whether what was shared last says the same as the draft.
async fn is_unchanged(
    editor: &Editor,
    draft: &Pack,
    drafted: &[(DocId, Requirement)],
    shared: &Shared,
) -> Result<bool, Failure> {
    let Some(pack) = shared.pack.filter(|_| !shared.releases.is_empty()) else {
        return Ok(false);
    };
    let mut expected = shared_pack(draft);
    link(&mut expected, &shared.requirements);
    if editor.read::<Pack>(pack).await? != expected {
        return Ok(false);
    }
    for (_, requirement) in drafted {
        let Some(document) = shared.requirements.get(&requirement.number) else {
            return Ok(false);
        };
        if editor.read::<Requirement>(*document).await? != shared_requirement(requirement) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn unchanged(code: &str, releases: &[ReleaseSummary]) -> Failure {
    let newest = releases
        .first()
        .map_or("", |release| release.version.as_str());
    Failure::user(
        "unchanged",
        Said::new(
            format!("nothing in {code} has changed since version {newest}"),
            format!("intet i {code} er ændret siden version {newest}"),
        ),
    )
    .hint(Said::new(
        "import a changed file first; --version releases the same content again",
        "importér først en ændret fil; --version udgiver det samme indhold igen",
    ))
}

/// A draft's pack as it is shared.
fn shared_pack(draft: &Pack) -> Pack {
    Pack {
        published_as: String::new(),
        ..draft.clone()
    }
}

/// A drafted requirement as it is shared.
fn shared_requirement(drafted: &Requirement) -> Requirement {
    Requirement {
        state: WordingState::Released,
        published_as: String::new(),
        ..drafted.clone()
    }
}

async fn release(
    editor: &Editor,
    draft: &Draft,
    drafted: &[(DocId, Requirement)],
    shared: Shared,
    version: (u32, u32, u32),
    notes: Localized,
    review_by_day: u32,
) -> Result<(DocId, ReleaseHash), Failure> {
    let mut edits = editor.edit(Space::Commons).await?;
    let mut documents = BTreeMap::new();
    let mut released = BTreeMap::new();
    for (_, requirement) in drafted {
        let earlier = document_id(&requirement.published_as)
            .or_else(|| shared.requirements.get(&requirement.number).copied());
        let value = shared_requirement(requirement);
        let document = match earlier {
            Some(document) => {
                edits.update(document, &value).await?;
                document
            }
            None => edits.create(DocumentKind::Requirement, &value)?,
        };
        documents.insert(value.number.clone(), document);
        released.insert(value.number.clone(), value);
    }
    let mut pack = shared_pack(&draft.pack);
    link(&mut pack, &documents);
    let pack_document = match shared.pack {
        Some(document) => {
            edits.update(document, &pack).await?;
            document
        }
        None => edits.create(DocumentKind::Pack, &pack)?,
    };
    let body = rendered(
        &pack,
        &documents,
        &released,
        &shared.releases,
        version,
        notes,
        review_by_day,
    )?;
    let hash = edits.release(pack_document, &body);
    edits.commit().await?;
    let mut edits = editor.edit(editor.private()).await?;
    note_in_draft(&mut edits, draft, drafted, pack_document, &documents).await?;
    edits.commit().await?;
    Ok((pack_document, hash))
}

/// The draft notes where its content was shared, so that the next release goes on there.
async fn note_in_draft(
    edits: &mut Edits<'_>,
    draft: &Draft,
    drafted: &[(DocId, Requirement)],
    pack_document: DocId,
    documents: &BTreeMap<String, DocId>,
) -> Result<(), Failure> {
    for (document, requirement) in drafted {
        let published_as = documents
            .get(&requirement.number)
            .map(ToString::to_string)
            .unwrap_or_default();
        let state = WordingState::Released;
        edits
            .update(
                *document,
                &Requirement {
                    published_as,
                    state,
                    ..requirement.clone()
                },
            )
            .await?;
    }
    let pack = Pack {
        published_as: pack_document.to_string(),
        ..draft.pack.clone()
    };
    edits.update(draft.document, &pack).await?;
    Ok(())
}

fn rendered(
    pack: &Pack,
    documents: &BTreeMap<String, DocId>,
    released: &BTreeMap<String, Requirement>,
    releases: &[ReleaseSummary],
    version: (u32, u32, u32),
    notes: Localized,
    review_by_day: u32,
) -> Result<Release, Failure> {
    let requirements = pack
        .requirement_refs()
        .filter_map(|reference| {
            Some(ReleasedRequirement {
                document: documents.get(&reference.number)?.to_string(),
                requirement: released.get(&reference.number)?.clone(),
            })
        })
        .collect();
    let content = ReleaseContent {
        pack: pack.clone(),
        requirements,
    }
    .to_bytes()
    .map_err(|error| {
        Failure::user(
            "release",
            Said::new(
                error.to_string(),
                format!("udgivelsen kan ikke skrives: {error}"),
            ),
        )
    })?;
    let release = Release {
        version,
        previous: releases.first().and_then(|newest| newest.hash.parse().ok()),
        notes: notes.0,
        valid_from_day: today(),
        review_by_day,
        approval: None,
        cosigners_needed: 0,
        content_hash: ContentHash::of(&[&content]),
        content,
    };
    if release.encode().len() > MAX_BODY_BYTES {
        return Err(Failure::user(
            "too-large",
            Said::new(
                format!(
                    "the pack {} is larger than one release may be ({MAX_BODY_BYTES} bytes)",
                    pack.code
                ),
                format!(
                    "pakken {} er større, end en udgivelse må være ({MAX_BODY_BYTES} byte)",
                    pack.code
                ),
            ),
        )
        .hint(Said::new("split it into two packs", "del den i to pakker")));
    }
    Ok(release)
}

/// Everything that must hold before a release; returns what a person should look at.
fn check(pack: &Pack, drafted: &[(DocId, Requirement)]) -> Result<Vec<Said>, Failure> {
    let mut findings: Vec<(String, Finding)> = Vec::new();
    let mut add = |subject: &str, found: Vec<Finding>| {
        findings.extend(
            found
                .into_iter()
                .map(|finding| (subject.to_owned(), finding)),
        );
    };
    add(&pack.code, validate::pack(pack));
    let requirements: Vec<Requirement> = drafted
        .iter()
        .map(|(_, requirement)| requirement.clone())
        .collect();
    add(&pack.code, validate::contents(pack, &requirements));
    for requirement in &requirements {
        add(&requirement.number, validate::releasable(requirement));
    }
    let (errors, warnings) = sort_findings(findings);
    if errors.is_empty() {
        return Ok(warnings);
    }
    Err(Failure::user(
        "not-releasable",
        Said::new(
            format!("the pack {} cannot be released yet", pack.code),
            format!("pakken {} kan ikke udgives endnu", pack.code),
        ),
    )
    .details(errors)
    .hint(Said::new(
        "correct the file and import it again; nothing was shared",
        "ret filen, og importér den igen; intet er delt",
    )))
}

fn no_draft(key: &str) -> Failure {
    Failure::user(
        "no-draft",
        Said::new(
            format!("there is no draft of {key} here"),
            format!("her er ingen kladde til {key}"),
        ),
    )
    .hint(Said::new(
        "faelled pack import FILE makes one; faelled pack list shows those that are here",
        "faelled pack import FIL laver en; faelled pack list viser dem, der er her",
    ))
}

/// The version asked for, if it is higher than all before; else the next minor one.
fn next_version(
    asked: Option<&str>,
    releases: &[ReleaseSummary],
) -> Result<(u32, u32, u32), Failure> {
    let highest = releases
        .iter()
        .filter_map(|release| parse_version(&release.version))
        .max();
    let Some(asked) = asked else {
        return Ok(highest.map_or((1, 0, 0), |(major, minor, _)| {
            (major, minor.saturating_add(1), 0)
        }));
    };
    let version = parse_version(asked).ok_or_else(|| {
        Failure::user(
            "version",
            Said::new(
                format!("{asked} is not a version"),
                format!("{asked} er ikke en version"),
            ),
        )
        .hint(Said::new("write it as 1.0.0", "skriv den som 1.0.0"))
    })?;
    match highest {
        Some(highest) if version <= highest => {
            let highest = text_of(highest);
            Err(Failure::user(
                "version",
                Said::new(
                    format!("version {asked} is not higher than {highest}, which is released"),
                    format!("version {asked} er ikke højere end {highest}, som er udgivet"),
                ),
            )
            .hint(Said::new(
                "a release never changes; choose a higher version",
                "en udgivelse ændres aldrig; vælg en højere version",
            )))
        }
        _ => Ok(version),
    }
}

fn parse_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| {
        let plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain {
            part.parse::<u32>().ok()
        } else {
            None
        }
    });
    let version = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(version)
}

fn text_of((major, minor, patch): (u32, u32, u32)) -> String {
    format!("{major}.{minor}.{patch}")
}
