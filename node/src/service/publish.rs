//! `pack publish`: a draft becomes a release that every member sees.
//!
//! What is released are new documents of the commons with the draft's present content: drafting history
//! does not travel.

use std::collections::BTreeMap;

use faelled_mirror::read::ReleaseSummary;
use faelled_model::release::{ReleasedRequirement, citation};
use faelled_model::terms::{DisclosureKind, WordingState};
use faelled_model::text::InLanguages;
use faelled_model::validate::{self, Finding};
use faelled_model::{Localized, Pack, ReleaseContent, Requirement};
use faelled_proto::id::ContentHash;
use faelled_proto::limits::MAX_BODY_BYTES;
use faelled_proto::release::Release;
use faelled_proto::{DocId, ReleaseHash, Space};

use super::draft::{Draft, documents_of, link, move_to, without_drafting};
use super::drafting::disclosure::{Giving, disclose};
use super::person::check_person;
use super::releases::parse_version;
use super::{Service, document_id, sort_findings};
use crate::clock::{date, day, months_later, today};
use crate::data::{Data, Published};
use crate::editor::{Editor, Edits};
use crate::failure::{Failure, Said};
use crate::request::PublishTerms;

/// Months until the review of a pack that names no cycle.
const DEFAULT_REVIEW_MONTHS: u64 = 12;

/// The pack's documents in the commons, as far as there are any.
#[derive(Default)]
struct Shared {
    pack: Option<DocId>,
    requirements: BTreeMap<String, DocId>,
    releases: Vec<ReleaseSummary>,
}

/// A release that is about to be signed.
struct Planned {
    version: (u32, u32, u32),
    notes: Localized,
    valid_from_day: u32,
    review_by_day: u32,
    approval: Option<(String, u32)>,
    cosigners_needed: u16,
    ground: Localized,
}

impl Service {
    pub(super) async fn publish(
        &self,
        key: &str,
        terms: PublishTerms,
        preview: bool,
    ) -> Result<Data, Failure> {
        let editor = self.editor.lock().await;
        let draft = self.needed_draft(&editor, key).await?;
        self.check_lead(&draft)?;
        let drafted = draft.read(&editor).await?;
        let mut warnings = check(&draft.pack, &drafted)?;
        self.check_settled(&draft).await?;
        warnings.extend(open_hearings(&draft.pack));
        warnings.extend(self.same_code(&draft.pack.code).await?);
        let shared = self.shared(&editor, &draft.pack).await?;
        if let Some(document) = shared.pack.filter(|_| !terms.over) {
            let mut pack = shared_pack(&draft.pack);
            link(&mut pack, &shared.requirements);
            self.check_untouched(&editor, document, &pack, &drafted)
                .await?;
        }
        if terms.version.is_none() && is_unchanged(&editor, &draft.pack, &drafted, &shared).await? {
            return Err(unchanged(&draft.pack.code, &shared.releases));
        }
        let everybody = self.everybodys_names(&self.mirror().await?).await?;
        let planned = plan(&draft.pack, terms, &shared.releases, everybody.len())?;
        let mut published = Published {
            preview,
            pack: shared.pack.map(|pack| pack.to_string()),
            code: draft.pack.code.clone(),
            version: text_of(planned.version),
            release: None,
            citation: None,
            requirements: draft
                .pack
                .requirement_refs()
                .map(|reference| reference.number.clone())
                .collect(),
            visible_to: everybody,
            review_by: date(planned.review_by_day),
            cosigners_needed: planned.cosigners_needed,
            approval: planned
                .approval
                .as_ref()
                .map(|(body, day)| (body.clone(), date(*day))),
            warnings,
        };
        if preview {
            return Ok(Data::Published(published));
        }
        let (pack, release) = self
            .release(&editor, &draft, &drafted, shared, planned)
            .await?;
        published.pack = Some(pack.to_string());
        published.release = Some(release.to_string());
        published.citation = Some(citation(pack, &published.version, &release));
        drop(editor);
        self.mirror().await?;
        Ok(Data::Published(published))
    }

