//! `basket export`: a basket as a file for a tender's documents.

use faelled_exchange::{AdaptedSource, BasketDocument, BasketEntry, Piece, Provenance, fill};
use faelled_mirror::Mirror;
use faelled_model::Requirement;
use faelled_model::adoption::ReleaseRef;
use faelled_model::basket::BasketLine;
use faelled_model::release::citation;
use faelled_model::text::InLanguages;

use super::super::{Service, document_id};
use super::basket::value_said;
use super::content::{cautions, draft_cautions, release_of};
use super::file::{Format, file, language, not_written};
use crate::clock::{date, today};
use crate::data::baskets::{Data, File};
use crate::failure::{Failure, Said};
use crate::request::baskets::FileForm;

impl Service {
    pub(super) async fn basket_export(
        &self,
        key: Option<&str>,
        form: &FileForm,
        motives: bool,
    ) -> Result<Data, Failure> {
        let format = Format::of(
            form,
            &[
                Format::Docx,
                Format::Xlsx,
                Format::Markdown,
                Format::Csv,
                Format::Json,
            ],
        )?;
        let mirror = self.mirror().await?;
        let held = self.needed_basket(&mirror, key).await?;
        if held.basket.lines.is_empty() {
            return Err(Failure::user(
                "empty-basket",
                Said::new(
                    format!("the basket {} is empty", held.basket.name),
                    format!("kurven {} er tom", held.basket.name),
                ),
            )
            .hint(Said::new(
                "faelled basket add NUMBER puts a requirement into it",
                "faelled basket add NUMMER lægger et krav i den",
            )));
        }
        let mut warnings = Vec::new();
        let mut entries = Vec::with_capacity(held.basket.lines.len());
        for line in &held.basket.lines {
            entries.push(self.entry(&mirror, line, &mut warnings).await?);
        }
        let names = self.names(&mirror).await?;
        let document = BasketDocument {
            title: held.basket.name.clone(),
            buyer: names
                .get(self.own.as_str())
                .cloned()
                .unwrap_or_else(|| self.own.to_string()),
            language: language(form),
            date: date(today()),
            with_motives: motives,
            entries,
        };
        check_filled(&document)?;
        let bytes = written(&document, format)?;
        Ok(Data::File(Box::new(File {
            defaults: defaults(&document),
            warnings,
            ..file(&held.basket.name, format, bytes)
        })))
    }

    async fn entry(
        &self,
        mirror: &Mirror,
        line: &BasketLine,
        warnings: &mut Vec<Said>,
    ) -> Result<BasketEntry, Failure> {
        let requirement = self.line_content(line).await?;
        let pack = self.line_pack(mirror, line).await?;
        let mut source = None;
        if line.release == ReleaseRef::default() {
            warnings.extend(draft_cautions(&requirement));
        }
        if let Some(pack) = &pack {
            warnings.extend(cautions(line, pack));
            if let Some(release) = release_of(line, pack) {
                let names = self.names(mirror).await?;
                let found = mirror.requirement(&line.requirement).await?.one();
                source = Some(Provenance {
                    owner: names
                        .get(&pack.lead)
                        .cloned()
                        .unwrap_or_else(|| pack.lead.clone()),
                    pack: release.code.clone(),
                    version: release.version.clone(),
                    hash: release.hash.clone(),
                    citation: release.citation.clone(),
                    pilots: found.and_then(|found| u64::try_from(found.summary.pilots).ok()),
                });
            }
        }
        Ok(BasketEntry {
            adapted: self.adapted_source(mirror, &requirement).await?,
            requirement,
            values: line.values.clone(),
            source,
        })
    }

    /// From what a requirement was adapted, with names; what is not here is named by its id.
    pub(super) async fn adapted_source(
        &self,
        mirror: &Mirror,
        requirement: &Requirement,
    ) -> Result<Option<AdaptedSource>, Failure> {
        let Some(from) = &requirement.adapted_from else {
            return Ok(None);
        };
        let release = &from.release;
        let pack = document_id(&release.pack);
        let content = match pack {
            Some(pack) => self.content(pack, &release.hash).await?,
            None => None,
        };
        let code = content.map(|content| content.pack.code);
        let owner = self.names(mirror).await?.remove(&from.owner);
        Ok(Some(AdaptedSource {
            number: from.number.clone(),
            owner: owner.unwrap_or_else(|| from.owner.clone()),
            pack: code.unwrap_or_else(|| release.pack.clone()),
            version: release.version.clone(),
            hash: release.hash.clone(),
            citation: pack.map_or_else(String::new, |pack| {
                citation(pack, &release.version, &release.hash)
            }),
            changes: from.changes.clone(),
        }))
    }
}

