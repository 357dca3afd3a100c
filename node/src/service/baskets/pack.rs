//! `pack export` and `pilot export`.

use std::collections::BTreeMap;

use faelled_exchange::{
    AdaptedSource, BasketDocument, BasketEntry, PilotFile, Provenance, TriedRef, pack_to_csv,
    pack_to_toml, pack_to_xlsx, pilot_to_csv, pilot_to_xlsx,
};
use faelled_model::text::InLanguages;
use faelled_model::{Language, Pack, Pilot, Requirement};
use serde::Serialize;

use super::super::releasing::{PackStanding, release_at};
use super::super::{Service, document_id};
use super::file::{Format, file, language, not_written};
use crate::clock::{date, today};
use crate::data::baskets::{Data, File};
use crate::data::releasing::Standing;
use crate::failure::{Failure, Said};
use crate::request::baskets::FileForm;

/// What a version may be called that is none: the draft as it is now.
const DRAFT: &str = "draft";

/// A pack with its requirements in its order.
struct Whole {
    pack: Pack,
    requirements: Vec<Requirement>,
    /// From what each requirement was adapted.
    adapted: Vec<Option<AdaptedSource>>,
    /// The release that it is; nothing for a draft.
    source: Option<Provenance>,
    warnings: Vec<Said>,
}

impl Service {
    pub(super) async fn pack_export(
        &self,
        key: &str,
        version: Option<&str>,
        form: &FileForm,
    ) -> Result<Data, Failure> {
        let format = Format::of(
            form,
            &[
                Format::Xlsx,
                Format::Csv,
                Format::Toml,
                Format::Docx,
                Format::Markdown,
                Format::Json,
            ],
        )?;
        let mut whole = self.whole_pack(key, version).await?;
        let mirror = self.mirror().await?;
        for requirement in &whole.requirements {
            let adapted = self.adapted_source(&mirror, requirement).await?;
            whole.adapted.push(adapted);
        }
        let bytes = written(&whole, format, language(form))?;
        let state = whole
            .source
            .as_ref()
            .map_or(DRAFT, |source| source.version.as_str());
        let name = format!("{}-{state}", whole.pack.code);
        Ok(Data::File(Box::new(File {
            warnings: whole.warnings,
            ..file(&name, format, bytes)
        })))
    }

    /// The release that is named; where none is named the one to use now, else the draft.
    async fn whole_pack(&self, key: &str, version: Option<&str>) -> Result<Whole, Failure> {
        if version == Some(DRAFT) {
            return self.drafted_pack(key).await;
        }
        let mirror = self.mirror().await?;
        let pack = self.pack_standing(&mirror, key).await?;
        if version.is_none() && pack.releases.is_empty() {
            return self.drafted_pack(key).await;
        }
        let standing = release_at(&pack, version)?;
        let content = pack.held(standing).and_then(|held| held.content());
        let content = content.ok_or_else(|| unreadable(standing))?;
        let names = self.names(&mirror).await?;
        let owner = names.get(&pack.lead).cloned();
        Ok(Whole {
            source: Some(Provenance {
                owner: owner.unwrap_or_else(|| pack.lead.clone()),
                pack: standing.code.clone(),
                version: standing.version.clone(),
                hash: standing.hash.clone(),
                citation: standing.citation.clone(),
                pilots: None,
            }),
            warnings: cautions(&pack, standing),
            adapted: Vec::new(),
            pack: content.pack,
            requirements: content
                .requirements
                .into_iter()
                .map(|released| released.requirement)
                .collect(),
        })
    }

    async fn drafted_pack(&self, key: &str) -> Result<Whole, Failure> {
        let editor = self.editor.lock().await;
        let draft = self.needed_draft(&editor, key).await?;
        let mut held: BTreeMap<_, _> = draft.read(&editor).await?.into_iter().collect();
        drop(editor);
        let requirements = draft
            .pack
            .requirement_refs()
            .filter_map(|reference| draft.requirements.get(&reference.number))
            .filter_map(|document| held.remove(document))
            .collect();
        Ok(Whole {
            pack: draft.pack,
            requirements,
            adapted: Vec::new(),
            source: None,
            warnings: Vec::new(),
        })
    }

    pub(super) async fn pilot_export(&self, key: &str, form: &FileForm) -> Result<Data, Failure> {
        let format = Format::of(form, &[Format::Xlsx, Format::Csv, Format::Json])?;
        let found = self.found_pilot(&self.mirror().await?, key).await?;
        let document = document_id(&found.head.document).ok_or_else(Failure::stopping)?;
        let pilot: Pilot = self.value(document).await?;
        let name = pilot.tender.title.best(language(form).code()).to_owned();
        let bytes = if format == Format::Json {
            json(&pilot)
        } else {
            let file = self.pilot_file(&found.head.owner, pilot).await?;
            match format {
                Format::Csv => pilot_to_csv(&file, language(form)),
                _ => pilot_to_xlsx(&file, language(form)),
            }
            .map_err(|error| not_written(&error))
        }?;
        Ok(Data::File(Box::new(file(&name, format, bytes))))
    }