    /// Another member's pack with the same code: both have to be named with their owner from then on.
    async fn same_code(&self, code: &str) -> Result<Option<Said>, Failure> {
        let packs = self.mirror().await?.packs().await?;
        let other = packs.into_iter().find(|pack| {
            pack.space == "commons"
                && pack.owner != self.own.as_str()
                && pack
                    .code
                    .as_deref()
                    .is_some_and(|known| known.eq_ignore_ascii_case(code))
        });
        Ok(other.map(|other| {
            let (own, owner) = (&self.own, other.owner);
            Said::new(
                format!("{owner} has released a pack {code} too: everybody will have to write {own}/{code} or {owner}/{code}; another code is clearer"),
                format!("{owner} har også udgivet en pakke {code}: alle må skrive {own}/{code} eller {owner}/{code}; en anden kode er tydeligere"),
            )
        }))
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

    async fn release(
        &self,
        editor: &Editor,
        draft: &Draft,
        drafted: &[(DocId, Requirement)],
        shared: Shared,
        planned: Planned,
    ) -> Result<(DocId, ReleaseHash), Failure> {
        let version = text_of(planned.version);
        let mut edits = editor.edit(Space::Commons).await?;
        let mut documents = BTreeMap::new();
        let mut released = BTreeMap::new();
        let mut moved = Vec::new();
        for (private, requirement) in drafted {
            let earlier = document_id(&requirement.published_as)
                .or_else(|| shared.requirements.get(&requirement.number).copied());
            let mut value = shared_requirement(requirement);
            let mut noted = Requirement {
                state: WordingState::Released,
                ..requirement.clone()
            };
            let held = match earlier {
                Some(document) => Some(editor.read::<Requirement>(document).await?),
                None => None,
            };
            if held.as_ref() != Some(&value) {
                for requirement in [&mut value, &mut noted] {
                    let state = WordingState::Released;
                    move_to(requirement, state, &self.own, note(&version));
                }
            }
            let document = match earlier {
                Some(document) => {
                    edits.update(document, &value).await?;
                    document
                }
                None => edits.create(&value)?,
            };
            documents.insert(value.number.clone(), document);
            noted.published_as = document.to_string();
            moved.push((*private, noted));
            released.insert(value.number.clone(), value);
        }
        let mut pack = shared_pack(&draft.pack);
        link(&mut pack, &documents);
        let document = match shared.pack {
            Some(document) => {
                edits.update(document, &pack).await?;
                document
            }
            None => edits.create(&pack)?,
        };
        let ground = planned.ground.clone();
        let body = rendered(&pack, &documents, &released, &shared.releases, planned)?;
        let hash = edits.release(document, &body);
        let giving = Giving {
            kind: DisclosureKind::Released,
            code: &pack.code,
            title: pack.title.clone(),
            document: Some(document),
            version,
            space: Some((&Space::Commons, String::new())),
            recipients: self.everybody().await?,
            ground,
        };
        disclose(editor, giving).await?;
        edits.commit().await?;
        let mut edits = editor.edit(draft.space.clone()).await?;
        note_in_draft(&mut edits, draft, moved, document).await?;
        edits.commit().await?;
        Ok((document, hash))
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
        "change the draft first; --version releases the same content again",
        "ret først kladden; --version udgiver det samme indhold igen",
    ))
}

/// A draft's pack as it is shared.
fn shared_pack(draft: &Pack) -> Pack {
    Pack {
        published_as: String::new(),
        // Who was heard, and on what ground, stands in the draft and in the record of sharings.
        hearings: Vec::new(),
        ..draft.clone()
    }
}

/// A drafted requirement as it is shared.
fn shared_requirement(drafted: &Requirement) -> Requirement {
    Requirement {
        state: WordingState::Released,
        published_as: String::new(),
        history: without_drafting(drafted),
        ..drafted.clone()
    }
}