/// Everything that is missing or not allowed, at once.
fn check_filled(document: &BasketDocument) -> Result<(), Failure> {
    let unfilled = document.unfilled();
    if unfilled.is_empty() {
        return Ok(());
    }
    let details = unfilled
        .iter()
        .map(|one| value_said(&one.number, &one.finding))
        .collect();
    Err(Failure::user(
        "unfilled",
        Said::new(
            "not everything that a tenderer must know is filled in",
            "ikke alt, hvad en tilbudsgiver skal vide, er udfyldt",
        ),
    )
    .details(details)
    .hint(Said::new(
        "fill it in: faelled basket fill NUMBER NAME=VALUE; no file was written",
        "udfyld det: faelled basket fill NUMMER NAVN=VÆRDI; ingen fil er skrevet",
    )))
}

fn written(document: &BasketDocument, format: Format) -> Result<Vec<u8>, Failure> {
    let bytes = match format {
        Format::Docx => document.to_docx(),
        Format::Xlsx => document.to_xlsx(),
        Format::Csv => document.to_csv(),
        Format::Json => document.to_json().and_then(|json| {
            let mut bytes = serde_json::to_vec_pretty(&json)?;
            bytes.push(b'\n');
            Ok(bytes)
        }),
        Format::Markdown | Format::Toml => document.to_markdown().map(String::into_bytes),
    };
    bytes.map_err(|error| not_written(&error))
}

/// Placeholders that stand at their default: nobody has decided on them yet.
fn defaults(document: &BasketDocument) -> Vec<(String, String, String)> {
    let mut defaults = Vec::new();
    for entry in &document.entries {
        let wording = entry.requirement.wording.best(document.language.code());
        for piece in fill(wording, &entry.requirement.placeholders, &entry.values) {
            if let Piece::Value {
                name,
                text,
                is_default: true,
            } = piece
            {
                let one = (entry.requirement.number.clone(), name, text);
                if !defaults.contains(&one) {
                    defaults.push(one);
                }
            }
        }
    }
    defaults
}

#[cfg(test)]
mod tests {
    use faelled_model::basket::Filled;
    use faelled_model::requirement::Placeholder;
    use faelled_model::{Language, LocalizedText};

    use super::*;

    fn document(values: &[(&str, &str)]) -> BasketDocument {
        let placeholder = |name: &str, default: &str| Placeholder {
            name: name.to_owned(),
            default: default.to_owned(),
            ..Placeholder::default()
        };
        let requirement = Requirement {
            number: "A-1".to_owned(),
            wording: LocalizedText::from([("en", "At least {share} % within {days} days.")]),
            placeholders: vec![placeholder("share", "40"), placeholder("days", "")],
            ..Requirement::default()
        };
        let values = values
            .iter()
            .map(|(name, value)| Filled {
                name: (*name).to_owned(),
                value: (*value).to_owned(),
            })
            .collect();
        BasketDocument {
            title: "Boxes".to_owned(),
            buyer: "Gladsaxe".to_owned(),
            language: Language::English,
            date: "2026-08-12".to_owned(),
            with_motives: false,
            entries: vec![BasketEntry {
                requirement,
                values,
                source: None,
                adapted: None,
            }],
        }
    }

    #[test]
    fn what_is_missing_stops_the_export_and_is_named() {
        let failure = check_filled(&document(&[("share", "50")])).unwrap_err();
        assert_eq!(failure.details.len(), 1);
        assert!(
            failure.details[0].en.starts_with("A-1 days: "),
            "{failure:?}"
        );
        assert!(check_filled(&document(&[("days", "30")])).is_ok());
    }

    #[test]
    fn what_nobody_filled_in_is_told_with_its_default() {
        let told = defaults(&document(&[("days", "30")]));
        assert_eq!(
            told,
            [("A-1".to_owned(), "share".to_owned(), "40".to_owned())]
        );
        assert!(defaults(&document(&[("days", "30"), ("share", "55")])).is_empty());
    }
}