    /// A pilot, its releases named as people name them.
    async fn pilot_file(&self, owner: &str, pilot: Pilot) -> Result<PilotFile, Failure> {
        let mut codes: BTreeMap<String, String> = BTreeMap::new();
        let mut references = Vec::with_capacity(pilot.tried.len());
        for tried in &pilot.tried {
            let release = &tried.release;
            let code = match codes.get(&release.hash) {
                Some(code) => code.clone(),
                None => {
                    let code = self.code_of(&release.pack, &release.hash).await?;
                    codes.insert(release.hash.clone(), code.clone());
                    code
                }
            };
            references.push(TriedRef {
                number: tried.number.clone(),
                pack: code,
                version: release.version.clone(),
            });
        }
        let first = references.first().cloned();
        let (pack, version) = first
            .map(|first| (first.pack, first.version))
            .unwrap_or_default();
        Ok(PilotFile::new(
            owner.parse().ok(),
            pack,
            version,
            references,
            pilot,
        ))
    }

    /// The code of the pack that a release carries.
    async fn code_of(&self, pack: &str, hash: &str) -> Result<String, Failure> {
        let content = match document_id(pack) {
            Some(pack) => self.content(pack, hash).await?,
            None => None,
        };
        content.map(|content| content.pack.code).ok_or_else(|| {
            Failure::user(
                "not-here",
                Said::new(
                    "a release that the pilot tried is not here, so it cannot be named in the file",
                    "en udgivelse, som afprøvningen brugte, er ikke her og kan ikke nævnes i filen",
                ),
            )
            .hint(Said::new(
                "it comes while faelled serve runs; --format json writes the pilot without it",
                "den kommer, mens faelled serve kører; --format json skriver afprøvningen uden",
            ))
        })
    }
}

fn unreadable(standing: &Standing) -> Failure {
    let name = format!("{} {}", standing.code, standing.version);
    Failure::user(
        "unreadable",
        Said::new(
            format!("the content of {name} cannot be read by this version"),
            format!("indholdet af {name} kan ikke læses af denne version"),
        ),
    )
    .hint(Said::new(
        "install the newest faelled",
        "installér den nyeste faelled",
    ))
}

fn cautions(pack: &PackStanding, standing: &Standing) -> Vec<Said> {
    let name = format!("{} {}", standing.code, standing.version);
    let mut cautions = Vec::new();
    if let Some(withdrawal) = &standing.withdrawn {
        cautions.push(Said::new(
            format!("{name} was withdrawn {}", withdrawal.date),
            format!("{name} er trukket tilbage {}", withdrawal.date),
        ));
    } else if !standing.counts {
        cautions.push(Said::new(
            format!("{name} does not count: faelled pack verify says why"),
            format!("{name} gælder ikke: faelled pack verify siger hvorfor"),
        ));
    }
    if let Some(newest) = pack.newest().filter(|_| standing.higher.is_some()) {
        let version = &newest.version;
        cautions.push(Said::new(
            format!("{version} is newer"),
            format!("{version} er nyere"),
        ));
    }
    cautions
}

fn written(whole: &Whole, format: Format, language: Language) -> Result<Vec<u8>, Failure> {
    let Whole {
        pack, requirements, ..
    } = whole;
    let bytes = match format {
        Format::Xlsx => pack_to_xlsx(pack, requirements, language),
        Format::Csv => pack_to_csv(pack, requirements, language),
        Format::Toml => pack_to_toml(pack, requirements)
            .map(String::into_bytes)
            .map_err(Into::into),
        Format::Docx => readable(whole, language).to_docx(),
        Format::Markdown => readable(whole, language)
            .to_markdown()
            .map(String::into_bytes),
        Format::Json => {
            #[derive(Serialize)]
            struct File<'a> {
                pack: &'a Pack,
                requirements: &'a [Requirement],
            }
            return json(&File { pack, requirements });
        }
    };
    bytes.map_err(|error| not_written(&error))
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| not_written(&error.into()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A pack to be read, its placeholders as they stand in the wording.
fn readable(whole: &Whole, language: Language) -> BasketDocument {
    let adapted = whole.adapted.iter().cloned().chain(std::iter::repeat(None));
    let entries = whole.requirements.iter().zip(adapted);
    let entries = entries.map(|(requirement, adapted)| BasketEntry {
        requirement: Requirement {
            placeholders: Vec::new(),
            ..requirement.clone()
        },
        values: Vec::new(),
        source: whole.source.clone(),
        adapted,
    });
    let code = &whole.pack.code;
    let title = whole.pack.title.best(language.code());
    BasketDocument {
        title: format!("{code} {title}").trim().to_owned(),
        buyer: whole
            .source
            .as_ref()
            .map(|source| source.owner.clone())
            .unwrap_or_default(),
        language,
        date: date(today()),
        with_motives: true,
        entries: entries.collect(),
    }
}