/// The draft notes where its content was shared, so that the next release goes on there.
async fn note_in_draft(
    edits: &mut Edits<'_>,
    draft: &Draft,
    moved: Vec<(DocId, Requirement)>,
    pack_document: DocId,
) -> Result<(), Failure> {
    for (drafted, noted) in moved {
        edits.update(drafted, &noted).await?;
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
    planned: Planned,
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
        version: planned.version,
        previous: releases.first().and_then(|newest| newest.hash.parse().ok()),
        notes: planned.notes.0,
        valid_from_day: planned.valid_from_day,
        review_by_day: planned.review_by_day,
        approval: planned.approval,
        cosigners_needed: planned.cosigners_needed,
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
    check_person(&findings)?;
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
        "correct it with faelled requirement edit or faelled pack edit, or import the file again; nothing was shared",
        "ret det med faelled requirement edit eller faelled pack edit, eller importér filen igen; intet er delt",
    )))
}

/// Reads the terms, with what the pack and earlier releases say where they are silent.
fn plan(
    pack: &Pack,
    terms: PublishTerms,
    releases: &[ReleaseSummary],
    members: usize,
) -> Result<Planned, Failure> {
    let version = next_version(terms.version.as_deref(), releases)?;
    let given = |text: Option<String>| text.as_deref().map(known_day).transpose();
    let valid_from_day = given(terms.valid_from)?.unwrap_or_else(today);
    let cycle = pack.review_cycle_months.unwrap_or(DEFAULT_REVIEW_MONTHS);
    let review_by_day =
        given(terms.review_by)?.unwrap_or_else(|| months_later(valid_from_day, cycle));
    if review_by_day <= valid_from_day {
        return Err(Failure::user(
            "review-by",
            Said::new(
                "the review would come before the release is valid",
                "gennemgangen ville ligge, før udgivelsen gælder",
            ),
        ));
    }
    let approved_on = given(terms.approved_on)?;
    let approval = terms
        .approved_by
        .map(|body| (body, approved_on.unwrap_or_else(today)));
    let others = members.saturating_sub(1);
    // What one release needed, the next one needs too, unless somebody says otherwise.
    let cosigners = terms.cosigners.unwrap_or_else(|| {
        let before = releases.first().map_or(0, |newest| newest.cosigners_needed);
        u16::try_from(before).unwrap_or(0)
    });
    if usize::from(cosigners) > others {
        return Err(Failure::user(
            "cosigners",
            Said::new(
                format!("there are only {others} other members: the release would never count"),
                format!("der er kun {others} andre deltagere: udgivelsen ville aldrig gælde"),
            ),
        ));
    }
    let ground = if terms.ground.is_blank() {
        note(&text_of(version))
    } else {
        terms.ground
    };
    Ok(Planned {
        version,
        notes: terms.notes,
        valid_from_day,
        review_by_day,
        approval,
        cosigners_needed: cosigners,
        ground,
    })
}

/// Hearings whose last day for answers is still to come.
fn open_hearings(pack: &Pack) -> Vec<Said> {
    let today = date(today());
    let open = pack
        .hearings
        .iter()
        .filter(|hearing| hearing.until >= today);
    open.map(|hearing| {
        let until = &hearing.until;
        Said::new(
            format!("a hearing is open: answers may come until {until}"),
            format!("en høring er i gang: svarfristen er {until}"),
        )
    })
    .collect()
}

fn known_day(text: &str) -> Result<u32, Failure> {
    day(text).ok_or_else(|| {
        Failure::user(
            "day",
            Said::new(
                format!("{text} is not a day"),
                format!("{text} er ikke en dag"),
            ),
        )
        .hint(Said::new(
            "write it as 2027-02-01",
            "skriv den som 2027-02-01",
        ))
    })
}

/// What the wording's history and the record of the sharing say.
fn note(version: &str) -> Localized {
    Localized::from([
        ("da", format!("frigivet i version {version}").as_str()),
        ("en", format!("released in version {version}").as_str()),
    ])
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

fn text_of((major, minor, patch): (u32, u32, u32)) -> String {
    format!("{major}.{minor}.{patch}")
}
